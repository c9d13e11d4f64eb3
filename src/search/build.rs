//! Building the index: off the phone, once a publication.
//!
//! The same documents give the same bytes: everything is sorted, tantivy writes with one thread into one segment, and the
//! segment's random name is replaced by a fixed one.

mod model;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{Directory, TantivyDocument};

use super::analyzer::{fold_text, phonetic_key, sound, stem, tokenize};
use super::index::idf;
use super::layout::{self, PhraseKind, section};
use super::near::{letters, write_near};
use crate::kb::Synonyms;
use crate::kb::pack::PackError;
use crate::kb::pack::tables::write;

/// How often a word of each part of an article is counted: BM25 over fields with weights (BM25F), in one field.
/// Chosen on the tuning questions.
const TITLE_COUNTS: usize = 3;
const SYMPTOM_COUNTS: usize = 2;
const KEYWORD_COUNTS: usize = 2;
const TEXT_COUNTS: usize = 1;

/// Longest phrase, in bytes: a longer sentence is cut between words, so that its place fits two bytes and a snippet a screen.
const MAX_PHRASE: usize = 400;
/// Memory that tantivy takes for its table of terms.
const TABLE_BYTES: usize = 64 << 20;
/// The segment's name. tantivy's own would be random.
const SEGMENT: &str = "00000000000000000000000000000001";

/// An article as the index sees it.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Its id; must be unique.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its service.
    pub service: String,
    /// Its support level.
    pub level: u8,
    /// The apps that it is for; none: all.
    pub apps: Option<Vec<String>>,
    /// Phrases of users.
    pub symptoms: Vec<String>,
    /// Further words.
    pub keywords: Vec<String>,
    /// The paragraphs and steps of its text.
    pub text: Vec<String>,
    /// The paragraphs for the technician.
    pub desk: Vec<String>,
    /// Words that all articles of its service share.
    pub of_service: Vec<String>,
    /// What it says of the phones that it is for: JSON, or empty.
    pub conditions: Vec<u8>,
}

impl Document {
    fn phrases(&self) -> Vec<(PhraseKind, String)> {
        let mut phrases = vec![(PhraseKind::Title, self.title.clone())];
        phrases.extend(self.symptoms.iter().map(|symptom| (PhraseKind::Symptom, symptom.clone())));
        for (kind, paragraphs) in [(PhraseKind::Sentence, &self.text), (PhraseKind::Desk, &self.desk)] {
            phrases.extend(paragraphs.iter().flat_map(|paragraph| sentences(paragraph)).map(|sentence| (kind, sentence)));
        }
        if !self.keywords.is_empty() {
            phrases.push((PhraseKind::Keywords, self.keywords.join(", ")));
        }
        phrases
    }
}

/// Splits a paragraph at the ends of its sentences, and what is too long between words.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut cut = |range: std::ops::Range<usize>| {
        let sentence = paragraph[range].trim();
        if !sentence.is_empty() {
            out.push(sentence.to_owned());
        }
    };
    let mut chars = paragraph.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let blank_follows = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(c, '.' | '!' | '?' | '…') && blank_follows && end - start > 1 || c.is_whitespace() && end - start > MAX_PHRASE {
            cut(start..end);
            start = end;
        }
    }
    cut(start..paragraph.len());
    out
}

/// An app as questions name it.
#[derive(Debug, Clone)]
pub struct AppNames {
    /// Its id.
    pub id: String,
    /// Its name and how people write it.
    pub names: Vec<String>,
}

/// Builds the search sections of a pack.
///
/// # Errors
/// [`PackError::Content`] for two documents with one id or more than a pack can hold; [`PackError::Index`] when tantivy fails.
pub fn sections(mut documents: Vec<Document>, synonyms: &Synonyms, apps: &[AppNames]) -> Result<Vec<(String, Vec<u8>)>, PackError> {
    documents.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(twice) = documents.windows(2).find(|pair| pair[0].id == pair[1].id) {
        return Err(PackError::Content(format!("two articles have the id `{}`", twice[0].id)));
    }
    let dictionary = Dictionary::new(&documents, synonyms);
    let mut out: Vec<(&str, Vec<u8>)> = Vec::new();
    dictionary.write(&mut out);
    write_synonyms(&dictionary, synonyms, &mut out);
    write_apps(&dictionary, apps, &mut out)?;
    write_documents(&dictionary, &documents, apps, &mut out)?;
    let mut out: Vec<(String, Vec<u8>)> = out.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
    out.extend(write_postings(&dictionary, &documents)?);
    Ok(out)
}

/// A pack with nothing but a search index: for measuring on other texts than the desk's.
///
/// # Errors
/// As [`sections`].
pub fn index_only(documents: Vec<Document>, synonyms: &Synonyms) -> Result<Vec<u8>, PackError> {
    Ok(crate::kb::pack::assemble(sections(documents, synonyms, &[])?))
}

/// All words of all articles, with their stems.
struct Dictionary {
    words: BTreeMap<String, WordInfo>,
    stems: BTreeMap<String, u32>,
    keys: BTreeMap<String, BTreeSet<u32>>,
    weak: BTreeSet<u32>,
    /// Of each stem, its inverse document frequency as it is written, and in how many articles it stands.
    idf: Vec<u16>,
    documents: Vec<u32>,
}

struct WordInfo {
    number: u32,
    /// How often it stands in all articles.
    count: u32,
    stem: u32,
}

impl Dictionary {
    fn new(documents: &[Document], synonyms: &Synonyms) -> Self {
        let stop: BTreeSet<String> = synonyms.stop.iter().flat_map(|word| tokenize(word)).map(|token| token.text).collect();
        let mut counts: HashMap<String, u32> = stop.iter().map(|word| (word.clone(), 0)).collect();
        for document in documents {
            for (_, phrase) in document.phrases() {
                tokenize(&phrase).into_iter().for_each(|token| *counts.entry(token.text).or_default() += 1);
            }
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
        let words = sorted.into_iter().zip(0..).map(|((word, count), number)| {
            let stem = stops.get(&word).copied().unwrap_or_else(|| stems[&stem(&word)]);
            (word, WordInfo { number, count, stem })
        });
        let weak = synonyms.weak.iter().flat_map(|word| tokenize(word)).filter_map(|token| stems.get(&stem(&token.text)).copied());
        let mut dictionary = Self {
            documents: vec![0; stems.len() + stops.len()],
            idf: Vec::new(),
            words: words.collect(),
            weak: weak.collect(),
            stems,
            keys,
        };
        for document in documents {
            let mut of_document: BTreeSet<u32> = dictionary.counted(document).into_iter().map(|(stem, _)| stem).collect();
            let short = document.phrases().into_iter().filter(|(kind, _)| kind.is_short());
            of_document.extend(short.flat_map(|(_, phrase)| dictionary.all_in(&phrase).collect::<Vec<_>>()));
            of_document.into_iter().for_each(|stem| dictionary.documents[stem as usize] += 1);
        }
        let idf_of = |with: &u32| (idf(documents.len(), *with) * layout::IDF_UNIT).min(f32::from(u16::MAX)) as u16;
        dictionary.idf = dictionary.documents.iter().map(idf_of).collect();
        dictionary
    }

    /// The stems of a text's words that count, in order.
    fn stems_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = u32> + 't {
        self.all_in(text).filter(|stem| !self.is_stop(*stem))
    }

    /// The same with stop words.
    fn all_in<'t>(&'t self, text: &'t str) -> impl Iterator<Item = u32> + 't {
        tokenize(text).into_iter().filter_map(|token| self.words.get(&token.text)).map(|word| word.stem)
    }

    fn is_stop(&self, stem: u32) -> bool {
        stem as usize >= self.stems.len()
    }

    /// The stems under which a phrase is found, with stop words where they tell something.
    fn indexed(&self, kind: PhraseKind, phrase: &str) -> BTreeSet<u32> {
        if kind.is_short() { self.all_in(phrase).collect() } else { self.stems_in(phrase).collect() }
    }

    /// The stems of an article with how often each counts.
    fn counted(&self, document: &Document) -> Vec<(u32, usize)> {
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

    fn write(&self, out: &mut Vec<(&str, Vec<u8>)>) {
        out.push((section::WORDS, write::strings(self.words.keys())));
        out.push((section::WORD_STEMS, write::numbers(self.words.values().map(|word| word.stem))));
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
        out.push((section::SOUND_LETTERS, write::numbers(sounds.keys().map(|heard| letters(heard)))));
        out.push((section::SOUND_WORDS, write::numbers(sounds.values().map(|(_, word)| *word))));
        out.push((section::SOUNDS, write::strings(sounds.keys())));
    }

    /// The keys of the words of a phrase that count, as a question's would be.
    fn key_phrase(&self, phrase: &str) -> String {
        let counts = |word: &str| self.words.get(word).is_none_or(|info| !self.is_stop(info.stem));
        let keys: Vec<String> =
            tokenize(phrase).into_iter().filter(|token| counts(&token.text)).map(|token| phonetic_key(&token.text)).collect();
        keys.join(" ")
    }

    /// The stems of a phrase's words that stand in articles.
    fn stems_of(&self, phrase: &str) -> Vec<u32> {
        let counts = |word: &str| self.words.get(word).is_none_or(|info| !self.is_stop(info.stem));
        let content = tokenize(phrase).into_iter().filter(|token| counts(&token.text));
        content.filter_map(|token| self.stems.get(&stem(&token.text)).copied()).collect()
    }
}

fn write_synonyms(dictionary: &Dictionary, synonyms: &Synonyms, out: &mut Vec<(&str, Vec<u8>)>) {
    // Source → target stem → (words of the target, kind): the surest kind wins.
    let mut records: BTreeMap<String, BTreeMap<u32, (u8, u8)>> = BTreeMap::new();
    let mut add = |from: &str, to: &str, kind: u8| {
        let source = dictionary.key_phrase(from);
        let stems = dictionary.stems_of(to);
        if source.is_empty() {
            return;
        }
        let record = records.entry(source).or_default();
        for stem in &stems {
            let target = (stems.len().min(255) as u8, kind);
            let best = record.entry(*stem).or_insert(target);
            *best = (*best).min(target);
        }
    };
    for group in &synonyms.groups {
        for from in group {
            group.iter().filter(|to| *to != from).for_each(|to| add(from, to, layout::SYNONYM_GROUP));
        }
    }
    for one_way in &synonyms.one_way {
        for from in &one_way.from {
            one_way.to.iter().for_each(|to| add(from, to, layout::SYNONYM_ONE_WAY));
        }
    }
    let records: Vec<(String, Vec<u8>)> = records
        .into_iter()
        .map(|(source, targets)| {
            let bytes = targets.into_iter().flat_map(|(stem, (words, kind))| {
                let [a, b, c, d] = stem.to_le_bytes();
                [a, b, c, d, words, kind]
            });
            (source, bytes.collect())
        })
        .collect();
    out.push((section::SYNONYMS, write::blobs(&records)));

    let mut spoken: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (from, to) in &synonyms.spoken {
        let words = tokenize(from);
        let key = words.iter().map(|token| phonetic_key(&token.text)).collect::<Vec<_>>().join(" ");
        // A single word that sounds like one of the dictionary is found by its sound.
        if !(key.is_empty() || words.len() == 1 && dictionary.keys.contains_key(&key)) {
            spoken.insert(key, fold_text(to).into_bytes());
        }
    }
    out.push((section::SPOKEN, write::blobs(&spoken.into_iter().collect::<Vec<_>>())));
    let shorthand: BTreeMap<String, Vec<u8>> =
        synonyms.shorthand.iter().map(|(from, to)| (fold_text(from), fold_text(to).into_bytes())).collect();
    out.push((section::SHORTHAND, write::blobs(&shorthand.into_iter().collect::<Vec<_>>())));
}

/// Names of apps by their keys. A name of one word that articles use for something else (`seguimiento`) says nothing of an app.
fn write_apps(dictionary: &Dictionary, apps: &[AppNames], out: &mut Vec<(&str, Vec<u8>)>) -> Result<(), PackError> {
    /// In how many articles a word may stand and still be a name.
    const RARE: u32 = 3;
    if apps.len() > 64 {
        return Err(PackError::Content(format!("{} apps, 64 is the most", apps.len())));
    }
    let ids: BTreeSet<&str> = apps.iter().map(|app| app.id.as_str()).collect();
    let places: BTreeMap<&str, u8> = ids.iter().copied().zip(0..).collect();
    let mut names = BTreeMap::new();
    for app in apps {
        for name in &app.names {
            let words = tokenize(name);
            let common = |word: &str| {
                dictionary.words.get(word).is_some_and(|w| dictionary.is_stop(w.stem) || dictionary.documents[w.stem as usize] > RARE)
            };
            let ambiguous = words.len() == 1 && words.iter().any(|token| common(&token.text));
            let key = words.iter().map(|token| phonetic_key(&token.text)).collect::<Vec<_>>().join(" ");
            if !ambiguous && !key.is_empty() {
                names.insert(key, vec![places[app.id.as_str()]]);
            }
        }
    }
    out.push((section::APPS, write::strings(ids)));
    out.push((section::APP_NAMES, write::blobs(&names.into_iter().collect::<Vec<_>>())));
    Ok(())
}

/// The model of services: of each stem, what it says for each service.
fn write_model(dictionary: &Dictionary, documents: &[Document], services: &BTreeMap<&str, u16>, out: &mut Vec<(&str, Vec<u8>)>) {
    /// What a sentence counts for against a symptom. Chosen on the tuning questions.
    const SENTENCE: f32 = 0.2;
    if services.len() < 2 || services.len() > layout::MAX_SERVICES {
        out.push((section::STEM_SERVICES, Vec::new()));
        out.push((section::PAIR_SERVICES, 0_u32.to_le_bytes().to_vec()));
        return;
    }
    let mut examples = Vec::new();
    for document in documents {
        let service = usize::from(services[document.service.as_str()]);
        for (kind, phrase) in document.phrases() {
            let weight = if kind.is_short() || kind == PhraseKind::Keywords { 1.0 } else { SENTENCE };
            let stems = if kind.is_short() { dictionary.all_in(&phrase).collect() } else { dictionary.stems_in(&phrase).collect() };
            examples.push(model::Example { stems, service, weight });
        }
        let words = document.of_service.iter();
        examples.extend(words.map(|phrase| model::Example { stems: dictionary.stems_in(phrase).collect(), service, weight: 1.0 }));
    }
    let model = model::learn(&examples, dictionary.documents.len(), services.len());
    let stored = |weight: &f32| (weight * layout::MODEL_UNIT).round().clamp(-127.0, 127.0) as i8 as u8;
    out.push((section::STEM_SERVICES, model.stems.iter().map(stored).collect()));
    let mut pairs = (model.pairs.len() as u32).to_le_bytes().to_vec();
    model.pairs.iter().for_each(|(pair, _)| pairs.extend_from_slice(&pair.to_le_bytes()));
    model.pairs.iter().for_each(|(_, row)| pairs.extend(row.iter().map(stored)));
    out.push((section::PAIR_SERVICES, pairs));
}

fn write_documents(
    dictionary: &Dictionary,
    documents: &[Document],
    apps: &[AppNames],
    out: &mut Vec<(&str, Vec<u8>)>,
) -> Result<(), PackError> {
    let services: BTreeSet<&str> = documents.iter().map(|document| document.service.as_str()).collect();
    let services: BTreeMap<&str, u16> = services.into_iter().zip(0..).collect();
    let apps: BTreeSet<&str> = apps.iter().map(|app| app.id.as_str()).collect();
    let apps: BTreeMap<&str, u32> = apps.into_iter().zip(0..).collect();
    write_model(dictionary, documents, &services, out);
    let (mut docs, mut phrases, mut local, mut text) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let place = |len: usize| u32::try_from(len).map_err(|_| PackError::Content("the text is larger than 4 GiB".to_owned()));
    for document in documents {
        let of_apps = document
            .apps
            .as_ref()
            .map_or(u64::MAX, |own| own.iter().filter_map(|app| apps.get(app.as_str())).fold(0, |bits, app| bits | 1 << app));
        let mut of_document = document.phrases();
        of_document.truncate(layout::MAX_PHRASES);
        let short = of_document.iter().filter(|(kind, _)| kind.is_short()).count() as u16;
        docs.extend_from_slice(&place(phrases.len() / layout::PHRASE)?.to_le_bytes());
        docs.extend_from_slice(&place(local.len())?.to_le_bytes());
        docs.extend_from_slice(&services[document.service.as_str()].to_le_bytes());
        docs.extend_from_slice(&short.to_le_bytes());
        docs.extend_from_slice(&[document.level, 0, 0, 0]);
        docs.extend_from_slice(&of_apps.to_le_bytes());
        let mut in_phrases: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
        for ((kind, phrase), number) in of_document.iter().zip(0..) {
            let shown = &phrase[..phrase.floor_char_boundary(u16::MAX.into())];
            let stems = dictionary.indexed(*kind, shown);
            let weigh = |counts: &dyn Fn(u32) -> bool| -> u16 {
                let sum: f32 = stems.iter().filter(|stem| counts(**stem)).map(|stem| f32::from(dictionary.idf[*stem as usize])).sum();
                (sum / layout::IDF_UNIT * layout::WEIGHT_UNIT).min(f32::from(u16::MAX)) as u16
            };
            phrases.extend_from_slice(&place(text.len())?.to_le_bytes());
            phrases.extend_from_slice(&(shown.len() as u16).to_le_bytes());
            phrases.extend_from_slice(&[*kind as u8, 0]);
            let (stop, weak) = (|stem: u32| dictionary.is_stop(stem), |stem: u32| dictionary.weak.contains(&stem));
            phrases.extend_from_slice(&weigh(&|stem| !stop(stem) && !weak(stem)).to_le_bytes());
            phrases.extend_from_slice(&weigh(&weak).to_le_bytes());
            phrases.extend_from_slice(&weigh(&stop).to_le_bytes());
            phrases.extend_from_slice(&[0; 2]);
            text.extend_from_slice(shown.as_bytes());
            stems.into_iter().for_each(|stem| in_phrases.entry(stem).or_default().push(number));
        }
        local.extend_from_slice(&(in_phrases.len() as u32).to_le_bytes());
        in_phrases.keys().for_each(|stem| local.extend_from_slice(&stem.to_le_bytes()));
        let mut end = 0_usize;
        for list in in_phrases.values_mut() {
            // What a very long article has beyond two bytes' worth isn't looked at phrase by phrase.
            list.truncate(usize::from(u16::MAX) - end);
            end += list.len();
            local.extend_from_slice(&(end as u16).to_le_bytes());
        }
        in_phrases.values().flatten().for_each(|phrase| local.extend_from_slice(&phrase.to_le_bytes()));
    }
    // One record more than there are, to end the last.
    docs.extend_from_slice(&place(phrases.len() / layout::PHRASE)?.to_le_bytes());
    docs.resize((documents.len() + 1) * layout::DOC, 0);
    let conditions: Vec<(String, Vec<u8>)> = documents.iter().map(|d| (d.id.clone(), d.conditions.clone())).collect();
    out.push((section::SERVICES, write::strings(services.keys())));
    out.push((section::DOCS, docs));
    out.push((section::CONDITIONS, write::blobs(&conditions)));
    out.push((section::PHRASES, phrases));
    out.push((section::LOCAL, local));
    out.push((section::TEXT, text));
    Ok(())
}

fn write_postings(dictionary: &Dictionary, documents: &[Document]) -> Result<Vec<(String, Vec<u8>)>, PackError> {
    let mut schema = Schema::builder();
    let indexing = TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs);
    let field = schema.add_text_field(layout::FIELD, TextOptions::default().set_indexing_options(indexing));
    let memory = tantivy::directory::RamDirectory::create();
    let builder = tantivy::Index::builder().schema(schema.build());
    let mut writer = builder.single_segment_index_writer::<TantivyDocument>(memory, TABLE_BYTES)?;
    let stems: Vec<&String> = dictionary.stems.keys().collect();
    for document in documents {
        let counted = dictionary.counted(document);
        let repeated = counted.iter().flat_map(|(stem, times)| std::iter::repeat_n(stems[*stem as usize], *times));
        let tokens = repeated.zip(0..).map(|(stem, position)| Token { text: stem.clone(), position, ..Token::default() }).collect();
        let mut entry = TantivyDocument::default();
        entry.add_pre_tokenized_text(field, PreTokenizedString { text: String::new(), tokens });
        writer.add_document(entry)?;
    }
    let index = writer.finalize()?;
    let metas = index.searchable_segment_metas()?;
    let [meta] = metas.as_slice() else { return Err(PackError::Content("the index has no articles".to_owned())) };
    let segment = tantivy::SegmentReader::open(&index.segment(meta.clone()))?;
    let directory = index.directory();
    let read = |path: &std::path::Path| directory.atomic_read(path).map_err(tantivy::TantivyError::from);
    let (plain, hyphenated) = (meta.id().uuid_string(), hyphenated(&meta.id().uuid_string()));
    let json = String::from_utf8_lossy(&read(std::path::Path::new("meta.json"))?).into_owned();
    let json = json.replace(&hyphenated, &self::hyphenated(SEGMENT)).replace(&plain, SEGMENT);
    let mut files =
        vec![("index/meta.json".to_owned(), json.into_bytes()), (section::STEM_INFO.to_owned(), stem_info(&segment, field, dictionary)?)];
    for path in index.load_metas()?.list_segment_files() {
        if directory.exists(&path).map_err(tantivy::TantivyError::from)? {
            let name = path.to_string_lossy().replace(&plain, SEGMENT);
            files.push((format!("index/{name}"), read(&path)?));
        }
    }
    Ok(files)
}

fn stem_info(segment: &tantivy::SegmentReader, field: tantivy::schema::Field, dictionary: &Dictionary) -> Result<Vec<u8>, PackError> {
    let postings = segment.inverted_index(field)?;
    let mut table = Vec::with_capacity(dictionary.stems.len() * layout::STEM);
    for (stem, number) in &dictionary.stems {
        let info = postings.terms().get(stem.as_bytes()).map_err(tantivy::TantivyError::from)?.unwrap_or_default();
        table.extend_from_slice(&dictionary.idf[*number as usize].to_le_bytes());
        table.extend_from_slice(&[if dictionary.weak.contains(number) { layout::FLAG_WEAK } else { 0 }, 0]);
        table.extend_from_slice(&info.doc_freq.to_le_bytes());
        table.extend_from_slice(&(info.postings_range.len() as u32).to_le_bytes());
        table.extend_from_slice(&(info.postings_range.start as u64).to_le_bytes());
    }
    for stop in dictionary.stems.len()..dictionary.documents.len() {
        table.extend_from_slice(&dictionary.idf[stop].to_le_bytes());
        table.extend_from_slice(&[layout::FLAG_STOP, 0]);
        table.extend_from_slice(&dictionary.documents[stop].to_le_bytes());
        table.extend_from_slice(&[0; 12]);
    }
    Ok(table)
}

fn hyphenated(uuid: &str) -> String {
    let pieces = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| uuid.get(range).unwrap_or_default());
    pieces.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_stops_and_long_ones_between_words() {
        assert_eq!(sentences("Guarde. Salga ya! ¿Sigue igual? No 8.1"), ["Guarde.", "Salga ya!", "¿Sigue igual?", "No 8.1"]);
        let long = "palabra ".repeat(200);
        assert!(sentences(&long).iter().all(|s| s.len() <= MAX_PHRASE + 10));
        assert!(sentences("  ").is_empty());
    }
}
