//! The provider files as a registry: what is broken is refused with a sentence that says where, and what is shipped holds
//! together (`shipped`).

mod consent;
mod device;
mod facts;
mod form;
mod lazy;
mod posts;
mod rehearsal;
mod shipped;
mod writing;

use keybearer_core::provider::Port;
use keybearer_core::provider::check::read;

/// A file that is right; the tests break it in one place each.
pub const RIGHT: &str = r##"
format = 1
id = "mine"
name = "Mine"
mark = { letters = "M", color = "#000000" }
summary = { en = "One line.", zh-Hans = "一行。", zh-Hant = "一行。" }
docs = "https://example.org/docs"
account_name = "@{username}"
[hosts]
api = "https://api.example.org"
[[questions]]
id = "client_id"
kind = "client-id"
label = { en = "Id", zh-Hans = "编号", zh-Hant = "編號" }
pattern = "^[0-9]+$"
[[client_types]]
id = "public"
authentication = "none"
[[redirects]]
kind = "loopback"
host = "localhost"
port = 8080
path = "/callback"
[authorize]
url = "{api}/authorize"
params = { lang = "en" }
[[scopes]]
id = "read"
meaning = { en = "read", zh-Hans = "读", zh-Hant = "讀" }
[messages.token]
url = "{api}/token"
authenticate = "client"
form = { grant_type = "authorization_code", code = "{code}", code_verifier = "{code_verifier}" }
answers = { user_id = "/user_id" }
[[errors]]
pointer = "/error"
equals = "bad"
category = "code-spent"
"##;

/// More faults, of fields that the shipped files do not have.
const LATER: &[(&str, &str, &str)] = &[
    (
        "kind = \"loopback\"",
        "kind = \"loopback\"\nuri = \"oob\"",
        "redirects[0].uri: a word or nothing, and only an out-of-band redirect has one",
    ),
    (
        "[authorize]",
        "[[console]]\ntext = { en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }\ncopy = [\"{redirect}\"]\n[authorize]",
        "console[0].copy: “{redirect}” is not one of",
    ),
    (
        "[authorize]",
        "[[console]]\ntext = \"a\"\nfields = [\"client-secret\"]\n[authorize]",
        "console[0].fields[0]: no question of this kind",
    ),
    (
        "[authorize]",
        "[[console]]\ntext = \"a\"\nfields = [\"client-id\"]\n[[console]]\ntext = \"b\"\nfields = [\"client-id\"]\n[authorize]",
        "console[1].fields[0]: is answered at an earlier step",
    ),
    (
        "[authorize]",
        "[[console]]\ntext = \"a\"\nfor_redirects = [\"relay\"]\n[authorize]",
        "console[0].for_redirects[0]: no redirect “relay”",
    ),
    (
        "[authorize]",
        "[[console]]\ntext = \"a\"\nsolves = [\"user-denied\"]\n[authorize]",
        "console[0].solves: no step puts a person's refusal right",
    ),
    (
        "id = \"read\"",
        "id = \"read\"\ngranted_only = true\nmeaning = \"a\"\n[[console]]\ntext = \"a\"\npermissions = true\n[[scopes]]\nid = \"more\"\ngranted_only = true",
        "console[0].permissions: no scope is asked for",
    ),
    (
        "kind = \"loopback\"\nhost = \"localhost\"\nport = 8080\npath = \"/callback\"\n",
        "kind = \"out-of-band\"\n[[console]]\ntext = \"a\"\nredirect = true\n",
        "console[0].redirect: no redirect has an address",
    ),
    (
        "[hosts]",
        "[tile_info]\ngroup = \"social\"\ncost = \"cheap\"\n[hosts]",
        "unknown variant `cheap`, expected one of `free`",
    ),
    (
        "[hosts]",
        "[tile_info]\ngroup = \"social\"\ncost = \"free\"\naliases = [\"a\", \" \"]\n[hosts]",
        "tile_info.aliases[1]: “ ”: from 1 to 40 characters",
    ),
    (
        "[hosts]",
        "[tile_info]\ngroup = \"social\"\ncost = \"free\"\naliases = [\"a\", \"a\"]\n[hosts]",
        "tile_info.aliases[1]: “a” is listed twice",
    ),
    (
        "[authorize]",
        "[adopt]\nprefixes = [\"\"]\n[authorize]",
        "adopt.prefixes: one of them is empty",
    ),
    (
        "[authorize]",
        "[adopt]\npatterns = [\".*\"]\n[authorize]",
        "adopt.patterns[0]: fits any text",
    ),
    (
        "[authorize]",
        "[adopt]\npatterns = [\"(\"]\n[authorize]",
        "“(” isn't a valid pattern",
    ),
    (
        "params = { lang = \"en\" }",
        "stuck = [{ shows = \"x\", category = \"no\" }]",
        "unknown variant `no`",
    ),
];

/// What a list of statuses may not be; each stands in place of a right one's part.
const LISTS: &[(&str, &str, &str)] = &[
    ("page = 40", "page = 0", "statuses.page: from 1 to 1000"),
    ("page = 40", "page = 1001", "statuses.page: from 1 to 1000"),
    ("page = 40\n", "", "missing field `page`"),
    ("\"GET\"", "\"POST\"", "statuses.request: GET, authenticated by bearer"),
    ("\"bearer\"", "\"client\"", "statuses.request: GET, authenticated by bearer"),
    ("\"{media}\"", "\"true\"", "statuses.filters[0].id: “media” is not in the query"),
    ("id = \"media\"", "id = \"user_id\"", "statuses.filters[0].id: “user_id” is taken"),
    ("id = \"media\"", "id = \"limit\"", "statuses.filters[0].id: “limit” is taken"),
    ("\"{limit}\"", "\"{most}\"", "statuses.request.query.limit: “{most}” is not one of"),
    (
        "{api}/of/{user_id}",
        "https://evil.example/",
        "must begin with a host of the hosts table",
    ),
    ("{user_id}", "{access_token}", "may not be in a path"),
];

#[test]
fn each_fault_of_a_list_is_refused_with_a_sentence() {
    let list = "
[statuses]
page = 40
[[statuses.filters]]
id = \"media\"
meaning = { en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }
[statuses.request]
method = \"GET\"
url = \"{api}/of/{user_id}\"
authenticate = \"bearer\"
query = { limit = \"{limit}\", m = \"{media}\" }
";
    assert_eq!(faults(&format!("{RIGHT}{list}")), "");
    for (from, to, sentence) in LISTS {
        assert!(list.contains(from), "{from}");
        let said = faults(&format!("{RIGHT}{}", list.replacen(from, to, 1)));
        assert!(said.contains(sentence), "{from} → {to} said: {said}");
    }
}

pub fn faults(source: &str) -> String {
    read(source)
        .err()
        .map(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        .unwrap_or_default()
}

#[test]
fn a_right_file_is_taken() {
    assert_eq!(faults(RIGHT), "");
    let mine = read(RIGHT).unwrap();
    assert_eq!(mine.redirects[0].port, Port::Fixed(8080));
}

#[test]
fn each_fault_is_refused_with_a_sentence() {
    let cases: &[(&str, &str, &str)] = &[
        (
            "name = \"Mine\"",
            "name = \"Mine\"\ncolour = 1",
            "unknown field `colour`, expected one of `format`, `id`",
        ),
        ("name = \"Mine\"\n", "", "missing field `name`"),
        ("format = 1", "format = 2", "format: 2: this program reads format 1 (line 2)"),
        (
            "id = \"mine\"",
            "id = \"My File\"",
            "id: “My File”: lower-case letters, digits and hyphens only",
        ),
        ("id = \"mine\"", "id = \"../mine\"", "lower-case letters"),
        ("zh-Hant = \"一行。\"", "", "missing field `zh-Hant`"),
        ("zh-Hant = \"一行。\"", "zh-Hant = \" \"", "summary: the zh-Hant text is empty"),
        ("zh-Hans = \"读\"", "zh-Hans = \"\"", "scopes[0].meaning: the zh-Hans text is empty"),
        (
            "https://api.example.org",
            "http://api.example.org",
            "hosts.api: “http://api.example.org” must be an https origin",
        ),
        ("https://api.example.org", "https://api.example.org/v1", "must be an https origin"),
        ("https://api.example.org", "https://me@api.example.org", "must be an https origin"),
        ("https://api.example.org", "ftp://api.example.org", "must be an https origin"),
        (
            "https://api.example.org",
            "https://{username}.example.org",
            "must be an https origin",
        ),
        ("api = \"https://api", "code = \"https://api", "hosts.code: the name is taken"),
        (
            "https://example.org/docs",
            "http://example.org/docs",
            "“http://example.org/docs” must be https",
        ),
        ("https://example.org/docs", "javascript:alert(1)", "must be https"),
        ("^[0-9]+$", "(", "questions[0].pattern: “(” isn't a valid pattern"),
        (
            "[[client_types]]",
            "[[questions]]\nid = \"client_id\"\nkind = \"text\"\nlabel = { en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }\n[[client_types]]",
            "questions[1].id: “client_id” is listed twice",
        ),
        (
            "[[client_types]]",
            "[[questions]]\nid = \"type\"\nkind = \"client-type\"\ndefault = \"secret\"\nlabel = { en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }\n[[client_types]]",
            "questions[1].default: is for kind",
        ),
        (
            "host = \"localhost\"",
            "host = \"0.0.0.0\"",
            "redirects[0].host: 127.0.0.1 or localhost",
        ),
        (
            "host = \"localhost\"",
            "host = \"example.org\"",
            "redirects[0].host: 127.0.0.1 or localhost",
        ),
        (
            "kind = \"loopback\"",
            "kind = \"private-use-scheme\"",
            "redirects[0].host: only a loopback redirect has one",
        ),
        (
            "kind = \"loopback\"",
            "kind = \"window\"",
            "unknown variant `window`, expected one of `loopback`",
        ),
        (
            "path = \"/callback\"",
            "path = \"callback\"",
            "redirects[0].path: must begin with a slash",
        ),
        ("path = \"/callback\"", "path = \"/callback?x=y\"", "redirects[0].path"),
        ("path = \"/callback\"", "path = \"/{client_secret}\"", "redirects[0].path"),
        (
            "path = \"/callback\"",
            "path = \"/callback\"\nclient_types = [\"secret\"]",
            "redirects[0].client_types: no client type “secret”",
        ),
        (
            "[authorize]",
            "[[redirects]]\nkind = \"loopback\"\n[authorize]",
            "redirects[1].kind: “loopback” is listed twice",
        ),
        ("port = 8080", "port = 80800", "port"),
        (
            "{api}/authorize",
            "https://evil.example/authorize",
            "must begin with a host of the hosts table",
        ),
        (
            "{api}/authorize",
            "{api}.evil.example/authorize",
            "must begin with a host of the hosts table",
        ),
        ("{api}/authorize", "{server}/authorize", "must begin with a host of the hosts table"),
        ("{api}/token", "{api}/{nonsense}", "“{nonsense}” is not one of access_token"),
        (
            "{api}/token",
            "{api}/token/{client_secret}",
            "“{client_secret}” may not be in a path",
        ),
        ("{api}/authorize", "{api}/authorize/{access_token}", "may not be in a path"),
        ("{api}/token", "{api}/{}", "isn't a placeholder"),
        ("{api}/token", "{api}/{token", "leaves a brace open"),
        ("\"{code}\"", "\"{cod}\"", "messages.token.form.code: “{cod}” is not one of"),
        (
            "lang = \"en\"",
            "state = \"0\"",
            "authorize.params.state: “state” is set by the program",
        ),
        (
            "lang = \"en\"",
            "redirect_uri = \"x\"",
            "authorize.params.redirect_uri: “redirect_uri” is set by the program",
        ),
        ("lang = \"en\"", "code_challenge = \"x\"", "is set by the program"),
        (
            "answers = {",
            "json = { a = \"b\" }\nanswers = {",
            "messages.token.json: form or json, not both",
        ),
        ("/user_id", "user_id", "messages.token.answers: “user_id” isn't a JSON pointer"),
        (
            "answers = { user_id",
            "answers = { user_name",
            "unknown variant `user_name`, expected one of `access_token`",
        ),
        ("\"client\"", "\"me\"", "unknown variant `me`"),
        ("equals = \"bad\"\n", "", "errors[0]: a wording needs a status, equals or contains"),
        (
            "pointer = \"/error\"",
            "pointer = \"error\"",
            "errors[0].pointer: “error” isn't a JSON pointer",
        ),
        (
            "pointer = \"/error\"",
            "message = \"refresh\"",
            "errors[0].message: no message “refresh”",
        ),
        ("code-spent", "oops", "unknown variant `oops`"),
        (
            "[[errors]]",
            "[[scopes]]\nid = \"read\"\nmeaning = { en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }\n[[errors]]",
            "scopes[1].id: “read” is listed twice",
        ),
        (
            "[authorize]\nurl = \"{api}/authorize\"\nparams = { lang = \"en\" }\n",
            "",
            "authorize: is missing",
        ),
        ("name = \"Mine\"", "name = ", "TOML parse error"),
    ];
    for (from, to, sentence) in cases.iter().chain(LATER) {
        assert_eq!(RIGHT.matches(from).count().max(1), RIGHT.matches(from).count(), "{from}");
        let said = faults(&RIGHT.replacen(from, to, 1));
        assert!(said.contains(sentence), "{from} → {to} said: {said}");
    }
    // Without redirects, hosts or a token message there is no login.
    let without = |from: &str, to: &str| {
        let (start, end) = (RIGHT.find(from).unwrap(), RIGHT.find(to).unwrap());
        faults(&format!("{}{}", &RIGHT[..start], &RIGHT[end..]))
    };
    assert!(without("[[redirects]]", "[authorize]").contains("redirects: at least one is needed"));
    assert!(without("[messages.token]", "[[errors]]").contains("messages.token: is missing"));
    let hostless = RIGHT.replace("[hosts]\napi = \"https://api.example.org\"\n", "[hosts]\n");
    assert!(faults(&hostless).contains("hosts: at least one is needed"));
    // All faults are said, not only the first.
    let two = RIGHT.replace("\"/callback\"", "\"callback\"").replace("format = 1", "format = 9");
    assert_eq!(faults(&two).lines().count(), 2);
}
