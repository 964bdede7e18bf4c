//! The Worker that is copied, run by Node as Cloudflare runs it: a module, with the token as a binding, against a real server.

use keybearer_core::http::Request;
use keybearer_core::http::client::Client;
use keybearer_core::provider::RedirectKind;
use keybearer_core::provider::answers::NO_ANSWERS;
use keybearer_core::provider::check::read;
use keybearer_core::provider::request::Values;
use keybearer_core::token::Secret;
use keybearer_practice::{Endpoint, Fault, Flavor};
use serde_json::Value;
use tempfile::TempDir;

use super::{Home, run};
use crate::rig::{Rig, plan, practice};

/// Asks the Worker each of these (method, address, token) and says what it answered.
const DRIVER: &str = r#"
import worker, * as more from "./worker.mjs";
const answers = [];
for (const [method, url, token] of JSON.parse(process.argv[2])) {
  const answer = await worker.fetch(new Request(url, { method, headers: { origin: "https://page.example" } }), { ACCESS_TOKEN: token ?? undefined });
  answers.push({ status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text(), owned: more.owned?.() });
}
console.log(JSON.stringify(answers));
"#;

fn ask(folder: &TempDir, worker: &str, asked: &Value) -> Vec<Value> {
    std::fs::write(folder.path().join("worker.mjs"), worker).unwrap();
    std::fs::write(folder.path().join("driver.mjs"), DRIVER).unwrap();
    let said = run("node", &["driver.mjs", &asked.to_string()], folder.path());
    let answers: Vec<Value> = serde_json::from_str(&said).unwrap();
    for answer in &answers {
        assert_eq!(answer["headers"]["access-control-allow-origin"], "*", "{answer}");
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_serves_what_everybody_may_see() {
    for flavor in [Flavor::GoToSocial, Flavor::Mastodon] {
        let (home, folder) = (Home::new(flavor).await, TempDir::new().unwrap());
        let copied = home.rig.keeper.copied(&home.account.id, "worker").await.unwrap();
        assert_eq!((copied.secret, copied.file.as_deref()), (false, Some("statuses-worker.js")));
        let worker = copied.text.expose();
        assert!(!worker.contains(&home.token), "never in the source");
        let shown = home
            .rig
            .keeper
            .uses(&home.account.id)
            .unwrap()
            .copies
            .into_iter()
            .find(|c| c.id == "worker")
            .unwrap();
        assert_eq!(shown.shown, worker, "there is nothing to hide");

        let (at, token) = ("https://worker.example/", Some(home.token.as_str()));
        let all = ask(
            &folder,
            worker,
            &serde_json::json!([
                ["OPTIONS", at, token],
                ["GET", format!("{at}?limit=30&exclude_replies=true&limits=1&access_token=x"), token],
                ["HEAD", at, token],
                ["POST", at, token],
                ["GET", at, null],
                ["GET", at, "wrong-token"],
            ]),
        );
        for (name, part) in [("methods", "GET"), ("headers", "content-type")] {
            let allowed = all[0]["headers"][format!("access-control-allow-{name}")].as_str();
            assert!(allowed.unwrap().contains(part), "{allowed:?}");
        }
        let statuses: Vec<u64> = all.iter().map(|a| a["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [204, 200, 200, 405, 500, 401]);
        let served: Vec<Value> = serde_json::from_str(all[1]["body"].as_str().unwrap()).unwrap();
        assert!(
            !served.is_empty() && served.iter().all(|s| s["visibility"] == "public"),
            "{flavor:?}"
        );
        assert_eq!(all[2]["body"], "");
        assert!(all[5]["body"].as_str().unwrap().contains("error"), "passed on: {}", all[5]["body"]);
        let sent: Vec<_> = home
            .server
            .requests()
            .into_iter()
            .filter(|r| r.path.ends_with("/statuses"))
            .collect();
        assert_eq!(sent.len(), 3, "what is refused here is not asked there");
        assert_eq!(sent[0].query, "limit=30&exclude_replies=true&only_public=true");
        assert_eq!(sent[0].header("authorization"), Some(format!("Bearer {}", home.token).as_str()));
        assert!(sent[0].header("user-agent").is_some_and(|agent| agent.contains("worker")));

        let get = serde_json::json!([["GET", at, token]]);
        for (fault, status) in [
            (
                Fault::TooMany {
                    retry_after: Some("9".into()),
                },
                429,
            ),
            (Fault::Status(503), 503),
            (Fault::Html, 502),
            (Fault::Garbage, 502),
            (Fault::WrongTypes, 502),
            (Fault::Drop, 502),
            (Fault::RedirectTo("https://evil.example/".into()), 502),
        ] {
            home.server.fail_always(Endpoint::Statuses, Some(fault.clone()));
            let answer = ask(&folder, worker, &get).remove(0);
            assert_eq!(answer["status"], status, "{fault:?}: {answer}");
            assert_eq!(answer["headers"]["retry-after"] == "9", status == 429);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_served_that_only_its_owner_may_see() {
    const OWNERS: [&str; 8] = [
        "application",
        "bookmarked",
        "favourited",
        "filtered",
        "muted",
        "own_votes",
        "reblogged",
        "voted",
    ];
    const HIDDEN: [&str; 3] = ["unlisted", "private", "direct"];
    for flavor in [Flavor::GoToSocial, Flavor::Mastodon] {
        let (home, folder) = (Home::new(flavor).await, TempDir::new().unwrap());
        // The third row repeats what is not listed.
        home.server.set_posts(135);
        let (mut there, mut queries) = (String::new(), vec!["limit=40".to_owned()]);
        while let Some(last) = asked_directly(&home, queries.last().unwrap(), &mut there).await {
            queries.push(format!("limit=40&max_id={last}"));
        }
        queries.push("pinned=true".into());
        let worker = home.rig.keeper.copied(&home.account.id, "worker").await.unwrap();
        let asked = queries
            .iter()
            .map(|query| ("GET", format!("https://worker.example/?{query}"), &home.token));
        let answers = ask(&folder, worker.text.expose(), &serde_json::json!(asked.collect::<Vec<_>>()));
        let pages = answers
            .iter()
            .map(|a| serde_json::from_str::<Vec<Value>>(a["body"].as_str().unwrap()).unwrap());
        let pages: Vec<Vec<Value>> = pages.collect();
        let served = serde_json::to_string(&pages).unwrap();
        for word in OWNERS.into_iter().chain(HIDDEN).map(|word| format!("\"{word}\"")) {
            assert!(there.contains(&word) && !served.contains(&word), "{flavor:?}: {word}");
        }
        assert_eq!(there.contains("local_only"), flavor == Flavor::GoToSocial);
        assert!(!served.contains("local_only"));
        for seen in ["\"reblog\":{", "\"title\":\"tea\"", "\"pinned\":true"] {
            assert!(served.contains(seen), "{flavor:?}: {seen}");
        }
        assert_eq!(pages.last().unwrap().len(), 2, "{flavor:?}: those that are pinned");
        assert!(pages.iter().map(Vec::len).sum::<usize>() > 110, "{flavor:?}: most of them");
    }
}

/// Asks the server itself, and gives the id of the page's last status.
async fn asked_directly(home: &Home, query: &str, there: &mut String) -> Option<String> {
    let person = home.account.user_id.as_deref().unwrap();
    let url = format!("{}/api/v1/accounts/{person}/statuses?{query}", home.server.origin());
    let mut request = Request::get("test", url.parse().unwrap());
    let bearer = Secret::new(format!("Bearer {}", home.token));
    request.headers.push(("authorization".into(), bearer));
    let page = Client::default().send(&request).await.unwrap();
    there.push_str(page.body.expose());
    let statuses: Vec<Value> = serde_json::from_str(page.body.expose()).unwrap();
    Some(statuses.last()?["id"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_asks_for_nothing_else() {
    let (home, folder) = (Home::new(Flavor::GoToSocial).await, TempDir::new().unwrap());
    let worker = home.rig.keeper.copied(&home.account.id, "worker").await.unwrap();
    let asked = [
        "limit=0",
        "limit=81",
        "limit=100000",
        "limit=",
        "limit=1e1",
        "limit=-1",
        "max_id=",
        "max_id=01KP%26only_public%3Dfalse",
        "min_id=..%2F..",
        "since_id=%0a",
        "pinned=1",
        "only_media=TRUE",
    ];
    let asked = asked.map(|query| ("GET", format!("https://worker.example/?{query}"), home.token.as_str()));
    for answer in ask(&folder, worker.text.expose(), &serde_json::json!(asked)) {
        assert_eq!(answer["status"], 400, "{answer}");
    }
    assert!(!home.server.requests().iter().any(|r| r.path.ends_with("/statuses")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_account_there_is_no_worker() {
    let (rig, server) = (Rig::new(), practice(Flavor::GoToSocial).await);
    server.fail_always(Endpoint::VerifyCredentials, Some(Fault::Status(503)));
    let account = rig.log_in(plan(&rig, &server, RedirectKind::Loopback)).await.account;
    assert!(account.user_id.is_none());
    let copies = rig.keeper.uses(&account.id).unwrap().copies;
    assert!(!copies.is_empty() && copies.iter().all(|copy| copy.id != "worker"));
    let error = rig.keeper.copied(&account.id, "worker").await.err().unwrap();
    assert_eq!(
        (error.code().as_str(), error.view().params["field"].as_str()),
        ("input-invalid", "user_id")
    );
}

#[test]
fn what_is_quoted_is_public_and_what_is_no_status_is_no_crash() {
    let folder = TempDir::new().unwrap();
    let provider = read(include_str!("../../../providers/gotosocial.toml")).unwrap();
    let copy = provider.copies.iter().find(|c| c.id == "worker").unwrap();
    let mut values = Values::of(&provider, Some(&url::Url::parse("https://social.example").unwrap()), &NO_ANSWERS);
    values.put("user_id", "01KP");
    let quote = |visibility| serde_json::json!({ "visibility": "public", "quote": { "state": "accepted", "quoted_status": { "visibility": visibility, "id": "7", "muted": true } }, "quote_approval": { "automatic": [], "current_user": "automatic" } });
    for (statuses, status, served) in [
        (serde_json::json!([null]), 502, None),
        (serde_json::json!([{ "visibility": "public", "reblog": {} }]), 200, Some("[]")),
        (
            serde_json::json!([quote("private")]),
            200,
            Some(r#"[{"visibility":"public","quote":{"state":"accepted","quoted_status":null},"quote_approval":{"automatic":[]}}]"#),
        ),
        (
            serde_json::json!([quote("public")]),
            200,
            Some(
                r#"[{"visibility":"public","quote":{"state":"accepted","quoted_status":{"visibility":"public","id":"7"}},"quote_approval":{"automatic":[]}}]"#,
            ),
        ),
    ] {
        let fetch = format!("\nglobalThis.fetch = async () => Response.json({statuses});\n");
        let worker = copy.write(&values).unwrap() + &fetch;
        let answer = ask(&folder, &worker, &serde_json::json!([["GET", "https://worker.example/", "t"]])).remove(0);
        assert_eq!(answer["status"], status, "{answer}");
        if let Some(served) = served {
            let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(value(answer["body"].as_str().unwrap()), value(served));
        }
    }
}

#[test]
fn what_a_server_calls_an_account_is_no_code() {
    let (provider, folder) = (
        read(include_str!("../../../providers/gotosocial.toml")).unwrap(),
        TempDir::new().unwrap(),
    );
    let server = url::Url::parse("https://social.example").unwrap();
    let copy = provider.copies.iter().find(|c| c.id == "worker").unwrap();
    let watch = "\nglobalThis.fetch = async (url) => { globalThis.owned = url; };\nexport const owned = () => typeof globalThis.owned;\n";
    let hostile = "\"; globalThis.owned = 1; `${globalThis.owned=2}`\n</script>\u{2028}'../\\";
    for id in [hostile, "..", ".", "", "a/b", "a?b"] {
        let mut values = Values::of(&provider, Some(&server), &NO_ANSWERS);
        values.put("user_id", id);
        let worker = copy.write(&values).unwrap() + watch;
        let answer = ask(&folder, &worker, &serde_json::json!([["GET", "https://worker.example/", "t"]])).remove(0);
        assert_eq!((&answer["status"], &answer["owned"]), (&500.into(), &"undefined".into()), "{id}");
    }
}
