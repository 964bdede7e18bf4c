//! Bots in chats, blogs, and gists.

use keybearer_core::provider::QuestionKind::{AccessToken, ClientId, ClientSecret};
use keybearer_core::provider::post::DarkCode;
use keybearer_core::view::{Draft, Lamp};

use super::{ALL, Posting, draft, draft_to, lamps, stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discord() {
    let token = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs";
    let p = Posting::by_form("discord", "discord", &[(AccessToken, token)]).await;
    let draft = draft_to("41771983423143937");
    assert!(
        p.stage.rig.keeper.publish_post(&p.account, &self::draft(), true).await.is_err(),
        "no channel"
    );
    p.refused("a direct message", &draft).await;
    assert_eq!(p.refused("the bot may not write there", &draft).await, "missing-permission");
    let view = p.posted(&draft).await;
    assert_eq!(lamps(&view), (Lamp::Yes, Lamp::Yes, Lamp::NeedsLogin));
    let message = p.stage.server.value("message");
    assert!(
        view.link
            .unwrap()
            .ends_with(&format!("/channels/41771983423143937/41771983423143937/{message}"))
    );
    p.deleted().await;
    p.lost("a message", &draft).await;
    p.stage.server.end("message");
    assert_eq!(p.look().await.there, Lamp::No);
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn telegram() {
    let token = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";
    let p = Posting::by_form("telegram", "telegram", &[(AccessToken, token)]).await;
    let draft = draft_to("adas_weather");
    p.refused("the bot is no member", &draft).await;
    let view = p.posted(&draft).await;
    assert_eq!(
        lamps(&view),
        (Lamp::Yes, Lamp::NeedsLogin, Lamp::Yes),
        "a bot cannot read a message back"
    );
    assert!(view.link.unwrap().ends_with("/adas_weather/4217"));
    assert_eq!(p.look_in("a private chat").await.seen, Lamp::Unknown);
    p.stage.server.end("message");
    let view = p.look().await;
    assert_eq!((view.seen, view.reason.unwrap().code), (Lamp::No, DarkCode::Removed));
    p.publish(&draft).await;
    p.deleted().await;
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feishu_and_lark() {
    let feishu = ("feishu", "feishu-app", "cli_a5ca35a685b0x26e", "baBqE5um9LbFGDy3X7LcfxQX1sqpXlwy");
    let lark = ("lark", "lark-app", "cli_slkdjalasdkjasd", "dskLLdkasdjlasdKKdskLLdkasdjlasd");
    for (name, file, id, secret) in [feishu, lark] {
        let p = Posting::by_form(name, file, &[(ClientId, id), (ClientSecret, secret)]).await;
        let draft = draft_to("oc_5ad11d72b830411d72b836c20");
        p.refused("the bot is not in the group", &draft).await;
        let view = p.posted(&draft).await;
        assert_eq!(lamps(&view), (Lamp::Yes, Lamp::Yes, Lamp::NeedsLogin), "{name}");
        p.deleted().await;
        // Quotes and line breaks stay within the JSON that is a text.
        let quoted = Draft {
            text: "\"Hello\",\n\\engine".into(),
            ..draft.clone()
        };
        p.publish(&quoted).await;
        let sent = p.stage.server.requests();
        let sent = sent.iter().rev().find(|r| r.body.contains("engine")).unwrap();
        let body: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
        let content: serde_json::Value = serde_json::from_str(body["content"].as_str().unwrap()).unwrap();
        assert_eq!(content["text"].as_str(), Some(quoted.text.as_str()), "{name}");
        p.stage.server.end("message");
        assert_eq!(p.look().await.there, Lamp::No, "{name}");
        p.all_played();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wordpress() {
    let stage = stage("wordpress", &[]).await;
    let account = stage.by_paste().await.unwrap().id;
    let p = Posting::new("wordpress", stage, account);
    assert_eq!(p.refused("a contributor", &draft()).await, "missing-permission");
    let view = p.posted(&draft()).await;
    assert_eq!(lamps(&view), ALL);
    assert!(view.link.unwrap().ends_with("/?p=4711"));
    assert_eq!(p.hidden("an editor must look at it first").await, DarkCode::HeldBack);
    p.deleted().await;
    p.lost("a post", &draft()).await;
    p.stage.server.end("post");
    assert_eq!(p.look().await.there, Lamp::No);
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wordpress_com() {
    let secret = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab";
    let form = [(ClientId, "12345"), (ClientSecret, secret)];
    let stage = stage("wordpress-com", &["wordpress-com"]).await;
    let account = stage.consent_at_wordpress_com(&form, false).await.unwrap().id;
    let p = Posting::new("wordpress-com", stage, account);
    let draft = draft_to("ada.wordpress.com");
    let view = p.posted(&draft).await;
    assert_eq!(lamps(&view), ALL);
    assert_eq!(view.link.as_deref(), Some("https://ada.wordpress.com/2099/11/29/4711/"));
    assert_eq!(p.hidden("the site is private").await, DarkCode::PrivateProfile);
    p.deleted().await;
    p.lost("a post", &draft).await;
    p.stage.server.end("post");
    let view = p.look().await;
    assert_eq!(
        (view.seen, view.reason.unwrap().code),
        (Lamp::No, DarkCode::Removed),
        "in the trash"
    );
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn github() {
    let stage = stage("github", &["github"]).await;
    let mut plan = stage.plan("github", &[(ClientId, "Ov23liA1b2C3d4E5f6G7")]);
    plan.scopes.push("gist".into());
    let account = stage.coded(plan).await.unwrap().id;
    let p = Posting::new("github", stage, account);
    let view = p.posted(&draft()).await;
    assert_eq!(lamps(&view), ALL);
    assert_eq!(view.link, Some(format!("https://gist.github.com/{}", p.stage.server.value("gist"))));
    p.deleted().await;
    p.publish(&draft()).await;
    p.stage.server.end("gist");
    assert_eq!(p.look().await.there, Lamp::No);
    p.all_played();
}
