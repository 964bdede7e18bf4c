//! What a file must fulfil in discovery, calls and copies.

use super::{Check, is_plain_id, is_pointer, not_a_pointer};
use crate::provider::file::calls::{Call, InputKind};
use crate::provider::file::copies::{Copy, CopyKind, MORE_PLACEHOLDERS};
use crate::provider::file::messages::{Authenticate, Method};
use crate::provider::file::template::PLACEHOLDERS;
use crate::provider::{FoundBy, QuestionKind};

impl Check<'_> {
    pub(super) fn uses(&mut self) {
        let p = self.provider;
        self.discovery();
        self.unique("calls", "id", p.calls.iter().map(|c| &c.id));
        for (n, call) in p.calls.iter().enumerate() {
            self.call(&format!("calls[{n}]"), call);
        }
        self.unique("copies", "id", p.copies.iter().map(|c| &c.id));
        for (n, copy) in p.copies.iter().enumerate() {
            self.copy(&format!("copies[{n}]"), copy);
        }
    }

    fn discovery(&mut self) {
        let p = self.provider;
        let by_message = p.discovery.as_ref().is_some_and(|d| d.by == FoundBy::Message);
        self.must(by_message || p.messages.server.is_none(), "messages.server", || {
            "is for discovery.by = \"message\"".into()
        });
        let Some(discovery) = &p.discovery else { return };
        if by_message {
            self.server_message();
            for (key, is_set) in [
                ("family", !discovery.family.is_empty()),
                ("instance", !discovery.instance.is_empty()),
                ("domain", !discovery.domain.is_empty()),
                ("fallback", discovery.fallback),
            ] {
                self.must(!is_set, format!("discovery.{key}"), || "belongs to by = \"nodeinfo\"".into());
            }
            return;
        }
        for (key, is_set) in [
            ("family", !discovery.family.is_empty()),
            ("software", !discovery.software.is_empty()),
        ] {
            self.must(is_set, format!("discovery.{key}"), || "is missing".into());
        }
        for path in &discovery.instance {
            let mut steps = path.strip_prefix('/').unwrap_or_default().split('/');
            let plain =
                |step: &str| !matches!(step, "" | "." | "..") && step.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            self.must(steps.all(plain), "discovery.instance", || {
                format!("“{path}” isn't a plain path such as “/api/v1/instance”")
            });
        }
        for pointer in &discovery.domain {
            self.must(is_pointer(pointer), "discovery.domain", || not_a_pointer(pointer));
        }
    }

    /// `messages.server` is sent before there is a client or a token.
    fn server_message(&mut self) {
        let p = self.provider;
        self.must(p.question(QuestionKind::Server).is_some(), "discovery", || {
            "needs a question of kind server".into()
        });
        let Some(message) = &p.messages.server else {
            self.must(false, "messages.server", || "is missing".into());
            return;
        };
        let plain = message.method == Method::Get && message.authenticate == Authenticate::None;
        self.must(plain, "messages.server", || "is a GET that nothing authenticates".into());
        for name in message.names() {
            let known = ["server", "server_host", "version"].contains(&name) || p.hosts.contains_key(name);
            self.must(known, "messages.server", || {
                format!("“{{{name}}}” has no value before the server is found")
            });
        }
    }

    fn call(&mut self, key: &str, call: &Call) {
        let inputs: Vec<&str> = call.inputs.iter().map(|i| i.id.as_str()).collect();
        self.unique(&format!("{key}.inputs"), "id", inputs.iter());
        for (n, input) in call.inputs.iter().enumerate() {
            let of = |name: &str| format!("{key}.inputs[{n}].{name}");
            // An input named like a token would be sent instead of it.
            let taken = PLACEHOLDERS.contains(&input.id.as_str()) || self.provider.hosts.contains_key(&input.id);
            self.must(!taken, of("id"), || "the name is taken".into());
            self.must((input.kind == InputKind::Choice) != input.options.is_empty(), of("options"), || {
                "a choice has options, and nothing else has".into()
            });
            let bounds = input.min.is_some() || input.max.is_some();
            self.must(!bounds || input.kind == InputKind::Number, of("kind"), || {
                "min and max belong to a number".into()
            });
            let pointer = input.only.as_ref().map_or("", |test| &test.pointer);
            self.must(is_pointer(pointer), of("only"), || not_a_pointer(pointer));
            self.must(input.takes(&input.default), of("default"), || {
                format!("the default “{}” is not allowed by the input itself", input.default)
            });
        }
        self.message(&format!("{key}.request"), &call.request, &inputs);
    }

    fn copy(&mut self, key: &str, copy: &Copy) {
        let of = |name: &str| format!("{key}.{name}");
        self.must(is_plain_id(&copy.id), of("id"), || {
            "lower-case letters, digits and hyphens only".into()
        });
        for (n, line) in copy.lines.iter().enumerate() {
            let of_line = format!("{key}.lines[{n}]");
            self.names(&of_line, &line.value, MORE_PLACEHOLDERS);
            self.must(fits(copy.kind, &line.name), of_line, || {
                format!("“{}” isn't a name for this kind of copy", line.name)
            });
        }
        let call = copy.call.as_ref().map(|id| self.provider.calls.iter().find(|c| c.id == *id));
        match (copy.kind, call) {
            (CopyKind::Curl, Some(Some(call))) => {
                // A signature is valid for one request only.
                let reads = call.request.authenticate != Authenticate::Oauth1 && !call.writes();
                self.must(reads, of("call"), || {
                    "a command is made from a call that neither writes nor signs".into()
                });
            }
            (CopyKind::Curl, Some(None)) => self.must(false, of("call"), || "there is no such call".into()),
            (CopyKind::Curl, None) => self.must(false, of("call"), || "is missing: a command is made from a call".into()),
            (_, call) => {
                self.must(call.is_none(), of("call"), || "only a command is made from a call".into());
                self.must(!copy.lines.is_empty(), of("lines"), || "are missing".into());
            }
        }
        self.must(copy.shipped.is_none() || copy.text.is_empty(), of("text"), || {
            "text or shipped, not both".into()
        });
        let plain = |file: &String| is_plain_id(&file.replace('.', "-")) && !file.starts_with('.');
        self.must(copy.file.as_ref().is_none_or(plain), of("file"), || {
            "must be a plain file name".into()
        });
        self.must(copy.file.is_none() || !copy.is_secret(), of("file"), || {
            "a copy with a secret can't be a file".into()
        });
    }
}

fn fits(kind: CopyKind, name: &str) -> bool {
    let word = |more: &[u8]| {
        let first = name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
        first && name.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    match kind {
        CopyKind::Plain => name.is_empty(),
        CopyKind::Header => word(b"-"),
        CopyKind::Env | CopyKind::Javascript => word(b"_"),
        CopyKind::Json => !name.is_empty(),
        CopyKind::Curl => false,
    }
}
