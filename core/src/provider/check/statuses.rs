//! What a file must fulfil in its list of statuses.

use super::{Check, is_pointer, not_a_pointer};
use crate::provider::file::messages::{Authenticate, Method};
use crate::provider::file::statuses::Listing;
use crate::provider::file::template::PLACEHOLDERS;

impl Check<'_> {
    pub(super) fn statuses(&mut self, listing: &Listing) {
        self.must((1..=1000).contains(&listing.page), "statuses.page", || {
            "from 1 to 1000: two pages are in memory at once".into()
        });
        self.unique("statuses.filters", "id", listing.filters.iter().map(|f| &f.id));
        let mut inputs = vec!["limit"];
        let query = &listing.request.query;
        let asked = |wanted: &str| query.values().any(|t| t.names().any(|name| name == wanted));
        for (n, filter) in listing.filters.iter().enumerate() {
            let key = |name: &str| format!("statuses.filters[{n}].{name}");
            let (id, otherwise) = (&filter.id, filter.otherwise.as_ref());
            let parameter = otherwise.and_then(|o| o.parameter.as_ref());
            let tests = filter.only.iter().map(|test| ("only", test));
            for (name, test) in tests.chain(otherwise.map(|o| ("otherwise", &o.drop))) {
                self.must(is_pointer(&test.pointer), key(name), || not_a_pointer(&test.pointer));
            }
            for name in parameter.into_iter().chain([id]) {
                inputs.push(name);
                self.must(!PLACEHOLDERS.contains(&name.as_str()) && name != "limit", key("id"), || {
                    format!("“{name}” is taken")
                });
            }
            self.must(otherwise.is_none() || filter.only.is_none(), key("only"), || {
                "either only or otherwise".into()
            });
            self.must(parameter.is_none_or(|name| asked(name)), key("otherwise"), || {
                "its parameter is not in the query".into()
            });
            self.must(filter.only.is_some() || otherwise.is_some() || asked(id), key("id"), || {
                format!("“{id}” is not in the query")
            });
        }
        self.must(is_pointer(&listing.id) && !listing.id.is_empty(), "statuses.id", || {
            not_a_pointer(&listing.id)
        });
        for (key, name) in [("statuses.before", &listing.before), ("statuses.after", &listing.after)] {
            let Some(name) = name else { continue };
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
            self.must(plain && !query.contains_key(name), key, || {
                format!("“{name}” isn't a parameter that the query leaves free")
            });
        }
        let after_fits = listing.after.is_none() || (listing.before.is_some() && listing.before != listing.after);
        self.must(after_fits, "statuses.after", || {
            "another parameter than before, and only beside it".into()
        });
        let request = &listing.request;
        self.message("statuses.request", request, &inputs);
        // The next page is requested by its address and this header alone.
        let plain = request.method == Method::Get && request.authenticate == Authenticate::Bearer;
        self.must(plain, "statuses.request", || "GET, authenticated by bearer".into());
    }
}
