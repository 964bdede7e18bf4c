//! Whether the API that was asked has answered at all: proxies, checks against bots, captive portals and web servers answer in
//! its place, and say nothing about a token. Recognised by headers that no API sends and by pages for people.

use super::Response;
use crate::error::Intermediary;

/// What answered in the API's place, where that is certain. A refusal without a reason is not judged here.
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
        // A redirect is judged by where it leads.
        300..=399 => return None,
        _ => {}
    }
    if response.status == 401 && !json && wants_password(response) {
        return Some(Intermediary::Password);
    }
    let page = page?;
    match response.status {
        // Web servers have a page for their own limits, too.
        408 | 429 => None,
        _ if is_portal(&page, response.is_success()) => Some(Intermediary::Portal),
        // It gives no reason: told as a silent refusal.
        401 => None,
        _ => Some(Intermediary::Page),
    }
}

/// The authentication schemes of a 401, and their parameters, in lower case (RFC 9110 §11.6.1).
pub fn challenges(response: &Response) -> impl Iterator<Item = String> {
    response.headers("www-authenticate").map(str::to_ascii_lowercase)
}

/// Whether every scheme of a 401 is one that a person's password or a company's network answers: RFC 7617, RFC 7616, RFC 4559.
pub fn wants_password(response: &Response) -> bool {
    let all: String = challenges(response).map(|challenge| challenge + ", ").collect();
    let schemes = |names: &[&str]| {
        let begins = |part: &str| names.iter().any(|name| part.split(' ').next() == Some(*name));
        all.split(',').map(str::trim).any(begins)
    };
    schemes(&["basic", "digest", "negotiate", "ntlm", "kerberos", "scram-sha-256"]) && !schemes(&["bearer", "oauth", "dpop", "mac"])
}

/// A value that JSON and nothing else has: an object, a list, a text.
fn is_json(body: &str) -> bool {
    let text = body.trim_start_matches('\u{feff}').trim();
    text.starts_with(['{', '[', '"']) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// A page for people. XML that is no XHTML is an API's, as of old.
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

/// Headers that say so themselves.
fn is_challenge(response: &Response, json: bool) -> bool {
    let is = |name: &str, values: &[&str]| {
        response
            .header(name)
            .is_some_and(|value| values.contains(&value.trim().to_ascii_lowercase().as_str()))
    };
    is("cf-mitigated", &["challenge"])
        || is("x-amzn-waf-action", &["challenge", "captcha"])
        || is("x-vercel-mitigated", &["challenge", "deny"])
        // Behind that check an API's own answers have it, too; the check's own JSON names the page with the puzzle.
        || (is("x-datadome", &["protected"]) && matches!(response.status, 401 | 403 | 405 | 429) && !json)
}

/// By what stands in the pages (and the few bodies in JSON) of those who sell and give away such checks.
fn is_bot_check(response: &Response, page: Option<&str>) -> bool {
    let refused = !response.is_success() && !(300..400).contains(&response.status);
    let has = |marks: &[&str], text: &str| marks.iter().any(|mark| text.contains(mark));
    match page {
        Some(page) => has(ANYWHERE, page) || has(ON_PAGES, page) || (refused && has_guard(response)),
        None => refused && response.body.expose().len() < LONG && has(ANYWHERE, &response.body.expose().to_lowercase()),
    }
}

/// A longer refusal is an API's: these checks fetch the rest by a script.
const LONG: usize = 64 * 1024;

/// In pages and in what is answered to a program alike: DataDome, HUMAN (PerimeterX), Imperva, AWS WAF, Cloudflare.
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

/// In pages only, in lower case.
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
    // Those that a site puts together by itself
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

/// Headers of those who check for bots in front of other people's servers; an API's own answer has some of them, too, and so
/// they count only beside a page.
fn has_guard(response: &Response) -> bool {
    let server = response.header("server").unwrap_or_default().to_ascii_lowercase();
    let guarded = response.status == 403 || response.status == 429 || response.status == 503;
    let by_server = ["ddos-guard", "sucuri/cloudproxy", "akamaighost", "datadome", "qrator"];
    let by_name = ["x-sucuri-block", "x-iinfo", "x-dd-b", "x-px-block", "x-kpsdk-ct"];
    guarded && (by_server.iter().any(|name| server.starts_with(name)) || by_name.iter().any(|name| response.header(name).is_some()))
}

/// A page that wants somebody to sign in. Where an error page may have a link to sign in by, only what nothing else has counts.
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
