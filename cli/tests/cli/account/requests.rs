//! `keybearer account copies` and `call`: templates with the token, and requests with it.

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};
use serde_json::{Value, json};

use super::printed;
use crate::rig::{Home, log_in, with_threads};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_copies_are_those_of_the_window() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let window = home.keeper();
    let account = window.view().accounts[0].id.clone();
    let said = home.run(&["account", "copies", "ada"]).await;
    let ids: Vec<&str> = said.out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    let theirs: Vec<String> = window.uses(&account).unwrap().copies.into_iter().map(|c| c.id).collect();
    assert!(said.code == 0 && ids == theirs && !said.out.contains(&token), "{said:?}");
    for id in &theirs {
        let copy = home.run(&["account", "copies", "ada", id]).await;
        let copied = window.copied(&account, id).await.unwrap();
        assert_eq!((copy.code, copy.out.trim_end()), (0, copied.text.expose().trim_end()), "{id}");
    }
    let list = printed(&home, &["account", "copies", "ada", "--json"]).await;
    let env = list.as_array().unwrap().iter().find(|copy| copy["id"] == "env").unwrap().clone();
    assert!(
        env["secret"] == true && env["shown"].as_str().unwrap().contains('•') && !list.to_string().contains(&token),
        "{env}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn test_requests_are_listed_shown_and_sent() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let token = p.tokens().pop().unwrap();
    let list = home.run(&["account", "call", "ada"]).await;
    assert!(
        list.code == 0 && list.out.starts_with("me\treads\t\twho this token is\n"),
        "{list:?}"
    );
    assert!(list.out.contains("\ninvalidate-token\twrites\ttoken_id=\t"), "{list:?}");
    let all = printed(&home, &["account", "call", "ada", "--json"]).await;
    let statuses = all
        .as_array()
        .unwrap()
        .iter()
        .find(|call| call["id"] == "statuses")
        .unwrap()
        .clone();
    assert_eq!(
        (&statuses["writes"], &statuses["inputs"][0]["default"]),
        (&json!(false), &json!("20"))
    );

    let me = home.run(&["account", "call", "ada", "me"]).await;
    let body: Value = serde_json::from_str(&me.out).unwrap();
    assert!(
        me.code == 0 && body["username"] == "ada" && me.err.starts_with("HTTP 200 · "),
        "{me:?}"
    );
    let whole = printed(&home, &["account", "call", "ada", "me", "--json"]).await;
    assert_eq!((&whole["status"], &whole["body"]["username"]), (&json!(200), &json!("ada")));

    let before = p.requests().len();
    let dry = home
        .run(&["account", "call", "ada", "statuses", "limit=3", "pinned=true", "--dry-run"])
        .await;
    assert!(
        dry.code == 0 && dry.out.starts_with("GET ") && dry.out.contains("limit=3&pinned=true"),
        "{dry:?}"
    );
    assert!(dry.out.contains("Bearer ••") && !dry.out.contains(&token), "{dry:?}");
    // What changes something is not sent unasked, and the request is shown.
    let unasked = home.run(&["account", "call", "ada", "invalidate-token", "token_id=7"]).await;
    assert!(
        unasked.code == 2 && unasked.out.is_empty() && unasked.err.contains("POST http"),
        "{unasked:?}"
    );
    for wrong in [
        &["invalidate-token", "--yes"][..],
        &["instance", "api=v3"],
        &["statuses", "pinned=no"],
    ] {
        let said = home.run(&[&["account", "call", "ada"], wrong].concat()).await;
        assert!(said.code == 2 && said.out.is_empty(), "{wrong:?}: {said:?}");
    }
    assert_eq!(p.requests().len(), before);
    home.run(&["account", "call", "ada", "invalidate-token", "token_id=7", "--yes"])
        .await;
    assert!(format!("{:?}", p.requests().last().unwrap()).contains("/tokens/7/invalidate"));
    // A refusal is an answer, and a failure.
    p.kill_tokens();
    let refused = home.run(&["account", "call", "ada", "me"]).await;
    assert!(refused.code == 1 && refused.err.starts_with("HTTP 401"), "{refused:?}");
}
