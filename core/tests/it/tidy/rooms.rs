//! The rooms of the keeper, and which of them may use which. All of them are methods of one struct, so that imports do not show
//! who uses whom: this check reads the method calls as well.

use std::collections::{BTreeMap, BTreeSet};

use super::{code, rust};

/// The rooms, lowest first: a room uses only rooms that are listed before it. So there is no circle.
pub(super) const ORDER: &[&str] = &[
    "folders",
    "secrets",
    "passphrase",
    "practice",
    "record",
    "renewal",
    "ledger",
    "updates",
    "delivery",
    "posts",
    "api_calls",
    "first_post",
    "redirects",
    "clients",
    "programs",
    "transfer",
    "accounts",
    "copies",
    "own_secrets",
    "server_tokens",
    "login",
    "scheduler",
    "view",
    "network",
    "erase",
];

/// What keeper/mod.rs, which every room uses, may itself call in a room: it stops exports and stores secrets before the end.
const ROOT_CALLS: &[&str] = &["check_store", "stop_exports"];

/// A file's path below core/src/keeper, and its code.
type File = (String, String);

fn room(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn word_at(text: &str) -> &str {
    &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())]
}

/// The source with each chain of calls on one line.
fn joined(source: &str) -> String {
    source.lines().fold(String::new(), |mut all, line| {
        if line.trim_start().starts_with('.') {
            all.push_str(line.trim_start());
        } else {
            all.push('\n');
            all.push_str(line);
        }
        all
    })
}

/// The blocks `impl Keeper { … }` of a file.
fn blocks_of_keeper(source: &str) -> Vec<&str> {
    let begins = source.match_indices("\nimpl Keeper {");
    begins
        .map(|(at, _)| {
            let block = &source[at + 1..];
            &block[..block.find("\n}").unwrap_or(block.len())]
        })
        .collect()
}

/// The methods of [`Keeper`] that a file defines.
fn methods(source: &str) -> BTreeSet<String> {
    let lines = blocks_of_keeper(source).into_iter().flat_map(str::lines);
    let heads = lines.filter(|line| line.starts_with("    ") && !line.starts_with("     "));
    let names = heads.filter_map(|line| {
        let before = line.split('(').next()?;
        let visible = line
            .trim_start()
            .strip_prefix("pub(in crate::keeper)")
            .or(line.trim_start().strip_prefix("pub(super)"));
        let head = visible.unwrap_or(before).trim_start();
        let (_, name) = head.split_once("fn ")?;
        Some(word_at(name).to_owned())
    });
    names.collect()
}

/// The names that follow `receiver.` and are called.
fn called_on<'a>(source: &'a str, receiver: &str) -> Vec<&'a str> {
    let dotted = format!("{receiver}.");
    let found = source.match_indices(&dotted).filter_map(|(at, _)| {
        let name = word_at(&source[at + dotted.len()..]);
        let rest = &source[at + dotted.len() + name.len()..];
        (rest.starts_with('(') || rest.starts_with("::<")).then_some(name)
    });
    found.collect()
}

/// The methods of `Keeper` that a file calls: on `self` within its blocks of `Keeper`, on a variable or field called `keeper`, or
/// by their path.
fn calls(source: &str) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = BTreeSet::new();
    for block in blocks_of_keeper(source) {
        found.extend(called_on(block, "self").into_iter().map(str::to_owned));
    }
    found.extend(called_on(source, "keeper").into_iter().map(str::to_owned));
    let paths = source
        .match_indices("Keeper::")
        .map(|(at, path)| word_at(&source[at + path.len()..]));
    found.extend(paths.map(str::to_owned));
    found
}

/// The rooms that a file imports from: `crate::keeper::room::…`, and `super::room::…` in a file of the first level.
fn imports(path: &str, source: &str) -> BTreeSet<String> {
    let mut prefixes = vec!["crate::keeper::"];
    if !path.contains('/') {
        prefixes.push("super::");
    }
    let mut found = BTreeSet::new();
    for prefix in prefixes {
        for (at, _) in source.match_indices(prefix) {
            let rest = &source[at + prefix.len()..];
            match rest.strip_prefix('{') {
                Some(group) => {
                    let group = group.split('}').next().unwrap_or_default();
                    found.extend(group.split(',').map(|one| word_at(one.trim()).to_owned()));
                }
                None => drop(found.insert(word_at(rest).to_owned())),
            }
        }
    }
    found.retain(|name| ORDER.contains(&name.as_str()));
    found
}

/// Everything that is wrong with the rooms' uses of each other.
fn faults(files: &[File]) -> Vec<String> {
    let files: Vec<File> = files.iter().map(|(path, source)| (path.clone(), joined(source))).collect();
    let mut faults = Vec::new();
    let mut home: BTreeMap<String, &str> = BTreeMap::new();
    for (path, source) in &files {
        home.extend(methods(source).into_iter().map(|name| (name, room(path))));
    }
    for (path, source) in &files {
        let own = room(path);
        let used = calls(source).into_iter().filter_map(|name| {
            let of = *home.get(&name)?;
            Some((of.to_owned(), format!("calls {name} of")))
        });
        let imported = imports(path, source).into_iter().map(|of| (of, "imports from".to_owned()));
        let uses: Vec<(String, String)> = used.chain(imported).filter(|(of, _)| of != own && of != "mod").collect();
        if own == "mod" {
            let strays = uses.iter().filter(|(_, how)| how.starts_with("calls"));
            let strays = strays.filter(|(_, how)| !ROOT_CALLS.iter().any(|name| *how == format!("calls {name} of")));
            faults.extend(strays.map(|(of, how)| format!("{path} {how} {of}: every room uses this file")));
            continue;
        }
        let Some(floor) = ORDER.iter().position(|room| *room == own) else {
            faults.push(format!("{path}: {own} is no room of the list"));
            continue;
        };
        for (of, how) in uses {
            if ORDER.iter().position(|room| *room == of).is_none_or(|at| at > floor) {
                faults.push(format!("{path} {how} {of}, which is above {own}"));
            }
        }
        // A keeper by another name would hide its calls.
        for closure in ["blocking(|", "blocking(move |"] {
            let names = source.match_indices(closure).map(|(at, _)| word_at(&source[at + closure.len()..]));
            let strange = names.filter(|name| !["keeper", "_", ""].contains(name));
            faults.extend(strange.map(|name| format!("{path}: call the keeper `keeper`, not `{name}`")));
        }
    }
    faults
}

/// Each room with the rooms that it uses.
pub(super) fn arrows() -> BTreeSet<(String, String)> {
    let files: Vec<File> = of_keeper().into_iter().map(|(path, source)| (path, joined(&source))).collect();
    let mut home: BTreeMap<String, &str> = BTreeMap::new();
    for (path, source) in &files {
        home.extend(methods(source).into_iter().map(|name| (name, room(path))));
    }
    let mut arrows = BTreeSet::new();
    for (path, source) in &files {
        let own = room(path);
        let called = calls(source)
            .into_iter()
            .filter_map(|name| home.get(&name).map(|of| (*of).to_owned()));
        let used = called
            .chain(imports(path, source))
            .filter(|of| of != own && of != "mod" && own != "mod");
        arrows.extend(used.map(|of| (own.to_owned(), of)));
    }
    arrows
}

/// The keeper's files.
fn of_keeper() -> Vec<File> {
    rust("core/src/keeper")
        .into_iter()
        .map(|(path, source)| (path.trim_start_matches("core/src/keeper/").to_owned(), code(&source)))
        .collect()
}

#[test]
fn no_room_of_the_keeper_uses_one_above_it() {
    let files = of_keeper();
    let all: BTreeSet<String> = files.iter().flat_map(|(_, source)| methods(&joined(source))).collect();
    assert!(
        files.len() > 20 && all.len() > 100,
        "the keeper is where it was: {} methods",
        all.len()
    );
    for known in ["renew", "start_login", "token_changed", "read_secret", "valid_token"] {
        assert!(all.contains(known), "{known} is not read as a method");
    }
    for room in ORDER {
        assert!(
            files.iter().any(|(path, _)| self::room(path) == *room),
            "{room} is gone: take it off the list"
        );
    }
    let faults = faults(&files);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn file(path: &str, source: &str) -> File {
    (path.to_owned(), format!("\n{source}"))
}

/// A keeper of three rooms, with one more file.
fn house(more: File) -> Vec<String> {
    faults(&[
        file("mod.rs", "impl Keeper {\n    fn now(&self) -> i64 {\n    }\n}"),
        file(
            "secrets.rs",
            "impl Keeper {\n    pub(super) fn read(&self) {\n        self.now();\n    }\n}",
        ),
        file(
            "scheduler.rs",
            "impl Keeper {\n    pub async fn sweep(&self) {\n        self.read();\n    }\n}",
        ),
        more,
    ])
}

#[test]
fn calls_down_and_calls_of_others_are_no_fault() {
    for source in [
        "use super::secrets::key;\nimpl Keeper {\n    fn renew(&self) {\n        self.read();\n    }\n}",
        // Another struct's method of the same name.
        "impl Keeper {\n    fn renew(&self) {\n    }\n}\nimpl Run {\n    fn go(&self) {\n        self.sweep();\n    }\n}",
        "impl Keeper {\n    fn renew(&self) {\n        let sweep = self.sweep_state;\n    }\n}",
        // Words after a group of imports are none.
        "use crate::keeper::{Keeper, lock};\nuse crate::view::{View, scheduler};",
    ] {
        assert_eq!(house(file("renewal/mod.rs", source)), Vec::<String>::new(), "{source}");
    }
}

#[test]
fn each_way_up_is_found() {
    for (source, fault) in [
        (
            "impl Keeper {\n    fn renew(&self) {\n        self.sweep();\n    }\n}",
            "calls sweep of scheduler",
        ),
        (
            "impl Keeper {\n    fn renew(&self) {\n        self\n            .sweep()\n            .await;\n    }\n}",
            "calls sweep of scheduler",
        ),
        ("fn hear(keeper: &Keeper) {\n    keeper.sweep();\n}", "calls sweep of scheduler"),
        (
            "impl Run {\n    fn go(&self) {\n        self.keeper.sweep();\n    }\n}",
            "calls sweep of scheduler",
        ),
        ("fn hear() {\n    spawn(Keeper::sweep);\n}", "calls sweep of scheduler"),
        ("use crate::keeper::scheduler::TICK;", "imports from scheduler"),
        ("use crate::keeper::{Keeper, scheduler};", "imports from scheduler"),
        (
            "impl Keeper {\n    fn renew(&self) {\n        self.blocking(|k| k.sweep());\n    }\n}",
            "call the keeper `keeper`",
        ),
    ] {
        let found = house(file("renewal/mod.rs", source));
        assert!(found.len() == 1 && found[0].contains(fault), "{source}: {found:?}");
    }
    let circle = house(file(
        "record.rs",
        "impl Keeper {\n    fn token(&self) {\n        self.sweep();\n    }\n}",
    ));
    assert_eq!(circle.len(), 1, "{circle:?}");
    let stranger = house(file("attic.rs", "impl Keeper {\n}"));
    assert!(stranger[0].contains("attic is no room"), "{stranger:?}");
    let root = faults(&[
        file("mod.rs", "impl Keeper {\n    fn told(&self) {\n        self.sweep();\n    }\n}"),
        file("scheduler.rs", "impl Keeper {\n    pub fn sweep(&self) {\n    }\n}"),
    ]);
    assert!(root.len() == 1 && root[0].contains("every room uses this file"), "{root:?}");
}
