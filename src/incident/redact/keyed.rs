//! Secrets that stand after a name: `password=…`, `"token": "…"`, `?sig=…&`, headers, XML; prose is in [`super::prose`].

use super::Kind;
use super::fold::OPAQUE;
use super::keys::{self, Key, Name};
use super::marks::Marks;
use super::prose;
use super::view::{View, is_alnum, is_blank, is_letter, is_space};
use super::words::is_no_value;

/// Shortest value of a [`Key::Weak`] name that is a secret.
const WEAK_LEAST: usize = 8;
/// How much of a value is looked at to judge it. What isn't hidden is read again for the next name, so this bounds the time.
pub(super) const SEEN: usize = 256;
/// How far a name may reach after a comma.
const NAME_MOST: usize = 40;

pub(super) fn mark(view: &View<'_>, marks: &mut Marks) {
    let mut at = view.next(0, is_letter);
    while at < view.len() {
        let end = view.run(at, is_letter);
        let hidden = keys::name(view, at, end).and_then(|name| after(view, marks, name));
        at = view.next(hidden.unwrap_or(end).max(end), is_letter);
    }
}

/// What stands between a name and its value.
struct Gap {
    /// Where the value begins.
    value: usize,
    /// Whether only a program writes so.
    machine: bool,
    /// The sign that ends the value, if it isn't the usual ones.
    until: Option<u8>,
    depth: usize,
}

/// Hides the value of a name; gives where it ends.
fn after(view: &View<'_>, marks: &mut Marks, name: Name) -> Option<usize> {
    prose::before(view, marks, &name);
    if name.key == Key::Bearer {
        return bearer(view, marks, name.end);
    }
    let Some(gap) = gap(view, name) else {
        return match name.key {
            // Three digits of a card are too few to be a secret by themselves.
            Key::Strong | Key::Code if prose_may_follow(view, name) => {
                prose::after(view, marks, name.key, name.end, is_card_code(view, name))
            }
            _ => None,
        };
    };
    match name.key {
        Key::Cookie => cookie(view, marks, &gap),
        Key::Authorization => authorization(view, marks, &gap),
        Key::Strong | Key::Code if !gap.machine => prose::after(view, marks, name.key, gap.value, true),
        Key::Strong | Key::Weak | Key::Code | Key::Bearer => machine(view, marks, name.key, &gap),
    }
}

fn is_card_code(view: &View<'_>, name: Name) -> bool {
    matches!(view.slice(name.start, name.end), b"cvv" | b"cvc")
}

fn prose_may_follow(view: &View<'_>, name: Name) -> bool {
    let palabra = view.slice(name.start.saturating_sub(8), name.start);
    let after = view.at(name.end);
    let quoted = matches!(after, b'"' | b'\'') && view.before(name.start) == after;
    let parted = is_space(after) || !quoted && matches!(after, b'"' | b'\'' | b'(' | b',' | b'-');
    parted && palabra != b"palabra " && !palabra.ends_with(b"alabras ")
}

fn gap(view: &View<'_>, name: Name) -> Option<Gap> {
    let mut at = name.end;
    let before = view.before(name.start);
    let mut quoted = false;
    if matches!(view.at(at), b'"' | b'\'' | b'`') && !is_space(before) {
        quoted = true;
        at += 1;
    }
    if view.at(at) == b']' {
        at += 1;
    }
    if view.at(at) == b'>' && (quoted || matches!(before, b'<' | b':')) {
        return Some(Gap { value: at + 1, machine: true, until: Some(b'<'), depth: view.depth(at) });
    }
    at = view.short_run(at, 4, is_blank);
    if quoted && view.slice(at, at + 6) == b"value=" {
        at += 5;
    }
    let sign = at;
    at = view.short_run(at, 3, |cell| matches!(cell, b'=' | b':' | b'>'));
    let signs = view.slice(sign, at);
    if !(signs.contains(&b'=') || signs.contains(&b':')) {
        return None;
    }
    let option = view.slice(name.start.saturating_sub(2), name.start) == b"--";
    let tight = sign == name.end && !is_blank(view.at(at));
    let machine = quoted || option || (signs.contains(&b'=') && tight);
    let value = view.short_run(at, 8, if quoted { is_space } else { is_blank });
    Some(Gap { value, machine, until: None, depth: view.depth(sign) })
}

fn machine(view: &View<'_>, marks: &mut Marks, key: Key, gap: &Gap) -> Option<usize> {
    let (start, end) = value(view, gap, SEEN);
    let seen = view.slice(start, end);
    let secret = match key {
        Key::Strong => !is_no_value(seen),
        Key::Code => (4..=8).contains(&seen.len()) && seen.iter().all(u8::is_ascii_digit),
        _ => seen.len() >= WEAK_LEAST && seen.iter().any(u8::is_ascii_digit) && seen.iter().any(|&cell| is_letter(cell)),
    };
    if !secret {
        return None;
    }
    let (start, end) = value(view, gap, usize::MAX);
    marks.hide(Kind::Secret, start, end);
    Some(end)
}

/// Where a value begins and ends, or where looking for its end stops.
fn value(view: &View<'_>, gap: &Gap, most: usize) -> (usize, usize) {
    let mut start = gap.value;
    if let Some(until) = gap.until {
        return (start, view.short_run(start, most, |cell| cell != until));
    }
    if view.at(start) == b'[' && matches!(view.at(start + 1), b'"' | b'\'') {
        start += 1;
    }
    match view.at(start) {
        b'"' | b'\'' | b'`' => (start + 1, quoted_end(view, start, most)),
        // Something with parts, which have names of their own.
        b'{' | b'[' if matches!(view.at(start + 1), b'"' | b'\'' | b'{' | b'[' | b'}' | b']') || is_space(view.at(start + 1)) => {
            (start, start)
        }
        _ => (start, value_end(view, start, gap.depth, most)),
    }
}

/// The closing quote of a value; the end of the line where there is none.
fn quoted_end(view: &View<'_>, open: usize, most: usize) -> usize {
    let (quote, depth) = (view.at(open), view.depth(open));
    let last = view.len().min(open.saturating_add(most));
    let closes = |&at: &usize| (view.at(at) == quote || view.at(at) == b'\n') && view.depth(at) <= depth;
    (open + 1..last).find(closes).unwrap_or(last.max(open + 1))
}

/// Where a value without quotes ends: at a blank, a quote, an `&`, or a comma after which something else begins. Signs that were
/// escaped deeper than what introduced the value belong to it.
pub(super) fn value_end(view: &View<'_>, start: usize, depth: usize, most: usize) -> usize {
    let last = view.len().min(start.saturating_add(most));
    let end = (start..last).find(|&at| ends_value(view, at) && view.depth(at) <= depth).unwrap_or(last.max(start));
    let trailing = |at: usize| matches!(view.at(at), b'.' | b',' | b';' | b':' | b')' | b']' | b'}') && view.depth(at) <= depth;
    (start..end).rev().find(|&at| !trailing(at)).map_or(start, |at| at + 1)
}

fn ends_value(view: &View<'_>, at: usize) -> bool {
    let next = view.at(at + 1);
    match view.at(at) {
        b'"' | b'<' | b'>' | b'`' | b'&' => true,
        cell if is_space(cell) => true,
        b'\'' => !is_alnum(next),
        b',' | b';' | b'|' => next == 0 || is_space(next) || matches!(next, b'"' | b'\'' | b'{' | b'[') || name_follows(view, at + 1),
        b')' | b']' | b'}' => !is_alnum(next),
        _ => false,
    }
}

fn name_follows(view: &View<'_>, at: usize) -> bool {
    let end = view.short_run(at, NAME_MOST, |cell| is_alnum(cell) || matches!(cell, b'_' | b'-' | b'.'));
    end > at && matches!(view.at(end), b'=' | b':')
}

/// `Bearer abc…` without its header.
fn bearer(view: &View<'_>, marks: &mut Marks, end: usize) -> Option<usize> {
    let start = view.short_run(end, 2, |cell| is_blank(cell) || cell == b':');
    let stop = value_end(view, start, usize::MAX, usize::MAX);
    if start == end || stop < start + WEAK_LEAST {
        return None;
    }
    marks.hide(Kind::Secret, start, stop);
    Some(stop)
}

fn authorization(view: &View<'_>, marks: &mut Marks, gap: &Gap) -> Option<usize> {
    let open = gap.value;
    let quoted = matches!(view.at(open), b'"' | b'\'');
    let start = if quoted || view.at(open) == b'[' { open + 1 } else { open };
    let scheme_end = view.short_run(start, NAME_MOST, is_letter);
    let scheme = view.slice(start, scheme_end);
    let known = matches!(scheme, b"bearer" | b"basic" | b"digest" | b"token" | b"apikey" | b"negotiate" | b"key" | b"jwt");
    let secret = if known { view.short_run(scheme_end, 4, |cell| is_blank(cell) || cell == b':') } else { start };
    let end = match (quoted, scheme) {
        (true, _) => quoted_end(view, open, usize::MAX),
        // Its parameters are many, with commas and quotes.
        (false, b"digest") => view.run(secret, |cell| cell != b'\n'),
        (false, _) => value_end(view, secret, gap.depth, usize::MAX),
    };
    if end <= secret {
        return None;
    }
    marks.hide(Kind::Secret, secret, end);
    Some(end)
}

/// `Cookie: a=b; c=d`, to the end of the line or of the quotes around it.
fn cookie(view: &View<'_>, marks: &mut Marks, gap: &Gap) -> Option<usize> {
    let start = gap.value;
    if matches!(view.at(start), b'"' | b'\'') {
        let end = quoted_end(view, start, usize::MAX);
        marks.hide(Kind::Secret, start + 1, end);
        return Some(end);
    }
    let pair = view.short_run(start, NAME_MOST, |cell| !is_space(cell) && cell != b'=');
    if view.at(start) != OPAQUE && view.at(pair) != b'=' {
        return machine(view, marks, Key::Weak, gap);
    }
    let end = view.run(start, |cell| !matches!(cell, b'\n' | b'"' | b'\''));
    marks.hide(Kind::Secret, start, end);
    Some(end)
}
