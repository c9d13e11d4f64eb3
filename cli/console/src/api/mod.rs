//! The intake: what apps deliver to (`docs/incidents.md`, «For who receives them»).
//!
//! The answer comes once the delivery is on the disk. The same key with the same content is answered as before; with another it is refused.

mod limit;
mod problem;

use std::io::Read as _;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use baquiano::incident::outbox::{INCIDENT_TYPE, RECEIPT_TYPE};
use baquiano::incident::{Incident, MAX_RECORD_BYTES};
use flate2::read::MultiGzDecoder;
use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use self::limit::Limits;
use self::problem::Problem;
use crate::Console;
use crate::store::{Delivered, Received, TokenKind, reference};

/// Most bytes that are read of a body. More than a record may have: what is a little too long is told so, and not cut off.
const MOST_READ: usize = 2 * MAX_RECORD_BYTES;
/// Longest key. Chosen: an id with a revision has 47.
const LONGEST_KEY: usize = 80;
/// Most places of a content that are told. Chosen: who sees twenty knows enough.
const MOST_ERRORS: usize = 20;
/// Longest text about one place.
const LONGEST_ERROR: usize = 200;

const RECEIPT: &str = r#"{"required": ["receipt", "dropped"], "properties": {"receipt": {"type": "string"}, "dropped": {"type": "array"}}, "type": "object"}"#;

/// What deliveries are held against.
#[derive(Debug)]
pub(crate) struct Intake {
    incident: Validator,
    receipt: Validator,
    limits: Limits,
}

impl Intake {
    pub(crate) fn new() -> Result<Self, String> {
        let of = |schema: &Value| {
            jsonschema::draft202012::options().should_validate_formats(true).build(schema).map_err(|error| error.to_string())
        };
        let receipt = serde_json::from_str(RECEIPT).map_err(|error| error.to_string())?;
        Ok(Self { incident: of(&baquiano::incident::schema())?, receipt: of(&receipt)?, limits: Limits::default() })
    }
}

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new().route("/api/v1/incidents", post(take)).route("/api/v1/incidents/{key}", get(tell)).layer(DefaultBodyLimit::max(MOST_READ))
}

async fn take(State(console): State<Arc<Console>>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Response, Problem> {
    let body = body.map_err(|refused| Problem::new(refused.status(), refused.body_text()))?;
    in_background(move || console.take(&headers, &body)).await
}

async fn tell(State(console): State<Arc<Console>>, headers: HeaderMap, Path(key): Path<String>) -> Result<Response, Problem> {
    in_background(move || {
        console.admit(&headers)?;
        let state = console.store.delivered(&key)?.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no delivery has this key"))?;
        let body = state.map_or_else(|| json!({}), |state| json!(state));
        Ok(([(CONTENT_TYPE, "application/json")], body.to_string()).into_response())
    })
    .await
}

/// What is told of a request that took too long. Senders come again after it.
pub(crate) fn late() -> Response {
    Problem::new(StatusCode::REQUEST_TIMEOUT, "the request didn't come in, or couldn't be answered, in time").into_response()
}

/// Waiting for the disk would hold up the other requests.
async fn in_background(work: impl FnOnce() -> Result<Response, Problem> + Send + 'static) -> Result<Response, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong here; it isn't kept")))
}

impl Console {
    /// Whose token it is.
    fn admit(&self, headers: &HeaderMap) -> Result<String, Problem> {
        let shown = text(headers, AUTHORIZATION).split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let owner = shown.map(|(_, token)| self.store.whose(token.trim(), TokenKind::App)).transpose()?.flatten();
        let owner = owner.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "a token is needed: `Authorization: Bearer TOKEN`"))?;
        let full = |wait| Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests with this token").after(wait);
        self.intake.limits.admit(&owner, Instant::now()).map_err(full)?;
        Ok(owner)
    }

    fn take(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
        let token = self.admit(headers)?;
        let (is_incident, key) = (is_incident(headers)?, key_of(headers)?);
        let content = unpacked(headers, body)?;
        let delivered = Delivered { key: &key, hash: Sha256::digest(&content).into(), token: &token, now_ms: self.now_ms() };
        // What was taken stays taken, also when the schema has changed since.
        if let Some(known) = self.store.known(&delivered)? {
            return answer(&key, &known);
        }
        let value: Value = serde_json::from_slice(&content)
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}")))?;
        let received = if is_incident {
            check(&self.intake.incident, &value)?;
            let incident = Incident::from_json(&content).map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))?;
            self.store.receive(&delivered, &incident)?
        } else {
            check(&self.intake.receipt, &value)?;
            self.store.receive_receipt(&delivered, &value.to_string())?
        };
        self.tell_all();
        answer(&key, &received)
    }
}

fn answer(key: &str, received: &Received) -> Result<Response, Problem> {
    let (status, number) = match received {
        Received::New(number) => (StatusCode::CREATED, *number),
        Received::Known(number) => (StatusCode::OK, *number),
        Received::Conflict => return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "this key came before, with another content")),
    };
    // A receipt has no number.
    let body = if number > 0 { json!({ "reference": reference(number) }) } else { json!({}) };
    let headers = [(CONTENT_TYPE, "application/json".to_owned()), (LOCATION, format!("/api/v1/incidents/{key}"))];
    Ok((status, headers, body.to_string()).into_response())
}

/// Refuses what doesn't fit.
fn check(schema: &Validator, content: &Value) -> Result<(), Problem> {
    // The values themselves aren't told: they may be long, and they speak of people.
    let short = |error: &ValidationError<'_>| error.masked().to_string().chars().take(LONGEST_ERROR).collect::<String>();
    let told = |error: ValidationError<'_>| json!({ "pointer": error.instance_path().as_str(), "detail": short(&error) });
    let errors: Vec<Value> = schema.iter_errors(content).take(MOST_ERRORS).map(told).collect();
    if errors.is_empty() { Ok(()) } else { Err(Problem::new(StatusCode::BAD_REQUEST, "the content doesn't fit its schema").with(errors)) }
}

/// Whether a delivery says it is an incident, and not a receipt.
fn is_incident(headers: &HeaderMap) -> Result<bool, Problem> {
    // What follows a semicolon are parameters.
    let kind = text(headers, CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        INCIDENT_TYPE => Ok(true),
        RECEIPT_TYPE => Ok(false),
        _ => Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("send {INCIDENT_TYPE}, or {RECEIPT_TYPE}"))),
    }
}

/// The content of a body.
fn unpacked(headers: &HeaderMap, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut content = Vec::new();
    // One byte more than may be: that tells what is too long from what just fits.
    let most = MAX_RECORD_BYTES as u64 + 1;
    let read = match text(headers, CONTENT_ENCODING) {
        "" | "identity" => body.take(most).read_to_end(&mut content),
        "gzip" => MultiGzDecoder::new(body).take(most).read_to_end(&mut content),
        _ => return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body may be in gzip, or as it is")),
    };
    read.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is not in gzip: {error}")))?;
    if content.len() > MAX_RECORD_BYTES {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a delivery has at most {MAX_RECORD_BYTES} bytes, unpacked")));
    }
    Ok(content)
}

/// The idempotency key: in quotes, as the draft of the header has it, or without.
fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let given = text(headers, HeaderName::from_static("idempotency-key"));
    let key = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(given);
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        let told = format!("the header Idempotency-Key is needed: letters, digits and hyphens, at most {LONGEST_KEY}");
        return Err(Problem::new(StatusCode::BAD_REQUEST, told));
    }
    Ok(key.to_owned())
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
