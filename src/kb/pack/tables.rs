//! Tables that are read in place: arrays of numbers, sorted strings, blobs by key.
//!
//! Every access is checked: a damaged table gives `None`, never a panic and never a read outside.

use std::ops::Range;

use tantivy::directory::OwnedBytes;

use super::PackError;

/// The number at a byte offset.
#[inline]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The number at a byte offset.
#[inline]
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// An array of `u32`.
#[derive(Debug, Clone)]
pub(crate) struct Numbers(OwnedBytes);

impl Numbers {
    pub(crate) fn new(bytes: OwnedBytes) -> Self {
        Self(bytes)
    }

    #[inline]
    pub(crate) fn get(&self, at: usize) -> Option<u32> {
        u32_at(&self.0, at.checked_mul(4)?)
    }

    /// The numbers of a range; empty when the range lies outside.
    #[inline]
    pub(crate) fn range(&self, range: Range<usize>) -> impl Iterator<Item = u32> + '_ {
        let bytes = range.start.checked_mul(4).zip(range.end.checked_mul(4)).and_then(|(start, end)| self.0.get(start..end));
        bytes.unwrap_or_default().as_chunks::<4>().0.iter().map(|chunk| u32::from_le_bytes(*chunk))
    }
}

/// Lists of numbers: a count of lists, the width of a number in bytes (2 when all fit, otherwise 4), `count + 1` offsets, the numbers.
#[derive(Debug, Clone)]
pub(crate) struct Lists {
    offsets: Numbers,
    members: OwnedBytes,
    width: usize,
}

impl Lists {
    pub(crate) fn open(bytes: &OwnedBytes, part: &'static str) -> Result<Self, PackError> {
        let end = u32_at(bytes, 0).and_then(|count| (count as usize).checked_add(3)?.checked_mul(4)).filter(|end| *end <= bytes.len());
        match (end, u32_at(bytes, 4)) {
            (Some(end), Some(width @ (2 | 4))) => {
                Ok(Self { offsets: Numbers::new(bytes.slice(8..end)), members: bytes.slice(end..bytes.len()), width: width as usize })
            }
            _ => Err(PackError::Damaged { part }),
        }
    }

    /// The numbers of a list; none when there is no such list.
    #[inline]
    pub(crate) fn get(&self, list: usize) -> impl Iterator<Item = u32> + '_ {
        let place = |list| self.offsets.get(list).and_then(|offset| (offset as usize).checked_mul(self.width));
        let range = place(list).zip(place(list + 1)).map_or(0..0, |(start, end)| start..end);
        self.members.get(range).unwrap_or_default().chunks_exact(self.width).map(|number| match *number {
            [low, high] => u32::from(u16::from_le_bytes([low, high])),
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
            _ => 0,
        })
    }
}

/// Sorted, distinct strings: a count, `count + 1` offsets, the bytes.
#[derive(Debug, Clone)]
pub(crate) struct Strings {
    count: usize,
    offsets: OwnedBytes,
    text: OwnedBytes,
}

impl Strings {
    pub(crate) fn open(bytes: &OwnedBytes, part: &'static str) -> Result<Self, PackError> {
        let (strings, rest) = Self::open_front(bytes, part)?;
        if rest.is_empty() { Ok(strings) } else { Err(PackError::Damaged { part }) }
    }

    fn open_front(bytes: &OwnedBytes, part: &'static str) -> Result<(Self, OwnedBytes), PackError> {
        let damaged = PackError::Damaged { part };
        let Some(count) = u32_at(bytes, 0).map(|n| n as usize) else { return Err(damaged) };
        let text_start = count.checked_add(1).and_then(|n| n.checked_mul(4)).and_then(|n| n.checked_add(4));
        let Some(text_start) = text_start.filter(|start| *start <= bytes.len()) else { return Err(damaged) };
        let offsets = bytes.slice(4..text_start);
        let text_len = u32_at(&offsets, count * 4).unwrap_or(0) as usize;
        let Some(text_end) = text_start.checked_add(text_len).filter(|end| *end <= bytes.len()) else { return Err(damaged) };
        Ok((Self { count, offsets, text: bytes.slice(text_start..text_end) }, bytes.slice(text_end..bytes.len())))
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    #[inline]
    pub(crate) fn bytes(&self, at: usize) -> &[u8] {
        let offset = |i: usize| u32_at(&self.offsets, i * 4).unwrap_or(0) as usize;
        if at >= self.count {
            return &[];
        }
        self.text.get(offset(at)..offset(at + 1)).unwrap_or_default()
    }

    /// The string at a place; empty when the place lies outside or the bytes are damaged.
    pub(crate) fn get(&self, at: usize) -> &str {
        std::str::from_utf8(self.bytes(at)).unwrap_or_default()
    }

    /// The place of a string.
    pub(crate) fn find(&self, text: &str) -> Option<usize> {
        let at = self.lower_bound(text.as_bytes());
        (at < self.count && self.bytes(at) == text.as_bytes()).then_some(at)
    }

    /// The places of all strings with a prefix.
    pub(crate) fn with_prefix(&self, prefix: &str) -> Range<usize> {
        let start = self.lower_bound(prefix.as_bytes());
        let (mut low, mut high) = (start, self.count);
        while low < high {
            let middle = (low + high) / 2;
            if self.bytes(middle).starts_with(prefix.as_bytes()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        start..low
    }

    fn lower_bound(&self, text: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = (low + high) / 2;
            if self.bytes(middle) < text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Blobs by key: the keys as [`Strings`], `count + 1` offsets (u64), the blobs.
#[derive(Debug, Clone)]
pub(crate) struct Blobs {
    keys: Strings,
    offsets: OwnedBytes,
    blobs: OwnedBytes,
}

impl Blobs {
    pub(crate) fn open(bytes: &OwnedBytes, part: &'static str) -> Result<Self, PackError> {
        let (keys, rest) = Strings::open_front(bytes, part)?;
        let offsets_len = (keys.len() + 1) * 8;
        if offsets_len > rest.len() {
            return Err(PackError::Damaged { part });
        }
        Ok(Self { keys, offsets: rest.slice(0..offsets_len), blobs: rest.slice(offsets_len..rest.len()) })
    }

    pub(crate) fn keys(&self) -> &Strings {
        &self.keys
    }

    pub(crate) fn at(&self, at: usize) -> Option<&[u8]> {
        let offset = |i: usize| u64_at(&self.offsets, i * 8).and_then(|n| usize::try_from(n).ok());
        self.blobs.get(offset(at)?..offset(at + 1)?)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&[u8]> {
        self.at(self.keys.find(key)?)
    }
}

#[cfg(feature = "author")]
pub(crate) mod write {
    //! The writing side.

    /// Sorted, distinct strings; what comes must be so.
    pub(crate) fn strings<S: AsRef<str>>(sorted: impl IntoIterator<Item = S>) -> Vec<u8> {
        let mut offsets = vec![0_u32];
        let mut text = Vec::new();
        for string in sorted {
            text.extend_from_slice(string.as_ref().as_bytes());
            offsets.push(text.len() as u32);
        }
        let mut out = ((offsets.len() - 1) as u32).to_le_bytes().to_vec();
        offsets.iter().for_each(|offset| out.extend_from_slice(&offset.to_le_bytes()));
        out.extend_from_slice(&text);
        out
    }

    pub(crate) fn blobs(sorted: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut out = strings(sorted.iter().map(|(key, _)| key));
        let mut offset = 0_u64;
        out.extend_from_slice(&offset.to_le_bytes());
        for (_, blob) in sorted {
            offset += blob.len() as u64;
            out.extend_from_slice(&offset.to_le_bytes());
        }
        sorted.iter().for_each(|(_, blob)| out.extend_from_slice(blob));
        out
    }

    pub(crate) fn lists<L: IntoIterator<Item = u32>>(lists: impl IntoIterator<Item = L>) -> Vec<u8> {
        let (mut offsets, mut members) = (vec![0_u32], Vec::<u32>::new());
        for list in lists {
            members.extend(list);
            offsets.push(members.len() as u32);
        }
        let narrow: Option<Vec<u16>> = members.iter().map(|number| u16::try_from(*number).ok()).collect();
        let width = if narrow.is_some() { 2 } else { 4 };
        let mut out = numbers([(offsets.len() - 1) as u32, width].into_iter().chain(offsets));
        match narrow {
            Some(narrow) => out.extend(narrow.into_iter().flat_map(u16::to_le_bytes)),
            None => out.extend(members.into_iter().flat_map(u32::to_le_bytes)),
        }
        out
    }

    pub(crate) fn numbers(numbers: impl IntoIterator<Item = u32>) -> Vec<u8> {
        numbers.into_iter().flat_map(u32::to_le_bytes).collect()
    }
}

#[cfg(all(test, feature = "author"))]
#[allow(clippy::unwrap_used, reason = "a test that fails may say so")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(words: &[&str]) -> Strings {
        Strings::open(&OwnedBytes::new(write::strings(words)), "test").unwrap()
    }

    #[test]
    fn strings_are_found_and_prefixes_give_their_range() {
        let table = table(&["app", "apple", "apply", "boat"]);
        assert_eq!(table.find("apply"), Some(2));
        assert_eq!(table.find("applx"), None);
        assert_eq!(table.with_prefix("appl"), 1..3);
        assert_eq!(table.with_prefix("z"), 4..4);
        assert_eq!(table.get(9), "");
    }

    #[test]
    fn lists_come_back_narrow_and_wide() {
        for most in [65_535, 65_536] {
            let written = [vec![1, 2], vec![], vec![most]];
            let bytes = write::lists(written.clone());
            assert_eq!(bytes.len(), 8 + 4 * 4 + 3 * if most > 65_535 { 4 } else { 2 });
            let lists = Lists::open(&OwnedBytes::new(bytes), "test").unwrap();
            assert_eq!(written.each_ref().map(Vec::len), [0, 1, 2].map(|list| lists.get(list).count()));
            assert_eq!(lists.get(2).collect::<Vec<_>>(), [most]);
            assert_eq!(lists.get(3).count(), 0);
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_a_table_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), word in "[a-z]{0,4}", at in 0_usize..300) {
            let bytes = OwnedBytes::new(bytes);
            if let Ok(table) = Strings::open(&bytes, "test") {
                let _ = (table.find(&word), table.with_prefix(&word), table.get(at).len());
            }
            if let Ok(blobs) = Blobs::open(&bytes, "test") {
                let _ = (blobs.get(&word).map(<[u8]>::len), blobs.at(at).map(<[u8]>::len));
            }
            if let Ok(lists) = Lists::open(&bytes, "test") {
                let _ = lists.get(at).count();
            }
            let numbers = Numbers::new(bytes);
            let _ = (numbers.get(at), numbers.range(at..at + 9).count());
        }
    }
}
