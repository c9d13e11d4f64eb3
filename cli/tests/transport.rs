//! What the transport tells of a desk, of none, and of what is no desk.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails may say so")]
#![allow(missing_docs, reason = "nobody uses a test")]

#[path = "../src/commands/incident/transport.rs"]
mod transport;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use baquiano::incident::outbox::{HttpAnswer, Reply as Meaning};
use baquiano_intake::{Options, Running};
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use transport::{Answer, Message, Reply, Transport};

const INCIDENT: &str = "application/vnd.baquiano.incident+json";

fn transport(base: &str, token: Option<&str>) -> Transport {
    Transport::new(base, token, Duration::from_secs(10), false).unwrap()
}

/// An intake in a thread of this process.
fn intake(dir: &TempDir, options: Options) -> Running {
    Running::start(Options { dir: dir.path().to_owned(), ..options }).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn body() -> Vec<u8> {
    gzip(br#"{"id": "a-1", "revision": 0}"#)
}

fn message(body: &[u8], ask_first: bool) -> Message<'_> {
    Message { key: "a-1", content_type: INCIDENT, body, ask_first }
}

/// The status of an answer, with what it means.
fn meant(reply: Reply) -> (u16, Meaning) {
    let Reply::Answer(Answer { status, retry_after, content_type, body }) = reply else { panic!("{reply:?}") };
    let answer = HttpAnswer { status, retry_after: retry_after.as_deref(), content_type: content_type.as_deref(), body: &body };
    (status, Meaning::of_answer(&answer, 0))
}

fn taken(status: u16) -> (u16, Meaning) {
    (status, Meaning::Accepted { reference: Some("INC-000001".to_owned()) })
}

/// Plays a desk that says the same to every request, on connections that it closes; what came is handed on.
fn desk(answers: &[&str]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let answers: Vec<String> = answers.iter().map(|&answer| answer.to_owned()).collect();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            let (mut came, mut some) = (Vec::new(), [0; 4096]);
            while let Ok(n @ 1..) = stream.read(&mut some) {
                came.extend(&some[..n]);
            }
            tell.send(String::from_utf8_lossy(&came).into_owned()).unwrap();
            _ = stream.write_all(answer.as_bytes());
        }
    });
    (base, told)
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

#[test]
fn a_message_is_taken_and_a_repeat_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let intake = intake(&dir, Options { token: Some("secreto".to_owned()), ..Options::default() });
    let (transport, body) = (transport(&format!("{}/", intake.address()), Some("secreto")), body());
    assert_eq!(meant(transport.send(&message(&body, true))), taken(201));
    assert_eq!(meant(transport.send(&message(&body, false))), taken(200));
    assert_eq!(meant(transport.send(&message(b"not looked at", true))), taken(200));
}

#[test]
fn a_refusal_is_told_in_short() {
    let dir = tempfile::tempdir().unwrap();
    let intake = intake(&dir, Options { limit: Some(1), ..Options::default() });
    let transport = transport(intake.address(), None);
    let (400, Meaning::Rejected { why }) = meant(transport.send(&message(b"no", false))) else { panic!() };
    assert!(why.starts_with("HTTP 400: Bad Request: the body is not in gzip"), "{why}");
    for ask_first in [false, true] {
        let Reply::Answer(Answer { status: 429, retry_after: Some(after), .. }) = transport.send(&message(&body(), ask_first)) else {
            panic!()
        };
        assert!((1..=60).contains(&after.parse().unwrap()), "{after}");
    }
}

#[test]
fn a_message_without_an_answer_is_found_by_asking() {
    let dir = tempfile::tempdir().unwrap();
    let intake = intake(&dir, Options { drop: Some(1), ..Options::default() });
    let transport = transport(intake.address(), None);
    assert!(matches!(transport.send(&message(&body(), false)), Reply::NoAnswer(_)));
    assert_eq!(meant(transport.send(&message(&body(), true))), taken(200));
}

#[test]
fn the_request_is_what_the_contract_says() {
    let (base, came) = desk(&[
        &answer("404 Not Found", "", ""),
        &answer("201 Created", "Content-Type: application/json\r\n", "{\"reference\": \"INC-000001\"}"),
    ]);
    assert_eq!(meant(transport(&format!("{base}/desk/"), Some("secreto")).send(&message(b"packed", true))), taken(201));
    let asked = came.recv().unwrap().to_ascii_lowercase();
    let sent = came.recv().unwrap().to_ascii_lowercase();
    assert!(asked.starts_with("get /desk/incidents/a-1 http/1.1\r\n"), "{asked}");
    assert!(sent.starts_with("post /desk/incidents http/1.1\r\n") && sent.ends_with("\r\n\r\npacked"), "{sent}");
    for header in ["idempotency-key: \"a-1\"", "content-encoding: gzip", &format!("content-type: {INCIDENT}"), "content-length: 6"] {
        assert!(sent.contains(&format!("\r\n{header}\r\n")), "{header}: {sent}");
    }
    for request in [&asked, &sent] {
        assert!(request.contains("\r\nauthorization: bearer secreto\r\n"), "{request}");
        assert!(request.contains(concat!("\r\nuser-agent: baquiano/", env!("CARGO_PKG_VERSION"), "\r\n")), "{request}");
    }
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    for status in ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"] {
        for ask_first in [false, true] {
            let (elsewhere, followed) = desk(&[&answer("200 OK", "Content-Type: application/json\r\n", "{}")]);
            let (base, _came) = desk(&[&answer(status, &format!("Location: {elsewhere}/incidents\r\n"), "")]);
            let Reply::Answer(Answer { status: told, .. }) = transport(&base, None).send(&message(b"packed", ask_first)) else {
                panic!("{status}")
            };
            assert!(status.starts_with(&told.to_string()), "{status}");
            assert!(followed.try_recv().is_err(), "{status}");
        }
    }
}

#[test]
fn a_portal_that_says_all_is_well_is_no_answer() {
    let long = format!("{{\"reference\": \"{}\"}}", "x".repeat(70_000));
    let cut = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{\"reference\": \"INC-1\"";
    let json = "Content-Type: application/json\r\n";
    for portal in [
        &answer("200 OK", "Content-Type: text/html\r\n", "<h1>Bienvenido</h1>"),
        &answer("200 OK", json, "[]"),
        &answer("204 No Content", "", ""),
        &answer("201 Created", json, &long),
        cut,
        "",
        "SSH-2.0-x\r\n",
    ] {
        let (base, _came) = desk(&[portal]);
        let reply = transport(&base, None).send(&message(b"packed", false));
        let none = matches!(reply, Reply::NoAnswer(_)) || matches!(meant(reply).1, Meaning::Retry { answered: false, .. });
        assert!(none, "{portal}");
    }
}

#[test]
fn what_somebody_says_is_short_and_can_not_steer_a_terminal() {
    let problem = format!("{{\"title\": \"\\u001b[2J{}\", \"detail\": 5}}", "ñ".repeat(5000));
    let headers = format!("Content-Type: application/problem+json\r\nRetry-After: {}\r\n", "9".repeat(500));
    let (base, _came) = desk(&[&answer("503 Service Unavailable", &headers, &problem)]);
    let (503, Meaning::Retry { after_ms, why, .. }) = meant(transport(&base, None).send(&message(b"packed", false))) else { panic!() };
    assert_eq!((after_ms, why.chars().count()), (Some(i64::MAX), "HTTP 503: ".len() + 300));
    assert!(why.starts_with("HTTP 503:  [2Jñ"));
}

#[test]
fn who_is_too_slow_may_have_it_and_where_nobody_is_nothing_was_sent() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", taken.local_addr().unwrap());
    // Each waits for as long as it was told: who has more patience still does, though another gave up twice since.
    let patient = Transport::new(&base, None, Duration::from_secs(3600), false).unwrap();
    let waits = std::thread::spawn(move || patient.send(&message(b"packed", true)));
    let (begun, _) = taken.accept().unwrap();
    let hasty = Transport::new(&base, Some("secreto"), Duration::from_millis(300), false).unwrap();
    for _ in 0..2 {
        let Reply::NoAnswer(why) = hasty.send(&message(b"packed", true)) else { panic!() };
        assert!(why.contains("timeout") && !why.contains("secreto"), "{why}");
    }
    assert!(!waits.is_finished());
    drop((begun, taken));
    assert!(matches!(waits.join().unwrap(), Reply::NoAnswer(_)));
    assert!(matches!(transport(&base, None).send(&message(b"packed", true)), Reply::NotSent(_)));
}

#[test]
fn what_is_for_this_computer_does_not_go_through_a_proxy() {
    let (proxy, came) = desk(&["HTTP/1.1 502 Bad Gateway\r\n\r\n"]);
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "a_message_is_taken_and_a_repeat_is_known"]).env_remove("NO_PROXY").env_remove("no_proxy");
    ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"]
        .iter()
        .for_each(|name| _ = again.env(name, &proxy));
    assert!(again.output().unwrap().status.success());
    assert!(came.try_recv().is_err());
}

#[test]
fn what_speaks_no_tls_is_no_answer() {
    let (base, _came) = desk(&[&answer("200 OK", "Content-Type: application/json\r\n", "{}")]);
    let reply = transport(&base.replace("http:", "https:"), Some("secreto")).send(&message(b"packed", false));
    assert!(matches!(&reply, Reply::NoAnswer(why) if !why.contains("secreto")), "{reply:?}");
}

#[test]
fn a_desk_that_started_anew_meanwhile_is_found_again() {
    let dir = tempfile::tempdir().unwrap();
    let first = intake(&dir, Options::default());
    let transport = transport(first.address(), None);
    assert_eq!(meant(transport.send(&message(&body(), false))), taken(201));
    let port = first.address().rsplit(':').next().unwrap().parse().unwrap();
    drop(first);
    let _second = intake(&dir, Options { port, ..Options::default() });
    assert_eq!(meant(transport.send(&message(&body(), false))), taken(200));
}
