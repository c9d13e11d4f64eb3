//! The body of an article: a small Markdown, parsed into [`Body`].
//!
//! Paragraphs, `## ` headings, numbered steps, bullet lists, `**strong**`, `` `code` ``, `[text](article:id)` and
//! `![alt](media:name)` alone on its line. Every other construct is a problem with its line: an app that shows articles needs
//! to draw these and nothing else.

mod inline;

use std::ops::Range;
use std::path::Path;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::diagnostics::{MAX_PER_FILE, Problem};
use super::text::fold;
use crate::kb::{Block, Body, Section, SectionKind, Span};
use inline::{Inline, append};

/// A body, where its blocks stand, and what was wrong with it.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The body: what could be read of it.
    pub body: Body,
    /// The line in the file of each block: those of the opening first, then section by section.
    pub lines: Vec<u32>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// The headings with a meaning, folded.
const HEADINGS: [(&str, SectionKind); 4] = [
    ("pasos", SectionKind::Steps),
    ("como saber que ya quedo", SectionKind::Proof),
    ("cuando pedir ayuda", SectionKind::Help),
    ("para la mesa de ayuda", SectionKind::Desk),
];

/// Parses a body. `before` lines stand before it in its file.
pub fn parse(text: &str, file: &Path, before: u32) -> Parsed {
    // Constructs that aren't supported are switched on so that they are seen and reported rather than shown as bare signs.
    let seen = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let events = Parser::new_ext(text, seen).into_offset_iter().collect();
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let mut walker = Walker { text, file, before, starts, events, next: 0, out: Parsed::default() };
    walker.document();
    walker.require_sections();
    walker.out
}

struct Walker<'a> {
    text: &'a str,
    file: &'a Path,
    before: u32,
    /// The byte at which each line begins.
    starts: Vec<usize>,
    events: Vec<(Event<'a>, Range<usize>)>,
    next: usize,
    out: Parsed,
}

impl<'a> Walker<'a> {
    fn peek(&self) -> Option<&Event<'a>> {
        self.events.get(self.next).map(|(event, _)| event)
    }

    fn offset(&self) -> usize {
        self.events.get(self.next).map_or(self.text.len(), |(_, range)| range.start)
    }

    fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let column = self.text[self.starts[line]..offset].chars().count() + 1;
        (u32::try_from(line + 1).unwrap_or(u32::MAX).saturating_add(self.before), u32::try_from(column).unwrap_or(u32::MAX))
    }

    fn report(&mut self, code: &'static str, offset: usize, message: impl Into<String>, help: &str) {
        self.tell(Problem::error(code, self.file, message).help(help), offset);
    }

    fn warn(&mut self, code: &'static str, offset: usize, message: impl Into<String>, help: &str) {
        self.tell(Problem::warning(code, self.file, message).help(help), offset);
    }

    fn tell(&mut self, problem: Problem, offset: usize) {
        if self.out.problems.len() < MAX_PER_FILE {
            self.out.problems.push(problem.at(self.place(offset)));
        }
    }

    fn unsupported(&mut self, offset: usize, what: &str) {
        self.report(
            "unsupported-markdown",
            offset,
            format!("aquí no se puede usar {what}"),
            "use solo párrafos, «## », pasos numerados, viñetas, **negrita** y `código`",
        );
    }

    fn push(&mut self, block: Block, offset: usize) {
        self.out.lines.push(self.place(offset).0);
        match self.out.body.sections.last_mut() {
            Some(section) => section.blocks.push(block),
            None => self.out.body.intro.push(block),
        }
    }

    fn document(&mut self) {
        while let Some(event) = self.peek() {
            match event {
                Event::Start(Tag::Paragraph) => self.paragraph(),
                Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => self.heading(),
                Event::Start(Tag::List(first)) => {
                    let numbered = first.is_some();
                    self.list(numbered);
                }
                _ => self.skip_unsupported(),
            }
        }
    }

    fn paragraph(&mut self) {
        let offset = self.offset();
        self.next += 1;
        let inline = self.inline();
        self.next += 1;
        self.emit(inline, offset, Block::Paragraph);
    }

    fn emit(&mut self, inline: Inline, offset: usize, make: impl FnOnce(Vec<Span>) -> Block) {
        if !inline.spans.is_empty() {
            self.push(make(inline.spans), offset);
        }
        for (picture, at) in inline.pictures {
            self.push(picture, at);
        }
    }

    fn heading(&mut self) {
        let offset = self.offset();
        if !self.text[offset..].starts_with('#') {
            self.unsupported(offset, "un título subrayado: escriba «## » delante");
        }
        self.next += 1;
        let inline = self.inline();
        self.next += 1;
        let title: String = inline.spans.iter().map(Span::text).collect();
        let folded = fold(&title);
        let kind = HEADINGS.iter().find(|(heading, _)| *heading == folded).map(|(_, kind)| *kind);
        if kind.is_none() {
            let help = "los títulos son: Pasos, Cómo saber que ya quedó, Cuándo pedir ayuda, Para la mesa de ayuda";
            self.warn("unknown-section", offset, format!("el título «{title}» no es de los conocidos"), help);
        }
        let kind = kind.unwrap_or(SectionKind::Other);
        if kind != SectionKind::Other && self.out.body.sections.iter().any(|section| section.kind == kind) {
            self.report("duplicate-section", offset, format!("la sección «{title}» está dos veces"), "deje una sola");
        }
        self.out.body.sections.push(Section { kind, title, blocks: Vec::new() });
    }

    fn list(&mut self, numbered: bool) {
        self.next += 1;
        while let Some(event) = self.peek() {
            match event {
                Event::Start(Tag::Item) => self.item(numbered),
                Event::End(TagEnd::List(_)) => {
                    self.next += 1;
                    return;
                }
                _ => self.skip_unsupported(),
            }
        }
    }

    fn item(&mut self, numbered: bool) {
        let offset = self.offset();
        self.next += 1;
        let mut whole = Inline::default();
        while let Some(event) = self.peek() {
            match event {
                Event::End(TagEnd::Item) => {
                    self.next += 1;
                    break;
                }
                Event::Start(Tag::List(_)) => {
                    self.unsupported(self.offset(), "una lista dentro de otra");
                    self.skip();
                }
                Event::Start(Tag::Paragraph) => {
                    let at = self.offset();
                    self.next += 1;
                    let part = self.inline();
                    self.next += 1;
                    self.join(&mut whole, part, at);
                }
                event if is_block(event) => self.skip_unsupported(),
                _ => {
                    let (at, before) = (self.offset(), self.next);
                    let part = self.inline();
                    self.join(&mut whole, part, at);
                    // Whatever it was, it mustn't be met for ever.
                    self.next = self.next.max(before + 1);
                }
            }
        }
        self.finish_item(whole, offset, numbered);
    }

    fn join(&mut self, whole: &mut Inline, part: Inline, at: usize) {
        if !whole.spans.is_empty() && !part.spans.is_empty() {
            self.unsupported(at, "un segundo párrafo dentro de un paso o viñeta");
            append(&mut whole.spans, " ");
        }
        whole.spans.extend(part.spans);
        whole.pictures.extend(part.pictures);
    }

    fn finish_item(&mut self, whole: Inline, offset: usize, numbered: bool) {
        if !numbered {
            if whole.spans.is_empty() && whole.pictures.is_empty() {
                self.report("empty-item", offset, "la viñeta está vacía", "escriba su texto o quítela");
            }
            self.emit(whole, offset, Block::Item);
            return;
        }
        let number = self.next_number();
        let written: Option<u32> = self.text[offset..].split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
        // All ones is a habit of Markdown and counts up by itself.
        if written.is_some_and(|n| n != number && n != 1) {
            self.warn(
                "step-number",
                offset,
                format!("este paso es el {number}, pero está escrito otro número"),
                "numere los pasos en orden",
            );
        }
        if whole.spans.is_empty() {
            self.report("empty-step", offset, format!("el paso {number} no dice qué hacer"), "escriba el paso, o quítelo");
        }
        let Inline { spans, pictures } = whole;
        self.push(Block::Step { number, text: spans }, offset);
        for (picture, at) in pictures {
            self.push(picture, at);
        }
    }

    fn next_number(&self) -> u32 {
        let blocks = self.out.body.sections.last().map_or(&self.out.body.intro, |section| &section.blocks);
        let last = blocks.iter().rev().find_map(|block| if let Block::Step { number, .. } = block { Some(*number) } else { None });
        last.unwrap_or(0) + 1
    }

    fn skip_unsupported(&mut self) {
        let offset = self.offset();
        let what = match self.peek() {
            Some(Event::Start(tag)) => name_of(tag),
            Some(Event::Rule) => "una línea horizontal",
            Some(Event::Html(_)) => "HTML",
            _ => "esto",
        };
        self.unsupported(offset, what);
        self.skip();
    }

    /// Passes over the construct that begins here.
    fn skip(&mut self) {
        let mut depth = 0usize;
        while let Some(event) = self.peek() {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.next += 1;
            if depth == 0 {
                return;
            }
        }
    }

    fn require_sections(&mut self) {
        let body = &self.out.body;
        let find = |kind| body.sections.iter().find(|section: &&Section| section.kind == kind);
        let missing = |title: &str| {
            let help = format!("agregue «## {title}»");
            Problem::error("missing-section", self.file, format!("falta la sección «{title}»")).field(title).help(help)
        };
        let mut found = Vec::new();
        match find(SectionKind::Steps) {
            None => found.push(missing("Pasos")),
            Some(steps) if !steps.blocks.iter().any(|block| matches!(block, Block::Step { .. })) => {
                let place = self.section_place("Pasos");
                found.push(
                    Problem::error("no-steps", self.file, "la sección «Pasos» no tiene pasos numerados")
                        .at(place)
                        .help("escriba «1. » delante del primer paso"),
                );
            }
            Some(_) => {}
        }
        if find(SectionKind::Help).is_none() {
            found.push(missing("Cuándo pedir ayuda"));
        }
        self.out.problems.extend(found);
    }

    fn section_place(&self, title: &str) -> (u32, u32) {
        self.text
            .lines()
            .zip(&self.starts)
            .find(|(line, _)| line.starts_with('#') && fold(line) == fold(title))
            .map_or((0, 0), |(_, start)| self.place(*start))
    }
}

fn is_block(event: &Event<'_>) -> bool {
    match event {
        Event::Rule | Event::Html(_) => true,
        Event::Start(tag) => !matches!(
            tag,
            Tag::Strong | Tag::Emphasis | Tag::Strikethrough | Tag::Superscript | Tag::Subscript | Tag::Link { .. } | Tag::Image { .. }
        ),
        _ => false,
    }
}

fn name_of(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Heading { .. } => "un título que no sea «## »",
        Tag::BlockQuote(_) => "una cita",
        Tag::CodeBlock(_) => "un bloque de código",
        Tag::HtmlBlock => "HTML",
        Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell => "una tabla",
        Tag::Emphasis => "cursiva",
        Tag::Strikethrough => "texto tachado",
        Tag::FootnoteDefinition(_) => "una nota al pie",
        _ => "esto",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "Está apagada.\nSe enciende.\n\n## Pasos\n\n1. Baje la **barra** de `arriba`.\n   ![Barra](media:barra)\n2. Vea [esto](article:gps-a).\n\n## Cuándo pedir ayuda\n\n- Si no sirve.\n- Si **duda**.\n";

    fn parsed(text: &str) -> Parsed {
        parse(text, Path::new("a.md"), 10)
    }

    fn codes(text: &str) -> Vec<(&'static str, u32)> {
        let mut all: Vec<_> = parsed(text).problems.into_iter().map(|p| (p.code, p.line)).collect();
        all.retain(|(code, _)| *code != "missing-section");
        all
    }

    #[test]
    fn a_good_body_becomes_sections_and_blocks() {
        let out = parsed(GOOD);
        assert!(out.problems.is_empty(), "{:?}", out.problems);
        assert_eq!(out.body.intro, vec![Block::Paragraph(vec![Span::Text("Está apagada. Se enciende.".into())])]);
        let kinds: Vec<_> = out.body.sections.iter().map(|s| (s.kind, s.blocks.len())).collect();
        assert_eq!(kinds, [(SectionKind::Steps, 3), (SectionKind::Help, 2)]);
        let steps = &out.body.sections[0].blocks;
        let styled = vec![
            Span::Text("Baje la ".into()),
            Span::Strong("barra".into()),
            Span::Text(" de ".into()),
            Span::Code("arriba".into()),
            Span::Text(".".into()),
        ];
        assert_eq!(steps[0], Block::Step { number: 1, text: styled });
        assert!(matches!(&steps[1], Block::Picture { id, alt } if id.as_str() == "barra" && alt == "Barra"));
        assert!(
            matches!(&steps[2], Block::Step { number: 2, text } if matches!(&text[1], Span::Article { id, text } if id.as_str() == "gps-a" && text == "esto"))
        );
        assert_eq!(out.lines, [11, 16, 17, 18, 22, 23]);
    }

    #[test]
    fn loose_lists_give_the_same_steps() {
        let out = parsed("## Pasos\n\n1. Uno.\n\n   ![x](media:m)\n\n2. Dos.\n\n## Cuándo pedir ayuda\n\nSi no.\n");
        assert!(out.problems.is_empty(), "{:?}", out.problems);
        assert_eq!(out.body.sections[0].blocks.len(), 3);
    }

    #[test]
    fn each_construct_that_apps_cannot_draw_is_reported_with_its_line() {
        let table: &[(&str, &str, u32)] = &[
            ("hola\n\n<div>x</div>\n", "unsupported-markdown", 13),
            ("hola <b>x</b>\n", "unsupported-markdown", 11),
            ("| a | b |\n|---|---|\n| 1 | 2 |\n", "unsupported-markdown", 11),
            ("[x](https://example.org)\n", "external-link", 11),
            ("<https://example.org>\n", "external-link", 11),
            ("- a\n  - b\n", "unsupported-markdown", 12),
            ("una *palabra*\n", "unsupported-markdown", 11),
            ("# Título\n", "unsupported-markdown", 11),
            ("### Título\n", "unsupported-markdown", 11),
            ("Título\n---\n", "unsupported-markdown", 11),
            ("> cita\n", "unsupported-markdown", 11),
            ("```\ncode\n```\n", "unsupported-markdown", 11),
            ("    code\n", "unsupported-markdown", 11),
            ("~~no~~\n", "unsupported-markdown", 11),
            ("uno  \ndos\n", "unsupported-markdown", 11),
            ("- [ ] casilla\n", "unsupported-markdown", 11),
            ("***\n", "unsupported-markdown", 11),
            ("**a `b`**\n", "unsupported-markdown", 11),
            ("[x](article:Malo)\n", "bad-id", 11),
            ("[x] (article:bueno)\n", "broken-link", 11),
            ("![x](foto.png)\n", "bad-picture", 11),
            ("mire ![x](media:m) aquí\n", "inline-picture", 11),
            ("1. uno\n\n   dos\n", "unsupported-markdown", 13),
            ("1. uno\n3. tres\n", "", 0),
        ];
        for (text, code, line) in table {
            let found = codes(text);
            if code.is_empty() {
                assert_eq!(found, vec![("step-number", 12)], "{text}");
            } else {
                assert!(found.contains(&(code, *line)), "{text}: {found:?}");
            }
        }
    }

    #[test]
    fn missing_and_empty_parts_are_errors() {
        let missing: Vec<_> = parsed("hola\n").problems.into_iter().filter_map(|p| p.field).collect();
        assert_eq!(missing, ["Pasos", "Cuándo pedir ayuda"]);
        assert_eq!(codes("## Pasos\n\nHaga esto.\n"), [("no-steps", 11)]);
        assert_eq!(codes("## Pasos\n\n1. uno\n2.\n"), [("empty-step", 14)]);
        assert_eq!(codes("## Pasos\n\n1. uno\n\n## Pasos\n\n1. dos\n"), [("duplicate-section", 15)]);
        assert_eq!(codes("## Notas\n\nx\n"), [("unknown-section", 11)]);
    }

    #[test]
    fn two_problems_in_one_body_are_both_told() {
        assert_eq!(codes("una *palabra* y <b>otra</b>\n\n> cita\n").len(), 4);
    }

    #[test]
    fn strange_input_does_no_harm() {
        for text in [
            "",
            "\n\n",
            "[",
            "![",
            "1.",
            "- ",
            "**",
            "`",
            "\u{0}",
            "[x](article:)",
            &"> ".repeat(3_000),
            &"- ".repeat(3_000),
            &"[".repeat(3_000),
            &"*a ".repeat(3_000),
        ] {
            let _ = parsed(text);
        }
    }
}
