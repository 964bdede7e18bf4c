//! The programs of docs/use.md that get a token from the socket, run exactly as they are in it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;

use keybearer_practice::meta::{Meta, Platform};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::UnixListener;
use tokio::process::{Child, Command};

use crate::rig::{Home, Said, Start as _, ended, until, with_threads};

/// The longest that an example may be, in lines.
const SHORT: usize = 15;

/// The first example in this language after this text.
fn example_after(before: &str, language: &str) -> String {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/use.md")).unwrap();
    let (_, part) = page.split_once(before).unwrap();
    let (_, rest) = part
        .split_once(&format!("\n```{language}\n"))
        .unwrap_or_else(|| panic!("no {language}"));
    let text = rest.split_once("\n```\n").unwrap().0.to_owned() + "\n";
    assert!(text.lines().count() <= SHORT, "{language}: too long");
    text
}

/// The example in this language.
fn example(language: &str) -> String {
    example_after("", language)
}

/// The example for Windows, where a pipe is opened like a file: here `open` leads to the socket, and finds it busy at first.
fn example_for_windows() -> String {
    let opens = "import errno, socket
tries = iter(range(2))
def open(path, mode, buffering):
    if next(tries, None) is not None: raise OSError(errno.EINVAL, 'busy')
    assert (mode, buffering) == ('r+b', 0)
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return connection.makefile('rwb', buffering=0)
";
    format!("{opens}{}", example_after("\nPython on Windows", "python"))
}

struct Stage {
    home: Home,
    run: TempDir,
    /// Where a server ends each connection without an answer.
    mute: TempDir,
    server: Child,
    token: String,
    _meta: Meta,
}

impl Stage {
    async fn new() -> Stage {
        let (home, meta, run) = (Home::new(), Meta::start(Platform::Threads).await.unwrap(), TempDir::new().unwrap());
        let token = with_threads(&home, None, &meta).await;
        fs::set_permissions(run.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let mut serve = home.command(&["serve"]);
        let server = serve.env("XDG_RUNTIME_DIR", run.path()).stderr(Stdio::null()).start();
        let socket = run.path().join("keybearer/socket");
        until("the socket", || socket.exists()).await;
        let mute = TempDir::new().unwrap();
        fs::create_dir(mute.path().join("keybearer")).unwrap();
        let listener = UnixListener::bind(mute.path().join("keybearer/socket")).unwrap();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let _ = BufReader::new(stream).read_line(&mut String::new()).await;
            }
        });
        Stage {
            home,
            run,
            mute,
            server,
            token,
            _meta: meta,
        }
    }

    fn write(&self, name: &str, language: &str) -> String {
        let file = self.home.0.path().join(name);
        fs::write(&file, example(language)).unwrap();
        file.to_str().unwrap().to_owned()
    }

    async fn says(&self, line: &[&str], account: &str) -> Said {
        self.says_at(&self.run, line, account).await
    }

    async fn says_at(&self, run: &TempDir, line: &[&str], account: &str) -> Said {
        let program = Path::new(env!("CARGO_BIN_EXE_keybearer")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut command = self.home.shell("exec \"$@\"");
        command.arg("sh").args(line).arg(account);
        command.env("XDG_RUNTIME_DIR", run.path());
        command.env("KEYBEARER_SOCKET", run.path().join("keybearer/socket"));
        ended(command.env("PATH", path).start()).await
    }

    /// Runs a program for an account that there is, and for one that there is not.
    async fn works(&self, line: &[&str]) {
        let said = self.says(line, "threads-here/ada").await;
        assert_eq!((said.code, said.out.trim()), (0, self.token.as_str()), "{line:?}: {said:?}");
        let said = self.says(line, "threads-here/nobody").await;
        assert!(said.code != 0 && said.out.is_empty() && !said.err.is_empty(), "{line:?}: {said:?}");
        let said = self.says_at(&self.mute, line, "threads-here/ada").await;
        match line {
            // Our own command then gets the token itself.
            ["sh", ..] => assert_eq!((said.code, said.out.trim()), (0, self.token.as_str()), "{said:?}"),
            _ => assert!(said.code != 0 && said.out.is_empty() && !said.err.is_empty(), "{line:?}: {said:?}"),
        }
    }
}

async fn built(command: &mut Command) {
    let output = command.output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Reports that something is missing, or fails where nothing may be.
fn skip(what: &str) {
    assert!(std::env::var_os("KEYBEARER_REQUIRE_ALL").is_none_or(|v| v != "1"), "{what}");
    if let Some(list) = std::env::var_os("KEYBEARER_SKIPS") {
        use std::io::Write as _;
        let mut list = fs::OpenOptions::new().append(true).open(list).unwrap();
        writeln!(list, "{what}").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a desktop: script/test cli"]
async fn the_examples_print_a_token_from_the_socket() {
    let mut s = Stage::new().await;
    s.works(&["python3", &s.write("token.py", "python")]).await;
    let for_windows = s.home.0.path().join("windows.py");
    fs::write(&for_windows, example_for_windows()).unwrap();
    s.works(&["python3", for_windows.to_str().unwrap()]).await;
    s.works(&["node", &s.write("token.mjs", "js")]).await;
    s.works(&["sh", &s.write("token.sh", "sh")]).await;

    let go = s.write("main.go", "go");
    let program = format!("{go}.out");
    match Command::new("go").arg("version").output().await {
        Ok(_) => {
            let cache = s.home.0.path().join("go");
            built(
                Command::new("go")
                    .args(["build", "-o", &program, &go])
                    .env("GOCACHE", &cache)
                    .env("GOFLAGS", "-mod=mod"),
            )
            .await;
            s.works(&[&program]).await;
        }
        Err(_) => skip("the example in Go of docs/use.md: go is not installed"),
    }

    let folder = s.home.0.path().join("rust");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("src/main.rs"), example("rust")).unwrap();
    let manifest = "[package]\nname = \"example\"\nedition = \"2024\"\n[dependencies]\nserde_json = \"1\"\n[workspace]\n";
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The versions that are here already.
    fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rust-example");
    built(
        Command::new(env!("CARGO"))
            .args(["build", "--offline", "--quiet"])
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", &target),
    )
    .await;
    s.works(&[target.join("debug/example").to_str().unwrap()]).await;

    s.server.kill().await.unwrap();
    let said = s.says(&["python3", &s.write("token.py", "python")], "threads-here/ada").await;
    assert!(said.code != 0 && said.out.is_empty(), "{said:?}");
}
