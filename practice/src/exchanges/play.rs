//! A request in, the answer of the first exchange that it matches out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::form_urlencoded;

use super::Shared;
use super::pattern::{Captured, split};
use super::script::{Body, Exchange, Field, Issued, Script, Wanted};
use super::state::State;
use crate::faults::HangUp;
use crate::random;
use crate::recorded::{self, Recorded};

/// How many exchanges a difference is shown for.
const NEAREST: usize = 2;

/// Plays the exchanges of one host.
pub fn router(shared: Arc<Shared>, origin: String) -> Router {
    Router::new().fallback(move |request: Request| {
        let (shared, origin) = (Arc::clone(&shared), origin.clone());
        async move { answer(&shared, &origin, request).await }
    })
}

async fn answer(shared: &Shared, origin: &str, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, recorded::BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request = Recorded::new(&parts.method, parts.uri.path(), parts.uri.query(), &parts.headers, &body);
    let state = &mut *shared.lock();
    // Any server says its date; a client that doubts its own clock asks for it.
    if parts.method == Method::HEAD {
        let mut response = StatusCode::NO_CONTENT.into_response();
        set(&mut response, "date", &httpdate::fmt_http_date(state.clock()));
        return response;
    }
    recorded::keep(&mut state.requests, request.clone());
    let mut response = match find(&shared.script, state, origin, &request) {
        Ok((at, captured)) => {
            let name = shared.script.exchanges.get(at).map(|exchange| &exchange.name);
            state.lose_next |= name.is_some() && state.lose_of.take_if(|lost| Some(&*lost) == name).is_some();
            play(shared, at, state, captured)
        }
        Err(differences) => {
            eprintln!("{differences}");
            state.unmatched.push(differences.clone());
            (StatusCode::NOT_IMPLEMENTED, differences).into_response()
        }
    };
    set(&mut response, "date", &httpdate::fmt_http_date(state.clock()));
    if std::mem::take(&mut state.lose_next) {
        response.extensions_mut().insert(HangUp);
    }
    response
}

/// The first exchange that a request matches, else its differences from the nearest ones.
fn find(script: &Script, state: &State, origin: &str, request: &Recorded) -> Result<(usize, Captured), String> {
    let mut others = Vec::new();
    for (at, exchange) in script.exchanges.iter().enumerate() {
        if exchange.target.origin != origin || !is_open(exchange, at, state) {
            continue;
        }
        let mut captured = Vec::new();
        let differences = compare(exchange, request, state, &mut captured);
        if differences.is_empty() {
            return Ok((at, captured));
        }
        others.push((differences, &exchange.name));
    }
    others.sort_by_key(|(differences, _)| differences.len());
    let query = if request.query.is_empty() {
        String::new()
    } else {
        format!("?{}", request.query)
    };
    let mut text = format!(
        "no exchange answers {} {origin}{}{query}\n{}\n",
        request.method, request.path, request.body
    );
    for (differences, name) in others.iter().take(NEAREST) {
        let _ = write!(text, "  {name:?} differs:\n    {}\n", differences.join("\n    "));
    }
    Err(text)
}

/// Whether an exchange can be played now, whatever the request.
fn is_open(exchange: &Exchange, at: usize, state: &State) -> bool {
    let now = state.now();
    let on = exchange.when.as_ref().is_none_or(|when| state.situations.contains(when));
    let lasts = |(name, seconds): (&String, &u64)| {
        let newest = state.newest(name);
        newest.is_some_and(|value| value.ends.is_none_or(|end| end >= now + seconds))
    };
    let may = exchange.at_most.as_ref().is_none_or(|limit| {
        let times = state.played.get(&at).into_iter().flatten();
        times.filter(|time| **time + limit.seconds > now).count() < limit.times
    });
    on && may && exchange.lasts.iter().all(lasts)
}

/// How a request differs from what an exchange wants, a line each.
fn compare(exchange: &Exchange, request: &Recorded, state: &State, captured: &mut Captured) -> Vec<String> {
    let (target, mut differences) = (&exchange.target, Vec::new());
    if request.method != target.method {
        differences.push(format!("method: must be {}, is {}", target.method, request.method));
    }
    if !target.path.fits(&request.path, state, captured) {
        differences.push(format!("path: {}, is {}", target.path.wants(state), request.path));
    }
    let mut check = |what: &str, wanted: &[Field], sent: &[(String, serde_json::Value)], exact: bool| {
        for field in wanted {
            let name = &field.name;
            let mut values = sent.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
            match (values.next(), values.next()) {
                (None, _) if field.optional => {}
                (None, _) => differences.push(format!("{what} {name}: is missing")),
                (Some(_), Some(_)) => differences.push(format!("{what} {name}: is there twice")),
                (Some(value), None) => {
                    differences.extend(unfit(&field.wanted, value, state, captured).map(|d| format!("{what} {name}: {d}")))
                }
            }
        }
        for (name, value) in sent.iter().filter(|(key, _)| exact && wanted.iter().all(|f| f.name != *key)) {
            differences.push(format!("{what} {name}: must not be there, is {value}"));
        }
    };
    check("query", &exchange.query, &pairs(&request.query), true);
    let headers: Vec<_> = request
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    check("header", &exchange.headers, &headers, false);
    let kind = match &exchange.body {
        Body::Empty => "",
        Body::Form(fields) => {
            check("body", fields, &pairs(&request.body), true);
            "application/x-www-form-urlencoded"
        }
        Body::Multipart(fields) => {
            check("body", fields, &parts(request), true);
            "multipart/form-data"
        }
        Body::Json(fields) => {
            let object: BTreeMap<String, serde_json::Value> = serde_json::from_str(&request.body).unwrap_or_default();
            check("body", fields, &object.into_iter().collect::<Vec<_>>(), true);
            "application/json"
        }
    };
    // Servers refuse a request that has one of these twice.
    for name in ["authorization", "content-length", "content-type", "host"] {
        if request.headers.iter().filter(|(key, _)| key == name).count() > 1 {
            differences.push(format!("header {name}: is there twice"));
        }
    }
    // A credential that nothing asks for has no business here.
    let unasked = |name: &str| exchange.headers.iter().all(|field| field.name != name);
    if request.header("authorization").is_some() && unasked("authorization") {
        differences.push("header authorization: must not be there".to_owned());
    }
    let sent = request.header("content-type").unwrap_or_default();
    if kind.is_empty() && !request.body.is_empty() {
        differences.push(format!("body: must be empty, is {}", request.body));
    } else if !kind.is_empty() && sent.split(';').next().map(str::trim) != Some(kind) {
        differences.push(format!("header content-type: must be {kind}, is {sent:?}"));
    }
    differences
}

/// The parts of a multipart body (RFC 7578), by their names. A file is its text.
fn parts(request: &Recorded) -> Vec<(String, serde_json::Value)> {
    let content_type = request.header("content-type").unwrap_or_default();
    let Some((_, boundary)) = content_type.split_once("boundary=") else {
        return Vec::new();
    };
    // The first delimiter has no line before it, and the last one ends in two hyphens.
    let body = format!("\r\n{}", request.body);
    let part = |part: &str| {
        let (head, text) = part.strip_prefix("\r\n")?.split_once("\r\n\r\n")?;
        let (_, name) = head.split_once("; name=\"")?;
        Some((name.split('"').next()?.to_owned(), text.into()))
    };
    body.split(&format!("\r\n--{boundary}")).filter_map(part).collect()
}

fn pairs(encoded: &str) -> Vec<(String, serde_json::Value)> {
    form_urlencoded::parse(encoded.as_bytes())
        .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
        .collect()
}

fn unfit(wanted: &Wanted, value: &serde_json::Value, state: &State, captured: &mut Captured) -> Option<String> {
    match (wanted, value) {
        (Wanted::Text(pattern), serde_json::Value::String(text)) if pattern.fits(text, state, captured) => None,
        (Wanted::Text(pattern), _) => Some(format!("{}, is {value}", pattern.wants(state))),
        (Wanted::Object(wanted), serde_json::Value::Object(members)) => {
            let differs = wanted.iter().find_map(|field| match members.get(&field.name) {
                None => (!field.optional).then(|| format!("{}: is missing", field.name)),
                Some(value) => unfit(&field.wanted, value, state, captured).map(|d| format!("{}: {d}", field.name)),
            });
            let unasked = members.keys().find(|name| wanted.iter().all(|field| field.name != **name));
            differs.or_else(|| unasked.map(|name| format!("{name}: must not be there")))
        }
        (Wanted::Object(_), _) => Some(format!("must be an object, is {value}")),
        (Wanted::List(wanted), serde_json::Value::Array(items)) if wanted.len() == items.len() => {
            let mut pairs = wanted.iter().zip(items);
            pairs.find_map(|(wanted, item)| unfit(wanted, item, state, captured))
        }
        (Wanted::List(wanted), _) => Some(format!("must be a list of {}, is {value}", wanted.len())),
        (Wanted::Json(wanted), _) => (wanted != value).then(|| format!("must be {wanted}, is {value}")),
    }
}

/// Plays an exchange: remembers, ends and issues values, and fills in its answer.
fn play(shared: &Shared, at: usize, state: &mut State, captured: Captured) -> Response {
    let script = &shared.script;
    let Some(exchange) = script.exchanges.get(at) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let now = state.now();
    state.played.entry(at).or_default().push(now);
    let key = (at, captured.iter().map(|(_, text)| text.clone()).collect());
    let body = match state.repeated.get(&key) {
        Some(body) => body.clone(),
        None => {
            let body = change(shared, exchange, state, &captured);
            if exchange.repeats {
                state.repeated.insert(key, body.clone());
            }
            body
        }
    };
    let status = StatusCode::from_u16(exchange.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, body).into_response();
    set(&mut response, header::CONTENT_TYPE.as_str(), "application/json; charset=utf-8");
    for (name, text) in &exchange.answer_headers {
        let text = fill(&here(text, shared), state, &captured.iter().cloned().collect());
        set(&mut response, name, &text);
    }
    response
}

/// A text of an answer with the platform's hosts where they are on this computer, so that a client stays here.
fn here(text: &str, shared: &Shared) -> String {
    if shared.behind_proxy {
        return text.to_owned();
    }
    shared.origins.iter().fold(text.to_owned(), |text, (origin, here)| {
        let mut parts = text.split(origin.as_str());
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |done, rest| {
            // Of a longer host it is only the beginning; and a word among others, as Google's scopes are, is no address.
            let longer = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || ".-:".contains(c));
            let begins = done.is_empty() || done.ends_with('"');
            done + if begins && !longer { here } else { origin } + rest
        })
    })
}

/// What an exchange changes, and the body of its answer.
fn change(shared: &Shared, exchange: &Exchange, state: &mut State, captured: &Captured) -> String {
    let patterns = exchange.patterns();
    for (name, text) in captured {
        if patterns.iter().any(|pattern| pattern.remembers(name)) {
            state.add(name, text.clone(), None);
        }
    }
    let mut current: BTreeMap<String, String> = captured.iter().cloned().collect();
    for (name, seconds) in &exchange.ends {
        match current.get(name) {
            Some(text) => state.end(name, text, *seconds),
            None => state.end_all(name, *seconds),
        }
    }
    let texts = exchange.answer_headers.values().chain([&exchange.answer]);
    for name in texts
        .flat_map(|text| split(text))
        .filter_map(|part| part.err()?.strip_prefix("new "))
    {
        if let Some(issued) = shared.script.issued.get(name) {
            let ends = issued.lives.map(|lives| state.now() + lives);
            let text = issued.make(state.now(), ends);
            state.add(name, text.clone(), ends);
            current.insert(name.to_owned(), text);
        }
    }
    fill(&here(&exchange.answer, shared), state, &current)
}

/// An answer's text with the values of its placeholders: those of this request first, else the newest.
fn fill(text: &str, state: &State, current: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    for part in split(text) {
        let word = match part {
            Ok(text) => {
                filled += text;
                continue;
            }
            Err(word) => word,
        };
        let (kind, name) = word.split_once(' ').unwrap_or(("", word));
        let value = match current.get(name) {
            Some(text) => state.find(name, text),
            None => state.newest(name),
        };
        let end = value.and_then(|value| value.ends).unwrap_or_default();
        filled += &match kind {
            "" if word == "lt" => "<".to_owned(),
            "" if word == "now" => state.now().to_string(),
            "left" => end.saturating_sub(state.now()).to_string(),
            "end" => end.to_string(),
            _ => value.map(|value| value.text.clone()).unwrap_or_default(),
        };
    }
    filled
}

impl Issued {
    /// The text of a new value.
    fn make(&self, now: u64, ends: Option<u64>) -> String {
        let fill = |text: &str| {
            let end = ends.unwrap_or_default().to_string();
            let text = text.replace("<now>", &now.to_string()).replace("<end>", &end);
            text.replace("<random>", &random::upper48())
        };
        match (&self.jwt, &self.text) {
            (Some(claims), _) => {
                let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
                let head = encode(r#"{"typ":"JWT","alg":"HS256"}"#);
                format!("{head}.{}.{}", encode(&fill(claims)), random::url43())
            }
            (None, Some(text)) => fill(text),
            (None, None) => random::url43(),
        }
    }
}

fn set(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}
