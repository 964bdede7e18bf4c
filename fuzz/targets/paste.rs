//! The paste box: what people paste is the answer of this login, a code, or refused with a word on why.

use keybearer_core::oauth2::authorization::{AuthorizationResponse, Outcome};
use keybearer_core::provider::Callback;
use keybearer_core::redirect::expected::Expected;
use keybearer_core::redirect::paste::{Pasted, read};
use keybearer_core::redirect::{OOB, RELAYED};

use super::reference::escaped;
use super::{HOME, STATE, callbacks, expected, names};

/// A relay page's address.
const RELAY: &str = "https://someone.example.net/callback/";

/// The bytes are a pasted text; then they are a code, in an address that is pasted in every dress.
pub fn paste(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for (n, callback) in callbacks().iter().enumerate() {
        for (redirect_uri, forwarded) in [(HOME, None), (OOB, None), (RELAY, Some(RELAYED))] {
            let expected = expected(redirect_uri, forwarded, callback);
            promises(text, &expected);
            if redirect_uri == HOME || (redirect_uri == RELAY && n == 0) {
                dresses(text, &expected);
            }
        }
    }
}

/// What holds for every text.
fn promises(text: &str, expected: &Expected) {
    match read(text, expected) {
        Ok(Pasted::Code(code)) => {
            assert!(!code.is_empty() && code.len() <= text.len(), "{text:?}");
            assert!(code.bytes().all(|b| b.is_ascii_graphic()), "{text:?}: {code:?}");
            // A token comes in its address.
            assert!(expected.callback.access_token.is_none(), "{text:?}");
            // A token must not be sent as a code.
            assert!(code.len() < 60 || !code.starts_with("THAA"), "{text:?}");
        }
        Ok(Pasted::Response(response, _)) => {
            let out_of_band = !expected.redirect_uri.contains("://");
            // A denial may name the request by its own value.
            let state = response.state.as_deref().or(response.denied.as_deref());
            assert!(state.is_none_or(|state| state == STATE), "{text:?}");
            // Whoever sends a whole address without a state may have sent it to anybody.
            assert!(state.is_some() || out_of_band || !text.contains("://"), "{text:?}");
            assert!(
                state.is_some() || expected.callback.access_token.is_none() || out_of_band,
                "{text:?}"
            );
            match response.outcome {
                Outcome::Code(code) => {
                    assert!(
                        !code.is_empty() && !code.contains(|c: char| c.is_control() || c == '\u{fffd}'),
                        "{text:?}"
                    );
                    // A code may have a space (RFC 6749 A.11), but then the address has it encoded.
                    let encoded = text.contains(['+', '%']);
                    assert!(encoded || !code.contains(char::is_whitespace), "{text:?}: {code:?}");
                }
                Outcome::Error { error, .. } => assert!(!error.is_empty(), "{text:?}"),
                Outcome::Nothing => panic!("a response without anything in it: {text:?}"),
            }
        }
        Err(error) => {
            let code = error.code().as_str();
            assert!(code.starts_with("paste-") || code == "denied-without-state", "{text:?}: {code}");
        }
    }
}

/// The code that was found.
fn found(text: &str, expected: &Expected) -> Option<String> {
    match read(text, expected).ok()? {
        Pasted::Code(code) => Some(code),
        Pasted::Response(
            AuthorizationResponse {
                outcome: Outcome::Code(code),
                ..
            },
            _,
        ) => Some(code),
        Pasted::Response(..) => None,
    }
}

/// A right address gives its code in whatever dress it comes, and a wrong one gives nothing in any.
fn dresses(code: &str, expected: &Expected) {
    let Callback { state: s, strip, .. } = &expected.callback;
    let c = expected.callback.code_or_token();
    let name = expected
        .callback
        .username
        .as_ref()
        .map(|name| format!("&{name}=ada"))
        .unwrap_or_default();
    let query = format!("{c}={}&{s}={STATE}{name}", escaped(code));
    let read = AuthorizationResponse::read(&query, &names(&expected.callback, strip));
    let Ok(AuthorizationResponse {
        outcome: Outcome::Code(right),
        ..
    }) = read
    else {
        return;
    };
    for dress in worn(&query, expected) {
        assert_eq!(found(&dress, expected).as_ref(), Some(&right), "{dress:?}");
    }
    let state = swapped(STATE);
    let wrong = [
        format!("{c}={}&{s}={state}{name}", escaped(code)),
        format!("{query}&{s}={state}"),
        format!("{c}=evil&{query}"),
    ];
    for (n, query) in wrong.iter().enumerate() {
        // Each in a third of them: they are many.
        for dress in worn(query, expected).into_iter().skip(n).step_by(wrong.len()) {
            assert_eq!(found(&dress, expected), None, "{dress:?}");
        }
    }
}

/// An answer's address as people paste it.
fn worn(query: &str, expected: &Expected) -> Vec<String> {
    let home = expected.redirect_uri.as_str();
    let url = format!("{home}?{query}");
    let (scheme, bare) = url.split_once("://").unwrap_or_default();
    let every = |n: usize, between: &str| {
        let characters: Vec<char> = url.chars().collect();
        let lines: Vec<String> = characters.chunks(n).map(|line| line.iter().collect()).collect();
        lines.join(between)
    };
    let mut all = vec![
        format!("{}://{bare}", scheme.to_uppercase()),
        bare.to_owned(),
        format!("//{bare}"),
        format!("?{query}"),
        query.to_owned(),
        // As a terminal or a mail breaks it.
        every(72, "\n"),
        every(40, "\r\n"),
        every(7, "\t"),
        every(60, "\n    "),
        every(50, "\u{2028}"),
        every(1, "\u{200b}"),
        format!("\u{feff}  {url}\u{a0}\n"),
        // As a whole address is encoded once more.
        url::form_urlencoded::byte_serialize(url.as_bytes()).collect(),
    ];
    for (before, after) in [
        ("", "#_"),
        ("", "#_=_"),
        ("", "#"),
        ("\"", "\""),
        ("'", "'"),
        ("<", ">"),
        ("`", "`"),
        ("“", "”"),
        ("「", "」"),
        (" \" ", " \" "),
    ] {
        all.push(format!("{before}{url}{after}"));
    }
    if let Some(forwarded) = &expected.forwarded {
        all.push(format!("{forwarded}?{query}"));
    }
    all
}

fn swapped(state: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    state.chars().map(swap).collect()
}
