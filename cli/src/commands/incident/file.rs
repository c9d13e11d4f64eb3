//! `baquiano incident new`, and what a guided session files.

use std::path::Path;

use baquiano::diagnose::{Session, Step};
use baquiano::incident::outbox::Filed;
use baquiano::incident::{
    AppVersion, Attachment, Contact, Device, Diagnosis, Draft, Incident, LARGEST_PICTURE, MOST_ATTACHMENTS, MediaType, Origin, Place,
    Reference,
};
use baquiano::kb::derive;
use baquiano::{Filing, FilingError, HelpDesk};
use serde::Serialize;

use super::super::diagnose::values;
use super::super::flows;
use crate::args::{Global, NewIncident, OutboxDir, Told};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::{files, open};

/// Largest session and largest attachment that are read, in bytes.
const MOST_BYTES: u64 = 1 << 20;

/// What was filed, for programs.
#[derive(Debug, Serialize)]
pub(in super::super) struct Reported {
    id: String,
    /// `kept`, `merged`, `dropped` or `spooled`.
    filed: &'static str,
    priority: String,
    level: u8,
    area: String,
    due_response: Option<String>,
    due_resolution: Option<String>,
    why: Vec<String>,
    promise: String,
}

impl Reported {
    fn of(filing: Filing) -> Self {
        let (id, filed) = match filing.filed {
            Filed::Kept(id) => (id, "kept"),
            Filed::Merged(id) => (id, "merged"),
            Filed::Dropped(id) => (id, "dropped"),
            Filed::Spooled(id) => (id, "spooled"),
        };
        let classification = filing.classification;
        Self {
            id: id.to_string(),
            filed,
            priority: classification.priority.to_string(),
            level: classification.level,
            area: classification.area,
            due_response: filing.due.map(|due| due.response.to_string()),
            due_resolution: filing.due.map(|due| due.resolution.to_string()),
            why: classification.why,
            promise: filing.promise,
        }
    }
}

pub(super) fn new(screen: &Screen, global: &Global, args: &NewIncident) -> Result<Done, Failure> {
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let damaged = |error| screen.damaged(&error);
    let catalog = kb.catalog().map_err(damaged)?;
    let mut draft = Draft::new(Origin::Technician);
    draft.service = open::service(screen, catalog, args.service.as_deref())?;
    if let Some(path) = &args.session {
        told_by_session(screen, &desk, path, &mut draft)?;
    }
    if let Some(path) = &args.facts {
        let facts = kb.facts().map_err(damaged)?;
        let mut given = values(screen, path, facts)?;
        derive(facts, &mut given);
        draft.device = Device::of_facts(&given);
    }
    let words = args.symptom.join(" ");
    draft.symptom = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
    if draft.symptom.is_none() && draft.diagnosis.is_none() {
        return Err(Failure::Input(screen.lang.nothing_told()));
    }
    told(screen, &desk, &mut draft, &args.told)?;
    if args.dry_run {
        let incident = desk.register(draft).map_err(|error| refused(screen, error))?;
        return shown(screen, global, &incident);
    }
    let reported = file(screen, &desk, draft, &args.outbox)?;
    if global.json {
        screen.json(&reported)?
    } else {
        printed(screen, &reported)?
    }
    Ok(Done::Good)
}

fn shown(screen: &Screen, global: &Global, incident: &Incident) -> Result<Done, Failure> {
    let text =
        if global.json { String::from_utf8_lossy(&incident.to_json()).into_owned() } else { baquiano::incident::render::json(incident) };
    screen.write(|out| Ok(writeln!(out, "{text}")?))?;
    Ok(Done::Good)
}

/// Files a draft into the outbox.
pub(in super::super) fn file(screen: &Screen, desk: &HelpDesk, draft: Draft, dir: &OutboxDir) -> Result<Reported, Failure> {
    let outbox = super::open(screen, dir)?;
    desk.file_into(&outbox, draft).map(Reported::of).map_err(|error| refused(screen, error))
}

fn refused(screen: &Screen, error: FilingError) -> Failure {
    match error {
        FilingError::NotFiled(error) => super::handed_back(screen, &error),
        FilingError::Pack { source, .. } => screen.damaged(&source),
        other => Failure::Internal(other.to_string()),
    }
}

pub(in super::super) fn printed(screen: &Screen, reported: &Reported) -> Result<(), Failure> {
    screen.write(|out| {
        writeln!(out, "{}", screen.lang.filed(&reported.id))?;
        if reported.filed == "spooled" {
            writeln!(out, "{}", screen.lang.filed_beside())?;
        }
        for line in &reported.why {
            writeln!(out, "  {}", clean(line))?;
        }
        Ok(writeln!(out, "{}", reported.promise)?)
    })
}

/// What a session that was written down found out.
fn told_by_session(screen: &Screen, desk: &HelpDesk, path: &Path, draft: &mut Draft) -> Result<(), Failure> {
    let kb = desk.knowledge();
    let log = files::read_text(screen, path, MOST_BYTES)?;
    let wrong = |why: String| Failure::Input(screen.lang.pack_of(path.display(), why));
    let flow = Session::flow_of(&log).ok_or_else(|| wrong(screen.lang.no_session()))?;
    let facts = kb.facts().map_err(|error| screen.damaged(&error))?;
    let session = Session::resume(flows::named(screen, &kb, &flow)?, facts, &log).map_err(|error| wrong(error.to_string()))?;
    let Step::Concluded(end) = session.next() else { return Err(wrong(screen.lang.session_goes_on())) };
    draft.service = Some(session.flow().service.clone());
    draft.articles.extend(end.article.clone());
    draft.diagnosis = Some(Diagnosis::of(&session, &end, &[]));
    Ok(())
}

/// Adds what is said on the command line.
pub(in super::super) fn told(screen: &Screen, desk: &HelpDesk, draft: &mut Draft, args: &Told) -> Result<(), Failure> {
    let kb = desk.knowledge();
    let catalog = kb.catalog().map_err(|error| screen.damaged(&error))?;
    draft.app =
        open::app(screen, catalog, args.app.as_deref())?.map(|id| AppVersion { id, version: args.app_version.clone(), build: None });
    draft.reporter.alias.clone_from(&args.reporter);
    if let Some(contact) = &args.contact {
        let (by, at) = contact.split_once(':').ok_or_else(|| Failure::Input(screen.lang.bad_contact(clean(contact))))?;
        draft.reporter.contact = Some(Contact { by: by.to_owned(), at: at.to_owned() });
    }
    if let Some(code) = &args.municipality {
        draft.place = Some(Place::municipality(code).ok_or_else(|| Failure::Input(screen.lang.bad_municipality(clean(code))))?);
    }
    (draft.impact, draft.urgency) = (args.impact, args.urgency);
    let parent = args.parent.as_deref().map(str::parse).transpose();
    draft.parent = parent.map_err(|_| Failure::Input(screen.lang.no_incident(clean(args.parent.as_deref().unwrap_or_default()))))?;
    for reference in &args.reference {
        let (system, number) = reference.split_once(':').ok_or_else(|| Failure::Input(screen.lang.bad_reference(clean(reference))))?;
        draft.references.push(Reference { system: system.to_owned(), number: number.to_owned() });
    }
    if args.attach.len() > MOST_ATTACHMENTS {
        return Err(Failure::Input(screen.lang.too_many_attachments(MOST_ATTACHMENTS)));
    }
    for path in &args.attach {
        draft.attachments.push(attachment(screen, path)?);
    }
    Ok(())
}

fn attachment(screen: &Screen, path: &Path) -> Result<Attachment, Failure> {
    let bytes = files::read(screen, path, MOST_BYTES)?;
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_lowercase();
    let media_type = match extension.as_str() {
        "png" => MediaType::Png,
        "jpg" | "jpeg" => MediaType::Jpeg,
        "json" => MediaType::Json,
        "txt" | "log" | "md" | "csv" => MediaType::Text,
        _ => return Err(Failure::Input(screen.lang.bad_attachment(path.display()))),
    };
    if !media_type.is_text() && bytes.len() > LARGEST_PICTURE {
        return Err(Failure::Input(screen.lang.too_big(path.display(), LARGEST_PICTURE)));
    }
    Ok(Attachment::new(&path.to_string_lossy(), media_type, &bytes))
}
