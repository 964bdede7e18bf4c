//! The token in what was pasted: by itself, in a header, a line of a `.env` file, a command, an address or an answer's JSON. What
//! else an answer says of its token is kept where it can be relied on.

use regex_lite::Regex;
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::error::{Error, Result};
use crate::oauth2::body;
use crate::text::typed::lines;
use crate::token::Secret;

/// What belongs to no token at its ends.
const AROUND: &[char] = &[
    '"', '\'', '`', '“', '”', '‘', '’', '„', '「', '」', '『', '』', '«', '»', '<', '>', ' ', '\n', ';', ',',
];

/// A token, and what was pasted with it.
pub(in crate::keeper) struct Pasted {
    pub(in crate::keeper) token: Secret,
    pub(in crate::keeper) refresh_token: Option<Secret>,
    /// When it ends, Unix seconds, where that can be known: `expires_in` counts from when it was obtained.
    pub(in crate::keeper) expires: Option<i64>,
    /// How long it lived when it was obtained, in seconds: it does not live longer from now.
    pub(in crate::keeper) lives: Option<i64>,
    /// What it may do, as its answer says.
    pub(in crate::keeper) scopes: Vec<String>,
}

/// The token in a text.
///
/// # Errors
/// [`Error::InputInvalid`] where there is none, [`Error::SeveralTokens`] where there are two and nothing says which is meant.
pub(in crate::keeper) fn read(typed: &str) -> Result<Pasted> {
    let none = || Error::InputInvalid { field: "token".into() };
    // A log's text has its quotes escaped.
    let text = lines(typed).replace("\\\"", "\"");
    let text = text.trim();
    let mut answers = json(text);
    if answers.is_empty() {
        answers.extend(parameters(text).filter(|a| token_of(a).is_some()));
    }
    let tokens: Vec<String> = answers.iter().filter_map(token_of).collect();
    if let Some(token) = only(tokens)? {
        return Ok(with_facts(token, &answers.remove(0)));
    }
    let unlabelled = || (!text.contains(['{', '}']) && !text.contains("://")).then(|| text.to_owned());
    let token = labelled(text)?.or_else(unlabelled).ok_or_else(none)?;
    // A terminal may have broken it into lines.
    let token: String = token.trim_matches(AROUND).chars().filter(|c| !c.is_whitespace()).collect();
    if token.is_empty() {
        Err(none())
    } else {
        Ok(with_facts(token, &Map::new()))
    }
}

/// The one that all of them are.
fn only(mut tokens: Vec<String>) -> Result<Option<String>> {
    tokens.sort();
    tokens.dedup();
    if tokens.len() > 1 {
        Err(Error::SeveralTokens)
    } else {
        Ok(tokens.pop())
    }
}

fn with_facts(token: String, answer: &Map<String, Value>) -> Pasted {
    let of = |name: &str| answer.get(name);
    let number = |name: &str| of(name).and_then(body::seconds);
    let lives = number("expires_in");
    let obtained = number("created_at")
        .or_else(|| number("obtained_at"))
        .or_else(|| number("issued_at"));
    let scopes = match of("scope").or_else(|| of("scopes")) {
        Some(Value::Array(all)) => all.iter().filter_map(body::text).collect(),
        Some(said) => body::text(said).unwrap_or_default().split([' ', ',']).map(str::to_owned).collect(),
        None => Vec::new(),
    };
    Pasted {
        token: Secret::new(token),
        refresh_token: of("refresh_token").and_then(body::text).map(Secret::new),
        expires: number("expires_at").or_else(|| obtained.zip(lives).map(|(from, lives)| from.saturating_add(lives))),
        lives,
        scopes: scopes.into_iter().filter(|s: &String| !s.is_empty()).collect(),
    }
}

/// What an answer's token is called, best first.
const TOKEN_KEYS: &[&str] = &["access_token", "accessToken", "oauth_token", "bearer_token", "token"];

fn token_of(answer: &Map<String, Value>) -> Option<String> {
    let token = TOKEN_KEYS.iter().find_map(|key| answer.get(*key)?.as_str())?.trim();
    (!token.is_empty() && !token.contains(char::is_whitespace)).then(|| token.to_owned())
}

/// The objects with a token in a JSON text, which may have headers or a command's words before it.
fn json(text: &str) -> Vec<Map<String, Value>> {
    let mut found = Vec::new();
    let inner = text.find(['{', '[']).zip(text.rfind(['}', ']']));
    if let Some(value) = inner.and_then(|(from, to)| serde_json::from_str(text.get(from..=to)?).ok()) {
        objects(value, 0, &mut found);
    }
    found
}

/// What is within an object with a token belongs to it: a user's pages have tokens of their own.
fn objects(value: Value, depth: usize, found: &mut Vec<Map<String, Value>>) {
    const DEEP: usize = 8;
    match value {
        Value::Object(map) if token_of(&map).is_some() => found.push(map),
        Value::Object(map) if depth < DEEP => map.into_iter().for_each(|(_, inner)| objects(inner, depth + 1, found)),
        Value::Array(all) if depth < DEEP => all.into_iter().for_each(|inner| objects(inner, depth + 1, found)),
        _ => {}
    }
}

/// The parameters of an address (RFC 6750 §2.3; RFC 6749 §4.2.2: behind its `#`), of its end alone, or of a form.
fn parameters(text: &str) -> Option<Map<String, Value>> {
    let whole = text.trim_matches(AROUND);
    let (from, skip) = match text.find("://") {
        Some(start) => (text.get(start..)?, 1),
        None if !whole.contains(char::is_whitespace) && whole.contains('=') => (whole, 0),
        None => return None,
    };
    let rest = from.split(|c: char| c.is_whitespace() || "\"'`<>".contains(c)).next()?;
    let parts = rest.split(['?', '#']).skip(skip);
    let pairs = parts.flat_map(|part| form_urlencoded::parse(part.as_bytes()));
    Some(
        pairs
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect(),
    )
}

/// The value beside what is called a token, in whatever is written by lines or words.
fn labelled(text: &str) -> Result<Option<String>> {
    // `export NAME=value`, `"name": "value"`, `name: value`, `name = 'value'`, `-d name=value`.
    let pair = r#"(?:^|[\s?&{,;("'`$])([A-Za-z_][A-Za-z0-9_.\-]*)["'`\]]*(?:\s*=\s*|\s*:\s+|["'`]\s*:\s*)("[^"\n]*"|'[^'\n]*'|`[^`\n]*`|“[^”\n]*”|[^\s"'`&]+)"#;
    let header = r"(?i)\bbearer[\s:]+([^\s“”‘’\x22'`,;]+)";
    let (Ok(pair), Ok(header)) = (Regex::new(pair), Regex::new(header)) else {
        return Ok(None);
    };
    let all: Vec<(String, String)> = pair
        .captures_iter(text)
        .filter_map(|c| {
            Some((
                c.get(1)?.as_str().to_lowercase(),
                c.get(2)?.as_str().trim_matches(AROUND).to_owned(),
            ))
        })
        // Base64 ends in `=`; a name is followed by a value.
        .filter(|(_, value)| !value.trim_matches(['=', ' ']).is_empty())
        .collect();
    let squeezed = |name: &str| name.replace(['_', '-', '.'], "");
    let find = |fits: &dyn Fn(&str) -> bool| {
        let found = all.iter().filter(|(name, _)| fits(&squeezed(name))).map(|(_, value)| value.clone());
        only(found.collect())
    };
    let no_token = |name: &str| {
        ["refresh", "secret", "verify", "type", "csrf", "expires"]
            .iter()
            .any(|word| name.contains(word))
    };
    if let Some(access) = find(&|name| name.ends_with("accesstoken") && !no_token(name))? {
        return Ok(Some(access));
    }
    let headers: Vec<_> = header.captures_iter(text).filter_map(|c| c.get(1)).collect();
    only(headers.iter().map(|found| found.as_str().to_owned()).collect())?;
    if let Some(found) = headers.first() {
        // Nothing but the header: it may be broken into lines.
        let before = text.get(..found.start()).unwrap_or_default().to_lowercase();
        let alone = before.chars().filter(|c| c.is_alphabetic()).collect::<String>();
        let whole = matches!(alone.as_str(), "bearer" | "authorizationbearer");
        let rest = text.get(found.start()..).filter(|_| whole);
        return Ok(Some(rest.unwrap_or(found.as_str()).to_owned()));
    }
    let token = find(&|name| name.contains("token") && !no_token(name))?;
    let is_line = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !text.contains("://");
    Ok(match all.as_slice() {
        _ if token.is_some() => token,
        [(_, value)] if is_line => Some(value.clone()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    fn token(typed: &str) -> Option<String> {
        read(typed).ok().map(|p| p.token.expose().to_owned())
    }

    #[test]
    fn a_token_in_every_wrapping() {
        for typed in [
            "THAAbc123",
            "  \"THAAbc123\" ",
            "「THAAbc123」",
            "\u{202a}THAA\u{200b}bc123\u{202c}",
            "ＴＨＡＡｂｃ１２３",
            "THREADS_ACCESS_TOKEN=THAAbc123",
            "export THREADS_ACCESS_TOKEN='THAAbc123';",
            "export TOKEN=THAAbc123",
            "TOKEN=\"THAAbc123\"",
            "BOT=THAAbc123",
            "Authorization: Bearer THAAbc123",
            "authorization: bearer THAAbc123",
            "AUTHORIZATION:Bearer THAAbc123",
            "token=THAAbc123 # of the bot",
            "Bearer THAAbc123\n",
            "THAA\nbc123",
            "Authorization: Bearer THAA\nbc123",
            r#"{"access_token":"THAAbc123","token_type":"bearer","expires_in":5183944}"#,
            "{\n  \"data\": [ { \"token\": { \"access_token\": \"THAAbc123\" } } ]\n}",
            "HTTP/2 200\ncontent-type: application/json\n\n{\"access_token\":\"THAAbc123\",\"token_type\":\"bearer\"}",
            r#"  "access_token": "THAAbc123","#,
            r#""token_type":"bearer","access_token":"THAAbc123""#,
            "access_token: THAAbc123",
            "threads:\n  user: ada\n  access_token: \"THAAbc123\"\n",
            "const token = 'THAAbc123';",
            "curl -s -H 'Authorization: Bearer THAAbc123' https://graph.threads.example/v1.0/me",
            "curl -X POST https://graph.threads.example/me -d \"access_token=THAAbc123\" -d text=hello",
            "https://graph.threads.example/v1.0/me?fields=id&access_token=THAAbc123",
            "curl 'https://graph.threads.example/me?access_token=THAAbc123&fields=id'",
            "https://127.0.0.1/callback#access_token=THAAbc123&token_type=bearer",
            "APP_ID=1\nAPP_SECRET=hush\nREFRESH_TOKEN=no\nACCESS_TOKEN=THAAbc123\nACCESS_TOKEN_SECRET=hush2\n",
            "VERIFY_TOKEN=no\nTOKEN=THAAbc123",
            "authorization: \"Bearer THAAbc123\"",
            "'Authorization': 'Bearer THAAbc123',",
            r#"headers = {"Authorization": "Bearer THAAbc123", "Accept": "application/json"}"#,
            "curl -H \"Accept: */*\" -H \"X-Client: none\" -H \"Authorization: Bearer THAAbc123\" -d '{\"text\":\"hello\"}'",
            "wget --header=\"Authorization: Bearer THAAbc123\" https://graph.threads.example/me?fields=id",
            "http graph.threads.example Authorization:\"Bearer THAAbc123\"",
            "{'access_token':'THAAbc123','expires_in':5183944}",
            r#"{\"access_token\":\"THAAbc123\",\"token_type\":\"bearer\"}"#,
            r#"[{"access_token":"THAAbc123"}]"#,
            r#"{"access_token":"THAAbc123","accounts":[{"access_token":"page1"},{"access_token":"page2"}]}"#,
            r#"[{"access_token":"THAAbc123"},{"access_token":"THAAbc123","expires_in":5}]"#,
            "#access_token=THAAbc123&token_type=bearer&expires_in=5183944",
            "?access_token=THAAbc123&state=x",
            "access_token=THAAbc123&token_type=bearer&expires_in=5183944",
            "oauth_token=THAAbc123&oauth_token_secret=hush&user_id=7&screen_name=ada",
            "oauth_token: THAAbc123\noauth_token_secret: hush",
            "TOKEN=THAAbc123\nexport TOKEN=\"THAAbc123\"",
            "THAAbc123\",",
            "\"THAAbc123\";",
        ] {
            assert_eq!(token(typed).as_deref(), Some("THAAbc123"), "{typed}");
        }
        for whole in ["AAAA==", "123456:AAE-x_y", "123|abc", "abc.def-ghi_jkl~"] {
            assert_eq!(token(whole).as_deref(), Some(whole));
        }
        assert_eq!(token("https://h.example/?access_token=a%7Cb").as_deref(), Some("a|b"));
        assert!(token(" \n\"\" ").is_none());
    }

    #[test]
    fn one_of_two_tokens_is_not_guessed() {
        for typed in [
            r#"{"data":[{"name":"One","access_token":"EAAone"},{"name":"Two","access_token":"EAAtwo"}]}"#,
            "THREADS_TOKEN=THAAone\nFACEBOOK_TOKEN=EAAtwo",
            "A_ACCESS_TOKEN=one\nB_ACCESS_TOKEN=two\nA_ACCESS_TOKEN=one",
            "Authorization: Bearer one\nAuthorization: Bearer two",
        ] {
            assert_eq!(read(typed).err().map(|e| e.code()), Some(Code::SeveralTokens), "{typed}");
        }
    }

    #[test]
    fn a_text_without_a_token_is_none() {
        for typed in [
            r#"{"error":{"message":"Invalid OAuth access token","code":190}}"#,
            "https://graph.threads.example/v1.0/me?fields=id",
            r#"{"data":[]}"#,
        ] {
            assert_eq!(read(typed).err().map(|e| e.code()), Some(Code::InputInvalid), "{typed}");
        }
    }

    #[test]
    fn the_rest_of_an_answer_is_knowledge() {
        let read = |text: &str| read(text).ok().map(|p| (p.expires, p.lives, p.scopes, p.refresh_token.is_some()));
        let words = |all: &[&str]| all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            read(r#"{"access_token":"a","expires_in":"7200","refresh_token":"r","scope":"read write"}"#),
            Some((None, Some(7200), words(&["read", "write"]), true))
        );
        assert_eq!(
            read(r#"{"access_token":"a","expires_in":100,"created_at":1700000000,"scopes":["x"]}"#),
            Some((Some(1_700_000_100), Some(100), words(&["x"]), false))
        );
        assert_eq!(
            read("https://h.example/#access_token=a&expires_in=60"),
            Some((None, Some(60), Vec::new(), false))
        );
        assert_eq!(
            read("#access_token=a&expires_in=60&scope=x+y"),
            Some((None, Some(60), words(&["x", "y"]), false))
        );
    }
}
