//! Units of systemd: a person's own, or system units, which run as the user `keybearer`.
//!
//! `units` their texts · `passphrase` how they get the passphrase of encrypted files · `systemd` its commands and folders · `status` what
//! is installed and what is missing.
//!
//! That user is static and no `DynamicUser=`: a person signs in as this user at the terminal while no unit runs, and programs that use
//! the socket run as this user, too.

mod passphrase;
mod status;
mod systemd;
mod units;

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keybearer_core::http::proxy;
use keybearer_core::keeper::Keeper;

use self::systemd::Home;
use self::units::{Credential, ENABLED, Plan, REFRESH, SERVE};
use crate::failure::{Failure, ignore_closed_output};
use crate::forget::is_confirmed;
use crate::service::{Install, Scope, Service, Uninstall};
use crate::terminal::{Terminal, output};

/// Whose units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The person's own.
    User,
    /// The system's.
    System,
}

/// Why an installation ended early.
enum Stop {
    /// This process failed.
    Failed(Failure),
    /// Another process of ours failed and has reported why; its exit code.
    Reported(u8),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

/// Installs, shows or removes the units.
///
/// # Errors
/// [`Failure::Service`] for a scope that is not clear or needs root, and for files that are not ours or that others can read; the
/// keeper's for a passphrase; [`Failure::System`].
pub async fn service(keeper: &Keeper, terminal: &Terminal, wanted: Service, passphrase: Option<u32>) -> Result<ExitCode, Failure> {
    match wanted {
        Service::Install(wanted) => match install(keeper, terminal, wanted, passphrase).await {
            Err(Stop::Failed(failure)) => Err(failure),
            Err(Stop::Reported(code)) => Ok(ExitCode::from(code)),
            Ok(code) => Ok(code),
        },
        Service::Status(scope) => status::status(keeper, terminal, scope),
        Service::Uninstall(wanted) => uninstall(terminal, wanted).await,
        Service::Seal => passphrase::seal_given(keeper, passphrase).await,
    }
}

/// Whose units are meant. Root has to say, because the two have different accounts.
fn whose(scope: Scope, command: &str) -> Result<Whose, Failure> {
    match (scope.system, scope.user, systemd::is_root()) {
        (true, _, false) => Err(Failure::Service("cli-service-root", command.to_owned())),
        (true, _, true) => Ok(Whose::System),
        (false, false, true) => Err(Failure::Service("cli-service-whose", command.to_owned())),
        (false, ..) => Ok(Whose::User),
    }
}

async fn install(keeper: &Keeper, terminal: &Terminal, wanted: Install, descriptor: Option<u32>) -> Result<ExitCode, Stop> {
    let whose = whose(wanted.scope, "install")?;
    let home = Home::of(whose)?;
    let proxies = proxy::variables(|name| std::env::var_os(name)).map_err(Failure::from)?;
    let program = systemd::program()?;
    // Before anything is written.
    if !units::can_start(&program) {
        return Err(Failure::Service("cli-service-path", program.display().to_string()).into());
    }
    if whose == Whose::System && units::is_hidden(&program) {
        return Err(Failure::Service("cli-service-hidden", program.display().to_string()).into());
    }
    for name in units::names() {
        is_free(&home.units.join(name))?;
    }
    if whose == Whose::System {
        is_free(Path::new(systemd::SYSUSERS))?;
    }
    let is_first = own_files(&home).is_empty();
    let mut plan = Plan {
        whose,
        program,
        variables: home.variables.clone(),
        namespaces: whose == Whose::System || systemd::has_namespaces(),
        credential: Credential::None,
    };
    plan.variables.extend(proxies.iter().map(|p| (p.name, p.value.clone())));
    let mut written = Vec::new();
    let done = write(keeper, terminal, &home, wanted.passphrase_file, descriptor, &mut plan, &mut written).await;
    if done.is_err() {
        let is_left = |path: &PathBuf| !is_first && !passphrase::is_unread(&home, path);
        written.retain(|path| is_left(path) || remove(path).is_err());
    }
    let mut printed = Ok(());
    for path in &written {
        printed = printed.and(writeln!(output(), "{}", path.display()).map_err(Failure::print));
    }
    done?;
    if written.is_empty() {
        terminal.say(&terminal.words("cli-service-unchanged", &[]));
    }
    if !plan.namespaces {
        terminal.say(&terminal.words("cli-service-unconfined", &[]));
    }
    if let Credential::Plain(path) = &plan.credential {
        terminal.say(&terminal.words("cli-service-plain", &[("path", &path.display().to_string())]));
    }
    let lacking: Vec<&str> = proxies.iter().filter(|p| p.lacks_password).map(|p| p.name).collect();
    if !lacking.is_empty() {
        let command = systemd::typed(whose, &["edit", REFRESH, SERVE]);
        terminal.say(&terminal.words("cli-service-proxy", &[("names", &lacking.join(", ")), ("command", &command)]));
    }
    let code = start(terminal, whose);
    for copy in passphrase::delete_unread(&home, &plan.credential)? {
        terminal.say(&terminal.words("cli-service-copy-deleted", &[("path", &copy.display().to_string())]));
    }
    explain_next_steps(keeper, terminal, whose);
    ignore_closed_output(printed)?;
    Ok(code)
}

/// Writes the files, the units last. `written` has those that were changed, also where a later one failed.
async fn write(
    keeper: &Keeper,
    terminal: &Terminal,
    home: &Home,
    file: Option<PathBuf>,
    descriptor: Option<u32>,
    plan: &mut Plan,
    written: &mut Vec<PathBuf>,
) -> Result<(), Stop> {
    // Before a passphrase is asked for and kept.
    fs::create_dir_all(&home.units).map_err(Failure::io(home.units.display()))?;
    if plan.whose == Whose::System {
        put(Path::new(systemd::SYSUSERS), &units::sysusers(), written)?;
        systemd::make_user()?;
    }
    plan.credential = passphrase::credential(keeper, terminal, home, file, descriptor, written).await?;
    for (name, text) in plan.units() {
        put(&home.units.join(name), &text, written)?;
    }
    Ok(())
}

/// Loads and starts the units, or prints the commands that do it.
fn start(terminal: &Terminal, whose: Whose) -> ExitCode {
    let commands = [vec!["daemon-reload"], [vec!["enable", "--now"], ENABLED.to_vec()].concat()];
    if !systemd::is_running() {
        terminal.say(&terminal.words("cli-service-remain", &[]));
        for command in &commands {
            terminal.say(&format!("  {}", systemd::typed(whose, command)));
        }
        return ExitCode::SUCCESS;
    }
    for (done, command) in commands.iter().enumerate() {
        if !systemd::systemctl(whose, command) {
            terminal.say(&terminal.words("cli-service-failed", &[]));
            for command in &commands[done..] {
                terminal.say(&format!("  {}", systemd::typed(whose, command)));
            }
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn explain_next_steps(keeper: &Keeper, terminal: &Terminal, whose: Whose) {
    match whose {
        Whose::System => terminal.say(&terminal.words("cli-service-login", &[])),
        Whose::User => {
            if let Some(user) = systemd::without_linger() {
                terminal.say(&terminal.words("cli-service-linger", &[("user", &user)]));
            }
            if keeper.account_names().is_empty() {
                terminal.say(&terminal.words("cli-empty", &[]));
            }
        }
    }
}

async fn uninstall(terminal: &Terminal, wanted: Uninstall) -> Result<ExitCode, Failure> {
    let whose = whose(wanted.scope, "uninstall")?;
    let home = Home::of(whose)?;
    let own = own_files(&home);
    if own.is_empty() {
        terminal.say(&terminal.words("cli-service-none", &[]));
        return Ok(ExitCode::SUCCESS);
    }
    if !wanted.yes && !is_confirmed(terminal, &terminal.words("cli-service-uninstall-ask", &[])).await? {
        return Err(Failure::NotConfirmed);
    }
    let mut printed = Ok(());
    stop(whose);
    for path in own {
        remove(&path)?;
        printed = printed.and(writeln!(output(), "{}", path.display()).map_err(Failure::print));
    }
    reload(whose);
    let kept = if whose == Whose::System {
        "cli-service-kept-user"
    } else {
        "cli-service-kept"
    };
    terminal.say(&terminal.words(kept, &[]));
    ignore_closed_output(printed)?;
    Ok(ExitCode::SUCCESS)
}

/// Removes the person's own units and the passphrase that is kept for them, because their accounts are gone. Returns how many files that
/// were. Tells the system units' user what only root can remove.
///
/// # Errors
/// [`Failure::System`].
pub fn forget(terminal: &Terminal) -> Result<usize, Failure> {
    let home = Home::of(Whose::User)?;
    let own = own_files(&home);
    if !own.is_empty() {
        stop(Whose::User);
        own.iter().try_for_each(|path| remove(path))?;
        reload(Whose::User);
    }
    if is_of_system() {
        terminal.say(&terminal.words("cli-forget-system-units", &[]));
    }
    Ok(own.len())
}

/// The command that stops the units of this person's accounts; none without units.
pub fn way_to_stop() -> Option<&'static str> {
    let is_own = Home::of(Whose::User).is_ok_and(|home| !own_files(&home).is_empty());
    match is_own {
        true => Some("keybearer service uninstall"),
        false => is_of_system().then_some("sudo keybearer service uninstall --system"),
    }
}

/// Whether this is the system units' user, and they are installed.
fn is_of_system() -> bool {
    let is_their_home = std::env::home_dir().is_some_and(|home| home == Path::new(systemd::STATE));
    let home = Home::of(Whose::System).ok().filter(|_| is_their_home);
    home.is_some_and(|home| units::names().any(|name| is_written_by_us(&home.units.join(name))))
}

/// Stops the units. A failure is ignored: a unit that is not loaded need not be stopped.
fn stop(whose: Whose) {
    if systemd::is_running() {
        systemd::systemctl(whose, &[vec!["disable", "--now"], ENABLED.to_vec()].concat());
        systemd::systemctl(whose, &["stop", SERVE, REFRESH]);
    }
}

fn reload(whose: Whose) {
    if systemd::is_running() {
        systemd::systemctl(whose, &["daemon-reload"]);
    }
}

/// The files of ours that exist: units, the links that enable them, the kept passphrase, and the file that makes the user.
fn own_files(home: &Home) -> Vec<PathBuf> {
    let mut own = Vec::new();
    for name in units::names() {
        let (unit, link) = (home.units.join(name), units::wanted_by(&home.units, name));
        if is_written_by_us(&unit) {
            // Only links to our own units are ours.
            own.extend(link.is_symlink().then_some(link));
            own.push(unit);
        }
    }
    own.extend(home.kept().into_iter().filter(|path| path.exists()));
    let sysusers = PathBuf::from(systemd::SYSUSERS);
    if home.whose == Whose::System && is_written_by_us(&sysusers) {
        own.push(sysusers);
    }
    own
}

fn is_written_by_us(path: &Path) -> bool {
    fs::read_to_string(path).is_ok_and(|text| units::is_ours(&text))
}

/// Refuses to overwrite a file that is not ours.
fn is_free(path: &Path) -> Result<(), Failure> {
    match fs::read_to_string(path) {
        Ok(text) if units::is_ours(&text) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) && !path.is_symlink() => Ok(()),
        _ => Err(Failure::Service("cli-service-foreign", path.display().to_string())),
    }
}

/// Writes a file of ours, unless it already has this content.
fn put(path: &Path, text: &str, written: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    systemd::write(path, text.as_bytes(), 0o644)?;
    written.push(path.to_owned());
    Ok(())
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done.map_err(Failure::io(path.display())),
    }
}
