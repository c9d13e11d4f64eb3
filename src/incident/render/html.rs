//! A page of HTML that needs nothing else: for the desk's screen, for a screen reader, for paper.
//!
//! It carries no script and forbids every one (`POLICY`): what an incident says was written by a stranger. Everything between the tags goes through
//! `escaped`; the tags and their attributes are this module's own, but for the names of pictures.

use std::fmt::Write;

use super::{Block, PreKind, Section, View};
use crate::incident::record::MediaType;

const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("style.css");

/// Frames of a stack that are printed; the style says so, too.
const PRINTED_FRAMES: usize = 12;
/// Last lines of a log that are printed; the style says so, too.
const PRINTED_LINES: usize = 15;

/// A view as a page of HTML.
pub fn html(view: &View) -> String {
    let title = escaped(&view.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"es-HN\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<header>\n<h1>{title}</h1>\n<p class=\"sub\">{}</p>\n</header>\n<div class=\"parts\">\n",
        escaped(&view.subtitle)
    );
    for (number, section) in view.sections.iter().enumerate() {
        write_section(&mut out, number, section);
    }
    out.push_str("</div>\n</main>\n</body>\n</html>\n");
    out
}

fn write_section(out: &mut String, number: usize, section: &Section) {
    put(out, format_args!("<section aria-labelledby=\"s{number}\">\n<h2 id=\"s{number}\">{}</h2>\n", escaped(section.topic.heading())));
    for block in &section.blocks {
        write_block(out, block);
    }
    out.push_str("</section>\n");
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Rows(rows) => {
            out.push_str("<table class=\"rows\">\n<tbody>\n");
            for row in rows {
                put(out, format_args!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(row.label), escaped(&row.value)));
            }
            out.push_str("</tbody>\n</table>\n");
        }
        Block::Lines { label, items } => {
            write_label(out, *label);
            out.push_str("<ul>\n");
            items.iter().for_each(|item| put(out, format_args!("<li>{}</li>\n", escaped(item))));
            out.push_str("</ul>\n");
        }
        Block::Table { label, head, rows } => write_table(out, *label, head, rows),
        Block::Pre { kind, lines } => write_lines(out, *kind, lines),
        Block::Picture { name, media_type, base64 } => write_picture(out, name, *media_type, base64),
    }
}

fn write_label(out: &mut String, label: Option<&str>) {
    if let Some(label) = label {
        put(out, format_args!("<h3>{}</h3>\n", escaped(label)));
    }
}

fn write_table(out: &mut String, label: Option<&str>, head: &[&str], rows: &[Vec<String>]) {
    write_label(out, label);
    // Where there are many columns, none may squeeze the others until their words break.
    out.push_str(if head.len() > 2 { "<table class=\"wide\">\n<thead>\n<tr>" } else { "<table>\n<thead>\n<tr>" });
    head.iter().for_each(|cell| put(out, format_args!("<th scope=\"col\">{}</th>", escaped(cell))));
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            // A screen reader says the first cell with each of the others.
            if column == 0 { put(out, format_args!("<th scope=\"row\">{cell}</th>")) } else { put(out, format_args!("<td>{cell}</td>")) }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Each line is an element of its own, so that the style can leave some out on paper.
fn write_lines(out: &mut String, kind: PreKind, lines: &[String]) {
    let (class, name, printed, which) = match kind {
        PreKind::Stack => ("stack", "Pila de llamadas", PRINTED_FRAMES, "primeras"),
        PreKind::Log => ("log", "Últimas líneas del registro", PRINTED_LINES, "últimas"),
    };
    // What is wider than the screen is scrolled: with the keyboard, too.
    put(out, format_args!("<pre class=\"{class}\" tabindex=\"0\" role=\"region\" aria-label=\"{name}\">"));
    lines.iter().for_each(|line| put(out, format_args!("<span>{}\n</span>", escaped(line))));
    out.push_str("</pre>\n");
    if lines.len() > printed {
        put(out, format_args!("<p class=\"paper\">Se imprimen las {printed} {which} de {} líneas.</p>\n", lines.len()));
    }
}

fn write_picture(out: &mut String, name: &str, media_type: MediaType, base64: &str) {
    if media_type.is_text() {
        return;
    }
    let kind = media_type.name();
    let name = escaped(name);
    put(
        out,
        format_args!(
            "<figure><img alt=\"{name}\" src=\"data:{kind};base64,{}\"><figcaption>{name}</figcaption></figure>\n",
            escaped(base64)
        ),
    );
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string doesn't fail.
    _ = out.write_fmt(text);
}

/// A text between tags or in a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_mean_only_themselves() {
        for (text, expected) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onerror=\"alert(1)", "&quot; onerror=&quot;alert(1)"),
            ("' x='", "&#39; x=&#39;"),
            ("</td></tr>", "&lt;/td&gt;&lt;/tr&gt;"),
            ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
            ("]]> <!-- -->", "]]&gt; &lt;!-- --&gt;"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }

    #[test]
    fn the_style_prints_as_many_lines_as_the_page_says() {
        assert!(STYLE.contains(&format!(".stack span:nth-child(n+{})", PRINTED_FRAMES + 1)));
        assert!(STYLE.contains(&format!(".log span:nth-last-child(n+{})", PRINTED_LINES + 1)));
        assert!(!STYLE.contains('<'), "nothing in it ends the element");
    }
}
