//! Flows: that everything they name exists, that every fault ends somewhere, and that nothing loses data unasked.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::diagnostics::Problem;
use super::super::readability::{Counts, sentences, words};
use super::super::source::{FLOWS, Reading};
use super::facts::{Known, admits};
use super::{Place, item_place, key_place};
use crate::kb::{ACTIONS, Condition, Escalation, Fact, FactId, FactValue, Flow, MAX_OF_EACH, Remedy, Variant};

/// Most words in a sentence that a person reads in a hurry. Chosen below the articles' limit: a step is done while it is read.
const MAX_WORDS: usize = 20;
/// Least index of ease of all texts of a flow. Chosen: plain (`readability`), and above what is asked of articles.
const MIN_INDEX: f64 = 70.0;
/// Most conditions on one fact that the engine tells apart.
const MAX_CONDITIONS: usize = 64;

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
        flow.questions();
        flow.reading_level();
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
            if let Some(target) = fault.go.as_deref().filter(|target| !self.leads_to_an_end(target)) {
                let message = format!("lleva al flujo «{target}», que no existe o vuelve aquí");
                self.item("faults", id, "go", "unknown-flow", message, "corrija el id");
            }
            if fault.remedies.is_empty() && fault.escalate.is_none() && fault.go.is_none() {
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
                    self.condition(likely, id, fact, &Condition::written(value));
                    if !(0.0..=1.0).contains(chance) {
                        self.item("faults", id, "likely", "bad-number", format!("{fact}: «{chance}» no está entre 0 y 1"), "corríjalo");
                    }
                }
                let sum = values.values().sum::<f32>();
                if sum > 1.001 {
                    self.item("faults", id, "likely", "bad-number", format!("{fact}: las partes suman más de 1"), "corríjalas");
                }
                if let Some(known) = self.known.fact(fact.as_str()) {
                    let (twice, never) = coverage(known, values.keys());
                    if let Some(value) = twice {
                        let message = format!("{fact}: «{value}» entra en dos partes");
                        self.item("faults", id, "likely", "overlap", message, "haga que cada valor entre en una sola");
                    }
                    if let Some(value) = never.filter(|_| sum > 0.999) {
                        let message = format!("{fact}: las partes suman 1 y dejan fuera «{value}»");
                        self.item("faults", id, "likely", "gap", message, "agregue su parte, o baje las otras");
                    }
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
            let prepares = self.flow.remedies.iter().any(|own| own.after.contains(&remedy.id));
            if !prepares && !self.flow.faults.iter().any(|fault| fault.remedies.contains(&remedy.id)) {
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
            for (field, facts) in [("invalidates", &remedy.invalidates), ("asks_again", &remedy.asks_again)] {
                for fact in facts.iter().filter(|fact| self.known.fact(fact.as_str()).is_none()) {
                    let message = format!("el dato «{fact}» no está en facts.yaml");
                    self.item("remedies", id, field, "unknown-fact", message, "corrija el id, o agregue el dato");
                }
            }
            for (fact, condition) in &remedy.proves {
                self.condition(proves, id, fact, condition);
            }
            for (fact, condition) in &remedy.only_if {
                self.condition(only_if, id, fact, condition);
            }
            for before in remedy.after.iter().filter(|before| self.flow.remedy(before).is_none()).cloned().collect::<Vec<_>>() {
                let message = format!("el arreglo «{before}» no está en el flujo");
                self.item("remedies", id, "after", "unknown-remedy", message, "corrija el id");
            }
            if self.comes_after_itself(remedy) {
                self.item("remedies", id, "after", "cycle", "va después de sí mismo".into(), "quite uno de los `after`");
            }
            if let Some(action) = remedy.action.as_deref().filter(|action| !ACTIONS.iter().any(|(known, _)| known == action)) {
                let known = ACTIONS.map(|(known, _)| known).join(", ");
                let message = format!("la app no sabe abrir «{action}»");
                self.item("remedies", id, "action", "unknown-action", message, &format!("use una de estas: {known}"));
            }
            if remedy.picture.is_none() {
                self.item("remedies", id, "do", "no-picture", "no tiene imagen".into(), "agregue picture");
            }
            for (at, variant) in remedy.variants.iter().enumerate() {
                if remedy.variants[..at].iter().any(|earlier| covers(earlier, variant)) {
                    let message = format!("la variante {} no se muestra nunca: una de antes la tapa", at + 1);
                    self.item("remedies", id, "variants", "unreachable", message, "cambie el orden, o quítela");
                }
            }
            if let Some(picture) =
                remedy.picture.as_ref().filter(|picture| !self.reading.source.media.iter().any(|own| own.id == **picture))
            {
                self.item("remedies", id, "picture", "unknown-media", format!("la imagen «{picture}» no está en media/"), "corrija el id");
            }
            self.words(remedy);
        }
    }

    /// Whether a flow is there, and whatever it leads to ends without coming back here.
    fn leads_to_an_end(&self, target: &str) -> bool {
        let find = |id: &str| self.reading.source.flows.iter().find(|flow| flow.flow == id);
        let led =
            reached(target, |id| find(id).into_iter().flat_map(|flow| &flow.faults).filter_map(|fault| fault.go.as_deref()).collect());
        led.iter().all(|id| *id != self.flow.flow && find(id).is_some())
    }

    fn comes_after_itself(&self, remedy: &Remedy) -> bool {
        let before = |id: &str| self.flow.remedy(id).into_iter().flat_map(|own| &own.after).map(String::as_str).collect::<Vec<_>>();
        remedy.after.iter().any(|id| reached(id, before).contains(remedy.id.as_str()))
    }

    /// Facts that are asked first exist and can be asked; answers to choose from that no fault expects lead nowhere.
    fn questions(&mut self) {
        let flow = self.flow;
        let first = key_place(self.reading, &self.file, "first");
        for fact in &flow.first {
            if self.known.fact(fact.as_str()).is_none_or(|known| known.question.is_none()) {
                let message = format!("«{fact}» no está en facts.yaml, o no tiene pregunta");
                self.tell("unknown-fact", "", "first", first, message, "corrija el id, o agregue question");
            }
        }
        if flow.is_too_large() {
            let message = format!("tiene más de {MAX_OF_EACH} fallas, arreglos o datos");
            self.tell("too-many", "", "faults", Place::default(), message, "divídalo en dos flujos, y lleve de uno al otro con `go`");
        }
        for fact in flow.facts() {
            let conditions = flow.conditions(fact);
            if conditions.len() > MAX_CONDITIONS {
                let message = format!("«{fact}» tiene {} condiciones; caben {MAX_CONDITIONS}", conditions.len());
                self.tell("too-many", "", "faults", Place::default(), message, "junte valores");
            }
        }
    }

    /// How easy all that a person reads in the flow is.
    fn reading_level(&mut self) {
        let mut counts = Counts::default();
        let remedies = self.flow.remedies.iter().flat_map(|own| std::iter::once(&own.text).chain(own.variants.iter().map(|v| &v.text)));
        remedies.chain(self.flow.faults.iter().filter_map(|fault| fault.say.as_ref())).for_each(|text| counts.add(text));
        if let Some(index) = counts.index().filter(|index| *index < MIN_INDEX) {
            let message = format!("se lee con dificultad: índice {index:.0}; debe ser {MIN_INDEX} o más");
            self.tell("hard-text", "", "", Place::default(), message, "use palabras y oraciones más cortas");
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

/// Whatever can be reached from one, with it.
fn reached<'k>(from: &'k str, next: impl Fn(&str) -> Vec<&'k str>) -> BTreeSet<&'k str> {
    let (mut seen, mut left) = (BTreeSet::new(), vec![from]);
    while let Some(id) = left.pop() {
        if seen.insert(id) {
            left.extend(next(id));
        }
    }
    seen
}

/// A value that more than one of the parts takes in, and one that none does.
fn coverage<'k>(fact: &Fact, keys: impl Iterator<Item = &'k String>) -> (Option<String>, Option<String>) {
    let parts: Vec<Condition> = keys.map(|key| Condition::written(key)).collect();
    let values = fact.kind.samples(&parts);
    let taken = |value: &FactValue| parts.iter().filter(|part| part.holds(value)).count();
    let shown = |value: &FactValue| serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned();
    (values.iter().find(|value| taken(value) > 1).map(shown), values.iter().find(|value| taken(value) == 0).map(shown))
}

/// Whether every phone that a variant is about is one that an earlier one is about.
fn covers(earlier: &Variant, later: &Variant) -> bool {
    let vendors = earlier.vendors.is_empty() || !later.vendors.is_empty() && later.vendors.iter().all(|own| earlier.vendors.contains(own));
    let releases = match (&earlier.android, &later.android) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(earlier), Some(later)) => earlier.covers(later),
    };
    vendors && releases
}

#[cfg(test)]
mod tests {
    use super::super::testing::Base;

    const FLOW: &str = "flow: gps\nservice: gps\ntitle: No toma el punto\ngoal: { fact: location.enabled, is: true }\nfaults:\n  - id: gps.off\n    name: Apagada\n    prior: 1\n    signs: { location.enabled: false }\n    remedies: [encender]\nremedies:\n  - id: encender\n    do: Toque la barra.\n    picture: barra\n    seconds: 10\n    chance: 0.9\n    proves: { location.enabled: true }\notherwise: { level: 1, area: mesa, reason: unknown }\n";

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
    fn parts_of_a_fact_neither_overlap_nor_leave_a_value_out() -> std::io::Result<()> {
        for (parts, expected) in [
            ("android.sdk: { \"<26\": 0.5, \">=26\": 0.5 }", vec![]),
            ("android.sdk: { \"<26\": 0.5, \"<30\": 0.3 }", vec![("overlap", 10)]),
            ("android.sdk: { \"<26\": 0.5, \">26\": 0.5 }", vec![("gap", 10)]),
            ("android.sdk: { \"<26\": 0.5, \">26\": 0.4 }", vec![]),
            ("rom: { \"<9\": 0.5, \">=8\": 0.5 }", vec![("overlap", 10)]),
            ("installer: { store: 1.0 }", vec![("gap", 10)]),
            ("installer: { store: 0.6, \"!=file\": 0.2 }", vec![("overlap", 10)]),
        ] {
            assert_eq!(
                told("    remedies: [encender]\n", &format!("    likely: {{ {parts} }}\n    remedies: [encender]\n"))?,
                expected,
                "{parts}"
            );
        }
        Ok(())
    }

    #[test]
    fn a_variant_that_an_earlier_one_hides_is_told() -> std::io::Result<()> {
        let variants = |first: &str, second: &str| {
            told(
                "seconds: 10",
                &format!("seconds: 10\n    variants:\n      - {{ {first}, text: Uno. }}\n      - {{ {second}, text: Dos. }}"),
            )
        };
        assert_eq!(variants("vendors: [nokia]", "vendors: [sony]")?, []);
        assert_eq!(variants("vendors: [nokia], android: 6-9", "vendors: [nokia]")?, []);
        assert_eq!(variants("vendors: [nokia, sony]", "vendors: [sony], android: 6-9")?, [("unreachable", 16)]);
        assert_eq!(variants("android: 6-9", "vendors: [sony], android: 7-8")?, [("unreachable", 16)]);
        Ok(())
    }

    #[test]
    fn a_flow_may_have_so_much_and_no_more() -> std::io::Result<()> {
        let faults: String = (0..300)
            .map(|n| format!("  - {{ id: gps.f{n}, name: n, prior: 1, signs: {{ location.enabled: false }}, remedies: [encender] }}\n"))
            .collect();
        assert_eq!(told("remedies:\n", &format!("{faults}remedies:\n"))?.into_iter().map(|told| told.0).collect::<Vec<_>>(), ["too-many"]);
        Ok(())
    }

    #[test]
    fn shared_remedies_stand_in_their_own_file() -> std::io::Result<()> {
        let base = Base::new()?;
        base.write("remedies.yaml", "remedies:\n  - { id: esperar, do: Espere., picture: barra, seconds: 5, chance: 0.1 }\n")?;
        base.write(
            "flows/gps.yaml",
            FLOW.replace("remedies: [encender]", "remedies: [encender, esperar]").replace("remedies:\n", "use: [esperar]\nremedies:\n"),
        )?;
        assert_eq!(base.told(), []);
        let flows = base.read().source.flows;
        assert_eq!(flows[0].remedies.iter().map(|remedy| remedy.id.as_str()).collect::<Vec<_>>(), ["encender", "esperar"]);
        base.edit("flows/gps.yaml", "use: [esperar]", "use: [esperar, nada]")?;
        let problems = base.read().problems;
        assert_eq!(problems.iter().map(|problem| (problem.code, problem.line)).collect::<Vec<_>>(), [("unknown-remedy", 11)]);
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
            ("area: mesa", "area: nadie", vec![("unknown-area", 18)]),
            ("chance: 0.9", "chance: 9", vec![("bad-number", 16)]),
            ("seconds: 10", "seconds: 10\n    may_lose_data: true", vec![("data-loss", 16)]),
            ("picture: barra", "picture: nada", vec![("unknown-media", 14)]),
            ("    picture: barra\n", "", vec![("no-picture", 13)]),
            ("seconds: 10", "seconds: 10\n    action: volar", vec![("unknown-action", 16)]),
            ("seconds: 10", "seconds: 10\n    invalidates: [nada]", vec![("unknown-fact", 16)]),
            ("seconds: 10", "seconds: 10\n    asks_again: [nada]", vec![("unknown-fact", 16)]),
            ("seconds: 10", "seconds: 10\n    after: [nada]", vec![("unknown-remedy", 16)]),
            ("seconds: 10", "seconds: 10\n    after: [encender]", vec![("cycle", 16)]),
            ("    remedies: [encender]", "    go: gps\n    remedies: [encender]", vec![("unknown-flow", 10)]),
            ("    remedies: [encender]", "    go: nada\n    remedies: [encender]", vec![("unknown-flow", 10)]),
            ("remedies:\n", "first: [nada]\nremedies:\n", vec![("unknown-fact", 11)]),
            ("Toque la barra.", "Inicialice oportunamente configuraciones.", vec![("hard-text", 0)]),
            ("flow: gps", "flow: otro", vec![("bad-id", 0)]),
        ] {
            assert_eq!(told(from, to)?, expected, "{to}");
        }
        Ok(())
    }
}
