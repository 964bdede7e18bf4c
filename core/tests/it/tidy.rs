//! Rules that no compiler checks, checked in the source: which room uses which, which one may open files or connections, and
//! what no file may contain.

mod circles;
mod facts;
mod picture;
mod provider;
mod retired;
mod rooms;
mod systems;
mod walks;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Longer files are two rooms.
const MAX_LINES: usize = 500;

/// The rooms of core, highest first, and the rooms that each may use: all of them further down, so that there is no circle.
const ARROWS: &[(&str, &[&str])] = &[
    ("desktop", &["keeper", "book", "system", "view", "words", "text", "token", "error"]),
    ("serve", &["keeper", "book", "system", "view", "token", "error"]),
    (
        "keeper",
        &[
            "login", "refresh", "ask", "deliver", "redirect", "vault", "ledger", "book", "system", "view", "provider", "oauth2", "http",
            "words", "text", "token", "error",
        ],
    ),
    (
        "login",
        &[
            "ask",
            "discovery",
            "redirect",
            "provider",
            "oauth2",
            "oauth1",
            "http",
            "view",
            "text",
            "token",
            "error",
        ],
    ),
    ("refresh", &["ask", "provider", "token", "error"]),
    ("ask", &["provider", "oauth1", "http", "token", "error"]),
    ("deliver", &["book", "system", "view", "http", "text", "token", "error"]),
    ("discovery", &["oauth2", "http", "text", "token", "error"]),
    ("vault", &["book", "system", "view", "token", "error"]),
    ("ledger", &["book", "system", "view", "token", "error"]),
    ("book", &["system", "view", "provider", "token", "error"]),
    (
        "redirect",
        &["system", "words", "provider", "oauth2", "http", "text", "token", "error"],
    ),
    ("system", &["view", "token"]),
    ("view", &["provider", "text", "token", "error"]),
    ("words", &["error"]),
    ("provider", &["oauth2", "oauth1", "http", "token", "error", "text"]),
    ("oauth1", &["http", "token", "error"]),
    ("oauth2", &["http", "text", "token", "error"]),
    ("http", &["text", "token", "error"]),
    ("token", &["error"]),
    ("error", &["text"]),
    ("text", &[]),
    ("lib", &[]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every file below a folder with one of these endings, by its path from the root.
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(below) = folders.pop() {
        for entry in fs::read_dir(&below).unwrap_or_else(|e| panic!("{}: {e}", below.display())) {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["node_modules", "dist", "target"].iter().any(|skip| path.ends_with(skip)) {
                    folders.push(path);
                }
            } else if endings.iter().any(|e| name.ends_with(e)) {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no {endings:?} in {folder}");
    found.sort();
    found
}

fn rust(folder: &str) -> Vec<(String, String)> {
    files(folder, &[".rs"])
}

/// The lines of code: without comments and without the unit tests at the end.
fn code(source: &str) -> String {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = source.lines().filter(|l| !l.trim_start().starts_with("//"));
    lines
        .map(|l| l.split(" // ").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Whether a text contains a whole word.
fn names(source: &str, word: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    source.match_indices(word).any(|(at, _)| {
        let (before, after) = (source[..at].chars().next_back(), source[at + word.len()..].chars().next());
        !part(before) && !part(after)
    })
}

/// Only these files of core contain the words.
fn only(allowed: &[&str], words: &[&str]) {
    for (path, source) in rust("core/src") {
        let here = path.strip_prefix("core/src/").unwrap();
        for word in words {
            let may = allowed.iter().any(|a| here == *a || (a.ends_with('/') && here.starts_with(a)));
            assert!(may || !names(&code(&source), word), "{path} names {word}");
        }
    }
}

/// The room of a file: `core/src/redirect/paste.rs` is in `redirect`.
fn room(path: &str) -> String {
    let inner = path.strip_prefix("core/src/").unwrap();
    inner.split('/').next().unwrap().trim_end_matches(".rs").to_owned()
}

#[test]
fn no_arrow_runs_back_up() {
    let arrows: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let order: Vec<&str> = ARROWS.iter().map(|(room, _)| *room).collect();
    for (at, (room, uses)) in ARROWS.iter().enumerate() {
        for used in *uses {
            let floor = order.iter().position(|r| r == used).unwrap();
            assert!(floor > at, "{room} ─▶ {used} runs up, the table has a circle");
        }
    }
    for (path, source) in rust("core/src") {
        let (room, source) = (room(&path), code(&source));
        let allowed = arrows.get(room.as_str()).unwrap_or_else(|| panic!("{path}: what room is that?"));
        // `crate::x`, and `crate::{x::…, y}`.
        for (at, _) in source.match_indices("crate::") {
            let rest = &source[at + "crate::".len()..];
            let uses: Vec<&str> = match rest.strip_prefix('{') {
                Some(group) => group.split('}').next().unwrap().split(',').collect(),
                None => vec![rest],
            };
            for used in uses {
                let used: String = used.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                assert!(used == room || allowed.contains(&used.as_str()), "{path}: {room} ─▶ {used}");
            }
        }
        if ["provider", "oauth1", "oauth2"].contains(&room.as_str()) {
            for io in ["async", "await", "tokio", "reqwest", "hyper"] {
                assert!(!names(&source, io), "{path}: {io}, where messages are built and read without IO");
            }
            assert!(!source.contains("http::client"), "{path} sends");
        }
    }
}

#[test]
fn each_part_of_the_world_is_touched_by_one_room() {
    only(&["http/client.rs", "http/probe.rs", "http/resolve.rs"], &["reqwest"]);
    only(&["redirect/loopback.rs"], &["TcpListener"]);
    only(&["system/"], &["UnixListener", "UnixStream", "interprocess"]);
    // The second one asks what the library makes of an address, and sends nothing.
    only(&["redirect/loopback.rs", "http/proxy/address.rs"], &["hyper", "hyper_util"]);
    only(&["redirect/certificate.rs"], &["rcgen", "rustls"]);
    only(&["system/"], &["keyring", "keyring_core", "secret_service", "zbus"]);
    only(&["vault/", "system/"], &["KEYCHAIN_LIMIT", "Trouble"]);
    // The name of a program, to foreign.rs.
    only(&["vault/", "deliver/foreign.rs"], &["age"]);
    only(&["book/file.rs"], &["tempfile", "persist"]);
    only(&["book/file.rs", "book/part.rs", "system/"], &["OpenOptions"]);
    only(&["book/mod.rs", "book/relocation.rs"], &["book.json"]);
    only(&["book/file.rs", "system/"], &["remove_file"]);
    only(&["deliver/command.rs", "system/"], &["Command"]);
    only(
        &["system/"],
        &["rustix", "process_wrap", "sysinfo", "windows_registry", "security_framework"],
    );
    only(&[], &["tauri", "println", "eprintln", "UdpSocket", "TcpStream", "unsafe"]);
    only(&["token.rs", "vault/sealed.rs", "error/"], &["Zeroize", "expose_secret"]);
    for (path, source) in rust("core/src") {
        assert!(
            !code(&source).contains("fs::write") && !code(&source).contains("File::create"),
            "{path} writes beside the book"
        );
    }
    let manifest = fs::read_to_string(root().join("core/Cargo.toml")).unwrap();
    assert!(!manifest.contains("tauri"), "core needs no system headers");
}

#[test]
fn no_provider_is_named_in_code() {
    for (path, source) in rust("core/src").into_iter().chain(rust("src-tauri")).chain(rust("cli/src")) {
        if path == "core/src/provider/registry.rs" {
            continue;
        }
        for id in ["threads", "instagram", "facebook", "mastodon", "gotosocial"] {
            // `thread::` and the like are other words.
            assert!(
                !names(&code(&source).to_lowercase(), id),
                "{path} names {id}: a quirk is a field that any provider may use"
            );
        }
    }
}

#[test]
fn every_file_has_a_head_and_an_end() {
    let of_core = rust("core/src").into_iter().chain(rust("core/tests")).chain(rust("core/examples"));
    for (path, source) in of_core
        .chain(rust("src-tauri/src"))
        .chain(rust("practice/src"))
        .chain(rust("cli/src"))
    {
        assert!(source.starts_with("//! "), "{path} does not say what it is for");
        let lines = source.lines().count();
        assert!(lines <= MAX_LINES, "{path} has {lines} lines");
    }
}

#[test]
fn nothing_unwraps_and_no_secret_is_seen() {
    for (path, source) in rust("core/src").into_iter().chain(rust("src-tauri/src")).chain(rust("cli/src")) {
        // The waiting room's own verb is no panic.
        let source = code(&source).replace("waiting.expect(", "");
        for panics in [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "dbg!("] {
            assert!(!source.contains(panics), "{path}: {panics}");
        }
    }
    only(
        &[
            "ask/",
            "book/",
            "deliver/",
            "discovery/",
            "http/",
            "keeper/",
            "login.rs",
            "login/",
            "oauth1/",
            "oauth2/",
            "provider/exchange/ends.rs",
            "provider/exchange/request.rs",
            // A form that becomes parts may hold a token.
            "provider/exchange/upload.rs",
            "provider/file/answers.rs",
            "redirect/certificate.rs",
            "redirect/waiting.rs",
            "refresh.rs",
            "serve/",
            "system/",
            "token.rs",
            "vault/",
            // The answers to a login's questions.
            "view/login.rs",
        ],
        &["Secret"],
    );
}

#[test]
fn the_page_has_one_way_out_and_no_raw_html() {
    let sources = files("ui/src", &[".ts", ".svelte", ".js", ".html"]);
    assert!(sources.len() > 10, "the UI's sources are where they were");
    let import = |line: &str| line.contains("@tauri-apps") && (line.contains("import") || line.contains("from"));
    let importing: Vec<&String> = sources
        .iter()
        .filter(|(_, s)| s.lines().any(|l| !l.trim_start().starts_with("//") && import(l)))
        .map(|(p, _)| p)
        .collect();
    assert_eq!(importing, ["ui/src/shell/connect.ts"]);
    for (path, source) in sources {
        for banned in ["{@html", "innerHTML", "eval("] {
            assert!(!source.contains(banned), "{path}: {banned}");
        }
    }
}
