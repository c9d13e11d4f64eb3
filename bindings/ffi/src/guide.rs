//! Guided talks: one call a screen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use baquiano::kb::{FactId, FactValue};
use baquiano::{Explanation, Guide, Page};

use crate::incidents::{FilingResult, Told};
use crate::{Desk, DeskError, guarded};

/// A talk with one person, from their words to the end. Each call takes what happened and gives the next page.
#[derive(Debug, uniffi::Object)]
pub struct Talk {
    guide: Mutex<Guide>,
    desk: Arc<Desk>,
}

impl Talk {
    fn new(guide: Guide, desk: Arc<Desk>) -> Arc<Self> {
        Arc::new(Self { guide: Mutex::new(guide), desk })
    }

    fn lock(&self) -> MutexGuard<'_, Guide> {
        self.guide.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, step: impl FnOnce(&mut Guide) -> Result<(), baquiano::GuideError>) -> Result<Page, DeskError> {
        guarded(|| {
            let mut guide = self.lock();
            step(&mut guide)?;
            Ok(guide.page())
        })
    }
}

#[uniffi::export]
impl Desk {
    /// Begins a talk: in a flow, or else by what the person wrote. The app reads facts before a person is asked.
    pub fn guide(self: Arc<Self>, flow: Option<String>, words: Option<String>) -> Result<Arc<Talk>, DeskError> {
        guarded(|| Ok(Talk::new(self.desk.guide(flow.as_deref(), words.as_deref(), true)?, Arc::clone(&self))))
    }

    /// Begins a talk in which everything is asked: for a chat.
    pub fn guide_by_chat(self: Arc<Self>, flow: Option<String>, words: Option<String>) -> Result<Arc<Talk>, DeskError> {
        guarded(|| Ok(Talk::new(self.desk.guide(flow.as_deref(), words.as_deref(), false)?, Arc::clone(&self))))
    }

    /// Goes on with a talk that was written down ([`Talk::saved`]).
    pub fn resume(self: Arc<Self>, saved: String) -> Result<Arc<Talk>, DeskError> {
        guarded(|| Ok(Talk::new(self.desk.resume_guide(&saved)?, Arc::clone(&self))))
    }

    /// The talk that was begun and not ended, also when the process died in it.
    pub fn unfinished(self: Arc<Self>) -> Result<Option<Arc<Talk>>, DeskError> {
        guarded(|| Ok(self.desk.unfinished()?.map(|guide| Talk::new(guide, Arc::clone(&self)))))
    }

    /// Forgets the talk that was begun and not ended.
    pub fn forget_talk(&self) {
        self.desk.forget_talk();
    }
}

#[uniffi::export]
impl Talk {
    /// What the screen shows now.
    pub fn page(&self) -> Result<Page, DeskError> {
        self.step(|_| Ok(()))
    }

    /// Takes what the app read of the facts that the page names. What isn't in it, or has no value, can't be read.
    pub fn read(&self, readings: HashMap<FactId, Option<FactValue>>) -> Result<Page, DeskError> {
        self.step(|guide| {
            let before = guide.misread().len();
            guide.read(readings.into_iter().collect())?;
            guide.misread()[before..].iter().for_each(|misread| self.desk.desk.log(misread));
            Ok(())
        })
    }

    /// Takes an answer; none: the person doesn't know.
    pub fn answer(&self, fact: FactId, value: Option<FactValue>) -> Result<Page, DeskError> {
        self.step(|guide| guide.answer(fact, value))
    }

    /// A remedy was done; `effect` answers the question that stands with it, if there is one.
    pub fn did(&self, remedy: String, effect: Option<FactValue>) -> Result<Page, DeskError> {
        self.step(|guide| guide.did(&remedy, effect))
    }

    /// Whether readings show that what is to be done now was done. When the person comes back from the phone's settings, an app reads what the remedy proves and
    /// goes on by itself.
    pub fn is_proven(&self, readings: HashMap<FactId, Option<FactValue>>) -> Result<bool, DeskError> {
        guarded(|| Ok(self.lock().is_proven(&readings.into_iter().collect())))
    }

    /// A remedy can't be done, or the person won't.
    pub fn skip(&self, remedy: String) -> Result<Page, DeskError> {
        self.step(|guide| guide.skip(&remedy))
    }

    /// A step back; none when there is none, and the page stays.
    pub fn back(&self) -> Result<Option<Page>, DeskError> {
        guarded(|| {
            let mut guide = self.lock();
            Ok(guide.back()?.then(|| guide.page()))
        })
    }

    /// The person stops.
    pub fn stop(&self) -> Result<Page, DeskError> {
        self.step(Guide::stop)
    }

    /// What is known, what is ruled out, and why this page comes now.
    pub fn explain(&self) -> Result<Explanation, DeskError> {
        guarded(|| Ok(self.lock().explain()))
    }

    /// The talk as text, to go on with later ([`Desk::resume`]). A desk with a folder keeps the last one by itself ([`Desk::unfinished`]).
    pub fn saved(&self) -> Result<String, DeskError> {
        guarded(|| Ok(self.lock().saved()))
    }

    /// Files what it found out. `declared` are the facts about a person that the person agreed to send.
    pub fn file(&self, told: Told, declared: Vec<FactId>) -> Result<FilingResult, DeskError> {
        guarded(|| Ok(self.desk.desk.file_talk(&self.lock(), &declared, told.completing()?)?.into()))
    }
}
