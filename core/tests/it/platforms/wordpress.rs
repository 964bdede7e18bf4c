//! A WordPress site by an application password: found by its index, handed over in the callback, ended by itself.
//! core/tests/it/real/heavy does the same at the real software.

use keybearer_core::error::ErrorView;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{AccountView, LoginPlan};

use super::{DAY, Stage, trouble, words};
use crate::browser::get;
use crate::rig::FixedPort;

const PASSWORD: &str = "9I1Vtd3RjqdoUsjrmiWqK3Vq";

/// A situation of the script.
const OFF: &str = "application passwords are off";

static PORT: FixedPort = FixedPort::new(47025);

impl Stage {
    fn site(&self) -> String {
        self.server.origins()["https://blog.example.org"].clone()
    }

    fn at_site(&self, redirect: RedirectKind) -> LoginPlan {
        LoginPlan {
            provider: "wordpress".into(),
            answers: [("server".to_owned(), format!("{}/wp-admin/", self.site()).into())].into(),
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    /// Where the site's page sends the browser.
    async fn approved(&self, login: &str) -> String {
        let page = get(&self.rig.keeper.consent_link(login).unwrap()).await.unwrap();
        assert_eq!(page.status, 302, "{}", page.body);
        page.header("location").to_owned()
    }

    /// A login by the browser's last address.
    pub(super) async fn by_paste(&self) -> Result<AccountView, ErrorView> {
        let mut login = self.rig.wait(self.at_site(RedirectKind::Paste)).await;
        let address = self.approved(&login.id).await;
        self.rig.keeper.paste(&login.id, &address).unwrap();
        Ok(self.rig.account(&login.end().await?))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_of_the_site_is_kept_until_it_is_revoked() {
    let s = Stage::new("wordpress", &[]).await;
    // Each refusal before there is one.
    s.server.situation("the person says no", true);
    assert_eq!(s.by_paste().await.unwrap_err().code, "denied");
    s.server.situation("the person says no", false);
    for (situation, word) in [(OFF, "https"), ("the API is hidden", "plugin")] {
        s.server.situation(situation, true);
        let error = s.rig.fail(s.at_site(RedirectKind::Paste)).await;
        let action = error.action.clone().unwrap().en;
        assert!(error.code == "refused" && action.contains(word), "{error:?}");
        s.server.situation(situation, false);
    }

    let account = s.by_paste().await.unwrap();
    let host = s.site().replace("http://", "");
    assert_eq!((&account.name, account.user_id.as_deref()), (&format!("ada@{host}"), Some("1")));
    assert_eq!(account.server.as_deref(), Some(host.as_str()));
    assert!(
        account.verified.is_some() && account.life_known && account.expires.is_none() && account.client.is_empty(),
        "it does not end, and belongs to no app"
    );
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
    }
    assert_eq!(s.rig.token(&account.id).await, PASSWORD);
    assert!(s.verified(&account.id).await.trouble.is_none());
    let env = s.rig.keeper.copied(&account.id, "env").await.unwrap();
    let env = env.text.expose().to_owned();
    assert!(
        env.contains("WORDPRESS_USERNAME=ada\n") && env.contains(&format!("WP_APP_PASSWORD={PASSWORD}")),
        "{env}"
    );
    let (status, text) = s.call(&account.id, "posts").await;
    assert!(status == 200 && text.contains("Hello"), "{text}");
    let post = [
        ("title".to_owned(), "Hello".to_owned()),
        ("content".to_owned(), "<p>World".to_owned()),
    ]
    .into();
    let draft = async || s.rig.keeper.try_call(&account.id, "draft", &post, true).await.unwrap().status;
    assert_eq!(draft().await, 201);
    s.server.situation("a subscriber", true);
    assert_eq!(draft().await, 403);

    s.server.situation(OFF, true);
    let error = s.rig.keeper.revoke(&account.id).await.unwrap_err().view();
    assert_eq!(words(error), ("refused".into(), "Application passwords are not available.".into()));
    s.server.situation(OFF, false);
    // The password names itself and deletes itself.
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty() && s.server.played("it deletes itself") == 1);

    // One that was deleted on the site, or that never reaches it.
    let dead = ("token-dead".to_owned(), "You are not currently logged in.".to_owned());
    let account = s.by_paste().await.unwrap();
    assert_eq!(trouble(&account), dead);
    assert_eq!(words(s.rig.keeper.revoke(&account.id).await.unwrap_err().view()), dead);
    s.all_played();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_by_the_listener_of_this_computer() {
    let _alone = PORT.alone().await;
    let s = Stage::new("wordpress", &[]).await;
    let mut login = s.rig.wait(s.at_site(RedirectKind::Loopback)).await;
    let address = s.approved(&login.id).await;
    assert!(address.contains(PASSWORD) && address.starts_with("http://127.0.0.1:47025/callback/wordpress?state="));
    let page = get(&address).await.unwrap();
    assert!(!page.body.contains(PASSWORD), "the page does not repeat it");
    let account = s.rig.account(&login.end().await.unwrap());
    assert_eq!(s.rig.token(&account.id).await, PASSWORD);
}
