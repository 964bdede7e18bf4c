//! What a file must fulfil in its messages, and in how it reads refusals.

use std::collections::BTreeMap;

use super::{Check, is_pointer, not_a_pointer};
use crate::provider::GrantType;
use crate::provider::file::errors::Looks;
use crate::provider::file::messages::{Answer, Authenticate, Message, Pointers};
use crate::provider::file::template::{PLACEHOLDERS, SECRET_PLACEHOLDERS, Template};

/// Header fields that follow from the request (RFC 9110 §7.2, §7.6.1, §8.3, §8.6).
const CONNECTION: &[&str] = &["connection", "content-length", "content-type", "host", "transfer-encoding"];

impl Check<'_> {
    pub(super) fn messages(&mut self) {
        let p = self.provider;
        let needs_token = p.grant != GrantType::Import && p.callback.access_token.is_none();
        self.must(!needs_token || p.messages.token.is_some(), "messages.token", || "is missing".into());
        for (name, message) in p.messages.iter() {
            self.message(
                &format!("messages.{name}"),
                message,
                if matches!(name, "revocation" | "end_token") {
                    &["token_id"]
                } else {
                    &[]
                },
            );
        }
        let by_id = p
            .messages
            .revocation
            .as_ref()
            .is_some_and(|m| m.names().any(|name| name == "token_id"));
        let inspects = p.messages.inspect.as_ref();
        let known = inspects.is_some_and(|m| m.answers.contains_key(&Answer::TokenId) || m.answer_headers.contains_key(&Answer::TokenId));
        self.must(known || !by_id, "messages.revocation", || {
            "“{token_id}” is an answer of messages.inspect, and that has none".into()
        });
        let lists = p.messages.tokens.as_ref();
        let named = lists.is_none_or(|m| m.list.is_some() && m.answers.contains_key(&Answer::TokenId));
        self.must(named, "messages.tokens", || "needs a list, and token_id among its answers".into());
        let ends = p.messages.end_token.as_ref();
        let by_id = ends.is_none_or(|m| lists.is_some() && m.names().any(|name| name == "token_id"));
        self.must(by_id, "messages.end_token", || {
            "needs “{token_id}”, which messages.tokens answers".into()
        });
        self.uses();
        if let Some(listing) = &p.statuses {
            self.statuses(listing);
        }
        if let Some(post) = &p.post {
            self.post(post);
        }
        if let Some(name) = &p.account_name {
            self.names("account_name", name, &["display_name"]);
        }
        self.headers("headers", &p.headers, &[]);
        self.refusal();
        self.wordings();
    }

    /// `inputs` are names that only this message's templates may use.
    pub(super) fn message(&mut self, key: &str, message: &Message, inputs: &[&str]) {
        self.url(&format!("{key}.url"), &message.url, inputs, message.secret_path);
        self.secret_path(key, message);
        self.filled_in(key, message, inputs);
    }

    /// All of a message but its address.
    pub(super) fn filled_in(&mut self, key: &str, message: &Message, inputs: &[&str]) {
        let has_json = !message.json.is_empty() || !message.json_values.is_empty();
        self.must(message.form.is_empty() || !has_json, format!("{key}.json"), || {
            "form or json, not both".into()
        });
        for (table, parameters) in [
            ("query", &message.query),
            ("form", &message.form),
            ("json", &message.json),
            ("json_values", &message.json_values),
        ] {
            for (name, template) in parameters {
                self.names(&format!("{key}.{table}.{name}"), template, inputs);
            }
        }
        self.headers(&format!("{key}.header"), &message.header, inputs);
        let has_name = self.provider.callback.username.is_some();
        self.must(
            message.authenticate != Authenticate::Basic || has_name,
            format!("{key}.authenticate"),
            || "basic needs the login name that callback.username brings".into(),
        );
        for name in message.answer_headers.values() {
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            self.must(plain && !name.is_empty(), format!("{key}.answer_headers"), || {
                format!("“{name}” isn't a header's name in lower case")
            });
        }
        let mut pointers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        pointers.insert("answers", message.answers.values().flat_map(Pointers::iter).collect());
        pointers.insert("secret", message.secret.iter().map(String::as_str).collect());
        pointers.insert("success", message.success.iter().map(|test| test.pointer.as_str()).collect());
        if let Some(list) = &message.list {
            self.must(!list.links || list.next.is_none(), format!("{key}.list"), || {
                "next or links, not both".into()
            });
            let next = list.next.as_deref();
            let only = list.only.as_ref().map(|test| test.pointer.as_str());
            pointers.insert("list", [Some(list.items.as_str()), next, only].into_iter().flatten().collect());
        }
        for (table, pointers) in pointers {
            for pointer in pointers {
                self.must(is_pointer(pointer), format!("{key}.{table}"), || not_a_pointer(pointer));
            }
        }
    }

    /// Header fields: of the file, or of one message.
    fn headers(&mut self, key: &str, fields: &BTreeMap<String, Template>, inputs: &[&str]) {
        for (name, template) in fields {
            let of = format!("{key}.{name}");
            let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
            self.must(!name.is_empty() && name.bytes().all(is_token), &of, || {
                format!("“{}” isn't a header field's name", name.escape_debug())
            });
            self.must(!CONNECTION.contains(&name.to_ascii_lowercase().as_str()), &of, || {
                format!("“{name}” is set by the program")
            });
            self.must(!template.source().chars().any(char::is_control), &of, || {
                "a header field is one line".into()
            });
            self.names(&of, template, inputs);
        }
        let mut seen: Vec<String> = Vec::new();
        for name in fields.keys() {
            let lower = name.to_ascii_lowercase();
            self.must(!seen.contains(&lower), format!("{key}.{name}"), || {
                format!("“{lower}” is listed twice")
            });
            seen.push(lower);
        }
    }

    /// A secret in a path is the access token, once.
    fn secret_path(&mut self, key: &str, message: &Message) {
        let url = &message.url;
        let path = url.source().split(['?', '#']).next().unwrap_or_default();
        let once = url.names().filter(|name| *name == "access_token").count() == 1 && path.contains("{access_token}");
        self.must(!message.secret_path || once, format!("{key}.secret_path"), || {
            "is for an address with {access_token} in its path, once".into()
        });
    }

    pub(super) fn url(&mut self, key: &str, url: &Template, inputs: &[&str], secret_path: bool) {
        self.names(key, url, inputs);
        let host = url.names().next().filter(|name| url.source().starts_with(&format!("{{{name}}}/")));
        let known = host.is_some_and(|host| self.provider.hosts.contains_key(host));
        self.must(known, key, || {
            format!("“{}” must begin with a host of the hosts table", url.source())
        });
        for name in url.names() {
            let allowed = secret_path && name == "access_token";
            self.must(allowed || !SECRET_PLACEHOLDERS.contains(&name), key, || match name {
                "access_token" => "“{access_token}” may not be in a path without secret_path = true".into(),
                name => format!("“{{{name}}}” may not be in a path"),
            });
        }
    }

    pub(super) fn names(&mut self, key: &str, template: &Template, inputs: &[&str]) {
        for name in template.names() {
            let given = || self.provider.hosts.contains_key(name) || self.provider.text_questions().any(|q| q.id == name);
            let known = PLACEHOLDERS.contains(&name) || inputs.contains(&name) || given();
            self.must(known, key, || format!("“{{{name}}}” is not one of {}", PLACEHOLDERS.join(", ")));
        }
    }

    fn refusal(&mut self) {
        let refusal = &self.provider.refusal;
        for (key, pointers) in [("code", &refusal.code), ("message", &refusal.message)] {
            for pointer in pointers.iter().flat_map(Pointers::iter) {
                self.must(is_pointer(pointer), format!("refusal.{key}"), || not_a_pointer(pointer));
            }
        }
    }

    fn wordings(&mut self) {
        let p = self.provider;
        for (n, wording) in p.errors.iter().enumerate() {
            self.must(wording.looks().says_something(), format!("errors[{n}]"), || {
                "a wording needs a status, equals or contains; or absent or present".into()
            });
            self.looks(&format!("errors[{n}]"), wording.looks());
            if let Some(name) = &wording.message {
                let known = p.messages.iter().any(|(message, _)| message == name);
                self.must(known, format!("errors[{n}].message"), || format!("no message “{name}”"));
            }
        }
    }

    /// What an answer must look like.
    pub(super) fn looks(&mut self, key: &str, looks: Looks<'_>) {
        let key = |name: &str| format!("{key}.{name}");
        let (absent, present) = (looks.absent, looks.present);
        self.must(!absent || !(present || looks.reads_a_text()), key("absent"), || {
            "what is absent has no text: neither equals, contains nor present".into()
        });
        self.must(!present || !looks.reads_a_text(), key("present"), || {
            "equals and contains say already that it is present".into()
        });
        for (name, is_set) in [("absent", absent), ("present", present)] {
            self.must(!is_set || looks.pointer.is_some(), key(name), || "needs a pointer".into());
        }
        if let Some(pointer) = looks.pointer {
            self.must(is_pointer(pointer), key("pointer"), || not_a_pointer(pointer));
        }
    }
}
