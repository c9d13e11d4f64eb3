//! One corpus through all engines.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Result;
use crate::corpus::{Corpus, Question};
use crate::engines::{Engine, all};
use crate::measure::{Asked, ask_all, memory, start_cold, start_warm};
use crate::report::{Group, Row, Table};

/// What of a corpus is measured.
#[derive(Debug, Clone, Copy)]
pub struct Options<'o> {
    /// Where indexes are built.
    pub dir: &'o Path,
    /// Whether the page cache may be dropped.
    pub cold: bool,
    /// The engines' keys; empty: all.
    pub only: &'o [String],
}

/// An index that was built: configurations that differ in the question alone share it.
struct Built {
    dir: PathBuf,
    seconds: Option<f64>,
}

/// Measures all engines on a corpus. What an engine can't do becomes a note, not an end; progress goes to `told`.
///
/// # Errors
/// When the folder can't be written.
pub fn run(corpus: &Corpus, options: Options<'_>, mut told: impl FnMut(&str)) -> Result<Table> {
    let folder = tempfile::Builder::new().prefix("corpus-").tempdir_in(options.dir)?;
    let mut built: BTreeMap<String, Built> = BTreeMap::new();
    let (mut rows, mut notes) = (Vec::new(), Vec::new());
    for engine in all() {
        let wanted = options.only.is_empty() || options.only.iter().any(|key| key == engine.key());
        if !wanted {
            continue;
        }
        told(&format!("{}: {}", corpus.name, engine.label()));
        if let Some(why) = engine.too_many(corpus.len()) {
            notes.push(format!("{}: {why}.", engine.label()));
            continue;
        }
        match row(engine.as_ref(), corpus, folder.path(), &mut built, options.cold) {
            Ok(row) => {
                let all = corpus.questions.len();
                if row.asked < all {
                    notes.push(format!("{}: asked {} of the {all} questions, evenly spread, for time.", engine.label(), row.asked));
                }
                rows.push(row);
            }
            Err(error) => notes.push(format!("{}: not measured: {error}.", engine.label())),
        }
    }
    if rows.iter().any(|row| row.cold.is_none()) {
        notes.push("The page cache was not dropped: it was not asked for, or the kernel doesn't permit it (root only).".to_owned());
    }
    let groups = corpus.groups.iter().map(|group| (group.clone(), corpus.questions.iter().filter(|q| q.groups.contains(group)).count()));
    Ok(Table { corpus: corpus.name.clone(), documents: corpus.len(), groups: groups.collect(), rows, notes })
}

fn row(engine: &dyn Engine, corpus: &Corpus, folder: &Path, built: &mut BTreeMap<String, Built>, cold: bool) -> Result<Row> {
    // A peer that isn't installed says so here, before anything is built for it.
    engine.version()?;
    let name = engine.index_name().to_owned();
    if !built.contains_key(&name) {
        let dir = folder.join(&name);
        std::fs::create_dir(&dir)?;
        let start = Instant::now();
        engine.build(corpus, &dir)?;
        let seconds = (!engine.is_ready_made(corpus)).then(|| start.elapsed().as_secs_f64());
        sync(&dir)?;
        built.insert(name.clone(), Built { dir, seconds });
    }
    let Some(Built { dir, seconds }) = built.get(&name) else { return Err("the index is gone".into()) };
    let asked = ask_all(engine.open(dir)?.as_mut(), corpus)?;
    let question = corpus.questions.first().map_or("", |question| &question.text);
    Ok(Row {
        engine: engine.label(),
        asked: asked.iter().flatten().count(),
        groups: corpus.groups.iter().map(|group| sum_up(group, corpus, &asked)).collect(),
        build_s: *seconds,
        index_bytes: engine.size(dir)?,
        warm: start_warm(engine, dir, question)?,
        cold: if cold { start_cold(engine, dir, question)? } else { None },
        memory: memory(engine, dir, corpus)?,
    })
}

/// Writes everything in a folder through to the disk: what is dirty would stay in the page cache when that is dropped.
fn sync(dir: &Path) -> Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() { sync(&path)? } else { std::fs::File::open(path)?.sync_all()? }
    }
    Ok(())
}

/// The questions of a group, summed up.
pub fn sum_up(group: &str, corpus: &Corpus, asked: &[Option<Asked>]) -> Group {
    let own = corpus.questions.iter().zip(asked).filter(|(question, _)| question.groups.iter().any(|own| own == group));
    let told = |(question, asked): (&Question, &Option<Asked>)| Some(((*asked)?, question.document.is_some(), question.service.is_some()));
    let own: Vec<_> = own.filter_map(told).collect();
    Group::of(&own)
}
