//! LinkedIn: sixty days and a new sign-in, and a year without one for an approved partner.

use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::LoginPlan;

use super::{DAY, Stage, trouble, words};
use crate::rig::FixedPort;

/// What the console knows.
pub(super) static PORT: FixedPort = FixedPort::new(47022);

const ID: (QuestionKind, &str) = (ClientId, "86abc1def2ghi3");
const FORM: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "WPL_AP1.0123456789abcdef.ABCdef==")];
const WRONG: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "WPL_AP1.fedcba9876543210.ABCdef==")];

fn here(s: &Stage, form: &[(QuestionKind, &str)]) -> LoginPlan {
    LoginPlan {
        redirect: Some(RedirectKind::Localhost),
        ..s.plan("linkedin", form)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_days_and_a_partners_year() {
    let _alone = PORT.alone().await;
    let s = Stage::new("linkedin", &["linkedin"]).await;
    let account = s.through_browser(here(&s, &FORM)).await.unwrap();
    assert_eq!((account.name.as_str(), account.user_id.as_deref()), ("John Doe", Some("782bbtaQ")));
    assert!(
        account.verified.is_some() && account.declined.is_empty() && account.trouble.is_none(),
        "{account:?}"
    );
    assert!((account.expires.unwrap() - account.issued - 60 * DAY).abs() <= 2);
    let token = s.rig.token(&account.id).await;
    for _ in 0..59 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, token, "nothing renews it");
    }
    assert!(s.verified(&account.id).await.trouble.is_none());
    s.later(2 * DAY);
    let error = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view();
    assert_eq!(error.code, "token-expired");
    let again = s.through_browser(here(&s, &FORM)).await.unwrap();
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");

    // An approved partner's app: the refresh token's year does not begin again.
    s.server.situation("a partner's app", true);
    let partner = s.through_browser(here(&s, &FORM)).await.unwrap();
    let end = partner.renews_until.unwrap();
    assert!((end - s.now() - 365 * DAY).abs() <= 5, "{partner:?}");
    for _ in 0..18 {
        s.later(20 * DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&partner.id).await, s.server.value("access_token"));
        assert!(s.verified(&partner.id).await.trouble.is_none());
    }
    let renewed = s.server.played("a new access token");
    assert!((5..=7).contains(&renewed), "{renewed}");
    let until = s.rig.account(&partner.id).renews_until.unwrap();
    assert!((until - end).abs() <= 5, "{until} and {end}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal() {
    let _alone = PORT.alone().await;
    let s = Stage::new("linkedin", &["linkedin"]).await;
    for refusal in ["the person does not sign in", "the person refuses"] {
        s.server.situation(refusal, true);
        assert_eq!(s.through_browser(here(&s, &FORM)).await.unwrap_err().code, "denied", "{refusal}");
        s.server.situation(refusal, false);
    }
    assert_eq!(s.through_browser(here(&s, &WRONG)).await.unwrap_err().code, "client-auth");
    let (code, said) = words(s.with_a_spent_code(here(&s, &FORM)).await);
    assert!(
        code == "code-spent" && said.contains("authorization code expired"),
        "{code}: {said}"
    );

    let account = s.through_browser(here(&s, &FORM)).await.unwrap();
    s.server.situation("a permission that the app lacks", true);
    let (code, said) = words(s.rig.keeper.verify(&account.id).await.unwrap_err().view());
    assert!(
        code == "missing-permission" && said.contains("Not enough permissions"),
        "{code}: {said}"
    );
    s.server.situation("a permission that the app lacks", false);

    // The person removes the app in the settings of LinkedIn.
    s.server.end("access_token");
    let (code, said) = trouble(&s.verified(&account.id).await);
    assert!(code == "token-dead" && said.contains("revoked by the user"), "{code}: {said}");
    assert!(s.rig.keeper.inspect(&account.id).await.is_err());
    assert!(s.server.played("the token is revoked or over") > 0);

    s.server.situation("a partner's app", true);
    let account = s.through_browser(here(&s, &FORM)).await.unwrap();
    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
    s.server.end("refresh_token");
    let error = s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap_err().view();
    assert_eq!(error.code, "token-dead");
    s.through_browser(here(&s, &FORM)).await.unwrap();
    s.rig.keeper.revoke(&account.id).await.unwrap();
    s.all_played();
}
