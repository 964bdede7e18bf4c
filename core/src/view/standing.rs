//! An account's state as one value. Core decides it once; window, tray and command line only put it into words.

use serde::Serialize;
use ts_rs::TS;

use crate::error::Code;

/// A token is running out in the last 1/`RUNNING_OUT` of its life: in the last week of sixty days.
const RUNNING_OUT: i64 = 7;

/// An account's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Standing {
    /// Its practice platform is no longer running.
    PracticeOver,
    /// The token is in memory only, because the store has not taken it yet.
    Unstored,
    /// Another computer renews it.
    Paused,
    /// Only a new login helps.
    NeedsLogin {
        /// Why.
        why: LoginReason,
    },
    /// The store has no token for it, or one that cannot be read.
    MissingSecret,
    /// The token's end is unknown, or only assumed: the account's `ends` has the assumed one.
    LifeUnknown,
    /// The platform was asked whose token it is, and did not say.
    Unverified,
    /// The platform has not been asked yet whose token it is, and could be.
    Unchecked,
    /// It is renewed whenever it is used.
    RenewsOnDemand,
    /// It does not end.
    Endless,
    /// It works, and ends at a known time.
    Ends {
        /// Unix seconds.
        at: i64,
    },
    /// The token goes on, but its access to the person's data ends at a known time unless the person signs in again.
    DataEnds {
        /// Unix seconds.
        at: i64,
    },
}

/// Why only a new login helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "kebab-case")]
pub enum LoginReason {
    /// A renewal was cut off, and its answer is lost.
    Interrupted,
    /// The token has expired.
    Expired,
    /// The platform no longer accepts the token.
    Refused,
}

/// What [`Standing`] is decided from. Times are Unix seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub practice_over: bool,
    pub unstored: bool,
    pub paused: bool,
    /// What went wrong last and is not resolved yet.
    pub trouble: Option<Code>,
    /// False if the platform has not said when the account ends: `ends` is then assumed, or unknown.
    pub life_known: bool,
    /// The identity request has succeeded.
    pub verified: bool,
    /// The platform has an identity request.
    pub can_verify: bool,
    pub renews_on_demand: bool,
    pub issued: i64,
    /// The end of the account: of the refresh token where the token renews on demand, else of the token.
    pub ends: Option<i64>,
    /// When access to the person's data ends; none where a renewal comes first.
    pub data_ends: Option<i64>,
    /// When Keybearer renews it next.
    pub renews_next: Option<i64>,
    /// When it stops working unless someone does something.
    pub breaks: Option<i64>,
    /// Only a person can renew it.
    pub needs_login: bool,
}

impl Facts {
    /// When access to the person's data ends, if the account does not end before.
    pub(super) fn data_ends_first(&self) -> Option<i64> {
        self.data_ends.filter(|at| self.ends.is_none_or(|end| *at < end))
    }
}

impl Standing {
    /// Decides the state at `now`, Unix seconds. The first case that applies counts.
    pub(crate) fn of(facts: &Facts, now: i64) -> Standing {
        let needs_login = |why| Standing::NeedsLogin { why };
        let runs_out = |at: i64| (at - now).saturating_mul(RUNNING_OUT) < at.saturating_sub(facts.issued);
        let data_ends = facts.data_ends_first();
        match (facts.trouble, facts.ends) {
            _ if facts.practice_over => Standing::PracticeOver,
            _ if facts.unstored => Standing::Unstored,
            _ if facts.paused => Standing::Paused,
            (Some(Code::Interrupted), _) => needs_login(LoginReason::Interrupted),
            (_, Some(at)) if at <= now => needs_login(LoginReason::Expired),
            (Some(Code::TokenExpired), _) => needs_login(LoginReason::Expired),
            (Some(code), _) if code.is_final() => needs_login(LoginReason::Refused),
            (Some(Code::SecretMissing), _) => Standing::MissingSecret,
            _ if !facts.life_known => Standing::LifeUnknown,
            (Some(_), _) if !facts.verified => Standing::Unverified,
            _ if !facts.verified && facts.can_verify => Standing::Unchecked,
            (_, Some(at)) if data_ends.is_none() && (!facts.renews_on_demand || runs_out(at)) => Standing::Ends { at },
            _ => match data_ends {
                Some(at) => Standing::DataEnds { at },
                None if facts.renews_on_demand => Standing::RenewsOnDemand,
                None => Standing::Endless,
            },
        }
    }

    /// Whether the token can only be used after another login.
    pub fn needs_login(self) -> bool {
        matches!(self, Standing::NeedsLogin { .. } | Standing::MissingSecret)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::token::DAY;

    pub(in crate::view) fn sixty_days() -> Facts {
        Facts {
            practice_over: false,
            unstored: false,
            paused: false,
            trouble: None,
            life_known: true,
            verified: true,
            can_verify: true,
            renews_on_demand: false,
            issued: 0,
            ends: Some(60 * DAY),
            data_ends: None,
            renews_next: None,
            breaks: Some(60 * DAY),
            needs_login: false,
        }
    }

    #[test]
    fn each_standing_has_its_facts() {
        let at = |facts: Facts| Standing::of(&facts, 10 * DAY);
        let login = |why| Standing::NeedsLogin { why };
        let good = sixty_days();
        assert_eq!(at(good), Standing::Ends { at: 60 * DAY });
        assert_eq!(at(Facts { ends: None, ..good }), Standing::Endless);
        assert_eq!(
            at(Facts {
                practice_over: true,
                unstored: true,
                ..good
            }),
            Standing::PracticeOver
        );
        assert_eq!(
            at(Facts {
                unstored: true,
                paused: true,
                ..good
            }),
            Standing::Unstored
        );
        let dead = Facts {
            trouble: Some(Code::TokenDead),
            ..good
        };
        assert_eq!(
            at(Facts { paused: true, ..dead }),
            Standing::Paused,
            "another computer knows better"
        );
        assert_eq!(at(dead), login(LoginReason::Refused));
        assert_eq!(
            at(Facts {
                ends: Some(10 * DAY),
                ..dead
            }),
            login(LoginReason::Expired),
            "its end has come"
        );
        let trouble = |code| {
            at(Facts {
                trouble: Some(code),
                ..good
            })
        };
        assert_eq!(trouble(Code::Interrupted), login(LoginReason::Interrupted));
        assert_eq!(trouble(Code::TokenExpired), login(LoginReason::Expired));
        assert_eq!(trouble(Code::SecretMissing), Standing::MissingSecret);
        assert_eq!(
            trouble(Code::Transient),
            Standing::Ends { at: 60 * DAY },
            "trouble that leaves the token as it is"
        );
        assert_eq!(at(Facts { life_known: false, ..good }), Standing::LifeUnknown);
        let data = |ends, data_ends| at(Facts { ends, data_ends, ..good });
        let data_ends = |day: i64| Standing::DataEnds { at: day * DAY };
        assert_eq!(data(None, Some(90 * DAY)), data_ends(90), "the token of a Page");
        assert_eq!(data(Some(60 * DAY), Some(30 * DAY)), data_ends(30));
        assert_eq!(data(Some(60 * DAY), Some(90 * DAY)), Standing::Ends { at: 60 * DAY });
        assert_eq!(data(None, Some(9 * DAY)), data_ends(9), "also when it is over");
        assert_eq!(at(Facts { verified: false, ..good }), Standing::Unchecked);
        assert_eq!(
            at(Facts {
                verified: false,
                can_verify: false,
                ..good
            }),
            Standing::Ends { at: 60 * DAY }
        );
        assert_eq!(
            at(Facts {
                verified: false,
                trouble: Some(Code::Transient),
                ..good
            }),
            Standing::Unverified
        );
    }

    #[test]
    fn what_renews_on_demand_ends_only_when_its_refresh_token_runs_out() {
        let demand = Facts {
            renews_on_demand: true,
            ..sixty_days()
        };
        assert_eq!(Standing::of(&demand, 51 * DAY), Standing::RenewsOnDemand);
        assert_eq!(Standing::of(&demand, 52 * DAY), Standing::Ends { at: 60 * DAY });
        assert_eq!(Standing::of(&demand, 60 * DAY), Standing::NeedsLogin { why: LoginReason::Expired });
        assert_eq!(Standing::of(&Facts { ends: None, ..demand }, 52 * DAY), Standing::RenewsOnDemand);
    }
}
