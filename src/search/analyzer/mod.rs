//! From what a person typed to what the index holds.
//!
//! Three forms of a word, each coarser than the one before: *folded* (lower case, no accents, `ñ` kept), *stem* (without
//! the endings that Spanish inflects, made so that it needs no accents) and *key* (the word as it sounds in Honduras, `b`=`v`,
//! `c`=`s`=`z`, no `h`, without its endings). The same code runs when a pack is built and when a question is asked; a pack
//! carries [`ANALYZER_VERSION`] and one that was built by another version is refused.

mod fold;
mod sound;
mod stem;

pub(crate) use fold::each_word_if;
pub use fold::{Token, fold_char, fold_text, tokenize};
pub use sound::{phonetic_key, sound};
pub use stem::stem;

/// Changes whenever the same text would give other folded forms, stems or keys.
pub const ANALYZER_VERSION: u32 = 1;
