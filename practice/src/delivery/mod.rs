//! Mock targets of deliveries on loopback: GitHub's secrets, Cloudflare's, and a Vault or OpenBao, each by its documentation.
//! They decrypt what they are sent, so that a test sees what arrived.
//!
//! `github` · `cloudflare` · `openbao`, each a router of its own below its own path.

mod cloudflare;
mod github;
mod openbao;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use serde_json::{Map, Value, json};

use crate::server;

/// The credential of all three.
pub const CREDENTIAL: &str = "practice-target-credential";

/// GitHub, Cloudflare and OpenBao, on one port.
pub struct MockTargets {
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

struct Shared {
    origin: String,
    key: crypto_box::SecretKey,
    state: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    github: github::State,
    /// By `account/script/NAME`.
    cloudflare: BTreeMap<String, String>,
    /// By `mount/path`: its versions, oldest first; none for one that was deleted.
    vault: BTreeMap<String, Vec<Option<openbao::Keys>>>,
    /// What a Vault's credential may do there, and where a standby sends to.
    bao: openbao::State,
    /// A concurrent writer: the key that it writes, and after how many reads.
    intruder: Option<(String, u32)>,
    /// Answers to give instead.
    faults: VecDeque<(u16, HeaderMap, Value)>,
    /// Confirms writes and keeps nothing.
    forgetful: bool,
    requests: Vec<(String, String)>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MockTargets {
    /// Starts it on 127.0.0.1 and a free port. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When no socket can be had.
    pub async fn start() -> std::io::Result<MockTargets> {
        let (listener, origin) = server::listen(0).await?;
        let shared = Arc::new(Shared {
            origin,
            key: crypto_box::SecretKey::from(rand::random::<[u8; 32]>()),
            state: Mutex::default(),
        });
        let router = Router::new()
            .nest("/github", github::router())
            .nest("/cloudflare", cloudflare::router())
            .merge(openbao::router())
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), record))
            .with_state(Arc::clone(&shared));
        let task = server::run(listener, router);
        Ok(MockTargets { shared, task })
    }

    /// `http://127.0.0.1:PORT`; GitHub's API is below `/github`, Cloudflare's below `/cloudflare`.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// A secret of a repository (`owner/name`), opened.
    pub fn github_secret(&self, repository: &str, name: &str) -> Option<String> {
        self.shared.lock().github.opened(&format!("{repository}/{name}"))
    }

    /// A secret of an environment of a repository, opened.
    pub fn environment_secret(&self, repository: &str, environment: &str, name: &str) -> Option<String> {
        self.shared.lock().github.opened(&format!("{repository}@{environment}/{name}"))
    }

    /// An organization's secret, opened; who may read it, and the numbers of the repositories that were selected.
    pub fn organization_secret(&self, organization: &str, name: &str) -> Option<(String, String, Vec<u64>)> {
        self.shared.lock().github.of_organization(organization, name)
    }

    /// Selects who may read an organization's secret.
    pub fn select(&self, organization: &str, name: &str, visibility: &str, repositories: &[u64]) {
        self.shared.lock().github.select(organization, name, visibility, repositories);
    }

    /// A repository gets this environment.
    pub fn add_environment(&self, repository: &str, environment: &str) {
        self.shared.lock().github.add_environment(repository, environment);
    }

    /// A repository is called otherwise from now on; its old name leads to it.
    pub fn rename(&self, repository: &str, now: &str) {
        self.shared.lock().github.rename(repository, now);
    }

    /// Another repository has this name from now on.
    pub fn replace(&self, repository: &str) {
        self.shared.lock().github.replace(repository);
    }

    /// Makes a stale replica answer this many reads of GitHub's secrets after each write.
    pub fn fall_behind(&self, looks: u32) {
        self.shared.lock().github.lag = looks;
    }

    /// What the credential may do in the vault: `create`, `read`, `update`, `patch`.
    pub fn allow(&self, capabilities: &'static [&'static str]) {
        self.shared.lock().bao.allowed = Some(capabilities);
    }

    /// The vault is a standby from now on: its clients are sent to this origin, and its leader is called so.
    pub fn stand_by(&self, to: &str, leader: &str) {
        self.shared.lock().bao.standby = Some((to.to_owned(), leader.to_owned()));
    }

    /// A secret of a Worker.
    pub fn worker_secret(&self, account: &str, script: &str, name: &str) -> Option<String> {
        self.shared.lock().cloudflare.get(&format!("{account}/{script}/{name}")).cloned()
    }

    /// The newest version of a secret (`mount/path`) and its number; none where it was deleted or never was.
    pub fn vault_secret(&self, place: &str) -> (usize, Option<Map<String, Value>>) {
        let state = self.shared.lock();
        let versions = state.vault.get(place).map(Vec::as_slice).unwrap_or_default();
        let newest = versions.last().and_then(Option::as_ref);
        let newest = newest.and_then(|keys| serde_json::from_str(&openbao::text(keys)).ok());
        (versions.len(), newest)
    }

    /// The same as it was written, digit by digit.
    pub fn vault_text(&self, place: &str) -> Option<String> {
        self.shared.lock().vault.get(place)?.last()?.as_ref().map(openbao::text)
    }

    /// What another writer does: a new version, as JSON; none deletes the newest one.
    ///
    /// # Panics
    /// For what is no JSON object.
    #[allow(clippy::expect_used)]
    pub fn write_vault(&self, place: &str, data: Option<&str>) {
        let data = data.map(|text| serde_json::from_str(text).expect("a JSON object"));
        let mut state = self.shared.lock();
        let versions = state.vault.entry(place.to_owned()).or_default();
        match (data, versions.last_mut()) {
            (None, Some(newest)) => *newest = None,
            (data, _) => versions.push(data),
        }
    }

    /// Makes another writer set this key after each of the next reads, `times` times.
    pub fn intrude(&self, key: &str, times: u32) {
        self.shared.lock().intruder = Some((key.to_owned(), times));
    }

    /// Answers the next request so; several are used up in order.
    pub fn fail_next(&self, status: u16, body: Value) {
        self.fail_with(status, &[], body);
    }

    /// The same with header fields.
    pub fn fail_with(&self, status: u16, fields: &[(&'static str, &'static str)], body: Value) {
        let fields = fields
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        self.shared.lock().faults.push_back((status, fields.collect(), body));
    }

    /// Makes GitHub change its key right after returning it, `times` times.
    pub fn rotate_key(&self, times: u32) {
        self.shared.lock().github.rotations = times;
    }

    /// Confirms writes of GitHub's and Cloudflare's clients from now on, and keeps nothing.
    pub fn forget_all(&self) {
        self.shared.lock().forgetful = true;
    }

    /// Method and path of each request so far.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.shared.lock().requests.clone()
    }
}

impl Drop for MockTargets {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for MockTargets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MockTargets")
            .field("origin", &self.shared.origin)
            .finish_non_exhaustive()
    }
}

/// Records each request, and answers with the fault that is due.
async fn record(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let fault = {
        let mut state = shared.lock();
        let asked = (request.method().to_string(), request.uri().path().to_owned());
        state.requests.push(asked);
        state.faults.pop_front()
    };
    match fault {
        Some((status, fields, body)) => (StatusCode::from_u16(status).unwrap_or_default(), fields, Json(body)).into_response(),
        None => next.run(request).await,
    }
}

/// Whether the bearer is the right one.
fn is_bearer(headers: &HeaderMap) -> bool {
    header(headers, "authorization") == format!("Bearer {CREDENTIAL}")
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
}

fn no(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}

fn message(status: StatusCode, text: &str) -> Response {
    no(
        status,
        json!({ "message": text, "documentation_url": "https://docs.github.com/rest" }),
    )
}
