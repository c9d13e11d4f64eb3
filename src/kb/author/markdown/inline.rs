//! What stands inside a paragraph or a step: styled text, links and pictures.

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::{Walker, is_block, name_of};
use crate::kb::{ArticleId, Block, MediaId, Span};

/// The text of a paragraph or step, and the pictures on lines of their own.
#[derive(Default)]
pub(super) struct Inline {
    pub(super) spans: Vec<Span>,
    pub(super) pictures: Vec<(Block, usize)>,
}

impl Walker<'_> {
    /// Text up to the end of its block, which stays to be taken.
    pub(super) fn inline(&mut self) -> Inline {
        let mut inline = Inline::default();
        while let Some((event, range)) = self.events.get(self.next).cloned() {
            match event {
                Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::Heading(_) | TagEnd::List(_)) => break,
                ref block if is_block(block) => break,
                Event::Text(text) => append(&mut inline.spans, &text),
                Event::SoftBreak => append(&mut inline.spans, " "),
                Event::HardBreak => {
                    self.unsupported(range.start, "un salto de línea forzado");
                    append(&mut inline.spans, " ");
                }
                Event::Code(code) => inline.spans.push(Span::Code(code.into_string())),
                Event::Start(Tag::Strong) => {
                    let text = self.plain("la negrita");
                    inline.spans.push(Span::Strong(text));
                }
                Event::Start(Tag::Link { link_type, dest_url, .. }) => {
                    let text = self.plain("el texto de un enlace");
                    let span = self.link(link_type, &dest_url, text, range.start);
                    inline.spans.push(span);
                }
                Event::Start(Tag::Image { dest_url, .. }) => {
                    let alone = self.alone(self.next);
                    let alt = self.plain("el texto de una imagen");
                    if let Some(picture) = self.picture(&dest_url, alt, range.start, alone) {
                        inline.pictures.push((picture, range.start));
                    }
                }
                Event::Start(tag) => self.unsupported(range.start, name_of(&tag)),
                Event::InlineHtml(_) => self.unsupported(range.start, "HTML"),
                Event::FootnoteReference(_) => self.unsupported(range.start, "una nota al pie"),
                Event::TaskListMarker(_) => self.unsupported(range.start, "una casilla"),
                _ => {}
            }
            self.next += 1;
        }
        tidy(&mut inline.spans);
        self.look_for_broken_links(&inline.spans);
        inline
    }

    /// The plain text of a styled piece; leaves its end to be taken.
    fn plain(&mut self, within: &str) -> String {
        let mut text = String::new();
        let mut depth = 0usize;
        while let Some((event, range)) = self.events.get(self.next + 1).cloned() {
            self.next += 1;
            match event {
                Event::End(_) if depth == 0 => break,
                Event::End(_) => depth -= 1,
                Event::Text(part) => text.push_str(&part),
                Event::SoftBreak | Event::HardBreak => text.push(' '),
                Event::Start(_) => {
                    depth += 1;
                    self.unsupported(range.start, &format!("otro estilo dentro de {within}"));
                }
                Event::Code(part) => {
                    text.push_str(&part);
                    self.unsupported(range.start, &format!("código dentro de {within}"));
                }
                _ => self.unsupported(range.start, &format!("HTML dentro de {within}")),
            }
        }
        text
    }

    fn link(&mut self, kind: LinkType, to: &str, text: String, offset: usize) -> Span {
        let id = to.strip_prefix("article:");
        match id.and_then(|id| id.parse::<ArticleId>().ok()) {
            Some(id) if kind == LinkType::Inline => {
                if text.trim().is_empty() {
                    self.report("empty-link", offset, format!("el enlace a «{id}» no tiene texto"), "escriba el texto entre los corchetes");
                }
                return Span::Article { text, id };
            }
            _ if id.is_some() => {
                self.report("bad-id", offset, format!("«{to}» no es un enlace a un artículo"), "escriba [texto](article:id)");
            }
            _ => {
                let help = "el teléfono puede estar sin internet: enlace solo artículos, con [texto](article:id)";
                self.report("external-link", offset, format!("el enlace a «{to}» lleva fuera de la base"), help);
            }
        }
        Span::Text(text)
    }

    fn picture(&mut self, to: &str, alt: String, offset: usize, alone: bool) -> Option<Block> {
        let Some(id) = to.strip_prefix("media:").and_then(|id| id.parse::<MediaId>().ok()) else {
            self.report("bad-picture", offset, format!("«{to}» no es una imagen de la base"), "escriba ![qué muestra](media:nombre)");
            return None;
        };
        if !alone {
            self.report("inline-picture", offset, format!("la imagen «{id}» está en medio de un texto"), "póngala sola en su línea");
        }
        Some(Block::Picture { id, alt })
    }

    /// Whether the picture that begins at an event is alone on its line.
    fn alone(&self, start: usize) -> bool {
        let edge = |event: &Event<'_>| match event {
            Event::SoftBreak | Event::HardBreak => true,
            Event::Start(tag) => matches!(tag, Tag::Paragraph | Tag::Item),
            Event::End(tag) => matches!(tag, TagEnd::Paragraph | TagEnd::Item),
            _ => false,
        };
        let end = self.events[start..].iter().position(|(event, _)| matches!(event, Event::End(TagEnd::Image)));
        let before = start.checked_sub(1).is_none_or(|at| edge(&self.events[at].0));
        let after = end.and_then(|end| self.events.get(start + end + 1)).is_none_or(|(event, _)| edge(event) || is_block(event));
        before && after
    }

    /// A link with a space or a bracket out of place is plain text to Markdown; the author meant a link.
    fn look_for_broken_links(&mut self, spans: &[Span]) {
        let broken = spans.iter().any(|span| matches!(span, Span::Text(text) if text.contains("article:") || text.contains("media:")));
        if broken {
            let offset = self.events.get(self.next.saturating_sub(1)).map_or(0, |(_, range)| range.start);
            self.report(
                "broken-link",
                offset,
                "hay un enlace o una imagen mal escrita",
                "escriba [texto](article:id) o ![qué muestra](media:nombre), sin espacios en medio",
            );
        }
    }
}

/// Adds plain text to the last plain span, without doubling spaces.
pub(super) fn append(spans: &mut Vec<Span>, text: &str) {
    match spans.last_mut() {
        Some(Span::Text(last)) if text == " " && last.ends_with(' ') => {}
        Some(Span::Text(last)) => last.push_str(text),
        None if text == " " => {}
        _ => spans.push(Span::Text(text.to_owned())),
    }
}

/// Drops the space that a line break or a picture left at the end.
fn tidy(spans: &mut Vec<Span>) {
    while let Some(Span::Text(last)) = spans.last_mut() {
        last.truncate(last.trim_end().len());
        if !last.is_empty() {
            break;
        }
        spans.pop();
    }
}
