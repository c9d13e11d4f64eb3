//! What a technician reads of an incident, in each of its forms. All that is told here is invented.
//!
//! After a change that is meant: `INSTA_UPDATE=always cargo test --test incident_render`, and read what changed as the desk would.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

#[path = "common/incidents.rs"]
mod incidents;

use baquiano::diagnose::{Conclusion, Input, Session, Source, Step};
use baquiano::incident::render::{View, chat, html, json, markdown};
use baquiano::incident::{
    Attachment, Change, Contact, Crash, Diagnosis, Draft, Incident, LogRing, MediaType, Moment, Origin, Phase, Place, Reference, Reporter,
    ResolutionCode, Rules, Satisfaction,
};
use baquiano::kb::FactValue;
use baquiano::kb::pack::Pack;
use baquiano::{Clock, Entropy, KnowledgeBase};
use incidents::{app, phone};

/// Thursday, 26 November 2026, 10:20:30 in Tegucigalpa.
const NOW_MS: i64 = 1_795_710_030_000;
const MINUTE_MS: i64 = 60_000;

struct Fixed;

impl Clock for Fixed {
    fn now_ms(&self) -> i64 {
        NOW_MS
    }
}

impl Entropy for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0x5a);
    }
}

fn base() -> KnowledgeBase {
    KnowledgeBase::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap()
}

fn rules(base: &KnowledgeBase) -> Rules {
    Rules::new(base.catalog().unwrap()).unwrap().with_facts(base.facts().unwrap())
}

/// What the phone tells, and what the person says; all else is unknown. Every third thing to do can't be done, and nothing helps.
fn told(fact: &str) -> Option<FactValue> {
    Some(match fact {
        "location.enabled" | "gnss.present" | "battery.ignoring_opt" | "clock.auto" | "wifi.scan_always" => true.into(),
        "power.saver" => false.into(),
        "perm.fine" => "granted".into(),
        "gms" => "ok".into(),
        "gnss.sats_used" => 7.into(),
        "location.mode" => "high_accuracy".into(),
        "vendor" => "samsung".into(),
        "open_sky" | "other_gps_app_ok" => "yes".into(),
        "fix.accuracy_m" => 640.into(),
        _ => return None,
    })
}

fn led(base: &KnowledgeBase) -> (Session, Conclusion) {
    let mut session = base.enter("no me agarra el jipies", true).unwrap().unwrap();
    let mut done = 0;
    for _ in 0..500 {
        match session.next() {
            Step::Probe(facts) => {
                for fact in facts {
                    let value = told(fact.as_str());
                    session.take(Input::Fact { fact, value, by: Source::Probe }).unwrap();
                }
            }
            Step::Ask(ask) => {
                let value = told(ask.fact.as_str());
                session.take(Input::Fact { fact: ask.fact, value, by: Source::Person }).unwrap();
            }
            Step::Do(todo) => {
                done += 1;
                session.take(if done % 3 == 2 { Input::Skipped(todo.remedy) } else { Input::Did(todo.remedy) }).unwrap();
            }
            Step::Go(go) => session = session.go_on(base.flow(&go.flow).unwrap().unwrap()).unwrap(),
            Step::Concluded(end) => return (session, end),
        }
    }
    panic!("the session doesn't end");
}

fn guided(base: &KnowledgeBase) -> Incident {
    let (session, end) = led(base);
    let mut draft = Draft::new(Origin::GuidedSession);
    draft.symptom = Some("No me agarra el jipies en la ficha.\nYa salí al patio y *nada*.".to_owned());
    draft.service = Some("gps".parse().unwrap());
    draft.diagnosis = Some(Diagnosis::of(&session, &end, &[]));
    draft.app = Some(app());
    draft.device = phone("Prueba A1".to_owned());
    draft.reporter.alias = Some("usuaria.inventada".to_owned());
    draft.reporter.contact = Some(Contact { by: "whatsapp".to_owned(), at: "0000-0000".to_owned() });
    draft.place = Place::municipality("1301");
    draft.occurred_ms = Some(NOW_MS - 35 * MINUTE_MS);
    draft.clock.trusted = Some(true);
    draft.articles = vec!["gps-sin-permiso".parse().unwrap()];
    draft.knowledge = Some("baquiano-hn 1".to_owned());
    draft.register(&rules(base), &Fixed, &Fixed)
}

const STACK: &str = "at hn.ejemplo.fsurup.Ficha.guardar(Ficha.kt:112)\nat hn.ejemplo.fsurup.Ficha.access$guardar(Ficha.kt:20)\n\
    at hn.ejemplo.fsurup.Ficha$onClick$1.invoke(Ficha.kt:58)\nat android.view.View.performClick(View.java:7441)\n\
    at android.os.Handler.handleCallback(Handler.java:942)\nat android.os.Looper.loop(Looper.java:288)\n\
    Caused by: android.database.sqlite.SQLiteFullException: database or disk is full (code 13)\n\
    at android.database.sqlite.SQLiteConnection.nativeExecute(Native Method)\nat hn.ejemplo.fsurup.Base.escribir(Base.kt:77)";

fn crashed(base: &KnowledgeBase) -> Incident {
    let log = LogRing::new();
    log.push(NOW_MS - 4000, "Ficha 17: abierta");
    log.push(NOW_MS - 1500, "Foto guardada <temporal>");
    log.push(NOW_MS - 20, "E/Base: disco lleno, quedan 0 MB");
    let crumbs = ["Abrió la ficha".to_owned(), "Tomó una foto".to_owned(), "Tocó Guardar".to_owned()];
    let mut draft = Draft::new(Origin::Automatic);
    draft.service = Some("cierre-inesperado".parse().unwrap());
    draft.crash = Some(Crash::told("java.lang.IllegalStateException", "no se pudo guardar la ficha", STACK, &crumbs));
    draft.log = log.lines();
    draft.app = Some(app());
    draft.device = phone("Prueba A1".to_owned());
    draft.reporter = Reporter { alias: Some("usuario.inventado".to_owned()), contact: None };
    draft.place = Place::near(14.072_275, -87.192_136, 2);
    draft.clock.trusted = Some(false);
    draft.clock.zone = Some("America/Tegucigalpa".to_owned());
    draft.clock.monotonic_ms = Some(95 * 60 * 1000);
    draft.references = vec![Reference { system: "glpi".to_owned(), number: "0000".to_owned() }];
    // The smallest PNG, of one dot.
    let dot = Attachment {
        name: "captura-inventada.png".to_owned(),
        media_type: MediaType::Png,
        content: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==".to_owned(),
        bytes: 70,
        truncated: false,
    };
    draft.attachments = vec![dot, Attachment::new("ajustes.json", MediaType::Json, b"{\"ficha\": 17}")];
    draft.impact = Some(1);
    draft.knowledge = Some("baquiano-hn 1".to_owned());
    let mut incident = draft.register(&rules(base), &Fixed, &Fixed);
    let at = |minutes: i64| Moment::new(NOW_MS + minutes * MINUTE_MS, -21_600);
    incident.change(at(20), Change::step("tecnico.inventado", Phase::Investigating, "El teléfono no tiene espacio.")).unwrap();
    incident.change(at(31), Change::note("tecnico.inventado", "Se le escribió al usuario.")).unwrap();
    let end = Change::step("tecnico.inventado", Phase::Resolved, "Se liberó espacio; la ficha guardó.");
    incident.change(at(95), end.resolved_by(ResolutionCode::Fixed, Some("Borró videos: quedaron 3 GB libres."))).unwrap();
    let liked = Some(Satisfaction { score: 4, comment: Some("Gracias, ya pude seguir.".to_owned()) });
    incident.change(at(120), Change { satisfaction: liked, ..Change::step("usuario.inventado", Phase::Closed, "Confirmó.") }).unwrap();
    incident
}

/// A snapshot of each form. The version of the flow changes with its content, which is others' work.
fn snapshot(name: &str, incident: &Incident, rules: &Rules) {
    let version = incident.diagnosis().map_or("(no guide)", |diagnosis| diagnosis.version.as_str());
    let view = View::of(incident, rules);
    for (form, text) in [("json", json(incident)), ("md", markdown(&view)), ("chat", chat(&view)), ("html", html(&view))] {
        insta::assert_snapshot!(format!("{name}.{form}"), text.replace(version, "(version)"));
    }
}

#[test]
fn a_guided_session_that_ended_at_the_desk() {
    let base = base();
    snapshot("guided", &guided(&base), &rules(&base));
}

#[test]
fn a_crash_that_was_resolved() {
    let base = base();
    snapshot("crash", &crashed(&base), &rules(&base));
}

#[test]
fn the_json_is_the_record() {
    let incident = crashed(&base());
    assert_eq!(Incident::from_json(json(&incident).as_bytes()).unwrap(), incident);
}

#[test]
fn without_the_facts_a_view_names_them_by_their_ids() {
    let base = base();
    let bare = Rules::new(base.catalog().unwrap()).unwrap();
    let text = markdown(&View::of(&guided(&base), &bare));
    assert!(text.contains("gnss.sats_used"), "{text}");
}
