//! Talks through flows, as an app, a chat or a console leads them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

use std::collections::BTreeMap;

use baquiano::incident::outbox::Policy;
use baquiano::kb::pack::Pack;
use baquiano::kb::{FactId, FactValue, Outcome};
use baquiano::{Entry, Guide, GuideError, HelpDesk, Page, Question, Shows};
use proptest::prelude::*;

fn desk() -> HelpDesk {
    HelpDesk::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap()
}

fn fact(id: &str) -> FactId {
    id.parse().unwrap()
}

fn readings(facts: &[(&str, &str)]) -> BTreeMap<FactId, Option<FactValue>> {
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| FactValue::from(text));
    facts.iter().map(|(id, text)| (fact(id), Some(value(text)))).collect()
}

/// An answer to a question, by a number; 0: the person doesn't know.
fn answer(question: &Question, pick: u8) -> Option<FactValue> {
    match (question.entry, pick) {
        (_, 0) => None,
        (Entry::Choice, pick) => question.choices.get(usize::from(pick) % question.choices.len()).map(|choice| choice.value.clone()),
        (Entry::Number, pick) => Some(i64::from(pick).into()),
        (Entry::Text, pick) => Some(FactValue::Text(format!("{}.1", pick % 16))),
    }
}

/// Takes the step that a number says.
fn step(guide: &mut Guide, pick: u8) {
    match guide.page().shows {
        Shows::Read { .. } => guide.read(readings(&[("vendor", "samsung"), ("android", "11")])).unwrap(),
        Shows::Ask { question } => guide.answer(question.fact.clone(), answer(&question, pick)).unwrap(),
        Shows::Do { todo } if pick == 1 => guide.skip(&todo.remedy).unwrap(),
        Shows::Do { todo } => {
            let effect = todo.effect.as_ref().and_then(|question| answer(question, pick));
            guide.did(&todo.remedy, effect).unwrap();
        }
        Shows::Concluded { .. } => {}
    }
}

/// Reads for as long as facts are wanted.
fn read_all(guide: &mut Guide, facts: &[(&str, &str)]) {
    while matches!(guide.page().shows, Shows::Read { .. }) {
        guide.read(readings(facts)).unwrap();
    }
}

fn is_over(page: &Page) -> bool {
    matches!(page.shows, Shows::Concluded { .. })
}

#[test]
fn words_lead_into_the_flow_and_the_phone_closes_the_loop() {
    let desk = desk();
    let mut guide = desk.guide(None, Some("no me agarra el gps"), true).unwrap();
    read_all(&mut guide, &[("location.enabled", "false"), ("perm.fine", "granted"), ("vendor", "samsung")]);
    assert_eq!(guide.page().flow, "gps");
    let Shows::Do { todo } = guide.page().shows else { panic!("{:?}", guide.page()) };
    assert_eq!((todo.action.as_deref(), todo.proves.as_slice()), (Some("location-settings"), [fact("location.enabled")].as_slice()));
    assert!(!guide.is_proven(&readings(&[("location.enabled", "false")])) && !guide.is_proven(&BTreeMap::new()));
    assert!(guide.is_proven(&readings(&[("location.enabled", "true")])));
    guide.did(&todo.remedy, None).unwrap();
    read_all(&mut guide, &[("location.enabled", "true"), ("fix.accuracy_m", "6")]);
    let Shows::Concluded { end } = guide.page().shows else { panic!("{:?}", guide.page()) };
    assert_eq!((end.outcome, end.fault.unwrap().as_str()), (Outcome::Resolved, "gps.location-off"));
}

#[test]
fn what_a_fact_follows_from_is_read_with_it_and_is_enough() {
    let desk = desk();
    let base = desk.knowledge();
    let derived = base.facts().unwrap().iter().find(|fact| fact.id.as_str() == "storage.free_low").unwrap();
    assert!(!derived.from.is_empty());
    let mut guide = desk.guide(Some("camara"), None, true).unwrap();
    let Shows::Read { facts } = guide.page().shows else { panic!("{:?}", guide.page()) };
    assert!(facts.contains(&fact("storage.free_low")) && facts.contains(&fact("storage.free_mb")), "{facts:?}");
    let mut read = readings(&[("storage.free_mb", "20")]);
    read.insert(fact("storage.free_low"), None);
    guide.read(read).unwrap();
    let known = guide.session().known();
    assert_eq!(known[&fact("storage.free_low")].value, Some(true.into()));
}

#[test]
fn a_reading_that_no_fact_takes_is_none_and_is_told() {
    let mut guide = desk().guide(Some("gps"), None, true).unwrap();
    guide.read(readings(&[("location.enabled", "maybe"), ("no.such_fact", "1")])).unwrap();
    assert!(!is_over(&guide.page()));
    assert_eq!(guide.misread().len(), 1, "{:?}", guide.misread());
    assert!(guide.misread()[0].contains("location.enabled"));
}

#[test]
fn what_is_explained_is_in_words_and_never_the_id_of_a_fact() {
    let desk = desk();
    let mut guide = desk.guide(Some("gps"), None, true).unwrap();
    read_all(&mut guide, &[("location.enabled", "true"), ("perm.fine", "granted"), ("gnss.sats_used", "0"), ("gnss.cn0_top4", "8")]);
    assert!(guide.session().known()[&fact("gnss.cn0_top4")].value.is_some(), "it counts, though it has no words");
    let explained = guide.explain();
    assert!(explained.known.contains(&"¿Está encendida la Ubicación del teléfono? Sí, está encendida".to_owned()), "{explained:?}");
    let mut off = desk.guide(Some("gps"), None, true).unwrap();
    read_all(&mut off, &[("location.enabled", "false")]);
    let because = off.explain().because;
    assert!(!because.is_empty());
    let base = desk.knowledge();
    let ids: Vec<&str> = base.facts().unwrap().iter().map(|fact| fact.id.as_str()).collect();
    for line in explained.known.iter().chain(&because) {
        assert!(!ids.iter().any(|id| line.starts_with(id)), "{line}");
    }
}

#[test]
fn the_way_back_leads_over_the_border_between_flows_to_the_topics() {
    let desk = desk();
    let mut guide = desk.guide(None, None, false).unwrap();
    let Shows::Ask { question } = guide.page().shows else { panic!("{:?}", guide.page()) };
    let topics = guide.page();
    let gps = question.choices.iter().find(|choice| choice.value == "location".into()).unwrap();
    guide.answer(question.fact.clone(), Some(gps.value.clone())).unwrap();
    assert_eq!(guide.page().flow, "gps");
    assert!(guide.back().unwrap());
    assert_eq!(guide.page(), topics);
    assert!(!guide.back().unwrap());

    let mut led = desk.guide(None, Some("no me agarra el gps"), false).unwrap();
    assert_eq!(led.page().flow, "gps");
    assert!(led.back().unwrap());
    assert_eq!(led.page(), topics, "words led here: the topics are the way back");
}

#[test]
fn who_has_enough_of_the_desks_questions_has_a_case_all_the_same() {
    let desk = desk();
    let mut guide = desk.guide(Some("gps"), None, true).unwrap();
    read_all(&mut guide, &[("gms", "absent")]);
    let Shows::Ask { question } = guide.page().shows else { panic!("{:?}", guide.page()) };
    assert!(question.for_desk);
    guide.stop().unwrap();
    let Shows::Concluded { end } = guide.page().shows else { panic!("{:?}", guide.page()) };
    assert_eq!((end.outcome, end.escalation.unwrap().level), (Outcome::Escalated, 3));
    assert!(guide.back().unwrap());
    assert!(matches!(guide.page().shows, Shows::Ask { .. }));
}

#[test]
fn a_talk_is_kept_until_it_is_over_or_filed() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("talk.json");
    let open = || desk().with_talk_kept(&file).with_outbox(dir.path().join("outbox"), Policy::default()).unwrap();
    let desk = open();
    assert!(desk.unfinished().unwrap().is_none());
    let mut guide = desk.guide(None, Some("no me agarra el gps, soy 0801-1990-12345"), true).unwrap();
    read_all(&mut guide, &[("gms", "absent")]);
    assert!(matches!(desk.file_talk(&desk.guide(Some("camara"), None, true).unwrap(), &[], |_| ()), Err(GuideError::NotOver)));
    loop {
        let Shows::Ask { question } = guide.page().shows else { panic!("{:?}", guide.page()) };
        let text = question.fact.as_str() == "device.model";
        guide.answer(question.fact, text.then(|| FactValue::from("A03, llame al 9999-0000"))).unwrap();
        if text {
            break;
        }
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("A03") && !written.contains("0801") && !written.contains("9999-0000"), "{written}");
    guide.stop().unwrap();
    let page = guide.page();
    assert!(is_over(&page));
    drop((guide, desk));

    let desk = open();
    let again = desk.unfinished().unwrap().unwrap();
    assert_eq!(again.page(), page);
    let filing = desk.file_talk(&again, &[], |draft| draft.reporter.alias = Some("enc-07".to_owned())).unwrap();
    assert!(!filing.promise.is_empty());
    let incident = desk.outbox().unwrap().incident(filing.filed.id()).unwrap().unwrap();
    assert!(String::from_utf8(incident.to_json()).unwrap().contains("[identidad]"));
    assert!(desk.unfinished().unwrap().is_none() && !file.exists());

    std::fs::write(&file, "{").unwrap();
    assert!(matches!(desk.unfinished(), Err(GuideError::Refused(_))));
    desk.forget_talk();
    assert!(desk.unfinished().unwrap().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_it_ends_and_is_read_as_it_is_written(app: bool, flow in 0_usize..40, picks in proptest::collection::vec(0_u8..6, 0..300)) {
        let desk = desk();
        let base = desk.knowledge();
        let flows: Vec<&str> = base.flow_ids().collect();
        let mut guide = desk.guide(Some(flows[flow % flows.len()]), None, app).unwrap();
        let mut picks = picks.into_iter();
        for _ in 0..400 {
            let page = guide.page();
            let again = desk.resume_guide(&guide.saved()).unwrap();
            prop_assert_eq!(again.page(), page.clone());
            prop_assert_eq!(again.saved(), guide.saved());
            if is_over(&page) {
                break;
            }
            match picks.next() {
                Some(5) => _ = guide.back().unwrap(),
                pick => step(&mut guide, pick.unwrap_or(0)),
            }
        }
        prop_assert!(is_over(&guide.page()), "{:?}", guide.page());
        prop_assert!(guide.draft(&[]).is_ok());
        let explained = guide.explain();
        prop_assert!(explained.suspected.is_none_or(|suspicion| suspicion.chance <= 1.0));
    }
}
