//! Checks what logins and renewals need. Each line says what to do.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitCode;

use keybearer_core::error::{Code, Error, ErrorView};
use keybearer_core::keeper::Keeper;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{StoreKind, StoreState, UpdateView};
use keybearer_core::words::explain;

use crate::failure::{Failure, ignore_closed_output};
use crate::system::has_screen;
use crate::terminal::{Terminal, one_line, output};

/// Prints a line for each check: `ok`, `!!`, or `--` for what cannot be judged from here, then its name and result. Exits with 1 if
/// anything is wrong.
pub async fn doctor(keeper: &Keeper, terminal: &Terminal) -> Result<ExitCode, Failure> {
    let mut report = Report {
        terminal,
        wrong: false,
        explained: String::new(),
    };
    let reached = keeper.reach().await;
    // The servers' answers have shown it.
    let (clock, others): (Vec<_>, Vec<_>) = keeper.view().problems.into_iter().partition(|p| p.code == Code::ClockWrong);
    let asked = reached.iter().any(|r| r.error.is_none());
    match clock.first() {
        None if !asked => report.note("cli-clock", "cli-clock-unknown")?,
        clock => report.line("cli-clock", "", clock)?,
    }
    if let Some(used) = keeper.proxy() {
        let mut used_by = String::new();
        if let Some((proxy, variable)) = &used.proxy {
            used_by = terminal.words("cli-proxy-by", &[("proxy", proxy), ("variable", variable)]);
        }
        if let Some(except) = &used.except {
            used_by += &terminal.words("cli-proxy-except", &[("hosts", except)]);
        }
        report.line("cli-proxy", &used_by, used.error.as_ref())?;
    }
    for host in &reached {
        match &host.issuer {
            Some(issuer) if host.added => report.listener(&host.host, issuer)?,
            Some(issuer) => {
                let signed = terminal.words("cli-signed-by", &[("issuer", issuer)]);
                report.line(&host.host, &signed, host.error.as_ref())?;
            }
            None => report.line(&host.host, "", host.error.as_ref())?,
        }
    }
    // Check the store now instead of using its last known state.
    let stored = keeper.check_store().await.err().map(|e| e.view());
    let store = keeper.store_state();
    let kind = if store.kind == StoreKind::Keychain {
        "store-keychain"
    } else {
        "store-sealed-file"
    };
    let state = match store.state {
        StoreState::Ready => "state-store-ready",
        StoreState::Locked => "state-store-locked",
        StoreState::Missing => "state-store-missing",
        StoreState::Silent => "state-store-silent",
    };
    let trouble = stored.or_else(|| error_of(store.kind, store.state));
    report.line(kind, &terminal.words(state, &[]), trouble.as_ref())?;
    for note in keeper.notes().await {
        report.note("cli-other", note)?;
    }
    let test = keeper.test_redirect(RedirectKind::Loopback).await;
    report.line("cli-loopback", &test.address, test.error.as_ref())?;
    for taken in keeper.taken_ports().await {
        report.line("cli-loopback", "", Some(&taken))?;
    }
    if !has_screen() {
        report.note("cli-browser", "cli-browser-none")?;
    }
    for problem in &others {
        report.line("cli-other", "", Some(problem))?;
    }
    if let Some(update) = keeper.view().update {
        report.update(&update)?;
    }
    Ok(if report.wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Prints a few lines for a bug report.
///
/// # Errors
/// [`Failure::System`] if they cannot be printed.
pub async fn diagnostics(keeper: &Keeper) -> Result<ExitCode, Failure> {
    keeper.look_at_store().await;
    write!(output(), "{}", keeper.diagnostics()).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Requests a redirect address of ours, as a browser would. No browser is opened.
///
/// # Errors
/// [`Error::Internal`] for an invalid address.
pub fn request_redirect(address: &str) -> Result<(), Error> {
    let invalid = || Error::Internal {
        detail: "no address of a redirect".into(),
    };
    let (host, path) = address
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .ok_or_else(invalid)?;
    let (host, request) = (
        host.to_owned(),
        format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
    );
    // The thread that serves the redirect waits for this call, so send the request from another one. A failure shows as a timeout there.
    std::thread::spawn(move || {
        let mut redirect = TcpStream::connect(host)?;
        redirect.write_all(request.as_bytes())?;
        redirect.read_to_end(&mut Vec::new())
    });
    Ok(())
}

/// The error of a store in this state; none for a ready one.
pub fn error_of(kind: StoreKind, state: StoreState) -> Option<ErrorView> {
    let error = match (state, kind) {
        (StoreState::Ready, _) => return None,
        (StoreState::Locked, StoreKind::SealedFile) => Error::PassphraseNeeded,
        (StoreState::Locked, StoreKind::Keychain) => Error::KeychainLocked,
        (StoreState::Missing, _) => Error::KeychainMissing,
        (StoreState::Silent, _) => Error::KeychainSilent,
    };
    Some(error.view())
}

struct Report<'a> {
    terminal: &'a Terminal,
    wrong: bool,
    /// What was explained last, so that it is not explained again on the next line.
    explained: String,
}

impl Report<'_> {
    /// `what` is a message's id, or a name that needs no translation.
    fn line(&mut self, what: &str, more: &str, error: Option<&ErrorView>) -> Result<(), Failure> {
        let what = self.terminal.words(what, &[]);
        let mut out = output();
        let written = match error {
            None => writeln!(out, "ok  {}  {}", one_line(&what), one_line(more)),
            Some(error) => {
                // Sealed files are locked until someone needs them, so this is no fault.
                let usual = error.code == Code::PassphraseNeeded;
                self.wrong |= !usual;
                let mark = if usual { "--" } else { "!!" };
                let [happened, means, press] = explain(self.terminal.language, error);
                let repeated = std::mem::replace(&mut self.explained, error.code.to_string()) == error.code.as_str();
                let first = writeln!(out, "{mark}  {}  {}", one_line(&what), one_line(&happened));
                if repeated {
                    first
                } else {
                    first.and_then(|()| writeln!(out, "      {}\n      {}", one_line(&means), one_line(&press)))
                }
            }
        };
        ignore_closed_output(written.map_err(Failure::print))
    }

    /// A certificate from an authority that was added to this computer. Only the person can judge it.
    fn listener(&mut self, host: &str, issuer: &str) -> Result<(), Failure> {
        let say = |id: &str| self.terminal.words(id, &[("issuer", issuer)]);
        let (signed, means, press) = (say("cli-added-by"), say("cli-added-means"), say("cli-added-press"));
        let mut out = output();
        let repeated = std::mem::replace(&mut self.explained, issuer.to_owned()) == issuer;
        let first = writeln!(out, "--  {host}  {}", one_line(&signed));
        let written = if repeated {
            first
        } else {
            first.and_then(|()| writeln!(out, "      {}\n      {}", one_line(&means), one_line(&press)))
        };
        ignore_closed_output(written.map_err(Failure::print))
    }

    /// A newer version, which the scheduler found.
    fn update(&mut self, update: &UpdateView) -> Result<(), Failure> {
        let is_out = self.terminal.words("update-out", &[("version", &update.version)]);
        let written = writeln!(output(), "--  Keybearer  {}\n      {}", one_line(&is_out), one_line(&update.page));
        ignore_closed_output(written.map_err(Failure::print))
    }

    fn note(&mut self, what: &str, more: &str) -> Result<(), Failure> {
        let (what, more) = (self.terminal.words(what, &[]), self.terminal.words(more, &[]));
        ignore_closed_output(writeln!(output(), "--  {what}  {more}").map_err(Failure::print))
    }
}
