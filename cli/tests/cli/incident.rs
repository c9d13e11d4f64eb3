//! `incident`, with a real intake over HTTP.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use baquiano_intake::{Options, Running};
use serde_json::{Value, json};

use crate::run::{Base, Ran, command, finish};

fn open_intake(options: Options) -> Running {
    Running::start(options).unwrap()
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn schema() -> Option<PathBuf> {
    Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/incident.schema.json"))
}

/// A folder with an outbox and a desk.
struct Field {
    base: Base,
}

impl Field {
    fn new() -> Self {
        Self { base: Base::new() }
    }

    fn desk(&self) -> PathBuf {
        self.base.path("desk")
    }

    fn run(&self, args: &[&str]) -> Ran {
        finish(command(args).env("BAQUIANO_OUTBOX", self.base.path("outbox")).current_dir(self.base.path(".")))
    }

    fn json(&self, args: &[&str], code: i32) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        self.run(&args).code(code).json()
    }

    fn deliveries(&self) -> Vec<Value> {
        let files = fs::read_dir(self.desk())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|own| own == "json"));
        files.map(|path| serde_json::from_slice(&fs::read(path).unwrap()).unwrap()).collect()
    }
}

/// The whole story: a guided session that escalates files an incident, the desk can't be reached, the sender is killed, the desk comes back, and the incident
/// is there once, with its number on the phone.
#[test]
fn from_the_field_to_the_desk_whatever_happens_on_the_way() {
    let field = Field::new();
    fs::write(field.base.path("f.json"), r#"{"gms": "absent", "vendor": "samsung", "android": 12, "storage.free_mb": 812}"#).unwrap();
    let report = field.json(&["diagnose", "gps", "--facts", "f.json", "--app", "fsu-rup", "--reporter", "usuaria.inventada", "--file"], 0);
    assert_eq!((&report["outcome"], &report["incident"]["filed"]), (&json!("escalated"), &json!("kept")));
    assert!(report["incident"]["promise"].as_str().unwrap().starts_with("Su caso quedó registrado."), "{report}");
    let id = report["incident"]["id"].as_str().unwrap();

    let port = free_port();
    let address = format!("http://127.0.0.1:{port}");
    let sent = field.json(&["incident", "send", "--to", &address], 1);
    assert_eq!((&sent["accepted"], &sent["failed"]), (&json!(0), &json!(1)));

    // It goes on trying, and is killed.
    let mut sender = command(["incident", "send", "--to", &address, "--wait", "60", "--now"])
        .env("BAQUIANO_OUTBOX", field.base.path("outbox"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    sender.kill().unwrap();
    sender.wait().unwrap();

    let intake = open_intake(Options { port, dir: field.desk(), schema: schema(), ..Options::default() });
    assert_eq!(intake.address(), address);
    let until = Instant::now() + Duration::from_secs(150);
    // What the killed one had is its own until its lease is over.
    while field.run(&["incident", "send", "--to", &address, "--now", "--wait", "130"]).code != 0 {
        assert!(Instant::now() < until, "{}", field.run(&["incident", "list"]).out);
    }
    let case = field.json(&["incident", "status", id], 0);
    assert_eq!((&case["status"], &case["reference"], &case["waiting"]), (&json!("accepted"), &json!("INC-000001"), &json!(0)));
    let deliveries = field.deliveries();
    assert_eq!(deliveries.len(), 1, "{deliveries:?}");
    let content = &deliveries[0]["content"];
    assert_eq!(
        (&content["id"], &content["diagnosis"]["fault"], &content["device"]["storage_free_mb"]),
        (&json!(id), &json!("gms.absent"), &json!(812))
    );
    let told = field.run(&["incident", "status", "INC-000001"]).code(0).out;
    assert!(told.contains("Recibido por la mesa INC-000001"), "{told}");
    let balance = field.json(&["incident", "status"], 0);
    assert_eq!((&balance["filed"], &balance["delivered"], &balance["pending"]), (&json!(1), &json!(1), &json!(0)));
}

#[test]
fn an_answer_that_got_lost_is_asked_for() {
    let field = Field::new();
    field.run(&["incident", "new", "--service", "gps", "no", "me", "agarra"]).code(0);
    let intake = open_intake(Options { dir: field.desk(), schema: schema(), drop: Some(1), ..Options::default() });
    assert_eq!(field.json(&["incident", "send", "--to", intake.address()], 1)["failed"], 1);
    assert_eq!(field.deliveries().len(), 1, "the desk has it, and nobody knows");
    assert!(field.run(&["incident", "list"]).code(0).out.contains("En camino, falta que la mesa confirme"));
    assert_eq!(field.json(&["incident", "send", "--to", intake.address(), "--now"], 0)["accepted"], 1);
    assert_eq!(field.deliveries().len(), 1);
    assert!(field.run(&["incident", "list"]).code(0).out.contains("Nada espera"));
}

#[test]
fn what_is_not_let_in_pauses_and_what_is_told_to_wait_waits() {
    let field = Field::new();
    field.run(&["incident", "new", "--service", "gps", "uno"]).code(0);
    let intake = open_intake(Options {
        dir: field.desk(),
        schema: schema(),
        token: Some("ficticio".to_owned()),
        limit: Some(2),
        ..Options::default()
    });
    assert!(field.run(&["incident", "send", "--to", intake.address()]).code(1).out.contains("La mesa no deja entrar (HTTP 401"));
    assert_eq!(field.json(&["incident", "send", "--to", intake.address()], 1)["accepted"], 0, "it stays paused");
    fs::write(field.base.path("token"), "ficticio\n").unwrap();
    let with_token = ["incident", "send", "--to", intake.address(), "--token-file", "token", "--now"];
    assert_eq!(field.json(&with_token, 0)["accepted"], 1);
    for words in ["dos", "tres"] {
        field.run(&["incident", "new", "--service", "gps", words]).code(0);
    }
    let sent = field.json(&with_token, 1);
    assert_eq!((&sent["accepted"], &sent["failed"]), (&json!(1), &json!(1)));
    assert!(sent["wait_ms"].as_u64().unwrap() > 1000, "{sent}");
}

#[test]
fn a_case_is_changed_shown_and_handed_on() {
    let field = Field::new();
    let filed = field.json(
        &[
            "incident",
            "new",
            "--app",
            "fsu-rup",
            "--contact",
            "whatsapp:0000-0000",
            "--reference",
            "rt:4512",
            "la",
            "foto",
            "sale",
            "borrosa",
            "mi",
            "clave",
            "es",
            "Abc123",
        ],
        0,
    );
    let id = filed["id"].as_str().unwrap().to_owned();
    let end = &id[24..];
    let shown = field.run(&["incident", "show", end, "--as", "chat"]).code(0).out;
    assert!(shown.contains("*Prioridad") || shown.contains("P3"), "{shown}");
    assert!(!shown.contains("Abc123") && shown.contains("[clave]"), "{shown}");
    for (rendering, has) in [("md", "# P3"), ("html", "<!DOCTYPE html>"), ("json", "\"schema\": 1")] {
        let shown = field.run(&["incident", "show", end, "--as", rendering]).code(0).out.to_lowercase();
        assert!(shown.contains(&has.to_lowercase()), "{rendering}: {shown}");
    }
    assert!(field.run(&["incident", "change", end, "--to", "closed", "--why", "listo"]).code(2).err.contains("--code"));
    assert!(field.run(&["incident", "change", end, "--to", "follow-up", "--why", "x"]).code(2).err.contains("no se pasa a"));
    field.run(&["incident", "change", end, "--to", "resolved", "--code", "fixed", "--why", "limpió el lente"]).code(0);
    field.run(&["incident", "export", "-o", "out"]).code(0);
    let other = |args: &[&str]| finish(command(args).env("BAQUIANO_OUTBOX", field.base.path("otra")).current_dir(field.base.path(".")));
    other(&["incident", "import", &format!("out/{id}.json")]).code(0);
    let intake = open_intake(Options { dir: field.desk(), schema: schema(), ..Options::default() });
    other(&["incident", "send", "--to", intake.address()]).code(0);
    field.run(&["incident", "send", "--to", intake.address()]).code(0);
    // The other computer sent the case with its change; the phone sends what it filed, and then the same change.
    let numbers: Vec<Value> = field.deliveries().into_iter().map(|delivery| delivery["reference"].clone()).collect();
    assert_eq!(numbers, vec![json!("INC-000001"); 2], "the change came once, whoever sent it");
}

#[test]
fn what_is_wrong_is_said() {
    let field = Field::new();
    for (args, told) in [
        (&["incident", "new"][..], "diga qué pasa"),
        (&["incident", "new", "--service", "nada", "x"], "gps"),
        (&["incident", "new", "--contact", "x", "y"], "whatsapp:9999-9999"),
        (&["incident", "new", "--municipality", "7", "y"], "0801"),
        (&["incident", "new", "--attach", "virus.exe", "y"], "virus.exe"),
        (&["incident", "show", "zzz"], "zzz"),
        (&["incident", "send", "--to", "http://mesa.example"], "--allow-plain"),
        (&["incident", "import", "falta.json"], "falta.json"),
    ] {
        let ran = field.run(args).code(2);
        assert!(ran.err.contains(told), "{args:?}: {}", ran.err);
    }
    fs::write(field.base.path("mal.json"), r#"{"schema": 7}"#).unwrap();
    assert!(field.run(&["incident", "import", "mal.json"]).code(2).err.contains("version 7"));
    assert!(field.run(&["incident", "new", "--dry-run", "no", "agarra", "el", "gps"]).code(0).out.contains("\"service\": \"gps\""));
    assert_eq!(field.json(&["incident", "list", "--all"], 0), json!([]));
}

#[test]
fn the_schema_is_the_published_one() {
    let schema = Field::new().json(&["incident", "schema"], 0);
    let published: Value = serde_json::from_str(include_str!("../../../docs/incident.schema.json")).unwrap();
    assert_eq!(schema, published);
}
