//! Programs that take a token: what they are given, what they may say, and for how long.

use std::path::Path;
use std::time::{Duration, Instant};

use keybearer_core::deliver::command::{program, run, run_within};
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
async fn output_is_shown_without_the_token() {
    let loud = "t=$(cat); echo \"no: $t\"; printf %s \"$t\" | base64 -w0 >&2; exit 7";
    let error = run(&words(&["sh", "-c", loud]), &token()).await.unwrap_err().view();
    assert_eq!(error.code, "command-failed");
    assert_eq!((error.params["program"].as_str(), error.params["status"].as_str()), ("sh", "7"));
    let said = error.detail.unwrap();
    assert!(said.contains("no: …") && !said.contains("canary"), "{said}");
    // Cut off in the middle of it, with another stream's words behind it, and far too much of everything.
    for stream in ["1", "2"] {
        let cut = format!(
            "(head -c 4090 /dev/zero | tr '\\0' ' '; cat; head -c 5000000 /dev/zero) >&{stream}; echo so >&$((3 - {stream})); exit 1"
        );
        let error = run(&words(&["sh", "-c", &cut]), &token()).await.unwrap_err();
        assert!(
            format!("{error:?}").contains("so") && !format!("{error:?}").contains("a-ca"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn the_token_is_redacted_in_every_encoding_of_the_output() {
    let long = Secret::new(format!("EAAB{}|end", "x/+=\"".repeat(20)));
    for (encoding, seen) in [
        ("cat", "EAAB"),
        // Control characters in the middle of it, lines that break, JSON, an address.
        ("sed 's/./&\\x07/g'", "AAB"),
        ("sed 's/./&\\x1b/3g'", "AAB"),
        ("fold -w 10", "EAAB"),
        ("base64", "RUFBQ"),
        ("base64 -w 64 | tr '+/' '-_'", "RUFBQ"),
        ("(printf 'u:'; cat) | base64", "RUFB"),
        ("(printf 'u'; cat) | base64", "VBQU"),
        ("od -An -v -tx1", "45 41 41"),
        ("sed 's,/,\\\\/,g; s,\",\\\\\",g'", "EAAB"),
        ("sed 's/%/%25/g; s,/,%2f,g; s/+/%2b/g; s/=/%3d/g; s/|/%7c/g'", "EAAB"),
        ("head -c 60", "EAAB"),
        ("base64 | head -c 60", "RUFBQ"),
    ] {
        let script = format!("{encoding}; exit 1");
        let error = run(&words(&["sh", "-c", &script]), &long).await.unwrap_err().view();
        let said = error.detail.unwrap();
        assert!(said.contains('…') && !said.contains(seen) && said.len() < 60, "{encoding}: {said}");
    }
}

#[tokio::test]
async fn a_command_that_hangs_is_ended_with_its_children() {
    let folder = TempDir::new().unwrap();
    let late = folder.path().join("late");
    let script = format!("sh -c 'sleep 2; touch {}' & wait", late.display());
    let fails = format!("sh -c 'sleep 2; touch {}' & exit 1", late.display());
    run(&words(&["sh", "-c", &fails]), &token()).await.unwrap_err();
    let error = run_within(&words(&["sh", "-c", &script]), &token(), Duration::from_millis(300)).await;
    assert_eq!(error.unwrap_err().code(), "command-slow");
    // One that neither reads nor ends.
    let began = Instant::now();
    let long = Secret::new("x".repeat(1 << 20));
    let error = run_within(&words(&["sleep", "60"]), &long, Duration::from_millis(200)).await;
    assert_eq!(error.unwrap_err().code(), "command-slow");
    assert!(began.elapsed() < Duration::from_secs(60));
    tokio::time::sleep(Duration::from_millis(2500)).await;
    assert!(!late.exists(), "its child went with it");
}

#[tokio::test]
async fn background_processes_of_a_finished_command_go_on() {
    let folder = TempDir::new().unwrap();
    let alive = folder.path().join("alive");
    let go = folder.path().join("go");
    // It ends once we go on, and so is not waited for. It talks, too, and would end if nobody listened.
    let bot = format!(
        "(until [ -e {} ]; do sleep 0.1; echo here || exit; done; sleep 0.3; echo here && touch {}) &",
        go.display(),
        alive.display()
    );
    run(&words(&["sh", "-c", &bot]), &token()).await.unwrap();
    std::fs::write(&go, "").unwrap();
    let began = Instant::now();
    while !alive.exists() {
        assert!(began.elapsed() < Duration::from_secs(30), "it was ended");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_command_runs_in_the_home_folder_by_its_full_path() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out");
    let script = format!("pwd -P > {}", out.display());
    run(&words(&["sh", "-c", &script]), &token()).await.unwrap();
    let home = Path::new(&std::env::var_os("HOME").unwrap()).canonicalize().unwrap();
    assert_eq!(read(&out).trim_end(), home.to_str().unwrap());
    assert_eq!(program(Path::new("/bin/sh")).unwrap(), "/bin/sh");
    for none in ["sh", "./sh", "/bin", "/no/such/program"] {
        assert_eq!(program(Path::new(none)).unwrap_err().code(), "input-invalid", "{none}");
    }
}

#[tokio::test]
async fn a_command_that_is_missing_or_reads_nothing() {
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
    run(&words(&["sh", "-c", "setsid sleep 30 & exit 0"]), &token()).await.unwrap();
    run(&words(&["sh", "-c", "setsid sleep 30 & exit 1"]), &token()).await.unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_is_a_delivery() {
    let s = Stage::new().await;
    let out = s.file("from-command");
    let target = Target::Program {
        words: words(&["/bin/sh", "-c", "cat > \"$0\"", out.to_str().unwrap()]),
    };
    let delivery = s.add(target).await;
    assert_eq!(delivery.done.unwrap().proof, Proof::Exited);
    assert_eq!(read(&out), s.token().await);
    assert!(s.rig.book().contains("from-command"), "its words are in the book");
}
