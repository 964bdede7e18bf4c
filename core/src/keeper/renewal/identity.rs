//! Whose token it is, as the provider says; the handle that the account is shown by; and whether it is the account that the
//! person meant.

use std::time::Duration;

use url::Url;

use crate::ask::{Asking, Identity};
use crate::book::Account;
use crate::error::{Error, ErrorView, Result};
use crate::http::site_of;
use crate::keeper::{Keeper, Reason};
use crate::login::handle::{Named, is_vouched, named};
use crate::provider::Provider;
use crate::text::handle::{Handle, Names};
use crate::token::Token;

/// A new token waits meanwhile to be stored.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is known of an account's name. `server` is its server's host.
pub(in crate::keeper) fn names<'a>(account: &'a Account, server: Option<&'a str>) -> Names<'a> {
    Names {
        name: &account.name,
        server,
        display_name: account.display_name.as_deref(),
        user_id: account.user_id.as_deref(),
        url: account.url.as_deref(),
    }
}

fn origin(account: &Account) -> Option<Url> {
    Url::parse(account.server.as_deref()?).ok()
}

impl Keeper {
    /// Asks the provider whose token it is, and writes the answer down.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where the provider cannot be asked; why it could not be verified, which the account shows, too. The
    /// token stays in any case.
    pub async fn verify(&self, account: &str) -> Result<()> {
        let record = self.shared.book.read()?.account(account)?.clone();
        if self.shared.registry.require(&record.provider)?.messages.identity.is_none() {
            return Err(Error::InputInvalid { field: "identity".into() });
        }
        // A token that can be renewed is renewed before it is called dead.
        let token = match self.valid_token(account).await {
            Ok(token) => token,
            Err(_) if !record.refreshes => self.token(&record).await?,
            Err(error) => return Err(error),
        };
        let mut token = token;
        let mut result = self.ask_identity(&record, &token).await;
        // The platform has ended it early, and issues another one.
        if result.as_ref().is_err_and(|error| error.code().ends_token()) && self.is_issued_again(&record) && !record.paused {
            self.renew(account, Reason::Anyway).await?;
            token = self.token(&self.shared.book.read()?.account(account)?.clone()).await?;
            result = self.ask_identity(&record, &token).await;
        }
        let in_between = result.as_ref().is_err_and(Error::is_in_between);
        let (now, written) = (self.now(), result.as_ref().map(Clone::clone).map_err(Error::view));
        self.write_about(&record, token, move |account| match written {
            Ok(identity) => {
                account.name = identity.name;
                account.display_name = identity.display_name;
                account.user_id = identity.user_id.or(account.user_id.take());
                account.url = identity.url;
                account.scopes = identity.scopes.unwrap_or_else(|| std::mem::take(&mut account.scopes));
                if let Some(end) = identity.end {
                    account.expires = end.expires();
                    account.life_unknown = false;
                }
                account.verified = Some(now);
                account.trouble = None;
                account.doubted = None;
            }
            // The API itself has not answered: nothing new is known.
            Err(_) if in_between => {}
            // A token that is known to be dead stays so, even if the provider could not be asked this time.
            Err(trouble) => {
                let final_one = |t: &ErrorView| t.code.is_final();
                if !account.trouble.as_ref().is_some_and(final_one) {
                    account.trouble = Some(trouble);
                }
            }
        })
        .await?;
        self.changed();
        result.map(drop)
    }

    async fn ask_identity(&self, account: &Account, token: &Token) -> Result<Identity> {
        let is_sub_account = account.is_sub_account();
        let ask = async |asking: Asking<'_>| match is_sub_account {
            true => asking.identify_sub_account(token).await,
            false => asking.identify(token).await,
        };
        let identity = self.ask_provider(account, ask).await?;
        let provider = self.shared.registry.require(&account.provider)?;
        Ok(self.with_handle(&provider, self.server(account)?.as_ref(), identity).await)
    }

    /// Names an identity by its handle. A handle that its domain confirmed before stays while the domain does not answer.
    pub(in crate::keeper) async fn with_handle(&self, provider: &Provider, server: Option<&Url>, mut identity: Identity) -> Identity {
        let Some(server) = server else { return identity };
        let asked = tokio::time::timeout(PATIENCE, named(&self.shared.http, provider, server, &identity)).await;
        let known = |fits: &dyn Fn(&Account) -> bool| {
            let is = |a: &&Account| self.is_same_person(a, server, identity.user_id.as_deref()) && fits(a);
            self.shared.book.read_lossy().0.accounts.iter().find(is).map(|a| a.name.clone())
        };
        let handle = match asked {
            Ok(Named::AtServer) => None,
            Ok(Named::At(name)) => Some(name),
            Ok(Named::Claimed(name)) => known(&|a| a.name == name),
            Err(_) => known(&|a| Handle::read(&a.name).user == Handle::read(&identity.name).user),
        };
        identity.name = handle.unwrap_or(identity.name);
        identity
    }

    /// Whether this is the account that the person meant; any account is if none was named. A handle at another domain is this
    /// account's if that domain confirms it, or if the account is kept under it.
    pub(in crate::keeper) async fn is_meant(&self, record: &Account, expected: &str) -> bool {
        let server = origin(record);
        let host = server.as_ref().map(crate::http::host_of);
        if expected.trim().is_empty() || names(record, host.as_deref()).is(expected) {
            return true;
        }
        let Some(server) = &server else { return false };
        let user_id = record.user_id.as_deref();
        let (book, _) = self.shared.book.read_lossy();
        let mut kept = book.accounts.iter().filter(|a| self.is_same_person(a, server, user_id));
        if kept.any(|a| a.verified.is_some() && names(a, host.as_deref()).is(expected)) {
            return true;
        }
        let identity = Identity {
            name: record.name.clone(),
            display_name: None,
            user_id: record.user_id.clone(),
            url: record.url.clone(),
            scopes: None,
            end: None,
        };
        let asked = is_vouched(&self.shared.http, server, &identity, expected);
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or(false)
    }

    fn is_same_person(&self, account: &Account, server: &Url, user_id: Option<&str>) -> bool {
        user_id.is_some() && account.user_id.as_deref() == user_id && origin(account).is_some_and(|own| site_of(&own) == site_of(server))
    }
}
