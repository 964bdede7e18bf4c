//! A first post: the requests that publish one, how it is found again with the token and without, and what keeps strangers from seeing
//! it.

use std::collections::BTreeMap;

use serde::de::{IntoDeserializer as _, value};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::calls::Of;
use super::errors::with_looks;
use super::messages::{Message, Pointers, Test};
use super::pattern::Pattern;
use super::template::Template;
use crate::error::{Error, Result};
use crate::text::Text;
use crate::text::length::Unit;

/// How a post is published, found and deleted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Post {
    /// Whose tokens can do it.
    #[serde(default)]
    pub of: Of,
    /// Name → origin, for the link and for strangers. No secret is sent there: accounts are not bound to these.
    #[serde(default)]
    pub hosts: BTreeMap<String, String>,
    /// The token needs one of these permissions.
    #[serde(default)]
    pub scope: Vec<String>,
    /// It needs one of these to delete the post; those above if absent.
    #[serde(default)]
    pub delete_scope: Vec<String>,
    /// The greatest length of the text.
    #[serde(default)]
    pub max_length: Option<u32>,
    /// What the platform counts.
    #[serde(default)]
    pub unit: Unit,
    /// Whether a post has an image.
    #[serde(default)]
    pub image: PostImage,
    /// Where it goes, if the person names the place: `{to}`.
    #[serde(default)]
    pub to: Option<To>,
    /// What the platform charges for it, in a sentence.
    #[serde(default)]
    pub costs: Option<Text>,
    /// To whom a post can be visible: `{visibility}`.
    #[serde(default)]
    pub visibilities: Vec<Visible>,
    /// The requests that publish it, in order.
    pub steps: Vec<Step>,
    /// Where people see it; else what a step keeps as `link`.
    #[serde(default)]
    pub link: Option<Template>,
    /// Asks for it with the token.
    #[serde(default)]
    pub read: Option<Message>,
    /// Asks for it as a stranger does.
    #[serde(default)]
    pub public: Option<Public>,
    /// For so many minutes the platform is known to remember a key, and to post once for it.
    #[serde(default)]
    pub key_minutes: u32,
    /// The newest posts of the account, to look for one that may have been posted.
    #[serde(default)]
    pub recent: Option<Recent>,
    /// Asks about the account, where strangers do not see the post.
    #[serde(default)]
    pub account: Option<Message>,
    /// Deletes it.
    #[serde(default)]
    pub delete: Option<Message>,
    /// What the person does where no message deletes it.
    #[serde(default)]
    pub no_delete: Option<NoDelete>,
    /// Why strangers may not see it. The first one that holds is the reason.
    #[serde(default)]
    pub unseen: Vec<Unseen>,
}

/// A place that the person names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct To {
    /// What it is.
    pub meaning: Text,
    /// An example.
    #[serde(default)]
    pub example: Option<String>,
    /// Every spelling of one, with a group around what the platform takes.
    #[serde(default)]
    pub form: Option<Pattern>,
    /// The ids of the visibilities that need it; all of them if empty.
    #[serde(default)]
    pub visibilities: Vec<String>,
}

impl To {
    /// A place as the platform takes it. None if nothing is written so.
    pub fn read(&self, written: &str) -> Option<String> {
        let written = written.trim();
        match &self.form {
            Some(form) => form.group(written),
            None => (!written.is_empty()).then(|| written.to_owned()),
        }
    }
}

/// How a post is deleted that no message deletes: by hand, and where.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoDelete {
    /// A sentence for before and after the publication.
    pub text: Text,
    /// Where it is done.
    #[serde(default)]
    pub link: Option<String>,
}

/// To whom a post is visible.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visible {
    /// Its id.
    pub id: String,
    /// Who sees the post.
    pub meaning: Text,
    /// It is chosen at first.
    #[serde(default)]
    pub default: bool,
    /// Strangers do not see the post.
    #[serde(default)]
    pub hides: bool,
    /// Why they do not.
    #[serde(default)]
    pub reason: Option<DarkCode>,
    /// What `{visibility}` is; its id if absent.
    #[serde(default)]
    pub value: Option<String>,
    /// More names with values.
    #[serde(default, rename = "with")]
    pub more: BTreeMap<String, String>,
}

impl Post {
    /// The visibility with this id, or the default one. None where the file offers no choice.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] for an id that it does not have.
    pub fn visibility(&self, id: Option<&str>) -> Result<Option<&Visible>> {
        let found = match id {
            Some(id) => self.visibilities.iter().find(|v| v.id == id),
            None => return Ok(self.visibilities.iter().find(|v| v.default).or_else(|| self.visibilities.first())),
        };
        found.map(Some).ok_or_else(|| Error::InputInvalid {
            field: "visibility".into(),
        })
    }

    /// The place that a post of this visibility needs.
    pub fn place(&self, visible: Option<&Visible>) -> Option<&To> {
        let needs_it = |to: &&To| to.visibilities.is_empty() || visible.is_some_and(|visible| to.visibilities.contains(&visible.id));
        self.to.as_ref().filter(needs_it)
    }

    /// The steps for a post with an image, or for one without.
    pub fn steps(&self, image: bool) -> impl Iterator<Item = &Step> {
        let other = if image { When::Text } else { When::Image };
        self.steps.iter().filter(move |step| step.when != other)
    }

    /// Every name that a step or a list keeps something under.
    pub fn kept(&self) -> impl Iterator<Item = &str> {
        let of_steps = self.steps.iter().flat_map(|step| step.keep.keys());
        let of_list = self.recent.iter().flat_map(|recent| recent.keep.keys());
        of_steps.chain(of_list).map(String::as_str)
    }

    /// Every message with the token.
    pub fn messages(&self) -> impl Iterator<Item = &Message> {
        let recent = self.recent.iter().map(|recent| &recent.request);
        let steps = self.steps.iter().map(|step| &step.request);
        steps.chain(recent).chain(&self.read).chain(&self.account).chain(&self.delete)
    }

    /// Whether the platform still posts once for a key that was first sent `seconds` ago. After the clock was set back that is not known.
    pub fn keeps_key(&self, seconds: i64) -> bool {
        let mut publishing = self.steps.iter().filter(|step| step.publishes);
        let has_key = publishing.any(|step| step.request.names().any(|name| name.starts_with("idempotency_")));
        has_key && (0..i64::from(self.key_minutes) * 60).contains(&seconds)
    }
}

impl Visible {
    /// What `{visibility}` is.
    pub fn value(&self) -> &str {
        self.value.as_deref().unwrap_or(&self.id)
    }
}

/// One request of a publication.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id.
    pub id: String,
    /// It belongs to posts with an image, or to those without.
    #[serde(default)]
    pub when: When,
    /// After this request the post may be there. Exactly one step of each way publishes.
    #[serde(default)]
    pub publishes: bool,
    /// Seconds before it is sent.
    #[serde(default)]
    pub wait: u32,
    /// It is sent again until this holds.
    #[serde(default)]
    pub until: Option<Test>,
    /// It failed if this holds.
    #[serde(default)]
    pub fails: Vec<Test>,
    /// Seconds until it is sent again.
    #[serde(default = "every")]
    pub every: u32,
    /// How often it is sent at the most.
    #[serde(default = "times")]
    pub times: u32,
    /// Statuses that say that the post is there already: its key was used before.
    #[serde(default)]
    pub repeated: Vec<u16>,
    /// The image goes with it, as the part of this name: the request is then multipart/form-data, and its form the other parts.
    #[serde(default)]
    pub upload: Option<String>,
    /// What is sent.
    pub request: Message,
    /// What is kept of its answer, by the name that later templates use. `post_id` and `link` are the platform's id of the post and
    /// its address.
    #[serde(default)]
    pub keep: BTreeMap<String, Kept>,
}

fn every() -> u32 {
    60
}

fn times() -> u32 {
    5
}

/// Which posts a step belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// All.
    #[default]
    Always,
    /// Those with an image.
    Image,
    /// Those without one.
    Text,
}

/// Where something is that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "what is kept is a JSON pointer, a list of them, or a table with header, or with pointer and last_step = true"
)]
pub enum Kept {
    /// All of it.
    Whole(Pointers),
    /// What follows the last slash, for an address that is needed in part.
    Part(KeptPart),
    /// A header field.
    Header(KeptHeader),
}

/// A header field of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptHeader {
    /// Its name in lower case.
    pub header: String,
}

/// A part of what is at a pointer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptPart {
    /// Where.
    pub pointer: String,
    /// Only what follows the last slash.
    pub last_step: bool,
}

impl Kept {
    /// Where it may be.
    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        let (whole, part) = match self {
            Kept::Whole(pointers) => (Some(pointers), None),
            Kept::Part(part) => (None, Some(part.pointer.as_str())),
            Kept::Header(_) => (None, None),
        };
        whole.into_iter().flat_map(Pointers::iter).chain(part)
    }
}

/// How a stranger looks for it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    /// The question, without a credential.
    pub request: Message,
    /// What the answer contains where the post is seen, for one that is a page.
    #[serde(default)]
    pub contains: Option<Template>,
    /// Statuses that ask for a login. 401 and redirects do.
    #[serde(default)]
    pub needs_login: Vec<u16>,
    /// Statuses with which strangers do not see it. 403, 404 and 410 are such.
    #[serde(default)]
    pub hidden: Vec<u16>,
    /// Answers that say nothing of the post: the question was refused.
    #[serde(default)]
    pub unanswered: Vec<Unanswered>,
    /// For so many seconds after it was posted a miss means nothing.
    #[serde(default)]
    pub wait: u32,
}

/// The newest posts of an account.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recent {
    /// A message with a list.
    pub request: Message,
    /// Where an item's text is.
    pub text: Pointers,
    /// Where the time is at which it was posted.
    #[serde(default)]
    pub time: Option<Pointers>,
    /// How the addresses begin that the platform puts in the place of each link of a text.
    #[serde(default)]
    pub short_links: Option<String>,
    /// As of a step.
    pub keep: BTreeMap<String, Kept>,
}

with_looks! {
    /// A reason why strangers do not see a post, and what shows it. Without a test it is the likeliest one.
    pub struct Unseen {
        /// The reason.
        pub reason: DarkCode,
        /// Whose answer shows it.
        #[serde(default, rename = "in")]
        pub shown_by: Option<ShownBy>,
        /// The time at the pointer is before the publication began.
        #[serde(default)]
        pub older: bool,
        /// What helps, if the reason's own sentence is not enough.
        #[serde(default)]
        pub step: Option<Text>,
        /// Where that is done.
        #[serde(default)]
        pub link: Option<String>,
    }
}

with_looks! {
    /// An answer that says nothing of the post.
    pub struct Unanswered {}
}

impl Unseen {
    /// Whether it says anything of an answer. Without that it is the likeliest reason.
    pub fn tests(&self) -> bool {
        self.shown_by.is_some()
    }

    /// Whether an answer shows it. `json` is the body where it is JSON.
    pub fn is_shown(&self, by: ShownBy, status: u16, body: &str, json: Option<&Value>) -> bool {
        self.shown_by == Some(by) && self.looks().fits(status, body, json)
    }
}

/// Whose answer shows a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ShownBy {
    /// That of the step that publishes.
    Publish,
    /// That of `read`.
    Read,
    /// That of `public`.
    Public,
    /// That of `account`.
    Account,
}

/// Whether a post has an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum PostImage {
    /// It has none.
    #[default]
    None,
    /// It may have one.
    Optional,
    /// It needs one.
    Required,
}

/// Why strangers do not see a post: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum DarkCode {
    /// The app is in Development mode, or not published.
    AppInDevelopment,
    /// The Page is not published.
    PageUnpublished,
    /// The profile is private.
    PrivateProfile,
    /// The account's or the person's visibility hides it.
    DefaultVisibility,
    /// The post stays on its server.
    LocalOnly,
    /// The platform dropped it as a duplicate.
    Duplicate,
    /// The token lacks a permission.
    MissingScope,
    /// The account's e-mail address is not confirmed.
    UnconfirmedAccount,
    /// The account is limited or suspended.
    LimitedAccount,
    /// The platform holds it back, to look at it first.
    HeldBack,
    /// The account shows its posts only to those who sign in.
    LoginOnly,
    /// It was removed.
    Removed,
    /// No reason was found. A file does not name it.
    Unexplained,
}

impl DarkCode {
    /// The one with this id.
    pub fn of(id: &str) -> Option<DarkCode> {
        let read: Result<DarkCode, value::Error> = DarkCode::deserialize(id.into_deserializer());
        read.ok()
    }

    /// Its id.
    pub fn id(self) -> &'static str {
        match self {
            DarkCode::AppInDevelopment => "app-in-development",
            DarkCode::PageUnpublished => "page-unpublished",
            DarkCode::PrivateProfile => "private-profile",
            DarkCode::DefaultVisibility => "default-visibility",
            DarkCode::LocalOnly => "local-only",
            DarkCode::Duplicate => "duplicate",
            DarkCode::MissingScope => "missing-scope",
            DarkCode::UnconfirmedAccount => "unconfirmed-account",
            DarkCode::LimitedAccount => "limited-account",
            DarkCode::HeldBack => "held-back",
            DarkCode::LoginOnly => "login-only",
            DarkCode::Removed => "removed",
            DarkCode::Unexplained => "unexplained",
        }
    }
}
