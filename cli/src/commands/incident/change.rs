//! `baquiano incident change`: a step in the life of an incident, or a word for its history.

use baquiano::incident::{Change, Phase, Resolution, ResolutionCode, Satisfaction};

use crate::args::{ChangeIncident, Code, Global, To};
use crate::failure::{Done, Failure};
use crate::show::Screen;

pub(super) fn run(screen: &Screen, global: &Global, args: &ChangeIncident) -> Result<Done, Failure> {
    let outbox = super::open(screen, &args.outbox)?;
    let id = super::named(screen, &outbox, &args.id)?;
    let change = Change {
        by: args.by.clone(),
        why: args.why.clone(),
        to: args.to.map(phase),
        resolution: args.code.map(|own| Resolution { code: code(own), note: None }),
        satisfaction: args.score.map(|score| Satisfaction { score, comment: None }),
    };
    let incident = outbox.change(id, change).map_err(|error| super::refused(screen, &error))?;
    if global.json {
        screen.json(&serde_json::json!({ "id": incident.id(), "phase": incident.phase(), "revision": incident.revision() }))?;
    } else {
        screen.write(|out| Ok(writeln!(out, "{}", screen.lang.changed(incident.phase().name(), incident.revision()))?))?;
    }
    Ok(Done::Good)
}

fn phase(to: To) -> Phase {
    match to {
        To::Classified => Phase::Classified,
        To::Investigating => Phase::Investigating,
        To::Resolved => Phase::Resolved,
        To::Closed => Phase::Closed,
        To::FollowUp => Phase::FollowUp,
    }
}

fn code(code: Code) -> ResolutionCode {
    match code {
        Code::Fixed => ResolutionCode::Fixed,
        Code::Workaround => ResolutionCode::Workaround,
        Code::Explained => ResolutionCode::Explained,
        Code::Granted => ResolutionCode::Granted,
        Code::Duplicate => ResolutionCode::Duplicate,
        Code::Withdrawn => ResolutionCode::Withdrawn,
        Code::NotFixed => ResolutionCode::NotFixed,
    }
}
