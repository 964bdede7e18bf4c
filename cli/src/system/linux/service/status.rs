//! What is installed, when it ran last, and what is missing.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use keybearer_core::keeper::Keeper;
use keybearer_core::words::explain;

use super::systemd::{self, Home};
use super::units::{self, ENABLED, REFRESH};
use super::{Whose, whose};
use crate::failure::Failure;
use crate::service::Scope;
use crate::terminal::{Terminal, one_line, output};

/// Prints a line for each thing that it checks: `ok`, or `!!` if it is missing, with what to do. Exits with 1 if anything is missing.
///
/// # Errors
/// [`Failure::Service`] where the scope is not clear or needs root.
pub fn status(keeper: &Keeper, terminal: &Terminal, scope: Scope) -> Result<ExitCode, Failure> {
    let whose = whose(scope, "status")?;
    let home = Home::of(whose)?;
    let mut report = Report { terminal, wrong: false };
    let mut installed = 0;
    for name in units::names() {
        let unit = home.units.join(name);
        let text = fs::read_to_string(&unit).unwrap_or_default();
        if !units::is_ours(&text) {
            report.line(false, name, "cli-service-not-installed", &[])?;
            continue;
        }
        installed += 1;
        if ENABLED.contains(&name) {
            let enabled = units::wanted_by(&home.units, name).is_symlink();
            report.line(
                enabled,
                name,
                if enabled {
                    "cli-service-enabled"
                } else {
                    "cli-service-not-enabled"
                },
                &[],
            )?;
        }
        if let Some(program) = units::program(&text) {
            let path = Path::new(&program);
            if !path.is_file() {
                report.line(false, name, "cli-service-no-program", &[("path", &program)])?;
            } else if whose == Whose::System && units::is_hidden(path) {
                report.line(false, name, "cli-service-hidden", &[("what", &program)])?;
            }
        }
    }
    if installed == 0 {
        return Ok(ExitCode::FAILURE);
    }
    let asks_for_namespaces = |name: &str| fs::read_to_string(home.units.join(name)).is_ok_and(|text| units::uses_namespaces(&text));
    if whose == Whose::User && units::names().any(asks_for_namespaces) && !systemd::has_namespaces() {
        report.line(false, "unshare", "cli-service-no-namespaces", &[])?;
    }
    // System units have accounts of their own, in their user's home.
    if let Some(problem) = keeper.book_problem().filter(|_| whose == Whose::User) {
        report.text(false, "accounts", &explain(terminal.language, &problem.view())[0])?;
    }
    report.last_run(&home)?;
    report.passphrase(keeper, &home)?;
    match whose {
        Whose::System => report.line(systemd::has_user(), systemd::USER, "cli-service-runs-as", &[])?,
        Whose::User => match systemd::without_linger() {
            Some(user) => report.line(false, "loginctl", "cli-service-linger", &[("user", &user)])?,
            None => report.line(true, "loginctl", "cli-service-lingers", &[])?,
        },
    }
    if !systemd::is_running() {
        report.line(false, "systemd", "cli-service-no-systemd", &[])?;
    }
    Ok(if report.wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

struct Report<'a> {
    terminal: &'a Terminal,
    wrong: bool,
}

impl Report<'_> {
    fn line(&mut self, fine: bool, what: &str, id: &str, with: &[(&str, &str)]) -> Result<(), Failure> {
        self.text(fine, what, &self.terminal.words(id, with))
    }

    fn text(&mut self, fine: bool, what: &str, text: &str) -> Result<(), Failure> {
        self.wrong |= !fine;
        let mark = if fine { "ok" } else { "!!" };
        writeln!(output(), "{mark}  {what}  {}", one_line(text)).map_err(Failure::print)
    }

    /// When the timer ran last, by systemd's stamp file, and how that run ended, if systemd runs.
    fn last_run(&mut self, home: &Home) -> Result<(), Failure> {
        let at = fs::metadata(&home.stamp).and_then(|known| known.modified()).ok();
        match at.and_then(|at| SystemTime::now().duration_since(at).ok()) {
            Some(ago) => self.line(true, REFRESH, "cli-service-ran", &[("minutes", &(ago.as_secs() / 60).to_string())])?,
            None => self.line(false, REFRESH, "cli-service-never-ran", &[])?,
        }
        let result = systemd::is_running()
            .then(|| systemd::property(home.whose, REFRESH, "Result"))
            .flatten();
        if let Some(result) = result.filter(|result| result != "success") {
            let user = if home.whose == Whose::User { "--user " } else { "" };
            let command = format!("journalctl {user}-u {REFRESH}");
            self.line(
                false,
                REFRESH,
                "cli-service-run-failed",
                &[("result", &result), ("command", &command)],
            )?;
        }
        Ok(())
    }

    /// Whether the units can read the passphrase that they need.
    fn passphrase(&mut self, keeper: &Keeper, home: &Home) -> Result<(), Failure> {
        let text = fs::read_to_string(home.units.join(REFRESH)).unwrap_or_default();
        let Some(path) = units::credential(&text) else {
            return match home.whose == Whose::User && !keeper.waits_for_passphrase() {
                true => self.line(true, "passphrase", "cli-service-no-passphrase", &[]),
                false => self.line(false, "passphrase", "cli-service-passphrase-missing", &[]),
            };
        };
        let path = Path::new(&path);
        let name = path.display().to_string();
        match systemd::is_private(path) {
            Ok(true) => self.line(true, "passphrase", "cli-service-reads", &[("path", &name)]),
            Ok(false) => self.line(false, "passphrase", "cli-service-readable", &[("what", &name)]),
            Err(_) if !home.kept().iter().any(|kept| kept == path) => {
                self.line(false, "passphrase", "cli-service-file-missing", &[("what", &name)])
            }
            Err(_) => self.line(false, "passphrase", "cli-service-passphrase-missing", &[]),
        }
    }
}
