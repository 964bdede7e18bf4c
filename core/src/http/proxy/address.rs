//! Reads a proxy's address as people write it, into the library's form.

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::token::Secret;

/// Reads a proxy's address in curl's form, `[scheme://][user[:password]@]host[:port]`. Returns it without name and password, for
/// display, and whole in the library's form.
pub(super) fn parse(text: &str) -> Option<(String, Secret)> {
    let text = text.trim();
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let (scheme, usual) = match scheme.to_ascii_lowercase().as_str() {
        "http" => ("http", 80),
        "https" => ("https", 443),
        "socks4" => ("socks4", 1080),
        "socks4a" => ("socks4a", 1080),
        "socks5" => ("socks5", 1080),
        // Desktops write `socks` for any version.
        "socks5h" | "socks" => ("socks5h", 1080),
        _ => return None,
    };
    if rest.starts_with(['/', '\\']) {
        return None;
    }
    // Parsed as an http address, so that the host is validated.
    let url = Url::parse(&format!("http://{rest}")).ok()?;
    // An unencoded /, ? or # in a password ends the host too early.
    if [Some(url.path()), url.query(), url.fragment()]
        .iter()
        .flatten()
        .any(|t| t.contains('@'))
    {
        return None;
    }
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let port = match url.port() {
        None if authority.ends_with(":80") => 80,
        port => port.unwrap_or(usual),
    };
    let host = url.host_str().filter(|_| port != 0)?;
    let shown = format!("{scheme}://{host}:{port}");
    let address = match (url.username(), url.password()) {
        ("", None) => shown.clone(),
        (user, None) => format!("{scheme}://{user}@{host}:{port}"),
        (user, Some(password)) => format!("{scheme}://{user}:{password}@{host}:{port}"),
    };
    // The library would connect directly if it could not parse the proxy's address.
    let understood = Matcher::builder().all(address.as_str()).build();
    let understood = understood.intercept(&Uri::from_static("https://example.org")).is_some();
    understood.then(|| (shown, Secret::new(address)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_as_people_write_them() {
        for (typed, shown, whole) in [
            ("proxy.example:3128", "http://proxy.example:3128", "http://proxy.example:3128"),
            (" http://proxy.example ", "http://proxy.example:80", "http://proxy.example:80"),
            ("HTTP://Proxy.Example:80/", "http://proxy.example:80", "http://proxy.example:80"),
            ("https://proxy.example", "https://proxy.example:443", "https://proxy.example:443"),
            ("https://proxy.example:80", "https://proxy.example:80", "https://proxy.example:80"),
            ("socks5h://127.0.0.1", "socks5h://127.0.0.1:1080", "socks5h://127.0.0.1:1080"),
            ("socks://127.0.0.1:9050/", "socks5h://127.0.0.1:9050", "socks5h://127.0.0.1:9050"),
            ("socks4a://[::1]:9050", "socks4a://[::1]:9050", "socks4a://[::1]:9050"),
            (
                "http://me:p%40ss@proxy.example:3128",
                "http://proxy.example:3128",
                "http://me:p%40ss@proxy.example:3128",
            ),
            (
                "http://me:p@ss@proxy.example:3128",
                "http://proxy.example:3128",
                "http://me:p%40ss@proxy.example:3128",
            ),
            ("socks5://me@10.0.0.1", "socks5://10.0.0.1:1080", "socks5://me@10.0.0.1:1080"),
        ] {
            let (read, address) = parse(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!((read.as_str(), address.expose()), (shown, whole), "{typed}");
        }
        for wrong in [
            ":::bad",
            "http://",
            "http:///proxy:1",
            "ftp://proxy:1",
            "://proxy:1",
            "proxy:port",
            "proxy:99999",
            "proxy:0",
            "http://pro xy:1",
            "http://proxy:1\n",
            "http://me:pa/ss@proxy:1",
            "http://me:12/34@proxy:1",
            "http://me:1#2@proxy:1",
            "http://me:1?2@proxy:1",
            "http://[::1:3128",
            "socks6://proxy:1",
            "file:///etc/proxy",
        ] {
            // The end of a line is trimmed; within it is no address.
            let wrong_or_trimmed = parse(wrong).is_none() || wrong.trim() != wrong;
            assert!(
                wrong_or_trimmed,
                "{wrong:?} is no proxy: {:?}",
                parse(wrong).map(|(shown, _)| shown)
            );
        }
    }
}
