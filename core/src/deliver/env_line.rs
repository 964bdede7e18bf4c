//! Reads one line of a `.env` file as shells, systemd, docker, python-dotenv and node's dotenv do: where it ends for all of them, and if
//! they disagree, why. No IO.

use super::env_shell::{ENDS_WORD, is_closed, scan};
use super::env_unclear::{BLANK, BLANKS, COMMENT, COMPUTED, CONTINUED, QUOTES, WORDS, Why};

/// Commands that change a variable.
const CHANGING: &[&str] = &["export", "unset", "readonly", "read", "declare", "typeset", "local", "env"];

/// The first logical line of a text.
#[derive(Debug)]
pub enum Line<'a> {
    /// An empty line or a comment.
    Empty,
    /// NAME=value.
    Sets(Assignment<'a>),
    /// A shell's command around assignments that changes no value: `set -a`, `export NAME`.
    Marks(Option<&'a str>),
    /// Anything else.
    Other,
}

/// A line that sets a key. Offsets count from its beginning.
#[derive(Debug)]
pub struct Assignment<'a> {
    /// The name.
    pub key: &'a str,
    /// There are spaces around the equals sign.
    pub is_spaced: bool,
    /// The offset after the equals sign.
    pub value: usize,
    /// The end of its last line, without the line break.
    pub end: usize,
    /// How the value is written.
    pub form: Form,
    /// Where a comment after the value begins, for shells.
    comment: Option<usize>,
    /// Where the value ends for a shell, if more text follows.
    more: Option<usize>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Without quotes around it.
    Bare,
    /// In a pair of quotes, followed by nothing or a comment.
    Quoted(char),
    /// Programs disagree on where it ends; it may continue on the next line.
    Open(Why),
}

/// Reads the first line of a text. Line breaks are `\n` or `\r\n`.
pub fn read(text: &str) -> Line<'_> {
    if text.starts_with('#') {
        return Line::Empty;
    }
    let line = first_line(text);
    let bare = line.trim_matches(BLANK);
    if bare.is_empty() || bare.starts_with('#') {
        return Line::Empty;
    }
    let start = line.len() - line.trim_start_matches(BLANK).len();
    let mut rest = &line[start..];
    let mut is_exported = false;
    if let Some(after) = rest.strip_prefix("export").filter(|after| after.starts_with(BLANK)) {
        rest = after.trim_start_matches(BLANK);
        is_exported = true;
    }
    let long = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || "_.-".contains(c)))
        .unwrap_or(rest.len());
    let (key, after) = rest.split_at(long);
    let behind = after.trim_start_matches(BLANK);
    if key.is_empty() || !behind.starts_with('=') {
        return match bare {
            "set -a" | "set +a" | "set -o allexport" | "set +o allexport" => Line::Marks(None),
            _ if is_exported && !key.is_empty() && behind.is_empty() => Line::Marks(Some(key)),
            _ => Line::Other,
        };
    }
    let value = line.len() - behind.len() + 1;
    let mut assignment = Assignment {
        key,
        is_spaced: behind.len() != after.len() || (behind[1..].starts_with(BLANK) && !behind[1..].trim_matches(BLANK).is_empty()),
        value,
        end: line.len(),
        form: Form::Bare,
        comment: None,
        more: None,
    };
    assignment.read_value(text, line.len());
    Line::Sets(assignment)
}

impl Assignment<'_> {
    fn read_value(&mut self, text: &str, end_of_line: usize) {
        let blanks = text[self.value..end_of_line].len() - text[self.value..end_of_line].trim_start_matches(BLANK).len();
        let open = self.value + blanks;
        match text[open..end_of_line].chars().next() {
            Some(quote @ ('"' | '\'')) => self.read_quoted(text, open, quote),
            _ => self.scan(text, self.value, false),
        }
    }

    fn read_quoted(&mut self, text: &str, open: usize, quote: char) {
        let Some(close) = closing(text, open, quote) else {
            self.form = Form::Open(QUOTES);
            return;
        };
        let content = &text[open + 1..close];
        // Readers differ on whether a backslash escapes the closing quote.
        if content.ends_with('\\') {
            self.form = Form::Open(QUOTES);
            return;
        }
        if quote == '"' && !is_closed(content) {
            self.form = Form::Open(COMPUTED);
            return;
        }
        self.end = close + 1 + first_line(&text[close + 1..]).len();
        let tail = &text[close + 1..self.end];
        let behind = tail.trim_start_matches(BLANK);
        if behind.is_empty() {
            self.form = Form::Quoted(quote);
        } else if behind.starts_with('#') && behind.len() < tail.len() {
            self.form = Form::Quoted(quote);
            self.comment = Some(self.end - behind.len());
        } else if content.contains('\n') {
            self.form = Form::Open(QUOTES);
            self.end = first_line(text).len();
        } else {
            self.more = Some(close + 1);
            self.scan(text, close + 1, true);
        }
    }

    /// Scans an unquoted text as a shell does, up to the end of the line.
    fn scan(&mut self, text: &str, from: usize, is_more: bool) {
        match scan(&text[from..self.end], is_more) {
            Ok(scanned) => {
                self.comment = scanned.comment.map(|at| from + at);
                self.more = self.more.or(scanned.more.map(|at| from + at));
            }
            Err(why) => self.form = Form::Open(why),
        }
    }

    /// Checks that the line sets only its key, to a value that ends at the same place for every program.
    ///
    /// # Errors
    /// Why not.
    pub fn is_all(&self, text: &str) -> Result<(), Why> {
        let value = &text[self.value..self.end];
        match self.form {
            Form::Open(_) if is_placeholder(value) => Ok(()),
            Form::Open(why) => Err(why),
            _ if self.comment.is_some() => Err(COMMENT),
            _ if self.is_spaced => Err(BLANKS),
            Form::Quoted(quote) if value.contains("${") || (quote == '"' && value.contains(['$', '`'])) => Err(COMPUTED),
            // A line within the value that sets another key: a quote is missing.
            Form::Quoted(_) if lines_within(value).any(|line| matches!(read(line), Line::Sets(_))) => Err(QUOTES),
            Form::Quoted(_) => Ok(()),
            Form::Bare if value.contains(['$', '`']) => Err(COMPUTED),
            Form::Bare if value.ends_with('\\') => Err(CONTINUED),
            // More words after the value, or text attached to its quotes.
            Form::Bare if self.more.is_some_and(|more| text[more..].starts_with(ENDS_WORD)) => Err(WORDS),
            Form::Bare if value.contains(['"', '\'', '\\']) => Err(QUOTES),
            Form::Bare => Ok(()),
        }
    }

    /// Whether a line of another key also sets, uses or expands this one, for any program.
    pub fn concerns(&self, text: &str, key: &str) -> bool {
        let value = &text[self.value..self.end];
        let is_key = |line: &str| match read(line) {
            Line::Sets(inner) => inner.key == key,
            Line::Marks(named) => named == Some(key),
            Line::Empty | Line::Other => false,
        };
        if is_filled_in(value, key) || lines_within(value).any(is_key) {
            return true;
        }
        let end = self.comment.unwrap_or(self.end);
        self.more.is_some_and(|more| is_set(&text[more.min(end)..end], key))
    }
}

/// The text up to the first line break.
pub fn first_line(text: &str) -> &str {
    let line = &text[..text.find('\n').unwrap_or(text.len())];
    line.strip_suffix('\r').filter(|_| line.len() < text.len()).unwrap_or(line)
}

/// The lines of a value after its first one.
fn lines_within(value: &str) -> impl Iterator<Item = &str> {
    value.split('\n').skip(1)
}

/// Whether a value is a template's placeholder, such as `<your token>`.
fn is_placeholder(value: &str) -> bool {
    let inner = value
        .trim_end_matches(BLANK)
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'));
    inner.is_some_and(|words| !words.is_empty() && words.chars().all(|c| c.is_alphanumeric() || " _-".contains(c)))
}

/// The offset of the quote that closes a value, possibly some lines further down.
fn closing(text: &str, open: usize, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at <= open) {
        if c == quote && !is_escaped {
            return Some(at);
        }
        is_escaped = c == '\\' && !is_escaped && quote == '"';
    }
    None
}

/// Whether a command in the text sets or unsets this name.
fn is_set(text: &str, key: &str) -> bool {
    let is_changing = CHANGING.iter().any(|command| is_named(text, command));
    named(text, key).any(|at| is_changing || text[at + key.len()..].trim_start_matches('+').starts_with('='))
}

/// Whether the text contains this name as a word.
pub fn is_named(text: &str, key: &str) -> bool {
    named(text, key).next().is_some()
}

/// Whether the text expands this variable.
fn is_filled_in(text: &str, key: &str) -> bool {
    named(text, key).any(|at| {
        let before = &text[..at];
        before.ends_with('$') || before.trim_end_matches(['#', '!']).ends_with("${")
    })
}

/// The offsets at which a name is a word.
fn named<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let places = text.match_indices(key).map(|(at, _)| at);
    places.filter(move |at| !is_part(text[..*at].chars().next_back()) && !is_part(text[at + key.len()..].chars().next()))
}
