//! How long an export waits before it asks for the same page again: as long as the server says, and not where only a person can
//! help.

use std::time::Duration;

use crate::error::{Category, Error, Intermediary};

/// The first wait for a server that limits the rate without saying for how long; doubled each time.
const FIRST_LIMIT: Duration = Duration::from_secs(2);
/// The longest of these waits: the Mastodon family counts requests over five minutes (docs/facts/mastodon.md#rate-limits).
const LONGEST_LIMIT: Duration = Duration::from_secs(300);
/// The longest wait in seconds: for more the export stops, and can go on later.
const LONGEST_WAIT: u64 = 900;
/// How often a failed request is tried again.
const TRIES: u32 = 4;
/// The first wait after a failed request; doubled each time.
const FIRST_BREAK: Duration = Duration::from_millis(500);

/// How often one page was waited for. Rate limits do not count as failures.
#[derive(Default)]
pub(in crate::keeper) struct Waits {
    limits: u32,
    breaks: u32,
}

impl Waits {
    /// For a page that was tried again once.
    pub fn after_one() -> Waits {
        Waits {
            breaks: 1,
            ..Waits::default()
        }
    }

    /// Whether the page was tried again after a failure.
    pub fn has_tried_again(&self) -> bool {
        self.breaks > 0
    }

    /// How long to wait before the same page is asked for again: as long as the server says, and longer if that was too short. None
    /// where waiting does not help.
    pub fn next(&mut self, error: &Error) -> Option<Duration> {
        let doubled = |first: Duration, times: &mut u32| {
            *times += 1;
            first.saturating_mul(2_u32.saturating_pow(*times - 1)).min(LONGEST_LIMIT)
        };
        match error {
            error if error.retry_after().is_some_and(|seconds| seconds > LONGEST_WAIT) => None,
            Error::Refused {
                category: Category::RateLimited,
                retry_after,
                ..
            } => Some(match retry_after {
                Some(seconds) => Duration::from_secs(*seconds).max(doubled(FIRST_BREAK, &mut self.limits)),
                None => doubled(FIRST_LIMIT, &mut self.limits),
            }),
            _ if self.breaks >= TRIES => None,
            Error::Refused {
                category: Category::Transient,
                retry_after,
                ..
            }
            | Error::Intermediary {
                kind: Intermediary::BotCheck | Intermediary::Page | Intermediary::Portal,
                retry_after,
                ..
            } => {
                let asked = Duration::from_secs(retry_after.unwrap_or_default());
                Some(asked.max(doubled(FIRST_BREAK, &mut self.breaks)))
            }
            Error::ServerUnreachable { .. } | Error::Offline { .. } | Error::ProxyUnreachable { .. } | Error::ProxyRefused { .. } => {
                Some(doubled(FIRST_BREAK, &mut self.breaks))
            }
            _ => None,
        }
    }
}

/// Whether one status may be what makes a page fail.
pub(in crate::keeper) fn may_be_one_status(error: &Error) -> bool {
    match error {
        Error::Refused {
            category: Category::Transient,
            status,
            ..
        } => *status >= 500,
        // Rails and Phoenix answer with a page for people when something breaks.
        Error::Intermediary {
            kind: Intermediary::Page,
            status,
            ..
        } => *status >= 500,
        Error::ServerUnreachable { sent, .. } => *sent,
        Error::AnswerTooLarge { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(category: Category, retry_after: Option<u64>) -> Error {
        Error::Refused {
            category,
            status: 429,
            words: None,
            retry_after,
            action: None,
        }
    }

    #[test]
    fn patience_grows_and_limits_are_no_breaks() {
        let (limit, broken) = (|after| refused(Category::RateLimited, after), refused(Category::Transient, None));
        let mut waits = Waits::default();
        let said: Vec<u64> = (0..12).filter_map(|_| Some(waits.next(&limit(Some(0)))?.as_secs())).collect();
        assert_eq!(
            said,
            [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300],
            "at once is not for ever at once"
        );
        assert_eq!(waits.next(&limit(Some(600))), Some(Duration::from_secs(600)));
        assert_eq!(waits.next(&limit(Some(901))), None);
        for half_seconds in [1, 2, 4, 8] {
            assert_eq!(waits.next(&broken), Some(FIRST_BREAK * half_seconds));
            assert!(waits.next(&limit(None)).is_some());
        }
        assert_eq!((waits.next(&broken), waits.next(&limit(None))), (None, Some(LONGEST_LIMIT)));
        assert_eq!(waits.next(&Error::Cancelled), None);
    }

    #[test]
    fn a_proxy_that_is_out_of_reach_for_a_moment_is_waited_for() {
        let (proxy, host, detail) = ("http://proxy.example:3128".to_owned(), "gts.example".to_owned(), String::new());
        for error in [
            Error::ProxyUnreachable {
                proxy: proxy.clone(),
                detail: detail.clone(),
            },
            Error::ProxyRefused {
                proxy: proxy.clone(),
                host,
                detail,
            },
        ] {
            let mut waits = Waits::default();
            let waited: Vec<_> = (0..5).map_while(|_| waits.next(&error)).collect();
            assert_eq!(waited, [1, 2, 4, 8].map(|times| FIRST_BREAK * times), "{error}");
        }
        let mut waits = Waits::default();
        assert_eq!(
            waits.next(&Error::ProxyDenied { proxy }),
            None,
            "a password does not come by itself"
        );
        assert_eq!(waits.next(&Error::ProxyInvalid { variable: "ALL_PROXY" }), None);
    }

    #[test]
    fn nothing_is_waited_for_longer_than_a_person_would() {
        let wall = |retry_after| Error::Intermediary {
            host: "gts.example".into(),
            kind: Intermediary::BotCheck,
            status: 503,
            retry_after: Some(retry_after),
        };
        assert_eq!(Waits::default().next(&wall(600)), Some(Duration::from_secs(600)));
        for error in [wall(901), wall(86_400), refused(Category::Transient, Some(901))] {
            assert_eq!(Waits::default().next(&error), None, "{error}");
        }
    }
}
