//! Asks a person at the terminal whether a token may go to a target. The text is that of the window's dialog. The answer is the target's
//! own words, because people type "yes" without reading. It is read from the terminal and never from standard input, so that no script
//! can confirm through a pipe.

use keybearer_core::keeper::Keeper;
use keybearer_core::text::shown::escaped;
use keybearer_core::view::{ChosenFile, Target};

use super::target::{CLOUDFLARE_API, GITHUB_API};
use crate::failure::Failure;
use crate::system;
use crate::terminal::Terminal;

/// How many answers may differ before the question ends.
const TRIES: usize = 3;

/// Whether there is a terminal to ask at.
///
/// # Errors
/// [`Failure::Unconfirmed`].
pub fn needs_terminal() -> Result<(), Failure> {
    match system::has_console() {
        true => Ok(()),
        false => Err(Failure::Unconfirmed("cli-delivery-no-terminal")),
    }
}

/// Shows whose token goes where, and returns once the person has typed the target's decisive words.
///
/// # Errors
/// [`Failure::Unconfirmed`] without a terminal, for an empty line, and after the third answer that differs.
pub async fn ask(keeper: &Keeper, terminal: &Terminal, account: &str, target: &Target) -> Result<(), Failure> {
    needs_terminal()?;
    let shown = keeper.confirmation(terminal.language, account, target)?;
    let wanted = decisive(target);
    let asked = terminal.words("cli-delivery-type", &[]);
    let mut question = format!("{shown}\n\n{asked}\n  {wanted}\n> ");
    for _ in 0..TRIES {
        let answer = terminal.ask_at_console(&question).await?;
        match answer.trim() {
            "" => break,
            answer if answer == wanted.trim() => return Ok(()),
            _ => question = format!("{}\n  {wanted}\n> ", terminal.words("cli-delivery-differs", &[])),
        }
    }
    Err(Failure::Unconfirmed("cli-delivery-unconfirmed"))
}

/// The words that decide where a token goes, as they are shown: the file, the program with its arguments, or the names of a secret, with
/// the server if it is not the service's usual one.
fn decisive(target: &Target) -> String {
    let file = |place: &ChosenFile| place.leads_to.clone().unwrap_or_else(|| place.path.clone());
    let remote = |api: &str, usual: &str, names: &[&str]| {
        let server = Some(api).filter(|api| *api != usual);
        server.into_iter().chain(names.iter().copied()).map(str::to_owned).collect()
    };
    let words: Vec<String> = match target {
        Target::EnvFile { place, key } => vec![key.clone(), file(place)],
        Target::File { place } => vec![file(place)],
        Target::Program { words } => words.clone(),
        Target::Github { api, repository, name } => remote(api, GITHUB_API, &[repository, name]),
        Target::GithubEnvironment {
            api,
            repository,
            environment,
            name,
        } => remote(api, GITHUB_API, &[repository, environment, name]),
        Target::GithubOrganization {
            api, organization, name, ..
        } => remote(api, GITHUB_API, &[organization, name]),
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => remote(api, CLOUDFLARE_API, &[account, script, name]),
        Target::Openbao {
            url,
            namespace,
            mount,
            path,
            key,
        } => {
            let namespace = namespace.as_ref().map(|n| format!("{n}/")).unwrap_or_default();
            vec![url.clone(), format!("{namespace}{mount}/{path}"), key.clone()]
        }
    };
    words.iter().map(|word| escaped(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_is_typed() {
        let file = |path: &str, leads_to: Option<&str>| Target::EnvFile {
            place: ChosenFile {
                path: path.into(),
                leads_to: leads_to.map(str::to_owned),
            },
            key: "TOKEN".into(),
        };
        assert_eq!(decisive(&file("/srv/a b/.env", None)), "TOKEN /srv/a b/.env");
        assert_eq!(
            decisive(&file("/srv/.env", Some("/tmp/.env"))),
            "TOKEN /tmp/.env",
            "where it is written"
        );
        assert_eq!(decisive(&file("/srv/\u{202e}vne.", None)), "TOKEN /srv/\\u{202e}vne.");
        let program = Target::Program {
            words: ["/bin/sh", "-c", "cat > x"].map(str::to_owned).into(),
        };
        assert_eq!(decisive(&program), "/bin/sh -c cat > x");
        let github = |api: &str| Target::Github {
            api: api.into(),
            repository: "me/bot".into(),
            name: "TOKEN".into(),
        };
        assert_eq!(decisive(&github(GITHUB_API)), "me/bot TOKEN");
        assert_eq!(
            decisive(&github("https://github.example/api/v3")),
            "https://github.example/api/v3 me/bot TOKEN"
        );
    }
}
