//! The seam to the disk: keys and values in one file, changed in durable transactions. Only this file knows redb.
//!
//! Durable means: when [`Store::write`] returns, a power cut loses nothing of it. redb commits in one phase (one `fsync`), with a checksum over every
//! page; after a kill the last commit with right checksums counts. Every page is verified on opening, too, since a flipped bit would otherwise be found
//! by a panic in the middle of something. Both are cheap because the file is small (docs/reliability.md has the figures, and what would make us change).

use std::fs::{self, File};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use redb::{Builder, Database, ReadableDatabase, ReadableTable, StorageBackend, TableDefinition, TableError};
use thiserror::Error;

const TABLE: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("outbox");

/// Memory for pages, in bytes. Chosen: a phone has little, and what is read twice is in the system's cache anyway.
const CACHE: usize = 1 << 20;

/// Why the store can't be used.
#[derive(Debug, Error)]
pub(super) enum StoreError {
    /// Another process has it open.
    #[error("another process has the store open")]
    Busy,
    /// What is in it is wrong.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<redb::Error> for StoreError {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => Self::Busy,
            // That is how redb says that a file is none of its own, or ends too early.
            redb::Error::Io(error) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof) => {
                Self::Damaged(error.to_string())
            }
            redb::Error::Io(error) => Self::Io(error),
            redb::Error::PreviousIo => Self::Io(io::Error::other("the store must be opened again after an earlier error")),
            error => Self::Damaged(error.to_string()),
        }
    }
}

/// Each of redb's errors, one kind for each operation.
fn told(error: impl Into<redb::Error>) -> StoreError {
    error.into().into()
}

/// An open store.
#[derive(Debug)]
pub(super) struct Store {
    db: Database,
}

/// What is read from and, in a writing transaction, written to.
pub(super) struct Pairs<T>(T);

/// The pairs of a writing transaction.
pub(super) type Writing<'t> = Pairs<redb::Table<'t, &'static [u8], &'static [u8]>>;
/// The pairs of a reading one.
pub(super) type Reading = Pairs<redb::ReadOnlyTable<&'static [u8], &'static [u8]>>;

impl Store {
    /// Opens the store in a file, and makes it when it isn't there; no other process may be doing so. A file that was killed while it was made is
    /// never seen: it has another name until it is whole.
    pub(super) fn open(file: &Path) -> Result<Self, StoreError> {
        if !file.try_exists()? {
            let unfinished = file.with_extension("new");
            match fs::remove_file(&unfinished) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
            let made = File::options().read(true).write(true).create_new(true).open(&unfinished)?;
            Self::on(redb::backends::FileBackend::new(made).map_err(told)?)?.close()?;
            File::open(&unfinished)?.sync_all()?;
            fs::rename(&unfinished, file)?;
            sync_folder(file)?;
        }
        guarded(|| Ok(Self { db: builder().open(file).map_err(told)? }))
    }

    /// Opens the store on whatever plays the disk, and makes it when that is empty.
    pub(super) fn on(disk: impl StorageBackend) -> Result<Self, StoreError> {
        guarded(|| {
            let store = Self { db: builder().create_with_backend(disk).map_err(told)? };
            let table = store.db.begin_read().map_err(told)?.open_table(TABLE);
            if matches!(table, Err(TableError::TableDoesNotExist(_))) {
                store.write(|_| Ok::<(), StoreError>(()))?;
            }
            Ok(store)
        })
    }

    /// A copy in memory of a store that can't be written to: what is changed in it is lost.
    pub(super) fn copy_of(file: &Path) -> Result<Self, StoreError> {
        let (bytes, memory) = (fs::read(file)?, redb::backends::InMemoryBackend::new());
        memory.set_len(bytes.len() as u64)?;
        memory.write(0, &bytes)?;
        Self::on(memory)
    }

    /// Changes pairs in one durable transaction; an error changes nothing.
    pub(super) fn write<T, E: From<StoreError>>(&self, change: impl FnOnce(&mut Writing<'_>) -> Result<T, E>) -> Result<T, E> {
        guarded(|| {
            let transaction = self.db.begin_write().map_err(told)?;
            let done = {
                let mut pairs = Pairs(transaction.open_table(TABLE).map_err(told)?);
                change(&mut pairs)
            };
            match done {
                Ok(done) => {
                    transaction.commit().map_err(told)?;
                    Ok(done)
                }
                Err(error) => {
                    // What it would say is said by the error that led here.
                    _ = transaction.abort();
                    Err(error)
                }
            }
        })
    }

    /// Reads pairs as they were after the last transaction.
    pub(super) fn read<T, E: From<StoreError>>(&self, read: impl FnOnce(&Reading) -> Result<T, E>) -> Result<T, E> {
        guarded(|| {
            let transaction = self.db.begin_read().map_err(told)?;
            read(&Pairs(transaction.open_table(TABLE).map_err(told)?))
        })
    }

    /// Gives room that isn't needed any more back to the system.
    pub(super) fn compact(&mut self) -> Result<(), StoreError> {
        guarded(|| match self.db.compact() {
            Ok(_) => Ok(()),
            Err(redb::CompactionError::Storage(error)) => Err(told(error)),
            // A transaction is under way: another time.
            Err(_) => Ok(()),
        })
    }

    /// Closes it, so that the next opening has nothing to repair.
    pub(super) fn close(self) -> Result<(), StoreError> {
        guarded(|| self.db.close().map_err(told))
    }
}

/// Bytes of a value that was read.
pub(super) type Value = Vec<u8>;

/// What pairs are read from, whether they can be written or not.
pub(super) trait Table: ReadableTable<&'static [u8], &'static [u8]> {}

impl<T: ReadableTable<&'static [u8], &'static [u8]>> Table for T {}

impl<T: Table> Pairs<T> {
    /// The value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Value>, StoreError> {
        Ok(self.0.get(key).map_err(told)?.map(|value| value.value().to_vec()))
    }

    /// The pairs whose keys begin so, in order of the keys.
    pub(super) fn beginning<'s>(
        &'s self,
        prefix: &'s [u8],
    ) -> Result<impl Iterator<Item = Result<(Value, Value), StoreError>> + 's, StoreError> {
        let range = self.0.range(prefix..).map_err(told)?;
        let pairs = range.map(|pair| pair.map(|(key, value)| (key.value().to_vec(), value.value().to_vec())).map_err(told));
        Ok(pairs.take_while(move |pair| pair.as_ref().map_or(true, |(key, _)| key.starts_with(prefix))))
    }
}

impl Writing<'_> {
    /// Sets the value of a key.
    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.0.insert(key, value).map_err(told)?;
        Ok(())
    }

    /// Removes a key.
    pub(super) fn remove(&mut self, key: &[u8]) -> Result<(), StoreError> {
        self.0.remove(key).map_err(told)?;
        Ok(())
    }
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
    builder
}

/// A panic of the database is a damaged file.
fn guarded<T, E: From<StoreError>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(StoreError::Damaged("reading it made the database fail".to_owned()).into()))
}

/// Makes the names in a file's folder durable.
pub(super) fn sync_folder(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()?;
    }
    _ = file;
    Ok(())
}
