//! Threads, Instagram and Facebook as their shipped files have them: each quirk of the facts (docs/facts/threads.md,
//! docs/facts/instagram.md and docs/facts/facebook.md).

use std::sync::Arc;

use keybearer_core::error::Category;
use keybearer_core::provider::messages::{Answer, Condition, Method};
use keybearer_core::provider::registry::Registry;
use keybearer_core::provider::{Expiry, Pkce, Port, Predecessor, Provider, QuestionKind, RedirectKind, Renewal};

use super::{answer, body, means, sent, told};

fn shipped(id: &str) -> Arc<Provider> {
    Registry::shipped().require(id).unwrap()
}

/// What Graph's 190 means, by its subcode (docs/facts/meta.md#errors), and its neighbours.
const SUBCODES: &[(u32, u32, Category)] = &[
    (190, 0, Category::TokenDead),
    (190, 458, Category::TokenDead),
    (190, 459, Category::Checkpoint),
    (190, 460, Category::TokenDead),
    (190, 463, Category::TokenDead),
    (190, 464, Category::Checkpoint),
    (190, 467, Category::TokenDead),
    (190, 492, Category::TokenDead),
    (102, 0, Category::TokenDead),
    (101, 0, Category::ClientAuth),
    (10, 0, Category::MissingPermission),
    (17, 0, Category::RateLimited),
    (1, 0, Category::Transient),
    (506, 0, Category::Refused),
];

/// An account check in words, with code 190: the token lives on, and must not be called dead.
#[test]
fn an_account_check_is_told_before_the_token_is_called_dead() {
    for id in ["threads", "instagram", "instagram-facebook", "facebook"] {
        let p = shipped(id);
        for words in [
            "You cannot access the app till you log in to www.instagram.com and follow the instructions given.",
            "Error validating access token: You cannot access the app till you log in to www.facebook.com and follow the instructions given.",
            "YOU CANNOT ACCESS THE APP TILL YOU LOG IN TO www.threads.com and follow the instructions given.",
            "Session key is malformed because of invalid user id.",
            "Error validating access token: Session key is malformed because of invalid user id.",
        ] {
            for subcode in ["", ",\"error_subcode\":459", ",\"error_subcode\":463", ",\"error_subcode\":2207051"] {
                let body = format!("{{\"error\":{{\"message\":\"{words}\",\"type\":\"OAuthException\",\"code\":190{subcode}}}}}");
                for status in [400, 401, 403] {
                    assert_eq!(means(&p, "identity", status, &body), Category::Checkpoint, "{id}: {body}");
                }
            }
        }
        let dead = "{\"error\":{\"message\":\"Error validating access token: Session has expired.\",\"code\":190}}";
        assert_eq!(means(&p, "identity", 400, dead), Category::TokenDead, "{id}");
    }
}

#[test]
fn threads() {
    let p = shipped("threads");
    let lifetime = &p.lifetime;
    assert_eq!(
        (lifetime.renewal, lifetime.not_before_hours, lifetime.assume_days),
        (Renewal::Itself, 24, Some(60))
    );
    assert_eq!((lifetime.predecessor, lifetime.lead_days), (Predecessor::Lives, 7));
    let redirect = &p.redirects[0];
    assert_eq!(
        (redirect.kind, redirect.host.as_deref(), redirect.port),
        (RedirectKind::HttpsLoopback, Some("127.0.0.1"), Port::Fixed(47018))
    );
    assert!(
        redirect.unproven && redirect.path.as_ref().unwrap().source().ends_with('/'),
        "slash and all"
    );
    assert!(
        p.redirects
            .iter()
            .all(|d| d.kind != RedirectKind::Loopback && d.kind != RedirectKind::PrivateUseScheme)
    );
    let authorize = p.authorize.as_ref().unwrap();
    assert_eq!((authorize.pkce, authorize.scope_separator.as_str()), (Pkce::None, ","));
    assert_eq!(
        (authorize.stuck[0].shows.as_str(), authorize.stuck[0].category),
        ("1349026", Category::WrongAppId)
    );
    assert_eq!(p.callback.strip, ["#_"]);
    let wrong = &p.question(QuestionKind::ClientId).unwrap().wrong;
    assert!(wrong.iter().any(|w| w.pattern == "^TH\\|"), "an app token is known");
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

    let uninvited = "{\"error_message\":\"The request failed\",\"error_code\":1349245}";
    assert_eq!(means(&p, "token", 400, uninvited), Category::NotATester);
    let stuck = authorize.stuck.iter().find(|s| s.shows == "1349245").unwrap();
    assert_eq!(stuck.category, Category::NotATester);
    // Three shapes of error.
    let flat = "{\"error_type\":\"OAuthException\",\"code\":400,\"error_message\":\"Matching code was not found or was already used\"}";
    assert_eq!(means(&p, "token", 400, flat), Category::CodeSpent);
    let page = "{\"error_message\":\"No application data was given\",\"error_code\":1349026}";
    assert_eq!(means(&p, "token", 400, page), Category::WrongAppId);
    let graph = |code: u32, sub: u32| {
        format!("{{\"error\":{{\"message\":\"m\",\"type\":\"OAuthException\",\"code\":{code},\"error_subcode\":{sub}}}}}")
    };
    for (code, sub, category) in SUBCODES {
        assert_eq!(means(&p, "identity", 400, &graph(*code, *sub)), *category, "{code}/{sub}");
    }
    let secret = "{\"error\":{\"message\":\"Error validating client secret.\",\"type\":\"OAuthException\",\"code\":1}}";
    assert_eq!(
        means(&p, "exchange", 400, secret),
        Category::ClientAuth,
        "not transient, though of code 1"
    );
    let mismatch = "Please make sure your redirect_uri is identical to the one";
    for body in [
        format!("{{\"error\":{{\"message\":\"{mismatch}\",\"code\":100}}}}"),
        format!("{{\"error_type\":\"OAuthException\",\"code\":400,\"error_message\":\"{mismatch}\"}}"),
    ] {
        assert_eq!(means(&p, "token", 400, &body), Category::RedirectMismatch);
    }
    assert_eq!(
        means(&p, "identity", 500, "{\"error\":{\"message\":\"m\",\"is_transient\":true}}"),
        Category::Transient
    );
    assert_eq!(p.calls[0].inputs[0].default, "id,username,name");
}

#[test]
fn instagram() {
    let p = shipped("instagram");
    let lifetime = &p.lifetime;
    assert_eq!(
        (lifetime.renewal, lifetime.not_before_hours, lifetime.short_minutes),
        (Renewal::Itself, 24, Some(60))
    );
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
        let p = shipped(id);
        let version = p.version.as_ref().unwrap();
        assert_eq!((version.value.as_str(), version.sunset.as_deref()), ("v26.0", Some("2028-11-04")));
        assert_eq!(p.redirects[0].host.as_deref(), Some("localhost"), "127.0.0.1 is refused");
        assert_eq!((p.lifetime.renewal, p.lifetime.expiry), (Renewal::Exchange, Expiry::Inspect));
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
        let equals = Condition::Equals("granted".into());
        assert_eq!((granted.pointer.as_str(), &granted.condition), ("/status", &equals));
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
        for (name, message) in p.messages.iter() {
            // Each call that a token makes, but none that comes with the secret itself.
            let by_token = message.query.get("access_token").is_some_and(|t| t.source() == "{access_token}");
            let by_token = by_token && !message.query.contains_key("client_secret");
            assert_eq!(message.query.contains_key("appsecret_proof"), by_token, "{id}: {name}");
        }
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
        for (code, sub, category) in SUBCODES {
            let body = format!("{{\"error\":{{\"message\":\"m\",\"code\":{code},\"error_subcode\":{sub}}}}}");
            assert_eq!(means(&p, "identity", 400, &body), *category, "{code}/{sub}");
        }
        let groups: Vec<_> = p.messages.group_accounts.iter().map(|m| m.url.source()).collect();
        assert_eq!(
            groups,
            [
                "{graph}/{version}/{group_id}/owned_pages",
                "{graph}/{version}/{group_id}/client_pages"
            ]
        );
        // A page is read in the same way wherever it is listed.
        assert!(!p.messages.group_accounts.is_empty());
        assert!(
            p.messages
                .group_accounts
                .iter()
                .all(|m| m.answers == pages.answers && m.list == pages.list)
        );
    }
    let p = shipped("instagram-facebook");
    assert_eq!(p.tile.as_deref(), Some("instagram"));
    assert!(
        sent(&p, "sub_accounts", None)
            .url
            .as_str()
            .contains("instagram_business_account%7Bid%2Cusername%7D")
    );
}
