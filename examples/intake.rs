//! A small intake of incidents over HTTP, for tests and for who builds one: what a desk must do so that nothing is lost and nothing comes twice.
//!
//! ```text
//! cargo run --release --example intake -- --port 8025 --dir casos
//! baquiano incident send --to http://127.0.0.1:8025
//! ```
//!
//! It is an example and no desk: it listens on this computer only, without TLS, and keeps a file for each delivery. What to take from it:
//!
//! - The idempotency key names the delivery. The same key with the same content is answered as the first time (200), with another content refused (422).
//! - An answer is given only after the delivery is durable: a temporary file, `fsync`, a rename, `fsync` of the folder.
//! - `GET /incidents/KEY` says whether a delivery is here: a phone that got no answer asks before it sends again.
//! - Content is checked against the published JSON Schema; what is wrong is told as `application/problem+json` (RFC 9457).
//! - Bodies are unpacked up to a limit.
//!
//! To try a phone's patience: `--limit N` (requests a minute, then 429), `--fail K` (every K-th is 503), `--drop K` (every K-th is kept, and the connection
//! closed without an answer), `--token T`.

#![allow(clippy::print_stdout, reason = "it says where it listens")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path as UrlPath, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, serve};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

/// Most bytes of a body, packed and unpacked: what a record may have.
const MOST: usize = 2 << 20;
/// Most requests that are counted as one minute's.
const MINUTE: Duration = Duration::from_secs(60);

/// How the intake behaves.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port; 0 takes a free one.
    pub port: u16,
    /// Where deliveries are kept.
    pub dir: PathBuf,
    /// Who sends must show it.
    pub token: Option<String>,
    /// Most requests in a minute.
    pub limit: Option<usize>,
    /// Every so many-th request is answered 503.
    pub fail: Option<usize>,
    /// Every so many-th delivery is kept, and not answered.
    pub drop: Option<usize>,
}

#[derive(Default)]
struct Kept {
    /// The content of each delivery, by its key.
    deliveries: BTreeMap<String, Value>,
    /// The desk's number of each incident.
    numbers: BTreeMap<String, String>,
    requests: usize,
    /// The requests of this minute.
    minute: Option<(Instant, usize)>,
}

struct Intake {
    options: Options,
    schema: jsonschema::Validator,
    kept: Mutex<Kept>,
}

/// Listens until the process ends; `ready` is told the address.
///
/// # Errors
/// The folder can't be used, or the port is taken.
pub async fn run(options: Options, ready: impl FnOnce(String)) -> Result<(), Box<dyn Error + Send + Sync>> {
    let schema = serde_json::from_str(include_str!("../docs/incident.schema.json"))?;
    let schema = jsonschema::options().should_validate_formats(true).build(&schema)?;
    let kept = Mutex::new(read(&options.dir)?);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    ready(format!("http://{}", listener.local_addr()?));
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/incidents", post(take))
        .route("/incidents/{key}", get(ask))
        .layer(DefaultBodyLimit::max(MOST))
        .with_state(Arc::new(Intake { options, schema, kept }));
    Ok(serve(listener, routes).await?)
}

/// What is kept from before.
fn read(dir: &Path) -> io::Result<Kept> {
    fs::create_dir_all(dir)?;
    let mut kept = Kept::default();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let Some(key) = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json")).map(ToOwned::to_owned) else { continue };
        // What a kill left half written has another name.
        let Value::Object(mut file) = serde_json::from_slice(&fs::read(&path)?)? else { continue };
        let (content, number) = (file.remove("content").unwrap_or_default(), file.remove("reference"));
        if let (Some(id), Some(number)) = (id_of(&content), number.and_then(|number| Some(number.as_str()?.to_owned()))) {
            kept.numbers.insert(id.to_owned(), number);
        }
        kept.deliveries.insert(key, content);
    }
    Ok(kept)
}

/// The incident that a delivery is of, or the receipt that it is.
fn id_of(content: &Value) -> Option<&str> {
    content.get("id").or_else(|| content.get("receipt"))?.as_str()
}

async fn take(State(intake): State<Arc<Intake>>, headers: HeaderMap, body: Bytes) -> Response {
    // Writing to the disk would hold up the other requests.
    let taken = tokio::task::spawn_blocking(move || intake.take(&headers, &body)).await;
    taken.unwrap_or_else(|error| problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()))
}

async fn ask(State(intake): State<Arc<Intake>>, UrlPath(key): UrlPath<String>, headers: HeaderMap) -> Response {
    if let Some(refused) = intake.refused(&headers) {
        return refused;
    }
    let kept = intake.kept.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.deliveries.get(&key) {
        Some(content) => (StatusCode::OK, json_of(&reference(&kept, content))).into_response(),
        None => problem(StatusCode::NOT_FOUND, "no delivery has this key"),
    }
}

impl Intake {
    fn take(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        if let Some(refused) = self.refused(headers) {
            return refused;
        }
        let key = match key_of(headers) {
            Ok(key) => key,
            Err(why) => return problem(StatusCode::BAD_REQUEST, why),
        };
        let content = match self.content_of(headers, body) {
            Ok(content) => content,
            Err(refused) => return *refused,
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = kept.deliveries.get(&key) {
            return if *before == content {
                (StatusCode::OK, json_of(&reference(&kept, before))).into_response()
            } else {
                problem(StatusCode::UNPROCESSABLE_ENTITY, "this key came before, with another content")
            };
        }
        let next = format!("INC-{:06}", kept.numbers.len() + 1);
        let number = id_of(&content).and_then(|id| kept.numbers.get(id)).cloned().unwrap_or(next);
        if let Err(error) = keep(&self.options.dir, &key, &json!({ "reference": number, "content": content })) {
            return problem(StatusCode::INSUFFICIENT_STORAGE, &error.to_string());
        }
        if let Some(id) = id_of(&content) {
            kept.numbers.insert(id.to_owned(), number);
        }
        let told = reference(&kept, &content);
        kept.deliveries.insert(key.clone(), content);
        if self.options.drop.is_some_and(|every| kept.deliveries.len().is_multiple_of(every)) {
            return unanswered();
        }
        (StatusCode::CREATED, [(header::LOCATION, format!("/incidents/{key}"))], json_of(&told)).into_response()
    }

    /// Who isn't let in, or not now.
    fn refused(&self, headers: &HeaderMap) -> Option<Response> {
        let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        if self.options.token.is_some() && shown != self.options.token.as_deref() {
            return Some(problem(StatusCode::UNAUTHORIZED, "a token is needed"));
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.requests += 1;
        if self.options.fail.is_some_and(|every| kept.requests.is_multiple_of(every)) {
            return Some(([(header::RETRY_AFTER, "1")], problem(StatusCode::SERVICE_UNAVAILABLE, "not now")).into_response());
        }
        let (since, count) = kept.minute.filter(|(since, _)| since.elapsed() < MINUTE).unwrap_or((Instant::now(), 0));
        kept.minute = Some((since, count + 1));
        let over = self.options.limit.is_some_and(|limit| count >= limit);
        let wait = MINUTE.saturating_sub(since.elapsed()).as_secs() + 1;
        over.then(|| {
            ([(header::RETRY_AFTER, wait.to_string())], problem(StatusCode::TOO_MANY_REQUESTS, "too many requests")).into_response()
        })
    }

    /// The content of a delivery, unpacked and checked.
    fn content_of(&self, headers: &HeaderMap, body: &[u8]) -> Result<Value, Box<Response>> {
        let told = |status, why: &str| Box::new(problem(status, why));
        let named = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut unpacked = Vec::new();
        match named(header::CONTENT_ENCODING) {
            "gzip" => {
                let read = GzDecoder::new(body).take(MOST as u64 + 1).read_to_end(&mut unpacked);
                read.map_err(|error| told(StatusCode::BAD_REQUEST, &format!("the body is no gzip: {error}")))?;
            }
            "" | "identity" => unpacked.extend(body),
            _ => return Err(told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body may be gzip or plain")),
        }
        if unpacked.len() > MOST {
            return Err(told(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
        }
        let content: Value = serde_json::from_slice(&unpacked).map_err(|error| told(StatusCode::BAD_REQUEST, &error.to_string()))?;
        match named(header::CONTENT_TYPE) {
            "application/vnd.baquiano.incident+json" => {
                let wrong: Vec<Value> = self
                    .schema
                    .iter_errors(&content)
                    .take(20)
                    .map(|error| json!({ "pointer": error.instance_path().to_string(), "detail": error.to_string() }))
                    .collect();
                if wrong.is_empty() {
                    Ok(content)
                } else {
                    Err(Box::new(problem_with(StatusCode::BAD_REQUEST, "it doesn't fit the schema", wrong)))
                }
            }
            "application/vnd.baquiano.receipt+json" if id_of(&content).is_some() => Ok(content),
            "application/vnd.baquiano.receipt+json" => Err(told(StatusCode::BAD_REQUEST, "a receipt has an id")),
            _ => Err(told(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send an incident or a receipt")),
        }
    }
}

/// The idempotency key: in quotes, as the draft of the header has it, or without.
fn key_of(headers: &HeaderMap) -> Result<String, &'static str> {
    let named = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).ok_or("the header Idempotency-Key is missing")?;
    let key = named.trim_matches('"');
    let fits = !key.is_empty() && key.len() <= 80 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { Ok(key.to_owned()) } else { Err("the key has letters, digits and hyphens, at most 80") }
}

fn reference(kept: &Kept, content: &Value) -> Value {
    let id = id_of(content).unwrap_or_default();
    json!({ "id": id, "reference": kept.numbers.get(id), "state": "received" })
}

/// Keeps a delivery: when it returns, a power cut loses nothing of it.
fn keep(dir: &Path, key: &str, content: &Value) -> io::Result<()> {
    let path = dir.join(format!("{key}.json"));
    let unfinished = path.with_extension("part");
    let mut file = File::create(&unfinished)?;
    file.write_all(&serde_json::to_vec(content)?)?;
    file.sync_all()?;
    fs::rename(&unfinished, &path)?;
    File::open(dir)?.sync_all()
}

/// A body that breaks off before its first byte: the connection is closed, and who sent never learns what came of it.
fn unanswered() -> Response {
    let broken = futures_util::stream::once(async { Err::<Bytes, io::Error>(io::ErrorKind::ConnectionReset.into()) });
    Body::from_stream(broken).into_response()
}

fn json_of(value: &Value) -> impl IntoResponse + use<> {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string())
}

fn problem(status: StatusCode, detail: &str) -> Response {
    problem_with(status, detail, Vec::new())
}

fn problem_with(status: StatusCode, detail: &str, errors: Vec<Value>) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail, "errors": errors });
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

// What is below is the program; tests take what is above into themselves.

#[allow(dead_code, reason = "tests run the intake without it")]
fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut options = Options { port: 8025, dir: PathBuf::from("intake"), ..Options::default() };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--port" => options.port = value.parse()?,
            "--dir" => options.dir = value.into(),
            "--token" => options.token = Some(value),
            "--limit" => options.limit = Some(value.parse()?),
            "--fail" => options.fail = Some(value.parse()?),
            "--drop" => options.drop = Some(value.parse()?),
            _ => return Err(format!("there is no option {name}: --port, --dir, --token, --limit, --fail, --drop").into()),
        }
    }
    let told = |address| {
        println!("listening on {address}");
        // Who waits for the line reads a pipe.
        _ = io::stdout().flush();
    };
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(run(options, told))
}
