//! What the reader refuses in discovery, calls and copies.

use super::{Check, is_plain_id, is_pointer, unique};
use crate::provider::call::{Call, InputKind};
use crate::provider::copy::{Copy, CopyKind, MORE_PLACEHOLDERS};
use crate::provider::message::Authenticate;
use crate::provider::template::PLACEHOLDERS;

impl Check<'_> {
    pub(super) fn uses(&mut self) {
        let p = self.provider;
        self.discovery();
        self.must(unique(p.calls.iter().map(|c| &c.id)), || "a call stands twice".into());
        for call in &p.calls {
            self.call(call);
        }
        self.must(unique(p.copies.iter().map(|c| &c.id)), || "a copy stands twice".into());
        for copy in &p.copies {
            self.copy(copy);
        }
    }

    fn discovery(&mut self) {
        let Some(discovery) = &self.provider.discovery else { return };
        for path in &discovery.instance {
            let mut steps = path.strip_prefix('/').unwrap_or_default().split('/');
            let plain =
                |step: &str| !matches!(step, "" | "." | "..") && step.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
            self.must(steps.all(plain), || {
                format!("discovery.instance: “{path}” is no plain path, as in “/api/v1/instance”")
            });
        }
        for pointer in &discovery.domain {
            self.must(is_pointer(pointer), || format!("discovery.domain: “{pointer}” is no JSON pointer"));
        }
    }

    fn call(&mut self, call: &Call) {
        let place = format!("calls.{}", call.id);
        let inputs: Vec<&str> = call.inputs.iter().map(|i| i.id.as_str()).collect();
        self.must(unique(inputs.iter()), || format!("{place}: an input stands twice"));
        for input in &call.inputs {
            let of = format!("{place}.inputs.{}", input.id);
            // One that took the place of a token would be sent in its place.
            let taken = PLACEHOLDERS.contains(&input.id.as_str()) || self.provider.hosts.contains_key(&input.id);
            self.must(!taken, || format!("{of}: the name is taken"));
            self.must((input.kind == InputKind::Choice) != input.options.is_empty(), || {
                format!("{of}: options are what a choice has")
            });
            let bounds = input.min.is_some() || input.max.is_some();
            self.must(!bounds || input.kind == InputKind::Number, || {
                format!("{of}: min and max are a number's")
            });
            let pointer = input.only.as_ref().map_or("", |test| &test.pointer);
            self.must(is_pointer(pointer), || format!("{of}: “{pointer}” is no JSON pointer"));
            self.must(input.takes(&input.default), || {
                format!("{of}: the default “{}” may not stand in it", input.default)
            });
        }
        self.message(&place, &call.request, &inputs);
    }

    fn copy(&mut self, copy: &Copy) {
        let place = format!("copies.{}", copy.id);
        self.must(is_plain_id(&copy.id), || {
            format!("{place}: lower-case letters, digits and hyphens only")
        });
        for line in &copy.lines {
            let of = format!("{place}.{}", line.name);
            self.names(&of, &line.value, MORE_PLACEHOLDERS);
            self.must(fits(copy.kind, &line.name), || format!("{of}: no name that may stand there"));
        }
        let call = copy.call.as_ref().map(|id| self.provider.calls.iter().find(|c| c.id == *id));
        match (copy.kind, call) {
            (CopyKind::Curl, Some(Some(call))) => {
                // A signature is good for one request, and soon for none.
                self.must(call.request.authenticate != Authenticate::Oauth1 && !call.writes(), || {
                    format!("{place}: a command reads, and signs nothing")
                });
            }
            (CopyKind::Curl, Some(None)) => self.must(false, || format!("{place}: there is no such call")),
            (CopyKind::Curl, None) => self.must(false, || format!("{place}: a command is made of a call")),
            (_, call) => {
                self.must(call.is_none(), || format!("{place}: only a command is made of a call"));
                self.must(!copy.lines.is_empty(), || format!("{place}: lines are missing"));
            }
        }
        self.must(copy.shipped.is_none() || copy.text.is_empty(), || {
            format!("{place}: text or shipped, not both")
        });
        let plain = |file: &String| is_plain_id(&file.replace('.', "-")) && !file.starts_with('.');
        self.must(copy.file.as_ref().is_none_or(plain), || format!("{place}: no plain file name"));
        self.must(copy.file.is_none() || !copy.is_secret(), || {
            format!("{place}: what holds a secret becomes no file")
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
