//! One key of a `.env` file, changed in place: pure. Every other byte stays what it was, for the files that people really
//! have: `export`, CRLF, no end of line at the end, quotes, values of several lines, a key that stands there twice.

use crate::error::{Error, Result};

/// The content with this key's value. Each line that sets the key is changed (readers differ in whether the first one or
/// the last one counts); where none does, a line is added at the end.
///
/// # Errors
/// [`Error::InputInvalid`] for a key that is no variable's name, and for a value with control characters: no two readers
/// agree on how one is written. [`Error::EnvLineUnclear`] for a line that does more than set the key, or that readers read
/// differently, and for text of another encoding.
pub fn set(content: &[u8], key: &str, value: &str) -> Result<Vec<u8>> {
    if !is_key(key) {
        return Err(Error::InputInvalid { field: "key".into() });
    }
    if value.chars().any(char::is_control) {
        return Err(Error::InputInvalid { field: "token".into() });
    }
    // UTF-16, say: what looks like a line in it is none.
    if let Some(at) = content.iter().position(|b| *b == 0) {
        return Err(unclear(content, at));
    }
    let mut out = Vec::with_capacity(content.len() + key.len() + value.len() + 8);
    let mut rest = content;
    let mut found = false;
    while !rest.is_empty() {
        let begin = content.len() - rest.len();
        let Some(set) = Assignment::at(rest) else {
            let (line, after) = rest.split_at(line_end(rest));
            out.extend_from_slice(line);
            rest = after;
            continue;
        };
        let (taken, after) = rest.split_at(set.end);
        // What follows the value: a comment, the end of the line.
        let (tail, after) = after.split_at(line_end(after));
        if set.key == key.as_bytes() {
            if !set.is_all(tail) {
                return Err(unclear(content, begin));
            }
            found = true;
            out.extend_from_slice(&taken[..set.value]);
            out.extend_from_slice(written(value, taken.get(set.value).copied()).as_bytes());
            if tail.starts_with(b"#") {
                out.push(b' ');
            }
        } else if !set.is_all(tail) && set.holds(key.as_bytes()) {
            return Err(unclear(content, begin));
        } else {
            out.extend_from_slice(taken);
        }
        out.extend_from_slice(tail);
        rest = after;
    }
    if !found {
        let end_of_line: &[u8] = if content.windows(2).any(|two| two == b"\r\n") {
            b"\r\n"
        } else {
            b"\n"
        };
        if !out.is_empty() && !out.ends_with(b"\n") {
            out.extend_from_slice(end_of_line);
        }
        out.extend_from_slice(format!("{key}={}", written(value, None)).as_bytes());
        out.extend_from_slice(end_of_line);
    }
    Ok(out)
}

/// A variable's name, as a shell takes it.
pub fn is_key(key: &str) -> bool {
    let first = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn unclear(content: &[u8], at: usize) -> Error {
    let line = 1 + content[..at].iter().filter(|b| **b == b'\n').count();
    Error::EnvLineUnclear { line }
}

/// A line that sets a key; places are offsets from its beginning.
struct Assignment<'a> {
    text: &'a [u8],
    key: &'a [u8],
    /// Where the value begins, its quote if it has one.
    value: usize,
    /// Behind the value and its quote.
    end: usize,
    /// A quote opens it and one closes it.
    is_quoted: bool,
}

impl Assignment<'_> {
    fn at(text: &[u8]) -> Option<Assignment<'_>> {
        let line = &text[..text.iter().position(|b| *b == b'\n').unwrap_or(text.len())];
        let mut at = blanks(line, byte_order_mark(line));
        if line[at..].starts_with(b"export") && line.get(at + 6).is_some_and(|b| is_blank(*b)) {
            at = blanks(line, at + 6);
        }
        let long = line[at..]
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b))
            .count();
        let key = &line[at..at + long];
        let equals = blanks(line, at + long);
        if key.is_empty() || line.get(equals) != Some(&b'=') {
            return None;
        }
        let value = blanks(line, equals + 1);
        let quoted = match line.get(value) {
            Some(quote @ (b'"' | b'\'' | b'`')) => closing(text, value, *quote),
            _ => None,
        };
        let end = quoted.unwrap_or_else(|| bare_end(line, value));
        // Behind blanks a value would be a command to a shell.
        let (value, end) = if end == value { (equals + 1, equals + 1) } else { (value, end) };
        Some(Assignment {
            text,
            key,
            value,
            end,
            is_quoted: quoted.is_some(),
        })
    }

    /// Whether the line sets the key and does no more, for every reader: behind the value stands a comment or nothing, and
    /// nothing in one without quotes ends it for a shell, or goes on in the next line.
    fn is_all(&self, tail: &[u8]) -> bool {
        if self.is_quoted {
            let rest = tail.trim_ascii_start();
            return rest.is_empty() || (rest.starts_with(b"#") && rest.len() < tail.len());
        }
        let value = &self.text[self.value..self.end];
        !value.ends_with(b"\\") && !value.iter().any(|b| b";&".contains(b))
    }

    /// Whether a line of the value would set this key if the quotes were other ones.
    fn holds(&self, key: &[u8]) -> bool {
        let lines = self.text[self.value..self.end].split(|b| *b == b'\n').skip(1);
        lines.filter_map(Assignment::at).any(|inner| inner.key == key)
    }
}

/// Behind the quote that closes a value, perhaps lines further on; none where nothing does, and it is only a character.
fn closing(text: &[u8], open: usize, quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(open + 1) {
        if *byte == quote && !escaped {
            return Some(at + 1);
        }
        escaped = *byte == b'\\' && !escaped && quote == b'"';
    }
    None
}

/// The end of a value without quotes: before a comment, and before the blanks in front of it.
fn bare_end(line: &[u8], value: usize) -> usize {
    let comment = (value..line.len()).find(|at| line[*at] == b'#' && (*at == value || is_blank(line[at - 1])));
    let mut end = comment.unwrap_or(line.len());
    while end > value && (is_blank(line[end - 1]) || line[end - 1] == b'\r') {
        end -= 1;
    }
    end
}

/// A value as shells and the common readers take it: in the quotes that were there before, if it can stand in them.
fn written(value: &str, before: Option<u8>) -> String {
    let plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/@%+=,".contains(c));
    match before {
        Some(b'"') if !value.contains(['"', '\\', '$', '`', '!']) => format!("\"{value}\""),
        Some(b'\'') if !value.contains('\'') => format!("'{value}'"),
        _ if plain => value.to_owned(),
        _ if !value.contains('\'') => format!("'{value}'"),
        _ => {
            let mut out = String::from("\"");
            for c in value.chars() {
                if "\"\\$`".contains(c) {
                    out.push('\\');
                }
                out.push(c);
            }
            out + "\""
        }
    }
}

fn byte_order_mark(line: &[u8]) -> usize {
    if line.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 }
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn blanks(line: &[u8], from: usize) -> usize {
    from + line[from..].iter().take_while(|b| is_blank(**b)).count()
}

/// Behind the next end of a line.
fn line_end(text: &[u8]) -> usize {
    text.iter().position(|b| *b == b'\n').map_or(text.len(), |at| at + 1)
}
