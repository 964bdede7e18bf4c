//! Random requests, and what signs them: every character, encoding, method, port and spelling that may meet a signature.

use std::collections::BTreeMap;

use keybearer_core::http::Request;
use keybearer_core::oauth1::{CALLBACK, ClientCredentials, TokenCredentials, VERIFIER, base, sign};
use keybearer_core::token::Secret;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use url::{Position, Url};

pub const FORM: &str = "application/x-www-form-urlencoded";

/// What may stand in a name or value: letters, all that is reserved or odd, and every length of UTF-8.
pub const CHARACTERS: &[&str] = &[
    "a", "b", "Z", "0", "9", "-", ".", "_", "~", " ", "+", "%", "&", "=", "\"", "'", "(", ")", "*", "!", "/", "?", "#", ":", ";", ",", "@",
    "$", "[", "]", "{", "|", "\\", "^", "`", "<", "\0", "\n", "%2F", "%zz", "é", "中", "☃", "\u{feff}", "🔑",
];

/// Reserved characters that a query or a form may hold as they are.
const AS_THEY_ARE: &str = ":;,@$/?!*()'";

/// A source of them, the same again for the same seed.
pub struct Draw(StdRng);

impl Draw {
    pub fn seeded(seed: u64) -> Draw {
        Draw(StdRng::seed_from_u64(seed))
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.0.random_range(0..all.len())]
    }

    /// One of some places.
    pub fn position(&mut self, all: &[usize]) -> usize {
        all[self.0.random_range(0..all.len())]
    }

    fn chance(&mut self, one_in: u32) -> bool {
        self.0.random_range(0..one_in) == 0
    }

    fn text(&mut self, shortest: usize, longest: usize) -> String {
        let length = self.0.random_range(shortest..=longest);
        (0..length).map(|_| self.one_of(CHARACTERS)).collect()
    }

    /// Form-encoded in one of the many ways that mean the same.
    fn encoded(&mut self, text: &str) -> String {
        let mut encoded = String::new();
        for c in text.chars() {
            if c == ' ' && self.chance(2) {
                encoded.push('+');
            } else if (c.is_ascii_alphanumeric() || "-._~".contains(c) || AS_THEY_ARE.contains(c)) && !self.chance(5) {
                encoded.push(c);
            } else {
                for byte in c.to_string().bytes() {
                    encoded += &if self.chance(2) {
                        format!("%{byte:02x}")
                    } else {
                        format!("%{byte:02X}")
                    };
                }
            }
        }
        encoded
    }

    /// Parameters as they travel: some without an equals sign, some twice, some empty, some between two ampersands.
    fn parameters(&mut self) -> String {
        let mut pairs: Vec<String> = Vec::new();
        for _ in 0..self.0.random_range(0..6) {
            let name = if self.chance(3) {
                self.one_of(&["a", "b", "a1", "A"]).to_owned()
            } else {
                self.text(0, 4)
            };
            let (name, value) = (self.encoded(&name), self.text(0, 8));
            let value = self.encoded(&value);
            pairs.push(if self.chance(8) { name } else { format!("{name}={value}") });
            if self.chance(6) {
                let again = pairs[self.0.random_range(0..pairs.len())].clone();
                pairs.push(again);
            }
        }
        if self.chance(10) {
            pairs.push(String::new());
        }
        pairs.join("&")
    }

    fn url(&mut self) -> Url {
        let scheme = self.one_of(&["http", "https", "HTTPS"]);
        let host = self.one_of(&[
            "h",
            "API.Example.com",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "[2001:DB8::1]",
            "bücher.example",
        ]);
        let port = self.one_of(&["", "", ":80", ":443", ":8080", ":65535"]);
        let path = self.one_of(&[
            "",
            "/",
            "/1.1/x.json",
            "/r%20v/X",
            "/%2f%2F~",
            "/a;b=1",
            "/a//b/",
            "/*'()!@:$,+=&",
            "/ü ☃",
            "/a/../b",
        ]);
        let query = if self.chance(4) {
            String::new()
        } else {
            format!("?{}", self.parameters())
        };
        let fragment = self.one_of(&["", "", "", "#f?a=1"]);
        Url::parse(&format!("{scheme}://{host}{port}{path}{query}{fragment}")).unwrap()
    }

    fn request(&mut self) -> Request {
        let mut request = Request::get("test", self.url());
        request.method = ["GET", "POST", "DELETE", "HEAD", "PUT"][self.0.random_range(0..5)];
        if ["POST", "PUT"].contains(&request.method) && !self.chance(8) {
            let content_type =
                [FORM, FORM, "application/x-www-form-urlencoded;charset=UTF-8", "application/json"][self.0.random_range(0..4)];
            let body = if content_type == "application/json" {
                r#"{"a":"b=c&d"}"#.to_owned()
            } else {
                self.parameters()
            };
            request.body = Some((content_type, Secret::new(body)));
        }
        request
    }

    /// The same address by another spelling: scheme and host in capitals, its own port said. It signs alike
    /// (RFC 5849 §3.4.1.2).
    fn spelled(&mut self, url: &Url) -> String {
        let scheme = if self.chance(2) {
            url.scheme().to_uppercase()
        } else {
            url.scheme().to_owned()
        };
        let host = url.host_str().unwrap();
        let host = if self.chance(2) { host.to_uppercase() } else { host.to_owned() };
        let own = url.port_or_known_default().filter(|_| url.port().is_some() || self.chance(2));
        let port = own.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{scheme}://{host}{port}{}", &url[Position::BeforePath..Position::AfterQuery])
    }

    /// A text with one character more, or with another one in a place.
    pub fn changed(&mut self, text: &str, characters: &[&str]) -> String {
        let at: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let at = at[self.0.random_range(0..at.len())];
        let (before, mut after) = text.split_at(at);
        if self.chance(2)
            && let Some(c) = after.chars().next()
        {
            after = &after[c.len_utf8()..];
        }
        format!("{before}{}{after}", self.one_of(characters))
    }
}

/// A request that was drawn, with all that it was signed by.
pub struct Drawn {
    pub request: Request,
    pub client: ClientCredentials,
    pub token: Option<TokenCredentials>,
    /// As check.py reads it.
    pub asked: Value,
    /// Our base string.
    pub base: String,
}

/// One of them, signed by us.
pub fn drawn(draw: &mut Draw) -> Drawn {
    let mut request = draw.request();
    let client = ClientCredentials {
        identifier: draw.text(1, 20),
        secret: Secret::new(draw.text(0, 20)),
    };
    let token = (!draw.chance(3)).then(|| TokenCredentials {
        identifier: Secret::new(draw.text(1, 20)),
        secret: Secret::new(draw.text(0, 20)),
    });
    let (callback, verifier) = (draw.text(1, 20), draw.text(1, 20));
    let extra: &[(&str, &str)] = match draw.0.random_range(0..4) {
        0 => &[(CALLBACK, "oob")],
        1 => &[(CALLBACK, &callback)],
        2 => &[(VERIFIER, &verifier)],
        _ => &[],
    };
    let nonce = draw.text(1, 20);
    // Ten digits: oauthlib takes no others.
    let timestamp = draw.0.random_range(1_000_000_000..10_000_000_000);
    sign(&mut request, &client, token.as_ref(), extra, &nonce, timestamp);
    let asked = json!({
        "method": if draw.chance(4) { request.method.to_lowercase() } else { request.method.to_owned() },
        "url": request.url.as_str(),
        "spelled": draw.spelled(&request.url),
        "content_type": request.body.as_ref().map(|(content_type, _)| content_type),
        "body": request.body.as_ref().map(|(_, body)| body.expose()),
        "client": [client.identifier, client.secret.expose()],
        "token": token.as_ref().map(|t| [t.identifier.expose(), t.secret.expose()]),
        "extra": extra.iter().copied().collect::<BTreeMap<_, _>>(),
        "realm": draw.one_of(&["", "", "Photos", "http://server.example/", "of, commas= and spaces"]),
        "nonce": nonce,
        "timestamp": timestamp,
        "authorization": request.headers[0].1.expose(),
    });
    let timestamp = timestamp.to_string();
    let mut protocol = vec![
        ("oauth_consumer_key", client.identifier.as_str()),
        ("oauth_nonce", &nonce),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", &timestamp),
        ("oauth_version", "1.0"),
    ];
    protocol.extend(token.as_ref().map(|t| ("oauth_token", t.identifier.expose())));
    protocol.extend(extra);
    let base = base::string(&request, &protocol).expose().to_owned();
    Drawn {
        request,
        client,
        token,
        asked,
        base,
    }
}
