//! Finds an account by the name that a person types.

use keybearer_core::keeper::Keeper;
use keybearer_core::text::handle::{Handle, Names};
use keybearer_core::text::is_unseen;
use keybearer_core::text::typed::clean;
use keybearer_core::view::{AccountName, AccountView};

use crate::failure::Failure;

/// An account's name on the command line, `threads/memochou`: without `@`, on one line.
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

/// Finds one account: by its id, its full name, or a part that matches no other.
///
/// # Errors
/// [`Failure::NoAccount`], [`Failure::Ambiguous`].
pub fn account(keeper: &Keeper, typed: &str) -> Result<AccountView, Failure> {
    let found = one_of(&keeper.account_names(), typed)?;
    Ok(keeper.account(&found)?)
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

/// The id of the account.
fn one_of(accounts: &[AccountName], typed: &str) -> Result<String, Failure> {
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
                return Err(Failure::Ambiguous(typed.to_owned(), several.iter().map(|a| with_id(a)).collect()));
            }
        }
    }
    // List the names that contain the typed text first, but never guess.
    let lower = wanted.whole.to_lowercase();
    let mut others: Vec<String> = accounts.iter().map(label).collect();
    others.sort_by_key(|other| !other.to_lowercase().contains(&lower));
    Err(Failure::NoAccount(typed.to_owned(), others))
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use keybearer_core::keeper::Outside;

    use super::*;

    /// Accounts in a book as 0.1.0 writes it: handles at a server's host and at another domain, two that share a spelling, two that
    /// differ in case, and one of a platform without servers.
    fn keeper(folder: &std::path::Path) -> Keeper {
        std::fs::create_dir_all(folder.join("data")).unwrap();
        std::fs::write(folder.join("data/book.json"), include_str!("../tests/books/0.1.0-names.json")).unwrap();
        let outside = Outside {
            data: folder.join("data"),
            config: folder.join("config"),
            ..Outside::usual(Arc::new(|_| Ok(())), Arc::new(|| {})).unwrap()
        };
        Keeper::open(outside).unwrap()
    }

    fn meant(keeper: &Keeper, typed: &str) -> String {
        match account(keeper, typed) {
            Ok(account) => account.id,
            Err(Failure::Ambiguous(_, all)) => all.join(" | "),
            Err(_) => "none".into(),
        }
    }

    #[test]
    fn every_spelling_means_the_same_account() {
        let folder = tempfile::TempDir::new().unwrap();
        let keeper = keeper(folder.path());
        for (id, spellings) in [
            (
                "a1",
                &[
                    "ada",
                    "@Ada",
                    "mastodon/ada",
                    "mastodon/@ada@social.example.org",
                    "＠ａｄａ＠social.example.org",
                    "\u{202a}@ada@SOCIAL.example.org\u{202c}",
                    "https://social.example.org/@ada",
                    "social.example.org/users/ada",
                    "acct:ada@social.example.org",
                    "Mastodon/＠ada",
                    "a1",
                ][..],
            ),
            (
                "a2",
                &[
                    "grace@bücher.example",
                    "mastodon/@grace@xn--bcher-kva.example",
                    "mastodon/grace@BÜCHER.example",
                    "https://bücher.example/@grace",
                    "mastodon/grace@social.bücher.example",
                    "mastodon/grace",
                ],
            ),
            (
                "a3",
                &[
                    "gotosocial",
                    "gotosocial/grace",
                    "grace@other.example",
                    "gotosocial/@grace@social.bücher.example",
                ],
            ),
            (
                "a4",
                &[
                    "memochou",
                    "@memochou",
                    "threads/@MemoChou",
                    "threads",
                    "ｍｅｍｏｃｈｏｕ",
                    "https://www.threads.com/@memochou",
                ],
            ),
            ("a5", &["mastodon/Zoe@one.example", "mastodon/@Zoe@one.example"]),
            ("a6", &["mastodon/zoe@one.example"]),
            (
                "none",
                &[
                    "",
                    "@",
                    "ad",
                    "ada@elsewhere.example",
                    "@memochou@threads.com.example",
                    "threads/ada",
                    "gotosocial/ada",
                    "@\u{430}da",
                ],
            ),
        ] {
            for typed in spellings {
                assert_eq!(meant(&keeper, typed), id, "{typed}");
            }
        }
        // One has this name, and the other is at a server of this name: both are listed with their other names.
        assert_eq!(
            meant(&keeper, "@grace@social.bücher.example"),
            "gotosocial/grace@social.xn--bcher-kva.example = gotosocial/grace@other.example (a3) | \
             mastodon/grace@xn--bcher-kva.example = mastodon/grace@social.xn--bcher-kva.example (a2)"
        );
        assert!(meant(&keeper, "ZOE@one.example").contains("(a5)") && meant(&keeper, "zoe").contains(" | "));
    }

    #[test]
    fn a_shell_completes_the_spelling_that_was_begun() {
        let folder = tempfile::TempDir::new().unwrap();
        let all = keeper(folder.path()).account_names();
        let words = words(all.iter().find(|a| a.id == "a2").unwrap());
        for begun in ["", "mastodon/g", "mastodon/@g", "mastodon/grace@social", "@gr", "grace@xn"] {
            assert!(words.iter().any(|word| word.starts_with(begun)), "{begun}: {words:?}");
        }
        assert_eq!(words[0], "mastodon/grace@xn--bcher-kva.example");
    }
}
