//! `keybearer serve` as a real process, asked by programs of other heads: Python, and systemd's own socket activation.

mod lock;

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use keybearer_core::serve::{Listener, Server};
use keybearer_practice::meta::{Meta, Platform};
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, Command};

use crate::rig::{Home, PATIENCE, Said, Start as _, ended, until, with_threads};

const WORDS: &str = "correct horse battery";

/// As docs/use.md has it.
const PYTHON: &str = "import json, socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(json.dumps({'name': sys.argv[2]}).encode() + b'\\n')
answer = json.loads(s.makefile().readline())
print(answer.get('token') or answer['error']['code'])";

/// The folder that stands for the session's.
pub fn runtime(home: &Home, mode: u32) -> PathBuf {
    let folder = home.0.path().join("run");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
    folder
}

pub fn socket(home: &Home) -> PathBuf {
    home.0.path().join("run/keybearer/socket")
}

fn command(home: &Home, arguments: &[&str]) -> Command {
    let mut command = home.command(arguments);
    command.env("XDG_RUNTIME_DIR", home.0.path().join("run"));
    command
}

/// The same where no bus is, and so no keychain: what it prints comes from elsewhere.
async fn without_keychain(home: &Home, arguments: &[&str]) -> Said {
    let mut command = command(home, arguments);
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    ended(command.start()).await
}

pub async fn python(socket: &Path, name: &str) -> String {
    let mut command = Command::new("/usr/bin/python3");
    command.args(["-c", PYTHON]).arg(socket).arg(name);
    let output = tokio::time::timeout(PATIENCE, command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Waits until programs can connect.
async fn answered(path: &Path) {
    let connects = || std::os::unix::net::UnixStream::connect(path).is_ok();
    until(&format!("a server at {}", path.display()), connects).await;
}

async fn started(home: &Home, arguments: &[&str]) -> Child {
    runtime(home, 0o700);
    let child = command(home, &[&["serve"], arguments].concat()).start();
    answered(&socket(home)).await;
    child
}

pub async fn signal(child: &Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().await.unwrap().success());
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_path_that_is_too_long_is_named_with_what_helps() {
    let home = Home::new();
    let long = home.0.path().join("x".repeat(120));
    std::fs::create_dir(&long).unwrap();
    std::fs::set_permissions(&long, std::fs::Permissions::from_mode(0o700)).unwrap();
    let said = ended(home.command(&["serve"]).env("XDG_RUNTIME_DIR", &long).start()).await;
    assert!(said.code == 1 && said.err.contains("a folder with a shorter path"), "{said:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn programs_and_our_own_command_get_tokens() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let notified = home.0.path().join("notified");
    let systemd = UnixDatagram::bind(&notified).unwrap();
    runtime(&home, 0o700);
    let child = command(&home, &["serve"]).env("NOTIFY_SOCKET", &notified).start();
    answered(&socket(&home)).await;
    systemd.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut said = [0; 64];
    let length = systemd.recv(&mut said).unwrap();
    assert_eq!(&said[..length], b"READY=1");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&socket(&home)), mode(socket(&home).parent().unwrap())), (0o600, 0o700));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id().unwrap())).unwrap();
    let cores = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    // A limit of 0 stops no program that takes core dumps by a pipe.
    assert_eq!(cores.split_whitespace().nth(4), Some("1"), "{cores}");
    assert_eq!(python(&socket(&home), "@ADA").await, token);
    assert_eq!(python(&socket(&home), "nobody").await, "account-unknown");
    let by_socket = without_keychain(&home, &["token", "ada"]).await;
    assert_eq!((by_socket.code, by_socket.out.trim()), (0, token.as_str()), "{by_socket:?}");
    // What the server refuses is said in our own words.
    let unknown = without_keychain(&home, &["token", "nobody"]).await;
    assert!(unknown.code == 3 && unknown.err.contains("threads-here/ada"), "{unknown:?}");
    // Another data folder has other accounts, whoever listens.
    let other = Home::new();
    let mut foreign = other.command(&["token", "ada"]);
    foreign.env("XDG_RUNTIME_DIR", home.0.path().join("run"));
    let foreign = ended(foreign.start()).await;
    assert!(foreign.code == 3 && foreign.out.is_empty(), "{foreign:?}");
    // Its data are not deleted under it.
    let erased = without_keychain(&home, &["forget", "--everything", "--yes"]).await;
    assert_eq!(erased.code, 5, "{erased:?}");
    let second = ended(command(&home, &["serve"]).start()).await;
    assert!(second.code == 5 && second.err.contains("already serves"), "{second:?}");
    signal(&child, "-TERM").await;
    let end = ended(child).await;
    assert!(
        end.code == 0 && end.out.is_empty() && end.err.contains("Serving tokens at"),
        "{end:?}"
    );
    assert!(!end.err.contains(&token) && !socket(&home).exists(), "{end:?}");
}

/// How much of its program's code a process has in memory, in kilobytes.
fn code_in_memory(child: &Child) -> u64 {
    let process = PathBuf::from(format!("/proc/{}", child.id().unwrap()));
    let program = std::fs::read_link(process.join("exe")).unwrap();
    let mut is_code = false;
    let mut taken = 0;
    for line in std::fs::read_to_string(process.join("smaps")).unwrap().lines() {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["Rss:", kilobytes, _] if is_code => taken += kilobytes.parse::<u64>().unwrap(),
            [name, ..] if name.ends_with(':') => {}
            _ => is_code = line.contains(" r-xp ") && line.ends_with(program.to_str().unwrap()),
        }
    }
    taken
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn memory_is_given_back_while_nobody_asks() {
    const ROUND: Duration = Duration::from_secs(5);
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let child = started(&home, &[]).await;
    let mut rounds = 0;
    let mut is_less = false;
    // On a busy machine the memory may be given back before it is first looked at.
    while !is_less && rounds < 5 {
        rounds += 1;
        assert_eq!(python(&socket(&home), "threads-here/ada").await, token);
        let (asked, before) = (Instant::now(), code_in_memory(&child));
        while !is_less && asked.elapsed() < ROUND {
            tokio::time::sleep(Duration::from_millis(50)).await;
            is_less = code_in_memory(&child) < before / 2;
        }
    }
    assert!(is_less, "{} KB of code are in memory", code_in_memory(&child));
    assert_eq!(python(&socket(&home), "threads-here/ada").await, token, "it answers as before");
    signal(&child, "-TERM").await;
    assert_eq!(ended(child).await.code, 0);
}

/// The window's process serves by the same socket.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_windows_server_is_used_and_left_alone() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    runtime(&home, 0o700);
    let listener = Listener::bind(&socket(&home)).unwrap();
    let window = Server::new(home.keeper(), true);
    let runs = tokio::spawn(async move { window.run(listener, std::future::pending()).await });
    let refused = ended(command(&home, &["serve"]).start()).await;
    assert!(
        refused.code == 5 && refused.out.is_empty() && refused.err.contains("already serves tokens at"),
        "{refused:?}"
    );
    let served = without_keychain(&home, &["token", "ada"]).await;
    assert_eq!(
        (served.code, served.out.trim(), served.err.as_str()),
        (0, token.as_str(), ""),
        "{served:?}"
    );
    runs.abort();
}

/// Ctrl-C while a server says nothing.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_silent_server_is_not_waited_for_after_ctrl_c() {
    let home = Home::new();
    std::fs::create_dir(runtime(&home, 0o700).join("keybearer")).unwrap();
    let server = std::os::unix::net::UnixListener::bind(socket(&home)).unwrap();
    let child = command(&home, &["token", "ada"]).start();
    let (asked, _) = tokio::task::spawn_blocking(move || server.accept().unwrap()).await.unwrap();
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    let said = ended(child).await;
    assert!(said.code == 130 && said.err.contains("Stopped"), "{said:?}");
    drop(asked);
}

/// A server that is stopped, that speaks otherwise, or that is another person's: the token comes without it, and the message says why.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_server_that_gives_nothing_is_named() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let named = async |why: &str| {
        let said = ended(command(&home, &["token", "ada"]).start()).await;
        assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{why}: {said:?}");
        let path = socket(&home).display().to_string();
        assert!(
            said.err.lines().count() == 1 && said.err.contains(why) && said.err.contains(&path),
            "{said:?}"
        );
    };
    let child = started(&home, &[]).await;
    signal(&child, "-STOP").await;
    named("no usable answer within 5 seconds").await;
    signal(&child, "-CONT").await;
    signal(&child, "-TERM").await;
    assert_eq!(ended(child).await.code, 0);
    let other = tokio::net::UnixListener::bind(socket(&home)).unwrap();
    let speaks = tokio::spawn(async move {
        loop {
            let (mut stream, _) = other.accept().await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    named("no usable answer").await;
    speaks.abort();
    let _ = speaks.await;
    std::fs::remove_file(socket(&home)).unwrap();
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        // Only root can run a program as another person.
        return;
    }
    // The way to the socket is open to the other person, who may write there.
    let folder = socket(&home).parent().unwrap().to_owned();
    for path in [home.0.path(), &home.0.path().join("run"), &folder] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::os::unix::fs::chown(&folder, Some(65534), None).unwrap();
    let listens = "import socket, sys, time\ns = socket.socket(socket.AF_UNIX)\ns.bind(sys.argv[1])\ns.listen()\ntime.sleep(60)";
    let mut foreign = Command::new("setpriv");
    foreign.args([
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        "/usr/bin/python3",
        "-c",
        listens,
    ]);
    let foreign = foreign.arg(socket(&home)).kill_on_drop(true).start();
    answered(&socket(&home)).await;
    runtime(&home, 0o700);
    named("Another user’s program").await;
    drop(foreign);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_socket_of_a_killed_server_is_replaced() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let killed = started(&home, &[]).await;
    signal(&killed, "-KILL").await;
    ended(killed).await;
    assert!(socket(&home).exists());
    let own_way = ended(command(&home, &["token", "ada"]).start()).await;
    assert_eq!((own_way.code, own_way.out.trim()), (0, token.as_str()), "{own_way:?}");
    let child = started(&home, &[]).await;
    assert_eq!(python(&socket(&home), "ada").await, token);
    signal(&child, "-INT").await;
    assert_eq!(ended(child).await.code, 0);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_closed_store_is_reported_and_opened_by_its_owner_only() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let child = started(&home, &[]).await;
    assert_eq!(python(&socket(&home), "ada").await, "passphrase-needed");
    let closed = ended(command(&home, &["token", "ada"]).start()).await;
    assert!(closed.code == 6 && closed.out.is_empty(), "{closed:?}");
    signal(&child, "-TERM").await;
    assert_eq!(ended(child).await.code, 0);
    // No terminal to ask at.
    let unasked = ended(command(&home, &["serve", "--ask-passphrase"]).start()).await;
    assert_eq!(unasked.code, 6, "{unasked:?}");
    let file = home.0.path().join("words");
    std::fs::write(&file, format!("{WORDS}\n")).unwrap();
    let mut opened = command(&home, &["serve", "--passphrase-fd", "0"]);
    let child = opened.stdin(std::fs::File::open(&file).unwrap()).start();
    answered(&socket(&home)).await;
    assert_eq!(python(&socket(&home), "ada").await, token);
    // Nor is the passphrase needed for our own command.
    let served = ended(command(&home, &["token", "ada"]).start()).await;
    assert_eq!((served.code, served.out.trim()), (0, token.as_str()), "{served:?}");
    // A server that renews may take longer than a command waits that has another way.
    signal(&child, "-STOP").await;
    let asking = command(&home, &["token", "ada"]).start();
    tokio::time::sleep(Duration::from_secs(6)).await;
    signal(&child, "-CONT").await;
    let late = ended(asking).await;
    assert_eq!((late.code, late.out.trim()), (0, token.as_str()), "{late:?}");
    assert!(late.err.contains("longer than 5 seconds"), "{late:?}");
    signal(&child, "-TERM").await;
    assert_eq!(ended(child).await.code, 0);
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_folder_that_others_may_enter_is_refused() {
    let home = Home::new();
    for mode in [0o755, 0o710, 0o701] {
        runtime(&home, mode);
        let open = ended(command(&home, &["serve"]).start()).await;
        assert!(open.code == 1 && open.err.contains("chmod 700"), "{open:?}");
    }
    for folder in ["", "run"] {
        let none = ended(home.command(&["serve"]).env("XDG_RUNTIME_DIR", folder).start()).await;
        assert!(none.code == 1 && none.err.contains("XDG_RUNTIME_DIR isn’t set"), "{none:?}");
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn systemd_may_open_the_socket() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let folder = runtime(&home, 0o700).join("keybearer");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    let mut systemd = Command::new("systemd-socket-activate");
    systemd.arg("-l").arg(socket(&home));
    let probe = command(&home, &[]);
    for (name, value) in probe.as_std().get_envs() {
        if let Some(value) = value {
            systemd.env(name, value).arg("-E").arg(name);
        }
    }
    systemd.args(["-E", "DBUS_SESSION_BUS_ADDRESS", env!("CARGO_BIN_EXE_keybearer"), "serve"]);
    let child = systemd
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .start();
    until("the socket", || socket(&home).exists()).await;
    // The first connection starts it.
    assert_eq!(python(&socket(&home), "ada").await, token);
    let second = ended(command(&home, &["serve"]).start()).await;
    assert_eq!(second.code, 5, "{second:?}");
    signal(&child, "-TERM").await;
    let said = ended(child).await;
    assert!(said.code == 0 && said.err.contains("LISTEN_FDS"), "{said:?}");
    assert!(socket(&home).exists(), "the socket is systemd's");
    // A session's folder goes with it, and this one is not the server's to make again.
    std::fs::remove_file(socket(&home)).unwrap();
    let child = systemd.start();
    until("the socket", || socket(&home).exists()).await;
    assert_eq!(python(&socket(&home), "ada").await, token);
    std::fs::remove_dir_all(&folder).unwrap();
    let said = ended(child).await;
    assert!(said.code == 1 && said.err.contains("is gone"), "{said:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn what_is_passed_on_must_be_a_listening_socket() {
    let home = Home::new();
    runtime(&home, 0o700);
    for (opens, count) in [
        ("os.open('/dev/null', os.O_RDONLY)", "1"),
        ("socket.socketpair()[0].detach()", "1"),
        ("socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).detach()", "1"),
        (
            "(lambda s: (s.listen(), s.detach())[1])(socket.create_server(('127.0.0.1', 0)))",
            "1",
        ),
        ("os.open('/dev/null', os.O_RDONLY)", "2"),
    ] {
        let program = format!(
            "import os, socket, sys\nfd = {opens}\nos.dup2(fd, 3)\nos.set_inheritable(3, True)\nos.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='{count}')\nos.execv(sys.argv[1], sys.argv[1:])"
        );
        let mut python = Command::new("/usr/bin/python3");
        python.args(["-c", &program, env!("CARGO_BIN_EXE_keybearer"), "serve"]);
        for (name, value) in command(&home, &[]).as_std().get_envs() {
            if let Some(value) = value {
                python.env(name, value);
            }
        }
        let refused = ended(python.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).start()).await;
        assert!(refused.code == 1 && refused.err.contains("ListenStream"), "{opens}: {refused:?}");
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_program_is_decided_about_without_a_window() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let bot = home.0.path().join("bot.py");
    std::fs::write(&bot, PYTHON).unwrap();
    home.run(&["settings", "set", "ask-programs", "on"]).await;
    let decide = async |word: &str, script: Option<&str>| {
        let script = script.map(|script| ["--script", script]);
        let script = script.as_ref().map_or(&[][..], |two| two);
        home.run(&[&["settings", word, "/usr/bin/python3", "ada"], script].concat()).await
    };
    let bare = decide("allow-program", None).await;
    assert!(bare.code == 2 && bare.err.contains("--script"), "it could run anything: {bare:?}");
    let none = decide("allow-program", Some("/no/such/file")).await;
    assert!(none.code == 1 && none.err.contains("/no/such/file"), "{none:?}");
    let other = home
        .run(&["settings", "allow-program", "/bin/true", "ada", "--script", "/bin/true"])
        .await;
    assert_eq!(other.code, 2, "{other:?}");
    // What runs scripts has to be named itself.
    std::fs::write(&bot, format!("#!/usr/bin/python3\n{PYTHON}")).unwrap();
    std::fs::set_permissions(&bot, std::fs::Permissions::from_mode(0o700)).unwrap();
    let text = home.0.path().join("text");
    std::fs::write(&text, "text").unwrap();
    for path in [&bot, &text, &home.0.path().to_owned()] {
        let refused = home.run(&["settings", "allow-program", path.to_str().unwrap(), "ada"]).await;
        assert!(refused.code == 2 && refused.err.contains("isn’t a program itself"), "{refused:?}");
    }
    assert!(home.keeper().view().programs.is_empty());

    let mut child = started(&home, &[]).await;
    let folder = home.0.path().to_owned();
    let ask_from = async |script: &str| {
        let mut command = Command::new("/usr/bin/python3");
        command.current_dir(&folder).arg(script).arg(socket(&home)).arg("ada");
        String::from_utf8(command.output().await.unwrap().stdout).unwrap().trim().to_owned()
    };
    let ask = async || ask_from("./bot.py").await;
    assert_eq!(ask().await, "program-unknown");
    for (word, said, answer) in [
        ("allow-program", "allowed\tprogram\t", token.as_str()),
        ("refuse-program", "refused\tprogram\t", "program-refused"),
    ] {
        let done = decide(word, bot.to_str()).await;
        assert!(done.code == 0 && done.out.starts_with(said), "{done:?}");
        assert_eq!(ask().await, answer);
        assert_eq!(ask_from("run/../bot.py").await, answer, "the same file");
        assert_eq!(home.keeper().view().programs.len(), 1, "in place of the one before");
    }
    child.kill().await.unwrap();
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn times_that_no_clock_counts_are_refused() {
    for option in ["--idle", "--forget-passphrase"] {
        let said = Home::new().run(&["serve", option, "18446744073709551615"]).await;
        assert!(said.code == 2 && said.err.contains(option), "{said:?}");
    }
}
