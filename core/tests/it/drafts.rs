//! Platforms that come later, written as data by the facts and read by the real reader: the format has a word for each of
//! their quirks, so that they need new files and no new form.

use keybearer_core::error::{Category, Error};
use keybearer_core::http::{Request, Response};
use keybearer_core::provider::answer;
use keybearer_core::provider::check::read;
use keybearer_core::provider::message::{Answer, Authenticate, Method};
use keybearer_core::provider::request::{Values, request};
use keybearer_core::provider::{Authentication, DoorKind, Expiry, Grant, Pkce, Port, Predecessor, Provider, QuestionKind, Renewal};
use keybearer_core::token::Secret;

fn draft(id: &str) -> Provider {
    let path = format!("{}/tests/drafts/{id}.toml", env!("CARGO_MANIFEST_DIR"));
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
fn threads() {
    let p = draft("threads");
    let lifetime = &p.lifetime;
    assert_eq!(
        (lifetime.renewal, lifetime.not_before_hours, lifetime.assume_days),
        (Renewal::Itself, 24, Some(60))
    );
    assert_eq!((lifetime.predecessor, lifetime.lead_days), (Predecessor::Lives, 7));
    assert_eq!(
        (lifetime.deadlines[0].id.as_str(), lifetime.deadlines[0].days),
        ("private-profile", 90)
    );
    let door = &p.doors[0];
    assert_eq!(
        (door.kind, door.host.as_deref(), door.port),
        (DoorKind::HttpsLoopback, Some("127.0.0.1"), Port::Fixed(47018))
    );
    assert!(
        door.unproven && door.path.as_ref().unwrap().source().ends_with('/'),
        "slash and all"
    );
    assert!(p.doors.iter().all(|d| d.kind != DoorKind::Loopback && d.kind != DoorKind::DeepLink));
    let authorize = p.authorize.as_ref().unwrap();
    assert_eq!((authorize.pkce, authorize.scope_separator.as_str()), (Pkce::None, ","));
    assert_eq!(
        (authorize.stuck[0].shows.as_str(), authorize.stuck[0].category),
        ("1349026", Category::WrongAppId)
    );
    assert_eq!((&p.callback.strip[..], p.callback.code_lifetime), (&["#_".to_owned()][..], 3600));
    assert!(
        p.question(QuestionKind::ClientId).unwrap().wrong.len() == 2,
        "the other app id is known"
    );
    assert!(p.scopes[0].locked);

    let token = sent(&p, "token", None);
    assert_eq!(
        (token.method, token.url.as_str()),
        ("POST", "https://graph.threads.net/oauth/access_token")
    );
    assert!(
        body(&token).contains("client_secret=client_secret") && token.headers.is_empty(),
        "the secret in the body"
    );
    let long = sent(&p, "exchange", None);
    assert_eq!(
        (long.method, long.url.as_str()),
        (
            "GET",
            "https://graph.threads.net/access_token?access_token=access_token&client_secret=client_secret&grant_type=th_exchange_token"
        )
    );
    assert_eq!(
        sent(&p, "refresh", None).url.query(),
        Some("access_token=access_token&grant_type=th_refresh_token")
    );
    assert!(!format!("{long:?}").contains("client_secret"), "a log shows no query");
    let big = "{\"access_token\":\"x\",\"user_id\":17841400000000001}";
    assert_eq!(told(&p, "token", big, Answer::UserId).as_deref(), Some("17841400000000001"));
    assert_eq!(
        told(
            &p,
            "inspect",
            "{\"data\":{\"expires_at\":1795312669,\"is_valid\":true}}",
            Answer::Valid
        )
        .as_deref(),
        Some("true")
    );

    // Three shapes of error.
    let flat = "{\"error_type\":\"OAuthException\",\"code\":400,\"error_message\":\"Matching code was not found or was already used\"}";
    assert_eq!(means(&p, "token", 400, flat), Category::CodeSpent);
    let page = "{\"error_message\":\"No application data was given\",\"error_code\":1349026}";
    assert_eq!(means(&p, "token", 400, page), Category::WrongAppId);
    let graph = |code: u32, sub: u32| {
        format!("{{\"error\":{{\"message\":\"m\",\"type\":\"OAuthException\",\"code\":{code},\"error_subcode\":{sub}}}}}")
    };
    assert_eq!(means(&p, "identity", 400, &graph(190, 463)), Category::TokenDead);
    assert_eq!(means(&p, "identity", 400, &graph(190, 459)), Category::Checkpoint);
    assert_eq!(
        means(&p, "identity", 500, "{\"error\":{\"message\":\"m\",\"is_transient\":true}}"),
        Category::Transient
    );
    assert_eq!(p.calls[0].inputs[0].default, "id,username,name");
}

#[test]
fn instagram() {
    let p = draft("instagram");
    assert_eq!((p.lifetime.renewal, p.lifetime.not_before_hours), (Renewal::Itself, 24));
    assert_eq!(p.authorize.as_ref().unwrap().force_login["force_reauth"], "true");
    assert_eq!(p.authorize.as_ref().unwrap().params["enable_fb_login"], "0");
    for shape in [
        "{\"access_token\":\"x\",\"user_id\":1,\"permissions\":[\"a\",\"b\"]}",
        "{\"data\":[{\"access_token\":\"x\",\"user_id\":\"1\",\"permissions\":\"a,b\"}]}",
    ] {
        let message = p.messages.token.as_ref().unwrap();
        let answers = answer::read("token", message, &p, &answer(200, shape)).unwrap();
        assert_eq!(answers.text(Answer::AccessToken).as_deref(), Some("x"));
        assert_eq!(answers.text(Answer::UserId).as_deref(), Some("1"));
        assert_eq!(answers.words(Answer::Scope).unwrap(), ["a", "b"]);
    }
    let old = |words: &str| format!("{{\"error_type\":\"OAuthException\",\"code\":400,\"error_message\":\"{words}\"}}");
    for (words, category) in [
        ("Insufficient developer role", Category::NotATester),
        ("Invalid platform app", Category::WrongAppId),
        ("Invalid redirect_uri", Category::RedirectNotRegistered),
        ("Please make sure your redirect_uri is identical to", Category::RedirectMismatch),
    ] {
        assert_eq!(means(&p, "token", 400, &old(words)), category, "{words}");
    }
    assert_eq!(sent(&p, "identity", None).url.path(), "/v25.0/me");
}

#[test]
fn facebook_and_instagram_by_it() {
    for id in ["facebook", "instagram-facebook"] {
        let p = draft(id);
        let version = p.version.as_ref().unwrap();
        assert_eq!((version.value.as_str(), version.sunset.as_deref()), ("v26.0", Some("2028-07-29")));
        assert_eq!(p.doors[0].host.as_deref(), Some("localhost"), "127.0.0.1 is refused");
        assert_eq!((p.lifetime.renewal, p.lifetime.expiry), (Renewal::Exchange, Expiry::Inspect));
        assert_eq!(
            (p.lifetime.deadlines[0].id.as_str(), p.lifetime.deadlines[0].days),
            ("data-access", 90)
        );
        assert_eq!(p.callback.strip, ["#_=_"]);
        assert_eq!(p.authorize.as_ref().unwrap().rerequest["auth_type"], "rerequest");
        let pages = p.messages.sub_accounts.as_ref().unwrap();
        let list = pages.list.as_ref().unwrap();
        assert_eq!((list.items.as_str(), list.next.as_deref()), ("/data", Some("/paging/next")));
        assert!(
            pages.answers.contains_key(&Answer::AccessToken) && pages.answers.contains_key(&Answer::Tasks),
            "a token each"
        );
        let granted = p.messages.granted.as_ref().unwrap().list.as_ref().unwrap().only.as_ref().unwrap();
        assert_eq!((granted.pointer.as_str(), granted.equals.as_str()), ("/status", "granted"));
        assert_eq!(sent(&p, "token", None).url.path(), "/v26.0/oauth/access_token");
        assert!(
            sent(&p, "exchange", None)
                .url
                .query()
                .unwrap()
                .contains("fb_exchange_token=access_token")
        );
        let revoke = sent(&p, "revocation", None);
        assert_eq!(
            (revoke.method, p.messages.revocation.as_ref().unwrap().method),
            ("DELETE", Method::Delete)
        );
        assert_eq!(means(&p, "revocation", 200, "{\"success\":false}"), Category::Refused);
        assert_eq!(
            sent(&p, "inspect", None).url.query(),
            Some("access_token=app_token&input_token=access_token")
        );
        assert!(
            p.messages.identity.as_ref().unwrap().query["appsecret_proof"]
                .names()
                .eq(["appsecret_proof"])
        );
        // The proof is left out where it was not computed.
        assert!(!sent(&p, "identity", None).url.as_str().contains("appsecret_proof"));
        let graph = |code: u32| format!("{{\"error\":{{\"message\":\"m\",\"code\":{code}}}}}");
        for (code, category) in [
            (4, Category::RateLimited),
            (613, Category::RateLimited),
            (2, Category::Transient),
            (200, Category::MissingPermission),
            (101, Category::ClientAuth),
            (191, Category::RedirectNotRegistered),
            (190, Category::TokenDead),
        ] {
            assert_eq!(means(&p, "identity", 400, &graph(code)), category, "{code}");
        }
        let spent = "{\"error\":{\"message\":\"This authorization code has been used.\",\"code\":100}}";
        assert_eq!(means(&p, "token", 400, spent), Category::CodeSpent);
    }
    let p = draft("instagram-facebook");
    assert_eq!(p.tile.as_deref(), Some("instagram"));
    assert!(
        sent(&p, "sub_accounts", None)
            .url
            .as_str()
            .contains("instagram_business_account%7Bid%2Cusername%7D")
    );
}

#[test]
fn x() {
    let p = draft("x");
    assert_eq!(p.callback.code_lifetime, 30);
    let lifetime = &p.lifetime;
    assert!(lifetime.rotates && lifetime.one_login && lifetime.identity_costs && p.messages.identity.as_ref().unwrap().costs);
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
    let link = p.doors.iter().find(|d| d.kind == DoorKind::DeepLink).unwrap();
    assert!(link.unproven && link.client_types == ["public"]);
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
}

#[test]
fn x_by_oauth_1() {
    let p = draft("x-oauth1");
    assert_eq!(
        (p.grant, p.tile.as_deref(), p.lifetime.expiry),
        (Grant::Oauth1, Some("x"), Expiry::Never)
    );
    assert_eq!(
        (p.callback.code.as_str(), p.callback.state.as_str(), &p.callback.denied[..]),
        ("oauth_verifier", "oauth_token", &["denied".to_owned()][..])
    );
    let pin = p.doors.iter().find(|d| d.kind == DoorKind::Oob).unwrap();
    assert_eq!(pin.uri.as_deref(), Some("oob"));
    assert!(p.messages.iter().all(|(_, m)| m.authenticate == Authenticate::Oauth1));
    let form = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true";
    assert_eq!(told(&p, "temporary_credentials", form, Answer::TokenSecret).as_deref(), Some("s"));
    let unconfirmed = "oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=false";
    assert_eq!(means(&p, "temporary_credentials", 200, unconfirmed), Category::Refused);
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
    let p = draft("x-app");
    assert_eq!((p.grant, p.doors.len(), p.authorize.is_none()), (Grant::ClientCredentials, 0, true));
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
    assert!(p.questions[0].wrong.len() == 1 && p.lifetime.reuses_token);
}
