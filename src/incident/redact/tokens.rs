//! Secrets that need no name before them: their shape alone tells what they are.

use super::Kind;
use super::marks::Marks;
use super::view::{View, is_alnum, is_space};

pub(super) fn mark(view: &View<'_>, marks: &mut Marks) {
    let begins = |cell: u8| is_alnum(cell) || matches!(cell, b'-' | b':');
    let mut at = view.next(0, begins);
    let mut pem = Pem { no_end_from: usize::MAX };
    while at < view.len() {
        let cell = view.at(at);
        let end = match cell {
            b'-' if view.before(at) != b'-' => {
                login(view, at).inspect(|&(start, end)| marks.hide(Kind::Secret, start, end));
                pem.end(view, at)
            }
            b':' => user_info(view, at).inspect(|&end| marks.hide(Kind::Secret, at + 3, end)).map(|_| at + 1),
            _ if is_alnum(cell) && !is_word(view.before(at)) => token_end(view, at),
            _ => None,
        };
        let from = match end {
            Some(end) if cell != b':' => {
                marks.hide(Kind::Secret, at, end);
                end
            }
            // Within a word nothing begins.
            _ if is_alnum(cell) => view.run(at, is_word),
            _ => at + 1,
        };
        at = view.next(from, begins);
    }
}

fn is_word(cell: u8) -> bool {
    is_alnum(cell) || cell == b'_'
}

/// Cells of a token.
fn is_token(cell: u8) -> bool {
    is_alnum(cell) || matches!(cell, b'_' | b'-')
}

/// Beginnings that issuers give to their keys, and how many signs follow at least; by their first sign, since every word is looked at.
/// Source: the secret scanning patterns that these issuers publish (AWS, GitHub, GitLab, Slack, Google, Stripe, npm, Hugging Face).
fn prefixes(first: u8) -> &'static [(&'static str, usize)] {
    match first {
        b'A' => &[("AKIA", 16), ("ASIA", 16), ("AIza", 30)],
        b'd' => &[("dop_v1_", 20)],
        b'g' => &[("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20), ("ghr_", 20), ("github_pat_", 20), ("glpat-", 16)],
        b'h' => &[("hf_", 20)],
        b'n' => &[("npm_", 20)],
        b'p' => &[("pk_live_", 10), ("pypi-", 20)],
        b'r' => &[("rk_live_", 10)],
        b'S' => &[("SG.", 20)],
        b's' => &[("sk-", 16), ("sk_live_", 10), ("sk_test_", 10), ("shpat_", 20)],
        b'x' => &[("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10), ("xapp-", 10)],
        b'y' => &[("ya29.", 16)],
        _ => &[],
    }
}

/// Longest key with such a beginning.
const LONGEST: usize = 512;

fn token_end(view: &View<'_>, start: usize) -> Option<usize> {
    let first = view.raw(start);
    if first == b'e' && spells(view, start, "eyJ") {
        return jwt_end(view, start);
    }
    let (prefix, least) = prefixes(first).iter().find(|(prefix, _)| spells(view, start, prefix))?;
    let body = start + prefix.len();
    let end = view.short_run(body, LONGEST, |cell| is_token(cell) || cell == b'.');
    let end = if view.at(end - 1) == b'.' { end - 1 } else { end };
    let random = view.slice(body, end).iter().any(u8::is_ascii_digit);
    (end >= body + least && random).then_some(end)
}

/// Whether a text stands here with the same case.
fn spells(view: &View<'_>, start: usize, text: &str) -> bool {
    text.bytes().enumerate().all(|(offset, byte)| view.raw(start + offset) == byte && view.at(start + offset) == byte.to_ascii_lowercase())
}

/// `eyJ….eyJ….…`: a JSON web token. A piece of one that was cut is as secret.
fn jwt_end(view: &View<'_>, start: usize) -> Option<usize> {
    let head = view.run(start, is_token);
    let end = view.run(head, |cell| is_token(cell) || matches!(cell, b'.' | b'=' | b'+' | b'/'));
    let end = view.run_back(end, usize::MAX, |cell| cell == b'.');
    (head >= start + 10 && end >= start + 20).then_some(end)
}

/// The `@` that ends `user:password@` after `://`.
fn user_info(view: &View<'_>, colon: usize) -> Option<usize> {
    if view.slice(colon, colon + 3) != b"://" {
        return None;
    }
    let start = colon + 3;
    let end = view.short_run(start, 256, |cell| !is_space(cell) && !matches!(cell, b'/' | b'"' | b'\'' | b'<' | b'>'));
    let info = view.slice(start, end);
    let at = info.iter().rposition(|&cell| cell == b'@')?;
    let password = info.iter().take(at).position(|&cell| cell == b':')? + 1;
    // `host:8080?x=…@…` is no password.
    let port = view.run(start + password, |cell| cell.is_ascii_digit());
    (!matches!(view.at(port), b'?' | b'#')).then_some(start + at)
}

/// `curl -u user:password`.
fn login(view: &View<'_>, dash: usize) -> Option<(usize, usize)> {
    if view.slice(dash, dash + 3) != b"-u " || !is_space(view.before(dash)) {
        return None;
    }
    let start = view.short_run(dash + 3, 2, |cell| matches!(cell, b' ' | b'"' | b'\''));
    let end = view.short_run(start, 256, |cell| !is_space(cell) && !matches!(cell, b'"' | b'\''));
    let colon = start + view.slice(start, end).iter().position(|&cell| cell == b':')?;
    (colon > start && view.at(colon + 1) != b'/').then_some((start, end))
}

/// Blocks of private keys.
struct Pem {
    /// From here on no block ends, as an earlier search saw.
    no_end_from: usize,
}

const DASHES: &[u8] = b"-----";

impl Pem {
    /// The end of a private key that begins here. One that was cut reaches as far as its lines look like one.
    fn end(&mut self, view: &View<'_>, start: usize) -> Option<usize> {
        let begin = view.slice(start, start + 11);
        let title_end = view.short_run(start + 11, 40, |cell| cell != b'-');
        if begin != b"-----begin " || view.slice(title_end, title_end + 5) != DASHES {
            return None;
        }
        let title = view.slice(start + 11, title_end);
        if !(title.ends_with(b"private key") || title.ends_with(b"private key block")) {
            return None;
        }
        let body = title_end + DASHES.len();
        Some(self.closing(view, body).unwrap_or_else(|| cut(view, body)))
    }

    fn closing(&mut self, view: &View<'_>, body: usize) -> Option<usize> {
        if body >= self.no_end_from {
            return None;
        }
        const END: &[u8] = b"-----end ";
        let Some(end) = view.slice(body, view.len()).windows(END.len()).position(|cells| cells == END) else {
            self.no_end_from = body;
            return None;
        };
        let title = view.short_run(body + end + END.len(), 40, |cell| cell != b'-');
        Some(view.short_run(title, DASHES.len(), |cell| cell == b'-'))
    }
}

fn cut(view: &View<'_>, body: usize) -> usize {
    view.run(body, |cell| is_alnum(cell) || is_space(cell) && cell != b' ' || matches!(cell, b'+' | b'/' | b'='))
}
