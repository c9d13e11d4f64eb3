//! `baquiano incident`: the outbox of this computer.
//!
//! A technician files from a chat, sends what waits, and looks up how far it is. The same outbox takes what phones exported.

mod change;
mod file;
mod list;
pub(super) mod send;
mod share;
pub(super) mod transport;

use baquiano::incident::IncidentId;
use baquiano::incident::outbox::{FileError, Outbox, OutboxError, Policy};
use baquiano::{SystemClock, SystemEntropy};

pub(super) use file::{Reported, file, printed, told};

use crate::args::{Global, Incident, OutboxDir};
use crate::failure::{Done, Failure};
use crate::files;
use crate::show::{Screen, clean};
use crate::texts::errors;

pub(super) fn run(screen: &Screen, global: &Global, command: Incident) -> Result<Done, Failure> {
    match command {
        Incident::New(args) => file::new(screen, global, &args),
        Incident::List(args) => list::list(screen, global, &args),
        Incident::Status(args) => list::status(screen, global, &args),
        Incident::Change(args) => change::run(screen, global, &args),
        Incident::Show(args) => share::show(screen, global, &args),
        Incident::Export(args) => share::export(screen, global, &args),
        Incident::Import(args) => share::import(screen, global, &args),
        Incident::Send(args) => send::run(screen, global, &args),
        Incident::Schema => screen.json(&baquiano::incident::schema()).map(|()| Done::Good),
    }
}

/// Opens the outbox: in the folder that is named, or `BAQUIANO_OUTBOX`, or the usual one of this user.
pub(super) fn open(screen: &Screen, named: &OutboxDir) -> Result<Outbox, Failure> {
    let dir = folder(named).ok_or_else(|| Failure::Input(screen.lang.no_outbox()))?;
    let outbox = Outbox::open(dir, Policy::default(), SystemClock, SystemEntropy).map_err(|error| refused(screen, &error))?;
    let opened = outbox.opened();
    if let Some(aside) = &opened.set_aside {
        screen.warn(&screen.lang.outbox_salvaged(aside.display(), opened.salvaged));
    }
    Ok(outbox)
}

fn folder(named: &OutboxDir) -> Option<std::path::PathBuf> {
    named.outbox.clone().or_else(|| files::variable("BAQUIANO_OUTBOX")).or_else(|| files::data_dir("outbox"))
}

fn refused(screen: &Screen, error: &OutboxError) -> Failure {
    let text = errors::outbox(screen.lang, error);
    match error {
        OutboxError::Unknown(_)
        | OutboxError::Forgotten(_)
        | OutboxError::Transition(_)
        | OutboxError::Full { .. }
        | OutboxError::TooLarge { .. } => Failure::Input(text),
        _ => Failure::Internal(text),
    }
}

/// An incident that couldn't be filed is shown, so that nothing of it is lost.
fn handed_back(screen: &Screen, error: &FileError) -> Failure {
    screen.complain_as_is(&format!("{}\n", String::from_utf8_lossy(&error.incident.to_json())));
    refused(screen, &error.source)
}

/// The incident that is meant by an id, or by a part of it that only one has.
fn named(screen: &Screen, outbox: &Outbox, text: &str) -> Result<IncidentId, Failure> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let cases = outbox.cases().map_err(|error| refused(screen, &error))?;
    let meant = |case: &baquiano::incident::outbox::Case| case.id.to_string().ends_with(text) || case.reference.as_deref() == Some(text);
    let mut found = cases.into_iter().filter(meant);
    match (found.next(), found.next()) {
        (Some(case), None) if !text.is_empty() => Ok(case.id),
        (Some(_), _) => Err(Failure::Input(screen.lang.ambiguous_incident(clean(text)))),
        (None, _) => Err(Failure::Input(screen.lang.no_incident(clean(text)))),
    }
}
