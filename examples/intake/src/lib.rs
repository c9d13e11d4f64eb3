//! A small intake of incidents over HTTP, for tests and for who builds a desk's own: nothing is lost, and nothing comes twice.
//!
//! ```text
//! cargo run --release -p baquiano-intake -- --port 8025 --dir incidents
//! baquiano incident send --to http://127.0.0.1:8025
//! curl -i http://127.0.0.1:8025/incidents -H 'Idempotency-Key: "9f0c"' \
//!     -H 'Content-Type: application/vnd.baquiano.incident+json' -d '{"id": "9f0c", "revision": 0}'
//! ```
//!
//! It is an example and no desk: it listens on this computer only, without TLS, and keeps a file for each delivery. What to take from it:
//!
//! - The idempotency key names a delivery. The same key with the same content is answered as before (200), with another it is refused (422).
//! - The answer comes after the delivery is on the disk: a temporary file, `fsync`, a rename, `fsync` of the folder.
//! - `GET /incidents/KEY` tells whether a delivery is here: a sender that got no answer asks before it sends again.
//! - What is wrong is told as `application/problem+json` (RFC 9457), with the places that don't fit the schema.
//! - Nothing is unpacked without bound.
//!
//! `--schema FILE` checks incidents against a JSON Schema, `--token T` asks senders for it. To try their patience: `--limit N` (requests a
//! minute, then 429), `--fail K` (every K-th request is 503), `--drop K` (every K-th delivery is taken, and the connection closed unanswered).

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flate2::read::MultiGzDecoder;
use jsonschema::{ValidationError, Validator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// Most bytes of a delivery, unpacked.
const MOST: usize = 2 << 20;
/// Most bytes that are read. More than may come: who is cut off while sending finds a broken connection, and not the answer that says why.
const MOST_READ: usize = 4 * MOST;
/// What is needed of an incident, without a schema, and of a receipt.
const INCIDENT: &str =
    r#"{"required": ["id", "revision"], "properties": {"id": {"type": "string"}, "revision": {"type": "integer"}}, "type": "object"}"#;
const RECEIPT: &str = r#"{"required": ["receipt", "dropped"], "properties": {"receipt": {"type": "string"}, "dropped": {"type": "array"}}, "type": "object"}"#;
const MINUTE: Duration = Duration::from_secs(60);

/// How the intake behaves, as the options say it.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Where deliveries are kept.
    pub dir: PathBuf,
    /// The JSON Schema of incidents; without it, only what the intake needs is checked.
    pub schema: Option<PathBuf>,
    /// What senders must show; without it, everyone is let in.
    pub token: Option<String>,
    /// Requests that are let in within a minute.
    pub limit: Option<u64>,
    /// Every so many requests, one is answered with 503.
    pub fail: Option<u64>,
    /// Every so many deliveries, one is taken and the connection closed unanswered.
    pub drop: Option<u64>,
}

/// Listens until the process ends; `ready` is told the address.
///
/// # Errors
///
/// When the schema can't be read or is none, the folder can't be used or is another intake's, or the port is taken.
pub async fn run(options: Options, ready: impl FnOnce(&str)) -> Result<(), Box<dyn Error + Send + Sync>> {
    let (listener, address, routes) = open(options).await?;
    ready(&address);
    Ok(axum::serve(listener, routes).await?)
}

/// An intake in the background of this process. When it is dropped it ends, with every connection; what it took stays in its folder.
///
/// It isn't to be dropped in asynchronous code: it waits for what is being written.
#[derive(Debug)]
pub struct Running {
    address: String,
    _runtime: Runtime,
}

impl Running {
    /// As [`run`], with a thread of its own.
    ///
    /// # Errors
    ///
    /// As [`run`], and when there can be no further thread.
    pub fn start(options: Options) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let (listener, address, routes) = runtime.block_on(open(options))?;
        runtime.spawn(async move { axum::serve(listener, routes).await });
        Ok(Self { address, _runtime: runtime })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }
}

async fn open(options: Options) -> Result<(TcpListener, String, Router), Box<dyn Error + Send + Sync>> {
    let intake = Arc::new(Intake::open(options)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, intake.options.port)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/incidents", post(take))
        .route("/incidents/{key}", get(tell))
        .layer(DefaultBodyLimit::max(MOST_READ))
        .with_state(intake);
    Ok((listener, address, routes))
}

async fn take(State(intake): State<Arc<Intake>>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Response, Problem> {
    let body = body.map_err(|refused| Problem::new(refused.status(), refused.body_text()))?;
    // Waiting for the disk would hold up the other requests.
    let taken = tokio::task::spawn_blocking(move || intake.take(&headers, &body)).await;
    taken.unwrap_or_else(|error| Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())))
}

async fn tell(State(intake): State<Arc<Intake>>, headers: HeaderMap, uri: Uri) -> Result<Response, Problem> {
    intake.admit(&headers)?;
    // As it came: a key has nothing that a path would write in another way.
    let key = uri.path().trim_start_matches("/incidents/");
    let kept = intake.kept();
    let known = kept.deliveries.get(key).ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no delivery has this key"))?;
    Ok((
        [(CONTENT_TYPE, "application/json")],
        json!({ "reference": known.reference, "phase": "recorded", "state": "Registrado" }).to_string(),
    )
        .into_response())
}

struct Intake {
    options: Options,
    incident: Validator,
    receipt: Validator,
    kept: Mutex<Kept>,
    /// Two processes would give the same numbers twice.
    _lock: File,
}

impl Intake {
    fn open(options: Options) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let schema = options.schema.as_deref().map_or_else(|| Ok(INCIDENT.into()), fs::read)?;
        let (incident, receipt) = (schema_of(&schema)?, schema_of(RECEIPT.as_bytes())?);
        fs::create_dir_all(&options.dir)?;
        let lock = File::create(options.dir.join("lock"))?;
        lock.try_lock().map_err(|error| format!("{}: {error}", options.dir.display()))?;
        let kept = Mutex::new(Kept::read(&options.dir)?);
        Ok(Self { options, incident, receipt, kept, _lock: lock })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, headers: &HeaderMap, body: &[u8]) -> Result<Response, Problem> {
        self.admit(headers)?;
        let (is_incident, key) = (is_incident(headers)?, key_of(headers)?);
        let content = content_of(headers, body)?;
        let mut kept = self.kept();
        // Before the schema: it may have changed since, and what was taken stays taken.
        let (status, reference) = match kept.deliveries.get(&key) {
            Some(before) if before.content == content => (StatusCode::OK, before.reference.clone()),
            Some(_) => return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "this key came before, with another content")),
            None => {
                self.check(is_incident, &content)?;
                (StatusCode::CREATED, kept.keep(&self.options.dir, &key, content)?)
            }
        };
        kept.taken += 1;
        if self.options.drop.is_some_and(|every| kept.taken.is_multiple_of(every)) {
            return Ok(unanswered());
        }
        let headers = [(CONTENT_TYPE, "application/json"), (LOCATION, &format!("/incidents/{key}"))];
        Ok((status, headers, json!({ "reference": reference }).to_string()).into_response())
    }

    /// Refuses who isn't let in, or not now.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let shown = text(headers, AUTHORIZATION).split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        if self.options.token.as_ref().is_some_and(|token| !shown.is_some_and(|(_, shown)| is_same(shown, token))) {
            return Err(Problem::new(StatusCode::UNAUTHORIZED, "a token is needed: `Authorization: Bearer TOKEN`"));
        }
        let mut kept = self.kept();
        let (since, before) = kept.minute.filter(|(since, _)| since.elapsed() < MINUTE).unwrap_or((Instant::now(), 0));
        kept.minute = Some((since, before + 1));
        if self.options.limit.is_some_and(|limit| before >= limit) {
            let after = Some(MINUTE.saturating_sub(since.elapsed()));
            return Err(Problem { after, ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests in a minute") });
        }
        kept.requests += 1;
        if self.options.fail.is_some_and(|every| kept.requests.is_multiple_of(every)) {
            return Err(Problem { after: Some(Duration::from_secs(1)), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not now") });
        }
        Ok(())
    }

    /// Refuses what isn't what it says it is.
    fn check(&self, is_incident: bool, content: &Value) -> Result<(), Problem> {
        let schema = if is_incident { &self.incident } else { &self.receipt };
        // The values themselves aren't told: they may be long, and they speak of people.
        let short = |error: &ValidationError<'_>| error.masked().to_string().chars().take(200).collect::<String>();
        let told = |error: ValidationError<'_>| json!({ "pointer": error.instance_path().as_str(), "detail": short(&error) });
        let errors: Vec<Value> = schema.iter_errors(content).take(20).map(told).collect();
        let problem = Problem::new(StatusCode::BAD_REQUEST, "the content doesn't fit its schema");
        if errors.is_empty() { Ok(()) } else { Err(Problem { errors, ..problem }) }
    }
}

fn schema_of(text: &[u8]) -> Result<Validator, Box<dyn Error + Send + Sync>> {
    Ok(jsonschema::draft202012::options().should_validate_formats(true).build(&serde_json::from_slice(text)?)?)
}

/// Whether a delivery says it is an incident, and not a receipt.
fn is_incident(headers: &HeaderMap) -> Result<bool, Problem> {
    // What follows a semicolon are parameters.
    match text(headers, CONTENT_TYPE).split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/vnd.baquiano.incident+json" => Ok(true),
        "application/vnd.baquiano.receipt+json" => Ok(false),
        _ => Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/vnd.baquiano.incident+json, or …receipt+json")),
    }
}

/// The content of a body, unpacked.
fn content_of(headers: &HeaderMap, body: &[u8]) -> Result<Value, Problem> {
    let mut unpacked = Vec::new();
    // One byte more than may be: that tells what is too long from what just fits.
    let read = match text(headers, CONTENT_ENCODING) {
        "" | "identity" => body.take(MOST as u64 + 1).read_to_end(&mut unpacked),
        "gzip" => MultiGzDecoder::new(body).take(MOST as u64 + 1).read_to_end(&mut unpacked),
        _ => return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body may be in gzip, or as it is")),
    };
    read.map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is not in gzip: {error}")))?;
    if unpacked.len() > MOST {
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a delivery has at most {MOST} bytes, unpacked")));
    }
    serde_json::from_slice(&unpacked).map_err(|error| Problem::new(StatusCode::BAD_REQUEST, format!("the body is no JSON: {error}")))
}

/// The idempotency key: in quotes, as the draft of the header has it, or without. It becomes a file's name, so it has nothing that a path could be made of.
fn key_of(headers: &HeaderMap) -> Result<String, Problem> {
    let given = text(headers, HeaderName::from_static("idempotency-key"));
    let key = given.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(given);
    if key.is_empty() || key.len() > 80 || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "the header Idempotency-Key is needed: letters, digits and hyphens, at most 80"));
    }
    Ok(key.to_owned())
}

/// What was taken, by its keys. It is all held in memory; a desk has a database.
#[derive(Default)]
struct Kept {
    deliveries: BTreeMap<String, Delivery>,
    /// The reference of each incident, which its updates share.
    references: BTreeMap<String, String>,
    /// The last number that was given.
    last: u64,
    /// Since the start: requests that came, and deliveries that were taken.
    requests: u64,
    taken: u64,
    /// Since when requests are counted for the limit, and how many.
    minute: Option<(Instant, u64)>,
}

#[derive(Serialize, Deserialize)]
struct Delivery {
    reference: String,
    content: Value,
}

impl Kept {
    fn read(dir: &Path) -> io::Result<Self> {
        let mut kept = Self::default();
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            // What a kill left half written has another ending.
            let Some(key) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")) else { continue };
            let broken = |error| io::Error::other(format!("{}: {error}", path.display()));
            let delivery: Delivery = serde_json::from_slice(&fs::read(&path)?).map_err(broken)?;
            let number = delivery.reference.strip_prefix("INC-").and_then(|number| number.parse().ok()).unwrap_or(0);
            kept.last = kept.last.max(number);
            kept.references.insert(subject(&delivery.content).to_owned(), delivery.reference.clone());
            kept.deliveries.insert(key.to_owned(), delivery);
        }
        Ok(kept)
    }

    /// Keeps a delivery; when it returns, a power cut loses nothing of it.
    fn keep(&mut self, dir: &Path, key: &str, content: Value) -> Result<String, Problem> {
        // A number is given before anything is written: if writing fails halfway, nothing else gets the same one.
        let last = &mut self.last;
        let reference = self.references.entry(subject(&content).to_owned()).or_insert_with(|| {
            *last += 1;
            format!("INC-{last:06}")
        });
        let delivery = Delivery { reference: reference.clone(), content };
        write_durably(dir, key, &delivery).map_err(|error| {
            let told = format!("it can't be kept now: {error}");
            Problem { after: Some(MINUTE), ..Problem::new(StatusCode::SERVICE_UNAVAILABLE, told) }
        })?;
        self.deliveries.insert(key.to_owned(), delivery);
        Ok(reference.clone())
    }
}

/// The incident that a delivery is of, or the receipt that it is.
fn subject(content: &Value) -> &str {
    content.get("id").or_else(|| content.get("receipt")).and_then(Value::as_str).unwrap_or_default()
}

fn write_durably(dir: &Path, key: &str, delivery: &Delivery) -> io::Result<()> {
    let unfinished = dir.join(format!("{key}.part"));
    let mut file = File::create(&unfinished)?;
    file.write_all(&serde_json::to_vec(delivery)?)?;
    file.sync_all()?;
    fs::rename(&unfinished, dir.join(format!("{key}.json")))?;
    // The name is the folder's, and the folder isn't on the disk because the file is. Elsewhere a folder can't be opened.
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// What goes wrong, as it is told: RFC 9457.
struct Problem {
    status: StatusCode,
    detail: String,
    errors: Vec<Value>,
    after: Option<Duration>,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), after: None }
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
        headers.extend(self.after.map(|wait| (RETRY_AFTER, (wait + Duration::from_millis(999)).as_secs().into())));
        headers.extend((self.status == StatusCode::UNAUTHORIZED).then_some((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))));
        answer
    }
}

/// A body that breaks before its first byte: the connection closes, and the sender never learns what came of it.
fn unanswered() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
    Body::from_stream(broken).into_response()
}

fn text(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Compares to the end: a comparison that stops early tells a guesser how much was right.
fn is_same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}
