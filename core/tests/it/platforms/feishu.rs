//! Feishu and Lark: an app's own token of two hours, which is issued again, and a person's, whose refresh token works once.

use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};

use super::{DAY, HOUR, Stage, UNANSWERED, exchanges, trouble, words};
use crate::mock_keychain;
use crate::rig::until;

const ID: (QuestionKind, &str) = (ClientId, "cli_a5ca35a685b0x26e");
const FORM: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "baBqE5um9LbFGDy3X7LcfxQX1sqpXlwy")];
const WRONG: [(QuestionKind, &str); 2] = [ID, (ClientSecret, "00000000000000000000000000000000")];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_apps_token_of_four_kilobytes_for_a_month() {
    let s = Stage::new("feishu", &["feishu-app"]).await;
    let other = [(ClientId, "cli_0000000000000000"), FORM[1]];
    let (code, said) = s.refused("feishu-app", &other).await;
    assert_eq!((code.as_str(), said.as_str()), ("client-auth", "The specified app does not exist."));

    let app = s.log_in("feishu-app", &FORM).await;
    assert_eq!(
        (app.name.as_str(), app.user_id.as_deref()),
        ("name", Some("ou_e6e14f667cfe239d7b129b521dce0569"))
    );
    assert!(app.verified.is_some() && app.renews_on_demand && app.trouble.is_none(), "{app:?}");
    assert_eq!(app.expires.unwrap() - app.issued, 2 * HOUR);
    let mut last = s.rig.token(&app.id).await;
    assert!(last.len() > 4000, "{}", last.len());
    for day in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        let issued = s.server.played("a token for the app");
        let token = s.rig.token(&app.id).await;
        assert!(token != last && token == s.server.value("tenant_access_token"), "day {day}");
        assert_eq!(s.stored(&app.id).access_token.expose(), token);
        assert_eq!(s.server.played("a token for the app"), issued + 1, "once, and when it is wanted");
        assert_eq!(s.call(&app.id, "me").await.0, 200);
        last = token;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn larks_app_by_the_call_that_lark_documents() {
    let s = Stage::new("lark", &["lark-app"]).await;
    let form = [
        (ClientId, "cli_slkdjalasdkjasd"),
        (ClientSecret, "dskLLdkasdjlasdKKdskLLdkasdjlasd"),
    ];
    let (code, said) = s.refused("lark-app", &[form[0], FORM[1]]).await;
    assert_eq!(
        (code.as_str(), said.as_str()),
        ("client-auth", "app secret invalid"),
        "with status 200"
    );
    let app = s.log_in("lark-app", &form).await;
    assert_eq!((app.name.as_str(), app.expires.unwrap() - app.issued), ("name", 2 * HOUR));
    let first = s.rig.token(&app.id).await;
    // Another program asks in the meantime, which changes nothing.
    s.later(HOUR);
    s.rig.keeper.renew(&app.id, Reason::Anyway).await.unwrap();
    assert!(s.rig.token(&app.id).await == first && s.server.played("the same token once more") == 1);
    assert!(s.rig.account(&app.id).expires.unwrap() - s.now() <= HOUR);
    s.later(HOUR - 120);
    let second = s.rig.token(&app.id).await;
    assert!(second != first && s.server.played("a new token") == 2);
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&app.id).await, s.server.value("tenant_access_token"));
        assert!(s.verified(&app.id).await.trouble.is_none());
    }
    // Ended early, it is issued again.
    let last = s.rig.token(&app.id).await;
    s.server.end("tenant_access_token");
    assert!(s.verified(&app.id).await.trouble.is_none());
    assert_ne!(s.rig.token(&app.id).await, last);
    s.all_played();
}

/// Two months of one person, at the hosts of Feishu or of Lark.
async fn two_months_of_a_person(s: Stage, file: &str) {
    s.server.situation(UNANSWERED, true);
    let person = s.by_code(file, &FORM).await.unwrap();
    assert_eq!(
        (person.name.as_str(), person.user_id.as_deref()),
        ("zhangsan", Some("ou-caecc734c2e3328a62489fe0648c4b98779515d3"))
    );
    assert!(
        person.verified.is_some() && person.declined.is_empty() && person.trouble.is_none(),
        "{person:?}"
    );
    assert!((person.expires.unwrap() - person.issued - 2 * HOUR).abs() <= 10);
    assert!((person.renews_until.unwrap() - person.issued - 7 * DAY).abs() <= 10);
    for day in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        let before = s.stored(&person.id).refresh_token.unwrap();
        assert_eq!(s.rig.token(&person.id).await, s.server.value("access_token"), "day {day}");
        assert_ne!(
            s.stored(&person.id).refresh_token.unwrap().expose(),
            before.expose(),
            "it works once"
        );
        assert!(s.verified(&person.id).await.trouble.is_none());
    }
    // A month in which nothing uses it, and in which Keybearer runs.
    let renewed = s.server.played("the next pair");
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
    }
    let times = s.server.played("the next pair") - renewed;
    assert!((5..=10).contains(&times), "{times}");
    assert_eq!(s.rig.token(&person.id).await, s.server.value("access_token"));
    s.rig.keeper.revoke(&person.id).await.unwrap();
    assert!(s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persons_token_for_two_months() {
    two_months_of_a_person(Stage::new("feishu", &["feishu"]).await, "feishu").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lark_answers_as_feishu_does() {
    let script = exchanges("feishu").replace("feishu.cn", "larksuite.com");
    two_months_of_a_person(Stage::of(&script, &["lark"], mock_keychain::entries).await, "lark").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_and_each_way_that_it_ends() {
    let s = Stage::new("feishu", &["feishu", "feishu-app"]).await;
    for file in ["feishu", "feishu-app"] {
        let (code, said) = s.refused(file, &WRONG).await;
        assert_eq!((code.as_str(), said.as_str()), ("client-auth", "The client secret is invalid."));
    }
    s.refused("feishu-app", &[(ClientId, "cli_0000000000000000"), FORM[1]]).await;
    for (situation, expected) in [
        ("the person refuses", "denied"),
        ("an app that the person may not use", "not-a-tester"),
    ] {
        s.server.situation(situation, true);
        let (code, said) = words(s.by_code("feishu", &FORM).await.unwrap_err());
        assert!(code == expected && !said.is_empty(), "{situation}: {code}: {said}");
        s.server.situation(situation, false);
    }
    // Asked too often, it is asked less often, and then answers.
    s.server.situation("asked too often", true);
    s.server.situation(UNANSWERED, true);
    let patient = async {
        until("a question too many", || s.server.played("asked too often") > 0).await;
        s.server.situation("asked too often", false);
    };
    let (person, ()) = tokio::join!(s.by_code("feishu", &FORM), patient);
    let person = person.unwrap();
    assert!(s.server.played(UNANSWERED) >= 2);

    // Another program has used the refresh token.
    s.server.end("refresh_token");
    s.later(3 * HOUR);
    let (code, said) = words(s.rig.keeper.access_token(&person.id, Purpose::Token).await.unwrap_err().view());
    assert!(code == "token-dead" && said.contains("has been used"), "{code}: {said}");
    let again = s.by_code("feishu", &FORM).await.unwrap();
    assert!(again.id == person.id && again.trouble.is_none(), "{again:?}");
    s.later(3 * HOUR);
    s.rig.token(&person.id).await;
    s.server.end("access_token");
    assert_eq!(trouble(&s.verified(&person.id).await).0, "token-dead", "a refusal with status 200");
    s.rig.keeper.revoke(&person.id).await.unwrap();

    let app = s.log_in("feishu-app", &FORM).await;
    s.server.situation("too many requests", true);
    assert_eq!(s.rig.keeper.verify(&app.id).await.unwrap_err().view().code, "rate-limited");
    s.server.situation("too many requests", false);
    s.server.end("tenant_access_token");
    assert!(s.verified(&app.id).await.trouble.is_none(), "issued again");
    s.all_played();
}
