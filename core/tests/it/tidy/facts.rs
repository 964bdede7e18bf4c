//! docs/facts holds what the code cites and nothing else: each citation leads to a section, each section is cited and says
//! its source and the day on which that was read. docs/facts/README.md has the rules.

use std::collections::BTreeSet;
use std::fs;

use super::{files, root};

/// A file's path and its text.
type File = (String, String);

const FACTS: &str = "docs/facts/";
/// This file names the notation that is gone.
const ITSELF: &str = "core/tests/it/tidy/facts.rs";

/// The `##` sections of a page: their anchors and their texts.
fn sections(page: &str) -> Vec<(String, &str)> {
    let parts = page.split("\n## ").skip(1);
    parts
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
        .map(|(heading, text)| (slug(heading), text))
        .collect()
}

/// The anchor that GitHub gives a heading.
fn slug(heading: &str) -> String {
    let kept = heading.trim().to_lowercase().replace(' ', "-");
    kept.chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
}

/// The page and anchor after each mention of a prefix: `x.md`, `x.md#rotation`.
fn mentions(text: &str, prefix: &str) -> Vec<String> {
    let part = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.#".contains(*c);
    let found = text
        .match_indices(prefix)
        .map(|(at, _)| text[at + prefix.len()..].chars().take_while(part).collect());
    found
        .map(|mention: String| mention.trim_end_matches('.').to_owned())
        .filter(|m| m.contains(".md"))
        .collect()
}

/// Whether the last paragraph names a source and the day, or at least the month, on which it was read: `read 2026-11-28`.
fn has_source(text: &str) -> bool {
    let last = text.trim().rsplit("\n\n").next().unwrap_or_default();
    let source = last
        .strip_prefix("Sources:")
        .or_else(|| last.strip_prefix("Source:"))
        .unwrap_or_default();
    let words: Vec<&str> = source.split_whitespace().collect();
    words
        .windows(2)
        .any(|pair| ["read", "recorded", "written"].contains(&pair[0]) && is_day(pair[1]))
}

/// Whether a word begins like `2026-11-28` or `2026-11`.
fn is_day(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() >= 7
        && bytes[..7]
            .iter()
            .enumerate()
            .all(|(at, b)| if at == 4 { *b == b'-' } else { b.is_ascii_digit() })
}

/// The notation of the notes that never were in the repository.
fn old(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines() {
        let noted = line.match_indices("providers.md").any(|(at, _)| {
            let rest = line[at + "providers.md".len()..].trim_start();
            let in_code = !path.ends_with(".md") && !line[..at].ends_with("docs/");
            in_code || rest.starts_with('§')
        });
        // There each § is an RFC's.
        let platform = ["practice/src/meta/", "practice/src/x/", "core/providers/"]
            .iter()
            .any(|folder| path.starts_with(folder));
        if noted || line.contains("peers.md") || (platform && line.contains('§') && !line.contains("RFC")) {
            found.push(format!("{path}: cite docs/facts, or name the RFC: {}", line.trim()));
        }
    }
    found
}

/// Everything that is wrong with the pages and with what cites them.
fn faults(pages: &[File], code: &[File], prose: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut known = BTreeSet::new();
    for (path, page) in pages {
        known.insert(path.clone());
        for (anchor, text) in sections(page) {
            let address = format!("{path}#{anchor}");
            if !path.ends_with("README.md") && !has_source(text) {
                faults.push(format!("{address} names no source, or not when it was read"));
            }
            if !known.insert(address.clone()) {
                faults.push(format!("{address} is there twice"));
            }
        }
    }
    let mut cited = BTreeSet::new();
    for (path, text) in code.iter().chain(prose) {
        faults.extend(old(path, text));
        for mention in mentions(text, FACTS) {
            let address = format!("{FACTS}{mention}");
            if !known.contains(&address) {
                faults.push(format!("{path} cites {address}, which is not there"));
            }
            if code.iter().any(|(file, _)| file == path) {
                cited.insert(address);
            }
        }
    }
    for (path, page) in pages {
        for mention in mentions(page, "](").into_iter().map(|m| format!("{FACTS}{m}")) {
            if !known.contains(&mention) {
                faults.push(format!("{path} links to {mention}, which is not there"));
            }
        }
        if path.ends_with("README.md") {
            continue;
        }
        for (anchor, _) in sections(page) {
            let address = format!("{path}#{anchor}");
            if !cited.contains(&address) {
                faults.push(format!("{address} is cited by no code: docs/facts holds only what is"));
            }
        }
    }
    faults
}

#[test]
fn each_citation_leads_to_a_fact_and_each_fact_is_cited() {
    let endings = [".rs", ".toml", ".ts", ".svelte", ".js", ".mjs", ".py", ".ftl", ".yml"];
    let folders = ["core", "cli", "src-tauri", "practice", "fuzz", "ui", "locales", "script", ".github"];
    let mut code: Vec<File> = folders.iter().flat_map(|folder| files(folder, &endings)).collect();
    code.retain(|(path, _)| path != ITSELF);
    let (pages, mut prose): (Vec<File>, Vec<File>) = files("docs", &[".md"]).into_iter().partition(|(path, _)| path.starts_with(FACTS));
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md"] {
        prose.push((name.to_owned(), fs::read_to_string(root().join(name)).unwrap()));
    }
    assert!(pages.len() > 3, "docs/facts is where it was");
    let faults = faults(&pages, &code, &prose);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What a fact says of a key that is remembered for so many minutes.
const KEY_TIMES: &[(u32, &str)] = &[(2, "a few minutes"), (60, "hour"), (1440, "24 hours")];

/// The confirmed sentence about a provider file's idempotency key and its time; what is missing otherwise.
fn fact_of_key(file: &str, page_of: impl Fn(&str) -> Option<String>) -> Result<(), String> {
    let Some((before, after)) = file.split_once("\nkey_minutes = ") else {
        return Ok(());
    };
    let minutes: u32 = after.lines().next().unwrap_or_default().parse().map_err(|_| "no number")?;
    let comment = before.lines().next_back().filter(|line| line.starts_with('#')).unwrap_or_default();
    let cited = mentions(comment, FACTS).pop().ok_or("no fact is cited above key_minutes")?;
    let (page, anchor) = cited.split_once('#').ok_or("no section is cited")?;
    let page = page_of(page).unwrap_or_default();
    let section = sections(&page).into_iter().find(|(known, _)| known == anchor).map(|(_, text)| text);
    let text = section.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let named = after
        .split_once(" = \"{idempotency_")
        .and_then(|(left, _)| left.split_whitespace().next_back());
    let named = named.ok_or("no message has a key")?.to_lowercase();
    let time = KEY_TIMES
        .iter()
        .find(|(known, _)| *known == minutes)
        .ok_or("a time without words")?
        .1;
    let says_so = text
        .split(". ")
        .map(str::to_lowercase)
        .filter(|sentence| !["[m]", "[3p]", "[i]", "[?]"].iter().any(|mark| sentence.contains(mark)))
        .any(|sentence| sentence.contains(&named) && sentence.contains(time));
    says_so.then_some(()).ok_or(format!("{cited} does not confirm {named} for {time}"))
}

#[test]
fn each_key_that_is_relied_on_is_a_confirmed_fact() {
    let page_of = |name: &str| fs::read_to_string(root().join(FACTS).join(name)).ok();
    let mut relied = 0;
    for (path, text) in files("core/providers", &[".toml"]) {
        relied += usize::from(text.contains("\nkey_minutes = "));
        fact_of_key(&text, page_of).unwrap_or_else(|fault| panic!("{path}: {fault}"));
    }
    assert!(relied > 3);
    let file = |cite: &str, minutes: u32| format!("[post]\n{cite}key_minutes = {minutes}\nheader = {{ Key = \"{{idempotency_key}}\" }}\n");
    let page = |text: &str| format!("# X\n\n## Posts\n\n{text}\n\nSource: a page, read 2026-11.\n");
    let cite = format!("# {FACTS}x.md#posts\n");
    let right = "A post with the same\n`Key` is made once in 24 hours. Other things are [M].";
    for (file, page, is_right) in [
        (file(&cite, 1440), page(right), true),
        (file("", 1440), page(right), false),
        (file(&cite, 60), page("With a `Key` it is made once."), false),
        (file(&cite, 1440), page(&right.replace("hours", "hours [M]")), false),
        (file(&cite, 1440), page("Whether `Key` is honoured was not seen [?]."), false),
    ] {
        assert_eq!(fact_of_key(&file, |_| Some(page.clone())).is_ok(), is_right, "{file}{page}");
    }
}

fn file(path: &str, text: &str) -> File {
    (path.to_owned(), text.to_owned())
}

#[test]
fn what_is_right_is_not_reported() {
    let pages = [
        file("docs/facts/README.md", "# Facts\n\n## To cite\n\nSo.\n"),
        file(
            "docs/facts/x.md",
            "# X\n\n## App-only: the token!\n\nIt stays.\n\nSources: a page;\nanother, read 2026-11-28.\n",
        ),
    ];
    let code = [
        file(
            "core/src/a.rs",
            "// Kept (docs/facts/x.md#app-only-the-token). RFC 6749 §4.2; docs/providers.md explains it.",
        ),
        file("practice/src/x/b.rs", "//! Facts: docs/facts/x.md. Signed (RFC 5849 §3.4)."),
    ];
    let prose = [file(
        "docs/architecture.md",
        "See [the fields](providers.md) and docs/facts/x.md#app-only-the-token.",
    )];
    assert_eq!(faults(&pages, &code, &prose), Vec::<String>::new());
}

#[test]
fn each_kind_of_fault_is_reported() {
    let page = "# X\n\n## Token\n\nLives.\n\nSource: a page, read 2026-11.\n";
    let cite = file("core/src/a.rs", "// docs/facts/x.md#token");
    let with = |page: &str, code: &[File]| faults(&[file("docs/facts/x.md", page)], code, &[]);
    assert!(with(page, std::slice::from_ref(&cite)).is_empty());

    let cases: &[(&str, &str, &str)] = &[
        (page, "// docs/facts/x.md#tokens", "#tokens, which is not there"),
        (page, "// docs/facts/y.md", "y.md, which is not there"),
        (page, "// (providers.md §4.2)", "cite docs/facts"),
        (page, "// no part of anything (providers.md 1.5)", "cite docs/facts"),
        (page, "// those of providers.md; what", "cite docs/facts"),
        (page, "// hangs (peers.md 1.5)", "cite docs/facts"),
        ("# X\n\n## Token\n\nLives.\n", "", "names no source"),
        ("# X\n\n## Token\n\nLives.\n\nSource: a page.\n", "", "names no source"),
        ("# X\n\n## Token\n\nLives.\n\nSource: a page (2026-11-28).\n", "", "names no source"),
        ("# X\n\n## Token\n\nRead 2026-11-28.\n", "", "names no source"),
        ("# X\n\n## Token\n\nSource: a page, read yesterday.\n", "", "names no source"),
        ("# X\n\n## Token\n\nSource: a page, read 2026-11.\n\nMore.\n", "", "names no source"),
    ];
    for (page, line, expected) in cases {
        let found = with(page, &[cite.clone(), file("core/src/b.rs", line)]);
        assert!(found.len() == 1 && found[0].contains(expected), "{line:?} in {page:?}: {found:?}");
    }

    let unsaid = with(page, &[file("core/src/a.rs", "// docs/facts/x.md")]);
    assert!(
        unsaid[0].contains("is cited by no code"),
        "a whole file's citation is none of its sections': {unsaid:?}"
    );
    let prose = [file("docs/architecture.md", "docs/facts/x.md#token")];
    assert!(
        faults(&[file("docs/facts/x.md", page)], &[], &prose)[0].contains("is cited by no code"),
        "prose is no code"
    );
    let twice = format!("{page}\n## Token\n\nAgain.\n\nSource: a page, read 2026-11.\n");
    assert!(with(&twice, std::slice::from_ref(&cite)).iter().any(|f| f.contains("twice")));
    let astray = page.replace("Lives.", "Lives ([long](y.md#long)).");
    assert!(with(&astray, std::slice::from_ref(&cite)).iter().any(|f| f.contains("links to")));
    let bare = file("practice/src/x/token.rs", "/// Thirty seconds (§4.2).");
    assert!(with(page, &[cite, bare])[0].contains("name the RFC"));
}
