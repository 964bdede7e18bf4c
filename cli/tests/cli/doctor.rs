//! What the doctor finds, and that each finding says what to do.

use std::net::{Ipv4Addr, TcpListener};

use keybearer_core::words::{Language, say};
use keybearer_practice::meta::{Meta, Platform};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::rig::{Home, Said, Start as _, ended, until, with_threads};

/// Each run of the doctor takes the ports of all redirects for a moment.
pub static PORTS: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A home with an account at this server, and what the doctor says of it with this variable set.
pub async fn doctor(server: &str, variable: (&str, &str)) -> Said {
    let home = Home::new();
    std::fs::create_dir_all(home.data()).unwrap();
    let book = serde_json::json!({"v": 4, "accounts": [{
        "id": "a1", "provider": "gotosocial", "client": "", "name": "@ada", "server": server, "scopes": [], "obtained": 1,
        "redirect": "paste", "store": "keychain",
    }]});
    std::fs::write(home.data().join("book.json"), book.to_string()).unwrap();
    let _alone = PORTS.lock().await;
    ended(home.command(&["doctor"]).env(variable.0, variable.1).start()).await
}

/// The line that begins so, and how much is explained below it.
pub fn line<'a>(said: &'a Said, begins: &str) -> (&'a str, usize) {
    let mut lines = said.out.lines().skip_while(|l| !l.starts_with(begins));
    let found = lines.next().unwrap_or_else(|| panic!("no line “{begins}”: {said:?}"));
    (found, lines.take_while(|l| l.starts_with("      ")).count())
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_healthy_report_and_a_taken_port() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    {
        let _alone = PORTS.lock().await;
        let said = home.run(&["doctor"]).await;
        assert!(said.code == 0 && !said.out.contains("!!"), "{said:?}");
        let keychain = say(Language::En, "store-keychain");
        for what in ["clock", "127.0.0.1", &keychain, "redirect to 127.0.0.1"] {
            line(&said, &format!("ok  {what}"));
        }
        assert!(line(&said, "--  browser").0.contains("--no-browser"));
        assert!(!said.out.contains("--  Keybearer"), "{said:?}");
        let file = home.data().join("book.json");
        let mut book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        book["update"] = serde_json::json!({"asked": 1, "newest": "999.0.0"});
        std::fs::write(&file, book.to_string()).unwrap();
        // Another test's login may have it for a moment.
        let other = std::cell::OnceCell::new();
        until("the port", || {
            TcpListener::bind((Ipv4Addr::LOCALHOST, 47020)).is_ok_and(|bound| other.set(bound).is_ok())
        })
        .await;
        let said = home.run(&["doctor"]).await;
        let (found, explained) = line(&said, "!!  redirect to 127.0.0.1");
        assert!(said.code == 1 && explained == 2 && found.contains("47020"), "{said:?}");
        let (found, page) = line(&said, "--  Keybearer");
        assert!(found.contains("999.0.0") && page == 1, "{said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_server_that_is_away() {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let said = doctor(&format!("http://127.0.0.1:{port}"), ("LC_ALL", "C")).await;
    assert_eq!((said.code, line(&said, "!!  127.0.0.1").1), (1, 2), "{said:?}");
    // Nobody was there to tell the time.
    assert_eq!(line(&said, "--  clock").1, 0, "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_clock_that_is_wrong() {
    let server = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = server.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut one, _)) = server.accept().await {
            let _ = one.read(&mut [0; 4096]).await;
            let _ = one
                .write_all(b"HTTP/1.1 200 OK\r\ndate: Mon, 02 Feb 2026 08:00:00 GMT\r\ncontent-length: 0\r\n\r\n")
                .await;
        }
    });
    let said = doctor(&format!("http://127.0.0.1:{port}"), ("LC_ALL", "C")).await;
    assert_eq!((said.code, line(&said, "!!  clock").1), (1, 2), "{said:?}");
    assert!(line(&said, "ok  127.0.0.1").0.len() > 10, "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn sealed_files_are_closed_until_they_are_needed() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some("correct horse battery"), &meta).await;
    let _alone = PORTS.lock().await;
    let said = home.run(&["doctor"]).await;
    assert!(said.code == 0 && !said.out.contains("!!"), "{said:?}");
    assert!(said.out.contains("--passphrase-fd"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_proxy_in_use_is_named_without_its_password() {
    let server = "https://gts.example";
    let said = doctor(server, ("ALL_PROXY", "socks5h://me:canary@127.0.0.1:1")).await;
    let (found, _) = line(&said, "ok  proxy");
    assert!(
        found.contains("socks5h://127.0.0.1:1") && found.to_uppercase().contains("ALL_PROXY"),
        "{said:?}"
    );
    let (found, explained) = line(&said, "!!  gts.example");
    assert!(found.contains("socks5h://127.0.0.1:1") && explained == 2, "{said:?}");
    assert!(said.code == 1 && !format!("{said:?}").contains("canary"), "{said:?}");
    let said = doctor(server, ("https_proxy", ":::bad:canary")).await;
    let (found, explained) = line(&said, "!!  proxy");
    assert!(found.to_lowercase().contains("https_proxy") && explained == 2, "{said:?}");
    assert!(!format!("{said:?}").contains("canary"), "{said:?}");
}
