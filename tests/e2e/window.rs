//! The app's window as the X server has it, and the app's two kinds of processes as the system and the bus have them.

use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::desktop::{Desktop, until};

/// The bus name of the window's process.
pub const WINDOW: &str = "io.github.keybearer.SingleInstance";
/// The bus name of the tray process.
pub const TRAY: &str = "io.github.keybearer.Tray";

impl Desktop {
    pub fn has_window(&self) -> bool {
        self.run("xdotool", &["search", "--onlyvisible", "--name", "^Keybearer$"]).is_some()
    }

    /// Whether the window shows its page: text has many colours, and an empty window one. The X server keeps its screen in a file.
    pub fn has_page(&self) -> bool {
        const COLOURS: usize = 32;
        let screen = std::fs::read(self.path("DESK").join("Xvfb_screen0")).unwrap();
        // XWDFile.h: the size of the header is its first number, how many colours of twelve bytes follow it the twentieth.
        let number = |at: usize| u32::from_be_bytes(screen[4 * at..4 * at + 4].try_into().unwrap()) as usize;
        let pixels = screen[number(0) + 12 * number(19)..].chunks_exact(4).step_by(7);
        pixels.collect::<HashSet<_>>().len() > COLOURS
    }

    /// The processes of a web view in this desktop; the driver is none of them.
    pub fn web_processes(&self) -> usize {
        processes(&self.path("DESK"), |name, _| {
            name.starts_with("WebKit") && name != "WebKitWebDriver"
        })
        .len()
    }

    /// What a window manager sends when somebody presses the window's cross.
    pub fn press_cross(&self) {
        const SCRIPT: &str = "import ctypes as c, sys\n\
            class M(c.Structure): _fields_ = [('type', c.c_int), ('serial', c.c_ulong), ('send', c.c_int), ('display', c.c_void_p),\n\
            \x20 ('window', c.c_ulong), ('message', c.c_ulong), ('format', c.c_int), ('data', c.c_long * 5), ('pad', c.c_long * 24)]\n\
            x = c.CDLL('libX11.so.6'); x.XOpenDisplay.restype = c.c_void_p; x.XInternAtom.restype = c.c_ulong\n\
            d = c.c_void_p(x.XOpenDisplay(None)); w = int(sys.argv[1])\n\
            m = M(33, 0, 1, None, w, x.XInternAtom(d, b'WM_PROTOCOLS', 0), 32)\n\
            m.data[0] = x.XInternAtom(d, b'WM_DELETE_WINDOW', 0)\n\
            x.XSendEvent(d, c.c_ulong(w), 0, c.c_long(0), c.byref(m)); x.XFlush(d); x.XCloseDisplay(d)";
        let found = self.run("xdotool", &["search", "--onlyvisible", "--name", "^Keybearer$"]).unwrap();
        let window = found.lines().next().unwrap().to_owned();
        assert!(self.run("/usr/bin/python3", &["-c", SCRIPT, &window]).is_some());
    }

    /// The desktop's own dialog of this title, once it is there.
    pub fn dialog(&self, title: &str) -> String {
        let found = until(title, || {
            self.run("xdotool", &["search", "--onlyvisible", "--name", &format!("^{title}$")])
        });
        found.lines().next().unwrap().to_owned()
    }

    /// Types a file's path into the desktop's own file dialog.
    pub fn choose(&self, title: &str, path: &Path) {
        let path = path.to_str().unwrap();
        self.press(
            title,
            &[
                &["key", "ctrl+l", "key", "ctrl+a", "type", "--delay", "2", path],
                &["key", "Return"],
            ],
        );
    }

    /// Does that with the keys in a dialog until it is gone: one that is being drawn may miss some. A second time only when the first
    /// one has surely led to nothing, because keys go to the next dialog once this one is gone.
    pub fn press(&self, title: &str, steps: &[&[&str]]) {
        const SURELY: Duration = Duration::from_secs(5);
        let dialog = self.dialog(title);
        let is_there = || {
            self.run("xdotool", &["search", "--onlyvisible", "--name", &format!("^{title}$")])
                .is_some()
        };
        until("the end of a dialog", || {
            self.run("xdotool", &["windowfocus", "--sync", &dialog]);
            for keys in steps.iter().filter(|_| is_there()) {
                self.run("xdotool", keys);
                std::thread::sleep(Duration::from_millis(500));
            }
            let pressed = Instant::now();
            while is_there() && pressed.elapsed() < SURELY {
                std::thread::sleep(Duration::from_millis(50));
            }
            (!is_there()).then_some(())
        });
    }

    /// The window's processes: with a window, or waiting for something without one.
    pub fn windows(&self) -> Vec<u32> {
        processes(&self.path("DESK"), is_window)
    }

    /// The tray processes.
    pub fn trays(&self) -> Vec<u32> {
        processes(&self.path("DESK"), is_tray)
    }

    /// The one tray process, once it is on the bus.
    pub fn tray(&self) -> u32 {
        until("the tray process", || {
            self.owns(TRAY).then(|| self.trays()).filter(|all| all.len() == 1)
        })[0]
    }

    /// Whether a process here has this name on the session's bus.
    pub fn owns(&self, name: &str) -> bool {
        let ask = "call --session --dest org.freedesktop.DBus --object-path / --method org.freedesktop.DBus.NameHasOwner";
        let words: Vec<&str> = ask.split(' ').chain([name]).collect();
        self.run("gdbus", &words).is_some_and(|answer| answer.contains("true"))
    }
}

/// What a process was started with, one word a line.
pub fn arguments(process: u32) -> String {
    let line = std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
    line.replace('\0', "\n")
}

/// The kernel cuts names off.
fn is_window(name: &str, _: u32) -> bool {
    name == "keybearer-deskt"
}

/// The command line's other commands have the same name.
fn is_tray(name: &str, process: u32) -> bool {
    name == "keybearer" && arguments(process).lines().any(|word| word == "--tray")
}

/// The processes of both kinds.
pub fn is_ours(name: &str, process: u32) -> bool {
    is_window(name, process) || is_tray(name, process)
}

/// The processes of such a name that were started in a desktop. What has ended has no environment.
pub fn processes(desk: &Path, is_meant: impl Fn(&str, u32) -> bool) -> Vec<u32> {
    let mark = format!("DESK={}", desk.display());
    let is_here = |process: &u32| {
        let read = |file: &str| std::fs::read(format!("/proc/{process}/{file}")).unwrap_or_default();
        is_meant(String::from_utf8_lossy(&read("comm")).trim_end(), *process)
            && String::from_utf8_lossy(&read("environ")).split('\0').any(|v| v == mark)
    };
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    all.filter_map(|process| process.file_name().to_str()?.parse().ok())
        .filter(is_here)
        .collect()
}
