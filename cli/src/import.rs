//! Imports a token that was made elsewhere: from standard input, or typed without being shown.

use std::io::Read as _;
use std::process::ExitCode;

use keybearer_core::keeper::{Keeper, TokenImport};
use keybearer_core::token::Secret;

use crate::arguments::Import;
use crate::failure::Failure;
use crate::login::{can_be_kept, exit_code, say_kept};
use crate::terminal::Terminal;

/// Imports the token of standard input.
///
/// # Errors
/// The keeper's; [`Failure::Unknown`] for a platform or an app that there is not.
pub async fn import(keeper: &Keeper, terminal: &Terminal, wanted: Import) -> Result<ExitCode, Failure> {
    let importers: Vec<String> = keeper.catalogue().into_iter().filter(|p| p.can_import).map(|p| p.id).collect();
    if !importers.contains(&wanted.provider) {
        return Err(Failure::Unknown(wanted.provider, importers));
    }
    let client = match wanted.client {
        Some(name) => {
            let clients = keeper.view().clients;
            let own = || clients.iter().filter(|c| c.provider == wanted.provider);
            let found = own().find(|c| c.name == name || c.id == name).map(|c| c.id.clone());
            Some(found.ok_or_else(|| Failure::Unknown(name, own().map(|c| c.name.clone()).collect()))?)
        }
        None => None,
    };
    can_be_kept(keeper).await?;
    let token = match terminal.is_attended() {
        true => terminal.ask_secret(&terminal.words("cli-ask-token", &[])).await?,
        false => piped().await?,
    };
    let import = TokenImport {
        provider: Some(wanted.provider),
        client,
        name: wanted.name,
        server: wanted.server,
    };
    let id = keeper.import_token(&token, &import).await?;
    say_kept(keeper, terminal, &id).await;
    Ok(ExitCode::from(exit_code(keeper, &id)))
}

/// Standard input to its end, without blocking Ctrl-C.
pub async fn piped() -> Result<Secret, Failure> {
    let read = tokio::task::spawn_blocking(|| {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| Secret::new(text))
    });
    read.await.map_err(std::io::Error::other).flatten().map_err(Failure::io("stdin"))
}
