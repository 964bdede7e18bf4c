//! `renewal = "issue"`: an app's own token is asked for once more when it is wanted, also when it is over.

use keybearer_core::deliver::file::place;
use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::token::Secret;
use keybearer_core::view::{Standing, Target};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{APP, DAY, HEAD, MINUTE, Stage};
use crate::raw_server::http;
use crate::rig::until;

/// As WeChat's stable_token: JSON only, and a refusal is a 200 with an errcode.
fn file() -> String {
    let head = HEAD.replace("[hosts]", "grant = \"client_credentials\"\n[hosts]");
    let rest = r#"
[messages.token]
url = "{api}/cgi-bin/stable_token"
json = { grant_type = "client_credential", appid = "{client_id}", secret = "{client_secret}" }
success = { pointer = "/errcode", absent = true }
[messages.identity]
method = "GET"
url = "{api}/cgi-bin/account"
query = { access_token = "{access_token}" }
answers = { user_id = "/id", username = "/name" }
[refusal]
code = "/errcode"
message = "/errmsg"
[[errors]]
message = "token"
pointer = "/errcode"
equals = "40125"
category = "client-auth"
[[errors]]
pointer = "/errcode"
equals = ["40014", "42001"]
category = "token-dead"
[lifetime]
renewal = "issue"
demand_minutes = 5
predecessor = "lives"
predecessor_minutes = 5
"#;
    format!("{head}{APP}{rest}")
}

const TOKEN: &str = "/cgi-bin/stable_token";
const WHO: &str = "/cgi-bin/account";

fn issued() -> Value {
    json!({ "access_token": "token-{n}", "expires_in": 7200 })
}

async fn stage() -> Stage {
    let s = Stage::new(&file()).await;
    s.server.answers(TOKEN, "200 OK", "", &issued());
    s.server.answers(WHO, "200 OK", "", &json!({ "id": "gh_1", "name": "My account" }));
    s
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_issued_again_when_it_is_wanted_however_old_it_is() {
    let s = stage().await;
    let account = s.log_in(s.app()).await;
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("My account", Some("gh_1")));
    assert!(account.renews_on_demand && account.renews_until.is_none() && account.verified.is_some());
    assert_eq!(account.renews_from, account.expires.map(|end| end - 5 * MINUTE));
    assert!(!account.needs_login && account.breaks.is_none() && account.renews_next.is_none());
    assert_eq!(account.standing, Standing::RenewsOnDemand);
    let sent = s.server.asked(TOKEN).remove(0);
    assert!(
        sent.contains("application/json") && sent.contains(r#""secret":"app-secret-1""#),
        "{sent}"
    );
    let id = account.id;
    s.later(114 * MINUTE);
    assert_eq!(s.token(&id).await.unwrap(), "token-001", "six minutes are enough");
    // Nobody wants it: the scheduler leaves it alone, also when it is over.
    for _ in 0..3 {
        assert!(s.rig.keeper.sweep().await.is_empty());
        s.later(DAY);
    }
    assert_eq!(
        s.account(&id).standing,
        Standing::RenewsOnDemand,
        "a token that is over is not dead"
    );
    assert!(!s.account(&id).needs_login && s.rig.keeper.take_notices().await.unwrap().is_empty());
    assert_eq!(s.token(&id).await.unwrap(), "token-002");
    s.later(115 * MINUTE + 30);
    assert_eq!(s.token(&id).await.unwrap(), "token-003", "fewer than five minutes remain");
    assert_eq!(s.server.count(TOKEN), 3);
    assert!(s.account(&id).step_back_until.is_none(), "the next one is had for the asking");
    // A person who presses Renew is told that there is no need; "anyway" asks.
    let early = s.rig.keeper.renew(&id, Reason::Asked).await.unwrap_err();
    assert_eq!(early.code(), "renewal-not-needed");
    s.rig.keeper.renew(&id, Reason::Anyway).await.unwrap();
    assert_eq!(s.token(&id).await.unwrap(), "token-004");
    // The same app typed again is the same account.
    assert_eq!(s.log_in(s.app()).await.id, id);
    assert_eq!(s.rig.keeper.view().accounts.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_who_want_it_at_once_ask_once() {
    let s = stage().await;
    let id = s.log_in(s.app()).await.id;
    s.later(DAY);
    let mut wanted = JoinSet::new();
    for _ in 0..8 {
        let (keeper, id) = (s.rig.keeper.clone(), id.clone());
        wanted.spawn(async move { keeper.access_token(&id, Purpose::Token).await.unwrap() });
    }
    let tokens = wanted.join_all().await;
    assert_eq!((tokens.len(), s.server.count(TOKEN)), (8, 2));
    assert!(tokens.iter().all(|token| token.expose() == "token-002"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_reads_a_file_has_a_token_that_works() {
    let s = stage().await;
    let id = s.log_in(s.app()).await.id;
    let path = s.rig.home.path().join("bot/.env");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let target = Target::EnvFile {
        place: place(&path).unwrap(),
        key: "TOKEN".into(),
    };
    let delivery = s.rig.keeper.add_delivery(&id, target, None).await.unwrap();
    let shown = || s.rig.keeper.view().deliveries.into_iter().find(|d| d.id == delivery).unwrap();
    let has = async |token: &str| {
        let wanted = || std::fs::read_to_string(&path).unwrap_or_default().contains(token) && shown().current;
        until(token, wanted).await;
    };
    has("token-001").await;
    s.later(114 * MINUTE);
    assert!(s.rig.keeper.sweep().await.is_empty(), "six minutes are left");
    s.later(MINUTE + 10);
    assert_eq!(s.rig.keeper.sweep().await.len(), 1, "fewer than five");
    has("token-002").await;
    s.later(10 * DAY);
    assert_eq!(s.rig.keeper.sweep().await.len(), 1, "the computer was off");
    has("token-003").await;
    // The platform gives the same token while it lives long enough: that is asked for once a minute, and sent nowhere.
    s.later(118 * MINUTE);
    s.server
        .answers(TOKEN, "200 OK", "", &json!({ "access_token": "token-003", "expires_in": 120 }));
    let delivered = shown().done;
    assert_eq!(s.rig.keeper.sweep().await.len(), 1);
    assert!(s.rig.keeper.sweep().await.is_empty(), "not at once");
    let again = shown();
    assert!(again.current && again.done == delivered);
    s.later(MINUTE + 1);
    s.server
        .answers(TOKEN, "200 OK", "", &json!({ "access_token": "token-new", "expires_in": 7200 }));
    assert_eq!(s.rig.keeper.sweep().await.len(), 1);
    has("token-new").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_costs_nothing() {
    let s = stage().await;
    let id = s.log_in(s.app()).await.id;
    // While it works it is handed out, whatever the server does.
    s.later(116 * MINUTE);
    s.server.bytes(TOKEN, Vec::new());
    assert_eq!(s.token(&id).await.unwrap(), "token-001");
    s.later(DAY);
    assert_eq!(s.token(&id).await.unwrap_err(), "server-unreachable");
    let account = s.account(&id);
    assert!(
        account.trouble.is_none() && account.standing == Standing::RenewsOnDemand,
        "{account:?}"
    );
    assert!(s.rig.book().contains("\"renewing\": null"), "no renewal is in doubt");
    s.server.answers(TOKEN, "200 OK", "", &issued());
    assert!(s.token(&id).await.unwrap().starts_with("token-"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_is_refused_is_said_and_replaced() {
    let s = stage().await;
    let account = s.log_in(s.app()).await;
    let (id, client) = (account.id, account.client);
    s.server.answers(
        TOKEN,
        "200 OK",
        "",
        &json!({ "errcode": 40125, "errmsg": "invalid appsecret app-secret-1 rid: 6" }),
    );
    s.later(DAY);
    assert_eq!(s.token(&id).await.unwrap_err(), "client-auth");
    let trouble = s.account(&id).trouble.unwrap();
    assert_eq!(
        (trouble.code.as_str(), trouble.detail.as_deref()),
        ("client-auth", Some("invalid appsecret … rid: 6"))
    );
    assert!(
        !s.account(&id).standing.needs_login(),
        "the app's secret is replaced, and nobody logs in"
    );
    s.server.answers(TOKEN, "200 OK", "", &issued());
    s.rig.keeper.replace_secret(&client, "", Secret::new("app-secret-2")).await.unwrap();
    assert!(s.token(&id).await.unwrap().starts_with("token-"));
    assert!(s.server.asked(TOKEN).last().unwrap().contains("app-secret-2"));
    assert!(s.account(&id).trouble.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_the_platform_ended_early_is_issued_again() {
    let s = stage().await;
    let id = s.log_in(s.app()).await.id;
    // Another program has taken a new one by force: the check of this account finds that out, and asks again.
    let refused = http(
        "200 OK",
        "",
        json!({ "errcode": 42001, "errmsg": "access_token expired" }).to_string().as_bytes(),
    );
    s.server.bytes("access_token=token-001", refused);
    s.rig.keeper.verify(&id).await.unwrap();
    assert_eq!(s.token(&id).await.unwrap(), "token-002");
    // A platform that says so of every token: the account is told, and not called dead.
    s.server
        .answers(WHO, "200 OK", "", &json!({ "errcode": 40014, "errmsg": "invalid access_token" }));
    s.server.answers("access_token=token-0", "200 OK", "", &json!({ "errcode": 40014 }));
    assert_eq!(s.rig.keeper.verify(&id).await.unwrap_err().code(), "token-dead");
    assert!(!s.account(&id).standing.needs_login());
    let count = s.server.count(TOKEN);
    assert!(s.token(&id).await.is_ok());
    assert_eq!(s.server.count(TOKEN), count + 1, "the next use asks for another one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_it_is_cannot_be_asked_and_is_kept_all_the_same() {
    let s = stage().await;
    s.server
        .answers(WHO, "200 OK", "", &json!({ "errcode": 48001, "errmsg": "api unauthorized" }));
    let account = s.log_in(s.app()).await;
    assert!(
        account.verified.is_none() && account.name == "My bot",
        "the name of the app: {account:?}"
    );
    assert_eq!(account.trouble.unwrap().detail.as_deref(), Some("api unauthorized"));
    assert_eq!(s.token(&account.id).await.unwrap(), "token-001");
}
