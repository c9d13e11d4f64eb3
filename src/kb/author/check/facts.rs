//! Facts: unique ids, answers that fit, and whether a condition can ever hold.

use std::collections::BTreeMap;

use super::super::diagnostics::Problem;
use super::super::source::{FACTS, Reading};
use super::item_place;
use crate::kb::{Condition, Fact, FactId, FactType, FactValue, Premise};

/// The facts by id and alias.
pub(super) struct Known<'a> {
    by_id: BTreeMap<&'a str, &'a Fact>,
}

impl<'a> Known<'a> {
    pub(super) fn new(facts: &'a [Fact]) -> Self {
        let names = |fact: &'a Fact| std::iter::once(&fact.id).chain(&fact.aliases).map(move |id| (id.as_str(), fact));
        Self { by_id: facts.iter().flat_map(names).collect() }
    }

    pub(super) fn fact(&self, id: &str) -> Option<&'a Fact> {
        self.by_id.get(id).copied()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.by_id.keys().copied()
    }
}

/// Why a condition doesn't fit a type, and what does.
type Misfit = (String, String);

/// Whether a condition can be tested on a fact of a type.
pub(super) fn admits(kind: &FactType, condition: &Condition) -> Result<(), Misfit> {
    let value = condition.value();
    let shown = value.to_string();
    // The written form shows whether the values are put in order: `>=31`, `<4`.
    let ordered = matches!(FactValue::from(condition.clone()), FactValue::Text(text) if text.starts_with(['<', '>']));
    let dotted = |text: &str| !text.is_empty() && text.split('.').all(|piece| piece.parse::<u32>().is_ok());
    match kind {
        FactType::Bool if ordered || !matches!(shown.as_str(), "true" | "false") => {
            Err((format!("«{shown}» no es un sí o no"), "escriba true o false, sin comillas".into()))
        }
        FactType::Int if shown.parse::<i64>().is_err() => {
            Err((format!("«{shown}» no es un número entero"), "escriba un número, o una comparación como \">=31\"".into()))
        }
        FactType::Version if !dotted(&shown) => {
            Err((format!("«{shown}» no es una versión"), "escriba una versión como \"8.1\", o una comparación como \"<=8.1\"".into()))
        }
        FactType::Text | FactType::OneOf(_) if ordered => {
            Err(("este dato no tiene orden".into(), "compare con un valor, o con \"!=valor\"".into()))
        }
        FactType::OneOf(values) if !values.contains(&shown) => {
            Err((format!("«{shown}» no es uno de sus valores"), format!("use uno de estos: {}", values.join(", "))))
        }
        _ => Ok(()),
    }
}

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let known = Known::new(&reading.source.facts);
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for fact in &reading.source.facts {
        let own = fact.id.as_str();
        let problem = |code, field: &str, message: String| {
            Problem::error(code, FACTS, message).at(item_place(reading, FACTS, "facts", own, field)).field(field)
        };
        if let Some(owner) = names.insert(own, own) {
            found.push(problem("duplicate-fact", "id", format!("el id «{own}» ya es de «{owner}», o está dos veces")).help("cambie uno"));
        }
        for alias in &fact.aliases {
            if let Some(owner) = names.insert(alias.as_str(), own) {
                found.push(problem("duplicate-fact", "aliases", format!("el alias «{alias}» ya es de «{owner}»")).help("quite uno"));
            }
        }
        for premise in &fact.from {
            let unknown = premise.facts().find(|from| known.fact(from.as_str()).is_none_or(|known| known.id != **from));
            if let Some(from) = unknown {
                found.push(problem("unknown-fact", "from", format!("el dato «{from}» no está en facts.yaml")).help("corrija el id"));
            }
            let Premise::Holds(holds) = premise else { continue };
            for (from, condition) in holds {
                if let Some((message, help)) = known.fact(from.as_str()).and_then(|known| admits(&known.kind, condition).err()) {
                    found.push(problem("bad-condition", "from", format!("{from}: {message}")).help(help));
                }
            }
        }
        let slow = |from: &&FactId| known.fact(from.as_str()).is_some_and(|from| from.slow);
        if let Some(from) = fact.from.iter().flat_map(Premise::facts).find(slow).filter(|_| !fact.slow) {
            let message = format!("«{own}» se lee de inmediato, pero sale de «{from}», que tarda");
            found.push(problem("bad-slow", "from", message).help("agregue slow: true"));
        }
        let says_yes = |kind: &FactType| match kind {
            FactType::Bool => true,
            FactType::OneOf(values) => ["yes", "no"].iter().all(|value| values.iter().any(|own| own == value)),
            _ => false,
        };
        if !fact.from.is_empty() && !says_yes(&fact.kind) {
            found.push(problem("bad-type", "from", format!("«{own}» no es de sí o no")).help("use bool, o one-of: [yes, no]"));
        }
        found.extend(answers(fact).into_iter().map(|(code, field, message, help)| problem(code, field, message).help(help)));
    }
}

type Finding = (&'static str, &'static str, String, String);

fn answers(fact: &Fact) -> Vec<Finding> {
    let mut found = Vec::new();
    let id = &fact.id;
    let mut tell = |code, field, message: String, help: &str| found.push((code, field, message, help.to_owned()));
    if fact.probe.is_none() && fact.question.is_none() {
        tell("unknowable-fact", "id", format!("«{id}» no se lee ni se pregunta"), "agregue probe o question");
    }
    if fact.probe.is_none() && fact.slow {
        tell("bad-slow", "slow", format!("«{id}» no se lee: no puede tardar en leerse"), "quite slow, o agregue probe");
    }
    let values: Vec<String> = match &fact.kind {
        FactType::Bool => vec!["true".into(), "false".into()],
        FactType::OneOf(values) => values.clone(),
        FactType::Int | FactType::Text | FactType::Version => {
            if !fact.answers.is_empty() {
                tell(
                    "bad-answers",
                    "answers",
                    format!("«{id}» no es de elegir, y tiene respuestas"),
                    "quite answers, o cambie el tipo a one-of",
                );
            }
            return found;
        }
    };
    if matches!(fact.kind, FactType::OneOf(_)) && values.len() < 2 {
        tell("bad-type", "type", format!("«{id}» tiene menos de dos valores"), "agregue los demás a one-of");
    }
    if (1..values.len()).any(|at| values[..at].contains(&values[at])) {
        tell("bad-type", "type", format!("«{id}» tiene un valor dos veces"), "deje uno");
    }
    for key in fact.answers.keys().filter(|key| !values.contains(key)) {
        let help = format!("use uno de estos: {}", values.join(", "));
        tell("bad-answers", "answers", format!("la respuesta «{key}» de «{id}» no es uno de sus valores"), &help);
    }
    if fact.question.is_none() {
        if !fact.answers.is_empty() {
            tell("bad-answers", "answers", format!("«{id}» tiene respuestas, pero no pregunta"), "agregue question, o quite answers");
        }
        return found;
    }
    let missing: Vec<&str> = values.iter().filter(|value| !fact.answers.contains_key(*value)).map(String::as_str).collect();
    if !missing.is_empty() {
        tell("bad-answers", "answers", format!("a «{id}» le falta la respuesta de: {}", missing.join(", ")), "agréguela a answers");
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Base, FACTS};

    fn told(extra: &str) -> std::io::Result<Vec<(&'static str, u32)>> {
        let base = Base::new()?;
        base.write("facts.yaml", format!("{FACTS}{extra}"))?;
        Ok(base.told().into_iter().map(|t| (t.0, t.2)).collect())
    }

    #[test]
    fn ids_and_aliases_are_unique_together() -> std::io::Result<()> {
        assert_eq!(told("  - id: zz\n    type: bool\n    probe: x\n    aliases: [gps.on]\n")?, [("duplicate-fact", 19)]);
        assert_eq!(told("  - id: gps.on\n    type: bool\n    probe: x\n")?.len(), 1);
        Ok(())
    }

    #[test]
    fn premises_exist_and_fit() -> std::io::Result<()> {
        let from = |kind: &str, from: &str| told(&format!("  - id: zz\n    type: {kind}\n    probe: x\n    from: [{from}]\n"));
        assert_eq!(from("bool", "{ android.sdk: \"<26\" }")?, []);
        assert_eq!(from("bool", "{ less: [android.sdk, android.sdk] }")?, []);
        assert_eq!(from("{ one-of: [\"yes\", \"no\"] }", "{ android.sdk: \"<26\" }")?, []);
        assert_eq!(from("bool", "{ nada: 1 }")?, [("unknown-fact", 19)]);
        assert_eq!(from("bool", "{ less: [android.sdk, nada] }")?, [("unknown-fact", 19)]);
        assert_eq!(from("bool", "{ android.sdk: x }")?, [("bad-condition", 19)]);
        assert_eq!(from("int", "{ android.sdk: 1 }")?, [("bad-type", 19)]);
        Ok(())
    }

    #[test]
    fn what_is_slow_is_read_and_what_follows_from_it_is_slow() -> std::io::Result<()> {
        let slow =
            "  - id: zz\n    type: int\n    probe: x\n    slow: true\n  - id: yy\n    type: bool\n    probe: x\n    from: [{ zz: 1 }]\n";
        assert_eq!(told(slow)?.first().map(|t| t.0), Some("bad-slow"));
        assert_eq!(told(&format!("{slow}    slow: true\n"))?, []);
        assert_eq!(told("  - id: zz\n    type: int\n    question: ¿x?\n    slow: true\n")?, [("bad-slow", 19)]);
        Ok(())
    }

    #[test]
    fn answers_must_match_the_values() -> std::io::Result<()> {
        assert_eq!(told("  - id: zz\n    type: bool\n    question: ¿x?\n    answers: { \"true\": Sí }\n")?, [("bad-answers", 19)]);
        assert_eq!(
            told("  - id: zz\n    type: { one-of: [a, b] }\n    question: ¿x?\n    answers: { a: A, b: B, c: C }\n")?,
            [("bad-answers", 19)]
        );
        assert_eq!(told("  - id: zz\n    type: { one-of: [a, a] }\n    probe: x\n")?, [("bad-type", 17)]);
        assert_eq!(told("  - id: zz\n    type: int\n    probe: x\n    answers: { a: A }\n")?, [("bad-answers", 19)]);
        assert_eq!(told("  - id: zz\n    type: int\n")?, [("unknowable-fact", 16)]);
        Ok(())
    }
}
