//! Which programs run, and whose they are, by `sysinfo`.

use std::ffi::OsString;
use std::path::PathBuf;

use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

use crate::system::Process;

/// The process that started this one.
pub fn starter() -> Option<u32> {
    look(std::process::id(), ProcessRefreshKind::nothing(), parent)?
}

/// A process; none if it has ended.
pub fn process(pid: u32) -> Option<Process> {
    let (always, kind) = (UpdateKind::Always, ProcessRefreshKind::nothing());
    look(pid, kind.with_exe(always).with_cwd(always), |seen| Process {
        name: seen.name().to_string_lossy().into_owned(),
        executable: seen.exe().filter(|path| path.is_absolute()).map(PathBuf::from),
        // Without the separator at its end.
        folder: seen.cwd().map(|folder| folder.components().collect()),
        parent: parent(seen),
    })
}

/// The arguments of a process, its own name first.
pub fn arguments(pid: u32) -> Vec<OsString> {
    let wanted = ProcessRefreshKind::nothing().with_cmd(UpdateKind::Always);
    look(pid, wanted, |seen| seen.cmd().to_vec()).unwrap_or_default()
}

/// The SID of the person whose process this is, as in `S-1-5-21-…`; none where the system does not tell, as of other persons' processes.
pub fn person(pid: u32) -> Option<String> {
    let wanted = ProcessRefreshKind::nothing().with_user(UpdateKind::Always);
    look(pid, wanted, |seen| seen.user_id().map(|id| id.to_string()))?
}

/// The process that started another. Windows keeps the number of a process that has ended, and soon gives it to a younger one.
fn parent(seen: &sysinfo::Process) -> Option<u32> {
    let (number, begun) = (seen.parent()?.as_u32(), seen.start_time());
    let is_older = look(number, ProcessRefreshKind::nothing(), |other| other.start_time() <= begun)?;
    is_older.then_some(number)
}

fn look<T>(pid: u32, wanted: ProcessRefreshKind, read: impl FnOnce(&sysinfo::Process) -> T) -> Option<T> {
    let (mut system, pid) = (System::new(), Pid::from_u32(pid));
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, wanted);
    system.process(pid).map(read)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn this_process_has_a_starter() {
        let own = process(std::process::id()).unwrap();
        assert_eq!(own.parent, starter());
        assert_eq!(own.executable, std::env::current_exe().ok());
        assert_eq!(own.folder, std::env::current_dir().ok());
        assert!(own.name.ends_with(".exe"), "{own:?}");
        assert!(arguments(std::process::id()).len() >= std::env::args_os().count());
        assert!(person(std::process::id()).unwrap().starts_with("S-1-"));
    }

    #[test]
    fn there_is_no_such_process() {
        // Numbers are multiples of four.
        assert!(process(3).is_none() && arguments(3).is_empty() && person(3).is_none());
    }
}
