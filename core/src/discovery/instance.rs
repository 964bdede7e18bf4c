//! Asks a server's own API: which software it is, which domain its handles have, whether it registers clients; and recognises what
//! answers instead.

use serde_json::Value;
use url::Url;

use super::{Api, Server, follow, origin_of};
use crate::error::{Error, Intermediary, Result};
use crate::http::client::Client;
use crate::http::intermediary::intermediary;
use crate::http::{Request, host_of};
use crate::oauth2::body;
use crate::token::Secret;

/// The server at this origin, if its API describes it.
pub(super) async fn ask(client: &Client, origin: &Url, api: Api<'_>) -> Option<Server> {
    for path in api.instance {
        if let Some((at, document)) = described(client, origin, path).await {
            let (software, version) = software_of(&document);
            return Some(Server {
                origin: origin_of(&at)?,
                software,
                version,
            });
        }
    }
    None
}

/// The domain that a server claims for its handles.
pub(super) async fn domain(client: &Client, origin: &Url, paths: &[String], pointers: &[String]) -> Option<String> {
    for path in paths {
        if let Some((_, document)) = described(client, origin, path).await {
            return pointers.iter().find_map(|pointer| document.pointer(pointer).and_then(body::text));
        }
    }
    None
}

/// # Errors
/// [`Error::ServerUnderPath`] if a server's API answers below this path.
pub(super) async fn not_under(client: &Client, origin: &Url, path: &str, api: Api<'_>) -> Result<()> {
    if path.is_empty() {
        return Ok(());
    }
    for instance in api.instance {
        if described(client, origin, &format!("{path}{instance}")).await.is_some() {
            return Err(Error::ServerUnderPath {
                host: host_of(origin),
                path: path.to_owned(),
            });
        }
    }
    Ok(())
}

/// Whether a server registers clients, found by an empty registration, which it refuses with what is missing. Asked last, because
/// servers limit registrations.
pub(super) async fn registers(client: &Client, origin: &Url, api: Api<'_>) -> bool {
    let Some(url) = (api.registration)(origin) else { return false };
    let request = Request {
        method: "POST",
        body: Some(("application/x-www-form-urlencoded", Secret::new(""))),
        ..Request::get("registration", url)
    };
    let Ok(response) = client.send(&request).await else { return false };
    let judged = response.is_success() || matches!(response.status, 400 | 406 | 422 | 429);
    let json = serde_json::from_str::<Value>(response.body.expose()).ok();
    judged && json.is_some_and(|document| document.get("error").is_some() || document.get("client_id").is_some())
}

/// What answers instead of the API, if that is certain: a page alone may be a website.
pub(super) async fn in_its_place(client: &Client, origin: &Url, api: Api<'_>) -> Option<Error> {
    let mut url = origin.clone();
    url.set_path(api.instance.first()?);
    let (at, response) = follow(client, url).await.ok()?;
    let kind = intermediary(&response)?;
    let certain = match kind {
        Intermediary::Password | Intermediary::BotCheck => true,
        Intermediary::Portal => response.status == 511,
        Intermediary::Page => response.status >= 500,
        Intermediary::Silent => false,
    };
    certain.then(|| Error::Intermediary {
        host: host_of(&at),
        kind,
        status: response.status,
        retry_after: response.retry_after,
    })
}

/// The JSON at a path, if a server describes itself there.
async fn described(client: &Client, origin: &Url, path: &str) -> Option<(Url, Value)> {
    let mut url = origin.clone();
    url.set_path(path);
    let (at, response) = follow(client, url).await.ok()?;
    let document = body::read(&response).ok().filter(|_| response.is_success())?;
    let text = |name: &str| document.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    (text("version") && (text("uri") || text("domain") || text("title"))).then_some((at, document))
}

/// Software and version from the family's version text. Mastodon's is a plain version; others are “2.7.2 (compatible; Pleroma 2.5)”, or
/// name their source repository.
fn software_of(document: &Value) -> (Option<String>, Option<String>) {
    let text = |name: &str| document.get(name).and_then(body::text);
    let version = text("version");
    let compatible = version
        .as_deref()
        .and_then(|v| v.split_once("(compatible;")?.1.split(')').next())
        .map(str::trim);
    if let Some(named) = compatible {
        let (software, version) = named.split_once(' ').unwrap_or((named, ""));
        let software = Some(software.to_lowercase()).filter(|s| !s.is_empty());
        return (software, Some(version.to_owned()).filter(|v| !v.is_empty()));
    }
    let source = text("source_url").and_then(|source| Url::parse(&source).ok());
    let project = source.and_then(|s| {
        Some(
            s.path_segments()?
                .rfind(|step| !step.is_empty())?
                .trim_end_matches(".git")
                .to_lowercase(),
        )
    });
    (project, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_names_the_software() {
        for (document, software, version) in [
            (r#"{"version":"2.7.2 (compatible; Pleroma 2.5)"}"#, Some("pleroma"), Some("2.5")),
            (
                r#"{"version":"2.7.2 (compatible; Akkoma 3.13.2-0-g050bc74)"}"#,
                Some("akkoma"),
                Some("3.13.2-0-g050bc74"),
            ),
            (r#"{"version":"3.5.3 (compatible; Pixelfed)"}"#, Some("pixelfed"), None),
            (
                r#"{"version":"4.3.0","source_url":"https://github.com/mastodon/mastodon"}"#,
                Some("mastodon"),
                Some("4.3.0"),
            ),
            (
                r#"{"version":"0.20.0 git-57cb4fe","source_url":"https://codeberg.org/superseriousbusiness/gotosocial/"}"#,
                Some("gotosocial"),
                Some("0.20.0 git-57cb4fe"),
            ),
            (r#"{"version":"3.5.3"}"#, None, Some("3.5.3")),
        ] {
            let document = serde_json::from_str(document).unwrap_or_default();
            let found = software_of(&document);
            assert_eq!((found.0.as_deref(), found.1.as_deref()), (software, version));
        }
    }
}
