//! A first post, by what a real GoToSocial answered: the request that was recorded, its status, and its refusal of a token that may
//! only read.

use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{DarkCode, Draft, Lamp, PostState};

use super::log_in;
use super::server::GoToSocial;
use crate::rig::Rig;

const ID: &str = "01M80FJXCV7GX0QMGXHHSRG4BX";

fn draft() -> Draft {
    Draft {
        text: "Hello #world ✓".into(),
        ..Draft::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recorded_request_is_sent_and_its_answer_read() {
    let (rig, server) = (Rig::new(), GoToSocial::start().await);
    let account = log_in(&rig, &server, RedirectKind::Loopback).await.unwrap().id;
    // Its answer to reading one status was not recorded: it is the same entity.
    server.instead("/api/v1/statuses/01M80FJXCV7GX0QMGXHHSRG4BX", "250-posted");
    let plan = rig.keeper.prepare_post(&account, &draft()).unwrap();
    assert_eq!(plan.scope_missing.as_deref(), Some("write"), "the login asked for read");
    let post = rig.keeper.publish_post(&account, &draft(), true).await.unwrap();
    let bodies = server.memory.lock().unwrap().posted.clone();
    // As recorded, but for the order of names.
    let sent: serde_json::Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!(sent, serde_json::json!({ "status": "Hello #world ✓", "visibility": "public" }));
    assert_eq!((post.state, post.id.as_deref()), (PostState::Posted, Some(ID)));
    assert!(post.link.unwrap().ends_with(&format!("/@memo/statuses/{ID}")));
    // A stranger asks for its page, which this server does not have; that may be too early.
    assert_eq!((post.sent, post.there, post.seen), (Lamp::Yes, Lamp::Yes, Lamp::Waiting));
    assert!(post.check_from.is_some_and(|at| at > post.posted_at));
    let asked = server.memory.lock().unwrap().asked.clone();
    assert_eq!(asked.last().unwrap(), &format!("GET /@memo/statuses/{ID}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_may_only_read_posts_nothing() {
    let (rig, server) = (Rig::new(), GoToSocial::start().await);
    let account = log_in(&rig, &server, RedirectKind::Loopback).await.unwrap().id;
    server.instead("/api/v1/statuses", "288-write-refused");
    let error = rig.keeper.publish_post(&account, &draft(), true).await.unwrap_err();
    assert_eq!(error.code(), "missing-permission");
    let post = rig.keeper.first_post(&account).unwrap().unwrap();
    assert_eq!((post.state, post.sent), (PostState::Refused, Lamp::No));
    let reason = post.reason.unwrap();
    assert!(reason.code == DarkCode::MissingScope && reason.certain);
}
