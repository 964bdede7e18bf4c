//! Linux, macOS and other Unix systems. The one `unsafe` says why.

mod job;

use std::ffi::OsStr;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Write as _};
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use rustix::io::{Errno, FdFlags, fcntl_dupfd_cloexec, fcntl_setfd};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::NotStarted;

pub use self::job::{Job, SIGNALS, Session, Told};

/// The help of `--passphrase-fd`.
pub const PASSPHRASE_FD: &str =
    "Reads the passphrase of encrypted files, one line, from this file descriptor when needed; by default the terminal asks";

/// Whether a file descriptor of this number can be read on this system.
pub fn is_descriptor(_: u32) -> bool {
    true
}

/// Duplicates the file descriptor of this number.
///
/// # Errors
/// The system's, if it is not open.
pub fn duplicate(number: u32) -> io::Result<File> {
    with(number, |open| fcntl_dupfd_cloexec(open, 0)).map(File::from)
}

/// Closes a descriptor for a command that takes this process's place, so that it cannot read the passphrase again. Standard input stays
/// open.
pub fn close_on_exec(number: u32) {
    if number > 2 {
        // If it is not open, reading from it says so.
        let _ = with(number, |open| fcntl_setfd(open, FdFlags::CLOEXEC));
    }
}

#[allow(unsafe_code)]
fn with<T>(number: u32, work: impl FnOnce(BorrowedFd<'_>) -> rustix::io::Result<T>) -> io::Result<T> {
    let number = RawFd::try_from(number).map_err(|_| Errno::BADF)?;
    // SAFETY: borrowed for this one call, which closes nothing; a number that is not open is refused.
    Ok(work(unsafe { BorrowedFd::borrow_raw(number) })?)
}

/// Opens a file to read it. It must be a file: a link, a pipe and a device are errors, and none of them is waited for.
///
/// # Errors
/// The system's.
pub fn open_file(path: &Path) -> io::Result<File> {
    let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("not a file")),
    }
}

/// Which file system a file is on.
pub fn device(known: &Metadata) -> Option<u64> {
    Some(known.dev())
}

/// The limit with which the system makes no core dump. Linux gives one to a program that takes them by a pipe whatever the limit is, but not
/// with this one (fs/coredump.c); no file of one byte is written either.
const NO_CORE_DUMP: u64 = if cfg!(target_os = "linux") { 1 } else { 0 };

/// Has the system keep no core dump of this process, whose memory has secrets. Programs that it starts begin with this limit, and may
/// raise it again.
pub fn keep_no_core_dumps() {
    let limits = getrlimit(Resource::Core);
    // Refused where the hard limit is 0, which is then the limit already (setrlimit(2)).
    let _ = setrlimit(
        Resource::Core,
        Rlimit {
            current: Some(NO_CORE_DUMP),
            ..limits
        },
    );
}

/// Lets a write beyond the limit of a file's size fail like any other, instead of ending the process, which may have a new token in memory
/// only (setrlimit(2), RLIMIT_FSIZE).
pub fn survive_file_limits() {
    use tokio::signal::unix::{SignalKind, signal};
    // Without the signal's listener the process still works.
    let _ = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()));
}

/// Waits for SIGTERM, which from the call on does not end the process by itself.
pub fn terminated() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signal = signal(SignalKind::terminate());
    async {
        match signal {
            Ok(mut signal) => drop(signal.recv().await),
            // The signal then ends the process at once.
            Err(_) => std::future::pending().await,
        }
    }
}

/// Makes a command from the typed name; the system looks it up.
pub fn command(program: &OsStr) -> Command {
    Command::new(program)
}

/// Runs a command in this process's place. Returns only if it did not start.
pub fn run(mut command: Command) -> io::Error {
    command.exec()
}

/// Whether this process has a terminal, whatever its standard input and output are.
pub fn has_console() -> bool {
    console().is_ok()
}

/// Asks at the terminal and reads a line there. The end of the input is an empty line.
///
/// # Errors
/// The system's, if there is no terminal.
pub fn ask_at_console(question: &str) -> io::Result<String> {
    let mut console = console()?;
    console.write_all(question.as_bytes())?;
    // A terminal hands out one line at a time.
    let mut line = Vec::new();
    BufReader::new(console).read_until(b'\n', &mut line)?;
    Ok(String::from_utf8_lossy(&line).into_owned())
}

fn console() -> io::Result<File> {
    OpenOptions::new().read(true).write(true).open("/dev/tty")
}

/// Whether the terminal shows text in UTF-8, by POSIX's variables for it.
pub fn shows_utf8() -> bool {
    let mut variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    let charset = variables.find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    charset.is_some_and(|name| name.to_ascii_lowercase().replace('-', "").contains("utf8"))
}

/// Why a command did not start.
pub fn not_started(_: &OsStr, error: &io::Error) -> NotStarted {
    match error.kind() {
        ErrorKind::NotFound => NotStarted::NotFound,
        _ => NotStarted::Other,
    }
}
