//! `keybearer account`: what a person does with one account.
//!
//! `show` what Keybearer knows of it · `call` test requests · `copies` what its token is copied as · `pages` sub-accounts ·
//! `tokens` what the server has for it · `transfer` to and from another computer. The rest is here.

pub mod call;
mod copies;
mod pages;
mod show;
mod tokens;
mod transfer;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use clap_complete::engine::ArgValueCompleter;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AccountView, ProviderView};

use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{account as find, label};
use crate::forget::{self, is_confirmed};
use crate::terminal::{Terminal, output};
use crate::token;

/// What is done with an account.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Shows an account: its state, permissions, dates, app, server and sync targets; never its token
    Show {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// Prints a JSON object instead
        #[arg(long)]
        json: bool,
    },
    /// Asks the platform whose token it is, as `keybearer whoami` does (X charges for the answer)
    Verify {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
    },
    /// Asks the platform what it knows of the token: its exact times and the granted permissions; then shows the account
    Inspect {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// Prints a JSON object instead
        #[arg(long)]
        json: bool,
    },
    /// Revokes the token at the platform, then deletes the account from this computer
    ///
    /// Everything that uses the token stops working, on other computers too. If the platform refuses or cannot be reached, nothing is
    /// deleted.
    Revoke {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// Doesn't ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Deletes the account from this computer, as `keybearer forget` does; its token stays valid at the platform
    Delete {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// Doesn't ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Pauses an account: its token isn't renewed, synced or given to anything until you resume it or sign in again
    Pause {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
    },
    /// Ends a pause; if another computer renewed the account, this one renews it from now on
    ///
    /// Two computers that renew one token may invalidate it for both.
    Resume {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
    },
    /// Restores the token from before the last renewal, if the platform leaves it valid; possible for a day
    StepBack {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// Doesn't ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Sends one of the platform's test requests with the token, and prints the response
    ///
    /// Without CALL it lists the requests. A request that changes something at the platform, or that the platform charges for, is
    /// shown first and sent after a confirmation. Secrets in responses are masked. Exits with 1 if the platform refuses.
    Call(call::CallArguments),
    /// Lists what the token can be copied as, or prints one of these copies
    Copies {
        /// The account, as in `threads/memochou`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
        /// The copy to print, as in `header`, `curl`, `env`
        copy: Option<String>,
        /// Prints the list as a JSON array instead
        #[arg(long, conflicts_with = "copy")]
        json: bool,
    },
    /// Lists the Pages of an account, or saves some of them as accounts of their own
    Pages(pages::Pages),
    /// Lists the tokens that the server has for the account, whichever app they were made for
    ///
    /// A line for each: its ID; `present` for the one that Keybearer keeps, `same-app` or `other`; its app; when it was made and last
    /// used, in Unix seconds; and its permissions. The token needs the permission to ask.
    Tokens(tokens::Tokens),
    /// Ends one of these tokens at the server
    EndToken(tokens::EndToken),
    /// Prints a code with which another device gets a token of its own, by `keybearer client redeem` or in its window
    DeviceCode {
        /// The account, as in `facebook/ada`
        #[arg(add = ArgValueCompleter::new(names))]
        name: String,
    },
    /// Writes accounts into an encrypted file for another computer
    ///
    /// By default these are copies: this computer keeps renewing the accounts, and the other one only uses them. With --move the other
    /// computer renews them from then on. Prints the file's path. The file is an ordinary age file; delete it once it is received.
    Transfer(transfer::Transfer),
    /// Imports the accounts of a file that `transfer` or the window of another computer wrote
    ///
    /// Prints a line for each account: its name, and `added`, `renewed`, `kept` or `left`.
    Receive {
        /// The file
        file: PathBuf,
        /// Reads the file's passphrase, one line, from this file descriptor; by default the terminal asks
        #[arg(long, value_name = "N")]
        file_passphrase_fd: Option<u32>,
    },
}

impl Account {
    /// The accounts that it names.
    pub fn names(&self) -> &[String] {
        match self {
            Account::Show { name, .. }
            | Account::Verify { name }
            | Account::Inspect { name, .. }
            | Account::Revoke { name, .. }
            | Account::Delete { name, .. }
            | Account::Pause { name }
            | Account::Resume { name }
            | Account::StepBack { name, .. }
            | Account::Copies { name, .. }
            | Account::DeviceCode { name } => std::slice::from_ref(name),
            Account::Call(wanted) => std::slice::from_ref(&wanted.name),
            Account::Pages(wanted) => std::slice::from_ref(&wanted.name),
            Account::Tokens(wanted) => std::slice::from_ref(&wanted.name),
            Account::EndToken(wanted) => std::slice::from_ref(&wanted.name),
            Account::Transfer(wanted) => &wanted.names,
            Account::Receive { .. } => &[],
        }
    }

    /// Whether it may read secrets that a passphrase seals.
    pub fn wants_secrets(&self) -> bool {
        match self {
            Account::Show { .. } | Account::Delete { .. } | Account::Pause { .. } | Account::Resume { .. } => false,
            Account::Call(wanted) => wanted.sends(),
            Account::Copies { copy, .. } => copy.is_some(),
            _ => true,
        }
    }

    /// Whether it gives an account another token.
    pub fn is_for_new_token(&self) -> bool {
        matches!(self, Account::StepBack { .. } | Account::Receive { .. })
    }

    /// Whether it gets tokens that have to be stored.
    pub fn stores(&self) -> bool {
        matches!(self, Account::Receive { .. })
    }
}

/// Runs the command.
///
/// # Errors
/// [`Failure::NoAccount`] and [`Failure::Ambiguous`], the keeper's, and those that each command names.
pub async fn account(keeper: &Keeper, terminal: &Terminal, wanted: Account) -> Result<ExitCode, Failure> {
    match wanted {
        Account::Show { name, json } => show::show(keeper, terminal, &name, json),
        Account::Verify { name } => {
            offered(keeper, &find(keeper, &name)?, |p| p.can_verify)?;
            token::whoami(keeper, terminal, &name).await
        }
        Account::Inspect { name, json } => {
            let found = find(keeper, &name)?;
            offered(keeper, &found, |p| p.can_inspect)?;
            keeper.inspect(&found.id).await?;
            show::show(keeper, terminal, &found.id, json)
        }
        Account::Revoke { name, yes } => revoke(keeper, terminal, &name, yes).await,
        Account::Delete { name, yes } => forget::account(keeper, terminal, &name, yes).await,
        Account::Pause { name } => {
            let found = find(keeper, &name)?;
            keeper.pause(&found.id).await?;
            done("paused", &label(&found))
        }
        Account::Resume { name } => {
            let found = find(keeper, &name)?;
            keeper.resume(&found.id).await?;
            done("resumed", &label(&found))
        }
        Account::StepBack { name, yes } => step_back(keeper, terminal, &name, yes).await,
        Account::Call(wanted) => call::call(keeper, terminal, wanted).await,
        Account::Copies { name, copy: None, json } => copies::list(keeper, &name, json),
        Account::Copies {
            name, copy: Some(copy), ..
        } => copies::print(keeper, &name, &copy).await,
        Account::Pages(wanted) => pages::pages(keeper, terminal, wanted).await,
        Account::Tokens(wanted) => tokens::tokens(keeper, terminal, &wanted).await,
        Account::EndToken(wanted) => tokens::end(keeper, terminal, &wanted).await,
        Account::DeviceCode { name } => {
            let found = find(keeper, &name)?;
            offered(keeper, &found, |p| p.has_device_codes)?;
            let code = keeper.device_code(&found.id).await?;
            writeln!(output(), "{}", code.expose()).map_err(Failure::print)?;
            Ok(ExitCode::SUCCESS)
        }
        Account::Transfer(wanted) => transfer::transfer(keeper, terminal, wanted).await,
        Account::Receive { file, file_passphrase_fd } => transfer::receive(keeper, terminal, &file, file_passphrase_fd).await,
    }
}

async fn revoke(keeper: &Keeper, terminal: &Terminal, name: &str, yes: bool) -> Result<ExitCode, Failure> {
    let found = find(keeper, name)?;
    let provider = offered(keeper, &found, |p| p.can_revoke && found.parent.is_none())?;
    let name = label(&found);
    let every_copy = provider.reuses_token;
    let what = if every_copy {
        "ask-revoke-every-copy"
    } else {
        "ask-revoke-this-copy"
    };
    let question = || {
        let say = |id: &str| terminal.words(id, &[("name", &name), ("platform", provider.name.of(terminal.language.tag()))]);
        format!("{} {} {} [y/n]", say("ask-revoke-title"), say("ask-revoke-text"), say(what))
    };
    if !yes && !is_confirmed(terminal, &question()).await? {
        return Err(Failure::Unconfirmed("cli-not-done"));
    }
    keeper.revoke(&found.id).await?;
    done("revoked", &name)
}

async fn step_back(keeper: &Keeper, terminal: &Terminal, name: &str, yes: bool) -> Result<ExitCode, Failure> {
    let found = find(keeper, name)?;
    let name = label(&found);
    if found.step_back_until.is_none() {
        return Err(Failure::NoPrevious(name));
    }
    let platform = keeper.provider(&found.provider)?.name.of(terminal.language.tag()).to_owned();
    let question = || {
        let say = |id: &str| terminal.words(id, &[("platform", &platform)]);
        let head = terminal.words("cli-step-back-ask", &[("name", &name)]);
        format!("{head} {} {} [y/n]", say("ask-step-back-text"), say("ask-step-back-lives"))
    };
    if !yes && !is_confirmed(terminal, &question()).await? {
        return Err(Failure::Unconfirmed("cli-not-done"));
    }
    keeper.step_back(&found.id).await?;
    done("restored", &name)
}

/// The platform of an account, if it offers this.
///
/// # Errors
/// [`Failure::NotOffered`].
fn offered(keeper: &Keeper, account: &AccountView, offers: impl Fn(&ProviderView) -> bool) -> Result<ProviderView, Failure> {
    let provider = keeper.provider(&account.provider)?;
    match offers(&provider) {
        true => Ok(provider),
        false => Err(Failure::NotOffered(label(account))),
    }
}

/// Prints what was done with an account: the word, `account` and its name, separated by tabs.
fn done(word: &str, name: &str) -> Result<ExitCode, Failure> {
    ignore_closed_output(writeln!(output(), "{word}\taccount\t{name}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}
