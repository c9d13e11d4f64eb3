//! What can go wrong in the outbox.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::queue::STORE_VERSION;
use super::store::StoreError;
use crate::incident::life::TransitionError;
use crate::incident::record::{Incident, IncidentId};

/// Why the outbox can't do it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OutboxError {
    /// No room on the disk.
    #[error("there is no room left for {}: free some storage; what was filed before is safe", .path.display())]
    DiskFull {
        /// The outbox's folder.
        path: PathBuf,
    },
    /// Writing isn't allowed.
    #[error("{} can't be written: {source}; give the app a folder of its own", .path.display())]
    NotWritable {
        /// The outbox's folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The system refused.
    #[error("{} can't be used: {source}", .path.display())]
    Io {
        /// The outbox's folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Another process has it open.
    #[error("another process has {} open: try again when it is done; filing works meanwhile", .path.display())]
    Busy {
        /// The outbox's folder.
        path: PathBuf,
    },
    /// What is in the store is wrong.
    #[error("{} is damaged: {what}; it is put aside and what is whole in it is taken over when the outbox is used next", .path.display())]
    Damaged {
        /// The outbox's folder.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// It was written by a newer version.
    #[error("the store has version {0}, and {STORE_VERSION} is known: install a newer Baquiano")]
    TooNew(u32),
    /// The limits are reached, and all that waits is worth more.
    #[error("{kept} incidents wait, and none of them is worth less: deliver them first")]
    Full {
        /// How many wait.
        kept: u64,
    },
    /// The record is larger than what is read.
    #[error(
        "the incident has {bytes} bytes as JSON; at most {} are kept: leave out attachments or the log",
        crate::incident::record::MAX_RECORD_BYTES
    )]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// No such incident.
    #[error("no incident {0} was filed here")]
    Unknown(IncidentId),
    /// It was filed, but the record isn't kept any more.
    #[error("the record of {0} is not kept any more")]
    Forgotten(IncidentId),
    /// Somebody else has the delivery by now.
    #[error("the lease is over: ask for the next delivery")]
    LeaseLost,
    /// The change isn't possible.
    #[error(transparent)]
    Transition(#[from] TransitionError),
}

/// What stops a transaction: the store, whose folder isn't known where it happens, or a rule.
#[derive(Debug)]
pub(super) enum Fault {
    Store(StoreError),
    Rule(OutboxError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<OutboxError> for Fault {
    fn from(error: OutboxError) -> Self {
        Self::Rule(error)
    }
}

impl From<TransitionError> for Fault {
    fn from(error: TransitionError) -> Self {
        Self::Rule(error.into())
    }
}

/// An incident that could not be filed, handed back.
#[derive(Debug, Error)]
#[error("the incident could not be filed: {source}")]
pub struct FileError {
    /// The incident: nothing of it is lost.
    pub incident: Box<Incident>,
    /// Why.
    pub source: OutboxError,
}
