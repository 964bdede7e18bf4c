//! The paste box: whole addresses, halves of them, codes, and everything that people take for one of these.

use keybearer_core::oauth2::authorization::Outcome;
use keybearer_core::provider::{Callback, RedirectKind};
use keybearer_core::redirect::OOB;
use keybearer_core::redirect::expected::Expected;
use keybearer_core::redirect::paste::{Pasted, read};
use keybearer_practice::Flavor;
use proptest::prelude::*;
use url::Url;

use crate::browser::{Landing, Visit, consent, visit};
use crate::rig::{Habit, Rig, plan, practice};

const STATE: &str = "5tateOfThisLogin-_5tateOfThisLogin-_5tateOf";
const HOME: &str = "http://127.0.0.1:47017/callback/example.org";

fn expected(redirect_uri: &str) -> Expected {
    Expected {
        state: STATE.into(),
        redirect_uri: redirect_uri.into(),
        forwarded: None,
        authorize: Url::parse("https://example.org/oauth/authorize?response_type=code&client_id=x&state=s").unwrap(),
        issuer: "https://example.org".into(),
        issuer_required: false,
        own_address: false,
        callback: Callback::default(),
        tokens: vec!["THAA".into()],
    }
}

/// The code that was found, or the code of the error.
fn found(text: &str, expected: &Expected) -> Result<String, &'static str> {
    match read(text, expected).map_err(|e| e.code().as_str())? {
        Pasted::Code(code) => Ok(code),
        Pasted::Response(response, _) => match response.outcome {
            Outcome::Code(code) => Ok(code),
            Outcome::Error { error, .. } => Ok(format!("error {error}")),
            Outcome::Nothing => panic!("a response without anything in it: {text}"),
        },
    }
}

#[test]
fn what_people_paste_after_a_redirect() {
    let e = expected(HOME);
    let twice: String = url::form_urlencoded::byte_serialize(format!("{HOME}?code=abcd&state={STATE}").as_bytes()).collect();
    for (text, result) in [
        (format!("{HOME}?code=abcd&state={STATE}"), Ok("abcd")),
        (format!("{HOME}?state={STATE}&code=abcd&iss=https%3A%2F%2Fexample.org"), Ok("abcd")),
        (format!("  \"{HOME}?code=abcd&state={STATE}\" \n"), Ok("abcd")),
        (format!("<{HOME}?code=abcd&state={STATE}>"), Ok("abcd")),
        (format!("「{HOME}?code=abcd&state={STATE}」"), Ok("abcd")),
        (format!("{HOME}?code=ab\ncd&sta\r\nte={STATE}"), Ok("abcd")),
        (format!("\u{feff}{HOME}?code=abcd&state={STATE}\u{200b}"), Ok("abcd")),
        (format!("{HOME}?code=abcd&state={STATE}#_"), Ok("abcd")),
        (format!("{HOME}?code=abcd&state={STATE}#_=_"), Ok("abcd")),
        (
            format!("HTTP://127.0.0.1:47017/callback/example.org?code=abcd&state={STATE}"),
            Ok("abcd"),
        ),
        (format!("127.0.0.1:47017/callback/example.org?code=abcd&state={STATE}"), Ok("abcd")),
        (
            format!("//127.0.0.1:47017/callback/example.org?code=abcd&state={STATE}"),
            Ok("abcd"),
        ),
        (format!("?code=abcd&state={STATE}"), Ok("abcd")),
        (format!("code=abcd&state={STATE}"), Ok("abcd")),
        ("code=abcd".to_owned(), Ok("abcd")),
        (twice, Ok("abcd")),
        ("abcd1234".to_owned(), Ok("abcd1234")),
        (" abcd1234#_ ".to_owned(), Ok("abcd1234")),
        ("a%2Fb%3Dcd".to_owned(), Ok("a/b=cd")),
        ("a+b/c=de".to_owned(), Ok("a+b/c=de")),
        (format!("{HOME}?error=access_denied&state={STATE}"), Ok("error access_denied")),
        (String::new(), Err("paste-empty")),
        (" \n\t \"\" ".to_owned(), Err("paste-empty")),
        ("abc".to_owned(), Err("paste-no-code")),
        ("just some words".to_owned(), Err("paste-no-code")),
        ("令牌在哪里".to_owned(), Err("paste-no-code")),
        ("x".repeat(5000), Err("paste-no-code")),
        ("http://".to_owned(), Err("paste-no-code")),
        ("http://[broken?code=abcd".to_owned(), Err("paste-no-code")),
        (
            format!("https://example.org/oauth/authorize?response_type=code&client_id=x&state={STATE}"),
            Err("paste-authorize-page"),
        ),
        (
            "https://example.org/oauth/authorize?client_id=x".to_owned(),
            Err("paste-authorize-page"),
        ),
        (
            "example.org/oauth/authorize?client_id=x&response_type=code".to_owned(),
            Err("paste-authorize-page"),
        ),
        ("https://example.org/@me".to_owned(), Err("paste-other-address")),
        (
            format!("https://other.example/callback?code=abcd&state={STATE}"),
            Err("paste-other-address"),
        ),
        (
            format!("http://localhost:47017/callback/example.org?code=abcd&state={STATE}"),
            Err("paste-other-address"),
        ),
        (
            format!("http://127.0.0.1:47017/callback/other.org?code=abcd&state={STATE}"),
            Err("paste-other-address"),
        ),
        (
            format!("http://me@127.0.0.1:47017/callback/example.org?code=abcd&state={STATE}"),
            Err("paste-other-address"),
        ),
        (format!("{HOME}?code=abcd&state=another"), Err("paste-wrong-state")),
        (format!("{HOME}?code=abcd"), Err("paste-no-state")),
        (format!("{HOME}?error=access_denied"), Err("denied-without-state")),
        ("code=abcd&state=another".to_owned(), Err("paste-wrong-state")),
        (format!("{HOME}?state={STATE}"), Err("paste-no-code")),
        (format!("{HOME}?code=&state={STATE}"), Err("paste-no-code")),
        (format!("{HOME}?code=a&code=b&state={STATE}"), Err("paste-no-code")),
        (HOME.to_owned(), Err("paste-no-code")),
        ("Bearer abcd".to_owned(), Err("paste-token")),
        ("{\"access_token\":\"abcd\"}".to_owned(), Err("paste-token")),
        (format!("{HOME}#access_token=abcd&state={STATE}"), Err("paste-token")),
    ] {
        let shown: String = text.chars().take(120).collect();
        assert_eq!(found(&text, &e).as_deref().map_err(|e| *e), result, "{shown}");
    }
}

#[test]
fn what_people_paste_from_a_page_with_a_code() {
    let e = expected(OOB);
    for (text, result) in [
        ("abcd1234", Ok("abcd1234")),
        ("https://example.org/oauth/oob?code=abcd", Ok("abcd")),
        ("https://example.org/oauth/authorize/native?code=abcd", Ok("abcd")),
        ("example.org/oauth/authorize/native?code=abcd", Ok("abcd")),
        (
            "https://example.org/oauth/authorize?client_id=x&response_type=code",
            Err("paste-authorize-page"),
        ),
        (
            "example.org/oauth/authorize?client_id=x&response_type=code",
            Err("paste-authorize-page"),
        ),
        ("https://example.org/auth/sign_in", Err("paste-no-code")),
        ("https://evil.example/oauth/oob?code=abcd", Err("paste-other-address")),
        ("https://example.org/oauth/oob?code=abcd&state=another", Err("paste-wrong-state")),
    ] {
        assert_eq!(found(text, &e).as_deref().map_err(|e| *e), result, "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_no_wrong_state_is_taken(text in ".{0,200}", state in "[A-Za-z0-9_-]{0,43}") {
        for e in [expected(HOME), expected(OOB), expected("io.github.keybearer://callback/example.org")] {
            let _ = read(&text, &e);
            prop_assume!(state != STATE);
            let with_state = format!("{}?code={text}&state={state}", e.redirect_uri);
            if e.redirect_uri != OOB && let Ok(Pasted::Response(response, _)) = read(&with_state, &e) {
                prop_assert_eq!(response.state.as_deref(), Some(STATE));
            }
        }
    }

    #[test]
    fn an_address_like_text_never_panics(text in "(http|https|io.github.keybearer)?(%3A|:)?(//)?[a-z0-9.@:\\[\\]%?&=#/_-]{0,80}") {
        let _ = read(&text, &expected(HOME));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_paste_leaves_the_login_waiting() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Paste)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    for (text, code) in [
        ("", "paste-empty"),
        (link.as_str(), "paste-authorize-page"),
        ("https://elsewhere.example/?code=abcd", "paste-other-address"),
        ("code=abcd&state=x", "paste-wrong-state"),
    ] {
        assert_eq!(rig.keeper.paste(&login.id, text).unwrap_err().code(), code);
        assert!(login.is_waiting());
    }
    assert_eq!(rig.keeper.paste("no such login", "abcd").unwrap_err().code(), "no-login-waiting");
    let Landing::Nowhere(bar) = visit(&link, &Visit::allow("ada"), &rig.keeper).await else {
        panic!()
    };
    rig.keeper.paste(&login.id, &format!(" '{bar}#_' \n")).unwrap();
    let account = login.end().await.unwrap();
    assert_eq!(rig.account(&account).redirect, RedirectKind::Paste);
    assert_eq!(rig.keeper.paste(&login.id, &bar).unwrap_err().code(), "no-login-waiting");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_was_used_and_one_that_has_expired() {
    for flavor in [Flavor::Practice, Flavor::Mastodon, Flavor::GoToSocial] {
        let (rig, p) = (Rig::new(), practice(flavor).await);
        rig.habit(Habit::Allow("ada"));
        let mut login = rig.start(plan(&rig, &p, RedirectKind::OutOfBand));
        login.until_waiting().await;
        let Landing::Code(used) = rig.landing().await else { panic!() };
        rig.keeper.paste(&login.id, &used).unwrap();
        login.end().await.unwrap();
        let mut login = rig.wait(plan(&rig, &p, RedirectKind::OutOfBand)).await;
        rig.keeper.paste(&login.id, &used).unwrap();
        assert_eq!(login.end().await.unwrap_err().code, "code-spent", "{flavor:?}");

        let mut login = rig.wait(plan(&rig, &p, RedirectKind::Paste)).await;
        let bar = consent(&rig.keeper.consent_link(&login.id).unwrap(), &Visit::allow("ada"))
            .await
            .unwrap();
        p.set_code_lifetime(std::time::Duration::ZERO);
        rig.keeper.paste(&login.id, &bar).unwrap();
        let code = login.end().await.unwrap_err().code;
        assert_eq!(code, "code-spent", "{flavor:?}");
        assert_eq!(rig.keeper.view().accounts.len(), 1);
    }
}
