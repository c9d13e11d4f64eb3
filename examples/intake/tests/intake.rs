//! What the intake promises a sender, each as a claim.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails may say so")]
#![allow(missing_docs, reason = "nobody uses a test")]

mod common;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use common::{Intake, PROGRAM};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

const INCIDENT: &str = "application/vnd.baquiano.incident+json";
const RECEIPT: &str = "application/vnd.baquiano.receipt+json";
const ID: &str = "0198c0de-0000-7000-8000-000000000001";
const OTHER: &str = "0198c0de-0000-7000-8000-000000000002";

/// Stands in for the published schema.
const SCHEMA: &str = r#"{
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["id", "revision", "filed"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "revision": {"type": "integer", "minimum": 0},
        "filed": {"type": "string", "format": "date-time"},
        "symptom": {"type": "string", "maxLength": 3000000}
    }
}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

struct Said {
    status: u16,
    headers: ureq::http::HeaderMap,
    body: Value,
}

impl Said {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Every refusal looks alike.
    fn is_problem(&self, status: u16) {
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{}", self.body);
        assert_eq!(self.body["status"], status);
        for name in ["type", "title", "detail"] {
            assert!(self.body[name].as_str().is_some_and(|text| !text.is_empty()), "{name}: {}", self.body);
        }
    }
}

fn agent() -> Agent {
    Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(20))).proxy(None).build().into()
}

fn said(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Said {
    let mut answer = answer.unwrap();
    let text = answer.body_mut().read_to_string().unwrap();
    Said {
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }
}

fn post(base: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
    headers.iter().fold(agent().post(format!("{base}/incidents")), |request, (name, value)| request.header(*name, *value)).send(body)
}

fn file(base: &str, key: &str, incident: &Value) -> Said {
    let headers = [("Idempotency-Key", key), ("Content-Type", INCIDENT), ("Content-Encoding", "gzip")];
    said(post(base, &headers, &gzip(incident.to_string().as_bytes())))
}

fn get(base: &str, path: &str) -> Said {
    said(agent().get(format!("{base}{path}")).call())
}

fn incident(id: &str, revision: u64) -> Value {
    json!({ "id": id, "revision": revision, "filed": "2026-11-28T08:00:00Z", "symptom": "no agarra la señal" })
}

/// An intake with the schema, in a folder of its own.
fn intake(more: &[&str]) -> (TempDir, Intake) {
    let dir = tempfile::tempdir().unwrap();
    let intake = start(dir.path(), more);
    (dir, intake)
}

fn start(home: &Path, more: &[&str]) -> Intake {
    let schema = home.join("schema.json");
    std::fs::write(&schema, SCHEMA).unwrap();
    Intake::start(&home.join("kept"), &[&["--schema", schema.to_str().unwrap()], more].concat())
}

#[test]
fn it_tells_that_it_is_there() {
    let (_dir, intake) = intake(&[]);
    assert!(intake.base.starts_with("http://127.0.0.1:"));
    assert_eq!(get(&intake.base, "/healthz").status, 200);
}

#[test]
fn a_new_incident_is_201_with_a_place_and_a_reference() {
    let (_dir, intake) = intake(&[]);
    let new = file(&intake.base, &format!("\"{ID}\""), &incident(ID, 0));
    assert_eq!((new.status, new.header("content-type")), (201, "application/json"));
    assert_eq!(new.header("location"), format!("/incidents/{ID}"));
    assert_eq!(new.body, json!({ "reference": "INC-000001" }));
    assert_eq!(file(&intake.base, OTHER, &incident(OTHER, 0)).body["reference"], "INC-000002");
    assert_eq!(get(&intake.base, new.header("location")).status, 200);
}

#[test]
fn a_key_may_be_in_quotes_or_bare() {
    let (_dir, intake) = intake(&[]);
    assert_eq!(file(&intake.base, ID, &incident(ID, 0)).status, 201);
    assert_eq!(file(&intake.base, &format!("\"{ID}\""), &incident(ID, 0)).status, 200);
}

#[test]
fn a_body_may_be_in_gzip_or_as_it_is() {
    let (_dir, intake) = intake(&[]);
    let plain = incident(ID, 0).to_string();
    let headers = [("Idempotency-Key", ID), ("Content-Type", INCIDENT)];
    assert_eq!(said(post(&intake.base, &headers, plain.as_bytes())).status, 201);
    let identity = [&headers[..], &[("Content-Encoding", "identity")]].concat();
    assert_eq!(said(post(&intake.base, &identity, plain.as_bytes())).status, 200);
    assert_eq!(file(&intake.base, ID, &incident(ID, 0)).status, 200);
}

#[test]
fn a_receipt_of_dropped_incidents_is_taken() {
    let (_dir, intake) = intake(&[]);
    let headers = [("Idempotency-Key", OTHER), ("Content-Type", RECEIPT), ("Content-Encoding", "gzip")];
    let receipt = |content: Value| said(post(&intake.base, &headers, &gzip(content.to_string().as_bytes())));
    let wrong = receipt(json!({ "receipt": OTHER }));
    wrong.is_problem(400);
    // What is missing is missing in the whole.
    assert_eq!(wrong.body["errors"], json!([{ "pointer": "", "detail": "\"dropped\" is a required property" }]));
    let new = receipt(json!({ "receipt": OTHER, "dropped": [{ "id": ID }] }));
    assert_eq!((new.status, &new.body["reference"]), (201, &json!("INC-000001")));
    assert_eq!(get(&intake.base, &format!("/incidents/{OTHER}")).status, 200);
}

#[test]
fn an_update_keeps_the_reference_of_its_incident() {
    let (_dir, intake) = intake(&[]);
    file(&intake.base, OTHER, &incident(OTHER, 0));
    file(&intake.base, ID, &incident(ID, 0));
    let update = file(&intake.base, &format!("{ID}-1"), &incident(ID, 1));
    assert_eq!((update.status, &update.body["reference"]), (201, &json!("INC-000002")));
    assert_eq!(update.header("location"), format!("/incidents/{ID}-1"));
}

#[test]
fn a_repeat_is_200_with_the_same_reference() {
    let (_dir, intake) = intake(&[]);
    let new = file(&intake.base, ID, &incident(ID, 0));
    for _ in 0..3 {
        let again = file(&intake.base, ID, &incident(ID, 0));
        assert_eq!((again.status, again.body), (200, new.body.clone()));
    }
}

#[test]
fn many_at_once_with_one_key_make_one_delivery() {
    let (_dir, intake) = intake(&[]);
    let base = intake.base.as_str();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(move || file(base, ID, &incident(ID, 0)).status)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
}

#[test]
fn a_key_that_comes_with_another_body_is_422() {
    let (_dir, intake) = intake(&[]);
    file(&intake.base, ID, &incident(ID, 0));
    file(&intake.base, ID, &incident(ID, 1)).is_problem(422);
    assert_eq!(file(&intake.base, ID, &incident(ID, 0)).status, 200);
}

#[test]
fn what_does_not_fit_the_schema_is_400_with_the_places() {
    let (_dir, intake) = intake(&[]);
    let wrong = file(&intake.base, ID, &json!({ "id": "secreto", "revision": -1, "filed": "ayer" }));
    wrong.is_problem(400);
    let mut pointers: Vec<&str> = wrong.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
    pointers.sort_unstable();
    // `id` and `filed` are wrong by their formats alone.
    assert_eq!(pointers, ["/filed", "/id", "/revision"]);
    assert!(wrong.body["errors"][0]["detail"].is_string());
    assert!(!wrong.body.to_string().contains("secreto"), "{}", wrong.body);
    assert_eq!(get(&intake.base, &format!("/incidents/{ID}")).status, 404);
}

#[test]
fn without_a_schema_it_asks_for_what_it_needs_itself() {
    let dir = tempfile::tempdir().unwrap();
    let intake = Intake::start(dir.path(), &[]);
    file(&intake.base, ID, &json!([])).is_problem(400);
    file(&intake.base, ID, &json!({ "id": ID })).is_problem(400);
    file(&intake.base, ID, &json!({ "id": 5, "revision": 0 })).is_problem(400);
    assert_eq!(file(&intake.base, ID, &json!({ "id": ID, "revision": 0 })).status, 201);
}

#[test]
fn what_is_no_gzip_or_no_json_is_400() {
    let (_dir, intake) = intake(&[]);
    let whole = gzip(incident(ID, 0).to_string().as_bytes());
    let deep = "[".repeat(100_000);
    let headers = [("Idempotency-Key", ID), ("Content-Type", INCIDENT), ("Content-Encoding", "gzip")];
    let garbage = [&whole[..], b"more"].concat();
    for body in [
        &b""[..],
        b"{}",
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
        &garbage,
        &gzip(b""),
        &gzip(b"{"),
        &gzip(b"\xff"),
        &gzip(deep.as_bytes()),
    ] {
        said(post(&intake.base, &headers, body)).is_problem(400);
    }
    assert_eq!(said(post(&intake.base, &headers, &whole)).status, 201);
}

#[test]
fn a_key_that_is_missing_or_could_be_a_path_is_400() {
    let (dir, intake) = intake(&[]);
    let headers = [("Content-Type", INCIDENT), ("Content-Encoding", "gzip")];
    said(post(&intake.base, &headers, &gzip(incident(ID, 0).to_string().as_bytes()))).is_problem(400);
    for key in ["\"\"", "\"", "\"a", "../a", "a/b", "a b", "..", &"a".repeat(81)] {
        file(&intake.base, key, &incident(ID, 0)).is_problem(400);
    }
    let kept: Vec<_> = std::fs::read_dir(dir.path().join("kept")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(kept, ["lock"]);
}

#[test]
fn more_than_two_mebibytes_are_413_however_it_is_packed() {
    let (_dir, intake) = intake(&[]);
    let of_size = |size: usize| {
        let mut incident = incident(ID, 0);
        incident["symptom"] = Value::String("x".repeat(size - incident.to_string().len() + "no agarra la señal".len()));
        assert_eq!(incident.to_string().len(), size);
        incident
    };
    file(&intake.base, ID, &of_size((2 << 20) + 1)).is_problem(413);
    let plain = [("Idempotency-Key", ID), ("Content-Type", INCIDENT)];
    said(post(&intake.base, &plain, of_size((2 << 20) + 1).to_string().as_bytes())).is_problem(413);
    assert_eq!(file(&intake.base, ID, &of_size(2 << 20)).status, 201);
    // A hundred mebibytes of nothing, in a hundred kilobytes.
    let bomb = gzip(&vec![b' '; 100 << 20]);
    let headers = [("Idempotency-Key", OTHER), ("Content-Type", INCIDENT), ("Content-Encoding", "gzip")];
    said(post(&intake.base, &headers, &bomb)).is_problem(413);
}

#[test]
fn another_type_or_another_packing_is_415() {
    let (_dir, intake) = intake(&[]);
    let body = incident(ID, 0).to_string();
    for more in [&[][..], &[("Content-Type", "application/json")], &[("Content-Type", INCIDENT), ("Content-Encoding", "br")]] {
        let headers = [&[("Idempotency-Key", ID)], more].concat();
        said(post(&intake.base, &headers, body.as_bytes())).is_problem(415);
    }
    let parameter = [("Idempotency-Key", ID), ("Content-Type", "Application/vnd.baquiano.incident+JSON; charset=utf-8")];
    assert_eq!(said(post(&intake.base, &parameter, body.as_bytes())).status, 201);
}

#[test]
fn beyond_the_limit_is_429_with_a_time_to_wait() {
    let (_dir, intake) = intake(&["--limit", "2"]);
    assert_eq!(file(&intake.base, ID, &incident(ID, 0)).status, 201);
    assert_eq!(get(&intake.base, &format!("/incidents/{ID}")).status, 200);
    let refused = file(&intake.base, OTHER, &incident(OTHER, 0));
    refused.is_problem(429);
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(get(&intake.base, "/healthz").status, 200);
}

#[test]
fn every_third_request_is_503_when_it_is_told_so() {
    let (_dir, intake) = intake(&["--fail", "3"]);
    let statuses: Vec<u16> = (0..4).map(|_| file(&intake.base, ID, &incident(ID, 0)).status).collect();
    assert_eq!(statuses, [201, 200, 503, 200]);
    get(&intake.base, &format!("/incidents/{ID}"));
    let refused = get(&intake.base, &format!("/incidents/{ID}"));
    refused.is_problem(503);
    assert_eq!(refused.header("retry-after"), "1");
}

#[test]
fn without_its_token_it_is_401() {
    let (_dir, intake) = intake(&["--token", "secreto"]);
    let body = gzip(incident(ID, 0).to_string().as_bytes());
    for token in [None, Some("Bearer otro"), Some("Bearer secret"), Some("Bearer "), Some("secreto"), Some("Basic secreto")] {
        let mut headers = vec![("Idempotency-Key", ID), ("Content-Type", INCIDENT), ("Content-Encoding", "gzip")];
        headers.extend(token.map(|token| ("Authorization", token)));
        let refused = said(post(&intake.base, &headers, &body));
        refused.is_problem(401);
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
    get(&intake.base, &format!("/incidents/{ID}")).is_problem(401);
    let headers = [("Idempotency-Key", ID), ("Content-Type", INCIDENT), ("Content-Encoding", "gzip"), ("Authorization", "Bearer secreto")];
    assert_eq!(said(post(&intake.base, &headers, &body)).status, 201);
    assert_eq!(get(&intake.base, "/healthz").status, 200);
}

#[test]
fn who_asks_for_a_key_learns_whether_it_was_taken() {
    let (_dir, intake) = intake(&[]);
    get(&intake.base, &format!("/incidents/{ID}")).is_problem(404);
    file(&intake.base, ID, &incident(ID, 0));
    assert_eq!(
        get(&intake.base, &format!("/incidents/{ID}")).body,
        json!({ "reference": "INC-000001", "phase": "recorded", "state": "Registrado" })
    );
    get(&intake.base, &format!("/incidents/{ID}-1")).is_problem(404);
    for path in ["/incidents/%FF", "/incidents/..%2Flock", "/incidents/lock"] {
        get(&intake.base, path).is_problem(404);
    }
}

#[test]
fn what_was_dropped_is_there_and_was_not_answered() {
    let (_dir, intake) = intake(&["--drop", "2"]);
    assert_eq!(file(&intake.base, ID, &incident(ID, 0)).status, 201);
    let body = incident(OTHER, 0).to_string();
    let mut stream = TcpStream::connect(intake.base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(stream, "POST /incidents HTTP/1.1\r\nHost: here\r\nIdempotency-Key: {OTHER}\r\nContent-Type: {INCIDENT}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut came = Vec::new();
    // However it ends, not one byte of an answer came.
    _ = stream.read_to_end(&mut came);
    assert_eq!(String::from_utf8_lossy(&came), "");
    assert_eq!(get(&intake.base, &format!("/incidents/{OTHER}")).body["reference"], "INC-000002");
    assert_eq!(file(&intake.base, OTHER, &incident(OTHER, 0)).status, 200);
}

#[test]
fn what_was_answered_outlives_a_kill() {
    let (dir, mut running) = intake(&[]);
    for n in 0..12 {
        let id = format!("0198c0de-0000-7000-8000-1000000000{n:02}");
        let new = file(&running.base, &id, &incident(&id, 0));
        assert_eq!((new.status, new.body["reference"].as_str().unwrap()), (201, format!("INC-{:06}", n + 1).as_str()));
        running.kill();
        running = start(dir.path(), &[]);
        assert_eq!(get(&running.base, &format!("/incidents/{id}")).body["reference"], new.body["reference"]);
        assert_eq!(file(&running.base, &id, &incident(&id, 0)).status, 200);
    }
    let first = "0198c0de-0000-7000-8000-100000000000";
    assert_eq!(file(&running.base, &format!("{first}-1"), &incident(first, 1)).body["reference"], "INC-000001");
    file(&running.base, first, &incident(first, 7)).is_problem(422);
}

#[test]
fn killed_while_many_send_it_loses_nothing_that_it_answered() {
    let (dir, running) = intake(&[]);
    let base = running.base.clone();
    let in_all = Arc::new(AtomicUsize::new(0));
    let senders: Vec<_> = (0..4)
        .map(|sender| {
            let (base, in_all) = (base.clone(), in_all.clone());
            std::thread::spawn(move || {
                let mut answered = Vec::new();
                for n in 0.. {
                    let id = format!("0198c0de-0000-7000-8000-{sender:04}{n:08}");
                    let headers = [("Idempotency-Key", id.as_str()), ("Content-Type", INCIDENT)];
                    let Ok(mut answer) = post(&base, &headers, incident(&id, 0).to_string().as_bytes()) else { break };
                    let Ok(body) = answer.body_mut().read_to_string() else { break };
                    answered.push((id, serde_json::from_str::<Value>(&body).unwrap()["reference"].clone()));
                    in_all.fetch_add(1, Ordering::Relaxed);
                }
                answered
            })
        })
        .collect();
    while in_all.load(Ordering::Relaxed) < 100 && !senders.iter().any(JoinHandle::is_finished) {
        std::thread::sleep(Duration::from_millis(5));
    }
    running.kill();
    let answered: Vec<_> = senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect();
    assert!(answered.len() >= 100, "{}", answered.len());
    let running = start(dir.path(), &[]);
    let mut references: Vec<String> = Vec::new();
    for (id, reference) in &answered {
        assert_eq!(get(&running.base, &format!("/incidents/{id}")).body["reference"], *reference);
        references.push(reference.to_string());
    }
    references.sort_unstable();
    references.dedup();
    assert_eq!(references.len(), answered.len());
}

#[test]
fn what_can_not_be_kept_is_503_and_not_taken() {
    let (dir, intake) = intake(&[]);
    let kept = dir.path().join("kept");
    std::fs::rename(&kept, dir.path().join("away")).unwrap();
    let refused = file(&intake.base, ID, &incident(ID, 0));
    refused.is_problem(503);
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(get(&intake.base, &format!("/incidents/{ID}")).status, 404);
    std::fs::rename(dir.path().join("away"), &kept).unwrap();
    assert_eq!(file(&intake.base, OTHER, &incident(OTHER, 0)).body["reference"], "INC-000002");
    assert_eq!(file(&intake.base, ID, &incident(ID, 0)).body["reference"], "INC-000001");
}

#[test]
fn a_half_written_file_is_no_delivery() {
    let (dir, running) = intake(&[]);
    running.kill();
    std::fs::write(dir.path().join("kept").join(format!("{ID}.part")), "{\"refer").unwrap();
    let running = start(dir.path(), &[]);
    assert_eq!(get(&running.base, &format!("/incidents/{ID}")).status, 404);
    assert_eq!(file(&running.base, ID, &incident(ID, 0)).status, 201);
}

#[test]
fn a_number_is_not_given_again_when_a_file_is_taken_away() {
    let (dir, running) = intake(&[]);
    file(&running.base, ID, &incident(ID, 0));
    file(&running.base, OTHER, &incident(OTHER, 0));
    running.kill();
    std::fs::remove_file(dir.path().join("kept").join(format!("{ID}.json"))).unwrap();
    let running = start(dir.path(), &[]);
    assert_eq!(file(&running.base, ID, &incident(ID, 0)).body["reference"], "INC-000003");
}

#[test]
fn a_stricter_schema_does_not_take_back_what_was_taken() {
    let dir = tempfile::tempdir().unwrap();
    let old = json!({ "id": ID, "revision": 0 });
    let running = Intake::start(&dir.path().join("kept"), &[]);
    assert_eq!(file(&running.base, ID, &old).status, 201);
    running.kill();
    let running = start(dir.path(), &[]);
    assert_eq!(file(&running.base, ID, &old).status, 200);
}

#[test]
fn a_folder_that_another_intake_uses_is_refused() {
    let (dir, _intake) = intake(&[]);
    let second = Command::new(PROGRAM).args(["--port", "0", "--dir"]).arg(dir.path().join("kept")).output().unwrap();
    assert!(!second.status.success() && second.stdout.is_empty());
    assert!(!second.stderr.is_empty());
}

#[test]
fn options_that_can_not_be_used_are_told() {
    let dir = tempfile::tempdir().unwrap();
    for wrong in [&["--port", "x"][..], &["--otro", "1"], &["--port"], &["--port", "0", "--dir", "kept", "--schema", "missing.json"]] {
        let ended = Command::new(PROGRAM).current_dir(dir.path()).args(wrong).output().unwrap();
        assert!(!ended.status.success() && !ended.stderr.is_empty(), "{wrong:?}");
    }
}
