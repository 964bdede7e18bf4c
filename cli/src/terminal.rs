//! The person at the other end: their language, what they are told and asked, and their browser.

use std::io::{IsTerminal as _, Write as _};

use keybearer_core::error::{Error, ErrorView};
use keybearer_core::text::is_unseen;
use keybearer_core::token::Secret;
use keybearer_core::words::{Language, explain, tell};

use crate::failure::Failure;
use crate::progress::Progress;
use crate::system;

/// So many names are read by somebody who looks for another.
const NEARBY: usize = 12;

/// Where words go.
pub struct Terminal {
    /// In which the words are.
    pub language: Language,
    progress: Progress,
}

impl Terminal {
    /// In the language of the environment, else in the system's.
    pub fn of_environment() -> Terminal {
        let set = |name: &str| std::env::var(name).ok();
        Terminal {
            language: language(set, system::languages),
            progress: Progress::default(),
        }
    }

    /// A message of the locales with its parameters.
    pub fn words(&self, id: &str, with: &[(&str, &str)]) -> String {
        tell(self.language, id, with)
    }

    /// Says something to a person.
    pub fn say(&self, text: &str) {
        // Nobody may be there to hear it any more.
        let _ = writeln!(std::io::stderr(), "{}", clean(text));
    }

    /// Says how far something is, in place of what was said so before; only where somebody looks.
    pub fn progress(&self, text: &str) {
        self.progress.show(&clean(text));
    }

    /// Says what went wrong, what it means and what helps.
    pub fn complain(&self, failure: &Failure) {
        match failure {
            Failure::Said(error) => self.explain(error),
            Failure::NoAccount(typed, all) => {
                self.say_list(&self.words("cli-no-account", &[("name", typed)]), &all[..all.len().min(NEARBY)]);
                // Who has more finds them there.
                self.say(&self.words("cli-see-list", &[]));
            }
            Failure::Ambiguous(typed, all) => self.say_list(&self.words("cli-ambiguous", &[("name", typed)]), all),
            Failure::Unknown(typed, known) => self.say_list(&self.words("cli-unknown", &[("word", typed)]), known),
            Failure::NobodyPastes => self.say(&self.words("cli-nobody-pastes", &[])),
            Failure::SecretTyped(question) => self.say(&self.words("cli-secret-typed", &[("question", question)])),
            Failure::NoDescriptor(number) => self.say(&self.words("cli-no-descriptor", &[("number", &number.to_string())])),
            Failure::NoVariable(name) => self.say(&self.words("cli-no-variable", &[("name", name)])),
            Failure::NotProved(name) => self.say(&self.words("cli-not-proved", &[("name", name)])),
            Failure::Unread => {}
            Failure::AnswerInvalid(question, objection) => self.say(&format!("{question}: {objection}")),
            Failure::Unanswered(missing) => self.say_list(&self.words("cli-unanswered", &[]), missing),
            Failure::ListsNone(provider) => self.say(&self.words("cli-lists-none", &[("provider", provider)])),
            Failure::SomebodyElse(name, expected) => self.say(&self.words("cli-somebody-else", &[("name", name), ("expected", expected)])),
            Failure::Unvouched(name, expected) => self.say(&self.words("cli-unvouched", &[("name", name), ("expected", expected)])),
            Failure::Unstored => self.say(&self.words("cli-lost", &[])),
            Failure::Unconfirmed => self.say(&self.words("cli-forget-unconfirmed", &[])),
            Failure::AtWork => self.say(&self.words("cli-forget-at-work", &[])),
            Failure::Interrupted => self.say(&self.words("cli-interrupted", &[])),
            Failure::System(detail) => self.say(&self.words("cli-system", &[("detail", detail)])),
        }
    }

    /// An error's three sentences, and the other side's own words.
    pub fn explain(&self, error: &ErrorView) {
        let [happened, means, press] = explain(self.language, error);
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

    /// Whether somebody sits there.
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

    /// Asks for a secret: what is typed is not shown.
    ///
    /// # Errors
    /// [`Failure::System`] where there is no terminal.
    pub async fn ask_secret(&self, question: &str) -> Result<Secret, Failure> {
        let question = format!("{} ", clean(question));
        typed(move || rpassword::prompt_password(question)).await.map(Secret::new)
    }
}

/// Waits for a person where Ctrl-C is heard meanwhile.
async fn typed(ask: impl FnOnce() -> std::io::Result<String> + Send + 'static) -> Result<String, Failure> {
    let asked = tokio::task::spawn_blocking(ask).await;
    match asked.map_err(std::io::Error::other).flatten() {
        // Where what is typed is not shown, Ctrl-C is an answer.
        Err(error) if error.kind() == std::io::ErrorKind::Interrupted => Err(Failure::Interrupted),
        other => other.map_err(Failure::io("terminal")),
    }
}

/// Waits for Ctrl-C; for ever where whoever started this program has it ignored, as a shell does in the background.
pub async fn ctrl_c() {
    if system::ignores_ctrl_c() || tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The variables in POSIX' order (LC_ALL before LC_MESSAGES before LANG), then GNU's list; where none has a value, what the system
/// says.
fn language(set: impl Fn(&str) -> Option<String>, system: impl FnOnce() -> Vec<String>) -> Language {
    let mut variables = ["LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"].into_iter();
    let wanted = variables.find_map(|name| set(name).filter(|value| !value.is_empty()));
    Language::negotiate(&match wanted {
        Some(wanted) => wanted.replace(':', ","),
        None => system().join(","),
    })
}

/// A server's words may hold what moves a terminal's cursor.
fn clean(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// A server's words on one line.
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect()
}

/// Opens an address in the person's browser. A machine without a screen has none: there the address is printed.
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
}
