//! Secrets in names: of files, in git's index and in reftables. Also the exit code where the output can't be written.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::repositories::{commit, git, repository};
use super::{USUAL, found, import, leaks};
use crate::rig::{Home, Start as _, ended};

/// The ends of the files in whose names or reflogs a secret was found.
fn in_names(object: &Value) -> Vec<&str> {
    let all = object["found"].as_array().unwrap().iter();
    let all = all.filter(|one| one["line"].is_null() && one["object"].is_null());
    all.map(|one| one["file"].as_str().unwrap().rsplit('/').next().unwrap()).collect()
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn the_name_that_was_typed_is_searched() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let (file, below) = (folder.path().join(USUAL), folder.path().join(format!("{USUAL}.d")));
    fs::write(&file, "").unwrap();
    fs::create_dir(&below).unwrap();
    for named in [&file, &below] {
        let (said, object) = leaks(&home, &[named]).await;
        assert_eq!((said.code, found(&object, "line")), (1, vec![&Value::Null]), "{said:?}");
    }
}

/// Git has of each name only what differs from the one before.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn an_index_of_version_4() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    for format in ["sha1", "sha256"] {
        let folder = TempDir::new().unwrap();
        let at = folder.path();
        repository(at, &[&format!("--object-format={format}")]);
        let (half, long) = (&USUAL[..USUAL.len() / 2], "long/".repeat(900));
        for name in [half.to_owned(), USUAL.to_owned(), format!("{long}x"), "later".to_owned()] {
            let entry = format!("100644,{},{name}", git(at, &["rev-parse", "HEAD:README"]));
            git(at, &["update-index", "--add", "--index-version", "4", "--cacheinfo", &entry]);
        }
        // A version with more flags.
        git(at, &["update-index", "--skip-worktree", "README"]);
        let index = at.join(".git/index");
        let content = fs::read(&index).unwrap();
        assert!(!content.windows(USUAL.len()).any(|part| part == USUAL.as_bytes()));
        let (said, object) = leaks(&home, &[at]).await;
        assert_eq!((said.code, in_names(&object)), (1, vec!["index"]), "{format}: {said:?}");
        assert!(object["unread"].as_array().unwrap().is_empty(), "{said:?}");
        fs::write(&index, &content[..content.len() / 2]).unwrap();
        let (_, object) = leaks(&home, &[at]).await;
        assert_eq!(object["unread"][0]["why"], "broken", "{format}: {object:#}");
    }
}

/// The one table of a repository, or of a worktree.
fn table(folder: &Path) -> std::path::PathBuf {
    let mut files = fs::read_dir(folder.join("reftable")).unwrap().map(|entry| entry.unwrap().path());
    files.find(|file| file.extension().is_some_and(|ending| ending == "ref")).unwrap()
}

/// Reflogs and branches in reftables, of a worktree, too.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn reftables() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    for format in ["sha1", "sha256"] {
        let folder = TempDir::new().unwrap();
        let (at, tree) = (folder.path().join("bot"), folder.path().join("tree"));
        fs::create_dir(&at).unwrap();
        repository(&at, &["--ref-format=reftable", &format!("--object-format={format}")]);
        for number in 0..300 {
            git(&at, &["branch", &format!("branch-{number}")]);
        }
        git(&at, &["worktree", "add", "-q", tree.to_str().unwrap()]);
        git(&at, &["pack-refs", "--all"]);
        let (said, object) = leaks(&home, &[&at]).await;
        assert_eq!((said.code, &object["unread"]), (0, &Value::Array(vec![])), "{format}: {said:?}");
        // In the worktree's reflog only: the repository has one of its own.
        git(&tree, &["checkout", "-q", "--detach"]);
        git(
            &tree,
            &["update-ref", "-m", &format!("use {USUAL}"), "HEAD", &commit(&at, "more", "")],
        );
        let inside = at.join(".git");
        let (said, object) = leaks(&home, &[&at]).await;
        assert!(said.code == 1 && !in_names(&object).is_empty(), "{format}: {said:?}");
        assert!(
            found(&object, "file")
                .iter()
                .all(|file| file.as_str().unwrap().contains("/worktrees/tree/"))
        );
        assert!(object["unread"].as_array().unwrap().is_empty(), "{said:?}");
        git(&tree, &["reflog", "expire", "--expire=now", "--all"]);
        git(&tree, &["pack-refs", "--all"]);
        // A branch whose name begins as another's.
        git(&at, &["branch", &USUAL[..USUAL.len() / 2]]);
        git(&at, &["branch", USUAL]);
        git(&at, &["reflog", "expire", "--expire=now", "--all"]);
        git(&at, &["pack-refs", "--all"]);
        let content = fs::read(table(&inside)).unwrap();
        assert!(!content.windows(USUAL.len()).any(|part| part == USUAL.as_bytes()));
        let (said, object) = leaks(&home, &[&inside]).await;
        assert!(said.code == 1 && !in_names(&object).is_empty(), "{format}: {said:?}");
        // Damaged, and of a later version.
        for (at, byte, why) in [(content.len() / 2, None, "broken"), (4, Some(3), "unknown")] {
            let mut other = content.clone();
            match byte {
                None => other.truncate(at),
                Some(byte) => other[at] = byte,
            }
            fs::write(table(&inside), other).unwrap();
            let (_, object) = leaks(&home, &[&inside]).await;
            assert_eq!(object["unread"][0]["why"], why, "{format}: {object:#}");
        }
    }
}

/// The exit code reports what was found even if the output can't be written.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_full_disk_hides_no_finding() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let (at, program) = (folder.path(), env!("CARGO_BIN_EXE_keybearer"));
    for (content, code) in [("clean", 2), (USUAL, 1)] {
        fs::write(at.join("file"), content).unwrap();
        let line = format!("exec {program} leaks --json {} >/dev/full", at.display());
        let said = ended(home.shell(&line).start()).await;
        assert!(said.code == code && said.err.contains("stdout"), "{said:?}");
    }
}
