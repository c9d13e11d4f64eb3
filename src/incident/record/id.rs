//! The id of an incident: a UUID of version 7 (RFC 9562), so that ids sort by the time of filing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::{Builder, Uuid};

use crate::{Clock, Entropy};

/// An incident's id, and the idempotency key of its first delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(Uuid);

/// Why a text is no id of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no id of an incident: it is written like 0193f5c2-7b1e-7c3a-9d00-1234567890ab")]
pub struct IncidentIdError(String);

impl IncidentId {
    /// A new id, from the time and 74 random bits.
    pub fn new(clock: &dyn Clock, entropy: &dyn Entropy) -> Self {
        let mut random = [0; 10];
        entropy.fill(&mut random);
        Self(Builder::from_unix_timestamp_millis(u64::try_from(clock.now_ms()).unwrap_or(0), &random).into_uuid())
    }

    /// The id from its 16 bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes))
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

#[cfg(feature = "uniffi")]
uniffi::custom_type!(IncidentId, String, { lower: |id| id.to_string(), try_lift: |text| Ok(text.parse()?) });

impl FromStr for IncidentId {
    type Err = IncidentIdError;

    fn from_str(text: &str) -> Result<Self, IncidentIdError> {
        Uuid::try_parse(text).map(Self).map_err(|_| IncidentIdError(text.chars().take(60).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemEntropy;

    struct At(i64);
    impl Clock for At {
        fn now_ms(&self) -> i64 {
            self.0
        }
    }

    #[test]
    fn ids_sort_by_time_and_are_read_as_they_are_written() {
        let earlier = IncidentId::new(&At(1_764_000_000_000), &SystemEntropy);
        let later = IncidentId::new(&At(1_764_000_000_001), &SystemEntropy);
        assert!(earlier < later && earlier.to_string() < later.to_string());
        assert_eq!(later.to_string().parse(), Ok(later));
        assert_eq!(IncidentId::from_bytes(*later.as_bytes()), later);
        assert_eq!((later.0.get_version_num(), later.to_string().len()), (7, 36));
        assert!("no".parse::<IncidentId>().is_err());
    }
}
