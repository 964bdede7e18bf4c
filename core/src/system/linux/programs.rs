//! Which programs run, by /proc (proc(5)).

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use crate::system::Process;

/// The kernel keeps that many bytes of a name.
const SHORT_NAME: usize = 15;

/// The process that started this one.
pub fn starter() -> Option<u32> {
    u32::try_from(rustix::process::getppid()?.as_raw_nonzero().get()).ok()
}

/// A process; none if it has ended.
pub fn process(pid: u32) -> Option<Process> {
    let folder = PathBuf::from(format!("/proc/{pid}"));
    let (short, parent) = name_and_parent(&fs::read(folder.join("stat")).ok()?)?;
    // Other persons' processes do not show these two.
    let executable = fs::read_link(folder.join("exe")).ok().map(without_mark);
    let working = fs::read_link(folder.join("cwd")).ok();
    Some(Process {
        name: name(short, executable.as_deref()),
        executable,
        folder: working,
        parent: Some(parent).filter(|parent| *parent > 0),
    })
}

/// The arguments of a process, its own name first.
pub fn arguments(pid: u32) -> Vec<OsString> {
    let all = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words = all.strip_suffix(b"\0").unwrap_or(&all).split(|byte| *byte == 0);
    words.map(|word| OsString::from_vec(word.to_vec())).collect()
}

/// The short name and the parent: `12 (a name) S 1 …`. The name may contain brackets and spaces.
fn name_and_parent(stat: &[u8]) -> Option<(String, u32)> {
    let (begin, end) = (stat.iter().position(|b| *b == b'(')?, stat.iter().rposition(|b| *b == b')')?);
    let name = String::from_utf8_lossy(stat.get(begin + 1..end)?).into_owned();
    let rest = std::str::from_utf8(stat.get(end + 1..)?).ok()?;
    Some((name, rest.split_whitespace().nth(1)?.parse().ok()?))
}

/// A program may call its threads what it likes, and the kernel cuts names off: its executable's name then. A link's name is the
/// one that people know: `python3` for `python3.11`.
fn name(short: String, executable: Option<&Path>) -> String {
    let whole = executable.and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    match whole {
        Some(whole) if whole.starts_with(&short) && short.len() < SHORT_NAME => short,
        Some(whole) => whole,
        None => short,
    }
}

/// The kernel marks the path of a file that was replaced since, as by an update.
fn without_mark(path: PathBuf) -> PathBuf {
    match path.as_os_str().as_bytes().strip_suffix(b" (deleted)") {
        Some(path) => PathBuf::from(OsString::from_vec(path.to_vec())),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_may_contain_anything() {
        assert_eq!(name_and_parent(b"12 (a) b (c) S 7 12"), Some(("a) b (c".to_owned(), 7)));
        assert_eq!(name_and_parent(b"12 (cut"), None);
        assert_eq!(name_and_parent(b""), None);
    }

    #[test]
    fn the_executable_tells_what_the_kernel_cut_off() {
        for (short, executable, wanted) in [
            ("python3", "/usr/bin/python3.11", "python3"),
            ("gnome-terminal-", "/usr/libexec/gnome-terminal-server", "gnome-terminal-server"),
            ("MainThread", "/usr/bin/node", "node"),
            ("bot.py", "/usr/bin/python3.11", "python3.11"),
        ] {
            assert_eq!(name(short.to_owned(), Some(Path::new(executable))), wanted);
        }
        assert_eq!(name("systemd".to_owned(), None), "systemd");
    }

    #[test]
    fn this_process_has_a_starter() {
        let own = process(std::process::id()).unwrap();
        assert_eq!(own.parent, starter());
        assert_eq!(own.executable, std::env::current_exe().ok());
        assert_eq!(own.folder, std::env::current_dir().ok());
        assert!(arguments(std::process::id()).len() >= std::env::args_os().count());
    }
}
