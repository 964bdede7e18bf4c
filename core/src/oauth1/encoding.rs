//! Percent-encoding for signatures (RFC 5849 §3.6), and forms read byte by byte. `url` does neither: it writes a space as a plus sign,
//! leaves the asterisk, and replaces invalid UTF-8, while a signature covers the bytes as sent.

/// Encodes every byte except the unreserved ones, with upper-case hex digits and a space as `%20`.
pub fn encode(text: impl AsRef<[u8]>) -> String {
    let mut encoded = String::with_capacity(text.as_ref().len());
    for byte in text.as_ref() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            encoded.push(char::from(*byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Reads `application/x-www-form-urlencoded`: every name and value in their order, decoded. A name without an equals sign has an empty
/// value, and a percent sign that begins no escape stays as it is.
pub fn form(text: &str) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = after.split_first_chunk().filter(|_| first == b'%');
        let escaped = escape.and_then(|(digits, after)| Some((hex(digits)?, after)));
        let plain = if first == b'+' { b' ' } else { first };
        let (byte, after) = escaped.unwrap_or((plain, after));
        decoded.push(byte);
        rest = after;
    }
    decoded
}

fn hex(digits: &[u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn section_3_6() {
        let unreserved = "ABCXYZabcxyz0189-._~";
        assert_eq!(encode(unreserved), unreserved);
        assert_eq!(encode(" +*!'()/?:@&=%\"|"), "%20%2B%2A%21%27%28%29%2F%3F%3A%40%26%3D%25%22%7C");
        assert_eq!(encode("☃ é\u{10ffff}\0"), "%E2%98%83%20%C3%A9%F4%8F%BF%BF%00");
        assert_eq!(encode(""), "");
        // X's own table.
        assert_eq!(encode("Ladies + Gentlemen"), "Ladies%20%2B%20Gentlemen");
        assert_eq!(encode("Dogs, Cats & Mice"), "Dogs%2C%20Cats%20%26%20Mice");
    }

    fn read(text: &str) -> Vec<(String, String)> {
        let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        form(text).map(|(name, value)| (lossy(name), lossy(value))).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.into(), value.into())
    }

    #[test]
    fn plus_space_and_the_case_of_escapes() {
        assert_eq!(read("a=b+c%20d%2Be%2bf"), [pair("a", "b c d+e+f")]);
        assert_eq!(read("a+%2b=%c3%A9"), [pair("a +", "é")]);
    }

    #[test]
    fn what_is_empty_and_what_stands_twice() {
        assert_eq!(read(""), []);
        assert_eq!(read("&&"), []);
        assert_eq!(read("a&b=&=c&="), [pair("a", ""), pair("b", ""), pair("", "c"), pair("", "")]);
        assert_eq!(
            read("a=1&a=1&a==2&A=3"),
            [pair("a", "1"), pair("a", "1"), pair("a", "=2"), pair("A", "3")]
        );
    }

    #[test]
    fn what_is_no_escape_is_itself_and_no_byte_is_lost() {
        assert_eq!(
            read("a=%&b=%4&c=%zz&d=%%41&e=%+1"),
            [pair("a", "%"), pair("b", "%4"), pair("c", "%zz"), pair("d", "%A"), pair("e", "% 1")]
        );
        let bytes: Vec<_> = form("a=%ff%00%FE").collect();
        assert_eq!(bytes, [(b"a".to_vec(), vec![0xff, 0, 0xfe])]);
        assert_eq!(encode(&bytes[0].1), "%FF%00%FE");
    }
}
