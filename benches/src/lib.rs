//! Baquiano's search measured beside its peers: SQLite FTS5, tantivy as its users have it, and MiniSearch.
//!
//! A [`corpus`] holds documents and questions whose answers are known; [`noise`] misspells the questions; each of the
//! [`engines`] builds an index of the documents; [`measure`] asks the questions, and starts fresh processes for what only
//! those can tell (start-up, memory); [`report`] writes the tables. Peers live in this crate alone, so that none of them
//! ever becomes a dependency of the library.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so"))]

pub mod child;
pub mod corpus;
pub mod engines;
pub mod machine;
pub mod measure;
pub mod noise;
pub mod report;
pub mod reports;
pub mod rng;
pub mod run;
pub mod sweep;

/// Any error: this is a tool, what went wrong is printed and that's it.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
/// The result of whatever can fail here.
pub type Result<T> = std::result::Result<T, Error>;
