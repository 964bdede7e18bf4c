//! How long a token lives and how it renews.

use crate::token::DAY;
use serde::Deserialize;

/// A token with less left than this may expire on its way to a program.
pub const DEMAND_MINUTES: u32 = 5;

/// How long a token lives and how it renews.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetime {
    /// Where its expiry is read.
    pub expiry: Expiry,
    /// How many days to assume if the platform does not say.
    pub assume_days: Option<u32>,
    /// The same in minutes.
    pub assume_minutes: Option<u32>,
    /// How long a token lives before it is exchanged, in minutes.
    pub short_minutes: Option<u32>,
    /// How it renews.
    pub renewal: Renewal,
    /// Each refresh token works once, so that an answer without a new one leaves none.
    pub rotates: bool,
    /// It is not renewed before this age.
    pub not_before_hours: u32,
    /// It is renewed this long before its expiry.
    pub lead_days: u32,
    /// How long an unused refresh token lives.
    pub refresh_token_days: Option<u32>,
    /// A token that renews on demand is renewed when it is used and fewer minutes remain; sooner only for the keep-alive. By default
    /// [`DEMAND_MINUTES`].
    pub demand_minutes: Option<u32>,
    /// A pair that was not used is renewed once at this age, so that its refresh token does not expire.
    pub keep_alive_days: Option<u32>,
    /// What happens to the predecessor.
    pub predecessor: Predecessor,
    /// How many minutes it lives on.
    pub predecessor_minutes: Option<u32>,
    /// Asking whose it is costs money.
    pub identity_costs: bool,
    /// One login for each app and person: a second one ends the first.
    pub one_login: bool,
    /// A second login returns the same token.
    pub reuses_token: bool,
    /// The client's keys give another token without a person if the refresh token has ended. No key of a file: its grant says so, and
    /// [`Provider::lifetime`](super::Provider::lifetime) fills it in.
    #[serde(skip)]
    pub reissues: bool,
}

impl Lifetime {
    /// Whether a token is renewed when it is used, and at no time of its own. `refreshes`: it has a refresh token.
    pub fn renews_on_demand(&self, refreshes: bool) -> bool {
        match self.renewal {
            Renewal::RefreshToken => refreshes,
            Renewal::Issue => true,
            _ => false,
        }
    }

    /// Whether a token is issued again without a person, whatever has become of it.
    pub fn is_issued_again(&self) -> bool {
        self.renewal == Renewal::Issue || self.reissues
    }

    /// How many seconds a token lives, if the platform does not say.
    pub fn assumed(&self) -> Option<i64> {
        let days = self.assume_days.map(|days| i64::from(days) * DAY);
        days.or(self.assume_minutes.map(|minutes| i64::from(minutes) * 60))
    }
}

/// Where a token's expiry is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// From `expires_in` of the answer; without it, it is unknown.
    #[default]
    Reply,
    /// From the inspect message.
    Inspect,
    /// It does not expire.
    Never,
    /// From the access token, a JSON Web Token: its `exp` (RFC 7519 §4.1.4).
    Jwt,
}

/// How a token renews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// By its refresh token, if it has one (RFC 6749 §6).
    #[default]
    RefreshToken,
    /// By itself.
    Itself,
    /// By the exchange message once more.
    Exchange,
    /// By the token message once more, without a person: the client alone is asked for.
    Issue,
    /// By a new login.
    LogInAgain,
    /// Not at all.
    None,
}

/// What happens to a token when its successor is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predecessor {
    /// It dies.
    #[default]
    Dies,
    /// It lives on.
    Lives,
}
