//! How the desk's words are said in another system: queues, statuses, fields. It is data, in a YAML file; the one for Request Tracker is `rt.yaml` beside this.

use std::collections::{BTreeMap, BTreeSet};

use baquiano::incident::{Incident, Phase, ResolutionCode, Rules};
use baquiano::kb::Catalog;
use serde::Deserialize;
use thiserror::Error;

use super::{NewTicket, Place};

/// Longest subject, in bytes: what Request Tracker has room for.
const LONGEST_SUBJECT: usize = 200;
/// Longest value of a field, in bytes. Request Tracker keeps 255 in a row of its table, and what is longer elsewhere, where it isn't searched.
const LONGEST_VALUE: usize = 255;

/// A mapping.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the system is called in records: `rt`.
    pub(super) system: String,
    /// What people call it.
    pub(super) name: String,
    /// The queue of each support level.
    queues: BTreeMap<u8, String>,
    /// The status of each phase.
    statuses: BTreeMap<Phase, String>,
    /// Further statuses there, and the phases that they mean.
    #[serde(default)]
    also: BTreeMap<String, Phase>,
    /// Statuses to go through where the system doesn't let a ticket go straight.
    #[serde(default)]
    ways: BTreeMap<String, Vec<String>>,
    /// What is said to have ended an incident by each status that ends one: none of these systems says it as we do.
    resolutions: BTreeMap<String, ResolutionCode>,
    /// The service level of each priority, where the system keeps promises of its own.
    #[serde(default)]
    service_levels: BTreeMap<u8, String>,
    /// Whether the system is told until when the desk promised an end.
    #[serde(default)]
    due: bool,
    /// The fields there, and what goes into each.
    pub(super) fields: BTreeMap<String, Value>,
}

/// What goes into a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Value {
    Id,
    Reference,
    Fingerprint,
    App,
    AppVersion,
    Device,
    Service,
    Area,
    Fault,
    Impact,
    Urgency,
    Priority,
    Occurrences,
}

/// Why a mapping can't be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MappingError {
    /// It isn't YAML, or a field is missing or wrong.
    #[error("{0}")]
    Malformed(String),
    /// A level has no queue.
    #[error("queues: level {0} has no queue: give each level of the catalog one")]
    Level(u8),
    /// Two levels have the same queue.
    #[error("queues: `{0}` is given to two levels: whoever moves a ticket there means one")]
    Queue(String),
    /// A phase has no status.
    #[error("statuses: `{0}` has no status: give each phase one")]
    Phase(&'static str),
    /// A status means two phases.
    #[error("also: `{0}` is already the status of a phase: leave it out here")]
    Also(String),
    /// A status ends incidents, and what ended them isn't said.
    #[error("resolutions: `{0}` ends incidents: say how they ended")]
    Resolution(String),
    /// No field takes the incident's id.
    #[error("fields: none takes `id`: without it the same incident would become several tickets")]
    NoId,
}

impl Mapping {
    /// The mapping for Request Tracker as `tests/rt` sets it up.
    ///
    /// # Errors
    /// [`MappingError`].
    pub fn request_tracker() -> Result<Self, MappingError> {
        Self::read(include_str!("rt.yaml"))
    }

    /// Reads a mapping.
    ///
    /// # Errors
    /// [`MappingError`] with the place of the mistake.
    pub fn read(yaml: &str) -> Result<Self, MappingError> {
        let mapping: Self = serde_yaml::from_str(yaml).map_err(|error| MappingError::Malformed(error.to_string()))?;
        if let Some(phase) = Phase::ALL.into_iter().find(|phase| !mapping.statuses.contains_key(phase)) {
            return Err(MappingError::Phase(phase.name()));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = mapping.queues.values().find(|queue| !seen.insert(*queue)) {
            return Err(MappingError::Queue(twice.clone()));
        }
        if let Some(also) = mapping.also.keys().find(|also| mapping.statuses.values().any(|status| status == *also)) {
            return Err(MappingError::Also(also.clone()));
        }
        let ends = |phase: Phase| matches!(phase, Phase::Resolved | Phase::Closed | Phase::FollowUp);
        let statuses = mapping.statuses.iter().map(|(phase, status)| (status, phase)).chain(&mapping.also);
        if let Some((status, _)) = statuses.into_iter().find(|(status, phase)| ends(**phase) && !mapping.resolutions.contains_key(*status))
        {
            return Err(MappingError::Resolution(status.clone()));
        }
        if !mapping.fields.values().any(|value| *value == Value::Id) {
            return Err(MappingError::NoId);
        }
        Ok(mapping)
    }

    /// Whether every support level has its queue.
    ///
    /// # Errors
    /// [`MappingError::Level`].
    pub fn fits(&self, catalog: &Catalog) -> Result<(), MappingError> {
        let missing = catalog.levels.iter().map(|level| level.id).find(|level| !self.queues.contains_key(level));
        missing.map_or(Ok(()), |level| Err(MappingError::Level(level)))
    }

    /// What a new ticket has. `text` is what is said in it first.
    pub(super) fn ticket(&self, reference: &str, incident: &Incident, rules: &Rules, text: String) -> NewTicket {
        let value = |value: &Value| cut(&value.of(reference, incident, rules), LONGEST_VALUE);
        let fields = self.fields.iter().map(|(field, of)| (field.clone(), value(of))).filter(|(_, value)| !value.is_empty()).collect();
        NewTicket {
            id: incident.id().to_string(),
            queue: self.place(incident).queue,
            subject: cut(&format!("[{reference}] {}", incident.summary()), LONGEST_SUBJECT),
            text,
            fields,
            service_level: self.service_levels.get(&incident.classification().priority.rank()).cloned(),
            due_ms: incident.due().filter(|_| self.due).map(|due| due.resolution.ms()),
        }
    }

    /// Where the ticket of an incident belongs.
    pub(super) fn place(&self, incident: &Incident) -> Place {
        let queue = self.queues.get(&incident.classification().level).cloned().unwrap_or_default();
        Place { queue, status: self.statuses.get(&incident.phase()).cloned().unwrap_or_default() }
    }

    /// Where a ticket that is at `place` is to go for an incident: what means the same stays as it is, and so does what isn't known here.
    pub(super) fn wanted(&self, incident: &Incident, place: &Place) -> Place {
        let own = self.place(incident);
        let unless = |stays: bool, is: &String, own: String| if stays { is.clone() } else { own };
        Place {
            queue: unless(self.level(&place.queue).is_none(), &place.queue, own.queue),
            status: unless(self.phase(&place.status).is_none_or(|phase| phase == incident.phase()), &place.status, own.status),
        }
    }

    /// What isn't known of a place, for people.
    pub(super) fn unknown(&self, place: &Place) -> Option<String> {
        if self.phase(&place.status).is_none() {
            return Some(format!("{}: está en «{}», y la mesa no sabe qué es", self.name, place.status));
        }
        let queue = self.level(&place.queue).is_none();
        queue.then(|| format!("{}: está en la cola «{}», que no es de ningún nivel", self.name, place.queue))
    }

    /// The statuses to go through to one.
    pub(super) fn way(&self, status: &str) -> &[String] {
        self.ways.get(status).map_or(&[], Vec::as_slice)
    }

    /// The phase that a status means.
    pub(super) fn phase(&self, status: &str) -> Option<Phase> {
        let own = self.statuses.iter().find(|(_, own)| *own == status).map(|(phase, _)| *phase);
        own.or_else(|| self.also.get(status).copied())
    }

    /// The support level that a queue is of.
    pub(super) fn level(&self, queue: &str) -> Option<u8> {
        self.queues.iter().find(|(_, own)| *own == queue).map(|(level, _)| *level)
    }

    /// What is said to have ended an incident whose ticket has this status; none where it ends none.
    pub(super) fn resolution(&self, status: &str) -> Option<ResolutionCode> {
        self.resolutions.get(status).copied()
    }

    /// The queues there.
    pub(super) fn queues(&self) -> impl Iterator<Item = &str> {
        self.queues.values().map(String::as_str)
    }

    /// The field that takes the incident's id.
    pub(super) fn id_field(&self) -> &str {
        self.fields.iter().find(|(_, value)| **value == Value::Id).map_or("", |(field, _)| field)
    }
}

impl Value {
    fn of(self, reference: &str, incident: &Incident, rules: &Rules) -> String {
        let (device, class) = (incident.device(), incident.classification());
        let words = |parts: &[&Option<String>]| parts.iter().filter_map(|part| part.as_deref()).collect::<Vec<_>>().join(" ");
        match self {
            Self::Id => incident.id().to_string(),
            Self::Reference => reference.to_owned(),
            Self::Fingerprint => incident.fingerprint().to_owned(),
            Self::App => incident.app().map(|app| rules.app_name(&app.id).to_owned()).unwrap_or_default(),
            Self::AppVersion => {
                incident.app().map(|app| format!("{} {}", app.id, app.version.as_deref().unwrap_or("?"))).unwrap_or_default()
            }
            Self::Device => {
                let android = device.android.as_ref().map(|version| format!("Android {version}"));
                words(&[&device.vendor, &device.model, &android])
            }
            Self::Service => rules.service_name(incident.service()).to_owned(),
            Self::Area => rules.area_name(&class.area).to_owned(),
            Self::Fault => incident.diagnosis().and_then(|found| found.fault.as_ref()).map(ToString::to_string).unwrap_or_default(),
            Self::Impact => class.impact.to_string(),
            Self::Urgency => class.urgency.to_string(),
            Self::Priority => class.priority.to_string(),
            Self::Occurrences => incident.occurrences().count.to_string(),
        }
    }
}

/// A text in one line of so many bytes, cut where a character ends.
fn cut(text: &str, most: usize) -> String {
    let mut line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).collect();
    while line.len() > most {
        line.pop();
    }
    // Systems take spaces at an end away.
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails may say so")]
mod tests {
    use super::*;

    #[test]
    fn the_mapping_for_request_tracker_can_be_read_both_ways() {
        let mapping = Mapping::request_tracker().unwrap();
        for (phase, status) in mapping.statuses.iter().filter(|(phase, _)| **phase != Phase::FollowUp) {
            assert_eq!(mapping.phase(status), Some(*phase));
        }
        assert_eq!((mapping.phase("on hold"), mapping.phase("?")), (Some(Phase::Investigating), None));
        assert_eq!((mapping.resolution("rejected"), mapping.resolution("new")), (Some(ResolutionCode::NotFixed), None));
        assert_eq!((mapping.level("L3"), mapping.level("General"), mapping.id_field()), (Some(3), None, "ReportId"));
    }

    #[test]
    fn a_mapping_that_would_go_wrong_is_refused() {
        let yaml = include_str!("rt.yaml");
        let wrong = |from: &str, to: &str| {
            assert!(yaml.contains(from), "{from}");
            Mapping::read(&yaml.replacen(from, to, 1)).unwrap_err().to_string()
        };
        assert!(wrong("  ReportId: id\n", "").contains("several tickets"));
        assert!(wrong("3: L3", "3: L2").contains("`L2`"));
        assert!(wrong("  closed: closed\n", "").contains("Cerrado"));
        assert!(wrong("  rejected: not-fixed\n", "").contains("`rejected`"));
        assert!(wrong("on hold: investigating", "closed: investigating").contains("`closed`"));
        assert!(wrong("ReportId: id", "ReportId: nada").contains("nada"));
        assert!(matches!(Mapping::read(&yaml.replacen("3: L3", "4: L3", 1)).unwrap().fits(&catalog()), Err(MappingError::Level(3))));
    }

    fn catalog() -> Catalog {
        let pack = baquiano::kb::pack::Pack::from_static(baquiano_kb::PACK).unwrap();
        baquiano::HelpDesk::open(pack).unwrap().knowledge().catalog().unwrap().clone()
    }

    #[test]
    fn what_is_cut_ends_with_a_whole_character() {
        assert_eq!(cut("ñandú\n  ñ", 8), "ñandú");
        assert_eq!(cut("ñandú\u{7}x", 9), "ñandúx");
    }
}
