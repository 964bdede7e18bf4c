//! What a token is copied as: named values, escaped for where they will stand, and what follows them word by word. A value is
//! never read as a template, as a command or as code.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::calls::Of;
use super::template::{SECRET_PLACEHOLDERS, Template};
use crate::error::{Error, Result};
use crate::http::Request;
use crate::provider::request::Values;

/// Names that a copy may use besides those of messages: the secret of a token (RFC 5849), its end in Unix seconds, and how the
/// account is called.
pub const MORE_PLACEHOLDERS: &[&str] = &["token_secret", "expires_at", "account_name"];

/// Something to copy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// Its id.
    pub id: String,
    /// Where it will stand.
    pub kind: CopyKind,
    /// Whose tokens it is for.
    #[serde(default)]
    pub of: Of,
    /// `NAME={template}`, in order; one whose template has a name without a value is left out. What runs needs all of its own.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// What follows them, word by word: nothing is filled in.
    #[serde(default)]
    pub text: String,
    /// A text that the program brings along, in its place.
    #[serde(default)]
    pub shipped: Option<Shipped>,
    /// The call that is made a command (`curl`).
    #[serde(default)]
    pub call: Option<String>,
    /// The name of the file as which it may be saved; only what holds no secret can be.
    #[serde(default)]
    pub file: Option<String>,
}

/// Where something copied will stand, and so how its values are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum CopyKind {
    /// By itself, as it is.
    Plain,
    /// A header field.
    Header,
    /// A POSIX shell: a request of the file's, as a command.
    Curl,
    /// A `.env` file that a shell may source.
    Env,
    /// JSON: one flat object of texts.
    Json,
    /// JavaScript: constants.
    Javascript,
}

/// Texts that several files share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shipped {
    /// A Cloudflare Worker that hands on an account's public statuses.
    StatusesWorker,
}

impl Shipped {
    fn text(self) -> &'static str {
        match self {
            Shipped::StatusesWorker => include_str!("../../../copies/statuses-worker.js"),
        }
    }
}

/// A name and the template of its value.
#[derive(Clone, Debug)]
pub struct Line {
    /// A variable's, member's, constant's or header's name; empty for what stands by itself.
    pub name: String,
    /// What it is.
    pub value: Template,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let source = String::deserialize(d)?;
        let (name, value) = source.split_once('=').unwrap_or(("", &source));
        let value = Template::parse(value).map_err(serde::de::Error::custom)?;
        Ok(Line {
            name: name.to_owned(),
            value,
        })
    }
}

impl Copy {
    /// Whether it holds a secret. A command holds those of its request.
    pub fn is_secret(&self) -> bool {
        let secret = |name: &str| SECRET_PLACEHOLDERS.contains(&name) || name == "token_secret";
        self.kind == CopyKind::Curl || self.lines.iter().flat_map(|line| line.value.names()).any(secret)
    }

    /// Its lines, those whose templates have all their values; not escaped for anything.
    pub fn filled(&self, values: &Values<'_>) -> Vec<(&str, String)> {
        let lines = self.lines.iter();
        lines
            .filter_map(|line| Some((line.name.as_str(), values.fill(&line.value)?)))
            .collect()
    }

    /// The whole text.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where a value cannot stand there, or there is none at all; with the name of the value that a
    /// program lacks.
    pub fn write(&self, values: &Values<'_>) -> Result<String> {
        let lacks = |line: &&Line| self.kind == CopyKind::Javascript && values.fill(&line.value).is_none();
        if let Some(line) = self.lines.iter().find(lacks) {
            let field = line.value.names().next().unwrap_or(&line.name).to_owned();
            return Err(Error::InputInvalid { field });
        }
        let filled = self.filled(values);
        let impossible = || Error::InputInvalid { field: self.id.clone() };
        if filled.is_empty() {
            return Err(impossible());
        }
        let mut out = String::new();
        match self.kind {
            CopyKind::Plain => out.extend(filled.into_iter().map(|(_, value)| value)),
            CopyKind::Header => {
                for (name, value) in &filled {
                    if value.chars().any(char::is_control) {
                        return Err(impossible());
                    }
                    let end = if out.is_empty() { "" } else { "\n" };
                    let _ = write!(out, "{end}{name}: {value}");
                }
            }
            CopyKind::Curl => return Err(impossible()),
            CopyKind::Env => {
                for (name, value) in &filled {
                    if value.contains('\0') {
                        return Err(impossible());
                    }
                    let _ = writeln!(out, "{name}={}", env(value));
                }
            }
            CopyKind::Json => {
                let members: Vec<String> = filled
                    .iter()
                    .map(|(name, value)| format!("  {}: {}", json(name), json(value)))
                    .collect();
                let _ = writeln!(out, "{{\n{}\n}}", members.join(",\n"));
            }
            CopyKind::Javascript => {
                for (name, value) in &filled {
                    let _ = writeln!(out, "const {name} = {};", javascript(value));
                }
            }
        }
        out.push_str(match self.shipped {
            Some(shipped) => shipped.text(),
            None => &self.text,
        });
        Ok(out)
    }
}

/// A request as a command of curl's.
///
/// # Errors
/// [`Error::InputInvalid`] where a header would become two.
pub fn command(request: &Request) -> Result<String> {
    let mut out = format!("curl {}", shell(request.url.as_str()));
    for (name, value) in request.fields() {
        if value.chars().any(char::is_control) {
            return Err(Error::InputInvalid { field: name.to_owned() });
        }
        let _ = write!(out, " \\\n  -H {}", shell(&format!("{name}: {value}")));
    }
    Ok(out)
}

/// A text as one word of a POSIX shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A value as a shell reads it: in single quotes nothing has a meaning, and only a value that has one itself stands in double
/// quotes. The readers of `.env` files (dotenv, python-dotenv) take it alike unless it has a backslash, `${`, a carriage return,
/// or a single quote beside what a double quote escapes; no platform's tokens and secrets have.
fn env(value: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(&b);
    if value.bytes().all(plain) {
        return value.to_owned();
    }
    if !value.contains('\'') {
        return format!("'{value}'");
    }
    let mut out = String::from("\"");
    for c in value.chars() {
        if "\\\"$`".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// A text in JSON.
fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// A text in JavaScript that may stand in a page, too: it ends no script, and no line.
fn javascript(text: &str) -> String {
    json(text)
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
