//! What a file must fulfil where it says how a login goes: its client, questions, redirects, the authorization request and its response.

use std::collections::BTreeSet;

use super::Check;
use crate::provider::file::messages::Authenticate;
use crate::provider::{Authorize, ClientUse, GrantType, Parameter, Pkce, Port, QuestionKind, RedirectKind};

impl Check<'_> {
    /// A client that the file names, or none at all.
    pub(super) fn client(&mut self) {
        let p = self.provider;
        let key = match (p.client, &p.client_id) {
            (ClientUse::Needed, None) => return,
            (ClientUse::Account, _) => return self.client_of_account(),
            (ClientUse::Needed, Some(_)) => "client_id",
            (ClientUse::None, _) => "client",
        };
        self.must(p.client == ClientUse::Needed || p.client_id.is_none(), "client_id", || {
            "client = \"none\" says that there is none".into()
        });
        let plain = |id: &String| !id.is_empty() && id.bytes().all(|b| b.is_ascii_graphic());
        self.must(p.client_id.as_ref().is_none_or(plain), "client_id", || {
            "visible ASCII characters, without spaces".into()
        });
        // Those two prove who the client is, which only the person's own can.
        let proves = matches!(p.grant, GrantType::ClientCredentials | GrantType::Oauth1);
        self.must(!proves, key, || "this grant needs an app of the person's, with a secret".into());
        self.must(!p.registers(), "messages.registration", || {
            format!("{key} says that no app is registered")
        });
        for (n, question) in p.questions.iter().enumerate() {
            let of_app = matches!(
                question.kind,
                QuestionKind::ClientId | QuestionKind::ClientSecret | QuestionKind::ClientType
            );
            self.must(!of_app, format!("questions[{n}].kind"), || {
                format!("{key} says that there is nothing to ask about an app")
            });
        }
        self.must(p.client_types.is_empty(), "client_types", || {
            format!("{key} leaves nothing to choose")
        });
        for (name, message) in p.messages.iter().filter(|_| p.client == ClientUse::None) {
            self.must(
                message.authenticate != Authenticate::Client,
                format!("messages.{name}.authenticate"),
                || "client = \"none\" says that there is no client".into(),
            );
        }
        self.exposed_redirects(key);
    }

    /// A client that is the account itself.
    fn client_of_account(&mut self) {
        let p = self.provider;
        self.must(p.client_id.is_none(), "client_id", || {
            "client = \"account\" says that a person enters it".into()
        });
        self.must(p.grant == GrantType::ClientCredentials, "client", || {
            "\"account\" is for grant = \"client_credentials\"".into()
        });
    }

    /// Other programs see what comes by a relay page or a private-use scheme (RFC 8252 §8.1).
    fn exposed_redirects(&mut self, key: &str) {
        let p = self.provider;
        let proves = p.authorize.as_ref().is_some_and(|a| a.pkce == Pkce::S256);
        for (n, redirect) in p.redirects.iter().enumerate() {
            let exposed = matches!(redirect.kind, RedirectKind::Relay | RedirectKind::PrivateUseScheme);
            self.must(proves || !exposed, format!("redirects[{n}].kind"), || {
                format!("other programs could use what comes by it: {key} means no secret, and there is no PKCE")
            });
        }
    }

    pub(super) fn questions(&mut self) {
        let p = self.provider;
        self.unique("questions", "id", p.questions.iter().map(|q| &q.id));
        for (n, question) in p.questions.iter().enumerate() {
            let groups = question.user_id.as_ref().map(|pattern| pattern.groups());
            self.must(groups.is_none_or(|groups| groups == 1), format!("questions[{n}].user_id"), || {
                "the pattern has one group".into()
            });
            if let Some(default) = &question.default {
                let fits = match question.kind {
                    QuestionKind::Text => question.answer(Some(default)).is_ok_and(|answer| answer == Some(default.as_str())),
                    QuestionKind::ClientType => p.client_types.iter().any(|one| one.id == *default),
                    _ => false,
                };
                self.must(fits, format!("questions[{n}].default"), || {
                    "is for kind = \"text\" and matches the pattern, or for kind = \"client-type\" and is one of them".into()
                });
            }
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
            let word = redirect.uri.as_deref().is_none_or(|uri| !uri.contains("://"));
            let takes_one = redirect.uri.is_none() || redirect.kind == RedirectKind::OutOfBand;
            self.must(word && takes_one, key("uri"), || {
                "a word or nothing, and only an out-of-band redirect has one".into()
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
        self.parameters(authorize);
        self.state(authorize);
        // 256 random bits (oauth2::random).
        self.must(authorize.state_max.is_none_or(|max| max >= 43), "authorize.state_max", || {
            "must be at least 43, the length of the state that is sent".into()
        });
    }

    /// What is in the authorization request, by which names. A file that set a parameter of Keybearer's could disable the state or the
    /// code challenge.
    fn parameters(&mut self, authorize: &Authorize) {
        let oauth1 = self.provider.grant == GrantType::Oauth1;
        self.must(!oauth1 || authorize.names.is_empty(), "authorize.names", || {
            "a request of OAuth 1.0a has none of these parameters".into()
        });
        for parameter in authorize.names.keys() {
            let name = authorize.name(*parameter);
            let others = Parameter::ALL.iter().filter(|other| *other != parameter);
            let twice = name.is_some() && others.clone().any(|other| authorize.name(*other) == name);
            self.must(!twice, format!("authorize.names.{}", parameter.name()), || {
                format!("“{}” is the name of two parameters", name.unwrap_or_default())
            });
        }
        for (table, parameters) in [
            ("params", &authorize.params),
            ("force_login", &authorize.force_login),
            ("rerequest", &authorize.rerequest),
        ] {
            for name in parameters.keys() {
                let set = |p: &Parameter| p.name() == name || authorize.name(*p) == Some(name.as_str());
                self.must(!Parameter::ALL.iter().any(set), format!("authorize.{table}.{name}"), || {
                    format!("“{name}” is set by the program")
                });
            }
        }
    }

    /// The state must come back, and once only: by it an answer is known (RFC 6749 §10.12).
    fn state(&mut self, authorize: &Authorize) {
        let oauth1 = self.provider.grant == GrantType::Oauth1;
        let named = authorize.name(Parameter::State).is_some();
        let in_url = authorize.url.names().any(|name| name == "state");
        let elsewhere = in_url || authorize.state_in_redirect;
        self.must(!(oauth1 && elsewhere), "authorize.url", || {
            "OAuth 1.0a has no state: its temporary token takes the place".into()
        });
        self.must(named || elsewhere, "authorize.names.state", || {
            "the state must be sent: by a name, as {state} in authorize.url, or by state_in_redirect".into()
        });
        self.must(!(named && authorize.state_in_redirect), "authorize.state_in_redirect", || {
            "the state would come back twice: add names = { state = \"\" }".into()
        });
    }

    /// A credential that comes in the authorization response.
    fn credential_in_callback(&mut self) {
        let p = self.provider;
        let callback = &p.callback;
        self.must(
            callback.username.is_none() || callback.access_token.is_some(),
            "callback.username",
            || "belongs to an access_token".into(),
        );
        let Some(access_token) = &callback.access_token else { return };
        let key = "callback.access_token";
        self.must(p.grant == GrantType::AuthorizationCode, key, || {
            "comes with the answer of the consent page, which only grant = \"authorization_code\" has".into()
        });
        let names = [Some(access_token), callback.username.as_ref(), Some(&callback.state)];
        let names: Vec<&String> = names.into_iter().flatten().collect();
        let different: BTreeSet<&String> = names.iter().copied().collect();
        self.must(different.len() == names.len() && !different.contains(&String::new()), key, || {
            "access_token, username and state have names of their own".into()
        });
        for (message, is_there) in [("token", p.messages.token.is_some()), ("exchange", p.messages.exchange.is_some())] {
            self.must(!is_there, format!("messages.{message}"), || {
                "callback.access_token says that the token comes without it".into()
            });
        }
        let pkce = p.authorize.as_ref().is_some_and(|a| a.pkce == Pkce::S256);
        self.must(!pkce, "authorize.pkce", || {
            "no code comes, so there is nothing to prove: write pkce = \"none\"".into()
        });
        for (n, redirect) in p.redirects.iter().enumerate() {
            let hidden = matches!(
                redirect.kind,
                RedirectKind::Loopback | RedirectKind::Localhost | RedirectKind::HttpsLoopback | RedirectKind::Paste
            );
            self.must(hidden, format!("redirects[{n}].kind"), || {
                "a token may come to this computer only: loopback, localhost, https-loopback or paste".into()
            });
        }
    }

    pub(super) fn callback(&mut self) {
        let p = self.provider;
        self.credential_in_callback();
        for (key, words) in [
            ("callback.denied_values", &p.callback.denied_values),
            ("token_prefixes", &p.token_prefixes),
        ] {
            self.must(words.iter().all(|word| !word.is_empty()), key, || "one of them is empty".into());
        }
    }
}
