//! Repositories that git itself has made: everything that it keeps is searched, and the first commit is named.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{USUAL, found, import, leaks};
use crate::rig::Home;

/// Runs git without the developer's own configuration.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs([("GIT_AUTHOR_NAME", "Ada"), ("GIT_AUTHOR_EMAIL", "ada@example.org")])
        .envs([("GIT_COMMITTER_NAME", "Ada"), ("GIT_COMMITTER_EMAIL", "ada@example.org")])
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// A repository with one commit.
pub fn repository(folder: &Path, more: &[&str]) {
    git(folder, &[&["init", "-q", "-b", "main", "."][..], more].concat());
    commit(folder, "README", "nothing to see\n");
}

/// Writes a file and commits it.
pub fn commit(folder: &Path, file: &str, content: &str) -> String {
    if let Some(above) = folder.join(file).parent() {
        std::fs::create_dir_all(above).unwrap();
    }
    std::fs::write(folder.join(file), content).unwrap();
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", file]);
    git(folder, &["rev-parse", "HEAD"])
}

fn leak() -> String {
    format!("# settings\nTOKEN={USUAL}\n")
}

/// What was found in objects: commit, path, line and whether a branch leads to it.
fn places(object: &Value) -> Vec<(String, String, u64, bool)> {
    let objects = object["found"].as_array().unwrap().iter().filter(|one| !one["object"].is_null());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> = objects
        .map(|one| {
            (
                text(&one["commit"]),
                text(&one["path"]),
                one["line"].as_u64().unwrap_or_default(),
                one["reachable"] == true,
            )
        })
        .collect();
    all.sort();
    all
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn all_objects_are_searched() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    for format in ["sha1", "sha256"] {
        let folder = TempDir::new().unwrap();
        let at = folder.path();
        repository(at, &[&format!("--object-format={format}")]);
        let (clean, object) = leaks(&home, &[at]).await;
        assert_eq!((clean.code, &object["objects"]), (0, &3.into()), "{clean:?}");

        // Removed again, so that it is in the history only; and moved before that.
        let first = commit(at, "config/settings.env", &leak());
        git(at, &["mv", "config", "etc"]);
        commit(at, "etc/other", "moved");
        git(at, &["rm", "-q", "etc/settings.env"]);
        commit(at, "removed", "");
        let mut wanted = vec![(first.clone(), "config/settings.env".to_owned(), 2, true)];
        let (said, object) = leaks(&home, &[at]).await;
        assert_eq!((said.code, places(&object)), (1, wanted.clone()), "{format}: {said:?}");

        // On another branch that is merged; on one that is packed; behind a tag; in a stash.
        git(at, &["checkout", "-q", "-b", "side"]);
        let side = commit(at, "side.env", &format!("{}x", leak()));
        git(at, &["checkout", "-q", "main"]);
        commit(at, "between", "1");
        git(at, &["merge", "-q", "--no-ff", "-m", "merge", "side"]);
        wanted.push((side, "side.env".into(), 2, true));
        git(at, &["checkout", "-q", "-b", "packed"]);
        let packed = commit(at, "packed.env", &format!("{}y", leak()));
        git(at, &["checkout", "-q", "main"]);
        git(at, &["pack-refs", "--all"]);
        wanted.push((packed, "packed.env".into(), 2, true));
        git(at, &["checkout", "-q", "--detach"]);
        let tagged = commit(at, "tagged.env", &format!("{}z", leak()));
        git(at, &["tag", "-a", "-m", "a tag", "v1"]);
        git(at, &["checkout", "-q", "main"]);
        wanted.push((tagged, "tagged.env".into(), 2, true));
        std::fs::write(at.join("README"), format!("{}stashed", leak())).unwrap();
        git(at, &["stash", "-q"]);
        let stash = git(at, &["rev-parse", "stash"]);
        wanted.push((stash, "README".into(), 2, true));
        // In a commit that was amended, and in one whose branch was deleted.
        let amended = commit(at, "amended.env", &format!("{}amended", leak()));
        std::fs::write(at.join("amended.env"), "clean").unwrap();
        git(at, &["commit", "-q", "-a", "--amend", "-m", "clean"]);
        wanted.push((amended, "amended.env".into(), 2, false));
        git(at, &["checkout", "-q", "-b", "gone"]);
        let gone = commit(at, "gone.env", &format!("{}gone", leak()));
        git(at, &["checkout", "-q", "main"]);
        git(at, &["branch", "-q", "-D", "gone"]);
        wanted.push((gone, "gone.env".into(), 2, false));
        // In the index only.
        std::fs::write(at.join("added.env"), format!("{}added", leak())).unwrap();
        git(at, &["add", "added.env"]);
        git(at, &["rm", "-q", "-f", "added.env"]);
        wanted.push((String::new(), String::new(), 2, false));
        // In a message, and in the message of a tag.
        git(at, &["commit", "-q", "--allow-empty", "-m", &format!("use {USUAL}")]);
        let message = git(at, &["rev-parse", "HEAD"]);
        let in_message = git(at, &["cat-file", "commit", "HEAD"])
            .lines()
            .position(|line| line.contains(USUAL))
            .unwrap() as u64
            + 1;
        wanted.push((message.clone(), String::new(), in_message, true));
        git(at, &["tag", "-a", "-m", &format!("use {USUAL}"), "v2"]);
        let in_tag = git(at, &["cat-file", "tag", "v2"])
            .lines()
            .position(|line| line.contains(USUAL))
            .unwrap() as u64
            + 1;
        wanted.push((message, String::new(), in_tag, true));
        wanted.sort();
        let (said, object) = leaks(&home, &[at]).await;
        assert_eq!((said.code, places(&object)), (1, wanted.clone()), "{format}: {said:?}");

        // In packs with deltas, in a bare clone, and in a worktree's repository.
        git(at, &["-c", "gc.reflogExpire=never", "gc", "-q", "--prune=never"]);
        git(
            at,
            &["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=50", "--keep-unreachable"],
        );
        let (said, object) = leaks(&home, &[at]).await;
        assert_eq!((said.code, places(&object)), (1, wanted.clone()), "{format}: {said:?}");
        let bare = TempDir::new().unwrap();
        git(
            at,
            &[
                "clone",
                "-q",
                "--bare",
                "--no-local",
                ".",
                bare.path().join("bot.git").to_str().unwrap(),
            ],
        );
        let (said, object) = leaks(&home, &[bare.path()]).await;
        let reachable: Vec<_> = wanted.iter().filter(|(.., reachable)| *reachable).collect();
        // A clone has no stash.
        assert_eq!((said.code, places(&object).len()), (1, reachable.len() - 1), "{format}: {said:?}");
    }
}

/// A file that has changed often, so that a pack has it as changes upon changes.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_long_chain_of_changes() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    let mut lines: Vec<String> = (0..400).map(|line| format!("line {line} of a file")).collect();
    let mut first = String::new();
    for version in 0..60 {
        lines[version * 5] = format!("version {version}");
        if version == 30 {
            lines[333] = format!("TOKEN={USUAL}");
        }
        let id = commit(at, "large.txt", &lines.join("\n"));
        if version == 30 {
            first = id;
        }
        if version == 35 {
            lines[333] = "removed".into();
        }
    }
    git(at, &["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=100"]);
    let chains = git(at, &["verify-pack", "-v", &index_of(at)]);
    assert!(chains.contains("chain length = 10"), "{chains}");
    let (said, object) = leaks(&home, &[at]).await;
    // Six versions have it.
    let lines: Vec<_> = found(&object, "line");
    assert_eq!((said.code, lines), (1, vec![&Value::from(334); 6]), "{said:?}");
    assert!(found(&object, "commit").iter().any(|commit| commit.as_str() == Some(&first)));
    assert_eq!(
        object["objects"],
        git(at, &["count-objects", "-v"])
            .lines()
            .find_map(|l| l.strip_prefix("in-pack: ")?.parse::<u64>().ok())
            .unwrap()
    );
}

/// Git wrote such indexes until 2007, and reads them still.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_pack_with_an_index_of_version_1() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    let first = commit(at, "old.env", &leak());
    for version in 0..5 {
        commit(at, "old.env", &format!("{}{}{version}", leak(), "a line\n".repeat(200)));
    }
    git(at, &["rm", "-q", "old.env"]);
    commit(at, "clean", "");
    git(at, &["-c", "pack.indexVersion=1", "repack", "-q", "-a", "-d", "-f"]);
    assert_ne!(std::fs::read(index_of(at)).unwrap()[..4], *b"\xfftOc");
    let (said, object) = leaks(&home, &[at]).await;
    assert_eq!((said.code, places(&object).len()), (1, 6), "{said:?}");
    assert!(places(&object).contains(&(first, "old.env".into(), 2, true)), "{said:?}");
    assert!(object["unread"].as_array().unwrap().is_empty(), "{said:?}");
}

/// The pack's index.
pub fn index_of(folder: &Path) -> String {
    let mut packs = std::fs::read_dir(folder.join(".git/objects/pack"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    packs
        .find(|file| file.extension().is_some_and(|ending| ending == "idx"))
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn worktrees_submodules_and_borrowed_objects() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let (main, library) = (folder.path().join("main"), folder.path().join("library"));
    for at in [&main, &library] {
        std::fs::create_dir(at).unwrap();
        repository(at, &[]);
    }
    let first = commit(&library, "old.env", &leak());
    git(&library, &["rm", "-q", "old.env"]);
    commit(&library, "clean", "");
    git(
        &main,
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
            library.to_str().unwrap(),
            "library",
        ],
    );
    commit(&main, "with-submodule", "");
    let tree = folder.path().join("tree");
    git(&main, &["worktree", "add", "-q", tree.to_str().unwrap()]);
    let borrowing = folder.path().join("borrowing");
    git(
        folder.path(),
        &["clone", "-q", "--shared", library.to_str().unwrap(), borrowing.to_str().unwrap()],
    );

    let (said, object) = leaks(&home, &[&main]).await;
    assert_eq!(
        (said.code, places(&object)),
        (1, vec![(first.clone(), "old.env".to_owned(), 2, true)]),
        "a submodule: {said:?}"
    );
    assert!(object["unread"].as_array().unwrap().is_empty(), "{said:?}");
    // Where the objects are elsewhere, nothing is clean.
    for at in [&tree, &borrowing] {
        let (said, object) = leaks(&home, &[at]).await;
        assert_eq!(
            (said.code, &object["clean"], &object["unread"][0]["why"]),
            (7, &false.into(), &"elsewhere".into()),
            "{said:?}"
        );
    }
    let (said, object) = leaks(&home, &[folder.path()]).await;
    assert!(said.code == 1 && object["unread"].as_array().unwrap().is_empty(), "{said:?}");

    let shallow = folder.path().join("shallow");
    let address = format!("file://{}", library.display());
    git(folder.path(), &["clone", "-q", "--depth=1", &address, shallow.to_str().unwrap()]);
    let (said, object) = leaks(&home, &[&shallow]).await;
    assert_eq!((said.code, &object["unread"][0]["why"]), (7, &"shallow".into()), "{said:?}");
    git(&library, &["config", "uploadpack.allowFilter", "true"]);
    let partial = folder.path().join("partial");
    git(
        folder.path(),
        &["clone", "-q", "--filter=blob:none", &address, partial.to_str().unwrap()],
    );
    let (said, object) = leaks(&home, &[&partial]).await;
    assert_eq!((said.code, &object["unread"][0]["why"]), (7, &"partial".into()), "{said:?}");
}
