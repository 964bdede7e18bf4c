//! Accounts to and from another computer, in a file that only its passphrase unlocks.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{ImportOutcome, ImportedView};

use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output, worse};
use crate::find::{account, label, label_of};
use crate::passphrase;
use crate::terminal::{Terminal, output};

/// Accounts for another computer.
#[derive(Debug, clap::Args)]
pub struct Transfer {
    /// The accounts, as in `threads/memochou`
    #[arg(required = true, add = ArgValueCompleter::new(names))]
    pub names: Vec<String>,
    /// The other computer renews them from then on, and this one no longer does
    #[arg(long = "move")]
    pub moves: bool,
    /// The folder to write the file into
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// Reads the file's passphrase, one line, from this file descriptor; by default the terminal asks for it twice
    #[arg(long, value_name = "N")]
    pub file_passphrase_fd: Option<u32>,
}

/// Writes the accounts into a file and prints its path. The reasons for which accounts were left out go to standard error, and the worst
/// one is the exit code.
///
/// # Errors
/// The keeper's, if none could be written; [`Failure::Unanswered`] if the passphrase cannot be asked for.
pub async fn transfer(keeper: &Keeper, terminal: &Terminal, wanted: Transfer) -> Result<ExitCode, Failure> {
    // Look up all names before anything is asked.
    let picked: Vec<String> = wanted
        .names
        .iter()
        .map(|name| account(keeper, name).map(|a| a.id))
        .collect::<Result<_, _>>()?;
    let passphrase = passphrase::of_new_file(terminal, wanted.file_passphrase_fd).await?;
    let done = keeper.export(&picked, passphrase, wanted.moves, &wanted.folder).await?;
    let mut worst = 0;
    for left in &done.left {
        worst = worse(worst, complain(terminal, left));
    }
    let hint = if wanted.moves {
        "cli-transfer-moved"
    } else {
        "cli-transfer-copied"
    };
    terminal.say(&terminal.words(hint, &[("count", &done.accounts.to_string())]));
    ignore_closed_output(writeln!(output(), "{}", done.path).map_err(Failure::print))?;
    Ok(ExitCode::from(worst))
}

/// Imports a file's accounts, and prints a line for each: its name and `added`, `renewed`, `kept` or `left`. Reasons go to standard error.
/// The exit code is the worst one's.
///
/// # Errors
/// The keeper's, before anything was touched; [`Failure::Unanswered`] if the passphrase cannot be asked for.
pub async fn receive(keeper: &Keeper, terminal: &Terminal, file: &Path, number: Option<u32>) -> Result<ExitCode, Failure> {
    let sealed = std::fs::read(file).map_err(Failure::io(file.display()))?;
    // A file that is not text is not ours; the keeper reports that.
    let sealed = String::from_utf8_lossy(&sealed).into_owned();
    let passphrase = passphrase::of_file(terminal, number).await?;
    let (mut worst, mut written) = (0, Ok(()));
    let arrived = keeper.import(sealed, passphrase).await?;
    for one in &arrived {
        let word = match one.outcome {
            ImportOutcome::Added => "added",
            ImportOutcome::Renewed => "renewed",
            ImportOutcome::Kept => "kept",
            ImportOutcome::Left => "left",
        };
        let here = one.account.as_ref().and_then(|id| keeper.account(id).ok());
        let name = here.map_or_else(|| label_of(&one.provider, &one.name), |a| label(&a));
        written = written.and(writeln!(output(), "{name}\t{word}").map_err(Failure::print));
        if one.error.is_some() {
            worst = worse(worst, complain(terminal, one));
        }
    }
    if arrived.iter().any(|one| one.paused && one.outcome != ImportOutcome::Left) {
        terminal.say(&terminal.words("cli-receive-paused", &[]));
    }
    ignore_closed_output(written)?;
    Ok(ExitCode::from(worst))
}

/// Says why an account was left out, and returns the exit code for it.
fn complain(terminal: &Terminal, left: &ImportedView) -> u8 {
    let Some(error) = &left.error else { return 0 };
    terminal.say(&label_of(&left.provider, &left.name));
    let failure = Failure::Core(error.clone());
    terminal.complain(&failure);
    failure.exit_code()
}
