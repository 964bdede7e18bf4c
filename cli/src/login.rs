//! A login at the terminal: asks the provider's questions, opens the browser or prints the address, and takes a pasted result if it
//! cannot reach this computer.

use std::collections::BTreeMap;
use std::sync::Arc;

use keybearer_core::keeper::Keeper;
use keybearer_core::provider::{GrantType, QuestionKind, RedirectKind};
use keybearer_core::token::Secret;
use keybearer_core::view::{AccountView, LoginEvent, LoginPlan, ProviderView, QuestionView, StepKind, StoreKind, StoreState};
use keybearer_core::words::explain;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::mpsc;

use crate::arguments::Login;
use crate::doctor::error_of;
use crate::doubt::{keeps_other, may_be, wants};
use crate::failure::{Failure, of};
use crate::find::{self, label};
use crate::system::has_screen;
use crate::terminal::Terminal;

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
                    (waiting, by_hand) = (true, matches!(redirect, RedirectKind::OutOfBand | RedirectKind::Paste));
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

/// Asks the person to approve, in the browser that has opened or in one on another machine.
fn invite(keeper: &Keeper, terminal: &Terminal, login: &str, redirect: RedirectKind, host: &str, printed: bool) -> Result<(), Failure> {
    let link = keeper.consent_link(login)?;
    let id = match (redirect, printed) {
        (RedirectKind::OutOfBand, _) => "cli-type-code",
        (RedirectKind::Paste, _) | (_, true) => "cli-paste-address",
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

async fn plan(keeper: &Keeper, terminal: &Terminal, wanted: &Login) -> Result<LoginPlan, Failure> {
    let known = || keeper.catalogue().into_iter().filter(can_log_in).map(|p| p.id).collect();
    let provider = keeper.provider(&wanted.provider).ok().filter(can_log_in);
    let provider = &provider.ok_or_else(|| Failure::Unknown(wanted.provider.clone(), known()))?;
    let clients = wanted.client.as_ref().map(|_| keeper.view().clients).unwrap_or_default();
    let client = match &wanted.client {
        Some(name) => {
            let own = || clients.iter().filter(|c| c.provider == provider.id);
            // The id may name a client of another kind of the same app.
            let found = clients.iter().find(|c| c.id == *name).or_else(|| own().find(|c| c.name == *name));
            Some(found.ok_or_else(|| Failure::Unknown(name.clone(), own().map(|c| c.name.clone()).collect()))?)
        }
        None => None,
    };
    let redirect = redirect(provider, wanted)?;
    let mut answers = typed(provider, &wanted.answers)?;
    let asks_server = provider.questions.iter().find(|q| q.kind == QuestionKind::Server);
    if let (Some(question), Some(server)) = (asks_server, &wanted.server) {
        answers.entry(question.id.clone()).or_insert_with(|| server.as_str().into());
    }
    ask_for_the_rest(terminal, provider, client.is_some(), &mut answers).await?;
    check_answers(terminal, provider, client.is_some(), &answers)?;
    let offered = |id: &String| provider.scopes.iter().any(|s| s.id == *id && !s.granted_only) || provider.scopes.is_empty();
    let proposed = provider
        .scopes
        .iter()
        .filter(|s| s.default && !s.granted_only)
        .map(|s| s.id.clone());
    if let Some(unknown) = wanted.scopes.iter().find(|id| wanted.again.is_none() && !offered(id)) {
        let known = provider.scopes.iter().filter(|s| !s.granted_only).map(|s| s.id.clone());
        return Err(Failure::Unknown(unknown.clone(), known.collect()));
    }
    Ok(LoginPlan {
        provider: provider.id.clone(),
        client: client.map(|c| c.id.clone()),
        client_name: wanted.client_name.clone(),
        answers,
        scopes: if wanted.scopes.is_empty() {
            proposed.collect()
        } else {
            wanted.scopes.iter().filter(|id| offered(id)).cloned().collect()
        },
        redirect,
        force_login: wanted.another,
        rerequest: wanted.ask_again,
        expect: wanted.expect.clone(),
        ..LoginPlan::default()
    })
}

/// Whether `login` can be used with a provider. Tokens that are only pasted are imported.
pub fn can_log_in(provider: &ProviderView) -> bool {
    !provider.practice && (provider.grant != GrantType::Import || !provider.questions.is_empty())
}

/// The chosen kind of redirect. With --no-browser it is one whose result is pasted.
fn redirect(provider: &ProviderView, wanted: &Login) -> Result<Option<RedirectKind>, Failure> {
    let known: Vec<String> = provider.redirects.iter().map(|redirect| redirect.kind.name().to_owned()).collect();
    match &wanted.redirect {
        Some(typed) => {
            let kind = kind(typed);
            let found = provider.redirects.iter().find(|redirect| Some(redirect.kind) == kind);
            Ok(Some(found.ok_or_else(|| Failure::Unknown(typed.clone(), known))?.kind))
        }
        None if wanted.no_browser => {
            let by_hand = |kind| provider.redirects.iter().any(|r| r.kind == kind).then_some(kind);
            Ok(by_hand(RedirectKind::OutOfBand).or(by_hand(RedirectKind::Paste)))
        }
        None => Ok(None),
    }
}

/// Reads a kind of redirect, including the words of 0.1.0 (`deep-link`, `oob`).
fn kind(typed: &str) -> Option<RedirectKind> {
    serde_json::from_value(typed.into()).ok()
}

fn typed(provider: &ProviderView, answers: &[String]) -> Result<BTreeMap<String, Secret>, Failure> {
    let known = || provider.questions.iter().map(|q| format!("{}=…", q.id)).collect();
    let pair = |typed: &String| match typed.split_once('=') {
        Some((key, value)) if let Some(question) = provider.questions.iter().find(|q| q.id == key) => {
            let value = match value.strip_prefix('@') {
                Some(file) if is_secret(question) => std::fs::read_to_string(file).map_err(Failure::io(file))?.trim_end().to_owned(),
                // Every program on the machine can read the command line.
                None if is_secret(question) => return Err(Failure::SecretTyped(key.to_owned())),
                // A handle also begins with `@`.
                _ => value.to_owned(),
            };
            Ok((key.to_owned(), Secret::new(value)))
        }
        _ => Err(Failure::Unknown(typed.split('=').next().unwrap_or_default().to_owned(), known())),
    };
    answers.iter().map(pair).collect()
}

/// Asks the questions that were not answered: those of a new client if none is chosen, and those of each login.
async fn ask_for_the_rest(
    terminal: &Terminal,
    provider: &ProviderView,
    chosen: bool,
    answers: &mut BTreeMap<String, Secret>,
) -> Result<(), Failure> {
    let mut missing = Vec::new();
    // Ask for the type first, because it decides whether a secret is needed.
    let mut questions: Vec<&QuestionView> = provider.questions.iter().collect();
    questions.sort_by_key(|q| q.options.is_empty());
    for question in questions {
        let needed = match question.kind {
            QuestionKind::AccessToken | QuestionKind::TokenSecret => true,
            QuestionKind::ClientSecret => !chosen && wants_secret(provider, answers),
            _ => !chosen,
        };
        let given = answers.contains_key(&question.id) || (!terminal.is_attended() && question.default.is_some());
        if !needed || given {
            continue;
        }
        if !terminal.is_attended() {
            missing.push(format!(
                "--answer {}={}",
                question.id,
                if is_secret(question) { "@FILE" } else { "…" }
            ));
            continue;
        }
        answers.insert(question.id.clone(), ask(terminal, question).await?);
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Failure::Unanswered(missing))
    }
}

/// Asks one question until the answer has the right form.
async fn ask(terminal: &Terminal, question: &QuestionView) -> Result<Secret, Failure> {
    let label = question.label.of(terminal.language.tag());
    loop {
        let answer = if is_secret(question) {
            terminal.ask_secret(&format!("{label}:")).await?
        } else if question.options.is_empty() {
            let default = question.default.as_ref().map(|default| format!(" [{default}]")).unwrap_or_default();
            terminal.ask(&format!("{label}{default}:")).await?.into()
        } else {
            let options: Vec<&str> = question.options.iter().map(|o| o.id.as_str()).collect();
            terminal.ask(&format!("{label} ({}):", options.join(", "))).await?.into()
        };
        match objection(terminal, question, &answer) {
            Some(objection) => terminal.say(&objection),
            None => return Ok(answer),
        }
    }
}

/// Checks the typed answers for a new app or a token. A saved app has its own, so they are skipped.
fn check_answers(terminal: &Terminal, provider: &ProviderView, chosen: bool, answers: &BTreeMap<String, Secret>) -> Result<(), Failure> {
    for question in &provider.questions {
        let is_used = match question.kind {
            QuestionKind::AccessToken | QuestionKind::TokenSecret => true,
            QuestionKind::ClientSecret => !chosen && wants_secret(provider, answers),
            _ => !chosen,
        };
        let objection = answers.get(&question.id).and_then(|answer| objection(terminal, question, answer));
        if let Some(objection) = objection.filter(|_| is_used) {
            return Err(Failure::AnswerInvalid(question.id.clone(), objection));
        }
    }
    Ok(())
}

/// What is wrong with the form of an answer, in the provider file's words where it has any. An empty answer is core's to refuse.
fn objection(terminal: &Terminal, question: &QuestionView, answer: &Secret) -> Option<String> {
    let answer = answer.expose().trim();
    if answer.is_empty() || question.accepts(answer) {
        return None;
    }
    let text = question.looks_like(answer).map(|text| text.of(terminal.language.tag()).to_owned());
    Some(text.unwrap_or_else(|| terminal.words("question-pattern", &[])))
}

/// Whether the chosen type of app has a secret.
fn wants_secret(provider: &ProviderView, answers: &BTreeMap<String, Secret>) -> bool {
    let mut types = provider.questions.iter().filter(|q| !q.options.is_empty());
    types.all(|q| {
        let answer = answers.get(&q.id).map(Secret::expose);
        q.options.iter().any(|o| Some(o.id.as_str()) == answer && o.secret)
    })
}

fn is_secret(question: &QuestionView) -> bool {
    use QuestionKind::*;
    matches!(question.kind, ClientSecret | AccessToken | TokenSecret)
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
