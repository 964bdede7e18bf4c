//! Reads a platform's answer: by the places that its file names, and refusals as categories.

use std::collections::BTreeMap;

use serde_json::Value;

use super::request::{MAX_READ, Values};
use super::sieve::holds;
use crate::error::{Category, Error, Intermediary, Result};
use crate::http::intermediary::{challenges, intermediary, wants_password};
use crate::http::{Request, Response};
use crate::oauth2::body;
use crate::provider::Provider;
use crate::provider::messages::Authenticate::{self, Basic, Bearer, Client, Oauth1};
use crate::provider::messages::{Answer, Message, Pointers, Test};

/// A successful answer, or one item of a list.
pub struct Answers<'a> {
    message: &'a Message,
    json: Value,
    /// The headers that the message reads, as texts.
    headers: BTreeMap<Answer, Value>,
}

/// Reads the answer to a request that was sent. No error repeats a secret of the request.
///
/// # Errors
/// Those of [`read`].
pub fn answer_to<'a>(
    sent: &Request,
    message: &'a Message,
    provider: &Provider,
    values: &Values<'_>,
    response: &Response,
) -> Result<Answers<'a>> {
    read(sent.what, message, provider, response).map_err(|error| values.hide(error, sent))
}

/// Reads the answer to a message of this name.
///
/// # Errors
/// [`Error::Redirected`] (never followed), [`Error::Intermediary`] for an answer that is not the API's (its host is not known here),
/// [`Error::AnswerUnreadable`] for a success that is no JSON or form, and [`Error::Refused`] for every refusal, also inside a 200.
pub fn read<'a>(what: &'static str, message: &'a Message, provider: &Provider, response: &Response) -> Result<Answers<'a>> {
    if let Some(kind) = intermediary(response) {
        return Err(in_between(kind, response));
    }
    if (300..400).contains(&response.status) {
        let to = response.location.as_deref().and_then(|l| url::Url::parse(l).ok());
        return Err(Error::Redirected {
            host: to.map_or_else(|| "?".to_owned(), |to| crate::http::host_of(&to)),
        });
    }
    let json = body::read(response);
    let tested = |json: &Value| {
        let test = message.success.as_ref()?;
        // Graph may say `true` and nothing else (docs/facts/facebook.md#revocation).
        Some(*json == Value::Bool(true) || passes(json, test))
    };
    match json {
        Ok(json) if response.is_success() && tested(&json).unwrap_or_else(|| body::error(&json).is_none()) => {
            let of_header = |(answer, name): (&Answer, &String)| Some((*answer, response.header(name)?.into()));
            Ok(Answers {
                message,
                json,
                headers: message.answer_headers.iter().filter_map(of_header).collect(),
            })
        }
        Err(what_it_is) if response.is_success() => Err(Error::AnswerUnreadable {
            what,
            detail: what_it_is.to_owned(),
        }),
        json => Err(refusal(what, message, provider, response, json.ok().as_ref())),
    }
}

/// The answer of a response that counts as a success whatever its status says.
pub fn taken<'a>(message: &'a Message, response: &Response) -> Answers<'a> {
    Answers {
        message,
        json: body::read(response).unwrap_or_default(),
        headers: BTreeMap::new(),
    }
}

fn in_between(kind: Intermediary, response: &Response) -> Error {
    Error::Intermediary {
        host: String::new(),
        kind,
        status: response.status,
        retry_after: response.retry_after,
    }
}

fn refusal(what: &'static str, message: &Message, provider: &Provider, response: &Response, json: Option<&Value>) -> Error {
    let said = json.and_then(|json| own_words(json, provider)).or_else(|| {
        // Of a bare message only one that speaks of a token or an app is the API's own: gateways write such bodies, too.
        let words = json?.get("message").and_then(body::text)?;
        is_own_word(message, response, Some(&words)).then_some((String::new(), Some(words)))
    });
    let by_header = bearer_error(response);
    let code = said.as_ref().map(|(code, _)| code.as_str()).filter(|code| !code.is_empty());
    let code = by_header.as_deref().or(code).unwrap_or_default();
    let words = said.as_ref().and_then(|(_, words)| words.clone());
    let own = || is_own_word(message, response, words.as_deref());
    let by_file = provider
        .errors
        .iter()
        // A status alone counts only in the API's own form.
        .filter(|wording| said.is_some() || wording.looks().reads_words() || !matches!(response.status, 401 | 403) || own())
        .find(|w| w.matches(what, response.status, response.body.expose(), json));
    let with_token = matches!(message.authenticate, Basic | Bearer | Oauth1) || carries_token(message);
    // A site that takes passwords asks for one like a proxy.
    let asks_password = wants_password(response) && (message.authenticate != Basic || !own());
    let category = match (by_file, response.status, code) {
        (Some(wording), _, _) => wording.category,
        (None, 429, _) => Category::RateLimited,
        (None, 408 | 500..=599, _) => Category::Transient,
        // RFC 6749 §5.2
        (None, _, "invalid_grant") if what == "refresh" => Category::TokenDead,
        (None, _, "invalid_grant") => Category::CodeSpent,
        (None, _, "invalid_client" | "unauthorized_client") => Category::ClientAuth,
        (None, _, "access_denied") => Category::UserDenied,
        // RFC 6750 §3.1
        (None, _, "invalid_token") if with_token => Category::TokenDead,
        (None, _, "insufficient_scope") if with_token => Category::MissingPermission,
        (None, 401, _) if asks_password => return in_between(Intermediary::Password, response),
        // Before there is a token, the client was refused.
        (None, 401, _) if message.authenticate == Oauth1 && matches!(what, "temporary_credentials" | "token") && own() => {
            Category::ClientAuth
        }
        (None, 401, _) if with_token && own() => Category::TokenDead,
        (None, 401, _) if message.authenticate == Client && said.is_some() && (what != "refresh" || own()) => Category::ClientAuth,
        // It may come from anything in between.
        (None, 401, _) if said.is_none() || with_token || message.authenticate != Authenticate::None => {
            return in_between(Intermediary::Silent, response);
        }
        (None, 403, _) if said.is_none() => return in_between(Intermediary::Silent, response),
        (None, 403, _) if with_token && names_a_permission(words.as_deref()) => Category::MissingPermission,
        _ => Category::Refused,
    };
    // Words without a code may be a gateway's. A person may read them, but a renewal takes words for the API's own.
    let alone = said.is_none() && what != "refresh";
    let words = words.or_else(|| alone.then(|| body::bare_words(json?)).flatten());
    Error::Refused {
        category,
        status: response.status,
        words: words.map(|w| w.chars().take(MAX_READ).collect()),
        retry_after: response.retry_after,
        action: by_file.and_then(|wording| wording.action.clone()).map(Box::new),
    }
}

/// The code of a refusal, and after how many seconds it says to ask again (GitHub's `slow_down`).
pub fn refusal_code(provider: &Provider, response: &Response) -> Option<(String, Option<i64>)> {
    let json = body::read(response).ok()?;
    let (code, _) = own_words(&json, provider)?;
    Some((code, json.get("interval").and_then(body::seconds)))
}

/// The code and the words of a refusal: where the file says, or in one of the usual shapes.
fn own_words(json: &Value, provider: &Provider) -> Option<(String, Option<String>)> {
    let at = |pointers: &Option<Pointers>| {
        let mut pointers = pointers.iter().flat_map(Pointers::iter);
        pointers.find_map(|pointer| body::text(json.pointer(pointer)?))
    };
    let (code, words) = (at(&provider.refusal.code), at(&provider.refusal.message));
    // Where the file names a code, words alone may be anybody's.
    let named = code.is_some() || (words.is_some() && provider.refusal.code.is_none());
    let usual = body::refusal(json);
    if !named {
        return usual;
    }
    let (usual_code, usual_words) = usual.unzip();
    let words = words.or(usual_words.flatten()).or_else(|| code.clone());
    Some((code.or(usual_code).unwrap_or_default(), words))
}

/// Whether a message has the token in a header field or in its path, for which there is no scheme.
fn carries_token(message: &Message) -> bool {
    let mut names = message.header.values().flat_map(|template| template.names());
    message.secret_path || names.any(|name| name == "access_token" || name == "refresh_token")
}

/// The error that a `WWW-Authenticate: Bearer` names (RFC 6750 §3).
fn bearer_error(response: &Response) -> Option<String> {
    let of_token = challenges(response).filter(|c| ["bearer", "dpop"].iter().any(|scheme| c.contains(scheme)));
    let error = |challenge: String| {
        let (_, value) = challenge.split_once("error=")?;
        let value = value.trim_start_matches('"');
        Some(value.split(['"', ',', ' ', ';']).next()?.to_owned())
    };
    of_token.filter_map(error).next()
}

/// Whether a 401 is the API's own: in its own form, and about a token, a client or a signature. A gateway's “Unauthorized” is not.
fn is_own_word(message: &Message, response: &Response, words: Option<&str>) -> bool {
    let oauth1 = message.authenticate == Oauth1;
    if oauth1 && challenges(response).any(|challenge| challenge.starts_with("oauth")) {
        return true;
    }
    // X answers its OAuth 1.0a in plain text, too.
    let Some(words) = words.or_else(|| oauth1.then(|| response.body.expose())) else {
        return false;
    };
    let words = words.to_lowercase();
    let about: &[&str] = match message.authenticate {
        Basic => &["token", "password", "username", "logged in", "credential"],
        Client => &["token", "client", "secret", "credential", "application", "authorization code"],
        Oauth1 => &["token", "oauth", "signature", "timestamp", "consumer", "authenticate you"],
        _ => &["token", "bearer", "oauth", "revoked"],
    };
    about.iter().any(|word| words.contains(word))
}

fn names_a_permission(words: Option<&str>) -> bool {
    let words = words.unwrap_or_default().to_lowercase();
    words.contains("scope") || words.contains("permission")
}

impl<'a> Answers<'a> {
    fn values(&self, answer: Answer) -> impl Iterator<Item = &Value> {
        let named: Vec<&str> = match self.message.answers.get(&answer) {
            Some(pointers) => pointers.iter().collect(),
            None => answer.standard().into_iter().chain(answer.of_draft()).collect(),
        };
        let in_body = named.into_iter().filter_map(|pointer| self.json.pointer(pointer));
        self.headers.get(&answer).into_iter().chain(in_body)
    }

    /// A text, or a number as text.
    pub fn text(&self, answer: Answer) -> Option<String> {
        self.values(answer).find_map(body::text)
    }

    /// A number of seconds.
    pub fn seconds(&self, answer: Answer) -> Option<i64> {
        self.values(answer).find_map(body::seconds)
    }

    /// A moment, in Unix seconds; 0 is Graph's "never".
    pub fn moment(&self, answer: Answer) -> Option<i64> {
        self.values(answer).find_map(body::moment)
    }

    /// A moment that is one; none for "never".
    pub fn time(&self, answer: Answer) -> Option<i64> {
        self.values(answer).find_map(|value| body::moment(value).filter(|t| *t > 0))
    }

    /// The items of a list that pass its test. The answers' pointers begin at each item.
    pub fn items(&self) -> Vec<Answers<'a>> {
        let Some(list) = &self.message.list else { return Vec::new() };
        let counts = |item: &&Value| list.only.as_ref().is_none_or(|test| passes(item, test));
        let items = self.json.pointer(&list.items).and_then(Value::as_array);
        let items = items.into_iter().flatten().filter(counts);
        items
            .map(|item| Answers {
                message: self.message,
                json: item.clone(),
                headers: BTreeMap::new(),
            })
            .collect()
    }

    /// The address of a list's next page.
    pub fn next(&self) -> Option<String> {
        let pointer = self.message.list.as_ref()?.next.as_ref()?;
        self.json.pointer(pointer).and_then(body::text)
    }

    /// A list of words; none if it is missing.
    pub fn words(&self, answer: Answer) -> Option<Vec<String>> {
        self.values(answer).map(body::words).find(|words| !words.is_empty())
    }

    /// The text, number or boolean at a pointer, as text.
    pub fn at(&self, pointer: &str) -> Option<String> {
        self.json.pointer(pointer).and_then(body::text)
    }

    /// The moment at a pointer, in Unix seconds. One without a zone is in UTC; Graph's zone has no colon.
    pub fn moment_at(&self, pointer: &str) -> Option<i64> {
        let value = self.json.pointer(pointer)?;
        let moment = |text: String| body::moment(&Value::String(text));
        body::moment(value).or_else(|| {
            let text = value.as_str()?;
            let (time, zone) = text.split_at_checked(text.len().checked_sub(5)?)?;
            let is_zone = zone.starts_with(['+', '-']) && zone.bytes().skip(1).all(|b| b.is_ascii_digit());
            match is_zone {
                true => moment(format!("{time}{}:{}", &zone[..3], &zone[3..])),
                false => moment(format!("{text}Z")),
            }
        })
    }

    /// Whether a test holds for the answer.
    pub fn pass(&self, test: &Test) -> bool {
        passes(&self.json, test)
    }

    /// A text that must be there.
    ///
    /// # Errors
    /// [`Error::AnswerUnreadable`].
    pub fn need(&self, what: &'static str, answer: Answer) -> Result<String> {
        self.text(answer).ok_or_else(|| Error::AnswerUnreadable {
            what,
            detail: format!("no {answer:?} in the answer"),
        })
    }
}

/// Whether the test holds for an item.
pub fn passes(item: &Value, test: &Test) -> bool {
    holds(item.pointer(&test.pointer), test)
}
