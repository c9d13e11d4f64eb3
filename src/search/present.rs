//! From scored articles to what is shown: snippet, highlights, why, confidence.

use std::ops::Range;

use super::analyzer::{each_word_if, fold_text, tokenize};
use super::index::Index;
use super::rank::Scored;
use super::understand::Understood;
use super::{Answer, Hit, Matched, Query, SearchError, Weights, Why};

/// How many figures the confidence is made of.
pub const FEATURES: usize = 7;

/// Hits when the question doesn't say how many.
const DEFAULT_LIMIT: usize = 10;

pub(super) fn answer(
    index: &Index,
    understood: &Understood,
    query: &Query,
    scored: &[Scored],
    weights: &Weights,
) -> Result<Answer, SearchError> {
    let confidence = confidence(understood, scored);
    let limit = if query.limit == 0 { DEFAULT_LIMIT } else { query.limit };
    // A base that doesn't tell services apart has none to offer instead.
    let answered = confidence >= weights.honest || index.services.len() < 2;
    let shown = if answered { &scored[..limit.min(scored.len())] } else { &[] };
    // A question about other things isn't a misspelled one about ours.
    let did_you_mean = understood.corrected.clone().filter(|_| answered);
    let marker = Marker::new(index, understood);
    let hits = shown.iter().map(|scored| hit(index, understood, &marker, scored)).collect::<Result<_, _>>()?;
    Ok(Answer { query: understood.text.clone(), confidence, did_you_mean, hits })
}

/// What tells whether the first hit helps, each 0 to 1: how much of the question its article covers, how well one phrase of it does, how
/// likely its service is by the words alone, how far it is ahead of the first article of another service, how many of the
/// question's words the dictionary knows without guessing, how many the article's titles and symptoms have, and how near those are.
pub(super) fn features(understood: &Understood, scored: &[Scored]) -> Option<[f32; FEATURES]> {
    let first = scored.first()?;
    let other = scored.iter().find(|s| s.service != first.service).map_or(0.0, |s| s.score);
    let lead = (first.score - other) / first.score.max(f32::MIN_POSITIVE);
    let model = understood.services.get(first.service).copied().unwrap_or(0.0);
    Some([first.covered, first.best.min(1.0), model, lead.clamp(0.0, 1.0), understood.known(), first.words, first.near])
}

/// How likely the first hit helps: a logistic function of [`features`].
fn confidence(understood: &Understood, scored: &[Scored]) -> f32 {
    let Some(features) = features(understood, scored) else { return 0.0 };
    let sum: f32 = features.iter().zip(CONFIDENCE).map(|(feature, weight)| feature * weight).sum();
    1.0 / (1.0 + (-(CONFIDENCE_BASE + sum)).exp())
}

/// Fitted by `tune` on the tuning questions and on questions about other things (`docs/search.md`).
const CONFIDENCE_BASE: f32 = -8.46;
const CONFIDENCE: [f32; FEATURES] = [2.61, 0.85, 3.08, 3.78, 1.53, 3.71, 2.18];

fn hit(index: &Index, understood: &Understood, marker: &Marker<'_>, scored: &Scored) -> Result<Hit, SearchError> {
    let (id, service) = (index.article(scored.doc)?, index.service(scored.service)?);
    let phrases = index.doc(scored.doc).ok_or(SearchError::Damaged { part: "articles" })?.phrases;
    let text = |phrase: usize| index.phrase(phrase).map(|phrase| index.phrase_text(&phrase).to_owned()).unwrap_or_default();
    let title = text(phrases.start);
    // Without a phrase that matches, the one after the title says most.
    let snippet = text(scored.snippet.unwrap_or_else(|| (phrases.start + 1).min(phrases.end.saturating_sub(1))));
    let mut why = Vec::new();
    let mut mark = |text: &str| {
        let mut ranges = Vec::new();
        for (range, number) in marker.matches(text) {
            let alternative = &understood.alternatives[number];
            let said = &understood.text[understood.slots[alternative.slot].said.clone()];
            let found = &text[range.clone()];
            if !why.iter().any(|w: &Why| w.said == said) {
                why.push(Why { said: said.to_owned(), found: found.to_owned(), how: how(alternative.how, said, found) });
            }
            ranges.push(range);
        }
        ranges
    };
    let (title_highlights, highlights) = (mark(&title), mark(&snippet));
    Ok(Hit { id, title, service, level: scored.level, score: scored.score, snippet, highlights, title_highlights, why })
}

/// The same stem is the same word only when it is written so.
fn how(matched: Matched, said: &str, found: &str) -> Matched {
    match matched {
        Matched::Exact if !said.eq_ignore_ascii_case(found) && fold_text(said) != fold_text(found) => Matched::Stem,
        how => how,
    }
}

/// The words of the dictionary that match a question.
pub(super) struct Marker<'i> {
    /// Sorted; each with the number of its best alternative.
    words: Vec<(&'i str, usize)>,
    /// Which of the words there may be, by [`Marker::sketch`]: most words of a text match nothing, and this tells at once.
    may_be: [bool; 256],
}

impl<'i> Marker<'i> {
    pub(super) fn new(index: &'i Index, understood: &Understood) -> Self {
        let mut words: Vec<(&str, usize)> = Vec::new();
        for (number, alternative) in understood.alternatives.iter().enumerate().filter(|(_, alternative)| !alternative.stop) {
            words.extend(index.stem_words.get(alternative.stem as usize).map(|word| (index.words.get(word as usize), number)));
        }
        let quality = |number: usize| understood.alternatives[number].quality;
        words.sort_unstable_by(|a, b| a.0.cmp(b.0).then(quality(b.1).total_cmp(&quality(a.1))).then(a.1.cmp(&b.1)));
        words.dedup_by_key(|(word, _)| *word);
        let mut may_be = [false; 256];
        words.iter().for_each(|(word, _)| may_be[Self::sketch(word.as_bytes())] = true);
        Self { words, may_be }
    }

    /// The same for capitals.
    fn sketch(word: &[u8]) -> usize {
        let letter = |at: usize| word.get(at).map_or(0, |byte| usize::from(byte | 0x20));
        (letter(0) + 7 * letter(2) + 31 * letter(word.len().wrapping_sub(1)) + 3 * word.len()) % 256
    }

    /// The byte ranges of a text that match, each with the number of the alternative.
    pub(super) fn matches(&self, text: &str) -> Vec<(Range<usize>, usize)> {
        let mut matches = Vec::new();
        let mut mark = |word: &str, range: Range<usize>| {
            if self.may_be[Self::sketch(word.as_bytes())]
                && let Ok(at) = self.words.binary_search_by(|(own, _)| (*own).cmp(word))
            {
                matches.push((range, self.words[at].1));
            }
        };
        if text.contains('-') {
            tokenize(text).into_iter().for_each(|token| mark(&token.text, token.range));
        } else {
            each_word_if(text, |word| self.may_be[Self::sketch(word)], mark);
        }
        matches
    }
}
