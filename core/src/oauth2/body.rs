//! The one lenient place: reads the bodies that token endpoints really send (RFC 6749 §5.1, §5.2 and what they make
//! of it). Numbers may be texts, token_type and expires_in may be missing, ids beyond 2^53 stay exact, a form may stand
//! where JSON belongs, an error may come with a 200, and HTML may come at any time.

use serde_json::{Map, Value};

use crate::http::Response;
use crate::text::time::from_rfc3339;

/// A body, as JSON if it can be read so.
///
/// # Errors
/// A few words on what it is instead.
pub fn read(response: &Response) -> Result<Value, &'static str> {
    let text = response.body.expose().trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    if text.starts_with('<') {
        return Err("a page of HTML");
    }
    // RFC 6749 wants JSON; GitHub, older Facebook and all of OAuth 1.0a send a form, X with the type text/html.
    let piece_of_json = text.starts_with(['[', '"']);
    let looks_like_form = text.contains('=') && !piece_of_json && !text.contains(|c: char| c.is_whitespace() || c == '{');
    if looks_like_form && let Some(form) = form(text) {
        return Ok(Value::Object(form));
    }
    Err("neither JSON nor a form")
}

/// A form that means one thing: no name twice (RFC 6749 §3.2), and nothing that is no text, for it may be a token.
fn form(text: &str) -> Option<Map<String, Value>> {
    let mut form = Map::new();
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        let guessed = name.contains('\u{fffd}') || value.contains(['\u{fffd}', '\0']);
        if guessed || form.insert(name.into_owned(), Value::String(value.into_owned())).is_some() {
            return None;
        }
    }
    Some(form)
}

/// A value as text: ids come as texts or as numbers, and a number keeps every digit.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) if !s.is_empty() => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// A number of seconds: integer, float or text. What is negative, zero, or further than a thousand years away says
/// nothing: zero means "never" where it is sent (Facebook), and a token that lives a thousand years does not end.
pub fn seconds(value: &Value) -> Option<i64> {
    const A_THOUSAND_YEARS: f64 = 3.2e10;
    let number = match value {
        Value::Number(n) => n.as_f64()?,
        Value::String(s) => s.trim().parse::<f64>().ok()?,
        _ => return None,
    };
    (1.0..A_THOUSAND_YEARS).contains(&number).then_some(number as i64)
}

/// A moment in Unix seconds: a number, or a date as RFC 3339 writes it or as `2026-12-01 00:00:00 UTC`. What is negative or beyond
/// the year 9999 (milliseconds) says nothing.
pub fn moment(value: &Value) -> Option<i64> {
    const YEAR_10000: f64 = 253_402_300_800.0;
    let number = match value {
        Value::Number(n) => n.as_f64()?,
        Value::String(s) => match s.trim().parse::<f64>() {
            Ok(number) => number,
            Err(_) => return date(s.trim()),
        },
        _ => return None,
    };
    (0.0..YEAR_10000).contains(&number).then_some(number as i64)
}

/// A date in Unix seconds. The zone is `Z`, `+02:00`, ` UTC` or ` +0200`.
fn date(text: &str) -> Option<i64> {
    from_rfc3339(text).or_else(|| {
        let mut words = text.split(' ');
        let (day, hour, zone) = (words.next()?, words.next()?, words.next()?);
        let zone = match zone {
            "UTC" | "GMT" | "Z" => "Z".to_owned(),
            zone => format!("{}:{}", zone.get(..3)?, zone.get(3..)?),
        };
        from_rfc3339(&format!("{day}T{hour}{zone}")).filter(|_| words.next().is_none())
    })
}

/// A list of words: an array of texts, or one text with commas or spaces.
pub fn words(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        Value::String(s) => s.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// An error in any of its shapes: RFC 6749 §5.2 (`error`, `error_description`), Graph (`error.message`), old
/// Instagram (`error_type`, `error_message`); X adds `errors[0].message`, and problems of RFC 9457. Gives code and
/// words.
pub fn error(value: &Value) -> Option<(String, Option<String>)> {
    let at = |pointer: &str| value.pointer(pointer).and_then(text);
    if let Some(error) = value.get("error") {
        return match error {
            Value::String(code) if !code.is_empty() => Some((
                code.clone(),
                at("/error_description").or_else(|| at("/message")).or_else(|| Some(code.clone())),
            )),
            Value::Object(_) => Some((
                at("/error/type").or_else(|| at("/error/code")).unwrap_or_default(),
                at("/error/message"),
            )),
            _ => None,
        };
    }
    if let Some(kind) = at("/error_type").or_else(|| at("/error_message").map(|_| String::new())) {
        return Some((kind, at("/error_message")));
    }
    if let Some(words) = at("/errors/0/message") {
        return Some((at("/errors/0/code").unwrap_or_default(), Some(words)));
    }
    // Some refuse with a 200, and a code that is not 0.
    if let Some(code) = ["/errcode", "/error_code"].iter().find_map(|p| at(p)).filter(|code| code != "0") {
        return Some((code, bare_words(value)));
    }
    // RFC 9457: a problem has a title, and a type or a status beside it.
    let title = at("/title").filter(|_| value.get("type").is_some() || value.get("status").is_some())?;
    Some((at("/reason").unwrap_or_default(), at("/detail").or(Some(title))))
}

/// The same for an answer that is a refusal by its status or by the provider's file. A success may have these members, too: words
/// beside a code.
pub fn refusal(value: &Value) -> Option<(String, Option<String>)> {
    error(value).or_else(|| {
        let code = ["/code", "/errcode", "/error_code"].iter().find_map(|p| text(value.pointer(p)?))?;
        bare_words(value).map(|words| (code, Some(words)))
    })
}

/// Words without a code beside them.
pub fn bare_words(value: &Value) -> Option<String> {
    let words = |name: &&str| value.get(name)?.as_str().filter(|words| !words.is_empty());
    ["message", "msg", "errmsg", "error_msg", "description"]
        .iter()
        .find_map(words)
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::token::Secret;

    fn body(text: &str) -> Response {
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

    #[test]
    fn ids_beyond_2_to_the_53_stay_exact() {
        let value = read(&body("\u{feff}{\"user_id\":17841400000000001,\"big\":18446744073709551615}")).unwrap();
        assert_eq!(text(&value["user_id"]).unwrap(), "17841400000000001");
        assert_eq!(text(&value["big"]).unwrap(), "18446744073709551615");
    }

    #[test]
    fn expires_in_in_every_dress() {
        for (json, expected) in [
            ("3600", Some(3600)),
            ("\"3600\"", Some(3600)),
            ("3600.9", Some(3600)),
            ("0", None),
            ("-1", None),
            ("1e12", None),
            ("\"soon\"", None),
            ("null", None),
            ("true", None),
        ] {
            assert_eq!(seconds(&serde_json::from_str(json).unwrap()), expected, "{json}");
        }
    }

    #[test]
    fn forms_html_and_nonsense() {
        let form = read(&body("oauth_token=a%26b&oauth_callback_confirmed=true")).unwrap();
        assert_eq!(form["oauth_token"], "a&b");
        assert_eq!(read(&body("<!doctype html>")).unwrap_err(), "a page of HTML");
        assert!(read(&body("try again = later")).is_err());
        assert!(read(&body("")).unwrap().as_object().unwrap().is_empty());
    }

    #[test]
    fn five_shapes_of_error() {
        let of = |json: &str| error(&serde_json::from_str(json).unwrap());
        let words = |code: &str, words: &str| Some((code.to_owned(), Some(words.to_owned())));
        assert_eq!(
            of(r#"{"error":"invalid_grant","error_description":"spent"}"#),
            words("invalid_grant", "spent")
        );
        assert_eq!(
            of(r#"{"error":"The access token is invalid"}"#),
            words("The access token is invalid", "The access token is invalid")
        );
        assert_eq!(
            of(r#"{"error":{"message":"no","type":"OAuthException","code":190}}"#),
            words("OAuthException", "no")
        );
        assert_eq!(
            of(r#"{"error_type":"OAuthException","code":400,"error_message":"Matching code"}"#),
            words("OAuthException", "Matching code")
        );
        assert_eq!(
            of(r#"{"errors":[{"code":415,"message":"Callback URL not approved"}]}"#),
            words("415", "Callback URL not approved")
        );
        assert_eq!(
            of(r#"{"title":"Client Forbidden","detail":"When","reason":"client-not-enrolled","type":"https://h/p"}"#),
            words("client-not-enrolled", "When")
        );
        assert_eq!(of(r#"{"title":"Unauthorized","status":401}"#), words("", "Unauthorized"));
        assert_eq!(of(r#"{"title":"A post","detail":"of somebody's"}"#), None);
        assert_eq!(of(r#"{"access_token":"x"}"#), None);
        assert_eq!(of(r#"{"access_token":"x","error":null}"#), None);
    }

    #[test]
    fn a_code_beside_words() {
        let value = |json: &str| -> Value { serde_json::from_str(json).unwrap() };
        for (json, code, words) in [
            (r#"{"message":"401: Unauthorized","code":0}"#, "0", "401: Unauthorized"),
            (r#"{"ok":false,"error_code":404,"description":"Not Found"}"#, "404", "Not Found"),
            (r#"{"errcode":40013,"errmsg":"invalid appid"}"#, "40013", "invalid appid"),
            (r#"{"code":99991663,"msg":"token invalid"}"#, "99991663", "token invalid"),
            (r#"{"error":"InvalidToken","message":"Bad token"}"#, "InvalidToken", "Bad token"),
        ] {
            assert_eq!(refusal(&value(json)), Some((code.to_owned(), Some(words.to_owned()))), "{json}");
        }
        for json in [
            r#"{"message":"Unauthorized"}"#,
            r#"{"code":"abc"}"#,
            r#"{"code":1,"message":{"a":1}}"#,
            r#"{"code":null,"message":"x"}"#,
            "[]",
            "7",
        ] {
            assert_eq!(refusal(&value(json)), None, "{json}");
        }
        // What a success may say, too, is an error only where something else says that it was refused.
        for (json, is_error) in [
            (r#"{"errcode":40164,"errmsg":"invalid ip"}"#, true),
            (r#"{"error_code":7}"#, true),
            (r#"{"errcode":0,"errmsg":"ok"}"#, false),
            (r#"{"errcode":"0","errmsg":"ok"}"#, false),
            (r#"{"code":0,"msg":"ok"}"#, false),
            (r#"{"code":"abc","message":"for another device"}"#, false),
        ] {
            assert_eq!(error(&value(json)).is_some(), is_error, "{json}");
        }
    }

    #[test]
    fn moments_in_every_form() {
        let date = 1_796_083_200; // 1 December 2026
        for (json, expected) in [
            ("1796083200", Some(date)),
            ("\"1796083200\"", Some(date)),
            ("1796083200.7", Some(date)),
            ("\"2026-12-01T00:00:00Z\"", Some(date)),
            ("\"2026-12-01T02:00:00.123+02:00\"", Some(date)),
            ("\"2026-12-01 00:00:00 UTC\"", Some(date)),
            ("\"2026-12-01 02:00:00 +0200\"", Some(date)),
            ("\" 2026-12-01T00:00:00Z \"", Some(date)),
            ("0", Some(0)),
            ("-1", None),
            ("\"never\"", None),
            ("\"\"", None),
            ("\"2026-12-01\"", None),
            ("\"2026-12-01 00:00:00\"", None),
            ("\"2026-13-01 00:00:00 UTC\"", None),
            ("1796083200000", None),
            ("1e300", None),
            ("null", None),
            ("true", None),
            ("{}", None),
        ] {
            assert_eq!(moment(&serde_json::from_str(json).unwrap()), expected, "{json}");
        }
    }

    #[test]
    fn scopes_in_every_dress() {
        for json in [r#""read write""#, r#""read,write""#, r#"["read","write"]"#, r#"" read  write ""#] {
            assert_eq!(words(&serde_json::from_str(json).unwrap()), ["read", "write"], "{json}");
        }
    }
}
