//! The authorization request as an address, and the authorization response read from a redirect URL.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};
use url::Url;

/// The authorization request (RFC 6749 §4.1.1) with PKCE (RFC 7636 §4.3).
#[derive(Clone, Debug)]
pub struct AuthorizationRequest<'a> {
    /// The authorization endpoint.
    pub endpoint: Url,
    /// Other names of its parameters, by those of the RFCs; an empty one is not sent.
    pub names: BTreeMap<&'a str, &'a str>,
    /// The client id; none where the platform knows no clients.
    pub client_id: Option<&'a str>,
    /// The redirect URI, character by character as registered; none where the platform shows a code if there is none.
    pub redirect_uri: Option<&'a str>,
    /// The scopes, joined as the provider wants them; none sends no parameter.
    pub scope: Option<String>,
    /// The state.
    pub state: &'a str,
    /// The S256 challenge.
    pub code_challenge: Option<String>,
    /// Other parameters.
    pub extra: Vec<(&'a str, &'a str)>,
}

impl AuthorizationRequest<'_> {
    /// The address for the browser. Parameters of the endpoint itself are kept (§3.1).
    pub fn url(&self) -> Url {
        let own = [
            ("response_type", Some("code")),
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("scope", self.scope.as_deref()),
            ("state", Some(self.state)),
            ("code_challenge", self.code_challenge.as_deref()),
            ("code_challenge_method", self.code_challenge.as_ref().map(|_| "S256")),
        ];
        let named = own.into_iter().filter_map(|(name, value)| {
            let name = self.names.get(name).copied().unwrap_or(name);
            Some((name, value?)).filter(|(name, _)| !name.is_empty())
        });
        let all: Vec<(&str, &str)> = named.chain(self.extra.iter().copied()).collect();
        let mut url = self.endpoint.clone();
        if !all.is_empty() {
            url.query_pairs_mut().extend_pairs(all);
        }
        url
    }
}

/// How the parameters of an authorization response are called.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    /// That of the code, or of the access token itself.
    pub code: &'a str,
    /// The login name's, where one belongs to the access token.
    pub username: Option<&'a str>,
    /// The state's.
    pub state: &'a str,
    /// Parameters whose presence is a denial.
    pub denied: &'a [String],
    /// Values of `error` that are a denial, besides `access_denied`.
    pub denied_values: &'a [String],
    /// Tails that do not belong to the code.
    pub strip: &'a [String],
}

/// The authorization response (RFC 6749 §4.1.2, RFC 9207), decoded.
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationResponse {
    /// The state, if it came.
    pub state: Option<String>,
    /// The value of a parameter whose presence is a denial.
    pub denied: Option<String>,
    /// The issuer, if it came.
    pub iss: Option<String>,
    /// The login name, if it came.
    pub username: Option<String>,
    /// A code, or a refusal.
    pub outcome: Outcome,
}

/// What the authorization server decided.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Yes: the code, or the access token itself.
    Code(String),
    /// No: RFC 6749 §4.1.2.1's code, and the words beside it.
    Error {
        /// `access_denied` and its like.
        error: String,
        /// The server's own words.
        description: Option<String>,
    },
    /// Neither.
    Nothing,
}

/// A query that cannot be trusted to mean one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// A parameter that counts is there twice (RFC 6749 §3.1 forbids it).
    Twice,
    /// Broken percent-encoding, or bytes that are no UTF-8.
    Encoding,
}

impl AuthorizationResponse {
    /// Reads a query, without its question mark.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn read(query: &str, names: &Names<'_>) -> Result<AuthorizationResponse, Malformed> {
        let pairs = decode(query)?;
        let one = |name: &str| -> Result<Option<&str>, Malformed> {
            let mut values = pairs.iter().filter(|(k, _)| k == name).map(|(_, v)| v.as_str());
            let first = values.next();
            if values.next().is_some() {
                Err(Malformed::Twice)
            } else {
                Ok(first.filter(|v| !v.is_empty()))
            }
        };
        // What is nothing but a tail is nothing.
        let bare = |value: Option<_>| value.map(|v| strip(v, names.strip)).filter(|v| !v.is_empty());
        let code = bare(one(names.code)?);
        let state = bare(one(names.state)?);
        let iss = one("iss")?.map(str::to_owned);
        let username = names.username.map(one).transpose()?.flatten();
        let description = one("error_description")?.or(one("error_message")?).map(str::to_owned);
        let mut denials = pairs.iter().filter(|(k, _)| names.denied.contains(k));
        let denial = denials.next();
        if denials.next().is_some() {
            return Err(Malformed::Twice);
        }
        let denied = denial.map(|(_, v)| v.as_str()).filter(|v| !v.is_empty());
        // RFC 6749 A.5, A.11: neither has control characters.
        if [code, state, denied, username]
            .into_iter()
            .flatten()
            .any(|v| v.contains(char::is_control))
        {
            return Err(Malformed::Encoding);
        }
        let outcome = match (one("error")?, code) {
            (Some(error), _) => Outcome::Error {
                error: match names.denied_values.iter().any(|value| value == error) {
                    true => "access_denied".to_owned(),
                    false => error.to_owned(),
                },
                description,
            },
            (None, _) if denial.is_some() => Outcome::Error {
                error: "access_denied".to_owned(),
                description,
            },
            // An access token is of no use without the name that belongs to it.
            (None, Some(code)) if names.username.is_none() || username.is_some() => Outcome::Code(code.to_owned()),
            (None, _) => Outcome::Nothing,
        };
        Ok(AuthorizationResponse {
            state: state.map(str::to_owned),
            denied: denied.map(str::to_owned),
            iss,
            username: username.map(str::to_owned),
            outcome,
        })
    }

    /// The request that it answers: its state, or what a denial names it by that has no state (X: `denied=` and the temporary
    /// token [M]).
    pub fn names(&self) -> Option<&str> {
        self.state.as_deref().or(self.denied.as_deref())
    }

    /// Whether it is the answer to the request that was sent with this state. How long that takes says nothing of the state.
    pub fn is_for(&self, state: &str) -> bool {
        self.names().is_some_and(|named| Sha256::digest(named) == Sha256::digest(state))
    }
}

fn strip<'a>(value: &'a str, tails: &[String]) -> &'a str {
    tails.iter().fold(value, |v, tail| v.strip_suffix(tail.as_str()).unwrap_or(v))
}

/// Decodes `application/x-www-form-urlencoded` strictly: what is broken is refused and not guessed.
fn decode(query: &str) -> Result<Vec<(String, String)>, Malformed> {
    let bytes = query.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        let whole = |n: usize| bytes.get(i + n).is_some_and(u8::is_ascii_hexdigit);
        if *b == b'%' && !(whole(1) && whole(2)) {
            return Err(Malformed::Encoding);
        }
    }
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(bytes).into_owned().collect();
    let lossy = pairs.iter().any(|(k, v)| k.contains('\u{fffd}') || v.contains(['\u{fffd}', '\0']));
    if lossy { Err(Malformed::Encoding) } else { Ok(pairs) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(query: &str) -> Result<AuthorizationResponse, Malformed> {
        let strip = ["#_".to_owned(), "#_=_".to_owned()];
        AuthorizationResponse::read(
            query,
            &Names {
                code: "code",
                username: None,
                state: "state",
                denied: &["denied".into()],
                denied_values: &["user_cancelled_login".into()],
                strip: &strip,
            },
        )
    }

    fn code(query: &str) -> String {
        match read(query).unwrap().outcome {
            Outcome::Code(code) => code,
            _ => panic!("no code in {query}"),
        }
    }

    #[test]
    fn section_4_1_2_and_odd_codes() {
        let answer = read("code=SplxlOBeZQQYbYS6WxSbIA&state=xyz").unwrap();
        assert!(answer.outcome == Outcome::Code("SplxlOBeZQQYbYS6WxSbIA".into()));
        assert_eq!(answer.state.as_deref(), Some("xyz"));
        assert_eq!(code("code=a%2Fb%3D%7C~#_"), "a/b=|~");
        assert_eq!(code("code=a+b%20c%2B#_=_"), "a b c+");
    }

    #[test]
    fn an_encoded_state_is_decoded_before_it_is_compared() {
        assert_eq!(read("state=%61%2Fb&code=c").unwrap().state.as_deref(), Some("a/b"));
    }

    #[test]
    fn refusals() {
        let denied = read("error=access_denied&error_description=No+thanks&state=s").unwrap();
        let expected = Outcome::Error {
            error: "access_denied".into(),
            description: Some("No thanks".into()),
        };
        assert!(denied.outcome == expected);
        let by_value = read("error=user_cancelled_login&error_description=No+thanks&state=s").unwrap();
        assert!(by_value.outcome == expected);
        let other = read("error=user_cancelled&state=s").unwrap().outcome;
        assert!(matches!(other, Outcome::Error { error, .. } if error == "user_cancelled"));
        assert!(matches!(read("denied=tok").unwrap().outcome, Outcome::Error { .. }));
        assert!(read("state=s").unwrap().outcome == Outcome::Nothing);
        assert!(read("code=&state=s").unwrap().outcome == Outcome::Nothing);
    }

    #[test]
    fn what_means_two_things_means_nothing() {
        for twice in [
            "code=a&code=b&state=s",
            "code=a&state=s&state=t",
            "error=a&error=b",
            "iss=a&iss=b&code=c",
        ] {
            assert!(matches!(read(twice), Err(Malformed::Twice)), "{twice}");
        }
        for broken in ["code=%", "code=%4", "code=%zz", "code=%ff", "code=a%00b"] {
            assert!(matches!(read(broken), Err(Malformed::Encoding)), "{broken}");
        }
    }

    #[test]
    fn the_request_keeps_what_the_endpoint_has() {
        let request = AuthorizationRequest {
            endpoint: Url::parse("https://h/authorize?tenant=1").unwrap(),
            names: BTreeMap::new(),
            client_id: Some("id"),
            redirect_uri: Some("http://127.0.0.1:1/callback"),
            scope: Some("read write".into()),
            state: "s",
            code_challenge: Some("c".into()),
            extra: vec![("force_login", "true")],
        };
        assert_eq!(
            request.url().as_str(),
            "https://h/authorize?tenant=1&response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fcallback\
             &scope=read+write&state=s&code_challenge=c&code_challenge_method=S256&force_login=true"
        );
        let renamed = AuthorizationRequest {
            names: [("client_id", "client_key"), ("response_type", ""), ("state", "")].into(),
            redirect_uri: None,
            code_challenge: None,
            ..request
        };
        assert_eq!(
            renamed.url().as_str(),
            "https://h/authorize?tenant=1&client_key=id&scope=read+write&force_login=true"
        );
        let bare = AuthorizationRequest {
            endpoint: Url::parse("https://h/miauth/s").unwrap(),
            names: ["client_id", "response_type", "scope", "state"].map(|name| (name, "")).into(),
            extra: Vec::new(),
            ..renamed
        };
        assert_eq!(bare.url().as_str(), "https://h/miauth/s", "no question mark without parameters");
    }

    #[test]
    fn an_access_token_comes_with_its_name() {
        let names = Names {
            code: "password",
            username: Some("user_login"),
            state: "state",
            denied: &["success".into()],
            denied_values: &[],
            strip: &[],
        };
        let read = |query: &str| AuthorizationResponse::read(query, &names);
        let both = read("state=s&site_url=https%3A%2F%2Fa.example&user_login=Ada+Lovelace%40a&password=abcd%20EFGH").unwrap();
        assert_eq!(both.username.as_deref(), Some("Ada Lovelace@a"));
        assert!(both.outcome == Outcome::Code("abcd EFGH".into()));
        assert!(matches!(
            read("state=s&success=false&user_login=a&password=x").unwrap().outcome,
            Outcome::Error { .. }
        ));
        assert!(read("state=s&password=x").unwrap().outcome == Outcome::Nothing);
        assert!(matches!(read("user_login=a&user_login=b&password=x"), Err(Malformed::Twice)));
        assert!(matches!(read("user_login=a%0Ab&password=x"), Err(Malformed::Encoding)));
    }
}
