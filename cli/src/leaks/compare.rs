//! Compares a needle with a text that may break it into lines and escape some of its characters, in whatever way and mixture.
//!
//! A needle is only compared where a piece of it was found, so this costs no time elsewhere. Where both pieces have escaped characters,
//! the needles of known encoders find it.

use super::needles::Encoding;

/// The most blanks that may begin a line within a needle.
pub const MOST_BLANKS: usize = 64;
/// The longest way to write one character: `&#x000041;`.
pub const LONGEST: usize = 10;

/// What is left of a text, and how the needle was escaped in what was compared.
type Rest<'a> = (&'a [u8], Option<Encoding>);

/// The text after the needle that it begins with.
pub fn after<'a>(text: &'a [u8], needle: &[u8]) -> Option<Rest<'a>> {
    // A token may have `%2F` in it, and be written as it is or with `%252F`.
    after_by(text, needle, written).or_else(|| after_by(text, needle, |text, byte| plain(text, byte).or_else(|| escaped(text, byte))))
}

fn after_by<'a>(mut text: &'a [u8], needle: &[u8], one: impl Fn(&'a [u8], u8) -> Option<Rest<'a>>) -> Option<Rest<'a>> {
    let mut encoding = None;
    for byte in needle {
        let (rest, how) = one(text, *byte).or_else(|| one(after_break(text)?, *byte))?;
        (text, encoding) = (rest, encoding.or(how));
    }
    Some((text, encoding))
}

/// The text before the needle that it ends with. For short needles only: each character may be a level of recursion.
pub fn before<'a>(text: &'a [u8], needle: &[u8]) -> Option<Rest<'a>> {
    before_by(text, needle, true)
}

fn before_by<'a>(text: &'a [u8], needle: &[u8], may_break: bool) -> Option<Rest<'a>> {
    let Some((byte, front)) = needle.split_last() else {
        return Some((text, None));
    };
    let lengths = 1..=LONGEST.min(text.len());
    let found = lengths.into_iter().find_map(|long| {
        let (ahead, last) = text.split_at(text.len() - long);
        let (_, how) = match long {
            1 => plain(last, *byte)?,
            _ => escaped(last, *byte).filter(|(rest, _)| rest.is_empty())?,
        };
        let (rest, other) = before_by(ahead, front, true)?;
        Some((rest, other.or(how)))
    });
    found.or_else(|| before_by(before_break(text).filter(|_| may_break)?, needle, false))
}

/// The text after this character, escaped or not.
fn written(text: &[u8], byte: u8) -> Option<Rest<'_>> {
    escaped(text, byte).or_else(|| plain(text, byte))
}

fn plain(text: &[u8], byte: u8) -> Option<Rest<'_>> {
    text.strip_prefix(&[byte]).map(|rest| (rest, None))
}

fn escaped(text: &[u8], byte: u8) -> Option<Rest<'_>> {
    let digits = |from: usize, to: usize| number(text.get(from..to)?, 16).filter(|code| *code == u32::from(byte));
    let (long, encoding) = match text {
        [b'%', ..] if digits(1, 3).is_some() => (3, Encoding::Percent),
        // RFC 2045 §6.7.
        [b'=', ..] if digits(1, 3).is_some() => (3, Encoding::QuotedPrintable),
        [b'\\', b'u', ..] if digits(2, 6).is_some() => (6, Encoding::Json),
        [b'\\', b'x', ..] if digits(2, 4).is_some() => (4, Encoding::Shell),
        [b'\\', b'/', ..] if byte == b'/' => (2, Encoding::Json),
        // Shells, and Java's properties.
        [b'\\', other, ..] if *other == byte && !byte.is_ascii_alphanumeric() => (2, Encoding::Shell),
        // CSV and YAML double quotes, systemd and batch files the percent sign.
        [one, other, ..] if *one == byte && *other == byte && b"'\"%$`".contains(&byte) => (2, Encoding::Doubled),
        [b'&', ..] => (reference(text, byte)?, Encoding::Html),
        _ => return None,
    };
    Some((text.get(long..)?, Some(encoding)))
}

/// The length of a character reference of HTML.
fn reference(text: &[u8], byte: u8) -> Option<usize> {
    const NAMES: [(&[u8], u8); 10] = [
        (b"amp", b'&'),
        (b"lt", b'<'),
        (b"gt", b'>'),
        (b"quot", b'"'),
        (b"apos", b'\''),
        (b"equals", b'='),
        (b"sol", b'/'),
        (b"plus", b'+'),
        (b"colon", b':'),
        (b"percnt", b'%'),
    ];
    let end = text.iter().take(LONGEST).position(|other| *other == b';')?;
    let is_it = match text.get(1..end)? {
        [b'#', b'x' | b'X', digits @ ..] => number(digits, 16) == Some(byte.into()),
        [b'#', digits @ ..] => number(digits, 10) == Some(byte.into()),
        name => NAMES.contains(&(name, byte)),
    };
    (is_it && byte.is_ascii()).then_some(end + 1)
}

fn number(digits: &[u8], base: u32) -> Option<u32> {
    let all = digits.iter().map(|digit| char::from(*digit).to_digit(base));
    all.reduce(|number, digit| Some(number? * base + digit?)).flatten()
}

/// The text after a line break and the blanks that begin the next line. A backslash or `=` before it (a shell's, quoted-printable's:
/// RFC 2045 §6.7) belongs to it, and so does `\n` as two characters, as in a JSON string.
fn after_break(text: &[u8]) -> Option<&[u8]> {
    const BREAKS: [&[u8]; 8] = [b"\n", b"\r\n", b"=\n", b"=\r\n", b"\\\n", b"\\\r\n", b"\\n", b"\\r\\n"];
    let rest = BREAKS.iter().find_map(|one| text.strip_prefix(*one))?;
    let blanks = rest
        .iter()
        .take(MOST_BLANKS)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    rest.get(blanks..)
}

/// The text before such a line break.
fn before_break(text: &[u8]) -> Option<&[u8]> {
    const BREAKS: [&[u8]; 8] = [b"=\r\n", b"\\\r\n", b"\r\n", b"=\n", b"\\\n", b"\n", b"\\r\\n", b"\\n"];
    let blanks = text
        .iter()
        .rev()
        .take(MOST_BLANKS)
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let text = text.get(..text.len() - blanks)?;
    BREAKS.iter().find_map(|one| text.strip_suffix(*one))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_character_may_be_escaped_in_its_own_way() {
        let needle = b"12:ab/c+d=e%2F\"'&f";
        for (text, encoding) in [
            (r#"12:ab/c+d=e%2F"'&f"#, None),
            (r#"12%3aab%2Fc%2bd%3De%252F%22%27%26f"#, Some(Encoding::Percent)),
            (r#"12=3Aab/c+d=3De%2F"'&f"#, Some(Encoding::QuotedPrintable)),
            (r#"12&#58;ab&#x2F;c&#43;d&#x3d;e%2F&#34;&#0039;&amp;f"#, Some(Encoding::Html)),
            (
                r#"12&colon;ab&sol;c&plus;d&equals;e&percnt;2F&quot;&apos;&amp;f"#,
                Some(Encoding::Html),
            ),
            (r#"12\:ab/c+d\=e%2F"'&f"#, Some(Encoding::Shell)),
            (r#"12:ab\/c\u002Bd\u003de%2F\"'\u0026f"#, Some(Encoding::Json)),
            (r#"12:ab/c+d=e%%2F""''&f"#, Some(Encoding::Doubled)),
            ("12:ab/c=\n+d=3D=\r\ne%2F\"'&f", Some(Encoding::QuotedPrintable)),
        ] {
            let whole = format!("{text}?");
            assert_eq!(after(whole.as_bytes(), needle), Some((&b"?"[..], encoding)), "{text}");
            let whole = format!("?{text}");
            assert_eq!(before(whole.as_bytes(), needle), Some((&b"?"[..], encoding)), "{text}");
        }
        for text in ["12:ab/c+d=e%2f\"'&f", "12&#5 8;ab", "12%+3", "12&#x3a", "12&", "12\\", "12", ""] {
            assert_eq!(
                (after(text.as_bytes(), needle), before(text.as_bytes(), needle)),
                (None, None),
                "{text}"
            );
        }
    }
}
