//! The engines that are measured, behind one trait.

mod baquiano;
mod fts5;
mod minisearch;
mod tantivy_es;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use crate::Result;
use crate::child::Mode;
use crate::corpus::{Corpus, fold, words};

pub use baquiano::Baquiano;
pub use fts5::{Fts5, Tokens};
pub use minisearch::MiniSearch;
pub use tantivy_es::{Order, TantivyEs};

/// How many hits every engine is asked for.
pub const LIMIT: usize = 10;

/// What every engine hands out of its own store: enough for a row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The document's id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// A search engine in one configuration.
pub trait Engine {
    /// Its name for the hidden modes: one word.
    fn key(&self) -> &str;

    /// Its name in the tables.
    fn label(&self) -> String;

    /// The engine's version.
    fn version(&self) -> Result<String>;

    /// The name of its index: configurations that differ in the question alone share one.
    fn index_name(&self) -> &str {
        self.key()
    }

    /// More documents than it is asked to hold, and why not.
    fn too_many(&self, _documents: usize) -> Option<String> {
        None
    }

    /// Whether its index of a corpus comes ready-made, so that there is nothing to time.
    fn is_ready_made(&self, _corpus: &Corpus) -> bool {
        false
    }

    /// Makes the index in an empty folder.
    ///
    /// # Errors
    /// What the engine says.
    fn build(&self, corpus: &Corpus, dir: &Path) -> Result<()>;

    /// The bytes on disk that answering needs.
    ///
    /// # Errors
    /// When the files can't be read.
    fn size(&self, dir: &Path) -> Result<u64> {
        folder_size(dir)
    }

    /// Opens the index.
    ///
    /// # Errors
    /// What the engine says.
    fn open(&self, dir: &Path) -> Result<Box<dyn Searcher>>;

    /// The command of a fresh process: by default this program in a hidden mode.
    ///
    /// # Errors
    /// When the program's own file can't be found.
    fn process(&self, mode: Mode<'_>) -> Result<Command> {
        crate::child::command(self.key(), mode)
    }

    /// The program file of such a process: it is read back into the page cache after that was dropped.
    ///
    /// # Errors
    /// When it can't be found.
    fn program(&self) -> Result<std::path::PathBuf> {
        Ok(std::env::current_exe()?)
    }
}

/// An open index.
pub trait Searcher {
    /// The best [`LIMIT`] documents for a question.
    ///
    /// # Errors
    /// What the engine says.
    fn search(&mut self, question: &str) -> Result<Vec<Hit>>;

    /// The same with the microseconds that it took.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    fn timed(&mut self, question: &str) -> Result<(Vec<Hit>, f64)> {
        let start = Instant::now();
        let hits = self.search(question)?;
        Ok((hits, start.elapsed().as_secs_f64() * 1e6))
    }
}

/// All engines, ours first.
pub fn all() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(Baquiano),
        Box::new(Fts5::plain()),
        Box::new(Fts5::without_stop_words()),
        Box::new(Fts5::weighted()),
        Box::new(Fts5::trigram()),
        Box::new(TantivyEs::plain()),
        Box::new(TantivyEs::without_stop_words()),
        Box::new(TantivyEs::weighted()),
        Box::new(MiniSearch::best()),
    ]
}

/// The engine of a key.
pub fn by_key(key: &str) -> Option<Box<dyn Engine>> {
    all().into_iter().find(|engine| engine.key() == key)
}

/// The parts of a document that peers index as fields.
pub struct Fields {
    /// The title.
    pub title: String,
    /// The phrases of users, one a line.
    pub symptoms: String,
    /// The keywords.
    pub keywords: String,
    /// Everything else, the technician's part too.
    pub body: String,
}

impl Fields {
    /// The names of the fields.
    pub const NAMES: [&'static str; 4] = ["title", "symptoms", "keywords", "body"];

    /// The fields of a document.
    pub fn of(document: &::baquiano::search::build::Document) -> Self {
        Self {
            title: document.title.clone(),
            symptoms: document.symptoms.join("\n"),
            keywords: document.keywords.iter().chain(&document.of_service).map(String::as_str).collect::<Vec<_>>().join(", "),
            body: document.text.iter().chain(&document.desk).map(String::as_str).collect::<Vec<_>>().join("\n"),
        }
    }
}

/// The stop words, where peers that leave them out of questions read them again.
#[derive(Debug, Default)]
pub struct StopWords(BTreeSet<String>);

const STOP_FILE: &str = "stop-words.txt";

impl StopWords {
    /// Writes them into the folder of an index.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(corpus: &Corpus, dir: &Path) -> Result<()> {
        let words: Vec<String> = crate::corpus::stop_words(&corpus.synonyms).into_iter().collect();
        Ok(std::fs::write(dir.join(STOP_FILE), words.join("\n"))?)
    }

    /// Reads them from there.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(dir: &Path) -> Result<Self> {
        Ok(Self(std::fs::read_to_string(dir.join(STOP_FILE))?.lines().map(str::to_owned).collect()))
    }

    /// The words of a question that count, each once; all of them when none does.
    pub fn content(&self, question: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        words(question).for_each(|word| {
            if !all.contains(&word) {
                all.push(word);
            }
        });
        let content: Vec<String> = all.iter().filter(|word| !self.0.contains(&fold(word))).cloned().collect();
        if content.is_empty() { all } else { content }
    }
}

fn folder_size(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name() != STOP_FILE {
            bytes += entry.metadata()?.len();
        }
    }
    Ok(bytes)
}
