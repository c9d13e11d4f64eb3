use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;

use crate::kb::{AppId, ArticleId, FactId, FactValue, ServiceId};

/// A question with what is known of who asks.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// What was typed or said. What goes beyond 4 KiB isn't looked at.
    pub text: String,
    /// How many hits are wanted; 0 means 10.
    pub limit: usize,
    /// What is known of app and phone: it ranks.
    pub context: Context,
    /// What to leave out: only when the user asked for it.
    pub only: Only,
}

impl Query {
    /// A question without context.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

/// What is known of app and phone. It lifts articles that fit and lowers those that don't; it never hides one.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The app in which the question is asked.
    pub app: Option<AppId>,
    /// The service that the user is looking at.
    pub service: Option<ServiceId>,
    /// The phone's maker, lower case.
    pub vendor: Option<String>,
    /// The Android release, e.g. `8.1`.
    pub android: Option<String>,
    /// Facts that are known.
    pub facts: BTreeMap<FactId, FactValue>,
}

/// Filters: what the user asked to see alone.
#[derive(Debug, Clone, Default)]
pub struct Only {
    /// Articles of this app.
    pub app: Option<AppId>,
    /// Articles of this service.
    pub service: Option<ServiceId>,
    /// Articles of this level.
    pub level: Option<u8>,
}

/// What matched, to be marked: a range of bytes, which begins and ends between characters.
pub type Highlight = Range<usize>;

/// A [`Highlight`] in other languages.
#[cfg(feature = "uniffi")]
#[derive(Debug, uniffi::Record)]
pub struct Mark {
    /// The first byte of the UTF-8 text.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

#[cfg(feature = "uniffi")]
uniffi::custom_type!(Highlight, Mark, {
    remote,
    lower: |range| Mark { start: range.start as u32, end: range.end as u32 },
    try_lift: |mark| Ok(mark.start as usize..mark.end as usize),
});

/// What a search found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Answer {
    /// The question as it was looked at.
    pub query: String,
    /// How sure it is that the first hit helps, 0 to 1: a calibrated probability (`docs/search.md`).
    pub confidence: f32,
    /// The question as it was understood, when words had to be corrected.
    pub did_you_mean: Option<String>,
    /// The articles, best first. Empty when nothing fits well enough: then the services are to be offered as tiles.
    pub hits: Vec<Hit>,
}

/// One article that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Hit {
    /// The article.
    pub id: ArticleId,
    /// Its title.
    pub title: String,
    /// Its service.
    pub service: ServiceId,
    /// Its support level.
    pub level: u8,
    /// Its score; comparable within one answer only.
    pub score: f32,
    /// The phrase of the article that fits best.
    pub snippet: String,
    /// What matched in the snippet: byte ranges of it.
    pub highlights: Vec<Highlight>,
    /// What matched in the title: byte ranges of it.
    pub title_highlights: Vec<Highlight>,
    /// Why it was found, word by word.
    pub why: Vec<Why>,
}

/// Why one word of the question matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Why {
    /// The word of the question.
    pub said: String,
    /// The word of the article.
    pub found: String,
    /// How the one led to the other.
    pub how: Matched,
}

/// How a word of the question led to a word of the article; each weaker than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Matched {
    /// The same word.
    Exact,
    /// Another form of it (`instalar`, `instalación`).
    Stem,
    /// The word that is being typed.
    Prefix,
    /// A word that means the same.
    Synonym,
    /// It sounds the same (`hubicasion`).
    Sound,
    /// A slip of the finger away.
    Typo,
}

/// A way to go on with what is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Suggestion {
    /// The whole phrase.
    pub text: String,
    /// The article that it leads to.
    pub article: ArticleId,
    /// Its service.
    pub service: ServiceId,
    /// What matched: byte ranges of the text.
    pub highlights: Vec<Highlight>,
}
