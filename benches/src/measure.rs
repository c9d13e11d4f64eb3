//! Asking the questions and timing the answers; starting fresh processes and reading what they cost.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Result;
use crate::child::Mode;
use crate::corpus::{Corpus, Question};
use crate::engines::{Engine, Hit, Searcher};

/// Questions that are asked before the first is timed.
const WARM_UP: usize = 100;
/// Seconds after which the engine counts as warm, however few they were.
const WARM_UP_SECONDS: f64 = 5.0;
/// Seconds that the questions of one corpus may take of an engine; one that needs longer is asked fewer, evenly spread.
const SECONDS: f64 = 240.0;

/// How often a question is asked that took so many microseconds the first time: the median of so many is what it takes.
fn rounds(micros: f64) -> usize {
    match micros {
        slow if slow > 200_000.0 => 1,
        slow if slow > 20_000.0 => 3,
        _ => 5,
    }
}

/// Fresh processes with a warm page cache: at least so many, and more as long as the time below lasts.
const WARM_RUNS: (usize, usize) = (31, 301);
/// Time for more of them, in seconds.
const WARM_SECONDS: f64 = 2.0;
/// Fresh processes with a page cache that was dropped: each costs the whole machine its cache.
const COLD_RUNS: (usize, usize) = (15, 15);
/// Questions before the memory is read.
const MEMORY_QUESTIONS: usize = 100;

/// How one question went.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// Median of the rounds, microseconds.
    pub micros: f64,
    /// At which place the right document stood, from 1; none: not among the hits.
    pub rank: Option<usize>,
    /// Whether the first hit was of the right service.
    pub service: bool,
}

/// Asks the questions of a corpus; none for one that was left out for time.
///
/// # Errors
/// What the engine says.
pub fn ask_all(searcher: &mut dyn Searcher, corpus: &Corpus) -> Result<Vec<Option<Asked>>> {
    let questions = &corpus.questions;
    let began = Instant::now();
    let mut warm: usize = 0;
    for question in questions.iter().take(WARM_UP) {
        searcher.search(&question.text)?;
        warm += 1;
        if began.elapsed().as_secs_f64() > WARM_UP_SECONDS {
            break;
        }
    }
    let each = began.elapsed().as_secs_f64() / warm.max(1) as f64;
    let whole = each * rounds(each * 1e6) as f64 * questions.len() as f64;
    let step = (whole / SECONDS).ceil().max(1.0) as usize;
    // A question and its misspellings stand together and are asked or left out together.
    let together = corpus.groups.len().max(1);
    let ask =
        |(at, question): (usize, &Question)| (at / together).is_multiple_of(step).then(|| ask(searcher, corpus, question)).transpose();
    questions.iter().enumerate().map(ask).collect()
}

fn ask(searcher: &mut dyn Searcher, corpus: &Corpus, question: &Question) -> Result<Asked> {
    let (hits, first) = searcher.timed(&question.text)?;
    let mut micros = vec![first];
    while micros.len() < rounds(first) {
        micros.push(searcher.timed(&question.text)?.1);
    }
    let service = hits.first().and_then(|hit| corpus.service(&hit.id));
    Ok(Asked {
        micros: percentile(&mut micros, 0.5),
        rank: hits.iter().position(|hit| answers(question, hit)).map(|at| at + 1),
        service: service.is_some() && service == question.service.as_deref(),
    })
}

fn answers(question: &Question, hit: &Hit) -> bool {
    question.document.as_ref() == Some(&hit.id) || question.title.as_ref() == Some(&hit.title)
}

/// The value below which this share of the values lies (nearest rank); 0 of none.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.max(1) - 1).copied().unwrap_or(0.0)
}

/// Milliseconds of whole processes: medians.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Start {
    /// One that opens and answers.
    pub whole_ms: f64,
    /// An empty one.
    pub empty_ms: f64,
    /// How far the runs lie apart: half of the distance between the quartiles of the first.
    pub spread_ms: f64,
}

/// Opens and answers once in fresh processes, each beside an empty one.
///
/// # Errors
/// When a process can't be started or fails.
pub fn start_warm(engine: &dyn Engine, dir: &Path, question: &str) -> Result<Start> {
    start(engine, dir, question, WARM_RUNS, || Ok(()))
}

/// The same with the page cache dropped before each: what is cold then is the index, the program itself is read back first. None
/// when the kernel doesn't permit it.
///
/// # Errors
/// As [`start_warm`].
pub fn start_cold(engine: &dyn Engine, dir: &Path, question: &str) -> Result<Option<Start>> {
    if drop_page_cache().is_err() {
        return Ok(None);
    }
    let program = engine.program()?;
    start(engine, dir, question, COLD_RUNS, || {
        drop_page_cache()?;
        std::fs::read(&program)?;
        // What else a process needs (the loader, the C library) is read back by one that isn't timed.
        wall(engine.process(Mode::NothingOnce)?).map(|_| ())
    })
    .map(Some)
}

fn start(engine: &dyn Engine, dir: &Path, question: &str, runs: (usize, usize), before: impl Fn() -> Result<()>) -> Result<Start> {
    let (mut whole, mut empty) = (Vec::new(), Vec::new());
    let began = Instant::now();
    while whole.len() < runs.0 || whole.len() < runs.1 && began.elapsed().as_secs_f64() < WARM_SECONDS {
        before()?;
        empty.push(wall(engine.process(Mode::NothingOnce)?)?);
        whole.push(wall(engine.process(Mode::Once { dir, question })?)?);
    }
    let spread_ms = (percentile(&mut whole, 0.75) - percentile(&mut whole, 0.25)) / 2.0;
    Ok(Start { whole_ms: percentile(&mut whole, 0.5), empty_ms: percentile(&mut empty, 0.5), spread_ms })
}

fn wall(mut command: Command) -> Result<f64> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
    let start = Instant::now();
    let status = command.status()?;
    let took = start.elapsed().as_secs_f64() * 1e3;
    if status.success() { Ok(took) } else { Err(format!("a process ended with {status}").into()) }
}

/// Drops what isn't dirty: indexes were synced when they were built.
fn drop_page_cache() -> Result<()> {
    Ok(std::fs::write("/proc/sys/vm/drop_caches", "1")?)
}

/// Resident memory after opening and a hundred searches, beyond an empty process, in kB.
#[derive(Debug, Clone, Copy, serde::Serialize)]
pub struct Memory {
    /// All of it, pages of mapped files too (the kernel takes those back when it needs them).
    pub resident_kb: i64,
    /// What is the process's own.
    pub own_kb: i64,
}

/// Reads the memory of a fresh process.
///
/// # Errors
/// When the process can't be started or fails.
pub fn memory(engine: &dyn Engine, dir: &Path, corpus: &Corpus) -> Result<Memory> {
    let questions: Vec<&str> = corpus.questions.iter().cycle().take(MEMORY_QUESTIONS).map(|question| question.text.as_str()).collect();
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), serde_json::to_vec(&questions)?)?;
    let read = |mode| -> Result<(i64, i64)> {
        let done = engine.process(mode)?.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
        let told = String::from_utf8_lossy(&done.stdout);
        let mut numbers = told.split_whitespace().map(str::parse::<i64>);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(resident)), Some(Ok(own))) => Ok((resident, own)),
            _ => Err(format!("a process told no memory: `{}`", told.trim()).into()),
        }
    };
    let (resident, own) = read(Mode::Memory { dir, questions: file.path() })?;
    let (empty_resident, empty_own) = read(Mode::NothingMemory)?;
    Ok(Memory { resident_kb: resident - empty_resident, own_kb: own - empty_own })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 0.5), 50.0);
        assert_eq!(percentile(&mut values, 0.99), 99.0);
        assert_eq!(percentile(&mut values, 1.0), 100.0);
        assert_eq!(percentile(&mut [3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(percentile(&mut [3.0, 1.0, 2.0], 0.99), 3.0);
        assert_eq!(percentile(&mut [4.0], 0.01), 4.0);
        assert_eq!(percentile(&mut [], 0.5), 0.0);
    }
}
