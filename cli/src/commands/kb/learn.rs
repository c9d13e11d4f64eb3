//! `baquiano kb learn`: how often each cause was it, out of cases that ended.

use std::collections::BTreeMap;
use std::io::Write;

use baquiano::kb::{FaultId, Flow};
use serde::{Deserialize, Serialize};

use super::super::flows;
use crate::args::{Global, Learn};
use crate::failure::{Done, Failure};
use crate::files;
use crate::show::{Screen, clean};

/// Largest file of outcomes, in bytes. Chosen: some hundred thousand cases.
const MAX_BYTES: u64 = 16 << 20;

/// A case that ended: one line of the file. What else a line says doesn't matter here.
#[derive(Deserialize)]
struct Ended {
    flow: String,
    fault: Option<FaultId>,
}

/// A cause with what the flow says of it, how often it was it, and what the flow would say with that.
#[derive(Debug, Serialize)]
struct Row {
    flow: String,
    fault: FaultId,
    prior: f32,
    seen: usize,
    learned: f32,
}

/// Prints the priors as they would be; changes nothing, since content is changed by people.
pub(super) fn run(screen: &Screen, global: &Global, args: &Learn) -> Result<Done, Failure> {
    let (known, _) = flows::read(screen, global, None, &args.trust)?;
    let seen = count(screen, &known, &files::read_text(screen, &args.file, MAX_BYTES)?, args)?;
    let rows: Vec<Row> = known.iter().flat_map(|flow| learned(flow, &seen, args.weight)).collect();
    if global.json {
        screen.json(&rows)?
    } else {
        screen.write(|out| draw(out, screen, &rows))?
    }
    Ok(Done::Good)
}

type Seen = BTreeMap<(String, FaultId), usize>;

/// How often each cause was it. A case without a cause tells nothing of how often each is.
fn count(screen: &Screen, known: &[Flow], text: &str, args: &Learn) -> Result<Seen, Failure> {
    let mut seen = Seen::new();
    for (line, number) in text.lines().zip(1_usize..).filter(|(line, _)| !line.trim().is_empty()) {
        let wrong = |why: String| Failure::Input(screen.lang.bad_line(args.file.display(), number, why));
        let Ended { flow, fault } = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
        let Some(fault) = fault else { continue };
        let own = known.iter().find(|own| own.flow == flow);
        let own = own.ok_or_else(|| wrong(flows::unknown(screen, &flow, known.iter().map(|flow| flow.flow.as_str()))))?;
        if !own.faults.iter().any(|own| own.id == fault) {
            return Err(wrong(screen.lang.bad_fault(clean(&flow), clean(fault.as_str()))));
        }
        *seen.entry((flow, fault)).or_default() += 1;
    }
    Ok(seen)
}

/// The mean of the Dirichlet distribution whose pseudo-counts are the authored priors, as if they had been seen in `weight` cases; with the same
/// sum as before. Of a flow without cases nothing is learned.
fn learned(flow: &Flow, seen: &Seen, weight: f32) -> Vec<Row> {
    let sum: f32 = flow.faults.iter().map(|fault| fault.prior).sum();
    let of = |fault: &FaultId| seen.get(&(flow.flow.clone(), fault.clone())).copied().unwrap_or(0);
    let cases: usize = flow.faults.iter().map(|fault| of(&fault.id)).sum();
    let row = |fault: &baquiano::kb::Fault| {
        let share = (fault.prior / sum * weight + of(&fault.id) as f32) / (weight + cases as f32);
        Row { flow: flow.flow.clone(), fault: fault.id.clone(), prior: fault.prior, seen: of(&fault.id), learned: share * sum }
    };
    if cases == 0 { Vec::new() } else { flow.faults.iter().map(row).collect() }
}

fn draw(out: &mut dyn Write, screen: &Screen, rows: &[Row]) -> Result<(), Failure> {
    writeln!(out, "{}\n| --- | --- | ---: | ---: | ---: |", screen.lang.learn_head())?;
    for Row { flow, fault, prior, seen, learned } in rows {
        writeln!(out, "| {flow} | {fault} | {prior} | {seen} | {learned:.1} |")?;
    }
    Ok(())
}
