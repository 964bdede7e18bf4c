//! Logins through the browser, and at a server that the person names.

use keybearer_core::error::ErrorView;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{AccountView, LoginPlan};

use super::Stage;
use crate::browser::get;
use crate::running_login::Login;

impl Stage {
    /// A login at the platform's own server, by a shipped file.
    pub fn plan_at_server(&self, provider: &str, redirect: RedirectKind) -> LoginPlan {
        let here = self.server.origins().values().next().unwrap();
        LoginPlan {
            provider: provider.into(),
            client_name: "weather-bot".into(),
            answers: [("server".to_owned(), here.as_str().into())].into(),
            scopes: vec!["read".into(), "write".into()],
            redirect: Some(redirect),
            ..LoginPlan::default()
        }
    }

    /// Where the consent page sends the browser, whatever the person pressed.
    pub async fn sent_to(&self, login: &Login) -> String {
        let page = get(&self.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
        assert_eq!(page.status, 302, "{}", page.body);
        page.header("location").to_owned()
    }

    /// A login through the browser, to its end. Where nothing listens, the person pastes the browser's last address.
    pub async fn through_browser(&self, plan: LoginPlan) -> Result<AccountView, ErrorView> {
        let pastes = plan.redirect == Some(RedirectKind::Paste);
        let mut login = self.rig.wait(plan).await;
        let address = self.sent_to(&login).await;
        match pastes {
            true => self.rig.keeper.paste(&login.id, &address).unwrap(),
            false => drop(get(&address).await.unwrap()),
        }
        Ok(self.rig.account(&login.end().await?))
    }

    /// A login whose code is no longer valid when it arrives.
    pub async fn with_a_spent_code(&self, plan: LoginPlan) -> ErrorView {
        let mut login = self.rig.wait(plan).await;
        let address = self.sent_to(&login).await;
        self.server.end("code");
        self.rig.keeper.paste(&login.id, &address).unwrap();
        login.end().await.unwrap_err()
    }
}
