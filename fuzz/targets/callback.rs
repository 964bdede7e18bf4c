//! The callback parser: what a redirect URL brings, and whose login it ends.

use keybearer_core::oauth2::authorization::{AuthorizationResponse, Malformed, Outcome};
use keybearer_core::provider::{Callback, RedirectKind};
use keybearer_core::redirect::waiting::{Arrival, Verdict, Waiting};
use url::Url;

use super::reference::{strict, written};
use super::{HOME, STATE, callbacks, expected, names, parsed};

/// The bytes are the query of a redirect URL (RFC 6749 §4.1.2).
pub fn callback(data: &[u8]) {
    let Ok(query) = std::str::from_utf8(data) else { return };
    for callback in callbacks() {
        reads(query, &callback);
        arrives(query, &callback);
    }
}

/// Every query means one thing or is refused, and says why.
fn reads(query: &str, callback: &Callback) {
    let names = names(callback, &callback.strip);
    let read = AuthorizationResponse::read(query, &names);
    let Some(sent) = strict(query) else {
        return assert!(matches!(read, Err(Malformed::Encoding)), "{query}");
    };
    let values = |name: &str| sent.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect::<Vec<_>>();
    let counting = [
        callback.code_or_token(),
        callback.username.as_deref().unwrap_or("iss"),
        &callback.state,
        "iss",
        "error",
        "error_description",
        "error_message",
    ];
    let all = counting.into_iter().chain(callback.denied.iter().map(String::as_str));
    let twice = all.clone().any(|name| values(name).len() > 1);
    if twice {
        let spoilt = sent.iter().any(|(_, value)| value.contains(char::is_control));
        return assert!(matches!(read, Err(Malformed::Twice)) || (spoilt && read.is_err()), "{query}");
    }
    let one = |name: &str| values(name).first().map(|v| (*v).to_owned()).filter(|v| !v.is_empty());
    let bare = |name: &str| {
        let value = one(name)?;
        let bare = callback
            .strip
            .iter()
            .fold(value.as_str(), |v, tail| v.strip_suffix(tail.as_str()).unwrap_or(v));
        Some(bare.to_owned()).filter(|v| !v.is_empty())
    };
    let denial = callback.denied.iter().find(|name| !values(name).is_empty());
    let code = bare(callback.code_or_token());
    let (state, denied) = (bare(&callback.state), denial.and_then(|name| one(name)));
    let username = callback.username.as_deref().and_then(one);
    // RFC 6749 A.5 and A.11: neither has control characters.
    if [&code, &state, &denied, &username]
        .into_iter()
        .flatten()
        .any(|v| v.contains(char::is_control))
    {
        return assert!(matches!(read, Err(Malformed::Encoding)), "{query}");
    }
    let Ok(read) = read else { panic!("refused: {query}") };

    assert!(read.state == state && read.denied == denied && read.iss == one("iss"), "{query}");
    assert!(read.username == username, "{query}");
    assert!(
        !read.is_for("") && read.is_for(STATE) == (state.or(denied).as_deref() == Some(STATE)),
        "{query}"
    );
    let description = one("error_description").or(one("error_message"));
    let outcome = match (one("error"), code) {
        (Some(error), _) => Outcome::Error { error, description },
        (None, _) if denial.is_some() => Outcome::Error {
            error: "access_denied".to_owned(),
            description,
        },
        (None, Some(code)) if callback.username.is_none() || username.is_some() => Outcome::Code(code),
        (None, _) => Outcome::Nothing,
    };
    assert!(read.outcome == outcome, "{query}");

    // Written and read again it is the same; so is the query with every byte escaped, and in another order.
    let once_more = AuthorizationResponse::read(&rewritten(&read, callback), &super::names(callback, &[]));
    assert!(once_more.is_ok_and(|again| again == read), "{query}");
    let reversed: Vec<_> = sent.iter().rev().cloned().collect();
    for same in [written(&sent), written(&reversed), format!("{query}&stranger=1&stranger=2")] {
        assert!(
            AuthorizationResponse::read(&same, &names).is_ok_and(|again| again == read),
            "{same}"
        );
    }
    // Whoever adds a second value of anything that counts gets nothing, wherever he puts it.
    for name in all.filter(|name| !values(name).is_empty()) {
        for twice in [format!("{query}&{name}=evil"), format!("{name}=evil&{query}")] {
            assert!(
                matches!(AuthorizationResponse::read(&twice, &names), Err(Malformed::Twice)),
                "{twice}"
            );
        }
    }
}

fn rewritten(read: &AuthorizationResponse, callback: &Callback) -> String {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &Option<String>| all.extend(value.clone().map(|value| (name.to_owned(), value)));
    add(&callback.state, &read.state);
    add("iss", &read.iss);
    add(callback.username.as_deref().unwrap_or_default(), &read.username);
    callback.denied.iter().for_each(|name| add(name, &read.denied));
    match &read.outcome {
        Outcome::Code(code) => add(callback.code_or_token(), &Some(code.clone())),
        Outcome::Error { error, description } => {
            add("error", &Some(error.clone()));
            add("error_description", description);
        }
        Outcome::Nothing => {}
    }
    written(&all)
}

/// What comes to a redirect ends the login that waits only if it has its state; otherwise the right answer still gets home.
fn arrives(query: &str, callback: &Callback) {
    let Ok(url) = Url::parse(&format!("{HOME}?{query}")) else { return };
    let waiting = Waiting::default();
    let mut place = waiting.expect("1", expected(HOME, None, callback));
    let read = AuthorizationResponse::read(url.query().unwrap_or_default(), &names(callback, &callback.strip));
    let mine = read.is_ok_and(|read| read.is_for(STATE) && read.outcome != Outcome::Nothing);
    let verdict = waiting.accept(&url, RedirectKind::Loopback);
    let ended = std::iter::from_fn(|| place.arrivals.try_recv().ok()).any(|a| matches!(a, Arrival::Answer(_)));
    assert_eq!(ended, mine, "{url}");
    let name = callback.username.as_ref().map(|name| format!("&{name}=ada")).unwrap_or_default();
    let right = parsed(&format!(
        "{HOME}?{}=right&{}={STATE}{name}",
        callback.code_or_token(),
        callback.state
    ));
    if mine {
        assert!(matches!(verdict, Verdict::Accepted | Verdict::Denied | Verdict::Failed), "{url}");
        assert_eq!(waiting.accept(&url, RedirectKind::Loopback), Verdict::Already, "{url}");
        let after = waiting.accept(&right, RedirectKind::Loopback);
        assert!(after == Verdict::NotExpected || right == url, "{url}");
    } else {
        assert!(
            matches!(
                verdict,
                Verdict::NotExpected | Verdict::WithoutState | Verdict::Malformed | Verdict::Denied
            ),
            "{url}"
        );
        assert_eq!(waiting.accept(&right, RedirectKind::Loopback), Verdict::Accepted, "{url}");
        let Ok(Arrival::Answer(Ok(answer))) = place.arrivals.try_recv() else {
            panic!("{url}")
        };
        assert_eq!((answer.code.expose(), answer.redirect), ("right", RedirectKind::Loopback));
    }
}
