//! CommonMark, for tickets and for the desk's notes.
//!
//! Nothing beyond CommonMark is written, so tables become lists. What stands in the view is escaped also against what common extensions would read:
//! tables, strikethrough, bare links, mentions, mathematics.

use super::{Block, Section, View};

/// A view as CommonMark.
pub fn markdown(view: &View) -> String {
    let mut out = format!("# {}\n\n{}\n", escaped(&view.title, ""), escaped(&view.subtitle, ""));
    for section in &view.sections {
        write_section(&mut out, section);
    }
    out
}

fn write_section(out: &mut String, section: &Section) {
    out.push_str(&format!("\n## {}\n", section.topic.heading()));
    let mut in_list = false;
    // A data: URI is shown by next to nobody and makes a ticket unreadable; the names of pictures are in the list.
    for block in section.blocks.iter().filter(|block| !matches!(block, Block::Picture { .. })) {
        // A list that follows another would be one with it.
        let labelled = matches!(block, Block::Lines { label: Some(_), .. } | Block::Table { label: Some(_), .. });
        if let Block::Lines { label: Some(label), .. } | Block::Table { label: Some(label), .. } = block {
            out.push_str(&format!("\n### {label}\n"));
        }
        let lists = !matches!(block, Block::Pre { .. });
        if labelled || !(in_list && lists) {
            out.push('\n');
        }
        in_list = lists;
        write_block(out, block);
    }
}

fn write_block(out: &mut String, block: &Block) {
    match block {
        Block::Rows(rows) => rows.iter().for_each(|row| named(out, row.label, &row.value)),
        Block::Lines { items, .. } => items.iter().for_each(|item| out.push_str(&format!("- {}\n", escaped(item, "  ")))),
        Block::Table { rows, .. } => rows.iter().for_each(|row| write_row(out, row)),
        Block::Pre { lines, .. } => {
            let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or(0);
            let fence = "`".repeat((longest + 1).max(3));
            out.push_str(&format!("{fence}\n{}\n{fence}\n", lines.join("\n")));
        }
        Block::Picture { .. } => {}
    }
}

fn named(out: &mut String, label: &str, value: &str) {
    out.push_str(&format!("- **{label}:** {}\n", escaped(value, "  ")));
}

/// A row of a table as an entry of a list, with its first cell strong.
fn write_row(out: &mut String, row: &[String]) {
    let mut cells = row.iter().filter(|cell| !cell.is_empty());
    let name = cells.next().map(|cell| escaped(&cell.replace('\n', " "), "")).unwrap_or_default();
    let rest: Vec<&str> = cells.map(String::as_str).collect();
    let strong = if name.is_empty() { name } else { format!("**{name}** ") };
    out.push_str(&format!("- {strong}{}\n", escaped(&rest.join(" · "), "  ")));
}

fn longest_run(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A text that means nothing but itself. Its further lines stand so far indented.
fn escaped(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| escaped_line(line.trim())).filter(|line| !line.is_empty()).collect();
    lines.join(&format!("\\\n{indent}"))
}

fn escaped_line(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = line.len() - numbered.len();
    let mut before = None;
    for (at, c) in line.char_indices() {
        let begins = at == 0 && matches!(c, '+' | '-' | '=' | '>' | ':');
        let after = line.get(at + c.len_utf8()..).unwrap_or_default();
        let counts = at > 0 && at == number && matches!(c, '.' | ')') && !after.starts_with(|c: char| !c.is_whitespace());
        if c == '}' && after.is_empty() {
            // The attributes of a heading end like that, and a backslash doesn't help.
            out.push_str("&#125;");
            continue;
        }
        if begins || counts || means_something(c, before, after) {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// Whether a character may be read as markup, in CommonMark or in its extensions.
fn means_something(c: char, before: Option<char>, after: &str) -> bool {
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '@' | '^' | '{' | '#' => true,
        // Inside a word it is none.
        '_' => !(before.is_some_and(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric)),
        // Bare links: `https://`, `www.`.
        ':' => {
            after.starts_with("//")
                || before.is_some_and(|c| c.eq_ignore_ascii_case(&'o')) && after.starts_with(|c: char| !c.is_whitespace())
        }
        '.' => before.is_some_and(|c| c.eq_ignore_ascii_case(&'w')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_mean_only_themselves() {
        for (text, expected) in [
            ("# título", "\\# título"),
            ("- [ ] lista", "\\- \\[ \\] lista"),
            ("en C #", "en C \\#"),
            ("12. orden", "12\\. orden"),
            ("3) orden", "3\\) orden"),
            ("1.2 es la versión", "1.2 es la versión"),
            ("7.", "7\\."),
            ("título {#x}", "título \\{\\#x&#125;"),
            ("> cita", "\\> cita"),
            ("[a](javascript:alert(1))", "\\[a\\](javascript:alert(1))"),
            ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
            ("a | b", "a \\| b"),
            ("**no** _ni_ ~~esto~~ `ni` x", "\\*\\*no\\*\\* \\_ni\\_ \\~\\~esto\\~\\~ \\`ni\\` x"),
            ("maria_lopez", "maria_lopez"),
            ("&lt;b&gt;", "\\&lt;b\\&gt;"),
            ("https://ejemplo.hn www.ejemplo.hn", "https\\://ejemplo.hn www\\.ejemplo.hn"),
            ("ana@ejemplo.hn, caso #12", "ana\\@ejemplo.hn, caso \\#12"),
            ("una\n===\notra", "una\\\n  \\===\\\n  otra"),
            ("una\\\notra", "una\\\\\\\n  otra"),
            ("    código", "código"),
        ] {
            assert_eq!(escaped(text, "  "), expected, "{text}");
        }
    }

    #[test]
    fn a_fence_is_longer_than_what_it_holds() {
        let mut out = String::new();
        let lines = vec!["a ```` b".to_owned(), "```".to_owned()];
        write_block(&mut out, &Block::Pre { kind: super::super::PreKind::Stack, lines });
        assert_eq!(out, "`````\na ```` b\n```\n`````\n");
    }
}
