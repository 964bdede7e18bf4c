//! The parts of a server of the Mastodon family that a test can make fail.

use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::json;

use super::behaviour::Flavor;
use super::refusal;
use crate::faults::{Fault, Wording};

/// A part of the server that a test can make fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Endpoint {
    /// `/.well-known/nodeinfo` and `/nodeinfo/…`: two requests for a client that reads both.
    NodeInfo,
    /// `/.well-known/oauth-authorization-server`
    Metadata,
    /// `/api/v1/instance` and `/api/v2/instance`
    Instance,
    /// `POST /api/v1/apps`
    Apps,
    /// `/oauth/authorize`: the page and its form.
    Authorize,
    /// `/oauth/token`
    Token,
    /// `/api/v1/accounts/verify_credentials`
    VerifyCredentials,
    /// `/oauth/revoke`
    Revoke,
    /// `/api/v1/accounts/:id/statuses`
    Statuses,
    /// `POST /api/v1/statuses`
    Publish,
    /// `/api/v1/statuses/:id`
    Status,
}

/// Marks a request whose endpoint applies the fault `ExpiredCode` or `Deny`.
#[derive(Clone)]
pub struct DueFault(pub Fault);

impl Wording for (Flavor, Endpoint) {
    fn too_many(&self) -> Response {
        refusal::too_many(self.0)
    }

    fn status(&self, status: StatusCode) -> Response {
        refusal::status(self.0, status)
    }

    fn wrong_types(&self) -> serde_json::Value {
        wrong_types(self.1)
    }
}

/// The endpoint that a request is for.
pub fn of(method: &Method, path: &str) -> Option<Endpoint> {
    let post = method == Method::POST;
    match path {
        "/.well-known/nodeinfo" | "/nodeinfo/2.0" | "/nodeinfo/2.1" => Some(Endpoint::NodeInfo),
        "/.well-known/oauth-authorization-server" => Some(Endpoint::Metadata),
        "/api/v1/instance" | "/api/v2/instance" => Some(Endpoint::Instance),
        "/api/v1/apps" if post => Some(Endpoint::Apps),
        "/oauth/authorize" => Some(Endpoint::Authorize),
        "/oauth/token" if post => Some(Endpoint::Token),
        "/oauth/revoke" if post => Some(Endpoint::Revoke),
        "/api/v1/accounts/verify_credentials" => Some(Endpoint::VerifyCredentials),
        "/api/v1/statuses" if post => Some(Endpoint::Publish),
        _ if path.starts_with("/api/v1/statuses/") => Some(Endpoint::Status),
        _ if path.starts_with("/api/v1/accounts/") && path.ends_with("/statuses") => Some(Endpoint::Statuses),
        _ => None,
    }
}

fn wrong_types(endpoint: Endpoint) -> serde_json::Value {
    match endpoint {
        Endpoint::NodeInfo => json!({ "links": "none", "software": ["mastodon"], "version": 2 }),
        Endpoint::Metadata => {
            json!({ "issuer": 7, "authorization_endpoint": [], "token_endpoint": {}, "scopes_supported": "read" })
        }
        Endpoint::Instance => json!({ "domain": 7, "uri": [], "title": {}, "version": false }),
        Endpoint::Apps => {
            json!({ "id": {}, "client_id": ["01"], "client_secret": { "value": 1 }, "redirect_uris": 3 })
        }
        Endpoint::Token => {
            json!({ "access_token": { "value": "x" }, "created_at": "yesterday", "scope": 7, "token_type": [] })
        }
        Endpoint::VerifyCredentials => {
            json!({ "id": {}, "username": ["ada"], "acct": 7, "display_name": false })
        }
        Endpoint::Publish | Endpoint::Status => json!({ "id": [], "url": 7, "created_at": {} }),
        Endpoint::Statuses => json!({ "id": [], "content": 7 }),
        Endpoint::Authorize | Endpoint::Revoke => json!([7, "seven", null]),
    }
}
