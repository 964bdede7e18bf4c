//! An account's name is its handle, as far as the handle's domain says so too; and every spelling of it is the same account.

use keybearer_core::discovery::name::read;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{AccountView, LoginEvent, LoginPlan};
use proptest::prelude::*;
use serde_json::json as value;

use crate::browser::get;
use crate::raw_server::http;
use crate::rig::Rig;
use crate::unusual_servers::{json, pages};

/// A server whose handles are at `domain`, as it says, and whose account is Ada.
async fn server(domain: &'static str, url: &'static str) -> String {
    pages(move |path, origin| {
        let host = origin.strip_prefix("http://").unwrap_or_default();
        let domain = domain.replace("HERE", host);
        Some(match path {
            "/api/v2/instance" => json(&value!({ "domain": domain, "version": "4.3.0" })),
            "POST /api/v1/apps" => json(&value!({ "client_id": "cid", "client_secret": "csecret" })),
            "POST /oauth/token" => json(&value!({ "access_token": "tok123", "token_type": "Bearer", "scope": "read" })),
            "/api/v1/accounts/verify_credentials" => json(&value!({
                "id": "7", "username": "ada", "acct": "ada", "display_name": "@ada@bank.example", "url": url.replace("HERE", host) })),
            _ => return None,
        })
    })
    .await
}

/// A domain whose webfinger is this file, whoever is asked about; a status beside it.
async fn domain(status: &'static str, said: serde_json::Value) -> String {
    let said = said.to_string();
    let origin = pages(move |path, _| {
        path.starts_with("/.well-known/webfinger")
            .then(|| http(status, "", said.as_bytes()))
    })
    .await;
    origin.replace("http://127.0.0.1", "localhost")
}

fn names_actor(server: &str, user: &str) -> serde_json::Value {
    value!({ "subject": "acct:whoever@x.example", "links": [{ "rel": "self", "type": "application/activity+json", "href": format!("{server}/users/{user}") }] })
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// A login at a server by somebody who means an account; the account, or who came instead.
async fn log_in(rig: &Rig, server: &str, expect: &str) -> Result<AccountView, (String, String)> {
    let plan = LoginPlan {
        provider: "mastodon".into(),
        client_name: "A test".into(),
        answers: [("server".to_owned(), server.into())].into(),
        scopes: vec!["read".into()],
        redirect: Some(RedirectKind::Loopback),
        expect: expect.into(),
        ..LoginPlan::default()
    };
    let mut login = rig.wait(plan).await;
    let link = url::Url::parse(&rig.keeper.consent_link(&login.id).unwrap()).unwrap();
    let of = |name: &str| link.query_pairs().find(|(k, _)| k == name).unwrap().1.into_owned();
    get(&format!("{}?code=c&state={}", of("redirect_uri"), of("state"))).await.unwrap();
    loop {
        match login.next().await {
            LoginEvent::Done { account } => return Ok(rig.account(&account)),
            LoginEvent::Mismatch { name, expected } => {
                // It is not lost: it waits for the person.
                assert_eq!(rig.account(&rig.keeper.keep_mismatch(&login.id).await.unwrap()).name, name);
                return Err((name, expected));
            }
            LoginEvent::Failed { error } => panic!("{error:?}"),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_is_the_name_where_its_domain_says_so() {
    // The two name each other: the domain is told of the server when that is up.
    let place = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let known = place.clone();
    let domain = pages(move |path, _| {
        let server = known.lock().unwrap().clone();
        path.starts_with("/.well-known/webfinger?resource=acct%3Aada%40localhost")
            .then(|| json(&names_actor(&server, "ada")))
    })
    .await
    .replace("http://127.0.0.1", "localhost");
    let here = server(leak(domain.clone()), "https://bank.example/@ada").await;
    *place.lock().unwrap() = here.clone();
    let host = here.strip_prefix("http://").unwrap().to_owned();
    for expect in [
        String::new(),
        format!("@ada@{domain}"),
        format!("ada@{host}"),
        format!("\u{202a}＠ADA@{}\u{202c}", domain.to_uppercase()),
        format!("{here}/@ada"),
        format!("http://{domain}/users/ada"),
        format!("acct:ada@{domain}"),
        "ada".into(),
        "7".into(),
    ] {
        let rig = Rig::new();
        let account = log_in(&rig, &here, &expect)
            .await
            .unwrap_or_else(|held| panic!("{expect}: {held:?}"));
        assert_eq!((account.name, account.server), (format!("@ada@{domain}"), Some(host.clone())));
    }
    // The address of its page says as much, where nothing else does.
    let quiet = server("", leak(format!("http://{domain}/@ada"))).await;
    *place.lock().unwrap() = quiet.clone();
    assert_eq!(log_in(&Rig::new(), &quiet, "").await.unwrap().name, format!("@ada@{domain}"));
    *place.lock().unwrap() = here.clone();
    for other in ["@ada@bank.example", "https://bank.example/@ada", "@grace", "@ada@127.0.0.1:1"] {
        let rig = Rig::new();
        assert_eq!(
            log_in(&rig, &here, other).await.unwrap_err(),
            (format!("@ada@{domain}"), other.to_owned())
        );
    }
    // Asked again, it keeps its name; and a domain that is silent today takes none away.
    let rig = Rig::new();
    let id = log_in(&rig, &here, "").await.unwrap().id;
    rig.keeper.verify(&id).await.unwrap();
    assert_eq!(rig.account(&id).name, format!("@ada@{domain}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_lies_about_its_domain_is_shown_by_its_host() {
    let bank = domain("200 OK", names_actor("https://bank.example", "ada")).await;
    let nobody = domain("404 Not Found", value!({})).await;
    let broken = domain("500 Internal Server Error", value!({})).await;
    for claimed in [
        bank.as_str(),
        &nobody,
        &broken,
        "localhost:1",
        "",
        "no host",
        "127.0.0.1/path",
        "HERE",
    ] {
        let rig = Rig::new();
        let here = server(leak(claimed.to_owned()), "HERE/@ada").await;
        let host = here.strip_prefix("http://").unwrap();
        let handle = format!("@ada@{claimed}");
        let expect = if claimed.starts_with("localhost") { handle.as_str() } else { "" };
        let name = format!("@ada@{host}");
        match log_in(&rig, &here, expect).await {
            Ok(account) => assert!(expect.is_empty() && account.name == name, "{claimed}: {account:?}"),
            Err(held) => assert_eq!(held, (name, expect.to_owned()), "{claimed}"),
        }
    }
    // Another person of the same server is not this one either.
    let rig = Rig::new();
    let place = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    let known = place.clone();
    let of_bob = pages(move |path, _| {
        path.starts_with("/.well-known/webfinger")
            .then(|| json(&names_actor(&known.lock().unwrap(), "bob")))
    })
    .await;
    let of_bob = of_bob.replace("http://127.0.0.1", "localhost");
    let here = server(leak(of_bob.clone()), "HERE/@ada").await;
    *place.lock().unwrap() = here.clone();
    assert!(log_in(&rig, &here, &format!("@ada@{of_bob}")).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_domain_of_the_persons_own_vouches_although_the_server_does_not_know_it() {
    let here = server("HERE", "HERE/@ada").await;
    let own = domain("200 OK", names_actor(&here, "ada")).await;
    let rig = Rig::new();
    let account = log_in(&rig, &here, &format!("@me@{own}")).await.unwrap();
    assert_eq!(account.name, format!("@ada@{}", here.strip_prefix("http://").unwrap()));
    let other = domain("200 OK", names_actor("http://127.0.0.1:1", "ada")).await;
    assert!(log_in(&rig, &here, &format!("@me@{other}")).await.is_err());
    assert_eq!(rig.keeper.view().accounts.len(), 1, "the same person is the same account");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_that_was_kept_stays_while_its_domain_is_silent() {
    use std::sync::atomic::{AtomicBool, Ordering};
    let (place, silent) = (
        std::sync::Arc::new(std::sync::Mutex::new(String::new())),
        std::sync::Arc::new(AtomicBool::new(false)),
    );
    let (known, quiet) = (place.clone(), silent.clone());
    let domain = pages(move |_, _| match quiet.load(Ordering::Relaxed) {
        true => Some(http("503 Service Unavailable", "", b"")),
        false => Some(json(&names_actor(&known.lock().unwrap(), "ada"))),
    })
    .await
    .replace("http://127.0.0.1", "localhost");
    let here = server(leak(domain.clone()), "HERE/@ada").await;
    *place.lock().unwrap() = here.clone();
    let (rig, handle) = (Rig::new(), format!("@ada@{domain}"));
    let first = log_in(&rig, &here, "").await.unwrap();
    silent.store(true, Ordering::Relaxed);
    let again = log_in(&rig, &here, &handle).await.unwrap();
    assert_eq!((again.id, again.name), (first.id, handle));
}

/// Signs that come along or stand for others, among letters of several scripts.
fn typed_text() -> impl Strategy<Value = String> {
    let signs = "[a-zA-Z0-9@.:/\\-_ ?#\\[\\]()<>a-zａ-ｚ＠．／：。、「」“”\u{a0}\u{ad}\u{3000}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}àéüßıſK①а-я中文々ー한اب]{0,40}";
    let parts = prop::collection::vec(
        prop_oneof![
            Just("@"),
            Just("＠"),
            Just("https://"),
            Just("acct:"),
            Just("me"),
            Just("mastodon.social"),
            Just("bücher.example"),
            Just("xn--bcher-kva.example"),
            Just("。example"),
            Just("/@"),
            Just(" "),
            Just("\u{202a}"),
            Just("]("),
            Just("1.2"),
            Just("0x7f"),
            Just("localhost"),
            Just(":4000"),
        ],
        0..7,
    );
    prop_oneof![".{0,60}", signs, parts.prop_map(|parts| parts.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_a_server_of_its_own_signs_or_an_error(typed in typed_text()) {
        let Ok(name) = read(&typed) else { return Ok(()) };
        let url = &name.origin;
        let local = url.host_str().is_some_and(|h| h == "localhost" || h.ends_with(".localhost") || h.starts_with("127.") || h == "[::1]");
        prop_assert!(url.scheme() == "https" || (url.scheme() == "http" && local), "{}", url);
        prop_assert!(url.path() == "/" && url.query().is_none() && url.username().is_empty() && url.password().is_none());
        // Each label of the host stands in the text, as IDNA reads it; words of some scripts keep their joiners.
        let folded = |joiners: bool| typed.chars().filter_map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
            '。' | '｡' => Some('.'),
            '\u{200c}' | '\u{200d}' if joiners => Some(c),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
            c => Some(c),
        }).collect::<String>().to_lowercase();
        let text = folded(true) + " " + &folded(false);
        if let Some(host) = url.domain() {
            let between = |c: char| c.is_whitespace() || matches!(c, '\u{2010}'..='\u{203a}' | '\u{3001}'..='\u{3004}' | '\u{3006}'..='\u{301f}' | '«' | '»' | '·');
            let words = text.split(|c: char| between(c) || (c.is_ascii() && !c.is_alphanumeric() && !"-_.".contains(c)));
            let read: Vec<String> = words.flat_map(|w| w.split('.')).filter_map(|w| {
                Some(url::Url::parse(&format!("https://{w}.x")).ok()?.domain()?.trim_end_matches(".x").to_owned())
            }).collect();
            for label in host.split('.') {
                prop_assert!(text.contains(label) || read.iter().any(|r| r == label), "{label} of {host} in {typed:?}");
            }
        }
    }
}
