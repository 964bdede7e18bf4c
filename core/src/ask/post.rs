//! A first post: its requests one by one, and what their answers say. With the token it is published, read and deleted; without one, and
//! without anything else that says who asks, it is looked for as a stranger does.

use super::{Asking, no_message};
use crate::error::{Category, Error, Result};
use crate::http::{Request, Response, may_be_reached};
use crate::provider::answer::{Answers, answer_to, taken};
use crate::provider::messages::{Message, Pointers};
use crate::provider::post::{DarkCode, Post, Public, ShownBy, Step};
use crate::provider::posted::{Found, Listed, Names, found, is_post, keep, may_be_post, shown};
use crate::provider::request::{Values, request};
use crate::provider::upload::{Picture, with_picture};
use crate::token::{Secret, Token};

/// A page of a platform is larger than an answer of its API.
const MAX_PAGE: usize = 4 << 20;
/// The platforms that take files take less.
const MAX_PICTURE: usize = 32 << 20;

/// A post that is published or looked for.
#[derive(Clone, Copy)]
pub struct Posting<'a> {
    /// The form.
    pub post: &'a Post,
    /// The platform's id of the account.
    pub user_id: Option<&'a str>,
    /// What the person chose, and what answers said.
    pub names: &'a Names,
    /// When the publication began, Unix seconds by this computer's clock.
    pub began: i64,
}

/// An answer about a post.
pub struct Heard {
    /// What it said, by name.
    pub kept: Names,
    /// What the step waits for is so.
    pub ready: bool,
    /// The reasons that it shows.
    pub shown: Vec<DarkCode>,
}

/// A refusal, with the reasons that it shows.
pub struct NotHeard {
    /// The refusal, or the network's error.
    pub error: Error,
    /// The reasons.
    pub shown: Vec<DarkCode>,
}

impl From<Error> for NotHeard {
    fn from(error: Error) -> NotHeard {
        NotHeard { error, shown: Vec::new() }
    }
}

impl<'a> Asking<'a> {
    /// The request of a step. `stand_in` takes the place of the secrets that are computed.
    ///
    /// # Errors
    /// As of a call.
    pub fn step_request(&self, step: &Step, posting: &Posting<'_>, token: &Token, stand_in: &Secret) -> Result<Request> {
        let mut values = self.of_post(posting, token);
        let proves = self.client.is_some_and(|client| client.client_secret.is_some());
        values.put_secret("appsecret_proof", Some(stand_in).filter(|_| proves));
        self.request_of_step(step, &values, None)
    }

    fn request_of_step(&self, step: &Step, values: &Values<'_>, picture: Option<&Picture>) -> Result<Request> {
        let sent = request("post", &step.request, self.authentication(), values)?;
        match &step.upload {
            None => Ok(sent),
            Some(name) => with_picture(sent, name, picture),
        }
    }

    /// The image of a post, from its address. Nothing says who asks.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] where there is no image; network errors.
    async fn picture(&self, posting: &Posting<'_>) -> Result<Picture> {
        let no_image = || Error::InputInvalid { field: "image".into() };
        let url = posting.names.get("image").and_then(|image| url::Url::parse(image).ok());
        let sent = Request {
            headers: vec![("accept".into(), Secret::new("image/*"))],
            ..Request::get("post_image", url.filter(may_be_reached).ok_or_else(no_image)?)
        };
        let (response, bytes) = self.http.send_for_bytes(&sent, MAX_PICTURE).await?;
        let is_image = response.is_success() && response.content_type.starts_with("image/");
        is_image.then_some(()).ok_or_else(no_image)?;
        Ok(Picture {
            content_type: response.content_type,
            bytes: bytes.into(),
        })
    }

    /// Sends the request of a step once.
    ///
    /// # Errors
    /// Refusals and network errors; [`Error::AnswerUnreadable`] where something is missing that the step keeps.
    pub async fn step(&self, step: &Step, posting: &Posting<'_>, token: &Token) -> Result<Heard, NotHeard> {
        let values = self.of_post(posting, token);
        let picture = match &step.upload {
            None => None,
            Some(_) => Some(self.picture(posting).await?),
        };
        let sent = self.request_of_step(step, &values, picture.as_ref())?;
        let response = self.http.send(&sent).await?;
        let shown = shown(posting.post, ShownBy::Publish, &response, self.began(posting, &response));
        let answers = match step.repeated.contains(&response.status) {
            true => taken(&step.request, &response),
            false => self.answers(&sent, &step.request, &values, &response, &shown)?,
        };
        let failed = step.fails.iter().any(|test| answers.pass(test));
        if failed {
            let named = self.provider.refusal.message.iter().flat_map(Pointers::iter);
            let words = named
                .chain(["/error_message", "/message", "/error"])
                .find_map(|pointer| answers.at(pointer));
            let error = Error::Refused {
                category: Category::Refused,
                status: 200,
                words: words.map(|words| values.echoes().hidden(&words, "…").chars().take(300).collect()),
                retry_after: None,
                action: None,
            };
            return Err(NotHeard { error, shown });
        }
        let ready = step.until.as_ref().is_none_or(|test| answers.pass(test));
        let kept = match ready {
            true => keep(&step.keep, &answers, Some(&response), &values)?,
            false => Names::new(),
        };
        Ok(Heard { kept, ready, shown })
    }

    /// Reads the post with the token.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn read_post(&self, message: &Message, posting: &Posting<'_>, token: &Token) -> Result<Vec<DarkCode>, NotHeard> {
        let values = self.of_post(posting, token);
        self.hear("post_read", message, &values, posting, ShownBy::Read).await
    }

    /// Asks about the account, for the reasons that its answer shows.
    pub async fn reasons_of_account(&self, message: &Message, posting: &Posting<'_>, token: &Token) -> Vec<DarkCode> {
        let values = self.of_post(posting, token);
        match self.hear("post_account", message, &values, posting, ShownBy::Account).await {
            Ok(shown) => shown,
            Err(not_heard) => not_heard.shown,
        }
    }

    /// Deletes the post.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn delete_post(&self, posting: &Posting<'_>, token: &Token) -> Result<()> {
        let message = posting.post.delete.as_ref().ok_or_else(|| no_message("delete"))?;
        let values = self.of_post(posting, token);
        self.ask("post_delete", message, &values).await.map(drop)
    }

    /// Looks for the post among the newest ones of the account, by its text and its time.
    ///
    /// # Errors
    /// Refusals and network errors.
    pub async fn find_post(&self, text: &str, posting: &Posting<'_>, token: &Token) -> Result<Listed> {
        let recent = posting.post.recent.as_ref().ok_or_else(|| no_message("recent"))?;
        let values = self.of_post(posting, token);
        let sent = request("post_recent", &recent.request, self.authentication(), &values)?;
        let response = self.http.send(&sent).await?;
        let answers = self.answers(&sent, &recent.request, &values, &response, &[]);
        let answers = answers.map_err(|not_heard| not_heard.error)?;
        let (items, began) = (answers.items(), self.began(posting, &response));
        match items.iter().find(|item| is_post(recent, item, text, began)) {
            Some(item) => Ok(Listed::Yes(keep(&recent.keep, item, None, &values)?)),
            None if items.iter().any(|item| may_be_post(recent, item, began)) => Ok(Listed::Unclear),
            None => Ok(Listed::No),
        }
    }

    /// Looks for the post as a stranger: the request has no credential, and nothing is kept of an earlier one.
    ///
    /// # Errors
    /// Those of making the request.
    pub async fn seek_post(&self, public: &Public, posting: &Posting<'_>) -> Result<(Found, Vec<DarkCode>)> {
        let mut values = Values::of(self.provider, self.server, self.answers);
        put_names(&mut values, posting);
        for (name, origin) in &posting.post.hosts {
            values.put(name, origin.clone());
        }
        let sent = request("post_public", &public.request, self.authentication(), &values)?;
        let Ok(response) = self.http.send_up_to(&sent, MAX_PAGE).await else {
            return Ok((Found::Unknown, Vec::new()));
        };
        let shown = shown(posting.post, ShownBy::Public, &response, self.began(posting, &response));
        Ok((found(public, &response, &values), shown))
    }

    /// When the publication began, by the clock of the server that answers. Its date is later than ours by the time of the request, too.
    fn began(&self, posting: &Posting<'_>, response: &Response) -> i64 {
        let ahead = response.clock().map_or(0, |server| server.saturating_sub(self.now));
        posting.began.saturating_add(ahead)
    }

    fn of_post<'v>(&self, posting: &Posting<'v>, token: &Token) -> Values<'v>
    where
        'a: 'v,
    {
        let mut values: Values<'v> = self.values(token);
        put_names(&mut values, posting);
        values
    }

    async fn hear(
        &self,
        what: &'static str,
        message: &Message,
        values: &Values<'_>,
        posting: &Posting<'_>,
        by: ShownBy,
    ) -> Result<Vec<DarkCode>, NotHeard> {
        let sent = request(what, message, self.authentication(), values)?;
        let response = self.http.send(&sent).await?;
        let shown = shown(posting.post, by, &response, self.began(posting, &response));
        self.answers(&sent, message, values, &response, &shown)?;
        Ok(shown)
    }

    /// What a response says, or the refusal with the reasons that it shows.
    fn answers<'m>(
        &self,
        sent: &Request,
        message: &'m Message,
        values: &Values<'_>,
        response: &Response,
        shown: &[DarkCode],
    ) -> Result<Answers<'m>, NotHeard> {
        answer_to(sent, message, self.provider, values, response).map_err(|error| NotHeard {
            error: super::clock_or(error, message, response, self.now),
            shown: shown.to_vec(),
        })
    }
}

fn put_names<'v>(values: &mut Values<'v>, posting: &Posting<'v>) {
    if let Some(id) = posting.user_id {
        values.put("user_id", id);
    }
    for (name, value) in posting.names {
        values.put(name, value.clone());
    }
}
