//! Which program uses a token. Of its arguments only an interpreter's script is told (`script`). Other arguments may be secrets.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::script::{is_interpreter, script};
use crate::system::programs;

/// A program that uses a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The file name of its script, or of its executable: `bot.py`, `curl`.
    pub name: String,
    /// What runs its script: `python3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// The name of the program that started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The folder in which it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// The whole path of its executable. Not in the ledger.
    #[serde(skip)]
    pub executable: Option<PathBuf>,
    /// The whole path of its script. Not in the ledger.
    #[serde(skip)]
    pub script: Option<PathBuf>,
}

impl Program {
    /// The program that started this process: for the command line, the one that uses the token. None where the system does
    /// not say.
    pub fn this() -> Option<Program> {
        Program::of_process(programs::starter()?)
    }

    /// The program of a process; none where the system does not say, or there is no such process.
    pub fn of_process(pid: u32) -> Option<Program> {
        let process = programs::process(pid)?;
        let arguments = match is_interpreter(&process.name) {
            true => programs::arguments(pid),
            false => Vec::new(),
        };
        let script = script(&process.name, arguments.get(1..).unwrap_or_default(), process.folder.as_deref());
        let parent = process.parent.and_then(programs::process);
        Some(Program {
            parent: parent.map(|parent| parent.name),
            ..Program::of(process.name, process.executable, script, process.folder)
        })
    }

    /// The program that started a process; none where the system does not say.
    pub fn starter_of(pid: u32) -> Option<Program> {
        Program::of_process(programs::process(pid)?.parent?)
    }

    /// Whether it is an interpreter without a script, which could run any other code the next time.
    pub fn runs_anything(&self) -> bool {
        self.script.is_none() && is_interpreter(&self.name)
    }

    /// A command that this process is about to start: this process becomes it, or its parent.
    pub fn command(program: &OsStr, arguments: &[OsString]) -> Program {
        let name = file_name(Path::new(program));
        let folder = std::env::current_dir().ok();
        let script = script(&name, arguments, folder.as_deref());
        let parent = programs::starter().and_then(programs::process);
        Program {
            parent: parent.map(|parent| parent.name),
            ..Program::of(name, None, script, folder)
        }
    }

    /// A program by its paths, as a person names it.
    pub fn at(executable: PathBuf, script: Option<PathBuf>) -> Program {
        Program::of(file_name(&executable), Some(executable), script, None)
    }

    /// Keybearer's own window.
    pub fn window() -> Program {
        Program::of("Keybearer".to_owned(), None, None, None)
    }

    fn of(name: String, executable: Option<PathBuf>, script: Option<PathBuf>, folder: Option<PathBuf>) -> Program {
        let (name, interpreter) = match &script {
            Some(script) => (file_name(script), Some(name)),
            None => (name, None),
        };
        Program {
            name,
            interpreter,
            parent: None,
            folder: folder.map(|folder| folder.to_string_lossy().into_owned()),
            executable,
            script,
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
