//! A login by a code that the person enters on another device.

use std::path::Path;

use keybearer_practice::exchanges::Exchanges;

use crate::rig::{Home, Login, until};
#[cfg(unix)]
use crate::rig::{Start as _, ended};

const ARGUMENTS: [&str; 4] = ["login", "github-here", "-a", "client_id=Ov23liA1b2C3d4E5f6G7"];

/// A home that knows GitHub as it is played from its script, with an interval of one second.
async fn with_github() -> (Home, Exchanges) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../practice/exchanges/github.toml");
    let script = std::fs::read_to_string(script).unwrap();
    let server = Exchanges::start(&script.replace("\"interval\":5", "\"interval\":1")).await.unwrap();
    let home = Home::new();
    let at = |origin: &str| server.origins()[origin].clone();
    let hosts = format!(
        "[hosts]\nweb = \"{}\"\napi = \"{}\"\n",
        at("https://github.com"),
        at("https://api.github.com")
    );
    home.add_provider("github", &hosts);
    (home, server)
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_code_is_shown_and_the_token_arrives() {
    let (home, server) = with_github().await;
    server.situation("the person has not decided", true);
    let login = Login::start(&home, &ARGUMENTS).await;
    assert_eq!(login.link, format!("{}/login/device", server.origins()["https://github.com"]));
    until("a question", || server.played("not decided") > 0).await;
    server.situation("the person has approved", true);
    server.situation("the person has not decided", false);
    let said = login.end().await;
    assert!(said.code == 0 && said.err.contains("Saved as github-here/octocat"), "{said:?}");
    // Standard error is no terminal: the code, and no picture of it.
    assert!(said.err.contains("\n    WDJB-MJHT\n") && !said.err.contains('█'), "{said:?}");
    assert!(!said.err.contains(&server.value("access_token")), "{said:?}");
    assert_eq!(home.run(&["token", "octocat"]).await.out.trim(), server.value("access_token"));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_refusal_is_reported() {
    let (home, server) = with_github().await;
    server.situation("the person presses Cancel", true);
    let said = home.run(&ARGUMENTS).await;
    assert!(said.code == 1 && said.err.contains("You didn’t approve access."), "{said:?}");
    assert_eq!(home.run(&["list", "--json"]).await.out, "[]\n");
}

#[cfg(unix)]
#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn ctrl_c_ends_the_wait() {
    let (home, server) = with_github().await;
    server.situation("the person has not decided", true);
    let mut command = home.command(&ARGUMENTS);
    let child = command.start();
    until("a question", || server.played("not decided") > 0).await;
    let id = child.id().unwrap().to_string();
    assert!(
        tokio::process::Command::new("kill")
            .args(["-INT", &id])
            .status()
            .await
            .unwrap()
            .success()
    );
    let said = ended(child).await;
    assert!(said.code == 130 && said.err.contains("Stopped."), "{said:?}");
}

/// At a terminal made by util-linux' `script`.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_terminal_with_room_shows_a_qr_code() {
    let (home, server) = with_github().await;
    server.situation("the person presses Cancel", true);
    let program = env!("CARGO_BIN_EXE_keybearer");
    for (columns, locale, colour, shown) in [
        (100, "en_GB.UTF-8", "", true),
        (100, "en_GB.UTF-8", "1", true),
        (30, "en_GB.UTF-8", "", false),
        (100, "C", "", false),
    ] {
        let line = format!("stty rows 50 cols {columns}; {program} {}", ARGUMENTS.join(" "));
        let mut command = home.shell(&format!("script -qec '{line}' /dev/null"));
        command.env("LC_ALL", locale).env("TERM", "xterm").env("NO_COLOR", colour);
        let said = ended(command.start()).await;
        let case = format!("{columns} {locale}: {}", said.out);
        assert!(said.out.contains("WDJB-MJHT"), "{case}");
        assert_eq!(said.out.contains("████"), shown, "{case}");
        // Light on dark whatever the terminal's colours are, unless it is to have none.
        assert_eq!(said.out.contains("\x1b[97;40m█"), shown && colour.is_empty(), "{case}");
    }
}
