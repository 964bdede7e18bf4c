//! What the reader refuses in a list of statuses.

use super::{Check, is_pointer, unique};
use crate::provider::listing::Listing;
use crate::provider::message::{Authenticate, Method};
use crate::provider::template::PLACEHOLDERS;

impl Check<'_> {
    pub(super) fn listing(&mut self, listing: &Listing) {
        self.must((1..=1000).contains(&listing.page), || {
            "statuses.page: from 1 to 1000, in two pages all that is in memory".into()
        });
        let filters = listing.filters.iter().map(|f| &f.id);
        self.must(unique(filters), || "statuses: a filter stands twice".into());
        let mut inputs = vec!["limit"];
        let query = &listing.request.query;
        let asked = |wanted: &str| query.values().any(|t| t.names().any(|name| name == wanted));
        for filter in &listing.filters {
            let (id, otherwise) = (&filter.id, filter.otherwise.as_ref());
            let parameter = otherwise.and_then(|o| o.parameter.as_ref());
            let tests = filter.only.iter().chain(otherwise.map(|o| &o.drop));
            for pointer in tests.map(|test| &test.pointer) {
                self.must(is_pointer(pointer), || {
                    format!("statuses.filters.{id}: “{pointer}” is no JSON pointer")
                });
            }
            for name in parameter.into_iter().chain([id]) {
                inputs.push(name);
                self.must(!PLACEHOLDERS.contains(&name.as_str()) && name != "limit", || {
                    format!("statuses.filters: “{name}” is taken")
                });
            }
            self.must(otherwise.is_none() || filter.only.is_none(), || {
                format!("statuses.filters.{id}: either only or otherwise")
            });
            self.must(parameter.is_none_or(|name| asked(name)), || {
                format!("statuses.filters.{id}: its parameter is not asked for in the query")
            });
            self.must(filter.only.is_some() || otherwise.is_some() || asked(id), || {
                format!("statuses.filters: “{id}” is not asked for in the query")
            });
        }
        self.must(is_pointer(&listing.id) && !listing.id.is_empty(), || {
            format!("statuses.id: “{}” is no JSON pointer", listing.id)
        });
        let ids = [&listing.before, &listing.after].into_iter().flatten();
        for name in ids.clone() {
            let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
            self.must(plain && !query.contains_key(name), || {
                format!("statuses: “{name}” is no parameter that the query leaves free")
            });
        }
        self.must(unique(ids) && (listing.before.is_some() || listing.after.is_none()), || {
            "statuses.after: another parameter than before, and only beside it".into()
        });
        let request = &listing.request;
        self.message("statuses.request", request, &inputs);
        // The next page is asked for by its address and this header alone.
        let plain = request.method == Method::Get && request.authenticate == Authenticate::Bearer;
        self.must(plain, || "statuses.request: GET, authenticated by bearer".into());
    }
}
