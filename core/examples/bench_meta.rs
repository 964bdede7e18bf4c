//! How long a Threads login takes once the answer is home: code → sixty-day token → identity, over TLS through a relay that
//! delays each direction by 40 ms, beside the two calls of the usual guide, each on a connection of its own, through the
//! same relay. Ten pairs, after one to warm up. Prints numbers, asserts nothing. Run by `script/bench meta`.
//!
//! The process starts itself once more with `SSL_CERT_FILE`, so that the platform's own verifier trusts the test's server.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybearer_core::keeper::now;
use keybearer_core::provider::RedirectKind;
use keybearer_core::redirect::certificate::Certificate;
use keybearer_core::token::Secret;
use keybearer_core::view::{LoginEvent, LoginPlan, StepKind};
use keybearer_practice::meta::{APP_SECRET, Meta, Platform};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use url::Url;

#[path = "../tests/platform/keeper.rs"]
mod keeper;
use keeper::keeper;
#[path = "../tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
use browser::{Visit, consent};

/// Where the practice platform is, without the slow line.
static PRACTICE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
const PAIRS: usize = 10;
/// Each direction.
const DELAY: Duration = Duration::from_millis(40);
const GOAL: f64 = 260.0;
const REDIRECT: &str = "https://127.0.0.1:47018/callback/threads/";
/// A person reads the consent page for longer than a connection takes.
const READING: Duration = Duration::from_millis(600);

#[tokio::main]
async fn main() {
    let home = tempfile::TempDir::new().unwrap();
    let Some(stored) = std::env::var_os("BENCH_CERTIFICATE") else {
        let certificate = Certificate::make(now()).unwrap();
        let (pem, kept) = (home.path().join("server.pem"), home.path().join("server.json"));
        std::fs::write(&pem, certificate.pem()).unwrap();
        std::fs::write(&kept, certificate.to_stored().expose()).unwrap();
        let mut again = Command::new(std::env::current_exe().unwrap());
        let status = again.env("SSL_CERT_FILE", &pem).env("BENCH_CERTIFICATE", &kept).status().unwrap();
        std::process::exit(status.code().unwrap_or(1));
    };
    let certificate = Certificate::from_stored(&Secret::new(std::fs::read_to_string(stored).unwrap())).unwrap();
    let meta = Meta::start(Platform::Threads).await.unwrap();
    meta.register_redirect(REDIRECT).unwrap();
    PRACTICE.get_or_init(|| meta.origin().to_owned());
    let origin = far_away(&certificate, meta.origin()).await;
    let mut pairs = Vec::new();
    for turn in 0..=PAIRS {
        // Each login is a first one: a keeper of its own, no connection left from before.
        let ours = ours(&home.path().join(turn.to_string()), &origin).await;
        let guide = guide(&meta, &origin).await;
        if turn > 0 {
            pairs.push((ours, guide));
        }
    }
    let median = |mut v: Vec<f64>| {
        v.sort_by(f64::total_cmp);
        f64::midpoint(v[(v.len() - 1) / 2], v[v.len() / 2])
    };
    let (a, b) = (
        median(pairs.iter().map(|p| p.0).collect()),
        median(pairs.iter().map(|p| p.1).collect()),
    );
    println!("code → long token → identity over TLS at 80 ms a round trip: {a:.0} ms (goal ≤ {GOAL:.0})");
    println!("  the two calls of the usual guide, each on its own connection: {b:.0} ms; medians of {PAIRS} pairs");
}

/// A TLS server in front of the practice platform, and a slow line in front of that. Gives its origin.
async fn far_away(certificate: &Certificate, practice: &str) -> String {
    let upstream = practice.trim_start_matches("http://").to_owned();
    let tls = certificate.acceptor().unwrap();
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let near = server.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = server.accept().await {
            let (tls, upstream) = (tls.clone(), upstream.clone());
            tokio::spawn(async move {
                stream.set_nodelay(true).unwrap();
                let Ok(mut client) = tls.accept(stream).await else { return };
                let mut practice = TcpStream::connect(upstream).await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut client, &mut practice).await;
            });
        }
    });
    let line = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = line.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = line.accept().await {
            tokio::spawn(async move {
                // The handshake of TCP itself is a round trip, too.
                tokio::time::sleep(2 * DELAY).await;
                let server = TcpStream::connect(near).await.unwrap();
                for stream in [&client, &server] {
                    stream.set_nodelay(true).unwrap();
                }
                let ((cr, cw), (sr, sw)) = (client.into_split(), server.into_split());
                tokio::join!(slow(cr, sw), slow(sr, cw));
            });
        }
    });
    format!("https://127.0.0.1:{port}")
}

/// Passes everything on, each piece after the delay, however many are under way.
async fn slow(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin + Send + 'static) {
    let (sender, mut pieces) = unbounded_channel::<(Instant, Vec<u8>)>();
    let writer = tokio::spawn(async move {
        while let Some((due, piece)) = pieces.recv().await {
            tokio::time::sleep_until(due.into()).await;
            if to.write_all(&piece).await.is_err() {
                return;
            }
        }
        let _ = to.shutdown().await;
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        if sender.send((Instant::now() + DELAY, buffer[..n].to_vec())).is_err() {
            break;
        }
    }
    drop(sender);
    let _ = writer.await;
}

/// Milliseconds from the answer to the identity, in a keeper of its own.
async fn ours(home: &std::path::Path, origin: &str) -> f64 {
    let providers = home.join("config/providers");
    std::fs::create_dir_all(&providers).unwrap();
    let file = format!("format = 1\nid = \"far\"\nextends = \"threads\"\n[hosts]\nweb = \"{origin}\"\ngraph = \"{origin}\"\n");
    std::fs::write(providers.join("far.toml"), file).unwrap();
    let (keeper, mut addresses) = keeper(home, "bench");
    let (report, mut events) = unbounded_channel();
    let answers = [("client_id", Platform::Threads.app_id()), ("client_secret", APP_SECRET)];
    let plan = LoginPlan {
        provider: "far".into(),
        client_name: "Bench".into(),
        answers: answers.map(|(k, v)| (k.to_owned(), v.into())).into(),
        scopes: vec!["threads_basic".into()],
        redirect: Some(RedirectKind::Paste),
        ..LoginPlan::default()
    };
    let login = keeper.start_login(
        plan,
        Arc::new(move |event| {
            let _ = report.send((Instant::now(), event));
        }),
    );
    let address = Url::parse(&addresses.recv().await.unwrap()).unwrap();
    tokio::time::sleep(READING).await;
    let back = through_practice(&address, origin).await;
    keeper.paste(&login, &back).unwrap();
    let (mut from, mut to) = (None, None);
    loop {
        match events.recv().await.unwrap() {
            (
                at,
                LoginEvent::Step {
                    step: StepKind::AnswerReceived,
                },
            ) => from = Some(at),
            (
                at,
                LoginEvent::Step {
                    step: StepKind::IdentityVerified,
                },
            ) => to = Some(at),
            (_, LoginEvent::Done { .. }) => break,
            (_, LoginEvent::Failed { error }) => panic!("no login: {error:?}"),
            _ => {}
        }
    }
    (to.unwrap() - from.unwrap()).as_secs_f64() * 1000.0
}

/// The person's browser is on its own line: it talks to the practice platform directly.
async fn through_practice(address: &Url, origin: &str) -> String {
    let direct = PRACTICE.get().unwrap();
    consent(&address.as_str().replace(origin, direct), &Visit::allow("ada"))
        .await
        .unwrap()
}

/// Milliseconds of the two calls that people paste from a guide, with the code in hand.
async fn guide(meta: &Meta, origin: &str) -> f64 {
    let id = Platform::Threads.app_id();
    let address = format!(
        "{}/oauth/authorize?client_id={id}&redirect_uri={REDIRECT}&scope=threads_basic&response_type=code&state=s",
        meta.origin()
    );
    let back = Url::parse(&consent(&address, &Visit::allow("ada")).await.unwrap()).unwrap();
    let code = back.query_pairs().find(|(k, _)| k == "code").unwrap().1.into_owned();
    let fresh = || reqwest::Client::builder().no_proxy().build().unwrap();
    let (first, second) = (fresh(), fresh());
    let begun = Instant::now();
    let form = [
        ("client_id", id),
        ("client_secret", APP_SECRET),
        ("grant_type", "authorization_code"),
        ("redirect_uri", REDIRECT),
        ("code", code.as_str()),
    ];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let sent = first.post(format!("{origin}/oauth/access_token"));
    let sent = sent.header("content-type", "application/x-www-form-urlencoded").body(body).send();
    let short: Value = serde_json::from_slice(&sent.await.unwrap().bytes().await.unwrap()).unwrap();
    let token = short["access_token"].as_str().unwrap();
    let address = format!("{origin}/access_token?grant_type=th_exchange_token&client_secret={APP_SECRET}&access_token={token}");
    let long: Value = serde_json::from_slice(&second.get(address).send().await.unwrap().bytes().await.unwrap()).unwrap();
    assert!(long["access_token"].is_string());
    begun.elapsed().as_secs_f64() * 1000.0
}
