//! The app as the console shows it: type, permissions, package, environment, and its keys (docs/facts/x.md#console).

use super::people;
use crate::random;

/// The app's name.
pub const APP_NAME: &str = "Practice app";

/// The app's number, which is not the OAuth 2.0 client id though people paste it (docs/facts/x.md#console).
pub const APP_ID: &str = "28141421";

/// The OAuth 2.0 client id: long and base64-like.
pub const CLIENT_ID: &str = "UHJhY3RpY2VDbGllbnRJZDAwMDA6MTpjaQ";

/// The OAuth 2.0 client secret, of a confidential app only.
pub const CLIENT_SECRET: &str = "Practice_client-secret_000000000000000000000000000";

/// The API key (OAuth 1.0a consumer key): 25 characters.
pub const API_KEY: &str = "PracticeApiKey00000000000";

/// The API key secret: 50 characters.
pub const API_SECRET: &str = "PracticeApiSecret000000000000000000000000000000000";

/// The owner's Access Token, which the console makes: `UID-…`.
pub const ACCESS_TOKEN: &str = "1815121000000000001-PracticeAccessToken00000000000";

/// The secret of [`ACCESS_TOKEN`]: 45 characters.
pub const ACCESS_TOKEN_SECRET: &str = "PracticeAccessTokenSecret00000000000000000000";

/// "Type of app" in the console, as far as it matters (docs/facts/x.md#console).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppType {
    /// Native App or Single Page App: no client secret.
    Public,
    /// Web App or Automated App: has a client secret, and must send it.
    Confidential,
}

/// "App permissions" in the console: what OAuth 1.0a tokens may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permissions {
    /// Read.
    Read,
    /// Read and write.
    ReadWrite,
    /// Read and write and direct messages.
    ReadWriteDirectMessages,
}

impl Permissions {
    /// As the `x-access-level` header has it (docs/facts/x.md#oauth-10a).
    pub fn level(self) -> &'static str {
        match self {
            Permissions::Read => "read",
            Permissions::ReadWrite => "read-write",
            Permissions::ReadWriteDirectMessages => "read-write-directmessages",
        }
    }
}

/// Which package the app was moved to (docs/facts/x.md#package).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// None: `/2/` refuses with `client-not-enrolled`.
    None,
    /// Pay-per-use.
    PayPerUse,
}

/// Which environment of the package (docs/facts/x.md#package).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Not Production: `/2/` refuses with `client-forbidden`.
    Development,
    /// Production.
    Production,
}

/// All the keys that the console knows, in process only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The API key (consumer key).
    pub api_key: String,
    /// The API key secret.
    pub api_secret: String,
    /// The OAuth 2.0 client id.
    pub client_id: String,
    /// The OAuth 2.0 client secret; a public app has none, and this one is not accepted then.
    pub client_secret: String,
    /// The owner's access token.
    pub access_token: String,
    /// The owner's access token secret.
    pub access_token_secret: String,
}

/// What a "Regenerate" button of the console replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// API key and secret: ends all OAuth 1.0a tokens and the app's bearer token (docs/facts/x.md#oauth-10a).
    Api,
    /// The OAuth 2.0 client secret. That grants outlive it is [M].
    ClientSecret,
    /// The owner's access token and secret, with the permissions of now.
    AccessToken,
}

/// The app.
pub struct App {
    pub kind: AppType,
    pub permissions: Permissions,
    pub package: Package,
    pub environment: Environment,
    /// Credits were bought and are not used up.
    pub credits: bool,
    /// User authentication settings are set up, so that OAuth 2.0 is on.
    pub oauth2: bool,
    pub callbacks: Vec<String>,
    pub keys: Keys,
}

impl App {
    pub fn new() -> App {
        App {
            kind: AppType::Public,
            permissions: Permissions::ReadWrite,
            package: Package::PayPerUse,
            environment: Environment::Production,
            credits: true,
            oauth2: true,
            callbacks: Vec::new(),
            keys: Keys {
                api_key: API_KEY.to_owned(),
                api_secret: API_SECRET.to_owned(),
                client_id: CLIENT_ID.to_owned(),
                client_secret: CLIENT_SECRET.to_owned(),
                access_token: ACCESS_TOKEN.to_owned(),
                access_token_secret: ACCESS_TOKEN_SECRET.to_owned(),
            },
        }
    }

    /// New keys of that kind. What they end is the state's affair.
    pub fn regenerate(&mut self, key: Key) {
        let keys = &mut self.keys;
        match key {
            Key::Api => {
                keys.api_key = letters(25);
                keys.api_secret = letters(50);
            }
            Key::ClientSecret => keys.client_secret = letters(50),
            Key::AccessToken => {
                keys.access_token = format!("{}-{}", people::owner().id, letters(30));
                keys.access_token_secret = letters(45);
            }
        }
    }
}

/// Random characters of A–Z and 0–9, at most 96.
pub fn letters(count: usize) -> String {
    let text = random::upper48() + &random::upper48();
    text.chars().take(count).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn keys_have_their_shapes() {
        let lengths = [API_KEY, API_SECRET, CLIENT_SECRET, ACCESS_TOKEN, ACCESS_TOKEN_SECRET].map(str::len);
        assert_eq!(lengths, [25, 50, 50, 50, 45]);
        assert!(ACCESS_TOKEN.starts_with(&format!("{}-", people::owner().id)));
        assert_eq!(URL_SAFE_NO_PAD.decode(CLIENT_ID), Ok(b"PracticeClientId0000:1:ci".to_vec()));
    }
}
