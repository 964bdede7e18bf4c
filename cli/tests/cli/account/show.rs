//! `keybearer account show`: what it prints, in which language, and what it never prints.

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};
use serde_json::json;

use super::printed;
use crate::rig::{Home, Start as _, ended, log_in, with_threads};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_account_is_shown_without_its_token() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let token = p.tokens().pop().unwrap();
    let listed = printed(&home, &["list", "--json"]).await;
    let shown = printed(&home, &["account", "show", "ada", "--json"]).await;
    // Everything that the list has, in the same words.
    for (key, value) in listed[0].as_object().unwrap() {
        assert_eq!(&shown[key], value, "{key}");
    }
    assert_eq!(
        (&shown["paused"], &shown["renewed_elsewhere"], &shown["store"]),
        (&json!(false), &json!(false), &json!("keychain"))
    );
    assert!(shown["client"]["name"].as_str().unwrap().starts_with("gotosocial/"), "{shown}");
    assert_eq!(
        (&shown["deliveries"], &shown["standing"]),
        (&json!([]), &json!({"kind": "endless"}))
    );
    let text = home.run(&["account", "show", "ada"]).await;
    assert!(
        text.code == 0 && text.err.is_empty() && text.out.starts_with("gotosocial/ada@"),
        "{text:?}"
    );
    for part in ["Permissions: read", "App: gotosocial/", "Stored in: "] {
        assert!(text.out.contains(part), "{part}: {text:?}");
    }
    assert!(!text.out.contains(&token) && !shown.to_string().contains(&token));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn account_states_are_in_the_persons_language() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    home.run(&["account", "pause", "ada"]).await;
    for (language, word) in [("zh_CN.UTF-8", "已暂停"), ("zh_TW.UTF-8", "已暫停")] {
        for arguments in [&["account", "show", "ada"][..], &["list"]] {
            let said = ended(home.command(arguments).env("LC_ALL", language).start()).await;
            assert!(said.code == 0 && said.out.contains(word), "{said:?}");
        }
    }
}
