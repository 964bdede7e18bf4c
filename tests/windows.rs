//! The app as a process on Windows, and what it leaves in the registry: a start without a window, second starts that hand over what
//! they are for, an end, and starts that fail. They use the person's own folder and registry: not run where Keybearer keeps anything
//! already, unless this is Wine or a CI machine. Elsewhere an empty program: registry and WebView2 are Windows' own.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keybearer_core::keeper::data_folder;
use windows_registry::CURRENT_USER;

const PATIENCE: Duration = Duration::from_secs(60);
/// What the log says once everything is up.
const UP: &str = "sleep and network are watched";
const LINK: &str = "io.github.keybearer://callback/nobody?code=c&state=s";

/// One app at a time: a second one is part of the first.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    static FIRST: std::sync::Once = std::sync::Once::new();
    FIRST.call_once(|| {
        let is_wine = CURRENT_USER.open(r"Software\Wine").is_ok();
        // Without a display Wine makes windows, and with them messages, only by its driver that draws nothing (script/windows).
        let drivers = CURRENT_USER.open(r"Software\Wine\Drivers").ok();
        let draws_nothing = drivers.is_some_and(|key| key.get_string("Graphics").is_ok_and(|name| name == "null"));
        let has_display = std::env::var_os("DISPLAY").is_some_and(|display| !display.is_empty());
        assert!(
            !is_wine || draws_nothing || has_display,
            "Wine has neither a display nor its driver \"null\""
        );
        let may = is_wine || std::env::var_os("CI").is_some();
        let book = data_folder().unwrap().join("book.json");
        assert!(may || !book.exists(), "{} is somebody's own", book.display());
    });
    alone
}

/// A start of the app; gone when dropped.
struct App(Child);

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(arguments: &[&str]) -> App {
    let mut app = Command::new(env!("CARGO_BIN_EXE_keybearer-desktop"));
    App(app.args(arguments).env("KEYBEARER_NO_DIALOG", "1").spawn().unwrap())
}

fn within<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what} did not happen; the log:\n{}", log());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn ended(mut app: App) -> ExitStatus {
    within("the end", || app.0.try_wait().unwrap())
}

/// All that was logged, today and before.
fn log() -> String {
    let folder: PathBuf = data_folder().unwrap().join("logs");
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.map(|file| fs::read_to_string(file.path()).unwrap()).collect()
}

/// How often the log says so.
fn said(words: &str) -> usize {
    log().matches(words).count()
}

/// Waits until the log says so once more than before.
fn hears(words: &str, before: usize) {
    within(words, || (said(words) > before).then_some(()));
}

#[test]
fn a_hidden_app_hears_second_starts_and_ends() {
    let _alone = alone();
    let (up, verdict) = (said(UP), said("deep link verdict="));
    let first = start(&["--hidden"]);
    hears(UP, up);
    // A second start hands over what it is for and ends well.
    assert!(ended(start(&[LINK])).success());
    hears("deep link verdict=", verdict);
    for argument in ["--hidden", "--refresh"] {
        assert!(ended(start(&[argument])).success(), "{argument}");
    }
    assert!(ended(start(&["--quit"])).success());
    assert_eq!(ended(first).code(), Some(0));
    // Nobody is there any more, and that is no failure.
    assert!(ended(start(&["--quit"])).success());
}

#[test]
fn the_scheme_starts_this_program_whatever_its_path() {
    let _alone = alone();
    let up = said(UP);
    let app = start(&["--hidden"]);
    hears(UP, up);
    let command = CURRENT_USER
        .open(r"Software\Classes\io.github.keybearer\shell\open\command")
        .unwrap();
    let command = command.get_string("").unwrap();
    let program = command.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (program, rest) = program.unwrap_or_else(|| panic!("not quoted: {command}"));
    let own = fs::canonicalize(env!("CARGO_BIN_EXE_keybearer-desktop")).unwrap();
    assert_eq!(fs::canonicalize(program).unwrap(), own);
    assert_eq!(rest.trim(), "\"%1\"", "{command}");
    assert!(ended(start(&["--quit"])).success());
    assert!(ended(app).success());
}

/// Wine has no WebView2, as a Windows whose WebView2 was removed: the start ends, and the log says why.
#[test]
fn a_start_without_webview2_says_so() {
    let _alone = alone();
    if tauri::webview_version().is_ok() {
        println!("WebView2 is installed here");
        return;
    }
    let before = said("microsoft-edge/webview2");
    assert_eq!(ended(start(&[])).code(), Some(1));
    hears("microsoft-edge/webview2", before);
    // The one that is to be had again afterwards: nothing of the failed start is in its way.
    let up = said(UP);
    let hidden = start(&["--hidden"]);
    hears(UP, up);
    assert!(ended(start(&["--quit"])).success());
    assert!(ended(hidden).success());
}

/// The book of a newer version is shown and not written; a folder in the book's place cannot be opened at all.
#[test]
fn a_start_without_its_folder_says_so() {
    let _alone = alone();
    let (data, aside) = (data_folder().unwrap(), data_folder().unwrap().with_extension("aside"));
    let had = fs::rename(&data, &aside).is_ok();
    fs::create_dir_all(data.parent().unwrap()).unwrap();
    fs::write(&data, "a file where the folder should be").unwrap();
    let status = ended(start(&["--hidden"]));
    fs::remove_file(&data).unwrap();
    if had {
        fs::rename(&aside, &data).unwrap();
    }
    assert_eq!(status.code(), Some(1));
}

/// Test programs have the manifest without which Windows does not start them (tauri#13419): they, too, import TaskDialogIndirect.
#[test]
fn this_program_asks_for_the_common_controls() {
    let own = fs::read(std::env::current_exe().unwrap()).unwrap();
    let name = b"Microsoft.Windows.Common-Controls";
    assert!(own.windows(name.len()).any(|part| part == name));
}
