//! The window's process: `keybearer-desktop`, which passes what it is started for to one that runs already.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use keybearer_core::desktop::autostart;
use zbus::blocking::Connection;

use super::bus;
use crate::autostart::{PROGRAM, app};
use crate::failure::Failure;

/// The name of a window's process on the session's bus.
const NAME: &str = "io.github.keybearer.SingleInstance";

/// Whether a window's process runs.
pub fn is_running(bus: &Connection) -> bool {
    bus::has_owner(bus, NAME)
}

/// How long a window's process may take to start, and then to end.
const PATIENCE: Duration = Duration::from_secs(15);

/// Whether a process runs the window's program of this installation: the one beside this program, or one of the same AppImage. Each start
/// of an AppImage is mounted in a folder of its own, so its program is recognized by the image.
pub fn is_own(process: u32) -> bool {
    let program = std::fs::read_link(format!("/proc/{process}/exe"));
    // An update of the package has replaced both; the kernel marks only the file's name.
    let own = std::fs::read_link("/proc/self/exe");
    let (Ok(program), Ok(own)) = (program, own) else { return false };
    match autostart::image(&own) {
        Some(image) => program.ends_with(PROGRAM) && image_of(process, &program).is_some_and(|other| is_same_file(&image, &other)),
        None => program == own.with_file_name(PROGRAM),
    }
}

/// The AppImage that a process was started from.
fn image_of(process: u32, program: &Path) -> Option<PathBuf> {
    let environment = std::fs::read(format!("/proc/{process}/environ")).ok()?;
    autostart::image_by(program, |name| {
        let mut variables = environment.split(|byte| *byte == 0);
        let value = variables.find_map(|v| v.strip_prefix(name.as_bytes())?.strip_prefix(b"="))?;
        Some(OsStr::from_bytes(value).to_owned())
    })
}

/// Whether both paths lead to one file that exists.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// How the window's process is started. Clones share one state.
#[derive(Clone, Debug)]
pub struct Window {
    program: PathBuf,
    /// The threads that wait for the processes that were started.
    started: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Window {
    /// Finds its program.
    ///
    /// # Errors
    /// [`Failure::Tray`] if there is none.
    pub fn find() -> Result<Window, Failure> {
        Ok(Window {
            program: app(|path| Failure::Tray("cli-tray-no-window", path))?,
            started: Arc::default(),
        })
    }

    /// Ends it if it runs, or is just starting. Blocks until it has ended, or for [`PATIENCE`].
    pub fn end(&self, bus: &Connection) {
        let began = Instant::now();
        let wait = |over: &dyn Fn() -> bool| {
            while !over() && began.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(20));
            }
        };
        // One that is starting has no name yet.
        wait(&|| is_running(bus) || !self.is_starting());
        if is_running(bus) {
            self.start(&["--quit"]);
            wait(&|| !is_running(bus));
        }
    }

    /// Whether a process that was started has not ended.
    fn is_starting(&self) -> bool {
        let started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.iter().any(|waiting| !waiting.is_finished())
    }

    /// Starts it, in a process group of its own. A thread waits for its end.
    pub fn start(&self, arguments: &[&str]) {
        let mut command = Command::new(&self.program);
        command.args(arguments).process_group(0);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = command.spawn().and_then(|mut child| {
            let wait = move || drop(child.wait());
            std::thread::Builder::new().name("window".into()).spawn(wait)
        });
        let waiting = match started {
            Ok(waiting) => waiting,
            Err(error) => {
                tracing::warn!(%error, program = %self.program.display(), "the window's process does not start");
                return;
            }
        };
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        started.retain(|waiting| !waiting.is_finished());
        started.push(waiting);
    }
}
