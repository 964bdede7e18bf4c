//! Reads what a person typed as a server: a name, a handle or a profile's address, with whatever was copied along.

use url::{Host, Url};

use super::sign::{is_label, odd_sign, suspect};
use crate::error::{Error, Result};
use crate::http::{is_loopback, may_be_reached};
use crate::text::typed::{bare, clean, link_target, name_of};

/// Schemes before a handle (RFC 7565, RFC 6068).
const HANDLE_SCHEMES: &[&str] = &["acct:", "mailto:"];
const LINK_SCHEMES: &[&str] = &["web+ap:", "web+activitypub:", "ap:"];
/// Path beginnings of servers' own pages. Such a path belongs to a page, not to a server below a path.
const PAGES: &[&str] = &[
    ".well-known",
    "about",
    "accounts",
    "ap",
    "api",
    "auth",
    "authorize_interaction",
    "c",
    "deck",
    "explore",
    "feed",
    "home",
    "index.php",
    "notes",
    "notifications",
    "oauth",
    "objects",
    "profile",
    "public",
    "settings",
    "share",
    "tags",
    "u",
    "users",
    "web",
    "wp-admin",
    "wp-content",
    "wp-json",
    "wp-login.php",
    "xmlrpc.php",
];
/// How many path segments deep a server is looked for.
const DEPTH: usize = 2;

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The origin that was named.
    pub origin: Url,
    /// The name before the `@`, if a handle was typed.
    pub user: Option<String>,
    /// The first segments of a path that belongs to no page: a server may be there.
    pub path: Vec<String>,
    /// It was typed as http, and is asked by https.
    pub secured: bool,
}

impl Name {
    /// Each path at which a server may be, the shortest first.
    pub fn paths(&self) -> impl Iterator<Item = String> {
        (1..=self.path.len()).map(|depth| self.path.iter().take(depth).map(|step| format!("/{step}")).collect())
    }
}

/// Reads what a person typed: `@me@host`, `me@host`, `acct:me@host`, `https://host/@me`, `host/@me`, `host`, `host:port`.
/// `https://host/@me@elsewhere` is `host`'s page of an account at `elsewhere`: that server is meant.
///
/// # Errors
/// [`Error::ServerNameInvalid`], with the character that no name can have; [`Error::ServerNotHttps`] for http to anywhere but this
/// computer.
pub fn read(typed: &str) -> Result<Name> {
    let name = address(typed)?;
    match name.secured {
        true => Err(Error::ServerNotHttps { typed: clean(typed) }),
        false => Ok(name),
    }
}

/// The same for a site whose address is typed with `http://` from habit: it is asked by https.
///
/// # Errors
/// [`Error::ServerNameInvalid`].
pub fn address(typed: &str) -> Result<Name> {
    let invalid = |sign: Option<char>| Error::ServerNameInvalid {
        typed: clean(typed),
        sign: sign.map(name_of),
    };
    let text = bare(typed);
    let text = bare(link_target(&text));
    let text = one_word(&text).ok_or_else(|| invalid(Some(' ')))?;
    // An encoded `@` of a handle in an address.
    let text = without_scheme(&text).replace("%40", "@");
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if ["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s)) => {
            (Some(scheme.to_ascii_lowercase()), rest)
        }
        Some(_) => return Err(invalid(None)),
        None => (None, text.strip_prefix("//").unwrap_or(&text)),
    };
    let (place, tail) = rest.split_at(rest.find(['/', '\\', '?', '#']).unwrap_or(rest.len()));
    let steps: Vec<&str> = tail
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .split(['/', '\\'])
        .filter(|s| !s.is_empty())
        .collect();
    let elsewhere = steps
        .iter()
        .find_map(|step| step.strip_prefix('@')?.split_once('@'))
        .filter(|(user, host)| !user.is_empty() && !host.is_empty());
    let (scheme, user, place, path) = match (elsewhere, place.rsplit_once('@')) {
        (Some((user, host)), _) => (None, user, host, &[][..]),
        // Userinfo in an address announces a password or hides the real host.
        (None, Some(_)) if scheme.is_some() => return Err(invalid(Some('@'))),
        (None, Some((user, host))) => (None, user.trim_start_matches('@'), host, &steps[..]),
        (None, None) => (scheme, "", place, &steps[..]),
    };
    let mut origin = origin_of(scheme.as_deref(), place).ok_or_else(|| {
        invalid(
            odd_sign(place)
                .or_else(|| suspect(place))
                .or_else(|| tail.chars().next().filter(|_| place.is_empty())),
        )
    })?;
    let secured = !may_be_reached(&origin) && origin.set_scheme("https").is_ok();
    let is_page =
        |step: &&&str| step.starts_with(['@', '~', '.']) || step.contains('%') || PAGES.iter().any(|page| step.eq_ignore_ascii_case(page));
    Ok(Name {
        origin,
        user: Some(user.to_owned()).filter(|u| !u.is_empty() && !u.contains(['@', ':'])),
        path: path
            .iter()
            .take_while(|step| !is_page(step))
            .take(DEPTH)
            .map(|s| (*s).to_owned())
            .collect(),
        secured,
    })
}

/// The origin of a host with an optional port. Without a scheme it is https, except on this computer.
pub(super) fn origin_of(scheme: Option<&str>, host: &str) -> Option<Url> {
    // A trailing root dot, possibly before a port.
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) && !name.ends_with(':') => (name, format!(":{port}")),
        _ => (host, String::new()),
    };
    let host = match host.parse::<std::net::Ipv6Addr>() {
        Ok(ip) => format!("[{ip}]"),
        Err(_) => format!("{}{port}", name.trim_end_matches('.')),
    };
    let parse = |scheme: &str| Url::parse(&format!("{scheme}://{host}")).ok();
    let url = match scheme {
        Some(scheme) => parse(scheme)?,
        None => parse("http").filter(is_loopback).or_else(|| parse("https"))?,
    };
    let named = match url.host()? {
        // A name without a dot is a typing error, except `localhost`.
        Host::Domain(name) => name == "localhost" || (name.contains('.') && name.len() <= 253 && name.split('.').all(is_label)),
        // Refuse `1.2`, which browsers read as 1.0.0.2.
        Host::Ipv4(ip) => host.split(':').next() == Some(ip.to_string().as_str()),
        Host::Ipv6(_) => true,
    };
    let plain = url.path() == "/" && url.query().is_none() && url.username().is_empty() && url.password().is_none();
    (named && plain && url.port() != Some(0) && odd_sign(&host).is_none()).then_some(())?;
    Url::parse(&url.origin().ascii_serialization()).ok()
}

/// The word that names a server among others: the only one that is an address or a full handle.
fn one_word(text: &str) -> Option<String> {
    if !text.contains(' ') {
        return Some(text.to_owned());
    }
    let explicit = |word: &String| {
        let handle = word.trim_start_matches('@').split_once('@');
        word.contains("://") || handle.is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    };
    let mut words = text.split(' ').map(bare).filter(explicit);
    match (words.next(), words.next()) {
        (Some(word), next) if next.iter().chain(&words.collect::<Vec<_>>()).all(|other| *other == word) => Some(word),
        // `@me @host`, as left by a line break.
        (None, _) => {
            let parts: Vec<&str> = text.split(' ').filter(|p| !p.is_empty()).collect();
            let joined = parts.concat();
            let at_the_sign = |pair: &[&str]| matches!(pair, [before, after] if before.ends_with('@') || after.starts_with('@'));
            parts.windows(2).all(at_the_sign).then_some(joined)
        }
        _ => None,
    }
}

fn without_scheme(text: &str) -> String {
    let cut = |text: &str, prefix: &str| match (text.get(..prefix.len()), text.get(prefix.len()..)) {
        (Some(start), Some(rest)) if start.eq_ignore_ascii_case(prefix) => Some(rest.to_owned()),
        _ => None,
    };
    if let Some(handle) = HANDLE_SCHEMES.iter().find_map(|scheme| cut(text, scheme)) {
        let handle = handle.trim_start_matches('/');
        return handle.split('?').next().unwrap_or_default().replace("%40", "@");
    }
    if let Some(link) = LINK_SCHEMES.iter().find_map(|scheme| cut(text, scheme)) {
        return match link.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => without_scheme(&link),
        };
    }
    // A slash too few or too many, or a backslash.
    for scheme in ["https:", "http:"] {
        if let Some(rest) = cut(text, scheme) {
            let place = rest.trim_start_matches(['/', '\\']);
            if place.len() < rest.len() || rest.starts_with(|c: char| c.is_alphabetic()) {
                return format!("{scheme}//{place}");
            }
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn origin(typed: &str) -> String {
        read(typed).map_or_else(|e| format!("{e:?}"), |name| name.origin.to_string())
    }

    #[test]
    fn names_as_people_type_them() {
        for (typed, expected) in [
            ("mastodon.social", "https://mastodon.social/"),
            (" @me@mastodon.social ", "https://mastodon.social/"),
            ("me@mastodon.social", "https://mastodon.social/"),
            ("https://mastodon.social/@me/1234?x=y#z", "https://mastodon.social/"),
            ("HTTPS://Mastodon.Social", "https://mastodon.social/"),
            ("social.example.org:8443", "https://social.example.org:8443/"),
            ("bücher.example", "https://xn--bcher-kva.example/"),
            ("XN--BCHER-KVA.example", "https://xn--bcher-kva.example/"),
            ("127.0.0.1:4000", "http://127.0.0.1:4000/"),
            ("localhost:4000", "http://localhost:4000/"),
            ("gts.localhost:8080", "http://gts.localhost:8080/"),
            ("http://gts.localhost:8080", "http://gts.localhost:8080/"),
            ("https://gts.localhost", "https://gts.localhost/"),
            ("http://[::1]:4000/", "http://[::1]:4000/"),
            ("mastodon.social/@me", "https://mastodon.social/"),
            ("LOCALHOST:4000", "http://localhost:4000/"),
            ("foo.localhost.", "http://foo.localhost/"),
            ("gts.localhost.:8080", "http://gts.localhost:8080/"),
            ("127.0.0.1.:4000", "http://127.0.0.1:4000/"),
            ("::1", "http://[::1]/"),
            ("2001:db8::1", "https://[2001:db8::1]/"),
        ] {
            assert_eq!(origin(typed), expected, "{typed}");
        }
    }

    #[test]
    fn names_as_people_paste_them() {
        for typed in [
            "\u{202a}@me@mastodon.social\u{202c}",
            "＠me＠mastodon.social",
            "ｍａｓｔｏｄｏｎ。ｓｏｃｉａｌ",
            "acct:me@mastodon.social",
            "acct:me%40mastodon.social",
            "mailto:me@mastodon.social?subject=Hello",
            "web+ap://mastodon.social/@me",
            "WEB+AP:acct:me@mastodon.social",
            "[me](https://mastodon.social/@me)",
            "[@me@mastodon.social](https://mastodon.social/@me).",
            "<https://mastodon.social/users/me>",
            "「@me@mastodon.social」",
            "https:/mastodon.social",
            "https:mastodon.social",
            "https://elsewhere.example/@me@mastodon.social",
            "elsewhere.example/@me@mastodon.social/110",
            "Ada · @me@mastodon.social",
            "Follow me: https://mastodon.social/@me",
            "@me @mastodon.social",
            "me@\nmastodon.social",
            "mastodon.social/web/@me",
            "mastodon.social.",
            "mastodon.social。",
            "mastodon.social.:443",
            "//mastodon.social/@me",
            "https:///mastodon.social",
            "https:\\\\mastodon.social\\@me",
            "https://elsewhere.example/@me%40mastodon.social",
            "https://mastodon.social/@me https://mastodon.social/@me",
        ] {
            assert_eq!(origin(typed), "https://mastodon.social/", "{typed:?}");
        }
        assert_eq!(read("acct:Me@mastodon.social").unwrap().user.as_deref(), Some("Me"));
        assert_eq!(read("https://elsewhere.example/@me@b.example").unwrap().user.as_deref(), Some("me"));
    }

    #[test]
    fn a_path_that_is_a_page_is_no_servers() {
        let path = |typed: &str| read(typed).unwrap().path.join("/");
        for page in [
            "a.example/@me",
            "a.example/users/me",
            "https://a.example/web/@me",
            "a.example",
            "a.example/?x=/y",
            "a.example/../x",
            "a.example/%2e%2e/x",
        ] {
            assert_eq!(path(page), "", "{page}");
        }
        assert_eq!(path("a.example/mastodon"), "mastodon");
        assert_eq!(path("https://a.example/mastodon/@me"), "mastodon");
        assert_eq!(path("a.example/a/b/c"), "a/b");
    }

    #[test]
    fn what_is_no_server() {
        for typed in [
            "",
            "@",
            "me",
            "ftp://host.example",
            "a b.example",
            "https://",
            "javascript://x.y",
            "https://user:pw@host.example",
            "https://mastodon.social@evil.example",
            "host.example:99999",
            "1.2",
            "0x7f.1",
            "12345",
            ".ſ",
            "a..b",
            "①.⑥",
            "@a@x.example @b@y.example",
            "host.example:0",
            &format!("{}.example", "a".repeat(64)),
            &format!("{}example", "ab.".repeat(90)),
        ] {
            assert_eq!(read(typed).unwrap_err().code(), "server-name-invalid", "{typed}");
        }
        for (typed, expected) in [
            ("http://Blog.example.org/wp-admin/", "https://blog.example.org/"),
            ("HTTP://blog.example.org:80", "https://blog.example.org/"),
            ("http://blog.example.org:8080/2026/11/", "https://blog.example.org:8080/"),
            ("http:blog.example.org", "https://blog.example.org/"),
        ] {
            let name = address(typed).unwrap();
            assert!(name.secured && name.origin.as_str() == expected, "{typed}: {name:?}");
        }
        assert!(!address("blog.example.org").unwrap().secured && !address("http://127.0.0.1:80").unwrap().secured);
        assert_eq!(read("http://mastodon.social").unwrap_err().code(), "server-not-https");
        assert_eq!(read("http://localhost.example").unwrap_err().code(), "server-not-https");
    }
}
