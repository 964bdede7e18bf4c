//! What Linux alone lets a variable choose: the session's bus, and whom the system trusts.

use keybearer_core::keeper::now;
use keybearer_core::redirect::certificate::Certificate;
use keybearer_core::redirect::loopback::Listeners;
use keybearer_core::redirect::waiting::Waiting;
use keybearer_practice::meta::{Meta, Platform};

use crate::doctor::{doctor, line};
use crate::rig::{Home, Start as _, ended, with_threads};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_keychain_that_is_missing() {
    let meta = Meta::start(Platform::Threads).await.unwrap();
    let said = doctor(meta.origin(), ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")).await;
    let (_, explained) = line(&said, "!!  ");
    assert!(said.code == 1 && explained == 2 && said.out.contains("keyring"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_tls_proxy_is_named() {
    let redirects = Listeners::new(Waiting::default());
    let certificate = Certificate::make(now()).unwrap();
    let redirect = redirects.open_https(None, &certificate).await.unwrap();
    let server = format!("https://localhost:{}", redirect.port);
    let untrusted = doctor(&server, ("LC_ALL", "C")).await;
    assert_eq!((untrusted.code, line(&untrusted, "!!  localhost").1), (1, 2), "{untrusted:?}");
    // As a company adds its own authority to the system's.
    let added = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(added.path(), certificate.pem()).unwrap();
    let trusted = doctor(&server, ("SSL_CERT_FILE", added.path().to_str().unwrap())).await;
    let (found, explained) = line(&trusted, "--  localhost");
    assert!(
        trusted.code == 0 && explained == 2 && found.contains("by Keybearer on this computer, which only"),
        "{trusted:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn accounts_of_a_missing_keychain_stay_listed() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let forget = |home: &Home| {
        let mut command = home.command(&["forget", "--everything", "--yes"]);
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").start()
    };
    let said = ended(forget(&home)).await;
    assert!(
        said.code == 6 && said.out.is_empty() && home.data().join("book.json").exists(),
        "{said:?}"
    );
    // Where nothing lies in one, none is missing.
    let sealed = Home::new();
    with_threads(&sealed, Some("correct horse battery"), &meta).await;
    let said = ended(forget(&sealed)).await;
    assert!(said.code == 0 && !sealed.data().exists(), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_monitor_hears_of_a_missing_keychain() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let without = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent").start()
    };
    let said = ended(without(&["status"])).await;
    assert!(said.code == 6 && said.out.contains("keyring"), "{said:?}");
    let said = ended(without(&["status", "--prometheus"])).await;
    assert!(said.out.contains("keybearer_store_open{store=\"keychain\"} 0\n"), "{said:?}");
    assert!(said.out.contains("\nkeybearer_status_code 6\n"), "{said:?}");
}
