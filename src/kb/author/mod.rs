//! The author's side: reading the knowledge base from its folder, and telling every mistake with its file, line and column.
//!
//! Nothing here is on a phone. [`source::read`] turns YAML and Markdown into the model and reports what can't be read;
//! [`check::check`] looks at the whole and reports what doesn't fit together. Neither stops at the first mistake: both hand
//! out a list of [`Problem`]s, in Spanish, for the people who write the content.
//!
//! The effects are in `source` (reads files) and [`scaffold`] (writes one); everything else is pure.

pub mod check;
pub mod diagnostics;
pub mod markdown;
pub mod queries;
pub mod readability;
pub mod scaffold;
pub mod source;
pub mod todo;

mod locate;
mod text;
mod zone;

pub use check::check;
pub use diagnostics::{Problem, Severity};
pub use queries::{QueryCase, parse_queries};
pub use scaffold::{ContentError, new_article};
pub use source::{Media, Reading, Source, read};
pub use todo::todos;
