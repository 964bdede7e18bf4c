//! When a token is due: a pure function of its provider's rules, its life and the time. All times are Unix seconds.

use super::{demand, renews_from};
use crate::provider::{Lifetime, Renewal};
use crate::token::DAY;

/// How long before its end a token is renewed, where a file does not say.
const LEAD_DAYS: u32 = 7;

/// What is known of a token's life.
#[derive(Clone, Copy, Debug)]
pub struct Life<'a> {
    /// The provider's rules.
    pub lifetime: &'a Lifetime,
    /// It has a refresh token.
    pub refreshes: bool,
    /// When it was issued.
    pub issued: i64,
    /// When it ends, if that is known.
    pub expires: Option<i64>,
    /// When its refresh token ends if it is not used.
    pub renews_until: Option<i64>,
}

/// What comes next in a token's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It renews without a person: not before `earliest`, best at `best`, and no longer from `last` on.
    Renews {
        /// Before this the provider refuses.
        earliest: i64,
        /// The best moment.
        best: i64,
        /// From then on it is too late.
        last: i64,
    },
    /// Only a person can renew it, before this moment.
    LogInAgain {
        /// When it ends.
        by: i64,
    },
    /// Nothing: it does not end, it is renewed when it is used, or its end is unknown.
    Rests,
}

/// What comes next in a token's life.
pub fn plan(life: &Life<'_>) -> Plan {
    let l = life.lifetime;
    let days = |days: u32| i64::from(days) * DAY;
    match (l.renewal, life.expires) {
        // Rotating pairs are renewed when they are used; only the keep-alive has a time of its own.
        (Renewal::RefreshToken, _) if life.refreshes => match l.keep_alive_days {
            Some(old) => {
                let last = life.renews_until.unwrap_or(i64::MAX);
                let old = life.issued.saturating_add(days(old));
                // The platform may name an earlier end than the file expects, and a renewal may not move it.
                let sooner = (last.saturating_sub(life.issued) / 3 * 2).max(DAY);
                let best = if old < last { old } else { life.issued.saturating_add(sooner) };
                match best < last {
                    true => Plan::Renews {
                        earliest: best,
                        best,
                        last,
                    },
                    false => Plan::LogInAgain { by: last },
                }
            }
            None => Plan::Rests,
        },
        (Renewal::Itself | Renewal::Exchange, expires) => {
            let Some(earliest) = renews_from(l, life.refreshes, life.issued, expires) else {
                return Plan::Rests;
            };
            let lead = days(if l.lead_days == 0 { LEAD_DAYS } else { l.lead_days });
            let last = expires.unwrap_or(i64::MAX);
            if earliest >= last {
                // It ends before it is old enough.
                return Plan::LogInAgain { by: last };
            }
            // Not before half of its life: a lead as long as the life would renew it each time. Where the end is unknown the
            // first renewal shows it.
            let half = |end: i64| life.issued.saturating_add(end.saturating_sub(life.issued) / 2);
            let best = match expires {
                Some(end) => end.saturating_sub(lead).max(half(end)).max(earliest),
                None => earliest.max(life.issued.saturating_add(DAY)),
            };
            Plan::Renews { earliest, best, last }
        }
        // It is issued again when it is wanted, however old it is.
        (Renewal::Issue, _) => Plan::Rests,
        (Renewal::RefreshToken | Renewal::LogInAgain | Renewal::None, Some(by)) => Plan::LogInAgain { by },
        (Renewal::RefreshToken | Renewal::LogInAgain | Renewal::None, None) => Plan::Rests,
    }
}

/// Whether a token is due now.
pub fn is_due(life: &Life<'_>, now: i64) -> bool {
    matches!(plan(life), Plan::Renews { best, last, .. } if best <= now && now < last)
}

/// From when a token that renews on demand is renewed for deliveries; none for other tokens, which are due by their own time.
pub fn wanted_from(life: &Life<'_>) -> Option<i64> {
    let on_demand = life.lifetime.renews_on_demand(life.refreshes);
    life.expires
        .filter(|_| on_demand)
        .map(|end| end.saturating_sub(demand(life.lifetime, life.issued, end)))
}

/// Whether a renewal now would gain something. Rotating pairs are left out: each renewal spends one.
pub fn may_now(life: &Life<'_>, now: i64) -> bool {
    let rotating = life.lifetime.renewal == Renewal::RefreshToken;
    !rotating && matches!(plan(life), Plan::Renews { earliest, last, .. } if earliest <= now && now < last)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::refresh;
    use crate::token::HOUR;

    fn lifetimes() -> impl Strategy<Value = Lifetime> {
        let renewal = prop_oneof![
            Just(Renewal::RefreshToken),
            Just(Renewal::Itself),
            Just(Renewal::Exchange),
            Just(Renewal::LogInAgain),
            Just(Renewal::Issue),
            Just(Renewal::None)
        ];
        (renewal, 0_u32..72, 0_u32..30, proptest::option::of((1_u32..170, 171_u32..400))).prop_map(|(renewal, hours, lead_days, pair)| {
            Lifetime {
                renewal,
                not_before_hours: hours,
                lead_days,
                keep_alive_days: pair.map(|(alive, _)| alive),
                refresh_token_days: pair.map(|(_, end)| end),
                ..Lifetime::default()
            }
        })
    }

    proptest! {
        /// A year of looks, every few hours: never too early, never after the end, never twice for one age.
        #[test]
        fn a_year_of_looks(lifetime in lifetimes(), refreshes: bool, lives in 1_i64..90, step in 1_i64..30, ends: bool) {
            let mut issued = 1_000_000_000;
            let mut expires = ends.then_some(issued + lives * DAY);
            let first_end = expires;
            let mut renewed = 0_u32;
            for look in 0..(365 * 24 / step) {
                let now = 1_000_000_000 + look * step * HOUR;
                let renews_until = refresh::renews_until(&lifetime, refreshes, issued, None);
                let life = Life { lifetime: &lifetime, refreshes, issued, expires, renews_until };
                if !is_due(&life, now) {
                    continue;
                }
                let Plan::Renews { earliest, best, last } = plan(&life) else { unreachable!() };
                prop_assert!(earliest <= best && best <= now && now < last);
                match lifetime.renewal {
                    Renewal::Itself | Renewal::Exchange => {
                        prop_assert!(now >= issued + i64::from(lifetime.not_before_hours) * HOUR, "too early");
                        prop_assert!(expires.is_none_or(|end| now < end), "after its end");
                    }
                    Renewal::RefreshToken => prop_assert!(now >= issued + i64::from(lifetime.keep_alive_days.unwrap()) * DAY),
                    _ => prop_assert!(false, "only a person renews it"),
                }
                issued = now;
                expires = expires.map(|_| now + lives * DAY);
                renewed += 1;
                let renews_until = refresh::renews_until(&lifetime, refreshes, issued, None);
                let after = Life { lifetime: &lifetime, refreshes, issued, expires, renews_until };
                prop_assert!(!is_due(&after, now), "twice");
            }
            // One whose looks are often enough never ends by itself.
            let often = step < 24 && lives > 6 && lifetime.lead_days != 1;
            if often && ends && lifetime.renewal == Renewal::Itself {
                prop_assert!(renewed > 0 && expires > first_end);
            }
        }
    }

    #[test]
    fn sixty_days_by_the_rules_of_threads() {
        let threads = Lifetime {
            renewal: Renewal::Itself,
            not_before_hours: 24,
            lead_days: 7,
            ..Lifetime::default()
        };
        let life = Life {
            lifetime: &threads,
            refreshes: false,
            issued: 0,
            expires: Some(60 * DAY),
            renews_until: None,
        };
        assert_eq!(
            plan(&life),
            Plan::Renews {
                earliest: DAY,
                best: 53 * DAY,
                last: 60 * DAY
            }
        );
        assert!(!is_due(&life, 53 * DAY - 1) && is_due(&life, 53 * DAY) && !is_due(&life, 60 * DAY));
        assert!(!may_now(&life, DAY - 1) && may_now(&life, DAY) && !may_now(&life, 60 * DAY));
    }
}
