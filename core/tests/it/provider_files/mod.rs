//! Shipped files against the facts: what they send, and how they read what comes back. Meta's are in `meta`, those of bots in
//! `bots`, those of Feishu, Microsoft and Twitch in `work`, what changed up to November 2026 in `november_2026`; here are X, Bluesky and Google. `local_servers` has the new ones
//! sign in and renew at a server of this computer.

mod bots;
mod local_servers;
mod meta;
mod november_2026;
mod work;

use keybearer_core::error::{Category, Error};
use keybearer_core::http::{Request, Response};
use keybearer_core::provider::answer;
use keybearer_core::provider::answers::NO_ANSWERS;
use keybearer_core::provider::check::read;
use keybearer_core::provider::messages::{Answer, Authenticate};
use keybearer_core::provider::registry::whole;
use keybearer_core::provider::request::{Values, request};
use keybearer_core::provider::{Authentication, Expiry, GrantType, Pkce, Port, Predecessor, Provider, QuestionKind, RedirectKind, Renewal};
use keybearer_core::token::Secret;

fn shipped(id: &str) -> Provider {
    let path = format!("{}/providers/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let provider = read(&whole(&std::fs::read_to_string(path).unwrap())).unwrap_or_else(|faults| panic!("{id}: {faults:#?}"));
    assert_eq!(provider.id, id);
    provider
}

/// A message as it would be sent, with a value for every name: the name itself.
fn sent(provider: &Provider, what: &'static str, client_type: Option<&str>) -> Request {
    sent_with(provider, what, client_type, &[])
}

/// The same with other values for some names.
fn sent_with(provider: &Provider, what: &'static str, client_type: Option<&str>, others: &[(&'static str, &str)]) -> Request {
    let (_, message) = provider.messages.iter().find(|(name, _)| *name == what).unwrap();
    let mut values = Values::of(provider, None, &NO_ANSWERS);
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
    for (name, value) in others {
        values.put(name, *value);
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

/// A header field of a request.
fn field(request: &Request, name: &str) -> String {
    let found = request.headers.iter().find(|(field, _)| field.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.expose().to_owned()).unwrap_or_default()
}

/// What the window says about an answer that cannot be right, in English; none for one that may be. As the window does it: the
/// first `wrong` that fits, else the pattern.
fn objection(provider: &Provider, kind: QuestionKind, answer: &str) -> Option<String> {
    let question = provider.question(kind).unwrap();
    let fits = |pattern: &str| regex_lite::Regex::new(pattern).unwrap().is_match(answer);
    let wrong = question.wrong.iter().find(|w| fits(&w.pattern)).map(|w| w.text.en.clone());
    wrong.or_else(|| (!fits(question.pattern.as_deref().unwrap())).then(|| "no reason".to_owned()))
}

/// Answers that are taken, and ones that are refused with a sentence.
fn asks_for(provider: &Provider, kind: QuestionKind, right: &[&str], wrong: &[(&str, &str)]) {
    for answer in right {
        assert_eq!(objection(provider, kind, answer), None, "{}: {answer}", provider.id);
    }
    for (answer, sentence) in wrong {
        let said = objection(provider, kind, answer).unwrap_or_default();
        assert!(said.contains(sentence), "{}: {answer}: {said:?}", provider.id);
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

/// docs/facts/bluesky.md: each body is what a server of this software answered.
#[test]
fn bluesky() {
    let p = shipped("bluesky");
    let lifetime = &p.lifetime;
    assert_eq!(
        (p.grant, lifetime.renewal, lifetime.expiry),
        (GrantType::ClientCredentials, Renewal::RefreshToken, Expiry::Jwt)
    );
    assert!(lifetime.rotates && lifetime.keep_alive_days < lifetime.refresh_token_days);
    let session = sent(&p, "token", None);
    assert_eq!(session.url.as_str(), "https://bsky.social/xrpc/com.atproto.server.createSession");
    assert_eq!(body(&session), r#"{"identifier":"client_id","password":"client_secret"}"#);
    assert!(session.headers.is_empty());
    for what in ["refresh", "revocation"] {
        let request = sent(&p, what, None);
        assert_eq!(
            (request.method, field(&request, "authorization").as_str()),
            ("POST", "Bearer refresh_token"),
            "{what}"
        );
        assert_eq!(body(&request), "", "{what}: any body is refused");
    }
    let answer = r#"{"accessJwt":"a.b.c","refreshJwt":"d.e.f","did":"did:plc:ada","handle":"ada.test","active":true}"#;
    for (which, expected) in [
        (Answer::AccessToken, "a.b.c"),
        (Answer::RefreshToken, "d.e.f"),
        (Answer::UserId, "did:plc:ada"),
        (Answer::Username, "ada.test"),
    ] {
        assert_eq!(told(&p, "token", answer, which).as_deref(), Some(expected));
    }
    let said = |code: &str, words: &str| format!(r#"{{"error":"{code}","message":"{words}"}}"#);
    for (what, status, code, words, category) in [
        (
            "token",
            401,
            "AuthenticationRequired",
            "Invalid identifier or password",
            Category::ClientAuth,
        ),
        (
            "token",
            401,
            "AuthFactorTokenRequired",
            "A sign in code has been sent",
            Category::ClientAuth,
        ),
        (
            "token",
            401,
            "AccountTakedown",
            "Account has been taken down",
            Category::AccountSuspended,
        ),
        ("refresh", 400, "ExpiredToken", "Token has been revoked", Category::TokenDead),
        ("identity", 400, "InvalidToken", "Token could not be verified", Category::TokenDead),
        ("identity", 400, "ExpiredToken", "Token has expired", Category::TokenDead),
        ("token", 429, "RateLimitExceeded", "Rate Limit Exceeded", Category::RateLimited),
        ("token", 400, "InvalidRequest", "Wrong request encoding", Category::Refused),
    ] {
        assert_eq!(means(&p, what, status, &said(code, words)), category, "{what}: {code}");
    }
    asks_for(
        &p,
        QuestionKind::ClientId,
        &["ada.bsky.social", "ada.test", "xn--80ak6aa92e.com"],
        &[
            ("@ada.bsky.social", "Leave out the @"),
            ("ada@example.org", "email address"),
            ("https://bsky.app/profile/ada.bsky.social", "only the handle"),
            ("7626-qm4r-2qkx-aby7", "app password"),
            ("ada", ".bsky.social"),
        ],
    );
    asks_for(
        &p,
        QuestionKind::ClientSecret,
        &["7626-qm4r-2qkx-aby7"],
        &[
            ("correct horse battery staple", "own password"),
            ("7626qm4r2qkxaby7", "Keep the hyphens"),
        ],
    );
}

/// docs/facts/google.md.
#[test]
fn google() {
    let p = shipped("google");
    let authorize = p.authorize.as_ref().unwrap();
    assert_eq!((authorize.pkce, authorize.params["access_type"].as_str()), (Pkce::S256, "offline"));
    // The second takes the place of the first.
    assert_eq!(
        (authorize.params["prompt"].as_str(), authorize.force_login["prompt"].as_str()),
        ("consent", "select_account consent")
    );
    let loopback = p.redirect(RedirectKind::Loopback).unwrap();
    assert_eq!((loopback.host.as_deref(), loopback.port), (Some("127.0.0.1"), Port::Any));
    let token = sent(&p, "token", None);
    assert_eq!(token.url.as_str(), "https://oauth2.googleapis.com/token");
    assert_eq!(
        body(&token),
        "code=code&code_verifier=code_verifier&grant_type=authorization_code&redirect_uri=redirect_uri&client_id=client_id&client_secret=client_secret"
    );
    assert_eq!(
        body(&sent(&p, "refresh", None)),
        "grant_type=refresh_token&refresh_token=refresh_token&client_id=client_id&client_secret=client_secret"
    );
    assert!(!p.lifetime.rotates, "the answer has no refresh token, and the old one stays");
    let testing = r#"{"access_token":"ya29.a","expires_in":3599,"refresh_token":"1//0e","refresh_token_expires_in":604799,"scope":"openid","token_type":"Bearer"}"#;
    assert_eq!(told(&p, "token", testing, Answer::RefreshExpiresIn).as_deref(), Some("604799"));
    let someone = r#"{"sub":"1081","email":"ada@example.org","name":"Ada"}"#;
    assert_eq!(told(&p, "identity", someone, Answer::Username).as_deref(), Some("ada@example.org"));
    assert_eq!(told(&p, "identity", r#"{"sub":"1081"}"#, Answer::Username).as_deref(), Some("1081"));
    assert_eq!(sent(&p, "inspect", None).url.query(), Some("access_token=access_token"));
    let expired = r#"{"error":"invalid_grant","error_description":"Token has been expired or revoked."}"#;
    assert_eq!(means(&p, "refresh", 400, expired), Category::TokenDead);
    assert_eq!(means(&p, "token", 400, expired), Category::CodeSpent);
    let wrong = r#"{"error":"invalid_client","error_description":"Unauthorized"}"#;
    assert_eq!(means(&p, "token", 401, wrong), Category::ClientAuth);
    let api = |status: u16, reason: &str| {
        format!(r#"{{"error":{{"code":{status},"message":"m","status":"PERMISSION_DENIED","errors":[{{"reason":"{reason}"}}]}}}}"#)
    };
    for (reason, category) in [
        ("quotaExceeded", Category::RateLimited),
        ("accessNotConfigured", Category::EnrolmentOrPayment),
        ("insufficientPermissions", Category::MissingPermission),
        ("youtubeSignupRequired", Category::Checkpoint),
    ] {
        assert_eq!(means(&p, "identity", 403, &api(403, reason)), category, "{reason}");
    }
    asks_for(
        &p,
        QuestionKind::ClientId,
        &["1234567890-abc123def456.apps.googleusercontent.com"],
        &[
            ("GOCSPX-abcdefghijklmnopqrstuvwxyz12", "client secret"),
            ("AIzaSyA-abcdefghijklmnopqrstuvwxyz12345", "API key"),
            ("bot@project.iam.gserviceaccount.com", "service account"),
            ("1234567890", "number"),
        ],
    );
    asks_for(
        &p,
        QuestionKind::ClientSecret,
        &["GOCSPX-abcdefghijklmnopqrstuvwxyz12"],
        &[("1234567890-abc.apps.googleusercontent.com", "client ID")],
    );
}
