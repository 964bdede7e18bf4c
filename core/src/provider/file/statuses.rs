//! How an account's posts (statuses) are listed, page by page. The next page's address is in the Link header (RFC 8288); if there
//! is none, or it leads nowhere, the page before an id is asked for.

use serde::Deserialize;

use super::messages::{Message, Test};
use crate::text::Text;

/// The list of an account's own statuses, newest first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// How many a page: `{limit}`.
    pub page: u16,
    /// Where each item's id is.
    #[serde(default = "id")]
    pub id: String,
    /// The parameter that asks for what is older than an id; without it only the server's own links are followed.
    #[serde(default)]
    pub before: Option<String>,
    /// The parameter that asks for what is newer than an id, the oldest first; sent to find out which status cannot be read.
    #[serde(default)]
    pub after: Option<String>,
    /// What may be left out or asked for alone.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// The first page: a GET with the token.
    pub request: Message,
}

fn id() -> String {
    "/id".to_owned()
}

/// A filter that is on or off. Its id is a name in the request's templates; a parameter with it is left out while the filter is off.
/// A filter that the server does not know looks at the items of its answers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// Its id.
    pub id: String,
    /// What it does.
    pub meaning: Text,
    /// Which items stay while it is on.
    #[serde(default)]
    pub only: Option<Test>,
    /// What is left out while it is off, for a filter that includes what people do not expect.
    #[serde(default)]
    pub otherwise: Option<Otherwise>,
}

/// What is left out unless it is asked for: by the server where it knows the parameter, and here in any case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otherwise {
    /// A name in the request's templates, `true` while the filter is off.
    #[serde(default)]
    pub parameter: Option<String>,
    /// Which items are left out.
    pub drop: Test,
}
