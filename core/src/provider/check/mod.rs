//! What a provider file must fulfil. Each fault is a sentence, and says where in the file it is.
//!
//! `form` unknown, missing and mistyped keys · `place` where a fault is · the rest looks at the whole file: `login` questions, redirects
//! and the authorization request, `device` the device authorization grant, `tile` tile and console, `messages`, `statuses`, `post`, `lifetime`, `uses` discovery, calls and copies,
//! `sources` links, days and sources · `lint` rules that do not keep a file from loading.

mod device;
mod form;
mod lifetime;
mod lint;
mod login;
mod messages;
mod place;
mod post;
mod sources;
mod statuses;
mod tile;
mod uses;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::DeserializeOwned;
use toml::de::DeTable;

use super::file::answers::label_of_host;
use super::file::template::PLACEHOLDERS;
use super::{GrantType, Provider};
use crate::text::Text;

/// The most bytes of an icon's path data.
const MAX_ICON: usize = 4096;

/// A fault of a provider file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The key, as in `redirects[0].path`; empty for the whole file.
    pub key: String,
    /// Line and column, from 1; none if the file has nothing of the key.
    pub place: Option<(usize, usize)>,
    /// What is wrong, in a sentence.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}", self.text)?;
        match self.place {
            Some((line, _)) => write!(f, " (line {line})"),
            None => Ok(()),
        }
    }
}

/// Reads a provider file and checks it.
///
/// # Errors
/// Every fault that was found, at least one, in the order of their places. Faults of the form come alone: the other rules are checked
/// once the form is right.
pub fn read(source: &str) -> Result<Provider, Vec<Fault>> {
    let provider = form::read(source)?;
    let mut faults = Check {
        provider: &provider,
        faults: Vec::new(),
    }
    .run();
    form::not_filled_in(source, &mut faults);
    place::find(source, &mut faults);
    if faults.is_empty() { Ok(provider) } else { Err(faults) }
}

/// The faults that do not keep a file from loading. `taken` has the shipped providers' ids by their ports.
pub(super) fn lint(source: &str, provider: &Provider, taken: &BTreeMap<u16, Vec<String>>) -> Vec<Fault> {
    let mut check = Check {
        provider,
        faults: Vec::new(),
    };
    check.verifier();
    check.ports(taken);
    check.variables();
    place::find(source, &mut check.faults);
    check.faults
}

/// Reads a file of another form.
///
/// # Errors
/// Every fault of its form.
pub(super) fn form<T: DeserializeOwned>(source: &str) -> Result<T, Vec<Fault>> {
    form::read(source)
}

/// A file's id, whatever else is wrong in it.
pub(super) fn id(source: &str) -> Option<String> {
    let (document, _) = DeTable::parse_recoverable(source);
    let id = document.get_ref().iter().find(|(name, _)| name.get_ref() == "id");
    id.and_then(|(_, value)| value.get_ref().as_str()).map(str::to_owned)
}

/// A single fault, with its place.
pub(super) fn placed(source: &str, key: &str, text: String) -> Vec<Fault> {
    let mut faults = vec![Fault {
        key: key.to_owned(),
        place: None,
        text,
    }];
    place::find(source, &mut faults);
    faults
}

struct Check<'a> {
    provider: &'a Provider,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn run(mut self) -> Vec<Fault> {
        let p = self.provider;
        self.must(p.format == 1, "format", || format!("{}: this program reads format 1", p.format));
        self.must(is_plain_id(&p.id), "id", || {
            format!("“{}”: lower-case letters, digits and hyphens only", p.id)
        });
        self.mark();
        self.tile_info();
        self.hosts();
        self.texts();
        self.links();
        self.sources();
        self.client();
        self.questions();
        self.console();
        self.redirects();
        self.authorize();
        self.callback();
        self.device();
        self.messages();
        self.lifetime();
        // A longer hint would reveal too much of a key.
        self.must(p.hint <= 6, "hint", || "at most six characters".into());
        self.faults
    }

    /// `key` says where, as in [`Fault`].
    fn must(&mut self, holds: bool, key: impl Into<String>, text: impl FnOnce() -> String) {
        if !holds {
            self.faults.push(Fault {
                key: key.into(),
                place: None,
                text: text(),
            });
        }
    }

    /// Checks that the items of a list have different ids.
    fn unique<T: Ord + fmt::Display>(&mut self, list: &str, key: &str, ids: impl IntoIterator<Item = T>) {
        let mut seen = BTreeSet::new();
        for (n, id) in ids.into_iter().enumerate() {
            let said = id.to_string();
            self.must(seen.insert(id), format!("{list}[{n}].{key}"), || {
                format!("“{said}” is listed twice")
            });
        }
    }

    /// Checks that an icon is path data and nothing that a page could interpret in another way.
    fn mark(&mut self) {
        let Some(path) = &self.provider.mark.path else { return };
        let is_path = |b: u8| b.is_ascii_digit() || b"MmLlHhVvCcSsQqTtAaZz ,.+-".contains(&b);
        self.must(path.bytes().all(is_path), "mark.path", || {
            "only the letters of path commands (MmLlHhVvCcSsQqTtAaZz), digits, spaces and ,.+-".into()
        });
        self.must((1..=MAX_ICON).contains(&path.len()), "mark.path", || {
            format!("from 1 to {MAX_ICON} characters")
        });
    }

    fn hosts(&mut self) {
        let p = self.provider;
        let sends_nothing = p.grant == GrantType::Import && p.messages.iter().next().is_none();
        self.must(!p.hosts.is_empty() || sends_nothing, "hosts", || "at least one is needed".into());
        for (name, origin) in &p.hosts {
            let key = format!("hosts.{name}");
            let source = origin.source();
            self.must(
                !PLACEHOLDERS.contains(&name.as_str()) || source == format!("{{{name}}}"),
                &key,
                || "the name is taken".into(),
            );
            let asked = ["{server}", "{practice}"].contains(&source);
            let of_answer = label_of_host(origin).is_some_and(|label| p.text_questions().any(|q| q.id == label));
            self.must(asked || of_answer || is_origin(source), key, || not_an_origin(source));
        }
    }

    fn texts(&mut self) {
        for (key, text) in texts(self.provider) {
            for (language, words) in text.all() {
                self.must(!words.trim().is_empty(), &key, || format!("the {language} text is empty"));
            }
        }
    }
}

/// Every text of a file, with its key.
fn texts(p: &Provider) -> Vec<(String, Text)> {
    let mut texts: Vec<(String, Text)> = vec![("name".into(), p.name.clone()), ("summary".into(), p.summary.clone())];
    let mut add = |key: String, text: Option<&Text>| texts.extend(text.map(|text| (key, text.clone())));
    add(
        "tile_info.cost_note".into(),
        p.tile_info.as_ref().and_then(|tile| tile.cost_note.as_ref()),
    );
    if let Some(kind) = &p.kind {
        for (key, text) in [
            ("name", &kind.name),
            ("purpose", &kind.purpose),
            ("behalf", &kind.behalf),
            ("lives", &kind.lives),
            ("needs", &kind.needs),
        ] {
            add(format!("kind.{key}"), Some(text));
        }
    }
    for (n, warning) in p.warnings.iter().enumerate() {
        add(format!("warnings[{n}]"), Some(&warning.text()));
    }
    for (n, question) in p.questions.iter().enumerate() {
        add(format!("questions[{n}].label"), Some(&question.label));
        add(format!("questions[{n}].help"), question.help.as_ref());
        for (m, wrong) in question.wrong.iter().enumerate() {
            add(format!("questions[{n}].wrong[{m}].text"), Some(&wrong.text));
        }
    }
    for (n, client_type) in p.client_types.iter().enumerate() {
        add(format!("client_types[{n}].meaning"), client_type.meaning.as_ref());
    }
    for (n, step) in p.console.iter().enumerate() {
        add(format!("console[{n}].text"), Some(&step.text));
    }
    for (n, redirect) in p.redirects.iter().enumerate() {
        add(format!("redirects[{n}].note"), redirect.note.as_ref());
    }
    for (n, rule) in p.redirect_rules.iter().enumerate() {
        add(format!("redirect_rules[{n}].text"), Some(&rule.text));
    }
    for (n, stuck) in p.authorize.iter().flat_map(|a| &a.stuck).enumerate() {
        add(format!("authorize.stuck[{n}].action"), stuck.action.as_ref());
    }
    for (n, scope) in p.scopes.iter().enumerate() {
        add(format!("scopes[{n}].meaning"), Some(&scope.meaning));
    }
    for (n, call) in p.calls.iter().enumerate() {
        add(format!("calls[{n}].meaning"), Some(&call.meaning));
        add(format!("calls[{n}].costs"), call.costs.as_ref());
        for (m, input) in call.inputs.iter().enumerate() {
            add(format!("calls[{n}].inputs[{m}].meaning"), Some(&input.meaning));
        }
    }
    for (n, filter) in p.statuses.iter().flat_map(|s| &s.filters).enumerate() {
        add(format!("statuses.filters[{n}].meaning"), Some(&filter.meaning));
    }
    if let Some(post) = &p.post {
        add("post.costs".into(), post.costs.as_ref());
        add(
            "post.no_delete.text".into(),
            post.no_delete.as_ref().map(|no_delete| &no_delete.text),
        );
        add("post.to.meaning".into(), post.to.as_ref().map(|to| &to.meaning));
        for (n, visible) in post.visibilities.iter().enumerate() {
            add(format!("post.visibilities[{n}].meaning"), Some(&visible.meaning));
        }
        for (n, unseen) in post.unseen.iter().enumerate() {
            add(format!("post.unseen[{n}].step"), unseen.step.as_ref());
        }
    }
    for (n, wording) in p.errors.iter().enumerate() {
        add(format!("errors[{n}].action"), wording.action.as_ref());
    }
    texts
}

fn is_pointer(pointer: &str) -> bool {
    pointer.is_empty() || pointer.starts_with('/')
}

fn not_a_pointer(pointer: &str) -> String {
    format!("“{pointer}” isn't a JSON pointer")
}

/// Whether a text can be an id, which becomes part of file names and addresses.
pub fn is_plain_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Whether a text is an https origin, or an http origin on loopback, with nothing after host and port.
pub(super) fn is_origin(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    crate::http::may_be_reached(&url) && url.origin().ascii_serialization() == text && !text.contains('{')
}

/// The fault of a host that is no origin.
pub(super) fn not_an_origin(text: &str) -> String {
    format!(
        "“{text}” must be an https origin (http for loopback only), without a path; its first label may be the answer of a text question"
    )
}
