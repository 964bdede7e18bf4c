//! Makes a request of a message and the values of one login.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use url::Url;

use crate::error::{Error, Result};
use crate::http::scrub::Echoes;
use crate::http::{Request, may_be_reached};
use crate::oauth1::{self, ClientCredentials, TokenCredentials};
use crate::provider::answers::{TextAnswers, is_label, label_of_host};
use crate::provider::messages::{Authenticate, Message, Method};
use crate::provider::template::{SECRET_PLACEHOLDERS, Template};
use crate::provider::{Authentication, Provider};
use crate::text::is_unseen;
use crate::token::Secret;

/// Longer words are a page, not a sentence.
const MAX_WORDS: usize = 300;
/// As much is read of a refusal's words: more are a stack trace or a page. Secrets are taken out before the words are cut to
/// [`MAX_WORDS`]: a shorter cut here could leave a part of a secret.
pub(super) const MAX_READ: usize = 4096;

/// The values of names in templates. Wiped when dropped.
#[derive(Clone, Default)]
pub struct Values<'a> {
    values: BTreeMap<&'a str, Secret>,
    signing: Option<Signing>,
    /// The header fields of every message of the file.
    headers: Option<&'a BTreeMap<String, Template>>,
}

/// What signs a request whose message asks for it (RFC 5849 §3).
#[derive(Clone)]
pub struct Signing {
    /// The client.
    pub client: ClientCredentials,
    /// The token; none in the request for temporary credentials.
    pub token: Option<TokenCredentials>,
    /// More protocol parameters: [`oauth1::CALLBACK`], [`oauth1::VERIFIER`].
    pub extra: Vec<(&'static str, Secret)>,
    /// Unix seconds.
    pub timestamp: i64,
}

impl<'a> Values<'a> {
    /// The values that the file itself gives: its hosts (with `server`, `practice` or an answer filled in), its version, and the
    /// client that it names; and the answers to its text questions.
    pub fn of(provider: &'a Provider, server: Option<&Url>, answers: &TextAnswers) -> Values<'a> {
        let mut values = Values {
            headers: Some(&provider.headers),
            ..Values::default()
        };
        if let Some(server) = server {
            let origin = crate::http::site_of(server);
            values.put("server_host", crate::http::host_of(server));
            values.put("server", origin.clone());
            values.put("practice", origin);
        }
        for question in provider.text_questions() {
            // An app of an earlier file may have no answer.
            if let Some(answer) = answers.get(&question.id).or(question.default.as_ref()) {
                values.put(&question.id, answer.clone());
            }
        }
        // An answer that is no label would be another host: then there is none.
        let stays = |origin: &Template| label_of_host(origin).is_none_or(|label| answers.get(label).is_none_or(|a| is_label(a)));
        let hosts: Vec<_> = provider
            .hosts
            .iter()
            .filter(|(_, origin)| stays(origin))
            .filter_map(|(name, origin)| Some((name, values.fill(origin)?)))
            .collect();
        for (name, origin) in hosts {
            values.put(name, origin);
        }
        if let Some(version) = &provider.version {
            values.put("version", version.value.clone());
        }
        if let Some(client_id) = &provider.client_id {
            values.put("client_id", client_id.clone());
        }
        values
    }

    /// The provider's hosts, filled in; one whose server or answer is missing is left out.
    pub fn hosts(&self, provider: &Provider) -> BTreeMap<String, String> {
        let names = provider.hosts.keys();
        names
            .filter_map(|name| Some((name.clone(), self.get(name)?.expose().to_owned())))
            .collect()
    }

    /// Sets one.
    pub fn put(&mut self, name: &'a str, value: impl Into<String>) {
        self.values.insert(name, Secret::new(value));
    }

    /// Sets one if there is one.
    pub fn put_secret(&mut self, name: &'a str, value: Option<&Secret>) {
        if let Some(value) = value {
            self.values.insert(name, value.clone());
        }
    }

    /// Signs the messages that ask for it with this.
    pub fn sign_with(&mut self, signing: Signing) {
        self.signing = Some(signing);
    }

    /// Fills a template; none if a name has no value.
    pub fn fill(&self, template: &Template) -> Option<String> {
        template.fill(&self.plain())
    }

    /// An address from a template: a host, and a path in which values are single steps.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] with the name whose value is `.` or `..`: the address would be another one (RFC 3986 §5.2.4); or whose
    /// secret may not be in a path. [`Error::Internal`] if a name has no value or the address may not be reached, which `check` rules out.
    pub fn url(&self, template: &Template) -> Result<Url> {
        let mut values = self.plain();
        let host = template.names().next();
        let stays = |name: &&str| values.get(*name).is_some_and(|value| value == "." || value == "..");
        if let Some(name) = template.names().filter(|name| Some(*name) != host).find(stays) {
            return Err(Error::InputInvalid { field: name.to_owned() });
        }
        for (name, value) in values.iter_mut().filter(|(name, _)| Some(**name) != host) {
            *value = match *name {
                "access_token" if template.names().any(|name| name == "access_token") => secret_step(value)?,
                _ => oauth1::encoding::encode(value.as_str()),
            };
        }
        let filled = template.fill(&values).unwrap_or_default();
        Url::parse(&filled).ok().filter(may_be_reached).ok_or_else(|| Error::Internal {
            detail: format!("no address from {template:?}"),
        })
    }

    /// The origin that a template begins with, before its other names have values.
    pub fn origin(&self, template: &Template) -> Option<String> {
        let host = template.names().next()?;
        self.get(host).map(|origin| origin.expose().to_owned())
    }

    /// An error without secrets: a server's words may repeat what it was sent, in any encoding.
    pub fn hide(&self, mut error: Error, sent: &Request) -> Error {
        let carried = sent.headers.iter().flat_map(|(_, value)| credentials(value.expose()));
        let echoes = Echoes::of(self.sent().chain(carried));
        for said in error.words_of_others() {
            // An invisible character may be inside a secret, and words that were cut may end in one.
            let seen: String = said.chars().filter(|c| c.is_whitespace() || !is_unseen(*c)).collect();
            let hidden = match said.chars().count() >= MAX_READ {
                true => echoes.hidden_cut(&seen, "…"),
                false => echoes.hidden(&seen, "…"),
            };
            *said = hidden.chars().take(MAX_WORDS).collect();
        }
        if let Error::Intermediary { host, .. } = &mut error {
            *host = sent.host();
        }
        error
    }

    /// The encodings in which the secrets among them may come back.
    pub fn echoes(&self) -> Echoes {
        Echoes::of(self.sent())
    }

    /// Every secret among them, and what identifies a login.
    fn sent(&self) -> impl Iterator<Item = &str> {
        let of_login = self.values.iter().filter(|(name, _)| ["code", "state"].contains(*name));
        self.secrets().chain(of_login.map(|(_, value)| value)).map(Secret::expose)
    }

    /// Every secret among them, and what signs.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        let signing = self.signing.iter().flat_map(|s| {
            let token = s.token.iter().flat_map(|t| [&t.identifier, &t.secret]);
            token.chain([&s.client.secret]).chain(s.extra.iter().map(|(_, value)| value))
        });
        let named = self.values.iter().filter(|(name, _)| SECRET_PLACEHOLDERS.contains(*name));
        named.map(|(_, value)| value).chain(signing)
    }

    fn plain(&self) -> BTreeMap<&str, String> {
        self.values.iter().map(|(name, value)| (*name, value.expose().to_owned())).collect()
    }

    /// Whether a name has a value.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    fn get(&self, name: &str) -> Option<&Secret> {
        self.values.get(name)
    }
}

/// A token as a step of a path, or a part of one. A colon stays as it is (RFC 3986 §3.3), because servers that have a token there
/// write it so.
fn secret_step(token: &str) -> Result<String> {
    let leads_elsewhere = token.is_empty() || token.contains(['/', '\\']) || token.contains("..") || token == ".";
    if leads_elsewhere || token.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(Error::InputInvalid {
            field: "access_token".into(),
        });
    }
    Ok(oauth1::encoding::encode(token).replace("%3A", ":"))
}

/// What is secret in a header field: its value, what follows its scheme, and the signature of OAuth 1.0a (RFC 5849 §3.5.1).
fn credentials(field: &str) -> impl Iterator<Item = &str> {
    let behind = field.split_once(' ').map(|(_, credentials)| credentials);
    let signature = field.split_once("oauth_signature=\"").and_then(|(_, rest)| rest.split('"').next());
    std::iter::once(field).chain(behind).chain(signature)
}

/// Makes the request of a message. A parameter whose name has no value is left out.
///
/// # Errors
/// As [`Values::url`]; [`Error::InputInvalid`] if there is nothing to sign with, or no login name for Basic.
pub fn request(what: &'static str, message: &Message, authentication: Authentication, values: &Values<'_>) -> Result<Request> {
    let mut url = values.url(&message.url)?;
    let filled = |templates: &BTreeMap<String, Template>| -> Vec<(String, String)> {
        templates
            .iter()
            .filter_map(|(name, template)| Some((name.clone(), values.fill(template)?)))
            .collect()
    };
    let query = filled(&message.query);
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let mut headers: Vec<(String, Secret)> = filled(&message.header)
        .into_iter()
        .map(|(name, value)| (name, Secret::new(value)))
        .collect();
    let mut form = filled(&message.form);
    let json = json_body(message, values);
    match message.authenticate {
        Authenticate::None => {}
        Authenticate::Client => sign_as_client(authentication, values, &mut headers, &mut form),
        Authenticate::Bearer => {
            let token = values.get("access_token").map(Secret::expose).unwrap_or_default();
            headers.push(("authorization".into(), Secret::new(format!("Bearer {token}"))));
        }
        Authenticate::Basic => {
            let login_name = values.get("login_name").map(Secret::expose);
            // RFC 7617 §2: the name ends at the first colon.
            let fits = |name: &&str| !name.is_empty() && !name.contains(':') && !name.contains(char::is_control);
            let login_name = login_name.filter(fits).ok_or_else(|| Error::InputInvalid {
                field: "login_name".into(),
            })?;
            let token = values.get("access_token").map(Secret::expose).unwrap_or_default();
            let pair = STANDARD.encode(format!("{login_name}:{token}"));
            headers.push(("authorization".into(), Secret::new(format!("Basic {pair}"))));
        }
        // Signed below, when the whole request is known.
        Authenticate::Oauth1 => {}
    }
    let of_file = values.headers.map(&filled).unwrap_or_default();
    for (name, value) in of_file {
        if !headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(&name)) {
            headers.push((name, Secret::new(value)));
        }
    }
    let body = if let Some(json) = json {
        Some(("application/json", Secret::new(json.to_string())))
    } else if message.method == Method::Post {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        Some(("application/x-www-form-urlencoded", Secret::new(encoded)))
    } else {
        url.query_pairs_mut().extend_pairs(form);
        if url.query() == Some("") {
            url.set_query(None);
        }
        None
    };
    let method = match message.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Delete => "DELETE",
    };
    let mut request = Request {
        what,
        method,
        url,
        // A code in a path is as good as the token until it is redeemed.
        secret_path: message.secret_path || message.url.names().any(|name| name == "code"),
        headers,
        body,
        file: None,
    };
    if message.authenticate == Authenticate::Oauth1 {
        let signing = values.signing.as_ref().ok_or_else(|| Error::InputInvalid {
            field: "token_secret".into(),
        })?;
        let extra: Vec<(&str, &str)> = signing.extra.iter().map(|(name, value)| (*name, value.expose())).collect();
        oauth1::sign(
            &mut request,
            &signing.client,
            signing.token.as_ref(),
            &extra,
            &oauth1::nonce(),
            signing.timestamp,
        );
    }
    Ok(request)
}

/// The JSON body of a message; none if it has no parameter. A value that is no text and not JSON is left out.
fn json_body(message: &Message, values: &Values<'_>) -> Option<Value> {
    let texts = message
        .json
        .iter()
        .map(|(name, template)| (name, values.fill(template).map(Value::String)));
    let others = message.json_values.iter().map(|(name, template)| {
        let filled = values.fill(template);
        (name, filled.and_then(|filled| serde_json::from_str(&filled).ok()))
    });
    let mut body = Map::new();
    for (name, value) in texts.chain(others) {
        if let Some(value) = value {
            put_at(&mut body, name, value);
        }
    }
    (!body.is_empty()).then_some(Value::Object(body))
}

/// Puts a value into an object: under its name or, if that begins with a slash, where it points (RFC 6901).
fn put_at(object: &mut Map<String, Value>, name: &str, value: Value) {
    let Some(pointer) = name.strip_prefix('/') else {
        object.insert(name.to_owned(), value);
        return;
    };
    match pointer.split_once('/') {
        None => _ = object.insert(pointer.to_owned(), value),
        Some((first, rest)) => {
            let within = object.entry(first).or_insert_with(|| Map::new().into());
            if let Value::Object(within) = within {
                put_at(within, &format!("/{rest}"), value);
            }
        }
    }
}

/// RFC 6749 §2.3.1. A public client sends its id in the body; for Basic, id and secret are form-encoded first.
fn sign_as_client(
    authentication: Authentication,
    values: &Values<'_>,
    headers: &mut Vec<(String, Secret)>,
    form: &mut Vec<(String, String)>,
) {
    let text = |name: &str| values.get(name).map(|s| s.expose().to_owned());
    let (id, secret) = (text("client_id").unwrap_or_default(), text("client_secret"));
    match (authentication, secret) {
        (Authentication::Basic, Some(secret)) => {
            let encode = |s: &str| url::form_urlencoded::byte_serialize(s.as_bytes()).collect::<String>();
            let pair = STANDARD.encode(format!("{}:{}", encode(&id), encode(&secret)));
            headers.push(("authorization".into(), Secret::new(format!("Basic {pair}"))));
        }
        (Authentication::Post, Some(secret)) => {
            form.push(("client_id".into(), id));
            form.push(("client_secret".into(), secret));
        }
        (_, _) => form.push(("client_id".into(), id)),
    }
}
