//! The purpose of a start, by its command line.

/// The purpose of a start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Open the window.
    Window,
    /// `--account ID`: open the window at this account's screen.
    Account(String),
    /// `--copy ID`: copy this account's token, without a window.
    Copy(String),
    /// `--hidden`: only the tray, without a web view.
    Hidden,
    /// `--refresh`: "Renew all now", in the running instance or hidden.
    Refresh,
    /// `--quit`: end the running instance, which may be invisible.
    Quit,
}

impl Start {
    /// Reads a command line, whose first word is the program.
    pub fn of(arguments: impl IntoIterator<Item = String>) -> Start {
        let mut start = Start::Window;
        let mut arguments = arguments.into_iter().skip(1);
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--quit" => return Start::Quit,
                "--refresh" => start = Start::Refresh,
                "--account" => start = arguments.next().map_or(start, Start::Account),
                "--copy" => start = arguments.next().map_or(start, Start::Copy),
                "--hidden" if start == Start::Window => start = Start::Hidden,
                // A link opens the window, whatever else the command line has.
                link if link.contains("://") => return Start::Window,
                _ => {}
            }
        }
        start
    }

    /// Whether the window is opened at once.
    pub fn opens_window(&self) -> bool {
        matches!(self, Start::Window | Start::Account(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_start_is_for() {
        let start = |arguments: &[&str]| Start::of(["keybearer-desktop"].iter().chain(arguments).map(|a| (*a).to_owned()));
        let (account, copy) = (|id: &str| Start::Account(id.to_owned()), |id: &str| Start::Copy(id.to_owned()));
        assert_eq!(start(&[]), Start::Window);
        assert_eq!(start(&["--hidden"]), Start::Hidden);
        assert_eq!(start(&["--refresh"]), Start::Refresh);
        assert_eq!(start(&["--refresh", "--hidden"]), Start::Refresh);
        assert_eq!(start(&["--account", "a1"]), account("a1"));
        assert_eq!(start(&["--account", "a1", "--second-try"]), account("a1"));
        assert_eq!(start(&["--copy", "a1", "--hidden"]), copy("a1"));
        assert_eq!(start(&["--account"]), Start::Window);
        assert_eq!(start(&["--copy"]), Start::Window);
        // A word that follows names an account, whatever it looks like.
        assert_eq!(start(&["--account", "--quit"]), account("--quit"));
        assert_eq!(start(&["--hidden", "io.github.keybearer://callback/x"]), Start::Window);
        assert_eq!(start(&["--copy", "a1", "io.github.keybearer://callback/x"]), Start::Window);
        assert_eq!(start(&["--quit"]), Start::Quit);
        assert_eq!(start(&["--copy", "a1", "--quit"]), Start::Quit);
        assert_eq!(start(&["--unknown"]), Start::Window);
    }

    #[test]
    fn what_opens_the_window() {
        let [account, copy] = [Start::Account, Start::Copy].map(|start| start("a1".to_owned()));
        assert!(Start::Window.opens_window() && account.opens_window());
        assert!(![copy, Start::Hidden, Start::Refresh, Start::Quit].iter().any(Start::opens_window));
    }
}
