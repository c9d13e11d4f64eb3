//! Groups of digits that may be one number: `0801-1990-12345`, `99 99 99 99`, `0 8 0 1 …`, split over two lines.

use super::marks::Marks;
use super::view::{View, is_alnum, is_letter};

/// Longest number that is looked for, in digits.
pub(super) const MOST_DIGITS: usize = 19;
/// Signs between two groups.
const SIGNS: usize = 4;

/// A run of digits; `O` and `l` among them may stand for 0 and 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    /// What stands between this group and the next: the sign that parts most, and how many signs.
    pub(super) joint: u8,
    pub(super) signs: usize,
    /// Whether it has letters in place of digits.
    pub(super) lettered: bool,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.end - self.start
    }
}

/// Reads the groups that follow each other from a digit on; gives where they end.
pub(super) fn read(view: &View<'_>, marks: &Marks, digit: usize, groups: &mut Vec<Group>) -> usize {
    groups.clear();
    let mut start = view.run_back(digit, 3, is_digit_letter);
    if start > 0 && (is_alnum(view.at(start - 1)) || !marks.is_free(start, digit)) {
        start = digit;
    }
    loop {
        let mut group = group(view, start);
        if group.end <= digit && groups.is_empty() || !marks.is_free(group.start, group.end) {
            return group.end.max(digit + 1);
        }
        let joint = joint(view, group.end);
        let next = joint.map(|(next, sign)| {
            (group.joint, group.signs) = (sign, next - group.end);
            next
        });
        groups.push(group);
        match next {
            Some(next) if marks.is_free(group.end, next + 1) => start = next,
            _ => return group.end,
        }
    }
}

fn is_digit_letter(cell: u8) -> bool {
    matches!(cell, b'o' | b'l' | b'i')
}

fn group(view: &View<'_>, start: usize) -> Group {
    let mut end = view.run(start, |cell| cell.is_ascii_digit() || is_digit_letter(cell));
    if is_letter(view.at(end)) {
        end = view.run_back(end, end - start, is_digit_letter);
    }
    let lettered = view.slice(start, end).iter().any(|&cell| is_letter(cell));
    // Mostly letters: a word.
    let digits = view.slice(start, end).iter().filter(|cell| cell.is_ascii_digit()).count();
    if lettered && digits * 4 < end - start {
        end = view.run(start, |cell| cell.is_ascii_digit());
        return Group { start, end: end.max(start + 1), joint: 0, signs: 0, lettered: end == start };
    }
    Group { start, end, joint: 0, signs: 0, lettered }
}

/// Where the next group begins, and the sign that parts it most.
fn joint(view: &View<'_>, end: usize) -> Option<(usize, u8)> {
    let next = view.short_run(end, SIGNS, |cell| rank(cell) > 0);
    let lines = view.slice(end, next).iter().filter(|&&cell| cell == b'\n').count();
    let sign = view.slice(end, next).iter().copied().max_by_key(|&cell| rank(cell))?;
    let digit = view.is_digit(view.short_run(next, 3, is_digit_letter));
    (digit && lines <= 1).then_some((next, if sign == b'\t' || sign == b'\r' { b' ' } else { sign }))
}

fn rank(cell: u8) -> u8 {
    match cell {
        b' ' | b'\t' | b'\r' => 1,
        b'(' | b')' => 2,
        b'.' | b'_' | b'*' | b'+' => 3,
        b'-' | b'/' => 4,
        b'\n' => 5,
        _ => 0,
    }
}

/// Some groups in a row, read as one number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'g> {
    pub(super) groups: &'g [Group],
    digits: [u8; MOST_DIGITS],
    count: usize,
}

impl<'g> Window<'g> {
    /// The groups as a number; `None` if they have too many digits.
    pub(super) fn new(view: &View<'_>, groups: &'g [Group]) -> Option<Self> {
        let mut window = Self { groups, digits: [0; MOST_DIGITS], count: 0 };
        for group in groups {
            for &cell in view.slice(group.start, group.end) {
                *window.digits.get_mut(window.count)? = match cell {
                    b'o' => b'0',
                    b'l' | b'i' => b'1',
                    digit => digit,
                };
                window.count += 1;
            }
        }
        Some(window)
    }

    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(..self.count).unwrap_or_default()
    }

    /// The number that some of the digits write.
    pub(super) fn number(&self, from: usize, to: usize) -> u64 {
        self.digits().get(from..to).unwrap_or_default().iter().fold(0, |value, &digit| value * 10 + u64::from(digit.wrapping_sub(b'0')))
    }

    pub(super) fn start(&self) -> usize {
        self.groups.first().map_or(0, |group| group.start)
    }

    pub(super) fn end(&self) -> usize {
        self.groups.last().map_or(0, |group| group.end)
    }

    pub(super) fn lengths_are(&self, lengths: &[usize]) -> bool {
        self.groups.len() == lengths.len() && self.groups.iter().zip(lengths).all(|(group, &length)| group.len() == length)
    }

    /// Whether any group has letters for digits.
    pub(super) fn is_lettered(&self) -> bool {
        self.groups.iter().any(|group| group.lettered)
    }

    /// The sign between all groups, if it is one and the same.
    pub(super) fn joint(&self) -> Option<u8> {
        let (_, inner) = self.groups.split_last()?;
        let first = inner.first()?.joint;
        inner.iter().all(|group| group.joint == first).then_some(first)
    }

    /// Most signs between two groups.
    pub(super) fn widest(&self) -> usize {
        self.groups.split_last().map_or(0, |(_, inner)| inner.iter().map(|group| group.signs).max().unwrap_or(0))
    }

    pub(super) fn is_glued(&self, view: &View<'_>) -> bool {
        is_alnum(view.before(self.start())) || is_alnum(view.at(self.end()))
    }
}
