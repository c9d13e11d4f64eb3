//! Baquiano: an offline help desk that lives inside field apps.
//!
//! A knowledge base in one signed file ([`kb::pack`]), a search that finds the right article for a badly spelled question
//! ([`search`]), a guide through a fault with what the phone itself can tell ([`diagnose`]), and a structured report when the fault needs a human, in a
//! durable outbox ([`incident`]). [`HelpDesk`] ties them: it is what an app opens.
//!
//! ```
//! use baquiano::{HelpDesk, kb::pack::Pack, search::Query};
//!
//! let desk = HelpDesk::open(Pack::from_static(baquiano_kb::PACK)?)?;
//! let answer = desk.search(&Query::new("no me agarra el jipies"))?;
//! let article = desk.article(&answer.hits[0].id)?.expect("a hit is an article");
//! assert_eq!(article.service.as_str(), "gps");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is here does no network, and reads the time only through the [`Clock`] that it is given.

mod clock;
mod desk;
pub mod diagnose;
pub mod incident;
pub mod kb;
pub mod search;

pub use clock::{Clock, Entropy, SystemClock, SystemEntropy};
pub use desk::{
    Choice, End, Entry, Explanation, Filing, FilingError, Guide, GuideError, HelpDesk, KnowledgeBase, Media, Origin, Page, Question, Shows,
    Suspicion, Todo, Unanswered,
};

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
