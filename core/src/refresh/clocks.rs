//! The rules for time: two clocks side by side, so that a change of one is seen, and waits that no clock can stretch. Pure; the
//! keeper reads the clocks.

use crate::token::{CLOCK, DAY, HOUR};

/// The first wait after a failed renewal; doubled each time.
const FIRST_WAIT: i64 = 300;
/// The longest wait of our own.
const LAST_WAIT: i64 = 6 * HOUR;
/// The longest wait that a server may ask for.
const ASKED_WAIT: i64 = 7 * DAY;
/// Up to this part of a wait is added by chance, so that accounts do not renew at the same moment.
const SPREAD: i64 = 5;

/// Both clocks, read together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Unix seconds. It can be set.
    pub wall: i64,
    /// Seconds since some moment, including sleep. It cannot be set.
    pub boot: i64,
}

impl Moment {
    /// By how many seconds the wall clock was set since an earlier moment: forward where positive; 0 where it only went on,
    /// or was corrected by no more than clocks are.
    pub fn set_since(self, earlier: Moment) -> i64 {
        let went_on = self.boot.saturating_sub(earlier.boot);
        let by = self.wall.saturating_sub(earlier.wall).saturating_sub(went_on);
        if by.saturating_abs() <= CLOCK { 0 } else { by }
    }
}

/// How many seconds to wait after this many failed tries: as long as the server asks, or a wait that doubles; and a little more,
/// by chance.
pub fn wait(tries: u32, asked: Option<u64>, chance: u64) -> i64 {
    let doubled = FIRST_WAIT.saturating_mul(1 << tries.min(10)).min(LAST_WAIT);
    let asked = asked.map(|seconds| i64::try_from(seconds).unwrap_or(ASKED_WAIT).clamp(1, ASKED_WAIT));
    let wait = asked.unwrap_or(doubled);
    let more = chance % u64::try_from(wait / SPREAD + 1).unwrap_or(1);
    wait + i64::try_from(more).unwrap_or_default()
}

/// Whether a wait holds at `now`. One that is longer than any wait began before the clock was set back, and does not.
pub fn holds(until: i64, now: i64) -> bool {
    now < until && until.saturating_sub(now) <= ASKED_WAIT + ASKED_WAIT / SPREAD
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// However long it sleeps and however often it looks: what was set is seen, at the look after it, and nothing else.
        #[test]
        fn a_clock_that_was_set_is_seen(steps in proptest::collection::vec((0_i64..200_000, proptest::option::of(-4_000_000_i64..4_000_000)), 1..40)) {
            let mut now = Moment { wall: 1_800_000_000, boot: 77 };
            for (went_on, set) in steps {
                let before = now;
                let by = set.unwrap_or_default();
                now = Moment { wall: now.wall + went_on + by, boot: now.boot + went_on };
                prop_assert_eq!(now.set_since(before), if by.abs() <= CLOCK { 0 } else { by });
            }
        }

        /// Whatever a server asks and wherever the clock is set to: no wait is longer than the longest wait, none comes
        /// sooner than the server asked, and never twice at once.
        #[test]
        fn no_wait_is_stretched(tries: u32, asked: Option<u64>, chance: u64, set in -100_000_000_i64..100_000_000) {
            let begun = 1_800_000_000;
            let wait = wait(tries, asked, chance);
            prop_assert!((1..=ASKED_WAIT * 6 / 5).contains(&wait));
            prop_assert!(asked.is_none_or(|a| wait >= i64::try_from(a).unwrap_or(i64::MAX).min(ASKED_WAIT)));
            prop_assert!(holds(begun + wait, begun) && !holds(begun + wait, begun + wait));
            // By a clock that was set to something else it holds for a longest wait at most.
            let now = begun + set;
            let longest = now + ASKED_WAIT * 6 / 5;
            prop_assert!(!holds(begun + wait, now) || begun + wait <= longest);
        }
    }

    #[test]
    fn waits_double_to_a_quarter_of_a_day() {
        let waits: Vec<i64> = (0..9).map(|tries| wait(tries, None, 0)).collect();
        assert_eq!(waits, [300, 600, 1200, 2400, 4800, 9600, 19_200, 21_600, 21_600]);
        assert_eq!((wait(3, Some(7), 0), wait(0, Some(u64::MAX), 0)), (7, ASKED_WAIT));
    }
}
