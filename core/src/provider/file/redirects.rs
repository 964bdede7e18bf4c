//! Redirect addresses as a platform wants them, and its rules for them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::pattern::Pattern;
use super::template::Template;
use crate::text::Text;

/// A redirect, with the exact spelling of its address.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// Its kind.
    pub kind: RedirectKind,
    /// The loopback host as the console wants it: `127.0.0.1` or `localhost`.
    #[serde(default)]
    pub host: Option<String>,
    /// Its port.
    #[serde(default)]
    pub port: Port,
    /// Its path, to the last slash. `{server_host}` in it gives each authorization server a redirect URI of its own
    /// (RFC 9700 §4.4.2.2, mix-up defence).
    #[serde(default)]
    pub path: Option<Template>,
    /// The redirect URI of an out-of-band redirect, if the platform has a word of its own (X: `oob`); empty if none is sent.
    #[serde(default)]
    pub uri: Option<String>,
    /// Only for these client types.
    #[serde(default)]
    pub client_types: Vec<String>,
    /// No source confirms it (facts marked [?] or [M]).
    #[serde(default)]
    pub unproven: bool,
    /// What to know about it.
    #[serde(default)]
    pub note: Option<Text>,
}

/// What a platform requires of a redirect URI, in a sentence.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RedirectRule {
    /// The sentence.
    pub text: Text,
    /// An address that matches this breaks the rule. Without it, only the person can check the rule.
    #[serde(default)]
    pub broken_by: Option<Pattern>,
    /// The platform says so, and accepts such an address all the same.
    #[serde(default)]
    pub doubtful: bool,
}

impl RedirectRule {
    /// Whether an address breaks the rule. Schemes and hosts are compared in lower case.
    pub fn is_broken_by(&self, uri: &str) -> bool {
        let uri = uri.trim().to_ascii_lowercase();
        self.broken_by.as_ref().is_some_and(|pattern| pattern.is_in(&uri))
    }
}

/// Which port a loopback redirect has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "PortInFile")]
pub enum Port {
    /// Any free one at each login: the server does not compare ports (RFC 8252 §7.3).
    #[default]
    Any,
    /// Any free one when the client is registered, and the same one in later logins.
    Registered,
    /// This one.
    Fixed(u16),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a port is a number, \"any\" or \"registered\"")]
enum PortInFile {
    Number(u16),
    Word(PortWord),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PortWord {
    Any,
    Registered,
}

impl From<PortInFile> for Port {
    fn from(port: PortInFile) -> Port {
        match port {
            PortInFile::Number(number) => Port::Fixed(number),
            PortInFile::Word(PortWord::Any) => Port::Any,
            PortInFile::Word(PortWord::Registered) => Port::Registered,
        }
    }
}

/// How the browser returns to Keybearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(rename_all = "kebab-case")]
pub enum RedirectKind {
    /// `http://127.0.0.1:PORT/…` (RFC 8252 §7.3).
    Loopback,
    /// `http://localhost:PORT/…`: the same listener under another name.
    Localhost,
    /// `https://127.0.0.1:PORT/…` with a certificate of this installation.
    HttpsLoopback,
    /// A private-use scheme (RFC 8252 §7.1).
    #[serde(alias = "deep-link")]
    PrivateUseScheme,
    /// A static page of the person's own that hands the query on to the private-use scheme.
    Relay,
    /// The person pastes the address that the browser ends at.
    Paste,
    /// A code the platform shows on a page (`urn:ietf:wg:oauth:2.0:oob`).
    #[serde(alias = "oob")]
    OutOfBand,
}

impl RedirectKind {
    /// Its word in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            RedirectKind::Loopback => "loopback",
            RedirectKind::Localhost => "localhost",
            RedirectKind::HttpsLoopback => "https-loopback",
            RedirectKind::PrivateUseScheme => "private-use-scheme",
            RedirectKind::Relay => "relay",
            RedirectKind::Paste => "paste",
            RedirectKind::OutOfBand => "out-of-band",
        }
    }
}
