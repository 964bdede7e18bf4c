//! The documents that describe a server: nodeinfo, host-meta, webfinger, RFC 8414 metadata, instance.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::mastodon::people;
use crate::mastodon::refusal::Refusal;
use crate::mastodon::scopes;
use crate::mastodon::state::Shared;

/// The 301 of a host whose server lives elsewhere.
fn elsewhere(shared: &Shared, path: &str, query: Option<&str>) -> Option<Response> {
    let origin = shared.lock().well_known.clone()?;
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let target = HeaderValue::from_str(&format!("{origin}{path}{query}")).ok()?;
    Some((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, target)]).into_response())
}

pub async fn nodeinfo_links(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    if let Some(response) = elsewhere(&shared, "/.well-known/nodeinfo", query.as_deref()) {
        return response;
    }
    let link = |version: &str| {
        let rel = format!("http://nodeinfo.diaspora.software/ns/schema/{version}");
        json!({ "rel": rel, "href": format!("{}/nodeinfo/{version}", shared.origin) })
    };
    let versions: &[&str] = if shared.flavor.is_gotosocial() { &["2.0", "2.1"] } else { &["2.0"] };
    let links: Vec<Value> = versions.iter().map(|version| link(version)).collect();
    Json(json!({ "links": links })).into_response()
}

pub async fn nodeinfo_20(State(shared): State<Arc<Shared>>) -> Response {
    nodeinfo(&shared, "2.0")
}

pub async fn nodeinfo_21(State(shared): State<Arc<Shared>>) -> Response {
    nodeinfo(&shared, "2.1")
}

fn nodeinfo(shared: &Shared, version: &str) -> Response {
    let people = people::everybody().len();
    let body = json!({
        "version": version,
        "software": { "name": shared.behaviour().software, "version": shared.behaviour().version },
        "protocols": ["activitypub"],
        "services": { "inbound": [], "outbound": [] },
        "openRegistrations": false,
        "usage": { "users": { "total": people }, "localPosts": people as u64 * people::POSTS },
        "metadata": {},
    });
    let profile = format!("application/json; profile=\"http://nodeinfo.diaspora.software/ns/schema/{version}#\"");
    ([(header::CONTENT_TYPE, profile)], body.to_string()).into_response()
}

pub async fn host_meta(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    if let Some(response) = elsewhere(&shared, "/.well-known/host-meta", query.as_deref()) {
        return response;
    }
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/xrd+xml\" template=\"{}/.well-known/webfinger?resource={{uri}}\"/>\n</XRD>\n",
        shared.origin
    );
    ([(header::CONTENT_TYPE, "application/xrd+xml; charset=utf-8")], xml).into_response()
}

pub async fn webfinger(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery) -> Response {
    if let Some(response) = elsewhere(&shared, "/.well-known/webfinger", query.as_deref()) {
        return response;
    }
    let query = query.unwrap_or_default();
    let Some((_, resource)) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "resource") else {
        return Refusal::BadRequest("no 'resource' in request query".to_owned()).response(shared.flavor);
    };
    let name = resource
        .strip_prefix("acct:")
        .unwrap_or(&resource)
        .trim_start_matches('@')
        .split('@')
        .next()
        .unwrap_or_default();
    let Some(person) = people::named(name) else {
        return Refusal::NotFound.response(shared.flavor);
    };
    let (origin, name) = (&shared.origin, person.username);
    let body = json!({
        "subject": format!("acct:{name}@{}", shared.host()),
        "aliases": [format!("{origin}/users/{name}"), format!("{origin}/@{name}")],
        "links": [
            { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": format!("{origin}/@{name}") },
            { "rel": "self", "type": "application/activity+json", "href": format!("{origin}/users/{name}") },
        ],
    });
    ([(header::CONTENT_TYPE, "application/jrd+json; charset=utf-8")], body.to_string()).into_response()
}

/// RFC 8414. The issuer has a slash at its end on Mastodon, as on the real one.
pub async fn metadata(State(shared): State<Arc<Shared>>) -> Response {
    let (on, sends_iss) = {
        let state = shared.lock();
        (state.metadata, state.iss.is_some())
    };
    if !on {
        return Refusal::NotFound.response(shared.flavor);
    }
    let (origin, behaviour) = (&shared.origin, shared.behaviour());
    let mut body = json!({
        "issuer": if shared.flavor.is_gotosocial() { origin.clone() } else { format!("{origin}/") },
        "authorization_endpoint": format!("{origin}/oauth/authorize"),
        "token_endpoint": format!("{origin}/oauth/token"),
        "revocation_endpoint": format!("{origin}/oauth/revoke"),
        "app_registration_endpoint": format!("{origin}/api/v1/apps"),
        "scopes_supported": scopes::MASTODON,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "token_endpoint_auth_methods_supported": if behaviour.basic { vec!["client_secret_basic", "client_secret_post"] } else { vec!["client_secret_post"] },
    });
    if behaviour.pkce {
        body["code_challenge_methods_supported"] = json!(["S256"]);
    }
    if sends_iss {
        // RFC 9207 §3.
        body["authorization_response_iss_parameter_supported"] = json!(true);
    }
    Json(body).into_response()
}

fn configuration() -> Value {
    json!({
        "statuses": { "max_characters": 5000, "max_media_attachments": 6, "characters_reserved_per_url": 25 },
        "accounts": { "allow_custom_css": false, "max_featured_tags": 10, "max_profile_fields": 6 },
    })
}

pub async fn instance_v1(State(shared): State<Arc<Shared>>) -> Response {
    let host = shared.host();
    let mut body = json!({
        "uri": host,
        "title": host,
        "description": "",
        "short_description": "",
        "email": "",
        "version": shared.behaviour().version,
        "languages": [],
        "registrations": false,
        "approval_required": true,
        "invites_enabled": false,
        "configuration": configuration(),
        "urls": { "streaming_api": format!("ws://{host}") },
    });
    if shared.flavor.is_gotosocial() {
        body["account_domain"] = json!(host);
    }
    Json(body).into_response()
}

pub async fn instance_v2(State(shared): State<Arc<Shared>>) -> Response {
    let host = shared.host();
    let mut body = json!({
        "domain": host,
        "title": host,
        "version": shared.behaviour().version,
        "source_url": env!("CARGO_PKG_REPOSITORY"),
        "description": "",
        "usage": { "users": { "active_month": 0 } },
        "languages": [],
        "configuration": configuration(),
        "registrations": { "enabled": false, "approval_required": true, "message": null },
    });
    if shared.flavor.is_gotosocial() {
        body["account_domain"] = json!(host);
    } else {
        body["api_versions"] = json!({ "mastodon": 6 });
    }
    Json(body).into_response()
}
