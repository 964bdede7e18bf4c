//! Which programs get tokens by the socket, if the person wants to be asked. A program is known by its executable and script. This
//! stops mistakes, but not a hostile program of the same person, which could start a known one.

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;

use super::{Keeper, lock, new_id};
use crate::book::Account;
use crate::error::{Error, Result};
use crate::ledger::{Program, Purpose, Use};
use crate::system;
use crate::token::Secret;
use crate::view::{ProgramAnswer, ProgramQuestion, ProgramView, StoreKind};

/// How long a question waits for the person's answer.
const PATIENCE: Duration = Duration::from_secs(120);
/// How many requests may wait for the answer to one question.
const MOST_OF_ONE: usize = 8;
/// How many may wait for people at all: half of the connections of a server, so that known programs always get their tokens.
const MOST: usize = 32;

/// What a program is recognised by.
struct Runs {
    executable: String,
    script: Option<String>,
}

impl Runs {
    fn is(&self, executable: &str, script: Option<&str>) -> bool {
        Path::new(&self.executable) == Path::new(executable) && self.script.as_deref().map(place) == script.map(place)
    }
}

/// Where a script is, however its folder was named: `bots/../bot.py` is `bot.py`. A program names its script itself: if that is a link,
/// it stays one.
fn place(script: &str) -> PathBuf {
    let script = Path::new(script);
    let folder = script.parent().and_then(|folder| dunce::canonicalize(folder).ok());
    let found = folder.and_then(|folder| Some(folder.join(script.file_name()?)));
    found.unwrap_or_else(|| script.to_owned())
}

/// Whether the system would know a program by this path: a script is run by another program, which it is known by.
fn is_program(path: &Path) -> std::io::Result<bool> {
    let known = path.metadata()?;
    if !known.is_file() {
        return Ok(false);
    }
    let mut begins = Vec::new();
    match std::fs::File::open(path) {
        Ok(file) => _ = file.take(2).read_to_end(&mut begins)?,
        // A script could not be run without being read.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(true),
        Err(error) => return Err(error),
    }
    Ok(system::is_program(&known, &begins))
}

/// Whether a program is our own command line, which gets tokens without a server, too.
fn is_ours(executable: &Path) -> bool {
    let own = std::env::current_exe().unwrap_or_default();
    own == executable || (own.parent() == executable.parent() && executable.file_stem().is_some_and(|name| name == "keybearer"))
}

/// The use by a process that asks: for our own command line, by the program that started it.
fn use_by(process: Option<u32>) -> Use {
    let program = process.and_then(Program::of_process);
    let executable = program.as_ref().and_then(|program| program.executable.as_deref());
    match executable.is_some_and(is_ours) {
        true => Use::of(Purpose::Token, process.and_then(Program::starter_of)),
        false => Use::of(Purpose::Serve, program),
    }
}

/// A question, until it is answered.
pub(super) struct Asked {
    view: ProgramQuestion,
    answer: watch::Sender<Option<ProgramAnswer>>,
}

impl Asked {
    /// How many requests wait for the answer.
    fn waiting(&self) -> usize {
        self.answer.receiver_count()
    }
}

/// Whether a program gets a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It gets one.
    Granted,
    /// The person refused it.
    Refused,
    /// It is unknown, and the person did not answer or cannot be asked.
    Unanswered,
}

impl Keeper {
    /// An account's access token for a process that asks, and when it expires, Unix seconds: none if it does not, or if that is unknown.
    ///
    /// # Errors
    /// As [`Keeper::access_token`]; [`Error::PassphraseNeeded`] if the passphrase is known for the window alone.
    pub async fn served_token(&self, account: &str, process: Option<u32>) -> Result<(Secret, Option<i64>)> {
        let is_sealed = |account: &Account| account.store == StoreKind::SealedFile;
        if !self.is_unlocked_for_programs() && self.shared.book.read()?.account(account).is_ok_and(is_sealed) {
            return Err(Error::PassphraseNeeded);
        }
        let token = self.token_for(account, &use_by(process)).await?;
        let record = self.shared.book.read()?.account(account)?.clone();
        let expires = match record.life_unknown {
            true => None,
            false => token.expires.or(record.expires),
        };
        Ok((token.access_token, expires))
    }

    /// Whether a process gets an account's token. Asks the person about an unknown program, if there is a window that can ask.
    ///
    /// # Errors
    /// The book's.
    pub async fn permission(&self, process: Option<u32>, account: &str, has_window: bool) -> Result<Permission> {
        let book = self.shared.book.read()?;
        if !book.settings.ask_programs {
            return Ok(Permission::Granted);
        }
        let program = process.and_then(Program::of_process);
        let Some((program, executable)) = program.and_then(|program| Some((program.clone(), program.executable?))) else {
            return Ok(Permission::Unanswered);
        };
        if is_ours(&executable) {
            return Ok(Permission::Granted);
        }
        let can_remember = !program.runs_anything();
        let runs = Runs {
            executable: executable.to_string_lossy().into_owned(),
            script: program.script.map(|script| script.to_string_lossy().into_owned()),
        };
        let is = |known: &&ProgramView| known.account == account && runs.is(&known.executable, known.script.as_deref());
        if let Some(known) = book.programs.iter().find(is) {
            return Ok(match known.allowed {
                true => Permission::Granted,
                false => Permission::Refused,
            });
        }
        if !has_window {
            return Ok(Permission::Unanswered);
        }
        Ok(self.ask_about(runs, account, can_remember).await)
    }

    /// Waits for the person. Requests of the same program for the same account share one question. It stays if its program gives up, which
    /// may ask again while the person reads.
    async fn ask_about(&self, runs: Runs, account: &str, can_remember: bool) -> Permission {
        let mut answer = {
            let mut questions = lock(&self.shared.program_questions);
            let same = |asked: &&Asked| asked.view.account == account && runs.is(&asked.view.executable, asked.view.script.as_deref());
            let waiting: usize = questions.values().map(Asked::waiting).sum();
            match questions.values().find(same) {
                _ if waiting >= MOST => return Permission::Unanswered,
                Some(asked) if asked.waiting() >= MOST_OF_ONE => return Permission::Unanswered,
                Some(asked) => asked.answer.subscribe(),
                None if questions.len() >= MOST => return Permission::Unanswered,
                None => {
                    let view = ProgramQuestion {
                        id: new_id(),
                        executable: runs.executable,
                        script: runs.script,
                        account: account.to_owned(),
                        can_remember,
                    };
                    let (id, sender) = (view.id.clone(), watch::Sender::new(None));
                    let answer = sender.subscribe();
                    questions.insert(id.clone(), Asked { view, answer: sender });
                    tokio::spawn(self.clone().withdraw_later(id));
                    answer
                }
            }
        };
        self.changed();
        // A question that is withdrawn has no sender any more.
        let answered = answer.wait_for(Option::is_some).await.ok().and_then(|answer| *answer);
        match answered {
            Some(ProgramAnswer::Once | ProgramAnswer::Always) => Permission::Granted,
            Some(ProgramAnswer::NotNow | ProgramAnswer::Never) => Permission::Refused,
            None => Permission::Unanswered,
        }
    }

    /// Withdraws a question that has waited for long enough.
    async fn withdraw_later(self, id: String) {
        tokio::time::sleep(PATIENCE).await;
        if lock(&self.shared.program_questions).remove(&id).is_some() {
            self.changed();
        }
    }

    /// The questions that wait for the person.
    pub(super) fn program_questions(&self) -> Vec<ProgramQuestion> {
        lock(&self.shared.program_questions)
            .values()
            .map(|asked| asked.view.clone())
            .collect()
    }

    /// Takes the person's decision, and remembers "always" and "never". An interpreter without a script is never remembered.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] for a question that no longer waits. The book's; the program then still waits.
    pub async fn answer_program(&self, question: &str, answer: ProgramAnswer) -> Result<()> {
        let gone = || Error::InputInvalid { field: "question".into() };
        let view = lock(&self.shared.program_questions).get(question).map(|asked| asked.view.clone());
        let view = view.ok_or_else(gone)?;
        if matches!(answer, ProgramAnswer::Always | ProgramAnswer::Never) && view.can_remember {
            let decided = ProgramView {
                id: new_id(),
                executable: view.executable,
                script: view.script,
                account: view.account,
                allowed: answer == ProgramAnswer::Always,
                decided: self.now(),
            };
            self.blocking(move |keeper| {
                keeper.shared.book.change(|book| {
                    book.programs.push(decided);
                    Ok(())
                })
            })
            .await?;
        }
        let asked = lock(&self.shared.program_questions).remove(question);
        asked.ok_or_else(gone)?.answer.send_replace(Some(answer));
        self.changed();
        Ok(())
    }

    /// Remembers the person's decision about a program that need not have asked yet, in place of an earlier one.
    ///
    /// # Errors
    /// [`Error::Disk`] if there is no such program or script; [`Error::InputInvalid`] for what is no program, or a script itself, and
    /// where an interpreter has no script, which could run any other code, or another program has one; [`Error::AccountUnknown`]; the book's.
    pub async fn decide_program(&self, executable: &Path, script: Option<&Path>, account: &str, allowed: bool) -> Result<ProgramView> {
        let there = dunce::canonicalize(executable).map_err(Error::disk(executable))?;
        if !is_program(&there).map_err(Error::disk(executable))? {
            return Err(Error::InputInvalid {
                field: "executable".into(),
            });
        }
        // A program names its script itself: links in it stay.
        let script = script.map(|script| {
            std::path::absolute(script)
                .and_then(|whole| whole.metadata().map(|_| whole))
                .map_err(Error::disk(script))
        });
        let script = script.transpose()?;
        if Program::at(there.clone(), None).runs_anything() != script.is_some() {
            return Err(Error::InputInvalid { field: "script".into() });
        }
        let decided = ProgramView {
            id: new_id(),
            executable: there.to_string_lossy().into_owned(),
            script: script.map(|script| script.to_string_lossy().into_owned()),
            account: account.to_owned(),
            allowed,
            decided: self.now(),
        };
        let kept = decided.clone();
        self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                book.account(&kept.account)?;
                let runs = Runs {
                    executable: kept.executable.clone(),
                    script: kept.script.clone(),
                };
                book.programs
                    .retain(|known| known.account != kept.account || !runs.is(&known.executable, known.script.as_deref()));
                book.programs.push(kept);
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(decided)
    }

    /// Forgets a decision: the program is asked about again.
    ///
    /// # Errors
    /// The book's.
    pub async fn forget_program(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        self.blocking(move |keeper| {
            keeper.shared.book.change(|book| {
                book.programs.retain(|known| known.id != id);
                Ok(())
            })
        })
        .await?;
        self.changed();
        Ok(())
    }
}
