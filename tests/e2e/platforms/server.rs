//! What plays a platform on this computer: a script of exchanges, or a practice server.

use std::collections::BTreeMap;
use std::path::Path;

use keybearer_practice::exchanges::Exchanges;
use keybearer_practice::meta::{APP_SECRET, Meta};
use keybearer_practice::x::{self, X};
use keybearer_practice::{Flavor, Practice, meta};

/// What plays a platform.
#[derive(Clone, Copy)]
pub enum Played {
    /// practice/exchanges/NAME.toml.
    Script(&'static str),
    /// The same script at another domain.
    Moved(&'static str, &'static str, &'static str),
    Meta(meta::Platform),
    X,
    Family(Flavor),
}

/// A platform that runs.
pub enum Server {
    Script(Exchanges),
    Meta(Meta),
    X(X),
    Family(Practice),
}

impl Server {
    pub async fn start(played: Played) -> Server {
        match played {
            Played::Script(name) => Server::script(&script(name)).await,
            Played::Moved(name, from, to) => Server::script(&script(name).replace(from, to)).await,
            Played::Meta(platform) => Server::Meta(Meta::start(platform).await.unwrap()),
            Played::X => Server::X(X::start().await.unwrap()),
            Played::Family(flavor) => Server::Family(Practice::start(flavor).await.unwrap()),
        }
    }

    async fn script(script: &str) -> Server {
        // A login by a code asks once a second here, unless the script counts the questions.
        let counts = script.contains("at_most = { times = 1, seconds = 5 }");
        let script = script.replace("\"interval\":5", if counts { "\"interval\":5" } else { "\"interval\":1" });
        Server::Script(Exchanges::start_behind_proxy(&script).await.unwrap())
    }

    /// Where each of these hosts is on this computer.
    pub fn places(&self, hosts: &[String]) -> BTreeMap<String, String> {
        let all = |origin: &str| hosts.iter().map(|host| (host.clone(), origin.to_owned())).collect();
        match self {
            Server::Script(exchanges) => {
                let origins = exchanges.origins().iter();
                origins
                    .map(|(origin, here)| (origin.trim_start_matches("https://").to_owned(), here.clone()))
                    .collect()
            }
            Server::Meta(meta) => all(meta.origin()),
            Server::X(x) => all(x.origin()),
            Server::Family(practice) => all(practice.origin()),
        }
    }

    /// A server that a person may name.
    pub fn origin(&self) -> &str {
        match self {
            Server::Script(exchanges) => exchanges.origins().values().next().map_or("", String::as_str),
            Server::Meta(meta) => meta.origin(),
            Server::X(x) => x.origin(),
            Server::Family(practice) => practice.origin(),
        }
    }

    /// A value of the platform by its name; any other text is its own value.
    pub fn value(&self, name: &str) -> String {
        let known = match (self, name) {
            (_, "origin") => self.origin().to_owned(),
            (Server::Script(exchanges), _) => exchanges.value(name),
            (Server::Meta(meta), "app id") => meta.platform().app_id().to_owned(),
            (Server::Meta(_), "app secret") => APP_SECRET.to_owned(),
            (Server::X(_), "client id") => x::CLIENT_ID.to_owned(),
            (Server::X(_), "api key") => x::API_KEY.to_owned(),
            (Server::X(_), "api secret") => x::API_SECRET.to_owned(),
            (Server::X(_), "access token") => x::ACCESS_TOKEN.to_owned(),
            (Server::X(_), "token secret") => x::ACCESS_TOKEN_SECRET.to_owned(),
            _ => String::new(),
        };
        if known.is_empty() { name.to_owned() } else { known }
    }

    /// Enters a redirect address into the platform's console.
    pub fn register(&self, address: &str) {
        match self {
            Server::Meta(meta) if address.starts_with("https") => {
                assert_eq!(meta.register_redirect(address).as_deref(), Ok(address));
            }
            Server::X(x) => x.register_callback(address).unwrap(),
            _ => {}
        }
    }

    /// Turns a situation of the script on or off.
    pub fn turn(&self, situation: &str, on: bool) {
        match self {
            Server::Script(exchanges) if !situation.is_empty() => exchanges.situation(situation, on),
            _ => {}
        }
    }

    /// The consent page waits for a press on a button; a script's answers at once.
    pub fn asks(&self) -> bool {
        !matches!(self, Server::Script(_))
    }

    /// What it was asked and does not know.
    pub fn unmatched(&self) -> Vec<String> {
        match self {
            Server::Script(exchanges) => exchanges.unmatched(),
            _ => Vec::new(),
        }
    }
}

fn script(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("practice/exchanges");
    std::fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap()
}
