//! Ids: each kind is its own type, so that an article can't be passed where a service is meant.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest id, in bytes. Chosen: ids are file names and appear in every incident.
const MAX_ID: usize = 80;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not an id: use 1 to {MAX_ID} lower-case letters without accents, digits, `-`, `.` or `_`, and begin with a letter")]
pub struct IdError {
    text: String,
}

fn check(text: &str) -> Result<(), IdError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'_');
    if text.len() <= MAX_ID && text.bytes().next().is_some_and(|b| b.is_ascii_lowercase()) && text.bytes().all(allowed) {
        return Ok(());
    }
    Err(IdError { text: text.chars().take(MAX_ID).collect() })
}

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        #[cfg(feature = "uniffi")]
        uniffi::custom_type!($name, String);

        #[cfg(feature = "author")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "pattern": "^[a-z][a-z0-9._-]{0,79}$" })
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                check(&text)?;
                Ok(Self(text))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id_type!(
    /// A service of the desk, e.g. `gps`.
    ServiceId
);
id_type!(
    /// A field app, e.g. `fsu-rup`.
    AppId
);
id_type!(
    /// An article, e.g. `gps-sin-permiso`. Also its file name.
    ArticleId
);
id_type!(
    /// A picture, e.g. `modo-avion`. Also its file name.
    MediaId
);
id_type!(
    /// A fact of device, app or user, e.g. `location.enabled`.
    FactId
);
id_type!(
    /// A root cause, e.g. `gps.disabled`.
    FaultId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_lower_case_ascii() {
        for good in ["gps", "cierre-inesperado", "perm.fine", "ram_low", "a1"] {
            assert_eq!(good.parse::<FactId>().map(|id| id.to_string()), Ok(good.to_owned()));
        }
        for bad in ["", "Gps", "cámara", "a b", "-a", "1a", "../x", &"a".repeat(81)] {
            assert!(bad.parse::<ArticleId>().is_err(), "{bad}");
        }
    }
}
