//! Servers of other projects, started on loopback: oidc-provider, OpenBao, workerd, and Bluesky's and WordPress in `heavy`. `script/test real`
//! and `script/test real-heavy` download them, each version pinned by its hash, and pass their folder in KEYBEARER_REAL. A test whose server is missing says that it is
//! skipped; with KEYBEARER_REQUIRE_ALL=1 it fails.

mod device;
mod heavy;
mod oidc;
mod openbao;
mod strict;
mod workerd;
mod x;

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

/// Where script/test keeps what it downloaded.
const REAL: &str = "KEYBEARER_REAL";

/// The unprivileged user and group, on every Linux.
const NOBODY: u32 = 65_534;

/// Reports that something a test needs is missing, or fails where KEYBEARER_REQUIRE_ALL is 1.
pub fn missing(what: &str) {
    let required = std::env::var_os("KEYBEARER_REQUIRE_ALL").is_some_and(|v| v == "1");
    assert!(!required, "{what}");
    println!("skipped: {what}");
}

/// A file that was downloaded, by its path below KEYBEARER_REAL. None where it is missing and may be.
fn downloaded(path: &str) -> Option<PathBuf> {
    let found = std::env::var_os(REAL)
        .map(|real| Path::new(&real).join(path))
        .filter(|p| p.exists());
    if found.is_none() {
        missing(&format!("{path} is not there: `script/test real` downloads it"));
    }
    found
}

/// A running server, with a home folder of its own; both end with this value.
struct Server {
    child: Child,
    said: Option<BufReader<ChildStdout>>,
    _home: TempDir,
}

impl Server {
    /// Starts it in this folder, or in its home folder. Where the tests run as root it runs as the unprivileged user.
    fn start(program: impl AsRef<OsStr>, folder: Option<&Path>, change: impl FnOnce(&mut Command, &Path)) -> Server {
        let home = TempDir::new().unwrap();
        std::fs::set_permissions(home.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        // The server ends even where the test is killed.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL"]);
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            chown(home.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            command.args([
                format!("--reuid={NOBODY}"),
                format!("--regid={NOBODY}"),
                "--clear-groups".to_owned(),
            ]);
        }
        let path = std::env::var_os("PATH").unwrap();
        command.arg(program).env_clear().env("PATH", path).env("HOME", home.path());
        command.current_dir(folder.unwrap_or(home.path()));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        // A group of its own: what it starts ends with it.
        command.process_group(0);
        change(&mut command, home.path());
        let mut child = command.spawn().unwrap();
        let said = child.stdout.take().map(BufReader::new);
        Server { child, said, _home: home }
    }

    /// The next line that it prints.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.as_mut().unwrap().read_line(&mut line).unwrap();
        assert!(!line.is_empty(), "it ended: {:?}", self.child.wait());
        line.trim_end().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.child.wait();
    }
}

/// A port that was free just now.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Waits until a server accepts connections there.
async fn answers(address: &str) {
    crate::rig::soon("a server", async {
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}
