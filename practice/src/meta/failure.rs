//! Failures that tests ask for: the crate's faults on the wire, and the Graph errors that only Meta has.

use super::platform::Platform;
use super::refusal::Refusal;
use crate::faults::Fault;

/// A way for a message to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// As every practice platform fails: slow, dropped, 500, HTML, …
    Wire(Fault),
    /// An error of Meta's, by code and subcode: 4 and 17 are limits, 1 and 2 transient, 10 and 200 permissions, 190 the
    /// token (docs/facts/meta.md#errors). It comes in the shape that the message's errors have.
    Graph(u32, Option<u32>),
    /// 190 with the token that was sent in its words, as Graph says it of one that it cannot read [3P].
    Echo,
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

    /// The refusal. Texts are [M].
    pub(crate) fn refusal(&self, platform: Platform) -> Refusal {
        let Failure::Graph(code, subcode) = *self else {
            return Refusal::new(1, "An unknown error has occurred.");
        };
        let text = match code {
            1 => "An unknown error has occurred.",
            2 => "An unexpected error has occurred. Please retry your request later.",
            4 => "(#4) Application request limit reached",
            10 => "(#10) Application does not have permission for this action",
            17 => "(#17) User request limit reached",
            32 => "(#32) Page request limit reached",
            102 => "Session key invalid or no longer valid",
            190 => {
                return subcode.map_or_else(
                    || Refusal::new(190, "Invalid OAuth access token."),
                    |subcode| Refusal::dead(subcode, platform.app_id()),
                );
            }
            200..=299 => {
                return Refusal {
                    subcode,
                    ..Refusal::new(code, format!("(#{code}) Permissions error"))
                };
            }
            341 => "(#341) Feed action request limit reached",
            368 => "The action attempted has been deemed abusive or is otherwise disallowed",
            506 => "(#506) Duplicate status message",
            613 => "(#613) Calls to this api have exceeded the rate limit.",
            _ => "Invalid parameter",
        };
        // What is to be tried again (docs/facts/meta.md#errors); that 4 says so is [M].
        Refusal {
            subcode,
            transient: matches!(code, 1 | 2 | 4),
            ..Refusal::new(code, text)
        }
    }
}
