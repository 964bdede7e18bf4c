//! A server that refuses and does not say why: told of after a day, and renewals go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keybearer_core::book::Book;
use keybearer_core::keeper::now;
use keybearer_core::ledger::Purpose;
use keybearer_core::view::RenewalOutcome;
use serde_json::json;
use tempfile::TempDir;

use crate::intermediaries::in_between;
use crate::mastodon_mock::{Family, IDENTITY, TOKEN, in_json, page};
use crate::raw_server::http;
use crate::rig::Rig;

const SILENT: &str = include_str!("../fixtures/book-v5-silence.json");

/// A keeper whose clock a test sets forward.
fn at_a_time(home: TempDir) -> (Rig, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = ahead.clone();
    (
        Rig::with_clock(home, Arc::new(move || now() + clock.load(Ordering::Relaxed))),
        ahead,
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_for_a_day_without_a_word_is_told_of_and_the_token_lives() {
    let server = Family::new().await;
    let (rig, ahead) = at_a_time(TempDir::new().unwrap());
    let id = server.log_in(&rig).await;
    server.answers(IDENTITY, http("401 Unauthorized", "", b""));
    let verify = async || rig.keeper.verify(&id).await.unwrap_err().code();
    for _ in 0..5 {
        assert_eq!(verify().await, "silent-refusal", "five within a moment are one incident");
    }
    assert_eq!(rig.account(&id).trouble, None);
    ahead.store(86_400, Ordering::Relaxed);
    assert_eq!(verify().await, "silent-refusals");
    assert_eq!(rig.account(&id).trouble.unwrap().code, "silent-refusals");
    assert_eq!(
        rig.keeper.access_token(&id, Purpose::Token).await.unwrap().expose(),
        "token-canary",
        "and it is handed out"
    );
    // The API's own answer ends it.
    server.answers_rightly(IDENTITY);
    rig.keeper.verify(&id).await.unwrap();
    assert_eq!(rig.account(&id).trouble, None);
    assert!(!rig.book().contains("silence"));
}

#[test]
fn what_a_book_knows_of_silence_is_read_and_books_without_it_are_read_too() {
    let book: Book = serde_json::from_str(SILENT).unwrap();
    let silence = book.accounts[0].silence.unwrap();
    assert_eq!((silence.count, silence.first), (3, 1_795_312_800));
    assert_eq!(book.accounts[0].trouble.as_ref().unwrap().code, "silent-refusals");
    assert_eq!(serde_json::to_string_pretty(&book).unwrap() + "\n", SILENT);
    let before: Book = serde_json::from_str(include_str!("../fixtures/book-v4.json")).unwrap();
    assert!(!before.accounts.is_empty() && before.accounts.iter().all(|a| a.silence.is_none()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_goes_on_when_the_api_answers_again() {
    for (what, bytes, code) in in_between() {
        let server = Family::new().await;
        let (rig, ahead) = at_a_time(TempDir::new().unwrap());
        let pair = |n: u8| {
            let body = json!({ "access_token": format!("access-{n}"), "refresh_token": format!("refresh-{n}"), "expires_in": 7200, "token_type": "Bearer" });
            in_json("200 OK", "", body)
        };
        server.answers(TOKEN, pair(1));
        let id = server.log_in(&rig).await;
        server.answers(TOKEN, bytes);
        ahead.store(7200, Ordering::Relaxed);
        assert_eq!(
            rig.keeper.access_token(&id, Purpose::Token).await.unwrap_err().code(),
            code,
            "{what}"
        );
        // Where the request may have arrived, the renewal is unfinished, and the sweep tries it again.
        let book: Book = serde_json::from_str(&rig.book()).unwrap();
        let unfinished = book.accounts.iter().any(|a| a.renewing.is_some());
        let done = rig.keeper.sweep().await;
        assert_eq!(done.len(), usize::from(unfinished), "{what}: {done:?}");
        assert!(done.iter().all(|one| one.outcome == RenewalOutcome::Later), "{what}: {done:?}");
        assert_eq!(rig.account(&id).trouble, None, "{what}");
        server.answers(TOKEN, pair(2));
        assert_eq!(
            rig.keeper.access_token(&id, Purpose::Token).await.unwrap().expose(),
            "access-2",
            "{what}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bare_400_after_an_answer_that_was_lost_calls_no_token_dead() {
    let pair = |n: u8| {
        let body = json!({ "access_token": format!("access-{n}"), "refresh_token": format!("refresh-{n}"), "expires_in": 7200, "token_type": "Bearer" });
        in_json("200 OK", "", body)
    };
    let lost = page("504 Gateway Timeout", "", "Gateway Timeout");
    for (bytes, code) in [
        (http("400 Bad Request", "", b""), "refused"),
        (http("400 Bad Request", "Content-Type: text/plain\r\n", b"Bad Request"), "refused"),
        (in_json("400 Bad Request", "", json!({ "message": "Bad Request" })), "refused"),
        (page("400 Bad Request", "", "Bad Request"), "web-page"),
        // The API's own word.
        (in_json("400 Bad Request", "", json!({ "error": "invalid_request" })), "interrupted"),
    ] {
        let server = Family::new().await;
        let (rig, ahead) = at_a_time(TempDir::new().unwrap());
        server.answers(TOKEN, pair(1));
        let id = server.log_in(&rig).await;
        ahead.store(7200, Ordering::Relaxed);
        server.answers(TOKEN, lost.clone());
        assert_eq!(rig.keeper.access_token(&id, Purpose::Token).await.unwrap_err().code(), "web-page");
        server.answers(TOKEN, bytes);
        assert_eq!(rig.keeper.access_token(&id, Purpose::Token).await.unwrap_err().code(), code);
        server.answers(TOKEN, pair(2));
        let then = rig
            .keeper
            .access_token(&id, Purpose::Token)
            .await
            .map(|token| token.expose().to_owned());
        match code {
            "interrupted" => assert_eq!(then.unwrap_err().code(), code),
            _ => assert_eq!(then.unwrap(), "access-2"),
        }
    }
}
