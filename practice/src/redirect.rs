//! Redirect URIs: how they are kept, compared, and given parameters. Works on text rather than on the `url` crate's type,
//! because that one adds slashes and drops default ports, and servers that compare exactly do not.

use url::form_urlencoded;

use crate::mastodon::behaviour::Ports;

/// Out of band: no redirect, the code is shown to the person.
pub const OOB: &str = "urn:ietf:wg:oauth:2.0:oob";

/// A URI as GoToSocial keeps it: the scheme in lower case, spaces encoded. The error is Go's own wording.
pub fn normalize(uri: &str) -> Result<String, String> {
    if let Some((_, rest)) = uri.split_once("://")
        && rest.starts_with('[')
        && !rest.contains(']')
    {
        return Err(format!("parse \"{uri}\": missing ']' in host"));
    }
    if uri.contains(|c: char| c.is_ascii_control()) {
        return Err(format!("parse {uri:?}: net/url: invalid control character in URL"));
    }
    let spaceless = uri.replace(' ', "%20");
    Ok(match spaceless.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme) => {
            format!("{}:{rest}", scheme.to_ascii_lowercase())
        }
        _ => spaceless,
    })
}

/// Whether that may be a URI's scheme (RFC 3986 §3.1).
pub fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// The URI's scheme, in lower case.
pub fn scheme(uri: &str) -> Option<String> {
    uri.split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| is_scheme(scheme))
        .map(str::to_ascii_lowercase)
}

/// Whether the given URI is the registered one.
pub fn matches(ports: Ports, registered: &str, given: &str) -> bool {
    if registered == given {
        return true;
    }
    if ports == Ports::Exact {
        return normalize(given).is_ok_and(|given| given == registered);
    }
    matches!((portless(registered), portless(given)), (Some(a), Some(b)) if a == b)
}

/// A URI at a loopback IP literal, without its port (RFC 8252 §7.3: 127.0.0.1 and ::1, not `localhost`).
fn portless(uri: &str) -> Option<(String, String)> {
    let (scheme, rest) = uri.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let host_end = if authority.starts_with('[') {
        authority.find(']')? + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(host_end);
    let port_fits = port.is_empty()
        || port
            .strip_prefix(':')
            .is_some_and(|digits| digits.chars().all(|c| c.is_ascii_digit()));
    let is_loopback = host == "[::1]" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    (port_fits && is_loopback).then(|| (format!("{}://{host}", scheme.to_ascii_lowercase()), tail.to_owned()))
}

/// The URI with these parameters besides its own, sorted by name; a fragment stays at the end.
pub fn with_params(uri: &str, params: &[(&str, &str)]) -> String {
    let (front, fragment) = uri.split_once('#').map_or((uri, None), |(front, fragment)| (front, Some(fragment)));
    let (base, query) = front.split_once('?').unwrap_or((front, ""));
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.extend(params.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{base}?{}{fragment}", query.join("&"))
}

/// Form-encoding as Go's `url.QueryEscape` does it: `~` stays, `*` does not.
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('*', "%2A")
        .replace("%7E", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_literals_ignore_the_port() {
        let free = |a, b| matches(Ports::FreeOnLoopbackIp, a, b);
        assert!(free("http://127.0.0.1/cb", "http://127.0.0.1:53219/cb"));
        assert!(free("http://[::1]:1/cb", "http://[::1]:2/cb"));
        assert!(!free("http://localhost:1/cb", "http://localhost:2/cb"));
        assert!(!free("http://127.0.0.1/cb", "http://127.0.0.1:1/cb/"));
        assert!(!free("http://127.0.0.1/cb", "http://127.0.0.1:1@evil.example/cb"));
        assert!(!free("http://127.0.0.1/cb", "http://127.0.0.1.evil.example/cb"));
        assert!(!matches(Ports::Exact, "http://127.0.0.1:1/cb", "http://127.0.0.1:2/cb"));
        assert!(matches(Ports::Exact, "http://127.0.0.1:1/cb", "HTTP://127.0.0.1:1/cb"));
    }

    #[test]
    fn parameters_are_sorted_and_encoded_as_recorded() {
        let state = "a b+c/ü&=%";
        assert_eq!(
            with_params("http://127.0.0.1:8765/callback?provider=gts", &[("state", state), ("code", "C")]),
            "http://127.0.0.1:8765/callback?code=C&provider=gts&state=a+b%2Bc%2F%C3%BC%26%3D%25"
        );
        assert_eq!(with_params("demo://cb#x", &[("code", "~*")]), "demo://cb?code=~%2A#x");
    }
}
