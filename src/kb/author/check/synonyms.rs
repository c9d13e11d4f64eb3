//! Synonyms: no word in two minds, nothing that expands to itself or to nothing.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::diagnostics::Problem;
use super::super::locate::{Place, locate};
use super::super::source::{Reading, SYNONYMS};
use super::super::text::fold;

struct Check<'a> {
    text: &'a str,
    found: &'a mut Vec<Problem>,
}

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let synonyms = &reading.source.synonyms;
    let mut check = Check { text: reading.text(Path::new(SYNONYMS)), found };
    let stop = check.list("stop", &synonyms.stop);
    let weak = check.list("weak", &synonyms.weak);
    for (_, word) in weak.iter().filter(|(folded, _)| stop.contains_key(*folded)) {
        check.tell("weak", word, "duplicate-word", format!("«{word}» está en weak y en stop"), "déjela en una sola lista");
    }
    check.groups(&synonyms.groups, &stop);
    for expansion in &synonyms.one_way {
        let from = check.list("one_way", &expansion.from);
        let to = check.list("one_way", &expansion.to);
        for (_, word) in to.iter().filter(|(folded, _)| from.contains_key(*folded)) {
            let place = check.place("one_way", word);
            let problem = Problem::warning("self-synonym", SYNONYMS, format!("«{word}» se amplía a sí misma")).at(place);
            check.found.push(problem.field("one_way").help("quítela de from o de to"));
        }
        if from.is_empty() || to.is_empty() {
            let near = expansion.from.iter().chain(&expansion.to).next().map_or("", String::as_str);
            check.tell("one_way", near, "empty-value", "una ampliación no dice de qué o a qué".into(), "complete from y to");
        }
    }
    check.map("shorthand", &synonyms.shorthand);
    check.map("spoken", &synonyms.spoken);
}

impl Check<'_> {
    fn place(&self, key: &str, value: &str) -> Place {
        locate(self.text, key, value).unwrap_or_default()
    }

    fn tell(&mut self, key: &str, value: &str, code: &'static str, message: String, help: &str) {
        let place = self.place(key, value);
        self.found.push(Problem::error(code, SYNONYMS, message).at(place).field(key).help(help));
    }

    /// The words of a list, folded → as written; tells the empty and the repeated ones.
    fn list<'w>(&mut self, key: &str, words: &'w [String]) -> BTreeMap<String, &'w str> {
        let mut seen = BTreeMap::new();
        for word in words {
            let folded = fold(word);
            if folded.is_empty() {
                self.tell(key, word, "empty-value", format!("hay una palabra vacía en «{key}»"), "quítela");
            } else if seen.insert(folded, word.as_str()).is_some() {
                self.tell(key, word, "duplicate-word", format!("«{word}» está dos veces"), "deje una");
            }
        }
        seen
    }

    fn groups(&mut self, groups: &[Vec<String>], stop: &BTreeMap<String, &str>) {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for group in groups {
            let words = self.list("groups", group);
            let name = group.first().map_or("", String::as_str);
            if words.len() < 2 {
                self.tell(
                    "groups",
                    name,
                    "lonely-word",
                    format!("el grupo de «{name}» tiene menos de dos palabras"),
                    "agregue otra, o quítelo",
                );
            }
            for (folded, word) in words {
                if stop.contains_key(&folded) {
                    self.tell(
                        "groups",
                        word,
                        "stop-in-group",
                        format!("«{word}» está en stop y en un grupo: nunca se buscaría"),
                        "quítela de uno",
                    );
                }
                if let Some(owner) = owners.get(&folded) {
                    let message = format!("«{word}» está en el grupo de «{owner}» y en el de «{name}»");
                    self.tell("groups", word, "synonym-collision", message, "una los grupos, o quítela de uno");
                } else {
                    owners.insert(folded, name);
                }
            }
        }
    }

    fn map(&mut self, key: &str, map: &BTreeMap<String, String>) {
        for (from, to) in map {
            let (left, right) = (fold(from), fold(to));
            if left.is_empty() || right.is_empty() {
                self.tell(
                    key,
                    from,
                    "empty-value",
                    format!("«{from}» no dice nada, o no lleva a nada"),
                    "escriba de qué y a qué, o quítelo",
                );
            } else if left == right {
                self.tell(key, from, "self-synonym", format!("«{from}» lleva a lo mismo"), "quítelo: los acentos y mayúsculas no importan");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Base;

    #[test]
    fn each_kind_of_useless_or_contradictory_entry_is_told() -> std::io::Result<()> {
        let table: &[(&str, &str, u32)] = &[
            ("groups:\n  - [clave, contraseña]\n  - [llave, Clave]\n", "synonym-collision", 3),
            ("groups:\n  - [clave, para]\nstop: [para]\n", "stop-in-group", 2),
            ("groups:\n  - [clave]\n", "lonely-word", 2),
            ("groups:\n  - [clave, Clavé]\n", "duplicate-word", 2),
            ("stop: [de, \"\"]\n", "empty-value", 1),
            ("stop: [de]\nweak: [de]\n", "duplicate-word", 2),
            ("one_way:\n  - from: [cel]\n    to: [teléfono, Cel]\n", "self-synonym", 3),
            ("one_way:\n  - from: [cel]\n    to: []\n", "empty-value", 2),
            ("shorthand:\n  xq: \"\"\n", "empty-value", 2),
            ("spoken:\n  gugel: google\n  GOOGLE: google\n", "self-synonym", 3),
        ];
        for (text, code, line) in table {
            let base = Base::new()?;
            base.write("synonyms.yaml", text)?;
            let told: Vec<_> = base.told().into_iter().map(|t| (t.0, t.2)).collect();
            assert!(told.contains(&(*code, *line)), "{text}: {told:?}");
        }
        Ok(())
    }
}
