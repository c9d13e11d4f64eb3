//! Filing through the desk: it lends the search to classify words, the rules of the pack in use, the app's log, clock and random numbers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use super::{HelpDesk, KnowledgeBase};
use crate::incident::outbox::{FileError, Filed, Outbox, OutboxError, Policy};
use crate::incident::{AppVersion, Classification, Crash, Device, Draft, Due, Incident, Origin, Rules};
use crate::kb::pack::PackError;

/// The service of what an app files by itself.
const CRASH_SERVICE: &str = "cierre-inesperado";

/// What became of a draft.
#[derive(Debug, Clone)]
pub struct Filing {
    /// Where it is.
    pub filed: Filed,
    /// How urgent it is, who takes it, and why.
    pub classification: Classification,
    /// Until when the desk promises what.
    pub due: Option<Due>,
    /// What the user is told, in Spanish: that it is registered, and when to expect an answer.
    pub promise: String,
}

/// Why a draft could not be filed. What was drafted is handed back.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FilingError {
    /// The desk has no outbox.
    #[error("this desk has no outbox: open one with `HelpDesk::with_outbox`")]
    NoOutbox(Box<Draft>),
    /// Neither the pack in use nor the embedded one can be read.
    #[error("{source}")]
    Pack {
        /// What was drafted.
        draft: Box<Draft>,
        /// Why.
        source: PackError,
    },
    /// The outbox can't take it.
    #[error(transparent)]
    NotFiled(#[from] FileError),
}

impl HelpDesk {
    /// Says once which app and which phone this is; incidents take it from here, where a draft doesn't say otherwise.
    #[must_use]
    pub fn with_host(mut self, app: impl Into<Option<AppVersion>>, device: Device) -> Self {
        self.host = (app.into(), device);
        self
    }

    /// Opens an outbox in a folder, with the desk's clock and random numbers.
    ///
    /// # Errors
    /// As [`Outbox::open`].
    pub fn with_outbox(mut self, dir: impl Into<PathBuf>, policy: Policy) -> Result<Self, OutboxError> {
        self.outbox = Some(Outbox::open_with(dir, policy, Arc::clone(&self.clock), Arc::clone(&self.entropy))?);
        Ok(self)
    }

    /// The outbox, to deliver from and to look into.
    pub fn outbox(&self) -> Option<&Outbox> {
        self.outbox.as_ref()
    }

    /// Adds a line to the app's log. The last lines go along with an incident, redacted; nothing of them is written before.
    pub fn log(&self, line: &str) {
        self.log.push(self.clock.now_ms(), line);
    }

    /// Makes an incident without filing it: classified by the rules of the pack in use, and by the search where only words say what it is about.
    ///
    /// # Errors
    /// [`FilingError::Pack`].
    pub fn register(&self, mut draft: Draft) -> Result<Incident, FilingError> {
        let current = self.knowledge();
        let rules = match self.rules_of(&current) {
            Ok(rules) => rules,
            Err(source) => return Err(FilingError::Pack { draft: Box::new(draft), source }),
        };
        if let (None, None, Some(words)) = (&draft.service, &draft.guess, &draft.symptom) {
            draft.guess = current.guess(words);
        }
        let (app, device) = &self.host;
        draft.app = draft.app.or_else(|| app.clone());
        draft.device.fill(device);
        let manifest = current.manifest();
        draft.knowledge.get_or_insert_with(|| format!("{} {}", manifest.name, manifest.revision));
        if draft.log.is_empty() {
            draft.log = self.log.lines();
        }
        Ok(draft.register(rules, &*self.clock, &*self.entropy))
    }

    fn rules_of<'k>(&'k self, current: &'k KnowledgeBase) -> Result<&'k Rules, PackError> {
        current.rules().or_else(|_| self.embedded.rules())
    }

    /// Files an incident. When it returns, a power cut loses nothing of it.
    ///
    /// # Errors
    /// [`FilingError`] with what was to be filed.
    pub fn file(&self, draft: Draft) -> Result<Filing, FilingError> {
        match &self.outbox {
            Some(outbox) => self.file_into(outbox, draft),
            None => Err(FilingError::NoOutbox(Box::new(draft))),
        }
    }

    /// Files an incident into an outbox that isn't the desk's own.
    ///
    /// # Errors
    /// As [`HelpDesk::file`].
    pub fn file_into(&self, outbox: &Outbox, draft: Draft) -> Result<Filing, FilingError> {
        let incident = self.register(draft)?;
        let (classification, due) = (incident.classification().clone(), incident.due());
        let filed = outbox.file(incident)?;
        let promise = self.rules_of(&self.knowledge()).map(|rules| rules.promise(due, self.clock.now_ms())).unwrap_or_default();
        Ok(Filing { filed, classification, due, promise })
    }

    /// Files a failure of the app itself, from wherever it is noticed, a handler of crashes included: it never throws into its host, waits for no lock longer
    /// than a fifth of a second, and takes at most some 150 KB. Incidents with the same cause become one with a count.
    ///
    /// None when it could not be filed.
    pub fn file_automatically(&self, kind: &str, message: &str, stack: &str, breadcrumbs: &[String]) -> Option<Filed> {
        let file = || {
            let outbox = self.outbox.as_ref()?;
            let mut draft = Draft::new(Origin::Automatic);
            draft.service = CRASH_SERVICE.parse().ok();
            draft.crash = Some(Crash::told(kind, message, stack, breadcrumbs));
            outbox.file_in_a_crash(self.register(draft).ok()?).ok()
        };
        catch_unwind(AssertUnwindSafe(file)).ok().flatten()
    }
}
