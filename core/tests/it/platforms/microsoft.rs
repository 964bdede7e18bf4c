//! Microsoft's Graph for a public client: an hour at a time by a refresh token of ninety days that each use replaces.

use keybearer_core::error::ErrorView;
use keybearer_core::keeper::TokenImport;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::QuestionKind::{self, ClientId};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::view::AccountView;

use super::{DAY, HOUR, Stage, UNANSWERED, trouble, words};
use crate::browser::get;

const FORM: [(QuestionKind, &str); 1] = [(ClientId, "535fb089-9ff3-47b6-9bfb-4f1264799865")];

impl Stage {
    /// A login through the browser, to its end.
    async fn microsoft(&self) -> Result<AccountView, ErrorView> {
        let mut plan = self.plan("microsoft", &FORM);
        plan.redirect = Some(RedirectKind::Localhost);
        self.through_browser(plan).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_hour_at_a_time_for_a_month() {
    let s = Stage::new("microsoft", &["microsoft"]).await;
    let account = s.microsoft().await.unwrap();
    assert_eq!(
        (account.name.as_str(), account.user_id.as_deref()),
        ("AdeleV@contoso.com", Some("87d349ed-44d7-43e1-9a83-5f2406dee5bd"))
    );
    // The answer names no offline_access, and there is a refresh token.
    assert!(
        account.verified.is_some() && account.declined.is_empty() && account.trouble.is_none(),
        "{account:?}"
    );
    assert!((account.expires.unwrap() - account.issued - 3599).abs() <= 2);
    assert!((account.renews_until.unwrap() - account.issued - 90 * DAY).abs() <= 2);
    for day in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        let before = s.stored(&account.id).refresh_token.unwrap();
        let token = s.rig.token(&account.id).await;
        assert_eq!(token, s.server.value("access_token"), "day {day}");
        assert_ne!(
            s.stored(&account.id).refresh_token.unwrap().expose(),
            before.expose(),
            "each use replaces it"
        );
        s.later(HOUR / 2);
        assert_eq!(s.rig.token(&account.id).await, token, "half an hour later");
        assert!(s.verified(&account.id).await.trouble.is_none());
    }
    let (status, text) = s.call(&account.id, "mail").await;
    assert!(status == 200 && text.contains("You have late tasks!"), "{text}");
    // Three months without use: it is kept alive.
    let renewed = s.server.played("a new pair");
    for _ in 0..180 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
    }
    let times = s.server.played("a new pair") - renewed;
    assert!((2..=4).contains(&times), "{times}");
    assert_eq!(s.rig.token(&account.id).await, s.server.value("access_token"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_app_of_one_directory_signs_in_there() {
    let s = Stage::new("microsoft", &["microsoft"]).await;
    let directory = |tenant: &str| {
        let mut plan = s.plan("microsoft", &FORM);
        plan.answers.insert("tenant".into(), tenant.into());
        plan.redirect = Some(RedirectKind::Localhost);
        plan
    };
    for (tenant, path) in [
        ("", "/common/oauth2/v2.0/authorize?"),
        (" contoso.onmicrosoft.com ", "/contoso.onmicrosoft.com/oauth2/v2.0/authorize?"),
        ("consumers", "/consumers/oauth2/v2.0/authorize?"),
        (
            "72F988BF-86f1-41af-91ab-2d7cd011db47",
            "/72F988BF-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/authorize?",
        ),
    ] {
        let login = s.rig.wait(directory(tenant)).await;
        let link = s.rig.keeper.consent_link(&login.id).unwrap();
        assert!(link.contains(path), "{tenant}: {link}");
        s.rig.keeper.cancel_login(&login.id).unwrap();
    }
    for wrong in [
        "contoso",
        "../common",
        "contoso.com/..",
        "a b.com",
        ".com",
        "contoso.com.",
        "common?x=1",
        "-a.com",
    ] {
        let error = s.rig.fail(directory(wrong)).await;
        assert_eq!(
            (error.code.as_str(), error.params["field"].as_str()),
            ("input-invalid", "tenant"),
            "{wrong}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refusal_and_each_way_that_it_ends() {
    let s = Stage::new("microsoft", &["microsoft", "microsoft-device"]).await;
    s.server.situation("the person refuses", true);
    assert_eq!(s.microsoft().await.unwrap_err().code, "denied");
    s.server.situation("the person refuses", false);
    s.server.situation("an address of a web app", true);
    let (code, said) = words(s.microsoft().await.unwrap_err());
    assert!(code == "client-auth" && said.contains("AADSTS7000218"), "{code}: {said}");
    s.server.situation("an address of a web app", false);

    let account = s.microsoft().await.unwrap();
    s.server.situation("too many requests", true);
    assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().view().code, "rate-limited");
    s.server.situation("too many requests", false);
    s.server.end("refresh_token");
    s.later(2 * HOUR);
    let (code, said) = words(s.rig.keeper.access_token(&account.id, Purpose::Token).await.unwrap_err().view());
    assert!(code == "token-dead" && said.contains("inactivity"), "{code}: {said}");
    let again = s.microsoft().await.unwrap();
    assert!(again.id == account.id && again.trouble.is_none(), "{again:?}");
    s.server.end("access_token");
    assert_eq!(trouble(&s.verified(&account.id).await).0, "token-dead");
    s.microsoft().await.unwrap();

    // A token of another program is asked whose it is.
    let import = TokenImport {
        provider: Some("microsoft-here".into()),
        ..TokenImport::default()
    };
    let token = Secret::new(s.server.value("access_token"));
    let imported = s.rig.keeper.import_token(&token, &import).await.unwrap();
    assert_eq!(s.rig.account(&imported).user_id, account.user_id);
    assert_eq!(s.call(&account.id, "mail").await.0, 200);

    // By a code on another device.
    let other = [(ClientId, "00001111-aaaa-2222-bbbb-3333cccc4444")];
    let (code, said) = s.refused("microsoft-device", &other).await;
    assert!(code == "wrong-app-id" && said.contains("AADSTS700016"), "{code}: {said}");
    for (situation, expected) in [("the person declines", "denied"), ("no public client", "client-auth")] {
        s.server.situation(situation, true);
        assert_eq!(
            s.by_code("microsoft-device", &FORM).await.unwrap_err().code,
            expected,
            "{situation}"
        );
        s.server.situation(situation, false);
    }
    s.server.situation(UNANSWERED, true);
    let device = s.by_code("microsoft-device", &FORM).await.unwrap();
    assert_eq!((device.name.as_str(), device.declined.len()), ("AdeleV@contoso.com", 0));
    for _ in 0..30 {
        s.later(DAY);
        s.rig.keeper.sweep().await;
        assert_eq!(s.rig.token(&device.id).await, s.server.value("access_token"));
        assert!(s.verified(&device.id).await.trouble.is_none());
    }
    // Microsoft's other pages for the code, at hosts of their own.
    for page in ["https://www.microsoft.com/link", "https://login.microsoft.com/device"] {
        let (origin, path) = page.split_at(page.rfind('/').unwrap());
        assert_eq!(get(&format!("{}{path}", s.server.origins()[origin])).await.unwrap().status, 200);
    }
    s.all_played();
}
