//! A post after another one: what may have been posted is looked for and says nothing of a new text, and what is there stays known until
//! the platform has taken the next one.

use keybearer_core::view::{Draft, Lamp, PostState, PostView};
use keybearer_practice::{Endpoint, Fault, Flavor};

use super::cut_off::{cut_off, lost};
use super::{Home, draft};

fn sorted(home: &Home) -> Vec<String> {
    let mut published = home.server.published();
    published.sort();
    published
}

/// Posts, and the platform refuses it.
async fn refused(home: &Home, wanted: &Draft) {
    home.server.fail_next(Endpoint::Publish, Fault::TooMany { retry_after: None });
    let posted = home.rig.keeper.publish_post(&home.account, wanted, true).await;
    assert_eq!(posted.unwrap_err().code(), "rate-limited");
}

async fn delete(home: &Home) -> PostView {
    home.rig.keeper.delete_post(&home.account).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_text_is_posted_where_an_earlier_one_is_found() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let home = Home::new(flavor).await;
        cut_off(&home, "Text A").await;
        let home = home.restarted();
        let plan = |text: &str| home.rig.keeper.prepare_post(&home.account, &draft(text)).unwrap();
        assert!(plan("Text B").unclear && plan("Text B").replaces, "{flavor:?}");
        assert!(!plan("Text A").replaces, "the same one is not posted again");
        let post = home.post("Text B").await;
        assert_eq!(
            (post.text.as_str(), post.state, post.there, post.seen),
            ("Text B", PostState::Posted, Lamp::Yes, Lamp::Yes),
            "{flavor:?}"
        );
        assert_eq!(sorted(&home), ["Text A", "Text B"], "{flavor:?}");
        assert_eq!(delete(&home).await.text, "Text B");
        assert_eq!(sorted(&home), ["Text A"], "{flavor:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_text_with_its_visibility_in_words_is_the_same() {
    let home = Home::new(Flavor::Mastodon).await;
    cut_off(&home, "Hello").await;
    let same = Draft {
        visibility: Some("public".into()),
        ..draft("Hello")
    };
    let post = home.rig.keeper.publish_post(&home.account, &same, true).await.unwrap();
    assert_eq!((post.state, sorted(&home)), (PostState::Posted, vec!["Hello".to_owned()]));
    // With another one it is another post.
    let home = Home::new(Flavor::Mastodon).await;
    cut_off(&home, "Hello").await;
    let other = Draft {
        visibility: Some("unlisted".into()),
        ..draft("Hello")
    };
    home.rig.keeper.publish_post(&home.account, &other, true).await.unwrap();
    assert_eq!(sorted(&home), ["Hello", "Hello"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_post_leaves_the_one_before_it() {
    let home = Home::new(Flavor::Practice).await;
    home.post("stays").await;
    let before = home.known();
    refused(&home, &draft("refused")).await;
    let home = home.restarted();
    assert_eq!(home.known(), before);
    assert!(home.rig.keeper.prepare_post(&home.account, &draft("x")).unwrap().replaces);
    let looked = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((looked.text.as_str(), looked.there), ("stays", Lamp::Yes));
    assert_eq!(delete(&home).await.text, "stays");
    assert!(home.server.published().is_empty());
    // One that is gone does not come back.
    refused(&home, &draft("refused")).await;
    assert_eq!((home.known().state, home.known().text.as_str()), (PostState::Refused, "refused"));
    let nothing = home.rig.keeper.delete_post(&home.account).await.unwrap_err();
    assert_eq!(nothing.code(), "post-missing");
    // Nor does one that another has replaced.
    home.post("first").await;
    home.post("second").await;
    assert!(!home.rig.book().contains("\"before\""));
    delete(&home).await;
    assert_eq!((home.known().state, home.known().text.as_str()), (PostState::Deleted, "second"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_was_cut_off_can_be_repeated_after_a_refused_post() {
    let home = Home::new(Flavor::Practice).await;
    home.post("stays").await;
    home.server.fail_next(Endpoint::Status, Fault::Drop);
    assert!(home.rig.keeper.delete_post(&home.account).await.is_err());
    refused(&home, &draft("refused")).await;
    assert_eq!((delete(&home).await.text.as_str(), sorted(&home).len()), ("stays", 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_post_says_nothing_of_the_one_before_it() {
    let again = |text: &str| Draft {
        again: true,
        ..draft(text)
    };
    let home = Home::new(Flavor::Practice).await;
    home.post("stays").await;
    lost(&home, "lost").await;
    let known = home.known();
    assert_eq!((known.state, known.text.as_str()), (PostState::MayBePosted, "lost"));
    assert!(home.rig.keeper.prepare_post(&home.account, &draft("lost")).unwrap().replaces);
    let unclear = home.rig.keeper.delete_post(&home.account).await.unwrap_err();
    assert_eq!(unclear.code(), "post-unclear", "the other one is not deleted in its place");
    assert_eq!(sorted(&home), ["stays"]);
    // A refused attempt at another one, or many lost ones, leave it open, and the book readable.
    refused(&home, &again("refused")).await;
    assert_eq!((home.known().state, home.known().text.as_str()), (PostState::MayBePosted, "lost"));
    for _ in 0..20 {
        lost(&home, "lost").await;
        home.server.fail_next(Endpoint::Publish, Fault::Drop);
        let posted = home.rig.keeper.publish_post(&home.account, &again("another"), true).await;
        assert!(posted.is_err());
        let depth = home.rig.book().matches("\"before\"").count();
        assert!(depth <= 2, "{depth}");
        home.server.fail_next(Endpoint::Publish, Fault::Drop);
        let posted = home.rig.keeper.publish_post(&home.account, &again("lost"), true).await;
        assert!(posted.is_err());
    }
    let home = home.restarted();
    assert_eq!(home.post("lost").await.state, PostState::Posted);
    assert_eq!(
        (sorted(&home), home.rig.book().contains("\"before\"")),
        (vec!["lost".to_owned(), "stays".to_owned()], false)
    );
}
