//! The .deb as a person meets it: installed by name in a bare Debian 12, started from its desktop entry, reached by its deep
//! link, and removed, with tokens and book untouched. The Debian is made once by mmdebstrap in the cache folder and never
//! written to: each run has a layer of its own in memory, mounts and processes in namespaces of their own, all of it gone
//! when the run ends, however it ends. The machine's own system is not touched.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::desktop::until;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What script/desktop and this test need inside. What Keybearer needs is the package's to say.
const PARTS: &str =
    "ca-certificates,xvfb,xauth,x11-utils,dbus,dbus-bin,gnome-keyring,libsecret-tools,libglib2.0-bin,libgtk-3-bin,fonts-dejavu-core";

/// Seconds that one command inside may take; installing brings a hundred packages at first.
const COMMAND: u32 = 600;

/// The layer: the folder it lies in is a mount of this namespace only.
const ENTER: &str = r#"set -e
mount -t tmpfs -o size=3g,mode=755 keybearer-test "$LAYER"
mkdir "$LAYER/upper" "$LAYER/work" "$LAYER/root"
root=$LAYER/root
mount -t overlay -o "lowerdir=$BASE,upperdir=$LAYER/upper,workdir=$LAYER/work" keybearer-test "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$ARCHIVES" "$root/var/cache/apt/archives"
cp "$DEB" "$root/tmp/keybearer.deb"
cp "$DESKTOP" "$root/usr/local/bin/desktop"
cat /etc/resolv.conf >"$root/etc/resolv.conf"
cd "$root"
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  chroot "$root" bash"#;

#[test]
fn installed() {
    let mut debian = match Debian::enter() {
        Ok(debian) => debian,
        Err(why) => {
            let required = std::env::var_os("KEYBEARER_REQUIRE_ALL").is_some_and(|v| v == "1");
            assert!(!required, "{why}");
            say(&format!("skipped: {why}"));
            if let Some(path) = std::env::var_os("KEYBEARER_SKIPS") {
                let mut skips = std::fs::OpenOptions::new().append(true).open(path).unwrap();
                writeln!(skips, "e2e installed ({why})").unwrap();
            }
            return;
        }
    };
    assert!(
        !debian.try_root("dpkg -s libwebkit2gtk-4.1-0 | grep -q ^Status:.*installed").0,
        "a Debian that is not bare"
    );

    // What it depends on is enough: nothing recommended comes with it.
    debian.root("apt-get update -qq");
    debian.root("apt-get install -y -q --no-install-recommends /tmp/keybearer.deb");
    assert_eq!(debian.root("dpkg --verify keybearer"), "");
    debian.root("! ldd /usr/bin/keybearer-desktop | grep 'not found'");
    debian.root("desktop-file-validate /usr/share/applications/Keybearer.desktop");

    debian.session();
    let data = debian.person("echo $XDG_DATA_HOME/io.github.keybearer");
    debian.person(&format!("mkdir -m 700 {data} && printf '%s' '{BOOK}' >{data}/book.json"));
    debian.person(&format!("printf {SECRET} | secret-tool store --label=Keybearer {ENTRY}"));

    debian.person("gtk-launch Keybearer");
    debian.wait("the window", "xwininfo -root -tree | grep -q '\"Keybearer\"'");
    let first = debian.running();
    assert_eq!(first.len(), 1);

    // The link reaches the program that runs; the one that brought it ends.
    let handler = debian.person("xdg-mime query default x-scheme-handler/io.github.keybearer");
    assert_eq!(handler, "Keybearer.desktop");
    debian.person("xdg-open 'io.github.keybearer://callback/x?code=a%20b&state=nobody'");
    debian.wait("the deep link", &format!("grep -q 'deep link' {data}/logs/*"));
    assert!(
        !debian.person(&format!("cat {data}/logs/*")).contains("state=nobody"),
        "no query in the log"
    );
    // The entry's action as well.
    let action = debian.person(r#"sed -n '/^\[Desktop Action refresh\]/,/^$/s/^Exec=//p' /usr/share/applications/Keybearer.desktop"#);
    assert_eq!(action, "keybearer-desktop --refresh");
    debian.person(&format!("timeout 30 {action}"));
    assert_eq!(debian.running(), first);

    debian.root(&format!("kill {}", first[0]));
    until("the end of the app", || {
        let over = debian.running().is_empty() && !debian.try_root("grep -q ^WebKit /proc/[0-9]*/comm").0;
        over.then_some(())
    });

    let kept = format!("cd {data} && find . -type f -exec sha256sum {{}} + | sort");
    let before = debian.person(&kept);
    assert!(before.contains("./book.json"), "{before}");
    // The command line has come along, and sees the same accounts.
    let list = debian.person("LC_ALL=C keybearer list");
    assert!(list.starts_with("practice/person@practice.example"), "{list}");
    debian.root("test -s /usr/share/man/man1/keybearer-token.1.gz");
    debian.root(". /usr/share/bash-completion/completions/keybearer && complete -p keybearer >/dev/null");
    // The harder of the two ways to remove it.
    debian.root("apt-get purge -y -q keybearer");
    debian.root("! command -v keybearer-desktop keybearer && ! grep -rqs keybearer /usr/share/applications");
    assert_eq!(debian.person(&kept), before);
    assert!(debian.person(&format!("cat {data}/book.json")).contains("@person@practice.example"));
    assert_eq!(debian.person(&format!("secret-tool lookup {ENTRY}")), SECRET);
}

/// An account that was there before.
const BOOK: &str = r#"{"v":1,"settings":{"language":"en"},"store":"keychain",
"clients":[{"id":"client-1","provider":"practice","hosts":{"server":"https://practice.example"},"server":"https://practice.example",
"name":"Keybearer","client_id":"id","has_secret":false,"store":"keychain","redirect_uris":[],"scopes":["read"],"created":1795312600,
"registered":true}],"accounts":[{"id":"account-1","provider":"practice","client":"client-1","name":"@person@practice.example",
"display_name":"Person","user_id":"1","server":"https://practice.example","url":"https://practice.example/@person","scopes":["read"],
"obtained":1795312700,"redirect":"loopback","store":"keychain","verified":1795312700}]}"#;
/// Its token, and where the keychain library puts one.
const SECRET: &str = "canary-of-the-installed-test";
const ENTRY: &str = "service io.github.keybearer username account/account-1 target default";

/// A shell as root in the layer.
struct Debian {
    shell: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    layer: PathBuf,
}

impl Debian {
    /// # Errors
    /// What is missing, for a person to read.
    fn enter() -> Result<Debian, String> {
        let fresh = Command::new(format!("{ROOT}/script/package")).arg("--fresh").output().unwrap();
        if !fresh.status.success() {
            return Err(String::from_utf8_lossy(&fresh.stderr).trim().to_owned());
        }
        let deb = String::from_utf8(fresh.stdout).unwrap().trim().to_owned();
        let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        if !root {
            return Err("only root may mount and change into another Debian".to_owned());
        }
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home().join(".cache"), PathBuf::from);
        let (base, archives) = (cache.join("keybearer/bare-debian"), cache.join("keybearer/bare-archives"));
        make_base(&base)?;
        std::fs::create_dir_all(archives.join("partial")).unwrap();
        let layer = tempfile::Builder::new().prefix("keybearer-bare").tempdir().unwrap().keep();
        let mut shell = Command::new("unshare")
            .args([
                "--mount",
                "--pid",
                "--ipc",
                "--uts",
                "--fork",
                "--kill-child",
                "--propagation",
                "private",
                "bash",
                "-c",
                ENTER,
            ])
            .env("LAYER", &layer)
            .env("BASE", &base)
            .env("ARCHIVES", &archives)
            .env("DEB", deb)
            .env("DESKTOP", format!("{ROOT}/script/desktop"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (commands, answers) = (shell.stdin.take(), BufReader::new(shell.stdout.take().unwrap()));
        Ok(Debian {
            shell,
            commands,
            answers,
            layer,
        })
    }

    /// Whether a command succeeds as root, and what it says.
    fn try_root(&mut self, command: &str) -> (bool, String) {
        const END: &str = "=== end ";
        let line = format!(
            "timeout {COMMAND} bash -c {} </dev/null 2>&1; status=$?; echo; echo '{END}'$status\n",
            quote(command)
        );
        self.commands.as_mut().unwrap().write_all(line.as_bytes()).unwrap();
        let mut said = String::new();
        loop {
            let at = said.len();
            assert!(self.answers.read_line(&mut said).unwrap() > 0, "the bare Debian has ended:\n{said}");
            if let Some(status) = said[at..].strip_prefix(END) {
                let success = status.trim() == "0";
                said.truncate(at);
                return (success, said.trim().to_owned());
            }
        }
    }

    fn root(&mut self, command: &str) -> String {
        let (success, said) = self.try_root(command);
        assert!(success, "{command}\n{said}");
        said
    }

    /// The same as somebody without privileges, in a desktop.
    fn person(&mut self, command: &str) -> String {
        self.root(&format!(
            "runuser -u person -- bash -c {}",
            quote(&format!(". /tmp/session; {command}"))
        ))
    }

    fn wait(&mut self, what: &str, command: &str) {
        let command = format!("runuser -u person -- bash -c {}", quote(&format!(". /tmp/session; {command}")));
        until(what, || self.try_root(&command).0.then_some(()));
    }

    /// A desktop for a person, until all ends.
    fn session(&mut self) {
        self.root("useradd --create-home person");
        let hold = quote("export -p >/tmp/session.part && mv /tmp/session.part /tmp/session && exec sleep infinity");
        self.root(&format!("runuser -u person -- desktop bash -c {hold} >/tmp/desktop.log 2>&1 &"));
        until("the desktop", || self.try_root("test -e /tmp/session").0.then_some(()));
    }

    /// The processes of the app.
    fn running(&mut self) -> Vec<String> {
        let list = self.root("grep -l ^keybearer-deskt /proc/[0-9]*/comm || true");
        list.lines().filter_map(|l| l.split('/').nth(2)).map(str::to_owned).collect()
    }
}

impl Drop for Debian {
    fn drop(&mut self) {
        drop(self.commands.take());
        // Its first process takes all others and the mounts with it.
        let _ = self.shell.kill();
        let _ = self.shell.wait();
        let _ = std::fs::remove_dir(&self.layer);
    }
}

/// Makes the bare Debian, once.
fn make_base(base: &Path) -> Result<(), String> {
    if base.join("etc/debian_version").exists() {
        return Ok(());
    }
    if Command::new("mmdebstrap").arg("--version").output().is_err() {
        return Err("no mmdebstrap here, which makes a bare Debian: apt-get install mmdebstrap".to_owned());
    }
    say(&format!("making a bare Debian 12 in {}, once", base.display()));
    std::fs::create_dir_all(base.parent().unwrap()).unwrap();
    let part = base.with_extension("part");
    let _ = std::fs::remove_dir_all(&part);
    let mut command = Command::new("mmdebstrap");
    command.args([
        "--quiet",
        "--variant=apt",
        "--dpkgopt=force-unsafe-io",
        &format!("--include={PARTS}"),
        "bookworm",
    ]);
    command.arg(&part);
    // The machine's own sources where they have this Debian; the project's servers otherwise.
    let own = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];
    command.args(
        own.iter()
            .find(|f| std::fs::read_to_string(f).is_ok_and(|text| text.contains("bookworm"))),
    );
    let made = command.output().unwrap();
    if !made.status.success() {
        let _ = std::fs::remove_dir_all(&part);
        return Err(format!("mmdebstrap made no Debian:\n{}", String::from_utf8_lossy(&made.stderr)));
    }
    std::fs::rename(&part, base).map_err(|e| e.to_string())
}

/// Past the test runner, which shows what passing tests print to nobody.
fn say(what: &str) {
    let _ = std::io::stderr().write_all(format!("installed: {what}\n").as_bytes());
}

fn home() -> PathBuf {
    PathBuf::from(std::env::var_os("HOME").unwrap())
}

/// A word for a shell.
fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
