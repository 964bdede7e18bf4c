//! `keybearer log`: which program used which token, and when.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;

use clap_complete::engine::ArgValueCompleter;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use keybearer_core::keeper::{Keeper, now};
use keybearer_core::token::DAY;
use keybearer_core::view::{AccountView, LedgerView, Purpose, UseView};
use keybearer_core::words::explain;
use serde_json::json;
use unicode_width::UnicodeWidthStr as _;

use crate::complete::names;
use crate::failure::Failure;
use crate::find::{account, label};
use crate::terminal::{Terminal, output, padded};

/// Which uses are listed.
#[derive(Debug, clap::Args)]
pub struct Log {
    /// The account, as in `threads/memochou`; by default all accounts
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: Option<String>,
    /// Prints a JSON array instead
    #[arg(long)]
    pub json: bool,
    /// Only the last DAYS days; at most 90, because older uses are not kept
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=90))]
    pub since: u16,
}

/// Prints a line for each use, newest last, or a JSON array.
pub async fn log(keeper: &Keeper, terminal: &Terminal, wanted: &Log) -> Result<ExitCode, Failure> {
    let only = wanted.name.as_deref().map(|name| account(keeper, name)).transpose()?;
    let all = keeper.view().accounts;
    let listed = match keeper.uses_since(now() - i64::from(wanted.since) * DAY).await {
        Ok(view) => list(terminal, wanted, &view, only.as_ref(), &all),
        Err(error) => Err(error.into()),
    };
    // Also where the ledger cannot be read: that is when uses are missing.
    for one in all.iter().filter(|one| only.as_ref().is_none_or(|only| only.id == one.id)) {
        if let Some(missed) = unrecorded(terminal, one) {
            terminal.say(&missed);
        }
    }
    listed.map(|()| ExitCode::SUCCESS)
}

/// The last use of an account that could not be recorded, in a sentence.
pub fn unrecorded(terminal: &Terminal, account: &AccountView) -> Option<String> {
    let missed = account.unrecorded.as_ref()?;
    let when = moment(missed.time, &TimeZone::system());
    let [why, ..] = explain(terminal.language, &missed.why);
    Some(terminal.words("cli-log-unrecorded", &[("name", &label(account)), ("when", &when), ("why", &why)]))
}

/// The same as JSON; null if there is none.
pub fn unrecorded_object(account: &AccountView) -> serde_json::Value {
    json!(
        account
            .unrecorded
            .as_ref()
            .map(|missed| json!({"time": missed.time, "code": missed.why.code}))
    )
}

fn list(terminal: &Terminal, wanted: &Log, view: &LedgerView, only: Option<&AccountView>, all: &[AccountView]) -> Result<(), Failure> {
    let uses: Vec<&UseView> = view
        .uses
        .iter()
        .filter(|one| only.is_none_or(|only| only.id == one.account))
        .collect();
    let names: BTreeMap<&str, String> = all.iter().map(|account| (account.id.as_str(), label(account))).collect();
    let mut out = output();
    let written = if wanted.json {
        let all: Vec<_> = uses.iter().map(|one| object(one, &names)).collect();
        writeln!(out, "{:#}", json!(all))
    } else {
        let zone = TimeZone::system();
        let rows: Vec<[String; 4]> = uses.iter().map(|one| row(terminal, one, &names, &zone)).collect();
        let width = |at: usize| rows.iter().map(|row| row[at].width()).max().unwrap_or_default();
        let (name, purpose) = (width(1), width(2));
        let mut rows = rows.iter();
        rows.try_for_each(|[time, account, what, by]| {
            let (account, what) = (padded(account, name), padded(what, purpose));
            writeln!(out, "{}", format!("{time}  {account}  {what}  {by}").trim_end())
        })
    };
    written.map_err(Failure::print)?;
    if !view.on {
        terminal.say(&terminal.words("cli-log-off", &[]));
    } else if uses.is_empty() && !wanted.json {
        terminal.say(&terminal.words("cli-log-empty", &[]));
    }
    if view.torn > 0 {
        terminal.say(&terminal.words("cli-log-torn", &[("count", &view.torn.to_string())]));
    }
    Ok(())
}

/// One use as JSON; times in Unix seconds.
fn object(one: &UseView, names: &BTreeMap<&str, String>) -> serde_json::Value {
    json!({
        "time": one.time,
        "name": names.get(one.account.as_str()),
        "id": one.account,
        "purpose": one.purpose,
        "program": one.program,
        "interpreter": one.interpreter,
        "parent": one.parent,
        "folder": one.folder,
        "result": one.refused.map_or("ok", |code| code.as_str()),
    })
}

/// When, whose token, what for, and by which program.
fn row(terminal: &Terminal, one: &UseView, names: &BTreeMap<&str, String>, zone: &TimeZone) -> [String; 4] {
    let purpose = match one.purpose {
        Purpose::Copy => "use-purpose-copy",
        Purpose::Show => "use-purpose-show",
        Purpose::Token => "use-purpose-token",
        Purpose::Exec => "use-purpose-exec",
        Purpose::Serve => "use-purpose-serve",
        Purpose::Delivery => "use-purpose-delivery",
        Purpose::Call => "use-purpose-call",
        Purpose::Post => "use-purpose-post",
        Purpose::Export => "use-purpose-export",
        Purpose::Transfer => "use-purpose-transfer",
        Purpose::Other => "use-purpose-other",
    };
    let program = one.program.as_ref().map(|name| match &one.interpreter {
        Some(interpreter) => format!("{name} ({interpreter})"),
        None => name.clone(),
    });
    let parent = one
        .parent
        .as_ref()
        .map(|parent| terminal.words("use-last-parent", &[("parent", parent)]));
    let refused = one
        .refused
        .map(|code| terminal.words("cli-log-refused", &[("code", code.as_str())]));
    let by: Vec<String> = [program, parent, one.folder.clone(), refused].into_iter().flatten().collect();
    [
        moment(one.time, zone),
        names.get(one.account.as_str()).cloned().unwrap_or_else(|| one.account.clone()),
        terminal.words(purpose, &[]),
        by.join(" · "),
    ]
}

/// A time in the person's time zone; in Unix seconds if no calendar date has it.
pub fn moment(time: i64, zone: &TimeZone) -> String {
    match Timestamp::from_second(time) {
        Ok(at) => at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => time.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_time_is_shown_where_the_person_is() {
        let taipei = TimeZone::fixed(jiff::tz::offset(8));
        assert_eq!(moment(1_795_968_063, &taipei), "2026-11-30 00:01:03");
        assert_eq!(moment(1_795_968_063, &TimeZone::UTC), "2026-11-29 16:01:03");
        assert_eq!(moment(i64::MAX, &TimeZone::UTC), i64::MAX.to_string());
    }
}
