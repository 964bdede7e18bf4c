//! `/oauth/authorize`: the consent page and its form (RFC 6749 §4.1.1 and §4.1.2), and the page for an out-of-band code.
//! A bad request is refused where the real servers refuse it: by Mastodon on the first page, by GoToSocial mostly after Allow,
//! and then by a redirect, even to an address that is not registered.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use crate::body::Params;
use crate::faults::Fault;
use crate::mastodon::endpoint::DueFault;
use crate::mastodon::pages::{self, Consent};
use crate::mastodon::people::{self, Person};
use crate::mastodon::redirect_rules::{self, OOB};
use crate::mastodon::refusal::GTS_HINT;
use crate::mastodon::scopes::covers;
use crate::mastodon::state::{App, Authorization, Code, Shared};
use crate::page;
use crate::random;

const GTS_UNEXPECTED: &str = "The authorization server encountered an unexpected condition that prevented it from fulfilling the request";

/// The consent page.
pub async fn consent(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.clone())
            .filter(|value| !value.is_empty())
    };
    let gotosocial = shared.flavor.is_gotosocial();

    for (name, go_name) in [
        ("response_type", "ResponseType"),
        ("client_id", "ClientID"),
        ("redirect_uri", "RedirectURI"),
    ] {
        if get(name).is_some() {
            continue;
        }
        if gotosocial {
            let detail =
                format!("Key: 'OAuthAuthorize.{go_name}' Error:Field validation for '{go_name}' failed on the 'required' tag: {GTS_HINT}");
            return pages::gts_refusal(&headers, 400, Some(&detail));
        }
        return page::problem(&headers, 400, &format!("Missing required parameter: {name}."));
    }
    let asked = Authorization {
        client_id: get("client_id").unwrap_or_default(),
        redirect_uri: get("redirect_uri").unwrap_or_default(),
        response_type: get("response_type").unwrap_or_default(),
        scopes: get("scope")
            .as_deref()
            .unwrap_or("read")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        state: get("state"),
        challenge: get("code_challenge").filter(|_| shared.behaviour().pkce),
        force_login: get("force_login").is_some_and(|value| value != "false" && value != "0"),
    };
    let mut state = shared.lock();
    let Some(app) = state.apps.get(&asked.client_id).cloned() else {
        drop(state);
        if gotosocial {
            let detail = format!("db error getting app for clientID {}: {GTS_HINT}", asked.client_id);
            return pages::gts_refusal(&headers, 500, Some(&detail));
        }
        let detail =
            "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.";
        return page::problem(&headers, 401, detail);
    };
    if !gotosocial && let Err(detail) = mastodon_check(&shared, &app, &asked, get("code_challenge_method").as_deref()) {
        drop(state);
        return page::problem(&headers, 400, detail);
    }
    let ticket = state.tickets.open(asked.clone());
    drop(state);
    let scheme = crate::redirect::scheme(&asked.redirect_uri);
    let consent = Consent {
        app: &app.name,
        scopes: &asked.scopes,
        redirect_uri: &asked.redirect_uri,
        oob: asked.redirect_uri == OOB,
        deny: shared.behaviour().deny,
        ticket: &ticket,
        chosen: preselected(&asked),
        target: scheme.as_deref().filter(|scheme| *scheme != "urn"),
    };
    pages::consent(&headers, &consent)
}

fn preselected(asked: &Authorization) -> Option<&'static Person> {
    people::everybody().first().filter(|_| !asked.force_login)
}

fn registered(shared: &Shared, app: &App, uri: &str) -> bool {
    app.redirect_uris
        .iter()
        .any(|registered| redirect_rules::matches(shared.behaviour().ports, registered, uri))
}

fn allowed(shared: &Shared, app: &App, scopes: &[String]) -> bool {
    let fits = |granted: &String, wanted: &String| {
        if shared.behaviour().scope_covers {
            covers(granted, wanted)
        } else {
            granted == wanted
        }
    };
    scopes.iter().all(|wanted| app.scopes.iter().any(|granted| fits(granted, wanted)))
}

fn mastodon_check(shared: &Shared, app: &App, asked: &Authorization, method: Option<&str>) -> Result<(), &'static str> {
    if !registered(shared, app, &asked.redirect_uri) {
        return Err("The redirect uri included is not valid.");
    }
    if asked.response_type != "code" {
        return Err("The authorization server does not support this response type.");
    }
    if asked.scopes.is_empty() || !allowed(shared, app, &asked.scopes) {
        return Err("The requested scope is invalid, unknown, or malformed.");
    }
    // RFC 7636 §4.3: without a method it would be `plain`, which Mastodon does not take.
    if asked.challenge.is_some() && method != Some("S256") {
        return Err("The code challenge method must be S256.");
    }
    Ok(())
}

/// The button was pressed.
pub async fn decide(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let headers = request.headers().clone();
    let fault = request.extensions().get::<DueFault>().map(|due| due.0.clone());
    let params = Params::read(request).await.unwrap_or(Params::Form(Vec::new()));
    let gotosocial = shared.flavor.is_gotosocial();
    let mut state = shared.lock();
    let ticket = params.get("ticket").unwrap_or_default();
    let Some(open) = state.tickets.find(&ticket) else {
        drop(state);
        if gotosocial {
            return pages::gts_refusal(&headers, 500, Some(&format!("key response_type not found in session: {GTS_HINT}")));
        }
        return page::problem(&headers, 422, "The page was too old or not from here.");
    };
    if let Some(location) = &open.answer {
        return found(location);
    }
    let asked = open.request.clone();
    let iss = state.iss.clone();
    let Some(app) = state.apps.get(&asked.client_id).cloned() else {
        drop(state);
        return page::problem(&headers, 401, "Unknown client.");
    };
    let person = params
        .get("person")
        .map_or_else(|| preselected(&asked), |name| people::named(&name));
    let denied = fault == Some(Fault::Deny) || (shared.behaviour().deny && params.get("decision").as_deref() != Some("allow"));
    let refusal = if denied {
        Some(("access_denied", "The resource owner or authorization server denied the request."))
    } else if asked.response_type != "code" {
        drop(state);
        return pages::gts_refusal(&headers, 401, Some(GTS_HINT));
    } else if !registered(&shared, &app, &asked.redirect_uri) {
        Some(("server_error", GTS_UNEXPECTED))
    } else if !allowed(&shared, &app, &asked.scopes) {
        Some(("invalid_scope", "The requested scope is invalid, unknown, or malformed"))
    } else {
        None
    };

    let mut answer: Vec<(&str, &str)> = Vec::new();
    let code = if shared.flavor.is_gotosocial() {
        random::upper48()
    } else {
        random::url43()
    };
    match refusal {
        Some((error, description)) => {
            if asked.redirect_uri == OOB {
                drop(state);
                return page::problem(&headers, 400, description);
            }
            answer.extend([("error", error), ("error_description", description)]);
        }
        None => {
            let Some(person) = person else {
                drop(state);
                return page::problem(&headers, 400, "Choose who to be.");
            };
            let stale = fault == Some(Fault::ExpiredCode);
            let Authorization {
                client_id,
                redirect_uri,
                scopes,
                challenge,
                ..
            } = asked.clone();
            let given = Code {
                client_id,
                redirect_uri,
                scopes,
                challenge,
                person,
                born: Instant::now(),
                stale,
            };
            state.codes.insert(code.clone(), given);
            answer.push(("code", &code));
        }
    }
    let location = if asked.redirect_uri == OOB {
        crate::redirect::with_params(shared.behaviour().oob, &answer)
    } else {
        answer.extend(asked.state.as_deref().map(|state| ("state", state)));
        // RFC 9207 §2: in error responses too.
        answer.extend(iss.as_deref().map(|iss| ("iss", iss)));
        let target = redirect_rules::normalize(&asked.redirect_uri).unwrap_or(asked.redirect_uri);
        crate::redirect::with_params(&target, &answer)
    };
    if let Some(open) = state.tickets.find(&ticket) {
        open.answer = Some(location.clone());
    }
    drop(state);
    found(&location)
}

fn found(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::FOUND, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The page that shows the code: `?code=…`.
pub async fn out_of_band(State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let query = query.unwrap_or_default();
    let code = form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "code")
        .map(|(_, value)| value.into_owned());
    match code.filter(|code| shared.lock().codes.contains_key(code)) {
        Some(code) => page::code(&headers, &code),
        None => page::problem(&headers, 400, "Bad Request: no such code"),
    }
}
