//! Blobs by key, each deflated (RFC 1951) by itself, so that one is read without the others.
//!
//! Alone, a small text deflates badly: what it shares with its neighbours stands in it for the first time. So a part begins with an opening, a sample of its
//! blobs, and each blob is the continuation of that one stream: `opening ++ blob` is what a decompressor reads, and the opening's bytes are dropped.
//!
//! Layout of a part: length of the opening when inflated (u32), its length (u32), the opening, then [`Blobs`]. A blob: its length when inflated (u32), the rest of
//! the stream.

use std::io::Read as _;

use flate2::bufread::DeflateDecoder;
use tantivy::directory::OwnedBytes;

use super::PackError;
use super::tables::{Blobs, Strings, u32_at};

/// What a byte of a deflated stream can become at most, from its format: 258 bytes a symbol, and at least two bits for it.
const MOST_PER_BYTE: usize = 1032;

/// Blobs by key, each deflated.
#[derive(Debug, Clone)]
pub(crate) struct Deflated {
    part: &'static str,
    opening: OwnedBytes,
    opening_len: usize,
    blobs: Blobs,
}

impl Deflated {
    pub(crate) fn open(bytes: &OwnedBytes, part: &'static str) -> Result<Self, PackError> {
        let end = u32_at(bytes, 4).and_then(|len| (len as usize).checked_add(8)).filter(|end| *end <= bytes.len());
        let (Some(opening_len), Some(end)) = (u32_at(bytes, 0), end) else { return Err(PackError::Damaged { part }) };
        let blobs = Blobs::open(&bytes.slice(end..bytes.len()), part)?;
        Ok(Self { part, opening: bytes.slice(8..end), opening_len: opening_len as usize, blobs })
    }

    pub(crate) fn keys(&self) -> &Strings {
        self.blobs.keys()
    }

    /// The blob of a key, inflated; none when there is no such key.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub(crate) fn get(&self, key: &str) -> Result<Option<Vec<u8>>, PackError> {
        self.blobs
            .get(key)
            .map(|blob| inflate(&self.opening, self.opening_len, blob).ok_or(PackError::Damaged { part: self.part }))
            .transpose()
    }
}

/// A part that is one blob, inflated.
///
/// # Errors
/// [`PackError::Damaged`].
pub(crate) fn whole(blob: &[u8], part: &'static str) -> Result<Vec<u8>, PackError> {
    inflate(&[], 0, blob).ok_or(PackError::Damaged { part })
}

fn inflate(opening: &[u8], opening_len: usize, blob: &[u8]) -> Option<Vec<u8>> {
    let (len, rest) = (u32_at(blob, 0)? as usize, blob.get(4..)?);
    let all = opening_len.checked_add(len)?;
    // A length that the bytes can't have isn't worth the memory.
    if all > opening.len().checked_add(rest.len())?.checked_mul(MOST_PER_BYTE)? {
        return None;
    }
    let mut out = Vec::with_capacity(all);
    // One more, to see whether there is more than there should be.
    DeflateDecoder::new(opening.chain(rest)).take(all as u64 + 1).read_to_end(&mut out).ok()?;
    (out.len() == all).then(|| out.split_off(opening_len))
}

#[cfg(feature = "author")]
pub(crate) mod write {
    //! The writing side.

    use std::io::{self, Write as _};

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::super::PackError;
    use super::super::tables::write;

    /// The longest opening. Measured on the desk's articles, flows and pictures: without one 272 KB, 8 KiB 189, 16 KiB 174, 32 KiB 164; it is inflated with each.
    const OPENING: usize = 16 << 10;
    /// How many times as large as its opening a part is at least: in a small one it would cost more than it saves.
    const SHARE: usize = 8;

    /// Blobs by key, sorted, each deflated.
    ///
    /// # Errors
    /// [`PackError::Content`] when a blob is larger than a pack can hold.
    pub(crate) fn deflated(sorted: &[(String, Vec<u8>)]) -> Result<Vec<u8>, PackError> {
        let sample = sample(sorted);
        let (mut opening, begun) = deflate(&sample, &[])?;
        opening.truncate(begun);
        let streams = sorted.iter().map(|(key, blob)| Ok((key.clone(), entry(&sample, blob)?))).collect::<Result<Vec<_>, PackError>>()?;
        let mut out = (sample.len() as u32).to_le_bytes().to_vec();
        out.extend_from_slice(&(begun as u32).to_le_bytes());
        out.extend_from_slice(&opening);
        out.extend_from_slice(&write::blobs(&streams));
        Ok(out)
    }

    /// A part that is one blob.
    ///
    /// # Errors
    /// As [`deflated`].
    pub(crate) fn whole(blob: &[u8]) -> Result<Vec<u8>, PackError> {
        entry(&[], blob)
    }

    fn entry(opening: &[u8], blob: &[u8]) -> Result<Vec<u8>, PackError> {
        let len = u32::try_from(blob.len()).map_err(|_| PackError::Content("an entry is larger than 4 GiB".to_owned()))?;
        let (stream, begun) = deflate(opening, blob)?;
        Ok(len.to_le_bytes().iter().chain(stream.get(begun..).unwrap_or_default()).copied().collect())
    }

    /// One stream of both, and where the second begins in it.
    fn deflate(opening: &[u8], blob: &[u8]) -> Result<(Vec<u8>, usize), PackError> {
        let run = || -> io::Result<(Vec<u8>, usize)> {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            if !opening.is_empty() {
                encoder.write_all(opening)?;
                // Ends at a byte, with nothing of what follows in it.
                encoder.flush()?;
            }
            let begun = encoder.get_ref().len();
            encoder.write_all(blob)?;
            Ok((encoder.finish()?, begun))
        };
        run().map_err(|error| PackError::Content(error.to_string()))
    }

    /// Blobs from everywhere in a part, up to the length of an opening.
    fn sample(sorted: &[(String, Vec<u8>)]) -> Vec<u8> {
        let all: usize = sorted.iter().map(|(_, blob)| blob.len()).sum();
        let most = OPENING.min(all / SHARE);
        let every = all.checked_div(most).unwrap_or(1).max(1);
        let mut sample: Vec<u8> = sorted.iter().step_by(every).flat_map(|(_, blob)| blob).copied().collect();
        sample.truncate(most);
        sample
    }
}

#[cfg(all(test, feature = "author"))]
#[allow(clippy::unwrap_used, reason = "a test that fails may say so")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(blobs: &[Vec<u8>]) -> Vec<u8> {
        let sorted: Vec<_> = blobs.iter().enumerate().map(|(at, blob)| (format!("{at:03}"), blob.clone())).collect();
        write::deflated(&sorted).unwrap()
    }

    #[test]
    fn what_blobs_share_costs_little_in_each() {
        let shared = "Abra los ajustes del teléfono y toque «Ubicación». ".repeat(4);
        let blobs: Vec<Vec<u8>> = (0..64).map(|at| format!("{{\"n\":{at},\"text\":\"{shared}\"}}").into_bytes()).collect();
        let alone: usize = blobs.iter().map(|blob| write::whole(blob).unwrap().len()).sum();
        let together = written(&blobs).len();
        assert!(together * 2 < alone, "{together} of {alone}");
    }

    #[test]
    fn a_length_that_cannot_be_is_refused_before_memory_is_taken() {
        let mut blob = write::whole(b"Hola").unwrap();
        blob[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(whole(&blob, "test").is_err());
        blob[..4].copy_from_slice(&3_u32.to_le_bytes());
        assert!(whole(&blob, "test").is_err(), "more than it says");
    }

    proptest! {
        #[test]
        fn blobs_come_back(blobs in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..300), 0..40)) {
            let part = Deflated::open(&OwnedBytes::new(written(&blobs)), "test").unwrap();
            for (at, blob) in blobs.iter().enumerate() {
                prop_assert_eq!(part.get(&format!("{at:03}")).unwrap(), Some(blob.clone()));
            }
            prop_assert!(part.get("nobody").unwrap().is_none());
        }

        #[test]
        fn no_bytes_make_a_part_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), at in 0_usize..400, flip in 1_u8..) {
            let read = |bytes: Vec<u8>| Deflated::open(&OwnedBytes::new(bytes), "test").map(|part| part.get("001").is_ok());
            let mut good = written(&[bytes.clone(), bytes.repeat(9)]);
            let at = at % good.len();
            good[at] ^= flip;
            _ = (read(good), whole(&bytes, "test"));
            bytes.splice(0..0, [0; 8]);
            _ = read(bytes);
        }
    }
}
