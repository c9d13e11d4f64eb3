//! What monitoring asks of the store.

use std::fs::metadata;

use super::incidents::OPEN;
use super::{Store, StoreError, rows};

impl Store {
    /// How many incidents are open in each support level that has some.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn open_by_level(&self) -> Result<Vec<(u8, i64)>, StoreError> {
        let sql = format!("SELECT i.level, count(*) FROM incident i WHERE {OPEN} GROUP BY 1");
        self.read(|from| rows(from, &sql, [], |row| Ok((row.get(0)?, row.get(1)?))))
    }

    /// Bytes on the disk, with what isn't merged yet.
    pub(crate) fn bytes(&self) -> u64 {
        let of = |end: &str| metadata(self.path.with_extension(end)).map_or(0, |file| file.len());
        of("db") + of("db-wal")
    }
}
