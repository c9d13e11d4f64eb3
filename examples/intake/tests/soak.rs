//! Hours of use without an end in between: searches, talks, cases, delivery. What it has in memory may grow by little, and nothing may be lost.
//!
//! `BAQUIANO_SOAK=3600 cargo test --release -p baquiano-intake --test soak -- --nocapture` goes on for an hour; without it, a few seconds.
//!
//! One process lives as an app would, only faster. The desk is another process, so that its memory isn't counted; it refuses every seventh request and
//! leaves every eleventh delivery unanswered.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that fails may say so")]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use baquiano::incident::Change;
use baquiano::incident::outbox::{Filed, Next};
use baquiano::kb::FactValue;
use baquiano::kb::pack::Pack;
use baquiano::search::Query;
use baquiano::{Guide, HelpDesk, Question, Shows};
use common::{Dice, Intake, Promised, agent, drain, policy, send};

/// What a phone would do in some minutes is done so often a second.
const ROUNDS_A_SECOND: u64 = 20;
/// How much what is in memory may grow, between a fifth of the time and its end.
const GROWTH_KB: u64 = 6 * 1024;
/// Steps after which a talk is left.
const STEPS: usize = 40;

/// What of this process is in memory, in KB; none where nothing tells.
fn resident() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn questions() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kb/tests/queries.tsv");
    let text = fs::read_to_string(file).unwrap();
    text.lines().skip(1).filter_map(|line| line.split('\t').next()).map(ToOwned::to_owned).collect()
}

fn answer(question: &Question, dice: &mut Dice) -> Option<FactValue> {
    let choices = question.choices.len() as u64;
    question.choices.get(dice.below(choices + 1) as usize).map(|choice| choice.value.clone())
}

/// Answers at random until the talk is over; now and then the process dies in between, or the person goes a step back.
fn talk(desk: &HelpDesk, words: &str, dice: &mut Dice) -> Guide {
    let mut guide = desk.guide(None, Some(words), false).unwrap();
    for _ in 0..STEPS {
        match guide.page().shows {
            Shows::Read { facts } => guide.read(facts.into_iter().map(|fact| (fact, None)).collect()).unwrap(),
            Shows::Ask { question } => {
                let value = answer(&question, dice);
                guide.answer(question.fact, value).unwrap();
            }
            Shows::Do { todo } if dice.below(3) > 0 => {
                let effect = todo.effect.as_ref().and_then(|question| answer(question, dice));
                guide.did(&todo.remedy, effect).unwrap();
            }
            Shows::Do { todo } => guide.skip(&todo.remedy).unwrap(),
            Shows::Concluded { .. } => break,
        }
        match dice.below(12) {
            0 => _ = guide.back().unwrap(),
            1 => guide = desk.resume_guide(&guide.saved()).unwrap(),
            _ => {}
        }
    }
    guide
}

#[test]
fn memory_stays_and_nothing_is_lost() {
    let lasts: u64 = std::env::var("BAQUIANO_SOAK").map_or(6, |seconds| seconds.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let at_the_desk = home.path().join("desk");
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/incident.schema.json");
    let intake = Intake::start(&at_the_desk, &["--fail", "7", "--drop", "11", "--schema", schema]);
    let pack = Pack::from_static(baquiano_kb::PACK).unwrap();
    let desk = HelpDesk::open(pack).unwrap().with_outbox(home.path().join("outbox"), policy()).unwrap();
    let (questions, agent, mut dice) = (questions(), agent(), Dice(0x5eed));
    let outbox = desk.outbox().unwrap();
    let mut promised = Promised::default();
    let (mut searches, mut talks, mut memory) = (0_u64, 0_u64, Vec::new());
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(lasts) {
        let words = &questions[dice.below(questions.len() as u64) as usize];
        // As somebody types.
        for end in words.char_indices().map(|(at, _)| at).step_by(4) {
            desk.search_while_typed(&Query::new(&words[..end])).unwrap();
            searches += 1;
        }
        if let Some(hit) = desk.search(&Query::new(words.as_str())).unwrap().hits.first() {
            desk.article(&hit.id).unwrap().unwrap();
        }
        if dice.below(3) == 0 {
            let guide = talk(&desk, words, &mut dice);
            talks += 1;
            if matches!(guide.page().shows, Shows::Concluded { .. }) {
                let symptom = words.repeat(1 + dice.below(40) as usize);
                let filing = desk.file_talk(&guide, &[], |draft| draft.symptom = Some(symptom)).unwrap();
                let (Filed::Kept(id) | Filed::Spooled(id)) = filing.filed else { panic!("{:?}", filing.filed) };
                promised.filed.insert(id.to_string());
                if dice.below(5) == 0
                    && let Ok(changed) = outbox.change(id, Change::note("mesa", "se llamó"))
                {
                    promised.changed.insert(id.to_string(), changed.revision().into());
                }
            }
        }
        for _ in 0..2 {
            if let Ok(Next::Send(delivery)) = outbox.next_delivery() {
                send(outbox, &agent, &intake.base, &delivery, dice.below(12) > 0);
            }
        }
        if dice.below(50) == 0 {
            outbox.tidy().unwrap();
        }
        let passed = began.elapsed();
        if passed.as_secs() * 10 / lasts >= memory.len() as u64 {
            let now = resident();
            println!(
                "{:>5} s  {searches} searches, {talks} talks, {} filed; {} KB",
                passed.as_secs(),
                promised.filed.len(),
                now.unwrap_or(0)
            );
            memory.push(now);
        }
        std::thread::sleep(Duration::from_millis(1000 / ROUNDS_A_SECOND));
    }
    drain(outbox, &intake.base);
    assert_eq!(promised.missing(outbox, &at_the_desk), Vec::<String>::new());
    let balance = outbox.balance().unwrap();
    assert!(balance.holds() && balance.pending == 0 && balance.quarantined == 0 && balance.dropped == 0, "{balance:?}");
    if let (Some(Some(settled)), Some(Some(end))) = (memory.get(2), memory.last()) {
        assert!(*end <= settled + GROWTH_KB, "{settled} KB grew to {end} KB");
    }
    println!("{searches} searches, {talks} talks, {} filed, {} changed: all are there once", promised.filed.len(), promised.changed.len());
}
