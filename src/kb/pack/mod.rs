//! The pack: one file with the whole knowledge base, read in place.
//!
//! Layout (all numbers little-endian):
//!
//! ```text
//! 0    magic `BAQUIANO`
//! 8    format version u32            12   number of signatures u32
//! 16   length of header and body u64
//! 24   end of the part that a question reads first u64   32   length of the table of contents u64
//! 40   SHA-256 of bytes 0..40 with the number of signatures as 0, then of the body
//! 72   body: the table of contents, then the sections, those that every question reads first
//! …    signatures: 32 bytes public key, 64 bytes Ed25519 over the 72 bytes of the header (signatures counted as 0)
//! ```
//!
//! A section is a range of the map, and what a search reads is read in place. What is read one at a time when a person looks at it (articles, flows, pictures,
//! the catalog, the facts) is deflated. A pack from outside is trusted only after
//! [`Pack::verify`] has seen its hash and a signature; what then sits in the app's own storage, or inside the library, is
//! opened without reading all of it.

#[cfg(feature = "author")]
mod build;
mod bytes;
pub(crate) mod deflated;
mod directory;
mod error;
mod sign;
mod store;
pub(crate) mod tables;

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::directory::OwnedBytes;

#[cfg(feature = "author")]
pub use build::PackBuilder;
pub(crate) use directory::PackDirectory;
pub use error::{InstallError, PackError};
pub use sign::PublicKey;
#[cfg(feature = "author")]
pub use sign::SecretKey;
pub use store::PackStore;

/// The format that this library reads. A pack of another one is refused.
pub const FORMAT_VERSION: u32 = 2;

pub(crate) const MAGIC: &[u8; 8] = b"BAQUIANO";
pub(crate) const HEADER: usize = 72;
const HASHED_HEADER: usize = 40;
/// Public key and signature.
const SIGNATURE: usize = 96;
/// Chosen: enough for a rotation of keys, small enough to bound the work on a hostile file.
const MAX_SIGNATURES: usize = 16;
/// Chosen: a pack has about thirty sections.
const MAX_SECTIONS: usize = 1024;

/// What a pack says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Manifest {
    /// The name of the knowledge base.
    pub name: String,
    /// Counts up with each publication; an older one never replaces a newer one.
    pub revision: u32,
    /// The date of the content, `YYYY-MM-DD`.
    pub date: String,
    /// The locale, e.g. `es-HN`.
    pub locale: String,
    /// The version of the analyzer that built the index; the library's own must be equal.
    pub analyzer: u32,
    /// How many articles it has.
    pub articles: u32,
}

/// A pack whose frame has been checked: magic, format, lengths, table of contents.
#[derive(Debug, Clone)]
pub struct Pack {
    bytes: OwnedBytes,
    sections: Vec<(String, std::ops::Range<usize>)>,
    body_end: usize,
    signatures: usize,
    map: Option<bytes::Map>,
}

impl Pack {
    /// Opens bytes that live as long as the program: the pack inside the library.
    ///
    /// # Errors
    /// [`PackError`] when the frame is damaged, cut, or of another format.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self, PackError> {
        Self::open(OwnedBytes::new(bytes))
    }

    /// Opens bytes in memory.
    ///
    /// # Errors
    /// As [`Pack::from_static`].
    pub fn from_vec(bytes: Vec<u8>) -> Result<Self, PackError> {
        Self::open(OwnedBytes::new(bytes))
    }

    /// Maps a file. The frame is checked, the content isn't: see [`Pack::verify`].
    ///
    /// # Errors
    /// As [`Pack::from_static`], or the file can't be read.
    pub fn from_file(path: &Path) -> Result<Self, PackError> {
        let map = bytes::Map::new(path).map_err(|source| PackError::Read { path: path.to_owned(), source })?;
        let pack = Self::open(map.bytes())?;
        map.prefetch(tables::u64_at(&pack.bytes, 24).unwrap_or(0));
        Ok(Self { map: Some(map), ..pack })
    }

    fn open(bytes: OwnedBytes) -> Result<Self, PackError> {
        let header = Header::read(&bytes)?;
        let toc = bytes.get(HEADER..header.toc_end).ok_or(PackError::Cut { have: bytes.len() })?;
        let sections = read_toc(toc, header.toc_end..header.body_end)?;
        Ok(Self { sections, body_end: header.body_end, signatures: header.signatures, bytes, map: None })
    }

    /// The bytes of a section.
    ///
    /// # Errors
    /// [`PackError::NoSection`].
    pub fn section(&self, name: &'static str) -> Result<OwnedBytes, PackError> {
        self.find(name).ok_or(PackError::NoSection { name })
    }

    pub(crate) fn find(&self, name: &str) -> Option<OwnedBytes> {
        let at = self.sections.binary_search_by(|(own, _)| own.as_str().cmp(name)).ok()?;
        Some(self.bytes.slice(self.sections.get(at)?.1.clone()))
    }

    /// Says that bytes of this pack are about to be read, so that a mapped file may fetch them all at once instead of one after the other.
    pub(crate) fn will_need(&self, bytes: &[u8]) {
        if let Some(map) = &self.map {
            map.will_need_bytes(bytes);
        }
    }

    /// The names and lengths of all sections.
    pub fn sections(&self) -> impl Iterator<Item = (&str, usize)> {
        self.sections.iter().map(|(name, range)| (name.as_str(), range.len()))
    }

    /// What the pack says of itself.
    ///
    /// # Errors
    /// [`PackError::Damaged`] when the manifest can't be read.
    pub fn manifest(&self) -> Result<Manifest, PackError> {
        serde_json::from_slice(&self.section("manifest")?).map_err(|_| PackError::Damaged { part: "manifest" })
    }

    /// The length of the whole pack in bytes.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Always false: an empty file is no pack.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The SHA-256 of the content, as the header states it.
    pub fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        if let Some(stated) = self.bytes.get(HASHED_HEADER..HEADER) {
            hash.copy_from_slice(stated);
        }
        hash
    }

    /// Reads the whole pack and compares it with its hash.
    ///
    /// # Errors
    /// [`PackError::Hash`] when a single bit differs.
    pub fn verify_hash(&self) -> Result<(), PackError> {
        let body = self.bytes.get(HEADER..self.body_end).ok_or(PackError::Cut { have: self.len() })?;
        let header = self.bytes.get(..HASHED_HEADER).ok_or(PackError::Cut { have: self.len() })?;
        if content_hash(header, body) == self.hash() { Ok(()) } else { Err(PackError::Hash) }
    }

    /// Compares the pack with its hash, and its signatures with the keys that are trusted: one good one is enough, so that keys
    /// can be changed by listing the old and the new.
    ///
    /// # Errors
    /// [`PackError::Hash`], [`PackError::Unsigned`], or [`PackError::Signature`] when no trusted key signed it or a signature of a
    /// trusted key is wrong.
    pub fn verify(&self, trusted: &[PublicKey]) -> Result<PublicKey, PackError> {
        self.verify_hash()?;
        if self.signatures == 0 {
            return Err(PackError::Unsigned);
        }
        let signed = signed_header(&self.bytes).ok_or(PackError::Cut { have: self.len() })?;
        let (blocks, _) = self.bytes.get(self.body_end..).unwrap_or_default().as_chunks::<SIGNATURE>();
        let mut good = None;
        for block in blocks {
            let Some(key) = trusted.iter().find(|key| block.starts_with(key.as_bytes())) else { continue };
            let signature = block.last_chunk::<64>().ok_or(PackError::Signature)?;
            if !key.verifies(&signed, signature) {
                return Err(PackError::Signature);
            }
            good = Some(*key);
        }
        good.ok_or(PackError::Signature)
    }
}

struct Header {
    toc_end: usize,
    body_end: usize,
    signatures: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, PackError> {
        let cut = PackError::Cut { have: bytes.len() };
        if !bytes.starts_with(MAGIC) {
            return Err(if MAGIC.starts_with(bytes) { cut } else { PackError::NotAPack });
        }
        let Some(header) = bytes.first_chunk::<HEADER>() else { return Err(cut) };
        let format = tables::u32_at(header, 8).unwrap_or(0);
        if format != FORMAT_VERSION {
            return Err(PackError::Format { found: format, known: FORMAT_VERSION });
        }
        let signatures = tables::u32_at(header, 12).unwrap_or(0) as usize;
        let number =
            |at: usize| tables::u64_at(header, at).and_then(|n| usize::try_from(n).ok()).ok_or(PackError::Damaged { part: "header" });
        let (body_end, hot_end, toc_len) = (number(16)?, number(24)?, number(32)?);
        let toc_end = toc_len.checked_add(HEADER).ok_or(PackError::Damaged { part: "header" })?;
        if signatures > MAX_SIGNATURES || toc_end > body_end || hot_end > body_end {
            return Err(PackError::Damaged { part: "header" });
        }
        let whole = body_end.checked_add(signatures * SIGNATURE).ok_or(PackError::Damaged { part: "header" })?;
        match bytes.len() {
            have if have < whole => Err(cut),
            have if have > whole => Err(PackError::TooLong { have, stated: whole }),
            _ => Ok(Self { toc_end, body_end, signatures }),
        }
    }
}

/// The table of contents: a count, then per section the length of its name (one byte), the name, offset and length (u64 each),
/// in the order of names.
fn read_toc(mut toc: &[u8], body: std::ops::Range<usize>) -> Result<Vec<(String, std::ops::Range<usize>)>, PackError> {
    const DAMAGED: PackError = PackError::Damaged { part: "table of contents" };
    let mut take = |n: usize| -> Result<&[u8], PackError> {
        let (head, rest) = toc.split_at_checked(n).ok_or(DAMAGED)?;
        toc = rest;
        Ok(head)
    };
    let count = tables::u32_at(take(4)?, 0).ok_or(DAMAGED)? as usize;
    if count > MAX_SECTIONS {
        return Err(DAMAGED);
    }
    let mut sections: Vec<(String, std::ops::Range<usize>)> = Vec::with_capacity(count);
    for _ in 0..count {
        let name_len = take(1)?.first().copied().unwrap_or(0);
        let name = std::str::from_utf8(take(name_len.into())?).map_err(|_| DAMAGED)?.to_owned();
        let place = take(16)?;
        let number = |at| tables::u64_at(place, at).and_then(|n| usize::try_from(n).ok()).ok_or(DAMAGED);
        let (start, len) = (number(0)?, number(8)?);
        let end = start.checked_add(len).ok_or(DAMAGED)?;
        let in_order = sections.last().is_none_or(|(last, _)| *last < name);
        if start < body.start || end > body.end || !in_order {
            return Err(DAMAGED);
        }
        sections.push((name, start..end));
    }
    if toc.is_empty() { Ok(sections) } else { Err(DAMAGED) }
}

/// The header with its number of signatures as 0, so that signing one more changes no other signature.
fn signed_header(bytes: &[u8]) -> Option<[u8; HEADER]> {
    let mut header = *bytes.first_chunk::<HEADER>()?;
    header[12..16].fill(0);
    Some(header)
}

fn content_hash(header: &[u8], body: &[u8]) -> [u8; 32] {
    let mut sha = Sha256::new();
    let (before, after) = header.split_at(12.min(header.len()));
    sha.update(before);
    sha.update([0; 4]);
    sha.update(after.get(4..HASHED_HEADER - 12).unwrap_or_default());
    sha.update(body);
    sha.finalize().into()
}

/// Where a section stands: what every question reads first, then what a found article needs, then the rest. Together they are read
/// ahead with one request; scattered, each would cost a cold start a wait of its own.
#[cfg(feature = "author")]
fn rank(name: &str) -> u8 {
    match name {
        "manifest" => 0,
        _ if name.starts_with("index/") => 1,
        "search/text" | "search/local" | "search/phrases" => 3,
        _ if name.starts_with("search/") => 2,
        "articles" => 4,
        _ => 5,
    }
}

/// Puts sections together into an unsigned pack.
#[cfg(feature = "author")]
pub(crate) fn assemble(mut sections: Vec<(String, Vec<u8>)>) -> Vec<u8> {
    sections.sort_by(|a, b| rank(&a.0).cmp(&rank(&b.0)).then_with(|| a.0.cmp(&b.0)));
    let toc_len = 4 + sections.iter().map(|(name, _)| 1 + name.len() + 16).sum::<usize>();
    let mut places: Vec<(&str, u64, u64)> = Vec::with_capacity(sections.len());
    let (mut end, mut hot_end) = ((HEADER + toc_len) as u64, 0);
    for (name, content) in &sections {
        places.push((name, end, content.len() as u64));
        end += content.len() as u64;
        if rank(name) < 4 {
            hot_end = end;
        }
    }
    places.sort_unstable();
    let mut out = vec![0; HEADER];
    out.extend_from_slice(&(sections.len() as u32).to_le_bytes());
    for (name, start, len) in places {
        out.push(name.len() as u8);
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(&start.to_le_bytes());
        out.extend_from_slice(&len.to_le_bytes());
    }
    sections.iter().for_each(|(_, content)| out.extend_from_slice(content));
    out[..8].copy_from_slice(MAGIC);
    out[8..12].copy_from_slice(&FORMAT_VERSION.to_le_bytes());
    out[16..24].copy_from_slice(&end.to_le_bytes());
    out[24..32].copy_from_slice(&hot_end.to_le_bytes());
    out[32..40].copy_from_slice(&(toc_len as u64).to_le_bytes());
    let hash = content_hash(&out[..HASHED_HEADER], &out[HEADER..]);
    out[HASHED_HEADER..HEADER].copy_from_slice(&hash);
    out
}
