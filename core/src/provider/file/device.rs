//! The device authorization grant (RFC 8628): what the token message answers while the person decides.

use serde::Deserialize;

/// The platform's own codes, besides those of RFC 8628 §3.5.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Device {
    /// The person has not decided yet.
    pub pending: Vec<String>,
    /// The same, and the platform was asked too often.
    pub slow_down: Vec<String>,
    /// The person said no.
    pub denied: Vec<String>,
    /// The codes have expired.
    pub expired: Vec<String>,
}

/// What a code says about the person's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Decision {
    Pending,
    SlowDown,
    Denied,
    Expired,
}

impl Device {
    /// The platform's own codes, each list with its key.
    pub fn lists(&self) -> [(&'static str, Decision, &[String]); 4] {
        [
            ("pending", Decision::Pending, &self.pending),
            ("slow_down", Decision::SlowDown, &self.slow_down),
            ("denied", Decision::Denied, &self.denied),
            ("expired", Decision::Expired, &self.expired),
        ]
    }

    /// What a code of a refusal says; none for any other refusal.
    pub fn decision(&self, code: &str) -> Option<Decision> {
        let own = self.lists().into_iter().find(|(_, _, codes)| codes.iter().any(|own| own == code));
        own.map(|(_, decision, _)| decision).or_else(|| standard(code))
    }
}

/// RFC 8628 §3.5.
pub fn standard(code: &str) -> Option<Decision> {
    Some(match code {
        "authorization_pending" => Decision::Pending,
        "slow_down" => Decision::SlowDown,
        "access_denied" => Decision::Denied,
        "expired_token" => Decision::Expired,
        _ => return None,
    })
}
