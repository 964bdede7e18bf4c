//! The token endpoint: the numbers are those of the recorded exchanges with a real GoToSocial.

use keybearer_practice::Flavor;
use serde_json::{Value, json};

use crate::client::*;

const HINT: &str = "If you arrived at this error during a sign in/oauth flow, please try clearing your session cookies and signing in again; if problems persist, make sure you're using the correct credentials";
const OTHER: &str = "demooauth://callback/gts";
const TOKEN: &str = "/oauth/token";

fn gts(error: &str, status: &str, description: &str) -> Value {
    json!({ "error": error, "error_description": format!("{status}: {description}") })
}

#[tokio::test]
async fn gotosocial_answers_byte_by_byte() {
    let practice = start(Flavor::GoToSocial).await;
    let app = register(&practice, CALLBACK, "read write").await;
    // 30, 38, 44: JSON, form, multipart
    for kind in ["json", "form", "multipart"] {
        let code = code(&practice, &app, CALLBACK, "read").await;
        let fields = exchange(&app, CALLBACK, &code);
        let builder = http().post(format!("{}{TOKEN}", practice.origin()));
        let builder = match kind {
            "json" => builder.json(&fields.iter().copied().collect::<std::collections::HashMap<_, _>>()),
            "form" => builder.form(&fields),
            _ => builder.multipart(fields.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| {
                form.text((*name).to_owned(), (*value).to_owned())
            })),
        };
        let answer = Answer::of(builder.send().await.unwrap()).await;
        let reply = answer.json();
        let (token, at) = (reply["access_token"].as_str().unwrap(), reply["created_at"].as_u64().unwrap());
        assert_eq!(token.len(), 48);
        let bytes = format!("{{\"access_token\":\"{token}\",\"created_at\":{at},\"scope\":\"read\",\"token_type\":\"Bearer\"}}");
        assert_eq!((answer.status, answer.text.as_str()), (200, bytes.as_str()), "{kind}");
        assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
        assert_eq!(practice.tokens().last().unwrap(), token);
    }
    // 226: an app's own token expires.
    let own = [
        ("client_id", app.id.as_str()),
        ("client_secret", &app.secret),
        ("grant_type", "client_credentials"),
        ("redirect_uri", CALLBACK),
        ("scope", "read"),
    ];
    let reply = post(&practice, TOKEN, &own).await.json();
    assert_eq!((&reply["expires_in"], &reply["scope"]), (&json!(7200), &json!("read")));
    let me = get_as(
        &practice,
        "/api/v1/accounts/verify_credentials",
        reply["access_token"].as_str().unwrap(),
    )
    .await;
    assert_eq!(
        (me.status, me.error().as_str()),
        (401, "Unauthorized: user not supplied or not authorized")
    );
}

#[tokio::test]
async fn gotosocial_refuses_in_its_own_words() {
    let practice = start(Flavor::GoToSocial).await;
    let app = register(&practice, &format!("{CALLBACK}\n{OTHER}"), "read").await;
    let stranger = register(&practice, OOB, "read").await;
    let live = code(&practice, &app, CALLBACK, "read").await;
    let full = exchange(&app, CALLBACK, &live);
    let with = |changes: &[(&'static str, &str)]| -> Vec<(String, String)> {
        let mut fields: Vec<(String, String)> = full.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for (name, value) in changes {
            fields.retain(|(key, _)| key != name);
            if !value.is_empty() {
                fields.push(((*name).to_owned(), (*value).to_owned()));
            }
        }
        fields
    };
    let no_rows = gts(
        "sql: no rows in result set",
        "Bad Request",
        &format!("could not get access token: sql: no rows in result set: {HINT}"),
    );
    let client = gts(
        "invalid_client",
        "Bad Request",
        &format!("could not get access token: invalid_client: {HINT}"),
    );
    let grant = gts(
        "invalid_grant",
        "Bad Request",
        &format!("could not get access token: invalid_grant: {HINT}"),
    );
    let uncovered = |uri: &str| {
        gts(
            "invalid redirect uri",
            "Forbidden",
            &format!("requested redirect URI {uri} was not covered by client redirect URIs: {HINT}"),
        )
    };
    let missing = |what: &str| gts("invalid_request", "Bad Request", what);
    let set = "was not set in the token request form";
    let no_grant = format!(
        "grant_type {set}, but must be set to authorization_code or client_credentials: a code was provided in the token request form, but grant_type was not set to authorization_code"
    );
    let kinds = "If you arrived at this error during a sign in/oauth flow, your client is trying to use an unsupported OAuth grant type. Supported grant types are: authorization_code, client_credentials; please reach out to developer of your client";
    let unsupported = gts(
        "unsupported_grant_type",
        "Bad Request",
        &format!("could not validate token request: unsupported_grant_type: {kinds}"),
    );
    for (number, changes, status, body) in [
        (169, with(&[("client_secret", "nope")]), 400, client),
        (176, with(&[("client_id", "01NOPE")]), 400, no_rows.clone()),
        (
            182,
            with(&[("client_id", &stranger.id), ("client_secret", &stranger.secret)]),
            403,
            uncovered(CALLBACK),
        ),
        (183, with(&[("code", "NOPE")]), 400, no_rows.clone()),
        (189, with(&[("redirect_uri", OTHER)]), 400, grant),
        (
            195,
            with(&[("redirect_uri", "http://127.0.0.1:1/x")]),
            403,
            uncovered("http://127.0.0.1:1/x"),
        ),
        (201, with(&[("redirect_uri", "")]), 400, missing(&format!("redirect_uri {set}"))),
        (207, with(&[("client_secret", "")]), 400, missing(&format!("client_secret {set}"))),
        (
            214,
            with(&[("code", "")]),
            400,
            missing(&format!("code {set}, but must be set since grant_type is authorization_code")),
        ),
        (215, with(&[("grant_type", "")]), 400, missing(&no_grant)),
        (
            216,
            with(&[("grant_type", "refresh_token"), ("code", "")]),
            400,
            unsupported.clone(),
        ),
        (217, with(&[("grant_type", "password"), ("code", "")]), 400, unsupported),
    ] {
        let answer = Answer::of(
            http()
                .post(format!("{}{TOKEN}", practice.origin()))
                .form(&changes)
                .send()
                .await
                .unwrap(),
        )
        .await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (status, body.to_string().as_str()),
            "{number}"
        );
        assert_eq!(
            (answer.header("cache-control"), answer.header("vary")),
            ("private, max-age=120", "Accept, Accept-Encoding"),
            "{number}"
        );
    }
    // 213: Basic is not read.
    let basic = http()
        .post(format!("{}{TOKEN}", practice.origin()))
        .basic_auth(&app.id, Some(&app.secret));
    let basic = basic.form(&with(&[("client_id", ""), ("client_secret", "")])).send().await.unwrap();
    assert_eq!(
        Answer::of(basic).await.json(),
        missing(&format!("client_id {set}: client_secret {set}"))
    );
    // 218, 219, 228
    let empty = post(&practice, TOKEN, &[]).await.json()["error_description"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        empty.ends_with(&format!("client_id {set}: client_secret {set}: redirect_uri {set}")),
        "{empty}"
    );
    let get = get(&practice, TOKEN).await;
    assert_eq!(
        (get.status, get.header("allow"), get.header("content-type"), get.text.as_str()),
        (405, "POST", "text/plain", "405 method not allowed")
    );
    let html = http()
        .post(format!("{}{TOKEN}", practice.origin()))
        .header("accept", "text/html")
        .form(&full)
        .send()
        .await
        .unwrap();
    assert_eq!(html.status().as_u16(), 406);
    // 170: none of this used the code up; 31: using it does; 32: and the token lives on.
    let token = post(&practice, TOKEN, &full).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let again = post(&practice, TOKEN, &full).await;
    assert_eq!((again.status, again.text.as_str()), (400, no_rows.to_string().as_str()));
    assert_eq!(get_as(&practice, "/api/v1/accounts/verify_credentials", &token).await.status, 200);
}

#[tokio::test]
async fn mastodon_answers_and_refuses() {
    let practice = start(Flavor::Mastodon).await;
    let app = register(&practice, &format!("{CALLBACK}\n{OTHER}"), "read").await;
    let stranger = register(&practice, CALLBACK, "read").await;
    let live = code(&practice, &app, CALLBACK, "read").await;
    let refused = async |fields: Vec<(&str, &str)>, status: u16, error: &str| {
        let answer = post(&practice, TOKEN, &fields).await;
        assert_eq!((answer.status, answer.error().as_str()), (status, error), "{}", answer.text);
        assert!(answer.header("www-authenticate").contains(&format!("error=\"{error}\"")));
        assert_eq!(answer.header("cache-control"), "no-store");
    };
    let changed = |at: usize, value: &'static str| {
        let mut fields = exchange(&app, CALLBACK, &live);
        fields[at].1 = value;
        fields
    };
    refused(changed(0, "nobody"), 401, "invalid_client").await;
    refused(changed(1, "nope"), 401, "invalid_client").await;
    refused(changed(2, "password"), 400, "unsupported_grant_type").await;
    refused(changed(3, "NOPE"), 400, "invalid_grant").await;
    refused(changed(4, OTHER), 400, "invalid_grant").await;
    refused(changed(3, ""), 400, "invalid_request").await;
    refused(changed(4, ""), 400, "invalid_request").await;
    refused(exchange(&stranger, CALLBACK, &live), 400, "invalid_grant").await;

    let basic = http()
        .post(format!("{}{TOKEN}", practice.origin()))
        .basic_auth(&app.id, Some(&app.secret));
    let fields: Vec<_> = exchange(&app, CALLBACK, &live).into_iter().skip(2).collect();
    let answer = Answer::of(basic.form(&fields).send().await.unwrap()).await;
    let names: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        (answer.status, names),
        (
            200,
            ["access_token", "created_at", "scope", "token_type"].map(String::from).to_vec()
        )
    );
    refused(exchange(&app, CALLBACK, &live), 400, "invalid_grant").await;
}
