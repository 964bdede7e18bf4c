//! A command with all that it starts: a job object. Ctrl-C reaches the command through the console. Windows has no signals: a command
//! cannot be asked to end, and cannot be told that there is a new token.

use std::convert::Infallible;
use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, JobObject};
use tokio::signal::windows::{CtrlBreak, CtrlC, ctrl_break, ctrl_c};
use win32job::{ExtendedLimitInfo, Job as Outer};

use super::super::End;

/// `STATUS_CONTROL_C_EXIT`, with which Windows ends a program after Ctrl-C.
const CONTROL_C_EXIT: i32 = 0xC000_013A_u32.cast_signed();

/// The signals that may tell a running command that there is a new token: none.
pub const SIGNALS: &[(&str, Told)] = &[];

/// A signal that a command can be told by: there is none.
pub type Told = Infallible;

/// What this process hears while a command runs. If it is ended, everything that it started ends.
pub struct Session {
    ctrl_c: CtrlC,
    ctrl_break: CtrlBreak,
    outer: Option<Outer>,
}

impl Session {
    /// Listens to the console.
    ///
    /// # Errors
    /// The system's.
    pub fn open() -> io::Result<Session> {
        let outer = Outer::create_with_limit_info(ExtendedLimitInfo::new().limit_kill_on_job_close()).ok();
        Ok(Session {
            ctrl_c: ctrl_c()?,
            ctrl_break: ctrl_break()?,
            outer: outer.filter(|job| job.assign_current_process().is_ok()),
        })
    }

    /// Waits, while no command runs, until a key asks this process to end. Answers with the exit code for it.
    pub async fn asked(&mut self) -> i32 {
        self.key().await;
        CONTROL_C_EXIT
    }

    async fn key(&mut self) {
        tokio::select! {
            _ = self.ctrl_c.recv() => {}
            _ = self.ctrl_break.recv() => {}
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(job) = self.outer.take() {
            // Closing it must not end this process before its own exit code is set.
            let _ = job.set_extended_limit_info(&ExtendedLimitInfo::new());
            let _ = job.into_handle();
        }
    }
}

/// A command that runs. Dropping it ends it with all that it started.
pub struct Job {
    child: Box<dyn ChildWrapper>,
    ended: Option<ExitStatus>,
    asked: bool,
}

impl Job {
    /// Starts a command in a job of its own, suspended until it is in it.
    ///
    /// # Errors
    /// The system's, if it does not start.
    pub fn start(command: Command, _: &Session) -> io::Result<Job> {
        // cmd.exe would start and report another error.
        if super::is_batch(command.get_program()) && !std::path::Path::new(command.get_program()).is_file() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let child = CommandWrap::from(tokio::process::Command::from(command)).wrap(JobObject).spawn()?;
        Ok(Job {
            child,
            ended: None,
            asked: false,
        })
    }

    /// Sends the command a signal.
    pub fn tell(&self, signal: Told) {
        match signal {}
    }

    /// Waits until the command ends by itself. May be cancelled.
    pub async fn ended(&mut self, session: &mut Session, _: Duration) {
        self.ended = loop {
            tokio::select! {
                status = self.child.inner_mut().wait() => break status.ok(),
                () = session.key() => self.asked = true,
            }
        };
    }

    /// Whether the command has ended by now.
    pub fn ends(&mut self, _: &mut Session) -> bool {
        self.child.inner_mut().try_wait().is_ok_and(|status| status.is_some())
    }

    /// Ends the command and its job at once.
    pub async fn end(&mut self, session: &mut Session, grace: Duration) -> End {
        let _ = self.child.start_kill();
        self.ended(session, grace).await;
        self.clear(session, grace).await
    }

    /// Ends what the command, which has ended, has left in its job.
    // Elsewhere this waits.
    #[allow(clippy::unused_async)]
    pub async fn clear(&mut self, _: &mut Session, _: Duration) -> End {
        let _ = self.child.start_kill();
        let code = self.ended.and_then(|status| status.code()).unwrap_or(1);
        End {
            code,
            asked: self.asked,
            killed: false,
            by_signal: code == CONTROL_C_EXIT,
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
    }
}
