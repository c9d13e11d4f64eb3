//! The model of services: which words speak for which service.
//!
//! A multinomial logistic regression over the stems of titles, symptoms, keywords and sentences, trained when the pack is
//! built. What an inverse document frequency can't tell (that *cámara* decides and *pendiente* doesn't) it learns from the
//! knowledge base itself; the questions of the tests are never shown to it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::layout::{PAIR_WINDOW, pair};

/// One phrase: its stems in order, its service, and what it counts for.
pub(super) struct Example {
    pub(super) stems: Vec<u32>,
    pub(super) service: usize,
    pub(super) weight: f32,
}

/// What was learned: of each stem, and of each pair of stems that are often near each other, a weight for each service.
pub(super) struct Model {
    pub(super) stems: Vec<f32>,
    /// Sorted by pair.
    pub(super) pairs: Vec<(u64, Vec<f32>)>,
}

/// How often a pair must be seen to be learned.
const OFTEN: f32 = 2.0;
/// A pair whose weights are all below this isn't kept.
const TELLING: f32 = 0.25;

/// The pairs of stems that stand near each other.
fn pairs(stems: &[u32]) -> BTreeSet<u64> {
    let near = |at: usize| stems.get(at + 1..(at + 1 + PAIR_WINDOW).min(stems.len())).unwrap_or_default();
    stems
        .iter()
        .enumerate()
        .flat_map(|(at, one)| near(at).iter().filter(move |other| *other != one).map(move |other| pair(*one, *other)))
        .collect()
}

/// Learns the model. Pairs say what no word alone does: a *foto* of the *pantalla* is no matter of the camera.
pub(super) fn learn(examples: &[Example], stems: usize, services: usize) -> Model {
    let mut counts: BTreeMap<u64, f32> = BTreeMap::new();
    for example in examples {
        pairs(&example.stems).into_iter().for_each(|pair| *counts.entry(pair).or_default() += example.weight);
    }
    let numbers: BTreeMap<u64, u32> =
        counts.into_iter().filter(|(_, count)| *count >= OFTEN).map(|(pair, _)| pair).zip(stems as u32..).collect();
    let features = |example: &Example| {
        let mut all: BTreeSet<u32> = example.stems.iter().copied().collect();
        all.extend(pairs(&example.stems).iter().filter_map(|pair| numbers.get(pair)));
        Features { features: all.into_iter().collect(), service: example.service, weight: example.weight }
    };
    let every = examples.len().div_ceil(MOST_EXAMPLES).max(1);
    let examples: Vec<Features> = examples.iter().step_by(every).map(features).collect();
    let mut weights = descend(&examples, stems + numbers.len(), services);
    let of_pairs = weights.split_off(stems * services);
    let rows = numbers.into_keys().zip(of_pairs.chunks(services).map(<[f32]>::to_vec));
    let telling = |row: &[f32]| row.iter().any(|weight| weight.abs() >= TELLING);
    Model { stems: weights, pairs: rows.filter(|(_, row)| telling(row)).collect() }
}

struct Features {
    features: Vec<u32>,
    service: usize,
    weight: f32,
}

/// Rounds of gradient descent. Measured: after 150 no weight moves by a sixteenth, which is what is stored.
const ROUNDS: usize = 150;
/// Penalty on the square of a weight, per example. Chosen on the tuning questions among 0.0003, 0.001, 0.003.
const PENALTY: f32 = 0.001;
/// Most examples that are learned from; a larger base has many of each kind, so every n-th of its phrases says enough.
const MOST_EXAMPLES: usize = 20_000;

/// Learns the weights: one row per feature, one column per service.
///
/// Full-batch descent with a step per weight that grows while its gradient keeps its sign and shrinks when it turns (Rprop,
/// Riedmiller and Braun 1993): it needs no learning rate, and gives the same result each time.
fn descend(examples: &[Features], features: usize, services: usize) -> Vec<f32> {
    let mut weights = vec![0.0_f32; features * services];
    let (mut steps, mut before) = (vec![0.05_f32; features * services], vec![0.0_f32; features * services]);
    let all: f32 = examples.iter().map(|example| example.weight).sum::<f32>().max(1.0);
    // Services with many articles must not win by that alone.
    let mut of_service = vec![0.0_f32; services];
    examples.iter().for_each(|example| of_service[example.service] += example.weight);
    let balance: Vec<f32> = of_service.iter().map(|own| (all / services as f32 / own.max(1.0)).sqrt()).collect();
    let mut gradient = vec![0.0_f32; features * services];
    let mut likely = vec![0.0_f32; services];
    for _ in 0..ROUNDS {
        gradient.iter_mut().zip(&weights).for_each(|(gradient, weight)| *gradient = PENALTY * all * weight / services as f32);
        for example in examples {
            likely.fill(0.0);
            for feature in &example.features {
                add(&mut likely, &weights[*feature as usize * services..][..services], 1.0);
            }
            softmax(&mut likely);
            likely[example.service] -= 1.0;
            let weight = example.weight * balance[example.service];
            for feature in &example.features {
                add(&mut gradient[*feature as usize * services..][..services], &likely, weight);
            }
        }
        let mut at = 0;
        while at < weights.len() {
            let (slope, turned) = (gradient[at], before[at] * gradient[at]);
            if turned > 0.0 {
                steps[at] = (steps[at] * 1.2).min(0.5);
            } else if turned < 0.0 {
                steps[at] *= 0.5;
            }
            if slope != 0.0 {
                weights[at] -= steps[at].copysign(slope);
            }
            before[at] = slope;
            at += 1;
        }
    }
    weights
}

/// Adds so many times the one row to the other.
///
/// By an index, like the loop over all weights: nearly all of a pack's making is these two, and where a build script makes it the library isn't optimised. Iterators took five times as long there.
fn add(to: &mut [f32], row: &[f32], times: f32) {
    let row = &row[..to.len()];
    let mut at = 0;
    while at < to.len() {
        to[at] += times * row[at];
        at += 1;
    }
}

fn softmax(sums: &mut [f32]) {
    let most = sums.iter().copied().fold(f32::MIN, f32::max);
    sums.iter_mut().for_each(|sum| *sum = (*sum - most).exp());
    let all: f32 = sums.iter().sum();
    sums.iter_mut().for_each(|sum| *sum /= all);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_speaks_for_the_service_that_says_it() {
        // Stem 0 is said by all, 1 by the first service, 2 by the second.
        let example = |stems: &[u32], service| Example { stems: stems.to_vec(), service, weight: 1.0 };
        let examples = [example(&[0, 1], 0), example(&[0, 2], 1), example(&[1], 0), example(&[0, 2], 1)];
        let weights = learn(&examples, 3, 2).stems;
        assert!(weights[2] > 0.5 && weights[5] > 0.5, "{weights:?}");
        assert!(weights[2] > weights[0].abs(), "{weights:?}");
        assert_eq!(weights, learn(&examples, 3, 2).stems);
    }

    #[test]
    fn a_pair_speaks_against_its_words() {
        // 0 and 1 speak for the first service, together for the second.
        let example = |stems: &[u32], service| Example { stems: stems.to_vec(), service, weight: 1.0 };
        let examples: Vec<Example> = [(&[0][..], 0), (&[1], 0), (&[0, 1], 1), (&[0, 2], 0), (&[1, 2], 0), (&[1, 0], 1)]
            .map(|(stems, service)| example(stems, service))
            .into();
        let model = learn(&examples, 3, 2);
        let (key, row) = &model.pairs[0];
        assert_eq!(*key, pair(1, 0));
        assert!(row[1] > 0.5, "{row:?}");
    }
}
