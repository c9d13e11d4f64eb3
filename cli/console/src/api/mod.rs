//! The intake: what apps deliver to (`docs/incidents.md`, «For who receives them»).
//!
//! The answer comes once the delivery is on the disk. The same key with the same content is answered as before; with another it is refused.

mod limit;
mod openapi;
mod problem;

use std::io::Read as _;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Path, Request, State};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use baquiano::incident::outbox::{INCIDENT_TYPE, RECEIPT_TYPE};
use baquiano::incident::{Incident, IncidentId, MAX_RECORD_BYTES, Phase, Redaction};
use flate2::read::MultiGzDecoder;
use jsonschema::{ValidationError, Validator};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use self::limit::Limits;
pub use self::openapi::openapi;
pub(crate) use self::problem::Problem;
use self::problem::{Body, Misfit};
use crate::store::{Delivered, Received, TokenKind, reference};
use crate::{Console, guard};

/// Most bytes that are read of a body. More than a record may have: what is a little too long is told so, and not cut off.
const MOST_READ: usize = 2 * MAX_RECORD_BYTES;
/// Deliveries that are worked on at the same time: those that wait hold no thread that a page could have. Chosen: one writes, the others unpack and check.
const AT_ONCE: usize = 8;
/// Longest key. Chosen: an id with a revision has 47.
const LONGEST_KEY: usize = 80;
/// Most places of a content that are told. Chosen: who sees twenty knows enough.
const MOST_ERRORS: usize = 20;
/// Longest text about one place.
const LONGEST_ERROR: usize = 200;

/// The schema of a receipt: what a phone gave up, with its reasons.
fn receipt() -> Value {
    json!({
        "type": "object",
        "description": "What a phone gave up, with its reasons.",
        "required": ["receipt", "dropped"],
        "properties": { "receipt": { "type": "string" }, "dropped": { "type": "array" } }
    })
}

/// What is told of a delivery; of a receipt nothing, since it has no number.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Answer {
    /// The desk's number, which the user sees.
    #[schema(nullable = false, pattern = "^MA-[0-9]{6,}$")]
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// Where in its life the incident is.
    #[schema(required = false, value_type = openapi::Phase)]
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<Phase>,
    /// The same in words.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
}

/// What deliveries are held against.
#[derive(Debug)]
pub(crate) struct Intake {
    incident: Validator,
    receipt: Validator,
    limits: Limits,
    /// Places of those that are taken in at the same time.
    busy: Semaphore,
}

impl Intake {
    pub(crate) fn new() -> Result<Self, String> {
        let of = |schema: &Value| {
            jsonschema::draft202012::options().should_validate_formats(true).build(schema).map_err(|error| error.to_string())
        };
        Ok(Self {
            incident: of(&baquiano::incident::schema())?,
            receipt: of(&receipt())?,
            limits: Limits::default(),
            busy: Semaphore::new(AT_ONCE),
        })
    }
}

pub(crate) fn routes() -> Router<Arc<Console>> {
    Router::new()
        .route("/api/v1/incidents", post(take))
        .route("/api/v1/incidents/{key}", get(tell))
        .route("/api/v1/openapi.json", get(document))
        // A program isn't told about a page.
        .route("/api/{*other}", any(async || Problem::new(StatusCode::NOT_FOUND, "the intake has no such address")))
        .route("/health", get(health))
        .layer(DefaultBodyLimit::max(MOST_READ))
}

/// Takes a delivery in: a whole incident, new or changed, or a receipt of what was given up. It is on the disk when this answers.
#[utoipa::path(
    post,
    path = "/api/v1/incidents",
    operation_id = "deliver",
    tag = "intake",
    security(("token" = [])),
    params(
        ("Idempotency-Key" = String, Header, pattern = r#"^([A-Za-z0-9-]{1,80}|"[A-Za-z0-9-]{1,80}")$"#,
            description = "The incident's id; of a change, `id-revision`. In quotes or without"),
        ("Content-Encoding" = Option<String>, Header, nullable = false, pattern = "^(gzip|identity)$", description = "How the body is packed")
    ),
    request_body(
        description = "At most 2 MiB, unpacked",
        content((openapi::Incident = "application/vnd.baquiano.incident+json"), (openapi::Receipt = "application/vnd.baquiano.receipt+json"))
    ),
    responses(
        (status = 201, description = "It is new, and kept", body = Answer, headers(("Location" = String, description = "Where it is asked for")),
            links(("status" = (operation_id = "status", parameters(("key" = "$request.header.Idempotency-Key")))))),
        (status = 200, description = "The same came before", body = Answer, headers(("Location" = String, description = "Where it is asked for")),
            links(("status" = (operation_id = "status", parameters(("key" = "$request.header.Idempotency-Key")))))),
        (status = 400, description = "It doesn't fit: key, packing, JSON or schema", body = Body, content_type = "application/problem+json"),
        (status = 413, description = "It is too long", body = Body, content_type = "application/problem+json"),
        (status = 415, description = "It is of another type, or packed in another way", body = Body, content_type = "application/problem+json"),
        (status = 422, description = "This key came before, with another content; or what a schema can't say is wrong: a version, a life that can't be", body = Body, content_type = "application/problem+json"),
        openapi::Refused
    )
)]
async fn take(State(console): State<Arc<Console>>, headers: HeaderMap, request: Request) -> Result<Response, Problem> {
    let (asked, shown) = (Arc::clone(&console), headers.clone());
    let admitted = in_background(move || asked.admit(&shown)).await;
    // A stranger's body isn't read: some megabytes on each of five hundred connections would be the machine's memory.
    let body = if admitted.is_ok() { Bytes::from_request(request, &()).await } else { Ok(Bytes::new()) };
    let of = Arc::clone(&console);
    // It is never closed.
    let _place = of.intake.busy.acquire().await;
    in_background(move || console.take(&headers, admitted, body)).await
}

/// Tells where the incident of a delivery is.
#[utoipa::path(
    get,
    path = "/api/v1/incidents/{key}",
    operation_id = "status",
    tag = "intake",
    security(("token" = [])),
    params(("key" = String, Path, pattern = "^[A-Za-z0-9-]{1,80}$", description = "The key that it was delivered with")),
    responses(
        (status = 200, description = "It was taken", body = Answer),
        (status = 400, description = "The key can't be read", body = Body, content_type = "application/problem+json"),
        (status = 404, description = "No delivery has this key", body = Body, content_type = "application/problem+json"),
        openapi::Refused
    )
)]
async fn tell(
    State(console): State<Arc<Console>>,
    headers: HeaderMap,
    key: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    in_background(move || {
        console.admit(&headers)?;
        let Path(key) = key.map_err(|refused| Problem::new(StatusCode::BAD_REQUEST, refused.body_text()))?;
        let state = console.store.delivered(&key)?.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no delivery has this key"))?;
        let answer = state.map(|at| Answer { reference: Some(at.reference), phase: Some(at.phase), state: Some(at.state) });
        Ok(Json(answer.unwrap_or_default()).into_response())
    })
    .await
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "document", tag = "console", responses((status = 200, description = "OpenAPI 3.1", body = Value)))]
async fn document() -> Json<&'static Value> {
    static MADE: LazyLock<Value> = LazyLock::new(openapi);
    Json(&MADE)
}

/// Whether the console runs.
#[utoipa::path(get, path = "/health", operation_id = "health", tag = "console", responses((status = 200, description = "It does", body = String, example = "ok\n")))]
async fn health() -> &'static str {
    "ok\n"
}

/// What is told when nothing else can be: a request took too long, or something broke.
pub(crate) fn unanswered(status: StatusCode) -> Response {
    Problem::new(status, "it took too long, or something broke: send it again with the same key").into_response()
}

/// Waiting for the disk would hold up the other requests.
pub(crate) async fn in_background<T: Send + 'static>(work: impl FnOnce() -> Result<T, Problem> + Send + 'static) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(Problem::broken()))
}

impl Console {
    /// Whose token it is.
    fn admit(&self, headers: &HeaderMap) -> Result<String, Problem> {
        let owner = guard::bearer(headers).map(|token| self.store.whose(token, TokenKind::App)).transpose()?.flatten();
        let owner = owner.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, "a token is needed: `Authorization: Bearer TOKEN`"))?;
        let full = |wait| Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests with this token").after(wait);
        self.intake.limits.admit(&owner, Instant::now()).map_err(full)?;
        Ok(owner)
    }

    /// Takes a delivery in, counts it, and writes down what became of it.
    fn take(
        &self,
        headers: &HeaderMap,
        admitted: Result<String, Problem>,
        body: Result<Bytes, BytesRejection>,
    ) -> Result<Response, Problem> {
        let taken = admitted.and_then(|token| self.looked_at(headers, &token, body));
        let outcome = match &taken {
            Ok(Taken { received: Received::New(_), .. }) => "new",
            Ok(Taken { received: Received::Known(_), .. }) => "known",
            Ok(Taken { received: Received::Conflict, .. }) => "conflict",
            Err(problem) if problem.status().is_server_error() => "failed",
            Err(_) => "refused",
        };
        self.metrics.received(outcome);
        match taken {
            Ok(Taken { key, received: Received::New(number) | Received::Known(number), id }) => {
                tracing::info!(outcome, number, incident = id.map(tracing::field::display), "delivery");
                Ok(answer(&key, number, outcome == "new"))
            }
            Ok(_) => {
                tracing::info!(outcome, "delivery");
                Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "this key came before, with another content"))
            }
            Err(problem) => {
                tracing::info!(outcome, status = problem.status().as_u16(), "delivery");
                Err(problem)
            }
        }
    }

    fn looked_at(&self, headers: &HeaderMap, token: &str, body: Result<Bytes, BytesRejection>) -> Result<Taken, Problem> {
        let (is_incident, key) = (is_incident(headers)?, key_of(headers)?);
        let body = body.map_err(|refused| Problem::new(refused.status(), refused.body_text()))?;
        let content = unpacked(headers, &body)?;
        let delivered = Delivered { key: &key, hash: Sha256::digest(&content).into(), token, now_ms: self.now_ms() };
        // What was taken stays taken, also when the schema has changed since.
        if let Some(received) = self.store.known(&delivered)? {
            return Ok(Taken { key, received, id: None });
        }
        let value: Value = serde_json::from_slice(&content)
            .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}")))?;
        let (received, id) = if is_incident {
            check(&self.intake.incident, &value)?;
            let incident =
                Incident::from_json(&content).map_err(|error| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string()))?;
            // Who wrote it isn't known, and nothing of a person is to reach the disk as it came.
            let incident = incident.redacted();
            (self.store.receive(&delivered, &incident)?, Some(incident.id()))
        } else {
            check(&self.intake.receipt, &value)?;
            let mut receipt = value;
            Redaction::default().json(&mut receipt);
            (self.store.receive_receipt(&delivered, &receipt.to_string())?, None)
        };
        self.tell_all();
        Ok(Taken { key, received, id })
    }
}

/// A delivery that was looked at.
struct Taken {
    key: String,
    received: Received,
    /// The incident's, when it was read.
    id: Option<IncidentId>,
}

fn answer(key: &str, number: i64, is_new: bool) -> Response {
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    // A receipt has no number.
    let reference = (number > 0).then(|| reference(number));
    (status, [(LOCATION, format!("/api/v1/incidents/{key}"))], Json(Answer { reference, ..Answer::default() })).into_response()
}

/// Refuses what doesn't fit.
fn check(schema: &Validator, content: &Value) -> Result<(), Problem> {
    // The values themselves aren't told: they may be long, and they speak of people.
    let short = |error: &ValidationError<'_>| error.masked().to_string().chars().take(LONGEST_ERROR).collect::<String>();
    let told = |error: ValidationError<'_>| Misfit { pointer: error.instance_path().as_str().to_owned(), detail: short(&error) };
    let errors: Vec<Misfit> = schema.iter_errors(content).take(MOST_ERRORS).map(told).collect();
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
    let read = match headers.get(CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => body.take(most).read_to_end(&mut content),
        Some(b"gzip") => MultiGzDecoder::new(body).take(most).read_to_end(&mut content),
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
