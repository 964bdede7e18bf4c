//! docs/architecture.md is a map of at most ninety lines. Of its four walks each file exists, none is longer than twelve lines, and
//! none enters more files of core than a person can follow.

use std::collections::BTreeSet;
use std::fs;

use super::root;

const HEADING: &str = "\n## Four walks\n";
/// A word of each walk's heading, and how many files of core it may enter.
const WALKS: &[(&str, usize)] = &[("login", 30), ("renewal", 20), ("delivery", 15), ("token NAME", 15)];
const MOST_LINES: usize = 12;
/// The most lines of the page.
const MAP: usize = 90;

/// The files that a text names in backticks, by their paths from the root. Those without a folder of the root are in core/src.
fn named(text: &str) -> BTreeSet<String> {
    let quoted = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.ends_with(".rs") && !name.contains(' '));
    let path = |name: &str| match ["cli/", "src-tauri/", "practice/", "core/"]
        .iter()
        .any(|folder| name.starts_with(folder))
    {
        true => name.to_owned(),
        false => format!("core/src/{name}"),
    };
    quoted.map(path).collect()
}

/// Everything that is wrong with the walks of a page.
fn faults(page: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let Some((_, section)) = page.split_once(HEADING) else {
        return vec!["the page has no four walks".to_owned()];
    };
    let section = section.split("\n## ").next().unwrap_or_default();
    let mut faults = Vec::new();
    for (walk, most) in WALKS {
        let text = section
            .split("\n### ")
            .skip(1)
            .find(|part| part.lines().next().is_some_and(|heading| heading.contains(walk)));
        let Some((_, text)) = text.and_then(|text| text.split_once('\n')) else {
            faults.push(format!("there is no walk “{walk}”"));
            continue;
        };
        let files = named(text);
        faults.extend(
            files
                .iter()
                .filter(|file| !exists(file))
                .map(|file| format!("{walk}: {file} is not there")),
        );
        let of_core = files.iter().filter(|file| file.starts_with("core/")).count();
        if of_core == 0 || of_core > *most {
            faults.push(format!("{walk} enters {of_core} files of core, not 1 to {most}"));
        }
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        if lines > MOST_LINES {
            faults.push(format!("{walk} has {lines} lines"));
        }
    }
    faults
}

#[test]
fn the_walks_lead_through_files_that_are_there() {
    let page = fs::read_to_string(root().join("docs/architecture.md")).unwrap();
    let faults = faults(&page, |file| root().join(file).is_file());
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(page.lines().count() <= MAP, "{} lines are no map", page.lines().count());
}

#[test]
fn a_walk_astray_is_reported() {
    let page = |login: &str| {
        let others = "### A renewal\n`a.rs`\n### A delivery\n`a.rs`\n### `keybearer token NAME`\n`cli/src/t.rs` `a.rs`\n";
        format!("# A map\n\n## Four walks\n\n### A login\n{login}\n{others}\n## More\n`gone.rs`\n")
    };
    let exists = |file: &str| file != "core/src/gone.rs";
    assert_eq!(faults(&page("1. `keeper/login/mod.rs` and `a b.rs`"), exists), Vec::<String>::new());
    let many: String = (0..31).map(|n| format!("`f{n}.rs` ")).collect();
    let long = "`a.rs`\n".repeat(13);
    for (login, fault) in [
        ("`gone.rs`", "core/src/gone.rs is not there"),
        ("by hand", "login enters 0 files"),
        (many.as_str(), "login enters 31 files"),
        (long.as_str(), "login has 13 lines"),
    ] {
        let found = faults(&page(login), exists);
        assert!(found.len() == 1 && found[0].contains(fault), "{login}: {found:?}");
    }
    assert!(faults("# A map", exists)[0].contains("no four walks"));
    assert!(faults("\n## Four walks\n", exists).iter().any(|f| f.contains("no walk “login”")));
}
