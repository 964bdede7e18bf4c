//! Notion: the token of an internal connection, and OAuth for a public one.

use keybearer_core::keeper::Reason;
use keybearer_core::provider::QuestionKind::{self, AccessToken, ClientId, ClientSecret};
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::LoginPlan;

use super::{DAY, Stage, trouble, words};

const FILES: [&str; 2] = ["notion", "notion-oauth"];
const ID: (QuestionKind, &str) = (ClientId, "463558a3-725e-4f37-b6d3-0889894f68de");
const FORM: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "secret_0123456789abcdefghijABCDEFGHIJ0123456789abc")];
const WRONG: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "secret_cba9876543210JIHGFEDCBAjihgfedcba9876543210")];

/// Nothing listens at a port that all tests share.
fn pasted(s: &Stage, form: &[(QuestionKind, &str)]) -> LoginPlan {
    LoginPlan {
        redirect: Some(RedirectKind::Paste),
        ..s.plan("notion-oauth", form)
    }
}

/// An internal connection, from its token to its end.
async fn internal(s: &Stage) {
    let token = s.server.value("internal");
    let wrong = token.replace("4263", "3624");
    let (code, said) = s.refused("notion", &[(AccessToken, &wrong)]).await;
    assert_eq!((code.as_str(), said.as_str()), ("token-dead", "API token is invalid."));
    let page = "59833787-2cf9-4fdf-8782-e53db20768a5";
    assert_eq!(s.refused("notion", &[(AccessToken, page)]).await.0, "input-invalid");

    let account = s.log_in("notion", &[(AccessToken, &token)]).await;
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("pied piper · Ada Lovelace's Notion", Some("16d84278-ab0e-484c-9bdd-b35da3bd8905"))
    );
    assert!(account.verified.is_some() && account.expires.is_none(), "{account:?}");
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, token);
    }
    assert!(s.verified(&account.id).await.trouble.is_none());
    let typed = |name: &str, text: &str| [(name.to_owned(), text.to_owned())].into();
    let found = s
        .rig
        .keeper
        .try_call(&account.id, "search", &typed("query", "kale"), true)
        .await
        .unwrap();
    assert!(found.status == 200 && found.text.contains("Tuscan-kale"), "{}", found.text);
    let page = s
        .rig
        .keeper
        .try_call(&account.id, "page", &typed("page_id", page), false)
        .await
        .unwrap();
    assert!(page.status == 404 && page.text.contains("object_not_found"), "{}", page.text);

    s.server.situation("too many requests", true);
    let (code, said) = words(s.rig.keeper.verify(&account.id).await.unwrap_err().view());
    assert!(code == "rate-limited" && said.contains("rate limited"), "{code}: {said}");
    s.server.situation("too many requests", false);
    // The portal's button for a new token.
    s.server.replace("internal", &wrong);
    assert_eq!(trouble(&s.verified(&account.id).await).0, "token-dead");
    let again = s.log_in("notion", &[(AccessToken, &wrong)]).await;
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_connection_is_renewed_every_week() {
    let s = Stage::new("notion", &FILES).await;
    let account = s.through_browser(pasted(&s, &FORM)).await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("Ada Lovelace · Ada Lovelace's Notion", Some("b3414d65-9122-45f7-86ff-cc9d8773d601"))
    );
    assert!(account.verified.is_some() && account.trouble.is_none(), "{account:?}");
    // No answer names an end: a week is assumed.
    for day in 1..=30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"), "day {day}");
        assert_eq!(
            s.stored(&account.id).refresh_token.unwrap().expose(),
            s.server.value("refresh_token")
        );
        assert!(s.verified(&account.id).await.trouble.is_none());
    }
    assert_eq!(s.server.played("new tokens"), 4);
    s.rig.keeper.inspect(&account.id).await.unwrap();
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal() {
    let s = Stage::new("notion", &FILES).await;
    s.server.situation("the person refuses", true);
    assert_eq!(s.through_browser(pasted(&s, &FORM)).await.unwrap_err().code, "denied");
    s.server.situation("the person refuses", false);
    assert_eq!(s.through_browser(pasted(&s, &WRONG)).await.unwrap_err().code, "client-auth");
    let (code, said) = words(s.with_a_spent_code(pasted(&s, &FORM)).await);
    assert_eq!(
        (code.as_str(), said.as_str()),
        ("code-spent", "Invalid code: this code has been revoked.")
    );

    let account = s.through_browser(pasted(&s, &FORM)).await.unwrap();
    s.server.end("refresh_token");
    let error = s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap_err().view();
    assert_eq!(words(error), ("token-dead".into(), "Invalid refresh token.".into()));
    // The person removes the connection in the settings of Notion.
    let account = s.through_browser(pasted(&s, &FORM)).await.unwrap();
    s.server.end("access_token");
    assert!(s.rig.keeper.inspect(&account.id).await.is_err());
    assert_eq!(trouble(&s.rig.account(&account.id)).0, "token-dead");
    assert!(s.server.played("the token is no longer valid") > 0);
    let account = s.through_browser(pasted(&s, &FORM)).await.unwrap();
    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
    s.rig.keeper.revoke(&account.id).await.unwrap();
    internal(&s).await;
    s.all_played();
}
