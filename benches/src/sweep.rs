//! How the peers' configurations were chosen: each is tried on the tuning half of the knowledge base's questions, the best one is
//! what the tables show.

use std::path::Path;

use serde_json::json;

use crate::Result;
use crate::corpus::Corpus;
use crate::engines::{Engine, Fts5, MiniSearch, Order, TantivyEs};
use crate::measure::ask_all;
use crate::run::sum_up;

/// Weights of title, symptoms, keywords and body that are tried.
const WEIGHTS: [[u32; 4]; 12] = [
    [1, 1, 1, 1],
    [2, 1, 1, 1],
    [2, 2, 1, 1],
    [1, 4, 1, 1],
    [2, 4, 1, 1],
    [4, 4, 1, 1],
    [4, 4, 2, 1],
    [8, 4, 2, 1],
    [2, 8, 1, 1],
    [4, 8, 2, 1],
    [2, 16, 1, 1],
    [4, 16, 2, 1],
];

/// Tries the configurations; each gives a line `| configuration | service@1 | article@1 | MRR@10 |`.
///
/// # Errors
/// What an engine says.
pub fn sweep(corpus: &Corpus, group: &str, dir: &Path, mut told: impl FnMut(&str)) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("sweep-").tempdir_in(dir)?;
    let mut tuning = Corpus {
        name: corpus.name.clone(),
        documents: crate::corpus::Source::Here(corpus.iter().collect()),
        questions: corpus.questions.clone(),
        groups: vec![group.to_owned()],
        synonyms: corpus.synonyms.clone(),
        pack: corpus.pack,
    };
    tuning.questions.retain(|question| question.groups.iter().any(|own| own == group));
    let mut trial = |label: String, engine: &dyn Engine, prepare: &dyn Fn(&Path) -> Result<()>| -> Result<()> {
        let dir = folder.path().join(engine.index_name());
        if !dir.exists() {
            std::fs::create_dir(&dir)?;
            engine.build(&tuning, &dir)?;
        }
        prepare(&dir)?;
        let sum = sum_up(group, &tuning, &ask_all(engine.open(&dir)?.as_mut(), &tuning)?);
        let service = sum.service_1.map_or("–".to_owned(), |share| format!("{share:.3}"));
        told(&format!("| {label} | {service} | {:.3} | {:.3} |", sum.success_1, sum.mrr_10));
        Ok(())
    };
    let nothing = |_: &Path| Ok(());
    for stop in [false, true] {
        for weights in WEIGHTS {
            for engine in [Fts5::plain(), Fts5::trigram()] {
                let label = format!("{} {weights:?} stop words left out: {stop}", engine.label());
                trial(label, &engine.with(weights.map(f64::from), stop), &nothing)?;
            }
            for order in [Order::FoldThenStem, Order::StemThenFold] {
                let engine = TantivyEs::plain().with(order, weights.map(|weight| weight as f32), stop);
                trial(format!("tantivy {order:?} {weights:?} stop words left out: {stop}"), &engine, &nothing)?;
            }
        }
    }
    if MiniSearch::best().version().is_err() {
        return Ok(());
    }
    for prefix in [json!(true), json!(false), json!("last")] {
        for (weights, fuzzy, stop) in WEIGHTS.iter().flat_map(|w| [(*w, 0.2, false), (*w, 0.2, true), (*w, 0.3, false)]) {
            let engine = MiniSearch::with(prefix.clone(), fuzzy, weights, stop);
            let label = format!("MiniSearch prefix {prefix} fuzzy {fuzzy} {weights:?} stop words left out: {stop}");
            trial(label, &engine, &|dir| engine.write_settings(corpus, dir))?;
        }
    }
    Ok(())
}
