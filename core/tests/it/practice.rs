//! The practice platform that one process runs, and others use.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keybearer_core::book::practice::{Announced, origin};
use keybearer_core::keeper::{Keeper, Outside, now};
use keybearer_core::provider::RedirectKind;
use keybearer_practice::Flavor;
use tempfile::TempDir;

use crate::rig::{Rig, keeper_at, outside, plan, practice, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_uses_it_until_it_ends() {
    let (rig, p) = (Rig::new(), practice(Flavor::Practice).await);
    let other = keeper_at(rig.home.path(), Arc::new(now));
    assert_eq!(other.practice(), None);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    assert_eq!(other.practice(), p.origin().parse().ok());
    assert!(!other.account(&id).unwrap().practice_over);
    other.verify(&id).await.unwrap();

    // There is one for all.
    let second = practice(Flavor::Practice).await;
    assert!(!other.announce_practice(second.origin()).unwrap());
    other.end_practice();
    other.verify(&id).await.unwrap();

    let heard = Arc::new(AtomicUsize::new(0));
    let count = heard.clone();
    let changed = Arc::new(move || _ = count.fetch_add(1, Ordering::Relaxed));
    let usual = outside(rig.home.path(), Arc::new(now));
    let window = Keeper::open(Outside { changed, ..usual }).unwrap();
    window.watch_book();
    rig.keeper.end_practice();
    until("its end", || heard.load(Ordering::Relaxed) > 0).await;
    assert!(other.account(&id).unwrap().practice_over);
    assert_eq!(other.verify(&id).await.unwrap_err().code(), "practice-over");
    assert!(other.announce_practice(second.origin()).unwrap());
    assert_eq!(rig.keeper.practice(), second.origin().parse().ok());
    assert!(rig.account(&id).practice_over, "it belongs to the one before");
}

#[test]
fn no_token_leaves_this_computer_whatever_the_file_says() {
    let home = TempDir::new().unwrap();
    let data = home.path().join("data");
    fs::create_dir(&data).unwrap();
    let (file, right) = (data.join("locks/practice"), "http://127.0.0.1:47999");
    for wrong in ["https://127.0.0.1:47999", "http://practice.example:80", "http://127.0.0.1", ""] {
        assert_eq!(Announced::new(&data, wrong).unwrap_err().code(), "internal", "{wrong}");
    }
    let announced = Announced::new(&data, right).unwrap().unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), right);
    assert_eq!(origin(&data), right.parse().ok());
    for wrong in [
        "https://127.0.0.1:47999",
        "http://practice.example:80",
        "http://127.0.0.1:80@practice.example",
        "http://127.0.0.1:80.practice.example",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:-1",
        "http://127.0.0.1:80/path",
        "http://127.0.0.1:80?q",
        "http://127.0.0.1:80\n",
        "http://127.0.0.1",
        "http://127.0.0.1:",
        "127.0.0.1:80",
        "\0",
        "",
    ] {
        fs::write(&file, wrong).unwrap();
        assert_eq!(origin(&data), None, "{wrong}");
    }
    fs::write(&file, [0xff; 40]).unwrap();
    assert_eq!(origin(&data), None);
    fs::write(&file, right.to_owned() + &"0".repeat(1 << 20)).unwrap();
    assert_eq!(origin(&data), None);
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(origin(&data), None);
    fs::remove_dir(&file).unwrap();
    drop(announced);

    // A killed process leaves its file, and its lock is free.
    fs::write(&file, right).unwrap();
    assert_eq!(origin(&data), None);
    drop(Announced::new(&data, "http://127.0.0.1:48000").unwrap().unwrap());
    assert!(!file.exists());
}
