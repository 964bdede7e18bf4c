//! What a file must fulfil in its messages, and in how it reads refusals.

use std::collections::BTreeMap;

use super::{Check, is_pointer, not_a_pointer};
use crate::provider::GrantType;
use crate::provider::file::messages::{Message, Pointers};
use crate::provider::file::template::{PLACEHOLDERS, SECRET_PLACEHOLDERS, Template};

impl Check<'_> {
    pub(super) fn messages(&mut self) {
        let p = self.provider;
        let needs_token = p.grant != GrantType::Import;
        self.must(!needs_token || p.messages.token.is_some(), "messages.token", || "is missing".into());
        for (name, message) in p.messages.iter() {
            self.message(&format!("messages.{name}"), message, &[]);
        }
        self.uses();
        if let Some(listing) = &p.statuses {
            self.statuses(listing);
        }
        if let Some(name) = &p.account_name {
            self.names("account_name", name, &["display_name"]);
        }
        self.wordings();
    }

    /// `inputs` are names that only this message's templates may use.
    pub(super) fn message(&mut self, key: &str, message: &Message, inputs: &[&str]) {
        self.url(&format!("{key}.url"), &message.url, inputs);
        self.must(message.form.is_empty() || message.json.is_empty(), format!("{key}.json"), || {
            "form or json, not both".into()
        });
        for (table, parameters) in [
            ("query", &message.query),
            ("form", &message.form),
            ("json", &message.json),
            ("header", &message.header),
        ] {
            for (name, template) in parameters {
                self.names(&format!("{key}.{table}.{name}"), template, inputs);
            }
        }
        for name in message.answer_headers.values() {
            let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            self.must(plain && !name.is_empty(), format!("{key}.answer_headers"), || {
                format!("“{name}” is no header's name in lower case")
            });
        }
        let mut pointers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        pointers.insert("answers", message.answers.values().flat_map(Pointers::iter).collect());
        pointers.insert("secret", message.secret.iter().map(String::as_str).collect());
        pointers.insert("success", message.success.iter().map(|test| test.pointer.as_str()).collect());
        if let Some(list) = &message.list {
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

    pub(super) fn url(&mut self, key: &str, url: &Template, inputs: &[&str]) {
        self.names(key, url, inputs);
        let host = url.names().next().filter(|name| url.source().starts_with(&format!("{{{name}}}/")));
        let known = host.is_some_and(|host| self.provider.hosts.contains_key(host));
        self.must(known, key, || {
            format!("“{}” must begin with a host of the hosts table", url.source())
        });
        for name in url.names() {
            self.must(!SECRET_PLACEHOLDERS.contains(&name), key, || {
                format!("“{{{name}}}” may not stand in a path")
            });
        }
    }

    pub(super) fn names(&mut self, key: &str, template: &Template, inputs: &[&str]) {
        for name in template.names() {
            let known = PLACEHOLDERS.contains(&name) || inputs.contains(&name) || self.provider.hosts.contains_key(name);
            self.must(known, key, || format!("“{{{name}}}” is not one of {}", PLACEHOLDERS.join(", ")));
        }
    }

    fn wordings(&mut self) {
        let p = self.provider;
        for (n, wording) in p.errors.iter().enumerate() {
            let says = wording.status.is_some() || wording.equals.is_some() || wording.contains.is_some();
            self.must(says, format!("errors[{n}]"), || {
                "a wording needs a status, equals or contains".into()
            });
            if let Some(name) = &wording.message {
                let known = p.messages.iter().any(|(message, _)| message == name);
                self.must(known, format!("errors[{n}].message"), || format!("no message “{name}”"));
            }
            if let Some(pointer) = &wording.pointer {
                self.must(is_pointer(pointer), format!("errors[{n}].pointer"), || not_a_pointer(pointer));
            }
        }
    }
}
