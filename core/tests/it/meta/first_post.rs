//! A first post at Threads, of a Facebook Page and of the Instagram account that a Page has, by the shipped files: container, wait, state and publication; and what keeps
//! strangers from seeing it.

use std::time::Duration;

use keybearer_core::error::Result;
use keybearer_core::view::LoginPlan;
use keybearer_core::view::{DarkCode, Draft, Lamp, PostState, PostView};
use keybearer_practice::Fault;
use keybearer_practice::meta::{Failure, Message, Platform};
use tokio::task::JoinHandle;

use super::Stage;
use crate::rig::{soon, until};

fn draft(text: &str) -> Draft {
    Draft {
        text: text.into(),
        ..Draft::default()
    }
}

/// Publishes while the clock goes on.
async fn publish(s: &Stage, account: &str, wanted: Draft) -> PostView {
    let (keeper, id) = (s.rig.keeper.clone(), account.to_owned());
    let publishing = tokio::spawn(async move { keeper.publish_post(&id, &wanted, true).await });
    soon("the container", async {
        while s.meta.count(Message::Container) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert_eq!(s.meta.count(Message::Item), 0, "its state is not asked for before half a minute");
    s.later(31);
    let mut publishing = Box::pin(publishing);
    loop {
        tokio::select! {
            done = &mut publishing => return done.unwrap().unwrap(),
            () = tokio::time::sleep(Duration::from_millis(300)) => s.later(61),
        }
    }
}

async fn with_delete(s: &Stage) -> String {
    let mut plan = s.plan();
    plan.scopes.push("threads_delete".into());
    s.rig.log_in(plan).await.account.id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn threads_makes_a_container_waits_and_publishes() {
    let s = Stage::new(Platform::Threads).await;
    s.meta.switch(|switches| switches.container_polls = 1);
    let account = with_delete(&s).await;
    let token = s.rig.token(&account).await;
    let plan = s.rig.keeper.prepare_post(&account, &draft("Hello 👍")).unwrap();
    assert_eq!(
        (plan.length, plan.max_length, plan.seconds),
        (10, Some(500), 30),
        "an emoji counts its bytes"
    );
    let urls: Vec<&str> = plan.requests.iter().map(|r| r.url.split('/').next_back().unwrap()).collect();
    assert_eq!(urls[0], "threads");
    assert!(urls[1].starts_with("{container}?") && urls[2] == "threads_publish", "{urls:?}");
    assert!(plan.requests[2].body.as_deref().unwrap().contains("creation_id=%7Bcontainer%7D"));
    assert!(!serde_json::to_string(&plan).unwrap().contains(&token));

    let post = publish(&s, &account, draft("Hello 👍")).await;
    assert_eq!(s.meta.count(Message::Container), 1);
    assert_eq!(
        (post.state, post.sent, post.there),
        (PostState::Posted, Lamp::Yes, Lamp::Yes),
        "{post:?}"
    );
    assert_eq!(post.seen, Lamp::Yes);
    assert!(post.link.unwrap().starts_with(&format!("{}/@ada/post/", s.meta.origin())));
    let (message, embed) = s.meta.requests().into_iter().rfind(|(m, _)| *m == Some(Message::Embed)).unwrap();
    assert!(message.is_some() && !embed.query.contains("access_token") && embed.header("authorization").is_none());
    assert_eq!(s.rig.keeper.delete_post(&account).await.unwrap().state, PostState::Deleted);
    assert!(s.meta.published().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_private_profile_at_threads_is_the_likeliest_reason() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await.id;
    s.meta.set_private("ada", true);
    let plan = s.rig.keeper.prepare_post(&account, &draft("Hello")).unwrap();
    assert_eq!(plan.delete_scope_missing.as_deref(), Some("threads_delete"));
    let post = publish(&s, &account, draft("Hello")).await;
    assert_eq!((post.there, post.can_delete), (Lamp::Yes, false));
    s.later(120);
    let post = s.rig.keeper.check_post(&account).await.unwrap();
    assert_eq!(post.seen, Lamp::No);
    let reason = post.reason.unwrap();
    assert!(reason.code == DarkCode::PrivateProfile && !reason.certain && reason.link.is_some() && reason.step.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_at_threads_that_is_cut_off_before_it_publishes_posted_nothing() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await.id;
    let (keeper, id) = (s.rig.keeper.clone(), account.clone());
    let publishing = tokio::spawn(async move { keeper.publish_post(&id, &draft("Hello"), true).await });
    until("the container", || s.meta.count(Message::Container) == 1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    publishing.abort();
    let _ = publishing.await;
    let known = s.rig.keeper.first_post(&account).unwrap().unwrap();
    assert_eq!((known.state, known.sent), (PostState::Refused, Lamp::No), "it is known");
    assert!(s.meta.published().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publication_at_threads_that_fails_before_it_publishes_leaves_the_one_before_it() {
    let s = Stage::new(Platform::Threads).await;
    let account = with_delete(&s).await;
    let before = publish(&s, &account, draft("stays")).await;
    let known = || s.rig.keeper.first_post(&account).unwrap().unwrap();
    // The container is refused.
    s.meta.fail_next(Message::Container, Failure::Graph(4, None));
    assert!(s.rig.keeper.publish_post(&account, &draft("refused"), true).await.is_err());
    assert_eq!(known(), before);
    // The program ends while it waits for the container.
    let (keeper, id) = (s.rig.keeper.clone(), account.clone());
    let publishing = tokio::spawn(async move { keeper.publish_post(&id, &draft("cut off"), true).await });
    until("the container", || s.meta.count(Message::Container) == 3).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!((known().state, known().text.as_str()), (PostState::Sending, "cut off"));
    publishing.abort();
    let _ = publishing.await;
    assert_eq!(known(), before);
    let s = s.restarted();
    let deleted = s.rig.keeper.delete_post(&account).await.unwrap();
    assert_eq!((deleted.text.as_str(), deleted.state), ("stays", PostState::Deleted));
    assert!(s.meta.published().is_empty());
}

/// An account that may post, and the message by which it does.
async fn who_posts(platform: Platform) -> (Stage, String, Message) {
    let s = Stage::new(platform).await;
    match platform {
        Platform::Facebook => {
            let [_, page] = s.log_in_with_page().await;
            s.meta.switch(|switches| switches.development_mode = false);
            (s, page, Message::Feed)
        }
        _ => {
            let account = s.log_in().await.id;
            (s, account, Message::Publish)
        }
    }
}

/// Publishes, where the platform fails from the publication on whenever it is asked for a post.
async fn publish_without_its_link(
    s: &Stage,
    account: &str,
    publishes: Message,
    failure: impl Into<Failure>,
) -> JoinHandle<Result<PostView>> {
    s.meta.fail_next(publishes, Fault::Slow(Duration::from_secs(1)));
    let (keeper, id) = (s.rig.keeper.clone(), account.to_owned());
    let publishing = tokio::spawn(async move { keeper.publish_post(&id, &draft("Hello"), true).await });
    soon("the publication", async {
        while s.meta.count(publishes) == 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            // Threads' container wants half a minute.
            s.later(10);
        }
    })
    .await;
    // The container's state was asked for before.
    s.meta.fail_always(Message::Item, Some(failure.into()));
    publishing
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_ends_before_it_has_the_link_knows_that_it_posted() {
    for platform in [Platform::Threads, Platform::Facebook] {
        let (s, account, publishes) = who_posts(platform).await;
        let asked = s.meta.count(Message::Item);
        let publishing = publish_without_its_link(&s, &account, publishes, Fault::Slow(Duration::from_secs(20))).await;
        until("the question for the link", || {
            s.meta.published().len() == 1 && s.meta.count(Message::Item) > asked + usize::from(publishes == Message::Publish)
        })
        .await;
        publishing.abort();
        assert!(publishing.await.unwrap_err().is_cancelled());
        s.meta.fail_always(Message::Item, None);

        let s = s.restarted();
        let known = s.rig.keeper.first_post(&account).unwrap().unwrap();
        assert_eq!(
            (known.state, known.sent, known.link),
            (PostState::Posted, Lamp::Yes, None),
            "{platform:?}"
        );
        assert!(known.id.is_some() && !s.rig.keeper.prepare_post(&account, &draft("Hello")).unwrap().unclear);
        let post = s.rig.keeper.check_post(&account).await.unwrap();
        assert_eq!(
            (post.state, post.there, post.seen),
            (PostState::Posted, Lamp::Yes, Lamp::Yes),
            "{post:?}"
        );
        assert!(post.link.unwrap().starts_with(s.meta.origin()), "{platform:?}");
        assert_eq!((s.meta.count(publishes), s.meta.published().len()), (1, 1), "{platform:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_refused_is_found_later() {
    for platform in [Platform::Threads, Platform::Facebook] {
        for failure in [
            Failure::Wire(Fault::Status(500)),
            Failure::Wire(Fault::Drop),
            Failure::Graph(4, None),
        ] {
            let (s, account, publishes) = who_posts(platform).await;
            let publishing = publish_without_its_link(&s, &account, publishes, failure.clone()).await;
            let post = soon("the publication", publishing).await.unwrap().unwrap();
            assert_eq!(
                (post.state, post.sent, post.link),
                (PostState::Posted, Lamp::Yes, None),
                "{platform:?} {failure:?}"
            );
            // It fails again; what is known stays.
            let _ = s.rig.keeper.check_post(&account).await;
            s.meta.fail_always(Message::Item, None);
            let s = s.restarted();
            assert_eq!(s.rig.keeper.first_post(&account).unwrap().unwrap().state, PostState::Posted);
            let post = s.rig.keeper.check_post(&account).await.unwrap();
            assert!(post.there == Lamp::Yes && post.seen == Lamp::Yes && post.link.is_some(), "{post:?}");
            assert_eq!((s.meta.count(publishes), s.meta.published().len()), (1, 1), "{platform:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_posts_and_why_strangers_do_not_see_it() {
    let s = Stage::new(Platform::Facebook).await;
    let [person, page] = s.log_in_with_page().await;
    let uses = |id: &str| s.rig.keeper.uses(id).map(|uses| (uses.can_post, uses.pages_can_post)).unwrap();
    assert_eq!(uses(&person), (false, true), "profiles can't be posted to");
    assert_eq!(uses(&page), (true, false));
    // In Development mode no answer says why.
    let post = s.rig.keeper.publish_post(&page, &draft("Hello"), true).await.unwrap();
    assert_eq!((post.state, post.there, post.seen), (PostState::Posted, Lamp::Yes, Lamp::Waiting));
    s.later(120);
    let post = s.rig.keeper.check_post(&page).await.unwrap();
    let reason = post.reason.unwrap();
    assert!(post.seen == Lamp::No && reason.code == DarkCode::AppInDevelopment && !reason.certain && reason.step.is_some());
    // Live, with a Page that is not published: that is asked.
    s.meta
        .switch(|switches| (switches.development_mode, switches.page_unpublished) = (false, true));
    s.rig.keeper.publish_post(&page, &draft("Hello again"), true).await.unwrap();
    s.later(120);
    let reason = s.rig.keeper.check_post(&page).await.unwrap().reason.unwrap();
    assert!(reason.code == DarkCode::PageUnpublished && reason.certain);
    s.meta.switch(|switches| switches.page_unpublished = false);
    let post = s.rig.keeper.check_post(&page).await.unwrap();
    assert_eq!((post.seen, post.reason.is_none()), (Lamp::Yes, true));
    assert_eq!(s.rig.keeper.delete_post(&page).await.unwrap().state, PostState::Deleted);
    assert_eq!(s.meta.published(), ["Hello"], "the first one is left");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_posts_a_picture_at_its_instagram_account() {
    let s = Stage::by_facebook().await;
    let deletes = ["instagram_manage_contents".to_owned()];
    let plan = |more: &[String]| LoginPlan {
        scopes: s.plan().scopes.iter().chain(more).cloned().collect(),
        ..s.plan()
    };
    let account = async |plan: LoginPlan| {
        let person = s.rig.log_in(plan).await.account.id;
        let found = s.rig.keeper.sub_accounts(&person).await.unwrap();
        let kept = s.rig.keeper.keep_sub_accounts(&person, &[found[0].id.clone()]).await.unwrap();
        (person, kept[0].clone())
    };
    let (person, own) = account(plan(&[])).await;
    assert!(!s.rig.keeper.uses(&person).unwrap().can_post);
    let picture = Draft {
        image: Some("https://example.org/engine.jpg".into()),
        ..draft("An engine")
    };
    let no_picture = s.rig.keeper.publish_post(&own, &draft("An engine"), true).await.unwrap_err();
    assert_eq!(no_picture.view().params["field"], "image");
    let shown = s.rig.keeper.prepare_post(&own, &picture).unwrap();
    assert_eq!((shown.delete_scope_missing.as_ref(), shown.no_delete), (deletes.first(), None));

    // With the permission to delete, too.
    let (_, own) = account(plan(&deletes)).await;
    let shown = s.rig.keeper.prepare_post(&own, &picture).unwrap();
    assert_eq!(
        (&shown.delete_scope_missing, &shown.scope_missing, shown.seconds),
        (&None, &None, 5)
    );
    let token = s.rig.token(&own).await;
    let urls: Vec<&str> = shown
        .requests
        .iter()
        .map(|request| request.url.split('?').next().unwrap())
        .collect();
    assert!(
        urls[1].ends_with("/{instagram}/media") && urls[3].ends_with("/{instagram}/media_publish"),
        "{urls:?}"
    );
    assert!(!serde_json::to_string(&shown).unwrap().contains(&token));
    s.meta.switch(|switches| switches.container_polls = 2);
    let (keeper, id, wanted) = (s.rig.keeper.clone(), own.clone(), picture.clone());
    let mut publishing = Box::pin(tokio::spawn(async move { keeper.publish_post(&id, &wanted, true).await }));
    let post = loop {
        tokio::select! {
            done = &mut publishing => break done.unwrap().unwrap(),
            () = tokio::time::sleep(Duration::from_millis(100)) => s.later(5),
        }
    };
    assert_eq!(
        (post.state, post.sent, post.there, post.seen),
        (PostState::Posted, Lamp::Yes, Lamp::Yes, Lamp::Yes),
        "{post:?}"
    );
    assert!(
        post.can_delete && post.link.as_deref().unwrap().starts_with(&format!("{}/p/C", s.meta.origin())),
        "{post:?}"
    );
    assert_eq!(
        (s.meta.count(Message::Container), s.meta.published()),
        (1, vec!["An engine".to_owned()])
    );
    let (_, embed) = s.meta.requests().into_iter().rfind(|(m, _)| *m == Some(Message::Embed)).unwrap();
    assert!(!embed.query.contains("access_token") && !embed.query.contains(&token));
    // A private account is the likeliest reason.
    s.meta.set_private("ada", true);
    s.later(120);
    let reason = s.rig.keeper.check_post(&own).await.unwrap().reason.unwrap();
    assert!(reason.code == DarkCode::PrivateProfile && !reason.certain && reason.step.is_some());
    assert_eq!(s.rig.keeper.delete_post(&own).await.unwrap().state, PostState::Deleted);
    assert!(s.meta.published().is_empty());
}

/// Whatever oEmbed says of a post that strangers do not see, it is hidden; and what says nothing of the post is no answer.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oembed_refuses_in_more_than_one_way() {
    let s = Stage::new(Platform::Threads).await;
    let account = s.log_in().await.id;
    publish(&s, &account, draft("Hello")).await;
    s.later(120);
    for code in [4, 10, 17, 104, 190, 200, 613] {
        s.meta.fail_always(Message::Embed, Some(Failure::Graph(code, None)));
        let post = s.rig.keeper.check_post(&account).await.unwrap();
        assert_eq!((post.there, post.seen, post.reason), (Lamp::Yes, Lamp::Unknown, None), "{code}");
    }
    s.meta.fail_always(Message::Embed, None);
    assert_eq!(s.rig.keeper.check_post(&account).await.unwrap().seen, Lamp::Yes);
    s.meta.set_private("ada", true);
    for code in [100, 24] {
        s.meta.switch(|switches| switches.hidden_code = code);
        let post = s.rig.keeper.check_post(&account).await.unwrap();
        assert_eq!(
            (post.seen, post.reason.map(|reason| reason.code)),
            (Lamp::No, Some(DarkCode::PrivateProfile)),
            "{code}"
        );
    }
}
