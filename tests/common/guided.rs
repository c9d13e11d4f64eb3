//! A session walked through by numbers, for tests and fuzz targets.

use baquiano::diagnose::{Input, Session, Source, Step};
use baquiano::kb::{FactType, FactValue};

/// Some value of a fact, by a number; unknown for 0.
fn value_of(kind: &FactType, pick: u8) -> Option<FactValue> {
    match (kind, pick) {
        (_, 0) => None,
        (FactType::Bool, _) => Some(pick.is_multiple_of(2).into()),
        (FactType::Int, _) => Some((i64::from(pick) * 9 - 20).into()),
        (FactType::OneOf(values), _) => values.get(usize::from(pick) % values.len().max(1)).map(|value| value.as_str().into()),
        (FactType::Text | FactType::Version, _) => Some(FactValue::Text(format!("{}.1", pick % 16))),
    }
}

/// Does at most so many steps, each value and each remedy (1: it can't be done) by the next number; whether the session came to an end.
pub(crate) fn walk(session: &mut Session, mut picks: impl Iterator<Item = u8>, steps: usize) -> bool {
    for _ in 0..steps {
        let told = |session: &Session, fact, pick, by| {
            let value = session.fact(&fact).and_then(|fact| value_of(&fact.kind, pick));
            Input::Fact { fact, value, by }
        };
        match session.next() {
            Step::Probe(facts) => {
                for fact in facts {
                    let input = told(session, fact, picks.next().unwrap_or(0), Source::Probe);
                    session.take(input).unwrap();
                }
            }
            Step::Ask(ask) => {
                let input = told(session, ask.fact, picks.next().unwrap_or(0), Source::Person);
                session.take(input).unwrap();
            }
            Step::Do(todo) if picks.next() == Some(1) => session.take(Input::Skipped(todo.remedy)).unwrap(),
            Step::Do(todo) => session.take(Input::Did(todo.remedy)).unwrap(),
            Step::Go(_) | Step::Concluded(_) => return true,
        }
    }
    false
}
