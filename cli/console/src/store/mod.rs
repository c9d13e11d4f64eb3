//! What the console keeps, in one SQLite file: incidents as they were received and changed, deliveries by their key, tokens, and talks that go on.
//!
//! One connection writes; what is read has connections of its own, which see the last finished write and wait for nobody (WAL). A write is on the disk when it
//! returns (`synchronous = FULL`).

mod gauges;
mod incidents;
mod relay;
mod schema;
mod summary;
mod talks;
mod tokens;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Params, Row, backup};
use thiserror::Error;

pub(crate) use incidents::{Delivered, Filter, Line, PAGE, Received, number, phase_of, reference, written};
pub(crate) use relay::Link;
pub(crate) use summary::{Count, Part};
pub(crate) use talks::Talk;
pub use tokens::{Token, TokenKind};

/// How long another process is waited for. Chosen: a backup holds nobody up, so only another console writes at the same time.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why the store can't do it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder or the file can't be made or opened.
    #[error("{path}: {source}; give a folder that can be written to")]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite refuses.
    #[error("the store can't be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// A newer console wrote it.
    #[error("the store has version {found}, and this console knows {known}: use the newer console")]
    TooNew {
        /// Its version.
        found: u32,
        /// The one that is known.
        known: u32,
    },
    /// What was stored isn't what was written.
    #[error("the store's {what} can't be read: {why}; restore the last backup")]
    Damaged {
        /// What.
        what: &'static str,
        /// Why.
        why: String,
    },
    /// There is no such thing.
    #[error("there is no {0}")]
    Missing(String),
    /// An incident can't be changed so.
    #[error(transparent)]
    Transition(#[from] baquiano::incident::TransitionError),
}

/// The store.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writing: Mutex<Connection>,
    /// Connections that nobody reads with now.
    reading: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the store in a folder, which is made if need be, and brings it to the version of this console.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|source| StoreError::Open { path: dir.to_owned(), source })?;
        let path = dir.join("console.db");
        // Made here, for nobody else to read; SQLite gives what it puts beside the same permissions.
        private(std::fs::OpenOptions::new().create(true).append(true))
            .open(&path)
            .map_err(|source| StoreError::Open { path: path.clone(), source })?;
        let mut writing = Connection::open(&path)?;
        writing.busy_timeout(PATIENCE)?;
        writing.pragma_update(None, "journal_mode", "WAL")?;
        writing.pragma_update(None, "synchronous", "FULL")?;
        writing.pragma_update(None, "foreign_keys", "ON")?;
        schema::migrate(&mut writing)?;
        Ok(Self { path, writing: Mutex::new(writing), reading: Mutex::new(Vec::new()) })
    }

    /// A number that is another one when other processes have written since.
    pub(crate) fn changed_by_others(&self) -> Result<i64, StoreError> {
        Ok(lock(&self.writing).pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// A file beside the store's.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.path.with_file_name(name)
    }

    /// Copies the store, as it is at one moment, into a new file, while others go on reading and writing.
    ///
    /// # Errors
    /// [`StoreError`]; a file that is there already is left as it is.
    pub fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        let open = |source| StoreError::Open { path: to.to_owned(), source };
        // Made anew: a backup of yesterday isn't written over.
        private(std::fs::OpenOptions::new().write(true).create_new(true)).open(to).map_err(open)?;
        let copied = self.copy_into(to);
        if copied.is_err() {
            // What isn't whole must not look like a copy, nor stand in the way of the next.
            _ = std::fs::remove_file(to);
        }
        copied?;
        std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(open)
    }

    fn copy_into(&self, to: &Path) -> Result<(), StoreError> {
        let mut copy = Connection::open(to)?;
        copy.busy_timeout(PATIENCE)?;
        self.read(|from| {
            // In one step, of one moment: in several it would begin anew with every write. Who writes isn't held up.
            match backup::Backup::new(from, &mut copy)?.step(-1)? {
                backup::StepResult::Done => Ok(()),
                _ => Err(StoreError::Damaged { what: "backup", why: "the store is busy; try again".to_owned() }),
            }
        })?;
        let sound: String = copy.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        if sound != "ok" {
            return Err(StoreError::Damaged { what: "backup", why: sound });
        }
        copy.close().map_err(|(_, error)| error.into())
    }

    /// Writes, all or nothing.
    fn write<T>(&self, work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut writing = lock(&self.writing);
        let transaction = writing.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// Reads, beside whoever writes.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let free = lock(&self.reading).pop();
        let connection = match free {
            Some(connection) => connection,
            None => {
                let connection =
                    Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
                connection.busy_timeout(PATIENCE)?;
                connection
            }
        };
        let done = work(&connection);
        lock(&self.reading).push(connection);
        done
    }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    // What panicked while it wrote has changed nothing: its transaction was taken back.
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a query finds, row by row.
fn rows<T>(
    from: &Connection,
    sql: &str,
    asked: impl Params,
    row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, StoreError> {
    Ok(from.prepare(sql)?.query_map(asked, row)?.collect::<Result<_, _>>()?)
}

/// Files that are made so are read by nobody but their owner.
fn private(how: &mut std::fs::OpenOptions) -> &mut std::fs::OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(how, 0o600);
    how
}
