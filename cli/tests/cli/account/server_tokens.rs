//! `keybearer account tokens` and `end-token`: the tokens that a server has for an account.

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};
use serde_json::{Value, json};

use super::printed;
use crate::rig::{Home, log_in_with, with_threads};

/// Permissions that list and end tokens.
const SCOPES: [&str; 4] = ["--scope", "read", "--scope", "write"];

/// A home with an account at this server, by an app of this name.
async fn signed_in(practice: &Practice, app: &str) -> Home {
    let home = Home::new();
    log_in_with(&home, practice, &[&SCOPES[..], &["--client-name", app]].concat()).await;
    home
}

/// The field of each token that is listed.
fn field<'a>(tokens: &'a Value, name: &str) -> Vec<&'a str> {
    let all = tokens.as_array().unwrap().iter();
    all.map(|token| token[name].as_str().unwrap_or_default()).collect()
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_servers_tokens_are_listed() {
    let p = Practice::start(Flavor::GoToSocial).await.unwrap();
    let home = signed_in(&p, "my bot").await;
    let _phone = signed_in(&p, "an old phone").await;
    let all = printed(&home, &["account", "tokens", "ada", "--json"]).await;
    assert_eq!(field(&all, "app"), ["an old phone", "my bot"]);
    assert_eq!(field(&all, "origin"), ["other", "present"]);
    assert_eq!(all[1]["scopes"], json!(["read", "write"]));
    let text = home.run(&["account", "tokens", "ada"]).await;
    let lines: Vec<Vec<&str>> = text.out.lines().map(|line| line.split('\t').collect()).collect();
    for (line, token) in lines.iter().zip(all.as_array().unwrap()) {
        let (issued, used) = (token["issued"].to_string(), token["last_used"].to_string());
        let wanted = ["id", "origin", "app"].map(|name| token[name].as_str().unwrap());
        assert_eq!(
            line[..],
            [&wanted[..], &[issued.as_str(), used.as_str(), "read write"]].concat(),
            "{text:?}"
        );
    }
    assert_eq!((text.code, lines.len()), (0, 2), "{text:?}");
    assert!(text.err.contains("1 of these tokens") && text.err.contains("end-token"), "{text:?}");
    for token in p.tokens() {
        assert!(!all.to_string().contains(&token) && !text.out.contains(&token), "{text:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_token_is_ended_after_a_confirmation() {
    let p = Practice::start(Flavor::GoToSocial).await.unwrap();
    let home = signed_in(&p, "my bot").await;
    let phone = signed_in(&p, "an old phone").await;
    let all = printed(&home, &["account", "tokens", "ada", "--json"]).await;
    let ids = field(&all, "id");
    let unasked = home.run(&["account", "end-token", "ada", ids[0]]).await;
    assert!(
        unasked.code == 2 && unasked.out.is_empty() && unasked.err.contains("--yes"),
        "{unasked:?}"
    );
    let unknown = home.run(&["account", "end-token", "ada", "01UNKNOWN", "--yes"]).await;
    assert!(
        unknown.code == 2 && unknown.out.is_empty() && unknown.err.contains(ids[0]),
        "{unknown:?}"
    );
    assert_eq!(p.tokens().len(), 2);
    let ended = home.run(&["account", "end-token", "ada", ids[0], "--yes"]).await;
    assert_eq!((ended.code, ended.out), (0, format!("ended\t{}\n", ids[0])), "{}", ended.err);
    assert_eq!(phone.run(&["account", "verify", "ada"]).await.code, 4);
    assert_eq!(home.run(&["account", "verify", "ada"]).await.code, 0);
    // The account stays when its own token is ended, and needs another login.
    assert_eq!(home.run(&["account", "end-token", "ada", ids[1], "--yes"]).await.code, 0);
    let shown = printed(&home, &["account", "show", "ada", "--json"]).await;
    assert_eq!(shown["standing"]["kind"], "needs-login", "{shown}");
    assert!(p.tokens().is_empty());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn platforms_and_tokens_that_cannot_list_or_end_are_refused() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let requests = meta.requests().len();
    for arguments in [&["account", "tokens", "ada"][..], &["account", "end-token", "ada", "1", "--yes"]] {
        let said = home.run(arguments).await;
        assert!(
            said.code == 2 && said.out.is_empty() && said.err.contains("doesn’t offer this"),
            "{said:?}"
        );
    }
    assert_eq!(meta.requests().len(), requests);
    // A token that may read, and not write.
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in_with(&home, &p, &SCOPES[..2]).await;
    let all = printed(&home, &["account", "tokens", "ada", "--json"]).await;
    let refused = home.run(&["account", "end-token", "ada", field(&all, "id")[0], "--yes"]).await;
    assert!(
        refused.code != 0 && refused.out.is_empty() && refused.err.contains("permission"),
        "{refused:?}"
    );
    assert_eq!((p.tokens().len(), home.run(&["account", "verify", "ada"]).await.code), (1, 0));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_long_list_is_printed_and_a_cut_one_is_partial() {
    let p = Practice::start(Flavor::GoToSocial).await.unwrap();
    let home = signed_in(&p, "my bot").await;
    p.issue_tokens("ada", 100);
    let all = home.run(&["account", "tokens", "ada"]).await;
    assert_eq!((all.code, all.out.lines().count()), (0, 101), "{}", all.err);
    p.issue_tokens("ada", 4000);
    let cut = home.run(&["account", "tokens", "ada", "--json"]).await;
    let listed: Vec<Value> = serde_json::from_str(&cut.out).unwrap();
    assert_eq!((cut.code, listed.len()), (7, 4000), "{}", cut.err);
    assert!(cut.err.contains("Only the first 4000"), "{}", cut.err);
}
