//! The window's process: `keybearer-desktop`, which passes what it is started for to one that runs already.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use zbus::blocking::Connection;

use super::bus;
use crate::failure::Failure;

/// The program, beside this one.
const PROGRAM: &str = "keybearer-desktop";
/// The name of a window's process on the session's bus.
const NAME: &str = "io.github.keybearer.SingleInstance";

/// Whether a window's process runs.
pub fn is_running(bus: &Connection) -> bool {
    bus::has_owner(bus, NAME)
}

/// How the window's process is started.
#[derive(Clone, Debug)]
pub struct Window {
    program: PathBuf,
}

impl Window {
    /// The AppImage that this process belongs to, or the program beside this one.
    ///
    /// # Errors
    /// [`Failure::Tray`] if there is none.
    pub fn find() -> Result<Window, Failure> {
        let image = std::env::var_os("APPIMAGE").map(PathBuf::from);
        let program = match image {
            Some(image) => image,
            None => std::env::current_exe()
                .map_err(Failure::io("/proc/self/exe"))?
                .with_file_name(PROGRAM),
        };
        match program.is_file() {
            true => Ok(Window { program }),
            false => Err(Failure::Tray("cli-tray-no-window", program.display().to_string())),
        }
    }

    /// Starts it, in a process group of its own. A thread waits for its end.
    pub fn start(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.program);
        command.args(arguments).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.spawn().and_then(|mut child| {
            let wait = move || drop(child.wait());
            std::thread::Builder::new().name("window".into()).spawn(wait).map(drop)
        });
        if let Err(error) = started {
            tracing::warn!(%error, program = %self.program.display(), "the window's process does not start");
        }
    }
}
