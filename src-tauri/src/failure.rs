//! Reports a failed start: in the log, and in a system dialog where programs have no terminal. Also reports a window that later does not
//! open from the tray.

use std::any::Any;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

use keybearer_core::error::Error;
use keybearer_core::keeper::data_folder;
use keybearer_core::words::{Language, explain, say, tell};

use crate::{logs, system, wording};

/// Logs each panic with its location.
pub fn log_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tracing::error!(at = %place(panic), what = words(panic.payload()), "panic");
        usual(panic);
    }));
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    panic.location().map(ToString::to_string).unwrap_or_default()
}

/// A panic's message, if it is a literal. A formatted message may contain anything and is not logged.
fn words(payload: &(dyn Any + Send)) -> &'static str {
    payload.downcast_ref::<&'static str>().copied().unwrap_or_default()
}

/// Why a start failed.
#[derive(Debug)]
pub struct Failure {
    error: Error,
    /// The download page of the web view, if it is missing.
    webview: Option<&'static str>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { error, webview: None }
    }
}

impl Failure {
    fn log(&self, what: &'static str) {
        let view = self.error.view();
        let missing = self.webview.map(|page| format!("WebView2: {page}"));
        tracing::error!(error = %view.code, detail = view.detail, missing, "{what}");
    }

    /// The window could not be opened.
    pub fn of_window(error: &tauri::Error) -> Failure {
        let detail = error.to_string();
        Failure {
            error: Error::Internal { detail },
            webview: system::missing_webview(),
        }
    }
}

/// Runs `start`, and turns a panic into a failure.
///
/// # Errors
/// Those of `start`.
pub fn caught<T>(start: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let panicked = |payload: Box<dyn Any + Send>| {
        let detail = format!("panic: {}", words(payload.as_ref()));
        Err(Error::Internal { detail }.into())
    };
    catch_unwind(AssertUnwindSafe(start)).unwrap_or_else(panicked)
}

/// Reports that the app could not start. The log is complete before, because the dialog waits for a person.
pub fn report(failure: &Failure) {
    failure.log("the app does not start");
    logs::end();
    show(wording::session(), failure);
}

/// Reports that the window does not open; the app continues. Shows only one such dialog at a time.
pub fn window_does_not_open(language: Language, error: &tauri::Error) {
    static OPEN: AtomicBool = AtomicBool::new(false);
    let failure = Failure::of_window(error);
    failure.log("the window does not open");
    if OPEN.swap(true, Ordering::AcqRel) {
        return;
    }
    std::thread::spawn(move || {
        show(language, &failure);
        OPEN.store(false, Ordering::Release);
    });
}

fn show(language: Language, failure: &Failure) {
    let text = match failure.webview {
        Some(_) => say(language, "native-start-webview"),
        None => sentences(language, &failure.error),
    };
    if is_for_test(&text) {
        return;
    }
    let Some(page) = failure.webview else {
        system::say_failure("Keybearer", &text, None);
        return;
    };
    let buttons = (say(language, "native-start-webview-download"), say(language, "native-start-close"));
    if system::say_failure("Keybearer", &text, Some((&buttons.0, &buttons.1)))
        && let Err(error) = tauri_plugin_opener::open_url(page, None::<&str>)
    {
        tracing::warn!(%error, "the page of the web view does not open");
    }
}

/// The error's three sentences, in the form without buttons.
fn sentences(language: Language, error: &Error) -> String {
    let view = error.view();
    let [happened, means, _] = explain(language, &view);
    let log = data_folder()
        .map(|data| data.join("logs").display().to_string())
        .unwrap_or_default();
    let more = tell(language, "native-start-failed", &[("path", &log)]);
    let detail = view.detail.map(|detail| format!("\n\n{detail}")).unwrap_or_default();
    format!("{happened} {means}\n\n{more}{detail}")
}

/// Writes the text to standard error for a test, in which no one closes a dialog. Never in a release.
#[cfg(feature = "automation")]
fn is_for_test(text: &str) -> bool {
    let is_test = std::env::var_os("KEYBEARER_NO_DIALOG").is_some();
    if is_test {
        eprintln!("{text}");
    }
    is_test
}

#[cfg(not(feature = "automation"))]
fn is_for_test(_text: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn a_panic_is_an_error_without_what_it_says() {
        assert_eq!(caught(|| Ok(7)).unwrap(), 7);
        let token = "tok-secret".to_owned();
        let error = caught::<()>(|| panic!("no {token}")).unwrap_err().error;
        assert_eq!(error.code(), "internal");
        assert!(!format!("{error} {:?}", error.view()).contains("tok-secret"));
        let known = caught::<()>(|| panic!("known words")).unwrap_err().error;
        assert!(known.view().detail.unwrap().contains("known words"));
    }

    #[test]
    fn it_says_what_happened_and_where_the_log_is() {
        for language in Language::ALL {
            let disk = Error::Internal {
                detail: "C:\\locked".into(),
            };
            let said = sentences(language, &disk);
            assert!(said.contains("logs") && said.contains("C:\\locked"), "{said}");
            for id in ["native-start-webview", "native-start-webview-download", "native-start-close"] {
                assert_ne!(say(language, id), id);
            }
        }
    }
}
