//! `exec --watch`: a command that stays, and the new tokens that it gets; its end, its signals, and what it has started. The command is
//! a shell script that writes down what happens to it.

mod ends;
mod socket;

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::Duration;

use keybearer_practice::x::{self, Failure, Message, X};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::browser::Visit;
use crate::rig::{Home, Login, PATIENCE, Start as _, ended, until, with_x};

/// The program's folder in `XDG_RUNTIME_DIR`.
const OURS: &str = "keybearer";

/// Writes down its start with its token, and waits.
const STARTS: &str = "echo \"start $$ $ACCESS_TOKEN\" >>\"$log\"";
const WAITS: &str = "while :; do sleep 0.1; done";

struct Stage {
    home: Home,
    x: X,
    /// The folder of `XDG_RUNTIME_DIR`, in memory.
    run: TempDir,
}

impl Stage {
    async fn new() -> Stage {
        let home = Home::new();
        let x = with_x(&home).await;
        let run = TempDir::new_in("/dev/shm").unwrap();
        fs::set_permissions(run.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Stage { home, x, run }
    }

    /// A script of these lines.
    fn bot(&self, lines: &[&str]) -> String {
        let file = self.home.0.path().join("bot.sh");
        let script = format!("#!/bin/sh\nlog='{}'\n{}\n", self.log().display(), lines.join("\n"));
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    fn log(&self) -> PathBuf {
        self.home.0.path().join("log")
    }

    fn command(&self, options: &[&str], bot: &str) -> Command {
        let mut command = self
            .home
            .command(&[&["exec", "x-here/ada", "--watch"], options, &["--", bot]].concat());
        command.env("XDG_RUNTIME_DIR", self.run.path());
        command
    }

    fn watch(&self, options: &[&str], bot: &str) -> Child {
        self.command(options, bot).start()
    }

    /// The lines of the log that begin with a word, without it.
    fn logged(&self, word: &str) -> Vec<String> {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let whole = log.rfind('\n').map_or("", |end| &log[..end]);
        whole
            .lines()
            .filter_map(|line| Some(line.strip_prefix(word)?.trim().to_owned()))
            .collect()
    }

    /// Waits for so many lines.
    async fn until(&self, word: &str, count: usize) -> Vec<String> {
        until(&format!("{count} × {word}"), || self.logged(word).len() >= count).await;
        self.logged(word)
    }

    /// The process and the token of a start.
    async fn start(&self, number: usize) -> (String, String) {
        let starts = self.until("start ", number).await;
        let (process, token) = starts[number - 1].split_once(' ').unwrap_or((&starts[number - 1], ""));
        (process.to_owned(), token.to_owned())
    }

    /// The token as another process gets it.
    async fn token(&self) -> String {
        self.home.run(&["token", "x-here/ada"]).await.out.trim().to_owned()
    }

    /// The folders of runs.
    fn runs(&self) -> Vec<PathBuf> {
        let runs = fs::read_dir(self.run.path().join(OURS).join("exec"));
        runs.map(|all| all.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default()
    }
}

async fn kill(signal: &str, process: &str) {
    assert!(Command::new("kill").args([signal, process]).status().await.unwrap().success());
}

/// The state of a process, as in ps(1); none if there is none.
fn state(process: &str) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.chars().next()
}

fn is_gone(process: &str) -> bool {
    // Where nothing reaps an orphan, it stays as a zombie.
    state(process).is_none_or(|state| state == 'Z')
}

/// Processes whose arguments have this text.
fn with_argument(text: &str) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path().join("cmdline"));
    let has = |path: &PathBuf| fs::read(path).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(text));
    processes.filter(has).collect()
}

fn id(child: &Child) -> String {
    child.id().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_renewal_starts_it_again_with_the_new_token() {
    let s = Stage::new().await;
    // The token that it starts with is renewed after half of its life, by the watching process itself.
    s.x.switch(|w| w.access_lifetime = Duration::from_secs(6));
    let ends = "while [ ! -e \"$log.end\" ]; do sleep 0.1; done; exit 7";
    let bot = s.bot(&["trap 'echo term >>\"$log\"; exit 0' TERM", STARTS, ends]);
    let child = s.watch(&[], &bot);
    let (first, old) = s.start(1).await;
    s.x.switch(|w| w.access_lifetime = Duration::from_secs(7200));
    let (second, new) = s.start(2).await;
    assert!(first != second && old != new && is_gone(&first), "{first} {second}");
    assert!(s.x.token(&new).unwrap().alive && !s.x.token(&old).unwrap().alive);
    assert_eq!(s.logged("term").len(), 1, "it was asked to end");
    assert!(with_argument(&new).is_empty() && with_argument(&old).is_empty());
    fs::write(format!("{}.end", s.log().display()), "").unwrap();
    let said = ended(child).await;
    assert_eq!(said.code, 7, "its own exit code: {said:?}");
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    assert!(
        said.err.contains("x-here/ada has a new token") && !said.err.contains(&new),
        "{said:?}"
    );
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_renewal_by_another_process_is_heard() {
    let s = Stage::new().await;
    let bot = s.bot(&["[ -z \"$ACCESS_TOKEN\" ] || exit 9", "ACCESS_TOKEN=$BOT", STARTS, WAITS]);
    let child = s.watch(&["--as", "BOT"], &bot);
    let (_, old) = s.start(1).await;
    let renewed = s.home.run(&["refresh", "x-here/ada", "--anyway"]).await;
    assert_eq!(renewed.code, 0, "{renewed:?}");
    let (process, new) = s.start(2).await;
    assert!(old != new && new == s.token().await);
    kill("-TERM", &id(&child)).await;
    let said = ended(child).await;
    assert_eq!(said.code, 143, "as the command itself: {said:?}");
    assert!(is_gone(&process));
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_signal_tells_of_a_new_token_in_a_file() {
    let s = Stage::new().await;
    let reads = "read() { echo \"read $(cat \"$ACCESS_TOKEN_FILE\")\" >>\"$log\"; }";
    let mode = "echo \"mode $(stat -c %a \"$ACCESS_TOKEN_FILE\") $ACCESS_TOKEN_FILE\" >>\"$log\"";
    let bot = s.bot(&[reads, "trap read HUP", STARTS, mode, "read", WAITS]);
    let child = s.watch(&["--file", "--signal", "HUP", "--env"], &bot);
    let (process, in_environment) = s.start(1).await;
    assert_eq!(in_environment, "");
    let old = s.until("read ", 1).await.remove(0);
    assert!(s.x.token(&old).unwrap().alive);
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap();
    assert!(!String::from_utf8_lossy(&environment).contains(&old), "in no other variable");
    let known = s.until("mode ", 1).await.remove(0);
    let (mode, path) = known.split_once(' ').unwrap();
    assert!(mode == "600" && Path::new(path).starts_with(s.run.path()), "{known}");
    for _ in 0..2 {
        let seen = s.logged("read ").len();
        assert_eq!(s.home.run(&["refresh", "x-here/ada", "--anyway"]).await.code, 0);
        let new = s.until("read ", seen + 1).await.pop().unwrap();
        assert!(new != old && s.x.token(&new).unwrap().alive);
    }
    assert_eq!(s.logged("start ").len(), 1, "it has run all the time");
    let folder = fs::metadata(Path::new(path).parent().unwrap()).unwrap().permissions().mode();
    assert_eq!(folder & 0o777, 0o700);
    kill("-INT", &id(&child)).await;
    let said = ended(child).await;
    assert!(said.code == 130 && said.err.is_empty(), "{said:?}");
    assert!(s.runs().is_empty(), "the file is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn what_does_not_end_in_time_is_killed_with_what_it_started() {
    let s = Stage::new().await;
    let starts = "sleep 1000 & echo \"sleeps $!\" >>\"$log\"";
    let bot = s.bot(&["trap '' TERM", STARTS, starts, WAITS]);
    let child = s.watch(&["--grace", "1"], &bot);
    let (first, _) = s.start(1).await;
    let sleeps = s.until("sleeps ", 1).await.remove(0);
    s.home.run(&["refresh", "x-here/ada", "--anyway"]).await;
    let (second, _) = s.start(2).await;
    assert!(is_gone(&first) && is_gone(&sleeps), "{:?} {:?}", state(&first), state(&sleeps));
    kill("-KILL", &second).await;
    let said = ended(child).await;
    assert!(said.code == 137 && said.err.contains("didn’t end within 1 s"), "{said:?}");
    assert!(is_gone(&s.until("sleeps ", 2).await[1]), "nothing of it is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn its_end_is_the_end() {
    let s = Stage::new().await;
    for (lines, code) in [
        (&["exit 0"][..], 0),
        (&["sleep 1000 & echo \"sleeps $!\" >>\"$log\"", "exit 4"], 4),
        (&["kill -USR1 $$"], 138),
        (&["kill -KILL $$"], 137),
    ] {
        let said = ended(s.watch(&[], &s.bot(lines))).await;
        assert!(
            said.code == code && said.err.is_empty() && said.out.is_empty(),
            "{lines:?}: {said:?}"
        );
    }
    assert!(is_gone(&s.logged("sleeps ")[0]), "what it left running ends with it");
    for (program, code) in [("/no/such/command", 127), ("/dev/null", 126)] {
        let said = ended(s.watch(&[], program)).await;
        assert!(said.code == code && said.err.contains(program), "{said:?}");
    }
    // What asks this process to end goes through.
    for (signal, code) in [("-TERM", 5), ("-HUP", 6), ("-QUIT", 8), ("-INT", 9)] {
        let _ = fs::remove_file(s.log());
        let traps = "trap 'exit 5' TERM; trap 'exit 6' HUP; trap 'exit 8' QUIT; trap 'exit 9' INT";
        let child = s.watch(&["--restart-on-failure"], &s.bot(&[traps, STARTS, WAITS]));
        s.start(1).await;
        kill(signal, &id(&child)).await;
        if signal == "-HUP" {
            // A command may read its settings again for this one, so that it asks for no end.
            s.start(2).await;
            kill("-TERM", &id(&child)).await;
            assert_eq!(ended(child).await.code, 5);
            continue;
        }
        let said = ended(child).await;
        assert!(said.code == code && !said.err.contains("again"), "{signal}: {said:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn what_fails_quickly_waits_longer_each_time() {
    let s = Stage::new().await;
    let fails = "[ \"$(grep -c start \"$log\")\" -lt 3 ] && exit 3";
    let bot = s.bot(&["echo \"start $(date +%s%N)\" >>\"$log\"", fails, "exit 0"]);
    let said = ended(s.watch(&["--restart-on-failure"], &bot)).await;
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.err.lines().count(), 2, "{said:?}");
    assert!(said.err.contains("ended with 3 and is started again in 2 s"), "{said:?}");
    let times: Vec<u64> = s.logged("start ").iter().map(|time| time.parse().unwrap()).collect();
    let waits: Vec<u64> = times.windows(2).map(|pair| (pair[1] - pair[0]) / 1_000_000).collect();
    assert!(waits.len() == 2 && waits[0] >= 1000 && waits[1] >= 2000, "{waits:?}");
    // Ctrl-C in such a wait is the end.
    let mut child = s.watch(&["--restart-on-failure"], &s.bot(&["exit 3"]));
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
    for wait in ["1 s", "2 s", "4 s"] {
        let line = tokio::time::timeout(PATIENCE, said.next_line()).await.unwrap().unwrap().unwrap();
        assert!(line.contains(&format!("is started again in {wait}")), "{line}");
    }
    kill("-INT", &id(&child)).await;
    assert_eq!(ended(child).await.code, 130);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn what_a_killed_run_left_is_removed_by_the_next_one() {
    let s = Stage::new().await;
    let mut child = s.watch(&["--file"], &s.bot(&[STARTS, WAITS]));
    let (process, _) = s.start(1).await;
    let other = s.watch(&["--file"], &s.bot(&[STARTS, WAITS]));
    let (second, _) = s.start(2).await;
    assert_eq!(s.runs().len(), 2, "a run leaves another one's file alone");
    child.kill().await.unwrap();
    kill("-KILL", &process).await;
    assert_eq!(s.runs().len(), 2);
    let said = ended(s.watch(&["--file"], &s.bot(&["cat \"$ACCESS_TOKEN_FILE\""]))).await;
    assert_eq!((said.code, said.out), (0, s.token().await));
    assert_eq!(s.runs().len(), 1, "of the one that runs");
    kill("-TERM", &id(&other)).await;
    assert_eq!(ended(other).await.code, 143);
    assert!(is_gone(&second) && s.runs().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_token_is_written_into_memory_of_ones_own_only() {
    let s = Stage::new().await;
    let bot = s.bot(&[STARTS]);
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let refused = async |why: &str, run: &Path| {
        let said = ended(s.command(&["--file"], &bot).env("XDG_RUNTIME_DIR", run).start()).await;
        assert!(said.code == 1 && said.err.contains(why), "{why}: {said:?}");
        assert!(s.logged("start").is_empty(), "it did not start");
    };
    let (run, ours) = (s.run.path(), s.run.path().join(OURS));
    let elsewhere = run.join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, &ours).unwrap();
    refused("and no link", run).await;
    assert!(fs::read_dir(&elsewhere).unwrap().next().is_none());
    fs::remove_file(&ours).unwrap();
    fs::write(&ours, "").unwrap();
    refused("mode 0700", run).await;
    fs::remove_file(&ours).unwrap();
    fs::create_dir(&ours).unwrap();
    mode(&ours, 0o755);
    refused("mode 0700", run).await;
    mode(&ours, 0o700);
    // Only root can make what belongs to somebody else.
    if std::os::unix::fs::chown(&ours, Some(65534), None).is_ok() {
        refused("a folder of your own", run).await;
    }
    fs::remove_dir(&ours).unwrap();
    mode(run, 0o755);
    refused("mode 0700", run).await;
    mode(run, 0o700);
    let disk = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    mode(disk.path(), 0o700);
    refused("must be in memory", disk.path()).await;
    refused("XDG_RUNTIME_DIR", Path::new("")).await;
    refused("No such file", Path::new("/no/such/folder")).await;
    for (options, code, why) in [
        (&["--signal", "HUP"][..], 2, "A signal alone"),
        (&["--file", "--signal", "KILL"], 2, "the signals are HUP"),
        (&["--file", "--signal", "HUP"], 0, ""),
        (&["--socket", "--file"], 2, "cannot be used with"),
        (&["--socket", "--signal", "HUP"], 0, ""),
    ] {
        let said = ended(s.command(options, "true").start()).await;
        assert!(
            said.code == code && said.err.contains(why) && said.err.is_empty() == why.is_empty(),
            "{options:?}: {said:?}"
        );
    }
    for alone in ["--file", "--socket", "--restart-on-failure", "--grace=3", "--signal=HUP"] {
        let said = s.home.run(&["exec", "x-here/ada", alone, "--", "true"]).await;
        assert!(said.code == 2 && said.err.contains("--watch"), "{said:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_dead_token_ends_nothing_and_a_login_replaces_it() {
    let s = Stage::new().await;
    s.x.switch(|w| w.access_lifetime = Duration::from_secs(6));
    let child = s.watch(&[], &s.bot(&[STARTS, WAITS]));
    let (process, _) = s.start(1).await;
    s.x.fail_next(Message::Refresh, Failure::Lost);
    let dead = || {
        fs::read_to_string(s.home.data().join("book.json"))
            .unwrap()
            .contains("\"interrupted\"")
    };
    until("the token's end", dead).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(!is_gone(&process) && s.logged("start").len() == 1, "it keeps running");
    s.x.switch(|w| w.access_lifetime = Duration::from_secs(7200));
    let client = format!("client_id={}", x::CLIENT_ID);
    let arguments = ["login", "x-here", "-a", &client, "-a", "client_type=public", "--redirect", "paste"];
    let mut login = Login::start(&s.home, &arguments).await;
    login.answer(&Visit::allow("ada"), &s.home.keeper()).await;
    assert_eq!(login.end().await.code, 0);
    let (_, new) = s.start(2).await;
    assert!(s.x.token(&new).unwrap().alive);
    kill("-TERM", &id(&child)).await;
    let said = ended(child).await;
    assert_eq!(said.code, 143, "{said:?}");
    assert_eq!(said.err.matches("keeps running").count(), 1, "said once: {said:?}");
}

/// In a real bash at a terminal: the command has the terminal, Ctrl-Z stops it and the shell goes on, `fg` and Ctrl-C reach it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn a_shell_controls_it_like_any_other_job() {
    use tokio::io::AsyncWriteExt as _;
    let s = Stage::new().await;
    let bot = s.bot(&[STARTS, "while read -r line; do echo \"line $line\" >>\"$log\"; done"]);
    let program = env!("CARGO_BIN_EXE_keybearer");
    let mut bash = s.home.shell("script -qec 'bash --norc --noprofile -i' /dev/null");
    let mut child = bash.env("PS1", "").stdin(std::process::Stdio::piped()).start();
    let mut keys = child.stdin.take().unwrap();
    let log = s.log().display().to_string();
    keys.write_all(format!("'{program}' exec x-here/ada --watch -- '{bot}'\n").as_bytes())
        .await
        .unwrap();
    let (process, _) = s.start(1).await;
    let fields = || -> Vec<String> {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
        stat.rsplit_once(") ").unwrap().1.split(' ').map(str::to_owned).collect()
    };
    // Its group and the terminal's one (proc(5)).
    until("the terminal", || fields()[2] == fields()[5]).await;
    assert_eq!(fields()[2], process, "it leads a group of its own");
    keys.write_all(b"one\n").await.unwrap();
    s.until("line one", 1).await;
    keys.write_all(b"\x1a").await.unwrap();
    until("a stop", || state(&process) == Some('T')).await;
    keys.write_all(format!("echo \"shell $?\" >>'{log}'\n").as_bytes()).await.unwrap();
    s.until("shell ", 1).await;
    keys.write_all(b"fg\n").await.unwrap();
    until("going on", || state(&process) == Some('S')).await;
    until("the terminal again", || fields()[2] == fields()[5]).await;
    keys.write_all(b"two\n").await.unwrap();
    s.until("line two", 1).await;
    // A new token while it has the terminal: the next one has it, too.
    s.home.run(&["refresh", "x-here/ada", "--anyway"]).await;
    let (second, _) = s.start(2).await;
    keys.write_all(b"three\n").await.unwrap();
    s.until("line three", 1).await;
    keys.write_all(b"\x03").await.unwrap();
    until("the end", || is_gone(&second)).await;
    // This key empties what was typed before the shell reads again.
    tokio::time::sleep(Duration::from_millis(500)).await;
    keys.write_all(format!("echo \"end $?\" >>'{log}'\nexit\n").as_bytes())
        .await
        .unwrap();
    assert_eq!(s.until("end ", 1).await, ["130"]);
    ended(child).await;
}
