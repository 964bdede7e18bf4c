//! Runs a command with the token in its environment: not in an argument, which every program on the machine can read, and not in the
//! shell's own environment.

mod watch;

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::deliver::env_file::is_key;
use keybearer_core::keeper::Keeper;
use keybearer_core::ledger::{Program, Purpose, Use};
use keybearer_core::token::Secret;
use keybearer_core::view::AccountView;

use self::watch::Watch;
use crate::LAST_WORK;
use crate::complete::names;
use crate::delivery::run::report_failed;
use crate::failure::Failure;
use crate::find::account;
use crate::system::{self, NotStarted};
use crate::terminal::Terminal;

/// The exit code for a command that was not found, as in shells.
const NOT_FOUND: u8 = 127;
/// The exit code for a command that could not be run.
const NOT_RUN: u8 = 126;

/// A command with a token.
#[derive(Debug, clap::Args)]
pub struct Exec {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The environment variable's name
    #[arg(long = "as", value_name = "VARIABLE", default_value = "ACCESS_TOKEN")]
    pub variable: String,
    /// Also sets the platform's lines for `.env`, with the names that guides use: the app's ID and secret, and for OAuth 1.0a
    /// the token's secret
    #[arg(long)]
    pub env: bool,
    // How it gets new tokens.
    #[allow(missing_docs)]
    #[command(flatten)]
    pub watch: Watch,
    /// The command and its arguments, after `--`
    #[arg(last = true, required = true)]
    pub command: Vec<OsString>,
}

/// The environment variable with the path of the socket that a command asks.
pub const SOCKET: &str = "KEYBEARER_SOCKET";

/// Where a command finds its token.
#[derive(Clone, Copy)]
enum TokenSource<'a> {
    Environment,
    /// In this file.
    File(&'a Path),
    /// At this socket, which it asks itself.
    Socket(&'a Path),
}

/// What a command gets.
struct Given {
    token: Secret,
    /// The platform's variables.
    more: Vec<(String, Secret)>,
}

/// Runs the command. On Unix it replaces this process; on Windows this process waits for it and exits with its code. With `--watch` this
/// process stays on every system.
pub async fn exec(keeper: &Keeper, terminal: &Terminal, wanted: &Exec, passphrase: Option<u32>) -> Result<ExitCode, Failure> {
    if !is_key(&wanted.variable) {
        return Err(Failure::NoVariable(wanted.variable.clone()));
    }
    let found = account(keeper, &wanted.name)?;
    if wanted.watch.watch {
        return watch::watch(keeper, terminal, wanted, &found, passphrase).await;
    }
    let given = given(keeper, wanted, &found).await?;
    // The command replaces this process, so pending work has to finish first.
    keeper.rest(LAST_WORK).await;
    report_failed(keeper, terminal);
    if keeper.store_state().unstored > 0 {
        return Err(Failure::TokenLost);
    }
    let error = system::run(prepared(wanted, &given, TokenSource::Environment, passphrase));
    Ok(not_started(terminal, wanted, &error))
}

/// Reads what the command gets: one use, or none for a command that asks for its token itself.
async fn given(keeper: &Keeper, wanted: &Exec, found: &AccountView) -> Result<Given, Failure> {
    if let Some(name) = keeper.refused_variable(&found.id)?.filter(|_| wanted.env) {
        return Err(Failure::VariableRefused(name, found.provider.clone()));
    }
    let program = wanted
        .command
        .split_first()
        .map(|(program, arguments)| Program::command(program, arguments));
    let used = Use::of(Purpose::Exec, program);
    let (token, more) = match (wanted.env, wanted.watch.socket) {
        (true, _) => keeper.token_and_variables(&found.id, &used).await?,
        (false, true) => (keeper.known_token(&found.id).await?, Vec::new()),
        (false, false) => (keeper.access_token_for(&found.id, &used).await?, Vec::new()),
    };
    Ok(Given { token, more })
}

/// The command with its environment. A token that is elsewhere is in no variable.
fn prepared(wanted: &Exec, given: &Given, place: TokenSource<'_>, passphrase: Option<u32>) -> Command {
    let (program, arguments) = wanted.command.split_first().unzip();
    let mut command = system::command(program.map_or_else(Default::default, |name| name.as_os_str()));
    command.args(arguments.unwrap_or_default());
    let is_shown = |value: &Secret| matches!(place, TokenSource::Environment) || *value != given.token;
    let more = given.more.iter().filter(|(_, value)| is_shown(value));
    command.envs(more.map(|(name, value)| (name, value.expose())));
    match place {
        TokenSource::Environment => command.env(&wanted.variable, given.token.expose()),
        TokenSource::File(file) => command.env(format!("{}_FILE", wanted.variable), file),
        TokenSource::Socket(socket) => command.env(SOCKET, socket),
    };
    if passphrase == Some(0) {
        // Standard input had the passphrase; it is not the command's input.
        command.stdin(Stdio::null());
    }
    command
}

/// Reports why the command did not start.
fn not_started(terminal: &Terminal, wanted: &Exec, error: &io::Error) -> ExitCode {
    let Some(program) = wanted.command.first() else {
        return ExitCode::from(NOT_RUN);
    };
    let (message, name) = (format!("{}: {error}", program.to_string_lossy()), program.to_string_lossy());
    let (code, message) = match system::not_started(program, error) {
        NotStarted::NotFound => (NOT_FOUND, message),
        NotStarted::Other => (NOT_RUN, message),
        NotStarted::Script(runs) => {
            let with = [("program", &*name), ("runs", runs), ("account", &wanted.name)];
            (NOT_RUN, terminal.words("cli-script", &with))
        }
        NotStarted::BatchArgument => (NOT_RUN, terminal.words("cli-batch-argument", &[("program", &name)])),
    };
    terminal.say(&message);
    ExitCode::from(code)
}
