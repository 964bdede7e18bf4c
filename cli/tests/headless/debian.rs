//! A bare Debian 12, made once by mmdebstrap in the cache folder and never written to: each run has a layer of its own in memory, mounts
//! and processes in namespaces of their own, all of it gone when the run ends. There is no systemd in it, and none is started.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;

/// A kind of bare Debian.
pub struct Bare {
    /// Its folder in the cache.
    pub name: &'static str,
    /// What its test needs inside beside apt.
    pub packages: &'static str,
    /// The most memory that a layer takes.
    pub memory: &'static str,
    /// Seconds that one command may take.
    pub seconds: u32,
    /// Shell lines that make the devices in `$root` and put files there, before it is entered.
    pub prepare: &'static str,
}

const LAYER: &str = r#"set -e
mount -t tmpfs -o "size=$MEMORY,mode=755" keybearer-test "$LAYER"
mkdir "$LAYER/upper" "$LAYER/work" "$LAYER/root"
root=$LAYER/root
mount -t overlay -o "lowerdir=$BASE,upperdir=$LAYER/upper,workdir=$LAYER/work" keybearer-test "$root"
mount -t proc proc "$root/proc"
cat /etc/resolv.conf >"$root/etc/resolv.conf"
"#;

const ENTER: &str = r#"
cd "$root"
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
  chroot "$root" bash"#;

/// A shell as root in the layer.
pub struct Debian {
    shell: Child,
    commands: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    layer: PathBuf,
    seconds: u32,
}

impl Debian {
    /// Enters it with these variables for `prepare`. None where this machine cannot: then `part` is noted as skipped, unless every
    /// part is required.
    pub fn enter(bare: &Bare, variables: &[(&str, &Path)], part: &str) -> Option<Debian> {
        match Debian::try_enter(bare, variables) {
            Ok(debian) => Some(debian),
            Err(why) => {
                skip(part, &why);
                None
            }
        }
    }

    fn try_enter(bare: &Bare, variables: &[(&str, &Path)]) -> Result<Debian, String> {
        if !Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n") {
            return Err("only root may mount and change into another Debian".to_owned());
        }
        let base = cache().join(bare.name);
        make_base(&base, bare.packages)?;
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
            .args(["bash", "-c", &format!("{LAYER}{}{ENTER}", bare.prepare)])
            .env("LAYER", &layer)
            .env("BASE", &base)
            .env("MEMORY", bare.memory)
            .envs(variables.iter().copied())
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
            seconds: bare.seconds,
        })
    }

    /// Whether a command succeeds as root, and what it says.
    pub fn try_root(&mut self, command: &str) -> (bool, String) {
        const END: &str = "=== end ";
        let line = format!(
            "timeout {} bash -c {} </dev/null 2>&1; status=$?; echo; echo '{END}'$status\n",
            self.seconds,
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

/// The folder for what tests make once.
pub fn cache() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache");
    std::env::var_os("XDG_CACHE_HOME")
        .map_or_else(home, PathBuf::from)
        .join("keybearer")
}

/// Notes that this machine cannot run a part.
///
/// # Panics
/// Where every part is required.
pub fn skip(part: &str, why: &str) {
    let required = std::env::var_os("KEYBEARER_REQUIRE_ALL").is_some_and(|v| v == "1");
    assert!(!required, "{why}");
    say(&format!("{part} is skipped: {why}"));
    if let Some(path) = std::env::var_os("KEYBEARER_SKIPS") {
        let mut skips = std::fs::OpenOptions::new().append(true).open(path).unwrap();
        writeln!(skips, "{part} ({})", why.trim().replace('\n', " ")).unwrap();
    }
}

/// Writes to standard error, past the test runner, which hides what a passing test prints.
fn say(what: &str) {
    let _ = std::io::stderr().write_all(format!("{what}\n").as_bytes());
}

fn make_base(base: &Path, packages: &str) -> Result<(), String> {
    /// Two tests at a time want it.
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock();
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
    command.args(["--quiet", "--variant=apt", "--dpkgopt=force-unsafe-io"]);
    command.args([&format!("--include={packages}"), "bookworm"]).arg(&part);
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
