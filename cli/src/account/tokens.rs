//! `keybearer account tokens` and `end-token`: the tokens that a server has for an account, of all apps.

use std::io::Write as _;
use std::process::ExitCode;

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{AccountView, ServerTokenView, ServerTokensView, TokenOrigin};
use serde_json::json;

use super::offered;
use crate::complete::names;
use crate::failure::{Failure, PARTIAL, ignore_closed_output};
use crate::find::{account as find, label};
use crate::forget::is_confirmed;
use crate::terminal::{Terminal, one_line, output};

/// Which account's tokens are listed.
#[derive(Debug, clap::Args)]
pub struct Tokens {
    /// The account, as in `gotosocial/ada@example.org`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// Prints a JSON array instead
    #[arg(long)]
    pub json: bool,
}

/// Which token is ended.
#[derive(Debug, clap::Args)]
pub struct EndToken {
    /// The account, as in `gotosocial/ada@example.org`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The token's ID, from `keybearer account tokens`
    pub id: String,
    /// Doesn't ask for confirmation
    #[arg(long)]
    pub yes: bool,
}

/// Prints a line for each token: its ID, `present`, `same-app` or `other`, its app, when it was made and last used (Unix seconds, or
/// `-`), and what it may do. Exits with 7 if the server has more of them than are listed.
pub async fn tokens(keeper: &Keeper, terminal: &Terminal, wanted: &Tokens) -> Result<ExitCode, Failure> {
    let ServerTokensView { tokens: all, more } = list(keeper, &find(keeper, &wanted.name)?).await?;
    let mut out = output();
    let written = match wanted.json {
        true => writeln!(out, "{:#}", json!(all)),
        false => all.iter().try_for_each(|token| writeln!(out, "{}", line(token))),
    };
    ignore_closed_output(written.map_err(Failure::print))?;
    let others = all.iter().filter(|token| token.origin == TokenOrigin::Other).count();
    if others > 0 {
        terminal.say(&terminal.words("cli-tokens-others", &[("count", &others.to_string())]));
    }
    if more {
        terminal.say(&terminal.words("server-tokens-more", &[("count", &all.len().to_string())]));
        return Ok(ExitCode::from(PARTIAL));
    }
    Ok(ExitCode::SUCCESS)
}

/// Ends one of them, after a question.
pub async fn end(keeper: &Keeper, terminal: &Terminal, wanted: &EndToken) -> Result<ExitCode, Failure> {
    let found = find(keeper, &wanted.name)?;
    let all = list(keeper, &found).await?.tokens;
    let Some(token) = all.iter().find(|token| token.id == wanted.id) else {
        return Err(Failure::Unknown(wanted.id.clone(), all.into_iter().map(|token| token.id).collect()));
    };
    if !wanted.yes {
        let question = match token.origin {
            TokenOrigin::Present => "cli-end-token-own-ask",
            TokenOrigin::SameApp | TokenOrigin::Other => "cli-end-token-ask",
        };
        let (name, app) = (label(&found), app(token));
        let question = terminal.words(question, &[("name", &name), ("app", &app)]);
        if !is_confirmed(terminal, &question).await? {
            return Err(Failure::NotConfirmed);
        }
    }
    keeper.end_server_token(&found.id, &wanted.id).await?;
    writeln!(output(), "ended\t{}", wanted.id).map_err(Failure::print)?;
    Ok(ExitCode::SUCCESS)
}

async fn list(keeper: &Keeper, account: &AccountView) -> Result<ServerTokensView, Failure> {
    offered(keeper, account, |p| p.lists_tokens)?;
    Ok(keeper.server_tokens(&account.id).await?)
}

fn line(token: &ServerTokenView) -> String {
    let origin = match token.origin {
        TokenOrigin::Present => "present",
        TokenOrigin::SameApp => "same-app",
        TokenOrigin::Other => "other",
    };
    let time = |moment: Option<i64>| moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string());
    let (issued, used) = (time(token.issued), time(token.last_used));
    let scopes = one_line(&token.scopes.join(" "));
    format!("{}\t{origin}\t{}\t{issued}\t{used}\t{scopes}", token.id, app(token))
}

fn app(token: &ServerTokenView) -> String {
    one_line(token.app.as_deref().unwrap_or("-"))
}
