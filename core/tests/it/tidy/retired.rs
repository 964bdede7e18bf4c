//! Words that the code had and has no more: each stood for something that a standard, or the rest of the code, calls by another name.

use super::files;

/// A word, and what replaces it. Upper and lower case are alike.
const RETIRED: &[(&str, &str)] = &[
    ("door", "redirect"),
    ("way home", "redirect"),
    ("ways home", "redirects"),
    ("comes home", "arrives"),
    ("come home", "arrive"),
    ("errand", "LoginRequest"),
    ("beneath", "sub-account"),
    ("knock", "probe"),
    ("parcel", "bundle, transfer"),
    ("tending", "scheduler"),
    ("carrying", "delivery"),
    ("doubting", "superseded"),
    ("stepping_back", "rollback"),
    ("self_test", "redirects::probe"),
    ("front desk", "keeper"),
    ("bad_days", "keychain_failures"),
];

/// What is kept in files and vaults of 0.1.0, the library of that name, and this list.
const KEPT: &[&str] = &[
    "alias = \"",
    "door/https",
    "door-unavailable",
    "doorkeeper",
    "`door`",
    "`doors`",
    "--door",
    "\"doors\"]",
];

fn faults(path: &str, source: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, line) in source.lines().enumerate() {
        let line = line.to_lowercase();
        if KEPT.iter().any(|kept| line.contains(kept)) {
            continue;
        }
        for (word, instead) in RETIRED {
            if line.contains(word) {
                faults.push(format!("{path}:{}: “{word}” is “{instead}” now", at + 1));
            }
        }
    }
    faults
}

#[test]
fn no_retired_word_is_back() {
    let mut all = Vec::new();
    let folders = [
        "core/src",
        "core/tests",
        "core/examples",
        "cli",
        "src-tauri/src",
        "practice",
        "tests",
        "ui/src",
        "ui/test",
    ];
    for folder in folders {
        let found = files(folder, &["rs", "ts", "svelte", "mjs"]);
        assert!(!found.is_empty(), "{folder} has no source");
        all.extend(found);
    }
    all.retain(|(path, _)| !path.ends_with("tidy/retired.rs") && !path.ends_with("it/texts.rs"));
    let faults: Vec<String> = all.iter().flat_map(|(path, source)| faults(path, source)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_retired_word_is_reported_with_its_place() {
    assert_eq!(faults("a.rs", "fn f() {}\n// The Door.\n"), ["a.rs:2: “door” is “redirect” now"]);
    assert!(faults("a.rs", "#[serde(alias = \"door\")]\nuse doorkeeper;\n").is_empty());
}
