//! Records each request, applies the fault that is due, calls the endpoint, and adds the headers that all answers of the
//! flavor have. No OAuth here.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::faults::{self, Fault};
use crate::mastodon::behaviour::Flavor;
use crate::mastodon::endpoint::{self, DueFault, Endpoint};
use crate::mastodon::pages;
use crate::mastodon::refusal::{self, Refusal};
use crate::mastodon::state::Shared;
use crate::mastodon::{accounts, apps, authorize, discovery, publish, revoke, statuses, token, tokens};
use crate::recorded::{self, Recorded};
use crate::{clock, random};

/// All paths.
pub fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route("/.well-known/nodeinfo", get(discovery::nodeinfo_links))
        .route("/.well-known/host-meta", get(discovery::host_meta))
        .route("/.well-known/webfinger", get(discovery::webfinger))
        .route("/.well-known/oauth-authorization-server", get(discovery::metadata))
        .route("/nodeinfo/2.0", get(discovery::nodeinfo_20))
        .route("/nodeinfo/2.1", get(discovery::nodeinfo_21))
        .route("/api/v1/instance", get(discovery::instance_v1))
        .route("/api/v2/instance", get(discovery::instance_v2))
        .route("/api/v1/apps", post(apps::register))
        .route("/api/v1/apps/verify_credentials", get(apps::of_token))
        .route("/oauth/authorize", get(authorize::consent).post(authorize::decide))
        .route("/oauth/token", post(token::token))
        .route("/oauth/revoke", post(revoke::revoke))
        .route("/api/v1/accounts/verify_credentials", get(accounts::verify_credentials))
        .route("/api/v1/accounts/{id}/statuses", get(statuses::statuses))
        .route("/api/v1/statuses", post(publish::publish))
        .route("/api/v1/statuses/{id}", get(publish::read).delete(publish::delete))
        .route("/api/v1/tokens", get(tokens::list))
        .route("/api/v1/tokens/{id}/invalidate", post(tokens::invalidate))
        .route("/avatars/{file}", get(accounts::avatar))
        .route("/@{name}", get(accounts::profile))
        .route("/@{name}/{id}", get(publish::shown))
        .route("/@{name}/statuses/{id}", get(publish::shown))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method);
    router = router.route(shared.behaviour().oob, get(authorize::out_of_band));
    router
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), handle))
        .with_state(shared)
}

async fn not_found(State(shared): State<Arc<Shared>>) -> Response {
    Refusal::NotFound.response(shared.flavor)
}

async fn wrong_method(State(shared): State<Arc<Shared>>) -> Response {
    if shared.flavor.is_gotosocial() {
        let text = [(header::CONTENT_TYPE, "text/plain")];
        return (StatusCode::METHOD_NOT_ALLOWED, text, "405 method not allowed").into_response();
    }
    refusal::status(shared.flavor, StatusCode::METHOD_NOT_ALLOWED)
}

async fn handle(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, recorded::BODY).await else {
        return refusal::status(shared.flavor, StatusCode::PAYLOAD_TOO_LARGE);
    };
    let path = parts.uri.path().to_owned();
    let endpoint = endpoint::of(&parts.method, &path);
    let preflight = parts.method == Method::OPTIONS && parts.headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let fault = {
        let mut state = shared.lock();
        state.record(Recorded::new(&parts.method, &path, parts.uri.query(), &parts.headers, &body));
        endpoint.filter(|_| !preflight).and_then(|endpoint| {
            let is_page = endpoint == Endpoint::Authorize && parts.method != Method::POST;
            state.faults.take(endpoint, |fault| is_page && fault.is_of_decision())
        })
    };
    let origin_given = parts.headers.contains_key(header::ORIGIN);

    let mut response = if shared.behaviour().needs_user_agent && empty(&parts.headers, header::USER_AGENT) {
        refusal::teapot()
    } else if preflight {
        preflighted(&path)
    } else if let Some(response) = endpoint
        .zip(fault.as_ref())
        .and_then(|(at, fault)| faults::response(fault, &(shared.flavor, at)))
    {
        response
    } else if let Some(response) = shared.behaviour().negotiates.then(|| unacceptable(&path, &parts.headers)).flatten() {
        response
    } else {
        match fault {
            Some(Fault::Slow(time)) => tokio::time::sleep(time).await,
            Some(fault) => {
                parts.extensions.insert(DueFault(fault));
            }
            None => {}
        }
        next.run(Request::from_parts(parts, Body::from(body))).await
    };
    finish(&shared, &path, origin_given, &mut response);
    response
}

fn empty(headers: &HeaderMap, name: HeaderName) -> bool {
    headers.get(name).is_none_or(HeaderValue::is_empty)
}

/// Pages for people, which no other page may read: their ticket is the protection against forged consent.
fn is_page(path: &str) -> bool {
    path.starts_with("/oauth/authorize") || path.starts_with("/oauth/oob") || path.starts_with("/@")
}

fn preflighted(path: &str) -> Response {
    if is_page(path) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let headers = [
        (
            "access-control-allow-headers",
            "Origin,Content-Length,Content-Type,Authorization,Idempotency-Key,Upgrade",
        ),
        ("access-control-allow-methods", "POST,PUT,DELETE,GET,PATCH,OPTIONS"),
        ("access-control-allow-origin", "*"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// 406, where the Accept header leaves nothing to offer.
fn unacceptable(path: &str, headers: &HeaderMap) -> Option<Response> {
    let offer = match path {
        _ if is_page(path) => "text/html",
        "/oauth/token" | "/oauth/revoke" => "application/json",
        _ if path.starts_with("/api/") => "application/json",
        _ => return None,
    };
    let accept = headers.get(header::ACCEPT)?.to_str().unwrap_or_default();
    let family = offer.split('/').next().unwrap_or_default();
    let offered = accept.split(',').any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        range == "*/*" || range == offer || range.strip_suffix("/*") == Some(family)
    });
    let detail = format!("no format can be offered for requested Accept header(s) [{accept}]; this endpoint offers [{offer}]");
    (!offered).then(|| pages::gts_refusal(headers, 406, Some(&detail)))
}

/// Headers that each answer of the flavor has.
fn finish(shared: &Shared, path: &str, origin_given: bool, response: &mut Response) {
    let status = response.status().as_u16();
    let untold = response.extensions().get::<faults::NoResetTime>().is_some();
    let headers = response.headers_mut();
    let is_json = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if is_json && !shared.flavor.is_gotosocial() {
        // Rails names the charset.
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
    let mut add = |name: &'static str, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    add("server", shared.behaviour().server);
    add("x-request-id", &request_id(shared.flavor));
    if origin_given && !is_page(path) {
        add("access-control-allow-origin", "*");
        add(
            "access-control-expose-headers",
            "Link,X-Ratelimit-Reset,X-Ratelimit-Limit,X-Ratelimit-Remaining,X-Request-Id",
        );
    }
    if status == 418 || status == 405 {
        return;
    }
    add("x-frame-options", "DENY");
    add("x-content-type-options", "nosniff");
    add("referrer-policy", "same-origin");
    let limited = status == 429;
    if limited || path.starts_with("/api/") || path.starts_with("/oauth/") {
        add("x-ratelimit-limit", "300");
        add("x-ratelimit-remaining", if limited { "0" } else { "299" });
        if !untold {
            add("x-ratelimit-reset", &clock::rfc3339(SystemTime::now() + Duration::from_secs(300)));
        }
    }
    if !shared.flavor.is_gotosocial() {
        if path.starts_with("/api/") {
            add("cache-control", "private, no-store");
        }
        return;
    }
    add(
        "content-security-policy",
        "default-src 'self'; object-src 'none'; img-src 'self' blob:; media-src 'self'",
    );
    if limited || status == 404 {
        return;
    }
    if path.starts_with("/api/") {
        add("cache-control", "no-store");
    } else if path.starts_with("/oauth/") {
        add("cache-control", "private, max-age=120");
        add("vary", "Accept, Accept-Encoding");
    } else if path.contains("nodeinfo") {
        add("cache-control", "public, max-age=120");
        add("vary", "Accept-Encoding");
    }
}

fn request_id(flavor: Flavor) -> String {
    if !flavor.is_gotosocial() {
        return random::uuid();
    }
    let mut id = random::ulid(SystemTime::now()).to_ascii_lowercase();
    id.truncate(20);
    id
}
