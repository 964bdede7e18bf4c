//! What Windows alone has: endings that are looked for, batch files, scripts that it does not start, exit codes of 32 bits, commands
//! that cannot be asked to end, and named pipes.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::x::Message;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStderr, Command};

use crate::rig::{Home, PATIENCE, Start as _, ended, until, with_threads, with_x};

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

/// The folder of [`child_stays`].
const FOLDER: &str = "KEYBEARER_TEST_FOLDER";

/// The process and the token of a start of [`child_stays`].
async fn start(folder: &Path, number: usize) -> (String, String) {
    let starts = || fs::read_to_string(folder.join("starts")).unwrap_or_default();
    until("a start", || starts().matches('\n').count() >= number).await;
    let line = starts().lines().nth(number - 1).unwrap().to_owned();
    let (process, token) = line.split_once(' ').unwrap();
    (process.to_owned(), token.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_renewal_starts_the_command_again() {
    let home = Home::new();
    let x = with_x(&home).await;
    let (folder, program) = (home.0.path(), std::env::current_exe().unwrap());
    let test = ["--exact", "windows::child_stays", "--ignored", "--nocapture"];
    // Nothing can ask it to end: it is ended at once, however long it might take.
    let watch = ["exec", "x-here/ada", "--watch", "--grace", "3600", "--", program.to_str().unwrap()];
    let child = home.command(&[&watch[..], &test].concat()).env(FOLDER, folder).start();
    let (_, old) = start(folder, 1).await;
    assert!(x.token(&old).unwrap().alive);
    let renewed = home.run(&["refresh", "x-here/ada", "--anyway"]).await;
    assert_eq!(renewed.code, 0, "{renewed:?}");
    let (second, new) = start(folder, 2).await;
    assert!(new != old && x.token(&new).unwrap().alive && !x.token(&old).unwrap().alive);
    fs::write(folder.join("end"), "").unwrap();
    // What the command has started has the same standard output, and would keep it open for longer than is waited here.
    let said = ended(child).await;
    assert_eq!(said.code, 3000, "its own exit code: {said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    assert!(
        said.err.contains("x-here/ada has a new token") && !said.err.contains(&new),
        "{said:?}"
    );
    let ends = fs::read_to_string(folder.join("ends")).unwrap();
    assert_eq!(ends.lines().collect::<Vec<_>>(), [second.as_str()], "the first one no longer ran");
    assert_eq!((x.count(Message::Refresh), x.reuses()), (2, 0));
}

/// A command that stays: it starts a process, writes down itself and its token, and ends once there is a file `end`.
#[test]
#[ignore = "a child's"]
// What becomes of its child when it ends without a wait is what is tried.
#[allow(clippy::zombie_processes)]
fn child_stays() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let write = |name: &str, line: String| {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(folder.join(name)).unwrap();
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    };
    let mut sleeper = std::process::Command::new(std::env::current_exe().unwrap());
    sleeper
        .args(["--exact", "windows::child_sleeps", "--ignored", "--nocapture"])
        .spawn()
        .unwrap();
    let process = std::process::id();
    write("starts", format!("{process} {}", std::env::var("ACCESS_TOKEN").unwrap()));
    while !folder.join("end").exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    write("ends", process.to_string());
    std::process::exit(3000);
}

#[test]
#[ignore = "a child's"]
fn child_sleeps() {
    if std::env::var_os(FOLDER).is_some() {
        std::thread::sleep(PATIENCE * 4);
    }
}

#[tokio::test]
async fn without_a_console_no_sync_target_is_confirmed() {
    let (home, _meta) = stage().await;
    let file = home.0.path().join("token");
    let said = home.run(&["delivery", "add", "ada", "file", file.to_str().unwrap()]).await;
    assert!(said.code == 2 && said.err.contains("there is no terminal here"), "{said:?}");
    assert!(!file.exists() && home.keeper().view().deliveries.is_empty());
}

const WORDS: &str = "correct horse battery";

/// A command that gets the passphrase.
fn with_words(home: &Home, arguments: &[&str]) -> Command {
    let file = home.0.path().join("words");
    fs::write(&file, format!("{WORDS}\n")).unwrap();
    let mut command = home.command(&[&["--passphrase-fd", "0"], arguments].concat());
    command.stdin(fs::File::open(&file).unwrap());
    command
}

/// Starts a server, and returns the name of the pipe that it prints. Its standard error has to stay open.
async fn serving(mut command: Command) -> (Child, BufReader<ChildStderr>, String) {
    let mut child = command.start();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    tokio::time::timeout(PATIENCE, said.read_line(&mut line)).await.unwrap().unwrap();
    let pipe = line.split_whitespace().find(|word| word.starts_with(r"\\.\pipe\"));
    let pipe = pipe.unwrap_or_else(|| panic!("{line}")).to_owned();
    (child, said, pipe)
}

/// Asks as any program does: opens the pipe like a file, writes a line and reads one.
async fn asked(pipe: &str, name: &str) -> serde_json::Value {
    const PIPE_BUSY: i32 = 231;
    let (pipe, request) = (pipe.to_owned(), format!("{{\"name\":\"{name}\"}}\n"));
    let asking = tokio::task::spawn_blocking(move || {
        let mut file = loop {
            match fs::OpenOptions::new().read(true).write(true).open(&pipe) {
                Err(error) if error.raw_os_error() == Some(PIPE_BUSY) => std::thread::sleep(Duration::from_millis(5)),
                opened => break opened.unwrap(),
            }
        };
        file.write_all(request.as_bytes()).unwrap();
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(file), &mut line).unwrap();
        line
    });
    let line = tokio::time::timeout(PATIENCE, asking).await.unwrap().unwrap();
    serde_json::from_str(&line).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_and_our_own_command_get_tokens() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let (mut child, _said, pipe) = serving(with_words(&home, &["serve"])).await;
    assert!(pipe.starts_with(r"\\.\pipe\keybearer-S-1-"), "{pipe}");
    let (one, other, unknown) = tokio::join!(asked(&pipe, "@ADA"), asked(&pipe, "ada"), asked(&pipe, "nobody"));
    assert!(one["token"] == token && other["token"] == token, "{one} {other}");
    assert_eq!(unknown["error"]["code"], "account-unknown");
    // It has no passphrase.
    let by_pipe = home.run(&["token", "ada"]).await;
    assert_eq!((by_pipe.code, by_pipe.out.trim()), (0, token.as_str()), "{by_pipe:?}");
    let second = ended(with_words(&home, &["serve"]).start()).await;
    assert!(second.code == 5 && second.err.contains(&pipe), "{second:?}");
    // Another data folder has another pipe.
    let elsewhere = Home::new();
    let (mut neighbour, _neighbours, others) = serving(elsewhere.command(&["serve"])).await;
    assert_ne!(pipe, others);
    neighbour.kill().await.unwrap();
    let log = home.run(&["log", "ada", "--json"]).await;
    let program = std::env::current_exe().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    assert!(log.out.contains("\"serve\"") && log.out.contains(&program), "{log:?}");
    // A killed one leaves nothing behind.
    child.kill().await.unwrap();
    let alone = home.run(&["token", "ada"]).await;
    assert!(alone.code == 6 && alone.out.is_empty(), "{alone:?}");
    let (mut next, _says, again) = serving(with_words(&home, &["serve"])).await;
    assert_eq!(again, pipe);
    assert_eq!(asked(&pipe, "ada").await["token"], token);
    next.kill().await.unwrap();
}

#[tokio::test]
async fn a_run_has_a_pipe_of_its_own() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    // Without the passphrase only the run's server can give the token.
    let program = env!("CARGO_BIN_EXE_keybearer");
    let mut command = with_words(&home, &["exec", "ada", "--watch", "--socket", "--", program, "token", "ada"]);
    let said = ended(command.start()).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
}
