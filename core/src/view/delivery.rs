//! Where a token goes after each login and renewal, and how that went. It contains no secret: a target's credential is in the vault.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::LaterView;

/// A target, as the person confirmed it. If it changes, the delivery is turned off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum Target {
    /// One key of a `.env` file.
    EnvFile {
        /// The file, and where it leads.
        #[serde(default)]
        place: ChosenFile,
        /// The variable's name.
        key: String,
    },
    /// A file that contains only the token.
    File {
        /// The file, and where it leads.
        #[serde(default)]
        place: ChosenFile,
    },
    /// A program that reads the token from its standard input.
    Program {
        /// The program's path, chosen in a native dialog, and its arguments. No shell interprets them.
        words: Vec<String>,
    },
    /// A secret of a repository's GitHub Actions.
    Github {
        /// The API's base address.
        api: String,
        /// `owner/name`.
        repository: String,
        /// The secret's name.
        name: String,
    },
    /// A secret of one environment of a repository. It takes precedence over the repository's.
    GithubEnvironment {
        /// The API's base address.
        api: String,
        /// `owner/name`.
        repository: String,
        /// The environment's name.
        environment: String,
        /// The secret's name.
        name: String,
    },
    /// A secret of an organization's GitHub Actions.
    GithubOrganization {
        /// The API's base address.
        api: String,
        /// The organization's name.
        organization: String,
        /// Which repositories may read a new secret. An existing secret keeps its setting.
        visibility: Visibility,
        /// The secret's name.
        name: String,
    },
    /// A secret of a Cloudflare Worker.
    Cloudflare {
        /// The API's base address.
        api: String,
        /// The account's id.
        account: String,
        /// The Worker's name.
        script: String,
        /// The secret's name.
        name: String,
    },
    /// One key of a secret of HashiCorp Vault's or OpenBao's, in a KV store of version 2.
    Openbao {
        /// The server.
        url: String,
        /// The namespace, if the server has any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        namespace: Option<String>,
        /// The store's mount path.
        mount: String,
        /// The secret's path in it.
        path: String,
        /// The key.
        key: String,
    },
}

/// Which of an organization's repositories may read a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum Visibility {
    /// Those that are not public.
    #[default]
    Private,
    /// All of them.
    All,
    /// Those that are selected at GitHub.
    Selected,
}

impl Visibility {
    /// GitHub's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Private => "private",
            Visibility::All => "all",
            Visibility::Selected => "selected",
        }
    }
}

/// A file that a native dialog returned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChosenFile {
    /// The file's path. A path from the page is ignored.
    #[serde(default)]
    pub path: String,
    /// Where it led when the person confirmed it, if it or a folder on the way is a link. It is followed only to there.
    #[serde(default)]
    pub leads_to: Option<String>,
}

impl Target {
    /// The file, if the target is one.
    pub fn place_mut(&mut self) -> Option<&mut ChosenFile> {
        match self {
            Target::EnvFile { place, .. } | Target::File { place } => Some(place),
            _ => None,
        }
    }

    /// The program's path, if the target is one.
    pub fn program_mut(&mut self) -> Option<&mut String> {
        match self {
            Target::Program { words } => words.first_mut(),
            _ => None,
        }
    }

    /// The same target without the place that its file leads to, for comparing.
    #[must_use]
    pub fn without_link(mut self) -> Target {
        if let Some(place) = self.place_mut() {
            place.leads_to = None;
        }
        self
    }

    /// Whether the target needs a credential.
    pub fn needs_credential(&self) -> bool {
        !matches!(self, Target::EnvFile { .. } | Target::File { .. } | Target::Program { .. })
    }
}

/// A delivery: one account's token and one target that it is written to.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DeliveryView {
    /// Our id.
    pub id: String,
    /// The account's id.
    pub account: String,
    /// The target.
    pub target: Target,
    /// False: it is off until the person confirms it in a native dialog.
    pub confirmed: bool,
    /// The last arrival; none if it never arrived.
    pub done: Option<DeliveredView>,
    /// The target has the account's present token.
    pub current: bool,
    /// The last attempt failed and is retried.
    pub later: Option<LaterView>,
}

/// An arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveredView {
    /// When it arrived.
    pub time: i64,
    /// How the target proved it.
    pub proof: Proof,
}

/// How a target proved that it has the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum Proof {
    /// The file was read back and had the token.
    ReadBack,
    /// The program exited with 0.
    Exited,
    /// The service says when the secret was changed.
    Updated {
        /// The time, in the service's own words.
        at: String,
        /// The repository's number, which stays when its name changes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        repository: Option<u64>,
        /// Environments of the repository that have a secret of the same name: jobs that name one of them read that one.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<String>>")]
        environments: Vec<String>,
    },
    /// The service lists it, without a time.
    Listed,
    /// It was read back as this version.
    Version {
        /// Which.
        number: u64,
    },
    /// It was written as this version. The credential may not read it back.
    Written {
        /// Which.
        number: u64,
        /// That version contains only the token.
        alone: bool,
    },
}
