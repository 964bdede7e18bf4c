//! What the three lamps say where all is well, where it is asked too early, and where it cannot be asked; and what is sent.

use keybearer_core::view::{DarkCode, Draft, Lamp, PostState};
use keybearer_practice::{Endpoint, Fault, Flavor};

use super::{Home, draft};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_strangers_see_and_its_deletion() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let home = Home::new(flavor).await;
        let token = home.rig.token(&home.account).await;
        assert!(home.rig.keeper.uses(&home.account).unwrap().can_post);
        assert_eq!(home.rig.keeper.first_post(&home.account).unwrap(), None);
        let plan = home.rig.keeper.prepare_post(&home.account, &draft("Hello & <world>")).unwrap();
        assert!(plan.public && plan.scope_missing.is_none() && !plan.unclear, "{flavor:?}");
        assert_eq!((plan.length, plan.requests.len()), (15, 1));
        let request = &plan.requests[0];
        assert_eq!(
            (request.method.as_str(), request.url.as_str()),
            ("POST", &*format!("{}/api/v1/statuses", home.server.origin()))
        );
        let shown = serde_json::to_string(&plan).unwrap();
        assert!(!shown.contains(&token) && shown.contains("Bearer ••••••••"), "{shown}");
        assert!(home.server.published().is_empty(), "a plan sends nothing");

        let unconfirmed = home.rig.keeper.publish_post(&home.account, &draft("x"), false).await.unwrap_err();
        assert_eq!(unconfirmed.code(), "input-invalid");
        let post = home.post("Hello & <world>").await;
        assert_eq!(
            (post.state, post.sent, post.there, post.seen),
            (PostState::Posted, Lamp::Yes, Lamp::Yes, Lamp::Yes),
            "{flavor:?}"
        );
        assert!(post.reason.is_none() && post.can_delete);
        assert!(post.link.as_deref().unwrap().starts_with(home.server.origin()));
        assert!(home.rig.keeper.is_own_link(post.link.as_deref().unwrap()), "the window may open it");
        assert!(!home.rig.keeper.is_own_link(&format!("{}/x", home.server.origin())));
        assert_eq!(home.server.published(), ["Hello & <world>"]);
        // The stranger's request, which is the last one, has no credential.
        let last = home.server.requests().pop().unwrap();
        let names: Vec<String> = last.headers.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert!(!names.iter().any(|name| name == "authorization" || name == "cookie"), "{names:?}");
        assert!(!last.query.contains(&token));
        assert!(!home.rig.book().contains(&token), "the book has no secret");

        let deleted = home.rig.keeper.delete_post(&home.account).await.unwrap();
        assert_eq!(
            (deleted.state, deleted.there, deleted.can_delete),
            (PostState::Deleted, Lamp::No, false)
        );
        assert!(home.server.published().is_empty());
        let again = home.rig.keeper.delete_post(&home.account).await.unwrap_err();
        assert_eq!(again.code(), "post-missing");
        // Another one may follow.
        assert_eq!(home.post("Another").await.seen, Lamp::Yes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_who_asks_too_early_asks_again() {
    let home = Home::new(Flavor::Practice).await;
    home.server.show_late(2);
    let post = home.post("Hello").await;
    assert_eq!((post.seen, post.reason.is_none()), (Lamp::Waiting, true));
    assert_eq!(home.rig.keeper.check_post(&home.account).await.unwrap().seen, Lamp::Waiting);
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((post.seen, post.check_from), (Lamp::Yes, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_asks_strangers_to_sign_in() {
    let home = Home::new(Flavor::Practice).await;
    home.server.close_to_strangers(true);
    let post = home.post("Hello").await;
    assert_eq!((post.there, post.seen), (Lamp::Yes, Lamp::NeedsLogin));
    let reason = post.reason.unwrap();
    assert!(reason.code == DarkCode::LoginOnly && reason.certain);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visibility_of_ones_own_choice_is_the_reason() {
    let home = Home::new(Flavor::GoToSocial).await;
    let wanted = Draft {
        visibility: Some("local-only".into()),
        ..draft("Only here")
    };
    let plan = home.rig.keeper.prepare_post(&home.account, &wanted).unwrap();
    assert!(!plan.public && plan.requests[0].body.as_deref().unwrap().contains("\"local_only\":true"));
    let post = home.rig.keeper.publish_post(&home.account, &wanted, true).await.unwrap();
    assert_eq!((post.seen, post.check_from), (Lamp::No, None), "there is nothing to wait for");
    assert_eq!(post.reason.unwrap().code, DarkCode::LocalOnly);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_posted_is_refused_before_it_is_sent() {
    let home = Home::new(Flavor::Practice).await;
    let with = |change: fn(&mut Draft)| {
        let mut draft = draft("Hello");
        change(&mut draft);
        draft
    };
    for (wanted, code) in [
        (with(|d| d.text = "  ".into()), "input-invalid"),
        (with(|d| d.text = "a".repeat(501)), "post-too-long"),
        (with(|d| d.image = Some("https://example.com/a.jpg".into())), "input-invalid"),
        (with(|d| d.image = Some("file:///etc/passwd".into())), "input-invalid"),
        (with(|d| d.visibility = Some("nobody".into())), "input-invalid"),
        (with(|d| d.to = Some("#channel".into())), "input-invalid"),
    ] {
        let error = home.rig.keeper.check_draft(&home.account, &wanted).unwrap_err();
        assert_eq!(error.code(), code, "{wanted:?}");
        let error = home.rig.keeper.publish_post(&home.account, &wanted, true).await.unwrap_err();
        assert_eq!(error.code(), code, "{wanted:?}");
    }
    // An address counts 23, however long it is.
    let long = format!("{} https://example.com/{}", "a".repeat(476), "b".repeat(300));
    assert_eq!(home.rig.keeper.prepare_post(&home.account, &draft(&long)).unwrap().length, 500);
    assert_eq!(home.asked("POST", "/api/v1/statuses"), 0);
    assert!(home.rig.keeper.first_post(&home.account).unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_is_gone_says_so() {
    let home = Home::new(Flavor::Practice).await;
    home.post("Hello").await;
    // Deleted at the platform, not from here.
    let id = home.known().id.unwrap();
    home.server.delete_post(&id);
    home.later(6);
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((post.there, post.seen, post.can_delete), (Lamp::No, Lamp::No, false));
    assert_eq!(post.reason.unwrap().code, DarkCode::Removed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_fail_leave_the_lamps_unknown() {
    let home = Home::new(Flavor::Practice).await;
    home.server.fail_always(Endpoint::Status, Some(Fault::Status(503)));
    let post = home.post("Hello").await;
    assert_eq!(
        (post.state, post.sent, post.there, post.seen),
        (PostState::Posted, Lamp::Yes, Lamp::Unknown, Lamp::Unknown)
    );
    home.server.fail_always(Endpoint::Status, None);
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((post.there, post.seen), (Lamp::Yes, Lamp::Yes));
}
