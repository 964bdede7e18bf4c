//! The check for updates against a mock of the release page: what is asked, how often, and what is made of its answers.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use keybearer_core::token::DAY;
use keybearer_core::view::Settings;
use tempfile::TempDir;
use url::Url;

use crate::rig::Rig;

const START: i64 = 1_795_900_000;
const PAGE: &str = "https://github.com/keybearer/keybearer/releases/tag/";

/// Answers every question with what it was told last, and remembers the questions.
struct MockReleases {
    address: Url,
    answer: Arc<Mutex<String>>,
    questions: Arc<Mutex<Vec<String>>>,
}

impl MockReleases {
    fn new() -> MockReleases {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!(
            "http://{}/repos/keybearer/keybearer/releases/latest",
            listener.local_addr().unwrap()
        );
        let (answer, questions) = (Arc::new(Mutex::new(String::new())), Arc::new(Mutex::new(Vec::new())));
        let (say, hear) = (answer.clone(), questions.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (mut question, mut part) = (Vec::new(), [0; 1024]);
                while !question.windows(4).any(|w| w == b"\r\n\r\n") {
                    match stream.read(&mut part) {
                        Ok(n) if n > 0 => question.extend_from_slice(&part[..n]),
                        _ => break,
                    }
                }
                hear.lock().unwrap().push(String::from_utf8_lossy(&question).into_owned());
                let answer = say.lock().unwrap().clone();
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        MockReleases {
            address: Url::parse(&address).unwrap(),
            answer,
            questions,
        }
    }

    fn says(&self, status: &str, body: &str) {
        *self.answer.lock().unwrap() = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
    }

    fn has(&self, tag: &str) {
        self.says(
            "200 OK",
            &serde_json::json!({"tag_name": tag, "html_url": format!("{PAGE}{tag}"), "draft": false, "prerelease": false}).to_string(),
        );
    }

    fn asked(&self) -> usize {
        self.questions.lock().unwrap().len()
    }
}

struct World {
    rig: Rig,
    clock: Arc<AtomicI64>,
    releases: MockReleases,
}

impl World {
    fn new(wants: bool) -> World {
        let clock = Arc::new(AtomicI64::new(START));
        let read = clock.clone();
        let rig = Rig::with_clock(TempDir::new().unwrap(), Arc::new(move || read.load(Ordering::Relaxed)));
        let world = World {
            rig,
            clock,
            releases: MockReleases::new(),
        };
        world.wants(wants);
        world
    }

    fn wants(&self, check_updates: bool) {
        let settings = self.rig.keeper.view().settings;
        self.rig.keeper.change_settings(Settings { check_updates, ..settings }).unwrap();
    }

    async fn a_day_later(&self) -> Option<String> {
        self.clock.fetch_add(DAY, Ordering::Relaxed);
        self.check().await
    }

    async fn check(&self) -> Option<String> {
        self.rig.keeper.check_for_update_at(&self.releases.address).await;
        self.rig.keeper.view().update.map(|update| update.version)
    }
}

#[tokio::test]
async fn off_until_chosen() {
    let world = World::new(false);
    world.releases.has("v99.0.0");
    assert!(!Settings::default().check_updates);
    assert_eq!(world.check().await, None);
    assert_eq!(world.releases.asked(), 0);

    world.wants(true);
    assert_eq!(world.check().await.as_deref(), Some("99.0.0"));
    let update = world.rig.keeper.view().update.unwrap();
    assert_eq!(update.page, format!("{PAGE}v99.0.0"));
    assert!(world.rig.keeper.is_own_link(&update.page));
    assert!(!world.rig.keeper.is_own_link(&format!("{PAGE}v98.0.0")));

    // Whoever turns it off sees and sends nothing more.
    world.wants(false);
    assert_eq!(world.a_day_later().await, None);
    assert_eq!(world.releases.asked(), 1);
}

#[tokio::test]
async fn once_a_day_and_whatever_happens() {
    let world = World::new(true);
    for (minutes, status, asked) in [
        (0, "500 Oh", 1),
        (1, "200 OK", 1),
        (1438, "200 OK", 1),
        (1, "200 OK", 2),
        (5, "200 OK", 2),
    ] {
        world.releases.says(status, "{}");
        world.clock.fetch_add(minutes * 60, Ordering::Relaxed);
        assert_eq!(world.check().await, None);
        assert_eq!(world.releases.asked(), asked);
    }
    // Also after a restart.
    let World { rig, releases, .. } = world;
    let clock: Arc<AtomicI64> = Arc::new(AtomicI64::new(START + DAY + 3600));
    let read = clock.clone();
    let rig = Rig::with_clock(rig.home, Arc::new(move || read.load(Ordering::Relaxed)));
    rig.keeper.check_for_update_at(&releases.address).await;
    assert_eq!(releases.asked(), 2);
    // A clock that was put back by years does not stop it for years.
    clock.store(START - 1000 * DAY, Ordering::Relaxed);
    rig.keeper.check_for_update_at(&releases.address).await;
    assert_eq!(releases.asked(), 3);
}

#[tokio::test]
async fn the_question_says_nothing_but_the_version() {
    let world = World::new(true);
    world.releases.has("v99.0.0");
    world.check().await;
    let question = world.releases.questions.lock().unwrap()[0].clone();
    let mut lines = question.trim_end().split("\r\n");
    assert_eq!(lines.next(), Some("GET /repos/keybearer/keybearer/releases/latest HTTP/1.1"));
    let mut fields: Vec<String> = lines.map(|line| line.to_lowercase()).collect();
    fields.sort();
    let host = format!(
        "host: {}:{}",
        world.releases.address.host_str().unwrap(),
        world.releases.address.port().unwrap()
    );
    assert_eq!(
        fields,
        [
            "accept: application/json".to_owned(),
            host,
            format!("user-agent: keybearer/{}", env!("CARGO_PKG_VERSION"))
        ]
    );
}

#[tokio::test]
async fn what_is_not_about_a_newer_release_changes_nothing() {
    let world = World::new(true);
    world.releases.has("v99.0.0");
    assert_eq!(world.check().await.as_deref(), Some("99.0.0"));
    let release = |tag: &str, page: &str, draft: bool, prerelease: bool| {
        serde_json::json!({"tag_name": tag, "html_url": page, "draft": draft, "prerelease": prerelease}).to_string()
    };
    let ours = |tag: &str| format!("{PAGE}{tag}");
    let huge = format!(
        "{{\"x\":\"{}\",{}",
        "x".repeat(8 << 20),
        &release("v100.0.0", &ours("v100.0.0"), false, false)[1..]
    );
    for (status, body) in [
        ("200 OK", release("v100.0.0", &ours("v100.0.0"), true, false)),
        ("200 OK", release("v100.0.0", &ours("v100.0.0"), false, true)),
        ("200 OK", release("v100.0.0-rc.1", &ours("v100.0.0-rc.1"), false, false)),
        (
            "200 OK",
            release("v100.0.0", "https://evil.example/releases/tag/v100.0.0", false, false),
        ),
        ("200 OK", release("v100.0.0", &ours("v1.0.0"), false, false)),
        (
            "200 OK",
            r#"{"tag_name":["v100.0.0"],"html_url":7,"draft":null,"prerelease":"no"}"#.into(),
        ),
        ("200 OK", "<html>log in to this network</html>".into()),
        ("200 OK", huge),
        ("404 Not Found", release("v100.0.0", &ours("v100.0.0"), false, false)),
        ("403 rate limit exceeded", release("v100.0.0", &ours("v100.0.0"), false, false)),
        (
            "302 Found\r\nLocation: http://127.0.0.1:1/",
            release("v100.0.0", &ours("v100.0.0"), false, false),
        ),
    ] {
        world.releases.says(status, &body);
        let shown = world.a_day_later().await;
        assert_eq!(
            shown.as_deref(),
            Some("99.0.0"),
            "{status} {}",
            body.chars().take(90).collect::<String>()
        );
    }
    assert_eq!(world.releases.asked(), 12, "no redirect was followed");
    // The release was taken back, and this program is the newest.
    world.releases.has(concat!("v", env!("CARGO_PKG_VERSION")));
    assert_eq!(world.a_day_later().await, None);
    // A book that somebody has written into.
    let path = world.rig.home.path().join("data/book.json");
    for newest in ["99.0.0/../../evil", "99.0.0-rc.1", "javascript:alert(1)"] {
        let mut book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        book["update"]["newest"] = newest.into();
        std::fs::write(&path, book.to_string()).unwrap();
        assert_eq!(world.rig.keeper.view().update, None, "{newest}");
    }
}
