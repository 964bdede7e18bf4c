//! Callback addresses: what the console takes, and how an answer is put behind one (docs/facts/x.md#callbacks). Compared as text,
//! letter for letter.

use url::form_urlencoded;

/// How many an app may have.
const MOST: usize = 10;

/// The schemes that are not allowed (docs/facts/x.md#callbacks).
pub const FORBIDDEN: [&str; 34] = [
    "vbscript",
    "javascript",
    "vbs",
    "data",
    "mocha",
    "keyword",
    "livescript",
    "ftp",
    "file",
    "gopher",
    "acrobat",
    "callto",
    "daap",
    "itpc",
    "itms",
    "firefoxurl",
    "hcp",
    "ldap",
    "mailto",
    "mmst",
    "mmsu",
    "msbd",
    "rtsp",
    "mso-offdap",
    "snews",
    "news",
    "nntp",
    "outlook",
    "stssync",
    "rlogin",
    "telnet",
    "tn3270",
    "shell",
    "sip",
];

/// Whether the console takes one more such address. The error's words are [M].
pub fn check(saved: &[String], uri: &str) -> Result<(), String> {
    if saved.len() >= MOST {
        return Err(format!("Not more than {MOST} callback URIs"));
    }
    let not_valid = || Err("Not a valid URL format".to_owned());
    let Some((scheme, rest)) = uri.split_once("://") else {
        return not_valid();
    };
    let lower = scheme.to_ascii_lowercase();
    let letters = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    if !lower.starts_with(|c: char| c.is_ascii_alphabetic()) || !lower.chars().all(letters) {
        return not_valid();
    }
    if FORBIDDEN.contains(&lower.as_str()) {
        return Err(format!("The scheme {lower} is not allowed"));
    }
    // Three slashes are rejected by the form [3P]; an authority is needed, and a path too where the scheme is one's own.
    let (authority, path) = rest
        .split_once('/')
        .map_or((rest, None), |(authority, path)| (authority, Some(path)));
    if authority.is_empty() || uri.contains('#') || uri.contains(char::is_whitespace) {
        return not_valid();
    }
    if !is_web(&lower) && path.is_none_or(str::is_empty) {
        return not_valid();
    }
    Ok(())
}

fn is_web(scheme: &str) -> bool {
    scheme == "http" || scheme == "https"
}

/// Whether its scheme is one's own.
pub fn is_custom(uri: &str) -> bool {
    crate::redirect::scheme(uri).is_some_and(|scheme| !is_web(&scheme.to_ascii_lowercase()))
}

/// The address with these parameters behind its own, in this order.
pub fn with_params(uri: &str, params: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(params);
    let glue = match uri.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{uri}{glue}{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_console_takes() {
        for uri in [
            "http://127.0.0.1:47020/callback/x",
            "http://localhost:8080/callback",
            "https://relay.example/x?y=1",
            "https://relay.example",
            "myapp://callback/path",
        ] {
            assert_eq!(check(&[], uri), Ok(()), "{uri}");
        }
        for uri in [
            "oob",
            "myapp:///path",
            "myapp://callback",
            "myapp://callback/",
            "myapp:callback",
            "javascript://x/y",
            "TELNET://x/y",
            "https://a b/",
            "https://a.example/#x",
            "1x://a/b",
            "",
        ] {
            assert!(check(&[], uri).is_err(), "{uri}");
        }
        let ten: Vec<String> = (0..10).map(|n| format!("https://{n}.example/")).collect();
        assert!(check(&ten[..9], "https://x.example/").is_ok() && check(&ten, "https://x.example/").is_err());
    }

    #[test]
    fn parameters_come_behind_in_order() {
        let params = [("state", "s t"), ("code", "c=")];
        assert_eq!(with_params("a://b/c", &params), "a://b/c?state=s+t&code=c%3D");
        assert_eq!(with_params("a://b/c?d=e", &params), "a://b/c?d=e&state=s+t&code=c%3D");
    }
}
