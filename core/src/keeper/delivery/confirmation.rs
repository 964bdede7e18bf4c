//! The text that a person confirms: whose token goes where. A dialog of the window and a question at a terminal show the same one.

use crate::error::Result;
use crate::keeper::Keeper;
use crate::text::shown::{exact, name};
use crate::view::Target;
use crate::words::{Language, say, tell};

impl Keeper {
    /// What a person confirms, in full.
    ///
    /// # Errors
    /// [`crate::error::Error::AccountUnknown`].
    pub fn confirmation(&self, language: Language, account: &str, target: &Target) -> Result<String> {
        let (book, _) = self.shared.book.read_lossy();
        let account = book.account(account)?;
        let platform = self.shared.registry.get(&account.provider);
        let platform = platform.map_or(account.provider.as_str(), |e| e.provider.name.of(language.tag()));
        // A person may have the same name on two platforms.
        let whose = format!("{} · {}", name(&account.name), name(platform));
        let head = tell(language, "native-deliver", &[("name", &whose)]);
        Ok(format!("{head}\n\n{}", described(language, target)))
    }
}

/// A target as text for a person: nothing is left out, and no character moves or hides text.
fn described(language: Language, target: &Target) -> String {
    let plain = exact;
    match target {
        Target::EnvFile { place, key } => {
            let file = tell(language, "native-env", &[("key", key), ("path", &plain(&place.path))]);
            file + &led(language, place.leads_to.as_deref())
        }
        Target::File { place } => {
            let file = tell(language, "native-file", &[("path", &plain(&place.path))]);
            file + &led(language, place.leads_to.as_deref())
        }
        Target::Program { words } => {
            let words: Vec<String> = words.iter().map(|word| plain(word)).collect();
            format!("{}\n{}", say(language, "native-program"), words.join("\n"))
        }
        Target::Github { api, repository, name } => {
            let parts = [("url", api.as_str()), ("repository", repository), ("name", name)];
            let shadow = tell(language, "native-github-shadow", &[("name", name)]);
            format!("{}\n\n{shadow}", tell(language, "native-github", &parts))
        }
        Target::GithubEnvironment {
            api,
            repository,
            environment,
            name,
        } => {
            let environment = plain(environment);
            let parts = [
                ("url", api.as_str()),
                ("repository", repository),
                ("environment", &environment),
                ("name", name),
            ];
            tell(language, "native-github-environment", &parts)
        }
        Target::GithubOrganization {
            api,
            organization,
            visibility,
            name,
        } => {
            let parts = [
                ("url", api.as_str()),
                ("organization", organization),
                ("visibility", visibility.as_str()),
                ("name", name),
            ];
            tell(language, "native-github-organization", &parts)
        }
        Target::Cloudflare {
            api,
            account,
            script,
            name,
        } => {
            let parts = [("url", api.as_str()), ("account", account), ("script", script), ("name", name)];
            tell(language, "native-cloudflare", &parts)
        }
        Target::Openbao {
            url,
            namespace,
            mount,
            path,
            key,
        } => {
            let namespace = namespace.as_ref().map(|n| format!("{n}/")).unwrap_or_default();
            let place = format!("{namespace}{mount}/{path}");
            tell(language, "native-openbao", &[("url", url), ("path", &place), ("key", &plain(key))])
        }
    }
}

fn led(language: Language, to: Option<&str>) -> String {
    let link = |to: &str| format!("\n\n{}", tell(language, "native-link", &[("path", &exact(to))]));
    to.map(link).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_command_is_shown() {
        let words = ["sh", "-c", "cat > 'a b'\u{202e}", ""].map(str::to_owned).into();
        let said = described(Language::En, &Target::Program { words });
        assert!(said.ends_with("\"sh\"\n\"-c\"\n\"cat > 'a b'\\u{202e}\"\n\"\""), "{said}");
    }

    #[test]
    fn a_path_is_shown_as_it_is() {
        for path in [r"C:\Users\ada\.env", r"\\nas\bots\it's.env", "/home/张伟/é e\u{301}/.env"] {
            let place = crate::view::ChosenFile {
                path: path.into(),
                leads_to: Some(path.into()),
            };
            let said = described(Language::En, &Target::File { place });
            assert_eq!(said.matches(&format!("\"{path}\"")).count(), 2, "{said}");
        }
    }

    #[test]
    fn every_target_is_described_in_every_language() {
        let place = crate::view::ChosenFile {
            path: "/home/ada/.env".into(),
            leads_to: Some("/srv/env".into()),
        };
        for language in Language::ALL {
            let said = described(
                language,
                &Target::EnvFile {
                    place: place.clone(),
                    key: "TOKEN".into(),
                },
            );
            for part in ["TOKEN", "/home/ada/.env", "/srv/env"] {
                assert!(said.contains(part), "{said}");
            }
            for id in [
                "native-choose",
                "native-choose-program",
                "native-yes",
                "native-deliver",
                "native-file",
                "native-github",
                "native-github-shadow",
                "native-github-environment",
                "native-github-organization",
                "native-cloudflare",
                "native-openbao",
            ] {
                assert_ne!(say(language, id), id);
            }
        }
    }
}
