//! How the units get the passphrase of encrypted files: from a file that the person names, or from a copy that Keybearer keeps. For
//! system units systemd encrypts the copy, with the machine's TPM or a key that only root can read.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use keybearer_core::error::{Code, Error};
use keybearer_core::keeper::{IDENTIFIER, Keeper};
use keybearer_core::token::Secret;
use keybearer_core::view::StoreState;

use super::systemd::{self, Home, STATE, USER};
use super::units::{self, Credential, REFRESH};
use super::{Stop, Whose, remove};
use crate::failure::Failure;
use crate::passphrase::{ask, ask_twice, given, read_line};
use crate::terminal::Terminal;

/// The credential's name, and that of its file in `$CREDENTIALS_DIRECTORY`.
const NAME: &str = "passphrase";

/// Where the units will read the passphrase. It has opened the encrypted files, or they were created with it.
///
/// # Errors
/// [`Failure::Service`] for a file that others can read; the keeper's for a wrong or missing passphrase; [`Failure::System`].
pub async fn credential(
    keeper: &Keeper,
    terminal: &Terminal,
    home: &Home,
    file: Option<PathBuf>,
    descriptor: Option<u32>,
    written: &mut Vec<PathBuf>,
) -> Result<Credential, Stop> {
    if let Some(file) = file {
        return of_file(keeper, home, &file).await;
    }
    let (seals, is_new) = match home.whose {
        Whose::User => (
            keeper.waits_for_passphrase() || is_empty(keeper).await,
            !keeper.waits_for_passphrase(),
        ),
        Whose::System => (true, !sealed().exists()),
    };
    if !seals {
        return Ok(Credential::None);
    }
    if let Some(file) = named_before(home).filter(|_| descriptor.is_none()) {
        let what = file.display().to_string();
        match file.exists() {
            true => return of_file(keeper, home, &file).await,
            false if !terminal.is_attended() => return Err(Failure::Service("cli-service-file-missing", what).into()),
            false => terminal.say(&terminal.words("cli-service-file-gone", &[("what", &what)])),
        }
    }
    if descriptor.is_none()
        && let Some((kept, secret)) = kept(home).await?
    {
        match unlock(keeper, home.whose, secret).await {
            // The person has changed it.
            Err(Stop::Failed(Failure::Core(error))) if error.code == Code::PassphraseWrong => {}
            Err(Stop::Reported(_)) => {}
            done => return done.map(|()| kept),
        }
    }
    let file = given(descriptor)?;
    let secret = match file {
        Some(file) => read_line(file).await?,
        None if !terminal.is_attended() && is_new => return Err(Failure::Unanswered(vec!["--passphrase-fd N".to_owned()]).into()),
        None if !terminal.is_attended() => return Err(Failure::from(Error::PassphraseNeeded).into()),
        None if is_new => {
            terminal.say(&terminal.words("cli-sealing", &[]));
            ask_twice(terminal, "cli-passphrase-new").await?
        }
        None => ask(terminal, "cli-passphrase").await?,
    };
    unlock(keeper, home.whose, secret.clone()).await?;
    Ok(keep(home, &secret, written)?)
}

/// From a file of the person's own. It has opened the encrypted files.
async fn of_file(keeper: &Keeper, home: &Home, file: &Path) -> Result<Credential, Stop> {
    let file = fs::canonicalize(file).map_err(Failure::io(file.display()))?;
    if !units::can_read(&file) {
        return Err(Failure::Service("cli-service-path", file.display().to_string()).into());
    }
    unlock(keeper, home.whose, read_private(&file).await?).await?;
    Ok(Credential::Plain(file))
}

/// The file of the person's own that the installed units read.
fn named_before(home: &Home) -> Option<PathBuf> {
    let unit = fs::read_to_string(home.units.join(REFRESH)).ok()?;
    let file = units::credential(&unit).filter(|_| units::is_ours(&unit)).map(PathBuf::from)?;
    (!home.kept().iter().any(|kept| is_same(kept, &file))).then_some(file)
}

/// Whether a file is a copy of the passphrase that no installed unit reads.
pub fn is_unread(home: &Home, file: &Path) -> bool {
    let texts = units::names().filter_map(|name| fs::read_to_string(home.units.join(name)).ok());
    let mut read = texts.filter_map(|text| units::credential(&text));
    home.kept().iter().any(|kept| kept == file) && !read.any(|read| is_same(file, Path::new(&read)))
}

/// Deletes the copies that the units do not read. Returns where they were.
///
/// # Errors
/// [`Failure::System`].
pub fn delete_unread(home: &Home, read: &Credential) -> Result<Vec<PathBuf>, Failure> {
    let is_read = |copy: &PathBuf| read.file().is_some_and(|file| is_same(copy, file));
    let unread = home.kept().into_iter().filter(|copy| copy.exists() && !is_read(copy));
    unread.map(|copy| remove(&copy).map(|()| copy)).collect()
}

/// Whether two paths lead to one file.
fn is_same(one: &Path, other: &Path) -> bool {
    one == other || fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

/// Unlocks or creates the encrypted files with the passphrase in standard input.
///
/// # Errors
/// The keeper's; [`Failure::System`].
pub async fn seal_given(keeper: &Keeper, descriptor: Option<u32>) -> Result<ExitCode, Failure> {
    let file = given(descriptor)?.ok_or(Error::PassphraseNeeded)?;
    seal(keeper, read_line(file).await?).await.map(|()| ExitCode::SUCCESS)
}

/// Unlocks the encrypted files, or creates them if nothing is stored yet.
async fn seal(keeper: &Keeper, passphrase: Secret) -> Result<(), Failure> {
    if keeper.waits_for_passphrase() {
        keeper.open_sealed_file(passphrase).await?;
    } else if is_empty(keeper).await {
        keeper.use_sealed_file(passphrase).await?;
    }
    Ok(())
}

/// Whether nothing is stored yet, and there is no keychain for it.
async fn is_empty(keeper: &Keeper) -> bool {
    let view = keeper.view();
    if !view.accounts.is_empty() || view.clients.iter().any(|c| c.has_secret) {
        return false;
    }
    let _ = keeper.check_store().await;
    keeper.store_state().state == StoreState::Missing
}

/// Unlocks or creates the encrypted files for the person, or as the system units' user in a process of its own: root writes nothing into that user's folders.
async fn unlock(keeper: &Keeper, whose: Whose, passphrase: Secret) -> Result<(), Stop> {
    if whose == Whose::User {
        return Ok(seal(keeper, passphrase).await?);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", USER, "--regid", USER, "--init-groups", "--"]);
    command.arg(systemd::program()?).args(["service", "seal", "--passphrase-fd", "0"]);
    command.env_clear().env("HOME", STATE).env("PATH", "/usr/bin:/bin").current_dir("/");
    for name in ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    let code = pipe(&mut command, &passphrase)?;
    if code == 0 { Ok(()) } else { Err(Stop::Reported(code)) }
}

/// Runs a command with the passphrase as its standard input. Returns its exit code.
fn pipe(command: &mut Command, passphrase: &Secret) -> Result<u8, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .map_err(Failure::io(&name))?;
    if let Some(mut input) = child.stdin.take() {
        // A child that ends early reports why.
        let _ = input.write_all(passphrase.expose().as_bytes());
    }
    let status = child.wait().map_err(Failure::io(&name))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))
}

/// The folder of the system units' encrypted files.
fn sealed() -> PathBuf {
    Path::new(STATE).join(".local/share").join(IDENTIFIER).join("sealed")
}

/// The kept passphrase, if there is one.
async fn kept(home: &Home) -> Result<Option<(Credential, Secret)>, Failure> {
    if let Some(file) = home.encrypted.as_ref().filter(|file| file.exists()) {
        // It may have been encrypted on another machine.
        return Ok(decrypted(file).map(|secret| (Credential::Encrypted(file.clone()), secret)));
    }
    match home.plain.exists() {
        true => Ok(Some((Credential::Plain(home.plain.clone()), read_private(&home.plain).await?))),
        false => Ok(None),
    }
}

/// Keeps the passphrase for the units, encrypted where systemd can do it.
fn keep(home: &Home, secret: &Secret, written: &mut Vec<PathBuf>) -> Result<Credential, Failure> {
    if let Some(file) = &home.encrypted
        && let Some(sealed) = encrypted(secret)
    {
        systemd::write(file, &sealed, 0o600)?;
        written.push(file.clone());
        return Ok(Credential::Encrypted(file.clone()));
    }
    let line = Secret::new(format!("{}\n", secret.expose()));
    systemd::write(&home.plain, line.expose().as_bytes(), 0o600)?;
    written.push(home.plain.clone());
    Ok(Credential::Plain(home.plain.clone()))
}

/// The passphrase as systemd-creds encrypts it; none where that program is missing or refuses.
fn encrypted(secret: &Secret) -> Option<Vec<u8>> {
    let mut command = Command::new("systemd-creds");
    command.args(["encrypt", "--name", NAME, "-", "-"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(secret.expose().as_bytes()).ok()?;
    let ended = child.wait_with_output().ok()?;
    (ended.status.success() && !ended.stdout.is_empty()).then_some(ended.stdout)
}

/// The passphrase that systemd-creds encrypted on this machine.
fn decrypted(file: &Path) -> Option<Secret> {
    let mut command = Command::new("systemd-creds");
    command
        .args(["decrypt", "--name", NAME])
        .arg(file)
        .arg("-")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let ended = command.output().ok().filter(|ended| ended.status.success())?;
    String::from_utf8(ended.stdout).ok().map(Secret::new)
}

/// The first line of a file that only its owner can read.
async fn read_private(path: &Path) -> Result<Secret, Failure> {
    if !systemd::is_private(path).map_err(Failure::io(path.display()))? {
        return Err(Failure::Service("cli-service-readable", path.display().to_string()));
    }
    read_line(File::open(path).map_err(Failure::io(path.display()))?).await
}
