//! Flows tried out: simulated phones with one thing wrong, and people who answer.
//!
//! A phone has its fault's signs for certain; what the flow calls likely, usual or leaves open is drawn. A remedy of the fault helps with its
//! chance, any other changes what it proves and leaves the complaint. A person answers what is so, but for a stated share of wrong answers;
//! whether the complaint is gone, everybody sees rightly.

use std::sync::Arc;

use crate::kb::{Condition, Fact, FactId, FactValue, FaultId, Flow, Outcome};

use super::DiagnoseError;
use super::belief::{FactModel, Model, Seen, USUAL};
use super::drive::{Driven, Move, say};
use super::optimum::{self, Costs};
use super::plan::{QUESTION, desk};
use super::session::{Conclusion, Input, Ready, Session, Source, Step};

/// What is simulated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Whether an app reads facts; otherwise it's a chat.
    pub app: bool,
    /// The share of answers that are wrong, 0 to 1.
    pub errors: f32,
    /// How many cases.
    pub runs: usize,
    /// The same seed gives the same cases.
    pub seed: u64,
}

/// How the cases of a flow, or of one fault, went.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// How many.
    pub runs: usize,
    /// Ended as they should: the complaint gone, or with the desk under its true cause after all that helps was tried.
    pub right: usize,
    /// Handed over although a remedy was left that would have been tried.
    pub fixable: usize,
    /// Handed over under another cause.
    pub wrong: usize,
    /// Handed over without a cause.
    pub unnamed: usize,
    /// Said to be resolved while the complaint stays.
    pub false_resolved: usize,
    /// How often the person was asked or told something, case by case.
    pub interactions: Vec<usize>,
    /// How many of all these were questions; the others, something to do.
    pub questions: usize,
    /// The time that all took, in seconds, a case at the desk as the planner counts it.
    pub seconds: f64,
    /// The longest log, in bytes.
    pub log_bytes: usize,
}

impl Tally {
    /// Mean of the interactions.
    pub fn mean(&self) -> f64 {
        self.interactions.iter().sum::<usize>() as f64 / self.runs.max(1) as f64
    }

    /// The interactions that 95 of 100 cases don't exceed.
    pub fn p95(&self) -> usize {
        let rank = (self.runs as f64 * 0.95).ceil() as usize;
        let mut rising = self.interactions.clone();
        rising.sort_unstable();
        rising.get(rank.max(1) - 1).copied().unwrap_or(0)
    }

    fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.right += other.right;
        self.fixable += other.fixable;
        self.wrong += other.wrong;
        self.unnamed += other.unnamed;
        self.false_resolved += other.false_resolved;
        self.interactions.extend(&other.interactions);
        self.questions += other.questions;
        self.seconds += other.seconds;
        self.log_bytes = self.log_bytes.max(other.log_bytes);
    }
}

/// Simulates a flow: of each fault that was drawn, how its cases went.
///
/// # Errors
/// [`DiagnoseError`] when a case grows too long.
pub fn simulate(flow: &Flow, facts: &[Fact], setting: Setting) -> Result<Vec<(FaultId, Tally)>, DiagnoseError> {
    let ready = Arc::new(Ready::new(flow.clone(), &Arc::from(facts))?);
    let model = &ready.model;
    let mut rng = Rng(setting.seed);
    let mut tallies: Vec<(FaultId, Tally)> = flow.faults.iter().map(|fault| (fault.id.clone(), Tally::default())).collect();
    for _ in 0..setting.runs {
        let fault = rng.draw(&model.priors);
        let mut case = Case::new(flow, model, fault);
        case.cells = (0..model.facts.len()).map(|fact| case.cell(fact, &mut rng)).collect();
        let tally = case.run(Session::begin(Arc::clone(&ready), setting.app), setting, &mut rng)?;
        tallies[fault].1.add(&tally);
    }
    Ok(tallies)
}

/// All faults together.
pub fn total<'t>(tallies: impl IntoIterator<Item = &'t Tally>) -> Tally {
    tallies.into_iter().fold(Tally::default(), |mut sum, tally| {
        sum.add(tally);
        sum
    })
}

/// How far the planner's way is from the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Distance {
    /// What it costs above the least that is possible, as a share.
    pub above: f64,
    /// With so many of the likeliest faults.
    pub faults: usize,
}

/// What the planner's way costs above the least that is possible: by dynamic programming, in the app after each fault's usual phone was read, in a
/// chat from the start; with the eight likeliest faults, or as many of them as can be looked at. None when not even four can.
pub fn distance(flow: &Flow, facts: &[Fact], app: bool) -> Option<Distance> {
    let model = Model::new(flow, facts);
    (4..=8).rev().find_map(|faults| Some(Distance { above: distance_of(flow, &model, app, faults)?, faults }))
}

fn distance_of(flow: &Flow, model: &Model, app: bool, faults: usize) -> Option<f64> {
    if !app {
        let nothing = vec![None; model.facts.len()];
        let Costs { planner, best } = optimum::costs(flow, model, &nothing, &model.priors, faults)?;
        return Some(planner / best - 1.0);
    }
    let (mut planner, mut best) = (0.0, 0.0);
    for fault in 0..flow.faults.len() {
        let case = Case::new(flow, model, fault);
        let read = |at: usize| case.usual(at).filter(|_| model.facts[at].probed).map(|cell| Seen { cell, said: false });
        let evidence: Vec<Option<Seen>> = (0..model.facts.len()).map(read).collect();
        let costs = optimum::costs(flow, model, &evidence, &model.weigh(model.priors.clone(), &evidence), faults)?;
        planner += f64::from(model.priors[fault]) * costs.planner;
        best += f64::from(model.priors[fault]) * costs.best;
    }
    Some(planner / best - 1.0)
}

/// A phone with one thing wrong, and its person.
struct Case<'c> {
    flow: &'c Flow,
    model: &'c Model,
    fault: usize,
    /// Of each fact, what is so.
    cells: Vec<Option<usize>>,
    /// Of each fact, the wrong answer that the person stays with.
    wrong: Vec<Option<Option<usize>>>,
    cured: bool,
    tried: Vec<String>,
}

impl<'c> Case<'c> {
    fn new(flow: &'c Flow, model: &'c Model, fault: usize) -> Self {
        Self { flow, model, fault, cells: Vec::new(), wrong: vec![None; model.facts.len()], cured: false, tried: Vec::new() }
    }

    /// How likely a fact's cell is under the fault.
    fn likely(&self, fact: &FactModel, cell: usize) -> f32 {
        fact.chance(self.fault, Seen { cell, said: false })
    }

    /// The cells of a fact that are so under the fault, each as likely.
    fn possible(&self, at: usize, usual: bool) -> Vec<usize> {
        let (fact, fault) = (&self.model.facts[at], &self.flow.faults[self.fault]);
        let same = if usual { [Some(&self.flow.normal), Some(&self.flow.usual)] } else { [Some(&self.flow.normal), None] };
        let own = fault.signs.get(&fact.id);
        // What a fault says of a fact goes before what is normal.
        let condition = own.or_else(|| same.into_iter().flatten().find_map(|same| same.get(&fact.id)).filter(|_| !self.is_likely(at)));
        let complaint = |cell: &usize| fact.id != self.flow.goal.fact || !self.flow.goal.is.holds(fact.value(*cell));
        let fits = |cell: &usize| condition.is_none_or(|condition| condition.holds(fact.value(*cell)));
        let cells: Vec<usize> = (0..fact.cells()).filter(complaint).collect();
        let fitting: Vec<usize> = cells.iter().copied().filter(fits).collect();
        if fitting.is_empty() { cells } else { fitting }
    }

    fn is_likely(&self, at: usize) -> bool {
        let fault = &self.flow.faults[self.fault];
        fault.likely.contains_key(&self.model.facts[at].id) && !fault.signs.contains_key(&self.model.facts[at].id)
    }

    /// What a fact is on this phone.
    fn cell(&self, at: usize, rng: &mut Rng) -> Option<usize> {
        let fact = &self.model.facts[at];
        if self.is_likely(at) {
            let possible = self.possible(at, false);
            let chances: Vec<f32> =
                (0..fact.cells()).map(|cell| if possible.contains(&cell) { self.likely(fact, cell) } else { 0.0 }).collect();
            return Some(rng.draw(&chances));
        }
        let possible = self.possible(at, rng.unit() < USUAL);
        possible.get(rng.below(possible.len())).copied()
    }

    /// What a fact mostly is under the fault.
    fn usual(&self, at: usize) -> Option<usize> {
        let fact = &self.model.facts[at];
        let possible = self.possible(at, true);
        if self.is_likely(at) {
            return possible.into_iter().max_by(|a, b| self.likely(fact, *a).total_cmp(&self.likely(fact, *b)).then(b.cmp(a)));
        }
        possible.first().copied()
    }

    fn run(mut self, mut session: Session, setting: Setting, rng: &mut Rng) -> Result<Tally, DiagnoseError> {
        let mut tally = Tally { runs: 1, ..Tally::default() };
        let mut moves = Vec::new();
        loop {
            match session.next() {
                Step::Probe(facts) => {
                    for fact in facts {
                        let value = self.value(&fact);
                        session.take(Input::Fact { fact, value, by: Source::Probe })?;
                    }
                }
                Step::Ask(ask) => {
                    tally.seconds += f64::from(QUESTION);
                    let value = self.answer(&ask.fact, setting.errors, rng);
                    say(&mut session, &mut moves, ask.fact, value)?;
                }
                Step::Do(todo) => {
                    tally.seconds += self.flow.remedy(&todo.remedy).map_or(0.0, |remedy| f64::from(remedy.seconds));
                    self.work(&todo.remedy, rng);
                    session.take(Input::Did(todo.remedy.clone()))?;
                    moves.push(Move::Did(todo));
                }
                Step::Go(go) => {
                    let right = go.fault == self.flow.faults[self.fault].id;
                    *if right { &mut tally.right } else { &mut tally.wrong } += 1;
                    return Ok(counted(tally, moves, &session));
                }
                Step::Concluded(end) => {
                    self.judge(&end, &mut tally);
                    return Ok(counted(tally, moves, &session));
                }
            }
        }
    }

    fn value(&self, id: &FactId) -> Option<FactValue> {
        let at = self.model.place(id)?;
        Some(self.model.facts[at].value(self.cells[at]?).clone())
    }

    /// What the person says: what is so, or another thing.
    fn answer(&mut self, id: &FactId, errors: f32, rng: &mut Rng) -> Option<FactValue> {
        let at = self.model.place(id)?;
        let (fact, truth) = (&self.model.facts[at], self.cells[at]?);
        if *id == self.flow.goal.fact || fact.cells() < 2 {
            return self.value(id);
        }
        let wrong = *self.wrong[at].get_or_insert_with(|| {
            let other = rng.below(fact.cells() - 1);
            (rng.unit() < errors).then_some(if other < truth { other } else { other + 1 })
        });
        Some(fact.value(wrong.unwrap_or(truth)).clone())
    }

    fn work(&mut self, remedy: &str, rng: &mut Rng) {
        self.tried.push(remedy.to_owned());
        let Some(at) = self.flow.remedies.iter().position(|own| own.id == remedy) else { return };
        let (own, fault) = (&self.flow.remedies[at], &self.flow.faults[self.fault]);
        let mends = fault.remedies.iter().any(|id| id == remedy);
        if (mends || self.model.is_preparation(at)) && rng.unit() >= own.chance {
            return;
        }
        for (fact, condition) in &own.proves {
            // What another fault causes stays as it is.
            if mends || !(fault.signs.contains_key(fact) || fault.likely.contains_key(fact)) {
                self.set(fact, condition);
            }
        }
        if mends {
            self.cured = true;
            let goal = &self.flow.goal;
            self.set(&goal.fact, &goal.is);
        }
    }

    fn set(&mut self, id: &FactId, condition: &Condition) {
        let Some(at) = self.model.place(id) else { return };
        let fact = &self.model.facts[at];
        let holds = (0..fact.cells()).find(|cell| condition.holds(fact.value(*cell)));
        self.cells[at] = holds.or(self.cells[at]);
    }

    /// Whether a remedy may be done on this phone.
    fn is_safe(&self, remedy: &str) -> bool {
        let holds = |(fact, condition): (&FactId, &Condition)| self.value(fact).is_some_and(|value| condition.holds(&value));
        self.flow.remedy(remedy).is_some_and(|remedy| remedy.only_if.iter().all(holds))
    }

    fn judge(&self, end: &Conclusion, tally: &mut Tally) {
        let fault = &self.flow.faults[self.fault];
        let named = end.fault.as_ref() == Some(&fault.id);
        let count = match end.outcome {
            Outcome::Resolved if self.cured => &mut tally.right,
            Outcome::Resolved => &mut tally.false_resolved,
            _ => {
                tally.seconds += f64::from(desk(1.0, f32::from(u8::from(named))));
                let untried = fault.remedies.iter().any(|remedy| !self.tried.contains(remedy) && self.is_safe(remedy));
                match (&end.fault, untried) {
                    (_, true) => &mut tally.fixable,
                    (Some(_), false) if named => &mut tally.right,
                    // Everything that helps was tried, and didn't: that the cause is not known is the truth.
                    (None, false) if !fault.remedies.is_empty() => &mut tally.right,
                    (None, false) => &mut tally.unnamed,
                    (Some(_), false) => &mut tally.wrong,
                }
            }
        };
        *count += 1;
    }
}

/// The tally of a case with what it took.
fn counted(mut tally: Tally, moves: Vec<Move>, session: &Session) -> Tally {
    let told = moves.iter().filter(|own| matches!(own, Move::Did(_))).count();
    let all = Driven { moves, end: None, needs: None }.interactions();
    (tally.interactions, tally.questions) = (vec![all], all - told);
    tally.log_bytes = session.log().len();
    tally
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same on every machine.
struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// A place, as likely as its weight.
    fn draw(&mut self, weights: &[f32]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f32>();
        let drawn = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        drawn.or_else(|| weights.iter().rposition(|weight| *weight > 0.0)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, from_value, json};

    fn facts() -> Vec<Fact> {
        let fact = |id: &str, more: Value| {
            let mut fact = json!({ "id": id, "type": "bool", "personal": false });
            fact.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            from_value(fact).unwrap()
        };
        vec![
            fact("done", json!({ "question": "¿Ya?" })),
            fact("hot", json!({ "question": "¿Quema?" })),
            fact("power", json!({ "question": "¿Enciende?", "probe": "lo lee", "min_sdk": 23 })),
        ]
    }

    /// Off: switched on for 10 s, always. Broken: the desk's. Hot: left alone for 100 s, which helps half the times.
    fn flow() -> Flow {
        from_value(json!({
            "flow": "f", "service": "gps", "title": "t",
            "goal": { "fact": "done", "is": true },
            "normal": { "power": true, "hot": false },
            "faults": [
                { "id": "f.off", "name": "n", "prior": 6, "signs": { "power": false }, "remedies": ["on"] },
                { "id": "f.hot", "name": "n", "prior": 3, "signs": { "hot": true }, "remedies": ["wait"] },
                { "id": "f.broken", "name": "n", "prior": 1, "escalate": { "level": 2, "area": "a", "reason": "device" } }
            ],
            "remedies": [
                { "id": "on", "do": "d", "seconds": 10, "chance": 1.0, "proves": { "power": true } },
                { "id": "wait", "do": "d", "seconds": 100, "chance": 0.5 }
            ],
            "otherwise": { "level": 1, "area": "a", "reason": "unknown" }
        }))
        .unwrap()
    }

    fn setting(app: bool, errors: f32) -> Setting {
        Setting { app, errors, runs: 500, seed: 7 }
    }

    #[test]
    fn who_tells_the_truth_is_helped_or_handed_over_rightly() {
        for app in [true, false] {
            let tallies = simulate(&flow(), &facts(), setting(app, 0.0)).unwrap();
            let all = total(tallies.iter().map(|(_, tally)| tally));
            assert_eq!((all.runs, all.right, all.false_resolved), (500, 500, 0), "{tallies:?}");
            // In the app what is off is seen without a question.
            let off = &tallies[0].1;
            assert_eq!(app, off.p95() == 1 + usize::from(app), "{off:?}");
        }
    }

    #[test]
    fn wrong_answers_never_make_it_resolved() {
        let tallies = simulate(&flow(), &facts(), setting(false, 0.9)).unwrap();
        let all = total(tallies.iter().map(|(_, tally)| tally));
        assert_eq!(all.false_resolved, 0);
        assert!(all.right < 500);
        assert_eq!(all.runs, all.right + all.fixable + all.wrong + all.unnamed);
    }

    #[test]
    fn the_same_seed_gives_the_same_cases() {
        let run = |seed| simulate(&flow(), &facts(), Setting { seed, ..setting(false, 0.2) }).unwrap();
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn the_optimum_is_never_above_the_planner() {
        for app in [true, false] {
            let Distance { above, faults } = distance(&flow(), &facts(), app).unwrap();
            assert!((0.0..0.05).contains(&above) && faults == 8, "{above}");
        }
    }
}
