//! Forms by the book (RFC 5849 §3.6, HTML 4.01 §17.13.4), read and written byte by byte: what the targets compare with. It
//! shares nothing with the code under test, and is in no hurry.

/// Names and values in their order, decoded; a percent sign that begins no escape is itself.
pub fn pairs(text: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let parts = text.split('&').filter(|part| !part.is_empty());
    let cut = parts.map(|part| part.split_once('=').unwrap_or((part, "")));
    cut.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

/// The same, where every escape is whole and everything is text, without NUL and without replacement characters.
pub fn strict(text: &str) -> Option<Vec<(String, String)>> {
    let whole = |after: &str| after.len() >= 2 && after.bytes().take(2).all(|b| b.is_ascii_hexdigit());
    if !text.split('%').skip(1).all(whole) {
        return None;
    }
    let clean = |bytes: Vec<u8>| String::from_utf8(bytes).ok().filter(|text| !text.contains('\u{fffd}'));
    let pair = |(name, value)| Some((clean(name)?, clean(value).filter(|value| !value.contains('\0'))?));
    pairs(text).into_iter().map(pair).collect()
}

/// Every byte as its escape.
pub fn escaped(text: impl AsRef<[u8]>) -> String {
    text.as_ref().iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// A form with every byte escaped.
pub fn written<N: AsRef<[u8]>, V: AsRef<[u8]>>(pairs: &[(N, V)]) -> String {
    let all: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    all.join("&")
}

/// Whether nothing but unreserved characters and escapes in capitals stands there (RFC 5849 §3.6).
pub fn is_encoded(text: &str) -> bool {
    let capital = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let escape = byte == b'%' && bytes.next().is_some_and(capital) && bytes.next().is_some_and(capital);
        if !escape && !unreserved(byte) {
            return false;
        }
    }
    true
}

/// Takes escapes and plus signs apart.
pub fn decoded(text: &str) -> Vec<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut decoded = Vec::new();
    let mut bytes = text.as_bytes();
    while let [first, after @ ..] = bytes {
        bytes = after;
        decoded.push(match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (digit(high), digit(low)) {
                (Some(high), Some(low)) => {
                    bytes = after;
                    high * 16 + low
                }
                _ => b'%',
            },
            (byte, _) => *byte,
        });
    }
    decoded
}
