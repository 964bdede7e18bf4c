//! Answers to questions of kind `text`, which the file's templates may name: a step of a path, a parameter, or the first label of a
//! host. A host stays within the file's own domain whatever the answer is.

use std::collections::BTreeMap;

use super::Provider;
use super::copies::MORE_PLACEHOLDERS;
use super::questions::{Question, QuestionKind};
use super::template::{PLACEHOLDERS, Template};
use crate::error::{Error, Result};
use crate::http::may_be_reached;

/// Names that some templates have besides [`PLACEHOLDERS`].
const ELSEWHERE: &[&str] = &["display_name", "limit", "token_id"];

/// The answers by the ids of their questions.
pub type TextAnswers = BTreeMap<String, String>;

/// No answers.
pub static NO_ANSWERS: TextAnswers = BTreeMap::new();

impl Provider {
    /// The text questions that templates may name: those whose ids have no other meaning there. A host may be called like the answer in
    /// it: elsewhere the name is the host's.
    pub fn text_questions(&self) -> impl Iterator<Item = &Question> {
        let is_free = |id: &str| {
            let taken = [PLACEHOLDERS, MORE_PLACEHOLDERS, ELSEWHERE].iter().any(|names| names.contains(&id));
            !taken && self.hosts.get(id).is_none_or(|origin| label_of_host(origin) == Some(id))
        };
        self.questions
            .iter()
            .filter(move |q| q.kind == QuestionKind::Text && is_free(&q.id))
    }

    /// What was typed as answers to those questions, as templates take it. In a host it is in lower case.
    ///
    /// # Errors
    /// [`Error::InputInvalid`] with the question's id if an address needs an answer and it is missing, or cannot be where it is named.
    pub fn text_answers<'t>(&self, typed: impl Fn(&str) -> Option<&'t str>) -> Result<TextAnswers> {
        let mut answers = TextAnswers::new();
        for question in self.text_questions() {
            let invalid = || Error::InputInvalid {
                field: question.id.clone(),
            };
            let Some(answer) = question.answer(typed(&question.id))? else {
                if question.default.is_none() && self.needs_answer(&question.id) {
                    return Err(invalid());
                }
                continue;
            };
            let in_host = self.hosts.values().any(|origin| names(origin, &question.id));
            let answer = if in_host { answer.to_ascii_lowercase() } else { answer.to_owned() };
            let fits = if in_host {
                is_label(&answer)
            } else {
                !answer.chars().any(char::is_control)
            };
            if !fits || answer == "." || answer == ".." {
                return Err(invalid());
            }
            answers.insert(question.id.clone(), answer);
        }
        Ok(answers)
    }

    /// Whether an address cannot be made without this answer.
    fn needs_answer(&self, id: &str) -> bool {
        let messages = self.messages.iter().map(|(_, message)| message);
        let calls = self.calls.iter().map(|call| &call.request);
        let listing = self.statuses.iter().map(|listing| &listing.request);
        let posts = self.post.iter().flat_map(|post| post.messages());
        let urls = messages.chain(calls).chain(listing).chain(posts).map(|message| &message.url);
        let authorize = self.authorize.iter().map(|authorize| &authorize.url);
        self.hosts.values().chain(authorize).chain(urls).any(|template| names(template, id))
    }
}

fn names(template: &Template, id: &str) -> bool {
    template.names().any(|name| name == id)
}

/// Whether a text is one label of a host's name (RFC 1123 §2.1), in lower case.
pub fn is_label(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=63).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with('-') && !text.ends_with('-')
}

/// The placeholder at the start of a host, if the rest is an origin of the file's own domain: `https://{shop}.example.com`.
pub fn label_of_host(origin: &Template) -> Option<&str> {
    let mut names = origin.names();
    let (name, None) = (names.next()?, names.next()) else { return None };
    let scheme = origin.source().split_once("://")?.0;
    let domain = origin.source().strip_prefix(&format!("{scheme}://{{{name}}}."))?;
    let filled = format!("{scheme}://x.{domain}");
    let whole = url::Url::parse(&filled).is_ok_and(|url| may_be_reached(&url) && url.origin().ascii_serialization() == filled);
    // Directly below a top-level domain the label would be a domain that anyone can register.
    let own = domain.contains('.') || domain.split(':').next() == Some("localhost");
    (whole && own).then_some(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_label_is_one_and_plain() {
        for label in ["shop", "my-shop-2", "0", &"a".repeat(63)] {
            assert!(is_label(label), "{label}");
        }
        for other in [
            "",
            "-a",
            "a-",
            "a.b",
            "Shop",
            "a_b",
            "a/b",
            "evil.com#",
            "ä",
            "a b",
            "a@b",
            "a:1",
            &"a".repeat(64),
        ] {
            assert!(!is_label(other), "{other}");
        }
    }

    #[test]
    fn a_host_keeps_the_files_own_domain() {
        let label = |source: &str| label_of_host(&Template::parse(source).unwrap()).map(str::to_owned);
        for source in [
            "https://{shop}.example.com",
            "https://{shop}.a.example.com:8443",
            "http://{shop}.localhost:8080",
        ] {
            assert_eq!(label(source).as_deref(), Some("shop"), "{source}");
        }
        for source in [
            "https://{shop}",
            "https://{shop}.com",
            "https://example.{shop}",
            "https://a{shop}.example.com",
            "https://{shop}example.com",
            "https://{shop}.{shop}.example.com",
            "https://{shop}.example.com/",
            "https://{shop}.example.com/a",
            "http://{shop}.example.com",
            "ftp://{shop}.example.com",
            "https://{shop}.example.com:99999",
            "{server}",
        ] {
            assert_eq!(label(source), None, "{source}");
        }
    }
}
