//! Tokens by the socket: a thousand requests make one renewal, and no line of a program ends the server. `programs` which programs get
//! one · `passphrase` how long one that was typed serves them · `socket` who listens.

mod passphrase;
// Another user's program, and Python's at a Unix socket.
#[cfg(unix)]
mod programs;
mod socket;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use keybearer_core::keeper::Keeper;
use keybearer_core::provider::RedirectKind;
use keybearer_core::serve::{Listener, Server, Unserved, client};
use keybearer_core::token::Secret;
use keybearer_core::view::Settings;
use keybearer_practice::Fault as Refusal;
#[cfg(unix)]
use keybearer_practice::x::Kind;
use keybearer_practice::x::{AppType, Message};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::rig::{Habit, Rig, soon, until};
use crate::system::{self, HALF_CLOSES, MANY};
use crate::x::Stage;

/// A server in a folder of its own.
struct Served {
    folder: TempDir,
    end: Option<oneshot::Sender<()>>,
    runs: JoinHandle<()>,
}

impl Served {
    fn start(keeper: &Keeper) -> Served {
        Served::with(keeper, false)
    }

    fn with(keeper: &Keeper, has_window: bool) -> Served {
        Served::by(Server::new(keeper.clone(), has_window))
    }

    fn by(server: Server) -> Served {
        let folder = TempDir::new().unwrap();
        let listener = Listener::bind(&system::socket(folder.path())).unwrap();
        let (end, ends) = oneshot::channel();
        let runs = tokio::spawn(async move {
            server
                .run(listener, async {
                    let _ = ends.await;
                })
                .await
                .unwrap();
        });
        Served {
            folder,
            end: Some(end),
            runs,
        }
    }

    fn path(&self) -> PathBuf {
        system::socket(self.folder.path())
    }

    async fn connect(&self) -> Connection {
        Connection::to(&self.path()).await
    }

    async fn end(mut self) {
        self.end.take().unwrap().send(()).unwrap();
        soon("the server's end", self.runs).await.unwrap();
        assert!(!self.folder.path().join("socket").exists(), "its socket is removed");
    }
}

struct Connection(BufReader<system::Connection>);

impl Connection {
    async fn to(path: &Path) -> Connection {
        Connection(BufReader::new(system::connect(path).await))
    }

    async fn send(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).await.unwrap();
    }

    /// The next line; none at the connection's end.
    async fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        let read = soon("an answer", self.0.read_line(&mut line)).await.unwrap_or(0);
        (read > 0).then(|| serde_json::from_str(&line).unwrap())
    }

    async fn ask(&mut self, request: &str) -> Value {
        self.send(format!("{request}\n").as_bytes()).await;
        self.line().await.unwrap()
    }
}

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_requests_at_the_expiry_make_one_renewal() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let served = Served::start(&s.rig.keeper);
    s.later(7200);
    // Slow enough that the first ones come while it is under way.
    s.x.fail_next(Message::Refresh, Refusal::Slow(Duration::from_millis(300)));
    let mut programs = JoinSet::new();
    for _ in 0..MANY {
        let (path, id) = (served.path(), account.id.clone());
        programs.spawn(async move {
            let mut connection = Connection::to(&path).await;
            connection.ask(&format!("{{\"name\":\"{id}\"}}")).await
        });
    }
    // All of them, one after the other, take longer than one wait.
    let answers = programs.join_all().await;
    let first = &answers[0];
    assert!(answers.len() == MANY && answers.iter().all(|answer| answer == first), "{first}");
    let token = first["token"].as_str().unwrap();
    assert!(s.x.token(token).unwrap().alive, "{first}");
    assert_eq!(first["account"], Value::from(account.id.clone()));
    assert_eq!(first["expires_at"], Value::from(s.rig.account(&account.id).expires));
    assert_eq!((s.x.count(Message::Refresh), s.x.reuses()), (1, 0));
    served.end().await;
}

// Minutes under Wine, and alike on each system.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_of_twenty_programs_runs_for_two_days() {
    const HOURS: i64 = 48;
    /// A pair of two hours is renewed by its use in its last five minutes, or later.
    const EARLIEST: u64 = 7200 - 5 * 60;
    let s = Stage::new().await;
    let account = s.log_in().await;
    let served = Served::start(&s.rig.keeper);
    let mut programs = Vec::new();
    let (mut spent, mut calls) = (0, 0);
    for step in 0.. {
        // From one to eleven minutes, in an order that is the same each time.
        let minutes = 1 + step * 7 % 11;
        s.later(minutes * 60);
        spent += minutes;
        if spent > HOURS * 60 {
            break;
        }
        if step % 40 == 0 {
            // A connection is not kept for ever.
            programs.clear();
            for _ in 0..20 {
                programs.push(served.connect().await);
            }
        }
        let mut asking = JoinSet::new();
        for mut program in programs.drain(..) {
            let request = format!("{{\"v\":1,\"name\":\"{}\"}}", account.id);
            asking.spawn(async move {
                let answer = program.ask(&request).await;
                (program, answer)
            });
        }
        for (program, answer) in asking.join_all().await {
            let token = answer["token"].as_str().unwrap_or_else(|| panic!("minute {spent}: {answer}"));
            assert!(s.x.token(token).is_some_and(|known| known.alive), "minute {spent}: {answer}");
            calls += 1;
            programs.push(program);
        }
    }
    let pairs = s.x.history("ada", Kind::Access);
    for two in pairs.windows(2) {
        assert!(two[1].issued - two[0].issued >= EARLIEST, "{two:?}");
    }
    let renewals = s.x.count(Message::Refresh);
    let most = usize::try_from(HOURS * 3600).unwrap() / usize::try_from(EARLIEST).unwrap();
    assert!(
        (20..=most).contains(&renewals) && pairs.len() == renewals + 1,
        "{renewals} renewals"
    );
    assert!(calls > 9000 && s.x.reuses() == 0, "{calls} calls");
    served.end().await;
}

#[tokio::test]
async fn whatever_a_line_has_it_is_answered_and_the_connection_goes_on() {
    let rig = Rig::new();
    let served = Served::start(&rig.keeper);
    let mut program = served.connect().await;
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(64 * 1024));
    for (request, refused) in [
        ("", "malformed"),
        ("hello", "malformed"),
        ("[]", "malformed"),
        ("{}", "malformed"),
        ("[1,\"ada\",null]", "malformed"),
        ("{\"name\":7}", "malformed"),
        ("{\"v\":\"2\",\"name\":\"ada\"}", "malformed"),
        ("{\"name\":\"ada\\n\"}", "malformed"),
        ("{\"name\":\"\\u0000ada\"}", "malformed"),
        ("{\"name\":\"ada\",\"v\":2}", "version"),
        // A later version may have other fields.
        ("{\"v\":2,\"account\":\"ada\"}", "version"),
        ("{\"v\":18446744073709551615,\"name\":[]}", "version"),
        ("{\"name\":\"ada\",\"data\":\"/elsewhere\"}", "other-data"),
        (&long, "too-long"),
        ("{\"name\":\"ada\",\"later\":true}", "account-unknown"),
    ] {
        let answer = program.ask(request).await;
        assert_eq!((code(&answer), &answer["v"]), (refused, &Value::from(1)), "{answer}");
        assert!(!answer.to_string().contains("ada"), "{answer}");
    }
    // Not even UTF-8; and several requests in one piece, of which the last has no end where the connection may end instead.
    program.send(b"\xff\xfe\n{\"name\":\"a\"}\n{\"name\":\"b\"}").await;
    match HALF_CLOSES {
        true => program.0.get_mut().shutdown().await.unwrap(),
        false => program.send(b"\n").await,
    }
    let answers = [program.line().await, program.line().await, program.line().await].map(Option::unwrap);
    assert_eq!(answers.each_ref().map(code), ["malformed", "account-unknown", "account-unknown"]);
    if HALF_CLOSES {
        assert!(program.line().await.is_none());
    }
    served.end().await;
}

#[tokio::test]
async fn a_slow_sender_is_cut_off() {
    let rig = Rig::new();
    let served = Served::start(&rig.keeper);
    let (mut slow, mut idle) = (served.connect().await, served.connect().await);
    assert_eq!(code(&idle.ask("{}").await), "malformed");
    let begun = Instant::now();
    slow.send(b"{\"name\":").await;
    let sent = tokio::spawn(async move {
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_secs(1)).await;
            slow.send(b" ").await;
        }
        (slow.line().await, slow.line().await)
    });
    let (answer, after) = sent.await.unwrap();
    assert_eq!(code(&answer.unwrap()), "too-slow");
    assert!(after.is_none() && begun.elapsed().as_secs() >= 9, "{:?}", begun.elapsed());
    // One that waits with nothing begun is closed without a word.
    assert!(idle.line().await.is_none());
    served.end().await;
}

#[tokio::test]
async fn the_sixty_fifth_waits() {
    let rig = Rig::new();
    let served = Served::start(&rig.keeper);
    let mut programs = Vec::new();
    for _ in 0..64 {
        let mut program = served.connect().await;
        assert_eq!(code(&program.ask("{}").await), "malformed");
        programs.push(program);
    }
    let mut last = served.connect().await;
    last.send(b"{}\n").await;
    let early = tokio::time::timeout(Duration::from_millis(500), last.line()).await;
    assert!(early.is_err(), "{early:?}");
    programs.pop();
    assert_eq!(code(&last.line().await.unwrap()), "malformed");
    served.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_begun_is_finished_at_the_end() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    let served = Served::start(&s.rig.keeper);
    s.later(7200);
    s.x.fail_next(Message::Refresh, Refusal::Slow(Duration::from_millis(500)));
    let mut program = served.connect().await;
    program.send(format!("{{\"name\":\"{}\"}}\n", account.id).as_bytes()).await;
    until("a renewal", || s.x.count(Message::Refresh) == 1).await;
    let ended = tokio::spawn(served.end());
    assert!(program.line().await.unwrap()["token"].is_string());
    assert!(program.line().await.is_none());
    ended.await.unwrap();
}

// One thread: the server runs only where the test waits.
#[tokio::test]
async fn what_has_arrived_is_answered_at_the_end() {
    let rig = Rig::new();
    let mut served = Served::start(&rig.keeper);
    let mut programs = Vec::new();
    for _ in 0..40 {
        let mut program = served.connect().await;
        assert_eq!(code(&program.ask("{}").await), "malformed");
        programs.push(program);
    }
    for program in &mut programs {
        program.send(b"{}\n{}\n").await;
    }
    served.end.take().unwrap().send(()).unwrap();
    for program in &mut programs {
        for _ in 0..2 {
            assert_eq!(code(&program.line().await.expect("an answer")), "malformed");
        }
        assert!(program.line().await.is_none(), "its end");
    }
    soon("the server's end", served.runs).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_is_idle_after_its_last_request() {
    let server = Server::new(Rig::new().keeper.clone(), false);
    let began = tokio::time::Instant::now();
    server.idle(Duration::from_secs(60)).await;
    assert_eq!(began.elapsed().as_secs(), 60);
    let never = tokio::time::timeout(Duration::from_secs(3600), server.idle(Duration::MAX)).await;
    assert!(never.is_err(), "longer than any clock counts");
}

#[tokio::test]
async fn our_client_says_why_there_is_no_token() {
    let rig = Rig::new();
    let served = Served::start(&rig.keeper);
    let (path, data) = (served.path(), rig.keeper.data().to_owned());
    let ask = async |path: &Path| client::token(path, "ada", &data, Duration::from_secs(5)).await;
    match ask(&path).await {
        Err(Unserved::Refused(refusal)) => assert_eq!(refusal.code, "account-unknown"),
        other => panic!("{other:?}"),
    }
    served.end().await;
    assert!(matches!(ask(&path).await, Err(Unserved::Absent)));
    let long = path.with_file_name("x".repeat(200));
    assert!(matches!(ask(&long).await, Err(Unserved::Absent)));
    // A server that says something else, or nothing.
    for said in ["", "hello\n", "{\"v\":9,\"ticket\":\"x\"}\n"] {
        let folder = TempDir::new().unwrap();
        let path = system::socket(folder.path());
        system::say_once(&path, said);
        let answer = ask(&path).await;
        assert!(matches!(answer, Err(Unserved::Unusable)), "{said}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_socket_of_a_run_has_one_accounts_token() {
    let s = Stage::new().await;
    let account = s.log_in().await;
    s.rig.habit(Habit::Allow("grace"));
    let other = s.rig.log_in(s.plan(AppType::Public, RedirectKind::Paste)).await.account;
    assert_ne!(account.id, other.id);
    // The person has chosen the program.
    let settings = Settings {
        ask_programs: true,
        ..s.rig.keeper.view().settings
    };
    s.rig.keeper.change_settings(settings).unwrap();
    let served = Served::by(Server::of_account(s.rig.keeper.clone(), &account.id));
    let mut program = served.connect().await;
    let own = program.ask(&format!("{{\"name\":\"{}\"}}", account.id)).await;
    assert!(s.x.token(own["token"].as_str().unwrap()).unwrap().alive, "{own}");
    let refused = program.ask(&format!("{{\"name\":\"{}\"}}", other.id)).await;
    assert_eq!(code(&refused), "account-unknown");
    served.end().await;
}
