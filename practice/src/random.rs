//! Ids and secrets in the shapes the real servers give them. All from the operating system's randomness, because even a
//! practice code or ticket must not be guessable by another page in the browser.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock;

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const UPPER: &[u8; 36] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// A ULID (26 characters): the time in milliseconds, then 80 random bits.
pub fn ulid(at: SystemTime) -> String {
    let millis = at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    let tail = u128::from(rand::random::<u64>()) | (u128::from(rand::random::<u16>()) << 64);
    let bits = (millis << 80) | tail;
    (0..26)
        .rev()
        .map(|place| pick(CROCKFORD, (bits >> (place * 5)) as usize & 31))
        .collect()
}

/// A random UUID (36 characters).
pub fn uuid() -> String {
    let bits = (rand::random::<u128>() & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{bits:032x}");
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// 48 characters of A–Z and 0–9, as GoToSocial's codes and tokens.
pub fn upper48() -> String {
    rand::random::<[u32; 48]>()
        .iter()
        .map(|&n| pick(UPPER, n as usize % UPPER.len()))
        .collect()
}

/// 43 characters of base64url: 256 bits.
pub fn url43() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// 87 characters of base64url: an uncompressed P-256 point in shape, which is what a `vapid_key` looks like.
pub fn vapid() -> String {
    let mut point = rand::random::<[u8; 65]>();
    point[0] = 4;
    URL_SAFE_NO_PAD.encode(point)
}

/// A decimal id that grows with time, as Mastodon's.
pub fn decimal(at: SystemTime) -> String {
    format!("{}{:05}", clock::unix(at), rand::random::<u16>())
}

fn pick(alphabet: &[u8], at: usize) -> char {
    char::from(alphabet.get(at).copied().unwrap_or(b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let id = ulid(SystemTime::now());
        assert!(id.len() == 26 && id.starts_with("01"), "{id}");
        let secret = uuid();
        assert!(
            secret.len() == 36 && secret.as_bytes()[14] == b'4' && b"89ab".contains(&secret.as_bytes()[19]),
            "{secret}"
        );
        assert_eq!((upper48().len(), url43().len(), vapid().len()), (48, 43, 87));
        assert!(vapid().starts_with('B'));
    }
}
