//! How the statuses of an account are listed, page by page, as data. The next page's address stands in the Link header
//! (RFC 8288).

use serde::Deserialize;

use super::message::Message;
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

/// A filter that is on or off. Its id is a name in the request's templates; where it is off such a parameter is left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
}
