//! WeChat's official accounts: one token of two hours that is asked for again, and refusals with HTTP 200.

use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId, ClientSecret};
use keybearer_core::view::{LoginPlan, Settings};
use keybearer_core::words::Language;

use super::{DAY, HOUR, Stage};

const APP_ID: &str = "wx0123456789abcdef";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const FORM: [(QuestionKind, &str); 2] = [(ClientId, APP_ID), (ClientSecret, SECRET)];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_asked_for_again_for_a_month() {
    let s = Stage::new("wechat", &["wechat"]).await;
    let account = s.log_in("wechat", &FORM).await;
    assert_eq!(account.expires.unwrap() - account.issued, 2 * HOUR);
    assert!(account.trouble.is_none() && account.renews_on_demand, "{account:?}");
    let mut last = s.rig.token(&account.id).await;
    assert_eq!(last, s.server.value("access_token"));

    // Each use has a token that the platform takes, and none is asked for that nothing uses.
    for step in 0..30 {
        let asked = s.server.played("a new token");
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.server.played("a new token"), asked, "nothing uses it");
        let token = s.rig.token(&account.id).await;
        assert!(token != last && token == s.server.value("access_token"), "day {step}");
        s.later(HOUR);
        assert_eq!(s.rig.token(&account.id).await, token, "it still lasts an hour");
        assert_eq!(s.call(&account.id, "servers").await.0, 200);
        last = token;
    }

    // Another program has asked in the meantime: both have the same token, with what is left of its life.
    let asked = s.server.played("a new token");
    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();
    assert_eq!(s.server.played("a new token"), asked);
    let same = s.rig.account(&account.id);
    assert!(
        s.rig.token(&account.id).await == last && same.expires.unwrap() - s.now() <= HOUR,
        "{same:?}"
    );

    // Five minutes before its end there is a new one, and the old one lasts to its end.
    s.later(HOUR - 4 * 60);
    let next = s.rig.token(&account.id).await;
    assert_ne!(next, last);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_no_name_is_called_after_the_platform_in_the_persons_language() {
    let s = Stage::new("wechat", &["wechat"]).await;
    s.rig.keeper.set_language(Language::ZhHans);
    let nameless = || LoginPlan {
        client_name: String::new(),
        ..s.plan("wechat", &FORM)
    };
    let account = s.rig.log_in(nameless()).await.account;
    assert_eq!(account.name, "微信公众号 wx0123…");
    s.rig.keeper.delete_account(&account.id).await.unwrap();
    s.rig.keeper.delete_client(&account.client).await.unwrap();
    // The language that the person has chosen comes before the session's.
    let chosen = Settings {
        language: "zh-Hant".into(),
        ..s.rig.keeper.view().settings
    };
    s.rig.keeper.change_settings(chosen).unwrap();
    assert_eq!(s.rig.log_in(nameless()).await.account.name, "微信公眾號 wx0123…");
    assert_eq!(s.provider("wechat").name.en, "WeChat");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_with_status_200_are_refusals() {
    let s = Stage::new("wechat", &["wechat"]).await;
    let (code, said) = s
        .refused("wechat", &[(ClientId, "wxffffffffffffffff"), (ClientSecret, SECRET)])
        .await;
    assert!(code == "client-auth" && said.contains("invalid appid"), "{code}: {said}");
    let (code, said) = s
        .refused("wechat", &[(ClientId, APP_ID), (ClientSecret, "ffffffffffffffffffffffffffffffff")])
        .await;
    assert!(code == "client-auth" && said.contains("invalid appsecret"), "{code}: {said}");
    s.server.situation("an address that is not in the list", true);
    let (code, said) = s.refused("wechat", &FORM).await;
    assert!(
        code == "checkpoint" && said.contains("1.2.3.4"),
        "the address that is to be added: {code}: {said}"
    );
    s.server.situation("an address that is not in the list", false);
    s.server.situation("the day's quota is used up", true);
    let (code, said) = s.refused("wechat", &FORM).await;
    assert!(code == "rate-limited" && said.contains("quota"), "{code}: {said}");
    s.server.situation("the day's quota is used up", false);

    let account = s.log_in("wechat", &FORM).await;
    // A router with another address: the token is kept, the next use says why there is none.
    s.later(3 * HOUR);
    s.server.situation("an address that is not in the list", true);
    let error = s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view();
    assert!(error.code == "checkpoint" && error.detail.unwrap().contains("1.2.3.4"));
    s.server.situation("an address that is not in the list", false);
    s.rig.token(&account.id).await;
    // Added to the list again, it works; nothing had to be typed again.
    assert!(s.rig.keeper.access_token(&account.id, Purpose::Token).await.is_ok());
    assert_eq!(s.call(&account.id, "servers").await.0, 200);
    s.rig.keeper.renew(&account.id, Reason::Anyway).await.unwrap();

    s.server.end("access_token");
    let (status, text) = s.call(&account.id, "servers").await;
    assert!(status == 200 && text.contains("42001"), "{text}");
    s.all_played();
}
