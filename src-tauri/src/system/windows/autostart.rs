//! Start with the session: a value of the Run key, under the name that Task Manager shows and the uninstaller removes.

use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Type};

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

/// Writes or removes it.
///
/// # Errors
/// The registry's.
pub fn set(wanted: bool) -> Result<(), String> {
    Keys {
        run: RUN,
        approved: APPROVED,
    }
    .set(wanted)
}

/// Renames an entry of version 0.1.0.
///
/// # Errors
/// As [`set`].
pub fn rename() -> Result<(), String> {
    Keys {
        run: RUN,
        approved: APPROVED,
    }
    .rename()
}

struct Keys<'a> {
    run: &'a str,
    approved: &'a str,
}

impl Keys<'_> {
    fn set(&self, wanted: bool) -> Result<(), String> {
        self.forget(EARLIER);
        if !wanted {
            self.forget(NAME);
            return Ok(());
        }
        let program = std::env::current_exe().map_err(|e| e.to_string())?;
        let run = CURRENT_USER.create(self.run).map_err(|e| e.to_string())?;
        run.set_string(NAME, command(&program.to_string_lossy()))
            .map_err(|e| e.to_string())?;
        // Choosing it here turns it on, even if it was turned off in Task Manager.
        if let Some(approved) = writable(self.approved) {
            approved.set_bytes(NAME, Type::Bytes, &ON).map_err(|e| e.to_string())?;
        }
        Ok(())
    }

    fn rename(&self) -> Result<(), String> {
        let Some(run) = writable(self.run).filter(|run| run.get_string(EARLIER).is_ok()) else {
            return Ok(());
        };
        drop(run);
        // What was turned off in Task Manager stays off.
        let off = |approved: Key| approved.get_value(EARLIER).ok().and_then(|value| value.first().copied());
        let is_off = writable(self.approved).and_then(off).is_some_and(|first| first & 1 == 1);
        self.set(!is_off)
    }

    /// Deletes a value. A missing one is no error.
    fn forget(&self, name: &str) {
        for key in [self.run, self.approved] {
            let _ = writable(key).map(|key| key.remove_value(name));
        }
        // Version 0.1.0 wrote it for all users if it ran as administrator; only an administrator can undo that.
        let _ = LOCAL_MACHINE.options().write().open(self.run).map(|key| key.remove_value(name));
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
        fn with<T>(&self, act: impl FnOnce(Keys<'_>) -> T) -> T {
            let (run, approved) = (self.run(), self.approved());
            act(Keys {
                run: &run,
                approved: &approved,
            })
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

    #[test]
    fn written_in_quotes_under_the_products_name_and_removed() {
        let own = Own::new("set");
        own.write(NAME, 3);
        own.with(|keys| keys.set(true)).unwrap();
        let program = std::env::current_exe().unwrap();
        assert_eq!(own.text("Keybearer").unwrap(), format!("\"{}\" --hidden", program.display()));
        assert_eq!(own.first(NAME), Some(2), "on again");
        own.with(|keys| keys.set(false)).unwrap();
        assert_eq!((own.text(NAME), own.first(NAME)), (None, None));
        // Removing what is not there is no error.
        own.with(|keys| keys.set(false)).unwrap();
    }

    #[test]
    fn a_blank_in_the_path_stays_inside_the_quotes() {
        assert_eq!(command(r"C:\Users\First Last\k.exe"), r#""C:\Users\First Last\k.exe" --hidden"#);
    }

    #[test]
    fn an_entry_of_the_first_version_gets_its_name_of_today() {
        let own = Own::new("rename");
        own.with(|keys| keys.rename()).unwrap();
        assert_eq!(own.text(NAME), None, "there was none");
        own.write(EARLIER, 2);
        own.with(|keys| keys.rename()).unwrap();
        assert!(own.text(NAME).is_some_and(|command| command.starts_with('"')));
        assert_eq!((own.text(EARLIER), own.first(EARLIER)), (None, None));
    }

    #[test]
    fn what_was_switched_off_in_task_manager_stays_off() {
        let own = Own::new("off");
        own.write(EARLIER, 3);
        own.with(|keys| keys.rename()).unwrap();
        assert_eq!((own.text(NAME), own.text(EARLIER)), (None, None));
    }
}
