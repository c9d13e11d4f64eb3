//! How a word sounds in Honduras.
//!
//! Spelling in the field follows the ear: `ubicasion`, `cordenada`, `aser`, `yamar`, `kiero`, `bloqueao`. The sound maps what
//! is heard alike to the same letters and keeps the vowels, since dropping them would conflate far too many words. The rules are
//! those of Spanish orthography's homophones with *seseo* and *yeísmo*; none was read off a test set.

use super::stem::stem_sound;

/// The sound of a folded word: lower-case ASCII letters and digits, `C` for *ch*. Empty for a word of another script.
///
/// # Examples
/// ```
/// use baquiano::search::analyzer::sound;
/// assert_eq!(sound("ubicasion"), sound("hubicacion"));
/// assert_eq!(sound("kiero"), sound("quiero"));
/// ```
pub fn sound(word: &str) -> String {
    let mut letters = ['\0'; super::fold::MAX_WORD_CHARS];
    let mut count = 0;
    for (slot, letter) in letters.iter_mut().zip(word.chars()) {
        *slot = letter;
        count += 1;
    }
    let letters = &letters[..count];
    let mut heard = String::with_capacity(word.len());
    let mut at = 0;
    while at < letters.len() {
        let (sound, used) = sound_at(letters, at);
        for s in sound.chars() {
            if !heard.ends_with(s) || s.is_ascii_digit() {
                heard.push(s);
            }
        }
        at += used;
    }
    heard
}

/// The key of a folded word: its sound without the endings that Spanish inflects or that are swallowed in speech.
///
/// # Examples
/// ```
/// use baquiano::search::analyzer::phonetic_key;
/// assert_eq!(phonetic_key("instalasion"), phonetic_key("instalar"));
/// assert_eq!(phonetic_key("bloqueao"), phonetic_key("bloqueado"));
/// ```
pub fn phonetic_key(word: &str) -> String {
    stem_sound(&sound(word))
}

fn is_soft(c: Option<&char>) -> bool {
    matches!(c, Some('e' | 'i' | 'y'))
}

/// The sound that starts at a letter, and how many letters spell it.
fn sound_at(letters: &[char], at: usize) -> (&'static str, usize) {
    let next = letters.get(at + 1);
    let after = letters.get(at + 2);
    match letters[at] {
        'a' => ("a", 1),
        'e' => ("e", 1),
        'i' => ("i", 1),
        'o' => ("o", 1),
        'u' => ("u", 1),
        'b' | 'v' => ("b", 1),
        // `guifi` and `wifi` are one word; so are `guasap` and `wasap`.
        'w' if is_soft(next) => ("j", 1),
        'w' => ("gu", 1),
        'c' if next == Some(&'h') => ("C", 2),
        'c' if is_soft(next) => ("s", 1),
        'c' if next == Some(&'c') && is_soft(after) => ("s", 2),
        'c' if next == Some(&'k') => ("k", 2),
        // Before `t` it is hardly heard: `conectar`, `conetar`; `actualizar`, `atualizar`.
        'c' if next == Some(&'t') => ("", 1),
        'c' | 'k' => ("k", 1),
        'q' if next == Some(&'u') => ("k", 2),
        'q' => ("k", 1),
        's' if next == Some(&'c') && is_soft(after) => ("s", 2),
        's' if next == Some(&'h') => ("C", 2),
        's' | 'z' => ("s", 1),
        'x' => ("s", 1),
        // `gi` is written for `gui` as often as for `ji` (`segimiento`).
        'g' if is_soft(next) => ("j", 1),
        'g' if next == Some(&'u') && is_soft(after) => ("j", 2),
        'g' => ("g", 1),
        'j' => ("j", 1),
        // `hu` before a vowel sounds `gu` (`huevo`, `guevo`).
        'h' if next == Some(&'u') && after.is_some_and(|a| matches!(a, 'a' | 'e' | 'i')) => ("gu", 2),
        'h' => ("", 1),
        'p' if next == Some(&'h') => ("f", 2),
        'p' if at == 0 && matches!(next, Some('s' | 't')) => ("", 1),
        'f' => ("f", 1),
        'p' => ("p", 1),
        'l' if next == Some(&'l') => ("y", 2),
        'l' => ("l", 1),
        // A final or lone `y` is the vowel.
        'y' if next.is_none_or(|n| !is_vowel(*n)) => ("i", 1),
        'y' => ("y", 1),
        'n' if matches!(next, Some('b' | 'v' | 'p')) => ("m", 1),
        'n' | 'ñ' => ("n", 1),
        'm' => ("m", 1),
        'r' => ("r", 1),
        'd' => ("d", 1),
        't' => ("t", 1),
        '0' => ("0", 1),
        '1' => ("1", 1),
        '2' => ("2", 1),
        '3' => ("3", 1),
        '4' => ("4", 1),
        '5' => ("5", 1),
        '6' => ("6", 1),
        '7' => ("7", 1),
        '8' => ("8", 1),
        '9' => ("9", 1),
        _ => ("", 1),
    }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sounds_alike_has_one_sound() {
        for (a, b) in [
            ("ubicacion", "hubicasion"),
            ("quiero", "kiero"),
            ("llave", "yabe"),
            ("espacio", "espasio"),
            ("hacer", "aser"),
            ("gente", "jente"),
            ("contraseña", "contrasena"),
            ("enviar", "embiar"),
            ("accion", "asion"),
            ("cuando", "kuando"),
            ("exponer", "esponer"),
            ("wifi", "guifi"),
            ("telefono", "telephono"),
            ("actualizar", "atualisar"),
            ("seguimiento", "segimiento"),
        ] {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn endings_and_swallowed_letters_leave_the_key() {
        for (a, b) in [
            ("bloqueado", "bloqueao"),
            ("instalacion", "instalasiones"),
            ("coordenadas", "cordenada"),
            ("sincronisado", "sincronizar"),
            ("permisos", "permiso"),
        ] {
            assert_eq!(phonetic_key(a), phonetic_key(b), "{a} {b}");
        }
    }

    #[test]
    fn what_sounds_different_stays_apart() {
        for (a, b) in [("casa", "caja"), ("pero", "pedo"), ("mapa", "mata"), ("camara", "cama"), ("gota", "jota"), ("13", "14")] {
            assert_ne!(phonetic_key(a), phonetic_key(b), "{a} {b}");
        }
    }

    #[test]
    fn another_script_has_no_sound() {
        assert_eq!(phonetic_key("مرحبا"), "");
    }
}
