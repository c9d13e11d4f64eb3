//! Coordinates: cut to the decimals that may stay.
//!
//! A pair of numbers that may lie in Honduras is a place, and so is one number that a name calls so (`lat=…`). A single number
//! without a name is taken for one only with many decimals; if it was a duration, cutting it hurts nobody.

use super::Kind;
use super::context::{field, near};
use super::fold::DEGREE;
use super::marks::Marks;
use super::view::{View, is_alnum, is_letter};
use super::words::is_place;

/// Latitudes of Honduras with its islands, in thousandths of a degree.
const LATITUDES: std::ops::RangeInclusive<u32> = 12_900..=17_500;
/// Longitudes west of Greenwich, likewise.
const LONGITUDES: std::ops::RangeInclusive<u32> = 82_300..=89_400;
/// Decimals that make a number without a name a place: 11 m for a longitude with its sign, 1 m for a latitude.
const LONE_LONGITUDE: usize = 4;
const LONE_LATITUDE: usize = 5;
/// A minute of arc is 1.8 km: from so many decimals on, seconds may stay.
const SECONDS_FROM: u8 = 4;
/// Signs between the two numbers of a pair.
const GAP: usize = 6;

#[derive(Clone, Copy)]
struct Decimal {
    start: usize,
    /// The decimal point.
    point: usize,
    end: usize,
    thousandths: u32,
    negative: bool,
}

pub(super) fn mark(view: &View<'_>, marks: &mut Marks, decimals: u8) {
    let is_digit = |cell: u8| cell.is_ascii_digit();
    let mut at = 0;
    let mut last: Option<Decimal> = None;
    loop {
        at = view.next(at, is_digit);
        if at >= view.len() {
            return;
        }
        let end = view.run(at, is_digit);
        if let Some(end) = sexagesimal(view, marks, at, end, decimals) {
            (at, last) = (end, None);
            continue;
        }
        let Some(decimal) = decimal(view, at, end).filter(|decimal| marks.is_free(decimal.start, decimal.end)) else {
            at = end;
            continue;
        };
        if let Some(first) = last.filter(|first| is_pair(view, first, &decimal)) {
            cut(marks, &first, decimals);
            cut(marks, &decimal, decimals);
            last = None;
        } else {
            if is_lone(view, &decimal) {
                cut(marks, &decimal, decimals);
            }
            last = Some(decimal);
        }
        at = decimal.end;
    }
}

fn decimal(view: &View<'_>, start: usize, point: usize) -> Option<Decimal> {
    let sign = view.at(point);
    let end = view.run(point + 1, |cell| cell.is_ascii_digit());
    let digits = end.saturating_sub(point + 1);
    // A comma is a decimal point only where as many digits follow as no list or thousand has.
    let parts = sign == b'.' && digits > 0 || sign == b',' && digits >= LONE_LONGITUDE;
    let before = view.before(start);
    let lettered = is_letter(before) && is_alnum(start.checked_sub(2).map_or(0, |two| view.at(two))) && !is_bang(view, start);
    let whole = point - start;
    if !parts || whole > 3 || lettered || before == b'.' || view.at(end) == b'.' && view.is_digit(end + 1) {
        return None;
    }
    let digit = |at: usize| if at < end { u32::from(view.at(at).wrapping_sub(b'0')) } else { 0 };
    let degrees = (start..point).fold(0, |value, at| value * 10 + digit(at));
    let thousandths = (1..=3).fold(degrees, |value, offset| value * 10 + digit(point + offset));
    let negative = before == b'-' && !is_alnum(start.checked_sub(2).map_or(0, |two| view.at(two)));
    Some(Decimal { start, point, end, thousandths, negative })
}

/// `!3d14.07!4d-87.19` in the addresses of a map.
fn is_bang(view: &View<'_>, start: usize) -> bool {
    matches!(view.slice(start.saturating_sub(3), start), b"!3d" | b"!4d")
}

fn is_pair(view: &View<'_>, first: &Decimal, second: &Decimal) -> bool {
    let gap = view.slice(first.end, second.start);
    let parts = |&cell: &u8| {
        matches!(
            cell,
            b' ' | b',' | b';' | b'/' | b'|' | b'\t' | b'-' | b'+' | b'n' | b's' | b'w' | b'o' | b'e' | b'"' | b':' | b'y' | DEGREE
        )
    };
    let latitude = |decimal: &Decimal| !decimal.negative && LATITUDES.contains(&decimal.thousandths);
    let longitude = |decimal: &Decimal| LONGITUDES.contains(&decimal.thousandths);
    let short = gap.len() <= GAP && gap.iter().all(parts) || gap == b"!4d-";
    short && (latitude(first) && longitude(second) || longitude(first) && latitude(second))
}

/// Whether one number is a place by its name, by the words near it or by its look.
fn is_lone(view: &View<'_>, decimal: &Decimal) -> bool {
    let plausible = LATITUDES.contains(&decimal.thousandths) && !decimal.negative || LONGITUDES.contains(&decimal.thousandths);
    let digits = decimal.end - decimal.point - 1;
    let from = if decimal.negative { decimal.start - 1 } else { decimal.start };
    if field(view, from).is_some_and(|field| is_place(field.word)) {
        return decimal.thousandths <= 180_000;
    }
    if !plausible || digits < 2 {
        return false;
    }
    let near = near(view, from, decimal.end);
    let look = digits >= LONE_LATITUDE || decimal.negative && digits >= LONE_LONGITUDE;
    !near.unit && (look || near.place && digits >= 3)
}

fn cut(marks: &mut Marks, decimal: &Decimal, decimals: u8) {
    let keep = match decimals {
        0 => decimal.point,
        _ => decimal.point + 1 + usize::from(decimals),
    };
    if keep < decimal.end {
        marks.hide(Kind::Coordinates, keep, decimal.end);
    }
    let start = if decimal.negative { decimal.start - 1 } else { decimal.start };
    marks.keep(start, decimal.end);
}

/// `14°04'20.3"N`: the seconds go, and the decimals of the minutes.
fn sexagesimal(view: &View<'_>, marks: &mut Marks, start: usize, end: usize, decimals: u8) -> Option<usize> {
    let is_digit = |cell: u8| cell.is_ascii_digit();
    let is_blank = |cell: u8| cell == b' ';
    if view.at(end) != DEGREE || end - start > 3 || decimals >= SECONDS_FROM {
        return None;
    }
    let minutes = view.short_run(end + 1, 2, is_blank);
    let minutes_end = view.short_run(minutes, 3, is_digit);
    let minutes_all = view.run(minutes_end, |cell| is_digit(cell) || cell == b'.');
    if minutes_end == minutes {
        return None;
    }
    let minute_sign = view.short_run(minutes_all, 2, |cell| cell == b'\'' || is_blank(cell));
    let seconds_end = view.run(minute_sign, |cell| is_digit(cell) || cell == b'.');
    let all = if seconds_end > minute_sign { view.short_run(seconds_end, 2, |cell| matches!(cell, b'"' | b'\'')) } else { minutes_all };
    if !marks.is_free(start, all) {
        return None;
    }
    if minutes_end < minutes_all {
        marks.hide(Kind::Coordinates, minutes_end, minutes_all);
    }
    if minute_sign < all && seconds_end > minute_sign {
        marks.hide(Kind::Coordinates, minute_sign, all);
    }
    marks.keep(start, all);
    Some(all)
}
