//! What answers about a first post say: what is kept of them, whether they show the post, and why strangers do not see it.

use std::collections::BTreeMap;

use super::answer::{Answers, passes};
use super::request::Values;
use crate::error::{Error, Intermediary, Result};
use crate::http::intermediary::intermediary;
use crate::http::{Response, may_be_reached};
use crate::oauth2::body;
use crate::provider::post::{DarkCode, Kept, Post, Public, Recent, ShownBy, Unanswered};
use crate::text::plain::{plain, same_but_for_links, short_mentions, spaced};

/// The longest value that is kept of an answer.
const MAX_KEPT: usize = 2000;
/// How many seconds the comparison of a server's clock with ours may be wrong: a request takes up to 30.
const CLOCKS: i64 = 60;
/// A post that is older than this before the publication began is surely another one, also if the clock was set meanwhile.
const SURELY: i64 = 3600;

/// The names of a post and their values, for the templates of its messages.
pub type Names = BTreeMap<String, String>;

/// What a stranger finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The post.
    Yes,
    /// Not the post.
    No,
    /// A page that asks for a login.
    LoginPage,
    /// The question failed.
    Unknown,
}

/// What a list of the newest posts says of one.
#[derive(Debug)]
pub enum Listed {
    /// It is there; what is kept of it.
    Yes(Names),
    /// It is not: all posts of the list are older.
    No,
    /// It was not recognised, and may be one of the list, because platforms rewrite texts.
    Unclear,
}

/// The reasons that an answer shows. `began` is when the publication began, in Unix seconds by the server's clock.
pub fn shown(post: &Post, by: ShownBy, response: &Response, began: i64) -> Vec<DarkCode> {
    let (json, text) = (body::read(response).ok(), response.body.expose());
    let is_older = |pointer: &Option<String>| {
        let time = pointer
            .as_deref()
            .and_then(|pointer| json.as_ref()?.pointer(pointer))
            .and_then(body::moment);
        time.is_some_and(|time| time < began - CLOCKS)
    };
    let holds = post.unseen.iter().filter(|unseen| match unseen.older {
        true => unseen.shown_by == Some(by) && is_older(&unseen.pointer),
        false => unseen.is_shown(by, response.status, text, json.as_ref()),
    });
    holds.map(|unseen| unseen.reason).collect()
}

/// What the answer to a stranger says.
pub fn found(public: &Public, response: &Response, values: &Values<'_>) -> Found {
    let status = response.status;
    if matches!(intermediary(response), Some(kind) if kind != Intermediary::Page) {
        return Found::Unknown;
    }
    let json = body::read(response);
    let is_unanswered = |answer: &Unanswered| answer.looks().fits(status, response.body.expose(), json.as_ref().ok());
    if public.unanswered.iter().any(is_unanswered) {
        return Found::Unknown;
    }
    if status == 401 || public.needs_login.contains(&status) || leads_to_login(response) {
        return Found::LoginPage;
    }
    if public.hidden.contains(&status) || matches!(status, 403 | 404 | 410) {
        return Found::No;
    }
    if !response.is_success() {
        return Found::Unknown;
    }
    let seen = match (&public.request.success, &json) {
        (None, _) => true,
        (Some(test), Ok(json)) => passes(json, test),
        // A page instead of the API's answer.
        (Some(_), Err(_)) => return Found::Unknown,
    };
    let contains = match &public.contains {
        None => true,
        Some(template) => values.fill(template).is_some_and(|wanted| response.body.expose().contains(&wanted)),
    };
    if seen && contains { Found::Yes } else { Found::No }
}

/// Whether an answer is a redirect to a page where one signs in.
fn leads_to_login(response: &Response) -> bool {
    let location = response.location.as_deref().unwrap_or_default().to_ascii_lowercase();
    let words = ["login", "log_in", "sign_in", "signin", "/auth", "checkpoint"];
    (300..400).contains(&response.status) && words.iter().any(|word| location.contains(word))
}

/// Whether an item of a list is the post with this text. `began` is when its publication began, in Unix seconds by the server's clock.
pub fn is_post(recent: &Recent, item: &Answers<'_>, text: &str, began: i64) -> bool {
    let wanted = short_mentions(&spaced(text));
    let mut texts = recent.text.iter().filter_map(|pointer| item.at(pointer));
    let short = recent.short_links.as_deref();
    let is_wanted = |found: &str| found == wanted || short.is_some_and(|short| same_but_for_links(found, &wanted, short));
    let same = texts.any(|found| {
        [spaced(&found), plain(&found)]
            .iter()
            .any(|found| is_wanted(&short_mentions(found)))
    });
    same && posted(recent, item).is_none_or(|at| at >= began - CLOCKS)
}

/// Whether an item of a list is new enough to be the post, whatever its text.
pub fn may_be_post(recent: &Recent, item: &Answers<'_>, began: i64) -> bool {
    posted(recent, item).is_none_or(|at| at >= began - SURELY)
}

fn posted(recent: &Recent, item: &Answers<'_>) -> Option<i64> {
    let mut times = recent.time.iter().flat_map(|pointers| pointers.iter());
    times.find_map(|pointer| item.moment_at(pointer))
}

/// What is kept of an answer, or of an item of one, which has no header. It goes to the book, to addresses and to terminals: it has no control characters and no secret that was
/// sent, and an address is one of the web.
///
/// # Errors
/// [`Error::AnswerUnreadable`] where something is missing.
pub fn keep(wanted: &BTreeMap<String, Kept>, answers: &Answers<'_>, response: Option<&Response>, values: &Values<'_>) -> Result<Names> {
    let echoes = values.echoes();
    let is_plain = |text: &String| !text.is_empty() && text.len() <= MAX_KEPT && !text.chars().any(char::is_control);
    let mut kept = Names::new();
    for (name, place) in wanted {
        let whole = place.pointers().find_map(|pointer| answers.at(pointer));
        let text = match place {
            Kept::Header(field) => response.and_then(|response| response.header(&field.header)).map(str::to_owned),
            Kept::Part(part) if part.last_step => whole.and_then(|text| Some(text.rsplit('/').next()?.to_owned())),
            _ => whole,
        };
        let text = text.filter(is_plain).filter(|text| echoes.hidden(text, "…") == *text);
        // Without an address of its own a post is a post all the same.
        let is_link = name == "link";
        let is_web = |text: &String| url::Url::parse(text).is_ok_and(|url| may_be_reached(&url));
        match text.filter(|text| !is_link || is_web(text)) {
            Some(text) => _ = kept.insert(name.clone(), text),
            None if is_link => {}
            None => {
                return Err(Error::AnswerUnreadable {
                    what: "post",
                    detail: format!("no {name} in the answer"),
                });
            }
        }
    }
    Ok(kept)
}
