//! tantivy with its Spanish stemmer, as its users have it.

use std::path::Path;

use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value};
use tantivy::tokenizer::{AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, TextAnalyzer};
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyDocument, Term};

use super::{Engine, Fields, Hit, LIMIT, Searcher, StopWords};
use crate::Result;
use crate::corpus::Corpus;

/// Which of folding and stemming comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// `información` and `informacion` are stemmed alike, as if both had no accent.
    FoldThenStem,
    /// The stemmer sees the accents that it was made for.
    StemThenFold,
}

/// tantivy in one configuration.
#[derive(Debug, Clone)]
pub struct TantivyEs {
    key: &'static str,
    label: &'static str,
    order: Order,
    leave_out_stop_words: bool,
    boosts: [f32; 4],
}

/// The best boosts of title, symptoms, keywords and body on the tuning questions (`--sweep`).
const BOOSTS: [f32; 4] = [2.0, 4.0, 1.0, 1.0];

impl TantivyEs {
    /// All words of the question, all fields alike.
    pub fn plain() -> Self {
        Self { key: "tantivy", label: "tantivy, Spanish", order: Order::FoldThenStem, leave_out_stop_words: false, boosts: [1.0; 4] }
    }

    /// Without stop words in the question: its fastest configuration.
    pub fn without_stop_words() -> Self {
        Self { key: "tantivy-stop", label: "tantivy, Spanish, without stop words", leave_out_stop_words: true, ..Self::plain() }
    }

    /// All words, weighted fields: its best configuration on the desk's questions.
    pub fn weighted() -> Self {
        Self { key: "tantivy-weighted", label: "tantivy, Spanish, fields weighted", boosts: BOOSTS, ..Self::plain() }
    }

    /// The same with other settings: for the sweep.
    #[must_use]
    pub fn with(self, order: Order, boosts: [f32; 4], leave_out_stop_words: bool) -> Self {
        Self { order, boosts, leave_out_stop_words, ..self }
    }
}

const ANALYZER: &str = "spanish";

fn analyzer(order: Order) -> TextAnalyzer {
    let words = TextAnalyzer::builder(SimpleTokenizer::default()).filter(RemoveLongFilter::limit(40)).filter(LowerCaser);
    match order {
        Order::FoldThenStem => words.filter(AsciiFoldingFilter).filter(Stemmer::new(Language::Spanish)).build(),
        Order::StemThenFold => words.filter(Stemmer::new(Language::Spanish)).filter(AsciiFoldingFilter).build(),
    }
}

impl Engine for TantivyEs {
    fn key(&self) -> &str {
        self.key
    }

    fn label(&self) -> String {
        self.label.to_owned()
    }

    fn version(&self) -> Result<String> {
        // `tantivy v0.27.0, index_format v7`
        let version = tantivy::version_string();
        Ok(version.split(',').next().unwrap_or(version).replacen(" v", " ", 1))
    }

    fn index_name(&self) -> &str {
        if self.order == Order::FoldThenStem { "tantivy-fold-stem" } else { "tantivy-stem-fold" }
    }

    fn build(&self, corpus: &Corpus, dir: &Path) -> Result<()> {
        StopWords::write(corpus, dir)?;
        let mut schema = Schema::builder();
        let id = schema.add_text_field("id", STRING | STORED);
        let indexed = TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer(ANALYZER).set_index_option(IndexRecordOption::WithFreqs));
        let fields = Fields::NAMES
            .map(|name| schema.add_text_field(name, if name == "title" { indexed.clone().set_stored() } else { indexed.clone() }));
        let dir = dir.join(FOLDER);
        std::fs::create_dir(&dir)?;
        let index = Index::create_in_dir(&dir, schema.build())?;
        index.tokenizers().register(ANALYZER, analyzer(self.order));
        let mut writer = index.writer_with_num_threads(1, 256 << 20)?;
        for document in corpus.iter() {
            let own = Fields::of(&document);
            let mut stored = TantivyDocument::new();
            stored.add_text(id, &document.id);
            for (field, text) in fields.iter().zip([&own.title, &own.symptoms, &own.keywords, &own.body]) {
                stored.add_text(*field, text);
            }
            writer.add_document(stored)?;
        }
        writer.commit()?;
        // One segment: what a published, never changing index deserves.
        let segments = index.searchable_segment_ids()?;
        if segments.len() > 1 {
            writer.merge(&segments).wait()?;
        }
        writer.wait_merging_threads()?;
        Ok(())
    }

    fn size(&self, dir: &Path) -> Result<u64> {
        super::folder_size(&dir.join(FOLDER))
    }

    fn open(&self, dir: &Path) -> Result<Box<dyn Searcher>> {
        let index = Index::open_in_dir(dir.join(FOLDER))?;
        // No thread that watches for changes: there are none.
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let schema = index.schema();
        let fields = Fields::NAMES.iter().zip(self.boosts).map(|(name, boost)| Ok((schema.get_field(name)?, boost)));
        let fields = fields.collect::<Result<Vec<_>>>()?;
        let (id, title) = (schema.get_field("id")?, schema.get_field("title")?);
        let stop = if self.leave_out_stop_words { StopWords::read(dir)? } else { StopWords::default() };
        Ok(Box::new(Open { reader, fields, id, title, stop, analyzer: analyzer(self.order) }))
    }
}

const FOLDER: &str = "tantivy";

struct Open {
    reader: IndexReader,
    fields: Vec<(Field, f32)>,
    id: Field,
    title: Field,
    stop: StopWords,
    analyzer: TextAnalyzer,
}

impl Open {
    /// Any term in any field, as the default query parser would make of it.
    fn query(&mut self, question: &str) -> BooleanQuery {
        let content = self.stop.content(question).join(" ");
        let mut terms: Vec<String> = Vec::new();
        self.analyzer.token_stream(&content).process(&mut |token| {
            if !terms.contains(&token.text) {
                terms.push(token.text.clone());
            }
        });
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for term in &terms {
            for (field, boost) in &self.fields {
                let term = TermQuery::new(Term::from_field_text(*field, term), IndexRecordOption::WithFreqs);
                let query: Box<dyn Query> = if *boost == 1.0 { Box::new(term) } else { Box::new(BoostQuery::new(Box::new(term), *boost)) };
                clauses.push((Occur::Should, query));
            }
        }
        BooleanQuery::new(clauses)
    }
}

impl Searcher for Open {
    fn search(&mut self, question: &str) -> Result<Vec<Hit>> {
        let query = self.query(question);
        let searcher = self.reader.searcher();
        let best = searcher.search(&query, &TopDocs::with_limit(LIMIT).order_by_score())?;
        let text = |doc: &TantivyDocument, field| doc.get_first(field).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
        best.into_iter()
            .map(|(_, address)| {
                let doc: TantivyDocument = searcher.doc(address)?;
                Ok(Hit { id: text(&doc, self.id), title: text(&doc, self.title) })
            })
            .collect()
    }
}
