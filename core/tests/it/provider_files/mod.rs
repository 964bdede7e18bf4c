//! Shipped files against the facts, without any server: what they send, and how they read what comes back. Meta's are in
//! `meta`, what changed up to November 2026 in `november`; here stands X.

mod meta;
mod november_2026;

use keybearer_core::error::{Category, Error};
use keybearer_core::http::{Request, Response};
use keybearer_core::provider::answer;
use keybearer_core::provider::check::read;
use keybearer_core::provider::messages::{Answer, Authenticate};
use keybearer_core::provider::request::{Values, request};
use keybearer_core::provider::{Authentication, Expiry, GrantType, Pkce, Predecessor, Provider, RedirectKind, Renewal};
use keybearer_core::token::Secret;

fn shipped(id: &str) -> Provider {
    let path = format!("{}/providers/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let provider = read(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|faults| panic!("{id}: {faults:#?}"));
    assert_eq!(provider.id, id);
    provider
}

/// A message as it would be sent, with a value for every name.
fn sent(provider: &Provider, what: &'static str, client_type: Option<&str>) -> Request {
    let (_, message) = provider.messages.iter().find(|(name, _)| *name == what).unwrap();
    let mut values = Values::of(provider, None);
    for name in [
        "client_id",
        "client_secret",
        "code",
        "redirect_uri",
        "access_token",
        "refresh_token",
        "app_token",
        "code_verifier",
    ] {
        values.put(name, name);
    }
    request(what, message, provider.authentication(client_type), &values).unwrap()
}

fn body(request: &Request) -> String {
    request.body.as_ref().map(|(_, body)| body.expose().to_owned()).unwrap_or_default()
}

fn answer(status: u16, body: &str) -> Response {
    Response {
        status,
        content_type: String::new(),
        location: None,
        retry_after: None,
        date: None,
        headers: Vec::new(),
        body: Secret::new(body),
    }
}

/// What a refusal in these words means.
fn means(provider: &Provider, what: &'static str, status: u16, body: &str) -> Category {
    let (_, message) = provider.messages.iter().find(|(name, _)| *name == what).unwrap();
    match answer::read(what, message, provider, &answer(status, body)) {
        Err(Error::Refused { category, .. }) => category,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("taken: {body}"),
    }
}

/// What an answer tells.
fn told(provider: &Provider, what: &'static str, body: &str, which: Answer) -> Option<String> {
    let (_, message) = provider.messages.iter().find(|(name, _)| *name == what).unwrap();
    answer::read(what, message, provider, &answer(200, body)).unwrap().text(which)
}

#[test]
fn x() {
    let p = shipped("x");
    let lifetime = &p.lifetime;
    assert!(lifetime.rotates && lifetime.one_login && lifetime.identity_costs);
    assert!(!p.calls.is_empty() && p.calls.iter().all(|c| c.costs.is_some()));
    assert_eq!(
        (lifetime.renewal, lifetime.predecessor, lifetime.refresh_token_days),
        (Renewal::RefreshToken, Predecessor::Dies, Some(180))
    );
    assert_eq!(p.authentication(Some("confidential")), Authentication::Basic);
    assert_eq!(p.authentication(Some("public")), Authentication::None);
    assert_eq!(p.authorize.as_ref().unwrap().pkce, Pkce::S256);
    let confidential = sent(&p, "token", Some("confidential"));
    assert!(!body(&confidential).contains("client_secret"), "never in the body");
    assert_eq!(confidential.headers[0].1.expose(), "Basic Y2xpZW50X2lkOmNsaWVudF9zZWNyZXQ=");
    let public = sent(&p, "refresh", Some("public"));
    assert!(
        public.headers.is_empty() && body(&public).contains("client_id=client_id") && body(&public).contains("refresh_token=refresh_token")
    );
    let link = p.redirects.iter().find(|d| d.kind == RedirectKind::PrivateUseScheme).unwrap();
    assert!(link.unproven);
    assert_eq!(
        told(&p, "identity", "{\"data\":{\"id\":\"1\",\"username\":\"me\"}}", Answer::Username).as_deref(),
        Some("me")
    );
    let said = |words: &str| format!("{{\"error\":\"invalid_request\",\"error_description\":\"{words}\"}}");
    assert_eq!(
        means(&p, "token", 400, &said("Value passed for the authorization code was invalid.")),
        Category::CodeSpent
    );
    assert_eq!(
        means(&p, "refresh", 400, &said("Value passed for the token was invalid.")),
        Category::TokenDead
    );
    assert_eq!(
        means(&p, "token", 401, &said("Missing valid authorization header")),
        Category::ClientAuth
    );
    let enrol = "{\"title\":\"Client Forbidden\",\"reason\":\"client-not-enrolled\"}";
    assert_eq!(means(&p, "identity", 403, enrol), Category::EnrolmentOrPayment);
    // /2/ says no more than this of a token that is none; a gateway in its place has another form.
    let problem = r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#;
    let suspended = r#"{"title":"Forbidden","status":403,"detail":"Your account is suspended and is not permitted to access this."}"#;
    for id in ["x", "x-oauth1", "x-keys"] {
        let p = shipped(id);
        assert_eq!(means(&p, "identity", 401, problem), Category::TokenDead, "{id}");
        assert_eq!(means(&p, "identity", 403, suspended), Category::AccountSuspended, "{id}");
        for gateway in [
            r#"{"message":"Unauthorized"}"#,
            r#"{"error":"Unauthorized"}"#,
            "Unauthorized",
            "",
            "{}",
        ] {
            let (_, message) = p.messages.iter().find(|(name, _)| *name == "identity").unwrap();
            let read = answer::read("identity", message, &p, &answer(401, gateway));
            assert_eq!(read.err().unwrap().code(), "silent-refusal", "{id}: {gateway}");
        }
    }
}

#[test]
fn x_by_oauth_1() {
    let p = shipped("x-oauth1");
    let plain = "Failed to validate oauth signature and token";
    assert_eq!(means(&p, "temporary_credentials", 401, plain), Category::ClientAuth);
    assert_eq!(
        (p.grant, p.tile.as_deref(), p.lifetime.expiry),
        (GrantType::Oauth1, Some("x"), Expiry::Never)
    );
    assert_eq!(
        (p.callback.code.as_str(), p.callback.state.as_str(), &p.callback.denied[..]),
        ("oauth_verifier", "oauth_token", &["denied".to_owned()][..])
    );
    let pin = p.redirects.iter().find(|d| d.kind == RedirectKind::OutOfBand).unwrap();
    assert_eq!(pin.uri.as_deref(), Some("oob"));
    assert!(p.messages.iter().count() > 0 && p.messages.iter().all(|(_, m)| m.authenticate == Authenticate::Oauth1));
    let form = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true";
    assert_eq!(told(&p, "temporary_credentials", form, Answer::TokenSecret).as_deref(), Some("s"));
    let unconfirmed = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false";
    assert_eq!(
        means(&p, "temporary_credentials", 200, unconfirmed),
        Category::RedirectNotRegistered
    );
    let granted = "oauth_token=1-t&oauth_token_secret=s&user_id=1&screen_name=me";
    assert_eq!(told(&p, "token", granted, Answer::AccessToken).as_deref(), Some("1-t"));
    assert_eq!(told(&p, "token", granted, Answer::Username).as_deref(), Some("me"));
    let xml = "<hash><error>Callback URL not approved for this client application.</error></hash>";
    assert_eq!(means(&p, "temporary_credentials", 403, xml), Category::RedirectNotRegistered);
    let json = "{\"errors\":[{\"code\":415,\"message\":\"Callback URL not approved\"}]}";
    assert_eq!(means(&p, "temporary_credentials", 403, json), Category::RedirectNotRegistered);
}

#[test]
fn x_for_an_app_alone() {
    let p = shipped("x-app");
    assert_eq!(
        (p.grant, p.redirects.len(), p.authorize.is_none()),
        (GrantType::ClientCredentials, 0, true)
    );
    let token = sent(&p, "token", None);
    assert!(token.headers[0].1.expose().starts_with("Basic ") && body(&token) == "grant_type=client_credentials");
    let verbatim = "{\"token_type\":\"bearer\",\"access_token\":\"AAAA%2Fbb%3Dcc\"}";
    assert_eq!(
        told(&p, "token", verbatim, Answer::AccessToken).as_deref(),
        Some("AAAA%2Fbb%3Dcc"),
        "stored verbatim"
    );
    let refused = "{\"errors\":[{\"code\":99,\"label\":\"authenticity_token_error\",\"message\":\"no\"}]}";
    assert_eq!(means(&p, "token", 403, refused), Category::ClientAuth);
    assert!(!p.questions[0].wrong.is_empty() && p.lifetime.reuses_token);
}
