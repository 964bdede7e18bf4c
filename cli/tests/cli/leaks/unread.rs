//! Where git's objects are in unusual places, a search reads them, or says that it did not. It never says that all is clean.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::repositories::{commit, git, index_of, repository};
use super::{USUAL, found, import, leaks};
use crate::rig::Home;

/// A repository whose history has a leak, which its files no longer have.
fn leaking(folder: &Path, format: &str) {
    fs::create_dir_all(folder).unwrap();
    repository(folder, &[&format!("--object-format={format}")]);
    commit(folder, "old.env", USUAL);
    git(folder, &["rm", "-q", "old.env"]);
    commit(folder, "clean", "");
}

fn whys(object: &Value) -> Vec<&str> {
    let unread = object["unread"].as_array().unwrap();
    unread.iter().map(|one| one["why"].as_str().unwrap()).collect()
}

/// The index and the pack that has all objects.
fn packed(at: &Path) -> (PathBuf, PathBuf) {
    git(at, &["repack", "-q", "-a", "-d"]);
    let index = PathBuf::from(index_of(at));
    (index.clone(), index.with_extension("pack"))
}

fn tar(of: &Path, into: &Path) {
    let done = Command::new("tar")
        .arg("-cf")
        .arg(into)
        .arg("-C")
        .arg(of)
        .arg(".")
        .status()
        .unwrap();
    assert!(done.success());
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn objects_without_their_repository_are_searched() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    for (format, is_packed) in [("sha1", false), ("sha1", true), ("sha256", false), ("sha256", true)] {
        let folder = TempDir::new().unwrap();
        let at = folder.path().join("bot");
        leaking(&at, format);
        if is_packed {
            git(&at, &["repack", "-q", "-a", "-d"]);
        }
        let objects = at.join(".git/objects");
        // What git reads as `sha256`, too; a form that only the names tell; and no HEAD.
        let config = fs::read_to_string(at.join(".git/config")).unwrap();
        let quoted = config.replace("objectformat = sha256", "ObjectFormat = \"sha256\" ; of ids");
        let expected = [("config", quoted.as_str()), ("config", "[extensions]\n"), ("HEAD", "")];
        for (name, content) in expected {
            match name {
                "HEAD" => fs::remove_file(at.join(".git/HEAD")).unwrap(),
                _ => fs::write(at.join(".git").join(name), content).unwrap(),
            }
            for named in [&at, &objects] {
                let (said, object) = leaks(&home, &[named]).await;
                assert_eq!(
                    (said.code, found(&object, "line").len()),
                    (1, 1),
                    "{format} {content} {named:?}: {said:?}"
                );
                assert!(whys(&object).is_empty(), "{format} {content} {named:?}: {said:?}");
            }
        }
        // A fetch that was killed leaves its objects in a folder beside the others.
        let rest = objects.join("tmp_objdir-incoming-Xa5b1c");
        fs::create_dir(&rest).unwrap();
        for entry in fs::read_dir(&objects).unwrap() {
            let entry = entry.unwrap();
            if entry.path() != rest {
                fs::rename(entry.path(), rest.join(entry.file_name())).unwrap();
            }
        }
        let (said, object) = leaks(&home, &[&at]).await;
        assert_eq!((said.code, found(&object, "line").len()), (1, 1), "{format}: {said:?}");
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn objects_that_are_not_read_are_listed() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    type Change = fn(&Path) -> PathBuf;
    let cases: [(&str, &str, Change); 8] = [
        ("a pack without its end", "objects", |at| {
            let (index, pack) = packed(at);
            fs::remove_file(index).unwrap();
            fs::rename(&pack, pack.with_file_name("tmp_pack_Xa5b1c")).unwrap();
            at.to_owned()
        }),
        ("a pack in a fetch's folder", "broken", |at| {
            let (index, pack) = packed(at);
            fs::remove_file(index).unwrap();
            let rest = at.join(".git/objects/tmp_objdir-incoming-Xa5b1c/pack");
            fs::create_dir_all(&rest).unwrap();
            fs::rename(&pack, rest.join("pack-1.pack")).unwrap();
            at.to_owned()
        }),
        ("a name that is too long", "objects", |at| {
            let blob = git(at, &["rev-parse", "HEAD~1:old.env"]);
            let loose = at.join(".git/objects").join(&blob[..2]);
            fs::rename(loose.join(&blob[2..]), loose.join(format!("{}00", &blob[2..]))).unwrap();
            at.to_owned()
        }),
        ("a folder of objects that is a link", "elsewhere", |at| {
            let (objects, away) = (at.join(".git/objects"), at.with_extension("objects"));
            fs::rename(&objects, &away).unwrap();
            symlink(&away, &objects).unwrap();
            at.to_owned()
        }),
        ("a repository that is a link", "elsewhere", |at| {
            let (inside, away) = (at.join(".git"), at.with_extension("git"));
            fs::rename(&inside, &away).unwrap();
            symlink(&away, &inside).unwrap();
            at.to_owned()
        }),
        ("a bundle", "objects", |at| {
            let away = at.with_extension("away");
            fs::create_dir(&away).unwrap();
            git(at, &["bundle", "create", "-q", away.join("bot.bundle").to_str().unwrap(), "--all"]);
            away
        }),
        ("an object alone", "objects", |at| {
            let away = at.with_extension("away");
            fs::create_dir(&away).unwrap();
            let blob = git(at, &["rev-parse", "HEAD~1:old.env"]);
            fs::copy(at.join(".git/objects").join(&blob[..2]).join(&blob[2..]), away.join("object")).unwrap();
            away
        }),
        ("a list of other folders that is a link", "system", |at| {
            let list = at.with_extension("list");
            fs::write(&list, "/nowhere\n").unwrap();
            symlink(&list, at.join(".git/objects/info/alternates")).unwrap();
            commit(at, "more", "");
            git(at, &["reflog", "expire", "--expire=now", "--all"]);
            fs::remove_dir_all(at.join(".git/objects")).unwrap();
            fs::create_dir_all(at.join(".git/objects/info")).unwrap();
            symlink(&list, at.join(".git/objects/info/alternates")).unwrap();
            at.to_owned()
        }),
    ];
    for (what, why, change) in cases {
        let folder = TempDir::new().unwrap();
        let at = folder.path().join("bot");
        leaking(&at, "sha1");
        let named = change(&at);
        let (said, object) = leaks(&home, &[&named]).await;
        assert_eq!((said.code, &object["clean"]), (7, &false.into()), "{what}: {said:?}");
        assert!(whys(&object).contains(&why), "{what}: {said:?}");
    }
    // A tar may have anything in it, as a zip: such files are counted.
    let (folder, away) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    leaking(&folder.path().join("bot"), "sha1");
    tar(folder.path(), &away.path().join("bot.tar"));
    let (said, object) = leaks(&home, &[away.path()]).await;
    assert_eq!((said.code, &object["compressed"]), (0, &1.into()), "{said:?}");
}

/// A folder in a repository: the history is above it.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_folder_in_a_repository_is_not_all_of_it() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path().join("bot");
    leaking(&at, "sha1");
    let source = at.join("source/deep");
    fs::create_dir_all(&source).unwrap();
    fs::write(source.join("main"), "").unwrap();
    let inside = at.join(".git");
    for named in [&source, &inside.join("hooks")] {
        let (said, object) = leaks(&home, &[named]).await;
        assert_eq!((said.code, whys(&object)), (7, vec!["elsewhere"]), "{said:?}");
        let other = dunce::canonicalize(&inside).unwrap();
        assert_eq!(object["unread"][0]["path"].as_str(), other.to_str(), "{said:?}");
        assert!(said.err.contains(&format!("keybearer leaks {}", other.display())), "{said:?}");
        let (said, object) = leaks(&home, &[named, &inside]).await;
        assert_eq!((said.code, whys(&object)), (1, vec![]), "{said:?}");
    }
    // One file is looked at alone, and what is typed is what is searched.
    let (said, _) = leaks(&home, &[&source.join("main")]).await;
    assert_eq!(said.code, 0, "{said:?}");
    let tree = folder.path().join("tree");
    git(&at, &["worktree", "add", "-q", tree.to_str().unwrap()]);
    fs::create_dir(tree.join("below")).unwrap();
    for named in [tree.join("below"), at.join(".git/worktrees/tree")] {
        let (said, object) = leaks(&home, &[&named]).await;
        assert_eq!((said.code, whys(&object)), (7, vec!["elsewhere"]), "{said:?}");
    }
}

/// A worktree's or submodule's `.git` that names no folder, and one that is no file.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_repository_that_is_not_found_is_listed() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let cases: [(&[u8], &str); 5] = [
        (b"gitdir: /nowhere/caf\xe9/bot.git\n", "elsewhere"),
        (b"gitdir: gone\n", "broken"),
        (b"gitdir:\n", "broken"),
        (b"\xff", "broken"),
        (b"", "broken"),
    ];
    for (content, why) in cases {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join(".git"), content).unwrap();
        let below = folder.path().join("below");
        fs::create_dir(&below).unwrap();
        let (said, object) = leaks(&home, &[folder.path()]).await;
        assert_eq!((said.code, whys(&object)), (7, vec![why]), "{content:?}: {said:?}");
        let (said, _) = leaks(&home, &[&below]).await;
        assert_eq!(said.code, 7, "{content:?}: {said:?}");
    }
    // A path that is not UTF-8 leads to the repository.
    let folder = TempDir::new().unwrap();
    let at = folder.path().join(OsStr::from_bytes(b"caf\xe9"));
    leaking(&at, "sha1");
    let tree = folder.path().join("tree");
    fs::create_dir(&tree).unwrap();
    let named = [b"gitdir: ", at.join(".git").as_os_str().as_bytes(), b"\n"].concat();
    fs::write(tree.join(".git"), named).unwrap();
    let (said, object) = leaks(&home, &[folder.path()]).await;
    assert_eq!((said.code, whys(&object)), (1, vec![]), "{said:?}");
    fs::remove_file(tree.join(".git")).unwrap();
    let made = Command::new("mkfifo").arg(tree.join(".git")).status().unwrap();
    assert!(made.success());
    fs::create_dir(tree.join("below")).unwrap();
    for named in [&tree, &tree.join("below")] {
        let (said, object) = leaks(&home, &[named]).await;
        assert_eq!((said.code, whys(&object)), (7, vec!["system"]), "{said:?}");
    }
}

/// The folder that a worktree has in its repository has no history, wherever it is.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_worktree_leads_to_the_whole_repository() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let (folder, away) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (at, tree) = (folder.path().join("bot"), folder.path().join("tree"));
    leaking(&at, "sha1");
    git(&at, &["worktree", "add", "-q", tree.to_str().unwrap()]);
    let whole = dunce::canonicalize(at.join(".git")).unwrap();
    let (said, object) = leaks(&home, &[&tree]).await;
    assert_eq!((said.code, whys(&object)), (7, vec!["elsewhere"]), "{said:?}");
    assert!(said.err.contains(&format!("keybearer leaks {}\n", whole.display())), "{said:?}");
    let (said, object) = leaks(&home, &[&tree, &whole]).await;
    assert_eq!((said.code, whys(&object)), (1, vec![]), "{said:?}");
    // A copy, to which no `.git` leads, and whose path to the repository may lead anywhere.
    let copy = away.path().join("a/b/copy");
    fs::create_dir_all(&copy).unwrap();
    for (common, why) in [(whole.to_str().unwrap(), "elsewhere"), ("../..\n", "broken")] {
        fs::copy(whole.join("worktrees/tree/HEAD"), copy.join("HEAD")).unwrap();
        fs::write(copy.join("commondir"), common).unwrap();
        let (said, object) = leaks(&home, &[away.path()]).await;
        assert_eq!((said.code, whys(&object)), (7, vec![why]), "{said:?}");
    }
    let (said, object) = leaks(&home, &[&copy]).await;
    assert_eq!((said.code, whys(&object)), (7, vec!["elsewhere"]), "{said:?}");
}

/// Beside packs only what belongs to one that was read is left out.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn what_is_only_named_like_a_pack_is_read() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    let (index, _) = packed(at);
    let packs = index.parent().unwrap();
    let names = ["note.rev", "note.bitmap", "note.mtimes", "note.idx", "note.pack"];
    for file in names
        .map(|name| packs.join(name))
        .into_iter()
        .chain([index.with_extension("mtimes")])
    {
        fs::write(&file, USUAL).unwrap();
        let (said, object) = leaks(&home, &[at]).await;
        assert_eq!((said.code, found(&object, "line")), (1, vec![&1.into()]), "{file:?}: {said:?}");
        fs::remove_file(&file).unwrap();
    }
    let (said, object) = leaks(&home, &[at]).await;
    assert_eq!((said.code, whys(&object)), (0, vec![]), "{said:?}");
}
