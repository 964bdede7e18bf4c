//! Times in UTC, as messages write them.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Unix seconds as a date and time. What is beyond the calendar is its beginning.
pub fn utc(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Unix seconds as RFC 3339 writes them, in UTC: `2026-11-29T20:00:00Z`.
pub fn rfc3339(seconds: i64) -> String {
    let time = utc(seconds);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        time.year(),
        u8::from(time.month()),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// The Unix seconds of a time of RFC 3339, in any zone.
pub fn from_rfc3339(text: &str) -> Option<i64> {
    Some(OffsetDateTime::parse(text, &Rfc3339).ok()?.unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_utc() {
        assert_eq!(rfc3339(1_795_982_400), "2026-11-29T20:00:00Z");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(i64::MAX), rfc3339(0));
        for text in ["2026-11-29T20:00:00Z", "2026-11-29T21:30:00.5+01:30"] {
            assert_eq!(from_rfc3339(text), Some(1_795_982_400), "{text}");
        }
        assert_eq!(from_rfc3339("2026-11-29"), None);
    }
}
