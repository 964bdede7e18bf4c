//! `keybearer account`, word by word: what each prints and does, and what it refuses without having done anything.

use keybearer_core::keeper::Reason;
use keybearer_core::view::Standing;
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::x::Message;
use keybearer_practice::{Flavor, Practice};
use serde_json::{Value, json};

use crate::rig::{Home, Start as _, ended, log_in, with_facebook, with_file, with_threads, with_x};

/// What a command prints as JSON.
async fn printed(home: &Home, arguments: &[&str]) -> Value {
    let said = home.run(arguments).await;
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_account_is_shown_without_its_token() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let token = p.tokens().pop().unwrap();
    let listed = printed(&home, &["list", "--json"]).await;
    let shown = printed(&home, &["account", "show", "ada", "--json"]).await;
    // Everything that the list has, in the same words.
    for (key, value) in listed[0].as_object().unwrap() {
        assert_eq!(&shown[key], value, "{key}");
    }
    assert_eq!(
        (&shown["paused"], &shown["renewed_elsewhere"], &shown["store"]),
        (&json!(false), &json!(false), &json!("keychain"))
    );
    assert!(shown["client"]["name"].as_str().unwrap().starts_with("gotosocial/"), "{shown}");
    assert_eq!(
        (&shown["deliveries"], &shown["standing"]),
        (&json!([]), &json!({"kind": "endless"}))
    );
    let text = home.run(&["account", "show", "ada"]).await;
    assert!(
        text.code == 0 && text.err.is_empty() && text.out.starts_with("gotosocial/ada@"),
        "{text:?}"
    );
    for part in ["Permissions: read", "App: gotosocial/", "Stored in: "] {
        assert!(text.out.contains(part), "{part}: {text:?}");
    }
    assert!(!text.out.contains(&token) && !shown.to_string().contains(&token));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_is_not_meant_or_not_offered_is_refused() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    for word in [
        "show",
        "verify",
        "inspect",
        "revoke",
        "delete",
        "pause",
        "resume",
        "step-back",
        "call",
        "copies",
        "pages",
        "device-code",
        "transfer",
    ] {
        let said = home.run(&["account", word, "nobody"]).await;
        assert!(
            said.code == 3 && said.out.is_empty() && said.err.contains("nobody"),
            "{word}: {said:?}"
        );
    }
    let requests = meta.requests().len();
    for (arguments, code, text) in [
        (&["account", "revoke", "ada", "--yes"][..], 2, "doesn’t offer this"),
        (&["account", "pages", "ada"], 2, "doesn’t offer this"),
        (&["account", "device-code", "ada"], 2, "doesn’t offer this"),
        (&["account", "step-back", "ada", "--yes"], 1, "no previous token"),
        (&["account", "delete", "ada"], 2, "--yes"),
        (&["account", "copies", "ada", "cookie"], 2, "header"),
        (&["account", "call", "ada", "nothing"], 2, "me"),
        (&["account", "call", "ada", "posts", "limt=1"], 2, "limit=…"),
        (&["account", "call", "ada", "posts", "limit=0"], 2, "whole number from 1"),
        (&["account"], 2, "transfer"),
        (&["account", "reveal", "ada"], 2, "reveal"),
    ] {
        let said = home.run(arguments).await;
        assert!(
            said.code == code && said.out.is_empty() && said.err.contains(text),
            "{arguments:?}: {said:?}"
        );
    }
    assert_eq!(
        (meta.requests().len(), home.keeper().view().accounts.len()),
        (requests, 1),
        "nothing was sent or deleted"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_revoked_token_is_gone_at_the_platform_and_here() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let unasked = home.run(&["account", "revoke", "ada"]).await;
    assert!(
        unasked.code == 2 && unasked.out.is_empty() && unasked.err.contains("--yes"),
        "{unasked:?}"
    );
    assert_eq!((p.tokens().len(), home.keeper().view().accounts.len()), (1, 1));
    let said = home.run(&["account", "revoke", "ada", "--yes"]).await;
    assert!(
        said.code == 0 && said.out.starts_with("revoked\taccount\tgotosocial/ada@") && said.err.is_empty(),
        "{said:?}"
    );
    assert_eq!((p.tokens().len(), home.keeper().view().accounts.len()), (0, 0));
    assert_eq!(home.run(&["account", "show", "ada"]).await.code, 3);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn delete_is_forget_by_another_name() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let said = home.run(&["account", "delete", "ada", "--yes"]).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "deleted\taccount\tthreads-here/ada\n"),
        "{said:?}"
    );
    assert!(meta.token(&token).unwrap().alive && home.keeper().view().accounts.is_empty());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_paused_account_gives_its_token_to_nothing() {
    let home = Home::new();
    let x = with_x(&home).await;
    let paused = home.run(&["account", "pause", "x-here"]).await;
    assert_eq!(
        (paused.code, paused.out.as_str()),
        (0, "paused\taccount\tx-here/ada\n"),
        "{paused:?}"
    );
    let list = home.run(&["list"]).await;
    assert!(list.out.trim_end().ends_with("paused"), "{list:?}");
    for arguments in [
        &["token", "ada"][..],
        &["exec", "ada", "--", "never-run"],
        &["refresh", "ada"],
        &["refresh", "ada", "--anyway"],
        &["account", "copies", "ada", "header"],
        &["account", "call", "ada", "me", "--yes"],
    ] {
        let said = home.run(arguments).await;
        assert!(
            said.code != 0 && !said.out.contains("Bearer") && said.err.contains("account resume"),
            "{arguments:?}: {said:?}"
        );
    }
    let due = home.run(&["refresh", "--due"]).await;
    assert!(due.code == 0 && due.out.is_empty(), "{due:?}");
    assert_eq!(x.count(Message::Refresh), 0);
    // What the window's button does is what `resume` does.
    let window = home.keeper();
    assert_eq!(window.view().accounts[0].standing, Standing::Paused);
    let resumed = home.run(&["account", "resume", "ada"]).await;
    assert_eq!(
        (resumed.code, resumed.out.as_str()),
        (0, "resumed\taccount\tx-here/ada\n"),
        "{resumed:?}"
    );
    assert!(!window.view().accounts[0].paused);
    let token = home.run(&["token", "ada"]).await;
    assert!(
        token.code == 0 && x.token(token.out.trim()).unwrap().alive && x.count(Message::Refresh) == 1,
        "{token:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn copies_are_those_of_the_window() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let window = home.keeper();
    let account = window.view().accounts[0].id.clone();
    let said = home.run(&["account", "copies", "ada"]).await;
    let ids: Vec<&str> = said.out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    let theirs: Vec<String> = window.uses(&account).unwrap().copies.into_iter().map(|c| c.id).collect();
    assert!(said.code == 0 && ids == theirs && !said.out.contains(&token), "{said:?}");
    for id in &theirs {
        let copy = home.run(&["account", "copies", "ada", id]).await;
        let copied = window.copied(&account, id).await.unwrap();
        assert_eq!((copy.code, copy.out.trim_end()), (0, copied.text.expose().trim_end()), "{id}");
    }
    let list = printed(&home, &["account", "copies", "ada", "--json"]).await;
    let env = list.as_array().unwrap().iter().find(|copy| copy["id"] == "env").unwrap().clone();
    assert!(
        env["secret"] == true && env["shown"].as_str().unwrap().contains('•') && !list.to_string().contains(&token),
        "{env}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_test_request_is_listed_shown_and_sent() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let token = p.tokens().pop().unwrap();
    let list = home.run(&["account", "call", "ada"]).await;
    assert!(
        list.code == 0 && list.out.starts_with("me\treads\t\twho this token is\n"),
        "{list:?}"
    );
    assert!(list.out.contains("\ninvalidate-token\twrites\ttoken_id=\t"), "{list:?}");
    let all = printed(&home, &["account", "call", "ada", "--json"]).await;
    let statuses = all
        .as_array()
        .unwrap()
        .iter()
        .find(|call| call["id"] == "statuses")
        .unwrap()
        .clone();
    assert_eq!(
        (&statuses["writes"], &statuses["inputs"][0]["default"]),
        (&json!(false), &json!("20"))
    );

    let me = home.run(&["account", "call", "ada", "me"]).await;
    let body: Value = serde_json::from_str(&me.out).unwrap();
    assert!(
        me.code == 0 && body["username"] == "ada" && me.err.starts_with("HTTP 200 · "),
        "{me:?}"
    );
    let whole = printed(&home, &["account", "call", "ada", "me", "--json"]).await;
    assert_eq!((&whole["status"], &whole["body"]["username"]), (&json!(200), &json!("ada")));

    let before = p.requests().len();
    let dry = home
        .run(&["account", "call", "ada", "statuses", "limit=3", "pinned=true", "--dry-run"])
        .await;
    assert!(
        dry.code == 0 && dry.out.starts_with("GET ") && dry.out.contains("limit=3&pinned=true"),
        "{dry:?}"
    );
    assert!(dry.out.contains("Bearer ••") && !dry.out.contains(&token), "{dry:?}");
    // What changes something is not sent unasked, and the request is shown.
    let unasked = home.run(&["account", "call", "ada", "invalidate-token", "token_id=7"]).await;
    assert!(
        unasked.code == 2 && unasked.out.is_empty() && unasked.err.contains("POST http"),
        "{unasked:?}"
    );
    for wrong in [
        &["invalidate-token", "--yes"][..],
        &["instance", "api=v3"],
        &["statuses", "pinned=no"],
    ] {
        let said = home.run(&[&["account", "call", "ada"], wrong].concat()).await;
        assert!(said.code == 2 && said.out.is_empty(), "{wrong:?}: {said:?}");
    }
    assert_eq!(p.requests().len(), before);
    home.run(&["account", "call", "ada", "invalidate-token", "token_id=7", "--yes"])
        .await;
    assert!(format!("{:?}", p.requests().last().unwrap()).contains("/tokens/7/invalidate"));
    // A refusal is an answer, and a failure.
    p.kill_tokens();
    let refused = home.run(&["account", "call", "ada", "me"]).await;
    assert!(refused.code == 1 && refused.err.starts_with("HTTP 401"), "{refused:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn accounts_travel_in_a_file() {
    const WORDS: &str = "correct horse battery";
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let (folder, there) = (home.0.path().join("out"), Home::new());
    there.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let to = folder.to_str().unwrap();

    let silent = home.run(&["account", "transfer", "ada", "--folder", to]).await;
    assert!(
        silent.code == 2 && silent.err.contains("--file-passphrase-fd N") && !folder.exists(),
        "{silent:?}"
    );
    let transfer = ["account", "transfer", "ada", "--folder", to, "--file-passphrase-fd", "0"];
    let short = with_file(&home, "short\n", &transfer).await;
    assert!(short.code == 6 && !folder.exists(), "{short:?}");
    let copied = with_file(&home, &format!("{WORDS}\n"), &transfer).await;
    let file = copied.out.trim_end();
    assert!(
        copied.code == 0 && file.starts_with(to) && copied.err.contains("keeps renewing"),
        "{copied:?}"
    );
    let sealed = std::fs::read_to_string(file).unwrap();
    assert!(
        sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !sealed.contains(&token),
        "{sealed}"
    );
    assert!(!home.keeper().view().accounts[0].paused);

    let receive = ["account", "receive", file, "--file-passphrase-fd", "0"];
    let wrong = with_file(&there, "wrong horse battery\n", &receive).await;
    assert!(
        wrong.code == 6 && wrong.out.is_empty() && there.keeper().view().accounts.is_empty(),
        "{wrong:?}"
    );
    let none = there.run(&["account", "receive", file]).await;
    assert!(none.code == 2 && none.err.contains("--file-passphrase-fd N"), "{none:?}");
    let missing = there.run(&["account", "receive", "/nowhere/at-all"]).await;
    assert!(missing.code == 1 && missing.err.contains("at-all"), "{missing:?}");
    let arrived = with_file(&there, &format!("{WORDS}\n"), &receive).await;
    assert!(
        arrived.code == 0 && arrived.out == "threads-here/ada\tadded\n" && arrived.err.contains("account resume"),
        "{arrived:?}"
    );
    assert_eq!(there.run(&["token", "ada"]).await.out.trim(), token);
    let shown = printed(&there, &["account", "show", "ada", "--json"]).await;
    assert_eq!((&shown["renewed_elsewhere"], &shown["paused"]), (&json!(true), &json!(false)));
    let held = there.run(&["account", "pause", "ada"]).await;
    assert!(held.code == 1 && held.err.contains("Another computer renews"), "{held:?}");

    let moved = with_file(&home, &format!("{WORDS}\n"), &[&transfer[..], &["--move"]].concat()).await;
    assert!(moved.code == 0 && moved.err.contains("from now on"), "{moved:?}");
    assert!(home.keeper().view().accounts[0].paused);
    let file = moved.out.trim_end();
    let taken = with_file(
        &there,
        &format!("{WORDS}\n"),
        &["account", "receive", file, "--file-passphrase-fd", "0"],
    )
    .await;
    assert_eq!((taken.code, taken.out.as_str()), (0, "threads-here/ada\trenewed\n"), "{taken:?}");
    assert!(!there.keeper().view().accounts[0].paused);
    let other = home.0.path().join("other");
    std::fs::write(&other, "no file of ours").unwrap();
    let foreign = with_file(
        &there,
        &format!("{WORDS}\n"),
        &["account", "receive", other.to_str().unwrap(), "--file-passphrase-fd", "0"],
    )
    .await;
    assert!(
        foreign.code == 1 && foreign.out.is_empty() && foreign.err.contains("isn’t a Keybearer file"),
        "{foreign:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn pages_are_listed_and_saved() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Facebook).await.unwrap());
    let person = with_facebook(&home, &meta).await;
    let pages = printed(&home, &["account", "pages", &person, "--json"]).await;
    let first = pages[0].clone();
    assert!(first["saved"] == false && !first["tasks"].as_array().unwrap().is_empty(), "{pages}");
    let (id, name) = (first["id"].as_str().unwrap(), first["name"].as_str().unwrap());
    let unknown = home.run(&["account", "pages", &person, "--keep", "no such Page"]).await;
    assert!(
        unknown.code == 2 && unknown.err.contains(name) && home.keeper().view().accounts.len() == 1,
        "{unknown:?}"
    );
    let kept = home.run(&["account", "pages", &person, "--keep", &name.to_uppercase()]).await;
    assert!(
        kept.code == 0 && kept.out == format!("added\taccount\tfacebook-here/{name}\n"),
        "{kept:?}"
    );
    let list = home.run(&["account", "pages", &person]).await;
    assert!(
        list.out.contains(&format!("{id}\t{name}\tsaved\n")) && list.out.contains("\t-\n"),
        "{list:?}"
    );
    let all = home.run(&["account", "pages", &person, "--keep-all"]).await;
    assert!(
        all.code == 0 && home.keeper().view().accounts.len() == pages.as_array().unwrap().len() + 1,
        "{all:?}"
    );
    let page = home.run(&["account", "show", &format!("facebook-here/{name}"), "--json"]).await;
    assert!(page.out.contains("\"tasks\": [\n"), "{page:?}");
    let again = home.run(&["account", "pages", &format!("facebook-here/{name}")]).await;
    assert_eq!(again.code, 2, "{again:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn the_previous_token_is_restored() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let first = with_threads(&home, None, &meta).await;
    // The platform renews no token before it is a day old.
    const LATER: i64 = 2 * 86_400;
    let window = home.keeper_ahead(LATER);
    let account = window.view().accounts[0].id.clone();
    meta.advance(std::time::Duration::from_secs(LATER.unsigned_abs()));
    window.renew(&account, Reason::Asked).await.unwrap();
    let second = home.run(&["token", "ada"]).await.out.trim().to_owned();
    assert_ne!(second, first);
    let unasked = home.run(&["account", "step-back", "ada"]).await;
    assert!(unasked.code == 2 && unasked.err.contains("--yes"), "{unasked:?}");
    let said = home.run(&["account", "step-back", "ada", "--yes"]).await;
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "restored\taccount\tthreads-here/ada\n"),
        "{said:?}"
    );
    assert_eq!(home.run(&["token", "ada"]).await.out.trim(), first);
    assert_eq!(home.run(&["account", "step-back", "ada", "--yes"]).await.code, 1);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn locked_files_open_by_their_passphrase_only() {
    const WORDS: &str = "correct horse battery";
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    for arguments in [
        &["account", "copies", "ada", "header"][..],
        &["account", "call", "ada", "me"],
        &["account", "verify", "ada"],
    ] {
        let locked = home.run(arguments).await;
        assert!(locked.code == 6 && locked.out.is_empty(), "{arguments:?}: {locked:?}");
        let open = with_file(&home, &format!("{WORDS}\n"), &[arguments, &["--passphrase-fd", "0"]].concat()).await;
        assert_eq!(open.code, 0, "{arguments:?}: {open:?}");
    }
    // What needs no secret asks for none.
    for arguments in [
        &["account", "show", "ada"][..],
        &["account", "copies", "ada"],
        &["account", "pause", "ada"],
        &["account", "resume", "ada"],
    ] {
        assert_eq!(home.run(arguments).await.code, 0, "{arguments:?}");
    }
    // The store's passphrase is the first line, the file's the second.
    let to = home.0.path().to_str().unwrap();
    let both = [
        "account",
        "transfer",
        "ada",
        "--folder",
        to,
        "--passphrase-fd",
        "0",
        "--file-passphrase-fd",
        "0",
    ];
    let said = with_file(&home, &format!("{WORDS}\nanother battery staple\n"), &both).await;
    assert!(
        said.code == 0 && !std::fs::read_to_string(said.out.trim_end()).unwrap().contains(&token),
        "{said:?}"
    );
    let there = Home::new();
    there.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let receive = ["account", "receive", said.out.trim_end(), "--file-passphrase-fd", "0"];
    let arrived = with_file(&there, "another battery staple\n", &receive).await;
    assert_eq!(
        (arrived.code, arrived.out.as_str()),
        (0, "threads-here/ada\tadded\n"),
        "{arrived:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_token_without_a_platform_is_sent_nowhere() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = meta.generate_token("ada", &["threads_basic"], None).unwrap();
    home.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let said = with_file(&home, &token, &["import"]).await;
    assert!(
        said.code == 2 && said.err.contains("keybearer import threads") && !said.err.contains(&token),
        "{said:?}"
    );
    assert!(meta.requests().is_empty());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn states_are_told_in_the_persons_language() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    home.run(&["account", "pause", "ada"]).await;
    for (language, word) in [("zh_CN.UTF-8", "已暂停"), ("zh_TW.UTF-8", "已暫停")] {
        for arguments in [&["account", "show", "ada"][..], &["list"]] {
            let said = ended(home.command(arguments).env("LC_ALL", language).start()).await;
            assert!(said.code == 0 && said.out.contains(word), "{said:?}");
        }
    }
}
