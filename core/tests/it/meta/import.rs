//! Tokens made elsewhere.

use std::time::Duration;

use keybearer_core::keeper::{Reason, TokenImport, now};
use keybearer_core::token::Secret;
use keybearer_core::view::NextKind;
use keybearer_practice::meta::Platform;

use super::{DAY, Stage, near};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_made_elsewhere_is_adopted() {
    let s = Stage::new(Platform::Threads).await;
    let made = s
        .meta
        .generate_token("grace", &["threads_basic"], Some(Duration::from_secs(40 * 86_400)))
        .unwrap();
    let line = Secret::new(format!("export THREADS_ACCESS_TOKEN=\"{made}\""));
    let here = TokenImport {
        provider: Some(s.id.into()),
        ..TokenImport::default()
    };
    let id = s.rig.keeper.import_token(&line, &here).await.unwrap();
    let account = s.rig.account(&id);
    assert_eq!((account.name.as_str(), account.client.as_str()), ("@grace", ""));
    assert!(
        account.life_known && near(account.expires.unwrap(), now() + 40 * DAY),
        "it tells by itself"
    );
    assert_eq!(s.rig.token(&id).await, made);
    s.later(DAY + 60);
    s.rig.keeper.renew(&id, Reason::Asked).await.unwrap();
    assert_ne!(s.rig.token(&id).await, made, "and renews itself, without any client");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_token_is_exchanged_where_the_client_is_known() {
    let s = Stage::new(Platform::Facebook).await;
    s.meta.switch(|switches| switches.reexchange_extends = true);
    s.log_in().await;
    let made = s
        .meta
        .generate_token("grace", &["public_profile"], Some(Duration::from_secs(3600)))
        .unwrap();
    let import = TokenImport {
        provider: Some(s.id.into()),
        ..TokenImport::default()
    };
    let id = s.rig.keeper.import_token(&Secret::new(made.clone()), &import).await.unwrap();
    assert_ne!(s.rig.token(&id).await, made);
    assert!(s.rig.account(&id).expires.unwrap() > now() + 30 * DAY);
    // A system user's does not end, and says so.
    let endless = s.meta.generate_token("grace", &["public_profile"], None).unwrap();
    let id = s.rig.keeper.import_token(&Secret::new(endless), &import).await.unwrap();
    assert_eq!((s.rig.account(&id).expires, s.rig.account(&id).life_known), (None, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_instagram_does_not_tell_is_said_to_be_unknown() {
    let s = Stage::new(Platform::Instagram).await;
    let made = s
        .meta
        .generate_token("ada", &["instagram_business_basic"], Some(Duration::from_secs(20 * 86_400)))
        .unwrap();
    let import = TokenImport {
        provider: Some(s.id.into()),
        ..TokenImport::default()
    };
    let id = s.rig.keeper.import_token(&Secret::new(made), &import).await.unwrap();
    let account = s.rig.account(&id);
    assert!(
        !account.life_known && near(account.expires.unwrap(), now() + 60 * DAY),
        "sixty days are assumed (docs/facts/instagram.md#renewal)"
    );
    let next = account.next.unwrap();
    assert!(
        next.kind == NextKind::Renews && near(next.at, now() + DAY) && account.ends == account.expires,
        "{account:?}"
    );
    s.later(DAY + 60);
    s.rig.keeper.renew(&id, Reason::Asked).await.unwrap();
    let account = s.rig.account(&id);
    assert!(account.life_known, "its first renewal tells");
    assert_eq!(account.next.unwrap().at, account.renews_next.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unidentified_token_needs_a_name() {
    let s = Stage::new(Platform::Threads).await;
    let nonsense = Secret::new("THAAnobody");
    let here = TokenImport {
        provider: Some(s.id.into()),
        ..TokenImport::default()
    };
    assert_eq!(
        s.rig.keeper.import_token(&nonsense, &here).await.unwrap_err().code(),
        "token-unknown"
    );
    assert_eq!(
        s.rig.keeper.import_token(&Secret::new("  "), &here).await.unwrap_err().code(),
        "input-invalid"
    );
    let mut other = TokenImport {
        provider: Some("other".into()),
        ..TokenImport::default()
    };
    assert_eq!(
        s.rig.keeper.import_token(&nonsense, &other).await.unwrap_err().code(),
        "input-invalid"
    );
    other.name = "Weather bot".into();
    let id = s.rig.keeper.import_token(&nonsense, &other).await.unwrap();
    let account = s.rig.account(&id);
    assert_eq!(
        (account.name.as_str(), account.life_known, account.verified),
        ("Weather bot", false, None)
    );
    assert_eq!(s.rig.token(&id).await, "THAAnobody");
    s.rig.keeper.delete_account(&id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_of_another_app_does_not_spoil_the_question() {
    let s = Stage::new(Platform::Facebook).await;
    let mut wrong = s.plan();
    wrong.answers.insert("client_secret".into(), "f".repeat(32).into());
    assert_eq!(s.rig.fail(wrong).await.code, "client-auth");
    assert_eq!(
        s.rig.keeper.view().clients.len(),
        1,
        "it is kept, with a secret that fits nothing here"
    );
    let made = s.meta.generate_token("ada", &["public_profile"], None).unwrap();
    let import = TokenImport {
        provider: Some(s.id.into()),
        ..TokenImport::default()
    };
    let id = s.rig.keeper.import_token(&Secret::new(made.clone()), &import).await.unwrap();
    assert_eq!((s.rig.account(&id).client.as_str(), s.rig.token(&id).await), ("", made));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_never_replaces_a_token_that_lives_longer() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    let token = s.rig.token(&account.id).await;
    let made = s
        .meta
        .generate_token("ada", &["public_profile"], Some(Duration::from_secs(10 * 86_400)))
        .unwrap();
    let import = TokenImport {
        provider: Some(s.id.into()),
        client: Some(account.client.clone()),
        ..TokenImport::default()
    };
    let id = s.rig.keeper.import_token(&Secret::new(made.clone()), &import).await.unwrap();
    assert_ne!(id, account.id);
    assert_eq!((s.rig.token(&account.id).await, s.rig.token(&id).await), (token, made));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_unknown_kind_is_sent_nowhere() {
    let s = Stage::new(Platform::Threads).await;
    for foreign in ["glpat-0123456789", "xoxb-1-2-3", "nonsense"] {
        let found = s.rig.keeper.import_token(&Secret::new(foreign), &TokenImport::default()).await;
        assert_eq!(found.unwrap_err().code(), "token-unknown", "{foreign}");
    }
    assert!(s.meta.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_found_in_what_was_pasted_with_it() {
    let s = Stage::new(Platform::Instagram).await;
    let here = TokenImport {
        provider: Some(s.id.into()),
        ..TokenImport::default()
    };
    let day = Duration::from_secs(20 * 86_400);
    let made = s.meta.generate_token("ada", &["instagram_business_basic"], Some(day)).unwrap();
    let mut ids = Vec::new();
    for pasted in [
        format!("{{\"access_token\":\"{made}\",\"token_type\":\"bearer\",\"expires_in\":5183944}}"),
        format!("authorization: Bearer {made}"),
        format!("curl -H 'Authorization: Bearer {made}' https://graph.instagram.com/me"),
        format!("https://graph.instagram.com/me?fields=id&access_token={made}"),
        format!("\u{202a}{made}\u{202c}"),
    ] {
        let id = s.rig.keeper.import_token(&Secret::new(pasted.clone()), &here).await.unwrap();
        assert_eq!(s.rig.token(&id).await, made, "{pasted}");
        ids.push(id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one person, one account");
    // With the time at which it was obtained the end is known.
    let from = now() - DAY;
    let third = s.meta.generate_token("grace", &["instagram_business_basic"], Some(day)).unwrap();
    let pasted = format!("{{\"access_token\":\"{third}\",\"expires_in\":{},\"created_at\":{from}}}", 5 * DAY);
    let id = s.rig.keeper.import_token(&Secret::new(pasted), &here).await.unwrap();
    let account = s.rig.account(&id);
    assert!(account.life_known && near(account.expires.unwrap(), now() + 4 * DAY), "{account:?}");
    // Nobody says when it was obtained: it lives no longer from now than it lived then, and perhaps less.
    let pasted = format!("{{\"access_token\":\"{made}\",\"expires_in\":{}}}", 5 * DAY);
    let other = s.meta.generate_token("grace", &["instagram_business_basic"], Some(day)).unwrap();
    let id = s
        .rig
        .keeper
        .import_token(&Secret::new(pasted.replace(&made, &other)), &here)
        .await
        .unwrap();
    let account = s.rig.account(&id);
    assert!(
        !account.life_known && near(account.expires.unwrap(), now() + 5 * DAY),
        "{account:?}"
    );
    assert!(!s.rig.book().contains(&made) && !s.rig.book().contains(&third));
}
