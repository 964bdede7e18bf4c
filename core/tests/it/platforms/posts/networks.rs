//! Networks on which people post for everyone.

use std::time::Duration;

use keybearer_core::keeper::TokenImport;
use keybearer_core::provider::QuestionKind::{AccessToken, ClientId, ClientSecret, TokenSecret};
use keybearer_core::provider::RedirectKind;
use keybearer_core::provider::post::DarkCode;
use keybearer_core::token::Secret;
use keybearer_core::view::{Draft, Lamp, LoginPlan};
use keybearer_practice::x;

use super::{ALL, Posting, draft, lamps, part, stage};
use crate::platforms::linkedin::PORT;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bluesky() {
    let form = [(ClientId, "ada.bsky.social"), (ClientSecret, "7626-qm4r-2qkx-aby7")];
    let p = Posting::by_form("bluesky", "bluesky", &form).await;
    let long = Draft {
        text: "x".repeat(301),
        ..Draft::default()
    };
    assert!(p.stage.rig.keeper.publish_post(&p.account, &long, true).await.is_err());
    let view = p.posted(&draft()).await;
    assert_eq!(lamps(&view), ALL);
    let rkey = p.stage.server.value("rkey");
    assert_eq!(view.id.as_deref(), Some(rkey.as_str()));
    let link = view.link.unwrap();
    assert!(
        link.ends_with(&format!("/profile/did%3Aplc%3Aewvi7nxzyoun6zhxrhs64oiz/post/{rkey}")),
        "{link}"
    );
    // A minute is the network's.
    assert_eq!(p.look_in("strangers do not see it").await.seen, Lamp::Waiting);
    p.stage.later(61);
    let view = p.look_in("strangers do not see it").await;
    assert_eq!(view.seen, Lamp::No);
    let reason = view.reason.unwrap();
    assert!(reason.code == DarkCode::LimitedAccount && !reason.certain, "{reason:?}");
    p.deleted().await;
    p.lost("a post", &draft()).await;
    p.stage.server.end("rkey");
    assert_eq!(p.look().await.there, Lamp::Waiting, "it may come yet");
    p.stage.later(61);
    let gone = p.look().await;
    assert_eq!((gone.there, gone.reason.unwrap().code), (Lamp::No, DarkCode::Removed));
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn misskey() {
    let stage = stage("misskey", &[]).await;
    let account = stage.misskey().await.unwrap().id;
    let p = Posting::new("misskey", stage, account);
    let view = p.posted(&draft()).await;
    assert_eq!((lamps(&view), view.visibility.as_deref()), (ALL, None));
    assert!(view.link.unwrap().ends_with(&format!("/notes/{}", p.stage.server.value("note"))));
    assert_eq!(p.hidden("a sign-in is required").await, DarkCode::LoginOnly);
    p.deleted().await;
    let followers = Draft {
        visibility: Some("followers".into()),
        ..draft()
    };
    assert!(!p.stage.rig.keeper.prepare_post(&p.account, &followers).unwrap().public);
    p.publish(&followers).await;
    assert_eq!(p.hidden("a note for followers").await, DarkCode::DefaultVisibility);
    p.deleted().await;
    p.lost("a note is posted", &draft()).await;
    p.stage.server.end("note");
    assert_eq!(p.look().await.there, Lamp::No);
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pleroma() {
    let stage = stage("pleroma", &[]).await;
    let account = stage
        .through_browser(stage.plan_at_server("pleroma", RedirectKind::Loopback))
        .await
        .unwrap()
        .id;
    let p = Posting::new("pleroma", stage, account);
    let view = p.posted(&draft()).await;
    assert_eq!(lamps(&view), ALL);
    assert!(view.link.unwrap().ends_with(&format!("/notice/{}", p.stage.server.value("status"))));
    let view = p.look_in("strangers may not see it").await;
    let reason = view.reason.unwrap();
    assert_eq!((view.seen, reason.code, reason.certain), (Lamp::No, DarkCode::LoginOnly, false));
    p.deleted().await;
    let local = Draft {
        visibility: Some("local".into()),
        ..draft()
    };
    p.publish(&local).await;
    assert_eq!(p.hidden("strangers may not see it").await, DarkCode::LocalOnly);
    p.deleted().await;
    p.lost("a status", &draft()).await;
    p.stage.server.end("status");
    assert_eq!(p.look().await.there, Lamp::No);
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn linkedin() {
    let _alone = PORT.alone().await;
    let form = [(ClientId, "86abc1def2ghi3"), (ClientSecret, "WPL_AP1.0123456789abcdef.ABCdef==")];
    let stage = stage("linkedin", &["linkedin"]).await;
    let plan = LoginPlan {
        redirect: Some(RedirectKind::Localhost),
        ..stage.plan("linkedin", &form)
    };
    let account = stage.through_browser(plan).await.unwrap().id;
    let p = Posting::new("linkedin", stage, account);
    let view = p.posted(&draft()).await;
    assert_eq!(
        lamps(&view),
        (Lamp::Yes, Lamp::NeedsLogin, Lamp::NeedsLogin),
        "only partners read posts"
    );
    let link = view.link.unwrap();
    assert!(link.ends_with("/feed/update/urn%3Ali%3Ashare%3A6844785523593134080/"), "{link}");
    p.deleted().await;
    p.refused("the same text again", &draft()).await;
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn x_by_keys() {
    let stage = part("x", "x-keys").await;
    let form = [
        (ClientId, x::API_KEY),
        (ClientSecret, x::API_SECRET),
        (AccessToken, x::ACCESS_TOKEN),
        (TokenSecret, x::ACCESS_TOKEN_SECRET),
    ];
    let account = stage.log_in("x-keys", &form).await.id;
    let p = Posting::new("x", stage, account);
    // Each character outside of the basic scripts counts twice.
    let long = Draft {
        text: "字".repeat(141),
        ..Draft::default()
    };
    let plan = p.stage.rig.keeper.prepare_post(&p.account, &long).unwrap();
    assert!(
        plan.length == 282 && plan.max_length == Some(280) && plan.cost.is_some(),
        "{plan:?}"
    );
    p.refused("the same text again", &draft()).await;
    let view = p.posted(&draft()).await;
    assert_eq!(lamps(&view), ALL);
    assert!(view.link.unwrap().ends_with("/i/status/1445880548472328192"));
    // The first one stays known, and why the second one was refused.
    p.refused("the same text again", &draft()).await;
    let known = p.stage.rig.keeper.first_post(&p.account).unwrap().unwrap();
    assert_eq!(known.refused.unwrap().code, DarkCode::Duplicate);
    p.stage.later(31);
    assert_eq!(p.hidden("the account is protected").await, DarkCode::PrivateProfile);
    p.deleted().await;
    p.lost("a post", &draft()).await;
    p.stage.later(31);
    p.stage.server.end("tweet");
    let gone = p.look().await;
    assert_eq!((gone.there, gone.seen), (Lamp::No, Lamp::No), "{gone:?}");
    let with_link = Draft {
        text: "Hello & engine engine.example/difference?no=2".into(),
        ..draft()
    };
    p.stage.server.situation("the text has a link", true);
    p.lost("a post", &with_link).await;
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instagram() {
    let stage = part("instagram", "instagram").await;
    let import = TokenImport {
        provider: Some("instagram-here".into()),
        ..TokenImport::default()
    };
    let token = Secret::new(stage.server.value("access_token"));
    let account = stage.rig.keeper.import_token(&token, &import).await.unwrap();
    let p = Posting::new("instagram", stage, account);
    let plan = p.stage.rig.keeper.prepare_post(&p.account, &draft()).unwrap();
    assert!(plan.seconds >= 5, "{plan:?}");
    assert!(
        p.stage.rig.keeper.publish_post(&p.account, &draft(), true).await.is_err(),
        "no picture"
    );
    let picture = Draft {
        image: Some("https://example.org/engine.jpg".into()),
        ..draft()
    };
    p.refused("the picture is too large", &picture).await;
    // The clock goes on while Instagram fetches the picture.
    let on = async {
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            p.stage.later(5);
        }
    };
    let walk = async {
        let view = p.posted(&picture).await;
        assert_eq!(lamps(&view), ALL);
        assert_eq!(view.link.as_deref(), Some("https://www.instagram.com/p/C0dE5h0rt/"));
        assert!(!view.can_delete, "not with this login");
        p.refused("the picture cannot be used", &picture).await;
        p.lost("the publication", &picture).await;
        p.stage.later(61);
        let view = p.look_in("the account is private").await;
        let reason = view.reason.unwrap();
        assert_eq!(
            (view.seen, reason.code, reason.certain),
            (Lamp::No, DarkCode::PrivateProfile, false)
        );
        p.stage.server.end("media");
        assert_eq!(p.look().await.there, Lamp::No);
    };
    tokio::select! {
        () = walk => {}
        () = on => unreachable!(),
    }
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pixelfed() {
    let stage = stage("pixelfed", &[]).await;
    let account = stage
        .through_browser(stage.plan_at_server("mastodon", RedirectKind::Loopback))
        .await
        .unwrap()
        .id;
    let p = Posting::new("pixelfed", stage, account);
    let pictures = p.stage.server.origins()["https://www.example.org"].clone();
    let at = |name: &str| Draft {
        image: Some(format!("{pictures}/{name}")),
        ..draft()
    };
    let picture = at("engine.png");
    let plan = p.stage.rig.keeper.prepare_post(&p.account, &picture).unwrap();
    let body = plan.requests[0].body.as_deref().unwrap();
    assert!(body.contains("name=\"file\"") && body.contains("{image}"), "{body}");
    // Nothing is uploaded that is no picture.
    for wrong in [draft(), at("engine.html")] {
        let error = p.stage.rig.keeper.publish_post(&p.account, &wrong, true).await.unwrap_err().view();
        assert_eq!(error.params["field"], "image");
    }
    p.refused("a kind that the server does not take", &picture).await;
    p.refused("an account that was never used", &picture).await;
    let view = p.posted(&picture).await;
    assert_eq!(lamps(&view), ALL);
    assert!(view.link.unwrap().ends_with(&format!("/p/ada/{}", p.stage.server.value("status"))));
    let fetched = p.stage.server.requests();
    let fetched = fetched.iter().find(|request| request.path == "/engine.png").unwrap();
    assert!(
        fetched.header("authorization").is_none() && fetched.header("accept") == Some("image/*"),
        "as anybody"
    );
    p.deleted().await;

    p.stage.server.situation("the profile is private", true);
    let view = p.publish(&picture).await;
    p.stage.server.situation("the profile is private", false);
    let reason = view.reason.unwrap();
    assert_eq!((view.seen, reason.code, reason.certain), (Lamp::No, DarkCode::PrivateProfile, true));
    p.deleted().await;
    p.lost("a post", &picture).await;
    p.stage.server.end("status");
    let gone = p.look().await;
    assert_eq!((gone.there, gone.seen), (Lamp::No, Lamp::No));
    p.all_played();
}
