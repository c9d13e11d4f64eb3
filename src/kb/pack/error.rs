use std::path::PathBuf;

use thiserror::Error;

/// Why a pack can't be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PackError {
    /// The file can't be read.
    #[error("cannot read the pack {path}: {source}. Check the path and the permissions")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It doesn't begin as a pack does.
    #[error("this is not a Baquiano pack: it does not begin with `BAQUIANO`. Build one with `baquiano kb build`")]
    NotAPack,
    /// It ends too early.
    #[error("the pack is cut off after {have} bytes. Copy or download it again")]
    Cut {
        /// Its length.
        have: usize,
    },
    /// It goes on after its end.
    #[error("the pack has {have} bytes but states {stated}. Copy or download it again")]
    TooLong {
        /// Its length.
        have: usize,
        /// The length in its header.
        stated: usize,
    },
    /// Another format version.
    #[error("the pack has format {found}, this program reads format {known}. Update the program, or build the pack with this version")]
    Format {
        /// The pack's.
        found: u32,
        /// The library's.
        known: u32,
    },
    /// Built by another analyzer: its words would not be those of a question.
    #[error("the pack was built with analyzer {found}, this program has {known}. Build the pack again with this version")]
    Analyzer {
        /// The pack's.
        found: u32,
        /// The library's.
        known: u32,
    },
    /// A part is not as it must be.
    #[error("the pack is damaged in its {part}. Copy or download it again")]
    Damaged {
        /// Which part.
        part: &'static str,
    },
    /// A section is missing.
    #[error("the pack has no section `{name}`. Build it again")]
    NoSection {
        /// Which one.
        name: &'static str,
    },
    /// The content doesn't have the hash that the header states.
    #[error("the pack's content does not match its hash: at least one bit is wrong. Copy or download it again")]
    Hash,
    /// No signature at all.
    #[error("the pack is not signed. Sign it with `baquiano kb sign`")]
    Unsigned,
    /// No signature of a trusted key, or a wrong one.
    #[error("the pack has no good signature of a trusted key. Check who published it, and which keys are trusted")]
    Signature,
    /// The search index inside can't be opened.
    #[error("the search index of the pack cannot be opened: {0}. Build it again")]
    Index(#[from] tantivy::TantivyError),
    /// Content that no pack can hold.
    #[error("the content cannot be packed: {0}")]
    Content(String),
}

/// Why a pack was not installed. Whatever was installed before is untouched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum InstallError {
    /// The pack itself is no good.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// It is not newer than what is there.
    #[error("the pack has revision {offered}, revision {installed} is in use. Publish it with a higher revision")]
    NotNewer {
        /// The revision offered.
        offered: u32,
        /// The revision in use.
        installed: u32,
    },
    /// It opened, but couldn't answer.
    #[error("the pack opens but does not answer its smoke question: {0}")]
    Smoke(String),
    /// The desk was opened without a folder for packs.
    #[error("this desk has no folder to install packs in. Open it with `HelpDesk::open_in`")]
    NoStore,
    /// It was broken off.
    #[error("the installation was broken off; what was in use goes on")]
    Cancelled,
    /// There is no earlier pack to go back to.
    #[error("there is no earlier pack to go back to")]
    NothingBefore,
    /// A file couldn't be written or renamed.
    #[error("cannot {action} {path}: {source}. Check free space and permissions")]
    Io {
        /// What was being done.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
}
