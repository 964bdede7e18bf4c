//! The consent page of Meta: who, what, and at Facebook a box for each permission that one may untick. Knows no OAuth.

use std::collections::BTreeSet;

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::people::{self, Person};
use super::platform::Platform;
use super::state::Authorization;
use super::{APP_NAME, scopes};
use crate::page::{self, escape};
use crate::words::{self, Words};

/// What it shows.
pub struct Consent<'a> {
    pub platform: Platform,
    pub asked: &'a Authorization,
    /// Where the form goes.
    pub action: &'a str,
    pub ticket: &'a str,
    /// The person who is signed in to this browser; none if the page must ask for a new sign-in.
    pub chosen: Option<&'a Person>,
    /// What that person declined earlier: asked for again only where the app says so.
    pub declined: Option<&'a BTreeSet<String>>,
}

/// The page.
pub fn page(headers: &HeaderMap, consent: &Consent<'_>) -> Response {
    let words = words::of(headers);
    let mut main = format!("<h1>{}<b>{}</b>{}</h1>", words.asks.0, escape(APP_NAME), words.asks.1);
    main.push_str(&format!("<form method=\"post\" action=\"{}\">", escape(consent.action)));
    main.push_str(&format!(
        "<input type=\"hidden\" name=\"ticket\" value=\"{}\">",
        escape(consent.ticket)
    ));
    main.push_str("<ul class=\"scopes\">");
    for name in &consent.asked.scopes {
        main.push_str(&permission(consent, words, name));
    }
    main.push_str(&format!("</ul><fieldset><legend>{}</legend>", words.who));
    for (at, person) in people::everybody().iter().enumerate() {
        let checked = consent.chosen.is_some_and(|chosen| chosen.username == person.username);
        // What they own matters at Facebook only.
        let about = match words.about.get(at) {
            Some(writes) if consent.platform != Platform::Facebook => writes,
            _ => person.about[words.column],
        };
        main.push_str(&page::who(person.username, person.name, about, checked));
    }
    main.push_str(&format!(
        "</fieldset><p class=\"back\">{} <code>{}</code></p><div class=\"buttons\">\
         <button id=\"allow\" name=\"decision\" value=\"allow\">{}</button>\
         <button id=\"deny\" name=\"decision\" value=\"deny\" formnovalidate>{}</button></div></form>",
        words.back_to,
        escape(&consent.asked.redirect_uri),
        words.allow,
        words.deny
    ));
    let target = crate::redirect::scheme(&consent.asked.redirect_uri);
    page::render(words, StatusCode::OK, APP_NAME, &main, target.as_deref())
}

fn permission(consent: &Consent<'_>, words: &Words, name: &str) -> String {
    let meaning = scopes::named(consent.platform, name).map_or("", |scope| scope.meaning(words));
    let text = format!("<span>{meaning}</span><code>{}</code>", escape(name));
    if consent.platform != Platform::Facebook || name == consent.platform.basic() {
        return format!("<li>{text}</li>");
    }
    let closed = !consent.asked.rerequest && consent.declined.is_some_and(|declined| declined.contains(name));
    let state = if closed { "disabled" } else { "checked" };
    let name = escape(name);
    format!(
        "<li><label for=\"permission-{name}\"><input type=\"checkbox\" name=\"permission\" id=\"permission-{name}\" value=\"{name}\" \
         {state}>{text}</label></li>"
    )
}
