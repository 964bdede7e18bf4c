//! Notifications as plain values, with their texts: accounts that only a login renews, results of renewals, a locked store, failures.

use super::wording;
use crate::error::ErrorView;
use crate::view::{AppView, NoticeView, RenewalOutcome, RenewalView};
use crate::words::{Language, say};

/// How many names fit into a notification.
const NAMED: usize = 3;

/// A notification. All three texts may contain a server's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// The first line.
    pub summary: String,
    /// The text below it.
    pub body: String,
    /// The account whose screen a click opens; none for just the window.
    pub account: Option<String>,
}

impl Toast {
    /// An account needs the person soon.
    pub fn of_notice(notice: &NoticeView, language: Language) -> Toast {
        let body = match (notice.days, notice.data) {
            (0 | 1, false) => say(language, "notice-day"),
            (0 | 1, true) => say(language, "notice-data-day"),
            (days, false) => wording::count(language, "notice-days", days.into()),
            (days, true) => wording::count(language, "notice-data-days", days.into()),
        };
        let provider = wording::name(notice.provider.of(language.tag()));
        Toast {
            summary: format!("{} · {provider}", wording::name(&notice.name)),
            body,
            account: Some(notice.account.clone()),
        }
    }

    /// The store is locked, and tokens wait for it.
    pub fn locked(language: Language) -> Toast {
        Toast {
            summary: say(language, "notice-locked"),
            body: say(language, "notice-locked-body"),
            account: None,
        }
    }

    /// One account has a new token, or why it has none.
    pub fn of_renewal(view: &AppView, account: &str, result: Result<(), ErrorView>, language: Language) -> Toast {
        match result {
            Ok(()) => Toast::about(view, account, say(language, "notice-renewed-one")),
            Err(error) => Toast::of_failure(view, account, &error, language),
        }
    }

    /// Why something that a person wanted of an account did not work.
    pub fn of_failure(view: &AppView, account: &str, error: &ErrorView, language: Language) -> Toast {
        Toast::about(view, account, wording::what_happened(language, error))
    }

    fn about(view: &AppView, account: &str, body: String) -> Toast {
        let known = view.accounts.iter().find(|a| a.id == account);
        Toast {
            summary: known.map_or_else(|| "Keybearer".to_owned(), |a| wording::name(&a.name)),
            body,
            account: Some(account.to_owned()),
        }
    }

    /// One notification for all results: their counts, and the names of the accounts that need the person.
    pub fn of_renewals(renewals: &[RenewalView], language: Language) -> Toast {
        let of = |outcome| renewals.iter().filter(move |r| r.outcome == outcome);
        let outcomes = [
            (RenewalOutcome::Renewed, "notice-renewed"),
            (RenewalOutcome::Later, "notice-later"),
            (RenewalOutcome::NeedsYou, "notice-needs-you"),
        ];
        let counts = outcomes.into_iter().filter_map(|(outcome, id)| {
            let number = of(outcome).count();
            (number > 0).then(|| wording::count(language, id, number.try_into().unwrap_or_default()))
        });
        let mut lines = vec![counts.collect::<Vec<_>>().join(" · ")];
        if renewals.is_empty() {
            lines = vec![say(language, "notice-none")];
        }
        let reasons = of(RenewalOutcome::NeedsYou).take(NAMED).filter_map(|r| {
            let reason = wording::what_happened(language, r.error.as_ref()?);
            Some(format!("{} – {reason}", wording::name(&r.name)))
        });
        lines.extend(reasons);
        // A click opens the account that needs the person, if there is just one.
        let mut needs = of(RenewalOutcome::NeedsYou);
        let first = needs.next().map(|r| r.account.clone());
        Toast {
            summary: say(language, "notice-refreshed"),
            body: lines.join("\n"),
            account: first.filter(|_| needs.next().is_none()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renewal(name: &str, outcome: RenewalOutcome) -> RenewalView {
        RenewalView {
            account: format!("id of {name}"),
            name: name.to_owned(),
            outcome,
            error: None,
            until: None,
        }
    }

    #[test]
    fn a_notice_says_what_ends() {
        let said = |days, data| {
            let provider = crate::text::Text::same("Facebook");
            let notice = NoticeView {
                account: "id".into(),
                name: "Page".into(),
                provider,
                days,
                data,
            };
            Toast::of_notice(&notice, Language::En).body
        };
        assert_eq!(said(7, false), "Sign in again within 7 days, or its token stops working.");
        assert_eq!(said(1, false), "Sign in again within a day, or its token stops working.");
        assert_eq!(said(7, true), "Sign in again within 7 days, or its access to your data ends.");
        assert_eq!(said(1, true), "Sign in again within a day, or its access to your data ends.");
    }

    #[test]
    fn one_notification_counts_all() {
        let none = Toast::of_renewals(&[], Language::En);
        assert_eq!((none.body.as_str(), none.account), ("No token needs it now.", None));
        let all = [
            renewal("a", RenewalOutcome::Renewed),
            renewal("b", RenewalOutcome::Renewed),
            renewal("c", RenewalOutcome::NeedsYou),
        ];
        let toast = Toast::of_renewals(&all, Language::En);
        assert_eq!(toast.body, "2 renewed · 1 waiting for you");
        assert_eq!(toast.account.as_deref(), Some("id of c"));
    }
}
