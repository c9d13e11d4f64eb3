//! E-mail addresses, also as people write them to each other: `ana (arroba) ejemplo punto com`, `ana @ ejemplo.hn`.

use super::Kind;
use super::marks::Marks;
use super::view::{View, is_alnum, is_blank, is_letter};
use super::words::{is_file_end, is_provider, is_top_domain};

/// Longest part before the `@` (RFC 5321, 4.5.3.1.1).
const LOCAL_MOST: usize = 64;
/// Longest domain (RFC 5321, 4.5.3.1.2).
const DOMAIN_MOST: usize = 255;
/// Parts of an address that are joined by «punto» or a blank.
const PARTS: usize = 5;

pub(super) fn mark(view: &View<'_>, marks: &mut Marks) {
    let begins = |cell: u8| matches!(cell, b'@' | b'a');
    let mut at = view.next(0, begins);
    while at < view.len() {
        let found = match view.at(at) {
            b'@' => plain(view, at).or_else(|| spoken(view, at, at + 1)),
            b'a' if !is_alnum(view.before(at)) => word_at(view, at).and_then(|end| spoken(view, at, end)),
            _ => None,
        };
        let from = match found {
            Some((start, end)) if !marks.is_taken(at) && !marks.is_taken(at.saturating_sub(1)) => {
                marks.hide(Kind::Email, start, end);
                end
            }
            _ => at + 1,
        };
        at = view.next(from, begins);
    }
}

fn is_local(cell: u8) -> bool {
    is_alnum(cell) || matches!(cell, b'.' | b'_' | b'%' | b'+' | b'-')
}

fn is_label(cell: u8) -> bool {
    is_alnum(cell) || cell == b'-'
}

fn plain(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    let start = local(view, at)?;
    let end = view.short_run(at + 1, DOMAIN_MOST, |cell| is_label(cell) || cell == b'.');
    let end = view.run_back(end, DOMAIN_MOST, |cell| matches!(cell, b'.' | b'-'));
    let domain = view.slice(at + 1, end);
    let end = at + 1 + without_number(domain);
    let domain = view.slice(at + 1, end);
    let mut labels = domain.rsplit(|&cell| cell == b'.');
    let top = labels.next().unwrap_or_default();
    let known = match labels.next() {
        Some(name) => !name.is_empty() && top.len() >= 2 && top.iter().all(|&cell| is_letter(cell)) && !is_file_end(top),
        None => is_provider(top),
    };
    known.then_some((start, end))
}

/// The length of a domain without a number that was glued to its end.
fn without_number(domain: &[u8]) -> usize {
    let top = domain.iter().rposition(|&cell| cell == b'.').map_or(0, |dot| dot + 1);
    let letters = domain.iter().skip(top).take_while(|&&cell| is_letter(cell)).count();
    let name = domain.get(top..top + letters).unwrap_or_default();
    let number = domain.get(top + letters).is_some_and(u8::is_ascii_digit);
    if number && (is_top_domain(name) || is_provider(name)) { top + letters } else { domain.len() }
}

/// Where the part before the `@` begins.
fn local(view: &View<'_>, end: usize) -> Option<usize> {
    let start = view.run_back(end, LOCAL_MOST, is_local);
    let start = view.short_run(start, LOCAL_MOST, |cell| matches!(cell, b'.' | b'-' | b'%'));
    (start < end).then_some(start)
}

/// «arroba», or «at» in brackets.
fn word_at(view: &View<'_>, at: usize) -> Option<usize> {
    let end = view.short_run(at, 7, is_letter);
    let bracketed = matches!(view.before(at), b'(' | b'[' | b'{' | b'<') && matches!(view.at(end), b')' | b']' | b'}' | b'>');
    let word = view.slice(at, end);
    (word == b"arroba" || word == b"at" && bracketed).then_some(end)
}

/// An address around an `@` or a word for it, with blanks and words for the dots.
fn spoken(view: &View<'_>, at: usize, at_end: usize) -> Option<(usize, usize)> {
    let left = view.run_back(at, 4, |cell| is_blank(cell) || matches!(cell, b'(' | b'[' | b'{' | b'<'));
    let right = view.short_run(at_end, 4, |cell| is_blank(cell) || matches!(cell, b')' | b']' | b'}' | b'>'));
    let start = spoken_local(view, left)?;
    let mut end = view.short_run(right, DOMAIN_MOST, is_label);
    let provider = is_provider(view.slice(right, end));
    let mut known = end > right && provider;
    for _ in 0..PARTS {
        let Some(label) = dot(view, end) else { break };
        let label_end = view.short_run(label, DOMAIN_MOST, is_label);
        let top = is_top_domain(view.slice(label, label_end));
        if label_end == label || end == right || known && !provider && !top {
            break;
        }
        known |= top;
        end = label_end;
    }
    known.then_some((start, end))
}

/// Where the label after a dot begins: `.`, ` . `, «punto», «(dot)».
fn dot(view: &View<'_>, end: usize) -> Option<usize> {
    let at = view.short_run(end, 3, |cell| is_blank(cell) || matches!(cell, b'(' | b'['));
    let after = match view.at(at) {
        b'.' => at + 1,
        _ => {
            let word_end = view.short_run(at, 6, is_letter);
            if at == end || !matches!(view.slice(at, word_end), b"punto" | b"dot" | b"pto") {
                return None;
            }
            word_end
        }
    };
    Some(view.short_run(after, 3, |cell| is_blank(cell) || matches!(cell, b')' | b']')))
}

/// «ana punto perez», «ana guion bajo perez».
fn spoken_local(view: &View<'_>, end: usize) -> Option<usize> {
    let mut start = local(view, end)?;
    for _ in 0..PARTS {
        let joint_end = view.run_back(start, 2, is_blank);
        let joint = view.run_back(joint_end, 6, is_letter);
        let word = view.slice(joint, joint_end);
        let joint = match word {
            b"punto" | b"guion" => joint,
            b"bajo" => {
                let guion_end = view.run_back(joint, 2, is_blank);
                let guion = view.run_back(guion_end, 6, is_letter);
                if view.slice(guion, guion_end) != b"guion" {
                    break;
                }
                guion
            }
            _ => break,
        };
        let part_end = view.run_back(joint, 2, is_blank);
        match local(view, part_end) {
            Some(part) if part_end < joint && joint_end < start => start = part,
            _ => break,
        }
    }
    Some(start)
}
