//! systemd's commands and folders, and what the units need of the system.

use std::env::{home_dir, var};
use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Whose;
use super::units::TIMER;
use crate::failure::Failure;

/// The system units' user.
pub const USER: &str = "keybearer";
/// The user's home, which is the units' state directory.
pub const STATE: &str = "/var/lib/keybearer";
/// The file that makes the user.
pub const SYSUSERS: &str = "/etc/sysusers.d/keybearer.conf";

/// Whether AppArmor refuses namespaces to users' programs without a profile, as on Ubuntu from 24.04 on.
const APPARMOR: &str = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

/// Where the files of one installation are.
#[derive(Debug)]
pub struct Home {
    /// Whose it is.
    pub whose: Whose,
    /// The units.
    pub units: PathBuf,
    /// The kept passphrase.
    pub plain: PathBuf,
    /// The same, encrypted by systemd; a user's own manager reads encrypted ones from version 256 on only.
    pub encrypted: Option<PathBuf>,
    /// The file whose time is that of the timer's last run (systemd.timer(5), `Persistent=`).
    pub stamp: PathBuf,
    /// Variables that say where the accounts are, if this shell differs from the user's manager.
    pub variables: Vec<(&'static str, String)>,
}

impl Home {
    /// The folders of the person, or of the system.
    ///
    /// # Errors
    /// [`Failure::System`] where the person has no home folder.
    pub fn of(whose: Whose) -> Result<Home, Failure> {
        let stamp = format!("stamp-{TIMER}");
        if whose == Whose::System {
            return Ok(Home {
                whose,
                units: "/etc/systemd/system".into(),
                plain: "/etc/credstore/keybearer.passphrase".into(),
                encrypted: Some("/etc/credstore.encrypted/keybearer.passphrase".into()),
                stamp: Path::new("/var/lib/systemd/timers").join(stamp),
                variables: Vec::new(),
            });
        }
        let home = home_dir().filter(|home| home.is_absolute());
        let home = home.ok_or_else(|| Failure::io("HOME")(ErrorKind::NotFound.into()))?;
        let set = |name: &str| var(name).ok().filter(|value| Path::new(value).is_absolute());
        let base = |name: &str, usual: &str| set(name).map_or_else(|| home.join(usual), PathBuf::from);
        Ok(Home {
            whose,
            units: base("XDG_CONFIG_HOME", ".config").join("systemd/user"),
            // Not in the data folder: a copy of that would contain its own passphrase. Not among the settings, which people share.
            plain: base("XDG_STATE_HOME", ".local/state").join("io.github.keybearer/passphrase"),
            encrypted: None,
            stamp: base("XDG_DATA_HOME", ".local/share").join("systemd/timers").join(stamp),
            variables: ["XDG_CONFIG_HOME", "XDG_DATA_HOME"]
                .into_iter()
                .filter_map(|name| Some((name, set(name)?)))
                .collect(),
        })
    }

    /// The files that may have a kept passphrase.
    pub fn kept(&self) -> Vec<PathBuf> {
        self.encrypted.iter().cloned().chain([self.plain.clone()]).collect()
    }
}

/// Whether this process is root's.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether systemd is the system's first process (sd_booted(3)).
pub fn is_running() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

/// Calls systemctl; false if it failed. Its messages go to standard error.
pub fn systemctl(whose: Whose, arguments: &[&str]) -> bool {
    let mut command = Command::new("systemctl");
    command.args(own(whose)).args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A property of a unit that is loaded.
pub fn property(whose: Whose, unit: &str, name: &str) -> Option<String> {
    let mut command = Command::new("systemctl");
    command.args(own(whose)).args(["show", unit, "--value", "-p", name]);
    let shown = command.stdin(Stdio::null()).output().ok().filter(|shown| shown.status.success())?;
    Some(String::from_utf8_lossy(&shown.stdout).trim().to_owned())
}

/// The same command as a person types it.
pub fn typed(whose: Whose, arguments: &[&str]) -> String {
    let sudo: &[&str] = if whose == Whose::System { &["sudo"] } else { &[] };
    [sudo, &["systemctl"], own(whose), arguments].concat().join(" ")
}

fn own(whose: Whose) -> &'static [&'static str] {
    match whose {
        Whose::User => &["--user"],
        Whose::System => &[],
    }
}

/// This program, as units call it.
///
/// # Errors
/// [`Failure::System`].
pub fn program() -> Result<PathBuf, Failure> {
    std::env::current_exe().map_err(Failure::io("keybearer"))
}

/// Whether users' programs may use namespaces. Some distributions refuse them, and a unit that asks for one then doesn't start. Under
/// AppArmor's restriction unshare may have a profile that allows it; a user's manager has none.
pub fn has_namespaces() -> bool {
    if is_on(Path::new(APPARMOR)) {
        return false;
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "true"]);
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Whether a switch of the kernel exists and is on.
fn is_on(switch: &Path) -> bool {
    fs::read_to_string(switch).is_ok_and(|value| value.trim() == "1")
}

/// The person's name if systemd ends their units with their last session (loginctl(1), `enable-linger`).
pub fn without_linger() -> Option<String> {
    let user = output(Command::new("id").arg("-un")).ok()?;
    (!Path::new("/var/lib/systemd/linger").join(&user).exists()).then_some(user)
}

/// Makes the system units' user, and the home.
///
/// # Errors
/// [`Failure::System`].
pub fn make_user() -> Result<(), Failure> {
    if !has_user() {
        output(Command::new("systemd-sysusers").arg(SYSUSERS))?;
    }
    output(Command::new("install").args(["-d", "-m", "700", "-o", USER, "-g", USER, STATE])).map(|_| ())
}

/// Whether the system units' user exists.
pub fn has_user() -> bool {
    output(Command::new("id").args(["-u", USER])).is_ok()
}

/// What a command prints.
///
/// # Errors
/// [`Failure::System`] with its message, if it fails.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let ended = command.stdin(Stdio::null()).output().map_err(Failure::io(&name))?;
    if !ended.status.success() {
        return Err(Failure::System(format!(
            "{name}: {}",
            String::from_utf8_lossy(&ended.stderr).trim()
        )));
    }
    Ok(String::from_utf8_lossy(&ended.stdout).trim().to_owned())
}

/// Writes a file in one step. Folders that are missing are made for their owner only.
///
/// # Errors
/// [`Failure::System`].
pub fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let part = folder.join(format!(
        ".{}.part",
        path.file_name().unwrap_or(OsStr::new("keybearer")).to_string_lossy()
    ));
    let written = make_folder(folder, if mode == 0o600 { 0o700 } else { 0o755 })
        .and_then(|()| match fs::remove_file(&part) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => OpenOptions::new().write(true).create_new(true).mode(mode).open(&part),
        })
        .and_then(|mut file| {
            file.write_all(content)?;
            // Whatever the umask is.
            file.set_permissions(fs::Permissions::from_mode(mode))?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        // It may have the passphrase.
        let _ = fs::remove_file(&part);
    }
    written.map_err(Failure::io(path.display()))
}

fn make_folder(folder: &Path, mode: u32) -> std::io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(mode).create(folder)
}

/// Whether only its owner can read a file, and that is this person.
///
/// # Errors
/// The system's.
pub fn is_private(path: &Path) -> std::io::Result<bool> {
    let known = fs::metadata(path)?;
    Ok(known.is_file() && known.mode() & 0o077 == 0 && known.uid() == rustix::process::geteuid().as_raw())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_switch_that_is_missing_is_off() {
        let folder = tempfile::TempDir::new().unwrap();
        let switch = folder.path().join("switch");
        assert!(!is_on(&switch));
        for (value, on) in [("0\n", false), ("1\n", true)] {
            fs::write(&switch, value).unwrap();
            assert_eq!(is_on(&switch), on);
        }
    }
}
