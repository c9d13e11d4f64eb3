//! `baquiano kb simulate`.

use std::io::Write;

use baquiano::diagnose::simulate::{Distance, Setting, Tally, distance, simulate, total};
use baquiano::kb::{Fact, FaultId, Flow};
use serde::Serialize;

use super::super::flows;
use crate::args::{Global, Simulate};
use crate::failure::{Done, Failure};
use crate::show::Screen;

/// One line of the table.
#[derive(Debug, Serialize)]
struct Row {
    flow: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<FaultId>,
    mode: &'static str,
    errors: f32,
    runs: usize,
    right: f64,
    fixable: f64,
    wrong: f64,
    unnamed: f64,
    false_resolved: usize,
    interactions: f64,
    /// How many of them are questions.
    questions: f64,
    p95: usize,
    seconds: f64,
    log_bytes: usize,
    /// What the planner's way costs above the optimum, as a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    above_optimum: Option<f64>,
    /// With how many of the likeliest faults that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    optimum_of: Option<usize>,
}

pub(super) fn run(screen: &Screen, global: &Global, args: &Simulate) -> Result<Done, Failure> {
    let (chosen, facts) = flows::read(screen, global, args.flow.as_deref(), &args.trust)?;
    let mut rows = Vec::new();
    for flow in &chosen {
        for app in [true, false] {
            let apart = args.optimum.then(|| distance(flow, &facts, app)).flatten();
            // Without answers there are no wrong ones, but in the app too something may be asked.
            for errors in [0.0, args.errors] {
                let setting = Setting { app, errors, runs: args.runs, seed: args.seed };
                rows.extend(of_flow(screen, flow, &facts, setting, apart, args.flow.is_some())?);
            }
        }
    }
    if global.json {
        screen.json(&rows)?
    } else {
        screen.write(|out| draw(out, screen, &rows, args.flow.is_some()))?
    }
    Ok(if rows.iter().any(|row| row.false_resolved > 0) { Done::Finding } else { Done::Good })
}

/// The flow's line, and those of its faults when they are wanted.
fn of_flow(
    screen: &Screen,
    flow: &Flow,
    facts: &[Fact],
    setting: Setting,
    apart: Option<Distance>,
    each_fault: bool,
) -> Result<Vec<Row>, Failure> {
    let tallies = simulate(flow, facts, setting).map_err(|error| Failure::Internal(screen.lang.bad_session(error)))?;
    let row = |fault: Option<FaultId>, tally: &Tally| {
        let share = |count: usize| count as f64 / tally.runs.max(1) as f64;
        let apart = apart.filter(|_| fault.is_none());
        Row {
            flow: flow.flow.clone(),
            mode: if setting.app { "app" } else { "chat" },
            errors: setting.errors,
            runs: tally.runs,
            right: share(tally.right),
            fixable: share(tally.fixable),
            wrong: share(tally.wrong),
            unnamed: share(tally.unnamed),
            false_resolved: tally.false_resolved,
            interactions: tally.mean(),
            questions: tally.questions as f64 / tally.runs.max(1) as f64,
            p95: tally.p95(),
            seconds: tally.seconds / tally.runs.max(1) as f64,
            log_bytes: tally.log_bytes,
            above_optimum: apart.map(|apart| apart.above),
            optimum_of: apart.map(|apart| apart.faults),
            fault,
        }
    };
    let all = row(None, &total(tallies.iter().map(|(_, tally)| tally)));
    let faults = tallies.into_iter().filter(|(_, tally)| each_fault && tally.runs > 0).map(|(fault, tally)| row(Some(fault), &tally));
    Ok(std::iter::once(all).chain(faults).collect())
}

fn draw(out: &mut dyn Write, screen: &Screen, rows: &[Row], each_fault: bool) -> Result<(), Failure> {
    writeln!(out, "{}", screen.lang.simulate_head())?;
    writeln!(out, "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for row in rows {
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        let name = match &row.fault {
            Some(fault) => format!("· {fault}"),
            None if each_fault => format!("**{}**", row.flow),
            None => row.flow.clone(),
        };
        let above = row.above_optimum.zip(row.optimum_of);
        let above = above.map_or_else(String::new, |(above, faults)| format!("{:.2} ({faults})", above * 100.0));
        writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {:.2} ({:.2}) / {} | {:.0} | {above} | {} |",
            row.mode,
            percent(f64::from(row.errors)),
            percent(row.right),
            percent(row.fixable),
            percent(row.wrong),
            percent(row.unnamed),
            row.false_resolved,
            row.interactions,
            row.questions,
            row.p95,
            row.seconds,
            row.log_bytes,
        )?;
    }
    Ok(())
}
