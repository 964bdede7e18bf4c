//! The form parser, which is the reader of every answer: what is a form, what is JSON, and what is neither.

use std::collections::BTreeMap;

use keybearer_core::http::Response;
use keybearer_core::oauth2::body;
use keybearer_core::token::Secret;
use serde_json::Value;

use super::reference::{escaped, pairs, written};

/// The bytes are a body (RFC 6749 §5, RFC 5849 §2.1).
pub fn form(data: &[u8]) {
    // As the client reads a body that is no UTF-8.
    let text = String::from_utf8_lossy(data);
    let bare = text.trim_start_matches('\u{feff}').trim();
    let read = body::read(&answer(&text));
    let json: Option<Value> = serde_json::from_str(bare).ok();
    match &read {
        Err(_) => assert!(json.is_none() && !bare.is_empty(), "{text}"),
        Ok(value) if bare.is_empty() => assert_eq!(*value, Value::Object(Default::default())),
        Ok(value) if json.is_some() => assert_eq!(Some(value), json.as_ref()),
        Ok(value) => {
            // Neither a page of HTML nor the piece of a JSON text.
            assert!(!bare.starts_with(['<', '{', '[', '"']) && bare.contains('='), "{text}");
            let sent: Vec<(String, String)> = pairs(bare).into_iter().map(|(n, v)| (utf8(n, bare), utf8(v, bare))).collect();
            let once: BTreeMap<_, _> = sent.iter().cloned().collect();
            assert_eq!(sent.len(), once.len(), "a name stands twice: {text}");
            assert!(!sent.iter().any(|(_, v)| v.contains(['\0', '\u{fffd}'])), "{text}");
            assert_eq!(strings(value), once, "{text}");
            let again = body::read(&answer(&written(&sent)));
            assert_eq!(again.as_ref(), Ok(value), "{text}");
        }
    }
    if let Ok(value) = &read {
        seen(value);
        value.as_object().into_iter().flat_map(|all| all.values()).for_each(seen);
    }
    // A JSON text that was cut off is no answer, wherever the cut is.
    if json.is_some() && bare.starts_with(['{', '[', '"']) {
        let cuts: Vec<usize> = bare.char_indices().map(|(at, _)| at).skip(1).collect();
        for cut in cuts.iter().step_by(cuts.len() / 16 + 1) {
            assert!(body::read(&answer(&bare[..*cut])).is_err(), "{}", &bare[..*cut]);
        }
    }
    // Any text comes through a form as it is.
    if !text.contains(['\0', '\u{fffd}']) && !text.is_empty() {
        let sent = format!("oauth_token={}&oauth_callback_confirmed=true", escaped(&*text));
        let read = body::read(&answer(&sent));
        assert_eq!(read.ok().and_then(|v| body::text(&v["oauth_token"])).as_deref(), Some(&*text));
    }
    identifier(bare);
}

fn utf8(bytes: Vec<u8>, whole: &str) -> String {
    String::from_utf8(bytes).unwrap_or_else(|_| panic!("bytes that are no text were guessed: {whole}"))
}

/// A form as it was read: names and texts, and nothing else.
fn strings(value: &Value) -> BTreeMap<String, String> {
    let of = |value: &Value| value.as_str().map(str::to_owned);
    let all = value.as_object().into_iter().flatten();
    all.filter_map(|(name, value)| Some((name.clone(), of(value)?))).collect()
}

/// What every reader of a value promises.
fn seen(value: &Value) {
    assert!(body::text(value).is_none_or(|text| !text.is_empty()));
    assert!(body::seconds(value).is_none_or(|s| (1..=32_000_000_000).contains(&s)), "{value}");
    if value.is_string() {
        assert!(body::words(value).iter().all(|word| !word.is_empty() && !word.contains([' ', ','])));
    }
    let _ = body::error(value);
}

/// Its digits as an id: exact in every dress, and never another number's digits.
fn identifier(text: &str) {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(40).collect();
    if digits.is_empty() {
        return;
    }
    let id = |body: String| body::read(&answer(&body)).ok().and_then(|value| body::text(&value["id"]));
    assert_eq!(id(format!("{{\"id\":\"{digits}\"}}")).as_ref(), Some(&digits));
    assert_eq!(id(format!("id={digits}&x=1")).as_ref(), Some(&digits));
    let number = digits.trim_start_matches('0');
    let read = id(format!("{{\"id\":{number}}}"));
    if number.parse::<u64>().is_ok() {
        assert_eq!(read.as_deref(), Some(number));
    } else {
        assert!(read.is_none_or(|id| !id.bytes().all(|b| b.is_ascii_digit())), "{number}");
    }
}

fn answer(text: &str) -> Response {
    Response {
        status: 200,
        content_type: String::new(),
        location: None,
        retry_after: None,
        date: None,
        headers: Vec::new(),
        body: Secret::new(text),
    }
}
