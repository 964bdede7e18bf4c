//! What servers and disks do to an export, and what it does about that.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use keybearer_core::error::Code;
use keybearer_core::keeper::{Output, now};
use keybearer_core::view::ExportFormat;
use keybearer_practice::{Endpoint, Fault, Flavor, Paging};
use tokio::sync::mpsc::unbounded_channel;

use super::{Stage, clean, end, ids, part};
use crate::rig::{keeper_at, practice};

// Its waits take three quarters of a minute under Wine, and are alike on each system.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_are_waited_for_and_troubles_are_tried_again() {
    let s = Stage::new(Flavor::GoToSocial, 900).await;
    let path = s.path("patient.json");
    let later = |seconds: &str| Fault::TooMany {
        retry_after: Some(seconds.into()),
    };
    for (fault, least) in [
        (later("1"), Some(900)),
        (Fault::Limited { reset: Some(2) }, Some(900)),
        (Fault::Limited { reset: None }, Some(1900)),
        (Fault::Status(503), Some(400)),
        (Fault::Drop, Some(400)),
        (Fault::Html, Some(400)),
    ] {
        let begun = std::time::Instant::now();
        s.platform.fail_next(Endpoint::Statuses, Fault::Slow(Duration::ZERO));
        s.platform.fail_next(Endpoint::Statuses, fault.clone());
        let ended = s.export(s.plan(ExportFormat::Json), &path).await;
        assert_eq!((ended.done(), ended.waits()), (900, 1), "{fault:?}");
        assert!(begun.elapsed() >= Duration::from_millis(least.unwrap()), "{fault:?}");
        assert_eq!(ids(&path).len(), 900);
        std::fs::remove_file(&path).unwrap();
    }
    // What helps nobody is not waited for, and what was read is kept.
    for (fault, code) in [
        (later("4000"), "rate-limited"),
        (Fault::Garbage, "answer-unreadable"),
        (Fault::WrongTypes, "answer-unreadable"),
        (Fault::RedirectTo("https://evil.example/".into()), "redirected"),
        (Fault::Status(404), "refused"),
    ] {
        s.platform.fail_next(Endpoint::Statuses, Fault::Slow(Duration::ZERO));
        s.platform.fail_next(Endpoint::Statuses, fault.clone());
        let ended = s.export(s.plan(ExportFormat::Json), &path).await;
        assert_eq!((ended.stopped(), ended.waits()), ((code, true, 200), 0), "{fault:?}");
        assert!(!path.exists() && part(&path).exists(), "never half");
        assert_eq!(
            s.export(s.plan(ExportFormat::Json), &path).await.done(),
            900,
            "{fault:?}: it goes on"
        );
        assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 900);
        std::fs::remove_file(&path).unwrap();
    }
    s.platform.fail_always(Endpoint::Statuses, Some(Fault::Status(500)));
    let ended = s.export(s.plan(ExportFormat::Json), &path).await;
    assert_eq!((ended.stopped(), ended.waits()), (("transient", false, 0), 4));
    clean(&s, &path).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_lead_astray() {
    let (s, evil) = (Stage::new(Flavor::Mastodon, 300).await, practice(Flavor::Mastodon).await);
    let path = s.path("astray.json");
    s.platform.page_by(Paging::Elsewhere(evil.origin().to_owned()));
    let ended = s.export(s.plan(ExportFormat::Json), &path).await;
    assert_eq!(ended.done(), 300, "it is asked for by ids instead");
    assert!(evil.requests().is_empty(), "the token goes nowhere else");
    clean(&s, &path).await;
    s.platform.page_by(Paging::Round);
    assert_eq!(
        s.export(s.plan(ExportFormat::Json), &path).await.done(),
        300,
        "a list that leads back to itself is asked for by ids"
    );
    assert_eq!(ids(&path).iter().collect::<BTreeSet<_>>().len(), 300);
    s.platform.page_by(Paging::Void);
    let ended = s.export(s.plan(ExportFormat::Json), &s.path("void.json")).await;
    let (count, missing) = ended.partial();
    // Seven of them are private mentions, which Mastodon does not count.
    assert_eq!((count, missing.expected), (40, Some(293)), "a list without end ends, too");
}

/// Why nothing is exported into this file.
fn refused(s: &Stage, path: &Path) -> Code {
    let started = s
        .keeper()
        .start_export(s.plan(ExportFormat::Json), Output::File(path.to_owned()), Arc::new(|_| {}));
    started.unwrap_err().code()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn existing_files_are_not_touched() {
    let s = Stage::new(Flavor::Mastodon, 100).await;
    let path = s.path("mine.json");
    std::fs::write(part(&path), "somebody else's").unwrap();
    let ended = s.export(s.plan(ExportFormat::Json), &path).await;
    assert_eq!(ended.stopped(), ("disk", false, 0));
    assert_eq!(std::fs::read_to_string(part(&path)).unwrap(), "somebody else's");
    let refused = |path: &Path| refused(&s, path);
    for place in ["/dev/null", "/", "/nowhere/at/all.json"] {
        assert_eq!(refused(Path::new(place)), "disk", "{place}");
    }
    assert_eq!(refused(s.rig.home.path()), "disk");
    // Where it cannot be noted there is nothing that would be nobody's.
    let (notes, unnoted) = (s.path("data/exports"), s.path("unnoted.json"));
    std::fs::write(&notes, "no folder").unwrap();
    assert_eq!(s.export(s.plan(ExportFormat::Json), &unnoted).await.stopped(), ("disk", false, 0));
    assert!(!part(&unnoted).exists());
    std::fs::remove_file(&notes).unwrap();
    // One at a time, whoever asks: here and in another process.
    let path = s.path("twice.json");
    s.platform
        .fail_always(Endpoint::Statuses, Some(Fault::Slow(Duration::from_millis(200))));
    let (_, events) = s.start(s.plan(ExportFormat::Json), &path);
    assert_eq!(refused(&path), "disk");
    while !part(&path).exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let other = keeper_at(s.rig.home.path(), Arc::new(now));
    let (report, theirs) = unbounded_channel();
    let report = Arc::new(move |event| _ = report.send(event));
    other
        .start_export(s.plan(ExportFormat::Json), Output::File(path.clone()), report)
        .unwrap();
    assert_eq!(end(theirs).await.stopped().0, "disk");
    // The note follows the file.
    let view = loop {
        if let Some(view) = other.exports(&s.account).await.pop() {
            break view;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert!(view.runs && other.discard_export(&view.id).await.is_err() && part(&path).exists());
    assert_eq!(end(events).await.done(), 100);
}

// Links, and modes of files.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_stays_one_and_a_file_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt as _;
    let s = Stage::new(Flavor::Mastodon, 100).await;
    std::fs::create_dir(s.path("there")).unwrap();
    std::fs::write(s.path("there/old.json"), "old").unwrap();
    std::os::unix::fs::symlink(s.path("there/old.json"), s.path("link.json")).unwrap();
    assert_eq!(s.export(s.plan(ExportFormat::Json), &s.path("link.json")).await.done(), 100);
    assert!(s.path("link.json").is_symlink() && ids(&s.path("there/old.json")).len() == 100);
    // What may not be written is not replaced, and whoever could read a file still can.
    let mode = |mode: u32| std::fs::set_permissions(s.path("link.json"), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o444);
    assert_eq!(refused(&s, &s.path("link.json")), "disk");
    mode(0o644);
    assert_eq!(s.export(s.plan(ExportFormat::Json), &s.path("link.json")).await.done(), 100);
    let kept = std::fs::metadata(s.path("link.json")).unwrap().permissions();
    assert_eq!(kept.mode() & 0o777, 0o644);
}
