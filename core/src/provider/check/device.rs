//! What a file must fulfil for the device authorization grant (RFC 8628), and where it has it.

use super::Check;
use super::lint::sends;
use crate::provider::device::standard;
use crate::provider::messages::Method;
use crate::provider::{Device, GrantType};

impl Check<'_> {
    pub(super) fn device(&mut self) {
        let p = self.provider;
        let (message, of) = (p.messages.device_authorization.as_ref(), "messages.device_authorization");
        if p.grant != GrantType::DeviceCode {
            let elsewhere = || "is for grant = \"device_code\"".to_owned();
            self.must(message.is_none(), of, elsewhere);
            self.must(p.device == Device::default(), "device", elsewhere);
            return;
        }
        self.must(message.is_some(), of, || "is missing".into());
        // RFC 8628 §3.1.
        let posted = message.is_none_or(|message| message.method == Method::Post);
        self.must(posted, format!("{of}.method"), || "must be POST".into());
        let asks = p.messages.token.as_ref().is_none_or(|token| sends(token, "device_code"));
        self.must(asks, "messages.token", || "sends no {device_code}".into());
        for (key, is_set) in [
            ("redirects", !p.redirects.is_empty()),
            ("authorize", p.authorize.is_some()),
            ("messages.registration", p.registers()),
        ] {
            self.must(!is_set, key, || {
                "belongs to a login that comes back by a redirect, and grant = \"device_code\" has none".into()
            });
        }
        let mut seen: Vec<&str> = Vec::new();
        for (key, _, codes) in p.device.lists() {
            for (n, code) in codes.iter().enumerate() {
                let key = format!("device.{key}[{n}]");
                self.must(!code.trim().is_empty(), &key, || "is empty".into());
                self.must(standard(code).is_none(), &key, || {
                    format!("“{code}” has its meaning by RFC 8628 already")
                });
                self.must(!seen.contains(&code.as_str()), &key, || format!("“{code}” is listed twice"));
                seen.push(code);
            }
        }
    }
}
