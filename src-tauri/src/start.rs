//! The purpose of a start, by its command line.

/// Marks a hidden start by which the app replaces itself to free memory. Only Linux does so; every system accepts the word.
pub const AGAIN: &str = "--again";

/// The purpose of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Open the window.
    Window,
    /// `--hidden`: only the tray, without a web view.
    Hidden,
    /// `--refresh`: "Renew all now", in the running instance or hidden.
    Refresh,
    /// `--quit`: end the running instance, which may be invisible.
    Quit,
    /// `--again`: the same run continues, hidden, without the memory that its window used.
    Again,
}

impl Start {
    /// Reads a command line, whose first word is the program.
    pub fn of(arguments: impl IntoIterator<Item = String>) -> Start {
        let mut start = Start::Window;
        for argument in arguments.into_iter().skip(1) {
            match argument.as_str() {
                "--refresh" => start = Start::Refresh,
                "--quit" => return Start::Quit,
                AGAIN => return Start::Again,
                "--hidden" if start == Start::Window => start = Start::Hidden,
                // A link opens the window, whatever else the command line has.
                link if link.contains("://") => return Start::Window,
                _ => {}
            }
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_start_is_for() {
        let start = |arguments: &[&str]| Start::of(["keybearer-desktop"].iter().chain(arguments).map(|a| (*a).to_owned()));
        assert_eq!(start(&[]), Start::Window);
        assert_eq!(start(&["--hidden"]), Start::Hidden);
        assert_eq!(start(&["--refresh"]), Start::Refresh);
        assert_eq!(start(&["--refresh", "--hidden"]), Start::Refresh);
        assert_eq!(start(&["--hidden", "io.github.keybearer://callback/x"]), Start::Window);
        assert_eq!(start(&["--quit"]), Start::Quit);
        assert_eq!(start(&["--hidden", "--again"]), Start::Again);
        assert_eq!(start(&["--unknown"]), Start::Window);
    }
}
