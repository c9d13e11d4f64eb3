//! Words that mean the same, and what people say for what articles write.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The synonyms of the knowledge base, as `synonyms.yaml` holds them.
///
/// All matching is done on stems and phonetic keys: inflections and spellings by ear needn't be listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Synonyms {
    /// Words without meaning for finding help.
    pub stop: Vec<String>,
    /// Words so common in questions that they count little.
    pub weak: Vec<String>,
    /// Shorthand of chats → what it stands for.
    pub shorthand: BTreeMap<String, String>,
    /// Each group: words or phrases that mean the same.
    pub groups: Vec<Vec<String>>,
    /// What people say → words of the articles.
    pub one_way: Vec<OneWay>,
    /// Names and foreign words as they are written by ear → the name.
    pub spoken: BTreeMap<String, String>,
}

/// One expansion: each of `from` also finds each of `to`, not the other way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneWay {
    /// What people say.
    pub from: Vec<String>,
    /// What articles say.
    pub to: Vec<String>,
}
