//! What a shell's completion proposes: accounts and platforms. It opens no keychain and sends nothing.

use std::ffi::OsStr;
use std::sync::Arc;

use clap::builder::StyledStr;
use clap_complete::engine::CompletionCandidate;
use keybearer_core::keeper::{Keeper, Outside};
use keybearer_core::view::{AccountName, ProviderView};

use crate::find::{label_of, words};

/// A keeper that only reads the book.
pub fn quiet_keeper() -> Option<Keeper> {
    Keeper::open(Outside::usual(Arc::new(|_| Ok(())), Arc::new(|| {})).ok()?).ok()
}

/// Completes account names in the spelling that the typed text begins.
pub fn names(typed: &OsStr) -> Vec<CompletionCandidate> {
    let accounts = quiet_keeper().map(|k| k.account_names()).unwrap_or_default();
    let typed = typed.to_string_lossy();
    let begun = |a: &AccountName| words(a).into_iter().find(|word| word.starts_with(&*typed));
    accounts
        .iter()
        .filter_map(|a| Some(CompletionCandidate::new(begun(a)?).help(Some(StyledStr::from(label_of(&a.provider, &a.name))))))
        .collect()
}

/// Completes the ids of the platforms that fit.
pub fn platforms(fits: impl Fn(&ProviderView) -> bool) -> Vec<CompletionCandidate> {
    let providers = quiet_keeper().map(|k| k.catalogue()).unwrap_or_default();
    let shown = providers.iter().filter(|p| fits(p));
    shown
        .map(|p| CompletionCandidate::new(&p.id).help(Some(StyledStr::from(p.summary.of("en").to_owned()))))
        .collect()
}
