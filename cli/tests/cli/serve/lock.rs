//! `keybearer store lock`, and the processes that have the passphrase.

use std::fs;

use keybearer_practice::meta::{Meta, Platform};
use serde_json::Value;

use super::{WORDS, answered, command, python, runtime, signal, socket};
use crate::rig::{Home, Start as _, ended, until, with_threads};
use crate::stores::Heard;

async fn lock(home: &Home) {
    let said = home.run(&["store", "lock"]).await;
    assert_eq!((said.code, said.out.as_str()), (0, "files\tlocked\n"), "{said:?}");
    assert!(said.err.contains("exec --watch"), "{said:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_typed_passphrase_is_forgotten_at_once() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let run = runtime(&home, 0o700);
    let program = env!("CARGO_BIN_EXE_keybearer");
    let serve = format!("exec env XDG_RUNTIME_DIR='{}' '{program}' serve --ask-passphrase", run.display());
    for _ in 0..2 {
        let mut server = Heard::line(&home, false, &serve);
        server.until("Passphrase of the encrypted file").await;
        server.type_unseen(&format!("{WORDS}\n")).await;
        server.until("Serving tokens").await;
        assert_eq!(python(&socket(&home), "ada").await, token);
        lock(&home).await;
        assert_eq!(python(&socket(&home), "ada").await, "passphrase-needed");
        server.until("files were locked").await;
        let unserved = ended(command(&home, &["token", "ada"]).start()).await;
        assert!(unserved.code == 6 && unserved.out.is_empty(), "{unserved:?}");
        // Entered after the lock, it is kept.
        server.type_in("\x03").await;
        let ended = server.end().await;
        assert_eq!(ended.code, 0, "{ended:?}");
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_passphrase_by_descriptor_is_forgotten_until_the_next_start() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    runtime(&home, 0o700);
    let words = home.0.path().join("words");
    fs::write(&words, format!("{WORDS}\n")).unwrap();
    for _ in 0..2 {
        let mut server = command(&home, &["serve", "--passphrase-fd", "0"]);
        let log = home.0.path().join("log");
        server
            .stdin(fs::File::open(&words).unwrap())
            .stderr(fs::File::create(&log).unwrap());
        let server = server.start();
        answered(&socket(&home)).await;
        assert_eq!(python(&socket(&home), "ada").await, token);
        lock(&home).await;
        assert_eq!(python(&socket(&home), "ada").await, "passphrase-needed");
        until("the message", || {
            fs::read_to_string(&log).is_ok_and(|said| said.contains("files were locked"))
        })
        .await;
        signal(&server, "-TERM").await;
        assert_eq!(ended(server).await.code, 0);
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_watched_command_gets_nothing_more() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    runtime(&home, 0o700);
    let path = |name: &str| home.0.path().join(name);
    fs::write(path("words"), format!("{WORDS}\n")).unwrap();
    // It says where its socket is, and stays.
    let told = path("told");
    let line = format!(
        "echo \"$KEYBEARER_SOCKET\" > '{0}.new'; mv '{0}.new' '{0}'; exec sleep 600",
        told.display()
    );
    let arguments = [
        "exec",
        "ada",
        "--watch",
        "--socket",
        "--passphrase-fd",
        "0",
        "--",
        "sh",
        "-c",
        &line,
    ];
    let mut watch = command(&home, &arguments);
    let watch = watch.stdin(fs::File::open(path("words")).unwrap()).start();
    until("the socket", || told.exists()).await;
    let own = fs::read_to_string(&told).unwrap();
    let own = std::path::Path::new(own.trim());
    assert_eq!(python(own, "ada").await, token);
    lock(&home).await;
    assert_eq!(python(own, "ada").await, "passphrase-needed");
    signal(&watch, "-TERM").await;
    ended(watch).await;
    // The mark is no secret and no setting.
    let book: Value = serde_json::from_str(&fs::read_to_string(home.data().join("book.json")).unwrap()).unwrap();
    assert_eq!(book["locked"].as_str().unwrap().len(), 32, "{book}");
}
