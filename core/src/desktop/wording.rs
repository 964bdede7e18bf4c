//! Texts outside the window: their language, their numbers, and names for a menu or a notification.

use std::time::Duration;

use crate::error::ErrorView;
pub use crate::text::shown::name;
use crate::words::{Language, explain, say};

/// The language of a setting: the chosen one, or the session's.
pub fn of(chosen: &str, session: Language) -> Language {
    match chosen {
        "system" => session,
        chosen => Language::negotiate(chosen),
    }
}

/// A message with its number in it.
pub fn count(language: Language, id: &str, number: u64) -> String {
    say(language, id).replace("%n", &number.to_string())
}

/// An error's first sentence.
pub fn what_happened(language: Language, error: &ErrorView) -> String {
    let [happened, ..] = explain(language, error);
    happened
}

/// A remaining time in whole days, or in hours.
pub fn left(language: Language, left: Duration) -> String {
    let (hours, days) = (left.as_secs() / 3600, left.as_secs() / 86_400);
    match (days, hours) {
        (0, 0) => say(language, "tray-soon"),
        (0, 1) => say(language, "tray-hour"),
        (0, hours) => count(language, "tray-hours", hours),
        (1, _) => say(language, "tray-day"),
        (days, _) => count(language, "tray-days", days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn life_in_words() {
        let says = |seconds| left(Language::En, Duration::from_secs(seconds));
        assert_eq!(says(59), "under an hour");
        assert_eq!(says(3600), "1 hour");
        assert_eq!(says(86_399), "23 hours");
        assert_eq!(says(86_400), "1 day");
        assert_eq!(says(52 * 86_400 + 5), "52 days");
    }

    #[test]
    fn a_chosen_language_comes_before_the_sessions() {
        assert_eq!(of("system", Language::ZhHant), Language::ZhHant);
        assert_eq!(of("zh-Hans", Language::ZhHant), Language::ZhHans);
        assert_eq!(of("en", Language::ZhHant), Language::En);
    }
}
