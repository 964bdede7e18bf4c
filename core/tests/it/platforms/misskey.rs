//! Misskey by MiAuth: a token without an end, for no app, that only the person can remove.

use keybearer_core::error::ErrorView;
use keybearer_core::provider::registry::Registry;
use keybearer_core::view::{AccountView, LoginPlan, Standing};
use url::Url;

use super::{DAY, Stage, trouble, words};
use crate::browser::get;
use crate::rig::Login;

impl Stage {
    /// A login at the server that is waiting for the person.
    async fn at_misskey(&self) -> Login {
        let server = self.server.origins()["https://misskey.example"].clone();
        let plan = LoginPlan {
            provider: "misskey".into(),
            answers: [("server".to_owned(), server.into())].into(),
            scopes: vec!["write:notes".into(), "write:drive".into()],
            ..LoginPlan::default()
        };
        self.rig.wait(plan).await
    }

    /// A login through the browser, to its end.
    pub(super) async fn misskey(&self) -> Result<AccountView, ErrorView> {
        let mut login = self.at_misskey().await;
        let page = get(&self.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
        assert_eq!(page.status, 302, "{}", page.body);
        let home = get(page.header("location")).await.unwrap();
        assert_eq!((home.status, home.header("location")), (303, "/done"));
        Ok(self.rig.account(&login.end().await?))
    }

    async fn posts(&self, account: &str, call: &str, fields: &[(&str, &str)]) -> (u16, String) {
        let fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let tried = self.rig.keeper.try_call(account, call, &fields, true).await.unwrap();
        (tried.status, tried.text)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_without_an_end_and_without_an_app() {
    let s = Stage::new("misskey", &[]).await;
    let account = s.misskey().await.unwrap();
    let host = Url::parse(&s.server.origins()["https://misskey.example"]).unwrap();
    let host = format!("127.0.0.1:{}", host.port().unwrap());
    assert_eq!(account.name, format!("@ada@{host}"));
    assert_eq!(account.user_id.as_deref(), Some("9t2x1kq6nz"));
    assert_eq!(account.display_name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(account.scopes, ["read:account", "write:drive", "write:notes"]);
    assert!(account.client.is_empty() && s.rig.keeper.view().clients.is_empty());
    assert_eq!(account.standing, Standing::Endless);
    let token = s.rig.token(&account.id).await;
    assert_eq!(token, s.server.value("token"));
    for _ in 0..40 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
    }
    assert_eq!(s.rig.token(&account.id).await, token);
    assert!(s.verified(&account.id).await.trouble.is_none());
    assert_eq!(s.server.played("the token of a session"), 1);

    assert!(s.posts(&account.id, "me", &[]).await.1.contains("Ada Lovelace"));
    assert!(s.posts(&account.id, "notes", &[]).await.1.contains("Hello, engine"));
    let (status, text) = s.posts(&account.id, "post", &[("text", "Hi")]).await;
    assert!(status == 200 && text.contains("\"Hi\""), "{text}");
    let env = s.rig.keeper.copied(&account.id, "env").await.unwrap();
    let env = env.text.expose();
    assert!(
        env.contains(&format!("MISSKEY_HOST={host}\n")) && env.contains(&format!("MISSKEY_TOKEN={token}\n")),
        "{env}"
    );
    // A second login is another token for the same account.
    let again = s.misskey().await.unwrap();
    assert_eq!(again.id, account.id);
    assert_ne!(s.rig.token(&account.id).await, token);
    assert!(!s.rig.keeper.provider("misskey").unwrap().can_revoke);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_and_the_end() {
    let s = Stage::new("misskey", &[]).await;
    // Deny stays in the browser: the login waits, and the window says so.
    s.server.situation("the person refuses", true);
    let mut login = s.at_misskey().await;
    let page = get(&s.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
    assert!(page.status == 200 && login.is_waiting());
    assert!(!s.rig.keeper.provider("misskey").unwrap().can_deny);
    s.rig.keeper.cancel_login(&login.id).unwrap();
    s.server.situation("the person refuses", false);

    s.server.situation("not confirmed yet", true);
    assert_eq!(s.misskey().await.unwrap_err().code, "code-spent");
    s.server.situation("not confirmed yet", false);

    // Another program has asked with this session first.
    let mut login = s.at_misskey().await;
    let page = get(&s.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
    s.server.end("session");
    get(page.header("location")).await.unwrap();
    assert_eq!(login.end().await.unwrap_err().code, "code-spent");
    assert!(s.rig.keeper.view().accounts.is_empty());

    let account = s.misskey().await.unwrap();
    s.server.situation("too many requests", true);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), "rate-limited");
    s.server.situation("too many requests", false);
    s.server.situation("the account is suspended", true);
    assert_eq!(
        trouble(&s.verified(&account.id).await),
        ("account-suspended".into(), "Your account has been suspended.".into())
    );
    s.server.situation("the account is suspended", false);
    assert!(s.verified(&account.id).await.trouble.is_none());
    s.server.situation("a permission is missing", true);
    assert_eq!(s.posts(&account.id, "post", &[("text", "Hi")]).await.0, 403);
    s.server.situation("a permission is missing", false);
    s.posts(&account.id, "post", &[("text", "Hi")]).await;
    s.posts(&account.id, "notes", &[]).await;

    // Removed in the settings: new servers and old ones differ in the status only.
    s.server.end("token");
    assert_eq!(trouble(&s.verified(&account.id).await).0, "token-dead");
    assert!(s.misskey().await.unwrap().trouble.is_none(), "signed in again");
    s.server.end("token");
    s.server.situation("an older server", true);
    let (code, said) = words(s.rig.keeper.verify(&account.id).await.unwrap_err().view());
    assert!(code == "token-dead" && said.starts_with("Authentication failed"), "{code}: {said}");
    s.all_played();
}

/// Accounts that were made by Mastodon's API stay there; the relatives are Misskey's for a person who chooses Misskey.
#[test]
fn each_relative_is_what_the_person_chose() {
    let registry = Registry::shipped();
    let file = |id: &str| registry.require(id).unwrap();
    let chosen = |id: &str, software: &str| registry.for_software(&file(id), software).map(|(p, named)| (p.id.clone(), named));
    for relative in ["misskey", "sharkey", "iceshrimp", "firefish", "cherrypick"] {
        assert_eq!(chosen("mastodon", relative), Some(("mastodon".into(), false)), "{relative}");
        assert_eq!(chosen("misskey", relative), Some(("misskey".into(), true)), "{relative}");
    }
    for other in ["mastodon", "gotosocial", "pleroma"] {
        assert_eq!(chosen("misskey", other), None, "{other}");
    }
}
