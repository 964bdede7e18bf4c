//! Cleans what a person typed or pasted: removes invisible characters, narrows full-width forms of Chinese and Japanese keyboards, and
//! strips the quotes, brackets and punctuation of the sentence around it.
//!
//! Only full-width forms become other letters (Unicode's compatibility forms). A letter of another script that looks alike stays.

use super::is_unseen;

/// What a sentence may have before a name.
const BEFORE: &[char] = &[
    '<', '(', '{', '"', '\'', '`', '“', '”', '„', '‟', '‘', '’', '‚', '‛', '「', '『', '《', '〈', '【', '〔', '〖', '«', '‹', '*', '|',
];
/// What it may have after a name.
const AFTER: &[char] = &[
    '>', ')', '}', '"', '\'', '`', '“', '”', '„', '‟', '‘', '’', '‚', '‛', '」', '』', '》', '〉', '】', '〕', '〗', '»', '›', '*', '|',
    '.', ',', ';', ':', '!', '?', '…', '、', '·',
];

/// The text on one line, with narrow forms, without invisible characters, and trimmed.
pub fn clean(typed: &str) -> String {
    let seen = |c: &char| !is_invisible(*c) || is_joiner(*c);
    let text: Vec<char> = typed.chars().map(narrow).filter(seen).collect();
    // Persian and Indic words need their joiners (RFC 5892 A.1); elsewhere joiners are strays.
    let letter = |c: Option<&char>| c.is_some_and(|c| !c.is_ascii() && c.is_alphanumeric());
    let kept = text.iter().enumerate().filter(|(at, c)| {
        let around = [at.checked_sub(1).and_then(|before| text.get(before)), text.get(at + 1)];
        !is_joiner(**c) || around.into_iter().all(letter)
    });
    kept.map(|(_, c)| *c).collect::<String>().trim().to_owned()
}

/// Like [`clean`], but keeps line breaks and removes every joiner: for texts longer than a name.
pub fn lines(typed: &str) -> String {
    let kept = |c: char| (c == '\n').then_some(c).or_else(|| Some(narrow(c)).filter(|c| !is_invisible(*c)));
    typed.chars().filter_map(kept).collect()
}

/// Like [`clean`], and without the quotes, brackets and punctuation around the text.
pub fn bare(typed: &str) -> String {
    let mut text = clean(typed);
    loop {
        let inner = text.trim_start_matches(BEFORE).trim_end_matches(AFTER).trim();
        // Strip the brackets of `[host]`, but not those of `[::1]`.
        let inner = match inner.strip_prefix('[') {
            Some(rest) if !rest.contains("](") && !rest.starts_with(|c: char| c == ':' || c.is_ascii_hexdigit() && rest.contains("::")) => {
                rest.trim_end_matches(']').trim()
            }
            _ => inner,
        };
        if inner.len() == text.len() {
            return text;
        }
        text = inner.to_owned();
    }
}

/// The target of a Markdown link; any other text unchanged.
pub fn link_target(text: &str) -> &str {
    let target = text.split_once("](").map(|(_, target)| target);
    target.map_or(text, |t| t.split([')', ' ']).next().unwrap_or_default())
}

/// Narrows a full-width form; any white space becomes a space.
fn narrow(c: char) -> char {
    match c {
        _ if c.is_whitespace() => ' ',
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        // The dots that IDNA takes for one (RFC 3490 §3.1).
        '\u{3002}' | '\u{ff61}' | '\u{fe52}' => '.',
        '\u{fe55}' => ':',
        '\u{fe6b}' => '@',
        _ => c,
    }
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Whether a character is invisible: those of [`is_unseen`], fillers, variation selectors and tags.
fn is_invisible(c: char) -> bool {
    let others = matches!(
        c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    );
    is_unseen(c) || others
}

/// A character's name for a message: the character itself if it is visible, and always its code point.
pub fn name_of(sign: char) -> String {
    let number = format!("U+{:04X}", u32::from(sign));
    let name = match sign {
        ' ' => "SPACE",
        '\u{2010}' => "HYPHEN",
        '\u{2011}' => "NON-BREAKING HYPHEN",
        '\u{2012}' => "FIGURE DASH",
        '\u{2013}' => "EN DASH",
        '\u{2014}' => "EM DASH",
        '\u{2024}' => "ONE DOT LEADER",
        '\u{2026}' => "HORIZONTAL ELLIPSIS",
        '\u{200c}' => "ZERO WIDTH NON-JOINER",
        '\u{200d}' => "ZERO WIDTH JOINER",
        '\u{3001}' => "IDEOGRAPHIC COMMA",
        // Many of these look like Latin letters.
        '\u{370}'..='\u{3ff}' => "GREEK",
        '\u{400}'..='\u{52f}' => "CYRILLIC",
        _ => "",
    };
    match (sign, name) {
        (' ' | '\u{200c}' | '\u{200d}', name) => format!("{number} {name}"),
        (_, "") => format!("{sign} ({number})"),
        (_, name) => format!("{sign} ({number} {name})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_along_is_left_out() {
        for (typed, expected) in [
            ("\u{202a}@me@mastodon.social\u{202c}", "@me@mastodon.social"),
            ("\u{2068}@me\u{2069}@mastodon\u{ad}.social\u{feff}", "@me@mastodon.social"),
            ("＠ｍｅ＠ｍａｓｔｏｄｏｎ．ｓｏｃｉａｌ", "@me@mastodon.social"),
            (
                "ｈｔｔｐｓ：／／ｍａｓｔｏｄｏｎ。ｓｏｃｉａｌ／＠ｍｅ",
                "https://mastodon.social/@me",
            ),
            ("\u{a0}\u{3000}mastodon.social\u{2003}\n", "mastodon.social"),
            ("「mastodon.social」。", "mastodon.social"),
            ("“@me@mastodon.social”,", "@me@mastodon.social"),
            ("<https://mastodon.social/@me>.", "https://mastodon.social/@me"),
            ("（mastodon.social）！", "mastodon.social"),
            ("[mastodon.social]", "mastodon.social"),
            ("[::1]:4000", "[::1]:4000"),
            ("ma\u{200d}stodon.social", "mastodon.social"),
        ] {
            assert_eq!(bare(typed), expected, "{typed:?}");
        }
        let persian = "نامه\u{200c}ای.example";
        assert_eq!(bare(persian), persian);
        // A Cyrillic letter that looks the same.
        assert_eq!(bare("m\u{430}stodon.social"), "m\u{430}stodon.social");
    }

    #[test]
    fn a_sign_has_a_name() {
        assert_eq!(name_of(' '), "U+0020 SPACE");
        assert_eq!(name_of('!'), "! (U+0021)");
        assert_eq!(name_of('\u{2011}'), "\u{2011} (U+2011 NON-BREAKING HYPHEN)");
    }
}
