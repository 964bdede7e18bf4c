//! A bare Debian 12, made once by mmdebstrap in the cache folder and never written to: each run has a layer of its own in memory, mounts
//! and processes in namespaces of their own, all of it gone when the run ends. There is no systemd in it, and none is started.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What the test needs inside beside apt: `sudo` and the maker of users, which every Debian with systemd has, and a clock that can be set
/// for one program.
const PARTS: &str = "ca-certificates,sudo,systemd-standalone-sysusers,libfaketime";

/// Seconds that one command may take.
const COMMAND: u32 = 300;

const ENTER: &str = r#"set -e
mount -t tmpfs -o size=1g,mode=755 keybearer-test "$LAYER"
mkdir "$LAYER/upper" "$LAYER/work" "$LAYER/root"
root=$LAYER/root
mount -t overlay -o "lowerdir=$BASE,upperdir=$LAYER/upper,workdir=$LAYER/work" keybearer-test "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero random urandom tty full; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/pts" && mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts" && ln -s pts/ptmx "$root/dev/ptmx"
cp "$DEB" "$root/tmp/"
cat /etc/resolv.conf >"$root/etc/resolv.conf"
cd "$root"
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  chroot "$root" bash"#;

/// A shell as root in the layer.
pub struct Debian {
    shell: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    layer: PathBuf,
}

impl Debian {
    /// Enters it, with this package in /tmp.
    ///
    /// # Errors
    /// What is missing, for a person to read.
    pub fn enter(deb: &Path) -> Result<Debian, String> {
        if !Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n") {
            return Err("only root may mount and change into another Debian".to_owned());
        }
        let home = PathBuf::from(std::env::var_os("HOME").unwrap());
        let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| home.join(".cache"), PathBuf::from);
        let base = cache.join("keybearer/bare-debian-cli");
        make_base(&base)?;
        let layer = tempfile::Builder::new().prefix("keybearer-bare").tempdir().unwrap().keep();
        let namespaces = [
            "--mount",
            "--pid",
            "--ipc",
            "--uts",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
        ];
        let mut shell = Command::new("unshare")
            .args(namespaces)
            .args(["bash", "-c", ENTER])
            .env("LAYER", &layer)
            .env("BASE", &base)
            .env("DEB", deb)
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
    pub fn try_root(&mut self, command: &str) -> (bool, String) {
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

    /// What a command says that succeeds as root.
    pub fn root(&mut self, command: &str) -> String {
        let (success, said) = self.try_root(command);
        assert!(success, "{command}\n{said}");
        said
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

fn make_base(base: &Path) -> Result<(), String> {
    if base.join("etc/debian_version").exists() {
        return Ok(());
    }
    if Command::new("mmdebstrap").arg("--version").output().is_err() {
        return Err("no mmdebstrap here, which makes a bare Debian: apt-get install mmdebstrap".to_owned());
    }
    std::fs::create_dir_all(base.parent().unwrap()).unwrap();
    let part = base.with_extension("part");
    let _ = std::fs::remove_dir_all(&part);
    let mut command = Command::new("mmdebstrap");
    command.args(["--quiet", "--variant=apt", "--dpkgopt=force-unsafe-io"]);
    command.args([&format!("--include={PARTS}"), "bookworm"]).arg(&part);
    // The machine's own sources where they have this Debian; the project's servers otherwise.
    let own = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];
    let has = |file: &&&str| std::fs::read_to_string(file).is_ok_and(|text| text.contains("bookworm"));
    command.args(own.iter().find(has));
    let made = command.output().unwrap();
    if !made.status.success() {
        let _ = std::fs::remove_dir_all(&part);
        return Err(format!("mmdebstrap made no Debian:\n{}", String::from_utf8_lossy(&made.stderr)));
    }
    std::fs::rename(&part, base).map_err(|e| e.to_string())
}

/// A word for a shell.
pub fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
