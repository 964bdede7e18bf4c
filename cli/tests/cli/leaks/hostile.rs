//! Repositories that are made to do harm: programs in their configuration, damaged and endless objects, links and pipes.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use tempfile::TempDir;

use super::repositories::{commit, git, index_of, repository};
use super::{USUAL, found, import, leaks};
use crate::rig::{Home, Start as _, ended};

/// Everything that git would run for a repository leaves a file behind. Git itself is seen to run it, and the search is not.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn no_program_of_a_repository_runs() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let (at, ran) = (folder.path().join("bot"), folder.path().join("ran"));
    fs::create_dir(&at).unwrap();
    repository(&at, &[]);
    commit(&at, ".gitattributes", "*.env filter=evil diff=evil merge=evil\n");
    commit(&at, "a.env", "nothing");
    let program = folder.path().join("evil");
    fs::write(&program, format!("#!/bin/sh\necho \"$0 $*\" >>{}\nexit 1\n", ran.display())).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let evil = program.to_str().unwrap();
    for (key, value) in [
        ("core.fsmonitor", evil),
        ("core.sshCommand", evil),
        ("core.pager", evil),
        ("core.editor", evil),
        ("core.hooksPath", folder.path().to_str().unwrap()),
        ("core.gitProxy", evil),
        ("core.alternateRefsCommand", evil),
        ("filter.evil.clean", evil),
        ("filter.evil.smudge", evil),
        ("filter.evil.process", evil),
        ("diff.evil.textconv", evil),
        ("diff.external", evil),
        ("merge.evil.driver", evil),
        ("credential.helper", evil),
        ("gpg.program", evil),
        ("uploadpack.packObjectsHook", evil),
        ("remote.origin.url", "ssh://nowhere.invalid/bot.git"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialclonefilter", "blob:none"),
        ("extensions.partialClone", "origin"),
        ("include.path", "/nonexistent/evil"),
    ] {
        git(&at, &["config", "--add", key, value]);
    }
    for hook in [
        "post-index-change",
        "pre-commit",
        "reference-transaction",
        "post-checkout",
        "fsmonitor-watchman",
    ] {
        fs::copy(&program, at.join(".git/hooks").join(hook)).unwrap();
    }
    // An object that git would fetch from the promisor.
    let blob = git(&at, &["rev-parse", "HEAD:a.env"]);
    fs::remove_file(at.join(".git/objects").join(&blob[..2]).join(&blob[2..])).unwrap();
    let status = std::process::Command::new("git")
        .arg("-C")
        .arg(&at)
        .args(["status"])
        .output()
        .unwrap();
    let shown = std::process::Command::new("git")
        .arg("-C")
        .arg(&at)
        .args(["cat-file", "blob", &blob])
        .output()
        .unwrap();
    let by_git = fs::read_to_string(&ran).unwrap_or_default();
    assert!(by_git.lines().count() >= 2, "git would run them: {by_git} {status:?} {shown:?}");
    fs::remove_file(&ran).unwrap();
    let (said, object) = leaks(&home, &[&at]).await;
    assert!(!ran.exists(), "{}", fs::read_to_string(&ran).unwrap_or_default());
    assert!([0, 7].contains(&said.code) && object["objects"].as_u64().unwrap() > 5, "{said:?}");
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn links_are_not_followed_and_pipes_not_opened() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let (folder, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    fs::write(outside.path().join("secret.env"), USUAL).unwrap();
    symlink(outside.path(), folder.path().join("folder")).unwrap();
    symlink(outside.path().join("secret.env"), folder.path().join("file")).unwrap();
    symlink(folder.path(), folder.path().join("circle")).unwrap();
    symlink("/dev/zero", folder.path().join("endless")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(folder.path().join("pipe"))
        .status()
        .unwrap();
    assert!(made.success());
    let (said, object) = leaks(&home, &[folder.path()]).await;
    assert_eq!((said.code, &object["files"]), (0, &0.into()), "{said:?}");
    // Those that the person types are, and nothing is searched twice.
    for link in ["folder", "file"] {
        let (said, object) = leaks(&home, &[&folder.path().join(link), folder.path(), folder.path()]).await;
        assert_eq!((said.code, &object["files"]), (1, &1.into()), "{said:?}");
        assert_eq!(found(&object, "file").len(), 1, "{said:?}");
    }
    let missing = folder.path().join("missing");
    let said = home.run(&["leaks", missing.to_str().unwrap()]).await;
    assert!(said.code == 2 && said.err.contains(missing.to_str().unwrap()), "{said:?}");
    // A repository whose folders lead elsewhere.
    let at = folder.path().join("bot");
    fs::create_dir(&at).unwrap();
    repository(&at, &[]);
    let objects = at.join(".git/objects");
    fs::rename(&objects, outside.path().join("objects")).unwrap();
    symlink(outside.path().join("objects"), &objects).unwrap();
    let (said, object) = leaks(&home, &[folder.path()]).await;
    assert_eq!(
        (said.code, &object["objects"], &object["unread"][0]["why"]),
        (7, &0.into(), &"elsewhere".into()),
        "{said:?}"
    );
    // A link's own text is searched, and what may not be read is listed.
    symlink(format!("/nowhere/{USUAL}"), folder.path().join("text")).unwrap();
    let (said, _) = leaks(&home, &[folder.path()]).await;
    assert_eq!(said.code, 1, "{said:?}");
    fs::remove_file(folder.path().join("text")).unwrap();
    let closed = folder.path().join("closed");
    fs::write(&closed, "x").unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads it all the same.
    if fs::File::open(&closed).is_err() {
        let (said, object) = leaks(&home, &[folder.path()]).await;
        assert_eq!((said.code, &object["unread"][0]["why"]), (7, &"system".into()), "{said:?}");
    }
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn packs_that_are_links_or_pipes_are_not_read() {
    use std::os::unix::fs::symlink;
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let (folder, outside) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for at in [folder.path(), outside.path()] {
        repository(at, &[]);
    }
    commit(outside.path(), "old.env", USUAL);
    git(outside.path(), &["repack", "-q", "-a", "-d"]);
    let index = index_of(outside.path());
    let packs = folder.path().join(".git/objects/pack");
    symlink(&index, packs.join("pack-1.idx")).unwrap();
    symlink(index.replace(".idx", ".pack"), packs.join("pack-1.pack")).unwrap();
    // An index that is a file, and whose pack is a link; and pipes, which would wait for ever.
    fs::copy(&index, packs.join("pack-2.idx")).unwrap();
    symlink(index.replace(".idx", ".pack"), packs.join("pack-2.pack")).unwrap();
    for name in ["pack-3.idx", "pack-3.pack"] {
        let made = std::process::Command::new("mkfifo").arg(packs.join(name)).status().unwrap();
        assert!(made.success());
    }
    let (said, object) = leaks(&home, &[folder.path()]).await;
    assert_eq!((said.code, &object["objects"]), (7, &3.into()), "{said:?}");
    let whys: Vec<_> = object["unread"].as_array().unwrap().iter().map(|one| &one["why"]).collect();
    assert_eq!(whys, ["system"; 3], "{said:?}");
    // Named is which one of the two can't be read.
    assert!(said.out.contains("pack-2.pack\"") && !said.out.contains("pack-2.idx\""), "{said:?}");
}

/// A zlib stream of stored blocks, with Adler-32 (RFC 1950, RFC 1951 §3.2.4).
fn zlib(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut chunks = content.chunks(0xffff).peekable();
    if chunks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(chunk) = chunks.next() {
        let long = u16::try_from(chunk.len()).unwrap();
        out.push(u8::from(chunks.peek().is_none()));
        out.extend(long.to_le_bytes());
        out.extend((!long).to_le_bytes());
        out.extend(chunk);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

/// A pack of these entries (header and data), and an index that gives them the ids 01…, 02…
fn pack(folder: &Path, entries: &[Vec<u8>]) {
    let count = u32::try_from(entries.len()).unwrap();
    let mut pack = [b"PACK".as_slice(), &2_u32.to_be_bytes(), &count.to_be_bytes()].concat();
    let mut offsets = Vec::new();
    for entry in entries {
        offsets.push(u32::try_from(pack.len()).unwrap());
        pack.extend(entry);
    }
    pack.extend([0; 20]);
    let mut index = [b"\xfftOc".as_slice(), &2_u32.to_be_bytes()].concat();
    for first in 0..=255_u32 {
        index.extend(first.min(count).to_be_bytes());
    }
    for at in 0..count {
        index.extend(id(at));
    }
    index.extend(vec![0; entries.len() * 4]);
    for offset in offsets {
        index.extend(offset.to_be_bytes());
    }
    index.extend([0; 40]);
    fs::write(folder.join(".git/objects/pack/pack-0.pack"), pack).unwrap();
    fs::write(folder.join(".git/objects/pack/pack-0.idx"), index).unwrap();
}

fn id(at: u32) -> [u8; 20] {
    [u8::try_from(at + 1).unwrap(); 20]
}

/// An entry's type and size.
fn header(kind: u8, mut size: u64) -> Vec<u8> {
    let mut out = vec![(kind << 4) | u8::try_from(size & 15).unwrap()];
    size >>= 4;
    while size > 0 {
        *out.last_mut().unwrap() |= 0x80;
        out.push(u8::try_from(size & 0x7f).unwrap());
        size >>= 7;
    }
    out
}

#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn damaged_packs_are_listed_and_the_rest_is_read() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    let blob = |content: &[u8]| [header(3, content.len() as u64), zlib(content)].concat();
    let delta = [0x04, 0x04, 0x90, 0x04];
    let upon = |other: u32| [header(7, 4), id(other).to_vec(), zlib(&delta)].concat();
    let leak = format!("x {USUAL}");
    pack(
        at,
        &[
            blob(leak.as_bytes()),
            // Each is the changes to the other one, and to itself.
            upon(2),
            upon(1),
            upon(3),
            // Changes to an object before the file, and to one that is nowhere.
            [header(6, 4), vec![0xff, 0xff, 0xff, 0x7f], zlib(&delta)].concat(),
            [header(7, 4), vec![0xee; 20], zlib(&delta)].concat(),
            // More than there is, more than there can be, and other kinds.
            [header(3, 1 << 40), zlib(b"short")].concat(),
            [header(3, u64::MAX >> 4), zlib(b"short")].concat(),
            [header(1, 1 << 40), zlib(b"short")].concat(),
            [header(5, 4), zlib(b"what")].concat(),
            [header(3, 5), b"not compressed".to_vec()].concat(),
            vec![0xff; 40],
            blob(b"clean"),
            // Damaged at its end.
            [header(3, 200), zlib(leak.as_bytes())[..leak.len() + 7].to_vec(), vec![0xff; 40]].concat(),
        ],
    );
    let (said, object) = leaks(&home, &[at]).await;
    assert_eq!((said.code, found(&object, "line").len()), (1, 2), "{said:?}");
    let unread = object["unread"].as_array().unwrap();
    assert_eq!(unread.len(), 12, "{object:#}");
    // Cut short, empty, without its other half, and a loose object that is none.
    let git_folder = at.join(".git/objects/pack");
    for long in [0, 7, 12, 1000, 1060, 1100] {
        let whole = fs::read(index_of(at)).unwrap();
        fs::write(git_folder.join("pack-1.idx"), &whole[..long.min(whole.len())]).unwrap();
        fs::copy(git_folder.join("pack-0.pack"), git_folder.join("pack-1.pack")).unwrap();
        let (said, object) = leaks(&home, &[at]).await;
        assert!(
            said.code == 1 && object["unread"].as_array().unwrap().len() > 11,
            "{long}: {said:?}"
        );
        fs::remove_file(git_folder.join("pack-1.idx")).unwrap();
    }
    let loose = at.join(".git/objects/ab");
    fs::create_dir(&loose).unwrap();
    fs::write(loose.join("c".repeat(38)), b"nonsense").unwrap();
    let mut damaged = zlib(format!("blob {}\0{leak}", leak.len()).as_bytes());
    *damaged.last_mut().unwrap() ^= 1;
    fs::write(loose.join("d".repeat(38)), damaged).unwrap();
    let (said, object) = leaks(&home, &[at]).await;
    assert!(said.code == 1 && object["unread"].as_array().unwrap().len() == 16, "{said:?}");
    let objects = found(&object, "object");
    assert!(objects.contains(&&format!("ab{}", "d".repeat(38)).into()), "{said:?}");
}

/// An index of another pack lists other objects than there are.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn an_index_that_is_not_the_packs_own_is_noticed() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    let blob = |content: &[u8]| [header(3, content.len() as u64), zlib(content)].concat();
    pack(at, &[blob(b"clean")]);
    let index = fs::read(index_of(at)).unwrap();
    pack(at, &[blob(b"clean"), blob(USUAL.as_bytes())]);
    let own = fs::read(index_of(at)).unwrap();
    fs::write(index_of(at), index).unwrap();
    let (said, object) = leaks(&home, &[at]).await;
    assert_eq!((said.code, &object["unread"][0]["why"]), (7, &"broken".into()), "{said:?}");
    assert!(said.out.contains("pack-0.pack"), "{said:?}");
    // As many objects as there are, but of a pack that ends otherwise: what is there is searched all the same.
    fs::write(index_of(at), own).unwrap();
    let (said, object) = leaks(&home, &[at]).await;
    assert_eq!((said.code, object["unread"].as_array().unwrap().len()), (1, 0), "{said:?}");
    let file = at.join(".git/objects/pack/pack-0.pack");
    let mut other = fs::read(&file).unwrap();
    *other.last_mut().unwrap() = 1;
    fs::write(&file, other).unwrap();
    let (said, object) = leaks(&home, &[at]).await;
    assert_eq!((said.code, &object["unread"][0]["why"]), (1, &"broken".into()), "{said:?}");
}

/// Of objects that are full of a secret only the first ten thousand places are listed.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn many_places_are_counted_only() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    let blob = |number: u32| {
        let content = format!("{number}\n{}", format!("{USUAL}\n").repeat(900));
        [header(3, content.len() as u64), zlib(content.as_bytes())].concat()
    };
    pack(at, &(0..200).map(blob).collect::<Vec<_>>());
    let (said, object) = leaks(&home, &[at]).await;
    let listed = found(&object, "line").len();
    assert_eq!((said.code, listed, &object["more"]), (1, 10_000, &170_000.into()), "{:?}", said.err);
}

/// A chain whose changes are together larger than what is read into memory at once.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_chain_of_large_changes_is_read_one_after_the_other() {
    const LONG: usize = 20 << 20;
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    // Each is made of bytes of its own only: the sizes before and after, and pieces of at most 127 bytes.
    let size = |mut size: usize| {
        let mut out = Vec::new();
        while size > 0x7f {
            out.push(0x80 | u8::try_from(size & 0x7f).unwrap());
            size >>= 7;
        }
        out.push(u8::try_from(size).unwrap());
        out
    };
    let changes = |upon: u32, before: usize, content: &[u8]| {
        let mut delta = [size(before), size(content.len())].concat();
        for piece in content.chunks(127) {
            delta.push(u8::try_from(piece.len()).unwrap());
            delta.extend(piece);
        }
        [header(7, delta.len() as u64), id(upon).to_vec(), zlib(&delta)].concat()
    };
    let plain = vec![b'x'; LONG];
    let mut leak = plain.clone();
    leak[LONG / 2..][..USUAL.len()].copy_from_slice(USUAL.as_bytes());
    // The last of the chain comes first, so that nothing of it is known yet.
    let entries = [
        changes(1, LONG, &leak),
        changes(2, LONG, &plain),
        changes(3, LONG, &plain),
        changes(4, 4, &plain),
        [header(3, 4), zlib(b"base")].concat(),
    ];
    pack(at, &entries);
    let (said, object) = leaks(&home, &[at]).await;
    let objects: Vec<_> = found(&object, "object");
    assert_eq!((said.code, objects), (1, vec![&"01".repeat(20).into()]), "{said:?}");
    assert!(object["unread"].as_array().unwrap().is_empty(), "{said:?}");
}

/// An object that is larger than memory should be is searched in parts, or listed as not read where others are made from it.
#[tokio::test]
#[ignore = "needs a desktop: script/test cli"]
async fn a_huge_object_takes_no_memory() {
    let home = Home::new();
    import(&home, "usual", USUAL).await;
    let folder = TempDir::new().unwrap();
    let at = folder.path();
    repository(at, &[]);
    {
        let mut file = std::io::BufWriter::new(fs::File::create(at.join("huge.log")).unwrap());
        for _ in 0..3_000_000 {
            writeln!(file, "the same line of a huge log, again and again").unwrap();
        }
        writeln!(file, "{USUAL}").unwrap();
    }
    git(at, &["add", "huge.log"]);
    git(at, &["commit", "-q", "-m", "huge"]);
    fs::remove_file(at.join("huge.log")).unwrap();
    for packed in [false, true] {
        if packed {
            git(at, &["repack", "-q", "-a", "-d"]);
        }
        // Less memory for data than the object needs.
        let program = env!("CARGO_BIN_EXE_keybearer");
        let line = format!("ulimit -d 100000; exec {program} leaks --json {}", at.display());
        let said = ended(home.shell(&line).start()).await;
        let object: serde_json::Value = serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}"));
        assert_eq!(
            (said.code, found(&object, "line")),
            (1, vec![&3_000_001.into()]),
            "{packed}: {said:?}"
        );
        assert_eq!(found(&object, "path"), [&serde_json::Value::from("huge.log")], "{packed}");
    }
}
