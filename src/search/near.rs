//! Words that are one slip away.
//!
//! Two words at edit distance 1 (a letter too many, too few, wrong, or two swapped) share a form when each may lose one
//! letter. So the pack holds, for every word and each of its forms with one letter removed, its number in a hash bucket; a
//! question looks up its own forms and measures the few candidates. The idea is Wolf Garbe's *symmetric delete* (SymSpell);
//! unlike a walk of the dictionary it costs the same however large the vocabulary.

use tantivy::directory::OwnedBytes;

use crate::kb::pack::PackError;
use crate::kb::pack::tables::{Lists, u32_at};

/// Numbers of words by the hash of their forms: as many lists as there are buckets, a power of two.
#[derive(Debug, Clone)]
pub(crate) struct Near {
    mask: u32,
    buckets: Lists,
}

impl Near {
    pub(crate) fn open(bytes: &OwnedBytes, part: &'static str) -> Result<Self, PackError> {
        let buckets = u32_at(bytes, 0).filter(|n| n.is_power_of_two()).ok_or(PackError::Damaged { part })?;
        Ok(Self { mask: buckets - 1, buckets: Lists::open(bytes, part)? })
    }

    /// Numbers of words that may be one slip away from a word; some are not, and some come twice.
    pub(crate) fn candidates(&self, word: &str, mut take: impl FnMut(u32)) {
        each_form(word, |hash| self.buckets.get((hash & self.mask) as usize).for_each(&mut take));
    }
}

/// The hashes of a word and of its forms without one letter.
fn each_form(word: &str, mut take: impl FnMut(u32)) {
    take(hash(word.as_bytes(), &[]));
    let mut previous = None;
    for (at, letter) in word.char_indices() {
        // Of two equal letters in a row it's the same form whichever goes.
        if previous != Some(letter) {
            take(hash(&word.as_bytes()[..at], &word.as_bytes()[at + letter.len_utf8()..]));
        }
        previous = Some(letter);
    }
}

/// FNV-1a of two pieces, with a final mix since buckets are taken from the low bits.
fn hash(head: &[u8], tail: &[u8]) -> u32 {
    let mut hash = head.iter().chain(tail).fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
    hash ^= hash >> 15;
    hash = hash.wrapping_mul(0x2C1B_3C6D);
    hash ^ (hash >> 12)
}

#[cfg(feature = "author")]
pub(crate) fn write_near<'w>(words: impl Iterator<Item = (u32, &'w str)>) -> Vec<u8> {
    use crate::kb::pack::tables::write;
    let mut forms: Vec<(u32, u32)> = Vec::new();
    for (number, word) in words {
        each_form(word, |hash| forms.push((hash, number)));
    }
    // About four forms a bucket: measuring a candidate costs less than the space of more buckets.
    let buckets = (forms.len() / 4).next_power_of_two().max(1) as u32;
    let mut lists = vec![Vec::new(); buckets as usize];
    for (hash, number) in forms {
        lists[(hash & (buckets - 1)) as usize].push(number);
    }
    lists.iter_mut().for_each(|list| {
        list.sort_unstable();
        list.dedup();
    });
    write::lists(lists)
}

/// What a sound is made of: a bit for each letter that it has, and above them how many letters there are. Words that differ in more
/// letters than there may be slips needn't be measured.
pub(crate) fn sketch(sound: &str) -> u32 {
    let letters = sound.bytes().fold(0, |set, byte| set | 1 << (u32::from(byte) % LETTERS));
    (sound.chars().count() as u32).min(u32::MAX >> LETTERS) << LETTERS | letters
}

/// Bits for letters: the 26 of the alphabet fall on different ones.
const LETTERS: u32 = 27;

/// Whether two sketches may belong to words that are `most` slips apart.
#[inline]
pub(crate) fn may_be_near(one: u32, other: u32, most: u32) -> bool {
    // Taking away the lowest letter so many times is cheaper than counting them.
    let few = |set: u32| (0..most).fold(set, |set, _| set & set.wrapping_sub(1)) == 0;
    let letters = (1 << LETTERS) - 1;
    (one >> LETTERS).abs_diff(other >> LETTERS) <= most && few(one & !other & letters) && few(other & !one & letters)
}

/// The edit distance of two words (insert, delete, replace, swap neighbours: optimal string alignment), or `None` when it is more than
/// `most`.
pub(crate) fn distance(a: &str, b: &str, most: u32) -> Option<u32> {
    Measure::new(a).to(b, most)
}

/// A word whose distance to many others is measured.
///
/// Bit-parallel, after Hyyrö (2003), «A bit-vector algorithm for computing Levenshtein and Damerau edit distances»: the places of
/// each letter are noted once, a step for each letter of the other word is a dozen operations. Words of more than 64 letters are near
/// to none.
pub(crate) struct Measure {
    letters: usize,
    ascii: [u64; 128],
    others: Vec<(char, u64)>,
}

impl Measure {
    pub(crate) fn new(word: &str) -> Self {
        let mut measure = Self { letters: 0, ascii: [0; 128], others: Vec::new() };
        for letter in word.chars() {
            let bit = 1_u64.checked_shl(measure.letters as u32).unwrap_or(0);
            match measure.ascii.get_mut(letter as usize) {
                Some(places) => *places |= bit,
                None => match measure.others.iter_mut().find(|(own, _)| *own == letter) {
                    Some((_, places)) => *places |= bit,
                    None => measure.others.push((letter, bit)),
                },
            }
            measure.letters += 1;
        }
        measure
    }

    #[inline]
    fn places(&self, letter: char) -> u64 {
        match self.ascii.get(letter as usize) {
            Some(places) => *places,
            None => self.others.iter().find(|(own, _)| *own == letter).map_or(0, |(_, places)| *places),
        }
    }

    /// The distance to a word, or `None` when it is more than `most`.
    pub(crate) fn to(&self, other: &str, most: u32) -> Option<u32> {
        // A letter takes at most two bytes here, so that most lengths are told apart without decoding.
        let count = if other.is_ascii() { other.len() } else { other.chars().count() };
        if self.letters.abs_diff(count) as u32 > most || self.letters > 64 {
            return None;
        }
        if self.letters == 0 {
            return Some(count as u32).filter(|d| *d <= most);
        }
        let last = 1_u64 << (self.letters - 1);
        let (mut plus, mut minus, mut diagonal, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let mut score = self.letters as u32;
        for letter in other.chars() {
            let here = self.places(letter);
            let swapped = (((!diagonal) & here) << 1) & before;
            diagonal = (((here & plus).wrapping_add(plus)) ^ plus) | here | minus | swapped;
            let mut horizontal_plus = minus | !(diagonal | plus);
            let mut horizontal_minus = diagonal & plus;
            if horizontal_plus & last != 0 {
                score += 1;
            }
            if horizontal_minus & last != 0 {
                score -= 1;
            }
            horizontal_plus = (horizontal_plus << 1) | 1;
            horizontal_minus <<= 1;
            plus = horizontal_minus | !(diagonal | horizontal_plus);
            minus = diagonal & horizontal_plus;
            before = here;
        }
        Some(score).filter(|d| *d <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The textbook table, to measure the fast one by.
    fn slow(a: &str, b: &str) -> u32 {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    (i + j) as u32
                } else {
                    let wrong = u32::from(a[i - 1] != b[j - 1]);
                    let mut best = (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + wrong);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_fast_distance_is_the_textbook_one(a in "[abcñ]{0,9}", b in "[abcñ]{0,9}") {
            let expected = slow(&a, &b);
            prop_assert_eq!(distance(&a, &b, 20), Some(expected));
            prop_assert_eq!(distance(&a, &b, 1), Some(expected).filter(|d| *d <= 1));
        }
    }

    proptest! {
        #[test]
        fn no_sketch_hides_what_is_near(a in "[a-f]{0,9}", b in "[a-f]{0,9}") {
            let near = distance(&a, &b, 2).is_some();
            prop_assert!(!near || may_be_near(sketch(&a), sketch(&b), 2), "{} {}", a, b);
        }
    }

    #[cfg(feature = "author")]
    proptest! {
        #[test]
        fn whatever_is_one_slip_away_is_a_candidate(words in proptest::collection::btree_set("[abcd]{1,7}", 1..30), asked in "[abcd]{1,7}") {
            let words: Vec<String> = words.into_iter().collect();
            let bytes = write_near(words.iter().enumerate().map(|(n, w)| (n as u32, w.as_str())));
            let near = Near::open(&OwnedBytes::new(bytes), "test").unwrap();
            let mut found = Vec::new();
            near.candidates(&asked, |n| found.push(n));
            for (n, word) in words.iter().enumerate() {
                if distance(word, &asked, 1).is_some() {
                    prop_assert!(found.contains(&(n as u32)), "{} {}", word, asked);
                }
            }
        }
    }
}
