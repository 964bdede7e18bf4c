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
        Stamp {
            obtained: self.obtained,
            generation: self.generation,
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
}
