//! Questions that found nothing: gaps in the content, which the desk wants to hear of.
//!
//! They are redacted before they are kept, like incidents.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::incident::Redaction;
use crate::kb::AppId;
use crate::search::analyzer::fold_text;

/// Most different questions that are kept: chosen, a phone asks a few dozen a year. Further ones are counted as dropped.
const MOST: usize = 500;
/// Longest question that is kept, in characters.
const LONGEST: usize = 160;

/// A question that found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Unanswered {
    /// The question, redacted.
    pub question: String,
    /// The app in which it was asked last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app: Option<AppId>,
    /// How often it was asked.
    pub count: u32,
    /// When it was asked last, milliseconds since 1970 UTC.
    pub last_ms: i64,
}

#[derive(Debug, Default)]
pub(super) struct Log {
    file: Option<PathBuf>,
    questions: Mutex<BTreeMap<String, Unanswered>>,
}

impl Log {
    pub(super) fn open(file: PathBuf) -> io::Result<Self> {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        // One JSON record a line; a line that a power cut left half written is no reason to lose the others.
        let read = text.lines().filter_map(|line| serde_json::from_str::<Unanswered>(line).ok());
        let questions = read.map(|question| (fold_text(&question.question), question)).collect();
        Ok(Self { file: Some(file), questions: Mutex::new(questions) })
    }

    pub(super) fn note(&self, question: &str, app: Option<&AppId>, now_ms: i64) {
        let redacted = redact(question);
        let key = fold_text(&redacted);
        if key.is_empty() {
            return;
        }
        let mut questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        if questions.len() >= MOST && !questions.contains_key(&key) {
            return;
        }
        let entry = questions.entry(key).or_insert(Unanswered { question: redacted, app: None, count: 0, last_ms: now_ms });
        entry.count = entry.count.saturating_add(1);
        entry.last_ms = now_ms;
        entry.app = app.cloned().or(entry.app.take());
        // The log is a courtesy: when it can't be written the search must still answer.
        let _ = self.write(&questions);
    }

    pub(super) fn all(&self) -> Vec<Unanswered> {
        self.questions.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(super) fn clear(&self) -> io::Result<()> {
        let mut questions = self.questions.lock().unwrap_or_else(PoisonError::into_inner);
        questions.clear();
        self.write(&questions)
    }

    fn write(&self, questions: &BTreeMap<String, Unanswered>) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        let beside = file.with_extension("new");
        let mut out = fs::File::create(&beside)?;
        for question in questions.values() {
            serde_json::to_writer(&mut out, question)?;
            out.write_all(b"\n")?;
        }
        fs::rename(beside, file)
    }
}

/// The question without what may tell of a person.
fn redact(question: &str) -> String {
    Redaction::default().text(question).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_of_a_person_is_hidden() {
        for (asked, kept) in [
            ("mi identidad es 0801-1990-12345 y no entra", "mi identidad es [identidad] y no entra"),
            ("escríbame a ana@ejemplo.hn porfa", "escríbame a [correo] porfa"),
            ("mi clave es Abc123 y no la acepta", "mi clave es [clave] y no la acepta"),
            ("el android 13 no abre", "el android 13 no abre"),
        ] {
            assert_eq!(redact(asked), kept);
        }
        assert!(redact(&"palabra ".repeat(100)).chars().count() <= LONGEST);
    }

    #[test]
    fn the_log_counts_and_outlives_the_process() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("sin-respuesta.jsonl");
        let log = Log::open(file.clone()).unwrap();
        log.note("¿Cómo hago tortillas?", None, 5);
        log.note("como hago tortillas", None, 9);
        log.note("🙂", None, 9);
        drop(log);
        let all = Log::open(file.clone()).unwrap().all();
        assert_eq!((all.len(), all[0].count, all[0].last_ms), (1, 2, 9));
        let log = Log::open(file.clone()).unwrap();
        log.clear().unwrap();
        assert!(Log::open(file).unwrap().all().is_empty());
    }
}
