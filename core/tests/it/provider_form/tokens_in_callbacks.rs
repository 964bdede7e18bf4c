//! An access token that comes in the authorization response itself, as WordPress's application passwords do: it is used by its login
//! name, and stays in no address, log, error or hint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keybearer_core::error::Code;
use keybearer_core::token::Secret;
use serde_json::json;
use url::Url;

use super::{Stage, with};
use crate::browser::{Reply, get, raw};
use crate::children;
use crate::log::Log;
use crate::rig::Login;

const FILE: &str = r##"
[authorize]
url = "{api}/wp-admin/authorize-application.php"
pkce = "none"
names = { redirect_uri = "success_url", response_type = "", scope = "", state = "" }
state_in_redirect = true
params = { app_name = "Keybearer" }
[callback]
access_token = "password"
username = "user_login"
denied = ["success"]
[messages.identity]
method = "GET"
url = "{api}/users/me"
authenticate = "basic"
answers = { user_id = "/id", username = "/slug", display_name = "/name" }
[messages.revocation]
method = "DELETE"
url = "{api}/users/me/application-passwords"
authenticate = "basic"
[[calls]]
id = "me"
meaning = "who this token is"
[calls.request]
method = "GET"
url = "{api}/users/{login_name}"
authenticate = "basic"
[[copies]]
id = "env"
kind = "env"
lines = ["WP_USER={login_name}", "WP_PASSWORD={access_token}"]
[[copies]]
id = "curl"
kind = "curl"
call = "me"
[[errors]]
pointer = "/code"
equals = "rest_not_logged_in"
category = "token-dead"
[lifetime]
expiry = "never"
renewal = "none"
"##;

const PASSWORD: &str = "abcd EFGH 1234 ijkl MNOP 6789";
const NAME: &str = "Ada Lovelace";

async fn stage() -> Stage {
    let s = Stage::new(&with("client = \"none\"", FILE)).await;
    s.server
        .answers("/users/me", "200 OK", "", &json!({ "id": 7, "slug": "ada", "name": "Ada" }));
    s.server
        .answers("/application-passwords", "200 OK", "", &json!({ "deleted": true }));
    s
}

/// The redirect URI that was sent, with the state in it.
fn home(s: &Stage, login: &Login) -> String {
    let link = Url::parse(&s.rig.keeper.consent_link(&login.id).unwrap()).unwrap();
    assert_eq!(link.query_pairs().count(), 2, "{link}");
    link.query_pairs().find(|(name, _)| name == "success_url").unwrap().1.into_owned()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// What the site adds to it.
fn answer(password: &str) -> String {
    format!(
        "&site_url=https%3A%2F%2Fa.example&user_login={}&password={}",
        encoded(NAME),
        encoded(password)
    )
}

/// The path that the browser is sent on to: nothing of the query is in the answer.
fn onwards(reply: &Reply) -> &str {
    assert_eq!((reply.status, reply.body.as_str()), (303, ""), "{reply:?}");
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.header("referrer-policy"), "no-referrer");
    reply.header("location")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_in_the_callback_is_kept_with_its_login_name() {
    let s = stage().await;
    let mut login = s.rig.wait(s.plan(&[])).await;
    let came = format!("{}{}", home(&s, &login), answer(PASSWORD));
    assert_eq!(onwards(&get(&came).await.unwrap()), "/done");
    let id = login.end().await.unwrap();
    let basic = format!("Basic {}", STANDARD.encode(format!("{NAME}:{PASSWORD}")));
    let has_basic = |request: &String| {
        request
            .lines()
            .any(|l| l.to_lowercase().starts_with("authorization: ") && l.ends_with(&basic))
    };
    assert!(has_basic(&s.server.asked("/users/me")[0]), "{:?}", s.server.asked("/users/me"));
    let account = s.account(&id);
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("ada", Some("7")));
    assert!(account.expires.is_none() && account.life_known && account.client.is_empty());
    assert_eq!(s.token(&id).await.unwrap(), PASSWORD);
    assert!(s.rig.book().contains(&format!("\"login_name\": \"{NAME}\"")));

    s.rig.keeper.verify(&id).await.unwrap();
    let env = s.rig.keeper.copied(&id, "env").await.unwrap();
    assert_eq!(env.text.expose(), format!("WP_USER='{NAME}'\nWP_PASSWORD='{PASSWORD}'\n"));
    s.server.answers("/users/Ada", "200 OK", "", &json!({ "echo": [basic, PASSWORD] }));
    let tried = s.rig.keeper.try_call(&id, "me", &[].into(), false).await.unwrap();
    assert!(
        tried.status == 200 && !tried.text.contains("abcd") && !tried.text.contains(&basic[6..]),
        "{tried:?}"
    );
    let shown = s.rig.keeper.prepare_call(&id, "me", &[].into()).unwrap();
    assert!(shown.headers.iter().any(|(_, value)| value.starts_with("Basic •")), "{shown:?}");
    let uses = s.rig.keeper.uses(&id).unwrap();
    let curl = uses.copies.iter().find(|c| c.id == "curl").unwrap();
    assert!(curl.shown.contains("Basic •"), "{}", curl.shown);
    assert!(s.rig.keeper.copied(&id, "curl").await.unwrap().text.expose().contains(&basic));

    // To another computer: the name goes with it. Then the password is revoked by itself.
    let passphrase = || Secret::new("correct horse battery");
    let ids = [id.clone()];
    let file = s.rig.keeper.export(&ids, passphrase(), false, s.rig.home.path()).await.unwrap();
    s.rig.keeper.delete_account(&id).await.unwrap();
    let arrived = s
        .rig
        .keeper
        .import(std::fs::read_to_string(file.path).unwrap(), passphrase())
        .await
        .unwrap();
    let id = arrived[0].account.clone().unwrap();
    s.rig.keeper.resume(&id).await.unwrap();
    s.rig.keeper.verify(&id).await.unwrap();
    s.rig.keeper.revoke(&id).await.unwrap();
    let revoked = s.server.asked("/application-passwords").remove(0);
    assert!(revoked.starts_with("DELETE ") && has_basic(&revoked), "{revoked}");
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_kept_though_nobody_says_whose_it_is() {
    let s = stage().await;
    s.server
        .answers("/users/me", "503 Sorry", "", &json!({ "code": "down", "message": "Maintenance" }));
    let mut login = s.rig.wait(s.plan(&[])).await;
    get(&format!("{}{}", home(&s, &login), answer(PASSWORD))).await.unwrap();
    let id = login.end().await.unwrap();
    assert_eq!((s.account(&id).name.as_str(), s.account(&id).verified), (NAME, None));
    s.server.answers("/users/me", "200 OK", "", &json!({ "id": 7, "slug": "ada" }));
    s.rig.keeper.verify(&id).await.unwrap();
    assert_eq!(s.account(&id).name, "ada");
    // Revoked at the site.
    let gone = json!({ "code": "rest_not_logged_in", "message": "You are not currently logged in.", "data": { "status": 401 } });
    s.server.answers("/users/me", "401 No", "", &gone);
    assert_eq!(s.rig.keeper.verify(&id).await.unwrap_err().code(), Code::TokenDead);
    // As sites say that ask for a password themselves (RFC 7617 §2).
    let wrong = json!({ "code": "wrong", "message": "Username or password is wrong." });
    s.server
        .answers("/users/me", "401 No", "WWW-Authenticate: Basic realm=\"a\"\r\n", &wrong);
    assert_eq!(s.rig.keeper.verify(&id).await.unwrap_err().code(), Code::TokenDead);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_on_the_page_comes_home() {
    let s = stage().await;
    for more in ["&success=false", "&success=false&user_login=ada&password=evil"] {
        let mut login = s.rig.wait(s.plan(&[])).await;
        assert_eq!(onwards(&get(&format!("{}{more}", home(&s, &login))).await.unwrap()), "/denied");
        assert_eq!(login.end().await.unwrap_err().code, Code::Denied);
    }
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_pasted_with_its_address_or_not_at_all() {
    let s = stage().await;
    let mut login = s.rig.wait(s.plan(&[])).await;
    let home = home(&s, &login);
    let (address, query) = home.split_once('?').unwrap();
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    for (text, code) in [
        (PASSWORD.to_owned(), Code::PasteNoCode),
        ("abcdEFGH1234ijklMNOP6789".into(), Code::PasteNoCode),
        (format!("{address}?x=y{}", answer("evil-evil")), Code::PasteNoState),
        (answer("evil-evil"), Code::PasteNoState),
        (format!("{address}?state=another{}", answer("evil-evil")), Code::PasteWrongState),
        (format!("{home}&password=evil-evil"), Code::PasteNoCode),
        (format!("{home}{}&password=evil-evil", answer("one")), Code::PasteNoCode),
        (
            format!("https://a.example/?{query}{}", answer("evil-evil")),
            Code::PasteOtherAddress,
        ),
        (link, Code::PasteAuthorizePage),
    ] {
        let error = s.rig.keeper.paste(&login.id, &text).unwrap_err();
        assert_eq!(error.code(), code, "{text}");
        let view = error.view();
        let said = format!("{error} {error:?} {view:?}");
        assert!(!said.contains("evil") && !said.contains(query), "{said}");
    }
    let seen = format!("{:?}", login.seen);
    assert!(!seen.contains(query), "the window shows the address without the state: {seen}");
    s.rig.keeper.paste(&login.id, &format!("  “{home}{}” ", answer(PASSWORD))).unwrap();
    let id = login.end().await.unwrap();
    assert_eq!(s.token(&id).await.unwrap(), PASSWORD);
    // The address that a console shows is compared without what may be a token.
    let check = s
        .rig
        .keeper
        .check_redirect("mine", "http://127.0.0.1:1/other", &format!("{address}?password=evil"));
    assert!(!format!("{:?}", check.unwrap()).contains("evil"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_stays_in_the_browser_whatever_comes() {
    let s = stage().await;
    let mut login = s.rig.wait(s.plan(&[])).await;
    let home = home(&s, &login);
    let (address, state) = home.split_once('?').unwrap();
    let evil = answer("evil-password");
    for (what, sent, to) in [
        ("no state", format!("{address}?x=y{evil}"), "/unsaid"),
        ("a wrong state", format!("{address}?state=another{evil}"), "/nobody"),
        ("the state twice", format!("{home}&{state}{evil}"), "/bad"),
        ("the password twice", format!("{home}{evil}&password=evil-2"), "/bad"),
        ("the name twice", format!("{home}{evil}&user_login=evil"), "/bad"),
        ("no name", format!("{home}&password=evil-password"), "/bad"),
        ("a name with a line feed", format!("{home}&password=evil&user_login=a%0Ab"), "/bad"),
        ("half an escape", format!("{home}{evil}%4"), "/bad"),
        ("no UTF-8", format!("{home}{evil}%ff"), "/bad"),
        (
            "another name of this computer",
            home.replace("127.0.0.1", "localhost") + &evil,
            "/nobody",
        ),
    ] {
        assert_eq!(onwards(&get(&sent).await.unwrap()), to, "{what}");
        assert!(login.is_waiting(), "{what}: {:?}", login.seen);
    }
    assert_eq!(login.hints(), ["answer-without-state"]);
    assert!(s.server.asked("/users/me").is_empty(), "nothing was tried");
    // The genuine one, from a page that says where it came from. Then again, and with another password.
    let (port, path) = address.strip_prefix("http://127.0.0.1:").unwrap().split_once('/').unwrap();
    let request = format!(
        "GET /{path}?{state}{} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nReferer: https://a.example/?password=evil\r\nSec-Fetch-Dest: document\r\n\r\n",
        answer(PASSWORD)
    );
    let reply = raw(&format!("127.0.0.1:{port}"), request.as_bytes()).await.unwrap();
    assert_eq!(onwards(&reply), "/done");
    assert_eq!(onwards(&get(&format!("{home}{}", answer(PASSWORD))).await.unwrap()), "/already");
    assert_eq!(onwards(&get(&format!("{home}{evil}")).await.unwrap()), "/nobody");
    let id = login.end().await.unwrap();
    assert_eq!(s.token(&id).await.unwrap(), PASSWORD);
    let page = get(&format!("http://127.0.0.1:{port}/nobody")).await.unwrap();
    assert!(page.status == 200 && page.header("referrer-policy") == "no-referrer");

    // One that comes after Cancel.
    let mut login = s.rig.wait(s.plan(&[])).await;
    let late = format!("{}{}", self::home(&s, &login), answer("evil-late"));
    s.rig.keeper.cancel_login(&login.id).unwrap();
    assert_eq!(login.end().await.unwrap_err().code, Code::Cancelled);
    assert_eq!(onwards(&get(&late).await.unwrap()), "/nobody");
    assert_eq!(s.rig.keeper.view().accounts.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_token_is_whole_and_a_longer_one_is_not_taken() {
    let s = stage().await;
    let mut login = s.rig.wait(s.plan(&[])).await;
    let home = home(&s, &login);
    assert!(
        get(&format!("{home}{}", answer(&"x".repeat(20_000))))
            .await
            .is_none_or(|r| r.status >= 400)
    );
    assert!(login.is_waiting());
    let long = "8 KB of it".repeat(820);
    assert_eq!(onwards(&get(&format!("{home}{}", answer(&long))).await.unwrap()), "/done");
    let id = login.end().await.unwrap();
    assert_eq!(s.token(&id).await.unwrap(), long);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_basic_cannot_carry_is_said() {
    let s = stage().await;
    let mut login = s.rig.wait(s.plan(&[])).await;
    get(&format!("{}&user_login=a%3Ab&password=abcdefgh", home(&s, &login)))
        .await
        .unwrap();
    let id = login.end().await.unwrap();
    assert_eq!(s.account(&id).trouble.unwrap().code, Code::InputInvalid);
    assert!(
        s.server.asked("/users/me").is_empty(),
        "a:b and a password would be read as another name"
    );
}

#[test]
fn no_log_and_no_error_has_it() {
    children::in_process("provider_form::tokens_in_callbacks::child_whose_log_is_read", |_| {});
}

#[tokio::test]
#[ignore = "a child's"]
async fn child_whose_log_is_read() {
    let log = Log::of_this_process();
    let s = stage().await;
    // The site says all of it again, and refuses.
    let basic = STANDARD.encode(format!("{NAME}:{PASSWORD}"));
    let echo = json!({ "code": "no", "message": format!("no {PASSWORD} {} {basic}", encoded(PASSWORD)) });
    s.server.answers("/users/me", "403 No", "", &echo);
    let mut login = s.rig.wait(s.plan(&[])).await;
    let home = home(&s, &login);
    let state = home.split_once("state=").unwrap().1;
    get(&format!("{home}{}&password=evil-password", answer(PASSWORD))).await.unwrap();
    get(&format!("{home}{}", answer(PASSWORD))).await.unwrap();
    let id = login.end().await.unwrap();
    let error = s.rig.keeper.verify(&id).await.unwrap_err();
    let view = s.rig.keeper.view();
    let said = format!(
        "{error:?} {:?} {:?} {view:?} {} {} {}",
        error.view(),
        login.seen,
        s.rig.keeper.diagnostics(),
        s.rig.book(),
        serde_json::to_string(&view).unwrap(),
    );
    let logged = log.text();
    assert!(logged.contains("redirect") && logged.contains("login done"), "the log was on");
    for secret in [PASSWORD, &encoded(PASSWORD), &basic, state, "evil-password", "user_login="] {
        for (place, text) in [("the log", &logged), ("what is shown", &said)] {
            let at = text.find(secret);
            assert_eq!(at.map(|at| &text[at.saturating_sub(80)..at]), None, "{secret} is in {place}");
        }
    }
}
