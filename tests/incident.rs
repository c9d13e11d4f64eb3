//! The record: it fits its published schema, older records are read, what isn't known survives, and nothing secret is in it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

#[path = "common/incidents.rs"]
mod incidents;

use std::fs;
use std::path::Path;
use std::process::Command;

use baquiano::incident::outbox::{Outbox, Policy};
use baquiano::incident::{
    AppVersion, Change, Device, Draft, Incident, IncidentId, Moment, Origin, Phase, RecordError, ResolutionCode, Satisfaction,
};
use baquiano::{Entropy, SystemEntropy};
use incidents::{Stopped, desk, full, written};
use serde_json::{Value, json};

/// Random numbers that are the same in every run.
struct Fixed;

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0x5a);
    }
}

#[cfg(feature = "author")]
#[test]
fn the_published_schema_is_that_of_the_types() {
    let made = format!("{}\n", serde_json::to_string_pretty(&baquiano::incident::schema()).unwrap());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/incident.schema.json");
    if std::env::var("UPDATE_SCHEMA").is_ok() {
        fs::write(&path, &made).unwrap();
    }
    let published = fs::read_to_string(path).unwrap();
    assert!(published == made, "docs/incident.schema.json is old: run UPDATE_SCHEMA=1 cargo test --features author --test incident");
}

/// The second validator, Python's `jsonschema`, shares no code with the first, which `examples/intake/tests/schema.rs` asks.
#[test]
fn everything_that_is_written_fits_the_schema_for_a_second_validator() {
    let dir = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (number, incident) in written().iter().enumerate() {
        let path = dir.path().join(format!("{number}.json"));
        fs::write(&path, incident.to_json()).unwrap();
        files.push(path);
    }
    // One that is wrong must be found, or the validator does nothing.
    let wrong = dir.path().join("wrong.json");
    let mut json: Value = serde_json::from_slice(&written()[0].to_json()).unwrap();
    json["phase"] = json!("olvidado");
    json["id"] = json!("no es un id");
    fs::write(&wrong, json.to_string()).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |files: &[std::path::PathBuf]| {
        let done =
            Command::new("python3").arg(root.join("tests/validate.py")).arg(root.join("docs/incident.schema.json")).args(files).output();
        let done = done.unwrap_or_else(|error| panic!("python3 is needed: {error}"));
        (done.status.code(), String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr))
    };
    let (code, told) = run(&files);
    assert_eq!(code, Some(0), "{told}");
    let (code, told) = run(&[wrong]);
    assert_eq!((code, told.contains("phase"), told.contains("id:")), (Some(1), true, true), "{told}");
}

#[test]
fn a_record_comes_back_as_it_was_written() {
    for incident in written() {
        assert_eq!(Incident::from_json(&incident.to_json()).unwrap(), incident);
    }
}

/// Records of earlier versions are frozen in `tests/incidents`: whoever changes the record adds a file, and never changes one.
#[test]
fn records_of_earlier_versions_are_read() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/incidents");
    if std::env::var("FREEZE_RECORD").is_ok() {
        fs::write(dir.join("v1.json"), written().last().unwrap().to_json()).unwrap();
    }
    let mut read = 0;
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let json = fs::read(&path).unwrap();
        let incident = Incident::from_json(&json).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let (before, after): (Value, Value) =
            (serde_json::from_slice(&json).unwrap(), serde_json::from_slice(&incident.to_json()).unwrap());
        assert_eq!(before, after, "{}", path.display());
        read += 1;
    }
    assert!(read > 0);
}

#[test]
fn what_a_newer_version_wrote_survives_at_any_depth() {
    let mut json: Value = serde_json::from_slice(&written()[0].to_json()).unwrap();
    json["new"] = json!({ "a": [1, 2] });
    json["device"]["thermal"] = json!("hot");
    json["history"][0]["via"] = json!("chat");
    json["diagnosis"]["transcript"][0]["seconds"] = json!(4);
    let mut incident = Incident::from_json(json.to_string().as_bytes()).unwrap();
    let again: Value = serde_json::from_slice(&incident.to_json()).unwrap();
    assert_eq!(again, json);
    incident.change(incident.times().updated, Change::note("mesa", "nota")).unwrap();
    let changed: Value = serde_json::from_slice(&incident.to_json()).unwrap();
    assert_eq!((&changed["new"], &changed["history"][0]["via"]), (&json["new"], &json["history"][0]["via"]));
    assert_eq!(changed["history"].as_array().unwrap().len(), json["history"].as_array().unwrap().len() + 1);
}

#[test]
fn a_bad_record_is_refused_with_its_place() {
    let good: Value = serde_json::from_slice(&written()[0].to_json()).unwrap();
    let with = |pointer: &str, value: Value| {
        let mut json = good.clone();
        *json.pointer_mut(pointer).unwrap() = value;
        Incident::from_json(serde_json::to_string_pretty(&json).unwrap().as_bytes()).unwrap_err()
    };
    assert_eq!(with("/schema", json!(99)), RecordError::TooNew(99));
    assert!(with("/phase", json!("olvidado")).to_string().contains("unknown variant `olvidado`"));
    assert!(with("/times/observed", json!("ayer")).to_string().starts_with("line "));
    assert_eq!(with("/phase", json!("closed")), RecordError::History("Cerrado"));
    assert_eq!(with("/history/0/to", json!("closed")), RecordError::History("Clasificado"));
    assert!(matches!(Incident::from_json(b"{}"), Err(RecordError::Malformed { .. })));
    assert!(matches!(Incident::from_json(&vec![b' '; baquiano::incident::MAX_RECORD_BYTES + 1]), Err(RecordError::TooLarge { .. })));
}

#[test]
fn words_alone_are_classified_by_the_search_or_go_to_triage() {
    let desk = desk();
    let filed = |words: &str| {
        let mut draft = Draft::new(Origin::App);
        draft.symptom = Some(words.to_owned());
        desk.register(draft).unwrap()
    };
    let sure = filed("no me agarra el gps");
    assert_eq!((sure.service().as_str(), sure.classification().level), ("gps", 1));
    assert!(sure.classification().why[1].starts_with("P3 porque el impacto es medio"), "{:?}", sure.classification().why);
    assert_eq!(sure.phase(), Phase::Classified);
    let unsure = filed("algo raro pasó con eso de ayer");
    assert_eq!((unsure.service().as_str(), unsure.phase()), ("mesa-de-ayuda", Phase::Recorded));
    assert!(unsure.classification().why[0].starts_with("Va a «Contacto y seguimiento» para clasificarlo"));
}

#[test]
fn the_user_is_told_when_to_expect_an_answer() {
    let (dir, mut draft) = (tempfile::tempdir().unwrap(), Draft::new(Origin::App));
    draft.service = Some("plataforma-web".parse().unwrap());
    let desk = desk().with_outbox(dir.path(), Policy::default()).unwrap();
    let filing = desk.file(draft).unwrap();
    assert_eq!(filing.classification.priority.to_string(), "P2");
    assert_eq!(
        filing.promise,
        "Su caso quedó registrado. La Mesa de Ayuda atiende de lunes a viernes de 9:00 a 17:00; le responderán hoy antes de las 11:20 de la mañana."
    );
}

/// Secrets in every text of a draft, each its own; then every byte that is on the disk is searched, packed and unpacked.
#[test]
fn no_planted_secret_is_on_the_disk() {
    let secrets = ["0801-1990-12345", "08011990123456", "9988-7766", "ana.inventada@ejemplo.hn", "4111 1111 1111 1111", "Zanahoria77"];
    let planted = |_: &str| {
        format!(
            "mi identidad es {} y RTN {}, llámeme al {}, correo {}, tarjeta {}, clave={} token: {}x",
            secrets[0], secrets[1], secrets[2], secrets[3], secrets[4], secrets[5], secrets[5]
        )
    };
    let dir = tempfile::tempdir().unwrap();
    let desk = desk().with_outbox(dir.path().join("a"), Policy::default()).unwrap();
    desk.log(&planted("log"));
    let mut draft = full(&planted);
    draft.log.clear();
    let id = desk.file(draft).unwrap().filed.id();
    desk.file_automatically(&planted("kind"), &planted("message"), &planted("stack"), &[planted("crumb")]).unwrap();
    let outbox = desk.outbox().unwrap();
    let change = Change::note(&planted("by"), &planted("why"));
    outbox.change(id, change).unwrap();
    let step = Change::step("mesa", Phase::Resolved, "").resolved_by(ResolutionCode::Fixed, Some(&planted("note")));
    outbox.change(id, step).unwrap();
    // A record from elsewhere, which nobody redacted, with fields that aren't known here; and a process that finds the store taken.
    let mut json: Value = serde_json::from_slice(&outbox.incident(id).unwrap().unwrap().to_json()).unwrap();
    json["id"] = json!(IncidentId::new(&Stopped, &Fixed));
    json["symptom"] = json!(planted("symptom"));
    json["history"][0]["why"] = json!(planted("why"));
    json["new"] = json!([{ "deep": planted("new") }]);
    json["place"] = json!({ "municipality": planted("place") });
    json["classification"]["why"][0] = json!(planted("why"));
    json["diagnosis"]["through"][0] = json!(planted("through"));
    outbox.take_over(Incident::from_json(json.to_string().as_bytes()).unwrap()).unwrap();
    let guest = Outbox::open(dir.path().join("a"), Policy { busy_ms: 0, ..Policy::default() }, Stopped, SystemEntropy).unwrap();
    guest.file(desk.register(full(&planted)).unwrap()).unwrap();

    let mut searched = 0;
    let mut look = |bytes: &[u8], at: &str| {
        searched += 1;
        let text = String::from_utf8_lossy(bytes);
        for secret in secrets {
            let bare: String = secret.chars().filter(char::is_ascii_alphanumeric).collect();
            for form in [secret, &bare] {
                assert!(!text.contains(form), "«{form}» is in {at}");
            }
        }
    };
    for path in files_below(dir.path()) {
        let bytes = fs::read(&path).unwrap();
        look(&bytes, &path.display().to_string());
        for at in 0..bytes.len().saturating_sub(2) {
            if bytes[at..].starts_with(&[0x1f, 0x8b, 8]) {
                let mut unpacked = Vec::new();
                // What was cut is unpacked as far as it goes.
                _ = std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&bytes[at..]), &mut unpacked);
                look(&unpacked, &format!("{}, unpacked at {at}", path.display()));
            }
        }
    }
    assert!(searched > 8, "{searched}");
}

fn files_below(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_below(&path)) } else { files.push(path) }
    }
    files
}

/// What the desk itself wrote has no secrets: a word of it that is hidden is a mistake of the redaction, or of the content.
#[test]
fn what_the_knowledge_base_says_stays_as_it_is() {
    let desk = desk();
    let kb = desk.knowledge();
    let redaction = baquiano::incident::Redaction::default();
    let stays = |text: &str, at: &str| assert_eq!(redaction.text(text), text, "{at}");
    for fact in kb.facts().unwrap().iter() {
        let texts = fact.question.iter().chain(&fact.help).chain(fact.answers.values());
        texts.for_each(|text| stays(text, fact.id.as_str()));
    }
    for id in kb.flow_ids() {
        let flow = kb.flow(id).unwrap().unwrap();
        flow.remedies.iter().for_each(|remedy| stays(&remedy.text, &remedy.id));
        flow.faults.iter().for_each(|fault| stays(&fault.name, fault.id.as_str()));
    }
    for id in kb.article_ids() {
        let article = kb.article(&id.parse().unwrap()).unwrap().unwrap();
        std::iter::once(&article.title).chain(&article.symptoms).for_each(|text| stays(text, id));
    }
}

/// A handler of crashes must not crash: whatever it is given, without an outbox, with a folder that is gone.
#[test]
fn filing_automatically_never_throws() {
    assert_eq!(desk().file_automatically("k", "m", "s", &[]), None);
    let dir = tempfile::tempdir().unwrap();
    let app = AppVersion { id: "fsu-rup".parse().unwrap(), version: None, build: Some(7) };
    let desk = desk().with_host(app.clone(), Device::default()).with_outbox(dir.path().join("a"), Policy::default()).unwrap();
    let huge = "at a.B.c(B.java:1) \u{0}\u{202e}ñ\n".repeat(200_000);
    let filed = desk.file_automatically(&huge, &huge, &huge, &vec![huge.clone(); 20]);
    assert!(filed.is_some());
    let kept = desk.outbox().unwrap().incident(filed.unwrap().id()).unwrap().unwrap();
    assert!(kept.to_json().len() < 60_000, "{}", kept.to_json().len());
    assert_eq!(kept.service().as_str(), "cierre-inesperado");
    let kept: Value = serde_json::from_slice(&kept.to_json()).unwrap();
    assert_eq!(kept["app"], json!(app));
}

#[test]
fn what_a_talk_did_not_read_of_the_phone_comes_from_the_host() {
    let host = Device { vendor: Some("otra".into()), model: Some("A10".into()), api_level: Some(29), ..Device::default() };
    let mut draft = Draft::new(Origin::App);
    draft.device = Device { vendor: Some("samsung".into()), storage_free_mb: Some(12), ..Device::default() };
    let registered = desk().with_host(None, host).register(draft).unwrap();
    let both = Device {
        vendor: Some("samsung".into()),
        model: Some("A10".into()),
        api_level: Some(29),
        storage_free_mb: Some(12),
        ..Device::default()
    };
    assert_eq!(*registered.device(), both);
}

#[test]
fn two_copies_that_were_changed_apart_become_one_that_has_both() {
    let mut desks = desk().register(Draft::new(Origin::App)).unwrap();
    let mut phones = desks.clone();
    let at = |seconds: i64| Moment::new(1_790_000_000_000 + seconds * 1000, 0);
    desks.change(at(1), Change::step("ana", Phase::Classified, "es de la cámara")).unwrap();
    desks.hand_over(at(2), "ana", 3, "sistemas", "falla de la app, llame al 9999-1234").unwrap();
    phones
        .change(at(3), Change { satisfaction: Some(Satisfaction { score: 4, comment: None }), ..Change::note("app", "sigue igual") })
        .unwrap();
    desks.take_in(at(4), &phones);
    desks.take_in(at(5), &phones);
    assert_eq!((desks.phase(), desks.classification().level, desks.satisfaction().unwrap().score), (Phase::Classified, 3, 4));
    let said: Vec<&str> = desks.history().iter().skip(1).map(|event| event.why.as_str()).collect();
    assert_eq!(said, ["es de la cámara", "Pasa al nivel 3, sistemas: falla de la app, llame al [teléfono]", "sigue igual"]);
    assert!(desks.revision() > phones.revision());
    assert_eq!(Incident::from_json(&desks.to_json()).unwrap(), desks);
}
