//! `keybearer post`: what it shows before it sends anything, the three lines afterwards, and what it refuses without having sent
//! anything.

use std::time::{Duration, Instant};

use keybearer_practice::exchanges::Exchanges;
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Endpoint, Fault, Flavor, Practice, Silent};
use serde_json::Value;

use crate::browser::{Landing, Visit, visit};
use crate::rig::{Home, Login, PATIENCE, Start as _, ended, until, with_threads};

/// Logged in with a token that may post.
pub async fn with_account() -> (Home, Practice) {
    let (home, practice) = (Home::new(), Practice::start(Flavor::Mastodon).await.unwrap());
    let server = format!("server={}", practice.origin());
    let arguments = [
        "login",
        "mastodon",
        "-a",
        &server,
        "--redirect",
        "loopback",
        "--scope",
        "read",
        "--scope",
        "write",
    ];
    let login = Login::start(&home, &arguments).await;
    let landing = visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
    assert!(matches!(landing, Landing::Home(..)), "{landing:?}");
    assert_eq!(login.end().await.code, 0);
    (home, practice)
}

/// LINE as its scripts play it, with a bot's token: a message goes to a person who is named, and cannot be taken back.
async fn with_line() -> (Home, Exchanges) {
    let posts = include_str!("../../../practice/exchanges/posts/line.toml");
    let script = format!("{posts}\n{}", include_str!("../../../practice/exchanges/line.toml"));
    let (home, line) = (Home::new(), Exchanges::start(&script).await.unwrap());
    let hosts = format!("[hosts]\napi = \"{}\"\n", line.origins()["https://api.line.me"]);
    home.add_provider("line", &hosts);
    let token = home.0.path().join("token");
    std::fs::write(&token, line.value("long_lived")).unwrap();
    let said = home
        .run(&["login", "line-here", "-a", &format!("access_token=@{}", token.display())])
        .await;
    assert_eq!(said.code, 0, "{said:?}");
    (home, line)
}

fn posted(practice: &Practice) -> usize {
    let requests = practice.requests();
    requests
        .iter()
        .filter(|r| r.method == "POST" && r.path == "/api/v1/statuses")
        .count()
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_is_shown_confirmed_and_found_by_strangers() {
    let (home, practice) = with_account().await;
    let token = practice.tokens().pop().unwrap();
    // Without a terminal and without --yes nothing is sent.
    let unconfirmed = home.run(&["post", "ada", "Hello"]).await;
    assert_eq!((unconfirmed.code, posted(&practice)), (2, 0), "{unconfirmed:?}");
    for part in ["POST ", "/api/v1/statuses", "Visible to: Everyone", "Bearer ••••••••"] {
        assert!(unconfirmed.err.contains(part), "{part}: {unconfirmed:?}");
    }
    assert!(!unconfirmed.err.contains(&token));
    let dry = home
        .run(&["post", "ada", "Hello", "--visibility", "private", "--dry-run", "--json"])
        .await;
    let plan: Value = serde_json::from_str(&dry.out).unwrap();
    assert_eq!((&plan["public"], &plan["length"], posted(&practice)), (&false.into(), &5.into(), 0));

    let said = home.run(&["post", "ada", "Hello", "--yes"]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(&lines[..3], ["Sent\tyes", "There\tyes", "Seen by strangers\tyes"]);
    assert!(lines[3].starts_with(&format!("Link\t{}/@ada/", practice.origin())), "{said:?}");
    assert_eq!(practice.published(), ["Hello"]);
    let checked = home.run(&["post", "ada", "--check", "--json"]).await;
    let post: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(
        (post["state"].as_str(), post["seen"].as_str(), checked.code),
        (Some("posted"), Some("yes"), 0)
    );

    assert_eq!(home.run(&["post", "ada", "--delete"]).await.code, 2, "not confirmed");
    assert_eq!(practice.published().len(), 1);
    let deleted = home.run(&["post", "ada", "--delete", "--yes"]).await;
    assert!(deleted.code == 0 && practice.published().is_empty(), "{deleted:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_that_strangers_do_not_see_says_why_and_what_helps() {
    let (home, practice) = with_account().await;
    practice.hide_posts(Some(Silent::Narrowed));
    let said = home.run(&["post", "ada", "Hello", "--yes"]).await;
    assert!(said.out.contains("Seen by strangers\tnot yet"), "{said:?}");
    // It may come for a few seconds.
    let began = Instant::now();
    let said = loop {
        let said = home.run(&["post", "ada", "--check"]).await;
        if said.code == 1 {
            break said;
        }
        assert!(
            said.out.contains("Seen by strangers\tnot yet") && began.elapsed() < PATIENCE,
            "{said:?}"
        );
    };
    for part in [
        "Sent\tyes",
        "There\tyes",
        "Seen by strangers\tno",
        "visibility hides it",
        "Choose a visibility",
    ] {
        assert!(said.out.contains(part), "{part}: {said:?}");
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_cannot_be_posted_is_refused_and_nothing_is_sent() {
    let (home, practice) = with_account().await;
    for (arguments, code, part) in [
        (&["post", "ada"][..], 2, "<TEXT>"),
        (&["post", "ada", "--check"], 1, "no post yet"),
        (&["post", "ada", "--delete", "--yes"], 1, "no post yet"),
        (&["post", "ada", "x", "--check"], 2, "cannot be used with"),
        (&["post", "ada", "x", "--visibility", "world", "--yes"], 2, "unlisted"),
        (&["post", "ada", " ", "--yes"], 2, "text of the post"),
        (&["post", "ada", "x", "--image", "https://example.com/a.jpg", "--yes"], 2, "image"),
        (&["post", "ada", "x", "--to", "somewhere", "--yes"], 2, "where the post goes"),
        // Nobody is asked about what cannot be posted, and a dry run shows none.
        (&["post", "ada", " ", "--dry-run"], 2, "text of the post"),
        (&["post", "ada", "x", "--to", "somewhere", "--dry-run"], 2, "where the post goes"),
        (&["post", "ada", "x", "--to", "somewhere"], 2, "where the post goes"),
        (&["post", "nobody", "x", "--yes"], 3, "No account is called nobody"),
    ] {
        let said = home.run(arguments).await;
        assert!(said.code == code && said.err.contains(part), "{arguments:?}: {said:?}");
        assert!(
            said.out.is_empty() && !said.err.contains("/api/v1/statuses"),
            "{arguments:?}: {said:?}"
        );
    }
    assert_eq!(posted(&practice), 0);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_refusal_is_said_and_leaves_the_post_before_it() {
    let (home, practice) = with_account().await;
    let refuse = async |text: &str| {
        practice.fail_next(Endpoint::Publish, Fault::TooMany { retry_after: None });
        let said = home.run(&["post", "ada", text, "--yes"]).await;
        assert!(said.code == 5 && said.out.is_empty(), "{said:?}");
    };
    refuse("refused").await;
    let checked = home.run(&["post", "ada", "--check"]).await;
    assert!(checked.code == 1 && checked.err.contains("Nothing was posted"), "{checked:?}");
    let nothing = home.run(&["post", "ada", "--delete", "--yes"]).await;
    assert!(nothing.code == 1 && nothing.err.contains("no post of this account"), "{nothing:?}");

    assert_eq!(home.run(&["post", "ada", "stays", "--yes"]).await.code, 0);
    refuse("refused").await;
    let checked = home.run(&["post", "ada", "--check"]).await;
    assert!(
        checked.code == 0 && checked.out.starts_with("Sent\tyes\nThere\tyes\n"),
        "{checked:?}"
    );
    let deleted = home.run(&["post", "ada", "--delete", "--yes"]).await;
    assert!(deleted.code == 0 && practice.published().is_empty(), "{deleted:?}");
}

/// Kills the program after the server has published a post, and before it has answered. `meanwhile` runs in between.
async fn killed_in_a_post(home: &Home, practice: &Practice, text: &str, meanwhile: impl Future<Output = ()>) {
    practice.answer_posts_late(Some(Duration::from_secs(30)));
    let mut child = home.command(&["post", "ada", text, "--yes"]).start();
    until("the post", || !practice.published().is_empty()).await;
    meanwhile.await;
    child.start_kill().unwrap();
    ended(child).await;
    practice.answer_posts_late(None);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_of_another_text_is_sent_after_one_that_may_have_been_posted() {
    let (home, practice) = with_account().await;
    // Another process says what is going on.
    let checks = async {
        let checked = home.run(&["post", "ada", "--check"]).await;
        assert!(
            checked.code == 5 && checked.out.is_empty() && checked.err.contains("being published"),
            "{checked:?}"
        );
    };
    killed_in_a_post(&home, &practice, "Text A", checks).await;
    let second = home.run(&["post", "ada", "Text B", "--yes"]).await;
    assert!(second.code == 0 && second.out.starts_with("Sent\tyes"), "{second:?}");
    let mut published = practice.published();
    published.sort();
    assert_eq!(published, ["Text A", "Text B"]);
    let log = home.run(&["log", "ada", "--json"]).await;
    let log: Value = serde_json::from_str(&log.out).unwrap();
    assert!(log.to_string().contains("\"purpose\":\"post\""), "{log}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_that_is_not_sent_because_of_an_earlier_one_says_so() {
    let (home, practice) = with_account().await;
    killed_in_a_post(&home, &practice, "Text A", async {}).await;
    practice.fail_always(Endpoint::Statuses, Some(Fault::Status(500)));
    let second = home.run(&["post", "ada", "Text B", "--yes"]).await;
    for part in ["Looking for the earlier post", "The new post was not sent", "“Text A”"] {
        assert!(second.code != 0 && second.err.contains(part), "{part}: {second:?}");
    }
    assert!(!second.err.contains("Posting…"), "{second:?}");
    assert_eq!(practice.published(), ["Text A"]);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_process_that_is_killed_posts_nothing_twice() {
    let (home, practice) = with_account().await;
    killed_in_a_post(&home, &practice, "Hello", async {}).await;
    let again = home.run(&["post", "ada", "Hello", "--yes"]).await;
    assert!(again.code == 0 && again.out.starts_with("Sent\tyes"), "{again:?}");
    assert_eq!(practice.published(), ["Hello"], "it was found");
}

/// Where a platform knows no visibility, a post is for everyone.
#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn who_sees_a_post_without_a_visibility() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let dry = home.run(&["post", "ada", "Hello", "--dry-run"]).await;
    assert!(dry.code == 0 && dry.out.contains("\nVisible to: Everyone\n"), "{dry:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_goes_where_it_is_to_go() {
    const TO: &str = "U4af4980629e9e4fd2a2dbd4f9bb3c2a7";
    let (home, line) = with_line().await;
    // What is missing is explained, with an example.
    let nowhere = home.run(&["post", "line-here", "Hello", "--yes"]).await;
    for part in [
        "where the post goes",
        "Add --to and the place. User ID or group ID",
        "Example: U4af",
    ] {
        assert!(nowhere.code == 2 && nowhere.err.contains(part), "{part}: {nowhere:?}");
    }
    let wrong = home.run(&["post", "line-here", "Hello", "--to", "@ada", "--yes"]).await;
    assert!(
        wrong.code == 2 && wrong.err.contains("Add --to and the place. User ID or group ID"),
        "{wrong:?}"
    );
    // A post to all friends takes no `--to`.
    let all = ["post", "line-here", "Hello", "--visibility", "friends", "--yes"];
    let both = home.run(&[&all[..], &["--to", TO]].concat()).await;
    assert!(both.code == 2 && both.err.contains("where the post goes"), "{both:?}");
    assert!(!both.err.contains("Add --to"), "{both:?}");
    let unconfirmed = home.run(&["post", "line-here", "Hello", "--to", TO]).await;
    for part in ["/v2/bot/message/push", "Visible to: One person", &format!("Goes to: {TO}")] {
        assert!(unconfirmed.code == 2 && unconfirmed.err.contains(part), "{part}: {unconfirmed:?}");
    }
    assert_eq!((line.played("a message"), line.played("a message to all friends")), (0, 0));

    let said = home.run(&["post", "line-here", "Hello", "--to", TO, "--yes"]).await;
    assert!(said.code == 0 && said.out.starts_with("Sent\tyes\n"), "{said:?}");
    let sent = line.requests().pop().unwrap();
    let body: Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!((&body["to"], &body["messages"][0]["text"]), (&TO.into(), &"Hello".into()));
    let said = home.run(&all).await;
    assert_eq!((said.code, line.played("a message to all friends")), (0, 1), "{said:?}");
    assert!(line.unmatched().is_empty(), "{:?}", line.unmatched());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_post_that_cannot_be_deleted_says_so_each_time() {
    const UNDELETABLE: &str = "A message that LINE has delivered can't be taken back.";
    let (home, line) = with_line().await;
    let draft = ["post", "line-here", "Hello", "--to", "U4af4980629e9e4fd2a2dbd4f9bb3c2a7"];
    let dry = home.run(&[&draft[..], &["--dry-run"]].concat()).await;
    assert!(dry.code == 0 && dry.out.contains(UNDELETABLE), "{dry:?}");
    let said = home.run(&[&draft[..], &["--yes"]].concat()).await;
    assert!(said.code == 0 && said.err.contains(UNDELETABLE), "{said:?}");
    assert!(!said.err.contains("--delete"), "{said:?}");
    let requests = line.requests().len();
    let kept = home.run(&["post", "line-here", "--delete", "--yes"]).await;
    assert!(kept.code == 1 && kept.err.contains(UNDELETABLE), "{kept:?}");
    assert_eq!(line.requests().len(), requests);
    let checked = home.run(&["post", "line-here", "--check", "--json"]).await;
    let post: Value = serde_json::from_str(&checked.out).unwrap();
    assert_eq!(post["state"].as_str(), Some("posted"), "{checked:?}");
}
