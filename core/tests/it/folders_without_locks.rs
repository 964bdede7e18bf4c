//! Data folders whose file system knows no locks: the system's `flock` is answered by a small library that stands before it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use keybearer_core::book::lock;
use keybearer_core::book::practice::{self, Announced};
use keybearer_core::provider::RedirectKind;
use keybearer_practice::Flavor;
use tempfile::TempDir;

use crate::children::in_process;
use crate::rig::{Rig, plan, practice};

/// Answers for files below a folder with an error number, and passes everything else on.
const LIBRARY: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int flock(int fd, int how) {
    char name[64], path[4096];
    const char *folder = getenv("NO_LOCKS_IN");
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (folder && length > 0) {
        path[length] = 0;
        if (strncmp(path, folder, strlen(folder)) == 0) { errno = atoi(getenv("NO_LOCKS_SAYS")); return -1; }
    }
    int (*next)(int, int) = (int (*)(int, int)) dlsym(RTLD_NEXT, "flock");
    return next(fd, how);
}
"#;

fn library() -> &'static Path {
    static MADE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = MADE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let (source, library) = (folder.path().join("flock.c"), folder.path().join("flock.so"));
        std::fs::write(&source, LIBRARY).unwrap();
        let made = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(&source)
            .arg("-ldl")
            .status();
        assert!(made.unwrap().success());
        (folder, library)
    });
    path
}

fn child(test: &str, folder: &Path, errno: &str, runtime: Option<&Path>) {
    in_process(&format!("folders_without_locks::{test}"), |c| {
        c.env("LD_PRELOAD", library())
            .env("NO_LOCKS_IN", folder)
            .env("NO_LOCKS_SAYS", errno)
            .env("FOLDER", folder);
        match runtime {
            Some(runtime) => c.env("XDG_RUNTIME_DIR", runtime),
            None => c.env("XDG_RUNTIME_DIR", "/nonexistent").env("TMPDIR", "/nonexistent"),
        };
    });
}

fn folder() -> PathBuf {
    PathBuf::from(std::env::var_os("FOLDER").unwrap())
}

#[test]
fn a_folder_without_locks_is_locked_elsewhere() {
    // ENOSYS, EOPNOTSUPP, ENOLCK, EINVAL.
    for errno in ["38", "95", "37", "22"] {
        let (data, runtime) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        child("child_in_such_a_folder", data.path(), errno, Some(runtime.path()));
        assert!(runtime.path().join("keybearer-locks").read_dir().unwrap().count() > 0);
    }
    // No more than these: a disk that fails is one.
    let (data, runtime) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    child("child_on_a_broken_disk", data.path(), "5", Some(runtime.path()));
    // And where there is no other place, that is said.
    child("child_without_any_place", data.path(), "38", None);
}

#[test]
#[ignore = "a child's"]
fn child_in_such_a_folder() {
    let data = folder();
    let held = lock::instance(&data).unwrap();
    assert_eq!(lock::instance(&data).unwrap_err().code(), "already-running");
    assert!(lock::is_local());
    drop(held);
    lock::instance(&data).unwrap();
    let one = lock::free_delivery(&data, "d").unwrap();
    assert!(one.is_some() && lock::free_delivery(&data, "d").unwrap().is_none());
    assert!(lock::free_delivery(&data, "other").unwrap().is_some());
    let announce = || Announced::new(&data, "http://127.0.0.1:47999").unwrap();
    let practice = announce();
    assert!(practice.is_some() && practice::origin(&data).is_some() && announce().is_none());
    drop(practice);
    std::fs::write(data.join("locks/practice"), "http://127.0.0.1:47999").unwrap();
    assert!(practice::origin(&data).is_none());
    // Who waits for it gets it.
    let waits = std::thread::spawn({
        let data = data.clone();
        move || lock::account(&data, "a").map(drop)
    });
    waits.join().unwrap().unwrap();
    // The folder is this computer's from now on.
    std::fs::write(data.join("locks/computer"), "another computer").unwrap();
    for error in [lock::account(&data, "a").unwrap_err(), lock::instance(&data).unwrap_err()] {
        assert_eq!(error.code(), "folder-elsewhere");
        assert!(error.view().params["path"].contains(data.to_str().unwrap()));
    }
}

#[test]
#[ignore = "a child's"]
fn child_on_a_broken_disk() {
    assert_eq!(lock::account(&folder(), "a").unwrap_err().code(), "disk");
    assert!(!lock::is_local() && !folder().join("locks/computer").exists());
}

#[test]
#[ignore = "a child's"]
fn child_without_any_place() {
    assert_eq!(lock::account(&folder(), "a").unwrap_err().code(), "no-locks");
}

#[test]
fn a_login_in_a_folder_without_locks() {
    let (runtime, temporary) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    in_process("folders_without_locks::child_that_logs_in", |c| {
        c.env("LD_PRELOAD", library())
            .env("NO_LOCKS_IN", temporary.path())
            .env("NO_LOCKS_SAYS", "38");
        c.env("TMPDIR", temporary.path()).env("XDG_RUNTIME_DIR", runtime.path());
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a child's"]
async fn child_that_logs_in() {
    let (rig, p) = (Rig::new(), practice(Flavor::GoToSocial).await);
    let id = rig.log_in(plan(&rig, &p, RedirectKind::Loopback)).await.account.id;
    assert_eq!(vec![rig.token(&id).await], p.tokens());
    assert!(rig.keeper.notes().await.contains(&"cli-locks-local"));
    let rig = rig.restart();
    assert_eq!(vec![rig.token(&id).await], p.tokens());
}
