//! The real program, run in temporary folders: what it writes, where, and how it ends.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that fails may say so")]

mod content;
mod diagnose;
mod eval;
mod flows;
mod help;
mod incident;
#[path = "../../../examples/intake.rs"]
#[allow(dead_code, unreachable_pub, reason = "the intake's own program isn't used here")]
mod intake;
mod packs;
mod run;
mod search;
mod stdin;
#[cfg(unix)]
mod terminal;
