//! Tokens renewed by their names, or those that are due; and the login that `token --login` makes.

use std::time::Duration;

use keybearer_core::keeper::now;
use keybearer_core::token::{DAY, Secret};
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::{Vault as _, account_key};
use keybearer_practice::meta::{Failure, Message, Meta, Platform};
use keybearer_practice::x::Message as OfX;
use keybearer_practice::{Flavor, Practice};

use crate::browser::Visit;
use crate::rig::{Home, Login, log_in, with_threads, with_x};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_is_due_and_nothing_else() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let first = with_threads(&home, None, &meta).await;
    let nothing = home.run(&["refresh", "--due"]).await;
    assert!(
        nothing.code == 0 && nothing.out.is_empty() && !nothing.err.is_empty(),
        "{nothing:?}"
    );
    assert_eq!(meta.count(Message::Refresh), 0);
    // Fifty-four of its sixty days are over.
    let file = home.data().join("book.json");
    let mut book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    for (time, days) in [("issued", -54), ("obtained", -54), ("expires", 6)] {
        book["accounts"][0][time] = (now() + days * DAY).into();
    }
    std::fs::write(&file, book.to_string()).unwrap();
    let (keychain, key) = (
        Keychain::new(&home.service()),
        account_key(book["accounts"][0]["id"].as_str().unwrap()),
    );
    let mut kept: serde_json::Value = serde_json::from_str(keychain.read(&key).unwrap().unwrap().expose()).unwrap();
    kept["issued"] = (now() - 54 * DAY).into();
    keychain.write(&key, &Secret::new(kept.to_string())).unwrap();
    meta.advance(Duration::from_secs(54 * DAY.unsigned_abs()));
    meta.fail_next(Message::Refresh, Failure::Graph(2, None));
    let later = home.run(&["refresh", "--due"]).await;
    assert_eq!((later.code, later.out.as_str()), (5, "threads-here/ada\tlater\n"), "{later:?}");
    assert!(!later.err.is_empty(), "{later:?}");
    // By its name it is not waited for.
    let renewed = home.run(&["refresh", "ada"]).await;
    assert_eq!(
        (renewed.code, renewed.out.as_str()),
        (0, "threads-here/ada\trenewed\n"),
        "{renewed:?}"
    );
    let token = home.run(&["token", "ada"]).await.out;
    assert!(meta.token(token.trim()).is_some() && token.trim() != first);
    assert!(home.run(&["refresh", "--due"]).await.out.is_empty(), "once is enough");
    assert_eq!(
        home.run(&["refresh", "ada", "nobody"]).await.code,
        3,
        "all names are known before anything is sent"
    );
    assert_eq!(meta.count(Message::Refresh), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_pair_that_rotates() {
    let home = Home::new();
    let x = with_x(&home).await;
    let said = home.run(&["refresh", "x-here/ada"]).await;
    assert_eq!((said.code, said.out.as_str()), (0, "x-here/ada\trenewed\n"), "{said:?}");
    assert_eq!((x.count(OfX::Refresh), x.reuses()), (1, 0));
    // A minute later it need not, and may.
    let waits = home.run(&["refresh", "x-here/ada"]).await;
    assert_eq!((waits.code, waits.out.as_str()), (5, "x-here/ada\tlater\n"), "{waits:?}");
    assert!(
        waits.err.contains("would renew it now, but each renewal ends the previous token"),
        "{waits:?}"
    );
    assert!(waits.err.contains("--anyway") && !waits.err.contains("tomorrow"), "{waits:?}");
    assert_eq!(x.count(OfX::Refresh), 1);
    let anyway = home.run(&["refresh", "x-here/ada", "--anyway"]).await;
    assert_eq!((anyway.code, anyway.out.as_str()), (0, "x-here/ada\trenewed\n"), "{anyway:?}");
    assert_eq!((x.count(OfX::Refresh), x.reuses()), (2, 0));
    for wrong in [&["refresh", "--anyway"][..], &["refresh", "--due", "--anyway"]] {
        assert_eq!(home.run(wrong).await.code, 2, "{wrong:?}: what is named, and nothing else");
    }
    assert_eq!(x.count(OfX::Refresh), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_dead_token_and_a_login_for_it() {
    let (home, practice) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &practice).await;
    practice.kill_tokens();
    assert_eq!(home.run(&["whoami", "ada"]).await.code, 4);
    // Without a word of it nobody is sent anywhere.
    let dead = home.run(&["token", "ada"]).await;
    assert!(dead.code == 4 && dead.out.is_empty() && !dead.err.contains("http"), "{dead:?}");
    let mut login = Login::start(&home, &["token", "ada", "--login"]).await;
    login.answer(&Visit::allow("ada"), &home.keeper()).await;
    let token = login.end().await;
    assert_eq!((token.code, token.out.lines().count()), (0, 1), "{token:?}");
    assert_eq!(home.run(&["whoami", "ada"]).await.code, 0);
}
