//! `{name}` in a text, from a closed list: all that a provider file can compute. No conditions, no loops, no arithmetic.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Names that any template may use, besides the hosts of its own file: of the client (`client_…`, `redirect_uri`, `redirect_uris`), of
/// the login (`state`, `code`, `code_verifier`, `code_challenge`, `device_code`, `scope`), of tokens (`access_token`, `refresh_token`,
/// `app_token`, and `token`, the one to revoke), of the person (`user_id`, `username`, `login_name`, `group_id`), of this machine
/// (`machine_id`), of the server
/// (`server`, `server_host`, `practice`), of the file (`version`), and one that is computed (`appsecret_proof`).
pub const PLACEHOLDERS: &[&str] = &[
    "access_token",
    "app_token",
    "appsecret_proof",
    "client_id",
    "client_name",
    "client_secret",
    "code",
    "code_challenge",
    "code_verifier",
    "device_code",
    "group_id",
    "login_name",
    "machine_id",
    "practice",
    "redirect_uri",
    "redirect_uris",
    "refresh_token",
    "scope",
    "server",
    "server_host",
    "state",
    "token",
    "user_id",
    "username",
    "version",
];

/// Placeholders whose values are secrets. No address may contain one, except for the access token in a path that the file calls secret.
pub const SECRET_PLACEHOLDERS: &[&str] = &[
    "access_token",
    "app_token",
    "appsecret_proof",
    "client_secret",
    "code_verifier",
    "device_code",
    "refresh_token",
    "token",
];

/// A text with `{name}`s in it.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(String),
}

impl Template {
    /// Reads a template. `{{` and `}}` are plain braces, as in Graph's `fields=account{id}`.
    ///
    /// # Errors
    /// A sentence, if a brace is left open or a name is empty.
    pub fn parse(source: &str) -> Result<Template, String> {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = source;
        while let Some(brace) = rest.find(['{', '}']) {
            let (before, after) = (&rest[..brace], &rest[brace + 1..]);
            text.push_str(before);
            let one = &rest[brace..=brace];
            if one == "}" || after.starts_with('{') {
                text.push_str(one);
                rest = after.strip_prefix(one).unwrap_or(after);
                continue;
            }
            let close = after.find('}').ok_or_else(|| format!("“{source}” leaves a brace open"))?;
            let name = &after[..close];
            if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                return Err(format!("“{{{name}}}” in “{source}” isn't a placeholder"));
            }
            if !text.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut text)));
            }
            parts.push(Part::Name(name.to_owned()));
            rest = &after[close + 1..];
        }
        text.push_str(rest);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Ok(Template {
            source: source.to_owned(),
            parts,
        })
    }

    /// The names in it, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|p| match p {
            Part::Name(n) => Some(n.as_str()),
            Part::Text(_) => None,
        })
    }

    /// As it is in the file.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text with every name replaced; none if a name has no value. Such a parameter is left out: a public client has no secret,
    /// a server without PKCE gets no verifier.
    pub fn fill(&self, values: &BTreeMap<&str, String>) -> Option<String> {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Name(name) => out.push_str(values.get(name.as_str())?),
            }
        }
        Some(out)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.source)
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.source.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let source = String::deserialize(d)?;
        Template::parse(&source).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn fills_and_leaves_out() {
        let t = Template::parse("{server}/api/{version}").unwrap();
        assert_eq!(t.names().collect::<Vec<_>>(), ["server", "version"]);
        let mut values = BTreeMap::from([("server", "https://h".to_owned())]);
        assert_eq!(t.fill(&values), None);
        values.insert("version", "v1".to_owned());
        assert_eq!(t.fill(&values).unwrap(), "https://h/api/v1");
        // A value is never read as a template again.
        values.insert("version", "{server}".to_owned());
        assert_eq!(t.fill(&values).unwrap(), "https://h/api/{server}");
    }

    #[test]
    fn double_braces_are_text() {
        let t = Template::parse("a{{id,{version}}},}x}}").unwrap();
        assert_eq!(t.names().collect::<Vec<_>>(), ["version"]);
        assert_eq!(t.fill(&BTreeMap::from([("version", "v1".to_owned())])).unwrap(), "a{id,v1},}x}");
    }

    #[test]
    fn refuses_what_is_no_template() {
        for bad in ["{", "{}", "{a b}", "x{A}", "{a"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }
}
