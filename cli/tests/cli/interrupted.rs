//! Ctrl-C while a token is under way: what the platform has given is kept.

use std::path::Path;
use std::time::Duration;

use keybearer_core::view::Target;
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::x::{Failure, Message, X};
use keybearer_practice::{Endpoint, Fault};
use tokio::process::{Child, Command};

use tokio::io::AsyncReadExt as _;

use crate::export::{ids, stage};
use crate::post::with_account;
use crate::practice::started;
use crate::rig::{Home, Start as _, ended, until, with_threads, with_x};

async fn at_its_renewal(home: &Home, x: &X) -> Child {
    x.fail_next(Message::Refresh, Failure::Late(Duration::from_secs(2)));
    let child = home.command(&["token", "ada"]).start();
    until("a renewal", || x.count(Message::Refresh) > 0).await;
    child
}

async fn press_ctrl_c(child: &Child) {
    send(child, "-INT").await;
}

async fn send(child: &Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_renewal_that_is_under_way_ends_first() {
    let home = Home::new();
    let x = with_x(&home).await;
    let child = at_its_renewal(&home, &x).await;
    press_ctrl_c(&child).await;
    let said = ended(child).await;
    assert!(
        said.code == 130 && said.out.is_empty() && said.err.contains("Ctrl-C once more"),
        "{said:?}"
    );
    let after = home.run(&["token", "ada"]).await;
    assert!(after.code == 0 && x.token(after.out.trim()).unwrap().alive, "{after:?}");
    assert_eq!((x.count(Message::Refresh), x.reuses()), (1, 0), "it was kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_sync_of_the_new_token_is_not_called_done() {
    let home = Home::new();
    let _x = with_x(&home).await;
    let path = |name: &str| home.0.path().join(name);
    let script = format!(
        "cat; [ ! -e '{}' ] || {{ touch '{}'; exec sleep 60; }}",
        path("slow").display(),
        path("begun").display()
    );
    let window = home.keeper();
    let target = Target::Program {
        words: ["/bin/sh", "-c", &script].map(str::to_owned).to_vec(),
    };
    window.add_delivery(&window.view().accounts[0].id, target, None).await.unwrap();
    window.rest(Duration::from_secs(20)).await;
    assert!(window.view().deliveries[0].current);
    std::fs::write(path("slow"), "").unwrap();
    let child = home.command(&["refresh", "ada", "--anyway"]).start();
    until("the sync", || path("begun").exists()).await;
    press_ctrl_c(&child).await;
    let said = ended(child).await;
    assert!(said.code == 130 && said.out.contains("renewed"), "{said:?}");
    assert!(!window.view().deliveries[0].current, "it is owed");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn twice_is_at_once() {
    let home = Home::new();
    let x = with_x(&home).await;
    let mut child = at_its_renewal(&home, &x).await;
    press_ctrl_c(&child).await;
    // The first one is heard when the program says so.
    let mut said = String::new();
    let errors = child.stderr.as_mut().unwrap();
    while !said.contains("Ctrl-C once more") {
        let mut bytes = [0; 256];
        let read = errors.read(&mut bytes).await.unwrap();
        assert!(read > 0, "it ended: {said}");
        said.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    press_ctrl_c(&child).await;
    let said = ended(child).await;
    assert!(said.code == 130, "{said:?}");
    let after = home.run(&["token", "ada"]).await;
    assert!(after.code == 4 && after.err.contains("interrupted"), "{after:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_says_what_became_of_it() {
    let (home, practice) = with_account().await;
    let stop = async |text: &str| {
        let sent = practice.requests().len();
        let child = home.command(&["post", "ada", text, "--yes"]).start();
        let is_sent = || {
            practice.requests()[sent..]
                .iter()
                .any(|r| r.method == "POST" && r.path == "/api/v1/statuses")
        };
        until("the post", is_sent).await;
        press_ctrl_c(&child).await;
        let said = ended(child).await;
        assert!(said.code == 130 && said.err.contains("Stopped."), "{said:?}");
        said.err
    };
    practice.answer_posts_late(Some(Duration::from_secs(30)));
    let said = stop("Text A").await;
    assert!(
        said.contains("may have been posted") && said.contains("--check` looks for it"),
        "{said}"
    );
    practice.answer_posts_late(None);
    let checked = home.run(&["post", "ada", "--check"]).await;
    assert!(checked.code == 0 && checked.out.starts_with("Sent\tyes"), "{checked:?}");
    assert_eq!(practice.published(), ["Text A"]);
    // It was published, and a stranger is still asked.
    practice.fail_next(Endpoint::Status, Fault::Slow(Duration::from_secs(30)));
    let child = home.command(&["post", "ada", "Text B", "--yes"]).start();
    let asked = || {
        practice
            .requests()
            .iter()
            .filter(|r| r.method == "GET" && r.path.starts_with("/api/v1/statuses/"))
            .count()
    };
    let before = asked();
    until("the question", || asked() > before).await;
    press_ctrl_c(&child).await;
    let said = ended(child).await;
    assert!(said.code == 130 && said.err.contains("The post was published."), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_practice_platform_ends_as_a_server_does() {
    let home = Home::new();
    for signal in ["-INT", "-TERM"] {
        let (mut child, _) = started(&home).await;
        let mut said = String::new();
        let errors = child.stderr.as_mut().unwrap();
        // It listens for signals when it has said how to end it.
        while !said.contains("keybearer login practice") {
            let mut bytes = [0; 512];
            let read = errors.read(&mut bytes).await.unwrap();
            assert!(read > 0, "it ended: {said}");
            said.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
        send(&child, signal).await;
        let said = ended(child).await;
        assert!(said.code == 0 && !home.data().join("locks/practice").exists(), "{said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_runs_in_the_background_is_not_ended_by_the_terminal() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    // As a shell starts what ends with an ampersand: Ctrl-C is for what is in front.
    let line = format!(
        "trap '' INT; exec '{}' exec ada -- sh -c 'kill -INT $$; echo lives'",
        env!("CARGO_BIN_EXE_keybearer")
    );
    let said = ended(home.shell(&line).start()).await;
    assert_eq!((said.code, said.out.trim()), (0, "lives"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_export_is_cut_off_and_gone_on_with() {
    let (home, p) = stage(2000).await;
    let file = home.0.path().join("mine.json");
    let arguments = ["export", "ada", "--filter", "private-mentions", "-o", file.to_str().unwrap()];
    p.fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(150))));
    let child = home.command(&arguments).start();
    let before = p.requests().len();
    until("four requests", || p.requests().len() >= before + 4).await;
    press_ctrl_c(&child).await;
    let said = ended(child).await;
    assert_eq!(said.code, 130, "{said:?}");
    assert!(said.err.contains("the same command continues"), "{said:?}");
    assert!(!file.exists() && file.with_extension("json.part").exists());
    p.fail_always(Endpoint::Statuses, None);
    let before = p.requests().len();
    let said = home.run(&arguments).await;
    assert!(said.code == 0 && said.err.contains("2000 statuses"), "{said:?}");
    assert_eq!(ids(&file).len(), 2000);
    assert!(p.requests().len() - before < 10, "what was there was not read again");
    assert!(!file.with_extension("json.part").exists());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_export_that_was_cut_off_is_discarded() {
    let (home, p) = stage(2000).await;
    let (one, other) = (home.0.path().join("one.json"), home.0.path().join("other.json"));
    let part = |file: &Path| file.with_extension("json.part").exists();
    p.fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(150))));
    for file in [&one, &other] {
        let before = p.requests().len();
        let child = home.command(&["export", "ada", "-o", file.to_str().unwrap()]).start();
        until("four requests", || p.requests().len() >= before + 4).await;
        press_ctrl_c(&child).await;
        assert!(ended(child).await.code == 130 && part(file));
    }
    let discard = ["export", "ada", "--discard"];
    let said = home.run(&[&discard[..], &["-o", one.to_str().unwrap()]].concat()).await;
    let line = format!("discarded\texport\t{}\n", one.display());
    assert_eq!((said.code, said.out.as_str()), (0, line.as_str()), "{said:?}");
    assert!(!part(&one) && part(&other));
    let all = home.run(&discard).await;
    assert!(all.code == 0 && all.out.contains("other.json") && !part(&other), "{all:?}");
    let none = home.run(&discard).await;
    assert!(
        none.code == 1 && none.out.is_empty() && none.err.contains("interrupted"),
        "{none:?}"
    );
}
