//! When a file's facts were read and from where, what was not confirmed, and when a step in the console is to be done.

use std::process::Command;
use std::sync::Arc;

use keybearer_core::keeper::Clock;
use keybearer_core::provider::check::read;
use keybearer_core::provider::registry::Registry;
use keybearer_core::provider::sources::day;
use keybearer_core::provider::{Provider, StepTime};
use tempfile::TempDir;

use super::{RIGHT, faults};
use crate::rig::Rig;
use crate::system::SHELL;

const SOURCES: &str = r#"
[[sources]]
title = "The manual"
url = "https://example.org/manual"
read = "2026-11-28"
[[sources]]
title = "An issue"
url = "https://example.org/issues/1"
read = "2026-11-01"
"#;
/// A file of format 1 from before there were sources.
const BEFORE: &str = include_str!("../fixtures/provider-0.1.0.toml");

/// A right file with its day and its sources.
fn dated() -> String {
    RIGHT.replace("format = 1", "format = 1\nchecked = \"2026-11-28\"") + SOURCES
}

#[test]
fn days_and_sources_are_taken_and_faults_in_them_are_said() {
    assert_eq!(faults(&dated()), "");
    let p = read(&dated()).unwrap();
    assert_eq!((p.checked.as_deref(), p.sources.len()), (Some("2026-11-28"), 2));
    // A day without sources says less, and is no fault.
    assert_eq!(faults(&dated().replace(SOURCES, "")), "");
    for (from, to, sentence) in [
        ("checked = \"2026-11-28\"\n", "", "sources: checked is missing"),
        (
            "checked = \"2026-11-28\"",
            "checked = \"2026-11-31\"",
            "checked: “2026-11-31” isn't a date",
        ),
        (
            "checked = \"2026-11-28\"",
            "checked = \"November 2026\"",
            "checked: “November 2026” isn't a date",
        ),
        ("checked = \"2026-11-28\"", "checked = 2026-11-28", "invalid type"),
        ("checked = \"2026-11-28\"", "checked = \"\"", "checked: “” isn't a date"),
        (
            "checked = \"2026-11-28\"",
            "checked = \"2026-11-29\"",
            "checked: must be the newest day on which one of the sources was read",
        ),
        (
            "checked = \"2026-11-28\"",
            "checked = \"2026-11-01\"",
            "checked: must be the newest day on which one of the sources was read",
        ),
        (
            "read = \"2026-11-01\"",
            "read = \"2026-11\"",
            "sources[1].read: “2026-11” isn't a date",
        ),
        ("read = \"2026-11-01\"\n", "", "missing field `read`"),
        ("read = \"2026-11-01\"", "read = \"2026-11-01\"\nby = \"me\"", "unknown field `by`"),
        ("\"An issue\"", "\" \"", "sources[1].title: “ ” isn't a title"),
        ("\"An issue\"", "\"An \u{202e}issue\"", "isn't a title"),
        (
            "https://example.org/issues/1",
            "http://example.org/issues/1",
            "sources[1].url: “http://example.org/issues/1” must be an https address",
        ),
        ("https://example.org/issues/1", "notes/manual.md", "must be an https address"),
        ("https://example.org/issues/1", "javascript:alert(1)", "must be an https address"),
        (
            "https://example.org/issues/1",
            "https://me:pw@example.org/",
            "must be an https address",
        ),
        (
            "https://example.org/issues/1",
            "https://example.org/manual",
            "sources[1].url: “https://example.org/manual” is listed twice",
        ),
    ] {
        assert!(dated().contains(from), "{from}");
        let said = faults(&dated().replacen(from, to, 1));
        assert!(said.contains(sentence), "{from} → {to} said: {said}");
    }
}

#[test]
fn what_was_not_confirmed_is_marked_and_a_step_has_its_time() {
    let words = "{ en = \"a\", zh-Hans = \"b\", zh-Hant = \"c\" }";
    let more = format!(
        "[[warnings]]\nen = \"a\"\nzh-Hans = \"b\"\nzh-Hant = \"c\"\nunproven = true\n[[warnings]]\nen = \"a\"\nzh-Hans = \"b\"\nzh-Hant = \"c\"\n\
         [[console]]\ntext = {words}\nwhen = \"after\"\nunproven = true\n[[console]]\ntext = {words}\n[authorize]"
    );
    let file = RIGHT
        .replace("[authorize]", &more)
        .replace("id = \"read\"", "id = \"read\"\nunproven = true");
    let p = read(&file).unwrap();
    assert_eq!(p.warnings.iter().map(|w| w.unproven).collect::<Vec<_>>(), [true, false]);
    let steps: Vec<_> = p.console.iter().map(|s| (s.when, s.unproven)).collect();
    assert_eq!(steps, [(StepTime::After, true), (StepTime::Before, false)]);
    assert!(p.scopes[0].unproven);
    for (from, to, sentence) in [
        (
            "when = \"after\"",
            "when = \"later\"",
            "unknown variant `later`, expected one of `before`",
        ),
        ("unproven = true", "unproven = \"yes\"", "invalid type"),
        ("unproven = true", "unprove = true", "unknown field `unprove`"),
        (
            "zh-Hant = \"c\"\nunproven",
            "zh-Hant = \"\"\nunproven",
            "warnings[0]: the zh-Hant text is empty",
        ),
    ] {
        let said = faults(&file.replacen(from, to, 1));
        assert!(said.contains(sentence), "{from} → {to} said: {said}");
    }
}

/// A keeper with one file of the person's own, at a moment.
fn at(source: &str, now: i64) -> Rig {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.toml"), source).unwrap();
    let clock: Clock = Arc::new(move || now);
    Rig::with_clock(home, clock)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_window_hears_the_day_and_whether_it_is_long_ago() {
    let read_on = day("2026-11-28").unwrap();
    for (days, old) in [(0, false), (183, false), (184, true), (-400, false)] {
        let rig = at(&dated(), (read_on + days) * 86_400 + 60);
        let providers = rig.keeper.catalogue();
        let mine = providers.iter().find(|p| p.id == "mine").unwrap();
        assert_eq!((mine.checked.as_deref(), mine.facts_old), (Some("2026-11-28"), old), "{days}");
        assert_eq!(mine.sources[1].title, "An issue");
        assert!(rig.keeper.is_own_link("https://example.org/issues/1"), "the window may open it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_version_0_1_0_is_taken_as_before() {
    let rig = at(BEFORE, day("2030-01-01").unwrap() * 86_400);
    let (view, providers) = (rig.keeper.view(), rig.keeper.catalogue());
    assert!(view.problems.iter().all(|p| p.code != "provider-file"), "{:?}", view.problems);
    let old = providers.iter().find(|p| p.id == "my-facebook").unwrap();
    assert!(old.custom && old.checked.is_none() && old.sources.is_empty() && !old.facts_old);
    assert_eq!((old.console.len(), old.warnings.len()), (5, 3));
    assert!(old.console.iter().all(|s| s.when == StepTime::Before && !s.unproven));
    assert!(old.warnings.iter().all(|w| !w.unproven));
    assert!(!old.scopes.is_empty() && old.scopes.iter().all(|s| !s.unproven));
}

#[test]
fn each_shipped_file_says_when_its_facts_were_read_and_from_where() {
    let registry = Registry::shipped();
    // What asks nobody, and what asks our own practice platform, has no facts of others.
    let with_facts = |p: &Provider| !p.practice && p.messages.iter().next().is_some();
    for p in registry.iter().map(|e| &e.provider) {
        assert_eq!(p.checked.is_some(), with_facts(p), "{}", p.id);
        assert_eq!(!p.sources.is_empty(), with_facts(p), "{}", p.id);
    }
}

/// What `script/facts` prints, and how it ends.
fn script(arguments: &[&str]) -> (Option<i32>, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../script/facts");
    let done = Command::new(script).args(arguments).output().unwrap();
    let text = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn the_script_lists_what_is_due() {
    if !SHELL {
        return;
    }
    let (code, fresh) = script(&["--today", "2026-12-01"]);
    assert_eq!(code, Some(0), "{fresh}");
    assert!(
        fresh.lines().any(|l| l.contains("threads.toml") && l.contains("2026-11-28")),
        "{fresh}"
    );
    let (code, due) = script(&["--today", "2027-05-31"]);
    assert_eq!(code, Some(1), "{due}");
    let first = due.lines().next().unwrap();
    assert!(first.contains("due") && first.contains("2026-11-"), "{due}");
    // The older source of a file is due before the file's newest day is.
    let (code, partly) = script(&["--today", "2027-05-20"]);
    assert!(
        code == Some(1) && partly.contains("2026-11-01") && partly.contains("2026-11-28"),
        "{partly}"
    );
    // A day that is still to come was not read.
    let (code, future) = script(&["--today", "2026-11-01"]);
    assert!(code == Some(2) && future.contains("2026-11-28"), "{future}");
    assert_eq!(script(&["--today", "soon"]).0, Some(2));
    assert_eq!(script(&["--yesterday"]).0, Some(2));
    // A broken file is a fault of its own, and no crash.
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.toml");
    for text in [
        "checked = ",
        "checked = 2026-11-28",
        "checked = \"2026-11-28\"\nsources = 3",
        "checked = \"2026-11-28\"\nsources = [\"x\"]",
        "checked = \"2026-11-28\"\n[[sources]]\nread = 5",
        "[messages]",
    ] {
        std::fs::write(&broken, text).unwrap();
        let (code, said) = script(&[broken.to_str().unwrap()]);
        assert!(
            code == Some(2) && said.contains("broken.toml: ") && !said.contains("Traceback"),
            "{text}: {said}"
        );
    }
    let (code, help) = script(&["--help"]);
    assert!(code == Some(0) && help.contains("--today"), "{help}");
}
