//! Publishes a post, step by step, and deletes it.

use std::time::Duration;

use super::{after_the_end, can_post, form, image, kept_before, place, refused};
use crate::ask::{Heard, NotHeard, Posting};
use crate::book::{self, Account, Dark, Post as Known, Stage};
use crate::error::{Category, Error, Result};
use crate::keeper::{Keeper, new_id};
use crate::ledger::Purpose;
use crate::provider::Provider;
use crate::provider::post::{DarkCode, Post, Step};
use crate::refresh::clocks::Moment;
use crate::token::Token;
use crate::view::{Draft, Lamp, PostImage, PostView};

/// How often the clocks are read while a step waits.
const LOOK: Duration = Duration::from_secs(1);

impl Keeper {
    /// Checks a draft before a person is asked about it. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::AccountUnknown`]; [`Error::InputInvalid`] and [`Error::PostTooLong`] for a draft that cannot be posted.
    pub fn check_draft(&self, account: &str, draft: &Draft) -> Result<()> {
        let (record, provider) = self.account_and_provider(account)?;
        if !can_post(&record, &provider, self.client_of(&record).as_ref()) {
            return Err(Error::InputInvalid { field: "post".into() });
        }
        can_be_posted(form(&provider)?, draft)
    }

    /// Publishes a post that the person has `confirmed`, and looks for it. Where an earlier one may have been posted, that is looked for
    /// first: if it is there and is the same, nothing is sent.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] and [`Error::PostTooLong`] for a draft that cannot be posted, or one that is not confirmed;
    /// [`Error::PostUnderWay`]; [`Error::PostUnclear`] where an earlier one was not found and the platform may post it twice, unless the
    /// person says [`Draft::again`]; as [`Keeper::access_token`]; refusals and network errors: nothing was posted then, or
    /// [`Keeper::first_post`] says that it may have been.
    pub async fn publish_post(&self, account: &str, draft: &Draft, confirmed: bool) -> Result<PostView> {
        if !confirmed {
            return Err(Error::InputInvalid { field: "confirmed".into() });
        }
        let _busy = self.busy();
        self.check_draft(account, draft)?;
        let (record, provider) = self.account_and_provider(account)?;
        let post = form(&provider)?;
        let _held = self.hold_post(&record.id).await?;
        // Read again under the lock.
        let record = self.shared.book.read()?.account(account)?.clone();
        let mut earlier = record.post.clone().map(after_the_end);
        // Why one was refused says nothing of the next one.
        if let Some(known) = &mut earlier
            && known.refused.take().is_some()
        {
            self.note_post(&record, known).await?;
        }
        let token = self.token_for(account, &self.own_use(Purpose::Post)).await?;
        let mut known = Known {
            draft: kept_draft(post, draft),
            key: new_key(),
            began: self.now(),
            began_boot: Some(self.shared.outside.moment().boot),
            stage: Stage::Preparing,
            kept: Default::default(),
            posted: None,
            there: Lamp::Unknown,
            seen: Lamp::Unknown,
            dark: None,
            shown: None,
            checked: None,
            before: None,
            refused: None,
        };
        match earlier {
            Some(earlier) if earlier.stage == Stage::Unclear => {
                let looked = self.look_for(&record, &provider, post, &token, earlier).await?;
                self.note_post(&record, &looked).await?;
                let is_open = looked.stage == Stage::Unclear;
                if !is_open && is_same_draft(post, &looked, draft) {
                    return Ok(self.post_view(&record, &provider, &looked));
                }
                let is_same = is_open && is_posted_once(post, &looked, draft, self.shared.outside.moment());
                if is_open && !is_same && !draft.again {
                    return Err(Error::PostUnclear);
                }
                if is_same {
                    // The key's time and the looking go on from the first attempt, which stays open until this one is answered.
                    (known.key, known.began, known.began_boot) = (looked.key, looked.began, looked.began_boot);
                    (known.stage, known.before) = (Stage::Unclear, looked.before);
                } else {
                    known.before = kept_before(looked);
                }
            }
            earlier => known.before = earlier.and_then(kept_before),
        }
        let known = self.publish(&record, &provider, post, &token, known).await?;
        // What it looks like from outside is no condition of having posted it.
        let known = match self.look_for(&record, &provider, post, &token, known.clone()).await {
            Ok(looked) => {
                self.note_post(&record, &looked).await?;
                looked
            }
            Err(error) => {
                tracing::info!(code = %error.code(), "a post is not looked for yet");
                known
            }
        };
        Ok(self.post_view(&record, &provider, &known))
    }

    /// Deletes an account's first post at the platform.
    ///
    /// # Errors
    /// [`Error::PostMissing`] where there is none that can be deleted; [`Error::PostUnclear`] where one may have been posted and was not
    /// found; [`Error::PostUnderWay`]; as [`Keeper::access_token`]; refusals and network errors.
    pub async fn delete_post(&self, account: &str) -> Result<PostView> {
        let _busy = self.busy();
        let (record, provider) = self.account_and_provider(account)?;
        let post = form(&provider)?;
        let _held = self.hold_post(&record.id).await?;
        let record = self.shared.book.read()?.account(account)?.clone();
        let known = record.post.clone().map(after_the_end);
        let nothing = |known: &Known| matches!(known.stage, Stage::Deleted | Stage::Refused);
        let mut known = known.filter(|known| !nothing(known)).ok_or(Error::PostMissing)?;
        let token = self.token_for(account, &self.own_use(Purpose::Post)).await?;
        if known.stage == Stage::Unclear {
            known = self.look_for(&record, &provider, post, &token, known).await?;
            self.note_post(&record, &known).await?;
        }
        if !matches!(known.stage, Stage::Posted | Stage::Deleting) {
            return Err(Error::PostUnclear);
        }
        let before = known.stage;
        known.stage = Stage::Deleting;
        self.note_post(&record, &known).await?;
        let names = self.post_names(&record, &provider, post, &known)?;
        let posting = posting(post, &record, &names, known.began);
        let deleted = self
            .ask_uncounted(&record, async |asking| asking.delete_post(&posting, &token).await)
            .await;
        match deleted {
            // It may be gone: looking shows it.
            Err(error) if error.may_have_arrived() => return Err(error),
            Err(error) if !is_gone(&error) => {
                known.stage = before;
                // The first deletion may have arrived, and not each platform answers the second one with 404.
                if before == Stage::Deleting
                    && let Ok(looked) = self.look_for(&record, &provider, post, &token, known.clone()).await
                {
                    known = looked;
                }
                self.note_post(&record, &known).await?;
                if known.stage != Stage::Deleted {
                    return Err(error);
                }
            }
            _ => {
                (known.stage, known.there, known.seen, known.dark) = (Stage::Deleted, Lamp::No, Lamp::Unknown, None);
                known.checked = Some(self.now());
                self.note_post(&record, &known).await?;
            }
        }
        Ok(self.post_view(&record, &provider, &known))
    }

    /// Holds the account's lock for posts.
    pub(super) async fn hold_post(&self, account: &str) -> Result<book::lock::Held> {
        let id = account.to_owned();
        let held = self
            .blocking(move |keeper| book::lock::free_post(&keeper.shared.outside.data, &id))
            .await?;
        held.ok_or(Error::PostUnderWay)
    }

    /// Sends the steps in their order, up to the one that publishes. A post of which an earlier attempt is open stays unclear if this one
    /// fails; where this one is refused, the post before it is noted again.
    async fn publish(&self, record: &Account, provider: &Provider, post: &Post, token: &Token, mut known: Known) -> Result<Known> {
        let begun = known.stage;
        for step in post.steps(known.draft.image.is_some()) {
            known.stage = if step.publishes { Stage::Publishing } else { begun };
            self.note_post(record, &known).await?;
            match self.take(step, record, provider, post, token, &known).await {
                Ok(heard) => {
                    known.kept.extend(heard.kept);
                    if step.publishes {
                        known.stage = Stage::Posted;
                        known.posted = Some(self.now());
                        known.before = None;
                        known.shown = heard.shown.first().map(|code| code.id().to_owned());
                        self.note_post(record, &known).await?;
                        return Ok(known);
                    }
                }
                Err(NotHeard { error, shown }) => {
                    let is_unclear = begun == Stage::Unclear || (step.publishes && error.may_have_arrived());
                    let code = shown.first().copied().or_else(|| code_of(&error));
                    known.stage = Stage::Unclear;
                    known.dark = code.filter(|_| !is_unclear).map(Dark::certain);
                    let known = if is_unclear { known } else { refused(known) };
                    self.note_post(record, &known).await?;
                    return Err(error);
                }
            }
        }
        // The check of provider files leaves no way without a step that publishes.
        Err(Error::Internal {
            detail: "no step publishes".into(),
        })
    }

    /// Sends the request of one step, again until what it waits for is so.
    pub(super) async fn take(
        &self,
        step: &Step,
        record: &Account,
        provider: &Provider,
        post: &Post,
        token: &Token,
        known: &Known,
    ) -> Result<Heard, NotHeard> {
        let names = self.post_names(record, provider, post, known)?;
        let posting = posting(post, record, &names, known.began);
        let mut wait = step.wait;
        for _ in 0..step.times.max(1) {
            self.wait_seconds(wait).await;
            let sent = self
                .ask_uncounted(record, async |asking| Ok(asking.step(step, &posting, token).await))
                .await;
            match sent? {
                Ok(heard) if heard.ready => return Ok(heard),
                Ok(_) => wait = step.every,
                Err(not_heard) => return Err(not_heard),
            }
        }
        Err(NotHeard::from(Error::Refused {
            category: Category::Transient,
            status: 200,
            words: None,
            retry_after: Some(u64::from(step.every)),
            action: None,
        }))
    }

    /// Waits by both clocks: one may be set, the other stands still while some computers sleep.
    async fn wait_seconds(&self, seconds: u32) {
        let outside = &self.shared.outside;
        let (began, seconds) = (outside.moment(), i64::from(seconds));
        let is_over = || {
            let now = outside.moment();
            now.wall.saturating_sub(began.wall) >= seconds || now.boot.saturating_sub(began.boot) >= seconds
        };
        while !is_over() {
            tokio::time::sleep(LOOK.min(outside.tick)).await;
        }
    }
}

/// A key: 96 random bits. Some platforms take at most 25 characters.
fn new_key() -> String {
    new_id().chars().take(24).collect()
}

/// What a post's messages are filled with.
pub(super) fn posting<'a>(post: &'a Post, record: &'a Account, names: &'a crate::provider::posted::Names, began: i64) -> Posting<'a> {
    Posting {
        post,
        user_id: record.user_id.as_deref(),
        names,
        began,
    }
}

/// Whether a draft is the one that may have been posted, with a key for which the platform posts it once, whatever became of the first
/// request.
pub(super) fn is_posted_once(post: &Post, earlier: &Known, draft: &Draft, now: Moment) -> bool {
    // A wall clock that was set back makes a key look younger.
    let by_boot = earlier.began_boot.map_or(0, |began| now.boot.saturating_sub(began));
    let by_wall = now.wall.saturating_sub(earlier.began);
    let passed = if by_wall < 0 { by_wall } else { by_wall.max(by_boot) };
    post.keeps_key(passed) && is_same_draft(post, earlier, draft)
}

/// Whether a draft is the one that was posted, or may have been. One without a visibility has the default one.
pub(super) fn is_same_draft(post: &Post, earlier: &Known, draft: &Draft) -> bool {
    let whole = |draft: &Draft| {
        let visible = post.visibility(draft.visibility.as_deref()).ok().flatten();
        Draft {
            visibility: visible.map(|visible| visible.id.clone()).or_else(|| draft.visibility.clone()),
            ..kept_draft(post, draft)
        }
    };
    whole(&earlier.draft) == whole(draft)
}

/// A draft as it is stored, with its place in the platform's form, so that two spellings of one place are the same draft.
fn kept_draft(post: &Post, draft: &Draft) -> Draft {
    let filled = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Draft {
        text: draft.text.clone(),
        image: filled(&draft.image),
        visibility: draft.visibility.clone(),
        to: place(post, draft).ok().flatten().or_else(|| filled(&draft.to)),
        again: false,
    }
}

/// Checks what the platform would refuse for its form alone.
fn can_be_posted(post: &Post, draft: &Draft) -> Result<()> {
    let invalid = |field: &str| Err(Error::InputInvalid { field: field.into() });
    if draft.text.trim().is_empty() && image(draft)?.is_none() {
        return invalid("text");
    }
    let length = post.unit.length(&draft.text);
    if let Some(max) = post.max_length.filter(|max| usize::try_from(*max).is_ok_and(|max| length > max)) {
        return Err(Error::PostTooLong { length, max });
    }
    let has_image = image(draft)?.is_some();
    let fits = match post.image {
        PostImage::None => !has_image,
        PostImage::Optional => true,
        PostImage::Required => has_image,
    };
    if !fits {
        return invalid("image");
    }
    let is_asked = post.place(post.visibility(draft.visibility.as_deref())?).is_some();
    if is_asked != kept_draft(post, draft).to.is_some() {
        return invalid("to");
    }
    place(post, draft)?;
    Ok(())
}

/// Whether a refusal says that what was to be deleted is not there.
fn is_gone(error: &Error) -> bool {
    matches!(
        error,
        Error::Refused {
            category: Category::Refused,
            status: 404 | 410,
            ..
        }
    )
}

/// The reason that a refusal names.
pub(super) fn code_of(error: &Error) -> Option<DarkCode> {
    let Error::Refused { category, .. } = error else { return None };
    match category {
        Category::MissingPermission => Some(DarkCode::MissingScope),
        Category::EmailUnconfirmed => Some(DarkCode::UnconfirmedAccount),
        Category::AccountPending | Category::AccountSuspended | Category::Checkpoint => Some(DarkCode::LimitedAccount),
        _ => None,
    }
}
