//! A moment with its zone, as the record writes it: RFC 3339, to the millisecond.

use std::fmt;
use std::str::FromStr;

use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The last moment that RFC 3339 can write in every zone: 9999-12-30, in milliseconds since 1970.
const LAST_MS: i64 = 253_402_127_999_999;

/// A moment, and what the clocks around it were ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    ms: i64,
    offset_s: i32,
}

/// Why a text is no moment.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{0}` is no moment: write it like 2026-11-28T10:20:30.000-06:00")]
pub struct MomentError(String);

impl Moment {
    /// The moment so many milliseconds after 1970 UTC, in a zone that many seconds ahead of UTC (Honduras: −21,600). What can't be written is moved to
    /// the nearest that can.
    pub fn new(ms: i64, offset_s: i32) -> Self {
        let day = 24 * 60 * 60 - 1;
        Self { ms: ms.clamp(0, LAST_MS), offset_s: (offset_s / 60 * 60).clamp(-day / 60 * 60, day / 60 * 60) }
    }

    /// Milliseconds since 1970 UTC.
    pub fn ms(self) -> i64 {
        self.ms
    }

    /// Seconds that the zone is ahead of UTC.
    pub fn offset_s(self) -> i32 {
        self.offset_s
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zone = Offset::from_seconds(self.offset_s).map_or(TimeZone::UTC, TimeZone::fixed);
        let at = jiff::Timestamp::from_millisecond(self.ms).unwrap_or_default().to_zoned_datetime(zone);
        write!(f, "{}", at.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z"))
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let wrong = || MomentError(text.chars().take(60).collect());
        let at: jiff::Timestamp = text.parse().map_err(|_| wrong())?;
        let offset = Pieces::parse(text).ok().and_then(|pieces| pieces.to_numeric_offset());
        let moment = Self::new(at.as_millisecond(), offset.map_or(0, Offset::seconds));
        if moment.ms == at.as_millisecond() { Ok(moment) } else { Err(wrong()) }
    }
}

impl TryFrom<String> for Moment {
    type Error = MomentError;

    fn try_from(text: String) -> Result<Self, MomentError> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_moment_keeps_its_zone() {
        let moment = Moment::new(1_764_347_430_123, -21_600);
        assert_eq!((moment.ms(), moment.offset_s()), (1_764_347_430_123, -21_600));
        assert_eq!(moment.to_string(), "2025-11-28T10:30:30.123-06:00");
        assert_eq!("2025-11-28T10:30:30.123-06:00".parse(), Ok(moment));
        assert_eq!("2025-11-28T16:30:30.123Z".parse(), Ok(Moment::new(1_764_347_430_123, 0)));
        for wrong in ["", "ayer", "2025-11-28", "2025-13-28T10:30:30Z", "1969-01-01T00:00:00Z"] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_moment_is_read_as_it_is_written(ms: i64, offset: i32) {
            let moment = Moment::new(ms, offset);
            prop_assert_eq!(moment.to_string().parse(), Ok(moment));
        }
    }
}
