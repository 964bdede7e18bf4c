//! `keybearer post`: what it shows before it sends anything, the three lines afterwards, and what it refuses without having sent
//! anything.

use std::time::Instant;

use keybearer_practice::{Flavor, Practice, Silent};
use serde_json::Value;

use crate::browser::{Landing, Visit, visit};
use crate::rig::{Home, Login, PATIENCE, Start as _, ended};

/// Logged in with a token that may post.
async fn with_account() -> (Home, Practice) {
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
        (&["post", "ada", " ", "--yes"], 1, "text of the post"),
        (&["post", "ada", "x", "--image", "https://example.com/a.jpg", "--yes"], 1, "image"),
        (&["post", "nobody", "x", "--yes"], 3, "No account is called nobody"),
    ] {
        let said = home.run(arguments).await;
        assert!(said.code == code && said.err.contains(part), "{arguments:?}: {said:?}");
    }
    assert_eq!(posted(&practice), 0);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_process_that_is_killed_posts_nothing_twice() {
    let (home, practice) = with_account().await;
    practice.answer_posts_late(Some(std::time::Duration::from_secs(30)));
    let mut child = home.command(&["post", "ada", "Hello", "--yes"]).start();
    while practice.published().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    child.start_kill().unwrap();
    ended(child).await;
    practice.answer_posts_late(None);
    let again = home.run(&["post", "ada", "Hello", "--yes"]).await;
    assert!(again.code == 0 && again.out.starts_with("Sent\tyes"), "{again:?}");
    assert_eq!(practice.published(), ["Hello"], "it was found");
}
