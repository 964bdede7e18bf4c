//! Foreign texts as a person reads them: a name on one line, and a path or an argument in which nothing is left out or hidden.

/// The most characters of a name. A longer one would make the menu as wide as the screen.
const LONGEST_NAME: usize = 60;

/// A name on one line, without characters that move or hide text, and truncated.
pub fn name(text: &str) -> String {
    let moves = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let clean: Vec<char> = text.chars().filter(|c| !c.is_control() && !moves(*c)).collect();
    match clean.len() > LONGEST_NAME {
        true => clean.iter().take(LONGEST_NAME - 1).chain(&['…']).collect(),
        false => clean.into_iter().collect(),
    }
}

/// A text in quotes, as [`escaped`] shows it.
pub fn exact(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// A text verbatim: a backslash is one backslash. Only characters that move text, hide it or are invisible are escaped, as `\u{202e}`.
pub fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for (at, c) in text.chars().enumerate() {
        // A combining mark alone would combine with what is before the text.
        let alone = at == 0 && c != '\\' && c != '"' && c != '\'' && c.escape_debug().len() > 1;
        match alone || is_invisible(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// Whether a character moves text, hides it or is invisible: controls, unusual spaces, Unicode's format characters (category Cf, except
/// visible ones), fillers and variation selectors.
fn is_invisible(c: char) -> bool {
    let listed = matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    listed || c.is_control() || (c.is_whitespace() && c != ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_to_their_line() {
        assert_eq!(name("a\nb\u{202e}c\u{7}_&"), "abc_&");
        assert_eq!(name(&"ü".repeat(100)).chars().count(), LONGEST_NAME);
        assert_eq!(name(&"ü".repeat(60)), "ü".repeat(60));
    }

    #[test]
    fn exact_escapes_only_what_cannot_be_seen() {
        for seen in [
            r"C:\Users\ada\new\.env",
            r#"a "b" 'c'"#,
            "/srv/账号/é/e\u{301}",
            "👍 ñ ﷺ",
            r"\u{202e}",
            "",
        ] {
            assert_eq!(exact(seen), format!("\"{seen}\""));
        }
        let unseen = "\0\n\t\r\u{1b}\u{7f}\u{85}\u{a0}\u{ad}\u{34f}\u{61c}\u{1160}\u{180e}\u{2003}\u{200b}\u{200d}\u{200e}\u{200f}\u{2028}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{206a}\u{2800}\u{3000}\u{3164}\u{fe0f}\u{feff}\u{fff9}\u{e0001}\u{e0020}\u{e0100}";
        for c in unseen.chars() {
            assert_eq!(exact(&format!("a{c}b")), format!("\"a\\u{{{:x}}}b\"", u32::from(c)));
        }
        assert_eq!(exact("\u{301}a"), "\"\\u{301}a\"");
    }
}
