//! The rounds of the relay.

use std::fs::{File, TryLockError};

use baquiano::incident::render::{self, Block, Topic, View};
use baquiano::incident::{Change, Incident, Moment, Phase, Rules};
use baquiano::kb::Catalog;
use baquiano::kb::pack::PackError;
use baquiano::{Clock, HelpDesk};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use super::{Comment, Connector, ConnectorError, Mapping, MappingError, NewTicket, Place, Ticket};
use crate::in_spanish;
use crate::store::{Line, Link, Store, StoreError};

/// How long a ticket that was asked for without an answer may still come about. Chosen: a Request Tracker under load takes some seconds, and the answer was
/// waited for before.
const SETTLE_MS: i64 = 10_000;
/// The first wait after something was refused, and the longest. Chosen: what a person must mend there takes minutes to days.
const WAIT_MS: i64 = 30_000;
const LONGEST_WAIT_MS: i64 = 60 * 60 * 1000;
/// So many without an answer, one after the other, and the system is left alone until the next round.
const MOST_UNANSWERED: u32 = 3;

/// Why nothing is relayed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RelayError {
    /// The store can't be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The mapping doesn't fit the desk's catalog.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The other system isn't set up, or doesn't answer.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The knowledge base can't be read.
    #[error("the knowledge base can't be read: {0}")]
    Knowledge(String),
    /// Another relay has the store.
    #[error("another relay works on this store")]
    Running,
}

/// What a round has done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Round {
    /// Incidents that became a ticket.
    pub created: u64,
    /// Incidents whose ticket was brought up to date.
    pub updated: u64,
    /// Incidents that were changed because their ticket was.
    pub taken_back: u64,
    /// Tickets that were there twice and were merged.
    pub merged: u64,
    /// Incidents that wait for a later round.
    pub waiting: u64,
    /// What the other system doesn't do, by the desk's number.
    pub refused: Vec<(String, String)>,
    /// Why the round ended early.
    pub stopped: Option<ConnectorError>,
}

impl Round {
    /// Whether nothing was done and nothing is to be told.
    pub fn is_quiet(&self) -> bool {
        *self == Self { waiting: self.waiting, ..Self::default() }
    }
}

/// The relay of one store to one system.
pub struct Relay<'r, C> {
    store: &'r Store,
    desk: &'r HelpDesk,
    mapping: &'r Mapping,
    connector: &'r C,
    clock: &'r dyn Clock,
    /// Locked as long as this one works on the store.
    _lock: File,
}

impl<C> std::fmt::Debug for Relay<'_, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Relay").field("system", &self.mapping.system).finish_non_exhaustive()
    }
}

/// Why an incident doesn't get further in this round.
#[derive(Debug)]
enum Stop {
    Here(RelayError),
    There(ConnectorError),
}

impl<E: Into<RelayError>> From<E> for Stop {
    fn from(error: E) -> Self {
        match error.into() {
            RelayError::Connector(error) => Self::There(error),
            error => Self::Here(error),
        }
    }
}

/// What the names of things are.
struct Names<'n> {
    rules: &'n Rules,
    catalog: &'n Catalog,
}

impl<'r, C: Connector> Relay<'r, C> {
    /// A relay; the only one on its store.
    ///
    /// # Errors
    /// [`RelayError`].
    pub fn new(
        store: &'r Store,
        desk: &'r HelpDesk,
        mapping: &'r Mapping,
        connector: &'r C,
        clock: &'r dyn Clock,
    ) -> Result<Self, RelayError> {
        let path = store.beside(&format!("relay-{}.lock", mapping.system));
        let open = |source| StoreError::Open { path: path.clone(), source };
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(open)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(RelayError::Running),
            Err(TryLockError::Error(source)) => return Err(open(source).into()),
        }
        let kb = desk.knowledge();
        mapping.fits(kb.catalog().map_err(|error| RelayError::Knowledge(error.to_string()))?)?;
        Ok(Self { store, desk, mapping, connector, clock, _lock: lock })
    }

    /// Takes back what changed there, then forwards what changed here.
    ///
    /// # Errors
    /// [`RelayError::Store`] and [`RelayError::Knowledge`]; what the other system doesn't do is in the [`Round`].
    pub fn round(&self) -> Result<Round, RelayError> {
        let kb = self.desk.knowledge();
        let unread = |error: PackError| RelayError::Knowledge(error.to_string());
        let rules = kb.rules().map_err(unread)?.clone().with_facts(kb.facts().map_err(unread)?);
        let names = Names { catalog: kb.catalog().map_err(unread)?, rules: &rules };
        let mut round = Round::default();
        let mut unanswered = 0;
        match self.take_back(&names, &mut round) {
            Ok(()) => {}
            Err(Stop::Here(error)) => return Err(error),
            Err(Stop::There(error)) => {
                unanswered = 1;
                round.stopped = Some(error);
            }
        }
        let (due, waiting) = self.store.to_relay(&self.mapping.system, self.clock.now_ms())?;
        round.waiting = waiting;
        if matches!(round.stopped, Some(ConnectorError::Unauthorized(_))) {
            round.waiting += due.len() as u64;
            return Ok(round);
        }
        let mut left = due.len() as u64;
        for number in due {
            left -= 1;
            match self.forward(number, &names, &mut round) {
                Ok(true) => unanswered = 0,
                Ok(false) => round.waiting += 1,
                Err(Stop::Here(error)) => return Err(error),
                Err(Stop::There(error)) => {
                    let mut link = self.store.link(&self.mapping.system, number)?;
                    let refused = matches!(error, ConnectorError::Refused(_));
                    link.failures = link.failures.saturating_add(1);
                    let doubled = WAIT_MS.saturating_mul(1 << link.failures.saturating_sub(1).min(10)).min(LONGEST_WAIT_MS);
                    link.next_ms = self.clock.now_ms() + if refused { doubled } else { SETTLE_MS };
                    if refused {
                        let why = format!("{} no lo acepta: {error}", self.mapping.name);
                        link.wrong = Some(why.clone());
                        round.refused.push((crate::store::reference(number), why));
                        unanswered = 0;
                    } else {
                        round.waiting += 1;
                        unanswered += 1;
                    }
                    self.store.keep_link(&self.mapping.system, number, &link)?;
                    if matches!(error, ConnectorError::Unauthorized(_)) || unanswered >= MOST_UNANSWERED {
                        round.stopped = Some(error);
                        round.waiting += left;
                        break;
                    }
                }
            }
        }
        Ok(round)
    }

    fn now(&self, rules: &Rules) -> Moment {
        let now = self.clock.now_ms();
        Moment::new(now, rules.hours().offset_s(now))
    }

    /// Changes the incidents whose tickets were changed there.
    fn take_back(&self, names: &Names<'_>, round: &mut Round) -> Result<(), Stop> {
        let system = &self.mapping.system;
        let since = self.store.relay_mark(system)?;
        let (changed, until) = self.connector.changed(since.as_deref())?;
        for there in changed {
            match self.store.link_of(system, &there.ticket)? {
                Some((number, mut link)) if link.place.is_some() && link.place.as_ref() != Some(&there.place) => {
                    self.take(number, &mut link, &there.place, names, round)?;
                }
                Some(_) => {}
                None => {
                    let Some(number) = self.store.number_of(&there.id)? else { continue };
                    match self.adopt(number, &there.id, round) {
                        // The one that stays too much is seen to by people.
                        Err(Stop::There(ConnectorError::Refused(why))) => round.refused.push((crate::store::reference(number), why)),
                        other => other?,
                    }
                }
            }
        }
        if let Some(until) = until {
            self.store.keep_relay_mark(system, &until)?;
        }
        Ok(())
    }

    /// Takes over a ticket of an incident that isn't known: its making had no answer, or it is there twice.
    fn adopt(&self, number: i64, id: &str, round: &mut Round) -> Result<(), Stop> {
        let link = self.store.link(&self.mapping.system, number)?;
        match self.only(id, round)? {
            Some(first) if link.ticket.as_ref() != Some(&first) => {
                let link = Link { ticket: Some(first), settled: -1, revision: -1, place: None, ..link };
                Ok(self.store.keep_link(&self.mapping.system, number, &link)?)
            }
            _ => Ok(()),
        }
    }

    /// The ticket of an incident, made one if there are several.
    fn only(&self, id: &str, round: &mut Round) -> Result<Option<Ticket>, ConnectorError> {
        let mut found = self.connector.find(id)?.into_iter();
        let first = found.next();
        if let Some(first) = &first {
            for other in found {
                self.connector.merge(&other, first)?;
                round.merged += 1;
            }
        }
        Ok(first)
    }

    /// Changes an incident as its ticket was; false when somebody changes it in this very moment, and the next round must see to it.
    fn take(&self, number: i64, link: &mut Link, there: &Place, names: &Names<'_>, round: &mut Round) -> Result<bool, Stop> {
        let Some((incident, _)) = self.store.incident(number)? else { return Ok(true) };
        let (name, at) = (self.mapping.name.as_str(), self.now(names.rules));
        let class = incident.classification();
        // Only what moved there: what stayed may have been changed here since.
        let moved = |of: fn(&Place) -> &String| link.place.as_ref().is_none_or(|seen| of(seen) != of(there));
        let phase = self.mapping.phase(&there.status).filter(|_| moved(|place| &place.status));
        let area = self.mapping.level(&there.queue).filter(|level| *level != class.level && moved(|place| &place.queue));
        let area = area.and_then(|level| names.catalog.areas.iter().find(|area| area.level == level));
        let done = self.store.change(number, incident.revision(), self.clock.now_ms(), |own| {
            for to in phase.map(|phase| own.phase().way_to(phase)).unwrap_or_default() {
                let mut step = Change::step(name, to, &format!("{name}: {}", there.status));
                if let Some(code) = self.mapping.resolution(&there.status).filter(|_| to >= Phase::Resolved && own.resolution().is_none()) {
                    step = step.resolved_by(code, None);
                }
                own.change(at, step)?;
            }
            area.map_or(Ok(()), |area| own.hand_over(at, name, area.level, &area.id, ""))
        });
        link.wrong = self.mapping.unknown(there);
        match done {
            Ok(Some(())) => round.taken_back += u64::from(phase.is_some_and(|phase| phase != incident.phase()) || area.is_some()),
            Ok(None) => return Ok(false),
            Err(StoreError::Transition(refused)) => {
                let why = format!("{name}: está en «{}»; aquí no se pudo: {}", there.status, in_spanish(&refused));
                round.refused.push((crate::store::reference(number), why.clone()));
                link.wrong = Some(why);
            }
            Err(error) => return Err(error.into()),
        }
        if phase == Some(Phase::Recorded) && incident.phase() != Phase::Recorded {
            link.wrong = Some(format!("{name}: está en «{}»; aquí ya se clasificó", there.status));
        }
        link.place = Some(there.clone());
        self.store.keep_link(&self.mapping.system, number, link)?;
        Ok(true)
    }

    /// Brings the ticket of an incident up to date, or makes it; false when it must wait.
    fn forward(&self, number: i64, names: &Names<'_>, round: &mut Round) -> Result<bool, Stop> {
        let system = &self.mapping.system;
        let Some((incident, line)) = self.store.incident(number)? else { return Ok(true) };
        let mut link = self.store.link(system, number)?;
        let new = self.mapping.ticket(&line.reference, &incident, names.rules, what(&View::of(&incident, names.rules)));
        let Some(ticket) = self.ticket(number, &mut link, &new, round)? else { return Ok(false) };
        if link.settled != i64::from(incident.revision()) {
            let missing = self.connector.settle(&ticket, &new)?;
            link.missing = (!missing.is_empty()).then(|| format!("{} no guardó: {}", self.mapping.name, missing.join(", ")));
            link.settled = i64::from(incident.revision());
            // What is done needn't be done again when the way breaks further on.
            self.store.keep_link(system, number, &link)?;
        }
        if !incident.references().iter().any(|own| own.system == *system && own.number == ticket) {
            self.store.refer(number, system, &ticket, self.clock.now_ms())?;
        }
        let there = self.connector.place(&ticket)?;
        if link.place.as_ref().is_some_and(|seen| *seen != there) && !self.take(number, &mut link, &there, names, round)? {
            return Ok(false);
        }
        // As it is after all of that.
        let Some((incident, line)) = self.store.incident(number)? else { return Ok(true) };
        let wrong = self.bring(number, &ticket, &incident, there, &mut link)?;
        link.wrong = wrong.or_else(|| link.missing.clone());
        round.refused.extend(link.wrong.clone().map(|why| (line.reference.clone(), why)));
        self.store.keep_link(system, number, &link)?;
        self.tell(&ticket, &incident, &line, &mut link, names)?;
        if link.revision < 0 {
            round.created += 1
        } else {
            round.updated += 1
        }
        link.revision = i64::from(incident.revision());
        (link.failures, link.next_ms) = (0, 0);
        self.store.keep_link(system, number, &link)?;
        Ok(true)
    }

    /// The ticket of an incident: the one that is known, one that is found, or else a new one. None when an earlier one may still come about.
    fn ticket(&self, number: i64, link: &mut Link, new: &NewTicket, round: &mut Round) -> Result<Option<Ticket>, Stop> {
        if let Some(ticket) = &link.ticket {
            return Ok(Some(ticket.clone()));
        }
        let system = &self.mapping.system;
        let now = self.clock.now_ms();
        if link.asked_ms.is_some_and(|asked| (0..SETTLE_MS).contains(&(now - asked))) {
            return Ok(None);
        }
        let ticket = match self.only(&new.id, round)? {
            Some(found) => found,
            None => {
                link.asked_ms = Some(now);
                self.store.keep_link(system, number, link)?;
                match self.connector.create(new) {
                    Ok(made) => made,
                    Err(error) => {
                        link.asked_ms = Some(self.clock.now_ms());
                        self.store.keep_link(system, number, link)?;
                        return Err(error.into());
                    }
                }
            }
        };
        link.ticket = Some(ticket.clone());
        self.store.keep_link(system, number, link)?;
        Ok(Some(ticket))
    }

    /// Brings a ticket to where its incident is; else what it doesn't do, for people.
    fn bring(&self, number: i64, ticket: &str, incident: &Incident, there: Place, link: &mut Link) -> Result<Option<String>, Stop> {
        let wanted = self.mapping.wanted(incident, &there);
        let is = if wanted == there {
            there
        } else {
            // Half of it may be done when no answer comes: that is ours then, and no change of theirs.
            link.place = None;
            self.store.keep_link(&self.mapping.system, number, link)?;
            self.connector.bring(ticket, &there, &wanted, self.mapping.way(&wanted.status))?
        };
        let name = &self.mapping.name;
        let wrong = self.mapping.unknown(&is).or_else(|| {
            if is.status != wanted.status {
                Some(format!("{name} no lo pasa a «{}»: sigue en «{}»", wanted.status, is.status))
            } else {
                (is.queue != wanted.queue).then(|| format!("{name} no lo pasa a la cola «{}»: sigue en «{}»", wanted.queue, is.queue))
            }
        });
        link.place = Some(is);
        Ok(wrong)
    }

    /// Says in a ticket what it doesn't have yet: first the whole incident, then each entry of the history that isn't the other system's own.
    fn tell(&self, ticket: &str, incident: &Incident, line: &Line, link: &mut Link, names: &Names<'_>) -> Result<(), Stop> {
        let view = View::of(incident, names.rules);
        let mut comments = Vec::new();
        if link.events == 0 {
            comments.push(Comment { mark: format!("{}: el caso", line.reference), text: render::plain(&view), files: files(incident) });
        } else {
            let told = incident.history().iter().zip(history(&view)).enumerate().skip(link.events);
            for (at, (_, words)) in told.filter(|(_, (event, _))| event.by != self.mapping.name) {
                comments.push(Comment { mark: format!("{}: historia {}", line.reference, at + 1), text: words, files: Vec::new() });
            }
        }
        if !comments.is_empty() {
            // What was said without an answer isn't said again.
            let said = self.connector.said(ticket)?;
            for comment in comments.iter().filter(|comment| !said.contains(&comment.mark)) {
                self.connector.say(ticket, comment)?;
            }
        }
        link.events = incident.history().len();
        Ok(())
    }
}

/// What is wrong, for the ticket's first text.
fn what(view: &View) -> String {
    view.sections.iter().filter(|section| section.topic == Topic::What).map(render::plain_section).collect()
}

/// The history, each entry in words.
fn history(view: &View) -> impl Iterator<Item = String> {
    let blocks = view.sections.iter().filter(|section| section.topic == Topic::History).flat_map(|section| &section.blocks);
    blocks.flat_map(
        |block| if let Block::Table { rows, .. } = block { rows.iter().map(|row| render::cells(row)).collect() } else { Vec::new() },
    )
}

/// The files of an incident, with names that every system takes: Request Tracker keeps others damaged.
fn files(incident: &Incident) -> Vec<super::File> {
    let name = |name: &str| -> String {
        let kept = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' };
        name.chars().map(kept).collect::<String>().trim_start_matches('.').to_owned()
    };
    let file = |own: &baquiano::incident::Attachment| {
        Some(super::File { name: name(&own.name), media_type: own.media_type.name().to_owned(), base64: STANDARD.encode(own.decoded()?) })
    };
    incident.attachments().iter().filter_map(file).collect()
}
