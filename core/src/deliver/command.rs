//! Runs a program that takes the token: the only place that starts programs. It runs without a shell, in the home folder and for a
//! limited time, with the token on standard input and nowhere else. The output of a failed program is truncated and scrubbed of the
//! token before anyone sees it.

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

/// The time limit, which leaves room for a deployment.
const LIMIT: Duration = Duration::from_secs(60);
/// How long to wait for the output of a program that has ended.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most bytes of output that are kept. The rest is read and dropped.
const MAX_WORDS: u64 = 4096;

/// Runs the program and waits for its end.
///
/// # Errors
/// [`Error::CommandMissing`], [`Error::CommandFailed`], [`Error::CommandSlow`].
pub async fn run(words: &[String], token: &Secret) -> Result<Proof> {
    run_within(words, token, LIMIT).await
}

/// Like [`run`], with another time limit.
///
/// # Errors
/// As [`run`].
pub async fn run_within(words: &[String], token: &Secret, limit: Duration) -> Result<Proof> {
    let (program, arguments) = words.split_first().ok_or_else(|| Error::InputInvalid { field: "words".into() })?;
    let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut command = Command::new(program);
    command
        .args(arguments)
        // Independent of the folder in which Keybearer was started.
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
            // A program may stop reading; its exit code says whether it failed.
            let _ = input.write_all(token.expose().as_bytes()).await;
        }
        started.wait().await
    };
    let ended = tokio::time::timeout(limit, work).await;
    if matches!(&ended, Ok(Ok(status)) if status.success()) {
        // What it leaves running may be the bot, and may go on writing output.
        started.leave();
        return Ok(Proof::Exited);
    }
    // End what it left running, which would hold its output open.
    drop(started);
    let Ok(ended) = ended else {
        return Err(Error::CommandSlow {
            program: name,
            seconds: limit.as_secs(),
        });
    };
    let status = ended.map_err(|e| Error::Internal { detail: e.to_string() })?;
    // A process that left the group may hold the output open.
    let output = async { [err.await.unwrap_or_default(), out.await.unwrap_or_default()] };
    let output = tokio::time::timeout(PATIENCE, output).await.unwrap_or_default();
    Err(Error::CommandFailed {
        program: name,
        status: described(status),
        words: hidden(&output, &[token]),
    })
}

/// The path of a program that a person chose, as text.
///
/// # Errors
/// [`Error::InputInvalid`] if it is not an executable file.
pub fn program(path: &Path) -> Result<String> {
    let text = path.to_str().filter(|_| path.is_absolute() && path.is_file());
    text.map(str::to_owned).ok_or_else(|| Error::InputInvalid { field: "words".into() })
}

fn home() -> PathBuf {
    let home = directories::BaseDirs::new().map(|folders| folders.home_dir().to_owned());
    home.filter(|home| home.is_dir()).unwrap_or_else(|| PathBuf::from("/"))
}

/// Reads the beginning of the output. The rest is read and dropped, so that the program never blocks on a full pipe.
async fn heard(from: Option<impl AsyncRead + Unpin>) -> String {
    let Some(mut from) = from else { return String::new() };
    let mut output = Vec::new();
    let _ = (&mut from).take(MAX_WORDS).read_to_end(&mut output).await;
    let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&output).into_owned()
}

fn described(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| code.to_string())
}
