//! `keybearer settings`: the person's choices, as the window's Settings have them.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::Settings;
use serde_json::{Map, Value};

use crate::failure::{Failure, ignore_closed_output};
use crate::terminal::Terminal;

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
        key: String,
        /// Its value; a wrong one lists those that are allowed
        value: String,
    },
}

/// One setting.
struct Setting {
    /// Its name.
    key: &'static str,
    /// Its values; empty if it takes other ones.
    allowed: &'static [&'static str],
    read: fn(&Settings) -> &str,
    write: fn(&mut Settings, &str),
}

const SWITCH: &[&str] = &["on", "off"];

/// An address is checked before it is a relay page.
const RELAY: &str = "relay";
/// The desktop starts the app, and only the app can tell it to.
const AUTOSTART: &str = "autostart";

const ALL: &[Setting] = &[
    Setting {
        key: "language",
        allowed: &["system", "en", "zh-Hans", "zh-Hant"],
        read: |s| &s.language,
        write: |s, value| s.language = value.to_owned(),
    },
    Setting {
        key: "theme",
        allowed: &["system", "light", "dark"],
        read: |s| &s.theme,
        write: |s, value| s.theme = value.to_owned(),
    },
    Setting {
        key: "on-close",
        allowed: &["ask", "keep", "quit"],
        read: |s| &s.on_close,
        write: |s, value| s.on_close = value.to_owned(),
    },
    Setting {
        key: "check-updates",
        allowed: SWITCH,
        read: |s| switch(s.check_updates),
        write: |s, value| s.check_updates = value == "on",
    },
    Setting {
        key: RELAY,
        allowed: &[],
        read: |s| if s.relay.is_empty() { "off" } else { &s.relay },
        write: |s, _| s.relay.clear(),
    },
    Setting {
        key: AUTOSTART,
        allowed: &[],
        read: |s| switch(s.autostart),
        write: |_, _| {},
    },
];

fn switch(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

/// Lists the settings, or changes one and prints it. A line is the setting and its value, separated by a tab.
///
/// # Errors
/// [`Failure::Unknown`] for a setting or a value that there is not, with those that there are; [`Failure::AnswerInvalid`] for one that
/// only the window changes; the keeper's.
pub async fn settings(keeper: &Keeper, terminal: &Terminal, wanted: Wanted) -> Result<ExitCode, Failure> {
    let Some(Change::Set { key, value }) = wanted.change else {
        return list(&keeper.view().settings, wanted.json);
    };
    let asked = key.replace('_', "-");
    let known = || ALL.iter().map(described).collect();
    let setting = ALL
        .iter()
        .find(|s| s.key == asked)
        .ok_or_else(|| Failure::Unknown(key.clone(), known()))?;
    let mut settings = keeper.view().settings;
    match setting.key {
        AUTOSTART => {
            let why = terminal.words("cli-setting-autostart", &[]);
            return Err(Failure::AnswerInvalid(key, why));
        }
        RELAY if value != "off" => keeper.check_relay_page(&value).await?,
        _ => {
            let allowed = setting.allowed;
            if !allowed.is_empty() && !allowed.contains(&value.as_str()) {
                return Err(Failure::Unknown(value, allowed.iter().map(|one| (*one).to_owned()).collect()));
            }
            (setting.write)(&mut settings, &value);
            keeper.change_settings(settings)?;
        }
    }
    let now = keeper.view().settings;
    let line = format!("{}\t{}", setting.key, (setting.read)(&now));
    ignore_closed_output(writeln!(std::io::stdout(), "{line}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}

fn described(setting: &Setting) -> String {
    match setting.key {
        RELAY => format!("{RELAY}: off, https://…"),
        AUTOSTART => AUTOSTART.to_owned(),
        key => format!("{key}: {}", setting.allowed.join(", ")),
    }
}

fn list(settings: &Settings, as_json: bool) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout().lock();
    let written = match as_json {
        true => {
            let value = |s: &Setting| match (s.allowed == SWITCH || s.key == AUTOSTART, (s.read)(settings)) {
                (true, text) => Value::Bool(text == "on"),
                (false, "off") => Value::Null,
                (false, text) => text.into(),
            };
            let all: Map<String, Value> = ALL.iter().map(|s| (s.key.replace('-', "_"), value(s))).collect();
            writeln!(out, "{:#}", Value::Object(all))
        }
        false => ALL.iter().try_for_each(|s| writeln!(out, "{}\t{}", s.key, (s.read)(settings))),
    };
    written.map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}
