//! What a process runs, by /proc.

use std::fs;
use std::path::{Path, PathBuf};

use crate::system::Runs;

/// Programs that run other programs' text, without their versions (`python3.13`), and the letters of their options that announce code or
/// a module instead of a file.
const INTERPRETERS: &[(&str, &[&str])] = &[
    ("c", &["sh", "bash", "dash", "zsh", "ksh", "fish", "busybox"]),
    ("cm", &["python", "pypy"]),
    (
        "eEpr",
        &[
            "node", "nodejs", "deno", "bun", "ruby", "perl", "php", "lua", "luajit", "Rscript", "tclsh", "wish", "java", "dotnet", "pwsh",
        ],
    ),
];

/// What a process runs; none if it has ended or is another person's.
pub fn program_of(process: u32) -> Option<Runs> {
    let folder = PathBuf::from(format!("/proc/{process}"));
    let executable = fs::read_link(folder.join("exe")).ok()?;
    let Some(code) = code_options(&executable) else {
        return Some(Runs {
            executable,
            script: None,
            runs_anything: false,
        });
    };
    let working = fs::read_link(folder.join("cwd")).ok()?;
    let script = script(&fs::read(folder.join("cmdline")).ok()?, code, &working);
    Some(Runs {
        executable,
        runs_anything: script.is_none(),
        script,
    })
}

/// The letters of an interpreter; none for any other program.
fn code_options(executable: &Path) -> Option<&'static str> {
    let name = executable.file_name().unwrap_or_default().to_string_lossy();
    let name = name
        .trim_end_matches(" (deleted)")
        .trim_end_matches(|c: char| c.is_ascii_digit() || ".-".contains(c));
    let found = INTERPRETERS.iter().find(|(_, names)| names.contains(&name));
    found.map(|(code, _)| *code)
}

/// The script of a command line: the first argument that is a file. None for code in an argument, whatever follows it.
fn script(command: &[u8], code: &str, working: &Path) -> Option<PathBuf> {
    let text = String::from_utf8_lossy(command);
    for argument in text.split('\0').skip(1) {
        if is_code(argument, code) {
            return None;
        }
        if argument.is_empty() || argument.starts_with('-') {
            continue;
        }
        let file = working.join(argument).canonicalize().ok().filter(|path| path.is_file());
        if file.is_some() {
            return file;
        }
    }
    None
}

/// Whether an argument announces code.
fn is_code(argument: &str, code: &str) -> bool {
    let short = argument.starts_with('-') && !argument.starts_with("--");
    (short && argument.chars().skip(1).any(|c| code.contains(c))) || ["--eval", "--print", "eval", "--command"].contains(&argument)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_script_is_the_first_file_of_an_interpreters_arguments() {
        let folder = tempfile::TempDir::new().unwrap();
        let bot = folder.path().canonicalize().unwrap().join("bot.py");
        drop(fs::OpenOptions::new().write(true).create(true).open(&bot).unwrap());
        for (command, found) in [
            ("python3\0bot.py\0--token\0", true),
            ("python3\0-u\0./bot.py\0", true),
            ("deno\0run\0--allow-net\0bot.py\0", true),
            ("python3\0-c\0print(1)\0bot.py\0", false),
            ("bash\0-eu\0bot.py\0", true),
            ("bash\0-lc\0true\0bot.py\0", false),
            ("python3\0-m\0http.server\0bot.py\0", false),
            ("node\0--eval\01\0bot.py\0", false),
            ("python3\0", false),
            ("", false),
        ] {
            let expected = found.then(|| bot.clone());
            let code = code_options(Path::new(command.split('\0').next().unwrap())).unwrap_or_default();
            assert_eq!(script(command.as_bytes(), code, folder.path()), expected, "{command:?}");
        }
    }

    #[test]
    fn interpreters_are_known_in_their_versions() {
        for (name, is) in [
            ("/usr/bin/python3.13", true),
            ("/usr/bin/node", true),
            ("/usr/bin/bash", true),
            ("/usr/bin/keybearer", false),
            ("/opt/pythonic", false),
        ] {
            assert_eq!(code_options(Path::new(name)).is_some(), is, "{name}");
        }
        let own = program_of(std::process::id()).unwrap();
        assert_eq!(own.executable, std::env::current_exe().unwrap());
        assert!(own.script.is_none() && !own.runs_anything);
    }
}
