//! What stands around a number: words that name it, and whether a program wrote the line.
//!
//! Everything here looks a bounded number of cells to both sides.

use super::view::{View, is_alnum, is_blank, is_letter, is_space};
use super::words::{is_identity, is_innocent, is_number, is_phone, is_place, is_time, is_unit};

/// Words before a number that may name it.
const WORDS: usize = 8;
/// Words after it.
const WORDS_AFTER: usize = 4;
/// Cells to either side.
const REACH: usize = 64;
/// Cells to either side that tell whether a program wrote them.
const LOG_REACH: usize = 100;

/// Words around a number.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Near {
    pub(super) identity: bool,
    pub(super) rtn: bool,
    pub(super) imei: bool,
    pub(super) place: bool,
    /// A word for a telephone somewhere near.
    pub(super) phone: bool,
    /// One right before it, with «número», «es» or the like between at most.
    pub(super) phone_close: bool,
    /// The word right before speaks of time, or of something else that is nobody's number.
    pub(super) time_close: bool,
    pub(super) innocent_close: bool,
    pub(super) unit: bool,
}

pub(super) fn near(view: &View<'_>, start: usize, end: usize) -> Near {
    let mut near = Near { unit: unit(view, end), ..Near::default() };
    let mut at = start;
    let mut close = true;
    for index in 0..WORDS {
        let gap = view.run_back(at, REACH, |cell| !is_letter(cell) && cell != b'\n');
        let crossed = gap > 0 && view.at(gap - 1) == b'\n';
        // A line that ends with «es» or «:» goes on in the next.
        let gap = if crossed && index == 0 { view.run_back(gap, 2, |cell| !is_letter(cell)) } else { gap };
        let word_start = view.run_back(gap, REACH, is_letter);
        if word_start == gap || start - word_start > REACH {
            break;
        }
        let word = view.slice(word_start, gap);
        close &= index < 3 && at - gap <= 4;
        // What was hidden before names nothing that stands after it.
        if !(view.before(word_start) == b'[' && view.at(gap) == b']') {
            near.take(word, close, index == 0 && at - gap <= 3);
        }
        close &= matches!(
            word,
            b"es" | b"numero" | b"num" | b"no" | b"nro" | b"al" | b"n" | b"mi" | b"me" | b"de" | b"number" | b"send" | b"a" | b"el"
        );
        at = word_start;
    }
    near.take_after(view, end);
    near
}

impl Near {
    fn take(&mut self, word: &[u8], close: bool, next: bool) {
        self.identity |= is_identity(word);
        self.rtn |= word == b"rtn";
        self.imei |= word == b"imei";
        self.place |= is_place(word);
        self.phone |= is_phone(word) || is_number(word);
        self.phone_close |= close && is_phone(word);
        self.time_close |= next && is_time(word);
        self.innocent_close |= next && is_innocent(word);
    }

    fn take_after(&mut self, view: &View<'_>, end: usize) {
        let mut at = end;
        for _ in 0..WORDS_AFTER {
            let word_start = view.short_run(at, 12, |cell| !is_letter(cell) && !matches!(cell, b'\n' | b'.' | b';' | b'=' | b'"'));
            let word_end = view.short_run(word_start, REACH, is_letter);
            let word = view.slice(word_start, word_end);
            if word.is_empty() {
                break;
            }
            self.identity |= is_identity(word) && word != b"id";
            self.rtn |= word == b"rtn";
            self.phone |= is_phone(word) || word == b"numero";
            at = word_end;
        }
    }
}

fn unit(view: &View<'_>, end: usize) -> bool {
    let start = view.short_run(end, 2, is_blank);
    view.at(start) == b'%' || is_unit(view.slice(start, view.short_run(start, 16, is_letter)))
}

/// The name that a number is the value of: `ts=…`, `"createdAt": …`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'v> {
    /// The last word of the name.
    pub(super) word: &'v [u8],
    /// Whether the value stands in quotes.
    pub(super) quoted: bool,
    /// Whether a program wrote it: `=`, or a name in quotes.
    pub(super) machine: bool,
}

pub(super) fn field<'v>(view: &'v View<'_>, start: usize) -> Option<Field<'v>> {
    let is_quote = |cell: u8| matches!(cell, b'"' | b'\'');
    let open = view.run_back(start, 3, |cell| is_quote(cell) || matches!(cell, b'(' | b'+' | b'-'));
    let quoted = is_quote(view.before(start)) || is_quote(view.at(open));
    let blank = view.run_back(open, 3, is_blank);
    let sign = view.before(blank);
    if !matches!(sign, b'=' | b':') {
        return None;
    }
    let gap = view.run_back(blank - 1, 2, is_blank);
    let name_quoted = is_quote(view.before(gap));
    let name_end = if name_quoted { gap - 1 } else { gap };
    let name = view.run_back(name_end, REACH, |cell| is_alnum(cell) || cell == b'_');
    let word_end = view.run_back(name_end, 4, |cell| !is_letter(cell) && cell != b'_').max(name);
    let word = view.slice(view.run_back(word_end, REACH, is_letter).max(name), word_end);
    // `event_id` is no person's.
    let word = if word == b"id" && word_end - name > 2 { b"_id".as_slice() } else { word };
    let machine = name_quoted || sign == b'=' || view.slice(name, name_end).contains(&b'_');
    (!word.is_empty()).then_some(Field { word, quoted, machine })
}

/// Whether what stands around looks written by a program: a level, `name=value`, `snake_case`, `camelCase`, `a.b.c`, `::`, tabs.
/// A quote ends the surroundings, so that a sentence within JSON is still a sentence.
pub(super) fn is_log(view: &View<'_>, start: usize, end: usize) -> bool {
    let outside = |cell: u8| cell != b'\n' && cell != b'"';
    let from = view.run_back(start, LOG_REACH, outside);
    let to = view.short_run(end, LOG_REACH, outside);
    (from..start).chain(end..to).any(|at| is_program_sign(view, at))
}

fn is_program_sign(view: &View<'_>, at: usize) -> bool {
    let (before, next) = (view.before(at), view.at(at + 1));
    match view.at(at) {
        b'\t' | b'|' | b'{' => true,
        // A bracket: what stood there may have been hidden.
        b'=' => (is_alnum(before) || before == b']') && !is_space(next),
        b'_' => is_letter(before) && is_letter(next),
        b':' => next == b':',
        b'#' => next.is_ascii_digit() && view.at(at + 2).is_ascii_digit(),
        // Registers and memory.
        b'0' => !is_alnum(before) && view.slice(at, at + 6) == b"000000",
        // A fraction of a second.
        b'.' if before.is_ascii_digit() && next.is_ascii_digit() => at >= 3 && view.at(at - 3) == b':',
        b'.' => is_letter(before) && is_letter(next) && dots_on(view, at + 1),
        b'/' => view.is_upper(at.saturating_sub(1)) && !is_alnum(at.checked_sub(2).map_or(0, |two| view.at(two))) && view.is_letter(at + 1),
        cell if is_letter(cell) && view.is_upper(at) => is_hump(view, at, before) || is_level(view, at, before),
        _ => false,
    }
}

fn dots_on(view: &View<'_>, at: usize) -> bool {
    let end = view.short_run(at, 24, |cell| is_alnum(cell) || cell == b'_');
    view.at(end) == b'.' && is_letter(view.at(end + 1)) && view.slice(at.saturating_sub(4), at) != b"www."
}

/// A capital after a small letter, but for names that everyone writes so.
fn is_hump(view: &View<'_>, at: usize, before: u8) -> bool {
    let start = view.run_back(at, 8, is_letter);
    is_letter(before) && !view.is_upper(at - 1) && !matches!(view.slice(start, at), b"whats" | b"you" | b"i" | b"face" | b"mc")
}

/// A level in capitals.
fn is_level(view: &View<'_>, at: usize, before: u8) -> bool {
    if is_alnum(before) {
        return false;
    }
    let end = view.short_run(at, 10, is_letter);
    (at..end).all(|cell| view.is_upper(cell))
        && matches!(
            view.slice(at, end),
            b"info" | b"warn" | b"warning" | b"error" | b"debug" | b"trace" | b"fatal" | b"verbose" | b"severe" | b"critical"
        )
}
