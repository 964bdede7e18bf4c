//! How a shell reads a line that sets a variable, as far as it matters for where the line ends: quotes, comments, commands, and what
//! would end the shell. No IO.

use super::env_unclear::{BLANK, COMMAND, COMPUTED, CONTINUED, QUOTES, Why};

/// Words after which a shell no longer reads line by line, or not at all.
const FLOW: &[&str] = &[
    "exit", "return", "exec", "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "function", "{",
    "}", "!", "break", "continue", "kill", "trap", "eval", ".", "source", "set", "shift", "readonly",
];
/// What may separate two commands.
const SEPARATORS: [&str; 6] = ["", ";", "&", "|", "&&", "||"];
/// Characters that end a word in a shell.
pub const ENDS_WORD: [char; 7] = [' ', '\t', ';', '&', '|', '(', ')'];

/// Whether every expansion within double quotes also ends there and cannot end the shell.
pub fn is_closed(content: &str) -> bool {
    if content.contains("$(") || content.contains('`') {
        let is_even = content.matches('`').count().is_multiple_of(2);
        let is_balanced = content.matches('(').count() == content.matches(')').count();
        return is_even && is_balanced && !content.contains("$((") && !content.contains(['\'', '"', '\n', '#', '\\', '{']);
    }
    content.match_indices("${").all(|(at, _)| is_filling(&content[at + 2..]))
}

/// Whether the text continues as `${NAME}` or `${NAME:-text}` does. Other forms end a shell if the variable is missing.
fn is_filling(text: &str) -> bool {
    let Some((inner, _)) = text.split_once('}') else {
        return false;
    };
    let long = inner
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(inner.len());
    let (name, rest) = inner.split_at(long);
    let is_plain = !rest.contains(['$', '"', '\'', '`', '\n', '\\', '{']);
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && is_plain
        && (rest.is_empty() || rest.trim_start_matches(':').starts_with(['-', '+']))
}

/// What a shell sees after an equals sign or a quote.
pub struct Scanned {
    /// Where a comment begins.
    pub comment: Option<usize>,
    /// Where the value ends, if more text follows.
    pub more: Option<usize>,
}

/// Reads to the end of a line as a shell does. `is_more`: a value precedes the text.
///
/// # Errors
/// Why programs disagree on where the line ends, or why a shell stops reading.
pub fn scan(text: &str, is_more: bool) -> Result<Scanned, Why> {
    let mut scanned = Scanned { comment: None, more: None };
    let (mut depth, mut word_from, mut is_command) = (0_usize, 0, false);
    // The separator of two commands so far.
    let mut separator = String::new();
    let mut chars = text.char_indices();
    let mut quote = None;
    while let Some((at, c)) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => _ = chars.next(),
            (_, Some(open)) if c == open => quote = None,
            ('$', Some('"') | None) if text[at + 1..].starts_with('{') && !is_filling(&text[at + 2..]) => return Err(COMPUTED),
            ('`', Some('"')) => return Err(COMPUTED),
            ('$', Some('"')) if text[at + 1..].starts_with('(') => return Err(COMPUTED),
            (_, Some(_)) => {}
            ('"' | '\'' | '`', None) => quote = Some(c),
            ('#', None) if at == word_from && at > 0 => {
                scanned.comment = Some(at);
                break;
            }
            ('<', None) if text[at + 1..].starts_with('<') => return Err(CONTINUED),
            ('<' | '>', None) => return Err(COMPUTED),
            ('(', None) if depth == 0 && !text[..at].ends_with('$') => return Err(COMPUTED),
            ('(', None) if text[at + 1..].starts_with('(') => return Err(COMPUTED),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.checked_sub(1).ok_or(COMPUTED)?,
            _ => {}
        }
        if quote.is_some() || !ENDS_WORD.contains(&c) {
            if !SEPARATORS.contains(&separator.as_str()) {
                return Err(COMMAND);
            }
            separator.clear();
            continue;
        }
        if !text[at..].trim_matches(BLANK).is_empty() {
            scanned.more = scanned.more.or(Some(at));
        }
        let word = &text[word_from..at];
        if is_command && FLOW.contains(&word) {
            return Err(COMMAND);
        }
        let is_first = (word_from == 0 && !is_more) || word.contains('=');
        is_command = ";&|(".contains(c) || is_first || (is_command && word.is_empty());
        word_from = at + 1;
        if ";&|".contains(c) {
            separator.push(c);
        }
    }
    let read = text[..scanned.comment.unwrap_or(text.len())].trim_end_matches(BLANK);
    if quote.is_some() || depth > 0 {
        return Err(QUOTES);
    }
    if is_command && read.get(word_from..).is_some_and(|word| FLOW.contains(&word)) {
        return Err(COMMAND);
    }
    match separator.as_str() {
        "" | ";" | "&" => Ok(scanned),
        "|" | "&&" | "||" => Err(CONTINUED),
        _ => Err(COMMAND),
    }
}
