//! The ledger: which program used which token, when and for what. The keeper appends a line before a token leaves the store.
//!
//! A line has no secret, no arguments, no environment and no address. It is kept for 90 days, or until its account is deleted.
//! A program of the same person can change the ledger. So it shows what ordinary programs do, and proves nothing against a hostile
//! one.
//!
//! `file` appends, reads and shortens · `program` finds out which program it is, `script` which script it runs.

mod file;
mod program;
mod script;

use serde::{Deserialize, Serialize};

pub use self::file::{Found, KEPT, Ledger};
pub use self::program::Program;
use crate::error::Code;
pub use crate::view::Purpose;

/// A use of a token: what for, and by which program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What the token is used for.
    pub purpose: Purpose,
    /// The program that gets it; none if the system does not say.
    pub program: Option<Program>,
}

impl Use {
    /// A use by this program.
    pub fn of(purpose: Purpose, program: Option<Program>) -> Use {
        Use { purpose, program }
    }
}

/// A line of the ledger. The time comes first: [`Ledger::append`] reads it from the beginning of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Unix seconds.
    pub time: i64,
    /// The account's id.
    pub account: String,
    /// What the token was used for.
    pub purpose: Purpose,
    /// The program that got it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Program>,
    /// Why no token was handed out; none if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<Code>,
}
