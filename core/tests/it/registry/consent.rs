//! What the form takes and refuses where a login goes through a consent page: names of parameters, where the state is, no client or one
//! that the file names, and an access token in the callback.

use keybearer_core::provider::check::read;
use keybearer_core::provider::{ClientUse, Parameter};

use super::{RIGHT, faults};

/// A file without a client whose consent page brings the token itself.
const TOKEN: &str = r##"
format = 1
id = "site"
name = "Site"
client = "none"
mark = { letters = "S", color = "#000000" }
summary = "A site"
[hosts]
api = "https://api.example.org"
[[redirects]]
kind = "https-loopback"
port = 47999
path = "/callback/site"
[[redirects]]
kind = "paste"
port = 47999
path = "/callback/site"
[authorize]
url = "{api}/authorize"
pkce = "none"
names = { redirect_uri = "success_url", response_type = "", state = "" }
state_in_redirect = true
params = { app_name = "Keybearer" }
[callback]
access_token = "password"
username = "user_login"
denied = ["success"]
[messages.identity]
method = "GET"
url = "{api}/me"
authenticate = "basic"
answers = { username = "/name" }
[lifetime]
renewal = "none"
"##;

/// The file of tests that are not about tokens, with a client that the file names.
fn named() -> String {
    let right = RIGHT.replace("summary =", "client_id = \"shared\"\nsummary =");
    let question = right.split("[[questions]]").nth(1).unwrap();
    let end = question.find("[[client_types]]").unwrap();
    let right = right.replace(&format!("[[questions]]{}", &question[..end]), "");
    right.replace("[[client_types]]\nid = \"public\"\nauthentication = \"none\"\n", "")
}

#[test]
fn files_with_these_words_are_taken() {
    assert_eq!((faults(TOKEN), faults(&named())), (String::new(), String::new()));
    let site = read(TOKEN).unwrap();
    assert!(site.client == ClientUse::None && !site.needs_app() && site.messages.token.is_none());
    let authorize = site.authorize.unwrap();
    assert_eq!(authorize.name(Parameter::RedirectUri), Some("success_url"));
    assert_eq!(authorize.name(Parameter::State), None);
    assert_eq!(authorize.name(Parameter::ClientId), Some("client_id"));
    let named = read(&named()).unwrap();
    assert!(!named.needs_app() && named.client_id.as_deref() == Some("shared"));
    assert!(read(RIGHT).unwrap().needs_app());
    let in_path = RIGHT.replace("{api}/authorize\"", "{api}/authorize/{state}\"\nnames = { state = \"\" }");
    assert_eq!(faults(&in_path), "");
    let none = RIGHT.replace(
        "kind = \"loopback\"\nhost = \"localhost\"\nport = 8080\npath = \"/callback\"",
        "kind = \"out-of-band\"\nuri = \"\"",
    );
    assert_eq!(faults(&none), "");
}

#[test]
fn each_fault_names_its_place() {
    let named = named();
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            RIGHT,
            "params = {",
            "names = { client_id = \"key\", scope = \"key\" }\nparams = {",
            "authorize.names.client_id: “key” is the name of two parameters",
        ),
        (
            RIGHT,
            "params = {",
            "names = { client_id = \"scope\" }\nparams = {",
            "authorize.names.client_id: “scope” is the name of two parameters",
        ),
        (
            RIGHT,
            "params = {",
            "names = { client_id = \"lang\" }\nparams = {",
            "authorize.params.lang: “lang” is set by the program",
        ),
        (
            RIGHT,
            "params = { lang = \"en\" }",
            "names = { client_id = \"key\" }\nparams = { client_id = \"x\" }",
            "authorize.params.client_id: “client_id” is set by the program",
        ),
        (
            RIGHT,
            "params = { lang = \"en\" }",
            "names = { client_id = \"key\" }\nforce_login = { key = \"x\" }",
            "authorize.force_login.key: “key” is set by the program",
        ),
        (
            RIGHT,
            "params = {",
            "names = { client = \"key\" }\nparams = {",
            "unknown variant `client`",
        ),
        (
            RIGHT,
            "params = {",
            "names = { state = \"\" }\nparams = {",
            "authorize.names.state: the state must be sent",
        ),
        (
            RIGHT,
            "params = {",
            "state_in_redirect = true\nparams = {",
            "authorize.state_in_redirect: the state would come back twice",
        ),
        (TOKEN, "client = \"none\"", "client = \"some\"", "unknown variant `some`"),
        (
            TOKEN,
            "client = \"none\"",
            "client = \"none\"\nclient_id = \"x\"",
            "client_id: client = \"none\" says that there is none",
        ),
        (&named, "\"shared\"", "\"\"", "client_id: visible ASCII characters"),
        (&named, "\"shared\"", "\"a b\"", "client_id: visible ASCII characters"),
        (
            &named,
            "[[redirects]]",
            "[[questions]]\nid = \"s\"\nkind = \"client-secret\"\nlabel = \"S\"\n[[redirects]]",
            "questions[0].kind: client_id says that there is nothing to ask",
        ),
        (
            &named,
            "[[redirects]]",
            "[[client_types]]\nid = \"public\"\nauthentication = \"none\"\n[[redirects]]",
            "client_types: client_id leaves nothing to choose",
        ),
        (
            &named,
            "[messages.token]",
            "[messages.registration]\nurl = \"{api}/apps\"\n[messages.token]",
            "messages.registration: client_id says that no app is registered",
        ),
        (
            &named,
            "client_id = \"shared\"",
            "client_id = \"shared\"\ngrant = \"client_credentials\"",
            "client_id: this grant needs an app of the person's",
        ),
        (
            TOKEN,
            "\"basic\"",
            "\"client\"",
            "messages.identity.authenticate: client = \"none\" says that there is no client",
        ),
        (
            TOKEN,
            "username = \"user_login\"\n",
            "",
            "messages.identity.authenticate: basic needs the login name",
        ),
        (
            TOKEN,
            "access_token = \"password\"\n",
            "",
            "callback.username: belongs to an access_token",
        ),
        (
            TOKEN,
            "username = \"user_login\"",
            "username = \"password\"",
            "callback.access_token: access_token, username and state have names of their own",
        ),
        (
            TOKEN,
            "access_token = \"password\"",
            "access_token = \"state\"",
            "callback.access_token: access_token, username and state have names of their own",
        ),
        (
            TOKEN,
            "[lifetime]",
            "[messages.token]\nurl = \"{api}/token\"\n[lifetime]",
            "messages.token: callback.access_token says that the token comes without it",
        ),
        (TOKEN, "pkce = \"none\"", "pkce = \"S256\"", "authorize.pkce: no code comes"),
        (
            TOKEN,
            "[authorize]",
            "[[redirects]]\nkind = \"relay\"\n[authorize]",
            "redirects[2].kind: a token may come to this computer only",
        ),
        (
            TOKEN,
            "[authorize]",
            "[[redirects]]\nkind = \"private-use-scheme\"\n[authorize]",
            "redirects[2].kind: a token may come to this computer only",
        ),
        (
            TOKEN,
            "[authorize]",
            "[[redirects]]\nkind = \"out-of-band\"\n[authorize]",
            "redirects[2].kind: a token may come to this computer only",
        ),
        (
            TOKEN,
            "client = \"none\"",
            "client = \"none\"\ngrant = \"import\"",
            "callback.access_token: comes with the answer of the consent page",
        ),
    ];
    for (file, from, to, sentence) in cases {
        assert_eq!(file.matches(from).count(), 1, "{from}");
        let said = faults(&file.replacen(from, to, 1));
        assert!(said.contains(sentence) && said.contains("(line "), "{from} → {to} said: {said}");
    }
}

#[test]
fn what_other_programs_see_must_be_worth_nothing() {
    for kind in ["relay", "private-use-scheme"] {
        let file = named().replace(
            "kind = \"loopback\"\nhost = \"localhost\"\nport = 8080",
            &format!("kind = \"{kind}\""),
        );
        assert_eq!(faults(&file), "", "PKCE proves who redeems the code");
        let said = faults(&file.replace("[authorize]", "[authorize]\npkce = \"none\""));
        assert!(
            said.contains("redirects[0].kind: other programs could use what comes by it"),
            "{said}"
        );
    }
}

#[test]
fn oauth_1_has_neither_names_nor_a_state() {
    let file = RIGHT
        .replace("summary =", "grant = \"oauth1\"\nsummary =")
        .replace("params = {", "names = { scope = \"x\" }\nstate_in_redirect = true\nparams = {");
    let said = faults(&file);
    for sentence in [
        "authorize.names: a request of OAuth 1.0a has none of these parameters",
        "authorize.url: OAuth 1.0a has no state",
    ] {
        assert!(said.contains(sentence), "{said}");
    }
}
