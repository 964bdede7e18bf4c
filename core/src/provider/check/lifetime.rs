//! What a file must fulfil where it says how long a token lives and how it renews.

use super::Check;
use crate::provider::{GrantType, Predecessor, Renewal};

impl Check<'_> {
    pub(super) fn lifetime(&mut self) {
        let (grant, l) = (self.provider.grant, &self.provider.lifetime);
        let issues = l.renewal == Renewal::Issue;
        self.must(!issues || grant == GrantType::ClientCredentials, "lifetime.renewal", || {
            "“issue” is for grant = \"client_credentials\": no person is asked again".into()
        });
        for (key, is_set) in [
            ("rotates", l.rotates),
            ("keep_alive_days", l.keep_alive_days.is_some()),
            ("refresh_token_days", l.refresh_token_days.is_some()),
        ] {
            self.must(!issues || !is_set, format!("lifetime.{key}"), || {
                "belongs to a refresh token, and renewal = \"issue\" has none".into()
            });
        }
        self.must(
            l.assume_days.is_none() || l.assume_minutes.is_none(),
            "lifetime.assume_minutes",
            || "assume_days or assume_minutes, not both".into(),
        );
        let lives = l.predecessor == Predecessor::Lives;
        self.must(lives || l.predecessor_minutes.is_none(), "lifetime.predecessor_minutes", || {
            "only a predecessor that lives on has minutes".into()
        });
        for (key, minutes) in [
            ("assume_minutes", l.assume_minutes),
            ("predecessor_minutes", l.predecessor_minutes),
            ("demand_minutes", l.demand_minutes),
        ] {
            self.must(minutes != Some(0), format!("lifetime.{key}"), || "at least one".into());
        }
    }
}
