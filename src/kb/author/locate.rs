//! Where in a file a value stands.
//!
//! The model doesn't carry positions, so a check that finds a wrong value looks for it again in the text. A value may occur
//! several times: the block of its key comes first, then the rest of the front matter.

use std::ops::Range;

/// A place: line and column, both from 1.
pub(super) type Place = (u32, u32);

/// The place of the first occurrence of a value under a top-level key; failing that the first one before the body of the
/// article; failing that the key itself.
pub(super) fn locate(text: &str, key: &str, value: &str) -> Option<Place> {
    let lines: Vec<&str> = text.lines().collect();
    let head = 0..head_end(&lines);
    let block = block(&lines[head.clone()], key);
    let within =
        |range: Range<usize>, exact: bool| range.into_iter().find_map(|at| find(lines[at], value, exact).map(|column| place(at, column)));
    block
        .clone()
        .and_then(|range| within(range.clone(), true).or_else(|| within(range, false)))
        .or_else(|| within(head, true))
        .or_else(|| block.map(|range| place(range.start, 0)))
}

/// The place of a top-level key.
pub(super) fn locate_key(text: &str, key: &str) -> Option<Place> {
    let lines: Vec<&str> = text.lines().collect();
    block(&lines, key).map(|range| place(range.start, 0))
}

/// The place of a field of the list item that has an id, e.g. the `level` of the service `gps`; the id when it has no such
/// field. `section` is the top-level key that holds the list.
pub(super) fn locate_in_item(text: &str, section: &str, id: &str, field: &str) -> Option<Place> {
    let lines: Vec<&str> = text.lines().collect();
    let range = block(&lines, section)?;
    let start = range.clone().find(|at| pair(lines[*at], "id").is_some_and(|column| same(after_colon(lines[*at], column), id)))?;
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
    let own = depth(lines[start]);
    let end = (start + 1..range.end)
        .find(|at| !lines[*at].trim().is_empty() && (depth(lines[*at]) < own || dash_at_or_before(lines[*at], own)))
        .unwrap_or(range.end);
    let at = (start..end).find_map(|at| pair(lines[at], field).map(|column| place(at, column)));
    at.or_else(|| pair(lines[start], "id").map(|column| place(start, column)))
}

/// The place of the first occurrence of a piece of the body of an article (after its front matter).
pub(super) fn locate_body(text: &str, needle: &str) -> Option<Place> {
    let lines: Vec<&str> = text.lines().collect();
    let start = head_end(&lines);
    (start..lines.len()).find_map(|at| lines[at].find(needle).map(|column| place(at, lines[at][..column].chars().count())))
}

fn place(line: usize, column: usize) -> Place {
    (u32::try_from(line + 1).unwrap_or(u32::MAX), u32::try_from(column + 1).unwrap_or(u32::MAX))
}

/// Where the front matter ends; a file without one is all head.
fn head_end(lines: &[&str]) -> usize {
    if lines.first().is_none_or(|line| line.trim_end() != "---") {
        return lines.len();
    }
    lines.iter().skip(1).position(|line| line.trim_end() == "---").map_or(lines.len(), |at| at + 1)
}

/// The lines of a top-level key: from it to the next line that begins at the margin.
pub(super) fn block(lines: &[&str], key: &str) -> Option<Range<usize>> {
    let start = lines.iter().position(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')))?;
    let inside = |line: &str| line.is_empty() || line.starts_with([' ', '\t', '#']) || line.starts_with("- ");
    let end = (start + 1..lines.len()).find(|at| !inside(lines[*at])).unwrap_or(lines.len());
    Some(start..end)
}

/// The column (in characters, from 0) of a value in a line. Exactly: alone between the separators of YAML.
fn find(line: &str, value: &str, exact: bool) -> Option<usize> {
    if value.is_empty() {
        return None;
    }
    let free = |at: usize| {
        let before = line[..at].trim_end().chars().next_back();
        let after = line[at + value.len()..].trim_start().chars().next();
        before.is_none_or(|c| matches!(c, '-' | '[' | ',' | '"' | '\'' | ':' | '{'))
            && after.is_none_or(|c| matches!(c, ',' | ']' | '}' | '"' | '\'' | ':' | '#'))
    };
    line.match_indices(value).map(|(at, _)| at).find(|at| !exact || free(*at)).map(|at| line[..at].chars().count())
}

/// The column of a key in a line that has it as `key:`, at the beginning of the line, of a list item or of a flow mapping.
fn pair(line: &str, key: &str) -> Option<usize> {
    let hit = line.match_indices(key).map(|(at, _)| at).find(|at| {
        let before = line[..*at].trim_end().chars().next_back();
        before.is_none_or(|c| matches!(c, '-' | '{' | ',')) && line[at + key.len()..].trim_start().starts_with(':')
    })?;
    Some(line[..hit].chars().count())
}

fn after_colon(line: &str, column: usize) -> &str {
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    line[at..].split_once(':').map_or("", |(_, rest)| rest)
}

fn same(rest: &str, value: &str) -> bool {
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    rest.strip_prefix(value).is_some_and(|tail| tail.trim_start().chars().next().is_none_or(|c| matches!(c, ',' | '}' | '"' | '\'' | '#')))
}

/// Whether a line begins a list item at or above a depth.
fn dash_at_or_before(line: &str, depth: usize) -> bool {
    let dash = line.len() - line.trim_start().len();
    line.trim_start().starts_with("- ") && dash < depth
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARTICLE: &str = "---\nid: gps-a\ntitle: El gps-x\nsymptoms:\n  - no agarra\n  - no agarra señal\nrelated: [gps-b, gps-x]\nmedia:\n  - gps-x\n---\nVea [esto](article:gps-x) y gps-a.\n";

    #[test]
    fn a_value_that_occurs_twice_is_found_under_its_key() {
        assert_eq!(locate(ARTICLE, "related", "gps-x"), Some((7, 18)));
        assert_eq!(locate(ARTICLE, "media", "gps-x"), Some((9, 5)));
        assert_eq!(locate(ARTICLE, "id", "gps-a"), Some((2, 5)));
    }

    #[test]
    fn a_phrase_that_another_begins_with_is_not_confused_with_it() {
        assert_eq!(locate(ARTICLE, "symptoms", "no agarra señal"), Some((6, 5)));
        assert_eq!(locate(ARTICLE, "symptoms", "no agarra"), Some((5, 5)));
    }

    #[test]
    fn a_value_that_is_nowhere_leads_to_its_key() {
        assert_eq!(locate(ARTICLE, "related", "nada"), Some((7, 1)));
        assert_eq!(locate(ARTICLE, "vendors", "nada"), None);
        assert_eq!(locate("", "a", "b"), None);
        assert_eq!(locate(ARTICLE, "related", ""), Some((7, 1)));
    }

    #[test]
    fn the_body_is_searched_after_the_front_matter() {
        assert_eq!(locate_body(ARTICLE, "article:gps-x"), Some((11, 12)));
        assert_eq!(locate_body(ARTICLE, "symptoms"), None);
    }

    #[test]
    fn fields_are_found_in_the_item_with_the_id() {
        let text = "apps:\n  - id: gps\nservices:\n  - id: gps-2\n    level: 3\n  - id: gps\n    name: x\n    keywords:\n      - level\n    level: 1\n  - { id: otro, level: 2 }\n";
        assert_eq!(locate_in_item(text, "services", "gps", "level"), Some((10, 5)));
        assert_eq!(locate_in_item(text, "services", "gps", "tile"), Some((6, 5)));
        assert_eq!(locate_in_item(text, "services", "otro", "level"), Some((11, 17)));
        assert_eq!(locate_in_item(text, "services", "nada", "level"), None);
    }
}
