//! Tokens delivered to where they are used, after logins and renewals. A delivery that is off, waits or fails blocks nothing.

// A shell's programs, and /proc.
#[cfg(unix)]
mod commands;
mod encrypted_files;
mod env_files;
pub mod env_readers;
// Modes, owners, links and pipes. core/tests/platform.rs has what is alike elsewhere.
#[cfg(unix)]
mod file_targets;
mod foreign_files;
mod github_and_cloudflare;
mod programs;
mod queue;
// Readers of `.env` files that are Linux's or downloaded for it.
#[cfg(unix)]
mod real;
mod setup;
mod vaults;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use keybearer_core::keeper::{TokenImport, now};
use keybearer_core::token::{DAY, Secret};
use keybearer_core::view::{ChosenFile, DeliveryView, Proof, RenewalOutcome, Target, Visibility};
use keybearer_practice::delivery::{CREDENTIAL, MockTargets};
use keybearer_practice::meta::{Meta, Platform};
use serde_json::json;
use tempfile::TempDir;

use crate::rig::{Rig, provider_file, soon};

/// A keeper with one account of sixty days, and the places that its token may go to.
pub struct Stage {
    pub rig: Rig,
    pub depot: MockTargets,
    pub account: String,
    meta: Meta,
    ahead: Arc<AtomicI64>,
}

impl Stage {
    pub async fn new() -> Stage {
        let meta = Meta::start(Platform::Threads).await.unwrap();
        let home = TempDir::new().unwrap();
        provider_file(home.path(), "threads-here", "threads", meta.origin(), &["web", "graph"]);
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        let depot = MockTargets::start().await.unwrap();
        let mut stage = Stage {
            rig,
            depot,
            account: String::new(),
            meta,
            ahead,
        };
        stage.account = stage.adopt("ada").await;
        stage
    }

    /// An account of sixty days.
    async fn adopt(&self, person: &str) -> String {
        let days = Duration::from_secs(60 * 86_400);
        let made = self.meta.generate_token(person, &["threads_basic"], Some(days)).unwrap();
        let import = TokenImport {
            provider: Some("threads-here".into()),
            ..Default::default()
        };
        self.rig.keeper.import_token(&Secret::new(made), &import).await.unwrap()
    }

    pub fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        self.meta.advance(Duration::from_secs(seconds.unsigned_abs()));
    }

    /// A delivery of the account's, and how the first one went.
    pub async fn add(&self, target: Target) -> DeliveryView {
        let credential = target.needs_credential().then(|| Secret::new(CREDENTIAL));
        let id = self.rig.keeper.add_delivery(&self.account, target, credential).await.unwrap();
        self.ended(&id).await
    }

    /// The delivery, once nothing is under way any more.
    pub async fn ended(&self, id: &str) -> DeliveryView {
        soon("a delivery", self.rig.keeper.rest(Duration::from_secs(20))).await;
        self.delivery(id)
    }

    pub fn delivery(&self, id: &str) -> DeliveryView {
        let view = self.rig.keeper.view();
        view.deliveries.into_iter().find(|d| d.id == id).unwrap()
    }

    pub async fn token(&self) -> String {
        self.rig.token(&self.account).await
    }

    fn file(&self, name: &str) -> PathBuf {
        self.rig.home.path().join(name)
    }

    fn env(&self, name: &str) -> Target {
        Target::EnvFile {
            place: at(&self.file(name)),
            key: "TOKEN".into(),
        }
    }

    /// A program that takes these steps in the home's folder.
    fn program(&self, steps: &[&str]) -> Target {
        Target::Program {
            words: programs::words(self.rig.home.path(), steps),
        }
    }

    pub fn vault(&self) -> Target {
        Target::Openbao {
            url: self.depot.origin().to_owned(),
            namespace: None,
            mount: "kv".into(),
            path: "bots/ada".into(),
            key: "token".into(),
        }
    }
}

/// A place as the dialog of a shell makes it.
pub fn at(path: &Path) -> ChosenFile {
    keybearer_core::deliver::file::place(path).unwrap()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliver_at_once_and_after_each_renewal() {
    let s = Stage::new().await;
    std::fs::write(s.file(".env"), "# of last year\nTOKEN=old\nA=1 # mine").unwrap();
    let first = s.add(s.env(".env")).await;
    let token = s.token().await;
    assert_eq!(read(&s.file(".env")), format!("# of last year\nTOKEN={token}\nA=1 # mine"));
    assert!(first.confirmed && first.current && first.later.is_none());
    assert_eq!(first.done.unwrap().proof, Proof::ReadBack);
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    let second = s.ended(&first.id).await;
    let renewed = s.token().await;
    assert_ne!(renewed, token);
    assert_eq!(read(&s.file(".env")), format!("# of last year\nTOKEN={renewed}\nA=1 # mine"));
    assert!(second.current && second.done.unwrap().time >= now() + 54 * DAY - 60);
    // A step back is one for the bot, too.
    s.rig.keeper.step_back(&s.account).await.unwrap();
    s.ended(&first.id).await;
    assert!(read(&s.file(".env")).contains(&token));
    // Nothing of a token is in the book.
    assert!(!s.rig.book().contains(&token) && !s.rig.book().contains(&renewed));
    s.rig.keeper.delete_account(&s.account).await.unwrap();
    assert!(s.rig.keeper.view().deliveries.is_empty());
    assert!(read(&s.file(".env")).contains(&token), "what was delivered stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_fails_is_tried_again_and_never_in_the_way() {
    let s = Stage::new().await;
    for _ in 0..3 {
        s.depot.fail_next(503, json!({ "errors": ["Vault is sealed"] }));
    }
    let failed = s.add(s.vault()).await;
    let later = failed.later.unwrap();
    assert_eq!(
        (later.why.code.as_str(), later.why.detail.as_deref()),
        ("transient", Some("Vault is sealed"))
    );
    assert!((295..=365).contains(&(later.until - now())), "as long as after a renewal");
    assert!(failed.done.is_none() && !failed.current);
    // The renewal works all the same, and the wait holds for what it owes.
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
    let again = s.ended(&failed.id).await;
    assert!(
        again.later.is_some_and(|l| l.until > later.until),
        "tried once more, for a new token"
    );
    // A person waits for nothing; then the next one is tried by itself.
    let error = s.rig.keeper.deliver(&failed.id).await.unwrap_err();
    assert_eq!(error.code(), "transient");
    s.rig.keeper.deliver(&failed.id).await.unwrap();
    let done = s.delivery(&failed.id);
    assert!(done.current && done.later.is_none());
    assert_eq!(done.done.unwrap().proof, Proof::Version { number: 1 });
    let keys = s.depot.vault_secret("kv/bots/ada").1.unwrap();
    assert_eq!(keys["token"], s.token().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_delivery_that_was_changed_elsewhere_is_disabled() {
    let s = Stage::new().await;
    let delivery = s.add(s.vault()).await;
    let asked = s.depot.requests().len();
    let book = s.rig.home.path().join("data/book.json");
    // Somebody writes another server into the book, and that it is confirmed.
    let text = read(&book);
    let changed = text.replace(s.depot.origin(), "https://vault.example");
    assert_ne!(text, changed);
    std::fs::write(&book, &changed).unwrap();
    assert_eq!(s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(), "delivery-unconfirmed");
    let off = s.delivery(&delivery.id);
    assert!(!off.confirmed && off.later.is_none());
    assert_eq!(s.depot.requests().len(), asked);
    // What is confirmed is what was shown, and nothing that was put there meanwhile.
    let shown = s.vault();
    let error = s.rig.keeper.confirm_delivery(&delivery.id, &s.account, &shown).await.unwrap_err();
    assert_eq!(error.code(), "delivery-unconfirmed");
    std::fs::write(&book, read(&book).replace("https://vault.example", s.depot.origin())).unwrap();
    s.rig.keeper.confirm_delivery(&delivery.id, &s.account, &shown).await.unwrap();
    assert!(s.ended(&delivery.id).await.confirmed);
    s.rig.keeper.deliver(&delivery.id).await.unwrap();
    // A home folder that came without its keychain: off, and only a new credential helps.
    let forged = json!({
        "id": "ab".repeat(16), "account": s.account, "target": s.vault(), "store": "keychain", "confirmed": true,
    });
    let mut book_value: serde_json::Value = serde_json::from_str(&read(&book)).unwrap();
    book_value["deliveries"].as_array_mut().unwrap().push(forged);
    std::fs::write(&book, book_value.to_string()).unwrap();
    let id = "ab".repeat(16);
    assert_eq!(s.rig.keeper.deliver(&id).await.unwrap_err().code(), "delivery-unconfirmed");
    assert!(!s.delivery(&id).confirmed);
    let error = s.rig.keeper.confirm_delivery(&id, &s.account, &shown).await.unwrap_err();
    assert_eq!(error.code(), "secret-missing");
    s.rig.keeper.remove_delivery(&id).await.unwrap();
    assert_eq!(s.rig.keeper.deliver(&id).await.unwrap_err().code(), "delivery-unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_impossible_delivery_is_refused() {
    let s = Stage::new().await;
    let vault = |url: &str, mount: &str| Target::Openbao {
        url: url.into(),
        namespace: None,
        mount: mount.into(),
        path: "a".into(),
        key: "k".into(),
    };
    let github = |repository: &str, name: &str| Target::Github {
        api: "https://api.github.com".into(),
        repository: repository.into(),
        name: name.into(),
    };
    let environment = |environment: &str| Target::GithubEnvironment {
        api: "https://api.github.com".into(),
        repository: "ada/bot".into(),
        environment: environment.into(),
        name: "TOKEN".into(),
    };
    let organization = |organization: &str| Target::GithubOrganization {
        api: "https://api.github.com".into(),
        organization: organization.into(),
        visibility: Visibility::Private,
        name: "TOKEN".into(),
    };
    let in_namespace = |namespace: &str| Target::Openbao {
        url: "https://vault.example".into(),
        namespace: Some(namespace.into()),
        mount: "kv".into(),
        path: "a".into(),
        key: "k".into(),
    };
    let command = |words: &[&str]| Target::Program {
        words: words.iter().map(|w| (*w).to_owned()).collect(),
    };
    let this = std::env::current_exe().unwrap();
    let program = this.to_str().unwrap();
    s.rig.keeper.check_delivery(&s.account, &command(&[program, "a b"])).unwrap();
    for right in [
        "https://vault.example",
        "https://vault.example/",
        "https://vault.example:8200/a%20b/",
        "http://127.0.0.1:8200",
    ] {
        s.rig.keeper.check_delivery(&s.account, &vault(right, "team/kv")).unwrap();
    }
    for (target, field) in [
        (vault("http://vault.example", "kv"), "url"),
        (vault("https://vault.example?x=1", "kv"), "url"),
        (vault("https://me:pw@vault.example", "kv"), "url"),
        // Whatever is read otherwise than it looks.
        (vault("https://VAULT.example", "kv"), "url"),
        (vault("https://vault.example:443", "kv"), "url"),
        (vault("https://vаult.example", "kv"), "url"),
        (vault("https://vault\n.example", "kv"), "url"),
        (vault("https://vault.\texample", "kv"), "url"),
        (vault(" https://vault.example", "kv"), "url"),
        (vault("https:/\\vault.example", "kv"), "url"),
        (vault("https://vault.example/a/../b", "kv"), "url"),
        (vault("https://vault.example/\u{202e}elpmaxe.lanretni", "kv"), "url"),
        (vault(&format!("https://vault.example/{}", "a".repeat(200)), "kv"), "url"),
        (vault("https://vault.example", &"a".repeat(201)), "mount"),
        (vault("https://vault.example", "../sys"), "mount"),
        (vault("https://vault.example", ""), "mount"),
        (github("ada", "TOKEN"), "repository"),
        (github("ada/../x", "TOKEN"), "repository"),
        (github("ada/bot", "1TOKEN"), "name"),
        (github("ada/bot", "GITHUB_TOKEN"), "name"),
        (github("ada/bot", &"A".repeat(201)), "name"),
        (github(&format!("ada/{}", "a".repeat(200)), "TOKEN"), "repository"),
        (command(&[]), "words"),
        (command(&[""]), "words"),
        (command(&["sh"]), "words"),
        (command(&["./sh"]), "words"),
        (command(&[program, "a\0b"]), "words"),
        (command(&[program, "a\u{202e}b"]), "words"),
        (command(&[program, &"a".repeat(1200)]), "words"),
        (environment(""), "environment"),
        (environment(".."), "environment"),
        (environment(" production"), "environment"),
        (environment("a\u{202e}b"), "environment"),
        (organization("a/b"), "organization"),
        (organization(""), "organization"),
        (in_namespace(""), "namespace"),
        (in_namespace("a b"), "namespace"),
        (github("ada/bot", "TOKEN"), "credential"),
    ] {
        let error = s
            .rig
            .keeper
            .add_delivery(&s.account, target.clone(), None)
            .await
            .unwrap_err()
            .view();
        assert_eq!(
            (error.code.as_str(), error.params.get("field").map(String::as_str)),
            ("input-invalid", Some(field)),
            "{target:?}"
        );
    }
    let error = s.rig.keeper.add_delivery("nobody", command(&[program]), None).await.unwrap_err();
    assert_eq!(error.code(), "account-unknown");
}
