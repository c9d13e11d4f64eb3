//! Building a pack from content.

use std::collections::BTreeMap;

use super::deflated::write;
use super::{Manifest, PackError, assemble};
use crate::kb::author::Media;
use crate::kb::{App, Applies, Article, Block, Catalog, Fact, Flow, SectionKind, Synonyms};
use crate::search::build::{AppNames, Document};

/// Everything that goes into a pack.
#[derive(Debug)]
pub struct PackBuilder<'c> {
    /// What the pack says of itself; counts and analyzer are filled in.
    pub manifest: Manifest,
    /// The catalog.
    pub catalog: &'c Catalog,
    /// The facts.
    pub facts: &'c [Fact],
    /// The synonyms.
    pub synonyms: &'c Synonyms,
    /// The articles.
    pub articles: &'c [Article],
    /// The pictures.
    pub media: &'c [Media],
    /// The flows.
    pub flows: &'c [Flow],
}

impl PackBuilder<'_> {
    /// Builds the pack, unsigned. The same content gives the same bytes.
    ///
    /// # Errors
    /// [`PackError`] when the content can't be packed.
    pub fn build(&self) -> Result<Vec<u8>, PackError> {
        let documents = self.articles.iter().map(|article| self.document(article)).collect::<Result<Vec<_>, _>>()?;
        let apps: Vec<AppNames> = self.catalog.apps.iter().map(app_names).collect();
        let mut sections = crate::search::build::sections(documents, self.synonyms, &apps)?;
        let manifest =
            Manifest { analyzer: crate::search::analyzer::ANALYZER_VERSION, articles: self.articles.len() as u32, ..self.manifest.clone() };
        let by_id: BTreeMap<&str, &Article> = self.articles.iter().map(|article| (article.id.as_str(), article)).collect();
        let stored = |(id, article): (&str, &Article)| {
            // The search has the symptoms as its phrases: `KnowledgeBase::article` takes them from there.
            Ok((id.to_owned(), json(&Article { symptoms: Vec::new(), ..article.clone() })?))
        };
        let articles = by_id.into_iter().map(stored).collect::<Result<Vec<_>, PackError>>()?;
        let media: BTreeMap<&str, &Media> = self.media.iter().map(|media| (media.id.as_str(), media)).collect();
        let media: Vec<(String, Vec<u8>)> = media.into_iter().map(|(id, media)| (id.to_owned(), media_blob(media))).collect();
        let flows: BTreeMap<&str, &Flow> = self.flows.iter().map(|flow| (flow.flow.as_str(), flow)).collect();
        let flows = flows.into_iter().map(|(id, flow)| Ok((id.to_owned(), json(flow)?))).collect::<Result<Vec<_>, PackError>>()?;
        sections.push(("manifest".to_owned(), json(&manifest)?));
        sections.push(("flows".to_owned(), write::deflated(&flows)?));
        sections.push(("catalog".to_owned(), write::whole(&json(self.catalog)?)?));
        sections.push(("facts".to_owned(), write::whole(&json(&self.facts)?)?));
        sections.push(("articles".to_owned(), write::deflated(&articles)?));
        sections.push(("media".to_owned(), write::deflated(&media)?));
        Ok(assemble(sections))
    }

    fn document(&self, article: &Article) -> Result<Document, PackError> {
        let (mut text, mut desk) = (Vec::new(), Vec::new());
        let plain = |blocks: &[Block]| blocks.iter().map(Block::plain).filter(|text| !text.is_empty()).collect::<Vec<_>>();
        text.extend(plain(&article.body.intro));
        for section in &article.body.sections {
            if section.kind == SectionKind::Desk { &mut desk } else { &mut text }.extend(plain(&section.blocks));
        }
        text.extend(article.variants.iter().map(|variant| variant.text.clone()));
        let service = self.catalog.service(&article.service);
        let of_service = service.map(|s| std::iter::once(s.name.clone()).chain(s.keywords.iter().cloned()).collect()).unwrap_or_default();
        let restricted = !article.facts.is_empty() || !article.vendors.is_empty() || article.android.is_some();
        let conditions = if restricted {
            let facts: Vec<_> = article.facts.iter().collect();
            json(&serde_json::json!({ "facts": facts, "vendors": article.vendors, "android": article.android }))?
        } else {
            Vec::new()
        };
        Ok(Document {
            id: article.id.to_string(),
            title: article.title.clone(),
            service: article.service.to_string(),
            level: article.level,
            apps: match &article.apps {
                Applies::All => None,
                Applies::Only(apps) => Some(apps.iter().map(ToString::to_string).collect()),
            },
            symptoms: article.symptoms.clone(),
            keywords: article.keywords.clone(),
            text,
            desk,
            of_service,
            conditions,
        })
    }
}

fn app_names(app: &App) -> AppNames {
    AppNames { id: app.id.to_string(), names: std::iter::once(&app.name).chain(&app.aliases).cloned().collect() }
}

fn json<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, PackError> {
    serde_json::to_vec(value).map_err(|e| PackError::Content(e.to_string()))
}

/// Length of the alternative text (u32), the text, the SVG.
fn media_blob(media: &Media) -> Vec<u8> {
    let mut blob = (media.alt.len() as u32).to_le_bytes().to_vec();
    blob.extend_from_slice(media.alt.as_bytes());
    blob.extend_from_slice(&media.svg);
    blob
}
