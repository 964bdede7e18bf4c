//! `keybearer client`: the person's own apps at the platforms.

use std::ffi::OsStr;
use std::io::Write as _;
use std::process::ExitCode;

use clap::Subcommand;
use clap::builder::StyledStr;
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::token::Secret;
use keybearer_core::view::{AppView, ClientView, ProviderView};
use serde_json::{Value, json};

use crate::complete::quiet_keeper;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{self, label_of};
use crate::forget::is_confirmed;
use crate::import::piped;
use crate::login::{can_be_kept, exit_code, say_kept};
use crate::terminal::{Terminal, one_line, output};

/// What is done with an app.
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Lists the apps
    List {
        /// Prints a JSON array instead
        #[arg(long)]
        json: bool,
    },
    /// Shows an app: its ID, redirect addresses, permissions and accounts; never its secret
    Show {
        /// The app, as in `"threads/My app"`: by its name, its app ID, or its platform if only one is there
        #[arg(add = ArgValueCompleter::new(clients))]
        client: String,
        /// Prints a JSON object instead
        #[arg(long)]
        json: bool,
    },
    /// Prints an app's secret
    Secret {
        /// The app
        #[arg(add = ArgValueCompleter::new(clients))]
        client: String,
    },
    /// Replaces an app's secret by one that was regenerated in the developer console, from standard input
    ///
    /// A terminal asks for it without showing it.
    ReplaceSecret {
        /// The app
        #[arg(add = ArgValueCompleter::new(clients))]
        client: String,
        /// The new app ID, if it was regenerated as well (X: API key); tokens of the old one stop working
        #[arg(long, value_name = "ID", default_value = "", hide_default_value = true)]
        id: String,
    },
    /// Deletes an app that has no accounts from this computer; the platform isn't notified
    Delete {
        /// The app
        #[arg(add = ArgValueCompleter::new(clients))]
        client: String,
        /// Doesn't ask for confirmation
        #[arg(long)]
        yes: bool,
    },
    /// Gets the app's own token from the platform and prints it; it isn't stored
    AppToken {
        /// The app
        #[arg(add = ArgValueCompleter::new(clients))]
        client: String,
    },
    /// Redeems a code of `keybearer account device-code` on another computer, from standard input, and stores the token
    ///
    /// The app must be the same there and here. A terminal asks for the code without showing it.
    Redeem {
        /// The app
        #[arg(add = ArgValueCompleter::new(clients))]
        client: String,
    },
}

impl Client {
    /// Whether it may read or write secrets that a passphrase seals.
    pub fn wants_secrets(&self) -> bool {
        !matches!(self, Client::List { .. } | Client::Show { .. } | Client::Delete { .. })
    }

    /// Whether it brings a token that has to be stored.
    pub fn stores(&self) -> bool {
        matches!(self, Client::Redeem { .. })
    }
}

/// Does it.
///
/// # Errors
/// [`Failure::NoClient`] and [`Failure::Ambiguous`]; the keeper's.
pub async fn client(keeper: &Keeper, terminal: &Terminal, wanted: Client) -> Result<ExitCode, Failure> {
    let view = keeper.view();
    match wanted {
        Client::List { json } => list(&view, terminal, json),
        Client::Show { client, json } => show(&view, terminal, found(&view, &client)?, json),
        Client::Secret { client } => {
            let secret = keeper.client_secret(&found(&view, &client)?.id).await?;
            print_secret(&secret)
        }
        Client::ReplaceSecret { client, id } => replace(keeper, terminal, found(&view, &client)?, &id).await,
        Client::Delete { client, yes } => delete(keeper, terminal, found(&view, &client)?, yes).await,
        Client::AppToken { client } => {
            let app = found(&view, &client)?;
            offered(keeper, app, |p| p.has_app_token)?;
            print_secret(&keeper.app_token(&app.id).await?)
        }
        Client::Redeem { client } => redeem(keeper, terminal, found(&view, &client)?).await,
    }
}

/// An app's name on the command line, `threads/My app`.
pub fn label(client: &ClientView) -> String {
    label_of(&client.provider, &client.name)
}

/// Finds one app: by its id, its app ID, its full name, its name alone, or its platform if that has only one.
fn found<'a>(view: &'a AppView, typed: &str) -> Result<&'a ClientView, Failure> {
    let lower = typed.trim().to_lowercase();
    let ways: [&dyn Fn(&ClientView) -> bool; 4] = [
        &|c| c.id == typed || c.client_id == typed,
        &|c| label(c).to_lowercase() == lower,
        &|c| c.name.to_lowercase() == lower,
        &|c| c.provider.to_lowercase() == lower,
    ];
    for fits in ways {
        let all: Vec<&ClientView> = view.clients.iter().filter(|c| fits(c)).collect();
        match all.as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => return Err(Failure::Ambiguous(typed.to_owned(), several.iter().map(|c| with_id(c)).collect())),
        }
    }
    Err(Failure::NoClient(typed.to_owned(), view.clients.iter().map(label).collect()))
}

fn with_id(client: &ClientView) -> String {
    format!("{} ({})", label(client), client.id)
}

/// Completes the names of apps; one that a shell could read as anything but a word is completed by its id.
fn clients(typed: &OsStr) -> Vec<CompletionCandidate> {
    let view = quiet_keeper().map(|k| k.view());
    let typed = typed.to_string_lossy();
    let plain = |word: &String| word.chars().all(|c| c.is_alphanumeric() || "._@:/+-".contains(c));
    let word = |c: &ClientView| Some(label(c)).filter(plain).unwrap_or_else(|| c.id.clone());
    let all = view.into_iter().flat_map(|v| v.clients);
    let begun = all.filter(|c| word(c).starts_with(&*typed));
    begun
        .map(|c| CompletionCandidate::new(word(&c)).help(Some(StyledStr::from(label(&c)))))
        .collect()
}

/// Prints a line for each app: its name, its app ID and the number of its accounts, separated by tabs; or a JSON array.
fn list(view: &AppView, terminal: &Terminal, as_json: bool) -> Result<ExitCode, Failure> {
    let mut out = output();
    let written = match as_json {
        true => writeln!(out, "{:#}", json!(view.clients.iter().map(object).collect::<Vec<_>>())),
        false => view.clients.iter().try_for_each(|c| {
            let shared = view.clients.iter().filter(|other| label(other) == label(c)).count() > 1;
            let name = if shared { with_id(c) } else { label(c) };
            writeln!(out, "{name}\t{}\t{}", one_line(&c.client_id), c.accounts.len())
        }),
    };
    written.map_err(Failure::print)?;
    if view.clients.is_empty() && !as_json {
        terminal.say(&terminal.words("clients-none", &[]));
    }
    Ok(ExitCode::SUCCESS)
}

fn object(client: &ClientView) -> Value {
    json!({
        "name": label(client),
        "id": client.id,
        "provider": client.provider,
        "server": client.server,
        "client_id": client.client_id,
        "client_type": client.client_type,
        "has_secret": client.has_secret,
        "redirect_uris": client.redirect_uris,
        "scopes": client.scopes,
        "created": client.created,
        "registered": client.registered,
        "accounts": client.accounts,
    })
}

fn show(view: &AppView, terminal: &Terminal, client: &ClientView, as_json: bool) -> Result<ExitCode, Failure> {
    let word = |id: &str| terminal.words(id, &[]);
    let accounts = view.accounts.iter().filter(|a| a.client == client.id);
    let by = if client.registered { "client-by-us" } else { "client-by-you" };
    let known = [
        ("cli-show-id", Some(client.id.clone())),
        ("client-id", Some(client.client_id.clone()).filter(|id| !id.is_empty())),
        ("cli-show-type", client.client_type.clone()),
        (
            "client-secret",
            Some(word(if client.has_secret { "cli-show-stored" } else { "cli-show-none" })),
        ),
        ("about-server", client.server.clone()),
        (
            "client-redirects",
            Some(client.redirect_uris.join(" ")).filter(|all| !all.is_empty()),
        ),
        ("client-scopes", Some(client.scopes.join(" ")).filter(|all| !all.is_empty())),
        ("about-source", Some(word(by))),
    ];
    let mut text = format!("{}\n", label(client));
    for (name, value) in known {
        if let Some(value) = value {
            text += &format!("{}: {}\n", one_line(&word(name)), one_line(&value));
        }
    }
    for account in accounts {
        text += &format!("{}: {}\n", word("cli-show-account"), find::label(account));
    }
    let text = if as_json { format!("{:#}\n", object(client)) } else { text };
    write!(output(), "{text}").map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

async fn replace(keeper: &Keeper, terminal: &Terminal, client: &ClientView, id: &str) -> Result<ExitCode, Failure> {
    can_be_kept(keeper).await?;
    let secret = hidden(terminal, "replace-field").await?;
    keeper.replace_secret(&client.id, id, secret).await?;
    done("replaced", &label(client))
}

async fn delete(keeper: &Keeper, terminal: &Terminal, client: &ClientView, yes: bool) -> Result<ExitCode, Failure> {
    if !client.accounts.is_empty() {
        return Err(Error::ClientInUse.into());
    }
    let name = label(client);
    let title = terminal.words("ask-client-title", &[("name", &name)]);
    let question = format!("{title} {} [y/n]", terminal.words("ask-client-text", &[]));
    if !yes && !is_confirmed(terminal, &question).await? {
        return Err(Failure::NotConfirmed);
    }
    keeper.delete_client(&client.id).await?;
    done("deleted", &name)
}

async fn redeem(keeper: &Keeper, terminal: &Terminal, client: &ClientView) -> Result<ExitCode, Failure> {
    offered(keeper, client, |p| p.has_device_codes)?;
    can_be_kept(keeper).await?;
    let code = hidden(terminal, "device-code").await?;
    let id = keeper.redeem_device_code(&client.id, &code).await?;
    say_kept(keeper, terminal, &id).await;
    Ok(ExitCode::from(exit_code(keeper, &id)))
}

/// A secret: typed without being shown, or from standard input.
async fn hidden(terminal: &Terminal, label: &str) -> Result<Secret, Failure> {
    match terminal.is_attended() {
        true => terminal.ask_secret(&format!("{}:", terminal.words(label, &[]))).await,
        false => piped().await,
    }
}

/// # Errors
/// [`Failure::NotOffered`] unless the app's platform offers this.
fn offered(keeper: &Keeper, client: &ClientView, offers: impl Fn(&ProviderView) -> bool) -> Result<(), Failure> {
    match offers(&keeper.provider(&client.provider)?) {
        true => Ok(()),
        false => Err(Failure::NotOffered(label(client))),
    }
}

fn print_secret(secret: &Secret) -> Result<ExitCode, Failure> {
    writeln!(output(), "{}", secret.expose()).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints what was done with an app: the word, `client` and its name, separated by tabs.
fn done(word: &str, name: &str) -> Result<ExitCode, Failure> {
    ignore_closed_output(writeln!(output(), "{word}\tclient\t{name}").map_err(Failure::print))?;
    Ok(ExitCode::SUCCESS)
}
