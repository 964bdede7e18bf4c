//! A login that runs, as a person sees it: its events one after another, each waited for with a time limit.

use keybearer_core::error::ErrorView;
use keybearer_core::provider::RedirectKind;
use keybearer_core::view::{LoginEvent, StepKind};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::rig::soon;

/// A login that was started.
pub struct Login {
    pub id: String,
    events: UnboundedReceiver<LoginEvent>,
    pub seen: Vec<LoginEvent>,
}

impl Login {
    pub fn new(id: String, events: UnboundedReceiver<LoginEvent>) -> Login {
        Login {
            id,
            events,
            seen: Vec::new(),
        }
    }

    pub async fn next(&mut self) -> LoginEvent {
        let event = soon("an event of the login", self.events.recv())
            .await
            .expect("the login went silent");
        self.seen.push(event.clone());
        event
    }

    /// Runs to the wait for the browser, or to the end if that comes first.
    pub async fn waiting_or_end(&mut self) -> Result<RedirectKind, Result<String, ErrorView>> {
        loop {
            match self.next().await {
                LoginEvent::Waiting { redirect, .. } => return Ok(redirect),
                LoginEvent::Done { account } => return Err(Ok(account)),
                LoginEvent::Failed { error } => return Err(Err(error)),
                _ => {}
            }
        }
    }

    /// Runs to the point where the browser has been asked; gives the redirect URI.
    pub async fn until_waiting(&mut self) -> String {
        let mut uri = None;
        loop {
            match self.next().await {
                LoginEvent::Waiting { redirect_uri, .. } => uri = Some(redirect_uri),
                LoginEvent::Step {
                    step: StepKind::BrowserOpened,
                } => return uri.unwrap(),
                LoginEvent::Failed { error } => panic!("failed before it waited: {error:?}"),
                _ => {}
            }
        }
    }

    /// Runs to the point where the code is shown, and the browser asked if an address has the code in it; gives the event with the code.
    pub async fn until_user_code(&mut self) -> LoginEvent {
        let mut shown = None;
        loop {
            match self.next().await {
                code @ LoginEvent::UserCode { complete: None, .. } => return code,
                code @ LoginEvent::UserCode { .. } => shown = Some(code),
                LoginEvent::Step {
                    step: StepKind::BrowserOpened,
                } => return shown.unwrap(),
                LoginEvent::Failed { error } => panic!("failed before it showed a code: {error:?}"),
                _ => {}
            }
        }
    }

    pub async fn hint(&mut self) -> ErrorView {
        loop {
            match self.next().await {
                LoginEvent::Hint { error } => return error,
                LoginEvent::Failed { error } => panic!("failed instead of a hint: {error:?}"),
                LoginEvent::Done { .. } => panic!("done instead of a hint"),
                _ => {}
            }
        }
    }

    /// Runs to the point where somebody else's token is held: who came, and who was meant.
    pub async fn held(&mut self) -> (String, String) {
        loop {
            match self.next().await {
                LoginEvent::Mismatch { name, expected } => return (name, expected),
                LoginEvent::Done { .. } => panic!("kept instead of held"),
                LoginEvent::Failed { error } => panic!("failed instead of held: {error:?}"),
                _ => {}
            }
        }
    }

    pub async fn end(&mut self) -> Result<String, ErrorView> {
        loop {
            match self.next().await {
                LoginEvent::Done { account } => return Ok(account),
                LoginEvent::Failed { error } => return Err(error),
                _ => {}
            }
        }
    }

    /// The codes of the hints seen so far, in their order.
    pub fn hints(&self) -> Vec<&str> {
        self.seen
            .iter()
            .filter_map(|e| match e {
                LoginEvent::Hint { error } => Some(error.code.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Nothing has happened since, as far as a moment shows.
    pub fn is_waiting(&mut self) -> bool {
        while let Ok(event) = self.events.try_recv() {
            self.seen.push(event);
        }
        !self
            .seen
            .iter()
            .any(|e| matches!(e, LoginEvent::Done { .. } | LoginEvent::Failed { .. }))
    }
}
