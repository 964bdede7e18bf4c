//! A home of its own and the program in it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keybearer_core::keeper::{IDENTIFIER, Keeper, Outside, TEST_FOLDER, TokenImport, now};
use keybearer_core::provider::RedirectKind;
use keybearer_core::token::Secret;
use keybearer_core::vault::keychain::Keychain;
use keybearer_core::vault::{CERTIFICATE_KEY, Vault as _, account_key, client_key, previous_key, target_key};
use keybearer_practice::Practice;
use keybearer_practice::meta::{APP_SECRET, Meta};
use keybearer_practice::x::{self, AppType, X};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, Command};

use crate::browser::{Landing, Visit, visit};
use crate::here;

/// How long a test waits for what should happen soon.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until something has happened, but not for ever.
pub async fn until(what: &str, happened: impl Fn() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < PATIENCE, "nothing came: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Starts a process.
pub trait Start {
    fn start(&mut self) -> Child;
}

impl Start for Command {
    fn start(&mut self) -> Child {
        // `ERROR_INTERNAL_ERROR`: Wine now and then loses one while many start at once.
        const LOST: i32 = 1359;
        let mut tries = (0..5).map(|_| self.spawn());
        let lost = |child: &std::io::Result<Child>| child.as_ref().is_err_and(|e| e.raw_os_error() == Some(LOST));
        tries.find(|child| !lost(child)).expect("no process starts").unwrap()
    }
}

/// What a process said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Puts the program at another place. It is a link where the file system allows: a copy can't be started as long as another test's process
/// has it open for writing.
#[allow(dead_code)]
pub fn place_program(at: &Path) {
    let built = env!("CARGO_BIN_EXE_keybearer");
    std::fs::create_dir_all(at.parent().unwrap()).unwrap();
    std::fs::hard_link(built, at)
        .or_else(|_| std::fs::copy(built, at).map(drop))
        .unwrap();
}

/// A home folder with nothing in it.
pub struct Home(pub TempDir);

impl Home {
    pub fn new() -> Home {
        const { assert!(cfg!(debug_assertions), "a release build does not look at TEST_FOLDER") };
        here::is_apart();
        Home(TempDir::new().unwrap())
    }

    pub fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Under which name its secrets are in the keychain.
    pub fn service(&self) -> String {
        let name = self.0.path().file_name().unwrap().to_str().unwrap();
        format!("{IDENTIFIER}.test{name}")
    }

    /// A file of the person's own, `ID-here`, that points a shipped one at these hosts.
    pub fn add_provider(&self, id: &str, hosts: &str) {
        let folder = self.0.path().join("config/providers");
        std::fs::create_dir_all(&folder).unwrap();
        let file = format!("format = 1\nid = \"{id}-here\"\nextends = \"{id}\"\n{hosts}");
        std::fs::write(folder.join(format!("{id}-here.toml")), file).unwrap();
    }

    /// The program with these arguments, in this home, without a screen.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.at_home(env!("CARGO_BIN_EXE_keybearer"));
        command.args(arguments);
        command
    }

    /// A line of a shell's, in this home.
    #[allow(dead_code)]
    pub fn shell(&self, line: &str) -> Command {
        let mut command = self.at_home("sh");
        command.args(["-c", line]);
        command
    }

    /// A program, in this home, without a screen.
    pub fn at_home(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env(TEST_FOLDER, self.0.path())
            // Units of systemd and the like are the developer's own otherwise.
            .env("HOME", self.0.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_STATE_HOME")
            .env("LC_ALL", "en_GB.UTF-8")
            .env_remove("DISPLAY")
            // Where a screen is not a variable's affair.
            .env("SSH_CONNECTION", "::1 1 ::1 22")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        command
    }

    pub async fn run(&self, arguments: &[&str]) -> Said {
        ended(self.command(arguments).start()).await
    }

    /// The window's keeper over the same folders.
    pub fn keeper(&self) -> Keeper {
        self.keeper_ahead(0)
    }

    /// The same with a clock that is so many seconds ahead.
    pub fn keeper_ahead(&self, seconds: i64) -> Keeper {
        let outside = Outside {
            clock: Arc::new(move || now() + seconds),
            data: self.data(),
            config: self.0.path().join("config"),
            service: self.service(),
            ..Outside::usual(Arc::new(|_| Ok(())), Arc::new(|| {})).unwrap()
        };
        Keeper::open(outside).unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        here::tidy_up(self.0.path());
        // On systems other than Linux the keychain is the developer's own.
        let (keychain, view) = (Keychain::new(&self.service()), self.keeper().view());
        let accounts = view.accounts.iter().flat_map(|a| [account_key(&a.id), previous_key(&a.id)]);
        let clients = view.clients.iter().map(|c| client_key(&c.id));
        let deliveries = view.deliveries.iter().map(|d| target_key(&d.id));
        let others = [CERTIFICATE_KEY.to_owned(), "seal".to_owned()];
        for key in accounts.chain(clients).chain(deliveries).chain(others) {
            let _ = keychain.delete(&key);
        }
    }
}

/// What has become of a process that has ended.
pub async fn ended(child: Child) -> Said {
    let output = tokio::time::timeout(PATIENCE, child.wait_with_output())
        .await
        .expect("it does not end")
        .unwrap();
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A login that waits for its person.
pub struct Login {
    child: Child,
    err: BufReader<ChildStderr>,
    pub link: String,
}

impl Login {
    pub async fn start(home: &Home, arguments: &[&str]) -> Login {
        let mut command = home.command(arguments);
        let mut child = command.stdin(Stdio::piped()).start();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let link = loop {
            let mut line = String::new();
            let read = tokio::time::timeout(PATIENCE, err.read_line(&mut line)).await.expect("no address");
            assert!(read.unwrap() > 0, "it ended: {said}");
            said.push_str(&line);
            if line.starts_with("http") {
                break line.trim().to_owned();
            }
        };
        Login { child, err, link }
    }

    /// What it reads from, to be held by the caller.
    pub fn terminal(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    pub async fn type_in(&mut self, text: &str) {
        let line = format!("{text}\n");
        self.child.stdin.as_mut().unwrap().write_all(line.as_bytes()).await.unwrap();
    }

    /// Goes through with it in a browser elsewhere, and pastes what came of it.
    pub async fn answer(&mut self, visitor: &Visit, window: &Keeper) {
        match visit(&self.link, visitor, window).await {
            Landing::Nowhere(text) | Landing::Home(text, _) | Landing::Code(text) => self.type_in(&text).await,
            other => panic!("{other:?}"),
        }
    }

    pub async fn end(self) -> Said {
        let mut err = self.err;
        let mut said = ended(self.child).await;
        err.read_to_string(&mut said.err).await.unwrap();
        said
    }
}

/// Logs in at a GoToSocial server, by loopback.
pub async fn log_in(home: &Home, practice: &Practice) {
    log_in_with(home, practice, &[]).await;
}

/// The same with more arguments.
pub async fn log_in_with(home: &Home, practice: &Practice, more: &[&str]) {
    let server = format!("server={}", practice.origin());
    let usual = ["login", "gotosocial", "-a", &server, "--redirect", "loopback"];
    let login = Login::start(home, &[&usual, more].concat()).await;
    let landing = visit(&login.link, &Visit::allow("ada"), &home.keeper()).await;
    assert!(matches!(landing, Landing::Home(..)), "{landing:?}");
    let said = login.end().await;
    assert!(said.code == 0 && said.err.contains("Saved as gotosocial/ada@"), "{said:?}");
}

/// A home with an account at Threads as the practice platform plays it.
pub async fn with_threads(home: &Home, sealed: Option<&str>, meta: &Meta) -> String {
    home.add_provider("threads", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let made = meta.generate_token("ada", &["threads_basic"], None).unwrap();
    let import = TokenImport {
        provider: Some("threads-here".into()),
        ..TokenImport::default()
    };
    let keeper = home.keeper();
    if let Some(words) = sealed {
        keeper.use_sealed_file(Secret::new(words)).await.unwrap();
    }
    keeper.import_token(&Secret::new(made.clone()), &import).await.unwrap();
    made
}

/// The program with this text as its standard input.
#[allow(dead_code)]
pub async fn with_file(home: &Home, text: &str, arguments: &[&str]) -> Said {
    let file = home.0.path().join("typed");
    std::fs::write(&file, text).unwrap();
    let typed = std::fs::File::open(&file).unwrap();
    ended(home.command(arguments).stdin(typed).start()).await
}

/// Logs in at Facebook as the practice platform plays it. Returns the account's id.
#[allow(dead_code)]
pub async fn with_facebook(home: &Home, meta: &Meta) -> String {
    home.add_provider("facebook", &format!("[hosts]\nweb = \"{0}\"\ngraph = \"{0}\"\n", meta.origin()));
    let window = home.keeper();
    let provider = window.provider("facebook-here").unwrap();
    let paste = provider.redirects.iter().find(|d| d.kind == RedirectKind::Paste).unwrap();
    // An address on this computer needs no registration in Development mode, and the console takes only https.
    let uri = paste.redirect_uri.as_ref().unwrap();
    assert!(!uri.starts_with("https") || meta.register_redirect(uri).is_ok(), "{uri}");
    let secret = home.0.path().join("secret");
    std::fs::write(&secret, APP_SECRET).unwrap();
    let (id, secret) = (
        format!("client_id={}", meta.platform().app_id()),
        format!("client_secret=@{}", secret.display()),
    );
    let arguments = [
        "login",
        "facebook-here",
        "-a",
        &id,
        "-a",
        &secret,
        "--redirect",
        "paste",
        "--client-name",
        "A bot",
    ];
    let mut login = Login::start(home, &arguments).await;
    login.answer(&Visit::allow("ada"), &window).await;
    let said = login.end().await;
    assert_eq!(said.code, 0, "{said:?}");
    window.view().accounts[0].id.clone()
}

/// A home with an account at X whose token is nearly over: whoever wants it renews it, for two hours.
pub async fn with_x(home: &Home) -> X {
    let x = X::start().await.unwrap();
    home.add_provider("x", &format!("[hosts]\nweb = \"{0}\"\napi = \"{0}\"\n", x.origin()));
    x.switch(|w| w.access_lifetime = Duration::from_secs(6));
    x.set_app_type(AppType::Public);
    let window = home.keeper();
    let provider = window.catalogue().into_iter().find(|p| p.id == "x-here").unwrap();
    let paste = provider.redirects.iter().find(|d| d.kind == RedirectKind::Paste).unwrap();
    x.register_callback(paste.redirect_uri.as_ref().unwrap()).unwrap();
    let id = format!("client_id={}", x::CLIENT_ID);
    let arguments = ["login", "x-here", "-a", &id, "-a", "client_type=public", "--redirect", "paste"];
    let mut login = Login::start(home, &arguments).await;
    login.answer(&Visit::allow("ada"), &window).await;
    assert_eq!(login.end().await.code, 0);
    x.switch(|w| w.access_lifetime = Duration::from_secs(7200));
    let due = window.view().accounts[0].renews_from.unwrap();
    until("the end of the token", || now() >= due).await;
    x
}
