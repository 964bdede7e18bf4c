//! Renews tokens: those of the named accounts, those that are due, or all long-lived ones.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::keeper::{Keeper, Reason};
use keybearer_core::view::{RenewalOutcome, StoreKind};

use crate::delivery::run;
use crate::doctor::error_of;
use crate::failure::{Failure, ignore_closed_output, worse};
use crate::find::{account, label};
use crate::list::is_dead;
use crate::terminal::{Terminal, output};

/// Prints a line for each account: its name and `renewed`, `later` or `needs-you`; named accounts may also be `endless`. Reasons go to
/// standard error. With `due`, owed deliveries run afterwards and have their own lines; those that wait have one each time, too. The exit
/// code is the worst one's. `is_idle`: nothing is due, so that the encrypted files were not unlocked.
pub async fn refresh(
    keeper: &Keeper,
    terminal: &Terminal,
    due: bool,
    anyway: bool,
    names: &[String],
    is_idle: bool,
) -> Result<ExitCode, Failure> {
    let (mut lines, mut endless, mut looked_at) = (Vec::new(), Vec::new(), Vec::new());
    let before = keeper.view().deliveries;
    if names.is_empty() {
        // The sweep skips accounts of a locked store. On the command line that is an error.
        keeper.check_store().await?;
        let store = keeper.store_state();
        let is_needed = !is_idle || store.kind == StoreKind::Keychain;
        if let Some(error) = error_of(store.kind, store.state).filter(|_| is_needed) {
            return Err(Failure::Core(error));
        }
        let done = if due {
            keeper.sweep().await
        } else {
            keeper.refresh_long_lived().await
        };
        for one in done {
            let name = account(keeper, &one.account).map_or(one.name, |a| label(&a));
            looked_at.push(one.account);
            lines.push((name, one.outcome, one.error.map(Failure::Core)));
        }
        // Accounts that wait for a person are not tried again, but reported each time.
        let view = keeper.view().accounts.into_iter();
        for account in view.filter(|a| is_dead(a) && !a.paused && !a.practice_over && !looked_at.contains(&a.id)) {
            let why = account.trouble.clone().map(Failure::Core);
            lines.push((label(&account), RenewalOutcome::NeedsYou, why));
        }
    } else {
        // Look up all names before anything is sent.
        let wanted: Vec<_> = names.iter().map(|name| account(keeper, name)).collect::<Result<_, _>>()?;
        for one in wanted {
            if one.life_known && one.expires.is_none() && one.trouble.is_none() && !one.paused {
                endless.push(label(&one));
                continue;
            }
            let reason = if anyway { Reason::Anyway } else { Reason::Asked };
            let failure = keeper.renew(&one.id, reason).await.err().map(Failure::from);
            let outcome = match &failure {
                None => RenewalOutcome::Renewed,
                Some(f) if matches!(f.exit_code(), 5 | 6) => RenewalOutcome::Later,
                Some(_) => RenewalOutcome::NeedsYou,
            };
            lines.push((label(&one), outcome, failure));
        }
    }
    // A closed standard output does not stop the work.
    let mut printed = Ok(());
    for name in &endless {
        printed = printed.and(writeln!(output(), "{name}\tendless").map_err(Failure::print));
    }
    let mut worst = 0;
    for (name, outcome, failure) in &lines {
        let word = match outcome {
            RenewalOutcome::Renewed => "renewed",
            RenewalOutcome::Later => "later",
            RenewalOutcome::NeedsYou => "needs-you",
        };
        printed = printed.and(writeln!(output(), "{name}\t{word}").map_err(Failure::print));
        if let Some(failure) = failure {
            terminal.complain(failure);
            worst = worse(worst, failure.exit_code());
        }
    }
    let delivered = if due { run::owed(keeper, terminal, &before).await? } else { None };
    worst = worse(worst, delivered.unwrap_or(0));
    if lines.is_empty() && endless.is_empty() && delivered.is_none() {
        terminal.say(&terminal.words("cli-nothing-due", &[]));
    }
    ignore_closed_output(printed)?;
    Ok(ExitCode::from(worst))
}
