//! Telephone numbers: eight digits in Honduras (from 2, 3, 7, 8 or 9), `+504` before them, `+` and another country.
//!
//! Eight digits are also a day, an amount, a number of bytes: shape and words around decide, and in a sentence the doubt is
//! for the person.

use super::chain::Window;
use super::context::{Near, field, is_log, near};
use super::shapes::is_day;
use super::view::{View, is_alnum, is_letter};
use super::words::{is_innocent, is_phone};

/// Digits of a number with its country (ITU-T E.164, 6.2.1), and the fewest that are believed.
const WORLD: std::ops::RangeInclusive<usize> = 8..=15;

/// Whether a number of Honduras begins so: landlines 2, mobiles 3, 7, 8, 9 (CONATEL, Plan Nacional de Numeración).
fn is_local(digits: &[u8]) -> bool {
    digits.len() == 8 && digits.first().is_some_and(|digit| matches!(digit, b'2' | b'3' | b'7' | b'8' | b'9'))
}

/// Digits after a country's code, for those whose people are met in Honduras. `None`: any number of them.
fn national_length(window: &Window<'_>) -> Option<usize> {
    match (window.number(0, 3), window.number(0, 2), window.number(0, 1)) {
        (501, ..) => Some(10),
        (502..=507, ..) => Some(11),
        (_, 52, _) => Some(12),
        (_, 34, _) => Some(11),
        (.., 1) => Some(11),
        _ => None,
    }
}

/// Whether the groups after a `+` are a number with its country.
pub(super) fn is_foreign(view: &View<'_>, window: &Window<'_>, more: bool) -> bool {
    let plus =
        view.before(window.start()) == b'+' || view.before(window.start()) == b'(' && view.before(window.start().saturating_sub(1)) == b'+';
    if !plus || !WORLD.contains(&window.digits().len()) || is_letter(view.at(window.end())) && window.is_lettered() {
        return false;
    }
    match national_length(window) {
        Some(length) => window.digits().len() == length,
        // As long as groups follow that are joined with one sign, they belong to it.
        None => window.digits().len() >= 10 || !more,
    }
}

/// Whether the groups are `504` or `00504` and a number of Honduras.
pub(super) fn is_with_country(view: &View<'_>, window: &Window<'_>) -> bool {
    let digits = window.digits();
    let (Some(local), true) = (digits.strip_prefix(b"504").or_else(|| digits.strip_prefix(b"00504")), (11..=13).contains(&digits.len()))
    else {
        return false;
    };
    let apart = window.groups.first().is_some_and(|group| matches!(group.len(), 3 | 5));
    let shaped = window.groups.len() == 1 || apart && window.widest() <= 3;
    if !is_local(local) || !shaped || window.is_lettered() || window.is_glued(view) && !named_glued(view, window) {
        return false;
    }
    let near = near(view, window.start(), window.end());
    // An error 504 is another thing.
    let fraction = matches!(view.before(window.start()), b'.' | b':' | b'/');
    let bytes = near.unit || near.innocent_close || fraction && window.groups.len() > 1;
    near.phone_close || !(bytes || window.groups.len() > 1 && is_log(view, window.start(), window.end()))
}

/// Where eight digits stand.
struct Place<'w, 'g> {
    window: &'w Window<'g>,
    near: Near,
    log: bool,
}

/// Whether the groups are a number of Honduras without its country. `joined` tells whether other groups hang on it.
pub(super) fn is_honduran(view: &View<'_>, window: &Window<'_>, joined: bool) -> bool {
    if !is_local(window.digits()) {
        return false;
    }
    let (start, end) = (window.start(), window.end());
    let near = near(view, start, end);
    if window.is_glued(view) && !named_glued(view, window) {
        return false;
    }
    let called = near.phone_close || field(view, start).is_some_and(|field| is_phone(field.word)) || is_linked(view, start);
    if window.is_lettered() {
        return near.phone && (window.lengths_are(&[4, 4]) || window.lengths_are(&[8]));
    }
    if called {
        return !near.unit || window.groups.len() > 1;
    }
    if joined || near.unit || near.innocent_close || is_part_of_name(view, window) || near.time_close && is_day(window.digits()) {
        return false;
    }
    let place = Place { window, near, log: is_log(view, start, end) };
    if window.groups.len() == 1 { place.bare(view) } else { place.grouped() }
}

/// A number that has its country or is ten digits long, which words call a telephone.
pub(super) fn is_called_so(view: &View<'_>, window: &Window<'_>) -> bool {
    if !(7..=12).contains(&window.digits().len())
        || window.is_glued(view)
        || window.is_lettered()
        || window.groups.len() > 6
        || window.widest() > 2
    {
        return false;
    }
    let near = near(view, window.start(), window.end());
    let field = field(view, window.start()).is_some_and(|field| is_phone(field.word));
    let dated = is_day(window.digits()) || window.groups.iter().any(|group| group.joint == b'\n');
    (field || near.phone_close) && !dated && !near.unit && !near.time_close && !near.imei
}

impl Place<'_, '_> {
    fn bare(&self, view: &View<'_>) -> bool {
        let digits = self.window.digits();
        if is_day(digits) {
            return false;
        }
        match field(view, self.window.start()) {
            Some(field) if is_innocent(field.word) => false,
            Some(field) if field.machine => field.quoted,
            _ => !self.log || self.near.phone,
        }
    }

    fn grouped(&self) -> bool {
        let window = self.window;
        let shape = |lengths: &[usize]| window.lengths_are(lengths);
        let even = shape(&[4, 4]) || shape(&[2, 2, 2, 2]) || shape(&[1; 8]);
        let odd = shape(&[3, 3, 2]) || shape(&[2, 3, 3]) || shape(&[4, 2, 2]) || shape(&[2, 2, 4]) || shape(&[5, 3]) || shape(&[3, 5]);
        let years = shape(&[4, 4]) && [window.number(0, 4), window.number(4, 8)].iter().all(|year| (1900..=2099).contains(year));
        if years || is_day(window.digits()) || window.widest() > 3 {
            return false;
        }
        match window.joint() {
            Some(b'-') if shape(&[4, 4]) => window.widest() == 1 || !self.log,
            Some(b'-' | b' ' | b'+') => (even || odd && self.near.phone) && !self.log && (window.widest() <= 1 || self.near.phone),
            Some(b'\n') => window.widest() > 1 && even && !self.log,
            _ => (even || odd) && self.near.phone && !self.log,
        }
    }
}

/// `tel99999999`.
fn named_glued(view: &View<'_>, window: &Window<'_>) -> bool {
    let word = view.slice(view.run_back(window.start(), 12, is_letter), window.start());
    let before = window.start() - word.len();
    let left = word.is_empty() || is_phone(word) || matches!(word, b"no" | b"num" | b"al" | b"es" | b"n");
    let right = view.short_run(window.end(), 12, is_letter);
    let tail = view.slice(window.end(), right);
    let words = matches!(tail, b"" | b"y" | b"es" | b"o" | b"mi" | b"por");
    left && words && !is_alnum(view.before(before)) && !(word.is_empty() && view.is_digit(before.wrapping_sub(1)))
}

/// `wa.me/…`, `tel:…`.
fn is_linked(view: &View<'_>, start: usize) -> bool {
    view.slice(start.saturating_sub(6), start) == b"wa.me/" || view.slice(start.saturating_sub(4), start) == b"tel:"
}

/// Part of a path, a file or a longer name: `/boletas/98765432`, `INC-20261128`, `2.98765432`, `98765432.jpg`.
fn is_part_of_name(view: &View<'_>, window: &Window<'_>) -> bool {
    let (start, end) = (window.start(), window.end());
    let before = view.before(start);
    // «9999-9999/8888-8888» are two numbers.
    if before == b'/' && window.groups.len() > 1 {
        return false;
    }
    let two = start.checked_sub(2).map_or(0, |two| view.at(two));
    let tied = matches!(before, b'-' | b'_' | b'.' | b'/' | b'#' | b'$' | b'\\') && (is_alnum(two) || before != b'-' && before != b'.')
        || matches!(before, b'.' | b',') && two.is_ascii_digit();
    let after = view.at(end);
    let next = view.at(end + 1);
    tied || matches!(after, b'-' | b'_') && is_alnum(next)
        || matches!(after, b'.' | b',' | b':') && next.is_ascii_digit()
        || after == b'.' && is_letter(next) && view.is_letter(end + 2) && !view.is_letter(end + 4)
}
