//! OAuth 1.0a's signatures against implementations that are not ours: oauthlib, in Python (core/tests/oauth1/check.py), and
//! the practice platform's checker. Thousands of random requests, and every direction: oauthlib signs what we sign, its
//! server side takes our header, and the checker takes ours and oauthlib's and refuses what was changed.
//!
//! `draw` the requests.

mod random_requests;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Seek as _, Write as _};
use std::process::Command;

use keybearer_practice::x::SignedRequest;
use serde_json::Value;
use url::Position;

use self::random_requests::{CHARACTERS, Draw, Drawn, FORM, drawn};
use crate::real::missing;

const REQUESTS: usize = 4000;

/// The environment's word for oauthlib's Python, which script/test sets.
const PYTHON: &str = "KEYBEARER_OAUTHLIB_PYTHON";

/// A seed that failed, to see it again.
const SEED: &str = "KEYBEARER_OAUTH1_SEED";

/// Each request with oauthlib's answer.
fn ask_oauthlib(python: &OsStr, requests: Vec<Drawn>) -> Vec<(Drawn, Value)> {
    let mut lines = tempfile::tempfile().unwrap();
    for drawn in &requests {
        writeln!(lines, "{}", drawn.asked).unwrap();
    }
    lines.rewind().unwrap();
    let check = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oauth1/check.py");
    let output = Command::new(python)
        .arg(check)
        .stdin(lines)
        .output()
        .unwrap_or_else(|e| panic!("{python:?}: {e}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).unwrap();
    assert_eq!(answers.lines().count(), REQUESTS);
    let answers = answers.lines().map(|line| serde_json::from_str(line).unwrap());
    requests.into_iter().zip(answers).collect()
}

#[test]
fn all_three_sign_alike_and_verify_each_other() {
    let Some(python) = std::env::var_os(PYTHON) else {
        missing(&format!(
            "{PYTHON} is not set: `script/test core oauth1` makes oauthlib's Python and sets it"
        ));
        return;
    };
    let seed = std::env::var(SEED).map_or_else(|_| rand::random(), |seed| seed.parse().unwrap());
    println!("{SEED}={seed}");
    let mut draw = Draw::seeded(seed);
    let all = ask_oauthlib(&python, (0..REQUESTS).map(|_| drawn(&mut draw)).collect());
    let mut refused = BTreeMap::new();
    for (drawn, answer) in &all {
        let asked = &drawn.asked;
        // oauthlib signs what we sign, and its server side takes ours.
        assert_eq!(answer["base"], drawn.base.as_str(), "{asked}");
        let signature: String = url::form_urlencoded::byte_serialize(answer["signature"].as_str().unwrap().as_bytes()).collect();
        let authorization = asked["authorization"].as_str().unwrap();
        let ours = authorization.contains(&format!("oauth_signature=\"{signature}\""));
        assert!(ours, "{answer} {asked}");
        assert_eq!(answer["verified"], true, "{asked}");
        assert_eq!(answer["forged"], false, "{asked}");
        // The practice platform's checker takes ours and oauthlib's.
        let form = drawn
            .request
            .body
            .as_ref()
            .filter(|(content_type, _)| content_type.starts_with(FORM));
        let as_sent = Arrived {
            method: drawn.request.method.to_owned(),
            // What arrives at a server has no fragment.
            url: drawn.request.url[..Position::AfterQuery].to_owned(),
            authorization: authorization.to_owned(),
            form: form.map(|(_, body)| body.expose().to_owned()),
            secrets: [
                drawn.client.secret.expose().to_owned(),
                drawn.token.as_ref().map(|t| t.secret.expose().to_owned()).unwrap_or_default(),
            ],
        };
        let by_oauthlib = Arrived {
            method: asked["method"].as_str().unwrap().to_owned(),
            url: asked["spelled"].as_str().unwrap().to_owned(),
            authorization: answer["authorization"].as_str().unwrap().to_owned(),
            ..as_sent.clone()
        };
        for arrived in [&as_sent, &by_oauthlib] {
            assert_eq!(arrived.base().as_deref(), Some(drawn.base.as_str()), "{asked} {answer}");
            assert!(arrived.is_right(), "{asked} {answer}");
        }
        for (what, changed) in by_oauthlib.changes(&mut draw) {
            assert!(!changed.is_right(), "{what}: {changed:?} {asked} {answer}");
            *refused.entry(what).or_insert(0) += 1;
        }
    }
    // Every kind of change was really tried, and often.
    assert!(
        refused.len() == CHANGES && refused.values().all(|times| *times > REQUESTS / 10),
        "{refused:?}"
    );
}

/// A signed request as a server sees it, and the secrets under which it is judged.
#[derive(Clone, Debug)]
struct Arrived {
    method: String,
    url: String,
    authorization: String,
    form: Option<String>,
    secrets: [String; 2],
}

/// The kinds of [`Arrived::changes`].
const CHANGES: usize = 13;

impl Arrived {
    fn signed(&self) -> SignedRequest<'_> {
        SignedRequest {
            method: &self.method,
            url: &self.url,
            authorization: &self.authorization,
            form: self.form.as_deref(),
        }
    }

    fn base(&self) -> Option<String> {
        self.signed().base_string()
    }

    fn is_right(&self) -> bool {
        self.signed().is_right(&self.secrets[0], &self.secrets[1])
    }

    /// The request with one thing changed, each in turn; what means the same as before is left out.
    fn changes(&self, draw: &mut Draw) -> Vec<(&'static str, Arrived)> {
        let mut all = Vec::new();
        let with = |change: &dyn Fn(&mut Arrived)| {
            let mut changed = self.clone();
            change(&mut changed);
            changed
        };

        let method = draw.changed(&self.method, &["A", "T", "x", "-"]);
        if !method.eq_ignore_ascii_case(&self.method) {
            all.push(("method", with(&|r| r.method.clone_from(&method))));
        }

        let (scheme, rest) = self.url.split_once("://").unwrap();
        let other = if scheme.eq_ignore_ascii_case("http") { "https" } else { "http" };
        all.push(("scheme", with(&|r| r.url = format!("{other}://{rest}"))));
        all.push(("host", with(&|r| r.url = format!("{scheme}://x{rest}"))));
        let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = address.split_once('/').unwrap();
        let changed = draw.changed(path, &["a", "Z", "0", "~", "/", "%41"]);
        if changed != path {
            all.push(("path", with(&|r| r.url = format!("{scheme}://{authority}/{changed}?{query}"))));
        }

        let pieces = &["a", "Z", "0", "=", "&", "+", "%41", "%2B", ";", "~"];
        let changed = draw.changed(query, pieces);
        if meaning(&changed) != meaning(query) {
            all.push(("query", with(&|r| r.url = format!("{scheme}://{address}?{changed}"))));
        }
        let form = self.form.as_deref().unwrap_or_default();
        let changed = draw.changed(form, pieces);
        if meaning(&changed) != meaning(form) {
            all.push(("form", with(&|r| r.form = Some(changed.clone()))));
        }
        if !meaning(form).is_empty() {
            all.push(("no form", with(&|r| r.form = None)));
        }

        for (which, what) in ["client secret", "token secret"].into_iter().enumerate() {
            let changed = draw.changed(&self.secrets[which], CHARACTERS);
            if changed != self.secrets[which] {
                all.push((what, with(&|r| r.secrets[which].clone_from(&changed))));
            }
        }
        if self.secrets[0] != self.secrets[1] {
            all.push(("secrets swapped", with(&|r| r.secrets.swap(0, 1))));
        }

        let named: Vec<usize> = self.authorization.match_indices("oauth_").map(|(at, _)| at).collect();
        let (before, named) = self.authorization.split_at(draw.position(&named));
        all.push((
            "header",
            with(&|r| r.authorization = format!("{before}{}", named.replacen("=\"", "=\"x", 1))),
        ));
        all.push((
            "no version",
            with(&|r| r.authorization = r.authorization.replace("oauth_version=\"1.0\", ", "")),
        ));
        let (before, signature) = self.authorization.split_once("oauth_signature=\"").unwrap();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        // The first character may be an escape.
        let rest = &signature[if signature.starts_with('%') { 3 } else { 1 }..];
        all.push((
            "signature",
            with(&|r| r.authorization = format!("{before}oauth_signature=\"{first}{rest}")),
        ));
        all
    }
}

/// The parameters of a query or a form, whatever their order and encoding.
fn meaning(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).into_owned().collect();
    pairs.sort();
    pairs
}
