//! A first post on each platform: planned, published, there, seen by strangers, deleted; and why strangers do not see it. The answers
//! are in practice/exchanges/posts, before those of the platform's own script. `networks` are for people and their followers; `chats`
//! have bots, blogs and gists, too.

mod chats;
mod networks;

use keybearer_core::provider::QuestionKind;
use keybearer_core::provider::post::DarkCode;
use keybearer_core::view::{Draft, Lamp, PostState, PostView};

use super::{Stage, exchanges};
use crate::mock_keychain;

const TEXT: &str = "Hello, engine";

/// A platform with an account that posts.
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

/// A platform whose server only answers requests about posts.
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

    /// The refusal of a post: its code. Nothing was posted, and one before it that is there stays known.
    async fn refused(&self, situation: &str, draft: &Draft) -> String {
        let before = self.stage.rig.keeper.first_post(&self.account).unwrap();
        let before = before.filter(|post| post.state == PostState::Posted && post.there != Lamp::No);
        let before = before.map(|post| PostView { refused: None, ..post });
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
        match before {
            Some(before) => assert_eq!(PostView { refused: None, ..post }, before, "{situation}"),
            None => assert_eq!((post.state, post.sent), (PostState::Refused, Lamp::No), "{situation}"),
        }
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
