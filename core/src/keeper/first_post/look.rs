//! Looks for a post: with the token, and as a stranger.

use super::publish::{code_of, posting};
use super::{after_the_end, form};
use crate::ask::NotHeard;
use crate::book::{Account, Dark, Post as Known, Stage};
use crate::error::{Category, Error, Result};
use crate::keeper::Keeper;
use crate::ledger::Purpose;
use crate::provider::Provider;
use crate::provider::messages::Method;
use crate::provider::post::{DarkCode, Post, Visible};
use crate::provider::posted::{Found, Listed};
use crate::token::Token;
use crate::view::{Lamp, PostView};

impl Keeper {
    /// Looks for an account's first post with the token and as a stranger. One that may have been posted is looked for among the newest
    /// posts. Nothing is sent that changes anything.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where there is none; as [`Keeper::access_token`]; refusals of the token and network errors.
    pub async fn check_post(&self, account: &str) -> Result<PostView> {
        let (record, provider) = self.account_and_provider(account)?;
        let post = form(&provider)?;
        let _held = match self.hold_post(&record.id).await {
            Err(Error::PostUnderWay) => {
                let view = self.first_post(account)?;
                return view.ok_or(Error::PostUnderWay);
            }
            held => held?,
        };
        let record = self.shared.book.read()?.account(account)?.clone();
        let known = record.post.clone().map(after_the_end);
        let known = known.ok_or_else(|| Error::InputInvalid { field: "post".into() })?;
        let token = self.token_for(account, &self.own_use(Purpose::Call)).await?;
        let known = self.look_for(&record, &provider, post, &token, known).await?;
        self.note_post(&record, &known).await?;
        Ok(self.post_view(&record, &provider, &known))
    }

    /// What is known of a post after looking for it.
    pub(super) async fn look_for(
        &self,
        record: &Account,
        provider: &Provider,
        post: &Post,
        token: &Token,
        mut known: Known,
    ) -> Result<Known> {
        if known.stage == Stage::Unclear {
            known = self.find_unclear(record, provider, post, token, known).await?;
        }
        if !matches!(known.stage, Stage::Posted | Stage::Deleting) {
            return Ok(known);
        }
        self.fetch_details(record, provider, post, token, &mut known).await;
        let names = self.post_names(record, provider, post, &known)?;
        let posting = posting(post, record, &names, known.began);
        let mut shown: Vec<DarkCode> = known.shown.iter().filter_map(|code| DarkCode::of(code)).collect();
        let now = self.now();
        let early = now
            < known
                .posted
                .unwrap_or(known.began)
                .saturating_add(post.public.as_ref().map_or(0, |p| i64::from(p.wait)));

        let read = match &post.read {
            Some(message) => {
                let asked = self.ask_uncounted(record, async |asking| Ok(asking.read_post(message, &posting, token).await));
                Some(asked.await?)
            }
            None => None,
        };
        known.there = match read {
            None => self.is_listed(record, post, token, &known, &posting).await,
            Some(Ok(reasons)) => {
                shown.extend(reasons);
                Lamp::Yes
            }
            Some(Err(NotHeard { error, shown: reasons })) => {
                shown.extend(reasons);
                shown.extend(code_of(&error));
                match says_that_it_is_gone(&error) {
                    Some(true) if early && known.stage == Stage::Posted => Lamp::Waiting,
                    Some(true) => Lamp::No,
                    Some(false) => Lamp::Unknown,
                    None => return Err(error),
                }
            }
        };
        known.checked = Some(now);
        match (known.stage, known.there) {
            (Stage::Deleting, Lamp::No) => {
                (known.stage, known.seen, known.dark) = (Stage::Deleted, Lamp::Unknown, None);
                return Ok(known);
            }
            (_, Lamp::Yes) => known.stage = Stage::Posted,
            _ => {}
        }

        known.seen = match &post.public {
            None => Lamp::NeedsLogin,
            Some(public) => {
                let asked = self
                    .ask_uncounted(record, async |asking| asking.seek_post(public, &posting).await)
                    .await?;
                shown.extend(asked.1);
                match asked.0 {
                    Found::Yes => Lamp::Yes,
                    Found::No if early && hidden_by_choice(post, &known).is_none() => Lamp::Waiting,
                    Found::No => Lamp::No,
                    Found::LoginPage => Lamp::NeedsLogin,
                    Found::Unknown => Lamp::Unknown,
                }
            }
        };
        known.dark = dark(post, &known, &shown);
        let is_unexplained = known.dark.as_ref().is_none_or(|dark| !dark.certain);
        if is_unexplained
            && matches!(known.seen, Lamp::No | Lamp::NeedsLogin)
            && let Some(message) = &post.account
        {
            let asked = self
                .ask_uncounted(record, async |asking| Ok(asking.reasons_of_account(message, &posting, token).await))
                .await;
            shown.extend(asked.unwrap_or_default());
            known.dark = dark(post, &known, &shown);
        }
        if known.seen == Lamp::No && known.dark.is_none() {
            known.dark = Some(Dark::certain(DarkCode::Unexplained));
        }
        Ok(known)
    }

    /// Looks for a post that may have been posted among the newest ones.
    async fn find_unclear(&self, record: &Account, provider: &Provider, post: &Post, token: &Token, mut known: Known) -> Result<Known> {
        if post.recent.is_none() {
            return Ok(known);
        }
        let names = self.post_names(record, provider, post, &known)?;
        let posting = posting(post, record, &names, known.began);
        let found = self
            .ask_uncounted(record, async |asking| asking.find_post(&known.draft.text, &posting, token).await)
            .await?;
        known.checked = Some(self.now());
        match found {
            Listed::Yes(kept) => {
                known.kept.extend(kept);
                (known.stage, known.posted, known.before) = (Stage::Posted, Some(known.began), None);
            }
            // A list may leave out what only few may see.
            Listed::No if hidden_by_choice(post, &known).is_none() => known.there = Lamp::No,
            Listed::No | Listed::Unclear => known.there = Lamp::Unknown,
        }
        Ok(known)
    }

    /// Sends the steps after the one that publishes, whose answers are not known yet: they only read. What they do not tell is missing.
    async fn fetch_details(&self, record: &Account, provider: &Provider, post: &Post, token: &Token, known: &mut Known) {
        let steps = post.steps(known.draft.image.is_some()).skip_while(|step| !step.publishes).skip(1);
        for step in steps.filter(|step| step.request.method == Method::Get) {
            if step.keep.keys().all(|name| known.kept.contains_key(name)) {
                continue;
            }
            match self.take(step, record, provider, post, token, known).await {
                Ok(heard) => known.kept.extend(heard.kept),
                Err(NotHeard { error, .. }) => tracing::info!(code = %error.code(), "a detail of a post is missing"),
            }
        }
    }

    /// Whether the post is among the newest ones, for a platform that does not read a single one. It may have been changed since.
    async fn is_listed(&self, record: &Account, post: &Post, token: &Token, known: &Known, posting: &crate::ask::Posting<'_>) -> Lamp {
        if post.recent.is_none() {
            return Lamp::NeedsLogin;
        }
        let listed = self
            .ask_uncounted(record, async |asking| asking.find_post(&known.draft.text, posting, token).await)
            .await;
        match listed {
            Ok(Listed::Yes(_)) => Lamp::Yes,
            _ => Lamp::Unknown,
        }
    }
}

/// Whether a refusal says that the post is not there; none for one that is about the token or passes.
fn says_that_it_is_gone(error: &Error) -> Option<bool> {
    let Error::Refused { category, status, .. } = error else {
        return None;
    };
    match category {
        Category::MissingPermission | Category::EmailUnconfirmed | Category::AccountPending | Category::AccountSuspended => Some(false),
        Category::Refused if *status < 500 => Some(true),
        _ => None,
    }
}

/// The chosen visibility, if it hides the post. Where each choice hides it, none is a reason.
fn hidden_by_choice<'p>(post: &'p Post, known: &Known) -> Option<&'p Visible> {
    let is_choice = post.visibilities.iter().any(|visible| !visible.hides);
    let visible = post.visibility(known.draft.visibility.as_deref()).ok().flatten();
    visible.filter(|visible| visible.hides && is_choice)
}

/// Why a lamp is dark, where that is known.
fn dark(post: &Post, known: &Known, shown: &[DarkCode]) -> Option<Dark> {
    let is_hidden = matches!(known.seen, Lamp::No | Lamp::NeedsLogin);
    if !is_hidden && known.there != Lamp::No {
        return None;
    }
    let by_choice = hidden_by_choice(post, known).map(|visible| visible.reason.unwrap_or(DarkCode::DefaultVisibility));
    let entries = post.unseen.iter().map(|unseen| unseen.reason).chain([
        DarkCode::MissingScope,
        DarkCode::UnconfirmedAccount,
        DarkCode::LimitedAccount,
    ]);
    let by_answer = entries.into_iter().find(|code| shown.contains(code));
    if known.there == Lamp::No {
        return Some(Dark::certain(by_answer.unwrap_or(DarkCode::Removed)));
    }
    let likeliest = post.unseen.iter().find(|unseen| !unseen.tests()).filter(|_| known.seen == Lamp::No);
    by_choice.or(by_answer).map(Dark::certain).or_else(|| {
        likeliest.map(|unseen| Dark {
            code: unseen.reason.id().to_owned(),
            certain: false,
        })
    })
}
