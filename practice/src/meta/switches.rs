//! Switches for behaviour that is unproven or varies: a test sets them.

use std::time::Duration;

use super::platform::Platform;

/// The switches of a platform. Those of another platform do nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Switches {
    /// How long a code lives: 1 h at Threads and Instagram (docs/facts/threads.md#callback, docs/facts/instagram.md#callback),
    /// 10 min at Facebook (docs/facts/facebook.md#callback [3P]).
    pub code_lifetime: Duration,
    /// How long a short token lives: 1 h (docs/facts/threads.md#token, docs/facts/instagram.md#token,
    /// docs/facts/facebook.md#token).
    pub short_lifetime: Duration,
    /// How long a long token lives: 5183944 s, as the samples have it (docs/facts/threads.md#long-token,
    /// docs/facts/facebook.md#long-token).
    pub long_lifetime: Duration,
    /// After how long without a login a grant lapses: a private Threads profile's (docs/facts/threads.md#renewal), and data
    /// access at Facebook (docs/facts/facebook.md#inspection): 90 days.
    pub grant_lifetime: Duration,
    /// A denial is sent without `state`.
    pub deny_without_state: bool,
    /// Threads, Instagram: the short token's answer has `token_type` and `expires_in`, which are optional
    /// (docs/facts/threads.md#token).
    pub short_tells_expiry: bool,
    /// Instagram: `{"data":[{…}]}` instead of the flat answer (docs/facts/instagram.md#token [3P]).
    pub wrapped: bool,
    /// Instagram: `permissions` as `a,b` instead of a list (docs/facts/instagram.md#token).
    pub permissions_as_text: bool,
    /// Threads, Instagram: `user_id` of the token answer as text instead of an integer (docs/facts/threads.md#token,
    /// docs/facts/instagram.md#token).
    pub user_id_as_text: bool,
    /// Threads, Instagram: errors of exchange and refresh are flat too. Which they are is [?] (docs/facts/threads.md#token:
    /// accept both).
    pub flat_everywhere: bool,
    /// Threads, Instagram: a refresh gives the same string again instead of a new one (docs/facts/threads.md#renewal).
    pub refresh_keeps_string: bool,
    /// Threads, Instagram: a refresh ends the old token. Off: it lives until its own end [M] (docs/facts/threads.md#renewal).
    pub refresh_ends_old: bool,
    /// Facebook: the code's token is long already (docs/facts/facebook.md#token).
    pub code_gives_long: bool,
    /// Facebook: the exchange of a long token gives 60 new days; off, it keeps the old end [?]
    /// (docs/facts/facebook.md#long-token).
    pub reexchange_extends: bool,
    /// Facebook: "Require app secret" is on: calls with a person's or a Page's token need `appsecret_proof`
    /// (docs/facts/facebook.md#app-secret-proof).
    pub require_app_secret: bool,
    /// Facebook: the app is in Development mode: `http://localhost` at any port needs no entry [M]
    /// (docs/facts/facebook.md#redirects), and only people with a role may log in (docs/facts/facebook.md#console). Off: neither.
    /// Threads and Instagram apps stay unpublished here.
    pub development_mode: bool,
    /// Facebook: ids in `debug_token` as numbers instead of text (docs/facts/facebook.md#inspection: either is met).
    pub ids_as_numbers: bool,
    /// Facebook: lists without the permission for them are refused with 200. Off: they are empty [M].
    pub refuse_unlisted: bool,
    /// Items on a page of a list at most: 25 unless asked for up to 100 [M]. Set it lower to make lists long.
    pub page_size: Option<usize>,
    /// Threads: so many questions find a container unready.
    pub container_polls: u32,
    /// Facebook: the Pages are not published.
    pub page_unpublished: bool,
    /// The code with which oEmbed refuses what strangers do not see: 100, or 24. Neither is documented [?]
    /// (docs/facts/meta.md#oembed).
    pub hidden_code: u32,
    /// The console saves an address with a slash at its end (docs/facts/threads.md#redirects).
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
            container_polls: 0,
            page_unpublished: false,
            hidden_code: 100,
            console_adds_slash: false,
        }
    }
}
