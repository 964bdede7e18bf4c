//! To another machine and back: what was moved lives there and rests here, what was copied rests there, and a file that is not
//! ours, not whole or not opened changes nothing. The practice platform's log says who renewed.

mod hostile_files;

use std::path::Path;
use std::time::Duration;

use keybearer_core::deliver::file::place;
use keybearer_core::error::Error;
use keybearer_core::keeper::Reason;
use keybearer_core::ledger::Purpose;
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::{DAY, Secret};
use keybearer_core::view::{BundleView, ImportOutcome, ImportedView, Target};
use keybearer_practice::x::{AppType, Message};
use keybearer_practice::{Fault, Flavor};

use crate::children::{self, Keyring};
use crate::rig::{Rig, plan, practice};
use crate::system;
use crate::x::Stage;

const WORDS: &str = "correct horse battery";

fn words() -> Secret {
    Secret::new(WORDS)
}

async fn export(rig: &Rig, moves: bool) -> BundleView {
    let picked: Vec<String> = rig.keeper.view().accounts.into_iter().map(|a| a.id).collect();
    rig.keeper.export(&picked, words(), moves, rig.home.path()).await.unwrap()
}

async fn import(rig: &Rig, file: &str) -> Result<Vec<ImportedView>, Error> {
    rig.keeper.import(file.to_owned(), words()).await
}

/// A file of this rig's accounts, and what stands in it.
async fn file(rig: &Rig, moves: bool) -> String {
    std::fs::read_to_string(export(rig, moves).await.path).unwrap()
}

fn outcomes(arrived: &[ImportedView]) -> Vec<ImportOutcome> {
    arrived.iter().map(|a| a.outcome).collect()
}

async fn copy_fails(rig: &Rig, id: &str) -> Option<&'static str> {
    rig.keeper.access_token(id, Purpose::Token).await.err().map(|e| e.code().as_str())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_of_a_failed_export_are_renewed_here() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    // No folder, so that nothing can be written in it.
    let nowhere = &s.rig.home.path().join("a file");
    std::fs::write(nowhere, "").unwrap();
    let picked = [id.clone()];
    let failed = s.rig.keeper.export(&picked, words(), true, nowhere).await.unwrap_err();
    assert!(failed.code() == "disk" && !s.rig.account(&id).paused, "{failed:?}");
    // What rested before does not wake by it.
    export(&s.rig, true).await;
    assert!(s.rig.keeper.export(&picked, words(), true, nowhere).await.is_err());
    assert!(s.rig.account(&id).paused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moved_pair_is_renewed_there_and_paused_here() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    let (here, there) = (&s.rig, s.another());
    let token = here.token(&id).await;
    let done = export(here, true).await;
    assert_eq!((done.accounts, done.left.len()), (1, 0));
    let sealed = std::fs::read_to_string(&done.path).unwrap();
    assert!(done.path.ends_with(".keybearer") && sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----"));
    let mode = system::mode(Path::new(&done.path));
    assert!(mode.is_none_or(|mode| mode == 0o600), "for its owner's eyes only");
    // It rests here: nobody but a person has it renewed again.
    let rests = here.account(&id);
    assert!(rests.paused && !rests.needs_login && rests.breaks.is_none() && !rests.renews_on_demand);
    assert_eq!(here.token(&id).await, token, "good for its two hours");

    let requests = s.x.count(Message::Refresh);
    let arrived = import(&there, &sealed).await.unwrap();
    assert_eq!(outcomes(&arrived), [ImportOutcome::Added]);
    let moved = there.account(arrived[0].account.as_deref().unwrap());
    assert!(!moved.paused && moved.id == id && moved.name == "@ada" && moved.renews_on_demand);
    assert_eq!(s.x.count(Message::Refresh), requests, "taking it in asks nobody");
    let clients = there.keeper.view().clients;
    assert_eq!((clients.len(), clients[0].accounts.len()), (1, 1));

    s.later(7200);
    let next = there.token(&id).await;
    assert!(next != token && s.x.token(&next).unwrap().alive);
    assert_eq!(copy_fails(here, &id).await, Some("paused"));
    assert_eq!(here.keeper.renew(&id, Reason::Asked).await.unwrap_err().code(), "paused");
    assert_eq!(here.keeper.verify(&id).await.unwrap_err().code(), "paused");
    s.later(130 * DAY);
    assert!(here.keeper.sweep().await.is_empty() && here.keeper.refresh_long_lived().await.is_empty());
    assert_eq!(here.token(&id).await, token, "kept, and shown");
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (requests + 1, 0));

    // And back: the newer pair arrives, and is renewed here.
    let back = file(&there, true).await;
    assert_eq!(outcomes(&import(here, &back).await.unwrap()), [ImportOutcome::Renewed]);
    assert!(!here.account(&id).paused && there.account(&id).paused);
    assert!(s.x.token(&here.token(&id).await).unwrap().alive);
    assert_eq!(copy_fails(&there, &id).await, Some("paused"));
    // The file of the first move is past: whoever brings it in once more wakes nobody.
    assert_eq!(outcomes(&import(&there, &sealed).await.unwrap()), [ImportOutcome::Kept]);
    assert!(there.account(&id).paused);
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (requests + 2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_on_hold_is_not_renewed_delivered_or_handed_out() {
    let s = Stage::new().await;
    let (id, keeper) = (s.log_in().await.id, s.rig.keeper.clone());
    let bot = s.rig.home.path().join("bot");
    let target = Target::File {
        place: place(&bot).unwrap(),
    };
    let delivery = keeper.add_delivery(&id, target, None).await.unwrap();
    keeper.rest(Duration::from_secs(20)).await;
    let delivered = std::fs::read_to_string(&bot).unwrap();
    keeper.pause(&id).await.unwrap();
    s.later(3 * DAY / 24);
    // Also for another process over the same book, and after a restart.
    let other = s.also();
    for keeper in [&keeper, &other] {
        assert!(keeper.sweep().await.is_empty() && keeper.refresh_long_lived().await.is_empty());
        keeper.deliver_due().await;
        let refusals = [
            keeper.access_token(&id, Purpose::Token).await.unwrap_err(),
            keeper.shown_token(&id).await.unwrap_err(),
            keeper.copied(&id, "env").await.map(drop).unwrap_err(),
            keeper.renew(&id, Reason::Asked).await.unwrap_err(),
            keeper.renew(&id, Reason::Anyway).await.unwrap_err(),
            keeper.deliver(&delivery).await.unwrap_err(),
        ];
        assert!(refusals.iter().all(|error| error.code() == "on-hold"), "{refusals:?}");
    }
    assert_eq!(
        (s.x.count(Message::Refresh), std::fs::read_to_string(&bot).unwrap()),
        (0, delivered.clone())
    );
    let rests = s.rig.account(&id);
    assert!(rests.on_hold && rests.paused && !rests.needs_login, "{rests:?}");
    // A program that does not know of it leaves the account alone by the older field.
    let book: serde_json::Value = serde_json::from_str(&s.rig.book()).unwrap();
    assert_eq!(
        (&book["accounts"][0]["paused"], &book["accounts"][0]["on_hold"]),
        (&true.into(), &true.into())
    );

    keeper.resume(&id).await.unwrap();
    let token = keeper.access_token(&id, Purpose::Token).await.unwrap();
    keeper.rest(Duration::from_secs(20)).await;
    assert_eq!(s.x.count(Message::Refresh), 1);
    let renewed = std::fs::read_to_string(&bot).unwrap();
    assert_eq!((renewed.as_str(), renewed == delivered), (token.expose(), false));
    assert!(!s.rig.book().contains("on_hold"), "older books do not have it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_does_not_travel_and_is_none_of_another_computers() {
    let s = Stage::new().await;
    let (here, there) = (&s.rig, s.another());
    let id = s.log_in().await.id;
    here.keeper.pause(&id).await.unwrap();
    let moved = file(here, true).await;
    assert_eq!(outcomes(&import(&there, &moved).await.unwrap()), [ImportOutcome::Added]);
    assert!(!there.account(&id).paused && !there.account(&id).on_hold);
    // The other computer renews it: it is not held here, where resuming it would renew it twice.
    assert!(here.account(&id).paused && !here.account(&id).on_hold);
    assert_eq!(here.keeper.pause(&id).await.unwrap_err().code(), "paused");
    // What comes back from there does not end a hold there.
    there.keeper.pause(&id).await.unwrap();
    let copied = file(here, false).await;
    import(&there, &copied).await.unwrap();
    assert!(there.account(&id).on_hold);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copied_account_is_paused_until_resumed() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    let there = s.another();
    let copy = file(&s.rig, false).await;
    assert!(!s.rig.account(&id).paused);
    let arrived = import(&there, &copy).await.unwrap();
    assert!(arrived[0].paused && there.account(&id).paused);
    assert_eq!(there.token(&id).await, s.rig.token(&id).await);
    // Moved on, it still rests: whoever keeps it alive is elsewhere.
    let third = s.another();
    import(&third, &file(&there, true).await).await.unwrap();
    assert!(third.account(&id).paused);
    s.later(7200);
    assert_eq!(copy_fails(&there, &id).await, Some("paused"));
    assert!(there.keeper.take_notices().await.unwrap().is_empty());
    there.keeper.resume(&id).await.unwrap();
    assert!(!there.account(&id).paused);
    assert_eq!(copy_fails(&there, &id).await, None);
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
    assert_eq!(there.keeper.resume("nobody").await.unwrap_err().code(), "account-unknown");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interrupted_renewal_is_finished_on_the_other_machine() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    s.later(7200);
    s.x.fail_always(Message::Refresh, Some(Fault::Status(500).into()));
    assert_eq!(copy_fails(&s.rig, &id).await, Some("transient"));
    let there = s.another();
    import(&there, &file(&s.rig, true).await).await.unwrap();
    s.x.fail_always(Message::Refresh, None);
    assert!(s.rig.keeper.sweep().await.is_empty());
    assert_eq!(there.keeper.sweep().await.len(), 1);
    assert!(s.x.token(&there.token(&id).await).unwrap().alive && s.x.reuses() == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_is_never_packed_in_the_middle_of_its_renewal() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    s.later(7200);
    s.x.fail_next(Message::Refresh, Fault::Slow(Duration::from_millis(600)));
    let (keeper, wanted) = (s.rig.keeper.clone(), id.clone());
    let copy = tokio::spawn(async move { keeper.access_token(&wanted, Purpose::Token).await.unwrap().expose().to_owned() });
    while s.x.count(Message::Refresh) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let there = s.another();
    import(&there, &file(&s.rig, true).await).await.unwrap();
    assert_eq!(there.token(&id).await, copy.await.unwrap(), "the new pair, not the spent one");
    s.later(7200);
    assert!(s.x.token(&there.token(&id).await).unwrap().alive && s.x.reuses() == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn merged_twice_is_merged_once_and_the_better_token_stays() {
    let s = Stage::new().await;
    let id = s.log_in().await.id;
    s.rig.log_in(s.keys("x-app-here", None, &[])).await;
    let there = s.another();
    let old = file(&s.rig, false).await;
    assert_eq!(outcomes(&import(&there, &old).await.unwrap()), [ImportOutcome::Added; 2]);
    let book = there.book();
    assert_eq!(outcomes(&import(&there, &old).await.unwrap()), [ImportOutcome::Kept; 2]);
    assert_eq!(there.book(), book);
    // The older pair never takes the place of the newer one, and the newer one does.
    s.later(7200);
    let renewed = s.rig.token(&id).await;
    let kept = import(&s.rig, &old).await.unwrap();
    assert_eq!(outcomes(&kept), [ImportOutcome::Kept; 2]);
    assert!(kept.iter().all(|a| !a.paused));
    assert_eq!(s.rig.token(&id).await, renewed);
    let new = file(&s.rig, false).await;
    let arrived = import(&there, &new).await.unwrap();
    let pair = arrived.iter().find(|a| a.account.as_deref() == Some(id.as_str())).unwrap();
    assert!(pair.outcome == ImportOutcome::Renewed && pair.paused);
    assert_eq!(there.token(&id).await, renewed);
    // The same person by a login of its own there is the same account.
    let fourth = s.another();
    let own = fourth.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await.account.id;
    let merged = import(&fourth, &new).await.unwrap();
    assert!(merged.iter().any(|a| a.account.as_ref() == Some(&own)) && own != id);
    assert_eq!((fourth.keeper.view().accounts.len(), fourth.keeper.view().clients.len()), (2, 2));
    assert_eq!(s.x.reuses(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn practice_accounts_stay_and_are_named() {
    let (rig, p) = (Rig::new(), practice(Flavor::Practice).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    let alone = rig.keeper.export(&[id], words(), true, rig.home.path()).await;
    assert_eq!(alone.unwrap_err().code(), "practice-over");
    let m = practice(Flavor::Mastodon).await;
    let other = rig.log_in(plan(&rig, &m, RedirectKind::Loopback)).await.account;
    let done = export(&rig, true).await;
    assert_eq!((done.accounts, done.left.len()), (1, 1));
    let stayed = rig.keeper.view().accounts.into_iter().find(|a| a.id != other.id).unwrap();
    assert!(rig.account(&other.id).paused && !stayed.paused);
    // A registered client goes along with its secret, and knows its server there.
    let there = Rig::new();
    import(&there, &std::fs::read_to_string(&done.path).unwrap()).await.unwrap();
    there.keeper.verify(&other.id).await.unwrap();
    there.keeper.revoke(&other.id).await.unwrap();
    // Never over a file that is there.
    let again = export(&rig, false).await;
    assert!(again.path != done.path && Path::new(&done.path).exists());
}

#[test]
#[ignore = "needs a desktop: script/test core"]
fn an_import_into_a_locked_keychain_keeps_nothing() {
    children::in_session(Keyring::Locked, "transfer::child_with_a_locked_keychain");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run as a child"]
async fn child_with_a_locked_keychain() {
    let s = Stage::new().await;
    s.log_in().await;
    let there = s.another();
    // What waits in memory for the store goes along.
    let file = file(&s.rig, false).await;
    let arrived = import(&there, &file).await.unwrap();
    assert_eq!(arrived[0].error.as_ref().unwrap().code, "keychain-locked");
    assert!(there.keeper.view().accounts.is_empty() && there.keeper.view().store.unstored == 0);
    // A store that does takes it.
    there.keeper.use_sealed_file(words()).await.unwrap();
    assert_eq!(outcomes(&import(&there, &file).await.unwrap()), [ImportOutcome::Added]);
}
