//! The person's own secrets for a search in files: all of them or none, each with what helps.

use keybearer_core::keeper::{OwnSecret, Owner, Reason, Remedy, SecretKind};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::StoreState;
use keybearer_practice::Flavor;
use keybearer_practice::delivery::CREDENTIAL;
use tempfile::TempDir;

use crate::mock_keychain::WatchedKeychain;
use crate::rig::{Rig, plan, practice};
use crate::{delivery, x};

/// The secret of this kind, its text and what helps.
fn of_kind(all: &[OwnSecret], kind: SecretKind, previous: bool) -> (&str, &[Remedy]) {
    let found: Vec<_> = all.iter().filter(|own| (own.kind, own.previous) == (kind, previous)).collect();
    assert_eq!(found.len(), 1, "{kind:?}");
    (found[0].secret.expose(), &found[0].remedies)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_without_an_end_is_revoked_and_its_app_registered_again() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    let own = rig.keeper.own_secrets().await.unwrap();
    assert!(own.unread.is_empty() && own.secrets.len() == 2);
    let token = rig.token(&account.id).await;
    let (secret, remedies) = of_kind(&own.secrets, SecretKind::AccessToken, false);
    assert_eq!(
        (secret, remedies),
        (token.as_str(), &[Remedy::Revoke, Remedy::EndToken, Remedy::SignInAgain][..])
    );
    let stored = rig.keeper.client_secret(&account.client).await.unwrap();
    let (secret, remedies) = of_kind(&own.secrets, SecretKind::ClientSecret, false);
    assert_eq!((secret, remedies), (stored.expose(), &[Remedy::RegisterAnother][..]));
    assert_eq!(own.secrets[0].owner, Owner::Account(account.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_is_renewed_which_ends_it() {
    let s = x::Stage::new().await;
    let account = s.log_in().await;
    let own = s.rig.keeper.own_secrets().await.unwrap();
    for kind in [SecretKind::AccessToken, SecretKind::RefreshToken] {
        assert_eq!(of_kind(&own.secrets, kind, false).1, [Remedy::Renew], "{kind:?}");
    }
    let before = of_kind(&own.secrets, SecretKind::AccessToken, false).0.to_owned();
    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
    let own = s.rig.keeper.own_secrets().await.unwrap();
    assert_ne!(of_kind(&own.secrets, SecretKind::AccessToken, false).0, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_predecessor_and_a_targets_key_are_secrets_too() {
    let s = delivery::Stage::new().await;
    s.add(s.vault()).await;
    let first = s.token().await;
    s.later(54 * 86_400);
    s.rig.keeper.sweep().await;
    let own = s.rig.keeper.own_secrets().await.unwrap();
    assert_eq!(of_kind(&own.secrets, SecretKind::AccessToken, false).0, s.token().await);
    let ends_elsewhere = [Remedy::EndAtPlatform, Remedy::SignInAgain, Remedy::Deliver];
    assert_eq!(
        of_kind(&own.secrets, SecretKind::AccessToken, true),
        (first.as_str(), &ends_elsewhere[..])
    );
    let key = of_kind(&own.secrets, SecretKind::TargetKey, false);
    assert_eq!(key, (CREDENTIAL, &[Remedy::ReplaceTargetKey][..]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_store_gives_none_and_a_missing_secret_is_named() {
    let home = TempDir::new().unwrap();
    let keychain = WatchedKeychain::new(home.path());
    let rig = Rig::with_entries(home, std::sync::Arc::new(keybearer_core::keeper::now), keychain.clone());
    let p = practice(Flavor::GoToSocial).await;
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    keychain.set_state(StoreState::Locked);
    let refused = rig.keeper.own_secrets().await.err().unwrap();
    assert_eq!(refused.code(), "keychain-locked");
    keychain.set_state(StoreState::Ready);
    use keybearer_core::vault::keychain::Entries as _;
    let service = crate::mock_keychain::service(rig.home.path());
    keychain.delete(&service, &keybearer_core::vault::account_key(&account.id)).unwrap();
    let own = rig.keeper.own_secrets().await.unwrap();
    assert_eq!(own.secrets.len(), 1, "the app's");
    assert_eq!(own.unread[0].0, Owner::Account(account.id));
    assert_eq!(own.unread[0].1.code, "secret-missing");
}
