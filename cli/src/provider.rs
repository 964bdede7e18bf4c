//! `keybearer provider`: lists the platforms, checks a provider file, or writes one to start from.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use keybearer_core::keeper::Keeper;
use keybearer_core::provider::check::Fault;
use keybearer_core::view::ProviderView;
use serde_json::{Value, json};

use crate::failure::{Failure, ignore_closed_output};
use crate::login::can_log_in;
use crate::terminal::{Terminal, one_line, output};

/// What is done with a provider file.
#[derive(Debug, Subcommand)]
pub enum Provider {
    /// Lists every fault of a provider file; if there is none, prints the first address that a login would open
    ///
    /// Each fault is a line: file, line and column, key, and what is wrong. Exits with 1 if there are any. Nothing is sent.
    Check {
        /// The file
        file: PathBuf,
    },
    /// Lists the platforms that Keybearer knows, with what each kind of their tokens is for
    List {
        /// Prints a JSON array instead
        #[arg(long)]
        json: bool,
    },
    /// Writes a commented provider file to start from into the folder of your own files, and prints its path
    New {
        /// The new provider's ID: lowercase letters, digits and hyphens
        id: String,
    },
}

/// Prints a line for each platform: its ID, its name and what it is, separated by tabs; or a JSON array.
///
/// # Errors
/// [`Failure::System`] if they cannot be printed.
pub fn list(keeper: &Keeper, terminal: &Terminal, as_json: bool) -> Result<ExitCode, Failure> {
    let all = keeper.catalogue();
    let summary = |p: &ProviderView| one_line(p.summary.of(terminal.language.tag()));
    let name = |p: &ProviderView| p.name.of(terminal.language.tag()).to_owned();
    let object = |p: &ProviderView| {
        json!({"id": p.id, "name": name(p), "summary": summary(p), "custom": p.custom, "hosts": p.hosts, "login": can_log_in(p),
            "import": p.can_import, "docs": p.docs, "checked": p.checked})
    };
    let mut out = output();
    let written = match as_json {
        true => writeln!(out, "{:#}", json!(all.iter().map(object).collect::<Vec<Value>>())),
        false => all
            .iter()
            .try_for_each(|p| writeln!(out, "{}\t{}\t{}", p.id, one_line(&name(p)), summary(p))),
    };
    written.map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for each fault, `FILE:LINE:COLUMN: KEY: TEXT` as compilers do. Without faults, prints the address that a first login
/// would open.
///
/// # Errors
/// [`Failure::System`] if the file cannot be read.
pub fn check(keeper: &Keeper, terminal: &Terminal, file: &Path) -> Result<ExitCode, Failure> {
    let source = std::fs::read_to_string(file).map_err(Failure::io(file.display()))?;
    let mut out = output();
    match keeper.check_provider_file(&source) {
        Ok(address) => {
            terminal.say(&terminal.words("cli-provider-right", &[]));
            if let Some(address) = address {
                terminal.say(&terminal.words("cli-provider-address", &[]));
                ignore_closed_output(writeln!(out, "{address}").map_err(Failure::print))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(faults) => {
            for fault in &faults {
                ignore_closed_output(writeln!(out, "{}", line(file, fault)).map_err(Failure::print))?;
            }
            Ok(ExitCode::FAILURE)
        }
    }
}

fn line(file: &Path, fault: &Fault) -> String {
    let mut line = file.display().to_string();
    if let Some((at, column)) = fault.place {
        line.push_str(&format!(":{at}:{column}"));
    }
    for part in [&fault.key, &fault.text].into_iter().filter(|part| !part.is_empty()) {
        line.push_str(": ");
        line.push_str(part);
    }
    // The line contains keys of the file, which may come from anywhere.
    one_line(&line)
}

/// Writes a file to start from and prints its path. An existing file is not overwritten.
///
/// # Errors
/// The keeper's for the id; [`Failure::System`] if the file cannot be written or exists.
pub fn new(keeper: &Keeper, id: &str) -> Result<ExitCode, Failure> {
    let (path, text) = keeper.new_provider_file(id)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::io(folder.display()))?;
    }
    let file = OpenOptions::new().write(true).create_new(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(Failure::io(path.display()))?;
    writeln!(output(), "{}", path.display()).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}
