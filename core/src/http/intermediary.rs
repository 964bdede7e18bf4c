//! Recognises answers that do not come from the API: proxies, bot checks, captive portals and web servers answer instead, and say
//! nothing about a token. They have headers that no API sends, or pages for people.

use super::Response;
use crate::error::Intermediary;

/// What answered instead of the API, if that is certain. Refusals without a reason are handled elsewhere.
pub fn intermediary(response: &Response) -> Option<Intermediary> {
    let json = is_json(response.body.expose());
    if response.is_success() && json {
        return None;
    }
    let page = (!json && is_page(response)).then(|| response.body.expose().to_lowercase());
    if is_challenge(response, json) || is_bot_check(response, page.as_deref()) {
        return Some(Intermediary::BotCheck);
    }
    match response.status {
        // RFC 9110 §15.5.8.
        407 => return Some(Intermediary::Password),
        // RFC 6585 §6.
        511 => return Some(Intermediary::Portal),
        // A redirect is handled by its target.
        300..=399 => return None,
        _ => {}
    }
    if response.status == 401 && !json && wants_password(response) {
        return Some(Intermediary::Password);
    }
    let page = page?;
    match response.status {
        // Web servers have pages for their own limits, too.
        408 | 429 => None,
        _ if is_portal(&page, response.is_success()) => Some(Intermediary::Portal),
        // Without a reason it is a silent refusal.
        401 => None,
        _ => Some(Intermediary::Page),
    }
}

/// The authentication schemes of a 401, and their parameters, in lower case (RFC 9110 §11.6.1).
pub fn challenges(response: &Response) -> impl Iterator<Item = String> {
    response.headers("www-authenticate").map(str::to_ascii_lowercase)
}

/// Whether every scheme of a 401 asks for a person's password or a network login: RFC 7617, RFC 7616, RFC 4559.
pub fn wants_password(response: &Response) -> bool {
    let all: String = challenges(response).map(|challenge| challenge + ", ").collect();
    let schemes = |names: &[&str]| {
        let begins = |part: &str| names.iter().any(|name| part.split(' ').next() == Some(*name));
        all.split(',').map(str::trim).any(begins)
    };
    schemes(&["basic", "digest", "negotiate", "ntlm", "kerberos", "scram-sha-256"]) && !schemes(&["bearer", "oauth", "dpop", "mac"])
}

/// Whether a body is JSON: an object, a list or a text.
fn is_json(body: &str) -> bool {
    let text = body.trim_start_matches('\u{feff}').trim();
    text.starts_with(['{', '[', '"']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// Whether an answer is a page for people. XML other than XHTML belongs to an older API.
fn is_page(response: &Response) -> bool {
    let text = response.body.expose().trim_start_matches('\u{feff}').trim_start();
    let begins = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    let html = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<title",
        "<center",
        "<h1",
        "<script",
        "<meta",
        "<!--",
    ];
    html.iter().any(|start| begins(start))
        || (begins("<?xml") && text.contains("<html"))
        || (text.starts_with('<') && matches!(response.content_type.as_str(), "text/html" | "application/xhtml+xml"))
}

/// Whether the headers announce a bot check.
fn is_challenge(response: &Response, json: bool) -> bool {
    let is = |name: &str, values: &[&str]| {
        response
            .header(name)
            .is_some_and(|value| values.contains(&value.trim().to_ascii_lowercase().as_str()))
    };
    is("cf-mitigated", &["challenge"])
        || is("x-amzn-waf-action", &["challenge", "captcha"])
        || is("x-vercel-mitigated", &["challenge", "deny"])
        // Behind this check the API's own answers have it, too; the check's own JSON names the page with the puzzle.
        || (is("x-datadome", &["protected"]) && matches!(response.status, 401 | 403 | 405 | 429) && !json)
}

/// Whether a body is a known bot check's page or JSON.
fn is_bot_check(response: &Response, page: Option<&str>) -> bool {
    let refused = !response.is_success() && !(300..400).contains(&response.status);
    let has = |marks: &[&str], text: &str| marks.iter().any(|mark| text.contains(mark));
    match page {
        Some(page) => has(ANYWHERE, page) || has(ON_PAGES, page) || (refused && has_guard(response)),
        None => refused && response.body.expose().len() < LONG && has(ANYWHERE, &response.body.expose().to_lowercase()),
    }
}

/// A longer refusal comes from an API: the pages of bot checks are short and load the rest by a script.
const LONG: usize = 64 * 1024;

/// Marks in pages and in answers to programs: DataDome, HUMAN (PerimeterX), Imperva, AWS WAF, Cloudflare.
const ANYWHERE: &[&str] = &[
    "captcha-delivery.com",
    "px-captcha",
    "captcha.px-cdn.net",
    "\"blockscript\"",
    "_incapsula_resource",
    "incapsula incident",
    "awswaf.com",
    "challenges.cloudflare.com",
    "error code: 1010",
    "error code: 1020",
];

/// Marks in pages only, in lower case.
const ON_PAGES: &[&str] = &[
    // Cloudflare
    "/cdn-cgi/challenge-platform",
    "cf-chl-",
    "cf_chl_opt",
    "attention required! | cloudflare",
    "<title>just a moment",
    "<title>access denied | ",
    "you have been blocked",
    // Akamai
    "sec-if-cpt-container",
    "/_sec/cp_challenge",
    "errors.edgesuite.net",
    // AWS WAF
    "awswafcookiedomainlist",
    // Anubis
    "/.within.website/",
    // Sucuri, DDoS-Guard
    "sucuri website firewall",
    "sucuri_cloudproxy",
    "<title>ddos-guard",
    "/.well-known/ddos-guard/",
    // F5
    "the requested url was rejected. please consult with your administrator",
    // Vercel, Kasada, Aliyun, Tencent, CrowdSec
    "vercel security checkpoint",
    "kpsdk",
    "acw_sc__v2",
    "tencentcaptcha",
    "crowdsec",
    // Built by sites themselves
    "hcaptcha.com",
    "google.com/recaptcha",
    "verify you are human",
    "verify that you are human",
    "verifying you are human",
    "are you a robot",
    "are you human",
    "not a robot",
    "not a bot",
    "checking your browser",
    "checking if the site connection is secure",
    "unusual traffic",
];

/// Whether a bot check's headers are present. An API's own answers have some of them, too, so they only count together with a page.
fn has_guard(response: &Response) -> bool {
    let server = response.header("server").unwrap_or_default().to_ascii_lowercase();
    let guarded = response.status == 403 || response.status == 429 || response.status == 503;
    let by_server = ["ddos-guard", "sucuri/cloudproxy", "akamaighost", "datadome", "qrator"];
    let by_name = ["x-sucuri-block", "x-iinfo", "x-dd-b", "x-px-block", "x-kpsdk-ct"];
    guarded && (by_server.iter().any(|name| server.starts_with(name)) || by_name.iter().any(|name| response.header(name).is_some()))
}

/// Whether a page is a captive portal's. An error page may link to a sign-in page, so only unmistakable marks count there.
fn is_portal(page: &str, success: bool) -> bool {
    let has = |marks: &[&str]| marks.iter().any(|mark| page.contains(mark));
    let certain = [
        // WISPr
        "wispaccessgatewayparam",
        "captive portal",
        "captive-portal",
        "type=\"password\"",
        "type='password'",
        "type=password",
    ];
    let perhaps = [
        "hotspot",
        "wi-fi",
        "wifi",
        "sign in",
        "sign-in",
        "signin",
        "log in",
        "log-in",
        "login",
        "anmelden",
        "connexion",
        "登录",
        "登入",
        "认证",
        "ログイン",
    ];
    has(&certain) || (success && has(&perhaps))
}
