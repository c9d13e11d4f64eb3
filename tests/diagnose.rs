//! What guided diagnosis promises, on the flows of the real knowledge base.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

#[path = "common/guided.rs"]
mod guided;

use std::sync::Arc;

use baquiano::KnowledgeBase;
use baquiano::diagnose::draw::{mermaid, svg, svg_of};
use baquiano::diagnose::{DiagnoseError, Do, Driven, Driver, Given, Input, Move, Session, Source, Step};
use baquiano::kb::pack::Pack;
use baquiano::kb::{Fact, FactId, FactType, FactValue, Flow, MAX_OF_EACH, Outcome};
use proptest::prelude::*;

fn base() -> KnowledgeBase {
    KnowledgeBase::open(Pack::from_static(baquiano_kb::PACK).unwrap()).unwrap()
}

fn flow(base: &KnowledgeBase, id: &str) -> Flow {
    base.flow(id).unwrap().unwrap()
}

fn given(facts: &[(&str, &str)]) -> Given {
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| FactValue::from(text));
    facts.iter().map(|(fact, text)| (fact.parse().unwrap(), Some(value(text)))).collect()
}

fn run(id: &str, facts: &[(&str, &str)], answers: &[(&str, &str)]) -> Driven {
    let base = base();
    let driver = Driver { facts: given(facts), answers: given(answers), remedies_work: true, unknown_is_said: false };
    driver
        .run(&mut Session::start(flow(&base, id), base.facts().unwrap(), !facts.is_empty()).unwrap(), |id| base.flow(id).unwrap())
        .unwrap()
}

fn end(driven: &Driven) -> (Outcome, &str) {
    let end = driven.end.as_ref().unwrap_or_else(|| panic!("no end: {driven:?}"));
    (end.outcome, end.fault.as_ref().map_or("", |fault| fault.as_str()))
}

#[test]
fn what_the_phone_tells_is_mended_without_a_question() {
    let driven = run("gps", &[("location.enabled", "false"), ("vendor", "samsung")], &[]);
    assert_eq!((end(&driven), driven.interactions()), ((Outcome::Resolved, "gps.location-off"), 1));
}

#[test]
fn what_nobody_in_the_field_can_mend_is_handed_over_with_its_reason() {
    let driven = run("gps", &[("gms", "absent")], &[]);
    assert_eq!((end(&driven), driven.interactions()), ((Outcome::Escalated, "gms.absent"), 0));
    assert_eq!(driven.end.unwrap().escalation.unwrap().level, 3);
}

#[test]
fn what_an_answer_would_tell_is_what_it_tells() {
    let base = base();
    for id in base.flow_ids() {
        let start = || Session::start(flow(&base, id), base.facts().unwrap(), false).unwrap();
        let session = start();
        let Step::Ask(ask) = session.next() else { continue };
        let FactType::OneOf(values) = &session.fact(&ask.fact).unwrap().kind else { continue };
        for value in values.iter().map(|value| FactValue::from(value.as_str())) {
            let (fault, chance) = session.if_told(&ask.fact, &value).unwrap();
            let mut told = start();
            told.take(Input::Fact { fact: ask.fact.clone(), value: Some(value), by: Source::Person }).unwrap();
            let chances = told.chances();
            let likeliest = chances.iter().filter_map(|(_, chance)| *chance).fold(0.0, f32::max);
            assert!((likeliest - chance).abs() < 1e-6, "{id}: {}", fault.id);
            let why = match told.next() {
                Step::Ask(ask) => ask.why,
                Step::Do(todo) => todo.why,
                Step::Go(go) => go.why,
                Step::Concluded(end) => end.why,
                Step::Probe(_) => panic!("nothing is read in a chat"),
            };
            let out: Vec<_> = chances.iter().filter(|(_, chance)| chance.is_none()).map(|(fault, _)| fault.id.clone()).collect();
            assert_eq!(why.ruled_out, out, "{id}");
        }
    }
}

#[test]
fn a_remedy_that_changes_nothing_resolves_nothing() {
    let base = base();
    let facts = given(&[("location.enabled", "false")]);
    let driver = Driver { facts, answers: Given::new(), remedies_work: false, unknown_is_said: true };
    let driven = driver.run(&mut Session::start(flow(&base, "gps"), base.facts().unwrap(), true).unwrap(), |_| None).unwrap();
    assert_eq!(end(&driven).0, Outcome::Escalated);
}

#[test]
fn a_question_without_an_answer_is_what_the_session_needs() {
    let driven = run("gps", &[], &[]);
    assert!(driven.end.is_none() && driven.needs.is_some());
}

/// What the app is asked to read, in turn, until a person is needed.
fn readings(facts: &[(&str, &str)]) -> (Vec<Vec<FactId>>, Step) {
    let base = base();
    let mut session = base.diagnose("gps", true).unwrap().unwrap();
    let given = given(facts);
    let mut asked = Vec::new();
    loop {
        match session.next() {
            Step::Probe(facts) => {
                for fact in &facts {
                    let value = given.get(fact).cloned().flatten();
                    session.take(Input::Fact { fact: fact.clone(), value, by: Source::Probe }).unwrap();
                }
                asked.push(facts);
            }
            step => return (asked, step),
        }
    }
}

#[test]
fn what_takes_seconds_to_read_is_read_when_the_rest_does_not_show_the_cause() {
    let slow = |facts: &[FactId]| facts.iter().any(|fact| fact.as_str() == "fix.accuracy_m");
    let phone = |enabled, mode| [("location.enabled", enabled), ("location.mode", mode), ("perm.fine", "granted"), ("gms", "ok")];
    let (asked, step) = readings(&phone("false", "off"));
    assert!(matches!(&step, Step::Do(_)), "{step:?}");
    assert!(asked.len() == 1 && !slow(&asked[0]), "{asked:?}");
    let (asked, _) = readings(&phone("true", "high_accuracy"));
    assert!(asked.len() == 2 && !slow(&asked[0]) && slow(&asked[1]), "{asked:?}");
}

#[test]
fn a_probe_beats_an_answer_and_the_contradiction_is_kept() {
    let base = base();
    let mut session = Session::start(flow(&base, "gps"), base.facts().unwrap(), true).unwrap();
    let fact: FactId = "location.enabled".parse().unwrap();
    let say = |value: bool, by| Input::Fact { fact: "location.enabled".parse().unwrap(), value: Some(value.into()), by };
    session.take(say(true, Source::Person)).unwrap();
    session.take(say(false, Source::Probe)).unwrap();
    session.take(say(true, Source::Person)).unwrap();
    let known = &session.known()[&fact];
    assert_eq!((known.value.clone(), known.contradicted.clone()), (Some(false.into()), Some(true.into())));
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let base = base();
    let mut session = Session::start(flow(&base, "gps"), base.facts().unwrap(), true).unwrap();
    let fact = |id: &str, value: FactValue| Input::Fact { fact: id.parse().unwrap(), value: Some(value), by: Source::Probe };
    assert!(matches!(session.take(fact("nada", true.into())), Err(DiagnoseError::UnknownFact { .. })));
    assert!(matches!(session.take(fact("location.enabled", 7.into())), Err(DiagnoseError::WrongValue { .. })));
    assert!(matches!(session.take(fact("vendor", "nadie".into())), Err(DiagnoseError::WrongValue { .. })));
    assert!(matches!(session.take(Input::Did("nada".to_owned())), Err(DiagnoseError::UnknownRemedy { .. })));
    assert!(session.inputs().is_empty());
    session.take(Input::Stop).unwrap();
    assert_eq!(session.take(Input::Stop), Err(DiagnoseError::Ended));
}

#[test]
fn a_log_goes_on_where_it_stopped_and_only_with_its_own_flow() {
    let base = base();
    let facts = base.facts().unwrap();
    let mut session = Session::start(flow(&base, "gps"), facts, false).unwrap();
    session.take(Input::Did("encender-ubicacion".to_owned())).unwrap();
    let log = session.log();
    let again = Session::resume(flow(&base, "gps"), facts, &log).unwrap();
    assert_eq!((again.next(), again.log()), (session.next(), log.clone()));
    let mut other = flow(&base, "gps");
    other.title.push('!');
    assert!(matches!(Session::resume(other, facts, &log), Err(DiagnoseError::OtherFlow { .. })));
    for cut in (0..log.len()).filter(|cut| log.is_char_boundary(*cut)) {
        assert!(Session::resume(flow(&base, "gps"), facts, &log[..cut]).is_err());
    }
}

#[test]
fn words_lead_through_the_entrance_to_the_flow_and_what_is_known_goes_along() {
    let base = base();
    let led = |words: &str| match base.enter(words, false).unwrap().unwrap().next() {
        Step::Go(go) => go.flow,
        other => panic!("{words}: {other:?}"),
    };
    assert_eq!(led("no me agara el jipies"), "gps");
    assert_eq!(led("la camara no habre en la ficha"), "camara");
    // Who writes nothing, or nothing that is understood, chooses.
    for words in ["", "asdf qwer"] {
        let mut session = base.enter(words, false).unwrap().unwrap();
        let say = |fact: &str, value: Option<&str>| Input::Fact {
            fact: fact.parse().unwrap(),
            value: value.map(FactValue::from),
            by: Source::Person,
        };
        assert!(matches!(session.next(), Step::Ask(ask) if ask.fact.as_str() == "help.topic"));
        session.take(say("help.topic", Some("account"))).unwrap();
        session.take(say("account.need", Some("locked"))).unwrap();
        let Step::Go(go) = session.next() else { panic!("{words}") };
        assert_eq!(go.flow, "desbloqueo-usuario");
        let mut next = session.go_on(flow(&base, &go.flow)).unwrap();
        // What was told there is taken back there, and nothing leads in a circle.
        assert!(!next.back() && next.through() == ["clasificacion"]);
        assert!(matches!(next.go_on(flow(&base, "clasificacion")), Err(DiagnoseError::Circle { .. })));
        let again = Session::resume(flow(&base, &go.flow), base.facts().unwrap(), &next.log()).unwrap();
        assert_eq!((again.log(), again.through()), (next.log(), next.through()));
        assert_eq!(next.known().keys().map(FactId::as_str).collect::<Vec<_>>(), ["account.need"]);
        // What is told here is taken back here, one thing at a time.
        next.take(say("android", Some("12"))).unwrap();
        next.take(say("message", None)).unwrap();
        let left = std::array::from_fn(|_| next.back().then(|| next.inputs().len()));
        assert_eq!(left, [Some(2), Some(1), None]);
    }
}

#[test]
fn a_case_that_went_on_ends_in_the_other_flow() {
    let base = base();
    let driver = Driver {
        facts: given(&[("help.service", "gps"), ("location.enabled", "false")]),
        answers: Given::new(),
        remedies_work: true,
        unknown_is_said: true,
    };
    let mut session = base.enter("", true).unwrap().unwrap();
    let driven = driver.run(&mut session, |id| base.flow(id).unwrap()).unwrap();
    assert_eq!(end(&driven), (Outcome::Resolved, "gps.location-off"));
    assert!(driven.moves.iter().any(|own| matches!(own, Move::Went(go) if go.flow == "gps")));
    let lost = Driver { facts: given(&[("help.service", "gps")]), ..Driver::default() };
    let lost = lost.run(&mut base.enter("", true).unwrap().unwrap(), |_| None);
    assert!(matches!(lost, Err(DiagnoseError::NoSuchFlow { .. })), "{lost:?}");
}

#[test]
fn what_the_desk_will_ask_is_told_until_it_is_known() {
    let base = base();
    let driver = Driver { facts: given(&[("gms", "absent"), ("vendor", "samsung")]), unknown_is_said: true, ..Driver::default() };
    let mut session = Session::start(flow(&base, "gps"), base.facts().unwrap(), true).unwrap();
    let end = driver.run(&mut session, |_| None).unwrap().end.unwrap();
    let asks: Vec<&str> = end.missing.iter().map(FactId::as_str).collect();
    assert_eq!(asks, ["device.model", "android", "app.version", "message"]);
    session.take(Input::Fact { fact: "android".parse().unwrap(), value: Some("12".into()), by: Source::Person }).unwrap();
    session.take(Input::Fact { fact: "message".parse().unwrap(), value: None, by: Source::Person }).unwrap();
    let Step::Concluded(again) = session.next() else { panic!("{:?}", session.next()) };
    assert_eq!((again.missing.len(), again.fault), (2, end.fault));
    // What is given beforehand isn't missing.
    let driver = Driver {
        facts: given(&[("gms", "absent")]),
        answers: given(&[("device.model", "A03")]),
        unknown_is_said: true,
        ..Driver::default()
    };
    let end = driver.run(&mut Session::start(flow(&base, "gps"), base.facts().unwrap(), true).unwrap(), |_| None).unwrap().end.unwrap();
    assert!(!end.missing.iter().any(|fact| fact.as_str() == "device.model"), "{:?}", end.missing);
}

/// A flow of so many faults, each with a remedy, that little tells apart.
fn crowd(many: usize, more: &str) -> Flow {
    let list = |item: &dyn Fn(usize) -> String| (0..many).map(item).collect::<Vec<_>>().join(",");
    let faults =
        list(&|n| format!(r#"{{"id":"f.n{n}","name":"n","prior":1,"likely":{{"hot":{{"true":0.{}}}}},"remedies":["r{n}"]}}"#, 4 + n % 2));
    let remedies =
        list(&|n| format!(r#"{{"id":"r{n}","do":"d","seconds":{},"chance":0.9 {}}}"#, 10 + n % 7, if n == 0 { more } else { "" }));
    let head =
        r#""flow":"f","service":"gps","title":"t","goal":{"fact":"done","is":true},"otherwise":{"level":1,"area":"a","reason":"unknown"}"#;
    serde_json::from_str(&format!(r#"{{{head},"faults":[{faults}],"remedies":[{remedies}],"first":["hot"]}}"#)).unwrap()
}

fn facts_of(json: &str) -> Arc<[Fact]> {
    serde_json::from_str::<Vec<Fact>>(json).unwrap().into()
}

fn crowd_facts() -> Arc<[Fact]> {
    facts_of(r#"[{"id":"done","type":"bool","question":"¿Ya?"},{"id":"hot","type":"bool","question":"¿Quema?"}]"#)
}

#[test]
fn a_flow_that_is_too_large_is_refused_and_the_largest_comes_to_an_end() {
    assert!(matches!(Session::start(crowd(10_000, ""), &crowd_facts(), false), Err(DiagnoseError::TooLarge { .. })));
    let mut session = Session::start(crowd(MAX_OF_EACH, ""), &crowd_facts(), false).unwrap();
    let driver = Driver { unknown_is_said: true, ..Driver::default() };
    let driven = driver.run(&mut session, |_| None).unwrap();
    assert_eq!(driven.end.unwrap().outcome, Outcome::Escalated);
}

#[test]
fn the_author_says_what_comes_first() {
    for (more, expected) in [("", "r0"), (r#","after":["r6"]"#, "r6"), (r#","after":["r0"]"#, "r0"), (r#","after":["r5","r0"]"#, "r5")] {
        let mut session = Session::start(crowd(7, more), &crowd_facts(), false).unwrap();
        assert!(matches!(session.next(), Step::Ask(ask) if ask.fact.as_str() == "hot"), "{more}");
        session.take(Input::Fact { fact: "hot".parse().unwrap(), value: None, by: Source::Person }).unwrap();
        let Step::Do(Do { remedy, .. }) = session.next() else { panic!("{more}") };
        assert_eq!(remedy, expected, "{more}");
        // What can't be done holds nothing up.
        session.take(Input::Skipped(remedy)).unwrap();
        let Step::Do(Do { remedy, .. }) = session.next() else { panic!("{more}") };
        assert_eq!(remedy, if expected == "r0" { "r1" } else { "r0" }, "{more}");
    }
}

/// What is unsent would be lost: it is sent first.
const WIPE: &str = r#"{"flow":"f","service":"gps","title":"t","goal":{"fact":"done","is":true},
    "faults":[{"id":"f.one","name":"n","prior":1,"signs":{"done":false},"remedies":["wipe"]}],
    "remedies":[{"id":"send","do":"d","seconds":60,"chance":0.8,"proves":{"unsent":false}},
        {"id":"wipe","do":"d","seconds":60,"chance":0.9,"may_lose_data":true,"only_if":{"unsent":false},"after":["send"]}],
    "otherwise":{"level":1,"area":"a","reason":"unknown"}}"#;
const WIPE_FACTS: &str = r#"[{"id":"done","type":"bool","question":"¿Ya?"},{"id":"unsent","type":"bool","question":"¿Falta enviar?"}]"#;

#[test]
fn what_makes_a_remedy_safe_is_done_before_it_and_asked_and_nothing_overrides_it() {
    let facts = facts_of(WIPE_FACTS);
    let say = |value: Option<bool>| Input::Fact { fact: "unsent".parse().unwrap(), value: value.map(Into::into), by: Source::Person };
    let did = |id: &str| Input::Did(id.to_owned());
    let skipped = |id: &str| Input::Skipped(id.to_owned());
    let after = |inputs: &[Input]| {
        let mut session = Session::start(serde_json::from_str(WIPE).unwrap(), &facts, false).unwrap();
        inputs.iter().for_each(|input| session.take(input.clone()).unwrap());
        match session.next() {
            Step::Do(todo) => format!("{} {}", todo.remedy, todo.asks.map(|fact| fact.to_string()).unwrap_or_default()),
            Step::Ask(ask) => ask.fact.to_string(),
            Step::Concluded(end) => format!("{:?}", end.outcome),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(after(&[]), "send unsent");
    assert_eq!(after(&[did("send")]), "unsent");
    assert_eq!(after(&[did("send"), say(Some(false))]), "wipe done");
    // Nothing is unsent: nothing is to be sent.
    assert_eq!(after(&[say(Some(false))]), "wipe done");
    // It couldn't be sent, or nobody knows.
    assert_eq!(after(&[did("send"), say(Some(true))]), "Escalated");
    assert_eq!(after(&[did("send"), say(None)]), "Escalated");
    assert_eq!(after(&[skipped("send")]), "unsent");
    assert_eq!(after(&[skipped("send"), say(Some(true))]), "Escalated");
    // What was known not to be safe may become it.
    assert_eq!(after(&[say(Some(true))]), "send unsent");
    assert_eq!(after(&[say(Some(true)), did("send"), say(Some(false))]), "wipe done");
}

#[test]
fn what_a_person_said_stays_after_a_remedy_and_what_was_read_is_read_again() {
    let flow = WIPE
        .replace(r#""chance":0.9,"may_lose_data""#, r#""chance":0.9,"invalidates":["hot","cold"],"asks_again":["open"],"may_lose_data""#);
    let more = r#",{"id":"hot","type":"bool","question":"¿Quema?","probe":"x"},{"id":"cold","type":"bool","question":"¿Fría?"},{"id":"open","type":"bool","question":"¿Abre?"}]"#;
    let facts = facts_of(&WIPE_FACTS.replacen(']', more, 1));
    let mut session = Session::start(serde_json::from_str(&flow).unwrap(), &facts, true).unwrap();
    for (fact, by) in [("hot", Source::Probe), ("cold", Source::Person), ("open", Source::Person), ("unsent", Source::Person)] {
        session.take(Input::Fact { fact: fact.parse().unwrap(), value: Some(false.into()), by }).unwrap();
    }
    session.take(Input::Did("wipe".to_owned())).unwrap();
    assert_eq!(session.known().keys().map(FactId::as_str).collect::<Vec<_>>(), ["cold", "unsent"]);
    assert_eq!(session.next(), Step::Probe(vec!["hot".parse().unwrap()]));
}

/// Each kind of sign, of end and of remedy; in its words what must be escaped.
const PICTURE: &str = r#"{"flow":"f","service":"gps","title":"El «punto» & más: 1 < 2","goal":{"fact":"done","is":true},
    "faults":[
        {"id":"f.off","name":"Está \"apagado\" desde hace días y nadie lo sabía hasta hoy","prior":6,"signs":{"power":false,"color":"red"},"remedies":["on","wipe"]},
        {"id":"f.low","name":"Poca carga","prior":30,"signs":{"charge":"<15","color":"!=red"},"remedies":["load"],"escalate":{"level":2,"area":"equipos","reason":"device"}},
        {"id":"f.hot","name":"Caliente","prior":3,"likely":{"power":{"true":0.9},"color":{"blue":0.7,"red":0.2},"inside":{"true":0.9}},"escalate":{"level":3,"area":"fábrica","reason":"device"}},
        {"id":"f.rare","name":"Raro","prior":0.2,"signs":{"inside":true,"charge":">=90"},"remedies":["load"]},
        {"id":"f.other","name":"Otra cosa","prior":1,"signs":{"charge":"<=20","power":true},"remedies":["load"]}],
    "remedies":[
        {"id":"on","do":"Encienda el teléfono y espere a que se vea la pantalla de inicio con todos sus íconos y la hora.","seconds":9,"chance":0.5,"proves":{"power":true}},
        {"id":"wipe","do":"Borre los datos.","seconds":60,"chance":0.9,"may_lose_data":true},
        {"id":"load","do":"Cargue el teléfono.","seconds":30,"chance":0.6}],
    "otherwise":{"level":1,"area":"turno","reason":"unknown"}}"#;
const PICTURE_FACTS: &str = r#"[{"id":"done","type":"bool","question":"¿Ya?"},{"id":"power","type":"bool","question":"¿Enciende?"},
    {"id":"color","type":{"one-of":["red","blue"]},"question":"¿Qué color?","answers":{"red":"Rojo","blue":"Azul"}},
    {"id":"charge","type":"int","question":"¿Cuánta carga?"},{"id":"inside","type":"bool","probe":"x"}]"#;

#[test]
fn a_flow_is_drawn_and_a_session_in_it() {
    let facts = facts_of(PICTURE_FACTS);
    let flow: Flow = serde_json::from_str(PICTURE).unwrap();
    insta::assert_snapshot!("picture.mermaid", mermaid(&flow, &facts));
    insta::assert_snapshot!("picture.svg", svg(&flow, &facts));

    let say = |fact: &str, value: FactValue| Input::Fact { fact: fact.parse().unwrap(), value: Some(value), by: Source::Person };
    let read = |fact: &str, value: Option<FactValue>| Input::Fact { fact: fact.parse().unwrap(), value, by: Source::Probe };
    let stages: [(bool, Vec<Input>); 7] = [
        (true, vec![]),
        (true, vec![read("inside", Some(true.into()))]),
        (false, vec![]),
        (false, vec![say("power", false.into()), say("color", "red".into())]),
        (
            false,
            vec![
                say("power", false.into()),
                say("color", "red".into()),
                Input::Skipped("on".to_owned()),
                Input::Did("wipe".to_owned()),
                say("done", true.into()),
            ],
        ),
        (false, vec![say("power", true.into()), say("color", "blue".into()), say("charge", FactValue::Int(50)), Input::Stop]),
        (
            false,
            vec![
                say("power", true.into()),
                say("color", "red".into()),
                say("charge", FactValue::Int(50)),
                Input::Did("load".to_owned()),
                say("done", false.into()),
            ],
        ),
    ];
    let drawn = stages.map(|(app, inputs)| {
        let mut session = Session::start(serde_json::from_str(PICTURE).unwrap(), &facts, app).unwrap();
        inputs.into_iter().for_each(|input| session.take(input).unwrap());
        svg_of(&session)
    });
    insta::assert_snapshot!("picture.session", drawn.join("\n"));
}

#[test]
fn a_remedys_words_are_those_for_the_phone_where_it_is_known() {
    let variants = r#""do":"d","variants":[{"vendors":["samsung"],"text":"maker"},{"android":">=13","text":"release"}]"#;
    let facts = facts_of(&WIPE_FACTS.replacen(
        ']',
        r#",{"id":"vendor","type":"text","question":"¿Marca?"},{"id":"android","type":"version","question":"¿Versión?"}]"#,
        1,
    ));
    let words = |told: &[(&str, &str)]| {
        let flow = WIPE.replacen(r#""do":"d""#, variants, 1).replacen(r#""otherwise""#, r#""report":["vendor","android"],"otherwise""#, 1);
        let mut session = Session::start(serde_json::from_str(&flow).unwrap(), &facts, false).unwrap();
        for (fact, value) in told {
            let value = Some(FactValue::from(*value));
            session.take(Input::Fact { fact: fact.parse().unwrap(), value, by: Source::Person }).unwrap();
        }
        let Step::Do(todo) = session.next() else { panic!("{:?}", session.next()) };
        todo.text
    };
    assert_eq!(words(&[]), "d");
    assert_eq!(words(&[("vendor", "xiaomi")]), "d");
    assert_eq!(words(&[("vendor", "samsung")]), "maker");
    assert_eq!(words(&[("android", "14")]), "release");
    assert_eq!(words(&[("android", "11"), ("vendor", "samsung")]), "maker");
    assert_eq!(words(&[("android", "11"), ("vendor", "xiaomi")]), "d");
}

#[test]
fn what_a_remedy_was_to_change_still_speaks_for_the_cause_and_is_asked_again() {
    let flow = r#"{"flow":"f","service":"gps","title":"t","goal":{"fact":"done","is":true},
        "faults":[{"id":"f.off","name":"n","prior":1,"signs":{"power":false},"remedies":["on"]},
            {"id":"f.other","name":"n","prior":2,"signs":{"power":true},"escalate":{"level":2,"area":"a","reason":"device"}}],
        "remedies":[{"id":"on","do":"d","seconds":9,"chance":0.5,"proves":{"power":true}}],
        "otherwise":{"level":1,"area":"a","reason":"unknown"}}"#;
    let facts = facts_of(r#"[{"id":"done","type":"bool","question":"¿Ya?"},{"id":"power","type":"bool","question":"¿Enciende?"}]"#);
    let mut session = Session::start(serde_json::from_str(flow).unwrap(), &facts, false).unwrap();
    let say = |fact: &str, value: bool| Input::Fact { fact: fact.parse().unwrap(), value: Some(value.into()), by: Source::Person };
    session.take(say("power", false)).unwrap();
    session.take(Input::Did("on".to_owned())).unwrap();
    session.take(say("done", false)).unwrap();
    let Step::Ask(ask) = session.next() else { panic!("{:?}", session.next()) };
    assert_eq!((ask.fact.as_str(), ask.why.suspected.unwrap().0.as_str()), ("power", "f.off"));
    session.take(say("power", true)).unwrap();
    let Step::Concluded(end) = session.next() else { panic!("{:?}", session.next()) };
    assert_eq!(end.fault.unwrap().as_str(), "f.other");
}

/// A session whose probes, questions and remedies are answered by a list of numbers, until it ends.
fn blindly(base: &KnowledgeBase, id: &str, app: bool, picks: &[u8]) -> Session {
    let mut session = Session::start(flow(base, id), base.facts().unwrap(), app).unwrap();
    assert!(guided::walk(&mut session, picks.iter().copied().cycle(), 400), "no end after {} inputs", session.inputs().len());
    session
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_answers_lead_to_an_end_that_a_replay_gives_again(app in any::<bool>(), at in 0_usize..100, picks in proptest::collection::vec(0_u8..12, 1..60)) {
        let base = base();
        let ids: Vec<&str> = base.flow_ids().collect();
        let id = ids[at % ids.len()];
        let mut session = blindly(&base, id, app, &picks);
        let again = Session::resume(flow(&base, id), base.facts().unwrap(), &session.log()).unwrap();
        prop_assert_eq!(again.next(), session.next());
        // Back, and the same again, is where it was.
        let (log, before) = (session.log(), session.inputs().to_vec());
        if session.back() {
            let back = Session::resume(flow(&base, id), base.facts().unwrap(), &session.log()).unwrap();
            prop_assert_eq!(back.next(), session.next());
            for input in before.into_iter().skip(session.inputs().len()) {
                session.take(input).unwrap();
            }
            prop_assert_eq!(session.log(), log);
            prop_assert_eq!(session.next(), again.next());
        }
    }
}
