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
async fn a_token_without_an_end_is_replaced_and_then_ended_and_its_app_registered_again() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    let own = rig.keeper.own_secrets().await.unwrap();
    assert!(own.unread.is_empty() && own.secrets.len() == 2);
    let token = rig.token(&account.id).await;
    let (secret, remedies) = of_kind(&own.secrets, SecretKind::AccessToken, false);
    assert_eq!((secret, remedies), (token.as_str(), &[Remedy::SignInAgain, Remedy::EndToken][..]));
    let stored = rig.keeper.client_secret(&account.client).await.unwrap();
    let (secret, remedies) = of_kind(&own.secrets, SecretKind::ClientSecret, false);
    assert_eq!((secret, remedies), (stored.expose(), &[Remedy::RegisterAnother][..]));
    assert_eq!(own.secrets[0].owner, Owner::Account(account.id));
}

/// Each step can be done when its turn comes: to revoke deletes the account with its sync targets, and a login forgets the old token.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_only_its_account_can_revoke_is_revoked_first() {
    let (rig, p) = (Rig::new(), practice(Flavor::Mastodon).await);
    let account = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    let own = rig.keeper.own_secrets().await.unwrap();
    let remedies = of_kind(&own.secrets, SecretKind::AccessToken, false).1;
    assert_eq!(remedies, [Remedy::Revoke, Remedy::SignInAgain]);
    let target = keybearer_core::view::Target::File {
        place: delivery::at(&rig.home.path().join("token")),
    };
    rig.keeper.add_delivery(&account.id, target, None).await.unwrap();
    let own = rig.keeper.own_secrets().await.unwrap();
    let steps = [Remedy::ListTargets, Remedy::Revoke, Remedy::SignInAgain, Remedy::AddTargets];
    assert_eq!(of_kind(&own.secrets, SecretKind::AccessToken, false).1, steps);
    let leaked = rig.token(&account.id).await;
    rig.keeper.revoke(&account.id).await.unwrap();
    assert!(rig.keeper.view().deliveries.is_empty());
    let again = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account;
    assert_ne!(rig.token(&again.id).await, leaked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_the_certificate_is_a_secret_too() {
    let rig = Rig::new();
    assert!(rig.keeper.own_secrets().await.unwrap().secrets.is_empty());
    let made = rig.keeper.certificate().await.unwrap();
    let own = rig.keeper.own_secrets().await.unwrap();
    let key = of_kind(&own.secrets, SecretKind::CertificateKey, false);
    assert_eq!(key, (made.key().expose(), &[Remedy::DistrustCertificate][..]));
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
