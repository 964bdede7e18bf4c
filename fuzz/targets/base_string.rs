//! The signature base string: one text for all spellings of one request, and none for two.

use keybearer_core::http::Request;
use keybearer_core::oauth1::base;
use keybearer_core::token::Secret;
use url::{Position, Url};

use super::reference::{decoded, is_encoded, pairs, written};

const FORM: &str = "application/x-www-form-urlencoded";

/// A request as the bytes draw it.
#[derive(Clone)]
struct Drawn {
    url: Url,
    form: String,
    protocol: Vec<(String, String)>,
}

impl Drawn {
    /// Its base string, if its body has this type.
    fn base(&self, method: &'static str, content_type: &'static str) -> String {
        let body = Some((content_type, Secret::new(self.form.as_str())));
        let request = Request {
            method,
            body,
            ..Request::get("target", self.url.clone())
        };
        let protocol: Vec<(&str, &str)> = self.protocol.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        base::string(&request, &protocol).expose().to_owned()
    }

    /// The same with another query.
    fn with_query(&self, query: &str) -> Drawn {
        let mut drawn = self.clone();
        drawn.url.set_query(Some(query));
        drawn
    }

    fn query(&self) -> &str {
        self.url.query().unwrap_or_default()
    }
}

/// The bytes are lines: an address or its end, a form, and `name=value` for each protocol parameter (RFC 5849 §3.4.1).
pub fn base_string(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut lines = text.split('\n');
    let address = lines.next().unwrap_or_default();
    let url = Url::parse(address).or_else(|_| Url::parse(&format!("https://api.example.org/{address}")));
    let Ok(url) = url else { return };
    if !["http", "https"].contains(&url.scheme()) {
        return;
    }
    let form = lines.next().unwrap_or_default().to_owned();
    let protocol = lines
        .filter_map(|line| line.split_once('='))
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    let drawn = Drawn { url, form, protocol };
    means(&drawn, text);
    alike(&drawn, text);
}

/// What stands in it is the request, and nothing else.
fn means(drawn: &Drawn, text: &str) {
    let base = drawn.base("post", FORM);
    let [method, uri, parameters] = base.split('&').collect::<Vec<_>>()[..] else {
        panic!("two bare ampersands: {base}")
    };
    assert!(method == "POST" && is_encoded(uri) && is_encoded(parameters), "{base}");
    // §3.4.1.2: the address as it is sent, without user, query and fragment. `Url` writes no scheme's own port.
    let (scheme, rest) = drawn.url[..Position::AfterPath].split_once("://").unwrap_or_default();
    let (authority, path) = rest.split_once('/').unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    assert_eq!(decoded(uri), format!("{scheme}://{host}/{path}").into_bytes(), "{text}");

    // §3.4.1.3.2: names and values encoded, sorted as bytes, by name and then by value.
    let normalized = String::from_utf8(decoded(parameters)).unwrap_or_default();
    let pieces = normalized.split('&').filter(|piece| !piece.is_empty());
    let found: Vec<(&str, &str)> = pieces.map(|piece| piece.split_once('=').unwrap_or(("&", piece))).collect();
    assert!(
        found.iter().all(|(name, value)| is_encoded(name) && is_encoded(value)),
        "{normalized}"
    );
    assert!(found.is_sorted(), "{normalized}");
    // §3.4.1.3.1: every parameter of query, form and header as often as it was sent, but for the header's realm, and
    // oauth_signature wherever it stands.
    let mut found: Vec<_> = found.into_iter().map(|(name, value)| (decoded(name), decoded(value))).collect();
    let of_header = drawn.protocol.iter().filter(|(name, _)| name != "realm");
    let mut sent: Vec<_> = of_header.map(|(n, v)| (n.clone().into_bytes(), v.clone().into_bytes())).collect();
    sent.extend(pairs(drawn.query()).into_iter().chain(pairs(&drawn.form)));
    sent.retain(|(name, _)| name != b"oauth_signature");
    found.sort();
    sent.sort();
    assert!(found == sent, "{text}");
}

/// One request in other spellings has one base string.
fn alike(drawn: &Drawn, text: &str) {
    let base = drawn.base("POST", FORM);
    let (query, form) = (pairs(drawn.query()), pairs(&drawn.form));
    let backwards = |text: &str| text.split('&').rev().collect::<Vec<_>>().join("&");
    let mut shuffled = drawn.with_query(&backwards(drawn.query()));
    shuffled.form = backwards(&drawn.form);
    shuffled.protocol.reverse();
    let mut escaped = drawn.with_query(&written(&query));
    escaped.form = written(&form);
    let mut small = drawn.with_query(&written(&query).to_ascii_lowercase());
    small.form = written(&form).to_ascii_lowercase();
    // Where a parameter travels makes no difference.
    let mut in_form = drawn.with_query("");
    in_form.form = format!("{}&{}", drawn.form, drawn.query());
    let mut in_query = drawn.with_query(&format!("{}&{}", written(&form), drawn.query()));
    in_query.form = String::new();
    let mut unsigned = drawn.clone();
    unsigned.protocol.insert(0, ("realm".to_owned(), "Example".to_owned()));
    unsigned.protocol.push(("oauth_signature".to_owned(), "c2ln".to_owned()));
    let mut elsewhere = drawn.clone();
    elsewhere.url.set_fragment(Some("f?a=1"));
    for (how, same) in [
        ("in another order", shuffled),
        ("all escaped", escaped),
        ("escaped in small letters", small),
        ("all in the form", in_form),
        ("all in the query", in_query),
        ("with what is not signed", unsigned),
        ("with a fragment", elsewhere),
    ] {
        assert_eq!(same.base("post", FORM), base, "{how}: {text}");
    }
    assert_eq!(
        drawn.base("POST", "application/x-www-form-urlencoded; charset=utf-8"),
        base,
        "{text}"
    );

    // Another request has another one: a parameter more, another path, and a body that is no form.
    let more = drawn.with_query(&format!("{}&a", drawn.query()));
    let mut longer = drawn.clone();
    longer.url.set_path(&format!("{}x", drawn.url.path()));
    for (how, other) in [("a parameter more", more), ("a longer path", longer)] {
        assert_ne!(other.base("POST", FORM), base, "{how}: {text}");
    }
    assert_ne!(drawn.base("PUT", FORM), base, "{text}");
    let mut bare = drawn.clone();
    bare.form = String::new();
    assert_eq!(drawn.base("POST", "application/json"), bare.base("POST", FORM), "{text}");
}
