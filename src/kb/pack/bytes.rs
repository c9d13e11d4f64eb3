//! Mapping a pack into memory: the one place in the library with `unsafe`.

#![allow(unsafe_code, reason = "a memory map is unsafe by nature; the reasons stand at each use")]

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use memmap2::Mmap;
use stable_deref_trait::StableDeref;
use tantivy::directory::OwnedBytes;

struct Mapped(Mmap);

impl Deref for Mapped {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

// SAFETY: the bytes of a map don't move when the `Mmap` that owns them is moved.
unsafe impl StableDeref for Mapped {}

/// Maps a file for reading. What reads from it jumps around, so the kernel is told not to read ahead: with a cold page cache
/// that is most of the cost of opening (measured: SEARCH-NOTES, «Cold start»).
pub(super) fn map(path: &Path) -> std::io::Result<OwnedBytes> {
    let file = File::open(path)?;
    // SAFETY: packs are replaced by renaming a new file over the old name and never written in place (`PackStore`), so the mapped
    // file doesn't change under the map; a file that someone else truncates would raise SIGBUS, which no check can prevent.
    let map = unsafe { Mmap::map(&file)? };
    #[cfg(unix)]
    map.advise(memmap2::Advice::Random)?;
    Ok(OwnedBytes::new(Mapped(map)))
}
