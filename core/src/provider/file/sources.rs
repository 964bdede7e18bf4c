//! Where the facts of a provider file are from, when they were read, and when they are old. A date is a day of the calendar,
//! `YYYY-MM-DD`.

use serde::{Deserialize, Serialize};
use time::{Date, Month};
use ts_rs::TS;

use crate::token::DAY;

/// Half a year: platforms change more often than that.
const FRESH_DAYS: i64 = 183;

/// A document that facts of a file come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The document's own title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// The day on which it was read; the first of the month, if only that is known.
    pub read: String,
}

/// A day of the calendar as the number of days since 1970; none for a text that is no such day.
pub fn day(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let mut number = |digits: usize| {
        let part = parts
            .next()
            .filter(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()))?;
        part.parse::<u16>().ok()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() / DAY)
}

/// Whether facts that were read on this day are more than half a year old at `now`, in Unix seconds. A day in the future is not: this
/// computer's clock is wrong, and the age is unknown.
pub fn is_old(read: &str, now: i64) -> bool {
    day(read).is_some_and(|read| now.div_euclid(DAY) - read > FRESH_DAYS)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_day_is_one_of_the_calendar() {
        assert_eq!(day("1970-01-01"), Some(0));
        assert_eq!(day("2026-11-28"), Some(20_785));
        assert_eq!(day("2028-02-29"), day("2028-03-01").map(|d| d - 1));
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-11-31",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "26-11-28",
            "2026-11-28 ",
            "2026-11-28T00:00",
            "+026-11-28",
            "28.11.2026",
            "２０２６-11-28",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn facts_are_old_after_half_a_year_and_not_before() {
        let read = day("2026-11-28").unwrap();
        let at = |days: i64, seconds: i64| is_old("2026-11-28", (read + days) * DAY + seconds);
        assert!(!at(0, 0) && !at(183, 0) && !at(183, DAY - 1));
        assert!(at(184, 0) && at(4000, 0));
        assert!(
            !at(-1, 0) && !at(-20_000, 0) && !is_old("2026-11-28", i64::MIN),
            "a clock that is behind"
        );
        assert!(!is_old("soon", i64::MAX));
    }
}
