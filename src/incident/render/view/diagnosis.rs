//! What a guided session found out, in words.

use std::collections::BTreeMap;

use super::super::Block;
use super::super::words;
use super::{Writer, list, rows, table};
use crate::diagnose::Source;
use crate::incident::record::{Diagnosis, Told};
use crate::kb::FactId;

impl Writer<'_> {
    pub(super) fn diagnosis(&self) -> Vec<Option<Block>> {
        let Some(diagnosis) = &self.incident.diagnosis else { return Vec::new() };
        let tried: Vec<String> = diagnosis
            .tried
            .iter()
            .map(|own| format!("{}: {}", if own.done { "Hecho" } else { "No se pudo" }, or_id(&own.text, &own.remedy)))
            .collect();
        vec![
            self.found(diagnosis),
            list(Some("Lo que se probó"), tried.iter().map(String::as_str)),
            self.answered(diagnosis),
            list(Some("El usuario no supo decir"), self.unanswered(diagnosis).into_iter()),
            list(Some("Lo que falta saber"), self.missing(diagnosis)),
            self.read(diagnosis),
            self.unread(diagnosis),
            list(Some("Se omitió por ser privado"), diagnosis.withheld.iter().map(|fact| self.rules.fact_name(fact))),
        ]
    }

    fn found(&self, diagnosis: &Diagnosis) -> Option<Block> {
        let cause = match (&diagnosis.fault_name, &diagnosis.fault) {
            (Some(name), Some(id)) => Some(format!("{name} ({id})")),
            (name, id) => name.clone().or_else(|| id.as_ref().map(ToString::to_string)),
        };
        let reason = diagnosis.escalation.as_ref().map(|escalation| words::reason(escalation.reason));
        let outcome = words::outcome(diagnosis.outcome);
        rows([
            ("Resultado", Some(reason.map_or_else(|| outcome.to_owned(), |reason| format!("{outcome}: {reason}")))),
            ("Causa", Some(cause.unwrap_or_else(|| "No se sabe".to_owned()))),
            ("Guía", Some(format!("{} (versión {})", diagnosis.flow, diagnosis.version))),
            ("Pasó por las guías", Some(diagnosis.through.join(", "))),
        ])
    }

    /// What the person answered, in order.
    fn answered(&self, diagnosis: &Diagnosis) -> Option<Block> {
        let answered = diagnosis.transcript.iter().filter(|told| told.by == Source::Person && told.value.is_some());
        let row = |told: &Told| [self.question(told).to_owned(), told.answer.clone().unwrap_or_else(|| self.said(told))];
        table(Some("Preguntas y respuestas"), &["Pregunta", "Respuesta"], answered.map(row))
    }

    /// What the person was asked and never could say, each question once.
    fn unanswered<'d>(&'d self, diagnosis: &'d Diagnosis) -> Vec<&'d str> {
        let asked = || diagnosis.transcript.iter().filter(|told| told.by == Source::Person);
        let never = |told: &&Told| !asked().any(|own| own.fact == told.fact && own.value.is_some());
        let mut questions = Vec::new();
        for told in asked().filter(never) {
            let question = self.question(told);
            if !questions.contains(&question) {
                questions.push(question);
            }
        }
        questions
    }

    fn question<'d>(&'d self, told: &'d Told) -> &'d str {
        told.question.as_deref().filter(|question| !question.trim().is_empty()).unwrap_or_else(|| self.rules.fact_name(&told.fact))
    }

    /// What the desk still wants to know, but for what the record says elsewhere: the session didn't know the phone that the app knows.
    fn missing<'d>(&'d self, diagnosis: &'d Diagnosis) -> impl Iterator<Item = &'d str> {
        let device = &self.incident.device;
        let known = |fact: &FactId| match fact.as_str() {
            "vendor" => device.vendor.is_some(),
            "device.model" => device.model.is_some(),
            "android" | "android.sdk" => device.android.is_some() || device.api_level.is_some(),
            "storage.free_mb" => device.storage_free_mb.is_some(),
            "app.version" => self.incident.app.as_ref().is_some_and(|app| app.version.is_some()),
            _ => false,
        };
        diagnosis.missing.iter().filter(move |fact| !known(fact)).map(|fact| self.rules.fact_name(fact))
    }

    /// What the app read, each fact once with the values that it took, in order.
    fn read(&self, diagnosis: &Diagnosis) -> Option<Block> {
        let mut order: Vec<&FactId> = Vec::new();
        let mut taken: BTreeMap<&FactId, Vec<String>> = BTreeMap::new();
        for told in read_at_all(diagnosis) {
            let values = taken.entry(&told.fact).or_insert_with(|| {
                order.push(&told.fact);
                Vec::new()
            });
            let value = self.said(told);
            if values.last() != Some(&value) {
                values.push(value);
            }
        }
        let row = |fact: &FactId| [self.named(fact), taken.get(fact).map(|values| values.join(" → ")).unwrap_or_default()];
        table(Some("Lo que leyó la aplicación"), &["Dato", "Lectura"], order.into_iter().map(row))
    }

    /// What the app could never read: a line, for there may be dozens.
    fn unread(&self, diagnosis: &Diagnosis) -> Option<Block> {
        let read: Vec<&FactId> = read_at_all(diagnosis).map(|told| &told.fact).collect();
        let mut unread: Vec<&str> = Vec::new();
        for told in diagnosis.transcript.iter().filter(|told| told.by == Source::Probe && !read.contains(&&told.fact)) {
            if !unread.contains(&told.fact.as_str()) {
                unread.push(told.fact.as_str());
            }
        }
        rows([("La aplicación no pudo leer", Some(unread.join(", ")))])
    }

    fn said(&self, told: &Told) -> String {
        told.value.as_ref().map_or_else(|| words::unknown(told.by).to_owned(), |value| self.rules.fact_value(&told.fact, value))
    }

    /// The question with the id, by which the guide's author finds it.
    fn named(&self, fact: &FactId) -> String {
        let name = self.rules.fact_name(fact);
        if name == fact.as_str() { name.to_owned() } else { format!("{name} ({fact})") }
    }
}

/// The facts of which the app read a value at some time, with all that it read of them.
fn read_at_all(diagnosis: &Diagnosis) -> impl Iterator<Item = &Told> {
    let probed = |told: &&Told| told.by == Source::Probe;
    let has_value =
        |fact: &FactId| diagnosis.transcript.iter().any(|own| own.by == Source::Probe && own.fact == *fact && own.value.is_some());
    diagnosis.transcript.iter().filter(probed).filter(move |told| has_value(&told.fact))
}

fn or_id<'t>(text: &'t str, id: &'t str) -> &'t str {
    if text.trim().is_empty() { id } else { text }
}
