//! What differs in the wild or is unproven, as switches: a test sets them, and the platform does either.

use std::time::Duration;

use super::platform::Platform;

/// The switches of a platform. Those of another platform do nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Switches {
    /// How long a code lives: 1 h at Threads and Instagram (providers.md §1.5, §2.5), 10 min at Facebook (§3.4 [3P]).
    pub code_lifetime: Duration,
    /// How long a short token lives: 1 h (providers.md §1.6, §2.6, §3.5).
    pub short_lifetime: Duration,
    /// How long a long token lives: 5183944 s, as the samples have it (providers.md §1.7, §3.6).
    pub long_lifetime: Duration,
    /// After how long without a login a grant lapses: a private Threads profile's (providers.md §1.8), and data access at
    /// Facebook (§3.9): 90 days.
    pub grant_lifetime: Duration,
    /// Denial comes home without `state`.
    pub deny_without_state: bool,
    /// Threads, Instagram: the short token's answer has `token_type` and `expires_in`, which are optional (§1.6).
    pub short_tells_expiry: bool,
    /// Instagram: `{"data":[{…}]}` instead of the flat answer (§2.6 b [3P]).
    pub wrapped: bool,
    /// Instagram: `permissions` as `a,b` instead of a list (§2.6).
    pub permissions_as_text: bool,
    /// Threads, Instagram: `user_id` of the token answer as text instead of an integer (§1.6, §2.6).
    pub user_id_as_text: bool,
    /// Threads, Instagram: errors of exchange and refresh are flat too. Which they are is [?] (§1.6: accept both).
    pub flat_everywhere: bool,
    /// Threads, Instagram: a refresh gives the same string again instead of a new one (§1.8: "may be a new string").
    pub refresh_keeps_string: bool,
    /// Threads, Instagram: a refresh ends the old token. Off: it lives until its own end [M] (§1.8).
    pub refresh_ends_old: bool,
    /// Facebook: the code's token is long already (§3.5: the web code flow "may already return a long one").
    pub code_gives_long: bool,
    /// Facebook: the exchange of a long token gives 60 new days; off, it keeps the old end [?] (§3.6).
    pub reexchange_extends: bool,
    /// Facebook: "Require app secret" is on: calls with a person's or a Page's token need `appsecret_proof` (§3.10).
    pub require_app_secret: bool,
    /// Facebook: the app is in Development mode: `http://localhost` at any port needs no entry [M] (§3.2), and only people
    /// with a role may log in (§3.1). Off: neither. Threads and Instagram apps stay unpublished here.
    pub development_mode: bool,
    /// Facebook: ids in `debug_token` as numbers instead of text (§3.9: either is met).
    pub ids_as_numbers: bool,
    /// Facebook: lists without the permission for them are refused with 200. Off: they are empty [M].
    pub refuse_unlisted: bool,
    /// Items on a page of a list at most: 25 unless asked for up to 100 [M]. Set it lower to make lists long.
    pub page_size: Option<usize>,
    /// The console saves an address with a slash at its end (§1.2).
    pub console_adds_slash: bool,
}

impl Switches {
    pub(crate) fn of(platform: Platform) -> Switches {
        Switches {
            code_lifetime: Duration::from_secs(platform.code_lifetime()),
            short_lifetime: Duration::from_secs(3600),
            long_lifetime: Duration::from_secs(5_183_944),
            grant_lifetime: Duration::from_secs(90 * 86_400),
            deny_without_state: false,
            short_tells_expiry: false,
            wrapped: false,
            permissions_as_text: false,
            user_id_as_text: false,
            flat_everywhere: false,
            refresh_keeps_string: false,
            refresh_ends_old: false,
            code_gives_long: false,
            reexchange_extends: false,
            require_app_secret: false,
            development_mode: true,
            ids_as_numbers: false,
            refuse_unlisted: false,
            page_size: None,
            console_adds_slash: false,
        }
    }
}
