//! Why a provider said no: the shared vocabulary. docs/facts says which answers mean what. Not for what goes wrong on this computer.

use serde::Deserialize;

/// Why a provider said no: one vocabulary for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
    pub fn code(self) -> &'static str {
        match self {
            Category::UserDenied => "denied",
            Category::WrongAppId => "wrong-app-id",
            Category::RedirectNotRegistered => "redirect-not-registered",
            Category::RedirectMismatch => "redirect-mismatch",
            Category::CodeSpent => "code-spent",
            Category::NotATester => "not-a-tester",
            Category::ClientAuth => "client-auth",
            Category::TokenDead => "token-dead",
            Category::Checkpoint => "checkpoint",
            Category::EmailUnconfirmed => "email-unconfirmed",
            Category::AccountPending => "account-pending",
            Category::AccountSuspended => "account-suspended",
            Category::MissingPermission => "missing-permission",
            Category::EnrolmentOrPayment => "enrolment-or-payment",
            Category::TooYoung => "too-young",
            Category::RateLimited => "rate-limited",
            Category::Transient => "transient",
            Category::Refused => "refused",
        }
    }
}
