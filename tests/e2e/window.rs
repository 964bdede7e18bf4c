//! The app's window as the X server has it, and the app's processes as the system has them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::desktop::{Desktop, until};

impl Desktop {
    pub fn has_window(&self) -> bool {
        self.run("xdotool", &["search", "--onlyvisible", "--name", "^Keybearer$"]).is_some()
    }

    /// The processes of a web view in this desktop.
    pub fn web_processes(&self) -> usize {
        processes(&self.path("DESK"), "WebKit").len()
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

    /// Does that with the keys in a dialog until it is gone: one that is being drawn may miss some.
    pub fn press(&self, title: &str, steps: &[&[&str]]) {
        let dialog = self.dialog(title);
        until("the end of a dialog", || {
            self.run("xdotool", &["windowfocus", "--sync", &dialog]);
            for keys in steps {
                self.run("xdotool", keys);
                std::thread::sleep(Duration::from_millis(500));
            }
            self.run("xdotool", &["search", "--onlyvisible", "--name", &format!("^{title}$")])
                .is_none()
                .then_some(())
        });
    }

    /// The command lines of the app that runs here, one a process.
    pub fn app(&self) -> Vec<String> {
        let all = processes(&self.path("DESK"), "keybearer-deskt");
        let line = |process: &PathBuf| std::fs::read_to_string(process.join("cmdline")).ok();
        all.iter().filter_map(line).map(|line| line.replace('\0', " ")).collect()
    }
}

/// The processes of this name that were started in a desktop. What has ended has no environment.
pub fn processes(desk: &Path, name: &str) -> Vec<PathBuf> {
    let mark = format!("DESK={}", desk.display());
    let is_ours = |process: &PathBuf| {
        let comm = std::fs::read_to_string(process.join("comm")).unwrap_or_default();
        let env = std::fs::read(process.join("environ")).unwrap_or_default();
        comm.starts_with(name) && String::from_utf8_lossy(&env).split('\0').any(|v| v == mark)
    };
    let all = std::fs::read_dir("/proc").unwrap().flatten().map(|p| p.path());
    all.filter(is_ours).collect()
}
