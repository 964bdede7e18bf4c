//! An account by the name that a person types.

use keybearer_core::keeper::Keeper;
use keybearer_core::text::is_unseen;
use keybearer_core::view::AccountView;

use crate::failure::Failure;

/// An account's name here: `threads/memochou`. Without the sign that people put before it, and on one line.
pub fn label(account: &AccountView) -> String {
    let name = account.name.strip_prefix('@').unwrap_or(&account.name);
    let name: String = name.chars().filter(|c| !is_unseen(*c)).collect();
    format!("{}/{name}", account.provider)
}

/// What a shell may put onto its line for an account. Names are the servers' words: one that a shell could read as anything
/// but a word stands there by its id.
pub fn word(account: &AccountView) -> String {
    let label = label(account);
    let plain = |c: char| c.is_alphanumeric() || "._@:/+-".contains(c);
    if label.chars().all(plain) { label } else { account.id.clone() }
}

/// The one account that is meant: by its whole name, else by what fits no other; or by its id.
///
/// # Errors
/// [`Failure::NoAccount`], [`Failure::Ambiguous`].
pub fn account(keeper: &Keeper, typed: &str) -> Result<AccountView, Failure> {
    one_of(keeper.view().accounts, typed)
}

fn one_of(accounts: Vec<AccountView>, typed: &str) -> Result<AccountView, Failure> {
    let exact = typed.replacen("/@", "/", 1);
    let exact = exact.strip_prefix('@').unwrap_or(&exact);
    // Two may differ in their letters' case alone.
    if let Some(found) = accounts.iter().find(|a| a.id == exact || label(a) == exact)
        && accounts.iter().filter(|a| label(a) == exact).count() < 2
    {
        return Ok(found.clone());
    }
    let wanted = exact.to_lowercase();
    type Fits = fn(&AccountView, &str) -> bool;
    let ways: [Fits; 3] = [
        |a, wanted| a.id == wanted || label(a).to_lowercase() == wanted,
        |a, wanted| {
            label(a)
                .to_lowercase()
                .split_once('/')
                .is_some_and(|(provider, name)| name == wanted || provider == wanted)
        },
        // A name on a server, without the server.
        |a, wanted| label(a).to_lowercase().split('@').next() == Some(wanted) || label(a).to_lowercase().contains(&format!("/{wanted}@")),
    ];
    for fits in ways {
        let (mut found, rest): (Vec<_>, Vec<_>) = accounts.iter().partition(|a| fits(a, &wanted));
        match (found.pop(), found.is_empty()) {
            (Some(one), true) => return Ok(one.clone()),
            (Some(one), false) => {
                let all = found.into_iter().chain([one]);
                // Two with one name are told apart by their ids only.
                return Err(Failure::Ambiguous(
                    typed.to_owned(),
                    all.map(|a| format!("{} ({})", label(a), a.id)).collect(),
                ));
            }
            (None, _) => drop(rest),
        }
    }
    // What was meant may be among those with a part of it, and is never taken for it.
    let mut others: Vec<String> = accounts.iter().map(label).collect();
    others.sort_by_key(|other| !other.to_lowercase().contains(&wanted));
    Err(Failure::NoAccount(typed.to_owned(), others))
}
