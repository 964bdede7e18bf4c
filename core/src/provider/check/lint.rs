//! Faults that only `keybearer provider check` reports. A file with one of them still loads, because it may be older than the rule and
//! may work.

use std::collections::BTreeMap;

use super::Check;
use crate::provider::file::copies::CopyKind;
use crate::provider::file::messages::Message;
use crate::provider::{GrantType, Pkce, Port};

/// Where the ports for own files begin; docs/providers.md has the table of the shipped files' ports.
const FIRST_OWN_PORT: u16 = 47100;

impl Check<'_> {
    /// RFC 7636 §4.5: a server that was sent a challenge refuses a code without its verifier.
    pub(super) fn verifier(&mut self) {
        let p = self.provider;
        let (Some(authorize), Some(token)) = (&p.authorize, &p.messages.token) else {
            return;
        };
        let challenges = p.grant == GrantType::AuthorizationCode && authorize.pkce == Pkce::S256;
        self.must(!challenges || sends(token, "code_verifier"), "authorize.pkce", || {
            "S256 is the default, and messages.token sends no {code_verifier}: add it, or write pkce = \"none\"".into()
        });
    }

    /// A variable that chooses what a command runs would run it with the token (`keybearer exec --env`).
    pub(super) fn variables(&mut self) {
        let copies = self.provider.copies.iter().enumerate();
        for (n, copy) in copies.filter(|(_, copy)| copy.kind == CopyKind::Env) {
            for (at, line) in copy.lines.iter().enumerate() {
                self.must(line.is_variable_of_account(), format!("copies[{n}].lines[{at}]"), || {
                    let right = "a name such as ACME_TOKEN, ACME_APP_ID or ACME_URL, with a placeholder";
                    format!("`keybearer exec --env` refuses “{}”: {right}", line.name)
                });
            }
        }
    }

    /// Two platforms on one port cannot both wait for a redirect. `taken` has the shipped providers' ids by their ports.
    pub(super) fn ports(&mut self, taken: &BTreeMap<u16, Vec<String>>) {
        for (n, redirect) in self.provider.redirects.iter().enumerate() {
            let Port::Fixed(port) = redirect.port else { continue };
            let users = taken.get(&port);
            self.must(users.is_none(), format!("redirects[{n}].port"), || {
                let users = users.map(|ids| ids.join(", ")).unwrap_or_default();
                format!("{port} is the port of {users}; choose one from {FIRST_OWN_PORT}")
            });
        }
    }
}

/// Whether a parameter, header field or address of a message has this placeholder.
pub(super) fn sends(message: &Message, placeholder: &str) -> bool {
    message.names().any(|name| name == placeholder)
}
