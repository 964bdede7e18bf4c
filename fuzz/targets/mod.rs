//! What may reach Keybearer from outside, as functions of any bytes: the callback parser, the form parser, the paste box and
//! the signature base string. Each says what must hold whatever came, and panics where it does not. `script/test core
//! targets` runs them bounded (core/tests/it/fuzz_targets.rs), cargo-fuzz without end (fuzz_targets/).
//!
//! No fuzzer stands in here, and nothing of what is judged: the reader and writer of forms in `reference` are its own.

mod base_string;
mod callback;
mod form;
mod paste;
mod reference;

pub use base_string::base_string;
pub use callback::callback;
pub use form::form;
pub use paste::paste;

use keybearer_core::oauth2::authorization::Names;
use keybearer_core::provider::Callback;
use keybearer_core::redirect::expected::Expected;
use url::Url;

/// The state that the login waits for.
pub const STATE: &str = "5tateOfThisLogin-_5tateOfThisLogin-_5tateOf";

/// Where its answer comes home.
pub const HOME: &str = "http://127.0.0.1:47017/callback/example.org";

/// The ways in which platforms call the parameters of their answers: as the RFC does, with Meta's tails, OAuth 1.0a's, and with an access
/// token in the place of a code.
fn callbacks() -> [Callback; 4] {
    let of = |code: &str, state: &str, denied: &[&str], strip: &[&str]| Callback {
        code: code.to_owned(),
        state: state.to_owned(),
        denied: denied.iter().map(|&name| name.to_owned()).collect(),
        strip: strip.iter().map(|&tail| tail.to_owned()).collect(),
        ..Callback::default()
    };
    [
        of("code", "state", &[], &[]),
        of("code", "state", &[], &["#_", "#_=_"]),
        of("oauth_verifier", "oauth_token", &["denied"], &[]),
        Callback {
            access_token: Some("password".to_owned()),
            username: Some("user_login".to_owned()),
            ..of("code", "state", &["success"], &[])
        },
    ]
}

/// The names, with these tails.
fn names<'a>(callback: &'a Callback, strip: &'a [String]) -> Names<'a> {
    Names {
        code: callback.code_or_token(),
        username: callback.username.as_deref(),
        state: &callback.state,
        denied: &callback.denied,
        denied_values: &callback.denied_values,
        strip,
    }
}

/// A login that waits for its answer at this address.
fn expected(redirect_uri: &str, forwarded: Option<&str>, callback: &Callback) -> Expected {
    Expected {
        state: STATE.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        forwarded: forwarded.map(str::to_owned),
        authorize: parsed("https://example.org/oauth/authorize?response_type=code&client_id=x"),
        issuer: "https://example.org".to_owned(),
        issuer_required: false,
        own_address: false,
        callback: callback.clone(),
        tokens: vec!["THAA".to_owned()],
    }
}

fn parsed(url: &str) -> Url {
    Url::parse(url).unwrap_or_else(|e| panic!("{url}: {e}"))
}
