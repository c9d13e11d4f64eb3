//! SQLite's FTS5: words without diacritics, or trigrams.

use std::path::Path;

use rusqlite::{CachedStatement, Connection, OpenFlags, params};

use super::{Engine, Fields, Hit, LIMIT, Searcher, StopWords};
use crate::Result;
use crate::corpus::{Corpus, fold, words};

/// How FTS5 cuts texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// `unicode61 remove_diacritics 2`.
    Words,
    /// `trigram remove_diacritics 1`, asked for each trigram of each word.
    Trigrams,
}

/// FTS5 in one configuration.
#[derive(Debug, Clone)]
pub struct Fts5 {
    key: &'static str,
    label: &'static str,
    tokens: Tokens,
    leave_out_stop_words: bool,
    /// bm25's weights of title, symptoms, keywords and body.
    weights: [f64; 4],
}

/// The best weights of title, symptoms, keywords and body on the tuning questions (`--sweep`).
const WEIGHTS: [f64; 4] = [2.0, 2.0, 1.0, 1.0];

impl Fts5 {
    /// All words of the question, all fields alike.
    pub fn plain() -> Self {
        Self { key: "fts5", label: "FTS5, OR", tokens: Tokens::Words, leave_out_stop_words: false, weights: [1.0; 4] }
    }

    /// Without stop words in the question: its fastest configuration.
    pub fn without_stop_words() -> Self {
        Self { key: "fts5-stop", label: "FTS5 without stop words", leave_out_stop_words: true, ..Self::plain() }
    }

    /// All words, weighted fields: its best configuration on the desk's questions.
    pub fn weighted() -> Self {
        Self { key: "fts5-weighted", label: "FTS5, fields weighted", weights: WEIGHTS, ..Self::plain() }
    }

    /// Trigrams: its most forgiving configuration. All fields alike is best here.
    pub fn trigram() -> Self {
        Self { key: "fts5-trigram", label: "FTS5 trigram", tokens: Tokens::Trigrams, ..Self::without_stop_words() }
    }

    /// The same with other weights: for the sweep.
    #[must_use]
    pub fn with(self, weights: [f64; 4], leave_out_stop_words: bool) -> Self {
        Self { weights, leave_out_stop_words, ..self }
    }
}

impl Engine for Fts5 {
    fn key(&self) -> &str {
        self.key
    }

    fn label(&self) -> String {
        self.label.to_owned()
    }

    fn version(&self) -> Result<String> {
        Ok(format!("SQLite {}", rusqlite::version()))
    }

    fn index_name(&self) -> &str {
        if self.tokens == Tokens::Words { "fts5-words" } else { "fts5-trigrams" }
    }

    fn build(&self, corpus: &Corpus, dir: &Path) -> Result<()> {
        StopWords::write(corpus, dir)?;
        let mut db = Connection::open(dir.join(FILE))?;
        let tokenizer = match self.tokens {
            Tokens::Words => "unicode61 remove_diacritics 2",
            Tokens::Trigrams => "trigram remove_diacritics 1",
        };
        db.execute_batch(&format!(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, title, symptoms, keywords, body, tokenize = '{tokenizer}');"
        ))?;
        let all = db.transaction()?;
        {
            let mut insert = all.prepare("INSERT INTO docs (id, title, symptoms, keywords, body) VALUES (?, ?, ?, ?, ?)")?;
            for document in corpus.iter() {
                let fields = Fields::of(&document);
                insert.execute(params![document.id, fields.title, fields.symptoms, fields.keywords, fields.body])?;
            }
        }
        all.commit()?;
        // One segment: what a published, never changing index deserves.
        db.execute_batch("INSERT INTO docs (docs) VALUES ('optimize'); VACUUM;")?;
        Ok(())
    }

    fn open(&self, dir: &Path) -> Result<Box<dyn Searcher>> {
        let db = Connection::open_with_flags(dir.join(FILE), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        // Mapped like the others' files, and locked once instead of for each question.
        db.execute_batch("PRAGMA mmap_size = 2147418112; PRAGMA locking_mode = EXCLUSIVE;")?;
        let [title, symptoms, keywords, body] = self.weights;
        let rank = format!("bm25(0.0, {title:?}, {symptoms:?}, {keywords:?}, {body:?})");
        let stop = if self.leave_out_stop_words { StopWords::read(dir)? } else { StopWords::default() };
        Ok(Box::new(Open { db, rank, stop, tokens: self.tokens }))
    }
}

const FILE: &str = "fts5.sqlite";

struct Open {
    db: Connection,
    rank: String,
    stop: StopWords,
    tokens: Tokens,
}

impl Open {
    /// The question in FTS5's language: quoted terms, any of which may match.
    fn expression(&self, question: &str) -> String {
        let content = self.stop.content(question);
        let terms = match self.tokens {
            Tokens::Words => content,
            Tokens::Trigrams => trigrams(&content),
        };
        terms.iter().map(|term| format!("\"{term}\"")).collect::<Vec<_>>().join(" OR ")
    }
}

/// The trigrams of words, with the blanks around each: so that beginnings and short words count.
fn trigrams(words: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in words {
        let letters: Vec<char> = format!(" {} ", fold(word)).chars().collect();
        for three in letters.windows(3) {
            let trigram: String = three.iter().collect();
            if !out.contains(&trigram) {
                out.push(trigram);
            }
        }
    }
    out
}

impl Searcher for Open {
    fn search(&mut self, question: &str) -> Result<Vec<Hit>> {
        if words(question).next().is_none() {
            return Ok(Vec::new());
        }
        // FTS5's own fast way to the best few: `rank`, its function given in the question, and a limit.
        let sql = "SELECT id, title FROM docs WHERE docs MATCH ?1 AND rank MATCH ?2 ORDER BY rank LIMIT ?3";
        let mut select: CachedStatement<'_> = self.db.prepare_cached(sql)?;
        let rows = select.query_map(params![self.expression(question), self.rank, LIMIT as i64], |row| {
            Ok(Hit { id: row.get(0)?, title: row.get(1)? })
        })?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }
}
