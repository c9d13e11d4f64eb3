//! All words of all articles, and what the index knows of them before any posting is written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::super::analyzer::{phonetic_key, sound, stem, tokenize};
use super::super::index::idf;
use super::super::layout::{self, PhraseKind, section};
use super::super::near::{sketch, write_near};
use super::Document;
use crate::kb::Synonyms;
use crate::kb::pack::tables::write;

/// How often a word of each part of an article is counted: BM25 over fields with weights (BM25F), in one field.
/// Chosen on the tuning questions.
const TITLE_COUNTS: usize = 3;
const SYMPTOM_COUNTS: usize = 2;
const KEYWORD_COUNTS: usize = 2;
const TEXT_COUNTS: usize = 1;

/// All words of all articles, with their stems.
pub(super) struct Dictionary {
    pub(super) words: BTreeMap<String, WordInfo>,
    pub(super) stems: BTreeMap<String, u32>,
    pub(super) keys: BTreeMap<String, BTreeSet<u32>>,
    pub(super) weak: BTreeSet<u32>,
    /// Of each stem, its inverse document frequency as it is written, and in how many articles it stands.
    pub(super) idf: Vec<u16>,
    pub(super) documents: Vec<u32>,
}

pub(super) struct WordInfo {
    pub(super) number: u32,
    /// How often it stands in all articles.
    pub(super) count: u32,
    pub(super) stem: u32,
    /// Its place among the words of its stem.
    form: u16,
    /// In how many articles it stands.
    articles: u32,
}

impl Dictionary {
    pub(super) fn new(documents: &[Document], synonyms: &Synonyms) -> Self {
        let stop: BTreeSet<String> = synonyms.stop.iter().flat_map(|word| tokenize(word)).map(|token| token.text).collect();
        let mut counts: HashMap<String, u32> = stop.iter().map(|word| (word.clone(), 0)).collect();
        let mut articles: HashMap<String, u32> = HashMap::new();
        for document in documents {
            let mut own: BTreeSet<String> = BTreeSet::new();
            for token in document.phrases().iter().flat_map(|(_, phrase)| tokenize(phrase)) {
                *counts.entry(token.text.clone()).or_default() += 1;
                own.insert(token.text);
            }
            own.into_iter().for_each(|word| *articles.entry(word).or_default() += 1);
            document.of_service.iter().flat_map(|p| tokenize(p)).for_each(|token| *counts.entry(token.text).or_default() += 1);
        }
        let content: Vec<&String> = counts.keys().filter(|word| !stop.contains(*word)).collect();
        let stems: BTreeSet<String> = content.iter().map(|word| stem(word)).collect();
        let stems: BTreeMap<String, u32> = stems.into_iter().zip(0..).collect();
        let mut keys: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
        for word in content {
            let key = phonetic_key(word);
            if !key.is_empty() {
                keys.entry(key).or_default().insert(stems[&stem(word)]);
            }
        }
        let stops: BTreeMap<String, u32> = stop.into_iter().zip(stems.len() as u32..).collect();
        let sorted: BTreeMap<String, u32> = counts.into_iter().collect();
        let mut forms: HashMap<u32, u16> = HashMap::new();
        let words = sorted.into_iter().zip(0..).map(|((word, count), number)| {
            let stem = stops.get(&word).copied().unwrap_or_else(|| stems[&stem(&word)]);
            let next = forms.entry(stem).or_default();
            let form = *next;
            *next = (form + 1).min(layout::OTHER_FORM);
            let articles = articles.get(&word).copied().unwrap_or(0);
            (word, WordInfo { number, count, stem, form, articles })
        });
        let words = words.collect();
        let weak = synonyms.weak.iter().flat_map(|word| tokenize(word)).filter_map(|token| stems.get(&stem(&token.text)).copied());
        let mut dictionary =
            Self { documents: vec![0; stems.len() + stops.len()], idf: Vec::new(), words, weak: weak.collect(), stems, keys };
        for document in documents {
            let mut of_document: BTreeSet<u32> = dictionary.counted(document).into_iter().map(|(stem, _)| stem).collect();
            let short = document.phrases().into_iter().filter(|(kind, _)| kind.is_short());
            of_document.extend(short.flat_map(|(_, phrase)| dictionary.all_in(&phrase).collect::<Vec<_>>()));
            of_document.into_iter().for_each(|stem| dictionary.documents[stem as usize] += 1);
        }
        dictionary.idf = dictionary.documents.iter().map(|with| stored_idf(documents.len(), *with)).collect();
        dictionary
    }

    /// The stems of a text's words that count, in order.
    pub(super) fn stems_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = u32> + 't {
        self.all_in(text).filter(|stem| !self.is_stop(*stem))
    }

    /// The same with stop words.
    pub(super) fn all_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = u32> + 't {
        tokenize(text).into_iter().filter_map(|token| self.words.get(&token.text)).map(|word| word.stem)
    }

    pub(super) fn is_stop(&self, stem: u32) -> bool {
        stem as usize >= self.stems.len()
    }

    /// The stems under which a phrase is found, each with its form; stop words too, where they tell something.
    pub(super) fn indexed(&self, kind: PhraseKind, phrase: &str) -> BTreeSet<(u32, u16)> {
        let words = tokenize(phrase).into_iter().filter_map(|token| self.words.get(&token.text));
        words.filter(|word| kind.is_short() || !self.is_stop(word.stem)).map(|word| (word.stem, word.form)).collect()
    }

    /// The stems of an article with how often each counts.
    pub(super) fn counted(&self, document: &Document) -> Vec<(u32, usize)> {
        let mut all = Vec::new();
        for (kind, phrase) in document.phrases() {
            let times = match kind {
                PhraseKind::Title => TITLE_COUNTS,
                PhraseKind::Symptom => SYMPTOM_COUNTS,
                PhraseKind::Keywords => KEYWORD_COUNTS,
                PhraseKind::Sentence | PhraseKind::Desk => TEXT_COUNTS,
            };
            all.extend(self.stems_in(&phrase).map(|stem| (stem, times)));
        }
        document.of_service.iter().for_each(|phrase| all.extend(self.stems_in(phrase).map(|stem| (stem, TEXT_COUNTS))));
        all
    }

    pub(super) fn write(&self, articles: usize, out: &mut Vec<(&str, Vec<u8>)>) {
        out.push((section::WORDS, write::strings(self.words.keys())));
        out.push((section::WORD_STEMS, write::numbers(self.words.values().map(|word| word.stem))));
        let idf = self.words.values().flat_map(|word| stored_idf(articles, word.articles).to_le_bytes());
        out.push((section::WORD_IDF, idf.collect()));
        out.push((section::STEMS, write::strings(self.stems.keys())));
        let mut stem_words = vec![Vec::new(); self.documents.len()];
        for word in self.words.values() {
            stem_words[word.stem as usize].push(word.number);
        }
        out.push((section::STEM_WORDS, write::lists(stem_words)));
        out.push((section::KEYS, write::strings(self.keys.keys())));
        out.push((section::KEY_STEMS, write::lists(self.keys.values().map(|stems| stems.iter().copied()))));

        let mut sounds: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut stop_sounds: BTreeSet<String> = BTreeSet::new();
        for (word, info) in &self.words {
            let heard = sound(word);
            if self.is_stop(info.stem) {
                stop_sounds.insert(heard);
            } else if !heard.is_empty() {
                // Of words that sound alike the most frequent stands for all.
                let best = sounds.entry(heard).or_insert((info.count, info.number));
                if info.count > best.0 {
                    *best = (info.count, info.number);
                }
            }
        }
        stop_sounds.retain(|heard| !sounds.contains_key(heard) && !heard.is_empty());
        out.push((section::STOP_SOUNDS, write::strings(&stop_sounds)));
        let long = |word: &str| word.len() >= 3 && !word.bytes().any(|b| b.is_ascii_digit());
        let words = self.words.iter().filter(|(word, _)| long(word)).map(|(word, info)| (info.number, word.as_str()));
        out.push((section::NEAR_WORDS, write_near(words)));
        out.push((section::NEAR_SOUNDS, write_near((0..).zip(sounds.keys().map(String::as_str)).filter(|(_, heard)| long(heard)))));
        out.push((section::SOUND_SKETCHES, write::numbers(sounds.keys().map(|heard| sketch(heard)))));
        out.push((section::SOUND_WORDS, write::numbers(sounds.values().map(|(_, word)| *word))));
        out.push((section::SOUNDS, write::strings(sounds.keys())));
    }

    /// The keys of the words of a phrase that count, as a question's would be.
    pub(super) fn key_phrase(&self, phrase: &str) -> String {
        let counts = |word: &str| self.words.get(word).is_none_or(|info| !self.is_stop(info.stem));
        let keys: Vec<String> =
            tokenize(phrase).into_iter().filter(|token| counts(&token.text)).map(|token| phonetic_key(&token.text)).collect();
        keys.join(" ")
    }

    /// The stems of a phrase's words that stand in articles.
    pub(super) fn stems_of(&self, phrase: &str) -> Vec<u32> {
        let counts = |word: &str| self.words.get(word).is_none_or(|info| !self.is_stop(info.stem));
        let content = tokenize(phrase).into_iter().filter(|token| counts(&token.text));
        content.filter_map(|token| self.stems.get(&stem(&token.text)).copied()).collect()
    }
}

/// Inverse document frequency as it is written.
fn stored_idf(articles: usize, with: u32) -> u16 {
    (idf(articles, with) * layout::IDF_UNIT).min(f32::from(u16::MAX)) as u16
}
