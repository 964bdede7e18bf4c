//! What a file must fulfil in its first post.

use super::{Check, is_origin, is_plain_id, is_pointer, not_a_pointer, not_an_origin};
use crate::provider::file::messages::{Authenticate, Method, Pointers};
use crate::provider::file::post::{DarkCode, Kept, Post, PostImage, Public, Step, Unseen, When};
use crate::provider::file::template::{PLACEHOLDERS, SECRET_PLACEHOLDERS, Template};

/// Names that its messages may use besides what the steps keep.
const NAMES: &[&str] = &[
    "text",
    "text_json",
    "image",
    "to",
    "visibility",
    "idempotency_key",
    "idempotency_uuid",
    "now",
    "post_id",
    "link",
];

impl Check<'_> {
    pub(super) fn post(&mut self, post: &Post) {
        let own: Vec<&str> = NAMES
            .iter()
            .copied()
            .chain(post.kept())
            .chain(post.visibilities.iter().flat_map(|v| v.more.keys().map(String::as_str)))
            .collect();
        for question in self.provider.text_questions().filter(|q| NAMES.contains(&q.id.as_str())) {
            let id = question.id.clone();
            self.must(false, "post", || {
                format!("“{{{id}}}” means something else here than the question of that name")
            });
        }
        self.must(post.max_length != Some(0), "post.max_length", || "at least 1".into());
        for (key, scopes) in [("post.scope", &post.scope), ("post.delete_scope", &post.delete_scope)] {
            let offered = |scope: &String| self.provider.scopes.iter().any(|known| known.id == *scope);
            let known = scopes.is_empty() || scopes.iter().any(offered);
            self.must(known, key, || "none of them is among the scopes of the file".into());
        }
        self.visibilities(post);
        self.steps(post, &own);
        for (name, origin) in &post.hosts {
            self.must(is_origin(origin), format!("post.hosts.{name}"), || not_an_origin(origin));
            self.must(!self.is_taken(name), format!("post.hosts.{name}"), || "the name is taken".into());
        }
        if let Some(link) = &post.link {
            self.public_url("post.link", link, post, &own);
        }
        for (key, message) in [("read", &post.read), ("account", &post.account), ("delete", &post.delete)] {
            if let Some(message) = message {
                self.message(&format!("post.{key}"), message, &own);
            }
        }
        self.no_delete(post);
        // Some APIs ask by POST alone.
        let asks = [("read", &post.read), ("account", &post.account)];
        let asks = asks.into_iter().filter_map(|(key, message)| Some((key, message.as_ref()?)));
        for (key, message) in asks.chain(post.recent.iter().map(|recent| ("recent.request", &recent.request))) {
            self.must(message.method != Method::Delete, format!("post.{key}.method"), || {
                "it only asks".into()
            });
        }
        if let Some(public) = &post.public {
            self.public(public, post, &own);
        }
        if let Some(recent) = &post.recent {
            self.message("post.recent.request", &recent.request, &own);
            self.must(recent.request.list.is_some(), "post.recent.request.list", || "is missing".into());
            let places = recent.text.iter().chain(recent.time.iter().flat_map(Pointers::iter));
            for pointer in places {
                self.must(is_pointer(pointer), "post.recent", || not_a_pointer(pointer));
            }
            let is_address = |short: &String| short.len() > "https://".len() && short.starts_with("https://");
            self.must(
                recent.short_links.as_ref().is_none_or(is_address),
                "post.recent.short_links",
                || "must begin with https:// and a host".into(),
            );
            self.keep("post.recent.keep", recent.keep.iter());
        }
        for (n, unseen) in post.unseen.iter().enumerate() {
            self.unseen(&format!("post.unseen[{n}]"), unseen, n + 1 == post.unseen.len());
        }
    }

    fn visibilities(&mut self, post: &Post) {
        self.unique("post.visibilities", "id", post.visibilities.iter().map(|v| &v.id));
        let defaults = post.visibilities.iter().filter(|v| v.default).count();
        self.must(defaults == 1 || post.visibilities.is_empty(), "post.visibilities", || {
            "one of them is the default".into()
        });
        let groups = post.to.as_ref().and_then(|to| to.form.as_ref()).map(|form| form.groups());
        self.must(groups.is_none_or(|groups| groups == 1), "post.to.form", || {
            "the pattern has one group".into()
        });
        let example = post
            .to
            .as_ref()
            .and_then(|to| Some((to, to.example.as_deref().filter(|one| !one.contains('…'))?)));
        self.must(
            example.is_none_or(|(to, example)| to.read(example).is_some()),
            "post.to.example",
            || "the form does not read it".into(),
        );
        for id in post.to.iter().flat_map(|to| &to.visibilities) {
            let known = post.visibilities.iter().any(|visible| visible.id == *id);
            self.must(known, "post.to.visibilities", || format!("no visibility “{id}”"));
        }
        for (n, visible) in post.visibilities.iter().enumerate() {
            let key = |name: &str| format!("post.visibilities[{n}].{name}");
            self.must(is_plain_id(&visible.id), key("id"), || {
                "lower-case letters, digits and hyphens only".into()
            });
            self.must(visible.hides || visible.reason.is_none(), key("reason"), || {
                "belongs to one that hides".into()
            });
            self.named(key("reason"), visible.reason);
            for name in visible.more.keys() {
                let taken = NAMES.contains(&name.as_str()) || self.is_taken(name);
                self.must(!taken, key("with"), || format!("“{name}” is taken"));
            }
        }
    }

    fn no_delete(&mut self, post: &Post) {
        let Some(no_delete) = &post.no_delete else { return };
        self.must(post.delete.is_none(), "post.no_delete", || "delete or no_delete, not both".into());
        let is_https = no_delete.link.as_ref().is_none_or(|link| link.starts_with("https://"));
        self.must(is_https, "post.no_delete.link", || "an https address".into());
    }

    fn steps(&mut self, post: &Post, own: &[&str]) {
        self.unique("post.steps", "id", post.steps.iter().map(|step| &step.id));
        let ways: &[bool] = match post.image {
            PostImage::None => &[false],
            PostImage::Optional => &[false, true],
            PostImage::Required => &[true],
        };
        for image in ways {
            let publishing = post.steps(*image).filter(|step| step.publishes).count();
            self.must(publishing == 1, "post.steps", || {
                let way = if *image { "with an image" } else { "without an image" };
                format!("{publishing} steps publish a post {way}; exactly one does")
            });
        }
        for (n, step) in post.steps.iter().enumerate() {
            self.step(&format!("post.steps[{n}]"), step, own);
        }
        let last_ones = post.steps.iter().skip_while(|step| !step.publishes).skip(1);
        let only_read = last_ones
            .into_iter()
            .all(|step| step.publishes || step.request.method == Method::Get);
        self.must(only_read, "post.steps", || "after the step that publishes, steps only read".into());
    }

    fn step(&mut self, key: &str, step: &Step, own: &[&str]) {
        if let Some(name) = &step.upload {
            self.upload(&format!("{key}.upload"), name, step);
        }
        self.must(step.repeated.is_empty() || step.publishes, format!("{key}.repeated"), || {
            "belongs to the step that publishes".into()
        });
        self.must(is_plain_id(&step.id), format!("{key}.id"), || {
            "lower-case letters, digits and hyphens only".into()
        });
        self.must(step.wait <= 600 && (1..=600).contains(&step.every), format!("{key}.wait"), || {
            "wait and every are at most 600 seconds".into()
        });
        self.must((1..=20).contains(&step.times), format!("{key}.times"), || "from 1 to 20".into());
        self.must(!step.publishes || step.until.is_none(), format!("{key}.until"), || {
            "a step that publishes is sent once".into()
        });
        for test in step.until.iter().chain(&step.fails) {
            self.must(is_pointer(&test.pointer), format!("{key}.until"), || not_a_pointer(&test.pointer));
        }
        self.keep(&format!("{key}.keep"), step.keep.iter());
        self.message(&format!("{key}.request"), &step.request, own);
    }

    /// A step that brings the image publishes nothing: what fails before the image is there then leaves nothing open.
    fn upload(&mut self, key: &str, name: &str, step: &Step) {
        let request = &step.request;
        self.must(!name.is_empty() && !name.chars().any(char::is_control), key, || {
            "the name of the part".into()
        });
        let is_form = request.method == Method::Post && request.json.is_empty() && request.json_values.is_empty();
        self.must(is_form && request.authenticate != Authenticate::Oauth1, key, || {
            "belongs to a form that is posted, and that is not signed".into()
        });
        let image = self.provider.post.as_ref().map_or(PostImage::None, |post| post.image);
        let has_one = image == PostImage::Required || (image == PostImage::Optional && step.when == When::Image);
        self.must(has_one && !step.publishes, key, || {
            "belongs to a step for posts with an image that does not publish".into()
        });
    }

    fn keep<'k>(&mut self, key: &str, kept: impl Iterator<Item = (&'k String, &'k Kept)>) {
        for (name, place) in kept {
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            self.must(plain && !name.is_empty(), key, || {
                format!("“{name}”: lower-case letters, digits and underscores only")
            });
            let given = matches!(name.as_str(), "post_id" | "link");
            let taken = !given && (NAMES.contains(&name.as_str()) || self.is_taken(name));
            self.must(!taken, key, || format!("“{name}” is taken"));
            for pointer in place.pointers() {
                self.must(is_pointer(pointer), key, || not_a_pointer(pointer));
            }
            if let Kept::Header(field) = place {
                let lower = field
                    .header
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
                self.must(lower && !field.header.is_empty(), key, || {
                    format!("“{}” isn't a header's name in lower case", field.header)
                });
            }
        }
    }

    /// A stranger has no credential.
    fn public(&mut self, public: &Public, post: &Post, own: &[&str]) {
        let request = &public.request;
        let named: Vec<&str> = own.iter().copied().chain(post.hosts.keys().map(String::as_str)).collect();
        self.filled_in("post.public.request", request, &named);
        self.public_url("post.public.request.url", &request.url, post, own);
        let plain = request.method != Method::Delete && request.authenticate == Authenticate::None && !request.secret_path;
        self.must(plain, "post.public.request", || "only asks, and nothing authenticates it".into());
        for name in request.names() {
            self.must(!SECRET_PLACEHOLDERS.contains(&name), "post.public.request", || {
                format!("“{{{name}}}” is a secret, and a stranger has none")
            });
        }
        for (n, answer) in public.unanswered.iter().enumerate() {
            let key = format!("post.public.unanswered[{n}]");
            self.must(answer.looks().says_something(), &key, || "says what the answer looks like".into());
            self.looks(&key, answer.looks());
        }
        if let Some(contains) = &public.contains {
            self.names("post.public.contains", contains, own);
        }
    }

    /// An address at a host of the file, or at one of `post.hosts`.
    fn public_url(&mut self, key: &str, url: &Template, post: &Post, own: &[&str]) {
        let host = url.names().next().filter(|name| url.source().starts_with(&format!("{{{name}}}/")));
        match host.filter(|host| post.hosts.contains_key(*host)) {
            None => self.url(key, url, own, false),
            Some(host) => {
                let named: Vec<&str> = own.iter().copied().chain([host]).collect();
                self.names(key, url, &named);
                for name in url.names() {
                    self.must(!SECRET_PLACEHOLDERS.contains(&name), key, || {
                        format!("“{{{name}}}” may not be in a path")
                    });
                }
            }
        }
    }

    fn named(&mut self, key: String, reason: Option<DarkCode>) {
        self.must(reason != Some(DarkCode::Unexplained), key, || "names no reason".into());
    }

    fn unseen(&mut self, key: &str, unseen: &Unseen, is_last: bool) {
        let tests = unseen.looks().says_something() || unseen.older;
        self.must(tests == unseen.tests(), format!("{key}.in"), || {
            "says whose answer its tests are for: both or none of them".into()
        });
        self.must(unseen.tests() || is_last, key, || "the one without a test is the last".into());
        self.must(!unseen.older || unseen.pointer.is_some(), format!("{key}.older"), || {
            "needs a pointer".into()
        });
        self.named(format!("{key}.reason"), Some(unseen.reason));
        self.looks(key, unseen.looks());
        let is_https = unseen.link.as_ref().is_none_or(|link| link.starts_with("https://"));
        self.must(is_https, format!("{key}.link"), || "an https address".into());
    }

    fn is_taken(&self, name: &str) -> bool {
        PLACEHOLDERS.contains(&name) || self.provider.hosts.contains_key(name) || self.provider.text_questions().any(|q| q.id == name)
    }
}
