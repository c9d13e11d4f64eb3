//! Chat text with WhatsApp's few signs: `*bold*` for headings, `- ` for lists, three backticks around a stack.
//!
//! WhatsApp publishes no grammar. What is known (faq.whatsapp.com/539178204879377; the bridges that imitate it): a sign opens after a blank, another
//! sign or at the beginning of a line, and closes before what is no letter or digit, in the same line; at the beginning of a line `- `, `* `, `1. ` and
//! `> ` mean something, too. So whatever is a stranger's stands behind a `- ` of our own, in one line, and a sign that could open or close becomes
//! one that looks like it. A zero-width character beside it wouldn't do: whether those count as blanks differs between phones.

use super::{Block, PreKind, Section, Topic, View, cells};

/// Longest chat text, in characters. Chosen: it is read on a phone in some three screens, and every chat takes it.
pub const MOST_CHARACTERS: usize = 4000;

/// Longest line, so that one long text doesn't push the others out. Chosen: twice what a step of a guide takes; the user's words may be longer.
const LONGEST_LINE: usize = 300;
const LONGEST_LINE_OF_WORDS: usize = 600;
/// Longest section, for the same reason.
const LONGEST_SECTION: usize = 600;
/// Sections that the case is about have more room.
const LONGEST_OF: [(Topic, usize); 3] = [(Topic::What, 1000), (Topic::Diagnosis, 1300), (Topic::Crash, 1300)];

const MORE: &str = "… (sigue en la mesa)";

/// What is said, most useful first. The log and the pictures aren't.
const ORDER: [Topic; 14] = [
    Topic::What,
    Topic::Urgency,
    Topic::Resolution,
    Topic::Diagnosis,
    Topic::Device,
    Topic::Who,
    Topic::Crash,
    Topic::Identity,
    Topic::Times,
    Topic::Attachments,
    Topic::References,
    Topic::Satisfaction,
    Topic::Articles,
    Topic::History,
];

/// Signs that format, with one that looks like it and doesn't.
const SIGNS: [(char, char); 4] = [('*', '∗'), ('_', 'ˍ'), ('~', '∼'), ('`', 'ˋ')];

/// A view as a chat text of at most [`MOST_CHARACTERS`].
pub fn chat(view: &View) -> String {
    let mut text = Bounded::new(MOST_CHARACTERS - MORE.chars().count() - 2);
    text.line(&bold(&view.title));
    text.line(&plain(&view.subtitle));
    text.cut |= view.sections.iter().any(|section| !ORDER.contains(&section.topic));
    for topic in ORDER {
        let Some(section) = view.sections.iter().find(|section| section.topic == topic) else { continue };
        let part = written(section, view, text.left.saturating_sub(2));
        text.cut |= part.cut;
        // A heading alone says nothing.
        if part.text.lines().count() > 1 {
            text.push(&format!("\n{}", part.text));
        }
    }
    if text.cut {
        text.text.push_str(&format!("\n{MORE}\n"));
    }
    text.text
}

fn written(section: &Section, view: &View, left: usize) -> Bounded {
    let own = LONGEST_OF.iter().find(|(topic, _)| *topic == section.topic);
    let mut text = Bounded::new(own.map_or(LONGEST_SECTION, |(_, longest)| *longest).min(left));
    text.longest_line = if section.topic == Topic::What { LONGEST_LINE_OF_WORDS } else { LONGEST_LINE };
    text.line(&bold(section.topic.heading()));
    // The summary and the id stand at the top already.
    let top = matches!(section.topic, Topic::What | Topic::Identity).then_some(view);
    for block in &section.blocks {
        write_block(&mut text, block, top);
    }
    text
}

fn write_block(text: &mut Bounded, block: &Block, top: Option<&View>) {
    match block {
        Block::Rows(rows) => {
            let said = |view: &View, value: &str| {
                view.title.ends_with(&format!(" · {value}")) || view.subtitle.starts_with(&format!("Caso {value} "))
            };
            let rest = rows.iter().filter(|row| !top.is_some_and(|view| said(view, &row.value)));
            rest.for_each(|row| text.item(&format!("{}: {}", row.label, row.value)));
        }
        Block::Lines { label, items } => {
            text.label(*label);
            items.iter().for_each(|item| text.item(item));
        }
        Block::Table { label, rows, .. } => {
            text.label(*label);
            rows.iter().for_each(|row| text.item(&said(row)));
        }
        Block::Pre { kind: PreKind::Stack, lines } => text.block(lines),
        Block::Pre { kind: PreKind::Log, .. } | Block::Picture { .. } => text.cut = true,
    }
}

/// The cells of a row; behind a question no colon is needed.
fn said(row: &[String]) -> String {
    if let [name, value] = row {
        return if name.ends_with('?') { format!("{name} {value}") } else { format!("{name}: {value}") };
    }
    cells(row)
}

/// A heading: what is within is in one line and can't end it.
fn bold(text: &str) -> String {
    let inner: String = flat(text).chars().map(|c| alike(c).unwrap_or(c)).collect();
    format!("*{}*", inner.trim())
}

/// A text that means nothing but itself, in one line.
fn plain(text: &str) -> String {
    let chars: Vec<char> = flat(text).chars().collect();
    let inside = |at: usize| {
        let word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_alphanumeric);
        // Backticks also format within a word.
        chars.get(at) != Some(&'`') && word(at.checked_sub(1)) && word(Some(at + 1))
    };
    let free = |sign: char| chars.iter().enumerate().filter(move |(at, c)| **c == sign && !inside(*at)).count();
    // Alone in its line, or within a word, a sign does nothing, and stays so that `*123#` can be copied.
    let counts = SIGNS.map(|(sign, _)| (sign, free(sign)));
    let formats = |at: usize, c: char| counts.iter().any(|(sign, count)| *sign == c && *count > 1) && !inside(at);
    chars.iter().enumerate().map(|(at, c)| alike(*c).filter(|_| formats(at, *c)).unwrap_or(*c)).collect()
}

fn alike(c: char) -> Option<char> {
    SIGNS.iter().find(|(sign, _)| *sign == c).map(|(_, alike)| *alike)
}

fn flat(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// A text that grows to so many characters.
struct Bounded {
    text: String,
    left: usize,
    longest_line: usize,
    cut: bool,
}

impl Bounded {
    fn new(most: usize) -> Self {
        Self { text: String::new(), left: most, longest_line: LONGEST_LINE, cut: false }
    }

    fn push(&mut self, text: &str) {
        self.left = self.left.saturating_sub(text.chars().count());
        self.text.push_str(text);
    }

    /// A line, cut where it is too long. What comes after a full text is left out.
    fn line(&mut self, line: &str) {
        let length = line.chars().count();
        if length < self.left {
            self.push(&format!("{line}\n"));
        } else {
            (self.cut, self.left) = (true, 0);
        }
    }

    fn label(&mut self, label: Option<&str>) {
        if let Some(label) = label {
            self.line(&format!("{label}:"));
        }
    }

    fn item(&mut self, text: &str) {
        let most = self.longest_line.min(self.left.saturating_sub(4));
        let text = plain(text);
        let short = shortened(&text, most);
        self.cut |= short.is_some();
        match short.as_deref() {
            Some("") => self.left = 0,
            short => self.line(&format!("- {}", short.unwrap_or(&text))),
        }
    }

    /// As many lines of a stack as there is room for, closed in any case.
    fn block(&mut self, lines: &[String]) {
        let around = 8;
        let mut left = self.left.saturating_sub(around + 1);
        let mut fitting = String::new();
        for line in lines {
            let line = line.replace('`', "ˋ");
            let length = line.chars().count() + 1;
            if length > left {
                self.cut = true;
                break;
            }
            left -= length;
            fitting.push_str(&line);
            fitting.push('\n');
        }
        if !fitting.is_empty() {
            self.push(&format!("```\n{fitting}```\n"));
        }
    }
}

/// A text that is longer than so many characters, cut behind a word; empty when not even a word fits.
fn shortened(text: &str, most: usize) -> Option<String> {
    let (end, _) = text.char_indices().nth(most)?;
    let head = text.get(..end).unwrap_or_default();
    let next_is_blank = text.get(end..).is_some_and(|rest| rest.starts_with(' '));
    let whole = if next_is_blank { Some(head) } else { head.rsplit_once(' ').map(|(before, _)| before) };
    Some(whole.map(str::trim_end).filter(|head| !head.is_empty()).map_or_else(String::new, |head| format!("{head}…")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_mean_only_themselves() {
        for (text, expected) in [
            ("*no* sirve", "∗no∗ sirve"),
            ("no _sirve_", "no ˍsirveˍ"),
            ("~nada~ y ```nada```", "∼nada∼ y ˋˋˋnadaˋˋˋ"),
            ("el `gps`", "el ˋgpsˋ"),
            ("(*no*)", "(∗no∗)"),
            ("marque *123#", "marque *123#"),
            ("ana_maria_lopez", "ana_maria_lopez"),
            ("2*3*4", "2*3*4"),
            ("a`b`c", "aˋbˋc"),
            ("- uno\n> dos\n* tres", "- uno / > dos / * tres"),
            ("*uno\ndos*", "∗uno / dos∗"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
        assert_eq!(bold("P1 · *x* _y_"), "*P1 · ∗x∗ ˍyˍ*");
    }

    #[test]
    fn a_cut_falls_between_words() {
        assert_eq!(shortened("uno dos tres", 12), None);
        assert_eq!(shortened("uno dos tres", 8).as_deref(), Some("uno dos…"));
        assert_eq!(shortened("uno dos tres", 7).as_deref(), Some("uno dos…"));
        assert_eq!(shortened("uno dos tres", 6).as_deref(), Some("uno…"));
        assert_eq!(shortened("unodostres", 6).as_deref(), Some(""));
    }
}
