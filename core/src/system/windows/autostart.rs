//! Start at login: a value of the Run key, under the name that Task Manager shows and the uninstaller removes.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};

use crate::system::test_folder;

/// The key, always in the person's own part of the registry, never for all users.
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// The key in which Task Manager notes what the person has turned off.
const APPROVED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
/// The product's name.
const NAME: &str = "Keybearer";
/// The name of version 0.1.0.
const EARLIER: &str = "io.github.keybearer";
/// What Task Manager writes for an entry that is on: the lowest bit of the first byte says off.
const ON: [u8; 12] = [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// An entry as it was before a change.
#[derive(Debug)]
pub struct Entry {
    command: String,
    /// What Task Manager notes about it.
    approved: Option<Vec<u8>>,
}

/// Where the entry is.
pub fn place() -> io::Result<PathBuf> {
    Ok(PathBuf::from("HKEY_CURRENT_USER").join(Keys::usual().run).join(NAME))
}

/// Writes the entry that starts this program, hidden, at each login.
pub fn write(program: &Path) -> io::Result<()> {
    Keys::usual().write(program)
}

/// The entry, if there is one.
pub fn read() -> io::Result<Option<Entry>> {
    Ok(Keys::usual().read())
}

/// Writes an entry again.
pub fn restore(entry: &Entry) -> io::Result<()> {
    Keys::usual().restore(&entry.command, entry.approved.as_deref())
}

/// Removes the entry. A missing one is no error.
pub fn remove() -> io::Result<()> {
    Keys::usual().remove()
}

/// Renames an entry of version 0.1.0.
pub fn rename(program: &Path) -> io::Result<()> {
    Keys::usual().rename(program)
}

/// Never: a program stays where it is.
pub fn is_temporary(_program: &Path) -> bool {
    false
}

/// None: AppImages are Linux' own.
pub fn image(_program: &Path, _variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    None
}

struct Keys {
    run: String,
    approved: String,
}

impl Keys {
    /// The person's own; in a debug build those of the test that has a folder of its own.
    fn usual() -> Keys {
        match test_folder() {
            Some(folder) => Keys::below(&format!(
                r"Software\Keybearer test {}",
                folder.file_name().unwrap_or_default().to_string_lossy()
            )),
            None => Keys {
                run: RUN.to_owned(),
                approved: APPROVED.to_owned(),
            },
        }
    }

    fn below(key: &str) -> Keys {
        Keys {
            run: format!(r"{key}\Run"),
            approved: format!(r"{key}\Approved"),
        }
    }

    fn write(&self, program: &Path) -> io::Result<()> {
        self.forget(EARLIER);
        // Choosing it here turns it on, even if it was turned off in Task Manager.
        self.restore(&command(&program.to_string_lossy()), Some(&ON))
    }

    fn read(&self) -> Option<Entry> {
        Some(Entry {
            command: CURRENT_USER.open(&self.run).ok()?.get_string(NAME).ok()?,
            approved: self.approval(NAME),
        })
    }

    fn restore(&self, command: &str, approved: Option<&[u8]>) -> io::Result<()> {
        CURRENT_USER.create(&self.run)?.set_string(NAME, command)?;
        match (writable(&self.approved), approved) {
            (Some(key), Some(bytes)) => key.set_bytes(NAME, Type::Bytes, bytes)?,
            (Some(key), None) => drop(key.remove_value(NAME)),
            (None, _) => {}
        }
        Ok(())
    }

    fn remove(&self) -> io::Result<()> {
        self.forget(EARLIER);
        self.forget(NAME);
        match self.read() {
            Some(_) => Err(io::ErrorKind::PermissionDenied.into()),
            None => Ok(()),
        }
    }

    fn rename(&self, program: &Path) -> io::Result<()> {
        let is_there = CURRENT_USER.open(&self.run).is_ok_and(|run| run.get_string(EARLIER).is_ok());
        // What was turned off in Task Manager stays off.
        let is_off = self
            .approval(EARLIER)
            .and_then(|bytes| bytes.first().copied())
            .is_some_and(|first| first & 1 == 1);
        match (is_there, is_off) {
            (false, _) => Ok(()),
            (true, false) => self.write(program),
            (true, true) => self.remove(),
        }
    }

    /// What Task Manager notes about an entry.
    fn approval(&self, name: &str) -> Option<Vec<u8>> {
        let approved = CURRENT_USER.open(&self.approved).ok()?.get_value(name).ok()?;
        Some(approved.to_vec())
    }

    /// Deletes a value. A missing one is no error.
    fn forget(&self, name: &str) {
        for key in [&self.run, &self.approved] {
            let _ = writable(key).map(|key| key.remove_value(name));
        }
        // Version 0.1.0 wrote it for all users if it ran as administrator; only an administrator can undo that.
        let _ = LOCAL_MACHINE.options().write().open(&self.run).map(|key| key.remove_value(name));
    }
}

fn writable(path: &str) -> Option<Key> {
    CURRENT_USER.options().read().write().open(path).ok()
}

/// The path in quotes: without them `C:\Users\First Last\…` may start `C:\Users\First.exe` (Microsoft, `CreateProcess`).
fn command(program: &str) -> String {
    format!("\"{program}\" --hidden")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Keys of the test's own; gone when dropped.
    struct Own(String);

    impl Own {
        fn new(name: &str) -> Own {
            let own = Own(format!(r"Software\Keybearer test {} {name}", std::process::id()));
            for key in [own.run(), own.approved()] {
                CURRENT_USER.create(key).unwrap();
            }
            own
        }
        fn run(&self) -> String {
            format!(r"{}\Run", self.0)
        }
        fn approved(&self) -> String {
            format!(r"{}\Approved", self.0)
        }
        fn keys(&self) -> Keys {
            Keys::below(&self.0)
        }
        fn text(&self, name: &str) -> Option<String> {
            CURRENT_USER.open(self.run()).unwrap().get_string(name).ok()
        }
        fn first(&self, name: &str) -> Option<u8> {
            CURRENT_USER
                .open(self.approved())
                .unwrap()
                .get_value(name)
                .ok()
                .map(|value| value[0])
        }
        fn write(&self, name: &str, first: u8) {
            CURRENT_USER
                .create(self.run())
                .unwrap()
                .set_string(name, "old.exe --hidden")
                .unwrap();
            let mut bytes = ON;
            bytes[0] = first;
            CURRENT_USER
                .create(self.approved())
                .unwrap()
                .set_bytes(name, Type::Bytes, &bytes)
                .unwrap();
        }
    }

    impl Drop for Own {
        fn drop(&mut self) {
            let _ = CURRENT_USER.remove_tree(&self.0);
        }
    }

    fn program() -> PathBuf {
        std::env::current_exe().unwrap()
    }

    #[test]
    fn written_in_quotes_under_the_products_name_and_removed() {
        let own = Own::new("set");
        own.write(NAME, 3);
        own.keys().write(&program()).unwrap();
        assert_eq!(own.text("Keybearer").unwrap(), format!("\"{}\" --hidden", program().display()));
        assert_eq!(own.first(NAME), Some(2), "on again");
        own.keys().remove().unwrap();
        assert_eq!((own.text(NAME), own.first(NAME)), (None, None));
        // Removing what is not there is no error.
        own.keys().remove().unwrap();
        assert!(own.keys().read().is_none());
    }

    #[test]
    fn an_entry_can_be_what_it_was() {
        let own = Own::new("restored");
        own.write(NAME, 3);
        let before = own.keys().read().unwrap();
        own.keys().remove().unwrap();
        own.keys().restore(&before.command, before.approved.as_deref()).unwrap();
        assert_eq!((own.text(NAME).as_deref(), own.first(NAME)), (Some("old.exe --hidden"), Some(3)));
    }

    #[test]
    fn a_blank_in_the_path_stays_inside_the_quotes() {
        assert_eq!(command(r"C:\Users\First Last\k.exe"), r#""C:\Users\First Last\k.exe" --hidden"#);
    }

    #[test]
    fn an_entry_of_the_first_version_gets_its_name_of_today() {
        let own = Own::new("rename");
        own.keys().rename(&program()).unwrap();
        assert_eq!(own.text(NAME), None, "there was none");
        own.write(EARLIER, 2);
        own.keys().rename(&program()).unwrap();
        assert!(own.text(NAME).is_some_and(|command| command.starts_with('"')));
        assert_eq!((own.text(EARLIER), own.first(EARLIER)), (None, None));
    }

    #[test]
    fn what_was_switched_off_in_task_manager_stays_off() {
        let own = Own::new("off");
        own.write(EARLIER, 3);
        own.keys().rename(&program()).unwrap();
        assert_eq!((own.text(NAME), own.text(EARLIER)), (None, None));
    }
}
