//! Finds the numbers of the ranking, and fits the confidence.
//!
//! ```text
//! cargo run --release -p baquiano-bench --bin tune -- [ROUNDS]
//! ```
//!
//! Coordinate ascent: each number in turn is raised or lowered by a step as long as that helps, and the step shrinks from round to
//! round. What helps is judged on questions that no held-out figure is made of:
//!
//! - the half of `kb/tests/queries.tsv` marked `tune`,
//! - symptoms of the articles that were taken out of the index beforehand, a third at a time, half of them misspelled,
//! - questions to encyclopedic paragraphs (`benches/data/lecturas-*.json`), clean and misspelled, so that the numbers don't fit
//!   the desk's articles alone.
//!
//! It prints the numbers as `src/search/weights.rs` has them, and the weights of the confidence as `present.rs` has them. The
//! half marked `held-out` is never read here; `baquiano eval --split held-out` measures it.

#![allow(clippy::print_stdout, reason = "a tool that prints what it found")]

use std::collections::BTreeMap;
use std::sync::Arc;

use baquiano::kb::Synonyms;
use baquiano::kb::author::Source;
use baquiano::kb::pack::{Manifest, Pack, PackBuilder};
use baquiano::search::build::{Document, index_only};
use baquiano::search::{FEATURES, Hit, Index, Query, Weights};
use baquiano_bench::Result;
use baquiano_bench::corpus::{Corpus, KnowledgeSource, generated, left_out};
use baquiano_bench::noise::{Noise, distort};

/// Rounds when none are asked for.
const ROUNDS: usize = 2;
/// The first step, as a share of the number; it shrinks by [`SHRINK`] each round.
const STEP: f32 = 0.35;
const SHRINK: f32 = 0.6;
/// A gain below this is noise.
const GAIN: f64 = 1e-5;
/// Seed of the misspelling.
const SEED: u64 = 42;
/// How many articles are generated.
const MADE: usize = 1000;
/// What a question of each kind counts: there are 240 that people wrote, 6,000 symptoms, 600 about generated articles, 480 about
/// paragraphs.
const OWN: f64 = 6.0;
const LEFT_OUT: f64 = 0.25;
const GENERATED: f64 = 1.5;
const PARAGRAPHS: f64 = 0.6;

/// One question with what it should find.
struct Case {
    group: &'static str,
    query: Query,
    service: Option<String>,
    article: Option<String>,
    weight: f64,
}

impl Case {
    /// Whether a hit is of the service that is asked for, or else the article.
    fn wants(&self, hit: &Hit) -> bool {
        match &self.service {
            Some(service) => hit.service.as_str() == service,
            None => Some(hit.id.as_str()) == self.article.as_deref(),
        }
    }
}

/// An index and its questions.
struct Set {
    index: Index,
    cases: Vec<Case>,
}

fn each_case(sets: &[Set]) -> impl Iterator<Item = (&Set, &Case)> {
    sets.iter().flat_map(|set| set.cases.iter().map(move |case| (set, case)))
}

fn main() -> Result<()> {
    let rounds = std::env::args().nth(1).map_or(Ok(ROUNDS), |text| text.parse())?;
    let sets = sets()?;
    // Every question is answered while it is looked for what answers best.
    let mut weights = Weights { honest: 0.0, ..Weights::default() };
    let mut best = judge(&sets, &weights)?;
    report("start", &best);
    let mut step = STEP;
    for round in 1..=rounds {
        for number in 0..Weights::NAMES.len() {
            for factor in [1.0 + step, 1.0 / (1.0 + step)] {
                while let Some(better) = try_step(&sets, &weights, number, factor, best.0)? {
                    (weights, best) = better;
                }
            }
        }
        step *= SHRINK;
        report(&format!("round {round}"), &best);
    }
    println!();
    weights.honest = Weights::default().honest;
    for (name, value) in weights.each() {
        println!("    {name} = {value:.4};");
    }
    fit_confidence(&sets)
}

/// The worth of all, and what each group of questions found.
type Judgement = (f64, BTreeMap<&'static str, Group>);

#[derive(Default)]
struct Group {
    count: f64,
    /// How often what is asked for, the service or else the article, comes first, and the sum of 1/place.
    first: f64,
    reciprocal: f64,
    /// How often the article comes first, of the questions that name one.
    article: f64,
    named: f64,
}

fn report(when: &str, (total, groups): &Judgement) {
    println!("{when}: {total:.5}");
    for (name, group) in groups {
        let Group { count, first, reciprocal, article, named } = group;
        println!("    {name}: success@1 {:.3}, MRR {:.3}, article {:.3}", first / count, reciprocal / count, article / named.max(1.0));
    }
}

fn try_step(sets: &[Set], weights: &Weights, number: usize, factor: f32, best: f64) -> Result<Option<(Weights, Judgement)>> {
    let name = Weights::NAMES[number];
    // No question has a context, what is shown second and third counts for nothing here, and to leave a question unanswered is a
    // choice: none of it could be told.
    if name.starts_with("context") || matches!(name, "diversity" | "honest") {
        return Ok(None);
    }
    let mut changed = *weights;
    let mut numbers = changed.each();
    let value = &mut numbers[number].1;
    **value *= factor;
    // A quality or a share above 1 has no meaning; nor has BM25's k1 beyond what is known to saturate.
    let most = match name {
        "k1" => 2.2,
        "bm25" | "best" | "nearest" | "field" | "words" | "said" | "said_power" | "covered" | "title" | "model" | "model_sharpness"
        | "service" | "typo_slope" => f32::MAX,
        "model_floor" => 0.2,
        "field_share" => 0.5,
        _ => 1.0,
    };
    if **value > most {
        return Ok(None);
    }
    let judgement = judge(sets, &changed)?;
    Ok((judgement.0 > best + GAIN).then_some((changed, judgement)))
}

/// Asks all questions.
fn judge(sets: &[Set], weights: &Weights) -> Result<Judgement> {
    let (mut total, mut all) = (0.0, 0.0);
    let mut groups: BTreeMap<&'static str, Group> = BTreeMap::new();
    for (set, case) in each_case(sets) {
        let hits = set.index.search_with(&case.query, weights)?.hits;
        total += case.weight * worth(case, &hits);
        all += case.weight;
        let group = groups.entry(case.group).or_default();
        group.count += 1.0;
        if let Some(own) = &case.article {
            group.named += 1.0;
            group.article += f64::from(u8::from(hits.first().is_some_and(|hit| hit.id.as_str() == own)));
        }
        if let Some(place) = hits.iter().position(|hit| case.wants(hit)) {
            group.reciprocal += 1.0 / (place as f64 + 1.0);
            group.first += f64::from(u8::from(place == 0));
        }
    }
    Ok((total / all.max(1.0), groups))
}

/// 1/place of the service, how clearly it is ahead, and 1/place of the article; without a service thrice the last.
fn worth(case: &Case, hits: &[Hit]) -> f64 {
    let reciprocal = |place: Option<usize>| place.map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
    let article = case.article.as_ref().map(|article| reciprocal(hits.iter().position(|hit| hit.id.as_str() == article)));
    let Some(service) = &case.service else { return 3.0 * article.unwrap_or(0.0) };
    let right = |right: bool| hits.iter().find(|hit| (hit.service.as_str() == service) == right).map_or(0.0, |hit| f64::from(hit.score));
    let lead = (right(true) - right(false)) / right(true).max(right(false)).max(1e-6);
    let clear = 1.0 / (1.0 + (-8.0 * lead).exp());
    reciprocal(hits.iter().position(|hit| hit.service.as_str() == service)) + clear + article.unwrap_or(0.0)
}

fn sets() -> Result<Vec<Set>> {
    let knowledge = KnowledgeSource::read()?;
    let source = knowledge.content();
    let own = source.queries.iter().filter(|case| case.split.as_deref() == Some("tune")).map(|case| Case {
        group: "tuning questions",
        query: Query::new(&*case.question),
        service: Some(case.service.to_string()),
        article: case.article.as_ref().map(ToString::to_string),
        weight: OWN,
    });
    let mut sets = vec![Set { index: index(source)?, cases: own.collect() }];
    let noises = [(Noise::Clean, "symptoms left out"), (Noise::PhonTypo, "symptoms left out, misspelled")];
    for third in 0..3 {
        sets.push(corpus(&left_out(&knowledge, third, SEED), &noises, LEFT_OUT)?);
    }
    let noises = [(Noise::Clean, "generated"), (Noise::PhonTypo, "generated, misspelled")];
    sets.push(corpus(&generated(&knowledge, MADE, SEED), &noises, GENERATED)?);
    for (noise, name) in [(Noise::Clean, "paragraphs"), (Noise::PhonTypo, "paragraphs, misspelled")] {
        sets.push(paragraphs(&source.synonyms, noise, name)?);
    }
    Ok(sets)
}

fn index(source: &Source) -> Result<Index> {
    let manifest =
        Manifest { name: "tune".into(), revision: 1, date: "2000-01-01".into(), locale: "es-HN".into(), analyzer: 0, articles: 0 };
    let catalog = source.catalog.as_ref().ok_or("the knowledge base has no catalog")?;
    let (facts, synonyms, articles, media) = (&source.facts, &source.synonyms, &source.articles, &[]);
    let pack = PackBuilder { manifest, catalog, facts, synonyms, articles, media, flows: &[] }.build()?;
    Ok(Index::open(&Arc::new(Pack::from_vec(pack)?))?)
}

/// A corpus of the benchmarks, with another seed than theirs.
fn corpus(corpus: &Corpus, groups: &[(Noise, &'static str)], weight: f64) -> Result<Set> {
    let mut cases = Vec::new();
    for question in &corpus.questions {
        let group = groups.iter().find(|(noise, _)| question.groups.iter().any(|group| group == noise.name()));
        cases.extend(group.map(|(_, group)| Case {
            group,
            query: Query::new(&*question.text),
            service: question.service.clone(),
            article: question.document.clone(),
            weight,
        }));
    }
    let pack = index_only(corpus.iter().collect(), &corpus.synonyms)?;
    Ok(Set { index: Index::open(&Arc::new(Pack::from_vec(pack)?))?, cases })
}

fn paragraphs(synonyms: &Synonyms, noise: Noise, group: &'static str) -> Result<Set> {
    let texts: Vec<(String, String)> = serde_json::from_str(include_str!("../../data/lecturas-textos.json"))?;
    let questions: Vec<(String, usize)> = serde_json::from_str(include_str!("../../data/lecturas-preguntas.json"))?;
    let id = |number: usize| format!("p{number:04}");
    let document = |(number, (title, body)): (usize, (String, String))| Document {
        id: id(number),
        title,
        service: "lecturas".into(),
        level: 1,
        text: vec![body],
        ..Document::default()
    };
    let documents = texts.into_iter().enumerate().map(document).collect();
    let pack = index_only(documents, &Synonyms { stop: synonyms.stop.clone(), ..Synonyms::default() })?;
    let cases = questions.into_iter().map(|(question, number)| Case {
        group,
        query: Query::new(distort(&question, noise, SEED)),
        service: None,
        article: Some(id(number)),
        weight: PARAGRAPHS,
    });
    Ok(Set { index: Index::open(&Arc::new(Pack::from_vec(pack)?))?, cases: cases.collect() })
}

/// Fits the logistic function of the confidence. A question is answered when what it asks for is among the first three; one about
/// other things never is: every other question of `off-topic.tsv` (the rest are kept for looking at) and of the encyclopedia's.
fn fit_confidence(sets: &[Set]) -> Result<()> {
    /// Descent: steps, their size, the penalty on the square of a weight.
    const STEPS: usize = 20_000;
    const SIZE: f32 = 1.0;
    const PENALTY: f32 = 1e-4;
    /// What all questions about other things count for together, and all of the encyclopedia's, against the desk's.
    const FOREIGN: f32 = 0.4;
    const ENCYCLOPEDIA: f32 = 0.1;
    let mut examples: Vec<([f32; FEATURES], f32, f32)> = Vec::new();
    for (set, case) in each_case(sets) {
        if let Some(features) = set.index.confidence_features(&case.query)? {
            let hits = set.index.search_with(&case.query, &Weights { honest: 0.0, ..Weights::default() })?.hits;
            let answered = hits.iter().take(3).any(|hit| case.wants(hit));
            examples.push((features, f32::from(u8::from(answered)), case.weight as f32));
        }
    }
    let own: f32 = examples.iter().map(|(.., counts)| counts).sum();
    let of_the_desk = examples.len();
    let about_other_things = include_str!("../../../kb/tests/off-topic.tsv").lines().skip(1).step_by(2).map(str::to_owned);
    let encyclopedia: Vec<(String, usize)> = serde_json::from_str(include_str!("../../data/lecturas-preguntas.json"))?;
    let encyclopedia = encyclopedia.into_iter().map(|(question, _)| question).step_by(2);
    let Some(desk) = sets.first() else { return Ok(()) };
    for (questions, share) in [(about_other_things.collect::<Vec<_>>(), FOREIGN), (encyclopedia.collect(), ENCYCLOPEDIA)] {
        for question in &questions {
            if let Some(features) = desk.index.confidence_features(&Query::new(&**question))? {
                examples.push((features, 0.0, share * own / questions.len() as f32));
            }
        }
    }
    let all: f32 = examples.iter().map(|(.., counts)| counts).sum();
    let (mut weights, mut base) = ([0.0_f32; FEATURES], 0.0_f32);
    for _ in 0..STEPS {
        let (mut gradient, mut of_base) = ([0.0_f32; FEATURES], 0.0_f32);
        for (features, answered, counts) in &examples {
            let wrong = (confidence(features, &weights, base) - answered) * counts / all;
            gradient.iter_mut().zip(features).for_each(|(gradient, feature)| *gradient += wrong * feature);
            of_base += wrong;
        }
        weights.iter_mut().zip(gradient).for_each(|(weight, gradient)| *weight -= SIZE * (gradient + PENALTY * *weight));
        base -= SIZE * of_base;
    }
    println!("\nconst CONFIDENCE_BASE: f32 = {base:.2};\nconst CONFIDENCE: [f32; FEATURES] = {weights:.2?};");
    // What a threshold would cost and spare: of what was fitted.
    for threshold in [0.01, 0.02, 0.05, 0.1, 0.2, 0.5] {
        let below = |(features, ..): &&([f32; FEATURES], f32, f32)| confidence(features, &weights, base) < threshold;
        let share = |of: &[([f32; FEATURES], f32, f32)], right: f32| {
            let of: Vec<_> = of.iter().filter(|(_, answered, _)| *answered == right).collect();
            of.iter().filter(|example| below(example)).count() as f32 / of.len().max(1) as f32
        };
        let (desk, foreign) = examples.split_at(of_the_desk);
        println!(
            "// {threshold}: loses {:.3} of the answered, spares {:.3} of the others' questions",
            share(desk, 1.0),
            share(foreign, 0.0)
        );
    }
    Ok(())
}

fn confidence(features: &[f32; FEATURES], weights: &[f32; FEATURES], base: f32) -> f32 {
    let sum = base + features.iter().zip(weights).map(|(feature, weight)| feature * weight).sum::<f32>();
    1.0 / (1.0 + (-sum).exp())
}
