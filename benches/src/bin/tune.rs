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

use std::path::Path;
use std::sync::Arc;

use baquiano::kb::author::Source;
use baquiano::kb::pack::{Manifest, Pack, PackBuilder};
use baquiano::kb::{Article, Synonyms, compile};
use baquiano::search::build::{Document, index_only};
use baquiano::search::{Answer, Index, Query, Weights};
use baquiano_bench::Result;
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

/// One question with what it should find.
struct Case {
    query: Query,
    service: Option<String>,
    article: Option<String>,
    weight: f64,
}

/// An index and its questions.
struct Set {
    name: &'static str,
    index: Index,
    cases: Vec<Case>,
}

fn main() -> Result<()> {
    let rounds = std::env::args().nth(1).map_or(Ok(ROUNDS), |text| text.parse())?;
    let content = compile(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../kb")));
    let source = &content.reading.source;
    let sets = sets(source)?;
    let mut weights = Weights::default();
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
    for (name, value) in weights.each() {
        println!("    {name} = {value:.3};");
    }
    fit_confidence(source)
}

type Judgement = (f64, Vec<(&'static str, f64, f64)>);

fn report(when: &str, (total, sets): &Judgement) {
    println!("{when}: {total:.5}");
    for (name, success, mrr) in sets {
        println!("    {name}: success@1 {success:.3}, MRR {mrr:.3}");
    }
}

fn try_step(sets: &[Set], weights: &Weights, number: usize, factor: f32, best: f64) -> Result<Option<(Weights, Judgement)>> {
    let name = Weights::NAMES[number];
    // No question has a context, so that nothing here could tell.
    if name.starts_with("context") {
        return Ok(None);
    }
    let mut changed = *weights;
    let mut numbers = changed.each();
    let value = &mut numbers[number].1;
    **value *= factor;
    // A quality or a share above 1 has no meaning; nor has BM25's k1 beyond what is known to saturate.
    let most = match name {
        "k1" => 2.2,
        "bm25" | "best" | "second" | "mass" | "covered" | "title" | "model" | "model_sharpness" | "service" | "typo_slope" => f32::MAX,
        "diversity" => 0.5,
        _ => 1.0,
    };
    if **value > most {
        return Ok(None);
    }
    let judgement = judge(sets, &changed)?;
    Ok((judgement.0 > best + GAIN).then_some((changed, judgement)))
}

/// The mean worth of all answers, and of each set success@1 and MRR of what it asks for.
fn judge(sets: &[Set], weights: &Weights) -> Result<Judgement> {
    let (mut total, mut all) = (0.0, 0.0);
    let mut of_sets = Vec::new();
    for set in sets {
        let (mut first, mut reciprocal) = (0.0, 0.0);
        for case in &set.cases {
            let answer = set.index.search_with(&case.query, weights)?;
            total += case.weight * worth(case, &answer);
            all += case.weight;
            let wanted = |at: usize| match &case.service {
                Some(service) => answer.hits[at].service.as_str() == service,
                None => Some(answer.hits[at].id.as_str()) == case.article.as_deref(),
            };
            if let Some(place) = (0..answer.hits.len()).find(|at| wanted(*at)) {
                reciprocal += 1.0 / (place as f64 + 1.0);
                first += f64::from(u8::from(place == 0));
            }
        }
        let count = set.cases.len().max(1) as f64;
        of_sets.push((set.name, first / count, reciprocal / count));
    }
    Ok((total / all.max(1.0), of_sets))
}

/// 1/place of the service, how clearly it is ahead, and half of 1/place of the article; without a service 2.5/place of the article.
fn worth(case: &Case, answer: &Answer) -> f64 {
    let hits = &answer.hits;
    let reciprocal = |place: Option<usize>| place.map_or(0.0, |place| 1.0 / (place as f64 + 1.0));
    let article = case.article.as_ref().map(|article| reciprocal(hits.iter().position(|hit| hit.id.as_str() == article)));
    let Some(service) = &case.service else { return 2.5 * article.unwrap_or(0.0) };
    let right = |right: bool| hits.iter().find(|hit| (hit.service.as_str() == service) == right).map_or(0.0, |hit| f64::from(hit.score));
    let lead = (right(true) - right(false)) / right(true).max(right(false)).max(1e-6);
    let clear = 1.0 / (1.0 + (-8.0 * lead).exp());
    reciprocal(hits.iter().position(|hit| hit.service.as_str() == service)) + clear + 0.5 * article.unwrap_or(0.0)
}

fn sets(source: &Source) -> Result<Vec<Set>> {
    let own = source.queries.iter().filter(|case| case.split.as_deref() == Some("tune")).map(|case| Case {
        query: Query::new(&*case.question),
        service: Some(case.service.to_string()),
        article: case.article.as_ref().map(ToString::to_string),
        weight: 2.0,
    });
    let mut sets = vec![Set { name: "tuning questions", index: index(source, &source.articles)?, cases: own.collect() }];
    for (third, name) in [(0, "symptoms left out, 1st third"), (1, "2nd third"), (2, "3rd third")] {
        sets.push(left_out(source, third, name)?);
    }
    for (noise, name) in [(Noise::Clean, "paragraphs"), (Noise::PhonTypo, "paragraphs, misspelled")] {
        sets.push(paragraphs(&source.synonyms, noise, name)?);
    }
    Ok(sets)
}

fn index(source: &Source, articles: &[Article]) -> Result<Index> {
    let manifest =
        Manifest { name: "tune".into(), revision: 1, date: "2000-01-01".into(), locale: "es-HN".into(), analyzer: 0, articles: 0 };
    let catalog = source.catalog.as_ref().ok_or("the knowledge base has no catalog")?;
    let (facts, synonyms, media) = (&source.facts, &source.synonyms, &[]);
    let pack = PackBuilder { manifest, catalog, facts, synonyms, articles, media }.build()?;
    Ok(Index::open(&Arc::new(Pack::from_vec(pack)?))?)
}

/// The knowledge base without every third symptom, and those as questions.
fn left_out(source: &Source, third: usize, name: &'static str) -> Result<Set> {
    let mut articles = source.articles.clone();
    let mut cases = Vec::new();
    for article in &mut articles {
        for (number, symptom) in std::mem::take(&mut article.symptoms).into_iter().enumerate() {
            if number % 3 != third {
                article.symptoms.push(symptom);
            } else if number % 2 == 0 {
                let noise = if number % 4 == 0 { Noise::PhonTypo } else { Noise::Clean };
                cases.push(Case {
                    query: Query::new(distort(&symptom, noise, SEED)),
                    service: Some(article.service.to_string()),
                    article: Some(article.id.to_string()),
                    weight: 0.5,
                });
            }
        }
    }
    Ok(Set { name, index: index(source, &articles)?, cases })
}

fn paragraphs(synonyms: &Synonyms, noise: Noise, name: &'static str) -> Result<Set> {
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
        query: Query::new(distort(&question, noise, SEED)),
        service: None,
        article: Some(id(number)),
        weight: 0.5,
    });
    Ok(Set { name, index: Index::open(&Arc::new(Pack::from_vec(pack)?))?, cases: cases.collect() })
}

/// Fits the logistic function of the confidence: a question of the tuning half is answered when its service is among the first
/// three; a question about other things never is. Of those every other one is kept for looking at.
fn fit_confidence(source: &Source) -> Result<()> {
    /// Descent: steps, their size, the penalty on the square of a weight, and what a foreign question counts for.
    const STEPS: usize = 60_000;
    const SIZE: f32 = 0.002;
    const PENALTY: f32 = 0.3;
    const FOREIGN: f32 = 6.0;
    let index = index(source, &source.articles)?;
    let mut examples: Vec<([f32; 5], f32, f32)> = Vec::new();
    for case in source.queries.iter().filter(|case| case.split.as_deref() == Some("tune")) {
        let query = Query::new(&*case.question);
        if let Some(features) = index.confidence_features(&query)? {
            let hits = index.search(&query)?.hits;
            let answered = hits.is_empty() || hits.iter().take(3).any(|hit| hit.service == case.service);
            examples.push((features, f32::from(u8::from(answered)), 1.0));
        }
    }
    for question in include_str!("../../../kb/tests/off-topic.tsv").lines().skip(1).step_by(2) {
        if let Some(features) = index.confidence_features(&Query::new(question))? {
            examples.push((features, 0.0, FOREIGN));
        }
    }
    let (mut weights, mut base) = ([0.0_f32; 5], 0.0_f32);
    for _ in 0..STEPS {
        let (mut gradient, mut of_base) = ([0.0_f32; 5], 0.0_f32);
        for (features, answered, counts) in &examples {
            let sum = base + features.iter().zip(&weights).map(|(feature, weight)| feature * weight).sum::<f32>();
            let wrong = (1.0 / (1.0 + (-sum).exp()) - answered) * counts;
            gradient.iter_mut().zip(features).for_each(|(gradient, feature)| *gradient += wrong * feature);
            of_base += wrong;
        }
        weights.iter_mut().zip(gradient).for_each(|(weight, gradient)| *weight -= SIZE * (gradient + PENALTY * *weight));
        base -= SIZE * of_base;
    }
    println!("\nconst CONFIDENCE_BASE: f32 = {base:.2};\nconst CONFIDENCE: [f32; 5] = {weights:.2?};");
    Ok(())
}
