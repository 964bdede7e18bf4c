//! docs/guide/headless.md as a person follows it: its commands, in a bare Debian, from the package to a token that renews itself over sixty
//! simulated days with restarts. systemd doesn't run there: the test calls the timer's command in its place, as the unit says.
#![allow(clippy::unwrap_used, clippy::expect_used)]
#![cfg(target_os = "linux")]

#[path = "../../../core/tests/it/browser.rs"]
#[allow(dead_code)]
mod browser;
mod debian;

use std::path::{Path, PathBuf};
use std::time::Duration;

use keybearer_practice::meta::{APP_SECRET, Message, Meta, Platform};

use self::browser::{Visit, consent};
use self::debian::{Bare, Debian, quote};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const WORDS: &str = "correct horse battery";
const DAY: Duration = Duration::from_secs(86_400);
const FAKETIME: &str = "LD_PRELOAD=$(echo /usr/lib/*/faketime/libfaketime.so.1) DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1";
/// What the guide has the person register in Meta's dashboard.
const REDIRECT: &str = "https://127.0.0.1:47018/callback/threads/";

/// The server of the guide. Every Debian with systemd has `sudo` and the maker of users; libfaketime sets the clock of one program.
const BARE: Bare = Bare {
    name: "bare-debian-cli",
    packages: "ca-certificates,sudo,systemd-standalone-sysusers,libfaketime",
    memory: "1g",
    seconds: 300,
    prepare: r#"mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom tty full; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/pts" && mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts" && ln -s pts/ptmx "$root/dev/ptmx"
cp "$DEB" "$root/tmp/""#,
};

/// The commands of a section of the guide.
fn commands(language: &str, anchor: &str) -> Vec<String> {
    let page = std::fs::read_to_string(format!("{ROOT}/docs/guide/headless{language}.md")).unwrap();
    let section = page
        .split_once(&format!("<a id=\"{anchor}\"></a>"))
        .unwrap_or_else(|| panic!("no {anchor}"));
    let section = section.1.split("<a id=").next().unwrap();
    let lines = section.lines().filter_map(|line| line.strip_prefix("    "));
    lines.map(|line| line.split(" #").next().unwrap().trim_end().to_owned()).collect()
}

#[test]
fn the_guide_has_the_same_commands_in_each_language_and_at_most_five() {
    for (anchor, count) in [("own", 4), ("server", 3)] {
        let english = commands("", anchor);
        assert_eq!(english.len(), count, "{english:?}");
        for language in [".zh-Hans", ".zh-Hant"] {
            assert_eq!(commands(language, anchor), english);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes a bare Debian: script/test headless"]
async fn bare_debian_own_units() {
    let Some(mut machine) = Machine::enter().await else { return };
    machine.add_provider("/home/pi", "pi");
    for command in commands("", "own") {
        if command.contains(" login ") {
            machine.log_in(&command, true).await;
        } else if command.contains(" service ") {
            let mut terminal = machine.terminal(&command);
            machine.answer_unseen(&mut terminal, "Passphrase of the encrypted file:", WORDS);
            machine.end(terminal);
        } else {
            machine.person(&command);
        }
    }
    let state = machine.debian.try_root("runuser -l pi -c 'keybearer service status'");
    assert!(
        state.1.contains("ok  loginctl") && state.1.contains("ok  passphrase"),
        "{}",
        state.1
    );
    machine.live("/home/pi/.config/systemd/user", "pi", "/home/pi", 1).await;
    machine.person("keybearer service uninstall --yes");
    machine.leave();
    machine.debian.root("test -s /home/pi/.local/share/io.github.keybearer/book.json");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes a bare Debian: script/test headless"]
async fn bare_debian_system_units() {
    let Some(mut machine) = Machine::enter().await else { return };
    for command in commands("", "server") {
        if command.contains(" login ") {
            machine.add_provider("/var/lib/keybearer", "keybearer");
            machine.log_in(&command, false).await;
        } else if command.contains(" service ") {
            let mut terminal = machine.terminal(&command);
            machine.answer_unseen(&mut terminal, "Choose a passphrase", WORDS);
            machine.answer_unseen(&mut terminal, "Repeat passphrase:", WORDS);
            machine.end(terminal);
        } else {
            machine.person(&command);
        }
    }
    let kept = "/etc/credstore/keybearer.passphrase";
    assert_eq!(machine.debian.root(&format!("stat -c '%U %a' {kept}")), "root 600");
    assert!(!machine.debian.try_root(&format!("runuser -u keybearer -- cat {kept}")).0);
    assert_eq!(machine.debian.root("stat -c '%U %a' /var/lib/keybearer"), "keybearer 700");
    // The days are the same for these units. Each restart opens the encrypted files, which takes a second of work.
    machine.live("/etc/systemd/system", "keybearer", "/var/lib/keybearer", 5).await;
    // The units' user cannot delete root's copy of the passphrase; the message says that root must do it.
    let forgotten = machine.person("sudo -Hu keybearer keybearer forget --everything --yes");
    assert!(forgotten.contains("sudo keybearer service uninstall --system"), "{forgotten}");
    machine.person("sudo keybearer service uninstall --system --yes");
    machine.debian.root(&format!(
        "! test -e {kept} && test -z \"$(ls -d /etc/systemd/system/keybearer* /etc/sysusers.d/keybearer.conf 2>/dev/null)\""
    ));
    machine.leave();
}

/// A bare Debian with a person who may use sudo, and the practice platform that its loopback reaches.
struct Machine {
    debian: Debian,
    meta: Meta,
}

/// A command at a terminal of its own, and how much of what it said was read.
struct Terminal {
    read: usize,
}

impl Machine {
    async fn enter() -> Option<Machine> {
        let deb = std::env::var_os("KEYBEARER_CLI_DEB")
            .map(PathBuf::from)
            .expect("run by script/test headless");
        let enter = move || Debian::enter(&BARE, &[("DEB", Path::new(&deb))], "headless");
        let mut debian = tokio::task::spawn_blocking(enter).await.unwrap()?;
        debian.root("useradd --create-home --shell /bin/bash pi && echo 'pi ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/pi");
        // In logind's place, which notes it so.
        let loginctl = "#!/bin/sh\n[ \"$1\" = enable-linger ] && exec install -D /dev/null \"/var/lib/systemd/linger/$2\"\n";
        debian.root(&format!(
            "printf %s {} >/usr/local/bin/loginctl && chmod 755 /usr/local/bin/loginctl",
            quote(loginctl)
        ));
        assert!(
            !debian
                .try_root("command -v dbus-daemon || command -v systemctl || command -v Xorg")
                .0,
            "not a bare Debian"
        );
        let meta = Meta::start(Platform::Threads).await.unwrap();
        meta.register_redirect(REDIRECT).unwrap();
        Some(Machine { debian, meta })
    }

    /// A command of the guide, in the folder that has the package.
    fn person(&mut self, command: &str) -> String {
        self.debian
            .root(&format!("runuser -l pi -c {}", quote(&format!("cd /tmp && {command}"))))
    }

    /// A file of the user's own that sends Threads' requests to the practice platform.
    fn add_provider(&mut self, home: &str, user: &str) {
        let origin = self.meta.origin();
        let file = format!("format = 1\nid = \"threads-here\"\nextends = \"threads\"\n[hosts]\nweb = \"{origin}\"\ngraph = \"{origin}\"\n");
        let folder = format!("{home}/.config/io.github.keybearer/providers");
        let write = format!(
            "umask 077; mkdir -p {folder} && printf %s {} >{folder}/threads-here.toml",
            quote(&file)
        );
        self.debian.root(&format!("runuser -u {user} -- sh -c {}", quote(&write)));
    }

    /// Starts a command of the guide at a terminal.
    fn terminal(&mut self, command: &str) -> Terminal {
        self.debian
            .root("rm -f /tmp/keys /tmp/said /tmp/code && mkfifo -m 666 /tmp/keys && touch /tmp/said && chmod 666 /tmp/said");
        // One end stays open, or the terminal would end with the first line.
        self.debian.root("sleep infinity >/tmp/keys & echo $! >/tmp/holder");
        let run = format!("cd /tmp && {command}");
        let line = format!(
            "runuser -l pi -c {} </tmp/keys >/dev/null",
            quote(&format!("script -qfec {} /tmp/said", quote(&run)))
        );
        self.debian.root(&format!("({line}; echo $? >/tmp/code) &"));
        Terminal { read: 0 }
    }

    /// Waits until the terminal shows a text; what came before it.
    fn until(&mut self, terminal: &mut Terminal, text: &str) -> String {
        for _ in 0..300 {
            let said = self.debian.root("tail -n +2 /tmp/said | tr -d '\\r'") + "\n";
            if let Some(at) = said.get(terminal.read..).and_then(|new| new.find(text)) {
                let before = said[terminal.read..terminal.read + at].to_owned();
                terminal.read += at + text.len();
                return before;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("no “{text}”: {}", self.debian.root("cat /tmp/said"));
    }

    fn type_in(&mut self, line: &str) {
        self.debian.root(&format!("printf '%s\\n' {} >/tmp/keys", quote(line)));
    }

    fn answer(&mut self, terminal: &mut Terminal, question: &str, line: &str) {
        self.until(terminal, question);
        self.type_in(line);
    }

    /// The same with an answer that is not shown. Its question is seen a moment before the terminal hides it; sudo has a terminal of its
    /// own, which is the last one.
    fn answer_unseen(&mut self, terminal: &mut Terminal, question: &str, line: &str) {
        self.until(terminal, question);
        let hides = "for tty in /dev/pts/[0-9]*; do :; done; stty -aF $tty | grep -qw -- -echo";
        self.debian.root(&format!("until {hides}; do sleep 0.05; done"));
        self.type_in(line);
    }

    fn end(&mut self, _terminal: Terminal) {
        let code = self
            .debian
            .root("until test -s /tmp/code; do sleep 0.1; done; cat /tmp/code; kill $(cat /tmp/holder)");
        let said = self.debian.root("cat /tmp/said");
        assert_eq!(code, "0", "{said}");
        assert!(!said.contains(WORDS) && !said.contains(APP_SECRET), "a secret is shown: {said}");
    }

    /// Signs in at the terminal, with a browser on another machine.
    async fn log_in(&mut self, command: &str, is_new: bool) {
        let command = command.replace("login threads", "login threads-here");
        let mut terminal = self.terminal(&command);
        if is_new {
            self.answer_unseen(&mut terminal, "Choose a passphrase", WORDS);
            self.answer_unseen(&mut terminal, "Repeat passphrase:", WORDS);
        } else {
            self.answer_unseen(&mut terminal, "Passphrase of the encrypted file:", WORDS);
        }
        self.answer(&mut terminal, "Threads app ID:", self.meta.platform().app_id());
        self.answer_unseen(&mut terminal, "Threads app secret:", APP_SECRET);
        self.until(&mut terminal, "\nhttp");
        let link = format!("http{}", self.until(&mut terminal, "\n").trim());
        let landed = consent(&link, &Visit::allow("ada")).await.unwrap();
        assert!(landed.starts_with(REDIRECT), "{landed}");
        self.type_in(&landed);
        self.until(&mut terminal, "Saved as threads-here/ada");
        self.end(terminal);
    }

    /// What a unit says, as systemd would do it: the user, the variables, the credential, the command.
    fn start(&mut self, units: &str, user: &str, home: &str, days: u32, command: Option<&str>) -> (bool, String) {
        let unit = self.debian.root(&format!("cat {units}/keybearer-refresh.service"));
        let setting = |name: &str| unit.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let credential = setting("LoadCredential=passphrase:");
        assert!(!credential.is_empty(), "{unit}");
        // After a restart nothing is left of the last run but what is on the disk.
        self.debian.root(&format!(
            "rm -rf /run/credentials && install -d /run/credentials && install -d -m 500 -o {user} /run/credentials/it && \
             install -m 400 -o {user} {credential} /run/credentials/it/passphrase"
        ));
        let environment = format!("HOME={home} {} CREDENTIALS_DIRECTORY=/run/credentials/it", setting("Environment="));
        let command = command.unwrap_or_else(|| setting("ExecStart="));
        self.debian.try_root(&format!(
            "cd / && exec setpriv --reuid {user} --regid {user} --clear-groups env -i {environment} {FAKETIME} FAKETIME=+{days}d {command}"
        ))
    }

    /// Sixty days, with a restart after each `step` of them.
    async fn live(&mut self, units: &str, user: &str, home: &str, step: u32) {
        let first = self.meta.tokens().pop().unwrap();
        for day in (1..=60).filter(|day| day % step == 0) {
            self.meta.advance(DAY * step);
            let (done, said) = self.start(units, user, home, day, None);
            assert!(done, "day {day}: {said}");
            let newest = self.meta.history("ada").pop().unwrap();
            assert!(newest.alive && newest.long, "day {day}: a renewal was missed: {newest:?}");
        }
        assert!(!self.meta.token(&first).unwrap().alive, "sixty days have passed");
        assert_eq!(self.meta.count(Message::Refresh), 1, "one renewal is enough");
        // It is the renewed one that is stored, and nowhere in the clear.
        let (done, token) = self.start(units, user, home, 60, Some("keybearer token threads-here"));
        assert!(
            done && self.meta.token(&token).is_some_and(|t| t.alive) && token != first,
            "{token}"
        );
        let (found, at) = self
            .debian
            .try_root(&format!("grep -rlF -e {token} -e {WORDS_FIRST} {home}/.local/share {home}/.config"));
        assert!(!found, "{at}");
        self.debian
            .root(&format!("test -s {home}/.local/share/io.github.keybearer/sealed/identity.age"));
    }

    /// The package goes.
    fn leave(&mut self) {
        self.person("sudo apt-get purge -y keybearer-cli");
        self.debian.root("! command -v keybearer");
    }
}

/// A part of the passphrase that no other text has.
const WORDS_FIRST: &str = "'correct horse'";
