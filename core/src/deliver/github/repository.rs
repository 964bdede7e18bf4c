//! Identifies a repository by its number, and finds its environments that have a secret of the same name.

use super::Github;
use crate::error::{Error, Result};
use crate::http::{Request, Response, host_of};
use crate::text::is_unseen;
use crate::view::Proof;

/// The most environments that are asked for a secret of the same name.
const MOST_ENVIRONMENTS: usize = 30;

impl Github<'_> {
    /// The present name of a repository that was renamed or transferred, asked by its number at the same API only.
    pub(super) async fn moved_to(&self, request: &Request, answer: &Response) -> Result<String> {
        let to = answer.location.as_deref().and_then(|to| request.url.join(to).ok());
        let elsewhere = || Error::Redirected {
            host: to.as_ref().map_or_else(|| request.host(), host_of),
        };
        let base = self.remote.request_to("the repository at GitHub", "GET", [])?.url;
        let same = to.as_ref().filter(|to| to.origin() == base.origin());
        let path = same.and_then(|to| to.path().strip_prefix(base.path().trim_end_matches('/')));
        let number = path.and_then(|p| p.strip_prefix("/repositories/")?.split('/').next());
        let number = number
            .filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
            .ok_or_else(elsewhere)?;
        let ask = self.request("the repository at GitHub", "GET", &["repositories", number])?;
        let found = self.remote.json(&ask, &self.remote.send(&ask).await?)?;
        found["full_name"].as_str().map(seen).ok_or_else(elsewhere)
    }

    pub(super) fn moved(&self, now: String) -> Error {
        Error::DeliveryMoved {
            place: self.repository.to_owned(),
            now,
        }
    }

    /// The repository's number, which stays when its name changes. It is an error if the repository has another name now, or if the name
    /// belongs to another repository.
    pub(super) async fn identity(&self, before: Option<&Proof>) -> Result<Option<u64>> {
        let known = match before {
            Some(Proof::Updated { repository, .. }) => *repository,
            _ => None,
        };
        let ask = self.request("the repository at GitHub", "GET", &self.below(&[]))?;
        let answer = self.remote.send(&ask).await?;
        if !answer.is_success() {
            return match answer.status {
                // The next request shows whether the credential may write secrets.
                404 if known.is_none() => Ok(None),
                _ => Err(self.refused(&ask, &answer).await),
            };
        }
        let found = self.remote.json(&ask, &answer)?;
        let (id, name) = found["id"]
            .as_u64()
            .zip(found["full_name"].as_str())
            .ok_or(Error::AnswerUnreadable {
                what: ask.what,
                detail: "no repository".into(),
            })?;
        if !name.eq_ignore_ascii_case(self.repository) {
            return Err(self.moved(seen(name)));
        }
        match known {
            Some(known) if known != id => Err(Error::DeliveryReplaced {
                place: self.repository.to_owned(),
            }),
            _ => Ok(Some(id)),
        }
    }

    /// The environments with a secret of this name, as far as the credential may see them. Failures are ignored.
    pub(super) async fn environments_with(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        let Ok(mut ask) = self.request("the environments at GitHub", "GET", &self.below(&["environments"])) else {
            return found;
        };
        ask.url.set_query(Some("per_page=100"));
        let listed = self.json(&ask).await.unwrap_or_default();
        let all = listed["environments"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names = all.iter().filter_map(|e| e["name"].as_str()).take(MOST_ENVIRONMENTS);
        for environment in names {
            let path = self
                .below(&["environments"])
                .into_iter()
                .chain([environment, "secrets", name])
                .collect::<Vec<_>>();
            let Ok(look) = self.request("a secret at GitHub", "GET", &path) else {
                continue;
            };
            match self.remote.send(&look).await {
                Ok(answer) if answer.is_success() => found.push(seen(environment)),
                Ok(answer) if answer.status == 404 => {}
                _ => break,
            }
        }
        found
    }
}

/// A name from the server, made safe to show.
fn seen(name: &str) -> String {
    name.chars().filter(|c| !is_unseen(*c)).take(200).collect()
}
