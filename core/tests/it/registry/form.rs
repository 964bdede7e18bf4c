//! What the form takes and refuses: tests on answers, where refusals have their words, header fields of a whole file, a secret in a
//! path, and lifetimes.

use keybearer_core::provider::check::read;
use keybearer_core::provider::lifetime::Lifetime;
use keybearer_core::provider::messages::{Answer, Condition};
use keybearer_core::provider::{Expiry, Renewal};

use super::{RIGHT, faults};

/// A file of a bot's token, as a console shows it; the token is in the path of each address.
const BOT: &str = r##"
format = 1
id = "bot"
name = "Bot"
grant = "import"
mark = { letters = "B", color = "#000000" }
summary = "A bot"
[hosts]
api = "https://api.example.org"
[headers]
User-Agent = "ExampleBot (https://example.org, {version})"
[version]
value = "10"
[[questions]]
id = "token"
kind = "access-token"
label = "Token"
[messages.identity]
method = "GET"
url = "{api}/bot{access_token}/getMe"
secret_path = true
success = { pointer = "/ok", equals = "true" }
answers = { user_id = "/result/id", username = "/result/username", expires_at = "/result/ends" }
[[calls]]
id = "me"
meaning = "who this token is"
[calls.request]
method = "GET"
url = "{api}/bot{access_token}/getMe"
secret_path = true
[refusal]
code = "/error_code"
message = ["/description", "/result/description"]
[[errors]]
pointer = "/error_code"
equals = "401"
category = "token-dead"
[[errors]]
pointer = "/result"
absent = true
category = "transient"
[lifetime]
renewal = "none"
"##;

/// A file of an app's own token, which is asked for again.
const APP: &str = r##"
format = 1
id = "app"
name = "App"
grant = "client_credentials"
mark = { letters = "A", color = "#000000" }
summary = "An app"
[hosts]
api = "https://api.example.org"
[[questions]]
id = "client_id"
kind = "client-id"
label = "AppID"
[messages.token]
url = "{api}/stable_token"
json = { appid = "{client_id}" }
success = { pointer = "/errcode", absent = true }
answers = { refresh_expires_in = "/refresh_expires_in" }
[refusal]
code = ["/errcode"]
message = ["/errmsg"]
[lifetime]
expiry = "jwt"
renewal = "issue"
assume_minutes = 120
demand_minutes = 5
predecessor = "lives"
predecessor_minutes = 5
"##;

#[test]
fn files_with_these_words_are_taken() {
    assert_eq!((faults(BOT), faults(APP)), (String::new(), String::new()));
    let (bot, app) = (read(BOT).unwrap(), read(APP).unwrap());
    let identity = bot.messages.identity.unwrap();
    assert!(identity.secret_path && identity.answers.contains_key(&Answer::ExpiresAt));
    assert_eq!(bot.headers.keys().collect::<Vec<_>>(), ["User-Agent"]);
    assert!(bot.errors[1].absent && !bot.errors[0].absent);
    assert_eq!(bot.refusal.message.iter().flat_map(|p| p.iter()).count(), 2);
    let test = app.messages.token.unwrap().success.unwrap();
    assert_eq!((test.pointer.as_str(), test.condition), ("/errcode", Condition::Absent));
    let Lifetime {
        expiry,
        renewal,
        assume_minutes,
        predecessor_minutes,
        ..
    } = app.lifetime;
    assert_eq!((expiry, renewal), (Expiry::Jwt, Renewal::Issue));
    assert_eq!((assume_minutes, predecessor_minutes), (Some(120), Some(5)));
    let present = APP.replace("absent = true", "present = true");
    assert_eq!(
        read(&present).unwrap().messages.token.unwrap().success.unwrap().condition,
        Condition::Present
    );
}

/// A right file, a part of it, what stands in its place, and the key and the sentence of the fault.
type Case<'a> = (&'a str, &'a str, &'a str, &'a str);

#[test]
fn each_fault_names_its_place() {
    const ONE_OF: &str = "a test has one of equals = \"…\", absent = true and present = true";
    let cases: &[Case<'_>] = &[
        (APP, "absent = true", "absent = false", "messages.token.success: a test has one of"),
        (APP, "absent = true", "absent = true, present = true", ONE_OF),
        (APP, "absent = true", "absent = true, equals = \"0\"", ONE_OF),
        (APP, ", absent = true", "", ONE_OF),
        (APP, "absent = true", "missing = true", "unknown field `missing`"),
        (
            APP,
            "[\"/errcode\"]",
            "[\"errcode\"]",
            "refusal.code: “errcode” isn't a JSON pointer",
        ),
        (APP, "[\"/errmsg\"]", "\"errmsg\"", "refusal.message: “errmsg” isn't a JSON pointer"),
        (APP, "code = [", "codes = [", "unknown field `codes`"),
        (
            APP,
            "predecessor = \"lives\"\n",
            "",
            "lifetime.predecessor_minutes: only a predecessor that lives on",
        ),
        (
            APP,
            "predecessor_minutes = 5",
            "predecessor_minutes = 0",
            "lifetime.predecessor_minutes: at least one",
        ),
        (
            APP,
            "assume_minutes = 120",
            "assume_minutes = 0",
            "lifetime.assume_minutes: at least one",
        ),
        (
            APP,
            "assume_minutes = 120",
            "assume_minutes = 120\nassume_days = 1",
            "lifetime.assume_minutes: assume_days or assume_minutes, not both",
        ),
        (
            APP,
            "demand_minutes = 5",
            "rotates = true",
            "lifetime.rotates: belongs to a refresh token",
        ),
        (
            APP,
            "demand_minutes = 5",
            "refresh_token_days = 9",
            "lifetime.refresh_token_days: belongs to a refresh token",
        ),
        (APP, "\"jwt\"", "\"JWT\"", "unknown variant `JWT`"),
        (
            BOT,
            "renewal = \"none\"",
            "renewal = \"issue\"",
            "lifetime.renewal: “issue” is for grant = \"client_credentials\"",
        ),
        (
            BOT,
            "getMe\"\nsecret_path = true\nsuccess",
            "getMe\"\nsuccess",
            "messages.identity.url: “{access_token}” may not be in a path without secret_path = true",
        ),
        (
            BOT,
            "{api}/bot{access_token}/getMe\"\nsecret_path = true\nsuccess",
            "{api}/getMe\"\nsecret_path = true\nsuccess",
            "messages.identity.secret_path: is for an address with {access_token} in its path, once",
        ),
        (
            BOT,
            "{api}/bot{access_token}/getMe\"\nsecret_path = true\nsuccess",
            "{api}/{access_token}/{access_token}\"\nsecret_path = true\nsuccess",
            "messages.identity.secret_path: is for an address",
        ),
        (
            BOT,
            "{api}/bot{access_token}/getMe\"\nsecret_path = true\nsuccess",
            "{api}/getMe?token={access_token}\"\nsecret_path = true\nsuccess",
            "messages.identity.secret_path: is for an address",
        ),
        (
            BOT,
            "{api}/bot{access_token}/getMe\"\nsecret_path = true\nsuccess",
            "{api}/bot{access_token}/{refresh_token}\"\nsecret_path = true\nsuccess",
            "messages.identity.url: “{refresh_token}” may not be in a path",
        ),
        (
            BOT,
            "{api}/bot{access_token}/getMe\"\nsecret_path = true\n[refusal]",
            "{api}/bot{access_token}/getMe\"\n[refusal]",
            "calls[0].request.url: “{access_token}” may not be in a path without",
        ),
        (BOT, "User-Agent", "\"User Agent\"", "isn't a header field's name"),
        (BOT, "User-Agent", "Host", "headers.Host: “Host” is set by the program"),
        (
            BOT,
            "User-Agent",
            "Content-Length",
            "headers.Content-Length: “Content-Length” is set by the program",
        ),
        (BOT, "ExampleBot", "Example\\nBot", "headers.User-Agent: a header field is one line"),
        (
            BOT,
            "{version})\"",
            "{versions})\"",
            "headers.User-Agent: “{versions}” is not one of",
        ),
        (BOT, "[version]", "user-agent = \"x\"\n[version]", "“user-agent” is listed twice"),
        (
            BOT,
            "absent = true",
            "absent = true\nequals = \"x\"",
            "errors[1].absent: what is absent has no text",
        ),
        (
            BOT,
            "absent = true",
            "present = true\ncontains = \"x\"",
            "errors[1].present: equals and contains say already",
        ),
        (BOT, "pointer = \"/result\"\nabsent", "absent", "errors[1].absent: needs a pointer"),
        (BOT, "absent = true", "absent = false", "errors[1]: a wording needs a status"),
    ];
    for (file, from, to, sentence) in cases {
        assert_eq!(file.matches(from).count(), 1, "{from}");
        let said = faults(&file.replacen(from, to, 1));
        assert!(said.contains(sentence) && said.contains("(line "), "{from} → {to} said: {said}");
    }
}

#[test]
fn a_secret_in_a_path_is_for_the_access_token_alone() {
    for name in ["client_secret", "refresh_token", "app_token", "token", "code_verifier"] {
        let file = RIGHT.replace("{api}/token\"", &format!("{{api}}/{{{name}}}\"\nsecret_path = true"));
        let said = faults(&file);
        assert!(
            said.contains(&format!("messages.token.url: “{{{name}}}” may not be in a path")),
            "{said}"
        );
    }
}

#[test]
fn a_name_is_a_text_a_text_question_may_have_a_default_and_an_account_may_be_the_client() {
    let name = "name = { en = \"Shelf\", zh-Hans = \"书架\", zh-Hant = \"書架\" }";
    let named = RIGHT.lines().map(|line| if line.starts_with("name = ") { name } else { line });
    let named = named.collect::<Vec<_>>().join("\n");
    assert_eq!(faults(&named), "");
    let file = read(&named).unwrap();
    assert_eq!((file.name.of("zh-Hant"), file.name.of("de")), ("書架", "Shelf"));
    assert!(faults(&named.replace("書架", " ")).contains("name: the zh-Hant text is empty"));

    let question = |more: &str| {
        format!("{RIGHT}[[questions]]\nid = \"tenant\"\nkind = \"text\"\nlabel = \"Tenant\"\npattern = \"^[a-z]+$\"\n{more}\n")
    };
    assert_eq!(faults(&question("default = \"common\"")), "");
    for wrong in ["default = \"Common\"", "default = \" common\"", "default = \"\""] {
        assert!(faults(&question(wrong)).contains("default: is for kind"), "{wrong}");
    }
    let secret = question("default = \"common\"").replace("kind = \"text\"", "kind = \"client-secret\"");
    assert!(faults(&secret).contains("default: is for kind = \"text\""));

    let account = RIGHT.replacen("name = ", "client = \"account\"\nname = ", 1);
    assert!(faults(&account).contains("client: \"account\" is for grant = \"client_credentials\""));
    assert!(faults(&account.replacen("name = ", "client_id = \"x\"\nname = ", 1)).contains("client_id: client = \"account\" says"));
}
