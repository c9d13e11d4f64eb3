//! Facts: what can be known of device, app or user.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::FactId;

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
    /// The lowest API level on which the probe works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_sdk: Option<u8>,
    /// Whether it says something of a person.
    #[serde(default)]
    pub personal: bool,
    /// Other ids of the same fact.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<FactId>,
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
