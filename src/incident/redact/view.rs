//! A text as the rules read it: one byte a character, escapes undone, nothing invisible.
//!
//! `%40`, `\u0040`, `&#64;` and a full-width `＠` are all one `@` here; `\"` is a quote, and how often it was escaped is known
//! ([`View::depth`]), so that a quote within a quoted value doesn't end it. A placeholder of an earlier redaction is one
//! [`OPAQUE`] cell: the words in it are nobody's context.

use super::Kind;
use super::fold::{LETTER, OPAQUE, OTHER, fold, fold_ascii};
use super::marks::Claim;

/// Every kind that leaves a placeholder.
const PLACED: [Kind; 6] = [Kind::Identity, Kind::Rtn, Kind::Phone, Kind::Email, Kind::Card, Kind::Secret];

/// Most backslashes before a sign that are read as its escape.
const MOST_ESCAPES: usize = 16;

pub(super) struct View<'t> {
    text: &'t str,
    cells: Vec<u8>,
    /// The first byte of each cell, and the end of the text. What is invisible belongs to the cell before it.
    starts: Vec<usize>,
}

impl<'t> View<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut view = Self { text, cells: Vec::with_capacity(text.len()), starts: Vec::with_capacity(text.len() + 1) };
        let mut at = 0;
        while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
            // Nearly all of a text is one cell a byte.
            let plain = rest.iter().position(|&byte| !byte.is_ascii() || is_escape(byte)).unwrap_or(rest.len());
            view.cells.extend(rest.iter().take(plain).map(|&byte| fold_ascii(byte)));
            view.starts.extend(at..at + plain);
            at += plain;
            if let Some(&byte) = rest.get(plain) {
                at = view.read(byte, at);
            }
        }
        view.starts.push(text.len());
        view
    }

    /// The same view after the claims are hidden, as it would be read from the text that is written.
    pub(super) fn without(&self, claims: &[Claim]) -> Self {
        let mut cells = Vec::with_capacity(self.cells.len());
        let mut starts = Vec::with_capacity(self.starts.len());
        let mut at = 0;
        for claim in claims {
            cells.extend_from_slice(self.slice(at, claim.start));
            starts.extend_from_slice(self.starts.get(at..claim.start).unwrap_or_default());
            if claim.kind != Kind::Coordinates {
                cells.push(OPAQUE);
                starts.push(self.byte(claim.start));
            }
            at = claim.end;
        }
        cells.extend_from_slice(self.slice(at, self.len()));
        starts.extend_from_slice(self.starts.get(at..).unwrap_or_default());
        Self { text: self.text, cells, starts }
    }

    fn push(&mut self, cell: u8, at: usize) {
        self.cells.push(cell);
        self.starts.push(at);
    }

    /// Reads what stands at a byte and gives the byte after it.
    fn read(&mut self, byte: u8, at: usize) -> usize {
        let escape = match byte {
            b'%' => self.percent(at),
            b'\\' => Some(self.backslash(at)),
            b'&' => self.entity(at),
            b'[' => self.placeholder(at),
            _ => None,
        };
        if let Some(end) = escape {
            return end;
        }
        if byte.is_ascii() {
            self.push(fold_ascii(byte), at);
            return at + 1;
        }
        let Some(c) = self.text.get(at..).and_then(|rest| rest.chars().next()) else { return at + 1 };
        if let Some(cell) = fold(c) {
            self.push(cell, at);
        }
        at + c.len_utf8()
    }

    /// `%40`, and `%2540` where an address was escaped twice.
    fn percent(&mut self, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut from = at + 1;
        while bytes.get(from..from + 2) == Some(b"25") && hex(bytes, from + 2, 2).is_some() {
            from += 2;
        }
        let value = hex(bytes, from, 2)?;
        let end = from + 2;
        // Letters with accents take two escapes.
        if (0xC2..=0xDF).contains(&value)
            && bytes.get(end) == Some(&b'%')
            && let Some(second) = hex(bytes, end + 1, 2).filter(|second| (0x80..=0xBF).contains(second))
        {
            let c = char::from_u32((value & 0x1F) << 6 | (second & 0x3F))?;
            if let Some(cell) = fold(c) {
                self.push(cell, at);
            }
            return Some(end + 3);
        }
        let byte = u8::try_from(value).ok().filter(|byte| matches!(byte, b'\n' | b'\r' | b'\t' | b' '..=b'~'))?;
        self.push(fold_ascii(byte), at);
        Some(end)
    }

    /// `\"`, `\n`, `\u0040`, however often they are escaped.
    fn backslash(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let run = bytes.iter().skip(at).take(MOST_ESCAPES).take_while(|&&byte| byte == b'\\').count();
        let end = at + run;
        let (cell, end) = match bytes.get(end) {
            Some(&quote @ (b'"' | b'\'' | b'/')) => (quote, end + 1),
            Some(b'n') => (b'\n', end + 1),
            Some(b'r') => (b'\r', end + 1),
            Some(b't') => (b'\t', end + 1),
            Some(b'u') => match hex(bytes, end + 1, 4).map(char::from_u32) {
                Some(Some(c)) => match fold(c) {
                    Some(cell) => (cell, end + 5),
                    None => return end + 5,
                },
                // Half of a pair: no letter and no digit of ours needs two.
                Some(None) => (OTHER, end + 5),
                None => (b'\\', end),
            },
            _ => (b'\\', end),
        };
        self.push(cell, at);
        end
    }

    fn entity(&mut self, at: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..)?;
        for (name, cell) in [("&amp;", b'&'), ("&quot;", b'"'), ("&lt;", b'<'), ("&gt;", b'>'), ("&nbsp;", b' '), ("&apos;", b'\'')] {
            if rest.starts_with(name.as_bytes()) {
                self.push(cell, at);
                return Some(at + name.len());
            }
        }
        let number = rest.strip_prefix(b"&#")?;
        let length = number.iter().take(6).position(|&byte| byte == b';')?;
        let digits = std::str::from_utf8(number.get(..length)?).ok()?;
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        if let Some(cell) = fold(char::from_u32(code.ok()?)?) {
            self.push(cell, at);
        }
        Some(at + 2 + length + 1)
    }

    fn placeholder(&mut self, at: usize) -> Option<usize> {
        let rest = self.text.get(at..)?;
        let kind = PLACED.into_iter().find(|kind| rest.starts_with(kind.placeholder()))?;
        self.push(OPAQUE, at);
        Some(at + kind.placeholder().len())
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The cell, or 0 beyond the end.
    pub(super) fn at(&self, cell: usize) -> u8 {
        self.cells.get(cell).copied().unwrap_or(0)
    }

    /// The cell before, or 0 at the beginning.
    pub(super) fn before(&self, cell: usize) -> u8 {
        cell.checked_sub(1).map_or(0, |before| self.at(before))
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &[u8] {
        self.cells.get(start..end).unwrap_or_default()
    }

    /// Where a cell begins in the original text.
    pub(super) fn byte(&self, cell: usize) -> usize {
        self.starts.get(cell).copied().unwrap_or(self.text.len())
    }

    /// The first byte of a cell as it was written; of what was hidden, that of its placeholder, or a second time would read it otherwise.
    pub(super) fn raw(&self, cell: usize) -> u8 {
        if self.at(cell) == OPAQUE {
            return b'[';
        }
        self.text.as_bytes().get(self.byte(cell)).copied().unwrap_or(0)
    }

    pub(super) fn is_upper(&self, cell: usize) -> bool {
        self.raw(cell).is_ascii_uppercase()
    }

    pub(super) fn is_digit(&self, cell: usize) -> bool {
        self.at(cell).is_ascii_digit()
    }

    pub(super) fn is_letter(&self, cell: usize) -> bool {
        is_letter(self.at(cell))
    }

    /// How often a cell was escaped: 0 as it stands, 1 for `\"` and `%22`, more for escapes of escapes.
    pub(super) fn depth(&self, cell: usize) -> usize {
        let bytes = self.text.as_bytes().iter().skip(self.byte(cell));
        match self.raw(cell) {
            b'\\' if self.at(cell) != b'\\' => bytes.take(MOST_ESCAPES).take_while(|&&byte| byte == b'\\').count(),
            b'%' if self.at(cell) != b'%' => 1,
            b'&' if self.at(cell) != b'&' => 1,
            _ => 0,
        }
    }

    /// The end of a run of cells that are all so.
    pub(super) fn run(&self, start: usize, so: impl Fn(u8) -> bool) -> usize {
        let rest = self.cells.get(start..).unwrap_or_default();
        start + rest.iter().position(|&cell| !so(cell)).unwrap_or(rest.len())
    }

    /// The next cell from here on that is so, or the end.
    pub(super) fn next(&self, from: usize, so: impl Fn(u8) -> bool) -> usize {
        self.run(from, |cell| !so(cell))
    }

    /// The same as [`View::run`], of at most so many cells.
    pub(super) fn short_run(&self, start: usize, most: usize, so: impl Fn(u8) -> bool) -> usize {
        let rest = self.slice(start, self.len().min(start.saturating_add(most)));
        start + rest.iter().position(|&cell| !so(cell)).unwrap_or(rest.len())
    }

    /// The beginning of a run of cells that ends here, of at most so many.
    pub(super) fn run_back(&self, end: usize, most: usize, so: impl Fn(u8) -> bool) -> usize {
        let before = self.slice(end.saturating_sub(most), end);
        end - before.iter().rev().position(|&cell| !so(cell)).unwrap_or(before.len())
    }
}

/// What each cell is, as bits: a rule that looks at every cell asks a table more quickly than range by range.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut cell = 0;
    while cell < classes.len() {
        classes[cell] = match cell as u8 {
            b'a'..=b'z' | LETTER => LETTERS,
            b'0'..=b'9' => DIGITS,
            _ => 0,
        };
        cell += 1;
    }
    classes
};
const LETTERS: u8 = 1;
const DIGITS: u8 = 2;

#[inline]
pub(super) fn is_letter(cell: u8) -> bool {
    CLASSES[usize::from(cell)] == LETTERS
}

#[inline]
pub(super) fn is_alnum(cell: u8) -> bool {
    CLASSES[usize::from(cell)] != 0
}

pub(super) fn is_space(cell: u8) -> bool {
    matches!(cell, b' ' | b'\n' | b'\t' | b'\r')
}

/// A blank within a line.
pub(super) fn is_blank(cell: u8) -> bool {
    matches!(cell, b' ' | b'\t')
}

/// What begins an escape, or a placeholder.
fn is_escape(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&' | b'[')
}

fn hex(bytes: &[u8], at: usize, digits: usize) -> Option<u32> {
    let digits = bytes.get(at..at + digits)?;
    digits.iter().try_fold(0, |value, &digit| Some(value << 4 | char::from(digit).to_digit(16)?))
}
