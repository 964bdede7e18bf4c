//! A command with the token in its environment: not in an argument, which everybody on the machine can read, and not in
//! the shell's own environment.

use std::process::{Command, ExitCode, Stdio};

use keybearer_core::deliver::env_file::is_key;
use keybearer_core::keeper::Keeper;

use crate::LAST_WORK;
use crate::arguments::Exec;
use crate::failure::Failure;
use crate::find::account;

/// As shells say it: the command was not found.
const NOT_FOUND: u8 = 127;
/// It was found and could not be run.
const NOT_RUN: u8 = 126;

/// Runs the command; on Unix in this process's place.
pub async fn exec(keeper: &Keeper, wanted: &Exec, passphrase: Option<u32>) -> Result<ExitCode, Failure> {
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
    let token = keeper.access_token(&found.id).await?;
    let more = if *env { keeper.variables(&found.id).await? } else { Vec::new() };
    if let Some((name, _)) = more.iter().find(|(name, _)| !is_of(&found.provider, name)) {
        return Err(Failure::NoVariable(name.clone()));
    }
    // From here on this process is another program: what is under way ends first.
    keeper.rest(LAST_WORK).await;
    if keeper.view().store.unstored > 0 {
        return Err(Failure::Unstored);
    }
    let Some((program, rest)) = command.split_first() else {
        return Ok(ExitCode::from(NOT_RUN));
    };
    let mut child = Command::new(program);
    child.args(rest);
    child.envs(more.iter().map(|(name, value)| (name, value.expose())));
    child.env(variable, token.expose());
    if passphrase == Some(0) {
        // What opened the store is not the command's input.
        child.stdin(Stdio::null());
    }
    let error = match run(child) {
        Ok(code) => return Ok(code),
        Err(error) => error,
    };
    let code = if error.kind() == std::io::ErrorKind::NotFound {
        NOT_FOUND
    } else {
        NOT_RUN
    };
    eprintln!("{}: {error}", program.to_string_lossy());
    Ok(ExitCode::from(code))
}

/// Whether a variable is called like the platform, by a word of its id: a provider file of the person's own sets no `PATH` and
/// nothing else that programs listen to.
fn is_of(provider: &str, name: &str) -> bool {
    let words = provider.split('-').filter(|word| !["ld", "dyld"].contains(word));
    let mut begins = words.map(|word| format!("{}_", word.to_uppercase()));
    name == "ACCESS_TOKEN" || begins.any(|begin| name.starts_with(&begin))
}

#[cfg(unix)]
fn run(mut child: Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(child.exec())
}

#[cfg(not(unix))]
fn run(mut child: Command) -> std::io::Result<ExitCode> {
    let code = child.status()?.code().unwrap_or(1);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}
