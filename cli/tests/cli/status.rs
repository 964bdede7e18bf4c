//! What a monitor reads: one line, an exit code, JSON, and metrics that Prometheus' own library parses. Nothing is sent or changed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use keybearer_core::deliver::file::place;
use keybearer_core::keeper::now;
use keybearer_core::token::DAY;
use keybearer_core::view::Target;
use keybearer_practice::meta::{Meta, Platform};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::rig::{Home, Said, Start as _, ended, with_threads};
use crate::strict::with_accounts;

/// The environment's word for a Python that has prometheus_client; script/test sets it.
const PYTHON: &str = "KEYBEARER_PROMETHEUS_PYTHON";

/// Prints what prometheus_client reads from standard input: the type, help and samples of each metric.
const PARSE: &str = "
import json, sys
from prometheus_client.parser import text_string_to_metric_families as families
read = [{'name': f.name, 'type': f.type, 'help': f.documentation,
         'samples': [{'name': s.name, 'labels': s.labels, 'value': s.value} for s in f.samples]}
        for f in families(sys.stdin.buffer.read().decode())]
json.dump(read, sys.stdout)
";

/// Changes the only account in the book.
fn change(home: &Home, change: impl FnOnce(&mut Value)) {
    let file = home.data().join("book.json");
    let mut book: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    change(&mut book);
    std::fs::write(&file, book.to_string()).unwrap();
}

async fn as_json(home: &Home) -> (i32, Value) {
    let said = home.run(&["status", "--json"]).await;
    assert!(said.err.is_empty(), "{said:?}");
    (said.code, serde_json::from_str(&said.out).unwrap())
}

/// One line, and its exit code.
async fn line(home: &Home) -> Said {
    let said = home.run(&["status"]).await;
    assert!(said.out.ends_with('\n') && said.out.lines().count() == 1, "{said:?}");
    said
}

/// The samples of metrics, by prometheus_client if it is there: name, labels, value.
async fn samples(text: &str) -> Vec<(String, BTreeMap<String, String>, f64)> {
    let Some(python) = std::env::var_os(PYTHON) else {
        let what = format!("{PYTHON} is not set: `script/test cli` makes prometheus_client's Python and sets it");
        // Under Wine there is no Python, and the text is the same.
        let needed = std::env::consts::FAMILY == "unix" && std::env::var_os("KEYBEARER_REQUIRE_ALL").is_some_and(|v| v == "1");
        assert!(!needed, "{what}");
        println!("skipped: {what}");
        return Vec::new();
    };
    let mut command = Command::new(python);
    command
        .args(["-c", PARSE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.start();
    child.stdin.take().unwrap().write_all(text.as_bytes()).await.unwrap();
    let said = ended(child).await;
    assert_eq!(said.code, 0, "{said:?}");
    let families: Vec<Value> = serde_json::from_str(&said.out).unwrap();
    let mut found = Vec::new();
    for family in &families {
        assert!(
            family["type"] == "gauge" && !family["help"].as_str().unwrap().is_empty(),
            "{family}"
        );
        for sample in family["samples"].as_array().unwrap() {
            let labels = sample["labels"].as_object().unwrap();
            let labels = labels
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
            let name = sample["name"].as_str().unwrap().to_owned();
            assert!(name.starts_with("keybearer_"), "{name}");
            found.push((name, labels.collect::<BTreeMap<_, _>>(), sample["value"].as_f64().unwrap()));
        }
    }
    let lines = text.lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!(found.len(), lines, "each line is a sample");
    let series: BTreeSet<String> = found.iter().map(|(name, labels, _)| format!("{name} {labels:?}")).collect();
    assert_eq!(series.len(), lines, "Prometheus refuses two lines of one series");
    found
}

/// All files of a folder, with their content and time.
fn files(folder: &Path) -> BTreeMap<PathBuf, (SystemTime, Vec<u8>)> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false => drop(all.insert(
                path.clone(),
                (entry.metadata().unwrap().modified().unwrap(), std::fs::read(&path).unwrap()),
            )),
        }
    }
    all
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn all_well_and_what_is_not() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let none = line(&home).await;
    assert!(none.code == 0 && none.out.contains("keybearer login"), "{none:?}");
    let token = with_threads(&home, None, &meta).await;
    let age = |days: i64, left: i64| {
        change(&home, |book| {
            book["accounts"][0]["issued"] = (now() - days * DAY).into();
            book["accounts"][0]["expires"] = (now() + left).into();
        });
    };
    age(1, 59 * DAY);
    let (before, asked) = (files(home.0.path()), meta.requests().len());

    let well = line(&home).await;
    assert!(
        well.code == 0 && well.out.starts_with("All is well. Accounts: 1. Next renewal in "),
        "{well:?}"
    );
    let (code, report) = as_json(&home).await;
    let account = &report["accounts"][0];
    assert_eq!(
        (code, &report["code"], &report["status"], &report["stores"]),
        (0, &json!(0), &json!("ok"), &json!([{"store": "keychain", "state": "ready"}]))
    );
    assert_eq!((&account["name"], &account["ok"]), (&json!("threads-here/ada"), &json!(true)));
    assert_eq!(account["standing"], json!({"kind": "ends", "at": account["ends"]}));
    assert!(account["renews_next"].as_i64() < account["ends"].as_i64(), "{account}");
    let metrics = home.run(&["status", "--prometheus"]).await;
    assert!(
        metrics.code == 0 && !format!("{well:?}{report}{metrics:?}").contains(&token),
        "{metrics:?}"
    );
    assert_eq!(
        (files(home.0.path()), meta.requests().len()),
        (before, asked),
        "nothing is sent or changed"
    );
    let both = home.run(&["status", "--json", "--prometheus"]).await;
    assert_eq!(both.code, 2);

    // One that has been due for an hour is not late; one that has been due for six days is.
    age(53, 7 * DAY - 3600);
    let soon = line(&home).await;
    assert!(
        soon.code == 0 && soon.out.ends_with("Accounts: 1. The next renewal is due.\n"),
        "{soon:?}"
    );
    // The time until then is in its largest unit.
    for (left, texts) in [
        (90, ["in 2 minutes.", "2 分钟后进行", "2 分鐘後進行"]),
        (5 * 3600 + 1800, ["in 5 hours.", "5 小时后进行", "5 小時後進行"]),
        (3 * DAY + 3600, ["in 3 days.", "3 天后进行", "3 天後進行"]),
    ] {
        age(50, 7 * DAY + left);
        for (language, text) in ["en_GB", "zh_CN", "zh_TW"].into_iter().zip(texts) {
            let said = ended(home.command(&["status"]).env("LC_ALL", format!("{language}.UTF-8")).start()).await;
            assert!(said.code == 0 && said.out.contains(text), "{said:?}");
        }
    }
    age(58, DAY);
    let late = line(&home).await;
    assert!(late.code == 5 && late.out.contains("threads-here/ada"), "{late:?}");
    let (_, report) = as_json(&home).await;
    assert!(
        (6 * DAY..6 * DAY + 60).contains(&report["accounts"][0]["overdue_seconds"].as_i64().unwrap()),
        "{report}"
    );
    // The platform is gone, and the renewal is tried again.
    age(53, 7 * DAY - 3600);
    drop(meta);
    let tried = home.run(&["refresh", "--due"]).await;
    assert_eq!(tried.code, 5, "{tried:?}");
    let (code, report) = as_json(&home).await;
    assert!(
        code == 5 && report["status"] == "late" && report["accounts"][0]["retry"].is_i64(),
        "{report}"
    );

    age(60, -60);
    let over = line(&home).await;
    assert!(over.code == 4 && over.out.contains("sign in again"), "{over:?}");
    let (code, report) = as_json(&home).await;
    assert!(
        code == 4 && report["status"] == "needs-login" && report["accounts"][0]["standing"]["kind"] == "needs-login",
        "{report}"
    );
    let metrics = home.run(&["status", "--prometheus"]).await;
    assert!(
        metrics.code == 0 && metrics.out.contains("\nkeybearer_status_code 4\n"),
        "{metrics:?}"
    );

    let chinese = ended(home.command(&["status"]).env("LC_ALL", "zh_CN.UTF-8").start()).await;
    assert!(chinese.code == 4 && chinese.out.contains("重新登录"), "{chinese:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_target_without_the_token() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let file = home.0.path().join("token \"of\" a\\b");
    let window = home.keeper();
    let account = window.view().accounts[0].id.clone();
    // Windows has no quotes in names.
    let file = if cfg!(windows) { home.0.path().join("token") } else { file };
    let target = Target::File {
        place: place(&file).unwrap(),
    };
    window.add_delivery(&account, target, None).await.unwrap();
    window.deliver_due().await;
    assert_eq!(line(&home).await.code, 0);
    let metrics = home.run(&["status", "--prometheus"]).await;
    let ok = |samples: Vec<(String, BTreeMap<String, String>, f64)>, name: &str| {
        let found = samples.into_iter().find(|(n, ..)| n == name);
        found.map(|(_, labels, value)| (labels, value))
    };
    if let Some((labels, value)) = ok(samples(&metrics.out).await, "keybearer_delivery_ok") {
        assert_eq!(value, 1.0);
        assert_eq!((labels["target"].as_str(), &labels["id"]), (file.to_str().unwrap(), &account));
    }
    change(&home, |book| drop(book["deliveries"][0].as_object_mut().unwrap().remove("stamp")));
    let owed = line(&home).await;
    assert!(owed.code == 5 && owed.out.contains("threads-here/ada"), "{owed:?}");
    let (_, report) = as_json(&home).await;
    assert_eq!(report["accounts"][0]["deliveries"][0]["outstanding"], true, "{report}");
    let metrics = home.run(&["status", "--prometheus"]).await;
    if let Some((_, value)) = ok(samples(&metrics.out).await, "keybearer_delivery_ok") {
        assert_eq!(value, 0.0);
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn names_from_servers_are_labels_and_nothing_else() {
    let name = "@a\"} 1\nx\\n{b=\"\u{202e}\\";
    let home = with_accounts(&[name, name, "@grace@social.example"]);
    let metrics = home.run(&["status", "--prometheus"]).await;
    assert_eq!(metrics.code, 0, "{metrics:?}");
    let shown = "mastodon/a\"} 1x\\n{b=\"\\";
    let found = samples(&metrics.out).await;
    let ok = found.iter().filter(|(name, ..)| name == "keybearer_account_ok");
    let accounts: Vec<&str> = ok.map(|(_, labels, _)| labels["account"].as_str()).collect();
    if std::env::var_os(PYTHON).is_some() {
        let mut accounts = accounts;
        accounts.sort_unstable();
        assert_eq!(accounts, [shown, shown, "mastodon/grace@social.example"]);
    }
    let said = line(&home).await;
    assert!(!said.out.contains('\u{202e}'), "{said:?}");
}

/// An end that the platform did not say: probable in words, and marked as assumed in what programs read.
#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_assumed_end_is_only_probable() {
    let home = with_accounts(&["@ada@social.example", "@grace@social.example"]);
    change(&home, |book| {
        for (account, renews) in [(0, true), (1, false)] {
            let account = &mut book["accounts"][account];
            account["provider"] = json!(if renews { "threads" } else { "twitch" });
            account["life_unknown"] = json!(true);
            account["issued"] = json!(now());
            account["expires"] = json!(now() + 40 * DAY + 60);
        }
    });
    let listed = home.run(&["list"]).await.out;
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].contains("probably expires in 40 days, renewed automatically"), "{listed}");
    assert!(
        lines[1].contains("probably expires in 40 days") && !lines[1].contains("renewed"),
        "{listed}"
    );
    let accounts: Value = serde_json::from_str(&home.run(&["list", "--json"]).await.out).unwrap();
    let assumed = accounts.as_array().unwrap().iter().map(|account| &account["expires_assumed"]);
    assert!(
        assumed.clone().count() == 2 && assumed.clone().all(|assumed| *assumed == true),
        "{accounts}"
    );
    let shown = home.run(&["account", "show", "a1"]).await.out;
    assert!(shown.contains("Probably expires"), "{shown}");
    let (_, report) = as_json(&home).await;
    assert_eq!(report["accounts"][1]["ends_assumed"], json!(true), "{report}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn encrypted_files_are_locked_for_a_monitor_and_that_alone_is_well() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some("correct horse battery"), &meta).await;
    let (code, report) = as_json(&home).await;
    assert_eq!((code, &report["stores"]), (0, &json!([{"store": "files", "state": "locked"}])));
    // Nothing that has the passphrase renews it.
    change(&home, |book| {
        book["accounts"][0]["issued"] = (now() - 58 * DAY).into();
        book["accounts"][0]["expires"] = (now() + DAY).into();
    });
    let said = line(&home).await;
    assert!(said.code == 6 && said.out.contains("threads-here/ada"), "{said:?}");
    let metrics = home.run(&["status", "--prometheus"]).await;
    assert!(metrics.out.contains("keybearer_store_open{store=\"files\"} 0\n"), "{metrics:?}");
    // What a process with the passphrase has noted is the reason, and the store only where that says so.
    let noted = |code: &str| json!({"until": now() + 600, "tries": 1, "why": {"code": code, "params": {}, "detail": null}});
    for (why, code, status) in [
        ("offline", 5, "late"),
        ("rate-limited", 5, "late"),
        ("passphrase-wrong", 6, "store-closed"),
    ] {
        change(&home, |book| book["accounts"][0]["later"] = noted(why));
        let (found, report) = as_json(&home).await;
        assert_eq!((found, &report["status"]), (code, &json!(status)), "{why}: {report}");
        let said = line(&home).await;
        assert_eq!((said.code, said.out.contains("encrypted file")), (code, code == 6), "{said:?}");
    }
    let renewed = |book: &mut Value| {
        book["accounts"][0]["later"] = Value::Null;
        book["accounts"][0]["issued"] = now().into();
        book["accounts"][0]["expires"] = (now() + 60 * DAY).into();
        book["deliveries"] = json!([{"id": "d1", "account": book["accounts"][0]["id"], "store": "sealed-file", "confirmed": true,
            "target": {"kind": "file", "place": {"path": "/nonexistent/token", "leads_to": null}}}]);
    };
    change(&home, renewed);
    assert_eq!(line(&home).await.code, 6, "nothing was tried");
    for (why, code) in [("disk", 5), ("input-invalid", 5), ("transient", 5), ("passphrase-needed", 6)] {
        change(&home, |book| book["deliveries"][0]["later"] = noted(why));
        assert_eq!(line(&home).await.code, code, "{why}");
    }
    change(&home, |book| {
        book["deliveries"][0]["later"] = Value::Null;
        book["deliveries"][0]["confirmed"] = json!(false);
    });
    assert_eq!(line(&home).await.code, 5, "a person has to confirm it");
}

/// A collector that keeps the last metrics would say that all is well.
#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_damaged_book_is_a_metric() {
    let home = with_accounts(&["@ada@social.example"]);
    for (book, why) in [("{broken", "damaged"), ("{\"v\": 99, \"accounts\": 1}", "newer")] {
        std::fs::write(home.data().join("book.json"), book).unwrap();
        let said = home.run(&["status", "--prometheus"]).await;
        assert!(said.code == 0 && said.out.contains("\nkeybearer_status_code 1\n"), "{said:?}");
        assert!(!said.out.contains("keybearer_account") && said.err.contains(why), "{said:?}");
        samples(&said.out).await;
        for other in [&["status"][..], &["status", "--json"]] {
            let said = home.run(other).await;
            assert!(said.code == 1 && said.out.is_empty() && said.err.contains(why), "{said:?}");
        }
    }
}
