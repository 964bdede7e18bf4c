//! How the statuses of an account are listed, page by page, as data. The next page's address stands in the Link header
//! (RFC 8288); where there is none, or it leads nowhere, the page before an id is asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::messages::{Message, Test};
use crate::oauth2::body;
use crate::text::Text;

/// The list of an account's own statuses, newest first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The most that the server gives a page, or that is good for it: `{limit}`.
    pub page: u16,
    /// Where each item's id stands.
    #[serde(default = "id")]
    pub id: String,
    /// The parameter that asks for what is older than an id; none where only the server's own links lead on.
    #[serde(default)]
    pub before: Option<String>,
    /// The parameter that asks for what is newer than an id, the oldest of it first; sent where a status cannot be had, to find out
    /// which.
    #[serde(default)]
    pub after: Option<String>,
    /// What may be left out or asked for alone.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// The first page: a GET that the token signs.
    pub request: Message,
}

fn id() -> String {
    "/id".to_owned()
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
    /// What is left out where it is off: such a filter takes something in that is not expected otherwise.
    #[serde(default)]
    pub otherwise: Option<Otherwise>,
}

/// What is left out unless it is asked for: by the server where it knows the parameter, and here in any case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Otherwise {
    /// A name in the request's templates, `true` where the filter is off.
    #[serde(default)]
    pub parameter: Option<String>,
    /// Which items are left out.
    pub drop: Test,
}

/// What is looked for in a list's items here.
#[derive(Clone, Debug, Default)]
pub struct Sieve<'a> {
    only: Vec<&'a Test>,
    drop: Vec<&'a Test>,
}

impl Listing {
    /// What stays where these filters are on.
    pub fn sieve(&self, filters: &[String]) -> Sieve<'_> {
        let mut sieve = Sieve::default();
        for filter in &self.filters {
            if filters.contains(&filter.id) {
                sieve.only.extend(&filter.only);
            } else {
                sieve.drop.extend(filter.otherwise.iter().map(|otherwise| &otherwise.drop));
            }
        }
        sieve
    }

    /// Whether these filters leave everything but what is left out unless it is asked for. Only then does the server's own count
    /// say how much there is.
    pub fn is_whole(&self, filters: &[String]) -> bool {
        let takes_in = |wanted: &String| self.filters.iter().any(|f| f.id == *wanted && f.otherwise.is_some());
        filters.iter().all(takes_in)
    }
}

impl Sieve<'_> {
    /// Whether it looks for some, and does not only leave some out.
    pub fn picks(&self) -> bool {
        !self.only.is_empty()
    }

    /// Whether an item, as JSON, stays.
    pub fn keeps(&self, item: &str) -> bool {
        stays(item, &self.only) && !self.drop.iter().any(|test| passes(item, test))
    }
}

/// Whether an item of a list, as JSON, is what all of these look for.
pub fn stays(item: &str, tests: &[&Test]) -> bool {
    tests.iter().all(|test| passes(item, test))
}

fn passes(item: &str, test: &Test) -> bool {
    text_at(item, &test.pointer).as_deref() == Some(test.equals.as_str())
}

/// The text, number or boolean at a pointer (RFC 6901) into JSON, as text. What stands beside it is passed over unread.
pub fn text_at(json: &str, pointer: &str) -> Option<String> {
    let mut at: Cow<'_, str> = Cow::Borrowed(json);
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let next = match at.trim_start().starts_with('[') {
            true => {
                let items: Vec<&RawValue> = serde_json::from_str(&at).ok()?;
                items.get(step.parse::<usize>().ok()?)?.get().to_owned()
            }
            false => {
                let fields: BTreeMap<String, &RawValue> = serde_json::from_str(&at).ok()?;
                fields.get(&step)?.get().to_owned()
            }
        };
        at = Cow::Owned(next);
    }
    body::text(&serde_json::from_str::<Value>(&at).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_at_a_pointer() {
        let item = r#"{"id":"1","n":9007199254740993,"a":{"b/c":[true,"x"]},"none":null,"empty":""}"#;
        for (pointer, text) in [
            ("/id", Some("1")),
            ("/n", Some("9007199254740993")),
            ("/a/b~1c/0", Some("true")),
            ("/a/b~1c/1", Some("x")),
            ("/a/b~1c/2", None),
            ("/a/b~1c/x", None),
            ("/none", None),
            ("/empty", None),
            ("/id/deeper", None),
            ("/missing", None),
        ] {
            assert_eq!(text_at(item, pointer).as_deref(), text, "{pointer}");
        }
        assert_eq!(text_at("7", "/id"), None);
        assert_eq!(text_at("{", "/id"), None);
        assert_eq!(text_at("7", "").as_deref(), Some("7"));
    }
}
