//! Incidents: taken in once for each key, changed one at a time, listed.

use baquiano::incident::{Incident, IncidentId, Phase};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

use super::{Store, StoreError, rows};

/// Most lines of a page of the list. Chosen: two screens of 1366×768.
pub(crate) const PAGE: usize = 50;

/// What became of a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Received {
    /// It is new.
    New(i64),
    /// The same came before, under the same key.
    Known(i64),
    /// Something else came before under the same key.
    Conflict,
}

/// Where an incident is, for who filed it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    /// The desk's number.
    pub(crate) reference: String,
    /// Where in its life it is.
    pub(crate) phase: Phase,
    /// The same in words.
    pub(crate) state: &'static str,
}

/// An incident in a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// Its number.
    pub(crate) number: i64,
    /// The same as the user sees it.
    pub(crate) reference: String,
    /// Its id.
    pub(crate) id: String,
    /// One line.
    pub(crate) summary: String,
    /// The service.
    pub(crate) service: String,
    /// The app.
    pub(crate) app: Option<String>,
    /// The phone's maker.
    pub(crate) vendor: Option<String>,
    /// The support level.
    pub(crate) level: u8,
    /// 1 for the most urgent.
    pub(crate) priority: u8,
    /// Where in its life it is.
    pub(crate) phase: Phase,
    /// The cause that was found.
    pub(crate) fault: Option<String>,
    /// When it came, in milliseconds since 1970.
    pub(crate) received_ms: i64,
    /// Until when the desk promised to answer.
    pub(crate) due_ms: Option<i64>,
    /// The incident that it is a repeat of.
    pub(crate) merged_into: Option<i64>,
    /// How many open ones have the same cause, itself among them.
    pub(crate) alike: u32,
}

/// Which incidents are listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Filter {
    /// Those that are still worked on, or else all.
    pub(crate) open: bool,
    /// Of one phase.
    pub(crate) phase: Option<Phase>,
    /// Of one support level.
    pub(crate) level: Option<u8>,
    /// Of one service.
    pub(crate) service: Option<String>,
    /// Of one app.
    pub(crate) app: Option<String>,
    /// With a text in its line or its number.
    pub(crate) text: Option<String>,
    /// Which page, 0 the first.
    pub(crate) page: usize,
    /// At most so many; none for all.
    pub(crate) most: Option<u32>,
}

/// The number as people see it.
pub(crate) fn reference(number: i64) -> String {
    format!("MA-{number:06}")
}

/// The number that people see.
pub(crate) fn number(reference: &str) -> Option<i64> {
    reference.strip_prefix("MA-")?.parse().ok().filter(|number| *number > 0)
}

/// A delivery, as it came.
#[derive(Debug)]
pub(crate) struct Delivered<'d> {
    pub(crate) key: &'d str,
    pub(crate) hash: [u8; 32],
    /// Whose token it came with.
    pub(crate) token: &'d str,
    pub(crate) now_ms: i64,
}

impl Store {
    /// What came before under the same key; none when nothing did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn known(&self, delivered: &Delivered<'_>) -> Result<Option<Received>, StoreError> {
        self.read(|from| known(from, delivered))
    }

    /// Takes an incident in, new or changed. It is on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing of it is kept.
    pub(crate) fn receive(&self, delivered: &Delivered<'_>, incident: &Incident) -> Result<Received, StoreError> {
        self.write(|to| {
            if let Some(known) = known(to, delivered)? {
                return Ok(known);
            }
            let id = incident.id().to_string();
            let kept: Option<(i64, String)> = to
                .query_row("SELECT number, record FROM incident WHERE id = ?1", [&id], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let number = match kept {
                None => insert(to, incident, delivered.now_ms)?,
                Some((number, record)) => {
                    let mut own = read(&record)?;
                    let since = i64::from(own.revision());
                    // The desk changes it, too: what came is then told within what the desk has, not in its place.
                    let theirs: i64 = to.query_row("SELECT from_outside FROM incident WHERE number = ?1", [number], |row| row.get(0))?;
                    if since == theirs && incident.revision() > own.revision() {
                        let mut newer = incident.clone();
                        own.references().iter().for_each(|known| newer.refer(&known.system, &known.number));
                        update(to, number, &newer, delivered.now_ms)?;
                        to.execute("UPDATE incident SET from_outside = revision WHERE number = ?1", [number])?;
                    } else if since != theirs {
                        own.take_in(incident.times().updated, incident);
                        update(to, number, &own, delivered.now_ms)?;
                    }
                    number
                }
            };
            to.execute(
                "INSERT INTO delivery (key, hash, number, token, received_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![delivered.key, delivered.hash, number, delivered.token, delivered.now_ms],
            )?;
            Ok(Received::New(number))
        })
    }

    /// Takes a receipt in: what a phone gave up, with its reasons.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn receive_receipt(&self, delivered: &Delivered<'_>, body: &str) -> Result<Received, StoreError> {
        self.write(|to| {
            if let Some(known) = known(to, delivered)? {
                return Ok(known);
            }
            to.execute(
                "INSERT INTO delivery (key, hash, token, received_ms, body) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![delivered.key, delivered.hash, delivered.token, delivered.now_ms, body],
            )?;
            Ok(Received::New(0))
        })
    }

    /// Where the incident of a delivery is; none when nothing came under the key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn delivered(&self, key: &str) -> Result<Option<Option<State>>, StoreError> {
        self.read(|from| {
            let row: Option<(Option<i64>, Option<String>)> = from
                .query_row(
                    "SELECT d.number, i.phase FROM delivery d LEFT JOIN incident i ON i.number = d.number WHERE d.key = ?1",
                    [key],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
                .optional()?;
            let Some((number, phase)) = row else { return Ok(None) };
            let Some((number, phase)) = number.zip(phase) else { return Ok(Some(None)) };
            let phase = phase_of(&phase)?;
            Ok(Some(Some(State { reference: reference(number), phase, state: phase.name() })))
        })
    }

    /// An incident by its number, with the one that it is a repeat of.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn incident(&self, number: i64) -> Result<Option<(Incident, Line)>, StoreError> {
        self.read(|from| {
            let Some(incident) = kept(from, number)? else { return Ok(None) };
            let line = from.query_row(&format!("{LINE} WHERE i.number = ?1"), [number], line)??;
            Ok(Some((incident, line)))
        })
    }

    /// Changes an incident, unless it was changed since revision `seen`: then nobody's change is lost, and the person looks again.
    ///
    /// # Errors
    /// [`StoreError::Transition`] when the change isn't allowed; then it stays as it was.
    pub(crate) fn change<T>(
        &self,
        number: i64,
        seen: u32,
        now_ms: i64,
        change: impl FnOnce(&mut Incident) -> Result<T, baquiano::incident::TransitionError>,
    ) -> Result<Option<T>, StoreError> {
        self.write(|to| {
            let mut incident = kept(to, number)?.ok_or_else(|| StoreError::Missing(reference(number)))?;
            if incident.revision() != seen {
                return Ok(None);
            }
            let done = change(&mut incident)?;
            update(to, number, &incident, now_ms)?;
            Ok(Some(done))
        })
    }

    /// Notes what another system calls an incident.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn refer(&self, number: i64, system: &str, ticket: &str, now_ms: i64) -> Result<(), StoreError> {
        self.write(|to| {
            let mut incident = kept(to, number)?.ok_or_else(|| StoreError::Missing(reference(number)))?;
            incident.refer(system, ticket);
            update(to, number, &incident, now_ms)
        })
    }

    /// Notes that an incident is a repeat of another.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn merged(&self, number: i64, into: i64) -> Result<(), StoreError> {
        self.write(|to| {
            to.execute("UPDATE incident SET merged_into = ?2 WHERE number = ?1", [number, into])?;
            Ok(())
        })
    }

    /// The open incidents with the same cause, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn alike(&self, fingerprint: &str) -> Result<Vec<Line>, StoreError> {
        let sql = format!("{LINE} WHERE i.fingerprint = ?1 AND {OPEN} ORDER BY i.number LIMIT {PAGE}");
        self.read(|from| rows(from, &sql, [fingerprint], line)?.into_iter().collect())
    }

    /// A page of the incidents that a filter lets through: those that are most urgent and due first come first, what is closed by its last change; and how many
    /// there are in all.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn incidents(&self, filter: &Filter) -> Result<(Vec<Line>, i64), StoreError> {
        let text = filter.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let like = text.map(|text| format!("%{}%", text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")));
        let wanted = params![filter.open, filter.phase.map(written), filter.level, filter.service, filter.app, like, text.and_then(number)];
        let condition = format!(
            "(NOT ?1 OR {OPEN}) AND (?2 IS NULL OR i.phase = ?2) AND (?3 IS NULL OR i.level = ?3) AND (?4 IS NULL OR i.service = ?4)
             AND (?5 IS NULL OR i.app = ?5) AND (?6 IS NULL OR i.summary LIKE ?6 ESCAPE '\\' OR i.number = ?7)"
        );
        self.read(|from| {
            let all = from.query_row(&format!("SELECT count(*) FROM incident i WHERE {condition}"), wanted, |row| row.get(0))?;
            let order = format!(
                "ORDER BY NOT ({OPEN}), CASE WHEN {OPEN} THEN i.priority END, CASE WHEN {OPEN} THEN coalesce(i.due_ms, 9e18) END,
                 CASE WHEN {OPEN} THEN i.number END, i.changed_ms DESC"
            );
            let (most, from_line) = (filter.most.map_or(-1, i64::from), filter.page.saturating_mul(PAGE));
            let lines = rows(from, &format!("{LINE} WHERE {condition} {order} LIMIT {most} OFFSET {from_line}"), wanted, line)?;
            Ok((lines.into_iter().collect::<Result<_, _>>()?, all))
        })
    }
}

/// What is still worked on.
pub(super) const OPEN: &str = "i.phase IN ('recorded', 'classified', 'investigating')";
const LINE: &str = "SELECT i.number, i.id, i.summary, i.service, i.app, i.vendor, i.level, i.priority, i.phase, i.fault, i.received_ms, i.due_ms, i.merged_into,
    (SELECT count(*) FROM incident o WHERE o.fingerprint = i.fingerprint AND o.phase IN ('recorded', 'classified', 'investigating')) FROM incident i";

fn line(row: &Row<'_>) -> rusqlite::Result<Result<Line, StoreError>> {
    let (number, phase): (i64, String) = (row.get(0)?, row.get(8)?);
    let line = Line {
        number,
        reference: reference(number),
        id: row.get(1)?,
        summary: row.get(2)?,
        service: row.get(3)?,
        app: row.get(4)?,
        vendor: row.get(5)?,
        level: row.get(6)?,
        priority: row.get(7)?,
        phase: Phase::Recorded,
        fault: row.get(9)?,
        received_ms: row.get(10)?,
        due_ms: row.get(11)?,
        merged_into: row.get(12)?,
        alike: row.get(13)?,
    };
    Ok(phase_of(&phase).map(|phase| Line { phase, ..line }))
}

/// A phase, or what ended an incident, as it is written in records, in the store and in forms.
pub(crate) fn written(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

pub(crate) fn phase_of(text: &str) -> Result<Phase, StoreError> {
    serde_json::from_value(text.into()).map_err(|error| StoreError::Damaged { what: "phase", why: error.to_string() })
}

fn known(to: &Connection, delivered: &Delivered<'_>) -> Result<Option<Received>, StoreError> {
    let kept: Option<([u8; 32], Option<i64>)> = to
        .query_row("SELECT hash, number FROM delivery WHERE key = ?1", [delivered.key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(kept.map(|(hash, number)| if hash == delivered.hash { Received::Known(number.unwrap_or(0)) } else { Received::Conflict }))
}

/// The incident with a number, if there is one.
fn kept(from: &Connection, number: i64) -> Result<Option<Incident>, StoreError> {
    let record: Option<String> = from.query_row("SELECT record FROM incident WHERE number = ?1", [number], |row| row.get(0)).optional()?;
    record.map(|record| read(&record)).transpose()
}

fn read(record: &str) -> Result<Incident, StoreError> {
    Incident::from_json(record.as_bytes()).map_err(|error| StoreError::Damaged { what: "incident", why: error.to_string() })
}

pub(super) fn insert(to: &Connection, incident: &Incident, now_ms: i64) -> Result<i64, StoreError> {
    let id: IncidentId = incident.id();
    to.execute(
        "INSERT INTO incident (id, from_outside, received_ms, revision, record, service, level, priority, phase, fingerprint, summary, changed_ms)
         VALUES (?1, ?2, ?3, 0, '', '', 0, 0, '', '', '', 0)",
        params![id.to_string(), incident.revision(), now_ms],
    )?;
    let number = to.last_insert_rowid();
    update(to, number, incident, now_ms)?;
    Ok(number)
}

fn update(to: &Connection, number: i64, incident: &Incident, now_ms: i64) -> Result<(), StoreError> {
    let record = String::from_utf8(incident.to_json()).map_err(|error| StoreError::Damaged { what: "incident", why: error.to_string() })?;
    let fault = incident.diagnosis().and_then(|diagnosis| diagnosis.fault.as_ref()).map(ToString::to_string);
    to.execute(
        "UPDATE incident SET revision = ?2, record = ?3, service = ?4, app = ?5, vendor = ?6, level = ?7, priority = ?8, phase = ?9, fault = ?10,
         fingerprint = ?11, summary = ?12, changed_ms = ?13, due_ms = ?14, resolution = ?15 WHERE number = ?1",
        params![
            number,
            incident.revision(),
            record,
            incident.service().as_str(),
            incident.app().map(|app| app.id.to_string()),
            incident.device().vendor,
            incident.classification().level,
            incident.classification().priority.rank(),
            written(incident.phase()),
            fault,
            incident.fingerprint(),
            incident.summary(),
            now_ms,
            incident.due().map(|due| due.response.ms()),
            incident.resolution().map(|resolution| written(resolution.code)),
        ],
    )?;
    Ok(())
}
