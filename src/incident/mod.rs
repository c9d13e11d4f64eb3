//! Incidents: what is filed when a fault needs a human, and the outbox that never loses one.
//!
//! *What is known* ([`Draft`]) → redacted, judged by the desk's [`Rules`], stamped ([`Draft::register`]) → the record ([`Incident`]) → the durable queue on the
//! phone ([`Outbox`](outbox::Outbox)) → whatever the app sends with → the desk. Nothing here does network or reads a clock that it wasn't given.
//!
//! It knows the catalog and the outcome of a guided session, and nothing of the search: what that makes of a user's words is handed in
//! ([`Draft::guess`]).

mod crash;
mod draft;
mod hours;
mod life;
mod log;
pub mod outbox;
mod record;
mod redact;
pub mod render;
mod rules;

pub use draft::{Draft, LARGEST_PICTURE, MOST_ATTACHMENTS};
pub use hours::{HoursError, SupportHours};
pub use life::{Change, Event, Phase, REOPEN_DAYS, Resolution, ResolutionCode, Satisfaction, TransitionError};
pub use log::LogRing;
pub use record::*;
pub use redact::{Hidden, Kind, Redacted, Redaction};
pub use rules::{Basis, Classification, Findings, Guess, Priority, PriorityError, Rules, RulesError, SURE, TRIAGE};
