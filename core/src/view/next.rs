//! An account's next date as one value. Core computes it once; window, tray, notifications and command line only put it into words.

use serde::Serialize;
use ts_rs::TS;

use super::{Facts, Standing};
use crate::error::Code;

/// The next date of an account whose token works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NextDate {
    /// What happens then.
    pub kind: NextKind,
    /// Unix seconds.
    pub at: i64,
}

/// What happens on an account's next date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum NextKind {
    /// Keybearer renews the token.
    Renews,
    /// The token ends, unless the person signs in again before.
    Login,
    /// Access to the person's data ends, unless the person signs in again before. The token goes on.
    Data,
    /// The token ends, or the refresh token of one that is renewed on demand.
    Ends,
    /// The token probably ends: the platform has not said so, but its provider's file assumes it.
    Assumed,
}

impl NextDate {
    /// The next date of an account with this state; none if there is none, if it is unknown, or if only a person or another computer
    /// can do something.
    pub(crate) fn of(facts: &Facts, standing: Standing) -> Option<NextDate> {
        let on = |kind| move |at| NextDate { kind, at };
        // Only its renewal is in trouble: the token works until its end.
        let lasts = || matches!(facts.trouble, Some(Code::NotExtended | Code::NotRenewable));
        let end = if facts.life_known { NextKind::Ends } else { NextKind::Assumed };
        match standing {
            Standing::PracticeOver | Standing::Paused | Standing::NeedsLogin { .. } | Standing::MissingSecret => None,
            _ => match facts.data_ends_first() {
                Some(at) => Some(on(NextKind::Data)(at)),
                None if facts.needs_login || lasts() => facts.breaks.or(facts.ends).map(on(NextKind::Login)),
                None => facts.renews_next.map(on(NextKind::Renews)).or_else(|| facts.ends.map(on(end))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::DAY;
    use crate::view::standing::tests::sixty_days;

    fn next(facts: Facts) -> Option<(NextKind, i64)> {
        let next = NextDate::of(&facts, Standing::of(&facts, 10 * DAY))?;
        Some((next.kind, next.at / DAY))
    }

    #[test]
    fn a_known_end_is_named_or_the_renewal_before_it() {
        let known = sixty_days();
        assert_eq!(next(known), Some((NextKind::Ends, 60)));
        let renews = Facts {
            renews_next: Some(53 * DAY),
            ..known
        };
        assert_eq!(next(renews), Some((NextKind::Renews, 53)));
        let login = Facts {
            needs_login: true,
            ..known
        };
        assert_eq!(next(login), Some((NextKind::Login, 60)));
        for code in [Code::NotExtended, Code::NotRenewable] {
            let refused = Facts {
                trouble: Some(code),
                ..renews
            };
            assert_eq!(next(refused), Some((NextKind::Login, 60)), "{code:?}");
        }
    }

    #[test]
    fn an_assumed_end_is_marked_as_such() {
        let assumed = Facts {
            life_known: false,
            breaks: None,
            ..sixty_days()
        };
        assert_eq!(Standing::of(&assumed, 10 * DAY), Standing::LifeUnknown);
        assert_eq!(next(assumed), Some((NextKind::Assumed, 60)));
        let renews = Facts {
            renews_next: Some(11 * DAY),
            ..assumed
        };
        assert_eq!(next(renews), Some((NextKind::Renews, 11)), "the renewal shows the true end");
        let unknown = Facts { ends: None, ..assumed };
        assert_eq!(next(unknown), None);
        assert_eq!(
            next(Facts {
                renews_next: Some(11 * DAY),
                ..unknown
            }),
            Some((NextKind::Renews, 11))
        );
    }

    #[test]
    fn what_does_not_end_has_no_date_but_that_of_its_data_access() {
        let endless = Facts {
            ends: None,
            breaks: None,
            ..sixty_days()
        };
        assert_eq!(next(endless), None);
        let page = Facts {
            data_ends: Some(90 * DAY),
            breaks: Some(90 * DAY),
            needs_login: true,
            ..endless
        };
        assert_eq!(next(page), Some((NextKind::Data, 90)));
        let unsaid = Facts { life_known: false, ..page };
        assert_eq!(next(unsaid), Some((NextKind::Data, 90)), "whatever the token's own end");
        let sooner = Facts {
            data_ends: Some(90 * DAY),
            needs_login: true,
            ..sixty_days()
        };
        assert_eq!(next(sooner), Some((NextKind::Login, 60)), "the token ends before");
    }

    #[test]
    fn on_demand_it_is_the_keep_alive_or_the_end_of_the_refresh_token() {
        let demand = Facts {
            renews_on_demand: true,
            ..sixty_days()
        };
        assert_eq!(next(demand), Some((NextKind::Ends, 60)));
        let kept = Facts {
            renews_next: Some(40 * DAY),
            ..demand
        };
        assert_eq!(next(kept), Some((NextKind::Renews, 40)));
    }

    #[test]
    fn what_waits_for_a_person_or_another_computer_has_no_date() {
        let renews = Facts {
            renews_next: Some(53 * DAY),
            ..sixty_days()
        };
        let cases = [
            Facts { paused: true, ..renews },
            Facts {
                practice_over: true,
                ..renews
            },
            Facts {
                trouble: Some(Code::Interrupted),
                ..renews
            },
            Facts {
                trouble: Some(Code::SecretMissing),
                ..renews
            },
            Facts {
                ends: Some(10 * DAY),
                ..renews
            },
        ];
        for facts in cases {
            assert_eq!(next(facts), None, "{facts:?}");
        }
    }
}
