//! The Mastodon family: Mastodon, GoToSocial, and the server that the app offers for practice.
//!
//! `router` hands a request to `discovery`, `apps`, `authorize`, `token`, `tokens`, `revoke`, `accounts`, `statuses` or `publish`.
//! `behaviour` and `refusal` hold what differs between the real servers, `state` and `posting` what a server remembers.

mod accounts;
mod apps;
mod authorize;
pub mod behaviour;
mod discovery;
pub mod endpoint;
mod pages;
mod people;
pub mod posting;
mod publish;
mod redirect_rules;
mod refusal;
mod revoke;
mod router;
mod scopes;
mod state;
pub mod statuses;
mod token;
pub mod token_answer;
mod tokens;
mod viewer;

use std::sync::Arc;
use std::time::Duration;

use self::behaviour::{Flavor, Paging};
use self::endpoint::Endpoint;
use self::posting::Silent;
use self::state::Shared;
use self::token_answer::Answer;
use crate::faults::Fault;
use crate::recorded::Recorded;
use crate::server;

/// A running practice platform. It stops when it is dropped: the port is closed and open connections end.
pub struct Practice {
    shared: Arc<Shared>,
    task: tokio::task::JoinHandle<()>,
}

impl Practice {
    /// Starts one on 127.0.0.1 and a free port. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When no socket can be had.
    pub async fn start(flavor: Flavor) -> std::io::Result<Practice> {
        Practice::start_at(flavor, 0).await
    }

    /// Starts one on 127.0.0.1 and the given port (0: a free one).
    ///
    /// # Errors
    /// When the port is taken, or no socket can be had.
    pub async fn start_at(flavor: Flavor, port: u16) -> std::io::Result<Practice> {
        let (listener, origin) = server::listen(port).await?;
        let shared = Arc::new(Shared::new(origin, flavor));
        let task = server::run(listener, router::router(Arc::clone(&shared)));
        Ok(Practice { shared, task })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.shared.origin
    }

    /// Which server it behaves as.
    pub fn flavor(&self) -> Flavor {
        self.shared.flavor
    }

    /// Queues a fault for one request to the endpoint; several are used up in order.
    pub fn fail_next(&self, endpoint: Endpoint, fault: Fault) {
        self.shared.lock().faults.next(endpoint, fault);
    }

    /// Every request to the endpoint fails so (once the queue of [`Practice::fail_next`] is empty), until `None` is set.
    pub fn fail_always(&self, endpoint: Endpoint, fault: Option<Fault>) {
        self.shared.lock().faults.always(endpoint, fault);
    }

    /// How long an authorization code lives. Ten minutes by default, as on the real servers. Codes that are
    /// already out are judged by it too.
    pub fn set_code_lifetime(&self, lifetime: Duration) {
        self.shared.lock().code_lifetime = lifetime;
    }

    /// Forgets all registered apps and their codes, as a reinstalled server does. Tokens stay valid.
    pub fn forget_apps(&self) {
        self.shared.lock().forget_apps();
    }

    /// Every token handed out so far is answered with 401 from now on; a new login gets a living one.
    pub fn kill_tokens(&self) {
        self.shared.lock().kill_tokens();
    }

    /// The requests so far, oldest first (the last thousand of them).
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.iter().cloned().collect()
    }

    /// The access tokens that are alive, newest last.
    pub fn tokens(&self) -> Vec<String> {
        self.shared.lock().live_tokens()
    }

    /// Issues so many tokens to a person, for an app that Keybearer does not know.
    pub fn issue_tokens(&self, username: &str, count: usize) {
        tokens::issued(&self.shared, username, count);
    }

    /// Whether there is an RFC 8414 metadata document. On by default, but for GoToSocial, which has none.
    pub fn metadata(&self, on: bool) {
        self.shared.lock().metadata = on;
    }

    /// An `iss` parameter in the authorization response (RFC 9207), right or wrong; none by default.
    pub fn send_iss(&self, iss: Option<String>) {
        self.shared.lock().iss = iss;
    }

    /// `/.well-known/{nodeinfo,host-meta,webfinger}` answer with a 301 to that origin and the same path and query, as the
    /// host of an address does whose server lives elsewhere.
    pub fn well_known_redirect(&self, origin: Option<String>) {
        self.shared.lock().well_known = origin;
    }

    /// How many posts each person has from now on; 45 otherwise.
    pub fn set_posts(&self, posts: u64) {
        self.shared.lock().posts = posts;
    }

    /// Where the links from page to page lead from now on.
    pub fn page_by(&self, paging: Paging) {
        self.shared.lock().paging = paging;
    }

    /// From now on no stranger sees what is posted, for this reason; none: they do.
    pub fn hide_posts(&self, silent: Option<Silent>) {
        self.shared.lock().posting.silent = silent;
    }

    /// From now on strangers are asked to sign in before they see a post.
    pub fn close_to_strangers(&self, closed: bool) {
        self.shared.lock().posting.closed = closed;
    }

    /// The next questions of strangers for a post come too early.
    pub fn show_late(&self, questions: u32) {
        self.shared.lock().posting.early = questions;
    }

    /// From now on the answer to a publication takes so long; the post is there before.
    pub fn answer_posts_late(&self, late: Option<Duration>) {
        self.shared.lock().posting.late = late;
    }

    /// From now on this is shown of each post in place of its text.
    pub fn rewrite_posts(&self, shown: &str) {
        self.shared.lock().posting.rewritten = Some(shown.to_owned());
    }

    /// Deletes a post, as its person does at the platform itself.
    pub fn delete_post(&self, id: &str) {
        let mut state = self.shared.lock();
        for p in state.posting.published.iter_mut().filter(|p| p.id == id) {
            p.deleted = true;
        }
    }

    /// The texts that were published here and are still there, oldest first.
    pub fn published(&self) -> Vec<String> {
        let state = self.shared.lock();
        let there = state.posting.published.iter().filter(|p| !p.deleted);
        there.map(|p| p.text.clone()).collect()
    }

    /// The shape of token answers from now on.
    pub fn answer_with(&self, answer: Answer) {
        self.shared.lock().answer = answer;
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl std::fmt::Debug for Practice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Practice")
            .field("origin", &self.shared.origin)
            .finish_non_exhaustive()
    }
}
