//! Redirect URIs: what the console takes, and what the dialog lets through (docs/facts/meta.md#redirects,
//! docs/facts/threads.md#redirects, docs/facts/instagram.md#redirects, docs/facts/facebook.md#redirects). Compared as text,
//! letter for letter.

use super::platform::Platform;
use super::state::State;

/// Where Facebook lets a window of its own end; needs no entry (docs/facts/facebook.md#redirects).
const SUCCESS: &str = "https://www.facebook.com/connect/login_success.html";

/// Saves an address as the console does: https only. The error is the console's.
pub fn register(state: &State, uri: &str) -> Result<String, String> {
    let https = uri.strip_prefix("https://").filter(|rest| !rest.is_empty());
    let Some(rest) = https else {
        return Err("Redirect URIs must use https".to_owned());
    };
    // `localhost` is refused at Threads (docs/facts/threads.md#redirects); Instagram is assumed to do the same [?]
    // (docs/facts/instagram.md#redirects).
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or_default();
    if host == "localhost" && state.platform != Platform::Facebook {
        return Err("Redirect URIs must not be at localhost".to_owned());
    }
    if uri.contains('#') {
        return Err("Redirect URIs must not have a fragment".to_owned());
    }
    let slash = state.switches.console_adds_slash && !uri.ends_with('/') && !uri.contains('?');
    Ok(if slash { format!("{uri}/") } else { uri.to_owned() })
}

/// Whether the dialog lets it through.
pub fn allowed(state: &State, uri: &str) -> bool {
    let facebook = state.platform == Platform::Facebook;
    state.redirect_uris.iter().any(|registered| registered == uri)
        || (facebook && (uri == SUCCESS || (state.switches.development_mode && is_localhost(uri))))
}

/// `http://localhost`, at any port and path; not 127.0.0.1 (docs/facts/facebook.md#redirects).
fn is_localhost(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://localhost") else {
        return false;
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (port, _) = rest.split_at(end);
    !uri.contains('#')
        && (port.is_empty()
            || port
                .strip_prefix(':')
                .is_some_and(|digits| digits.parse::<u16>().is_ok() && !digits.starts_with('+')))
}
