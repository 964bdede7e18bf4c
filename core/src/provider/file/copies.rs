//! What a token can be copied as: named values, and a text that follows them. `exchange/copy` writes it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::calls::Of;
use super::template::{SECRET_PLACEHOLDERS, Template};

/// Names that a copy may use besides those of messages: the secret of a token (RFC 5849), its expiry in Unix seconds, and the
/// account's name.
pub const MORE_PLACEHOLDERS: &[&str] = &["token_secret", "expires_at", "account_name"];

/// Something to copy.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// Its id.
    pub id: String,
    /// Where it will be pasted.
    pub kind: CopyKind,
    /// Whose tokens it is for.
    #[serde(default)]
    pub of: Of,
    /// `NAME={template}`, in order. One whose template has a name without a value is left out; a program needs all of them.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// What follows them, as it is: nothing is filled in.
    #[serde(default)]
    pub text: String,
    /// A text that ships with Keybearer, in its place.
    #[serde(default)]
    pub shipped: Option<Shipped>,
    /// The call that is made a command (`curl`).
    #[serde(default)]
    pub call: Option<String>,
    /// The name under which it may be saved. What holds a secret becomes no file.
    #[serde(default)]
    pub file: Option<String>,
}

/// Where a copy will be pasted, and so how its values are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum CopyKind {
    /// Anywhere, as it is.
    Plain,
    /// A header field.
    Header,
    /// A POSIX shell: a request of the file's, as a command.
    Curl,
    /// A `.env` file that a shell may source.
    Env,
    /// JSON: one flat object of texts.
    Json,
    /// JavaScript: constants.
    Javascript,
}

/// Texts that several files share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shipped {
    /// A Cloudflare Worker that hands on an account's public statuses.
    StatusesWorker,
}

impl Shipped {
    /// The text itself.
    pub fn text(self) -> &'static str {
        match self {
            Shipped::StatusesWorker => include_str!("../../../copies/statuses-worker.js"),
        }
    }
}

/// How names of variables end that a command may get: what tokens, apps, accounts and servers are called.
const VARIABLE_ENDS: &[&str] = &[
    "ACCOUNT",
    "API",
    "APPID",
    "AT",
    "DID",
    "DOMAIN",
    "EMAIL",
    "ENDPOINT",
    "EXPIRES",
    "HANDLE",
    "HOST",
    "ID",
    "IDENTIFIER",
    "INSTANCE",
    "KEY",
    "LOGIN",
    "NAME",
    "ORIGIN",
    "PASSWORD",
    "SECRET",
    "SERVICE",
    "TOKEN",
    "URI",
    "URL",
    "URN",
    "USERNAME",
];

/// How names begin by which loaders, shells and tools find what they run.
const OF_TOOLS: &[&str] = &[
    "AWS", "BASH", "BUN", "BUNDLE", "CARGO", "COMPOSER", "CONDA", "CURL", "DENO", "DOCKER", "DYLD", "GEM", "GIT", "GO", "GRADLE", "HELM",
    "JAVA", "JULIA", "KUBE", "LD", "MAVEN", "NODE", "NPM", "NUGET", "PERL", "PERL5", "PHP", "PIP", "PNPM", "PYTHON", "R", "RUBY", "RUSTUP",
    "SSH", "SSL", "UV", "YARN",
];

/// A name and the template of its value.
#[derive(Clone, Debug)]
pub struct Line {
    /// The name of a variable, member, constant or header; empty for `Plain`.
    pub name: String,
    /// Its value.
    pub value: Template,
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        let source = String::deserialize(d)?;
        let (name, value) = source.split_once('=').unwrap_or(("", &source));
        let value = Template::parse(value).map_err(serde::de::Error::custom)?;
        Ok(Line {
            name: name.to_owned(),
            value,
        })
    }
}

impl Line {
    /// Whether it may set a variable of a command: its name is what data of an account is called, and it has such data. Other variables
    /// choose what the command runs (`PATH`, `BASH_ENV`, `NODE_OPTIONS`), and no file may do that.
    pub fn is_variable_of_account(&self) -> bool {
        let name = self.name.to_ascii_uppercase();
        let ends = name.rsplit_once('_').is_some_and(|(_, end)| VARIABLE_ENDS.contains(&end));
        let of_tool = name.split('_').next().is_some_and(|begin| OF_TOOLS.contains(&begin));
        ends && !of_tool && self.value.names().next().is_some()
    }
}

impl Copy {
    /// Whether it holds a secret. A command holds those of its request.
    pub fn is_secret(&self) -> bool {
        let secret = |name: &str| SECRET_PLACEHOLDERS.contains(&name) || name == "token_secret";
        self.kind == CopyKind::Curl || self.lines.iter().flat_map(|line| line.value.names()).any(secret)
    }
}
