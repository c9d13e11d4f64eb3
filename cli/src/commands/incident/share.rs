//! `baquiano incident show`, `export` and `import`: incidents as texts and files.

use std::path::Path;

use baquiano::KnowledgeBase;
use baquiano::incident::outbox::Outbox;
use baquiano::incident::render::{chat, html, json, markdown};
use baquiano::incident::{Incident, IncidentId, MAX_RECORD_BYTES};
use serde_json::json;

use crate::args::{ExportIncidents, Global, ImportIncidents, Rendering, ShowIncident};
use crate::failure::{Done, Failure};
use crate::show::{Screen, clean};
use crate::texts::errors;
use crate::{files, open};

pub(super) fn show(screen: &Screen, global: &Global, args: &ShowIncident) -> Result<Done, Failure> {
    let outbox = super::open(screen, &args.outbox)?;
    let incident = kept(screen, &outbox, super::named(screen, &outbox, &args.id)?)?;
    if global.json {
        screen.write(|out| Ok(writeln!(out, "{}", String::from_utf8_lossy(&incident.to_json()))?))?;
        return Ok(Done::Good);
    }
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let text = rendered(screen, &incident, &desk.knowledge(), args.rendering)?;
    screen.write(|out| Ok(writeln!(out, "{}", clean(text.trim_end()))?))?;
    Ok(Done::Good)
}

fn kept(screen: &Screen, outbox: &Outbox, id: IncidentId) -> Result<Incident, Failure> {
    let incident = outbox.incident(id).map_err(|error| super::refused(screen, &error))?;
    incident.ok_or_else(|| Failure::Input(screen.lang.forgotten(id)))
}

fn rendered(screen: &Screen, incident: &Incident, kb: &KnowledgeBase, rendering: Rendering) -> Result<String, Failure> {
    let view = || kb.view(incident).map_err(|error| screen.damaged(&error));
    Ok(match rendering {
        Rendering::Json => json(incident),
        Rendering::Md => markdown(&view()?),
        Rendering::Chat => chat(&view()?),
        Rendering::Html => html(&view()?),
    })
}

pub(super) fn export(screen: &Screen, global: &Global, args: &ExportIncidents) -> Result<Done, Failure> {
    let outbox = super::open(screen, &args.outbox)?;
    let desk = open::desk(screen, global.kb.as_deref(), &args.trust.key)?;
    let kb = desk.knowledge();
    let ids = if args.ids.is_empty() {
        outbox.cases().map_err(|error| super::refused(screen, &error))?.into_iter().map(|case| case.id).collect()
    } else {
        args.ids.iter().map(|id| super::named(screen, &outbox, id)).collect::<Result<Vec<_>, _>>()?
    };
    let cannot = |error: std::io::Error| Failure::Input(screen.lang.cannot_write(args.output.display(), errors::io(screen.lang, &error)));
    std::fs::create_dir_all(&args.output).map_err(cannot)?;
    let mut written = Vec::new();
    for id in ids {
        // What was forgotten can't be exported; the list says that it was there.
        let Some(incident) = outbox.incident(id).map_err(|error| super::refused(screen, &error))? else { continue };
        let extension = match args.rendering {
            Rendering::Json => "json",
            Rendering::Md => "md",
            Rendering::Chat => "txt",
            Rendering::Html => "html",
        };
        let path = args.output.join(format!("{id}.{extension}"));
        // As it is kept, so that another outbox can take it over.
        let bytes = match args.rendering {
            Rendering::Json => incident.to_json(),
            other => rendered(screen, &incident, &kb, other)?.into_bytes(),
        };
        files::write_atomically(screen, &path, &bytes)?;
        written.push(path.display().to_string());
    }
    if global.json {
        screen.json(&json!({ "written": written }))?;
    } else {
        screen.write(|out| written.iter().try_for_each(|path| Ok(writeln!(out, "{}", screen.lang.created(path))?)))?;
    }
    Ok(Done::Good)
}

pub(super) fn import(screen: &Screen, global: &Global, args: &ImportIncidents) -> Result<Done, Failure> {
    let outbox = super::open(screen, &args.outbox)?;
    // All are read before one is taken: a mistake changes nothing.
    let read = args.files.iter().map(|path| record(screen, path)).collect::<Result<Vec<_>, _>>()?;
    let mut taken = Vec::new();
    for incident in read {
        let filed = outbox.take_over(incident).map_err(|error| super::handed_back(screen, &error))?;
        taken.push(filed.id().to_string());
    }
    if global.json {
        screen.json(&json!({ "imported": taken }))?;
    } else {
        screen.write(|out| taken.iter().try_for_each(|id| Ok(writeln!(out, "{}", screen.lang.imported(id))?)))?;
    }
    Ok(Done::Good)
}

fn record(screen: &Screen, path: &Path) -> Result<Incident, Failure> {
    let bytes = files::read(screen, path, MAX_RECORD_BYTES as u64)?;
    Incident::from_json(&bytes).map_err(|error| Failure::Input(screen.lang.pack_of(path.display(), clean(&error.to_string()))))
}
