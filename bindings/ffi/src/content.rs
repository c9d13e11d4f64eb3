//! What the knowledge base holds, and installing a newer one.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use baquiano::incident::outbox::Balance;
use baquiano::kb::pack::Manifest;
use baquiano::kb::{App, ArticleId, Block, Channel, FactId, FactType, MediaId, Section, SectionKind, Service, ServiceId};
use baquiano::{Media, Origin, Unanswered};

use crate::{Desk, DeskError, guarded};

/// What the desk serves.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Offer {
    /// The name of the desk.
    pub name: String,
    /// The services, in the order of the tiles.
    pub services: Vec<Service>,
    /// The field apps.
    pub apps: Vec<App>,
    /// The ways to reach the desk.
    pub channels: Vec<Channel>,
    /// The flows that guide: those of services have the service's id.
    pub flows: Vec<String>,
}

/// Who reads an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Reader {
    /// A field worker: without what is for the desk alone.
    FieldWorker,
    /// A technician: all of it.
    Technician,
}

/// An article, ready to be shown on this phone.
#[derive(Debug, Clone, uniffi::Record)]
pub struct ArticlePage {
    /// Its id.
    pub id: ArticleId,
    /// What it is about, as a user would say it.
    pub title: String,
    /// Its service.
    pub service: ServiceId,
    /// Its support level.
    pub level: u8,
    /// The opening sentences.
    pub intro: Vec<Block>,
    /// The sections, in order.
    pub sections: Vec<Section>,
    /// What is different on this phone.
    pub notes: Vec<String>,
    /// Articles to read next.
    pub related: Vec<ArticleId>,
    /// When it was last reviewed, `YYYY-MM-DD`.
    pub reviewed: String,
}

/// The pack in use.
#[derive(Debug, Clone, uniffi::Record)]
pub struct PackInfo {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Where it comes from.
    pub origin: Origin,
}

/// How the desk is doing.
#[derive(Debug, Clone, uniffi::Record)]
pub struct Statistics {
    /// The pack in use.
    pub pack: PackInfo,
    /// Where all incidents are that were ever filed; none without an outbox.
    pub balance: Option<Balance>,
    /// Questions that found nothing, redacted.
    pub unanswered: Vec<Unanswered>,
    /// Why the outbox can't be used now, or what was put aside or taken over when it was opened; for the developer.
    pub outbox: Option<String>,
}

/// Long work, as its owner sees it: how far it is, and a way to break it off. One object serves one call.
#[derive(Debug, Default, uniffi::Object)]
pub struct Work {
    done: AtomicU64,
    all: AtomicU64,
    cancelled: AtomicBool,
}

#[uniffi::export]
impl Work {
    /// Work that has not begun.
    #[uniffi::constructor]
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Breaks it off, as soon as that is possible.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// How much of it is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let (done, all) = (self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
        if all == 0 { 0.0 } else { done as f64 / all as f64 }
    }
}

#[uniffi::export]
impl Desk {
    /// What the desk serves.
    pub fn offer(&self) -> Result<Offer, DeskError> {
        guarded(|| {
            let kb = self.desk.knowledge();
            let catalog = kb.catalog()?;
            Ok(Offer {
                name: catalog.name.clone(),
                services: catalog.services.clone(),
                apps: catalog.apps.clone(),
                channels: catalog.channels.clone(),
                flows: kb.flow_ids().map(ToOwned::to_owned).collect(),
            })
        })
    }

    /// An article as this phone's user reads it; none with that id.
    pub fn article(&self, id: ArticleId, reader: Reader) -> Result<Option<ArticlePage>, DeskError> {
        guarded(|| {
            let (vendor, android) = self.phone();
            let page = self.desk.article(&id)?.map(|article| {
                let fits = |variant: &&baquiano::kb::Variant| variant.applies(vendor.as_deref(), android.as_deref());
                let shown = |section: &Section| reader == Reader::Technician || section.kind != SectionKind::Desk;
                ArticlePage {
                    notes: article.variants.iter().filter(fits).map(|variant| variant.text.clone()).collect(),
                    id: article.id,
                    title: article.title,
                    service: article.service,
                    level: article.level,
                    intro: article.body.intro,
                    sections: article.body.sections.into_iter().filter(shown).collect(),
                    related: article.related,
                    reviewed: article.reviewed,
                }
            });
            Ok(page)
        })
    }

    /// A picture; none with that id.
    pub fn media(&self, id: MediaId) -> Result<Option<Media>, DeskError> {
        guarded(|| Ok(self.desk.media(&id)))
    }

    /// The facts that an app can read, with the ids that flows use: what its probe is checked against.
    pub fn probed_facts(&self) -> Result<Vec<FactId>, DeskError> {
        guarded(|| {
            let kb = self.desk.knowledge();
            Ok(kb.facts()?.iter().filter(|fact| fact.probe.is_some()).map(|fact| fact.id.clone()).collect())
        })
    }

    /// The values that a fact takes: `bool`, `int`, `text`, `version`, or the listed ones. Empty when there is no such fact.
    pub fn fact_values(&self, id: FactId) -> Result<Vec<String>, DeskError> {
        guarded(|| {
            let kb = self.desk.knowledge();
            let fact = kb.facts()?.iter().find(|fact| fact.id == id);
            Ok(match fact.map(|fact| &fact.kind) {
                None => Vec::new(),
                Some(FactType::OneOf(values)) => values.clone(),
                Some(kind) => {
                    vec![serde_json::to_value(kind).ok().and_then(|kind| kind.as_str().map(ToOwned::to_owned)).unwrap_or_default()]
                }
            })
        })
    }

    /// Installs a pack from a file, if it is signed by a trusted key, whole, and newer. `work` tells how far it is, and can break it off.
    pub fn install_pack(&self, path: String, work: Option<Arc<Work>>) -> Result<Manifest, DeskError> {
        guarded(|| {
            let mut went = |done, all| {
                let Some(work) = &work else { return ControlFlow::Continue(()) };
                work.done.store(done, Ordering::Relaxed);
                work.all.store(all, Ordering::Relaxed);
                if work.cancelled.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            };
            Ok(self.desk.install_pack_watched(path, &mut went)?)
        })
    }

    /// Goes back to the pack before the one that was installed last.
    pub fn roll_back_pack(&self) -> Result<Manifest, DeskError> {
        guarded(|| Ok(self.desk.roll_back()?))
    }

    /// How the desk is doing.
    pub fn statistics(&self) -> Result<Statistics, DeskError> {
        guarded(|| {
            let outbox = self.desk.outbox();
            Ok(Statistics {
                pack: PackInfo { manifest: self.desk.knowledge().manifest().clone(), origin: self.desk.origin() },
                balance: outbox.map(|outbox| outbox.balance()).transpose()?,
                unanswered: self.desk.unanswered(),
                outbox: outbox.map(|outbox| format!("{:?}", outbox.opened())),
            })
        })
    }

    /// Forgets the unanswered questions, once the desk has them.
    pub fn clear_unanswered(&self) -> Result<(), DeskError> {
        guarded(|| self.desk.clear_unanswered().map_err(|error| DeskError::input("unanswered", error)))
    }
}
