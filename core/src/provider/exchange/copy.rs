//! Writes what a token is copied as. Values are escaped for where they are pasted; none is read as a template, a command or code.

use std::fmt::Write as _;

use super::request::Values;
use crate::error::{Error, Result};
use crate::http::Request;
use crate::provider::file::copies::{Copy, CopyKind, Line};

impl Copy {
    /// The lines whose templates have all their values, not escaped.
    pub fn filled(&self, values: &Values<'_>) -> Vec<(&str, String)> {
        let lines = self.lines.iter();
        lines
            .filter_map(|line| Some((line.name.as_str(), values.fill(&line.value)?)))
            .collect()
    }

    /// The whole text.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] if a value cannot be pasted there, or no line has its values; for a program, with the name of the value
    /// that it lacks.
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

/// A request as a curl command.
///
/// # Errors
/// [`Error::InputInvalid`] if a header would become two.
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

/// A value as a shell reads it: in single quotes, or in double quotes if it has a single quote itself. The readers of `.env` files
/// (dotenv, python-dotenv) agree unless it has a backslash, `${`, a carriage return, or a single quote beside what a double quote
/// escapes; no platform's tokens and secrets have.
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

/// A text in JavaScript, safe inside a page: it ends no script and no line.
fn javascript(text: &str) -> String {
    json(text)
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
