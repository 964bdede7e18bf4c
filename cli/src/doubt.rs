//! Asks the person about a login whose account may not be the expected one, so that its token is not lost.

use keybearer_core::text::handle::{Handle, Names};
use tokio::io::{BufReader, Lines, Stdin};

use crate::terminal::Terminal;

/// Whether a name might be another spelling of the expected one: the same name at another domain.
pub fn may_be(name: &str, expected: &str) -> bool {
    let domain = Handle::read(name).domain;
    let names = Names {
        name,
        server: domain.as_deref(),
        ..Names::default()
    };
    names.may_be(expected)
}

/// Asks whether to store a token that may be another account's. Without an answer it is stored.
pub async fn wants(terminal: &Terminal, lines: &mut Lines<BufReader<Stdin>>, name: &str, expected: &str) -> bool {
    terminal.say(&terminal.words("cli-keep-other", &[("name", name), ("expected", expected)]));
    let answer = lines.next_line().await.ok().flatten().unwrap_or_default();
    !["n", "no", "否", "不"].contains(&answer.trim().to_lowercase().as_str())
}

/// Asks whether to store a token that is another account's. Without an answer it is not stored.
pub async fn keeps_other(terminal: &Terminal, lines: &mut Lines<BufReader<Stdin>>, name: &str, expected: &str) -> bool {
    terminal.say(&terminal.words("cli-keep-mismatch", &[("name", name), ("expected", expected)]));
    let answer = lines.next_line().await.ok().flatten().unwrap_or_default();
    ["y", "yes", "是", "好"].contains(&answer.trim().to_lowercase().as_str())
}
