//! Baquiano for other languages: the surface that Kotlin and Python are generated from, with the knowledge base inside.
//!
//! Here are decisions of shape only: owned types, objects that may be used from several threads, one call a screen, and one closed set of errors with what a
//! field worker is told ([`DeskError`]). The host asks and is never called back: a call into Kotlin costs more than one out of it. Nothing panics over the
//! border: what does inside becomes [`DeskError::Internal`], and the desk goes on.

mod content;
mod delivery;
mod desk;
mod error;
mod guide;
mod incidents;
#[cfg(test)]
mod layout;
mod search;

pub use content::{ArticlePage, Offer, PackInfo, Reader, Statistics, Work};
pub use delivery::{Delivery, NextDelivery, Response, Sent};
pub use desk::{Desk, Settings};
pub use error::DeskError;
pub use guide::Talk;
pub use incidents::{Attached, Filed, FilingResult, Form, Report, Told};
pub use search::Query;

uniffi::setup_scaffolding!();

/// What is run for another language: a panic inside becomes an error.
fn guarded<T>(work: impl FnOnce() -> Result<T, DeskError>) -> Result<T, DeskError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(DeskError::of_panic(&*panic)))
}
