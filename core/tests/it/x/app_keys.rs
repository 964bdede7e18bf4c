//! The kinds without a login: the app's own token, and the ready-made keys; and all keys of an app together.

use keybearer_core::error::Code;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::{GrantType, RedirectKind};
use keybearer_core::token::Secret;
use keybearer_core::view::LoginPlan;
use keybearer_practice::x::{self, Failure, InvalidateBy, Key, Kind, Message};

use super::Stage;

const OWNERS: [(&str, &str); 2] = [("access_token", x::ACCESS_TOKEN), ("token_secret", x::ACCESS_TOKEN_SECRET)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_apps_own_token_is_kept_verbatim() {
    let s = Stage::new().await;
    let account = s.rig.log_in(s.keys("x-app-here", None, &[])).await.account;
    let token = s.rig.token(&account.id).await;
    assert!(token.contains("%2F") && token.contains("%3D"), "percent signs and all");
    assert_eq!(s.x.token(&token).unwrap().kind, Kind::AppOnly);
    assert_eq!(
        (account.name.as_str(), account.expires, account.trouble),
        ("weather-bot", None, None)
    );
    assert!(s.rig.opened().is_empty() && s.x.count(Message::Me) == 0);
    let provider = s.provider("x-app-here");
    assert_eq!(
        (provider.grant, provider.can_verify, provider.redirects.len()),
        (GrantType::ClientCredentials, false, 0)
    );
    // Once more is the same token, and the same account.
    let again = LoginPlan {
        client: Some(account.client.clone()),
        answers: Default::default(),
        ..s.keys("x-app-here", None, &[])
    };
    assert_eq!(s.rig.log_in(again).await.account.id, account.id);
    let mut wrong = s.keys("x-app-here", None, &[]);
    // OAuth 2.0's secret has another form: it is refused before anything is sent.
    wrong.answers.insert("client_secret".into(), x::CLIENT_SECRET.into());
    let sent = s.x.requests().len();
    let refused = s.rig.fail(wrong.clone()).await;
    assert_eq!(
        (refused.code, refused.params["field"].as_str()),
        (Code::InputInvalid, "client_secret")
    );
    assert_eq!(s.x.requests().len(), sent);
    wrong
        .answers
        .insert("client_secret".into(), x::API_SECRET.replace("Practice", "Elsewhere").into());
    let refused = s.rig.fail(wrong).await;
    assert_eq!(refused.code, "client-auth");
    assert!(refused.action.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_apps_token_is_invalidated_whichever_document_is_right() {
    for by in [InvalidateBy::Either, InvalidateBy::Basic, InvalidateBy::OAuth1] {
        let s = Stage::new().await;
        s.x.switch(|w| w.invalidate_by = by);
        let app = s.rig.log_in(s.keys("x-app-here", None, &[])).await.account;
        let token = s.rig.token(&app.id).await;
        if by == InvalidateBy::OAuth1 {
            assert_eq!(
                s.rig.keeper.revoke(&app.id).await.unwrap_err().code(),
                "client-auth",
                "without the owner's token"
            );
            assert!(s.x.token(&token).unwrap().alive);
        }
        s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await;
        s.rig.keeper.revoke(&app.id).await.unwrap();
        assert!(!s.x.token(&token).unwrap().alive, "{by:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ready_made_keys_are_four_fields_checked_on_request() {
    let s = Stage::new().await;
    let account = s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account;
    assert_eq!(
        (account.verified, s.x.requests().len()),
        (None, 0),
        "nobody is asked: it costs money"
    );
    assert!(account.has_token_secret && account.trouble.is_none());
    assert_eq!(
        (account.hint.as_deref(), account.user_id.as_deref()),
        (Some("181512"), Some("1815121000000000001"))
    );
    s.rig.keeper.verify(&account.id).await.unwrap();
    let checked = s.rig.account(&account.id);
    assert_eq!(
        (checked.name.as_str(), &checked.scopes[..]),
        ("@ada", &["read-write".to_owned()][..])
    );
    assert_eq!(s.x.requests().len(), 1, "one signed call");
    assert_eq!(
        s.rig.keeper.token_secret(&account.id).await.unwrap().expose(),
        x::ACCESS_TOKEN_SECRET
    );
    for gap in ["client_id", "client_secret", "access_token", "token_secret"] {
        let mut plan = s.keys("x-keys-here", None, &OWNERS);
        plan.answers.insert(gap.into(), "  ".into());
        plan.client_name = "another".into();
        let error = s.rig.fail(plan).await;
        assert_eq!(error.code, "input-invalid", "{gap}");
    }
    assert_eq!(s.rig.keeper.view().clients.len(), 1, "a form with a gap leaves nothing behind");
    // Wrong ones are kept, and the check says it.
    s.x.fail_next(Message::Me, Failure::Code(89));
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), "token-dead");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_keys_of_an_app_stand_together() {
    let s = Stage::new().await;
    let oauth2 = s.log_in().await;
    s.register("x-oauth1-here", RedirectKind::Paste);
    let app = s.rig.log_in(s.keys("x-app-here", None, &[])).await.account;
    let owner = s.rig.log_in(s.keys("x-keys-here", None, &OWNERS)).await.account;
    let grace = s.rig.log_in(s.keys("x-oauth1-here", Some(RedirectKind::Paste), &[])).await.account;
    assert_eq!(
        [&app.client, &owner.client],
        [&grace.client, &grace.client],
        "one pair of keys, three uses"
    );
    assert_ne!(app.client, oauth2.client);
    let view = s.rig.keeper.view();
    assert_eq!(view.clients.len(), 2);
    let client = |id: &str| view.clients.iter().find(|c| c.id == *id).unwrap();
    assert_eq!(client(&app.client).siblings.concat(), oauth2.client);
    assert_eq!(client(&oauth2.client).siblings.concat(), app.client);
    assert_eq!(client(&app.client).hint.as_deref(), Some("Practi"));
    assert_eq!(client(&app.client).accounts.len(), 3);
    // Regenerated in the console: key and secret together, and the tokens that were made with them are dead.
    let keys = s.x.regenerate(Key::Api);
    s.rig
        .keeper
        .replace_secret(&app.client, &keys.api_key, Secret::new(keys.api_secret.clone()))
        .await
        .unwrap();
    for id in [&app.id, &owner.id, &grace.id] {
        assert_eq!(s.rig.account(id).trouble.unwrap().code, "token-dead");
        assert_eq!(
            s.rig.keeper.access_token(id, Purpose::Token).await.unwrap_err().code(),
            "token-dead"
        );
    }
    assert!(s.rig.account(&oauth2.id).trouble.is_none());
    let fresh = LoginPlan {
        client: Some(app.client.clone()),
        answers: Default::default(),
        ..s.keys("x-app-here", None, &[])
    };
    let again = s.rig.log_in(fresh).await.account;
    assert!(again.id == app.id && again.trouble.is_none());
    // The owner's pair regenerated, and entered again: the same account.
    let keys = s.x.regenerate(Key::AccessToken);
    let pair = [
        ("access_token", keys.access_token.as_str()),
        ("token_secret", &keys.access_token_secret),
    ];
    let replaced = LoginPlan {
        client: Some(app.client.clone()),
        answers: pair.map(|(k, v)| (k.to_owned(), v.into())).into(),
        ..s.keys("x-keys-here", None, &[])
    };
    let replaced = s.rig.log_in(replaced).await.account;
    assert_eq!(replaced.id, owner.id);
    s.rig.keeper.verify(&owner.id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tile_explains_its_kinds() {
    let s = Stage::new().await;
    let kinds: Vec<_> = s
        .rig
        .keeper
        .catalogue()
        .into_iter()
        .filter(|p| p.tile == "x" && !p.custom)
        .collect();
    assert_eq!(kinds.len(), 4);
    for kind in kinds {
        let row = kind.kind.unwrap_or_else(|| panic!("{} does not explain itself", kind.id));
        for text in [row.purpose, row.behalf, row.lives, row.needs] {
            assert!(text.all().iter().all(|(_, words)| !words.is_empty()));
        }
        assert!(
            kind.console
                .iter()
                .any(|step| step.link.as_deref().is_some_and(|l| l.starts_with("https://console.x.com")))
        );
    }
    let types = s
        .provider("x-here")
        .questions
        .into_iter()
        .find(|q| !q.options.is_empty())
        .unwrap()
        .options;
    assert_eq!(
        types.iter().map(|t| (t.id.as_str(), t.secret)).collect::<Vec<_>>(),
        [("public", false), ("confidential", true)]
    );
}
