//! Programs that nobody here wrote read the `.env` files that were delivered to: python-dotenv, node's dotenv and its own
//! reader, a shell and systemd. Every other key reads the same before and after, and the delivered key reads as the token.
//! `script/test real` brings the first two; what is missing is skipped in words.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use keybearer_core::deliver::env_file::set;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tempfile::TempDir;

use crate::delivery::env_readers::piece;

/// What a reader has of each file.
type Read = Vec<BTreeMap<String, String>>;

/// What stands for a file that a shell did not read to its end.
const ENDED: &str = "(ended)";
const NOBODY: &str = "65534";
const FILES: usize = 300;

const PYTHON: &str = "
import json, sys
from dotenv import dotenv_values
print(json.dumps([{k: v for k, v in dotenv_values(f'{sys.argv[1]}/{n}', encoding='utf-8').items() if v is not None}
                  for n in range(int(sys.argv[2]))]))";
const NODE: &str = "
const fs = require('fs'), [folder, count, dotenv] = process.argv.slice(1);
const read = require(dotenv).parse;
console.log(JSON.stringify(Array.from({ length: Number(count) }, (_, n) => read(fs.readFileSync(`${folder}/${n}`, 'utf8')))));";

/// Where something is that a reader needs; none where it is missing and may be.
fn needed(what: &str, found: Option<PathBuf>) -> Option<PathBuf> {
    let found = found.filter(|path| path.exists());
    if found.is_none() {
        let required = std::env::var_os("KEYBEARER_REQUIRE_ALL").is_some_and(|v| v == "1");
        assert!(!required, "{what} is not there");
        println!("skipped: {what} is not there");
    }
    found
}

fn variable(name: &str) -> Option<PathBuf> {
    needed(name, std::env::var_os(name).map(PathBuf::from))
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain(["/usr/sbin".into()]);
    needed(name, folders.find_map(|folder| Some(folder.join(name)).filter(|p| p.exists())))
}

fn output(command: &mut Command) -> Vec<u8> {
    let output = command.env_clear().stdin(Stdio::null()).stderr(Stdio::null()).output().unwrap();
    output.stdout
}

fn json(command: &mut Command) -> serde_json::Value {
    serde_json::from_slice(&output(command)).unwrap()
}

fn written(files: &[String]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (n, text) in files.iter().enumerate() {
        std::fs::write(folder.path().join(n.to_string()), text).unwrap();
    }
    folder
}

fn python(files: &[String]) -> Option<Read> {
    let python = variable("KEYBEARER_PYTHON_DOTENV")?;
    let folder = written(files);
    let mut command = Command::new(python);
    command.args(["-c", PYTHON]).arg(folder.path()).arg(files.len().to_string());
    Some(serde_json::from_value(json(&mut command)).unwrap())
}

fn node(files: &[String]) -> Option<Read> {
    // The package's folder, or the one that holds it.
    let (found, node) = (variable("KEYBEARER_NODE_DOTENV")?, program("node")?);
    let package = Some(found.join("dotenv")).filter(|p| p.exists()).unwrap_or(found);
    let folder = written(files);
    let mut command = Command::new(node);
    command
        .args(["-e", NODE])
        .arg(folder.path())
        .arg(files.len().to_string())
        .arg(package);
    Some(serde_json::from_value(json(&mut command)).unwrap())
}

fn systemd(files: &[String]) -> Option<Read> {
    let generator = Path::new("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator");
    let generator = needed("systemd's reader", Some(generator.into()))?;
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/environment.d");
    std::fs::create_dir_all(&folder).unwrap();
    let read = |text: &String| {
        std::fs::write(folder.join("50.conf"), text).unwrap();
        let mut command = Command::new(&generator);
        // It lays what it read over its own surroundings.
        let said = command
            .env_clear()
            .env("HOME", home.path())
            .stderr(Stdio::null())
            .output()
            .unwrap()
            .stdout;
        let said = String::from_utf8_lossy(&said).into_owned();
        let lines = said.lines().filter_map(|line| line.split_once('='));
        lines
            .map(|(key, value)| (key.to_owned(), value.trim_matches('"').to_owned()))
            .collect()
    };
    Some(files.iter().map(read).collect())
}

/// A folder with a shell and nothing else.
fn empty_root(shell: &Path, folder: &Path) {
    let copy = |from: &Path, to: &Path| {
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from, to).unwrap();
    };
    copy(shell, &folder.join("sh"));
    let libraries = Command::new("ldd").arg(shell).output().unwrap().stdout;
    for word in String::from_utf8_lossy(&libraries)
        .split_whitespace()
        .filter(|w| w.starts_with('/'))
    {
        copy(Path::new(word), &folder.join(word.trim_start_matches('/')));
    }
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Read by `set -a; . file`, as nobody, in an empty root, without a PATH, a network or other processes, and not for long: the
/// files are random, and a shell runs them.
fn shell(files: &[String]) -> Option<Read> {
    let (unshare, shell) = (program("unshare")?, needed("sh", std::fs::canonicalize("/bin/sh").ok())?);
    let root = TempDir::new().unwrap();
    empty_root(&shell, root.path());
    for (n, text) in files.iter().enumerate() {
        std::fs::write(root.path().join(n.to_string()), text).unwrap();
    }
    let names = ('A'..='F').flat_map(|c| [None].into_iter().chain((0..10).map(Some)).map(move |n| (c, n)));
    let names = names.map(|(c, n)| n.map_or(c.to_string(), |n| format!("{c}{n}")));
    let names: Vec<String> = names.chain(["B_2", "x", "TOKEN"].map(str::to_owned)).collect();
    let print: String = names
        .iter()
        .map(|name| format!("printf '\\036{name}=%s' \"${{{name}-\\037}}\"\n"))
        .collect();
    let script =
        format!("show() {{ printf '\\035%s' $n; {print} }}; n=0; while [ $n -lt $1 ]; do (set -a; . ./$n; set +a; show); n=$((n+1)); done");
    let mut command = Command::new("timeout");
    command.args(["-k", "1", "60"]).arg(unshare);
    command.args(["--pid", "--fork", "--kill-child", "--net", "--ipc"]);
    let is_root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    if is_root {
        command
            .arg(program("chroot")?)
            .args([format!("--userspec={NOBODY}:{NOBODY}"), "--groups=".into()])
            .arg(root.path());
    } else {
        let mut rooted = OsString::from("--root=");
        rooted.push(root.path());
        command
            .args(["--user", "--map-user=65534", "--map-group=65534", "--wd=/"])
            .arg(rooted);
    }
    command.args(["/sh", "-c", &script, "sh", &files.len().to_string()]);
    // What it prints need not be UTF-8 all along; no value has these signs.
    let said = String::from_utf8_lossy(&output(command.env_remove("PATH"))).into_owned();
    // Where a file ends the shell, nothing is printed.
    let ended = BTreeMap::from([(ENDED.to_owned(), String::new())]);
    let mut read = vec![ended; files.len()];
    for block in said.split('\u{1d}').skip(1) {
        let (n, values) = block.split_once('\u{1e}').unwrap();
        let values = values.split('\u{1e}').map(|pair| pair.split_once('=').unwrap());
        let values = values.filter(|(_, value)| *value != "\\037");
        read[n.parse::<usize>().unwrap()] = values.map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    }
    Some(read)
}

/// The key's own line, in ways that people write it.
fn own_line() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "",
        "old",
        "'old'",
        "\"old\"",
        "'two words'",
        "\"a\nb\"",
        "old  ",
        "old # why",
        " old",
    ]);
    ("[ \t]{0,1}(export )?TOKEN=", value).prop_map(|(name, value)| name + value)
}

/// A file that somebody may have written, with the key or without it.
fn file() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(prop_oneof![5 => piece(), 2 => own_line()], 0..6);
    let ends = prop::sample::select(vec!["\n", "\n", "\n", "\r\n"]);
    (lines, ends, any::<bool>(), any::<bool>()).prop_map(|(lines, end, is_ended, is_marked)| {
        let text = lines.join(end) + if is_ended { end } else { "" };
        if is_marked && text.len() % 7 == 0 {
            format!("\u{feff}{text}")
        } else {
            text
        }
    })
}

fn generated() -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    (0..FILES).map(|_| file().new_tree(&mut runner).unwrap().current()).collect()
}

/// A program that reads such files, and what it is called.
type Reader = (&'static str, fn(&[String]) -> Option<Read>);

const READERS: [Reader; 4] = [("python-dotenv", python), ("dotenv", node), ("systemd", systemd), ("sh", shell)];

/// What is wrong with what a reader has of a file after a delivery.
fn wrong(reader: &str, token: &str, after: &str, mut was: BTreeMap<String, String>, mut is: BTreeMap<String, String>) -> Option<String> {
    was.remove("TOKEN");
    let got = is.remove("TOKEN");
    // systemd skips `export`, and a shell takes an end of line of Windows for a part of the value: before and after.
    let own: Vec<&str> = after.split('\n').filter(|l| l.contains("TOKEN=")).collect();
    let expected = match reader {
        // It cannot read the other lines.
        "sh" if was.contains_key(ENDED) => return None,
        "systemd" if own.iter().all(|l| l.trim_start().starts_with("export")) => None,
        "sh" if own.last().is_some_and(|l| l.ends_with('\r')) => Some(format!("{token}\r")),
        _ => Some(token.to_owned()),
    };
    (was != is || got != expected).then(|| format!("{reader} has {got:?} of {after:?}; before {was:?}, after {is:?}"))
}

#[test]
fn what_was_delivered_reads_alike_in_real_readers() {
    let files = generated();
    for token in ["EAAB-new_1.2", "123|abc"] {
        let changed = |text: &String| {
            set(text.as_bytes(), "TOKEN", token)
                .ok()
                .map(|after| String::from_utf8(after).unwrap())
        };
        let (before, after): (Vec<_>, Vec<_>) = files.iter().filter_map(|text| Some((text.clone(), changed(text)?))).unzip();
        assert!(
            (FILES / 4..FILES).contains(&after.len()),
            "{} of {FILES} are delivered to",
            after.len()
        );
        for (name, reader) in READERS {
            let Some((was, is)) = reader(&before).zip(reader(&after)) else {
                continue;
            };
            assert_eq!((was.len(), is.len()), (before.len(), after.len()));
            let is_read = was.iter().filter(|values| !values.contains_key(ENDED)).count();
            assert!(is_read > was.len() / 2, "{name} reads {is_read} of {}", was.len());
            let all = after.iter().zip(was.into_iter().zip(is));
            let wrong: Vec<_> = all.filter_map(|(text, (was, is))| wrong(name, token, text, was, is)).collect();
            assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        }
    }
}

/// The files of the property are read at all, and the readers do differ: else it would show nothing.
#[test]
fn real_readers_differ_where_a_line_is_left_alone() {
    let files = [
        "TOKEN=old # why\n",
        "A=it's\nTOKEN=old\n",
        "# one \\\nTOKEN=old\n",
        "A=1; TOKEN=old\n",
    ]
    .map(str::to_owned);
    for text in &files {
        assert!(set(text.as_bytes(), "TOKEN", "new").is_err(), "{text:?}");
    }
    let read: Vec<Read> = READERS.iter().filter_map(|(_, reader)| reader(&files)).collect();
    for (n, text) in files.iter().enumerate().filter(|_| read.len() == READERS.len()) {
        let values: std::collections::BTreeSet<_> = read.iter().map(|files| files[n].get("TOKEN")).collect();
        assert!(values.len() > 1, "{text:?}: {values:?}");
    }
}
