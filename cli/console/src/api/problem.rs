//! What goes wrong, as programs are told it: `application/problem+json` (RFC 9457).

use std::time::Duration;

use axum::Json;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::logs;
use crate::store::StoreError;

/// When to come back after what is nobody's fault and may pass: a full disk, a store that is busy. Chosen: a minute.
const LATER: Duration = Duration::from_secs(60);

/// What is wrong.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<Misfit>,
    after: Option<Duration>,
}

/// A problem as it is written.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body {
    /// Always `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The status in words.
    title: &'static str,
    /// The status.
    status: u16,
    /// What is wrong, for who reads it.
    detail: String,
    /// The places of the content that don't fit its schema, at most twenty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Misfit>,
}

/// A place of a content that doesn't fit its schema.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Misfit {
    /// Where, as a JSON pointer.
    pub(crate) pointer: String,
    /// What is wrong there, without the value.
    pub(crate) detail: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), after: None }
    }

    /// Something that must not happen did.
    pub(crate) fn broken() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here; it isn't kept")
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn after(self, wait: Duration) -> Self {
        Self { after: Some(wait), ..self }
    }

    pub(crate) fn with(self, errors: Vec<Misfit>) -> Self {
        Self { errors, ..self }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        logs::store_failed(&error);
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
        let body = Body { kind: "about:blank", title, status: self.status.as_u16(), detail: self.detail, errors: self.errors };
        let mut answer = (self.status, Json(body)).into_response();
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        // Seconds are whole there, and who comes a moment too early is refused again.
        headers.extend(self.after.map(|wait| (RETRY_AFTER, HeaderValue::from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)))));
        headers.extend((self.status == StatusCode::UNAUTHORIZED).then_some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))));
        answer
    }
}
