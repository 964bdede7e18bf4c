//! Eight ways in which a platform takes a post and no stranger sees it. Each answers the publication with a success.

use keybearer_core::view::{DarkCode, Lamp, PostState};
use keybearer_practice::{Flavor, Silent};

use super::Home;

/// Posts while the platform is silent about this, and says which reason was found, and whether an answer showed it.
async fn reason(silent: Silent) -> (DarkCode, bool) {
    let home = Home::new(Flavor::Practice).await;
    home.server.hide_posts(Some(silent));
    let at_once = home.post("Hello").await;
    assert_eq!(
        (at_once.state, at_once.sent, at_once.there),
        (PostState::Posted, Lamp::Yes, Lamp::Yes)
    );
    // A stranger who asks at once may ask too early.
    assert_eq!((at_once.seen, at_once.reason), (Lamp::Waiting, None), "{silent:?}");
    let wait = at_once.check_from.unwrap() - at_once.posted_at;
    assert_eq!(wait, 5, "as the platform's file says");
    home.later(6);
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((post.sent, post.there, post.seen), (Lamp::Yes, Lamp::Yes, Lamp::No), "{silent:?}");
    assert_eq!(home.known(), post, "it is kept");
    let found = post.reason.expect("a reason");
    (found.code, found.certain)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_in_development_mode_is_the_likeliest_reason_where_nothing_says_why() {
    assert_eq!(reason(Silent::Development).await, (DarkCode::AppInDevelopment, false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_page() {
    assert_eq!(reason(Silent::PageUnpublished).await, (DarkCode::PageUnpublished, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_profile() {
    assert_eq!(reason(Silent::PrivateProfile).await, (DarkCode::PrivateProfile, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visibility_that_the_server_narrows() {
    assert_eq!(reason(Silent::Narrowed).await, (DarkCode::DefaultVisibility, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_stays_on_its_server() {
    assert_eq!(reason(Silent::LocalOnly).await, (DarkCode::LocalOnly, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_of_an_earlier_post() {
    assert_eq!(reason(Silent::Duplicate).await, (DarkCode::Duplicate, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_without_a_permission() {
    assert_eq!(reason(Silent::WithoutPermission).await, (DarkCode::MissingScope, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_is_not_confirmed() {
    assert_eq!(reason(Silent::Unconfirmed).await, (DarkCode::UnconfirmedAccount, true));
}

/// Mastodon's file knows no likeliest reason.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_no_reason_is_found_that_is_said() {
    let home = Home::new(Flavor::Mastodon).await;
    home.server.hide_posts(Some(Silent::Development));
    home.post("Hello").await;
    home.later(60);
    let post = home.rig.keeper.check_post(&home.account).await.unwrap();
    assert_eq!((post.there, post.seen), (Lamp::Yes, Lamp::No));
    let reason = post.reason.expect("a reason");
    assert_eq!((reason.code, reason.certain), (DarkCode::Unexplained, true));
}
