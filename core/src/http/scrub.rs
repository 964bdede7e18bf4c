//! Removes secrets from what a server or a program returns. A secret is found as it was sent, decoded, encoded again, in lower case (as
//! in a host name), in base64 and in hex; each character may be escaped for a query, JSON or HTML, and the text may be broken into
//! lines.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The minimum length of a secret. Removing shorter texts would destroy the answer.
const LEAST: usize = 4;

/// The secrets to remove, in all their forms.
#[derive(Default)]
pub struct Echoes {
    forms: Vec<String>,
    /// The bytes that a form can begin with, sorted.
    begins: Vec<u8>,
}

impl Echoes {
    /// All forms of these secrets.
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Echoes {
        let mut forms: Vec<String> = secrets.into_iter().flat_map(forms).filter(|form| form.len() >= LEAST).collect();
        forms.sort();
        forms.dedup();
        let mut begins: Vec<u8> = forms.iter().filter_map(|form| form.bytes().next()).chain(*b"%\\&").collect();
        begins.sort_unstable();
        begins.dedup();
        Echoes { forms, begins }
    }

    /// The text with each secret replaced by `by`.
    pub fn hidden(&self, text: &str, by: &str) -> String {
        self.without(text, by, false)
    }

    /// Like [`Echoes::hidden`], for a truncated text: the beginning of a secret at its end is replaced, too.
    pub fn hidden_cut(&self, text: &str, by: &str) -> String {
        // A character may have been cut in the middle.
        self.without(text.trim_end_matches('\u{fffd}'), by, true)
    }

    fn without(&self, text: &str, by: &str, cut: bool) -> String {
        let mut out = String::with_capacity(text.len());
        let mut until = 0;
        for (at, c) in text.char_indices() {
            let rest = &text[at..];
            // All secrets in one pass, because they may contain or overlap each other.
            if self.begins.binary_search(&rest.as_bytes()[0]).is_ok()
                && let Some(long) = self.beginning(c).filter_map(|form| found(form, rest, cut)).max()
            {
                if at >= until {
                    out.push_str(by);
                }
                until = until.max(at + long);
            }
            if at >= until {
                out.push(c);
            }
        }
        out
    }

    /// The forms that begin with this character. They are sorted.
    fn beginning(&self, c: char) -> impl Iterator<Item = &String> {
        let first = |form: &String| form.chars().next();
        let (from, to) = match c {
            '%' | '\\' | '+' | '&' => (0, self.forms.len()),
            c => (
                self.forms.partition_point(|form| first(form) < Some(c)),
                self.forms.partition_point(|form| first(form) <= Some(c)),
            ),
        };
        self.forms.get(from..to).unwrap_or_default().iter()
    }
}

/// The forms of a whole secret.
fn forms(secret: &str) -> Vec<String> {
    let query = format!("x={}", secret.replace('&', "%26").replace('+', "%2B"));
    let decoded = url::form_urlencoded::parse(query.as_bytes()).next();
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut all: Vec<String> = decoded.map(|(_, value)| value.into_owned()).into_iter().collect();
    // JSON within JSON is escaped twice.
    let escaped = serde_json::Value::from(secret).to_string();
    all.extend([secret.to_lowercase(), secret.to_uppercase(), escaped.trim_matches('"').to_owned()]);
    // RFC 6749 §2.3.1 encodes it before base64.
    for text in [secret, encoded.as_str()] {
        all.push(text.to_owned());
        let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
        all.extend([hex.to_uppercase(), hex]);
        all.extend(in_base64(text));
    }
    all
}

/// Base64 encodes three bytes at a time, so there are three forms, one for each offset.
fn in_base64(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for before in 0..3 {
        let bytes = [&[0; 2][..before], text.as_bytes()].concat();
        let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        for text in [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)] {
            all.extend(text.get(from..to).map(str::to_owned));
        }
    }
    all
}

/// How many bytes of the text match this form, if it begins with it.
fn found(form: &str, text: &str, cut: bool) -> Option<usize> {
    // A percent sign or backslash may be itself or begin an escape.
    let long = [true, false].into_iter().filter_map(|escaped| read(form, text, escaped, cut));
    long.max()
}

fn read(form: &str, text: &str, escaped: bool, cut: bool) -> Option<usize> {
    let mut rest = text;
    for (index, c) in form.chars().enumerate() {
        if index > 0 && !c.is_whitespace() {
            rest = rest.trim_start();
            // Line breaks may be escaped, too. The form's own characters come first.
            while !rest.starts_with(c)
                && let Some(after) = after_escaped_break(rest)
            {
                rest = after.trim_start();
            }
        }
        match written_length(c, rest, escaped) {
            Some(long) => rest = rest.get(long..)?,
            // A truncated escape has fewer than six characters.
            None if cut && index >= LEAST && (rest.is_empty() || (rest.starts_with(['%', '\\', '&']) && rest.len() < 6)) => {
                return Some(text.len());
            }
            None => return None,
        }
    }
    Some(text.len() - rest.len())
}

/// The text after a line break that is escaped for JSON, a query or HTML, or is quoted-printable (RFC 2045 §6.7).
fn after_escaped_break(text: &str) -> Option<&str> {
    const BREAKS: &[&str] = &[
        "\\n", "\\r", "\\u000a", "\\u000d", "\\x0a", "\\x0d", "%0a", "%0d", "&#10;", "&#13;", "&#xa;", "&#xd;", "=\n", "=\r\n",
    ];
    BREAKS.iter().find_map(|written| text.get(begins(text, written)?..))
}

/// How many bytes of the text's beginning write this character in any way.
fn written_length(c: char, text: &str, escaped: bool) -> Option<usize> {
    let plain = text.starts_with(c).then_some(c.len_utf8());
    if !escaped && plain.is_some() {
        return plain;
    }
    let one = match text.as_bytes().first() {
        Some(b'+') if c == ' ' => Some(1),
        Some(b'%') if text.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok()) == c.encode_utf8(&mut [0; 4]).bytes().next() => {
            let written: String = c.encode_utf8(&mut [0; 4]).bytes().map(|b| format!("%{b:02x}")).collect();
            begins(text, &written)
        }
        Some(b'&') => in_html(c, text),
        Some(b'\\')
            if text[1..].starts_with(['x', 'X'])
                && u8::from_str_radix(text.get(2..4).unwrap_or_default(), 16).ok().map(char::from) == Some(c) =>
        {
            Some(4)
        }
        Some(b'\\') => {
            let after = text[1..].starts_with(c).then(|| 1 + c.len_utf8());
            let unit = text.get(2..6).and_then(|digits| u16::from_str_radix(digits, 16).ok());
            match unit == c.encode_utf16(&mut [0; 2]).first().copied() {
                true => {
                    let written: String = c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect();
                    begins(text, &written).or(after)
                }
                false => after,
            }
        }
        _ => None,
    };
    one.or(plain)
}

/// How many bytes write this character in HTML, by name or by number.
fn in_html(c: char, text: &str) -> Option<usize> {
    const LONGEST: usize = 10;
    let end = text.bytes().take(LONGEST).position(|b| b == b';')?;
    let written = text.get(1..end)?;
    let number = |digits: &str| match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    };
    let meant = match written {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => written.strip_prefix('#').and_then(number).and_then(char::from_u32),
    };
    (meant == Some(c)).then_some(end + 1)
}

/// The length of `with`, if the text begins with it in any case.
fn begins(text: &str, with: &str) -> Option<usize> {
    let same = text.get(..with.len())?.eq_ignore_ascii_case(with);
    same.then_some(with.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "THAA/x+y=%2Fz\"q|~ä";

    fn hidden(text: &str) -> String {
        Echoes::of([SECRET]).hidden(text, "…")
    }

    /// In lines of seven characters.
    fn broken(text: &str, by: &str) -> String {
        let all: Vec<char> = text.chars().collect();
        all.chunks(7).map(String::from_iter).collect::<Vec<_>>().join(by)
    }

    #[test]
    fn a_secret_is_found_in_whatever_it_was_made_into() {
        let query: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let json = serde_json::to_string(SECRET).unwrap_or_default();
        let base = STANDARD_NO_PAD.encode(SECRET);
        let hex: String = SECRET.bytes().map(|b| format!("{b:02x} ")).collect();
        for form in [
            SECRET.to_owned(),
            query.clone(),
            query.replace("%2B", "%2b").replace("%3D", "%3d"),
            // As Python and JavaScript encode it.
            "THAA/x%2By=%252Fz%22q%7C~%C3%A4".to_owned(),
            "THAA/x+y=/z\"q|~ä".to_owned(),
            json.trim_matches('"').to_owned(),
            json.trim_matches('"').replace('/', "\\/"),
            SECRET.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect(),
            base.clone(),
            base.replace('/', "\\/"),
            URL_SAFE_NO_PAD.encode(SECRET),
            broken(&base, "\n"),
            hex.clone(),
            hex.to_uppercase(),
            url::form_urlencoded::byte_serialize(query.as_bytes()).collect(),
            STANDARD_NO_PAD.encode(&query),
            URL_SAFE_NO_PAD.encode(&query),
            query.bytes().map(|b| format!("{b:02x}")).collect(),
            SECRET.to_lowercase(),
            SECRET
                .replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('/', "&#x2F;")
                .replace('=', "&#61;"),
            SECRET.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
            SECRET.replace('/', "\\x2f").replace('"', "\\x22"),
            broken(&base, "\n\r"),
            broken(&base, "\\n"),
            broken(&base, "\\r\\n"),
            broken(&base, "\\u000A"),
            broken(&base, "%0D%0A"),
            broken(&base, "&#13;&#10;"),
            broken(SECRET, "=\r\n"),
            broken(SECRET, "\\n  "),
        ] {
            let text = hidden(&format!("so: {form}."));
            assert!(
                text.starts_with("so: …") && text.ends_with('.') && text.len() < 12,
                "{form}: {text}"
            );
        }
        // In base64 of something that it is a part of, a character at each end is the neighbour's, too.
        for before in ["", "a", "ab", "abc"] {
            let text = hidden(&STANDARD_NO_PAD.encode(format!("{before}{SECRET}and more")));
            assert!(text.contains('…') && text.len() < 28, "{before}: {text}");
            assert!(!text.contains("VEhBQ"), "{text}");
        }
    }

    #[test]
    fn what_was_cut_off_is_found_and_what_is_none_stays() {
        let base = STANDARD_NO_PAD.encode(SECRET);
        for whole in [SECRET, &base, "THAA%2Fx%2By%3D%252Fz%22", "THAA\\u002fx"] {
            for end in (LEAST + 1..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
                let text = format!("so: {}", &whole[..end]);
                assert_eq!(Echoes::of([SECRET]).hidden_cut(&text, "…"), "so: …", "{text}");
            }
        }
        for text in ["THAT", "%2F% \\ %", "so: THA", "so: THAA/x", "banana"] {
            assert_eq!(hidden(text), text);
        }
        assert_eq!(Echoes::of(["", "a"]).hidden("banana", "…"), "banana");
        // One in the other, and two that overlap.
        let both = Echoes::of(["abcdef", "cdefghij", "cdef"]);
        assert_eq!(both.hidden("abcdefghij abcdef cdef.", "…"), "… … ….");
    }
}
