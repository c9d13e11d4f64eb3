//! The record as JSON that people read, too.

use crate::incident::record::Incident;

/// The record as JSON, one field a line, in the record's order.
pub fn json(incident: &Incident) -> String {
    indented(&String::from_utf8(incident.to_json()).unwrap_or_default())
}

/// JSON without spaces, a value a line. Reading it as a value and writing that would sort the fields: the id would stand in the middle.
fn indented(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut chars = compact.chars().peekable();
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '{' | '[' if chars.peek().is_some_and(|next| matches!(next, '}' | ']')) => out.push(c),
            '{' | '[' => {
                depth += 1;
                out.push(c);
                line(&mut out, depth);
            }
            '}' | ']' if out.ends_with(['{', '[']) => out.push(c),
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out.push('\n');
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::indented;

    proptest! {
        #[test]
        fn indenting_changes_nothing_but_the_spaces(key: String, text: String, number: i64) {
            let value = json!({ key.clone(): [text, number, null, {}, [], [[]]], "a": { "b\\\"": key, "c": "{[,:\"]}" } });
            let pretty = indented(&value.to_string());
            prop_assert_eq!(serde_json::to_string_pretty(&value).unwrap(), pretty.trim_end_matches('\n'));
            prop_assert_eq!(serde_json::from_str::<Value>(&pretty).unwrap(), value);
        }
    }
}
