//! The files for bots against docs/facts/telegram.md, discord.md, line.md and wechat.md: Telegram, Discord, LINE and WeChat.

use keybearer_core::error::Category;
use keybearer_core::provider::messages::Answer;
use keybearer_core::provider::{Expiry, GrantType, Predecessor, QuestionKind, Renewal};

use super::{answer, asks_for, body, field, means, sent, sent_with, shipped, told};

/// The form that Telegram's documentation shows.
const TELEGRAM: &str = "123456789:AAabcdefghijklmnopqrstuvwxyz-_01234";

#[test]
fn telegram() {
    let p = shipped("telegram");
    assert_eq!(
        (p.grant, p.lifetime.expiry, p.lifetime.renewal),
        (GrantType::Import, Expiry::Never, Renewal::None)
    );
    let me = sent_with(&p, "identity", None, &[("access_token", TELEGRAM)]);
    assert_eq!(
        (me.method, me.url.as_str()),
        ("GET", format!("https://api.telegram.org/bot{TELEGRAM}/getMe").as_str()),
        "the colon stays as it is"
    );
    assert!(!format!("{me:?}").contains("AAabc"), "a log shows no path: {me:?}");
    assert!(p.calls.iter().all(|call| call.request.secret_path && !call.writes()));

    let bot = r#"{"ok":true,"result":{"id":123456789,"is_bot":true,"first_name":"Ada's bot","username":"ada_bot"}}"#;
    assert_eq!(told(&p, "identity", bot, Answer::UserId).as_deref(), Some("123456789"));
    assert_eq!(told(&p, "identity", bot, Answer::Username).as_deref(), Some("ada_bot"));
    let refused = |code: u16, words: &str| format!(r#"{{"ok":false,"error_code":{code},"description":"{words}"}}"#);
    for (code, words, category) in [
        (401, "Unauthorized", Category::TokenDead),
        (404, "Not Found", Category::TokenDead),
        (409, "Conflict: terminated by other getUpdates request", Category::Refused),
        (429, "Too Many Requests: retry after 5", Category::RateLimited),
    ] {
        assert_eq!(means(&p, "identity", code, &refused(code, words)), category, "{code}");
    }
    // A refusal that came with 200 is one as well.
    assert_eq!(means(&p, "identity", 200, &refused(401, "Unauthorized")), Category::TokenDead);
    gateways_end_no_token("telegram");
    let question = p.question(QuestionKind::AccessToken).unwrap();
    assert_eq!(question.user_id.as_ref().unwrap().group(TELEGRAM).as_deref(), Some("123456789"));
    asks_for(
        &p,
        QuestionKind::AccessToken,
        &[TELEGRAM],
        &[
            ("123456789", "follows the colon"),
            (&format!("bot{TELEGRAM}"), "Leave out"),
            ("@ada_bot", "bot's name"),
            ("ada_bot", "bot's name"),
            ("0123456789abcdef0123456789abcdef", "api_hash"),
        ],
    );
}

#[test]
fn discord() {
    let p = shipped("discord");
    assert_eq!((p.grant, p.lifetime.expiry), (GrantType::Import, Expiry::Never));
    let me = sent(&p, "identity", None);
    assert_eq!((me.method, me.url.as_str()), ("GET", "https://discord.com/api/v10/users/@me"));
    assert_eq!(field(&me, "authorization"), "Bot access_token");
    let agent = field(&me, "user-agent");
    assert!(agent.starts_with("DiscordBot (https://") && agent.ends_with(')'), "{agent}");

    let bot = r#"{"id":"80351110224678912","username":"ada-bot","discriminator":"1337","global_name":null,"bot":true}"#;
    assert_eq!(told(&p, "identity", bot, Answer::UserId).as_deref(), Some("80351110224678912"));
    assert_eq!(told(&p, "identity", bot, Answer::DisplayName), None);
    for (status, refusal, category) in [
        (401, r#"{"message":"401: Unauthorized","code":0}"#, Category::TokenDead),
        (403, r#"{"message":"Missing Access","code":50001}"#, Category::MissingPermission),
        (
            429,
            r#"{"message":"You are being rate limited.","retry_after":64.57,"global":false}"#,
            Category::RateLimited,
        ),
    ] {
        assert_eq!(means(&p, "identity", status, refusal), category, "{refusal}");
    }
    gateways_end_no_token("discord");
    // No token of anybody's: its first part says 1, its third nothing.
    let token = format!("MTAwMDAwMDAwMDAwMDAwMDAw.GAbcde.{}", "x".repeat(38));
    asks_for(
        &p,
        QuestionKind::AccessToken,
        &[&token],
        &[
            ("1000000000000000001", "Application ID"),
            (&"0a".repeat(32), "Public Key"),
            (&"s".repeat(32), "Client Secret"),
            (&format!("Bot {token}"), "Leave out"),
            ("https://discord.com/api/webhooks/1/x", "webhook"),
        ],
    );
}

/// What a proxy or a gateway says about a request is no word about the token.
fn gateways_end_no_token(id: &str) {
    let p = shipped(id);
    let (_, message) = p.messages.iter().find(|(name, _)| *name == "identity").unwrap();
    for gateway in ["", "{}", "Unauthorized", r#"{"status":"denied"}"#] {
        let read = answer::read("identity", message, &p, &answer(401, gateway));
        assert_eq!(read.err().unwrap().code(), "silent-refusal", "{id}: {gateway}");
    }
}

#[test]
fn line_by_the_token_of_the_console() {
    let p = shipped("line");
    assert_eq!(
        (p.grant, p.lifetime.expiry, p.lifetime.renewal),
        (GrantType::Import, Expiry::Inspect, Renewal::None)
    );
    let me = sent(&p, "identity", None);
    assert_eq!(
        (me.url.as_str(), field(&me, "authorization").as_str()),
        ("https://api.line.me/v2/bot/info", "Bearer access_token")
    );
    for (what, url) in [
        ("inspect", "https://api.line.me/v2/oauth/verify"),
        ("revocation", "https://api.line.me/v2/oauth/revoke"),
    ] {
        let request = sent(&p, what, None);
        assert_eq!(
            (request.url.as_str(), body(&request).as_str()),
            (url, "access_token=access_token"),
            "{what}"
        );
    }
    // LINE's own example of a long-lived token.
    let forever = r#"{"client_id":"1350031035","expires_in":3138007490,"scope":"P CM"}"#;
    let message = p.messages.inspect.as_ref().unwrap();
    let read = answer(200, forever);
    let answers = answer::read("inspect", message, &p, &read).unwrap();
    assert_eq!(answers.words(Answer::Scope), None, "a word of LINE's, and no permission");
    let dead = r#"{"message":"Authentication failed due to the following reason: invalid token. Confirm that the access token in the authorization header is valid."}"#;
    assert_eq!(means(&p, "identity", 401, dead), Category::TokenDead);
    let unknown = r#"{"error":"invalid_request","error_description":"access_token invalid"}"#;
    assert_eq!(means(&p, "inspect", 400, unknown), Category::TokenDead);
    let base64 = format!("{}=", "Ab+/".repeat(43).trim_end_matches('/'));
    asks_for(
        &p,
        QuestionKind::AccessToken,
        &[&base64],
        &[
            ("1350031035", "Channel ID"),
            (&"0a".repeat(16), "Channel secret"),
            (&format!("U{}", "0a".repeat(16)), "user"),
            ("@216ru123", "Basic ID"),
            (&format!("eyJhbGciOiJIUzI1NiJ9.{}", "x".repeat(90)), "stateless"),
        ],
    );
}

#[test]
fn line_by_the_channels_secret() {
    for (id, url, revocable) in [
        ("line-short", "https://api.line.me/v2/oauth/accessToken", true),
        ("line-stateless", "https://api.line.me/oauth2/v3/token", false),
    ] {
        let p = shipped(id);
        let lifetime = &p.lifetime;
        assert_eq!(
            (p.grant, p.tile.as_deref(), p.client_family()),
            (GrantType::ClientCredentials, Some("line"), "line-channel")
        );
        assert_eq!(
            (lifetime.renewal, lifetime.predecessor),
            (Renewal::Issue, Predecessor::Lives),
            "{id}"
        );
        let token = sent(&p, "token", None);
        assert_eq!(token.url.as_str(), url);
        assert_eq!(
            body(&token),
            "grant_type=client_credentials&client_id=client_id&client_secret=client_secret"
        );
        assert!(token.headers.is_empty());
        assert_eq!(
            (p.messages.revocation.is_some(), p.messages.inspect.is_some()),
            (revocable, revocable),
            "{id}"
        );
        let wrong = r#"{"error":"invalid_client","error_description":"invalid client_secret"}"#;
        assert_eq!(means(&p, "token", 400, wrong), Category::ClientAuth);
        asks_for(
            &p,
            QuestionKind::ClientId,
            &["1350031035"],
            &[(&"0a".repeat(16), "Channel secret"), ("1350031035-abcdefgh", "LIFF")],
        );
        asks_for(
            &p,
            QuestionKind::ClientSecret,
            &[&"0a".repeat(16)],
            &[("1350031035", "Channel ID"), (&"Ab+/".repeat(43), "channel access token")],
        );
    }
}

#[test]
fn wechat() {
    let p = shipped("wechat");
    let lifetime = &p.lifetime;
    assert_eq!(
        (p.grant, lifetime.renewal, lifetime.demand_minutes),
        (GrantType::ClientCredentials, Renewal::Issue, Some(5))
    );
    assert_eq!((lifetime.predecessor, lifetime.predecessor_minutes), (Predecessor::Lives, Some(5)));
    let token = sent(&p, "token", None);
    assert_eq!(
        (token.method, token.url.as_str()),
        ("POST", "https://api.weixin.qq.com/cgi-bin/stable_token")
    );
    // The documentation's example, without force_refresh: it would end the token before.
    let documented = serde_json::json!({ "grant_type": "client_credential", "appid": "client_id", "secret": "client_secret" });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&body(&token)).unwrap(), documented);
    let taken = r#"{"access_token":"ACCESS_TOKEN","expires_in":7200}"#;
    assert_eq!(told(&p, "token", taken, Answer::AccessToken).as_deref(), Some("ACCESS_TOKEN"));

    let refused = |code: i32, words: &str| format!(r#"{{"errcode":{code},"errmsg":"{words}"}}"#);
    for (code, words, category) in [
        (
            40164,
            "invalid ip 1.2.3.4 ipv6 ::ffff:1.2.3.4, not in whitelist rid: 1-2-3",
            Category::Checkpoint,
        ),
        (89503, "please confirm", Category::Checkpoint),
        (
            40001,
            "invalid credential, access_token is invalid or not latest",
            Category::ClientAuth,
        ),
        (40125, "invalid appsecret", Category::ClientAuth),
        (40013, "invalid appid", Category::ClientAuth),
        (45009, "reach max api daily quota limit", Category::RateLimited),
        (48001, "api unauthorized", Category::MissingPermission),
        (-1, "system error", Category::Transient),
        (47001, "data format error", Category::Refused),
    ] {
        assert_eq!(
            means(&p, "token", 200, &refused(code, words)),
            category,
            "{code}: status 200, and no success"
        );
    }
    asks_for(
        &p,
        QuestionKind::ClientId,
        &["wx0123456789abcdef"],
        &[
            ("gh_0123456789ab", "original ID"),
            ("ww0123456789abcdef", "WeCom"),
            (&"0a".repeat(16), "AppSecret"),
        ],
    );
    asks_for(
        &p,
        QuestionKind::ClientSecret,
        &[&"0a".repeat(16)],
        &[("wx0123456789abcdef", "AppID"), (&"a".repeat(43), "EncodingAESKey")],
    );
}
