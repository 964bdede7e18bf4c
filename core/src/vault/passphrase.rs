//! Normalizes passphrases: computers compose the same letter in different ways (macOS may type é as e and an accent), and a file that
//! was sealed on one of them has to open on another.

use age::secrecy::SecretString;
use unicode_normalization::UnicodeNormalization as _;

use crate::error::{Error, Result};
use crate::token::Secret;

/// scrypt's work for what a new passphrase seals, as a power of two: about a second and 256 MiB. It is not measured, because a busy
/// computer would measure too little, and then refuse its own file as too much work.
pub const WORK: u8 = 18;
/// The minimum length, in characters of the normalized form. A dictionary finds shorter ones in spite of scrypt.
const MIN_LETTERS: usize = 8;

/// A new passphrase in the normalized form that seals files.
///
/// # Errors
/// [`Error::PassphraseShort`], counted in that form, in which an accent is no letter of its own.
pub fn chosen(typed: &Secret) -> Result<SecretString> {
    let prepared = prepared(typed.expose());
    match prepared.expose().chars().count() < MIN_LETTERS {
        true => Err(Error::PassphraseShort),
        false => Ok(words(&prepared)),
    }
}

/// The forms of this passphrase that may have sealed a file, without duplicates because each attempt takes a second: as typed,
/// normalized as for new files, and as earlier versions sealed it on computers that decompose letters.
pub fn candidates(typed: &Secret) -> Vec<SecretString> {
    let text = typed.expose();
    let forms = [typed.clone(), prepared(text), kept(text, text.nfc()), kept(text, text.nfd())];
    let is_new = |at: usize| !forms[..at].contains(&forms[at]);
    (0..forms.len()).filter(|at| is_new(*at)).map(|at| words(&forms[at])).collect()
}

/// The OpaqueString profile of RFC 8265, 4.2.2: every space becomes an ASCII space, and letters are composed (NFC). Case and width stay
/// as typed.
fn prepared(typed: &str) -> Secret {
    kept(typed, typed.chars().map(|c| if is_space(c) { ' ' } else { c }).nfc())
}

/// Collects a form of a text into a buffer with room for the longest one, so that it never grows and leaves copies behind.
fn kept(text: &str, form: impl Iterator<Item = char>) -> Secret {
    // Neither form is longer than three times the text (Unicode's annex 15, 8).
    let mut out = String::with_capacity(3 * text.len());
    out.extend(form);
    Secret::new(out)
}

fn words(form: &Secret) -> SecretString {
    SecretString::from(form.expose().to_owned())
}

/// Unicode's space separators (category Zs).
fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use age::secrecy::ExposeSecret as _;

    use super::{candidates, chosen};
    use crate::token::Secret;

    fn forms(typed: &str) -> Vec<String> {
        let secret = Secret::new(typed);
        candidates(&secret).iter().map(|form| form.expose_secret().to_owned()).collect()
    }

    #[test]
    fn each_form_is_tried_once_and_the_typed_one_first() {
        assert_eq!(forms("correct horse"), ["correct horse"]);
        assert_eq!(forms("密码密码密码密码"), ["密码密码密码密码"]);
        assert_eq!(forms("caf\u{e9}"), ["caf\u{e9}", "cafe\u{301}"]);
        assert_eq!(forms("cafe\u{301}"), ["cafe\u{301}", "caf\u{e9}"]);
        assert_eq!(forms("a\u{3000}b"), ["a\u{3000}b", "a b"]);
        assert_eq!(
            forms("\u{e9}\u{a0}e\u{301}"),
            [
                "\u{e9}\u{a0}e\u{301}",
                "\u{e9} \u{e9}",
                "\u{e9}\u{a0}\u{e9}",
                "e\u{301}\u{a0}e\u{301}"
            ]
        );
        // Hangul, and a sign that has another code point.
        assert_eq!(forms("\u{1112}\u{1161}\u{11ab}"), ["\u{1112}\u{1161}\u{11ab}", "\u{d55c}"]);
        assert_eq!(forms("\u{212b}"), ["\u{212b}", "\u{c5}", "A\u{30a}"]);
        // Full width is not half width, and case stays.
        assert_eq!(forms("\u{ff21}b"), ["\u{ff21}b"]);
    }

    #[test]
    fn a_new_one_is_composed_and_counted_so() {
        let sealed_with = |typed: &str| chosen(&Secret::new(typed)).map(|form| form.expose_secret().to_owned());
        let composed = "\u{e9}".repeat(8);
        assert_eq!(sealed_with(&"e\u{301}".repeat(8)).unwrap(), composed);
        assert_eq!(sealed_with(&"e\u{301}".repeat(7)).unwrap_err().code(), "passphrase-short");
        assert_eq!(sealed_with("my\u{a0}pass\u{3000}word").unwrap(), "my pass word");
    }
}
