//! Documents and questions whose answers are known.

mod generate;
mod knowledge;
mod public;

use std::collections::BTreeSet;

use baquiano::kb::Synonyms;
use baquiano::search::build::Document;

pub use generate::{Generator, generated};
pub use knowledge::{KnowledgeSource, knowledge_base, left_out};
pub use public::public;

/// The seed of everything random: the date of the first table.
pub const SEED: u64 = 20_261_125;

/// Documents to find and questions to find them by.
pub struct Corpus {
    /// Its name in the tables.
    pub name: String,
    /// Where the documents come from.
    pub documents: Source,
    /// What is asked.
    pub questions: Vec<Question>,
    /// The groups of questions that the tables tell apart, in their order.
    pub groups: Vec<String>,
    /// What the library is given besides the documents.
    pub synonyms: Synonyms,
    /// The pack that the library opens; none: one is built of the documents.
    pub pack: Option<&'static [u8]>,
}

/// Where documents come from. All that come in bulk are made anew each time, so that they never are in memory together.
pub enum Source {
    /// They are here.
    Here(Vec<Document>),
    /// They are made one by one.
    Made(Generator, usize),
}

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// What is asked.
    pub text: String,
    /// The groups that it belongs to.
    pub groups: Vec<String>,
    /// The document that answers it, if only one does.
    pub document: Option<String>,
    /// The title of that document, where any document of the same title answers as well.
    pub title: Option<String>,
    /// The service that it belongs to.
    pub service: Option<String>,
}

impl Corpus {
    /// How many documents it has.
    pub fn len(&self) -> usize {
        match &self.documents {
            Source::Here(documents) => documents.len(),
            Source::Made(_, count) => *count,
        }
    }

    /// Whether it has no document.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The documents, one after the other.
    pub fn iter(&self) -> Box<dyn Iterator<Item = Document> + '_> {
        match &self.documents {
            Source::Here(documents) => Box::new(documents.iter().cloned()),
            Source::Made(generator, count) => Box::new((0..*count).map(|number| generator.document(number))),
        }
    }

    /// The service of a document, where services are known.
    pub fn service(&self, id: &str) -> Option<&str> {
        match &self.documents {
            Source::Here(documents) => documents.iter().find(|document| document.id == id).map(|document| document.service.as_str()),
            Source::Made(..) => None,
        }
    }
}

/// The words of a text in lower case, as the peers' questions are cut.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// A word without its accents (ñ becomes n, as in FTS5's own folding).
pub fn fold(word: &str) -> String {
    let plain = |c| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        other => other,
    };
    word.to_lowercase().chars().map(plain).collect()
}

/// The knowledge base's stop words, folded: peers leave them out of questions too.
pub fn stop_words(synonyms: &Synonyms) -> BTreeSet<String> {
    synonyms.stop.iter().flat_map(|entry| words(entry)).map(|word| fold(&word)).collect()
}
