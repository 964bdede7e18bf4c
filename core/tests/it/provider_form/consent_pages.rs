//! Consent pages that differ from RFC 6749's: parameters by other names, the state in the path, no client or one that the file names,
//! and a code that is shown because no redirect URI was sent.

use keybearer_core::error::Code;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::{LoginPlan, StepKind};
use serde_json::json;
use url::Url;

use super::{Stage, with};
use crate::browser::get;
use crate::rig::{Login, Rig, steps};

/// As MiAuth: no client, the state in the path, and what comes back is that state.
const SESSIONS: &str = r##"
[authorize]
url = "{api}/miauth/{state}"
pkce = "none"
scope_separator = ","
names = { scope = "permission", redirect_uri = "callback", response_type = "", state = "" }
params = { name = "Keybearer", prompt = "consent" }
force_login = { prompt = "select_account consent" }
rerequest = { auth_type = "rerequest", name = "Keybearer again" }
[[scopes]]
id = "read:account"
default = true
meaning = "read"
[[scopes]]
id = "write:notes"
meaning = "write"
[callback]
code = "session"
state = "session"
[messages.token]
url = "{api}/api/miauth/{code}/check"
json = { session = "{code}" }
success = { pointer = "/ok", equals = "true" }
answers = { access_token = "/token" }
[messages.identity]
method = "GET"
url = "{api}/me"
authenticate = "bearer"
answers = { user_id = "/id", username = "/username" }
[messages.revocation]
url = "{api}/revoke"
form = { token = "{access_token}", client_id = "{client_id}" }
[[copies]]
id = "env"
kind = "env"
lines = ["MINE_CLIENT_ID={client_id}", "MINE_TOKEN={access_token}"]
[lifetime]
expiry = "never"
renewal = "none"
"##;

const CHECK: &str = "/api/miauth/";

async fn stage(file: &str) -> Stage {
    let s = Stage::new(file).await;
    s.server.answers(CHECK, "200 OK", "", &json!({ "ok": true, "token": "token-{n}" }));
    s.server.answers("/me", "200 OK", "", &json!({ "id": "7", "username": "ada" }));
    s.server.answers("/revoke", "200 OK", "", &json!({}));
    s
}

fn link(rig: &Rig, login: &Login) -> Url {
    rig.keeper.consent_link(&login.id).unwrap().parse().unwrap()
}

fn parameter(link: &Url, name: &str) -> Option<String> {
    let mut found = link.query_pairs().filter(|(k, _)| k == name).map(|(_, v)| v.into_owned());
    let first = found.next();
    assert_eq!(found.next(), None, "{name} is there once");
    first
}

/// The browser comes back with the session, and the login ends.
async fn comes_back(s: &Stage, login: &mut Login) -> String {
    let link = link(&s.rig, login);
    let session = link.path().rsplit('/').next().unwrap();
    let home = format!("{}?session={session}", parameter(&link, "callback").unwrap());
    assert_eq!(get(&home).await.unwrap().header("location"), "/done");
    login.end().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_without_clients_has_accounts_without_an_app() {
    let s = stage(&with("client = \"none\"", SESSIONS)).await;
    let plan = LoginPlan {
        scopes: vec!["write:notes".into(), "read:account".into()],
        ..s.plan(&[])
    };
    let mut login = s.rig.wait(plan.clone()).await;
    let asked = link(&s.rig, &login);
    let session = asked.path().strip_prefix("/miauth/").unwrap().to_owned();
    assert_eq!(session.len(), 43, "the state: {asked}");
    assert_eq!(parameter(&asked, "permission").as_deref(), Some("read:account,write:notes"));
    assert_eq!(parameter(&asked, "prompt").as_deref(), Some("consent"));
    for absent in ["client_id", "scope", "redirect_uri", "response_type", "state"] {
        assert_eq!(parameter(&asked, absent), None, "{asked}");
    }
    // A foreign session ends nothing, and neither does none.
    let home = parameter(&asked, "callback").unwrap();
    for stray in ["session=another", "session=", "state=x"] {
        assert_eq!(get(&format!("{home}?{stray}")).await.unwrap().status, 404, "{stray}");
    }
    // The page itself is pasted by mistake.
    let error = s.rig.keeper.paste(&login.id, asked.as_str()).unwrap_err();
    assert_eq!(error.code(), Code::PasteAuthorizePage);
    let id = comes_back(&s, &mut login).await;
    assert!(!steps(&login.seen).contains(&StepKind::ClientReady), "{:?}", login.seen);
    let sent = s.server.asked(CHECK).remove(0);
    assert!(sent.starts_with(&format!("POST /api/miauth/{session}/check ")), "{sent}");
    assert!(sent.ends_with(&format!("{{\"session\":\"{session}\"}}")), "{sent}");
    assert!(s.server.asked("oauth-authorization-server").is_empty());

    let account = s.account(&id);
    assert_eq!((account.name.as_str(), account.client.as_str()), ("ada", ""));
    assert!(account.verified.is_some() && account.trouble.is_none(), "{account:?}");
    assert!(s.rig.keeper.view().clients.is_empty());
    s.rig.keeper.verify(&id).await.unwrap();
    let copied = s.rig.keeper.copied(&id, "env").await.unwrap();
    assert_eq!(copied.text.expose(), "MINE_TOKEN=token-001\n");

    // The same person again is the same account, with the newer token; the session is pasted this time.
    let mut again = s.rig.wait(plan).await;
    let asked = link(&s.rig, &again);
    let session = asked.path().rsplit('/').next().unwrap();
    let address = format!("{}?session={session}", parameter(&asked, "callback").unwrap());
    s.rig.keeper.paste(&again.id, &address).unwrap();
    assert_eq!(again.end().await.unwrap(), id);
    assert_eq!(s.token(&id).await.unwrap(), "token-002");

    // To another computer and back, without an app.
    let folder = s.rig.home.path().to_owned();
    let passphrase = || Secret::new("correct horse battery");
    let ids = [id.clone()];
    let file = s.rig.keeper.export(&ids, passphrase(), false, &folder).await.unwrap();
    s.rig.keeper.delete_account(&id).await.unwrap();
    let sealed = std::fs::read_to_string(file.path).unwrap();
    let arrived = s.rig.keeper.import(sealed, passphrase()).await.unwrap();
    assert!(arrived[0].error.is_none(), "{arrived:?}");
    let id = arrived[0].account.clone().unwrap();
    s.rig.keeper.resume(&id).await.unwrap();
    s.rig.keeper.verify(&id).await.unwrap();
    s.rig.keeper.revoke(&id).await.unwrap();
    assert!(s.server.asked("/revoke")[0].ends_with("\r\n\r\ntoken=token-002"));
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parameters_of_one_login_replace_those_of_every_login() {
    let s = stage(&with("client = \"none\"", SESSIONS)).await;
    let plan = LoginPlan {
        force_login: true,
        rerequest: true,
        ..s.plan(&[])
    };
    let asked = link(&s.rig, &s.rig.wait(plan).await);
    assert_eq!(parameter(&asked, "prompt").as_deref(), Some("select_account consent"));
    assert_eq!(parameter(&asked, "name").as_deref(), Some("Keybearer again"));
    assert_eq!(parameter(&asked, "auth_type").as_deref(), Some("rerequest"));
    assert_eq!(parameter(&asked, "permission"), None, "no scope was chosen");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_the_server_has_not_approved_is_said() {
    let s = stage(&with("client = \"none\"", SESSIONS)).await;
    s.server.answers(CHECK, "200 OK", "", &json!({ "ok": false }));
    let mut login = s.rig.wait(s.plan(&[])).await;
    let link = link(&s.rig, &login);
    let session = link.path().rsplit('/').next().unwrap();
    get(&format!("{}?session={session}", parameter(&link, "callback").unwrap()))
        .await
        .unwrap();
    let error = login.end().await.unwrap_err();
    assert_eq!(error.code, Code::Refused);
    assert!(!format!("{error:?}").contains(session));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_the_file_names_is_sent_and_is_no_app_of_the_person() {
    let file = SESSIONS.replace(
        "permission\", redirect_uri",
        "permission\", client_id = \"client_key\", redirect_uri",
    );
    let s = stage(&with("client_id = \"shared-client.1\"", &file)).await;
    let mut login = s.rig.wait(s.plan(&[])).await;
    assert_eq!(parameter(&link(&s.rig, &login), "client_key").as_deref(), Some("shared-client.1"));
    let id = comes_back(&s, &mut login).await;
    let view = s.rig.keeper.view();
    assert!(view.clients.is_empty() && view.accounts[0].client.is_empty());
    assert!(!s.rig.keeper.provider("mine").unwrap().needs_app);
    let copied = s.rig.keeper.copied(&id, "env").await.unwrap();
    assert_eq!(copied.text.expose(), "MINE_CLIENT_ID=shared-client.1\nMINE_TOKEN=token-001\n");
    s.rig.keeper.revoke(&id).await.unwrap();
    assert!(s.server.asked("/revoke")[0].ends_with("\r\n\r\nclient_id=shared-client.1&token=token-001"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_shown_because_no_redirect_uri_was_sent() {
    let file = with("client_id = \"shared\"", SESSIONS)
        .replace("kind = \"loopback\"\npath = \"/callback/mine\"", "kind = \"out-of-band\"\nuri = \"\"")
        .replace("{api}/miauth/{state}", "{api}/authorize")
        .replace("pkce = \"none\"", "pkce = \"S256\"")
        .replace("redirect_uri = \"callback\", response_type = \"\", state = \"\"", "state = \"state\"")
        .replace("code = \"session\"\nstate = \"session\"", "")
        .replace("{api}/api/miauth/{code}/check", "{api}/token")
        .replace(
            "json = { session = \"{code}\" }",
            "authenticate = \"client\"\nform = { code = \"{code}\", redirect_uri = \"{redirect_uri}\", code_verifier = \"{code_verifier}\" }",
        );
    let s = stage(&file).await;
    s.server
        .answers("/token", "200 OK", "", &json!({ "ok": true, "token": "token-{n}" }));
    let plan = LoginPlan {
        redirect: Some(RedirectKind::OutOfBand),
        ..s.plan(&[])
    };
    let mut login = s.rig.wait(plan).await;
    let asked = link(&s.rig, &login);
    assert_eq!(
        (parameter(&asked, "redirect_uri"), parameter(&asked, "callback")),
        (None, None),
        "{asked}"
    );
    assert!(parameter(&asked, "code_challenge").is_some() && parameter(&asked, "state").is_some());
    s.rig.keeper.paste(&login.id, "the-code-on-the-page").unwrap();
    login.end().await.unwrap();
    let sent = s.server.asked("/token").remove(0);
    let body = sent.split_once("\r\n\r\n").unwrap().1;
    assert!(body.starts_with("code=the-code-on-the-page&code_verifier="), "{body}");
    assert!(body.ends_with("&client_id=shared") && !body.contains("redirect_uri"), "{body}");
    let shown = s.rig.keeper.provider("mine").unwrap().redirects;
    assert_eq!(shown[0].redirect_uri, None, "there is nothing to register");
}
