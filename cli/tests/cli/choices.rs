//! `keybearer settings`, `store`, `redirect` and what else the window has besides accounts and apps.

use keybearer_core::view::StoreKind;
use keybearer_practice::meta::{Meta, Platform};
use serde_json::{Value, json};

use crate::doctor::PORTS;
use crate::here::TELLS_PROGRAMS;
use crate::rig::{Home, Start as _, ended, with_file, with_threads};
use crate::strict::with_accounts;

const WORDS: &str = "correct horse battery\n";

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn settings_are_listed_and_changed() {
    let home = Home::new();
    let all = home.run(&["settings"]).await;
    assert!(
        all.code == 0 && all.out.contains("language\tsystem\n") && all.out.contains("check-updates\toff\n"),
        "{all:?}"
    );
    let object: Value = serde_json::from_str(&home.run(&["settings", "--json"]).await.out).unwrap();
    assert_eq!(
        (&object["on_close"], &object["check_updates"], &object["relay"]),
        (&json!("ask"), &json!(false), &Value::Null)
    );
    for (key, value, line) in [
        ("language", "zh-Hant", "language\tzh-Hant\n"),
        ("theme", "dark", "theme\tdark\n"),
        ("on-close", "keep", "on-close\tkeep\n"),
        ("on_close", "quit", "on-close\tquit\n"),
        ("check-updates", "on", "check-updates\ton\n"),
        ("ledger", "off", "ledger\toff\n"),
        ("relay", "off", "relay\toff\n"),
    ] {
        let said = home.run(&["settings", "set", key, value]).await;
        assert_eq!((said.code, said.out.as_str()), (0, line), "{said:?}");
    }
    let asks = home.run(&["settings", "set", "ask-programs", "on"]).await;
    match TELLS_PROGRAMS {
        true => assert_eq!((asks.code, asks.out.as_str()), (0, "ask-programs\ton\n"), "{asks:?}"),
        false => assert!(asks.code == 1 && asks.out.is_empty() && asks.err.contains("macOS"), "{asks:?}"),
    }
    assert_eq!(home.run(&["settings", "set", "ask-programs", "off"]).await.code, 0);
    let settings = home.keeper().view().settings;
    assert!(settings.language == "zh-Hant" && settings.theme == "dark" && settings.on_close == "quit" && settings.check_updates);
    assert!(!settings.ledger && !settings.ask_programs);
    // What is wrong says what would be right, and changes nothing.
    for (key, value, text) in [
        ("colour", "red", "theme: system, light, dark"),
        ("theme", "drak", "light"),
        ("check-updates", "maybe", "off"),
        ("relay", "http://relay.example/", "https"),
        ("autostart", "yes", "off"),
    ] {
        let said = home.run(&["settings", "set", key, value]).await;
        assert!(said.code != 0 && said.out.is_empty() && said.err.contains(text), "{key}: {said:?}");
    }
    assert_eq!(home.keeper().view().settings, settings);
    assert_eq!(home.run(&["settings", "set", "theme"]).await.code, 2);
    // What the window has arranged stays.
    let mut arranged = settings.clone();
    arranged.folded = vec!["x".into()];
    home.keeper().change_settings(arranged).unwrap();
    assert_eq!(home.run(&["settings", "set", "theme", "light"]).await.code, 0);
    assert_eq!(home.keeper().view().settings.folded, ["x"]);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn new_secrets_go_where_the_person_says() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    assert_eq!(home.run(&["store"]).await.out, "keychain\tready\n");
    let nothing = home.run(&["store", "lock"]).await;
    assert!(
        nothing.code == 6 && nothing.out.is_empty() && nothing.err.contains("nothing was locked"),
        "{nothing:?}"
    );
    let unasked = home.run(&["store", "files"]).await;
    assert!(unasked.code == 2 && unasked.err.contains("--passphrase-fd N"), "{unasked:?}");
    let files = ["store", "files", "--passphrase-fd", "0"];
    let short = with_file(&home, "short\n", &files).await;
    assert!(short.code == 6 && !home.data().join("sealed").exists(), "{short:?}");
    let done = with_file(&home, WORDS, &files).await;
    assert_eq!((done.code, done.out.as_str()), (0, "files\tready\n"), "{done:?}");
    assert_eq!(home.keeper().view().store.kind, StoreKind::SealedFile);
    assert_eq!(home.run(&["store"]).await.out, "files\tlocked\n");
    let object: Value = serde_json::from_str(&home.run(&["store", "--json"]).await.out).unwrap();
    assert_eq!(
        (
            &object["store"],
            &object["state"],
            &object["accounts_in_keychain"],
            &object["accounts_in_files"]
        ),
        (&json!("files"), &json!("locked"), &json!(1), &json!(0))
    );
    assert_eq!(
        home.run(&["token", "ada"]).await.out.trim(),
        token,
        "what is in the keychain stays there"
    );
    let wrong = with_file(&home, "wrong horse battery\n", &files).await;
    assert_eq!(wrong.code, 6, "{wrong:?}");
    let back = home.run(&["store", "keychain"]).await;
    assert_eq!((back.code, back.out.as_str()), (0, "keychain\tready\n"), "{back:?}");
    assert_eq!(home.keeper().view().store.kind, StoreKind::Keychain);
    // The files may be needed still.
    let locked = home.run(&["store", "lock"]).await;
    assert_eq!((locked.code, locked.out.as_str()), (0, "files\tlocked\n"), "{locked:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_list_is_arranged() {
    let home = with_accounts(&[
        "@ada@social.example",
        "@bo@social.example",
        "@Ada@social.example",
        "@eve, inc@social.example",
    ]);
    let names = async || {
        let said = home.run(&["list", "--json"]).await;
        let all: Vec<Value> = serde_json::from_str(&said.out).unwrap();
        let ids: Vec<String> = all.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
        let lines = home.run(&["list"]).await.out;
        assert_eq!(lines.lines().count(), ids.len());
        ids.join(" ")
    };
    assert_eq!(names().await, "a0 a2 a1 a3", "by name");
    assert!(home.run(&["settings"]).await.out.ends_with("order\toff\nfolded\toff\n"));
    let set = async |key: &str, value: &str| home.run(&["settings", "set", key, value]).await;
    let done = set("order", "bo, a3,bo,mastodon/ada@social.example").await;
    let line = "order\tmastodon/bo@social.example,a3,mastodon/ada@social.example\n";
    assert_eq!((done.code, done.out.as_str()), (0, line), "{done:?}");
    assert_eq!(names().await, "a1 a3 a0 a2");
    let done = set("folded", "mastodon,x-oauth1,x").await;
    assert_eq!((done.code, done.out.as_str()), (0, "folded\tmastodon,x\n"), "{done:?}");
    let object: Value = serde_json::from_str(&home.run(&["settings", "--json"]).await.out).unwrap();
    assert_eq!(
        (&object["order"], &object["folded"]),
        (&json!(["a1", "a3", "a0"]), &json!(["mastodon", "x"]))
    );
    let settings = home.keeper().view().settings;
    // What is wrong says what would be right, and changes nothing.
    for (key, value, code, text) in [
        ("order", "bo,nobody", 3, "mastodon/bo@social.example"),
        ("order", "bo,", 3, "mastodon/bo@social.example"),
        ("order", "social.example", 3, "mastodon"),
        ("folded", "x,mypsace", 2, "threads"),
        ("orders", "bo", 2, "order: off, NAME,NAME…"),
    ] {
        let said = set(key, value).await;
        assert!(
            said.code == code && said.out.is_empty() && said.err.contains(text),
            "{key} {value}: {said:?}"
        );
    }
    assert_eq!(home.keeper().view().settings, settings);
    for key in ["order", "folded"] {
        assert_eq!(set(key, "off").await.out, format!("{key}\toff\n"));
    }
    assert_eq!(names().await, "a0 a2 a1 a3");
    let offered = home
        .command(&["--", "keybearer", "settings", "set", "fo"])
        .env("COMPLETE", "fish")
        .start();
    assert_eq!(ended(offered).await.out.trim(), "folded");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn who_only_reads_leaves_no_folder() {
    let home = Home::new();
    for line in [
        "list",
        "list --json",
        "status",
        "status --json",
        "status --prometheus",
        "log",
        "leaks .",
        "settings",
        "settings programs",
        "store",
        "store lock",
        "calendar",
        "client list",
        "delivery list",
        "provider list",
        "redirect list threads",
        "doctor --diagnostics",
        "doctor",
        "account show ada",
        "token ada",
        "refresh --due",
    ] {
        // The doctor takes the ports of all redirects.
        let _alone = PORTS.lock().await;
        let said = home.run(&line.split(' ').collect::<Vec<_>>()).await;
        assert!(!home.data().exists(), "{line}: {said:?}");
    }
    let offered = home.command(&["--", "keybearer", "token", ""]).env("COMPLETE", "fish").start();
    assert_eq!(ended(offered).await.code, 0);
    assert!(!home.data().exists());
    assert_eq!(home.run(&["settings", "set", "theme", "dark"]).await.code, 0);
    assert!(home.data().join("book.json").exists());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn redirect_addresses_are_listed_compared_and_tested() {
    let home = Home::new();
    let list: Value = serde_json::from_str(&home.run(&["redirect", "list", "threads", "--json"]).await.out).unwrap();
    let address = list[0]["address"].as_str().unwrap();
    assert!(
        list[0]["kind"] == "https-loopback" && address.starts_with("https://127.0.0.1:"),
        "{list}"
    );
    let lines = home.run(&["redirect", "list", "threads"]).await;
    assert!(
        lines.out.starts_with(&format!("https-loopback\t{address}\nrelay\t-\n")),
        "{lines:?}"
    );
    let right = home.run(&["redirect", "check", "threads", address]).await;
    assert_eq!((right.code, right.out), (0, format!("ok\t{address}\n")), "{}", right.err);
    let slash = home.run(&["redirect", "check", "threads", address.trim_end_matches('/')]).await;
    assert!(slash.code == 1 && slash.out.is_empty() && !slash.err.is_empty(), "{slash:?}");
    for (arguments, text) in [
        (&["redirect", "list", "mypsace"][..], "threads"),
        (&["redirect", "check", "threads", address, "--redirect", "relay"], "paste"),
        (&["redirect", "test", "relay"], "https-loopback"),
    ] {
        let said = home.run(arguments).await;
        assert!(
            said.code == 2 && said.out.is_empty() && said.err.contains(text),
            "{arguments:?}: {said:?}"
        );
    }
    let tested = home.run(&["redirect", "test"]).await;
    assert!(tested.code == 0 && tested.out.starts_with("ok\thttp://127.0.0.1:"), "{tested:?}");
    // Without a screen there is no browser that would trust the certificate.
    let browser = home.run(&["redirect", "test", "https-loopback"]).await;
    assert!(
        browser.code == 1 && browser.out.is_empty() && browser.err.contains("browser"),
        "{browser:?}"
    );
    let page = home.run(&["redirect", "page"]).await;
    assert!(page.code == 0 && page.out == home.keeper().relay_page(), "{page:?}");
    let certificate = home.run(&["redirect", "certificate"]).await;
    assert!(
        certificate.code == 0 && certificate.out.starts_with("-----BEGIN CERTIFICATE-----\n"),
        "{certificate:?}"
    );
    assert_eq!(home.run(&["redirect", "certificate"]).await.out, certificate.out, "it is kept");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn platforms_dates_and_diagnostics() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let platforms: Value = serde_json::from_str(&home.run(&["provider", "list", "--json"]).await.out).unwrap();
    let of = |id: &str| {
        platforms
            .as_array()
            .unwrap()
            .iter()
            .find(|p| p["id"] == id)
            .cloned()
            .unwrap_or_default()
    };
    assert!(
        of("threads")["login"] == true && of("threads-here")["custom"] == true && of("practice")["login"] == true,
        "{platforms}"
    );
    let lines = home.run(&["provider", "list"]).await;
    assert!(
        lines.out.lines().count() == platforms.as_array().unwrap().len() && lines.out.starts_with("threads\tThreads\t"),
        "{lines:?}"
    );
    let calendar = home.run(&["calendar"]).await;
    assert!(calendar.code == 0 && calendar.out.starts_with("BEGIN:VCALENDAR\r\n") && calendar.out.ends_with("END:VCALENDAR\r\n"));
    let report = home.run(&["doctor", "--diagnostics"]).await;
    assert!(
        report.code == 0 && report.out.contains("accounts: 1") && !report.out.contains("ada"),
        "{report:?}"
    );
    assert!(!format!("{calendar:?}{report:?}").contains(&token));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn answers_about_programs_are_listed_and_forgotten() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    assert_eq!(home.run(&["settings", "programs", "--json"]).await.out, "[]\n");
    let file = home.data().join("book.json");
    let mut book: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    let account = book["accounts"][0]["id"].clone();
    let program = |id: &str, allowed| json!({"id": id, "executable": "/usr/bin/python3", "script": "/srv/bot.py", "account": account, "allowed": allowed, "decided": 1});
    book["programs"] = json!([program("aa11", true), program("aa22", false)]);
    std::fs::write(&file, book.to_string()).unwrap();
    let said = home.run(&["settings", "programs"]).await;
    let line = "aa11\talways\tthreads-here/ada\t/usr/bin/python3 /srv/bot.py\naa22\tnever\t";
    assert!(said.code == 0 && said.out.starts_with(line), "{said:?}");
    for typed in ["aa", "", "bb"] {
        let unknown = home.run(&["settings", "forget-program", typed]).await;
        assert!(
            unknown.code == 2 && unknown.out.is_empty() && unknown.err.contains("aa22"),
            "{unknown:?}"
        );
    }
    let done = home.run(&["settings", "forget-program", "aa1"]).await;
    assert_eq!((done.code, done.out.as_str()), (0, "deleted\tprogram\taa11\n"), "{done:?}");
    assert_eq!(home.keeper().view().programs.len(), 1);
}
