//! How a host names its server: nodeinfo, host-meta (RFC 6415, as XML and JSON) and webfinger (RFC 7033).

use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use url::Url;

use super::{Name, Server, follow, led, origin_of, well_known_url};
use crate::error::{Error, Result};
use crate::http::client::Client;
use crate::http::host_of;
use crate::oauth2::body;

/// An answer of nodeinfo.
pub(super) enum NodeInfo {
    /// The server.
    Server(Server),
    /// Where the server is, without its software.
    At(Url),
    /// It refers to a forbidden address: the server is elsewhere and cannot be found.
    LedAstray,
}

/// nodeinfo: /.well-known/nodeinfo → the newest schema → software.
///
/// # Errors
/// Network errors, and [`Error::ServerUnknown`] if there is no nodeinfo.
pub(super) async fn nodeinfo(client: &Client, origin: &Url) -> Result<NodeInfo> {
    let unknown = || Error::ServerUnknown { host: host_of(origin) };
    let (at, response) = match follow(client, well_known_url(origin, "nodeinfo")).await {
        Err(Error::ServerUnknown { .. }) => return Ok(NodeInfo::LedAstray),
        // It refers to another host, which cannot be reached.
        Err(Error::ServerNotFound { host } | Error::ServerUnreachable { host, .. } | Error::ServerTls { host, .. })
            if host != host_of(origin) =>
        {
            return Err(unknown());
        }
        followed => followed?,
    };
    let links = body::read(&response).ok().filter(|_| response.is_success()).ok_or_else(unknown)?;
    let links = links.get("links").and_then(Value::as_array).ok_or_else(unknown)?;
    let schema = |link: &Value| link.get("rel").and_then(Value::as_str).unwrap_or_default().to_owned();
    let newest = links
        .iter()
        .filter(|l| schema(l).contains("nodeinfo.diaspora.software"))
        .max_by_key(|l| schema(l));
    let href = newest.and_then(|l| l.get("href")).and_then(Value::as_str).ok_or_else(unknown)?;
    let href = led(&at, href).ok_or_else(unknown)?;
    // The document is at the server itself: this reveals an `example.org` that refers to `social.example.org`.
    let server = origin_of(&href).ok_or_else(unknown)?;
    let info = match follow(client, href).await {
        Ok((_, response)) if response.is_success() => body::read(&response).unwrap_or_default(),
        _ => Value::Null,
    };
    let text = |pointer: &str| info.pointer(pointer).and_then(body::text);
    Ok(match text("/software/name") {
        Some(software) => NodeInfo::Server(Server {
            origin: server,
            software: Some(software.to_lowercase()),
            version: text("/software/version"),
        }),
        None => NodeInfo::At(server),
    })
}

/// The server that host-meta's template or webfinger names, and its path.
pub(super) async fn forwarded(client: &Client, name: &Name) -> Option<(Url, String)> {
    let origin = &name.origin;
    let elsewhere = |found: &Option<(Url, String)>| found.as_ref().is_some_and(|(real, path)| real != origin || !path.is_empty());
    for file in ["host-meta", "host-meta.json"] {
        if let Ok((at, response)) = follow(client, well_known_url(origin, file)).await
            && response.is_success()
            && let Some(template) = lrdd(response.body.expose())
            && let found = place(&at, &template)
            && elsewhere(&found)
        {
            return found;
        }
    }
    let host = origin.host_str().unwrap_or_default();
    let user = name.user.as_deref().unwrap_or(host);
    let (at, _, document) = webfinger(client, origin, user).await.ok()?;
    // A redirect has named the server, even if the answer about the guessed user is an error.
    let moved = origin_of(&at).filter(|real| real != origin).map(|real| (real, String::new()));
    moved.or_else(|| named_in(&at, &document).into_iter().map(Some).find(elsewhere).flatten())
}

/// A domain's webfinger answer about a user (RFC 7033 §4), with its status and final address.
///
/// # Errors
/// Network errors.
pub(super) async fn webfinger(client: &Client, origin: &Url, user: &str) -> Result<(Url, u16, Value)> {
    let mut url = well_known_url(origin, "webfinger");
    url.query_pairs_mut()
        .append_pair("resource", &format!("acct:{user}@{}", host_of(origin)));
    let (at, response) = follow(client, url).await?;
    let document = body::read(&response).ok().filter(|_| response.is_success());
    Ok((at, response.status, document.unwrap_or_default()))
}

/// The addresses of an account's links with this relation.
pub(super) fn links<'a>(document: &'a Value, rel: &'a str) -> impl Iterator<Item = &'a str> {
    let all = document.get("links").and_then(Value::as_array).into_iter().flatten();
    all.filter(move |link| link.get("rel").and_then(Value::as_str) == Some(rel))
        .filter_map(|link| link.get("href").or_else(|| link.get("template")).and_then(Value::as_str))
}

/// The origins and paths that a webfinger answer's links point to, the actor first. A static file gives the same answer about every
/// user.
fn named_in(at: &Url, document: &Value) -> Vec<(Url, String)> {
    let rels = [
        "self",
        "http://webfinger.net/rel/profile-page",
        "http://ostatus.org/schema/1.0/subscribe",
    ];
    let aliases = document
        .get("aliases")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    let addresses = rels.into_iter().flat_map(|rel| links(document, rel)).chain(aliases);
    let origins = addresses.filter_map(|address| origin_of(&led(at, address.split('{').next()?)?));
    origins.map(|origin| (origin, String::new())).collect()
}

/// The origin of a template's address, and the path before `/.well-known/`.
fn place(at: &Url, template: &str) -> Option<(Url, String)> {
    let url = led(at, template.split('{').next()?)?;
    let path = url.path().split_once("/.well-known/").map_or("", |(path, _)| path);
    Some((origin_of(&url)?, path.to_owned()))
}

/// The template of host-meta's `lrdd` link, as JSON (RFC 6415 §3) or XML (§2), whatever its content type.
fn lrdd(text: &str) -> Option<String> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with('{') {
        let json: Value = serde_json::from_str(text).ok()?;
        let links = json.get("links")?.as_array()?;
        let of = |link: &Value, name: &str| link.get(name).and_then(Value::as_str).map(str::to_owned);
        return links
            .iter()
            .filter(|link| of(link, "rel").is_some_and(|rel| is_lrdd(&rel)))
            .find_map(|link| of(link, "template").or_else(|| of(link, "href")));
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if tag.local_name().as_ref().eq_ignore_ascii_case("link") => {
                let of = |name: &str| attribute(&tag, name);
                if of("rel").is_some_and(|rel| is_lrdd(&rel))
                    && let Some(template) = of("template").or_else(|| of("href"))
                {
                    return Some(template);
                }
            }
            Ok(Event::Eof) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

fn is_lrdd(rel: &str) -> bool {
    rel.split_whitespace().any(|rel| rel.eq_ignore_ascii_case("lrdd"))
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut all = attributes.with_checks(false).filter_map(Result::ok);
    let found = all.find(|a| a.key.local_name().as_ref().eq_ignore_ascii_case(name))?;
    let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn host_meta_in_every_spelling() {
        let wanted = "https://social.example.org/.well-known/webfinger?resource={uri}";
        for text in [
            r#"<?xml version="1.0"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="https://social.example.org/.well-known/webfinger?resource={uri}"/></XRD>"#,
            "\u{feff}<XRD>\n <Link\n  template = 'https://social.example.org/.well-known/webfinger?resource={uri}'\n  type='application/xrd+xml'\n  rel = 'lrdd' ></Link></XRD>",
            r#"<x:XRD xmlns:x="http://docs.oasis-open.org/ns/xri/xrd-1.0"><!-- <Link rel="lrdd" template="https://old.example/{uri}"/> --><x:Link rel="other" template="https://other.example/{uri}"/><x:Link rel="LRDD" template="https://social.example.org/.well-known/webfinger?resource={uri}"/></x:XRD>"#,
            r#" {"links":[{"rel":"other","template":"https://other.example/{uri}"},{"rel":"lrdd","type":"application/json","template":"https://social.example.org/.well-known/webfinger?resource={uri}"}]}"#,
        ] {
            assert_eq!(lrdd(text).as_deref(), Some(wanted), "{text}");
        }
        let escaped = r#"<XRD><Link rel="lrdd" template="https://a.example/find?a=1&amp;r={uri}"/></XRD>"#;
        assert_eq!(lrdd(escaped).as_deref(), Some("https://a.example/find?a=1&r={uri}"));
        for none in [
            "",
            "<html><body>Not found</body>",
            "{}",
            "{\"links\":3}",
            "<XRD><Link rel=\"x\" template=\"y\"/></XRD>",
            "<",
        ] {
            assert_eq!(lrdd(none), None, "{none}");
        }
    }

    #[test]
    fn a_template_names_server_and_path() {
        let at = Url::parse("https://example.org/.well-known/host-meta").unwrap();
        let (server, path) = place(&at, "http://example.org/mastodon/.well-known/webfinger?resource={uri}").unwrap();
        assert_eq!((server.as_str(), path.as_str()), ("https://example.org/", "/mastodon"));
        assert_eq!(place(&at, "http://127.0.0.1:80/.well-known/webfinger?resource={uri}"), None);
    }
}
