//! Conditions on facts and on Android versions, as content writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What is known of one fact: the value that a probe read or a person gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "author", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum FactValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number, in the fact's unit.
    Int(i64),
    /// A text, a version or one of the fact's declared values.
    Text(String),
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(yes) => yes.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl From<bool> for FactValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for FactValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for FactValue {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A condition on one fact: a value that it must have, or a comparison (`">=31"`, `"!=store"`).
///
/// # Examples
/// ```
/// use baquiano::kb::{Condition, FactValue};
/// let newer: Condition = ">=31".parse()?;
/// assert!(newer.holds(&FactValue::Int(33)));
/// assert!(!newer.holds(&FactValue::Int(30)));
/// # Ok::<(), std::convert::Infallible>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "FactValue", into = "FactValue")]
pub struct Condition {
    comparison: Comparison,
    value: FactValue,
}

impl Condition {
    /// Whether a value fulfils the condition. Numbers compare as numbers, versions piece by piece, anything else as text.
    pub fn holds(&self, value: &FactValue) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match self.comparison {
            Comparison::Equal => same(value, &self.value),
            Comparison::NotEqual => !same(value, &self.value),
            comparison => {
                let Some(order) = compare(value, &self.value) else { return false };
                match comparison {
                    Comparison::Less => order == Less,
                    Comparison::LessOrEqual => order != Greater,
                    Comparison::Greater => order == Greater,
                    _ => order == Greater || order == Equal,
                }
            }
        }
    }

    /// The condition that a text is: a value, or a comparison.
    pub fn written(text: &str) -> Self {
        Self::from(FactValue::from(text))
    }

    /// The value that is compared with.
    pub fn value(&self) -> &FactValue {
        &self.value
    }
}

/// Whether two values are written alike: `true` and `"true"`, `33` and `"33"`.
fn same(left: &FactValue, right: &FactValue) -> bool {
    use FactValue::{Bool, Int, Text};
    match (left, right) {
        (Text(text), Bool(yes)) | (Bool(yes), Text(text)) => text == if *yes { "true" } else { "false" },
        // Only what is that number may be written as it is: `033` isn't.
        (Text(text), Int(number)) | (Int(number), Text(text)) => text.parse() == Ok(*number) && *text == number.to_string(),
        _ => left == right,
    }
}

fn pieces(value: &FactValue) -> Option<Vec<i64>> {
    match value {
        FactValue::Bool(_) => None,
        FactValue::Int(n) => Some(vec![*n]),
        FactValue::Text(text) => text.split('.').map(|piece| piece.trim().parse().ok()).collect(),
    }
}

fn compare(left: &FactValue, right: &FactValue) -> Option<std::cmp::Ordering> {
    let (mut left, mut right) = (pieces(left)?, pieces(right)?);
    let longest = left.len().max(right.len());
    left.resize(longest, 0);
    right.resize(longest, 0);
    Some(left.cmp(&right))
}

impl From<FactValue> for Condition {
    fn from(value: FactValue) -> Self {
        let FactValue::Text(text) = &value else { return Self { comparison: Comparison::Equal, value } };
        // Longest operators first, so that `>=` isn't read as `>`.
        let operators = [
            (">=", Comparison::GreaterOrEqual),
            ("<=", Comparison::LessOrEqual),
            ("!=", Comparison::NotEqual),
            (">", Comparison::Greater),
            ("<", Comparison::Less),
        ];
        for (sign, comparison) in operators {
            if let Some(rest) = text.strip_prefix(sign) {
                let rest = rest.trim();
                let value = rest.parse().map(FactValue::Int).unwrap_or_else(|_| FactValue::Text(rest.to_owned()));
                return Self { comparison, value };
            }
        }
        Self { comparison: Comparison::Equal, value }
    }
}

impl From<Condition> for FactValue {
    fn from(condition: Condition) -> Self {
        let sign = match condition.comparison {
            Comparison::Equal => return condition.value,
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        };
        FactValue::Text(format!("{sign}{}", condition.value))
    }
}

impl FromStr for Condition {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::from(FactValue::Text(text.to_owned())))
    }
}

/// Why a text is not a range of Android versions.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not a range of Android versions: write `12`, `>=12`, `<=8.1` or `6-9`")]
pub struct RangeError {
    text: String,
}

/// A range of Android releases: `12`, `>=12`, `<=8.1`, `6-9`. Both ends belong to it; `12` takes in `12.1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AndroidRange {
    text: String,
    lowest: u16,
    highest: u16,
}

/// A release as tenths (`8.1` → 81), so that releases compare as numbers.
fn tenths(text: &str) -> Option<u16> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let whole: u16 = whole.parse().ok().filter(|w| *w < 1000)?;
    let part: u16 = part.split('.').next()?.parse().ok()?;
    Some(whole * 10 + part.min(9))
}

impl AndroidRange {
    /// Whether a release (`"8.1"`, `"13"`) lies in the range. A text that is no release doesn't.
    pub fn contains(&self, release: &str) -> bool {
        tenths(release).is_some_and(|t| self.lowest <= t && t <= self.highest)
    }

    /// Whether all of another range lies in this one.
    pub fn covers(&self, other: &Self) -> bool {
        self.lowest <= other.lowest && other.highest <= self.highest
    }
}

impl TryFrom<String> for AndroidRange {
    type Error = RangeError;
    fn try_from(text: String) -> Result<Self, RangeError> {
        let whole = |t: u16| if t.is_multiple_of(10) { t + 9 } else { t };
        let bounds = if let Some(rest) = text.strip_prefix(">=") {
            tenths(rest).map(|low| (low, u16::MAX))
        } else if let Some(rest) = text.strip_prefix("<=") {
            tenths(rest).map(|high| (0, whole(high)))
        } else if let Some((low, high)) = text.split_once('-') {
            tenths(low).zip(tenths(high)).map(|(low, high)| (low, whole(high)))
        } else {
            tenths(&text).map(|only| (only, whole(only)))
        };
        match bounds {
            Some((lowest, highest)) if lowest <= highest => Ok(Self { text, lowest, highest }),
            _ => Err(RangeError { text }),
        }
    }
}

impl From<AndroidRange> for String {
    fn from(range: AndroidRange) -> String {
        range.text
    }
}

impl fmt::Display for AndroidRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, value: impl Into<FactValue>) -> bool {
        let Ok(condition) = condition.parse::<Condition>();
        condition.holds(&value.into())
    }

    #[test]
    fn comparisons_take_numbers_and_versions() {
        assert!(holds(">=31", 31));
        assert!(holds("<=8.1", "8.0"));
        assert!(holds("<8.1", "8"));
        assert!(!holds(">300", 300));
        assert!(holds("!=store", "fdroid"));
        assert!(holds("denied", "denied"));
        assert!(!holds(">=31", "unknown"));
    }

    #[test]
    fn values_are_the_same_that_are_written_alike() {
        let texts =
            ["true", "false", "True", "33", "033", "+33", "-0", "0", "-7", "9223372036854775808", " 33", "", "sí"].map(FactValue::from);
        let all: Vec<FactValue> =
            [true, false].map(FactValue::from).into_iter().chain([33, 0, -7, 1].map(FactValue::Int)).chain(texts).collect();
        for (left, right) in all.iter().flat_map(|left| all.iter().map(move |right| (left, right))) {
            assert_eq!(same(left, right), left.to_string() == right.to_string(), "{left:?} {right:?}");
        }
    }

    #[test]
    fn a_condition_survives_its_text() {
        for text in [">=31", "!=store", "denied", "<8.1"] {
            let Ok(condition) = text.parse::<Condition>();
            assert_eq!(FactValue::from(condition), FactValue::from(text));
        }
    }

    #[test]
    fn android_ranges_hold_both_ends() {
        let range = |text: &str| AndroidRange::try_from(text.to_owned());
        assert!(range("6-9").is_ok_and(|r| r.contains("6") && r.contains("9.0") && !r.contains("10")));
        assert!(range(">=12").is_ok_and(|r| r.contains("12.1") && !r.contains("11")));
        assert!(range("<=8.1").is_ok_and(|r| r.contains("8.1.0") && !r.contains("9")));
        assert!(range("12").is_ok_and(|r| r.contains("12.1") && !r.contains("13")));
        for bad in ["", "doce", "9-6", ">12", "99999"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
