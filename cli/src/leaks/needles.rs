//! The forms in which a secret may be written: plain, escaped, or encoded.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use keybearer_core::token::Secret;
use zeroize::Zeroizing;

/// A shorter secret is not looked for, because unrelated text may contain it.
pub const SHORTEST: usize = 8;

/// How a secret was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    Plain,
    Percent,
    Json,
    Shell,
    Html,
    QuotedPrintable,
    /// A quote is written twice.
    Doubled,
    /// As a string in source code: `\x3d`, `\075`.
    Escaped,
    Base32,
    Base64,
    Hex,
    Utf16Little,
    Utf16Big,
}

impl Encoding {
    /// Its name in what is printed.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Plain => "plain",
            Encoding::Percent => "percent",
            Encoding::Json => "json",
            Encoding::Shell => "shell",
            Encoding::Html => "html",
            Encoding::QuotedPrintable => "quoted-printable",
            Encoding::Doubled => "doubled",
            Encoding::Escaped => "escaped",
            Encoding::Base32 => "base32",
            Encoding::Base64 => "base64",
            Encoding::Hex => "hex",
            Encoding::Utf16Little | Encoding::Utf16Big => "utf-16",
        }
    }
}

/// One form of some secrets. It is wiped when dropped.
pub struct Needle {
    /// The bytes to look for.
    pub bytes: Zeroizing<Vec<u8>>,
    pub encoding: Encoding,
    /// The secrets that have this form. Two accounts may have the same secret.
    pub secrets: Vec<usize>,
}

/// Every form of these secrets, and which of them are too short to be looked for.
pub fn needles<'a>(secrets: impl IntoIterator<Item = &'a Secret>) -> (Vec<Needle>, Vec<usize>) {
    let (mut all, mut short): (Vec<Needle>, _) = (Vec::new(), Vec::new());
    for (index, secret) in secrets.into_iter().enumerate() {
        let text = secret.expose().trim();
        if text.len() < SHORTEST {
            short.push(index);
            continue;
        }
        for (encoding, bytes) in forms(text) {
            if bytes.len() < SHORTEST {
                continue;
            }
            match all.iter_mut().find(|needle| needle.bytes == bytes) {
                Some(same) if same.secrets.contains(&index) => {}
                Some(same) => same.secrets.push(index),
                None => all.push(Needle {
                    bytes,
                    encoding,
                    secrets: vec![index],
                }),
            }
        }
    }
    (all, short)
}

type Form = (Encoding, Zeroizing<Vec<u8>>);

/// All forms of a secret; the plainest of equal ones comes first.
fn forms(text: &str) -> Vec<Form> {
    let mut all: Vec<Form> = vec![(Encoding::Plain, bytes(text.as_bytes().to_vec()))];
    if text.contains(' ') {
        // WordPress takes its passwords with and without the spaces that it shows.
        all.push((Encoding::Plain, bytes(text.replace(' ', "").into_bytes())));
    }
    let percent = percent_forms(text);
    let json = json_forms(text);
    let twice = percent.iter().flat_map(|once| percent_forms(&text_of(once))).collect::<Vec<_>>();
    let json_twice = json.iter().flat_map(|once| json_forms(&text_of(once))).collect::<Vec<_>>();
    // RFC 6749 §2.3.1 encodes id and secret before the base64 of Basic authorization.
    let within: Vec<_> = all.iter().map(|(_, form)| form.clone()).chain(percent.iter().cloned()).collect();
    all.extend(percent.into_iter().chain(twice).map(|form| (Encoding::Percent, form)));
    all.extend(json.into_iter().chain(json_twice).map(|form| (Encoding::Json, form)));
    all.extend(shell_forms(text).into_iter().map(|form| (Encoding::Shell, form)));
    all.extend(html_forms(text).into_iter().map(|form| (Encoding::Html, form)));
    // With each character encoded.
    for upper in [false, true] {
        all.push((Encoding::Percent, replaced(text, |c| Some(percent_of(c, !upper)))));
        all.push((Encoding::Json, replaced(text, |c| Some(json_of(c, upper)))));
        let number = |c: char| {
            if upper {
                format!("&#x{:X};", u32::from(c))
            } else {
                format!("&#x{:x};", u32::from(c))
            }
        };
        all.push((Encoding::Html, replaced(text, |c| Some(number(c)))));
    }
    all.push((Encoding::Html, replaced(text, |c| Some(format!("&#{};", u32::from(c))))));
    all.push((Encoding::QuotedPrintable, replaced(text, |c| (c == '=').then(|| "=3D".to_owned()))));
    all.extend(['\'', '"'].map(|quote| (Encoding::Doubled, replaced(text, |c| (c == quote).then(|| format!("{c}{c}"))))));
    all.extend(escaped_forms(text).into_iter().map(|form| (Encoding::Escaped, form)));
    all.extend(base32_forms(text.as_bytes()).into_iter().map(|form| (Encoding::Base32, form)));
    let little = bytes(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    for form in within.iter().chain([&little]) {
        all.extend(base64_forms(form).into_iter().map(|form| (Encoding::Base64, form)));
    }
    // Basic authorization in a file that is stored as base64 itself, as Kubernetes does with Docker's.
    let twice = base64_forms(text.as_bytes());
    all.extend(
        twice
            .iter()
            .flat_map(|once| base64_forms(once))
            .map(|form| (Encoding::Base64, form)),
    );
    for form in &within {
        all.push((Encoding::Hex, hex(form, b"0123456789abcdef")));
        all.push((Encoding::Hex, hex(form, b"0123456789ABCDEF")));
    }
    all.extend(separated_hex(text.as_bytes()).into_iter().map(|form| (Encoding::Hex, form)));
    all.push((Encoding::Utf16Little, little));
    all.push((Encoding::Utf16Big, bytes(text.encode_utf16().flat_map(u16::to_be_bytes).collect())));
    all
}

fn bytes(form: Vec<u8>) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(form)
}

/// A form as text. Each is UTF-8.
fn text_of(form: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(String::from_utf8_lossy(form).into_owned())
}

/// The text with some of its characters written in another way.
fn replaced(text: &str, write: impl Fn(char) -> Option<String>) -> Zeroizing<Vec<u8>> {
    // With room for the longest form, because growing would leave a copy behind.
    let mut out = Zeroizing::new(String::with_capacity(text.len() * 12 + 16));
    for c in text.chars() {
        match write(c) {
            Some(written) => out.push_str(&Zeroizing::new(written)),
            None => out.push(c),
        }
    }
    bytes(std::mem::take(&mut *out).into_bytes())
}

fn distinct(mut all: Vec<Zeroizing<Vec<u8>>>) -> Vec<Zeroizing<Vec<u8>>> {
    all.sort_by(|one, other| one.as_slice().cmp(other));
    all.dedup();
    all
}

/// Percent-encoded (RFC 3986 §2.1), once for each set of characters that encoders leave alone.
fn percent_forms(text: &str) -> Vec<Zeroizing<Vec<u8>>> {
    // RFC 3986's unreserved characters; JavaScript's encodeURIComponent and encodeURI; HTML's forms.
    const KEPT: &[&str] = &["-._~", "-_.!~*'()", "-_.!~*'();/?:@&=+$,#", "*-._", "-._~/"];
    let mut all = Vec::new();
    for kept in KEPT {
        for lower in [false, true] {
            for plus in [false, true] {
                all.push(replaced(text, |c| match c {
                    c if c.is_ascii_alphanumeric() || kept.contains(c) => None,
                    ' ' if plus => Some("+".to_owned()),
                    c => Some(percent_of(c, lower)),
                }));
            }
        }
    }
    distinct(all)
}

fn percent_of(c: char, lower: bool) -> String {
    let mut utf8 = [0; 4];
    let encoded = c.encode_utf8(&mut utf8).bytes();
    let written = |b: u8| if lower { format!("%{b:02x}") } else { format!("%{b:02X}") };
    encoded.map(written).collect()
}

/// In a JSON string (RFC 8259 §7): with the fewest escapes, with those that PHP and HTML pages add, and in ASCII.
fn json_forms(text: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = Vec::new();
    for (extra, ascii, upper) in [
        ("", false, false),
        ("", true, false),
        ("", true, true),
        ("/", false, false),
        ("/", true, false),
        ("<>&'", false, false),
        ("<>&", false, false),
        ("<>&'+", true, true),
        ("<>&'=", true, false),
    ] {
        all.push(replaced(text, |c| match c {
            '"' => Some("\\\"".to_owned()),
            '\\' => Some("\\\\".to_owned()),
            '/' if extra.contains('/') => Some("\\/".to_owned()),
            c if extra.contains(c) || (ascii && !c.is_ascii()) || c.is_ascii_control() => Some(json_of(c, upper)),
            _ => None,
        }));
    }
    distinct(all)
}

fn json_of(c: char, upper: bool) -> String {
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units).iter();
    let written = |u: &u16| if upper { format!("\\u{u:04X}") } else { format!("\\u{u:04x}") };
    units.map(written).collect()
}

/// As a shell's word: in single quotes, in double quotes, and with a backslash before each special character.
fn shell_forms(text: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let backslash = |special: &'static str| replaced(text, move |c| special.contains(c).then(|| format!("\\{c}")));
    let all = vec![
        replaced(text, |c| (c == '\'').then(|| "'\\''".to_owned())),
        replaced(text, |c| (c == '\'').then(|| "'\"'\"'".to_owned())),
        replaced(text, |c| (c == '\'').then(|| "\\'".to_owned())),
        backslash("$`\"\\"),
        backslash("$`\"\\!"),
        // bash's `printf %q`, and POSIX's list of characters to quote (Shell Command Language §2.2).
        backslash(" \t!\"#$&'()*,;<>?[\\]^`{|}~"),
        backslash(" \t\"#$&'()*;<>?[\\`|~"),
        backslash(" \t\"#$&'()*;<>?[\\`|~=%"),
        // Java's properties.
        backslash("\\:=#!"),
        // dotenv files and Makefiles.
        replaced(text, |c| (c == '$').then(|| "$$".to_owned())),
    ];
    distinct(all)
}

/// In HTML or XML, once for each way to write their five special characters.
fn html_forms(text: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = Vec::new();
    for (single, double) in [
        ("&#39;", "&quot;"),
        ("&#x27;", "&quot;"),
        ("&apos;", "&quot;"),
        ("&#39;", "&#34;"),
        ("'", "\""),
        ("'", "&quot;"),
    ] {
        all.push(replaced(text, |c| match c {
            '&' => Some("&amp;".to_owned()),
            '<' => Some("&lt;".to_owned()),
            '>' => Some("&gt;".to_owned()),
            '\'' => Some(single.to_owned()),
            '"' => Some(double.to_owned()),
            _ => None,
        }));
    }
    // Handlebars, mustache.js and Go write more characters as numbers.
    for (escapes, double) in [("'`=", "&quot;"), ("'`=/", "&quot;"), ("'+", "&#34;")] {
        for in_hex in [false, true] {
            all.push(replaced(text, |c| match c {
                '&' => Some("&amp;".to_owned()),
                '<' => Some("&lt;".to_owned()),
                '>' => Some("&gt;".to_owned()),
                '"' => Some(double.to_owned()),
                '\'' if !in_hex => Some("&#39;".to_owned()),
                '+' => escapes.contains(c).then(|| "&#43;".to_owned()),
                c => escapes.contains(c).then(|| format!("&#x{:X};", u32::from(c))),
            }));
        }
    }
    distinct(all)
}

/// With bytes escaped as in C, Python and shells (`\x3d`, `\075`): every byte, and only those that are neither letters nor digits.
fn escaped_forms(text: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let ways: [fn(u8) -> String; 3] = [|b| format!("\\x{b:02x}"), |b| format!("\\x{b:02X}"), |b| format!("\\{b:03o}")];
    let mut all = Vec::new();
    for way in ways {
        for whole in [false, true] {
            all.push(replaced(text, |c| {
                let mut utf8 = [0; 4];
                (whole || !c.is_ascii_alphanumeric()).then(|| c.encode_utf8(&mut utf8).bytes().map(way).collect())
            }));
        }
    }
    distinct(all)
}

/// In hex with separators between the bytes: a dump, a fingerprint, a list in source code.
fn separated_hex(form: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = Vec::new();
    for (before, between) in [("", ":"), ("", " "), ("0x", ", "), ("0x", ","), ("0x", " ")] {
        for upper in [false, true] {
            let mut out = Zeroizing::new(String::with_capacity(form.len() * 6));
            for (n, b) in form.iter().enumerate() {
                out.push_str(if n > 0 { between } else { "" });
                out.push_str(before);
                out.push_str(&Zeroizing::new(if upper { format!("{b:02X}") } else { format!("{b:02x}") }));
            }
            all.push(bytes(std::mem::take(&mut *out).into_bytes()));
        }
    }
    all
}

/// The part of its base32 (RFC 4648 §6) that does not depend on the text around it. Base32 writes five bytes as eight characters, so there
/// is one such part for each of five offsets.
fn base32_forms(form: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = Vec::new();
    for before in 0..5 {
        let mut padded = Zeroizing::new(Vec::with_capacity(form.len() + before));
        padded.extend_from_slice(&[0; 4][..before]);
        padded.extend_from_slice(form);
        let encoded = base32(&padded);
        all.extend(encoded.get((before * 8).div_ceil(5)..).map(|core| bytes(core.to_vec())));
    }
    all
}

/// Base32 of these bytes, without padding. A last character that also encodes bits of the byte after them is left out.
fn base32(form: &[u8]) -> Zeroizing<Vec<u8>> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = Vec::with_capacity(form.len() * 2);
    let (mut held, mut bits) = (0_u16, 0);
    for b in form {
        (held, bits) = (held << 8 | u16::from(*b), bits + 8);
        while bits >= 5 {
            bits -= 5;
            out.extend(LETTERS.get(usize::from(held >> bits & 31)));
        }
    }
    bytes(out)
}

fn hex(form: &[u8], digits: &[u8; 16]) -> Zeroizing<Vec<u8>> {
    let digit = |b: u8| digits.get(usize::from(b)).copied().unwrap_or_default();
    let mut out = Vec::with_capacity(form.len() * 2);
    out.extend(form.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]));
    bytes(out)
}

/// The part of its base64 that does not depend on the text around it. Base64 writes three bytes as four characters, so there is one such
/// part for each of three offsets. This finds the secret in Basic authorization (RFC 7617) too, whatever ID is before it.
fn base64_forms(form: &[u8]) -> Vec<Zeroizing<Vec<u8>>> {
    let mut all = Vec::new();
    for before in 0..3 {
        let mut padded = Zeroizing::new(Vec::with_capacity(form.len() + before));
        padded.extend_from_slice(&[0; 2][..before]);
        padded.extend_from_slice(form);
        let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let encoded = Zeroizing::new(engine.encode(&*padded));
            all.extend(encoded.as_bytes().get(from..to).map(|core| bytes(core.to_vec())));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(secret: &str, text: &str) -> Option<Encoding> {
        let (all, _) = needles([&Secret::new(secret)]);
        let contains = |needle: &&Needle| text.as_bytes().windows(needle.bytes.len()).any(|part| part == &**needle.bytes);
        all.iter().find(contains).map(|needle| needle.encoding)
    }

    #[test]
    fn known_encodings_of_one_secret() {
        // RFC 7617 §2 and §2.1.
        assert_eq!(found("open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), Some(Encoding::Base64));
        assert_eq!(found("12345678£", "dGVzdDoxMjM0NTY3OMKj"), Some(Encoding::Base64));
        assert_eq!(
            found("a|b c/d+e=f", "https://x.example/?t=a%7Cb+c%2Fd%2Be%3Df"),
            Some(Encoding::Percent)
        );
        assert_eq!(found("a|b\"c/d+e", r#"{"t": "a|b\"c\/d+e"}"#), Some(Encoding::Json));
        assert_eq!(found("it's $ecret", r"export T='it'\''s $ecret'"), Some(Encoding::Shell));
        assert_eq!(found("a&b<c>d'e", "<i>a&amp;b&lt;c&gt;d&#39;e</i>"), Some(Encoding::Html));
        assert_eq!(found("12345678", "3132333435363738"), Some(Encoding::Hex));
        assert_eq!(
            found("ab:cdefJ", r"\u0061\u0062\u003A\u0063\u0064\u0065\u0066\u004A"),
            Some(Encoding::Json)
        );
        assert_eq!(
            found("ab:cdefJ", "&#97;&#98;&#58;&#99;&#100;&#101;&#102;&#74;"),
            Some(Encoding::Html)
        );
        assert_eq!(
            found("ab:cdefJ", "&#x61;&#x62;&#x3a;&#x63;&#x64;&#x65;&#x66;&#x4a;"),
            Some(Encoding::Html)
        );
        assert_eq!(found("ab:cdef=", r"ab\x3acdef\x3d"), Some(Encoding::Escaped));
        assert_eq!(found("ab:cdef=", r"\141\142\072\143\144\145\146\075"), Some(Encoding::Escaped));
        assert_eq!(found("ab:cdef=", "61:62:3A:63:64:65:66:3D"), Some(Encoding::Hex));
        // RFC 4648 §10.
        assert_eq!(found("foobarfoobar", "MZXW6YTBOJTG633CMFZA===="), Some(Encoding::Base32));
        // After one to four other bytes, as Python encodes it.
        for text in [
            "PBTG633CMFZGM33PMJQXE===",
            "PB4GM33PMJQXEZTPN5RGC4Q=",
            "PB4HQZTPN5RGC4TGN5XWEYLS",
            "PB4HQ6DGN5XWEYLSMZXW6YTBOI======",
        ] {
            assert_eq!(found("foobarfoobar", text), Some(Encoding::Base32), "{text}");
        }
        assert_eq!(found("secret-1234", "another-1234"), None);
    }

    #[test]
    fn equal_secrets_share_their_needles_and_short_ones_are_named() {
        let all = ["same-secret", "short", "same-secret"].map(Secret::new);
        let (needles, short) = needles(&all);
        assert_eq!(short, [1]);
        assert!(needles.iter().all(|needle| needle.secrets == [0, 2]));
        let mut distinct: Vec<_> = needles.iter().map(|needle| needle.bytes.clone()).collect();
        distinct.sort_by(|one, other| one.as_slice().cmp(other));
        distinct.dedup();
        assert_eq!(distinct.len(), needles.len());
    }
}
