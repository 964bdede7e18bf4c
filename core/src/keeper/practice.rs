//! The practice platform: where it runs, in this process or in another one of this person, and whose accounts have ended with it.

use url::Url;

use super::{Keeper, lock};
use crate::book::{Account, practice};
use crate::error::Result;

impl Keeper {
    /// Tells every process of this person where this one runs the practice platform. False if another one runs it: everyone uses that one.
    ///
    /// # Errors
    /// Those of [`practice::Announced::new`].
    pub fn announce_practice(&self, origin: &str) -> Result<bool> {
        let mut own = lock(&self.shared.practice);
        // What was announced before must not hold the lock.
        *own = None;
        *own = practice::Announced::new(self.data(), origin)?;
        let is_announced = own.is_some();
        drop(own);
        self.changed();
        Ok(is_announced)
    }

    /// Says that this process no longer runs the practice platform.
    pub fn end_practice(&self) {
        let ended = lock(&self.shared.practice).take();
        if ended.is_some() {
            drop(ended);
            self.changed();
        }
    }

    /// Where the practice platform runs; none where it does not.
    pub fn practice(&self) -> Option<Url> {
        let own = lock(&self.shared.practice).as_ref().map(|own| own.origin().clone());
        own.or_else(|| practice::origin(self.data()))
    }

    /// Whether an account belongs to a practice platform that no longer runs.
    pub(super) fn is_practice_over(&self, account: &Account) -> bool {
        self.is_practice(account) && !is_at(account, self.practice().as_ref())
    }

    /// The same for one of many accounts: the caller has asked once where the practice platform runs.
    pub(super) fn is_practice_over_at(&self, account: &Account, practice: Option<&Url>) -> bool {
        self.is_practice(account) && !is_at(account, practice)
    }

    fn is_practice(&self, account: &Account) -> bool {
        self.shared.registry.get(&account.provider).is_some_and(|e| e.provider.practice)
    }
}

fn is_at(account: &Account, practice: Option<&Url>) -> bool {
    practice.map(|origin| origin.origin().ascii_serialization()) == account.server
}
