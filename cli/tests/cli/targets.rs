//! Sync targets on the command line: confirmed at a terminal by typing what it shows, and never without one.

use std::fs;

use keybearer_practice::delivery::{CREDENTIAL, MockTargets};
use keybearer_practice::meta::{Meta, Platform};
use serde_json::Value;

use crate::rig::{Home, Said, Start as _, ended, with_threads};
use crate::stores::Heard;

const QUESTION: &str = "Enter alone cancels.";
const AGAIN: &str = "That isn’t the same.";
const PROGRAM: &str = env!("CARGO_BIN_EXE_keybearer");

/// Waits for the question, and returns what was shown before it.
async fn asked(heard: &mut Heard) -> String {
    let shown = heard.until(QUESTION).await;
    heard.until("\n> ").await;
    shown
}

/// With the right answer to its question.
async fn confirmed(mut heard: Heard, answer: &str) -> Said {
    asked(&mut heard).await;
    heard.type_in(&format!("{answer}\n")).await;
    heard.end().await
}

async fn listed(home: &Home) -> Vec<Value> {
    let said = home.run(&["delivery", "list", "--json"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

/// In a session without a terminal, with this on standard input.
async fn without_terminal(home: &Home, input: &str, arguments: &str) -> Said {
    let line = format!("printf '%s\\n' '{input}' | setsid -w '{PROGRAM}' {arguments}");
    ended(home.shell(&line).start()).await
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_the_terminal_shows_is_typed() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let folder = home.0.path().join("a b\u{202e}c");
    fs::create_dir(&folder).unwrap();
    let env = folder.join("bot.env");
    fs::write(&env, "A=1\nTOKEN=old\n").unwrap();
    let add = format!("delivery add ada env-file '{}' --key TOKEN", env.display());
    let shown = format!("{}/a b\\u{{202e}}c/bot.env", home.0.path().display());
    let right = format!("TOKEN {shown}");

    for wrong in ["yes", "y", &shown, &right.to_lowercase()] {
        let mut heard = Heard::at_terminal(&home, false, &add);
        let text = asked(&mut heard).await;
        assert!(
            text.contains("@ada · Threads") && text.contains(&format!("TOKEN in the file \"{shown}\"")),
            "{text}"
        );
        assert!(!text.contains('\u{202e}'), "{text}");
        for _ in 0..2 {
            heard.type_in(&format!("{wrong}\n")).await;
            heard.until(AGAIN).await;
        }
        heard.type_in(&format!("{wrong}\n")).await;
        let said = heard.end().await;
        assert!(said.code == 2 && said.out.contains("Nothing was changed"), "{said:?}");
    }
    for nothing in ["\n", "\x04"] {
        let mut heard = Heard::at_terminal(&home, false, &add);
        asked(&mut heard).await;
        heard.type_in(nothing).await;
        assert_eq!(heard.end().await.code, 2);
    }
    // What is on standard input is no answer, even where there is a terminal.
    let mut heard = Heard::line(&home, false, &format!("printf '%s\\n' '{right}' | '{PROGRAM}' {add}"));
    asked(&mut heard).await;
    heard.type_in("\n").await;
    assert_eq!(heard.end().await.code, 2);
    assert!(listed(&home).await.is_empty());
    assert_eq!(fs::read_to_string(&env).unwrap(), "A=1\nTOKEN=old\n");

    let mut heard = Heard::at_terminal(&home, false, &add);
    asked(&mut heard).await;
    heard.type_in("yes\n").await;
    heard.until(AGAIN).await;
    heard.type_in(&format!("{right}\n")).await;
    let said = heard.end().await;
    assert!(said.code == 0 && said.out.contains("bot.env#TOKEN\tdelivered"), "{said:?}");
    assert!(!said.out.contains(&token) && !said.out.contains('\u{202e}'), "{said:?}");
    let kept = fs::read_to_string(&env).unwrap();
    assert!(kept.starts_with("A=1\nTOKEN=") && kept.contains(&token), "{kept}");
    let list = listed(&home).await;
    let one = &list[0];
    assert!(
        list.len() == 1 && one["confirmed"] == true && one["current"] == true && one["synced"].is_i64(),
        "{one}"
    );
    assert_eq!(
        (&one["name"], &one["target"]["kind"]),
        (&"threads-here/ada".into(), &"env-file".into())
    );
    let said = home.run(&["delivery", "list", "threads-here"]).await;
    assert!(said.out.ends_with("bot.env#TOKEN  synced\n"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn without_a_terminal_nothing_is_confirmed() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let file = home.0.path().join("token");
    let add = format!("delivery add ada file '{}'", file.display());
    for answer in ["yes", file.to_str().unwrap()] {
        let said = without_terminal(&home, answer, &add).await;
        assert!(
            said.code == 2 && said.out.is_empty() && said.err.contains("there is no terminal here"),
            "{said:?}"
        );
    }
    // There is no word that stands for the answer.
    for word in ["--yes", "--confirm", "--force"] {
        let said = without_terminal(&home, "yes", &format!("{add} {word}")).await;
        assert!(said.code == 2 && said.err.contains(word), "{said:?}");
    }
    assert!(!file.exists() && listed(&home).await.is_empty());

    let said = confirmed(Heard::at_terminal(&home, false, &add), file.to_str().unwrap()).await;
    assert!(said.code == 0 && file.exists(), "{said:?}");
    let id = listed(&home).await[0]["id"].as_str().unwrap().to_owned();
    let said = without_terminal(&home, file.to_str().unwrap(), &format!("delivery confirm {id}")).await;
    assert!(said.code == 2 && said.err.contains("there is no terminal here"), "{said:?}");
    let said = without_terminal(&home, "y", &format!("delivery remove {id}")).await;
    assert!(said.code == 2 && listed(&home).await.len() == 1, "{said:?}");
    let said = without_terminal(&home, "", &format!("delivery remove {} --yes", &id[..6])).await;
    assert_eq!(
        (said.code, said.out),
        (0, format!("removed\t{id}\tthreads-here/ada\t{}\n", file.display())),
        "{}",
        said.err
    );
    assert!(listed(&home).await.is_empty() && file.exists(), "what was synced stays");
    let said = without_terminal(&home, "", &format!("delivery remove {id} --yes")).await;
    assert!(said.code == 3 && said.err.contains(&id), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_target_that_has_changed_is_off_until_it_is_confirmed_again() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let (file, other) = (home.0.path().join("token"), home.0.path().join("other"));
    let add = format!("delivery add ada file '{}'", file.display());
    let said = confirmed(Heard::at_terminal(&home, false, &add), file.to_str().unwrap()).await;
    assert_eq!(said.code, 0, "{said:?}");

    // Another program writes into the book.
    let book = home.data().join("book.json");
    let changed = fs::read_to_string(&book)
        .unwrap()
        .replace(file.to_str().unwrap(), other.to_str().unwrap());
    fs::write(&book, changed).unwrap();
    let said = home.run(&["delivery", "run", "ada"]).await;
    assert!(said.code == 1 && said.out.ends_with("other\tneeds-you\n"), "{said:?}");
    assert!(said.err.contains("keybearer delivery confirm ID") && !other.exists(), "{said:?}");
    let one = listed(&home).await.remove(0);
    assert_eq!(one["confirmed"], false);
    let said = home.run(&["delivery", "list"]).await;
    assert!(said.out.ends_with("other  off until you confirm it\n"), "{said:?}");
    let status = home.run(&["status"]).await;
    assert!(status.code == 5 && status.out.contains("threads-here/ada"), "{status:?}");

    let confirm = format!("delivery confirm {}", &one["id"].as_str().unwrap()[..8]);
    // The former path is not the answer.
    let mut heard = Heard::at_terminal(&home, false, &confirm);
    asked(&mut heard).await;
    heard.type_in(&format!("{}\n", file.display())).await;
    heard.until(AGAIN).await;
    heard.type_in("\n").await;
    assert!(heard.end().await.code == 2 && !other.exists());
    let said = confirmed(Heard::at_terminal(&home, false, &confirm), other.to_str().unwrap()).await;
    assert!(said.code == 0 && said.out.contains("confirmed\t"), "{said:?}");
    assert_eq!(fs::read_to_string(&other).unwrap(), token);
    assert_eq!(home.run(&["status"]).await.code, 0);

    // A link that leads elsewhere is a change, too, and what is typed is where it leads.
    fs::remove_file(&other).unwrap();
    let elsewhere = home.0.path().join("elsewhere");
    fs::write(&elsewhere, "").unwrap();
    std::os::unix::fs::symlink(&elsewhere, &other).unwrap();
    assert_eq!(home.run(&["deliver", "ada"]).await.code, 1);
    let mut heard = Heard::at_terminal(&home, false, &confirm);
    let shown = asked(&mut heard).await;
    assert!(shown.contains("A link leads elsewhere"), "{shown}");
    heard.type_in(&format!("{}\n", elsewhere.display())).await;
    assert_eq!(heard.end().await.code, 0);
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), token);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn each_kind_of_target_with_its_access_key_from_a_pipe() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let depot = MockTargets::start().await.unwrap();
    depot.add_environment("ada/bot", "staging / eu");
    let (at, program) = (depot.origin(), home.0.path().join("by-program"));
    let account = "023e105f4ecef8ad9ca31a8372d0c353";
    let cases = [
        (
            format!("github-secret ada/bot --api {at}/github --name THREADS_TOKEN"),
            format!("{at}/github ada/bot THREADS_TOKEN"),
        ),
        (
            format!("github-secret ada/bot --environment 'staging / eu' --api {at}/github --name THREADS_TOKEN"),
            format!("{at}/github ada/bot staging / eu THREADS_TOKEN"),
        ),
        (
            format!("github-organization-secret bots --visibility all --api {at}/github --name THREADS_TOKEN"),
            format!("{at}/github bots THREADS_TOKEN"),
        ),
        (
            format!("cloudflare-secret {account} statuses --api {at}/cloudflare/ --name TOKEN"),
            format!("{at}/cloudflare/ {account} statuses TOKEN"),
        ),
        (
            format!("vault {at} bots/ada --mount kv --key token"),
            format!("{at} kv/bots/ada token"),
        ),
        (
            format!("program -- /bin/sh -c 'cat > {}'", program.display()),
            format!("/bin/sh -c cat > {}", program.display()),
        ),
    ];
    for (words, answer) in &cases {
        let line = format!("printf %s {CREDENTIAL} | '{PROGRAM}' delivery add ada {words}");
        let said = confirmed(Heard::line(&home, false, &line), answer).await;
        assert!(said.code == 0 && said.out.contains("\tdelivered"), "{words}: {said:?}");
        assert!(!said.out.contains(CREDENTIAL) && !said.out.contains(&token), "{said:?}");
    }
    let kept = |text: Option<String>| assert_eq!(text.as_deref(), Some(token.as_str()));
    kept(depot.github_secret("ada/bot", "THREADS_TOKEN"));
    kept(depot.environment_secret("ada/bot", "staging / eu", "THREADS_TOKEN"));
    let (opened, visibility, _) = depot.organization_secret("bots", "THREADS_TOKEN").unwrap();
    assert_eq!(visibility, "all");
    kept(Some(opened));
    kept(depot.worker_secret(account, "statuses", "TOKEN"));
    let vault = depot.vault_secret("kv/bots/ada").1.unwrap();
    kept(vault["token"].as_str().map(str::to_owned));
    kept(fs::read_to_string(&program).ok());
    assert_eq!(listed(&home).await.len(), cases.len());
    let said = home.run(&["delivery", "run", "ada"]).await;
    assert_eq!((said.code, said.out.matches("\tdelivered\n").count()), (0, cases.len()), "{said:?}");

    // What cannot be judged is refused before anything is asked.
    let before = depot.requests().len();
    for (words, code, text) in [
        ("vault http://vault.example bots/ada", 2, "address of the server"),
        ("github-secret ada", 2, "repository"),
        ("program -- cat", 2, "search path"),
        ("program", 2, "PROGRAM"),
        ("file /nonexistent/folder/token", 2, "folder of this sync target"),
    ] {
        let said = Heard::at_terminal(&home, false, &format!("delivery add ada {words}")).end().await;
        assert!(said.code == code && said.out.contains(text), "{words}: {said:?}");
        assert!(!said.out.contains(QUESTION), "{words}: {said:?}");
    }
    assert_eq!((depot.requests().len(), listed(&home).await.len()), (before, cases.len()));
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_access_key_is_typed_unseen() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let depot = MockTargets::start().await.unwrap();
    let add = format!("delivery add ada vault {} bots/ada --mount kv --key token", depot.origin());
    for (key, code, word) in [("wrong-access-key", 1, "needs-you"), (CREDENTIAL, 0, "delivered")] {
        let mut heard = Heard::at_terminal(&home, false, &add);
        heard.until("Access key for the target:").await;
        heard.type_unseen(&format!("{key}\n")).await;
        let shown = asked(&mut heard).await;
        heard.type_in(&format!("{} kv/bots/ada token\n", depot.origin())).await;
        let said = heard.end().await;
        assert!(said.code == code && said.out.contains(&format!("\t{word}")), "{said:?}");
        assert!(!shown.contains(key) && !said.out.contains(key), "{shown} {said:?}");
    }
    // Added again, it has replaced the one with the wrong access key.
    let list = listed(&home).await;
    assert!(list.len() == 1 && list[0]["current"] == true, "{list:?}");
    let mut heard = Heard::at_terminal(&home, false, &add);
    heard.until("Access key for the target:").await;
    heard.type_unseen("\n").await;
    let said = heard.end().await;
    assert!(said.code == 2 && said.out.contains("the access key is empty"), "{said:?}");
}
