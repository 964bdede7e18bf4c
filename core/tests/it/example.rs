//! The live check's program, tried against a practice platform: the same trip from a terminal.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use keybearer_core::keeper::IDENTIFIER;
use keybearer_practice::{Endpoint, Fault, Flavor};
use tempfile::TempDir;

use crate::browser::{Visit, consent, follow};
use crate::rig::{need_desktop, practice};

fn program() -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let path = deps.parent().unwrap().parent().unwrap().join("examples/login");
    assert!(
        path.exists(),
        "the example is built by `cargo test -p keybearer-core`, without --test"
    );
    path
}

/// A browser as $BROWSER names one: a program that gets the address; it is this binary.
fn browser(folder: &Path) -> PathBuf {
    let path = folder.join("browser");
    let this = std::env::current_exe().unwrap();
    let script = format!(
        "#!/bin/sh\nADDRESS=\"$1\" exec '{}' --ignored --exact example::child_consents\n",
        this.display()
    );
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

async fn run(home: &Path, browser: &Path, args: &[&str]) -> Output {
    let mut command = tokio::process::Command::new(program());
    command
        .args(args)
        .env("HOME", home)
        .env("XDG_DATA_HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .env("BROWSER", browser);
    command
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", "zh_TW.UTF-8")
        .kill_on_drop(true);
    crate::rig::soon("the example", command.output()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_trip_from_a_terminal() {
    need_desktop();
    let (home, p) = (TempDir::new().unwrap(), practice(Flavor::GoToSocial).await);
    let with = browser(home.path());
    let out = run(home.path(), &with, &["gotosocial", p.origin(), "read"]).await;
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(out.status.success(), "{said}");
    for step in [
        "server-found",
        "door-open",
        "client-ready",
        "browser-opened",
        "answer-received",
        "token-received",
        "identity-verified",
        "stored",
    ] {
        assert!(said.contains(&format!("step      {step}\n")), "{step} in {said}");
    }
    assert!(said.contains("account   @ada@127.0.0.1:") && said.contains("store     keychain"));
    let mut secrets = p.tokens();
    secrets.extend(
        p.requests()
            .iter()
            .flat_map(|r| [r.form_param("client_secret"), r.form_param("code"), r.query_param("state")])
            .flatten(),
    );
    assert!(secrets.len() > 2 && secrets.iter().all(|s| !said.contains(s.as_str())), "{said}");
    assert!(home.path().join(IDENTIFIER).join("book.json").exists());

    p.fail_next(Endpoint::Authorize, Fault::Deny);
    let denied = run(home.path(), &with, &["gotosocial", p.origin()]).await;
    let said = String::from_utf8_lossy(&denied.stderr).into_owned();
    assert_eq!(denied.status.code(), Some(1));
    assert!(
        said.lines().count() >= 3 && said.contains('你') && !said.contains("error-"),
        "three sentences in LANG's language: {said}"
    );
    let nowhere = run(home.path(), &with, &["gotosocial", "me"]).await;
    assert!(nowhere.status.code() == Some(1) && String::from_utf8_lossy(&nowhere.stderr).contains("me"));
    assert_eq!(run(home.path(), &with, &[]).await.status.code(), Some(2));
}

#[tokio::test]
#[ignore = "a child's"]
async fn child_consents() {
    let home = consent(&std::env::var("ADDRESS").unwrap(), &Visit::allow("ada")).await.unwrap();
    assert!(follow(&home).await.is_some());
}
