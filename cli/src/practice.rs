//! `keybearer practice`: runs the practice platform on this computer, for every process of this person, until it is stopped.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::keeper::Keeper;
use keybearer_practice::{Flavor, Practice};

use crate::failure::{Failure, ignore_closed_output};
use crate::system;
use crate::terminal::{Terminal, ctrl_c, output};

/// Runs it until Ctrl-C or SIGTERM, and prints its address.
///
/// # Errors
/// [`Failure::PracticeRuns`] if another process runs one; the keeper's.
pub async fn practice(keeper: &Keeper, terminal: &Terminal) -> Result<ExitCode, Failure> {
    // Listens before anything is printed: whoever reads the address may send SIGTERM at once.
    let terminated = system::terminated();
    let practice = Practice::start(Flavor::Practice).await.map_err(Failure::io("127.0.0.1"))?;
    if !keeper.announce_practice(practice.origin())? {
        // It may not have said where yet.
        let there = keeper
            .practice()
            .map_or("127.0.0.1".to_owned(), |at| at.origin().ascii_serialization());
        return Err(Failure::PracticeRuns(there));
    }
    tokio::select! {
        // Polled first, so that Ctrl-C is handled before the message that mentions it is printed.
        biased;
        () = ctrl_c() => {}
        () = terminated => {}
        told = tell(terminal, practice.origin()) => told?,
    }
    keeper.end_practice();
    Ok(ExitCode::SUCCESS)
}

/// Says where it runs and what to do, and then never returns.
async fn tell(terminal: &Terminal, address: &str) -> Result<(), Failure> {
    let printed = writeln!(output(), "{address}").map_err(Failure::print);
    ignore_closed_output(printed)?;
    terminal.say(&terminal.words("cli-practice", &[]));
    std::future::pending().await
}
