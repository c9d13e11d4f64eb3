//! Facts: what can be known of device, app or user.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Condition, FactId, FactValue};

/// One named, typed thing that an app can read or a person can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// Its id.
    pub id: FactId,
    /// What values it takes.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The unit of a number (`m`, `s`, `MB`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What a person is asked; none when no person can know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The text of each answer, by value (`"true"`, `"false"`, or the values of a choice).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
    /// How a person finds out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The Android API that reads it: documentation for who writes the probe. None when only a person can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<String>,
    /// Whether reading it may take seconds (a position, a large file, a server): it is read when what is read at once doesn't show the cause.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub slow: bool,
    /// The lowest API level on which the probe works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_sdk: Option<u8>,
    /// What it follows from, where nobody tells it: it is so (`true`, `yes`) when all of these hold, and not so when one is known not to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Premise>,
    /// Whether it says something of a person.
    #[serde(default)]
    pub personal: bool,
    /// Other ids of the same fact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<FactId>,
}

impl Fact {
    /// A value in the words of its answer; «Sí» and «No» where a yes or no has no words of its own. None for a number or a text.
    pub fn answer(&self, value: &FactValue) -> Option<&str> {
        let usual = match value {
            FactValue::Bool(yes) => Some(if *yes { "Sí" } else { "No" }),
            FactValue::Int(_) | FactValue::Text(_) => None,
        };
        self.answers.get(&value.to_string()).map(String::as_str).or(usual)
    }
}

/// One of the things that a fact follows from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Premise {
    /// A fact is less than another: `{ less: [apk.version_code, app.version_code] }`.
    Less {
        /// The two.
        less: [FactId; 2],
    },
    /// A fact fulfils a condition: `{ storage.free_mb: "<1024" }`.
    Holds(BTreeMap<FactId, Condition>),
}

impl Premise {
    /// The facts that it looks at.
    pub fn facts(&self) -> impl Iterator<Item = &FactId> {
        let (less, holds) = match self {
            Self::Less { less } => (Some(less), None),
            Self::Holds(holds) => (None, Some(holds.keys())),
        };
        less.into_iter().flatten().chain(holds.into_iter().flatten())
    }

    /// Whether it holds, as far as that is known.
    fn holds<'v>(&self, value: &impl Fn(&FactId) -> Option<&'v FactValue>) -> Option<bool> {
        match self {
            Self::Less { less: [left, right] } => match (value(left)?, value(right)?) {
                (FactValue::Int(left), FactValue::Int(right)) => Some(left < right),
                _ => None,
            },
            Self::Holds(all) => every(all.iter().map(|(fact, condition)| Some(condition.holds(value(fact)?)))),
        }
    }
}

/// Adds to what is known what follows from it: the facts that have premises ([`Fact::from`]), and of Android's release and API level the one that is
/// missing. What is given already stays, also when it is given as unknown.
pub fn derive(facts: &[Fact], given: &mut BTreeMap<FactId, Option<FactValue>>) {
    let known = given.clone();
    let value = |fact: &FactId| known.get(fact).and_then(Option::as_ref);
    for fact in facts.iter().filter(|fact| !known.contains_key(&fact.id)) {
        let so = if fact.from.is_empty() { None } else { every(fact.from.iter().map(|premise| premise.holds(&value))) };
        let follows = match (so, &fact.kind, fact.id.as_str()) {
            (Some(so), FactType::Bool, _) => Some(so.into()),
            (Some(so), FactType::OneOf(_), _) => Some(if so { "yes" } else { "no" }.into()),
            (_, _, "android") => value_of(&known, "android.sdk").and_then(|level| release(as_int(level)?)),
            (_, _, "android.sdk") => value_of(&known, "android").and_then(level),
            _ => None,
        };
        if let Some(follows) = follows {
            given.insert(fact.id.clone(), Some(follows));
        }
    }
}

/// Whether all are so: not when one isn't, and unknown when one isn't known.
fn every(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for one in each {
        match one {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

fn value_of<'k>(known: &'k BTreeMap<FactId, Option<FactValue>>, id: &str) -> Option<&'k FactValue> {
    known.iter().find(|(fact, _)| fact.as_str() == id).and_then(|(_, value)| value.as_ref())
}

fn as_int(value: &FactValue) -> Option<i64> {
    match value {
        FactValue::Int(number) => Some(*number),
        FactValue::Text(text) => text.parse().ok(),
        FactValue::Bool(_) => None,
    }
}

/// Android's releases with their API level, from developer.android.com, «Codenames, tags, and build numbers».
const RELEASES: [(&str, i64); 14] = [
    ("6", 23),
    ("7", 24),
    ("7.1", 25),
    ("8", 26),
    ("8.1", 27),
    ("9", 28),
    ("10", 29),
    ("11", 30),
    ("12", 31),
    ("12.1", 32),
    ("13", 33),
    ("14", 34),
    ("15", 35),
    ("16", 36),
];

fn release(level: i64) -> Option<FactValue> {
    RELEASES.iter().find(|(_, own)| *own == level).map(|(release, _)| (*release).into())
}

/// The level of a release: that of the last one that isn't above it.
fn level(release: &FactValue) -> Option<FactValue> {
    let not_above = Condition::from(FactValue::from(format!("<={release}").as_str()));
    RELEASES.iter().rev().find(|(own, _)| not_above.holds(&(*own).into())).map(|(_, level)| (*level).into())
}

/// The values that a fact takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactType {
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// Free text.
    Text,
    /// A version, compared piece by piece.
    Version,
    /// One of the listed values.
    OneOf(Vec<String>),
}

impl FactType {
    /// Values of it, with at least one of every kind that the conditions tell apart.
    pub(crate) fn samples(&self, conditions: &[Condition]) -> Vec<FactValue> {
        let named = conditions.iter().map(|condition| condition.value().clone());
        match self {
            Self::Bool => vec![true.into(), false.into()],
            Self::OneOf(values) => values.iter().map(|value| value.as_str().into()).collect(),
            Self::Int => {
                let bounds = named.filter_map(|value| as_int(&value));
                let around = bounds.flat_map(|bound| [bound.saturating_sub(1), bound, bound.saturating_add(1)]);
                let mut all: Vec<i64> = around.chain([0]).collect();
                all.sort_unstable();
                all.into_iter().map(FactValue::Int).collect()
            }
            Self::Version => {
                let after = |value: FactValue| format!("{value}.0.1").as_str().into();
                [FactValue::from("0"), FactValue::from("9999")].into_iter().chain(named.clone()).chain(named.map(after)).collect()
            }
            Self::Text => named.chain([FactValue::from("")]).collect(),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum TypeForm {
    Word(String),
    Choice {
        #[serde(rename = "one-of")]
        one_of: Vec<String>,
    },
}

impl Serialize for FactType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let word = |w: &str| TypeForm::Word(w.to_owned());
        match self {
            Self::Bool => word("bool"),
            Self::Int => word("int"),
            Self::Text => word("text"),
            Self::Version => word("version"),
            Self::OneOf(values) => TypeForm::Choice { one_of: values.clone() },
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FactType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match TypeForm::deserialize(deserializer)? {
            TypeForm::Word(word) => match word.as_str() {
                "bool" => Ok(Self::Bool),
                "int" => Ok(Self::Int),
                "text" => Ok(Self::Text),
                "version" => Ok(Self::Version),
                _ => Err(serde::de::Error::custom(format!(
                    "the type `{word}` is unknown: write bool, int, text, version or one-of: [values]"
                ))),
            },
            TypeForm::Choice { one_of } => Ok(Self::OneOf(one_of)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{from_value, json};

    fn derived(given: serde_json::Value) -> serde_json::Value {
        let facts: Vec<Fact> = from_value(json!([
            { "id": "android", "type": "version" }, { "id": "android.sdk", "type": "int" },
            { "id": "low", "type": "bool", "from": [{ "free": "<1024" }] },
            { "id": "right", "type": "bool", "from": [{ "skew": ">=-300" }, { "skew": "<=300" }] },
            { "id": "older", "type": "bool", "from": [{ "less": ["file", "own"] }] },
            { "id": "fine", "type": { "one-of": ["yes", "no"] }, "from": [{ "metres": "<=15" }] }
        ]))
        .unwrap();
        let before: BTreeMap<FactId, Option<FactValue>> = from_value(given).unwrap();
        let mut after = before.clone();
        derive(&facts, &mut after);
        after.retain(|fact, _| !before.contains_key(fact));
        serde_json::to_value(after).unwrap()
    }

    #[test]
    fn what_follows_is_added_and_what_is_given_stays() {
        for (given, expected) in [
            (json!({}), json!({})),
            (json!({ "free": 100 }), json!({ "low": true })),
            (json!({ "free": 2000 }), json!({ "low": false })),
            (json!({ "free": null }), json!({})),
            (json!({ "free": 100, "low": null }), json!({})),
            (json!({ "skew": -900 }), json!({ "right": false })),
            (json!({ "skew": 20 }), json!({ "right": true })),
            (json!({ "file": 5, "own": 9 }), json!({ "older": true })),
            (json!({ "file": 9, "own": 9 }), json!({ "older": false })),
            (json!({ "file": 9 }), json!({})),
            (json!({ "metres": 6 }), json!({ "fine": "yes" })),
            (json!({ "metres": 60 }), json!({ "fine": "no" })),
            (json!({ "android.sdk": 27 }), json!({ "android": "8.1" })),
            (json!({ "android.sdk": 22 }), json!({})),
            (json!({ "android": "8.0.0" }), json!({ "android.sdk": 26 })),
            (json!({ "android": 13 }), json!({ "android.sdk": 33 })),
            (json!({ "android": "5.1" }), json!({})),
        ] {
            assert_eq!(derived(given.clone()), expected, "{given}");
        }
    }
}
