//! A delivery that was confirmed in the window, made now by a script; `targets` has the confirmation at a terminal.

use keybearer_core::deliver::file::place;
use keybearer_core::keeper::{Keeper, now};
use keybearer_core::view::Target;
use keybearer_practice::meta::{Meta, Platform};

use crate::rig::{Home, until, with_file, with_threads, with_x};

/// A target of the only account in a folder of its own, which has the token.
async fn in_a_folder(home: &Home, window: &Keeper) -> std::path::PathBuf {
    let folder = home.0.path().join("bot");
    std::fs::create_dir(&folder).unwrap();
    let target = Target::File {
        place: place(&folder.join("token")).unwrap(),
    };
    window.add_delivery(&window.view().accounts[0].id, target, None).await.unwrap();
    window.rest(std::time::Duration::from_secs(20)).await;
    assert!(folder.join("token").exists());
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_renewal_says_that_its_target_is_gone() {
    let home = Home::new();
    let x = with_x(&home).await;
    let folder = in_a_folder(&home, &home.keeper()).await;
    std::fs::remove_dir_all(&folder).unwrap();
    let shown = folder.join("token").display().to_string();
    let said = home.run(&["refresh", "ada", "--anyway"]).await;
    assert_eq!(said.out, "x-here/ada\trenewed\n");
    assert!(
        said.code != 0 && said.err.contains(&format!("isn’t synced to {shown}:")),
        "{said:?}"
    );
    let waits = home.run(&["refresh", "--due"]).await;
    assert!(waits.code != 0 && waits.out == format!("x-here/ada\t{shown}\tlater\n"), "{waits:?}");
    // A token that is only used: its own result counts.
    x.switch(|w| w.access_lifetime = std::time::Duration::from_secs(6));
    assert_ne!(home.run(&["refresh", "ada", "--anyway"]).await.code, 0);
    let due = home.keeper().view().accounts[0].renews_from.unwrap();
    until("the end of the token", || now() >= due).await;
    x.switch(|w| w.access_lifetime = std::time::Duration::from_secs(7200));
    let token = home.run(&["token", "ada"]).await;
    assert!(token.code == 0 && x.token(token.out.trim()).unwrap().alive, "{token:?}");
    assert_eq!(token.err.matches("isn’t synced").count(), 1, "{token:?}");
    std::fs::create_dir(&folder).unwrap();
    let said = home.run(&["refresh", "ada", "--anyway"]).await;
    assert!(said.code == 0 && said.err.is_empty(), "{said:?}");
    assert!(x.token(&std::fs::read_to_string(folder.join("token")).unwrap()).unwrap().alive);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn an_import_says_that_its_target_is_gone() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let folder = in_a_folder(&home, &home.keeper()).await;
    std::fs::remove_dir_all(&folder).unwrap();
    let other = meta.generate_token("ada", &["threads_basic"], None).unwrap();
    let said = with_file(&home, &other, &["import", "threads-here"]).await;
    assert!(
        said.code != 0 && said.err.contains("Saved as") && said.err.contains("isn’t synced to"),
        "{said:?}"
    );
    assert_eq!(home.run(&["token", "ada"]).await.out.trim(), other);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_line_for_each_place() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let none = home.run(&["deliver", "ada"]).await;
    assert!(
        none.code == 0 && none.out.is_empty() && none.err.contains("delivery add NAME"),
        "{none:?}"
    );

    let env = home.0.path().join("bot.env");
    std::fs::write(&env, "# the bot's\r\nTOKEN='old'\r\nB=2").unwrap();
    let window = home.keeper();
    let account = window.view().accounts[0].id.clone();
    let place = place(&env).unwrap();
    let shown = place.path.clone();
    let target = Target::EnvFile {
        place,
        key: "TOKEN".into(),
    };
    window.add_delivery(&account, target, None).await.unwrap();
    window.rest(std::time::Duration::from_secs(20)).await;
    std::fs::write(&env, "# the bot's\r\nTOKEN='old'\r\nB=2").unwrap();

    let said = home.run(&["deliver", "threads-here/ada"]).await;
    let line = format!("threads-here/ada\t{}#TOKEN\tdelivered\n", shown);
    assert_eq!((said.code, said.out), (0, line), "{}", said.err);
    let kept = std::fs::read_to_string(&env).unwrap();
    assert_eq!(kept, format!("# the bot's\r\nTOKEN='{token}'\r\nB=2"));

    // One target alone, by its ID as it is listed.
    let id = window.view().deliveries[0].id.clone();
    for (typed, code) in [(&id[..], 0), (&id[..8], 0), (&id[..7], 3), ("0000-0000", 3)] {
        let said = home.run(&["delivery", "run", typed]).await;
        assert!(
            said.code == code && said.out.contains("delivered") == (code == 0),
            "{typed}: {said:?}"
        );
    }

    // What is owed is brought by what cron runs, once.
    let forget = |what: &str| {
        let file = home.data().join("book.json");
        let mut book: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(book["deliveries"][0].as_object_mut().unwrap().remove(what).is_some());
        std::fs::write(&file, book.to_string()).unwrap();
    };
    forget("stamp");
    let said = home.run(&["refresh", "--due"]).await;
    assert!(
        said.code == 0 && said.out.ends_with("#TOKEN\tdelivered\n") && said.err.is_empty(),
        "{said:?}"
    );
    let again = home.run(&["refresh", "--due"]).await;
    assert!(again.code == 0 && again.out.is_empty() && !again.err.is_empty(), "{again:?}");

    // A place that is taken may be free again, and the token is not printed to anybody.
    std::fs::remove_file(&env).unwrap();
    std::fs::create_dir(&env).unwrap();
    let said = home.run(&["deliver", "ada"]).await;
    assert!(said.code == 5 && said.out.ends_with("later\n"), "{said:?}");
    assert!(
        said.err.contains("isn’t a file") && !format!("{}{}", said.out, said.err).contains(&token),
        "{said:?}"
    );
    // By itself it is tried again, and cron hears of it.
    forget("stamp");
    for waits in [true, false] {
        let retry = window.view().deliveries[0].later.clone();
        let said = home.run(&["refresh", "--due"]).await;
        assert!(
            said.code != 0 && said.out.ends_with("#TOKEN\tlater\n") && !said.err.is_empty(),
            "{said:?}"
        );
        assert_eq!(window.view().deliveries[0].later == retry, waits, "not before its time");
        forget("later");
    }
    // The account's person has paused it.
    assert_eq!(home.run(&["refresh", "--due"]).await.out.lines().count(), 1);
    window.pause(&account).await.unwrap();
    let paused = home.run(&["refresh", "--due"]).await;
    assert!(paused.code == 0 && paused.out.is_empty(), "{paused:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_target_that_another_program_changed_is_off() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let (file, other) = (home.0.path().join("token"), home.0.path().join("another"));
    let window = home.keeper();
    let account = window.view().accounts[0].id.clone();
    let target = Target::File {
        place: place(&file).unwrap(),
    };
    window.add_delivery(&account, target, None).await.unwrap();
    window.rest(std::time::Duration::from_secs(20)).await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), token);
    assert_eq!(home.run(&["status"]).await.code, 0);

    let book = home.data().join("book.json");
    let mut changed: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&book).unwrap()).unwrap();
    let path = &mut changed["deliveries"][0]["target"]["place"]["path"];
    assert!(path.is_string());
    *path = other.to_str().into();
    std::fs::write(&book, changed.to_string()).unwrap();
    let said = home.run(&["delivery", "run", "ada"]).await;
    assert!(said.code == 1 && said.out.ends_with("another\tneeds-you\n"), "{said:?}");
    assert!(said.err.contains("keybearer delivery confirm ID") && !other.exists(), "{said:?}");
    let said = home.run(&["delivery", "list"]).await;
    assert!(said.out.ends_with("another  off until you confirm it\n"), "{said:?}");
    let status = home.run(&["status"]).await;
    assert!(status.code == 5 && status.out.contains("threads-here/ada"), "{status:?}");

    let list = home.run(&["delivery", "list", "--json"]).await;
    let list: serde_json::Value = serde_json::from_str(&list.out).unwrap();
    assert_eq!(list[0]["confirmed"], false);
    let id = list[0]["id"].as_str().unwrap();
    let said = home.run(&["delivery", "remove", &id[..6], "--yes"]).await;
    assert!(said.code == 0 && said.out.starts_with(&format!("removed\t{id}\t")), "{said:?}");
    assert!(window.view().deliveries.is_empty() && file.exists(), "what was synced stays");
    let said = home.run(&["delivery", "remove", id, "--yes"]).await;
    assert!(said.code == 3 && said.err.contains(id), "{said:?}");
}
