//! Writes one key of a secret in a KV version 2 store of HashiCorp Vault or OpenBao. The secret is read, changed and written with
//! check-and-set, so that two writers cannot overwrite each other. Its other keys stay, with numbers digit by digit. If the credential
//! may not read them, the server is asked to change the one key.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use url::Url;

use super::{Remote, looks};
use crate::error::{Error, Result};
use crate::http::{Request, Response, host_of, is_loopback, may_be_reached};
use crate::token::Secret;
use crate::view::Proof;

/// A secret's keys and values, each value as its writer wrote it.
type Keys = BTreeMap<String, Box<RawValue>>;

/// The parts of an answer that are read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Read {
    data: Inner,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Inner {
    data: Option<Keys>,
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    version: u64,
}

#[derive(Serialize)]
struct Write<'a> {
    options: Options,
    data: &'a Keys,
}

#[derive(Serialize)]
struct Options {
    cas: u64,
}

/// How often to retry after another writer's change.
const TRIES: usize = 4;

pub(super) async fn deliver(
    remote: &Remote<'_>,
    namespace: Option<&str>,
    mount: &str,
    path: &str,
    key: &str,
    before: Option<&Proof>,
) -> Result<Proof> {
    let mut vault = Vault {
        remote,
        node: remote.base.to_owned(),
        namespace,
        mount,
        place: format!("v1/{mount}/data/{path}"),
        key,
    };
    for _ in 0..TRIES {
        let (number, mut keys) = match vault.read().await? {
            Seen::Keys(number, keys) => (number, keys),
            Seen::Forbidden(refusal) => return vault.write_unread(refusal, before).await,
        };
        if vault.holds(&keys) {
            return Ok(Proof::Version { number });
        }
        if number == 0 {
            vault.is_version_2().await?;
        }
        keys.insert(key.to_owned(), to_raw_value(remote.token.expose()).map_err(unwritten)?);
        let (request, answer) = vault.put(number, &keys).await?;
        let written = match answer.status {
            400 if is_conflict(&answer) => continue,
            // A credential that may read and patch a secret, but not write it.
            403 if number > 0 => match vault.patch(Some(number)).await? {
                (_, answer) if answer.status == 400 && is_conflict(&answer) => continue,
                (_, answer) if answer.is_success() => version(&answer),
                _ => return Err(remote.refused(&request, &answer)),
            },
            _ => version_of(&remote.json(&request, &answer)?),
        };
        let written = written.ok_or_else(|| remote.unseen(&request))?;
        return vault.read_back(&request, written).await;
    }
    Err(Error::DeliveryConflict {
        host: vault.request("GET", &vault.place)?.host(),
    })
}

/// A secret, as the credential sees it.
enum Seen {
    /// The present version and its keys. A deleted version has a number and no keys; a secret that never existed has version 0.
    Keys(u64, Keys),
    /// The credential may not read it; the refusal.
    Forbidden(Error),
}

struct Vault<'a> {
    remote: &'a Remote<'a>,
    /// The confirmed server, or the active node of its cluster.
    node: String,
    namespace: Option<&'a str>,
    mount: &'a str,
    place: String,
    key: &'a str,
}

impl Vault<'_> {
    fn request(&self, method: &'static str, path: &str) -> Result<Request> {
        let remote = Remote {
            base: &self.node,
            ..*self.remote
        };
        let mut request = remote.request("the secret in the vault", method, path)?;
        // Agents and listeners may require this header, so that no website can send them requests through a browser.
        request.headers = vec![("x-vault-request".into(), Secret::new("true"))];
        Ok(request)
    }

    /// Sends a request to the active node. A standby that does not forward requests redirects to it.
    async fn send(&mut self, method: &'static str, path: &str, body: Option<(&'static str, Secret)>) -> Result<(Request, Response)> {
        for last in [false, true] {
            let mut request = self.request(method, path)?;
            request.headers.push(("x-vault-token".into(), self.remote.credential.clone()));
            if let Some(namespace) = self.namespace {
                request.headers.push(("x-vault-namespace".into(), Secret::new(namespace)));
            }
            request.body = body.clone();
            let answer = self.remote.send(&request).await?;
            if last || !matches!(answer.status, 307 | 308) {
                return Ok((request, answer));
            }
            self.node = self.active_node(&request, &answer, path).await?;
        }
        Err(self.remote.unseen(&self.request(method, path)?))
    }

    /// The node that a standby redirects to, if the confirmed server itself names it as its leader. That question is sent without a
    /// token, so nothing in between can divert one.
    async fn active_node(&self, request: &Request, answer: &Response, path: &str) -> Result<String> {
        let host = request.host();
        let to = answer.location.as_deref().and_then(|to| request.url.join(to).ok());
        let to = to.ok_or(Error::Redirected { host: host.clone() })?;
        let standby = Error::DeliveryStandby { host, node: host_of(&to) };
        let secure = to.scheme() == "https" || request.url.scheme() == "http";
        let same_computer = is_loopback(&to) == is_loopback(&request.url);
        let plain = to.query().is_none() && to.fragment().is_none() && to.username().is_empty() && to.password().is_none();
        let base = to.path().strip_suffix(&format!("/{path}"));
        let Some(base) = base.filter(|_| may_be_reached(&to) && secure && same_computer && plain) else {
            return Err(standby);
        };
        let ask = self.request("GET", "v1/sys/leader")?;
        let status = self.remote.send(&ask).await?;
        let status: Value = serde_json::from_str(status.body.expose()).unwrap_or_default();
        let leader = status["leader_address"].as_str().and_then(|leader| Url::parse(leader).ok());
        match leader.is_some_and(|leader| leader.origin() == to.origin()) {
            true => Ok(format!("{}{base}", to.origin().ascii_serialization())),
            false => Err(standby),
        }
    }

    /// Whether the secret already has the token.
    fn holds(&self, keys: &Keys) -> bool {
        let text = keys.get(self.key).and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
        text.as_deref() == Some(self.remote.token.expose())
    }

    async fn read(&mut self) -> Result<Seen> {
        let (get, answer) = self.send("GET", &self.place.clone(), None).await?;
        if answer.status == 403 {
            return match self.remote.refused(&get, &answer) {
                denied @ Error::DeliveryDenied { .. } => Ok(Seen::Forbidden(denied)),
                other => Err(other),
            };
        }
        if !answer.is_success() && answer.status != 404 {
            return Err(self.remote.refused(&get, &answer));
        }
        let Inner { data, metadata } = serde_json::from_str::<Read>(answer.body.expose()).unwrap_or_default().data;
        match (metadata, data) {
            (Some(metadata), Some(keys)) => Ok(Seen::Keys(metadata.version, keys)),
            (metadata, _) if answer.status == 404 => Ok(Seen::Keys(metadata.map_or(0, |m| m.version), Keys::new())),
            _ => Err(other_kind(&get)),
        }
    }

    async fn put(&mut self, cas: u64, keys: &Keys) -> Result<(Request, Response)> {
        let body = Write {
            options: Options { cas },
            data: keys,
        };
        let body = Secret::new(serde_json::to_string(&body).map_err(unwritten)?);
        self.send("POST", &self.place.clone(), Some(("application/json", body))).await
    }

    /// Asks the server to change the one key of an existing secret (a merge patch).
    async fn patch(&mut self, cas: Option<u64>) -> Result<(Request, Response)> {
        let mut body = json!({ "data": { self.key: self.remote.token.expose() } });
        if let Some(cas) = cas {
            body["options"] = json!({ "cas": cas });
        }
        let body = Secret::new(body.to_string());
        self.send("PATCH", &self.place.clone(), Some(("application/merge-patch+json", body)))
            .await
    }

    /// Reads back what was written. A node that lags behind is asked again.
    async fn read_back(&mut self, request: &Request, written: u64) -> Result<Proof> {
        for pause in looks() {
            match self.read().await? {
                Seen::Forbidden(_) => {
                    return Ok(Proof::Written {
                        number: written,
                        alone: false,
                    });
                }
                Seen::Keys(number, keys) if number >= written => {
                    return match self.holds(&keys) {
                        true => Ok(Proof::Version { number }),
                        false => Err(self.remote.unseen(request)),
                    };
                }
                Seen::Keys(..) => {}
            }
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
            }
        }
        Err(self.remote.unseen(request))
    }

    /// Writes with a credential that may not read: by a patch, or if the secret is new, or if it only has what this delivery wrote.
    /// Anything else is left alone. `refusal` is the answer to the attempt to read.
    async fn write_unread(&mut self, refusal: Error, before: Option<&Proof>) -> Result<Proof> {
        let last = match before {
            Some(Proof::Written { number, alone }) => Some((*number, *alone)),
            _ => None,
        };
        let (mut request, mut answer) = self.patch(None).await?;
        if answer.status == 400
            && is_conflict(&answer)
            && let Some((number, _)) = last
        {
            // The store requires the version.
            (request, answer) = self.patch(Some(number)).await?;
        }
        let cas = match answer.status {
            _ if answer.is_success() => {
                return Ok(Proof::Written {
                    number: version(&answer).ok_or_else(|| self.remote.unseen(&request))?,
                    alone: false,
                });
            }
            // The secret was never written, or is deleted.
            404 if !is_no_mount(&answer) => version(&answer).unwrap_or_default(),
            403 | 405 | 415 => last.filter(|(_, alone)| *alone).map_or(0, |(number, _)| number),
            400 if is_conflict(&answer) => return Err(Error::DeliveryBlind { host: request.host() }),
            _ => return Err(self.remote.refused(&request, &answer)),
        };
        match self.is_version_2().await {
            Err(Error::DeliveryDenied { .. }) => return Err(refusal),
            other => other?,
        }
        let token = to_raw_value(self.remote.token.expose()).map_err(unwritten)?;
        let (request, answer) = self.put(cas, &Keys::from([(self.key.to_owned(), token)])).await?;
        if answer.status == 400 && is_conflict(&answer) {
            return Err(Error::DeliveryBlind { host: request.host() });
        }
        let written = version_of(&self.remote.json(&request, &answer)?);
        Ok(Proof::Written {
            number: written.ok_or_else(|| self.remote.unseen(&request))?,
            alone: true,
        })
    }

    /// Checks the mount's version: before the first write, a version 1 store answers like a version 2 store, and would store the whole
    /// request as a secret. The clients of both programs use this endpoint, which any token with access to the mount may read.
    async fn is_version_2(&mut self) -> Result<()> {
        let path = format!("v1/sys/internal/ui/mounts/{}", self.mount);
        let (get, answer) = self.send("GET", &path, None).await?;
        let answer = self.remote.json(&get, &answer)?;
        match answer["data"]["options"]["version"] == "2" {
            true => Ok(()),
            false => Err(other_kind(&get)),
        }
    }
}

/// Whether a refusal is check-and-set's, which has no status of its own.
fn is_conflict(answer: &Response) -> bool {
    answer.body.expose().contains("check-and-set")
}

/// Whether no store is mounted there. The 404 of a missing secret has no words.
fn is_no_mount(answer: &Response) -> bool {
    let answer: Value = serde_json::from_str(answer.body.expose()).unwrap_or_default();
    answer["errors"].as_array().is_some_and(|errors| !errors.is_empty())
}

fn version(answer: &Response) -> Option<u64> {
    version_of(&serde_json::from_str(answer.body.expose()).unwrap_or_default())
}

fn version_of(answer: &Value) -> Option<u64> {
    answer["data"]["version"].as_u64()
}

fn unwritten(error: serde_json::Error) -> Error {
    Error::Internal { detail: error.to_string() }
}

fn other_kind(get: &Request) -> Error {
    Error::AnswerUnreadable {
        what: get.what,
        detail: "no KV store of version 2".into(),
    }
}
