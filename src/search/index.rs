//! The opened index: tables and postings, all read from the pack's bytes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::directory::OwnedBytes;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::TermInfo;
use tantivy::{InvertedIndexReader, SegmentReader};

use super::layout::{self, PhraseKind, section};
use super::near::Near;
use super::rank::{self, Scored, Scratch};
use super::understand::{self, Understood};
use super::{Answer, Query, SearchError, Suggestion, Weights, present, suggest};
use crate::kb::pack::tables::{Blobs, Lists, Numbers, Strings, u32_at, u64_at};
use crate::kb::pack::{Pack, PackDirectory, PackError};
use crate::kb::{ArticleId, ServiceId};

/// The search index of a pack. Cheap to open: nothing is read until a question needs it. Safe to ask from several threads.
pub struct Index {
    pub(super) words: Strings,
    word_stems: Numbers,
    word_idf: OwnedBytes,
    pub(super) stems: Strings,
    stem_info: OwnedBytes,
    stem_services: OwnedBytes,
    pair_services: OwnedBytes,
    pub(super) stem_words: Lists,
    pub(super) keys: Strings,
    pub(super) key_stems: Lists,
    pub(super) sounds: Strings,
    pub(super) sound_sketches: Numbers,
    pub(super) sound_words: Numbers,
    pub(super) stop_sounds: Strings,
    pub(super) near_words: Near,
    pub(super) near_sounds: Near,
    pub(super) synonyms: Blobs,
    pub(super) spoken: Blobs,
    pub(super) shorthand: Blobs,
    pub(super) services: Strings,
    pub(super) apps: Strings,
    /// Names of apps, as keys, with the app's place.
    pub(super) app_names: Blobs,
    /// Ids of articles, in the order of documents, with their conditions.
    pub(super) articles: Blobs,
    docs: OwnedBytes,
    phrases: OwnedBytes,
    local: OwnedBytes,
    text: OwnedBytes,
    pub(super) postings: Arc<InvertedIndexReader>,
    pub(super) norms: FieldNormReader,
    pub(super) average_length: f32,
    scratch: Mutex<Vec<Scratch>>,
    pack: Arc<Pack>,
    /// How many searches there were, as far as it matters.
    searches: AtomicUsize,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("articles", &self.len()).field("words", &self.words.len()).finish_non_exhaustive()
    }
}

/// What the index knows of an article without opening it.
pub(super) struct Doc {
    pub(super) phrases: std::ops::Range<usize>,
    pub(super) local: usize,
    pub(super) service: usize,
    /// How many titles and symptoms it has.
    pub(super) short: u16,
    pub(super) level: u8,
    pub(super) apps: u64,
}

/// A phrase of an article.
pub(super) struct Phrase {
    pub(super) kind: PhraseKind,
    text: std::ops::Range<usize>,
    /// Sums of the inverse document frequencies of its words that count, of its weak words and of its stop words.
    pub(super) weight: f32,
    pub(super) weak_weight: f32,
    pub(super) stop_weight: f32,
}

/// The stems of one article, each with the phrases in which it stands.
pub(super) struct Local<'i> {
    stems: &'i [[u8; 4]],
    ends: &'i [[u8; 2]],
    phrases: &'i [[u8; 2]],
}

impl<'i> Local<'i> {
    /// The phrases with a stem, counted within the article, and which word of the stem each has; one phrase may have several.
    #[inline]
    pub(super) fn phrases_with(&self, stem: u32) -> impl Iterator<Item = (usize, u16)> + use<'i> {
        let place = self.stems.binary_search_by(|own| u32::from_le_bytes(*own).cmp(&stem)).ok();
        let end = |at: usize| self.ends.get(at).map(|end| usize::from(u16::from_le_bytes(*end)));
        let range = place.and_then(|at| Some(at.checked_sub(1).map_or(Some(0), end)?..end(at)?));
        let list = range.and_then(|range| self.phrases.get(range)).unwrap_or_default();
        list.iter().map(|place| {
            let place = u16::from_le_bytes(*place);
            (usize::from(place) & (layout::MAX_PHRASES - 1), place >> layout::PHRASE_BITS)
        })
    }
}

/// What the index knows of a stem.
pub(super) struct Stem {
    pub(super) idf: f32,
    pub(super) weak: bool,
    /// It has no postings: the first pass doesn't know it.
    pub(super) stop: bool,
    pub(super) info: TermInfo,
}

impl Index {
    /// Opens the index of a pack.
    ///
    /// # Errors
    /// [`PackError`] when a section is missing or its frame is damaged.
    pub fn open(pack: &Arc<Pack>) -> Result<Self, PackError> {
        let segment = open_segment(pack)?;
        let field = segment.schema().get_field(layout::FIELD)?;
        let postings = segment.inverted_index(field)?;
        let norms = segment.get_fieldnorms_reader(field)?;
        let strings = |name: &'static str| Strings::open(&pack.section(name)?, name);
        let blobs = |name: &'static str| Blobs::open(&pack.section(name)?, name);
        let near = |name: &'static str| Near::open(&pack.section(name)?, name);
        let lists = |name: &'static str| Lists::open(&pack.section(name)?, name);
        let docs = pack.section(section::DOCS)?;
        let articles = blobs(section::CONDITIONS)?;
        let count = articles.keys().len();
        // One record more than articles: it ends the phrases of the last.
        if docs.len() != (count + 1) * layout::DOC || segment.max_doc() as usize != count || norms.num_docs() as usize != count {
            return Err(PackError::Damaged { part: section::DOCS });
        }
        let average_length = postings.total_num_tokens() as f32 / count.max(1) as f32;
        Ok(Self {
            words: strings(section::WORDS)?,
            word_stems: Numbers::new(pack.section(section::WORD_STEMS)?),
            word_idf: pack.section(section::WORD_IDF)?,
            stems: strings(section::STEMS)?,
            stem_info: pack.section(section::STEM_INFO)?,
            stem_services: pack.section(section::STEM_SERVICES)?,
            pair_services: pack.section(section::PAIR_SERVICES)?,
            stem_words: lists(section::STEM_WORDS)?,
            keys: strings(section::KEYS)?,
            key_stems: lists(section::KEY_STEMS)?,
            sounds: strings(section::SOUNDS)?,
            sound_sketches: Numbers::new(pack.section(section::SOUND_SKETCHES)?),
            sound_words: Numbers::new(pack.section(section::SOUND_WORDS)?),
            stop_sounds: strings(section::STOP_SOUNDS)?,
            near_words: near(section::NEAR_WORDS)?,
            near_sounds: near(section::NEAR_SOUNDS)?,
            synonyms: blobs(section::SYNONYMS)?,
            spoken: blobs(section::SPOKEN)?,
            shorthand: blobs(section::SHORTHAND)?,
            services: strings(section::SERVICES)?,
            apps: strings(section::APPS)?,
            app_names: blobs(section::APP_NAMES)?,
            articles,
            docs,
            phrases: pack.section(section::PHRASES)?,
            local: pack.section(section::LOCAL)?,
            text: pack.section(section::TEXT)?,
            postings,
            norms,
            average_length: average_length.max(1.0),
            scratch: Mutex::default(),
            pack: Arc::clone(pack),
            searches: AtomicUsize::new(0),
        })
    }

    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.articles.keys().len()
    }

    /// Whether it holds no article.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds articles for a question.
    ///
    /// # Errors
    /// [`SearchError`] when the index turns out to be damaged. A question that finds nothing is no error.
    pub fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        self.search_with(query, &Weights::default())
    }

    /// The same with other weights: for tuning.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn search_with(&self, query: &Query, weights: &Weights) -> Result<Answer, SearchError> {
        let (understood, scored) = self.ranked(query, weights, false)?;
        present::answer(self, &understood, query, &scored, weights)
    }

    /// What the confidence in the answer to a question is made of: for fitting it. None when nothing matches.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn confidence_features(&self, query: &Query) -> Result<Option<[f32; present::FEATURES]>, SearchError> {
        let (understood, scored) = self.ranked(query, &Weights::default(), false)?;
        Ok(present::features(&understood, &scored))
    }

    /// Completes what is being typed: titles and symptoms that go on with it or mean it, best first.
    ///
    /// # Errors
    /// As [`Index::search`].
    pub fn suggest(&self, query: &Query) -> Result<Vec<Suggestion>, SearchError> {
        let (understood, scored) = self.ranked(query, &Weights::default(), true)?;
        suggest::suggest(self, &understood, query, &scored)
    }

    /// What a question, or the beginning of one, may mean, and the articles for it, best first.
    fn ranked(&self, query: &Query, weights: &Weights, typing: bool) -> Result<(Understood, Vec<Scored>), SearchError> {
        let understood = understand::understand(self, &query.text, weights, typing);
        let mut scratch = self.take_scratch();
        let scored = rank::rank(self, &understood, query, weights, &mut scratch)?;
        self.give_back(scratch);
        Ok((understood, scored))
    }

    /// Fetches what will be looked at of some articles, all at once. Only for the first searches: later most is in memory, and asking for
    /// it would cost more than it spares.
    pub(super) fn read_ahead(&self, docs: impl Iterator<Item = u32>) {
        /// After how many searches it isn't worth it. Chosen: a session has a handful of questions.
        const COLD: usize = 3;
        if self.searches.fetch_add(1, Ordering::Relaxed) >= COLD {
            return;
        }
        for doc in docs {
            let (Some(own), next) = (self.doc(doc), self.doc(doc + 1)) else { continue };
            let local_end = next.filter(|next| next.local > own.local).map_or(self.local.len(), |next| next.local);
            let phrases = own.phrases.start * layout::PHRASE..own.phrases.end * layout::PHRASE;
            for part in [self.local.get(own.local..local_end), self.phrases.get(phrases)] {
                self.pack.will_need(part.unwrap_or_default());
            }
        }
    }

    /// The phrases of users that an article has.
    pub(crate) fn symptoms(&self, id: &str) -> Vec<String> {
        let phrases = self.articles.keys().find(id).and_then(|doc| self.doc(doc as u32)).map_or(0..0, |doc| doc.phrases);
        let symptoms = phrases.filter_map(|phrase| self.phrase(phrase)).filter(|phrase| phrase.kind == PhraseKind::Symptom);
        symptoms.map(|phrase| self.phrase_text(&phrase).to_owned()).collect()
    }

    fn take_scratch(&self) -> Scratch {
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    /// Only what a search left clean comes back: after an error it is dropped.
    fn give_back(&self, scratch: Scratch) {
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }

    /// The stem of a word; none for a stop word.
    #[inline]
    pub(super) fn stem_of(&self, word: u32) -> Option<u32> {
        self.word_stems.get(word as usize).filter(|stem| (*stem as usize) < self.stems.len())
    }

    /// The number of a stop word among the stems; none for any other word.
    pub(super) fn stop_of(&self, word: u32) -> Option<u32> {
        self.word_stems.get(word as usize).filter(|stem| (*stem as usize) >= self.stems.len())
    }

    /// Which word of its stem a word is, and how rare; none for one of too many forms.
    pub(super) fn form(&self, word: u32, stem: u32) -> Option<(u16, f32)> {
        let form = self.stem_words.get(stem as usize).position(|own| own == word).filter(|form| *form < usize::from(layout::OTHER_FORM))?;
        let idf = self.word_idf.get((word as usize).checked_mul(2)?..)?.first_chunk()?;
        Some((form as u16, f32::from(u16::from_le_bytes(*idf)) / layout::IDF_UNIT))
    }

    /// What is known of a stem; none for a number that isn't one, or one that no article has.
    pub(super) fn stem(&self, stem: u32) -> Option<Stem> {
        let record = self.stem_info.get((stem as usize).checked_mul(layout::STEM)?..)?.first_chunk::<{ layout::STEM }>()?;
        let start = usize::try_from(u64_at(record, 12)?).ok()?;
        let end = start.checked_add(u32_at(record, 8)? as usize)?;
        let info = TermInfo { doc_freq: u32_at(record, 4)?, postings_range: start..end, positions_range: 0..0 };
        let idf = f32::from(u16::from_le_bytes([record[0], record[1]])) / layout::IDF_UNIT;
        let flag = |flag| record[2] & flag != 0;
        (info.doc_freq > 0).then_some(Stem { idf, weak: flag(layout::FLAG_WEAK), stop: flag(layout::FLAG_STOP), info })
    }

    /// What a stem says for each service, in the order of services; empty when services aren't told apart.
    pub(super) fn stem_services(&self, stem: u32) -> impl Iterator<Item = f32> + '_ {
        self.services_row(&self.stem_services, (stem as usize).saturating_mul(self.services.len()))
    }

    /// What a pair of stems says for each service; empty for most pairs.
    pub(super) fn pair_services(&self, pair: u64) -> impl Iterator<Item = f32> + '_ {
        let count = u32_at(&self.pair_services, 0).unwrap_or(0) as usize;
        let keys = self.pair_services.get(4..count.saturating_mul(8).saturating_add(4)).unwrap_or_default().as_chunks::<8>().0;
        let place = keys.binary_search_by(|key| u64::from_le_bytes(*key).cmp(&pair)).ok();
        let row = place.map_or(usize::MAX, |place| 4 + count * 8 + place * self.services.len());
        self.services_row(&self.pair_services, row)
    }

    fn services_row<'t>(&self, table: &'t [u8], start: usize) -> impl Iterator<Item = f32> + use<'t> {
        let row = table.get(start..start.saturating_add(self.services.len())).unwrap_or_default();
        row.iter().map(|byte| f32::from(*byte as i8) / layout::MODEL_UNIT)
    }

    /// The id of an article.
    pub(super) fn article(&self, doc: u32) -> Result<ArticleId, SearchError> {
        self.articles.keys().get(doc as usize).parse().map_err(|_| SearchError::Damaged { part: "articles" })
    }

    /// The id of a service.
    pub(super) fn service(&self, service: usize) -> Result<ServiceId, SearchError> {
        self.services.get(service).parse().map_err(|_| SearchError::Damaged { part: "articles" })
    }

    pub(super) fn doc(&self, doc: u32) -> Option<Doc> {
        let at = doc as usize * layout::DOC;
        let record = self.docs.get(at..)?.first_chunk::<{ layout::DOC }>()?;
        let start = u32_at(record, 0)? as usize;
        let end = u32_at(&self.docs, at + layout::DOC)? as usize;
        if start > end || end > self.phrases.len() / layout::PHRASE || end - start > layout::MAX_PHRASES {
            return None;
        }
        Some(Doc {
            phrases: start..end,
            local: u32_at(record, 4)? as usize,
            service: u16::from_le_bytes([record[8], record[9]]).into(),
            short: u16::from_le_bytes([record[10], record[11]]),
            level: record[12],
            apps: u64_at(record, 16)?,
        })
    }

    pub(super) fn local(&self, doc: &Doc) -> Option<Local<'_>> {
        let bytes: &[u8] = self.local.get(doc.local..)?;
        let count = u32_at(bytes, 0)? as usize;
        let (stems, rest) = bytes.get(4..)?.split_at_checked(count.checked_mul(4)?)?;
        let (ends, rest) = rest.split_at_checked(count * 2)?;
        let (ends, _) = ends.as_chunks();
        let all = ends.last().map_or(0, |end| usize::from(u16::from_le_bytes(*end)));
        Some(Local { stems: stems.as_chunks().0, ends, phrases: rest.get(..all * 2)?.as_chunks().0 })
    }

    #[inline]
    pub(super) fn phrase(&self, phrase: usize) -> Option<Phrase> {
        let record = self.phrases.get(phrase.checked_mul(layout::PHRASE)?..)?.first_chunk::<{ layout::PHRASE }>()?;
        let [a, b, c, d, low, high, kind, _, strong_low, strong_high, weak_low, weak_high, stop_low, stop_high, _, _] = *record;
        let start = u32::from_le_bytes([a, b, c, d]) as usize;
        let weight = |low, high| f32::from(u16::from_le_bytes([low, high])) / layout::WEIGHT_UNIT;
        Some(Phrase {
            kind: PhraseKind::from_byte(kind),
            text: start..start + usize::from(u16::from_le_bytes([low, high])),
            weight: weight(strong_low, strong_high),
            weak_weight: weight(weak_low, weak_high),
            stop_weight: weight(stop_low, stop_high),
        })
    }

    pub(super) fn phrase_text(&self, phrase: &Phrase) -> &str {
        self.text.get(phrase.text.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// Inverse document frequency, as BM25 has it (Robertson and Zaragoza 2009), never negative.
pub(super) fn idf(articles: usize, documents: u32) -> f32 {
    let (all, with) = (articles as f32, documents as f32);
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln().max(0.01)
}

/// The single segment of the index, without tantivy's reader, watcher and threads: a pack never changes.
fn open_segment(pack: &Arc<Pack>) -> Result<SegmentReader, PackError> {
    let index = tantivy::Index::open(PackDirectory::new(Arc::clone(pack)))?;
    let segments = index.searchable_segments()?;
    let [segment] = segments.as_slice() else { return Err(PackError::Damaged { part: "index" }) };
    Ok(SegmentReader::open(segment)?)
}
