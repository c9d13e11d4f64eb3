//! Talks that technicians lead for users. The server keeps none in its memory: each step reads the talk, takes it on, and writes it down.

use baquiano::incident::Incident;
use rusqlite::{OptionalExtension as _, params};

use super::incidents::insert;
use super::{Store, StoreError, rows};

/// How long a talk that nobody goes on with is kept, in milliseconds. Chosen: a week; who comes back later begins anew.
const KEPT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A talk as it stands.
#[derive(Debug)]
pub(crate) struct Talk<'t> {
    /// As text, to go on with.
    pub(crate) saved: &'t str,
    /// The flow that it is in.
    pub(crate) flow: &'t str,
    /// Whether it came to an end.
    pub(crate) ended: bool,
}

impl Store {
    /// Writes a talk down; old ones that nobody went on with are cleared away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn keep_talk(&self, id: &str, talk: &Talk<'_>, now_ms: i64) -> Result<(), StoreError> {
        self.write(|to| {
            to.execute("DELETE FROM talk WHERE changed_ms < ?1 AND number IS NULL", [now_ms.saturating_sub(KEPT_MS)])?;
            to.execute(
                "INSERT INTO talk (id, saved, changed_ms, flow, ended) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET saved = excluded.saved, changed_ms = excluded.changed_ms, flow = excluded.flow, ended = excluded.ended",
                params![id, talk.saved, now_ms, talk.flow, talk.ended],
            )?;
            Ok(())
        })
    }

    /// A talk, with the number of the incident that was made of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn talk(&self, id: &str) -> Result<Option<(String, Option<i64>)>, StoreError> {
        self.read(|from| {
            let row = from.query_row("SELECT saved, number FROM talk WHERE id = ?1", [id], |row| Ok((row.get(0)?, row.get(1)?)));
            Ok(row.optional()?)
        })
    }

    /// The talks that aren't over and weren't filed, those that somebody went on with last first: their ids, as text to go on with, and when that was, in
    /// milliseconds since 1970.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn open_talks(&self, most: usize) -> Result<Vec<(String, String, i64)>, StoreError> {
        let sql = "SELECT id, saved, changed_ms FROM talk WHERE NOT ended AND number IS NULL ORDER BY changed_ms DESC, id LIMIT ?1";
        self.read(|from| rows(from, sql, [most as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))))
    }

    /// Files the incident of a talk, once: whoever comes second gets the number of the first.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Missing`] when there is no such talk.
    pub(crate) fn file_talk(&self, id: &str, incident: &Incident, now_ms: i64) -> Result<i64, StoreError> {
        self.write(|to| {
            let filed: Option<Option<i64>> = to.query_row("SELECT number FROM talk WHERE id = ?1", [id], |row| row.get(0)).optional()?;
            match filed {
                None => Err(StoreError::Missing("such talk".to_owned())),
                Some(Some(number)) => Ok(number),
                Some(None) => {
                    let number = insert(to, incident, now_ms)?;
                    to.execute("UPDATE talk SET number = ?2 WHERE id = ?1", params![id, number])?;
                    Ok(number)
                }
            }
        })
    }
}
