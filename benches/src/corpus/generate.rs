//! Many articles out of few: the titles, symptoms and sentences of each service recombined, with nouns replaced by invented
//! ones, so that the dictionary grows with the corpus and words are as rare as in a real one.
//!
//! Article number *n* depends on the seed and on *n* alone: any number of them can be streamed, as often as needed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use baquiano::search::build::Document;

use super::{Corpus, KnowledgeSource, Question, Source, fold, stop_words, words};
use crate::noise::{Noise, distort};
use crate::rng::Rng;

/// Words after which a noun stands.
const DETERMINERS: [&str; 14] = ["el", "la", "los", "las", "un", "una", "unos", "unas", "del", "al", "su", "sus", "mi", "mis"];
/// How often a word must stand there to count as a noun: once may be chance.
const SEEN_AS_NOUN: usize = 2;
/// Shortest noun that is replaced, in letters: shorter ones are mostly pronouns and verbs.
const NOUN_LETTERS: usize = 4;
/// How likely each noun of an article is replaced.
const REPLACED: f64 = 0.6;
/// Heaps' law: `HEAPS.0 * articles ^ HEAPS.1` invented words; 40,000 for 100,000 articles.
const HEAPS: (f64, f64) = (40.0, 0.6);
/// Zipf–Mandelbrot: a word's frequency is proportional to `1 / (rank + SHIFT)`; so the commonest is in a third of all articles.
const SHIFT: f64 = 10.0;
/// Share of words that a question drops of the phrase that it was made of.
const FORGOTTEN: f64 = 0.2;

/// What a service has said so far.
#[derive(Default)]
struct Pool {
    titles: Vec<String>,
    symptoms: Vec<String>,
    keywords: Vec<String>,
    text: Vec<String>,
    desk: Vec<String>,
    of_service: Vec<String>,
    level: u8,
}

/// Makes articles.
pub struct Generator {
    pools: Vec<(String, Pool)>,
    nouns: BTreeSet<String>,
    vocabulary: Vec<String>,
    /// The sum of the frequencies of each word and all before it.
    frequencies: Vec<f64>,
    seed: u64,
}

impl Generator {
    /// A generator for so many articles.
    pub fn new(source: &KnowledgeSource, articles: usize, seed: u64) -> Self {
        let mut pools: BTreeMap<String, Pool> = BTreeMap::new();
        for document in source.documents() {
            let pool = pools.entry(document.service).or_default();
            pool.titles.push(document.title);
            pool.symptoms.extend(document.symptoms);
            pool.keywords.extend(document.keywords);
            pool.text.extend(document.text);
            pool.desk.extend(document.desk);
            pool.of_service = document.of_service;
            pool.level = document.level;
        }
        // What is no noun although it stands after a determiner: `la otra`, `la misma`.
        let synonyms = &source.content().synonyms;
        let mut no_nouns = stop_words(synonyms);
        no_nouns.extend(synonyms.weak.iter().flat_map(|entry| words(entry)).map(|word| fold(&word)));
        no_nouns.extend(["otra", "otras", "otros", "misma", "mismas", "mismos"].map(str::to_owned));
        let nouns = nouns(pools.values().flat_map(|pool| pool.symptoms.iter().chain(&pool.text)), &no_nouns);
        let vocabulary = invent((HEAPS.0 * (articles as f64).powf(HEAPS.1)) as usize, &nouns, seed);
        let frequencies = (0..vocabulary.len())
            .scan(0.0, |sum, rank| {
                *sum += 1.0 / (rank as f64 + 1.0 + SHIFT);
                Some(*sum)
            })
            .collect();
        Self { pools: pools.into_iter().collect(), nouns, vocabulary, frequencies, seed }
    }

    /// Article number *n*.
    pub fn document(&self, number: usize) -> Document {
        let mut rng = Rng::new(self.seed, number as u64);
        let Some((service, pool)) = self.pools.get(number % self.pools.len().max(1)) else { return Document::default() };
        let mut swap = Swap { generator: self, words: HashMap::new() };
        let mut some = |of: &[String], low: usize, high: usize, rng: &mut Rng| -> Vec<String> {
            let mut places: BTreeSet<usize> = BTreeSet::new();
            let count = rng.between(low, high);
            (0..count * 2).for_each(|_| {
                if places.len() < count {
                    places.insert(rng.below(of.len()));
                }
            });
            places.into_iter().filter_map(|place| of.get(place)).map(|text| swap.apply(text, rng)).collect()
        };
        Document {
            id: format!("{service}-{number:07}"),
            title: some(&pool.titles, 1, 1, &mut rng).pop().unwrap_or_default(),
            service: service.clone(),
            level: pool.level,
            symptoms: some(&pool.symptoms, 8, 13, &mut rng),
            keywords: some(&pool.keywords, 4, 7, &mut rng),
            text: some(&pool.text, 12, 20, &mut rng),
            desk: some(&pool.desk, 2, 5, &mut rng),
            of_service: pool.of_service.clone(),
            ..Document::default()
        }
    }

    fn draw(&self, rng: &mut Rng) -> &str {
        let at = rng.unit() * self.frequencies.last().copied().unwrap_or(0.0);
        let rank = self.frequencies.partition_point(|sum| *sum < at).min(self.vocabulary.len().saturating_sub(1));
        self.vocabulary.get(rank).map_or("", String::as_str)
    }
}

/// The nouns of one article: the same one is always replaced by the same word.
struct Swap<'g> {
    generator: &'g Generator,
    words: HashMap<String, Option<String>>,
}

impl Swap<'_> {
    fn apply(&mut self, text: &str, rng: &mut Rng) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        let mut word = String::new();
        for c in text.chars().chain(['\n']) {
            if c.is_alphanumeric() {
                word.push(c);
                continue;
            }
            match self.instead(&word, rng) {
                Some(new) => out.push_str(&new),
                None => out.push_str(&word),
            }
            word.clear();
            out.push(c);
        }
        out.pop();
        out
    }

    fn instead(&mut self, word: &str, rng: &mut Rng) -> Option<String> {
        let lower = word.to_lowercase();
        if !self.generator.nouns.contains(&lower) {
            return None;
        }
        let generator = self.generator;
        let new = self.words.entry(lower).or_insert_with_key(|noun| {
            rng.chance(REPLACED).then(|| {
                let new = generator.draw(rng);
                if noun.ends_with('s') { plural(new) } else { new.to_owned() }
            })
        });
        let new = new.as_deref()?;
        let capital = word.starts_with(char::is_uppercase);
        Some(if capital { new[..1].to_uppercase() + &new[1..] } else { new.to_owned() })
    }
}

fn nouns<'t>(texts: impl Iterator<Item = &'t String>, no_nouns: &BTreeSet<String>) -> BTreeSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for text in texts {
        let words: Vec<String> = words(text).collect();
        for pair in words.windows(2) {
            let [determiner, word] = pair else { continue };
            if DETERMINERS.contains(&determiner.as_str()) && word.chars().count() >= NOUN_LETTERS && is_noun(word) {
                *seen.entry(word.clone()).or_default() += 1;
            }
        }
    }
    seen.into_iter().filter(|(word, count)| *count >= SEEN_AS_NOUN && !no_nouns.contains(&fold(word))).map(|(word, _)| word).collect()
}

/// Neither a number nor, after `al`, an infinitive.
fn is_noun(word: &str) -> bool {
    word.chars().all(char::is_alphabetic) && !["ar", "er", "ir", "rse"].iter().any(|ending| word.ends_with(ending))
}

/// The plural by the rules of Spanish.
fn plural(word: &str) -> String {
    match (word.strip_suffix("ón"), word.strip_suffix('z')) {
        (Some(stem), _) => format!("{stem}ones"),
        (_, Some(stem)) => format!("{stem}ces"),
        _ if word.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{word}s"),
        _ => format!("{word}es"),
    }
}

/// Words that look Spanish and aren't: one to three syllables and an ending. All begin with a plain letter.
fn invent(count: usize, taken: &BTreeSet<String>, seed: u64) -> Vec<String> {
    const ONSETS: [&str; 30] = [
        "b", "c", "d", "f", "g", "j", "l", "m", "n", "p", "r", "s", "t", "v", "z", "br", "cr", "dr", "fl", "gr", "pl", "pr", "tr", "ch",
        "ll", "h", "t", "m", "l", "r",
    ];
    const VOWELS: [&str; 8] = ["a", "e", "i", "o", "u", "a", "e", "o"];
    const CODAS: [&str; 8] = ["", "", "", "", "n", "r", "s", "l"];
    const ENDINGS: [&str; 24] = [
        "a", "o", "e", "ción", "dad", "ero", "era", "ura", "ado", "ada", "ista", "ino", "illa", "ez", "ante", "or", "ón", "aje", "eta",
        "al", "iento", "oso", "uelo", "ía",
    ];
    let mut rng = Rng::new(seed, u64::MAX);
    let mut known: BTreeSet<String> = taken.clone();
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        let mut word = String::new();
        for _ in 0..rng.between(1, 3) {
            [&ONSETS[..], &VOWELS[..], &CODAS[..]].iter().for_each(|part| word.push_str(rng.pick(part).copied().unwrap_or("")));
        }
        let ending = rng.pick(&ENDINGS).copied().unwrap_or("");
        // Two vowels that meet would make hiatuses that Spanish hasn't.
        if word.ends_with(['a', 'e', 'i', 'o', 'u']) && ending.starts_with(['a', 'e', 'i', 'o', 'u', 'í', 'ó']) {
            word.push_str(rng.pick(&["d", "l", "m", "n", "r", "t"]).copied().unwrap_or(""));
        }
        word.push_str(ending);
        if word.chars().count() >= NOUN_LETTERS && known.insert(word.clone()) {
            out.push(word);
        }
    }
    out
}

/// So many generated articles, and known-item questions: phrases of articles, with some words forgotten, clean and misspelled.
pub fn generated(source: &KnowledgeSource, articles: usize, seed: u64) -> Corpus {
    // Of each noise. A thousand have a standard error of .007 where nine in ten are found; beyond, the slowest peer takes minutes.
    let count = if articles <= 1000 { 1000 } else { 300 };
    let generator = Generator::new(source, articles, seed);
    let invented: HashSet<String> = generator.vocabulary.iter().flat_map(|word| [word.clone(), plural(word)]).collect();
    let mut rng = Rng::new(seed, u64::MAX - 1);
    let mut questions = Vec::new();
    while questions.len() < count * Noise::ALL.len() {
        let document = generator.document(rng.below(articles));
        let Some(clean) = ask(&document, &invented, &mut rng) else { continue };
        for noise in Noise::ALL {
            questions.push(Question {
                text: distort(&clean, noise, seed),
                groups: vec![noise.name().to_owned()],
                document: Some(document.id.clone()),
                title: Some(document.title.clone()),
                service: None,
            });
        }
    }
    Corpus {
        name: format!("generated, {articles} articles"),
        questions,
        groups: Noise::ALL.iter().map(|noise| noise.name().to_owned()).collect(),
        synonyms: source.content().synonyms.clone(),
        pack: None,
        documents: Source::Made(generator, articles),
    }
}

/// A question for an article; none when the phrase that was drawn would fit many others as well: it needs two invented words.
fn ask(document: &Document, invented: &HashSet<String>, rng: &mut Rng) -> Option<String> {
    const TELLING: usize = 2;
    let phrase = match rng.below(10) {
        0 | 1 => &document.title,
        2..=7 => rng.pick(&document.symptoms)?,
        _ => rng.pick(&document.text)?,
    };
    let kept = phrase.split_whitespace().filter(|_| !rng.chance(FORGOTTEN));
    // People ask for one thing: fifteen words are a long question.
    let question = kept.take(15).collect::<Vec<_>>().join(" ");
    let telling: BTreeSet<String> = words(&question).filter(|word| invented.contains(word)).collect();
    (telling.len() >= TELLING).then_some(question)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(articles: usize) -> Corpus {
        generated(&KnowledgeSource::read().unwrap(), articles, crate::corpus::SEED)
    }

    #[test]
    fn the_same_seed_gives_the_same_articles_in_any_order() {
        let (one, two) = (made(300), made(300));
        let all: Vec<String> = one.iter().map(|document| format!("{document:?}")).collect();
        let Source::Made(generator, _) = &two.documents else { panic!("not made") };
        (0..300).rev().for_each(|number| assert_eq!(format!("{:?}", generator.document(number)), all[number]));
        let asked = |corpus: &Corpus| corpus.questions.iter().map(|q| q.text.clone()).collect::<Vec<_>>();
        assert_eq!(asked(&one), asked(&two));
    }

    #[test]
    fn ids_are_unique_and_ids() {
        let corpus = made(1000);
        let ids: BTreeSet<String> = corpus.iter().map(|document| document.id).collect();
        assert_eq!(ids.len(), 1000);
        ids.iter().for_each(|id| assert!(id.parse::<baquiano::kb::ArticleId>().is_ok(), "{id}"));
    }

    #[test]
    fn words_are_as_unequal_as_in_a_language() {
        let corpus = made(1000);
        let mut articles: HashMap<String, usize> = HashMap::new();
        for document in corpus.iter() {
            let own: BTreeSet<String> = document.text.iter().chain(&document.symptoms).flat_map(|text| words(text)).collect();
            own.into_iter().for_each(|word| *articles.entry(word).or_default() += 1);
        }
        let rare = articles.values().filter(|count| **count <= 20).count();
        assert!(articles["no"] > 900, "{}", articles["no"]);
        assert!(rare * 10 > articles.len() * 3, "{rare} of {}", articles.len());
    }
}
