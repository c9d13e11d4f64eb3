//! The desk's own articles, with the questions that were collected for them.

use std::path::Path;

use baquiano::kb::author::{Source as Content, read};
use baquiano::kb::{Article, Block, SectionKind};
use baquiano::search::build::Document;

use super::{Corpus, Question, Source};
use crate::Result;
use crate::noise::{Noise, distort};

/// The content of the knowledge base, read from its folder.
pub struct KnowledgeSource(Content);

impl KnowledgeSource {
    /// Reads the folder `kb` of this repository.
    ///
    /// # Errors
    /// When there are no articles in it.
    pub fn read() -> Result<Self> {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kb");
        let content = read(&dir).source;
        if content.articles.is_empty() { Err(format!("{} has no articles", dir.display()).into()) } else { Ok(Self(content)) }
    }

    /// What was read.
    pub fn content(&self) -> &Content {
        &self.0
    }

    /// The articles as documents: the same parts that the pack's own index has.
    pub fn documents(&self) -> Vec<Document> {
        self.0.articles.iter().map(|article| self.document(article)).collect()
    }

    fn document(&self, article: &Article) -> Document {
        let plain = |blocks: &[Block]| blocks.iter().map(Block::plain).filter(|text| !text.is_empty()).collect::<Vec<_>>();
        let (mut text, mut desk) = (plain(&article.body.intro), Vec::new());
        for section in &article.body.sections {
            if section.kind == SectionKind::Desk { &mut desk } else { &mut text }.extend(plain(&section.blocks));
        }
        text.extend(article.variants.iter().map(|variant| variant.text.clone()));
        let service = self.0.catalog.as_ref().and_then(|catalog| catalog.service(&article.service));
        Document {
            id: article.id.to_string(),
            title: article.title.clone(),
            service: article.service.to_string(),
            level: article.level,
            symptoms: article.symptoms.clone(),
            keywords: article.keywords.clone(),
            text,
            desk,
            of_service: service.map(|s| std::iter::once(s.name.clone()).chain(s.keywords.iter().cloned()).collect()).unwrap_or_default(),
            ..Document::default()
        }
    }
}

/// The knowledge base as it is shipped, and `kb/tests/queries.tsv`.
pub fn knowledge_base(source: &KnowledgeSource) -> Corpus {
    let mut groups: Vec<String> = Vec::new();
    let mut questions = Vec::new();
    for case in &source.0.queries {
        let split = case.split.as_deref().unwrap_or("all");
        let mut own = vec![format!("{split}: all")];
        // Only the half that nothing was tuned on is told apart.
        if let (true, Some(noise)) = (split != "tune", &case.noise) {
            own.push(format!("{split}: {noise}"));
        }
        groups.extend(own.clone());
        questions.push(Question {
            text: case.question.clone(),
            groups: own,
            document: case.article.as_ref().map(ToString::to_string),
            title: None,
            service: Some(case.service.to_string()),
        });
    }
    groups.sort();
    groups.dedup();
    let documents = source.documents();
    Corpus {
        name: format!("the knowledge base, {} articles", documents.len()),
        documents: Source::Here(documents),
        questions,
        groups,
        synonyms: source.0.synonyms.clone(),
        pack: Some(baquiano_kb::PACK),
    }
}

/// The knowledge base without every third of its symptoms, and those as questions: half of them clean, half misspelled. More
/// questions than anyone wrote, though what is asked was written by those who wrote the articles.
pub fn left_out(source: &KnowledgeSource, third: usize, seed: u64) -> Corpus {
    let mut documents = source.documents();
    let mut questions = Vec::new();
    for document in &mut documents {
        for (number, symptom) in std::mem::take(&mut document.symptoms).into_iter().enumerate() {
            if number % 3 != third {
                document.symptoms.push(symptom);
                continue;
            }
            let noise = if number % 2 == 0 { Noise::Clean } else { Noise::PhonTypo };
            questions.push(Question {
                text: distort(&symptom, noise, seed),
                groups: vec![noise.name().to_owned()],
                document: Some(document.id.clone()),
                title: None,
                service: Some(document.service.clone()),
            });
        }
    }
    Corpus {
        name: "the knowledge base, a third of its symptoms left out and asked".to_owned(),
        documents: Source::Here(documents),
        questions,
        groups: [Noise::Clean, Noise::PhonTypo].map(|noise| noise.name().to_owned()).to_vec(),
        synonyms: source.0.synonyms.clone(),
        pack: None,
    }
}
