//! The relay against a real Request Tracker: `tests/rt/run` starts one and names its folder.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]
#![allow(missing_docs, reason = "nobody uses a test")]

mod running;

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use baquiano::incident::{Attachment, Draft, Incident, MediaType, Origin, Phase};
use baquiano::{Clock, SystemClock};
use baquiano_console::Store;
use baquiano_console::relay::{Connector, ConnectorError, Mapping, Relay, RequestTracker, Round};
use running::{Running, came, desk, incident, key};
use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::HeaderValue;

/// A Request Tracker, as its own users reach it.
struct Tracker {
    dir: PathBuf,
    url: String,
    token: String,
    agent: Agent,
}

impl Tracker {
    fn there() -> Self {
        let dir = PathBuf::from(std::env::var_os("BAQUIANO_RT").unwrap_or_else(|| panic!("run these through tests/rt/run")));
        let read = |name: &str| fs::read_to_string(dir.join(name)).unwrap().trim().to_owned();
        Self { url: read("url"), token: read("token"), agent: agent(Duration::from_secs(60)), dir }
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> Value {
        let request = self.agent.get(format!("{}/REST/2.0{path}", self.url)).header("authorization", format!("token {}", self.token));
        came(request.query_pairs(query.iter().copied()).call()).json()
    }

    fn put(&self, ticket: &str, change: &Value) -> Value {
        let request = self.agent.put(format!("{}/REST/2.0/ticket/{ticket}", self.url));
        let request = request.header("authorization", format!("token {}", self.token)).header("content-type", "application/json");
        came(request.send(change.to_string())).json()
    }

    /// The tickets of an incident.
    fn tickets(&self, id: &str) -> Vec<String> {
        let found = self.get("/tickets", &[("query", &format!("CF.{{ReportId}} = '{id}'"))]);
        found["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    fn ticket(&self, ticket: &str) -> Value {
        self.get(&format!("/ticket/{ticket}"), &[("fields", "Status,Queue,CustomFields,Due,SLA,Subject"), ("fields[Queue]", "Name")])
    }

    /// What was said in a ticket: the subject of each comment.
    fn comments(&self, ticket: &str) -> Vec<String> {
        let history = self.get(&format!("/ticket/{ticket}/history"), &[("fields", "Type,Data"), ("per_page", "100")]);
        let comments = history["items"].as_array().unwrap().iter().filter(|item| item["Type"] == "Comment");
        comments.map(|item| item["Data"].as_str().unwrap().trim().to_owned()).collect()
    }

    fn connector(&self, mapping: &Mapping) -> RequestTracker {
        self.connector_at(&self.url, mapping)
    }

    fn connector_at(&self, url: &str, mapping: &Mapping) -> RequestTracker {
        RequestTracker::new(agent(Duration::from_secs(20)), url, HeaderValue::try_from(format!("token {}", self.token)).unwrap(), mapping)
    }
}

fn agent(patience: Duration) -> Agent {
    Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(patience)).build().into()
}

fn field(ticket: &Value, name: &str) -> String {
    let field = ticket["CustomFields"].as_array().unwrap().iter().find(|field| field["name"] == name).unwrap();
    field["values"][0].as_str().unwrap_or_default().to_owned()
}

/// A clock that is ahead of the computer's by what it is told.
#[derive(Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.0.load(Ordering::SeqCst)
    }
}

fn round(console: &Running, tracker: &Tracker, mapping: &Mapping) -> Round {
    let (store, desk, connector) = (Store::open(console.dir.path()).unwrap(), desk(), tracker.connector(mapping));
    Relay::new(&store, &desk, mapping, &connector, &SystemClock).unwrap().round().unwrap()
}

fn with_photo() -> Incident {
    let mut draft = Draft::new(Origin::App);
    draft.symptom = Some("no me agarra el gps, soy la de la casa ñ".to_owned());
    draft.service = Some("gps".parse().unwrap());
    draft.attachments = vec![Attachment::new("foto ñ.jpg", MediaType::Jpeg, b"\xff\xd8\xff\xe0 una foto")];
    desk().register(draft).unwrap()
}

#[test]
#[ignore = "needs Request Tracker: tests/rt/run"]
fn an_incident_is_one_ticket_and_its_life_goes_both_ways() {
    let (console, tracker, mapping) = (Running::start(), Tracker::there(), Mapping::request_tracker().unwrap());
    tracker.connector(&mapping).check().unwrap();
    let filed = with_photo();
    assert_eq!(console.deliver(&filed).json()["reference"], "MA-000001");
    assert_eq!(round(&console, &tracker, &mapping), Round { created: 1, ..Round::default() });
    // Its own changes come back to it as changes, and are none.
    assert_eq!(round(&console, &tracker, &mapping), Round::default());

    let found = tracker.tickets(&filed.id().to_string());
    assert_eq!(found.len(), 1);
    let ticket = &found[0];
    let has = tracker.ticket(ticket);
    assert_eq!((has["Queue"]["Name"].as_str(), has["Status"].as_str(), has["SLA"].as_str()), (Some("L1"), Some("classified"), Some("P3")));
    assert!(has["Subject"].as_str().unwrap().starts_with("[MA-000001] "), "{has}");
    assert_eq!((field(&has, "Category"), field(&has, "Impact")), ("GPS y ubicación".to_owned(), "2".to_owned()));
    let due = filed.due().unwrap().resolution.ms() / 1000;
    let told = Command::new("date").args(["-u", "-d", &format!("@{due}"), "+%FT%TZ"]).output().unwrap();
    assert_eq!(has["Due"].as_str().unwrap(), String::from_utf8(told.stdout).unwrap().trim());
    assert_eq!(tracker.comments(ticket), ["MA-000001: el caso"]);
    let files = tracker.get(&format!("/ticket/{ticket}/attachments"), &[("fields", "Filename,Content,ContentType")]);
    let files = files["items"].as_array().unwrap();
    assert!(files.iter().any(|file| file["Filename"] == "foto__.jpg" && file["ContentType"] == "image/jpeg"), "{files:?}");
    assert!(files.iter().any(|file| file["Content"].as_str().is_some_and(|text| text.contains("soy la de la casa ñ"))), "{files:?}");
    assert!(console.get("/casos/MA-000001").body.contains(&format!("rt: {ticket}")));

    // The desk takes it, and hands it over.
    assert_eq!(console.change("MA-000001", &[("fase", "investigating"), ("nota", "lo tomo")]).status, 303);
    assert_eq!(console.change("MA-000001", &[("area", "cuentas-y-accesos"), ("nota", "no es del GPS")]).status, 303);
    assert_eq!(round(&console, &tracker, &mapping).updated, 1);
    let has = tracker.ticket(ticket);
    assert_eq!((has["Queue"]["Name"].as_str(), has["Status"].as_str()), (Some("L2"), Some("investigating")));
    assert_eq!(tracker.comments(ticket).len(), 3, "both are said, each once");

    // It waits there, which is no news here; then it is ended there, and the app is told.
    tracker.put(ticket, &json!({ "Status": "on hold" }));
    assert_eq!(round(&console, &tracker, &mapping).taken_back, 0);
    assert_eq!(tracker.ticket(ticket)["Status"], "on hold", "it isn't pulled out of its wait");
    tracker.put(ticket, &json!({ "Queue": "L3" }));
    tracker.put(ticket, &json!({ "Status": "resolved" }));
    assert_eq!(round(&console, &tracker, &mapping).taken_back, 1);
    assert_eq!(console.told(&key(&filed)).json(), json!({ "reference": "MA-000001", "phase": "resolved", "state": "Resuelto" }));
    tracker.put(ticket, &json!({ "Status": "closed" }));
    assert_eq!(round(&console, &tracker, &mapping).taken_back, 1);
    assert_eq!(console.told(&key(&filed)).json()["phase"], "closed");
    let page = console.get("/casos/MA-000001").body;
    assert!(page.contains("Pasa al nivel 3") && page.contains("Request Tracker: closed") && page.contains("Se arregló la causa"), "{page}");

    // What came from there isn't told there.
    assert_eq!(round(&console, &tracker, &mapping).taken_back, 0);
    assert_eq!(tracker.comments(ticket).len(), 3);
    assert_eq!(tracker.tickets(&filed.id().to_string()), *found);

    // The desk opens it again.
    assert_eq!(console.change("MA-000001", &[("fase", "investigating"), ("nota", "volvió a pasar")]).status, 303);
    assert_eq!(round(&console, &tracker, &mapping).refused, []);
    assert_eq!(tracker.ticket(ticket)["Status"], "investigating");
    // A restored store has lost what it knew: the ticket is found by the id.
    let kept = rusqlite::Connection::open(console.dir.path().join("console.db")).unwrap();
    kept.execute_batch("DELETE FROM relay; DELETE FROM relay_mark").unwrap();
    drop(kept);
    round(&console, &tracker, &mapping);
    assert_eq!((tracker.tickets(&filed.id().to_string()), tracker.comments(ticket).len()), (vec![ticket.clone()], 4));
}

/// A way to Request Tracker on which every fifth answer is cut, and every eleventh request doesn't arrive.
fn broken_way(to: String) -> (String, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, cut) = (format!("http://{}", listener.local_addr().unwrap()), Arc::new(AtomicU64::new(0)));
    let counted = Arc::clone(&cut);
    thread::spawn(move || {
        for (count, client) in listener.incoming().enumerate() {
            let Ok(client) = client else { continue };
            if count % 11 == 3 {
                counted.fetch_add(1, Ordering::SeqCst);
                continue;
            }
            let (to, lost, counted) = (to.clone(), count % 5 == 1, Arc::clone(&counted));
            thread::spawn(move || {
                let server = TcpStream::connect(to).unwrap();
                let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || {
                    _ = std::io::copy(&mut from_client, &mut to_server);
                });
                let (mut server, mut client) = (server, client);
                let mut answer = Vec::new();
                if lost {
                    // It does what it was asked to, and nobody hears of it.
                    _ = server.read(&mut [0; 1]);
                    counted.fetch_add(1, Ordering::SeqCst);
                    _ = client.shutdown(Shutdown::Both);
                    _ = server.read_to_end(&mut answer);
                } else {
                    _ = server.read_to_end(&mut answer);
                    _ = client.write_all(&answer);
                    _ = client.shutdown(Shutdown::Both);
                }
            });
        }
    });
    (url, cut)
}

#[test]
#[ignore = "needs Request Tracker: tests/rt/run"]
fn answers_that_are_cut_make_no_second_ticket_and_no_second_comment() {
    const REPORTS: usize = 6;
    let (console, tracker, mapping) = (Running::start(), Tracker::there(), Mapping::request_tracker().unwrap());
    let filed: Vec<Incident> = (0..REPORTS).map(|at| incident(&format!("no abre, casa {at}"))).collect();
    filed.iter().for_each(|one| assert_eq!(console.deliver(one).status, 201));
    let (url, cut) = broken_way(tracker.url.trim_start_matches("http://").to_owned());
    let (store, desk, clock) = (Store::open(console.dir.path()).unwrap(), desk(), Ahead::default());
    let connector = tracker.connector_at(&url, &mapping);
    let mut left = REPORTS as u64;
    for _ in 0..100 {
        // The relay is stopped and started again, too.
        let done = Relay::new(&store, &desk, &mapping, &connector, &clock).unwrap().round().unwrap();
        assert_eq!(done.refused, []);
        left = done.waiting;
        // What was begun without an answer has come about by now; the wait for it needn't be waited for here.
        clock.0.fetch_add(60_000, Ordering::SeqCst);
        if left == 0 && done.stopped.is_none() {
            break;
        }
    }
    assert_eq!(left, 0);
    assert!(cut.load(Ordering::SeqCst) > REPORTS as u64);
    for (at, one) in filed.iter().enumerate() {
        let tickets = tracker.tickets(&one.id().to_string());
        assert_eq!(tickets.len(), 1, "{at}");
        assert_eq!(tracker.comments(&tickets[0]), [format!("MA-{:06}: el caso", at + 1)]);
        let status = if one.phase() == Phase::Recorded { "new" } else { "classified" };
        assert_eq!(tracker.ticket(&tickets[0])["Status"], status);
    }
}

#[test]
#[ignore = "needs Request Tracker: tests/rt/run"]
fn what_was_made_twice_is_merged_into_the_first() {
    let (console, tracker, mapping) = (Running::start(), Tracker::there(), Mapping::request_tracker().unwrap());
    let filed = incident("no abre");
    assert_eq!(console.deliver(&filed).status, 201);
    round(&console, &tracker, &mapping);
    let first = tracker.tickets(&filed.id().to_string());
    let twin = tracker.agent.post(format!("{}/REST/2.0/ticket", tracker.url)).header("authorization", format!("token {}", tracker.token));
    let twin = twin.header("content-type", "application/json");
    let twin =
        twin.send(json!({ "Queue": "L1", "Subject": "otra vez", "CustomFields": { "ReportId": filed.id().to_string() } }).to_string());
    assert_eq!(came(twin).status, 201);
    assert_eq!(tracker.tickets(&filed.id().to_string()).len(), 2);
    let done = round(&console, &tracker, &mapping);
    assert_eq!((done.merged, done.stopped), (1, None));
    assert_eq!(tracker.tickets(&filed.id().to_string()), first);
}

#[test]
#[ignore = "needs Request Tracker: tests/rt/run"]
fn what_it_would_drop_without_a_word_is_told() {
    let (console, tracker) = (Running::start(), Tracker::there());
    let yaml = include_str!("../src/relay/rt.yaml");
    let changed = |from: &str, to: &str| {
        assert!(yaml.contains(from));
        Mapping::read(&yaml.replacen(from, to, 1)).unwrap()
    };
    let missing = |mapping: &Mapping| tracker.connector(mapping).check().unwrap_err().to_string();
    assert!(missing(&changed("3: L3", "3: L9")).contains("`L9`"));
    assert!(missing(&changed("Category: service", "Categoria: service")).contains("`Categoria`"));
    let stranger = RequestTracker::new(
        agent(Duration::from_secs(20)),
        &tracker.url,
        HeaderValue::from_static("token 1-2-3"),
        &changed("3: L3", "3: L3"),
    );
    assert!(matches!(stranger.check(), Err(ConnectorError::Unauthorized(_))));

    // A value that isn't one of the field's, and a status that its life cycle doesn't know.
    let wrong = changed("Impact: impact", "Impact: priority");
    assert_eq!(console.deliver(&incident("no abre")).status, 201);
    round(&console, &tracker, &wrong);
    assert!(console.get("/casos/MA-000001").body.contains("no guardó: Impact"));
    let unknown = changed("investigating: investigating", "investigating: en curso");
    assert_eq!(console.change("MA-000001", &[("fase", "investigating")]).status, 303);
    let done = round(&console, &tracker, &unknown);
    assert_eq!((done.updated, done.stopped), (1, None));
    let page = console.get("/casos/MA-000001").body;
    assert!(page.contains("no lo pasa a «en curso»: sigue en «classified»"), "{page}");
}

/// An oracle that shares no line with our clock of support hours.
#[test]
#[ignore = "needs Request Tracker: tests/rt/run"]
fn due_times_are_those_of_its_own_clock() {
    const CASES: i64 = 1000;
    let (tracker, desk) = (Tracker::there(), desk());
    let kb = desk.knowledge();
    let (catalog, hours) = (kb.catalog().unwrap(), kb.rules().unwrap().hours());
    let days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    let open = |day: &str| catalog.hours.days.iter().any(|own| serde_json::to_value(own).unwrap() == day);
    let days: serde_json::Map<String, Value> = days
        .iter()
        .enumerate()
        .filter(|(_, day)| open(day))
        .map(|(at, _)| (at.to_string(), json!([catalog.hours.opens, catalog.hours.closes])))
        .collect();
    let minutes = [15, 60, 240, 480, 1440, 2400];
    // Any second of the years that the catalog has holidays for, by a multiplier that reaches all of them.
    let (first, last) = (1_795_500_000_i64, 1_860_000_000_i64);
    let cases: Vec<(i64, i64)> = (0..CASES).map(|at| (first + at * 7_919_993 % (last - first), at * 31 % 6)).collect();
    let levels: serde_json::Map<String, Value> =
        minutes.iter().enumerate().map(|(at, minutes)| (format!("S{at}"), json!(minutes))).collect();
    let asked = json!({
        "zone": catalog.hours.time_zone, "days": days, "levels": levels,
        "holidays": catalog.hours.holidays.iter().map(|own| own.date.clone()).collect::<Vec<_>>(),
        "cases": cases.iter().map(|(at, level)| json!([at, format!("S{level}")])).collect::<Vec<_>>(),
    });
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/rt/due.pl");
    let mut perl = Command::new("perl")
        .args(["-I/usr/share/request-tracker5/lib", "-MRT=-init", script])
        .env("RT_SITE_CONFIG", tracker.dir.join("site.pm"))
        .env("RT_SITE_CONFIG_DIR", tracker.dir.join("conf.d"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    perl.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).unwrap();
    let told = perl.wait_with_output().unwrap();
    let theirs: Vec<Value> = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(theirs.len(), cases.len());
    let mut crossed = 0;
    for ((at, level), theirs) in cases.iter().zip(&theirs) {
        let theirs = theirs.as_i64().or_else(|| theirs.as_str()?.parse().ok()).unwrap();
        let minutes = minutes[usize::try_from(*level).unwrap()];
        assert_eq!(hours.due(at * 1000, minutes), Some(theirs * 1000), "{at} and {minutes} minutes");
        crossed += u32::from(theirs - at > i64::from(minutes) * 60);
    }
    assert!(crossed > 700, "most of them reach over a closing: {crossed}");
}
