//! The tables, and the way from each version to the next.

use rusqlite::Connection;

use super::StoreError;

/// The steps, in order: the number of those that were taken is the store's version (`user_version`). A step that was published is never changed.
const STEPS: [&str; 3] = [
    "CREATE TABLE incident (
        number     INTEGER PRIMARY KEY,
        id         TEXT NOT NULL UNIQUE,
        revision   INTEGER NOT NULL,
        -- The last revision that came from outside; the desk's own changes come on top.
        from_outside INTEGER NOT NULL,
        record     TEXT NOT NULL,
        service    TEXT NOT NULL,
        app        TEXT,
        vendor     TEXT,
        level      INTEGER NOT NULL,
        priority   INTEGER NOT NULL,
        phase      TEXT NOT NULL,
        fault      TEXT,
        fingerprint TEXT NOT NULL,
        summary    TEXT NOT NULL,
        received_ms INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL,
        due_ms     INTEGER,
        merged_into INTEGER REFERENCES incident (number)
    ) STRICT;
    CREATE INDEX incident_by_phase ON incident (phase, level, priority, due_ms);
    CREATE INDEX incident_by_fingerprint ON incident (fingerprint);
    CREATE INDEX incident_by_change ON incident (changed_ms);
    CREATE TABLE delivery (
        key       TEXT PRIMARY KEY,
        hash      BLOB NOT NULL,
        number    INTEGER REFERENCES incident (number),
        token     TEXT,
        received_ms INTEGER NOT NULL,
        body      TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE token (
        name      TEXT PRIMARY KEY,
        kind      TEXT NOT NULL CHECK (kind IN ('app', 'desk')),
        hash      BLOB NOT NULL UNIQUE,
        made_ms   INTEGER NOT NULL,
        ended_ms  INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE talk (
        id        TEXT PRIMARY KEY,
        saved     TEXT NOT NULL,
        changed_ms INTEGER NOT NULL,
        number    INTEGER REFERENCES incident (number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX talk_by_change ON talk (changed_ms);",
    // How incidents ended, and where talks stand: what the summary counts.
    "ALTER TABLE incident ADD COLUMN resolution TEXT;
    UPDATE incident SET resolution = json_extract(record, '$.resolution.code');
    CREATE INDEX incident_by_receipt ON incident (received_ms);
    ALTER TABLE talk ADD COLUMN flow TEXT;
    ALTER TABLE talk ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;",
    // What another system has of each incident.
    "CREATE TABLE relay (
        system    TEXT NOT NULL,
        number    INTEGER NOT NULL REFERENCES incident (number),
        -- Its number there, once it is known.
        ticket    TEXT,
        -- When a ticket was last asked for: what had no answer may still come about.
        asked_ms  INTEGER,
        -- The revision whose fields were seen to be there, and which of them aren't taken.
        settled   INTEGER NOT NULL DEFAULT -1,
        missing   TEXT,
        -- The revision and the entries of its history that are told there.
        revision  INTEGER NOT NULL DEFAULT -1,
        events    INTEGER NOT NULL DEFAULT 0,
        -- Where it was there when that was last looked at.
        queue     TEXT,
        status    TEXT,
        wrong     TEXT,
        failures  INTEGER NOT NULL DEFAULT 0,
        next_ms   INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (system, number)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX relay_by_ticket ON relay (system, ticket);
    CREATE TABLE relay_mark (system TEXT PRIMARY KEY, until TEXT NOT NULL) STRICT, WITHOUT ROWID;",
];

/// Brings a store to the newest version, one step after the other, each whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let known = STEPS.len() as u32;
    loop {
        let step = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let found: u32 = step.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found > known {
            return Err(StoreError::TooNew { found, known });
        }
        let Some(sql) = STEPS.get(found as usize) else { return Ok(()) };
        step.execute_batch(sql)?;
        step.pragma_update(None, "user_version", found + 1)?;
        step.commit()?;
    }
}
