//! What goes wrong, as programs are told it: `application/problem+json` (RFC 9457).

use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::store::StoreError;

/// When to come back after what is nobody's fault and may pass: a full disk, a store that is busy. Chosen: a minute.
const LATER: Duration = Duration::from_secs(60);

/// What is wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    /// The places of the content that don't fit.
    errors: Vec<Value>,
    after: Option<Duration>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), after: None }
    }

    pub(crate) fn after(self, wait: Duration) -> Self {
        Self { after: Some(wait), ..self }
    }

    pub(crate) fn with(self, errors: Vec<Value>) -> Self {
        Self { errors, ..self }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        // The store's own words may hold a path.
        let told = "it can't be kept now";
        match error {
            StoreError::Missing(what) => Self::new(StatusCode::NOT_FOUND, format!("there is no {what}")),
            _ => Self::new(StatusCode::SERVICE_UNAVAILABLE, told).after(LATER),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let mut body = json!({ "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail });
        if !self.errors.is_empty() {
            body["errors"] = self.errors.into();
        }
        let mut answer = (self.status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
        let headers = answer.headers_mut();
        // Seconds are whole there, and who comes a moment too early is refused again.
        headers.extend(self.after.map(|wait| (RETRY_AFTER, HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))));
        headers.extend((self.status == StatusCode::UNAUTHORIZED).then_some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))));
        answer
    }
}
