//! The knowledge base: what it holds, and the pack that carries it.
//!
//! The ground that everything else stands on. The types are plain data ([`Article`], [`Catalog`], [`Fact`]); [`pack`] puts
//! them, with the ready-made search index, into one signed file that is read in place. Reading YAML and Markdown, the checks
//! and the building of packs are in [`author`], behind the feature of that name: a phone never does it.

#[cfg(feature = "author")]
pub mod author;
#[cfg(feature = "author")]
mod compile;
pub mod pack;

mod article;
mod catalog;
mod condition;
mod fact;
mod flow;
mod ids;
mod synonyms;

pub use article::{Applies, Article, Block, Body, Section, SectionKind, Span, Variant};
pub use catalog::{App, Area, Catalog, Channel, Holiday, Hours, Level, Priorities, Service, Target, Weekday};
#[cfg(feature = "author")]
pub use compile::{Compiled, MANIFEST, compile};
pub use condition::{AndroidRange, Condition, FactValue, RangeError};
pub use fact::{Fact, FactType, Premise, derive};
pub use flow::{ACTIONS, ENTRANCE, Escalation, Fault, Flow, Goal, MAX_OF_EACH, Outcome, Reason, Remedy, Scenario};
pub use ids::{AppId, ArticleId, FactId, FaultId, IdError, MediaId, ServiceId};
pub use synonyms::{OneWay, Synonyms};
