//! OAuth 1.0a signatures, checked: RFC 5849 §3.4 with HMAC-SHA1. Written for this server alone and shared with no client, so
//! that a client's mistakes cannot be made here too. Knows no app and no token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// A request as it arrived. Nothing in it is decoded.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// With scheme, host and, where there is one, query.
    pub url: &'a str,
    /// The Authorization header.
    pub authorization: &'a str,
    /// The body, where its type is `application/x-www-form-urlencoded`; others are not signed.
    pub form: Option<&'a str>,
}

impl SignedRequest<'_> {
    /// The parameters of the Authorization header, decoded, without `realm` (RFC 5849 §3.5.1). Nothing where it cannot be
    /// read, or names one twice.
    pub fn header(&self) -> Option<Vec<(String, String)>> {
        let (scheme, mut rest) = self.authorization.trim().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("oauth") {
            return None;
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        loop {
            let (name, tail) = rest.trim_start().split_once("=\"")?;
            let (value, tail) = tail.split_once('"')?;
            let name = decode(name.trim(), false)?;
            if pairs.iter().any(|(known, _)| *known == name) {
                return None;
            }
            if !name.eq_ignore_ascii_case("realm") {
                pairs.push((name, decode(value, false)?));
            }
            match tail.trim() {
                "" => return Some(pairs),
                tail => rest = tail.strip_prefix(',')?,
            }
        }
    }

    /// All parameters that are signed, decoded, unsorted (RFC 5849 §3.4.1.3.1).
    pub fn parameters(&self) -> Option<Vec<(String, String)>> {
        let mut pairs = self.header()?;
        let query = self.url.split_once('?').map(|(_, query)| query);
        for text in query.into_iter().chain(self.form) {
            for part in text.split('&').filter(|part| !part.is_empty()) {
                let (name, value) = part.split_once('=').unwrap_or((part, ""));
                pairs.push((decode(name, true)?, decode(value, true)?));
            }
        }
        Some(pairs)
    }

    /// The signature base string (RFC 5849 §3.4.1).
    pub fn base_string(&self) -> Option<String> {
        let signed = self.parameters()?.into_iter().filter(|(name, _)| name != "oauth_signature");
        let mut pairs: Vec<(String, String)> = signed.map(|(name, value)| (encode(&name), encode(&value))).collect();
        pairs.sort();
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let method = self.method.to_ascii_uppercase();
        Some(format!(
            "{}&{}&{}",
            encode(&method),
            encode(&base_uri(self.url)?),
            encode(&pairs.join("&"))
        ))
    }

    /// Whether its `oauth_signature` is right, under these secrets (RFC 5849 §3.4.2).
    pub fn is_right(&self, consumer_secret: &str, token_secret: &str) -> bool {
        let given = self
            .header()
            .and_then(|pairs| pairs.into_iter().find(|(name, _)| name == "oauth_signature"));
        let given = given.and_then(|(_, text)| STANDARD.decode(text).ok());
        let key = format!("{}&{}", encode(consumer_secret), encode(token_secret));
        let (Some(given), Some(base), Ok(mut mac)) = (given, self.base_string(), Hmac::<Sha1>::new_from_slice(key.as_bytes())) else {
            return false;
        };
        mac.update(base.as_bytes());
        mac.verify_slice(&given).is_ok()
    }
}

/// The address without query and fragment, scheme and host in lower case, without the scheme's own port (RFC 5849 §3.4.1.2).
fn base_uri(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (scheme, authority) = (scheme.to_ascii_lowercase(), authority.to_ascii_lowercase());
    let own = if scheme == "https" { ":443" } else { ":80" };
    Some(format!("{scheme}://{}{path}", authority.strip_suffix(own).unwrap_or(&authority)))
}

/// RFC 5849 §3.6: all but letters, digits and `-._~`, in upper-case hex.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Takes it apart again; in forms and queries `+` is a space. Nothing for a broken escape, or where the bytes are no UTF-8.
fn decode(text: &str, form: bool) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => digit(bytes.next()?)? * 16 + digit(bytes.next()?)?,
            b'+' if form => b' ',
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5849 §3.4.1.1, with the nonce and signature of §3.1.
    #[test]
    fn the_rfcs_base_string() {
        let request = SignedRequest {
            method: "post",
            url: "HTTP://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            authorization: "OAuth realm=\"Example, of \", oauth_consumer_key=\"9djdj82h48djs9d2\", oauth_token=\"kkk9d7dh3k39sjv7\", \
                            oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
                            oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"",
            form: Some("c2&a3=2+q"),
        };
        assert_eq!(
            request.base_string().as_deref(),
            Some(
                "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26\
                 oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26\
                 oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
            )
        );
    }

    /// The vectors of docs/facts/x.md#signatures that hold.
    #[test]
    fn the_documents_vectors() {
        for (url, signature) in [
            ("https://api.x.com/1.1/statuses/update.json", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="),
            ("https://api.twitter.com/1.1/statuses/update.json", "hCtSmYh+iHYCEqBWrE7C7hYmtUk="),
            ("https://api.twitter.com/1/statuses/update.json", "tnnArxj06cWHq44gCs1OSKk/jLY="),
        ] {
            let authorization = format!(
                "OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\", \
                 oauth_signature=\"{}\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1318622958\", \
                 oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\", oauth_version=\"1.0\"",
                encode(signature)
            );
            let request = SignedRequest {
                method: "POST",
                url: &format!("{url}?include_entities=true"),
                authorization: &authorization,
                form: Some("status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21"),
            };
            let (consumer, token) = (
                "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
                "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
            );
            assert!(request.is_right(consumer, token), "{url}");
            assert!(!request.is_right(consumer, "") && !request.is_right("", token));
            assert!(!SignedRequest { method: "PUT", ..request }.is_right(consumer, token));
            assert!(!SignedRequest { form: None, ..request }.is_right(consumer, token));
        }
    }

    #[test]
    fn headers_that_cannot_be_read() {
        for text in [
            "",
            "OAuth",
            "Basic a=\"b\"",
            "OAuth a=b",
            "OAuth a=\"b",
            "OAuth a=\"%2\"",
            "OAuth a=\"%ff\"",
            "OAuth a=\"b\" c=\"d\"",
            "OAuth a=\"b\",",
            "OAuth a=\"b\", a=\"b\"",
            "OAuth %=\"\"",
        ] {
            let request = SignedRequest {
                method: "GET",
                url: "http://a/",
                authorization: text,
                form: None,
            };
            assert_eq!(request.header(), None, "{text}");
        }
        assert_eq!(base_uri("https://A.example:443").as_deref(), Some("https://a.example/"));
        assert_eq!(base_uri("http://a.example:443/b?c#d").as_deref(), Some("http://a.example:443/b"));
        assert_eq!(
            (encode("Ladies + Gentlemen~☃"), decode("%e2%98%83+", true)),
            ("Ladies%20%2B%20Gentlemen~%E2%98%83".to_owned(), Some("☃ ".to_owned()))
        );
    }
}
