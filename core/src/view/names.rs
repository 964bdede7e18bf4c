//! The names of accounts as people type them: one account has many spellings, and a part of its name is enough if no other matches.

use super::{AccountName, AccountView};
use crate::text::handle::{Handle, Names};
use crate::text::is_unseen;
use crate::text::typed::clean;

/// Why a typed name is not one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFound {
    /// No account matches; the names of all, those that contain the typed text first.
    None(Vec<String>),
    /// Several match; their names with what distinguishes them.
    Several(Vec<String>),
}

/// An account's name as a person types it, `PROVIDER/NAME`: without `@`, on one line.
pub fn label(account: &AccountView) -> String {
    label_of(&account.provider, &account.name)
}

/// The same for a provider's id and a name.
pub fn label_of(provider: &str, name: &str) -> String {
    let name = name.strip_prefix('@').unwrap_or(name);
    let name: String = name.chars().filter(|c| !is_unseen(*c)).collect();
    format!("{provider}/{name}")
}

/// The words that a shell may complete for an account, best first: its name, also with `@`, and with its server's host if its handle has
/// another domain. Names come from servers, so an account whose name a shell could read as anything but a word is completed by its id.
pub fn words(account: &AccountName) -> Vec<String> {
    let plain = |word: &String| word.chars().all(|c| c.is_alphanumeric() || "._@:/+-".contains(c));
    let label = label_of(&account.provider, &account.name);
    if !plain(&label) {
        return vec![account.id.clone()];
    }
    let signed = label.replacen('/', "/@", 1);
    let at_server = names(account).at_server().map(|name| format!("{}/{name}", account.provider));
    let name = account.name.trim_start_matches('@').to_owned();
    let all = [Some(label), Some(signed), at_server, Some(format!("@{name}")), Some(name)];
    all.into_iter().flatten().filter(plain).collect()
}

fn names(account: &AccountName) -> Names<'_> {
    Names {
        name: &account.name,
        server: account.server.as_deref(),
        display_name: None,
        user_id: None,
        url: account.url.as_deref(),
    }
}

/// What was typed: a name, and a provider if it names one.
struct Wanted {
    provider: Option<String>,
    name: String,
    whole: String,
}

impl Wanted {
    fn read(accounts: &[AccountName], typed: &str) -> Wanted {
        let whole = clean(typed);
        let parts = whole.split_once('/').filter(|(provider, _)| {
            let is_one = |a: &AccountName| a.provider.eq_ignore_ascii_case(provider);
            accounts.iter().any(is_one)
        });
        let (provider, name) = parts.map_or((None, whole.as_str()), |(provider, name)| (Some(provider.to_lowercase()), name));
        Wanted {
            name: name.to_owned(),
            whole: whole.replacen("/@", "/", 1).trim_start_matches('@').to_owned(),
            provider,
        }
    }

    fn of_provider(&self, account: &AccountName) -> bool {
        self.provider
            .as_ref()
            .is_none_or(|provider| *provider == account.provider.to_lowercase())
    }

    /// Whether its id, its full name, or its handle at either domain matches.
    fn whole(&self, account: &AccountName) -> bool {
        let lower = self.whole.to_lowercase();
        let handle = self.of_provider(account) && Handle::read(&self.name).domain.is_some() && names(account).is(&self.name);
        account.id == lower || label_of(&account.provider, &account.name).to_lowercase() == lower || handle
    }

    /// Whether the name or the provider alone matches.
    fn half(&self, account: &AccountName) -> bool {
        let lower = self.whole.to_lowercase();
        let name = self.provider.is_none() && account.name.to_lowercase().trim_start_matches('@') == lower;
        name || account.provider.to_lowercase() == lower
    }

    /// Whether the user name without the server matches.
    fn user(&self, account: &AccountName) -> bool {
        self.of_provider(account) && names(account).is(&self.name)
    }
}

/// The id of one account: by its id, its full name, or a part that matches no other.
///
/// # Errors
/// [`NotFound`]: none or several match.
pub fn find(accounts: &[AccountName], typed: &str) -> Result<String, NotFound> {
    let label = |a: &AccountName| label_of(&a.provider, &a.name);
    let wanted = Wanted::read(accounts, typed);
    // Two names may only differ in case.
    let exact = |a: &&AccountName| a.id == wanted.whole || label(a) == wanted.whole;
    let rival = |a: &&AccountName| exact(a) || (wanted.whole(a) && label(a).to_lowercase() != wanted.whole.to_lowercase());
    if let Some(found) = accounts.iter().find(exact)
        && accounts.iter().filter(rival).count() < 2
    {
        return Ok(found.id.clone());
    }
    let ways: [&dyn Fn(&AccountName) -> bool; 3] = [&|a| wanted.whole(a), &|a| wanted.half(a), &|a| wanted.user(a)];
    for fits in ways {
        let found: Vec<&AccountName> = accounts.iter().filter(|a| fits(a)).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(one.id.clone()),
            // Accounts with the same name differ in their servers or ids.
            several => {
                return Err(NotFound::Several(several.iter().map(|a| with_id(a)).collect()));
            }
        }
    }
    // List the names that contain the typed text first, but never guess.
    let lower = wanted.whole.to_lowercase();
    let mut others: Vec<String> = accounts.iter().map(label).collect();
    others.sort_by_key(|other| !other.to_lowercase().contains(&lower));
    Err(NotFound::None(others))
}

/// A name with what distinguishes it from others of the same name.
pub fn distinguished(account: &AccountView) -> String {
    with_id(&account.into())
}

fn with_id(account: &AccountName) -> String {
    let at_server = names(account).at_server().map(|name| format!(" = {}/{name}", account.provider));
    format!(
        "{}{} ({})",
        label_of(&account.provider, &account.name),
        at_server.unwrap_or_default(),
        account.id
    )
}
