//! Reads the parameters of a request body: form, multipart or JSON. Knows no endpoint.

use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use serde_json::{Map, Value};
use url::form_urlencoded;

/// The parameters of a body.
pub enum Params {
    /// Form or multipart, in order.
    Form(Vec<(String, String)>),
    /// A JSON object.
    Json(Map<String, Value>),
}

/// Why a body could not be read.
pub struct Unreadable {
    /// JSON that ends too early.
    pub cut_off: bool,
}

impl Params {
    /// Reads them from a request whose body is in memory.
    pub async fn read(request: Request) -> Result<Params, Unreadable> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if kind == "multipart/form-data" {
            let unreadable = |_| Unreadable { cut_off: false };
            let mut parts = Multipart::from_request(request, &())
                .await
                .map_err(|_| Unreadable { cut_off: false })?;
            let mut pairs = Vec::new();
            while let Some(field) = parts.next_field().await.map_err(unreadable)? {
                let name = field.name().unwrap_or_default().to_owned();
                pairs.push((name, field.text().await.map_err(unreadable)?));
            }
            return Ok(Params::Form(pairs));
        }
        let bytes = Bytes::from_request(request, &()).await.map_err(|_| Unreadable { cut_off: false })?;
        if kind == "application/json" {
            return match serde_json::from_slice::<Value>(&bytes) {
                Ok(Value::Object(map)) => Ok(Params::Json(map)),
                Ok(_) => Err(Unreadable { cut_off: false }),
                Err(error) => Err(Unreadable { cut_off: error.is_eof() }),
            };
        }
        Ok(Params::Form(form_urlencoded::parse(&bytes).into_owned().collect()))
    }

    /// The parameter as text; one that is empty counts as absent (RFC 6749 §3.2).
    pub fn get(&self, name: &str) -> Option<String> {
        let text = match self {
            Params::Form(pairs) => pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
            Params::Json(map) => match map.get(name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            },
        };
        text.filter(|text| !text.is_empty())
    }

    /// All values of `name[]` in a form, or of the array `name` in JSON.
    pub fn list(&self, name: &str) -> Vec<String> {
        match self {
            Params::Form(pairs) => pairs
                .iter()
                .filter(|(key, _)| key.strip_suffix("[]") == Some(name))
                .map(|(_, value)| value.clone())
                .collect(),
            Params::Json(map) => match map.get(name) {
                Some(Value::Array(items)) => items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
                _ => Vec::new(),
            },
        }
    }

    /// What a JSON parameter is where it is not text: `array`, `number`, …
    pub fn misfit(&self, name: &str) -> Option<&'static str> {
        let Params::Json(map) = self else { return None };
        match map.get(name)? {
            Value::String(_) | Value::Null => None,
            Value::Array(_) => Some("array"),
            Value::Object(_) => Some("object"),
            Value::Number(_) => Some("number"),
            Value::Bool(_) => Some("bool"),
        }
    }
}
