//! Tokens that were made elsewhere: a pasted text becomes an account. The platform is found by asking, a short token is
//! exchanged where the client is known, and what nobody can tell of a token's life is said to be unknown.

use std::sync::Arc;

use url::Url;

use crate::ask::{Asking, Credentials, End, Identity};
use crate::book::Account;
use crate::error::{Category, Error, Result};
use crate::keeper::login::client::hosts;
use crate::keeper::login::pasted::{self, Pasted};
use crate::keeper::{Keeper, new_id};
use crate::provider::{Provider, RedirectKind, Renewal};
use crate::token::{Secret, Token};

const DAY: i64 = 86_400;
/// A token that ends sooner is a short one: an hour or two, where long ones have sixty days.
const SHORT: i64 = 2 * DAY;

/// What a person says of a token.
#[derive(Clone, Debug, Default)]
pub struct Adoption {
    /// The platform; none to find it by asking.
    pub provider: Option<String>,
    /// The client it was made with; none where it is not known here.
    pub client: Option<String>,
    /// A name for it, where no platform can be asked.
    pub name: String,
}

/// What could be found out about a token that was made elsewhere.
struct Learned {
    token: Token,
    /// The provider said when it ends, or that it does not.
    end_known: bool,
    /// It is a token of the client that was asked with.
    by_client: bool,
}

impl Keeper {
    /// Keeps a token that was made elsewhere, and returns the account's id. `typed` may be a bare token, a
    /// header, a line of a `.env` file, a command, an address or an answer's JSON: see `pasted`.
    ///
    /// # Errors
    /// [`Error::TokenUnknown`] where no platform knows it, [`Error::InputInvalid`] for a text without a token or an
    /// empty name, [`Error::SeveralTokens`], network errors, the store's.
    pub async fn adopt(&self, typed: &Secret, adoption: &Adoption) -> Result<String> {
        let _busy = self.busy();
        let pasted = pasted::read(typed.expose())?;
        let token = &pasted.token;
        let mut unreached = None;
        for provider in self.candidates(token, adoption.provider.as_deref())? {
            if provider.adopt.as_ref().is_some_and(|a| a.anything) {
                return self.keep_unasked(&provider, token.clone(), &adoption.name).await;
            }
            let client = self.client_to_ask_with(&provider, adoption.client.as_deref()).await?;
            let by = |client| Asking {
                http: &self.desk.http,
                provider: &provider,
                server: None,
                client,
                now: self.now(),
            };
            let bare = Token::new(token.clone(), self.now());
            let (with, without) = (by(client.as_ref().map(|(_, c)| c)), by(None));
            // A client that was not named may be another's: its proof would spoil the question (Graph's error 100). One
            // whose app wants a proof answers to the client only.
            let mut asked = if adoption.client.is_some() {
                with.identify(&bare).await
            } else {
                without.identify(&bare).await
            };
            if client.is_some() && adoption.client.is_none() && matches!(asked, Err(Error::Refused { .. })) {
                asked = with.identify(&bare).await;
            }
            match asked {
                Ok(identity) => {
                    let named = adoption.client.is_some();
                    let learned = self.lengthen(&with, bare, named).await;
                    let client = client.filter(|_| named || learned.by_client).map(|(id, _)| id).unwrap_or_default();
                    return self.keep_adopted(&provider, client, learned, identity, &pasted).await;
                }
                // A no is an answer; a server that cannot be reached is none.
                Err(Error::Refused { category, .. }) if !matches!(category, Category::Transient | Category::RateLimited) => {}
                Err(error) => unreached = Some(error),
            }
        }
        Err(unreached.unwrap_or(Error::TokenUnknown))
    }

    /// Which platforms to ask: the chosen one, else the shipped ones whose tokens begin like this. No other host is shown
    /// a token that may be somebody else's.
    fn candidates(&self, token: &Secret, chosen: Option<&str>) -> Result<Vec<Arc<Provider>>> {
        if let Some(id) = chosen {
            return Ok(vec![self.desk.registry.require(id)?]);
        }
        let begins = |p: &Provider| {
            let prefixes = p.adopt.iter().flat_map(|a| &a.prefixes);
            prefixes
                .filter(|prefix| token.expose().starts_with(prefix.as_str()))
                .map(String::len)
                .max()
        };
        let shipped = self.desk.registry.iter().filter(|e| !e.custom).map(|e| e.provider.clone());
        let mut candidates: Vec<_> = shipped.filter(|p| begins(p).is_some()).collect();
        candidates.sort_by_key(|p| std::cmp::Reverse(begins(p)));
        Ok(candidates)
    }

    /// The client that was named, else the only one of this provider.
    async fn client_to_ask_with(&self, provider: &Provider, named: Option<&str>) -> Result<Option<(String, Credentials)>> {
        let (book, _) = self.desk.book.look();
        let hosts = hosts(provider, None);
        let mut own = book.clients.iter().filter(|c| c.provider == provider.id && c.hosts == hosts);
        let client = match (named, own.next(), own.next()) {
            (Some(id), ..) => Some(book.client(id)?).filter(|c| c.provider == provider.id && c.hosts == hosts),
            (None, Some(only), None) => Some(only),
            _ => None,
        };
        Ok(match client {
            Some(client) => Some((client.id.clone(), self.credentials(client).await?)),
            None => None,
        })
    }

    /// Learns a token's life, and exchanges it where it is a short one, or may be, and the client is known.
    async fn lengthen(&self, asking: &Asking<'_>, token: Token, named: bool) -> Learned {
        let now = self.now();
        let known = asking.inspect(&token).await.ok().flatten();
        let end = known.as_ref().and_then(|k| k.end);
        let mut learned = Learned {
            token: Token {
                issued: known.as_ref().and_then(|k| k.issued).unwrap_or(now),
                expires: end.and_then(End::expires),
                ..token
            },
            end_known: end.is_some(),
            // The app's own token vouches for the token where that is how the provider is asked (Graph).
            by_client: known.is_some() && asking.provider.inspects_by_app(),
        };
        let may_be_short = end.is_none_or(|end| end.expires().is_some_and(|end| end < now + SHORT));
        if may_be_short && asking.client.is_some() && asking.provider.messages.exchange.is_some() {
            // A refusal leaves the token as good as it was: it may be a long one, or another app's.
            if let Ok(long) = asking.exchange(&learned.token).await {
                learned = Learned {
                    end_known: long.expires.is_some(),
                    token: long,
                    by_client: true,
                };
            }
        }
        learned.by_client |= named;
        learned
    }

    async fn keep_adopted(
        &self,
        provider: &Provider,
        client: String,
        mut learned: Learned,
        identity: Identity,
        pasted: &Pasted,
    ) -> Result<String> {
        let now = self.now();
        // Unless it was exchanged, what was pasted with it is about it.
        let same = learned.token.access_token == pasted.token;
        if same && !learned.end_known {
            learned.token.expires = pasted.expires.filter(|end| *end > now);
            learned.end_known = learned.token.expires.is_some();
        }
        // A refresh token is its client's (RFC 6749 §10.4): without that client it renews nothing.
        if same && !client.is_empty() && provider.lifetime.renewal == Renewal::RefreshToken {
            learned.token.refresh_token.clone_from(&pasted.refresh_token);
        }
        // docs/facts/instagram.md#renewal: sixty days are assumed of a token that nobody can tell about, until its first renewal
        // tells. It lives no longer from now than from when it was obtained.
        let most = pasted.lives.filter(|_| same).unwrap_or(i64::MAX);
        let assumed = provider.lifetime.assume_days.map(|days| now + most.min(i64::from(days) * DAY));
        let token = Token {
            expires: if learned.end_known { learned.token.expires } else { assumed },
            ..learned.token
        };
        let record = Account {
            name: identity.name,
            display_name: identity.display_name,
            user_id: identity.user_id,
            url: identity.url,
            scopes: identity.scopes.unwrap_or_else(|| pasted.scopes.clone()),
            refreshes: token.refresh_token.is_some(),
            expires: token.expires,
            issued: Some(token.issued),
            life_unknown: !learned.end_known,
            verified: Some(now),
            ..self.blank(provider, None, client)
        };
        let kept = self.keep_won(record, token, true, &|_| ()).await?;
        self.changed();
        Ok(kept)
    }

    /// A token of an unknown kind, under a name of the person's.
    async fn keep_unasked(&self, provider: &Provider, token: Secret, name: &str) -> Result<String> {
        let name = name.trim();
        if name.is_empty() {
            return Err(Error::InputInvalid { field: "name".into() });
        }
        let record = Account {
            name: name.to_owned(),
            life_unknown: true,
            ..self.blank(provider, None, String::new())
        };
        let token = Token::new(token, self.now());
        self.keep_token(record, token).await
    }

    /// An account of which nothing is known yet but where its token came from.
    pub(in crate::keeper) fn blank(&self, provider: &Provider, server: Option<&Url>, client: String) -> Account {
        Account {
            id: new_id(),
            provider: provider.id.clone(),
            client,
            hosts: hosts(provider, server),
            name: String::new(),
            display_name: None,
            user_id: None,
            server: server.map(|s| s.origin().ascii_serialization()),
            url: None,
            scopes: Vec::new(),
            declined: Vec::new(),
            obtained: self.now(),
            issued: None,
            expires: None,
            data_access_expires: None,
            life_unknown: false,
            refreshes: false,
            generation: 0,
            renewing: None,
            later: None,
            silence: None,
            doubted: None,
            renewed: None,
            told: None,
            paused: false,
            has_token_secret: false,
            hint: None,
            parent: None,
            tasks: Vec::new(),
            redirect: RedirectKind::Paste,
            store: self.desk.store.kind(),
            verified: None,
            trouble: None,
        }
    }
}
