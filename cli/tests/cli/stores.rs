//! The sealed store at the terminal: its passphrase comes by a descriptor, never by an argument.

use std::io::Write as _;
use std::os::fd::AsRawFd as _;

use keybearer_practice::meta::{Meta, Platform};

use crate::rig::{Home, Said, ended, with_threads};

const WORDS: &str = "correct horse battery";

/// With these words in a file that the process has open as its standard input.
async fn with_words(home: &Home, words: &str, arguments: &[&str]) -> Said {
    let mut file = tempfile::tempfile().unwrap();
    writeln!(file, "{words}").unwrap();
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let mut command = home.command(arguments);
    command.stdin(std::fs::File::open(path).unwrap());
    ended(command.spawn().unwrap()).await
}

#[tokio::test]
async fn a_passphrase_by_descriptor() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let right = with_words(&home, WORDS, &["token", "ada", "--passphrase-fd", "0"]).await;
    assert_eq!((right.code, right.out.trim()), (0, token.as_str()), "{right:?}");
    let wrong = with_words(&home, "wrong words", &["token", "ada", "--passphrase-fd", "0"]).await;
    assert!(wrong.code == 6 && wrong.err.contains("does not open"), "{wrong:?}");
    let none = home.run(&["token", "ada"]).await;
    assert!(none.code == 6 && none.out.is_empty(), "{none:?}");
    // What needs no secret needs no passphrase.
    assert_eq!(home.run(&["list"]).await.code, 0);
    let nothing = home.run(&["list", "--passphrase-fd", "77"]).await;
    assert!(nothing.code == 1 && nothing.err.contains("/dev/fd/77"), "{nothing:?}");
}

#[tokio::test]
async fn what_was_sealed_before_the_keychain_was_chosen() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let keeper = home.keeper();
    keeper.use_keychain().await.unwrap();
    let said = with_words(&home, WORDS, &["token", "ada", "--passphrase-fd", "0"]).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    let kind = home.keeper().view().store.kind;
    assert_eq!(kind, keybearer_core::view::StoreKind::Keychain, "new secrets go where they went");
}

#[tokio::test]
async fn a_command_does_not_read_the_passphrase() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some(WORDS), &meta).await;
    let looks = [
        "exec",
        "ada",
        "--passphrase-fd",
        "0",
        "--",
        "sh",
        "-c",
        "cat; test -n \"$ACCESS_TOKEN\"",
    ];
    let said = with_words(&home, WORDS, &looks).await;
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    let file = home.0.path().join("words");
    std::fs::write(&file, WORDS).unwrap();
    // The shell hands the file on as its seventh.
    let line = format!(
        "exec 7<'{}'; exec '{}' exec ada --passphrase-fd 7 -- sh -c 'cat <&7; echo $?'",
        file.display(),
        env!("CARGO_BIN_EXE_keybearer")
    );
    let said = ended(home.shell(&line).spawn().unwrap()).await;
    assert!(
        !said.out.contains(WORDS) && said.out.trim() != "0" && !said.out.is_empty(),
        "{said:?}"
    );
}
