//! The technicians' console: a local web application, and the intake that apps deliver to.
//!
//! `api` is for programs, `pages` for people, `store` keeps. What is searched, diagnosed and judged is the library's. Pages are made on the server and work
//! without a script; with it, lists follow what is typed and what comes in.

mod api;
mod guard;
mod logs;
mod metrics;
mod pages;
pub mod relay;
mod server;
mod store;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use baquiano::incident::{Moment, REOPEN_DAYS, TransitionError};
use baquiano::{Clock, HelpDesk, SystemClock};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{broadcast, watch};

pub use api::openapi;
pub use logs::{LogFormat, LogLevel, start_log};
use server::Limits;
pub use store::{Store, StoreError, Token, TokenKind};

/// Changes that a slow browser may miss before it is told to look again. Chosen: it looks at all of them at once anyway.
const MISSED: usize = 16;

/// How often it is looked whether another process has changed the store. Chosen: a relay's round takes longer.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Threads that wait for the disk. Each may hold a connection to the store, of three descriptors and up to 2 MB. Chosen: ten technicians, and what the intake
/// takes of them.
const BACKGROUND: usize = 32;

/// How the console is run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
    /// Where it keeps what it keeps.
    pub dir: PathBuf,
}

/// Why the console doesn't run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address can't be listened at.
    #[error("{address}: {source}; give another port")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// It would be reached from elsewhere, and nobody would be asked who they are.
    #[error("{0} is reached from other computers: make a token for each technician first (`baquiano serve token NAME --desk`)")]
    Unguarded(IpAddr),
    /// The schema of incidents can't be read.
    #[error("the schema of incidents can't be used: {0}")]
    Schema(String),
    /// It broke while it ran.
    #[error("the console stopped: {0}")]
    Stopped(#[from] std::io::Error),
}

/// What every request shares.
pub(crate) struct Console {
    desk: HelpDesk,
    store: Store,
    intake: api::Intake,
    recent: pages::Recent,
    metrics: metrics::Metrics,
    /// Tells open pages that something came or changed.
    changes: broadcast::Sender<()>,
    /// Becomes true when the console is to end: what would stay open is closed.
    ending: watch::Sender<bool>,
    /// Whether it is reached from this computer alone.
    local: bool,
}

impl Console {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms()
    }

    /// Now, as the desk's clock on the wall shows it.
    fn now(&self) -> Moment {
        let now = self.now_ms();
        let offset = self.desk.knowledge().rules().map_or(0, |rules| rules.hours().offset_s(now));
        Moment::new(now, offset)
    }

    fn tell_all(&self) {
        // Nobody may be looking.
        _ = self.changes.send(());
    }
}

/// Serves until the process is told to end (Ctrl-C, or SIGTERM), then finishes what was begun. `ready` is told where.
///
/// # Errors
/// [`ServeError`].
pub fn serve(desk: HelpDesk, options: &Options, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let limits = Limits::default();
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(BACKGROUND).enable_all().build()?;
    let done = runtime.block_on(async {
        let (listener, console, router) = open(desk, options, limits).await?;
        let address = listener.local_addr()?;
        tracing::info!(%address, version = env!("CARGO_PKG_VERSION"), "start");
        let told = told_to_end()?;
        ready(address);
        tokio::spawn(watch_others(Arc::clone(&console)));
        let ended = async move {
            told.await;
            tracing::info!("told to end");
            console.ending.send_replace(true);
        };
        server::run(listener, router, limits, ended).await;
        Ok(())
    });
    // What still waits for the disk has nobody who waits for it.
    runtime.shutdown_timeout(limits.ending);
    tracing::info!("end");
    done
}

async fn open(desk: HelpDesk, options: &Options, limits: Limits) -> Result<(TcpListener, Arc<Console>, Router), ServeError> {
    let store = Store::open(&options.dir)?;
    let local = options.address.ip().is_loopback();
    let opens = |token: &Token| token.kind == TokenKind::Desk && token.ended_ms.is_none();
    if !local && !store.tokens()?.iter().any(opens) {
        return Err(ServeError::Unguarded(options.address.ip()));
    }
    let gaps = options.dir.join("unanswered");
    let desk = desk.with_unanswered_log(&gaps).map_err(|source| StoreError::Open { path: gaps, source })?;
    let intake = api::Intake::new().map_err(ServeError::Schema)?;
    let listener =
        tokio::net::TcpListener::bind(options.address).await.map_err(|source| ServeError::Listen { address: options.address, source })?;
    let (changes, ending) = (broadcast::Sender::new(MISSED), watch::Sender::new(false));
    let metrics = metrics::Metrics::new(desk.knowledge().manifest().revision);
    let console = Arc::new(Console { desk, store, intake, metrics, recent: pages::Recent::default(), changes, ending, local });
    let answered =
        |instead: fn(StatusCode) -> Response| from_fn(move |request, next| server::answered(limits.whole, instead, request, next));
    let own = || Arc::clone(&console);
    let monitoring = Router::new().route("/metrics", get(metrics::page)).layer(from_fn_with_state(own(), guard::machines));
    let people = pages::routes()
        .layer(answered(|status| pages::told(status, "La consola no pudo responder. Pruebe otra vez.")))
        .layer(from_fn_with_state(own(), guard::people));
    let router = api::routes()
        .merge(monitoring)
        .layer(answered(api::unanswered))
        .merge(people)
        .layer(from_fn(guard::everyone))
        .layer(from_fn_with_state(own(), metrics::every))
        .layer(from_fn(move |request, next| server::read_on(limits, request, next)))
        .with_state(own());
    Ok((listener, console, router))
}

/// Tells open pages what other processes change in the store: the relay, and whoever administers it.
async fn watch_others(console: Arc<Console>) {
    let mut before = console.store.changed_by_others().ok();
    loop {
        tokio::time::sleep(LOOK_AGAIN).await;
        if console.changes.receiver_count() > 0 {
            let asked = Arc::clone(&console);
            let now = tokio::task::spawn_blocking(move || asked.store.changed_by_others().ok()).await.unwrap_or(before);
            if now != before {
                console.tell_all();
            }
            before = now;
        }
    }
}

/// A text within a path or a query (RFC 3986, 2.3: what needs no escape).
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Why an incident can't be changed so, for who reads the console.
pub(crate) fn in_spanish(refused: &TransitionError) -> String {
    match refused {
        TransitionError::Illegal { from, to } => format!("de «{}» no se pasa a «{}»", from.name(), to.name()),
        TransitionError::TooLate { closed } => format!("se cerró el {closed}, hace más de {REOPEN_DAYS} días; registre un caso nuevo"),
        TransitionError::NoResolution(to) => format!("para pasarlo a «{}» hay que decir cómo terminó", to.name()),
        TransitionError::TooMany => "su historia está llena; registre un caso nuevo".to_owned(),
        other => other.to_string(),
    }
}

/// So many random bytes, as hexadecimal digits: a name that nobody guesses.
fn unguessable<const BYTES: usize>() -> Result<String, StoreError> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Missing(format!("random number ({error})")))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Listens for being told to end, from now on: who knows the address may already tell.
fn told_to_end() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupted, mut ended) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = ended.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async { _ = tokio::signal::ctrl_c().await })
}
