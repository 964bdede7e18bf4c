//! Reads what is left of a rate limit from the platforms' headers: `x-rate-limit-…` (X), `x-ratelimit-…` (Mastodon and GoToSocial),
//! `ratelimit-…`, and Graph's usage headers.

use time::{Date, Month};

use super::Response;

/// What is left of a rate limit, as far as the server says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// The remaining requests.
    pub left: Option<u64>,
    /// The limit.
    pub limit: Option<u64>,
    /// When the limit resets, Unix seconds.
    pub resets: Option<i64>,
    /// The used share in per cent; more than 100 is too much.
    pub used: Option<u64>,
}

/// The rate limit of a response, if it names one.
pub fn rate(response: &Response) -> Option<Rate> {
    let any = |what: &str| {
        let names = ["x-rate-limit-", "x-ratelimit-", "ratelimit-"];
        names.iter().find_map(|start| response.header(&format!("{start}{what}")))
    };
    let number = |what| any(what).and_then(|text| text.trim().parse().ok());
    let rate = Rate {
        left: number("remaining"),
        limit: number("limit"),
        resets: any("reset").and_then(|text| moment(text.trim(), response.date)),
        used: ["x-app-usage", "x-business-use-case-usage", "x-page-usage"]
            .iter()
            .filter_map(|name| greatest(response.header(name)?))
            .max(),
    };
    (rate != Rate::default()).then_some(rate)
}

/// A time in Unix seconds, from Unix seconds, an RFC 3339 date or the seconds that are left.
fn moment(text: &str, now: Option<i64>) -> Option<i64> {
    // A billion is in 2001; a smaller number counts the seconds that are left.
    const A_BILLION: i64 = 1_000_000_000;
    match text.parse::<i64>() {
        Ok(at) if at >= A_BILLION => Some(at),
        Ok(left) => now?.checked_add(left),
        Err(_) => date(text),
    }
}

/// `2026-11-22T14:00:00.123Z`, as Mastodon writes it.
fn date(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u8>().ok();
    let year = text.get(..4)?.parse().ok()?;
    let (month, day) = (Month::try_from(number(5, 7)?).ok()?, number(8, 10)?);
    let moment = Date::from_calendar_date(year, month, day).ok()?;
    let moment = moment.with_hms(number(11, 13)?, number(14, 16)?, number(17, 19)?).ok()?;
    text.ends_with('Z').then(|| moment.assume_utc().unix_timestamp())
}

/// The greatest share in a usage header: Graph counts calls, CPU time and total time separately, and for a business each of its objects.
fn greatest(json: &str) -> Option<u64> {
    fn walk(value: &serde_json::Value) -> Option<u64> {
        const SHARES: [&str; 3] = ["call_count", "total_cputime", "total_time"];
        match value {
            serde_json::Value::Object(members) => {
                let share = |(name, value): (&String, &serde_json::Value)| match SHARES.contains(&name.as_str()) {
                    true => value.as_u64(),
                    false => walk(value),
                };
                members.iter().filter_map(share).max()
            }
            serde_json::Value::Array(items) => items.iter().filter_map(walk).max(),
            _ => None,
        }
    }
    walk(&serde_json::from_str(json).ok()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::token::Secret;

    fn of(headers: &[(&str, &str)]) -> Option<Rate> {
        rate(&Response {
            status: 200,
            content_type: String::new(),
            location: None,
            retry_after: None,
            date: Some(1_795_355_000),
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: Secret::new(""),
        })
    }

    #[test]
    fn every_platforms_headers() {
        let x = of(&[
            ("x-rate-limit-limit", "75"),
            ("x-rate-limit-remaining", "74"),
            ("x-rate-limit-reset", "1795356000"),
        ]);
        assert_eq!(
            (x.unwrap().left, x.unwrap().limit, x.unwrap().resets),
            (Some(74), Some(75), Some(1_795_356_000))
        );
        let mastodon = of(&[
            ("x-ratelimit-remaining", "299"),
            ("x-ratelimit-reset", "2026-11-22T13:45:00.123456Z"),
        ]);
        assert_eq!((mastodon.unwrap().left, mastodon.unwrap().resets), (Some(299), Some(1_795_355_100)));
        assert_eq!(
            of(&[("ratelimit-remaining", "1"), ("ratelimit-reset", "30")]).unwrap().resets,
            Some(1_795_355_030)
        );
        let usage = "{\"call_count\":28,\"total_time\":31,\"total_cputime\":5}";
        assert_eq!(of(&[("x-app-usage", usage)]).unwrap().used, Some(31));
        let business = "{\"178\":[{\"type\":\"instagram\",\"call_count\":100,\"estimated_time_to_regain_access\":500}]}";
        assert_eq!(of(&[("x-business-use-case-usage", business)]).unwrap().used, Some(100));
    }

    #[test]
    fn days_of_all_kinds() {
        for (text, at) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:00Z", 951_782_400),
            ("2024-12-31T23:59:59Z", 1_735_689_599),
        ] {
            assert_eq!(date(text), Some(at), "{text}");
        }
        assert_eq!(
            of(&[("x-ratelimit-reset", "soon"), ("x-app-usage", "none"), ("x-ratelimit-limit", "-1")]),
            None
        );
    }
}
