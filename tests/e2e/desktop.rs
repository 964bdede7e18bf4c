//! A throw-away desktop, and what a person's session has in it: a browser for http, a clipboard, a keychain.

use std::collections::{BTreeSet, HashMap};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};

use crate::window::{is_ours, processes};

/// How long anything on this machine may take before a test says that it did not happen.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Puts a program's clock forward, by so many seconds.
pub const CLOCK: &str = "KEYBEARER_CLOCK_AHEAD";

/// The command line, which the app finds beside itself and starts as the tray process.
pub fn command_line() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_keybearer-desktop")).with_file_name("keybearer")
}

/// How the Secret Service is at the start.
#[derive(Clone, Copy)]
pub enum Keyring {
    Unlocked,
    None,
}

/// A desktop of its own; gone when dropped.
pub struct Desktop {
    holder: Child,
    env: HashMap<String, String>,
}

impl Desktop {
    pub fn new(keyring: Keyring) -> Desktop {
        // The app starts it, and both have one clock.
        static HAS_CLOCK: LazyLock<bool> = LazyLock::new(|| {
            let search = Command::new("grep").args(["-qaF", CLOCK]).arg(command_line()).status();
            search.unwrap().success()
        });
        assert!(
            *HAS_CLOCK,
            "the command line beside the app is missing, or has no clock for tests: script/test e2e builds it, or \
             cargo build -p keybearer-cli --features automation"
        );
        let env_file = tempfile::NamedTempFile::new().unwrap();
        // The desktop lives as long as this cat's standard input is open.
        let hold = format!("env -0 > '{0}.part' && mv '{0}.part' '{0}' && exec cat", env_file.path().display());
        let holder = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/script/desktop"))
            .args(["sh", "-c", &hold])
            .env(
                "DESKTOP_KEYRING",
                match keyring {
                    Keyring::Unlocked => "unlocked",
                    Keyring::None => "none",
                },
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let env = until("the desktop", || {
            let text = std::fs::read_to_string(env_file.path()).ok().filter(|t| t.contains("DESK="))?;
            Some(
                text.split('\0')
                    .filter_map(|v| v.split_once('='))
                    .map(|(k, v)| (k.to_owned(), v.to_owned()))
                    .collect(),
            )
        });
        let desktop = Desktop { holder, env };
        desktop.install_browser();
        desktop
    }

    pub fn path(&self, variable: &str) -> PathBuf {
        PathBuf::from(&self.env[variable])
    }

    /// What each program inside finds in its environment from now on.
    pub fn set(&mut self, variable: &str, value: &str) {
        self.env.insert(variable.to_owned(), value.to_owned());
    }

    /// What the app knows but for the secrets.
    pub fn book(&self) -> PathBuf {
        self.path("XDG_DATA_HOME").join("io.github.keybearer/book.json")
    }

    /// A command inside the desktop.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.env).stdin(Stdio::null());
        command
    }

    /// Runs a command inside the desktop; its output if it succeeded.
    pub fn run(&self, program: &str, args: &[&str]) -> Option<String> {
        let output = self.command(program).args(args).output().unwrap();
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The system's browser is a script that writes the address down; the test hands it to Chromium.
    fn install_browser(&self) {
        let applications = self.path("XDG_DATA_HOME").join("applications");
        let script = self.path("DESK").join("browser");
        std::fs::write(
            &script,
            format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n", self.opened_file().display()),
        )
        .unwrap();
        make_executable(&script);
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Browser\nExec={} %u\nMimeType=x-scheme-handler/http;x-scheme-handler/https;\n",
            script.display()
        );
        std::fs::write(applications.join("test-browser.desktop"), entry).unwrap();
        self.run("update-desktop-database", &[applications.to_str().unwrap()]);
        self.run(
            "xdg-mime",
            &["default", "test-browser.desktop", "x-scheme-handler/http", "x-scheme-handler/https"],
        );
    }

    fn opened_file(&self) -> PathBuf {
        self.path("DESK").join("opened")
    }

    /// How many addresses the app has opened.
    pub fn opened_so_far(&self) -> usize {
        std::fs::read_to_string(self.opened_file()).map_or(0, |text| text.lines().count())
    }

    /// The address that the app opened last, once it has opened `nth` of them.
    pub fn opened(&self, nth: usize) -> String {
        until("an address in the browser", || {
            let text = std::fs::read_to_string(self.opened_file()).ok()?;
            text.lines().nth(nth - 1).map(str::to_owned)
        })
    }

    /// All of the app's secrets in the Secret Service, as secret-tool prints them.
    pub fn secrets(&self) -> String {
        let output = self
            .command("secret-tool")
            .args(["search", "--all", "--unlock", "service", "io.github.keybearer"])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains("secret-tool:"), "the keychain could not be searched: {said}");
        said
    }

    pub fn clipboard(&self) -> String {
        self.run("xclip", &["-selection", "clipboard", "-o"]).unwrap_or_default()
    }

    /// Copies a text, as another program does: xclip stays until something else is copied.
    pub fn copy(&self, text: &str) {
        let mut command = self.command("xclip");
        command
            .args(["-selection", "clipboard"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut xclip = command.spawn().unwrap();
        xclip.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(xclip.wait().unwrap().success());
    }

    /// Locks the login keyring, as a desktop does when its session is locked.
    pub fn lock_keyring(&self) {
        let locked = self.run(
            "gdbus",
            &[
                "call",
                "--session",
                "-d",
                "org.freedesktop.secrets",
                "-o",
                "/org/freedesktop/secrets",
                "-m",
                "org.freedesktop.Secret.Service.Lock",
                "['/org/freedesktop/secrets/collection/login']",
            ],
        );
        assert!(locked.is_some(), "the keyring does not lock");
    }

    /// Ends the Secret Service, as an update of it does.
    pub fn stop_keyring(&self) {
        self.run(
            "sh",
            &[
                "-c",
                "kill $(dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus / \
            org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | awk '{print $2}')",
            ],
        );
        until("the end of the Secret Service", || self.keyring().is_none().then_some(()));
    }

    /// Starts it again, unlocked.
    pub fn start_keyring(&self) {
        self.run(
            "sh",
            &["-c", "printf test | gnome-keyring-daemon --unlock --components=secrets 2>/dev/null"],
        );
        until("the Secret Service", || {
            self.keyring().filter(|answer| answer.contains("/collection/login"))
        });
    }

    fn keyring(&self) -> Option<String> {
        let ask = "call --session -d org.freedesktop.secrets -o /org/freedesktop/secrets -m org.freedesktop.DBus.Properties.Get \
            org.freedesktop.Secret.Service Collections";
        self.run("gdbus", &ask.split_whitespace().collect::<Vec<_>>())
    }

    /// Unlocks it with its password, by the daemon's own interface: no prompt.
    pub fn unlock_keyring(&self) {
        // One connection must open the session and use it, so this is a script for one process.
        const SCRIPT: &str = "import gi; from gi.repository import Gio, GLib\n\
            b = Gio.bus_get_sync(Gio.BusType.SESSION)\n\
            call = lambda i, m, a: b.call_sync('org.freedesktop.secrets', '/org/freedesktop/secrets', i, m, a, None, 0, 5000)\n\
            s = call('org.freedesktop.Secret.Service', 'OpenSession', GLib.Variant('(sv)', ('plain', GLib.Variant('s', ''))))[1]\n\
            call('org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface', 'UnlockWithMasterPassword',\n\
              GLib.Variant('(o(oayays))', ('/org/freedesktop/secrets/collection/login', (s, b'', b'test', 'text/plain'))))";
        assert!(
            self.run("/usr/bin/python3", &["-c", SCRIPT]).is_some(),
            "the keyring does not unlock"
        );
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        if let Some(mut stdin) = self.holder.stdin.take() {
            let _ = stdin.flush();
        }
        let _ = self.holder.wait();
        // After a test that failed: the tray process belongs to no window, and to no display.
        for process in processes(&self.path("DESK"), is_ours) {
            signal("KILL", process);
        }
    }
}

/// Ends what still runs of the app in a desktop, each by its own process id: a closed WebDriver session leaves that to chance, and
/// the tray process stays by itself.
pub fn end_app(desk: &Path) {
    until("the end of the app", || {
        let ours = processes(desk, is_ours);
        ours.iter().for_each(|process| signal("TERM", *process));
        ours.is_empty().then_some(())
    });
}

/// Sends a signal to a process, which may have ended.
pub fn signal(name: &str, process: u32) {
    let _ = Command::new("kill")
        .args(["-s", name, &process.to_string()])
        .stderr(Stdio::null())
        .status();
}

/// Asks again and again until there is an answer.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "{what} did not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// A port that is free now, and no other scenario's.
pub fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if GIVEN.lock().unwrap().insert(port) {
            return port;
        }
    }
}
