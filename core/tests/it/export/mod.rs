//! All statuses into a file: whole, as the server wrote them, whatever happens on the way.

mod failures;
mod interrupted;
mod mock_server;
mod odd_pages;
mod private_mentions;
mod server_behaviour;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use keybearer_core::http::Request;
use keybearer_core::http::client::Client;
use keybearer_core::keeper::{Keeper, Output};
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::{ExportEvent, ExportFormat, ExportPlan, MissingView, Settings};
use keybearer_practice::{Endpoint, Fault, Flavor, Paging, Practice};
use serde_json::value::RawValue;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::rig::{Rig, plan as login_plan, practice, soon, until};
use crate::system::mode;

/// An account at a platform where each person has so many posts.
struct Stage {
    rig: Rig,
    platform: Practice,
    account: String,
}

/// How an export ended, and what happened before.
struct Ended {
    last: ExportEvent,
    before: Vec<ExportEvent>,
}

impl Stage {
    async fn new(flavor: Flavor, posts: u64) -> Stage {
        let (rig, platform) = (Rig::new(), practice(flavor).await);
        platform.set_posts(posts);
        let account = rig.log_in(login_plan(&rig, &platform, RedirectKind::Loopback)).await.account.id;
        Stage { rig, platform, account }
    }

    fn keeper(&self) -> &Keeper {
        &self.rig.keeper
    }

    fn plan(&self, format: ExportFormat) -> ExportPlan {
        ExportPlan {
            account: self.account.clone(),
            format,
            // All of them: one in forty-five is a private mention.
            filters: vec!["private_mentions".into()],
            limit: None,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.rig.home.path().join(name)
    }

    fn start(&self, plan: ExportPlan, path: &Path) -> (String, UnboundedReceiver<ExportEvent>) {
        let (report, events) = unbounded_channel();
        let report = Arc::new(move |event| _ = report.send(event));
        let id = self.keeper().start_export(plan, Output::File(path.to_owned()), report).unwrap();
        (id, events)
    }

    async fn export(&self, plan: ExportPlan, path: &Path) -> Ended {
        end(self.start(plan, path).1).await
    }

    /// The statuses of the server's pages of two hundred, as they stand there.
    async fn as_the_server_has_them(&self) -> Vec<String> {
        let token = self.rig.token(&self.account).await;
        let person = self.rig.account(&self.account).user_id.unwrap();
        let mut at = Some(format!("{}/api/v1/accounts/{person}/statuses?limit=200", self.platform.origin()));
        let mut all = Vec::new();
        while let Some(url) = at {
            let mut request = Request::get("test", url.parse().unwrap());
            request
                .headers
                .push(("authorization".into(), Secret::new(format!("Bearer {token}"))));
            let page = Client::default().send(&request).await.unwrap();
            let items: Vec<Box<RawValue>> = serde_json::from_str(page.body.expose()).unwrap();
            all.extend(items.iter().map(|i| i.get().to_owned()));
            let link = page.header("link").filter(|l| l.contains("rel=\"next\""));
            at = link.map(|l| l[1..l.find('>').unwrap()].to_owned());
        }
        all
    }
}

async fn end(mut events: UnboundedReceiver<ExportEvent>) -> Ended {
    let mut before = Vec::new();
    loop {
        let event = soon("an export's end", events.recv()).await.unwrap();
        match event {
            ExportEvent::Done { .. } | ExportEvent::Partial { .. } | ExportEvent::Stopped { .. } => return Ended { last: event, before },
            other => before.push(other),
        }
    }
}

impl Ended {
    fn done(&self) -> u64 {
        match &self.last {
            ExportEvent::Done { count, .. } => *count,
            other => panic!("{other:?}"),
        }
    }

    /// How many are written, and what is missing.
    fn partial(&self) -> (u64, &MissingView) {
        match &self.last {
            ExportEvent::Partial { count, missing, .. } => (*count, missing),
            other => panic!("{other:?}"),
        }
    }

    fn stopped(&self) -> (&str, bool, u64) {
        match &self.last {
            ExportEvent::Stopped { count, resumable, error } => (error.code.as_str(), *resumable, *count),
            other => panic!("{other:?}"),
        }
    }

    fn waits(&self) -> usize {
        self.before.iter().filter(|e| matches!(e, ExportEvent::Waiting { .. })).count()
    }
}

fn ids(path: &Path) -> Vec<String> {
    let all: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    all.iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect()
}

fn part(path: &Path) -> PathBuf {
    path.with_file_name(format!("{}.part", path.file_name().unwrap().to_str().unwrap()))
}

/// Nothing is left of what was in the making.
async fn clean(stage: &Stage, path: &Path) {
    assert!(!part(path).exists() && stage.keeper().exports(&stage.account).await.is_empty());
    let exports = std::fs::read_dir(stage.path("data/exports")).unwrap().count();
    assert_eq!(exports, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_them_as_the_server_wrote_them() {
    for (flavor, pages) in [(Flavor::Mastodon, 13), (Flavor::GoToSocial, 4)] {
        let s = Stage::new(flavor, 500).await;
        let (array, lines) = (s.path("all.json"), s.path("all.jsonl"));
        let ended = s.export(s.plan(ExportFormat::Json), &array).await;
        assert_eq!((ended.done(), ended.waits()), (500, 0));
        let asked = s.platform.requests().iter().filter(|r| r.path.ends_with("/statuses")).count();
        assert_eq!(asked, pages, "{flavor:?}: as many on a page as the server gives");
        assert_eq!(s.export(s.plan(ExportFormat::Jsonl), &lines).await.done(), 500);
        let there = s.as_the_server_has_them().await;
        let text = std::fs::read_to_string(&lines).unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>(), there);
        assert!(text.ends_with('\n'));
        let text = std::fs::read_to_string(&array).unwrap();
        assert_eq!(text, format!("[\n{}\n]\n", there.join(",\n")));
        assert!(mode(&array).is_none_or(|mode| mode == 0o600));
        clean(&s, &array).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_has_an_export_before_its_first_request() {
    let s = Stage::new(Flavor::Mastodon, 100).await;
    // Where the ledger is off, there is no line and an export all the same.
    let ledger = |ledger| {
        let settings = s.keeper().view().settings;
        s.keeper().change_settings(Settings { ledger, ..settings }).unwrap();
    };
    ledger(false);
    let path = s.path("all.json");
    assert_eq!(s.export(s.plan(ExportFormat::Json), &path).await.done(), 100);
    assert!(s.keeper().last_uses(&s.account, 20).await.unwrap().is_empty());
    ledger(true);
    let asked = || s.platform.requests().iter().filter(|r| r.path.ends_with("/statuses")).count();
    let before = asked();
    s.platform.fail_next(Endpoint::Statuses, Fault::Slow(Duration::from_secs(1)));
    let (_, events) = s.start(s.plan(ExportFormat::Json), &path);
    until("the first request", || asked() > before).await;
    let file = std::fs::read_to_string(s.path("data/ledger.jsonl")).unwrap();
    let line: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert_eq!(
        (line["account"].as_str(), line["purpose"].as_str()),
        (Some(s.account.as_str()), Some("export"))
    );
    // All pages are one use.
    assert_eq!(end(events).await.done(), 100);
    let uses = s.keeper().last_uses(&s.account, 20).await.unwrap();
    assert_eq!((uses.len(), uses[0].purpose, uses[0].refused), (1, Purpose::Export, None));
    // A token that is refused is recorded as that, and nothing is asked for.
    s.platform.kill_tokens();
    assert!(s.keeper().verify(&s.account).await.is_err());
    let before = asked();
    assert_eq!(s.export(s.plan(ExportFormat::Json), &path).await.stopped().0, "token-dead");
    let uses = s.keeper().last_uses(&s.account, 20).await.unwrap();
    assert_eq!((uses.len(), uses[0].refused.map(|code| code.as_str())), (2, Some("token-dead")));
    assert_eq!(asked(), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_with_every_other_page_empty() {
    let s = Stage::new(Flavor::GoToSocial, 10_000).await;
    s.platform.page_by(Paging::ByHoles);
    let path = s.path("many.json");
    assert_eq!(s.export(s.plan(ExportFormat::Json), &path).await.done(), 10_000);
    let ids = ids(&path);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 10_000, "none twice");
    assert!(ids.is_sorted_by(|a, b| a > b), "newest first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_hold_on_every_page() {
    let s = Stage::new(Flavor::Mastodon, 450).await;
    let path = s.path("own.json");
    let with = |filters: &[&str], limit| ExportPlan {
        filters: [filters, &["private_mentions"]].concat().iter().map(|f| (*f).to_owned()).collect(),
        limit,
        ..s.plan(ExportFormat::Json)
    };
    // One in forty-five repeats somebody, but for the first row. Mastodon's next address forgets that filter.
    assert_eq!(s.export(with(&["exclude_reblogs"], None), &path).await.done(), 450 - 9);
    assert!(!std::fs::read_to_string(&path).unwrap().contains("\"reblog\":{"));
    assert_eq!(s.export(with(&["only_media"], None), &path).await.done(), 10);
    assert_eq!(s.export(with(&["pinned"], None), &path).await.done(), 2);
    assert_eq!(ids(&path).len(), 2);
    assert_eq!(s.export(with(&["pinned", "only_media"], None), &path).await.done(), 0);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "[]\n");
    for (limit, requests) in [(7, 1), (40, 1), (41, 2)] {
        let before = s.platform.requests().len();
        assert_eq!(s.export(with(&[], Some(limit)), &path).await.done(), limit);
        assert_eq!((ids(&path).len() as u64, s.platform.requests().len() - before), (limit, requests));
    }
    // Three of forty-five are not public; Mastodon knows no such parameter.
    assert_eq!(s.export(with(&["only_public"], None), &path).await.done(), 420);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"visibility\":\"public\"") && !text.contains("\"visibility\":\"private\""));
    let before = s.platform.requests().len();
    assert_eq!(s.export(with(&["only_public"], Some(41)), &path).await.done(), 41);
    assert_eq!(s.platform.requests().len() - before, 2, "whole pages, whatever is left of them");
    let ended = s.export(with(&["only_mine"], None), &path).await;
    assert_eq!(ended.stopped(), ("input-invalid", false, 0), "not one of this platform's");
    assert_eq!(ids(&path).len(), 41, "what was there is still there");
    clean(&s, &path).await;
}

/// A stream that takes no page before the platform was asked for the next one; its first pages at least.
struct Slow {
    written: Arc<Mutex<Vec<u8>>>,
    asked: Arc<AtomicUsize>,
    pages: usize,
}

impl std::io::Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.pages += 1;
        let begun = Instant::now();
        while self.pages <= 3 && self.asked.load(Ordering::Relaxed) <= self.pages {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err(std::io::ErrorKind::TimedOut.into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        self.written.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_next_page_comes_while_this_one_is_written() {
    let s = Stage::new(Flavor::Mastodon, 400).await;
    let (report, events) = unbounded_channel();
    let report = Arc::new(move |event| _ = report.send(event));
    let (written, asked) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicUsize::new(0)));
    let stream = Output::Stream(Box::new(Slow {
        written: written.clone(),
        asked: asked.clone(),
        pages: 0,
    }));
    s.keeper().start_export(s.plan(ExportFormat::Jsonl), stream, report).unwrap();
    let count = async {
        loop {
            let requests = s.platform.requests();
            asked.store(requests.iter().filter(|r| r.path.ends_with("/statuses")).count(), Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        ended = end(events) => assert_eq!(ended.done(), 400),
        () = count => {}
    }
    assert_eq!(String::from_utf8(written.lock().unwrap().clone()).unwrap().lines().count(), 400);
}
