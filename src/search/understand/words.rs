//! From the text of a question to its words: shorthand written out, spoken names spelled, the blank bar mended.

use std::cell::OnceCell;
use std::ops::Range;

use super::super::analyzer::{Token, phonetic_key, sound, tokenize};
use super::super::index::Index;
use super::super::near::distance;
use super::MAX_PHRASE;

/// Shortest run of letters that may be words without a blank between them (`nose`, `nome`).
const MIN_GLUED: usize = 4;
/// Up to this length they may be small words only.
const SMALL_WORDS: usize = 6;
/// Shortest word that comes of two.
const MIN_JOINED: usize = 6;

/// A word on its way from the question to a slot.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) said: Range<usize>,
    /// Its number in the dictionary.
    pub(super) known: Option<u32>,
    /// What it was corrected to.
    pub(super) corrected: Option<String>,
    /// Whether it isn't as it was said.
    replaced: bool,
    sound: OnceCell<String>,
}

impl Word {
    fn new(index: &Index, token: Token) -> Self {
        let known = index.words.find(&token.text).map(|word| word as u32);
        Self { text: token.text, said: token.range, known, corrected: None, replaced: false, sound: OnceCell::new() }
    }

    fn instead(index: &Index, text: &str, said: Range<usize>) -> Self {
        Self { replaced: true, ..Self::new(index, Token { text: text.to_owned(), range: said }) }
    }

    pub(super) fn sound(&self) -> &str {
        self.sound.get_or_init(|| sound(&self.text))
    }

    /// Whether the dictionary has it as a word that counts.
    fn counts(&self, index: &Index) -> bool {
        self.known.is_some_and(|known| index.stem_of(known).is_some())
    }
}

/// The words of a question, and the app that it names.
pub(super) fn read(index: &Index, text: &str) -> (Vec<Word>, Option<usize>) {
    let words = write_out(index, text);
    let (words, app) = replace_names(index, words);
    (join_and_split(index, words), app)
}

/// The question as it was read, if that isn't what was written.
pub(super) fn corrected(words: &[Word]) -> Option<String> {
    let guessed = words.iter().any(|word| word.replaced || word.corrected.as_ref().is_some_and(|corrected| *corrected != word.text));
    guessed.then(|| words.iter().map(|word| word.corrected.as_deref().unwrap_or(&word.text)).collect::<Vec<_>>().join(" "))
}

/// Splits into words; chat shorthand (`xq`, `tb`) is written out.
fn write_out(index: &Index, text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    for token in tokenize(text) {
        match index.shorthand.get(&token.text).and_then(|bytes| std::str::from_utf8(bytes).ok()) {
            // It is written out for reading on; that the user is shown it as a correction would be pedantry.
            Some(full) => {
                out.extend(full.split(' ').map(|text| Word::new(index, Token { text: text.to_owned(), range: token.range.clone() })))
            }
            None => out.push(Word::new(index, token)),
        }
    }
    out
}

/// Names that are written by ear (`plei estor`) are spelled; the name of an app is taken out, since it tells where and not what, unless
/// the question says nothing else. Both are recognised by keys, the longest first.
fn replace_names(index: &Index, words: Vec<Word>) -> (Vec<Word>, Option<usize>) {
    if index.spoken.keys().len() + index.app_names.keys().len() == 0 {
        return (words, None);
    }
    let keys: Vec<String> = words.iter().map(|word| phonetic_key(&word.text)).collect();
    let (mut out, mut app): (Vec<Word>, _) = (Vec::with_capacity(words.len()), None);
    let mut words = words.into_iter();
    let mut phrase = String::new();
    let mut at = 0;
    while at < keys.len() {
        let mut found = None;
        for n in (1..=MAX_PHRASE.min(keys.len() - at)).rev() {
            phrase.clear();
            for key in &keys[at..at + n] {
                phrase.push_str(if phrase.is_empty() { "" } else { " " });
                phrase.push_str(key);
            }
            let odd = || words.as_slice().iter().take(n).any(|word| word.known.is_none());
            if n < keys.len()
                && let Some(place) = named_app(index, &phrase, n, odd)
            {
                app = Some(place);
                found = Some((n, ""));
            } else if n > 1 || words.as_slice().first().is_some_and(|word| word.known.is_none()) {
                // A word that the dictionary has is never replaced alone.
                found = index.spoken.get(&phrase).and_then(|name| Some((n, std::str::from_utf8(name).ok()?)));
            }
            if found.is_some() {
                break;
            }
        }
        let Some((n, name)) = found else {
            out.extend(words.next());
            at += 1;
            continue;
        };
        let replaced: Vec<Word> = words.by_ref().take(n).collect();
        if let [first, ..] = replaced.as_slice() {
            let said = first.said.start..replaced.last().unwrap_or(first).said.end;
            out.extend(name.split_whitespace().map(|word| Word::instead(index, word, said.clone())));
        }
        at += n;
    }
    (out, app)
}

/// The app that so many words name, by their keys; a misspelled name is forgiven one slip a word, if some word is `odd`: not of the
/// dictionary.
fn named_app(index: &Index, keys: &str, words: usize, odd: impl Fn() -> bool) -> Option<usize> {
    /// Letters of a name for each slip: less is a guess.
    const LETTERS_A_SLIP: usize = 6;
    let place = |bytes: Option<&[u8]>| bytes.and_then(|bytes| bytes.first()).map(|place| usize::from(*place));
    let exact = place(index.app_names.get(keys));
    if exact.is_some() || !odd() {
        return exact;
    }
    let names = index.app_names.keys();
    let near = |name: &str| {
        let most = words.min(name.len() / LETTERS_A_SLIP);
        most > 0 && name.len().abs_diff(keys.len()) <= most && distance(name, keys, most as u32).is_some()
    };
    (0..names.len()).find(|at| near(names.get(*at))).and_then(|at| place(index.app_names.at(at)))
}

/// Mends the blank bar: `actu alizar` is one word, `nomeabre` is three.
fn join_and_split(index: &Index, words: Vec<Word>) -> Vec<Word> {
    // Most questions have no word that the dictionary lacks.
    if words.iter().all(|word| word.known.is_some()) {
        return words;
    }
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        if let Some(joined) = words.peek().and_then(|next| join(index, &word, next)) {
            out.push(joined);
            words.next();
        } else if let Some(pieces) = split(index, &word) {
            out.extend(pieces.iter().map(|piece| Word::instead(index, piece, word.said.clone())));
        } else {
            out.push(word);
        }
    }
    out
}

fn join(index: &Index, word: &Word, next: &Word) -> Option<Word> {
    let odd = word.known.is_none() || next.known.is_none();
    if !odd || word.text.len() + next.text.len() < MIN_JOINED || word.counts(index) && next.counts(index) {
        return None;
    }
    let joined = Word::instead(index, &format!("{}{}", word.text, next.text), word.said.start..next.said.end);
    joined.counts(index).then_some(joined)
}

/// Splits a word that nobody knows, in any form, into two or three that the dictionary has.
fn split(index: &Index, word: &Word) -> Option<Vec<String>> {
    let text = word.text.as_str();
    if word.known.is_some() || text.len() < MIN_GLUED || !text.is_ascii() || is_heard(index, word) {
        return None;
    }
    if text.len() <= SMALL_WORDS
        && let Some(small) = split_small(index, text)
    {
        return Some(small);
    }
    // One slip is likelier than a missing blank.
    let mut one_slip = false;
    index.near_words.candidates(text, |near| one_slip |= distance(index.words.get(near as usize), text, 1).is_some());
    if one_slip || text.len() < MIN_JOINED { None } else { split_into(index, text, 3) }
}

/// Whether some word of the dictionary sounds like it.
fn is_heard(index: &Index, word: &Word) -> bool {
    index.stop_sounds.find(word.sound()).is_some() || index.keys.find(&phonetic_key(&word.text)).is_some()
}

/// Two words of the smallest kind, as they are run together in haste: the first one says no or already, the second is a stop word.
fn split_small(index: &Index, text: &str) -> Option<Vec<String>> {
    let (head, tail) = text.split_at_checked(2)?;
    let head = index.words.find(head)? as u32;
    let tail_stops = index.words.find(tail).is_some_and(|word| index.stem_of(word as u32).is_none());
    tail_stops.then(|| vec![index.words.get(head as usize).to_owned(), tail.to_owned()])
}

fn split_into(index: &Index, text: &str, pieces: usize) -> Option<Vec<String>> {
    let counts = |piece: &str| index.words.find(piece).map(|word| index.stem_of(word as u32).is_some());
    // A piece of one letter is only believed when it is a word of its own.
    let believed = |piece: &str| piece.len() >= 2 || matches!(piece, "a" | "y" | "o");
    (1..text.len()).rev().find_map(|at| {
        let (head, tail) = text.split_at_checked(at)?;
        let head_counts = counts(head).filter(|_| believed(head))?;
        match counts(tail) {
            Some(tail_counts) if believed(tail) && (head_counts && head.len() >= 3 || tail_counts && tail.len() >= 3) => {
                Some(vec![head.to_owned(), tail.to_owned()])
            }
            _ if pieces > 2 => {
                let mut rest = split_into(index, tail, pieces - 1)?;
                rest.insert(0, head.to_owned());
                Some(rest)
            }
            _ => None,
        }
    })
}

fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Whether a word was written almost without vowels, as in chats (`cntrsña`, `ubccn`).
pub(super) fn is_clipped(text: &str) -> bool {
    let vowels = text.bytes().filter(|b| is_vowel(*b)).count();
    text.len() >= 3 && vowels * 4 <= text.len()
}

/// Whether a clipped word is a longer one without some of its vowels: the same consonants in the same order.
pub(super) fn expands(clipped: &str, word: &str) -> bool {
    if word.len() <= clipped.len() || word.as_bytes().first() != clipped.as_bytes().first() {
        return false;
    }
    let mut rest = clipped.bytes().peekable();
    for byte in word.bytes() {
        if rest.peek() == Some(&byte) {
            rest.next();
        } else if !is_vowel(byte) {
            return false;
        }
    }
    rest.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clipped_word_is_one_without_vowels() {
        assert!(is_clipped("cntrsña") && is_clipped("ubccn") && is_clipped("cmra"));
        assert!(!is_clipped("foto") && !is_clipped("ir"));
        assert!(expands("cmra", "camara") && expands("ubccn", "ubicacion"));
        assert!(!expands("cmra", "carrera") && !expands("cmra", "comer"));
    }
}
