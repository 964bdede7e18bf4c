//! Requests and answers: a line of JSON each. docs/use.md describes it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

use crate::token::Secret;

/// The version of the protocol. A server answers the same or an earlier one.
pub const VERSION: u32 = 1;

/// The longest line, in bytes.
pub(super) const MAX_LINE: usize = 64 * 1024;

/// What a program asks.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    #[serde(default = "first")]
    pub v: u32,
    /// The account, in any spelling that the command line understands.
    pub name: String,
    /// The data folder whose accounts are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

fn first() -> u32 {
    1
}

impl Request {
    /// Reads a line.
    ///
    /// # Errors
    /// Why it is no request: `malformed`, or `version` for one of a later version, whose other fields may have other names.
    pub fn read(line: &[u8]) -> Result<Request, Refusal> {
        let malformed = "the line is not a JSON object with “name”";
        let fields: Map<String, Value> = serde_json::from_slice(line).map_err(|_| Refusal::new("malformed", malformed))?;
        if fields.get("v").and_then(Value::as_u64).is_some_and(|v| v > VERSION.into()) {
            return Err(Refusal::new("version", format!("this server knows version {VERSION}")));
        }
        let request: Request = serde_json::from_value(fields.into()).map_err(|_| Refusal::new("malformed", malformed))?;
        match request.name.contains(char::is_control) {
            true => Err(Refusal::new("malformed", "“name” has control characters")),
            false => Ok(request),
        }
    }
}

/// A token for a program.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Token {
        token: Secret,
        expires_at: Option<i64>,
        account: String,
    },
    Error {
        error: Refusal,
    },
}

/// Why a program gets no token.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// For programs: a code of [`crate::error::Code`], or one of the protocol's own.
    pub code: String,
    /// In English, for people.
    pub message: String,
}

impl Refusal {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Refusal {
        Refusal {
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

impl Answer {
    /// As a line, with its end.
    pub fn line(&self) -> Secret {
        #[derive(Serialize)]
        struct Line<'a> {
            v: u32,
            #[serde(flatten)]
            said: Said<'a>,
        }
        #[derive(Serialize)]
        #[serde(untagged)]
        enum Said<'a> {
            Token {
                token: &'a str,
                expires_at: Option<i64>,
                account: &'a str,
            },
            Error {
                error: &'a Refusal,
            },
        }
        let said = match self {
            Answer::Token {
                token,
                expires_at,
                account,
            } => Said::Token {
                token: token.expose(),
                expires_at: *expires_at,
                account,
            },
            Answer::Error { error } => Said::Error { error },
        };
        // Texts and numbers can always be written.
        let mut line = serde_json::to_string(&Line { v: VERSION, said }).unwrap_or_default();
        line.push('\n');
        Secret::new(line)
    }
}

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The line without its end, or what came before the connection ended.
    Whole,
    /// A line of more than [`MAX_LINE`], which was skipped.
    TooLong,
    /// The connection has ended.
    End,
}

/// Reads a line into `line`, which must be empty.
pub(super) async fn read_line(from: &mut (impl AsyncBufRead + Unpin), line: &mut Vec<u8>) -> std::io::Result<Line> {
    let mut too_long = false;
    loop {
        let part = from.fill_buf().await?;
        let end = part.iter().position(|byte| *byte == b'\n');
        let is_over = part.is_empty();
        let content = &part[..end.unwrap_or(part.len())];
        too_long |= line.len() + content.len() > MAX_LINE;
        if !too_long {
            line.extend_from_slice(content);
        }
        let used = end.map_or(part.len(), |end| end + 1);
        from.consume(used);
        if end.is_some() || is_over {
            return Ok(match too_long {
                true => Line::TooLong,
                false if is_over && line.is_empty() => Line::End,
                false => Line::Whole,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn lines_are_read_whole_or_skipped() {
        let long = "x".repeat(MAX_LINE + 1);
        let fits = "y".repeat(MAX_LINE);
        let text = format!("one\n\n{long}\n{fits}\nlast");
        let mut from = text.as_bytes();
        let mut read = async || {
            let mut line = Vec::new();
            let what = read_line(&mut from, &mut line).await.unwrap();
            (what, String::from_utf8(line).unwrap())
        };
        assert_eq!(read().await, (Line::Whole, "one".into()));
        assert_eq!(read().await, (Line::Whole, String::new()));
        assert_eq!(read().await.0, Line::TooLong);
        assert_eq!(read().await, (Line::Whole, fits));
        assert_eq!(read().await, (Line::Whole, "last".into()));
        assert_eq!(read().await, (Line::End, String::new()));
    }

    #[test]
    fn an_answer_is_one_line_that_reads_back() {
        let answer = Answer::Token {
            token: Secret::new("a\"b\nc"),
            expires_at: Some(7),
            account: "a1".into(),
        };
        let line = answer.line();
        assert_eq!(
            line.expose(),
            "{\"v\":1,\"token\":\"a\\\"b\\nc\",\"expires_at\":7,\"account\":\"a1\"}\n"
        );
        match serde_json::from_str(line.expose()).unwrap() {
            Answer::Token { token, .. } => assert_eq!(token.expose(), "a\"b\nc"),
            other => panic!("{other:?}"),
        }
        let refused = Answer::Error {
            error: Refusal::new("paused", "why"),
        };
        assert_eq!(
            refused.line().expose(),
            "{\"v\":1,\"error\":{\"code\":\"paused\",\"message\":\"why\"}}\n"
        );
    }
}
