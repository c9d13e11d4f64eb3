//! The desk's rules, ready to judge with: how urgent an incident is, who takes it, and until when.
//!
//! All of it stands in the catalog. What was judged is explained in Spanish, for technicians: «P2 porque…».

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::hours::{HoursError, SupportHours};
use super::record::{Due, Moment};
use crate::kb::{App, AppId, Area, Catalog, Escalation, Fact, FactId, FactValue, Service, ServiceId, Target};

/// The service that distributes what nobody is sure of.
pub const TRIAGE: &str = "mesa-de-ayuda";

/// From this confidence on the search is believed when it says which service it is. Measured on the 897 questions of `kb/tests`: the service of the first hit
/// is right in 98 of 100 at or above it, in half below.
pub const SURE: f32 = 0.7;

/// How urgent an incident is: P1 is the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Priority(u8);

impl Priority {
    /// The most urgent.
    pub const P1: Self = Self(1);
    /// The second.
    pub const P2: Self = Self(2);

    /// 1 for the most urgent.
    pub fn rank(self) -> u8 {
        self.0
    }

    /// Whether it is never given up for lack of room.
    pub fn is_urgent(self) -> bool {
        self <= Self::P2
    }
}

/// Why a text is no priority.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no priority: use P1 to P9")]
pub struct PriorityError(String);

impl FromStr for Priority {
    type Err = PriorityError;

    fn from_str(text: &str) -> Result<Self, PriorityError> {
        match text.as_bytes() {
            [b'P', rank @ b'1'..=b'9'] => Ok(Self(rank - b'0')),
            _ => Err(PriorityError(text.chars().take(20).collect())),
        }
    }
}

impl TryFrom<String> for Priority {
    type Error = PriorityError;

    fn try_from(text: String) -> Result<Self, PriorityError> {
        text.parse()
    }
}

impl From<Priority> for String {
    fn from(priority: Priority) -> Self {
        priority.to_string()
    }
}

#[cfg(feature = "uniffi")]
uniffi::custom_type!(Priority, String);

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

/// What said which service it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub enum Basis {
    /// The cause that was found.
    Fault,
    /// Whoever filed it.
    Given,
    /// The user's words.
    Words,
    /// Nobody: triage.
    Triage,
}

/// How urgent an incident is, who takes it, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Classification {
    /// 1 (high) to 3.
    pub impact: u8,
    /// 1 (high) to 3.
    pub urgency: u8,
    /// What the matrix makes of them.
    pub priority: Priority,
    /// Which matrix that was.
    pub matrix_version: u32,
    /// The support level, 1 to 3.
    pub level: u8,
    /// The area of the catalog.
    pub area: String,
    /// What said which service it is.
    pub basis: Basis,
    /// How sure the search was of it, 0 to 1, where the words said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
    /// Why, in sentences.
    pub why: Vec<String>,
}

/// What the search makes of the user's words.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// The likeliest service.
    pub service: ServiceId,
    /// How sure, 0 to 1.
    pub confidence: f32,
}

/// What an incident is judged by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Findings<'f> {
    /// The service, when it is known.
    pub service: Option<&'f ServiceId>,
    /// Who takes it by the cause that was found.
    pub escalation: Option<&'f Escalation>,
    /// What the cause is called.
    pub fault: Option<&'f str>,
    /// What the words say.
    pub guess: Option<&'f Guess>,
    /// The impact, when a person judged it.
    pub impact: Option<u8>,
    /// The urgency, when a person judged it.
    pub urgency: Option<u8>,
}

/// Why the catalog can't be judged with.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RulesError {
    /// The support hours.
    #[error(transparent)]
    Hours(#[from] HoursError),
    /// The matrix or the targets.
    #[error("catalog, priorities: {0}")]
    Priorities(String),
    /// There is no triage.
    #[error("catalog, services: `{TRIAGE}` is missing; it takes what nobody is sure of")]
    NoTriage,
}

/// The desk's rules.
#[derive(Debug, Clone)]
pub struct Rules {
    hours: SupportHours,
    services: Vec<Service>,
    triage: Service,
    areas: Vec<Area>,
    apps: Vec<App>,
    facts: Vec<Fact>,
    /// By impact and urgency, each from 1.
    matrix: [[Priority; 3]; 3],
    matrix_version: u32,
    targets: Vec<(Priority, Target)>,
}

impl Rules {
    /// The rules of a catalog.
    ///
    /// # Errors
    /// [`RulesError`] names the field at fault. The authors' checks let no such catalog pass.
    pub fn new(catalog: &Catalog) -> Result<Self, RulesError> {
        let priorities = &catalog.priorities;
        let wrong = RulesError::Priorities;
        let mut matrix = [[Priority::P1; 3]; 3];
        for (impact, row) in (1..).zip(&mut matrix) {
            for (urgency, cell) in (1..).zip(row) {
                let written = priorities
                    .matrix
                    .get(&impact.to_string())
                    .and_then(|row: &std::collections::BTreeMap<String, String>| row.get(&urgency.to_string()));
                let written = written.ok_or_else(|| wrong(format!("impact {impact}, urgency {urgency} is missing in the matrix")))?;
                *cell = written.parse().map_err(|error: PriorityError| wrong(error.to_string()))?;
                if !priorities.targets.contains_key(written) {
                    return Err(wrong(format!("{written} has no targets")));
                }
            }
        }
        let target = |(priority, target): (&String, &Target)| Some((priority.parse().ok()?, *target));
        let triage = catalog.services.iter().find(|service| service.id.as_str() == TRIAGE).ok_or(RulesError::NoTriage)?;
        Ok(Self {
            hours: SupportHours::new(&catalog.hours)?,
            services: catalog.services.clone(),
            triage: triage.clone(),
            areas: catalog.areas.clone(),
            apps: catalog.apps.clone(),
            facts: Vec::new(),
            matrix,
            matrix_version: priorities.matrix_version,
            targets: priorities.targets.iter().filter_map(target).collect(),
        })
    }

    /// The same with the facts of the knowledge base, so that a rendering says them in words and not by their ids.
    #[must_use]
    pub fn with_facts(mut self, facts: &[Fact]) -> Self {
        self.facts = facts.to_vec();
        self
    }

    /// The support hours.
    pub fn hours(&self) -> &SupportHours {
        &self.hours
    }

    /// The name of a service.
    pub fn service_name<'r>(&'r self, id: &'r ServiceId) -> &'r str {
        self.services.iter().find(|service| service.id == *id).map_or(id.as_str(), |service| &service.name)
    }

    /// The name of an area.
    pub fn area_name<'r>(&'r self, id: &'r str) -> &'r str {
        self.areas.iter().find(|area| area.id == id).map_or(id, |area| &area.name)
    }

    /// The name of an app.
    pub fn app_name<'r>(&'r self, id: &'r AppId) -> &'r str {
        self.apps.iter().find(|app| app.id == *id).map_or(id.as_str(), |app| &app.name)
    }

    /// What people are asked to learn a fact; its id where there is no such question, or the facts aren't known ([`Rules::with_facts`]).
    pub fn fact_name<'r>(&'r self, id: &'r FactId) -> &'r str {
        self.fact(id).and_then(|fact| fact.question.as_deref()).unwrap_or(id.as_str())
    }

    /// A value of a fact in words.
    pub fn fact_value(&self, id: &FactId, value: &FactValue) -> String {
        let fact = self.fact(id);
        let answer = fact.and_then(|fact| fact.answer(value));
        match (answer, value, fact.and_then(|fact| fact.unit.as_deref())) {
            (Some(answer), ..) => answer.to_owned(),
            (None, FactValue::Bool(yes), _) => if *yes { "Sí" } else { "No" }.to_owned(),
            (None, FactValue::Int(number), Some(unit)) => format!("{number} {}", unit_name(unit)),
            (None, value, _) => value.to_string(),
        }
    }

    fn fact(&self, id: &FactId) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.id == *id || fact.aliases.contains(id))
    }

    /// Judges an incident: its service, and how urgent it is, who takes it, and why.
    pub fn classify(&self, findings: &Findings<'_>) -> (ServiceId, Classification) {
        let known = |id: &ServiceId| self.services.iter().find(|service| service.id == *id);
        let by_words = findings.guess.filter(|guess| guess.confidence >= SURE).and_then(|guess| known(&guess.service));
        let (basis, service) = match (findings.service.and_then(known), by_words) {
            (Some(service), _) if findings.escalation.is_some() => (Basis::Fault, service),
            (Some(service), _) => (Basis::Given, service),
            (None, Some(service)) => (Basis::Words, service),
            (None, None) => (Basis::Triage, &self.triage),
        };
        let clamped = |judged: Option<u8>, usual: u8| judged.unwrap_or(usual).clamp(1, 3);
        let (impact, urgency) = (clamped(findings.impact, service.impact), clamped(findings.urgency, service.urgency));
        let priority = self.priority(impact, urgency);
        let (level, area) = match findings.escalation {
            Some(escalation) => (escalation.level, escalation.area.clone()),
            None => (service.level, service.area.clone()),
        };
        let confidence = findings.guess.map(|guess| guess.confidence).filter(|_| matches!(basis, Basis::Words | Basis::Triage));
        let classification = Classification {
            impact,
            urgency,
            priority,
            matrix_version: self.matrix_version,
            level,
            area,
            basis,
            confidence,
            why: Vec::new(),
        };
        let why = self.why(&classification, service, findings);
        (service.id.clone(), Classification { why, ..classification })
    }

    /// What the matrix makes of impact and urgency, each 1 to 3.
    pub fn priority(&self, impact: u8, urgency: u8) -> Priority {
        let place = |judged: u8| usize::from(judged.clamp(1, 3) - 1);
        self.matrix.get(place(impact)).and_then(|row| row.get(place(urgency))).copied().unwrap_or(Priority::P1)
    }

    fn why(&self, of: &Classification, service: &Service, findings: &Findings<'_>) -> Vec<String> {
        let sure = of.confidence.map_or(0.0, |confidence| (confidence * 100.0).round());
        let name = &service.name;
        let by = match of.basis {
            Basis::Fault => {
                format!("El servicio es «{name}»: lo dice la guía, con la causa «{}».", findings.fault.unwrap_or("desconocida"))
            }
            Basis::Given => format!("El servicio es «{name}»: lo dijo quien registró el caso."),
            Basis::Words => format!("El servicio es «{name}»: lo dicen las palabras del usuario, con una seguridad de {sure} %."),
            Basis::Triage if of.confidence.is_some() => {
                format!("Va a «{name}» para clasificarlo: las palabras del usuario no bastan (seguridad de {sure} %).")
            }
            Basis::Triage => format!("Va a «{name}» para clasificarlo: nadie dijo de qué servicio es."),
        };
        let judged = |by: Option<u8>| if by.is_some() { "lo puso quien registró el caso" } else { "es lo usual del servicio" };
        let degree = |degree: u8, words: [&'static str; 3]| words[usize::from(degree.clamp(1, 3) - 1)];
        let urgent = format!(
            "{} porque el impacto es {} ({}) y la urgencia es {} ({}), según la matriz {}.",
            of.priority,
            degree(of.impact, ["alto", "medio", "bajo"]),
            judged(findings.impact),
            degree(of.urgency, ["alta", "media", "baja"]),
            judged(findings.urgency),
            of.matrix_version
        );
        let area = self.area_name(&of.area);
        vec![by, urgent, format!("Lo atiende el nivel {}: {area}.", of.level)]
    }

    /// Until when the desk promises what, for an incident that was filed then. None when the desk doesn't open any more.
    pub fn due(&self, priority: Priority, filed_ms: i64) -> Option<Due> {
        let (_, target) = self.targets.iter().find(|(own, _)| *own == priority)?;
        let after = |minutes| Some(self.moment(self.hours.due(filed_ms, minutes)?));
        Some(Due { response: after(target.response_min)?, resolution: after(target.resolution_min)? })
    }

    /// A moment in the desk's zone.
    pub fn moment(&self, at_ms: i64) -> Moment {
        Moment::new(at_ms, self.hours.offset_s(at_ms))
    }

    /// What the user is told when a case was filed.
    pub fn promise(&self, due: Option<Due>, now_ms: i64) -> String {
        let attends = format!("Su caso quedó registrado. La Mesa de Ayuda atiende {}", self.hours.week());
        match due {
            Some(due) => {
                // «el lunes 30 de noviembre antes de las 9:00 de la mañana»
                let when = self.hours.say(due.response.ms(), now_ms).replacen(" a la", " antes de la", 1);
                format!("{attends}; le responderán {when}.")
            }
            None => format!("{attends}."),
        }
    }
}

/// A unit as it is written behind a number.
fn unit_name(unit: &str) -> &str {
    match unit {
        "mb" => "MB",
        "db-hz" => "dB-Hz",
        "days" => "días",
        own => own,
    }
}
