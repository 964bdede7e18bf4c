//! What a JSON Web Token says of its own life (RFC 7519 §4.1). Its signature is not verified: nothing is decided by it but when the
//! token is renewed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::body::moment;
use crate::token::Secret;

/// Access tokens are sent in headers, and servers accept only some kilobytes of those.
const MAX_TOKEN: usize = 16 << 10;

/// The times of a token, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// `exp`.
    pub expires: i64,
    /// `iat`, if it is before `exp`.
    pub issued: Option<i64>,
}

/// The times of a token; none if it is no JSON Web Token in the compact form (RFC 7515 §7.1), or has no `exp`.
pub fn times(token: &Secret) -> Option<Times> {
    #[derive(Deserialize)]
    struct Claims {
        exp: Value,
        #[serde(default)]
        iat: Value,
    }

    let token = token.expose();
    if token.len() > MAX_TOKEN {
        return None;
    }
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
    let number = |value: &Value| Some(value).filter(|value| value.is_number()).and_then(moment);
    let expires = number(&claims.exp).filter(|at| *at > 0)?;
    Some(Times {
        expires,
        issued: number(&claims.iat).filter(|at| *at < expires),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(payload: &[u8]) -> Option<Times> {
        let payload = URL_SAFE_NO_PAD.encode(payload);
        times(&Secret::new(format!("eyJhbGciOiJub25lIn0.{payload}.c2ln")))
    }

    #[test]
    fn the_end_of_a_token_is_its_exp() {
        let at = |expires, issued| Some(Times { expires, issued });
        assert_eq!(
            of(br#"{"iat":1795996800,"exp":1796004000}"#),
            at(1_796_004_000, Some(1_795_996_800))
        );
        assert_eq!(of(br#"{"exp":1796004000.9,"sub":"x"}"#), at(1_796_004_000, None));
        assert_eq!(of(br#"{"exp":5,"iat":9}"#), at(5, None));
        assert_eq!(of(br#"{"exp":5,"iat":"soon"}"#), at(5, None));
    }

    #[test]
    fn hostile_tokens_have_no_end() {
        for payload in [
            &b"{}"[..],
            b"",
            b"[]",
            b"7",
            br#"{"exp":"1796004000"}"#,
            br#"{"exp":-1}"#,
            br#"{"exp":0}"#,
            br#"{"exp":1e300}"#,
            br#"{"exp":null}"#,
            br#"{"exp":1,"exp":2}"#,
            br#"{"exp":1796004000"#,
            b"\xff\xfe",
        ] {
            assert_eq!(of(payload), None, "{payload:?}");
        }
        let deep = format!("{}{}", "[".repeat(8000), "]".repeat(8000));
        assert_eq!(of(format!("{{\"a\":{deep},\"exp\":{deep}}}").as_bytes()), None);
        for token in [
            "",
            ".",
            "..",
            "a.b",
            "a.!!.c",
            "a.e30.c.d",
            "a.e30.c.d.e",
            &format!("a.{}.c", "A".repeat(20_000)),
        ] {
            assert_eq!(times(&Secret::new(token)), None, "{token}");
        }
    }
}
