//! Lists the accounts, for people or as JSON.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::keeper::{Keeper, now};
use keybearer_core::view::{AccountView, NextDate, NextKind, Standing};
use keybearer_core::words::explain;
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use crate::failure::Failure;
use crate::find::{distinguished, label};
use crate::terminal::{Terminal, output, padded};

/// The widest column of names, in a terminal's columns.
const WIDEST: usize = 60;

/// Prints a line for each account, or a JSON array: first those that the person has arranged, in that order, then the others by name.
pub fn list(keeper: &Keeper, terminal: &Terminal, as_json: bool) -> Result<ExitCode, Failure> {
    let mut view = keeper.view();
    let order = &view.settings.order;
    let place = |a: &AccountView| order.iter().position(|id| *id == a.id).unwrap_or(order.len());
    view.accounts.sort_by_key(place);
    for problem in &view.problems {
        terminal.explain(problem);
    }
    let mut out = output();
    let written = if as_json {
        let all: Vec<_> = view.accounts.iter().map(object).collect();
        writeln!(out, "{:#}", json!(all))
    } else {
        let labels: Vec<String> = view.accounts.iter().map(label).collect();
        let is_shared = |own: &String| labels.iter().filter(|other| *other == own).count() > 1;
        let name = |(account, own): (&AccountView, &String)| if is_shared(own) { distinguished(account) } else { own.clone() };
        let names: Vec<String> = view.accounts.iter().zip(&labels).map(name).collect();
        // One long name does not move the others' column.
        let width = names
            .iter()
            .map(|n| n.width())
            .filter(|width| *width <= WIDEST)
            .max()
            .unwrap_or_default();
        let mut lines = view.accounts.iter().zip(&names);
        lines.try_for_each(|(account, name)| writeln!(out, "{}  {}", padded(name, width), life(terminal, account)))
    };
    written.map_err(Failure::print)?;
    if view.accounts.is_empty() && !as_json {
        terminal.say(&terminal.words("cli-empty", &[]));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the days by which only a login helps as a calendar (RFC 5545).
///
/// # Errors
/// [`Failure::System`] if it cannot be printed.
pub fn calendar(keeper: &Keeper, terminal: &Terminal) -> Result<ExitCode, Failure> {
    write!(output(), "{}", keeper.calendar(terminal.language)).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Whether only a login helps.
pub fn is_dead(account: &AccountView) -> bool {
    account.trouble.as_ref().is_some_and(|t| t.code.needs_login())
}

/// One account as JSON; times in Unix seconds.
pub fn object(account: &AccountView) -> serde_json::Value {
    json!({
        "name": label(account),
        "id": account.id,
        "provider": account.provider,
        "server": account.server,
        "user_id": account.user_id,
        "scopes": account.scopes,
        "issued": account.issued,
        "expires": account.expires,
        "expires_assumed": account.expires.is_some() && !account.life_known,
        "renews_next": account.renews_next,
        "breaks": account.breaks,
        "needs_login": account.needs_login || is_dead(account),
        "standing": account.standing,
        "trouble": account.trouble.as_ref().map(|t| &t.code),
    })
}

/// An account's state in a few words. Its last error comes first.
pub fn life(terminal: &Terminal, account: &AccountView) -> String {
    let left = |at: i64| terminal.left(at - now());
    let explained = account.trouble.as_ref().map(|t| explain(terminal.language, t)[0].clone());
    match (account.standing, explained) {
        (Standing::PracticeOver, _) => terminal.words("state-practice-over", &[]),
        (Standing::Unstored, _) => terminal.words("state-unstored", &[]),
        (Standing::Paused, _) if account.on_hold => terminal.words("state-on-hold", &[]),
        (Standing::Paused, _) => terminal.words("state-paused", &[]),
        (_, Some(explained)) => explained,
        (Standing::NeedsLogin { .. }, _) => terminal.words("cli-ended", &[]),
        (Standing::MissingSecret, _) => terminal.words("state-missing-secret", &[]),
        (Standing::LifeUnknown, _) => match (account.next, account.ends) {
            (Some(NextDate { kind: NextKind::Data, at }), _) if at > now() => terminal.words("cli-data", &[("left", &left(at))]),
            (_, Some(at)) if account.renews_next.is_some() => terminal.words("cli-assumed-renews", &[("left", &left(at))]),
            (_, Some(at)) => terminal.words("cli-assumed", &[("left", &left(at))]),
            _ => terminal.words("cli-life-unknown", &[]),
        },
        (Standing::Unverified | Standing::Unchecked, _) => terminal.words("state-unchecked", &[]),
        (Standing::RenewsOnDemand, _) => terminal.words("cli-on-demand", &[]),
        (Standing::Endless, _) => terminal.words("cli-endless", &[]),
        (Standing::Ends { at }, _) if at <= now() => terminal.words("cli-ended", &[]),
        (Standing::Ends { at }, _) if account.renews_next.is_some() => terminal.words("cli-renews", &[("left", &left(at))]),
        (Standing::Ends { at }, _) => terminal.words("cli-ends", &[("left", &left(at))]),
        (Standing::DataEnds { at }, _) if at <= now() => terminal.words("state-data-over", &[]),
        (Standing::DataEnds { at }, _) => terminal.words("cli-data", &[("left", &left(at))]),
    }
}
