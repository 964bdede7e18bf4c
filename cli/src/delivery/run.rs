//! Syncs tokens now.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AccountView, DeliveryView};

use super::{SHOWN_ID, find, place};
use crate::failure::{Failure, ignore_closed_output, worse};
use crate::find::{account, label};
use crate::list::is_dead;
use crate::terminal::{Terminal, output};

/// Prints a line for each delivery of these accounts and IDs: the account's name, the target, and `delivered`, `later` or `needs-you`.
/// Reasons go to standard error. The exit code is the worst one's.
pub async fn deliver(keeper: &Keeper, terminal: &Terminal, names: &[String]) -> Result<ExitCode, Failure> {
    // Look up all names before anything is sent.
    let wanted: Vec<_> = names.iter().map(|name| wanted(keeper, name)).collect::<Result<_, _>>()?;
    let all = keeper.view().deliveries;
    let mut worst = 0;
    // A closed standard output does not stop the work.
    let (mut any, mut written) = (false, Ok(()));
    for (one, only) in wanted {
        let is_meant = |d: &&DeliveryView| d.account == one.id && only.as_ref().is_none_or(|only| d.id == *only);
        for delivery in all.iter().filter(is_meant) {
            any = true;
            let failure = keeper.deliver(&delivery.id).await.err().map(Failure::from);
            let word = outcome(failure.as_ref());
            let line = format!("{}\t{}\t{word}", label(&one), place(&delivery.target));
            written = written.and(writeln!(output(), "{line}").map_err(Failure::print));
            if let Some(failure) = failure {
                terminal.complain(&failure);
                worst = worse(worst, failure.exit_code());
            }
        }
    }
    if !any {
        terminal.say(&terminal.words("cli-no-delivery", &[]));
    }
    ignore_closed_output(written)?;
    Ok(ExitCode::from(worst))
}

/// The account that a name or a sync target's ID means, and the ID where it is one. A mistyped name is no ID's short beginning.
pub fn wanted(keeper: &Keeper, typed: &str) -> Result<(AccountView, Option<String>), Failure> {
    match (account(keeper, typed), find(keeper, typed)) {
        (Err(Failure::NoAccount(..)), Ok((delivery, owner))) if typed.len() >= SHOWN_ID => Ok((owner, Some(delivery.id))),
        (found, _) => Ok((found?, None)),
    }
}

/// The word for a delivery's result.
pub fn outcome(failure: Option<&Failure>) -> &'static str {
    match failure.map(Failure::exit_code) {
        None => "delivered",
        Some(5 | 6) => "later",
        Some(_) => "needs-you",
    }
}

/// Reports each sync that failed meanwhile on standard error, and returns the worst exit code.
pub fn report_failed(keeper: &Keeper, terminal: &Terminal) -> u8 {
    let mut worst = 0;
    for (delivery, why) in keeper.failed_deliveries() {
        let name = account(keeper, &delivery.account).map_or_else(|_| delivery.account.clone(), |a| label(&a));
        terminal.say(&terminal.words("cli-not-synced", &[("name", &name), ("target", &place(&delivery.target))]));
        let failure = Failure::Core(why);
        terminal.complain(&failure);
        worst = worse(worst, failure.exit_code());
    }
    worst
}

/// Runs the outstanding deliveries, and prints a line as [`deliver`] does for each that has changed since `before`, and for each that
/// waits: its target has an older token. Returns the worst exit code; none if nothing was done and nothing waits.
pub async fn owed(keeper: &Keeper, terminal: &Terminal, before: &[DeliveryView]) -> Result<Option<u8>, Failure> {
    keeper.deliver_due().await;
    let (mut worst, mut written) = (None, Ok(()));
    let view = keeper.view();
    let is_alive = |d: &DeliveryView| {
        let mut accounts = view.accounts.iter();
        accounts.any(|a| a.id == d.account && !a.paused && !a.practice_over && !is_dead(a))
    };
    for now in &view.deliveries {
        let Some(was) = before.iter().find(|d| d.id == now.id) else {
            continue;
        };
        let (word, failure) = match &now.later {
            _ if was.confirmed && !now.confirmed => ("needs-you", Some(Error::DeliveryUnconfirmed.into())),
            // A target that waits for its next try is reported by each run, like an account that needs a new sign-in.
            Some(later) if now.later != was.later || (now.confirmed && !now.current && is_alive(now)) => {
                ("later", Some(Failure::Core(later.why.clone())))
            }
            None if now.done != was.done || (now.current && !was.current) => ("delivered", None),
            _ => continue,
        };
        let name = account(keeper, &now.account).map(|a| label(&a))?;
        written = written.and(writeln!(output(), "{name}\t{}\t{word}", place(&now.target)).map_err(Failure::print));
        worst = worst.or(Some(0));
        if let Some(failure) = failure {
            terminal.complain(&failure);
            worst = worst.map(|code| worse(code, failure.exit_code()));
        }
    }
    ignore_closed_output(written)?;
    Ok(worst)
}
