//! What a record had that this version doesn't know: kept at its place, so that an older app hands on what a newer one wrote.

use serde::Serialize;
use serde_json::Value;

use crate::incident::redact::each_text;

/// The values that weren't known, each with the JSON pointer of the object that it stood in, and its key there.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Unknown(Vec<(String, String, Value)>);

impl Unknown {
    /// What is in the source and not in what was understood of it.
    pub(super) fn of(source: &Value, understood: &impl Serialize) -> Self {
        let mut unknown = Self::default();
        unknown.compare(source, &serde_json::to_value(understood).unwrap_or_default(), &mut String::new());
        unknown
    }

    fn compare(&mut self, source: &Value, understood: &Value, at: &mut String) {
        let before = at.len();
        match (source, understood) {
            (Value::Object(source), Value::Object(understood)) => {
                for (key, value) in source {
                    match understood.get(key) {
                        // A field that is left out when it is empty isn't unknown.
                        None if value.is_null() => {}
                        None => self.0.push((at.clone(), key.clone(), value.clone())),
                        Some(known) => {
                            at.push('/');
                            at.push_str(&key.replace('~', "~0").replace('/', "~1"));
                            self.compare(value, known, at);
                            at.truncate(before);
                        }
                    }
                }
            }
            (Value::Array(source), Value::Array(understood)) => {
                for (place, (value, known)) in source.iter().zip(understood).enumerate() {
                    at.push_str(&format!("/{place}"));
                    self.compare(value, known, at);
                    at.truncate(before);
                }
            }
            _ => {}
        }
    }

    /// Every text of it.
    pub(crate) fn scrub(&mut self, text: &impl Fn(&mut String)) {
        self.0.iter_mut().for_each(|(.., value)| each_text(value, text));
    }

    /// A record as JSON, with what wasn't known put back.
    pub(super) fn written_with(&self, record: &impl Serialize) -> Vec<u8> {
        if self.0.is_empty() {
            return serde_json::to_vec(record).unwrap_or_default();
        }
        let mut json = serde_json::to_value(record).unwrap_or_default();
        for (at, key, value) in &self.0 {
            if let Some(Value::Object(object)) = json.pointer_mut(at) {
                object.entry(key).or_insert_with(|| value.clone());
            }
        }
        serde_json::to_vec(&json).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_known_comes_back_at_its_place() {
        let source = json!({ "a": 1, "new": [1, {}], "list": [{ "b": 2, "deep/er": { "x": null } }], "empty": null });
        let understood = json!({ "a": 1, "list": [{ "b": 2 }] });
        let unknown = Unknown::of(&source, &understood);
        let changed = json!({ "a": 7, "list": [{ "b": 3 }, { "b": 4 }] });
        let written: Value = serde_json::from_slice(&unknown.written_with(&changed)).unwrap();
        assert_eq!(written, json!({ "a": 7, "new": [1, {}], "list": [{ "b": 3, "deep/er": { "x": null } }, { "b": 4 }] }));
    }
}
