//! What the console writes down of its own work, to the standard error: what came in, what failed, and, if asked, every request.
//!
//! Nothing of a person is in it: no question, no text, no token, no key (a client chooses it), no address of a page with what was asked. What other crates
//! would write is left out, since nobody here has read it.

use std::panic::{set_hook, take_hook};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, registry};

use crate::store::StoreError;

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// A JSON object each.
    Json,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// What failed here.
    Error,
    /// Also the start, the end, and each delivery.
    Info,
    /// Also each request.
    Debug,
}

/// Writes to the standard error from now on; panics are told with their place alone, since their message may hold what a person wrote. The first call counts.
pub fn start_log(format: LogFormat, level: LogLevel) {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    // Who reads it may be gone: that is no reason to stop, or to complain where nobody reads.
    let lines = layer().with_writer(std::io::stderr).with_ansi(false).with_target(false).log_internal_errors(false);
    let lines = match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    if registry().with(lines.with_filter(own)).try_init().is_ok() {
        let others = take_hook();
        set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
            others(panic);
        }));
    }
}

/// Writes down that the store failed: its code, and not its words, which may quote what is kept.
pub(crate) fn store_failed(error: &StoreError) {
    match error {
        StoreError::Database(error) => tracing::error!(code = ?error.sqlite_error_code(), "store"),
        StoreError::Damaged { what, .. } => tracing::error!(damaged = what, "store"),
        StoreError::Open { source, .. } => tracing::error!(kind = ?source.kind(), "store"),
        StoreError::TooNew { .. } => tracing::error!("the store is too new"),
        // Nothing is broken.
        StoreError::Missing(_) | StoreError::Transition(_) => {}
    }
}
