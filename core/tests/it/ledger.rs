//! The ledger: no line is lost or torn by others that write at the same time, cut lines are counted and skipped, a line comes before
//! its token, and no token waits for a ledger that cannot be written.

mod trouble;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use keybearer_core::error::{Error, Result};
use keybearer_core::keeper::now;
use keybearer_core::ledger::{KEPT, Ledger, Line, Program, Purpose, Use};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::{DAY, Secret};
use keybearer_core::view::{AccountView, Draft, LoginPlan, Settings, UseView};
use keybearer_practice::{Flavor, Practice};
use tempfile::TempDir;

use crate::children;
use crate::rig::{Rig, plan, practice};
use crate::system;

/// As the issue of a crowd: eight processes, ten thousand lines.
const PROCESSES: usize = 8;
const LINES: usize = 1250;
/// Where a child writes, and as which one.
const FOLDER: &str = "KEYBEARER_TEST_LEDGER";
const WRITER: &str = "KEYBEARER_TEST_WRITER";
/// An account that is deleted.
const GONE: &str = "gone";

fn line(time: i64, account: &str, name: &str) -> Line {
    Line {
        time,
        account: account.to_owned(),
        purpose: Purpose::Token,
        program: Some(Program {
            interpreter: Some("python3".to_owned()),
            folder: Some("/home/ada/a \"bot\"".to_owned()),
            ..named(name)
        }),
        refused: None,
    }
}

fn named(name: &str) -> Program {
    Program {
        name: name.to_owned(),
        ..Program::window()
    }
}

fn file(data: &Path) -> std::path::PathBuf {
    data.join("ledger.jsonl")
}

#[test]
fn eight_processes_tear_and_lose_no_line() {
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    // Old lines, so that some process shortens the file while the others write.
    for day in 1..=50 {
        let old = serde_json::to_string(&line(now() - KEPT - 100 * DAY + day, "old", "old")).unwrap();
        let before = fs::read_to_string(file(data.path())).unwrap_or_default();
        fs::write(file(data.path()), format!("{before}{old}\n")).unwrap();
    }
    // Without it the clock may have jumped.
    ledger.append(&line(now() - 2 * DAY, GONE, "0")).unwrap();
    let writers: Vec<_> = (0..PROCESSES)
        .map(|writer| {
            children::start("ledger::child_appends", |command| {
                command.env(FOLDER, data.path()).env(WRITER, writer.to_string());
            })
        })
        .collect();
    let mut seen = 0;
    for mut writer in writers {
        while writer.try_wait().unwrap().is_none() {
            // A reader sees no half line, and the number of lines only grows.
            let found = ledger.read(now() - DAY).unwrap();
            let count = found.lines.iter().filter(|line| line.account != GONE).count();
            assert!(found.torn == 0 && count >= seen, "{count} after {seen}");
            seen = count;
            std::thread::sleep(Duration::from_millis(20));
        }
        assert!(writer.wait().unwrap().success());
    }
    let found = ledger.read(0).unwrap();
    assert_eq!(
        (found.lines.len(), found.torn),
        (PROCESSES * LINES, 0),
        "old lines are gone, all others are there"
    );
    let mut of_writers: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for line in found.lines {
        let number = line.program.unwrap().name.parse().unwrap();
        of_writers.entry(line.account).or_default().push(number);
    }
    assert_eq!(of_writers.len(), PROCESSES);
    for numbers in of_writers.values() {
        assert!(numbers.iter().copied().eq(0..LINES), "each one's lines, in its order");
    }
}

#[test]
#[ignore = "a child's"]
fn child_appends() {
    let (folder, writer) = (std::env::var(FOLDER).unwrap(), std::env::var(WRITER).unwrap());
    // A line that is refused because the others took too long was not written, and is written again: Wine takes minutes for these lines.
    let until_done = |work: &dyn Fn(&Ledger) -> Result<()>| {
        while let Err(error) = work(&Ledger::new(Path::new(&folder))) {
            let waited = matches!(&error, Error::Disk { source, .. } if source.kind() == std::io::ErrorKind::TimedOut);
            assert!(waited, "{error}");
        }
    };
    for number in 0..LINES {
        until_done(&|ledger| ledger.append(&line(now(), &writer, &number.to_string())));
        if number % 100 == 0 {
            // The whole file is written again while the others append.
            until_done(&|ledger| ledger.append(&line(now(), GONE, "0")));
            until_done(&|ledger| ledger.forget(GONE, now()));
        }
    }
}

/// A small generator, so that a failure can be run again by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

#[test]
fn cut_lines_are_counted_and_skipped() {
    let seed = rand::random();
    let mut random = Random(seed);
    let names = ["bot.py", "a\nb", "\"}{\"", "世界", "\u{202e}yp.tob", "{\"time\":1,", ""];
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    for round in 0..300 {
        let _ = fs::remove_file(file(data.path()));
        let written: Vec<Line> = (0..1 + random.below(6))
            .map(|at| line(now() + i64::try_from(at).unwrap(), "a", names[random.below(names.len())]))
            .collect();
        for line in &written {
            ledger.append(line).unwrap();
        }
        let whole = fs::read(file(data.path())).unwrap();
        let cut = random.below(whole.len() + 1);
        fs::write(file(data.path()), &whole[..cut]).unwrap();
        // What is whole before the cut; a last line may lack only its end.
        let complete = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        let at_end = whole.get(cut) == Some(&b'\n');
        let begun = whole[..cut].last().is_some_and(|byte| *byte != b'\n');
        let (lines, torn) = (complete + usize::from(at_end), usize::from(begun && !at_end));
        let found = ledger.read(0).unwrap();
        let what = format!("seed {seed}, round {round}, cut {cut} of {}", whole.len());
        assert_eq!((found.lines.as_slice(), found.torn), (&written[..lines], torn), "{what}");
        // The next one begins on a line of its own. It removes a first line whose time is damaged, which still counts.
        let next = line(now(), "b", "next");
        ledger.append(&next).unwrap();
        let found = ledger.read(0).unwrap();
        assert_eq!(found.lines, [&written[..lines], &[next]].concat(), "{what}");
        assert_eq!(found.torn, torn, "{what}");
    }
}

#[test]
fn any_bytes_are_read_and_appended_to() {
    let seed = rand::random();
    let mut random = Random(seed);
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    for round in 0..300 {
        let _ = fs::remove_file(file(data.path()));
        for at in 0..4 {
            ledger.append(&line(now() + at, "a", "bot.py")).unwrap();
        }
        let mut bytes = fs::read(file(data.path())).unwrap();
        // As after a loss of power: zeros, other bytes, missing parts.
        let (from, length) = (random.below(bytes.len()), 1 + random.below(80));
        let to = (from + length).min(bytes.len());
        match random.below(3) {
            0 => bytes[from..to].fill(0),
            1 => bytes[from..to].iter_mut().for_each(|byte| *byte = random.below(256) as u8),
            _ => drop(bytes.drain(from..to)),
        }
        fs::write(file(data.path()), bytes).unwrap();
        let next = line(now() + 9, "b", "next");
        ledger.append(&next).unwrap();
        let found = ledger.read(0).unwrap();
        assert_eq!(found.lines.last(), Some(&next), "seed {seed}, round {round}");
        assert_eq!(ledger.last("b", 0, 20).unwrap(), [next], "seed {seed}, round {round}");
    }
}

#[test]
fn a_full_disk_leaves_no_half_line() {
    let data = TempDir::new().unwrap();
    // Blocks of 512 or 1024 bytes; a write above the limit fails instead of ending the process.
    children::after("trap '' XFSZ; ulimit -f 1", "ledger::child_fills_the_disk", |command| {
        command.env(FOLDER, data.path());
    });
}

#[test]
#[ignore = "a child's"]
fn child_fills_the_disk() {
    let ledger = Ledger::new(Path::new(&std::env::var(FOLDER).unwrap()));
    let mut written = Vec::new();
    let error = loop {
        let next = line(now(), "a", &written.len().to_string());
        match ledger.append(&next) {
            Ok(()) => written.push(next),
            Err(error) => break error,
        }
        assert!(written.len() < 100, "the limit does not hold");
    };
    assert_eq!(error.code(), "disk");
    let found = ledger.read(0).unwrap();
    assert!(!written.is_empty());
    assert_eq!((found.lines, found.torn), (written, 0));
}

#[test]
fn lines_are_kept_for_ninety_days() {
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    let days = |days: i64| now() - days * DAY;
    for (account, age) in [("a", 92), ("b", 89), ("c", 1)] {
        ledger.append(&line(days(age), account, "bot.py")).unwrap();
    }
    ledger.append(&line(now(), "d", "bot.py")).unwrap();
    let accounts = || -> Vec<String> { ledger.read(0).unwrap().lines.into_iter().map(|line| line.account).collect() };
    assert_eq!(accounts(), ["b", "c", "d"], "an append removes what is too old");
    // A clock that is ahead once removes nothing, and a second look a day later all that is too old.
    ledger.prune(now() + 2 * DAY).unwrap();
    assert_eq!(accounts(), ["b", "c", "d"]);
    ledger.prune(now() + 4 * DAY).unwrap();
    assert_eq!(accounts(), ["c", "d"]);
    assert!(system::mode(&file(data.path())).is_none_or(|mode| mode == 0o600));
    ledger.forget("c", now()).unwrap();
    assert_eq!(accounts(), ["d"]);
    ledger.forget("d", now()).unwrap();
    assert!(!file(data.path()).exists());
}

/// Logged in at a server of the Mastodon family.
async fn logged_in() -> (Rig, Practice, AccountView) {
    let (rig, server) = (Rig::new(), practice(Flavor::Mastodon).await);
    let account = rig.log_in(plan(&rig, &server, RedirectKind::Loopback)).await.account;
    (rig, server, account)
}

async fn uses(rig: &Rig, account: &str) -> Vec<UseView> {
    rig.keeper.last_uses(account, 20).await.unwrap()
}

async fn purposes(rig: &Rig, account: &str) -> Vec<Purpose> {
    let mut all: Vec<Purpose> = uses(rig, account).await.iter().map(|one| one.purpose).collect();
    all.reverse();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_way_out_is_recorded() {
    let (rig, server, account) = logged_in().await;
    let (id, keeper) = (account.id.as_str(), &rig.keeper);
    assert!(purposes(&rig, id).await.is_empty(), "a login is no use");
    keeper.verify(id).await.unwrap();
    assert!(purposes(&rig, id).await.is_empty(), "nor is the question whose it is");
    keeper.access_token(id, Purpose::Token).await.unwrap();
    keeper.shown_token(id).await.unwrap();
    assert_eq!(keeper.token_secret(id).await.unwrap_err().code(), "secret-missing");
    keeper.copied(id, "env").await.unwrap();
    let by = Use::of(Purpose::Exec, Some(named("bot.py")));
    let (token, variables) = keeper.token_and_variables(id, &by).await.unwrap();
    assert!(variables.iter().any(|(_, value)| *value == token), "both are one use");
    keeper.known_token(id).await.unwrap();
    let calls = keeper.uses(id).unwrap().calls;
    let call = calls.iter().find(|call| !call.writes && call.inputs.is_empty()).unwrap();
    keeper.try_call(id, &call.id, &BTreeMap::new(), false).await.unwrap();
    let expected = [
        Purpose::Token,
        Purpose::Show,
        Purpose::Copy,
        Purpose::Copy,
        Purpose::Exec,
        Purpose::Call,
    ];
    assert_eq!(purposes(&rig, id).await, expected);
    assert_eq!(uses(&rig, id).await[1].program.as_deref(), Some("bot.py"));
    // A token that is refused is recorded as that.
    server.kill_tokens();
    assert!(keeper.verify(id).await.is_err());
    assert_eq!(keeper.access_token(id, Purpose::Token).await.unwrap_err().code(), "token-dead");
    assert_eq!(uses(&rig, id).await[0].refused.map(|code| code.as_str()), Some("token-dead"));
    assert_eq!(
        keeper.access_token("nobody", Purpose::Token).await.unwrap_err().code(),
        "account-unknown"
    );
    let text = fs::read_to_string(file(&rig.home.path().join("data"))).unwrap();
    assert!(text.lines().count() == expected.len() + 1 && !text.contains("nobody"), "{text}");
    assert!(!keeper.diagnostics().contains("bot.py"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purpose_of_a_newer_version_is_read_as_another_one() {
    let (rig, _server, account) = logged_in().await;
    let newer = serde_json::json!({ "time": now(), "account": account.id, "purpose": "teleport", "more": [1] });
    fs::write(file(&rig.home.path().join("data")), format!("{newer}\n")).unwrap();
    rig.token(&account.id).await;
    assert_eq!(purposes(&rig, &account.id).await, [Purpose::Other, Purpose::Show]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_and_its_deletion_are_told_from_a_call() {
    let (rig, server) = (Rig::new(), practice(Flavor::Mastodon).await);
    let wanted = LoginPlan {
        scopes: vec!["read".into(), "write".into()],
        ..plan(&rig, &server, RedirectKind::Loopback)
    };
    let id = rig.log_in(wanted).await.account.id;
    let draft = Draft {
        text: "Hello".into(),
        ..Draft::default()
    };
    rig.keeper.publish_post(&id, &draft, true).await.unwrap();
    rig.keeper.check_post(&id).await.unwrap();
    rig.keeper.delete_post(&id).await.unwrap();
    assert_eq!(purposes(&rig, &id).await, [Purpose::Post, Purpose::Call, Purpose::Post]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unwritable_ledger_holds_no_token_back() {
    let (rig, _server, account) = logged_in().await;
    let path = file(&rig.home.path().join("data"));
    fs::create_dir(&path).unwrap();
    let token = rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap();
    assert_eq!(token.expose(), rig.token(&account.id).await);
    let said = rig.account(&account.id).unrecorded.unwrap();
    assert_eq!(said.why.code, "disk");
    assert_eq!(rig.keeper.last_uses(&account.id, 20).await.unwrap_err().code(), "disk");
    // Another process knows it from the book, also once lines can be written again.
    let rig = rig.restart();
    fs::remove_dir(&path).unwrap();
    rig.token(&account.id).await;
    assert_eq!(rig.account(&account.id).unrecorded.map(|said| said.time), Some(said.time));
    assert_eq!(purposes(&rig, &account.id).await, [Purpose::Show]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_turns_it_off_and_a_deletion_clears_it() {
    let (rig, _server, account) = logged_in().await;
    rig.token(&account.id).await;
    let set = |ledger| {
        rig.keeper
            .change_settings(Settings {
                ledger,
                ..rig.keeper.view().settings
            })
            .unwrap();
    };
    assert!(!rig.book().contains("\"ledger\""), "older books do not have it");
    set(false);
    assert!(rig.book().contains("\"ledger\": false"));
    rig.token(&account.id).await;
    assert_eq!(purposes(&rig, &account.id).await.len(), 1);
    set(true);
    rig.token(&account.id).await;
    assert_eq!(purposes(&rig, &account.id).await.len(), 2);
    rig.keeper.delete_account(&account.id).await.unwrap();
    assert!(!file(&rig.home.path().join("data")).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transfer_is_a_use_and_takes_no_lines_along() {
    let s = crate::x::Stage::new().await;
    let id = s.log_in().await.id;
    s.rig.token(&id).await;
    let words = || Secret::new("correct horse battery");
    let done = s
        .rig
        .keeper
        .export(std::slice::from_ref(&id), words(), false, s.rig.home.path())
        .await
        .unwrap();
    assert_eq!(purposes(&s.rig, &id).await, [Purpose::Show, Purpose::Transfer]);
    let there = s.another();
    let arrived = there.keeper.import(fs::read_to_string(done.path).unwrap(), words()).await.unwrap();
    assert!(purposes(&there, arrived[0].account.as_ref().unwrap()).await.is_empty());
}

#[test]
fn a_program_is_told_by_its_script() {
    if !system::SHELL {
        return;
    }
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("my bot.sh");
    fs::write(&script, "read line\n").unwrap();
    let mut child = Command::new("sh")
        .args(["-u", "my bot.sh", "--token", "a-secret"])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // It is this test's program until it has become the shell.
    let told = (0..500).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        Program::of_process(child.id()).filter(|program| program.script.is_some())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    // Only Linux tells.
    let Some(program) = told else {
        assert!(Program::of_process(std::process::id()).is_none());
        return;
    };
    assert_eq!(program.name, "my bot.sh");
    assert!(
        ["sh", "dash", "bash"].contains(&program.interpreter.as_deref().unwrap()),
        "{program:?}"
    );
    let folder = folder.path().canonicalize().unwrap();
    assert_eq!(program.folder.as_deref(), folder.to_str());
    let own = std::env::current_exe().unwrap();
    assert!(
        own.file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .starts_with(program.parent.as_deref().unwrap())
    );
    let written = serde_json::to_string(&program).unwrap();
    assert!(!written.contains("secret") && !written.contains("--token"), "{written}");
}

#[test]
fn a_command_is_told_by_its_name_and_script_alone() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("bot.py");
    fs::write(&script, "").unwrap();
    let told = |program: &str, arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(std::ffi::OsString::from).collect();
        let program = Program::command(program.as_ref(), &arguments);
        (program.name, program.interpreter)
    };
    let script = script.to_str().unwrap();
    assert_eq!(told("/usr/bin/curl", &["-H", "Authorization: x"]), ("curl".to_owned(), None));
    assert_eq!(
        told("python3.11", &["-u", script, "x"]),
        ("bot.py".to_owned(), Some("python3.11".to_owned()))
    );
    assert_eq!(
        told("python3", &["-c", "print(1)", script]),
        ("python3".to_owned(), None),
        "code, and no script"
    );
    assert_eq!(told("vim", &[script]), ("vim".to_owned(), None), "no interpreter");
    assert_eq!(told("node", &["no-such-file.js"]), ("node".to_owned(), None));
}
