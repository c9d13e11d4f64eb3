use thiserror::Error;

use crate::kb::pack::PackError;

/// Why a search failed. A question that finds nothing is no error.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SearchError {
    /// The pack can't be read.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The index inside the pack is damaged.
    #[error("the search index is damaged in its {part}. Install the pack again")]
    Damaged {
        /// Which part.
        part: &'static str,
    },
    /// Reading the index failed.
    #[error("the search index cannot be read: {0}. Install the pack again")]
    Read(#[from] std::io::Error),
}
