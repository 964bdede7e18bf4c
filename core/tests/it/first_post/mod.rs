//! A first post at the practice platform: published, found, seen by strangers or not, deleted, and cut off at each step.

mod cut_off;
mod earlier;
mod lamps;
mod silent;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use keybearer_core::keeper::now;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{Draft, LoginPlan, PostView};
use keybearer_practice::{Flavor, Practice};

use tempfile::TempDir;

use crate::rig::{Rig, plan, practice};

/// Logged in with a token that may post.
struct Home {
    rig: Rig,
    server: Practice,
    account: String,
    ahead: Arc<AtomicI64>,
}

impl Home {
    async fn new(flavor: Flavor) -> Home {
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let rig = Rig::with_clock(TempDir::new().unwrap(), Arc::new(move || now() + clock.load(Ordering::Relaxed)));
        let server = practice(flavor).await;
        let wanted = LoginPlan {
            scopes: vec!["read".into(), "write".into()],
            ..plan(&rig, &server, RedirectKind::Loopback)
        };
        let account = rig.log_in(wanted).await.account.id;
        Home {
            rig,
            server,
            account,
            ahead,
        }
    }

    /// The clock goes on.
    fn later(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn post(&self, text: &str) -> PostView {
        self.rig.keeper.publish_post(&self.account, &draft(text), true).await.unwrap()
    }

    fn known(&self) -> PostView {
        self.rig.keeper.first_post(&self.account).unwrap().unwrap()
    }

    /// How often a path was asked by this method.
    fn asked(&self, method: &str, path: &str) -> usize {
        let requests = self.server.requests();
        requests.iter().filter(|r| r.method == method && r.path.starts_with(path)).count()
    }

    /// The same folders, opened again as after the program has ended.
    fn restarted(self) -> Home {
        let rig = self.rig.restart();
        crate::plan::known(&rig.keeper, &self.server);
        Home { rig, ..self }
    }
}

fn draft(text: &str) -> Draft {
    Draft {
        text: text.into(),
        ..Draft::default()
    }
}
