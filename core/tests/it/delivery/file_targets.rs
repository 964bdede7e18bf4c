//! Files that tokens are written to: owners and modes, links, what may not be written, and a kill during the write.

use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use keybearer_core::book::file::{Mode, read_theirs, write_theirs};
use keybearer_core::deliver::file::{place, set_key, set_whole};
use keybearer_core::token::Secret;
use keybearer_core::view::{Proof, Target};
use tempfile::TempDir;

use super::{Stage, at, read};
use crate::children;

#[test]
fn file_modes_are_kept_and_new_files_are_private() {
    let folder = TempDir::new().unwrap();
    let (env, whole) = (folder.path().join(".env"), folder.path().join("token"));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!(set_key(&at(&env), "TOKEN", &Secret::new("one")).unwrap(), Proof::ReadBack);
    assert_eq!((read(&env).as_str(), mode(&env)), ("TOKEN=one\n", 0o600));
    std::fs::set_permissions(&env, std::fs::Permissions::from_mode(0o640)).unwrap();
    set_key(&at(&env), "TOKEN", &Secret::new("two")).unwrap();
    assert_eq!((read(&env).as_str(), mode(&env)), ("TOKEN=two\n", 0o640));
    std::fs::write(&whole, "what was there").unwrap();
    std::fs::set_permissions(&whole, std::fs::Permissions::from_mode(0o644)).unwrap();
    set_whole(&at(&whole), &Secret::new("three")).unwrap();
    assert_eq!((read(&whole).as_str(), mode(&whole)), ("three", 0o600));
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(names, 2, "nothing is left beside them");
}

#[test]
fn owner_and_group_stay() {
    let folder = TempDir::new().unwrap();
    let (env, whole) = (folder.path().join(".env"), folder.path().join("token"));
    // Root may give a file to anybody; others have their own group only.
    let root = std::fs::metadata(folder.path()).unwrap().uid() == 0;
    for path in [&env, &whole] {
        std::fs::write(path, "TOKEN=old\n").unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640)).unwrap();
        if root {
            chown(path, Some(4321), Some(8765)).unwrap();
        }
    }
    let ids = |path: &Path| std::fs::metadata(path).map(|m| (m.uid(), m.gid(), m.mode() & 0o777)).unwrap();
    let (before, whose) = (ids(&env), ids(&whole).0);
    set_key(&at(&env), "TOKEN", &Secret::new("new")).unwrap();
    assert_eq!((read(&env).as_str(), ids(&env)), ("TOKEN=new\n", before));
    set_whole(&at(&whole), &Secret::new("new")).unwrap();
    assert_eq!((read(&whole).as_str(), ids(&whole).0, ids(&whole).2), ("new", whose, 0o600));
}

#[test]
#[ignore = "a child's"]
fn child_may_not_write_everywhere() {
    let folder = std::path::PathBuf::from(std::env::var_os("FOLDER").unwrap());
    let token = Secret::new("new");
    for name in ["read-only.env", "locked/.env", "locked/new.env", "theirs.env"] {
        let path = folder.join(name);
        if name == "theirs.env" && !path.exists() {
            continue;
        }
        let before = std::fs::read(&path).ok();
        let error = set_key(&at(&path), "TOKEN", &token).unwrap_err();
        assert_eq!(error.code(), "disk", "{name}");
        assert_eq!(std::fs::read(&path).ok(), before, "{name}");
    }
    // And a file of its own is no way around it.
    assert_eq!(set_whole(&at(&folder.join("read-only.env")), &token).unwrap_err().code(), "disk");
    let left = |folder: &Path| {
        std::fs::read_dir(folder)
            .unwrap()
            .any(|e| e.unwrap().file_name().to_string_lossy().contains("keybearer-"))
    };
    assert!(!left(&folder) && !left(&folder.join("locked")), "nothing is left beside them");
}

#[test]
fn what_may_not_be_written_is_not_replaced() {
    let folder = TempDir::new().unwrap();
    let mode = |name: &str, mode| std::fs::set_permissions(folder.path().join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    std::fs::create_dir(folder.path().join("locked")).unwrap();
    for name in ["read-only.env", "locked/.env"] {
        std::fs::write(folder.path().join(name), "TOKEN=old\n").unwrap();
    }
    mode("read-only.env", 0o400);
    mode("locked", 0o500);
    if std::fs::metadata(folder.path()).unwrap().uid() == 0 {
        // Everybody may write it, and nobody else may make one that is its owner's.
        std::fs::write(folder.path().join("theirs.env"), "TOKEN=old\n").unwrap();
        mode("theirs.env", 0o666);
        chown(folder.path().join("theirs.env"), Some(4321), Some(8765)).unwrap();
    }
    // Root without what makes it root.
    let plain = "if [ \"$(id -u)\" = 0 ]; then set -- --bounding-set -all --inh-caps -all \"$0\" \"$@\"; exec setpriv \"$@\"; fi";
    children::after(plain, "delivery::file_targets::child_may_not_write_everywhere", |c| {
        _ = c.env("FOLDER", folder.path())
    });
    mode("locked", 0o700);
}

#[test]
fn a_file_that_becomes_a_link_or_pipe_is_refused() {
    let folder = TempDir::new().unwrap();
    let (path, other) = (folder.path().join(".env"), folder.path().join("other.env"));
    std::fs::write(&other, "TOKEN=theirs\n").unwrap();
    symlink(&other, &path).unwrap();
    for error in [
        read_theirs(&path, 100).unwrap_err(),
        write_theirs(&path, b"new", Mode::Kept).unwrap_err(),
    ] {
        assert_eq!(error.code(), "disk");
    }
    std::fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    for error in [
        read_theirs(&path, 100).unwrap_err(),
        write_theirs(&path, b"new", Mode::Kept).unwrap_err(),
    ] {
        assert_eq!(error.code(), "disk");
    }
    assert!(std::fs::symlink_metadata(&path).unwrap().file_type().is_fifo());
    assert_eq!(read(&other), "TOKEN=theirs\n");
}

#[test]
fn a_folder_that_is_a_link_is_one() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().canonicalize().unwrap();
    for name in ["real", "elsewhere"] {
        std::fs::create_dir_all(home.join(name).join("bot")).unwrap();
    }
    std::fs::write(home.join("elsewhere/bot/.env"), "TOKEN=theirs\n").unwrap();
    symlink("real", home.join("link")).unwrap();
    let chosen = at(&home.join("link/bot/.env"));
    assert_eq!(chosen.leads_to.as_deref(), home.join("real/bot/.env").to_str());
    set_key(&chosen, "TOKEN", &Secret::new("new")).unwrap();
    assert_eq!(read(&home.join("real/bot/.env")), "TOKEN=new\n");
    assert_eq!(at(&home.join("real/bot/.env")).leads_to, None);
    std::fs::remove_file(home.join("link")).unwrap();
    symlink("elsewhere", home.join("link")).unwrap();
    let error = set_key(&chosen, "TOKEN", &Secret::new("new")).unwrap_err();
    assert_eq!(error.code(), "delivery-unconfirmed");
    assert_eq!(read(&home.join("elsewhere/bot/.env")), "TOKEN=theirs\n");
}

#[test]
fn what_cannot_be_written_stays_as_it_was() {
    let folder = TempDir::new().unwrap();
    let token = Secret::new("new");
    // Also for root, who may write anywhere else.
    let read_only = place(Path::new("/proc/keybearer-token")).unwrap();
    assert_eq!(set_whole(&read_only, &token).unwrap_err().code(), "disk");
    let env = folder.path().join(".env");
    std::fs::write(&env, vec![b'#'; 2 << 20]).unwrap();
    let large = set_key(&at(&env), "TOKEN", &token).unwrap_err().view();
    assert_eq!((large.code.as_str(), large.params["kind"].as_str()), ("env-file-foreign", "large"));
    for nothing in [Path::new("relative"), Path::new("/")] {
        assert_eq!(place(nothing).unwrap_err().code(), "input-invalid", "{nothing:?}");
    }
    let (pipe, link) = (folder.path().join("pipe"), folder.path().join("link"));
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    symlink("gone/token", &link).unwrap();
    for (nowhere, why) in [
        (folder.path(), "other"),
        (&pipe, "other"),
        (&link, "link"),
        (&folder.path().join("no/such"), "folder"),
        (&env.join("token"), "folder"),
    ] {
        let error = place(nowhere).unwrap_err().view();
        assert_eq!(
            (error.code.as_str(), error.params["why"].as_str()),
            ("file-nowhere", why),
            "{nowhere:?}"
        );
    }
    // What was confirmed and is gone since is no other place.
    let bot = folder.path().join("bot");
    std::fs::create_dir(&bot).unwrap();
    let place = at(&bot.join("token"));
    std::fs::remove_dir(&bot).unwrap();
    let error = set_whole(&place, &token).unwrap_err().view();
    assert_eq!(
        (error.code.as_str(), error.params["path"].as_str()),
        ("file-nowhere", bot.to_str().unwrap())
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_followed_to_its_confirmed_target() {
    let s = Stage::new().await;
    let (real, other, link) = (s.file("real.env"), s.file("other.env"), s.file(".env"));
    std::fs::write(&real, "TOKEN=old\n").unwrap();
    std::fs::write(&other, "TOKEN=theirs\n").unwrap();
    symlink("real.env", &link).unwrap();
    let delivery = s.add(s.env(".env")).await;
    let Target::EnvFile { place, .. } = &delivery.target else {
        panic!()
    };
    assert_eq!(
        place.leads_to.as_deref().map(Path::new),
        Some(real.canonicalize().unwrap().as_path())
    );
    let token = s.token().await;
    assert_eq!(read(&real), format!("TOKEN={token}\n"));
    assert!(link.is_symlink(), "it is still a link");
    std::fs::remove_file(&link).unwrap();
    symlink("other.env", &link).unwrap();
    assert_eq!(s.rig.keeper.deliver(&delivery.id).await.unwrap_err().code(), "delivery-unconfirmed");
    assert_eq!(read(&other), "TOKEN=theirs\n");
    assert!(!s.delivery(&delivery.id).confirmed);
    // A file that became a link is another place, too.
    std::fs::write(s.file("plain.env"), "").unwrap();
    let plain = s.add(s.env("plain.env")).await;
    std::fs::remove_file(s.file("plain.env")).unwrap();
    symlink("other.env", s.file("plain.env")).unwrap();
    assert_eq!(s.rig.keeper.deliver(&plain.id).await.unwrap_err().code(), "delivery-unconfirmed");
    assert_eq!(read(&other), "TOKEN=theirs\n");
}

/// As large as the child writes it, with one of two tokens.
fn large(token: char) -> String {
    format!("{}TOKEN={}\n", "# a comment\n".repeat(40_000), token.to_string().repeat(400))
}

#[test]
#[ignore = "a child's"]
fn child_writes_until_it_is_killed() {
    let path = std::path::PathBuf::from(std::env::var_os("ENV_FILE").unwrap());
    for token in ['a', 'b'].into_iter().cycle() {
        set_key(&at(&path), "TOKEN", &Secret::new(token.to_string().repeat(400))).unwrap();
    }
}

#[test]
fn killed_at_any_moment_the_file_is_whole() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(".env");
    std::fs::write(&path, large('a')).unwrap();
    let mut seen = [0, 0];
    // Each write makes a new file.
    let inode = |path: &Path| std::fs::metadata(path).unwrap().ino();
    for round in 0..25_u64 {
        let before = inode(&path);
        let mut child = children::start("delivery::file_targets::child_writes_until_it_is_killed", |c| {
            _ = c.env("ENV_FILE", &path)
        });
        // Once it has written one of the tokens, somewhere within its writing of the other.
        let last = if round % 2 == 0 { "a\n" } else { "b\n" };
        let begun = Instant::now();
        while inode(&path) == before || !read(&path).ends_with(last) {
            assert!(begun.elapsed() < Duration::from_secs(25), "the child does not write");
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(round * 731));
        child.kill().unwrap();
        child.wait().unwrap();
        let now = read(&path);
        let which = usize::from(now == large('b'));
        assert!(now == large('a') || which == 1, "{} bytes", now.len());
        seen[which] += 1;
    }
    assert!(seen[1] > 0, "the child was at work: {seen:?}");
}
