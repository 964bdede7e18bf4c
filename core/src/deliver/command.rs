//! A program of the person's own that takes the token: the one place that starts any. Without a shell, in the home folder, the
//! token on standard input and nowhere else, for a limited time; what it says when it fails is cut short and searched for the
//! token before anybody sees it.

use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

use super::hidden;
use crate::error::{Error, Result};
use crate::system::Program;
use crate::token::Secret;
use crate::view::Proof;

/// What a deployment's command may take.
const LIMIT: Duration = Duration::from_secs(60);
/// So long the words of a program are waited for that has ended.
const PATIENCE: Duration = Duration::from_secs(2);
/// So much of what a program says is read to be shown; the rest is let go by.
const MAX_WORDS: u64 = 4096;

/// Runs it and waits for its end.
///
/// # Errors
/// [`Error::CommandMissing`], [`Error::CommandFailed`], [`Error::CommandSlow`].
pub async fn run(words: &[String], token: &Secret) -> Result<Proof> {
    run_within(words, token, LIMIT).await
}

/// The same with another limit.
///
/// # Errors
/// As [`run`].
pub async fn run_within(words: &[String], token: &Secret, limit: Duration) -> Result<Proof> {
    let (program, arguments) = words.split_first().ok_or_else(|| Error::InputInvalid { field: "words".into() })?;
    let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut command = Command::new(program);
    command
        .args(arguments)
        // Not wherever Keybearer was started.
        .current_dir(home())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    let mut started = Program::start(command).map_err(|e| Error::CommandMissing {
        program: name.clone(),
        detail: e.to_string(),
    })?;
    let (input, out, err) = started.pipes();
    let (out, err) = (tokio::spawn(heard(out)), tokio::spawn(heard(err)));
    let work = async {
        if let Some(mut input) = input {
            // One that does not read to the end has its own reasons, and its own exit code.
            let _ = input.write_all(token.expose().as_bytes()).await;
        }
        started.wait().await
    };
    let ended = tokio::time::timeout(limit, work).await;
    if matches!(&ended, Ok(Ok(status)) if status.success()) {
        // What it leaves running is the bot, perhaps, and may go on talking.
        started.leave();
        return Ok(Proof::Exited);
    }
    // What it left running would hold its output open.
    drop(started);
    let Ok(ended) = ended else {
        return Err(Error::CommandSlow {
            program: name,
            seconds: limit.as_secs(),
        });
    };
    let status = ended.map_err(|e| Error::Internal { detail: e.to_string() })?;
    // What left the group may hold the output open.
    let said = async { [err.await.unwrap_or_default(), out.await.unwrap_or_default()] };
    let said = tokio::time::timeout(PATIENCE, said).await.unwrap_or_default();
    Err(Error::CommandFailed {
        program: name,
        status: described(status),
        words: hidden(&said, &[token]),
    })
}

/// A program that a person chose, as it is kept.
///
/// # Errors
/// [`Error::InputInvalid`] where it is none.
pub fn program(path: &Path) -> Result<String> {
    let text = path.to_str().filter(|_| path.is_absolute() && path.is_file());
    text.map(str::to_owned).ok_or_else(|| Error::InputInvalid { field: "words".into() })
}

fn home() -> PathBuf {
    let home = directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned());
    home.filter(|home| home.is_dir()).unwrap_or_else(|| PathBuf::from("/"))
}

/// The beginning of what comes; the rest is read and forgotten, so that nobody waits to say it.
async fn heard(from: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut from) = from else { return String::new() };
    let mut said = Vec::new();
    let _ = (&mut from).take(MAX_WORDS).read_to_end(&mut said).await;
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&said).into_owned()
}

fn described(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| code.to_string())
}
