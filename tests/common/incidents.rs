//! Incidents of every kind, with something in every field.
#![allow(dead_code, reason = "each test file uses its part")]

use baquiano::incident::{
    AppVersion, Attachment, Change, ClockState, Contact, Crash, Device, Diagnosis, Draft, Incident, MediaType, Origin, Phase, Place,
    Reference, Reporter, ResolutionCode, Satisfaction, Told, Tried,
};
use baquiano::kb::pack::Pack;
use baquiano::kb::{FactValue, Outcome};
use baquiano::{Clock, HelpDesk, SystemEntropy};

/// Thursday 2026-11-26, 10:20 in Honduras.
pub(crate) const NOW: i64 = 1_795_710_000_000;

pub(crate) struct Stopped;

impl Clock for Stopped {
    fn now_ms(&self) -> i64 {
        NOW
    }
}

pub(crate) fn desk() -> HelpDesk {
    HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap().with_clock(Stopped).with_entropy(SystemEntropy)
}

pub(crate) fn app() -> AppVersion {
    AppVersion { id: "fsu-rup".parse().unwrap(), version: Some("3.2.1".to_owned()), build: Some(321) }
}

pub(crate) fn phone(model: String) -> Device {
    Device {
        vendor: Some("samsung".to_owned()),
        model: Some(model),
        android: Some("13".to_owned()),
        api_level: Some(33),
        abi: Some("arm64-v8a".to_owned()),
        storage_free_mb: Some(812),
        battery_percent: Some(23),
        network: Some("none".to_owned()),
        locale: Some("es-HN".to_owned()),
    }
}

/// A draft with something in every field, each text made by the function.
pub(crate) fn full(text: &dyn Fn(&str) -> String) -> Draft {
    let mut draft = Draft::new(Origin::GuidedSession);
    draft.occurred_ms = Some(NOW - 60_000);
    draft.parent = Some("01a218a8-90b0-7a5a-9a5a-5a5a5a5a5a5a".parse().unwrap());
    draft.references = vec![Reference { system: "rt".to_owned(), number: text("reference") }];
    draft.clock = ClockState {
        trusted: Some(true),
        zone: Some("America/Tegucigalpa".to_owned()),
        boot_id: Some("0d3c6c1e-5a5a-4a5a-9a5a-5a5a5a5a5a5a".to_owned()),
        monotonic_ms: Some(123_456),
    };
    draft.app = Some(app());
    draft.device = phone(text("model"));
    draft.reporter =
        Reporter { alias: Some(text("alias")), contact: Some(Contact { by: "whatsapp".to_owned(), at: "declarado".to_owned() }) };
    draft.place = Place::near(14.072_275, -87.192_136, 2);
    draft.service = Some("gps".parse().unwrap());
    draft.summary = Some(text("summary"));
    draft.symptom = Some(text("symptom"));
    draft.diagnosis = Some(Diagnosis {
        flow: "gps".to_owned(),
        version: "0123456789abcdef".to_owned(),
        through: vec!["clasificacion".to_owned()],
        outcome: Outcome::Escalated,
        fault: Some("app.bug".parse().unwrap()),
        fault_name: Some("La app falla".to_owned()),
        escalation: None,
        tried: vec![Tried { remedy: "reiniciar".to_owned(), text: "Apague el teléfono.".to_owned(), done: true }],
        transcript: vec![Told {
            fact: "message".parse().unwrap(),
            value: Some(FactValue::Text(text("transcript"))),
            by: baquiano::diagnose::Source::Person,
            question: Some("¿Qué mensaje le sale?".to_owned()),
            answer: Some(text("answer")),
        }],
        missing: vec!["gps.shows".parse().unwrap()],
        withheld: vec!["user.id".parse().unwrap()],
    });
    draft.crash =
        Some(Crash { kind: text("kind"), message: text("message"), stack: vec![text("frame")], breadcrumbs: vec![text("breadcrumb")] });
    draft.articles = vec!["gps-sin-permiso".parse().unwrap()];
    draft.log = vec![(NOW - 5, text("log"))];
    draft.attachments = vec![
        Attachment::new(&format!("{}.txt", text("name")), MediaType::Text, text("attachment").as_bytes()),
        Attachment::new("captura.png", MediaType::Png, &[137, 80, 78, 71]),
    ];
    draft.impact = Some(2);
    draft.urgency = Some(1);
    draft
}

/// Incidents of every kind, through every phase.
pub(crate) fn written() -> Vec<Incident> {
    let desk = desk();
    let register = |draft| desk.register(draft).unwrap();
    let mut told = Draft::new(Origin::App);
    told.symptom = Some("no me toma la foto".to_owned());
    let mut crash = Draft::new(Origin::Automatic);
    crash.crash = Some(Crash::told("Falla", "sin memoria", "at hn.ejemplo.Ficha.run(Ficha.kt:1)", &[]));
    let mut at = Draft::new(Origin::Technician);
    at.place = Place::municipality("0801");
    let mut all = vec![register(full(&|name| format!("texto de {name}"))), register(told), register(crash), register(at)];
    let mut walked = register(full(&|name| format!("texto de {name}")));
    let moment = walked.times().updated;
    for (to, code) in
        [(Phase::Investigating, None), (Phase::Resolved, Some(ResolutionCode::Workaround)), (Phase::Closed, None), (Phase::FollowUp, None)]
    {
        let mut step = Change::step("mesa", to, "paso");
        if let Some(code) = code {
            step = step.resolved_by(code, Some("con otra app"));
        }
        walked.change(moment, step).unwrap();
        all.push(walked.clone());
    }
    let liked =
        Change { satisfaction: Some(Satisfaction { score: 5, comment: Some("bien".to_owned()) }), ..Change::note("maria", "contenta") };
    walked.change(moment, liked).unwrap();
    all.push(walked);
    all
}
