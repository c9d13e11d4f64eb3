//! The relay: hands the desk's incidents to another system's tickets, and takes back what becomes of them there.
//!
//! *Store* → [`Mapping`] (the desk's words in that system's) → [`Connector`] (that system's interface) and back. Each incident becomes one ticket, whatever breaks
//! on the way: a ticket that was asked for without an answer is looked for by the incident's id, some seconds later, before another is made; and what
//! was made twice all the same is merged into the first. Every step is safe to do again, so the relay may be stopped at any moment.

mod engine;
mod mapping;
mod rt;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails may say so")]
mod tests;

use std::collections::BTreeMap;

use thiserror::Error;

pub use engine::{Relay, RelayError, Round};
pub use mapping::{Mapping, MappingError};
pub use rt::RequestTracker;

/// A ticket, by its number in the other system.
pub type Ticket = String;

/// What a new ticket has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTicket {
    /// The incident's id: lower-case hexadecimal digits and hyphens. It is in one of the fields, too.
    pub id: String,
    /// The queue.
    pub queue: String,
    /// One line, with the desk's number.
    pub subject: String,
    /// What is said first, plain.
    pub text: String,
    /// The fields.
    pub fields: BTreeMap<String, String>,
    /// What that system is to promise.
    pub service_level: Option<String>,
    /// Until when the desk promised an end, in milliseconds since 1970.
    pub due_ms: Option<i64>,
}

/// Where a ticket is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its queue.
    pub queue: String,
    /// Its status.
    pub status: String,
}

/// What is said in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// What tells it from others: it is found again by it.
    pub mark: String,
    /// What it says, plain.
    pub text: String,
    /// Files.
    pub files: Vec<File>,
}

/// A file in a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name: letters, digits, `.`, `-` and `_`.
    pub name: String,
    /// What it is, e.g. `image/jpeg`.
    pub media_type: String,
    /// Its content, in Base64.
    pub base64: String,
}

/// A ticket that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub ticket: Ticket,
    /// The id of its incident.
    pub id: String,
    /// Where it is.
    pub place: Place,
}

/// Why the other system hasn't done it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ConnectorError {
    /// No answer, or one that isn't the system's: it may have done it, and may do it another time.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// It doesn't want anything from us.
    #[error("it doesn't let us in: {0}; give a token that may")]
    Unauthorized(String),
    /// It doesn't do it, and won't another time as it is.
    #[error("{0}")]
    Refused(String),
}

/// Another system's tickets. What it does may be done again: a second time changes nothing.
pub trait Connector {
    /// Whether the system has what the mapping names; else what is missing.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn check(&self) -> Result<(), ConnectorError>;

    /// The tickets of an incident, lowest number first; those that were merged aren't among them.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn find(&self, id: &str) -> Result<Vec<Ticket>, ConnectorError>;

    /// Makes a ticket. (The one thing that makes another when it is done again.)
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn create(&self, new: &NewTicket) -> Result<Ticket, ConnectorError>;

    /// Gives a ticket what it has to have and couldn't have from the start, and looks whether everything is there; else what isn't.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn settle(&self, ticket: &str, new: &NewTicket) -> Result<Vec<String>, ConnectorError>;

    /// Makes one ticket of two.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn merge(&self, ticket: &str, into: &str) -> Result<(), ConnectorError>;

    /// Where a ticket is.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn place(&self, ticket: &str) -> Result<Place, ConnectorError>;

    /// Brings a ticket from one place to another, over the statuses of `way` where it can't go straight; where it is afterwards.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn bring(&self, ticket: &str, from: &Place, to: &Place, way: &[String]) -> Result<Place, ConnectorError>;

    /// The marks of what was said in a ticket.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn said(&self, ticket: &str) -> Result<Vec<String>, ConnectorError>;

    /// Says something in a ticket, where the desk reads it and the user doesn't.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn say(&self, ticket: &str, comment: &Comment) -> Result<(), ConnectorError>;

    /// The tickets that changed since a mark that this gave before (all, without one), and the mark for the next time.
    ///
    /// # Errors
    /// [`ConnectorError`].
    fn changed(&self, since: Option<&str>) -> Result<(Vec<Changed>, Option<String>), ConnectorError>;
}
