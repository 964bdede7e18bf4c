//! `keybearer settings`: the person's choices, as the window's Settings have them.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AccountView, AppView, ProgramView, ProviderView, Settings};
use serde_json::{Map, Value, json};

use crate::autostart;
use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{account, label};
use crate::system;
use crate::terminal::{one_line, output};

/// The settings.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Wanted {
    /// Prints a JSON object instead
    #[arg(long)]
    pub json: bool,
    /// What to do; by default, the list
    #[command(subcommand)]
    pub change: Option<Change>,
}

/// A change.
#[derive(Debug, Subcommand)]
pub enum Change {
    /// Changes a setting
    Set {
        /// The setting; an unknown one lists them all
        #[arg(add = ArgValueCompleter::new(keys))]
        key: String,
        /// Its value; a wrong one lists those that are allowed. `order` and `folded` take several, separated by commas
        value: String,
    },
    /// Lists the programs that you always or never give a token
    Programs {
        /// Prints a JSON array instead
        #[arg(long)]
        json: bool,
    },
    /// Lets a program always have an account's token from `keybearer serve`, without a question in the window
    AllowProgram(Decided),
    /// Never lets a program have an account's token from `keybearer serve`, without a question in the window
    RefuseProgram(Decided),
    /// Forgets your answer about a program, so that the window asks again
    ForgetProgram {
        /// Its ID, or the beginning of it
        id: String,
    },
}

/// A program and an account.
#[derive(Debug, clap::Args)]
pub struct Decided {
    /// The path of its executable
    executable: PathBuf,
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    name: String,
    /// The path of its script, if the executable is an interpreter, such as Python
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
}

/// One setting.
struct Setting {
    /// Its name.
    key: &'static str,
    /// Its values; empty if it takes other ones.
    allowed: &'static [&'static str],
    read: fn(&AppView) -> String,
    write: fn(&mut Settings, &str),
}

const SWITCH: &[&str] = &["on", "off"];

/// An address is checked before it is a relay page.
const RELAY: &str = "relay";
/// Not every system tells of programs.
const ASK_PROGRAMS: &str = "ask-programs";
/// The session has to be told.
const AUTOSTART: &str = "autostart";
/// Accounts are kept by their ids.
const ORDER: &str = "order";
/// Platforms are kept by their tiles.
const FOLDED: &str = "folded";
/// No value.
const OFF: &str = "off";

const ALL: &[Setting] = &[
    Setting {
        key: "language",
        allowed: &["system", "en", "zh-Hans", "zh-Hant"],
        read: |v| v.settings.language.clone(),
        write: |s, value| s.language = value.to_owned(),
    },
    Setting {
        key: "theme",
        allowed: &["system", "light", "dark"],
        read: |v| v.settings.theme.clone(),
        write: |s, value| s.theme = value.to_owned(),
    },
    Setting {
        key: "on-close",
        allowed: &["ask", "keep", "quit"],
        read: |v| v.settings.on_close.clone(),
        write: |s, value| s.on_close = value.to_owned(),
    },
    Setting {
        key: "check-updates",
        allowed: SWITCH,
        read: |v| switch(v.settings.check_updates),
        write: |s, value| s.check_updates = value == "on",
    },
    Setting {
        key: "ledger",
        allowed: SWITCH,
        read: |v| switch(v.settings.ledger),
        write: |s, value| s.ledger = value == "on",
    },
    Setting {
        key: ASK_PROGRAMS,
        allowed: SWITCH,
        read: |v| switch(v.settings.ask_programs),
        write: |s, value| s.ask_programs = value == "on",
    },
    Setting {
        key: RELAY,
        allowed: &[],
        read: |v| list_of(std::slice::from_ref(&v.settings.relay)),
        write: |s, _| s.relay.clear(),
    },
    Setting {
        key: AUTOSTART,
        allowed: SWITCH,
        read: |v| switch(v.settings.autostart),
        write: |s, value| s.autostart = value == "on",
    },
    Setting {
        key: ORDER,
        allowed: &[],
        read: |v| list_of(&v.settings.order.iter().map(|id| word(v, id)).collect::<Vec<String>>()),
        write: |s, value| s.order = several(value),
    },
    Setting {
        key: FOLDED,
        allowed: &[],
        read: |v| list_of(&v.settings.folded),
        write: |s, value| s.folded = several(value),
    },
];

fn switch(is_on: bool) -> String {
    if is_on { "on" } else { OFF }.to_owned()
}

/// Several values as one; see [`several`].
fn list_of(values: &[String]) -> String {
    match values.concat().is_empty() {
        true => OFF.to_owned(),
        false => values.join(","),
    }
}

/// The values that were typed as one.
fn several(value: &str) -> Vec<String> {
    match value {
        OFF => Vec::new(),
        value => value.split(',').map(|one| one.trim().to_owned()).collect(),
    }
}

/// What names an account among several: its name, or its id if that is no word of its own.
fn word(view: &AppView, id: &str) -> String {
    let is_it = |a: &&AccountView| a.id == id;
    let name = view.accounts.iter().find(is_it).map(label).unwrap_or_default();
    let is_shared = view.accounts.iter().filter(|a| label(a) == name).count() != 1;
    if is_shared || name.contains(',') { id.to_owned() } else { name }
}

/// The ids of the accounts that were typed.
fn ids(keeper: &Keeper, value: &str) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    for name in several(value) {
        let found = account(keeper, &name)?;
        if !ids.contains(&found.id) {
            ids.push(found.id);
        }
    }
    Ok(ids)
}

/// The tiles of the platforms that were typed: the window has a group for each.
fn tiles(keeper: &Keeper, value: &str) -> Result<Vec<String>, Failure> {
    let all = keeper.catalogue();
    let tile = |p: &ProviderView| if p.custom { p.id.clone() } else { p.tile.clone() };
    let mut tiles = Vec::new();
    for typed in several(value) {
        let found = all.iter().find(|p| p.id == typed).map(tile).ok_or_else(|| {
            let known: BTreeSet<String> = all.iter().map(tile).collect();
            Failure::Unknown(typed, known.into_iter().collect())
        })?;
        if !tiles.contains(&found) {
            tiles.push(found);
        }
    }
    Ok(tiles)
}

/// Completes the name of a setting.
fn keys(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let begun = ALL.iter().filter(|s| s.key.starts_with(&*typed));
    begun.map(|s| CompletionCandidate::new(s.key)).collect()
}

/// Lists the settings, or changes one and prints it. A line is the setting and its value, separated by a tab.
///
/// # Errors
/// [`Failure::Unknown`] for a setting or a value that there is not, with those that there are; [`Failure::NoAccount`],
/// [`Failure::Ambiguous`]; [`Failure::Autostart`]; [`Failure::ProgramsUntold`]; the keeper's.
pub async fn settings(keeper: &Keeper, wanted: Wanted) -> Result<ExitCode, Failure> {
    let (key, value) = match wanted.change {
        None => return list(&keeper.view(), wanted.json),
        Some(Change::Programs { json }) => return programs(keeper, json),
        Some(Change::AllowProgram(wanted)) => return decide(keeper, &wanted, true).await,
        Some(Change::RefuseProgram(wanted)) => return decide(keeper, &wanted, false).await,
        Some(Change::ForgetProgram { id }) => return forget_program(keeper, &id).await,
        Some(Change::Set { key, value }) => (key, value),
    };
    let asked = key.replace('_', "-");
    let known = || ALL.iter().map(described).collect();
    let setting = ALL
        .iter()
        .find(|s| s.key == asked)
        .ok_or_else(|| Failure::Unknown(key.clone(), known()))?;
    let mut settings = keeper.view().settings;
    match setting.key {
        RELAY if value != OFF => keeper.check_relay_page(&value).await.map_err(|error| match error {
            Error::RelayNotHttps { .. } => Failure::Mistyped(error.view()),
            other => other.into(),
        })?,
        _ => {
            let allowed = setting.allowed;
            if !allowed.is_empty() && !allowed.contains(&value.as_str()) {
                return Err(Failure::Unknown(value, allowed.iter().map(|one| (*one).to_owned()).collect()));
            }
            if setting.key == ASK_PROGRAMS && value != OFF && !system::TELLS_PROGRAMS {
                return Err(Failure::ProgramsUntold);
            }
            let value = match setting.key {
                ORDER => list_of(&ids(keeper, &value)?),
                FOLDED => list_of(&tiles(keeper, &value)?),
                _ => value,
            };
            (setting.write)(&mut settings, &value);
            match setting.key {
                // Where the session can't be told, the setting stays; and the other way round.
                AUTOSTART => autostart::set(settings.autostart, || keeper.change_settings(settings))?,
                _ => keeper.change_settings(settings)?,
            }
        }
    }
    let line = format!("{}\t{}", setting.key, (setting.read)(&keeper.view()));
    ignore_closed_output(writeln!(output(), "{line}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}

fn described(setting: &Setting) -> String {
    match setting.key {
        RELAY => format!("{RELAY}: {OFF}, https://…"),
        ORDER => format!("{ORDER}: {OFF}, NAME,NAME…"),
        FOLDED => format!("{FOLDED}: {OFF}, PROVIDER,PROVIDER…"),
        key => format!("{key}: {}", setting.allowed.join(", ")),
    }
}

fn list(view: &AppView, as_json: bool) -> Result<ExitCode, Failure> {
    let mut out = output();
    let written = match as_json {
        true => {
            let value = |s: &Setting| match (s.key, (s.read)(view)) {
                (ORDER, _) => json!(view.settings.order),
                (FOLDED, _) => json!(view.settings.folded),
                (_, text) if s.allowed == SWITCH => Value::Bool(text == "on"),
                (_, text) if text == OFF => Value::Null,
                (_, text) => text.into(),
            };
            let all: Map<String, Value> = ALL.iter().map(|s| (s.key.replace('-', "_"), value(s))).collect();
            writeln!(out, "{:#}", Value::Object(all))
        }
        false => ALL.iter().try_for_each(|s| writeln!(out, "{}\t{}", s.key, (s.read)(view))),
    };
    written.map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for each program: its ID, `always` or `never`, the account and the program, separated by tabs; or a JSON array.
fn programs(keeper: &Keeper, as_json: bool) -> Result<ExitCode, Failure> {
    let view = keeper.view();
    let name = |p: &ProgramView| view.accounts.iter().find(|a| a.id == p.account).map(label);
    let object = |p: &ProgramView| {
        json!({"id": p.id, "executable": p.executable, "script": p.script, "name": name(p), "account": p.account,
            "allowed": p.allowed, "decided": p.decided})
    };
    let mut out = output();
    let written = match as_json {
        true => writeln!(out, "{:#}", json!(view.programs.iter().map(object).collect::<Vec<Value>>())),
        false => view.programs.iter().try_for_each(|p| {
            let answer = if p.allowed { "always" } else { "never" };
            let program = [Some(p.executable.as_str()), p.script.as_deref()];
            let program: Vec<String> = program.into_iter().flatten().map(one_line).collect();
            let account = name(p).unwrap_or_else(|| p.account.clone());
            writeln!(out, "{}\t{answer}\t{account}\t{}", p.id, program.join(" "))
        }),
    };
    written.map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Decides about a program before it asks.
async fn decide(keeper: &Keeper, wanted: &Decided, allowed: bool) -> Result<ExitCode, Failure> {
    if !system::TELLS_PROGRAMS {
        return Err(Failure::ProgramsUntold);
    }
    let found = account(keeper, &wanted.name)?;
    let done = keeper
        .decide_program(&wanted.executable, wanted.script.as_deref(), &found.id, allowed)
        .await;
    let decided = match done {
        Err(Error::InputInvalid { field }) if field == "executable" => {
            return Err(Failure::NoProgram(wanted.executable.display().to_string()));
        }
        Err(Error::InputInvalid { .. }) => return Err(Failure::Script(wanted.executable.display().to_string())),
        other => other?,
    };
    let word = if allowed { "allowed" } else { "refused" };
    let line = format!("{word}\tprogram\t{}", decided.id);
    ignore_closed_output(writeln!(output(), "{line}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}

async fn forget_program(keeper: &Keeper, typed: &str) -> Result<ExitCode, Failure> {
    let known = keeper.view().programs;
    let mut begun = known.iter().filter(|p| !typed.is_empty() && p.id.starts_with(typed));
    let (Some(program), None) = (begun.next(), begun.next()) else {
        return Err(Failure::Unknown(typed.to_owned(), known.iter().map(|p| p.id.clone()).collect()));
    };
    keeper.forget_program(&program.id).await?;
    let line = format!("deleted\tprogram\t{}", program.id);
    ignore_closed_output(writeln!(output(), "{line}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}
