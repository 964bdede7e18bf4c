//! Redirect URIs: how each flavor keeps and compares them. As text, for the reason in [`crate::redirect`].

use super::behaviour::Ports;
use crate::redirect::is_scheme;

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
}
