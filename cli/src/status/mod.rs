//! Whether all is well, for a monitor: one line and an exit code, JSON, or the text that Prometheus scrapes. It reads the book and asks
//! the keychain whether it is open. It sends nothing, asks for no passphrase and changes nothing.
//!
//! `judged` what is late and what needs the person · `prometheus` the text format.

pub mod judged;
mod prometheus;

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::keeper::{Keeper, now};
use keybearer_core::token::DAY;
use keybearer_core::view::{DeliveryView, StoreKind, StoreState};
use keybearer_core::words::explain;
use serde_json::{Value, json};

use self::judged::{Judged, Report, name};
use crate::delivery::place;
use crate::doctor::error_of;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::label;
use crate::log::{unrecorded, unrecorded_object};
use crate::terminal::{Terminal, one_line, output};

/// How many names the line has at most.
const NAMED: usize = 8;

/// The form of the output.
#[derive(Debug, clap::Args)]
pub struct Status {
    /// Prints a JSON object instead
    #[arg(long)]
    pub json: bool,
    /// Prints metrics in Prometheus' text format instead, and exits with 0 once they are printed
    #[arg(long, conflicts_with = "json")]
    pub prometheus: bool,
}

/// Prints whether all is well. The exit code says the same, except with `--prometheus`: a collector needs the text most when something
/// is wrong, and the code is one of the metrics. `unread` is why the accounts cannot be read, which only `--prometheus` prints.
///
/// # Errors
/// [`Failure::System`] if it cannot be printed.
pub async fn status(keeper: &Keeper, terminal: &Terminal, wanted: &Status, unread: Option<Failure>) -> Result<ExitCode, Failure> {
    if let Some(failure) = unread {
        // A collector without new metrics would keep the old ones.
        print(&prometheus::text_without_accounts(failure.exit_code()))?;
        terminal.complain(&failure);
        return Ok(ExitCode::SUCCESS);
    }
    keeper.look_at_store().await;
    let report = Report::of(keeper, now());
    let text = match wanted {
        Status { prometheus: true, .. } => prometheus::text(&report),
        Status { json: true, .. } => format!("{:#}\n", object(&report)),
        _ => one_line(&line(terminal, &report)) + "\n",
    };
    print(&text)?;
    // A use that is missing from the ledger makes no account late, so it changes neither the line nor the exit code. The message is only
    // for people: JSON and Prometheus have the value.
    if !wanted.json && !wanted.prometheus {
        let is_new = |judged: &&Judged| judged.account.unrecorded.as_ref().is_some_and(|u| report.now - u.time < DAY);
        for judged in report.accounts.iter().filter(is_new) {
            unrecorded(terminal, &judged.account).iter().for_each(|missed| terminal.say(missed));
        }
    }
    Ok(ExitCode::from(if wanted.prometheus { 0 } else { report.code() }))
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = output();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    ignore_closed_output(written.map_err(Failure::print))
}

/// The report as JSON; times in Unix seconds.
fn object(report: &Report) -> Value {
    let accounts = report.accounts.iter().map(account);
    let stores = report
        .stores
        .iter()
        .map(|(kind, state)| json!({"store": name(*kind), "state": state}));
    json!({
        "code": report.code(),
        "status": match report.code() {
            0 => "ok",
            4 => "needs-login",
            6 => "store-closed",
            _ => "late",
        },
        "stores": stores.collect::<Vec<_>>(),
        "accounts": accounts.collect::<Vec<_>>(),
    })
}

fn account(judged: &Judged) -> Value {
    let a = &judged.account;
    let delivery = |(d, outstanding): &(DeliveryView, bool)| {
        json!({
            "id": d.id,
            "target": place(&d.target),
            "confirmed": d.confirmed,
            "outstanding": outstanding,
            "retry": d.later.as_ref().map(|later| later.until),
            "trouble": d.later.as_ref().map(|later| later.why.code),
        })
    };
    json!({
        "name": label(a),
        "id": a.id,
        "provider": a.provider,
        "server": a.server,
        "ok": judged.is_ok(),
        "standing": a.standing,
        "needs_login": judged.needs_login,
        "ends": judged.ends,
        "ends_assumed": judged.assumed,
        "renews_next": a.renews_next,
        "overdue_seconds": judged.overdue,
        "retry": a.later.as_ref().map(|later| later.until),
        "trouble": a.trouble.as_ref().map(|trouble| trouble.code),
        "unrecorded": unrecorded_object(a),
        "deliveries": judged.deliveries.iter().map(delivery).collect::<Vec<_>>(),
    })
}

/// The report in one line, the worst first.
fn line(terminal: &Terminal, report: &Report) -> String {
    if report.accounts.is_empty() {
        let id = if report.has_practice { "cli-status-practice" } else { "cli-empty" };
        return terminal.words(id, &[]);
    }
    let named = |id: &str, fits: &dyn Fn(&&Judged) -> bool| {
        let names: Vec<String> = report.accounts.iter().filter(fits).map(|j| label(&j.account)).collect();
        let more = if names.len() > NAMED { " …" } else { "" };
        let listed = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ") + more;
        (!names.is_empty()).then(|| terminal.words(id, &[("names", &listed)]))
    };
    let closed = report.closed().map(|(kind, state)| closed(terminal, kind, state));
    let said = [
        named("cli-status-login", &|j| j.needs_login),
        closed,
        named("cli-status-late", &|j| !j.needs_login && j.is_late()),
        named("cli-status-sync", &|j| !j.needs_login && j.owes()),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    if !said.is_empty() {
        return said.join(" ");
    }
    let well = terminal.words("cli-status-well", &[("count", &report.accounts.len().to_string())]);
    match report.accounts.iter().filter_map(|j| j.account.renews_next).min() {
        Some(next) if next > report.now => {
            let left = terminal.left(next - report.now);
            format!("{well} {}", terminal.words("cli-status-next", &[("left", &left)]))
        }
        Some(_) => format!("{well} {}", terminal.words("cli-status-due", &[])),
        None => well,
    }
}

fn closed(terminal: &Terminal, kind: StoreKind, state: StoreState) -> String {
    error_of(kind, state).map_or_else(String::new, |error| explain(terminal.language, &error)[0].clone())
}
