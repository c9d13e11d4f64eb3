//! The real program, run in temporary folders: what it writes, where, and how it ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

mod content;
mod diagnose;
mod eval;
mod flows;
mod help;
mod incident;
mod packs;
mod run;
mod search;
mod serve;
mod stdin;
#[cfg(unix)]
mod terminal;
