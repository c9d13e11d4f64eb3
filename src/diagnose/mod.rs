//! Guided diagnosis: from what the phone tells and the person answers to the cause, its remedy, and the proof that it helped.
//!
//! A [`Flow`](crate::kb::Flow) is content: the faults that may lie behind a complaint, how each shows, and what mends it. A [`Session`] is a log of inputs, and
//! its state is the log's replay: [`Session::next`] is a function of flow and log alone, so that a session survives the death of the
//! process, goes back a step, and can be told to someone else.
//!
//! The engine keeps a probability for each fault (one fault at a time, by Bayes' rule over what is known), probes before it asks, does what
//! costs the least for what it may bring, and says `resolved` only when the flow's goal was seen to be reached.

mod belief;
#[cfg(feature = "author")]
pub mod draw;
mod drive;
mod error;
#[cfg(feature = "author")]
mod optimum;
mod plan;
mod session;
#[cfg(feature = "author")]
pub mod simulate;

pub use drive::{Driven, Driver, Given, Move, act};
pub use error::DiagnoseError;
pub use session::{Ask, Conclusion, Do, Go, Input, Known, Session, Source, Step, Why};
pub(crate) use session::{Log, Ready};
