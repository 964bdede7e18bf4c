//! A first post on each platform: planned, published, there, seen by strangers, deleted; and why strangers do not see it. The answers
//! are in practice/exchanges/posts, before those of the platform's own script.

use std::time::Duration;

use keybearer_core::keeper::TokenImport;
use keybearer_core::provider::QuestionKind::{self, AccessToken, ClientId, ClientSecret, TokenSecret};
use keybearer_core::provider::RedirectKind;
use keybearer_core::provider::post::DarkCode;
use keybearer_core::token::Secret;
use keybearer_core::view::{Draft, Lamp, LoginPlan, PostState, PostView};
use keybearer_practice::x;

use super::linkedin::PORT;
use super::{Stage, exchanges};
use crate::mock_keychain;

const TEXT: &str = "Hello, engine";

/// A platform with an account, of which posts are asked.
struct Posting {
    stage: Stage,
    account: String,
    script: String,
}

fn posts(name: &str) -> String {
    exchanges(&format!("posts/{name}"))
}

async fn stage(name: &str, files: &[&str]) -> Stage {
    let script = format!("{}\n{}", posts(name), exchanges(name));
    Stage::of(&script, files, mock_keychain::entries).await
}

/// A platform of which only its posts are played.
async fn part(name: &str, file: &str) -> Stage {
    Stage::at(&posts(name), &[file], mock_keychain::entries, true).await
}

impl Posting {
    fn new(name: &str, stage: Stage, account: String) -> Posting {
        Posting {
            stage,
            account,
            script: posts(name),
        }
    }

    /// At a platform where an app or a bot has its token by a form.
    async fn by_form(name: &str, file: &str, form: &[(QuestionKind, &str)]) -> Posting {
        let stage = stage(name, &[file]).await;
        let account = stage.log_in(file, form).await.id;
        Posting::new(name, stage, account)
    }

    async fn publish(&self, draft: &Draft) -> PostView {
        self.stage.rig.keeper.publish_post(&self.account, draft, true).await.unwrap()
    }

    /// The refusal of a post: its code. Nothing was posted.
    async fn refused(&self, situation: &str, draft: &Draft) -> String {
        self.stage.server.situation(situation, true);
        let error = self
            .stage
            .rig
            .keeper
            .publish_post(&self.account, draft, true)
            .await
            .unwrap_err()
            .view();
        self.stage.server.situation(situation, false);
        let post = self.stage.rig.keeper.first_post(&self.account).unwrap().unwrap();
        assert_eq!((post.state, post.sent), (PostState::Refused, Lamp::No), "{situation}");
        error.code.as_str().to_owned()
    }

    async fn look(&self) -> PostView {
        self.stage.rig.keeper.check_post(&self.account).await.unwrap()
    }

    /// Looks while a situation holds.
    async fn look_in(&self, situation: &str) -> PostView {
        self.stage.server.situation(situation, true);
        let view = self.look().await;
        self.stage.server.situation(situation, false);
        view
    }

    /// Why strangers do not see the post, as an answer shows it.
    async fn hidden(&self, situation: &str) -> DarkCode {
        let view = self.look_in(situation).await;
        assert!(matches!(view.seen, Lamp::No | Lamp::NeedsLogin), "{view:?}");
        let reason = view.reason.unwrap();
        assert!(reason.certain, "{reason:?}");
        reason.code
    }

    /// Publishes: nothing is sent before the yes, and the plan shows no secret.
    async fn posted(&self, draft: &Draft) -> PostView {
        let sent = self.stage.server.requests().len();
        let plan = self.stage.rig.keeper.prepare_post(&self.account, draft).unwrap();
        let token = self.stage.rig.token(&self.account).await;
        let asked = self
            .stage
            .rig
            .keeper
            .publish_post(&self.account, draft, false)
            .await
            .unwrap_err()
            .view();
        assert_eq!((asked.code.as_str(), self.stage.server.requests().len()), ("input-invalid", sent));
        assert!(!plan.requests.is_empty() && !format!("{plan:?}").contains(&token), "{plan:?}");
        assert_eq!((plan.scope_missing, plan.delete_scope_missing, plan.unclear), (None, None, false));
        let view = self.publish(draft).await;
        assert_eq!(
            (view.state, view.sent, view.text.as_str()),
            (PostState::Posted, Lamp::Yes, TEXT),
            "{view:?}"
        );
        view
    }

    /// An answer that is lost: the post is found among the newest ones, and not sent again.
    async fn lost(&self, exchange: &str, draft: &Draft) -> PostView {
        let times = |this: &Posting| {
            let all = this.stage.server.requests();
            all.iter().filter(|request| request.body.contains("engine")).count()
        };
        let before = times(self);
        self.stage.server.lose_answer_of(exchange);
        let error = self.stage.rig.keeper.publish_post(&self.account, draft, true).await.unwrap_err();
        let view = self.stage.rig.keeper.first_post(&self.account).unwrap().unwrap();
        assert_eq!(view.state, PostState::MayBePosted, "{error}: {view:?}");
        let found = self.publish(draft).await;
        assert_eq!((found.state, times(self)), (PostState::Posted, before + 1), "{found:?}");
        found
    }

    /// Deletes it, at the platform, too.
    async fn deleted(&self) {
        let view = self.stage.rig.keeper.delete_post(&self.account).await.unwrap();
        assert_eq!(view.state, PostState::Deleted, "{view:?}");
        assert!(!view.can_delete);
        assert!(self.stage.rig.keeper.delete_post(&self.account).await.is_err(), "once");
    }

    /// Each answer about posts was given.
    fn all_played(&self) {
        let own: Vec<String> = self
            .script
            .lines()
            .filter_map(|line| Some(line.strip_prefix("name = \"")?.trim_end_matches('"').to_owned()))
            .collect();
        let unplayed: Vec<String> = self.stage.server.unplayed().into_iter().filter(|name| own.contains(name)).collect();
        assert_eq!(unplayed, [""; 0], "never played");
    }
}

fn draft() -> Draft {
    Draft {
        text: TEXT.into(),
        ..Draft::default()
    }
}

fn draft_to(place: &str) -> Draft {
    Draft {
        to: Some(place.into()),
        ..draft()
    }
}

fn lamps(view: &PostView) -> (Lamp, Lamp, Lamp) {
    (view.sent, view.there, view.seen)
}

const ALL: (Lamp, Lamp, Lamp) = (Lamp::Yes, Lamp::Yes, Lamp::Yes);

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
    p.stage.later(31);
    assert_eq!(p.hidden("the account is protected").await, DarkCode::PrivateProfile);
    p.deleted().await;
    p.lost("a post", &draft()).await;
    p.stage.later(31);
    p.stage.server.end("tweet");
    let gone = p.look().await;
    assert_eq!((gone.there, gone.seen), (Lamp::No, Lamp::No), "{gone:?}");
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
