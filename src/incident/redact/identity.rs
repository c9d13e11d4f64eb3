//! Honduran identity numbers (DNI) and tax numbers (RTN).
//!
//! `DDMM-YYYY-NNNNN`: department and municipality of the register, year of birth, a running number. The RTN is the same with one
//! digit more; a company's has 9995 to 9999 in place of the year. Of thirteen random digits 0.04 % would
//! pass (298 registers of 10,000, 136 years of 10,000).

use super::chain::Window;
use super::context::{Field, Near, field, is_log, near};
use super::view::{View, is_blank};
use super::words::is_identity;

/// Municipalities of each department, 01 to 18 (298 in all). Source: Instituto Nacional de Estadística, división político-administrativa.
const MUNICIPALITIES: [u64; 18] = [8, 10, 21, 23, 12, 16, 19, 28, 6, 17, 4, 19, 28, 16, 23, 28, 9, 11];
/// Years of birth on identity numbers.
const YEARS: std::ops::RangeInclusive<u64> = 1900..=2035;
/// In place of the year of birth, for companies.
const COMPANIES: std::ops::RangeInclusive<u64> = 9995..=9999;
/// Milliseconds since 1970 of the years 2015 to 2040: what clocks write into logs.
const STAMPS_MS: std::ops::Range<u64> = 1_420_070_400_000..2_240_611_200_000;

/// Most groups of a mistyped number.
const GROUPS: usize = 4;

/// Whether a register gives such numbers.
fn is_registered(window: &Window<'_>) -> bool {
    let department = usize::try_from(window.number(0, 2)).ok().and_then(|department| department.checked_sub(1));
    let last = department.and_then(|department| MUNICIPALITIES.get(department)).copied().unwrap_or(0);
    (1..=last).contains(&window.number(2, 4))
}

/// Whether the groups are an RTN.
pub(super) fn is_rtn(view: &View<'_>, window: &Window<'_>) -> bool {
    if window.digits().len() != 14 || window.is_lettered() && window.is_glued(view) {
        return false;
    }
    let year = window.number(4, 8);
    let valid = is_registered(window) && (YEARS.contains(&year) || COMPANIES.contains(&year));
    if !valid {
        return window.groups.len() <= GROUPS && near(view, window.start(), window.end()).rtn && !window.is_glued(view);
    }
    // An identity number and something that is counted: «0801-1990-12345 3 veces».
    let last_alone = window.groups.last().is_some_and(|group| group.len() == 1) && window.joint() == Some(b' ') && window.groups.len() < 14;
    let inner = window.groups.split_last().and_then(|(_, inner)| inner.split_last());
    let set_apart = inner.is_some_and(|(last, rest)| !rest.is_empty() && rest.iter().all(|group| group.joint != last.joint))
        && window.groups.last().is_some_and(|group| group.len() == 1)
        && window.groups.len() < 14;
    !(last_alone || set_apart || is_day_then_number(view, window))
}

/// Whether the groups are an identity number.
pub(super) fn is_identity_number(view: &View<'_>, window: &Window<'_>) -> bool {
    if !(11..=14).contains(&window.digits().len()) {
        return false;
    }
    let valid = window.digits().len() == 13 && is_registered(window) && YEARS.contains(&window.number(4, 8));
    if !valid {
        return is_called_so(view, window);
    }
    if window.is_lettered() {
        return !window.is_glued(view) && (window.lengths_are(&[4, 4, 5]) || near(view, window.start(), window.end()).identity);
    }
    if is_day_then_number(view, window) || is_row_of_log(view, window) {
        return false;
    }
    let bare = window.groups.len() == 1 || window.lengths_are(&[10, 3]) && window.joint() == Some(b'.');
    !(bare && STAMPS_MS.contains(&window.number(0, 13)) && is_stamp(view, window))
}

/// A mistyped number that its words call an identity: `identidad 0801-1990-1234`.
fn is_called_so(view: &View<'_>, window: &Window<'_>) -> bool {
    // Numbers further apart are several, unless they are grouped as an identity is: `0801 - 1990 - 1234`.
    let apart = window.widest() > 1 && !matches!(window.groups, [place, year, _] if place.len() == 4 && year.len() == 4);
    if window.is_glued(view) || window.is_lettered() || apart || window.groups.len() > GROUPS {
        return false;
    }
    let near = near(view, window.start(), window.end());
    let weak = field(view, window.start()).is_some_and(|field| field.word == b"id" && field.machine);
    near.identity && !weak && !near.phone_close && !near.time_close && !near.imei && !is_log(view, window.start(), window.end())
}

/// `10/11/2026 12345`: a day and another number, unless words call it an identity.
fn is_day_then_number(view: &View<'_>, window: &Window<'_>) -> bool {
    let [day, month, year, ..] = window.groups else { return false };
    let date = day.len() == 2 && month.len() == 2 && year.len() == 4 && day.joint == month.joint && matches!(day.joint, b'/' | b'-' | b'.');
    date && year.joint != day.joint && !near(view, window.start(), window.end()).identity
}

/// Numbers in a row of a log, grouped as no identity is: `30.181 11932 25779`. Programs write no number with a zero before it.
fn is_row_of_log(view: &View<'_>, window: &Window<'_>) -> bool {
    let usual: [&[usize]; 7] = [&[13], &[4, 4, 5], &[4, 9], &[8, 5], &[2, 2, 4, 5], &[10, 3], &[1; 13]];
    let (start, end) = (window.start(), window.end());
    let cut_off = matches!(view.before(start), b'.' | b':') && start > 1 && view.is_digit(start - 2);
    !usual.iter().any(|lengths| window.lengths_are(lengths))
        && (cut_off || window.number(0, 1) != 0 && is_log(view, start, end))
        && !near(view, start, end).identity
}

/// Whether thirteen digits that may be a moment are one. In doubt they aren't: chat is full of identity numbers and has no moments.
fn is_stamp(view: &View<'_>, window: &Window<'_>) -> bool {
    let (start, end) = (window.start(), window.end());
    let near = near(view, start, end);
    if let Some(field) = field(view, start) {
        return is_field_of_time(&field, near);
    }
    if near.identity {
        return false;
    }
    near.time_close
        || near.unit
        || is_file(view, start, end)
        || is_bracketed(view, start, end)
        || begins_log_line(view, start, end)
        || is_log(view, start, end)
}

fn is_field_of_time(field: &Field<'_>, near: Near) -> bool {
    let named = is_identity(field.word) || field.word == b"rtn";
    !named && (near.time_close || field.machine && !field.quoted || super::words::is_time(field.word))
}

fn is_bracketed(view: &View<'_>, start: usize, end: usize) -> bool {
    matches!((view.before(start), view.at(end)), (b'[', b']') | (b'<', b'>') | (b'@', _))
}

/// The name of a file in a path, as cameras give it.
fn is_file(view: &View<'_>, start: usize, end: usize) -> bool {
    view.before(start) == b'/' && view.at(end) == b'.' && view.is_letter(end + 1)
}

/// At the beginning of a line, before what a log has there.
fn begins_log_line(view: &View<'_>, start: usize, end: usize) -> bool {
    if !matches!(view.before(start), 0 | b'\n') {
        return false;
    }
    let next = view.short_run(end, 3, is_blank);
    let capitals = view.is_upper(next) && (view.is_upper(next + 1) || !view.is_letter(next + 1));
    capitals || matches!(view.at(next), b'[' | b'{' | b'|' | b',' | b';' | b'<' | b'-' | b'0'..=b'9') || view.at(end) == b'\t'
}
