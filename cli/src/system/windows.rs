//! Windows only.

mod job;

use std::env::{split_paths, var_os};
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::AsHandle as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use keybearer_core::serve::Given;
use win32job::{ExtendedLimitInfo, Job as Outer};

use super::{NotStarted, is_set};
use crate::failure::Failure;

pub use self::job::{Job, SIGNALS, Session, Told};

/// The help of `--passphrase-fd`.
pub const PASSPHRASE_FD: &str = "Reads the passphrase of encrypted files, one line, from standard input when needed; N is 0, the only number that Windows has. By default the terminal asks";

/// `ERROR_BAD_EXE_FORMAT`: "%1 is not a valid Win32 application" (Microsoft, System Error Codes 0-499).
const BAD_EXE_FORMAT: i32 = 193;

/// The extensions that `CreateProcess` starts directly.
const STARTS: [&str; 4] = ["com", "exe", "bat", "cmd"];

/// Windows' default for PATHEXT.
const USUAL_ENDINGS: &str = ".COM;.EXE;.BAT;.CMD";

/// Whether the system tells which program asks for a token, so that the person can decide about programs.
pub const TELLS_PROGRAMS: bool = true;

/// The session's languages, in order of preference: Windows sets no `LANG`.
pub fn languages() -> Vec<String> {
    sys_locale::get_locales().collect()
}

/// Whether a browser would be visible; not in an ssh session (OpenSSH sets the variable on Windows, too).
pub fn has_screen() -> bool {
    !is_set("SSH_CONNECTION")
}

/// Whether this process was started with Ctrl-C ignored: no, because Windows does not report it then.
pub fn ignores_ctrl_c() -> bool {
    false
}

/// The listening socket with which this process was started: none on Windows.
pub fn given_socket() -> io::Result<Option<Given>> {
    Ok(None)
}

/// Does nothing: there is no systemd.
pub fn notify_ready() -> io::Result<()> {
    Ok(())
}

/// Does nothing: what Windows Error Reporting keeps is set up for the whole system.
pub fn keep_no_core_dumps() {}

/// Does nothing: Windows limits no file's size for a process.
pub fn survive_file_limits() {}

/// Waits for a signal that asks this process to end. There is none besides Ctrl-C.
pub fn terminated() -> impl Future<Output = ()> {
    std::future::pending()
}

/// Whether a file descriptor of this number can be read: only standard input, because shells cannot pass on handles by number.
pub fn is_descriptor(number: u32) -> bool {
    number == 0
}

/// Duplicates standard input.
///
/// # Errors
/// The system's; any other number is not supported.
pub fn duplicate(number: u32) -> io::Result<File> {
    match is_descriptor(number) {
        true => io::stdin().as_handle().try_clone_to_owned().map(File::from),
        false => Err(ErrorKind::Unsupported.into()),
    }
}

/// Does nothing: standard input stays open for the command.
pub fn close_on_exec(_: u32) {}

/// Opens a file to read it. It must be a file: a link is an error.
///
/// # Errors
/// The system's.
pub fn open_file(path: &Path) -> io::Result<File> {
    // Opens a link itself.
    const FILE_FLAG_OPEN_REPARSE_POINT: u32 = 0x0020_0000;
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("not a file")),
    }
}

/// Which file system a file is on: a folder that another one is mounted on is a link here.
pub fn device(_: &Metadata) -> Option<u64> {
    None
}

/// Whether this process has a console to ask at: both standard input and standard error. Only these two take and show text in all
/// scripts; `CONIN$` has the bytes of a code page.
pub fn has_console() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks at the console and reads a line there. The end of the input is an empty line.
///
/// # Errors
/// The system's, if there is no console.
pub fn ask_at_console(question: &str) -> io::Result<String> {
    if !has_console() {
        return Err(ErrorKind::NotFound.into());
    }
    let mut errors = io::stderr();
    errors.write_all(question.as_bytes())?;
    errors.flush()?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line)
}

/// Makes a command from the typed name, looked up with the extensions of PATHEXT as shells do, so that `npm` finds `npm.cmd`. A name
/// that is not found is left to the system, which also searches folders of its own.
pub fn command(program: &OsStr) -> Command {
    let (path, endings) = (var_os("PATH").unwrap_or_default(), var_os("PATHEXT").unwrap_or_default());
    Command::new(find(program, &path, &endings).unwrap_or_else(|| program.into()))
}

fn find(program: &OsStr, path: &OsStr, endings: &OsStr) -> Option<PathBuf> {
    let endings = endings.to_str().filter(|list| !list.is_empty()).unwrap_or(USUAL_ENDINGS);
    let as_typed = Path::new(program);
    let has_folder = as_typed.components().count() > 1 || program.to_string_lossy().contains(':');
    let folders: Vec<PathBuf> = match has_folder {
        true => vec![PathBuf::new()],
        false => split_paths(path).filter(|folder| folder.is_absolute()).collect(),
    };
    let with = |ending: &str| {
        let mut name = OsString::from(program);
        name.push(ending);
        PathBuf::from(name)
    };
    let mut names: Vec<PathBuf> = endings.split(';').filter(|e| e.len() > 1).map(with).collect();
    match ending(as_typed) {
        Some(ending) if STARTS.contains(&ending.as_str()) => names.insert(0, as_typed.to_owned()),
        Some(_) => names.push(as_typed.to_owned()),
        // A file without an extension is no program: next to `npm.cmd` there is `npm` for other shells.
        None => {}
    }
    let mut all = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    all.find(|file| file.is_file())
}

/// Runs a command and exits with its exit code, all 32 bits of it. If this process is ended, the command and everything it started end
/// with it. Ctrl-C reaches the command through the console. Returns only if the command did not start.
pub fn run(mut command: Command) -> io::Error {
    // cmd.exe would start and report another error.
    if is_batch(command.get_program()) && !Path::new(command.get_program()).is_file() {
        return ErrorKind::NotFound.into();
    }
    // While these exist, this process ignores the signals.
    let _heard = (tokio::signal::windows::ctrl_c(), tokio::signal::windows::ctrl_break());
    // Without a job, the command may outlive this process.
    let job = Outer::create_with_limit_info(ExtendedLimitInfo::new().limit_kill_on_job_close()).ok();
    let job = job.filter(|job| job.assign_current_process().is_ok());
    let ended = command.status();
    if let Some(job) = job {
        // What the command left running continues, as on other systems.
        let _ = job.set_extended_limit_info(&ExtendedLimitInfo::new());
        let _ = job.into_handle();
    }
    match ended {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

/// Whether the terminal shows text in UTF-8: a console gets UTF-16 from std, whatever its code page.
pub fn shows_utf8() -> bool {
    true
}

/// Why a command did not start.
pub fn not_started(program: &OsStr, error: &io::Error) -> NotStarted {
    let found = PathBuf::from(command(program).get_program());
    let ending = ending(&found);
    let starts = ending.as_deref().is_some_and(|e| STARTS.contains(&e));
    match error.kind() {
        // std refuses arguments that cmd.exe would interpret (std::process, "Windows argument splitting").
        ErrorKind::InvalidInput if is_batch(found.as_os_str()) => NotStarted::BatchArgument,
        _ if found.is_file() && (!starts || error.raw_os_error() == Some(BAD_EXE_FORMAT)) => {
            NotStarted::Script(interpreter(ending.as_deref().unwrap_or_default()))
        }
        ErrorKind::NotFound => NotStarted::NotFound,
        _ => NotStarted::Other,
    }
}

fn ending(file: &Path) -> Option<String> {
    file.extension().map(|ending| ending.to_string_lossy().to_lowercase())
}

fn is_batch(program: &OsStr) -> bool {
    matches!(ending(Path::new(program)).as_deref(), Some("bat" | "cmd"))
}

/// The usual interpreter of files with this extension.
fn interpreter(ending: &str) -> &'static str {
    match ending {
        "py" | "pyw" => "py",
        "js" | "mjs" | "cjs" => "node",
        "ps1" => "powershell -File",
        "rb" => "ruby",
        "php" => "php",
        "sh" => "bash",
        _ => "PROGRAM",
    }
}

/// What a service manager gave to this process: nothing, because only systemd does.
pub fn credential(_name: &str) -> Result<Option<File>, Failure> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn programs_are_found_as_shells_find_them() {
        let folder = tempfile::TempDir::new().unwrap();
        let (first, second) = (folder.path().join("a b"), folder.path().join("c"));
        for (at, names) in [
            (&first, &["npm", "npm.cmd", "tool.1", "both.py"][..]),
            (&second, &["npm.exe", "tool.1.exe", "both.bat"]),
        ] {
            std::fs::create_dir(at).unwrap();
            for name in names {
                std::fs::write(at.join(name), "").unwrap();
            }
        }
        let path = std::env::join_paths([Path::new("relative"), &first, &second]).unwrap();
        for (typed, endings, found) in [
            ("npm", ".EXE;.CMD", Some(first.join("npm.CMD"))),
            ("NPM", "", Some(first.join("NPM.CMD"))),
            ("npm.cmd", ".EXE", Some(first.join("npm.cmd"))),
            ("npm.exe", ".EXE", Some(second.join("npm.exe"))),
            // What is no program is taken for one only where nothing else is meant.
            ("tool.1", ".EXE;.CMD", Some(first.join("tool.1"))),
            ("both", ".BAT;.PY", Some(first.join("both.PY"))),
            ("both", ".BAT", Some(second.join("both.BAT"))),
            ("nothing", ".EXE", None),
            ("", ".EXE", None),
        ] {
            assert_eq!(find(typed.as_ref(), &path, endings.as_ref()), found, "{typed} {endings}");
        }
        let by_path = first.join("npm");
        assert_eq!(find(by_path.as_os_str(), "".as_ref(), ".CMD".as_ref()), Some(first.join("npm.CMD")));
        assert_eq!(
            find(second.join("npm.cmd").as_os_str(), &path, ".CMD".as_ref()),
            None,
            "a folder is a folder"
        );
    }
}
