//! Reads what people paste: a whole address with quotes and line breaks, a part of one, a query, a bare code, or something else.

use url::Url;

use super::expected::{Expected, names, same_address};
use crate::error::{Error, Result};
use crate::oauth2::authorization::{AuthorizationResponse, Outcome};

/// What was in the text.
pub enum Pasted {
    /// A bare code. By pasting it here, the person says that it is for this login.
    Code(String),
    /// A response with the right state, and whether it can only come from the server of this login.
    Response(AuthorizationResponse, bool),
}

/// The most characters of a code. The longest known codes are JWTs of a few KB.
const MAX_CODE: usize = 4096;

/// The fewest characters of a token. Meta's have well over a hundred.
const MIN_TOKEN: usize = 60;

/// Reads a pasted text for the login that expects an answer.
///
/// # Errors
/// One of the `paste-…` codes, which says exactly what is wrong.
pub fn read(text: &str, expected: &Expected) -> Result<Pasted> {
    let text = clean(text);
    if text.is_empty() {
        return Err(Error::PasteEmpty);
    }
    if expected.callback.access_token.is_none() && looks_like_token(&text) {
        return Err(Error::PasteToken);
    }
    let pasted = meant(&text, expected)?;
    match &pasted {
        // No address or query contains a space, so the text has other words around it. Sending a code that they spoil would use it up
        // for nothing.
        Pasted::Response(response, _) if matches!(response.outcome, Outcome::Code(_)) && text.contains(char::is_whitespace) => {
            Err(Error::PasteNoCode)
        }
        _ => Ok(pasted),
    }
}

fn meant(text: &str, expected: &Expected) -> Result<Pasted> {
    if text.contains("://") {
        // No code contains this, so a broken address is not a code either.
        let url = Url::parse(text).map_err(|_| Error::PasteNoCode)?;
        return address(&url, expected);
    }
    if let Some(url) = without_scheme(text, expected) {
        return address(&url, expected);
    }
    let query = text.trim_start_matches(['?', '#', '&']);
    let named = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    let denied = expected.callback.denied.iter().any(|name| named(name));
    if named(expected.callback.code_or_token()) || named(&expected.callback.state) || named("error") || denied {
        // Out of band, the code comes from a page of the server itself. A token is worth more than a code: it comes with its state.
        let is_code = expected.callback.access_token.is_none();
        return response(query, expected, is_code, !expected.redirect_uri.contains("://"));
    }
    bare_code(text, expected)
}

/// Removes what mail programs and terminals add around and inside an address.
fn clean(text: &str) -> String {
    // A line break goes together with the indentation of the next line.
    let text: String = text
        .split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .flat_map(|line| line.trim().chars())
        .filter(|c| !c.is_control() && !matches!(c, '\u{200b}' | '\u{feff}'))
        .collect();
    let text = text.trim().trim_matches(['"', '\'', '<', '>', '`', '“', '”', '「', '」', ' ']);
    // A whole address may have been percent-encoded again.
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

/// Reads the text as an address without its scheme: our redirect address, or a page of the server.
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
    // A tail such as `#_` arrives as a fragment and belongs to no parameter (docs/facts/threads.md#callback,
    // docs/facts/facebook.md#callback).
    let query = url.query().unwrap_or_default();
    let home = [Some(&expected.redirect_uri), expected.forwarded.as_ref()];
    if home.into_iter().flatten().any(|home| same_address(url, home)) {
        return response(query, expected, false, expected.is_own(url));
    }
    let at_server = url.origin() == expected.authorize.origin();
    let out_of_band = !expected.redirect_uri.contains("://");
    let answers = |name: &str| name == expected.callback.code_or_token() || name == expected.callback.state;
    let asks = url
        .query_pairs()
        .any(|(name, _)| !answers(&name) && expected.authorize.query_pairs().any(|(asked, _)| asked == name));
    if at_server && (url.path() == expected.authorize.path() && asks) {
        return Err(Error::PasteAuthorizePage);
    }
    // Out of band, the server shows the code on a page of its own, whose address contains the code too.
    if at_server && out_of_band && url.query_pairs().any(|(k, _)| k == expected.callback.code_or_token()) {
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
        // Some platforms leave out the state when the person declines (docs/facts/instagram.md#callback). Anyone could have sent this.
        None if !state_may_be_absent && let Outcome::Error { description, .. } = &response.outcome => {
            return Err(Error::DeniedWithoutState {
                words: description.clone(),
            });
        }
        None if response.outcome == Outcome::Nothing => return Err(Error::PasteNoCode),
        // An address without a state may belong to an attacker's login (RFC 6749 §10.12).
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
    // Without the address it came in, a token has neither its name nor the state of this login.
    if expected.callback.access_token.is_some() {
        return Err(Error::PasteNoCode);
    }
    let plausible = |code: &str| (4..=MAX_CODE).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_graphic());
    if !plausible(code) {
        return Err(Error::PasteNoCode);
    }
    // It may be percent-encoded, because it was copied from an address.
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
    // Meta's codes begin with AQ, its tokens with letters that the file names [M]; a token must never be sent as a code.
    if code.len() >= MIN_TOKEN && expected.tokens.iter().any(|prefix| code.starts_with(prefix.as_str())) {
        return Err(Error::PasteToken);
    }
    Ok(Pasted::Code(code))
}
