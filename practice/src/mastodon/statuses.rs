//! An account's statuses, page by page: Mastodon and GoToSocial differ in limits, Link headers and filters.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Json, Response};
use serde::Serialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::mastodon::accounts::{Account, account, bearer, may};
use crate::mastodon::behaviour::Paging;
use crate::mastodon::people::{self, Person, Post};
use crate::mastodon::publish;
use crate::mastodon::refusal::Refusal;
use crate::mastodon::state::Shared;
use crate::mastodon::viewer::{self, Viewer};
use crate::{clock, page};

/// Field order as recorded; what does not matter to a client of ours is left out.
#[derive(Serialize)]
struct Status {
    id: String,
    created_at: String,
    edited_at: Option<String>,
    in_reply_to_id: Option<String>,
    in_reply_to_account_id: Option<&'static str>,
    sensitive: bool,
    spoiler_text: &'static str,
    visibility: &'static str,
    language: &'static str,
    uri: String,
    url: String,
    replies_count: u64,
    reblogs_count: u64,
    favourites_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    local_only: Option<bool>,
    #[serde(flatten)]
    viewer: Option<Viewer>,
    content: String,
    reblog: Option<Value>,
    account: Account,
    media_attachments: Vec<Value>,
    mentions: [Value; 0],
    tags: [Value; 0],
    emojis: [Value; 0],
    poll: Option<Value>,
}

/// A status of a list.
#[derive(Serialize)]
#[serde(untagged)]
enum Item<'a> {
    Published(&'a publish::Status),
    Invented(&'a Status),
}

/// A post as this reader gets it.
fn status(shared: &Shared, person: &'static Person, post: Post, reader: Option<&Person>) -> Status {
    let gotosocial = shared.flavor.is_gotosocial();
    let (reads, own) = (reader.is_some(), reader.is_some_and(|reader| reader.username == person.username));
    let id = post.id(shared.flavor, person);
    let picture = format!("{}/avatars/{}.svg", shared.origin, person.username);
    let media = json!({ "id": id, "type": "image", "url": picture, "preview_url": picture, "description": "a letter on a disc" });
    Status {
        created_at: clock::rfc3339(UNIX_EPOCH + Duration::from_secs(post.at())),
        edited_at: None,
        in_reply_to_id: post.answers().map(|earlier| earlier.id(shared.flavor, person)),
        in_reply_to_account_id: post.answers().map(|_| person.id(shared.flavor)),
        sensitive: false,
        spoiler_text: "",
        visibility: post.visibility(),
        language: "en",
        uri: format!("{}/users/{}/statuses/{id}", shared.origin, person.username),
        url: format!("{}/@{}/{id}", shared.origin, person.username),
        poll: viewer::poll(post, &id, reads),
        id,
        replies_count: 0,
        reblogs_count: 0,
        favourites_count: 0,
        local_only: (gotosocial && post.is_local_only()).then_some(true),
        viewer: (gotosocial || reads).then(|| viewer::viewer(post, reads, own)),
        content: format!("<p>{}</p>", page::escape(&post.text())),
        reblog: post.is_reblog().then(|| reblogged(shared, person, post, reader)),
        account: account(shared, person, false),
        media_attachments: if post.has_picture() { vec![media] } else { Vec::new() },
        mentions: [],
        tags: [],
        emojis: [],
    }
}

/// A boosted status: the other person's text.
fn reblogged(shared: &Shared, person: &'static Person, post: Post, reader: Option<&Person>) -> Value {
    let other = people::everybody().iter().find(|other| other.username != person.username);
    other.map_or(Value::Null, |other| json!(status(shared, other, post.repeats(), reader)))
}

/// The parameters of a request for statuses.
#[derive(Default)]
struct Wanted {
    limit: i64,
    max_id: Option<String>,
    min_id: Option<String>,
    since_id: Option<String>,
    flags: [bool; 5],
    no_direct: bool,
}

/// In the order in which GoToSocial repeats them in its Link header.
const FLAGS: [&str; 5] = ["exclude_replies", "exclude_reblogs", "pinned", "only_media", "only_public"];

impl Wanted {
    fn read(shared: &Shared, query: &str) -> Result<Wanted, Refusal> {
        let behaviour = shared.behaviour();
        let mut wanted = Wanted {
            limit: behaviour.page as i64,
            ..Wanted::default()
        };
        let strict = shared.flavor.is_gotosocial();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "limit" => match value.parse::<i64>() {
                    Ok(limit) if !strict || i32::try_from(limit).is_ok() => wanted.limit = limit,
                    Err(_) if !strict => {}
                    outcome => {
                        let why = if outcome.is_ok() { "value out of range" } else { "invalid syntax" };
                        return Err(Refusal::BadRequest(format!(
                            "error parsing limit: strconv.ParseInt: parsing \"{value}\": {why}"
                        )));
                    }
                },
                "max_id" => wanted.max_id = Some(value.into_owned()),
                "min_id" => wanted.min_id = Some(value.into_owned()),
                "exclude_direct" => wanted.no_direct = behaviour.exclude_direct && matches!(value.as_ref(), "true" | "1"),
                "since_id" => wanted.since_id = Some(value.into_owned()),
                name => {
                    let Some(at) = FLAGS.iter().position(|flag| *flag == name) else {
                        continue;
                    };
                    wanted.flags[at] = match value.as_ref() {
                        "true" | "1" => true,
                        "false" | "0" | "" => false,
                        other if strict => {
                            let detail = format!("error parsing {name}: strconv.ParseBool: parsing \"{other}\": invalid syntax");
                            return Err(Refusal::BadRequest(detail));
                        }
                        _ => true,
                    };
                }
            }
        }
        if let Some(most) = behaviour.most {
            wanted.limit = if wanted.limit < 1 {
                behaviour.page as i64
            } else {
                wanted.limit.min(most as i64)
            };
            // only_public is GoToSocial's own; Mastodon does not know it.
            wanted.flags[4] = false;
        }
        Ok(wanted)
    }

    fn fits(&self, post: Post, id: &str, all: bool) -> bool {
        // exclude_replies keeps replies to oneself, as the real servers do, and there are no others here.
        let [_, no_reblogs, pinned, only_media, only_public] = self.flags;
        let visible = match post.visibility() {
            "public" => true,
            "unlisted" => !only_public,
            "direct" if self.no_direct => false,
            _ => all && !only_public,
        };
        let left_out = (pinned && !post.is_pinned()) || (only_media && !post.has_picture()) || (no_reblogs && post.is_reblog());
        visible && !left_out && self.min_id.as_deref().is_none_or(|min| id > min) && self.since_id.as_deref().is_none_or(|since| id > since)
    }
}

/// How many of `posts` posts are older than the one with this id. Ids sort as text.
fn before(shared: &Shared, person: &Person, posts: u64, id: &str) -> u64 {
    let (mut low, mut high) = (0, posts);
    while low < high {
        let middle = (low + high) / 2;
        if Post(middle + 1).id(shared.flavor, person).as_str() < id {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// An account's statuses, newest first.
pub async fn statuses(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    match statuses_page(&shared, &id, query.as_deref().unwrap_or_default(), &headers) {
        Ok(response) => response,
        Err(refusal) => refusal.response(shared.flavor),
    }
}

fn statuses_page(shared: &Shared, id: &str, query: &str, headers: &HeaderMap) -> Result<Response, Refusal> {
    let token = bearer(shared, headers)?;
    let reader = match &token {
        Some(token) => Some(may(token, &["read:statuses"])?),
        None if shared.behaviour().public_statuses => None,
        None => return Err(Refusal::NoToken),
    };
    let wanted = Wanted::read(shared, query)?;
    let Some(person) = people::with_id(shared.flavor, id) else {
        if shared.flavor.is_gotosocial() {
            return Ok(Json(json!([])).into_response());
        }
        return Err(Refusal::NotFound);
    };
    let own = reader.is_some_and(|reader| reader.username == person.username);
    let (posts, paging) = {
        let state = shared.lock();
        (state.posts, state.paging.clone())
    };
    let last = wanted.max_id.as_deref().map_or(posts, |max| before(shared, person, posts, max));
    let fitting = |number: &u64| wanted.fits(Post(*number), &Post(*number).id(shared.flavor, person), own);
    let most = usize::try_from(wanted.limit).ok().filter(|&limit| limit > 0).unwrap_or(usize::MAX);
    let hole = match paging {
        Paging::ByHoles => !query.contains("hole=") && wanted.max_id.is_some(),
        Paging::Void => wanted.max_id.is_some(),
        _ => false,
    };
    // One more than the page, to know whether there is another.
    let mut numbers: Vec<u64> = if hole {
        Vec::new()
    } else if let Some(min) = &wanted.min_id {
        // The page that follows min_id directly, not the newest.
        let first = before(shared, person, posts, min) + 1;
        let mut numbers: Vec<u64> = (first..=last).filter(fitting).take(most.saturating_add(1)).collect();
        numbers.reverse();
        numbers
    } else {
        (1..=last).rev().filter(fitting).take(most.saturating_add(1)).collect()
    };
    let short = numbers.len() <= most;
    if wanted.min_id.is_some() {
        numbers.drain(..numbers.len().saturating_sub(most));
    } else {
        numbers.truncate(most);
    }
    let page: Vec<Status> = numbers.iter().map(|number| status(shared, person, Post(*number), reader)).collect();
    // What was published here comes before the first page.
    let is_first = wanted.max_id.is_none() && wanted.min_id.is_none() && wanted.since_id.is_none();
    let published = if own && is_first { publish::of(shared, person) } else { Vec::new() };
    let items = published.iter().map(Item::Published).chain(page.iter().map(Item::Invented));
    let mut response = Json(items.collect::<Vec<_>>()).into_response();
    let base = format!("{}/api/v1/accounts/{id}/statuses", shared.origin);
    let mut link = page.first().zip(page.last()).map(|(first, last)| {
        if shared.flavor.is_gotosocial() {
            gts_link(&base, &wanted, &first.id, &last.id)
        } else {
            mastodon_link(&base, query, &first.id, &last.id, short)
        }
    });
    match paging {
        Paging::Void if hole => link = Some(format!("<{base}?max_id={}0>; rel=\"next\"", wanted.max_id.unwrap_or_default())),
        Paging::ByHoles if hole => link = Some(format!("<{base}?{query}&hole=1>; rel=\"next\"")),
        Paging::Round if last.saturating_add(3 * wanted.limit.unsigned_abs()) <= posts => {
            link = Some(format!("<{base}?limit={most}>; rel=\"next\""))
        }
        Paging::Honest | Paging::ByHoles | Paging::Void | Paging::Round => {}
        Paging::Elsewhere(origin) => link = link.map(|link| link.replace(&shared.origin, &origin)),
    }
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// Both directions always, even where the next page will be empty.
fn gts_link(base: &str, wanted: &Wanted, first: &str, last: &str) -> String {
    let limit = if wanted.limit == 0 {
        String::new()
    } else {
        format!("limit={}&", wanted.limit)
    };
    let flags: String = FLAGS.iter().zip(wanted.flags).map(|(name, on)| format!("&{name}={on}")).collect();
    format!("<{base}?{limit}max_id={last}{flags}>; rel=\"next\", <{base}?{limit}min_id={first}{flags}>; rel=\"prev\"")
}

/// `next` only where the page is full.
fn mastodon_link(base: &str, query: &str, first: &str, last: &str, short: bool) -> String {
    let kept = |edge: (&str, &str)| {
        let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .filter(|(name, _)| ["limit", "only_media", "exclude_replies"].contains(&name.as_str()))
            .collect();
        pairs.push((edge.0.to_owned(), edge.1.to_owned()));
        pairs.sort();
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    let previous = format!("<{base}?{}>; rel=\"prev\"", kept(("min_id", first)));
    if short {
        previous
    } else {
        format!("<{base}?{}>; rel=\"next\", {previous}", kept(("max_id", last)))
    }
}
