//! What is asked at a terminal before anything is done, and what an answer does: as Linux has terminals.

use keybearer_core::keeper::TokenImport;
use keybearer_core::token::Secret;
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use crate::browser::{Landing, Visit, visit};
use crate::rig::{Home, log_in, with_threads};
use crate::stores::Heard;

const WORDS: &str = "correct horse battery";

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_no_does_nothing_and_a_yes_does_it() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let asked = p.requests().len();
    let ask = async |arguments: &str, question: &str, answer: &str| {
        let mut heard = Heard::at_terminal(&home, false, arguments);
        let before = heard.until(question).await;
        heard.type_in(answer).await;
        (before, heard.end().await)
    };
    for answer in ["\n", "n\n", "perhaps\n", "\x04"] {
        for (arguments, question) in [
            ("account call ada invalidate-token token_id=7", "Send it?"),
            ("account revoke ada", "Revoke the token of gotosocial/ada"),
            ("account delete ada", "Delete gotosocial/ada"),
        ] {
            let (_, said) = ask(arguments, question, answer).await;
            assert_eq!(said.code, 2, "{arguments} {answer:?}: {said:?}");
        }
    }
    assert_eq!((p.requests().len(), home.keeper().view().accounts.len()), (asked, 1));
    // The request is shown before it is asked about.
    let (shown, _) = ask("account call ada invalidate-token token_id=7", "Send it?", "y\n").await;
    assert!(shown.contains("POST http") && shown.contains("/tokens/7/invalidate"), "{shown}");
    assert!(p.requests().len() > asked);
    let (_, revoked) = ask("account revoke ada", "[y/n]", "yes\n").await;
    assert!(
        revoked.code == 0 && p.tokens().is_empty() && home.keeper().view().accounts.is_empty(),
        "{revoked:?}"
    );
    let (question, deleted) = ask("client delete keybearer", "[y/n]", "y\n").await;
    assert!(
        question.contains("Delete the app gotosocial/Keybearer?") && deleted.code == 0,
        "{question}"
    );
    assert!(home.keeper().view().clients.is_empty());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn secrets_are_typed_unseen() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    log_in(&home, &p).await;
    let mut heard = Heard::at_terminal(&home, false, "client replace-secret keybearer");
    heard.until("New secret:").await;
    heard.type_unseen("the-new-one\n").await;
    let said = heard.end().await;
    assert!(said.code == 0 && !said.out.contains("the-new-one"), "{said:?}");
    assert_eq!(home.run(&["client", "secret", "keybearer"]).await.out, "the-new-one\n");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn passphrases_of_files_are_typed_twice_where_they_are_new() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let to = home.0.path().join("out");
    let mut heard = Heard::at_terminal(&home, false, &format!("account transfer ada --folder {}", to.display()));
    for (question, typed) in [
        ("Choose a passphrase for the file", WORDS),
        ("Repeat passphrase:", "correct house battery"),
        ("The passphrases don’t match.", ""),
        ("Choose a passphrase for the file", WORDS),
        ("Repeat passphrase:", WORDS),
    ] {
        let before = heard.until(question).await;
        assert!(!before.contains("battery"), "{before}");
        if !typed.is_empty() {
            heard.type_unseen(&format!("{typed}\n")).await;
        }
    }
    let said = heard.end().await;
    assert!(said.code == 0 && !said.out.contains(WORDS), "{said:?}");
    let file = std::fs::read_dir(&to).unwrap().next().unwrap().unwrap().path();
    let there = Home::new();
    there.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let mut heard = Heard::at_terminal(&there, false, &format!("account receive {}", file.display()));
    heard.until("Passphrase of the file:").await;
    heard.type_unseen(&format!("{WORDS}\n")).await;
    let said = heard.end().await;
    assert!(
        said.code == 0 && said.out.contains("threads-here/ada\tadded") && !said.out.contains(WORDS),
        "{said:?}"
    );
    let mut heard = Heard::at_terminal(&there, false, "store files");
    for _ in ["Choose a passphrase", "Repeat passphrase:"] {
        heard.until("passphrase").await;
        heard.type_unseen(&format!("{WORDS}\n")).await;
    }
    let said = heard.end().await;
    assert!(
        said.code == 0 && said.out.contains("files\tready") && !said.out.contains(WORDS),
        "{said:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn another_account_is_saved_only_if_the_person_says_so() {
    for (answer, kept) in [("n\n", 0), ("\n", 0), ("y\n", 1)] {
        let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
        let line = format!("login gotosocial -a server={} --redirect loopback --expect @ada", p.origin());
        let mut heard = Heard::at_terminal(&home, false, &line);
        heard.until("\nhttp").await;
        let link = format!("http{}", heard.until("\n").await.trim());
        let landing = visit(&link, &Visit::allow("grace"), &home.keeper()).await;
        assert!(matches!(landing, Landing::Home(..)), "{landing:?}");
        heard.until("as another account? [y/n]").await;
        heard.type_in(answer).await;
        let said = heard.end().await;
        let accounts = home.keeper().view().accounts;
        assert_eq!((said.code == 0, accounts.len()), (kept == 1, kept), "{answer:?}: {said:?}");
        assert!(accounts.iter().all(|a| a.name.starts_with("@grace")), "{said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_token_goes_to_the_platform_that_was_named() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    home.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let token = meta.generate_token("ada", &["threads_basic"], None).unwrap();
    let mut heard = Heard::at_terminal(&home, false, "import");
    heard.until("Token:").await;
    heard.type_unseen(&format!("{token}\n")).await;
    let before = heard.until("Which platform’s token is this?").await;
    assert!(meta.requests().is_empty() && !before.contains(&token), "{before}");
    heard.type_in("threads-here\n").await;
    let said = heard.end().await;
    assert!(
        said.code == 0 && said.out.contains("Saved as threads-here/ada") && !said.out.contains(&token),
        "{said:?}"
    );
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_servers_words_do_nothing_at_a_terminal() {
    let home = Home::new();
    // JSON escapes only what is below U+0020 itself.
    let body = "{\"id\":\"1\",\"username\":\"ada\",\"name\":\"a\u{202e}b\u{9b}2J\"}";
    let server = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", server.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = server.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).await.unwrap() > 2 {
                line.clear();
            }
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n";
            let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    home.add_provider("threads", &format!("[hosts]\nweb = \"{origin}\"\ngraph = \"{origin}\"\n"));
    let import = TokenImport {
        provider: Some("threads-here".into()),
        ..TokenImport::default()
    };
    home.keeper().import_token(&Secret::new("TH-some-token"), &import).await.unwrap();
    for arguments in ["account call ada me", "account call ada me --json"] {
        let line: Vec<&str> = arguments.split(' ').collect();
        let piped = home.run(&line).await;
        assert!(piped.code == 0 && piped.out.contains("a\u{202e}b\u{9b}2J"), "{piped:?}");
        let seen = Heard::at_terminal(&home, false, arguments).end().await;
        assert!(seen.code == 0 && seen.out.contains(r"a\u{202e}b\u{9b}2J"), "{seen:?}");
        assert!(!seen.out.contains(['\u{202e}', '\u{9b}', '\u{1b}']), "{seen:?}");
    }
}
