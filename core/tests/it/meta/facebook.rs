//! Facebook: a person and their Pages, permissions that were declined, renewal that may not extend, other devices.

use std::time::Duration;

use keybearer_core::keeper::{Reason, now};
use keybearer_core::provider::StepTime;
use keybearer_core::token::Secret;
use keybearer_core::view::{LoginPlan, NextKind, RenewalOutcome};
use keybearer_core::words::Language;
use keybearer_practice::Fault;
use keybearer_practice::meta::{Failure, Message, Platform};

use super::{DAY, Stage, near};
use crate::rig::{Habit, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facebook_with_pages() {
    let s = Stage::new(Platform::Facebook).await;
    s.meta.switch(|switches| {
        switches.page_size = Some(2);
        switches.require_app_secret = true;
        switches.ids_as_numbers = true;
    });
    let mut plan = s.plan();
    plan.scopes.push("business_management".into());
    s.rig.habit(Habit::AllowBut("ada", &["pages_manage_posts"]));
    let trip = s.rig.log_in(plan).await;
    let person = s.rig.account(&trip.account.id);
    assert_eq!(person.user_id.as_deref(), Some("10220000000000031"));
    assert!(person.declined.contains(&"pages_manage_posts".to_owned()), "{:?}", person.declined);
    assert!(!person.scopes.contains(&"pages_manage_posts".to_owned()));
    assert!(near(person.expires.unwrap(), now() + 5_183_944) && person.data_access_expires.is_some());

    let pages = s.rig.keeper.sub_accounts(&person.id).await.unwrap();
    assert_eq!(pages.len(), 6, "three of one's own, three under the business, each once: {pages:?}");
    assert!(pages.iter().all(|p| !p.kept && !p.tasks.is_empty()));
    let picked = vec![pages[0].id.clone(), pages[4].id.clone()];
    let kept = s.rig.keeper.keep_sub_accounts(&person.id, &picked).await.unwrap();
    assert_eq!(kept.len(), 2);
    for id in &kept {
        let page = s.rig.account(id);
        assert_eq!(page.parent.as_deref(), Some(person.id.as_str()));
        assert_eq!(
            (page.expires, page.renews_from, page.life_known),
            (None, None, true),
            "does not expire"
        );
        let known = s.meta.token(&s.rig.token(id).await).unwrap();
        assert_eq!((known.page.map(|p| p.to_string()), known.expires), (page.user_id, None));
    }
    let again = s.rig.keeper.sub_accounts(&person.id).await.unwrap();
    assert_eq!(again.iter().filter(|p| p.kept).count(), 2);
    s.rig.keeper.keep_sub_accounts(&person.id, &picked).await.unwrap();
    assert_eq!(s.rig.keeper.view().accounts.len(), 3, "picked twice is kept once");
    s.rig.keeper.verify(&kept[0]).await.unwrap();

    // Ask again for what was declined.
    s.rig.habit(Habit::Allow("ada"));
    let rerequest = LoginPlan {
        rerequest: true,
        client: Some(person.client.clone()),
        scopes: person.scopes.iter().chain(&person.declined).cloned().collect(),
        expect: person.name.clone(),
        ..s.plan()
    };
    let trip = s.rig.log_in(rerequest).await;
    assert!(s.rig.opened().last().unwrap().contains("auth_type=rerequest"));
    assert_eq!((trip.account.id, s.rig.account(&person.id).declined.len()), (person.id, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refresh_that_needs_a_person_is_not_sent_again_by_itself() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    s.later(54 * DAY);
    let done = s.rig.keeper.sweep().await;
    assert_eq!((done[0].outcome, done[0].until), (RenewalOutcome::NeedsYou, None));
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "not-extended");
    // From now on it is one that only a login renews, and is said in time.
    let view = s.rig.account(&account.id);
    assert!(view.needs_login && view.renews_next.is_none() && view.breaks == account.expires);
    let said = s.rig.keeper.take_notices().await.unwrap();
    assert_eq!(
        said.iter().map(|n| (n.account.as_str(), n.days, n.data)).collect::<Vec<_>>(),
        [(account.id.as_str(), 6, false)]
    );
    let sent = s.meta.count(Message::Exchange);
    for _ in 0..3 {
        s.later(DAY / 2);
        assert!(s.rig.keeper.sweep().await.is_empty(), "it waits for a person");
    }
    assert_eq!(s.meta.count(Message::Exchange), sent);
    // Whatever else was found out about it meanwhile: it is tried again, and says the same.
    s.rig.keeper.verify(&account.id).await.unwrap();
    assert_eq!(s.rig.keeper.sweep().await.len(), 1);
    assert_eq!(s.rig.account(&account.id).trouble.unwrap().code, "not-extended");
    s.meta.switch(|switches| switches.reexchange_extends = true);
    s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap();
    let renewed = s.rig.account(&account.id);
    assert!(renewed.trouble.is_none() && renewed.expires > account.expires && !renewed.needs_login);
    s.later(54 * DAY);
    assert_eq!(s.rig.keeper.sweep().await[0].outcome, RenewalOutcome::Renewed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facebook_is_believed_to_renew_when_its_end_has_moved() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    let token = s.rig.token(&account.id).await;
    s.later(30 * DAY);
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "not-extended"
    );
    assert_eq!(s.rig.token(&account.id).await, token);
    assert!(
        s.rig.account(&account.id).trouble.is_none(),
        "with a month left that is no trouble yet"
    );
    s.meta.switch(|switches| switches.reexchange_extends = true);
    s.meta.fail_next(Message::Inspect, Failure::Graph(2, None));
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "transient",
        "believed only when the platform says so"
    );
    assert_eq!(s.rig.token(&account.id).await, token);
    s.meta.switch(|switches| switches.reexchange_extends = false);
    s.later(25 * DAY);
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "not-extended"
    );
    assert_eq!(
        s.rig.account(&account.id).trouble.unwrap().code,
        "not-extended",
        "a week ahead it is"
    );
    s.meta.switch(|switches| switches.reexchange_extends = true);
    s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap();
    let renewed = s.rig.account(&account.id);
    assert!(renewed.expires > account.expires && renewed.trouble.is_none());
    assert!(
        renewed.data_access_expires.is_some() && renewed.scopes == account.scopes,
        "what else the platform knows is written down, too"
    );
    s.later(70 * DAY);
    let sent = s.meta.count(Message::Exchange);
    assert_eq!(
        s.rig.keeper.renew(&account.id, Reason::Asked).await.unwrap_err().code(),
        "token-expired"
    );
    assert_eq!(s.meta.count(Message::Exchange), sent);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facebook_is_left_by_de_authorizing() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    let token = s.rig.token(&account.id).await;
    s.rig.keeper.revoke(&account.id).await.unwrap();
    assert!(!s.meta.token(&token).unwrap().alive && s.rig.keeper.view().accounts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graph_s_words_for_a_dead_token() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    for (subcode, code) in [
        (458, "token-dead"),
        (459, "checkpoint"),
        (460, "token-dead"),
        (463, "token-dead"),
        (467, "token-dead"),
    ] {
        s.meta.fail_next(Message::Me, Failure::Graph(190, Some(subcode)));
        assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), code, "{subcode}");
    }
    for (graph, code) in [
        (10, "missing-permission"),
        (200, "missing-permission"),
        (4, "rate-limited"),
        (17, "rate-limited"),
        (1, "transient"),
        (2, "transient"),
    ] {
        s.meta.fail_next(Message::Me, Failure::Graph(graph, None));
        assert_eq!(s.rig.keeper.verify(&account.id).await.unwrap_err().code(), code, "{graph}");
    }
    assert!(s.rig.account(&account.id).trouble.is_some(), "said, and the token stays");
    s.rig.token(&account.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_device_gets_a_token_of_its_own() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    let code = s.rig.keeper.device_code(&account.id).await.unwrap();
    let own = s.rig.token(&account.id).await;
    let id = s.rig.keeper.redeem_device_code(&account.client, &code).await.unwrap();
    assert_eq!(id, account.id, "the same person at the same client");
    let theirs = s.rig.token(&id).await;
    assert!(theirs != own && s.meta.token(&own).unwrap().alive, "both live");
    assert!(s.rig.book().contains("\"machine_id\": \""), "the machine's name is kept");
    let spent = s.rig.keeper.redeem_device_code(&account.client, &code).await.unwrap_err();
    assert_eq!(spent.code(), "code-spent");
    let code = s.rig.keeper.device_code(&account.id).await.unwrap();
    s.rig.keeper.redeem_device_code(&account.client, &code).await.unwrap();
    let sent = s.meta.requests();
    let redeemed: Vec<&String> = sent
        .iter()
        .filter(|(m, _)| *m == Some(Message::Redeem))
        .map(|(_, r)| &r.query)
        .collect();
    assert!(
        !redeemed.is_empty() && redeemed.iter().all(|q| !q.contains("client_secret")),
        "no secret leaves with it"
    );
    assert!(
        !redeemed[0].contains("machine_id") && redeemed[2].contains("machine_id="),
        "said again the next time"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_for_which_a_code_was_spent_outlives_the_program() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    let code = s.rig.keeper.device_code(&account.id).await.unwrap();
    s.rig.keeper.delete_account(&account.id).await.unwrap();
    // The program ends while it asks whose token it is.
    s.meta.fail_always(Message::Me, Some(Fault::Slow(Duration::from_secs(20)).into()));
    let (keeper, client) = (s.rig.keeper.clone(), account.client.clone());
    let redeeming = tokio::spawn(async move { keeper.redeem_device_code(&client, &code).await });
    let accounts = || s.rig.keeper.view().accounts;
    until("the account", || !accounts().is_empty()).await;
    redeeming.abort();
    let kept = accounts().remove(0);
    assert!(kept.verified.is_none() && s.meta.token(&s.rig.token(&kept.id).await).unwrap().alive);
    s.meta.fail_always(Message::Me, None);
    s.rig.keeper.verify(&kept.id).await.unwrap();
    assert_eq!(s.rig.account(&kept.id).user_id, account.user_id);
}

/// The two acts of the guide: log in while the app is in Development mode, go Live, and what a later login needs then.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facebook_logs_in_in_development_mode_and_goes_live_afterwards() {
    let s = Stage::new(Platform::Facebook).await;
    let account = s.log_in().await;
    s.meta.switch(|switches| switches.development_mode = false);
    // The token is as good as before.
    s.rig.keeper.verify(&account.id).await.unwrap();
    // A Live app does not let http://localhost through, and the page says so to nobody but the person.
    let plan = LoginPlan {
        client: Some(account.client.clone()),
        ..s.plan()
    };
    let login = s.rig.wait(plan.clone()).await;
    let link = s.rig.keeper.consent_link(&login.id).unwrap();
    let page = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(link)
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("1349168"));
    s.rig.keeper.cancel_login(&login.id).unwrap();
    let providers = s.rig.keeper.catalogue();
    let provider = providers.iter().find(|p| p.id == s.id).unwrap();
    let stuck = provider.stuck.iter().find(|page| page.shows == "1349168").unwrap();
    assert!(stuck.action.as_ref().unwrap().en.contains("Development mode"));
    // Back to Development mode, as the guide says, and it works again.
    s.meta.switch(|switches| switches.development_mode = true);
    s.rig.habit(Habit::Allow("ada"));
    assert_eq!(s.rig.log_in(plan).await.account.id, account.id);
    // Which steps the guide has for it, and when.
    let at = |when| provider.console.iter().filter(move |step| step.when == when);
    assert!(at(StepTime::After).any(|step| step.text.en.contains("privacy policy")));
    assert!(at(StepTime::Again).all(|step| step.text.en.contains("Development mode") && step.unproven));
    assert_eq!((at(StepTime::Again).count(), at(StepTime::Instead).count()), (1, 1));
    assert!(provider.console[0].when == StepTime::Before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_whose_account_is_gone_stays_a_page() {
    let s = Stage::new(Platform::Facebook).await;
    let [person, page] = s.log_in_with_page().await;
    s.rig.keeper.delete_account(&person).await.unwrap();
    let left = s.rig.account(&page);
    assert_eq!((left.parent.as_deref(), left.name.is_empty()), (Some(person.as_str()), false));
    // It is asked as a Page, has the calls of one, and none of a person's.
    s.rig.keeper.verify(&page).await.unwrap();
    assert_eq!(s.rig.account(&page).name, left.name);
    let calls = |id: &str| -> Vec<String> { s.rig.keeper.uses(id).unwrap().calls.into_iter().map(|c| c.id).collect() };
    let as_page = calls(&page);
    let scopes = s.rig.account(&page).scopes;
    s.rig.keeper.inspect(&page).await.unwrap();
    assert_eq!(s.rig.account(&page).scopes, scopes, "a Page has no permissions of its own");
    // The person comes back: the Page is taken over, not kept twice.
    let [again, kept] = s.log_in_with_page().await;
    assert!(again != person && kept == page);
    assert_eq!(s.rig.account(&page).parent.as_deref(), Some(again.as_str()));
    assert_eq!((s.rig.keeper.view().accounts.len(), calls(&page)), (2, as_page));
    assert_ne!(calls(&again), calls(&page));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_travels_alone_stays_a_page() {
    let s = Stage::new(Platform::Facebook).await;
    let [person, page] = s.log_in_with_page().await;
    let words = || Secret::new("correct horse battery");
    let moved = |id: &str| vec![id.to_owned()];
    let file = s.rig.keeper.export(&moved(&page), words(), false, s.rig.home.path()).await.unwrap();
    let sealed = std::fs::read_to_string(&file.path).unwrap();
    let home = tempfile::TempDir::new().unwrap();
    crate::rig::provider_file(home.path(), s.id, "facebook", s.meta.origin(), &["web", "graph"]);
    let there = crate::rig::Rig::over(home);
    let arrived = there.keeper.import(sealed.clone(), words()).await.unwrap();
    let id = arrived[0].account.clone().unwrap();
    assert_eq!(there.account(&id).parent.as_deref(), Some(person.as_str()));
    there.keeper.import(sealed, words()).await.unwrap();
    assert_eq!(there.keeper.view().accounts.len(), 1, "imported twice is kept once");
    // Its person comes later.
    let file = s
        .rig
        .keeper
        .export(&moved(&person), words(), false, s.rig.home.path())
        .await
        .unwrap();
    let sealed = std::fs::read_to_string(&file.path).unwrap();
    let arrived = there.keeper.import(sealed, words()).await.unwrap();
    assert_eq!(there.account(&id).parent, arrived[0].account);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_data_access_is_a_date_like_the_end_of_a_token() {
    let s = Stage::new(Platform::Facebook).await;
    let [person, page] = s.log_in_with_page().await;
    let account = s.rig.account(&page);
    let end = account.data_access_expires.unwrap();
    assert_eq!((account.expires, account.breaks, account.needs_login), (None, Some(end), true));
    let next = account.next.unwrap();
    assert_eq!((next.kind, next.at), (NextKind::Data, end));
    assert!(!s.rig.account(&person).needs_login, "a renewal reads the date again");
    let calendar = s.rig.keeper.calendar(Language::En);
    let day = calendar
        .split("BEGIN:VEVENT")
        .find(|event| event.contains(&format!("UID:{page}@")))
        .unwrap();
    assert!(day.contains("DTSTART;VALUE=DATE:") && !calendar.contains(&format!("UID:{person}@")));
    s.later(end - now() - 5 * DAY);
    let said = s.rig.keeper.take_notices().await.unwrap();
    assert!(said.iter().any(|n| n.account == page && n.days == 5 && n.data), "{said:?}");
}
