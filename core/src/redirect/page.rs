//! The page that the browser ends on. It has no parameters, loads nothing and runs nothing.

use crate::words::{Language, say};

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The response was accepted.
    Done,
    /// The person declined.
    Denied,
    /// The platform refused for another reason.
    Failed,
    /// The same response was accepted before.
    Already,
    /// The response does not say which login it belongs to.
    WithoutState,
    /// No login waits for it.
    NotExpected,
    /// The request was not understood.
    Bad,
}

impl Page {
    /// The path that the browser is redirected to, so that no code stays in its address bar or history.
    pub fn path(self) -> &'static str {
        match self {
            Page::Done => "/done",
            Page::Denied => "/denied",
            Page::Failed => "/failed",
            Page::Already => "/already",
            Page::WithoutState => "/unsaid",
            Page::NotExpected => "/nobody",
            Page::Bad => "/bad",
        }
    }

    /// The page at this path.
    pub fn at(path: &str) -> Option<Page> {
        [
            Page::Done,
            Page::Denied,
            Page::Failed,
            Page::Already,
            Page::WithoutState,
            Page::NotExpected,
            Page::Bad,
        ]
        .into_iter()
        .find(|page| page.path() == path)
    }

    /// Its HTML. It contains nothing from the request.
    pub fn html(self, language: Language) -> String {
        let name = self.path().trim_start_matches('/');
        let title = escape(&say(language, &format!("page-{name}-title")));
        let text = escape(&say(language, &format!("page-{name}-text")));
        let good = matches!(self, Page::Done | Page::Already);
        let (mark, colour) = if good { ("✓", "good") } else { ("–", "calm") };
        format!(
            "<!doctype html><html lang=\"{lang}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title} – Keybearer</title><style>{STYLE}</style>\
             <main><span class=\"{colour}\" aria-hidden=\"true\">{mark}</span><h1>{title}</h1><p>{text}</p></main></html>",
            lang = language.tag(),
        )
    }
}

/// The page's only style; the policy of [`csp`] has its hash.
const STYLE: &str = ":root{color-scheme:light dark}body{margin:0;min-height:100vh;display:grid;place-items:center;background:#fbfaf8;color:#1f2328;\
font:16px/24px system-ui,sans-serif}main{max-width:26rem;padding:2rem;text-align:center}span{display:inline-grid;place-items:center;width:48px;height:48px;\
border-radius:50%;font-size:22px;font-weight:700}.good{background:#e3f3ea;color:#1f7a4d}.calm{background:#f3f1ec;color:#5b6068}h1{font-size:20px;\
line-height:28px;margin:16px 0 8px}p{margin:0;color:#5b6068}@media(prefers-color-scheme:dark){body{background:#16181b;color:#eceae5}p{color:#b0b3b8}\
.good{background:#17301f;color:#63c792}.calm{background:#23272c;color:#b0b3b8}}";

/// The Content-Security-Policy: no loading, no scripts, no framing; the style is allowed by its hash.
pub fn csp() -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
