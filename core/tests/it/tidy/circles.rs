//! No files use each other in a circle, in any crate. A folder's mod.rs is no party to one: it names the files below it, and they use
//! what it has for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{code, rust};

/// A module's path from its crate's root.
type Module = Vec<String>;

/// The modules that each module uses.
type Uses = BTreeMap<Module, BTreeSet<Module>>;

/// `meta/mod.rs` and `meta.rs` are the module `meta`; main.rs and lib.rs are the root.
fn module(path: &str) -> Module {
    let mut steps: Module = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(steps.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        steps.pop();
    }
    steps
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The paths of an import: `a::{b, c::{d, e}}` is `a::b`, `a::c::d` and `a::c::e`.
fn paths(tree: &str) -> Vec<String> {
    let Some((prefix, group)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let group = group.rsplit_once('}').map_or(group, |(group, _)| group);
    let mut depth = 0;
    let parts = group.split(|c: char| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let parts = parts.filter(|part| !part.trim().is_empty()).flat_map(paths);
    parts.map(|path| format!("{}{path}", prefix.trim())).collect()
}

/// The trees after `use `, or after `pub use ` alone.
fn imports<'a>(source: &'a str, word: &'a str) -> impl Iterator<Item = &'a str> {
    let found = source.match_indices(word);
    found.filter(|(at, _)| !source[..*at].ends_with(is_part)).map(move |(at, _)| {
        let tree = &source[at + word.len()..];
        tree.split(';').next().unwrap_or_default()
    })
}

/// The paths in the code that begin with one of these words.
fn inline(source: &str) -> impl Iterator<Item = String> {
    let begins = ["crate::", "super::", "self::"]
        .into_iter()
        .flat_map(move |word| source.match_indices(word));
    begins
        .filter(move |(at, _)| !source[..*at].ends_with(|c: char| is_part(c) || c == ':'))
        .map(move |(at, _)| {
            let path = &source[at..];
            path[..path.find(|c: char| !is_part(c) && c != ':').unwrap_or(path.len())].to_owned()
        })
}

/// Where a path leads that a module names: the steps from the crate's root.
fn from_root(path: &str, here: &Module) -> Option<Module> {
    let mut steps = path.split("::").filter(|step| !step.is_empty()).peekable();
    let mut base = match steps.peek() {
        Some(&"crate") => Module::new(),
        Some(&("self" | "super")) => here.clone(),
        _ => return None,
    };
    while let Some(step) = steps.next_if(|step| ["crate", "self", "super"].contains(step)) {
        if step == "super" {
            base.pop();
        }
    }
    base.extend(steps.map(str::to_owned));
    Some(base)
}

/// The longest beginning of a path that is a module, and what follows it.
fn split(path: &Module, sources: &BTreeMap<Module, String>) -> Option<(Module, Option<String>)> {
    let long = (0..=path.len()).rev().find(|long| sources.contains_key(&path[..*long]))?;
    Some((path[..long].to_vec(), path.get(long).cloned()))
}

/// The module that has what a path names, also where another one passes it on by `pub use`.
fn owner(path: &Module, sources: &BTreeMap<Module, String>) -> Option<Module> {
    let (module, item) = split(path, sources)?;
    let passed = item.and_then(|item| {
        let source = sources.get(&module)?;
        let words = ["pub use ", "pub(crate) use ", "pub(super) use "];
        let trees = words.into_iter().flat_map(|word| imports(source, word));
        let of_item = trees.flat_map(paths).find(|path| path.rsplit("::").next() == Some(&item))?;
        let path = from_root(&of_item, &module).or_else(|| from_root(&format!("self::{of_item}"), &module))?;
        Some(split(&path, sources)?.0)
    });
    Some(passed.unwrap_or(module))
}

fn uses(sources: &BTreeMap<Module, String>) -> Uses {
    let of = |(here, source): (&Module, &String)| {
        let named = imports(source, "use ").flat_map(paths).chain(inline(source));
        let used = named.filter_map(|path| owner(&from_root(&path, here)?, sources));
        let beside = |other: &Module| !other.starts_with(here) && !here.starts_with(other);
        (here.clone(), used.filter(beside).collect())
    };
    sources.iter().map(of).collect()
}

/// A circle: each uses the next one, and the last one the first.
fn circle(uses: &Uses) -> Option<Vec<String>> {
    let mut uses = uses.clone();
    // What uses none of those that are left is in no circle.
    loop {
        let left: BTreeSet<Module> = uses.keys().cloned().collect();
        let before = uses.len();
        uses.retain(|_, used| used.iter().any(|one| left.contains(one)));
        if uses.len() == before {
            break;
        }
    }
    let mut walk = vec![uses.keys().next()?.clone()];
    loop {
        let next = uses.get(walk.last()?)?.iter().find(|one| uses.contains_key(*one))?.clone();
        if let Some(at) = walk.iter().position(|one| *one == next) {
            return Some(walk[at..].iter().map(|one| one.join("::")).collect());
        }
        walk.push(next);
    }
}

fn sources(folder: &str) -> BTreeMap<Module, String> {
    let below = format!("{folder}/");
    rust(folder)
        .into_iter()
        .map(|(path, source)| (module(path.trim_start_matches(&below)), code(&source)))
        .collect()
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for folder in ["core/src", "practice/src", "cli/src", "src-tauri/src"] {
        let uses = uses(&sources(folder));
        let all: usize = uses.values().map(BTreeSet::len).sum();
        assert!(all > 20, "{folder}: only {all} uses are read");
        assert_eq!(circle(&uses), None, "{folder}");
    }
}

#[test]
fn each_way_round_is_found() {
    let found = |files: &[(&str, &str)]| {
        let sources = files.iter().map(|(path, source)| (module(path), (*source).to_owned()));
        circle(&uses(&sources.collect()))
    };
    let folder = ("meta/mod.rs", "mod me;\nmod pages;\npub use self::pages::Page;\n");
    for back in [
        "use super::me::whole;",
        "use super::{lists, me};",
        "use crate::meta::{lists::{a, b}, me::{whole}};",
        "fn f() { super::me::whole() }",
    ] {
        for there in [
            "use super::pages;",
            "use super::Page;",
            "pub(super) use crate::meta::pages::{Page as P};",
        ] {
            let circle = found(&[folder, ("meta/me.rs", there), ("meta/pages.rs", back), ("meta/lists.rs", "")]);
            assert_eq!(circle.unwrap_or_default(), ["meta::me", "meta::pages"], "{there} {back}");
        }
    }
    let long = [
        ("a.rs", "use crate::b;"),
        ("b.rs", "use crate::c::D;"),
        ("c.rs", "use super::a;"),
        ("d.rs", "use crate::a;"),
    ];
    assert_eq!(found(&long).unwrap_or_default(), ["a", "b", "c"]);
    let none = [
        folder,
        ("meta/me.rs", "use super::{Page, lists};"),
        ("meta/pages.rs", "use super::lists;"),
        ("meta/lists.rs", ""),
    ];
    assert_eq!(found(&none), None);
}
