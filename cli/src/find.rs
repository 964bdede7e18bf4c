//! Finds an account by the name that a person types.

use keybearer_core::keeper::Keeper;
use keybearer_core::view::AccountView;
use keybearer_core::view::names::NotFound;
pub use keybearer_core::view::names::{distinguished, label, label_of, words};

use crate::failure::Failure;

/// Finds one account: by its id, its full name, or a part that matches no other.
///
/// # Errors
/// [`Failure::NoAccount`], [`Failure::Ambiguous`].
pub fn account(keeper: &Keeper, typed: &str) -> Result<AccountView, Failure> {
    let found = keeper.find_account(typed).map_err(|why| match why {
        NotFound::None(all) => Failure::NoAccount(typed.to_owned(), all),
        NotFound::Several(all) => Failure::Ambiguous(typed.to_owned(), all),
    })?;
    Ok(keeper.account(&found)?)
}
