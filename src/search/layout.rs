//! The records of the search sections: what the builder writes and the index reads.
//!
//! Little-endian, fixed size. A word is known by its place among the words, a stem by its place among the sorted stems. Stop words have
//! no stem but a number of their own, above all stems: they stand in titles and symptoms, where they tell one way of asking from
//! another, and nowhere else.

/// A stem: its inverse document frequency (u16, in 1/1024), flags (u8), one byte free; then where its postings are in tantivy's
/// file: documents (u32), length in bytes (u32), offset (u64). tantivy has the same in its own dictionary, but gives it out by
/// the term's text only, which costs a walk of its automaton for each.
pub(crate) const STEM: usize = 20;
pub(crate) const IDF_UNIT: f32 = 1024.0;
/// The word is common in all questions.
pub(crate) const FLAG_WEAK: u8 = 1;
/// It is a stop word: it has no postings.
pub(crate) const FLAG_STOP: u8 = 2;

/// An article: first phrase (u32), place of its local index (u32), service (u16, a place in the services), number of titles and
/// symptoms (u16), level (u8), three bytes free, apps (u64, a bit per app).
pub(crate) const DOC: usize = 24;

/// A phrase: where its text begins (u32), its length (u16), kind (u8), one byte free, the weight of its words that count, of its weak
/// words and of its stop words (u16 each, sums of inverse document frequencies in 1/64), two bytes free.
pub(crate) const PHRASE: usize = 16;
pub(crate) const WEIGHT_UNIT: f32 = 64.0;

/// Most phrases of one article that are indexed one by one: the local index counts them in twelve bits.
pub(crate) const MAX_PHRASES: usize = 1 << PHRASE_BITS;
pub(crate) const PHRASE_BITS: u32 = 12;
/// The four bits above say which word of the stem stands there: its place among the stem's words, or this for those beyond.
pub(crate) const OTHER_FORM: u16 = 15;

/// What a stem or a pair of stems says for a service, in 1/16 (i8): weights of a logistic regression.
pub(crate) const MODEL_UNIT: f32 = 16.0;
/// More services than these aren't told apart by their words.
#[cfg(feature = "author")]
pub(crate) const MAX_SERVICES: usize = 64;

/// How far apart two words may stand to be a pair of the model of services.
pub(crate) const PAIR_WINDOW: usize = 3;

/// The key of a pair of stems, in whatever order they stand.
pub(crate) fn pair(one: u32, other: u32) -> u64 {
    u64::from(one.min(other)) << 32 | u64::from(one.max(other))
}

/// What a phrase is in its article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum PhraseKind {
    Title = 0,
    Symptom = 1,
    Keywords = 2,
    Sentence = 3,
    Desk = 4,
}

impl PhraseKind {
    pub(crate) const COUNT: usize = 5;

    pub(crate) fn from_byte(byte: u8) -> Self {
        match byte {
            0 => Self::Title,
            1 => Self::Symptom,
            2 => Self::Keywords,
            4 => Self::Desk,
            _ => Self::Sentence,
        }
    }

    /// Whether it is said as a user says it.
    pub(crate) fn is_short(self) -> bool {
        matches!(self, Self::Title | Self::Symptom)
    }
}

/// One target of a synonym: its stem (u32), how many words that target has (u8), its kind (u8).
pub(crate) const TARGET: usize = 6;
/// The kinds of synonyms, the surer one first.
pub(crate) const SYNONYM_GROUP: u8 = 0;
pub(crate) const SYNONYM_ONE_WAY: u8 = 1;

/// Names of the sections.
pub(crate) mod section {
    /// All words, sorted.
    pub(crate) const WORDS: &str = "search/words";
    /// Of each word its stem, or its number as a stop word.
    pub(crate) const WORD_STEMS: &str = "search/word-stems";
    /// Of each word its inverse document frequency, in units (u16 each).
    pub(crate) const WORD_IDF: &str = "search/word-idf";
    /// All stems, sorted. What follows by stem goes on with the stop words.
    pub(crate) const STEMS: &str = "search/stems";
    pub(crate) const STEM_INFO: &str = "search/stem-info";
    pub(crate) const STEM_SERVICES: &str = "search/stem-services";
    /// Pairs of stems that speak for services: how many (u32), the pairs (u64 each, sorted), then a row for each as for stems.
    pub(crate) const PAIR_SERVICES: &str = "search/pair-services";
    /// Of each stem its words.
    pub(crate) const STEM_WORDS: &str = "search/stem-words";
    /// All phonetic keys, sorted.
    pub(crate) const KEYS: &str = "search/keys";
    /// Of each key the stems of the words that have it.
    pub(crate) const KEY_STEMS: &str = "search/key-stems";
    /// All sounds, sorted; of each, the most frequent word that has it.
    pub(crate) const SOUNDS: &str = "search/sounds";
    /// Of each sound its sketch: which letters it has, and how many.
    pub(crate) const SOUND_SKETCHES: &str = "search/sound-sketches";
    pub(crate) const SOUND_WORDS: &str = "search/sound-words";
    /// Sounds of stop words that no other word has.
    pub(crate) const STOP_SOUNDS: &str = "search/stop-sounds";
    pub(crate) const NEAR_WORDS: &str = "search/near-words";
    pub(crate) const NEAR_SOUNDS: &str = "search/near-sounds";
    pub(crate) const SYNONYMS: &str = "search/synonyms";
    pub(crate) const SPOKEN: &str = "search/spoken";
    pub(crate) const SHORTHAND: &str = "search/shorthand";
    pub(crate) const SERVICES: &str = "search/services";
    pub(crate) const APPS: &str = "search/apps";
    pub(crate) const APP_NAMES: &str = "search/app-names";
    pub(crate) const DOCS: &str = "search/docs";
    /// Ids of articles, in the order of documents, with what they say of the phones that they are for.
    pub(crate) const CONDITIONS: &str = "search/conditions";
    pub(crate) const PHRASES: &str = "search/phrases";
    /// Of each article: how many stems it has (u32), the stems (u32 each, sorted), the end of each one's phrases (u16 each), the phrases
    /// (u16 each: counted within the article in the lower twelve bits, the form of the word in the upper four).
    pub(crate) const LOCAL: &str = "search/local";
    pub(crate) const TEXT: &str = "search/text";
}

/// The one field of tantivy's index.
pub(crate) const FIELD: &str = "stem";
