//! The command line. Only data goes to standard output; messages go to standard error in the person's language; the exit code says what
//! kind of failure it was.

mod account;
mod arguments;
mod autostart;
mod client;
mod complete;
mod delivery;
mod doctor;
mod doubt;
mod exec;
mod export;
mod failure;
mod find;
mod forget;
mod import;
mod leaks;
mod list;
mod log;
mod login;
mod passphrase;
mod post;
mod practice;
mod progress;
mod provider;
mod redirect;
mod refresh;
mod serve;
mod service;
mod settings;
mod status;
mod store;
mod system;
mod terminal;
mod token;
mod unlock;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory as _, Parser as _};
use keybearer_core::desktop::Changes;
use keybearer_core::error::Code;
use keybearer_core::keeper::{Keeper, Outside, now};
use keybearer_core::view::StoreKind;
use keybearer_core::words::Language;

use self::arguments::{Arguments, Command};
use self::failure::Failure;
use self::forget::Forget;
use self::provider::Provider;
use self::terminal::{Terminal, ctrl_c};

/// How long the end of the program waits for a slow store to take a new token.
const LAST_WORK: Duration = Duration::from_secs(150);
/// A shorter wait at the end is not announced.
const ANNOUNCED_AFTER: Duration = Duration::from_millis(300);

fn main() -> ExitCode {
    // Answers a shell's request for completions.
    clap_complete::CompleteEnv::with_factory(Arguments::command).complete();
    let terminal = Terminal::of_environment();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return not_understood(&error, &terminal),
    };
    match run(arguments, &terminal) {
        Ok(code) => code,
        Err(failure) => {
            terminal.complain(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Unix seconds, as the keeper reads them.
fn clock() -> i64 {
    now().saturating_add(ahead())
}

/// How far the clock is put forward; for tests only, and never in a release.
#[cfg(feature = "automation")]
fn ahead() -> i64 {
    let seconds = std::env::var("KEYBEARER_CLOCK_AHEAD").ok();
    seconds.and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

#[cfg(not(feature = "automation"))]
fn ahead() -> i64 {
    0
}

/// Reports a command line that clap refused. Help and English messages are clap's; other languages have a message of their own.
fn not_understood(error: &clap::Error, terminal: &Terminal) -> ExitCode {
    let is_help = error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || is_help || terminal.language == Language::En {
        error.exit();
    }
    let typed = |kind| {
        matches!(
            kind,
            ContextKind::InvalidArg | ContextKind::InvalidSubcommand | ContextKind::InvalidValue
        )
    };
    let what: Vec<String> = error
        .context()
        .filter(|(kind, _)| typed(*kind))
        .map(|(_, value)| value.to_string())
        .collect();
    let help = format!("{} --help", command_of(std::env::args_os().skip(1)));
    let allowed = error.get(ContextKind::ValidValue).map(ToString::to_string);
    // A value that was refused by its own rule: clap's sentence has the bounds.
    let rule = || std::error::Error::source(error).map(ToString::to_string);
    let id = match error.kind() {
        ErrorKind::MissingRequiredArgument => "cli-argument-missing",
        _ => "cli-not-understood",
    };
    let mut what = what.join(" ");
    if let Some(reason) = allowed.filter(|allowed| !allowed.is_empty()).or_else(rule) {
        what = format!("{what} ({reason})");
    }
    terminal.say(&terminal.words(id, &[("what", &what), ("help", &help)]));
    ExitCode::from(2)
}

/// The command that was typed, as in `keybearer account delete`.
fn command_of(typed: impl Iterator<Item = OsString>) -> String {
    let (mut command, mut name) = (Arguments::command(), "keybearer".to_owned());
    for word in typed
        .filter_map(|word| word.into_string().ok())
        .filter(|word| !word.starts_with('-'))
    {
        let Some(found) = command.find_subcommand(&word).cloned() else {
            break;
        };
        name = format!("{name} {}", found.get_name());
        command = found;
    }
    name
}

fn run(arguments: Arguments, terminal: &Terminal) -> Result<ExitCode, Failure> {
    if let Command::Man { folder } = &arguments.command {
        return arguments::write_manual(folder).map(|()| ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::io("tokio"))?;
    {
        let _runtime = runtime.enter();
        system::survive_file_limits();
    }
    let browser = match &arguments.command {
        Command::Login(wanted) if wanted.no_browser => |_: &str| Ok(()),
        Command::Doctor { .. } => doctor::request_redirect,
        Command::Redirect(_) => redirect::open,
        _ => terminal::open_in_browser,
    };
    let changes = Changes::default();
    let told = changes.clone();
    let outside = Outside {
        clock: Arc::new(clock),
        ..Outside::usual(Arc::new(browser), Arc::new(move || told.tell()))?
    };
    // A server has read everything already, and may have a passphrase that would have to be typed here.
    let mut late = None;
    if let Command::Token { name, .. } = &arguments.command {
        match runtime.block_on(or_ctrl_c(serve::token(&outside.data, terminal, name)))? {
            Ok(served) => return token::print(&served.token),
            Err(server) => late = server,
        }
    }
    if matches!(arguments.command, Command::Serve(_)) {
        // It has secrets in memory for as long as it runs.
        system::keep_no_core_dumps();
    }
    let keeper = Keeper::open(outside)?;
    keeper.set_language(terminal.language);
    let named = match arguments.command.names() {
        [name] => find::account(&keeper, name).ok(),
        _ => None,
    };
    if let Some(found) = &named {
        terminal.is_about(found);
    }
    if let Some(late) = late {
        let is_sealed = named.is_some_and(|found| found.store == StoreKind::SealedFile) && keeper.waits_for_passphrase();
        let is_needed = is_sealed && passphrase::given(arguments.passphrase_fd)?.is_none();
        let served = runtime.block_on(or_ctrl_c(serve::late_token(terminal, late, is_needed)))?;
        if let Some(served) = served {
            return token::print(&served.token);
        }
    }
    let (counts, reports) = (arguments.command.is_for_new_token(), arguments.command.reports_syncs());
    let done = runtime.block_on(async {
        let ends_itself = match &arguments.command {
            Command::Export(_) | Command::Post(_) | Command::Practice | Command::Serve(_) => true,
            Command::Exec(wanted) => wanted.watch.watch,
            _ => false,
        };
        let done = tokio::select! {
            done = work(arguments, &keeper, terminal, &changes) => done,
            // An export reports its progress, a post what became of it, a server finishes its answers, the practice platform ends by it, and
            // a command that is watched gets Ctrl-C itself.
            () = interrupted(&keeper, terminal), if !ends_itself => Err(Failure::Interrupted),
        };
        let done = match done {
            Ok(_) if counts => tokio::select! {
                () = keeper.deliveries_end() => done,
                () = interrupted(&keeper, terminal) => Err(Failure::Interrupted),
            },
            done => done,
        };
        rest(&keeper, terminal, matches!(&done, Err(Failure::Interrupted))).await;
        let unsynced = if reports {
            0
        } else {
            delivery::run::report_failed(&keeper, terminal)
        };
        // A token that is only in this process's memory is lost now, which matters more than any other result.
        match (keeper.store_state().unstored, done) {
            (0, Ok(code)) if counts && code == ExitCode::SUCCESS => Ok(ExitCode::from(unsynced)),
            (0, done) => done,
            _ => Err(Failure::TokenLost),
        }
    });
    // A thread may still wait for a line at the terminal.
    runtime.shutdown_background();
    done
}

async fn work(arguments: Arguments, keeper: &Keeper, terminal: &Terminal, changes: &Changes) -> Result<ExitCode, Failure> {
    let descriptor = arguments.passphrase_fd;
    // A book that cannot be read is an error, not an empty list.
    let unread = keeper.book_problem().map(|problem| problem.view());
    // One of a newer version is shown as far as this one understands it, but a monitor has to know that it can't be changed.
    let is_judged = matches!(&arguments.command, Command::Status(_));
    let unread = unread.filter(|p| matches!(p.code, Code::BookUnreadable | Code::Disk) || is_judged && p.code == Code::BookNewer);
    let copes = match &arguments.command {
        Command::Doctor { .. } | Command::Forget(Forget { everything: true, .. }) | Command::Leaks(_) | Command::Provider(_) => true,
        Command::Status(wanted) => wanted.prometheus,
        Command::Service(wanted) => wanted.copes_without_accounts(),
        // The window shows what is wrong.
        Command::Serve(wanted) => wanted.tray.is_wanted(),
        _ => false,
    };
    let unread = match unread.map(Failure::Core) {
        Some(failure) if !copes => return Err(failure),
        unread => unread,
    };
    let is_idle = unlock::open_store(keeper, terminal, &arguments.command, descriptor).await?;
    match arguments.command {
        Command::List { json } => list::list(keeper, terminal, json),
        Command::Token { name, login } => token::token(keeper, terminal, &name, login).await,
        Command::Login(wanted) => {
            let id = login::login(keeper, terminal, wanted).await?;
            Ok(ExitCode::from(login::exit_code(keeper, &id)))
        }
        Command::Import(wanted) => import::import(keeper, terminal, wanted).await,
        Command::Refresh { due, anyway, names } => refresh::refresh(keeper, terminal, due, anyway, &names, is_idle).await,
        Command::Whoami { name } => token::whoami(keeper, terminal, &name).await,
        Command::Exec(wanted) => exec::exec(keeper, terminal, &wanted, descriptor).await,
        Command::Export(wanted) => export::export(keeper, terminal, wanted).await,
        Command::Post(wanted) => post::post(keeper, terminal, wanted).await,
        Command::Practice => practice::practice(keeper, terminal).await,
        Command::Deliver { names } => delivery::run::deliver(keeper, terminal, &names).await,
        Command::Delivery(wanted) => delivery::delivery(keeper, terminal, wanted).await,
        Command::Status(wanted) => status::status(keeper, terminal, &wanted, unread).await,
        Command::Log(wanted) => log::log(keeper, terminal, &wanted).await,
        Command::Serve(wanted) => {
            let is_typed = wanted.ask_passphrase && descriptor.is_none();
            serve::serve(keeper, terminal, &wanted, is_typed, changes).await
        }
        Command::Account(wanted) => account::account(keeper, terminal, wanted).await,
        Command::Client(wanted) => client::client(keeper, terminal, wanted).await,
        Command::Settings(wanted) => settings::settings(keeper, wanted).await,
        Command::Store(wanted) => store::store(keeper, terminal, wanted, descriptor).await,
        Command::Redirect(wanted) => redirect::redirect(keeper, terminal, wanted).await,
        Command::Calendar => list::calendar(keeper, terminal),
        Command::Doctor { diagnostics: true } => doctor::diagnostics(keeper).await,
        Command::Doctor { .. } => doctor::doctor(keeper, terminal).await,
        Command::Forget(Forget { name: Some(name), yes, .. }) => forget::account(keeper, terminal, &name, yes).await,
        Command::Forget(wanted) => forget::everything(keeper, terminal, wanted.yes).await,
        Command::Leaks(wanted) => leaks::leaks(keeper, terminal, wanted).await,
        Command::Provider(Provider::Check { file }) => provider::check(keeper, terminal, &file),
        Command::Provider(Provider::List { json }) => provider::list(keeper, terminal, json),
        Command::Provider(Provider::New { id }) => provider::new(keeper, &id),
        Command::Service(wanted) => service::service(keeper, terminal, wanted, descriptor).await,
        Command::Man { .. } => Ok(ExitCode::SUCCESS),
    }
}

/// Does this work unless Ctrl-C comes first.
async fn or_ctrl_c<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    tokio::select! {
        // It is heard before the work is.
        biased;
        () = ctrl_c() => Err(Failure::Interrupted),
        done = work => Ok(done),
    }
}

/// Waits for Ctrl-C, and for a second one if the first would lose a token.
async fn interrupted(keeper: &Keeper, terminal: &Terminal) {
    ctrl_c().await;
    if keeper.store_state().unstored > 0 {
        terminal.say(&terminal.words("cli-would-lose", &[]));
        ctrl_c().await;
    }
}

/// Waits until tokens that are being obtained or renewed are stored. A second Ctrl-C stops at once.
async fn rest(keeper: &Keeper, terminal: &Terminal, interrupted: bool) {
    let rest = keeper.rest(LAST_WORK);
    tokio::pin!(rest);
    let (mut presses, mut announced) = (u8::from(interrupted), false);
    let mut pressed = Box::pin(ctrl_c());
    while presses < 2 {
        tokio::select! {
            () = &mut rest => return,
            () = &mut pressed => {
                presses += 1;
                pressed.set(ctrl_c());
            }
            () = tokio::time::sleep(ANNOUNCED_AFTER), if presses == 1 && !announced => {
                announced = true;
                terminal.say(&terminal.words("cli-ending", &[]));
            }
        }
    }
}
