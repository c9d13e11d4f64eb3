//! Shapes of digits that tell of nobody: UUIDs, addresses in memory.

use super::marks::Marks;
use super::view::{View, is_alnum};

pub(super) fn mark(view: &View<'_>, marks: &mut Marks) {
    let mut at = view.next(0, is_alnum);
    while at < view.len() {
        let end = view.run(at, is_alnum);
        let kept = uuid(view, at).or_else(|| (view.slice(at, at + 2) == b"0x").then_some(end));
        if let Some(end) = kept {
            marks.keep(at, end);
        }
        at = view.next(kept.unwrap_or(end), is_alnum);
    }
}

/// The end of a UUID: `8-4-4-4-12` hexadecimal digits.
pub(super) fn uuid(view: &View<'_>, start: usize) -> Option<usize> {
    // Every word and number is asked.
    if view.at(start + 8) != b'-' {
        return None;
    }
    let mut at = start;
    for (index, length) in [8, 4, 4, 4, 12].into_iter().enumerate() {
        if index > 0 {
            if view.at(at) != b'-' {
                return None;
            }
            at += 1;
        }
        if view.short_run(at, length, |cell| cell.is_ascii_hexdigit()) != at + length {
            return None;
        }
        at += length;
    }
    (!is_alnum(view.at(at)) && !is_alnum(view.before(start))).then_some(at)
}

/// A calendar day in eight digits, year first or last; 1900 to 2049.
pub(super) fn is_day(digits: &[u8]) -> bool {
    let number = |from: usize, to: usize| {
        digits.get(from..to).map_or(0, |part| part.iter().fold(0_u32, |value, &digit| value * 10 + u32::from(digit.wrapping_sub(b'0'))))
    };
    let fits = |year: u32, month: u32, day: u32| (1900..=2049).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    digits.len() == 8 && (fits(number(0, 4), number(4, 6), number(6, 8)) || fits(number(4, 8), number(2, 4), number(0, 2)))
}
