//! The ledger's file in trouble: wrong clocks, damaged lines, a lock that is kept, and something else in its place.

use std::fs;
use std::process::Command;
use std::time::Duration;

use keybearer_core::keeper::now;
use keybearer_core::ledger::Ledger;
use keybearer_core::token::DAY;
use tempfile::TempDir;

use super::{file, line};
use crate::system;

#[test]
fn a_clock_that_jumps_removes_no_line_and_a_line_from_the_future_stops_nothing() {
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    let names = || -> Vec<String> { ledger.read(0).unwrap().lines.into_iter().map(|line| line.account).collect() };
    for (account, days) in [("a", -2), ("b", -1), ("ahead", 100), ("ahead", 100), ("c", 0)] {
        ledger.append(&line(now() + days * DAY, account, "bot.py")).unwrap();
    }
    ledger.prune(now() + 100 * DAY).unwrap();
    assert_eq!(names(), ["a", "b", "ahead", "ahead", "c"]);
    ledger.prune(now()).unwrap();
    assert_eq!((names().len(), ledger.read(0).unwrap().torn), (5, 0));

    // The first line is from the future; the others are not kept for longer because of it.
    fs::remove_file(file(data.path())).unwrap();
    for (account, days) in [("future", 4000), ("old", -120), ("b", -3), ("c", 0)] {
        ledger.append(&line(now() + days * DAY, account, "bot.py")).unwrap();
    }
    assert_eq!(names(), ["future", "b", "c"]);
    // A file that is as old as it may be is looked through once a day, and not at each line.
    let before = fs::metadata(file(data.path())).unwrap().modified().unwrap();
    ledger.prune(now()).unwrap();
    assert_eq!(fs::metadata(file(data.path())).unwrap().modified().unwrap(), before);
}

#[test]
fn damaged_lines_are_counted_after_they_are_removed() {
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    let torn = || ledger.read(0).unwrap().torn;
    for (account, times) in [("a", 3), ("b", 2)] {
        ledger.append(&line(now(), account, "bot.py")).unwrap();
        let before = fs::read_to_string(file(data.path())).unwrap();
        fs::write(file(data.path()), before + &"{\"time\":12,\n".repeat(times)).unwrap();
        ledger.forget(account, now()).unwrap();
    }
    assert_eq!((torn(), ledger.read(0).unwrap().lines.len()), (5, 0));
    ledger.append(&line(now(), "c", "bot.py")).unwrap();
    assert_eq!((torn(), ledger.last("c", 0, 9).unwrap().len()), (5, 1));
    let text = fs::read_to_string(file(data.path())).unwrap();
    assert_eq!(text.matches("\"torn\":").count(), 2, "{text}");
}

#[test]
fn a_lock_that_another_program_keeps_delays_once() {
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    ledger.append(&line(now(), "a", "bot.py")).unwrap();
    let held = fs::File::options().write(true).open(data.path().join("locks/ledger.lock")).unwrap();
    held.lock().unwrap();
    let began = std::time::Instant::now();
    assert_eq!(ledger.append(&line(now(), "b", "bot.py")).unwrap_err().code(), "disk");
    assert!(began.elapsed() >= Duration::from_secs(5));
    // From then on nobody waits; reading needs no lock. A busy computer may be slow now and then, but not each time.
    let quickest = (0..5).map(|_| {
        let began = std::time::Instant::now();
        assert!(ledger.append(&line(now(), "b", "bot.py")).is_err());
        assert_eq!(ledger.read(0).unwrap().lines.len(), 1);
        began.elapsed()
    });
    assert!(quickest.min().unwrap() < Duration::from_secs(5));
    drop(held);
    ledger.append(&line(now(), "b", "bot.py")).unwrap();
    assert_eq!(ledger.last("b", 0, 9).unwrap().len(), 1);
}

#[test]
fn only_a_file_of_ones_own_is_the_ledger() {
    let data = TempDir::new().unwrap();
    let ledger = Ledger::new(data.path());
    if !system::SHELL {
        return;
    }
    let run = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program).args(arguments).arg(file(data.path())).status();
        assert!(ran.unwrap().success());
    };
    let elsewhere = data.path().join("elsewhere");
    run("ln", &["-s", elsewhere.to_str().unwrap()]);
    assert_eq!(ledger.append(&line(now(), "a", "bot.py")).unwrap_err().code(), "disk");
    fs::write(&elsewhere, "").unwrap();
    assert_eq!(ledger.append(&line(now(), "a", "bot.py")).unwrap_err().code(), "disk");
    assert_eq!(ledger.read(0).unwrap_err().code(), "disk");
    assert_eq!(fs::read_to_string(elsewhere).unwrap(), "");
    fs::remove_file(file(data.path())).unwrap();
    run("mkfifo", &[]);
    assert_eq!(ledger.append(&line(now(), "a", "bot.py")).unwrap_err().code(), "disk");
    assert_eq!(ledger.read(0).unwrap_err().code(), "disk");
    fs::remove_file(file(data.path())).unwrap();
    ledger.append(&line(now(), "a", "bot.py")).unwrap();
    run("chmod", &["0644"]);
    ledger.append(&line(now(), "a", "bot.py")).unwrap();
    assert_eq!(system::mode(&file(data.path())), Some(0o600));
}
