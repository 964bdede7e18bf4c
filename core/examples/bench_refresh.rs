//! How long many due tokens of one host take: fifty, at a server that takes 200 ms for each. At most four are under way at
//! once, so that thirteen rounds are the floor. Prints milliseconds and the ratio to that floor; asserts nothing about time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use keybearer_core::keeper::{Keeper, Outside, PASSPHRASE_WORK, TICK, TokenImport, now, since_boot};
use keybearer_core::token::{DAY, Secret};
use keybearer_core::vault::keychain::SystemKeychain;
use keybearer_core::view::RenewalOutcome;
use keybearer_practice::meta::{Message, Meta, Platform};
use keybearer_practice::{Fault, crowd};

const TOKENS: usize = 50;
const AT_ONCE: usize = 4;
const SERVER: Duration = Duration::from_millis(200);
const GOAL: f64 = 1.3;

#[tokio::main]
async fn main() {
    let home = tempfile::TempDir::new().unwrap();
    let meta = Meta::start(Platform::Threads).await.unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let origin = meta.origin();
    let file = format!("format = 1\nid = \"threads-here\"\nextends = \"threads\"\n[hosts]\nweb = \"{origin}\"\ngraph = \"{origin}\"\n");
    std::fs::write(folder.join("threads-here.toml"), file).unwrap();
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = ahead.clone();
    let outside = Outside {
        data: home.path().join("data"),
        config: home.path().join("config"),
        service: "bench".into(),
        entries: Arc::new(SystemKeychain),
        browser: Arc::new(|_| Ok(())),
        changed: Arc::new(|| {}),
        clock: Arc::new(move || now() + clock.load(Ordering::Relaxed)),
        since_boot: Arc::new(since_boot),
        tick: TICK,
        passphrase_work: PASSPHRASE_WORK,
        program: || None,
    };
    let keeper = Keeper::open(outside).unwrap();
    for person in crowd().take(TOKENS) {
        let lives = Duration::from_secs(60 * DAY.unsigned_abs());
        let made = meta.generate_token(&person, &["threads_basic"], Some(lives)).unwrap();
        let adoption = TokenImport {
            provider: Some("threads-here".into()),
            ..TokenImport::default()
        };
        keeper.import_token(&Secret::new(made), &adoption).await.unwrap();
    }
    ahead.store(54 * DAY, Ordering::Relaxed);
    meta.advance(Duration::from_secs(54 * DAY.unsigned_abs()));
    meta.fail_always(Message::Refresh, Some(Fault::Slow(SERVER).into()));
    let started = Instant::now();
    let done = keeper.sweep().await;
    let took = started.elapsed().as_secs_f64() * 1000.0;
    assert!(
        done.len() == TOKENS && done.iter().all(|d| d.outcome == RenewalOutcome::Renewed),
        "{done:?}"
    );
    let floor = TOKENS.div_ceil(AT_ONCE) as f64 * SERVER.as_secs_f64() * 1000.0;
    println!(
        "refresh   {TOKENS} due tokens of one host: {took:.0} ms, {:.2} of the floor {floor:.0} ms (goal {GOAL})",
        took / floor
    );
}
