//! Finds the character in a typed name that no server name can have, so that a refusal can show it.

use url::Url;

/// Whether a text is a DNS label (RFC 1035 §2.3.4).
pub(super) fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
}

/// The first character that no server name can have. IDNA judges letters of all scripts.
pub(super) fn odd_sign(host: &str) -> Option<char> {
    let ip = host.starts_with('[');
    let sign = |c: &char| {
        let plain = c.is_ascii_alphanumeric() || ".-_:".contains(*c) || (ip && "[]".contains(*c));
        // Typographic dashes, dots and quotes, East Asian punctuation, and look-alikes of `/` and `:`.
        let typeset = matches!(c, '\u{2000}'..='\u{200b}' | '\u{200e}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3006}'..='\u{3020}');
        let looks_like = matches!(c, '\u{2215}' | '\u{2236}' | '\u{29f5}' | '\u{29f8}' | '\u{29f9}' | '\u{a789}');
        if c.is_ascii() { !plain } else { typeset || looks_like }
    };
    host.chars().find(sign).or_else(|| host.split('.').find_map(stranger))
}

/// A Greek or Cyrillic letter among Latin ones, which may imitate another name.
fn stranger(label: &str) -> Option<char> {
    let foreign = |c: &char| matches!(c, '\u{370}'..='\u{52f}');
    label
        .chars()
        .find(foreign)
        .filter(|_| label.contains(|c: char| c.is_ascii_alphabetic()))
}

/// The character that is probably wrong in a name that IDNA refuses, or that has no dot.
pub(super) fn suspect(host: &str) -> Option<char> {
    let refused = |c: &char| !c.is_ascii() && (!c.is_alphanumeric() || Url::parse(&format!("https://{c}.example")).is_err());
    host.chars().find(refused)
}

#[cfg(test)]
mod tests {
    use super::super::name::read;
    use crate::error::Error;

    #[test]
    fn a_refusal_names_the_odd_sign() {
        for (typed, expected) in [
            ("a b.example", Some("U+0020 SPACE")),
            ("mastodon!social.example", Some("! (U+0021)")),
            ("mastodon，social.example", Some(", (U+002C)")),
            ("my\u{2011}server.example", Some("\u{2011} (U+2011 NON-BREAKING HYPHEN)")),
            ("mastodon、social.example", Some("、 (U+3001 IDEOGRAPHIC COMMA)")),
            ("mastodon\u{2215}social.example", Some("\u{2215} (U+2215)")),
            ("https:\u{2215}\u{2215}mastodon.social", Some("\u{2215} (U+2215)")),
            ("mastodon.social\u{fe13}8443", Some("\u{fe13} (U+FE13)")),
            ("mastodon\u{b7}social", Some("\u{b7} (U+00B7)")),
            ("m\u{430}stodon.social", Some("\u{430} (U+0430 CYRILLIC)")),
            ("mast\u{3bf}don.social", Some("\u{3bf} (U+03BF GREEK)")),
            ("me[at]mastodon.social", Some("[ (U+005B)")),
            ("#mastodon.social", Some("# (U+0023)")),
            ("me", None),
        ] {
            let Err(Error::ServerNameInvalid { sign, .. }) = read(typed) else {
                panic!("{typed}")
            };
            assert_eq!(sign.as_deref(), expected, "{typed}");
        }
    }
}
