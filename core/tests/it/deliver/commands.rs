//! Programs that take a token: what they are given, what they may say, and for how long.

use std::time::{Duration, Instant};

use keybearer_core::deliver::command::{run, run_within};
use keybearer_core::token::Secret;
use keybearer_core::view::{Proof, Target};
use tempfile::TempDir;

use super::{Stage, read};

const TOKEN: &str = "a-canary|that $(sings) 'in' \"quotes\"";

fn words(all: &[&str]) -> Vec<String> {
    all.iter().map(|w| (*w).to_owned()).collect()
}

fn token() -> Secret {
    Secret::new(TOKEN)
}

#[tokio::test]
async fn the_token_comes_on_standard_input_and_nowhere_else() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let script = "cat > \"$0\"; env > \"$0.env\"; tr '\\0' ' ' < /proc/$$/cmdline > \"$0.argv\"; printf '%s,' \"$@\" > \"$0.words\"";
    // No shell reads the words.
    let run_it = words(&["sh", "-c", script, out.to_str().unwrap(), "$HOME", "; touch x", "*"]);
    assert_eq!(run(&run_it, &token()).await.unwrap(), Proof::Exited);
    assert_eq!(read(&out), TOKEN);
    assert_eq!(read(&folder.path().join("out.words")), "$HOME,; touch x,*,");
    for seen in ["out.env", "out.argv"] {
        assert!(!read(&folder.path().join(seen)).contains("canary"));
    }
}

#[tokio::test]
async fn what_it_says_is_shown_without_the_token() {
    let loud = "t=$(cat); echo \"no: $t\"; printf %s \"$t\" | base64 -w0 >&2; exit 7";
    let error = run(&words(&["sh", "-c", loud]), &token()).await.unwrap_err().view();
    assert_eq!(error.code, "command-failed");
    assert_eq!((error.params["program"].as_str(), error.params["status"].as_str()), ("sh", "7"));
    let said = error.detail.unwrap();
    assert!(said.contains("no: …") && !said.contains("canary"), "{said}");
    // Cut off in the middle of it, and far too much of everything.
    let cut = "head -c 4090 /dev/zero | tr '\\0' x; cat; head -c 5000000 /dev/zero; exit 1";
    let error = run(&words(&["sh", "-c", cut]), &token()).await.unwrap_err();
    assert!(!format!("{error:?}").contains("a-ca"));
}

#[tokio::test]
async fn one_that_hangs_is_ended_with_its_children() {
    let folder = TempDir::new().unwrap();
    let late = folder.path().join("late");
    let script = format!("sh -c 'sleep 2; touch {}' & wait", late.display());
    let began = Instant::now();
    let error = run_within(&words(&["sh", "-c", &script]), &token(), Duration::from_millis(300)).await;
    assert_eq!(error.unwrap_err().code(), "command-slow");
    assert!(began.elapsed() < Duration::from_secs(2));
    // One that neither reads nor ends.
    let long = Secret::new("x".repeat(1 << 20));
    let error = run_within(&words(&["sleep", "60"]), &long, Duration::from_millis(200)).await;
    assert_eq!(error.unwrap_err().code(), "command-slow");
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!late.exists(), "its child went with it");
}

#[tokio::test]
async fn one_that_is_not_there_or_does_not_listen() {
    let gone = run(&words(&["/no/such/program"]), &token()).await.unwrap_err().view();
    assert_eq!(
        (gone.code.as_str(), gone.params["program"].as_str()),
        ("command-missing", "program")
    );
    // It may have its reasons.
    assert_eq!(run(&words(&["true"]), &token()).await.unwrap(), Proof::Exited);
    let ended = run(&words(&["sh", "-c", "kill -9 $$"]), &token()).await.unwrap_err();
    assert_eq!(ended.code(), "command-failed");
    // What it leaves running and talking is not waited for.
    let began = Instant::now();
    run(&words(&["sh", "-c", "setsid sleep 4 & exit 0"]), &token()).await.unwrap();
    run(&words(&["sh", "-c", "setsid sleep 4 & exit 1"]), &token()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_a_delivery() {
    let s = Stage::new().await;
    let out = s.file("from-command");
    let target = Target::Program {
        words: words(&["sh", "-c", "cat > \"$0\"", out.to_str().unwrap()]),
    };
    let delivery = s.add(target).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Exited);
    assert_eq!(read(&out), s.token().await);
    assert!(s.rig.book().contains("from-command"), "its words are in the book");
}
