//! Lists in pages: `{"data":[…],"paging":{"cursors":{"before","after"},"next"?}}` (docs/facts/facebook.md#pages). Knows no item.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::message::ParsedRequest;
use super::refusal::Refusal;
use super::state::State;

/// Items on a page where nothing is asked, and at most [M].
const USUAL: usize = 25;
const MOST: usize = 100;

/// The page of these items that the call asks for. An empty list has no `paging` [M].
pub fn paged(state: &State, call: &ParsedRequest, items: Vec<Value>) -> Result<Value, Refusal> {
    let limit = match call.get("limit").map(str::parse::<usize>) {
        None => USUAL,
        Some(Ok(limit)) if limit > 0 => limit.min(MOST),
        Some(_) => return Err(Refusal::new(100, "(#100) Param limit must be an integer greater than 0")),
    };
    let limit = state.switches.page_size.map_or(limit, |most| limit.min(most.max(1)));
    let (start, end) = match (place(call, "after")?, place(call, "before")?) {
        (Some(after), _) => (after + 1, after + 1 + limit),
        (None, Some(before)) => (before.saturating_sub(limit), before),
        (None, None) => (0, limit),
    };
    let (start, end) = (start.min(items.len()), end.min(items.len()));
    if start >= end {
        return Ok(json!({ "data": [] }));
    }
    let mut paging = json!({ "cursors": { "before": cursor(start), "after": cursor(end - 1) } });
    if end < items.len() {
        paging["next"] = json!(address(state, call, "after", &cursor(end - 1)));
    }
    if start > 0 {
        paging["previous"] = json!(address(state, call, "before", &cursor(start)));
    }
    Ok(json!({ "data": items[start..end], "paging": paging }))
}

fn cursor(at: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("at:{at}"))
}

fn place(call: &ParsedRequest, name: &str) -> Result<Option<usize>, Refusal> {
    let Some(text) = call.get(name) else { return Ok(None) };
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap_or_default();
    let at = std::str::from_utf8(&bytes)
        .ok()
        .and_then(|text| text.strip_prefix("at:")?.parse().ok());
    at.map(Some).ok_or_else(|| Refusal::new(100, "(#100) Invalid cursor"))
}

/// The same call, at another place. It has the token in it, as the real one does [M].
fn address(state: &State, call: &ParsedRequest, name: &str, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in call
        .params
        .query
        .iter()
        .filter(|(key, _)| !["after", "before", "access_token"].contains(&key.as_str()))
    {
        query.append_pair(key, value);
    }
    if let Some(token) = call.access_token() {
        query.append_pair("access_token", token);
    }
    query.append_pair(name, cursor);
    format!("{}{}?{}", state.origin, call.path, query.finish())
}
