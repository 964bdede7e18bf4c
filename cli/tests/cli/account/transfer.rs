//! `keybearer account transfer` and `receive`: accounts in a file for another computer.

use keybearer_practice::meta::{Meta, Platform};
use serde_json::json;

use super::printed;
use crate::rig::{Home, with_file, with_threads};

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn accounts_are_copied_and_moved_in_a_file() {
    const WORDS: &str = "correct horse battery";
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, None, &meta).await;
    let (folder, there) = (home.0.path().join("out"), Home::new());
    there.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let to = folder.to_str().unwrap();

    let silent = home.run(&["account", "transfer", "ada", "--folder", to]).await;
    assert!(
        silent.code == 2 && silent.err.contains("--file-passphrase-fd N") && !folder.exists(),
        "{silent:?}"
    );
    let transfer = ["account", "transfer", "ada", "--folder", to, "--file-passphrase-fd", "0"];
    let short = with_file(&home, "short\n", &transfer).await;
    assert!(short.code == 6 && !folder.exists(), "{short:?}");
    let copied = with_file(&home, &format!("{WORDS}\n"), &transfer).await;
    let file = copied.out.trim_end();
    assert!(
        copied.code == 0 && file.starts_with(to) && copied.err.contains("keeps renewing"),
        "{copied:?}"
    );
    let sealed = std::fs::read_to_string(file).unwrap();
    assert!(
        sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----") && !sealed.contains(&token),
        "{sealed}"
    );
    assert!(!home.keeper().view().accounts[0].paused);

    let receive = ["account", "receive", file, "--file-passphrase-fd", "0"];
    let wrong = with_file(&there, "wrong horse battery\n", &receive).await;
    assert!(
        wrong.code == 6 && wrong.out.is_empty() && there.keeper().view().accounts.is_empty(),
        "{wrong:?}"
    );
    let none = there.run(&["account", "receive", file]).await;
    assert!(none.code == 2 && none.err.contains("--file-passphrase-fd N"), "{none:?}");
    let missing = there.run(&["account", "receive", "/nowhere/at-all"]).await;
    assert!(missing.code == 1 && missing.err.contains("at-all"), "{missing:?}");
    let arrived = with_file(&there, &format!("{WORDS}\n"), &receive).await;
    assert!(
        arrived.code == 0 && arrived.out == "threads-here/ada\tadded\n" && arrived.err.contains("account resume"),
        "{arrived:?}"
    );
    assert_eq!(there.run(&["token", "ada"]).await.out.trim(), token);
    let shown = printed(&there, &["account", "show", "ada", "--json"]).await;
    assert_eq!((&shown["renewed_elsewhere"], &shown["paused"]), (&json!(true), &json!(false)));
    let held = there.run(&["account", "pause", "ada"]).await;
    assert!(held.code == 1 && held.err.contains("Another computer renews"), "{held:?}");

    let moved = with_file(&home, &format!("{WORDS}\n"), &[&transfer[..], &["--move"]].concat()).await;
    assert!(moved.code == 0 && moved.err.contains("from now on"), "{moved:?}");
    assert!(home.keeper().view().accounts[0].paused);
    let file = moved.out.trim_end();
    let taken = with_file(
        &there,
        &format!("{WORDS}\n"),
        &["account", "receive", file, "--file-passphrase-fd", "0"],
    )
    .await;
    assert_eq!((taken.code, taken.out.as_str()), (0, "threads-here/ada\trenewed\n"), "{taken:?}");
    assert!(!there.keeper().view().accounts[0].paused);
    let other = home.0.path().join("other");
    std::fs::write(&other, "no file of ours").unwrap();
    let foreign = with_file(
        &there,
        &format!("{WORDS}\n"),
        &["account", "receive", other.to_str().unwrap(), "--file-passphrase-fd", "0"],
    )
    .await;
    assert!(
        foreign.code == 1 && foreign.out.is_empty() && foreign.err.contains("isn’t a Keybearer file"),
        "{foreign:?}"
    );
}
