//! The Worker that is copied, run by Node as Cloudflare runs it: a module, with the token as a binding, against a real server.

use keybearer_core::provider::check::read;
use keybearer_core::provider::request::Values;
use keybearer_practice::{Endpoint, Fault, Flavor};
use serde_json::Value;
use tempfile::TempDir;

use super::{Home, run};

/// Asks the Worker each of these (method, address, token) and says what it answered.
const DRIVER: &str = r#"
import worker from "./worker.mjs";
const answers = [];
for (const [method, url, token] of JSON.parse(process.argv[2])) {
  const answer = await worker.fetch(new Request(url, { method, headers: { origin: "https://page.example" } }), { ACCESS_TOKEN: token ?? undefined });
  answers.push({ status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() });
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
        let statuses: Vec<u64> = all.iter().map(|a| a["status"].as_u64().unwrap()).collect();
        assert_eq!(statuses, [204, 200, 200, 405, 500, 401]);
        assert!(all[0]["headers"]["access-control-allow-methods"].as_str().unwrap().contains("GET"));
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

#[test]
fn what_a_server_calls_an_account_is_no_code() {
    let (provider, folder) = (
        read(include_str!("../../../providers/gotosocial.toml")).unwrap(),
        TempDir::new().unwrap(),
    );
    let server = url::Url::parse("https://social.example").unwrap();
    let copy = provider.copies.iter().find(|c| c.id == "worker").unwrap();
    let id = "\"; globalThis.owned = 1; `${globalThis.owned=2}`\n</script>\u{2028}'../\\";
    let mut values = Values::of(&provider, Some(&server));
    values.put("user_id", id);
    let watch = "\nglobalThis.fetch = async (url) => Response.json([{ visibility: \"public\", url: String(url), owned: typeof globalThis.owned }]);\n";
    let worker = copy.write(&values).unwrap() + watch;
    let answer = ask(&folder, &worker, &serde_json::json!([["GET", "https://worker.example/", "t"]])).remove(0);
    let seen: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(seen[0]["owned"], "undefined");
    let url = url::Url::parse(seen[0]["url"].as_str().unwrap()).unwrap();
    let steps: Vec<&str> = url.path_segments().unwrap().collect();
    assert_eq!((url.host_str(), steps.len(), steps[4]), (Some("social.example"), 5, "statuses"));
}
