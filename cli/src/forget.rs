//! Deletes one account, or all that Keybearer stores on this computer, after a confirmation.

use std::io::Write as _;
use std::process::ExitCode;

use clap::ArgGroup;
use clap_complete::engine::ArgValueCompleter;
use keybearer_core::desktop::certificate;
use keybearer_core::error::Code;
use keybearer_core::keeper::{Erased, Keeper};

use crate::autostart;
use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{self, label};
use crate::system::service;
use crate::terminal::{Terminal, output};

/// What is deleted for good: one account, or everything.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("what").args(["name", "everything"]).required(true)))]
pub struct Forget {
    /// The account to delete
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: Option<String>,
    /// Deletes everything: all tokens, app secrets, accounts, settings and logs
    #[arg(long)]
    pub everything: bool,
    /// Doesn't ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

/// Deletes an account and prints `deleted`, `account` and its name, separated by tabs. Asks first unless `yes` is set. The account's
/// app stays, and so do its sub-accounts.
///
/// # Errors
/// [`Failure::NoAccount`], [`Failure::Ambiguous`], [`Failure::NotConfirmed`]; the keeper's. The account stays then.
pub async fn account(keeper: &Keeper, terminal: &Terminal, name: &str, yes: bool) -> Result<ExitCode, Failure> {
    let found = find::account(keeper, name)?;
    let name = label(&found);
    if !yes && !is_confirmed(terminal, &terminal.words("cli-forget-account-ask", &[("name", &name)])).await? {
        return Err(Failure::NotConfirmed);
    }
    keeper.delete_account(&found.id).await?;
    let printed = writeln!(output(), "deleted\taccount\t{name}").map_err(Failure::print);
    terminal.say(&terminal.words("cli-forget-account-done", &[("name", &name)]));
    ignore_closed_output(printed)?;
    Ok(ExitCode::SUCCESS)
}

/// Deletes everything and prints one line a kind of thing: `deleted`, the kind and the count, separated by tabs. Asks first unless
/// `yes` is set.
///
/// # Errors
/// [`Failure::NotConfirmed`], [`Failure::InUse`]; the keeper's. Running the command again deletes what is left.
pub async fn everything(keeper: &Keeper, terminal: &Terminal, yes: bool) -> Result<ExitCode, Failure> {
    let view = keeper.view();
    let count = view.accounts.len().to_string();
    if !yes && !is_confirmed(terminal, &terminal.words("cli-forget-ask", &[("count", &count)])).await? {
        return Err(Failure::NotConfirmed);
    }
    let Erased { secrets, files, providers } = match keeper.erase_everything().await {
        Err(error) if error.code() == Code::AlreadyRunning => {
            if let Some(command) = service::way_to_stop() {
                terminal.say(&terminal.words("cli-forget-units", &[("command", command)]));
            }
            return Err(Failure::InUse);
        }
        done => done?,
    };
    let mut printed = write!(output(), "deleted\tkeychain\t{secrets}\ndeleted\tfiles\t{files}\n").map_err(Failure::print);
    // Last, so that units are left where the rest could not be deleted. Each is tried: the list that knows of them is gone.
    let (units, entries) = (service::forget(terminal), autostart::forget());
    for (what, deleted) in [("units", &units), ("autostart", &entries)] {
        if let Some(count) = deleted.as_ref().ok().filter(|count| **count > 0) {
            printed = printed.and(writeln!(output(), "deleted\t{what}\t{count}").map_err(Failure::print));
        }
    }
    // Last of all, because some systems ask the person for it.
    let refused = match view.certificate_trusted {
        true => certificate::remove().await.err(),
        false => None,
    };
    if view.certificate_trusted && refused.is_none() {
        printed = printed.and(writeln!(output(), "deleted\tcertificate\t1").map_err(Failure::print));
    }
    if units.is_ok() && entries.is_ok() {
        terminal.say(&terminal.words("cli-forget-done", &[]));
    }
    if let Some(error) = refused {
        let detail = error.view().detail.unwrap_or_default();
        terminal.say(&terminal.words("cli-forget-certificate", &[("detail", &detail)]));
    }
    if let Some(folder) = providers {
        terminal.say(&terminal.words("cli-forget-providers", &[("path", &folder.display().to_string())]));
    }
    units?;
    entries?;
    ignore_closed_output(printed)?;
    Ok(ExitCode::SUCCESS)
}

/// Asks at the terminal; without one the answer is no.
pub async fn is_confirmed(terminal: &Terminal, question: &str) -> Result<bool, Failure> {
    if !terminal.is_attended() {
        return Ok(false);
    }
    let answer = terminal.ask(question).await?.to_lowercase();
    Ok(["y", "yes", "是", "好"].contains(&answer.as_str()))
}
