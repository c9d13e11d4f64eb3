//! The connections: how many there are, what each may take of time and memory, and how they end.
//!
//! `axum::serve` waits for a request's head as long as its sender likes. Here everything that a client can hold up has an end, but for `/avisos`, which stays
//! open as long as somebody takes what it tells.

use std::io::ErrorKind;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::header::{CONNECTION, EXPECT};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use axum::{Error, Router};
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio_io_timeout::TimeoutStream;

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Connections that are open at once; whoever comes then waits to be let in. Chosen: 200 apps, and ten browsers with six each; each needs a descriptor,
    /// of which a process usually has 1024.
    pub(crate) connections: usize,
    /// Bytes of a request's head. Chosen: the longest message that is searched, 2000 characters, has 24 KB in an address.
    pub(crate) head_bytes: usize,
    /// Until a request's head is there, also of one that a connection which is kept open waits for. Chosen: a phone in a village has sent it in less.
    pub(crate) head: Duration,
    /// Until a request is answered, its body included. Chosen: 2 MB, the largest record, at 600 kbit/s.
    pub(crate) whole: Duration,
    /// While a client takes nothing of what it is told. Chosen, as above.
    pub(crate) stalled: Duration,
    /// Bytes of a body that nobody wants and that are read all the same, see [`read_on`]. Chosen: an incident without pictures has less.
    pub(crate) unwanted_bytes: u64,
    /// Until those are there. Chosen: half of the above at 64 kbit/s.
    pub(crate) unwanted: Duration,
    /// For what was begun, when the console is told to end. Chosen: systemd kills after 90 s, people sooner.
    pub(crate) ending: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            connections: 512,
            head_bytes: 64 << 10,
            head: seconds(10),
            whole: seconds(30),
            stalled: seconds(30),
            unwanted_bytes: 64 << 10,
            unwanted: seconds(4),
            ending: seconds(5),
        }
    }
}

/// When no connection can be taken (no descriptor is left), it is tried again after this. Chosen, as axum has it.
const PAUSE: Duration = Duration::from_secs(1);

/// Answers until `ended`, then takes no more connections, lets those that are busy finish, and drops what isn't done in time.
pub(crate) async fn run(listener: TcpListener, router: Router, limits: Limits, ended: impl Future<Output = ()>) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(limits.head_bytes);
    let service = TowerToHyperService::new(router);
    let (open, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(limits.connections)));
    let mut ended = pin!(ended);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            // However many come in.
            biased;
            () = &mut ended => break,
            next = next => next,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            // The client is gone again.
            Err(error) if error.kind() == ErrorKind::ConnectionAborted => continue,
            Err(error) => {
                tracing::error!(kind = ?error.kind(), "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Answers are whole: waiting to fill a packet only holds them up.
        _ = stream.set_nodelay(true);
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.stalled));
        let connection = open.watch(http.serve_connection(TokioIo::new(Box::pin(stream)), service.clone()));
        tokio::spawn(async move {
            // How it ended concerns nobody but the client.
            _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    _ = tokio::time::timeout(limits.ending, open.shutdown()).await;
}

/// Answers with what `instead` has for a request that takes too long (a body that trickles in, a store that doesn't answer), or that breaks. What streams has
/// answered by then.
pub(crate) async fn answered(whole: Duration, instead: fn(StatusCode) -> Response, request: Request, next: Next) -> Response {
    match tokio::time::timeout(whole, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => instead(StatusCode::INTERNAL_SERVER_ERROR),
        Err(_) => instead(StatusCode::REQUEST_TIMEOUT),
    }
}

/// Reads what is left of a body when the request was answered without it: refused for its head, or too long. A connection on which a body still comes can
/// only be closed, and who sends it loses the answer (RFC 9112, 9.6): a phone would take «this token is not known» for a network that failed. What says that it
/// is longer is answered at once, what turns out longer or slower then; both are told that the connection ends with it.
pub(crate) async fn read_on(limits: Limits, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    // Who asks before sending goes on only if told to, and reading would tell so.
    let sends = !request.headers().contains_key(EXPECT) && request.body().size_hint().lower() <= limits.unwanted_bytes;
    let (back, mut left) = oneshot::channel();
    let lent = |body: Body| Body::from_stream(Lent { body: Some(body.into_data_stream()), back: Some(back) });
    let mut answer = next.run(request.map(lent)).await;
    if let Ok(body) = left.try_recv() {
        let all = tokio::time::timeout(limits.unwanted, ends_within(body, limits.unwanted_bytes));
        if !(sends && matches!(all.await, Ok(true))) {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
    }
    answer
}

/// Whether a body ends within so many bytes; none is kept.
async fn ends_within(mut body: BodyDataStream, most: u64) -> bool {
    let mut left = most;
    while let Some(part) = body.next().await {
        match part.ok().and_then(|part| left.checked_sub(part.len() as u64)) {
            Some(less) => left = less,
            None => return false,
        }
    }
    true
}

/// A body that comes back from whoever doesn't read it to its end.
struct Lent {
    body: Option<BodyDataStream>,
    back: Option<oneshot::Sender<BodyDataStream>>,
}

impl Stream for Lent {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let next = body.poll_next_unpin(context);
        if matches!(next, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        next
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let (Some(body), Some(back)) = (self.body.take(), self.back.take()) {
            _ = back.send(body);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails may say so")]
mod tests {
    use std::convert::Infallible;
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    use axum::response::IntoResponse as _;
    use axum::routing::{get, post};
    use futures_util::stream;

    use super::*;

    const SOON: Duration = Duration::from_millis(200);
    const NEVER: Duration = Duration::from_secs(3600);
    /// Until a test gives up, so that it fails instead of standing still.
    const GIVEN_UP: Duration = Duration::from_secs(30);
    const LIMITS: Limits = Limits {
        connections: 8,
        head_bytes: 8192,
        head: NEVER,
        whole: NEVER,
        stalled: NEVER,
        unwanted_bytes: 1000,
        unwanted: SOON,
        ending: NEVER,
    };

    async fn breaks() -> &'static str {
        panic!("it breaks")
    }

    struct Served {
        address: SocketAddr,
        end: oneshot::Sender<()>,
        gone: Receiver<()>,
    }

    fn served(limits: Limits) -> Served {
        let ((tell, told), (end, ended), (went, gone)) = (channel(), oneshot::channel(), channel());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move {
                let late = move |request, next| answered(limits.whole, |status| status.into_response(), request, next);
                let ticks = async || {
                    Body::from_stream(stream::iter(0..).then(async |_| {
                        tokio::time::sleep(SOON / 2).await;
                        Ok::<_, Infallible>("tick\n")
                    }))
                };
                let flood = async || Body::from_stream(stream::repeat_with(|| Ok::<_, Infallible>("x".repeat(1 << 16))));
                let router = Router::new()
                    .route("/", get(async || "yes"))
                    .route("/breaks", get(breaks))
                    .route("/body", post(async |body: String| body))
                    .route("/ticks", get(ticks))
                    .route("/flood", get(flood))
                    .route("/unread", post(async || StatusCode::FORBIDDEN))
                    .layer(axum::middleware::from_fn(late))
                    .layer(axum::middleware::from_fn(move |request, next| read_on(limits, request, next)));
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                run(listener, router, limits, async { _ = ended.await }).await;
            });
            went.send(()).unwrap();
        });
        Served { address: told.recv().unwrap(), end, gone }
    }

    impl Served {
        fn sends(&self, bytes: &str) -> TcpStream {
            let mut client = TcpStream::connect(self.address).unwrap();
            client.set_read_timeout(Some(GIVEN_UP)).unwrap();
            client.write_all(bytes.as_bytes()).unwrap();
            client
        }

        /// All that comes until the server closes.
        fn tells(&self, bytes: &str) -> String {
            rest(self.sends(bytes))
        }
    }

    fn rest(mut client: TcpStream) -> String {
        let mut all = Vec::new();
        match client.read_to_end(&mut all) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("it isn't closed: {error}"),
            _ => String::from_utf8(all).unwrap(),
        }
    }

    #[test]
    fn a_head_that_trickles_in_and_a_connection_that_says_nothing_are_closed() {
        let server = served(Limits { head: SOON, ..LIMITS });
        assert_eq!(server.tells("GET / HTTP/1.1\r\nhost: a\r\nx-slow: "), "");
        assert_eq!(server.tells(""), "");
        let kept = server.tells("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assert!(kept.starts_with("HTTP/1.1 200") && kept.ends_with("yes"), "one that is kept open is closed when nothing follows: {kept}");
    }

    #[test]
    fn what_breaks_is_answered_and_breaks_nothing_else() {
        let server = served(LIMITS);
        let told = server.tells("GET /breaks HTTP/1.1\r\nhost: a\r\n\r\nGET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
        assert!(told.starts_with("HTTP/1.1 500") && told.ends_with("yes"), "{told}");
    }

    #[test]
    fn a_body_that_trickles_in_is_given_up() {
        let server = served(Limits { whole: SOON, ..LIMITS });
        let told = server.tells("POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nabc");
        assert!(told.starts_with("HTTP/1.1 408"), "{told}");
    }

    #[test]
    fn a_body_that_nobody_wants_is_read_on_so_that_the_answer_arrives_and_the_connection_stays() {
        let server = served(Limits { unwanted: NEVER, ..LIMITS });
        let mut client = server.sends("POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\n");
        thread::sleep(SOON);
        client.write_all(b"a bodyGET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let told = rest(client);
        assert!(told.starts_with("HTTP/1.1 403") && told.ends_with("yes") && told.matches("connection: close").count() == 1, "{told}");
    }

    #[test]
    fn a_body_that_nobody_wants_and_that_is_long_or_slow_ends_the_connection_and_the_answer_says_so() {
        let server = served(LIMITS);
        for rest_of_head in
            ["content-length: 1001", "content-length: 6", "content-length: 6\r\nexpect: 100-continue", "transfer-encoding: chunked"]
        {
            let told = server.tells(&format!("POST /unread HTTP/1.1\r\nhost: a\r\n{rest_of_head}\r\n\r\n"));
            assert!(told.starts_with("HTTP/1.1 403") && told.contains("connection: close"), "{rest_of_head}: {told}");
        }
        let chunk = format!("3e8\r\n{}\r\n", "x".repeat(1000));
        let server = served(Limits { unwanted: NEVER, ..LIMITS });
        let told = server.tells(&format!("POST /unread HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n{chunk}{chunk}"));
        assert!(told.starts_with("HTTP/1.1 403") && told.contains("connection: close"), "{told}");
    }

    #[test]
    fn a_head_that_is_too_long_is_refused() {
        let server = served(LIMITS);
        let told = server.tells(&format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "x".repeat(10_000)));
        assert!(told.starts_with("HTTP/1.1 431"), "{told}");
    }

    #[test]
    fn what_streams_goes_on_beyond_every_limit_while_it_is_read_and_not_longer() {
        let server = served(Limits { whole: SOON, head: SOON, stalled: SOON, connections: 1, ..LIMITS });
        let mut reading = server.sends("GET /ticks HTTP/1.1\r\nhost: a\r\n\r\n");
        let (mut all, mut part) = (String::new(), [0; 256]);
        while all.matches("tick").count() < 8 {
            let read = reading.read(&mut part).unwrap();
            assert!(read > 0, "it was closed: {all}");
            all.push_str(std::str::from_utf8(&part[..read]).unwrap());
        }
        drop(reading);
        // The only place is free again once nobody has taken anything for a while.
        let stuck = server.sends("GET /flood HTTP/1.1\r\nhost: a\r\n\r\n");
        assert!(server.tells("GET / HTTP/1.1\r\nhost: a\r\n\r\n").ends_with("yes"));
        drop(stuck);
    }

    #[test]
    fn when_it_ends_what_was_begun_is_finished_and_what_is_stuck_is_dropped() {
        let server = served(Limits { ending: GIVEN_UP / 2, ..LIMITS });
        let idle = server.sends("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        let mut begun = server.sends("POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\nexpect: 100-continue\r\n\r\n");
        let mut asked = [0; 25];
        begun.read_exact(&mut asked).unwrap();
        assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
        server.end.send(()).unwrap();
        assert!(rest(idle).ends_with("yes"));
        begun.write_all(b"a body").unwrap();
        assert!(rest(begun).ends_with("a body"));
        server.gone.recv_timeout(GIVEN_UP).unwrap();

        let server = served(Limits { ending: SOON, ..LIMITS });
        let stuck = server.sends("POST /body HTTP/1.1\r\nhost: a\r\ncontent-length: 6\r\n\r\n");
        assert!(server.tells("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").ends_with("yes"));
        server.end.send(()).unwrap();
        server.gone.recv_timeout(GIVEN_UP).unwrap();
        drop(stuck);
    }
}
