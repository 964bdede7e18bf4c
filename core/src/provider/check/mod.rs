//! What the reader refuses in a provider file, with a sentence that says where. Serde has refused unknown and missing
//! keys before; here stands what needs a look at the whole file.

mod sources;
mod statuses;
mod uses;

use std::collections::BTreeSet;

use super::errors::Wording;
use super::message::{Message, Pointers};
use super::template::{PLACEHOLDERS, SECRET_PLACEHOLDERS, Template};
use super::{Grant, Provider, RedirectKind};
use crate::text::Text;

/// Reads a provider file and checks it.
///
/// # Errors
/// Every fault that was found, a sentence each; at least one.
pub fn read(source: &str) -> Result<Provider, Vec<String>> {
    let provider: Provider = toml::from_str(source).map_err(|e| vec![e.to_string().trim().to_owned()])?;
    let faults = Check {
        provider: &provider,
        faults: Vec::new(),
    }
    .run();
    if faults.is_empty() { Ok(provider) } else { Err(faults) }
}

struct Check<'a> {
    provider: &'a Provider,
    faults: Vec<String>,
}

impl<'a> Check<'a> {
    fn run(mut self) -> Vec<String> {
        let p = self.provider;
        self.must(p.format == 1, || format!("format = {}: this program reads format 1", p.format));
        self.must(is_plain_id(&p.id), || {
            format!("id “{}”: lower-case letters, digits and hyphens only", p.id)
        });
        self.hosts();
        self.texts();
        self.links();
        self.facts();
        self.questions();
        self.redirects();
        self.authorize();
        self.messages();
        for wording in &p.errors {
            self.wording(wording);
        }
        // More of a key than that would be too much of it.
        self.must(p.hint <= 6, || "hint: at most six characters".into());
        self.must(unique(p.scopes.iter().map(|s| &s.id)), || "a scope stands twice".into());
        self.faults
    }

    fn must(&mut self, holds: bool, fault: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(fault());
        }
    }

    fn hosts(&mut self) {
        let p = self.provider;
        let sends_nothing = p.grant == Grant::Import && p.messages.iter().next().is_none();
        self.must(!p.hosts.is_empty() || sends_nothing, || "hosts: at least one is needed".into());
        for (name, origin) in &p.hosts {
            self.must(
                !PLACEHOLDERS.contains(&name.as_str()) || origin.source() == format!("{{{name}}}"),
                || format!("hosts.{name}: the name is taken"),
            );
            let source = origin.source();
            let asked = ["{server}", "{practice}"].contains(&source);
            self.must(asked || is_origin(source), || {
                format!("hosts.{name}: “{source}” must be an https origin (http for loopback only), without a path")
            });
        }
    }

    fn texts(&mut self) {
        let p = self.provider;
        let warnings: Vec<Text> = p.warnings.iter().map(super::Warning::text).collect();
        let mut texts: Vec<(&str, &Text)> = vec![("summary", &p.summary)];
        texts.extend(warnings.iter().map(|t| ("warnings", t)));
        for q in &p.questions {
            texts.push(("questions.label", &q.label));
            texts.extend(q.help.iter().map(|t| ("questions.help", t)));
            texts.extend(q.wrong.iter().map(|w| ("questions.wrong", &w.text)));
        }
        if let Some(kind) = &p.kind {
            texts.extend([&kind.purpose, &kind.behalf, &kind.lives, &kind.needs].map(|t| ("kind", t)));
        }
        texts.extend(p.redirect_rules.iter().map(|r| ("redirect_rules", &r.text)));
        texts.extend(p.errors.iter().filter_map(|w| Some(("errors.action", w.action.as_ref()?))));
        let stuck = p.authorize.iter().flat_map(|a| &a.stuck);
        texts.extend(stuck.filter_map(|s| Some(("authorize.stuck.action", s.action.as_ref()?))));
        texts.extend(p.client_types.iter().filter_map(|t| Some(("client_types", t.meaning.as_ref()?))));
        texts.extend(p.console.iter().map(|s| ("console", &s.text)));
        texts.extend(p.redirects.iter().filter_map(|d| Some(("redirects.note", d.note.as_ref()?))));
        texts.extend(p.scopes.iter().map(|s| ("scopes", &s.meaning)));
        for call in &p.calls {
            texts.push(("calls", &call.meaning));
            texts.extend(call.costs.iter().map(|t| ("calls.costs", t)));
            texts.extend(call.inputs.iter().map(|i| ("calls.inputs", &i.meaning)));
        }
        let filters = p.statuses.iter().flat_map(|s| &s.filters);
        texts.extend(filters.map(|f| ("statuses.filters", &f.meaning)));
        texts.extend(p.lifetime.deadlines.iter().map(|d| ("lifetime.deadlines", &d.meaning)));
        for (place, text) in texts {
            for (language, words) in text.all() {
                self.must(!words.trim().is_empty(), || format!("{place}: the {language} text is empty"));
            }
        }
    }

    fn questions(&mut self) {
        let p = self.provider;
        self.must(unique(p.questions.iter().map(|q| &q.id)), || "a question stands twice".into());
        for q in &p.questions {
            self.must(q.user_id.as_ref().is_none_or(|pattern| pattern.groups() == 1), || {
                format!("questions.{}: user_id has one group", q.id)
            });
            for pattern in q.pattern.iter().chain(q.wrong.iter().map(|w| &w.pattern)) {
                self.must(regex_lite::Regex::new(pattern).is_ok(), || {
                    format!("questions.{}: “{pattern}” is no pattern", q.id)
                });
            }
        }
    }

    fn redirects(&mut self) {
        let p = self.provider;
        let needs_redirect = matches!(p.grant, Grant::AuthorizationCode | Grant::Oauth1);
        self.must(!needs_redirect || !p.redirects.is_empty(), || {
            "redirects: at least one is needed".into()
        });
        self.must(unique(p.redirects.iter().map(|d| &d.kind)), || "a redirect stands twice".into());
        for redirect in &p.redirects {
            let host_fits = redirect.host.as_deref().is_none_or(|h| h == "127.0.0.1" || h == "localhost");
            self.must(host_fits, || "redirects.host: 127.0.0.1 or localhost".into());
            let path_fits = redirect.path.as_ref().is_none_or(|path| {
                let plain = path.source().starts_with('/') && !path.source().contains(['?', '#']);
                plain && path.names().all(|n| n == "server_host")
            });
            self.must(path_fits, || {
                "redirects.path: begins with a slash, no query, no fragment, no name but {server_host}".into()
            });
            let fixed = matches!(redirect.port, super::Port::Fixed(_));
            self.must(fixed || redirect.kind != RedirectKind::HttpsLoopback, || {
                "redirects.port: an https redirect has one of its own: a console knows it".into()
            });
            let loopback = matches!(
                redirect.kind,
                RedirectKind::Loopback | RedirectKind::Localhost | RedirectKind::HttpsLoopback | RedirectKind::Paste
            );
            self.must(loopback || redirect.host.is_none(), || {
                "redirects.host: only a loopback redirect has one".into()
            });
            // An address would be a redirect of another kind.
            let word = redirect.uri.as_deref().is_none_or(|u| !u.is_empty() && !u.contains("://"));
            self.must(word && (redirect.uri.is_none() || redirect.kind == RedirectKind::OutOfBand), || {
                "redirects.uri: a word, and only an out-of-band redirect has one".into()
            });
            for t in &redirect.client_types {
                self.must(p.client_types.iter().any(|c| c.id == *t), || {
                    format!("redirects.client_types: no client type “{t}”")
                });
            }
        }
    }

    fn authorize(&mut self) {
        let p = self.provider;
        let Some(authorize) = &p.authorize else {
            let needed = matches!(p.grant, Grant::AuthorizationCode | Grant::Oauth1);
            self.must(!needed, || "authorize: is missing".into());
            return;
        };
        self.url("authorize.url", &authorize.url, &[]);
        // 256 random bits (oauth2::random).
        self.must(authorize.state_max.is_none_or(|max| max >= 43), || {
            "authorize.state_max: the program sends 43 characters".into()
        });
        // RFC 6749's own parameters are the program's to set; a file that did could void the state or the challenge.
        const RESERVED: &[&str] = &[
            "client_id",
            "code_challenge",
            "code_challenge_method",
            "redirect_uri",
            "response_type",
            "scope",
            "state",
        ];
        for name in authorize
            .params
            .keys()
            .chain(authorize.force_login.keys())
            .chain(authorize.rerequest.keys())
        {
            self.must(!RESERVED.contains(&name.as_str()), || {
                format!("authorize: “{name}” is set by the program")
            });
        }
    }

    fn messages(&mut self) {
        let p = self.provider;
        let token_needed = p.grant != Grant::Import;
        self.must(!token_needed || p.messages.token.is_some(), || "messages.token: is missing".into());
        for (name, message) in p.messages.iter() {
            self.message(&format!("messages.{name}"), message, &[]);
        }
        self.uses();
        if let Some(listing) = &p.statuses {
            self.listing(listing);
        }
        if let Some(name) = &p.account_name {
            self.names("account_name", name, &[]);
        }
    }

    fn message(&mut self, place: &str, message: &Message, inputs: &[&str]) {
        self.url(&format!("{place}.url"), &message.url, inputs);
        let bodies = usize::from(!message.form.is_empty()) + usize::from(!message.json.is_empty());
        self.must(bodies <= 1, || format!("{place}: form or json, not both"));
        for (key, template) in message
            .query
            .iter()
            .chain(&message.form)
            .chain(&message.json)
            .chain(&message.header)
        {
            self.names(&format!("{place}.{key}"), template, inputs);
        }
        for name in message.answer_headers.values() {
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            self.must(plain && !name.is_empty(), || {
                format!("{place}: “{name}” is no header's name in lower case")
            });
        }
        let pointers = message
            .answers
            .values()
            .flat_map(Pointers::iter)
            .chain(message.secret.iter().map(String::as_str));
        let list = message.list.iter().flat_map(|l| {
            [
                Some(l.items.as_str()),
                l.next.as_deref(),
                l.only.as_ref().map(|t| t.pointer.as_str()),
            ]
            .into_iter()
            .flatten()
        });
        for pointer in pointers.chain(list).chain(message.success.iter().map(|t| t.pointer.as_str())) {
            self.must(is_pointer(pointer), || format!("{place}: “{pointer}” is no JSON pointer"));
        }
    }

    fn url(&mut self, place: &str, url: &Template, inputs: &[&str]) {
        self.names(place, url, inputs);
        let host = url.names().next().filter(|n| url.source().starts_with(&format!("{{{n}}}/")));
        let known = host.is_some_and(|h| self.provider.hosts.contains_key(h));
        self.must(known, || {
            format!("{place}: “{}” must begin with a host of the hosts table", url.source())
        });
        for name in url.names() {
            self.must(!SECRET_PLACEHOLDERS.contains(&name), || {
                format!("{place}: “{{{name}}}” may not stand in a path")
            });
        }
    }

    fn names(&mut self, place: &str, template: &Template, inputs: &[&str]) {
        for name in template.names() {
            let known = PLACEHOLDERS.contains(&name) || inputs.contains(&name) || self.provider.hosts.contains_key(name);
            self.must(known, || format!("{place}: “{{{name}}}” is not one of {}", PLACEHOLDERS.join(", ")));
        }
    }

    fn wording(&mut self, wording: &Wording) {
        let says = wording.status.is_some() || wording.equals.is_some() || wording.contains.is_some();
        self.must(says, || "errors: a wording needs a status, equals or contains".into());
        if let Some(name) = &wording.message {
            self.must(self.provider.messages.iter().any(|(n, _)| n == name), || {
                format!("errors.message: no message “{name}”")
            });
        }
        if let Some(pointer) = &wording.pointer {
            self.must(is_pointer(pointer), || format!("errors.pointer: “{pointer}” is no JSON pointer"));
        }
    }
}

fn is_pointer(pointer: &str) -> bool {
    pointer.is_empty() || pointer.starts_with('/')
}

fn unique<T: Ord>(items: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    items.into_iter().all(|item| seen.insert(item))
}

/// An id may stand in a file's name and in an address.
pub(super) fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// An https origin, or an http one on loopback; nothing after the host and port.
pub(super) fn is_origin(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    crate::http::may_be_reached(&url) && url.origin().ascii_serialization() == text && !text.contains('{')
}
