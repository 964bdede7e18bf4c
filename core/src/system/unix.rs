//! Linux and macOS: modes, links that are not followed, renames that no reader blocks, process groups.

pub mod autostart;
pub mod socket;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use rustix::io::Errno;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

/// Whether others cannot read a file while it is locked. `flock` locks nothing but other locks (flock(2)).
pub const LOCKS_HINDER_READERS: bool = false;

/// Creates or restricts a folder for its owner only (0700). Those above it that are missing are created so, too.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// Makes new files readable by their owner only (0600).
pub fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

/// Makes an existing file readable by its owner only (0600).
pub fn make_owner_only(file: &File) -> io::Result<()> {
    match file.metadata()?.permissions().mode() & 0o777 {
        0o600 => Ok(()),
        _ => file.set_permissions(fs::Permissions::from_mode(0o600)),
    }
}

/// Opens a file that must not be a link. Does not block on a pipe.
pub fn open_no_link(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
    options.custom_flags(flags.bits().cast_signed()).open(path)
}

/// Gives a file another file's owner, and optionally its group.
pub fn keep_owner(file: &File, before: &Metadata, and_group: bool) -> io::Result<()> {
    let now = file.metadata()?;
    if now.uid() != before.uid() || (and_group && now.gid() != before.gid()) {
        fchown(file, Some(before.uid()), Some(before.gid())).map_err(|e| io::Error::new(e.kind(), "its owner and group cannot be kept"))?;
    }
    Ok(())
}

/// Reads a file that others may replace at the same time: an open handle keeps the old content.
pub fn read<T>(read: impl Fn() -> io::Result<T>) -> io::Result<T> {
    read()
}

/// Renames a file over another in one step (rename(2)).
pub fn replace(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// How long a passing error is retried.
pub const PATIENCE: Duration = Duration::ZERO;

/// Whether an error may pass soon. Never here, because readers block nothing.
pub fn passes_by(_error: &io::Error) -> bool {
    false
}

/// Removes a file. Open handles keep it.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)
}

/// Makes a rename durable by syncing its folder. File systems that cannot sync folders do not need it.
pub fn last(_file: &File, folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// Does nothing: on Unix programs that are started inherit no connection.
pub fn keep_from_children(_connection: &impl AsFd) {}

/// Whether an error means that the folder does not support locks.
pub fn has_no_locks(error: &io::Error) -> bool {
    let unknown = [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOTSUP, Errno::NOLCK, Errno::INVAL];
    let code = error.raw_os_error();
    error.kind() == ErrorKind::Unsupported || code.is_some_and(|code| unknown.iter().any(|one| one.raw_os_error() == code))
}

/// The form in which `canonicalize` returns a path: the same.
pub fn whole_path(path: &Path) -> PathBuf {
    path.to_owned()
}

/// A text that separates this person's temporary files from others', because everyone shares the folder.
pub fn person() -> String {
    rustix::process::getuid().as_raw().to_string()
}

/// Whether this folder belongs to this person.
pub fn is_own_folder(known: &Metadata) -> bool {
    known.is_dir() && known.uid() == rustix::process::getuid().as_raw()
}

/// Whether a file that begins so is a program by itself: somebody may run it, and no other program runs it.
pub fn is_program(known: &Metadata, begins: &[u8]) -> bool {
    known.permissions().mode() & 0o111 != 0 && begins != b"#!"
}

/// This computer's name.
pub fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Whether an address is refused because its port is taken.
pub fn is_port_taken(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrInUse
}

/// The data folder's parent in an earlier version, if it was another one: none.
pub fn earlier_data_folder(_base: &directories::BaseDirs) -> Option<&Path> {
    None
}

/// A program that runs, in a group of its own. Dropping it ends the whole group.
#[derive(Debug)]
pub struct Program {
    child: Child,
    group: Option<u32>,
}

impl Program {
    /// Starts it.
    pub fn start(mut command: Command) -> io::Result<Program> {
        let child = command.process_group(0).spawn()?;
        let group = child.id();
        Ok(Program { child, group })
    }

    /// Its standard input, output and error, once.
    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdin.take(), self.child.stdout.take(), self.child.stderr.take())
    }

    /// Waits for its end, but not for its children's.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Lets its children continue.
    pub fn leave(mut self) {
        self.group = None;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let group = self.group.and_then(|id| rustix::process::Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(group) = group {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_folder_without_locks_says() {
        for unknown in [Errno::NOSYS, Errno::OPNOTSUPP, Errno::NOLCK, Errno::INVAL] {
            assert!(has_no_locks(&unknown.into()), "{unknown}");
        }
        for other in [Errno::INTR, Errno::IO, Errno::NOSPC, Errno::ACCESS] {
            assert!(!has_no_locks(&other.into()), "{other}");
        }
        assert!(has_no_locks(&ErrorKind::Unsupported.into()));
    }
}
