//! A platform played from a script: each request must match an exchange of a file in practice/exchanges, which says what is
//! answered. A request that matches none gets 501 and a list of the differences, which is kept for the test.
//! practice/exchanges/README.md describes the form.
//!
//! `script` (the form) · `pattern` (texts with placeholders) · `state` (issued values and the clock) · `play` (requests in,
//! answers out).

mod pattern;
mod play;
mod script;
mod state;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::recorded::Recorded;
use crate::server;

use script::Script;
use state::State;

/// A running platform. It stops when it is dropped.
pub struct Exchanges {
    shared: Arc<Shared>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

struct Shared {
    script: Script,
    /// Where the hosts are: `https://api.example` → `http://127.0.0.1:PORT`.
    origins: BTreeMap<String, String>,
    /// A client reaches the hosts by their own names.
    behind_proxy: bool,
    state: Mutex<State>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchanges {
    /// Starts the platform of a script on 127.0.0.1, each of its hosts on a port of its own. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    /// What is wrong with the script; when no socket can be had.
    pub async fn start(script: &str) -> io::Result<Exchanges> {
        Exchanges::serve(script, false).await
    }

    /// The same for clients that reach the hosts through a proxy: addresses in answers stay as they are.
    ///
    /// # Errors
    /// As [`Exchanges::start`].
    pub async fn start_behind_proxy(script: &str) -> io::Result<Exchanges> {
        Exchanges::serve(script, true).await
    }

    async fn serve(script: &str, behind_proxy: bool) -> io::Result<Exchanges> {
        let script = Script::read(script).map_err(|fault| io::Error::new(io::ErrorKind::InvalidData, fault))?;
        let state = Mutex::new(State::new(&script.values));
        let (mut origins, mut listeners) = (BTreeMap::new(), Vec::new());
        for exchange in &script.exchanges {
            if !origins.contains_key(&exchange.target.origin) {
                let (listener, origin) = server::listen(0).await?;
                listeners.push((listener, exchange.target.origin.clone()));
                origins.insert(exchange.target.origin.clone(), origin);
            }
        }
        let shared = Arc::new(Shared {
            script,
            origins,
            behind_proxy,
            state,
        });
        let serve = |(listener, origin)| server::run(listener, play::router(Arc::clone(&shared), origin));
        let tasks = listeners.into_iter().map(serve).collect();
        Ok(Exchanges { shared, tasks })
    }

    /// Where the platform's hosts are: `https://api.example` → `http://127.0.0.1:PORT`.
    pub fn origins(&self) -> &BTreeMap<String, String> {
        &self.shared.origins
    }

    /// The newest valid value of a name; empty where there is none.
    pub fn value(&self, name: &str) -> String {
        let state = self.shared.lock();
        state.newest(name).map(|value| value.text.clone()).unwrap_or_default()
    }

    /// The person makes a new value in the platform's console; what it replaces is no longer valid.
    pub fn replace(&self, name: &str, text: &str) {
        let mut state = self.shared.lock();
        state.end_all(name, 0);
        state.add(name, text.to_owned(), None);
    }

    /// Ends all values of a name, as the person does by a button of the platform's console.
    pub fn end(&self, name: &str) {
        self.shared.lock().end_all(name, 0);
    }

    /// Turns a situation (`when` of the script) on or off.
    pub fn situation(&self, name: &str, on: bool) {
        let known = self.shared.script.exchanges.iter().any(|e| e.when.as_deref() == Some(name));
        assert!(known, "no exchange has when = {name:?}");
        let mut state = self.shared.lock();
        if on {
            state.situations.insert(name.to_owned());
        } else {
            state.situations.remove(name);
        }
    }

    /// The next request is answered, and the connection closed before the answer is sent.
    pub fn lose_next_answer(&self) {
        self.shared.lock().lose_next = true;
    }

    /// The same for the next request that the exchange of this name answers.
    pub fn lose_answer_of(&self, exchange: &str) {
        self.shared.lock().lose_of = Some(exchange.to_owned());
    }

    /// The platform's clock goes on.
    pub fn advance(&self, time: Duration) {
        self.shared.lock().ahead += time;
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.lock().requests.iter().cloned().collect()
    }

    /// How often the exchange of this name was played.
    pub fn played(&self, exchange: &str) -> usize {
        let at = self.shared.script.exchanges.iter().position(|e| e.name == exchange);
        let state = self.shared.lock();
        at.map_or(0, |at| state.played.get(&at).map_or(0, Vec::len))
    }

    /// The exchanges that were never played.
    pub fn unplayed(&self) -> Vec<String> {
        let state = self.shared.lock();
        let all = self.shared.script.exchanges.iter().enumerate();
        all.filter(|(at, _)| !state.played.contains_key(at))
            .map(|(_, e)| e.name.clone())
            .collect()
    }

    /// The requests that no exchange answers, each with its differences from those that come nearest.
    pub fn unmatched(&self) -> Vec<String> {
        self.shared.lock().unmatched.clone()
    }
}

impl Drop for Exchanges {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}
