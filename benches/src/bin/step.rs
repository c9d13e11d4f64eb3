//! How long a step of a diagnosis takes.
//!
//! ```text
//! cargo run --release -p baquiano-bench --bin step -- [SESSIONS]
//! ```
//!
//! Of every flow, sessions in the app and in a chat with answers and readings drawn by chance (a fifth of them unknown), until they end; each
//! [`Session::next`] after an input is timed, which replays the whole log and plans.

#![allow(clippy::print_stdout, reason = "a tool that prints what it measured")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use baquiano::diagnose::{Input, Session, Source, Step};
use baquiano::kb::{Fact, FactType, FactValue};
use baquiano_bench::Result;
use baquiano_bench::corpus::{KnowledgeSource, SEED};
use baquiano_bench::measure::percentile;
use baquiano_bench::rng::Rng;

/// Sessions of each flow, in the app and in a chat each, when none are asked for.
const SESSIONS: usize = 100;
/// How often each session is walked through: of each step the median counts.
const ROUNDS: usize = 3;

fn main() -> Result<()> {
    let sessions = std::env::args().nth(1).map_or(Ok(SESSIONS), |text| text.parse())?;
    let source = KnowledgeSource::read()?;
    let (flows, facts): (_, Arc<[Fact]>) = (&source.content().flows, source.content().facts.as_slice().into());
    println!("| flow | steps | p50 µs | p99 µs | longest log, bytes |\n| --- | ---: | ---: | ---: | ---: |");
    let mut all = Vec::new();
    for flow in flows {
        let (mut micros, mut longest) = (Vec::new(), 0);
        for number in 0..sessions * 2 {
            let mut rounds = Vec::new();
            // A session remembers what comes next: only the first to ask has it worked out.
            for _ in 0..ROUNDS {
                let (mut rng, mut times) = (Rng::new(SEED, number as u64), Vec::new());
                let mut session = Session::start(flow.clone(), &facts, number % 2 == 0)?;
                while !walk(&mut session, &mut rng, &mut times)? {}
                longest = longest.max(session.log().len());
                rounds.push(times);
            }
            let steps = rounds.first().map_or(0, Vec::len);
            micros.extend((0..steps).map(|step| {
                let mut times: Vec<f64> = rounds.iter().filter_map(|times| times.get(step).copied()).collect();
                percentile(&mut times, 0.5)
            }));
        }
        all.extend(&micros);
        println!("{}", line(&flow.flow, &mut micros, longest));
    }
    println!("{}", line("all", &mut all, 0));
    Ok(())
}

fn line(name: &str, micros: &mut [f64], longest: usize) -> String {
    let (p50, p99) = (percentile(micros, 0.5), percentile(micros, 0.99));
    format!("| {name} | {} | {p50:.1} | {p99:.1} | {longest} |", micros.len())
}

/// Times the next step and does it; whether the session is over.
fn walk(session: &mut Session, rng: &mut Rng, micros: &mut Vec<f64>) -> Result<bool> {
    let start = Instant::now();
    let next = black_box(session.next());
    micros.push(start.elapsed().as_secs_f64() * 1e6);
    match next {
        Step::Probe(facts) => {
            for fact in facts {
                let value = session.fact(&fact).and_then(|fact| draw(fact, rng));
                session.take(Input::Fact { fact, value, by: Source::Probe })?;
            }
        }
        Step::Ask(ask) => {
            let value = session.fact(&ask.fact).and_then(|fact| draw(fact, rng));
            session.take(Input::Fact { fact: ask.fact, value, by: Source::Person })?;
        }
        Step::Do(todo) => session.take(Input::Did(todo.remedy))?,
        Step::Go(_) | Step::Concluded(_) => return Ok(true),
    }
    Ok(false)
}

fn draw(fact: &Fact, rng: &mut Rng) -> Option<FactValue> {
    if rng.chance(0.2) {
        return None;
    }
    Some(match &fact.kind {
        FactType::Bool => rng.chance(0.5).into(),
        FactType::OneOf(values) => rng.pick(values)?.as_str().into(),
        FactType::Int => FactValue::Int(rng.between(0, 200) as i64),
        FactType::Version => rng.pick(&["7.0", "8.1", "10", "13"]).copied()?.into(),
        FactType::Text => "".into(),
    })
}
