//! Why a provider refused: one vocabulary for all providers. docs/facts says which answer means what. Failures on this computer are not
//! in it.

use serde::de::{IntoDeserializer as _, value};
use serde::{Deserialize, Serialize};

use super::Code;

/// Why a provider refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the codes say it
pub enum Category {
    UserDenied,
    WrongAppId,
    RedirectNotRegistered,
    RedirectMismatch,
    CodeSpent,
    NotATester,
    ClientAuth,
    TokenDead,
    Checkpoint,
    EmailUnconfirmed,
    AccountPending,
    AccountSuspended,
    MissingPermission,
    EnrolmentOrPayment,
    TooYoung,
    RateLimited,
    Transient,
    /// Any other reason; the provider's own words explain it.
    Refused,
}

impl Category {
    /// The category of an error with this code; none for a code that is no category's.
    pub fn of(code: Code) -> Option<Category> {
        let read: Result<Category, value::Error> = Category::deserialize(code.as_str().into_deserializer());
        read.ok()
    }

    /// Whether the same request may work later without a person doing anything.
    pub fn passes(self) -> bool {
        matches!(
            self,
            Category::Transient | Category::RateLimited | Category::TooYoung | Category::AccountPending
        )
    }

    /// The error's code.
    pub fn code(self) -> Code {
        match self {
            Category::UserDenied => Code::Denied,
            Category::WrongAppId => Code::WrongAppId,
            Category::RedirectNotRegistered => Code::RedirectNotRegistered,
            Category::RedirectMismatch => Code::RedirectMismatch,
            Category::CodeSpent => Code::CodeSpent,
            Category::NotATester => Code::NotATester,
            Category::ClientAuth => Code::ClientAuth,
            Category::TokenDead => Code::TokenDead,
            Category::Checkpoint => Code::Checkpoint,
            Category::EmailUnconfirmed => Code::EmailUnconfirmed,
            Category::AccountPending => Code::AccountPending,
            Category::AccountSuspended => Code::AccountSuspended,
            Category::MissingPermission => Code::MissingPermission,
            Category::EnrolmentOrPayment => Code::EnrolmentOrPayment,
            Category::TooYoung => Code::TooYoung,
            Category::RateLimited => Code::RateLimited,
            Category::Transient => Code::Transient,
            Category::Refused => Code::Refused,
        }
    }
}
