//! Authorization server metadata (RFC 8414).

use serde_json::Value;
use url::Url;

use super::{origin_of, well_known_url};
use crate::http::client::Client;
use crate::http::{Request, as_asked};
use crate::oauth2::body;

/// The trusted part of a server's metadata (RFC 8414): only endpoints at the issuer's own origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `issuer`, verbatim.
    pub issuer: Option<String>,
    /// `authorization_endpoint`.
    pub authorization_endpoint: Option<Url>,
    /// `token_endpoint`.
    pub token_endpoint: Option<Url>,
    /// `device_authorization_endpoint` (RFC 8628 §4).
    pub device_authorization_endpoint: Option<Url>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207 §3).
    pub sends_iss: bool,
}

/// Requests a server's metadata. Empty if there is none that can be trusted (§3.3: the issuer must be the server that was asked).
pub async fn metadata(client: &Client, origin: &Url) -> Metadata {
    let request = Request::get("metadata", well_known_url(origin, "oauth-authorization-server"));
    let Ok(response) = client.send(&request).await else {
        return Metadata::default();
    };
    let json = body::read(&response).ok().filter(|_| response.is_success());
    json.map(|json| believed(origin, &json)).unwrap_or_default()
}

/// Reads the trusted part. A server behind a TLS proxy may give its addresses as http; they are used as https.
fn believed(origin: &Url, json: &Value) -> Metadata {
    let text = |name: &str| json.get(name).and_then(Value::as_str);
    let here = |address: &str| {
        let url = as_asked(origin, Url::parse(address).ok()?);
        (origin_of(&url)? == *origin).then_some(url)
    };
    let issuer = text("issuer").filter(|i| here(i).is_some_and(|u| u.path() == "/"));
    if issuer.is_none() {
        return Metadata::default();
    }
    let endpoint = |name: &str| text(name).and_then(here);
    Metadata {
        issuer: issuer.map(str::to_owned),
        authorization_endpoint: endpoint("authorization_endpoint"),
        token_endpoint: endpoint("token_endpoint"),
        device_authorization_endpoint: endpoint("device_authorization_endpoint"),
        sends_iss: json.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(origin: &str, said: &str) -> Metadata {
        let json = serde_json::json!({
            "issuer": said,
            "authorization_endpoint": format!("{said}/oauth/authorize"),
            "token_endpoint": format!("{said}/oauth/token"),
        });
        believed(&Url::parse(origin).unwrap(), &json)
    }

    #[test]
    fn a_server_that_calls_itself_http_is_asked_by_https() {
        for said in ["https://a.example", "http://a.example", "http://a.example:80"] {
            let metadata = read("https://a.example", said);
            assert_eq!(metadata.token_endpoint.unwrap().as_str(), "https://a.example/oauth/token", "{said}");
            assert_eq!(metadata.issuer.as_deref(), Some(said));
        }
        for said in [
            "http://b.example",
            "https://a.example:8443",
            "http://a.example:3000",
            "https://a.example/path",
            "nonsense",
        ] {
            assert_eq!(read("https://a.example", said), Metadata::default(), "{said}");
        }
    }
}
