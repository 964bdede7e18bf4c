//! A message of a platform's protocol: what is sent where, what counts as a success, and where the answers are.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::template::Template;

/// One request, and where its answers are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// The method.
    #[serde(default)]
    pub method: Method,
    /// The address; begins with a host of the file.
    pub url: Template,
    /// The path of the address contains the access token.
    #[serde(default)]
    pub secret_path: bool,
    /// Parameters in the address.
    #[serde(default)]
    pub query: BTreeMap<String, Template>,
    /// Parameters as `application/x-www-form-urlencoded`.
    #[serde(default)]
    pub form: BTreeMap<String, Template>,
    /// Parameters as a JSON object of texts. A name that begins with a slash is a JSON pointer.
    #[serde(default)]
    pub json: BTreeMap<String, Template>,
    /// The same for values that are no texts: templates of JSON.
    #[serde(default)]
    pub json_values: BTreeMap<String, Template>,
    /// Headers.
    #[serde(default)]
    pub header: BTreeMap<String, Template>,
    /// Who authenticates.
    #[serde(default)]
    pub authenticate: Authenticate,
    /// A test that replaces the usual one for a success.
    #[serde(default)]
    pub success: Option<Test>,
    /// Where the answers are; by default, where RFC 6749 §5.1 puts them.
    #[serde(default)]
    pub answers: BTreeMap<Answer, Pointers>,
    /// Answers in headers of the response, by the header's name.
    #[serde(default)]
    pub answer_headers: BTreeMap<Answer, String>,
    /// For an answer that is a list.
    #[serde(default)]
    pub list: Option<List>,
    /// Pointers to what is secret in the answer, besides tokens and client secrets; `*` is every item and name.
    #[serde(default)]
    pub secret: Vec<String>,
}

impl Message {
    /// The names in its templates.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let parameters = [&self.query, &self.form, &self.json, &self.json_values, &self.header];
        let templates = parameters.into_iter().flat_map(|table| table.values());
        templates.chain([&self.url]).flat_map(|template| template.names())
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs)]
pub enum Method {
    Get,
    #[default]
    Post,
    Delete,
}

/// Who authenticates a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authenticate {
    /// No one, or a parameter of the message does it.
    #[default]
    None,
    /// The client, as its client type does (RFC 6749 §2.3).
    Client,
    /// The access token, as `Authorization: Bearer` (RFC 6750 §2.1).
    Bearer,
    /// Login name and access token, as `Authorization: Basic` (RFC 7617).
    Basic,
    /// Client and token by a signature (RFC 5849 §3).
    Oauth1,
}

/// What an answer may contain: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Answer {
    AccessToken,
    RefreshToken,
    ExpiresIn,
    RefreshExpiresIn,
    ExpiresAt,
    IssuedAt,
    DataAccessExpiresAt,
    Scope,
    UserId,
    Username,
    DisplayName,
    Url,
    ClientId,
    ClientSecret,
    Valid,
    Tasks,
    TokenSecret,
    Code,
    MachineId,
    StatusesCount,
    DeviceCode,
    UserCode,
    VerificationUri,
    VerificationUriComplete,
    Interval,
    AuthorizationEndpoint,
    TokenId,
    LastUsedAt,
    AppName,
}

impl Answer {
    /// Its place in the RFCs (6749 §5.1, 7591 §3.2.1, 5849 §2.1, 8414 §2, 8628 §3.2), if it has one.
    pub fn standard(self) -> Option<&'static str> {
        Some(match self {
            Answer::AccessToken => "/access_token",
            Answer::RefreshToken => "/refresh_token",
            Answer::ExpiresIn => "/expires_in",
            Answer::Scope => "/scope",
            Answer::ClientId => "/client_id",
            Answer::ClientSecret => "/client_secret",
            Answer::TokenSecret => "/oauth_token_secret",
            Answer::AuthorizationEndpoint => "/authorization_endpoint",
            // docs/facts/facebook.md#another-device
            Answer::Code => "/code",
            Answer::MachineId => "/machine_id",
            Answer::DeviceCode => "/device_code",
            Answer::UserCode => "/user_code",
            Answer::VerificationUri => "/verification_uri",
            Answer::VerificationUriComplete => "/verification_uri_complete",
            Answer::Interval => "/interval",
            _ => return None,
        })
    }

    /// Its place in a draft of the RFC, which some platforms keep.
    pub fn of_draft(self) -> Option<&'static str> {
        match self {
            Answer::VerificationUri => Some("/verification_url"),
            Answer::VerificationUriComplete => Some("/verification_url_complete"),
            _ => None,
        }
    }
}

/// JSON pointers (RFC 6901), tried in order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "a place is a JSON pointer, or a list of them")]
pub enum Pointers {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Pointers {
    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Pointers::One(p) => std::slice::from_ref(p),
            Pointers::Many(ps) => ps.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

/// A test on an answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "TestInFile")]
pub struct Test {
    /// Where.
    pub pointer: String,
    /// What must be there.
    pub condition: Condition,
}

/// What must be where a test looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// This text, or a number or boolean that is this as text.
    Equals(String),
    /// Nothing, or null.
    Absent,
    /// Anything but null.
    Present,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TestInFile {
    pointer: String,
    #[serde(default)]
    equals: Option<String>,
    #[serde(default)]
    absent: bool,
    #[serde(default)]
    present: bool,
}

impl TryFrom<TestInFile> for Test {
    type Error = &'static str;

    fn try_from(test: TestInFile) -> Result<Test, &'static str> {
        let condition = match (test.equals, test.absent, test.present) {
            (Some(text), false, false) => Condition::Equals(text),
            (None, true, false) => Condition::Absent,
            (None, false, true) => Condition::Present,
            _ => return Err("a test has one of equals = \"…\", absent = true and present = true"),
        };
        Ok(Test {
            pointer: test.pointer,
            condition,
        })
    }
}

/// An answer that is a list, perhaps in pages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// Where the list is; the answers' pointers begin at each item.
    pub items: String,
    /// Where the next page's address is.
    #[serde(default)]
    pub next: Option<String>,
    /// The Link header has the next page's address (RFC 8288, `rel="next"`).
    #[serde(default)]
    pub links: bool,
    /// Which items count.
    #[serde(default)]
    pub only: Option<Test>,
}

/// The messages of a protocol, by what they are for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// Shows that a server is at an address, and where it asks people for consent.
    #[serde(default)]
    pub server: Option<Message>,
    /// Registers a client (dynamic client).
    #[serde(default)]
    pub registration: Option<Message>,
    /// Asks whether the server still knows the client, without a person.
    #[serde(default)]
    pub client_check: Option<Message>,
    /// Temporary credentials (RFC 5849 §2.1).
    #[serde(default)]
    pub temporary_credentials: Option<Message>,
    /// A code that the person enters on a page of the platform, on any device (RFC 8628 §3.1).
    #[serde(default)]
    pub device_authorization: Option<Message>,
    /// Code → token (RFC 6749 §4.1.3), or token credentials (RFC 5849 §2.3), or client credentials (RFC 6749 §4.4).
    #[serde(default)]
    pub token: Option<Message>,
    /// Short-lived → long-lived token.
    #[serde(default)]
    pub exchange: Option<Message>,
    /// Renews a token.
    #[serde(default)]
    pub refresh: Option<Message>,
    /// Whose token it is.
    #[serde(default)]
    pub identity: Option<Message>,
    /// What the provider knows of a token.
    #[serde(default)]
    pub inspect: Option<Message>,
    /// Which scopes were really granted.
    #[serde(default)]
    pub granted: Option<Message>,
    /// Sub-accounts of the person, each with a token of its own.
    #[serde(default)]
    pub sub_accounts: Option<Message>,
    /// Groups of the person that have accounts, too (businesses), each a `group_id`.
    #[serde(default)]
    pub groups: Option<Message>,
    /// The accounts of one group; the same answers as `sub_accounts`.
    #[serde(default)]
    pub group_accounts: Vec<Message>,
    /// A code for another device, which gets a token of its own with it, without the client's secret.
    #[serde(default)]
    pub device_code: Option<Message>,
    /// Redeems such a code.
    #[serde(default)]
    pub device_token: Option<Message>,
    /// Whose token it is, for a sub-account, if `identity` does not say.
    #[serde(default)]
    pub sub_identity: Option<Message>,
    /// The app's own token.
    #[serde(default)]
    pub app_token: Option<Message>,
    /// Revokes a token (RFC 7009). One that names `{token}` is sent for the refresh token, too.
    #[serde(default)]
    pub revocation: Option<Message>,
    /// Another way, for a platform whose documents disagree: sent if the first is refused.
    #[serde(default)]
    pub revocation_otherwise: Option<Message>,
    /// All tokens that the server has for the account, a list.
    #[serde(default)]
    pub tokens: Option<Message>,
    /// Ends one of them, by its `token_id`.
    #[serde(default)]
    pub end_token: Option<Message>,
}

impl Messages {
    /// Those that the file has, with their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Message)> {
        [
            ("server", &self.server),
            ("registration", &self.registration),
            ("client_check", &self.client_check),
            ("temporary_credentials", &self.temporary_credentials),
            ("device_authorization", &self.device_authorization),
            ("token", &self.token),
            ("exchange", &self.exchange),
            ("refresh", &self.refresh),
            ("identity", &self.identity),
            ("inspect", &self.inspect),
            ("granted", &self.granted),
            ("sub_accounts", &self.sub_accounts),
            ("groups", &self.groups),
            ("sub_identity", &self.sub_identity),
            ("device_code", &self.device_code),
            ("device_token", &self.device_token),
            ("app_token", &self.app_token),
            ("revocation", &self.revocation),
            ("revocation_otherwise", &self.revocation_otherwise),
            ("tokens", &self.tokens),
            ("end_token", &self.end_token),
        ]
        .into_iter()
        .filter_map(|(name, message)| Some((name, message.as_ref()?)))
        .chain(self.group_accounts.iter().map(|m| ("group_accounts", m)))
    }
}
