//! The app as a process on Windows, and what it leaves in the registry: a start without a window, second starts that hand over what
//! they are for, an end, and starts that fail. They use the person's own folder and registry: not run where Keybearer keeps anything
//! already, unless this is Wine or a CI machine. Elsewhere an empty program: registry and WebView2 are Windows' own.
#![cfg(windows)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use keybearer_core::keeper::data_folder;
use keybearer_core::token::Secret;
use keybearer_core::vault::Vault as _;
use keybearer_core::vault::sealed::{Seal, Sealed, new_identity};
use keybearer_core::words::{Language, say, tell};
use windows_registry::CURRENT_USER;

const PATIENCE: Duration = Duration::from_secs(60);
/// What the log says once everything is up.
const UP: &str = "sleep and network are watched";
const LINK: &str = "io.github.keybearer://callback/nobody?code=c&state=s";

/// The data folder. Asked for once, before a test has data in the roaming profile: whoever asks moves them.
fn data() -> &'static Path {
    static DATA: OnceLock<PathBuf> = OnceLock::new();
    DATA.get_or_init(|| data_folder().unwrap())
}

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
        let book = data().join("book.json");
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
    // What would be in a dialog goes to standard error.
    app.args(arguments).env("KEYBEARER_NO_DIALOG", "1").stderr(Stdio::piped());
    App(app.spawn().unwrap())
}

/// A folder or file that is out of the way while this exists; what stood in its place meanwhile is deleted.
struct Aside {
    path: PathBuf,
    aside: Option<PathBuf>,
}

impl Aside {
    fn new(path: &Path) -> Aside {
        let aside = path.with_extension("aside");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let aside = match fs::rename(path, &aside) {
            Ok(()) => Some(aside),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        Aside {
            path: path.to_owned(),
            aside,
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path).or_else(|_| fs::remove_file(&self.path));
        if let Some(aside) = &self.aside {
            let _ = fs::rename(aside, &self.path);
        }
    }
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

/// A start that fails: it ends with 1, and its sentences, in the session's language.
fn failed(mut app: App) -> (Language, String) {
    let mut text = String::new();
    let mut errors = app.0.stderr.take().unwrap();
    assert_eq!(ended(app).code(), Some(1));
    errors.read_to_string(&mut text).unwrap();
    (keybearer_desktop::wording::session(), text)
}

/// All that was logged, today and before.
fn log() -> String {
    let files = fs::read_dir(data().join("logs")).into_iter().flatten().flatten();
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
    let (language, text) = failed(start(&[]));
    assert!(text.contains(&say(language, "native-start-webview")), "{text}");
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
    let data = Aside::new(data());
    fs::write(&data.path, "a file where the folder should be").unwrap();
    let (language, text) = failed(start(&["--hidden"]));
    let logs = data.path.join("logs").display().to_string();
    assert!(text.contains(&tell(language, "native-start-failed", &[("path", &logs)])), "{text}");
    // What happened, with the system's own words for it.
    assert!(text.contains(&say(language, "error-disk")) && text.contains("os error"), "{text}");
}

/// Version 0.1.0 kept its data in the roaming profile, which is copied to other computers.
#[test]
fn the_first_start_moves_what_would_roam() {
    let _alone = alone();
    let data = Aside::new(data());
    let roaming = Path::new(&std::env::var_os("APPDATA").unwrap()).join("io.github.keybearer");
    let roaming = Aside::new(&roaming);
    assert_ne!(data.path, roaming.path);
    let identity = Seal::Identity(new_identity());
    let sealed = |folder: &Path| {
        let sealed = Sealed::new(folder.join("sealed"));
        sealed.unlock(&identity).unwrap();
        sealed
    };
    let left = ["book.lock", "instance.lock", "locks/a1.lock", "logs/keybearer.2026-01-01.log"];
    for name in left.iter().chain(&["providers/mine.toml"]) {
        fs::create_dir_all(roaming.path.join(name).parent().unwrap()).unwrap();
        fs::write(roaming.path.join(name), "").unwrap();
    }
    let token = Secret::new("token of 0.1.0");
    sealed(&roaming.path).write("account/a1", &token).unwrap();
    fs::write(roaming.path.join("book.json"), include_str!("../cli/tests/books/0.1.0-names.json")).unwrap();
    let app = start(&["--hidden"]);
    hears(UP, 0);
    assert!(ended(start(&["--quit"])).success());
    assert!(ended(app).success());

    // The book has been written since, in today's format.
    let moved = fs::read_to_string(data.path.join("book.json")).unwrap();
    assert!(moved.contains("@ada@social.example.org"), "{moved}");
    assert_eq!(sealed(&data.path).read("account/a1").unwrap(), Some(token));
    for name in left.iter().chain(&["book.json", "sealed", "logs", "locks"]) {
        assert!(!roaming.path.join(name).exists(), "{name}");
    }
    assert!(roaming.path.join("providers/mine.toml").exists(), "the config folder is the same");
    assert!(!data.path.join("book-moved.json").exists());
}

/// Test programs have the manifest without which Windows does not start them (tauri#13419): they, too, import TaskDialogIndirect.
#[test]
fn this_program_asks_for_the_common_controls() {
    let own = fs::read(std::env::current_exe().unwrap()).unwrap();
    let name = b"Microsoft.Windows.Common-Controls";
    assert!(own.windows(name.len()).any(|part| part == name));
}
