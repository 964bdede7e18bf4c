//! Runs a command with the token in its environment: not in an argument, which every program on the machine can read, and not in the
//! shell's own environment.

use std::process::{ExitCode, Stdio};

use keybearer_core::deliver::env_file::is_key;
use keybearer_core::keeper::Keeper;
use keybearer_core::ledger::{Program, Purpose, Use};

use crate::LAST_WORK;
use crate::arguments::Exec;
use crate::failure::Failure;
use crate::find::account;
use crate::system::{self, NotStarted};
use crate::terminal::Terminal;

/// The exit code for a command that was not found, as in shells.
const NOT_FOUND: u8 = 127;
/// The exit code for a command that could not be run.
const NOT_RUN: u8 = 126;

/// Runs the command. On Unix it replaces this process; on Windows this process waits for it and exits with its code.
pub async fn exec(keeper: &Keeper, terminal: &Terminal, wanted: &Exec, passphrase: Option<u32>) -> Result<ExitCode, Failure> {
    let Exec {
        name,
        variable,
        command,
        env,
    } = wanted;
    if !is_key(variable) {
        return Err(Failure::NoVariable(variable.clone()));
    }
    let found = account(keeper, name)?;
    let Some((program, rest)) = command.split_first() else {
        return Ok(ExitCode::from(NOT_RUN));
    };
    let used = Use::of(Purpose::Exec, Some(Program::command(program, rest)));
    let token = keeper.access_token_for(&found.id, &used).await?;
    let more = if *env {
        keeper.variables(&found.id, &used).await?
    } else {
        Vec::new()
    };
    if let Some((name, _)) = more.iter().find(|(name, _)| !is_of(&found.provider, name)) {
        return Err(Failure::NoVariable(name.clone()));
    }
    // The command replaces this process, so pending work has to finish first.
    keeper.rest(LAST_WORK).await;
    if keeper.store_state().unstored > 0 {
        return Err(Failure::TokenLost);
    }
    let mut child = system::command(program);
    child.args(rest);
    child.envs(more.iter().map(|(name, value)| (name, value.expose())));
    child.env(variable, token.expose());
    if passphrase == Some(0) {
        // Standard input had the passphrase; it is not the command's input.
        child.stdin(Stdio::null());
    }
    let error = system::run(child);
    let (message, name) = (format!("{}: {error}", program.to_string_lossy()), program.to_string_lossy());
    let (code, message) = match system::not_started(program, &error) {
        NotStarted::NotFound => (NOT_FOUND, message),
        NotStarted::Other => (NOT_RUN, message),
        NotStarted::Script(runs) => {
            let with = [("program", &*name), ("runs", runs), ("account", &wanted.name)];
            (NOT_RUN, terminal.words("cli-script", &with))
        }
        NotStarted::BatchArgument => (NOT_RUN, terminal.words("cli-batch-argument", &[("program", &name)])),
    };
    terminal.say(&message);
    Ok(ExitCode::from(code))
}

/// Whether a variable's name begins with a word of the provider's id, so that a custom provider file cannot set `PATH` or other
/// variables that programs use.
fn is_of(provider: &str, name: &str) -> bool {
    let words = provider.split('-').filter(|word| !["ld", "dyld"].contains(word));
    let mut begins = words.map(|word| format!("{}_", word.to_uppercase()));
    name == "ACCESS_TOKEN" || begins.any(|begin| name.starts_with(&begin))
}
