//! A platform's answer as a person may see it: in lines, with every digit and the order of names as they came, and without secrets:
//! what the file points to, what is known to be secret, and what has the name of a secret.

use serde::de::IgnoredAny;

use crate::http::scrub::Echoes;

/// What replaces a secret.
pub const DOTS: &str = "••••••••";

/// Deeper JSON is an attack on its reader; serde_json has the same limit.
const DEEPEST: usize = 128;

/// Only so many bytes are indented: deep JSON would become gigabytes.
const LAID_OUT: usize = 4 << 20;

/// Names of members and parameters whose values are secrets everywhere.
const NAMES: &[&str] = &[
    "access_token",
    "accesstoken",
    "api_key",
    "api_secret",
    "app_secret",
    "appsecret_proof",
    "auth_token",
    "authorization",
    "bearer_token",
    "client_secret",
    "code_verifier",
    "fb_exchange_token",
    "id_token",
    "input_token",
    "oauth_signature",
    "oauth_token",
    "oauth_token_secret",
    "password",
    "refresh_token",
    "secret",
    "token",
    "token_secret",
];

/// What to take out of an answer.
#[derive(Default)]
pub struct Redaction {
    /// JSON pointers; `*` is every item and name.
    pointers: Vec<Vec<String>>,
    known: Echoes,
}

impl Redaction {
    /// Takes out what these pointers point to and what these secrets are.
    pub fn new<'a>(pointers: &[String], secrets: impl IntoIterator<Item = &'a str>) -> Redaction {
        let steps = |pointer: &String| {
            let steps = pointer.split('/').skip(1);
            steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
        };
        Redaction {
            pointers: pointers.iter().map(steps).collect(),
            known: Echoes::of(secrets),
        }
    }

    /// A text without its secrets.
    pub fn text(&self, text: &str) -> String {
        named(&self.known.hidden(text, DOTS))
    }

    /// JSON without its secrets, a line for each member and item, indented up to [`LAID_OUT`]; none for what is no JSON.
    pub fn json(&self, text: &str) -> Option<String> {
        let text = text.trim_start_matches('\u{feff}').trim();
        // `IgnoredAny` has no limit of depth.
        serde_json::from_str::<IgnoredAny>(text).ok().filter(|_| depth(text) <= DEEPEST)?;
        let mut writer = Writer {
            redaction: self,
            rest: text,
            path: Vec::new(),
            out: String::with_capacity(text.len() * 2),
        };
        writer.value(false);
        Some(writer.out)
    }

    fn points_at(&self, path: &[String]) -> bool {
        let fits = |pointer: &&Vec<String>| pointer.len() == path.len() && pointer.iter().zip(path).all(|(a, b)| a == "*" || a == b);
        self.pointers.iter().any(|pointer| fits(&pointer))
    }
}

fn is_secret_name(name: &str) -> bool {
    let plain = name.trim().to_ascii_lowercase().replace('-', "_");
    NAMES.contains(&plain.as_str())
}

/// Hides the value of `access_token=…` and `"access_token": "…"` in a text that may be cut.
fn named(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['=', ':']) {
        let (before, after) = rest.split_at(at);
        let (sign, after) = after.split_at(1);
        out.extend([before, sign]);
        rest = after;
        let name = before.trim_end_matches(|c: char| c.is_whitespace() || "\"'\\".contains(c));
        let start = name.rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        let start = start.map_or(0, |i| i + name[i..].chars().next().map_or(1, char::len_utf8));
        if is_secret_name(&name[start..])
            && let Some((from, to)) = value(after, sign == "=", before[name.len()..].contains(['"', '\'']))
        {
            out.extend([&after[..from], DOTS]);
            rest = &after[to..];
        }
    }
    out.push_str(rest);
    out
}

/// Where the value at the start of a text is; none for an object, whose members have names of their own. Words after a colon are a
/// sentence, unless they or the name are quoted.
fn value(text: &str, equals: bool, quoted_name: bool) -> Option<(usize, usize)> {
    let spaces = text.len() - text.trim_start().len();
    let escapes = text[spaces..].bytes().take_while(|b| *b == b'\\').count();
    let from = spaces + escapes;
    let place = |from: usize, to: Option<usize>| {
        let to = to.map_or(text.len(), |to| from + to);
        (to > from).then_some((from, to))
    };
    let rest = &text[from..];
    match rest.chars().next()? {
        quote @ ('"' | '\'') => {
            // In a text that is itself quoted, the quote that ends a value has as many escapes as the one that begins it.
            let ends = |(at, _): &(usize, &str)| rest[..*at].bytes().rev().take_while(|b| *b == b'\\').count() <= escapes;
            let end = rest.match_indices(quote).skip(1).find(ends).map(|(at, _)| at);
            let end = end.map(|at| rest[1..at].trim_end_matches('\\').len());
            place(from + 1, end)
        }
        '{' => None,
        '[' if quoted_name => place(from, rest.find(']').map(|at| at + 1)),
        _ if quoted_name || (equals && from == 0) => {
            let end = rest.find(|c: char| c.is_whitespace() || "&\"'<>\\;,]}".contains(c));
            let atom = &rest[..end.unwrap_or(rest.len())];
            place(from, end).filter(|_| !matches!(atom, "true" | "false" | "null"))
        }
        _ => None,
    }
}

/// How deep valid JSON is nested.
fn depth(json: &str) -> usize {
    let (mut depth, mut deepest, mut inside, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            b'"' if !escaped => inside = !inside,
            b'{' | b'[' if !inside => depth += 1,
            b'}' | b']' if !inside => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = inside && byte == b'\\' && !escaped;
        deepest = deepest.max(depth);
    }
    deepest
}

/// Writes valid JSON in lines, token by token: numbers and the order of names stay as they came.
struct Writer<'a> {
    redaction: &'a Redaction,
    rest: &'a str,
    path: Vec<String>,
    out: String,
}

impl<'a> Writer<'a> {
    fn value(&mut self, secret: bool) {
        let hidden = self.redaction.points_at(&self.path);
        self.skip_space();
        match self.rest.as_bytes().first() {
            Some(first @ (b'{' | b'[')) if hidden || (secret && *first == b'[') => {
                let out = std::mem::take(&mut self.out);
                self.inside();
                self.out = out;
                self.push_dots();
            }
            Some(b'{' | b'[') => self.inside(),
            Some(b'"') => {
                let text = self.string();
                match hidden || (secret && !text.is_empty()) {
                    true => self.push_dots(),
                    false => self.push_text(&text),
                }
            }
            _ => {
                let end = self
                    .rest
                    .find(|c: char| c.is_ascii_whitespace() || ",]}".contains(c))
                    .unwrap_or(self.rest.len());
                let atom = self.take(end);
                // A number may be a secret that was sent; true, false and null are none.
                let number = !matches!(atom, "true" | "false" | "null");
                match number && (hidden || secret || self.redaction.text(atom) != atom) {
                    true => self.push_dots(),
                    false => self.out.push_str(atom),
                }
            }
        }
    }

    /// An object or a list.
    fn inside(&mut self) {
        let object = self.rest.starts_with('{');
        self.pass();
        for index in 0_usize.. {
            self.skip_space();
            if self.rest.starts_with(['}', ']']) {
                break;
            }
            if index > 0 {
                // The comma.
                self.pass();
                self.skip_space();
            }
            self.line(self.path.len() + 1);
            let mut secret = false;
            if object {
                let name = self.string();
                self.push_text(&name);
                self.skip_space();
                self.take(1);
                self.out.push_str(": ");
                secret = is_secret_name(&name);
                self.path.push(name);
            } else {
                self.path.push(index.to_string());
            }
            self.value(secret);
            self.path.pop();
        }
        if !self.out.ends_with(['{', '[']) {
            self.line(self.path.len());
        }
        self.pass();
    }

    fn string(&mut self) -> String {
        let mut escaped = false;
        let end = self.rest.bytes().skip(1).position(|b| {
            let ends = b == b'"' && !escaped;
            escaped = b == b'\\' && !escaped;
            ends
        });
        let raw = self.take(end.map_or(self.rest.len(), |end| end + 2));
        // Half of a surrogate pair is valid JSON and no text.
        serde_json::from_str(raw).unwrap_or_else(|_| raw.trim_matches('"').to_owned())
    }

    fn push_text(&mut self, text: &str) {
        let clean = self.redaction.text(text);
        self.out.push_str(&serde_json::to_string(&clean).unwrap_or_default());
    }

    fn push_dots(&mut self) {
        self.out.push('"');
        self.out.push_str(DOTS);
        self.out.push('"');
    }

    fn line(&mut self, depth: usize) {
        self.out.push('\n');
        let depth = if self.out.len() < LAID_OUT { depth } else { 0 };
        self.out.extend(std::iter::repeat_n("  ", depth));
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Writes one character as it came.
    fn pass(&mut self) {
        let taken = self.take(1);
        self.out.push_str(taken);
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(end.min(self.rest.len()));
        self.rest = rest;
        taken
    }
}
