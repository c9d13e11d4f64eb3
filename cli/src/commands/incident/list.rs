//! `baquiano incident list` and `status`.

use baquiano::incident::outbox::{Case, Status};
use baquiano::incident::{IncidentId, Moment};
use serde_json::json;

use crate::args::{Global, ListIncidents, StatusOf};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};

pub(super) fn list(screen: &Screen, global: &Global, args: &ListIncidents) -> Result<Done, Failure> {
    let outbox = super::open(screen, &args.outbox)?;
    let mut cases = outbox.cases().map_err(|error| super::refused(screen, &error))?;
    if !args.all {
        cases.retain(|case| case.waiting > 0 || case.status == Status::Dropped);
    }
    if global.json {
        screen.json(&cases.iter().map(told).collect::<Vec<_>>())?;
    } else if cases.is_empty() {
        screen.write(|out| Ok(writeln!(out, "{}", screen.lang.nothing_waits())?))?;
    } else {
        screen.write(|out| {
            for case in &cases {
                writeln!(out, "{}", line(screen, case))?;
            }
            Ok(())
        })?;
    }
    Ok(Done::Good)
}

pub(super) fn status(screen: &Screen, global: &Global, args: &StatusOf) -> Result<Done, Failure> {
    let outbox = super::open(screen, &args.outbox)?;
    let refused = |error| super::refused(screen, &error);
    let Some(text) = &args.id else {
        let balance = outbox.balance().map_err(refused)?;
        if global.json {
            screen.json(&balance)?;
        } else {
            let lang = screen.lang;
            screen.write(|out| {
                Ok(writeln!(
                    out,
                    "{}",
                    lang.balance(balance.filed, balance.pending, balance.delivered, balance.merged, balance.quarantined, balance.dropped)
                )?)
            })?;
        }
        return Ok(Done::Good);
    };
    let id = super::named(screen, &outbox, text)?;
    let case = outbox.case(id).map_err(refused)?.ok_or_else(|| Failure::Input(screen.lang.no_incident(clean(text))))?;
    if global.json {
        screen.json(&told(&case))?;
    } else {
        screen.write(|out| Ok(writeln!(out, "{}", line(screen, &case))?))?;
    }
    Ok(Done::Good)
}

/// A case for programs.
pub(super) fn told(case: &Case) -> serde_json::Value {
    json!({
        "id": case.id,
        "status": case.status,
        "reference": case.reference,
        "phase": case.phase,
        "state": case.state,
        "told": case.told_ms.map(|ms| Moment::new(ms, 0)),
        "summary": case.summary,
        "priority": case.priority,
        "filed": Moment::new(case.filed_ms, 0),
        "count": case.count,
        "revision": case.revision,
        "waiting": case.waiting,
        "why": case.why,
    })
}

/// A case for people.
pub(super) fn line(screen: &Screen, case: &Case) -> String {
    let number = case.reference.as_deref().map(|number| format!(" {}", clean(number))).unwrap_or_default();
    let state = case.state.as_deref().map(|state| format!(" · {}", clean(state))).unwrap_or_default();
    let times = if case.count > 1 { format!(" ×{}", case.count) } else { String::new() };
    let waiting = if case.waiting > 0 && case.status != Status::Pending { screen.lang.changes_wait(case.waiting) } else { String::new() };
    let words = |why: &str| match (case.status, why) {
        (Status::Dropped, "room") => screen.lang.dropped_for_room(),
        (Status::Dropped, "age") => screen.lang.dropped_for_age(),
        (Status::Dropped, "rate") => screen.lang.dropped_for_rate(),
        (_, why) => clean(why).into_owned(),
    };
    let why = case.why.as_deref().map(|why| format!("\n    {}", words(why))).unwrap_or_default();
    format!("{} {} {}{times}\n    {}{number}{state}{waiting}{why}", short(case.id), case.priority, clean(&case.summary), case.status.name())
}

/// The end of an id, which tells it from the others.
fn short(id: IncidentId) -> String {
    id.to_string().chars().skip(24).collect()
}
