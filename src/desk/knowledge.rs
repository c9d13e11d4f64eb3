//! An opened pack with its index and its content.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use once_cell::sync::OnceCell;
use serde::de::DeserializeOwned;

use crate::diagnose::{Input, Ready, Session, Source};
use crate::incident::render::View;
use crate::incident::{Guess, Incident, Rules, SURE};
use crate::kb::pack::deflated::{self, Deflated};
use crate::kb::pack::tables::u32_at;
use crate::kb::pack::{InstallError, Manifest, Pack, PackError};
use crate::kb::{Article, ArticleId, Catalog, ENTRANCE, Fact, FactValue, Flow, MediaId};
use crate::search::analyzer::ANALYZER_VERSION;
use crate::search::{Index, Query, SearchError};

/// The fact of the entrance that the search tells.
const SERVICE: &str = "help.service";

/// The knowledge base of one pack. Catalog, facts, articles and pictures are read when they are asked for.
pub struct KnowledgeBase {
    pack: Arc<Pack>,
    manifest: Manifest,
    index: Index,
    articles: Deflated,
    media: Deflated,
    flows: Deflated,
    catalog: OnceCell<Catalog>,
    facts: OnceCell<Arc<[Fact]>>,
    rules: OnceCell<Rules>,
    /// The flows that sessions were begun in, ready for the next.
    ready: Mutex<BTreeMap<String, Arc<Ready>>>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Media {
    /// What it shows, for those who can't see it.
    pub alt: String,
    /// The SVG.
    pub svg: Vec<u8>,
}

impl KnowledgeBase {
    /// Opens a pack.
    ///
    /// # Errors
    /// [`PackError`] when a part is missing or was built by another analyzer.
    pub fn open(pack: Pack) -> Result<Self, PackError> {
        let manifest = pack.manifest()?;
        if manifest.analyzer != ANALYZER_VERSION {
            return Err(PackError::Analyzer { found: manifest.analyzer, known: ANALYZER_VERSION });
        }
        let pack = Arc::new(pack);
        // tantivy trusts its files: what it makes of damaged ones must not take the host down.
        let index = catch_unwind(AssertUnwindSafe(|| Index::open(&pack))).unwrap_or(Err(PackError::Damaged { part: "index" }))?;
        Ok(Self {
            manifest,
            index,
            articles: Deflated::open(&pack.section("articles")?, "articles")?,
            media: Deflated::open(&pack.section("media")?, "media")?,
            flows: Deflated::open(&pack.section("flows")?, "flows")?,
            catalog: OnceCell::new(),
            facts: OnceCell::new(),
            rules: OnceCell::new(),
            ready: Mutex::default(),
            pack,
        })
    }

    /// What the pack says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The pack.
    pub fn pack(&self) -> &Pack {
        &self.pack
    }

    /// The search index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// The catalog.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn catalog(&self) -> Result<&Catalog, PackError> {
        self.catalog.get_or_try_init(|| self.read("catalog"))
    }

    /// The facts.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn facts(&self) -> Result<&Arc<[Fact]>, PackError> {
        self.facts.get_or_try_init(|| Ok(self.read::<Vec<Fact>>("facts")?.into()))
    }

    fn read<T: DeserializeOwned>(&self, part: &'static str) -> Result<T, PackError> {
        let json = deflated::whole(&self.pack.section(part)?, part)?;
        serde_json::from_slice(&json).map_err(|_| PackError::Damaged { part })
    }

    /// The ids of all articles, in order.
    pub fn article_ids(&self) -> impl Iterator<Item = &str> {
        (0..self.articles.keys().len()).map(|at| self.articles.keys().get(at))
    }

    /// An article, or none with that id.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn article(&self, id: &ArticleId) -> Result<Option<Article>, PackError> {
        let Some(json) = self.articles.get(id.as_str())? else { return Ok(None) };
        let mut article: Article = serde_json::from_slice(&json).map_err(|_| PackError::Damaged { part: "articles" })?;
        article.symptoms = self.index.symptoms(id.as_str());
        Ok(Some(article))
    }

    /// A picture, or none with that id, or none that can be read: who shows it does without.
    pub fn media(&self, id: &MediaId) -> Option<Media> {
        let mut blob = self.media.get(id.as_str()).ok()??;
        let alt_end = (u32_at(&blob, 0)? as usize).checked_add(4).filter(|end| *end <= blob.len())?;
        let svg = blob.split_off(alt_end);
        Some(Media { alt: std::str::from_utf8(blob.get(4..)?).ok()?.to_owned(), svg })
    }

    /// The ids of all flows, in order.
    pub fn flow_ids(&self) -> impl Iterator<Item = &str> {
        (0..self.flows.keys().len()).map(|at| self.flows.keys().get(at))
    }

    /// A flow, or none with that id.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn flow(&self, id: &str) -> Result<Option<Flow>, PackError> {
        let Some(json) = self.flows.get(id)? else { return Ok(None) };
        serde_json::from_slice(&json).map(Some).map_err(|_| PackError::Damaged { part: "flows" })
    }

    /// Begins a diagnosis in a flow; none when there is no such flow. With `app`, facts are read before they are asked.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn diagnose(&self, flow: &str, app: bool) -> Result<Option<Session>, PackError> {
        Ok(self.ready(flow)?.map(|ready| Session::begin(ready, app)))
    }

    /// A flow made ready for sessions; none when there is no such flow. A pack has few, and a session keeps its own anyway: they stay.
    pub(super) fn ready(&self, id: &str) -> Result<Option<Arc<Ready>>, PackError> {
        if let Some(ready) = self.all_ready().get(id) {
            return Ok(Some(Arc::clone(ready)));
        }
        let Some(flow) = self.flow(id)? else { return Ok(None) };
        // No author's check lets a flow pass that is too large.
        let ready = Ready::new(flow, self.facts()?).map_err(|_| PackError::Damaged { part: "flows" })?;
        let ready = Arc::new(ready);
        self.all_ready().insert(id.to_owned(), Arc::clone(&ready));
        Ok(Some(ready))
    }

    fn all_ready(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Ready>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a diagnosis at the entrance, [`ENTRANCE`]: from what a person wrote, when the search is sure what it is about, or else from the
    /// topics to choose from. None when the pack has no entrance.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn enter(&self, words: &str, app: bool) -> Result<Option<Session>, PackError> {
        let Some(mut session) = self.diagnose(ENTRANCE, app)? else { return Ok(None) };
        let guess = self.guess(words).filter(|guess| guess.confidence >= SURE);
        let service = guess.map(|guess| FactValue::from(guess.service.as_str()));
        if let (Ok(fact), Some(_)) = (SERVICE.parse(), &service) {
            // A service that the entrance doesn't know isn't known.
            _ = session.take(Input::Fact { fact, value: service, by: Source::Probe });
        }
        Ok(Some(session))
    }

    /// Which service the words of a person are about, as far as the search knows. None when it knows nothing.
    pub fn guess(&self, words: &str) -> Option<Guess> {
        // Who can't be searched for is asked.
        let answer = guarded(|| self.index.search(&Query::new(words))).ok()?;
        Some(Guess { service: answer.hits.first()?.service.clone(), confidence: answer.confidence })
    }

    /// The desk's rules, by which incidents are judged.
    ///
    /// # Errors
    /// [`PackError::Damaged`]: no author's check lets rules pass that can't be judged by.
    pub fn rules(&self) -> Result<&Rules, PackError> {
        let damaged = |_| PackError::Damaged { part: "catalog" };
        self.rules.get_or_try_init(|| Rules::new(self.catalog()?).map_err(damaged))
    }

    /// An incident in words, facts included.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn view(&self, incident: &Incident) -> Result<View, PackError> {
        Ok(View::of(incident, &self.rules()?.clone().with_facts(self.facts()?)))
    }

    /// Asks the title of the first article: it must be found.
    pub(super) fn smoke(&self) -> Result<(), InstallError> {
        let fails = |reason: String| InstallError::Smoke(reason);
        let first = self.article_ids().next().ok_or_else(|| fails("it has no articles".to_owned()))?;
        let id: ArticleId = first.parse().map_err(|_| fails(format!("`{first}` is no id")))?;
        let article = self.article(&id)?.ok_or_else(|| fails(format!("the article {id} is missing")))?;
        let answer = guarded(|| self.index.search(&Query::new(&*article.title))).map_err(|error| fails(error.to_string()))?;
        if answer.hits.iter().any(|hit| hit.id == id) { Ok(()) } else { Err(fails(format!("«{}» does not find {id}", article.title))) }
    }
}

/// Runs a search; a panic inside tantivy, as damaged files may cause, becomes an error.
pub(super) fn guarded<T>(ask: impl FnOnce() -> Result<T, SearchError>) -> Result<T, SearchError> {
    catch_unwind(AssertUnwindSafe(ask)).unwrap_or(Err(SearchError::Damaged { part: "postings" }))
}

impl std::fmt::Debug for KnowledgeBase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KnowledgeBase").field("manifest", &self.manifest).finish_non_exhaustive()
    }
}
