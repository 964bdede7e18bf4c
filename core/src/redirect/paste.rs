//! What people paste: a whole address in quotes and line breaks, half of one, a query, a bare code, or the wrong thing.

use url::Url;

use super::expected::{Expected, names, same_address};
use crate::error::{Error, Result};
use crate::oauth2::authorization::{AuthorizationResponse, Outcome};

/// What was in the text.
pub enum Pasted {
    /// A bare code: the person says that it is for this login.
    Code(String),
    /// A response with the right state; and whether it can be of no other server than the one that was asked.
    Response(AuthorizationResponse, bool),
}

/// The longest code seen is a JWT of a few KB; a longer text is not a code.
const MAX_CODE: usize = 4096;

/// Meta's tokens have well over a hundred characters.
const MIN_TOKEN: usize = 60;

/// Reads a pasted text for the login that expects an answer.
///
/// # Errors
/// One of the `paste-…` codes: exactly what is wrong.
pub fn read(text: &str, expected: &Expected) -> Result<Pasted> {
    let text = clean(text);
    if text.is_empty() {
        return Err(Error::PasteEmpty);
    }
    if looks_like_token(&text) {
        return Err(Error::PasteToken);
    }
    let pasted = meant(&text, expected)?;
    match &pasted {
        // Neither an address nor a query has a space: words stand around it, and a code that they spoil is spent for nothing.
        Pasted::Response(response, _) if matches!(response.outcome, Outcome::Code(_)) && text.contains(char::is_whitespace) => {
            Err(Error::PasteNoCode)
        }
        _ => Ok(pasted),
    }
}

fn meant(text: &str, expected: &Expected) -> Result<Pasted> {
    if text.contains("://") {
        // No code has that in it: an address that is broken is not a code either.
        let url = Url::parse(text).map_err(|_| Error::PasteNoCode)?;
        return address(&url, expected);
    }
    if let Some(url) = without_scheme(text, expected) {
        return address(&url, expected);
    }
    let query = text.trim_start_matches(['?', '#', '&']);
    let named = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    let denied = expected.callback.denied.iter().any(|name| named(name));
    if named(&expected.callback.code) || named(&expected.callback.state) || named("error") || denied {
        // Out of band the code came from a page of the server's own.
        return response(query, expected, true, !expected.redirect_uri.contains("://"));
    }
    bare_code(text, expected)
}

/// Takes off what mail programs and terminals put around and into an address.
fn clean(text: &str) -> String {
    // A line's break takes the indentation of the next line with it.
    let text: String = text
        .split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .flat_map(|line| line.trim().chars())
        .filter(|c| !c.is_control() && !matches!(c, '\u{200b}' | '\u{feff}'))
        .collect();
    let text = text.trim().trim_matches(['"', '\'', '<', '>', '`', '“', '”', '「', '」', ' ']);
    // A whole address that was encoded once more.
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("http%3a") || lower.starts_with("https%3a") || lower.starts_with("io.github.keybearer%3a") {
        let pairs: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).collect();
        return pairs.first().map(|(k, _)| k.clone().into_owned()).unwrap_or_default();
    }
    text.to_owned()
}

fn looks_like_token(text: &str) -> bool {
    text.starts_with("Bearer ") || text.contains("access_token=") || text.contains("\"access_token\"")
}

/// The text as an address that lost its scheme: our own one, else a page of the server's.
fn without_scheme(text: &str, expected: &Expected) -> Option<Url> {
    let (before_query, _) = text.split_once('?')?;
    if !before_query.contains('/') {
        return None;
    }
    let with = |scheme: &str| Url::parse(&format!("{scheme}://{}", text.trim_start_matches('/'))).ok();
    let home = expected.redirect_uri.split_once("://").and_then(|(scheme, _)| with(scheme));
    home.filter(|url| same_address(url, &expected.redirect_uri))
        .or_else(|| with(expected.authorize.scheme()))
}

fn address(url: &Url, expected: &Expected) -> Result<Pasted> {
    // A tail such as `#_` arrives as a fragment; it is no part of anything (docs/facts/threads.md#callback,
    // docs/facts/facebook.md#callback).
    let query = url.query().unwrap_or_default();
    let home = [Some(&expected.redirect_uri), expected.forwarded.as_ref()];
    if home.into_iter().flatten().any(|home| same_address(url, home)) {
        return response(query, expected, false, expected.is_own(url));
    }
    let at_server = url.origin() == expected.authorize.origin();
    let out_of_band = !expected.redirect_uri.contains("://");
    let asks = url.query_pairs().any(|(k, _)| k == "client_id" || k == "response_type");
    if at_server && (url.path() == expected.authorize.path() && asks) {
        return Err(Error::PasteAuthorizePage);
    }
    // Out of band the server shows the code on a page of its own, and the code stands in that page's address too.
    if at_server && out_of_band && url.query_pairs().any(|(k, _)| k == expected.callback.code.as_str()) {
        return response(query, expected, true, true);
    }
    if at_server && out_of_band {
        return Err(Error::PasteNoCode);
    }
    Err(Error::PasteOtherAddress {
        expected: expected.redirect_uri.clone(),
    })
}

fn response(query: &str, expected: &Expected, state_may_be_absent: bool, own: bool) -> Result<Pasted> {
    let response = AuthorizationResponse::read(query, &names(&expected.callback)).map_err(|_| Error::PasteNoCode)?;
    match response.names() {
        Some(state) if state != expected.state => return Err(Error::PasteWrongState),
        // Some platforms forget the state when the person says no (docs/facts/instagram.md#callback); anybody could have sent this.
        None if !state_may_be_absent && let Outcome::Error { description, .. } = &response.outcome => {
            return Err(Error::DeniedWithoutState {
                words: description.clone(),
            });
        }
        None if response.outcome == Outcome::Nothing => return Err(Error::PasteNoCode),
        // An address without state may be somebody else's login, sent to this person (RFC 6749 §10.12).
        None if !state_may_be_absent => return Err(Error::PasteNoState),
        _ => {}
    }
    if response.outcome == Outcome::Nothing {
        Err(Error::PasteNoCode)
    } else {
        Ok(Pasted::Response(response, own))
    }
}

fn bare_code(text: &str, expected: &Expected) -> Result<Pasted> {
    let code = expected
        .callback
        .strip
        .iter()
        .fold(text, |t, tail| t.strip_suffix(tail.as_str()).unwrap_or(t));
    let code = code.strip_suffix("#_=_").or_else(|| code.strip_suffix("#_")).unwrap_or(code);
    let plausible = |code: &str| (4..=MAX_CODE).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_graphic());
    if !plausible(code) {
        return Err(Error::PasteNoCode);
    }
    // It may have been encoded, as it stood in an address.
    let encoded = code
        .contains('%')
        .then(|| format!("c={}", code.replace('+', "%2B").replace('&', "%26")));
    let decoded = encoded.and_then(|form| {
        url::form_urlencoded::parse(form.as_bytes())
            .next()
            .map(|(_, code)| code.into_owned())
    });
    let code = decoded.unwrap_or_else(|| code.to_owned());
    if !plausible(&code) {
        return Err(Error::PasteNoCode);
    }
    // Meta's codes begin with AQ, its tokens with letters that the file names [M]; a token must not be sent as a code.
    if code.len() >= MIN_TOKEN && expected.tokens.iter().any(|prefix| code.starts_with(prefix.as_str())) {
        return Err(Error::PasteToken);
    }
    Ok(Pasted::Code(code))
}
