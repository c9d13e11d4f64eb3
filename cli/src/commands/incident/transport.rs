//! Sending over HTTP. The outbox knows nothing of it: it hands out bytes, and is told what came of them.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use thiserror::Error;
use ureq::http::{HeaderMap, Response, Uri};
use ureq::{Agent, Body};

/// Most bytes of an answer that are read. Chosen: a number and a problem are some hundred.
const MOST: u64 = 64 << 10;

/// Something to send.
#[derive(Debug)]
pub(super) struct Message<'m> {
    /// The idempotency key.
    pub(super) key: &'m str,
    pub(super) content_type: &'m str,
    /// In gzip.
    pub(super) body: &'m [u8],
    /// Whether the desk is to be asked by the key before anything is sent.
    pub(super) ask_first: bool,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// An answer of the desk.
    Came { status: u16, retry_after: Option<String>, reference: Option<String>, problem: Option<String> },
    /// None: no network, a time-out, something else than the desk.
    None(String),
}

/// Why an address can't be sent to.
#[derive(Debug, Error)]
pub(super) enum AddressError {
    #[error("«{0}»: https://…")]
    NoAddress(String),
    #[error("«{0}»: http:// is not encrypted (--allow-plain)")]
    Plain(String),
}

/// A way to a desk.
pub(super) struct Transport {
    agent: Agent,
    base: String,
    token: Option<String>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Transport {
    /// A way to the desk at an address. Without encryption only to this computer, or where that is allowed.
    pub(super) fn new(base: &str, token: Option<&str>, patience: Duration, allow_plain: bool) -> Result<Self, AddressError> {
        let no_address = || AddressError::NoAddress(base.to_owned());
        let uri: Uri = base.parse().map_err(|_| no_address())?;
        let host = uri.host().ok_or_else(no_address)?;
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") if allow_plain || is_this_computer(host) => {}
            Some("http") => return Err(AddressError::Plain(base.to_owned())),
            _ => return Err(no_address()),
        }
        let config = Agent::config_builder()
            .timeout_global(Some(patience))
            .http_status_as_error(false)
            // What redirects isn't the desk: a portal of the network, mostly.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("baquiano/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.into(), base: base.trim_end_matches('/').to_owned(), token: token.map(ToOwned::to_owned) })
    }

    /// Sends a message, or learns that the desk has it.
    pub(super) fn send(&self, message: &Message<'_>) -> Answer {
        if message.ask_first {
            match self.ask(message.key) {
                Answer::Came { status: 404, .. } => {}
                other => return other,
            }
        }
        let request = self
            .agent
            .post(format!("{}/incidents", self.base))
            .header("content-type", message.content_type)
            .header("content-encoding", "gzip")
            .header("idempotency-key", format!("\"{}\"", message.key));
        let request = match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        answer(request.send(message.body))
    }

    fn ask(&self, key: &str) -> Answer {
        let request = self.agent.get(format!("{}/incidents/{key}", self.base));
        let request = match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        answer(request.call())
    }
}

fn is_this_computer(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn answer(came: Result<Response<Body>, ureq::Error>) -> Answer {
    #[derive(Debug, Default, Deserialize)]
    #[serde(default)]
    struct Told {
        reference: Option<String>,
        title: Option<String>,
        detail: Option<String>,
    }
    let mut response = match came {
        Ok(response) => response,
        Err(error) => return Answer::None(error.to_string()),
    };
    let status = response.status().as_u16();
    let header = |headers: &HeaderMap, name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let retry_after = header(response.headers(), "retry-after");
    let is_json = header(response.headers(), "content-type").is_some_and(|kind| kind.contains("json"));
    let told: Option<Told> = if is_json {
        let read = response.body_mut().with_config().limit(MOST).read_to_vec();
        read.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
    } else {
        None
    };
    match (status, told) {
        // A portal of the network says «all is well», too, and keeps nothing.
        (200..=299, None) => Answer::None(format!("HTTP {status}, and it wasn't the desk that answered")),
        (_, told) => {
            let Told { reference, title, detail } = told.unwrap_or_default();
            let problem = title.into_iter().chain(detail).collect::<Vec<_>>().join(": ");
            Answer::Came { status, retry_after, reference, problem: Some(problem).filter(|problem| !problem.is_empty()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_goes_out_encrypted_or_stays_on_this_computer() {
        let new = |base, allow| Transport::new(base, Some("secreto"), Duration::from_secs(1), allow);
        for base in ["https://mesa.example", "http://127.0.0.1:8025", "http://localhost:1/desk/", "http://[::1]:80"] {
            assert!(new(base, false).is_ok(), "{base}");
        }
        assert!(matches!(new("http://mesa.example", false), Err(AddressError::Plain(_))));
        assert!(new("http://mesa.example", true).is_ok());
        for base in ["", "mesa.example", "ftp://mesa.example", "https://"] {
            assert!(matches!(new(base, true), Err(AddressError::NoAddress(_))), "{base}");
        }
        assert!(!format!("{:?}", new("https://mesa.example", false).unwrap()).contains("secreto"));
    }

    #[test]
    fn nobody_there_is_no_answer() {
        let transport = Transport::new("http://127.0.0.1:1", None, Duration::from_secs(2), false).unwrap();
        let message = Message { key: "k", content_type: "application/json", body: b"", ask_first: true };
        assert!(matches!(transport.send(&message), Answer::None(_)));
    }
}
