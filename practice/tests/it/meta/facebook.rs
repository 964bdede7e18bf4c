//! Facebook Login: codes, exchanges, devices, inspection, permissions, proof (docs/facts/facebook.md).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keybearer_practice::meta::{APP_SECRET, FACEBOOK_APP_ID, Message, Platform, appsecret_proof};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::client::*;
use crate::client::param;

const TOKEN: &str = "/v26.0/oauth/access_token";
const SCOPE: &str = "public_profile,email,pages_show_list";

#[tokio::test]
async fn the_whole_trip() {
    let meta = start(Platform::Facebook).await;
    let location = allow_as(&meta, "ada", &ask(&meta, SCOPE)).await;
    assert!(
        location.starts_with(&format!("{LOCALHOST}?code=AQ")) && location.ends_with("&state=s+t#_=_"),
        "{location}"
    );
    let code = param(location.split('#').next().unwrap(), "code").unwrap();
    let answer = get(&meta, TOKEN, &exchange(&meta, &code)).await;
    assert!(answer.header("x-app-usage").contains("call_count"));
    let body = answer.json();
    assert_eq!(
        (body["token_type"].as_str(), body["expires_in"].as_u64()),
        (Some("bearer"), Some(3600))
    );
    let short = token_in(&body);
    let body = ok(&meta, TOKEN, &lengthen(&meta, &short)).await;
    assert_eq!(body["expires_in"], 5_183_944);
    let long = token_in(&body);
    let me = ok(
        &meta,
        "/v26.0/me",
        &[("fields", "id,name,email,picture{url}"), ("access_token", &long)],
    )
    .await;
    assert_eq!(
        (me["id"].as_str(), me["email"].as_str()),
        (Some("10220000000000031"), Some("ada@practice.invalid"))
    );
    assert!(me["picture"]["data"]["url"].is_string() && me["picture"]["data"].get("width").is_none());
    let counts = [Message::Token, Message::Exchange, Message::Me].map(|message| meta.count(message));
    assert_eq!(counts, [1, 1, 1]);
    // Unversioned, by POST, and long at once.
    meta.switch(|switches| switches.code_gives_long = true);
    let code = code_of(&meta, "grace", SCOPE).await;
    assert_eq!(
        post(&meta, "/oauth/access_token", &exchange(&meta, &code)).await.json()["expires_in"],
        5_183_944
    );
}

#[tokio::test]
async fn what_the_token_endpoint_refuses() {
    let meta = start(Platform::Facebook).await;
    let code = code_of(&meta, "ada", SCOPE).await;
    let right = exchange(&meta, &code);
    let refused = async |name, value| graph(&get(&meta, TOKEN, &but(&right, name, value)).await);
    assert_eq!(refused("client_id", None).await.2, "Missing client_id parameter.");
    assert_eq!(refused("client_id", Some("1")).await.0, 101);
    assert_eq!(
        refused("client_secret", Some("1")).await,
        (1, 0, "Error validating client secret.".to_owned())
    );
    assert_eq!(refused("client_secret", None).await.0, 1);
    assert_eq!(refused("redirect_uri", None).await.0, 191);
    assert!(
        refused("redirect_uri", Some("https://none.example/"))
            .await
            .2
            .starts_with("Given URL is not allowed")
    );
    let other = refused("redirect_uri", Some("http://localhost:47019/callback/facebook/")).await;
    assert!(other.1 == 36008 && other.2.contains("redirect_uri is identical"), "{other:?}");
    assert_eq!(refused("code", None).await.0, 1);
    assert_eq!(refused("code", Some("x")).await.0, 100);
    assert_eq!(get(&meta, TOKEN, &right).await.status, 200);
    assert_eq!(
        refused("x", None).await,
        (100, 36009, "This authorization code has been used.".to_owned())
    );
    let late = code_of(&meta, "ada", SCOPE).await;
    meta.advance(Duration::from_secs(600));
    let expired = graph(&get(&meta, TOKEN, &exchange(&meta, &late)).await);
    assert_eq!(expired, (100, 36007, "This authorization code has expired.".to_owned()));
}

#[tokio::test]
async fn pkce_where_it_is_used() {
    let meta = start(Platform::Facebook).await;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(b"verifier"));
    let mut asked = ask(&meta, SCOPE);
    asked.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
    let location = allow_as(&meta, "ada", &asked).await;
    let code = param(location.split('#').next().unwrap(), "code").unwrap();
    let right = exchange(&meta, &code);
    for wrong in [None, Some("other")] {
        let refused = graph(&get(&meta, TOKEN, &but(&right, "code_verifier", wrong)).await);
        assert!(refused.2.contains("code_verifier"));
    }
    ok(&meta, TOKEN, &but(&right, "code_verifier", Some("verifier"))).await;
    // Without a challenge it does not matter.
    let code = code_of(&meta, "ada", SCOPE).await;
    ok(&meta, TOKEN, &but(&exchange(&meta, &code), "code_verifier", Some("any"))).await;
}

#[tokio::test]
async fn exchanging_and_exchanging_again() {
    let meta = start(Platform::Facebook).await;
    let token = short(&meta, "ada", SCOPE).await;
    let right = lengthen(&meta, &token);
    let refused = async |name, value| graph(&get(&meta, TOKEN, &but(&right, name, value)).await);
    assert_eq!(refused("client_secret", Some("x")).await.0, 1);
    assert_eq!(refused("client_id", Some("x")).await.0, 101);
    assert_eq!(refused("grant_type", None).await.0, 100);
    assert_eq!(refused("fb_exchange_token", None).await.0, 100);
    assert_eq!(refused("fb_exchange_token", Some("x")).await.0, 190);
    let long = token_in(&ok(&meta, TOKEN, &right).await);
    let end = meta.token(&long).unwrap().expires.unwrap();
    meta.advance(10 * DAY);
    // The short one is over.
    assert_eq!(graph(&get(&meta, TOKEN, &right).await).1, 463);
    let same = token_in(&ok(&meta, TOKEN, &lengthen(&meta, &long)).await);
    assert!(same != long && meta.token(&same).unwrap().expires == Some(end));
    meta.switch(|switches| switches.reexchange_extends = true);
    let more = ok(&meta, TOKEN, &lengthen(&meta, &long)).await;
    assert_eq!(more["expires_in"], 5_183_944);
    assert!(meta.token(&token_in(&more)).unwrap().expires.unwrap() >= end + 10 * 86_400);
    meta.advance(51 * DAY);
    assert_eq!(graph(&get(&meta, TOKEN, &lengthen(&meta, &long)).await).1, 463);
    // A system user's never ends, and its answer does not speak of an end.
    let forever = meta.generate_token("grace", &["public_profile"], None).unwrap();
    assert!(ok(&meta, TOKEN, &lengthen(&meta, &forever)).await.get("expires_in").is_none());
}

#[tokio::test]
async fn a_code_for_another_device() {
    let meta = start(Platform::Facebook).await;
    let long = long(&meta, "ada", SCOPE).await;
    let ask = [
        ("client_id", FACEBOOK_APP_ID),
        ("client_secret", APP_SECRET),
        ("redirect_uri", LOCALHOST),
        ("access_token", &long),
    ];
    let refused = async |name, value| graph(&get(&meta, "/v26.0/oauth/client_code", &but(&ask, name, value)).await);
    assert_eq!(refused("client_secret", Some("x")).await.0, 1);
    assert_eq!(refused("redirect_uri", Some("https://none.example/")).await.0, 191);
    assert_eq!(refused("access_token", None).await.0, 104);
    let short = short(&meta, "ada", SCOPE).await;
    assert!(refused("access_token", Some(&short)).await.2.contains("long-lived"));
    let code = ok(&meta, "/v26.0/oauth/client_code", &ask).await["code"]
        .as_str()
        .unwrap()
        .to_owned();

    let redeem = [
        ("client_id", FACEBOOK_APP_ID),
        ("redirect_uri", LOCALHOST),
        ("code", &code),
        ("machine_id", "m1"),
    ];
    assert_eq!(
        graph(&get(&meta, TOKEN, &but(&redeem, "redirect_uri", Some("http://localhost:1/"))).await).1,
        36008
    );
    let body = ok(&meta, TOKEN, &redeem).await;
    assert_eq!(
        (body["machine_id"].as_str(), body["expires_in"].as_u64()),
        (Some("m1"), Some(5_183_944))
    );
    assert!(token_in(&body) != long && meta.token(&token_in(&body)).unwrap().long);
    assert_eq!((meta.count(Message::Redeem), meta.count(Message::Token)), (2, 2));
    assert_eq!(graph(&get(&meta, TOKEN, &redeem).await).1, 36009);
    // The dialog's code does not go without the secret.
    let code = code_of(&meta, "ada", SCOPE).await;
    assert_eq!(graph(&get(&meta, TOKEN, &but(&redeem, "code", Some(&code))).await).0, 1);
}

#[tokio::test]
async fn inspecting() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", SCOPE).await;
    let inspect = async |by: &str, what: &str| get(&meta, "/v26.0/debug_token", &[("access_token", by), ("input_token", what)]).await;
    let literal = format!("{FACEBOOK_APP_ID}|{APP_SECRET}");
    let app = [
        ("client_id", FACEBOOK_APP_ID),
        ("client_secret", APP_SECRET),
        ("grant_type", "client_credentials"),
    ];
    let app = token_in(&ok(&meta, "/oauth/access_token", &app).await);
    assert!(app.starts_with("1618033988749894|") && app != literal && meta.count(Message::AppToken) == 1);
    let known = meta.token(&token).unwrap();
    for by in [literal.as_str(), app.as_str(), token.as_str()] {
        let body = inspect(by, &token).await.json();
        let data = &body["data"];
        assert_eq!(
            (data["app_id"].as_str(), data["type"].as_str()),
            (Some(FACEBOOK_APP_ID), Some("USER"))
        );
        assert_eq!(
            (data["expires_at"].as_u64(), data["issued_at"].as_u64()),
            (known.expires, Some(known.issued))
        );
        assert!(data["data_access_expires_at"].as_u64().unwrap() >= known.issued + 89 * 86_400);
        assert_eq!(data["scopes"], json!(["email", "pages_show_list", "public_profile"]));
        assert_eq!(data["user_id"], "10220000000000031");
    }
    meta.switch(|switches| switches.ids_as_numbers = true);
    let body = inspect(&app, &token).await;
    assert!(body.text.contains("\"user_id\":10220000000000031") && body.text.contains("\"app_id\":1618033988749894"));
    assert_eq!(inspect(&app, &app).await.json()["data"]["type"], "APP");
    assert_eq!(inspect(&app, "x").await.json()["data"]["error"]["code"], 190);
    let forever = meta.generate_token("ada", &["public_profile"], None).unwrap();
    assert_eq!(inspect(&app, &forever).await.json()["data"]["expires_at"], 0);
    meta.advance(61 * DAY);
    let body = inspect(&app, &token).await.json();
    assert_eq!(
        (&body["data"]["is_valid"], &body["data"]["error"]["subcode"]),
        (&json!(false), &json!(463))
    );
    assert_eq!(graph(&inspect("x|y", &token).await).0, 190);
    assert_eq!(graph(&inspect(&app, "").await).0, 100);
    meta.set_tester("ada", false);
    assert_eq!(graph(&inspect(&forever, &token).await).0, 100);
    assert_eq!(graph(&get(&meta, "/v26.0/me", &[("access_token", &app)]).await).0, 2500);
}

#[tokio::test]
async fn taking_permissions_back() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", SCOPE).await;
    let by = [("access_token", token.as_str())];
    let gone = delete(&meta, "/v26.0/me/permissions/email", &by).await;
    assert_eq!((gone.status, gone.text.as_str()), (200, "{\"success\":true}"));
    assert_eq!(meta.token(&token).unwrap().scopes, ["pages_show_list", "public_profile"]);
    assert_eq!(graph(&delete(&meta, "/v26.0/me/permissions/email", &by).await).0, 100);
    // In pages, by status.
    let page = ok(&meta, "/v26.0/me/permissions", &[("access_token", &token), ("limit", "2")]).await;
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    let next = page["paging"]["next"]
        .as_str()
        .unwrap()
        .strip_prefix(meta.origin())
        .unwrap()
        .to_owned();
    let rest = ok(&meta, &next, &[]).await;
    assert_eq!(rest["data"], json!([{ "permission": "email", "status": "declined" }]));
    assert!(rest["paging"].get("next").is_none() && rest["paging"]["previous"].is_string());
    let declined = ok(&meta, "/v26.0/me/permissions", &[("access_token", &token), ("status", "declined")]).await;
    assert_eq!(declined["data"].as_array().unwrap().len(), 1);
    // The app as a whole: all of hers are dead, another person's are not.
    let graces = long(&meta, "grace", SCOPE).await;
    assert_eq!(graph(&delete(&meta, "/v26.0/10220000000000033/permissions", &by).await).1, 33);
    assert_eq!(delete(&meta, "/v26.0/me/permissions", &by).await.json()["success"], true);
    assert_eq!(graph(&get(&meta, "/v26.0/me", &by).await).1, 458);
    ok(&meta, "/v26.0/me", &[("access_token", &graces)]).await;
    let app = format!("{FACEBOOK_APP_ID}|{APP_SECRET}");
    assert_eq!(
        delete(&meta, "/v26.0/10220000000000033/permissions", &[("access_token", &app)])
            .await
            .status,
        200
    );
    assert_eq!(meta.tokens(), [""; 0]);
    assert_eq!(meta.count(Message::Revoke), 5);
}

#[tokio::test]
async fn the_proof() {
    let meta = start(Platform::Facebook).await;
    let token = long(&meta, "ada", SCOPE).await;
    let proof = appsecret_proof(&token);
    assert!(proof.len() == 64 && proof.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let with = async |proof: &str| get(&meta, "/v26.0/me", &[("access_token", &token), ("appsecret_proof", proof)]).await;
    assert_eq!(with("").await.status, 200);
    assert_eq!(with(&proof).await.status, 200);
    assert_eq!(graph(&with("00").await).2, "Invalid appsecret_proof provided in the API argument");
    meta.switch(|switches| switches.require_app_secret = true);
    assert_eq!(graph(&with("").await).0, 100);
    assert_eq!(with(&proof).await.status, 200);
    // RFC 4231 has no such key; this was computed with another tool's HMAC.
    assert_eq!(appsecret_proof("token"), PROOF_OF_TOKEN);
}

const PROOF_OF_TOKEN: &str = "8bf77106660df6e851e90642fa469ef6a824320af25a6cc5feeb0ed723baad2d";

#[tokio::test]
async fn data_access_ends_90_days_after_the_login() {
    let meta = start(Platform::Facebook).await;
    meta.switch(|switches| switches.reexchange_extends = true);
    let mut token = long(&meta, "ada", SCOPE).await;
    for _ in 0..2 {
        meta.advance(40 * DAY);
        token = token_in(&ok(&meta, TOKEN, &lengthen(&meta, &token)).await);
    }
    ok(&meta, "/v26.0/me", &[("access_token", &token)]).await;
    let forever = meta.generate_token("ada", &["public_profile"], None).unwrap();
    meta.advance(10 * DAY);
    assert_eq!(graph(&get(&meta, "/v26.0/me", &[("access_token", &token)]).await).0, 10);
    meta.advance(100 * DAY);
    ok(&meta, "/v26.0/me", &[("access_token", &forever)]).await;
}
