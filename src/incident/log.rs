//! The last lines of an app's log: a ring in memory, which an incident takes along.
//!
//! Nothing of it is on the disk before an incident is filed, and nothing comes into an incident that wasn't redacted.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// Most lines. Chosen: the last minute or two of a chatty app.
pub(super) const MOST_LINES: usize = 200;
/// Longest line, in bytes. Chosen: a line of a stack with long class names.
pub(super) const LONGEST_LINE: usize = 500;

/// What is kept of a line here: more than goes along, so that what its cut goes through is recognised when it is redacted.
const KEPT: usize = LONGEST_LINE + 128;

/// The last lines of a log. It may be written to from several threads.
#[derive(Debug, Default)]
pub struct LogRing {
    lines: Mutex<VecDeque<(i64, String)>>,
}

impl LogRing {
    /// An empty ring.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line, at a time in milliseconds since 1970 UTC. What is too long is cut.
    pub fn push(&self, at_ms: i64, line: &str) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() >= MOST_LINES {
            lines.pop_front();
        }
        lines.push_back((at_ms, cut(line, KEPT).to_owned()));
    }

    /// The lines, oldest first, with their times.
    pub fn lines(&self) -> Vec<(i64, String)> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

/// The beginning of a text, at most so many bytes.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_ring_forgets_the_oldest_line() {
        let ring = LogRing::new();
        for at in 0..1000 {
            ring.push(at, &format!("línea {at} {}", "ñ".repeat(600)));
        }
        let lines = ring.lines();
        assert_eq!((lines.len(), lines[0].0, lines[199].0), (MOST_LINES, 800, 999));
        assert!(lines.iter().all(|(_, line)| line.len() <= KEPT));
    }
}
