//! A program that ends in the middle of a publication or a deletion, and an answer that never arrives: what was posted is known
//! afterwards, or that it may have been; and nothing is posted twice without the person.

use std::sync::Arc;
use std::time::Duration;

use keybearer_core::keeper::{Clock, Keeper, Outside, now, since_boot};
use keybearer_core::view::{DarkCode, Draft, Lamp, PostState};
use keybearer_practice::{Endpoint, Fault, Flavor, Silent};

use super::{Home, draft};
use crate::plan;
use crate::rig::{outside, until};

/// The publication is cut off after the platform has the post and before its answer arrives.
pub(super) async fn cut_off(home: &Home, text: &str) {
    home.server.answer_posts_late(Some(Duration::from_secs(20)));
    let (keeper, account, wanted) = (home.rig.keeper.clone(), home.account.clone(), draft(text));
    let publishing = tokio::spawn(async move { keeper.publish_post(&account, &wanted, true).await });
    until("the post is there", || !home.server.published().is_empty()).await;
    // As another window sees it meanwhile.
    assert_eq!(home.known().state, PostState::Sending);
    let second = home.rig.keeper.publish_post(&home.account, &draft("at the same time"), true).await;
    assert_eq!(second.unwrap_err().code(), "post-under-way");
    publishing.abort();
    assert!(publishing.await.unwrap_err().is_cancelled());
    home.server.answer_posts_late(None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_whose_answer_was_lost_is_found_and_not_posted_twice() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let home = Home::new(flavor).await;
        cut_off(&home, "Hello & <once>").await;
        let home = home.restarted();
        let known = home.known();
        assert_eq!(
            (known.state, known.sent, known.id),
            (PostState::MayBePosted, Lamp::Unknown, None),
            "{flavor:?}"
        );
        assert!(home.rig.keeper.prepare_post(&home.account, &draft("x")).unwrap().unclear);
        // Publishing again looks first, and finds it.
        let post = home.post("Hello & <once>").await;
        assert_eq!(
            (post.state, post.there, post.seen),
            (PostState::Posted, Lamp::Yes, Lamp::Yes),
            "{flavor:?}"
        );
        assert_eq!(home.server.published(), ["Hello & <once>"], "{flavor:?}");
        assert!(home.rig.keeper.delete_post(&home.account).await.unwrap().state == PostState::Deleted);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_is_enough_to_know() {
    let home = Home::new(Flavor::Practice).await;
    cut_off(&home, "Hello").await;
    let home = home.restarted();
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((post.state, post.there, post.seen), (PostState::Posted, Lamp::Yes, Lamp::Yes));
    assert_eq!(home.server.published().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_never_arrived_is_posted_again_only_by_the_person() {
    // With a key the platform posts once, so the same text is sent again with the same key; without one the person decides.
    for (flavor, text, again, code) in [
        (Flavor::Practice, "Hello", false, None),
        (Flavor::Practice, "Another text", false, Some("post-unclear")),
        (Flavor::Practice, "Another text", true, None),
    ] {
        let home = Home::new(flavor).await;
        home.server.fail_next(Endpoint::Publish, Fault::Slow(Duration::from_secs(20)));
        let (keeper, account) = (home.rig.keeper.clone(), home.account.clone());
        let publishing = tokio::spawn(async move { keeper.publish_post(&account, &draft("Hello"), true).await });
        until("the request", || home.asked("POST", "/api/v1/statuses") == 1).await;
        publishing.abort();
        let _ = publishing.await;
        let home = home.restarted();
        let looked = home.rig.keeper.check_post(&home.account).await.unwrap();
        assert_eq!(
            (looked.state, looked.there),
            (PostState::MayBePosted, Lamp::No),
            "it is not on the list"
        );
        let wanted = Draft { again, ..draft(text) };
        let posted = home.rig.keeper.publish_post(&home.account, &wanted, true).await;
        match code {
            Some(code) => {
                assert_eq!(posted.unwrap_err().code(), code);
                assert!(home.server.published().is_empty());
                assert_eq!(home.known().state, PostState::MayBePosted, "it still says so");
            }
            None => {
                assert_eq!(posted.unwrap().state, PostState::Posted);
                assert_eq!(home.server.published(), [text]);
            }
        }
        let keys: Vec<String> = home
            .server
            .requests()
            .iter()
            .filter_map(|r| r.header("idempotency-key").map(str::to_owned))
            .collect();
        if code.is_none() {
            assert_eq!(keys[0] == keys[1], text == "Hello", "one key for one post");
        }
    }
}

/// The answer to a publication gets lost before the platform has the post.
pub(super) async fn lost(home: &Home, text: &str) {
    home.server.fail_next(Endpoint::Publish, Fault::Drop);
    let posted = home.rig.keeper.publish_post(&home.account, &draft(text), true).await;
    assert!(posted.is_err() && home.known().state == PostState::MayBePosted, "{posted:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_counts_from_its_first_use() {
    let again = async |flavor: Flavor, steps: &[i64]| {
        let home = Home::new(flavor).await;
        for minutes in steps {
            lost(&home, "twice").await;
            home.later(minutes * 60);
        }
        let asked = home.asked("POST", "/api/v1/statuses");
        let posted = home.rig.keeper.publish_post(&home.account, &draft("twice"), true).await;
        assert_eq!(home.asked("POST", "/api/v1/statuses"), asked + usize::from(posted.is_ok()));
        posted.map(|post| post.state).map_err(|error| error.code().as_str())
    };
    assert_eq!(again(Flavor::Practice, &[25, 25]).await, Ok(PostState::Posted));
    assert_eq!(again(Flavor::Practice, &[55, 55]).await, Err("post-unclear"));
    assert_eq!(
        again(Flavor::Practice, &[-120]).await,
        Err("post-unclear"),
        "the clock was set back"
    );
    assert_eq!(
        again(Flavor::GoToSocial, &[1]).await,
        Err("post-unclear"),
        "whether it knows keys was not seen"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_ages_while_the_clock_is_set_back() {
    for (passed, code) in [(50 * 60, None), (70 * 60, Some("post-unclear"))] {
        let home = Home::new(Flavor::Practice).await;
        lost(&home, "Hello").await;
        // So much time has passed, and the clock on the wall shows ten minutes more than before.
        let clock: Clock = Arc::new(|| now() + 600);
        let reopened = Keeper::open(Outside {
            since_boot: Arc::new(move || since_boot() + passed),
            ..outside(home.rig.home.path(), clock)
        });
        let keeper = reopened.unwrap();
        plan::known(&keeper, &home.server);
        let posted = keeper.publish_post(&home.account, &draft("Hello"), true).await;
        assert_eq!(posted.err().map(|error| error.code().as_str()), code);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_attempt_that_is_refused_says_nothing_of_the_first() {
    let home = Home::new(Flavor::Practice).await;
    lost(&home, "Hello").await;
    let began = home.known().posted_at;
    home.later(60);
    home.server.fail_next(Endpoint::Publish, Fault::TooMany { retry_after: None });
    assert!(home.rig.keeper.publish_post(&home.account, &draft("Hello"), true).await.is_err());
    assert_eq!((home.known().state, home.known().posted_at), (PostState::MayBePosted, began));
    assert_eq!(home.post("Hello").await.state, PostState::Posted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_says_nothing_leaves_it_open() {
    for fault in [Fault::Status(502), Fault::Drop, Fault::Garbage] {
        let home = Home::new(Flavor::Practice).await;
        home.server.fail_next(Endpoint::Publish, fault.clone());
        assert!(home.rig.keeper.publish_post(&home.account, &draft("Hello"), true).await.is_err());
        assert_eq!(home.known().state, PostState::MayBePosted, "{fault:?}");
    }
    // A refusal is an answer.
    let home = Home::new(Flavor::Practice).await;
    home.server.fail_next(Endpoint::Publish, Fault::TooMany { retry_after: None });
    assert!(home.rig.keeper.publish_post(&home.account, &draft("Hello"), true).await.is_err());
    assert_eq!((home.known().state, home.known().sent), (PostState::Refused, Lamp::No));
    assert_eq!(home.post("Hello").await.state, PostState::Posted, "and it may be posted then");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_was_cut_off_is_known_after_looking() {
    for arrives in [true, false] {
        let home = Home::new(Flavor::Practice).await;
        home.post("Hello").await;
        let id = home.known().id.unwrap();
        home.server.fail_next(Endpoint::Status, Fault::Slow(Duration::from_secs(20)));
        let (keeper, account) = (home.rig.keeper.clone(), home.account.clone());
        let deleting = tokio::spawn(async move { keeper.delete_post(&account).await });
        until("the request", || home.asked("DELETE", "/api/v1/statuses/") == 1).await;
        deleting.abort();
        let _ = deleting.await;
        if arrives {
            home.server.delete_post(&id);
        }
        let home = home.restarted();
        assert_eq!(home.known().state, PostState::Posted, "until it is looked for");
        let post = home.rig.keeper.check_post(&home.account).await.unwrap();
        let expected = if arrives { PostState::Deleted } else { PostState::Posted };
        assert_eq!((post.state, post.can_delete), (expected, !arrives));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_was_cut_off_is_done_again() {
    // Some platforms answer with another status than 404 where a post is gone.
    for (arrived, again, expected) in [
        (true, None, Ok(PostState::Deleted)),
        (true, Some(Fault::Status(400)), Ok(PostState::Deleted)),
        (false, None, Ok(PostState::Deleted)),
        (false, Some(Fault::Status(403)), Err(PostState::Posted)),
    ] {
        let home = Home::new(Flavor::Practice).await;
        home.post("Hello").await;
        let id = home.known().id.unwrap();
        home.server.fail_next(Endpoint::Status, Fault::Drop);
        assert!(home.rig.keeper.delete_post(&home.account).await.is_err());
        assert!(home.rig.keeper.prepare_post(&home.account, &draft("x")).unwrap().replaces);
        if arrived {
            home.server.delete_post(&id);
        }
        if let Some(fault) = &again {
            home.server.fail_next(Endpoint::Status, fault.clone());
        }
        let deleted = home.rig.keeper.delete_post(&home.account).await.map(|post| post.state);
        assert_eq!(deleted.map_err(|_| home.known().state), expected, "{arrived} {again:?}");
        let replaces = home.rig.keeper.prepare_post(&home.account, &draft("x")).unwrap().replaces;
        assert_eq!(replaces, expected.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_the_platform_rewrites() {
    for (text, shown, found) in [
        ("@bob@o.example hi", "@bob hi", true),
        ("See https://example.com/a", "See https://t.example/1", false),
    ] {
        let home = Home::new(Flavor::Practice).await;
        home.server.rewrite_posts(shown);
        cut_off(&home, text).await;
        let home = home.restarted();
        let looked = home.rig.keeper.check_post(&home.account).await.unwrap();
        let expected = match found {
            true => (PostState::Posted, Lamp::Yes),
            false => (PostState::MayBePosted, Lamp::Unknown),
        };
        assert_eq!((looked.state, looked.there), expected, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_may_leave_out_what_few_may_see() {
    for (visibility, there) in [("public", Lamp::No), ("direct", Lamp::Unknown)] {
        let home = Home::new(Flavor::Practice).await;
        home.server.fail_next(Endpoint::Publish, Fault::Drop);
        let wanted = Draft {
            visibility: Some(visibility.into()),
            ..draft("Hello")
        };
        assert!(home.rig.keeper.publish_post(&home.account, &wanted, true).await.is_err());
        assert_eq!(home.rig.keeper.check_post(&home.account).await.unwrap().there, there);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_is_ahead_hides_no_post() {
    let home = Home::new(Flavor::Practice).await;
    home.later(150);
    cut_off(&home, "Hello").await;
    let looked = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!(looked.state, PostState::Posted);
    // Nor is it a duplicate.
    home.server.hide_posts(Some(Silent::Development));
    home.post("Another").await;
    home.later(6);
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!(post.reason.unwrap().code, DarkCode::AppInDevelopment);
    // If the clock was put right meanwhile, it is not known which one is meant.
    let home = Home::new(Flavor::Practice).await;
    home.later(150);
    cut_off(&home, "Hello").await;
    home.later(-150);
    let looked = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((looked.state, looked.there), (PostState::MayBePosted, Lamp::Unknown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_login_keeps_what_was_posted_and_older_books_have_nothing() {
    use keybearer_core::provider::RedirectKind;
    let home = Home::new(Flavor::Practice).await;
    assert!(!home.rig.book().contains("\"post\""), "nothing is written before there is a post");
    home.post("Hello").await;
    let plan = crate::rig::plan(&home.rig, &home.server, RedirectKind::Loopback);
    let again = home.rig.log_in(plan).await.account.id;
    assert_eq!(again, home.account);
    assert_eq!(home.known().text, "Hello");
}
