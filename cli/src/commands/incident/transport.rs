//! Sending over HTTP. It knows nothing of the outbox: it takes bytes, and tells what came of them.
//!
//! What it never does: send unencrypted over a network, follow a redirect, read an answer without bound, or show the token.

use std::fmt;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::time::Duration;

use thiserror::Error;
use ureq::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use ureq::http::{HeaderName, HeaderValue, Response, Uri};
use ureq::{Agent, Body, Proxy, RequestBuilder};

/// Most bytes of an answer that are read. Chosen: a number and a problem are some hundred.
const MOST: u64 = 64 << 10;

/// Something to send.
#[derive(Debug)]
pub(crate) struct Message<'a> {
    /// The idempotency key: letters, digits and hyphens.
    pub(crate) key: &'a str,
    /// What the body is, once unpacked.
    pub(crate) content_type: &'a str,
    /// In gzip.
    pub(crate) body: &'a [u8],
    /// Whether the desk is asked for the key before anything is sent: an earlier try may have come through.
    pub(crate) ask_first: bool,
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// An answer over HTTP.
    Answer(Answer),
    /// None: a time-out, a connection that broke. The desk may have the message all the same.
    NoAnswer(String),
    /// Nothing was sent: nobody is at the address, or there is no way to it.
    NotSent(String),
}

/// An answer over HTTP.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The status code.
    pub(crate) status: u16,
    /// When to try again, as it was said: seconds or a date.
    pub(crate) retry_after: Option<String>,
    /// What the body is.
    pub(crate) content_type: Option<String>,
    /// The body, as much of it as is read.
    pub(crate) body: Vec<u8>,
}

/// Why nothing can be sent with what was given.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum TransportError {
    /// Not an address, or one that paths can't be added to.
    #[error("`{0}` is no address of a desk: give one like https://desk.example.org, without `?`")]
    Address(String),
    /// Incidents speak of people, so they don't go over a network in the clear.
    #[error("`{0}` would be sent to unencrypted: give its https:// address, or allow plain HTTP if the network is your own")]
    Plain(String),
    /// The address isn't repeated, since it has a secret.
    #[error("the address has a name or a password before an `@`: leave them out, and give a token")]
    Credentials,
    /// The token isn't repeated.
    #[error("the token can't be put in a header: give it without spaces, line breaks or accents")]
    Token,
}

/// A way to a desk.
pub(crate) struct Transport {
    agent: Agent,
    base: String,
    authorization: Option<HeaderValue>,
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").field("base", &self.base).finish_non_exhaustive()
    }
}

impl Transport {
    /// A way to the desk at `base`, where a request may take `timeout`. `allow_plain` lets it be unencrypted over a network: for tests and networks of one's own.
    pub(crate) fn new(base: &str, token: Option<&str>, timeout: Duration, allow_plain: bool) -> Result<Self, TransportError> {
        let authorization = token.map(|token| authorization("Bearer", token)).transpose()?;
        Ok(Self { agent: agent(base, timeout, allow_plain)?, base: base.trim_end_matches('/').to_owned(), authorization })
    }

    /// Sends a message, or learns that the desk has it. It may take two requests, and so twice the timeout.
    pub(crate) fn send(&self, message: &Message<'_>) -> Reply {
        if message.ask_first {
            match self.ask(message.key) {
                Reply::Answer(Answer { status: 404, .. }) => {}
                other => return other,
            }
        }
        let request = self
            .authorized(self.agent.post(format!("{}/incidents", self.base)))
            .header("idempotency-key", format!("\"{}\"", message.key))
            .header("content-type", message.content_type)
            .header("content-encoding", "gzip");
        reply_of(request.send(message.body))
    }

    /// Asks the desk what it has by a key.
    pub(crate) fn ask(&self, key: &str) -> Reply {
        reply_of(self.authorized(self.agent.get(format!("{}/incidents/{key}", self.base))).call())
    }

    fn authorized<B>(&self, request: RequestBuilder<B>) -> RequestBuilder<B> {
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value),
            None => request,
        }
    }
}

/// What reaches `base`, where a request may take `timeout`; over a network only encrypted, unless `allow_plain`.
pub(crate) fn agent(base: &str, timeout: Duration, allow_plain: bool) -> Result<Agent, TransportError> {
    let plain = is_plain(base, allow_plain)?;
    let config = Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        // What redirects is a portal of the network, mostly, and it is not to get the incident or the token.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .https_only(!plain)
        // Through a proxy, what is for this computer would leave it in the clear. Through TLS it sees nothing.
        .proxy(if plain { None } else { Proxy::try_from_env() })
        .accept("application/json, application/problem+json")
        .user_agent(concat!("baquiano/", env!("CARGO_PKG_VERSION")));
    Ok(config.build().into())
}

/// Whether an address is reached unencrypted, if it may be used at all.
fn is_plain(base: &str, allow_plain: bool) -> Result<bool, TransportError> {
    if base.contains('@') {
        return Err(TransportError::Credentials);
    }
    let no_address = || TransportError::Address(base.to_owned());
    // The parser drops what follows a `#`.
    let uri: Uri = if base.contains('#') { Err(no_address()) } else { base.parse().map_err(|_| no_address()) }?;
    let host = uri.host().filter(|host| !host.is_empty() && uri.query().is_none()).ok_or_else(no_address)?;
    match uri.scheme_str() {
        Some("https") => Ok(false),
        Some("http") if allow_plain || is_this_computer(host) => Ok(true),
        Some("http") => Err(TransportError::Plain(base.to_owned())),
        _ => Err(no_address()),
    }
}

fn is_this_computer(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The value of the header that shows a token.
pub(crate) fn authorization(scheme: &str, token: &str) -> Result<HeaderValue, TransportError> {
    if token.is_empty() || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(TransportError::Token);
    }
    let mut value = HeaderValue::try_from(format!("{scheme} {token}")).map_err(|_| TransportError::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

fn reply_of(came: Result<Response<Body>, ureq::Error>) -> Reply {
    let mut response = match came {
        Ok(response) => response,
        Err(error) if never_left(&error) => return Reply::NotSent(error.to_string()),
        Err(error) => return Reply::NoAnswer(error.to_string()),
    };
    let text = |name: HeaderName| response.headers().get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned);
    let (status, retry_after, content_type) = (response.status().as_u16(), text(RETRY_AFTER), text(CONTENT_TYPE));
    // What is cut or too long is no JSON, and so no desk's.
    let body = response.body_mut().with_config().limit(MOST).read_to_vec().unwrap_or_default();
    Reply::Answer(Answer { status, retry_after, content_type, body })
}

/// Whether an error came before the first byte went out.
fn never_left(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => true,
        ureq::Error::Io(error) => {
            matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(base: &str, allow_plain: bool) -> Result<Transport, TransportError> {
        Transport::new(base, Some("secreto"), Duration::from_secs(1), allow_plain)
    }

    #[test]
    fn only_encrypted_or_on_this_computer() {
        for base in ["https://mesa.example", "http://127.0.0.1:8025", "http://localhost:1/desk/", "http://[::1]:80", "http://127.8.8.8"] {
            assert!(new(base, false).is_ok(), "{base}");
        }
        for base in
            ["http://mesa.example", "http://127.0.0.1.mesa.example", "http://localhost.example", "http://10.0.0.1", "http://[2001:db8::1]"]
        {
            assert_eq!(new(base, false).err(), Some(TransportError::Plain(base.to_owned())));
            assert!(new(base, true).is_ok(), "{base}");
        }
    }

    #[test]
    fn what_is_no_address_is_told() {
        for base in [
            "",
            "mesa.example",
            "ftp://mesa.example",
            "https://",
            "https:///x",
            "/incidents",
            "https://mesa.example/?a=1",
            "https://mesa.example/#a",
        ] {
            assert_eq!(new(base, true).err(), Some(TransportError::Address(base.to_owned())));
        }
    }

    #[test]
    fn no_secret_is_shown() {
        assert!(!format!("{:?}", new("https://mesa.example", false)).contains("secreto"));
        let error = new("https://ana:secreto@mesa.example", false).unwrap_err();
        assert_eq!(error, TransportError::Credentials);
        assert!(!format!("{error} {error:?}").contains("secreto"));
        for token in ["", "sec reto", "secreto\n", "señal"] {
            let error = Transport::new("https://mesa.example", Some(token), Duration::from_secs(1), false).unwrap_err();
            assert_eq!(format!("{error:?}"), "Token", "{token}");
        }
    }
}
