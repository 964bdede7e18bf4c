//! What changes an account: revoke, delete, pause, resume, step-back and pages.

use keybearer_core::keeper::Reason;
use keybearer_core::view::Standing;
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::x::Message;
use keybearer_practice::{Flavor, Practice};

use super::printed;
use crate::rig::{Home, log_in, with_facebook, with_threads, with_x};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn revoke_ends_the_token_at_the_platform_and_removes_the_account() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let unasked = home.run(&["account", "revoke", "ada"]).await;
    assert!(
        unasked.code == 2 && unasked.out.is_empty() && unasked.err.contains("--yes"),
        "{unasked:?}"
    );
    assert_eq!((p.tokens().len(), home.keeper().view().accounts.len()), (1, 1));
    let said = home.run(&["account", "revoke", "ada", "--yes"]).await;
    assert!(
        said.code == 0 && said.out.starts_with("revoked\taccount\tgotosocial/ada@") && said.err.is_empty(),
        "{said:?}"
    );
    assert_eq!((p.tokens().len(), home.keeper().view().accounts.len()), (0, 0));
    assert_eq!(home.run(&["account", "show", "ada"]).await.code, 3);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn delete_removes_the_account_and_leaves_the_token_valid() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let said = home.run(&["account", "delete", "ada", "--yes"]).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "deleted\taccount\tthreads-here/ada\n"),
        "{said:?}"
    );
    assert!(meta.token(&token).unwrap().alive && home.keeper().view().accounts.is_empty());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_paused_account_hands_out_no_token() {
    let home = Home::new();
    let x = with_x(&home).await;
    let paused = home.run(&["account", "pause", "x-here"]).await;
    assert_eq!(
        (paused.code, paused.out.as_str()),
        (0, "paused\taccount\tx-here/ada\n"),
        "{paused:?}"
    );
    let list = home.run(&["list"]).await;
    assert!(list.out.trim_end().ends_with("paused"), "{list:?}");
    for arguments in [
        &["token", "ada"][..],
        &["exec", "ada", "--", "never-run"],
        &["refresh", "ada"],
        &["refresh", "ada", "--anyway"],
        &["account", "copies", "ada", "header"],
        &["account", "call", "ada", "me", "--yes"],
    ] {
        let said = home.run(arguments).await;
        assert!(
            said.code != 0 && !said.out.contains("Bearer") && said.err.contains("account resume"),
            "{arguments:?}: {said:?}"
        );
    }
    let due = home.run(&["refresh", "--due"]).await;
    assert!(due.code == 0 && due.out.is_empty(), "{due:?}");
    assert_eq!(x.count(Message::Refresh), 0);
    // What the window's button does is what `resume` does.
    let window = home.keeper();
    assert_eq!(window.view().accounts[0].standing, Standing::Paused);
    let resumed = home.run(&["account", "resume", "ada"]).await;
    assert_eq!(
        (resumed.code, resumed.out.as_str()),
        (0, "resumed\taccount\tx-here/ada\n"),
        "{resumed:?}"
    );
    assert!(!window.view().accounts[0].paused);
    let token = home.run(&["token", "ada"]).await;
    assert!(
        token.code == 0 && x.token(token.out.trim()).unwrap().alive && x.count(Message::Refresh) == 1,
        "{token:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_previous_token_is_restored() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let first = with_threads(&home, None, &meta).await;
    // The platform renews no token before it is a day old.
    const LATER: i64 = 2 * 86_400;
    let window = home.keeper_ahead(LATER);
    let account = window.view().accounts[0].id.clone();
    meta.advance(std::time::Duration::from_secs(LATER.unsigned_abs()));
    window.renew(&account, Reason::Asked).await.unwrap();
    let second = home.run(&["token", "ada"]).await.out.trim().to_owned();
    assert_ne!(second, first);
    let unasked = home.run(&["account", "step-back", "ada"]).await;
    assert!(unasked.code == 2 && unasked.err.contains("--yes"), "{unasked:?}");
    let said = home.run(&["account", "step-back", "ada", "--yes"]).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "restored\taccount\tthreads-here/ada\n"),
        "{said:?}"
    );
    assert_eq!(home.run(&["token", "ada"]).await.out.trim(), first);
    assert_eq!(home.run(&["account", "step-back", "ada", "--yes"]).await.code, 1);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn pages_are_listed_and_saved() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Facebook).await.unwrap());
    let person = with_facebook(&home, &meta).await;
    let pages = printed(&home, &["account", "pages", &person, "--json"]).await;
    let first = pages[0].clone();
    assert!(first["saved"] == false && !first["tasks"].as_array().unwrap().is_empty(), "{pages}");
    let (id, name) = (first["id"].as_str().unwrap(), first["name"].as_str().unwrap());
    let unknown = home.run(&["account", "pages", &person, "--keep", "no such Page"]).await;
    assert!(
        unknown.code == 2 && unknown.err.contains(name) && home.keeper().view().accounts.len() == 1,
        "{unknown:?}"
    );
    let kept = home.run(&["account", "pages", &person, "--keep", &name.to_uppercase()]).await;
    assert!(
        kept.code == 0 && kept.out == format!("added\taccount\tfacebook-here/{name}\n"),
        "{kept:?}"
    );
    let list = home.run(&["account", "pages", &person]).await;
    assert!(
        list.out.contains(&format!("{id}\t{name}\tsaved\n")) && list.out.contains("\t-\n"),
        "{list:?}"
    );
    let all = home.run(&["account", "pages", &person, "--keep-all"]).await;
    assert!(
        all.code == 0 && home.keeper().view().accounts.len() == pages.as_array().unwrap().len() + 1,
        "{all:?}"
    );
    let page = home.run(&["account", "show", &format!("facebook-here/{name}"), "--json"]).await;
    assert!(page.out.contains("\"tasks\": [\n"), "{page:?}");
    let again = home.run(&["account", "pages", &format!("facebook-here/{name}")]).await;
    assert_eq!(again.code, 2, "{again:?}");
}
