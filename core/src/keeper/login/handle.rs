//! Whose token it is, by every spelling of that account's name: the handle that it is shown by, and whether it is the account
//! that a person meant.

use std::time::Duration;

use url::Url;

use crate::ask::Identity;
use crate::book::Account;
use crate::keeper::Keeper;
use crate::login::handle::{Named, is_vouched, named};
use crate::provider::Provider;
use crate::text::handle::{Handle, Names};

/// A token waits to be stored meanwhile.
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
    /// An identity under its handle. A domain that does not answer takes no handle away that it has confirmed before.
    pub(in crate::keeper) async fn with_handle(&self, provider: &Provider, server: Option<&Url>, mut identity: Identity) -> Identity {
        let Some(server) = server else { return identity };
        let asked = tokio::time::timeout(PATIENCE, named(&self.desk.http, provider, server, &identity)).await;
        let known = |fits: &dyn Fn(&Account) -> bool| {
            let is = |a: &&Account| self.is_same_person(a, server, identity.user_id.as_deref()) && fits(a);
            self.desk.book.look().0.accounts.iter().find(is).map(|a| a.name.clone())
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

    /// Whether this is the account that a person meant; where none was named, every account is. A handle at another domain is
    /// this account's if that domain says so, or if it was kept under it.
    pub(in crate::keeper) async fn is_meant(&self, record: &Account, expected: &str) -> bool {
        let server = origin(record);
        let host = server.as_ref().map(crate::http::host_of);
        if expected.trim().is_empty() || names(record, host.as_deref()).is(expected) {
            return true;
        }
        let Some(server) = &server else { return false };
        let user_id = record.user_id.as_deref();
        let (book, _) = self.desk.book.look();
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
        };
        let asked = is_vouched(&self.desk.http, server, &identity, expected);
        tokio::time::timeout(PATIENCE, asked).await.unwrap_or(false)
    }

    fn is_same_person(&self, account: &Account, server: &Url, user_id: Option<&str>) -> bool {
        user_id.is_some() && account.user_id.as_deref() == user_id && origin(account).is_some_and(|own| own.origin() == server.origin())
    }
}
