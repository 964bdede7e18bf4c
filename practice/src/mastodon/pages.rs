//! The pages of the Mastodon family that a person sees: consent, a profile, and GoToSocial's refusals.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::people::{self, Person};
use super::{refusal, scopes};
use crate::page::{escape, problem, render, who};
use crate::words;

/// What the consent page shows.
pub struct Consent<'a> {
    pub app: &'a str,
    pub scopes: &'a [String],
    pub redirect_uri: &'a str,
    pub oob: bool,
    pub deny: bool,
    pub ticket: &'a str,
    pub chosen: Option<&'a Person>,
    /// The scheme of the redirect URI: where the form's answer may lead the browser.
    pub target: Option<&'a str>,
}

/// The consent page.
pub fn consent(headers: &HeaderMap, page: &Consent<'_>) -> Response {
    let words = words::of(headers);
    let mut main = format!("<h1>{}<b>{}</b>{}</h1>", words.asks.0, escape(page.app), words.asks.1);
    main.push_str("<ul class=\"scopes\">");
    for scope in page.scopes {
        let meaning = scopes::named(scope)
            .map(|known| format!("<span>{}</span>", known.meaning(words)))
            .unwrap_or_default();
        main.push_str(&format!("<li>{meaning}<code>{}</code></li>", escape(scope)));
    }
    main.push_str("</ul><form method=\"post\" action=\"/oauth/authorize\">");
    main.push_str(&format!(
        "<input type=\"hidden\" name=\"ticket\" value=\"{}\">",
        escape(page.ticket)
    ));
    main.push_str(&format!("<fieldset><legend>{}</legend>", words.who));
    for (person, about) in people::everybody().iter().zip(words.about) {
        let checked = page.chosen.is_some_and(|chosen| chosen.username == person.username);
        main.push_str(&who(person.username, person.name, about, checked));
    }
    main.push_str("</fieldset>");
    if page.oob {
        main.push_str(&format!("<p class=\"back\">{}</p>", words.back_code));
    } else {
        main.push_str(&format!(
            "<p class=\"back\">{} <code>{}</code></p>",
            words.back_to,
            escape(page.redirect_uri)
        ));
    }
    main.push_str("<div class=\"buttons\">");
    main.push_str(&format!(
        "<button id=\"allow\" name=\"decision\" value=\"allow\">{}</button>",
        words.allow
    ));
    if page.deny {
        // `formnovalidate`: one may deny without choosing who to be.
        main.push_str(&format!(
            "<button id=\"deny\" name=\"decision\" value=\"deny\" formnovalidate>{}</button>",
            words.deny
        ));
    }
    main.push_str("</div>");
    if !page.deny {
        main.push_str(&format!("<p class=\"back\">{}</p>", words.no_deny));
    }
    main.push_str("</form>");
    render(words, StatusCode::OK, page.app, &main, page.target)
}

/// GoToSocial's refusal where a browser may be asking: a page for those who accept HTML, else JSON.
pub fn gts_refusal(headers: &HeaderMap, status: u16, detail: Option<&str>) -> Response {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if accept.contains("text/html") {
        return problem(headers, status, &refusal::gts_text(status, detail));
    }
    refusal::gts_error(status, detail)
}

/// What is to be seen of a person.
pub fn profile(headers: &HeaderMap, person: &Person) -> Response {
    let words = words::of(headers);
    let main = format!(
        "<h1><i class=\"face {0}\" aria-hidden=\"true\">{1}</i> <b>{2}</b> <small>@{0}</small></h1><p>{3}</p>",
        person.username,
        person.name.chars().next().unwrap_or_default(),
        person.name,
        words.invented
    );
    render(words, StatusCode::OK, person.name, &main, None)
}
