//! What Windows alone has: endings that are looked for, batch files, scripts that it does not start, and exit codes of 32 bits.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use keybearer_practice::meta::{Meta, Platform};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};

use crate::rig::{Home, Start as _, ended, with_threads};

async fn stage() -> (Home, Meta) {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    (home, meta)
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn npm_is_found_by_pathext() {
    let (home, _meta) = stage().await;
    let tools = home.0.path().join("node js");
    fs::create_dir(&tools).unwrap();
    // As node's installer lays them: one for other shells, one for cmd.exe.
    fs::write(tools.join("npm"), "#!/bin/sh\n").unwrap();
    fs::write(
        tools.join("npm.cmd"),
        "@if [%ACCESS_TOKEN%]==[] exit /b 1\r\n@echo npm %1\r\n@exit /b 5\r\n",
    )
    .unwrap();
    let before = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([tools].into_iter().chain(std::env::split_paths(&before))).unwrap();
    for (program, endings) in [("npm", ".COM;.EXE;.BAT;.CMD;.JS"), ("NPM", ""), ("npm.cmd", ".EXE")] {
        let mut command = home.command(&["exec", "ada", "--", program, "install"]);
        let said = ended(command.env("PATH", &path).env("PATHEXT", endings).start()).await;
        assert_eq!((said.code, said.out.trim()), (5, "npm install"), "{program}: {said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_script_names_the_program_to_type() {
    let (home, _meta) = stage().await;
    for (name, typed) in [
        ("drive.py", "-- py "),
        ("drive.JS", "-- node "),
        ("drive.ps1", "-- powershell -File "),
        ("plain", "-- PROGRAM "),
    ] {
        let script = home.0.path().join(name);
        fs::write(&script, "#!/usr/bin/env python3\nprint(1)\n").unwrap();
        let script = script.to_str().unwrap();
        let said = home.run(&["exec", "ada", "--", script]).await;
        assert!(
            said.code == 126 && said.out.is_empty() && said.err.contains(&format!("{typed}{script}")),
            "{said:?}"
        );
        assert!(!said.err.contains("193"), "{said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_cmd_would_misread_is_refused() {
    let (home, _meta) = stage().await;
    let batch = home.0.path().join("bot.bat");
    fs::write(&batch, "@echo ran\r\n").unwrap();
    let said = home.run(&["exec", "ada", "--", batch.to_str().unwrap(), "a\r\ncalc.exe"]).await;
    assert!(
        said.code == 126 && said.out.is_empty() && said.err.contains("line break"),
        "{said:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_exit_code_is_handed_on_whole() {
    let (home, _meta) = stage().await;
    for code in [255, 256, 3000, -1, i32::MIN, -1_073_741_510] {
        let said = home
            .run(&["exec", "ada", "--", "cmd.exe", "/d", "/c", &format!("exit {code}")])
            .await;
        assert_eq!(said.code, code, "{said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn only_standard_input_has_a_number() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some("correct horse battery"), &meta).await;
    let said = home.run(&["token", "ada", "--passphrase-fd", "3"]).await;
    assert!(
        said.code == 2 && said.out.is_empty() && said.err.contains("--passphrase-fd 0"),
        "{said:?}"
    );
    let help = home.run(&["--help"]).await;
    assert!(help.code == 0 && help.out.contains("N is 0"), "{help:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_command_ends_with_what_started_it() {
    let (home, _meta) = stage().await;
    // It waits for a line, and has the same standard output: what reads that comes to its end when both have ended.
    let mut command = home.command(&["exec", "ada", "--", "cmd.exe", "/d", "/c", "echo runs&set /p line="]);
    let mut child = command.stdin(Stdio::piped()).start();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).await.unwrap();
    assert_eq!(line.trim(), "runs");
    let _open = child.stdin.take();
    child.kill().await.unwrap();
    let end = tokio::time::timeout(Duration::from_secs(10), out.read_to_string(&mut line)).await;
    assert!(end.is_ok(), "the command runs on");
}

#[tokio::test]
async fn without_a_console_no_sync_target_is_confirmed() {
    let (home, _meta) = stage().await;
    let file = home.0.path().join("token");
    let said = home.run(&["delivery", "add", "ada", "file", file.to_str().unwrap()]).await;
    assert!(said.code == 2 && said.err.contains("there is no terminal here"), "{said:?}");
    assert!(!file.exists() && home.keeper().view().deliveries.is_empty());
}

#[tokio::test]
async fn serving_tokens_is_not_offered_yet() {
    let home = Home::new();
    let said = home.run(&["serve"]).await;
    assert!(
        said.code == 1 && said.out.is_empty() && said.err.contains("isn’t offered on Windows yet"),
        "{said:?}"
    );
}
