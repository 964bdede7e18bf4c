//! The person's own secrets, for a search in files, and what helps where one of them was found.

use super::Keeper;
use crate::book::{Account, Book, Client, Delivery};
use crate::error::{Error, ErrorView, Result};
use crate::provider::{GrantType, Predecessor, Renewal};
use crate::redirect::certificate::Certificate;
use crate::token::{Secret, Token, client_secret_from_stored, target_from_stored};
use crate::vault::{CERTIFICATE_KEY, account_key, client_key, previous_key, target_key};

/// Which of an account's, a client's or a delivery's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretKind {
    /// An account's access token.
    AccessToken,
    /// An account's refresh token.
    RefreshToken,
    /// The secret that belongs to an account's token (RFC 5849).
    TokenSecret,
    /// A client's secret.
    ClientSecret,
    /// The access key of a sync target.
    TargetKey,
    /// The private key of the https redirect's certificate.
    CertificateKey,
}

/// Whose a secret is, by our ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// An account.
    Account(String),
    /// A client.
    Client(String),
    /// A delivery, and the account that it delivers.
    Delivery(String, String),
    /// This computer, for https redirects.
    Computer,
}

/// A step that helps where a secret was found. The steps of a secret are in the order in which they are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the platform has ended it when it was renewed.
    Ended,
    /// Renew the token, which ends this one.
    Renew,
    /// Renew the token. This one works for so many minutes more.
    RenewAndWait(u32),
    /// Nothing: it ends so many minutes after the renewal that replaced it.
    Wait(u32),
    /// Note the account's sync targets, because [`Remedy::Revoke`] deletes them.
    ListTargets,
    /// Revoke it, which also removes the account here. It comes first: a login would forget this token, and the account has one only.
    Revoke,
    /// Add the sync targets again.
    AddTargets,
    /// End it at the server by its id there, and keep the account here.
    EndToken,
    /// End it at the platform's own pages.
    EndAtPlatform,
    /// Sign in again.
    SignInAgain,
    /// Make a new one at the platform, and import it.
    ImportAnother,
    /// Sync to the account's targets.
    Deliver,
    /// Make another client secret in the platform's console, and store it.
    ReplaceSecret,
    /// Sign in with a new app: Keybearer registered this one, and registers another.
    RegisterAnother,
    /// Make another access key at the target, and add the sync target again with it.
    ReplaceTargetKey,
    /// Take the certificate out of the person's certificate store: a key that nobody trusts is of no use.
    DistrustCertificate,
}

/// One secret.
pub struct OwnSecret {
    /// Whose it is.
    pub owner: Owner,
    /// What it is.
    pub kind: SecretKind,
    /// It was replaced by a renewal.
    pub previous: bool,
    /// The secret itself.
    pub secret: Secret,
    /// What helps where it was found.
    pub remedies: Vec<Remedy>,
}

/// All secrets that are stored here.
#[derive(Default)]
pub struct OwnSecrets {
    /// Those that could be read.
    pub secrets: Vec<OwnSecret>,
    /// Whose could not be read although the store is open, and why.
    pub unread: Vec<(Owner, ErrorView)>,
}

impl Keeper {
    /// The access, refresh and token secrets of all accounts, also those before the last renewal where they are still kept, client
    /// secrets, the access keys of sync targets, and the key of the https redirect's certificate. An app's own token is not kept.
    ///
    /// # Errors
    /// The store's where it is locked or missing: not some of them then, but none.
    pub async fn own_secrets(&self) -> Result<OwnSecrets> {
        self.blocking(Keeper::read_own_secrets).await
    }

    /// Blocks.
    fn read_own_secrets(&self) -> Result<OwnSecrets> {
        let book = self.shared.book.read()?;
        let mut all = OwnSecrets::default();
        for account in &book.accounts {
            let read = |key: String| Token::from_stored(&self.read_secret(account.store, &key)?);
            match read(account_key(&account.id)) {
                Ok(token) => all.secrets.extend(self.of_token(account, &book, &token, false)),
                Err(error) => all.unread.push((Owner::Account(account.id.clone()), unread(error)?)),
            }
            match read(previous_key(&account.id)) {
                Ok(token) => all.secrets.extend(self.of_token(account, &book, &token, true)),
                Err(Error::SecretMissing) => {}
                Err(error) => all.unread.push((Owner::Account(account.id.clone()), unread(error)?)),
            }
        }
        for client in book.clients.iter().filter(|client| client.has_secret) {
            let stored = self.read_secret(client.store, &client_key(&client.id));
            match stored.and_then(|stored| client_secret_from_stored(&stored)) {
                Ok(secret) => all.secrets.push(of_client(client, secret)),
                Err(error) => all.unread.push((Owner::Client(client.id.clone()), unread(error)?)),
            }
        }
        for delivery in book.deliveries.iter().filter(|delivery| delivery.target.needs_credential()) {
            let stored = self.read_secret(delivery.store, &target_key(&delivery.id));
            match stored.and_then(|stored| target_from_stored(&stored)) {
                Ok((_, credential)) => all.secrets.extend(credential.map(|secret| of_delivery(delivery, secret))),
                Err(error) => all.unread.push((target(delivery), unread(error)?)),
            }
        }
        // It is in the store for new secrets, which may be another one than theirs, or none.
        match self.read_secret(self.shared.store.kind(), CERTIFICATE_KEY) {
            Ok(stored) => all.secrets.extend(Certificate::from_stored(&stored).map(of_certificate)),
            Err(Error::SecretMissing | Error::KeychainMissing) => {}
            Err(error) if !all.secrets.is_empty() => all.unread.push((Owner::Computer, error.view())),
            Err(_) => {}
        }
        Ok(all)
    }

    fn of_token(&self, account: &Account, book: &Book, token: &Token, previous: bool) -> Vec<OwnSecret> {
        let parts = [
            (SecretKind::AccessToken, Some(&token.access_token)),
            (SecretKind::RefreshToken, token.refresh_token.as_ref()),
            (SecretKind::TokenSecret, token.token_secret.as_ref()),
        ];
        let parts = parts.into_iter().filter_map(|(kind, secret)| Some((kind, secret?)));
        parts
            .map(|(kind, secret)| OwnSecret {
                owner: Owner::Account(account.id.clone()),
                kind,
                previous,
                secret: secret.clone(),
                remedies: self.remedies(account, book, kind, previous),
            })
            .collect()
    }

    /// What helps where a token was found, by what its provider file says.
    fn remedies(&self, account: &Account, book: &Book, kind: SecretKind, previous: bool) -> Vec<Remedy> {
        // A sub-account's token is made from its account's, and ends with it.
        let parent = account.parent.as_ref().and_then(|id| book.account(id).ok());
        let (Ok(provider), Ok(lifetime)) = (
            self.shared.registry.require(&account.provider),
            self.lifetime(parent.unwrap_or(account)),
        ) else {
            return vec![Remedy::EndAtPlatform];
        };
        let renews = match lifetime.renewal {
            // A refresh token that works more than once is not replaced.
            Renewal::RefreshToken => account.refreshes && (kind != SecretKind::RefreshToken || lifetime.rotates),
            Renewal::Itself | Renewal::Exchange | Renewal::Issue => true,
            Renewal::LogInAgain | Renewal::None => false,
        };
        let renewal = match (lifetime.predecessor, lifetime.predecessor_minutes) {
            _ if !renews || account.paused || parent.is_some() => None,
            (Predecessor::Dies, _) => Some(Remedy::Renew),
            (Predecessor::Lives, Some(minutes)) => Some(Remedy::RenewAndWait(minutes)),
            (Predecessor::Lives, None) => None,
        };
        if previous && renewal == Some(Remedy::Renew) {
            return vec![Remedy::Ended];
        }
        let ends_one = provider.messages.end_token.is_some() && parent.is_none() && kind == SecretKind::AccessToken;
        // The account's present token is another one: it needs no successor.
        if previous && ends_one {
            return vec![Remedy::EndToken];
        }
        let imports = provider.grant == GrantType::Import;
        let again = if imports { Remedy::ImportAnother } else { Remedy::SignInAgain };
        let deliver = book.delivers(&account.id).then_some(Remedy::Deliver);
        // To revoke is to revoke the account's present token.
        let revokes = provider.messages.revocation.is_some() && !previous;
        let steps = match renewal {
            Some(Remedy::RenewAndWait(minutes)) if previous => vec![Some(Remedy::Wait(minutes))],
            Some(renewal) => vec![Some(renewal), deliver],
            None if ends_one => vec![Some(again), deliver, Some(Remedy::EndToken)],
            None if revokes => {
                let source = parent.unwrap_or(account);
                let loses = |remedy| book.deliveries.iter().any(|d| d.account == source.id).then_some(remedy);
                // A sub-account stays, with its sync targets.
                let deliver = deliver.filter(|_| parent.is_some());
                vec![
                    loses(Remedy::ListTargets),
                    Some(Remedy::Revoke),
                    Some(again),
                    deliver,
                    loses(Remedy::AddTargets),
                ]
            }
            None if imports => vec![Some(Remedy::ImportAnother), deliver, Some(Remedy::EndAtPlatform)],
            // Where the app is removed on the platform's pages, all its tokens end, also one that is newer.
            None => vec![Some(Remedy::EndAtPlatform), Some(Remedy::SignInAgain), deliver],
        };
        steps.into_iter().flatten().collect()
    }
}

fn of_client(client: &Client, secret: Secret) -> OwnSecret {
    OwnSecret {
        owner: Owner::Client(client.id.clone()),
        kind: SecretKind::ClientSecret,
        previous: false,
        secret,
        remedies: vec![if client.registered {
            Remedy::RegisterAnother
        } else {
            Remedy::ReplaceSecret
        }],
    }
}

fn of_delivery(delivery: &Delivery, secret: Secret) -> OwnSecret {
    OwnSecret {
        owner: target(delivery),
        kind: SecretKind::TargetKey,
        previous: false,
        secret,
        remedies: vec![Remedy::ReplaceTargetKey],
    }
}

fn of_certificate(certificate: Certificate) -> OwnSecret {
    OwnSecret {
        owner: Owner::Computer,
        kind: SecretKind::CertificateKey,
        previous: false,
        secret: certificate.key(),
        remedies: vec![Remedy::DistrustCertificate],
    }
}

fn target(delivery: &Delivery) -> Owner {
    Owner::Delivery(delivery.id.clone(), delivery.account.clone())
}

/// An error of one secret; one of the whole store ends the reading.
fn unread(error: Error) -> Result<ErrorView> {
    match error {
        Error::SecretMissing => Ok(error.view()),
        other => Err(other),
    }
}
