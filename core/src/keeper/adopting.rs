//! Tokens that were made elsewhere: a pasted text becomes an account. The platform is found by asking, a short token is
//! exchanged where the client is known, and what nobody can tell of a token's life is said to be unknown.

use std::sync::Arc;

use super::{Keeper, new_id};
use crate::ask::{Asking, Credentials, Identity};
use crate::book::Account;
use crate::error::{Category, Error, Result};
use crate::provider::{DoorKind, Provider};
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

impl Keeper {
    /// Keeps a token that was made elsewhere, and returns the account's id. `typed` may be a bare token, an
    /// `Authorization` header or a line of a `.env` file.
    ///
    /// # Errors
    /// [`Error::TokenUnknown`] where no platform knows it, [`Error::InputInvalid`] for an empty text or name, network
    /// errors, the store's.
    pub async fn adopt(&self, typed: &Secret, adoption: &Adoption) -> Result<String> {
        let token = bare(typed.expose()).ok_or_else(|| Error::InputInvalid { field: "token".into() })?;
        let candidates = self.candidates(&token, adoption.provider.as_deref())?;
        let mut offline = None;
        for provider in candidates {
            if provider.adopt.as_ref().is_some_and(|a| a.anything) {
                return self.keep_unasked(&provider, token, &adoption.name).await;
            }
            let client = self.client_to_ask_with(&provider, adoption.client.as_deref()).await?;
            let asking = Asking {
                http: &self.desk.http,
                provider: &provider,
                server: None,
                client: client.as_ref().map(|(_, c)| c),
            };
            match asking.identify(&token).await {
                Ok(identity) => {
                    let (token, inspected) = self.lengthen(&asking, token).await;
                    let client = client.map(|(id, _)| id).unwrap_or_default();
                    return self.keep_adopted(&provider, client, token, inspected, identity).await;
                }
                // A no is an answer; a server that cannot be reached is none.
                Err(Error::Refused { category, .. }) if !matches!(category, Category::Transient | Category::RateLimited) => {}
                Err(error) => offline = Some(error),
            }
        }
        Err(offline.unwrap_or(Error::TokenUnknown))
    }

    /// Which platforms to ask, those first whose tokens begin like this one.
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
        let adopting = self
            .desk
            .registry
            .iter()
            .filter(|e| e.provider.adopt.as_ref().is_some_and(|a| !a.anything));
        let mut candidates: Vec<_> = adopting.map(|e| e.provider.clone()).collect();
        candidates.sort_by_key(|p| std::cmp::Reverse(begins(p).unwrap_or_default()));
        // Platforms whose tokens begin otherwise are not shown a token that is known to be another's.
        if candidates.iter().any(|p| begins(p).is_some()) {
            candidates.retain(|p| begins(p).is_some());
        }
        Ok(candidates)
    }

    /// The client that was named, else the only one of this provider.
    async fn client_to_ask_with(&self, provider: &Provider, named: Option<&str>) -> Result<Option<(String, Credentials)>> {
        let (book, _) = self.desk.book.look();
        let mut own = book.clients.iter().filter(|c| c.provider == provider.id);
        let client = match (named, own.next(), own.next()) {
            (Some(id), ..) => Some(book.client(id)?).filter(|c| c.provider == provider.id),
            (None, Some(only), None) => Some(only),
            _ => None,
        };
        Ok(match client {
            Some(client) => Some((client.id.clone(), self.credentials(client).await?)),
            None => None,
        })
    }

    /// Learns a token's life, and exchanges it where it is a short one and the client is known.
    async fn lengthen(&self, asking: &Asking<'_>, token: Secret) -> (Token, bool) {
        let now = self.now();
        let known = asking.inspect(&token).await.ok().flatten();
        let mut adopted = Token {
            access_token: token,
            refresh_token: None,
            issued: known.as_ref().and_then(|k| k.issued).unwrap_or(now),
            expires: known.as_ref().and_then(|k| k.expires),
        };
        let short = adopted.expires.is_some_and(|end| end < now + SHORT);
        if short && asking.client.is_some() && asking.provider.messages.exchange.is_some() {
            // Without a client's secret or in a hurry of the platform's: the short one is better than none.
            if let Ok(long) = asking.exchange(&adopted.access_token, now).await {
                adopted = long;
            }
        }
        (adopted, known.is_some())
    }

    async fn keep_adopted(&self, provider: &Provider, client: String, token: Token, inspected: bool, identity: Identity) -> Result<String> {
        let now = self.now();
        // providers.md §2.8: sixty days are assumed of a token that nobody can tell about, until its first renewal tells.
        let assumed = provider.lifetime.assume_days.map(|days| now + i64::from(days) * DAY);
        let token = Token {
            expires: if inspected { token.expires } else { token.expires.or(assumed) },
            ..token
        };
        let record = Account {
            name: identity.name,
            display_name: identity.display_name,
            user_id: identity.user_id,
            url: identity.url,
            expires: token.expires,
            issued: Some(token.issued),
            life_unknown: !inspected,
            verified: Some(now),
            ..self.blank(provider, client)
        };
        self.keep_token(record, token).await
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
            ..self.blank(provider, String::new())
        };
        let now = self.now();
        let token = Token {
            access_token: token,
            refresh_token: None,
            issued: now,
            expires: None,
        };
        self.keep_token(record, token).await
    }

    /// An account of which nothing is known yet but where its token came from.
    pub(super) fn blank(&self, provider: &Provider, client: String) -> Account {
        Account {
            id: new_id(),
            provider: provider.id.clone(),
            client,
            name: String::new(),
            display_name: None,
            user_id: None,
            server: None,
            url: None,
            scopes: Vec::new(),
            declined: Vec::new(),
            obtained: self.now(),
            issued: None,
            expires: None,
            data_access_expires: None,
            life_unknown: false,
            parent: None,
            tasks: Vec::new(),
            door: DoorKind::Paste,
            store: self.desk.store.kind(),
            verified: None,
            trouble: None,
        }
    }
}

/// The token in what was pasted: quotes, `Bearer`, `export NAME=` and white space are no part of it.
fn bare(typed: &str) -> Option<Secret> {
    let quotes = ['"', '\'', '`', '“', '”', ' ', ';', ','];
    let mut text = typed.trim().trim_matches(quotes);
    text = text.strip_prefix("export ").unwrap_or(text).trim();
    if let Some((name, value)) = text.split_once('=') {
        let is_name = !name.is_empty()
            && name
                .trim()
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        // Base64 ends in `=`; a name is followed by a value.
        if is_name && !value.trim_matches(['=', ' ']).is_empty() {
            text = value.trim().trim_matches(quotes);
        }
    }
    text = text.strip_prefix("Authorization:").unwrap_or(text).trim();
    text = text.strip_prefix("Bearer ").unwrap_or(text).trim();
    let token: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    (!token.is_empty()).then(|| Secret::new(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_every_wrapping() {
        for typed in [
            "THAAbc123",
            "  \"THAAbc123\" ",
            "THREADS_ACCESS_TOKEN=THAAbc123",
            "export THREADS_ACCESS_TOKEN='THAAbc123';",
            "Authorization: Bearer THAAbc123",
            "Bearer THAAbc123\n",
            "THAA\nbc123",
        ] {
            assert_eq!(bare(typed).map(|t| t.expose().to_owned()).as_deref(), Some("THAAbc123"), "{typed}");
        }
        assert_eq!(bare("AAAA==").map(|t| t.expose().to_owned()).as_deref(), Some("AAAA=="));
        assert!(bare(" \n\"\" ").is_none());
    }
}
