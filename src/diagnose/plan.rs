//! What to do next: the step that is expected to cost the least until the complaint is gone or the desk has it.
//!
//! Troubleshooting as a decision (Heckerman, Breese and Rommelse 1995): with a probability for each fault, remedies are tried by chance over
//! cost, as long as the next one is expected to spare more than it costs; a question is asked first when what its answers change is worth
//! more than asking, which one step of looking ahead tells. Ties break by place, so that a replay is exact.

use super::belief::{Evidence, FactModel, Model, Seen};

/// What a case at the desk costs, in seconds of a person's time. Chosen: to report it, and to be without the app until it is answered, is worth
/// half an hour of trying in the field, and no more.
const DESK: f32 = 1800.0;
/// What it costs more when the case comes to the desk under another cause than the true one, or under none: a technician looks for it again.
const UNCLEAR: f32 = 600.0;
/// What a question costs, in seconds: to read it, look, and answer.
pub(super) const QUESTION: f32 = 20.0;
/// A cause that nobody in the field can mend is handed over once the facts show it, when they were read; when a person said some of them, from
/// this probability on; below, the planner weighs what else it may be.
const HANDED_OVER: f32 = 0.5;

/// From this probability on the facts show a fault, also when one of its signs isn't known: the phone's own code for a full storage needs no megabytes
/// beside it. Chosen: one in twenty, as often as people are wrong.
pub(super) const CERTAIN: f32 = 0.95;
/// From this probability on a fault is taken for the cause; below it the case is one of unknown cause.
pub(super) const NAMED: f32 = 0.4;
/// How many questions are weighed by cost.
const TELLING: usize = 4;
/// A fault less likely than this doesn't count for what comes next.
const UNTHINKABLE: f32 = 1e-4;
/// What costs so many seconds less is better.
const LESS: f32 = 1e-3;

/// The best step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// Ask a fact.
    Ask(usize),
    /// Do a remedy.
    Do(usize),
    /// Hand it to the desk.
    Desk,
}

/// What can still be done.
#[derive(Clone, Copy)]
pub(super) struct Open<'o> {
    /// Of each remedy its cost in seconds; none for one that was done or may not be.
    pub(super) remedies: &'o [Option<f32>],
    /// The facts that can be asked.
    pub(super) questions: &'o [usize],
    /// The one that the author wants asked now.
    pub(super) first: Option<usize>,
}

/// The next step. A cause that the facts show is dealt with before anything is asked; one that nobody in the field can mend is handed
/// over; what the author wants asked first comes then; what makes a remedy safe is asked before it is offered; in all else the planner
/// chooses.
pub(super) fn decide(model: &Model, evidence: &Evidence, beliefs: &[f32], open: &Open<'_>) -> Choice {
    let choice = match likely(beliefs, NAMED).filter(|top| is_shown(model, *top, evidence, beliefs)) {
        Some(shown) if model.mends[shown].is_empty() && (beliefs[shown] >= HANDED_OVER || model.was_read(shown, evidence)) => {
            return Choice::Desk;
        }
        Some(shown) if model.mends[shown].iter().any(|(remedy, _)| open.remedies[*remedy].is_some()) => {
            choose(model, beliefs, &Open { questions: &[], ..*open })
        }
        _ => open.first.map_or_else(|| choose(model, beliefs, open), Choice::Ask),
    };
    match choice {
        Choice::Do(remedy) => {
            let due = model.due(remedy, open.remedies);
            let safe = if model.is_unsafe(due, evidence) { Choice::Desk } else { Choice::Do(due) };
            model.unsure_of(due, evidence).next().map_or(safe, Choice::Ask)
        }
        _ => choice,
    }
}

/// Whether the facts show a fault: all its signs are known to be so, or next to nothing else is left.
pub(super) fn is_shown(model: &Model, fault: usize, evidence: &Evidence, beliefs: &[f32]) -> bool {
    beliefs[fault] >= CERTAIN || model.shows(fault, evidence)
}

/// The likeliest fault, when it is at least so likely.
pub(super) fn likely(beliefs: &[f32], least: f32) -> Option<usize> {
    likeliest(beliefs, 0..beliefs.len()).filter(|top| beliefs[*top] >= least)
}

/// The likeliest of some faults; of two alike the first.
pub(super) fn likeliest(beliefs: &[f32], faults: impl Iterator<Item = usize>) -> Option<usize> {
    faults.max_by(|a, b| beliefs[*a].total_cmp(&beliefs[*b]).then(b.cmp(a)))
}

/// The best next step by cost alone, with beliefs that sum to 1: the best of trying remedies, calling the desk, and asking one question before
/// that.
fn choose(model: &Model, beliefs: &[f32], open: &Open<'_>) -> Choice {
    let beliefs: &[f32] = &beliefs.iter().map(|belief| if *belief < UNTHINKABLE { 0.0 } else { *belief }).collect::<Vec<_>>();
    let scratch = &mut Scratch::default();
    let (now, first) = expected(model, beliefs, open.remedies, scratch);
    let (mut best, mut cost) = (first.map_or(Choice::Desk, Choice::Do), now);
    // However good a question is, afterwards it costs no less than if it had told the fault.
    let known: Vec<f32> = (0..beliefs.len()).map(|fault| known(model, fault, open.remedies)).collect();
    let at_least = |beliefs: &[f32]| beliefs.iter().zip(&known).map(|(belief, known)| belief * known).sum::<f32>();
    let least = QUESTION + at_least(beliefs);
    if least >= cost {
        return best;
    }
    let mut after = vec![0.0; beliefs.len()];
    for question in &telling(model, beliefs, open.questions, &mut after) {
        let Some(fact) = model.facts.get(*question) else { continue };
        let mut with = least;
        for cell in 0..fact.cells() {
            if with >= cost {
                break;
            }
            answered(fact, beliefs, cell, &mut after);
            // Costs are proportional to beliefs that don't sum to 1.
            with += expected(model, &after, open.remedies, scratch).0 - at_least(&after);
        }
        if with < cost - LESS {
            (best, cost) = (Choice::Ask(*question), with);
        }
    }
    best
}

/// The questions that split the beliefs best, by the chance that two faults drawn after the answer are the same one: cheap to tell, and it was
/// measured that what the costs would choose is among them.
fn telling(model: &Model, beliefs: &[f32], questions: &[usize], after: &mut [f32]) -> Vec<usize> {
    let mut worth: Vec<(f32, usize)> = Vec::with_capacity(questions.len());
    for question in questions {
        let Some(fact) = model.facts.get(*question) else { continue };
        let same = |cell: usize| {
            let chance = answered(fact, beliefs, cell, after);
            after.iter().map(|belief| belief * belief).sum::<f32>() / chance.max(f32::MIN_POSITIVE)
        };
        worth.push(((0..fact.cells()).map(same).sum(), *question));
    }
    worth.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut best: Vec<usize> = worth.into_iter().take(TELLING).map(|(_, question)| question).collect();
    best.sort_unstable();
    best
}

/// What is left of the beliefs with an answer, not made to sum to 1; the sum.
pub(super) fn answered(fact: &FactModel, beliefs: &[f32], cell: usize, after: &mut [f32]) -> f32 {
    let mut chance = 0.0;
    for (fault, (belief, after)) in beliefs.iter().zip(after).enumerate() {
        *after = belief * fact.chance(fault, Seen { cell, said: true });
        chance += *after;
    }
    chance
}

/// What it costs when the fault is known: its own remedies in the best order, and then the desk.
pub(super) fn known(model: &Model, fault: usize, remedies: &[Option<f32>]) -> f32 {
    let mut own: Vec<(f32, f32)> = model.mends[fault].iter().filter_map(|(remedy, chance)| Some((remedies[*remedy]?, *chance))).collect();
    own.sort_by(|a, b| (b.1 * a.0.max(1.0)).total_cmp(&(a.1 * b.0.max(1.0))));
    let called = desk(1.0, 1.0);
    own.iter().rev().fold(called, |later, (seconds, chance)| (seconds + (1.0 - chance) * later).min(called))
}

/// What it costs to hand a case over: all that is left, and the cause that is the likeliest of it.
pub(super) fn desk(left: f32, likeliest: f32) -> f32 {
    left * DESK + (left - likeliest).max(0.0) * UNCLEAR
}

#[derive(Default)]
struct Scratch {
    chances: Vec<f32>,
    order: Vec<usize>,
    left: Vec<f32>,
    /// Of each place in the order: what trying costs, and what calling the desk instead would.
    costs: Vec<(f32, f32)>,
}

/// The expected cost of trying remedies by chance over cost and then calling the desk, at the best place to stop; and the first remedy, if
/// any is worth it.
fn expected(model: &Model, beliefs: &[f32], remedies: &[Option<f32>], scratch: &mut Scratch) -> (f32, Option<usize>) {
    let Scratch { chances, order, left, costs } = scratch;
    chances.clear();
    chances.resize(remedies.len(), 0.0);
    for (belief, mends) in beliefs.iter().zip(&model.mends) {
        mends.iter().for_each(|(remedy, chance)| chances[*remedy] += belief * chance);
    }
    order.clear();
    order.extend((0..remedies.len()).filter(|at| remedies[*at].is_some() && chances[*at] > 0.0));
    for at in order.iter() {
        chances[*at] /= remedies[*at].unwrap_or(1.0).max(1.0);
    }
    order.sort_unstable_by(|a, b| chances[*b].total_cmp(&chances[*a]).then(a.cmp(b)));
    left.clear();
    left.extend_from_slice(beliefs);
    costs.clear();
    let call = |left: &[f32]| {
        let (sum, top) = left.iter().fold((0.0_f32, 0.0_f32), |(sum, top), own| (sum + own, top.max(*own)));
        (sum, desk(sum, top))
    };
    for at in order.iter() {
        let (sum, calling) = call(left);
        costs.push((sum * remedies[*at].unwrap_or(0.0), calling));
        model.mended_by[*at].iter().for_each(|(fault, chance)| left[*fault] *= 1.0 - chance);
    }
    // From the end: whether going on costs less than calling.
    let (mut cost, mut first) = (call(left).1, None);
    for (at, (trying, calling)) in order.iter().zip(costs.iter()).rev() {
        let tried = trying + cost;
        (cost, first) = if tried < *calling { (tried, Some(*at)) } else { (*calling, None) };
    }
    (cost, first)
}
