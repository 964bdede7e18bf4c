//! OAuth 1.0a's signatures against an implementation that is not ours: oauthlib, in Python (core/tests/oauth1/check.py).
//! Thousands of random requests, and both directions: it signs what we sign, and its server side verifies our header.

use std::io::{Seek as _, Write as _};
use std::process::Command;

use keybearer_core::http::Request;
use keybearer_core::oauth1::{CALLBACK, ClientCredentials, OUT_OF_BAND, TokenCredentials, VERIFIER, base, sign};
use keybearer_core::token::Secret;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};
use url::Url;

const REQUESTS: usize = 4000;
const FORM: &str = "application/x-www-form-urlencoded";

/// The environment's word for oauthlib's Python, which script/test sets.
const PYTHON: &str = "KEYBEARER_OAUTHLIB_PYTHON";

/// A seed that failed, to see it again.
const SEED: &str = "KEYBEARER_OAUTH1_SEED";

/// What may stand in a name or value: letters, all that is reserved or odd, and every length of UTF-8.
const CHARACTERS: &[&str] = &[
    "a", "b", "Z", "0", "9", "-", ".", "_", "~", " ", "+", "%", "&", "=", "\"", "'", "(", ")", "*", "!", "/", "?", "#", ":", ";", ",", "@",
    "$", "[", "]", "{", "|", "\\", "^", "`", "<", "\0", "\n", "%2F", "%zz", "é", "中", "☃", "\u{feff}", "🔑",
];

/// Reserved characters that a query or a form may hold as they are.
const AS_THEY_ARE: &str = ":;,@$/?!*()'";

struct Draw(StdRng);

impl Draw {
    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
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
        request.method = ["GET", "POST", "DELETE"][self.0.random_range(0..3)];
        if request.method == "POST" && !self.chance(8) {
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
}

/// A signed request as check.py reads it, and its base string.
fn signed(draw: &mut Draw) -> (Value, String) {
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
        0 => &[(CALLBACK, OUT_OF_BAND)],
        1 => &[(CALLBACK, &callback)],
        2 => &[(VERIFIER, &verifier)],
        _ => &[],
    };
    let nonce = draw.text(1, 20);
    // Ten digits: oauthlib takes no others.
    let timestamp = draw.0.random_range(1_000_000_000..10_000_000_000);
    sign(&mut request, &client, token.as_ref(), extra, &nonce, timestamp);
    let authorization = request.headers[0].1.expose();
    let asked = json!({
        "method": request.method,
        "url": request.url.as_str(),
        "content_type": request.body.as_ref().map(|(content_type, _)| content_type),
        "body": request.body.as_ref().map(|(_, body)| body.expose()),
        "client": [client.identifier, client.secret.expose()],
        "token": token.as_ref().map(|t| [t.identifier.expose(), t.secret.expose()]),
        "extra": extra.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
        "nonce": nonce,
        "timestamp": timestamp,
        "authorization": authorization,
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
    (asked, base::string(&request, &protocol).expose().to_owned())
}

#[test]
fn oauthlib_signs_alike_and_verifies() {
    let python = std::env::var_os(PYTHON)
        .unwrap_or_else(|| panic!("{PYTHON} is not set: `script/test core oauth1` makes oauthlib's Python and sets it"));
    let seed = std::env::var(SEED).map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("{SEED}={seed}");
    let mut draw = Draw(StdRng::seed_from_u64(seed));
    let requests: Vec<_> = (0..REQUESTS).map(|_| signed(&mut draw)).collect();
    let mut lines = tempfile::tempfile().unwrap();
    for (asked, _) in &requests {
        writeln!(lines, "{asked}").unwrap();
    }
    lines.rewind().unwrap();
    let check = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oauth1/check.py");
    let output = Command::new(&python)
        .arg(check)
        .stdin(lines)
        .output()
        .unwrap_or_else(|e| panic!("{python:?}: {e}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), REQUESTS);
    for ((asked, base), answer) in requests.iter().zip(answers.lines()) {
        let answer: Value = serde_json::from_str(answer).unwrap();
        assert_eq!(answer["base"], base.as_str(), "{SEED}={seed} {asked}");
        let signature: String = url::form_urlencoded::byte_serialize(answer["signature"].as_str().unwrap().as_bytes()).collect();
        let authorization = asked["authorization"].as_str().unwrap();
        let ours = authorization.contains(&format!("oauth_signature=\"{signature}\""));
        assert!(ours, "{SEED}={seed} {answer} {asked}");
        assert_eq!(answer["verified"], true, "{SEED}={seed} {asked}");
        assert_eq!(answer["forged"], false, "{SEED}={seed} {asked}");
    }
}
