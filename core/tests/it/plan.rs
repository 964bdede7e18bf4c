//! A login at a practice platform, as a person would fill it in.

use keybearer_core::keeper::Keeper;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::LoginPlan;
use keybearer_practice::{Flavor, Practice};

/// Tells the keeper where the practice platform runs, if it is the built-in one.
pub fn known(keeper: &Keeper, practice: &Practice) {
    if practice.flavor() == Flavor::Practice {
        keeper.announce_practice(practice.origin()).unwrap();
    }
}

/// By this redirect, at a platform that the keeper knows from now on.
pub fn plan(keeper: &Keeper, practice: &Practice, redirect: RedirectKind) -> LoginPlan {
    let provider = match practice.flavor() {
        Flavor::Practice => "practice",
        Flavor::Mastodon => "mastodon",
        Flavor::GoToSocial => "gotosocial",
    };
    known(keeper, practice);
    LoginPlan {
        provider: provider.into(),
        client_name: "A test".into(),
        answers: [("server".to_owned(), practice.origin().into())].into(),
        scopes: vec!["read".into()],
        redirect: Some(redirect),
        ..LoginPlan::default()
    }
}
