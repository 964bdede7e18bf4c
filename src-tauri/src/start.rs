//! What the program was started for, by its command line.

/// What tells a run that the one before it became small again by it. Only Linux does so; the word is known everywhere.
pub const AGAIN: &str = "--again";

/// What it is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Its window.
    Window,
    /// `--hidden`: the tray only, no web view at all.
    Hidden,
    /// `--refresh`: "Renew all now", in the running instance or hidden.
    Refresh,
    /// `--quit`: the end of the running instance, which may be nowhere to be seen.
    Quit,
    /// `--again`: the same run goes on, hidden, without what its window has left behind.
    Again,
}

impl Start {
    /// What a command line says; its first word is the program.
    pub fn of(arguments: impl IntoIterator<Item = String>) -> Start {
        let mut start = Start::Window;
        for argument in arguments.into_iter().skip(1) {
            match argument.as_str() {
                "--refresh" => start = Start::Refresh,
                "--quit" => return Start::Quit,
                AGAIN => return Start::Again,
                "--hidden" if start == Start::Window => start = Start::Hidden,
                // A link is for the window, whatever else stands there.
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
