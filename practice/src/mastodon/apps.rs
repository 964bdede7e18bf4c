//! `POST /api/v1/apps`: an app registers itself. Each flavor checks what its real server checks, which differs a lot. And which app a token
//! belongs to.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;

use crate::body::Params;
use crate::mastodon::accounts::bearer;
use crate::mastodon::redirect_rules::{self, OOB};
use crate::mastodon::refusal::Refusal;
use crate::mastodon::scopes::{self, covers};
use crate::mastodon::state::{App, Shared};
use crate::{clock, random};

/// Field order as recorded.
#[derive(Serialize)]
struct GtsReply<'a> {
    id: String,
    created_at: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    redirect_uri: String,
    redirect_uris: &'a [String],
    client_id: &'a str,
    client_secret: &'a str,
    vapid_key: &'a str,
    scopes: &'a [String],
}

#[derive(Serialize)]
struct MastodonReply<'a> {
    id: String,
    name: &'a str,
    website: Option<String>,
    scopes: &'a [String],
    redirect_uri: String,
    redirect_uris: &'a [String],
    client_id: &'a str,
    client_secret: &'a str,
    client_secret_expires_at: u64,
    vapid_key: &'a str,
}

/// Registers an app (docs/facts/mastodon.md#registration and docs/facts/gotosocial.md#registration).
pub async fn register(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let params = match Params::read(request).await {
        Ok(params) => params,
        Err(error) => {
            let detail = if error.cut_off {
                "unexpected EOF"
            } else {
                "invalid character in body"
            };
            return Refusal::BadRequest(detail.to_owned()).response(shared.flavor);
        }
    };
    let gotosocial = shared.flavor.is_gotosocial();
    let checked = if gotosocial { gts_check(&params) } else { mastodon_check(&params) };
    let app = match checked {
        Ok(app) => app,
        Err(refusal) => return refusal.response(shared.flavor),
    };
    let website = params.get("website");
    let (name, uris, scopes) = (app.name.as_str(), app.redirect_uris.as_slice(), app.scopes.as_slice());
    let (client_id, client_secret, redirect_uri) = (app.client_id.as_str(), app.client_secret.as_str(), uris.join("\n"));
    let (now, vapid_key) = (SystemTime::now(), shared.vapid.as_str());
    let response = if gotosocial {
        let (id, created_at) = (random::ulid(now), clock::rfc3339(now));
        Json(GtsReply {
            id,
            created_at,
            name,
            website,
            redirect_uri,
            redirect_uris: uris,
            client_id,
            client_secret,
            vapid_key,
            scopes,
        })
        .into_response()
    } else {
        let (id, client_secret_expires_at) = (random::decimal(now), 0);
        Json(MastodonReply {
            id,
            name,
            website,
            scopes,
            redirect_uri,
            redirect_uris: uris,
            client_id,
            client_secret,
            client_secret_expires_at,
            vapid_key,
        })
        .into_response()
    };
    shared.lock().apps.insert(app.client_id.clone(), app);
    response
}

/// Field order as documented.
#[derive(Serialize)]
struct OfToken {
    id: String,
    name: String,
    website: Option<String>,
    scopes: Vec<String>,
    redirect_uri: String,
    redirect_uris: Vec<String>,
    vapid_key: String,
}

/// `GET /api/v1/apps/verify_credentials`: the app of any token that is valid (docs/facts/mastodon.md#the-app-of-a-token). GoToSocial has no
/// such path.
pub async fn of_token(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if shared.flavor.is_gotosocial() {
        return Refusal::NotFound.response(shared.flavor);
    }
    let token = match bearer(&shared, &headers).and_then(|token| token.ok_or(Refusal::NoToken)) {
        Ok(token) => token,
        Err(refusal) => return refusal.response(shared.flavor),
    };
    let Some(app) = shared.lock().apps.get(&token.client_id).cloned() else {
        return Refusal::NoToken.response(shared.flavor);
    };
    Json(OfToken {
        id: random::decimal(SystemTime::now()),
        name: app.name,
        website: None,
        scopes: app.scopes,
        redirect_uri: app.redirect_uris.join("\n"),
        redirect_uris: app.redirect_uris,
        vapid_key: shared.vapid.clone(),
    })
    .into_response()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn gts_check(params: &Params) -> Result<App, Refusal> {
    for name in ["client_name", "redirect_uris", "scopes", "website"] {
        if let Some(kind) = params.misfit(name) {
            let detail = format!("json: cannot unmarshal {kind} into Go struct field ApplicationCreateRequest.{name} of type string");
            return Err(Refusal::BadRequest(detail));
        }
    }
    let Some(name) = params.get("client_name") else {
        let detail = "Key: 'ApplicationCreateRequest.ClientName' Error:Field validation for 'ClientName' failed on the 'required' tag";
        return Err(Refusal::BadRequest(detail.to_owned()));
    };
    let length = name.chars().count();
    if length > 1024 {
        let detail = format!("client_name must be less than 1024 characters, provided client_name was {length} characters");
        return Err(Refusal::BadRequest(detail));
    }
    let uris = params.get("redirect_uris").unwrap_or_else(|| OOB.to_owned());
    let redirect_uris: Result<Vec<String>, String> = uris
        .split('\n')
        .map(str::trim)
        .filter(|uri| !uri.is_empty())
        .map(redirect_rules::normalize)
        .collect();
    Ok(App {
        client_id: random::ulid(SystemTime::now()),
        client_secret: random::uuid(),
        name,
        redirect_uris: redirect_uris.map_err(|error| Refusal::BadRequest(format!("error parsing redirect URI: {error}")))?,
        scopes: words(params.get("scopes").as_deref().unwrap_or("read")),
    })
}

fn mastodon_check(params: &Params) -> Result<App, Refusal> {
    let mut wrong = Vec::new();
    let name = params.get("client_name").unwrap_or_default();
    if name.trim().is_empty() {
        wrong.push("Application name can't be blank");
    } else if name.chars().count() > 60 {
        wrong.push("Application name is too long (maximum is 60 characters)");
    }
    let mut redirect_uris = params.list("redirect_uris");
    if redirect_uris.is_empty() {
        redirect_uris = words(params.get("redirect_uris").as_deref().unwrap_or_default());
    }
    if redirect_uris.is_empty() {
        wrong.push("Redirect URI can't be blank");
    }
    wrong.extend(redirect_uris.iter().filter_map(|uri| unfit(uri)));
    let scopes = words(params.get("scopes").as_deref().unwrap_or("read"));
    if scopes
        .iter()
        .any(|scope| !scopes::MASTODON.iter().any(|known| scope == known || is_admin_detail(known, scope)))
    {
        wrong.push("Scopes doesn't match configured on the server.");
    }
    if !wrong.is_empty() {
        wrong.dedup();
        return Err(Refusal::Invalid(wrong.join(", ")));
    }
    Ok(App {
        client_id: random::url43(),
        client_secret: random::url43(),
        name,
        redirect_uris,
        scopes,
    })
}

/// `admin:read:accounts` and its like, which are too many to list.
fn is_admin_detail(known: &str, scope: &str) -> bool {
    known.starts_with("admin:") && covers(known, scope)
}

/// Why Mastodon does not take that redirect URI.
fn unfit(uri: &str) -> Option<&'static str> {
    if uri == OOB {
        return None;
    }
    let Some(scheme) = crate::redirect::scheme(uri) else {
        return Some("Redirect URI must be an absolute URI.");
    };
    let rest = uri.split_once(':').map(|(_, rest)| rest).unwrap_or_default();
    if ["data", "vbscript", "javascript"].contains(&scheme.as_str()) {
        return Some("Redirect URI is forbidden by the server.");
    }
    if uri.contains('#') {
        return Some("Redirect URI cannot contain a fragment.");
    }
    // `app:cb` is not hierarchical; `app:/cb` and `app://cb` are.
    if !rest.starts_with('/') || (scheme.starts_with("http") && url::Url::parse(uri).is_err()) {
        return Some("Redirect URI must be a valid URI.");
    }
    None
}
