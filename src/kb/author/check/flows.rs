//! Flows: that everything they name exists, that every fault ends somewhere, and that nothing loses data unasked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::diagnostics::Problem;
use super::super::readability::{sentences, words};
use super::super::source::{FLOWS, Reading};
use super::facts::{Known, admits};
use super::{Place, item_place, key_place};
use crate::kb::{Condition, Escalation, FactId, FactValue, Flow, Remedy};

/// Most words in a sentence that a person reads in a hurry. Chosen below the articles' limit: a step is done while it is read.
const MAX_WORDS: usize = 20;

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let known = Known::new(&reading.source.facts);
    for flow in &reading.source.flows {
        let mut flow = Checked { reading, flow, known: &known, file: format!("{FLOWS}/{}.yaml", flow.flow), found };
        if !reading.files.contains_key(Path::new(&flow.file)) {
            flow.tell(
                "bad-id",
                "",
                "flow",
                Place::default(),
                "el id del flujo no es el nombre de su archivo".into(),
                "cambie uno de los dos",
            );
            continue;
        }
        flow.head();
        flow.faults();
        flow.remedies();
    }
}

struct Checked<'c> {
    reading: &'c Reading,
    flow: &'c Flow,
    known: &'c Known<'c>,
    file: String,
    found: &'c mut Vec<Problem>,
}

impl Checked<'_> {
    fn tell(&mut self, code: &'static str, id: &str, field: &str, place: Place, message: String, help: &str) {
        let message = if id.is_empty() { message } else { format!("{id}: {message}") };
        self.found.push(Problem::error(code, PathBuf::from(&self.file), message).at(place).field(field).help(help));
    }

    /// Tells what is wrong with a field of a listed item.
    fn item(&mut self, section: &str, id: &str, field: &str, code: &'static str, message: String, help: &str) {
        let place = item_place(self.reading, &self.file, section, id, field);
        self.tell(code, id, field, place, message, help);
    }

    fn condition(&mut self, place: Place, id: &str, fact: &FactId, condition: &Condition) {
        match self.known.fact(fact.as_str()) {
            None => self.tell(
                "unknown-fact",
                id,
                "",
                place,
                format!("el dato «{fact}» no está en facts.yaml"),
                "corrija el id, o agregue el dato",
            ),
            Some(known) if known.id != *fact => {
                self.tell("unknown-fact", id, "", place, format!("«{fact}» es un alias"), &format!("escriba «{}»", known.id));
            }
            Some(known) => {
                if let Err((message, help)) = admits(&known.kind, condition) {
                    self.tell("bad-condition", id, "", place, format!("{fact}: {message}"), &help);
                }
            }
        }
    }

    fn head(&mut self) {
        let flow = self.flow;
        let [goal, normal, usual, report, otherwise, service] =
            ["goal", "normal", "usual", "report", "otherwise", "service"].map(|key| key_place(self.reading, &self.file, key));
        self.condition(goal, "", &flow.goal.fact, &flow.goal.is);
        for (fact, condition) in &flow.normal {
            self.condition(normal, "", fact, condition);
        }
        for (fact, condition) in &flow.usual {
            self.condition(usual, "", fact, condition);
        }
        for fact in &flow.report {
            if self.known.fact(fact.as_str()).is_none() {
                self.tell("unknown-fact", "", "report", report, format!("el dato «{fact}» no está en facts.yaml"), "corrija el id");
            }
        }
        self.escalation(otherwise, "", &flow.otherwise);
        let services = self.reading.source.catalog.as_ref().map(|catalog| &catalog.services);
        if services.is_some_and(|services| !services.iter().any(|service| service.id == flow.service)) {
            let message = format!("el servicio «{}» no está en el catálogo", flow.service);
            self.tell("unknown-service", "", "service", service, message, "corrija el id");
        }
    }

    fn escalation(&mut self, place: Place, id: &str, escalation: &Escalation) {
        let Some(catalog) = &self.reading.source.catalog else { return };
        let area = catalog.areas.iter().find(|area| area.id == escalation.area);
        match area {
            None => self.tell(
                "unknown-area",
                id,
                "area",
                place,
                format!("el área «{}» no está en el catálogo", escalation.area),
                "corrija el id",
            ),
            Some(area) if area.level != escalation.level => {
                let message = format!("el área «{}» es de nivel {}, no {}", area.id, area.level, escalation.level);
                self.tell("wrong-level", id, "level", place, message, "corrija el nivel o el área");
            }
            Some(_) => {}
        }
    }

    fn faults(&mut self) {
        let mut ids = BTreeSet::new();
        for fault in &self.flow.faults {
            let id = fault.id.as_str();
            let at = |field: &str| item_place(self.reading, &self.file, "faults", id, field);
            let (signs, likely, escalate) = (at("signs"), at("likely"), at("escalate"));
            if !ids.insert(id) {
                self.item("faults", id, "id", "duplicate-id", "está dos veces".into(), "cambie uno");
            }
            if !(fault.prior > 0.0 && fault.prior.is_finite()) {
                self.item("faults", id, "prior", "bad-number", "prior debe ser mayor que 0".into(), "diga qué tan seguido es la causa");
            }
            if fault.remedies.is_empty() && fault.escalate.is_none() {
                self.item(
                    "faults",
                    id,
                    "remedies",
                    "dead-end",
                    "no tiene arreglo ni quien la reciba".into(),
                    "agregue remedies o escalate",
                );
            }
            if fault.signs.is_empty() && fault.likely.is_empty() {
                self.item("faults", id, "signs", "no-sign", "nada la muestra".into(), "agregue signs o likely");
            }
            for (fact, condition) in &fault.signs {
                self.condition(signs, id, fact, condition);
            }
            for (fact, values) in &fault.likely {
                for (value, chance) in values {
                    self.condition(likely, id, fact, &Condition::from(FactValue::Text(value.clone())));
                    if !(0.0..=1.0).contains(chance) {
                        self.item("faults", id, "likely", "bad-number", format!("{fact}: «{chance}» no está entre 0 y 1"), "corríjalo");
                    }
                }
                if values.values().sum::<f32>() > 1.001 {
                    self.item("faults", id, "likely", "bad-number", format!("{fact}: las partes suman más de 1"), "corríjalas");
                }
            }
            for remedy in fault.remedies.iter().filter(|remedy| self.flow.remedy(remedy).is_none()).cloned().collect::<Vec<_>>() {
                self.item(
                    "faults",
                    id,
                    "remedies",
                    "unknown-remedy",
                    format!("el arreglo «{remedy}» no está en remedies"),
                    "corrija el id",
                );
            }
            if let Some(article) =
                fault.article.as_ref().filter(|article| !self.reading.source.articles.iter().any(|own| own.id == **article))
            {
                self.item("faults", id, "article", "unknown-article", format!("el artículo «{article}» no existe"), "corrija el id");
            }
            if let Some(escalation) = &fault.escalate {
                self.escalation(escalate, id, escalation);
                if fault.say.is_none() {
                    self.item("faults", id, "escalate", "missing-text", "no dice nada a la persona".into(), "agregue say");
                }
            }
            if let Some(say) = &fault.say {
                self.readable("faults", id, "say", say);
            }
        }
    }

    fn remedies(&mut self) {
        let mut ids = BTreeSet::new();
        for remedy in &self.flow.remedies {
            let id = remedy.id.as_str();
            let at = |field: &str| item_place(self.reading, &self.file, "remedies", id, field);
            let (proves, only_if) = (at("proves"), at("only_if"));
            if !ids.insert(id) {
                self.item("remedies", id, "id", "duplicate-id", "está dos veces".into(), "cambie uno");
            }
            if !self.flow.faults.iter().any(|fault| fault.remedies.contains(&remedy.id)) {
                self.item("remedies", id, "id", "unused", "ninguna falla lo usa".into(), "úselo o quítelo");
            }
            if !(remedy.chance > 0.0 && remedy.chance <= 1.0) || remedy.seconds == 0 {
                let message = "chance va de 0 a 1, y seconds es mayor que 0".to_owned();
                self.item("remedies", id, "chance", "bad-number", message, "corríjalos");
            }
            if remedy.may_lose_data && remedy.only_if.is_empty() {
                let message = "puede perder datos y no dice cuándo es seguro".to_owned();
                self.item("remedies", id, "may_lose_data", "data-loss", message, "agregue only_if");
            }
            for (fact, condition) in &remedy.proves {
                self.condition(proves, id, fact, condition);
            }
            for (fact, condition) in &remedy.only_if {
                self.condition(only_if, id, fact, condition);
            }
            if let Some(picture) =
                remedy.picture.as_ref().filter(|picture| !self.reading.source.media.iter().any(|own| own.id == **picture))
            {
                self.item("remedies", id, "picture", "unknown-media", format!("la imagen «{picture}» no está en media/"), "corrija el id");
            }
            self.words(remedy);
        }
    }

    fn words(&mut self, remedy: &Remedy) {
        for text in std::iter::once(&remedy.text).chain(remedy.variants.iter().map(|variant| &variant.text)) {
            self.readable("remedies", &remedy.id, "do", text);
        }
    }

    fn readable(&mut self, section: &str, id: &str, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.item(section, id, field, "empty-value", "el texto está vacío".into(), "escriba qué hacer");
        }
        let longest = sentences(text).into_iter().map(|sentence| words(sentence).count()).max().unwrap_or(0);
        if longest > MAX_WORDS {
            let message = format!("una oración tiene {longest} palabras; deben ser {MAX_WORDS} o menos");
            self.item(section, id, field, "long-sentence", message, "pártala en dos");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Base;

    const FLOW: &str = "flow: gps\nservice: gps\ntitle: No toma el punto\ngoal: { fact: location.enabled, is: true }\nfaults:\n  - id: gps.off\n    name: Apagada\n    prior: 1\n    signs: { location.enabled: false }\n    remedies: [encender]\nremedies:\n  - id: encender\n    do: Enciéndala.\n    seconds: 10\n    chance: 0.9\n    proves: { location.enabled: true }\notherwise: { level: 1, area: mesa, reason: unknown }\n";

    fn told(from: &str, to: &str) -> std::io::Result<Vec<(&'static str, u32)>> {
        let base = Base::new()?;
        assert!(FLOW.contains(from), "{from}");
        base.write("flows/gps.yaml", FLOW.replacen(from, to, 1))?;
        Ok(base.told().into_iter().map(|told| (told.0, told.2)).collect())
    }

    #[test]
    fn a_sound_flow_has_nothing_to_tell() -> std::io::Result<()> {
        assert_eq!(told("gps", "gps")?, []);
        Ok(())
    }

    #[test]
    fn what_does_not_exist_or_ends_nowhere_is_told_with_its_line() -> std::io::Result<()> {
        for (from, to, expected) in [
            ("remedies: [encender]", "remedies: [apagar]", vec![("unknown-remedy", 10), ("unused", 12)]),
            ("    remedies: [encender]\n", "", vec![("dead-end", 6), ("unused", 11)]),
            ("signs: { location.enabled: false }", "signs: { nada: false }", vec![("unknown-fact", 9)]),
            ("signs: { location.enabled: false }", "signs: { location.enabled: 7 }", vec![("bad-condition", 9)]),
            ("signs: { location.enabled: false }", "signs: { gps.on: false }", vec![("unknown-fact", 9)]),
            ("prior: 1", "prior: 0", vec![("bad-number", 8)]),
            ("area: mesa", "area: nadie", vec![("unknown-area", 17)]),
            ("chance: 0.9", "chance: 9", vec![("bad-number", 15)]),
            ("seconds: 10", "seconds: 10\n    may_lose_data: true", vec![("data-loss", 15)]),
            ("seconds: 10", "seconds: 10\n    picture: nada", vec![("unknown-media", 15)]),
            ("flow: gps", "flow: otro", vec![("bad-id", 0)]),
        ] {
            assert_eq!(told(from, to)?, expected, "{to}");
        }
        Ok(())
    }
}
