//! The record of an incident: one versioned type with everything that a desk's table of incidents has.
//!
//! What is here was redacted and judged when it was filed ([`Draft::register`](super::Draft)); it is changed only through its life
//! ([`Incident::change`]). Fields that this version doesn't know survive reading and writing, so that an older app hands on what a newer one wrote.

mod diagnosis;
mod id;
mod moment;
mod parts;
#[cfg(feature = "author")]
mod schema;
mod unknown;

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use diagnosis::{Diagnosis, Told, Tried};
pub use id::{IncidentId, IncidentIdError};
pub use moment::{Moment, MomentError};
pub use parts::{AppVersion, Attachment, ClockState, Contact, Crash, Device, LogLine, MediaType, Place, Reporter};
#[cfg(feature = "author")]
pub use schema::schema;
use unknown::Unknown;

use super::life::{Change, Event, Life, Phase, Resolution, Satisfaction, TransitionError};
use super::rules::{Classification, Priority};
use crate::kb::{ArticleId, ServiceId};

/// The version of the record that is written.
pub const RECORD_VERSION: u32 = 1;
/// Largest record that is read, in bytes of JSON. Chosen: above what a full record of this version takes (docs/incidents.md), with room for newer ones.
pub const MAX_RECORD_BYTES: usize = 2 << 20;

/// An incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Incident {
    /// The version of the record.
    #[cfg_attr(feature = "author", schemars(range(min = 1, max = RECORD_VERSION)))]
    pub(super) schema: u32,
    /// Its id: fixed when it is filed.
    pub(super) id: IncidentId,
    /// How often it was changed since.
    pub(super) revision: u32,
    /// The incident that this one belongs to: opened again too late, or the same fault of many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) parent: Option<IncidentId>,
    /// What other systems call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<Reference>,
    /// The times.
    pub(super) times: Times,
    /// What can be said of the clock.
    #[serde(default)]
    pub(super) clock: ClockState,
    /// Who noticed it.
    pub(super) origin: Origin,
    /// The app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) app: Option<AppVersion>,
    /// The phone.
    #[serde(default)]
    pub(super) device: Device,
    /// Who tells of it.
    #[serde(default)]
    pub(super) reporter: Reporter,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Place>,
    /// The service of the catalog.
    pub(super) service: ServiceId,
    /// One line for a list.
    pub(super) summary: String,
    /// What is wrong, in the user's words, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) symptom: Option<String>,
    /// What a guided session found out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) diagnosis: Option<Diagnosis>,
    /// What the app says of its failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) crash: Option<Crash>,
    /// The articles that were read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) articles: Vec<ArticleId>,
    /// The last lines of the app's log.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) log: Vec<LogLine>,
    /// Files.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) attachments: Vec<Attachment>,
    /// How urgent it is and who takes it.
    pub(super) classification: Classification,
    /// Until when the desk promises what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) due: Option<Due>,
    /// What incidents with the same cause have in common.
    pub(super) fingerprint: String,
    /// How often it happened.
    pub(super) occurrences: Occurrences,
    /// The pack of knowledge that it was judged by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) knowledge: Option<String>,
    /// Its life.
    #[serde(flatten)]
    pub(super) life: Life,
    /// What was read and isn't known here.
    #[serde(skip)]
    pub(super) unknown: Unknown,
}

/// What another system calls an incident.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Reference {
    /// The system, e.g. `rt`, `glpi`, `chat`.
    pub system: String,
    /// Its number there.
    pub number: String,
}

/// When it happened, was noticed, and was changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Times {
    /// When it happened, as far as that is known.
    pub occurred: Moment,
    /// When it was filed.
    pub observed: Moment,
    /// When it was changed last.
    pub updated: Moment,
}

/// Who noticed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub enum Origin {
    /// A person, in the app.
    App,
    /// A guided session that ended at the desk.
    GuidedSession,
    /// A technician, from a chat or a letter.
    Technician,
    /// The app by itself.
    Automatic,
}

impl Origin {
    /// Who that is, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "Usuario, desde la aplicación",
            Self::GuidedSession => "Guía paso a paso",
            Self::Technician => "Técnico de la mesa",
            Self::Automatic => "La aplicación, por sí sola",
        }
    }
}

/// Until when the desk promises what.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Due {
    /// The first answer.
    pub response: Moment,
    /// The end.
    pub resolution: Moment,
}

/// How often something happened.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Occurrences {
    /// How many times.
    pub count: u64,
    /// The first time.
    pub first: Moment,
    /// The last time.
    pub last: Moment,
}

/// Why bytes are no record of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RecordError {
    /// Too large.
    #[error("the record has {bytes} bytes; at most {MAX_RECORD_BYTES} are read")]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// It isn't JSON, or a field is missing or wrong.
    #[error("line {line}, column {column}: {what}")]
    Malformed {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong, with the field's name.
        what: String,
    },
    /// A version that isn't known.
    #[error("the record has version {0}, and versions 1 to {RECORD_VERSION} are known: install a newer Baquiano")]
    TooNew(u32),
    /// The history doesn't lead to the phase, or isn't a legal walk.
    #[error("the history doesn't fit the phase `{0}`: each entry must begin where the one before ended, and the last must end there")]
    History(&'static str),
}

impl Incident {
    /// Reads a record.
    ///
    /// # Errors
    /// [`RecordError`] with the place of the mistake.
    pub fn from_json(json: &[u8]) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        if json.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLarge { bytes: json.len() });
        }
        let malformed = |error: serde_json::Error| RecordError::Malformed {
            line: error.line(),
            column: error.column(),
            // serde_json says the place itself.
            what: error.to_string().split(" at line ").next().unwrap_or_default().to_owned(),
        };
        let Version { schema } = serde_json::from_slice(json).map_err(malformed)?;
        if !(1..=RECORD_VERSION).contains(&schema) {
            return Err(RecordError::TooNew(schema));
        }
        let mut incident: Self = serde_json::from_slice(json).map_err(malformed)?;
        incident.life.check()?;
        incident.unknown = Unknown::of(&serde_json::from_slice(json).map_err(malformed)?, &incident);
        Ok(incident)
    }

    /// The record as JSON.
    pub fn to_json(&self) -> Vec<u8> {
        self.unknown.written_with(self)
    }

    /// Its id.
    pub fn id(&self) -> IncidentId {
        self.id
    }

    /// How often it was changed since it was filed.
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// One line for a list.
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// The service.
    pub fn service(&self) -> &ServiceId {
        &self.service
    }

    /// Who noticed it.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// How urgent it is and who takes it.
    pub fn classification(&self) -> &Classification {
        &self.classification
    }

    /// Until when the desk promises what.
    pub fn due(&self) -> Option<Due> {
        self.due
    }

    /// The times.
    pub fn times(&self) -> Times {
        self.times
    }

    /// What incidents with the same cause have in common.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// How often it happened.
    pub fn occurrences(&self) -> Occurrences {
        self.occurrences
    }

    /// The phase that it is in.
    pub fn phase(&self) -> Phase {
        self.life.phase
    }

    /// What happened to it, oldest first.
    pub fn history(&self) -> &[Event] {
        &self.life.history
    }

    /// What ended it.
    pub fn resolution(&self) -> Option<&Resolution> {
        self.life.resolution.as_ref()
    }

    /// What the user thinks of how it went.
    pub fn satisfaction(&self) -> Option<&Satisfaction> {
        self.life.satisfaction.as_ref()
    }

    /// The app.
    pub fn app(&self) -> Option<&AppVersion> {
        self.app.as_ref()
    }

    /// The phone.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Files.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// What a guided session found out.
    pub fn diagnosis(&self) -> Option<&Diagnosis> {
        self.diagnosis.as_ref()
    }

    /// Changes it: into another phase, or by a word for the history. What is written is redacted.
    ///
    /// # Errors
    /// [`TransitionError`]; the incident stays as it was.
    pub fn change(&mut self, at: Moment, change: Change) -> Result<(), TransitionError> {
        self.life.change(at, super::draft::scrubbed_change(change))?;
        self.revision = self.revision.saturating_add(1);
        self.times.updated = at;
        Ok(())
    }

    /// Hands it to a support level and one of its areas: a word for the history, and a change of who takes it. What is written is redacted.
    ///
    /// # Errors
    /// [`TransitionError::TooMany`]; the incident stays as it was.
    pub fn hand_over(&mut self, at: Moment, by: &str, level: u8, area: &str, why: &str) -> Result<(), TransitionError> {
        let why = why.trim();
        let colon = if why.is_empty() { "" } else { ": " };
        self.change(at, Change::note(by, &format!("Pasa al nivel {level}, {area}{colon}{why}")))?;
        self.classification.level = level;
        area.clone_into(&mut self.classification.area);
        Ok(())
    }

    /// What other systems call it.
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Notes what another system calls it, in place of what that system called it before. That is no change of the incident: its revision stays.
    pub fn refer(&mut self, system: &str, number: &str) {
        self.references.retain(|reference| reference.system != system);
        self.references.push(Reference { system: system.to_owned(), number: number.to_owned() });
    }

    /// The same incident as another copy of it tells it, whose changes were made elsewhere at the same time: what that one says and this one doesn't is said
    /// here, too, but where in its life it is stays. How often it happened is the larger of both, and how urgent it is the worse.
    pub fn take_in(&mut self, at: Moment, other: &Self) {
        let said = |event: &Event| (event.at, event.by.clone(), event.why.clone());
        let own: Vec<_> = self.life.history.iter().map(said).collect();
        for event in other.life.history.iter().filter(|event| !own.contains(&said(event))) {
            self.life.note(event.at, &event.by, event.why.clone());
        }
        if other.life.satisfaction.is_some() {
            self.life.satisfaction.clone_from(&other.life.satisfaction);
        }
        if other.occurrences.count > self.occurrences.count {
            self.occurrences = other.occurrences;
        }
        let worse = &other.classification;
        if worse.priority < self.classification.priority {
            self.classification.priority = worse.priority;
            self.classification.why.clone_from(&worse.why);
        }
        self.revision = self.revision.max(other.revision).saturating_add(1);
        self.times.updated = at;
    }

    /// It happened again: sets how often, and the priority that the worst time gives it. With `told_ms` that is a change of its own.
    pub(super) fn happened(&mut self, count: u64, first_ms: i64, last_ms: i64, priority: Priority, told_ms: Option<i64>) {
        let at = |ms| Moment::new(ms, self.times.observed.offset_s());
        let before = self.occurrences.count;
        self.occurrences = Occurrences { count, first: at(first_ms), last: at(last_ms) };
        if priority < self.classification.priority {
            self.classification.priority = priority;
            self.classification.why.push(format!("{priority} porque así se clasificó una de las veces que ocurrió."));
        }
        if let Some(told_ms) = told_ms {
            self.revision = self.revision.saturating_add(1);
            self.times.updated = at(told_ms);
            let why = format!("Ocurrió {} veces más; van {count}.", count.saturating_sub(before));
            self.life.note(at(told_ms), "app", why);
        }
    }
}
