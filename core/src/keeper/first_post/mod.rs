//! A first post of an account: what it would be, and what is known of one. `publish` publishes and deletes it, `look` looks for it with
//! the token and as a stranger.
//!
//! The book has a note before each request that changes something. A note of a request under way, while no process holds the account's
//! lock for posts, means that its program has ended. Up to the request that publishes, nothing was posted; from then on the post may be
//! there. Nothing is sent again without the person.

mod look;
mod publish;

use self::publish::{is_posted_once, is_same_draft};
use super::Keeper;
use crate::ask::Posting;
use crate::book::{self, Account, Dark, Post as Known, Stage};
use crate::error::{Error, Result};
use crate::http::may_be_reached;
use crate::keeper::api_calls::{STAND_IN, can_fill, is_of, request_view};
use crate::provider::Provider;
use crate::provider::post::{DarkCode, Post};
use crate::provider::posted::Names;
use crate::provider::request::Values;
use crate::text::time::rfc3339;
use crate::token::Secret;
use crate::view::{DarkReason, Draft, Lamp, PostImage, PostNoDelete, PostPlace, PostPlanView, PostState, PostView, PostVisibility};

impl Keeper {
    /// What a draft would do: the requests with dots in the place of secrets, who sees the post, and what it costs. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`]; [`Error::InputInvalid`] where the platform has no posts, or for a field that cannot be sent.
    pub fn prepare_post(&self, account: &str, draft: &Draft) -> Result<PostPlanView> {
        let (record, provider) = self.account_and_provider(account)?;
        let post = form(&provider)?;
        let visible = post.visibility(draft.visibility.as_deref())?;
        let image = image(draft)?;
        let mut names = names(post, draft, None, self.now())?;
        // What an answer or the person will fill in is shown as in the file.
        let open = || {
            post.kept()
                .chain(post.place(visible).map(|_| "to"))
                .chain(["idempotency_key", "idempotency_uuid"])
        };
        for name in open() {
            names.entry(name.to_owned()).or_insert_with(|| format!("{{{name}}}"));
        }
        let (token, client) = self.stand_ins(&record);
        let server = self.server(&record)?;
        let asking = self.asking(&provider, server.as_ref(), &record, client.as_ref());
        let posting = Posting {
            post,
            user_id: record.user_id.as_deref(),
            names: &names,
            began: self.now(),
        };
        let requests = post.steps(image.is_some()).map(|step| {
            let request = asking.step_request(step, &posting, &token, &Secret::new(STAND_IN))?;
            let mut view = request_view(&request);
            for name in open() {
                view.url = view.url.replace(&format!("%7B{name}%7D"), &format!("{{{name}}}"));
            }
            Ok(view)
        });
        let known = record.post.as_ref().map(|known| self.settled(&record.id, known)).transpose()?;
        Ok(PostPlanView {
            requests: requests.collect::<Result<_>>()?,
            length: u32::try_from(post.unit.length(&draft.text)).unwrap_or(u32::MAX),
            max_length: post.max_length,
            image: post.image,
            visibilities: post
                .visibilities
                .iter()
                .map(|v| PostVisibility {
                    id: v.id.clone(),
                    meaning: v.meaning.clone(),
                    default: v.default,
                    hides: v.hides,
                })
                .collect(),
            to: post.place(visible).map(|to| PostPlace {
                meaning: to.meaning.clone(),
                example: to.example.clone(),
            }),
            cost: post.costs.clone(),
            scope_missing: missing(&record, &post.scope),
            delete_scope_missing: post.delete.as_ref().and_then(|_| missing(&record, delete_scope(post))),
            no_delete: no_delete(post),
            public: post.public.is_some() && visible.is_none_or(|v| !v.hides),
            seconds: post.steps(image.is_some()).map(|step| step.wait).sum(),
            replaces: known.as_ref().is_some_and(|known| is_replaced(post, known, draft)),
            unclear: known
                .is_some_and(|known| known.stage == Stage::Unclear && !is_posted_once(post, &known, draft, self.shared.outside.moment())),
        })
    }

    /// What is known of an account's first post; none where there was none. Nothing is asked.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`], [`Error::Disk`].
    pub fn first_post(&self, account: &str) -> Result<Option<PostView>> {
        let record = self.shared.book.read()?.account(account)?.clone();
        let Some(known) = &record.post else { return Ok(None) };
        let provider = self.shared.registry.require(&record.provider)?;
        let settled = self.settled(&record.id, known)?;
        Ok(Some(self.post_view(&record, &provider, &settled)))
    }

    /// The note, with what follows if the program that wrote it has ended.
    fn settled(&self, account: &str, known: &Known) -> Result<Known> {
        let under_way = matches!(known.stage, Stage::Preparing | Stage::Publishing);
        if !under_way || book::lock::free_post(&self.shared.outside.data, account)?.is_none() {
            return Ok(known.clone());
        }
        Ok(after_the_end(known.clone()))
    }

    fn post_view(&self, record: &Account, provider: &Provider, known: &Known) -> PostView {
        let post = provider.post.as_ref();
        let state = match known.stage {
            Stage::Preparing | Stage::Publishing => PostState::Sending,
            Stage::Posted | Stage::Deleting => PostState::Posted,
            Stage::Unclear => PostState::MayBePosted,
            Stage::Deleted => PostState::Deleted,
            Stage::Refused => PostState::Refused,
        };
        let reason = |dark: &Dark| {
            let code = DarkCode::of(&dark.code)?;
            let entry = post.and_then(|post| post.unseen.iter().find(|unseen| unseen.reason == code));
            Some(DarkReason {
                code,
                certain: dark.certain,
                step: entry.and_then(|entry| entry.step.clone()),
                link: entry.and_then(|entry| entry.link.clone()),
            })
        };
        let is_there = may_be_there(known);
        let can_delete = post.is_some_and(|post| post.delete.is_some() && missing(record, delete_scope(post)).is_none());
        let wait = post
            .and_then(|post| post.public.as_ref())
            .map_or(0, |public| i64::from(public.wait));
        let waits = known.seen == Lamp::Waiting || known.there == Lamp::Waiting;
        PostView {
            state,
            text: known.draft.text.clone(),
            visibility: known.draft.visibility.clone(),
            id: known.kept.get("post_id").cloned(),
            link: post.and_then(|post| self.link(record, provider, post, &known.kept)),
            sent: match known.stage {
                Stage::Posted | Stage::Deleting | Stage::Deleted => Lamp::Yes,
                Stage::Refused => Lamp::No,
                Stage::Preparing | Stage::Publishing | Stage::Unclear => Lamp::Unknown,
            },
            there: known.there,
            seen: known.seen,
            reason: known.dark.as_ref().and_then(reason),
            refused: known.refused.as_ref().and_then(reason),
            can_delete: is_there && can_delete,
            no_delete: post.and_then(no_delete),
            can_find: post.is_some_and(|post| post.recent.is_some()),
            posted_at: known.posted.unwrap_or(known.began),
            checked_at: known.checked,
            check_from: waits.then(|| known.posted.unwrap_or(known.began).saturating_add(wait)),
        }
    }

    /// Where people see the post.
    fn link(&self, record: &Account, provider: &Provider, post: &Post, kept: &Names) -> Option<String> {
        let Some(template) = &post.link else {
            return kept.get("link").cloned();
        };
        let server = self.server(record).ok()?;
        let mut values = Values::of(provider, server.as_ref(), &record.answers);
        if let Some(id) = &record.user_id {
            values.put("user_id", id.clone());
        }
        for (name, value) in kept.iter().chain(&post.hosts) {
            values.put(name, value.clone());
        }
        template.names().all(|name| values.has(name)).then_some(())?;
        values.url(template).ok().map(String::from)
    }

    /// The values of the names that a post's messages may use.
    fn post_names(&self, record: &Account, provider: &Provider, post: &Post, known: &Known) -> Result<Names> {
        let mut names = names(post, &known.draft, Some(&known.key), self.now())?;
        names.extend(known.kept.clone());
        if let Some(link) = self.link(record, provider, post, &known.kept) {
            names.insert("link".to_owned(), link);
        }
        Ok(names)
    }

    /// Writes the note on an account's post.
    async fn note_post(&self, record: &Account, known: &Known) -> Result<()> {
        let (id, known) = (record.id.clone(), known.clone());
        self.blocking(move |keeper| keeper.change_account(&id, |a| a.post = Some(known)))
            .await?;
        self.changed();
        Ok(())
    }
}

/// Whether a post can be made with an account's token.
pub(super) fn can_post(record: &Account, provider: &Provider, client: Option<&book::Client>) -> bool {
    let fits = |post: &Post| is_of(post.of, record) && post.messages().all(|message| can_fill(message, record, provider, client));
    provider.post.as_ref().is_some_and(fits)
}

/// Whether a post was taken, and is not known to be gone.
fn may_be_there(known: &Known) -> bool {
    matches!(known.stage, Stage::Posted | Stage::Deleting) && known.there != Lamp::No
}

/// Whether this draft takes the place of an earlier post that could be deleted from here, if it is there.
fn is_replaced(post: &Post, known: &Known, draft: &Draft) -> bool {
    let is_found = known.stage == Stage::Unclear && post.recent.is_some() && !is_same_draft(post, known, draft);
    let is_another = known.stage == Stage::Unclear && known.before.is_some();
    post.delete.is_some() && (may_be_there(known) || is_found || is_another)
}

/// The provider's form of a post.
fn form(provider: &Provider) -> Result<&Post> {
    provider.post.as_ref().ok_or_else(|| Error::InputInvalid { field: "post".into() })
}

/// What a note means after the program that wrote it has ended.
fn after_the_end(known: Known) -> Known {
    match known.stage {
        Stage::Preparing => refused(known),
        Stage::Publishing => Known {
            stage: Stage::Unclear,
            ..known
        },
        _ => known,
    }
}

/// What is noted of a post that was not published: the one before it, which is, or may be, still there.
fn refused(mut known: Known) -> Known {
    match known.before.take() {
        Some(before) => Known {
            refused: known.dark,
            ..*before
        },
        None => Known {
            stage: Stage::Refused,
            ..known
        },
    }
}

/// What comes back if the next post is refused. Before one that may have been posted only one that was posted is kept, so that notes do
/// not nest any deeper.
fn kept_before(mut earlier: Known) -> Option<Box<Known>> {
    let mut before = earlier.before.take();
    while let Some(unclear) = before.take_if(|before| before.stage == Stage::Unclear) {
        before = unclear.before;
    }
    match earlier.stage {
        Stage::Unclear => Some(Box::new(Known { before, ..earlier })),
        _ => may_be_there(&earlier).then(|| Box::new(earlier)),
    }
}

/// The address of a draft's image.
fn image(draft: &Draft) -> Result<Option<&str>> {
    let image = draft.image.as_deref().map(str::trim).filter(|image| !image.is_empty());
    let is_web = |image: &&str| url::Url::parse(image).is_ok_and(|url| may_be_reached(&url) && url.username().is_empty());
    match image {
        Some(image) if !is_web(&image) => Err(Error::InputInvalid { field: "image".into() }),
        image => Ok(image),
    }
}

/// Where a draft goes, as the platform takes it. None if the person names no place, or the platform asks for none.
///
/// # Errors
/// [`Error::InputInvalid`] for a place that doesn't match the pattern in the platform's file.
fn place(post: &Post, draft: &Draft) -> Result<Option<String>> {
    let to = post.place(post.visibility(draft.visibility.as_deref())?);
    match (to, draft.to.as_deref().filter(|written| !written.trim().is_empty())) {
        (Some(to), Some(written)) => Ok(Some(to.read(written).ok_or_else(|| Error::InputInvalid { field: "to".into() })?)),
        _ => Ok(None),
    }
}

/// The names that a draft gives values, and those of the key.
fn names(post: &Post, draft: &Draft, key: Option<&str>, now: i64) -> Result<Names> {
    let mut names = Names::from([
        ("text".to_owned(), draft.text.clone()),
        ("text_json".to_owned(), serde_json::Value::from(draft.text.as_str()).to_string()),
        ("now".to_owned(), rfc3339(now)),
    ]);
    let mut put = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            names.insert(name.to_owned(), value.to_owned());
        }
    };
    put("idempotency_key", key);
    put("idempotency_uuid", key.map(as_uuid).as_deref());
    put("image", image(draft)?.filter(|_| post.image != PostImage::None));
    let visible = post.visibility(draft.visibility.as_deref())?;
    put("to", place(post, draft)?.as_deref());
    put("visibility", visible.map(|visible| visible.value()));
    for (name, value) in visible.iter().flat_map(|visible| &visible.more) {
        put(name, Some(value));
    }
    Ok(names)
}

/// A key as a UUID of version 4, for platforms that want one.
fn as_uuid(key: &str) -> String {
    let digits: String = key.chars().cycle().take(30).collect();
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-4{}-8{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 15),
        part(15, 18),
        part(18, 30)
    )
}

/// Why a platform's posts cannot be deleted from here.
fn no_delete(post: &Post) -> Option<PostNoDelete> {
    post.delete.is_none().then(|| PostNoDelete {
        text: post.no_delete.as_ref().map(|no_delete| no_delete.text.clone()),
        link: post.no_delete.as_ref().and_then(|no_delete| no_delete.link.clone()),
    })
}

fn delete_scope(post: &Post) -> &[String] {
    if post.delete_scope.is_empty() {
        &post.scope
    } else {
        &post.delete_scope
    }
}

/// The permission that a token lacks, if it has none of these. Nothing is missing where its permissions are not known.
fn missing(record: &Account, wanted: &[String]) -> Option<String> {
    let has_one = record.scopes.is_empty() || wanted.iter().any(|scope| record.scopes.contains(scope));
    wanted.first().filter(|_| !has_one).cloned()
}

#[cfg(test)]
mod tests {
    use super::as_uuid;

    #[test]
    fn a_key_as_a_uuid() {
        let key = "0123456789abcdef01234567";
        assert_eq!(as_uuid(key), "01234567-89ab-4cde-8f01-234567012345");
    }
}
