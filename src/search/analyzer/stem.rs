//! A light Spanish stemmer that needs no accents.
//!
//! Users don't type accents, so endings are recognised on folded text (`informacion` and `información` must stem alike, which
//! Snowball's Spanish stemmer doesn't do). It removes, in this order, pronouns glued to a verb
//! (`enviarlo`), the plural, endings that make nouns of verbs (`-acion`, `-amiento`) or endings of verbs, and the final vowel. The
//! result is no word, only a class. The same rules run on sounds, where the endings are spelled as they are heard.

/// Shortest stem that a rule may leave, in letters.
const MIN_STEM: usize = 3;

/// An ending, and the shortest stem that it may leave: four letters where a short one would conflate (`cámara` isn't a form
/// of `cam-`, `dinero` none of `din-`).
type Ending = (&'static str, usize);

/// Endings of nouns made from verbs, and of verbs, as they are spelled without accents; longest first.
#[rustfmt::skip]
const ENDINGS: [Ending; 88] = [
    ("amientos", 3), ("imientos", 3), ("ariamos", 3), ("eriamos", 3), ("iriamos", 3), ("aciones", 3), ("iciones", 3), ("amiento", 3),
    ("imiento", 3), ("ieramos", 3), ("adoras", 3), ("adores", 3), ("idores", 3), ("asteis", 3), ("isteis", 3), ("aremos", 3),
    ("eremos", 3), ("iremos", 3), ("abamos", 3), ("idades", 4), ("ciones", 4), ("siones", 4), ("acion", 3), ("icion", 3),
    ("adora", 3), ("idora", 3), ("antes", 4), ("ancia", 3), ("encia", 3), ("mente", 4), ("iendo", 3), ("yendo", 2),
    ("ieron", 3), ("yeron", 2), ("ieran", 3), ("ieras", 3), ("iamos", 3), ("arian", 3), ("erian", 3), ("irian", 3),
    ("arias", 4), ("erias", 4), ("irias", 4), ("ables", 4), ("ibles", 4), ("able", 4), ("ible", 4), ("ante", 4),
    ("idad", 4), ("ador", 3), ("idor", 3), ("cion", 4), ("sion", 4), ("aron", 3), ("aran", 3), ("eran", 4),
    ("iran", 4), ("aste", 3), ("iste", 4), ("ando", 3), ("aban", 3), ("abas", 3), ("iera", 3), ("aria", 4),
    ("eria", 4), ("iria", 4), ("amos", 3), ("emos", 3), ("imos", 4), ("ada", 3), ("ado", 3), ("ida", 4),
    ("ido", 4), ("aba", 3), ("ara", 4), ("are", 4), ("era", 5), ("ian", 4), ("ias", 4), ("ar", 3),
    ("er", 3), ("ir", 3), ("ia", 4), ("io", 4), ("an", 3), ("en", 3), ("ao", 3), ("as", 3),
];

/// The same endings as they are heard (`c` and `z` before `e`, `i` are `s`), and the ones that speech swallows.
#[rustfmt::skip]
const SOUND_ENDINGS: [Ending; 88] = [
    ("amientos", 3), ("imientos", 3), ("ariamos", 3), ("eriamos", 3), ("iriamos", 3), ("asiones", 3), ("isiones", 3), ("amiento", 3),
    ("imiento", 3), ("ieramos", 3), ("adoras", 3), ("adores", 3), ("idores", 3), ("asteis", 3), ("isteis", 3), ("aremos", 3),
    ("eremos", 3), ("iremos", 3), ("abamos", 3), ("idades", 4), ("siones", 4), ("sione", 4), ("asion", 3), ("ision", 3),
    ("adora", 3), ("idora", 3), ("antes", 4), ("ansia", 3), ("ensia", 3), ("mente", 4), ("iendo", 3), ("yendo", 2),
    ("ieron", 3), ("yeron", 2), ("ieran", 3), ("ieras", 3), ("iamos", 3), ("arian", 3), ("erian", 3), ("irian", 3),
    ("arias", 4), ("erias", 4), ("irias", 4), ("ables", 4), ("ibles", 4), ("able", 4), ("ible", 4), ("ante", 4),
    ("idad", 4), ("ador", 3), ("idor", 3), ("sion", 4), ("aron", 3), ("aran", 3), ("eran", 4), ("iran", 4),
    ("aste", 3), ("iste", 4), ("ando", 3), ("aban", 3), ("abas", 3), ("iera", 3), ("aria", 4), ("eria", 4),
    ("iria", 4), ("amos", 3), ("emos", 3), ("imos", 4), ("ada", 3), ("ado", 3), ("ida", 4), ("ido", 4),
    ("aba", 3), ("ara", 4), ("are", 4), ("era", 5), ("ian", 4), ("ias", 4), ("ar", 3), ("er", 3),
    ("ir", 3), ("ia", 4), ("io", 4), ("an", 3), ("en", 3), ("ao", 3), ("as", 3), ("ad", 4),
];

/// Pronouns that are written glued to an infinitive or a gerund.
const PRONOUNS: [&str; 17] =
    ["selos", "selas", "melos", "melas", "selo", "sela", "melo", "mela", "nos", "los", "las", "les", "lo", "la", "le", "se", "me"];

/// The stem of a folded word. Words with digits and words of up to three letters stay as they are.
///
/// # Examples
/// ```
/// use baquiano::search::analyzer::stem;
/// assert_eq!(stem("instalacion"), stem("instalar"));
/// assert_eq!(stem("enviarlo"), stem("enviando"));
/// assert_eq!(stem("fotos"), stem("foto"));
/// ```
pub fn stem(word: &str) -> String {
    if word.len() <= MIN_STEM || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    normalise_root(strip(word, &ENDINGS))
}

/// The stem of a sound.
pub(super) fn stem_sound(heard: &str) -> String {
    if heard.len() <= MIN_STEM || heard.bytes().any(|b| b.is_ascii_digit()) {
        return heard.to_owned();
    }
    strip(heard, &SOUND_ENDINGS).to_owned()
}

fn strip<'w>(word: &'w str, endings: &[Ending]) -> &'w str {
    let base = strip_plural(without_pronoun(word));
    strip_final_vowel(strip_ending(base, endings).unwrap_or(base))
}

fn strip_ending<'w>(word: &'w str, endings: &[Ending]) -> Option<&'w str> {
    let last = *word.as_bytes().last()?;
    let count = letters(word);
    endings
        .iter()
        .find(|(ending, least)| ending.as_bytes().last() == Some(&last) && count >= ending.len() + least && word.ends_with(ending))
        .map(|(ending, _)| &word[..word.len() - ending.len()])
}

fn letters(word: &str) -> usize {
    // Continuation bytes aren't letters of their own.
    word.bytes().filter(|b| b & 0xC0 != 0x80).count()
}

fn without_pronoun(word: &str) -> &str {
    if !word.ends_with(['s', 'o', 'a', 'e']) {
        return word;
    }
    for pronoun in PRONOUNS {
        let Some(verb) = word.strip_suffix(pronoun) else { continue };
        let infinitive = verb.ends_with("ar") || verb.ends_with("er") || verb.ends_with("ir");
        let gerund = verb.ends_with("ndo");
        if infinitive && letters(verb) >= 5 || gerund && letters(verb) >= 6 {
            return verb;
        }
    }
    word
}

fn strip_plural(word: &str) -> &str {
    if letters(word) <= 4 {
        return word;
    }
    if let Some(base) = word.strip_suffix("es")
        && base.ends_with(['d', 'l', 'n', 'r', 'j', 'z', 's'])
    {
        return base;
    }
    match word.strip_suffix('s') {
        Some(base) if base.ends_with(['a', 'e', 'o', 'i', 'u']) => base,
        _ => word,
    }
}

/// The final vowel, and an `i` before it: `envi-a` and `envi-ar` are both `env-`.
fn strip_final_vowel(word: &str) -> &str {
    let without = |word: &'_ str, vowels: &[char]| letters(word) > MIN_STEM && word.ends_with(vowels);
    let word = if without(word, &['a', 'e', 'o', 'i']) { &word[..word.len() - 1] } else { word };
    if without(word, &['i']) { &word[..word.len() - 1] } else { word }
}

/// `busqu-` and `busc-`, `pagu-` and `pag-`, `luc-` and `luz` are the same root before another vowel.
fn normalise_root(root: &str) -> String {
    for (written, root_letter) in [("qu", "c"), ("gu", "g"), ("z", "c")] {
        if let Some(base) = root.strip_suffix(written)
            && letters(base) >= 2
        {
            return format!("{base}{root_letter}");
        }
    }
    root.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(words: &[&str]) {
        let first = stem(words[0]);
        for word in words {
            assert_eq!(stem(word), first, "{word} and {}", words[0]);
        }
    }

    #[test]
    fn inflections_meet() {
        same(&["instalar", "instala", "instalo", "instalado", "instalando", "instalacion", "instalaciones", "instalarla"]);
        same(&["enviar", "envia", "enviaba", "enviado", "enviados", "enviarlo"]);
        same(&["abrir", "abre", "abren", "abriendo", "abrirla"]);
        same(&["foto", "fotos"]);
        same(&["actualizar", "actualiza", "actualizacion", "actualizaciones"]);
        same(&["buscar", "busque", "busco", "buscando"]);
        same(&["boleta", "boletas"]);
        same(&["celular", "celulares"]);
    }

    #[test]
    fn a_camera_is_no_bed() {
        assert_ne!(stem("camara"), stem("cama"));
        assert_eq!(stem("camara"), stem("camaras"));
    }

    #[test]
    fn short_words_and_numbers_stay() {
        for word in ["gps", "app", "13", "4g", "no", "rup"] {
            assert_eq!(stem(word), word);
        }
    }

    #[test]
    fn stemming_never_empties_a_word() {
        for word in ["aria", "arias", "cion", "ando", "eres", "iran", "ñññ"] {
            assert!(!stem(word).is_empty(), "{word}");
        }
    }

    #[test]
    fn longer_endings_come_first() {
        for endings in [ENDINGS, SOUND_ENDINGS] {
            assert!(endings.windows(2).all(|pair| pair[0].0.len() >= pair[1].0.len()));
        }
    }
}
