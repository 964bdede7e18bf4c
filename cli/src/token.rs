//! `keybearer token`, where no server gives the token, and `keybearer whoami`.

use std::io::Write as _;
use std::process::ExitCode;

use keybearer_core::keeper::Keeper;
use keybearer_core::ledger::Purpose;
use keybearer_core::token::Secret;

use crate::failure::Failure;
use crate::find::{account, label};
use crate::login;
use crate::login::Login;
use crate::terminal::{Terminal, output};

/// Prints a valid token, renewed first if that is due. With `again` the person may log in if only that helps.
pub async fn token(keeper: &Keeper, terminal: &Terminal, name: &str, again: bool) -> Result<ExitCode, Failure> {
    let found = account(keeper, name)?;
    let token = match keeper.access_token(&found.id, Purpose::Token).await.map_err(Failure::from) {
        Err(failure) if again && failure.wants_login() => {
            terminal.complain(&failure);
            let id = login::login(keeper, terminal, Login::again(&found)).await?;
            // A token that could not be verified was stored as another account.
            if id != found.id {
                return Err(Failure::OwnerUnknown(label(&account(keeper, &id)?)));
            }
            keeper.access_token(&id, Purpose::Token).await?
        }
        other => other?,
    };
    print(&token)
}

/// Prints a token.
pub fn print(token: &Secret) -> Result<ExitCode, Failure> {
    writeln!(output(), "{}", token.expose()).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

/// Asks the platform whose token it is, and prints name and id.
pub async fn whoami(keeper: &Keeper, terminal: &Terminal, name: &str) -> Result<ExitCode, Failure> {
    let found = account(keeper, name)?;
    keeper.verify(&found.id).await?;
    let now = account(keeper, &found.id)?;
    let id = now.user_id.clone().unwrap_or_default();
    writeln!(output(), "{}\t{id}", label(&now)).map_err(Failure::print)?;
    if label(&now) != label(&found) {
        terminal.say(&terminal.words("cli-renamed", &[("before", &label(&found))]));
    }
    Ok(ExitCode::SUCCESS)
}
