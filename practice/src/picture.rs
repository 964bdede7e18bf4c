//! The pictures of accounts.

use axum::http::header;
use axum::response::{IntoResponse, Response};

/// The first letter of a name on a disc of this hue.
pub fn disc(name: &str, hue: u16) -> Response {
    let svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 96 96\"><rect width=\"96\" height=\"96\" fill=\"hsl({} 70% 27%)\"/>\
         <text x=\"48\" y=\"64\" font-family=\"sans-serif\" font-size=\"48\" fill=\"#fff\" text-anchor=\"middle\">{}</text></svg>",
        hue,
        name.chars().next().unwrap_or_default()
    );
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}
