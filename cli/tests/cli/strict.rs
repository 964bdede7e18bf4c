//! What was typed wrong, what a server calls itself, and who is not who was meant: said, and never taken for something else.

use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Endpoint, Fault, Flavor, Practice};
use serde_json::{Value, json};

use crate::browser::Visit;
use crate::here::ENVIRONMENT;
use crate::rig::{Home, Login, Start as _, ended, log_in, with_threads};

/// A home whose book names these accounts.
pub fn with_accounts(names: &[&str]) -> Home {
    let home = Home::new();
    std::fs::create_dir_all(home.data()).unwrap();
    let account = |(at, name): (usize, &&str)| {
        json!({"id": format!("a{at}"), "provider": "mastodon", "client": "", "name": name, "server": "https://social.example",
            "scopes": [], "obtained": 1, "redirect": "paste", "store": "keychain"})
    };
    let accounts: Vec<Value> = names.iter().enumerate().map(account).collect();
    std::fs::write(home.data().join("book.json"), json!({"v": 4, "accounts": accounts}).to_string()).unwrap();
    home
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_book_that_cannot_be_read_is_not_an_empty_one() {
    for broken in ["{broken", ""] {
        let home = with_accounts(&[]);
        std::fs::write(home.data().join("book.json"), broken).unwrap();
        for arguments in [&["list", "--json"][..], &["list"], &["token", "ada"], &["refresh", "--due"]] {
            let said = home.run(arguments).await;
            assert!(
                said.code == 1 && said.out.is_empty() && said.err.contains("book"),
                "{arguments:?}: {said:?}"
            );
        }
        assert_eq!(std::fs::read_to_string(home.data().join("book.json")).unwrap(), broken);
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn names_are_words_for_a_shell() {
    let home = with_accounts(&[
        "@ada@social.example",
        "@Ada@social.example",
        "@$(id)@x",
        "@bo b;id",
        "@世界\u{202e}@y",
    ]);
    let offered = home.command(&["--", "keybearer", "token", ""]).env("COMPLETE", "fish").start();
    let offered = ended(offered).await.out;
    let words: Vec<&str> = offered.lines().filter_map(|l| l.split('\t').next()).collect();
    for word in ["mastodon/ada@social.example", "a2", "a3", "mastodon/世界@y"] {
        assert!(words.contains(&word), "{word}: {words:?}");
    }
    assert!(words.iter().all(|w| !w.contains(['$', ';', ' '])), "{words:?}");
    // No token is kept here, so that each that is found says so, and which one is meant.
    for (typed, code) in [
        ("mastodon/ada@social.example", 4),
        ("mastodon/@Ada@social.example", 4),
        ("世界", 4),
        ("bo b;id", 4),
        ("bo", 3),
        ("a", 3),
        ("ADA", 3),
        ("nobody", 3),
    ] {
        assert_eq!(home.run(&["token", typed]).await.code, code, "{typed}");
    }
    assert!(home.run(&["token", "nobody"]).await.err.contains("mastodon/世界@y"));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_cannot_be_is_said_before_anything_is_sent() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let server = format!("server={}", p.origin());
    let login = |more: &[&'static str]| {
        let arguments: Vec<String> = ["login", "gotosocial", "-a", &server]
            .iter()
            .chain(more)
            .map(|s| (*s).to_owned())
            .collect();
        let home = &home;
        async move { home.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await }
    };
    let scope = login(&["--scope", "raed"]).await;
    assert!(
        scope.code == 2 && scope.err.contains("read") && !scope.err.contains("http"),
        "{scope:?}"
    );
    // There is no terminal to paste at, and this redirect brings no other answer.
    let nobody = login(&["--no-browser"]).await;
    assert!(nobody.code == 2 && nobody.err.contains("standard input"), "{nobody:?}");
    let secret = home
        .run(&["login", "threads", "-a", "client_id=1", "-a", "client_secret=abc"])
        .await;
    assert!(
        secret.code == 2 && secret.err.contains("client_secret=@FILE") && !secret.err.contains("abc"),
        "{secret:?}"
    );
    // The form of an answer is checked as in the window, and a hint of the file's own comes first.
    let file = home.0.path().join("secret");
    std::fs::write(&file, "hush").unwrap();
    let secret = format!("client_secret=@{}", file.display());
    for (id, sentence) in [
        ("12", "client_id: This doesn’t have the right format."),
        ("TH|1", "client_id: That is an app token"),
        ("0123456789abcdef0123456789abcdef", "client_id: That looks like the app secret"),
        ("1234567890", "client_secret: This doesn’t have the right format."),
    ] {
        let said = home
            .run(&["login", "threads", "-a", &format!("client_id={id}"), "-a", &secret])
            .await;
        assert!(
            said.code == 2 && said.out.is_empty() && said.err.contains(sentence) && !said.err.contains("hush"),
            "{id}: {said:?}"
        );
    }
    let handle = home.run(&["login", "mastodon", "-a", "server=@ada@127.0.0.1:1"]).await;
    assert!(handle.code != 0 && !handle.err.contains("No such file"), "{handle:?}");
    assert_eq!(home.run(&["login", "other"]).await.code, 2, "the window brings those in");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_command_gets_what_it_needs() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    for name in ["my token", "A=B", "1A", ""] {
        let said = home.run(&["exec", "ada", "--as", name, "--", "nothing"]).await;
        assert!(said.code == 2 && said.out.is_empty(), "{said:?}");
    }
    let bare = home.run(&[&["exec", "ada", "--"], ENVIRONMENT].concat()).await;
    assert!(!bare.out.contains("THREADS_"), "{bare:?}");
    let all = home.run(&[&["exec", "ada", "--env", "--"], ENVIRONMENT].concat()).await;
    for line in [
        format!("THREADS_ACCESS_TOKEN={token}"),
        format!("ACCESS_TOKEN={token}"),
        format!("THREADS_API_URL={}", meta.origin()),
    ] {
        assert!(all.out.lines().any(|l| l == line), "{line}: {all:?}");
    }
    // Whoever reads has had enough.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let said = ended(home.command(&["token", "ada"]).stdout(writer).start()).await;
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_unidentified_token_is_not_printed_after_a_login() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    p.kill_tokens();
    assert_eq!(home.run(&["whoami", "ada"]).await.code, 4);
    // It is said each time, to a person and to a program.
    for arguments in [&["refresh", "--due"][..], &["refresh"]] {
        let said = home.run(arguments).await;
        assert!(said.code == 4 && said.out.ends_with("\tneeds-you\n"), "{said:?}");
    }
    let list: Value = serde_json::from_str(&home.run(&["list", "--json"]).await.out).unwrap();
    assert_eq!((&list[0]["needs_login"], &list[0]["trouble"]), (&json!(true), &json!("token-dead")));
    p.fail_always(Endpoint::VerifyCredentials, Some(Fault::Status(500)));
    let mut login = Login::start(&home, &["token", "ada", "--login"]).await;
    login.answer(&Visit::allow("grace"), &home.keeper()).await;
    let said = login.end().await;
    assert!(
        said.code == 1 && said.out.is_empty() && said.err.contains("couldn’t be asked whose"),
        "{said:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn tokens_without_expiry_need_no_renewal() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let said = home.run(&["refresh", "ada"]).await;
    assert!(
        said.code == 0 && said.out.ends_with("\tendless\n") && said.err.is_empty(),
        "{said:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_wrong_line_is_told_in_the_persons_language() {
    let home = Home::new();
    for (arguments, what, help) in [
        (&["tokn", "ada"][..], "tokn", "`keybearer --help`"),
        (&["token", "ada", "--lgin"], "--lgin", "`keybearer token --help`"),
        (&["log", "--since", "91"], "1..=90", "`keybearer log --help`"),
        (&["account", "delete", "a", "b"], "b", "`keybearer account delete --help`"),
    ] {
        let said = ended(home.command(arguments).env("LC_ALL", "zh_TW.UTF-8").start()).await;
        assert!(said.code == 2 && said.out.is_empty(), "{said:?}");
        for part in ["不正確", what, help] {
            assert!(said.err.contains(part), "{part}: {said:?}");
        }
        let english = home.run(arguments).await;
        assert!(english.code == 2 && english.err.contains(what), "{english:?}");
    }
    let missing = ended(home.command(&["token"]).env("LC_ALL", "zh_TW.UTF-8").start()).await;
    assert!(missing.code == 2 && missing.err.contains("還缺少：<NAME>"), "{missing:?}");
    let help = ended(home.command(&["--help"]).env("LC_ALL", "zh_TW.UTF-8").start()).await;
    assert!(help.code == 0 && help.out.contains("Exit codes"), "{help:?}");
}
