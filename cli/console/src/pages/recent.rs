//! What a technician asked lately, to ask it again: redacted, in memory alone, each person's own.
//!
//! Nothing of it touches a disk, neither here nor in the browser, whose session storage is a file, too. A console that starts has none.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use baquiano::incident::Redaction;

use crate::guard::Person;

/// Longest question that is remembered, in characters: the longest that is searched.
const LONGEST: usize = super::search::LONGEST;
/// Questions that are remembered for each person. Chosen: what a list shows without scrolling.
const MOST: usize = 10;

/// The questions of each person, the last one first. A console that is reached from this computer alone has one person.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<BTreeMap<Option<String>, VecDeque<String>>>);

impl Recent {
    /// Remembers a question; one that was there moves to the front.
    pub(super) fn note(&self, person: &Person, question: &str) {
        let question: String = Redaction::default().text(question.trim()).chars().take(LONGEST).collect();
        if question.is_empty() {
            return;
        }
        let mut all = self.lock();
        let own = all.entry(person.0.clone()).or_default();
        own.retain(|other| *other != question);
        own.push_front(question);
        own.truncate(MOST);
    }

    pub(super) fn of(&self, person: &Person) -> Vec<String> {
        self.lock().get(&person.0).map(|own| own.iter().cloned().collect()).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Option<String>, VecDeque<String>>> {
        // A list of questions is never half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ten_are_remembered_redacted_and_for_nobody_else() {
        let (recent, ana, eva) = (Recent::default(), Person(Some("ana".to_owned())), Person(Some("eva".to_owned())));
        for at in 0..12 {
            recent.note(&ana, &format!("no abre {at}"));
        }
        recent.note(&ana, " no abre 11 ");
        recent.note(&ana, "  ");
        recent.note(&ana, "soy 0801-1990-12345 y no abre");
        let own = recent.of(&ana);
        assert_eq!((own.len(), own[0].as_str(), own[1].as_str()), (MOST, "soy [identidad] y no abre", "no abre 11"));
        assert!(recent.of(&eva).is_empty());
    }
}
