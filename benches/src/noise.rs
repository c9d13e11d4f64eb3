//! Questions as people spell them: by ear, without accents, and with slips of the finger.
//!
//! The rules were written from what Spanish speakers of Central America confuse and from the Spanish keyboard, without a look
//! at the library's phonetic key; some of them (weak vowels, `-ado` → `-ao`, a lost final `s`, `mb` → `nb`) no such key
//! undoes. Every text gives the same distortion on every machine.
//!
//! | kind | what happens |
//! | --- | --- |
//! | `phon` | accents dropped; one spelling by ear in 60 % of the words of four letters or more |
//! | `phon+typo` | besides, one slip of the finger in every word of seven letters or more |
//!
//! Spelling by ear: b/v, s/c/z, silent h lost or added, ll/y, g/j before e and i, qu/k/c, x/s, cc/c, gua/wa, hue/we, final
//! s lost, -ado/-ao, rr/r, m/n before p, b and v, ñ/n, ps/s, and unstressed e/i and o/u. Slips of the finger: a neighbour on
//! the keyboard instead of or beside the letter, two letters swapped, one doubled, one left out; the first letter is hit as
//! often as any.

use crate::rng::Rng;

/// How a question is distorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noise {
    /// Not at all.
    Clean,
    /// By ear.
    Phon,
    /// By ear, and with slips of the finger.
    PhonTypo,
}

impl Noise {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Clean, Self::Phon, Self::PhonTypo];

    /// Its name in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Phon => "phon",
            Self::PhonTypo => "phon+typo",
        }
    }
}

/// Share of the words that are spelled by ear, and from which length on, in letters.
const BY_EAR: (f64, usize) = (0.6, 4);
/// From which length on a word has a slip of the finger, in letters.
const SLIPPERY: usize = 7;

/// A text as somebody else would have typed it.
pub fn distort(text: &str, noise: Noise, seed: u64) -> String {
    if noise == Noise::Clean {
        return text.to_owned();
    }
    let mut rng = Rng::new(seed, fingerprint(text));
    let mut out = String::with_capacity(text.len());
    let mut word = Vec::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() {
            word.push(unaccented(c));
        } else {
            out.extend(distort_word(std::mem::take(&mut word), noise, &mut rng));
            out.push(c);
        }
    }
    out.pop();
    out
}

/// FNV-1a: the sequence of a text depends on it alone, not on its place among others.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn unaccented(c: char) -> char {
    match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'Á' => 'A',
        'É' => 'E',
        'Í' => 'I',
        'Ó' => 'O',
        'Ú' | 'Ü' => 'U',
        other => other,
    }
}

fn distort_word(word: Vec<char>, noise: Noise, rng: &mut Rng) -> Vec<char> {
    if word.iter().any(char::is_ascii_digit) {
        return word;
    }
    let letters = word.len();
    let mut word = word;
    if letters >= BY_EAR.1 && rng.chance(BY_EAR.0) {
        word = by_ear(&word, rng);
    }
    if noise == Noise::PhonTypo && letters >= SLIPPERY {
        word = slip(&word, rng);
    }
    word
}

/// What is heard → what is written instead, and where: the letter before and the letter after.
struct Rule {
    from: &'static str,
    to: &'static str,
    before: Around,
    after: Around,
}

#[derive(Clone, Copy, PartialEq)]
enum Around {
    Any,
    Edge,
    Vowel,
    /// e or i.
    Front,
    /// a, o or u.
    Back,
    NotC,
}

impl Around {
    fn fits(self, letter: Option<char>) -> bool {
        match self {
            Self::Any => true,
            Self::Edge => letter.is_none(),
            Self::Vowel => letter.is_some_and(|c| "aeiou".contains(c)),
            Self::Front => letter.is_some_and(|c| "ei".contains(c)),
            Self::Back => letter.is_some_and(|c| "aou".contains(c)),
            Self::NotC => letter != Some('c'),
        }
    }
}

const fn rule(from: &'static str, to: &'static str, before: Around, after: Around) -> Rule {
    Rule { from, to, before, after }
}

const RULES: &[Rule] = {
    use Around::{Any, Back, Edge, Front, NotC, Vowel};
    &[
        rule("b", "v", Any, Any),
        rule("v", "b", Any, Any),
        rule("c", "s", Any, Front),
        rule("s", "c", Any, Front),
        rule("z", "s", Any, Any),
        rule("s", "z", Vowel, Back),
        rule("h", "", NotC, Any),
        rule("", "h", Edge, Vowel),
        rule("ll", "y", Any, Any),
        rule("y", "ll", Any, Vowel),
        rule("g", "j", Any, Front),
        rule("j", "g", Any, Front),
        rule("qu", "k", Any, Front),
        rule("c", "k", Any, Back),
        rule("x", "s", Any, Any),
        rule("cc", "c", Any, Any),
        rule("gua", "wa", Any, Any),
        rule("hue", "we", Edge, Any),
        rule("s", "", Vowel, Edge),
        rule("ado", "ao", Any, Edge),
        rule("rr", "r", Vowel, Vowel),
        rule("mb", "nb", Any, Any),
        rule("mp", "np", Any, Any),
        rule("nv", "mv", Any, Any),
        rule("ñ", "n", Any, Any),
        rule("ps", "s", Edge, Any),
    ]
};
/// Vowels that are confused where they aren't stressed: only when no rule fits, or once in ten.
const VOWELS: [(char, char); 4] = [('e', 'i'), ('i', 'e'), ('o', 'u'), ('u', 'o')];

fn by_ear(word: &[char], rng: &mut Rng) -> Vec<char> {
    let lower: Vec<char> = word.iter().map(|c| c.to_ascii_lowercase()).collect();
    let mut options: Vec<(usize, &Rule)> = Vec::new();
    for rule in RULES {
        let from: Vec<char> = rule.from.chars().collect();
        for at in 0..=lower.len().saturating_sub(from.len()) {
            let before = at.checked_sub(1).and_then(|i| lower.get(i).copied());
            let found = lower[at..].starts_with(&from);
            if found && rule.before.fits(before) && rule.after.fits(lower.get(at + from.len()).copied()) {
                options.push((at, rule));
            }
        }
    }
    // The vowels in the middle: the first and the last are heard clearly.
    let middle = 1..word.len().saturating_sub(1);
    let vowels: Vec<(usize, char)> =
        middle.filter_map(|at| VOWELS.iter().find(|(from, _)| *from == lower[at]).map(|(_, to)| (at, *to))).collect();
    let mut out = word.to_vec();
    if options.is_empty() || !vowels.is_empty() && rng.chance(0.1) {
        if let Some((at, to)) = rng.pick(&vowels) {
            out[*at] = *to;
        }
    } else if let Some((at, rule)) = rng.pick(&options) {
        out.splice(*at..*at + rule.from.chars().count(), rule.to.chars());
    }
    out
}

/// The keys around each key of the Spanish keyboard of a phone.
const NEIGHBOURS: [(char, &str); 27] = [
    ('q', "wa"),
    ('w', "qeas"),
    ('e', "wrsd"),
    ('r', "etdf"),
    ('t', "ryfg"),
    ('y', "tugh"),
    ('u', "yihj"),
    ('i', "uojk"),
    ('o', "ipkl"),
    ('p', "olñ"),
    ('a', "qwsz"),
    ('s', "awedzx"),
    ('d', "serfxc"),
    ('f', "drtgcv"),
    ('g', "ftyhvb"),
    ('h', "gyujbn"),
    ('j', "huiknm"),
    ('k', "jiolm"),
    ('l', "kopñ"),
    ('ñ', "lp"),
    ('z', "asx"),
    ('x', "zsdc"),
    ('c', "xdfv"),
    ('v', "cfgb"),
    ('b', "vghn"),
    ('n', "bhjm"),
    ('m', "njk"),
];

fn neighbour(letter: char, rng: &mut Rng) -> char {
    let lower = letter.to_lowercase().next().unwrap_or(letter);
    let around: Vec<char> = NEIGHBOURS.iter().filter(|(key, _)| *key == lower).flat_map(|(_, around)| around.chars()).collect();
    rng.pick(&around).copied().unwrap_or(letter)
}

fn slip(word: &[char], rng: &mut Rng) -> Vec<char> {
    let mut out = word.to_vec();
    let at = rng.below(word.len());
    match rng.below(5) {
        0 => out[at] = neighbour(word[at], rng),
        1 => out.insert(at, neighbour(word[at], rng)),
        2 => out.swap(at.saturating_sub(1), at.max(1)),
        3 => out.insert(at, word[at]),
        _ => {
            out.remove(at);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "La aplicación no guarda la ubicación de la vivienda en el teléfono";

    #[test]
    fn the_same_seed_gives_the_same_distortion_and_another_one_another() {
        for noise in Noise::ALL {
            assert_eq!(distort(TEXT, noise, 7), distort(TEXT, noise, 7));
        }
        assert_ne!(distort(TEXT, Noise::PhonTypo, 7), distort(TEXT, Noise::PhonTypo, 8));
    }

    #[test]
    fn the_distortions_of_a_text_are_these_on_every_machine() {
        assert_eq!(distort(TEXT, Noise::Phon, 1), "La aplicacion no warda la ubicacion de la vivienda en el telifono");
        assert_eq!(distort(TEXT, Noise::PhonTypo, 1), "La aplivacion no guarda la ubicqacion de la vibbienda en el teledfono");
    }

    #[test]
    fn clean_changes_nothing_and_noise_leaves_short_words_and_numbers_alone() {
        assert_eq!(distort(TEXT, Noise::Clean, 1), TEXT);
        for seed in 0..50 {
            assert_eq!(distort("no va el gps, 80m2 o A2000000", Noise::PhonTypo, seed), "no va el gps, 80m2 o A2000000");
        }
    }

    #[test]
    fn six_words_in_ten_are_spelled_by_ear_and_every_long_one_slips() {
        let text = "verdad ".repeat(2000);
        let changed = distort(text.trim(), Noise::Phon, 3).split(' ').filter(|word| *word != "verdad").count();
        assert!((1100..1300).contains(&changed), "{changed} of 2000");
        let text = "aplicaciones ".repeat(500);
        let same = distort(text.trim(), Noise::PhonTypo, 3).split(' ').filter(|word| *word == "aplicaciones").count();
        assert!(same < 10, "{same} of 500 kept");
    }

    #[test]
    fn accents_go_but_the_ene_is_a_letter() {
        assert!(!distort("ubicación, contraseña", Noise::Phon, 1).contains(['á', 'ó']));
        let kept = (0..40).filter(|seed| distort("niño", Noise::Phon, *seed).contains('ñ')).count();
        assert!(kept > 10, "{kept}");
    }
}
