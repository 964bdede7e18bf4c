//! Answers programs. Each connection is a task of its own; its requests are answered in turn. The keeper renews in a single flight, so
//! that any number of requests makes one renewal.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, timeout};

use super::protocol::{Answer, Line, MAX_LINE, Refusal, Request, read_line};
use super::{Fault, Listener};
use crate::error::Error;
use crate::keeper::{Keeper, Permission};
use crate::system::socket::{Peer, Stream, left};
use crate::view::UnlockedFor;
use crate::view::names::NotFound;

/// The most connections at a time. Further ones wait until one of them ends.
const MAX_CONNECTIONS: u32 = 64;
/// How long a program may take to send a line, counted from the connection or the last answer, and to read the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The pause before a socket that is gone is opened again.
const AGAIN: Duration = Duration::from_secs(5);
/// The pause after an error of the listener, such as too many open files.
const PAUSE: Duration = Duration::from_millis(100);
/// How long the end waits for what programs have sent by then: it is there already, and only has to be noticed.
const LAST_REQUESTS: Duration = Duration::from_millis(200);
/// How long the end waits for requests that are being answered.
const LAST_ANSWERS: Duration = Duration::from_secs(60);

/// How long without a request a typed passphrase is usually kept.
pub const PASSPHRASE_KEPT: Duration = Duration::from_secs(60 * 60);

/// A server of tokens.
#[derive(Clone)]
pub struct Server {
    keeper: Keeper,
    has_window: bool,
    /// The only account whose token is given. The person has chosen its program, so that none is asked about.
    only: Option<String>,
    used: watch::Sender<Instant>,
}

impl Server {
    /// A server of this keeper's accounts. With `has_window` the person can be asked about a program.
    pub fn new(keeper: Keeper, has_window: bool) -> Server {
        Server {
            keeper,
            has_window,
            only: None,
            used: watch::Sender::new(Instant::now()),
        }
    }

    /// A server of one account, for a program that the person started with its token.
    pub fn of_account(keeper: Keeper, account: &str) -> Server {
        Server {
            only: Some(account.to_owned()),
            ..Server::new(keeper, false)
        }
    }

    /// Waits until no program has asked for this long; for ever where the clock has no such time.
    pub async fn idle(&self, long: Duration) {
        loop {
            let until = self.used.borrow().checked_add(long);
            let Some(until) = until else { return std::future::pending().await };
            if until <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(until).await;
        }
    }

    /// Waits until a program asks.
    pub async fn request(&self) {
        // The sender is this server's own.
        let _ = self.used.subscribe().changed().await;
    }

    /// Forgets a passphrase that is kept for an hour: each time one was entered, after an hour without a request. An open window goes on
    /// with it. Never returns.
    pub async fn forget_passphrase(&self, is_window_open: impl Fn() -> bool) {
        let mut kept = self.keeper.unlocked_for();
        loop {
            // The sender is the keeper's.
            let _ = kept.wait_for(|kept| *kept == UnlockedFor::Hour).await;
            self.used.send_replace(Instant::now());
            tokio::select! {
                () = self.idle(PASSPHRASE_KEPT) => {}
                _ = kept.changed() => continue,
            }
            tracing::info!("no program has asked for a while: the passphrase is forgotten");
            self.keeper.keep_unlocked(UnlockedFor::Window);
            self.keeper.lock_sealed_file(&is_window_open).await;
        }
    }

    /// Answers at this path until `end` is ready, as soon as no other program does. Without a path it only waits for the end.
    pub async fn run_when_free(&self, path: Result<PathBuf, Fault>, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        let opened = async { Listener::bind_when_free(&path?).await };
        let opened = tokio::select! {
            opened = opened => opened,
            () = &mut end => return,
        };
        match opened {
            Ok(listener) => self.run_and_reopen(listener, end).await,
            Err(fault) => {
                tracing::warn!(%fault, "tokens are not served");
                end.await;
            }
        }
    }

    /// Answers until `end` is ready. A socket of this process that is gone is opened again: logind removes a session's folder after its
    /// end, and makes it anew at the next one.
    pub async fn run_and_reopen(&self, mut listener: Listener, end: impl Future<Output = ()>) {
        tokio::pin!(end);
        while let Err(Fault::Gone { path }) = self.run(listener, &mut end).await {
            tracing::warn!(path = %path.display(), "the socket is gone");
            listener = tokio::select! {
                opened = opened_again(&path) => opened,
                () = &mut end => return,
            };
        }
    }

    /// Answers until `end` is ready, and finishes what it has begun: what programs have sent by then is answered.
    ///
    /// # Errors
    /// [`Fault::Gone`] as soon as no program can find the socket any more.
    pub async fn run(&self, listener: Listener, end: impl Future<Output = ()>) -> Result<(), Fault> {
        let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS as usize));
        let ending = watch::Sender::new(None);
        let ended = tokio::select! {
            () = end => Ok(()),
            path = listener.gone() => Err(Fault::Gone { path }),
            () = self.accept(&listener, &slots, &ending) => Ok(()),
        };
        if listener.hide() {
            let _ = timeout(LAST_REQUESTS, self.accept(&listener, &slots, &ending)).await;
        }
        drop(listener);
        if ended.is_err() {
            // The process goes on, and so does what has begun.
            tokio::spawn(async move {
                let _ = slots.acquire_many(MAX_CONNECTIONS).await;
                drop(ending);
            });
            return ended;
        }
        ending.send_replace(Some(Instant::now() + LAST_REQUESTS));
        let _ = timeout(LAST_ANSWERS, slots.acquire_many(MAX_CONNECTIONS)).await;
        ended
    }

    async fn accept(&self, listener: &Listener, slots: &Arc<Semaphore>, ending: &watch::Sender<Option<Instant>>) {
        loop {
            let Ok(slot) = slots.clone().acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok(Some((stream, peer))) => {
                    let (server, ending) = (self.clone(), ending.subscribe());
                    tokio::spawn(async move {
                        // Programs may end at any time.
                        let _ = server.converse(stream, peer, ending).await;
                        drop(slot);
                    });
                }
                Ok(None) => tracing::warn!("a program of another person asked for a token"),
                Err(error) => {
                    tracing::warn!(%error, "no connection");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    async fn converse(&self, stream: Stream, peer: Peer, mut ending: watch::Receiver<Option<Instant>>) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = tokio::select! {
                biased;
                read = timeout(PATIENCE, read_line(&mut stream, &mut line)) => read,
                () = over(&mut ending) => return Ok(()),
            };
            let (answer, goes_on) = match read {
                // A program that has begun no request needs no answer.
                Err(_) if line.is_empty() => return Ok(()),
                Err(_) => (refused("too-slow", "the line did not end within 10 seconds"), false),
                Ok(read) => match read? {
                    Line::End => return Ok(()),
                    Line::TooLong => (refused("too-long", format!("a line has at most {MAX_LINE} bytes")), true),
                    Line::Whole => {
                        let given_up = async {
                            tokio::select! {
                                () = left(&mut stream) => {}
                                _ = ending.wait_for(Option::is_some) => {}
                            }
                        };
                        (self.answer(&line, peer, given_up).await, true)
                    }
                },
            };
            self.used.send_replace(Instant::now());
            let answer = answer.line();
            let written = timeout(PATIENCE, stream.write_all(answer.expose().as_bytes()));
            written.await.map_err(std::io::Error::other)??;
            if !goes_on {
                return Ok(());
            }
        }
    }

    /// Answers a request. A person is waited for until it is given up; a renewal that has begun is finished.
    async fn answer(&self, line: &[u8], peer: Peer, given_up: impl Future<Output = ()>) -> Answer {
        match self.serve(line, peer, given_up).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::info!(code = %error.code, "no token given");
                Answer::Error { error }
            }
        }
    }

    async fn serve(&self, line: &[u8], peer: Peer, given_up: impl Future<Output = ()>) -> Result<Answer, Refusal> {
        let request = Request::read(line)?;
        if request.data.is_some_and(|data| *data != *self.keeper.data().to_string_lossy()) {
            return Err(Refusal::new("other-data", "this server has other accounts"));
        }
        let account = self.keeper.find_account(&request.name).map_err(|why| match why {
            NotFound::None(_) => Refusal::new("account-unknown", "no account has this name"),
            NotFound::Several(all) => Refusal::new("account-ambiguous", format!("several accounts match: {}", all.join(", "))),
        })?;
        match &self.only {
            Some(only) if *only != account => {
                return Err(Refusal::new("account-unknown", "this socket has the token of another account only"));
            }
            Some(_) => {}
            None => self.ask_about(peer, &account, given_up).await?,
        }
        let (token, expires_at) = self
            .keeper
            .served_token(&account, peer.pid)
            .await
            .map_err(|error| self.refusal(&error))?;
        tracing::info!(%account, "token given");
        Ok(Answer::Token {
            token,
            expires_at,
            account,
        })
    }

    fn refusal(&self, error: &Error) -> Refusal {
        let message = match error {
            Error::PassphraseNeeded if self.has_window => format!("{error}: open the window and enter it there"),
            Error::PassphraseNeeded if self.only.is_some() => format!("{error}: start `keybearer exec` again and enter it"),
            Error::PassphraseNeeded => format!("{error}: start the server again with `keybearer serve --ask-passphrase`"),
            _ => error.to_string(),
        };
        Refusal::new(error.code().as_str(), message)
    }

    /// Whether this program may have the token, by the person's decision.
    async fn ask_about(&self, peer: Peer, account: &str, given_up: impl Future<Output = ()>) -> Result<(), Refusal> {
        let permission = tokio::select! {
            biased;
            permission = self.keeper.permission(peer.pid, account, self.has_window) => permission,
            () = given_up => Ok(Permission::Unanswered),
        };
        match permission.map_err(|error| self.refusal(&error))? {
            Permission::Granted => Ok(()),
            Permission::Refused => {
                let message = "this program may not have this token: `keybearer settings programs` lists what was decided, and \
                               `keybearer settings forget-program ID` takes it back";
                Err(Refusal::new("program-refused", message))
            }
            Permission::Unanswered => {
                let message = match self.has_window {
                    true => "this program is not known yet: open the window, ask again and answer there",
                    false => {
                        "this program is not known yet, and there is no window to ask in: allow it by `keybearer settings allow-program \
                         EXECUTABLE NAME`"
                    }
                };
                Err(Refusal::new("program-unknown", message))
            }
        }
    }
}

fn refused(code: &str, message: impl Into<String>) -> Answer {
    Answer::Error {
        error: Refusal::new(code, message),
    }
}

/// Opens a socket again as soon as the folder for its folder is there, which is the session's, and no other program listens.
async fn opened_again(path: &Path) -> Listener {
    loop {
        let is_there = path.ancestors().nth(2).is_some_and(Path::is_dir);
        if is_there && let Ok(listener) = Listener::bind_when_free(path).await {
            tracing::info!("the socket is open again");
            return listener;
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Waits for the end, and a moment longer for what has been sent by then.
async fn over(ending: &mut watch::Receiver<Option<Instant>>) {
    let until = ending.wait_for(Option::is_some).await.ok().and_then(|until| *until);
    if let Some(until) = until {
        tokio::time::sleep_until(until).await;
    }
}
