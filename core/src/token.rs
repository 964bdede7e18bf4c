//! Secrets as a type that can be neither printed nor serialised by accident, and the JSON form in which the store keeps them. This room
//! does not depend on any protocol or store.

use std::fmt;
use std::io::{self, PipeReader, Read as _, Write as _};

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{Error, Result};

/// A secret text: redacted in Debug, not serialisable, wiped when dropped. It can be deserialised, so that what a person types
/// is a secret from its arrival on.
#[derive(Clone, Deserialize, Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
#[serde(transparent)]
pub struct Secret(String);

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Secret::new(text)
    }
}

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The clear text. Review each caller.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A pipe that has the secret, for another process.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] for one of more than [`LONGEST_IN_PIPE`] bytes; the system's.
    pub fn to_pipe(&self) -> io::Result<PipeReader> {
        if self.0.len() > LONGEST_IN_PIPE {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let (reader, mut writer) = io::pipe()?;
        writer.write_all(self.0.as_bytes())?;
        Ok(reader)
    }

    /// The secret that another process wrote into a pipe: at most [`LONGEST_IN_PIPE`] bytes of it. Blocks until the pipe ends.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::InvalidData`] if it is not UTF-8.
    pub fn from_pipe(pipe: impl io::Read) -> io::Result<Secret> {
        // Large enough from the start, so that no smaller copy is left behind.
        let mut text = Secret(String::with_capacity(LONGEST_IN_PIPE));
        pipe.take(LONGEST_IN_PIPE as u64).read_to_string(&mut text.0)?;
        Ok(text)
    }
}

/// The longest secret in a pipe, in bytes: a pipe takes it without a reader (POSIX's smallest PIPE_BUF is 512; Linux has 4096 and a buffer
/// of at least that).
const LONGEST_IN_PIPE: usize = 1024;

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The seconds of an hour.
pub const HOUR: i64 = 3600;
/// The seconds of a day.
pub const DAY: i64 = 24 * HOUR;
/// How many seconds two right clocks may differ: they are corrected by minutes.
pub const CLOCK: i64 = 300;

/// As long as that is no end: no token is renewed then, and a platform that says "never" as a number says such a one.
const FIFTY_YEARS: i64 = 50 * 365 * DAY;

/// When a token ends, by the provider's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Never.
    Never,
    /// At this time, in Unix seconds.
    At(i64),
}

impl End {
    /// At this moment, in Unix seconds; 0 is never (Graph).
    pub fn at(moment: i64, now: i64) -> End {
        let lives = moment.saturating_sub(now);
        if moment > 0 && lives < FIFTY_YEARS {
            End::At(moment)
        } else {
            End::Never
        }
    }

    /// After so many seconds.
    pub fn after(seconds: i64, now: i64) -> End {
        End::at(now.saturating_add(seconds), now)
    }

    /// The same as accounts note it: none is never.
    pub fn expires(self) -> Option<i64> {
        match self {
            End::Never => None,
            End::At(time) => Some(time),
        }
    }
}

/// A token as the provider gave it. Times are Unix seconds.
#[derive(Clone, Debug)]
pub struct Token {
    /// The access token, verbatim.
    pub access_token: Secret,
    /// Its secret, if requests are signed with one (RFC 5849).
    pub token_secret: Option<Secret>,
    /// The refresh token, if the provider gives one.
    pub refresh_token: Option<Secret>,
    /// When it was issued, according to the provider, otherwise when it was received.
    pub issued: i64,
    /// When it expires; none if it does not, or if the end is unknown.
    pub expires: Option<i64>,
    /// When its refresh token ends, if the provider says it.
    pub refresh_expires: Option<i64>,
    /// How many renewals and logins its account has had on this machine. It tells which of two tokens is newer, whatever a clock says.
    pub generation: u64,
}

/// The JSON of a token in the store, version 1. It is one value, so that access and refresh token change together.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredToken<'a> {
    v: u8,
    access_token: std::borrow::Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_secret: Option<std::borrow::Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_token: Option<std::borrow::Cow<'a, str>>,
    issued: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refresh_expires: Option<i64>,
    #[serde(default, skip_serializing_if = "is_zero")]
    generation: u64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Token {
    /// A token without anything else.
    pub fn new(access_token: Secret, issued: i64) -> Token {
        Token {
            access_token,
            token_secret: None,
            refresh_token: None,
            issued,
            expires: None,
            refresh_expires: None,
            generation: 0,
        }
    }

    /// Its form in the store.
    pub fn to_stored(&self) -> Secret {
        let stored = StoredToken {
            v: 1,
            access_token: self.access_token.expose().into(),
            token_secret: self.token_secret.as_ref().map(|t| t.expose().into()),
            refresh_token: self.refresh_token.as_ref().map(|t| t.expose().into()),
            issued: self.issued,
            expires: self.expires,
            refresh_expires: self.refresh_expires,
            generation: self.generation,
        };
        // Serialising strings and numbers into a String cannot fail.
        Secret::new(serde_json::to_string(&stored).unwrap_or_default())
    }

    /// Reads what [`Token::to_stored`] wrote.
    ///
    /// # Errors
    /// [`Error::SecretMissing`] if the value has another version or is no JSON. It stays in the store.
    pub fn from_stored(stored: &Secret) -> Result<Token> {
        let t: StoredToken<'_> = serde_json::from_str(stored.expose()).map_err(|_| Error::SecretMissing)?;
        if t.v != 1 {
            return Err(Error::SecretMissing);
        }
        Ok(Token {
            access_token: Secret::new(t.access_token),
            token_secret: t.token_secret.map(Secret::new),
            refresh_token: t.refresh_token.map(Secret::new),
            issued: t.issued,
            expires: t.expires,
            refresh_expires: t.refresh_expires,
            generation: t.generation,
        })
    }
}

/// The JSON of a client's secret in the store, version 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredClientSecret {
    v: u8,
    client_secret: String,
}

/// A client secret's form in the store.
pub fn client_secret_to_stored(secret: &Secret) -> Secret {
    let stored = StoredClientSecret {
        v: 1,
        client_secret: secret.expose().to_owned(),
    };
    Secret::new(serde_json::to_string(&stored).unwrap_or_default())
}

/// Reads what [`client_secret_to_stored`] wrote.
///
/// # Errors
/// [`Error::SecretMissing`] as [`Token::from_stored`].
pub fn client_secret_from_stored(stored: &Secret) -> Result<Secret> {
    let s: StoredClientSecret = serde_json::from_str(stored.expose()).map_err(|_| Error::SecretMissing)?;
    if s.v == 1 {
        Ok(Secret::new(s.client_secret))
    } else {
        Err(Error::SecretMissing)
    }
}

/// The JSON of a delivery in the store, version 1: what the person confirmed, and the target's credential.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredTarget {
    v: u8,
    confirmed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    credential: Option<String>,
}

/// A delivery's confirmation (a digest of its definition) and credential, in their form in the store.
pub fn target_to_stored(confirmed: String, credential: Option<&Secret>) -> Secret {
    let stored = StoredTarget {
        v: 1,
        confirmed,
        credential: credential.map(|c| c.expose().to_owned()),
    };
    Secret::new(serde_json::to_string(&stored).unwrap_or_default())
}

/// Reads what [`target_to_stored`] wrote.
///
/// # Errors
/// [`Error::SecretMissing`] as [`Token::from_stored`].
pub fn target_from_stored(stored: &Secret) -> Result<(String, Option<Secret>)> {
    let s: StoredTarget = serde_json::from_str(stored.expose()).map_err(|_| Error::SecretMissing)?;
    if s.v == 1 {
        Ok((s.confirmed, s.credential.map(Secret::new)))
    } else {
        Err(Error::SecretMissing)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_stored_token_comes_back_whole_and_debug_is_silent() {
        let token = Token {
            access_token: Secret::new("AAAA%2F\"canary\""),
            token_secret: Some(Secret::new("canary3")),
            refresh_token: Some(Secret::new("canary2")),
            issued: 1,
            expires: Some(2),
            refresh_expires: Some(3),
            generation: 7,
        };
        let back = Token::from_stored(&token.to_stored()).unwrap();
        assert_eq!(back.access_token, token.access_token);
        assert_eq!(back.refresh_token, token.refresh_token);
        assert_eq!(back.token_secret, token.token_secret);
        assert_eq!(
            (back.issued, back.expires, back.refresh_expires, back.generation),
            (1, Some(2), Some(3), 7)
        );
        assert!(!format!("{token:?}").contains("canary"));
    }

    #[test]
    fn fifty_years_are_no_end() {
        let now = 1_795_996_800;
        assert_eq!(End::after(899, now), End::At(now + 899));
        assert_eq!(End::after(50 * 365 * DAY - 1, now), End::At(now + 50 * 365 * DAY - 1));
        for never in [50 * 365 * DAY, 3_138_007_490, i64::MAX] {
            assert_eq!(End::after(never, now).expires(), None, "{never}");
        }
        assert_eq!(End::at(0, now), End::Never);
        assert_eq!(End::at(now - 1, now), End::At(now - 1), "over, and not endless");
    }

    #[test]
    fn a_newer_value_is_refused_and_not_misread() {
        let newer = Secret::new(r#"{"v":2,"access_token":"x","issued":0}"#);
        assert_eq!(Token::from_stored(&newer).unwrap_err().code(), "secret-missing");
    }
}
