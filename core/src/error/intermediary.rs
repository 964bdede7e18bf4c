//! What answered in the place of the API that was asked: HTTP calls it an intermediary (RFC 9110 §3.7). Not how it is
//! recognised; that is `http::intermediary`.

/// What answered in the API's place, or without a word of the API's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intermediary {
    /// A proxy or a web server that wants a password of its own.
    Password,
    /// A check against bots.
    BotCheck,
    /// A network that wants people to sign in first (RFC 6585 §6, RFC 8952).
    Portal,
    /// Any other page for people.
    Page,
    /// A refusal that gives no reason: it may come from anywhere.
    Silent,
}
