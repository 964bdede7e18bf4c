//! All that Keybearer keeps on this computer, deleted for good: by a person who was asked, or by an uninstaller.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::error::Code;
use keybearer_core::keeper::{Erased, Keeper};

use crate::failure::{Failure, unless_unread};
use crate::terminal::Terminal;

/// Deletes everything and prints one line a kind of thing: `deleted`, the kind and the count, separated by tabs. Asks first
/// unless `yes` is set.
pub async fn forget(keeper: &Keeper, terminal: &Terminal, yes: bool) -> Result<ExitCode, Failure> {
    let view = keeper.view();
    if !yes && !is_confirmed(terminal, view.accounts.len()).await? {
        return Err(Failure::Unconfirmed);
    }
    let Erased { secrets, files, providers } = match keeper.erase_everything().await {
        Err(error) if error.code() == Code::AlreadyRunning => return Err(Failure::AtWork),
        done => done?,
    };
    let told = write!(std::io::stdout(), "deleted\tkeychain\t{secrets}\ndeleted\tfiles\t{files}\n").map_err(Failure::print);
    terminal.say(&terminal.words("cli-forget-done", &[]));
    if let Some(folder) = providers {
        terminal.say(&terminal.words("cli-forget-providers", &[("path", &folder.display().to_string())]));
    }
    if view.certificate_trusted {
        terminal.say(&terminal.words("cli-forget-certificate", &[]));
    }
    unless_unread(told)?;
    Ok(ExitCode::SUCCESS)
}

async fn is_confirmed(terminal: &Terminal, accounts: usize) -> Result<bool, Failure> {
    if !terminal.is_attended() {
        return Ok(false);
    }
    let question = terminal.words("cli-forget-ask", &[("count", &accounts.to_string())]);
    let answer = terminal.ask(&question).await?.to_lowercase();
    Ok(["y", "yes", "是", "好"].contains(&answer.as_str()))
}
