//! What a file must fulfil where it says how a login goes: questions, redirects, the authorization request and its response.

use super::Check;
use crate::provider::{GrantType, Port, RedirectKind};

/// Parameters of the authorization request that Keybearer sets (RFC 6749 §4.1.1, RFC 7636 §4.3). A file that set one could disable the
/// state or the code challenge.
const RESERVED: &[&str] = &[
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
];

impl Check<'_> {
    pub(super) fn questions(&mut self) {
        let p = self.provider;
        self.unique("questions", "id", p.questions.iter().map(|q| &q.id));
        for (n, question) in p.questions.iter().enumerate() {
            let groups = question.user_id.as_ref().map(|pattern| pattern.groups());
            self.must(groups.is_none_or(|groups| groups == 1), format!("questions[{n}].user_id"), || {
                "the pattern has one group".into()
            });
            let pattern = question.pattern.iter().map(|pattern| (format!("questions[{n}].pattern"), pattern));
            let wrong = question.wrong.iter().enumerate();
            let wrong = wrong.map(|(m, wrong)| (format!("questions[{n}].wrong[{m}].pattern"), &wrong.pattern));
            for (key, pattern) in pattern.chain(wrong) {
                self.must(regex_lite::Regex::new(pattern).is_ok(), key, || {
                    format!("“{pattern}” isn't a valid pattern")
                });
            }
        }
    }

    pub(super) fn redirects(&mut self) {
        let p = self.provider;
        self.must(!p.uses_redirect() || !p.redirects.is_empty(), "redirects", || {
            "at least one is needed".into()
        });
        let kinds = p.redirects.iter().map(|r| r.kind.name());
        self.unique("redirects", "kind", kinds);
        for (n, redirect) in p.redirects.iter().enumerate() {
            let key = |key: &str| format!("redirects[{n}].{key}");
            let host = redirect.host.as_deref();
            self.must(host.is_none_or(|h| h == "127.0.0.1" || h == "localhost"), key("host"), || {
                "127.0.0.1 or localhost".into()
            });
            let path_fits = redirect.path.as_ref().is_none_or(|path| {
                let plain = path.source().starts_with('/') && !path.source().contains(['?', '#']);
                plain && path.names().all(|name| name == "server_host")
            });
            self.must(path_fits, key("path"), || {
                "must begin with a slash and have no query, fragment or placeholder but {server_host}".into()
            });
            let fixed = matches!(redirect.port, Port::Fixed(_));
            self.must(fixed || redirect.kind != RedirectKind::HttpsLoopback, key("port"), || {
                "an https redirect needs a fixed port, because the console has its address".into()
            });
            let loopback = matches!(
                redirect.kind,
                RedirectKind::Loopback | RedirectKind::Localhost | RedirectKind::HttpsLoopback | RedirectKind::Paste
            );
            self.must(loopback || host.is_none(), key("host"), || {
                "only a loopback redirect has one".into()
            });
            // An address would be another kind of redirect.
            let word = redirect.uri.as_deref().is_none_or(|uri| !uri.is_empty() && !uri.contains("://"));
            let takes_one = redirect.uri.is_none() || redirect.kind == RedirectKind::OutOfBand;
            self.must(word && takes_one, key("uri"), || {
                "a word, and only an out-of-band redirect has one".into()
            });
            for client_type in &redirect.client_types {
                let known = p.client_types.iter().any(|c| c.id == *client_type);
                self.must(known, key("client_types"), || format!("no client type “{client_type}”"));
            }
        }
    }

    pub(super) fn authorize(&mut self) {
        let p = self.provider;
        self.unique("scopes", "id", p.scopes.iter().map(|s| &s.id));
        let Some(authorize) = &p.authorize else {
            self.must(
                !matches!(p.grant, GrantType::AuthorizationCode | GrantType::Oauth1),
                "authorize",
                || "is missing".into(),
            );
            return;
        };
        self.url("authorize.url", &authorize.url, &[], false);
        // 256 random bits (oauth2::random).
        self.must(authorize.state_max.is_none_or(|max| max >= 43), "authorize.state_max", || {
            "must be at least 43, the length of the state that is sent".into()
        });
        for (table, parameters) in [
            ("params", &authorize.params),
            ("force_login", &authorize.force_login),
            ("rerequest", &authorize.rerequest),
        ] {
            for name in parameters.keys() {
                self.must(!RESERVED.contains(&name.as_str()), format!("authorize.{table}.{name}"), || {
                    format!("“{name}” is set by the program")
                });
            }
        }
    }

    pub(super) fn callback(&mut self) {
        let p = self.provider;
        for (key, words) in [
            ("callback.denied_values", &p.callback.denied_values),
            ("token_prefixes", &p.token_prefixes),
        ] {
            self.must(words.iter().all(|word| !word.is_empty()), key, || "one of them is empty".into());
        }
    }
}
