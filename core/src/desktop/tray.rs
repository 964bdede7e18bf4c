//! The tray's menu as plain values, made from a view.

use std::time::Duration;

use super::wording;
use crate::view::{AccountView, AppView, LoginReason, NextKind, Standing, StoreState};
use crate::words::{Language, say, tell};

/// The most accounts in the menu.
const MOST: usize = 20;

/// The menu and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrayText {
    /// Something needs the person's attention.
    pub attention: bool,
    /// The menu.
    pub lines: Vec<Line>,
}

/// A line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// One that can be clicked.
    Item(Item),
    /// An account's, with a menu of its own.
    Account {
        /// Its name and state.
        title: String,
        /// What can be done with it.
        items: Vec<Item>,
    },
    /// A line between others.
    Separator,
}

/// What can be clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The text.
    pub label: String,
    /// What it does.
    pub click: Click,
}

/// What a click does. Accounts are named by their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Click {
    /// Copies an account's token.
    Copy(String),
    /// Renews an account.
    Renew(String),
    /// Opens an account's screen.
    Open(String),
    /// Renews all long-lived tokens.
    Refresh,
    /// Opens the window.
    Window,
    /// Ends the program.
    Quit,
}

impl Click {
    /// An id for menu libraries that have one for each item; [`Click::of`] reads it.
    pub fn id(&self) -> String {
        match self {
            Click::Copy(account) => format!("copy:{account}"),
            Click::Renew(account) => format!("renew:{account}"),
            Click::Open(account) => format!("open:{account}"),
            Click::Refresh => "refresh".into(),
            Click::Window => "window".into(),
            Click::Quit => "quit".into(),
        }
    }

    /// The click with this id.
    pub fn of(id: &str) -> Option<Click> {
        match id.split_once(':').unwrap_or((id, "")) {
            ("copy", account) => Some(Click::Copy(account.to_owned())),
            ("renew", account) => Some(Click::Renew(account.to_owned())),
            ("open", account) => Some(Click::Open(account.to_owned())),
            ("refresh", _) => Some(Click::Refresh),
            ("window", _) => Some(Click::Window),
            ("quit", _) => Some(Click::Quit),
            _ => None,
        }
    }
}

impl TrayText {
    /// The menu for a view at a moment (Unix seconds).
    pub fn of(view: &AppView, now: i64, language: Language) -> TrayText {
        let item = |id: &str, click| Item {
            label: say(language, id),
            click,
        };
        let line = |id: &str, click| Line::Item(item(id, click));
        let mut accounts: Vec<&AccountView> = view.accounts.iter().collect();
        accounts.sort_by_key(|a| rank(a));
        let account = |a: &&AccountView| {
            let mut items = vec![item("tray-copy", Click::Copy(a.id.clone()))];
            if may_renew(a, now) {
                items.push(item("tray-renew", Click::Renew(a.id.clone())));
            }
            items.push(item("tray-open-account", Click::Open(a.id.clone())));
            Line::Account {
                title: format!("{} – {}", title(a, view, language), standing(a, now, language)),
                items,
            }
        };
        let locked = view.store.state == StoreState::Locked && !accounts.is_empty();
        let mut lines = Vec::new();
        if locked {
            lines.extend([line("tray-locked", Click::Window), Line::Separator]);
        }
        lines.extend(accounts.iter().take(MOST).map(account));
        if accounts.len() > MOST {
            lines.push(line("tray-more", Click::Window));
        }
        if !accounts.is_empty() {
            lines.extend([Line::Separator, line("tray-refresh", Click::Refresh), Line::Separator]);
        }
        lines.extend([line("tray-open", Click::Window), line("tray-quit", Click::Quit)]);
        TrayText {
            attention: locked || accounts.iter().any(|a| a.standing.needs_login() || a.unstored),
            lines,
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
        a if a.needs_login || assumed(a).is_some() => 1,
        a if a.breaks.is_some() && !a.practice_over => 2,
        _ => 3,
    };
    let breaks = a.breaks.or_else(|| assumed(a)).unwrap_or(i64::MAX);
    (group, if group < 3 { breaks } else { 0 }, a.name.to_lowercase())
}

/// The end of a token that nothing renews before, where it is only assumed.
fn assumed(a: &AccountView) -> Option<i64> {
    a.next.filter(|next| next.kind == NextKind::Assumed).map(|next| next.at)
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
        Standing::Unverified => "state-unverified",
        Standing::Unchecked => "state-unchecked",
        Standing::RenewsOnDemand => "state-renews",
        Standing::Endless => "state-no-expiry",
        Standing::Ends { at } if at <= now => "state-expired",
        Standing::DataEnds { at } if at <= now => "state-data-over",
        Standing::LifeUnknown | Standing::Ends { .. } | Standing::DataEnds { .. } => return ahead(a, now, language),
    };
    say(language, id)
}

/// What comes next for a token that works, as the window's list says it.
fn ahead(a: &AccountView, now: i64, language: Language) -> String {
    let left = |at: i64| wording::left(language, Duration::from_secs(u64::try_from(at - now).unwrap_or_default()));
    let told = |id: &str, at: i64| tell(language, id, &[("left", &left(at))]);
    match a.next.filter(|next| next.at > now).map(|next| (next.kind, next.at)) {
        Some((NextKind::Renews, at)) => told("tray-renews", at),
        Some((NextKind::Data, at)) => told("tray-data", at),
        Some((NextKind::Assumed, at)) => told("tray-assumed", at),
        Some((NextKind::Login | NextKind::Ends, at)) => left(at),
        // Its renewal is due.
        None => match a.ends {
            Some(end) if a.is_assumed() => told("tray-assumed", end),
            Some(end) => left(end),
            None => say(language, "state-life-unknown"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::RedirectKind;
    use crate::token::DAY;
    use crate::view::{NextDate, Settings, StoreKind, StoreView};

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
            ends: breaks,
            next: breaks.map(|at| NextDate { kind: NextKind::Ends, at }),
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
            unlocked: false,
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

    fn accounts_of(text: &TrayText) -> Vec<(&str, &[Item])> {
        let mut accounts = Vec::new();
        for line in &text.lines {
            if let Line::Account { title, items } = line {
                accounts.push((title.as_str(), items.as_slice()));
            }
        }
        accounts
    }

    fn labels(text: &TrayText) -> Vec<&str> {
        let mut labels = Vec::new();
        for line in &text.lines {
            match line {
                Line::Item(item) => labels.push(item.label.as_str()),
                Line::Separator => labels.push("—"),
                Line::Account { .. } => {}
            }
        }
        labels
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
        let titles: Vec<&str> = accounts_of(&text).into_iter().map(|(title, _)| title).collect();
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
        let renews = accounts_of(&text).into_iter().flat_map(|(_, items)| items).map(|item| &item.click);
        let renews: Vec<&Click> = renews.filter(|click| matches!(click, Click::Renew(_))).collect();
        assert_eq!(renews, [&Click::Renew("id-itself".into())]);
    }

    #[test]
    fn each_line_names_the_date_that_the_window_names() {
        let known = account("a", Some(NOW + 60 * DAY));
        let next = |kind, day: i64| {
            let at = NOW + day * DAY;
            Some(NextDate { kind, at })
        };
        let assumed = AccountView {
            standing: Standing::LifeUnknown,
            life_known: false,
            breaks: None,
            next: next(NextKind::Assumed, 60),
            ..known.clone()
        };
        let data = Standing::DataEnds { at: NOW + 90 * DAY };
        let cases = [
            (known.clone(), "a – 60 days"),
            (
                AccountView {
                    next: next(NextKind::Renews, 53),
                    ..known.clone()
                },
                "a – renews in 53 days",
            ),
            (
                AccountView {
                    next: next(NextKind::Renews, 0),
                    ..known.clone()
                },
                "a – 60 days",
            ),
            (
                AccountView {
                    next: next(NextKind::Login, 40),
                    ..known.clone()
                },
                "a – 40 days",
            ),
            (assumed.clone(), "a – probably expires in 60 days"),
            (
                AccountView {
                    next: next(NextKind::Renews, 1),
                    ..assumed.clone()
                },
                "a – renews in 1 day",
            ),
            (
                AccountView {
                    next: next(NextKind::Renews, -1),
                    ..assumed.clone()
                },
                "a – probably expires in 60 days",
            ),
            (
                AccountView {
                    next: None,
                    ends: None,
                    ..assumed
                },
                "a – expiry unknown",
            ),
            (account("a", None), "a – doesn’t expire"),
            (
                AccountView {
                    standing: data,
                    next: next(NextKind::Data, 90),
                    ..known
                },
                "a – data access: 90 days",
            ),
        ];
        for (one, expected) in cases {
            let text = tray(vec![one], StoreState::Ready);
            assert_eq!(accounts_of(&text)[0].0, expected);
        }
    }

    #[test]
    fn all_well_many_and_locked() {
        let many = || (0..30).map(|n| account(&format!("n{n:02}"), None)).collect();
        let text = tray(many(), StoreState::Ready);
        assert_eq!((accounts_of(&text).len(), text.attention), (MOST, false));
        assert_eq!(
            labels(&text),
            ["More in the window…", "—", "Renew all now", "—", "Open Keybearer", "Quit"]
        );
        let locked = tray(many(), StoreState::Locked);
        assert!(locked.attention && labels(&locked)[0].starts_with("Locked"), "{locked:?}");
        let nothing = tray(vec![], StoreState::Locked);
        assert!(!nothing.attention);
        assert_eq!(labels(&nothing), ["Open Keybearer", "Quit"]);
    }

    #[test]
    fn each_click_is_found_by_its_id() {
        let id = || "a".to_owned();
        let all = [
            Click::Copy(id()),
            Click::Renew(id()),
            Click::Open(id()),
            Click::Refresh,
            Click::Window,
            Click::Quit,
        ];
        for click in all {
            assert_eq!(Click::of(&click.id()), Some(click));
        }
        assert_eq!(Click::of("unknown"), None);
    }
}
