//! The pages a person sees: consent, the code to copy, a refusal. Served complete: their style inline with a nonce, no
//! script, nothing loaded. Knows no OAuth; every text from outside is escaped here.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::random;
use crate::words::{self, Words};

const STYLE: &str = include_str!("page.css");

/// One of the people on a consent page.
pub fn who(username: &str, name: &str, about: &str, checked: bool) -> String {
    format!(
        "<label for=\"person-{username}\"><input type=\"radio\" name=\"person\" id=\"person-{username}\" value=\"{username}\" \
         required{checked}><i class=\"face {username}\" aria-hidden=\"true\">{initial}</i><span><b>{name}</b> \
         <small>@{username}</small><br><small>{about}</small></span></label>",
        checked = if checked { " checked" } else { "" },
        initial = name.chars().next().unwrap_or_default(),
    )
}

/// The page that shows an out-of-band code.
pub fn code(headers: &HeaderMap, code: &str) -> Response {
    let words = words::of(headers);
    let main = format!(
        "<h1>{}</h1><code id=\"code\" class=\"code\" tabindex=\"0\">{}</code><p>{}</p>",
        words.code_title,
        escape(code),
        words.code_text
    );
    render(words, StatusCode::OK, words.code_title, &main, None)
}

/// A refusal, with the server's own words.
pub fn problem(headers: &HeaderMap, status: u16, detail: &str) -> Response {
    let words = words::of(headers);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let main = format!(
        "<h1>{}</h1><p>{}</p><pre id=\"error\">{}</pre><p>{}</p>",
        words.problem_title,
        words.problem_text,
        escape(detail),
        words.problem_next
    );
    render(words, status, words.problem_title, &main, None)
}

/// A page with this inside. `target` is the scheme of where its form may lead the browser.
pub fn render(words: &Words, status: StatusCode, title: &str, main: &str, target: Option<&str>) -> Response {
    let nonce = random::url43();
    let html = format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title} · {practice}</title>\n<style nonce=\"{nonce}\">\n{STYLE}</style>\n</head>\n<body>\n\
         <p class=\"banner\"><b>{practice}</b> {banner}</p>\n<main>\n{main}\n</main>\n</body>\n</html>\n",
        tag = words.tag,
        title = escape(title),
        practice = words.practice,
        banner = words.banner,
    );
    // Browsers hold the redirect after a form to form-action too; a host there cannot be an IPv6 literal, so the scheme it is.
    let target = target.map(|scheme| format!(" {scheme}:")).unwrap_or_default();
    let policy =
        format!("default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'{target}; base-uri 'none'; frame-ancestors 'none'");
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(words.tag));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Text as HTML text or a quoted attribute's value.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
