//! Exports that are cut off, by a person, a dead token, an end of the program or a kill, and go on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use keybearer_core::keeper::{Output, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{ExportEvent, ExportFormat, ExportPlan};
use keybearer_practice::{Endpoint, Fault, Flavor};
use tokio::sync::mpsc::unbounded_channel;

use super::{Ended, Stage, clean, end, ids, part};
use crate::children::{self, said};
use crate::rig::{keeper_at, plan as login_plan, soon};

const HOME: &str = "KEYBEARER_TEST_HOME";

/// In a child: all statuses into this file of its home.
fn export_in(home: &Path, name: &str) -> Ended {
    let plan = ExportPlan {
        account: std::fs::read_to_string(home.join("account")).unwrap(),
        format: ExportFormat::Json,
        filters: vec!["private_mentions".into()],
        limit: None,
    };
    let (report, events) = unbounded_channel();
    let report = Arc::new(move |event| _ = report.send(event));
    let keeper = keeper_at(home, Arc::new(now));
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(async {
        keeper.start_export(plan, Output::File(home.join(name)), report).unwrap();
        end(events).await
    })
}

fn home() -> PathBuf {
    PathBuf::from(std::env::var_os(HOME).unwrap())
}

#[test]
#[ignore = "run as a child"]
fn child_that_exports() {
    let ended = export_in(&home(), "killed.json");
    std::fs::write(home().join("said"), format!("{}", ended.done())).unwrap();
}

#[test]
#[ignore = "run as a child"]
fn child_whose_disk_is_full() {
    let ended = export_in(&home(), "full.json");
    let (code, resumable, count) = ended.stopped();
    assert!(code == "disk" && resumable && (40..400).contains(&count), "{code}, {count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_full_disk_did_not_take_is_read_once_more() {
    let s = Stage::new(Flavor::Mastodon, 400).await;
    let home = s.rig.home.path();
    std::fs::write(home.join("account"), &s.account).unwrap();
    // No file becomes larger than so many times 512 bytes; whoever tries is told so, and not killed.
    let test = "export::interrupted::child_whose_disk_is_full";
    children::after("trap '' XFSZ; ulimit -f 300", test, |c| _ = c.env(HOME, home));
    let path = s.path("full.json");
    assert!(!path.exists());
    assert_eq!(s.export(s.plan(ExportFormat::Json), &path).await.done(), 400);
    assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 400);
    clean(&s, &path).await;
}

// Half a minute under Wine, and an export may end there before its third break. The tests below cancel and kill there, too.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancelled_and_resumed_it_is_the_same_file() {
    for format in [ExportFormat::Json, ExportFormat::Jsonl] {
        let s = Stage::new(Flavor::Mastodon, 1000).await;
        let (straight, broken) = (s.path("straight"), s.path("broken"));
        s.export(s.plan(format), &straight).await;
        s.platform
            .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(10))));
        let (id, mut events) = s.start(s.plan(format), &broken);
        let (mut breaks, mut cancelled) = (0, false);
        let count = loop {
            match soon("an event", events.recv()).await.unwrap() {
                // Another page may have been reported before the export heard of it.
                ExportEvent::Progress { count, .. } if count > 200 * (breaks + 1) && !cancelled => {
                    cancelled = true;
                    let view = s.keeper().exports(&s.account).await;
                    assert!(view.len() == 1 && view[0].runs && view[0].id == id);
                    assert!(s.keeper().is_busy());
                    s.keeper().cancel_export(&id).unwrap();
                }
                ExportEvent::Stopped { error, resumable, count } => {
                    assert_eq!((error.code.as_str(), resumable), ("cancelled", true));
                    // Until a program that another test starts at this moment has begun, it shares the file's lock.
                    let view = loop {
                        let view = s.keeper().exports(&s.account).await.remove(0);
                        if !view.runs {
                            break view;
                        }
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    };
                    assert_eq!((view.count, view.path.as_str()), (count, broken.to_str().unwrap()));
                    assert!(!broken.exists() && !s.keeper().is_busy());
                    (breaks, cancelled) = (breaks + 1, false);
                    let (report, next) = unbounded_channel();
                    s.keeper().resume_export(&id, Arc::new(move |e| _ = report.send(e))).unwrap();
                    events = next;
                }
                ExportEvent::Done { count, .. } => break count,
                ExportEvent::Progress { .. } => {}
                other => panic!("{other:?}"),
            }
        };
        assert!(count == 1000 && breaks >= 3, "{breaks} breaks");
        assert!(std::fs::read(&broken).unwrap() == std::fs::read(&straight).unwrap());
        clean(&s, &broken).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_dies_midway_goes_on_after_a_login() {
    let s = Stage::new(Flavor::Mastodon, 400).await;
    let path = s.path("dead.json");
    s.platform
        .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(20))));
    let (_, mut events) = s.start(s.plan(ExportFormat::Json), &path);
    soon("a page", events.recv()).await.unwrap();
    s.platform.kill_tokens();
    let ended = end(events).await;
    let (code, resumable, count) = ended.stopped();
    assert_eq!((code, resumable), ("token-dead", true));
    assert!((40..400).contains(&count) && !path.exists());
    assert_eq!(
        s.rig.account(&s.account).trouble.unwrap().code,
        "token-dead",
        "the account says so, too"
    );
    let again = s
        .rig
        .log_in(login_plan(&s.rig, &s.platform, RedirectKind::Loopback))
        .await
        .account
        .id;
    assert_eq!(again, s.account);
    assert_eq!(s.export(s.plan(ExportFormat::Json), &path).await.done(), 400);
    assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_export_is_deleted() {
    let s = Stage::new(Flavor::Mastodon, 400).await;
    let path = s.path("away.json");
    s.platform
        .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(20))));
    let (id, mut events) = s.start(s.plan(ExportFormat::Json), &path);
    soon("a page", events.recv()).await.unwrap();
    assert!(s.keeper().discard_export(&id).await.is_err(), "it runs");
    // The end of the program cuts it off, and does not wait for all of it.
    s.keeper().rest(Duration::from_secs(20)).await;
    assert_eq!(end(events).await.stopped().0, "cancelled");
    s.keeper().discard_export(&id).await.unwrap();
    clean(&s, &path).await;
    assert!(!path.exists() && s.keeper().resume_export(&id, Arc::new(|_| {})).is_err());
}

/// One that was cut off after a page or more.
async fn cut_off(s: &Stage, path: &Path) -> String {
    s.platform
        .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(20))));
    let (id, mut events) = s.start(s.plan(ExportFormat::Json), path);
    soon("a page", events.recv()).await.unwrap();
    s.keeper().cancel_export(&id).unwrap();
    assert_eq!(end(events).await.stopped().0, "cancelled");
    s.platform.fail_always(Endpoint::Statuses, None);
    id
}

/// As if its note were so many hours old.
fn noted_ago(s: &Stage, id: &str, hours: u64) {
    let note = s.path(&format!("data/exports/{id}.json"));
    let note = std::fs::File::options().write(true).open(note).unwrap();
    note.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_start_goes_on_within_a_day_only() {
    let s = Stage::new(Flavor::Mastodon, 400).await;
    let path = s.path("rested.json");
    let first = |ended: &Ended| match ended.before[0] {
        ExportEvent::Progress { count, rate } => (count, rate),
        ref other => panic!("{other:?}"),
    };
    for (hours, goes_on) in [(23, true), (25, false)] {
        let id = cut_off(&s, &path).await;
        let count = s.keeper().exports(&s.account).await[0].count;
        noted_ago(&s, &id, hours);
        s.platform.set_posts(401);
        let ended = s.export(s.plan(ExportFormat::Json), &path).await;
        // What was posted meanwhile is in what begins anew.
        assert_eq!(ended.done(), if goes_on { 400 } else { 401 }, "{hours} hours");
        assert_eq!(first(&ended), if goes_on { (count, 0) } else { (40, first(&ended).1) });
        s.platform.set_posts(400);
        std::fs::remove_file(&path).unwrap();
    }
    // Who presses Go on means that one, however old it is.
    let id = cut_off(&s, &path).await;
    noted_ago(&s, &id, 900);
    let before = s.platform.requests().len();
    let (report, events) = unbounded_channel();
    s.keeper().resume_export(&id, Arc::new(move |e| _ = report.send(e))).unwrap();
    assert_eq!(end(events).await.done(), 400);
    assert!(s.platform.requests().len() - before < 10, "the rest only");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_cannot_be_resumed_is_deleted() {
    let s = Stage::new(Flavor::Mastodon, 400).await;
    let (rests, runs, gone) = (s.path("rests.json"), s.path("runs.json"), s.path("gone.json"));
    cut_off(&s, &rests).await;
    // A note without its file is forgotten, unless the whole folder is away.
    cut_off(&s, &gone).await;
    std::fs::create_dir(s.path("drive")).unwrap();
    cut_off(&s, &s.path("drive/away.json")).await;
    std::fs::rename(s.path("drive"), s.path("unplugged")).unwrap();
    std::fs::remove_file(part(&gone)).unwrap();
    assert_eq!(s.keeper().exports(&s.account).await.len(), 1);
    assert_eq!(std::fs::read_dir(s.path("data/exports")).unwrap().count(), 2);
    std::fs::rename(s.path("unplugged"), s.path("drive")).unwrap();
    assert_eq!(s.keeper().exports(&s.account).await.len(), 2);
    // An account that is deleted takes its exports with it, one that runs, too.
    s.platform
        .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(50))));
    let (_, mut events) = s.start(s.plan(ExportFormat::Json), &runs);
    soon("a page", events.recv()).await.unwrap();
    s.keeper().delete_account(&s.account).await.unwrap();
    let ended = end(events).await;
    assert_eq!((ended.stopped().0, ended.stopped().1), ("cancelled", false));
    assert!(!part(&s.path("drive/away.json")).exists() && !part(&runs).exists());
    clean(&s, &rests).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_moment_it_goes_on() {
    let s = Stage::new(Flavor::GoToSocial, 10_000).await;
    let home = s.rig.home.path();
    std::fs::write(home.join("account"), &s.account).unwrap();
    // Fifty pages: more than all six come to.
    s.platform
        .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(250))));
    let path = s.path("killed.json");
    let mut noted = 0;
    for kill in 0..6 {
        let written = || std::fs::metadata(part(&path)).map_or(0, |file| file.len());
        let counted = async || s.keeper().exports(&s.account).await.first().map_or(0, |view| view.count);
        let before = written();
        let mut child = children::start("export::interrupted::child_that_exports", |c| _ = c.env(HOME, home));
        // Between two notes or right after one; each a little later than the one before.
        soon("what the child writes", async {
            while if kill % 2 == 0 {
                written() <= before
            } else {
                counted().await <= noted
            } {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        })
        .await;
        tokio::time::sleep(Duration::from_millis(40 * kill)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!path.exists(), "kill {kill}: never half");
        let view = s.keeper().exports(&s.account).await;
        let count = view.first().map_or(0, |v| v.count);
        assert!(count >= noted, "kill {kill}: {count} after {noted}");
        noted = count;
    }
    assert!(noted > 0, "something was noted");
    s.platform.fail_always(Endpoint::Statuses, None);
    let mut child = children::start("export::interrupted::child_that_exports", |c| _ = c.env(HOME, home));
    assert_eq!(said(home, "said").await, "10000");
    child.wait().unwrap();
    let ids = ids(&path);
    assert_eq!((ids.len(), ids.iter().collect::<BTreeSet<_>>().len()), (10_000, 10_000));
    clean(&s, &path).await;
}
