//! The spellings by which a person may name an account.

use std::sync::Arc;

use keybearer_core::keeper::{Keeper, Outside};
use keybearer_core::view::names::{NotFound, words};

/// Accounts in a book as 0.1.0 writes it: handles at a server's host and at another domain, two that share a spelling, two that
/// differ in case, and one of a platform without servers.
fn keeper(folder: &std::path::Path) -> Keeper {
    std::fs::create_dir_all(folder.join("data")).unwrap();
    std::fs::write(
        folder.join("data/book.json"),
        include_str!("../../../cli/tests/books/0.1.0-names.json"),
    )
    .unwrap();
    let outside = Outside {
        data: folder.join("data"),
        config: folder.join("config"),
        ..Outside::usual(Arc::new(|_| Ok(())), Arc::new(|| {})).unwrap()
    };
    Keeper::open(outside).unwrap()
}

fn meant(keeper: &Keeper, typed: &str) -> String {
    match keeper.find_account(typed) {
        Ok(account) => account,
        Err(NotFound::Several(all)) => all.join(" | "),
        Err(NotFound::None(_)) => "none".into(),
    }
}

#[test]
fn every_spelling_means_the_same_account() {
    let folder = tempfile::TempDir::new().unwrap();
    let keeper = keeper(folder.path());
    for (id, spellings) in [
        (
            "a1",
            &[
                "ada",
                "@Ada",
                "mastodon/ada",
                "mastodon/@ada@social.example.org",
                "＠ａｄａ＠social.example.org",
                "\u{202a}@ada@SOCIAL.example.org\u{202c}",
                "https://social.example.org/@ada",
                "social.example.org/users/ada",
                "acct:ada@social.example.org",
                "Mastodon/＠ada",
                "a1",
            ][..],
        ),
        (
            "a2",
            &[
                "grace@bücher.example",
                "mastodon/@grace@xn--bcher-kva.example",
                "mastodon/grace@BÜCHER.example",
                "https://bücher.example/@grace",
                "mastodon/grace@social.bücher.example",
                "mastodon/grace",
            ],
        ),
        (
            "a3",
            &[
                "gotosocial",
                "gotosocial/grace",
                "grace@other.example",
                "gotosocial/@grace@social.bücher.example",
            ],
        ),
        (
            "a4",
            &[
                "memochou",
                "@memochou",
                "threads/@MemoChou",
                "threads",
                "ｍｅｍｏｃｈｏｕ",
                "https://www.threads.com/@memochou",
            ],
        ),
        ("a5", &["mastodon/Zoe@one.example", "mastodon/@Zoe@one.example"]),
        ("a6", &["mastodon/zoe@one.example"]),
        (
            "none",
            &[
                "",
                "@",
                "ad",
                "ada@elsewhere.example",
                "@memochou@threads.com.example",
                "threads/ada",
                "gotosocial/ada",
                "@\u{430}da",
            ],
        ),
    ] {
        for typed in spellings {
            assert_eq!(meant(&keeper, typed), id, "{typed}");
        }
    }
    // One has this name, and the other is at a server of this name: both are listed with their other names.
    assert_eq!(
        meant(&keeper, "@grace@social.bücher.example"),
        "gotosocial/grace@social.xn--bcher-kva.example = gotosocial/grace@other.example (a3) | \
         mastodon/grace@xn--bcher-kva.example = mastodon/grace@social.xn--bcher-kva.example (a2)"
    );
    assert!(meant(&keeper, "ZOE@one.example").contains("(a5)") && meant(&keeper, "zoe").contains(" | "));
}

#[test]
fn a_shell_completes_the_spelling_that_was_begun() {
    let folder = tempfile::TempDir::new().unwrap();
    let all = keeper(folder.path()).account_names();
    let words = words(all.iter().find(|a| a.id == "a2").unwrap());
    for begun in ["", "mastodon/g", "mastodon/@g", "mastodon/grace@social", "@gr", "grace@xn"] {
        assert!(words.iter().any(|word| word.starts_with(begun)), "{begun}: {words:?}");
    }
    assert_eq!(words[0], "mastodon/grace@xn--bcher-kva.example");
}
