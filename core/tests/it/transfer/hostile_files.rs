//! Files that came from anybody: not ours, not whole, not opened, or not to be believed. Nothing is touched by them.

use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use keybearer_core::ledger::Purpose;
use keybearer_core::token::Secret;
use keybearer_core::vault::age_file;
use keybearer_core::view::ImportOutcome;
use serde_json::{Value, json};

use super::{file, import, outcomes, words};
use crate::rig::Rig;
use crate::x::Stage;

fn inside(file: &str) -> Value {
    serde_json::from_str(age_file::open(&words(), file).unwrap().expose()).unwrap()
}

/// A file in which this stands, that is cheap to open.
fn sealed(content: &Value) -> String {
    age_file::seal(2, &words(), content).unwrap()
}

/// Whether nothing was ever written here.
fn has_no_book(rig: &Rig) -> bool {
    !rig.home.path().join("data/book.json").exists()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_opened_changes_nothing() {
    let s = Stage::new().await;
    s.log_in().await;
    let there = s.another();
    let file = file(&s.rig, true).await;
    let mut refused = Vec::new();
    let wrong = there.keeper.import(file.clone(), Secret::new("correct horse")).await;
    refused.push((wrong, "passphrase-wrong"));
    for end in (0..file.trim_end().len()).step_by(64) {
        refused.push((import(&there, &file[..end]).await, "file-damaged"));
    }
    let within = file.replacen("\n", "\nAAAA", 2).replacen("AAAA", "", 1);
    refused.push((import(&there, &within).await, "file-damaged"));
    for foreign in [
        "{}",
        "<html>",
        "age-encryption.org/v1\n-> scrypt",
        &format!("x{file}"),
        &"x".repeat(5 << 20),
    ] {
        refused.push((import(&there, foreign).await, "file-foreign"));
    }
    for content in [
        json!({}),
        json!([]),
        json!({ "format": "other", "v": 1 }),
        json!({ "format": "keybearer", "v": 1 }),
        json!({ "format": "keybearer", "v": 1, "clients": [], "accounts": [{ "record": {}, "secret": {} }] }),
    ] {
        refused.push((import(&there, &sealed(&content)).await, "file-foreign"));
    }
    let mut newer = inside(&file);
    newer["v"] = json!(2);
    newer["accounts"] = json!("of another form");
    refused.push((import(&there, &sealed(&newer)).await, "file-newer"));
    for (result, code) in refused {
        assert_eq!(result.unwrap_err().code(), code);
    }
    assert!(has_no_book(&there) && there.keeper.view().accounts.is_empty());
    let picked = [s.rig.keeper.view().accounts.remove(0).id];
    let short = s.rig.keeper.export(&picked, Secret::new("short"), true, s.rig.home.path()).await;
    assert_eq!(short.unwrap_err().code(), "passphrase-short");
    let nobody = s.rig.keeper.export(&["nobody".into()], words(), true, s.rig.home.path()).await;
    assert_eq!(nobody.unwrap_err().code(), "account-unknown");
    let nothing = s.rig.keeper.export(&[], words(), true, s.rig.home.path()).await;
    assert_eq!(nothing.unwrap_err().code(), "input-invalid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_asks_for_hours_of_work_is_refused_at_once() {
    let cheap = sealed(&json!({}));
    let body: String = cheap.lines().filter(|l| !l.starts_with('-')).collect();
    let bytes = BASE64_STANDARD.decode(body).unwrap();
    let at = bytes.windows(3).position(|w| w == b" 2\n").unwrap();
    let dear = [&bytes[..at], b" 30\n", &bytes[at + 3..]].concat();
    let lines: Vec<String> = BASE64_STANDARD
        .encode(dear)
        .as_bytes()
        .chunks(64)
        .map(|c| String::from_utf8(c.to_vec()).unwrap())
        .collect();
    let (first, last) = (cheap.lines().next().unwrap(), cheap.lines().last().unwrap());
    let began = Instant::now();
    let opened = age_file::open(&words(), &format!("{first}\n{}\n{last}\n", lines.join("\n")));
    assert_eq!(opened.unwrap_err().code(), "file-foreign");
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_a_file_is_believed_unseen() {
    let s = Stage::new().await;
    s.log_in().await;
    let there = s.another();
    let good = inside(&file(&s.rig, false).await);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut content = good.clone();
        change(&mut content);
        sealed(&content)
    };
    // Left out with the reason, and nothing of it is here.
    for (file, code) in [
        (
            with(&|c| c["accounts"][0]["record"]["provider"] = json!("elsewhere")),
            "provider-unknown",
        ),
        (
            with(&|c| c["accounts"][0]["record"]["provider"] = json!("practice")),
            "practice-over",
        ),
        (
            with(&|c| c["accounts"][0]["record"]["hosts"]["api"] = json!("https://evil.example")),
            "hosts-changed",
        ),
        (with(&|c| c["accounts"][0]["record"]["hosts"] = json!({})), "hosts-changed"),
        (
            with(&|c| c["clients"][0]["record"]["hosts"]["api"] = json!("https://evil.example")),
            "hosts-changed",
        ),
        (
            with(&|c| c["clients"][0]["record"]["provider"] = json!("mastodon")),
            "hosts-changed",
        ),
        (with(&|c| c["clients"] = json!([])), "client-unknown"),
    ] {
        let arrived = import(&there, &file).await.unwrap();
        assert_eq!(outcomes(&arrived), [ImportOutcome::Left]);
        assert_eq!(
            (arrived[0].error.as_ref().unwrap().code.as_str(), &arrived[0].account),
            (code, &None)
        );
        assert!(has_no_book(&there), "{code}");
    }
    for file in [
        with(&|c| c["accounts"][0]["record"]["server"] = json!("file:///etc/passwd")),
        with(&|c| c["accounts"][0]["record"]["server"] = json!("https://me:pw@host.example/")),
        with(&|c| c["accounts"][0]["secret"]["access_token"] = json!("a\r\nHost: evil.example")),
        with(&|c| c["accounts"][0]["secret"]["access_token"] = json!("")),
        with(&|c| c["accounts"][0]["secret"]["refresh_token"] = json!("x".repeat(20_000))),
        with(&|c| c["accounts"][0]["secret"]["v"] = json!(2)),
        with(&|c| c["accounts"][0]["secret"] = json!(null)),
        with(&|c| c["clients"][0]["secret"] = json!({ "v": 1, "client_secret": "a\nb" })),
    ] {
        assert_eq!(import(&there, &file).await.unwrap_err().code(), "file-foreign");
    }
    assert!(has_no_book(&there));
    // What is strange and harmless is made plain.
    let strange = with(&|c| {
        let record = &mut c["accounts"][0]["record"];
        record["id"] = json!("../../../etc/passwd");
        record["name"] = json!("@ada\u{0}\r\n\u{7}".to_owned() + &"x".repeat(100_000));
        record["url"] = json!("javascript:alert(1)");
        record["expires"] = json!(i64::MAX);
        record["issued"] = json!(i64::MIN);
        record["parent"] = json!("nobody");
        record["trouble"] = json!({ "code": "made-up", "params": {}, "detail": "Call this number" });
        record["renewing"] = json!({ "generation": u64::MAX, "time": i64::MIN });
        record["client"] = json!("");
        c["accounts"][0]["secret"]["generation"] = json!(u64::MAX);
        c["accounts"][0]["secret"]["expires"] = json!(i64::MAX);
    });
    let arrived = import(&there, &strange).await.unwrap();
    let account = there.account(arrived[0].account.as_deref().unwrap());
    assert!(account.id.len() == 32 && account.name.len() == 4096 && !account.name.contains(char::is_control));
    assert!(account.url.is_none() && account.parent.is_none() && account.trouble.is_none());
    assert!(account.expires.unwrap() < 1 << 38 && !Path::new("/etc/passwd.lock").exists());
    let _ = (
        there.keeper.sweep().await,
        there.keeper.diagnostics(),
        there.keeper.resume(&account.id).await,
    );
    let _ = there.keeper.access_token(&account.id, Purpose::Token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_was_changed_is_refused_or_harmless() {
    let s = Stage::new().await;
    s.log_in().await;
    let plain = inside(&file(&s.rig, false).await).to_string();
    let sealed_one = sealed(&serde_json::from_str(&plain).unwrap());
    // The same chance each time.
    let mut seed = 5_u64;
    let mut any = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let there = s.another();
    for _ in 0..200 {
        let mut bytes = sealed_one.clone().into_bytes();
        let at = any(bytes.len());
        let by = b"\nA-=z"[any(5)];
        if std::mem::replace(&mut bytes[at], by) == by {
            continue;
        }
        let taken = import(&there, &String::from_utf8(bytes).unwrap()).await;
        assert!(taken.is_err() && has_no_book(&there), "byte {at} is {by}");
    }
    for _ in 0..150 {
        let mut text: Vec<char> = plain.chars().collect();
        for _ in 0..=any(3) {
            let at = any(text.len());
            text[at] = ['"', '0', '-', '{', ']', 'x', '\\', '9'][any(8)];
        }
        let text: String = text.into_iter().collect();
        let Ok(raw) = serde_json::from_str::<&serde_json::value::RawValue>(&text) else {
            continue;
        };
        let book = || std::fs::read(there.home.path().join("data/book.json")).ok();
        let before = book();
        if import(&there, &age_file::seal(2, &words(), &raw).unwrap()).await.is_err() {
            assert_eq!(book(), before);
        }
        let _ = (there.keeper.view(), there.keeper.diagnostics());
        for account in there.keeper.view().accounts {
            assert!(account.id.len() == 32, "{text}");
        }
    }
}
