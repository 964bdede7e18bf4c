//! The words of the command line that name a sync target: the fields of the window's form.

use std::path::{Component, Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use keybearer_core::deliver::{command, file};
use keybearer_core::error::Error;
use keybearer_core::view::{ChosenFile, Target, Visibility};

use crate::failure::Failure;

/// The usual addresses of the services' APIs.
pub const GITHUB_API: &str = "https://api.github.com";
pub const CLOUDFLARE_API: &str = "https://api.cloudflare.com/client/v4";

/// Where a token goes.
#[derive(Debug, Subcommand)]
pub enum Kind {
    /// A line in a .env file; the file's other bytes stay as they are
    EnvFile {
        /// The file
        path: PathBuf,
        /// The variable's name
        #[arg(long, value_name = "NAME", default_value = "ACCESS_TOKEN")]
        key: String,
    },
    /// A file that holds only the token
    File {
        /// The file
        path: PathBuf,
    },
    /// A program that gets the token on its standard input
    ///
    /// No shell reads its arguments. Other programs on this computer can read them, so don't put a secret there.
    Program {
        /// The program's path and its arguments, after `--`
        #[arg(last = true, required = true, value_name = "PROGRAM")]
        words: Vec<String>,
    },
    /// A GitHub Actions secret of a repository, or of one of its environments
    ///
    /// The access key is a fine-grained token that can write the repository's secrets, or its environments.
    GithubSecret {
        /// The repository
        #[arg(value_name = "OWNER/REPOSITORY")]
        repository: String,
        /// The environment, if the secret is one's
        #[arg(long, value_name = "NAME")]
        environment: Option<String>,
        /// The secret's name
        #[arg(long, value_name = "NAME", default_value = "ACCESS_TOKEN")]
        name: String,
        /// The API's address
        #[arg(long, value_name = "URL", default_value = GITHUB_API)]
        api: String,
    },
    /// A GitHub Actions secret of an organization
    ///
    /// The access key is a fine-grained token of the organization that can write its secrets.
    GithubOrganizationSecret {
        /// The organization
        organization: String,
        /// Which repositories may read it if it is new
        #[arg(long, value_enum, default_value_t = Readers::Private)]
        visibility: Readers,
        /// The secret's name
        #[arg(long, value_name = "NAME", default_value = "ACCESS_TOKEN")]
        name: String,
        /// The API's address
        #[arg(long, value_name = "URL", default_value = GITHUB_API)]
        api: String,
    },
    /// A secret of a Cloudflare Worker
    ///
    /// The access key is an API token that can edit Workers scripts.
    CloudflareSecret {
        /// The account's ID
        account: String,
        /// The Worker's name
        worker: String,
        /// The secret's name
        #[arg(long, value_name = "NAME", default_value = "ACCESS_TOKEN")]
        name: String,
        /// The API's address
        #[arg(long, value_name = "URL", default_value = CLOUDFLARE_API)]
        api: String,
    },
    /// A key of a secret in HashiCorp Vault or OpenBao, KV version 2
    ///
    /// The access key is a token that can read and write this path.
    #[command(visible_alias = "openbao")]
    Vault {
        /// The server's address
        url: String,
        /// The secret's path in its mount
        path: String,
        /// The mount
        #[arg(long, value_name = "MOUNT", default_value = "secret")]
        mount: String,
        /// The key in the secret
        #[arg(long, value_name = "KEY", default_value = "access_token")]
        key: String,
        /// The namespace, if the server has any
        #[arg(long, value_name = "NAMESPACE")]
        namespace: Option<String>,
    },
}

/// Which of an organization's repositories may read a new secret.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Readers {
    /// Private and internal repositories
    Private,
    /// Repositories selected on GitHub
    Selected,
    /// All repositories, public ones too
    All,
}

impl Kind {
    /// The target that it names. A file's path may be relative to the working folder; a program needs a path.
    ///
    /// # Errors
    /// [`Failure::Core`] where a path can be neither a file nor a program, [`Failure::System`].
    pub fn target(self) -> Result<Target, Failure> {
        Ok(match self {
            Kind::EnvFile { path, key } => Target::EnvFile { place: typed(&path)?, key },
            Kind::File { path } => Target::File { place: typed(&path)? },
            Kind::Program { mut words } => {
                if let Some(program) = words.first_mut() {
                    *program = program_path(program)?;
                }
                Target::Program { words }
            }
            Kind::GithubSecret {
                repository,
                environment: None,
                name,
                api,
            } => Target::Github { api, repository, name },
            Kind::GithubSecret {
                repository,
                environment: Some(environment),
                name,
                api,
            } => Target::GithubEnvironment {
                api,
                repository,
                environment,
                name,
            },
            Kind::GithubOrganizationSecret {
                organization,
                visibility,
                name,
                api,
            } => Target::GithubOrganization {
                api,
                organization,
                visibility: match visibility {
                    Readers::Private => Visibility::Private,
                    Readers::Selected => Visibility::Selected,
                    Readers::All => Visibility::All,
                },
                name,
            },
            Kind::CloudflareSecret {
                account,
                worker,
                name,
                api,
            } => Target::Cloudflare {
                api,
                account,
                script: worker,
                name,
            },
            Kind::Vault {
                url,
                path,
                mount,
                key,
                namespace,
            } => Target::Openbao {
                url,
                namespace,
                mount,
                path,
                key,
            },
        })
    }
}

/// The program's absolute path. A bare name is not looked up, because the result would depend on PATH.
fn program_path(typed: &str) -> Result<String, Failure> {
    let typed = Path::new(typed);
    if typed.components().count() < 2 {
        return Err(Failure::Unconfirmed("cli-delivery-program-path"));
    }
    Ok(command::program(&whole(typed)?)?)
}

/// The file of a typed path.
fn typed(path: &Path) -> Result<ChosenFile, Failure> {
    file::place(&whole(path)?).map_err(|error| match error {
        Error::FileNowhere { .. } => Failure::Mistyped(error.view()),
        error => error.into(),
    })
}

/// An absolute path, which means the same wherever Keybearer runs.
fn whole(typed: &Path) -> Result<PathBuf, Failure> {
    let path = std::path::absolute(typed).map_err(Failure::io(typed.display()))?;
    let folder_and_name = path.parent().zip(path.file_name());
    match folder_and_name.filter(|_| path.components().any(|part| part == Component::ParentDir)) {
        // After a link, `..` is not the folder that the text suggests.
        Some((folder, name)) => folder
            .canonicalize()
            .map(|folder| folder.join(name))
            .map_err(Failure::io(typed.display())),
        None => Ok(path),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_path_is_whole_and_leads_where_it_says() {
        let folder = tempfile::TempDir::new().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("bot")).unwrap();
        assert!(whole(Path::new("a.env")).unwrap().is_absolute());
        assert_eq!(
            whole(&root.join("bot/../a.env")).unwrap().canonicalize().ok(),
            root.join("a.env").canonicalize().ok()
        );
        let up = whole(&root.join("bot").join("..").join("a.env")).unwrap();
        assert!(
            up.ends_with("a.env") && !up.components().any(|part| part == Component::ParentDir),
            "{up:?}"
        );
        assert!(matches!(program_path("cat"), Err(Failure::Unconfirmed(_))));
    }
}
