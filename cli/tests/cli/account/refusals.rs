//! What `keybearer account` refuses without sending or changing anything: unknown accounts, what a platform doesn't offer, locked files.

use keybearer_practice::meta::{Meta, Platform};

use crate::rig::{Home, with_file, with_threads};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn unknown_accounts_and_missing_features_are_refused() {
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
        let said = home.run(&["account", word, "unknown"]).await;
        assert!(
            said.code == 3 && said.out.is_empty() && said.err.contains("unknown"),
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
async fn an_import_without_a_platform_sends_nothing() {
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
