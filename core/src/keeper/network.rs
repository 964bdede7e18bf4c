//! Whether the platforms can be reached, by which proxy, and who issued their certificates: for a person who looks for a fault.

use std::collections::BTreeSet;

use url::Url;

use super::Keeper;
use crate::book;
use crate::http::host_of;
use crate::keeper::record::hosts;
use crate::provider::answers::NO_ANSWERS;
use crate::vault::account_key;
use crate::view::{ProxyView, ReachView, StoreKind};

impl Keeper {
    /// Connects to each host that accounts' tokens are sent to, or to all providers' hosts where there is no account. If the
    /// servers' clocks differ from this computer's, the view's problems say so afterwards.
    pub async fn reach(&self) -> Vec<ReachView> {
        let mut probes = tokio::task::JoinSet::new();
        for origin in self.origins() {
            let http = self.shared.http.clone();
            probes.spawn(async move {
                let (issuer, error) = match http.probe(&origin).await {
                    Ok(issuer) => (issuer, None),
                    Err(error) => (None, Some(error.view())),
                };
                ReachView {
                    host: host_of(&origin),
                    added: issuer.as_ref().is_some_and(|i| !i.public),
                    issuer: issuer.map(|i| i.name),
                    error,
                }
            });
        }
        let mut reached = probes.join_all().await;
        reached.sort_by(|a, b| a.host.cmp(&b.host));
        reached
    }

    /// The proxy to the platforms; none where the environment names none.
    pub fn proxy(&self) -> Option<ProxyView> {
        let proxies = self.shared.http.proxies();
        let except = proxies.except().map(str::to_owned);
        match proxies.in_use() {
            Ok(None) => None,
            Ok(Some(proxy)) => Some(ProxyView {
                proxy: Some((proxy.shown.clone(), proxy.variable.to_owned())),
                except,
                error: None,
            }),
            Err(error) => Some(ProxyView {
                proxy: None,
                except,
                error: Some(error.view()),
            }),
        }
    }

    /// Peculiarities of the keychain and of the data folder's locks, by their keys in the locales. Asks the keychain for the
    /// accounts' tokens without unlocking it.
    pub async fn notes(&self) -> Vec<&'static str> {
        let notes = self.blocking(|keeper| {
            let (book, _) = keeper.shared.book.read_lossy();
            let keys = book
                .accounts
                .iter()
                .filter(|a| a.store == StoreKind::Keychain)
                .map(|a| account_key(&a.id));
            Ok(keeper.shared.store.notes(keys))
        });
        let mut notes = notes.await.unwrap_or_default();
        if book::lock::is_local() {
            notes.push("cli-locks-local");
        }
        notes
    }

    fn origins(&self) -> BTreeSet<Url> {
        let (book, _) = self.shared.book.read_lossy();
        let own = book.accounts.iter().filter(|a| !self.is_practice_over(a));
        let own = own.flat_map(|a| a.server.iter().chain(a.hosts.values()).cloned());
        let mut origins: Vec<String> = own.collect();
        if origins.is_empty() {
            let all = self.shared.registry.iter().filter(|e| !e.provider.practice);
            origins = all.flat_map(|e| hosts(&e.provider, None, &NO_ANSWERS).into_values()).collect();
        }
        origins.iter().filter_map(|origin| Url::parse(origin).ok()).collect()
    }
}
