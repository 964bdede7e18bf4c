//! The units' texts, and where they belong. The templates are in packaging/systemd.

use std::path::{Path, PathBuf};

use super::Whose;

/// The first line of each file of ours. No other file is overwritten or removed.
pub const MARK: &str = "# Written by `keybearer service install`, which overwrites it. Change it with `systemctl edit`.";

/// The timer.
pub const TIMER: &str = "keybearer-refresh.timer";
/// What the timer starts.
pub const REFRESH: &str = "keybearer-refresh.service";
/// The socket.
pub const SOCKET: &str = "keybearer.socket";
/// What the socket starts.
pub const SERVE: &str = "keybearer.service";
/// What is enabled.
pub const ENABLED: [&str; 2] = [TIMER, SOCKET];

const CONFINED: &str = include_str!("../../../../../packaging/systemd/confined.conf");
const NAMESPACES: &str = include_str!("../../../../../packaging/systemd/namespaces.conf");
const USER: &str = include_str!("../../../../../packaging/systemd/user.conf");
const SYSTEM: &str = include_str!("../../../../../packaging/systemd/system.conf");
const SYSTEM_SOCKET: &str = include_str!("../../../../../packaging/systemd/system-socket.conf");
const ONLINE: &str = "Wants=network-online.target\nAfter=network-online.target\n";

/// The file that makes the system units' user.
const SYSUSERS: &str = include_str!("../../../../../packaging/systemd/sysusers.conf");

static TEMPLATES: [(&str, &str); 4] = [
    (TIMER, include_str!("../../../../../packaging/systemd/keybearer-refresh.timer")),
    (REFRESH, include_str!("../../../../../packaging/systemd/keybearer-refresh.service")),
    (SOCKET, include_str!("../../../../../packaging/systemd/keybearer.socket")),
    (SERVE, include_str!("../../../../../packaging/systemd/keybearer.service")),
];

/// How the units get the passphrase of encrypted files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// They need none.
    None,
    /// From this file.
    Plain(PathBuf),
    /// From this file, which systemd decrypts.
    Encrypted(PathBuf),
}

impl Credential {
    /// The file.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Credential::None => None,
            Credential::Plain(file) | Credential::Encrypted(file) => Some(file),
        }
    }
}

/// What the units' texts depend on.
#[derive(Debug)]
pub struct Plan {
    /// Whose units.
    pub whose: Whose,
    /// The program.
    pub program: PathBuf,
    /// The passphrase.
    pub credential: Credential,
    /// Variables of the shell that say where the accounts are and which proxy to use.
    pub variables: Vec<(&'static str, String)>,
    /// Whether the units may use namespaces. The kernel may refuse them to a user's own units.
    pub namespaces: bool,
}

impl Plan {
    /// Each unit's name and text.
    pub fn units(&self) -> Vec<(&'static str, String)> {
        TEMPLATES.iter().map(|(name, template)| (*name, self.fill(template))).collect()
    }

    fn fill(&self, template: &str) -> String {
        let system = self.whose == Whose::System;
        let text = template
            .replace("@mark@", MARK)
            .replace("@program@", &word(&self.program.display().to_string()))
            .replace("@unit@\n", if system { ONLINE } else { "" })
            .replace(
                "@socket@",
                if system {
                    "/run/keybearer/keybearer/socket"
                } else {
                    "%t/keybearer/socket"
                },
            )
            .replace("@socket-owner@\n", if system { SYSTEM_SOCKET } else { "" });
        text.replace("@service@\n", &self.service())
    }

    /// The lines that both services share.
    fn service(&self) -> String {
        let credential = match &self.credential {
            Credential::None => String::new(),
            Credential::Plain(file) => format!("LoadCredential=passphrase:{}\n", escaped(&file.display().to_string())),
            Credential::Encrypted(file) => format!("LoadCredentialEncrypted=passphrase:{}\n", escaped(&file.display().to_string())),
        };
        let variable = |(name, value): &(&str, String)| format!("Environment={}\n", word(&format!("{name}={value}")));
        let variables: String = self.variables.iter().map(variable).collect();
        let (own, namespaces) = match self.whose {
            Whose::System => (SYSTEM, NAMESPACES),
            Whose::User if self.namespaces => (USER, NAMESPACES),
            Whose::User => ("", ""),
        };
        format!("{credential}{variables}\n{own}\n{CONFINED}{namespaces}")
    }
}

/// The file for systemd-sysusers.
pub fn sysusers() -> String {
    SYSUSERS.replace("@mark@", MARK)
}

/// Escapes systemd's specifiers (systemd.unit(5), "Specifiers").
fn escaped(text: &str) -> String {
    text.replace('%', "%%")
}

/// One word of a setting (systemd.syntax(7), "Quoting"; systemd.service(5), "Command lines").
fn word(text: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-=+:,@".contains(c);
    if text.chars().all(plain) {
        return text.to_owned();
    }
    let quoted = text
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n")
        .replace('\r', r"\r");
    format!("\"{}\"", escaped(&quoted))
}

/// The names of all units.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEMPLATES.iter().map(|(name, _)| *name)
}

/// The program that a unit starts.
pub fn program(unit: &str) -> Option<String> {
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart="))?;
    let quoted = line.strip_prefix('"').and_then(|rest| rest.rsplit_once('"'));
    let word = quoted.map_or_else(|| line.split(' ').next(), |(word, _)| Some(word))?;
    Some(word.replace("%%", "%"))
}

/// Whether systemd starts a program of this path. It refuses these characters, however they are written (systemd.service(5) does not say
/// so; `systemd-analyze verify` does), and reads a `$` there as it is.
pub fn can_start(program: &Path) -> bool {
    let refused = |c: char| c.is_control() || "\"'\\".contains(c);
    program.to_str().is_some_and(|path| !path.contains(refused))
}

/// Whether this path is hidden from system units (systemd.exec(5), `ProtectHome=` and `PrivateTmp=`).
pub fn is_hidden(path: &Path) -> bool {
    let hidden = ["/home", "/root", "/run/user", "/tmp", "/var/tmp"];
    hidden.iter().any(|folder| path.starts_with(folder))
}

/// Whether a unit can read a file of this path: a setting ends with its line, a backslash there joins two lines, and a space is removed.
pub fn can_read(file: &Path) -> bool {
    let path = file.to_str();
    path.is_some_and(|path| !path.contains(char::is_control) && !path.ends_with(['\\', ' ']))
}

/// The file that a unit reads the passphrase from.
pub fn credential(unit: &str) -> Option<String> {
    let names = ["LoadCredential=passphrase:", "LoadCredentialEncrypted=passphrase:"];
    let found = unit
        .lines()
        .find_map(|line| names.iter().find_map(|name| line.strip_prefix(name)))?;
    Some(found.replace("%%", "%"))
}

/// Whether a unit asks for namespaces.
pub fn uses_namespaces(unit: &str) -> bool {
    unit.lines().any(|line| line == "PrivateUsers=yes")
}

/// Whether a text is one of ours.
pub fn is_ours(text: &str) -> bool {
    text.starts_with(MARK)
}

/// Where `systemctl enable` puts a unit's link.
pub fn wanted_by(folder: &Path, unit: &str) -> PathBuf {
    let target = if unit == TIMER {
        "timers.target.wants"
    } else {
        "sockets.target.wants"
    };
    folder.join(target).join(unit)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::process::Command;

    use tempfile::TempDir;

    use super::*;

    fn plan(whose: Whose, namespaces: bool, credential: Credential) -> Plan {
        Plan {
            whose,
            program: "/bin/true".into(),
            credential,
            variables: vec![("XDG_DATA_HOME", "/srv/a b/100%".to_owned())],
            namespaces,
        }
    }

    /// systemd's own tool, on units that no systemd has loaded.
    fn analyze(folder: &Path, whose: Whose, arguments: &[&str]) -> String {
        let mut command = Command::new("systemd-analyze");
        if whose == Whose::User {
            command.arg("--user");
        }
        let ended = command
            .args(arguments)
            .current_dir(folder)
            .env("XDG_RUNTIME_DIR", folder)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&ended.stdout).into_owned() + &String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{arguments:?}: {said}");
        said
    }

    #[test]
    fn systemd_understands_each_unit_and_finds_the_services_confined() {
        let plain = || Credential::Plain("/srv/100% mine".into());
        for (whose, namespaces, credential) in [
            (Whose::System, true, Credential::Encrypted("/etc/credstore.encrypted/x".into())),
            (Whose::System, true, plain()),
            (Whose::User, true, plain()),
            (Whose::User, true, Credential::None),
            // Without namespaces the units are confined less: docs/guide/headless.md has the figures.
            (Whose::User, false, plain()),
        ] {
            let folder = TempDir::new().unwrap();
            let plan = plan(whose, namespaces, credential);
            for (name, text) in plan.units() {
                assert!(
                    !text.contains("@mark@") && !text.contains("@service@") && is_ours(&text),
                    "{name}: {text}"
                );
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            let all: Vec<String> = names().map(|name| format!("./{name}")).collect();
            let verify: Vec<&str> = ["verify"].into_iter().chain(all.iter().map(String::as_str)).collect();
            assert_eq!(analyze(folder.path(), whose, &verify), "", "{plan:?}");
            let most = if namespaces { "--threshold=20" } else { "--threshold=62" };
            for service in [REFRESH, SERVE] {
                let name = format!("./{service}");
                let said = analyze(folder.path(), whose, &["security", "--offline=true", most, &name]);
                assert!(said.contains("Overall exposure level"), "{said}");
            }
        }
    }

    #[test]
    fn a_weaker_unit_would_be_noticed() {
        let folder = TempDir::new().unwrap();
        let plan = plan(Whose::System, true, Credential::None);
        let (_, text) = plan.units().into_iter().find(|(name, _)| *name == REFRESH).unwrap();
        std::fs::write(folder.path().join(REFRESH), text.replace(NAMESPACES, "").replace(CONFINED, "")).unwrap();
        let mut command = Command::new("systemd-analyze");
        let weak = command.args(["security", "--offline=true", "--threshold=20", "./keybearer-refresh.service"]);
        assert!(!weak.current_dir(folder.path()).output().unwrap().status.success());
    }

    #[test]
    fn paths_are_read_back_as_they_were_and_systemd_finds_them() {
        for name in ["plain", "a b;c", "100%n", "$HOME ${x} $$", "世界"] {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(name);
            std::fs::create_dir(&path).unwrap();
            let (there, words) = (path.join("keybearer"), path.join(r#"it's \ "x" words"#));
            std::fs::copy("/bin/true", &there).unwrap();
            assert!(can_start(&there) && can_read(&words), "{there:?}");
            let plan = Plan {
                program: there.clone(),
                credential: Credential::Plain(words.clone()),
                ..plan(Whose::User, true, Credential::None)
            };
            for (unit, text) in plan.units() {
                if [REFRESH, SERVE].contains(&unit) {
                    assert_eq!(program(&text).as_deref(), there.to_str());
                    assert_eq!(credential(&text).as_deref(), words.to_str());
                }
                std::fs::write(folder.path().join(unit), text).unwrap();
            }
            let verify = ["verify", &format!("./{REFRESH}"), &format!("./{SERVE}"), &format!("./{SOCKET}")];
            assert_eq!(analyze(folder.path(), Whose::User, &verify), "", "{there:?}");
        }
    }

    #[test]
    fn paths_that_no_unit_can_have() {
        for path in ["/a\"b", "/a'b", r"/a\b", "/a\tb", "/a\nb", "/a\u{7f}b"] {
            assert!(!can_start(Path::new(path)), "{path:?}");
        }
        for (path, hidden) in [
            ("/root/.cargo/bin/keybearer", true),
            ("/home/a/keybearer", true),
            ("/var/tmp/keybearer", true),
            ("/usr/local/bin/keybearer", false),
            ("/homes/keybearer", false),
        ] {
            assert_eq!(is_hidden(Path::new(path)), hidden, "{path}");
        }
        assert!(SYSTEM.contains("\nProtectHome=yes\n") && NAMESPACES.contains("\nPrivateTmp=yes\n"));
        for path in ["/a\nb", "/a\\", "/a "] {
            assert!(!can_read(Path::new(path)), "{path:?}");
        }
    }
}
