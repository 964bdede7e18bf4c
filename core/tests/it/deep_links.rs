//! Deep links: a web page, another program or a command line may send one. Only the link that a login waits for counts.

use keybearer_core::provider::RedirectKind;
use keybearer_core::redirect::waiting::Verdict;
use keybearer_practice::Flavor;

use crate::browser::{Visit, consent};
use crate::rig::{Rig, asked, plan, practice};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_without_a_login_are_ignored() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    for stray in ["io.github.keybearer://callback/x?code=a&state=b", "io.github.keybearer://", ""] {
        assert!(
            matches!(rig.keeper.accept_link(stray), Verdict::NotExpected | Verdict::Malformed),
            "{stray}"
        );
    }
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::PrivateUseScheme)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let home = consent(&link, &Visit::allow("ada")).await.unwrap();
    let (address, query) = home.split_once('?').unwrap();
    let path = address.strip_prefix("io.github.keybearer://callback").unwrap();
    let state = query.split('&').find(|p| p.starts_with("state=")).unwrap();

    for (stray, verdict) in [
        (format!("io.github.keybearer://other{path}?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer://callback/other?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer://callback{path}/?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer:/callback{path}?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer:callback{path}?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer://me@callback{path}?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer://me:pw@callback{path}?{query}"), Verdict::NotExpected),
        (format!("io.github.keybearer://callback:80{path}?{query}"), Verdict::NotExpected),
        (format!("http://127.0.0.1{path}?{query}"), Verdict::Malformed),
        (format!("https://callback{path}?{query}"), Verdict::Malformed),
        (format!("javascript:alert(1)//{path}?{query}"), Verdict::Malformed),
        (format!("--flag={address}?{query}"), Verdict::Malformed),
        (format!("--{home}"), Verdict::Malformed),
        ("--version".to_owned(), Verdict::Malformed),
        (format!("{address}?code=x&state=wrong"), Verdict::NotExpected),
        (format!("{address}?code=x"), Verdict::WithoutState),
        (format!("{address}?{state}"), Verdict::Malformed),
        (format!("{address}?{query}&{state}"), Verdict::Malformed),
        (format!("{address}?code=evil&{query}"), Verdict::Malformed),
        (format!("{home} {home}"), Verdict::Malformed),
        (format!("{address}#{query}"), Verdict::NotExpected),
        (address.to_owned(), Verdict::NotExpected),
        (format!("{address}?{query}&x={}", "a".repeat(100_000)), Verdict::Malformed),
        (format!("{address}?{query}%ff"), Verdict::Malformed),
        (format!("{address}?{query}\u{fffd}"), Verdict::Malformed),
        (format!("{address}?code=a|b&state=c|d"), Verdict::NotExpected),
        (format!("{address}?{query}\0x"), Verdict::Malformed),
    ] {
        let got = rig.keeper.accept_link(&stray);
        assert_eq!(got, verdict, "{}", &stray[..stray.len().min(200)]);
        assert!(login.is_waiting(), "{stray}");
    }
    assert_eq!(rig.keeper.accept_link(&format!("{address}?error=access_denied")), Verdict::Denied);
    while login.hint().await.code != "denied-without-state" {}
    assert_eq!(login.hints(), ["answer-without-state", "denied-without-state"], "each once");
    assert_eq!(asked(&p, "/oauth/token"), 0);

    // Schemes have no case (RFC 3986 §3.1), and a line break from a mail is no part of an address.
    let genuine = format!("IO.GitHub.Keybearer{}\n", home.strip_prefix("io.github.keybearer").unwrap());
    assert_eq!(rig.keeper.accept_link(&genuine), Verdict::Accepted);
    let account = login.end().await.unwrap();
    assert_eq!(rig.account(&account).redirect, RedirectKind::PrivateUseScheme);
    assert_eq!(rig.keeper.accept_link(&home), Verdict::Already, "for a finished login");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fragment_that_the_platform_appends_is_ignored() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::PrivateUseScheme)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let home = consent(&link, &Visit::allow("ada")).await.unwrap();
    assert_eq!(rig.keeper.accept_link(&format!("{home}#_=_")), Verdict::Accepted);
    login.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_may_come_by_another_redirect_only_if_it_is_this_logins_address() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let mut login = rig.wait(plan(&rig, &p, RedirectKind::Loopback)).await;
    let link = rig.keeper.consent_link(&login.id).unwrap();
    let home = consent(&link, &Visit::allow("ada")).await.unwrap();
    let (_, query) = home.split_once('?').unwrap();
    let as_link = format!("io.github.keybearer://callback/127.0.0.1?{query}");
    assert_eq!(rig.keeper.accept_link(&as_link), Verdict::NotExpected);
    assert!(login.is_waiting());
    // The page did not load, the address bar has the answer all the same: the paste box is always there.
    rig.keeper.paste(&login.id, &home).unwrap();
    let account = login.end().await.unwrap();
    assert_eq!(rig.account(&account).redirect, RedirectKind::Paste);
}
