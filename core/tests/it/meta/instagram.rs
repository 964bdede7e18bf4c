//! Instagram by its own login: responses in every encoding, and both kinds of denial.

use keybearer_core::keeper::now;
use keybearer_core::view::LoginPlan;
use keybearer_practice::meta::Platform;

use super::{Stage, near};
use crate::rig::Habit;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instagram_responses_in_every_encoding() {
    let s = Stage::new(Platform::Instagram).await;
    for (wrapped, as_text) in [(false, false), (false, true), (true, false), (true, true)] {
        s.meta.switch(|switches| {
            switches.wrapped = wrapped;
            switches.permissions_as_text = as_text;
        });
        let account = s.log_in().await;
        assert_eq!(account.name, "@ada");
        assert_eq!(
            account.user_id.as_deref(),
            Some("17841405000000011"),
            "the professional account's, exact"
        );
        assert_eq!(account.scopes, ["instagram_business_basic", "instagram_business_content_publish"]);
        assert!(near(account.expires.unwrap(), now() + 5_183_944));
    }
    assert_eq!(s.rig.keeper.view().accounts.len(), 1, "one person, one app, one account");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instagram_denials_with_and_without_state() {
    let s = Stage::new(Platform::Instagram).await;
    s.rig.habit(Habit::Deny);
    let mut login = s.rig.start(s.plan());
    login.until_waiting().await;
    let crate::browser::Landing::Nowhere(address) = s.rig.landing().await else {
        panic!()
    };
    s.rig.keeper.paste(&login.id, &address).unwrap();
    let denied = login.end().await.unwrap_err();
    assert_eq!(denied.code, "denied");
    assert!(denied.detail.unwrap().contains("denied"), "in the platform's words");
    s.meta.switch(|switches| switches.deny_without_state = true);
    let mut login = s.rig.start(s.plan());
    login.until_waiting().await;
    let crate::browser::Landing::Nowhere(address) = s.rig.landing().await else {
        panic!()
    };
    assert_eq!(s.rig.keeper.paste(&login.id, &address).unwrap_err().code(), "denied-without-state");
    assert!(login.is_waiting());
    // Force: another account may be chosen at the consent page.
    let forced = LoginPlan {
        force_login: true,
        ..s.plan()
    };
    s.rig.wait(forced).await;
    assert!(s.rig.opened().last().unwrap().contains("force_reauth=true"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instagram_through_a_linked_page() {
    let s = Stage::by_facebook().await;
    let person = s.log_in().await;
    let found = s.rig.keeper.sub_accounts(&person.id).await.unwrap();
    assert_eq!(found.len(), 1, "one Page has an Instagram account: {found:?}");
    let kept = s.rig.keeper.keep_sub_accounts(&person.id, &[found[0].id.clone()]).await.unwrap();
    let account = s.rig.account(&kept[0]);
    assert!(account.name.contains("ada.engines"), "{}", account.name);
    assert_eq!((account.parent.as_deref(), account.expires), (Some(person.id.as_str()), None));
    s.rig.keeper.verify(&kept[0]).await.unwrap();
    assert_eq!(
        s.rig.account(&kept[0]).user_id,
        account.user_id,
        "the Page is asked for its Instagram account, not for itself"
    );
}
