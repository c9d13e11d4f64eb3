//! A session: a log of inputs, and what follows from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::kb::{
    ArticleId, Condition, Escalation, Fact, FactId, FactType, FactValue, Fault, FaultId, Flow, MAX_OF_EACH, MediaId, Outcome, Remedy,
    Variant,
};

use super::DiagnoseError;
use super::belief::{Evidence, FactModel, Model, Seen};
use super::plan::{self, CERTAIN, Choice, NAMED, Open, likeliest, likely};

/// The version of the log.
const LOG_VERSION: u32 = 1;
/// Most inputs of a session. Chosen: enough for the largest flow that may be, with every fact told, every remedy done, and some facts read again
/// after each.
const MAX_INPUTS: usize = 8 * MAX_OF_EACH;
/// From this probability on a case goes on in the flow of its fault. Chosen: to begin in the wrong flow costs less than a case at the desk of which
/// nothing is known.
const LEADS: f32 = 0.25;
/// A fault less likely than this is out of the question.
const OUT: f32 = 0.005;
/// What is left of a fault's probability when its cause was seen to be mended and the complaint stayed.
const MENDED: f32 = 0.02;

/// Who said it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
pub enum Source {
    /// The app read it.
    #[default]
    Probe,
    /// A person said it.
    Person,
}

impl Source {
    fn is_probe(&self) -> bool {
        *self == Self::Probe
    }
}

/// What happened, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// A fact became known; without a value: it can't be read, or the person doesn't know.
    Fact {
        /// Which.
        fact: FactId,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<FactValue>,
        /// Who said it; the log leaves out that it was read.
        #[serde(default, skip_serializing_if = "Source::is_probe")]
        by: Source,
    },
    /// A remedy was done.
    Did(String),
    /// A remedy can't be done, or the person won't.
    Skipped(String),
    /// The person stopped.
    Stop,
}

/// What is known of a fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its value; none: unknown, which is never the same as false.
    pub value: Option<FactValue>,
    /// Who said it.
    pub by: Source,
    /// What a person said otherwise than the app read.
    pub contradicted: Option<FactValue>,
}

/// Why a step comes now.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Why {
    /// The likeliest fault, with its probability.
    pub suspected: Option<(FaultId, f32)>,
    /// The known facts that speak for it.
    pub because: Vec<FactId>,
    /// The faults that are out of the question by now.
    pub ruled_out: Vec<FaultId>,
}

/// A question to a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// The fact.
    pub fact: FactId,
    /// Why it is asked.
    pub why: Why,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Do {
    /// The remedy.
    pub remedy: String,
    /// What to do, in the words for this phone.
    pub text: String,
    /// The screen that the app opens for it.
    pub action: Option<String>,
    /// The picture.
    pub picture: Option<MediaId>,
    /// What is asked in the same breath: whether the complaint is gone, where nothing of that can be read.
    pub asks: Option<FactId>,
    /// Why it is done.
    pub why: Why,
}

/// The end.
#[derive(Debug, Clone, PartialEq)]
pub struct Conclusion {
    /// How it ended.
    pub outcome: Outcome,
    /// The cause; none when it isn't known.
    pub fault: Option<FaultId>,
    /// The article about the cause.
    pub article: Option<ArticleId>,
    /// Who takes it, when the desk does.
    pub escalation: Option<Escalation>,
    /// What the person is told.
    pub say: Option<String>,
    /// What the desk wants to know of every case, can be asked, and isn't known. What a person answers is taken like any other fact.
    pub missing: Vec<FactId>,
    /// How it was found.
    pub why: Why,
}

/// The way on into another flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Go {
    /// The flow: [`Session::go_on`] begins it with what is known.
    pub flow: String,
    /// The fault of this flow that leads there.
    pub fault: FaultId,
    /// Why.
    pub why: Why,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// The app is to read these facts, and say of each what it read or that it can't.
    Probe(Vec<FactId>),
    /// A person is to be asked.
    Ask(Ask),
    /// A person is to do something.
    Do(Do),
    /// The case goes on in another flow.
    Go(Go),
    /// It's over.
    Concluded(Conclusion),
}

/// A session as it is written down.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Log {
    v: u32,
    flow: String,
    version: String,
    app: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    through: Vec<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    carried: usize,
    inputs: Vec<Input>,
}

impl Log {
    /// The flow that it is of.
    pub(crate) fn flow(&self) -> &str {
        &self.flow
    }
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A flow made ready for sessions: what follows from it and the facts alone, worked out once for all of them.
#[derive(Debug)]
pub(crate) struct Ready {
    flow: Flow,
    version: String,
    facts: Arc<[Fact]>,
    /// The places of the facts, in the order of their ids.
    by_id: Box<[usize]>,
    pub(super) model: Model,
}

impl Ready {
    /// # Errors
    /// [`DiagnoseError::TooLarge`].
    pub(crate) fn new(flow: Flow, facts: &Arc<[Fact]>) -> Result<Self, DiagnoseError> {
        if flow.is_too_large() {
            return Err(DiagnoseError::TooLarge { flow: flow.flow, most: MAX_OF_EACH });
        }
        let mut by_id: Box<[usize]> = (0..facts.len()).collect();
        by_id.sort_by(|a, b| facts[*a].id.cmp(&facts[*b].id));
        Ok(Self { version: flow.version(), model: Model::new(&flow, facts), flow, facts: Arc::clone(facts), by_id })
    }

    fn fact(&self, id: &FactId) -> Option<&Fact> {
        let after = self.by_id.partition_point(|at| self.facts[*at].id <= *id);
        let fact = &self.facts[*self.by_id.get(after.checked_sub(1)?)?];
        (fact.id == *id).then_some(fact)
    }
}

/// A session with its flow.
#[derive(Debug)]
pub struct Session {
    ready: Arc<Ready>,
    /// Whether an app reads facts; in a chat everything is asked.
    app: bool,
    /// The flows that it went through before.
    through: Vec<String>,
    /// How many of the inputs were told there.
    carried: usize,
    inputs: Vec<Input>,
    /// What comes next, once somebody asked; forgotten when the inputs change.
    next: OnceLock<Step>,
}

/// What follows from the inputs.
#[derive(Debug, Default)]
struct State {
    known: BTreeMap<FactId, Known>,
    /// What a person said of a thing that a remedy was to change: it speaks for what the cause was, and may be asked again.
    stale: BTreeSet<FactId>,
    /// Of each remedy, whether it was done or can't be.
    tried: Vec<bool>,
    /// What is left of each fault's probability after the remedies that did not help.
    left: Vec<f32>,
    /// The remedy whose effect isn't known yet, and the fault that it was to mend.
    pending: Option<(usize, Option<usize>)>,
    /// The fault that the last remedy was to mend.
    cured: Option<usize>,
    stopped: bool,
}

impl State {
    /// What a fact is known to be by now.
    fn value(&self, fact: &FactId) -> Option<&FactValue> {
        self.known.get(fact).filter(|_| !self.stale.contains(fact))?.value.as_ref()
    }

    /// Whether a fact is known to fulfil a condition.
    fn holds(&self, (fact, condition): (&FactId, &Condition)) -> bool {
        self.value(fact).is_some_and(|value| condition.holds(value))
    }
}

impl Session {
    /// Begins a session. With `app`, facts are read before they are asked.
    ///
    /// # Errors
    /// [`DiagnoseError::TooLarge`].
    pub fn start(flow: Flow, facts: &Arc<[Fact]>, app: bool) -> Result<Self, DiagnoseError> {
        Ok(Self::begin(Arc::new(Ready::new(flow, facts)?), app))
    }

    /// Begins a session in a flow that was made ready.
    pub(crate) fn begin(ready: Arc<Ready>, app: bool) -> Self {
        Self { ready, app, through: Vec::new(), carried: 0, inputs: Vec::new(), next: OnceLock::new() }
    }

    /// Goes on with a session that was written down.
    ///
    /// # Errors
    /// [`DiagnoseError`] when the log can't be read or is of another flow or version, or an input doesn't fit.
    pub fn resume(flow: Flow, facts: &Arc<[Fact]>, log: &str) -> Result<Self, DiagnoseError> {
        let log: Log = serde_json::from_str(log).map_err(|error| DiagnoseError::Log(error.to_string()))?;
        Self::go_on_with(Arc::new(Ready::new(flow, facts)?), log)
    }

    /// Goes on with what was written down, in its flow that was made ready.
    ///
    /// # Errors
    /// As [`Session::resume`].
    pub(crate) fn go_on_with(ready: Arc<Ready>, log: Log) -> Result<Self, DiagnoseError> {
        if log.v != LOG_VERSION {
            return Err(DiagnoseError::Log(format!("it has version {}, and {LOG_VERSION} is known", log.v)));
        }
        let (flow, version) = (&ready.flow.flow, &ready.version);
        if (&log.flow, &log.version) != (flow, version) {
            return Err(DiagnoseError::OtherFlow { log: format!("{} {}", log.flow, log.version), flow: format!("{flow} {version}") });
        }
        let mut session = Self::begin(ready, log.app);
        for input in log.inputs {
            session.take(input)?;
        }
        session.through = log.through;
        session.carried = log.carried.min(session.inputs.len());
        Ok(session)
    }

    /// The flow that a log is of; none when it can't be read.
    pub fn flow_of(log: &str) -> Option<String> {
        serde_json::from_str(log).ok().map(|log: Log| log.flow)
    }

    /// Begins another flow with what is known here, as far as that flow looks at it.
    ///
    /// # Errors
    /// [`DiagnoseError::TooLarge`]; [`DiagnoseError::Circle`] for a flow that it came through.
    pub fn go_on(&self, flow: Flow) -> Result<Self, DiagnoseError> {
        self.go_on_in(Arc::new(Ready::new(flow, &self.ready.facts)?))
    }

    /// The same in a flow that was made ready.
    ///
    /// # Errors
    /// [`DiagnoseError::Circle`].
    pub(crate) fn go_on_in(&self, ready: Arc<Ready>) -> Result<Self, DiagnoseError> {
        let (from, to) = (&self.ready.flow.flow, &ready.flow.flow);
        if self.through.iter().chain([from]).any(|own| own == to) {
            return Err(DiagnoseError::Circle { from: from.clone(), to: to.clone() });
        }
        let mut next = Self::begin(ready, self.app);
        for (fact, known) in self.known().into_iter().filter(|(fact, _)| next.ready.model.place(fact).is_some()) {
            let Known { value, by, contradicted } = known;
            let said = contradicted.map(|value| (Some(value), Source::Person));
            // What the app couldn't read it may read there; what the person doesn't know isn't asked again.
            let inputs = said.into_iter().chain([(value, by)]).filter(|(value, by)| value.is_some() || *by == Source::Person);
            next.inputs.extend(inputs.map(|(value, by)| Input::Fact { fact: fact.clone(), value, by }));
        }
        next.through = self.through.iter().chain([&self.ready.flow.flow]).cloned().collect();
        next.carried = next.inputs.len();
        Ok(next)
    }

    /// The flows that it went through before.
    pub fn through(&self) -> &[String] {
        &self.through
    }

    /// The session as JSON, to go on with later.
    pub fn log(&self) -> String {
        serde_json::to_string(&self.written()).unwrap_or_default()
    }

    /// The session as it is written down.
    pub(crate) fn written(&self) -> Log {
        Log {
            v: LOG_VERSION,
            flow: self.ready.flow.flow.clone(),
            version: self.ready.version.clone(),
            app: self.app,
            through: self.through.clone(),
            carried: self.carried,
            inputs: self.inputs.clone(),
        }
    }

    /// The flow.
    pub fn flow(&self) -> &Flow {
        &self.ready.flow
    }

    /// What was put in, in order.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// A fact's definition.
    pub fn fact(&self, id: &FactId) -> Option<&Fact> {
        self.ready.fact(id)
    }

    /// The definitions of all facts.
    #[cfg(feature = "author")]
    pub(super) fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.ready.by_id.iter().map(|at| &self.ready.facts[*at])
    }

    /// Takes an input.
    ///
    /// # Errors
    /// [`DiagnoseError`] when it doesn't fit; the session stays as it was.
    pub fn take(&mut self, input: Input) -> Result<(), DiagnoseError> {
        if self.inputs.len() >= MAX_INPUTS {
            return Err(DiagnoseError::TooLong(MAX_INPUTS));
        }
        if self.inputs.last() == Some(&Input::Stop) {
            return Err(DiagnoseError::Ended);
        }
        match &input {
            Input::Fact { fact, value, .. } => self.check_fact(fact, value.as_ref())?,
            Input::Did(remedy) | Input::Skipped(remedy) if self.ready.flow.remedy(remedy).is_none() => {
                return Err(DiagnoseError::UnknownRemedy { flow: self.ready.flow.flow.clone(), remedy: remedy.clone() });
            }
            _ => {}
        }
        self.inputs.push(input);
        self.next.take();
        Ok(())
    }

    fn check_fact(&self, fact: &FactId, value: Option<&FactValue>) -> Result<(), DiagnoseError> {
        let known = self.ready.fact(fact).filter(|_| self.ready.model.place(fact).is_some());
        let Some(known) = known else {
            return Err(DiagnoseError::UnknownFact { flow: self.ready.flow.flow.clone(), fact: fact.clone() });
        };
        let expected = match (&known.kind, value) {
            (_, None) | (FactType::Bool, Some(FactValue::Bool(_))) | (FactType::Int, Some(FactValue::Int(_))) => return Ok(()),
            (FactType::Text | FactType::Version, Some(FactValue::Text(_) | FactValue::Int(_))) => return Ok(()),
            (FactType::OneOf(values), Some(FactValue::Text(value))) if values.contains(value) => return Ok(()),
            (FactType::OneOf(values), _) => format!("give one of {}", values.join(", ")),
            (FactType::Bool, _) => "give true or false".to_owned(),
            (FactType::Int, _) => "give a whole number".to_owned(),
            (FactType::Text | FactType::Version, _) => "give a text".to_owned(),
        };
        let value = value.map(|value| serde_json::to_string(value).unwrap_or_default()).unwrap_or_default();
        Err(DiagnoseError::WrongValue { fact: fact.clone(), value, expected })
    }

    /// Takes back the last thing that a person said or did, with what was read after it. False when there is nothing to take back: what was
    /// told in an earlier flow is taken back there.
    pub fn back(&mut self) -> bool {
        let by_person = |input: &Input| !matches!(input, Input::Fact { by: Source::Probe, .. });
        let last = self.inputs[self.carried..].iter().rposition(by_person);
        if let Some(last) = last {
            self.inputs.truncate(self.carried + last);
            self.next.take();
        }
        last.is_some()
    }

    /// What is known now.
    pub fn known(&self) -> BTreeMap<FactId, Known> {
        let State { mut known, stale, .. } = self.replay();
        known.retain(|fact, _| !stale.contains(fact));
        known
    }

    /// What comes next: a function of the flow and the inputs alone.
    pub fn next(&self) -> Step {
        self.upcoming().clone()
    }

    /// What comes next, worked out once until an input changes it: a screen, the file that is kept, and the next answer all ask.
    pub(crate) fn upcoming(&self) -> &Step {
        self.next.get_or_init(|| self.step())
    }

    fn step(&self) -> Step {
        let state = self.replay();
        let evidence = self.evidence(&state);
        let beliefs = self.beliefs(&state, &evidence);
        if state.stopped {
            return self.conclude(Outcome::Abandoned, &state, &beliefs);
        }
        let unread = |slow: bool| -> Vec<FactId> {
            let unread = |fact: &&FactModel| self.app && fact.probed && fact.slow == slow && !state.known.contains_key(&fact.id);
            self.ready.model.facts.iter().filter(unread).map(|fact| fact.id.clone()).collect()
        };
        let (quick, slow) = (unread(false), unread(true));
        if !quick.is_empty() {
            return Step::Probe(quick);
        }
        if self.goal_is_reached(&state) {
            return self.conclude(Outcome::Resolved, &state, &beliefs);
        }
        // Nobody waits for what takes seconds when the cause is all but certain; whether a remedy helped isn't known without it.
        let may_wait = state.pending.is_none() && likely(&beliefs, CERTAIN).is_some();
        if !slow.is_empty() && !may_wait {
            return Step::Probe(slow);
        }
        if state.pending.is_some() && !self.is_settled(&state, &self.ready.flow.goal.fact) {
            return Step::Ask(Ask { fact: self.ready.flow.goal.fact.clone(), why: self.why(&state, &beliefs) });
        }
        let remedies: Vec<Option<f32>> = (0..self.ready.flow.remedies.len()).map(|at| self.cost(at, &evidence, &state)).collect();
        let questions: Vec<usize> = (0..self.ready.model.facts.len()).filter(|at| self.is_open(*at, &state)).collect();
        let mut first = self.ready.flow.first.iter().filter_map(|fact| self.ready.model.place(fact));
        let first = first.find(|at| self.is_open(*at, &state));
        match plan::decide(&self.ready.model, &evidence, &beliefs, &Open { remedies: &remedies, questions: &questions, first }) {
            Choice::Ask(_) if !slow.is_empty() => Step::Probe(slow),
            Choice::Ask(at) => Step::Ask(Ask { fact: self.ready.model.facts[at].id.clone(), why: self.why(&state, &beliefs) }),
            Choice::Do(at) => {
                let remedy = &self.ready.flow.remedies[at];
                Step::Do(Do {
                    remedy: remedy.id.clone(),
                    text: self.words(remedy, &state).to_owned(),
                    action: remedy.action.clone(),
                    picture: remedy.picture.clone(),
                    asks: self.asks(at).cloned(),
                    why: self.why(&state, &beliefs),
                })
            }
            Choice::Desk => self.leads_on(&state, &beliefs).unwrap_or_else(|| self.conclude(Outcome::Escalated, &state, &beliefs)),
        }
    }

    /// The way into another flow, when the cause has one.
    fn leads_on(&self, state: &State, beliefs: &[f32]) -> Option<Step> {
        let fault = &self.ready.flow.faults[likely(beliefs, LEADS)?];
        Some(Step::Go(Go { flow: fault.go.clone()?, fault: fault.id.clone(), why: self.why(state, beliefs) }))
    }

    /// What is asked in the same breath as a remedy: what tells whether it did what it was done for, where the app reads nothing of that.
    fn asks(&self, at: usize) -> Option<&FactId> {
        let read = |fact: &FactId| self.ready.fact(fact).is_some_and(|fact| fact.probe.is_some());
        let goal = (!self.ready.model.is_preparation(at)).then_some(&self.ready.flow.goal.fact);
        let mut told = goal.into_iter().chain(self.ready.flow.remedies[at].proves.keys());
        if self.app && told.clone().any(read) { None } else { told.next() }
    }

    /// Whether a question may still be asked.
    fn is_open(&self, at: usize, state: &State) -> bool {
        let fact = &self.ready.model.facts[at];
        fact.asked && fact.id != self.ready.flow.goal.fact && fact.tells() && !self.is_settled(state, &fact.id)
    }

    /// Whether there is nothing more to learn of a fact: it is known, or whoever could tell was asked.
    fn is_settled(&self, state: &State, fact: &FactId) -> bool {
        let known = self.ready.fact(fact);
        let can_ask = known.is_some_and(|fact| fact.question.is_some());
        let can_read = self.app && known.is_some_and(|fact| fact.probe.is_some());
        let told = |known: &Known| known.value.is_some() || known.by == Source::Person || !can_ask;
        state.known.get(fact).filter(|_| !state.stale.contains(fact)).map_or(!can_ask && !can_read, told)
    }

    /// What a remedy costs; none when it was tried or may not be done: what makes it safe is known not to be so, or can't be known.
    fn cost(&self, at: usize, evidence: &Evidence, state: &State) -> Option<f32> {
        let can_ask = |fact: usize| !self.is_settled(state, &self.ready.model.facts[fact].id);
        let may = self.ready.model.may_be_done(at, evidence, can_ask, |before| !state.tried[before]);
        let needless = self.ready.model.is_preparation(at) && self.ready.model.is_proven(at, evidence);
        (may && !needless && !state.tried[at]).then(|| f32::from(self.ready.flow.remedies[at].seconds))
    }

    /// The words of a remedy for this phone.
    fn words<'r>(&self, remedy: &'r Remedy, state: &State) -> &'r str {
        let text_of = |id: &str| {
            let known = state.known.iter().find(|(fact, _)| fact.as_str() == id);
            known.and_then(|(_, known)| match known.value.as_ref()? {
                FactValue::Text(text) => Some(text.clone()),
                FactValue::Int(number) => Some(number.to_string()),
                FactValue::Bool(_) => None,
            })
        };
        let (vendor, android) = (text_of("vendor"), text_of("android"));
        // What isn't known of the phone excludes a variant: the general words are never wrong.
        let fits = |variant: &&Variant| {
            (variant.vendors.is_empty() || vendor.is_some())
                && (variant.android.is_none() || android.is_some())
                && variant.applies(vendor.as_deref(), android.as_deref())
        };
        remedy.variants.iter().find(fits).map_or(&remedy.text, |variant| &variant.text)
    }

    fn goal_is_reached(&self, state: &State) -> bool {
        state.holds((&self.ready.flow.goal.fact, &self.ready.flow.goal.is))
    }

    fn replay(&self) -> State {
        let mut state =
            State { tried: vec![false; self.ready.flow.remedies.len()], left: vec![1.0; self.ready.flow.faults.len()], ..State::default() };
        for input in &self.inputs {
            match input {
                Input::Fact { fact, value, by } => self.learn(&mut state, fact, value.clone(), *by),
                Input::Did(id) => self.done(&mut state, id),
                Input::Skipped(id) => {
                    if let Some(at) = self.ready.flow.remedies.iter().position(|remedy| remedy.id == *id) {
                        state.tried[at] = true;
                    }
                }
                Input::Stop => state.stopped = true,
            }
        }
        self.settle(&mut state);
        state
    }

    fn learn(&self, state: &mut State, fact: &FactId, value: Option<FactValue>, by: Source) {
        // What a remedy changed is no contradiction.
        if state.stale.remove(fact) {
            state.known.remove(fact);
        }
        match state.known.get_mut(fact) {
            // What the app read stands; that the person sees it otherwise is kept.
            Some(known) if known.by == Source::Probe && by == Source::Person && known.value.is_some() => {
                known.contradicted = value.filter(|value| Some(value) != known.value.as_ref());
            }
            Some(known) => {
                let said = known.value.take().filter(|_| known.by == Source::Person && by == Source::Probe);
                let contradicted = said.filter(|said| value.is_some() && value.as_ref() != Some(said));
                *known = Known { value, by, contradicted };
            }
            None => _ = state.known.insert(fact.clone(), Known { value, by, contradicted: None }),
        }
    }

    /// What the last remedy did, as far as that is told by now.
    fn settle(&self, state: &mut State) {
        let Some((remedy, fault)) = state.pending else { return };
        let remedy = &self.ready.flow.remedies[remedy];
        let goal_told = self.is_settled(state, &self.ready.flow.goal.fact);
        let did_not_take = remedy.proves.iter().any(|own| state.value(own.0).is_some() && !state.holds(own));
        // It didn't take, or the goal is known not to be reached, or nobody can tell: on with another cause.
        if !self.goal_is_reached(state) && (goal_told || did_not_take) {
            let proven = !remedy.proves.is_empty() && remedy.proves.iter().all(|own| state.holds(own));
            let left = if proven { MENDED } else { 1.0 - remedy.chance };
            for (at, own) in self.ready.flow.faults.iter().enumerate() {
                if own.remedies.contains(&remedy.id) {
                    state.left[at] *= if Some(at) == fault { left } else { 1.0 - remedy.chance };
                }
            }
            state.pending = None;
        }
    }

    fn done(&self, state: &mut State, id: &str) {
        let Some(at) = self.ready.flow.remedies.iter().position(|remedy| remedy.id == id) else { return };
        self.settle(state);
        let fault = self.to_mend(id, &self.beliefs(state, &self.evidence(state)));
        let remedy = &self.ready.flow.remedies[at];
        state.tried[at] = true;
        // They may be otherwise now.
        for fact in remedy.proves.keys() {
            let place = self.ready.model.place(fact);
            let forgotten = self.ready.model.is_preparation(at) || place.is_some_and(|at| self.ready.model.is_guard(at));
            if !forgotten && state.known.get(fact).is_some_and(|known| known.by == Source::Person) {
                state.stale.insert(fact.clone());
            } else {
                state.known.remove(fact);
            }
        }
        for fact in &remedy.asks_again {
            state.known.remove(fact);
        }
        state.known.retain(|fact, known| known.by == Source::Person || !remedy.invalidates.contains(fact));
        if !self.ready.model.is_preparation(at) {
            state.cured = fault;
            state.pending = Some((at, fault));
            state.known.remove(&self.ready.flow.goal.fact);
        }
    }

    /// What is known of each fact, as the flow tells its values apart.
    fn evidence(&self, state: &State) -> Vec<Option<Seen>> {
        let seen = |fact: &FactModel| {
            let known = state.known.get(&fact.id)?;
            Some(Seen { cell: fact.cell(known.value.as_ref()?)?, said: known.by == Source::Person })
        };
        self.ready.model.facts.iter().map(seen).collect()
    }

    /// The probability of each fault by what is known.
    fn beliefs(&self, state: &State, evidence: &Evidence) -> Vec<f32> {
        self.ready.model.weigh(self.ready.model.priors.iter().zip(&state.left).map(|(prior, left)| prior * left).collect(), evidence)
    }

    /// Whether the facts show a fault: all its signs are known to be so, or next to nothing else is left.
    pub fn is_ruled_in(&self, fault: &FaultId) -> bool {
        let state = self.replay();
        let evidence = self.evidence(&state);
        let beliefs = self.beliefs(&state, &evidence);
        let fault = self.ready.flow.faults.iter().position(|own| own.id == *fault);
        fault.is_some_and(|fault| plan::is_shown(&self.ready.model, fault, &evidence, &beliefs))
    }

    /// Every fault, in the flow's order, with its probability by what is known; none: it is out of the question.
    pub fn chances(&self) -> Vec<(&Fault, Option<f32>)> {
        let state = self.replay();
        let beliefs = self.beliefs(&state, &self.evidence(&state));
        let left = |belief: f32| (belief >= OUT).then_some(belief);
        self.ready.flow.faults.iter().zip(beliefs).map(|(fault, belief)| (fault, left(belief))).collect()
    }

    /// The fault that would be the likeliest, with its probability, if a person said so; none in a flow without faults.
    pub fn if_told(&self, fact: &FactId, value: &FactValue) -> Option<(&Fault, f32)> {
        let mut state = self.replay();
        self.learn(&mut state, fact, Some(value.clone()), Source::Person);
        let beliefs = self.beliefs(&state, &self.evidence(&state));
        let top = likeliest(&beliefs, 0..beliefs.len())?;
        Some((&self.ready.flow.faults[top], beliefs[top]))
    }

    /// The likeliest fault that a remedy mends.
    pub fn mended_by(&self, remedy: &str) -> Option<&FaultId> {
        let state = self.replay();
        self.to_mend(remedy, &self.beliefs(&state, &self.evidence(&state))).map(|fault| &self.ready.flow.faults[fault].id)
    }

    fn to_mend(&self, remedy: &str, beliefs: &[f32]) -> Option<usize> {
        let mends = |fault: &usize| self.ready.flow.faults[*fault].remedies.iter().any(|own| own == remedy);
        likeliest(beliefs, (0..beliefs.len()).filter(mends))
    }

    fn why(&self, state: &State, beliefs: &[f32]) -> Why {
        let Some(top) = likeliest(beliefs, 0..beliefs.len()) else { return Why::default() };
        let fault = &self.ready.flow.faults[top];
        let speaks = |(fact, known): (&FactId, &Known)| {
            let condition = fault.signs.get(fact)?;
            condition.holds(known.value.as_ref()?).then(|| fact.clone())
        };
        let out = beliefs.iter().zip(&self.ready.flow.faults).filter(|(belief, _)| **belief < OUT);
        Why {
            suspected: Some((fault.id.clone(), beliefs[top])),
            because: state.known.iter().filter_map(speaks).collect(),
            ruled_out: out.map(|(_, fault)| fault.id.clone()).collect(),
        }
    }

    fn missing(&self, state: &State) -> Vec<FactId> {
        let can_ask = |fact: &&FactId| self.ready.fact(fact).is_some_and(|fact| fact.question.is_some());
        self.ready.flow.report.iter().filter(|fact| can_ask(fact) && !self.is_settled(state, fact)).cloned().collect()
    }

    fn conclude(&self, outcome: Outcome, state: &State, beliefs: &[f32]) -> Step {
        let fault = match outcome {
            Outcome::Resolved => state.cured,
            Outcome::Escalated | Outcome::Abandoned => likely(beliefs, NAMED),
        };
        let fault = fault.and_then(|at| self.ready.flow.faults.get(at));
        let escalated = outcome == Outcome::Escalated;
        let escalation = fault.and_then(|fault| fault.escalate.clone()).unwrap_or_else(|| self.ready.flow.otherwise.clone());
        Step::Concluded(Conclusion {
            outcome,
            fault: fault.map(|fault| fault.id.clone()),
            article: fault.and_then(|fault| fault.article.clone()),
            escalation: escalated.then_some(escalation),
            say: fault.and_then(|fault| fault.say.clone()).filter(|_| escalated),
            missing: if escalated { self.missing(state) } else { Vec::new() },
            // After the cure the facts no longer show it.
            why: if outcome == Outcome::Resolved { Why::default() } else { self.why(state, beliefs) },
        })
    }
}
