//! Symptoms and texts: enough of the first, none twice, and texts that a hurried person understands.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::diagnostics::Problem;
use super::super::locate::{Place, locate};
use super::super::readability::{Counts, sentences, words};
use super::super::source::Reading;
use super::super::text::fold;
use super::articles::{Subject, subjects};
use crate::kb::{Block, SectionKind};

/// Fewest symptoms. Chosen: below it the search finds an article by its title alone.
const MIN_SYMPTOMS: usize = 5;
/// Lowest index of Fernández Huerta that passes. 60–70 is "plain"; the upper half of it, for people who read on foot.
const MIN_INDEX: f64 = 65.0;
/// Most words in a sentence. Cited: plain-language guides for Spanish ask for at most 20 to 25.
const MAX_WORDS: usize = 25;

pub(super) fn check(reading: &Reading, found: &mut Vec<Problem>) {
    let mut symptoms: BTreeMap<String, (&Path, &str)> = BTreeMap::new();
    for subject in subjects(reading) {
        let own = &subject.article.symptoms;
        if own.len() < MIN_SYMPTOMS {
            let message = format!("hay {} frases en «symptoms»; deben ser al menos {MIN_SYMPTOMS}", own.len());
            found.push(subject.error("few-symptoms", "symptoms", "", message).help("agregue cómo lo dice la gente"));
        }
        for symptom in own {
            let key = fold(symptom);
            if key.is_empty() {
                found.push(subject.error("empty-value", "symptoms", symptom, format!("«{symptom}» no tiene palabras")).help("quítelo"));
            } else if let Some((file, first)) = symptoms.get(&key) {
                // Places are sought only when they are told: seeking each would be slow in a long file.
                let line = locate(reading.text(file), "symptoms", first).map_or(0, |place| place.0);
                let message = format!("«{symptom}» ya está en {}:{line}", file.display());
                let mut problem = subject.error("duplicate-symptom", "symptoms", symptom, message);
                if *file == subject.path && problem.line == line {
                    // Word for word the same: the first of the two was found again.
                    (problem.line, problem.column) = locate_after(subject.text, symptom, line).unwrap_or((line, 1));
                }
                found.push(problem.help("déjela en el artículo que la resuelve, o agregue lo que la distingue"));
            } else {
                symptoms.insert(key, (subject.path, symptom));
            }
        }
        readable(&subject, found);
    }
}

/// The next line that holds a value, after a line.
fn locate_after(text: &str, value: &str, line: u32) -> Option<Place> {
    let mut later = text.lines().enumerate().skip(line as usize);
    later.find_map(|(at, content)| {
        Some((u32::try_from(at + 1).ok()?, u32::try_from(content[..content.find(value)?].chars().count() + 1).ok()?))
    })
}

/// The texts that field workers read, with the line on which each begins. What is for technicians is left out.
fn texts(subject: &Subject<'_>) -> Vec<(String, u32)> {
    let body = &subject.article.body;
    let intro = body.intro.iter().map(|block| (block, true));
    let sections = body.sections.iter().flat_map(|section| section.blocks.iter().map(|block| (block, section.kind != SectionKind::Desk)));
    let lines = subject.origin.block_lines.iter().copied().chain(std::iter::repeat(0));
    let shown = intro.chain(sections).zip(lines).filter(|((block, shown), _)| *shown && !matches!(block, Block::Picture { .. }));
    shown.map(|((block, _), line)| (block.plain(), line)).collect()
}

fn readable(subject: &Subject<'_>, found: &mut Vec<Problem>) {
    let mut counts = Counts::default();
    for (text, line) in texts(subject) {
        counts.add(&text);
        for sentence in sentences(&text) {
            let length = words(sentence).count();
            if length > MAX_WORDS {
                let place = sentence_place(subject.text, line, sentence);
                let problem = Problem::warning(
                    "long-sentence",
                    subject.path,
                    format!("la oración tiene {length} palabras; el máximo es {MAX_WORDS}"),
                );
                found.push(problem.at(place).help("pártala en dos"));
            }
        }
    }
    if let Some(index) = counts.index().filter(|index| *index < MIN_INDEX) {
        let message = format!("el texto es difícil: índice {index:.1} de Fernández Huerta; debe ser al menos {MIN_INDEX}");
        found.push(Problem::warning("hard-text", subject.path, message).help("use oraciones y palabras más cortas"));
    }
}

/// Where a sentence begins: on the line of its block or below, by its first plain words.
fn sentence_place(text: &str, line: u32, sentence: &str) -> Place {
    if line == 0 {
        return (0, 0);
    }
    // Styles are written in signs that the plain text lacks, so two words are looked for rather than all.
    let end = sentence.match_indices(' ').nth(1).map_or(sentence.len(), |(at, _)| at);
    let start = &sentence[..end];
    let lines = text.lines().enumerate().skip(line as usize - 1).take_while(|(_, line)| !line.trim().is_empty());
    for (at, content) in lines {
        if let Some(column) = content.find(start) {
            let column = content[..column].chars().count() + 1;
            return (u32::try_from(at + 1).unwrap_or(line), u32::try_from(column).unwrap_or(1));
        }
    }
    (line, 1)
}

#[cfg(test)]
mod tests {
    use super::super::testing::Base;

    #[test]
    fn a_symptom_belongs_to_one_article() -> std::io::Result<()> {
        let base = Base::new()?;
        base.edit("articles/gps/gps-b.md", "  - señal 3 de gps-b", "  - ¡Señal 3, de GPS-A!")?;
        assert_eq!(base.told(), [("duplicate-symptom", "articles/gps/gps-b.md".to_owned(), 10)]);
        base.edit("articles/gps/gps-b.md", "  - ¡Señal 3, de GPS-A!", "  - señal 1 de gps-b")?;
        assert_eq!(base.told(), [("duplicate-symptom", "articles/gps/gps-b.md".to_owned(), 10)]);
        base.edit("articles/gps/gps-b.md", "  - señal 1 de gps-b\n", "")?;
        assert_eq!(base.told(), [("few-symptoms", "articles/gps/gps-b.md".to_owned(), 7)]);
        Ok(())
    }

    #[test]
    fn long_sentences_and_hard_texts_are_told_but_not_those_for_technicians() -> std::io::Result<()> {
        let base = Base::new()?;
        let long = "Corta. Abra y mire si ve el sol y la luz en la pared de la casa de su tía o la de su tío y ya no más.";
        base.edit("articles/gps/gps-a.md", "## Cuándo", &format!("2. {long}\n\n## Para la mesa de ayuda\n\n{long}\n\n## Cuándo"))?;
        assert_eq!(base.told(), [("long-sentence", "articles/gps/gps-a.md".to_owned(), 22)]);
        let reading = base.read();
        let found = super::super::check(&reading);
        assert!(found.iter().any(|p| p.code == "long-sentence" && p.column == 11), "{found:?}");
        let base = Base::new()?;
        base.edit("articles/gps/gps-a.md", "Abra la app.", "Inmediatamente sincronice configuraciones institucionales georreferenciadas.")?;
        assert_eq!(base.told(), [("hard-text", "articles/gps/gps-a.md".to_owned(), 0)]);
        Ok(())
    }
}
