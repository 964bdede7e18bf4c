//! Which items of a list stay: what the file looks for in them, read from the text of each item.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::oauth2::body;
use crate::provider::file::messages::{Condition, Test};
use crate::provider::file::statuses::Listing;

/// The tests for a list's items.
#[derive(Clone, Debug, Default)]
pub struct Sieve<'a> {
    only: Vec<&'a Test>,
    drop: Vec<&'a Test>,
}

impl Listing {
    /// What stays while these filters are on.
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

    /// Whether these filters leave everything in, except for what is left out by default. Only then is the server's own count the
    /// number to expect.
    pub fn is_whole(&self, filters: &[String]) -> bool {
        let takes_in = |wanted: &String| self.filters.iter().any(|f| f.id == *wanted && f.otherwise.is_some());
        filters.iter().all(takes_in)
    }
}

impl Sieve<'_> {
    /// Whether it selects items, and does not only leave some out.
    pub fn picks(&self) -> bool {
        !self.only.is_empty()
    }

    /// Whether an item, as JSON, stays.
    pub fn keeps(&self, item: &str) -> bool {
        stays(item, &self.only) && !self.drop.iter().any(|test| passes(item, test))
    }
}

/// Whether an item of a list, as JSON, passes all of these tests.
pub fn stays(item: &str, tests: &[&Test]) -> bool {
    tests.iter().all(|test| passes(item, test))
}

fn passes(item: &str, test: &Test) -> bool {
    holds(value_at(item, &test.pointer).as_ref(), test)
}

/// Whether a test holds for what is at its pointer.
pub fn holds(found: Option<&Value>, test: &Test) -> bool {
    let found = found.filter(|value| !value.is_null());
    match &test.condition {
        Condition::Equals(text) => found.and_then(body::text).as_ref() == Some(text),
        Condition::Absent => found.is_none(),
        Condition::Present => found.is_some(),
    }
}

/// The text, number or boolean at a pointer (RFC 6901) into JSON, as text.
pub fn text_at(json: &str, pointer: &str) -> Option<String> {
    body::text(&value_at(json, pointer)?)
}

/// What is at a pointer into JSON. The rest is skipped unread.
fn value_at(json: &str, pointer: &str) -> Option<Value> {
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
    serde_json::from_str(&at).ok()
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
