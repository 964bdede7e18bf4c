//! Deliveries as the book has them: where a token goes, which one arrived there last, and what the person has confirmed.

use serde::{Deserialize, Serialize};

use super::{Account, Book, Later};
use crate::error::{Error, Result};
use crate::view::{DeliveredView, StoreKind, Target};

/// One account's token on its way to one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Ours, random.
    pub id: String,
    /// Whose token.
    pub account: String,
    /// Where to.
    pub target: Target,
    /// Which store has the target's credential, and what the person has confirmed.
    pub store: StoreKind,
    /// The person has confirmed it; what counts is what the store says.
    #[serde(default)]
    pub confirmed: bool,
    /// When it last arrived.
    #[serde(default)]
    pub done: Option<DeliveredView>,
    /// Which token arrived then.
    #[serde(default)]
    pub stamp: Option<Stamp>,
    /// It did not work, and is tried again.
    #[serde(default)]
    pub later: Option<Later>,
}

/// Which of its tokens an account has: another one makes another stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    obtained: i64,
    generation: u64,
}

impl Account {
    /// Which of its tokens it has.
    pub fn stamp(&self) -> Stamp {
        self.stamp_of(self.generation)
    }

    /// The same of a token in hand.
    pub fn stamp_of(&self, generation: u64) -> Stamp {
        Stamp {
            obtained: self.obtained,
            generation,
        }
    }
}

impl Book {
    /// The delivery with this id.
    ///
    /// # Errors
    /// [`Error::DeliveryUnknown`].
    pub fn delivery(&self, id: &str) -> Result<&Delivery> {
        self.deliveries.iter().find(|d| d.id == id).ok_or(Error::DeliveryUnknown)
    }

    /// Whether somebody lives on an account's token.
    pub fn delivers(&self, account: &str) -> bool {
        self.deliveries.iter().any(|d| d.confirmed && d.account == account)
    }

    /// An account has a token that its stamp may not tell from an earlier one: from a file, from a backup, or by a step back.
    pub fn owe_again(&mut self, account: &str) {
        for delivery in self.deliveries.iter_mut().filter(|d| d.account == account) {
            delivery.stamp = None;
        }
    }
}
