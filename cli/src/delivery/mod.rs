//! Sync targets: lists, adds, confirms and removes them, and syncs now.
//!
//! `target` the words of the command line that name one · `confirm` the question at the terminal · `run` syncing.

mod confirm;
pub mod run;
mod target;

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use clap::builder::StyledStr;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use keybearer_core::deliver::file;
use keybearer_core::error::Code;
use keybearer_core::keeper::Keeper;
use keybearer_core::text::shown::escaped;
use keybearer_core::token::Secret;
use keybearer_core::view::{AccountView, DeliveryView, Target};
use keybearer_core::words::explain;
use serde_json::json;

use self::target::Kind;
use crate::complete::{names, quiet_keeper};
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{self, label};
use crate::forget::is_confirmed;
use crate::import::piped;
use crate::terminal::{Terminal, output};

/// How many characters of an ID are shown. Wherever an ID is typed, its beginning is enough.
const SHOWN_ID: usize = 8;

/// What is done with sync targets.
#[derive(Debug, Subcommand)]
pub enum Delivery {
    /// Lists the sync targets with their IDs, and whether they have the account's token
    List {
        /// Only those of this account
        #[arg(add = ArgValueCompleter::new(names))]
        name: Option<String>,
        /// Prints a JSON array instead
        #[arg(long)]
        json: bool,
    },
    /// Adds a sync target once you have confirmed it, and syncs to it
    ///
    /// The terminal shows whose token goes where, and you type the line that it asks for. There is no other way to confirm: without
    /// a terminal nothing is added, and the exit code is 2. A service's access key is read from standard input, or the terminal asks
    /// for it without showing it.
    Add(Add),
    /// Confirms a sync target that is off because it is no longer what you confirmed; the terminal asks as for `add`
    Confirm {
        /// Its ID, or the beginning of it
        #[arg(add = ArgValueCompleter::new(ids))]
        id: String,
    },
    /// Removes a sync target and its access key; what was synced stays where it is
    Remove {
        /// Its ID, or the beginning of it
        #[arg(add = ArgValueCompleter::new(ids))]
        id: String,
        /// Doesn't ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Syncs tokens now to the confirmed targets; prints a line for each
    Run {
        /// Accounts, as in `threads/memochou`, or IDs of single targets; the first eight characters of an ID are enough
        #[arg(required = true, add = ArgValueCompleter::new(names))]
        names: Vec<String>,
    },
}

/// A new sync target.
#[derive(Debug, clap::Args)]
pub struct Add {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    name: String,
    #[command(subcommand)]
    kind: Kind,
}

impl Delivery {
    /// The accounts that it names, or one of its targets.
    pub fn names(&self) -> &[String] {
        match self {
            Delivery::Add(wanted) => std::slice::from_ref(&wanted.name),
            Delivery::Run { names } => names,
            Delivery::List { .. } | Delivery::Confirm { .. } | Delivery::Remove { .. } => &[],
        }
    }
}

/// Does what was typed.
///
/// # Errors
/// [`Failure::NoAccount`], [`Failure::NoTarget`], [`Failure::Unconfirmed`]; the keeper's.
pub async fn delivery(keeper: &Keeper, terminal: &Terminal, wanted: Delivery) -> Result<ExitCode, Failure> {
    match wanted {
        Delivery::List { name, json } => list(keeper, terminal, name.as_deref(), json),
        Delivery::Add(wanted) => add(keeper, terminal, wanted).await,
        Delivery::Confirm { id } => confirm(keeper, terminal, &id).await,
        Delivery::Remove { id, yes } => remove(keeper, terminal, &id, yes).await,
        Delivery::Run { names } => run::deliver(keeper, terminal, &names).await,
    }
}

fn list(keeper: &Keeper, terminal: &Terminal, name: Option<&str>, as_json: bool) -> Result<ExitCode, Failure> {
    let only = name.map(|name| find::account(keeper, name)).transpose()?.map(|a| a.id);
    let view = keeper.view();
    let shown = view
        .deliveries
        .iter()
        .filter(|d| only.as_ref().is_none_or(|only| *only == d.account));
    let owner = |d: &DeliveryView| view.accounts.iter().find(|a| a.id == d.account);
    let shown: Vec<(&DeliveryView, &AccountView)> = shown.filter_map(|d| Some((d, owner(d)?))).collect();
    let mut out = output();
    let written = match as_json {
        true => {
            let all: Vec<_> = shown.iter().map(|(d, a)| object(d, a)).collect();
            writeln!(out, "{:#}", json!(all))
        }
        false => shown.iter().try_for_each(|(d, a)| {
            let id: String = d.id.chars().take(SHOWN_ID).collect();
            writeln!(out, "{id}  {}  {}  {}", label(a), place(&d.target), state(terminal, d))
        }),
    };
    written.map_err(Failure::print)?;
    if shown.is_empty() && !as_json {
        terminal.say(&terminal.words("cli-no-delivery", &[]));
    }
    Ok(ExitCode::SUCCESS)
}

/// One sync target as JSON; times in Unix seconds.
fn object(delivery: &DeliveryView, account: &AccountView) -> serde_json::Value {
    json!({
        "id": delivery.id,
        "name": label(account),
        "account": account.id,
        "target": delivery.target,
        "confirmed": delivery.confirmed,
        "current": delivery.current,
        "synced": delivery.done.as_ref().map(|done| done.time),
        "retry": delivery.later.as_ref().map(|later| later.until),
        "trouble": delivery.later.as_ref().map(|later| later.why.code),
    })
}

/// The state in a few words. The last error comes first.
pub fn state(terminal: &Terminal, delivery: &DeliveryView) -> String {
    let word = match delivery {
        DeliveryView { confirmed: false, .. } => "cli-delivery-off",
        DeliveryView { later: Some(later), .. } => return explain(terminal.language, &later.why)[0].clone(),
        DeliveryView { done: None, .. } => "cli-delivery-never",
        DeliveryView { current: false, .. } => "cli-delivery-old",
        _ => "cli-delivery-current",
    };
    terminal.words(word, &[])
}

async fn add(keeper: &Keeper, terminal: &Terminal, wanted: Add) -> Result<ExitCode, Failure> {
    let account = find::account(keeper, &wanted.name)?;
    let target = wanted.kind.target()?;
    keeper.check_delivery(&account.id, &target)?;
    // Checked before the person types an access key in vain.
    confirm::needs_terminal()?;
    let credential = match target.needs_credential() {
        false => None,
        true if terminal.is_attended() => Some(terminal.ask_secret(&terminal.words("cli-delivery-access-key", &[])).await?),
        true => Some(piped().await?),
    };
    let credential = credential.map(|text| Secret::new(text.expose().trim()));
    if credential.as_ref().is_some_and(|text| text.expose().is_empty()) {
        return Err(Failure::Unconfirmed("cli-delivery-no-access-key"));
    }
    confirm::ask(keeper, terminal, &account.id, &target).await?;
    let place = place(&target);
    let id = keeper.add_delivery(&account.id, target, credential).await?;
    synced(keeper, terminal, "added", &id, &account, &place).await
}

async fn confirm(keeper: &Keeper, terminal: &Terminal, typed: &str) -> Result<ExitCode, Failure> {
    let (delivery, account) = find(keeper, typed)?;
    let mut target = delivery.target;
    if let Some(chosen) = target.place_mut() {
        // The file that its link leads to now.
        *chosen = file::place(chosen.path.as_ref())?;
    }
    keeper.check_delivery(&account.id, &target)?;
    confirm::ask(keeper, terminal, &account.id, &target).await?;
    let turned_on = keeper.confirm_delivery(&delivery.id, &account.id, &target).await;
    match turned_on.map_err(Failure::from) {
        // The target's access key is missing, not the account's token.
        Err(Failure::Core(error)) if error.code == Code::SecretMissing => Err(Failure::Unconfirmed("cli-delivery-key-lost")),
        Err(other) => Err(other),
        Ok(()) => synced(keeper, terminal, "confirmed", &delivery.id, &account, &place(&target)).await,
    }
}

/// Prints what was done and the result of the sync that follows. The exit code is that of the sync.
async fn synced(
    keeper: &Keeper,
    terminal: &Terminal,
    done: &str,
    id: &str,
    account: &AccountView,
    place: &str,
) -> Result<ExitCode, Failure> {
    let name = label(account);
    let mut printed = writeln!(output(), "{done}\t{id}\t{name}\t{place}").map_err(Failure::print);
    keeper.deliveries_end().await;
    let now = keeper.view().deliveries.into_iter().find(|d| d.id == id);
    let mut code = 0;
    if let Some(now) = now.filter(|d| d.current || d.later.is_some()) {
        let failure = now.later.map(|later| Failure::Core(later.why));
        let word = run::outcome(failure.as_ref());
        printed = printed.and(writeln!(output(), "{name}\t{place}\t{word}").map_err(Failure::print));
        if let Some(failure) = failure {
            terminal.complain(&failure);
            code = failure.exit_code();
        }
    }
    ignore_closed_output(printed)?;
    Ok(ExitCode::from(code))
}

async fn remove(keeper: &Keeper, terminal: &Terminal, typed: &str, yes: bool) -> Result<ExitCode, Failure> {
    let (delivery, account) = find(keeper, typed)?;
    let (name, place) = (label(&account), place(&delivery.target));
    let question = terminal.words("cli-delivery-remove-ask", &[("target", &place), ("name", &name)]);
    if !yes && !is_confirmed(terminal, &question).await? {
        return Err(Failure::NotConfirmed);
    }
    keeper.remove_delivery(&delivery.id).await?;
    let printed = writeln!(output(), "removed\t{}\t{name}\t{place}", delivery.id).map_err(Failure::print);
    terminal.say(&terminal.words("use-deliver-gone", &[]));
    ignore_closed_output(printed)?;
    Ok(ExitCode::SUCCESS)
}

/// Finds a sync target by its ID, or by a beginning that only its ID has.
fn find(keeper: &Keeper, typed: &str) -> Result<(DeliveryView, AccountView), Failure> {
    let all = keeper.view().deliveries;
    let begins: Vec<&DeliveryView> = all.iter().filter(|d| !typed.is_empty() && d.id.starts_with(typed)).collect();
    match begins.as_slice() {
        [one] => Ok(((*one).clone(), keeper.account(&one.account)?)),
        _ => {
            let known = all.iter().map(|d| format!("{}  {}", d.id, place(&d.target)));
            Err(Failure::NoTarget(typed.to_owned(), known.collect()))
        }
    }
}

/// Completes IDs.
fn ids(typed: &OsStr) -> Vec<CompletionCandidate> {
    let all = quiet_keeper().map(|k| k.view().deliveries).unwrap_or_default();
    let typed = typed.to_string_lossy();
    let begun = all.iter().filter(|d| d.id.starts_with(&*typed));
    begun
        .map(|d| CompletionCandidate::new(&d.id).help(Some(StyledStr::from(place(&d.target)))))
        .collect()
}

/// A target on one line.
pub fn place(target: &Target) -> String {
    let text = match target {
        Target::EnvFile { place, key } => format!("{}#{key}", place.path),
        Target::File { place } => place.path.clone(),
        Target::Program { words } => words.join(" "),
        Target::Github { repository, name, .. } => format!("github:{repository}/{name}"),
        Target::GithubEnvironment {
            repository,
            environment,
            name,
            ..
        } => format!("github:{repository}@{environment}/{name}"),
        Target::GithubOrganization { organization, name, .. } => format!("github:{organization}/{name}"),
        Target::Cloudflare { script, name, .. } => format!("cloudflare:{script}/{name}"),
        Target::Openbao {
            namespace,
            mount,
            path,
            key,
            ..
        } => {
            let namespace = namespace.as_ref().map(|n| format!("{n}/")).unwrap_or_default();
            format!("vault:{namespace}{mount}/{path}#{key}")
        }
    };
    escaped(&text)
}
