//! Finding the right article for a question that is badly spelled.
//!
//! The way of a question: [`analyzer`] folds it into words → `understand` makes a *slot* of each word, with everything in the
//! dictionary that it may stand for (the word itself, its stem, what sounds alike, what is one slip away, synonyms), each with
//! a *quality* → `rank` scores articles by their postings (BM25, in tantivy's index), then the best of them again by how well
//! one single phrase of theirs (a title, a symptom, a sentence) covers the question → `present` cuts the snippet, marks what
//! matched and says why. Nothing here knows the content; what is particular to Spanish is in the analyzer, what is
//! particular to Honduras in the knowledge base's synonyms.

pub mod analyzer;

#[cfg(feature = "author")]
pub mod build;
mod error;
mod index;
mod layout;
mod near;
mod present;
mod rank;
mod suggest;
mod types;
mod understand;
mod weights;

pub use error::SearchError;
pub use index::Index;
pub use present::FEATURES;
#[cfg(feature = "uniffi")]
pub use types::Mark;
pub use types::{Answer, Context, Highlight, Hit, Matched, Only, Query, Suggestion, Why};
pub use weights::Weights;
