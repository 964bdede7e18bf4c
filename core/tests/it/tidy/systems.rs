//! Each program keeps what differs between systems in one folder called `system`, which shows at once what a system lacks.

use super::{names, rust};

/// Files outside the folders called `system` that may ask which system it is, and why.
const ASKS_FOR_THE_SYSTEM: &[&str] = &[
    // `windows_subsystem` is an attribute of the whole program.
    "src-tauri/src/main.rs",
];

/// The words by which a condition of compilation names a system.
fn asked_systems(source: &str) -> Vec<&'static str> {
    let words = [
        "target_os",
        "target_family",
        "target_env",
        "target_vendor",
        "unix",
        "windows",
        "macos",
        "linux",
    ];
    let mut asked = Vec::new();
    for (at, _) in source.match_indices("cfg") {
        let rest = source[at..]
            .trim_start_matches("cfg_attr")
            .trim_start_matches("cfg")
            .trim_start_matches('!');
        let Some(inside) = rest.trim_start().strip_prefix('(') else {
            continue;
        };
        // To the bracket that closes this one.
        let mut depth = 1;
        let end = inside.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        let inside = &inside[..end.unwrap_or(inside.len())];
        asked.extend(words.into_iter().filter(|word| names(inside, word)));
    }
    asked
}

#[test]
fn one_folder_a_program_knows_which_system_it_is() {
    for (asks, source) in [
        (true, "#[cfg(unix)]"),
        (true, "#[cfg(not(windows))]"),
        (true, "if cfg!(target_os = \"linux\") {"),
        (true, "#[cfg_attr(\n    not(target_os = \"linux\"),\n    allow(dead_code)\n)]"),
        (true, "#![cfg(all(test, target_family = \"unix\"))]"),
        (false, "#[cfg(test)]"),
        (false, "#[cfg(feature = \"automation\")] windows(2)"),
    ] {
        assert_eq!(!asked_systems(source).is_empty(), asks, "{source}");
    }
    let all = ["core/src", "cli/src", "src-tauri/src", "practice/src"].map(rust);
    for (path, source) in all.iter().flatten() {
        // Unit tests, too: what differs between systems is tested where it is.
        let lines: Vec<&str> = source.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
        let source = lines.join("\n");
        let in_system = path.contains("/src/system/");
        let may = in_system || ASKS_FOR_THE_SYSTEM.contains(&path.as_str());
        let asked = asked_systems(&source);
        assert!(may || asked.is_empty(), "{path} asks for {asked:?}; see core/src/system/mod.rs");
        let own = [
            "std::os::unix",
            "std::os::windows",
            "std::os::linux",
            "std::os::fd",
            "std::os::macos",
        ];
        let own: Vec<_> = own.iter().filter(|own| source.contains(**own)).collect();
        assert!(may || own.is_empty(), "{path} uses {own:?}, which not every system has");
    }
    for path in ASKS_FOR_THE_SYSTEM {
        assert!(
            all.iter().flatten().any(|(known, _)| known == path),
            "{path} is gone: take it off the list"
        );
    }
}
