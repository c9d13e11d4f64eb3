//! What is likely: a probability for each fault, by Bayes' rule over what is known.
//!
//! One fault at a time is assumed, and that facts are independent of each other under it (naive Bayes). A fact is cut into the few *cells* that the
//! flow tells apart: every value of a choice, and of a number the ranges between the bounds that any condition names.

use std::collections::BTreeMap;

use crate::kb::{Condition, Fact, FactId, FactValue, Fault, Flow};

/// How surely a sign shows under its fault. Chosen: phones and people are wrong a little; no single fact may make a fault impossible.
const SIGN: f32 = 0.97;
/// How surely what is normal is so under a fault that says nothing of it: another thing may be wrong besides.
const NORMAL: f32 = 0.99;
/// The same for what is often otherwise without being the cause (the power saver is on, the clock isn't automatic).
pub(super) const USUAL: f32 = 0.85;
/// How often a person says what isn't so. Chosen: one answer in twenty, as the simulation has it.
const WRONG: f32 = 0.05;

/// A fact as the flow tells its values apart.
#[derive(Debug)]
pub(super) struct FactModel {
    pub(super) id: FactId,
    /// Whether the app can read it.
    pub(super) probed: bool,
    /// Whether that may take seconds.
    pub(super) slow: bool,
    /// Whether a person can be asked.
    pub(super) asked: bool,
    conditions: Vec<Condition>,
    /// Of each cell, which conditions hold in it, and a value in it.
    cells: Vec<(u64, FactValue)>,
    /// How likely each cell is under each fault: fault by fault.
    likely: Vec<f32>,
    /// How likely it is that a person says so: people are wrong now and then.
    said: Vec<f32>,
}

impl FactModel {
    pub(super) fn cells(&self) -> usize {
        self.cells.len()
    }

    /// A value in a cell.
    #[cfg(feature = "author")]
    pub(super) fn value(&self, cell: usize) -> &FactValue {
        &self.cells[cell].1
    }

    /// How likely what is known is under a fault.
    #[inline]
    pub(super) fn chance(&self, fault: usize, seen: Seen) -> f32 {
        let of = if seen.said { &self.said } else { &self.likely };
        of.get(fault * self.cells.len() + seen.cell).copied().unwrap_or(1.0)
    }

    /// The cell of a value; none for a value that no condition expected.
    pub(super) fn cell(&self, value: &FactValue) -> Option<usize> {
        let truth = truth(&self.conditions, value);
        self.cells.iter().position(|(own, _)| *own == truth)
    }

    /// Whether the faults differ in it at all: what tells nothing isn't asked.
    pub(super) fn tells(&self) -> bool {
        let cells = self.cells.len();
        cells > 1 && self.likely.chunks(cells).any(|own| own != &self.likely[..cells])
    }
}

/// Which conditions hold, a bit each.
fn truth(conditions: &[Condition], value: &FactValue) -> u64 {
    conditions.iter().take(64).enumerate().fold(0, |bits, (at, condition)| bits | u64::from(condition.holds(value)) << at)
}

/// A flow in numbers.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) facts: Vec<FactModel>,
    /// Priors that sum to 1.
    pub(super) priors: Vec<f32>,
    /// Of each fault, its remedies with their chance.
    pub(super) mends: Vec<Vec<(usize, f32)>>,
    /// Of each remedy, the faults that it mends, with its chance.
    pub(super) mended_by: Vec<Vec<(usize, f32)>>,
    /// Of each remedy, those that come before it.
    after: Vec<Vec<usize>>,
    /// Of each remedy, what shows that it worked, as far as the flow tells it apart.
    proves: Vec<Vec<Test>>,
    /// Of each fault, the facts that must be known to be so for it to be shown; none when that can't be told.
    signs: Vec<Option<Vec<Test>>>,
    /// Of each remedy, the same for it to be safe.
    guards: Vec<Option<Vec<Test>>>,
}

/// A fact, and which of its conditions must hold.
#[derive(Debug, Clone, Copy)]
struct Test {
    fact: usize,
    condition: u64,
}

/// What is known of a fact: its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Seen {
    pub(super) cell: usize,
    /// Whether a person said it; otherwise it was read.
    pub(super) said: bool,
}

/// What is known of each fact of a model.
pub(super) type Evidence = [Option<Seen>];

impl Model {
    pub(super) fn new(flow: &Flow, facts: &[Fact]) -> Self {
        let weights = || flow.faults.iter().map(|fault| weight(fault.prior));
        let sum: f32 = weights().sum();
        let place = |id: &String| flow.remedies.iter().position(|remedy| remedy.id == *id);
        let mends = |fault: &Fault| {
            let of = fault.remedies.iter().filter_map(place);
            of.map(|at| (at, probability(flow.remedies[at].chance))).collect()
        };
        let of_flow = flow.facts().into_iter().filter_map(|id| facts.iter().find(|fact| fact.id == *id));
        let facts: Vec<FactModel> = of_flow.map(|fact| fact_model(flow, fact)).collect();
        let test = |(id, condition): (&FactId, &Condition)| {
            let fact = facts.binary_search_by(|fact| fact.id.cmp(id)).ok()?;
            let at = facts[fact].conditions.iter().position(|own| own == condition)?;
            Some(Test { fact, condition: 1_u64.checked_shl(at as u32)? })
        };
        // One that can't be told is none that may be left out.
        let tests = |of: &BTreeMap<FactId, Condition>| of.iter().map(test).collect();
        let mends: Vec<Vec<(usize, f32)>> = flow.faults.iter().map(mends).collect();
        let mended_by = |remedy: usize| {
            let of = mends.iter().enumerate().flat_map(|(fault, own)| own.iter().map(move |(at, chance)| (fault, *at, *chance)));
            of.filter(|(_, at, _)| *at == remedy).map(|(fault, _, chance)| (fault, chance)).collect()
        };
        Self {
            proves: flow.remedies.iter().map(|remedy| remedy.proves.iter().filter_map(test).collect()).collect(),
            after: flow.remedies.iter().map(|remedy| remedy.after.iter().filter_map(place).collect()).collect(),
            mended_by: (0..flow.remedies.len()).map(mended_by).collect(),
            priors: weights().map(|weight| weight / sum.max(f32::MIN_POSITIVE)).collect(),
            mends,
            signs: flow.faults.iter().map(|fault| tests(&fault.signs)).collect(),
            guards: flow.remedies.iter().map(|remedy| tests(&remedy.only_if)).collect(),
            facts,
        }
    }

    fn holds(&self, test: &Test, evidence: &Evidence) -> Option<bool> {
        let Seen { cell, .. } = (*evidence.get(test.fact)?)?;
        Some(self.facts[test.fact].cells.get(cell)?.0 & test.condition != 0)
    }

    /// Whether all signs of a fault are known to be so.
    pub(super) fn shows(&self, fault: usize, evidence: &Evidence) -> bool {
        let holds = |sign| self.holds(sign, evidence) == Some(true);
        self.signs[fault].as_ref().is_some_and(|signs| !signs.is_empty() && signs.iter().all(holds))
    }

    /// Whether all signs of a fault were read, none of them said.
    pub(super) fn was_read(&self, fault: usize, evidence: &Evidence) -> bool {
        let read = |sign: &Test| evidence.get(sign.fact).copied().flatten().is_some_and(|seen| !seen.said);
        self.signs[fault].iter().flatten().all(read)
    }

    /// Whether a remedy is known to be safe, or can come to be: by asking a fact that can be asked, or by something that is done before it.
    pub(super) fn may_be_done(
        &self,
        remedy: usize,
        evidence: &Evidence,
        can_ask: impl Fn(usize) -> bool,
        can_do: impl Fn(usize) -> bool,
    ) -> bool {
        let safe = |guard: &Test| {
            let prepared = || self.after[remedy].iter().any(|own| can_do(*own) && self.prepares(*own, guard.fact));
            self.holds(guard, evidence).unwrap_or_else(|| can_ask(guard.fact)) || prepared()
        };
        self.guards[remedy].as_ref().is_some_and(|guards| guards.iter().all(safe))
    }

    /// Whether a remedy is known not to be safe now.
    pub(super) fn is_unsafe(&self, remedy: usize, evidence: &Evidence) -> bool {
        self.guards[remedy].as_ref().is_none_or(|guards| guards.iter().any(|guard| self.holds(guard, evidence) == Some(false)))
    }

    /// Whether a remedy mends nothing, and is done for the sake of a fact: what is unsent is sent before the app is taken off.
    fn prepares(&self, remedy: usize, fact: usize) -> bool {
        self.is_preparation(remedy) && self.proves[remedy].iter().any(|own| own.fact == fact)
    }

    /// Whether a remedy mends nothing, and is done before another.
    pub(super) fn is_preparation(&self, remedy: usize) -> bool {
        self.mended_by[remedy].is_empty()
    }

    /// Whether what a remedy proves is known to be so.
    pub(super) fn is_proven(&self, remedy: usize, evidence: &Evidence) -> bool {
        !self.proves[remedy].is_empty() && self.proves[remedy].iter().all(|own| self.holds(own, evidence) == Some(true))
    }

    /// The facts that must be known before a remedy may be done, and aren't.
    pub(super) fn unsure_of<'m>(&'m self, remedy: usize, evidence: &'m Evidence) -> impl Iterator<Item = usize> + 'm {
        self.guards[remedy].iter().flatten().filter(|guard| self.holds(guard, evidence).is_none()).map(|guard| guard.fact)
    }

    /// What comes before a remedy and may still be done, or else the remedy itself.
    pub(super) fn due(&self, remedy: usize, open: &[Option<f32>]) -> usize {
        let before = |remedy: usize| self.after[remedy].iter().copied().find(|own| open[*own].is_some());
        let steps = std::iter::successors(Some(remedy), |remedy| before(*remedy));
        // What goes in a circle comes to an end here too.
        steps.take(self.after.len()).last().unwrap_or(remedy)
    }

    /// The place of a fact.
    pub(super) fn place(&self, id: &FactId) -> Option<usize> {
        self.facts.binary_search_by(|fact| fact.id.cmp(id)).ok()
    }

    /// Beliefs after what is known; they sum to 1.
    pub(super) fn weigh(&self, mut beliefs: Vec<f32>, evidence: &Evidence) -> Vec<f32> {
        for (fact, seen) in self.facts.iter().zip(evidence) {
            if let Some(seen) = seen {
                beliefs.iter_mut().enumerate().for_each(|(fault, belief)| *belief *= fact.chance(fault, *seen));
            }
        }
        let sum: f32 = beliefs.iter().sum();
        beliefs.iter_mut().for_each(|belief| *belief /= sum.max(f32::MIN_POSITIVE));
        beliefs
    }

    /// Whether a fact tells that a remedy is safe.
    pub(super) fn is_guard(&self, fact: usize) -> bool {
        self.guards.iter().flatten().flatten().any(|guard| guard.fact == fact)
    }
}

/// A weight as content gives it; what is none counts as nothing. A NaN in the beliefs would be sorted by its sign, and that is the processor's choice.
fn weight(given: f32) -> f32 {
    if given.is_finite() { given.max(0.0) } else { 0.0 }
}

/// A probability as content gives it; what is none is the nearest that is one, and nothing for what is no number.
fn probability(given: f32) -> f32 {
    if given.is_nan() { 0.0 } else { given.clamp(0.0, 1.0) }
}

fn fact_model(flow: &Flow, fact: &Fact) -> FactModel {
    let conditions = flow.conditions(&fact.id);
    let mut cells: Vec<(u64, FactValue)> = Vec::new();
    for value in fact.kind.samples(&conditions) {
        let truth = truth(&conditions, &value);
        if !cells.iter().any(|(own, _)| *own == truth) {
            cells.push((truth, value));
        }
    }
    let likely: Vec<f32> = flow.faults.iter().flat_map(|fault| distribution(flow, fault, fact, &cells)).collect();
    let said = likely.iter().map(|chance| chance * (1.0 - WRONG) + WRONG / cells.len() as f32).collect();
    FactModel {
        id: fact.id.clone(),
        probed: fact.probe.is_some(),
        slow: fact.slow,
        asked: fact.question.is_some(),
        conditions,
        cells,
        likely,
        said,
    }
}

/// How likely each cell is under a fault; sums to 1.
fn distribution(flow: &Flow, fault: &Fault, fact: &Fact, cells: &[(u64, FactValue)]) -> Vec<f32> {
    let share = |condition: &Condition, surely: f32| {
        let holds: Vec<bool> = cells.iter().map(|(_, value)| condition.holds(value)).collect();
        let (with, without) = (holds.iter().filter(|h| **h).count(), holds.iter().filter(|h| !**h).count());
        let surely = if with == 0 {
            0.0
        } else if without == 0 {
            1.0
        } else {
            surely
        };
        holds.iter().map(|holds| if *holds { surely / with as f32 } else { (1.0 - surely) / without as f32 }).collect::<Vec<f32>>()
    };
    if let Some(condition) = fault.signs.get(&fact.id) {
        return share(condition, SIGN);
    }
    if let Some(values) = fault.likely.get(&fact.id) {
        // The part of each cell; what no part takes in shares the rest.
        let parts: Vec<(Condition, f32)> = values.iter().map(|(own, chance)| (Condition::written(own), probability(*chance))).collect();
        let part = |value: &FactValue| parts.iter().position(|(own, _)| own.holds(value));
        let of: Vec<Option<usize>> = cells.iter().map(|(_, value)| part(value)).collect();
        let given: f32 = parts.iter().enumerate().filter(|(at, _)| of.contains(&Some(*at))).map(|(_, (_, chance))| chance).sum();
        let chance = |part: &Option<usize>| {
            let alike = of.iter().filter(|own| *own == part).count().max(1) as f32;
            part.map_or((1.0 - given).max(0.01), |at| parts[at].1) / alike
        };
        return of.iter().map(chance).collect();
    }
    for (same, surely) in [(&flow.normal, NORMAL), (&flow.usual, USUAL)] {
        if let Some(condition) = same.get(&fact.id) {
            return share(condition, surely);
        }
    }
    vec![1.0 / cells.len().max(1) as f32; cells.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    #[test]
    fn a_guard_that_nobody_can_tell_forbids_and_a_sign_shows_nothing() {
        let flow: Flow = from_value(json!({
            "flow": "f", "service": "gps", "title": "t", "goal": { "fact": "done", "is": true },
            "faults": [
                { "id": "f.one", "name": "n", "prior": 1, "signs": { "nowhere": true, "done": false }, "remedies": ["wipe"] },
                { "id": "f.two", "name": "n", "prior": 1, "signs": { "done": false }, "remedies": ["wait"] }
            ],
            "remedies": [
                { "id": "wipe", "do": "d", "seconds": 9, "chance": 0.9, "may_lose_data": true, "only_if": { "nowhere": false } },
                { "id": "wait", "do": "d", "seconds": 9, "chance": 0.9, "only_if": { "done": false } }
            ],
            "otherwise": { "level": 1, "area": "a", "reason": "unknown" }
        }))
        .unwrap();
        let done: Fact = from_value(json!({ "id": "done", "type": "bool", "question": "¿Ya?", "personal": false })).unwrap();
        let model = Model::new(&flow, &[done]);
        let no = model.facts[0].cell(&false.into()).map(|cell| Seen { cell, said: true });
        let may = |remedy, evidence: &Evidence| model.may_be_done(remedy, evidence, |_| true, |_| true);
        assert!(!may(0, &[None]) && !may(0, &[no]));
        assert!(may(1, &[no]) && may(1, &[None]) && model.unsure_of(1, &[None]).eq([0]));
        assert!(!model.shows(0, &[no]) && model.shows(1, &[no]));
    }

    #[test]
    fn numbers_that_are_none_leave_beliefs_that_are_some() {
        let sound: Flow = from_value(json!({
            "flow": "f", "service": "gps", "title": "t", "goal": { "fact": "done", "is": true },
            "faults": [
                { "id": "f.one", "name": "n", "prior": 1, "likely": { "done": { "true": 0.5 } }, "remedies": ["wait"] },
                { "id": "f.two", "name": "n", "prior": 1, "signs": { "done": false } }
            ],
            "remedies": [{ "id": "wait", "do": "d", "seconds": 9, "chance": 0.9 }],
            "otherwise": { "level": 1, "area": "a", "reason": "unknown" }
        }))
        .unwrap();
        let done: Fact = from_value(json!({ "id": "done", "type": "bool", "question": "¿Ya?", "personal": false })).unwrap();
        for bad in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, -1.0] {
            for place in 0..3 {
                let mut flow = sound.clone();
                match place {
                    0 => flow.faults[0].prior = bad,
                    1 => flow.faults[0].likely.values_mut().flat_map(BTreeMap::values_mut).for_each(|chance| *chance = bad),
                    _ => flow.remedies[0].chance = bad,
                }
                let model = Model::new(&flow, std::slice::from_ref(&done));
                for (cell, said) in [(0, false), (0, true), (1, false), (1, true)] {
                    let beliefs = model.weigh(model.priors.clone(), &[Some(Seen { cell, said })]);
                    assert!(beliefs.iter().all(|belief| (0.0..=1.0).contains(belief)), "{bad} at {place}: {beliefs:?}");
                }
                assert!(model.mends[0].iter().all(|(_, chance)| (0.0..=1.0).contains(chance)), "{bad}");
            }
        }
    }
}
