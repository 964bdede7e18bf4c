//! Tests that need a session or a process of their own run as a child: this program again, with one ignored test, in a
//! session with another keychain, with other limits, or to be killed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::system::{SESSIONS, SHELL, replace};

/// Set for a child in a session of its own: its keepers use the session's keychain, and no mock.
pub const SYSTEM_KEYCHAIN: &str = "KEYBEARER_TEST_SYSTEM_KEYCHAIN";

/// Which keychain the child's session has.
#[derive(Clone, Copy)]
pub enum Keyring {
    Unlocked,
    Locked,
    None,
}

fn this_binary() -> PathBuf {
    std::env::current_exe().unwrap()
}

fn test_of(command: &mut Command, test: &str) {
    command.args(["--ignored", "--exact", test, "--nocapture", "--test-threads=1"]);
}

/// Runs that ignored test in a session of its own; it must pass.
pub fn in_session(keyring: Keyring, test: &str) {
    session(keyring, test, |command| _ = command.env("DESKTOP_DISPLAY", "0"));
}

/// The same with a screen.
pub fn on_a_screen(test: &str) {
    session(Keyring::Unlocked, test, |_| {});
}

fn session(keyring: Keyring, test: &str, change: impl FnOnce(&mut Command)) {
    if !SESSIONS {
        return;
    }
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../script/desktop"));
    let word = match keyring {
        Keyring::Unlocked => "unlocked",
        Keyring::Locked => "locked",
        Keyring::None => "none",
    };
    command.env("DESKTOP_KEYRING", word).env(SYSTEM_KEYCHAIN, "1").arg(this_binary());
    change(&mut command);
    test_of(&mut command, test);
    passes(command, test);
}

/// Runs that ignored test in a process of its own, changed as the caller wants; it must pass.
pub fn in_process(test: &str, change: impl FnOnce(&mut Command)) {
    let mut command = Command::new(this_binary());
    change(&mut command);
    test_of(&mut command, test);
    passes(command, test);
}

/// Runs that ignored test by a line of shell before it; it must pass.
pub fn after(shell: &str, test: &str, change: impl FnOnce(&mut Command)) {
    if !SHELL {
        return;
    }
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell}; exec \"$0\" \"$@\"")]).arg(this_binary());
    change(&mut command);
    test_of(&mut command, test);
    passes(command, test);
}

/// Starts that ignored test and leaves it running.
pub fn start(test: &str, change: impl FnOnce(&mut Command)) -> std::process::Child {
    let mut command = Command::new(this_binary());
    change(&mut command);
    test_of(&mut command, test);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    // `ERROR_INTERNAL_ERROR`: Wine now and then loses one while many start at once.
    let mut tries = (0..5).map(|_| command.spawn());
    let is_lost = |child: &std::io::Result<_>| child.as_ref().is_err_and(|e| e.raw_os_error() == Some(1359));
    tries.find(|child| !is_lost(child)).expect("no process starts").unwrap()
}

/// An order to a child over this folder: the number of the round, and how far the clock is ahead.
pub fn order(home: &Path, round: u32, ahead: i64) {
    let draft = home.join("order.draft");
    std::fs::write(&draft, format!("{round} {ahead}")).unwrap();
    replace(&draft, &home.join("order")).unwrap();
}

/// The order that stands.
pub fn ordered(home: &Path) -> Option<(u32, i64)> {
    let text = std::fs::read_to_string(home.join("order")).ok()?;
    let (round, ahead) = text.split_once(' ')?;
    Some((round.parse().unwrap(), ahead.parse().unwrap()))
}

/// What a child says in a file of this folder, once it does. The file is there before its text.
pub async fn said(home: &Path, file: &str) -> String {
    let path = home.join(file);
    let begun = Instant::now();
    loop {
        if let Some(text) = std::fs::read_to_string(&path).ok().filter(|text| !text.is_empty()) {
            return text;
        }
        assert!(begun.elapsed() < Duration::from_secs(25), "the child does not say {file}");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

fn passes(mut command: Command, test: &str) {
    let output = command.output().unwrap();
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success() && said.contains("1 passed"), "{test} failed:\n{said}");
}
