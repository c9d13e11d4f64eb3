//! One article, whole, as a person reads it.

use std::io::Write;

use baquiano::kb::{Article, Block, Catalog, SectionKind, Span, Variant};

use super::text::{CODE, FAINT, HEADING, Layout, PLAIN, Piece, STRONG, marked, paragraph};
use super::{Screen, clean};
use crate::failure::Failure;

/// Who reads, and on what phone the problem is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) desk: bool,
    pub(crate) vendor: Option<&'a str>,
    pub(crate) android: Option<&'a str>,
}

type Drawn = Result<(), Failure>;

/// Draws an article; `matched` are the byte ranges of its title that a question matched.
pub(crate) fn article(
    out: &mut dyn Write,
    screen: &Screen,
    catalog: &Catalog,
    article: &Article,
    matched: &[std::ops::Range<usize>],
    reader: Reader<'_>,
) -> Drawn {
    let lines = Lines { screen };
    lines.at(out, "", 0, &marked(&article.title, matched, STRONG))?;
    let service = catalog.service(&article.service).map_or(article.service.as_str(), |service| service.name.as_str());
    let about = format!("{service} · {} · {}", screen.lang.level(article.level), article.id);
    lines.at(out, "", 0, &[(FAINT, &about)])?;
    out.write_all(b"\n")?;
    lines.blocks(out, "", &article.body.intro)?;
    let sections = article.body.sections.iter().filter(|section| section.kind != SectionKind::Desk);
    for section in sections {
        lines.heading(out, &section.title)?;
        lines.blocks(out, "  ", &section.blocks)?;
    }
    variants(out, &lines, &article.variants, reader)?;
    if reader.desk {
        for section in article.body.sections.iter().filter(|section| section.kind == SectionKind::Desk) {
            lines.heading(out, &section.title)?;
            lines.blocks(out, "  ", &section.blocks)?;
        }
    }
    Ok(())
}

/// The variants of the phone that is named, or all, each with the phones that it is about.
fn variants(out: &mut dyn Write, lines: &Lines<'_>, variants: &[Variant], reader: Reader<'_>) -> Drawn {
    let shown: Vec<&Variant> = variants.iter().filter(|variant| variant.applies(reader.vendor, reader.android)).collect();
    if shown.is_empty() {
        return Ok(());
    }
    lines.heading(out, &lines.screen.lang.variants())?;
    for variant in shown {
        let label = format!("{}: ", label(lines.screen, variant));
        lines.at(out, "  ", 4, &[(STRONG, &label), (PLAIN, &variant.text)])?;
    }
    Ok(())
}

fn label(screen: &Screen, variant: &Variant) -> String {
    let vendors: Vec<String> = variant.vendors.iter().map(|vendor| maker(vendor)).collect();
    let android = variant.android.as_ref().map(|range| release(screen, &range.to_string()));
    match (vendors.is_empty(), android) {
        (true, None) => screen.lang.any_phone(),
        (true, Some(android)) => android,
        (false, None) => vendors.join(", "),
        (false, Some(android)) => format!("{}, {android}", vendors.join(", ")),
    }
}

/// A maker as it is written; those of at most three letters (LG, ZTE) in capitals.
fn maker(vendor: &str) -> String {
    let mut letters = vendor.chars();
    match letters.next() {
        Some(first) if vendor.len() > 3 => first.to_uppercase().chain(letters).collect(),
        _ => vendor.to_uppercase(),
    }
}

/// A range of releases in words.
fn release(screen: &Screen, range: &str) -> String {
    let lang = screen.lang;
    if let Some(low) = range.strip_prefix(">=") {
        format!("Android {low} {}", lang.pick("o más", "or later"))
    } else if let Some(high) = range.strip_prefix("<=") {
        format!("Android {high} {}", lang.pick("o menos", "or earlier"))
    } else if let Some((low, high)) = range.split_once('-') {
        format!("Android {low} {} {high}", lang.pick("a", "to"))
    } else {
        format!("Android {range}")
    }
}

struct Lines<'s> {
    screen: &'s Screen,
}

impl Lines<'_> {
    fn at(&self, out: &mut dyn Write, first: &str, indent: usize, pieces: &[Piece<'_>]) -> Drawn {
        Ok(paragraph(out, self.screen.paint, Layout { first, indent, width: self.screen.width }, pieces)?)
    }

    fn heading(&self, out: &mut dyn Write, title: &str) -> Drawn {
        out.write_all(b"\n")?;
        self.at(out, "", 0, &[(HEADING, title)])
    }

    fn blocks(&self, out: &mut dyn Write, indent: &str, blocks: &[Block]) -> Drawn {
        for block in blocks {
            match block {
                Block::Paragraph(spans) => self.spans(out, indent, indent.len(), spans)?,
                Block::Step { number, text } => {
                    let first = format!("{number:>3}. ");
                    self.spans(out, &first, first.len(), text)?;
                }
                Block::Item(spans) => self.spans(out, &format!("{indent}- "), indent.len() + 2, spans)?,
                Block::Picture { alt, .. } => {
                    let text = self.screen.lang.picture(clean(alt));
                    self.at(out, "     ", 5, &[(FAINT, &text)])?;
                }
            }
        }
        Ok(())
    }

    fn spans(&self, out: &mut dyn Write, first: &str, indent: usize, spans: &[Span]) -> Drawn {
        let mut pieces: Vec<Piece<'_>> = Vec::with_capacity(spans.len());
        for span in spans {
            match span {
                Span::Text(text) => pieces.push((PLAIN, text)),
                Span::Strong(text) => pieces.push((STRONG, text)),
                Span::Code(text) => pieces.push((CODE, text)),
                // The id is what leads there: `baquiano article ID`.
                Span::Article { text, id } if text == id.as_str() => pieces.push((CODE, text)),
                Span::Article { text, id } => pieces.extend([(PLAIN, text.as_str()), (PLAIN, " ("), (CODE, id.as_str()), (PLAIN, ")")]),
            }
        }
        self.at(out, first, indent, &pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show::Paint;
    use crate::texts::Lang;

    #[test]
    fn phones_are_named_as_people_write_them() {
        let screen = Screen { lang: Lang::Es, width: 80, paint: Paint { on: false } };
        let told = |vendors: &[&str], android: Option<&str>| {
            let android = android.map(|range| baquiano::kb::AndroidRange::try_from(range.to_owned()).unwrap());
            label(&screen, &Variant { vendors: vendors.iter().map(|&v| v.to_owned()).collect(), android, text: String::new() })
        };
        assert_eq!(told(&["samsung", "lg"], Some(">=9")), "Samsung, LG, Android 9 o más");
        assert_eq!(told(&[], Some("6-9")), "Android 6 a 9");
        assert_eq!(told(&[], Some("<=8.1")), "Android 8.1 o menos");
        assert_eq!(told(&[], None), "otros");
    }
}
