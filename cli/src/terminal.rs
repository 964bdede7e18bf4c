//! The terminal: the person's language, messages, questions, and the browser.

use std::io::{IsTerminal as _, Stdout, Write};
use std::sync::OnceLock;

use keybearer_core::error::{Error, ErrorView};
use keybearer_core::serve::Fault;
use keybearer_core::text::is_unseen;
use keybearer_core::text::qr::Qr;
use keybearer_core::token::{DAY, HOUR, Secret};
use keybearer_core::view::AccountView;
use keybearer_core::words::{Language, count, explain, tell};
use terminal_size::terminal_size_of;
use unicode_width::UnicodeWidthStr as _;

use crate::failure::Failure;
use crate::find::label;
use crate::progress::Progress;
use crate::system::{self, NoFile};

/// How many names are listed if none matches.
const NEARBY: usize = 12;

const MINUTE: i64 = 60;

/// The terminal.
pub struct Terminal {
    /// The language of messages.
    pub language: Language,
    progress: Progress,
    /// The account that the command is about: its provider's id and its name.
    about: OnceLock<(String, String)>,
}

impl Terminal {
    /// Takes the language from the environment, otherwise from the system.
    pub fn of_environment() -> Terminal {
        let set = |name: &str| std::env::var(name).ok();
        Terminal {
            language: language(set, system::languages),
            progress: Progress::default(),
            about: OnceLock::new(),
        }
    }

    /// Names an account in the commands that messages propose: as it is, or in the quotes that every shell knows. One with characters
    /// that mean something within them, too, is not named.
    pub fn is_about(&self, account: &AccountView) {
        let name = label(account);
        let is_plain = |c: char| c.is_alphanumeric() || "@._/:-".contains(c);
        let word = match name.chars().all(is_plain) {
            true => name,
            false if name.chars().all(|c| is_plain(c) || " '()[]{}#&+,;=|<>?*~".contains(c)) => format!("\"{name}\""),
            false => return,
        };
        let _ = self.about.set((account.provider.clone(), word));
    }

    /// A text with the account in the place of PROVIDER and NAME in commands.
    fn with_account(&self, text: &str) -> String {
        let Some((provider, name)) = self.about.get() else {
            return text.to_owned();
        };
        let named = |word| match word {
            "PROVIDER" | "平台" => provider.as_str(),
            "NAME" | "名称" | "账号" | "名稱" | "帳號" => name.as_str(),
            word => word,
        };
        let parts = text.split('`').map(|part| match part.starts_with("keybearer ") {
            true => part.split(' ').map(named).collect::<Vec<_>>().join(" "),
            false => part.to_owned(),
        });
        parts.collect::<Vec<_>>().join("`")
    }

    /// A message of the locales with its parameters.
    pub fn words(&self, id: &str, with: &[(&str, &str)]) -> String {
        tell(self.language, id, with)
    }

    /// A time that is left, in its largest unit: minutes rounded up, hours up to two days, then days.
    pub fn left(&self, seconds: i64) -> String {
        let (id, number) = match seconds.max(1) {
            seconds @ ..HOUR => ("cli-minutes", (seconds + MINUTE - 1) / MINUTE),
            seconds if seconds < 2 * DAY => ("cli-hours", seconds / HOUR),
            seconds => ("cli-days", seconds / DAY),
        };
        count(self.language, id, "count", number)
    }

    /// Writes a message to standard error.
    pub fn say(&self, text: &str) {
        // The terminal may be gone.
        let _ = writeln!(std::io::stderr(), "{}", clean(text));
    }

    /// Shows progress in place of the last one, if standard error is a terminal.
    pub fn progress(&self, text: &str) {
        self.progress.show(&clean(text));
    }

    /// Shows the QR code of an address, if standard error is a terminal that has room for it and shows half blocks.
    pub fn show_qr(&self, address: &str) {
        let mut errors = std::io::stderr();
        let columns = terminal_size_of(&errors).map_or(0, |(width, _)| width.0);
        let shows = errors.is_terminal() && system::shows_utf8();
        let Some(qr) = Qr::of(address).filter(|qr| shows && columns >= qr.size()) else {
            return;
        };
        // Not every phone reads a code that is light on dark: the colours are set where they can be.
        let (on, off) = match self.progress.takes_escapes() {
            true => ("\x1b[97;40m", "\x1b[0m"),
            false => ("", ""),
        };
        for line in qr.half_blocks().lines() {
            let _ = writeln!(errors, "{on}{line}{off}");
        }
    }

    /// Reports a failure.
    pub fn complain(&self, failure: &Failure) {
        match failure {
            Failure::Core(error) | Failure::Mistyped(error) => self.explain(error),
            Failure::NoAccount(typed, all) => {
                self.say_list(&self.words("cli-no-account", &[("name", typed)]), &all[..all.len().min(NEARBY)]);
                // The rest are in the list.
                self.say(&self.words("cli-see-list", &[]));
            }
            Failure::NoClient(typed, all) => {
                self.say_list(&self.words("cli-no-client", &[("name", typed)]), &all[..all.len().min(NEARBY)]);
                self.say(&self.words("cli-see-clients", &[]));
            }
            Failure::Ambiguous(typed, all) => self.say_list(&self.words("cli-ambiguous", &[("name", typed)]), all),
            Failure::Unknown(typed, known) => self.say_list(&self.words("cli-unknown", &[("word", typed)]), known),
            Failure::NoTarget(typed, known) if known.is_empty() => self.say(&self.words("cli-no-targets", &[("id", typed)])),
            Failure::NoTarget(typed, known) => self.say_list(&self.words("cli-no-target", &[("id", typed)]), known),
            Failure::Unconfirmed(why) => self.say(&self.words(why, &[])),
            Failure::InputEnded => self.say(&self.words("cli-input-ended", &[])),
            Failure::SecretTyped(question) => self.say(&self.words("cli-secret-typed", &[("question", question)])),
            Failure::NoDescriptor(number) => self.say(&self.words("cli-no-descriptor", &[("number", &number.to_string())])),
            Failure::NoVariable(name) => self.say(&self.words("cli-no-variable", &[("name", name)])),
            Failure::VariableRefused(name, provider) => {
                self.say(&self.words("cli-variable-refused", &[("name", name), ("provider", provider)]));
            }
            Failure::SignalAlone => self.say(&self.words("cli-signal-alone", &[])),
            Failure::NoProgram(program) => self.say(&self.words("cli-program-none", &[("program", program)])),
            Failure::Script(program) => self.say(&self.words("cli-program-script", &[("program", program)])),
            Failure::NoFile(why) => self.say(&self.no_file(why)),
            Failure::OwnerUnknown(name) => self.say(&self.words("cli-not-proved", &[("name", name)])),
            Failure::OutputClosed => {}
            Failure::AnswerInvalid(question, objection) => self.say(&format!("{question}: {objection}")),
            Failure::Unanswered(missing) => self.say_list(&self.words("cli-unanswered", &[]), missing),
            Failure::NoStatuses(provider) => self.say(&self.words("cli-lists-none", &[("provider", provider)])),
            Failure::OtherAccount(name, expected) => self.say(&self.words("cli-other-account", &[("name", name), ("expected", expected)])),
            Failure::HandleUnconfirmed(name, expected) => self.say(&self.words("cli-unvouched", &[("name", name), ("expected", expected)])),
            Failure::TokenLost => self.say(&self.words("cli-lost", &[])),
            Failure::NotConfirmed => self.say(&self.words("cli-forget-unconfirmed", &[])),
            Failure::Service(id, what) | Failure::Tray(id, what) | Failure::Autostart(id, what) => {
                self.say(&self.words(id, &[("what", what)]));
            }
            Failure::NotOffered(name) => self.say(&self.words("cli-not-offered", &[("name", name)])),
            Failure::PagesPost(name) => self.say(&self.words("cli-pages-post", &[("name", name)])),
            Failure::NoPost(name) => self.say(&self.words("cli-post-none", &[("name", name)])),
            Failure::NoExport(name) => self.say(&self.words("cli-export-none", &[("name", name)])),
            Failure::NoPrevious(name) => self.say(&self.words("cli-no-previous", &[("name", name)])),
            Failure::InUse => self.say(&self.words("cli-forget-at-work", &[])),
            Failure::NothingToLock => self.say(&self.words("cli-store-no-passphrase", &[])),
            Failure::NoSecrets => self.say(&self.words("leaks-no-secrets", &[])),
            Failure::NoPractice => self.say(&self.words("cli-practice-none", &[])),
            Failure::ProgramsUntold => self.say(&self.words("cli-programs-untold", &[])),
            Failure::PracticeRuns(address) => self.say(&self.words("cli-practice-runs", &[("address", address)])),
            Failure::Serve(fault) => self.say(&self.unserved(fault)),
            Failure::SocketGiven => self.say(&self.words("cli-serve-given", &[])),
            Failure::Interrupted => self.say(&self.words("cli-interrupted", &[])),
            Failure::System(detail) => self.say(&self.words("cli-system", &[("detail", detail)])),
        }
    }

    fn unserved(&self, fault: &Fault) -> String {
        match fault {
            Fault::NoFolder => self.words("cli-serve-no-folder", &[]),
            Fault::FolderOpen { folder } => self.words("cli-serve-folder-open", &[("path", &folder.display().to_string())]),
            Fault::Taken { path } => self.words("cli-serve-taken", &[("path", &path.display().to_string())]),
            Fault::Gone { path } => self.words("cli-serve-gone", &[("path", &path.display().to_string())]),
            Fault::TooLong { path } => self.words("cli-serve-too-long", &[("path", &path.display().to_string())]),
            Fault::Io { .. } | Fault::Keeper(_) => self.words("cli-system", &[("detail", &fault.to_string())]),
        }
    }

    /// Why no file may have a token.
    fn no_file(&self, why: &NoFile) -> String {
        let (id, path, detail) = match why {
            NoFile::NotOffered => ("cli-file-not-offered", None, None),
            NoFile::NoFolder => ("cli-file-no-folder", None, None),
            NoFile::NotPrivate(path) => ("cli-file-not-private", Some(path), None),
            NoFile::OnDisk(path) => ("cli-file-on-disk", Some(path), None),
            NoFile::Refused(path, error) => ("cli-file-refused", Some(path), Some(error.to_string())),
        };
        let path = path.map(|path| path.to_string_lossy()).unwrap_or_default();
        self.words(id, &[("path", &*path), ("detail", detail.as_deref().unwrap_or_default())])
    }

    /// Writes an error's three sentences and the other side's own words.
    pub fn explain(&self, error: &ErrorView) {
        let [happened, means, press] = explain(self.language, error);
        let press = self.with_account(&press);
        self.say(&happened);
        for more in [means, press].iter().filter(|text| !text.is_empty()) {
            self.say(&format!("  {more}"));
        }
        if let Some(words) = &error.detail {
            self.say(&format!("  {}", one_line(words)));
        }
    }

    fn say_list(&self, head: &str, lines: &[String]) {
        self.say(head);
        for line in lines {
            self.say(&format!("  {line}"));
        }
    }

    /// Whether standard input is a terminal.
    pub fn is_attended(&self) -> bool {
        std::io::stdin().is_terminal()
    }

    /// Asks for a line.
    ///
    /// # Errors
    /// [`Failure::System`].
    pub async fn ask(&self, question: &str) -> Result<String, Failure> {
        let question = format!("{} ", clean(question));
        let line = typed(move || {
            let mut errors = std::io::stderr();
            write!(errors, "{question}").and_then(|()| errors.flush())?;
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map(|_| line)
        });
        Ok(line.await?.trim().to_owned())
    }

    /// Asks for a line at the terminal itself, wherever standard input and standard error lead. The end of the input is an empty line.
    ///
    /// # Errors
    /// [`Failure::System`] if there is no terminal.
    pub async fn ask_at_console(&self, question: &str) -> Result<String, Failure> {
        let question = clean(question);
        typed(move || system::ask_at_console(&question)).await
    }

    /// Asks for a secret, without showing what is typed.
    ///
    /// # Errors
    /// [`Failure::System`] if there is no terminal.
    pub async fn ask_secret(&self, question: &str) -> Result<Secret, Failure> {
        let question = format!("{} ", clean(question));
        typed(move || rpassword::prompt_password(question)).await.map(Secret::new)
    }
}

/// Waits for input without blocking Ctrl-C.
async fn typed(ask: impl FnOnce() -> std::io::Result<String> + Send + 'static) -> Result<String, Failure> {
    let asked = tokio::task::spawn_blocking(ask).await;
    match asked.map_err(std::io::Error::other).flatten() {
        // While the input is hidden, Ctrl-C arrives as this error.
        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(Failure::Interrupted),
        other => other.map_err(Failure::io("terminal")),
    }
}

/// Waits for Ctrl-C; forever if this process was started with Ctrl-C ignored, as a shell does for background jobs.
pub async fn ctrl_c() {
    if system::ignores_ctrl_c() || tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The language of the variables in POSIX's order (LC_ALL, LC_MESSAGES, LANG), then GNU's LANGUAGE; if none is set, the system's.
fn language(set: impl Fn(&str) -> Option<String>, system: impl FnOnce() -> Vec<String>) -> Language {
    let mut variables = ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"].into_iter();
    let wanted = variables.find_map(|name| set(name).filter(|value| !value.is_empty()));
    Language::negotiate(&match wanted {
        Some(wanted) => wanted.replace(':', ","),
        None => system().join(","),
    })
}

/// Removes characters that could move a terminal's cursor: texts may come from servers.
fn clean(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// A text on one line, without control characters.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect()
}

/// A text with spaces behind it, as many columns wide: Chinese characters take two.
pub fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

/// Standard output. At a terminal, characters that move or hide the text around them are written out, as in `\u{202e}`: texts may come
/// from servers and files.
pub fn output() -> Output<Stdout> {
    let to = std::io::stdout();
    Output {
        is_seen: to.is_terminal(),
        to,
    }
}

/// What [`output`] returns.
pub struct Output<W> {
    to: W,
    is_seen: bool,
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if !self.is_seen {
            return self.to.write(bytes);
        }
        for chunk in bytes.utf8_chunks() {
            self.to.write_all(seen(chunk.valid()).as_bytes())?;
            self.to.write_all(chunk.invalid())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}

/// A text whose lines and tabs stay. Scripts and emoji need the joiners U+200C and U+200D, which move nothing.
fn seen(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match is_unseen(c) && !matches!(c, '\n' | '\t' | '\u{200c}' | '\u{200d}') {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    shown
}

/// Opens an address in the person's browser. Without a screen it does nothing, because the address is printed.
///
/// # Errors
/// [`Error::BrowserNotOpened`].
pub fn open_in_browser(address: &str) -> Result<(), Error> {
    if !system::has_screen() {
        return Ok(());
    }
    open::that_detached(address).map_err(|e| Error::BrowserNotOpened { detail: e.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_shows_what_it_would_obey() {
        let text = "a\tb\r\nc\rd\u{1b}[2J\u{9b}1m\u{202e}e\u{feff} 👨\u{200d}👩 账号 \"\\\n";
        let printed = |is_seen| {
            let mut output = Output { to: Vec::new(), is_seen };
            output.write_all(text.as_bytes()).and_then(|()| output.write_all(b"\xff!"))?;
            Ok::<_, std::io::Error>(output.to)
        };
        let shown = "a\tb\nc\\u{d}d\\u{1b}[2J\\u{9b}1m\\u{202e}e\\u{feff} 👨\u{200d}👩 账号 \"\\\n";
        assert!(printed(true).is_ok_and(|bytes| bytes == [shown.as_bytes(), b"\xff!"].concat()));
        assert!(printed(false).is_ok_and(|bytes| bytes == [text.as_bytes(), b"\xff!"].concat()));
    }

    #[test]
    fn proposed_commands_name_the_account() {
        let terminal = Terminal {
            language: Language::En,
            progress: Progress::default(),
            about: OnceLock::from(("x".to_owned(), "x/ada".to_owned())),
        };
        assert_eq!(
            terminal.with_account("`keybearer login PROVIDER`, or `keybearer token NAME --login`; NAME=value"),
            "`keybearer login x`, or `keybearer token x/ada --login`; NAME=value"
        );
        for language in Language::ALL {
            for code in ["error-token-dead", "error-paused", "error-client-auth", "error-delivery-denied"] {
                let text = tell(language, &format!("{code}.type"), &[]);
                let named = terminal.with_account(&text);
                assert!(
                    named != text || !text.contains("keybearer login") && !text.contains("resume"),
                    "{named}"
                );
            }
        }
    }

    #[test]
    fn a_time_that_is_left_has_its_largest_unit() {
        for (seconds, texts) in [
            (-5, ["1 minute", "1 分钟", "1 分鐘"]),
            (60, ["1 minute", "1 分钟", "1 分鐘"]),
            (61, ["2 minutes", "2 分钟", "2 分鐘"]),
            (HOUR - 1, ["60 minutes", "60 分钟", "60 分鐘"]),
            (HOUR, ["1 hour", "1 小时", "1 小時"]),
            (DAY - 1, ["23 hours", "23 小时", "23 小時"]),
            (2 * DAY - 1, ["47 hours", "47 小时", "47 小時"]),
            (2 * DAY, ["2 days", "2 天", "2 天"]),
            (60 * DAY - 1, ["59 days", "59 天", "59 天"]),
        ] {
            for (language, text) in Language::ALL.into_iter().zip(texts) {
                let terminal = Terminal {
                    language,
                    progress: Progress::default(),
                    about: OnceLock::new(),
                };
                assert_eq!(terminal.left(seconds), text, "{seconds}");
            }
        }
    }

    #[test]
    fn the_environment_comes_before_the_system() {
        let taiwan = || vec!["zh-TW".to_owned(), "en-US".to_owned()];
        for (variables, wanted) in [
            (&[][..], Language::ZhHant),
            (&[("LC_ALL", ""), ("LANG", "")], Language::ZhHant),
            (&[("LANG", "zh_CN.UTF-8")], Language::ZhHans),
            (&[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], Language::En),
            (&[("LC_MESSAGES", "en_GB.UTF-8"), ("LANG", "zh_CN.UTF-8")], Language::En),
            (&[("LANGUAGE", "fr:zh_CN:en")], Language::ZhHans),
            (&[("LANG", "C.UTF-8"), ("LANGUAGE", "zh_CN")], Language::En),
        ] {
            let set = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            assert_eq!(language(set, taiwan), wanted, "{variables:?}");
        }
        for (said, wanted) in [
            (&["fr-FR", "zh-Hans-CN"][..], Language::ZhHans),
            (&["zh-Hant-HK"], Language::ZhHant),
            (&["fr-FR"], Language::En),
            (&[], Language::En),
        ] {
            let system = || said.iter().map(|tag| (*tag).to_owned()).collect();
            assert_eq!(language(|_| None, system), wanted, "{said:?}");
        }
    }

    #[test]
    fn columns_stand_below_each_other() {
        for (text, shown) in [
            ("ada", "ada   |"),
            ("权杖", "权杖  |"),
            ("longer", "longer|"),
            ("longest", "longest|"),
        ] {
            assert_eq!(padded(text, 6) + "|", shown);
        }
    }
}
