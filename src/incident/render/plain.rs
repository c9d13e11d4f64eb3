//! Plain text, for systems that show signs of markup as they are.
//!
//! It has no signs, so nothing of a stranger's needs to be escaped: a line that goes on is indented.

use super::{Block, Section, View};

/// A view as plain text; pictures are left out.
pub fn plain(view: &View) -> String {
    let section = |section: &Section| format!("\n{}\n{}", section.topic.heading().to_uppercase(), plain_section(section));
    format!("{}\n{}\n{}", view.title, view.subtitle, view.sections.iter().map(section).collect::<String>())
}

/// A section as plain text, without its heading.
pub fn plain_section(section: &Section) -> String {
    let mut out = String::new();
    let mut line = |text: &str| out.push_str(&format!("{}\n", text.replace('\n', "\n  ")));
    for block in &section.blocks {
        if let Block::Lines { label: Some(label), .. } | Block::Table { label: Some(label), .. } = block {
            line(&format!("{label}:"));
        }
        match block {
            Block::Rows(rows) => rows.iter().for_each(|row| line(&format!("{}: {}", row.label, row.value))),
            Block::Lines { items, .. } => items.iter().for_each(|item| line(&format!("- {item}"))),
            Block::Table { rows, .. } => rows.iter().for_each(|row| line(&format!("- {}", cells(row)))),
            Block::Pre { lines, .. } => lines.iter().for_each(|own| line(own)),
            Block::Picture { .. } => {}
        }
    }
    out
}

/// The cells of a row in one line; those that say nothing are left out.
pub fn cells(row: &[String]) -> String {
    row.iter().filter(|cell| !cell.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ")
}
