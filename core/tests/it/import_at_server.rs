//! Tokens of platforms with many servers, made elsewhere: each is asked at the server that the person names, and nowhere else.

use keybearer_core::keeper::TokenImport;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_practice::{Flavor, Practice};

use crate::mastodon_mock::{Family, IDENTITY, page};
use crate::rig::{Rig, asked, plan, practice};

fn import(provider: &str, server: &str) -> TokenImport {
    TokenImport {
        provider: Some(provider.into()),
        server: server.into(),
        ..TokenImport::default()
    }
}

/// A token that another computer has obtained.
async fn token_at(p: &Practice) -> Secret {
    let elsewhere = Rig::new();
    let account = elsewhere.log_in(plan(&elsewhere, p, RedirectKind::Loopback)).await.account;
    Secret::new(elsewhere.token(&account.id).await)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_is_asked_at_its_server() {
    for (flavor, fits) in [(Flavor::Mastodon, "mastodon"), (Flavor::GoToSocial, "gotosocial")] {
        let p = practice(flavor).await;
        let token = token_at(&p).await;
        let rig = Rig::new();
        // As it is typed: a handle, a profile's address. The server's software decides which file is used.
        let host = p.origin().trim_start_matches("http://");
        for typed in [format!("@ada@{host}"), format!("{}/@ada", p.origin()), host.to_owned()] {
            let id = rig.keeper.import_token(&token, &import("mastodon", &typed)).await.unwrap();
            let account = rig.account(&id);
            assert_eq!(account.provider, fits);
            assert_eq!(account.server.as_deref(), Some(host));
            assert_eq!(account.name, format!("ada@{host}"));
            assert!(account.verified.is_some() && account.client.is_empty());
            assert_eq!(rig.token(&id).await, token.expose());
        }
        assert_eq!(rig.keeper.view().accounts.len(), 1, "the same person at the same server");
        rig.keeper.verify(&rig.keeper.view().accounts[0].id).await.unwrap();
        // A login of the same person has a client, and so is an account of its own.
        rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await;
        assert_eq!(rig.keeper.view().accounts.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_nothing_is_sent() {
    let p = practice(Flavor::Mastodon).await;
    let token = token_at(&p).await;
    let (rig, before) = (Rig::new(), p.requests().len());
    for typed in ["", "  "] {
        let error = rig
            .keeper
            .import_token(&token, &import("mastodon", typed))
            .await
            .unwrap_err()
            .view();
        assert_eq!(
            (error.code.as_str(), error.params["provider"].as_str()),
            ("server-missing", "Mastodon")
        );
    }
    let nowhere = rig.keeper.import_token(&token, &import("mastodon", "me")).await.unwrap_err();
    assert_eq!(nowhere.code(), "server-name-invalid");
    assert_eq!(p.requests().len(), before);
    // Its shape tells no platform.
    assert_eq!(rig.keeper.recognise(&token), [""; 0]);
    let unknown = rig.keeper.import_token(&token, &TokenImport::default()).await.unwrap_err();
    assert_eq!(unknown.code(), "token-unknown");
    assert!(rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_refuses_it_and_nothing_is_kept() {
    let (p, other) = (practice(Flavor::Mastodon).await, practice(Flavor::Mastodon).await);
    let token = token_at(&p).await;
    let rig = Rig::new();
    let error = rig
        .keeper
        .import_token(&token, &import("mastodon", other.origin()))
        .await
        .unwrap_err();
    assert_eq!((error.code().as_str(), asked(&other, IDENTITY)), ("token-unknown", 1));
    // What is no server gets no token.
    let website = Family::new().await;
    website.answers("/.well-known/nodeinfo", page("404 Not Found", "", "A shop"));
    website.answers("/api/v1/apps", page("404 Not Found", "", "A shop"));
    let error = rig
        .keeper
        .import_token(&token, &import("mastodon", &website.origin))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "server-unknown");
    assert!(website.seen().iter().all(|request| !request.contains(token.expose())));
    assert!(rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_app_of_that_server_comes_along() {
    let (p, other) = (practice(Flavor::Mastodon).await, practice(Flavor::Mastodon).await);
    let rig = Rig::new();
    let own = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    let token = token_at(&p).await;
    let by = |client: &str| TokenImport {
        client: Some(client.into()),
        ..import("mastodon", p.origin())
    };
    let id = rig.keeper.import_token(&token, &by(&own.client)).await.unwrap();
    assert_eq!(
        (rig.account(&id).client, id),
        (own.client.clone(), own.id),
        "the same person with the same app"
    );
    // An app of another server is none here.
    let elsewhere = rig.log_in(plan(&rig, &other, RedirectKind::Loopback)).await.account;
    let id = rig.keeper.import_token(&token, &by(&elsewhere.client)).await.unwrap();
    assert_eq!(rig.account(&id).client, "");
    // Revoking needs the app that the token was made with.
    let error = rig.keeper.revoke(&id).await.unwrap_err();
    assert_eq!((error.code().as_str(), asked(&p, "/oauth/revoke")), ("client-unknown", 0));
}
