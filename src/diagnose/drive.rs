//! A session run through by what was given beforehand: what programs, scenarios and tests do, without a person.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::kb::{Fact, FactId, FactValue, Flow, Scenario};

use super::DiagnoseError;
use super::session::{Ask, Conclusion, Do, Go, Input, Session, Source, Step};

/// What is known beforehand. A fact without a value is known not to be known.
pub type Given = BTreeMap<FactId, Option<FactValue>>;

/// Answers for the app and for the person.
#[derive(Debug, Clone, Default)]
pub struct Driver {
    /// What the app can read; all else it can't.
    pub facts: Given,
    /// What the person answers. A question that isn't answered here takes the value among the facts.
    pub answers: Given,
    /// Whether remedies work: each makes true what it proves, and the goal is reached after one whose fault the facts showed. Otherwise
    /// they change nothing.
    pub remedies_work: bool,
    /// Whether the person says that they don't know what isn't given; otherwise the run ends at the question.
    pub unknown_is_said: bool,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Move {
    /// The app was asked to read.
    Probed(Vec<FactId>),
    /// The person was asked, and said this.
    Asked(FactId, Option<FactValue>),
    /// The person did something.
    Did(Do),
    /// The case went on in another flow.
    Went(Go),
}

/// How a run went.
#[derive(Debug, Clone, PartialEq)]
pub struct Driven {
    /// What happened, in order.
    pub moves: Vec<Move>,
    /// The end; none when a question was left.
    pub end: Option<Conclusion>,
    /// The question that nobody answered.
    pub needs: Option<Ask>,
}

impl Driven {
    /// How many times a person was asked or told to do something; what is asked with something to do is one.
    pub fn interactions(&self) -> usize {
        let mut same_breath = None;
        let each = self.moves.iter().filter(|own| match own {
            Move::Probed(_) | Move::Went(_) => false,
            Move::Asked(fact, _) => same_breath.take() != Some(fact),
            Move::Did(todo) => {
                same_breath = todo.asks.as_ref();
                true
            }
        });
        each.count()
    }
}

impl Driver {
    /// Runs a session through to its end, or to a question that nobody answers. Where it leads into another flow, which `flow` finds, it is
    /// the session of that flow from then on.
    ///
    /// # Errors
    /// [`DiagnoseError`] when a value doesn't fit its fact, the session is too long, or it leads to a flow that isn't there.
    pub fn run(mut self, session: &mut Session, flow: impl Fn(&str) -> Option<Flow>) -> Result<Driven, DiagnoseError> {
        let mut moves = Vec::new();
        loop {
            match session.next() {
                Step::Probe(facts) => {
                    moves.push(Move::Probed(facts.clone()));
                    for fact in facts {
                        let value = self.facts.get(&fact).cloned().flatten();
                        session.take(Input::Fact { fact, value, by: Source::Probe })?;
                    }
                }
                Step::Ask(ask) => {
                    let value = match self.answer(session, &ask) {
                        Some(value) => value,
                        // Who can't answer this tells what else they know, before giving up.
                        None if self.volunteer(session, &mut moves)? => continue,
                        None if self.unknown_is_said => None,
                        None => return Ok(Driven { moves, end: None, needs: Some(ask) }),
                    };
                    say(session, &mut moves, ask.fact, value)?;
                }
                Step::Do(todo) => {
                    self.work(session, &todo);
                    session.take(Input::Did(todo.remedy.clone()))?;
                    moves.push(Move::Did(todo));
                }
                Step::Go(go) => {
                    let lost = || DiagnoseError::NoSuchFlow { from: session.flow().flow.clone(), to: go.flow.clone() };
                    *session = session.go_on(flow(&go.flow).ok_or_else(lost)?)?;
                    moves.push(Move::Went(go));
                }
                Step::Concluded(end) if end.missing.iter().any(|fact| self.given(fact).is_some()) => {
                    for fact in end.missing {
                        let Some(value) = self.given(&fact) else { continue };
                        say(session, &mut moves, fact, value)?;
                    }
                }
                Step::Concluded(end) => return Ok(Driven { moves, end: Some(end), needs: None }),
            }
        }
    }

    fn answer(&self, session: &Session, ask: &Ask) -> Option<Option<FactValue>> {
        let given = self.given(&ask.fact);
        // Where remedies are only assumed to work, nobody is there who could look whether the complaint is gone.
        let is_goal = self.remedies_work && ask.fact == session.flow().goal.fact;
        given.or_else(|| is_goal.then_some(None))
    }

    fn given(&self, fact: &FactId) -> Option<Option<FactValue>> {
        self.answers.get(fact).or_else(|| self.facts.get(fact)).cloned()
    }

    /// Says all answers that weren't asked for yet; whether there were any.
    fn volunteer(&self, session: &mut Session, moves: &mut Vec<Move>) -> Result<bool, DiagnoseError> {
        let (known, flow) = (session.known(), session.flow());
        let used = flow.facts();
        let unsaid =
            |fact: &FactId| *fact != flow.goal.fact && used.contains(&fact) && known.get(fact).is_none_or(|own| own.value.is_none());
        let unsaid: Given = self.answers.clone().into_iter().filter(|(fact, value)| value.is_some() && unsaid(fact)).collect();
        let any = !unsaid.is_empty();
        unsaid.into_iter().try_for_each(|(fact, value)| say(session, moves, fact, value))?;
        Ok(any)
    }

    fn work(&mut self, session: &Session, todo: &Do) {
        if !self.remedies_work {
            return;
        }
        let flow = session.flow();
        let mends = session.mended_by(&todo.remedy).is_some_and(|fault| session.is_ruled_in(fault));
        let proves = flow.remedy(&todo.remedy).map(|remedy| remedy.proves.clone()).unwrap_or_default();
        let goal = Some((flow.goal.fact.clone(), flow.goal.is.clone())).filter(|_| mends);
        for (fact, condition) in proves.into_iter().chain(goal) {
            let value = Some(condition.value().clone());
            self.answers.insert(fact.clone(), value.clone());
            self.facts.insert(fact, value);
        }
    }
}

/// Says a fact as the person.
pub(super) fn say(session: &mut Session, moves: &mut Vec<Move>, fact: FactId, value: Option<FactValue>) -> Result<(), DiagnoseError> {
    moves.push(Move::Asked(fact.clone(), value.clone()));
    session.take(Input::Fact { fact, value, by: Source::Person })
}

/// Acts out a scenario of one of the flows: remedies work, and the person doesn't know what isn't given.
///
/// # Errors
/// [`DiagnoseError`] when a value doesn't fit its fact, or a flow isn't there.
pub fn act(flows: &[Flow], flow: &Flow, facts: &[Fact], scenario: &Scenario) -> Result<Driven, DiagnoseError> {
    let given = |values: &BTreeMap<FactId, FactValue>| values.iter().map(|(fact, value)| (fact.clone(), Some(value.clone()))).collect();
    let driver = Driver { facts: given(&scenario.facts), answers: given(&scenario.answers), remedies_work: true, unknown_is_said: true };
    let find = |id: &str| flows.iter().find(|flow| flow.flow == id).cloned();
    driver.run(&mut Session::start(flow.clone(), &Arc::from(facts), !scenario.facts.is_empty())?, find)
}
