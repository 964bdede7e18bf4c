//! Windows only. Facts come from Microsoft's documents, named where they are used; core/tests/platform.rs tests what Wine can show.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsSocket;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::LazyLock;
use std::time::Instant;

use process_wrap::tokio::{ChildWrapper, CommandWrap, CreationFlags, JobObject};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout, Command};

pub use self::gate::PATIENCE;
pub use super::elsewhere::{keychain, ports, watch_folder};

pub mod autostart;
pub mod certificates;
mod gate;
pub mod programs;
pub mod socket;

/// The longest secret that the keychain takes, in bytes: `CRED_MAX_CREDENTIAL_BLOB_SIZE` is 2,560 bytes (CREDENTIALW), which are
/// half as many letters of UTF-16.
pub const KEYCHAIN_LIMIT: usize = 1280;

/// Modifiers of new entries: for this computer only. The default `CRED_PERSIST_ENTERPRISE` copies them to other computers with a roaming
/// profile (CREDENTIALW), and two computers must not renew one pair. An entry of an earlier version changes when it is next written.
pub const KEYCHAIN_MODIFIERS: [(&str, &str); 1] = [("persistence", "Local")];

/// The search for a service's entries: by the end of their names, which are `KEY.SERVICE`.
pub fn keychain_search(service: &str) -> (&'static str, String) {
    ("pattern", format!("^.*\\.{}$", regex_lite::escape(service)))
}

/// Whether an error means that the keychain is locked: never, because Credential Manager is unlocked with the session.
pub fn is_locked(_error: &keyring_core::Error) -> bool {
    false
}

/// Whether others cannot read a file while it is locked. The lock covers all its bytes and denies access to them to every other
/// handle (LockFileEx).
pub const LOCKS_HINDER_READERS: bool = true;

/// `ERROR_ACCESS_DENIED`: the error of a rename while a handle to the old file is open.
const ACCESS_DENIED: i32 = 5;
/// `ERROR_SHARING_VIOLATION`: an open handle does not share enough access.
const SHARING_VIOLATION: i32 = 32;
/// `WSAEACCES`: a port in a range that Hyper-V or another service has reserved, or one bound for one program only.
const PORT_FORBIDDEN: i32 = 10013;

/// `FILE_SHARE_READ | FILE_SHARE_WRITE`, without `FILE_SHARE_DELETE`: such a file cannot be renamed or removed (CreateFileW).
const NO_RENAME: u32 = 3;
const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
const CREATE_NO_WINDOW: u32 = 0x0800_0000;

/// Creates a folder. One of the profile has the profile's access list, for its owner and the administrators.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Does nothing: a new file has its folder's access list.
pub fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Does nothing: a file has the access list of its folder.
pub fn make_owner_only(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Opens a file that must not be a link. A handle on the name itself comes first and prevents its replacement; then the file is opened
/// as usual, because files of OneDrive and deduplicated ones are reparse points, too, but no links.
pub fn open_no_link(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let mut itself = OpenOptions::new();
    itself.read(true).share_mode(NO_RENAME).custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
    gate::patiently(
        |error| error.raw_os_error() == Some(SHARING_VIOLATION),
        || {
            let held = itself.open(path)?;
            match held.metadata()?.is_symlink() {
                true => Err(io::Error::new(ErrorKind::InvalidInput, "it is a link")),
                false => options.open(path),
            }
        },
    )
}

/// Does nothing: a file that replaces another has its folder's access list, and this person as its owner.
pub fn keep_owner(_file: &File, _before: &Metadata, _and_group: bool) -> io::Result<()> {
    Ok(())
}

/// Reads a file that others may replace at the same time: our own programs wait for each other, and errors caused by others are retried.
pub fn read<T>(read: impl Fn() -> io::Result<T>) -> io::Result<T> {
    gate::patiently(passes_by, || gate::reading(&read))
}

/// Renames a file over another in one step. MoveFileExW is refused while anyone has the old file open; std then tries the rename of
/// POSIX (`FILE_RENAME_FLAG_POSIX_SEMANTICS`, Windows 10 1607 on NTFS), which is refused only where a handle does not share deletion, as
/// those of many programs, virus scanners and indexers.
pub fn replace(from: &Path, to: &Path) -> io::Result<()> {
    gate::patiently(passes_by, || gate::alone(|| fs::rename(from, to)))
}

/// Whether an error may pass soon, because another program has the file open.
pub fn passes_by(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(ACCESS_DENIED | SHARING_VIOLATION))
}

/// Removes a file. Its name may stay while others have it open, so wait until it is gone: a deleted secret must not be found again.
pub fn remove(path: &Path) -> io::Result<()> {
    gate::patiently(passes_by, || {
        gate::alone(|| {
            fs::remove_file(path)?;
            let still_there =
                || fs::symlink_metadata(path).map_or_else(|_| Ok(()), |_| Err(io::Error::from_raw_os_error(SHARING_VIOLATION)));
            gate::patiently(passes_by, still_there).or(Ok(()))
        })
    })
}

/// Makes a rename durable. A folder cannot be flushed, and `MOVEFILE_WRITE_THROUGH` only covers moves between volumes (MoveFileExW).
/// NTFS logs names first, and flushing the renamed file writes the log before it (FlushFileBuffers). FAT and network drives guarantee
/// nothing.
pub fn last(file: &File, _folder: &Path) {
    let _ = file.sync_all();
}

/// Keeps a connection from programs that are started later. One that `accept` makes is inherited, and stays open on the other side
/// until the last of them ends. A program that starts between the two calls still gets it.
pub fn keep_from_children(connection: &impl AsSocket) {
    let _ = socket2::SockRef::from(connection).set_no_inherit(true);
}

/// Whether an error means that the folder does not support locks.
pub fn has_no_locks(error: &io::Error) -> bool {
    error.kind() == ErrorKind::Unsupported
}

/// The form in which `canonicalize` returns a path: with `\\?\` before it. Version 0.1.0 derived the names of unfinished exports from
/// it.
pub fn whole_path(path: &Path) -> PathBuf {
    let by_folder = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    path.canonicalize().ok().or_else(by_folder).unwrap_or_else(|| path.to_owned())
}

/// A text that separates this person's temporary files from others': empty, because the folder is the person's own.
pub fn person() -> String {
    "own".to_owned()
}

/// Whether this folder belongs to this person.
pub fn is_own_folder(known: &Metadata) -> bool {
    known.is_dir()
}

/// Whether a file that begins so is a program by itself (Microsoft, "PE Format": the MS-DOS stub).
pub fn is_program(_known: &Metadata, begins: &[u8]) -> bool {
    begins == b"MZ"
}

/// This computer's name.
pub fn host_name() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// Whether an address is refused because its port is taken or reserved.
pub fn is_port_taken(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AddrInUse || error.raw_os_error() == Some(PORT_FORBIDDEN)
}

/// Seconds since an arbitrary moment, sleep included: `Instant` is QueryPerformanceCounter, which counts "the time when the machine was
/// in a sleep state" (Microsoft's "Acquiring high-resolution time stamps").
pub fn since_boot() -> i64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    i64::try_from(BEGUN.elapsed().as_secs()).unwrap_or(i64::MAX)
}

/// The folder for programs' data on this computer only.
pub fn data_folder(base: &directories::BaseDirs) -> &Path {
    base.data_local_dir()
}

/// The data folder's parent in version 0.1.0, which a roaming profile copies to other computers.
pub fn earlier_data_folder(base: &directories::BaseDirs) -> Option<&Path> {
    Some(base.data_dir())
}

/// A program that runs, in a job of its own and without a console window. Dropping it ends the whole job. The program is
/// started suspended, so that it is in the job before it can start another one.
#[derive(Debug)]
pub struct Program {
    child: Box<dyn ChildWrapper>,
    ends: bool,
}

impl Program {
    /// Starts it.
    pub fn start(command: Command) -> io::Result<Program> {
        let mut flags = CreationFlags(Default::default());
        flags.0.0 = CREATE_NO_WINDOW;
        let child = CommandWrap::from(command).wrap(flags).wrap(JobObject).spawn()?;
        Ok(Program { child, ends: true })
    }

    /// Its standard input, output and error, once.
    pub fn pipes(&mut self) -> (Option<ChildStdin>, Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdin().take(), self.child.stdout().take(), self.child.stderr().take())
    }

    /// Waits for its end, but not for its children's, as waiting for the job would.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        self.child.inner_mut().wait().await
    }

    /// Lets its children continue. Closing the job does not end them, because it lacks `JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE`.
    pub fn leave(mut self) {
        self.ends = false;
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.ends {
            let _ = self.child.start_kill();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_reserved_is_taken() {
        for taken in [10048, PORT_FORBIDDEN] {
            assert!(is_port_taken(&io::Error::from_raw_os_error(taken)), "{taken}");
        }
        // WSAEADDRNOTAVAIL: there is no such address.
        assert!(!is_port_taken(&io::Error::from_raw_os_error(10049)));
    }
}
