//! Reads a list that may be in pages.

use std::collections::{BTreeMap, HashSet};

use url::Url;

use super::Asking;
use crate::error::{Error, Result};
use crate::http::{Request, Response, host_of, link};
use crate::provider::answer::{self, Answers};
use crate::provider::messages::Message;
use crate::provider::request::{Values, request};

/// The most pages of a list that are read: at 100 items a page, more than any person manages.
const MAX_PAGES: usize = 50;

/// The items of a list.
pub(super) struct Listed<'m> {
    pub(super) items: Vec<Answers<'m>>,
    /// The list has more pages than are read.
    pub(super) more: bool,
}

impl Asking<'_> {
    /// Reads a list, at most [`MAX_PAGES`] of it. A next page is followed at the same origin only: its address may contain the token.
    ///
    /// # Errors
    /// Refusals and network errors; [`Error::Redirected`] where a next page is elsewhere.
    pub(super) async fn list<'m>(&self, what: &'static str, message: &'m Message, values: &Values<'_>) -> Result<Listed<'m>> {
        let first = request(what, message, self.authentication(), values)?;
        let (mut items, mut asked) = (Vec::new(), HashSet::new());
        let mut sent = first.clone();
        while asked.len() < MAX_PAGES {
            let response = self.http.send(&sent).await?;
            let answers = answer::answer_to(&sent, message, self.provider, values, &response)?;
            let page = answers.items();
            let is_empty = page.is_empty();
            items.extend(page);
            asked.insert(sent.url.clone());
            let next = match next(message, &sent, &answers, &response)? {
                // A server that links to the next page without knowing whether there is one ends with an empty page.
                Some(_) if is_empty && message.list.as_ref().is_some_and(|list| list.links) => None,
                next => next,
            };
            let Some(next) = next else {
                return Ok(Listed { items, more: false });
            };
            let url = beside(&first, next).map_err(|host| Error::Redirected { host })?;
            if asked.contains(&url) {
                return Ok(Listed { items, more: false });
            }
            sent = Request { url, ..first.clone() };
        }
        Ok(Listed { items, more: true })
    }
}

/// The address of the next page, if the answer has one.
fn next(message: &Message, sent: &Request, answers: &Answers<'_>, response: &Response) -> Result<Option<Url>> {
    if message.list.as_ref().is_some_and(|list| list.links) {
        // Relative to the page that has it (RFC 8288 §3.1).
        let target = link::target(response.headers("link"), "next");
        return Ok(target.and_then(|target| sent.url.join(target).ok()));
    }
    let parsed = answers.next().map(|next| Url::parse(&next));
    parsed.transpose().map_err(|_| Error::Redirected { host: String::new() })
}

/// The address of a next page, with those parameters of the first page that it lacks: Mastodon leaves out `exclude_reblogs` and `pinned`,
/// and Graph perhaps the proof that belongs to the token [M].
///
/// # Errors
/// The address's host, where it is at another origin than the first page: the token goes to that one only.
pub(super) fn beside(first: &Request, mut url: Url) -> Result<Url, String> {
    // A server behind a proxy that speaks TLS for it may call itself http: it is the same place, and is asked as before.
    let standard = first.url.port().is_none() && url.port().is_none();
    if standard && first.url.scheme() == "https" && url.scheme() == "http" && url.host() == first.url.host() {
        let _ = url.set_scheme("https");
    }
    if url.origin() != first.url.origin() {
        return Err(host_of(&url));
    }
    // Only the token authenticates.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let has: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    let asked = first.url.query_pairs().into_owned();
    let forgotten: Vec<(String, String)> = asked.filter(|(name, _)| !has.contains_key(name)).collect();
    if !forgotten.is_empty() {
        url.query_pairs_mut().extend_pairs(forgotten);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_next_page_is_asked_for_where_the_first_one_was() {
        let first = |url: &str| Request::get("statuses", url.parse().unwrap());
        let of = |asked: &str, next: &str| beside(&first(asked), next.parse().unwrap()).map(String::from);
        let page = "https://h.example/s?limit=40";
        for next in [
            "https://h.example/s?limit=40&max_id=1",
            "http://h.example/s?limit=40&max_id=1",
            "http://h.example:80/s?limit=40&max_id=1",
            "https://h.example:443/s?limit=40&max_id=1#x",
            "https://ada:secret@h.example/s?limit=40&max_id=1",
        ] {
            assert_eq!(of(page, next).as_deref(), Ok("https://h.example/s?limit=40&max_id=1"), "{next}");
        }
        assert_eq!(
            of(page, "https://h.example/s?max_id=1").as_deref(),
            Ok("https://h.example/s?max_id=1&limit=40")
        );
        for (next, host) in [
            ("https://other.example/s", "other.example"),
            ("https://h.example.other.example/s", "h.example.other.example"),
            ("http://h.example:8080/s", "h.example:8080"),
            ("https://h.example:8443/s", "h.example:8443"),
            ("ftp://h.example/s", "h.example"),
        ] {
            assert_eq!(of(page, next), Err(host.to_owned()), "{next}");
        }
        // What was asked by http is this computer; nothing is made of it.
        assert!(of("http://127.0.0.1:8080/s", "https://127.0.0.1:8080/s").is_err());
        assert!(of("https://h.example:8443/s", "http://h.example:8443/s").is_err());
    }
}
