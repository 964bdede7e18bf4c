//! OAuth 1.0a messages, built without IO (RFC 5849): a request is signed by HMAC-SHA1 and gets its Authorization header.
//!
//! `encoding` characters (§3.6) and forms · `base` what is signed (§3.4.1). The words are the RFC's: client credentials (X:
//! API key and secret), temporary credentials (request token), token credentials (access token and secret). Where
//! requests go and what their answers mean is provider data, not here.

pub mod base;
pub mod encoding;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use self::encoding::encode;
use crate::http::Request;
use crate::token::Secret;

/// The protocol parameter of a request for temporary credentials (§2.1): the redirect address, or `oob` for a PIN.
pub const CALLBACK: &str = "oauth_callback";

/// The protocol parameter of a request for token credentials (§2.3): the verifier of the redirect, or the PIN.
pub const VERIFIER: &str = "oauth_verifier";

/// The client credentials: the app.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// The identifier (`oauth_consumer_key`).
    pub identifier: String,
    /// The shared secret. It signs requests and is never sent.
    pub secret: Secret,
}

/// On whose behalf a request is made: temporary credentials before the person has approved, token credentials afterwards.
#[derive(Clone, Debug)]
pub struct TokenCredentials {
    /// The identifier (`oauth_token`).
    pub identifier: Secret,
    /// The shared secret. It signs requests and is never sent.
    pub secret: Secret,
}

/// Signs a request and adds the Authorization header (§3.5.1). The request must not change afterwards. The header of an earlier
/// signature is replaced. `extra` are more protocol parameters: [`CALLBACK`], [`VERIFIER`]. A `nonce` is used once ([`nonce`] makes
/// one). `timestamp` is the server's time as far as we know it, in Unix seconds.
pub fn sign(
    request: &mut Request,
    client: &ClientCredentials,
    token: Option<&TokenCredentials>,
    extra: &[(&str, &str)],
    nonce: &str,
    timestamp: i64,
) {
    let timestamp = timestamp.to_string();
    let mut protocol = vec![("oauth_consumer_key", client.identifier.as_str())];
    protocol.extend(token.map(|token| ("oauth_token", token.identifier.expose())));
    protocol.extend([
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
        ("oauth_nonce", nonce),
        ("oauth_version", "1.0"),
    ]);
    protocol.extend(extra);
    let base = base::string(request, &protocol);
    let signature = hmac_sha1(&base, &client.secret, token.map(|token| &token.secret));
    protocol.push(("oauth_signature", &signature));
    let header = header(&protocol);
    request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
    request.headers.push(("authorization".into(), header));
}

/// The signature of a base string (§3.4.2), in Base64. Without a token its secret is empty, and the ampersand stays.
pub fn hmac_sha1(base: &Secret, client: &Secret, token: Option<&Secret>) -> String {
    let key = Secret::new(format!(
        "{}&{}",
        encode(client.expose()),
        encode(token.map(Secret::expose).unwrap_or_default())
    ));
    // HMAC takes keys of any length.
    let digest = Hmac::<Sha1>::new_from_slice(key.expose().as_bytes()).map(|mut mac| {
        mac.update(base.expose().as_bytes());
        mac.finalize().into_bytes()
    });
    digest.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default()
}

/// The header's value (§3.5.1), without a realm, because no platform asks for one.
fn header(protocol: &[(&str, &str)]) -> Secret {
    let parameters: Vec<_> = protocol
        .iter()
        .map(|(name, value)| format!("{}=\"{}\"", encode(name), encode(value)))
        .collect();
    Secret::new(format!("OAuth {}", parameters.join(", ")))
}

/// A nonce (§3.3): 128 random bits as letters and digits, because some servers take no others.
pub fn nonce() -> String {
    format!("{:032x}", rand::random::<u128>())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use url::Url;

    use super::*;

    fn get(url: &str) -> Request {
        Request::get("test", Url::parse(url).unwrap())
    }

    fn post(url: &str, body: &str) -> Request {
        let body = Some(("application/x-www-form-urlencoded", Secret::new(body)));
        Request {
            method: "POST",
            body,
            ..get(url)
        }
    }

    fn client(identifier: &str, secret: &str) -> ClientCredentials {
        ClientCredentials {
            identifier: identifier.into(),
            secret: Secret::new(secret),
        }
    }

    fn token(identifier: &str, secret: &str) -> TokenCredentials {
        TokenCredentials {
            identifier: Secret::new(identifier),
            secret: Secret::new(secret),
        }
    }

    fn authorization(request: &Request) -> &str {
        let mut found = request
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let (_, value) = found.next().unwrap();
        assert!(found.next().is_none());
        value.expose()
    }

    /// The signature in a request's header.
    fn signature(request: &Request) -> String {
        let (_, tail) = authorization(request).split_once("oauth_signature=\"").unwrap();
        tail.trim_end_matches('"')
            .replace("%2F", "/")
            .replace("%2B", "+")
            .replace("%3D", "=")
    }

    #[test]
    fn section_1_2() {
        let app = Secret::new("kd94hf93k423kf44");
        let signed = |request: &Request, more: &[(&str, &str)], token: Option<&str>| {
            let mut header = vec![
                ("realm", "Photos"),
                ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
                ("oauth_signature_method", "HMAC-SHA1"),
            ];
            header.extend(more);
            hmac_sha1(&base::string(request, &header), &app, token.map(Secret::new).as_ref())
        };
        let initiate = [
            ("oauth_timestamp", "137131200"),
            ("oauth_nonce", "wIjqoS"),
            (CALLBACK, "http://printer.example.com/ready"),
        ];
        assert_eq!(
            signed(&post("https://photos.example.net/initiate", ""), &initiate, None),
            "74KNZJeDHnMBp0EMJ9ZHt/XKycU="
        );
        let redeem = [
            ("oauth_token", "hh5s93j4hdidpola"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "walatlh"),
            (VERIFIER, "hfdp7dh39dks9884"),
        ];
        assert_eq!(
            signed(&post("https://photos.example.net/token", ""), &redeem, Some("hdhd0244k9j7ao03")),
            "gKgrFCywp7rO0OXSjdot/IHF7IU="
        );
        let photo = [
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ];
        let request = get("http://photos.example.net/photos?file=vacation.jpg&size=original");
        assert_eq!(signed(&request, &photo, Some("pfkkdhi9sl3r4s00")), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    #[test]
    fn what_x_documents_and_computes() {
        let app = client("xvz1evFS4wEEPTGEFPHBog", "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw");
        let owner = token(
            "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        );
        let nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg";
        for (origin, expected) in [
            ("https://api.x.com/1.1", "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="),
            ("https://api.twitter.com/1.1", "hCtSmYh+iHYCEqBWrE7C7hYmtUk="),
            ("https://api.twitter.com/1", "tnnArxj06cWHq44gCs1OSKk/jLY="),
        ] {
            let mut request = post(
                &format!("{origin}/statuses/update.json?include_entities=true"),
                "status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21",
            );
            sign(&mut request, &app, Some(&owner), &[], nonce, 1_318_622_958);
            assert_eq!(signature(&request), expected, "{origin}");
        }
    }

    #[test]
    fn the_first_request_of_a_login_at_x() {
        let app = client("cChZNFj6T5R0TigYB9yd1w", "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg");
        let callback = [(CALLBACK, "http://localhost/sign-in-with-twitter/")];
        // X's guide names the first host and prints the second's signature.
        for (host, expected) in [
            ("api.x.com", "X9xhcB9d+NxXd/ThJ/n51vPhetM="),
            ("api.twitter.com", "F1Li3tvehgcraF8DMJ7OyxO4w9Y="),
        ] {
            let mut request = post(&format!("https://{host}/oauth/request_token"), "");
            sign(
                &mut request,
                &app,
                None,
                &callback,
                "ea9ec8429b68d6b77cd5600adbbb0456",
                1_318_467_427,
            );
            assert_eq!(signature(&request), expected, "{host}");
        }
    }

    #[test]
    fn the_header_is_encoded_and_replaces_an_older_one() {
        let mut request = get("https://h/");
        request.headers.push(("accept".into(), Secret::new("text/html")));
        request.headers.push(("Authorization".into(), Secret::new("Bearer old")));
        let (app, owner) = (client("a key", "s1"), token("t/1", "s2"));
        sign(&mut request, &app, Some(&owner), &[(VERIFIER, "12\"3")], "n+1", 7);
        let header = authorization(&request).to_owned();
        let (before, signature) = header.split_once("oauth_signature=").unwrap();
        assert_eq!(
            before,
            "OAuth oauth_consumer_key=\"a%20key\", oauth_token=\"t%2F1\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"7\", \
             oauth_nonce=\"n%2B1\", oauth_version=\"1.0\", oauth_verifier=\"12%223\", "
        );
        assert!(signature.ends_with("%3D\""), "{signature}");
        sign(&mut request, &app, Some(&owner), &[(VERIFIER, "12\"3")], "n+1", 7);
        assert_eq!(authorization(&request), header, "the older header is none of the parameters");
        assert_eq!(request.headers.len(), 2);
    }

    #[test]
    fn a_secret_is_no_part_of_what_is_sent_and_is_encoded_in_the_key() {
        let mut request = get("https://h/");
        let (app, owner) = (client("id", "canary&1"), token("tok", "canary 2"));
        sign(&mut request, &app, Some(&owner), &[], "n", 7);
        assert!(!authorization(&request).contains("canary"));
        assert!(!format!("{app:?}{owner:?}{request:?}").contains("canary"));
        assert!(!format!("{owner:?}").contains("tok"));
        // An ampersand within a secret is not the separator.
        let base = base::string(&request, &[]);
        assert_ne!(
            hmac_sha1(&base, &Secret::new("a&b"), Some(&Secret::new("c"))),
            hmac_sha1(&base, &Secret::new("a"), Some(&Secret::new("b&c")))
        );
        assert_eq!(
            hmac_sha1(&base, &Secret::new("a"), None),
            hmac_sha1(&base, &Secret::new("a"), Some(&Secret::new("")))
        );
    }

    #[test]
    fn a_nonce_is_long_plain_and_new() {
        let nonce = nonce();
        assert!(nonce.len() == 32 && nonce.bytes().all(|b| b.is_ascii_alphanumeric()));
        assert_ne!(nonce, super::nonce());
    }
}
