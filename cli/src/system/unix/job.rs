//! A command with all that it starts, as job control knows it: a process group of its own, which has the terminal while it is its turn.
//! This process is between the shell and that group, so it passes on signals, stops when the group is stopped, and goes on with it.

use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::Duration;

use nix::sys::signal::{SigSet, SigmaskHow, Signal as Masked};
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, getpgid, getpgrp, getpid, getppid, getsid, kill_current_process_group, kill_process,
    kill_process_group, test_kill_process_group, waitpgid,
};
use rustix::termios::{tcgetpgrp, tcsetpgrp};
use tokio::signal::unix::{Signal as Heard, SignalKind, signal};
use tokio::time::{Instant, sleep, timeout_at};

use super::super::{End, ignores, parent_of};

/// How often a group without its leader is looked at until it is empty.
const LOOK: Duration = Duration::from_millis(20);
/// How long a killed group is waited for. In a container that reaps nothing, dead processes stay in it.
const DEAD: Duration = Duration::from_secs(1);

/// The signals that may tell a running command that there is a new token, by their names.
pub const SIGNALS: &[(&str, Signal)] = &[
    ("HUP", Signal::HUP),
    ("USR1", Signal::USR1),
    ("USR2", Signal::USR2),
    ("INT", Signal::INT),
    ("QUIT", Signal::QUIT),
    ("TERM", Signal::TERM),
    ("ALRM", Signal::ALARM),
    ("CONT", Signal::CONT),
    ("URG", Signal::URG),
    ("WINCH", Signal::WINCH),
];

/// A signal that a command can be told by.
pub type Told = Signal;

/// What this process hears while a command runs, and its terminal.
pub struct Session {
    interrupt: Option<Heard>,
    quit: Option<Heard>,
    terminate: Option<Heard>,
    hang_up: Option<Heard>,
    stop: Option<Heard>,
    go_on: Heard,
    child: Heard,
    terminal: Option<File>,
    /// The group of the command has the terminal when it is this process's turn: at once where nothing else of a pipeline may read from
    /// it, otherwise as soon as the command does.
    lends: bool,
}

/// A signal that this process was sent.
enum Sent {
    /// A key's: to the whole group.
    Key(Signal),
    /// To the command itself.
    Ask(Signal),
    Continue,
    Child,
}

impl Session {
    /// Listens to the signals that this process was not started to ignore.
    ///
    /// # Errors
    /// The system's.
    pub fn open() -> io::Result<Session> {
        let hear = |what: Signal| signal(SignalKind::from_raw(what.as_raw()));
        let unless_ignored = |what: Signal| (!ignores(what.as_raw())).then(|| hear(what)).transpose();
        let leads = getpgrp() == getpid();
        Ok(Session {
            interrupt: unless_ignored(Signal::INT)?,
            quit: unless_ignored(Signal::QUIT)?,
            terminate: unless_ignored(Signal::TERM)?,
            hang_up: unless_ignored(Signal::HUP)?,
            stop: unless_ignored(Signal::TSTP)?,
            go_on: hear(Signal::CONT)?,
            child: hear(Signal::CHILD)?,
            terminal: File::options().read(true).write(true).open("/dev/tty").ok(),
            lends: leads && io::stdin().is_terminal() && io::stdout().is_terminal(),
        })
    }

    /// Waits, while no command runs, until a signal asks this process to end. Answers with the exit code for it.
    pub async fn asked(&mut self) -> i32 {
        loop {
            if let Sent::Key(signal) | Sent::Ask(signal) = self.sent().await {
                if signal == Signal::TSTP {
                    if can_be_continued() {
                        let _ = kill_current_process_group(Signal::STOP);
                    }
                    continue;
                }
                return 128 + signal.as_raw();
            }
        }
    }

    async fn sent(&mut self) -> Sent {
        tokio::select! {
            () = next(&mut self.interrupt) => Sent::Key(Signal::INT),
            () = next(&mut self.quit) => Sent::Key(Signal::QUIT),
            () = next(&mut self.stop) => Sent::Key(Signal::TSTP),
            () = next(&mut self.terminate) => Sent::Ask(Signal::TERM),
            () = next(&mut self.hang_up) => Sent::Ask(Signal::HUP),
            _ = self.go_on.recv() => Sent::Continue,
            _ = self.child.recv() => Sent::Child,
        }
    }

    fn has_terminal(&self, group: Pid) -> bool {
        self.terminal
            .as_ref()
            .is_some_and(|terminal| tcgetpgrp(terminal).is_ok_and(|now| now == group))
    }

    /// Gives the terminal to a group, if this process's group or the other one has it.
    fn hand_over(&self, from: Pid, to: Pid) {
        let Some(terminal) = self.terminal.as_ref().filter(|_| self.has_terminal(from)) else {
            return;
        };
        // A group in the background would be stopped by this; not while it blocks the signal (tcsetpgrp(3)).
        let mut stops = SigSet::empty();
        stops.add(Masked::SIGTTOU);
        let before = stops.thread_swap_mask(SigmaskHow::SIG_BLOCK);
        let _ = tcsetpgrp(terminal, to);
        if let Ok(before) = before {
            let _ = before.thread_set_mask();
        }
    }
}

/// Whether a shell could continue this process's group if it stopped; a group without one is called orphaned (POSIX).
fn can_be_continued() -> bool {
    let (group, session) = (getpgrp(), getsid(None));
    let mut above = getppid();
    while let Some(process) = above {
        match getpgid(Some(process)) {
            Ok(of) if of == group => above = parent_of(process),
            Ok(_) => return session.is_ok() && getsid(Some(process)) == session,
            Err(_) => return false,
        }
    }
    false
}

async fn next(heard: &mut Option<Heard>) {
    match heard {
        Some(heard) => {
            heard.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// A command that runs.
pub struct Job {
    /// Its process, and the group that it leads.
    leader: Pid,
    ended: Option<WaitStatus>,
    /// This process was asked to end.
    asked: bool,
    /// When the command is killed, because it was asked to end.
    limit: Option<Instant>,
    /// It did not end in time.
    killed: bool,
}

impl Job {
    /// Starts a command in a group of its own.
    ///
    /// # Errors
    /// The system's, if it does not start.
    // `reap` waits for it.
    #[allow(clippy::zombie_processes)]
    pub fn start(mut command: Command, session: &Session) -> io::Result<Job> {
        let child = command.process_group(0).spawn()?;
        let id = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let leader = id.ok_or(io::ErrorKind::InvalidData)?;
        if session.lends {
            session.hand_over(getpgrp(), leader);
        }
        Ok(Job {
            leader,
            ended: None,
            asked: false,
            limit: None,
            killed: false,
        })
    }

    /// Sends the command a signal.
    pub fn tell(&self, signal: Told) {
        if self.ended.is_none() {
            let _ = kill_process(self.leader, signal);
        }
    }

    /// Waits until the command ends. When this process is asked to end, so is the command, and it is killed after `grace`. May be
    /// cancelled.
    pub async fn ended(&mut self, session: &mut Session, grace: Duration) {
        while self.ended.is_none() {
            match self.limit.filter(|_| !self.killed) {
                None => self.listen(session, grace).await,
                Some(limit) => {
                    if timeout_at(limit, self.listen(session, grace)).await.is_err() {
                        self.kill();
                        self.killed = true;
                    }
                }
            }
        }
    }

    /// Whether the command has ended by now, or was asked to end.
    pub fn ends(&mut self, session: &mut Session) -> bool {
        self.reap(session);
        self.ended.is_some() || self.limit.is_some()
    }

    /// Ends the command and its group: asks them, and kills what is left after `grace`.
    pub async fn end(&mut self, session: &mut Session, grace: Duration) -> End {
        self.ask_to_end(grace);
        self.ended(session, grace).await;
        self.clear(session, grace).await
    }

    fn ask_to_end(&mut self, grace: Duration) {
        self.tell(Signal::TERM);
        // A stopped process acts on no signal until it goes on.
        self.tell(Signal::CONT);
        // Asked again, it gets no more time.
        self.limit.get_or_insert_with(|| Instant::now() + grace);
    }

    /// Ends what the command, which has ended, has left in its group, and takes the terminal back.
    pub async fn clear(&mut self, session: &mut Session, grace: Duration) -> End {
        session.hand_over(self.leader, getpgrp());
        let now = Instant::now();
        let limit = self.limit.unwrap_or(now + grace).max(now);
        let mut told = false;
        while self.is_left() && Instant::now() < limit + DEAD {
            if !told {
                let _ = kill_process_group(self.leader, Signal::TERM);
                let _ = kill_process_group(self.leader, Signal::CONT);
                told = true;
            } else if Instant::now() >= limit {
                self.kill();
            }
            tokio::select! {
                () = sleep(LOOK) => {}
                sent = session.sent() => self.asked |= matches!(sent, Sent::Key(signal) | Sent::Ask(signal) if signal != Signal::TSTP),
            }
            self.reap(session);
        }
        let status = self.ended;
        let signal = status.and_then(WaitStatus::terminating_signal);
        let by_person = [Signal::INT, Signal::QUIT, Signal::TERM, Signal::HUP].map(|signal| Some(signal.as_raw()));
        End {
            code: match signal {
                Some(signal) => 128 + signal,
                None => status.and_then(WaitStatus::exit_status).unwrap_or(1),
            },
            asked: self.asked,
            killed: self.killed,
            by_signal: by_person.contains(&signal),
        }
    }

    fn is_left(&self) -> bool {
        test_kill_process_group(self.leader).is_ok()
    }

    fn kill(&self) {
        let _ = kill_process_group(self.leader, Signal::KILL);
    }

    /// Waits for the next signal and acts on it.
    async fn listen(&mut self, session: &mut Session, grace: Duration) {
        self.reap(session);
        if self.ended.is_some() {
            return;
        }
        match session.sent().await {
            Sent::Child => self.reap(session),
            Sent::Key(signal) => {
                self.asked |= signal != Signal::TSTP;
                let _ = kill_process_group(self.leader, signal);
            }
            Sent::Ask(Signal::TERM) => {
                self.asked = true;
                self.ask_to_end(grace);
            }
            Sent::Ask(signal) => self.tell(signal),
            Sent::Continue => {
                if session.lends {
                    session.hand_over(getpgrp(), self.leader);
                }
                let _ = kill_process_group(self.leader, Signal::CONT);
            }
        }
    }

    /// Takes note of the processes of the group that have ended or stopped.
    fn reap(&mut self, session: &mut Session) {
        while let Ok(Some((process, status))) = waitpgid(self.leader, WaitOptions::NOHANG | WaitOptions::UNTRACED) {
            if process != self.leader {
                continue;
            }
            match status.stopping_signal() {
                Some(signal) => self.stopped(signal, session),
                None => self.ended = Some(status),
            }
        }
    }

    /// The command was stopped: it waits for the terminal, or the person wants the shell back.
    fn stopped(&self, by: i32, session: &mut Session) {
        let own = getpgrp();
        let wants_terminal = [Signal::TTIN, Signal::TTOU].iter().any(|signal| signal.as_raw() == by);
        // It may have asked just before it was given the terminal.
        if wants_terminal && (session.has_terminal(own) || session.has_terminal(self.leader)) {
            session.lends = true;
            session.hand_over(own, self.leader);
            let _ = kill_process_group(self.leader, Signal::CONT);
        } else if session.terminal.is_some() && can_be_continued() {
            session.hand_over(self.leader, own);
            let _ = kill_current_process_group(Signal::STOP);
        } else if by == Signal::TSTP.as_raw() {
            // Without a shell that could continue it, this key does nothing.
            let _ = kill_process_group(self.leader, Signal::CONT);
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        // What was not waited for does not outlive this process's work.
        if self.ended.is_none() {
            self.kill();
        }
    }
}
