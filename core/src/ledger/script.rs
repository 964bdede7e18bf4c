//! The script among an interpreter's arguments. An option's value is not taken for it: this knows which options of the usual interpreters
//! take one, and which announce code in place of a script. Where it is not sure, there is no script.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

/// How a family of interpreters reads its arguments.
struct Family {
    /// Its programs, without the digits of a version.
    names: &'static [&'static str],
    /// Letters that code follows, or a module's name, or the standard input.
    code: &'static str,
    /// Letters that a value follows, in the same argument or in the next one.
    valued: &'static str,
    /// Letters that a value may follow, in the same argument only.
    attached: &'static str,
    /// Whole options that code follows.
    long_code: &'static [&'static str],
    /// Whole options whose value is the next argument.
    long_valued: &'static [&'static str],
    /// Options whose value is the script.
    file: &'static [&'static str],
    /// Words that come before the script.
    words: &'static [&'static str],
}

const PLAIN: Family = Family {
    names: &[],
    code: "",
    valued: "",
    attached: "",
    long_code: &[],
    long_valued: &[],
    file: &[],
    words: &[],
};

const FAMILIES: &[Family] = &[
    Family {
        names: &["python", "pythonw", "pypy", "py"],
        code: "cm",
        valued: "WXQ",
        long_valued: &["--check-hash-based-pycs"],
        ..PLAIN
    },
    Family {
        names: &["ash", "bash", "dash", "ksh", "sh", "zsh"],
        code: "cs",
        valued: "oO",
        long_valued: &["--rcfile", "--init-file", "--emulate"],
        ..PLAIN
    },
    Family {
        names: &["busybox"],
        code: "cs",
        valued: "o",
        words: &["ash", "hush", "sh"],
        ..PLAIN
    },
    Family {
        names: &["fish"],
        code: "c",
        valued: "CdDofp",
        long_code: &["--command"],
        long_valued: &[
            "--init-command",
            "--debug",
            "--debug-output",
            "--features",
            "--profile",
            "--profile-startup",
        ],
        ..PLAIN
    },
    Family {
        names: &["node", "nodejs"],
        code: "ep",
        valued: "rC",
        long_code: &["--eval", "--print", "--run"],
        long_valued: &[
            "--require",
            "--import",
            "--loader",
            "--experimental-loader",
            "--conditions",
            "--env-file",
            "--env-file-if-exists",
            "--input-type",
            "--inspect-port",
            "--title",
            "--icu-data-dir",
            "--openssl-config",
            "--watch-path",
            "--test-name-pattern",
            "--test-reporter",
            "--max-http-header-size",
            "--stack-trace-limit",
            "--unhandled-rejections",
            "--experimental-config-file",
            "--redirect-warnings",
            "--tls-keylog",
            "--localstorage-file",
            "--report-filename",
            "--report-dir",
            "--report-directory",
            "--cpu-prof-name",
            "--cpu-prof-dir",
            "--heap-prof-name",
            "--heap-prof-dir",
            "--diagnostic-dir",
            "--disable-warning",
            "--trace-event-file-pattern",
            "--trace-event-categories",
            "--test-reporter-destination",
        ],
        words: &["inspect"],
        ..PLAIN
    },
    Family {
        names: &["bun"],
        code: "ep",
        valued: "rc",
        long_code: &["--eval", "--print"],
        long_valued: &[
            "--preload",
            "--require",
            "--import",
            "--cwd",
            "--config",
            "--env-file",
            "--port",
            "--conditions",
        ],
        words: &["run"],
        ..PLAIN
    },
    Family {
        names: &["deno"],
        valued: "cL",
        attached: "r",
        long_valued: &[
            "--config",
            "--import-map",
            "--location",
            "--cert",
            "--log-level",
            "--seed",
            "--preload",
        ],
        words: &["run", "serve"],
        ..PLAIN
    },
    Family {
        names: &["perl"],
        code: "eE",
        valued: "I",
        attached: "MmixFC0lDVd",
        ..PLAIN
    },
    Family {
        names: &["ruby"],
        code: "e",
        valued: "IrCXE",
        attached: "KWxT0Fi",
        long_valued: &["--encoding", "--external-encoding", "--internal-encoding", "--enable", "--disable"],
        ..PLAIN
    },
    Family {
        names: &["php"],
        code: "rRBES",
        valued: "cdzt",
        long_code: &["--run", "--process-code", "--process-begin", "--process-end", "--server"],
        long_valued: &["--php-ini", "--define", "--zend-extension", "--docroot"],
        file: &["-f", "--file", "-F", "--process-file"],
        ..PLAIN
    },
    Family {
        names: &["lua"],
        code: "e",
        valued: "l",
        ..PLAIN
    },
    Family {
        names: &["tclsh"],
        long_valued: &["-encoding"],
        ..PLAIN
    },
    Family {
        names: &["powershell", "pwsh"],
        long_code: &["-c", "-command", "-e", "-ec", "-encodedcommand", "-commandwithargs", "-cwa"],
        long_valued: &[
            "-executionpolicy",
            "-ep",
            "-ex",
            "-workingdirectory",
            "-wd",
            "-configurationname",
            "-configurationfile",
            "-settingsfile",
            "-windowstyle",
            "-w",
            "-inputformat",
            "-outputformat",
            "-version",
            "-custompipename",
        ],
        file: &["-f", "-file"],
        ..PLAIN
    },
];

/// What follows an argument.
enum Next {
    /// The next argument.
    Argument,
    /// A value, and then the next argument.
    Value,
    /// The script.
    Script,
    /// Code.
    Code,
}

/// Whether a program's name is that of an interpreter: `python3.11`, `node`, `py.exe`.
pub fn is_interpreter(name: &str) -> bool {
    family(name).is_some()
}

fn family(name: &str) -> Option<&'static Family> {
    let lower = name.to_lowercase();
    let stem = lower.strip_suffix(".exe").unwrap_or(&lower);
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    FAMILIES.iter().find(|family| family.names.contains(&stem))
}

/// The script that an interpreter runs with these arguments, in this folder: a file that is there. None of a process's own files under
/// /dev and /proc, which are others in this process.
pub fn script(interpreter: &str, arguments: &[OsString], folder: Option<&Path>) -> Option<PathBuf> {
    let family = family(interpreter)?;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let is_option = argument.as_encoded_bytes().starts_with(b"-") || argument.as_encoded_bytes().starts_with(b"+");
        let named = match () {
            () if argument == "--" => rest.next()?,
            () if is_option => match family.after(&argument.to_string_lossy()) {
                Next::Argument => continue,
                Next::Value => {
                    rest.next()?;
                    continue;
                }
                Next::Script => rest.next()?,
                Next::Code => return None,
            },
            () if family.words.iter().any(|word| argument == OsStr::new(word)) => continue,
            () => argument,
        };
        let path = match Path::new(named) {
            whole if whole.is_absolute() => whole.to_owned(),
            part => folder?.join(part),
        };
        return Some(path).filter(|path| !is_of_process(path) && path.is_file());
    }
    None
}

impl Family {
    fn after(&self, option: &str) -> Next {
        let lower = option.to_lowercase();
        let is_whole = |known: &[&str]| {
            known
                .iter()
                .any(|known| *known == option || (self.ignores_case() && *known == lower))
        };
        if is_whole(self.file) {
            return Next::Script;
        }
        if is_whole(self.long_valued) {
            return Next::Value;
        }
        let name = option.split('=').next().unwrap_or_default();
        if is_whole(self.long_code) || self.long_code.contains(&name) || option == "-" {
            return Next::Code;
        }
        if option.starts_with("--") || self.ignores_case() {
            return Next::Argument;
        }
        // Several short options in one argument, as in `-lc`.
        let mut letters = option[1..].chars();
        while let Some(letter) = letters.next() {
            if self.code.contains(letter) {
                return Next::Code;
            }
            if self.attached.contains(letter) {
                return Next::Argument;
            }
            if self.valued.contains(letter) {
                return if letters.as_str().is_empty() { Next::Value } else { Next::Argument };
            }
        }
        Next::Argument
    }

    /// PowerShell's options begin with one hyphen.
    fn ignores_case(&self) -> bool {
        self.names.contains(&"pwsh")
    }
}

/// Whether a path leads to what differs from process to process: `/dev/fd/3`, `/proc/self/fd/3`.
fn is_of_process(path: &Path) -> bool {
    let mut steps: Vec<&OsStr> = Vec::new();
    for step in path.components() {
        match step {
            Component::Normal(name) => steps.push(name),
            Component::ParentDir => drop(steps.pop()),
            _ => {}
        }
    }
    path.has_root() && steps.first().is_some_and(|first| *first == "dev" || *first == "proc")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn values_and_code_are_no_scripts() {
        let folder = tempfile::TempDir::new().unwrap();
        for name in ["bot", "pre.js", "ignore", "run", "lib", "never", "extglob"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let cases = [
            ("python3 bot x", true),
            ("python3.11 -u -W ignore bot", true),
            ("python3 -Wignore -X dev bot", true),
            ("python3 -uW ignore bot", true),
            ("python3 --check-hash-based-pycs never bot", true),
            ("python3 -m ignore bot", false),
            ("python3 -uc ignore bot", false),
            ("python3 - bot", false),
            ("python3 missing bot", false),
            ("python3 -- bot", true),
            ("bash --rcfile ignore bot", true),
            ("bash -O extglob +o ignore bot", true),
            ("bash -lc ignore bot", false),
            ("bash -s bot", false),
            ("busybox sh bot", true),
            ("node -r ./pre.js bot", true),
            ("node --import ./pre.js --require=./pre.js bot", true),
            ("node -c bot", true),
            ("node -pe ignore bot", false),
            ("node --eval=1 bot", false),
            ("node inspect bot", true),
            ("deno run --allow-net bot", true),
            ("deno run -r bot ignore", true),
            ("node --redirect-warnings ignore bot", true),
            ("bun run --preload ./pre.js bot", true),
            ("perl -I lib -MFoo::e -w bot", true),
            ("perl -ne ignore bot", false),
            ("ruby -I lib -rjson bot", true),
            ("php -d ignore -f bot", true),
            ("php -r ignore bot", false),
            ("pwsh -NoProfile -ExecutionPolicy ignore -File bot", true),
            ("pwsh -Command ignore bot", false),
            ("sh /dev/fd/0", false),
            ("sh ../../../../../../../../proc/self/fd/0", false),
            ("vim bot", false),
        ];
        for (line, found) in cases {
            let mut words = line.split(' ');
            let interpreter = words.next().unwrap();
            let arguments: Vec<OsString> = words.map(OsString::from).collect();
            let wanted = found.then(|| folder.path().join("bot"));
            assert_eq!(script(interpreter, &arguments, Some(folder.path())), wanted, "{line}");
        }
        assert!(is_of_process(Path::new("/dev/fd/3")) && is_of_process(Path::new("/tmp/../proc/self/fd/3")));
        assert!(!is_of_process(Path::new("/home/dev/bot")));
    }
}
