//! The life of an incident: six phases, and a history that is only appended to.
//!
//! The phases are those of the desk's own procedure (ITIL's incident management): detection and recording, classification and initial support,
//! investigation and diagnosis, resolution and recovery, closure, and monitoring, follow-up and communication.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::record::{Moment, RecordError};

/// Days after its closing within which an incident is reopened; later it is a new one with a parent. Chosen: a field worker comes back to a village
/// about every other week.
pub const REOPEN_DAYS: i64 = 14;

/// Most entries of a history. Chosen: each may be a page, and the record must stay below what is read.
const MOST_EVENTS: usize = 100;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Where in its life an incident is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Phase {
    /// It was detected and recorded.
    Recorded,
    /// It was classified, and has had initial support.
    Classified,
    /// It is being investigated and diagnosed.
    Investigating,
    /// The work goes on; the user is to confirm it.
    Resolved,
    /// It is closed.
    Closed,
    /// It is closed, and watched: did it come back, does the user know?
    FollowUp,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 6] = [Self::Recorded, Self::Classified, Self::Investigating, Self::Resolved, Self::Closed, Self::FollowUp];

    /// Whether an incident may go from here to another phase. (When it may be reopened depends on the time, too.)
    pub fn leads_to(self, to: Self) -> bool {
        use Phase::{Classified, Closed, FollowUp, Investigating, Recorded, Resolved};
        matches!(
            (self, to),
            // Closed at once: a duplicate, or withdrawn.
            (Recorded, Classified | Closed)
                // Initial support may end it, on the phone itself.
                | (Classified, Investigating | Resolved | Closed)
                // Another service's after all.
                | (Investigating, Classified | Resolved | Closed)
                | (Resolved, Closed | Investigating)
                | (Closed, FollowUp | Investigating)
                | (FollowUp, Closed | Investigating)
        )
    }

    /// Whether going to `to` opens again what was resolved or closed.
    pub fn reopens(self, to: Self) -> bool {
        self >= Self::Resolved && to == Self::Investigating
    }

    /// The phases on the shortest legal way from here to another, that one last; none when it is here already, and none to [`Phase::Recorded`].
    pub fn way_to(self, to: Self) -> Vec<Self> {
        let mut ways: Vec<Vec<Self>> = vec![Vec::new()];
        let mut seen = vec![self];
        while !seen.contains(&to) {
            let longer = ways.iter().flat_map(|way| {
                let end = way.last().copied().unwrap_or(self);
                let next = Self::ALL.into_iter().filter(move |next| end.leads_to(*next));
                next.map(|next| way.iter().copied().chain([next]).collect::<Vec<_>>())
            });
            ways = longer.filter(|way| way.last().is_some_and(|end| !seen.contains(end))).collect();
            seen.extend(ways.iter().filter_map(|way| way.last()));
            if ways.is_empty() {
                return Vec::new();
            }
        }
        ways.into_iter().find(|way| way.last() == Some(&to)).unwrap_or_default()
    }

    /// The name of the phase, for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recorded => "Registrado",
            Self::Classified => "Clasificado",
            Self::Investigating => "En investigación",
            Self::Resolved => "Resuelto",
            Self::Closed => "Cerrado",
            Self::FollowUp => "En seguimiento",
        }
    }
}

/// One entry of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Event {
    /// When.
    pub at: Moment,
    /// Who: an alias, or `app` or `desk`.
    pub by: String,
    /// The phase before; none for the first entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Phase>,
    /// The phase after; the same as before when something was only said.
    pub to: Phase,
    /// Why, redacted.
    pub why: String,
}

/// How an incident was ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub struct Resolution {
    /// What ended it.
    pub code: ResolutionCode,
    /// In words, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What ended an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum ResolutionCode {
    /// A remedy mended the cause.
    Fixed,
    /// The work goes on another way; the cause stays.
    Workaround,
    /// It was explained; nothing was broken.
    Explained,
    /// Access or an account was given.
    Granted,
    /// Another incident is the same.
    Duplicate,
    /// The user took it back.
    Withdrawn,
    /// It can't be mended, or couldn't be seen again.
    NotFixed,
}

impl ResolutionCode {
    /// The code in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fixed => "Se arregló la causa",
            Self::Workaround => "Se puede trabajar de otra forma",
            Self::Explained => "Se explicó; no había daño",
            Self::Granted => "Se dio el acceso",
            Self::Duplicate => "Está repetido",
            Self::Withdrawn => "El usuario lo retiró",
            Self::NotFixed => "No se pudo arreglar",
        }
    }
}

/// What the user thinks of how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Satisfaction {
    /// 1 (bad) to 5 (good).
    #[cfg_attr(feature = "author", schemars(range(min = 1, max = 5)))]
    pub score: u8,
    /// In words, redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A change of an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Who makes it.
    pub by: String,
    /// Why.
    pub why: String,
    /// The phase that it goes to; none: something is only said.
    pub to: Option<Phase>,
    /// What ended it: needed to resolve or to close what wasn't resolved.
    pub resolution: Option<Resolution>,
    /// What the user thinks of how it went.
    pub satisfaction: Option<Satisfaction>,
}

impl Change {
    /// Something that is only said: follow-up, and what was told to the user.
    pub fn note(by: &str, why: &str) -> Self {
        Self { by: by.to_owned(), why: why.to_owned(), to: None, resolution: None, satisfaction: None }
    }

    /// A step into another phase.
    pub fn step(by: &str, to: Phase, why: &str) -> Self {
        Self { to: Some(to), ..Self::note(by, why) }
    }

    /// Every text of it that a person wrote.
    pub(super) fn scrub(&mut self, text: impl Fn(&mut String)) {
        text(&mut self.by);
        text(&mut self.why);
        scrub_ends(&mut self.resolution, &mut self.satisfaction, &text);
    }

    /// The same with what ended it.
    #[must_use]
    pub fn resolved_by(mut self, code: ResolutionCode, note: Option<&str>) -> Self {
        self.resolution = Some(Resolution { code, note: note.map(ToOwned::to_owned) });
        self
    }
}

/// Why an incident can't be changed so.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TransitionError {
    /// This phase doesn't follow that one.
    #[error("an incident can't go from {} to {}: from there it goes to {}", from.name(), to.name(), names(*from))]
    Illegal {
        /// The phase that it is in.
        from: Phase,
        /// The phase that was asked for.
        to: Phase,
    },
    /// It was closed too long ago.
    #[error("it was closed on {closed}, more than {REOPEN_DAYS} days ago: file a new incident with this one as its parent")]
    TooLate {
        /// When it was closed.
        closed: String,
    },
    /// What ended it isn't said.
    #[error("say what ended it: a resolution is needed to go to {}", .0.name())]
    NoResolution(Phase),
    /// The history is full.
    #[error("the history has {MOST_EVENTS} entries, and no room for more: file a new incident with this one as its parent")]
    TooMany,
    /// The score is out of range.
    #[error("satisfaction is a score from 1 to 5")]
    NoSatisfaction,
}

fn names(from: Phase) -> String {
    let next: Vec<&str> = Phase::ALL.into_iter().filter(|to| from.leads_to(*to)).map(Phase::name).collect();
    next.join(", ")
}

/// The part of an incident that its life changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub(super) struct Life {
    /// The phase that it is in.
    pub(super) phase: Phase,
    /// What happened, oldest first.
    #[cfg_attr(feature = "author", schemars(length(min = 1)))]
    pub(super) history: Vec<Event>,
    /// What ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resolution: Option<Resolution>,
    /// What the user thinks of how it went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) satisfaction: Option<Satisfaction>,
}

impl Life {
    /// A life that begins.
    pub(super) fn begin(at: Moment, by: &str, why: String) -> Self {
        let first = Event { at, by: by.to_owned(), from: None, to: Phase::Recorded, why };
        Self { phase: Phase::Recorded, history: vec![first], resolution: None, satisfaction: None }
    }

    /// Changes it, or leaves it as it is.
    pub(super) fn change(&mut self, at: Moment, change: Change) -> Result<(), TransitionError> {
        let to = change.to.unwrap_or(self.phase);
        let reopens = self.phase.reopens(to);
        if self.history.len() >= MOST_EVENTS {
            return Err(TransitionError::TooMany);
        }
        if change.to.is_some() && !self.phase.leads_to(to) {
            return Err(TransitionError::Illegal { from: self.phase, to });
        }
        if let Some(closed) = self.closed().filter(|closed| reopens && at.ms() - closed.ms() > REOPEN_DAYS * DAY_MS) {
            return Err(TransitionError::TooLate { closed: closed.to_string() });
        }
        let ends = matches!(to, Phase::Resolved | Phase::Closed) && change.to.is_some();
        if ends && change.resolution.is_none() && self.resolution.is_none() {
            return Err(TransitionError::NoResolution(to));
        }
        // In any phase: a phone doesn't hear that the desk resolved it.
        if change.satisfaction.as_ref().is_some_and(|own| !(1..=5).contains(&own.score)) {
            return Err(TransitionError::NoSatisfaction);
        }
        // Opened again, it isn't ended; the history says how it was.
        if reopens {
            self.resolution = None;
        }
        self.resolution = change.resolution.or_else(|| self.resolution.take());
        self.satisfaction = change.satisfaction.or_else(|| self.satisfaction.take());
        self.history.push(Event { at, by: change.by, from: Some(self.phase), to, why: change.why });
        self.phase = to;
        Ok(())
    }

    /// Every text of it that a person wrote.
    pub(super) fn scrub(&mut self, text: impl Fn(&mut String)) {
        for event in &mut self.history {
            text(&mut event.by);
            text(&mut event.why);
        }
        scrub_ends(&mut self.resolution, &mut self.satisfaction, &text);
    }

    /// Something is said.
    pub(super) fn note(&mut self, at: Moment, by: &str, why: String) {
        // How often it happened is in the record anyway.
        if self.history.len() < MOST_EVENTS {
            self.history.push(Event { at, by: by.to_owned(), from: Some(self.phase), to: self.phase, why });
        }
    }

    /// Whether the history is a walk that leads to the phase.
    pub(super) fn check(&self) -> Result<(), RecordError> {
        let joined = self.history.windows(2).all(|pair| match pair {
            [before, after] => after.from == Some(before.to) && (before.to == after.to || before.to.leads_to(after.to)),
            _ => true,
        });
        let ends = self.history.last().is_some_and(|last| last.to == self.phase);
        if joined && ends { Ok(()) } else { Err(RecordError::History(self.phase.name())) }
    }

    /// When it was closed last, if it is closed.
    fn closed(&self) -> Option<Moment> {
        let is_closed = matches!(self.phase, Phase::Closed | Phase::FollowUp);
        let closing =
            |event: &&Event| event.to == Phase::Closed && event.from.is_some_and(|from| from != Phase::Closed && from != Phase::FollowUp);
        self.history.iter().rev().find(closing).map(|event| event.at).filter(|_| is_closed)
    }
}

fn scrub_ends(resolution: &mut Option<Resolution>, satisfaction: &mut Option<Satisfaction>, text: &impl Fn(&mut String)) {
    let notes = [resolution.as_mut().map(|own| &mut own.note), satisfaction.as_mut().map(|own| &mut own.comment)];
    notes.into_iter().flatten().flatten().for_each(text);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(day: i64) -> Moment {
        Moment::new(day * DAY_MS, -21_600)
    }

    fn closed_on(day: i64) -> Life {
        let mut life = Life::begin(at(0), "app", "Se detectó.".to_owned());
        life.change(at(0), Change::step("desk", Phase::Classified, "GPS")).unwrap();
        let fixed = |to| Change::step("desk", to, "Se activó la ubicación.").resolved_by(ResolutionCode::Fixed, None);
        life.change(at(1), fixed(Phase::Resolved)).unwrap();
        life.change(at(day), Change::step("desk", Phase::Closed, "Confirmó.")).unwrap();
        life
    }

    #[test]
    fn it_is_opened_again_within_the_window_and_not_later() {
        let mut life = closed_on(2);
        life.change(at(3), Change::step("desk", Phase::FollowUp, "Se llamó.")).unwrap();
        let again = || Change::step("maria", Phase::Investigating, "Volvió a pasar.");
        let mut late = life.clone();
        assert!(matches!(late.change(at(2 + REOPEN_DAYS + 1), again()), Err(TransitionError::TooLate { .. })));
        assert_eq!(late, life, "what is refused changes nothing");
        life.change(at(2 + REOPEN_DAYS), again()).unwrap();
        assert_eq!((life.phase, life.resolution.is_none(), life.history.len()), (Phase::Investigating, true, 6));
    }

    #[test]
    fn the_way_from_each_phase_to_each_is_legal_and_short() {
        for (from, to) in Phase::ALL.into_iter().flat_map(|from| Phase::ALL.map(|to| (from, to))) {
            let way = from.way_to(to);
            let mut at = from;
            for next in &way {
                assert!(at.leads_to(*next), "{from:?} {to:?}: {way:?}");
                at = *next;
            }
            // Nothing comes back to where it was only recorded.
            assert_eq!(at == to, from == to || to != Phase::Recorded, "{from:?} {to:?}: {way:?}");
            assert!(way.len() <= 3 && (from != to || way.is_empty()));
        }
        assert_eq!(Phase::Recorded.way_to(Phase::Resolved), [Phase::Classified, Phase::Resolved]);
    }

    #[test]
    fn nothing_ends_without_a_resolution_nor_is_liked_before() {
        let mut life = Life::begin(at(0), "app", String::new());
        let closed = Change::step("desk", Phase::Closed, "Repetido.");
        assert_eq!(life.change(at(0), closed.clone()), Err(TransitionError::NoResolution(Phase::Closed)));
        let liked = |score| Change { satisfaction: Some(Satisfaction { score, comment: None }), ..Change::note("maria", "") };
        assert_eq!(life.change(at(0), liked(0)), Err(TransitionError::NoSatisfaction));
        life.change(at(0), closed.resolved_by(ResolutionCode::Duplicate, None)).unwrap();
        assert_eq!(life.change(at(0), liked(6)), Err(TransitionError::NoSatisfaction));
        life.change(at(0), liked(5)).unwrap();
        let illegal = life.change(at(0), Change::step("desk", Phase::Resolved, "")).unwrap_err();
        assert_eq!(
            illegal.to_string(),
            "an incident can't go from Cerrado to Resuelto: from there it goes to En investigación, En seguimiento"
        );
    }

    proptest! {
        #[test]
        fn a_history_only_grows_and_is_a_legal_walk(steps in prop::collection::vec((0_usize..7, 0_i64..40, any::<bool>()), 0..30)) {
            let mut life = Life::begin(at(0), "app", String::new());
            let mut day = 0;
            for (to, days, with) in steps {
                day += days;
                let mut change = Phase::ALL.get(to).map_or(Change::note("desk", "dicho"), |to| Change::step("desk", *to, "paso"));
                if with { change = change.resolved_by(ResolutionCode::Fixed, None); }
                let before = life.clone();
                let done = life.change(at(day), change);
                prop_assert_eq!(life.history.get(..before.history.len()), Some(&before.history[..]));
                prop_assert_eq!(life.history.len(), before.history.len() + usize::from(done.is_ok()));
                if done.is_err() { prop_assert_eq!(&life, &before); }
                for pair in life.history.windows(2) {
                    prop_assert_eq!(pair[1].from, Some(pair[0].to));
                    prop_assert!(pair[0].to == pair[1].to || pair[0].to.leads_to(pair[1].to));
                }
                prop_assert!(life.phase < Phase::Resolved || life.resolution.is_some());
            }
        }
    }
}
