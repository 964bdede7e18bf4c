//! Imports a token that was made elsewhere: from standard input, or typed without being shown.

use std::io::Read as _;
use std::process::ExitCode;

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use keybearer_core::keeper::{Keeper, TokenImport};
use keybearer_core::token::Secret;

use crate::complete::platforms;
use crate::failure::Failure;
use crate::login::{can_be_kept, exit_code, say_kept};
use crate::terminal::Terminal;

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

/// Imports the token of standard input.
///
/// # Errors
/// The keeper's; [`Failure::Unknown`] for a platform or an app that there is not.
pub async fn import(keeper: &Keeper, terminal: &Terminal, wanted: Import) -> Result<ExitCode, Failure> {
    let importers: Vec<String> = keeper.catalogue().into_iter().filter(|p| p.can_import).map(|p| p.id).collect();
    let mut token = None;
    let provider = match wanted.provider {
        Some(provider) => provider,
        None => {
            let typed = read(terminal).await?;
            let provider = choose(terminal, keeper.recognise(&typed), &importers).await?;
            token = Some(typed);
            provider
        }
    };
    if !importers.contains(&provider) {
        return Err(Failure::Unknown(provider, importers));
    }
    let client = match wanted.client {
        Some(name) => {
            let clients = keeper.view().clients;
            let own = || clients.iter().filter(|c| c.provider == provider);
            let found = own().find(|c| c.name == name || c.id == name).map(|c| c.id.clone());
            Some(found.ok_or_else(|| Failure::Unknown(name, own().map(|c| c.name.clone()).collect()))?)
        }
        None => None,
    };
    can_be_kept(keeper).await?;
    let token = match token {
        Some(token) => token,
        None => read(terminal).await?,
    };
    let import = TokenImport {
        provider: Some(provider),
        client,
        name: wanted.name,
        server: wanted.server,
    };
    let id = keeper.import_token(&token, &import).await?;
    say_kept(keeper, terminal, &id).await;
    Ok(ExitCode::from(exit_code(keeper, &id)))
}

fn importers() -> Vec<CompletionCandidate> {
    platforms(|p| p.can_import)
}

/// The token: typed without being shown, or from standard input.
async fn read(terminal: &Terminal) -> Result<Secret, Failure> {
    match terminal.is_attended() {
        true => terminal.ask_secret(&terminal.words("cli-ask-token", &[])).await,
        false => piped().await,
    }
}

/// Asks which platform's token it is, of those whose tokens look like it. Nothing is sent before the person has named one.
async fn choose(terminal: &Terminal, alike: Vec<String>, all: &[String]) -> Result<String, Failure> {
    let alike = if alike.is_empty() { all.to_vec() } else { alike };
    if !terminal.is_attended() {
        return Err(Failure::Unanswered(
            alike.iter().map(|id| format!("keybearer import {id}")).collect(),
        ));
    }
    terminal
        .ask(&terminal.words("cli-ask-platform", &[("platforms", &alike.join(", "))]))
        .await
}

/// Standard input to its end, without blocking Ctrl-C.
///
/// # Errors
/// [`Failure::System`].
pub async fn piped() -> Result<Secret, Failure> {
    let read = tokio::task::spawn_blocking(|| {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| Secret::new(text))
    });
    read.await.map_err(std::io::Error::other).flatten().map_err(Failure::io("stdin"))
}
