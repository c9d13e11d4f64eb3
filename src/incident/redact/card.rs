//! Numbers of payment cards.

use super::chain::Window;
use super::view::View;

/// Whether the groups are the number of a card: grouped as cards are, of a known issuer, with a right check digit.
pub(super) fn is_card(view: &View<'_>, window: &Window<'_>) -> bool {
    let digits = window.digits();
    (13..=19).contains(&digits.len())
        && is_issued(window)
        && passes_luhn(digits)
        && is_grouped(window)
        && !window.is_lettered()
        && !window.is_glued(view)
}

/// Ranges of issuers that are met in Honduras: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay, Maestro.
/// Source: ISO/IEC 7812 as the schemes publish their ranges.
fn is_issued(window: &Window<'_>) -> bool {
    let head = |length: usize| window.number(0, length);
    match window.digits().len() {
        13 => head(1) == 4,
        14 => matches!(head(3), 300..=305) || matches!(head(2), 36 | 38 | 39),
        15 => matches!(head(2), 34 | 37),
        16 => {
            head(1) == 4
                || matches!(head(2), 50..=58 | 62 | 65 | 67)
                || matches!(head(4), 2221..=2720 | 3528..=3589 | 6011 | 6304)
                || matches!(head(3), 644..=649)
        }
        17..=19 => head(2) == 62 || head(1) == 4 && window.digits().len() == 19 || matches!(head(4), 5018 | 5020 | 5038 | 6304 | 6759),
        _ => false,
    }
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| {
            let value = u32::from(digit.wrapping_sub(b'0'));
            match (index % 2, value) {
                (0, _) => value,
                (_, 0..=4) => value * 2,
                _ => value * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_grouped(window: &Window<'_>) -> bool {
    let groups = window.groups;
    let fours = groups.split_last().is_some_and(|(last, rest)| rest.iter().all(|group| group.len() == 4) && last.len() <= 4);
    let single = groups.iter().all(|group| group.len() == 1);
    let pairs = groups.iter().all(|group| group.len() == 2);
    let joined = groups.len() == 1 || groups.iter().rev().skip(1).all(|group| matches!(group.joint, b' ' | b'-' | b'.' | b'\n' | b'+'));
    joined
        && (groups.len() == 1
            || fours
            || single
            || pairs
            || window.lengths_are(&[4, 6, 5])
            || window.lengths_are(&[4, 6, 4])
            || window.lengths_are(&[8, 8]))
}
