//! What a shell shows: the book, the providers and the stores as plain values without secrets. Never waits for a bus or a network.

mod provider_files;
pub(super) mod providers;

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;

use crate::ask::clock_wrong;
use crate::book::{Account, Book, Client};
use crate::error::{Code, Error, Result};
use crate::http::host_of;
use crate::keeper::record::{life, waits_for_person};
use crate::keeper::updates::update_view;
use crate::keeper::view::providers::provider_view;
use crate::keeper::{Keeper, lock};
use crate::provider::{Lifetime, Renewal};
use crate::refresh::{self, due};
use crate::vault::{account_key, client_key};
use crate::view::names::{self, NotFound};
use crate::view::{
    AccountName, AccountView, AppView, ClientView, Facts, LaterView, NextDate, ProviderView, Standing, StoreKind, StoreView,
};

impl Keeper {
    /// Everything that a window shows, except the platforms that are not in use: see [`Keeper::catalogue`].
    pub fn view(&self) -> AppView {
        let (book, trouble) = self.shared.book.read_lossy();
        let mut problems: Vec<_> = self.shared.registry.refused().iter().map(Error::view).collect();
        problems.extend(lock(&self.shared.problems).iter().cloned());
        problems.extend(trouble.as_ref().map(Error::view));
        let clock = self.shared.http.server_time().and_then(|server| clock_wrong(self.now(), server));
        problems.extend(clock.as_ref().map(Error::view));
        let practice = self.practice();
        let mut accounts: Vec<_> = book.accounts.iter().map(|a| self.account_view(a, practice.as_ref())).collect();
        accounts.sort_by_key(|a| a.name.to_lowercase());
        let mut clients: Vec<_> = book.clients.iter().map(|c| self.client_view(c, &book)).collect();
        clients.sort_by_key(|c| std::cmp::Reverse(c.created));
        AppView {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            providers: self.providers_of(&book),
            clients,
            accounts,
            deliveries: book.deliveries.iter().map(|d| self.delivery_view(d, &book)).collect(),
            store: self.store_state(),
            certificate_trusted: book.certificate_trusted,
            update: update_view(book.update.as_ref()),
            programs: book.programs,
            program_questions: self.program_questions(),
            settings: book.settings,
            problems,
        }
    }

    /// Every provider, shipped ones first: reads all their files.
    pub fn catalogue(&self) -> Vec<ProviderView> {
        let (book, _) = self.shared.book.read_lossy();
        let (relay, now) = (&book.settings.relay, self.now());
        self.shared.registry.iter().map(|e| provider_view(e, relay, now)).collect()
    }

    /// The platforms of the accounts and clients that are here, each with the one that names its tile.
    fn providers_of(&self, book: &Book) -> Vec<ProviderView> {
        let accounts = book.accounts.iter().map(|a| &a.provider);
        let mut ids: BTreeSet<String> = accounts.chain(book.clients.iter().map(|c| &c.provider)).cloned().collect();
        let tiles: Vec<String> = ids
            .iter()
            .filter_map(|id| self.shared.registry.get(id)?.provider.tile.clone())
            .collect();
        ids.extend(tiles);
        let (relay, now) = (&book.settings.relay, self.now());
        let entries = self.shared.registry.some(&ids);
        entries.into_iter().map(|e| provider_view(e, relay, now)).collect()
    }

    /// The ids of the shipped provider files that were read until now. For tests of what a call costs, and no part of the API.
    #[doc(hidden)]
    pub fn parsed_providers(&self) -> Vec<&'static str> {
        self.shared.registry.parsed()
    }

    /// One provider as in [`Keeper::catalogue`]: reads its file only.
    ///
    /// # Errors
    /// [`Error::ProviderUnknown`].
    pub fn provider(&self, id: &str) -> Result<ProviderView> {
        let (book, _) = self.shared.book.read_lossy();
        let entry = self
            .shared
            .registry
            .get(id)
            .ok_or_else(|| Error::ProviderUnknown { id: id.to_owned() })?;
        Ok(provider_view(entry, &book.settings.relay, self.now()))
    }

    /// What every account is called: reads no provider file.
    pub fn account_names(&self) -> Vec<AccountName> {
        let (book, _) = self.shared.book.read_lossy();
        let name = |a: Account| AccountName {
            server: a.server.as_deref().map(host),
            id: a.id,
            provider: a.provider,
            name: a.name,
            url: a.url,
        };
        let mut names: Vec<_> = book.accounts.into_iter().map(name).collect();
        names.sort_by_key(|a| a.name.to_lowercase());
        names
    }

    /// The id of the account that a person names: by its id, its full name, or a part that matches no other. Reads no provider file.
    ///
    /// # Errors
    /// [`NotFound`]: none or several match.
    pub fn find_account(&self, typed: &str) -> Result<String, NotFound> {
        names::find(&self.account_names(), typed)
    }

    /// One account as in [`Keeper::view`]: reads its provider file only.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`].
    pub fn account(&self, id: &str) -> Result<AccountView> {
        let (book, _) = self.shared.book.read_lossy();
        book.account(id).map(|a| self.account_view(a, self.practice().as_ref()))
    }

    /// Reports what other processes change as a change of the view, until the program ends, keeps new secrets where they do, and forgets
    /// the passphrase when one of them locks the sealed files. A program that stays calls this once.
    pub fn watch_book(&self) {
        let shared = Arc::downgrade(&self.shared);
        self.shared.book.watch(move || {
            let keeper = shared.upgrade().map(|shared| Keeper { shared });
            if let Some(keeper) = &keeper {
                if let Ok(book) = keeper.shared.book.read() {
                    keeper.shared.store.choose(book.store);
                }
                keeper.heed_lock();
                keeper.changed();
            }
            keeper.is_some()
        });
        // A lock from before is no change any more.
        self.heed_lock();
    }

    /// Why the book cannot be read, if it cannot.
    pub fn book_problem(&self) -> Option<Error> {
        self.shared.book.read_lossy().1
    }

    /// A few lines for a bug report, without names, ids and secrets.
    pub fn diagnostics(&self) -> String {
        let view = self.view();
        let providers: Vec<String> = self.shared.registry.iter().map(|e| e.provider.id.clone()).collect();
        format!(
            "Keybearer {} on {} {}\nstore: {:?}, {:?} (keychain: {:?}), {} unstored\nproviders: {}\nclients: {}, accounts: {} ({} in trouble: {})\nproblems: {}\n",
            view.version,
            std::env::consts::OS,
            std::env::consts::ARCH,
            view.store.kind,
            view.store.state,
            view.store.keychain,
            view.store.unstored,
            providers.join(", "),
            view.clients.len(),
            view.accounts.len(),
            view.accounts.iter().filter(|a| a.trouble.is_some()).count(),
            view.accounts
                .iter()
                .filter_map(|a| Some(a.trouble.as_ref()?.code.as_str()))
                .collect::<Vec<_>>()
                .join(", "),
            view.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>().join(", "),
        )
    }

    /// Whether a link comes from a provider file, an account or its post. The page may open no other.
    pub fn is_own_link(&self, link: &str) -> bool {
        let (book, _) = self.shared.book.read_lossy();
        let of_account = book.accounts.iter().any(|a| a.url.as_deref() == Some(link));
        let of_post = |a: &Account| self.first_post(&a.id).ok().flatten().is_some_and(|post| post.has_link(link));
        of_account
            || book.accounts.iter().any(of_post)
            || update_view(book.update.as_ref()).is_some_and(|update| update.page == link)
            || self.shared.registry.iter().any(|e| {
                let mut steps = e.provider.console.iter().filter_map(|s| e.provider.page(s));
                let sources = e.provider.sources.iter().map(|s| s.url.as_str());
                let by_hand = e.provider.post.iter().filter_map(|post| post.no_delete.as_ref()?.link.as_deref());
                let mut others = e.provider.docs.as_deref().into_iter().chain(sources).chain(by_hand);
                steps.any(|l| l == link) || others.any(|l| l == link)
            })
    }

    /// Whether there is an account of the running practice platform, or a login that may become one.
    pub fn practice_is_used(&self) -> bool {
        let view = self.view();
        !lock(&self.shared.logins).is_empty() || view.accounts.iter().any(|a| a.practice && !a.practice_over)
    }

    fn client_view(&self, c: &Client, book: &Book) -> ClientView {
        let provider = |id: &str| self.shared.registry.get(id).map(|e| &e.provider);
        let tile = |id: &str| provider(id).map(|p| p.tile.clone().unwrap_or_else(|| p.id.clone()));
        let family = |id: &str| provider(id).map(|p| p.client_family().to_owned());
        // Another pair of keys of the same app. Two pairs of one kind are two apps, whatever their names.
        let of_app = |other: &&Client| {
            let beside = family(&other.provider) != family(&c.provider) && tile(&other.provider) == tile(&c.provider);
            beside && !c.registered && other.name == c.name
        };
        ClientView {
            id: c.id.clone(),
            provider: c.provider.clone(),
            name: c.name.clone(),
            server: c.server.as_deref().map(host),
            hint: provider(&c.provider).and_then(|p| p.hint_of(&c.client_id)),
            client_id: c.client_id.clone(),
            client_type: c.client_type.clone(),
            siblings: book.clients.iter().filter(of_app).map(|o| o.id.clone()).collect(),
            has_secret: c.has_secret,
            redirect_uris: c.redirect_uris.clone(),
            scopes: c.scopes.clone(),
            created: c.created,
            registered: c.registered,
            accounts: book.accounts.iter().filter(|a| a.client == c.id).map(|a| a.id.clone()).collect(),
        }
    }

    /// `practice` is where the practice platform runs.
    fn account_view(&self, a: &Account, practice: Option<&Url>) -> AccountView {
        let lifetime = self.lifetime(a).ok();
        let later = self.later_view(a);
        let (renews_next, breaks) = match lifetime.as_ref().map(|l| due::plan(&life(l, a))) {
            _ if a.paused => (None, None),
            Some(due::Plan::Renews { best, last, .. }) => {
                // A rollback is not undone at once. A failure is shown by `later`.
                let until = self.waits_until(a).filter(|_| later.is_none());
                let next = until.map_or(best, |until| best.max(until));
                let by_itself = !waits_for_person(a);
                (by_itself.then_some(next), Some(last).filter(|last| *last < i64::MAX))
            }
            Some(due::Plan::LogInAgain { by }) => (None, Some(by)),
            _ => (None, None),
        };
        let data_ends = self.data_ends(a);
        let breaks = breaks.into_iter().chain(data_ends).min();
        // What another computer renews is not renewed here.
        let lifetime = lifetime.as_ref().filter(|_| !a.paused);
        let on_demand = lifetime.is_some_and(|l| l.renews_on_demand(a.refreshes) && (a.expires.is_some() || l.renewal == Renewal::Issue));
        let issued = a.issued.unwrap_or(a.obtained);
        let renews_until = lifetime.and_then(|l| refresh::renews_until(l, a.refreshes, issued, a.refresh_expires));
        // The end of a token that is issued again is no trouble of the account.
        let passes = |code: Code| code.ends_token() && lifetime.is_some_and(Lifetime::is_issued_again);
        let trouble = a.trouble.as_ref().filter(|trouble| !passes(trouble.code));
        let entry = self.shared.registry.get(&a.provider);
        let (unstored, practice_over) = (
            lock(&self.shared.pending).contains_key(&account_key(&a.id)),
            self.is_practice_over_at(a, practice),
        );
        let facts = Facts {
            practice_over,
            unstored,
            paused: a.paused,
            trouble: trouble.map(|t| t.code),
            // Only the present token's end is unknown where it renews on demand.
            life_known: !a.life_unknown || on_demand,
            verified: a.verified.is_some(),
            can_verify: entry.is_some_and(|e| e.provider.messages.identity.is_some()),
            renews_on_demand: on_demand,
            issued,
            ends: if on_demand { renews_until } else { a.expires },
            data_ends,
            renews_next,
            breaks,
            needs_login: self.log_in_by(a).is_some(),
        };
        let standing = Standing::of(&facts, self.now());
        AccountView {
            standing,
            ends: facts.ends,
            next: NextDate::of(&facts, standing),
            id: a.id.clone(),
            provider: a.provider.clone(),
            client: a.client.clone(),
            name: a.name.clone(),
            display_name: a.display_name.clone().filter(|n| !n.is_empty()),
            user_id: a.user_id.clone(),
            hint: a.hint.clone(),
            has_token_secret: a.has_token_secret,
            server: a.server.as_deref().map(host),
            url: a.url.clone(),
            scopes: a.scopes.clone(),
            declined: a.declined.clone(),
            obtained: a.obtained,
            issued,
            expires: a.expires,
            life_known: !a.life_unknown,
            renews_from: lifetime.and_then(|l| refresh::renews_from(l, a.refreshes, issued, a.expires)),
            renews_next,
            breaks,
            needs_login: facts.needs_login,
            later,
            paused: a.paused,
            on_hold: a.on_hold,
            step_back_until: self.step_back_until(a),
            renews_on_demand: on_demand,
            renews_until,
            data_access_expires: a.data_access_expires,
            parent: a.parent.clone().or_else(|| a.is_sub_account().then(String::new)),
            tasks: a.tasks.clone(),
            redirect: a.redirect,
            store: a.store,
            verified: a.verified,
            trouble: trouble.cloned(),
            unrecorded: self.unrecorded(a),
            unstored,
            practice: entry.is_some_and(|e| e.provider.practice),
            practice_over,
        }
    }

    fn later_view(&self, a: &Account) -> Option<LaterView> {
        let why = a.later.as_ref()?.why.clone()?;
        self.waits_until(a).map(|until| LaterView { until, why })
    }

    /// Where secrets are kept, and how that store is: reads no provider file.
    pub fn store_state(&self) -> StoreView {
        let kind = self.shared.store.kind();
        let keychain = *lock(&self.shared.keychain);
        let state = match kind {
            StoreKind::Keychain => keychain,
            StoreKind::SealedFile => self.shared.store.state(kind),
        };
        let accounts = lock(&self.shared.pending)
            .keys()
            .filter(|k| !k.starts_with(&client_key("")))
            .count();
        StoreView {
            kind,
            state,
            keychain,
            path: self.shared.store.sealed_folder().display().to_string(),
            unstored: u32::try_from(accounts).unwrap_or(u32::MAX),
            unlocked: self.is_open_by_passphrase(),
        }
    }
}

fn host(server: &str) -> String {
    let shown = |url: Url| host_of(&url) + url.path().trim_end_matches('/');
    Url::parse(server).map(shown).unwrap_or_else(|_| server.to_owned())
}
