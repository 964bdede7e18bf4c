//! How the statuses of an account are listed, page by page, as data. The next page's address stands in the Link header
//! (RFC 8288).

use serde::Deserialize;

use super::answer;
use super::message::{Message, Test};
use crate::text::Text;

/// The list of an account's own statuses, newest first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The most that the server gives a page, or that is good for it: `{limit}`.
    pub page: u16,
    /// What may be left out or asked for alone.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// The first page: a GET that the token signs.
    pub request: Message,
}

/// A filter that is on or off. Its id is a name in the request's templates; where it is off such a parameter is left out. One that
/// the server does not know looks at the items of its answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
    /// Which items stay where it is on.
    #[serde(default)]
    pub only: Option<Test>,
}

/// Whether an item of a list, as JSON, is what all of these look for.
pub fn stays(item: &str, tests: &[&Test]) -> bool {
    let item = || serde_json::from_str(item).unwrap_or_default();
    tests.iter().all(|test| answer::passes(&item(), test))
}
