//! The tokens that a server has for an account: each with its app, and each can be ended.

use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{LoginPlan, Purpose, TokenOrigin};
use keybearer_practice::Flavor;

use crate::rig::{Rig, asked, plan, practice};

const SCOPES: [&str; 2] = ["read", "write"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_tokens_are_listed_and_ended() {
    let (rig, other, p) = (Rig::new(), Rig::new(), practice(Flavor::GoToSocial).await);
    let wanted = |rig: &Rig, name: &str| LoginPlan {
        client_name: name.into(),
        scopes: SCOPES.map(str::to_owned).into(),
        ..plan(rig, &p, RedirectKind::Loopback)
    };
    let id = rig.log_in(wanted(&rig, "my bot")).await.account.id;
    let stranger = other.log_in(wanted(&other, "an old phone")).await.account.id;
    let token = other.token(&stranger).await;
    let listed = rig.keeper.server_tokens(&id).await.unwrap().tokens;
    let apps: Vec<_> = listed.iter().map(|t| (t.app.as_deref().unwrap(), t.origin)).collect();
    assert_eq!(apps, [("an old phone", TokenOrigin::Other), ("my bot", TokenOrigin::Present)]);
    assert!(
        listed
            .iter()
            .all(|t| t.scopes == SCOPES && t.issued.is_some() && t.last_used <= t.issued)
    );
    // Ending the other app's token leaves the account as it is.
    rig.keeper.end_server_token(&id, &listed[0].id).await.unwrap();
    assert!(!p.tokens().contains(&token) && other.keeper.verify(&stranger).await.is_err());
    rig.keeper.verify(&id).await.unwrap();
    assert!(rig.account(&id).trouble.is_none());
    // Its own is ended like any other, and the account says so.
    for unknown in [&listed[0].id, "../../accounts/1/block", ""] {
        let refused = rig.keeper.end_server_token(&id, unknown).await.unwrap_err();
        assert_eq!(refused.code(), "input-invalid", "{unknown}");
    }
    // Each question with the token is a use: a look, one for each of four ends, and the end that was sent.
    let uses = async || rig.keeper.last_uses(&id, 20).await.unwrap();
    let before = uses().await;
    assert!(
        before.iter().all(|one| one.purpose == Purpose::Call) && before.len() == 6,
        "{before:?}"
    );
    rig.keeper.end_server_token(&id, &listed[1].id).await.unwrap();
    assert_eq!(rig.account(&id).trouble.unwrap().code, "token-dead");
    assert_eq!(uses().await.len(), 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_lists_none_and_a_token_that_may_not_ask() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let refused = rig.keeper.server_tokens(&id).await.unwrap_err();
    assert_eq!(refused.code(), "input-invalid");
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let profile = LoginPlan {
        scopes: vec!["profile".into()],
        ..plan(&rig, &p, RedirectKind::Loopback)
    };
    let id = rig.log_in(profile).await.account.id;
    assert_eq!(rig.keeper.server_tokens(&id).await.unwrap_err().code(), "missing-permission");
    assert!(rig.account(&id).trouble.is_none(), "it is no trouble of the account");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_many_pages_is_read_and_a_longer_one_is_cut() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let wanted = LoginPlan {
        scopes: SCOPES.map(str::to_owned).into(),
        ..plan(&rig, &p, RedirectKind::Loopback)
    };
    let id = rig.log_in(wanted).await.account.id;
    p.issue_tokens("ada", 199);
    let listed = rig.keeper.server_tokens(&id).await.unwrap();
    let mut ids: Vec<_> = listed.tokens.iter().map(|token| token.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), listed.more), (200, false));
    // Pages of 80, and an empty one after them.
    assert_eq!(asked(&p, "/api/v1/tokens"), 4);
    // The account's own token is the oldest, on the last page.
    assert_eq!(listed.tokens[199].origin, TokenOrigin::Present);
    rig.keeper.end_server_token(&id, &listed.tokens[150].id).await.unwrap();
    assert_eq!(rig.keeper.server_tokens(&id).await.unwrap().tokens.len(), 199);
    p.issue_tokens("ada", 4000);
    let listed = rig.keeper.server_tokens(&id).await.unwrap();
    assert_eq!((listed.tokens.len(), listed.more), (4000, true));
}
