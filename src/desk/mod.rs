//! The facade: what an app opens, and what it hands out.

mod guide;
mod incidents;
mod knowledge;
mod unanswered;

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

pub use guide::{Choice, End, Entry, Explanation, Guide, GuideError, Page, Question, Shows, Suspicion, Todo};
pub use incidents::{Filing, FilingError};
pub use knowledge::{KnowledgeBase, Media};
pub use unanswered::Unanswered;

use crate::incident::outbox::Outbox;
use crate::incident::{AppVersion, Device, LogRing};
use crate::kb::pack::{InstallError, Manifest, Pack, PackError, PackStore, PublicKey};
use crate::kb::{Article, ArticleId, MediaId};
use crate::search::{Answer, Query, SearchError, Suggestion};
use crate::{Clock, Entropy, SystemClock, SystemEntropy};

/// An open help desk. It is safe to use from several threads; a pack that is installed meanwhile takes over with the next call.
pub struct HelpDesk {
    current: RwLock<Arc<KnowledgeBase>>,
    origin: RwLock<Origin>,
    embedded: Arc<KnowledgeBase>,
    installed: Option<Installed>,
    unanswered: unanswered::Log,
    /// Where the talk that goes on is written down.
    talk: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    outbox: Option<Outbox>,
    log: LogRing,
    /// The app and the phone.
    host: (Option<AppVersion>, Device),
}

struct Installed {
    store: PackStore,
    trusted: Vec<PublicKey>,
}

/// Which pack is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Origin {
    /// The one inside the library.
    Embedded,
    /// The one that was installed last.
    Current,
    /// The one before it, since the last one can't be used.
    Previous,
}

impl HelpDesk {
    /// Opens a desk on one pack, without a folder to install others in.
    ///
    /// # Errors
    /// [`PackError`] when the pack can't be used.
    pub fn open(pack: Pack) -> Result<Self, PackError> {
        Ok(Self::with(Arc::new(KnowledgeBase::open(pack)?), None))
    }

    /// Opens a desk with a folder for packs: the pack that was installed last, or else the one before it, or else the embedded one.
    /// A revision below the embedded one's isn't used: an update of the app brings a newer pack.
    ///
    /// # Errors
    /// [`InstallError`] when the folder can't be made or the embedded pack can't be used. An installed pack that can't be used
    /// is no error: see [`HelpDesk::origin`].
    pub fn open_in(dir: impl Into<PathBuf>, trusted: Vec<PublicKey>, embedded: Pack) -> Result<Self, InstallError> {
        let store = PackStore::new(dir)?;
        let desk = Self::with(Arc::new(KnowledgeBase::open(embedded)?), Some(Installed { store, trusted }));
        desk.choose(false);
        Ok(desk)
    }

    fn with(embedded: Arc<KnowledgeBase>, installed: Option<Installed>) -> Self {
        Self {
            current: RwLock::new(Arc::clone(&embedded)),
            origin: RwLock::new(Origin::Embedded),
            embedded,
            installed,
            unanswered: unanswered::Log::default(),
            talk: None,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            outbox: None,
            log: LogRing::new(),
            host: (None, Device::default()),
        }
    }

    /// The same desk with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same desk with other random numbers. An outbox that is opened afterwards uses them, too, and the clock.
    #[must_use]
    pub fn with_entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// Keeps the log of unanswered questions in a file, so that it outlives the process.
    ///
    /// # Errors
    /// When the file can't be read or made.
    pub fn with_unanswered_log(mut self, file: impl Into<PathBuf>) -> std::io::Result<Self> {
        self.unanswered = unanswered::Log::open(file.into())?;
        Ok(self)
    }

    /// Writes each talk down in a file as it goes on, so that it outlives the process ([`HelpDesk::unfinished`]).
    #[must_use]
    pub fn with_talk_kept(mut self, file: impl Into<PathBuf>) -> Self {
        self.talk = Some(file.into());
        self
    }

    /// The knowledge base in use.
    pub fn knowledge(&self) -> Arc<KnowledgeBase> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Which pack is in use.
    pub fn origin(&self) -> Origin {
        *self.origin.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn swap(&self, knowledge: Arc<KnowledgeBase>, origin: Origin) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = knowledge;
        *self.origin.write().unwrap_or_else(PoisonError::into_inner) = origin;
    }

    /// Takes the first pack that can be used: current, previous, embedded.
    fn choose(&self, verify: bool) {
        let Some(installed) = &self.installed else { return };
        for (path, origin) in [(installed.store.current(), Origin::Current), (installed.store.previous(), Origin::Previous)] {
            let Ok(pack) = Pack::from_file(&path) else { continue };
            if verify && pack.verify(&installed.trusted).is_err() {
                continue;
            }
            let Ok(knowledge) = KnowledgeBase::open(pack) else { continue };
            if knowledge.manifest().revision >= self.embedded.manifest().revision {
                return self.swap(Arc::new(knowledge), origin);
            }
        }
        self.swap(Arc::clone(&self.embedded), Origin::Embedded);
    }

    /// The knowledge bases that a talk may have been begun with before the one in use: that of the pack before it, and the embedded one.
    fn earlier(&self) -> Vec<Arc<KnowledgeBase>> {
        let previous = self.installed.as_ref().and_then(|installed| {
            let pack = Pack::from_file(&installed.store.previous()).ok()?;
            pack.verify(&installed.trusted).ok()?;
            KnowledgeBase::open(pack).ok().map(Arc::new)
        });
        previous.into_iter().chain([Arc::clone(&self.embedded)]).collect()
    }

    /// Finds articles for a question. What finds nothing is noted, redacted, as a gap in the content.
    ///
    /// # Errors
    /// [`SearchError`] when the pack in use and all that could stand in for it are damaged.
    pub fn search(&self, query: &Query) -> Result<Answer, SearchError> {
        let answer = self.search_while_typed(query)?;
        if answer.hits.is_empty() {
            self.unanswered.note(&query.text, query.context.app.as_ref(), self.clock.now_ms());
        }
        Ok(answer)
    }

    /// Finds articles for what stands in a field that is still being written in: half a word that finds nothing is no gap in the content, and isn't noted.
    ///
    /// # Errors
    /// As [`HelpDesk::search`].
    pub fn search_while_typed(&self, query: &Query) -> Result<Answer, SearchError> {
        self.asked(|knowledge| knowledge.index().search(query))
    }

    /// Completes what is being typed.
    ///
    /// # Errors
    /// As [`HelpDesk::search`].
    pub fn suggest(&self, query: &Query) -> Result<Vec<Suggestion>, SearchError> {
        self.asked(|knowledge| knowledge.index().suggest(query))
    }

    /// Asks the knowledge base in use; if it turns out to be damaged, its stand-in.
    fn asked<T>(&self, ask: impl Fn(&KnowledgeBase) -> Result<T, SearchError>) -> Result<T, SearchError> {
        let answer = knowledge::guarded(|| ask(&self.knowledge()));
        if answer.is_ok() || self.origin() == Origin::Embedded {
            return answer;
        }
        self.choose(true);
        knowledge::guarded(|| ask(&self.knowledge()))
    }

    /// An article, or none with that id.
    ///
    /// # Errors
    /// [`PackError::Damaged`].
    pub fn article(&self, id: &ArticleId) -> Result<Option<Article>, PackError> {
        self.knowledge().article(id)
    }

    /// A picture, or none with that id.
    pub fn media(&self, id: &MediaId) -> Option<Media> {
        self.knowledge().media(id)
    }

    /// Installs a pack: copies it into the folder, verifies hash and signature, opens it, asks it a smoke question, and only
    /// then puts it in place of the current one, which stays as the one to go back to.
    ///
    /// # Errors
    /// [`InstallError`] with the reason; whatever was in use before is untouched and goes on.
    pub fn install_pack(&self, path: impl AsRef<std::path::Path>) -> Result<Manifest, InstallError> {
        self.install_pack_watched(path, &mut |_, _| ControlFlow::Continue(()))
    }

    /// The same, watched: `went` is told how many bytes of how many are copied, and may break it off. Once all are, it isn't asked any more.
    ///
    /// # Errors
    /// As [`HelpDesk::install_pack`]; [`InstallError::Cancelled`].
    pub fn install_pack_watched(
        &self,
        path: impl AsRef<std::path::Path>,
        went: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Manifest, InstallError> {
        let installed = self.installed.as_ref().ok_or(InstallError::NoStore)?;
        let incoming = installed.store.take_in(path.as_ref(), went)?;
        let opened = self.examine(&incoming, &installed.trusted).and_then(|knowledge| {
            installed.store.commit()?;
            Ok(knowledge)
        });
        match opened {
            Ok(knowledge) => {
                let manifest = knowledge.manifest().clone();
                self.swap(Arc::new(knowledge), Origin::Current);
                Ok(manifest)
            }
            Err(error) => {
                installed.store.discard();
                Err(error)
            }
        }
    }

    fn examine(&self, path: &std::path::Path, trusted: &[PublicKey]) -> Result<KnowledgeBase, InstallError> {
        let pack = Pack::from_file(path)?;
        pack.verify(trusted)?;
        let knowledge = KnowledgeBase::open(pack)?;
        let (offered, installed) = (knowledge.manifest().revision, self.knowledge().manifest().revision);
        if offered <= installed {
            return Err(InstallError::NotNewer { offered, installed });
        }
        knowledge.smoke()?;
        Ok(knowledge)
    }

    /// Goes back to the pack that was in use before the last installation; before the first one that was the embedded one.
    ///
    /// # Errors
    /// [`InstallError::NothingBefore`] when none was installed, or the earlier pack can't be used either.
    pub fn roll_back(&self) -> Result<Manifest, InstallError> {
        let installed = self.installed.as_ref().ok_or(InstallError::NoStore)?;
        let previous = installed.store.previous();
        if !previous.exists() {
            installed.store.empty()?;
            self.swap(Arc::clone(&self.embedded), Origin::Embedded);
            return Ok(self.embedded.manifest().clone());
        }
        let pack = Pack::from_file(&previous)?;
        pack.verify(&installed.trusted)?;
        let knowledge = KnowledgeBase::open(pack)?;
        installed.store.roll_back()?;
        let manifest = knowledge.manifest().clone();
        self.swap(Arc::new(knowledge), Origin::Current);
        Ok(manifest)
    }

    /// The questions that found nothing, redacted, with how often each was asked.
    pub fn unanswered(&self) -> Vec<Unanswered> {
        self.unanswered.all()
    }

    /// Forgets the unanswered questions, once they have been delivered.
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn clear_unanswered(&self) -> std::io::Result<()> {
        self.unanswered.clear()
    }
}

impl std::fmt::Debug for HelpDesk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HelpDesk").field("origin", &self.origin()).field("knowledge", &self.knowledge()).finish_non_exhaustive()
    }
}
