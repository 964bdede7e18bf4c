//! A delivery's record in the book: where the token goes, which token arrived last, and whether the person has confirmed it.

use serde::{Deserialize, Serialize};

use super::{Account, Book, Later};
use crate::error::{Error, Result};
use crate::view::{DeliveredView, StoreKind, Target};

/// One account's token and one target that it is written to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// Our id, random.
    pub id: String,
    /// The account's id.
    pub account: String,
    /// The target.
    pub target: Target,
    /// The store that has the target's credential and the digest of what the person confirmed.
    pub store: StoreKind,
    /// The person has confirmed it. Only the digest in the store proves that.
    #[serde(default)]
    pub confirmed: bool,
    /// The last arrival.
    #[serde(default)]
    pub done: Option<DeliveredView>,
    /// The token that arrived then.
    #[serde(default)]
    pub stamp: Option<Stamp>,
    /// The last attempt failed; when it is retried.
    #[serde(default)]
    pub later: Option<Later>,
}

/// Identifies one of an account's tokens: each new token has another stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    obtained: i64,
    generation: u64,
}

impl Account {
    /// The stamp of its present token.
    pub fn stamp(&self) -> Stamp {
        self.stamp_of(self.generation)
    }

    /// The stamp of its token of this generation.
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

    /// Whether an account's token is delivered anywhere.
    pub fn delivers(&self, account: &str) -> bool {
        self.deliveries.iter().any(|d| d.confirmed && d.account == account)
    }

    /// Marks an account's deliveries as owed, at once, because its new token may have the stamp of an earlier one: after an import, a
    /// backup or a rollback.
    pub fn owe_again(&mut self, account: &str) {
        for delivery in self.deliveries.iter_mut().filter(|d| d.account == account) {
            (delivery.stamp, delivery.later) = (None, None);
        }
    }
}
