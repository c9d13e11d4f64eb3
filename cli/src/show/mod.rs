//! Drawing for people: width, colours, wrapped text. What is written here never decides anything.

mod answer;
mod article;
mod text;

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use baquiano::kb::pack::PackError;
use clap::builder::StyledStr;

pub(crate) use answer::answer;
pub(crate) use article::{Reader, article};
pub(crate) use text::Paint;

use crate::failure::Failure;
use crate::texts::{Lang, errors};

/// Widest text: chosen, longer lines are hard to follow.
const MAX_WIDTH: usize = 100;
/// Width when the output is no terminal: fixed, so that it is the same wherever it is made.
const PLAIN_WIDTH: usize = 80;
/// Narrowest text that is laid out.
const MIN_WIDTH: usize = 30;

/// Where the output goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    pub(crate) lang: Lang,
    pub(crate) width: usize,
    pub(crate) paint: Paint,
}

impl Screen {
    /// The screen of this process.
    pub(crate) fn of(lang: Lang) -> Self {
        let stdout = io::stdout();
        let width = if stdout.is_terminal() { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
        let paint = Paint { on: AutoStream::choice(&stdout) != ColorChoice::Never };
        Self { lang, width: width.unwrap_or(PLAIN_WIDTH).clamp(MIN_WIDTH, MAX_WIDTH), paint }
    }

    /// Writes to the output through a buffer, and flushes it.
    pub(crate) fn write(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
        let choice = if self.paint.on { ColorChoice::Always } else { ColorChoice::Never };
        // Without colour nothing is painted in the first place; the stream only sees to consoles that need to be told.
        let mut out = BufWriter::new(AutoStream::new(io::stdout().lock(), choice));
        write(&mut out)?;
        Ok(out.flush()?)
    }

    /// Writes one JSON document.
    pub(crate) fn json(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        let mut out = BufWriter::new(io::stdout().lock());
        serde_json::to_writer(&mut out, value)?;
        out.write_all(b"\n")?;
        Ok(out.flush()?)
    }

    /// Tells of a failure.
    pub(crate) fn complain(&self, what: &str) {
        self.complain_as_is(&format!("{}\n", self.lang.error(what)));
    }

    /// Tells of what is no failure yet.
    pub(crate) fn warn(&self, what: &str) {
        self.complain_as_is(&format!("{}\n", self.lang.warning(what)));
    }

    /// A failure of what is inside the program: its own pack, or one that was found good before.
    pub(crate) fn damaged(&self, error: &PackError) -> Failure {
        Failure::Internal(errors::pack(self.lang, error))
    }

    /// Writes to the error output. When that fails there is nobody left to tell.
    pub(crate) fn complain_as_is(&self, text: &str) {
        let _ = AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes());
    }

    pub(crate) fn styled(&self, text: &StyledStr) -> String {
        if self.paint.on { text.ansi().to_string() } else { text.to_string() }
    }

    /// For the error output, which sees to its colours itself.
    pub(crate) fn styled_for_errors(&self, text: &StyledStr) -> String {
        text.ansi().to_string()
    }
}

/// A text from outside, harmless to a terminal: control characters and those that turn the direction of writing are replaced.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| (c.is_control() && c != '\n' && c != '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.contains(harmful) { Cow::Owned(text.replace(harmful, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_command_a_terminal_is_replaced() {
        assert_eq!(clean("a\u{1b}[31mb\u{7}\u{9b}c\u{202e}"), "a\u{fffd}[31mb\u{fffd}\u{fffd}c\u{fffd}");
        assert!(matches!(clean("ñandú\n\tعربي 😀"), Cow::Borrowed(_)));
    }
}
