//! The entries of `no_proxy`, as curl and Go read them.

use std::net::IpAddr;

use url::{Host, Url};

/// One entry of `no_proxy`.
#[derive(Clone, Debug)]
pub(super) enum Exception {
    Everything,
    /// This domain and all below it, at this port if one is given.
    Domain(String, Option<u16>),
    /// Addresses with the same first bits.
    Network(IpAddr, u8, Option<u16>),
}

/// The entries of `no_proxy`: names, addresses and networks, each with an optional port; `*` is everything.
pub(super) fn exceptions(text: &str) -> Vec<Exception> {
    let entries = text.split(|c: char| c == ',' || c.is_whitespace());
    entries.filter(|entry| !entry.is_empty()).filter_map(exception).collect()
}

fn exception(entry: &str) -> Option<Exception> {
    if entry == "*" {
        return Some(Exception::Everything);
    }
    if let Some((address, bits)) = entry.split_once('/') {
        let address: IpAddr = address.trim_matches(['[', ']']).parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.parse().ok().filter(|bits| *bits <= all)?;
        return Some(Exception::Network(address, bits, None));
    }
    let (name, port) = match entry.rsplit_once(':') {
        _ if entry.parse::<IpAddr>().is_ok() => (entry, None),
        Some((name, port)) if !port.ends_with(']') => (name, Some(port.parse().ok()?)),
        _ => (entry, None),
    };
    if let Ok(address) = name.trim_matches(['[', ']']).parse::<IpAddr>() {
        let all = if address.is_ipv4() { 32 } else { 128 };
        return Some(Exception::Network(address, all, port));
    }
    let name = name.trim_start_matches("*.").trim_matches('.');
    match Host::parse(name).ok()? {
        Host::Domain(name) => Some(Exception::Domain(name, port)),
        Host::Ipv4(address) => Some(Exception::Network(address.into(), 32, port)),
        Host::Ipv6(address) => Some(Exception::Network(address.into(), 128, port)),
    }
}

impl Exception {
    pub(super) fn covers(&self, url: &Url) -> bool {
        let at = |port: &Option<u16>| port.is_none() || *port == url.port_or_known_default();
        match (self, url.host()) {
            (Exception::Everything, _) => true,
            (Exception::Domain(domain, port), Some(Host::Domain(host))) => {
                let host = host.trim_end_matches('.');
                let below = host.strip_suffix(domain.as_str());
                at(port) && below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            (Exception::Network(network, bits, port), Some(Host::Ipv4(host))) => at(port) && same(*network, host.into(), *bits),
            (Exception::Network(network, bits, port), Some(Host::Ipv6(host))) => at(port) && same(*network, host.into(), *bits),
            _ => false,
        }
    }
}

/// Whether two addresses of one family have the same first bits.
fn same(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let shift = |all: u32| all.saturating_sub(u32::from(bits));
    match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => bits == 0 || (u32::from(one) ^ u32::from(other)) >> shift(32) == 0,
        (IpAddr::V6(one), IpAddr::V6(other)) => bits == 0 || (u128::from(one) ^ u128::from(other)) >> shift(128) == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_goes_around_the_proxy() {
        let way = |no: &str, url: &str| {
            let url = Url::parse(url).unwrap();
            exceptions(no).iter().any(|one| one.covers(&url))
        };
        for (no, url) in [
            ("*", "https://a.example"),
            ("a.example", "https://a.example"),
            ("A.Example.", "https://a.example"),
            ("a.example", "https://b.a.example"),
            (".a.example", "https://b.a.example"),
            (".a.example", "https://a.example"),
            ("*.a.example", "https://b.a.example"),
            ("x, a.example ,y", "https://a.example"),
            ("x a.example", "https://a.example"),
            ("a.example:8443", "https://a.example:8443"),
            ("a.example:443", "https://a.example"),
            ("10.0.0.0/8", "https://10.1.2.3"),
            ("10.1.2.3", "https://10.1.2.3"),
            ("10.1.2.3:8443", "https://10.1.2.3:8443"),
            ("fd00::/8", "https://[fd12::1]"),
            ("[fd12::1]", "https://[fd12::1]"),
            ("fd12::1", "https://[fd12::1]"),
            ("bücher.example", "https://bücher.example"),
            ("0.0.0.0/0", "https://192.0.2.1"),
        ] {
            assert!(way(no, url), "{no} has {url}");
        }
        for (no, url) in [
            ("", "https://a.example"),
            ("a.example", "https://nota.example"),
            ("a.example:8443", "https://a.example"),
            ("10.0.0.0/8", "https://11.1.2.3"),
            ("10.0.0.0/8", "https://ten.example"),
            ("10.0.0.0/33", "https://10.1.2.3"),
            ("fd00::/8", "https://10.1.2.3"),
            ("example.*", "https://example.org"),
        ] {
            assert!(!way(no, url), "{no} has not {url}");
        }
    }
}
