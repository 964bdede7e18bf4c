//! Bots and people in chats, blogs, and gists.

use keybearer_core::provider::QuestionKind::{AccessToken, ClientId, ClientSecret};
use keybearer_core::provider::post::DarkCode;
use keybearer_core::provider::registry::Registry;
use keybearer_core::view::{Draft, Lamp, PostState};

use super::{ALL, Posting, draft, draft_to, lamps, posts, stage};
use crate::mock_keychain;
use crate::platforms::{Stage, exchanges};

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
    for situation in ["the bot is no member", "no such channel"] {
        p.refused(situation, &draft).await;
        assert_eq!(
            p.stage.rig.keeper.first_post(&p.account).unwrap().unwrap().state,
            PostState::Refused
        );
    }
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
    let stage = stage("github", &["github", "github-pat"]).await;
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
    // Both kinds of personal tokens post alike.
    let mut p = p;
    for kind in ["fine_grained", "classic"] {
        let token = p.stage.server.value(kind);
        p.account = p.stage.log_in("github-pat", &[(AccessToken, &token)]).await.id;
        assert_eq!(lamps(&p.posted(&draft()).await), ALL, "{kind}");
        p.deleted().await;
        p.stage.rig.keeper.delete_account(&p.account).await.unwrap();
    }
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn line() {
    let stage = stage("line", &["line"]).await;
    let long = stage.server.value("long_lived");
    let account = stage.log_in("line", &[(AccessToken, &long)]).await.id;
    let p = Posting::new("line", stage, account);
    let draft = draft_to("U4af4980629e9e4fd2a2dbd4f9bb3c2a7");
    let plan = p.stage.rig.keeper.prepare_post(&p.account, &draft).unwrap();
    assert!(plan.to.is_some() && plan.cost.is_some() && plan.no_delete.unwrap().text.is_some());
    assert!(plan.requests[0].headers.iter().any(|(_, value)| value == "{idempotency_uuid}"));
    assert_eq!(p.refused("not a friend", &draft).await, "refused");
    assert_eq!(p.refused("the month's messages are used up", &draft).await, "rate-limited");
    let view = p.posted(&draft).await;
    assert_eq!(
        (lamps(&view), view.reason, view.can_delete, view.can_find),
        ((Lamp::Yes, Lamp::NeedsLogin, Lamp::NeedsLogin), None, false, false)
    );
    assert!(p.stage.rig.keeper.delete_post(&p.account).await.is_err(), "nobody can");
    let sent = p.stage.server.requests();
    let key = sent.iter().rev().find_map(|request| request.header("x-line-retry-key")).unwrap();
    let parts: Vec<usize> = key.split('-').map(str::len).collect();
    assert_eq!(parts, [8, 4, 4, 4, 12], "{key}");

    // An answer that is lost: the same text is sent with the same key, and LINE says that it has it.
    let times = || p.stage.server.requests().iter().filter(|r| r.body.contains("engine")).count();
    let lose = async || {
        p.stage.server.lose_answer_of("a message");
        p.stage.rig.keeper.publish_post(&p.account, &draft, true).await.unwrap_err();
        let known = p.stage.rig.keeper.first_post(&p.account).unwrap().unwrap();
        assert_eq!(known.state, PostState::MayBePosted);
    };
    lose().await;
    let other = Draft {
        text: "Another engine".into(),
        ..draft.clone()
    };
    assert!(p.stage.rig.keeper.prepare_post(&p.account, &other).unwrap().unclear);
    assert!(
        !p.stage.rig.keeper.prepare_post(&p.account, &draft).unwrap().unclear,
        "it is not sent twice"
    );
    let refused = p.stage.rig.keeper.publish_post(&p.account, &other, true).await.unwrap_err();
    assert_eq!(refused.code(), "post-unclear");
    let before = times();
    assert_eq!((p.publish(&draft).await.state, times()), (PostState::Posted, before + 1));
    assert_eq!(p.stage.server.played("the same key again"), 1);
    // After a day LINE has forgotten the key.
    lose().await;
    p.stage.later(25 * 3600);
    assert!(p.stage.rig.keeper.prepare_post(&p.account, &draft).unwrap().unclear);
    let refused = p.stage.rig.keeper.publish_post(&p.account, &draft, true).await.unwrap_err();
    assert_eq!(refused.code(), "post-unclear");

    // To all friends: no place is named, and one that is named is refused.
    let friends = Draft {
        visibility: Some("friends".into()),
        again: true,
        ..self::draft()
    };
    assert_eq!(p.stage.rig.keeper.prepare_post(&p.account, &friends).unwrap().to, None);
    for wrong in [
        Draft {
            to: draft.to.clone(),
            ..friends.clone()
        },
        self::draft(),
    ] {
        let error = p.stage.rig.keeper.publish_post(&p.account, &wrong, true).await.unwrap_err().view();
        assert_eq!(error.params["field"], "to");
    }
    assert_eq!(p.publish(&friends).await.state, PostState::Posted);
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_other_tokens() {
    let form = [(ClientId, "1350031035"), (ClientSecret, "0123456789abcdef0123456789abcdef")];
    for file in ["line-short", "line-stateless"] {
        let p = Posting::by_form("line", file, &form).await;
        let view = p.posted(&draft_to("U4af4980629e9e4fd2a2dbd4f9bb3c2a7")).await;
        assert_eq!(lamps(&view), (Lamp::Yes, Lamp::NeedsLogin, Lamp::NeedsLogin), "{file}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twitch() {
    let stage = stage("twitch", &["twitch"]).await;
    let account = stage
        .by_code("twitch", &[(ClientId, "hof5gwx0su6owfnys0yan9c87zr6t1")])
        .await
        .unwrap()
        .id;
    let p = Posting::new("twitch", stage, account);
    p.stage.server.situation("the chat does not take it", true);
    let error = p
        .stage
        .rig
        .keeper
        .publish_post(&p.account, &draft(), true)
        .await
        .unwrap_err()
        .view();
    assert!(error.detail.unwrap().contains("moderation settings"), "in Twitch's words");
    let known = p.stage.rig.keeper.first_post(&p.account).unwrap().unwrap();
    assert_eq!((known.state, known.reason.unwrap().code), (PostState::Refused, DarkCode::HeldBack));
    p.stage.server.situation("the chat does not take it", false);
    let view = p.posted(&draft()).await;
    assert_eq!(lamps(&view), (Lamp::Yes, Lamp::NeedsLogin, Lamp::NeedsLogin));
    assert!(view.link.unwrap().ends_with("/popout/twitchdev/chat"));
    assert!(!view.can_delete && view.no_delete.unwrap().text.is_some());
    p.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_at_feishu_and_lark() {
    for (file, hosts) in [("feishu", "feishu.cn"), ("lark", "larksuite.com")] {
        let script = format!("{}\n{}", posts("feishu-person"), exchanges("feishu")).replace("feishu.cn", hosts);
        let stage = Stage::of(&script, &[file], mock_keychain::entries).await;
        let form = [
            (ClientId, "cli_a5ca35a685b0x26e"),
            (ClientSecret, "baBqE5um9LbFGDy3X7LcfxQX1sqpXlwy"),
        ];
        let mut plan = stage.plan(file, &form);
        let asked = plan.scopes.clone();
        let account = stage.coded(plan.clone()).await.unwrap().id;
        let draft = draft_to("oc_5ad11d72b830411d72b836c20");
        let missing = stage.rig.keeper.prepare_post(&account, &draft).unwrap().scope_missing;
        assert_eq!(missing.as_deref(), Some("im:message.send_as_user"), "{file}: {asked:?}");
        plan.scopes.extend(["im:message".into(), "im:message.send_as_user".into()]);
        let account = stage.coded(plan).await.unwrap().id;
        let p = Posting::new("feishu-person", stage, account);
        assert_eq!(p.refused("the app may not send as the person", &draft).await, "missing-permission");
        let view = p.posted(&draft).await;
        assert_eq!(lamps(&view), (Lamp::Yes, Lamp::NeedsLogin, Lamp::NeedsLogin), "{file}");
        p.deleted().await;
        p.all_played();
    }
}

/// A place is read as people write it, and refused before anything is sent if it is none.
#[test]
fn places() {
    let read = |file: &str, written: &str| {
        let provider = Registry::shipped().require(file).unwrap();
        provider.post.as_ref().and_then(|post| post.to.as_ref()).expect(file).read(written)
    };
    let (discord, line) = ("41771983423143937", "U4af4980629e9e4fd2a2dbd4f9bb3c2a7");
    for (file, place, spellings) in [
        (
            "telegram",
            "my_channel",
            &[
                "my_channel",
                " @my_channel ",
                "t.me/my_channel",
                "https://t.me/my_channel",
                "https://t.me/s/my_channel/",
                "https://telegram.me/my_channel/42?single",
            ][..],
        ),
        (
            "discord",
            discord,
            &[
                discord,
                "<#41771983423143937>",
                "https://discord.com/channels/613425648685547541/41771983423143937",
                "https://ptb.discord.com/channels/613425648685547541/41771983423143937/4215",
            ],
        ),
        ("line", line, &[line]),
        ("line-short", line, &[line]),
        ("line-stateless", line, &[line]),
        ("feishu", "oc_5ad11d72b830411d72b836c20", &["oc_5ad11d72b830411d72b836c20"]),
        ("feishu-app", "oc_5ad11d72b830411d72b836c20", &["oc_5ad11d72b830411d72b836c20\n"]),
        (
            "wordpress-com",
            "ada.wordpress.com",
            &["ada.wordpress.com", "https://ada.wordpress.com/", "http://ada.wordpress.com"],
        ),
        ("wordpress-com", "4711", &["4711"]),
    ] {
        for written in spellings {
            assert_eq!(read(file, written).as_deref(), Some(place), "{file}: {written}");
        }
    }
    for (file, wrong) in [
        ("telegram", "-1001234567890"),
        ("telegram", "https://t.me/+AbCdEf"),
        ("telegram", "my channel"),
        ("telegram", "https://t.me/joinchat/AAAAAEx"),
        ("telegram", "https://t.me/addlist/AbCd"),
        ("telegram", "https://t.me/share/url?url=x"),
        ("telegram", "news/today"),
        ("telegram", ""),
        ("discord", "#general"),
        ("discord", "https://discord.com/channels/@me"),
        ("line", "@ada"),
        ("feishu", "ou_5ad11d72b830411d72b836c20"),
        ("wordpress-com", "a/b"),
    ] {
        assert_eq!(read(file, wrong), None, "{file}: {wrong}");
    }
}
