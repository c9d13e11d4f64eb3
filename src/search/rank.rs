//! Which articles answer a question best.
//!
//! Two passes. The first scores every article that shares a word with the question: BM25 over tantivy's postings, a word counting once
//! however many of its alternatives match (the best one does). The second looks at the best of them phrase by phrase, since a
//! question is one thought and the article that says it in one title, symptom or sentence is the better one.

use tantivy::TERMINATED;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::IndexRecordOption;

use super::index::{Doc, Index};
use super::layout::{self, PhraseKind};
use super::understand::{Alternative, Understood};
use super::{Context, Query, SearchError, Weights};
use crate::kb::{AndroidRange, Condition, FactId};

/// How many articles reach the second pass. Measured: more than 40 changed no first place in the tuning questions.
const SECOND_PASS: usize = 40;
/// How many of its titles and symptoms say how near an article is to the question. Measured: the best one alone, or three, tell less.
const NEAREST: usize = 8;
/// Postings come in blocks of this many; a shorter one is the last.
const BLOCK: usize = 128;

/// An article with its score, and the phrase that fits best.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    pub(super) doc: u32,
    pub(super) service: usize,
    pub(super) level: u8,
    pub(super) score: f32,
    /// How much of the question's weight the article covers, 0 to 1.
    pub(super) covered: f32,
    /// Worth of its best phrase.
    pub(super) best: f32,
    /// How many of the question's words its titles and symptoms have, each alike, 0 to 1.
    pub(super) words: f32,
    /// How near the nearest titles and symptoms are, 0 to 1.
    pub(super) near: f32,
    /// The best phrase that isn't the title.
    pub(super) snippet: Option<usize>,
    /// The best title or symptom.
    pub(super) short: Option<usize>,
}

/// What a search needs to write on; kept from one search to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    scores: Vec<Score>,
    touched: Vec<u32>,
    phrases: Vec<OfPhrase>,
}

/// The first pass's score of an article.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    total: f32,
    best: f32,
    slot: u32,
    /// Which alternatives it has, as far as the bits go: the second pass needn't look for the others.
    has: u64,
}

/// What a phrase has of the question.
#[derive(Debug, Clone, Copy, Default)]
struct OfPhrase {
    /// Weight of the question's slots that it covers.
    covered: f32,
    /// Weight of its own words that the question has.
    matched: f32,
    /// The last slot that it matched, + 1: a slot counts once.
    slot: u32,
}

/// Titles and symptoms, and sentences less, as one field of words as they are written.
#[derive(Debug, Default)]
struct Field {
    /// Like BM25: rare words above all, with diminishing returns.
    rare: f32,
    /// How many words of the question it has, each alike.
    words: f32,
    slot: u32,
    of_slot: [f32; 2],
}

impl Field {
    /// A word that it has; of a slot's words the best counts.
    fn add(&mut self, slot: u32, rare: f32, word: f32) {
        if self.slot != slot {
            (self.slot, self.of_slot) = (slot, [0.0; 2]);
        }
        for ((sum, own), new) in [&mut self.rare, &mut self.words].into_iter().zip(&mut self.of_slot).zip([rare, word]) {
            *sum += (new - *own).max(0.0);
            *own = own.max(new);
        }
    }
}

/// The greatest of the numbers that it was given, in falling order.
#[derive(Debug, Default)]
struct Nearest([f32; NEAREST]);

impl Nearest {
    fn add(&mut self, mut near: f32) {
        if near > self.0[NEAREST - 1] {
            for own in &mut self.0 {
                if near > *own {
                    std::mem::swap(own, &mut near);
                }
            }
        }
    }
}

pub(super) fn rank(
    index: &Index,
    understood: &Understood,
    query: &Query,
    weights: &Weights,
    scratch: &mut Scratch,
) -> Result<Vec<Scored>, SearchError> {
    if understood.alternatives.is_empty() {
        return Ok(Vec::new());
    }
    first_pass(index, understood, weights, scratch)?;
    let candidates = take_best(index, query, scratch);
    index.read_ahead(candidates.iter().map(|candidate| candidate.doc));
    let context = ContextOf::new(index, &query.context, understood.app);
    let mut scored: Vec<Scored> = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let Some(mut article) = second_pass(index, understood, weights, &mut scratch.phrases, &candidate) else { continue };
        let service = understood.services.get(article.service).copied().unwrap_or(0.0);
        article.score += weights.model * (1.0 - service.max(weights.model_floor).ln() / weights.model_floor.ln());
        article.score += context.adjustment(index, &article, weights);
        scored.push(article);
    }
    add_service_votes(&mut scored, weights);
    scored.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.doc.cmp(&b.doc)));
    diversify(&mut scored, weights);
    Ok(scored)
}

/// Among the first three, another service goes before a second or third article of the same one when it is nearly as good: who looks
/// at three titles should see the other thing that the question may mean.
fn diversify(scored: &mut [Scored], weights: &Weights) {
    for place in 1..scored.len().min(3) {
        let (chosen, rest) = scored.split_at(place);
        let worth = |article: &Scored| {
            let same = chosen.iter().filter(|own| own.service == article.service).count();
            article.score * (1.0 - weights.diversity).powi(same as i32)
        };
        let best = (0..rest.len()).max_by(|a, b| worth(&rest[*a]).total_cmp(&worth(&rest[*b])).then(b.cmp(a)));
        if let Some(best) = best {
            scored[place..=place + best].rotate_right(1);
        }
    }
}

fn first_pass(index: &Index, understood: &Understood, weights: &Weights, scratch: &mut Scratch) -> Result<(), SearchError> {
    scratch.scores.resize(index.len(), Score::default());
    let mut lengths = [0.0; 256];
    for (id, length) in lengths.iter_mut().enumerate() {
        let norm = FieldNormReader::id_to_fieldnorm(id as u8) as f32 / index.average_length;
        *length = weights.k1 * (1.0 - weights.b + weights.b * norm);
    }
    for (number, alternative) in understood.alternatives.iter().enumerate().filter(|(_, alternative)| !alternative.stop) {
        let slot = alternative.slot as u32 + 1;
        let bit = has_bit(number);
        let weight = alternative.idf * alternative.quality * (weights.k1 + 1.0);
        let mut postings = index.postings.read_block_postings_from_terminfo(&alternative.info, IndexRecordOption::WithFreqs)?;
        loop {
            let docs = postings.docs();
            for (doc, count) in docs.iter().zip(postings.freqs()) {
                if *doc == TERMINATED {
                    break;
                }
                let Some(score) = scratch.scores.get_mut(*doc as usize) else {
                    return Err(SearchError::Damaged { part: "postings" });
                };
                let count = *count as f32;
                let worth = weight * count / (count + lengths[usize::from(index.norms.fieldnorm_id(*doc))]);
                if score.slot == 0 {
                    scratch.touched.push(*doc);
                }
                if score.slot == slot {
                    score.total += (worth - score.best).max(0.0);
                    score.best = score.best.max(worth);
                } else {
                    *score = Score { total: score.total + worth, best: worth, slot, has: score.has };
                }
                score.has |= bit;
            }
            if docs.len() < BLOCK {
                break;
            }
            postings.advance();
        }
    }
    Ok(())
}

/// The bit of an alternative; those beyond the bits share the last one.
fn has_bit(number: usize) -> u64 {
    1 << number.min(63)
}

/// An article on its way from the first pass to the second.
struct Candidate {
    doc: u32,
    bm25: f32,
    has: u64,
}

/// The best articles of the first pass, and a clean slate for the next search.
fn take_best(index: &Index, query: &Query, scratch: &mut Scratch) -> Vec<Candidate> {
    let only = &query.only;
    let filtered = only.app.is_some() || only.service.is_some() || only.level.is_some();
    let service = only.service.as_ref().map(|id| index.services.find(id.as_str()));
    let app = only.app.as_ref().map(|id| index.apps.find(id.as_str()));
    let kept = |doc: &Doc| {
        service.is_none_or(|service| service == Some(doc.service))
            && only.level.is_none_or(|level| level == doc.level)
            && app.is_none_or(|app| app.is_some_and(|app| doc.apps >> app & 1 == 1))
    };
    let mut best: Vec<Candidate> = Vec::with_capacity(scratch.touched.len());
    for doc in scratch.touched.drain(..) {
        let Some(score) = scratch.scores.get_mut(doc as usize) else { continue };
        let Score { total, has, .. } = std::mem::take(score);
        if !filtered || index.doc(doc).is_some_and(|doc| kept(&doc)) {
            best.push(Candidate { doc, bm25: total, has });
        }
    }
    let order = |a: &Candidate, b: &Candidate| b.bm25.total_cmp(&a.bm25).then(a.doc.cmp(&b.doc));
    if best.len() > SECOND_PASS {
        best.select_nth_unstable_by(SECOND_PASS, order);
        best.truncate(SECOND_PASS);
    }
    best
}

fn second_pass(
    index: &Index,
    understood: &Understood,
    weights: &Weights,
    of_phrases: &mut Vec<OfPhrase>,
    candidate: &Candidate,
) -> Option<Scored> {
    let record = index.doc(candidate.doc)?;
    let (field, covered) = look_up(index, understood, weights, of_phrases, candidate, &record)?;
    let total = understood.total.max(f32::MIN_POSITIVE);
    let mut scored = Scored {
        doc: candidate.doc,
        service: record.service,
        level: record.level,
        score: 0.0,
        covered: (covered / total).min(1.0),
        best: 0.0,
        words: field.words / understood.words.max(1) as f32,
        near: 0.0,
        snippet: None,
        short: None,
    };
    let kinds: [(f32, f32); PhraseKind::COUNT] = [
        (weights.title, weights.short_floor),
        (1.0, weights.short_floor),
        (weights.keywords, weights.short_floor),
        (weights.sentence, weights.long_floor),
        (weights.desk, weights.long_floor),
    ];
    let (mut snippet_worth, mut short_worth, mut said, mut nearest) = (0.0_f32, 0.0_f32, 0.0_f32, Nearest::default());
    for (of_phrase, number) in of_phrases.iter().zip(record.phrases).filter(|(of_phrase, _)| of_phrase.covered > 0.0) {
        let phrase = index.phrase(number)?;
        // Synonyms of several words may cover more than there was to cover.
        let recall = (of_phrase.covered / total).min(1.0);
        let own = phrase.weight + phrase.weak_weight * weights.weak + phrase.stop_weight * weights.stop;
        let precision = (of_phrase.matched / own.max(f32::MIN_POSITIVE)).min(1.0);
        let fit = |floor: f32| recall * (floor + (1.0 - floor) * precision);
        let (worth_of_kind, floor) = kinds[phrase.kind as usize];
        let worth = worth_of_kind * fit(floor);
        scored.best = scored.best.max(worth);
        if phrase.kind.is_short() {
            said = said.max(fit(0.0));
            nearest.add(fit(0.0));
            if worth > short_worth {
                (short_worth, scored.short) = (worth, Some(number));
            }
        } else {
            // All that is asked said in one sentence is telling, however much more the sentence says.
            said = said.max(fit(weights.said_floor));
        }
        if !matches!(phrase.kind, PhraseKind::Title | PhraseKind::Keywords) && worth > snippet_worth {
            (snippet_worth, scored.snippet) = (worth, Some(number));
        }
    }
    scored.near = nearest.0.iter().map(|near| near.sqrt()).sum::<f32>() / NEAREST as f32;
    scored.score = weights.bm25 * candidate.bm25 / (total * (weights.k1 + 1.0))
        + weights.field * field.rare / total
        + weights.words * scored.words
        + weights.best * scored.best
        + weights.nearest * scored.near
        + weights.said * said.powf(weights.said_power)
        + weights.covered * scored.covered;
    Some(scored)
}

/// Looks the question's words up in an article: what each phrase has of them, what the field of words has, and the weight of the
/// slots that the article covers.
fn look_up(
    index: &Index,
    understood: &Understood,
    weights: &Weights,
    of_phrases: &mut Vec<OfPhrase>,
    candidate: &Candidate,
    record: &Doc,
) -> Option<(Field, f32)> {
    let local = index.local(record)?;
    of_phrases.clear();
    of_phrases.resize(record.phrases.len(), OfPhrase::default());
    let short = usize::from(record.short);
    let length = f32::from(record.short) + record.phrases.len().saturating_sub(short) as f32 * weights.body;
    let half = length * weights.field_share;
    let (mut field, mut covered, mut covered_slot) = (Field::default(), 0.0_f32, 0);
    let present = |(number, own): &(usize, &Alternative)| own.stop || candidate.has & has_bit(*number) != 0;
    for (_, alternative) in understood.alternatives.iter().enumerate().filter(present) {
        let slot = alternative.slot as u32 + 1;
        let covers = understood.slots[alternative.slot].weight * alternative.quality;
        let (own_form, rarity) = alternative.form.unwrap_or((layout::OTHER_FORM, 0.0));
        let (mut times, mut last) = (0.0_f32, usize::MAX);
        for (phrase, form) in local.phrases_with(alternative.stem) {
            if form == own_form {
                times += if phrase < short { 1.0 } else { weights.body };
            }
            // A phrase may have several words of the stem.
            let Some(of_phrase) = of_phrases.get_mut(phrase).filter(|_| phrase != last) else { continue };
            last = phrase;
            of_phrase.matched += alternative.idf * alternative.quality;
            // The best alternative of a slot comes first.
            if of_phrase.slot != slot {
                of_phrase.slot = slot;
                of_phrase.covered += covers;
            }
            if covered_slot != slot {
                covered_slot = slot;
                covered += covers;
            }
        }
        if times > 0.0 && own_form != layout::OTHER_FORM {
            field.add(slot, rarity * alternative.quality * times / (times + half), alternative.quality * times.min(1.0));
        }
    }
    Some((field, covered))
}

/// Articles of a service that has other good articles are likelier: the question is about that service.
fn add_service_votes(scored: &mut [Scored], weights: &Weights) {
    /// How many articles have a say.
    const VOTERS: usize = 8;
    let mut order: Vec<usize> = (0..scored.len()).collect();
    order.sort_by(|a, b| scored[*b].score.total_cmp(&scored[*a].score));
    let Some(top) = order.first().map(|first| scored[*first].score) else { return };
    let voters: Vec<(usize, usize, f32)> =
        order.iter().take(VOTERS).map(|at| (*at, scored[*at].service, (scored[*at].score / top.max(f32::MIN_POSITIVE)).powi(4))).collect();
    let all: f32 = voters.iter().map(|(_, _, vote)| vote).sum();
    for (at, article) in scored.iter_mut().enumerate() {
        // An article has no vote for itself.
        let votes: f32 =
            voters.iter().filter(|(voter, service, _)| *voter != at && *service == article.service).map(|(_, _, vote)| vote).sum();
        article.score += weights.service * top * votes / all.max(f32::MIN_POSITIVE);
    }
}

/// The context in the index's own numbers.
struct ContextOf<'c> {
    context: &'c Context,
    service: Option<usize>,
    app: Option<usize>,
    of_phone: bool,
}

/// What an article says of the phones that it is for, as the pack holds it.
#[derive(serde::Deserialize)]
struct Conditions {
    #[serde(default)]
    facts: Vec<(FactId, Condition)>,
    #[serde(default)]
    vendors: Vec<String>,
    #[serde(default)]
    android: Option<AndroidRange>,
}

impl<'c> ContextOf<'c> {
    fn new(index: &Index, context: &'c Context, named: Option<usize>) -> Self {
        Self {
            context,
            service: context.service.as_ref().and_then(|id| index.services.find(id.as_str())),
            // An app that the question names goes before the one in which it is asked.
            app: named.or_else(|| context.app.as_ref().and_then(|id| index.apps.find(id.as_str()))),
            of_phone: context.vendor.is_some() || context.android.is_some() || !context.facts.is_empty(),
        }
    }

    fn adjustment(&self, index: &Index, scored: &Scored, weights: &Weights) -> f32 {
        let mut sum = 0.0;
        if self.service == Some(scored.service) {
            sum += weights.context_service;
        }
        if let Some(app) = self.app
            && index.doc(scored.doc).is_some_and(|doc| doc.apps >> app & 1 == 0)
        {
            sum -= weights.context_foreign;
        }
        if self.of_phone
            && let Some(conditions) = index.articles.at(scored.doc as usize).filter(|bytes| !bytes.is_empty())
            && let Ok(conditions) = serde_json::from_slice::<Conditions>(conditions)
        {
            sum += self.of_phone(&conditions, weights);
        }
        sum
    }

    fn of_phone(&self, conditions: &Conditions, weights: &Weights) -> f32 {
        let mut sum = 0.0;
        let foreign_maker = self
            .context
            .vendor
            .as_ref()
            .is_some_and(|v| !conditions.vendors.is_empty() && !conditions.vendors.iter().any(|own| own.eq_ignore_ascii_case(v)));
        let foreign_release =
            self.context.android.as_ref().is_some_and(|release| conditions.android.as_ref().is_some_and(|range| !range.contains(release)));
        for foreign in [foreign_maker, foreign_release] {
            sum -= if foreign { weights.context_foreign } else { 0.0 };
        }
        for (fact, condition) in &conditions.facts {
            if let Some(value) = self.context.facts.get(fact) {
                sum += if condition.holds(value) { weights.context_fact } else { -weights.context_fact };
            }
        }
        sum
    }
}
