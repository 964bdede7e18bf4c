//! What a test does with a practice X, in process only: the console, the browser's login, the clock, failures, a look at
//! requests and tokens.

use std::time::Duration;

use super::app::{AppType, Environment, Key, Keys, Package, Permissions};
use super::failure::Failure;
use super::message::Message;
use super::switches::Switches;
use super::{Kind, TokenInfo, X, people, redirect_rules, token};
use crate::recorded::Recorded;

impl X {
    /// Enters a callback address in the console, which refuses what the real one does (docs/facts/x.md#callbacks).
    ///
    /// # Errors
    /// The console's words, where it refuses.
    pub fn register_callback(&self, uri: &str) -> Result<(), String> {
        let mut state = self.shared.lock();
        redirect_rules::check(&state.app.callbacks, uri)?;
        state.app.callbacks.push(uri.to_owned());
        Ok(())
    }

    /// The callback addresses from now on, whatever a console would say of them.
    pub fn set_callbacks(&self, uris: &[&str]) {
        self.shared.lock().app.callbacks = uris.iter().map(|&uri| uri.to_owned()).collect();
    }

    /// The type of the app; public at first.
    pub fn set_app_type(&self, kind: AppType) {
        self.shared.lock().app.kind = kind;
    }

    /// The app's permissions. A change ends all OAuth 1.0a tokens (docs/facts/x.md#oauth-10a); that the owner's in the console
    /// ends too is [?].
    pub fn set_permissions(&self, permissions: Permissions) {
        let mut state = self.shared.lock();
        if state.app.permissions != permissions {
            state.app.permissions = permissions;
            state.end_signed();
        }
    }

    /// The package that the app is in.
    pub fn set_package(&self, package: Package) {
        self.shared.lock().app.package = package;
    }

    /// The environment that the app is in.
    pub fn set_environment(&self, environment: Environment) {
        self.shared.lock().app.environment = environment;
    }

    /// Whether there are credits.
    pub fn set_credits(&self, some: bool) {
        self.shared.lock().app.credits = some;
    }

    /// Whether "User authentication settings" are set up, without which OAuth 2.0 is off.
    pub fn set_oauth2(&self, on: bool) {
        self.shared.lock().app.oauth2 = on;
    }

    /// All the keys of now.
    pub fn keys(&self) -> Keys {
        self.shared.lock().app.keys.clone()
    }

    /// Presses "Regenerate"; gives the keys of now.
    pub fn regenerate(&self, key: Key) -> Keys {
        let mut state = self.shared.lock();
        let owners = state.app.keys.access_token.clone();
        match key {
            Key::Api => {
                state.end_signed();
                state.bearers.iter_mut().for_each(|bearer| bearer.dead = true);
            }
            Key::ClientSecret => {}
            Key::AccessToken => {
                let old = state.access_tokens.iter_mut().filter(|token| token.text == owners);
                old.for_each(|token| token.dead = true);
            }
        }
        state.app.regenerate(key);
        if key == Key::AccessToken {
            state.seat_owner();
        }
        state.app.keys.clone()
    }

    /// Sets the person who is signed in to the browser and preselected on the page: `ada` at first, no one for `None` or an unknown
    /// name.
    pub fn log_in_browser(&self, username: Option<&str>) {
        self.shared.lock().at_browser = username.and_then(people::named);
    }

    /// A person's id.
    pub fn user_id(&self, username: &str) -> Option<u64> {
        people::named(username).map(|person| person.id)
    }

    /// Changes switches.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.shared.lock().switches);
    }

    /// Moves the platform's clock forward.
    pub fn advance(&self, by: Duration) {
        let mut state = self.shared.lock();
        state.ahead = state.ahead.saturating_add(by);
    }

    /// Moves the platform's clock back: then it is the client's that is ahead.
    pub fn turn_back(&self, by: Duration) {
        let mut state = self.shared.lock();
        state.behind = state.behind.saturating_add(by);
    }

    /// Seconds since 1970, by the platform's clock.
    pub fn now(&self) -> u64 {
        self.shared.lock().now()
    }

    /// Queues a failure for one such message; several are used up in order.
    pub fn fail_next(&self, message: Message, failure: impl Into<Failure>) {
        self.shared.lock().faults.next(message, failure.into());
    }

    /// Every such message fails so (once the queue of [`X::fail_next`] is empty), until `None` is set.
    pub fn fail_always(&self, message: Message, failure: Option<Failure>) {
        self.shared.lock().faults.always(message, failure);
    }

    /// A login by OAuth 2.0 elsewhere, with the same app: ends the person's earlier one. Gives access and, with
    /// `offline.access`, refresh token; nothing for an unknown name.
    pub fn log_in_elsewhere(&self, username: &str, scopes: &[&str]) -> Option<(String, Option<String>)> {
        let person = people::named(username)?;
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let body = token::begin(&mut self.shared.lock(), person, scopes);
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        Some((text("access_token")?, text("refresh_token")))
    }

    /// Kills one token of whatever kind. Whether there is such a token.
    pub fn kill_token(&self, token: &str) -> bool {
        let mut state = self.shared.lock();
        let state = &mut *state;
        let dead = (state.tokens.iter_mut().map(|known| (&known.text, &mut known.dead)))
            .chain(state.access_tokens.iter_mut().map(|known| (&known.text, &mut known.dead)))
            .chain(state.bearers.iter_mut().map(|known| (&known.text, &mut known.dead)))
            .find(|(text, _)| *text == token);
        dead.map(|(_, dead)| *dead = true).is_some()
    }

    /// Kills all grants of a person, as "Revoke app permissions" does in their settings.
    pub fn kill_tokens_of(&self, username: &str) {
        if let Some(person) = people::named(username) {
            self.shared.lock().revoke_app(person);
        }
    }

    /// What is known of a token.
    pub fn token(&self, token: &str) -> Option<TokenInfo> {
        self.all().into_iter().find(|(text, _)| text == token).map(|(_, known)| known)
    }

    /// Every token of that kind that a person ever had, oldest first.
    pub fn history(&self, username: &str, kind: Kind) -> Vec<TokenInfo> {
        let all = self.all().into_iter().map(|(_, known)| known);
        all.filter(|known| known.username == Some(username) && known.kind == kind).collect()
    }

    /// The tokens that are alive, each kind oldest first; the owner's of the console too.
    pub fn tokens(&self) -> Vec<String> {
        let alive = self.all().into_iter().filter(|(_, known)| known.alive);
        alive.map(|(text, _)| text).collect()
    }

    fn all(&self) -> Vec<(String, TokenInfo)> {
        let state = self.shared.lock();
        let blank = |kind, issued, alive| TokenInfo {
            kind,
            username: None,
            scopes: Vec::new(),
            permissions: None,
            secret: None,
            issued,
            expires: None,
            alive,
        };
        let mut all = Vec::new();
        for token in &state.tokens {
            let Some(grant) = state.grants.get(token.grant) else { continue };
            let kind = if token.refresh { Kind::Refresh } else { Kind::Access };
            let known = TokenInfo {
                username: Some(grant.person.username),
                scopes: grant.scopes.clone(),
                expires: Some(token.expires),
                ..blank(kind, token.issued, state.is_alive(token))
            };
            all.push((token.text.clone(), known));
        }
        for token in &state.access_tokens {
            let known = TokenInfo {
                username: Some(token.person.username),
                permissions: Some(token.permissions),
                secret: Some(token.secret.clone()),
                ..blank(Kind::OAuth1, token.issued, !token.dead)
            };
            all.push((token.text.clone(), known));
        }
        for bearer in &state.bearers {
            all.push((bearer.text.clone(), blank(Kind::AppOnly, bearer.issued, !bearer.dead)));
        }
        all
    }

    /// The requests so far (the last thousand), oldest first, and which message each was; none where there is no such thing.
    pub fn requests(&self) -> Vec<(Option<Message>, Recorded)> {
        self.shared.lock().requests.iter().cloned().collect()
    }

    /// How many of all the requests so far were that message, failed ones too.
    pub fn count(&self, message: Message) -> usize {
        self.shared.lock().counts.get(&message).copied().unwrap_or(0)
    }

    /// What the reads so far cost, in US cents: one for each person and UTC day (docs/facts/x.md#prices).
    pub fn cents(&self) -> usize {
        self.shared.lock().billed.len()
    }

    /// How often a refresh token that was used already was sent again.
    pub fn reuses(&self) -> usize {
        self.shared.lock().reuses
    }
}
