//! Mapping a pack into memory: the one place in the library with `unsafe`.

#![allow(unsafe_code, reason = "a memory map is unsafe by nature; the reasons stand at each use")]

use std::fs::File;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use memmap2::Mmap;
use stable_deref_trait::StableDeref;
use tantivy::directory::OwnedBytes;

/// How much of the beginning of a pack is read ahead. Chosen: a base of some hundred articles whole, of a larger one its dictionaries.
const AHEAD: u64 = 4 << 20;

/// A mapped file.
#[derive(Debug, Clone)]
pub(super) struct Map(Arc<Mmap>);

struct Mapped(Arc<Mmap>);

impl Deref for Mapped {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

// SAFETY: the bytes of a map don't move when the `Mmap` that owns them is moved.
unsafe impl StableDeref for Mapped {}

impl Map {
    /// Maps a file for reading. What reads from it jumps around, so the kernel is told not to read on at each fault: with a cold page
    /// cache that is most of the cost of opening a large pack (figures in `docs/benchmarks.md`).
    pub(super) fn new(path: &Path) -> std::io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: packs are replaced by renaming a new file over the old name and never written in place (`PackStore`), so the mapped
        // file doesn't change under the map; a file that someone else truncates would raise SIGBUS, which no check can prevent.
        let map = unsafe { Mmap::map(&file)? };
        #[cfg(unix)]
        map.advise(memmap2::Advice::Random)?;
        Ok(Self(Arc::new(map)))
    }

    pub(super) fn bytes(&self) -> OwnedBytes {
        OwnedBytes::new(Mapped(Arc::clone(&self.0)))
    }

    /// Asks for the beginning of the file in one go.
    pub(super) fn prefetch(&self, hot: u64) {
        self.will_need(0, hot.min(AHEAD) as usize);
    }

    /// Asks for a part of the map that some bytes are of, without waiting for it.
    pub(super) fn will_need_bytes(&self, bytes: &[u8]) {
        if let Some(start) = bytes.as_ptr().addr().checked_sub(self.0.as_ptr().addr()) {
            self.will_need(start, bytes.len());
        }
    }

    fn will_need(&self, start: usize, length: usize) {
        let length = length.min(self.0.len().saturating_sub(start));
        // Only advice: if the kernel takes none, the pages come one by one.
        #[cfg(unix)]
        if length > 0 {
            let _ = self.0.advise_range(memmap2::Advice::WillNeed, start, length);
        }
        #[cfg(not(unix))]
        let _ = length;
    }
}
