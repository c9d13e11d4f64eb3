//! Counts for who leads the desk.

use rusqlite::{Row, params};
use serde::Serialize;

use super::{Store, StoreError, rows};

/// Rows of a part, at most. Chosen: what comes after the twelfth changes nothing that the desk does.
const MOST: usize = 12;
/// How long nobody must have gone on with a talk for it to count as dropped, in milliseconds. Chosen: an hour; a user in a village answers late.
const DROPPED_MS: i64 = 60 * 60 * 1000;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Service,
    App,
    Vendor,
    Week,
    Fault,
    Resolution,
}

/// How often something was so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Count {
    pub(crate) name: String,
    pub(crate) count: i64,
}

impl Part {
    /// What is counted, and in which order: the most frequent first, weeks as they came.
    fn sql(self) -> (&'static str, &'static str) {
        const OFTEN: &str = "2 DESC, 1";
        match self {
            Self::Service => ("service", OFTEN),
            Self::App => ("app", OFTEN),
            Self::Vendor => ("lower(vendor)", OFTEN),
            // The Monday that it began with, on the desk's clock.
            Self::Week => ("date(received_ms / 1000 + ?2, 'unixepoch', '-6 days', 'weekday 1')", "1"),
            Self::Fault => ("fault", OFTEN),
            Self::Resolution => ("resolution", OFTEN),
        }
    }
}

impl Store {
    /// Counts the incidents that came since a moment; `offset_s` is how far the desk's clock is ahead of UTC.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn count(&self, part: Part, since_ms: i64, offset_s: i32) -> Result<Vec<Count>, StoreError> {
        let (what, order) = part.sql();
        let most = if part == Part::Week { 60 } else { MOST };
        let sql = format!(
            "SELECT {what}, count(*) FROM incident WHERE received_ms >= ?1 AND ?2 IS NOT NULL AND {what} IS NOT NULL GROUP BY 1 ORDER BY {order} LIMIT {most}"
        );
        self.read(|from| rows(from, &sql, params![since_ms, offset_s], count))
    }

    /// The flows in which talks were left, since a moment, with how often. Talks that nobody went on with are kept for a week.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn dropped(&self, since_ms: i64, now_ms: i64) -> Result<Vec<Count>, StoreError> {
        let sql = format!(
            "SELECT flow, count(*) FROM talk WHERE NOT ended AND number IS NULL AND flow IS NOT NULL AND changed_ms BETWEEN ?1 AND ?2
             GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}"
        );
        self.read(|from| rows(from, &sql, params![since_ms, now_ms.saturating_sub(DROPPED_MS)], count))
    }
}

fn count(row: &Row<'_>) -> rusqlite::Result<Count> {
    Ok(Count { name: row.get(0)?, count: row.get(1)? })
}
