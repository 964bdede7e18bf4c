//! Where a token goes after each login and renewal, and how that went. The definition holds no secret: what opens the other
//! side lies in the vault.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::LaterView;

/// Where a token goes. What is written here is what the person has confirmed: a change of it turns the delivery off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum Target {
    /// One key of a `.env` file.
    EnvFile {
        /// Which file, and where it leads.
        #[serde(default)]
        place: Place,
        /// The variable's name.
        key: String,
    },
    /// A file that holds the token and nothing else.
    File {
        /// Which file, and where it leads.
        #[serde(default)]
        place: Place,
    },
    /// A program that reads the token from its standard input.
    Program {
        /// The program's path, chosen in a native dialog as well, and its arguments, as they are handed over: no shell reads
        /// them.
        words: Vec<String>,
    },
    /// A secret of a repository's GitHub Actions.
    Github {
        /// Where the API is.
        api: String,
        /// `owner/name`.
        repository: String,
        /// The secret's name.
        name: String,
    },
    /// A secret of one environment of a repository: it stands before the repository's.
    GithubEnvironment {
        /// Where the API is.
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
        /// Where the API is.
        api: String,
        /// The organization's name.
        organization: String,
        /// Which repositories may read a new secret; one that is there keeps what it has.
        visibility: Visibility,
        /// The secret's name.
        name: String,
    },
    /// A secret of a Cloudflare Worker.
    Cloudflare {
        /// Where the API is.
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
        /// The namespace, where the server has any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        namespace: Option<String>,
        /// Where the store is mounted.
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
    /// As GitHub writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Visibility::Private => "private",
            Visibility::All => "all",
            Visibility::Selected => "selected",
        }
    }
}

/// A file, as a native dialog named it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Place {
    /// The file's path. What a page says here counts for nothing.
    #[serde(default)]
    pub path: String,
    /// Where it led when the person confirmed it, if it is a link or a folder on the way is one: it is followed there and
    /// nowhere else.
    #[serde(default)]
    pub leads_to: Option<String>,
}

impl Target {
    /// The file, where it is one.
    pub fn place_mut(&mut self) -> Option<&mut Place> {
        match self {
            Target::EnvFile { place, .. } | Target::File { place } => Some(place),
            _ => None,
        }
    }

    /// The program's path, where it is one.
    pub fn program_mut(&mut self) -> Option<&mut String> {
        match self {
            Target::Program { words } => words.first_mut(),
            _ => None,
        }
    }

    /// The same, whatever its file leads to.
    #[must_use]
    pub fn without_link(mut self) -> Target {
        if let Some(place) = self.place_mut() {
            place.leads_to = None;
        }
        self
    }

    /// Whether the other side wants a credential.
    pub fn needs_credential(&self) -> bool {
        !matches!(self, Target::EnvFile { .. } | Target::File { .. } | Target::Program { .. })
    }
}

/// A delivery: one account's token on its way to one target.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DeliveryView {
    /// Ours.
    pub id: String,
    /// Whose token.
    pub account: String,
    /// Where to.
    pub target: Target,
    /// False: it is off until the person confirms it in a native dialog.
    pub confirmed: bool,
    /// When it last arrived; none where it never did.
    pub done: Option<DeliveredView>,
    /// What arrived last is the token that the account has now.
    pub current: bool,
    /// It did not work, and is tried again.
    pub later: Option<LaterView>,
}

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DeliveredView {
    /// When.
    pub time: i64,
    /// How the other side showed that it has it.
    pub proof: Proof,
}

/// How the other side showed that it has what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[ts(tag = "kind", rename_all = "kebab-case")]
pub enum Proof {
    /// The file was read back, and was what was written.
    ReadBack,
    /// The program ended well.
    Exited,
    /// The other side says when it was changed.
    Updated {
        /// In its own words.
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
    /// The other side lists it; it does not say since when.
    Listed,
    /// It was read back, and is this version.
    Version {
        /// Which.
        number: u64,
    },
    /// The other side took it as this version; the credential may not read it back.
    Written {
        /// Which.
        number: u64,
        /// Nothing but the token stands in that version.
        alone: bool,
    },
}
