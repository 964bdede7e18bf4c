//! The ends of a command that `exec --watch` runs: by itself, when it is asked to, and what it leaves.

use std::fs;
use std::path::Path;

use tokio::process::Child;

use super::{STARTS, Stage, WAITS, id, is_gone, kill, state};
use crate::rig::{Start as _, ended, until};

/// Starts a process of its own that does not end when it is asked to.
const LEAVES: &str = "(trap '' TERM; while :; do sleep 0.1; done) & echo \"leaves $!\" >>\"$log\"";

/// The watch in a process group of its own, which stops with its command where there is a terminal.
fn watch(s: &Stage, options: &[&str], bot: &str) -> Child {
    s.command(options, bot).process_group(0).start()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_renewal_after_its_end_starts_nothing() {
    let s = Stage::new().await;
    for more in [&[][..], &["--file", "--signal", "HUP"]] {
        let _ = fs::remove_file(s.log());
        let child = watch(&s, &[&["--grace", "4"], more].concat(), &s.bot(&[STARTS, LEAVES, "exit 3"]));
        let (process, _) = s.start(1).await;
        let left = s.until("leaves ", 1).await.remove(0);
        until("its end", || is_gone(&process)).await;
        assert_eq!(s.home.run(&["refresh", "x-here/ada", "--anyway"]).await.code, 0);
        let said = ended(child).await;
        assert!(said.code == 3 && said.err.is_empty(), "{said:?}");
        assert!(s.logged("start ").len() == 1 && is_gone(&left), "{:?}", state(&left));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn what_is_asked_to_end_has_its_time_and_no_more() {
    let s = Stage::new().await;
    let child = watch(&s, &["--grace", "1"], &s.bot(&["trap '' TERM", STARTS, WAITS]));
    let (process, _) = s.start(1).await;
    kill("-TERM", &id(&child)).await;
    let said = ended(child).await;
    assert!(said.code == 137 && said.err.contains("didn’t end within 1 s"), "{said:?}");
    assert!(is_gone(&process));
    // One that is stopped goes on to its end.
    let child = watch(&s, &["--grace", "600"], &s.bot(&["echo \"stops $$\" >>\"$log\"", "kill -STOP $$"]));
    let process = s.until("stops ", 1).await.remove(0);
    until("a stop", || state(&process) == Some('T')).await;
    kill("-TERM", &id(&child)).await;
    kill("-CONT", &id(&child)).await;
    let said = ended(child).await;
    assert!(said.code == 143 && said.err.is_empty(), "{said:?}");
    assert!(is_gone(&process));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn its_own_code_is_no_kill_of_ours() {
    let s = Stage::new().await;
    let child = s.watch(&[], &s.bot(&["trap 'exit 137' TERM", STARTS, WAITS]));
    s.start(1).await;
    assert_eq!(s.home.run(&["refresh", "x-here/ada", "--anyway"]).await.code, 0);
    s.start(2).await;
    kill("-TERM", &id(&child)).await;
    let said = ended(child).await;
    assert!(said.code == 137 && !said.err.contains("killed"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn what_it_puts_beside_its_token_is_in_nobodys_way() {
    let s = Stage::new().await;
    let beside = "beside=$(dirname \"$ACCESS_TOKEN_FILE\"); touch \"$beside/token.lock\"; ln -s \"$log\" \"$beside/link\"";
    let said = ended(s.watch(&["--file"], &s.bot(&[STARTS, beside]))).await;
    assert!(said.code == 0 && said.err.is_empty(), "{said:?}");
    assert!(s.runs().is_empty() && s.log().exists(), "a link is removed, not what it leads to");
    // What can't be removed stays, and its token doesn't.
    let said = ended(s.watch(&["--file"], &s.bot(&[beside, "mkdir \"$beside/folder\""]))).await;
    assert!(said.code == 0 && said.err.is_empty(), "{said:?}");
    let left = |run: &Path| fs::read_dir(run).unwrap().count();
    assert!(s.runs().len() == 1 && left(&s.runs()[0]) == 1, "{:?}", s.runs());
    let said = ended(s.watch(&["--file"], "true")).await;
    assert!(said.code == 0 && said.err.is_empty(), "{said:?}");
}
