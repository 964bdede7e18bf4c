//! Programs that take a token, and what becomes of those that they start. The programs are this one, as its ignored tests.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use keybearer_core::deliver::command::{run, run_within};
use keybearer_core::view::Proof;
use tempfile::TempDir;

use crate::{IS_WINDOWS, child, secret, told};

/// So long another program's child sleeps before it leaves a sign.
const NAP: Duration = Duration::from_secs(6);

/// What a program that starts another one does then.
const ENDS: [&str; 3] = ["good", "bad", "slow"];

#[tokio::test]
async fn it_reads_the_token_and_its_end_is_told() {
    let home = TempDir::new().unwrap();
    let out = home.path().join("out ü.txt");
    let done = run(&child("programs::child_takes_it", out.to_str().unwrap()), &secret("token")).await;
    assert_eq!(done.unwrap(), Proof::Exited);
    assert_eq!(fs::read_to_string(&out).unwrap(), "token");
    let failed = run(&child("programs::child_fails", "x"), &secret("canary"))
        .await
        .unwrap_err()
        .view();
    assert_eq!((failed.code.as_str(), failed.params["status"].as_str()), ("command-failed", "101"));
    let said = failed.detail.unwrap();
    assert!(said.contains("no: ") && !said.contains("canary"), "{said}");
    let missing = run(&["/no/such/program".to_owned()], &secret("t")).await.unwrap_err();
    assert_eq!(missing.code(), "command-missing");
}

#[tokio::test]
async fn its_children_end_with_it_or_go_on() {
    let ends = ENDS.map(|end| tokio::spawn(child_of_one_that_ends(end)));
    for end in ends {
        end.await.unwrap();
    }
}

async fn child_of_one_that_ends(end: &'static str) {
    let home = TempDir::new().unwrap();
    let (started, late) = (home.path().join(format!("{end}.started")), home.path().join(format!("{end}.late")));
    let words = child("programs::child_starts_another", home.path().join(end).to_str().unwrap());
    let ended = run_within(&words, &secret("token"), NAP - Duration::from_secs(1)).await;
    let expected = match end {
        "good" => "",
        "bad" => "command-failed",
        _ => "command-slow",
    };
    assert_eq!(ended.err().map_or("", |e| e.code().as_str()), expected, "{end}");
    assert!(started.exists(), "{end}: it has started one");
    let began = Instant::now();
    while began.elapsed() < NAP + Duration::from_secs(2) && !(end == "good" && late.exists()) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(late.exists(), end == "good", "{end}");
}

#[tokio::test]
async fn batch_files_run_and_get_no_unsafe_words() {
    if !IS_WINDOWS {
        println!("not run: only Windows has batch files");
        return;
    }
    let home = TempDir::new().unwrap();
    let (out, bat) = (home.path().join("out.txt"), home.path().join("take it.bat"));
    fs::write(&bat, format!("@echo [%~1]> \"{}\"\r\n", out.display())).unwrap();
    let words = |word: &str| [bat.to_str().unwrap().to_owned(), word.to_owned()];
    run(&words("a b"), &secret("token")).await.unwrap();
    assert_eq!(fs::read_to_string(&out).unwrap().trim_end(), "[a b]");
    // What the shell behind it could take for a command of its own is refused before anything runs.
    fs::remove_file(&out).unwrap();
    let refused = run(&words("a\r\nb"), &secret("token")).await.unwrap_err();
    assert_eq!((refused.code().as_str(), out.exists()), ("command-missing", false));
}

#[test]
#[ignore = "a program's"]
fn child_takes_it() {
    let Some(out) = told() else { return };
    fs::write(out, std::io::read_to_string(std::io::stdin()).unwrap()).unwrap();
}

#[test]
#[ignore = "a program's"]
fn child_fails() {
    if told().is_some() {
        eprintln!("no: {}", std::io::read_to_string(std::io::stdin()).unwrap());
        std::process::exit(101);
    }
}

#[test]
#[ignore = "a program's"]
// What becomes of its child when it ends without a wait is what is tried.
#[allow(clippy::zombie_processes)]
fn child_starts_another() {
    let Some(name) = told() else { return };
    let words = child("programs::child_naps", &format!("{name}.late"));
    Command::new(&words[0]).args(&words[1..]).spawn().unwrap();
    fs::write(format!("{name}.started"), "").unwrap();
    match Path::new(&name).file_name().unwrap().to_str().unwrap() {
        "good" => std::process::exit(0),
        "bad" => std::process::exit(1),
        _ => thread::sleep(Duration::from_secs(60)),
    }
}

#[test]
#[ignore = "a program's"]
fn child_naps() {
    let Some(sign) = told() else { return };
    thread::sleep(NAP);
    fs::write(sign, "").unwrap();
}
