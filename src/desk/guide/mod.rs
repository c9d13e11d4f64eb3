//! A talk with one person, from their words to the end, through as many flows as it takes.
//!
//! A [`Session`] is one run through one flow. A [`Guide`] strings them together as an app, a chat or a console does: it goes on in the flow that a fault
//! leads to, goes back over that border, asks what the desk still wants to know, and says at any time what a screen shows ([`Page`]). Like a session it is
//! written down after each step and goes on after the process died.

mod page;
mod saved;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

pub use page::{Choice, End, Entry, Explanation, Page, Question, Shows, Suspicion, Todo};

use super::{Filing, FilingError, HelpDesk, KnowledgeBase};
use crate::diagnose::{Conclusion, DiagnoseError, Input, Session, Source, Step};
use crate::incident::{Device, Diagnosis, Draft, Origin, Redaction};
use crate::kb::pack::PackError;
use crate::kb::{Condition, ENTRANCE, Fact, FactId, FactType, FactValue, Outcome, Premise, derive};

/// Why a talk can't begin or go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GuideError {
    /// The pack can't be read.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// What was said doesn't fit; the talk stays as it was.
    #[error(transparent)]
    Refused(#[from] DiagnoseError),
    /// There is no such flow.
    #[error("there is no flow `{0}` in the knowledge base: use one of `KnowledgeBase::flow_ids`")]
    NoFlow(String),
    /// Neither the pack in use nor the one before it has the flows that the talk was begun with.
    #[error("the talk was begun with content that is gone: {0}; begin a new one")]
    Outdated(String),
    /// There is nothing to file yet.
    #[error("the talk isn't over: file when its page shows the end")]
    NotOver,
    /// It could not be filed.
    #[error(transparent)]
    NotFiled(#[from] FilingError),
}

/// A talk. It keeps the knowledge base that it was begun with, whatever is installed meanwhile.
#[derive(Debug)]
pub struct Guide {
    kb: Arc<KnowledgeBase>,
    session: Session,
    /// The sessions that led here.
    before: Vec<Session>,
    /// Whether an app reads facts; in a chat everything is asked.
    app: bool,
    /// What the person wrote, redacted.
    words: Option<String>,
    /// Whether the person has had enough of what the desk still asks.
    enough: bool,
    /// What the app read that doesn't tell of a person.
    read: BTreeMap<FactId, Option<FactValue>>,
    /// Readings that no fact takes.
    misread: Vec<String>,
    /// Where it is written down after each step.
    kept: Option<PathBuf>,
}

impl HelpDesk {
    /// Begins a talk: in a flow, or else by what the person wrote. With `app`, facts are read before they are asked.
    ///
    /// # Errors
    /// [`GuideError`].
    pub fn guide(&self, flow: Option<&str>, words: Option<&str>, app: bool) -> Result<Guide, GuideError> {
        let kb = self.knowledge();
        let session = match flow {
            Some(flow) => kb.diagnose(flow, app)?,
            None => kb.enter(words.unwrap_or_default(), app)?,
        };
        let session = session.ok_or_else(|| GuideError::NoFlow(flow.unwrap_or(ENTRANCE).to_owned()))?;
        // What is kept of a person is redacted before it is kept, here as in incidents.
        let words = words.filter(|words| !words.trim().is_empty()).map(|words| Redaction::default().text(words));
        let kept = self.talk.clone();
        let mut guide =
            Guide { kb, session, before: Vec::new(), app, words, enough: false, read: BTreeMap::new(), misread: Vec::new(), kept };
        guide.follow()?;
        Ok(guide)
    }

    /// The talk that was begun and not ended, also when the process died in it. It is there until it ends, is filed, or is forgotten.
    ///
    /// # Errors
    /// [`GuideError`] when what was written can't be gone on with; [`HelpDesk::forget_talk`] clears it away.
    pub fn unfinished(&self) -> Result<Option<Guide>, GuideError> {
        let saved = self.talk.as_ref().and_then(|file| fs::read_to_string(file).ok()).filter(|saved| !saved.is_empty());
        saved.map(|saved| self.resume_guide(&saved)).transpose()
    }

    /// Forgets the talk that was begun and not ended.
    pub fn forget_talk(&self) {
        self.talk.as_ref().map(fs::remove_file);
    }

    /// Files what a talk found out; `complete` adds to the draft what the talk can't know: who tells of it, where, what is attached.
    ///
    /// # Errors
    /// [`GuideError::NotOver`], [`GuideError::NotFiled`]; then the talk is kept.
    pub fn file_talk(&self, guide: &Guide, declared: &[FactId], complete: impl FnOnce(&mut Draft)) -> Result<Filing, GuideError> {
        let mut draft = guide.draft(declared)?;
        complete(&mut draft);
        let filing = self.file(draft)?;
        self.forget_talk();
        Ok(filing)
    }

    /// Goes on with a talk that was written down ([`Guide::saved`]), with the content that it was begun with: that of the pack in use, of the one before it,
    /// or of the embedded one.
    ///
    /// # Errors
    /// [`GuideError::Outdated`] when that content is gone.
    pub fn resume_guide(&self, saved: &str) -> Result<Guide, GuideError> {
        self.resumed(saved).map(|mut guide| {
            guide.kept.clone_from(&self.talk);
            guide
        })
    }

    fn resumed(&self, saved: &str) -> Result<Guide, GuideError> {
        let mut why = match Guide::resume(self.knowledge(), saved) {
            Err(GuideError::Refused(DiagnoseError::OtherFlow { log, .. })) => log,
            Err(GuideError::NoFlow(flow)) => flow,
            other => return other,
        };
        for kb in self.earlier() {
            match Guide::resume(kb, saved) {
                Err(GuideError::Refused(error)) => why = error.to_string(),
                Err(GuideError::NoFlow(_)) => {}
                other => return other,
            }
        }
        Err(GuideError::Outdated(why))
    }
}

impl Guide {
    /// What a screen shows now.
    pub fn page(&self) -> Page {
        let shows = match self.session.next() {
            Step::Probe(facts) => Shows::Read { facts: self.with_premises(facts) },
            Step::Ask(ask) => Shows::Ask { question: self.question(&ask.fact, false) },
            Step::Do(todo) => Shows::Do { todo: self.todo(todo) },
            Step::Concluded(end) => match self.wanted(&end) {
                Some(fact) => Shows::Ask { question: self.question(fact, true) },
                None => Shows::Concluded { end: self.end(end) },
            },
            // Only content that leads in a circle, which no author's check lets pass, leaves one standing.
            Step::Go(_) => Shows::Concluded { end: self.lost() },
        };
        Page { flow: self.session.flow().flow.clone(), title: self.session.flow().title.clone(), shows }
    }

    /// Takes what the app read. What isn't in it can't be read; what no fact takes counts as that, too ([`Guide::misread`]).
    ///
    /// # Errors
    /// [`GuideError`].
    pub fn read(&mut self, readings: BTreeMap<FactId, Option<FactValue>>) -> Result<(), GuideError> {
        let Step::Probe(wanted) = self.session.next() else { return Ok(()) };
        // What can't be read may still follow from what can.
        let mut given = readings.clone();
        given.retain(|_, value| value.is_some());
        derive(self.kb.facts()?, &mut given);
        for fact in wanted {
            let value = given.get(&fact).cloned().flatten();
            let input = |value| Input::Fact { fact: fact.clone(), value, by: Source::Probe };
            match self.session.take(input(value)) {
                Err(error @ DiagnoseError::WrongValue { .. }) => {
                    self.misread.push(error.to_string());
                    self.session.take(input(None))?;
                }
                other => other?,
            }
        }
        let personal = |fact: &FactId| self.fact(fact).is_none_or(|fact| fact.personal);
        let kept: Vec<_> = readings.into_iter().filter(|(fact, _)| !personal(fact)).collect();
        self.read.extend(kept);
        self.follow()
    }

    /// Takes an answer; none: the person doesn't know. What is written freely is redacted.
    ///
    /// # Errors
    /// [`GuideError::Refused`].
    pub fn answer(&mut self, fact: FactId, value: Option<FactValue>) -> Result<(), GuideError> {
        let is_prose = self.fact(&fact).is_some_and(|fact| fact.kind == FactType::Text);
        let value = value.map(|value| match value {
            FactValue::Text(text) if is_prose => FactValue::Text(Redaction::default().text(&text)),
            other => other,
        });
        self.session.take(Input::Fact { fact, value, by: Source::Person })?;
        self.follow()
    }

    /// A remedy was done. `effect` is what the person says of [`Todo::effect`].
    ///
    /// # Errors
    /// [`GuideError::Refused`].
    pub fn did(&mut self, remedy: &str, effect: Option<FactValue>) -> Result<(), GuideError> {
        let asked = match self.session.upcoming() {
            Step::Do(todo) if todo.remedy == remedy => todo.asks.clone(),
            _ => None,
        };
        self.session.take(Input::Did(remedy.to_owned()))?;
        if let (Some(fact), Some(value)) = (asked, effect) {
            self.session.take(Input::Fact { fact, value: Some(value), by: Source::Person })?;
        }
        self.follow()
    }

    /// Whether readings show that what is to be done now was done: all that it proves is so. When the person comes back from the phone's settings, an app
    /// reads [`Todo::proves`] and goes on by itself.
    pub fn is_proven(&self, readings: &BTreeMap<FactId, Option<FactValue>>) -> bool {
        let Step::Do(todo) = self.session.upcoming() else { return false };
        let Some(remedy) = self.session.flow().remedy(&todo.remedy) else { return false };
        let holds = |(fact, condition): (&FactId, &Condition)| {
            readings.get(fact).and_then(Option::as_ref).is_some_and(|value| condition.holds(value))
        };
        !remedy.proves.is_empty() && remedy.proves.iter().all(holds)
    }

    /// A remedy can't be done, or the person won't.
    ///
    /// # Errors
    /// [`GuideError::Refused`].
    pub fn skip(&mut self, remedy: &str) -> Result<(), GuideError> {
        self.session.take(Input::Skipped(remedy.to_owned()))?;
        self.follow()
    }

    /// The person stops. A case that the desk takes anyway stays one.
    ///
    /// # Errors
    /// [`GuideError::Refused`].
    pub fn stop(&mut self) -> Result<(), GuideError> {
        match self.session.upcoming() {
            Step::Concluded(end) if self.wanted(end).is_some() => self.enough = true,
            Step::Concluded(_) => {}
            _ => self.session.take(Input::Stop)?,
        }
        self.keep();
        Ok(())
    }

    /// A step back, if need be into the flow that led here; where words led here, to the topics. False when there is none.
    ///
    /// # Errors
    /// [`GuideError::Pack`].
    pub fn back(&mut self) -> Result<bool, GuideError> {
        let went = self.step_back()?;
        self.keep();
        Ok(went)
    }

    fn step_back(&mut self) -> Result<bool, GuideError> {
        if std::mem::take(&mut self.enough) {
            return Ok(true);
        }
        while !self.session.back() {
            if let Some(before) = self.before.pop() {
                self.session = before;
                continue;
            }
            let led = self.session.flow().flow == ENTRANCE && !self.session.inputs().is_empty();
            let Some(entrance) = led.then(|| self.kb.enter("", self.app)).transpose()?.flatten() else { return Ok(false) };
            self.session = entrance;
            return Ok(true);
        }
        Ok(true)
    }

    /// Readings that no fact takes, in words, for the app's log: a probe to be mended.
    pub fn misread(&self) -> &[String] {
        &self.misread
    }

    /// What it found out, as a draft of an incident. Facts that tell of a person are left out, but those that were declared.
    ///
    /// # Errors
    /// [`GuideError::NotOver`].
    pub fn draft(&self, declared: &[FactId]) -> Result<Draft, GuideError> {
        let Step::Concluded(end) = self.session.upcoming() else { return Err(GuideError::NotOver) };
        let mut draft = Draft::new(if self.app { Origin::GuidedSession } else { Origin::Technician });
        draft.service = Some(self.session.flow().service.clone());
        draft.symptom = self.words.clone();
        draft.diagnosis = Some(Diagnosis::of(&self.session, end, declared));
        draft.articles.extend(end.article.clone());
        draft.device = Device::of_facts(&self.read);
        Ok(draft)
    }

    /// The session in the flow that it is in now.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The session alone, to be led by a program.
    pub fn into_session(self) -> Session {
        self.session
    }

    /// What the person wrote, redacted.
    pub fn words(&self) -> Option<&str> {
        self.words.as_deref()
    }

    /// Goes on into the flow that the cause leads to.
    fn follow(&mut self) -> Result<(), GuideError> {
        while let Step::Go(go) = self.session.upcoming() {
            let from = || self.session.flow().flow.clone();
            let ready = self.kb.ready(&go.flow)?.ok_or_else(|| DiagnoseError::NoSuchFlow { from: from(), to: go.flow.clone() })?;
            let next = self.session.go_on_in(ready)?;
            self.before.push(std::mem::replace(&mut self.session, next));
        }
        self.keep();
        Ok(())
    }

    /// Writes it down, as far as it goes: a full disk must not stop the talk.
    fn keep(&self) {
        let Some(file) = &self.kept else { return };
        // What the desk takes is kept until it is filed.
        let over = matches!(self.session.upcoming(), Step::Concluded(end) if end.outcome != Outcome::Escalated);
        if over {
            _ = fs::remove_file(file);
            return;
        }
        let beside = file.with_extension("new");
        if fs::write(&beside, self.saved()).is_ok() {
            _ = fs::rename(beside, file);
        }
    }

    /// What the desk still wants to know of a case that it takes.
    fn wanted<'e>(&self, end: &'e Conclusion) -> Option<&'e FactId> {
        end.missing.first().filter(|_| end.outcome == Outcome::Escalated && !self.enough)
    }

    /// Facts with all that they follow from, as far as it can be read.
    fn with_premises(&self, mut facts: Vec<FactId>) -> Vec<FactId> {
        let mut at = 0;
        while let Some(fact) = facts.get(at).and_then(|id| self.session.fact(id)) {
            let known = |id: &&FactId| self.session.fact(id).is_some_and(|fact| fact.probe.is_some()) && !facts.contains(id);
            let more: Vec<FactId> = fact.from.iter().flat_map(Premise::facts).filter(known).cloned().collect();
            facts.extend(more);
            at += 1;
        }
        facts
    }

    fn fact(&self, id: &FactId) -> Option<&Fact> {
        self.session.fact(id)
    }
}
