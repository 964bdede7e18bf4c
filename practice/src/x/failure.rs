//! Failures that tests ask for: the crate's faults on the wire, and what only X has.

use std::time::Duration;

use super::message::Shape;
use super::refusal::Refusal;
use crate::faults::Fault;

/// A way for a message to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// As every practice platform fails: dropped, 500, HTML, …
    Wire(Fault),
    /// All is done as it should be, a token rotated for example, but the connection ends before the answer.
    Lost,
    /// All is done as it should be at once, but the answer comes after this time. ([`Fault::Slow`] waits before.)
    Late(Duration),
    /// 429 in the message's shape, with `x-rate-limit-limit`, `-remaining` (0) and `-reset`, this many seconds from now.
    RateLimited(u64),
    /// `{"errors":[{"code":…}]}`: 32, 89, 99, 135, 215, 220, 415, …, with its usual status (docs/facts/x.md#errors).
    Code(u32),
    /// `{"error":…,"error_description":…}`
    OAuth2 {
        /// The HTTP status.
        status: u16,
        /// `error`
        error: String,
        /// `error_description`
        description: String,
    },
    /// 403 of type client-forbidden, with this `reason`: `client-not-enrolled`, `client-forbidden`, `user-not-enrolled`, …
    NotEnrolled(&'static str),
    /// 402, no credits [?] (docs/facts/x.md#errors).
    NoCredits,
    /// 429 of type usage-capped (docs/facts/x.md#errors).
    UsageCapped,
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Failure {
        Failure::Wire(fault)
    }
}

impl Failure {
    /// Whether it changes a decision, and so is not for the page before it.
    pub(crate) fn is_of_decision(&self) -> bool {
        matches!(self, Failure::Wire(fault) if fault.is_of_decision())
    }

    /// The refusal, where it is one.
    pub(crate) fn refusal(&self, shape: Shape) -> Option<Refusal> {
        Some(match self {
            Failure::Wire(_) | Failure::Lost | Failure::Late(_) => return None,
            Failure::RateLimited(_) => Refusal::too_many(shape),
            Failure::Code(code) => Refusal::v1(*code),
            Failure::OAuth2 {
                status,
                error,
                description,
            } => Refusal::oauth2(*status, error, description.as_str()),
            Failure::NotEnrolled(reason) => Refusal::enrolment(reason, super::APP_ID),
            Failure::NoCredits => Refusal::credits(),
            Failure::UsageCapped => Refusal::usage_capped(),
        })
    }
}
