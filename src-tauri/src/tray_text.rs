//! The tray's texts: its menu as plain values, made from a view. `tray` draws it.

use std::time::Duration;

use keybearer_core::view::{AccountView, AppView, LoginReason, Standing, StoreState};
use keybearer_core::words::{Language, say, tell};

use crate::wording;

/// The most accounts in the menu.
const MOST: usize = 20;

/// The menu and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayText {
    /// Something needs the person's attention.
    pub attention: bool,
    /// Shown if the store is locked and tokens wait for it.
    pub locked: Option<String>,
    pub accounts: Vec<Entry>,
    /// Shown if there are more accounts than the menu takes.
    pub more: Option<String>,
    pub copy: String,
    pub renew: String,
    pub open_account: String,
    pub refresh: String,
    pub open: String,
    pub quit: String,
}

/// An account's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub id: String,
    pub title: String,
    /// It may be renewed now.
    pub renews: bool,
}

impl TrayText {
    /// The menu for a view at a moment (Unix seconds).
    pub fn of(view: &AppView, now: i64, language: Language) -> TrayText {
        let word = |id: &str| say(language, id);
        let mut accounts: Vec<&AccountView> = view.accounts.iter().collect();
        accounts.sort_by_key(|a| rank(a));
        let entry = |a: &&AccountView| Entry {
            id: a.id.clone(),
            title: format!("{} – {}", title(a, view, language), standing(a, now, language)),
            renews: may_renew(a, now),
        };
        let locked = view.store.state == StoreState::Locked && !accounts.is_empty();
        TrayText {
            attention: locked || accounts.iter().any(|a| a.standing.needs_login() || a.unstored),
            locked: locked.then(|| word("tray-locked")),
            accounts: accounts.iter().take(MOST).map(entry).collect(),
            more: (accounts.len() > MOST).then(|| word("tray-more")),
            copy: word("tray-copy"),
            renew: word("tray-renew"),
            open_account: word("tray-open-account"),
            refresh: word("tray-refresh"),
            open: word("tray-open"),
            quit: word("tray-quit"),
        }
    }
}

/// The order of the menu: what is broken, what only a login renews, what expires, the rest by name, and last what another computer
/// renews.
fn rank(a: &AccountView) -> (u8, i64, String) {
    let group = match a {
        a if a.unstored => 0,
        a if a.paused => 4,
        a if a.standing.needs_login() => 0,
        a if a.needs_login => 1,
        a if a.breaks.is_some() && !a.practice_over => 2,
        _ => 3,
    };
    let breaks = if group < 3 { a.breaks.unwrap_or(i64::MAX) } else { 0 };
    (group, breaks, a.name.to_lowercase())
}

fn may_renew(a: &AccountView, now: i64) -> bool {
    a.renews_from.is_some_and(|from| from <= now) && !a.standing.needs_login() && !a.practice_over && !a.unstored
}

/// An account's name, with its platform's if another account has the same name.
fn title(a: &AccountView, view: &AppView, language: Language) -> String {
    let name = wording::name(&a.name);
    let twin = view.accounts.iter().any(|other| other.id != a.id && other.name == a.name);
    match view.providers.iter().find(|p| twin && p.id == a.provider) {
        Some(provider) => format!("{name} · {}", wording::name(provider.name.of(language.tag()))),
        None => name,
    }
}

/// An account's state, in the window's words.
fn standing(a: &AccountView, now: i64, language: Language) -> String {
    let id = match a.standing {
        Standing::PracticeOver => "state-practice-over",
        Standing::Unstored => "state-unstored",
        Standing::Paused if a.on_hold => "state-on-hold",
        Standing::Paused => "state-paused",
        Standing::NeedsLogin { why: LoginReason::Refused } => "state-dead",
        Standing::NeedsLogin {
            why: LoginReason::Interrupted,
        } => "state-interrupted",
        Standing::NeedsLogin { why: LoginReason::Expired } => "state-expired",
        Standing::MissingSecret => "state-missing-secret",
        Standing::LifeUnknown => "state-life-unknown",
        Standing::Unverified => "state-unverified",
        Standing::Unchecked => "state-unchecked",
        Standing::RenewsOnDemand => "state-renews",
        Standing::Endless => "state-no-expiry",
        Standing::Ends { at } if at <= now => "state-expired",
        Standing::Ends { at } => {
            let left = u64::try_from(at - now).unwrap_or_default();
            return wording::left(language, Duration::from_secs(left));
        }
        Standing::DataEnds { at } if at <= now => "state-data-over",
        Standing::DataEnds { at } => {
            let left = u64::try_from(at - now).unwrap_or_default();
            let left = wording::left(language, Duration::from_secs(left));
            return tell(language, "tray-data", &[("left", &left)]);
        }
    };
    say(language, id)
}

#[cfg(test)]
mod tests {
    use keybearer_core::provider::RedirectKind;
    use keybearer_core::token::DAY;
    use keybearer_core::view::{Settings, StoreKind, StoreView};

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn account(name: &str, breaks: Option<i64>) -> AccountView {
        AccountView {
            id: format!("id-{name}"),
            provider: "p".into(),
            client: String::new(),
            name: name.into(),
            display_name: None,
            user_id: None,
            hint: None,
            has_token_secret: false,
            server: None,
            url: None,
            scopes: vec![],
            declined: vec![],
            obtained: NOW,
            issued: NOW,
            expires: breaks,
            standing: breaks.map_or(Standing::Endless, |at| Standing::Ends { at }),
            life_known: true,
            renews_from: None,
            renews_next: None,
            breaks,
            needs_login: false,
            later: None,
            paused: false,
            on_hold: false,
            step_back_until: None,
            renews_on_demand: false,
            renews_until: None,
            data_access_expires: None,
            parent: None,
            tasks: vec![],
            redirect: RedirectKind::Paste,
            store: StoreKind::Keychain,
            verified: None,
            trouble: None,
            unrecorded: None,
            unstored: false,
            practice: false,
            practice_over: false,
        }
    }

    fn tray(accounts: Vec<AccountView>, state: StoreState) -> TrayText {
        let store = StoreView {
            kind: StoreKind::Keychain,
            state,
            keychain: state,
            path: String::new(),
            unstored: 0,
        };
        let view = AppView {
            deliveries: Vec::new(),
            version: String::new(),
            providers: vec![],
            clients: vec![],
            accounts,
            store,
            settings: Settings::default(),
            update: None,
            problems: vec![],
            certificate_trusted: false,
            programs: vec![],
            program_questions: vec![],
        };
        TrayText::of(&view, NOW, Language::En)
    }

    #[test]
    fn what_breaks_first_stands_first() {
        let mut dead = account("dead", Some(NOW + 90 * DAY));
        dead.standing = Standing::NeedsLogin {
            why: LoginReason::Interrupted,
        };
        let mut login = account("login", Some(NOW + 40 * DAY));
        login.needs_login = true;
        let mut itself = account("itself", Some(NOW + 5 * DAY));
        itself.renews_from = Some(NOW);
        let mut paused = account("Away", Some(NOW - DAY));
        (paused.paused, paused.standing) = (true, Standing::Paused);
        let all = vec![
            paused,
            account("b", None),
            itself,
            account("later", Some(NOW + 9 * DAY)),
            login,
            dead,
            account("A", None),
        ];
        let text = tray(all, StoreState::Ready);
        let titles: Vec<&str> = text.accounts.iter().map(|a| a.title.as_str()).collect();
        let expected = [
            "dead – needs sign-in: renewal interrupted",
            "login – 40 days",
            "itself – 5 days",
            "later – 9 days",
            "A – doesn’t expire",
            "b – doesn’t expire",
            "Away – renewed elsewhere",
        ];
        assert_eq!(titles, expected);
        assert!(text.attention);
        let renews: Vec<&str> = text.accounts.iter().filter(|a| a.renews).map(|a| a.id.as_str()).collect();
        assert_eq!(renews, ["id-itself"]);
    }

    #[test]
    fn all_well_many_and_locked() {
        let many = || (0..30).map(|n| account(&format!("n{n:02}"), None)).collect();
        let text = tray(many(), StoreState::Ready);
        assert_eq!((text.accounts.len(), text.more.is_some(), text.attention), (MOST, true, false));
        let locked = tray(many(), StoreState::Locked);
        assert!(locked.attention && locked.locked.is_some());
        let nothing = tray(vec![], StoreState::Locked);
        assert!(!nothing.attention && nothing.locked.is_none());
    }
}
