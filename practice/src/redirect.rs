//! Redirect URIs as text: their scheme, and their parameters. The `url` crate's type adds slashes and drops default ports,
//! and servers that compare exactly do not.

use url::form_urlencoded;

/// Whether that may be a URI's scheme (RFC 3986 §3.1).
pub fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// The URI's scheme, in lower case.
pub fn scheme(uri: &str) -> Option<String> {
    uri.split_once(':')
        .map(|(scheme, _)| scheme)
        .filter(|scheme| is_scheme(scheme))
        .map(str::to_ascii_lowercase)
}

/// The URI with these parameters besides its own, sorted by name; a fragment stays at the end.
pub fn with_params(uri: &str, params: &[(&str, &str)]) -> String {
    let (front, fragment) = uri.split_once('#').map_or((uri, None), |(front, fragment)| (front, Some(fragment)));
    let (base, query) = front.split_once('?').unwrap_or((front, ""));
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    pairs.extend(params.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())));
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let fragment = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
    format!("{base}?{}{fragment}", query.join("&"))
}

/// Form-encoding as Go's `url.QueryEscape` does it: `~` stays, `*` does not.
fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('*', "%2A")
        .replace("%7E", "~")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_sorted_and_encoded_as_recorded() {
        let state = "a b+c/ü&=%";
        assert_eq!(
            with_params("http://127.0.0.1:8765/callback?provider=gts", &[("state", state), ("code", "C")]),
            "http://127.0.0.1:8765/callback?code=C&provider=gts&state=a+b%2Bc%2F%C3%BC%26%3D%25"
        );
        assert_eq!(with_params("demo://cb#x", &[("code", "~*")]), "demo://cb?code=~%2A#x");
    }
}
