//! The sealed store at a terminal, and its passphrase by a descriptor of any number: as Linux has both.

use std::io::Write as _;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use keybearer_core::view::StoreKind;
use keybearer_practice::meta::{Meta, Platform};
use keybearer_practice::{Flavor, Practice};
use rustix::termios::{LocalModes, tcgetattr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use crate::browser::{Landing, Visit, visit};
use crate::rig::{Home, PATIENCE, Said, Start as _, ended, until, with_threads};

const WORDS: &str = "correct horse battery";

/// The program where no bus is, and so no keychain.
fn without_keychain(mut command: Command) -> Command {
    command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent");
    command
}

/// A process with a terminal of its own, or what says things in another way, and what it has said.
pub struct Heard {
    child: Child,
    said: String,
}

impl Heard {
    /// At a terminal, where what is typed is shown if the process lets it.
    pub fn at_terminal(home: &Home, without: bool, arguments: &str) -> Heard {
        Heard::line(home, without, &format!("exec '{}' {arguments}", env!("CARGO_BIN_EXE_keybearer")))
    }

    /// The same with a line of a shell's. Ctrl-C also reaches the shell, which then ends by it, unless the line replaces it by `exec`: not
    /// every shell does that by itself.
    pub fn line(home: &Home, without: bool, line: &str) -> Heard {
        let command = home.shell(&format!("exec script -qec \"{line}\" /dev/null"));
        let mut command = if without { without_keychain(command) } else { command };
        Heard::start(command.stdin(Stdio::piped()))
    }

    fn start(command: &mut Command) -> Heard {
        let child = command.start();
        Heard {
            child,
            said: String::new(),
        }
    }

    /// Waits until it says this, and takes what came before.
    pub async fn until(&mut self, text: &str) -> String {
        while !self.said.contains(text) {
            let mut read = [0; 1024];
            let (out, err) = (self.child.stdout.as_mut().unwrap(), self.child.stderr.as_mut().unwrap());
            let heard = async {
                let mut spare = [0; 1024];
                tokio::select! {
                    n = out.read(&mut read) => read[..n.unwrap()].to_vec(),
                    n = err.read(&mut spare) => spare[..n.unwrap()].to_vec(),
                }
            };
            let heard = tokio::time::timeout(PATIENCE, heard).await;
            let heard = heard.unwrap_or_else(|_| panic!("no “{text}”: {}", self.said));
            assert!(!heard.is_empty(), "no “{text}”, but an end: {}", self.said);
            self.said.push_str(&String::from_utf8_lossy(&heard));
        }
        let (before, after) = self.said.split_once(text).unwrap();
        let (before, after) = (before.to_owned(), after.to_owned());
        self.said = after;
        before
    }

    /// Types an answer that is not shown. Its question is seen a moment before the terminal hides it.
    pub async fn type_unseen(&mut self, text: &str) {
        // What `script` has started has the terminal.
        let script = self.child.id().unwrap();
        let children = std::fs::read_to_string(format!("/proc/{script}/task/{script}/children")).unwrap();
        let terminal = format!("/proc/{}/fd/0", children.split_whitespace().next().unwrap());
        let terminal = std::fs::File::open(terminal).unwrap();
        let shows = || tcgetattr(&terminal).unwrap().local_modes.contains(LocalModes::ECHO);
        until("a terminal that hides what is typed", || !shows()).await;
        self.type_in(text).await;
    }

    pub async fn type_in(&mut self, text: &str) {
        let keyboard = self.child.stdin.as_mut().unwrap();
        keyboard.write_all(text.as_bytes()).await.unwrap();
    }

    /// Allows what it asks for in a browser.
    pub async fn allow(&mut self, home: &Home) {
        self.until("\nhttp").await;
        let link = format!("http{}", self.until("\n").await.trim());
        let landing = visit(&link, &Visit::allow("ada"), &home.keeper()).await;
        assert!(matches!(landing, Landing::Home(..)), "{landing:?}");
    }

    pub async fn end(self) -> Said {
        let said = ended(self.child).await;
        Said {
            out: self.said + &said.out,
            ..said
        }
    }
}

/// An open end for the process and the other one, in which this stands.
fn pair(text: &str) -> (Stdio, UnixStream) {
    let (theirs, mut ours) = UnixStream::pair().unwrap();
    ours.write_all(text.as_bytes()).unwrap();
    (OwnedFd::from(theirs).into(), ours)
}

/// With these words in a file that the process has open as its standard input.
async fn with_words(home: &Home, words: &str, arguments: &[&str]) -> Said {
    let mut file = tempfile::tempfile().unwrap();
    writeln!(file, "{words}").unwrap();
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    let mut command = home.command(arguments);
    command.stdin(std::fs::File::open(path).unwrap());
    ended(command.start()).await
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_passphrase_by_descriptor() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    let right = with_words(&home, WORDS, &["token", "ada", "--passphrase-fd", "0"]).await;
    assert_eq!((right.code, right.out.trim()), (0, token.as_str()), "{right:?}");
    let wrong = with_words(&home, "wrong words", &["token", "ada", "--passphrase-fd", "0"]).await;
    assert!(wrong.code == 6 && wrong.err.contains("doesn’t unlock"), "{wrong:?}");
    let none = home.run(&["token", "ada"]).await;
    assert!(none.code == 6 && none.out.is_empty(), "{none:?}");
    assert!(none.err.contains("--passphrase-fd N"), "{none:?}");
    let nothing = home.run(&["token", "ada", "--passphrase-fd", "77"]).await;
    assert!(nothing.code == 1 && nothing.err.contains("--passphrase-fd 77"), "{nothing:?}");
    // What needs no secret needs no passphrase, and who is not here neither.
    assert_eq!(home.run(&["list", "--passphrase-fd", "77"]).await.code, 0);
    assert_eq!(home.run(&["token", "nobody", "--passphrase-fd", "77"]).await.code, 3);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_descriptor_is_read_where_it_leads_and_one_line_only() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    // A socket has no name to be opened by, and this one does not end.
    let (theirs, ours) = pair(&format!("{WORDS}\r\nand more"));
    let mut command = home.command(&["token", "ada", "--passphrase-fd", "0"]);
    let said = ended(command.stdin(theirs).start()).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    drop(ours);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn ctrl_c_while_a_descriptor_says_nothing() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some(WORDS), &meta).await;
    let (theirs, _ours) = pair("");
    let child = home.command(&["token", "ada", "--passphrase-fd", "0"]).stdin(theirs).start();
    let id = child.id().unwrap().to_string();
    // The second signal is heard.
    let hears = || {
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let mask = status.lines().find_map(|l| l.strip_prefix("SigCgt:")).unwrap().trim();
        u64::from_str_radix(mask, 16).unwrap() & 0b10 != 0
    };
    until("someone who listens", hears).await;
    assert!(Command::new("kill").args(["-INT", &id]).status().await.unwrap().success());
    assert_eq!(ended(child).await.code, 130);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn at_the_terminal_it_is_typed_unseen() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    for arguments in ["token ada", "token ada --passphrase-fd 0"] {
        let mut heard = Heard::at_terminal(&home, false, arguments);
        heard.until("Passphrase of the encrypted file:").await;
        heard.type_unseen(&format!("{WORDS}\n")).await;
        let said = heard.end().await;
        assert!(said.code == 0 && said.out.contains(&token) && !said.out.contains(WORDS), "{said:?}");
    }
    let mut heard = Heard::at_terminal(&home, false, "token ada");
    heard.until("Passphrase of the encrypted file:").await;
    heard.type_unseen("\x04").await;
    let said = heard.end().await;
    assert!(said.code == 6 && said.out.contains("--passphrase-fd N"), "{said:?}");
    let said = Heard::at_terminal(&home, false, "token nobody").end().await;
    assert!(said.code == 3 && !said.out.contains("Passphrase"), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_machine_without_a_keychain_is_set_up_by_a_login() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let server = format!("server={}", p.origin());
    let arguments = ["login", "gotosocial", "-a", &server, "--redirect", "loopback"];
    // Where nobody can be asked nobody is sent to a consent page.
    let nobody = ended(without_keychain(home.command(&arguments)).start()).await;
    assert!(nobody.code == 6 && nobody.err.contains("--passphrase-fd N"), "{nobody:?}");
    assert!(!nobody.err.contains(p.origin()), "{nobody:?}");
    let unknown = ended(without_keychain(home.command(&["login", "mypsace"])).start()).await;
    assert_eq!(unknown.code, 2, "{unknown:?}");
    let mut command = without_keychain(home.command(&[&arguments[..], &["--passphrase-fd", "0"]].concat()));
    let short = ended(command.stdin(pair("short\n").0).start()).await;
    assert!(short.code == 6 && !short.err.contains(p.origin()), "{short:?}");
    let (theirs, _ours) = pair(&format!("{WORDS}\n"));
    let mut heard = Heard::start(command.stdin(theirs));
    heard.until("There is no keyring on this computer.").await;
    heard.allow(&home).await;
    heard.until("Saved as gotosocial/ada@").await;
    assert_eq!(heard.end().await.code, 0);
    assert_eq!(home.keeper().view().store.kind, StoreKind::SealedFile);
    for (words, code) in [(WORDS, 0), ("wrong words", 6)] {
        let said = with_words(&home, words, &["token", "ada", "--passphrase-fd", "0"]).await;
        assert_eq!(said.code, code, "{said:?}");
        let again = with_words(&home, words, &["refresh", "--passphrase-fd", "0"]).await;
        assert_eq!(again.code, code, "{again:?}");
    }
    // The files are closed, and a login would win what cannot be kept.
    let closed = ended(without_keychain(home.command(&arguments)).start()).await;
    assert!(closed.code == 6 && !closed.err.contains(p.origin()), "{closed:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_new_passphrase_is_typed_twice() {
    let (home, p) = (Home::new(), Practice::start(Flavor::GoToSocial).await.unwrap());
    let line = format!("login gotosocial -a server={} --redirect loopback", p.origin());
    let mut heard = Heard::at_terminal(&home, true, &line);
    for (question, typed) in [
        ("Choose a passphrase", WORDS),
        ("Repeat passphrase:", "correct house battery"),
        ("The passphrases don’t match.", ""),
        ("Choose a passphrase", WORDS),
        ("Repeat passphrase:", WORDS),
    ] {
        let before = heard.until(question).await;
        assert!(!before.contains("battery"), "{before}");
        if !typed.is_empty() {
            heard.type_unseen(&format!("{typed}\n")).await;
        }
    }
    heard.allow(&home).await;
    heard.until("Saved as gotosocial/ada@").await;
    assert_eq!(heard.end().await.code, 0);
    let token = p.tokens().pop().unwrap();
    let said = with_words(&home, WORDS, &["token", "ada", "--passphrase-fd", "0"]).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    // An end of what is typed is no passphrase, and makes nothing.
    let other = Home::new();
    let mut heard = Heard::at_terminal(&other, true, &line);
    heard.until("Choose a passphrase").await;
    heard.type_unseen("\x04").await;
    let said = heard.end().await;
    assert!(said.code == 6 && !other.data().join("sealed").exists(), "{said:?}");
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_was_sealed_is_read_where_the_keychain_is_gone() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    let token = with_threads(&home, Some(WORDS), &meta).await;
    home.keeper().use_keychain().await.unwrap();
    // A token that is there needs no login, and nothing is chosen for one.
    let mut command = without_keychain(home.command(&["token", "ada", "--login", "--passphrase-fd", "0"]));
    let (theirs, _ours) = pair(&format!("{WORDS}\n"));
    let said = ended(command.stdin(theirs).start()).await;
    assert_eq!((said.code, said.out.trim()), (0, token.as_str()), "{said:?}");
    assert_eq!(home.keeper().view().store.kind, StoreKind::Keychain);
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_keychain_that_only_this_shell_does_not_find() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    let mut command = without_keychain(home.command(&["login", "gotosocial", "-a", "server=127.0.0.1:1", "--passphrase-fd", "0"]));
    let (theirs, _ours) = pair(&format!("{WORDS}\n"));
    let said = ended(command.stdin(theirs).start()).await;
    assert!(said.code == 6 && !said.err.contains("encrypted files"), "{said:?}");
    assert_eq!(home.keeper().view().store.kind, StoreKind::Keychain);
    assert!(!home.data().join("sealed").exists());
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn a_command_does_not_read_the_passphrase() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, Some(WORDS), &meta).await;
    let looks = [
        "exec",
        "ada",
        "--passphrase-fd",
        "0",
        "--",
        "sh",
        "-c",
        "cat; test -n \"$ACCESS_TOKEN\"",
    ];
    let said = with_words(&home, WORDS, &looks).await;
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{said:?}");
    let file = home.0.path().join("words");
    // Nor where nobody needed it.
    let open = Home::new();
    with_threads(&open, None, &meta).await;
    std::fs::write(&file, WORDS).unwrap();
    for home in [&home, &open] {
        // The shell hands the file on as its seventh.
        let line = format!(
            "exec 7<'{}'; exec '{}' exec ada --passphrase-fd 7 -- sh -c 'cat <&7; echo $?'",
            file.display(),
            env!("CARGO_BIN_EXE_keybearer")
        );
        let said = ended(home.shell(&line).start()).await;
        assert!(
            !said.out.contains(WORDS) && said.out.trim() != "0" && !said.out.is_empty(),
            "{said:?}"
        );
    }
}

#[tokio::test]
#[cfg_attr(target_os = "linux", ignore = "needs a desktop: script/test cli")]
async fn what_is_deleted_for_good_is_asked_about() {
    let (home, meta) = (Home::new(), Meta::start(Platform::Threads).await.unwrap());
    with_threads(&home, None, &meta).await;
    for (typed, code) in [("\n", 2), ("n\n", 2), ("y\n", 0)] {
        let mut heard = Heard::at_terminal(&home, false, "forget --everything");
        heard.until("accounts (1)").await;
        heard.type_in(typed).await;
        let said = heard.end().await;
        assert_eq!((said.code, home.data().exists()), (code, code != 0), "{typed:?}: {said:?}");
    }
}
