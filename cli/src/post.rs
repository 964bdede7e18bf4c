//! A first post: shows what will be sent, who sees it and what it costs, publishes it after a confirmation, and says whether the
//! platform took it, whether it is there, and whether strangers see it.

use std::cell::Cell;
use std::io::Write as _;
use std::process::ExitCode;

use clap_complete::engine::ArgValueCompleter;
use keybearer_core::error::Error;
use keybearer_core::keeper::Keeper;
use keybearer_core::view::{DarkReason, Draft, Lamp, PostNoDelete, PostPlanView, PostState, PostView};
use serde_json::json;

use crate::account::call::{pick, sent};
use crate::complete::names;
use crate::failure::{Failure, ignore_closed_output};
use crate::find::{account, label};
use crate::forget::is_confirmed;
use crate::interrupted;
use crate::terminal::{Terminal, one_line, output};

/// A post.
#[derive(Debug, clap::Args)]
pub struct Post {
    /// The account, as in `threads/memochou`
    #[arg(add = ArgValueCompleter::new(names))]
    pub name: String,
    /// The text
    #[arg(required_unless_present_any = ["check", "delete"])]
    pub text: Option<String>,
    /// The https address of an image, which anyone can open
    #[arg(long, value_name = "URL", requires = "text", conflicts_with_all = ["check", "delete"])]
    pub image: Option<String>,
    /// Who sees it; an unknown one lists those of the platform
    #[arg(long, value_name = "ID", requires = "text", conflicts_with_all = ["check", "delete"])]
    pub visibility: Option<String>,
    /// Where it goes, for a platform that asks: a channel, a chat
    #[arg(long, value_name = "PLACE", requires = "text", conflicts_with_all = ["check", "delete"])]
    pub to: Option<String>,
    /// Posts again after an earlier post may have been posted: you have looked, and it isn't there
    #[arg(long, requires = "text", conflicts_with_all = ["check", "delete"])]
    pub again: bool,
    /// Looks for the last post: with the token, and as a stranger
    #[arg(long, conflicts_with_all = ["text", "delete"])]
    pub check: bool,
    /// Deletes the last post at the platform
    #[arg(long, conflicts_with = "text")]
    pub delete: bool,
    /// Prints what would be sent with its secrets masked, and sends nothing
    #[arg(long, requires = "text", conflicts_with_all = ["check", "delete"])]
    pub dry_run: bool,
    /// Doesn't ask for confirmation
    #[arg(long)]
    pub yes: bool,
    /// Prints JSON instead
    #[arg(long)]
    pub json: bool,
}

impl Post {
    /// Whether it uses the token.
    pub fn sends(&self) -> bool {
        !self.dry_run
    }
}

/// Publishes a post, looks for the last one, or deletes it. After Ctrl-C it says what became of the post.
///
/// # Errors
/// [`Failure::NoAccount`] and its like; [`Failure::NotOffered`] where the platform has no posts, [`Failure::PagesPost`] where only
/// its Pages post, [`Failure::NoPost`] where there is none
/// to look for; [`Failure::Unknown`] for a visibility that it does not have; [`Failure::Unconfirmed`]; [`Failure::Interrupted`]; the
/// keeper's.
pub async fn post(keeper: &Keeper, terminal: &Terminal, wanted: Post) -> Result<ExitCode, Failure> {
    let found = account(keeper, &wanted.name)?;
    let name = label(&found);
    let uses = keeper.uses(&found.id)?;
    if !uses.can_post {
        return Err(match uses.pages_can_post {
            true => Failure::PagesPost(name),
            false => Failure::NotOffered(name),
        });
    }
    let sending = Cell::new(false);
    let before = keeper.first_post(&found.id)?;
    let text = wanted.text.clone().unwrap_or_default();
    tokio::select! {
        done = run(keeper, terminal, wanted, &found.id, &name, &sending) => done,
        () = interrupted(keeper, terminal) => {
            if sending.get() {
                let known = keeper.first_post(&found.id)?;
                terminal.say(&stopped(terminal, &name, &text, before.as_ref(), known.as_ref()));
            }
            Err(Failure::Interrupted)
        }
    }
}

/// Does what is wanted. `sending` says from when on a post may be published.
async fn run(keeper: &Keeper, terminal: &Terminal, wanted: Post, id: &str, name: &str, sending: &Cell<bool>) -> Result<ExitCode, Failure> {
    if wanted.delete {
        return delete(keeper, terminal, &wanted, id, name).await;
    }
    let Some(text) = wanted.text.clone() else {
        if keeper.first_post(id)?.is_none() {
            return Err(Failure::NoPost(name.to_owned()));
        }
        let looked = keeper.check_post(id).await?;
        return report(terminal, name, &looked, wanted.json);
    };
    let draft = Draft {
        text,
        image: wanted.image.clone(),
        visibility: wanted.visibility.clone(),
        to: wanted.to.clone(),
        again: wanted.again,
    };
    let plan = planned(keeper, terminal, id, &draft)?;
    let checked = keeper.check_draft(id, &draft);
    checked.map_err(|error| named_place(terminal, &plan, error.into()))?;
    if wanted.dry_run {
        let shown = if wanted.json {
            format!("{:#}", json!(plan))
        } else {
            shown(terminal, &plan, &draft)
        };
        writeln!(output(), "{shown}").map_err(Failure::print)?;
        return Ok(ExitCode::SUCCESS);
    }
    if !wanted.yes {
        terminal.say(&shown(terminal, &plan, &draft));
        let question = terminal.words("cli-post-ask", &[]);
        if !is_confirmed(terminal, &format!("{question} [y/n]")).await? {
            return Err(Failure::Unconfirmed("cli-not-done"));
        }
    }
    let doing = if plan.unclear { "cli-post-looking" } else { "cli-post-sending" };
    terminal.say(&terminal.words(doing, &[]));
    sending.set(true);
    let posted = keeper.publish_post(id, &draft, true).await;
    sending.set(false);
    let posted = match posted {
        Ok(posted) => posted,
        Err(error) => {
            let known = keeper.first_post(id)?;
            // One that was refused says nothing of an earlier one.
            let is_meant = |known: &&PostView| known.state == PostState::MayBePosted && (!draft.again || known.text == draft.text);
            if let Some(known) = known.as_ref().filter(is_meant) {
                if known.text != draft.text {
                    terminal.say(&terminal.words("cli-post-not-sent", &[("text", &one_line(&known.text))]));
                }
                terminal.say(&may_be(terminal, name, known));
            }
            if let Some(reason) = known.as_ref().and_then(|known| known.refused.as_ref()) {
                terminal.say(&why(terminal, reason).join("\n"));
            }
            return Err(error.into());
        }
    };
    report(terminal, name, &posted, wanted.json)
}

/// Deletes the last post, after a confirmation.
async fn delete(keeper: &Keeper, terminal: &Terminal, wanted: &Post, id: &str, name: &str) -> Result<ExitCode, Failure> {
    let Some(known) = keeper.first_post(id)? else {
        return Err(Failure::NoPost(name.to_owned()));
    };
    match known.state {
        PostState::Deleted | PostState::Refused => return Err(Error::PostMissing.into()),
        PostState::Sending => return Err(Error::PostUnderWay.into()),
        PostState::Posted | PostState::MayBePosted => {}
    }
    if let Some(no_delete) = &known.no_delete {
        terminal.say(&undeletable(terminal, no_delete));
        return Ok(ExitCode::FAILURE);
    }
    let question = terminal.words("cli-post-delete-ask", &[("text", &one_line(&known.text))]);
    if !wanted.yes && !is_confirmed(terminal, &format!("{question} [y/n]")).await? {
        return Err(Failure::Unconfirmed("cli-not-done"));
    }
    let deleted = keeper.delete_post(id).await?;
    report(terminal, name, &deleted, wanted.json)
}

/// What became of a post that Ctrl-C stopped.
fn stopped(terminal: &Terminal, name: &str, text: &str, before: Option<&PostView>, known: Option<&PostView>) -> String {
    match known.filter(|known| known.text == text) {
        Some(known) if known.state == PostState::MayBePosted => may_be(terminal, name, known),
        Some(known) if known.state == PostState::Posted && Some(known) != before => terminal.words("cli-post-stopped", &[("name", name)]),
        _ => terminal.words("cli-post-unsent", &[]),
    }
}

/// The plan. A visibility that the platform does not have is answered with those that it has, a place with how one is written.
fn planned(keeper: &Keeper, terminal: &Terminal, account: &str, draft: &Draft) -> Result<PostPlanView, Failure> {
    if let Some(id) = &draft.visibility {
        let plan = keeper.prepare_post(
            account,
            &Draft {
                visibility: None,
                ..draft.clone()
            },
        )?;
        if !plan.visibilities.iter().any(|v| v.id == *id) {
            let known = plan.visibilities.iter().map(|v| v.id.clone()).collect();
            return Err(Failure::Unknown(id.clone(), known));
        }
    }
    keeper.prepare_post(account, draft).or_else(|error| {
        let nowhere = Draft { to: None, ..draft.clone() };
        let plan = keeper.prepare_post(account, &nowhere)?;
        Err(named_place(terminal, &plan, error.into()))
    })
}

/// The requests, who sees the post, what it costs, and what may be in the way.
fn shown(terminal: &Terminal, plan: &PostPlanView, draft: &Draft) -> String {
    let mut text: String = plan.requests.iter().map(|request| sent(request) + "\n\n").collect();
    let mut line = |words: String| text += &format!("{words}\n");
    let chosen = |v: &&keybearer_core::view::PostVisibility| match &draft.visibility {
        Some(id) => v.id == *id,
        None => v.default,
    };
    let who = match plan.visibilities.iter().find(chosen) {
        Some(visible) => Some(pick(terminal, &visible.meaning).to_owned()),
        None => plan.public.then(|| terminal.words("use-post-everyone", &[])),
    };
    if let Some(who) = who {
        line(terminal.words("cli-post-visible", &[("who", &who)]));
    }
    if let Some(place) = draft.to.as_ref().filter(|_| plan.to.is_some()) {
        line(terminal.words("cli-post-for", &[("place", &one_line(place))]));
    }
    if let Some(max) = plan.max_length {
        let with = [("length", plan.length.to_string()), ("max", max.to_string())];
        line(terminal.words("cli-post-length", &with.each_ref().map(|(name, value)| (*name, value.as_str()))));
    }
    if let Some(cost) = &plan.cost {
        line(pick(terminal, cost).to_owned());
    }
    if !plan.public {
        line(terminal.words("cli-post-not-public", &[]));
    }
    if let Some(scope) = &plan.scope_missing {
        line(terminal.words("cli-post-scope", &[("scope", scope)]));
    }
    if let Some(no_delete) = &plan.no_delete {
        line(undeletable(terminal, no_delete));
    } else if let Some(scope) = &plan.delete_scope_missing {
        line(terminal.words("cli-post-keeps", &[("scope", scope)]));
    }
    if plan.seconds > 0 {
        line(terminal.words("cli-post-waits", &[("seconds", &plan.seconds.to_string())]));
    }
    if plan.unclear {
        line(terminal.words("cli-post-unclear", &[]));
    }
    if plan.replaces {
        line(terminal.words("use-post-replaces", &[]));
    }
    text.trim_end().to_owned()
}

/// Prints a line for each of the three questions, then the reason with what helps, and the link. Exits with 1 if the post is not there or
/// strangers do not see it, and as [`Error::PostUnderWay`] while another process publishes it.
fn report(terminal: &Terminal, name: &str, post: &PostView, as_json: bool) -> Result<ExitCode, Failure> {
    let dark = matches!(post.there, Lamp::No) || matches!(post.seen, Lamp::No);
    let failed = match post.state {
        PostState::Deleted => false,
        PostState::Posted => dark,
        PostState::Sending | PostState::MayBePosted | PostState::Refused => true,
    };
    if as_json {
        ignore_closed_output(writeln!(output(), "{:#}", json!(post)).map_err(Failure::print))?;
    } else if post.state != PostState::Sending {
        let mut lines = Vec::new();
        if post.state == PostState::Deleted {
            lines.push(terminal.words("cli-post-gone", &[]));
        } else {
            for (label, lamp) in [
                ("cli-post-sent", post.sent),
                ("cli-post-there", post.there),
                ("cli-post-seen", post.seen),
            ] {
                let id = match lamp {
                    Lamp::NeedsLogin if label == "cli-post-there" => "no-reading",
                    lamp => lamp_id(lamp),
                };
                let said = terminal.words("cli-post-lamp", &[("lamp", id)]);
                lines.push(format!("{}\t{said}", terminal.words(label, &[])));
            }
        }
        lines.extend(post.reason.iter().flat_map(|reason| why(terminal, reason)));
        if let Some(link) = post.link.as_ref().filter(|_| post.state == PostState::Posted) {
            lines.push(format!("{}\t{}", terminal.words("cli-post-link", &[]), one_line(link)));
        }
        ignore_closed_output(writeln!(output(), "{}", lines.join("\n")).map_err(Failure::print))?;
    }
    match post.state {
        PostState::Sending => return Err(Error::PostUnderWay.into()),
        PostState::Refused => terminal.say(&terminal.words("cli-post-refused", &[])),
        PostState::MayBePosted => terminal.say(&may_be(terminal, name, post)),
        PostState::Posted if post.can_delete => terminal.say(&terminal.words("cli-post-delete-later", &[("name", name)])),
        PostState::Posted if post.there != Lamp::No => terminal.say(&match &post.no_delete {
            Some(no_delete) => undeletable(terminal, no_delete),
            None => terminal.words("cli-post-no-delete", &[]),
        }),
        _ => {}
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A reason, and what helps.
fn why(terminal: &Terminal, reason: &DarkReason) -> [String; 2] {
    let id = reason.code.id();
    let what = terminal.words(&format!("post-dark-{id}"), &[]);
    let step = reason.step.as_ref().map(|step| pick(terminal, step).to_owned());
    let step = step.unwrap_or_else(|| terminal.words(&format!("post-mend-{id}"), &[]));
    [
        match reason.certain {
            true => what,
            false => terminal.words("cli-post-probably", &[("reason", &what)]),
        },
        match &reason.link {
            Some(link) => format!("{step} {}", one_line(link)),
            None => step,
        },
    ]
}

/// What a person does about a post that cannot be deleted from here.
fn undeletable(terminal: &Terminal, no_delete: &PostNoDelete) -> String {
    let text = no_delete.text.as_ref().map(|text| pick(terminal, text).to_owned());
    let text = text.unwrap_or_else(|| terminal.words("cli-post-no-delete", &[]));
    match &no_delete.link {
        Some(link) => format!("{text} {}", one_line(link)),
        None => text,
    }
}

/// The message about a post that may have been sent.
fn may_be(terminal: &Terminal, name: &str, post: &PostView) -> String {
    let id = match post.checked_at {
        _ if !post.can_find => "cli-post-may-be-lost",
        None => "cli-post-may-be",
        Some(_) => "cli-post-may-be-unseen",
    };
    terminal.words(id, &[("name", name)])
}

/// Says what the place is that the platform asks for.
fn named_place(terminal: &Terminal, plan: &PostPlanView, failure: Failure) -> Failure {
    let is_place = matches!(&failure, Failure::Core(error) if error.params.get("field").is_some_and(|field| field == "to"));
    if let Some(place) = plan.to.as_ref().filter(|_| is_place) {
        let example = place.example.as_deref().unwrap_or_default();
        let with = [("what", pick(terminal, &place.meaning)), ("example", example)];
        terminal.say(&terminal.words("cli-post-to", &with));
    }
    failure
}

fn lamp_id(lamp: Lamp) -> &'static str {
    match lamp {
        Lamp::Yes => "yes",
        Lamp::No => "no",
        Lamp::Waiting => "waiting",
        Lamp::NeedsLogin => "needs-login",
        Lamp::Unknown => "unknown",
    }
}
