//! Words on lines.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::clean;

/// Whether styles are written at all.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    pub(crate) on: bool,
}

/// What is to be pressed, a title.
pub(crate) const STRONG: Style = Style::new().bold();
/// A word of the phone or of code.
pub(crate) const CODE: Style = AnsiColor::Cyan.on_default();
/// What the question matched.
pub(crate) const MATCH: Style = AnsiColor::Yellow.on_default().bold();
/// What only accompanies.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// The heading of a part.
pub(crate) const HEADING: Style = AnsiColor::Green.on_default().bold();
/// Without style.
pub(crate) const PLAIN: Style = Style::new();

/// A text with one style.
pub(crate) type Piece<'t> = (Style, &'t str);

/// The pieces of a text in which some ranges are marked. Ranges that don't fit the text are left out.
pub(crate) fn marked<'t>(text: &'t str, ranges: &[Range<usize>], base: Style) -> Vec<Piece<'t>> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for range in ranges {
        let (Some(before), Some(inside)) = (text.get(at..range.start), text.get(range.clone())) else { continue };
        pieces.extend([(base, before), (MATCH, inside)]);
        at = range.end;
    }
    pieces.push((base, text.get(at..).unwrap_or_default()));
    pieces
}

/// How a paragraph stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'i> {
    /// Before the first line.
    pub(crate) first: &'i str,
    /// How far the other lines are indented.
    pub(crate) indent: usize,
    /// The columns that there are.
    pub(crate) width: usize,
}

/// Writes a paragraph, broken between words. A word that is longer than a line stands alone.
pub(crate) fn paragraph(out: &mut dyn Write, paint: Paint, layout: Layout<'_>, pieces: &[Piece<'_>]) -> io::Result<()> {
    out.write_all(layout.first.as_bytes())?;
    let cleaned: Vec<(Style, Cow<'_, str>)> = pieces.iter().map(|(style, text)| (*style, clean(text))).collect();
    let parts = parts(&cleaned);
    let mut pen = Pen { out, on: paint.on, style: PLAIN };
    let mut column = layout.first.width();
    for (n, word) in parts.chunk_by(|_, next| !next.begins).enumerate() {
        let width: usize = word.iter().map(|part| part.text.width()).sum();
        if n > 0 && column + 1 + width > layout.width {
            pen.write(PLAIN, &format!("\n{:1$}", "", layout.indent))?;
            column = layout.indent;
        } else if n > 0 {
            // The space between two words of one style belongs to it.
            let goes_on = word.first().is_some_and(|part| part.style == pen.style);
            pen.write(if goes_on { pen.style } else { PLAIN }, " ")?;
            column += 1;
        }
        for part in word {
            pen.write(part.style, part.text)?;
        }
        column += width;
    }
    pen.write(PLAIN, "\n")
}

/// Writes with styles, each turned on and off as seldom as possible.
struct Pen<'o> {
    out: &'o mut dyn Write,
    on: bool,
    style: Style,
}

impl Pen<'_> {
    fn write(&mut self, style: Style, text: &str) -> io::Result<()> {
        if self.on && style != self.style {
            write!(self.out, "{:#}{style}", self.style)?;
        }
        self.style = style;
        self.out.write_all(text.as_bytes())
    }
}

/// A word, or what one piece has of it: a word may go over several pieces, as the full stop after a bold one does.
struct Part<'t> {
    style: Style,
    text: &'t str,
    /// Whether a word begins here.
    begins: bool,
}

fn parts<'t>(pieces: &'t [(Style, Cow<'_, str>)]) -> Vec<Part<'t>> {
    let breaks = |c: char| c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}';
    let mut parts = Vec::new();
    let mut begins = true;
    for (style, text) in pieces {
        for (n, text) in text.split(breaks).enumerate() {
            begins |= n > 0;
            if !text.is_empty() {
                parts.push(Part { style: *style, text, begins });
                begins = false;
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(width: usize, on: bool, pieces: &[Piece<'_>]) -> String {
        let mut out = Vec::new();
        let layout = Layout { first: " 1. ", indent: 4, width };
        paragraph(&mut out, Paint { on }, layout, pieces).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_break_between_words_and_hang_under_the_first() {
        let text = [(PLAIN, "Toque "), (STRONG, "Ajustes"), (PLAIN, ". Después espere")];
        assert_eq!(laid(18, false, &text), " 1. Toque Ajustes.\n    Después espere\n");
        assert_eq!(laid(5, false, &[(PLAIN, "larguísimo corto")]), " 1. larguísimo\n    corto\n");
        assert_eq!(laid(9, false, &[(PLAIN, "")]), " 1. \n");
    }

    #[test]
    fn wide_letters_count_by_their_columns() {
        assert_eq!(laid(10, false, &[(PLAIN, "漢字 漢字")]), " 1. 漢字\n    漢字\n");
    }

    #[test]
    fn a_style_is_turned_on_once_for_all_its_words() {
        assert_eq!(laid(40, true, &[(PLAIN, "Toque "), (STRONG, "Sí o no"), (PLAIN, ".")]), " 1. Toque \u{1b}[1mSí o no\u{1b}[0m.\n");
    }

    #[test]
    fn marks_that_do_not_fit_are_left_out() {
        let pieces = marked("año nuevo", &[0..4, 5..10, 2..3, 90..99], PLAIN);
        let text: String = pieces.iter().map(|(_, text)| *text).collect();
        assert_eq!(text, "año nuevo");
        assert_eq!(pieces.iter().filter(|(style, _)| *style == MATCH).map(|(_, text)| *text).collect::<Vec<_>>(), ["año", "nuevo"]);
    }
}
