//! Changes one key of a `.env` file; no IO. Every other byte stays as it is. If programs that read such files disagree about the key's
//! lines, nothing is changed.

use super::env_line::{self, Assignment, Form, Line};
use super::env_unclear::{COMMAND, CONTINUED, ENCODING, ENDS, USED, Why};
use super::foreign;
use crate::error::{Error, Result};

/// The content with this key's value. Each line that sets the key is changed, because programs differ in whether the first or the last
/// one counts. If no line sets it, one is added at the end.
///
/// # Errors
/// [`Error::InputInvalid`] for a key that is no variable name, and for a value that programs read differently however it is written.
/// [`Error::FileSealed`] and [`Error::EnvFileForeign`] for a file that is not a `.env` file. [`Error::EnvLineUnclear`] if programs read
/// the key's lines, or the lines before them, differently.
pub fn set(content: &[u8], key: &str, value: &str) -> Result<Vec<u8>> {
    if !is_key(key) {
        return Err(Error::InputInvalid { field: "key".into() });
    }
    let written = Written::of(value).ok_or_else(|| Error::InputInvalid { field: "token".into() })?;
    foreign::check_lines(content)?;
    let text = decoded(content)?;
    Walk::new(text, key, &written).run().map(String::into_bytes)
}

/// Whether a text is a variable name of shells.
pub fn is_key(key: &str) -> bool {
    let first = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn unclear(text: &str, at: usize, why: Why) -> Error {
    let line = 1 + text[..at].matches('\n').count();
    Error::EnvLineUnclear { line, why }
}

/// The content as text, if all programs see the same lines in it.
fn decoded(content: &[u8]) -> Result<&str> {
    let text = match std::str::from_utf8(content) {
        Ok(text) => text,
        Err(error) => {
            let line = 1 + content[..error.valid_up_to()].iter().filter(|b| **b == b'\n').count();
            return Err(Error::EnvLineUnclear { line, why: ENCODING });
        }
    };
    let is_odd = |c: char| (c.is_control() && !"\n\r\t".contains(c)) || "\u{2028}\u{2029}".contains(c);
    let odd = match text.is_ascii() {
        true => content.iter().position(|b| (*b < 32 || *b == 127) && !b"\n\r\t".contains(b)),
        false => text.find(is_odd),
    };
    if let Some(at) = odd {
        return Err(unclear(text, at, ENCODING));
    }
    let mut ends = text.match_indices('\r').map(|(at, _)| at);
    match ends.find(|at| !text[at + 1..].starts_with('\n')) {
        Some(at) => Err(unclear(text, at, ENDS)),
        None => Ok(text),
    }
}

/// A walk through the lines that builds the new text.
struct Walk<'a> {
    text: &'a str,
    key: &'a str,
    written: &'a Written<'a>,
    out: String,
    /// The offset from which text is not in `out` yet.
    kept_from: usize,
    is_found: bool,
    /// The offset of a line that may reach to the end of the file, and why.
    open: Option<(usize, Why)>,
    /// The offset of the previous line, if it ends with a backslash.
    backslash: Option<usize>,
}

impl<'a> Walk<'a> {
    fn new(text: &'a str, key: &'a str, written: &'a Written<'a>) -> Walk<'a> {
        Walk {
            text,
            key,
            written,
            out: String::with_capacity(text.len() + key.len() + written.value.len() + 8),
            kept_from: 0,
            is_found: false,
            open: None,
            backslash: None,
        }
    }

    fn run(mut self) -> Result<String> {
        let mark = if self.text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        let mut at = mark;
        while at < self.text.len() {
            at = self.step(at)?;
        }
        self.keep(at);
        if !self.is_found {
            self.append()?;
        }
        Ok(self.out)
    }

    /// Handles one logical line. Returns where the next one begins.
    fn step(&mut self, at: usize) -> Result<usize> {
        let rest = &self.text[at..];
        match env_line::read(rest) {
            Line::Sets(assignment) if self.open.is_none() => self.sets(at, &assignment),
            line => self.pass(at, &line, env_line::first_line(rest).len()),
        }
    }

    fn sets(&mut self, at: usize, assignment: &Assignment<'_>) -> Result<usize> {
        let rest = &self.text[at..];
        if assignment.key == self.key {
            return self.change(at, assignment);
        }
        if assignment.concerns(rest, self.key) {
            return Err(unclear(self.text, at, USED));
        }
        let opens = match assignment.form {
            Form::Open(why) => Some(why),
            Form::Bare | Form::Quoted(_) => None,
        };
        let next = self.pass(at, &Line::Empty, assignment.end)?;
        self.open = self.open.or(opens.map(|why| (at, why)));
        Ok(next)
    }

    /// Copies a line of another key.
    fn pass(&mut self, at: usize, line: &Line<'_>, end: usize) -> Result<usize> {
        let here = &self.text[at..at + end];
        if let Some((from, why)) = self.open {
            // It may be part of another key's value.
            if env_line::is_named(here, self.key) {
                return Err(unclear(self.text, from, why));
            }
        } else {
            match line {
                Line::Other => {
                    let (from, why) = self.backslash.map_or((at, COMMAND), |from| (from, CONTINUED));
                    return Err(unclear(self.text, from, why));
                }
                Line::Marks(Some(name)) if *name == self.key => return Err(unclear(self.text, at, USED)),
                _ => {}
            }
            if let Some(from) = self.backslash.take()
                && here.contains(['"', '\'', '`', '\\', '$', '<', '(', '|', '&', ';'])
            {
                self.open = Some((from, CONTINUED));
            }
        }
        if here.ends_with('\\') {
            self.backslash = Some(at);
        }
        Ok(self.next_line(at + end))
    }

    /// Where the line after this offset begins.
    fn next_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |long| at + long + 1)
    }

    /// Copies the text before this offset.
    fn keep(&mut self, to: usize) {
        self.out.push_str(&self.text[self.kept_from..to]);
        self.kept_from = to;
    }

    /// Changes a line of the key.
    fn change(&mut self, at: usize, assignment: &Assignment<'_>) -> Result<usize> {
        let rest = &self.text[at..];
        if let Some(from) = self.backslash {
            return Err(unclear(self.text, from, CONTINUED));
        }
        assignment.is_all(rest).map_err(|why| unclear(self.text, at, why))?;
        if at > 0 && self.text[..at].ends_with('\u{feff}') {
            return Err(unclear(self.text, at, ENCODING));
        }
        let ends_as_windows = rest[assignment.end..].starts_with('\r');
        if ends_as_windows && !self.is_windows() {
            return Err(unclear(self.text, at, ENDS));
        }
        let quote = match assignment.form {
            Form::Quoted(quote) => Some(quote),
            Form::Bare | Form::Open(_) => None,
        };
        self.keep(at + assignment.value);
        self.out.push_str(&self.written.like(quote));
        self.is_found = true;
        self.kept_from = at + assignment.end;
        Ok(self.next_line(self.kept_from))
    }

    /// Appends a line for the key.
    fn append(&mut self) -> Result<()> {
        if let Some((from, why)) = self.open.or(self.backslash.map(|from| (from, CONTINUED))) {
            return Err(unclear(self.text, from, why));
        }
        // A last line without a line break gets one that no program takes for a part of its value.
        let end_of_line = if self.text.ends_with("\r\n") && self.is_windows() {
            "\r\n"
        } else {
            "\n"
        };
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push_str(end_of_line);
        }
        self.out.push_str(self.key);
        self.out.push('=');
        self.out.push_str(&self.written.like(None));
        self.out.push_str(end_of_line);
        Ok(())
    }

    /// Whether every line ends with CRLF, so that the file is not meant for a shell. Lines within a value do not count.
    fn is_windows(&self) -> bool {
        let mut rest = self.text;
        while !rest.is_empty() {
            let end = match env_line::read(rest) {
                Line::Sets(assignment) => assignment.end,
                Line::Empty | Line::Marks(_) | Line::Other => env_line::first_line(rest).len(),
            };
            rest = &rest[end..];
            if rest.starts_with('\n') {
                return false;
            }
            rest = rest.trim_start_matches('\r').strip_prefix('\n').unwrap_or_default();
        }
        true
    }
}

/// A value and the ways to write it that all programs read alike.
struct Written<'a> {
    value: &'a str,
    is_plain: bool,
}

impl<'a> Written<'a> {
    /// None if there is no such way.
    fn of(value: &'a str) -> Option<Written<'a>> {
        let is_plain = !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/@%+=,".contains(c));
        let is_odd = |c: char| c.is_control() || "\u{2028}\u{2029}".contains(c);
        // Programs differ on whether a backslash escapes; python-dotenv expands ${…} in any quotes.
        let is_clear = !value.contains(is_odd) && !value.contains('\\') && !value.contains("${");
        // A value that single quotes cannot hold needs double quotes, in which some characters have a meaning.
        let has_both = value.contains('\'') && value.contains(['"', '$', '`', '!']);
        (is_plain || (is_clear && !has_both)).then_some(Written { value, is_plain })
    }

    /// Writes the value in the quotes that the line had, if they can hold it.
    fn like(&self, before: Option<char>) -> String {
        let value = self.value;
        let double = !value.contains(['"', '$', '`', '!']);
        match before {
            Some('"') if double => format!("\"{value}\""),
            Some('\'') if !value.contains('\'') => format!("'{value}'"),
            _ if self.is_plain => value.to_owned(),
            _ if value.contains('\'') => format!("\"{value}\""),
            _ => format!("'{value}'"),
        }
    }
}
