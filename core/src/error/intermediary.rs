//! What answered instead of the API: HTTP calls it an intermediary (RFC 9110 §3.7). `http::intermediary` recognises it.

/// What answered instead of the API, or without the API's own format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intermediary {
    /// A proxy or web server that asks for a password of its own.
    Password,
    /// A bot check.
    BotCheck,
    /// A network that wants people to sign in first (RFC 6585 §6, RFC 8952).
    Portal,
    /// Any other page for people.
    Page,
    /// A refusal without a reason, which may come from anything on the way.
    Silent,
}
