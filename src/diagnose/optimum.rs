//! The least that a case can cost, found by looking at everything that can be done, and what the planner's way costs beside it.
//!
//! Dynamic programming over all sets of remedies that were tried and all answers that were given, cut where even knowing the fault could not
//! make it cheaper. That is exact, and for a flow of twenty faults and as many questions too much: it is done with the likeliest faults, and with
//! the questions that tell them apart best.

use std::collections::HashMap;

use super::belief::{Model, Seen};
use super::plan::{self, Choice, Open, QUESTION, desk};
use crate::kb::Flow;

/// Most positions that are looked at before a search is given up.
const MOST: usize = 2_000_000;
/// How many questions are looked at. Chosen: with more, most chats are given up.
const QUESTIONS: usize = 5;
/// A remedy that fails more surely than this opens no branch.
const HELPS: f64 = 1.0 - 1e-6;

/// What a case costs from one position on, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Costs {
    /// As the planner does it.
    pub(super) planner: f64,
    /// At best.
    pub(super) best: f64,
}

/// Both costs with so many of the likeliest faults; none when there are too many positions.
pub(super) fn costs(flow: &Flow, model: &Model, evidence: &[Option<Seen>], beliefs: &[f32], faults: usize) -> Option<Costs> {
    if flow.remedies.len() > 64 {
        return None;
    }
    let askable = |at: &usize| {
        let fact = &model.facts[*at];
        fact.asked && evidence[*at].is_none() && fact.cells() > 1 && fact.id != flow.goal.fact
    };
    let mut order: Vec<usize> = (0..beliefs.len()).collect();
    order.sort_by(|a, b| beliefs[*b].total_cmp(&beliefs[*a]).then(a.cmp(b)));
    let mut beliefs = beliefs.to_vec();
    order.iter().skip(faults).for_each(|fault| beliefs[*fault] = 0.0);
    normalise(&mut beliefs);
    let mut questions: Vec<(f64, usize)> = (0..model.facts.len()).filter(askable).map(|at| (tells(model, &beliefs, at), at)).collect();
    questions.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let questions = questions.into_iter().take(QUESTIONS).map(|(_, at)| at).collect();
    let seconds = flow.remedies.iter().map(|remedy| f32::from(remedy.seconds)).collect();
    let mut search = Search { model, seconds, questions, best: HashMap::new(), planned: HashMap::new() };
    let start = Position { tried: 0, evidence: evidence.to_vec(), beliefs };
    let best = search.best(&start)?;
    Some(Costs { planner: search.planned(&start)?, best })
}

/// How much a question tells of the fault, in bits.
fn tells(model: &Model, beliefs: &[f32], question: usize) -> f64 {
    let fact = &model.facts[question];
    let each = |cell: usize| {
        let mut joint = vec![0.0; beliefs.len()];
        let sum = plan::answered(fact, beliefs, cell, &mut joint);
        let bits =
            |(joint, belief): (&f32, &f32)| if *joint > 0.0 { f64::from(*joint) * f64::from(joint / (sum * belief)).log2() } else { 0.0 };
        joint.iter().zip(beliefs).map(bits).sum::<f64>()
    };
    (0..fact.cells()).map(each).sum()
}

/// What is known and was done.
#[derive(Clone)]
struct Position {
    tried: u64,
    evidence: Vec<Option<Seen>>,
    /// Sum to 1.
    beliefs: Vec<f32>,
}

/// What tells positions apart: the beliefs follow from it.
type Key = (u64, Vec<Option<Seen>>);

struct Search<'m> {
    model: &'m Model,
    /// Of each remedy, what it costs.
    seconds: Vec<f32>,
    /// The facts that can be asked.
    questions: Vec<usize>,
    best: HashMap<Key, f64>,
    planned: HashMap<Key, f64>,
}

impl Search<'_> {
    fn key(&self, at: &Position) -> Key {
        (at.tried, self.questions.iter().map(|question| at.evidence[*question]).collect())
    }

    /// The least cost.
    fn best(&mut self, at: &Position) -> Option<f64> {
        let key = self.key(at);
        if let Some(known) = self.best.get(&key) {
            return Some(*known);
        }
        if self.best.len() >= MOST {
            return None;
        }
        let safe = self.remedies(at, false);
        // What the planner's way costs can be had.
        let mut best = self.planned(at)?.min(called(&at.beliefs));
        for (remedy, cost) in safe.iter().enumerate() {
            let Some((cost, (fails, after))) = cost.and_then(|cost| Some((f64::from(cost), self.failed(at, remedy)))) else { continue };
            if fails <= 0.0 {
                best = best.min(cost);
            } else if fails < HELPS && cost + fails * self.bound(&after) < best {
                best = best.min(cost + fails * self.best(&after)?);
            }
        }
        let least = self.bound(at);
        for question in self.open_questions(at) {
            let mut with = f64::from(QUESTION) + least;
            // Each answer's true cost takes the place of its bound.
            for (chance, after) in self.answers(at, question) {
                if with >= best {
                    break;
                }
                with += chance * (self.best(&after)? - self.bound(&after));
            }
            best = best.min(with);
        }
        self.best.insert(key, best);
        Some(best)
    }

    /// What the planner's way costs.
    fn planned(&mut self, at: &Position) -> Option<f64> {
        let key = self.key(at);
        if let Some(known) = self.planned.get(&key) {
            return Some(*known);
        }
        if self.planned.len() >= MOST {
            return None;
        }
        let questions = self.open_questions(at);
        let remedies = self.remedies(at, true);
        let cost =
            match plan::decide(self.model, &at.evidence, &at.beliefs, &Open { remedies: &remedies, questions: &questions, first: None }) {
                Choice::Desk => called(&at.beliefs),
                Choice::Ask(question) => {
                    let mut cost = f64::from(QUESTION);
                    for (chance, after) in self.answers(at, question) {
                        cost += chance * self.planned(&after)?;
                    }
                    cost
                }
                Choice::Do(remedy) => {
                    let (fails, after) = self.failed(at, remedy);
                    f64::from(self.seconds[remedy]) + if fails > 0.0 { fails * self.planned(&after)? } else { 0.0 }
                }
            };
        self.planned.insert(key, cost);
        Some(cost)
    }

    /// The remedies that are left and may be done, with their cost; also those that may be once a question was answered, if wanted.
    fn remedies(&self, at: &Position, asking: bool) -> Vec<Option<f32>> {
        let can_ask = |fact: usize| asking && self.questions.contains(&fact) && at.evidence[fact].is_none();
        let may = |remedy: usize| self.model.may_be_done(remedy, &at.evidence, can_ask, |_| false);
        let left = |remedy: usize| at.tried >> remedy & 1 == 0 && may(remedy);
        (0..self.seconds.len()).map(|remedy| left(remedy).then(|| self.seconds[remedy])).collect()
    }

    /// The questions that may tell something here.
    fn open_questions(&self, at: &Position) -> Vec<usize> {
        let tells = |question: &usize| {
            let fact = &self.model.facts[*question];
            let mut left = (0..at.beliefs.len()).filter(|fault| at.beliefs[*fault] > 0.0);
            let Some(first) = left.next() else { return false };
            let read = |fault: usize, cell: usize| fact.chance(fault, Seen { cell, said: false });
            let alike = |fault: usize, cell: usize| read(fault, cell) == read(first, cell);
            left.any(|fault| (0..fact.cells()).any(|cell| !alike(fault, cell))) || self.model.is_guard(*question)
        };
        self.questions.iter().copied().filter(|question| at.evidence[*question].is_none() && tells(question)).collect()
    }

    /// Where a remedy leads that doesn't help, with how likely that is.
    fn failed(&self, at: &Position, remedy: usize) -> (f64, Position) {
        let mut beliefs = at.beliefs.clone();
        self.model.mended_by[remedy].iter().for_each(|(fault, chance)| beliefs[*fault] *= 1.0 - chance);
        let fails = normalise(&mut beliefs);
        (fails, Position { tried: at.tried | 1 << remedy, beliefs, evidence: at.evidence.clone() })
    }

    /// Where the answers to a question lead.
    fn answers(&self, at: &Position, question: usize) -> Vec<(f64, Position)> {
        let fact = &self.model.facts[question];
        let answer = |cell: usize| {
            let mut beliefs = vec![0.0; at.beliefs.len()];
            plan::answered(fact, &at.beliefs, cell, &mut beliefs);
            let chance = normalise(&mut beliefs);
            let mut evidence = at.evidence.clone();
            evidence[question] = Some(Seen { cell, said: true });
            (chance > 0.0).then_some((chance, Position { tried: at.tried, evidence, beliefs }))
        };
        (0..fact.cells()).filter_map(answer).collect()
    }

    /// What it costs at least: each fault known from the start, and its own remedies tried in the best order.
    fn bound(&self, at: &Position) -> f64 {
        // Also those that may not be done: then an answer changes the bound by what it tells alone, and the bounds after it add up to this one.
        let remedies: Vec<Option<f32>> =
            self.seconds.iter().enumerate().map(|(remedy, seconds)| (at.tried >> remedy & 1 == 0).then_some(*seconds)).collect();
        let known = |fault: usize| f64::from(plan::known(self.model, fault, &remedies));
        at.beliefs.iter().enumerate().filter(|(_, belief)| **belief > 0.0).map(|(fault, belief)| f64::from(*belief) * known(fault)).sum()
    }
}

/// What it costs to call the desk.
fn called(beliefs: &[f32]) -> f64 {
    f64::from(desk(beliefs.iter().sum(), beliefs.iter().copied().fold(0.0, f32::max)))
}

/// Makes them sum to 1; tells what they summed to, 0 for what is next to impossible and opens no branch.
fn normalise(beliefs: &mut [f32]) -> f64 {
    let sum: f32 = beliefs.iter().sum();
    if sum <= 1e-9 {
        return 0.0;
    }
    beliefs.iter_mut().for_each(|belief| *belief /= sum);
    f64::from(sum)
}
