//! Progress on standard error: one line that is overwritten where the terminal supports it, otherwise a new line every few
//! seconds, and nothing where standard error is not a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How often a line of its own is written.
const NOW_AND_THEN: Duration = Duration::from_secs(10);

/// Progress, and how it is shown.
#[derive(Default)]
pub struct Progress {
    /// Determined at first use.
    way: OnceLock<Way>,
    /// When a line was last written.
    written: Mutex<Option<Instant>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// Standard error is not a terminal.
    Silent,
    /// Overwrites the line, by an escape code.
    InPlace,
    /// Writes a new line.
    Lines,
}

impl Progress {
    /// Shows a text. An empty text clears the line.
    pub fn show(&self, text: &str) {
        let mut errors = std::io::stderr();
        // The terminal may be gone. That is no error.
        let _ = match self.way() {
            Way::Silent => Ok(()),
            Way::InPlace => write!(errors, "\r\x1b[K{text}").and_then(|()| errors.flush()),
            Way::Lines if text.is_empty() || !self.is_time() => Ok(()),
            Way::Lines => writeln!(errors, "{text}"),
        };
    }

    /// Whether standard error understands escape codes.
    pub fn takes_escapes(&self) -> bool {
        *self.way() == Way::InPlace
    }

    fn way(&self) -> &Way {
        self.way.get_or_init(of_environment)
    }

    fn is_time(&self) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let is_time = written.is_none_or(|at| at.elapsed() >= NOW_AND_THEN);
        if is_time {
            *written = Some(Instant::now());
        }
        is_time
    }
}

/// Chooses by the terminal and the environment: `NO_COLOR` and `TERM=dumb` mean no escape codes.
fn of_environment() -> Way {
    let dumb = anstyle_query::no_color() || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    // Windows' console only interprets them after this call, and never before Windows 10.
    let understands = || anstyle_query::windows::enable_ansi_colors().unwrap_or(true);
    way(std::io::stderr().is_terminal(), dumb, understands)
}

fn way(looks: bool, dumb: bool, understands: impl FnOnce() -> bool) -> Way {
    match looks {
        false => Way::Silent,
        true if dumb || !understands() => Way::Lines,
        true => Way::InPlace,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_codes_only_where_they_are_understood() {
        assert_eq!(way(false, false, || true), Way::Silent);
        assert_eq!(way(true, true, || true), Way::Lines);
        assert_eq!(way(true, false, || false), Way::Lines);
        assert_eq!(way(true, false, || true), Way::InPlace);
    }

    #[test]
    fn lines_come_now_and_then() {
        let progress = Progress::default();
        assert!(progress.is_time() && !progress.is_time());
        *progress.written.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now().checked_sub(NOW_AND_THEN);
        assert!(progress.is_time());
    }
}
