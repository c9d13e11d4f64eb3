//! Which groups of digits are whose number: tax numbers before identity numbers before cards before telephones.

use std::ops::RangeInclusive;

use super::Kind;
use super::card::is_card;
use super::chain::{self, Group, MOST_DIGITS, Window};
use super::context::near;
use super::identity::{is_identity_number, is_rtn};
use super::marks::Marks;
use super::phone::{is_called_so, is_foreign, is_honduran, is_with_country};
use super::view::View;

/// Fewest digits of any number that is hidden.
const LEAST_DIGITS: usize = 7;
/// Digits of identity numbers, mistyped ones too, tax numbers and cards.
const LONG: RangeInclusive<usize> = 11..=MOST_DIGITS;
/// Digits of telephone numbers (15: ITU-T E.164, 6.2.1).
const PHONES: RangeInclusive<usize> = LEAST_DIGITS..=15;
/// Most groups of the number of a device.
const IMEI_GROUPS: usize = 6;

pub(super) fn mark(view: &View<'_>, marks: &mut Marks) {
    let mut groups = Vec::new();
    let mut at = 0;
    loop {
        at = view.next(at, |cell| cell.is_ascii_digit());
        if at >= view.len() {
            return;
        }
        if marks.is_taken(at) {
            at += 1;
            continue;
        }
        at = chain::read(view, marks, at, &mut groups).max(at + 1);
        if groups.iter().map(Group::len).sum::<usize>() >= LEAST_DIGITS {
            long(view, marks, &groups);
            phones(view, marks, &groups, written_so);
            phones(view, marks, &groups, called_so);
        }
    }
}

/// Identity numbers, tax numbers, cards.
fn long(view: &View<'_>, marks: &mut Marks, groups: &[Group]) {
    let mut at = 0;
    while at < groups.len() {
        match windows(view, groups, at, LONG).find_map(|window| long_kind(view, &window).map(|kind| (kind, window))) {
            Some((kind, window)) => {
                marks.hide(kind, window.start(), window.end());
                at += window.groups.len();
            }
            None => at += 1,
        }
    }
}

/// Groups in a row from here on that have so many digits, the most first.
fn windows<'g>(view: &View<'_>, groups: &'g [Group], at: usize, wanted: RangeInclusive<usize>) -> impl Iterator<Item = Window<'g>> {
    let rest = groups.get(at..).unwrap_or_default();
    let most = *wanted.end();
    let totals = rest.iter().scan(0, move |total, group| {
        *total += group.len();
        (*total <= most).then_some(*total)
    });
    let (first, last) = totals.enumerate().fold(
        (1, 0),
        |(first, _), (index, total)| {
            if total < *wanted.start() { (index + 2, index + 1) } else { (first, index + 1) }
        },
    );
    (first..=last).rev().filter_map(|count| Window::new(view, rest.get(..count)?))
}

fn long_kind(view: &View<'_>, window: &Window<'_>) -> Option<Kind> {
    match window.digits().len() {
        11..=12 if is_identity_number(view, window) => Some(Kind::Identity),
        14 if is_rtn(view, window) => Some(Kind::Rtn),
        13 | 14 if is_identity_number(view, window) => Some(Kind::Identity),
        13.. if is_card(view, window) => Some(Kind::Card),
        14.. if is_imei(view, window) => Some(Kind::Secret),
        _ => None,
    }
}

/// The number of a device, if it is called so.
fn is_imei(view: &View<'_>, window: &Window<'_>) -> bool {
    (14..=17).contains(&window.digits().len())
        && window.groups.len() <= IMEI_GROUPS
        && !window.is_glued(view)
        && near(view, window.start(), window.end()).imei
}

/// Whether some of the groups, up to the second index, are a telephone number.
type Rule = fn(&View<'_>, &[Group], (usize, usize), &Window<'_>) -> bool;

fn phones(view: &View<'_>, marks: &mut Marks, groups: &[Group], rule: Rule) {
    let mut at = 0;
    while at < groups.len() {
        let found = groups.get(at).filter(|group| marks.is_free(group.start, group.end)).and_then(|_| phone(view, marks, groups, at, rule));
        match found {
            Some(window) => {
                marks.hide(Kind::Phone, prefix(view, &window), window.end());
                at += window.groups.len();
            }
            None => at += 1,
        }
    }
}

fn phone<'g>(view: &View<'_>, marks: &Marks, groups: &'g [Group], at: usize, rule: Rule) -> Option<Window<'g>> {
    windows(view, groups, at, PHONES)
        .filter(|window| marks.is_free(window.start(), window.end()))
        .find(|window| rule(view, groups, (at, at + window.groups.len()), window))
}

/// By its own shape.
fn written_so(view: &View<'_>, groups: &[Group], (at, next): (usize, usize), window: &Window<'_>) -> bool {
    let more = window.groups.last().is_some_and(|group| group.signs == 1 && group.joint != b'\n') && next < groups.len();
    match window.digits().len() {
        8 if is_honduran(view, window, is_joined(groups, at, next)) => true,
        8..=15 if is_foreign(view, window, more) => true,
        11..=13 => is_with_country(view, window),
        _ => false,
    }
}

/// By the words around it.
fn called_so(view: &View<'_>, _: &[Group], _: (usize, usize), window: &Window<'_>) -> bool {
    is_called_so(view, window)
}

/// Whether more groups hang on these by another sign than a blank.
fn is_joined(groups: &[Group], at: usize, next: usize) -> bool {
    let hangs =
        |group: Option<&Group>| group.is_some_and(|group| matches!(group.joint, b'-' | b'.' | b'_' | b'*' | b'+') && group.signs == 1);
    let before = at.checked_sub(1).and_then(|before| groups.get(before));
    // A row of numbers of one length, longer than a telephone number.
    let length = groups.get(at).map_or(0, Group::len);
    if next - at >= 4 && [before, groups.get(next)].into_iter().flatten().any(|group| group.len() == length) {
        return true;
    }
    hangs(before) || next < groups.len() && hangs(next.checked_sub(1).and_then(|last| groups.get(last)))
}

/// The `+` and the bracket before a telephone number go with it.
fn prefix(view: &View<'_>, window: &Window<'_>) -> usize {
    let closes = view.slice(window.start(), window.end()).contains(&b')');
    let start = view.run_back(window.start(), 2, |cell| cell == b'+' || closes && cell == b'(');
    let plus = view.slice(start, window.start()).contains(&b'+');
    if plus || closes { start } else { window.start() }
}
