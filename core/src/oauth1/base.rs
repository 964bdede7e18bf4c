//! The signature base string (RFC 5849 §3.4.1): method, base string URI, and every parameter in one order.

use url::Url;

use super::encoding::{encode, form};
use crate::http::{Request, host_of};
use crate::token::Secret;

/// The signature base string (§3.4.1.1) of a request and the parameters of its Authorization header. It is a secret because a form may
/// contain one.
pub fn string(request: &Request, protocol: &[(&str, &str)]) -> Secret {
    Secret::new(format!(
        "{}&{}&{}",
        encode(request.method.to_ascii_uppercase()),
        encode(uri(&request.url)),
        encode(parameters(request, protocol))
    ))
}

/// The base string URI (§3.4.1.2): without query and fragment, and without the scheme's own port. `Url` has already lowered the case of
/// scheme and host; the path is as sent.
pub fn uri(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), host_of(url), url.path())
}

/// Collected from the query, the header and the form (§3.4.1.3.1), encoded, sorted by name and then by value, and joined
/// (§3.4.1.3.2).
fn parameters(request: &Request, protocol: &[(&str, &str)]) -> String {
    let body = request.body.as_ref().filter(|(content_type, _)| is_form(content_type));
    let body = body.map(|(_, body)| body.expose()).unwrap_or_default();
    let sent = form(request.url.query().unwrap_or_default()).chain(form(body));
    let mut all: Vec<(String, String)> = sent.map(|(name, value)| (encode(name), encode(value))).collect();
    // The header's realm is not signed (§3.4.1.3.1).
    let signed = protocol.iter().filter(|(name, _)| *name != "realm");
    all.extend(signed.map(|(name, value)| (encode(name), encode(value))));
    // Excluded in every part of the request (§3.4.1.3.1).
    all.retain(|(name, _)| name != "oauth_signature");
    // Sorted as pairs: `a=1` comes before `a-b=1`, but not as joined texts.
    all.sort();
    let joined: Vec<_> = all.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    joined.join("&")
}

/// Whether a body is a form, by its content type without parameters. A body of any other type is not signed.
fn is_form(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::hmac_sha1;
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    fn get(url: &str) -> Request {
        Request::get("test", Url::parse(url).unwrap())
    }

    fn send(method: &'static str, url: &str, content_type: &'static str, body: &str) -> Request {
        let body = Some((content_type, Secret::new(body)));
        Request { method, body, ..get(url) }
    }

    fn post(url: &str, body: &str) -> Request {
        send("POST", url, FORM, body)
    }

    fn base(request: &Request, protocol: &[(&str, &str)]) -> String {
        string(request, protocol).expose().to_owned()
    }

    /// The third part of the base string, decoded once: the normalized parameters.
    fn normalized(request: &Request) -> String {
        let base = base(request, &[]);
        let part = base.split('&').nth(2).unwrap();
        let (decoded, _) = form(part).next().unwrap_or_default();
        String::from_utf8(decoded).unwrap()
    }

    #[test]
    fn section_3_4_1_1() {
        let request = post("http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q");
        let header = [
            ("realm", "Example"),
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
            ("oauth_signature", "bYT5CMsGcbgUdFHObYMEfcx6bsw="),
        ];
        assert_eq!(
            base(&request, &header),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D\
             %26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1\
             %26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
        // The signature printed in the RFC does not belong to this base string; erratum 2550 has the secrets and the right signature.
        let secrets = (Secret::new("j49sk3j29djd"), Secret::new("dh893hdasih9"));
        assert_eq!(
            hmac_sha1(&string(&request, &header), &secrets.0, Some(&secrets.1)),
            "r6/TJjbCOr97/+UU0NsvSne7s5g="
        );
    }

    #[test]
    fn ports_hosts_and_paths() {
        for (url, expected) in [
            ("HTTP://Example.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
            ("https://www.example.net:8080/?q=1", "https://www.example.net:8080/"),
            ("https://h:443", "https://h/"),
            ("https://h:80/", "https://h:80/"),
            ("http://h:443/#f", "http://h:443/"),
            ("http://[::1]:8080/a", "http://[::1]:8080/a"),
            ("https://user:password@h/a;b=1/%2f%2F~*'()", "https://h/a;b=1/%2f%2F~*'()"),
            ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ] {
            assert_eq!(uri(&Url::parse(url).unwrap()), expected);
        }
        assert!(base(&get("http://h/r%20v"), &[]).starts_with("GET&http%3A%2F%2Fh%2Fr%2520v&"));
        assert!(base(&send("delete", "http://h/", FORM, ""), &[]).starts_with("DELETE&"));
        assert_eq!(base(&get("http://h/?"), &[]), "GET&http%3A%2F%2Fh%2F&");
    }

    #[test]
    fn parameters_of_query_and_body_are_one_list() {
        let request = post("https://h/?b=2&a=2&c=%C3%A9&d", "a=1&b=2&e=x+y%2bz%20~*&=z");
        assert_eq!(normalized(&request), "=z&a=1&a=2&b=2&b=2&c=%C3%A9&d=&e=x%20y%2Bz%20~%2A");
    }

    #[test]
    fn sorting_is_by_encoded_name_and_then_by_encoded_value() {
        // By bytes: upper case before lower, `%` before letters, a name before the longer one that begins with it.
        assert_eq!(
            normalized(&get("https://h/?b=1&a-b=1&a=1&B=1&%C3%A9=1&a1=1&~=1")),
            "%C3%A9=1&B=1&a=1&a-b=1&a1=1&b=1&~=1"
        );
        assert_eq!(
            normalized(&get("https://h/?a=10&a=2&a=%7E&a=%2C&a=B&a=")),
            "a=&a=%2C&a=10&a=2&a=B&a=~"
        );
    }

    #[test]
    fn escapes_in_either_case_sign_alike() {
        let expected = normalized(&post("https://h/?a=%2f%2A", "b=%c3%a9"));
        assert_eq!(expected, "a=%2F%2A&b=%C3%A9");
        assert_eq!(normalized(&post("https://h/?a=/*", "b=%C3%A9")), expected);
    }

    #[test]
    fn only_a_form_is_signed() {
        for (content_type, counts) in [
            ("application/x-www-form-urlencoded;charset=UTF-8", true),
            ("Application/X-WWW-Form-Urlencoded ; charset=utf-8", true),
            ("application/json", false),
            ("multipart/form-data; boundary=application/x-www-form-urlencoded", false),
            ("text/plain", false),
        ] {
            let request = send("POST", "https://h/?q=1", content_type, "a=1");
            assert_eq!(normalized(&request), if counts { "a=1&q=1" } else { "q=1" }, "{content_type}");
        }
    }
}
