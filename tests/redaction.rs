//! Redaction: what must be found and what must stay, in thousands of invented texts.
//!
//! `cargo test --test redaction -- --nocapture` prints the tables.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that fails may say so, and these print their tables")]

#[path = "redaction/cases.rs"]
mod cases;
#[path = "redaction/corpus.rs"]
mod corpus;
#[path = "redaction/innocent.rs"]
mod innocent;
#[path = "redaction/invent.rs"]
mod invent;
#[path = "redaction/properties.rs"]
mod properties;
