//! The files for Feishu and Lark, Microsoft and Twitch against docs/facts/feishu.md, microsoft.md and twitch.md.

use keybearer_core::error::Category;
use keybearer_core::provider::messages::Answer;
use keybearer_core::provider::{Authentication, GrantType, Pkce, Port, Predecessor, Provider, QuestionKind, RedirectKind, Renewal};

use super::{asks_for, body, field, means, sent, shipped, told};

/// Where a file's message goes, and what it has in its body.
fn goes(provider: &Provider, what: &'static str, to: &str, parts: &[&str]) {
    let request = sent(provider, what, None);
    assert_eq!(request.url.as_str(), to, "{}", provider.id);
    for part in parts {
        assert!(body(&request).contains(part), "{}: {part}: {}", provider.id, body(&request));
    }
}

#[test]
fn feishu_and_lark() {
    for (id, accounts, open) in [
        ("feishu", "https://accounts.feishu.cn", "https://open.feishu.cn"),
        ("lark", "https://accounts.larksuite.com", "https://open.larksuite.com"),
    ] {
        let (p, app) = (shipped(id), shipped(&format!("{id}-app")));
        assert_eq!((p.grant, app.grant), (GrantType::DeviceCode, GrantType::ClientCredentials));
        assert_eq!((p.tile.as_deref(), app.tile.as_deref()), (Some(id), Some(id)));
        assert_eq!((p.client_family(), app.client_family()), (id, id), "one app has both");
        let secret = ["client_id=client_id", "client_secret=client_secret"];
        goes(
            &p,
            "device_authorization",
            &format!("{accounts}/oauth/v1/device_authorization"),
            &secret,
        );
        goes(&p, "token", &format!("{accounts}/oauth/v3/token"), &secret);
        goes(
            &p,
            "refresh",
            &format!("{accounts}/oauth/v3/token"),
            &["refresh_token=refresh_token"],
        );
        goes(&p, "identity", &format!("{open}/open-apis/authen/v1/user_info"), &[]);
        goes(&app, "identity", &format!("{open}/open-apis/bot/v3/info"), &[]);
        let pages = |p: &Provider| p.console.iter().filter_map(|step| p.page(step)).collect::<Vec<_>>();
        for page in pages(&p).into_iter().chain(pages(&app)) {
            assert_eq!(page, format!("{open}/app"));
        }
        assert!(p.lifetime.rotates && p.lifetime.predecessor == Predecessor::Dies);

        let documented = r#"{"code":0,"access_token":"eyJ","expires_in":7200,"refresh_token":"eyK","refresh_token_expires_in":604800,"scope":"auth:user.id:read offline_access","token_type":"Bearer"}"#;
        assert_eq!(told(&p, "refresh", documented, Answer::RefreshExpiresIn).as_deref(), Some("604800"));
        let refused = |code: u32| format!(r#"{{"code":{code},"error":"invalid_grant","error_description":"The platform's words."}}"#);
        for (what, code, category) in [
            ("token", 20002, Category::ClientAuth),
            ("token", 20048, Category::ClientAuth),
            ("token", 20010, Category::NotATester),
            ("token", 20069, Category::EnrolmentOrPayment),
            ("refresh", 20037, Category::TokenDead),
            ("refresh", 20064, Category::TokenDead),
            ("refresh", 20074, Category::MissingPermission),
            ("refresh", 20066, Category::AccountSuspended),
        ] {
            assert_eq!(means(&p, what, 400, &refused(code)), category, "{id}: {code}");
        }
        // The API's own form, with status 200 too.
        let said = |code: u32| format!(r#"{{"code":{code},"msg":"The platform's words"}}"#);
        for (code, category) in [
            (20005, Category::TokenDead),
            (99991668, Category::TokenDead),
            (99991679, Category::MissingPermission),
            (99991400, Category::RateLimited),
        ] {
            assert_eq!(means(&p, "identity", 200, &said(code)), category, "{id}: {code}");
        }
        for p in [&p, &app] {
            asks_for(
                p,
                QuestionKind::ClientId,
                &["cli_a5ca35a685b0x26e"],
                &[
                    ("ou_84aad35d084aa403a838cf73ee18467", "user or a chat"),
                    ("baBqE5um9LbFGDy3X7LcfxQX1sqpXlwy", "App Secret"),
                    ("https://open.feishu.cn/open-apis/bot/v2/hook/1234", "webhook"),
                ],
            );
            asks_for(
                p,
                QuestionKind::ClientSecret,
                &["baBqE5um9LbFGDy3X7LcfxQX1sqpXlwy"],
                &[
                    ("cli_a5ca35a685b0x26e", "App ID"),
                    ("t-caecc734c2e3328a62489fe0648c4b98779515d3", "access token"),
                ],
            );
        }
    }
    let feishu = shipped("feishu-app");
    goes(
        &feishu,
        "token",
        "https://accounts.feishu.cn/oauth/v3/token",
        &["grant_type=client_credentials"],
    );
    let lark = shipped("lark-app");
    assert_eq!(
        (lark.lifetime.renewal, lark.lifetime.predecessor_minutes),
        (Renewal::Issue, Some(30))
    );
    goes(
        &lark,
        "token",
        "https://open.larksuite.com/open-apis/auth/v3/tenant_access_token/internal",
        &[r#"{"app_id":"client_id","app_secret":"client_secret"}"#],
    );
    let documented = r#"{"code":0,"msg":"ok","tenant_access_token":"t-caecc734c2e3328a62489fe0648c4b98779515d3","expire":7200}"#;
    assert_eq!(
        told(&lark, "token", documented, Answer::AccessToken).as_deref(),
        Some("t-caecc734c2e3328a62489fe0648c4b98779515d3")
    );
    assert_eq!(told(&lark, "token", documented, Answer::ExpiresIn).as_deref(), Some("7200"));
    assert_eq!(
        means(&lark, "token", 200, r#"{"code":10003,"msg":"invalid param"}"#),
        Category::ClientAuth
    );
}

#[test]
fn microsoft() {
    let (p, device) = (shipped("microsoft"), shipped("microsoft-device"));
    let login = "https://login.microsoftonline.com/common/oauth2/v2.0";
    assert_eq!((p.grant, device.grant), (GrantType::AuthorizationCode, GrantType::DeviceCode));
    assert_eq!((device.tile.as_deref(), device.client_family()), (Some("microsoft"), "microsoft"));
    assert_eq!(p.authorize.as_ref().unwrap().pkce, Pkce::S256);
    let redirect = p.redirect(RedirectKind::Localhost).unwrap();
    assert_eq!((redirect.port, redirect.host.as_deref()), (Port::Any, Some("localhost")));
    assert!(device.redirects.is_empty() && device.authorize.is_none() && device.tile_info.is_none());
    assert_eq!(p.scopes.len(), device.scopes.len());
    for p in [&p, &device] {
        assert_eq!(p.authentication(None), Authentication::None);
        goes(p, "refresh", &format!("{login}/token"), &["client_id=client_id"]);
        assert!(!body(&sent(p, "token", None)).contains("client_secret"));
        assert_eq!((p.lifetime.rotates, p.lifetime.predecessor), (false, Predecessor::Lives));
        let said =
            |code: u32, error: &str| format!(r#"{{"error":"{error}","error_description":"AADSTS{code}: Words.","error_codes":[{code}]}}"#);
        for (what, code, error, category) in [
            ("token", 65004, "access_denied", Category::UserDenied),
            ("token", 7000218, "invalid_client", Category::ClientAuth),
            ("token", 700016, "unauthorized_client", Category::WrongAppId),
            ("token", 50020, "invalid_request", Category::NotATester),
            ("refresh", 700082, "invalid_grant", Category::TokenDead),
            ("refresh", 50076, "interaction_required", Category::TokenDead),
        ] {
            assert_eq!(means(p, what, 400, &said(code, error)), category, "{}: {code}", p.id);
        }
        let graph = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"Words.","innerError":{{}}}}}}"#);
        assert_eq!(means(p, "identity", 401, &graph("InvalidAuthenticationToken")), Category::TokenDead);
        assert_eq!(means(p, "identity", 403, &graph("ErrorAccessDenied")), Category::MissingPermission);
        asks_for(
            p,
            QuestionKind::ClientId,
            &["535fb089-9ff3-47b6-9bfb-4f1264799865"],
            &[
                ("abc8Q~defghijklmnopqrstuvwxyz0123456789", "client secret"),
                ("api://535fb089", "ID URI"),
            ],
        );
    }
    goes(
        &device,
        "device_authorization",
        &format!("{login}/devicecode"),
        &["client_id=client_id"],
    );
}

#[test]
fn twitch() {
    let p = shipped("twitch");
    assert_eq!((p.grant, p.authentication(None)), (GrantType::DeviceCode, Authentication::None));
    assert!(p.lifetime.rotates && p.lifetime.refresh_token_days == Some(30));
    let codes = sent(&p, "device_authorization", None);
    assert!(!body(&codes).contains("scope=") && codes.url.as_str() == "https://id.twitch.tv/oauth2/device");
    let me = sent(&p, "identity", None);
    assert_eq!(
        (field(&me, "client-id").as_str(), field(&me, "authorization").as_str()),
        ("client_id", "Bearer access_token")
    );
    assert_eq!(field(&sent(&p, "inspect", None), "authorization"), "OAuth access_token");
    let documented = r#"{"data":[{"id":"141981764","login":"twitchdev","display_name":"TwitchDev"}]}"#;
    assert_eq!(told(&p, "identity", documented, Answer::Username).as_deref(), Some("twitchdev"));
    let said = |status: u16, words: &str| format!(r#"{{"status":{status},"message":"{words}"}}"#);
    for (what, status, words, category) in [
        ("refresh", 400, "Invalid refresh token", Category::TokenDead),
        ("refresh", 401, "Invalid refresh token", Category::TokenDead),
        ("token", 400, "invalid client", Category::ClientAuth),
        ("refresh", 403, "missing client secret", Category::ClientAuth),
        ("inspect", 401, "invalid access token", Category::TokenDead),
        ("identity", 401, "Invalid OAuth token", Category::TokenDead),
        ("identity", 401, "Client ID and OAuth token do not match", Category::WrongAppId),
        (
            "identity",
            401,
            "Missing scope: moderator:read:followers",
            Category::MissingPermission,
        ),
        ("identity", 429, "Request limit exceeded", Category::RateLimited),
    ] {
        assert_eq!(means(&p, what, status, &said(status, words)), category, "{words}");
    }
    asks_for(
        &p,
        QuestionKind::ClientId,
        &["hof5gwx0su6owfnys0yan9c87zr6t1"],
        &[
            ("oauth:abcdef", "access token"),
            ("141981764", "number"),
            ("live_141981764_abc", "stream key"),
        ],
    );
}
