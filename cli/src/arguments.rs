//! The command line's grammar. Help, manual pages and completions are generated from it.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{CommandFactory as _, Parser, Subcommand};
use clap_complete::engine::ArgValueCompleter;

use crate::account::Account;
use crate::client::Client;
use crate::complete::names;
use crate::delivery::Delivery;
use crate::exec::Exec;
use crate::export::Export;
use crate::failure::Failure;
use crate::forget::Forget;
use crate::import::Import;
use crate::leaks::Leaks;
use crate::log::Log;
use crate::login::Login;
use crate::post::Post;
use crate::provider::Provider;
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
  2  the command line was not understood, an answer or a confirmation is missing, or the platform doesn't offer this
  3  no such account, app or sync target, or more than one; for `leaks`: no secret to look for
  4  you need to sign in again
  5  not now: network, rate limit, a server's problem; try again later
  6  keychain or encrypted files: missing, locked, not responding, or the wrong passphrase
  7  partial: the export was written, but the server could not return everything; or `leaks` could not read everything
  130  stopped by Ctrl-C, except for `serve` and `practice`; a token that was being fetched was stored first
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
    /// Runs the practice platform on this computer, to try every command without an account
    ///
    /// Prints its address, and runs until Ctrl-C. In another terminal, `keybearer login practice` signs in to it. Its accounts and tokens
    /// end with it.
    Practice,
    /// Lists, adds, confirms and removes sync targets, and syncs to them
    #[command(subcommand)]
    Delivery(Delivery),
    /// Syncs tokens now to the confirmed targets, as `delivery run`; prints a line for each
    Deliver {
        /// Accounts, as in `threads/memochou`, or IDs of single targets; the first eight characters of an ID are enough
        #[arg(required = true, add = ArgValueCompleter::new(names))]
        names: Vec<String>,
    },
    /// Prints in one line whether all is well, for a monitor; asks and sends nothing
    ///
    /// Exits with 0 if all is well, with 4 if an account needs you, as to sign in again, with 6 if the keychain is locked or missing, or
    /// if something is late because the encrypted files are locked, and with 5 if a renewal or a sync is late for another reason, is being
    /// retried, or waits for your confirmation.
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
    /// Says where secrets are stored, changes where new ones go, or locks the encrypted files
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
    /// --everything deletes all tokens, app secrets, accounts, settings and logs, and your own units of systemd with the passphrase that
    /// is kept for them; your own provider files stay. It exits with 5, and deletes nothing, if the app or a unit is running or a
    /// sign-in is under way. After an error or a kill, run the same command again.
    Forget(Forget),
    /// Looks for your own tokens and app secrets in files and in all that git has kept of them
    ///
    /// It searches hidden and binary files too, and each object of a git repository: those of every branch, tag, stash and reflog, and
    /// those that nothing refers to any more. It finds a secret in plain text, percent-encoding, JSON strings, shell quoting, HTML,
    /// base64 (and so in Basic authorization), hex and UTF-16. It doesn't look into compressed or encrypted files, follow links, or
    /// enter other file systems. It runs no program of a repository, and prints no part of a secret.
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

impl Command {
    /// The accounts, or a sync target of theirs, that it names; empty if it concerns all accounts or none.
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
            | Command::Practice
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

    /// Whether it is done only once the account's sync targets have the new token, so that its exit code says whether they have. Where a
    /// token is only used, the exit code is about that use.
    pub fn is_for_new_token(&self) -> bool {
        match self {
            Command::Login(_) | Command::Import(_) | Command::Refresh { .. } | Command::Client(Client::Redeem { .. }) => true,
            Command::Account(wanted) => wanted.is_for_new_token(),
            _ => false,
        }
    }

    /// Whether it reports the syncs that it has made itself.
    pub fn reports_syncs(&self) -> bool {
        matches!(
            self,
            Command::Deliver { .. } | Command::Delivery(_) | Command::Refresh { due: true, .. } | Command::Serve(_)
        )
    }

    /// Whether it unlocks the encrypted files where the passphrase is given, and never asks for it.
    pub fn takes_passphrase(&self) -> bool {
        match self {
            Command::Serve(_) | Command::Doctor { diagnostics: false } => true,
            Command::Store(wanted) => wanted.to.is_none(),
            _ => false,
        }
    }

    /// Whether it may read secrets that a passphrase seals.
    pub fn wants_secrets(&self) -> bool {
        match self {
            Command::Account(wanted) => wanted.wants_secrets(),
            Command::Client(wanted) => wanted.wants_secrets(),
            Command::Redirect(wanted) => wanted.wants_secrets(),
            Command::Export(wanted) => !wanted.discard,
            Command::Post(wanted) => wanted.sends(),
            Command::Serve(wanted) => wanted.ask_passphrase,
            Command::List { .. }
            | Command::Log(_)
            | Command::Practice
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
