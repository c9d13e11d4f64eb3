//! Asking test questions and counting how they are answered: what `eval` and `kb check` share.

use std::collections::BTreeMap;

use baquiano::KnowledgeBase;
use baquiano::kb::author::QueryCase;
use baquiano::kb::{ArticleId, ServiceId};
use baquiano::search::{Query, SearchError};
use serde::Serialize;

/// How deep a hit is looked for: the ten that a search shows.
const DEPTH: usize = 10;
/// An article further down than this isn't seen.
const SEEN: usize = 3;

/// Counts of one group of questions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) questions: u32,
    first: u32,
    third: u32,
    reciprocal: f64,
}

impl Tally {
    fn add(&mut self, rank: Option<usize>) {
        self.questions += 1;
        if let Some(rank) = rank {
            self.first += u32::from(rank == 1);
            self.third += u32::from(rank <= 3);
            self.reciprocal += 1.0 / rank as f64;
        }
    }

    fn share(&self, count: f64) -> f64 {
        // Four digits: with some hundred questions the fifth means nothing.
        if self.questions == 0 { 0.0 } else { (count / f64::from(self.questions) * 1e4).round() / 1e4 }
    }

    pub(crate) fn rates(&self) -> Rates {
        Rates {
            questions: self.questions,
            success_1: self.share(self.first.into()),
            success_3: self.share(self.third.into()),
            mrr: self.share(self.reciprocal),
        }
    }
}

/// How often the right answer came first, among the first three, and its mean reciprocal rank.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Rates {
    pub(crate) questions: u32,
    #[serde(rename = "success@1")]
    pub(crate) success_1: f64,
    #[serde(rename = "success@3")]
    pub(crate) success_3: f64,
    pub(crate) mrr: f64,
}

/// A question that was not answered as it should.
#[derive(Debug, Serialize)]
pub(crate) struct Miss {
    pub(crate) line: u32,
    pub(crate) question: String,
    pub(crate) expected: Place,
    /// The first hit.
    pub(crate) got: Option<Place>,
    pub(crate) confidence: f32,
    /// Whether at least the service was right.
    pub(crate) service_right: bool,
}

/// A service, and an article of it.
#[derive(Debug, Serialize)]
pub(crate) struct Place {
    pub(crate) service: ServiceId,
    pub(crate) article: Option<ArticleId>,
}

/// What asking all questions gave.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) service: Tally,
    pub(crate) article: Tally,
    pub(crate) by_noise: BTreeMap<String, Tally>,
    pub(crate) by_split: BTreeMap<String, Tally>,
    pub(crate) misses: Vec<Miss>,
}

/// Asks each question without any context.
pub(crate) fn ask_all(kb: &KnowledgeBase, cases: &[QueryCase]) -> Result<Outcome, SearchError> {
    let mut outcome = Outcome::default();
    for case in cases {
        let answer = kb.index().search(&Query { limit: DEPTH, ..Query::new(case.question.as_str()) })?;
        let rank = answer.hits.iter().position(|hit| hit.service == case.service).map(|at| at + 1);
        outcome.service.add(rank);
        for (group, name) in [(&mut outcome.by_noise, &case.noise), (&mut outcome.by_split, &case.split)] {
            if let Some(name) = name {
                group.entry(name.clone()).or_default().add(rank);
            }
        }
        let article_rank = case.article.as_ref().map(|id| answer.hits.iter().position(|hit| hit.id == *id).map(|at| at + 1));
        if let Some(rank) = article_rank {
            outcome.article.add(rank);
        }
        let article_seen = article_rank.is_none_or(|rank| rank.is_some_and(|rank| rank <= SEEN));
        if rank != Some(1) || !article_seen {
            outcome.misses.push(Miss {
                line: case.line,
                question: case.question.clone(),
                expected: Place { service: case.service.clone(), article: case.article.clone() },
                got: answer.hits.first().map(|hit| Place { service: hit.service.clone(), article: Some(hit.id.clone()) }),
                confidence: answer.confidence,
                service_right: rank == Some(1),
            });
        }
    }
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_become_rates() {
        let mut tally = Tally::default();
        [Some(1), Some(2), Some(4), None].into_iter().for_each(|rank| tally.add(rank));
        assert_eq!(tally.rates(), Rates { questions: 4, success_1: 0.25, success_3: 0.5, mrr: 0.4375 });
        assert_eq!(Tally::default().rates(), Rates { questions: 0, success_1: 0.0, success_3: 0.0, mrr: 0.0 });
    }
}
