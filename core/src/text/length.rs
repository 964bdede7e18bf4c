//! How long platforms find a text.

use serde::Deserialize;

/// What an address counts, however long it is, at Mastodon and X.
const ADDRESS: usize = 23;

/// What a length counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Unicode characters.
    #[default]
    Characters,
    /// Bytes of UTF-8.
    Bytes,
    /// UTF-16 code units, as JavaScript counts.
    Utf16,
    /// Characters; one outside of the basic scripts counts as two (X).
    Weighted,
    /// Characters, with addresses as 23 (Mastodon).
    ShortLinks,
    /// Characters, with emojis as their bytes (Threads).
    EmojiBytes,
}

impl Unit {
    /// How long a text is.
    pub fn length(self, text: &str) -> usize {
        match self {
            Unit::Characters => text.chars().count(),
            Unit::Bytes => text.len(),
            Unit::Utf16 => text.encode_utf16().count(),
            Unit::Weighted => weighted(text),
            Unit::EmojiBytes => with_emoji_bytes(text),
            Unit::ShortLinks => with_short_links(text),
        }
    }
}

/// In Unicode characters, with each address as 23.
fn with_short_links(text: &str) -> usize {
    pieces(text)
        .map(|(piece, address)| if address { ADDRESS } else { piece.chars().count() })
        .sum()
}

/// In Unicode characters, with each emoji as its bytes of UTF-8.
fn with_emoji_bytes(text: &str) -> usize {
    let is_emoji = |c: char| matches!(u32::from(c), 0x2600..=0x27bf | 0x1f000..=0x1faff);
    text.chars().map(|c| if is_emoji(c) { c.len_utf8() } else { 1 }).sum()
}

/// As X counts: an address as 23, a character outside of the ranges of Latin, Greek, Cyrillic and their neighbours twice, an emoji of
/// several characters twice as a whole.
fn weighted(text: &str) -> usize {
    pieces(text)
        .map(|(piece, address)| if address { ADDRESS } else { weigh(piece) })
        .sum()
}

fn weigh(text: &str) -> usize {
    let (mut sum, mut joined) = (0, false);
    for c in text.chars() {
        let joins = c == '\u{200d}' || c == '\u{fe0f}' || ('\u{1f3fb}'..='\u{1f3ff}').contains(&c);
        if !joins && !joined {
            sum += if is_light(c) { 1 } else { 2 };
        }
        joined = c == '\u{200d}';
    }
    sum
}

/// The ranges of version 3 of X's configuration (twitter-text, `config/v3.json`).
fn is_light(c: char) -> bool {
    matches!(u32::from(c), 0..=4351 | 8192..=8205 | 8208..=8223 | 8242..=8247)
}

/// The pieces of a text, and which of them are addresses.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let at = ["https://", "http://"].iter().filter_map(|scheme| rest.find(scheme)).min();
        let (end, address) = match at {
            Some(0) => (rest.find(char::is_whitespace).unwrap_or(rest.len()), true),
            Some(at) => (at, false),
            None => (rest.len(), false),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some((piece, address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_short() {
        let long = format!("https://example.com/{}", "a".repeat(300));
        assert_eq!(with_short_links(&format!("look: {long} now")), 6 + 23 + 4);
        assert_eq!(with_short_links("你好 👍"), 4);
        assert_eq!(with_short_links(""), 0);
        assert_eq!(with_emoji_bytes("你好 👍"), 3 + 4);
    }

    // From the examples of docs.x.com/fundamentals/counting-characters.
    #[test]
    fn as_x_counts() {
        assert_eq!(weighted("hello"), 5);
        assert_eq!(weighted("café"), 4);
        assert_eq!(weighted("こんにちは"), 10);
        assert_eq!(weighted("👨‍👩‍👧‍👦"), 2, "one family");
        assert_eq!(weighted("👍🏽"), 2);
        assert_eq!(weighted("https://example.com/a/very/long/address"), 23);
    }
}
