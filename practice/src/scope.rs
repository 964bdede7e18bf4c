//! A permission of a platform, as its consent page explains it.

use crate::words::Words;

/// A permission.
pub struct Scope {
    pub name: &'static str,
    meaning: [&'static str; 3],
}

impl Scope {
    /// What it means, in this language.
    pub fn meaning(&self, words: &Words) -> &'static str {
        self.meaning[words.column]
    }
}

/// A scope and its meaning in English, 简体中文 and 繁體中文.
pub const fn scope(name: &'static str, en: &'static str, hans: &'static str, hant: &'static str) -> Scope {
    Scope {
        name,
        meaning: [en, hans, hant],
    }
}
