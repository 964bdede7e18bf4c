//! All of Keybearer taken off a computer: asked for, refused while it works, gone on with after a kill, and nothing left. A program of
//! its own, one test after the other: Wine lists credentials wrongly, or not at all, while another process writes one.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../../../core/tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
#[cfg(unix)]
#[path = "../cli/here/unix.rs"]
#[allow(dead_code)]
mod here;
#[cfg(windows)]
#[path = "../cli/here/windows.rs"]
#[allow(dead_code)]
mod here;
#[path = "../cli/rig.rs"]
#[allow(dead_code)]
mod rig;

use std::collections::BTreeSet;

use keybearer_core::book::lock;
use keybearer_core::token::Secret;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::{Vault as _, account_key};
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};

use crate::rig::{Home, Login, Start as _, ended, log_in, place_program, with_threads};

/// Held by the test that runs.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

const ALL: [&str; 3] = ["forget", "--everything", "--yes"];

fn keys(home: &Home) -> BTreeSet<String> {
    Keychain::new(&home.service()).keys().unwrap()
}

/// A home with two accounts, a client's secret and what is noted of an export.
async fn stage() -> (Home, Practice, Meta) {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let practice = Practice::start(Flavor::GoToSocial).await.unwrap();
    with_threads(&home, None, &meta).await;
    log_in(&home, &practice).await;
    std::fs::create_dir_all(home.data().join("exports")).unwrap();
    std::fs::write(home.data().join("exports/0a.json"), "{}").unwrap();
    (home, practice, meta)
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn nothing_of_ours_is_left_and_a_new_start_is_empty() {
    let _alone = ALONE.lock().await;
    let (home, practice, _meta) = stage().await;
    let before = keys(&home);
    assert!(before.iter().any(|k| k.starts_with("account/")), "{before:?}");
    // What another program keeps beside it is its own.
    std::fs::write(home.data().join("window.bin"), "another's").unwrap();
    let stranger = Keychain::new(&format!("x.{}x", home.service()));
    stranger.write("account/a", &Secret::new("another's")).unwrap();

    let said = home.run(&ALL).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out
            .starts_with(&format!("deleted\tkeychain\t{}\ndeleted\tfiles\t", before.len())),
        "{said:?}"
    );
    assert!(said.err.contains("stores nothing") && said.err.contains("providers"), "{said:?}");
    assert!(keys(&home).is_empty());
    let left: Vec<_> = std::fs::read_dir(home.data()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["window.bin"]);
    assert_eq!(stranger.read("account/a").unwrap().unwrap().expose(), "another's");
    stranger.delete("account/a").unwrap();
    // Platforms were told nothing, and nothing is started again by what is left.
    assert!(practice.tokens().len() == 1 && practice.requests().iter().all(|r| !format!("{r:?}").contains("revoke")));
    assert_eq!(home.run(&["list", "--json"]).await.out, "[]\n");
    let again = home.run(&ALL).await;
    assert_eq!(
        (again.code, again.out.as_str()),
        (0, "deleted\tkeychain\t0\ndeleted\tfiles\t0\n"),
        "{again:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn one_account_goes_and_the_others_stay() {
    let _alone = ALONE.lock().await;
    let (home, practice, _meta) = stage().await;
    let (before, accounts) = (keys(&home), home.keeper().view().accounts);
    let named = |provider: &str| accounts.iter().find(|a| a.provider == provider).unwrap();
    for (arguments, code, text) in [
        (&["forget", "nobody", "--yes"][..], 3, "nobody"),
        (&["forget", "gotosocial"], 2, "--yes"),
        (&["forget", "gotosocial", "--everything", "--yes"], 2, "--everything"),
        (&["forget", "gotosocial", "ada", "--yes"], 2, "ada"),
    ] {
        let refused = home.run(arguments).await;
        assert!(
            refused.code == code && refused.out.is_empty() && refused.err.contains(text),
            "{arguments:?}: {refused:?}"
        );
    }
    assert_eq!(keys(&home), before);

    let done = home.run(&["forget", "gotosocial", "--yes"]).await;
    assert!(
        done.code == 0 && done.out.starts_with("deleted\taccount\tgotosocial/ada@") && done.err.contains("stays valid"),
        "{done:?}"
    );
    let gone = account_key(&named("gotosocial").id);
    let left: BTreeSet<String> = before.into_iter().filter(|key| *key != gone).collect();
    assert_eq!(keys(&home), left);
    let view = home.keeper().view();
    assert_eq!(view.accounts.iter().map(|a| &a.id).collect::<Vec<_>>(), [&named("threads-here").id]);
    assert_eq!(view.clients.len(), 1, "the app stays");
    assert_eq!(practice.tokens().len(), 1, "nothing is revoked");
    assert_eq!(home.run(&["token", "gotosocial"]).await.code, 3);

    // An account whose book cannot be read is not deleted.
    std::fs::write(home.data().join("book.json"), "{broken").unwrap();
    let unread = home.run(&["forget", "threads-here", "--yes"]).await;
    assert!(unread.code == 1 && unread.out.is_empty() && keys(&home) == left, "{unread:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn it_is_not_done_unasked() {
    let _alone = ALONE.lock().await;
    let (home, _practice, _meta) = stage().await;
    let before = keys(&home);
    let said = home.run(&["forget", "--everything"]).await;
    assert!(said.code == 2 && said.out.is_empty() && said.err.contains("--yes"), "{said:?}");
    let half = home.run(&["forget", "--yes"]).await;
    assert!(half.code == 2 && half.err.contains("--everything"), "{half:?}");
    assert!(keys(&home) == before && home.data().join("book.json").exists());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn nothing_is_taken_from_an_app_or_a_login_that_works() {
    let _alone = ALONE.lock().await;
    let (home, practice, _meta) = stage().await;
    let before = keys(&home);
    let refused = async |why: &str| {
        let said = home.run(&ALL).await;
        assert!(
            said.code == 5 && said.out.is_empty() && said.err.contains("is using"),
            "{why}: {said:?}"
        );
        assert!(keys(&home) == before && home.data().join("book.json").exists(), "{why}");
    };
    let app = lock::instance(&home.data()).unwrap();
    refused("the app").await;
    drop(app);
    let renewal = lock::account(&home.data(), "a").unwrap();
    refused("a renewal").await;
    drop(renewal);
    let server = format!("server={}", practice.origin());
    let login = Login::start(&home, &["login", "gotosocial", "-a", &server, "--redirect", "loopback"]).await;
    refused("a login").await;
    drop(login);
    let said = home.run(&ALL).await;
    assert!(said.code == 0 && keys(&home).is_empty(), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_call_that_was_killed_is_gone_on_with() {
    let _alone = ALONE.lock().await;
    let (home, _practice, _meta) = stage().await;
    // As one that was killed behind the first secret left it, and one behind the last.
    let keychain = Keychain::new(&home.service());
    let mut all: Vec<String> = keys(&home).into_iter().collect();
    keychain.delete(&all.pop().unwrap()).unwrap();
    let count = all.len();
    let said = home.run(&ALL).await;
    assert!(
        said.code == 0 && said.out.starts_with(&format!("deleted\tkeychain\t{count}\n")),
        "{said:?}"
    );
    assert!(keys(&home).is_empty() && !home.data().exists());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn secrets_of_a_damaged_book_are_found_by_the_keychain_itself() {
    let _alone = ALONE.lock().await;
    for damaged in ["{broken", "", "{\"v\": 99, \"accounts\": []}"] {
        let (home, _practice, _meta) = stage().await;
        std::fs::write(home.data().join("book.json"), damaged).unwrap();
        let said = home.run(&ALL).await;
        assert_eq!(said.code, 0, "{damaged}: {said:?}");
        assert!(keys(&home).is_empty() && !home.data().exists(), "{damaged}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn sealed_files_go_without_their_passphrase() {
    let _alone = ALONE.lock().await;
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some("correct horse battery"), &meta).await;
    assert!(home.data().join("sealed/identity.age").exists());
    // One of an account that the book lost.
    Keychain::new(&home.service())
        .write(&account_key("lost"), &Secret::new("x"))
        .unwrap();
    let said = home.run(&ALL).await;
    assert!(said.code == 0 && said.out.contains("keychain\t1\n"), "{said:?}");
    assert!(keys(&home).is_empty() && !home.data().exists());
}

/// On each system what starts the app at login is another thing; cli/tests/cli/autostart.rs has the entry that Linux' desktops read, and
/// core's own tests the value that Windows reads.
#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_start_at_login_goes_with_everything_else() {
    let _alone = ALONE.lock().await;
    let home = Home::new();
    let (folder, end) = (home.0.path().join("bin here"), std::env::consts::EXE_SUFFIX);
    let program = folder.join(format!("keybearer{end}"));
    place_program(&program);
    let set = async |value: &str| {
        let mut command = home.at_home(&program);
        command.args(["settings", "set", "autostart", value]);
        ended(command.env_remove("APPIMAGE").env_remove("APPDIR").start()).await
    };
    let alone = set("on").await;
    assert!(
        alone.code == 2 && alone.out.is_empty() && alone.err.contains("keybearer-desktop"),
        "{alone:?}"
    );
    std::fs::write(folder.join(format!("keybearer-desktop{end}")), "").unwrap();
    for value in ["on", "off", "on"] {
        let said = set(value).await;
        assert_eq!((said.code, said.out), (0, format!("autostart\t{value}\n")), "{}", said.err);
        assert_eq!(home.keeper().view().settings.autostart, value == "on");
    }
    let said = home.run(&ALL).await;
    assert!(said.code == 0 && said.out.ends_with("deleted\tautostart\t1\n"), "{said:?}");
    let again = home.run(&ALL).await;
    assert!(again.code == 0 && !again.out.contains("autostart"), "{again:?}");
}
