//! How answers return: a server that promises its name and does not give it, and answers that do not say for which login.

use keybearer_core::error::Error;
use keybearer_core::provider::{Callback, RedirectKind};
use keybearer_core::redirect::RELAYED;
use keybearer_core::redirect::expected::Expected;
use keybearer_core::redirect::waiting::{Arrival, Verdict, Waiting};
use serde_json::json;

use crate::browser::get;
use crate::mastodon_mock::{Family, METADATA, comes_home, home, in_json};
use crate::rig::Rig;

/// A server whose metadata promise an `iss` (RFC 9207 §3), as Sharkey's do.
async fn promising() -> Family {
    let server = Family::new().await;
    let origin = &server.origin;
    let metadata = json!({
        "issuer": origin,
        "authorization_endpoint": format!("{origin}/oauth/authorize"),
        "token_endpoint": format!("{origin}/oauth/token"),
        "response_types_supported": ["code"],
        "authorization_response_iss_parameter_supported": true,
    });
    server.answers(METADATA, in_json("200 OK", "", metadata));
    server
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promised_iss_may_be_missing_where_the_address_is_this_servers_alone() {
    let server = promising().await;
    for redirect in [RedirectKind::Loopback, RedirectKind::PrivateUseScheme] {
        let rig = Rig::new();
        let mut login = rig.wait(server.plan(redirect)).await;
        let address = home(&rig, &login, "code=c-1&state={state}");
        match redirect {
            RedirectKind::Loopback => assert_eq!(get(&address).await.unwrap().header("location"), "/done"),
            _ => assert_eq!(rig.keeper.accept_link(&address), Verdict::Accepted),
        }
        login.end().await.unwrap();
        // And when the address is pasted.
        let mut login = rig.wait(server.plan(redirect)).await;
        rig.keeper.paste(&login.id, &home(&rig, &login, "code=c-2&state={state}")).unwrap();
        login.end().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_the_promising_server_shows_is_taken() {
    let (server, rig) = (promising().await, Rig::new());
    let page = format!("{}/oauth/authorize/native?code=c-1", server.origin);
    for pasted in ["the-code-alone", "code=c-2", &page] {
        let mut login = rig.wait(server.plan(RedirectKind::OutOfBand)).await;
        rig.keeper.paste(&login.id, pasted).unwrap();
        login.end().await.unwrap();
    }
}

/// A login at a relay page, where answers of every server arrive.
fn at_a_relay() -> Expected {
    Expected {
        state: "s-1".into(),
        redirect_uri: "https://ada.example/relay/".into(),
        forwarded: Some(RELAYED.into()),
        authorize: "https://one.example/oauth/authorize".parse().unwrap(),
        issuer: "https://one.example".into(),
        issuer_required: true,
        own_address: false,
        callback: Callback::default(),
        tokens: Vec::new(),
    }
}

#[tokio::test]
async fn a_missing_iss_is_named_where_answers_of_several_servers_arrive() {
    let waiting = Waiting::default();
    let mut place = waiting.expect("login", at_a_relay());
    // Pasted it is refused, and the code alone is still taken.
    for pasted in ["https://ada.example/relay/?code=c-1&state=s-1", "code=c-1&state=s-1"] {
        assert_eq!(waiting.paste("login", pasted).unwrap_err().code(), "issuer-missing", "{pasted}");
    }
    waiting.paste("login", "the-code-alone").unwrap();
    assert!(matches!(place.arrivals.recv().await, Some(Arrival::Answer(Ok(_)))));
    drop(place);
    for own_address in [false, true] {
        let mut place = waiting.expect(
            "login",
            Expected {
                own_address,
                ..at_a_relay()
            },
        );
        let link = format!("{RELAYED}?code=c-1&state=s-1&n={own_address}").parse().unwrap();
        assert_eq!(waiting.accept(&link, RedirectKind::PrivateUseScheme), Verdict::Failed);
        match place.arrivals.recv().await {
            Some(Arrival::Answer(Err(Error::IssuerMissing { expected }))) => assert_eq!(expected, "https://one.example"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_iss_stays_an_attack_everywhere() {
    let server = promising().await;
    for promised in [true, false] {
        if !promised {
            server.answers_rightly(METADATA);
        }
        let rig = Rig::new();
        for wrong in ["https://evil.example", "{origin}/", "{origin}.evil.example"] {
            let wrong = wrong.replace("{origin}", &server.origin);
            let wrong: String = url::form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
            let mut login = rig.wait(server.plan(RedirectKind::Loopback)).await;
            let reply = comes_home(&rig, &login, &format!("code=c&state={{state}}&iss={wrong}")).await;
            assert_eq!(reply.header("location"), "/failed");
            assert_eq!(login.end().await.unwrap_err().code, "issuer-mismatch");
        }
        let mut login = rig.wait(server.plan(RedirectKind::Loopback)).await;
        comes_home(&rig, &login, &format!("code=c&state={{state}}&iss={}", server.origin)).await;
        login.end().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_without_state_is_said_at_once_and_not_taken() {
    let server = Family::new().await;
    let rig = Rig::new();
    let mut login = rig.wait(server.plan(RedirectKind::Loopback)).await;
    for n in 0..50 {
        let reply = comes_home(&rig, &login, &format!("code=stray-{n}")).await;
        assert_eq!((reply.status, reply.body.contains("which sign-in this is for")), (404, true));
    }
    assert_eq!(login.hint().await.code, "answer-without-state");
    assert!(login.is_waiting());
    let hints = login
        .seen
        .iter()
        .filter(|e| format!("{e:?}").contains("AnswerWithoutState"))
        .count();
    assert_eq!(hints, 1, "many strays are one word");
    for n in 0..50 {
        let reply = comes_home(&rig, &login, &format!("error=access_denied&n={n}")).await;
        assert_eq!(reply.header("location"), "/denied");
    }
    assert_eq!(login.hint().await.code, "denied-without-state");
    assert!(login.is_waiting());
    let hints = login
        .seen
        .iter()
        .filter(|e| format!("{e:?}").contains("DeniedWithoutState"))
        .count();
    assert_eq!(hints, 1, "and so are many denials");
    let seen = server.seen();
    assert!(!seen.is_empty() && !seen.concat().contains("stray"), "none was redeemed");
    // Pasted whole it says what to do; the code alone is the person's own word.
    let address = home(&rig, &login, "code=the-code");
    assert_eq!(rig.keeper.paste(&login.id, &address).unwrap_err().code(), "paste-no-state");
    rig.keeper.paste(&login.id, "the-code").unwrap();
    login.end().await.unwrap();
    // Elsewhere it is nobody's.
    let login = rig.wait(server.plan(RedirectKind::Loopback)).await;
    let elsewhere = home(&rig, &login, "code=x").replace("/callback/", "/callback/x");
    assert_eq!(get(&elsewhere).await.unwrap().status, 404);
    // By deep link, too.
    let mut login = rig.wait(server.plan(RedirectKind::PrivateUseScheme)).await;
    assert_eq!(rig.keeper.accept_link(&home(&rig, &login, "code=x")), Verdict::WithoutState);
    assert_eq!(login.hint().await.code, "answer-without-state");
}
