//! Checks that a person can judge what they confirm: names and addresses must look like what they are and be short enough to read.

use std::path::Path;

use url::Url;

use super::env_file;
use crate::error::{Error, Result};
use crate::http::may_be_reached;
use crate::text::is_unseen;
use crate::view::Target;

/// The most characters that a person can read before confirming: of a command, and of anything else.
const MAX_COMMAND: usize = 1200;
const MAX_NAME: usize = 200;

/// Checks a target.
///
/// # Errors
/// [`Error::InputInvalid`] with the field's name.
pub fn check(target: &Target) -> Result<()> {
    let need = |field: &str, right: bool| match right {
        true => Ok(()),
        false => Err(Error::InputInvalid { field: field.to_owned() }),
    };
    match target {
        Target::EnvFile { key, .. } => need("key", is_variable(key)),
        Target::File { .. } => Ok(()),
        Target::Program { words } => {
            let clean = words.iter().all(|w| !w.contains(is_unseen));
            // The dialog has to show the whole command.
            let short = words.iter().map(|w| w.chars().count() + 1).sum::<usize>() <= MAX_COMMAND;
            // Which program a bare name starts depends on the search path.
            need(
                "words",
                short && clean && words.first().is_some_and(|program| Path::new(program).is_absolute()),
            )
        }
        Target::Github { api, repository, name } => {
            need("api", is_base(api))?;
            need("repository", is_repository(repository))?;
            need("name", is_github_name(name))
        }
        Target::GithubEnvironment {
            api,
            repository,
            environment,
            name,
        } => {
            need("api", is_base(api))?;
            need("repository", is_repository(repository))?;
            need("environment", is_environment(environment))?;
            need("name", is_github_name(name))
        }
        Target::GithubOrganization {
            api, organization, name, ..
        } => {
            need("api", is_base(api))?;
            need("organization", is_segment(organization))?;
            need("name", is_github_name(name))
        }
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => {
            need("api", is_base(api))?;
            need("account", is_segment(account))?;
            need("script", is_segment(script))?;
            need("name", is_variable(name))
        }
        Target::Openbao {
            url,
            namespace,
            mount,
            path,
            key,
        } => {
            need("url", is_base(url))?;
            need("namespace", namespace.as_deref().is_none_or(is_path))?;
            need("mount", is_path(mount))?;
            need("path", is_path(path))?;
            need("key", !key.is_empty() && is_short(key) && !key.contains(is_unseen))
        }
    }
}

/// Whether an address is an origin or a plain base path (https, or http on this computer) and is written as it is sent: a host in
/// another script as `xn--`, and no invisible characters.
fn is_base(text: &str) -> bool {
    let bare = |text: &str| text.strip_suffix('/').unwrap_or(text).to_owned();
    let plain =
        |u: &Url| may_be_reached(u) && u.query().is_none() && u.fragment().is_none() && u.username().is_empty() && u.password().is_none();
    let read = Url::parse(text);
    is_short(text) && read.is_ok_and(|u| plain(&u) && bare(u.as_str()) == bare(text))
}

fn is_variable(text: &str) -> bool {
    env_file::is_key(text) && is_short(text)
}

fn is_repository(text: &str) -> bool {
    text.split('/').count() == 2 && is_path(text)
}

fn is_github_name(text: &str) -> bool {
    is_variable(text) && !text.to_uppercase().starts_with("GITHUB_")
}

/// Whether a text is a readable environment name. It becomes one segment of an address, with its slashes encoded.
fn is_environment(text: &str) -> bool {
    !text.is_empty() && is_short(text) && text.trim() == text && !text.contains(is_unseen) && text.chars().any(|c| c != '.')
}

fn is_path(text: &str) -> bool {
    is_short(text) && text.split('/').all(is_segment)
}

fn is_segment(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    !text.is_empty() && is_short(text) && text.chars().all(allowed) && text.chars().any(|c| c != '.')
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= MAX_NAME
}
