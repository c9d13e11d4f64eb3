//! This library, as an app uses it: a pack in a file, mapped.
//!
//! Its answer has more in it than the peers' (snippet, highlights, why each hit matched, confidence): all of that is in its
//! time.

use std::path::Path;
use std::sync::Arc;

use ::baquiano::HelpDesk;
use ::baquiano::kb::pack::Pack;
use ::baquiano::search::build::index_only;
use ::baquiano::search::{Answer, Index, Query};

use super::{Engine, Hit, LIMIT, Searcher};
use crate::Result;
use crate::corpus::Corpus;

/// The library with its tuned weights.
pub struct Baquiano;

const PACK: &str = "baquiano.pack";
/// What a pack carries besides the index: no peer stores it.
const CONTENT: [&str; 6] = ["articles", "catalog", "facts", "flows", "manifest", "media"];

impl Engine for Baquiano {
    fn key(&self) -> &str {
        "baquiano"
    }

    fn label(&self) -> String {
        "Baquiano".to_owned()
    }

    fn version(&self) -> Result<String> {
        Ok(format!("baquiano {} (analyzer {})", env!("CARGO_PKG_VERSION"), ::baquiano::search::analyzer::ANALYZER_VERSION))
    }

    fn is_ready_made(&self, corpus: &Corpus) -> bool {
        corpus.pack.is_some()
    }

    fn build(&self, corpus: &Corpus, dir: &Path) -> Result<()> {
        let file = dir.join(PACK);
        match corpus.pack {
            Some(pack) => std::fs::write(file, pack)?,
            None => std::fs::write(file, index_only(corpus.iter().collect(), &corpus.synonyms)?)?,
        }
        Ok(())
    }

    fn size(&self, dir: &Path) -> Result<u64> {
        let pack = Pack::from_file(&dir.join(PACK))?;
        Ok(pack.sections().filter(|(name, _)| !CONTENT.contains(name)).map(|(_, len)| len as u64).sum())
    }

    fn open(&self, dir: &Path) -> Result<Box<dyn Searcher>> {
        let pack = Pack::from_file(&dir.join(PACK))?;
        Ok(if pack.sections().any(|(name, _)| name == "manifest") {
            Box::new(Open::Desk(Box::new(HelpDesk::open(pack)?)))
        } else {
            Box::new(Open::Index(Box::new(Index::open(&Arc::new(pack))?)))
        })
    }
}

/// A whole pack is opened as an app does it; one that is nothing but an index, by itself.
enum Open {
    Desk(Box<HelpDesk>),
    Index(Box<Index>),
}

impl Open {
    fn ask(&self, query: &Query) -> Result<Answer> {
        Ok(match self {
            Self::Desk(desk) => desk.search(query)?,
            Self::Index(index) => index.search(query)?,
        })
    }
}

impl Searcher for Open {
    fn search(&mut self, question: &str) -> Result<Vec<Hit>> {
        let answer = self.ask(&Query { limit: LIMIT, ..Query::new(question) })?;
        Ok(answer.hits.into_iter().map(|hit| Hit { id: hit.id.into(), title: hit.title }).collect())
    }
}
