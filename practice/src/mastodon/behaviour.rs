//! What a flavor does differently, as data. Wordings of refusals are in `refusal`; nothing here knows HTTP.

/// The server that a practice platform behaves as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// Its own software name, otherwise as Mastodon: what the app shows as "Practice".
    Practice,
    /// Mastodon 4.4.
    Mastodon,
    /// GoToSocial 0.20, as recorded from a real one.
    GoToSocial,
}

/// Where the link to the next page leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Paging {
    /// To the next page.
    #[default]
    Honest,
    /// There, at another origin.
    Elsewhere(String),
    /// Back to the first page, from the third one on.
    Round,
    /// To an empty page, and from there to the next one.
    ByHoles,
    /// From the second page on to ever new empty ones.
    Void,
}

/// How a redirect URI is compared with the registered ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ports {
    /// Character by character, port included.
    Exact,
    /// RFC 8252 §7.3: of a loopback IP literal (not `localhost`) the port is not compared.
    FreeOnLoopbackIp,
}

/// One flavor's behaviour.
pub struct Behaviour {
    /// nodeinfo's `software.name`.
    pub software: &'static str,
    /// nodeinfo's `software.version`.
    pub version: &'static str,
    /// Answers 418 where there is no User-Agent (docs/facts/gotosocial.md#headers).
    pub needs_user_agent: bool,
    /// Answers 406 where the Accept header leaves nothing to offer.
    pub negotiates: bool,
    /// The consent page can be denied (docs/facts/gotosocial.md#dialog).
    pub deny: bool,
    /// The comparison of redirect URIs (docs/facts/mastodon.md#redirects and docs/facts/gotosocial.md#redirects).
    pub ports: Ports,
    /// Checks PKCE where a challenge was sent (S256 only), instead of dropping it.
    pub pkce: bool,
    /// HTTP Basic names the client too, not only the body (docs/facts/gotosocial.md#token).
    pub basic: bool,
    /// Revocation takes JSON too, not only forms.
    pub json_revoke: bool,
    /// A second login with the same app, person and scopes gets the same token (docs/facts/mastodon.md#token).
    pub reuses_token: bool,
    /// An app with `read` may ask for `read:accounts`; else scopes are compared word by word.
    pub scope_covers: bool,
    /// Where an out-of-band login ends, with `?code=…`.
    pub oob: &'static str,
    /// There is an RFC 8414 document by default.
    pub metadata: bool,
    /// Statuses a page where none is asked for.
    pub page: usize,
    /// The most statuses a page; `None`: as many as asked for, and 0 asks for all (docs/facts/mastodon.md#statuses and
    /// docs/facts/gotosocial.md#statuses).
    pub most: Option<usize>,
    /// Leaves private mentions out where it is asked to (Mastodon 4.6).
    pub exclude_direct: bool,
    /// Private mentions count among a person's statuses.
    pub counts_direct: bool,
    /// Public statuses are given without a token.
    pub public_statuses: bool,
    /// `expires_in` of a client_credentials token, seconds.
    pub app_token_lifetime: Option<u64>,
    /// The `Server` header.
    pub server: &'static str,
}

const MASTODON: Behaviour = Behaviour {
    software: "mastodon",
    version: "4.4.8",
    needs_user_agent: false,
    negotiates: false,
    deny: true,
    ports: Ports::FreeOnLoopbackIp,
    pkce: true,
    basic: true,
    json_revoke: true,
    reuses_token: true,
    scope_covers: false,
    oob: "/oauth/authorize/native",
    metadata: true,
    page: 20,
    most: Some(40),
    exclude_direct: false,
    counts_direct: false,
    public_statuses: true,
    app_token_lifetime: None,
    server: "Mastodon",
};

const PRACTICE: Behaviour = Behaviour {
    software: "keybearer-practice",
    version: env!("CARGO_PKG_VERSION"),
    server: "keybearer-practice",
    exclude_direct: true,
    ..MASTODON
};

const GOTOSOCIAL: Behaviour = Behaviour {
    software: "gotosocial",
    version: "0.20.0-main-57cb4fe",
    needs_user_agent: true,
    negotiates: true,
    deny: false,
    ports: Ports::Exact,
    pkce: false,
    basic: false,
    json_revoke: false,
    reuses_token: false,
    scope_covers: true,
    oob: "/oauth/oob",
    metadata: false,
    page: 30,
    most: None,
    exclude_direct: false,
    counts_direct: true,
    public_statuses: false,
    app_token_lifetime: Some(7200),
    server: "gotosocial",
};

impl Flavor {
    /// This flavor's behaviour.
    pub(crate) fn behaviour(self) -> &'static Behaviour {
        match self {
            Flavor::Practice => &PRACTICE,
            Flavor::Mastodon => &MASTODON,
            Flavor::GoToSocial => &GOTOSOCIAL,
        }
    }

    /// Whether bodies and headers are written as GoToSocial's; else as Mastodon's.
    pub(crate) fn is_gotosocial(self) -> bool {
        self == Flavor::GoToSocial
    }
}
