//! WordPress.com by an app of one's own: a token without an end that no program can revoke.

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::TokenImport;
use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::AccountView;

use super::{DAY, Stage, trouble, words};
use crate::browser::get;

const ID: (QuestionKind, &str) = (ClientId, "12345");
const FORM: [(QuestionKind, &str); 2] = [
    ID,
    (ClientSecret, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ab"),
];
const WRONG: [(QuestionKind, &str); 2] = [
    ID,
    (ClientSecret, "ba9876543210ZYXWVUTSRQPONMLKJIHGFEDCBAzyxwvutsrqponmlkjihgfedcba"),
];

impl Stage {
    /// A login at WordPress.com by the browser's last address.
    pub(super) async fn consent_at_wordpress_com(&self, form: &[(QuestionKind, &str)], spent: bool) -> Result<AccountView, ErrorView> {
        let mut plan = self.plan("wordpress-com", form);
        plan.redirect = Some(RedirectKind::Paste);
        let mut login = self.rig.wait(plan).await;
        let page = get(&self.rig.keeper.consent_link(&login.id).unwrap()).await.unwrap();
        assert_eq!(page.status, 302, "{}", page.body);
        if spent {
            self.server.end("code");
        }
        self.rig.keeper.paste(&login.id, page.header("location")).unwrap();
        Ok(self.rig.account(&login.end().await?))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_for_one_site_is_kept_until_the_app_is_disconnected() {
    let s = Stage::new("wordpress-com", &["wordpress-com"]).await;
    let account = s.consent_at_wordpress_com(&FORM, false).await.unwrap();
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("ada", Some("9876543")));
    assert_eq!(account.scopes, ["auth", "media", "posts"]);
    assert!(
        account.verified.is_some() && account.expires.is_none() && account.trouble.is_none(),
        "{account:?}"
    );
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"));
    }
    assert_eq!(s.server.played("a code for a token"), 1, "nothing renews it");
    let (status, text) = s.call(&account.id, "sites").await;
    assert!(status == 200 && text.contains("Ada's engines"), "{text}");
    let site = [("site".to_owned(), "secret.wordpress.com".to_owned())].into();
    let tried = s.rig.keeper.try_call(&account.id, "posts", &site, false).await.unwrap();
    assert!(tried.status == 403 && tried.text.contains("private blog"), "{}", tried.text);
    // A token that another program obtained.
    let import = TokenImport {
        provider: Some("wordpress-com-here".into()),
        client: Some(account.client.clone()),
        ..TokenImport::default()
    };
    let token = s.server.value("access_token").into();
    assert_eq!(s.rig.keeper.import_token(&token, &import).await.unwrap(), account.id);

    // Each refusal.
    let (code, said) = words(s.consent_at_wordpress_com(&WRONG, false).await.unwrap_err());
    assert_eq!((code.as_str(), said.as_str()), ("client-auth", "Invalid client secret"));
    assert_eq!(words(s.consent_at_wordpress_com(&FORM, true).await.unwrap_err()).0, "code-spent");
    s.server.situation("the person denies", true);
    assert_eq!(s.consent_at_wordpress_com(&FORM, false).await.unwrap_err().code, "denied");
    s.server.end("access_token");
    assert_eq!(
        trouble(&s.verified(&account.id).await),
        ("token-dead".into(), "The OAuth2 token is invalid.".into())
    );
    s.all_played();
}
