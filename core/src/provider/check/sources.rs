//! What the reader refuses in links, and in the days and sources of a file's facts. It looks at no clock: a computer whose clock is wrong reads
//! the same files.

use super::{Check, unique};
use crate::provider::facts::day;
use crate::text::is_unseen;

impl Check<'_> {
    pub(super) fn links(&mut self) {
        let p = self.provider;
        for template in p.console.iter().flat_map(|s| &s.copy) {
            self.names("console.copy", template, &[]);
        }
        for link in p.docs.iter().chain(p.console.iter().filter_map(|s| s.link.as_ref())) {
            self.must(link.starts_with("https://"), || format!("“{link}” must be https"));
        }
    }

    pub(super) fn facts(&mut self) {
        let p = self.provider;
        let checked = p.checked.as_deref();
        self.must(checked.is_none_or(|text| day(text).is_some()), || {
            format!("checked: “{}” is no day; write it as 2026-11-28", checked.unwrap_or_default())
        });
        if p.sources.is_empty() {
            return;
        }
        self.must(checked.is_some(), || "sources: checked is missing".into());
        for source in &p.sources {
            let (title, url, read) = (&source.title, &source.url, &source.read);
            self.must(!title.trim().is_empty() && !title.contains(is_unseen), || {
                format!("sources.title: “{}” is no title", title.escape_debug())
            });
            self.must(is_page(url), || format!("sources.url: “{url}” must be an https address"));
            self.must(day(read).is_some(), || {
                format!("sources.read: “{read}” is no day; write it as 2026-11-28")
            });
        }
        self.must(unique(p.sources.iter().map(|s| &s.url)), || {
            "sources: an address stands twice".into()
        });
        let days = || p.sources.iter().filter_map(|s| day(&s.read));
        if let Some(checked) = checked.and_then(day)
            && let Some(newest) = days().max()
        {
            self.must(checked == newest, || {
                "checked: is the newest day on which one of the sources was read".into()
            });
        }
    }
}

/// An address that a browser opens: https, without a user.
fn is_page(text: &str) -> bool {
    url::Url::parse(text)
        .is_ok_and(|url| url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none())
}
