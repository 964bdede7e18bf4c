//! One walk from a tile to a token, by mouse or by keyboard alone. What each screen must show comes from the view that the window
//! itself has: each permission, each console step and each field of the platform, in the window's language.

use std::time::Instant;

use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::Line;
use super::camera::Camera;
use super::server::Server;
use crate::app::App;
use crate::browser::Browser;
use crate::desktop::{Desktop, PATIENCE, until};

/// More stops than any screen has.
const STOPS: usize = 150;

/// Which screen is shown.
const SCREEN: &str = "const has = (id) => document.querySelector(`[data-testid=\"${id}\"]`) !== null; \
    const begins = (id) => document.querySelector(`[data-testid^=\"${id}\"]`) !== null; \
    return has('done') ? 'done' : has('error') ? 'failed' : has('waiting') ? 'waiting' : has('enter-code') ? 'code' : has('client-new') ? 'client' \
    : begins('scope-') || has('permissions-app') || has('client') ? 'permissions' \
    : begins('question-') || begins('console-step-') ? 'console' : has('tiles-find') ? 'tiles' : '';";

/// The texts of a list that the page does not have.
const MISSING: &str = "const plain = (text) => text.toLowerCase().replace(/\\s+/g, ''); \
    const page = plain(document.querySelector('main').textContent); \
    return arguments[0].filter((text) => !page.includes(plain(text)));";

/// The parts of the page that are cut off at the side.
const CUT: &str = "const shows = (at) => at.checkVisibility() && !at.closest('.hidden, .dots, input, select, svg') \
        && !['inline', 'contents'].includes(getComputedStyle(at).display); \
    const cut = (at) => at.scrollWidth > at.clientWidth + 1 && getComputedStyle(at).overflowX !== 'visible' \
        || at.getBoundingClientRect().right > innerWidth + 1; \
    return [...document.querySelectorAll('main *')].filter((at) => shows(at) && cut(at)) \
        .map((at) => `${at.tagName} ${at.className}: ${at.textContent.slice(0, 80)}`);";

/// What a person uses.
#[derive(Clone, Copy)]
pub enum Hand {
    Mouse,
    Keyboard,
}

/// A person at the window.
pub struct Walker<'a> {
    pub desktop: &'a Desktop,
    pub app: &'a App,
    pub browser: &'a Browser,
    pub language: &'static str,
    pub camera: Option<Camera>,
}

impl Walker<'_> {
    /// From now on the window speaks this language.
    pub async fn speak(&mut self, language: &'static str) {
        self.app.click("settings").await;
        self.app.pick("language", language).await;
        self.language = language;
    }

    /// From the list of accounts to the account's page.
    pub async fn walk(&mut self, line: &Line, provider: &Value, server: &Server) {
        let id = line.id;
        let by = line.by;
        let before = self.desktop.opened_so_far();
        if let Some(camera) = &mut self.camera {
            camera.turn_to(id);
        }
        self.press(by, "add-account").await;
        self.write(by, "tiles-find", line.nickname).await;
        self.app.find(&format!("tile-{}", text(&provider["tile"]))).await;
        self.look("tile").await;
        match by {
            Hand::Keyboard => self.key(Key::Enter).await,
            Hand::Mouse => self.app.click(&format!("tile-{}", text(&provider["tile"]))).await,
        }
        let mut screen = self.after("tiles").await;
        let kind = format!("kind-{id}");
        if self.app.is_there(&kind).await {
            self.look("kinds").await;
            match by {
                Hand::Mouse => self.app.click(&kind).await,
                Hand::Keyboard => self.choose_radio("kind-", &kind).await,
            }
            screen = self.after("tiles").await;
        }
        let mut seen = Vec::new();
        // The last screen starts the login.
        while !["waiting", "code", "done", "failed"].contains(&screen.as_str()) {
            match screen.as_str() {
                "client" => self.app.tick("client-new", true).await,
                "permissions" => self.permissions(provider).await,
                "console" => self.console(by, line, provider, server).await,
                other => panic!("{id}: {other} after {seen:?}"),
            }
            seen.push(screen.clone());
            let go = if self.app.is_there("connect").await { "connect" } else { "next" };
            self.press(by, go).await;
            screen = self.after(&screen).await;
        }
        assert_ne!(screen, "failed", "{id}: {:?}", self.app.shown("error").await);
        ordered(id, provider, &seen);
        match text(&provider["grant"]) {
            "device_code" => self.enter_code(by, line, server, before).await,
            _ if approves(provider) => self.approve(id, server, before).await,
            _ => {}
        }
        let name = line.name.replace("{here}", server.origin().trim_start_matches("http://"));
        self.done(by, line.id, &name).await;
    }

    /// Each permission that is proposed is ticked, and each has its meaning.
    async fn permissions(&mut self, provider: &Value) {
        if self.app.is_there("client").await {
            self.app.pick("client", "").await;
        }
        let scopes = list(&provider["scopes"]).filter(|scope| scope["granted_only"] != true);
        self.shows(scopes.map(|scope| &scope["meaning"])).await;
        for scope in list(&provider["scopes"]).filter(|scope| scope["default"] == true || scope["locked"] == true) {
            let ticked = self.app.find(&format!("scope-{}", text(&scope["id"]))).await.is_selected().await;
            assert!(ticked.unwrap(), "{scope}");
        }
        self.look("permissions").await;
    }

    /// Each step is there, with what is copied from it; each field is filled in.
    async fn console(&mut self, by: Hand, line: &Line, provider: &Value, server: &Server) {
        for (question, value) in line.answers {
            let value = &server.value(value);
            let radio = format!("question-{question}-{value}");
            match self.app.is_there(&radio).await {
                true => self.press(by, &radio).await,
                false => self.write(by, &format!("question-{question}"), value).await,
            }
        }
        let redirect = provider["redirects"].get(0).map(|redirect| &redirect["kind"]);
        let fits = |step: &&Value| {
            let only: Vec<&Value> = list(&step["for_redirects"]).collect();
            step["when"] == "before" && (only.is_empty() || redirect.is_some_and(|kind| only.contains(&kind)))
        };
        let steps: Vec<&Value> = list(&provider["console"]).filter(fits).collect();
        self.shows(steps.iter().map(|step| &step["text"])).await;
        if steps.iter().any(|step| step["permissions"] == true) {
            let named = self.app.shown("copy-permissions-value").await.unwrap_or_default();
            let proposed = list(&provider["scopes"]).filter(|scope| scope["default"] == true);
            for scope in proposed.map(|scope| text(&scope["id"])) {
                assert!(named.contains(scope), "{scope} is not in {named}");
            }
        }
        if let Some(address) = self.app.shown("copy-redirect-value").await {
            server.register(&address);
        }
        self.look("console").await;
    }

    /// In the browser: the page that the app opened, and the press on its button.
    async fn approve(&mut self, id: &str, server: &Server, before: usize) {
        let address = self.desktop.opened(before + 1);
        self.app.find("waiting").await;
        self.look("waiting").await;
        let page = &self.browser.page;
        page.goto(&address).await.unwrap_or_else(|error| panic!("{id}: {error}"));
        if server.asks() {
            self.browser.find("#allow").await.click().await.unwrap();
        }
    }

    /// The code of the screen is entered on the platform's page, which the app opens.
    async fn enter_code(&mut self, by: Hand, line: &Line, server: &Server, before: usize) {
        assert!(!self.app.text("user-code").await.is_empty(), "{}", line.id);
        self.look("code").await;
        self.press(by, "open-page").await;
        let shown = self.app.text("code-address").await.replace('\n', "");
        assert!(
            self.desktop.opened(before + 1).starts_with(&shown),
            "{}: {shown} is the page for the code",
            line.id
        );
        server.turn(line.decides.0, false);
        server.turn(line.decides.1, true);
    }

    /// Whose token it is, on both screens; and the token itself in the clipboard and the keychain.
    async fn done(&mut self, by: Hand, id: &str, name: &str) {
        let last = if self.app.is_there("enter-code").await { "code" } else { "waiting" };
        assert_eq!(self.after(last).await, "done", "{id}: {:?}", self.app.shown("error").await);
        let called = self.app.text("done-name").await.replace('\n', "");
        let fits = name
            .split_once('*')
            .map_or(called == name, |(start, end)| called.starts_with(start) && called.ends_with(end));
        assert!(fits, "{id}: {called} is not {name}");
        assert_eq!(self.app.shown("error").await, None, "{id}");
        self.look("done").await;
        self.press(by, "done-copy").await;
        let secrets = self.desktop.secrets();
        until("the token in the clipboard", || {
            Some(self.desktop.clipboard()).filter(|token| token.len() > 10 && secrets.contains(token.as_str()))
        });
        self.press(by, "done-show").await;
        assert_eq!(self.app.text("account-title").await.replace('\n', ""), called);
        self.look("account").await;
    }

    /// Nothing is cut off at the side; and a picture where pictures are made.
    async fn look(&mut self, what: &str) {
        let cut = self.app.window.execute(CUT, vec![]).await.unwrap();
        assert_eq!(cut, json!([]), "{what}");
        if let Some(camera) = &mut self.camera {
            camera.take(&self.app.window, what, self.language).await;
        }
    }

    /// These texts are on the page, folded or not, in its language.
    async fn shows<'v>(&self, texts: impl Iterator<Item = &'v Value>) {
        let texts: Vec<&Value> = texts.map(|text| &text[self.language]).collect();
        assert!(texts.iter().all(|text| text.is_string()), "{texts:?}");
        let missing = self.app.window.execute(MISSING, vec![json!(texts)]).await.unwrap();
        assert_eq!(missing, json!([]), "{}", self.language);
    }

    /// The screen that comes after this one.
    async fn after(&self, before: &str) -> String {
        let started = Instant::now();
        loop {
            let screen = self.app.window.execute(SCREEN, vec![]).await.unwrap();
            if let Some(screen) = screen.as_str().filter(|screen| !screen.is_empty() && *screen != before) {
                return screen.to_owned();
            }
            if started.elapsed() > PATIENCE {
                let page = self.app.window.find(Locator::Css("body")).await.unwrap().text().await.unwrap();
                panic!("nothing comes after {before}:\n{page}");
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    async fn press(&self, by: Hand, id: &str) {
        match by {
            Hand::Mouse => self.app.click(id).await,
            Hand::Keyboard => {
                self.stop_at(id).await;
                self.key(Key::Enter).await;
            }
        }
    }

    async fn write(&self, by: Hand, id: &str, text: &str) {
        match by {
            Hand::Mouse => self.app.write(id, text).await,
            Hand::Keyboard => {
                self.stop_at(id).await;
                for letter in text.chars() {
                    self.type_key(letter).await;
                }
            }
        }
    }

    /// Presses Tab until this has the focus.
    async fn stop_at(&self, id: &str) {
        self.app.find(id).await;
        self.move_until(Key::Tab, id, |here| here == id).await;
    }

    /// Presses Tab until one of these radio buttons has the focus, and then the arrow until it is this one.
    async fn choose_radio(&self, group: &str, id: &str) {
        self.move_until(Key::Tab, group, |here| here.starts_with(group)).await;
        self.move_until(Key::Down, id, |here| here == id).await;
    }

    /// Presses a key until the element that has the focus is the one that is meant.
    async fn move_until(&self, key: Key, what: &str, is_meant: impl Fn(&str) -> bool) {
        const HERE: &str = "return document.activeElement?.dataset.testid ?? ''";
        let mut stops = Vec::new();
        while stops.len() < STOPS {
            let here = self.app.window.execute(HERE, vec![]).await;
            let here = text(&here.unwrap()).to_owned();
            if is_meant(&here) {
                return;
            }
            stops.push(here);
            self.key(key).await;
        }
        panic!("the keyboard does not reach {what}: {stops:?}");
    }

    async fn key(&self, key: Key) {
        self.type_key(key.into()).await;
    }

    async fn type_key(&self, value: char) {
        let keys = KeyActions::new("keyboard".into());
        let keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        self.app.window.perform_actions(keys).await.unwrap();
    }
}

/// The person approves on a page of the platform.
fn approves(provider: &Value) -> bool {
    ["authorization_code", "device_code", "oauth1"].contains(&text(&provider["grant"]))
}

/// At most two screens between the tile and the browser: permissions before the console; but a server comes first, because it
/// decides what may be done.
fn ordered(id: &str, provider: &Value, seen: &[String]) {
    let at = |screen: &str| seen.iter().position(|s| s == screen);
    let asks = list(&provider["questions"]).count() > 0 || list(&provider["console"]).count() > 0;
    let server = list(&provider["questions"]).any(|question| question["kind"] == "server");
    let chooses = approves(provider) && list(&provider["scopes"]).any(|scope| scope["granted_only"] != true);
    let screens = seen.iter().filter(|screen| *screen != "client").count();
    assert!(screens <= 2, "{id}: {seen:?}");
    assert!(!asks || at("console").is_some(), "{id}: {seen:?}");
    assert!(!chooses || at("permissions").is_some(), "{id}: {seen:?}");
    if let Some((permissions, console)) = at("permissions").zip(at("console")) {
        assert_eq!(permissions < console, !server, "{id}: {seen:?}");
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
