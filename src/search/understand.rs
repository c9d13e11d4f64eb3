//! What a question may mean: its words, each with every stem of the dictionary that it may stand for.

mod words;

use std::ops::Range;

use tantivy::postings::TermInfo;

use super::analyzer::{phonetic_key, stem};
use super::index::{Index, idf};
use super::layout::{PAIR_WINDOW, SYNONYM_GROUP, SYNONYM_ONE_WAY, TARGET, pair};
use super::near::{Measure, may_be_near, sketch};
use super::{Matched, Weights};
use crate::kb::pack::tables::u32_at;
use words::Word;

/// How much of a question is looked at. Chosen: a pasted chat message fits, a pasted file doesn't hold the phone up.
const MAX_BYTES: usize = 4096;
/// The same in words that count, since each costs a look-up.
const MAX_SLOTS: usize = 64;
/// Alternatives of one word, beyond which the worst are dropped.
const MAX_ALTERNATIVES: usize = 12;
/// Shortest word that a slip is looked for in, in letters: three letters are one slip away from half the dictionary.
const MIN_TYPO: usize = 4;
/// Shortest word for which two slips are thinkable.
const MIN_TWO_SLIPS: usize = 6;
/// Most words of the source of a synonym, a spoken name or the name of an app.
const MAX_PHRASE: usize = 4;

/// A word of the question that counts.
#[derive(Debug)]
pub(super) struct Slot {
    /// Where it stands in the question.
    pub(super) said: Range<usize>,
    /// What it counts for.
    pub(super) weight: f32,
    /// A slot that a synonym of several words added: it helps when it matches and costs nothing when it doesn't.
    extra: bool,
    /// It is a stop word.
    stop: bool,
}

/// One stem that a slot may stand for.
#[derive(Debug)]
pub(super) struct Alternative {
    pub(super) slot: usize,
    pub(super) stem: u32,
    pub(super) quality: f32,
    pub(super) idf: f32,
    pub(super) how: Matched,
    /// Which word of the stem was meant, where that is known, and how rare it is.
    pub(super) form: Option<(u16, f32)>,
    pub(super) info: TermInfo,
    /// It is a stop word: only the second pass looks for it.
    pub(super) stop: bool,
    weak: bool,
}

/// A question as it was understood.
#[derive(Debug, Default)]
pub(super) struct Understood {
    /// The part of the question that was looked at.
    pub(super) text: String,
    pub(super) slots: Vec<Slot>,
    /// Of all slots, sorted by slot, the best of each first.
    pub(super) alternatives: Vec<Alternative>,
    /// The question with its corrections, where words were only guessed.
    pub(super) corrected: Option<String>,
    /// Sum of the weights of the slots that aren't extra.
    pub(super) total: f32,
    /// How many slots aren't extra.
    pub(super) words: usize,
    /// The app that the question names: its place among the apps.
    pub(super) app: Option<usize>,
    /// How likely each service is, by the words of the question; empty when services aren't told apart.
    pub(super) services: Vec<f32>,
}

impl Understood {
    /// The share of the question's words, without stop words, that the dictionary has or hears; 0 to 1.
    pub(super) fn known(&self) -> f32 {
        let sure = |slot: usize| {
            let best = self.alternatives.iter().find(|a| a.slot == slot);
            best.is_some_and(|best| matches!(best.how, Matched::Exact | Matched::Stem | Matched::Sound))
        };
        let words: Vec<usize> = (0..self.slots.len()).filter(|at| !self.slots[*at].extra && !self.slots[*at].stop).collect();
        words.iter().filter(|word| sure(**word)).count() as f32 / words.len().max(1) as f32
    }
}

/// Reads a question. With `typing`, its last word is taken as the beginning of one.
pub(super) fn understand(index: &Index, text: &str, weights: &Weights, typing: bool) -> Understood {
    let text = &text[..text.floor_char_boundary(MAX_BYTES)];
    let (mut words, app) = words::read(index, text);
    let mut reader = Reader {
        index,
        weights,
        understood: Understood { text: text.to_owned(), app, ..Understood::default() },
        content: Vec::with_capacity(words.len()),
    };
    let last = words.len().saturating_sub(1);
    for (at, word) in words.iter_mut().enumerate() {
        if reader.understood.slots.len() >= MAX_SLOTS {
            break;
        }
        let unfinished = at == last && text.ends_with(char::is_alphanumeric);
        reader.read_word(word, unfinished, typing && at == last);
    }
    reader.expand_synonyms();
    reader.finish(&words)
}

struct Reader<'i> {
    index: &'i Index,
    weights: &'i Weights,
    understood: Understood,
    /// Of each word that counts: slot and key, for phrases of synonyms.
    content: Vec<(usize, String)>,
}

impl Reader<'_> {
    fn read_word(&mut self, word: &mut Word, unfinished: bool, typing: bool) {
        let (index, weights) = (self.index, self.weights);
        let known_stem = word.known.and_then(|known| index.stem_of(known));
        // While it is being typed, a stop word may be the beginning of another.
        if let Some(stop) = word.known.and_then(|known| index.stop_of(known))
            && !typing
        {
            return self.read_stop(word, stop);
        }
        let slot = self.understood.slots.len();
        let own = known_stem.or_else(|| index.stems.find(&stem(&word.text)).map(|stem| stem as u32));
        let key = phonetic_key(&word.text);
        let heard = index.keys.find(&key);
        if own.is_none() && heard.is_none() && !typing && index.stop_sounds.find(word.sound()).is_some() {
            return;
        }
        self.understood.slots.push(Slot { said: word.said.clone(), weight: 0.0, extra: false, stop: false });
        if let Some(own) = own {
            let (quality, how) = if known_stem.is_some() { (1.0, Matched::Exact) } else { (weights.stem, Matched::Stem) };
            self.add(slot, own, quality, how, word.known);
        }
        // The likeliest of the words that sound so.
        let meant = heard.and_then(|_| index.sounds.find(word.sound())).and_then(|at| index.sound_words.get(at));
        if let Some(heard) = heard {
            let quality = if own.is_some() { weights.homophone } else { weights.sound };
            let of_meant = meant.and_then(|meant| index.stem_of(meant));
            for stem in index.key_stems.get(heard) {
                self.add(slot, stem, quality, Matched::Sound, meant.filter(|_| of_meant == Some(stem)));
            }
        }
        if typing {
            self.add_prefixes(slot, word);
        } else if own.is_none() && heard.is_none() {
            // What people say for something else is no slip.
            if index.synonyms.keys().find(&key).is_none() && !(unfinished && self.add_prefixes(slot, word)) {
                self.add_near(slot, word, 2);
            }
        } else if own.is_none() {
            // The spelling that was meant is shown in `did_you_mean`.
            word.corrected = meant.map(|word| index.words.get(word as usize).to_owned());
        } else if known_stem.is_none() {
            // Another form of a known word, or a slip that happens to have its stem (`coordinadas`, `coordenadas`).
            self.add_near(slot, word, 1);
            word.corrected = None;
        }
        let key = word.corrected.as_deref().map_or(key, phonetic_key);
        self.content.push((slot, key));
    }

    /// A stop word counts little, and only where it tells one way of asking from another.
    fn read_stop(&mut self, word: &Word, stop: u32) {
        let slot = self.understood.slots.len();
        self.understood.slots.push(Slot { said: word.said.clone(), weight: 0.0, extra: false, stop: true });
        self.add(slot, stop, 1.0, Matched::Exact, word.known);
    }

    fn add(&mut self, slot: usize, stem: u32, quality: f32, how: Matched, word: Option<u32>) {
        let form = word.and_then(|word| self.index.form(word, stem));
        let alternatives = &mut self.understood.alternatives;
        // The alternatives of a slot are added together, so that only the last ones need be looked at.
        let mut of_slot = 0;
        for own in alternatives.iter_mut().filter(|own| own.slot == slot) {
            if own.stem == stem {
                // Two ways that lead to one stem: the surer quality, and the plainer explanation.
                own.quality = own.quality.max(quality);
                own.how = own.how.min(how);
                own.form = own.form.or(form);
                return;
            }
            of_slot += 1;
        }
        if of_slot < MAX_ALTERNATIVES
            && let Some(known) = self.index.stem(stem)
        {
            alternatives.push(Alternative {
                slot,
                stem,
                quality,
                idf: known.idf,
                how,
                form,
                info: known.info,
                stop: known.stop,
                weak: known.weak,
            });
        }
    }

    /// Words that begin with what was typed; whether there are any.
    fn add_prefixes(&mut self, slot: usize, word: &Word) -> bool {
        /// A longer list is no completion, it is the dictionary.
        const MOST: usize = 2000;
        /// How many of them are taken, the most frequent first.
        const TAKEN: usize = 6;
        if word.text.len() < 2 {
            return false;
        }
        let mut stems: Vec<(u32, u32)> = Vec::new();
        for longer in self.index.words.with_prefix(&word.text).take(MOST) {
            if let Some(stem) = self.index.stem_of(longer as u32)
                && Some(longer as u32) != word.known
                && !stems.iter().any(|(_, own)| *own == stem)
                && let Some(known) = self.index.stem(stem)
            {
                stems.push((known.info.doc_freq, stem));
            }
        }
        stems.sort_unstable_by(|a, b| b.cmp(a));
        for (_, stem) in stems.iter().take(TAKEN) {
            self.add(slot, *stem, self.weights.prefix, Matched::Prefix, None);
        }
        !stems.is_empty()
    }

    /// Words one slip away, in writing or in sound; with `most` 2, if there are none: for a word written without vowels, words with
    /// these consonants, and for a long word, words two slips away.
    fn add_near(&mut self, slot: usize, word: &mut Word, most: u32) {
        /// More than these are guesses.
        const TAKEN: usize = 4;
        let index = self.index;
        let length = word.text.chars().count();
        if length < 3 || word.text.bytes().all(|b| b.is_ascii_digit()) {
            return;
        }
        let mut found = Found { index, word, away: Vec::new() };
        if length >= MIN_TYPO {
            found.one_slip();
        }
        if most > 1 && found.away.is_empty() {
            found.clipped();
        }
        if most > 1 && found.away.is_empty() && length >= MIN_TWO_SLIPS {
            found.two_slips();
        }
        let found = found.sorted();
        let Some(&(nearest, best)) = found.first() else { return };
        word.corrected = Some(index.words.get(best as usize).to_owned());
        if let Some(stop) = index.stop_of(best) {
            return self.add(slot, stop, self.weights.typo, Matched::Typo, Some(best));
        }
        for (away, near) in found.into_iter().filter(|(away, _)| *away <= nearest + 0.5).take(TAKEN) {
            if let Some(stem) = index.stem_of(near) {
                let quality = self.weights.typo * (1.0 - self.weights.typo_slope * away / length as f32).max(0.1);
                self.add(slot, stem, quality, Matched::Typo, Some(near));
            }
        }
    }

    /// Adds what the words, alone or together, are synonyms of. The longest phrase wins; its words still have their own synonyms.
    fn expand_synonyms(&mut self) {
        let content = std::mem::take(&mut self.content);
        let mut phrase = String::new();
        let mut at = 0;
        while at < content.len() {
            let longest = (2..=MAX_PHRASE.min(content.len() - at)).rev().find_map(|n| {
                phrase.clear();
                for (_, key) in &content[at..at + n] {
                    phrase.push_str(if phrase.is_empty() { "" } else { " " });
                    phrase.push_str(key);
                }
                Some((n, self.index.synonyms.get(&phrase)?))
            });
            let used = longest.map_or(1, |(n, _)| n);
            for (slot, key) in &content[at..at + used] {
                if let Some(record) = self.index.synonyms.get(key) {
                    self.add_targets(*slot, record);
                }
            }
            if let Some((n, record)) = longest {
                let slots = &self.understood.slots;
                let said = slots[content[at].0].said.start..slots[content[at + n - 1].0].said.end;
                self.understood.slots.push(Slot { said, weight: 0.0, extra: true, stop: false });
                self.add_targets(self.understood.slots.len() - 1, record);
            }
            at += used;
        }
    }

    fn add_targets(&mut self, slot: usize, record: &[u8]) {
        for target in record.as_chunks::<TARGET>().0 {
            let [.., words, kind] = *target;
            let quality = match kind {
                SYNONYM_GROUP => self.weights.group,
                SYNONYM_ONE_WAY => self.weights.one_way,
                _ => continue,
            };
            // One word of a target of several says only part of it.
            let part = 1.0 / f32::from(words.max(1)).sqrt();
            if let Some(stem) = u32_at(target, 0) {
                self.add(slot, stem, quality * part, Matched::Synonym, None);
            }
        }
    }

    fn finish(mut self, words: &[Word]) -> Understood {
        let understood = &mut self.understood;
        understood.alternatives.sort_by(|a, b| a.slot.cmp(&b.slot).then(b.quality.total_cmp(&a.quality)));
        let rarest = idf(self.index.len(), 1);
        for (number, slot) in understood.slots.iter_mut().enumerate() {
            let mut weight = None;
            for alternative in understood.alternatives.iter_mut().filter(|a| a.slot == number) {
                if alternative.weak {
                    alternative.idf *= self.weights.weak;
                } else if alternative.stop {
                    alternative.idf *= self.weights.stop;
                }
                // A guess must not count for more than the word that was most likely meant: a rare slip isn't a rare word.
                let cap = *weight.get_or_insert(alternative.idf);
                if alternative.how != Matched::Synonym {
                    alternative.idf = alternative.idf.min(cap);
                }
            }
            // A stop word that stands in no title or symptom isn't an unknown word.
            slot.weight = weight.unwrap_or(if slot.stop { 0.0 } else { rarest * self.weights.unknown });
            if !slot.extra {
                understood.total += slot.weight;
                understood.words += 1;
            }
        }
        understood.services = service_likelihoods(self.index, understood, self.weights);
        understood.corrected = words::corrected(words);
        self.understood
    }
}

/// How likely each service is: the model that the pack holds, over the surest alternative of each word and the pairs that they make.
fn service_likelihoods(index: &Index, understood: &Understood, weights: &Weights) -> Vec<f32> {
    let mut sums = vec![0.0_f32; index.services.len()];
    // They are sorted by slot and quality: the first of a slot is its surest. Slots are in the order of words.
    let mut surest: Vec<&Alternative> = Vec::with_capacity(understood.slots.len());
    for alternative in &understood.alternatives {
        if surest.last().is_none_or(|last| last.slot != alternative.slot) {
            surest.push(alternative);
        }
    }
    for (at, one) in surest.iter().enumerate() {
        let mut add = |says: &mut dyn Iterator<Item = f32>, quality: f32| {
            sums.iter_mut().zip(says).for_each(|(sum, says)| *sum += says * quality);
        };
        add(&mut index.stem_services(one.stem), one.quality);
        if !understood.slots[one.slot].extra {
            for other in surest.iter().skip(at + 1).take(PAIR_WINDOW).filter(|other| other.stem != one.stem) {
                add(&mut index.pair_services(pair(one.stem, other.stem)), one.quality * other.quality);
            }
        }
    }
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    sums.iter_mut().for_each(|sum| *sum = ((*sum - most) * weights.model_sharpness).exp());
    let all: f32 = sums.iter().sum();
    sums.iter_mut().for_each(|sum| *sum /= all.max(f32::MIN_POSITIVE));
    sums
}

/// Words of the dictionary that may have been meant, with how many slips they are away.
struct Found<'f> {
    index: &'f Index,
    word: &'f Word,
    away: Vec<(f32, u32)>,
}

/// What sounds alike may still be spelled far apart: so much more of a slip it is.
const BY_EAR: f32 = 0.15;
/// A slip in the first letter is rarer than one inside.
const FIRST_LETTER: f32 = 0.25;
/// Vowels left out on purpose, as in chats.
const CLIPPED: f32 = 1.2;

impl Found<'_> {
    fn take(&mut self, word: u32, away: f32) {
        let other = self.index.words.get(word as usize);
        let first = if other.chars().next() == self.word.text.chars().next() { 0.0 } else { FIRST_LETTER };
        let away = away + first;
        match self.away.iter_mut().find(|(_, own)| *own == word) {
            Some(same) => same.0 = same.0.min(away),
            None => self.away.push((away, word)),
        }
    }

    fn one_slip(&mut self) {
        let (index, word) = (self.index, self.word);
        let measure = Measure::new(&word.text);
        index.near_words.candidates(&word.text, |near| {
            if let Some(away) = measure.to(index.words.get(near as usize), 1) {
                self.take(near, away as f32);
            }
        });
        let measure = Measure::new(word.sound());
        index.near_sounds.candidates(word.sound(), |near| {
            if let (Some(away), Some(near)) = (measure.to(index.sounds.get(near as usize), 1), index.sound_words.get(near as usize)) {
                self.take(near, away as f32 + BY_EAR);
            }
        });
    }

    fn clipped(&mut self) {
        if words::is_clipped(&self.word.text) {
            for near in 0..self.index.words.len() {
                if words::expands(&self.word.text, self.index.words.get(near)) {
                    self.take(near as u32, CLIPPED);
                }
            }
        }
    }

    fn two_slips(&mut self) {
        let (index, own) = (self.index, sketch(self.word.sound()));
        let measure = Measure::new(self.word.sound());
        for (near, other) in index.sound_sketches.range(0..index.sounds.len()).enumerate() {
            if may_be_near(own, other, 2)
                && let (Some(away), Some(word)) = (measure.to(index.sounds.get(near), 2), index.sound_words.get(near))
            {
                self.take(word, away as f32 + BY_EAR);
            }
        }
    }

    /// The nearest first; of two as near, the more common.
    fn sorted(self) -> Vec<(f32, u32)> {
        let common = |word: u32| self.index.stem_of(word).and_then(|stem| self.index.stem(stem)).map_or(0, |stem| stem.info.doc_freq);
        let mut away: Vec<(f32, u32, u32)> = self.away.iter().map(|(away, word)| (*away, common(*word), *word)).collect();
        away.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
        away.into_iter().map(|(away, _, word)| (away, word)).collect()
    }
}
