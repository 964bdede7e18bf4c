//! The table in docs/window-and-command-line.md of what the window does and how the command line does it: whole, and each command in it exists.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn source(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The rows of the table, each with the window's commands that its comment names.
fn rows() -> Vec<(String, Vec<String>)> {
    let docs = source("docs/window-and-command-line.md");
    let table = docs
        .split("| In the window | On the command line |")
        .nth(1)
        .expect("the table is there");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let comment = row.split("<!--").nth(1).and_then(|rest| rest.split("-->").next()).expect(row);
        (row.to_owned(), comment.split_whitespace().map(str::to_owned).collect())
    })
    .collect()
}

#[test]
fn each_command_of_the_window_is_in_one_row() {
    let commands = source("src-tauri/src/commands.rs");
    let list = commands.split("generate_handler![").nth(1).unwrap().split(']').next().unwrap();
    let mut handled: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    assert!(handled.len() > 60, "the handler is where it was");
    let rows = rows();
    let mut told: Vec<&str> = rows.iter().flat_map(|(_, names)| names).map(String::as_str).collect();
    handled.sort_unstable();
    told.sort_unstable();
    let (all, known) = (BTreeSet::from_iter(&handled), BTreeSet::from_iter(&told));
    let missing: Vec<_> = all.difference(&known).collect();
    let unknown: Vec<_> = known.difference(&all).collect();
    assert!(
        missing.is_empty(),
        "docs/window-and-command-line.md has no row for {missing:?}: build it, or say why it makes no sense without a window"
    );
    assert!(unknown.is_empty(), "the window has no {unknown:?}");
    assert_eq!(told.len(), known.len(), "one is in two rows");
}

#[test]
fn each_command_in_the_table_exists() {
    let mut asked = BTreeSet::new();
    for (row, _) in rows() {
        for code in row.split('`').skip(1).step_by(2) {
            let Some(rest) = code.strip_prefix("keybearer ") else { continue };
            let word = |w: &&str| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !w.starts_with('-');
            // What follows the command's own words is an argument.
            let words: Vec<&str> = rest.split_whitespace().take_while(word).collect();
            let flags: Vec<&str> = rest.split_whitespace().filter(|w| w.starts_with("--") && w.len() > 2).collect();
            let help = Command::new(env!("CARGO_BIN_EXE_keybearer"))
                .args(&words)
                .arg("--help")
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&help.stdout).into_owned();
            let usage = text
                .split("Usage: ")
                .nth(1)
                .and_then(|rest| rest.lines().next())
                .unwrap_or_default();
            let path = usage.split(' ').skip(1);
            let known: Vec<&str> = path
                .take_while(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
                .collect();
            // Words behind the command's own are values, if it takes any.
            let are_values = words.len() == known.len() || usage.contains('<');
            assert!(!known.is_empty() && words.starts_with(&known) && are_values, "{code}: {text}");
            for flag in flags {
                assert!(text.contains(flag), "{code}: no {flag}: {text}");
            }
            asked.insert(known.join(" "));
        }
    }
    assert!(asked.len() > 30, "{asked:?}");
}
