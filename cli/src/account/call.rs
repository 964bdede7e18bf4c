//! A platform's test requests: lists them, or sends one. A request that changes something or costs money is confirmed first.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::error::Code;
use keybearer_core::keeper::Keeper;
use keybearer_core::provider::calls::InputKind;
use keybearer_core::view::{CallView, InputView, RequestView, TriedView};
use serde_json::{Value, json};

use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::account;
use crate::forget::is_confirmed;
use crate::terminal::{Terminal, one_line, output};

/// A request.
#[derive(Debug, clap::Args)]
pub struct CallArguments {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The request, as in `me`; without it, the list of them
    pub call: Option<String>,
    /// A field of the request
    #[arg(value_name = "KEY=VALUE")]
    pub inputs: Vec<String>,
    /// Prints the request with its secrets masked, and sends nothing
    #[arg(long, requires = "call")]
    pub dry_run: bool,
    /// Doesn't ask for confirmation
    #[arg(long, requires = "call")]
    pub yes: bool,
    /// Prints the list, the request, or the response with its status as JSON instead
    #[arg(long)]
    pub json: bool,
}

impl CallArguments {
    /// Whether it uses the token.
    pub fn sends(&self) -> bool {
        self.call.is_some() && !self.dry_run
    }
}

/// Lists an account's requests, or sends one and prints the body of its response. The status goes to standard error.
///
/// # Errors
/// [`Failure::Unknown`] for an unknown request or field, [`Failure::AnswerInvalid`] for a value that cannot be sent,
/// [`Failure::Unconfirmed`] if it was not confirmed; the keeper's.
pub async fn call(keeper: &Keeper, terminal: &Terminal, wanted: CallArguments) -> Result<ExitCode, Failure> {
    let found = account(keeper, &wanted.name)?;
    let calls = keeper.uses(&found.id)?.calls;
    let Some(id) = &wanted.call else {
        return list(terminal, &calls, wanted.json);
    };
    let known = || calls.iter().map(|c| c.id.clone()).collect();
    let call = calls
        .iter()
        .find(|c| c.id == *id)
        .ok_or_else(|| Failure::Unknown(id.clone(), known()))?;
    let inputs = inputs(call, &wanted.inputs)?;
    let request = keeper
        .prepare_call(&found.id, id, &inputs)
        .map_err(|error| refused(terminal, call, &inputs, error.into()))?;
    if wanted.dry_run {
        let text = if wanted.json {
            format!("{:#}", json!(request))
        } else {
            sent(&request)
        };
        writeln!(output(), "{text}").map_err(Failure::print)?;
        return Ok(ExitCode::SUCCESS);
    }
    if (call.writes || call.costs.is_some()) && !wanted.yes {
        terminal.say(&sent(&request));
        let ask = if call.writes { "cli-call-ask" } else { "cli-call-ask-costs" };
        let mut question = terminal.words(ask, &[("what", pick(terminal, &call.meaning))]);
        if let Some(costs) = &call.costs {
            question = format!("{} {question}", pick(terminal, costs));
        }
        if !is_confirmed(terminal, &format!("{question} [y/n]")).await? {
            return Err(Failure::Unconfirmed("cli-not-done"));
        }
    }
    let answer = keeper.try_call(&found.id, id, &inputs, true).await?;
    if wanted.json {
        ignore_closed_output(writeln!(output(), "{:#}", object(&answer)).map_err(Failure::print))?;
    } else {
        terminal.say(&status(terminal, &answer));
        ignore_closed_output(writeln!(output(), "{}", answer.text).map_err(Failure::print))?;
    }
    let is_success = (200..300).contains(&answer.status);
    Ok(if is_success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints a line for each request: its id, `reads` or `writes`, its fields with their initial values, and what it does; or a JSON array.
fn list(terminal: &Terminal, calls: &[CallView], as_json: bool) -> Result<ExitCode, Failure> {
    let mut out = output();
    let written = if as_json {
        let all: Vec<Value> = calls.iter().map(|call| listed(terminal, call)).collect();
        writeln!(out, "{:#}", json!(all))
    } else {
        calls.iter().try_for_each(|call| {
            let inputs: Vec<String> = call.inputs.iter().map(|i| format!("{}={}", i.id, i.default)).collect();
            let kind = if call.writes { "writes" } else { "reads" };
            let mut what = pick(terminal, &call.meaning).to_owned();
            if let Some(costs) = &call.costs {
                what = format!("{what} · {}", pick(terminal, costs));
            }
            writeln!(out, "{}\t{kind}\t{}\t{}", call.id, one_line(&inputs.join(" ")), one_line(&what))
        })
    };
    written.map_err(Failure::print)?;
    if calls.is_empty() {
        terminal.say(&terminal.words("cli-call-none", &[]));
    }
    Ok(ExitCode::SUCCESS)
}

fn listed(terminal: &Terminal, call: &CallView) -> Value {
    let input = |i: &InputView| {
        json!({"id": i.id, "meaning": pick(terminal, &i.meaning), "kind": i.kind, "default": i.default, "min": i.min, "max": i.max,
            "options": i.options})
    };
    json!({
        "id": call.id,
        "meaning": pick(terminal, &call.meaning),
        "writes": call.writes,
        "costs": call.costs.as_ref().map(|costs| pick(terminal, costs)),
        "inputs": call.inputs.iter().map(input).collect::<Vec<_>>(),
    })
}

/// A text in the terminal's language.
pub fn pick<'a>(terminal: &Terminal, text: &'a keybearer_core::text::Text) -> &'a str {
    text.of(terminal.language.tag())
}

/// The typed fields; the others keep their initial values.
fn inputs(call: &CallView, typed: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut all: BTreeMap<String, String> = call.inputs.iter().map(|i| (i.id.clone(), i.default.clone())).collect();
    for pair in typed {
        let known = || call.inputs.iter().map(|i| format!("{}=…", i.id)).collect();
        match pair.split_once('=') {
            Some((key, value)) if all.contains_key(key) => _ = all.insert(key.to_owned(), value.to_owned()),
            _ => return Err(Failure::Unknown(pair.split('=').next().unwrap_or_default().to_owned(), known())),
        }
    }
    Ok(all)
}

/// Names the values that the refused field accepts.
fn refused(terminal: &Terminal, call: &CallView, inputs: &BTreeMap<String, String>, failure: Failure) -> Failure {
    let field = match &failure {
        Failure::Core(error) if error.code == Code::InputInvalid => error.params.get("field"),
        _ => None,
    };
    let Some(input) = field.and_then(|field| call.inputs.iter().find(|i| i.id == *field)) else {
        return failure;
    };
    let number = |n: Option<u32>, other: &str| n.map_or(other.to_owned(), |n| n.to_string());
    let takes = match input.kind {
        InputKind::Number => terminal.words(
            "use-try-number",
            &[("min", &number(input.min, "0")), ("max", &number(input.max, "∞"))],
        ),
        InputKind::Choice => {
            let typed = inputs.get(&input.id).cloned().unwrap_or_default();
            return Failure::Unknown(format!("{}={typed}", input.id), input.options.clone());
        }
        InputKind::Switch => "true, false".to_owned(),
        InputKind::Text => terminal.words("use-try-wrong", &[]),
    };
    Failure::AnswerInvalid(input.id.clone(), takes)
}

/// A request as HTTP writes it, its secrets as dots.
pub fn sent(request: &RequestView) -> String {
    let mut text = format!("{} {}", request.method, one_line(&request.url));
    for (name, value) in &request.headers {
        text += &format!("\n{name}: {}", one_line(value));
    }
    if let Some(body) = &request.body {
        text += &format!("\n\n{body}");
    }
    text
}

fn object(answer: &TriedView) -> Value {
    let body = serde_json::from_str(&answer.text).ok().filter(|_| answer.is_json);
    json!({
        "status": answer.status,
        "ms": answer.ms,
        "content_type": answer.content_type,
        "retry_after": answer.retry_after,
        "rate": answer.rate,
        "body": body.unwrap_or_else(|| Value::String(answer.text.clone())),
    })
}

/// What is known of a response besides its body, on one line.
fn status(terminal: &Terminal, answer: &TriedView) -> String {
    let mut parts = vec![
        format!("HTTP {}", answer.status),
        terminal.words("use-try-ms", &[("ms", &answer.ms.to_string())]),
    ];
    if let Some(rate) = &answer.rate {
        match (rate.left, rate.limit, rate.used) {
            (Some(left), Some(limit), _) => {
                parts.push(terminal.words("use-try-left-of", &[("left", &left.to_string()), ("limit", &limit.to_string())]))
            }
            (Some(left), None, _) => parts.push(terminal.words("use-try-left", &[("left", &left.to_string())])),
            (None, _, Some(used)) => parts.push(terminal.words("use-try-used", &[("used", &used.to_string())])),
            _ => {}
        }
    }
    if let Some(seconds) = answer.retry_after {
        parts.push(terminal.words("use-try-wait", &[("seconds", &seconds.to_string())]));
    }
    parts.join(" · ")
}
