//! What a login needs to know: from the command line, and by questions at the terminal.

use std::collections::BTreeMap;

use keybearer_core::keeper::Keeper;
use keybearer_core::provider::{QuestionKind, RedirectKind};
use keybearer_core::token::Secret;
use keybearer_core::view::{LoginPlan, ProviderView, QuestionView};

use super::{Login, can_log_in};
use crate::failure::Failure;
use crate::terminal::Terminal;

/// The plan of a login, with an answer to each question.
///
/// # Errors
/// [`Failure::Unknown`], [`Failure::AnswerInvalid`] and others for what was typed; [`Failure::Unanswered`] without a terminal to ask at;
/// [`Failure::NoPractice`].
pub async fn plan(keeper: &Keeper, terminal: &Terminal, wanted: &Login) -> Result<LoginPlan, Failure> {
    let known = || keeper.catalogue().into_iter().filter(can_log_in).map(|p| p.id).collect();
    let provider = keeper.provider(&wanted.provider).ok().filter(can_log_in);
    let provider = &provider.ok_or_else(|| Failure::Unknown(wanted.provider.clone(), known()))?;
    if provider.practice && keeper.practice().is_none() {
        return Err(Failure::NoPractice);
    }
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
    })
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
        } else {
            let options: Vec<&str> = question.options.iter().map(|o| o.id.as_str()).collect();
            let choice = if options.is_empty() {
                String::new()
            } else {
                format!(" ({})", options.join(", "))
            };
            let default = question.default.as_ref().map(|default| format!(" [{default}]")).unwrap_or_default();
            terminal.ask(&format!("{label}{choice}{default}:")).await?.into()
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
        let typed = answers.get(&q.id).map(|answer| answer.expose().trim());
        let answer = typed.filter(|answer| !answer.is_empty()).or(q.default.as_deref());
        q.options.iter().any(|o| Some(o.id.as_str()) == answer && o.secret)
    })
}

fn is_secret(question: &QuestionView) -> bool {
    use QuestionKind::*;
    matches!(question.kind, ClientSecret | AccessToken | TokenSecret)
}
