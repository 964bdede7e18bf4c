//! panva's oidc-provider as a test starts it: certified, and strict about what an RFC says.

use std::fs::File;

use serde_json::{Value, json};
use url::Url;

use super::{Server, downloaded};
use crate::browser::Reply;
use crate::cookie_browser::send;

/// The server, at the address it chose.
pub struct Oidc {
    pub origin: String,
    _server: Server,
}

impl Oidc {
    /// `x` or `strict`, with these clients; the issuer is its origin unless another is given (`PORT` in it becomes its port).
    pub fn start(kind: &str, clients: Value, issuer: Option<&str>) -> Option<Oidc> {
        let package = downloaded("node/node_modules/oidc-provider")?;
        let folder = package.ancestors().nth(2).unwrap();
        let settings = json!({ "clients": clients, "issuer": issuer }).to_string();
        let mut server = Server::start("node", Some(folder), |command, _| {
            let program = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/real/node/oidc.mjs")).unwrap();
            command.args(["--input-type=module", "-", kind, &settings]).stdin(program);
        });
        let origin = server.line();
        Some(Oidc { origin, _server: server })
    }

    /// Its clock goes on.
    pub async fn later(&self, seconds: i64) {
        self.get(&format!("/control/later?seconds={seconds}"), "").await;
    }

    /// What it does next is done, and the answer does not arrive.
    pub async fn lose_an_answer(&self) {
        self.get("/control/lose", "").await;
    }

    pub async fn get(&self, path: &str, headers: &str) -> Reply {
        send(&self.at(path), headers, None).await
    }

    pub async fn post(&self, path: &str, headers: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let reply = send(&self.at(path), headers, Some(form)).await;
        (reply.status, serde_json::from_str(&reply.body).unwrap_or_default())
    }

    fn at(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.origin)).unwrap()
    }
}

/// The value of a parameter in an address.
pub fn parameter(address: &str, name: &str) -> String {
    let url = Url::parse(address).unwrap();
    let found = url.query_pairs().find(|(k, _)| k == name);
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}
