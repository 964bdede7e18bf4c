//! Switches for behaviour that is unproven or varies: a test sets them.

use std::time::Duration;

/// How `/oauth2/invalidate_token` wants to be asked: the documents disagree (docs/facts/x.md#app-only).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidateBy {
    /// Either way.
    Either,
    /// Signed with OAuth 1.0a and the owner's token, as the api-reference says.
    OAuth1,
    /// Basic with API key and secret, as the page about application-only says.
    Basic,
}

/// The switches.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Switches {
    /// How long a code lives: 30 s (docs/facts/x.md#token).
    pub code_lifetime: Duration,
    /// How long an OAuth 2.0 access token lives: 2 h (docs/facts/x.md#token).
    pub access_lifetime: Duration,
    /// How long a refresh token lives: 6 months [3P] (docs/facts/x.md#rotation), here 180 days.
    pub refresh_lifetime: Duration,
    /// How long a request token of OAuth 1.0a lives [M]: an hour here.
    pub request_token_lifetime: Duration,
    /// How far an OAuth 1.0a timestamp may be off, either way [M]: five minutes here.
    pub skew: Duration,
    /// A denial is sent without `state` [M] (docs/facts/x.md#dialog).
    pub deny_without_state: bool,
    /// Re-sending a used refresh token ends the whole chain [3P] (docs/facts/x.md#rotation).
    pub reuse_ends_chain: bool,
    /// A refresh ends the access token before it, too [?].
    pub refresh_ends_access: bool,
    /// `/2/oauth2/revoke` of either token ends the whole grant [M]. Off: that token only.
    pub revoke_ends_grant: bool,
    /// OAuth 2.0 errors have an extra `errors` array [3P] (docs/facts/x.md#token).
    pub errors_array: bool,
    /// The page follows a custom scheme of a confidential app too [?] (docs/facts/x.md#callbacks).
    pub confidential_custom_scheme: bool,
    /// 415 comes as XML instead of JSON (docs/facts/x.md#callbacks).
    pub callback_error_xml: bool,
    /// `oauth_callback_confirmed` is true, as it must be (docs/facts/x.md#oauth-10a).
    pub callback_confirmed: bool,
    /// The answer to `/oauth/access_token` has `user_id` and `screen_name` (docs/facts/x.md#oauth-10a: some examples omit them).
    pub tells_user: bool,
    /// Form-encoded answers say `text/html`, as they often do (docs/facts/x.md#oauth-10a). Off:
    /// `application/x-www-form-urlencoded`.
    pub form_as_html: bool,
    /// `x-access-level` is sent (docs/facts/x.md#oauth-10a: not in the text of 2026).
    pub access_level: bool,
    /// Errors of a signed call to `/2/` are problems instead of `{"errors":[{"code":…}]}` [?] (docs/facts/x.md#oauth-10a,
    /// docs/facts/x.md#errors).
    pub signed_problems: bool,
    /// `/1.1/account/verify_credentials.json` is available [?] (docs/facts/x.md#oauth-10a). Off: 403 with code 453 [M].
    pub v1_available: bool,
    /// How an app's bearer token is invalidated (docs/facts/x.md#app-only).
    pub invalidate_by: InvalidateBy,
}

impl Switches {
    pub(crate) fn new() -> Switches {
        Switches {
            code_lifetime: Duration::from_secs(30),
            access_lifetime: Duration::from_secs(7200),
            refresh_lifetime: Duration::from_secs(180 * 86_400),
            request_token_lifetime: Duration::from_secs(3600),
            skew: Duration::from_secs(300),
            deny_without_state: false,
            reuse_ends_chain: true,
            refresh_ends_access: true,
            revoke_ends_grant: true,
            errors_array: false,
            confidential_custom_scheme: true,
            callback_error_xml: false,
            callback_confirmed: true,
            tells_user: true,
            form_as_html: true,
            access_level: true,
            signed_problems: false,
            v1_available: true,
            invalidate_by: InvalidateBy::Either,
        }
    }
}
