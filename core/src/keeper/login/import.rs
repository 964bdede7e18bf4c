//! A token that was made elsewhere becomes an account. Its platform is found by asking; a short-lived token is exchanged where
//! its client is known; what cannot be found out of its life is marked as unknown.

use std::sync::Arc;

use url::Url;

use crate::ask::{Asking, Credentials, Identity};
use crate::book::{self, Account};
use crate::error::{Category, Error, Result};
use crate::keeper::Keeper;
use crate::keeper::login::pasted::{self, Pasted};
use crate::keeper::record::hosts;
use crate::login::find_server;
use crate::provider::answers::NO_ANSWERS;
use crate::provider::{Provider, QuestionKind, Renewal};
use crate::token::{DAY, End, Secret, Token};

/// The longest name that a person gives to an account, in characters.
const LONGEST_NAME: usize = 200;

/// A token that ends sooner is short-lived: those live for an hour or two, long-lived ones for sixty days.
const SHORT: i64 = 2 * DAY;

/// What the person knows of a token.
#[derive(Clone, Debug, Default)]
pub struct TokenImport {
    /// Its platform, or none to ask the platforms whose tokens look like it.
    pub provider: Option<String>,
    /// The client that it was made with, if that is known here.
    pub client: Option<String>,
    /// A name for the account, where no platform can be asked.
    pub name: String,
    /// The server that issued it, as it was typed, where its platform has many; otherwise empty.
    pub server: String,
}

/// What was found out about a token that was made elsewhere.
struct Learned {
    token: Token,
    /// The provider said when it ends, or that it does not.
    end_known: bool,
    /// The client that asked is the one that it was made with.
    by_client: bool,
}

impl Keeper {
    /// Keeps a token that was made elsewhere, and returns the account's id. `pasted` reads what may be typed.
    ///
    /// # Errors
    /// [`Error::TokenUnknown`] where no platform knows it, with the platform's words where one was asked;
    /// [`Error::InputInvalid`] for a text without a token or an empty name, [`Error::SeveralTokens`], [`Error::ServerMissing`],
    /// those of [`find_server`], network errors, the store's.
    pub async fn import_token(&self, typed: &Secret, import: &TokenImport) -> Result<String> {
        let _busy = self.busy();
        let pasted = pasted::read(typed.expose())?;
        let token = &pasted.token;
        let (mut unreached, mut refusals) = (None, Vec::new());
        for candidate in self.candidates(token, import.provider.as_deref())? {
            let (provider, server) = match self.at_server(candidate, &import.server).await {
                Ok(found) => found,
                Err(error) => {
                    unreached = Some(error);
                    continue;
                }
            };
            if provider.adopt.as_ref().is_some_and(|a| a.anything) {
                return self.keep_unverified(&provider, token.clone(), &import.name).await;
            }
            let client = self
                .client_to_ask_with(&provider, server.as_ref(), import.client.as_deref())
                .await?;
            // Where an address has an answer in it, the client has it.
            let answers = match &client {
                Some((id, _)) => self.shared.book.read_lossy().0.client(id)?.answers.clone(),
                None => provider.text_answers(|_| None)?,
            };
            let by = |client| Asking {
                http: &self.shared.http,
                provider: &provider,
                server: server.as_ref(),
                answers: &answers,
                client,
                login_name: None,
                now: self.now(),
            };
            let bare = Token::new(token.clone(), self.now());
            let (with, without) = (by(client.as_ref().map(|(_, c)| c)), by(None));
            // Without a named client it is asked without one first: the proof of a wrong client makes Graph refuse (error 100).
            // An app that demands a proof answers to its own client only.
            let mut asked = if import.client.is_some() {
                with.identify(&bare).await
            } else {
                without.identify(&bare).await
            };
            if client.is_some() && import.client.is_none() && matches!(asked, Err(Error::Refused { .. })) {
                asked = with.identify(&bare).await;
            }
            match asked {
                Ok(identity) => {
                    let named = import.client.is_some();
                    let learned = self.exchange_if_short(&with, bare, named).await;
                    let client = client.filter(|_| named || learned.by_client).map(|(id, _)| id).unwrap_or_default();
                    let identity = self.with_handle(&provider, server.as_ref(), identity).await;
                    let account = self.new_account(&provider, server.as_ref(), &answers, client);
                    return self.keep_found(&provider, account, learned, identity, &pasted).await;
                }
                // A refusal is an answer: this platform does not know the token. An unreachable server is none.
                Err(Error::Refused { category, words, .. }) if !matches!(category, Category::Transient | Category::RateLimited) => {
                    refusals.push(words);
                }
                Err(error) => unreached = Some(error),
            }
        }
        // Of several platforms at most one has made the token: the words of the others would mislead.
        let words = refusals.pop().flatten().filter(|_| refusals.is_empty());
        Err(unreached.unwrap_or(Error::TokenUnknown { words }))
    }

    /// Where the platform has many servers: the server behind a typed name, and the file that fits it.
    async fn at_server(&self, provider: Arc<Provider>, typed: &str) -> Result<(Arc<Provider>, Option<Url>)> {
        if provider.question(QuestionKind::Server).is_none() {
            return Ok((provider, None));
        }
        if typed.trim().is_empty() {
            return Err(Error::ServerMissing {
                provider: Box::new(provider.name.clone()),
            });
        }
        let found = find_server(&self.shared.http, &self.shared.registry, &provider, typed).await?;
        Ok((found.provider, Some(found.server.origin)))
    }

    /// The platforms to ask: the chosen one, or the shipped ones whose tokens begin like this one. No other host gets to see
    /// the token.
    fn candidates(&self, token: &Secret, chosen: Option<&str>) -> Result<Vec<Arc<Provider>>> {
        if let Some(id) = chosen {
            return Ok(vec![self.shared.registry.require(id)?]);
        }
        Ok(self.fitting(token))
    }

    /// The shipped platforms whose tokens look like this one, the likeliest first. A file of the person's own takes no part, so
    /// that none draws other platforms' tokens to its hosts.
    fn fitting(&self, token: &Secret) -> Vec<Arc<Provider>> {
        let fit = |p: &Arc<Provider>| p.adopt.as_ref().map_or(0, |adopt| adopt.fit(token.expose()));
        let shipped = self.shared.registry.iter().filter(|e| !e.custom).map(|e| e.provider.clone());
        let mut fitting: Vec<_> = shipped.filter(|p| fit(p) > 0).collect();
        fitting.sort_by_key(|p| std::cmp::Reverse(fit(p)));
        fitting
    }

    /// The ids of the platforms that a pasted token may be of, by its shape alone: nothing is sent. Empty for a text without a
    /// token, and for one that looks like no platform's.
    pub fn recognise(&self, typed: &Secret) -> Vec<String> {
        let Ok(pasted) = pasted::read(typed.expose()) else {
            return Vec::new();
        };
        self.fitting(&pasted.token).iter().map(|p| p.id.clone()).collect()
    }

    /// The named client, or the only client of this provider.
    async fn client_to_ask_with(
        &self,
        provider: &Provider,
        server: Option<&Url>,
        named: Option<&str>,
    ) -> Result<Option<(String, Credentials)>> {
        let (book, _) = self.shared.book.read_lossy();
        let fits = |c: &&book::Client| c.provider == provider.id && c.hosts == hosts(provider, server, &c.answers);
        let mut own = book.clients.iter().filter(fits);
        let client = match (named, own.next(), own.next()) {
            (Some(id), ..) => Some(book.client(id)?).filter(fits),
            (None, Some(only), None) => Some(only),
            _ => None,
        };
        Ok(match client {
            Some(client) => Some((client.id.clone(), self.credentials(client).await?)),
            None => None,
        })
    }

    /// Asks for a token's life, and exchanges a token that is or may be short-lived, where its client is known.
    async fn exchange_if_short(&self, asking: &Asking<'_>, token: Token, named: bool) -> Learned {
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
            // Graph answers to the token of the app that the token was made with.
            by_client: known.is_some() && asking.provider.inspects_by_app(),
        };
        let may_be_short = end.is_none_or(|end| end.expires().is_some_and(|end| end < now + SHORT));
        if may_be_short && asking.client.is_some() && asking.provider.messages.exchange.is_some() {
            // After a refusal the token is as good as before: it may be long-lived, or another app's.
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

    async fn keep_found(
        &self,
        provider: &Provider,
        account: Account,
        mut learned: Learned,
        identity: Identity,
        pasted: &Pasted,
    ) -> Result<String> {
        let now = self.now();
        // What was pasted with the token holds only if the token was not exchanged.
        let same = learned.token.access_token == pasted.token;
        let itself = || provider.lifetime.own_end(&learned.token.access_token, now);
        let said = identity.end.filter(|_| same).or_else(itself);
        if !learned.end_known
            && let Some(end) = said
        {
            learned.token.expires = end.expires();
            learned.end_known = true;
        }
        if same && !learned.end_known {
            learned.token.expires = pasted.expires.filter(|end| *end > now);
            learned.end_known = learned.token.expires.is_some();
        }
        // A refresh token works with its own client only (RFC 6749 §10.4).
        if same && !account.client.is_empty() && provider.lifetime.renewal == Renewal::RefreshToken {
            learned.token.refresh_token.clone_from(&pasted.refresh_token);
        }
        // Where the platform does not tell its end, sixty days are assumed until the first renewal
        // (docs/facts/instagram.md#renewal), and no more than what the token lived when it was obtained.
        let most = pasted.lives.filter(|_| same).unwrap_or(i64::MAX);
        let assumed = provider.lifetime.assumed().map(|lives| now + most.min(lives));
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
            refresh_expires: token.refresh_expires,
            issued: Some(token.issued),
            life_unknown: !learned.end_known,
            verified: Some(now),
            ..account
        };
        let kept = self.keep_granted(record, token, true, &|_| ()).await?;
        self.changed();
        Ok(kept)
    }

    /// Keeps a token of an unknown platform under the name that the person gave it.
    async fn keep_unverified(&self, provider: &Provider, token: Secret, name: &str) -> Result<String> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Error::InputInvalid { field: "name".into() });
        }
        let record = Account {
            name: name.to_owned(),
            life_unknown: true,
            ..self.new_account(provider, None, &NO_ANSWERS, String::new())
        };
        let token = Token::new(token, self.now());
        self.keep_imported(record, token).await
    }
}
