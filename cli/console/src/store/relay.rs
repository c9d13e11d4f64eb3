//! What another system has of each incident.

use rusqlite::{OptionalExtension as _, Row, params};

use super::{Store, StoreError, rows};
use crate::relay::Place;

/// Most incidents that a round forwards. Chosen: some minutes of work for a Request Tracker on a small machine; the next round goes on.
const MOST: u32 = 200;

/// What another system has of one incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its number there, once it is known.
    pub(crate) ticket: Option<String>,
    /// When a ticket was last asked for.
    pub(crate) asked_ms: Option<i64>,
    /// The revision whose fields were seen to be there; and which of them aren't taken, for people.
    pub(crate) settled: i64,
    pub(crate) missing: Option<String>,
    /// The revision that is told there.
    pub(crate) revision: i64,
    /// How many entries of the history are told there.
    pub(crate) events: usize,
    /// Where it is there, when that was last looked at.
    pub(crate) place: Option<Place>,
    /// What can't be done there, for people.
    pub(crate) wrong: Option<String>,
    /// How often it went wrong, one time after the other.
    pub(crate) failures: u32,
    /// When it is tried again.
    pub(crate) next_ms: i64,
}

impl Store {
    /// The incidents that another system doesn't have as they are, most urgent first, what failed after the rest; and how many are left for a later round.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn to_relay(&self, system: &str, now_ms: i64) -> Result<(Vec<i64>, u64), StoreError> {
        self.read(|from| {
            let behind = "FROM incident i LEFT JOIN relay r ON r.system = ?1 AND r.number = i.number WHERE (r.number IS NULL OR r.revision <> i.revision)";
            let all: i64 = from.query_row(&format!("SELECT count(*) {behind}"), [system], |row| row.get(0))?;
            let sql = format!("SELECT i.number {behind} AND coalesce(r.next_ms, 0) <= ?2 ORDER BY coalesce(r.failures, 0), i.priority, i.number LIMIT {MOST}");
            let due = rows(from, &sql, params![system, now_ms], |row| row.get(0))?;
            let waiting = all.unsigned_abs().saturating_sub(due.len() as u64);
            Ok((due, waiting))
        })
    }

    /// What a system has of an incident; a new one when it has nothing.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn link(&self, system: &str, number: i64) -> Result<Link, StoreError> {
        self.read(|from| {
            let found =
                from.query_row(&format!("{LINK} WHERE system = ?1 AND number = ?2"), params![system, number], |row| Ok(link(row)?.1));
            Ok(found.optional()?.unwrap_or(Link { settled: -1, revision: -1, ..Link::default() }))
        })
    }

    /// The incident that a ticket is of.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn link_of(&self, system: &str, ticket: &str) -> Result<Option<(i64, Link)>, StoreError> {
        self.read(|from| {
            Ok(from.query_row(&format!("{LINK} WHERE system = ?1 AND ticket = ?2"), params![system, ticket], link).optional()?)
        })
    }

    /// What other systems don't do for an incident, for people.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn relay_wrongs(&self, number: i64) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT wrong FROM relay WHERE number = ?1 AND wrong IS NOT NULL ORDER BY system";
        self.read(|from| rows(from, sql, [number], |row| row.get(0)))
    }

    /// The number of an incident by its id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn number_of(&self, id: &str) -> Result<Option<i64>, StoreError> {
        self.read(|from| Ok(from.query_row("SELECT number FROM incident WHERE id = ?1", [id], |row| row.get(0)).optional()?))
    }

    /// Keeps what a system has of an incident.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn keep_link(&self, system: &str, number: i64, link: &Link) -> Result<(), StoreError> {
        self.write(|to| {
            let (queue, status) = link.place.as_ref().map(|place| (&place.queue, &place.status)).unzip();
            to.execute(
                "INSERT OR REPLACE INTO relay (system, number, ticket, asked_ms, settled, missing, revision, events, queue, status, wrong, failures, next_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
                params![
                    system,
                    number,
                    link.ticket,
                    link.asked_ms,
                    link.settled,
                    link.missing,
                    link.revision,
                    link.events as i64,
                    queue,
                    status,
                    link.wrong,
                    link.failures,
                    link.next_ms
                ],
            )?;
            Ok(())
        })
    }

    /// Until when a system's changes were looked at.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn relay_mark(&self, system: &str) -> Result<Option<String>, StoreError> {
        self.read(|from| Ok(from.query_row("SELECT until FROM relay_mark WHERE system = ?1", [system], |row| row.get(0)).optional()?))
    }

    /// Notes until when a system's changes were looked at.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn keep_relay_mark(&self, system: &str, until: &str) -> Result<(), StoreError> {
        self.write(|to| {
            to.execute("INSERT INTO relay_mark (system, until) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = ?2", [system, until])?;
            Ok(())
        })
    }
}

const LINK: &str =
    "SELECT number, ticket, asked_ms, settled, missing, revision, events, queue, status, wrong, failures, next_ms FROM relay";

fn link(row: &Row<'_>) -> rusqlite::Result<(i64, Link)> {
    let (queue, status): (Option<String>, Option<String>) = (row.get(7)?, row.get(8)?);
    let link = Link {
        ticket: row.get(1)?,
        asked_ms: row.get(2)?,
        settled: row.get(3)?,
        missing: row.get(4)?,
        revision: row.get(5)?,
        events: usize::try_from(row.get::<_, i64>(6)?).unwrap_or(0),
        place: queue.zip(status).map(|(queue, status)| Place { queue, status }),
        wrong: row.get(9)?,
        failures: row.get(10)?,
        next_ms: row.get(11)?,
    };
    Ok((row.get(0)?, link))
}
