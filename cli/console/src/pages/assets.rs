//! Style and scripts: inside the program, so that nothing is fetched from elsewhere.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

const ASSETS: [(&str, &str, &str); 3] = [
    ("console.css", "text/css; charset=utf-8", include_str!("../assets/console.css")),
    ("console.js", "text/javascript; charset=utf-8", include_str!("../assets/console.js")),
    // htmx 4.0.1 (0BSD), as its publisher made it: src/assets/htmx.LICENSE.
    ("htmx.js", "text/javascript; charset=utf-8", include_str!("../assets/htmx.min.js")),
];

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(own, ..)| *own == name) {
        Some((_, kind, content)) => ([(CONTENT_TYPE, *kind), (CACHE_CONTROL, "no-cache")], *content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
