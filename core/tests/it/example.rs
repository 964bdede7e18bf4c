//! The live check's program, tried against a practice platform: the same trip from a terminal.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use keybearer_core::keeper::IDENTIFIER;
use keybearer_practice::meta::{APP_SECRET, Meta, Platform};
use keybearer_practice::{Endpoint, Fault, Flavor};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use crate::browser::{Visit, consent, follow};
use crate::meta::PORT;
use crate::rig::{need_desktop, practice, soon};

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

/// Threads from a terminal: id and secret are read from standard input, and so is the pasted address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_from_a_terminal() {
    need_desktop();
    let _alone = PORT.lock().await;
    let (home, meta) = (TempDir::new().unwrap(), Meta::start(Platform::Threads).await.unwrap());
    let redirect = "https://127.0.0.1:47018/callback/threads/";
    meta.register_redirect(redirect).unwrap();
    let folder = home.path().join(IDENTIFIER).join("providers");
    std::fs::create_dir_all(&folder).unwrap();
    let origin = meta.origin();
    let file = format!("format = 1\nid = \"here\"\nextends = \"threads\"\n[hosts]\nweb = \"{origin}\"\ngraph = \"{origin}\"\n");
    std::fs::write(folder.join("here.toml"), file).unwrap();
    let (opened, with) = (home.path().join("opened"), home.path().join("browser"));
    std::fs::write(
        &with,
        format!(
            "#!/bin/sh\nprintf '%s' \"$1\" > '{0}.part' && mv '{0}.part' '{0}'\n",
            opened.display()
        ),
    )
    .unwrap();
    std::fs::set_permissions(&with, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut child = tokio::process::Command::new(program())
        .arg("here")
        .envs([
            ("HOME", home.path()),
            ("XDG_DATA_HOME", home.path()),
            ("XDG_CONFIG_HOME", home.path()),
            ("BROWSER", &with),
        ])
        .env("LC_ALL", "en")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let typed = format!("{}\n{APP_SECRET}\n", Platform::Threads.app_id());
    input.write_all(typed.as_bytes()).await.unwrap();
    let address = soon("the browser", async {
        loop {
            match std::fs::read_to_string(&opened) {
                Ok(address) => break address,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        }
    })
    .await;
    let home_again = consent(&address, &Visit::allow("ada")).await.unwrap();
    input.write_all(format!("{home_again}#_\n").as_bytes()).await.unwrap();
    let out = soon("the example", child.wait_with_output()).await.unwrap();
    let said = String::from_utf8_lossy(&out.stdout);
    assert!(out.status.success(), "{said}");
    assert!(said.contains(&format!("register  {redirect}")) && said.contains("@ada"), "{said}");
    assert!(
        !said.contains(APP_SECRET) && meta.tokens().iter().all(|t| !said.contains(t)),
        "{said}"
    );
}
