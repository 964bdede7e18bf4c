//! The .deb as a person meets it: installed by name in a bare Debian 12, started from its desktop entry, reached by its deep
//! link, and removed, with tokens and book untouched. The machine's own system is not touched.

use std::path::Path;
use std::process::Command;

use crate::debian::{Bare, Debian, cache, quote, skip};
use crate::desktop::until;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What script/desktop and this test need inside: what Keybearer needs is the package's to say. Installing brings a hundred packages
/// at first, which are kept.
const BARE: Bare = Bare {
    name: "bare-debian",
    packages: "ca-certificates,xvfb,xauth,x11-utils,dbus,dbus-bin,gnome-keyring,libsecret-tools,libglib2.0-bin,libgtk-3-bin,fonts-dejavu-core",
    memory: "3g",
    seconds: 600,
    prepare: r#"mount --bind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount --bind "$ARCHIVES" "$root/var/cache/apt/archives"
cp "$DEB" "$root/tmp/keybearer.deb"
cp "$DESKTOP" "$root/usr/local/bin/desktop""#,
};

#[test]
fn installed() {
    let Some(mut debian) = enter() else { return };
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
    let window = debian.running(WINDOW);
    assert_eq!(window.len(), 1);
    // It has started the command line of its package as the tray process.
    debian.wait("the tray process", &owns("Tray"));
    let tray = debian.running(TRAY);
    assert_eq!(tray.len(), 1);
    let started = debian.root(&format!("readlink /proc/{0}/exe; tr '\\0' ' ' </proc/{0}/cmdline", tray[0]));
    assert!(
        started.starts_with("/usr/bin/keybearer\n") && started.contains("--tray"),
        "{started}"
    );

    // The link reaches the program that runs; the one that brought it ends.
    let handler = debian.person("xdg-mime query default x-scheme-handler/io.github.keybearer");
    assert_eq!(handler, "Keybearer.desktop");
    debian.person("xdg-open 'io.github.keybearer://callback/x?code=a%20b&state=nobody'");
    debian.wait("the deep link", &format!("grep -q 'deep link' {data}/logs/*"));
    assert!(
        !debian.person(&format!("cat {data}/logs/*")).contains("state=nobody"),
        "no query in the log"
    );
    // The entry's actions as well.
    let refresh = debian.action("refresh");
    assert_eq!(refresh, "keybearer-desktop --refresh");
    debian.person(&format!("timeout 30 {refresh}"));
    assert_eq!((debian.running(WINDOW), debian.running(TRAY)), (window.clone(), tray.clone()));
    // A session starts the tray alone, which an end of the window leaves as it is.
    debian.root(&format!("kill {}", window[0]));
    until("the end of the window's process", || {
        let over = debian.running(WINDOW).is_empty() && !debian.try_root("grep -q ^WebKit /proc/[0-9]*/comm").0;
        over.then_some(())
    });
    debian.person("timeout 30 keybearer-desktop --hidden");
    assert_eq!((debian.running(WINDOW).len(), debian.running(TRAY)), (0, tray));
    let quit = debian.action("quit");
    assert_eq!(quit, "keybearer-desktop --quit");
    debian.person(&format!("timeout 30 {quit}"));
    until("the end of the tray process", || debian.running(TRAY).is_empty().then_some(()));

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

/// The names of the two kinds of processes, which the kernel cuts off.
const WINDOW: &str = "keybearer-deskt";
const TRAY: &str = "keybearer";

/// Asks whether one of our names is on the bus.
fn owns(name: &str) -> String {
    format!(
        "gdbus call --session --dest org.freedesktop.DBus --object-path / --method org.freedesktop.DBus.NameHasOwner \
         io.github.keybearer.{name} | grep -q true"
    )
}

/// A bare Debian with a fresh package; none, and noted as skipped, where there is no package or this machine cannot.
fn enter() -> Option<Debian> {
    const PART: &str = "e2e installed";
    let fresh = Command::new(format!("{ROOT}/script/package")).arg("--fresh").output().unwrap();
    if !fresh.status.success() {
        skip(PART, String::from_utf8_lossy(&fresh.stderr).trim());
        return None;
    }
    let deb = String::from_utf8(fresh.stdout).unwrap();
    let archives = cache().join("bare-archives");
    std::fs::create_dir_all(archives.join("partial")).unwrap();
    let desktop = format!("{ROOT}/script/desktop");
    let variables = [
        ("ARCHIVES", archives.as_path()),
        ("DEB", Path::new(deb.trim())),
        ("DESKTOP", Path::new(&desktop)),
    ];
    Debian::enter(&BARE, &variables, PART)
}

impl Debian {
    /// What a command says that succeeds as a person without privileges, in a desktop.
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

    /// What the desktop entry calls for an action.
    fn action(&mut self, name: &str) -> String {
        let line = format!(r"sed -n '/^\[Desktop Action {name}\]/,/^$/s/^Exec=//p' /usr/share/applications/Keybearer.desktop");
        self.person(&line)
    }

    /// The processes of this name.
    fn running(&mut self, name: &str) -> Vec<String> {
        let list = self.root(&format!("grep -lx {name} /proc/[0-9]*/comm || true"));
        list.lines().filter_map(|l| l.split('/').nth(2)).map(str::to_owned).collect()
    }
}
