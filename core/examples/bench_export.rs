//! Four thousand statuses from a server that takes 40 ms for a page: our export into a whole file, beside a plain loop that
//! asks for one page after the other, keeps them all and writes them in the end. Five pairs, A B A B, after one to warm up.
//! Then the memory of a hundred thousand against that of a thousand, and what each of a million ids takes, which are all
//! remembered; each in a process of its own. Prints numbers, asserts nothing of them. Run by `script/bench export`.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybearer_core::http::client::Client;
use keybearer_core::http::{Request, link};
use keybearer_core::keeper::{Keeper, Output};
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::{ExportEvent, ExportFormat, ExportPlan, LoginEvent, LoginPlan};
use keybearer_practice::{Endpoint, Fault, Flavor, Practice};
use serde_json::Value;
use tokio::sync::mpsc::unbounded_channel;

#[path = "../tests/platform/keeper.rs"]
mod keeper;
use keeper::keeper;
#[path = "../tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
use browser::{Visit, visit};

const STATUSES: u64 = 4_000;
const FEW: u64 = 1_000;
const MANY: u64 = 100_000;
const MILLION: u64 = 1_000_000;
const SERVER: Duration = Duration::from_millis(40);
const PAIRS: usize = 5;

async fn log_in(home: &Path, platform: &Practice) -> Keeper {
    let (keeper, mut addresses) = keeper(home, "bench");
    let plan = LoginPlan {
        provider: "mastodon".into(),
        client_name: "Bench".into(),
        answers: [("server".to_owned(), platform.origin().into())].into(),
        scopes: vec!["read".into()],
        redirect: Some(RedirectKind::Loopback),
        ..LoginPlan::default()
    };
    let (report, mut events) = unbounded_channel();
    keeper.start_login(plan, Arc::new(move |event| _ = report.send(event)));
    visit(&addresses.recv().await.unwrap(), &Visit::allow("ada"), &keeper).await;
    loop {
        match events.recv().await.unwrap() {
            LoginEvent::Done { .. } => return keeper,
            LoginEvent::Failed { error } => panic!("{error:?}"),
            _ => {}
        }
    }
}

async fn export(keeper: &Keeper, output: Output) -> u64 {
    let plan = ExportPlan {
        account: keeper.view().accounts[0].id.clone(),
        format: ExportFormat::Json,
        filters: vec!["private_mentions".into()],
        limit: None,
    };
    let (report, mut events) = unbounded_channel();
    let report = Arc::new(move |event| _ = report.send(event));
    keeper.start_export(plan, output, report).unwrap();
    loop {
        match events.recv().await.unwrap() {
            ExportEvent::Done { count, .. } => return count,
            ended @ (ExportEvent::Stopped { .. } | ExportEvent::Partial { .. }) => panic!("{ended:?}"),
            _ => {}
        }
    }
}

/// What anybody writes: ask, read, ask again, and write it all in the end.
async fn plain_loop(keeper: &Keeper, platform: &Practice, file: PathBuf) -> u64 {
    let account = &keeper.view().accounts[0];
    let (token, person) = (
        keeper.access_token(&account.id, Purpose::Token).await.unwrap(),
        account.user_id.clone().unwrap(),
    );
    let http = Client::default();
    let mut next = Some(format!("{}/api/v1/accounts/{person}/statuses?limit=40", platform.origin()));
    let mut all: Vec<Value> = Vec::new();
    while let Some(url) = next {
        let mut request = Request::get("bench", url.parse().unwrap());
        let bearer = format!("Bearer {}", token.expose());
        request.headers.push(("authorization".into(), Secret::new(bearer)));
        let page = http.send(&request).await.unwrap();
        let items: Vec<Value> = serde_json::from_str(page.body.expose()).unwrap();
        all.extend(items);
        next = link::target(page.headers("link"), "next").map(str::to_owned);
    }
    std::fs::write(file, serde_json::to_vec_pretty(&all).unwrap()).unwrap();
    all.len() as u64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

async fn time(platform: &Practice, keeper: &Keeper, home: &Path) {
    platform.set_posts(STATUSES);
    platform.fail_always(Endpoint::Statuses, Some(Fault::Slow(SERVER)));
    let mut pairs = Vec::new();
    for turn in 0..=PAIRS {
        let begun = Instant::now();
        assert_eq!(export(keeper, Output::File(home.join("ours.json"))).await, STATUSES);
        let ours = begun.elapsed().as_secs_f64();
        let begun = Instant::now();
        assert_eq!(plain_loop(keeper, platform, home.join("plain.json")).await, STATUSES);
        if turn > 0 {
            pairs.push((ours, begun.elapsed().as_secs_f64()));
        }
    }
    platform.fail_always(Endpoint::Statuses, None);
    let ratio = median(pairs.iter().map(|(a, b)| a / b).collect());
    let (ours, plain) = (
        median(pairs.iter().map(|p| p.0).collect()),
        median(pairs.iter().map(|p| p.1).collect()),
    );
    println!("export of {STATUSES} statuses, synced to disk: {ratio:.2} × a plain loop over the same server (goal ≤ 1)");
    println!(
        "  {:.0} ms against {:.0} ms; medians of {PAIRS} pairs; {} ms of it the server's",
        ours * 1000.0,
        plain * 1000.0,
        STATUSES / 40 * SERVER.as_millis() as u64
    );
}

/// The most memory that an export of so many takes, in MB; into a file, or out.
fn peak(platform: &Practice, home: &Path, statuses: u64, out: bool) -> f64 {
    platform.set_posts(statuses);
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program);
    child.arg(home).arg(statuses.to_string()).args(out.then_some("out"));
    let said = child.output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    String::from_utf8(said.stdout).unwrap().trim().parse().unwrap()
}

async fn child(home: PathBuf, statuses: u64, out: bool) {
    let (keeper, _addresses) = keeper(&home, "bench");
    let output = match out {
        true => Output::Stream(Box::new(std::io::sink())),
        false => Output::File(home.join(format!("{statuses}.json"))),
    };
    assert_eq!(export(&keeper, output).await, statuses);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
    println!("{:.1}", kilobytes / 1024.0);
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    if let (Some(home), Some(statuses)) = (arguments.next(), arguments.next()) {
        return child(home.into(), statuses.parse().unwrap(), arguments.next().is_some()).await;
    }
    if std::env::var_os("DESK").is_none() {
        eprintln!("This writes to a keychain, which must be a throw-away one: run it by `script/bench export`");
        std::process::exit(2);
    }
    let home = tempfile::TempDir::new().unwrap();
    let platform = Practice::start(Flavor::Mastodon).await.unwrap();
    let keeper = log_in(home.path(), &platform).await;
    time(&platform, &keeper, home.path()).await;
    let place = home.path();
    let peaks = tokio::task::block_in_place(|| (peak(&platform, place, FEW, false), peak(&platform, place, MANY, false)));
    println!("memory of {MANY} statuses: {:.2} × that of {FEW} (goal ≤ 1.3)", peaks.1 / peaks.0);
    println!("  {:.1} MB against {:.1} MB, the process's most", peaks.1, peaks.0);
    drop(keeper);
    // Pages of two hundred, so that it is over in a minute.
    let (home, platform) = (
        tempfile::TempDir::new().unwrap(),
        Practice::start(Flavor::GoToSocial).await.unwrap(),
    );
    let keeper = log_in(home.path(), &platform).await;
    drop(keeper);
    let place = home.path();
    let peaks = tokio::task::block_in_place(|| (peak(&platform, place, FEW, true), peak(&platform, place, MILLION, true)));
    let each = (peaks.1 - peaks.0) * 1024.0 * 1024.0 / (MILLION - FEW) as f64;
    println!("ids of {MILLION} statuses: {each:.1} bytes each (goal ≤ 32)");
    println!("  {:.1} MB against {:.1} MB, the process's most", peaks.1, peaks.0);
}
