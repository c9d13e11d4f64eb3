//! What monitoring asks: how many, how long, how much, in Prometheus' text format. Labels are of a few known words; nothing that a person typed or sent is
//! among them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::Console;
use crate::api::{Problem, in_background};

/// Upper bounds of the times that are counted together, in seconds. Chosen: a search takes a thousandth, the aim is 0.05, and nobody is let wait beyond 30.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];
/// The support levels that are told even when nothing is open in them.
const LEVELS: std::ops::RangeInclusive<u8> = 1..=3;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    /// As routes are written (`/casos/{number}`), never as they were asked for.
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Received {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Level {
    level: u8,
}

/// What is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Asked, Histogram, fn() -> Histogram>,
    received: Family<Received, Counter>,
    open: Family<Level, Gauge>,
    listeners: Gauge,
    bytes: Gauge,
}

impl Metrics {
    /// `knowledge` is the revision of the knowledge base.
    pub(crate) fn new(knowledge: u32) -> Self {
        let made: fn() -> Histogram = || Histogram::new(SECONDS);
        let (requests, received, open) = (Family::new_with_constructor(made), Family::default(), Family::default());
        let (listeners, bytes) = (Gauge::default(), Gauge::default());
        let mut registry = Registry::with_prefix("baquiano");
        let build = vec![("version", env!("CARGO_PKG_VERSION").to_owned()), ("knowledge", knowledge.to_string())];
        registry.register("build", "The console's version and its knowledge base's revision", Info::new(build));
        registry.register_with_unit(
            "request_duration",
            "From a request's head to the answer's head",
            Unit::Seconds,
            Family::clone(&requests),
        );
        registry.register("deliveries", "Deliveries to the intake, by what became of them", Family::clone(&received));
        registry.register("incidents_open", "Incidents that are worked on, by support level", Family::clone(&open));
        registry.register("pages_listening", "Pages that wait for what comes in", listeners.clone());
        registry.register_with_unit("store_size", "The store on the disk", Unit::Bytes, bytes.clone());
        Self { registry, requests, received, open, listeners, bytes }
    }

    /// Counts a delivery: `new`, `known`, `conflict`, `refused` (the sender's fault) or `failed` (the desk's).
    pub(crate) fn received(&self, outcome: &'static str) {
        self.received.get_or_create(&Received { outcome }).inc();
    }
}

/// Times and notes every request.
pub(crate) async fn every(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    // Whatever else a client writes there is no word of ours.
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    };
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let answer = next.run(request).await;
    let (took, status) = (started.elapsed(), answer.status());
    note(method, &route, status.as_u16(), took);
    console.metrics.requests.get_or_create(&Asked { method, route, status: status.as_u16() }).observe(took.as_secs_f64());
    answer
}

fn note(method: &str, route: &str, status: u16, took: Duration) {
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::error!(method, route, status, took_us, "request");
    } else {
        tracing::debug!(method, route, status, took_us, "request");
    }
}

pub(crate) async fn page(State(console): State<Arc<Console>>) -> Result<Response, Problem> {
    in_background(move || {
        let metrics = &console.metrics;
        let open = console.store.open_by_level()?;
        metrics.open.clear();
        LEVELS.for_each(|level| drop(metrics.open.get_or_create(&Level { level })));
        open.into_iter().for_each(|(level, count)| _ = metrics.open.get_or_create(&Level { level }).set(count));
        metrics.listeners.set(i64::try_from(console.changes.receiver_count()).unwrap_or(i64::MAX));
        metrics.bytes.set(i64::try_from(console.store.bytes()).unwrap_or(i64::MAX));
        let mut text = String::new();
        prometheus_text::encode(&mut text, &metrics.registry).map_err(|_| Problem::broken())?;
        Ok(([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], text).into_response())
    })
    .await
}
