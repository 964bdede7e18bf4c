//! What a person tries, platform by platform: what is sent, what the page gets to see, and what it does not.

use keybearer_core::provider::RedirectKind;
use keybearer_practice::meta::{APP_SECRET, Failure, Message, Platform};
use keybearer_practice::x::AppType;
use keybearer_practice::{Endpoint, Fault, Flavor};
use tempfile::TempDir;

use super::{Home, tried, typed};
use crate::rig::{Rig, asked, plan, practice};
use crate::{meta, x};

fn ids(rig: &Rig, account: &str) -> Vec<String> {
    rig.keeper.uses(account).unwrap().calls.into_iter().map(|c| c.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_and_what_its_errors_say_again() {
    let s = meta::Stage::new(Platform::Threads).await;
    let account = s.log_in().await.id;
    let token = s.rig.token(&account).await;
    assert_eq!(ids(&s.rig, &account), ["me", "posts", "publishing-limit"]);
    let request = s
        .rig
        .keeper
        .prepare_call(&account, "me", &typed(&[("fields", "id & name")]))
        .unwrap();
    let shown = format!("{}/v1.0/me?access_token=••••••••&fields=id+%26+name", s.meta.origin());
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", shown.as_str()));

    let secrets = [token.as_str(), APP_SECRET];
    let me = tried(&s.rig, &account, "me", &[], &secrets).await;
    assert_eq!((me.status, me.is_json, me.content_type.as_str()), (200, true, "application/json"));
    assert!(me.text.contains("\"id\": \"17841400000000001\""), "{}", me.text);
    let posts = tried(&s.rig, &account, "posts", &[("limit", "2")], &secrets).await;
    assert_eq!(posts.text.matches("Practice post").count(), 2);
    assert!(posts.text.contains("\"next\": \"••••••••\""), "{}", posts.text);
    let limit = tried(&s.rig, &account, "publishing-limit", &[], &secrets).await;
    assert!(limit.text.contains("\"quota_total\": 250"), "{}", limit.text);

    s.meta.fail_next(Message::Me, Failure::Echo);
    let echoed = tried(&s.rig, &account, "me", &[], &secrets).await;
    assert!(
        echoed.status == 400 && echoed.text.contains("Malformed access token ••••••••"),
        "{}",
        echoed.text
    );
    // A refusal here is an answer, and no trouble of the account's.
    assert!(s.rig.account(&account).trouble.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facebook_shows_no_token_of_a_page() {
    let s = meta::Stage::new(Platform::Facebook).await;
    let [account, page] = s.log_in_with_page().await;
    let tokens = [s.rig.token(&account).await, s.rig.token(&page).await];
    let secrets = [tokens[0].as_str(), &tokens[1], APP_SECRET];
    assert_eq!(ids(&s.rig, &account), ["me", "pages", "debug-token"]);
    assert_eq!(ids(&s.rig, &page), ["me", "debug-token"], "a Page has no Pages");

    let fields = [("fields", "id,name,access_token")];
    let listed = tried(&s.rig, &account, "pages", &fields, &secrets).await;
    assert!(listed.text.contains("\"access_token\": \"••••••••\""), "{}", listed.text);
    assert!(!s.meta.tokens().iter().any(|token| listed.text.contains(token)), "nobody's");
    assert_eq!(listed.rate.unwrap().used, Some(1));
    let known = tried(&s.rig, &page, "debug-token", &[], &secrets).await;
    assert!(known.text.contains("\"type\": \"PAGE\""), "{}", known.text);
    let request = s.rig.keeper.prepare_call(&page, "debug-token", &typed(&[])).unwrap();
    assert_eq!(request.url.matches("••••••••").count(), 2, "{}", request.url);
    // The proof is made of the token and the app's secret: what is shown of it is nothing.
    let shown = s.rig.keeper.prepare_call(&page, "me", &typed(&[])).unwrap().url;
    let dots = ["access_token=••••••••", "appsecret_proof=••••••••"];
    assert!(dots.iter().all(|part| shown.contains(part)), "{shown}");
    let me = tried(&s.rig, &page, "me", &[], &secrets).await;
    assert_eq!(me.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instagram_lists_media() {
    let s = meta::Stage::new(Platform::Instagram).await;
    let account = s.log_in().await.id;
    let token = s.rig.token(&account).await;
    let media = tried(&s.rig, &account, "media", &[("limit", "3")], &[&token, APP_SECRET]).await;
    assert_eq!(media.text.matches("Practice picture").count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instagram_through_a_page_lists_media() {
    let s = meta::Stage::by_facebook().await;
    let [person, account] = s.log_in_with_page().await;
    let tokens = [s.rig.token(&person).await, s.rig.token(&account).await];
    let secrets = [tokens[0].as_str(), &tokens[1], APP_SECRET];
    let media = tried(&s.rig, &account, "media", &[("limit", "3")], &secrets).await;
    assert_eq!(media.text.matches("Practice picture").count(), 3, "{}", media.text);
    assert!(media.text.contains("\"next\": \"••••••••\""), "{}", media.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mastodon_tells_which_app_a_token_belongs_to() {
    let (rig, server) = (Rig::new(), practice(Flavor::Mastodon).await);
    let account = rig.log_in(plan(&rig, &server, RedirectKind::Loopback)).await.account.id;
    let token = rig.token(&account).await;
    let app = tried(&rig, &account, "app", &[], &[&token]).await;
    let told: serde_json::Value = serde_json::from_str(&app.text).unwrap();
    let client = rig.keeper.view().clients[0].clone();
    assert_eq!((app.status, told["name"].as_str()), (200, Some(client.name.as_str())));
    assert!(told["scopes"].as_array().unwrap().iter().any(|scope| scope == "read"), "{told}");
    assert!(told.get("client_secret").is_none() && told["redirect_uris"].is_array(), "{told}");
    server.kill_tokens();
    assert_eq!(tried(&rig, &account, "app", &[], &[&token]).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x_is_renewed_first_and_says_its_price() {
    let s = x::Stage::new().await;
    let account = s.log_in().await.id;
    let before = s.rig.token(&account).await;
    let uses = s.rig.keeper.uses(&account).unwrap();
    assert!(uses.calls[0].costs.as_ref().unwrap().en.contains("cent") && !uses.calls[0].writes);
    s.later(3 * 3600);
    let me = tried(&s.rig, &account, "me", &[], &[&before]).await;
    let after = s.rig.token(&account).await;
    assert_ne!(before, after, "it was due");
    assert!(me.status == 200 && !me.text.contains(&after), "{}", me.text);
    let rate = me.rate.unwrap();
    assert!(rate.left < rate.limit && rate.limit == Some(75) && rate.resets.is_some());
    assert_eq!(me.retry_after, None, "a good answer asks for no patience");
    // One's own posts, at their own price.
    let posts = tried(&s.rig, &account, "posts", &[("limit", "5")], &[&before, &after]).await;
    assert!(
        posts.status == 200 && posts.text.matches("Practice post").count() == 5,
        "{}",
        posts.text
    );
    let call = uses.calls.iter().find(|c| c.id == "posts").unwrap();
    assert!(call.costs.as_ref().unwrap().en.contains("tenth of a US cent") && !call.writes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x_signs_and_asks_as_the_app() {
    let s = x::Stage::new().await;
    s.x.set_app_type(AppType::Confidential);
    s.register("x-oauth1-here", RedirectKind::Paste);
    let signed = s
        .rig
        .log_in(s.keys("x-oauth1-here", Some(RedirectKind::Paste), &[]))
        .await
        .account
        .id;
    let app = s.rig.log_in(s.keys("x-app-here", None, &[])).await.account.id;
    let keys = s.x.keys();
    let (token, bearer) = (s.rig.token(&signed).await, s.rig.token(&app).await);
    let secret = s.rig.keeper.token_secret(&signed).await.unwrap().expose().to_owned();
    let secrets = [token.as_str(), &secret, &bearer, &keys.api_secret];

    let request = s.rig.keeper.prepare_call(&signed, "me", &typed(&[])).unwrap();
    let [agent, accept, authorization] = request.headers.as_slice() else {
        panic!("{:?}", request.headers)
    };
    assert!(agent.0 == "user-agent" && agent.1.starts_with("Keybearer/"));
    assert_eq!((accept.0.as_str(), accept.1.as_str()), ("accept", "application/json"));
    assert_eq!(*authorization, ("authorization".to_owned(), "OAuth ••••••••".to_owned()));
    assert_eq!(tried(&s.rig, &signed, "me", &[], &secrets).await.status, 200);
    let posts = tried(&s.rig, &signed, "posts", &[], &secrets).await;
    assert_eq!(posts.text.matches("Practice post").count(), 10, "{}", posts.text);
    let somebody = tried(&s.rig, &app, "user", &[("name", "ada")], &secrets).await;
    assert!(somebody.text.contains("\"username\": \"ada\""), "{}", somebody.text);
    // What the project has used: X says it to the app's own token alone.
    let used = tried(&s.rig, &app, "usage", &[("days", "2")], &secrets).await;
    assert!(
        used.status == 200 && used.text.contains("\"project_usage\": \"2007\"") && used.text.matches("\"date\"").count() == 2,
        "{}",
        used.text
    );
    assert!(!ids(&s.rig, &signed).contains(&"usage".to_owned()));
    // What is typed is one step of the path, and no way to another one.
    let request = s.rig.keeper.prepare_call(&app, "user", &typed(&[("name", "../me?x=")])).unwrap();
    assert!(request.url.contains("/2/users/by/username/..%2Fme%3Fx%3D?"), "{}", request.url);
    for nowhere in ["", ".", ".."] {
        let inputs = typed(&[("name", nowhere)]);
        let error = s.rig.keeper.prepare_call(&app, "user", &inputs).unwrap_err();
        assert_eq!(
            (error.code().as_str(), error.view().params["field"].as_str()),
            ("input-invalid", "name")
        );
        assert!(s.rig.keeper.try_call(&app, "user", &inputs, false).await.is_err());
    }
    let named: Vec<String> = s.rig.keeper.uses(&signed).unwrap().copies.into_iter().map(|c| c.id).collect();
    assert_eq!(named, ["token", "env", "json"], "what is signed once is no command");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gotosocial_lists_its_tokens_and_ends_one() {
    let home = Home::new(Flavor::GoToSocial).await;
    let mut wanted = plan(&home.rig, &home.server, RedirectKind::Loopback);
    wanted.scopes = vec!["read".into(), "write".into()];
    let id = &home.rig.log_in(wanted).await.account.id;
    let token = &home.rig.token(id).await;
    let listed = tried(&home.rig, id, "tokens", &[], &[token]).await;
    let tokens: Vec<serde_json::Value> = serde_json::from_str(&listed.text).unwrap();
    let first = tokens[0]["id"].as_str().unwrap();
    // What changes something is not sent without the person's word, and nothing without an id.
    let keeper = &home.rig.keeper;
    let inputs = typed(&[("token_id", first)]);
    assert!(
        keeper
            .uses(id)
            .unwrap()
            .calls
            .iter()
            .any(|c| c.id == "invalidate-token" && c.writes)
    );
    assert!(keeper.try_call(id, "invalidate-token", &inputs, false).await.is_err());
    assert!(keeper.try_call(id, "invalidate-token", &typed(&[]), true).await.is_err());
    assert_eq!(tried(&home.rig, id, "tokens", &[], &[token]).await.status, 200, "it lives");
    let ended = keeper.try_call(id, "invalidate-token", &inputs, true).await.unwrap();
    assert!(ended.status == 200 && !ended.text.contains(token), "{}", ended.text);
    assert!(keeper.verify(id).await.is_err(), "it was this one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statuses_by_every_filter() {
    for flavor in [Flavor::GoToSocial, Flavor::Mastodon] {
        let home = Home::new(flavor).await;
        let (id, token) = (&home.account.id, home.token.as_str());
        let own: &[&str] = match flavor {
            Flavor::GoToSocial => &["me", "statuses", "tokens", "invalidate-token", "instance"],
            _ => &["me", "statuses", "app", "instance"],
        };
        assert_eq!(ids(&home.rig, id), own);
        let inputs = [
            ("limit", "1"),
            ("only_media", "true"),
            ("exclude_reblogs", "true"),
            ("exclude_replies", ""),
        ];
        let answer = tried(&home.rig, id, "statuses", &inputs, &[token]).await;
        let statuses: Vec<serde_json::Value> = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(statuses.len(), 1, "{flavor:?}");
        assert!(statuses.iter().all(|s| !s["media_attachments"].as_array().unwrap().is_empty()));
        let rate = answer.rate.unwrap();
        assert_eq!((rate.left, rate.limit), (Some(299), Some(300)));
        let sent = home.server.requests().pop().unwrap();
        assert_eq!(
            sent.query, "exclude_reblogs=true&limit=1&only_media=true",
            "what is off is left out"
        );
        let asked = [("limit", "40"), ("only_public", "true")];
        let public = tried(&home.rig, id, "statuses", &asked, &[token]).await;
        let statuses: Vec<serde_json::Value> = serde_json::from_str(&public.text).unwrap();
        assert!(
            statuses.len() > 30 && statuses.iter().all(|s| s["visibility"] == "public"),
            "{flavor:?}"
        );
        let of_the_form = home.server.requests().pop().unwrap().query.contains("only_public");
        assert_eq!(
            of_the_form,
            flavor == Flavor::GoToSocial,
            "what the server does not know is not asked for"
        );
        for (name, wrong) in [("limit", "0"), ("limit", "x"), ("pinned", "yes"), ("limit", "1001")] {
            let error = home.rig.keeper.prepare_call(id, "statuses", &typed(&[(name, wrong)])).unwrap_err();
            assert_eq!(
                (error.code().as_str(), error.view().params["field"].as_str()),
                ("input-invalid", name)
            );
        }
        assert_eq!(tried(&home.rig, id, "me", &[], &[token]).await.status, 200);
        let instance = tried(&home.rig, id, "instance", &[("api", "v1")], &[token]).await;
        assert!(instance.status == 200 && home.server.requests().pop().unwrap().header("authorization").is_none());

        home.server.fail_next(
            Endpoint::Statuses,
            Fault::TooMany {
                retry_after: Some("7".into()),
            },
        );
        let much = tried(&home.rig, id, "statuses", &[], &[token]).await;
        assert_eq!((much.status, much.retry_after, much.rate.unwrap().left), (429, Some(7), Some(0)));
        home.server.fail_next(Endpoint::Statuses, Fault::Html);
        let page = tried(&home.rig, id, "statuses", &[], &[token]).await;
        assert!(!page.is_json && page.text.contains('<'));
        home.server.fail_next(Endpoint::Statuses, Fault::Huge);
        let huge = home.rig.keeper.try_call(id, "statuses", &typed(&[]), false).await;
        assert_eq!(huge.unwrap_err().code(), "answer-too-large");
        home.server.kill_tokens();
        assert_eq!(tried(&home.rig, id, "me", &[], &[token]).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_many_as_gotosocial_gives() {
    let home = Home::new(Flavor::GoToSocial).await;
    home.server.set_posts(1000);
    let answer = tried(&home.rig, &home.account.id, "statuses", &[("limit", "1000")], &[&home.token]).await;
    let statuses: Vec<serde_json::Value> = serde_json::from_str(&answer.text).unwrap();
    assert!(statuses.len() == 1000 && answer.text.len() > 1 << 20, "{} bytes", answer.text.len());
}

/// A file of one's own with a call that writes.
const WRITES: &str = r#"
[[calls]]
id = "forget"
meaning = { en = "forget this token", zh-Hans = "作废这个令牌", zh-Hant = "作廢這個權杖" }
[calls.request]
url = "{server}/oauth/revoke"
form = { token = "{access_token}", client_id = "{client_id}", client_secret = "{client_secret}" }
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_writes_is_sent_only_when_it_is_meant() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/providers");
    std::fs::create_dir_all(&folder).unwrap();
    let own = include_str!("../../../providers/mastodon.toml").replace("id = \"mastodon\"", "id = \"mine\"");
    std::fs::write(folder.join("mine.toml"), own + WRITES).unwrap();
    let (rig, server) = (Rig::over(home), practice(Flavor::Mastodon).await);
    assert!(rig.keeper.view().problems.is_empty(), "{:?}", rig.keeper.view().problems);
    let mut mine = plan(&rig, &server, RedirectKind::Loopback);
    mine.provider = "mine".into();
    let account = rig.log_in(mine).await.account.id;
    let call = rig
        .keeper
        .uses(&account)
        .unwrap()
        .calls
        .into_iter()
        .find(|c| c.id == "forget")
        .unwrap();
    assert!(call.writes);
    let shown = rig.keeper.prepare_call(&account, "forget", &typed(&[])).unwrap();
    let fields = [
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    for (name, value) in fields.map(|(name, value)| (name.to_owned(), value.to_owned())) {
        assert!(shown.headers.contains(&(name, value)), "{:?}", shown.headers);
    }
    let body = shown.body.unwrap();
    assert!(body.contains("token=••••••••") && body.contains("client_secret=••••••••"), "{body}");

    let refused = rig.keeper.try_call(&account, "forget", &typed(&[]), false).await.unwrap_err();
    assert_eq!(refused.view().params["field"], "confirmed");
    assert_eq!(asked(&server, "/oauth/revoke"), 0, "nothing was sent");
    let done = rig.keeper.try_call(&account, "forget", &typed(&[]), true).await.unwrap();
    assert_eq!((done.status, asked(&server, "/oauth/revoke")), (200, 1));
    assert_eq!(
        rig.keeper
            .try_call(&account, "nothing", &typed(&[]), true)
            .await
            .unwrap_err()
            .code(),
        "input-invalid"
    );
}
