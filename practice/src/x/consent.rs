//! The consent page of X: who signs in, and what the app may do. Both protocols use it, and it knows neither.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::APP_NAME;
use super::people::{self, Person};
use crate::page::{self, escape};
use crate::scope::Scope;
use crate::words;

/// What it shows.
pub struct Consent<'a> {
    pub scopes: &'a [&'static Scope],
    /// Where the form goes.
    pub action: &'a str,
    pub ticket: &'a str,
    /// The person who is signed in to this browser; none if the page must ask for a new sign-in.
    pub chosen: Option<&'a Person>,
    /// Where it goes on afterwards; nothing for a PIN.
    pub back_to: Option<&'a str>,
}

/// The page.
pub fn page(headers: &HeaderMap, consent: &Consent<'_>) -> Response {
    let words = words::of(headers);
    let mut main = format!("<h1>{}<b>{}</b>{}</h1>", words.asks.0, escape(APP_NAME), words.asks.1);
    main.push_str(&format!(
        "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"ticket\" value=\"{}\"><ul class=\"scopes\">",
        escape(consent.action),
        escape(consent.ticket)
    ));
    for scope in consent.scopes {
        main.push_str(&format!(
            "<li><span>{}</span><code>{}</code></li>",
            scope.meaning(words),
            scope.name
        ));
    }
    main.push_str(&format!("</ul><fieldset><legend>{}</legend>", words.who));
    for (person, about) in people::everybody().iter().zip(words.about) {
        let checked = consent.chosen.is_some_and(|chosen| chosen.id == person.id);
        main.push_str(&page::who(person.username, person.name, about, checked));
    }
    let back = match consent.back_to {
        Some(uri) => format!("{} <code>{}</code>", words.back_to, escape(uri)),
        None => words.back_code.to_owned(),
    };
    main.push_str(&format!(
        "</fieldset><p class=\"back\">{back}</p><div class=\"buttons\"><button id=\"allow\" name=\"decision\" value=\"allow\">{}</button>\
         <button id=\"deny\" name=\"decision\" value=\"deny\" formnovalidate>{}</button></div></form>",
        words.allow, words.deny
    ));
    let target = consent.back_to.and_then(crate::redirect::scheme);
    page::render(words, StatusCode::OK, APP_NAME, &main, target.as_deref())
}
