//! An account's statuses, page by page, exactly as the server wrote them. Ids stay texts: as numbers some would change.

use std::ops::Range;

use serde_json::Value;
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use url::Url;

use super::list::beside;
use super::{Asking, no_message};
use crate::error::{Error, Result};
use crate::http::{Request, Response, host_of, link};
use crate::provider::answer;
use crate::provider::messages::Answer;
use crate::provider::request::{Values, request};
use crate::provider::sieve::{self, Sieve};
use crate::provider::statuses::Listing;
use crate::token::{Secret, Token};

const WHAT: &str = "statuses";
/// The largest page that is read; two of them are in memory. Two hundred long statuses with their authors take a megabyte.
const MAX_PAGE: usize = 16 << 20;

/// A page of statuses.
pub struct Page {
    body: Secret,
    items: Vec<Item>,
    /// Where the next page is, by the server's answer.
    pub next: Next,
}

/// Where the next page is, by a server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The answer has no link. So has that of the last page.
    Unsaid,
    /// At this address.
    At(Box<Url>),
    /// At this other host, which does not get the token.
    Elsewhere(String),
    /// At the page before this one: the server confuses next and prev.
    Backwards,
}

/// A status on a page.
struct Item {
    at: Range<usize>,
    id: Option<String>,
    print: u64,
    stays: bool,
}

impl Page {
    /// How many statuses the server gave.
    pub fn given(&self) -> usize {
        self.items.len()
    }

    /// Each status: its fingerprint and, unless the filters leave it out, its text.
    pub fn items(&self) -> impl Iterator<Item = (u64, Option<&str>)> {
        let text = |item: &Item| self.body.expose().get(item.at.clone()).filter(|_| item.stays);
        self.items.iter().map(move |item| (item.print, text(item)))
    }

    /// The ids of those that have one.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|item| item.id.as_deref())
    }

    /// The last of these ids.
    pub fn last_id(&self) -> Option<&str> {
        self.items.iter().rev().find_map(|item| item.id.as_deref())
    }
}

/// A person's statuses, as a token may read them.
pub struct Statuses<'a> {
    asking: Asking<'a>,
    listing: &'a Listing,
    values: Values<'a>,
    sieve: Sieve<'a>,
    first: Request,
}

impl<'a> Asking<'a> {
    /// A person's statuses, with at most `most` on the first page.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where the provider lists none, or has no such filter.
    pub fn statuses(&self, token: &Token, user_id: &str, most: u64, filters: &[String]) -> Result<Statuses<'a>> {
        let listing = self.provider.statuses.as_ref().ok_or_else(|| no_message(WHAT))?;
        let mut values = self.values(token);
        values.put("user_id", user_id);
        for filter in &listing.filters {
            match (&filter.otherwise, filters.contains(&filter.id)) {
                (None, true) => values.put(&filter.id, "true"),
                (Some(otherwise), false) => otherwise.parameter.iter().for_each(|name| values.put(name, "true")),
                _ => {}
            }
        }
        if let Some(unknown) = filters.iter().find(|wanted| listing.filters.iter().all(|f| f.id != **wanted)) {
            return Err(no_message(unknown));
        }
        let sieve = listing.sieve(filters);
        // The server's limit would count statuses that are left out here.
        let most = if sieve.picks() { u64::MAX } else { most };
        let mut of_first = values.clone();
        of_first.put("limit", most.min(u64::from(listing.page)).to_string());
        Ok(Statuses {
            asking: *self,
            listing,
            sieve,
            first: request(WHAT, &listing.request, self.authentication(), &of_first)?,
            values,
        })
    }

    /// How many statuses the server counts; none where the provider's file does not say where to read it.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn statuses_count(&self, token: &Token) -> Result<Option<u64>> {
        let message = self.provider.messages.identity.as_ref();
        let Some(message) = message.filter(|message| message.answers.contains_key(&Answer::StatusesCount)) else {
            return Ok(None);
        };
        let answers = self.ask("identity", message, &self.values(token)).await?;
        Ok(answers.text(Answer::StatusesCount).and_then(|count| count.parse().ok()))
    }
}

impl Statuses<'_> {
    /// The first page's address.
    pub fn first(&self) -> &Url {
        &self.first.url
    }

    /// How many statuses a page is asked for with.
    pub fn page_size(&self) -> u64 {
        u64::from(self.listing.page)
    }

    /// The address of at most `limit` statuses between two ids; none where the provider's file has no such parameters.
    pub fn part(&self, older_than: Option<&str>, newer_than: Option<&str>, limit: u64) -> Option<Url> {
        let mut values = self.values.clone();
        values.put("limit", limit.to_string());
        let made = request(WHAT, &self.listing.request, self.asking.authentication(), &values);
        let mut url = made.ok()?.url;
        for (parameter, id) in [(&self.listing.before, older_than), (&self.listing.after, newer_than)] {
            if let Some(id) = id {
                url.query_pairs_mut().append_pair(parameter.as_deref()?, id);
            }
        }
        Some(url)
    }

    /// The id that a page's address asks to be older than.
    pub fn bound_of(&self, at: &Url) -> Option<String> {
        let before = self.listing.before.as_deref()?;
        at.query_pairs().find(|(name, _)| name == before).map(|(_, id)| id.into_owned())
    }

    /// Whether statuses that are older than an id can be asked for.
    pub fn knows_ids(&self) -> bool {
        self.listing.before.is_some()
    }

    /// The page at this address, asked for like the first one. The token goes to the first one's origin only.
    ///
    /// # Errors
    /// Refusals, network errors; [`Error::Redirected`] where this page is elsewhere; [`Error::AnswerUnreadable`] for what is no
    /// list.
    pub async fn page(&self, at: &Url) -> Result<Page> {
        let asked = Request {
            url: beside(&self.first, at.clone()).map_err(|host| Error::Redirected { host })?,
            ..self.first.clone()
        };
        let response = self.asking.http.send_up_to(&asked, MAX_PAGE).await?;
        let page = response.is_success().then(|| self.read(&asked, &response)).flatten();
        match page {
            Some(page) => Ok(page),
            // Some servers fail in the middle of an answer whose status says success.
            None if response.is_success() && breaks_off(response.body.expose()) => Err(Error::ServerUnreachable {
                host: host_of(&asked.url),
                detail: "the list breaks off".into(),
                sent: true,
            }),
            None => match answer::answer_to(&asked, &self.listing.request, self.asking.provider, &self.values, &response) {
                Ok(_) => Err(Error::AnswerUnreadable {
                    what: WHAT,
                    detail: "no list".into(),
                }),
                Err(error) => Err(error),
            },
        }
    }

    /// Reads a page; none where the answer is no list.
    fn read(&self, asked: &Request, response: &Response) -> Option<Page> {
        let text = response.body.expose();
        let items = serde_json::from_str::<Vec<&RawValue>>(text).ok()?;
        let item = |item: &&RawValue| {
            let item = item.get();
            let from = item.as_ptr() as usize - text.as_ptr() as usize;
            let id = sieve::text_at(item, &self.listing.id);
            Item {
                at: from..from + item.len(),
                print: print(item, id.as_deref()),
                stays: self.sieve.keeps(item),
                id,
            }
        };
        Some(Page {
            items: items.iter().map(item).collect(),
            body: response.body.clone(),
            next: self.next(asked, response),
        })
    }

    fn next(&self, asked: &Request, response: &Response) -> Next {
        // Relative to the page that has it (RFC 8288 §3.1).
        let link = |relation| link::target(response.headers("link"), relation).and_then(|to| asked.url.join(to).ok());
        let Some(next) = link("next") else { return Next::Unsaid };
        let leads_back = |prev: &Url| self.bound_of(&next).is_none() && self.bound_of(prev).is_some();
        if link("prev").as_ref().is_some_and(leads_back) {
            return Next::Backwards;
        }
        match beside(&self.first, next) {
            Ok(next) => Next::At(Box::new(next)),
            Err(host) => Next::Elsewhere(host),
        }
    }
}

/// Whether it is the beginning of a list.
fn breaks_off(text: &str) -> bool {
    let read = serde_json::from_str::<Vec<&RawValue>>(text);
    text.trim_ascii_start().starts_with('[') && read.is_err_and(|e| e.is_eof())
}

/// The fingerprint of a status, by its id, which is at this JSON pointer.
pub fn fingerprint(item: &str, pointer: &str) -> u64 {
    print(item, sieve::text_at(item, pointer).as_deref())
}

/// By its id; what has none is known by all of it, however it is broken into lines.
fn print(item: &str, id: Option<&str>) -> u64 {
    let all = || serde_json::from_str::<Value>(item).unwrap_or_default().to_string();
    let digest = match id {
        Some(id) => Sha256::digest(id.as_bytes()),
        None => Sha256::digest(all().as_bytes()),
    };
    digest.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_status_is_known_by_its_id() {
        let print = |item| fingerprint(item, "/id");
        assert_eq!(print(r#"{"id":"1","content":"a"}"#), print(r#"{ "content":"b", "id": 1 }"#));
        assert_ne!(print(r#"{"id":"1"}"#), print(r#"{"id":"2"}"#));
        assert_eq!(print("{\"content\":\n\"a\"}"), print(r#"{"content": "a"}"#));
        assert_ne!(print(r#"{"content":"a"}"#), print(r#"{"content":"b"}"#));
    }
}
