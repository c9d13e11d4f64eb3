//! How easy a Spanish text is to read.
//!
//! The index of Fernández Huerta (J. Fernández Huerta, «Medidas sencillas de lecturabilidad», *Consigna* 214, 1959), the
//! Spanish counterpart of Flesch's: `206.84 − 60·P − 1.02·F`, with P syllables per word and F words per sentence. (His page
//! gives F as sentences per hundred words, a slip; words per sentence is what fits his own examples and what everyone uses.)
//! 60–70 is plain for an adult who left school at fifteen, 80–90 is easy.

/// What a text comes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sentences.
    pub sentences: usize,
    /// Words.
    pub words: usize,
    /// Syllables.
    pub syllables: usize,
}

impl Counts {
    /// Adds a text. Where it ends, a sentence ends: so steps and list items are sentences even without a full stop.
    pub fn add(&mut self, text: &str) {
        for sentence in sentences(text) {
            self.sentences += 1;
            for word in words(sentence) {
                self.words += 1;
                self.syllables += syllables(word);
            }
        }
    }

    /// The index; none without words.
    pub fn index(&self) -> Option<f64> {
        if self.words == 0 || self.sentences == 0 {
            return None;
        }
        // Counts of texts of at most a megabyte are exact as floats.
        let [sentences, words, syllables] = [self.sentences, self.words, self.syllables].map(|n| n as f64);
        Some(206.84 - 60.0 * syllables / words - 1.02 * words / sentences)
    }
}

/// Abbreviations whose full stop ends no sentence.
const ABBREVIATIONS: [&str; 10] = ["p", "ej", "sr", "sra", "dr", "dra", "ing", "lic", "núm", "pág"];

/// The sentences of a text, without those that have no word.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = match c {
            '\n' => true,
            '!' | '?' | '…' => next.is_none_or(|next| !matches!(next, '!' | '?' | '.' | ',' | '"' | '»' | ')')),
            '.' => next.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '»' | ')')) && !abbreviated(&text[start..at]),
            _ => false,
        };
        if ends {
            let end = at + c.len_utf8();
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|sentence| words(sentence).next().is_some());
    found
}

fn abbreviated(before: &str) -> bool {
    let last = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    ABBREVIATIONS.contains(&last.to_lowercase().as_str())
}

/// The words of a text: what stands between spaces and has a letter or digit.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '—' | '–'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sound {
    /// a e o, with or without accent.
    Strong,
    /// í ú: a syllable of its own beside a strong vowel.
    Stressed(char),
    /// i u ü, and y where it sounds as i.
    Weak(char),
    Consonant,
    /// An h between vowels, the u of que and gui: they keep nothing apart.
    Silent,
}

/// The syllables of a Spanish word, at least one. Digits count one each, and so do the letters of an acronym without vowels
/// (`GPS`): roughly what is said aloud.
pub fn syllables(word: &str) -> usize {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    let mut count = 0;
    let mut run: Vec<Sound> = Vec::new();
    for at in 0..letters.len() {
        match sound(&letters, at) {
            Sound::Consonant => {
                count += nuclei(&run);
                run.clear();
            }
            Sound::Silent => {}
            vowel => run.push(vowel),
        }
    }
    count += nuclei(&run);
    let digits = letters.iter().filter(|c| c.is_numeric()).count();
    if count + digits == 0 { letters.iter().filter(|c| c.is_alphabetic()).count().max(1) } else { count + digits }
}

fn sound(letters: &[char], at: usize) -> Sound {
    let before = at.checked_sub(1).map(|at| letters[at]);
    let after = letters.get(at + 1).copied();
    let front = |c: Option<char>| matches!(c, Some('e' | 'é' | 'i' | 'í'));
    match letters[at] {
        'a' | 'e' | 'o' | 'á' | 'é' | 'ó' | 'à' | 'è' | 'ò' | 'â' | 'ê' | 'ô' => Sound::Strong,
        'u' if before == Some('q') || (before == Some('g') && front(after)) => Sound::Silent,
        'í' => Sound::Stressed('i'),
        'ú' => Sound::Stressed('u'),
        'i' | 'ï' => Sound::Weak('i'),
        'u' | 'ü' => Sound::Weak('u'),
        'y' if after.is_none_or(|next| !is_vowel(next)) => Sound::Weak('i'),
        'h' if before.is_some_and(is_vowel) && after.is_some_and(is_vowel) => Sound::Silent,
        _ => Sound::Consonant,
    }
}

fn is_vowel(c: char) -> bool {
    "aeiouáéíóúüàèòâêôï".contains(c)
}

/// The syllables in a run of vowels. Weak vowels lean on what stands beside them; strong ones, and stressed ones beside a
/// strong one, stand alone.
fn nuclei(run: &[Sound]) -> usize {
    if run.is_empty() {
        return 0;
    }
    if !run.contains(&Sound::Strong) {
        let letter = |sound: &Sound| if let Sound::Weak(c) | Sound::Stressed(c) = sound { Some(*c) } else { None };
        return 1 + run.windows(2).filter(|pair| letter(&pair[0]) == letter(&pair[1])).count();
    }
    let stressed = (0..run.len()).filter(|at| matches!(run[*at], Sound::Stressed(_)));
    let alone =
        stressed.filter(|at| at.checked_sub(1).is_some_and(|at| run[at] == Sound::Strong) || run.get(at + 1) == Some(&Sound::Strong));
    run.iter().filter(|sound| **sound == Sound::Strong).count() + alone.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syllables_follow_the_rules_of_spanish() {
        let exact = [
            ("país", 2),
            ("día", 2),
            ("aún", 2),
            ("búho", 2),
            ("guion", 1),
            ("guitarra", 3),
            ("queso", 2),
            ("pingüino", 3),
            ("averigüéis", 4),
            ("veintiún", 2),
            ("construir", 2),
            ("leíste", 3),
            ("oíais", 3),
            ("prohibir", 2),
            ("vehículo", 4),
            ("ahora", 3),
            ("almohada", 4),
            ("cacahuate", 4),
            ("rey", 1),
            ("reyes", 2),
            ("playa", 2),
            ("y", 1),
            ("teatro", 3),
            ("caos", 2),
            ("poeta", 3),
            ("aéreo", 4),
            ("contraseña", 4),
            ("ubicación", 4),
            ("sincronización", 5),
            ("teléfono", 4),
            ("cuídate", 3),
            ("tiíto", 3),
            ("chiita", 3),
            ("agua", 2),
            ("antiguo", 3),
            ("seguía", 3),
            ("GPS", 3),
            ("Wi-Fi", 2),
            ("Android", 2),
            ("10", 2),
            ("8.1", 2),
            ("", 1),
            ("AVERIGÜE", 4),
            ("cohete", 3),
            ("alcohol", 3),
            ("ahumar", 2),
            ("desahucio", 3),
            ("quien", 1),
            ("enfríe", 3),
            ("configuración", 5),
        ];
        for (word, want) in exact {
            assert_eq!(syllables(word), want, "{word}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        let table: &[(&str, usize)] = &[
            ("Abra Ajustes. Toque la lupa.", 2),
            ("En Android 8.1 cambia. Fin", 2),
            ("¿Ya está? ¡Sí!", 2),
            ("¿¡Cómo!? Bien.", 2),
            ("Vea p. ej. el paso 2.", 1),
            ("Entre en Ajustes > Conexiones > Ubicación.", 1),
            ("Dice \"listo.\" Luego siga.", 2),
            ("uno\ndos", 2),
            ("...", 0),
            ("", 0),
            ("Espere… Siga", 2),
        ];
        for (text, want) in table {
            assert_eq!(sentences(text).len(), *want, "{text}: {:?}", sentences(text));
        }
    }

    #[test]
    fn words_are_what_has_letters_or_digits() {
        assert_eq!(words("Ajustes > «Wi-Fi» y/o 4G — (fin).").collect::<Vec<_>>(), ["Ajustes", "Wi-Fi", "y", "o", "4G", "fin"]);
    }

    #[test]
    fn the_index_is_the_formula() {
        let mut counts = Counts::default();
        counts.add("La casa es de mi abuela.");
        assert_eq!(counts, Counts { sentences: 1, words: 6, syllables: 9 });
        let want = 206.84 - 60.0 * 9.0 / 6.0 - 1.02 * 6.0;
        assert!(counts.index().is_some_and(|index| (index - want).abs() < 1e-9));
        assert_eq!(Counts::default().index(), None);
    }

    #[test]
    fn longer_words_and_sentences_are_harder() {
        let index = |text: &str| {
            let mut counts = Counts::default();
            counts.add(text);
            counts.index().unwrap_or(0.0)
        };
        assert!(index("Abra la app. Toque el punto.") > index("Abra la app y después toque el punto que sale ahí en la pantalla."));
        assert!(index("Toque el punto.") > index("Inmediatamente sincronice aplicaciones."));
    }
}
