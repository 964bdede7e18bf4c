//! A login at the terminal: asks the provider's questions (`plan`), opens the browser or prints the address, and takes a pasted result if it
//! cannot reach this computer.

mod plan;

use std::sync::Arc;

use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use keybearer_core::keeper::Keeper;
use keybearer_core::provider::{GrantType, RedirectKind};
use keybearer_core::view::{AccountView, LoginEvent, ProviderView, StepKind, StoreKind, StoreState};
use keybearer_core::words::explain;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::mpsc;

use self::plan::plan;
use crate::complete::platforms;
use crate::doctor::error_of;
use crate::doubt::{keeps_other, may_be, wants};
use crate::failure::{Failure, of};
use crate::find::{self, label};
use crate::system::has_screen;
use crate::terminal::Terminal;

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
    /// The expected account, as in `@memochou`; if another one signs in, a terminal asks whether to save it, and
    /// without a terminal its token isn't stored. If a handle's domain doesn't confirm the
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

impl Login {
    /// Another login for a saved account.
    pub fn again(account: &AccountView) -> Login {
        Login {
            provider: account.provider.clone(),
            answers: Vec::new(),
            server: account.server.clone(),
            client: Some(account.client.clone()).filter(|c| !c.is_empty()),
            client_name: "Keybearer".to_owned(),
            scopes: account.scopes.clone(),
            redirect: None,
            no_browser: false,
            another: false,
            ask_again: false,
            // A name may change, an id does not. An unverified account has its server's name.
            expect: account
                .verified
                .map(|_| account.user_id.clone().unwrap_or_else(|| account.name.clone()))
                .unwrap_or_default(),
            again: Some(account.name.clone()),
        }
    }
}

/// Logs in and returns the account's id.
///
/// # Errors
/// The keeper's; [`Failure::Unknown`], [`Failure::AnswerInvalid`] and others for what was typed; [`Failure::OwnerUnknown`] if an account
/// was expected and the platform could not be asked whose token it is.
pub async fn login(keeper: &Keeper, terminal: &Terminal, wanted: Login) -> Result<String, Failure> {
    // Without a screen the browser is on another machine: the person pastes the result, or without a terminal it may arrive through a
    // forwarded port.
    let printed = wanted.no_browser || !has_screen();
    let wanted = Login {
        no_browser: wanted.no_browser || (printed && terminal.is_attended()),
        ..wanted
    };
    let mut plan = plan(keeper, terminal, &wanted).await?;
    let grant = keeper.provider(&plan.provider)?.grant;
    if wanted.again.is_some() && matches!(grant, GrantType::Import | GrantType::ClientCredentials) {
        // The platform is not asked whose token it is.
        plan.expect = String::new();
    }
    let expect = plan.expect.clone();
    can_be_kept(keeper).await?;
    let (report, mut events) = mpsc::unbounded_channel();
    let id = keeper.start_login(plan, Arc::new(move |event| _ = report.send(event)));
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let (mut waiting, mut by_hand) = (false, false);
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(LoginEvent::Step { step: StepKind::RedirectOpen }) => {}
                Some(LoginEvent::Step { step: StepKind::BrowserOpened }) if printed => {}
                Some(LoginEvent::Step { step }) => terminal.say(&terminal.words(&format!("{}.done", step_id(step)), &[])),
                Some(LoginEvent::Waiting { redirect, host, .. }) => {
                    (waiting, by_hand) = (true, is_by_hand(redirect));
                    invite(keeper, terminal, &id, redirect, &host, printed)?;
                }
                Some(LoginEvent::UserCode { code, address, complete, host, .. }) => show_code(terminal, &host, &address, &code, complete),
                Some(LoginEvent::Hint { error }) => terminal.explain(&error),
                Some(LoginEvent::Done { account }) => {
                    say_kept(keeper, terminal, &account).await;
                    let kept = find::account(keeper, &account)?;
                    let is_expected = kept.user_id.as_ref() == Some(&expect);
                    if !expect.is_empty() && kept.verified.is_none() && !is_expected {
                        return Err(Failure::OwnerUnknown(label(&kept)));
                    }
                    return Ok(account);
                }
                Some(LoginEvent::Mismatch { name, expected }) => {
                    let in_doubt = may_be(&name, &expected);
                    let expected = wanted.again.unwrap_or(expected);
                    let keeps = match in_doubt {
                        true => !terminal.is_attended() || wants(terminal, &mut lines, &name, &expected).await,
                        false => terminal.is_attended() && keeps_other(terminal, &mut lines, &name, &expected).await,
                    };
                    if !keeps {
                        keeper.discard_mismatch(&id);
                        return Err(Failure::OtherAccount(name, expected));
                    }
                    let kept = keeper.keep_mismatch(&id).await?;
                    say_kept(keeper, terminal, &kept).await;
                    return match terminal.is_attended() {
                        true => Ok(kept),
                        false => Err(Failure::HandleUnconfirmed(label(&find::account(keeper, &kept)?), expected)),
                    };
                }
                Some(LoginEvent::Failed { error }) => return Err(Failure::Core(error)),
                None => return Err(Failure::System("login".into())),
            },
            line = lines.next_line(), if waiting => match line {
                Ok(Some(line)) if !line.trim().is_empty() => {
                    match keeper.paste(&id, line.trim()) {
                        // The result has arrived.
                        Ok(_) => by_hand = false,
                        Err(error) => terminal.explain(&error.view()),
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) | Err(_) if by_hand => {
                    // The login may have ended just now.
                    let _ = keeper.cancel_login(&id);
                    return Err(Failure::InputEnded);
                }
                // The result may still arrive by a redirect.
                Ok(None) | Err(_) => waiting = false,
            },
        }
    }
}

/// Checks that a store would take the token, before the person approves anything.
///
/// # Errors
/// The store's.
pub async fn can_be_kept(keeper: &Keeper) -> Result<(), Failure> {
    let refused = keeper.check_store().await.err().map(|e| e.view());
    let store = keeper.store_state();
    // With a screen, a locked keychain shows its own prompt.
    let asks = store.state == StoreState::Locked && store.kind == StoreKind::Keychain && has_screen();
    match refused.or_else(|| error_of(store.kind, store.state)) {
        Some(error) if !asks => Err(Failure::Core(error)),
        _ => Ok(()),
    }
}

/// Whether only the person can bring the result here. A link opens the app, and the app doesn't know the command line's logins.
fn is_by_hand(redirect: RedirectKind) -> bool {
    matches!(
        redirect,
        RedirectKind::OutOfBand | RedirectKind::Paste | RedirectKind::PrivateUseScheme | RedirectKind::Relay
    )
}

/// Asks the person to approve, in the browser that has opened or in one on another machine.
fn invite(keeper: &Keeper, terminal: &Terminal, login: &str, redirect: RedirectKind, host: &str, printed: bool) -> Result<(), Failure> {
    let link = keeper.consent_link(login)?;
    let id = match (redirect, printed) {
        (RedirectKind::OutOfBand, _) => "cli-type-code",
        (kind, printed) if printed || is_by_hand(kind) => "cli-paste-address",
        _ => "cli-consent",
    };
    terminal.say(&terminal.words(id, &[("host", host)]));
    terminal.say(&format!("\n{link}\n"));
    Ok(())
}

/// Asks the person to enter a code, on any device.
fn show_code(terminal: &Terminal, host: &str, address: &str, code: &str, complete: Option<String>) {
    terminal.say(&terminal.words("cli-enter-code", &[("host", host)]));
    terminal.say(&format!("\n{address}\n\n    {code}\n"));
    terminal.show_qr(complete.as_deref().unwrap_or(address));
    terminal.say(&terminal.words("cli-waits-for-approval", &[]));
}

/// Says under which name the token was stored, and waits until it is.
pub async fn say_kept(keeper: &Keeper, terminal: &Terminal, id: &str) {
    let find = || keeper.account(id).ok();
    let Some(account) = find() else { return };
    if let Some(trouble) = &account.trouble {
        terminal.explain(trouble);
    }
    // Only this process has the token, in memory.
    if account.unstored {
        terminal.say(&terminal.words("cli-unstored", &[]));
        let store = keeper.store_state();
        if let Some(error) = error_of(store.kind, store.state) {
            // Without the third sentence: nothing needs to be done.
            let [happened, means, _] = explain(terminal.language, &error);
            terminal.say(&format!("  {happened} {means}"));
        }
        while find().is_some_and(|a| a.unstored) {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        }
    }
    // A token without an owner is stored like any other, but its name is the server's or the app's.
    let id = if account.verified.is_none() && account.user_id.is_none() && account.trouble.is_some() {
        "cli-not-proved"
    } else {
        "cli-kept"
    };
    terminal.say(&terminal.words(id, &[("name", &label(&account))]));
}

/// The exit code of a login that stored a token: 0 for a token that can be used, also if its owner is unknown; otherwise the code of
/// the error that `keybearer token` would end with.
pub fn exit_code(keeper: &Keeper, id: &str) -> u8 {
    let trouble = keeper.account(id).ok().and_then(|account| account.trouble);
    let ended = trouble.filter(|trouble| trouble.code.ends_token());
    ended.map_or(0, |trouble| of(trouble.code))
}

fn step_id(step: StepKind) -> &'static str {
    match step {
        StepKind::ServerFound => "step-server-found",
        StepKind::ClientReady => "step-client-ready",
        StepKind::RedirectOpen => "step-redirect-open",
        StepKind::BrowserOpened => "step-browser-opened",
        StepKind::AnswerReceived => "step-answer-received",
        StepKind::TokenReceived => "step-token-received",
        StepKind::TokenExchanged => "step-token-exchanged",
        StepKind::IdentityVerified => "step-identity-verified",
        StepKind::Stored => "step-stored",
    }
}

pub fn providers() -> Vec<CompletionCandidate> {
    platforms(can_log_in)
}

/// Whether `login` can be used with a provider. Tokens that are only pasted are imported.
pub fn can_log_in(provider: &ProviderView) -> bool {
    provider.grant != GrantType::Import || !provider.questions.is_empty()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use keybearer_core::keeper::Outside;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_stored_token_that_cannot_be_used_has_an_exit_code() {
        let folder = tempfile::TempDir::new().unwrap();
        let account = |id: &str, trouble: Option<&str>| {
            let trouble = trouble.map(|code| json!({"code": code, "params": {}, "detail": null}));
            json!({"id": id, "provider": "threads", "client": "", "name": id, "scopes": [], "obtained": 1, "redirect": "paste",
                "store": "keychain", "trouble": trouble})
        };
        let accounts = [
            account("a", None),
            account("b", Some("transient")),
            account("c", Some("missing-permission")),
            account("d", Some("token-dead")),
        ];
        std::fs::create_dir_all(folder.path().join("data")).unwrap();
        let book = json!({"v": 4, "accounts": accounts}).to_string();
        std::fs::write(folder.path().join("data/book.json"), book).unwrap();
        let outside = Outside {
            data: folder.path().join("data"),
            config: folder.path().join("config"),
            ..Outside::usual(Arc::new(|_| Ok(())), Arc::new(|| {})).unwrap()
        };
        let keeper = Keeper::open(outside).unwrap();
        for (id, code) in [("a", 0), ("b", 0), ("c", 0), ("d", 4)] {
            assert_eq!(exit_code(&keeper, id), code, "{id}");
        }
    }
}
