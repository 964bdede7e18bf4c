//! The wait for a token by the device authorization grant: at the server's interval, more slowly when the server says so or does
//! not answer, until the person has decided, presses Cancel or the codes have expired (RFC 8628 §3.3, §3.5).

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::device::Answered;
use super::{DeviceAuthorization, Grant, LoginRequest};
use crate::ask::Credentials;
use crate::error::{Category, Error, Result};
use crate::http::client::Client as HttpClient;
use crate::view::LoginEvent;

/// RFC 8628 §3.2 and §3.5, in seconds.
const USUAL_INTERVAL: i64 = 5;
const SLOWER_BY: i64 = 5;
/// However slowly the server wants to be asked: a person waits for the answer.
const MAX_INTERVAL: i64 = 60;
/// How often the clock is read.
const LOOK: Duration = Duration::from_millis(100);
/// How long a question that was sent may still bring a token after Cancel.
const LAST_ANSWER: Duration = Duration::from_secs(3);

/// What the wait needs from outside.
pub struct Polling<'a> {
    /// Sends the questions.
    pub http: &'a HttpClient,
    /// The client; none where the file names it.
    pub client: Option<&'a Credentials>,
    /// Unix seconds by the keeper's clock.
    pub clock: &'a (dyn Fn() -> i64 + Send + Sync),
    /// Hears when the server does not answer.
    pub report: &'a (dyn Fn(LoginEvent) + Send + Sync),
    /// Turns true on Cancel.
    pub cancelled: watch::Receiver<bool>,
}

/// The end of a wait without a token.
pub struct NoToken {
    /// Why it ended.
    pub error: Error,
    /// The server may have issued a token all the same: the answer to a question was lost.
    pub may_be_lost: bool,
}

impl LoginRequest {
    /// Asks until there is a token, and not once more: a server may take a second use of the codes for theft and revoke the token
    /// (RFC 6749 §10.5). `hold` makes what is held while a question is on its way; it is returned with the token.
    ///
    /// # Errors
    /// With [`Error::Denied`], [`Error::Cancelled`], refusals in the shared vocabulary (an expired code is “code spent”), network errors
    /// that do not pass.
    pub async fn wait_for_token<H>(
        &self,
        codes: &DeviceAuthorization,
        polling: &Polling<'_>,
        hold: impl Fn() -> H,
    ) -> Result<(Grant, H), NoToken> {
        let mut cancelled = polling.cancelled.clone();
        let began = Began::at((polling.clock)());
        let mut pace = Pace::of(codes.interval);
        // Since the server last said that the person has not decided.
        let mut may_be_lost = false;
        let ended = |error, may_be_lost| Err(NoToken { error, may_be_lost });
        loop {
            let asked = Began::at((polling.clock)());
            while !asked.is_over(pace.wait(), (polling.clock)()) {
                if began.is_over(codes.lives, (polling.clock)()) {
                    return ended(Error::expired_code(), may_be_lost);
                }
                tokio::select! {
                    () = tokio::time::sleep(LOOK) => {}
                    _ = cancelled.wait_for(|c| *c) => return ended(Error::Cancelled, may_be_lost),
                }
            }
            let held = hold();
            let question = self.ask_once(polling.http, polling.client, codes, (polling.clock)());
            let answer = tokio::select! {
                biased;
                answer = question => answer,
                () = given_up(&mut cancelled) => return ended(Error::Cancelled, true),
            };
            match answer {
                Ok(Answered::Granted(grant)) => return Ok((*grant, held)),
                Ok(Answered::Pending) => {
                    may_be_lost = false;
                    pace.answered();
                }
                Ok(Answered::SlowDown(interval)) => {
                    may_be_lost = false;
                    pace.slow_down(interval);
                }
                Err(error) if passes(&error) => {
                    may_be_lost |= error.may_have_arrived();
                    // Said once, until it answers again.
                    if pace.unanswered(error.retry_after()) {
                        (polling.report)(LoginEvent::Hint { error: error.view() });
                    }
                }
                Err(error @ Error::Denied { .. }) => return ended(error, false),
                Err(error) => {
                    let may_be_lost = may_be_lost || error.may_have_arrived();
                    return ended(error, may_be_lost);
                }
            }
        }
    }
}

/// Waits for Cancel, and then for an answer that is on its way.
async fn given_up(cancelled: &mut watch::Receiver<bool>) {
    let _ = cancelled.wait_for(|c| *c).await;
    tokio::time::sleep(LAST_ANSWER).await;
}

/// Whether to ask again: nothing was answered (RFC 8628 §3.5), or something that passes.
fn passes(error: &Error) -> bool {
    match error {
        Error::Refused { category, .. } => matches!(category, Category::Transient | Category::RateLimited),
        Error::Intermediary { status, .. } => *status >= 500,
        other => other.code().is_of_network(),
    }
}

/// A moment by two clocks. One goes on while the computer sleeps, and the other while a clock is set back.
struct Began {
    wall: i64,
    instant: Instant,
}

impl Began {
    fn at(wall: i64) -> Began {
        Began {
            wall,
            instant: Instant::now(),
        }
    }

    /// Whether so many seconds are over. Of the wall clock, which counts whole seconds, one more must have begun.
    fn is_over(&self, seconds: i64, wall: i64) -> bool {
        let by_instant = self.instant.elapsed() >= Duration::from_secs(seconds.unsigned_abs());
        by_instant || wall.saturating_sub(self.wall) > seconds
    }
}

/// How long to wait before the next question, in seconds.
struct Pace {
    interval: i64,
    /// Since the last answer.
    lost: u32,
    /// What the server asked for when it refused for now.
    retry_after: i64,
}

impl Pace {
    fn of(interval: Option<i64>) -> Pace {
        Pace {
            interval: interval.unwrap_or(USUAL_INTERVAL).min(MAX_INTERVAL),
            lost: 0,
            retry_after: 0,
        }
    }

    fn wait(&self) -> i64 {
        let doubled = self.interval.saturating_mul(1 << self.lost.min(6));
        doubled.max(self.retry_after).min(MAX_INTERVAL)
    }

    fn answered(&mut self) {
        (self.lost, self.retry_after) = (0, 0);
    }

    /// The named interval, if it is a longer one.
    fn slow_down(&mut self, named: Option<i64>) {
        self.answered();
        let slower = named.filter(|named| *named > self.interval);
        self.interval = slower.unwrap_or(self.interval + SLOWER_BY).min(MAX_INTERVAL);
    }

    /// Twice as long each time that no answer comes. Whether it is the first time.
    fn unanswered(&mut self, retry_after: Option<u64>) -> bool {
        self.lost = self.lost.saturating_add(1);
        self.retry_after = retry_after.map_or(0, |s| i64::try_from(s).unwrap_or(i64::MAX));
        self.lost == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_servers_within_bounds() {
        for (named, wait) in [(None, 5), (Some(1), 1), (Some(12), 12), (Some(1_000_000_000), 60)] {
            assert_eq!(Pace::of(named).wait(), wait, "{named:?}");
        }
    }

    #[test]
    fn slow_down_stays() {
        let mut pace = Pace::of(None);
        pace.slow_down(None);
        assert_eq!(pace.wait(), 10);
        pace.answered();
        assert_eq!(pace.wait(), 10);
        // GitHub names the interval; one that would be faster is none.
        pace.slow_down(Some(17));
        assert_eq!(pace.wait(), 17);
        pace.slow_down(Some(3));
        assert_eq!(pace.wait(), 22);
        for _ in 0..20 {
            pace.slow_down(None);
        }
        assert_eq!(pace.wait(), 60);
    }

    #[test]
    fn lost_answers_double_the_wait_until_one_arrives() {
        let mut pace = Pace::of(Some(4));
        let waits: Vec<i64> = (0..6)
            .map(|n| {
                assert_eq!(pace.unanswered(None), n == 0);
                pace.wait()
            })
            .collect();
        assert_eq!(waits, [8, 16, 32, 60, 60, 60]);
        pace.answered();
        assert_eq!(pace.wait(), 4);
        pace.unanswered(Some(25));
        assert_eq!(pace.wait(), 25);
        pace.unanswered(Some(u64::MAX));
        assert_eq!(pace.wait(), 60);
    }

    #[test]
    fn either_clock_ends_a_wait() {
        let began = Began::at(1000);
        assert!(!began.is_over(5, 1000) && !began.is_over(5, 1005));
        assert!(began.is_over(5, 1006));
        // Set back.
        assert!(!began.is_over(5, 0) && began.is_over(0, 0));
    }
}
