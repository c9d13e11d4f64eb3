//! How a command ends.

use std::io;

use thiserror::Error;

/// How a command ended that did what it was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Done {
    /// All is well: exit code 0.
    Good,
    /// There was something to tell, or nothing was found: exit code 1.
    Finding,
}

/// Why a command could not be done. The messages are already in the language of the user.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// What was given can't be used: exit code 2.
    #[error("{0}")]
    Input(String),
    /// The program or the system failed: exit code 3.
    #[error("{0}")]
    Internal(String),
    /// The output can't be written: exit code 3, or 0 when nobody reads it any more.
    #[error("{0}")]
    Output(#[from] io::Error),
}

impl Failure {
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::Internal(_) | Self::Output(_) => 3,
        }
    }
}

/// JSON is only ever written to the output, so its errors are those of the output.
impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}
