//! How long a token lives and how it renews.

use serde::Deserialize;

use crate::text::Text;

/// A token with less left than this may die on its way to whoever uses it.
pub const DEMAND_MINUTES: u32 = 5;

/// How long a token lives and how it renews.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifetime {
    /// Where its end is read.
    pub expiry: Expiry,
    /// What to assume where the provider does not say.
    pub assume_days: Option<u32>,
    /// How long a token lives that was not exchanged yet, in minutes.
    pub short_minutes: Option<u32>,
    /// How it renews.
    pub renewal: Renewal,
    /// Each refresh token works once: an answer without a new one leaves none.
    pub rotates: bool,
    /// Not before this age.
    pub not_before_hours: u32,
    /// Best this long before its end.
    pub lead_days: u32,
    /// How long a refresh token lives unused.
    pub refresh_token_days: Option<u32>,
    /// One that renews by a refresh token is renewed when somebody wants it and fewer minutes remain; sooner never, but
    /// for the keep-alive. Nothing given: [`DEMAND_MINUTES`].
    pub demand_minutes: Option<u32>,
    /// At this age a pair that nobody wanted is renewed once, so that its refresh token does not age out.
    pub keep_alive_days: Option<u32>,
    /// What becomes of the predecessor.
    pub predecessor: Predecessor,
    /// Asking whose it is costs money.
    pub identity_costs: bool,
    /// One login per app and user: a second one kills the first.
    pub one_login: bool,
    /// A second login hands out the same token.
    pub reuses_token: bool,
    /// Other deadlines.
    pub deadlines: Vec<Deadline>,
}

/// Where a token's end is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expiry {
    /// From `expires_in` of the answer; none given means none known.
    #[default]
    Reply,
    /// From the inspect message.
    Inspect,
    /// It does not end.
    Never,
}

/// How a token renews.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renewal {
    /// By its refresh token, where it has one (RFC 6749 §6).
    #[default]
    RefreshToken,
    /// By itself.
    Itself,
    /// By the exchange message once more.
    Exchange,
    /// By a person.
    LogInAgain,
    /// It need not.
    None,
}

/// What becomes of a token when its successor is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Predecessor {
    /// It dies.
    #[default]
    Dies,
    /// It lives on.
    Lives,
}

/// Another deadline than the token's own end.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Its id.
    pub id: String,
    /// Days after the login.
    pub days: u32,
    /// What ends then.
    pub meaning: Text,
}
