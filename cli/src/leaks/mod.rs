//! `keybearer leaks`: looks for the person's own secrets in files and in git's objects. It knows the secrets, so whatever it finds is
//! one, and it prints no part of them.
//!
//! `needles` the forms of a secret · `matcher` finds any of them, `compare` one of them, escaped or not · `lines` in which line · `search`
//! files · `git` objects · `report` what was found, `room` how much of it

mod compare;
mod git;
mod lines;
mod matcher;
mod needles;
mod report;
mod room;
mod search;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use keybearer_core::keeper::{Keeper, OwnSecret, OwnSecrets, Owner, Remedy, SecretKind};
use keybearer_core::view::AppView;
use keybearer_core::words::Language;
use serde_json::json;

use self::matcher::Matcher;
use self::needles::needles;
use self::report::{Counters, Finding, Report};
use self::search::search;
use crate::failure::{Failure, PARTIAL, ignore_closed_output};
use crate::find::{label, label_of};
use crate::terminal::{Terminal, one_line, output};

/// A secret was found.
const FOUND: u8 = 1;
/// Nothing was searched; `1` already means [`FOUND`].
const REFUSED: u8 = 2;
/// How often the progress is shown.
const TICK: Duration = Duration::from_millis(200);
/// The most unread files and objects that are listed for people. A damaged pack has thousands.
const LISTED: usize = 50;
/// How many digits of a commit's id are printed for people.
const SHORT_ID: usize = 12;

/// A search for the person's own secrets.
#[derive(Debug, clap::Args)]
pub struct Leaks {
    /// The folders and files to search
    #[arg(required = true, value_name = "FOLDER")]
    pub folders: Vec<PathBuf>,
    /// Prints a JSON object instead
    #[arg(long)]
    pub json: bool,
}

/// Prints a line for each place: where it is, whose secret it is, what it is and how it is written. What to do about it goes to standard
/// error, and so does what could not be read.
pub async fn leaks(keeper: &Keeper, terminal: &Terminal, wanted: Leaks) -> Result<ExitCode, Failure> {
    match found(keeper, terminal, wanted).await {
        Err(failure) if failure.exit_code() == FOUND => {
            terminal.complain(&failure);
            Ok(ExitCode::from(REFUSED))
        }
        other => other,
    }
}

async fn found(keeper: &Keeper, terminal: &Terminal, wanted: Leaks) -> Result<ExitCode, Failure> {
    let OwnSecrets { secrets, unread } = keeper.own_secrets().await?;
    if secrets.is_empty() && unread.is_empty() {
        return Err(Failure::NoSecrets);
    }
    let names = Names { view: keeper.view() };
    let (needles, short) = needles(secrets.iter().map(|own| &own.secret));
    let matcher = Matcher::new(needles).map_err(std::io::Error::other).map_err(Failure::io("leaks"))?;
    let matcher = Arc::new(matcher);
    let counters = Arc::new(Counters::default());
    let report = {
        let (folders, matcher, counters) = (wanted.folders, matcher.clone(), counters.clone());
        tokio::task::spawn_blocking(move || search(&folders, &matcher, &counters))
    };
    let report = tokio::select! {
        report = report => report.map_err(std::io::Error::other).map_err(Failure::io("leaks"))?,
        () = progress(terminal, &counters) => return Err(Failure::Interrupted),
    };
    let mut report = report?;
    report.findings.sort_by(|a, b| {
        (&a.file, &a.object.as_ref().map(|o| &o.path), a.place).cmp(&(&b.file, &b.object.as_ref().map(|o| &o.path), b.place))
    });
    let result = Outcome {
        matcher: &matcher,
        names: &names,
        secrets: &secrets,
        missing: unread
            .iter()
            .map(|(owner, _)| owner)
            .chain(short.iter().filter_map(|index| Some(&secrets.get(*index)?.owner)))
            .collect(),
        report: &report,
        counters: &counters,
    };
    let printed = match wanted.json {
        true => writeln!(output(), "{:#}", result.object()).map_err(Failure::print),
        false => result.print(),
    };
    result.explain(terminal);
    match (ignore_closed_output(printed), result.code()) {
        (Err(failure), 0) => return Err(failure),
        // What was found counts more than that it could not be printed.
        (Err(failure), _) => terminal.complain(&failure),
        (Ok(()), _) => {}
    }
    Ok(ExitCode::from(result.code()))
}

/// Shows how far the search is, until it is dropped.
async fn progress(terminal: &Terminal, counters: &Counters) {
    loop {
        tokio::time::sleep(TICK).await;
        let files = counters.files.load(Relaxed).to_string();
        let objects = counters.objects.load(Relaxed).to_string();
        terminal.progress(&terminal.words("leaks-progress", &[("files", &files), ("objects", &objects)]));
    }
}

/// What accounts, apps and sync targets are called.
struct Names {
    view: AppView,
}

impl Names {
    /// As the command line names it.
    fn of(&self, owner: &Owner) -> String {
        let name = match owner {
            Owner::Account(id) | Owner::Delivery(_, id) => self.view.accounts.iter().find(|a| a.id == *id).map(label),
            Owner::Client(id) => self
                .view
                .clients
                .iter()
                .find(|c| c.id == *id)
                .map(|c| label_of(&c.provider, &c.name)),
            Owner::Computer => Some("https://127.0.0.1".to_owned()),
        };
        name.unwrap_or_default()
    }

    /// The account whose renewal or revocation helps: a sub-account's token comes from its account's.
    fn source(&self, owner: &Owner) -> String {
        if let Owner::Account(id) = owner {
            let parent = self.view.accounts.iter().find(|a| a.id == *id).and_then(|a| a.parent.clone());
            if let Some(parent) = parent.filter(|id| self.view.accounts.iter().any(|a| a.id == *id)) {
                return self.of(&Owner::Account(parent));
            }
        }
        self.of(owner)
    }

    /// The platform's id, and its name in a language.
    fn provider(&self, owner: &Owner, language: Language) -> (String, String) {
        let accounts = self.view.accounts.iter();
        let id = match owner {
            Owner::Account(id) | Owner::Delivery(_, id) => accounts.clone().find(|a| a.id == *id).map(|a| &a.provider),
            Owner::Client(id) => self.view.clients.iter().find(|c| c.id == *id).map(|c| &c.provider),
            Owner::Computer => None,
        };
        let provider = self.view.providers.iter().find(|p| Some(&p.id) == id);
        provider
            .map(|p| (p.id.clone(), p.name.of(language.tag()).to_owned()))
            .unwrap_or_default()
    }
}

/// What is printed.
struct Outcome<'a> {
    matcher: &'a Matcher,
    names: &'a Names,
    secrets: &'a [OwnSecret],
    /// Whose secrets were not looked for.
    missing: Vec<&'a Owner>,
    report: &'a Report,
    counters: &'a Counters,
}

impl Outcome<'_> {
    fn is_whole(&self) -> bool {
        self.missing.is_empty() && self.report.unread.is_empty() && self.report.more == 0
    }

    fn code(&self) -> u8 {
        match (self.report.findings.is_empty(), self.is_whole()) {
            (false, _) => FOUND,
            (true, true) => 0,
            (true, false) => PARTIAL,
        }
    }

    /// A text that may contain anything, on one line and without a secret.
    fn shown(&self, text: &str) -> String {
        one_line(&self.matcher.hidden(text))
    }

    fn place(&self, finding: &Finding) -> String {
        let file = self.shown(&finding.file.display().to_string());
        let line = match finding.place.line {
            0 => String::new(),
            line => format!(":{line}"),
        };
        match &finding.object {
            None => format!("{file}{line}"),
            Some(object) => {
                let id = object.commit.as_deref().unwrap_or(&object.id);
                let id = id.get(..SHORT_ID).unwrap_or(id);
                let path = object.path.as_deref().map(|path| self.shown(path));
                let what = path.unwrap_or_else(|| object.kind.clone());
                format!("{file} {id}:{what}{line}")
            }
        }
    }

    fn print(&self) -> Result<(), Failure> {
        let mut out = output();
        for finding in &self.report.findings {
            let Some(own) = self.secrets.get(finding.place.secret) else {
                continue;
            };
            let (place, name) = (self.place(finding), self.names.of(&own.owner));
            let (kind, encoding) = (word(own), finding.place.encoding.name());
            writeln!(out, "{place}\t{name}\t{kind}\t{encoding}").map_err(Failure::print)?;
        }
        Ok(())
    }

    fn object(&self) -> serde_json::Value {
        let finding = |finding: &Finding| {
            let own = self.secrets.get(finding.place.secret)?;
            let object = finding.object.as_ref();
            Some(json!({
                "file": self.shown(&finding.file.display().to_string()),
                "line": Some(finding.place.line).filter(|line| *line > 0),
                "commit": object.and_then(|o| o.commit.clone()),
                "object": object.map(|o| &o.id),
                "path": object.and_then(|o| o.path.as_deref()).map(|path| self.shown(path)),
                "reachable": object.and_then(|o| o.reachable),
                "name": self.names.of(&own.owner),
                "secret": word(own),
                "encoding": finding.place.encoding.name(),
                "remedies": own.remedies.iter().map(|remedy| code(*remedy)).collect::<Vec<_>>(),
            }))
        };
        let unread = self.report.unread.iter().map(|unread| {
            json!({
                "path": self.shown(&unread.path.display().to_string()),
                "why": unread.why.trim_start_matches("leaks-unread-"),
                "detail": Some(self.shown(&unread.detail)).filter(|detail| !detail.is_empty()),
            })
        });
        json!({
            "found": self.report.findings.iter().filter_map(finding).collect::<Vec<_>>(),
            "unread": unread.collect::<Vec<_>>(),
            "not_looked_for": self.missing.iter().map(|owner| self.names.of(owner)).collect::<Vec<_>>(),
            "more": self.report.more,
            "compressed": self.report.compressed,
            "secrets": self.secrets.len(),
            "files": self.counters.files.load(Relaxed),
            "objects": self.counters.objects.load(Relaxed),
            "bytes": self.counters.bytes.load(Relaxed),
            "clean": self.code() == 0,
        })
    }

    /// What to do, what was not read, and how much was.
    fn explain(&self, terminal: &Terminal) {
        let found = |index: usize| self.report.findings.iter().any(|finding| finding.place.secret == index);
        for (_, own) in self.secrets.iter().enumerate().filter(|(index, _)| found(*index)) {
            let (id, platform) = self.names.provider(&own.owner, terminal.language);
            let with = [
                ("name", self.names.of(&own.owner)),
                ("source", self.names.source(&own.owner)),
                ("provider", id),
                ("platform", platform),
            ];
            let with: Vec<(&str, &str)> = with.iter().map(|(key, value)| (*key, value.as_str())).collect();
            terminal.say(&terminal.words(&format!("leaks-found-{}", word(own)), &with));
            for remedy in &own.remedies {
                let minutes = match remedy {
                    Remedy::RenewAndWait(minutes) | Remedy::Wait(minutes) => minutes.to_string(),
                    _ => String::new(),
                };
                let all = [with.as_slice(), &[("minutes", &minutes)]].concat();
                terminal.say(&format!("  {}", terminal.words(&format!("leaks-do-{}", code(*remedy)), &all)));
            }
        }
        if self.report.findings.iter().any(|finding| finding.object.is_some()) {
            terminal.say(&terminal.words("leaks-history", &[]));
        }
        for unread in self.report.unread.iter().take(LISTED) {
            let (path, detail) = (self.shown(&unread.path.display().to_string()), self.shown(&unread.detail));
            terminal.say(&terminal.words(unread.why, &[("path", &path), ("detail", &detail)]));
        }
        for owner in &self.missing {
            terminal.say(&terminal.words("leaks-not-looked-for", &[("name", &self.names.of(owner))]));
        }
        let more = self.report.more + self.report.unread.len().saturating_sub(LISTED) as u64;
        let number = |count: u64| count.to_string();
        let numbers = [
            ("places", number(self.report.findings.len() as u64)),
            ("secrets", number(self.secrets.len() as u64)),
            ("files", number(self.counters.files.load(Relaxed))),
            ("objects", number(self.counters.objects.load(Relaxed))),
            ("compressed", number(self.report.compressed)),
            ("more", number(more)),
        ];
        let numbers: Vec<(&str, &str)> = numbers.iter().map(|(key, value)| (*key, value.as_str())).collect();
        if more > 0 {
            terminal.say(&terminal.words("leaks-more", &numbers));
        }
        if self.report.compressed > 0 {
            terminal.say(&terminal.words("leaks-compressed", &numbers));
        }
        terminal.say(&terminal.words(
            match self.code() {
                FOUND => "leaks-done-found",
                PARTIAL => "leaks-done-partial",
                _ => "leaks-done-clean",
            },
            &numbers,
        ));
    }
}

/// A secret's name in what is printed.
fn word(own: &OwnSecret) -> &'static str {
    match (own.kind, own.previous) {
        (SecretKind::AccessToken, false) => "access-token",
        (SecretKind::AccessToken, true) => "previous-access-token",
        (SecretKind::RefreshToken, false) => "refresh-token",
        (SecretKind::RefreshToken, true) => "previous-refresh-token",
        (SecretKind::TokenSecret, false) => "token-secret",
        (SecretKind::TokenSecret, true) => "previous-token-secret",
        (SecretKind::ClientSecret, _) => "client-secret",
        (SecretKind::TargetKey, _) => "target-key",
        (SecretKind::CertificateKey, _) => "certificate-key",
    }
}

/// A remedy's name in what is printed, and in the locales.
fn code(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::Ended => "nothing",
        Remedy::Renew => "renew",
        Remedy::RenewAndWait(_) => "renew-and-wait",
        Remedy::Wait(_) => "wait",
        Remedy::ListTargets => "list-targets",
        Remedy::Revoke => "revoke",
        Remedy::AddTargets => "add-targets",
        Remedy::EndToken => "end-token",
        Remedy::EndAtPlatform => "end-at-platform",
        Remedy::SignInAgain => "sign-in-again",
        Remedy::ImportAnother => "import-another",
        Remedy::Deliver => "deliver",
        Remedy::ReplaceSecret => "replace-secret",
        Remedy::RegisterAnother => "register-another",
        Remedy::ReplaceTargetKey => "replace-target-key",
        Remedy::DistrustCertificate => "distrust-certificate",
    }
}
