//! The provider room: its form knows nothing of what is done with it.

use super::{code, names, rust};

/// What the form may not name: the other parts of the room, and what they bring into it.
const BEHAVIOUR: &[&str] = &["check", "exchange", "registry", "request", "answer", "redact", "sieve"];

#[test]
fn the_form_of_a_provider_file_uses_no_behaviour() {
    let form = rust("core/src/provider/file");
    assert!(form.len() > 8, "where is the form?");
    for (path, source) in form {
        for line in code(&source).lines().filter(|line| line.contains("use ") || line.contains("::")) {
            for word in BEHAVIOUR {
                let path_of = [
                    format!("provider::{word}"),
                    format!("super::{word}"),
                    format!("super::super::{word}"),
                ];
                assert!(!path_of.iter().any(|name| names(line, name)), "{path} uses {word}: {line}");
            }
        }
    }
}
