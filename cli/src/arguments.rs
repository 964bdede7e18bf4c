//! The command line's grammar. Help, manual pages and completions are generated from it.

use std::ffi::{OsStr, OsString};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::StyledStr;
use clap::{ArgGroup, CommandFactory as _, Parser, Subcommand};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};
use keybearer_core::keeper::{Keeper, Outside};
use keybearer_core::view::{AccountName, ExportFormat, ProviderView};

use crate::account::Account;
use crate::client::Client;
use crate::delivery::Delivery;
use crate::exec::watch::Watch;
use crate::failure::Failure;
use crate::find::{label_of, words};
use crate::leaks::Leaks;
use crate::log::Log;
use crate::login::can_log_in;
use crate::post::Post;
use crate::redirect::Redirect;
use crate::serve::Serve;
use crate::service::Service;
use crate::status::Status;
use crate::system::PASSPHRASE_FD;
use crate::{settings, store};

/// Gets, keeps and renews API access tokens for social platforms.
///
/// Accounts are named PROVIDER/NAME, as in threads/memochou; the name or the provider alone is enough if only one account has it, and any spelling of a handle works.
#[derive(Debug, Parser)]
#[command(name = "keybearer", version, arg_required_else_help = true, after_long_help = EXIT_CODES)]
pub struct Arguments {
    // The help text depends on the system.
    #[allow(missing_docs)]
    #[arg(long, global = true, value_name = "N", help = PASSPHRASE_FD, display_order = 900)]
    pub passphrase_fd: Option<u32>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  something else went wrong
  2  the command line was not understood, or an answer or a confirmation is missing
  3  no such account, app or sync target, or more than one
  4  you need to sign in again
  5  not now: network, rate limit, a server's problem; try again later
  6  keychain or encrypted files: missing, locked, not responding, or the wrong passphrase
  7  partial: the export was written, but the server could not return everything; or `leaks` could not read everything
  130  stopped by Ctrl-C; a token that was being fetched was stored first
With several accounts, the code is the worst one's.
Data goes to standard output, messages to standard error.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists the accounts and when their tokens expire
    List {
        /// Prints a JSON array instead
        #[arg(long)]
        json: bool,
    },
    /// Prints an account's access token; renews it first if it has expired or is about to
    Token {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// Signs in again if only that helps; opens a browser
        #[arg(long)]
        login: bool,
    },
    /// Signs in and stores the token
    Login(Login),
    /// Imports a token that was made elsewhere, from standard input
    ///
    /// A terminal asks for it without showing it. Text around the token can stay: a line of a `.env` file, JSON, a curl command. Only
    /// the named platform is asked whose it is.
    Import(Import),
    /// Renews tokens: the named ones, or all long-lived ones that can be renewed now
    Refresh {
        /// Only what is due, as the tray does; also syncs what is outstanding
        #[arg(long, conflicts_with = "names")]
        due: bool,
        /// Renews the named accounts even if they aren't due; of a rotating pair, the previous token then stops working
        #[arg(long, requires = "names", conflicts_with = "due")]
        anyway: bool,
        /// The accounts, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        names: Vec<String>,
    },
    /// Asks the platform whose token it is (X charges for the answer)
    Whoami {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
    },
    /// Runs a command that gets the token in its environment
    ///
    /// Exits with the command's own code; with 127 if it was not found, and with 126 if it could not be run.
    Exec(Exec),
    /// Exports an account's statuses to a file, or to standard output as they arrive
    ///
    /// Private mentions are left out unless requested. Exits with 7 if the server could not return everything: the last
    /// lines on standard error say how many were written, which were skipped, and how many the server counts.
    Export(Export),
    /// Posts a first message, and says whether strangers see it; looks for it again, or deletes it
    ///
    /// Shows what will be sent, who will see it and what it costs, and asks. Then it looks for the post with the token and, without any
    /// login, as a stranger. Where a stranger doesn't see it, it says why and what helps. If it is cut off, `--check` finds out whether
    /// the message was posted; nothing is posted twice by itself.
    ///
    /// Exits with 1 if the post isn't there or strangers don't see it.
    Post(Post),
    /// Lists, adds, confirms and removes sync targets, and syncs to them
    #[command(subcommand)]
    Delivery(Delivery),
    /// Syncs tokens now to the confirmed targets, as `delivery run`; prints a line for each
    Deliver {
        /// The accounts, as in `threads/memochou`
        #[arg(required = true, add = ArgValueCompleter::new(names))]
        names: Vec<String>,
    },
    /// Says in one line whether all is well, for a monitor; asks and sends nothing
    ///
    /// Exits with 0 if all is well, with 4 if an account needs you to sign in, with 6 if the keychain or the encrypted files are
    /// locked or missing, and with 5 if a renewal or a sync is late, is being retried, or waits for your confirmation.
    Status(Status),
    /// Lists which program used which token, and when: the last 90 days
    Log(Log),
    /// Gives tokens to your programs by a socket, and renews them when due
    ///
    /// A program sends a line of JSON with an account's name and gets a line with its token. Runs until Ctrl-C.
    Serve(Serve),
    /// Does anything else with one account: shows, revokes, pauses or moves it, sends test requests
    #[command(subcommand)]
    Account(Account),
    /// Lists and shows your own apps at the platforms; replaces their secrets, deletes them
    #[command(subcommand)]
    Client(Client),
    /// Lists the settings, or changes one
    Settings(settings::Wanted),
    /// Says where secrets are stored, or changes where new ones go
    Store(store::Wanted),
    /// Lists, checks and tests redirect addresses
    #[command(subcommand)]
    Redirect(Redirect),
    /// Prints the days by which you need to sign in again as a calendar (.ics)
    Calendar,
    /// Checks what signing in and renewing need: clock, network, keychain, redirects
    ///
    /// Exits with 1 if anything is wrong.
    Doctor {
        /// Prints a few lines for a bug report instead, without names and secrets
        #[arg(long)]
        diagnostics: bool,
    },
    /// Deletes an account, or everything that Keybearer stores on this computer
    ///
    /// Platforms are not notified: tokens stay valid until they expire, unless you revoke them first. Files that syncs
    /// and exports wrote stay.
    ///
    /// An account is deleted with its token and its sync targets; its app and its Pages stay.
    ///
    /// --everything deletes all tokens, app secrets, accounts, settings and logs; your own provider files stay. It exits with 5, and
    /// deletes nothing, if the app is running or a sign-in is under way. After an error or a kill, run the same command again.
    Forget(Forget),
    /// Looks for your own tokens and app secrets in files and in all that git has kept of them
    ///
    /// Hidden and binary files are searched too, and each object of a git repository: every branch, tag, stash and reflog, and what
    /// none of them names any more. A secret is found as it is, and encoded as percent signs, JSON, a shell, HTML, base64 (so in Basic
    /// authorization too), hex or UTF-16 write it. Compressed and encrypted files are not looked into, links not followed, other file
    /// systems not entered. No program of a repository runs, and no part of a secret is printed.
    ///
    /// Exits with 1 if a secret was found; with 0 only if none was and everything was read; with 7 if none was and something could
    /// not be read; with 2 if nothing was searched because of an error that has no code of its own.
    Leaks(Leaks),
    /// Lists the platforms; helps you write a provider file: a platform's protocol as data
    #[command(subcommand)]
    Provider(Provider),
    /// Renews tokens on a machine without a screen, by units of systemd
    #[command(subcommand)]
    Service(Service),
    /// Writes the manual pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder
        folder: PathBuf,
    },
}

/// A command with a token.
#[derive(Debug, clap::Args)]
pub struct Exec {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The environment variable's name
    #[arg(long = "as", value_name = "VARIABLE", default_value = "ACCESS_TOKEN")]
    pub variable: String,
    /// Also sets the platform's lines for `.env`, with the names that guides use: the app's ID and secret, and for OAuth 1.0a
    /// the token's secret
    #[arg(long)]
    pub env: bool,
    // How it gets new tokens.
    #[allow(missing_docs)]
    #[command(flatten)]
    pub watch: Watch,
    /// The command and its arguments, after `--`
    #[arg(last = true, required = true)]
    pub command: Vec<OsString>,
}

/// An export.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The file; it appears when the export has finished. Within a day the same command continues an interrupted export. `-` or no
    /// file is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// One array, or one status per line; by default as the file's name says, and one per line on standard output
    #[arg(long)]
    pub format: Option<Format>,
    /// A filter, such as `exclude_replies` or `only_media`; may be repeated. An unknown one lists those of the platform
    #[arg(long = "filter", value_name = "FILTER")]
    pub filters: Vec<String>,
    /// Includes private mentions, which only the people mentioned can read
    #[arg(long)]
    pub private_mentions: bool,
    /// Exports only the newest N statuses
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

/// What is deleted for good: one account, or everything.
#[derive(Debug, clap::Args)]
#[command(group(ArgGroup::new("what").args(["name", "everything"]).required(true)))]
pub struct Forget {
    /// The account to delete
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: Option<String>,
    /// Deletes everything: all tokens, app secrets, accounts, settings and logs
    #[arg(long)]
    pub everything: bool,
    /// Doesn't ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

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

/// How statuses are written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Format {
    /// One array
    Json,
    /// One status per line
    Jsonl,
}

impl From<Format> for ExportFormat {
    fn from(format: Format) -> ExportFormat {
        match format {
            Format::Json => ExportFormat::Json,
            Format::Jsonl => ExportFormat::Jsonl,
        }
    }
}

impl Command {
    /// The accounts that it names; empty if it concerns all accounts or none.
    pub fn names(&self) -> &[String] {
        match self {
            Command::Token { name, .. } | Command::Whoami { name } => std::slice::from_ref(name),
            Command::Exec(wanted) => std::slice::from_ref(&wanted.name),
            Command::Export(wanted) => std::slice::from_ref(&wanted.name),
            Command::Post(wanted) => std::slice::from_ref(&wanted.name),
            Command::Forget(wanted) => wanted.name.as_slice(),
            Command::Log(wanted) => wanted.name.as_slice(),
            Command::Refresh { names, .. } | Command::Deliver { names } => names,
            Command::Delivery(wanted) => wanted.names(),
            Command::Account(wanted) => wanted.names(),
            Command::List { .. }
            | Command::Login(_)
            | Command::Import(_)
            | Command::Status(_)
            | Command::Serve(_)
            | Command::Leaks(_)
            | Command::Client(_)
            | Command::Settings(_)
            | Command::Store(_)
            | Command::Redirect(_)
            | Command::Calendar
            | Command::Doctor { .. }
            | Command::Provider(_)
            | Command::Service(_)
            | Command::Man { .. } => &[],
        }
    }

    /// Whether it may read secrets that a passphrase seals.
    pub fn wants_secrets(&self) -> bool {
        match self {
            Command::Account(wanted) => wanted.wants_secrets(),
            Command::Client(wanted) => wanted.wants_secrets(),
            Command::Redirect(wanted) => wanted.wants_secrets(),
            Command::Post(wanted) => wanted.sends(),
            Command::Serve(wanted) => wanted.ask_passphrase,
            Command::List { .. }
            | Command::Log(_)
            | Command::Settings(_)
            | Command::Store(_)
            | Command::Calendar
            | Command::Doctor { .. }
            | Command::Forget(_)
            | Command::Provider(_)
            | Command::Service(_)
            | Command::Man { .. }
            | Command::Status(_)
            | Command::Delivery(Delivery::List { .. } | Delivery::Remove { .. }) => false,
            _ => true,
        }
    }
}

/// A login.
#[derive(Debug, clap::Args)]
pub struct Login {
    /// The provider, as in `threads`, `x`, `mastodon`
    #[arg(add = ArgValueCandidates::new(providers))]
    pub provider: String,
    /// An answer to one of the provider's questions, as in `server=mastodon.social`, or `client_secret=@FILE` to read it from a
    /// file; may be repeated. The terminal asks for the rest
    #[arg(short, long = "answer", value_name = "KEY=VALUE")]
    pub answers: Vec<String>,
    /// A saved app (client), by its name
    #[arg(long, value_name = "NAME")]
    pub client: Option<String>,
    /// The name of a new app, if Keybearer registers it
    #[arg(long, value_name = "NAME", default_value = "Keybearer")]
    pub client_name: String,
    /// A permission (scope) to ask for; may be repeated. By default those that the provider's file proposes
    #[arg(long = "scope", value_name = "PERMISSION")]
    pub scopes: Vec<String>,
    /// The kind of redirect address: loopback, localhost, https-loopback, private-use-scheme, relay, paste or out-of-band. By default the
    /// provider's first
    #[arg(long, alias = "door", value_name = "KIND")]
    pub redirect: Option<String>,
    /// Prints the address instead of opening a browser, and takes the pasted result
    #[arg(long)]
    pub no_browser: bool,
    /// Asks the platform for a new sign-in, to use another account
    #[arg(long)]
    pub another: bool,
    /// Asks again for permissions that were declined, at platforms that only then show them again
    #[arg(long)]
    pub ask_again: bool,
    /// The expected account, as in `@memochou`; another account's token is not stored. If a handle's domain doesn't confirm the
    /// account, a terminal asks; without one the token is stored and the exit code is 1
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub expect: String,
    // The saved account's server, if this is another sign-in for it.
    #[allow(missing_docs)]
    #[arg(skip)]
    pub server: Option<String>,
    // The saved account's name, if this is another sign-in for it.
    #[allow(missing_docs)]
    #[arg(skip)]
    pub again: Option<String>,
}

/// A token that was made elsewhere.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// Its platform, as in `threads`, `mastodon`; `other` for one that Keybearer doesn't know. Without it, the platforms whose tokens
    /// look like this one are named, and nothing is sent
    #[arg(add = ArgValueCandidates::new(importers))]
    pub provider: Option<String>,
    /// The server that issued it, if its platform has many, as in `mastodon.social`
    #[arg(long, value_name = "SERVER", default_value = "", hide_default_value = true)]
    pub server: String,
    /// The saved app (client) that it was made with, by its name
    #[arg(long, value_name = "NAME")]
    pub client: Option<String>,
    /// A name for the account, if no platform can be asked whose it is
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    pub name: String,
}

/// A keeper that opens nothing, for completions.
pub fn quiet_keeper() -> Option<Keeper> {
    Keeper::open(Outside::usual(Arc::new(|_| Ok(())), Arc::new(|| {})).ok()?).ok()
}

/// Completes account names in the spelling that the typed text begins.
pub fn names(typed: &OsStr) -> Vec<CompletionCandidate> {
    let accounts = quiet_keeper().map(|k| k.account_names()).unwrap_or_default();
    let typed = typed.to_string_lossy();
    let begun = |a: &AccountName| words(a).into_iter().find(|word| word.starts_with(&*typed));
    accounts
        .iter()
        .filter_map(|a| Some(CompletionCandidate::new(begun(a)?).help(Some(StyledStr::from(label_of(&a.provider, &a.name))))))
        .collect()
}

pub fn providers() -> Vec<CompletionCandidate> {
    candidates(can_log_in)
}

fn importers() -> Vec<CompletionCandidate> {
    candidates(|p| p.can_import)
}

fn candidates(fits: impl Fn(&ProviderView) -> bool) -> Vec<CompletionCandidate> {
    let providers = quiet_keeper().map(|k| k.catalogue()).unwrap_or_default();
    let shown = providers.iter().filter(|p| fits(p));
    shown
        .map(|p| CompletionCandidate::new(&p.id).help(Some(StyledStr::from(p.summary.of("en").to_owned()))))
        .collect()
}

/// Writes one page for the program and one for each of its commands.
pub fn write_manual(folder: &Path) -> Result<(), Failure> {
    let written = clap_mangen::generate_to(Arguments::command().after_long_help(None), folder).and_then(|()| {
        // Under the manual's usual heading, as unfilled lines.
        let codes = EXIT_CODES.split_once('\n').map_or(EXIT_CODES, |(_, lines)| lines);
        let mut page = OpenOptions::new().append(true).open(folder.join("keybearer.1"))?;
        writeln!(page, ".SH \"EXIT STATUS\"\n.nf\n{codes}\n.fi")
    });
    written.map_err(Failure::io(folder.display()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_description_is_whole() {
        use clap::CommandFactory as _;
        super::Arguments::command().debug_assert();
    }
}
