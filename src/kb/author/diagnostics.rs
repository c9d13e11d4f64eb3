//! What is wrong with the content, where, and what to do about it.
//!
//! A [`Problem`] is plain data: tools print it as JSON, people read it through [`Problem::render`], which draws the line with
//! a caret under the place.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use serde::Serialize;

/// Most problems that reading tells of one file. Chosen: more than anyone mends at once, and a file that is wrong on every
/// line (another format, an attack) stays cheap.
pub(super) const MAX_PER_FILE: usize = 200;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The content can't be published.
    Error,
    /// It can, but someone should look.
    Warning,
}

/// One mistake in the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Which kind of mistake, in kebab-case, e.g. `unknown-article`.
    pub code: &'static str,
    /// The file, relative to the folder of the knowledge base.
    pub file: PathBuf,
    /// The line, from 1; 0 when the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 when the whole line is meant.
    pub column: u32,
    /// The field that it is about.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// An error about a whole file.
    pub fn error(code: &'static str, file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, file.into(), message.into())
    }

    /// A warning about a whole file.
    pub fn warning(code: &'static str, file: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, file.into(), message.into())
    }

    fn new(severity: Severity, code: &'static str, file: PathBuf, message: String) -> Self {
        Self { severity, code, file, line: 0, column: 0, field: None, message, help: None }
    }

    /// The same problem, at a line and column.
    #[must_use]
    pub fn at(mut self, (line, column): (u32, u32)) -> Self {
        (self.line, self.column) = (line, column);
        self
    }

    /// The same problem, of a field.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// The same problem, with a way out.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The problem as people read it: the title, the line with a caret under the place, and what to do. Without the text of
    /// the file only the place is named.
    pub fn render(&self, source: Option<&str>, color: bool) -> String {
        let (level, name) = match self.severity {
            Severity::Error => (Level::ERROR, "error"),
            Severity::Warning => (Level::WARNING, "aviso"),
        };
        let path = slashed(&self.file);
        let excerpt = source.and_then(|text| excerpt(text, self.line, self.column));
        let place: Element<'_> = match &excerpt {
            Some(excerpt) => Snippet::source(excerpt.line)
                .line_start(self.line as usize)
                .path(path.clone())
                .annotation(AnnotationKind::Primary.span(excerpt.span.clone()).label(self.field.as_deref()))
                .into(),
            None if self.line == 0 => Origin::path(path.clone()).into(),
            None => Origin::path(path.clone()).line(self.line as usize).char_column(self.column.max(1) as usize).into(),
        };
        let mut group = level.with_name(name).primary_title(self.message.as_str()).id(self.code).element(place);
        if let Some(help) = &self.help {
            // A message is taken as already styled, so what came from a file is made harmless first.
            group = group.element(Level::HELP.with_name("ayuda").message(annotate_snippets::normalize_untrusted_str(help)));
        }
        if color { Renderer::styled() } else { Renderer::plain() }.render(&[group])
    }

    fn sort_key(&self) -> (&Path, u32, u32, Severity, &str, &str, Option<&str>) {
        (&self.file, self.line, self.column, self.severity, self.code, &self.message, self.field.as_deref())
    }
}

impl Ord for Problem {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key()).then_with(|| self.help.cmp(&other.help))
    }
}

impl PartialOrd for Problem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A path with `/` on every system, so that output and snapshots are the same everywhere.
fn slashed(path: &Path) -> String {
    let parts: Vec<Cow<'_, str>> = path.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

struct Excerpt<'a> {
    line: &'a str,
    /// The bytes of `line` that the caret marks.
    span: Range<usize>,
}

/// The line of a text, and the token that begins at a column.
fn excerpt(text: &str, line: u32, column: u32) -> Option<Excerpt<'_>> {
    let line = text.lines().nth((line as usize).checked_sub(1)?)?;
    let start = line.char_indices().nth((column as usize).saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    let rest = &line[start..];
    let length = if column == 0 {
        rest.len()
    } else {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ')');
        rest.char_indices().skip(1).find(|(_, c)| ends(*c)).map_or(rest.len(), |(at, _)| at)
    };
    Some(Excerpt { line, span: start..start + length })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Problem {
        Problem::error("unknown-article", "articles/gps/a.md", "el artículo «gps-x» no existe")
            .at((2, 18))
            .field("related")
            .help("¿quiso decir «gps-y»?")
    }

    #[test]
    fn a_caret_marks_the_place_even_after_accented_letters() {
        let text = "id: a\nrelated: [ñandú, gps-x, gps-y]\n";
        let shown = sample().render(Some(text), false);
        let lines: Vec<&str> = shown.lines().collect();
        assert_eq!(lines[0], "error[unknown-article]: el artículo «gps-x» no existe");
        assert!(lines[1].ends_with("--> articles/gps/a.md:2:18"), "{shown}");
        let caret = lines.iter().find(|line| line.contains('^'));
        assert!(caret.is_some_and(|line| line.trim_end().ends_with("^^^^^ related")), "{shown}");
        assert!(shown.contains("ayuda: ¿quiso decir «gps-y»?"), "{shown}");
    }

    #[test]
    fn a_problem_without_text_or_line_still_names_its_place() {
        assert!(sample().render(None, false).contains("articles/gps/a.md:2:18"));
        assert!(sample().render(Some("one line"), false).contains("articles/gps/a.md:2:18"));
        let whole = Problem::warning("unused-media", "media/a.svg", "no se usa").render(Some("<svg/>"), false);
        assert!(whole.starts_with("aviso[unused-media]: no se usa") && whole.contains("media/a.svg"), "{whole}");
        assert!(sample().render(Some("a\nb"), true).contains('\u{1b}'));
    }

    #[test]
    fn places_beyond_the_text_do_no_harm() {
        for (line, column) in [(0, 0), (1, 0), (1, 99), (9, 9), (2, 1), (u32::MAX, u32::MAX)] {
            let shown = sample().at((line, column)).render(Some("á\n"), false);
            assert!(shown.contains("unknown-article"), "{line}:{column}");
        }
    }

    #[test]
    fn problems_go_by_file_line_and_column() {
        let at = |file: &str, line, column| Problem::warning("x", file, "m").at((line, column));
        let mut all = [at("b", 1, 1), at("a", 2, 1), at("a", 1, 9), at("a", 1, 2), Problem::error("z", "a", "m")];
        all.sort();
        let order: Vec<_> = all.iter().map(|p| (p.file.to_string_lossy().into_owned(), p.line, p.column)).collect();
        let want = [("a", 0, 0), ("a", 1, 2), ("a", 1, 9), ("a", 2, 1), ("b", 1, 1)];
        assert_eq!(order, want.map(|(file, line, column)| (file.to_owned(), line, column)));
    }

    #[test]
    fn a_problem_is_one_flat_json_object() -> Result<(), serde_json::Error> {
        let json = serde_json::to_value(sample())?;
        assert_eq!(json["severity"], "error");
        assert_eq!(json["code"], "unknown-article");
        assert_eq!(json["file"], "articles/gps/a.md");
        assert_eq!(json["line"], 2);
        Ok(())
    }
}
