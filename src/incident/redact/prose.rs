//! Secrets in sentences: «mi clave es Abc123», «la contraseña que uso es …», «pin 4821».
//!
//! The words after the key are read one by one. After «es», `:` or `=` any word is the secret unless it is one of those that
//! people use to speak *about* a password; otherwise the word must look like one. So «olvidé mi clave y no entra» stays whole.

use super::Kind;
use super::fold::OPAQUE;
use super::keyed::{SEEN, value_end};
use super::keys::{self, Key, Name};
use super::marks::Marks;
use super::shapes;
use super::view::{View, is_blank, is_letter, is_space};
use super::words::{is_code_filler, is_copula, is_device, is_filler, is_harmless, is_unit};

/// Words after the key that are read.
const WORDS: usize = 9;
/// Of these, words that have nothing to do with giving a password.
const LOOSE: usize = 4;
/// Longest quoted value in prose.
const QUOTED: usize = 120;

/// Hides the secret that follows; gives where it ends.
pub(super) fn after(view: &View<'_>, marks: &mut Marks, key: Key, start: usize, explicit: bool) -> Option<usize> {
    let (start, end) = find(view, key, start, explicit)?;
    marks.hide(Kind::Secret, start, end);
    Some(further(view, marks, end))
}

/// «482913 es tu código», «Abc12345 es mi clave»: the secret before its name.
pub(super) fn before(view: &View<'_>, marks: &mut Marks, name: &Name) {
    let mut at = name.start;
    for _ in 0..4 {
        let gap = view.run_back(at, 2, |cell| cell == b' ');
        let word = view.run_back(gap, 16, |cell| !is_space(cell));
        match view.slice(word, gap) {
            b"mi" | b"tu" | b"su" | b"la" | b"el" | b"y" | b"usuario" | b"your" | b"my" if gap < at => at = word,
            b"es" | b"era" | b"is" if gap < at && at < name.start => {
                let end = view.run_back(word, 2, |cell| cell == b' ');
                let start = view.run_back(end, 64, |cell| !is_space(cell) && !matches!(cell, b'"' | b'\'' | b':' | b'<' | b'>' | b'('));
                let number = view.run_back(end, 9, |cell| cell.is_ascii_digit());
                let code = (4..=8).contains(&(end - number)) && (number == start || view.before(number) == b'-');
                if code || name.key == Key::Strong && is_strong(view, start, end, true) {
                    marks.hide(Kind::Secret, start, end);
                }
                return;
            }
            _ => return,
        }
    }
}

/// «mis claves son Abc123 y Xyz987»: the ones after the first.
fn further(view: &View<'_>, marks: &mut Marks, mut end: usize) -> usize {
    for _ in 0..WORDS {
        let joint = view.short_run(end, 6, |cell| is_space(cell) || matches!(cell, b',' | b'y' | b'o' | b'/' | b'"'));
        let stop = value_end(view, joint, 0, SEEN);
        if joint == end || !is_strong(view, joint, stop, true) {
            break;
        }
        marks.hide(Kind::Secret, joint, stop);
        end = stop;
    }
    end
}

fn find(view: &View<'_>, key: Key, mut at: usize, mut explicit: bool) -> Option<(usize, usize)> {
    let mut loose = 0;
    let mut denied = false;
    for step in 0..WORDS {
        at = view.short_run(at, 8, |cell| matches!(cell, b' ' | b'\t' | b'(' | b'[' | b'<' | b'*' | b'-') || explicit && is_space(cell));
        match view.at(at) {
            b'\n' | b'\r' if step == 0 => {
                at = view.short_run(at, 4, is_space);
                continue;
            }
            OPAQUE | 0 | b'.' | b';' | b'?' | b'!' | b'\n' | b'\r' => return None,
            b':' | b'=' | b'>' => {
                explicit = true;
                at += 1;
                continue;
            }
            b',' => {
                explicit = false;
                loose += 1;
                at += 1;
                continue;
            }
            quote @ (b'"' | b'\'' | b'`') => {
                let close = view.short_run(at + 1, QUOTED, |cell| cell != quote && cell != b'\n');
                // «jwt», and on the next line `"password":"…"`: what has a name of its own is hidden under that one.
                if view.at(close) == quote && is_name(view, close) {
                    return None;
                }
                if key == Key::Strong && view.at(close) == quote && close > at + 1 && (explicit || loose == 0) {
                    return Some((at + 1, close));
                }
                at += 1;
                continue;
            }
            _ => {}
        }
        if key == Key::Code {
            at = match code(view, at) {
                Ok(end) => return Some((at, end)),
                Err(next) => next?,
            };
            continue;
        }
        let end = named_end(view, at).unwrap_or_else(|| value_end(view, at, 0, SEEN).max(at + 1));
        let word = view.slice(at, end);
        if is_copula(word) {
            // «dice clave mala y no es cierto»: what it isn't tells nothing, unless it looks like a secret.
            explicit = !denied;
            at = end;
            continue;
        } else if is_secret(view, (at, end), explicit, (step, loose)) {
            return Some((at, whole(view, at, end)));
        } else if !is_filler(word) {
            loose += 1;
        }
        explicit = false;
        denied = word == b"no";
        at = end;
    }
    None
}

/// Whether what ends here, in quotes, is the name of a secret that follows.
fn is_name(view: &View<'_>, close: usize) -> bool {
    let sign = view.short_run(close + 1, 4, is_blank);
    matches!(view.at(sign), b':' | b'=') && keys::name(view, view.run_back(close, QUOTED, is_letter), close).is_some()
}

/// «clave nueva=…»: the end of a word of ours on which the secret hangs.
fn named_end(view: &View<'_>, at: usize) -> Option<usize> {
    let end = view.short_run(at, QUOTED, is_letter);
    (matches!(view.at(end), b'=' | b':') && is_filler(view.slice(at, end))).then_some(end)
}

/// The end of a code; or the end of a word that may stand before one.
fn code(view: &View<'_>, at: usize) -> Result<usize, Option<usize>> {
    if let Some(end) = digits(view, at, (4, 8)) {
        return Ok(end);
    }
    let end = view.short_run(at, QUOTED, is_letter);
    Err(is_code_filler(view.slice(at, end)).then_some(end))
}

/// The end of a secret of which the beginning was read.
fn whole(view: &View<'_>, start: usize, end: usize) -> usize {
    let end = if end - start < SEEN { end } else { value_end(view, start, 0, usize::MAX) };
    digits(view, start, (3, 12)).unwrap_or(end).max(end)
}

fn is_secret(view: &View<'_>, (start, end): (usize, usize), explicit: bool, (step, loose): (usize, usize)) -> bool {
    if explicit {
        return !is_harmless(view.slice(start, end));
    }
    let strong = loose <= LOOSE && is_strong(view, start, end, loose == 0);
    // A year is a PIN only right after the word.
    let year = end - start == 4 && matches!(view.slice(start, start + 2), b"19" | b"20");
    strong || loose == 0 && !(year && step > 0) && digits(view, start, (4, 12)).is_some()
}

/// The end of a number of so many digits, in one piece or two (`123 456`).
fn digits(view: &View<'_>, start: usize, (least, most): (usize, usize)) -> Option<usize> {
    let is_digit = |cell: u8| cell.is_ascii_digit();
    let mut end = view.short_run(start, most + 1, is_digit);
    let mut count = end - start;
    if count == 3 && matches!(view.at(end), b' ' | b'-') && view.short_run(end + 1, 4, is_digit) == end + 4 {
        (end, count) = (end + 4, 6);
    }
    let over = view.is_letter(end) || matches!(view.at(end), b'/' | b':' | b'-' | b'.' | b',') && view.is_digit(end + 1);
    ((least..=most).contains(&count) && !over).then_some(end)
}

/// Whether a word looks like a password by itself: letters and digits, or signs within letters; but no `10mb`, `v2.3`,
/// `android13`. Farther from its key (not `close`) a word with hyphens or dots is rather a name or an incident.
fn is_strong(view: &View<'_>, start: usize, end: usize, close: bool) -> bool {
    let word = view.slice(start, end);
    let letters = word.iter().filter(|&&cell| is_letter(cell)).count();
    let count = word.iter().filter(|cell| cell.is_ascii_digit()).count();
    if word.len() < 4 || letters == 0 || is_address(word) {
        return false;
    }
    if !close && word.iter().any(|cell| matches!(cell, b'-' | b'.' | b'/' | b':' | b'_')) {
        return false;
    }
    if count == 0 {
        let inner = word.get(1..word.len() - 1).unwrap_or_default();
        return inner.iter().any(|cell| matches!(cell, b'@' | b'#' | b'$' | b'&' | b'*' | b'!' | b'^' | b'~'));
    }
    !(is_measure(word) || is_named_version(word) || shapes::uuid(view, start).is_some())
}

/// An e-mail address or a URL, which others hide.
fn is_address(word: &[u8]) -> bool {
    let at = word.iter().position(|&cell| cell == b'@');
    at.is_some_and(|at| at > 0 && word.iter().skip(at).any(|&cell| cell == b'.')) || word.windows(3).any(|cells| cells == b"://")
}

/// `10mb`, `2da`, `8:30am`.
fn is_measure(word: &[u8]) -> bool {
    let number = word.iter().position(|cell| !(cell.is_ascii_digit() || matches!(cell, b'.' | b',' | b':'))).unwrap_or(word.len());
    number > 0 && word.get(number..).is_some_and(is_unit)
}

/// `v2.3`, `android13`.
fn is_named_version(word: &[u8]) -> bool {
    let name = word.iter().position(|&cell| !is_letter(cell)).unwrap_or(word.len());
    let rest = word.get(name..).unwrap_or_default();
    word.get(..name).is_some_and(is_device) && rest.iter().all(|cell| cell.is_ascii_digit() || matches!(cell, b'.' | b'-'))
}
