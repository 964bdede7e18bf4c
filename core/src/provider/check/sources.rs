//! What a file must fulfil in its links, and in the days and sources of its facts. Does not use the clock, so that a wrong clock refuses
//! no file.

use super::Check;
use crate::provider::file::sources::day;
use crate::text::is_unseen;

impl Check<'_> {
    pub(super) fn links(&mut self) {
        let p = self.provider;
        for (n, step) in p.console.iter().enumerate() {
            for template in &step.copy {
                self.names(&format!("console[{n}].copy"), template, &[]);
            }
        }
        let docs = p.docs.iter().map(|link| ("docs".to_owned(), link.clone()));
        let steps = p.console.iter().enumerate();
        let steps = steps.filter_map(|(n, step)| Some((format!("console[{n}].link"), p.page(step)?)));
        for (key, link) in docs.chain(steps) {
            self.must(is_page(&link), key, || format!("“{link}” must be https"));
        }
    }

    pub(super) fn sources(&mut self) {
        let p = self.provider;
        let checked = p.checked.as_deref();
        self.must(checked.is_none_or(|text| day(text).is_some()), "checked", || {
            not_a_day(checked.unwrap_or_default())
        });
        if p.sources.is_empty() {
            return;
        }
        self.must(checked.is_some(), "sources", || "checked is missing".into());
        for (n, source) in p.sources.iter().enumerate() {
            let key = |name: &str| format!("sources[{n}].{name}");
            let (title, url, read) = (&source.title, &source.url, &source.read);
            self.must(!title.trim().is_empty() && !title.contains(is_unseen), key("title"), || {
                format!("“{}” isn't a title", title.escape_debug())
            });
            self.must(is_page(url), key("url"), || format!("“{url}” must be an https address"));
            self.must(day(read).is_some(), key("read"), || not_a_day(read));
        }
        self.unique("sources", "url", p.sources.iter().map(|s| &s.url));
        let days = || p.sources.iter().filter_map(|s| day(&s.read));
        if let Some(checked) = checked.and_then(day)
            && let Some(newest) = days().max()
        {
            self.must(checked == newest, "checked", || {
                "must be the newest day on which one of the sources was read".into()
            });
        }
    }
}

fn not_a_day(text: &str) -> String {
    format!("“{text}” isn't a date; write it as 2026-11-28")
}

/// Whether a browser may open the address: https, without userinfo.
fn is_page(text: &str) -> bool {
    url::Url::parse(text)
        .is_ok_and(|url| url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none())
}
