//! Why a provider said no: the shared vocabulary. docs/facts says which answers mean what. Not for what goes wrong on this computer.

use serde::{Deserialize, Serialize};

use super::Code;

/// Why a provider said no: one vocabulary for all of them.
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
    /// Anything else: the provider's own words say it.
    Refused,
}

impl Category {
    /// The error code of `error.rs`.
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
