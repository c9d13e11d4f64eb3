//! What to do next: the step that is expected to cost the least until the complaint is gone or the desk has it.
//!
//! Troubleshooting as a decision (Heckerman, Breese and Rommelse 1995): with a probability for each fault, remedies are tried by chance over
//! cost, as long as the next one is expected to spare more than it costs; a question is asked first when what its answers change is worth
//! more than asking, which one step of looking ahead tells. Ties break by place, so that a replay is exact.

use super::belief::Model;

/// What a case at the desk costs, in seconds of a person's time. Chosen: to report it, and to be without the app until it is answered, is worth ten minutes of
/// trying in the field, and no more.
pub(super) const DESK: f32 = 600.0;
/// What a question costs, in seconds: to read it, look, and answer.
pub(super) const QUESTION: f32 = 10.0;

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
pub(super) struct Open<'o> {
    /// Of each remedy its cost in seconds; none for one that was done or may not be.
    pub(super) remedies: &'o [Option<f32>],
    /// The facts that can be asked.
    pub(super) questions: &'o [usize],
}

/// The best next step, with beliefs that sum to 1.
pub(super) fn choose(model: &Model, beliefs: &[f32], open: &Open<'_>) -> Choice {
    let mut scratch = Scratch::default();
    let (now, first) = expected(model, beliefs, open.remedies, &mut scratch);
    let (mut best, mut cost) = (first.map_or(Choice::Desk, Choice::Do), now);
    let mut after = vec![0.0; beliefs.len()];
    for question in open.questions {
        let Some(fact) = model.facts.get(*question) else { continue };
        let mut with = QUESTION;
        for cell in 0..fact.cells() {
            let mut chance = 0.0;
            for (fault, (belief, after)) in beliefs.iter().zip(&mut after).enumerate() {
                *after = belief * fact.likely(fault, cell);
                chance += *after;
            }
            if chance > 0.0 {
                after.iter_mut().for_each(|belief| *belief /= chance);
                with += chance * expected(model, &after, open.remedies, &mut scratch).0;
            }
            if with >= cost {
                break;
            }
        }
        if with < cost - 1e-3 {
            (best, cost) = (Choice::Ask(*question), with);
        }
    }
    best
}

#[derive(Default)]
struct Scratch {
    chances: Vec<f32>,
    order: Vec<usize>,
}

/// The expected cost of trying remedies by chance over cost and then calling the desk, at the best place to stop; and the first remedy, if
/// any is worth it.
fn expected(model: &Model, beliefs: &[f32], remedies: &[Option<f32>], scratch: &mut Scratch) -> (f32, Option<usize>) {
    let Scratch { chances, order } = scratch;
    chances.clear();
    chances.resize(remedies.len(), 0.0);
    for (belief, mends) in beliefs.iter().zip(&model.mends) {
        // Of several remedies of one fault each later one only finds what the earlier left.
        let mut left = *belief;
        for (remedy, chance) in mends {
            if remedies.get(*remedy).copied().flatten().is_some() {
                chances[*remedy] += left * chance;
                left *= 1.0 - chance;
            }
        }
    }
    order.clear();
    order.extend((0..remedies.len()).filter(|at| remedies[*at].is_some() && chances[*at] > 0.0));
    let worth = |at: usize| chances[at] / remedies[at].unwrap_or(1.0).max(1.0);
    order.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)).then(a.cmp(b)));
    // From the end: what is left after all before it, and whether going on costs less than calling.
    let mut left = 1.0 - order.iter().map(|at| chances[*at]).sum::<f32>();
    let mut cost = left.max(0.0) * DESK;
    let mut first = None;
    for at in order.iter().rev() {
        left += chances[*at];
        let tried = left * remedies[*at].unwrap_or(0.0) + cost;
        let called = left * DESK;
        (cost, first) = if tried < called { (tried, Some(*at)) } else { (called, None) };
    }
    (cost, first)
}
