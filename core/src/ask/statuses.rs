//! An account's statuses, page by page, as the server wrote them: ids are never numbers here, and nothing is written anew.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::value::RawValue;
use url::Url;

use super::{Asking, no_message};
use crate::error::{Error, Result};
use crate::http::{Request, Response, host_of, link};
use crate::provider::answer;
use crate::provider::listing::{self, Listing};
use crate::provider::message::Test;
use crate::provider::request::request;
use crate::token::{Secret, Token};

const WHAT: &str = "statuses";
/// The largest page that is read: two of them are in memory. Two hundred long statuses with their authors are a megabyte.
const MAX_PAGE: usize = 16 << 20;

/// A page of statuses.
pub struct Page {
    body: Secret,
    /// Those that the filters leave.
    items: Vec<Range<usize>>,
    /// So many the server gave.
    given: usize,
    /// Where the next one is; the last page may have one, too.
    pub next: Option<Url>,
}

impl Page {
    /// How many there are on it.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// The server gave none at all.
    pub fn is_empty(&self) -> bool {
        self.given == 0
    }

    /// Each status, as it stands there.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.items.iter().filter_map(|at| self.body.expose().get(at.clone()))
    }
}

impl Asking<'_> {
    /// The request for the first page of a person's statuses, `most` on it where the server gives so many.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where the provider lists none, or has no such filter.
    pub fn statuses(&self, token: &Token, user_id: &str, most: u64, filters: &[String]) -> Result<Request> {
        let listing = self.provider.statuses.as_ref().ok_or_else(|| no_message(WHAT))?;
        let mut values = self.values(token);
        values.put("user_id", user_id);
        for wanted in filters {
            let known = listing.filters.iter().find(|f| f.id == *wanted);
            values.put(&known.ok_or_else(|| no_message(wanted))?.id, "true");
        }
        // What is left out here does not count there.
        let most = if tests(listing, filters).is_empty() { most } else { u64::MAX };
        values.put("limit", most.min(u64::from(listing.page)).to_string());
        request(WHAT, &listing.request, self.authentication(), &values)
    }

    /// The page at this address, asked for as the first one was, with what these filters leave. The token goes to the first one's
    /// origin only.
    ///
    /// # Errors
    /// Refusals, network errors; [`Error::Redirected`] where this page or the next one is elsewhere;
    /// [`Error::AnswerUnreadable`] for what is no list.
    pub async fn page(&self, token: &Token, first: &Request, at: &Url, filters: &[String]) -> Result<Page> {
        let listing = self.provider.statuses.as_ref().ok_or_else(|| no_message(WHAT))?;
        let asked = Request {
            url: beside(first, at.clone())?,
            ..first.clone()
        };
        let response = self.http.send_up_to(&asked, MAX_PAGE).await?;
        let page = if response.is_success() {
            read(first, &asked, &response, &tests(listing, filters))?
        } else {
            None
        };
        match page {
            Some(page) => Ok(page),
            None => match answer::answer_to(&asked, &listing.request, self.provider, &self.values(token), &response) {
                Ok(_) => Err(Error::AnswerUnreadable {
                    what: WHAT,
                    detail: "no list".into(),
                }),
                Err(error) => Err(error),
            },
        }
    }
}

/// What is looked for here, because the server does not.
fn tests<'a>(listing: &'a Listing, filters: &[String]) -> Vec<&'a Test> {
    let on = listing.filters.iter().filter(|filter| filters.contains(&filter.id));
    on.filter_map(|filter| filter.only.as_ref()).collect()
}

/// None where it is no list.
fn read(first: &Request, asked: &Request, response: &Response, tests: &[&Test]) -> Result<Option<Page>> {
    let text = response.body.expose();
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
        return Ok(None);
    };
    let place = |item: &&RawValue| {
        let from = item.get().as_ptr() as usize - text.as_ptr() as usize;
        from..from + item.get().len()
    };
    // Relative to the page it stands on (RFC 8288 §3.1).
    let next = link::target(response.headers("link"), "next").and_then(|to| asked.url.join(to).ok());
    Ok(Some(Page {
        given: items.len(),
        items: items.iter().filter(|item| listing::stays(item.get(), tests)).map(place).collect(),
        body: response.body.clone(),
        next: next.map(|next| beside(first, next)).transpose()?,
    }))
}

/// The address of a page with what the first one was asked for: Mastodon's own next address forgets `exclude_reblogs` and
/// `pinned`.
fn beside(first: &Request, mut url: Url) -> Result<Url> {
    if url.origin() != first.url.origin() {
        return Err(Error::Redirected { host: host_of(&url) });
    }
    url.set_fragment(None);
    let has: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    let asked = first.url.query_pairs().into_owned();
    let forgotten: Vec<(String, String)> = asked.filter(|(name, _)| !has.contains_key(name)).collect();
    if !forgotten.is_empty() {
        url.query_pairs_mut().extend_pairs(forgotten);
    }
    Ok(url)
}
